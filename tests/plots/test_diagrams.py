"""The drawings: every word can be read, stands alone and stays inside; bad sizes are refused."""

import itertools
import re

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from course_utils.plots import diagrams, palette, use_style

DRAWINGS = {
    "elman_cell": diagrams.elman_cell,
    "backward_connections": diagrams.backward_connections,
    **{
        f"unrolled {steps}": lambda ax, steps=steps: diagrams.unrolled(ax, steps)
        for steps in (1, 2, 4, 5, 6, 100, 1000)
    },
    **{
        f"window {width}, {horizon}": lambda ax, width=width, horizon=horizon: diagrams.window(
            ax, width, horizon
        )
        for width, horizon in [(1, 1), (1, 2), (2, 1), (3, 1), (4, 2), (5, 5), (8, 1), (52, 26)]
    },
}


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context():
        use_style()
        yield


def drawn(draw, size=(7, 3)):
    figure = Figure(figsize=size)
    ax = figure.subplots()
    assert draw(ax) is ax
    figure.canvas.draw()
    return figure, ax


def words(ax):
    return [text for text in ax.texts if text.get_text()]


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_two_texts_overlap(name):
    _, ax = drawn(DRAWINGS[name])
    boxes = [(text.get_text(), text.get_window_extent()) for text in words(ax)]
    clashes = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1
    ]
    assert clashes == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_text_is_inside_the_figure_and_at_least_nine_points(name):
    figure, ax = drawn(DRAWINGS[name])
    for text in words(ax):
        extent = text.get_window_extent()
        assert figure.bbox.x0 <= extent.x0 and extent.x1 <= figure.bbox.x1, text.get_text()
        assert figure.bbox.y0 <= extent.y0 and extent.y1 <= figure.bbox.y1, text.get_text()
        assert text.get_fontsize() >= 9


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_letter_in_a_shape_does_not_cross_its_edge(name):
    _, ax = drawn(DRAWINGS[name])
    shapes = [
        patch.get_window_extent()
        for patch in ax.patches
        if isinstance(patch, (Circle, FancyBboxPatch)) and patch.get_linestyle() == "solid"
    ]
    assert shapes
    for text in words(ax):
        extent = text.get_window_extent()
        for shape in shapes:
            inside = shape.x0 <= extent.x0 and extent.x1 <= shape.x1
            inside = inside and shape.y0 <= extent.y0 and extent.y1 <= shape.y1
            apart = extent.x1 <= shape.x0 or shape.x1 <= extent.x0
            apart = apart or extent.y1 <= shape.y0 or shape.y1 <= extent.y0
            assert inside or apart, text.get_text()


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_colour_is_of_the_palette(name):
    _, ax = drawn(DRAWINGS[name])
    allowed = set(palette.OF.values())
    edges = {to_hex(patch.get_edgecolor()).upper() for patch in ax.patches}
    lines = {to_hex(line.get_color()).upper() for line in ax.lines}
    assert edges | lines <= allowed


@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_is_drawn_over_the_border_of_the_axes(name):
    _, ax = drawn(DRAWINGS[name])
    frame = ax.get_window_extent().padded(2)
    for artist in [*ax.patches, *ax.lines]:
        extent = artist.get_window_extent()
        assert frame.x0 <= extent.x0 and extent.x1 <= frame.x1
        assert frame.y0 <= extent.y0 and extent.y1 <= frame.y1


def rows(ax):
    """The numbers of each row of the window drawing, from the top."""
    found = {}
    for text in words(ax):
        if re.fullmatch(r"\d+|…", text.get_text()):
            found.setdefault(text.get_position()[1], []).append(text)
    in_order = sorted(found.items(), reverse=True)
    return [[each.get_text() for each in row] for _, row in in_order]


def solid(ax):
    """The numbers in black boxes: the targets, from the top."""
    white = [text for text in words(ax) if text.get_color() == "white"]
    return [text.get_text() for text in sorted(white, key=lambda text: -text.get_position()[1])]


def test_the_window_shows_the_indices_that_the_exercise_defines():
    _, ax = drawn(lambda ax: diagrams.window(ax, 4, 2))
    series, first, second = rows(ax)
    assert series == list("0123456")
    assert first == [*"0123", "5"]  # inputs[0], and targets[0] = series[0 + 4 + 2 - 1]
    assert second == [*"1234", "6"]
    assert solid(ax) == ["5", "6"]


def test_a_long_window_keeps_its_true_ends():
    _, ax = drawn(lambda ax: diagrams.window(ax, 52, 26))
    _, first, second = rows(ax)
    assert first == ["0", "1", "2", "…", "50", "51", "…", "77"]
    assert second == ["1", "2", "…", "50", "51", "52", "…", "78"]


def test_the_cell_has_every_term_of_its_equation_and_the_delay():
    _, ax = drawn(diagrams.elman_cell)
    shown = {text.get_text() for text in words(ax)}
    assert {"$x_t$", "$W_x$", "$h_{t-1}$", "$W_h$", "$b$", "$+$", "tanh", "$h_t$"} <= shown
    assert "$z^{-1}$" in shown


def test_every_step_of_the_unrolled_network_has_the_same_weights():
    _, ax = drawn(lambda ax: diagrams.unrolled(ax, 4))
    shown = [text.get_text() for text in words(ax)]
    for weight in ("$W_x$", "$W_h$", "$W_y$"):
        assert shown.count(weight) == 4
    for letter in "xhy":
        assert [f"$%s_{{{t}}}$" % letter in shown for t in (1, 2, 3, 4, 5)] == [True] * 4 + [False]


def test_the_unrolled_network_has_time_to_the_right_and_inputs_below_outputs():
    _, ax = drawn(lambda ax: diagrams.unrolled(ax, 3))
    at = {text.get_text(): text.get_position() for text in words(ax)}
    assert at["$h_0$"][0] < at["$h_{1}$"][0] < at["$h_{2}$"][0] < at["$h_{3}$"][0]
    assert at["$x_{2}$"][1] < at["$h_{2}$"][1] < at["$y_{2}$"][1]
    assert at["$x_{2}$"][0] == at["$h_{2}$"][0] == at["$y_{2}$"][0]


def test_a_long_network_is_shown_by_its_ends():
    _, ax = drawn(lambda ax: diagrams.unrolled(ax, 100))
    shown = [text.get_text() for text in words(ax)]
    assert "$x_{1}$" in shown and "…" in shown and "$x_{100}$" in shown
    assert "$x_{50}$" not in shown


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (lambda ax: diagrams.window(ax, 0, 1), "width"),
        (lambda ax: diagrams.window(ax, 3, 0), "horizon"),
        (lambda ax: diagrams.unrolled(ax, 0), "steps"),
    ],
)
def test_an_impossible_size_is_refused_by_name(draw, name):
    with pytest.raises(ValueError, match=f"{name} is 0"):
        draw(Figure().subplots())


def test_the_drawings_can_share_a_figure():
    figure = Figure(figsize=(7, 6), layout="constrained")
    top, bottom = figure.subplots(2)
    diagrams.elman_cell(top)
    diagrams.unrolled(bottom)
    figure.canvas.draw()
    assert top.get_window_extent().width > 500  # both keep the width of the page
