"""The style: readable in print, the same bytes each time; titles say something."""

import io

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from course_utils.plots import diagrams, finding, use_style


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context():
        use_style()
        yield


def test_no_text_is_below_nine_points():
    figure = Figure(figsize=(7, 3))
    ax = figure.subplots()
    ax.plot([0, 1], [0, 1], label="one")
    finding(ax, "It grows", "year", "CO₂ (ppm)")
    legend = ax.legend()
    texts = [*ax.get_xticklabels(), *ax.get_yticklabels(), *legend.get_texts()]
    texts += [ax.title, ax.xaxis.label, ax.yaxis.label]
    assert min(text.get_fontsize() for text in texts) >= 9


def test_a_new_figure_has_the_size_the_resolution_and_the_layout_of_the_course():
    figure = Figure()
    assert tuple(figure.get_size_inches()) == (7.0, 3.0)
    assert figure.dpi == 100
    assert type(figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_drawing_gives_the_same_bytes(kind):
    def saved():
        figure = Figure()
        diagrams.elman_cell(figure.subplots())
        file = io.BytesIO()
        figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else None)
        return file.getvalue()

    assert saved() == saved()


@pytest.mark.parametrize("columns", [1, 2])
def test_a_long_title_is_broken_into_lines_that_fit(columns):
    figure = Figure()
    ax = figure.subplots(1, columns, squeeze=False)[0, 0]
    title = "The recurrent network forecasts next year better than the naive one " * 2
    finding(ax, title, "year", "sunspot number")
    figure.canvas.draw()
    title_box = ax._left_title.get_window_extent()
    assert title_box.x1 <= figure.bbox.x1 / columns
    assert " ".join(ax.get_title(loc="left").split()) == " ".join(title.split())


def test_the_lines_of_a_long_title_are_about_as_long_as_each_other():
    ax = Figure().subplots()
    finding(ax, "The forecast beats the baseline by a half on the last thirty years", "t", "y")
    first, second = ax.get_title(loc="left").split("\n")
    assert abs(len(first) - len(second)) < 10


@pytest.mark.parametrize("missing", ["title", "xlabel", "ylabel"])
def test_an_empty_label_is_refused_by_name(missing):
    words = {"title": "It grows", "xlabel": "year", "ylabel": "CO₂ (ppm)", missing: " "}
    with pytest.raises(ValueError, match=missing):
        finding(Figure().subplots(), **words)
