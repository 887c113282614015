"""The figures on windows and baselines show the numbers they are given."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from course_utils.claims.intervals import Interval
from course_utils.experiments.ch01_windows_and_baselines import LookedUp
from course_utils.plots import baselines

WEEKS = np.arange("1960-01-01", "1974-01-01", 7, dtype="datetime64[D]")
SWING = np.sin(np.arange(len(WEEKS)) * 2 * np.pi / 52)


def _title(ax) -> str:
    """The title on one line, wherever the style puts it."""
    return (ax.get_title(loc="left") or ax.get_title()).replace("\n", " ")


def test_every_missing_week_has_its_mark():
    ppm = 315 + SWING
    ppm[[5, 300, 301]] = np.nan
    left, right = baselines.gaps(WEEKS, ppm, np.nan_to_num(ppm, nan=315)).axes
    assert list(left.lines[1].get_xdata()) == list(WEEKS[[5, 300, 301]])
    assert [line.get_label() for line in right.lines] == ["filled in", "measured"]


def test_the_dotted_lines_stand_where_the_test_begins():
    left, right = baselines.two_series(WEEKS, SWING, 10, np.arange(1700, 1800), SWING[:100], 7).axes
    assert left.lines[1].get_xdata()[0] == WEEKS[10]
    assert right.lines[1].get_xdata()[0] == 1707


def test_rising_and_falling_weeks_are_told_apart():
    rising = np.array([True, False, True])
    ax = baselines.two_futures(np.arange(3.0), np.arange(3.0), rising).axes[0]
    assert [len(line.get_xdata()) for line in ax.lines] == [2, 1]


def test_a_forecast_that_goes_on_is_cut_where_the_figure_ends():
    forecasts = {"mean year": SWING, "network, 52 weeks": SWING[:60] + 0.25}
    ax = baselines.swing_forecasts(WEEKS[:60], SWING[:60], forecasts).axes[0]
    assert [len(line.get_xdata()) for line in ax.lines] == [60, 60, 60]
    assert _title(ax) == ("RMSE in these years: mean year 0.00 ppm; network, 52 weeks 0.25 ppm")


def test_the_width_that_was_chosen_and_the_reach_of_a_year_are_marked():
    errors = {1970: {1: 2.0, 39: 0.5}, 1975: {1: 2.0, 39: 0.7}}
    ax = baselines.widths(errors, 0.8, chosen=39, reach=39).axes[0]
    first, second, mean, chosen, _, reach = ax.lines
    assert list(first.get_ydata()) == [2.0, 0.5]
    assert list(second.get_ydata()) == [2.0, 0.7]
    assert mean.get_ydata()[1] == pytest.approx(np.sqrt((0.25 + 0.49) / 2))
    assert list(chosen.get_xdata()) == [39]
    assert reach.get_xdata()[0] == 39
    assert _title(ax).startswith("From 39 weeks on")
    never = baselines.widths(errors, 0.1, chosen=39, reach=39).axes[0]
    assert _title(never).startswith("No width")


def test_sizes_names_the_batch_where_the_recurrent_layer_holds_more():
    lengths = np.array([4, 40])
    counts = np.array([[10, 5], [100, 5]])
    sequences, megabytes = np.array([1, 2, 3]), np.array([[3.0, 1], [3, 2], [3, 4]])
    left, right = baselines.sizes(lengths, counts, sequences, megabytes, 20, 18).axes
    assert [line.get_linestyle() for line in left.lines[:2]] == ["--", "-"]
    assert list(left.lines[0].get_ydata()) == [10, 100]
    assert list(right.lines[1].get_ydata()) == [1, 2, 4]
    assert _title(left) == "On the whole series the dense layer has outgrown its data"
    assert _title(right).startswith("From 3 sequences on")
    _, right = baselines.sizes(
        lengths, counts, sequences, megabytes[:2].repeat(3, 0)[:3], 20, 18
    ).axes
    assert _title(right) == "The dense layer holds more"


def test_context_has_a_panel_for_each_task_and_says_where_the_window_helps():
    errors = {
        ("A", "measured"): (4.0, 1.0),
        ("A", "without memory"): (5.0, 5.5),
        ("B", "measured"): (3.0, 2.9),
        ("B", "without memory"): (6.0, 6.0),
    }
    units = {"A": "ppm", "B": "spots"}
    first, second = baselines.context(errors, units, {"A": 0.8}).axes
    assert [bar.get_height() for bar in first.patches] == [4.0, 1.0, 5.0, 5.5]
    assert [list(line.get_ydata()) for line in first.lines] == [[0.8, 0.8]]
    assert not second.lines
    assert second.get_ylabel() == "RMSE (spots)"
    assert _title(first) == "A: the window helps where there is memory"
    assert _title(second) == "B: the window brings no more"


def test_ranking_shows_means_and_ranges_and_the_one_to_beat():
    ax = baselines.ranking(
        {"seasonal": 1.5, "last": 3.0}, {"line": 1.2}, {"network": np.array([1.0, 2.0])}
    ).axes[0]
    assert [bar.get_width() for bar in ax.patches] == [1.5, 3.0, 1.2, 1.5]
    assert [each.get_text() for each in ax.get_yticklabels()] == [
        "seasonal",
        "last",
        "line",
        "network",
    ]
    assert list(ax.lines[3].get_xdata()) == [1.0, 2.0]
    assert ax.lines[4].get_xdata()[0] == 1.5
    assert _title(ax) == "Best: line, 1.20 ppm; best for nothing: seasonal, 1.50"


@pytest.mark.parametrize(
    ("free", "line", "best"),
    [
        (2.5, 2.2, "the convolutional network"),
        (2.5, 1.9, "a straight line"),
        (1, 3, "the best free"),
    ],
)
def test_surprise_shows_each_network_and_seed_and_names_the_best_of_all(free, line, best):
    errors = {("A", "recurrent"): [1.0, 4.0], ("A", "convolution"): [2.0, 2.0]}
    errors |= {("A", "window"): [4.0, 5.0]}
    errors |= {("B", network): values for (_, network), values in errors.items()}
    units = {"A": "ppm", "B": "spots"}
    free_of, line_of = dict.fromkeys("AB", free), dict.fromkeys("AB", line)
    ax = baselines.surprise(errors, free_of, line_of, units).axes[0]
    assert [bar.get_height() for bar in ax.patches] == [2.5, 2.0, 4.5]
    assert list(ax.lines[0].get_ydata()) == [1.0, 4.0]
    assert best in _title(ax)


def test_the_house_is_drawn_for_as_many_days_as_asked():
    power = np.ones(24 * 6)
    ax = baselines.house(power, {"line": power, "a day ago": power}, days=2).axes[0]
    assert ax.lines[0].get_xdata()[-1] == 47 / 24


@pytest.mark.parametrize(
    ("reported", "title"),
    [(0.4, "better than free"), (0.6, "too good"), (0.7, "honest")],
)
def test_the_title_of_the_leak_depends_on_whether_there_is_one(reported: float, title: str):
    judged = LookedUp(reported, apart=0.7, later=0.8, free=(0.5, 0.9), honest=False)
    ax = baselines.leak({"Swing": judged}).axes[0]
    assert title in _title(ax)
    assert [bar.get_width() for bar in ax.patches] == [reported, 0.7, 0.8, 0.5, 0.5, 0.9]


def test_only_a_forecast_whose_whole_interval_lies_below_zero_is_called_ahead():
    less = {"line": Interval(-0.06, -0.12, -0.01, 12), "network": Interval(-0.02, -0.07, 0.03, 12)}
    ax = baselines.against(less, "mean year").axes[0]
    assert _title(ax) == "Ahead of the mean year by more than the years differ: line"
    assert list(ax.lines[0].get_xdata()) == [-0.12, -0.01]
    level = baselines.against({"network": less["network"]}, "mean year").axes[0]
    assert _title(level).endswith("none")
