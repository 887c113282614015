"""The figures on windows and baselines show the numbers they are given."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_utils.plots import baselines

WEEKS = np.arange("1960-01-01", "1974-01-01", 7, dtype="datetime64[D]")
SWING = np.sin(np.arange(len(WEEKS)) * 2 * np.pi / 52)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


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
    forecasts = {"a year ago": SWING, "network, 52 weeks": SWING[:60]}
    ax = baselines.swing_forecasts(WEEKS[:60], SWING[:60], forecasts, "They agree", height=2).axes[
        0
    ]
    assert [len(line.get_xdata()) for line in ax.lines] == [60, 60, 60]
    assert _title(ax) == "They agree"


def test_the_width_that_holds_the_value_of_a_year_ago_is_marked():
    ax = baselines.widths({1: 2.0, 39: 0.5}, 0.8, 52, 13).axes[0]
    assert list(ax.lines[0].get_ydata()) == [2.0, 0.5]
    assert ax.lines[2].get_xdata()[0] == 39
    assert ax.texts[0].get_text() == "39 + 13 = 52"


def test_sizes_draws_the_dense_layer_dashed_and_the_recurrent_one_whole():
    lengths = np.array([4, 40])
    counts = np.array([[10, 5], [100, 5]])
    left, right = baselines.sizes(lengths, counts, counts / 10, 20, 18).axes
    assert [line.get_linestyle() for line in left.lines[:2]] == ["--", "-"]
    assert list(left.lines[0].get_ydata()) == [10, 100]
    assert list(right.lines[1].get_ydata()) == [0.5, 0.5]


def test_context_has_a_panel_for_each_task_and_two_bars_for_each_order():
    errors = {
        ("A", "in order"): (4.0, 1.0),
        ("A", "shuffled in time"): (5.0, 5.5),
        ("B", "in order"): (3.0, 2.0),
        ("B", "shuffled in time"): (6.0, 6.0),
    }
    first, second = baselines.context(errors, {"A": "ppm", "B": "spots"}).axes
    assert [bar.get_height() for bar in first.patches] == [4.0, 1.0, 5.0, 5.5]
    assert second.get_ylabel() == "RMSE (spots)"


def test_ranking_shows_means_and_ranges_and_the_one_to_beat():
    ax = baselines.ranking(
        {"last": 3.0, "seasonal": 1.5}, {"line": 1.2}, {"network": np.array([1.0, 2.0])}
    ).axes[0]
    assert [bar.get_width() for bar in ax.patches] == [3.0, 1.5, 1.2, 1.5]
    assert [each.get_text() for each in ax.get_yticklabels()] == [
        "last",
        "seasonal",
        "line",
        "network",
    ]
    assert list(ax.lines[3].get_xdata()) == [1.0, 2.0]
    assert ax.lines[4].get_xdata()[0] == 1.5


def test_surprise_shows_the_mean_of_each_network_and_a_dot_for_each_seed():
    errors = {("A", "recurrent"): [1.0, 3.0], ("A", "convolution"): [2.0, 2.0]}
    errors |= {("A", "random order"): [4.0, 5.0]}
    errors |= {("B", network): values for (_, network), values in errors.items()}
    ax = baselines.surprise(errors, {"A": 2.5, "B": 2.5}, {"A": "ppm", "B": "spots"}).axes[0]
    assert [bar.get_height() for bar in ax.patches] == [2.0, 2.0, 4.5]
    assert list(ax.lines[0].get_ydata()) == [1.0, 3.0]


def test_the_house_is_drawn_for_as_many_days_as_asked():
    power = np.ones(24 * 6)
    ax = baselines.house(power, {"line": power, "a day ago": power}, days=2).axes[0]
    assert ax.lines[0].get_xdata()[-1] == 47 / 24


@pytest.mark.parametrize(("honest", "reported"), [(True, "in truth: it loses"), (False, "it wins")])
def test_the_title_of_the_leak_depends_on_whether_there_is_one(honest: bool, reported: str):
    ax = baselines.leak([1.0, 2.0], [0.5, 1.0], honest).axes[0]
    assert reported in _title(ax)
    assert [bar.get_width() for bar in ax.patches] == [1.0, 2.0, 0.5, 1.0]
