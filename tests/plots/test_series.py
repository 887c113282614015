"""Series: what was observed is black, gaps stay gaps, forecasts end with the times."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course_utils.plots import palette, series, use_style


@pytest.fixture
def ax():
    with mpl.rc_context():
        use_style()
        yield Figure().subplots()


YEARS = np.arange(2000, 2010)


def lines(ax):
    return {line.get_label(): line for line in ax.lines}


def test_the_observed_is_black_and_keeps_its_gaps(ax):
    truth = np.arange(10.0)
    truth[3] = np.nan
    series.forecast(ax, YEARS, truth, {})
    line = lines(ax)["observed"]
    assert to_hex(line.get_color()).upper() == palette.TRUTH
    np.testing.assert_array_equal(line.get_ydata(), truth)


def test_a_short_forecast_ends_with_the_times(ax):
    series.forecast(ax, YEARS, np.zeros(10), {"forecast": np.ones(3)})
    np.testing.assert_array_equal(lines(ax)["forecast"].get_xdata(), [2007, 2008, 2009])


def test_a_forecast_named_by_its_quantity_has_that_colour(ax):
    series.forecast(ax, YEARS, np.zeros(10), {"baseline": np.ones(10), "RNN": np.ones(10)})
    assert lines(ax)["baseline"].get_color() == palette.BASELINE
    assert lines(ax)["RNN"].get_color() == palette.OUTPUT


def test_no_two_forecasts_share_colour_or_dash(ax):
    series.forecast(ax, YEARS, np.zeros(10), {name: np.ones(10) for name in "abcdef"})
    drawn = [line for name, line in lines(ax).items() if name != "observed"]
    assert len({line.get_color() for line in drawn}) == 6
    assert len({str(line._unscaled_dash_pattern) for line in drawn}) == 6


def test_a_given_colour_is_used_and_not_given_again(ax):
    series.forecast(
        ax, YEARS, np.zeros(10), {"a": np.ones(10), "b": np.ones(10)}, {"b": palette.OUTPUT}
    )
    assert lines(ax)["b"].get_color() == palette.OUTPUT
    assert lines(ax)["a"].get_color() != palette.OUTPUT


def test_dates_can_be_the_times(ax):
    dates = np.arange("2000-01", "2000-11", dtype="datetime64[M]").astype("datetime64[D]")
    series.forecast(ax, dates, np.zeros(10), {"forecast": np.ones(2)})
    ax.figure.canvas.draw()
    assert ax.get_xlim()[1] > ax.get_xlim()[0]


@pytest.mark.parametrize("values", [np.ones(11), np.ones((10, 1)), np.ones(0)])
def test_a_forecast_of_the_wrong_shape_is_refused_by_name(ax, values):
    with pytest.raises(ValueError, match="'mine' has shape"):
        series.forecast(ax, YEARS, np.zeros(10), {"mine": values})


def test_a_truth_of_another_length_is_refused(ax):
    with pytest.raises(ValueError, match="truth has shape"):
        series.forecast(ax, YEARS, np.zeros(9), {})


def test_an_interval_is_a_band_around_its_mean(ax):
    series.with_interval(ax, [1, 2], [5, 6], [4, 5.5], [7, 8], palette.LOSS, "loss")
    band = ax.collections[0].get_paths()[0].get_extents()
    assert (band.y0, band.y1) == (4, 8)
    assert lines(ax)["loss"].get_color() == palette.LOSS


def test_swapped_ends_are_refused(ax):
    with pytest.raises(ValueError, match="outside its interval"):
        series.with_interval(ax, [1], [5], [7], [4])


def test_an_interval_of_other_length_is_refused(ax):
    with pytest.raises(ValueError, match="four of"):
        series.with_interval(ax, [1, 2], [5, 6], [4], [7])
