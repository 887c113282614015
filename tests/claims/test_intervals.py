"""The interval over seeds: Student's t, and numbers written as exactly as they are known."""

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from course_utils.claims.intervals import Interval, exact_value, student_interval
from course_utils.errors import ClaimError

numbers = st.floats(-1e6, 1e6)
samples = st.lists(numbers, min_size=2, max_size=30).filter(lambda xs: max(xs) - min(xs) > 1e-3)


@given(samples)
def test_the_interval_is_that_of_scipy(values):
    found = student_interval(values)
    low, high = stats.t.interval(
        0.95, len(values) - 1, loc=statistics.fmean(values), scale=stats.sem(values)
    )
    assert found.low == pytest.approx(low, rel=1e-9, abs=1e-6)
    assert found.high == pytest.approx(high, rel=1e-9, abs=1e-6)
    assert found.n == len(values)


def test_the_interval_of_a_textbook_sample():
    # 1, 2, 3, 4, 5: mean 3, standard error sqrt(2.5 / 5), t(4, 0.975) = 2.776445 (tables)
    found = student_interval([1, 2, 3, 4, 5])
    assert found.mean == 3
    assert found.high - 3 == pytest.approx(2.776445 * 0.5**0.5, rel=1e-6)


def test_the_interval_covers_the_truth_in_95_of_100_samples():
    draw = random.Random(1)
    hits = 0
    for _ in range(2000):
        found = student_interval([draw.gauss(7, 3) for _ in range(5)])
        hits += found.low <= 7 <= found.high
    assert 0.935 < hits / 2000 < 0.965  # three standard errors around 0.95


@given(numbers, st.integers(2, 30))
def test_equal_values_have_no_width_and_are_that_value(value, count):
    assert student_interval([value] * count) == Interval(value, value, value, count)


@pytest.mark.parametrize("values", [[], [1.0]])
def test_fewer_than_two_values_have_no_interval(values):
    with pytest.raises(ClaimError, match="more seeds"):
        student_interval(values)


@pytest.mark.parametrize("values", [[1.7e308, -1.7e308], [1.7e308, 1.6e308, -1.7e308]])
def test_values_too_large_for_an_interval_are_refused(values):
    with pytest.raises(ClaimError, match="logarithm"):
        student_interval(values)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.25, "0.25"), (-81.25, "−81.25"), (1000001.0, "1000001"), (0.0, "0")],
)
def test_an_exact_number_is_written_as_it_is(value, text):
    assert student_interval([value] * 5).mean_text() == text
    assert exact_value(value).mean_text() == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "≈ 0.100"), (1 / 3, "≈ 0.333"), (-2e-7, "≈ −2.00e-7"), (12345.678, "≈ 12346")],
)
def test_a_number_that_is_no_short_decimal_is_marked(value, text):
    assert student_interval([value] * 5).mean_text() == text


@pytest.mark.parametrize(
    ("interval", "mean", "ends"),
    [
        (Interval(0.4213, 0.4001, 0.4425, 5), "≈ 0.421", "≈ 0.400 to 0.443"),
        (Interval(12345.6, 12000.0, 12691.2, 5), "≈ 12346", "≈ 12000 to 12691"),
        (Interval(1.6e-7, 1.1e-7, 2.1e-7, 5), "≈ 1.60e-7", "≈ 1.10e-7 to 2.10e-7"),
        (Interval(0.0, -0.5, 0.5, 5), "≈ 0.00", "≈ −0.50 to 0.50"),
        (Interval(-0.0001, -0.5, 0.5, 5), "≈ 0.00", "≈ −0.50 to 0.50"),
        (Interval(2.5e6, 2.4e6, 2.6e6, 5), "≈ 2.50e6", "≈ 2.40e6 to 2.60e6"),
        (Interval(0.0, -5e-9, 5e-9, 5), "≈ 0", "≈ −5.0e-9 to 5.0e-9"),
        (Interval(1.0, 1 - 1e-12, 1 + 1e-12, 5), "≈ 1.000000", "≈ 1.000000 to 1.000000"),
        (Interval(2.0, 2.0, 2.0, 5), "2", "the same in all 5 runs"),
        (Interval(2.0, 2.0, 2.0, 1), "2", "one number"),
    ],
)
def test_a_number_is_written_with_two_digits_of_its_uncertainty(interval, mean, ends):
    assert (interval.mean_text(), interval.range_text()) == (mean, ends)


@given(samples)
def test_a_written_number_is_near_the_number(values):
    found = student_interval(values)
    tolerance = max((found.high - found.low) / 20, 1e-5 * max(map(abs, values)))
    assert float(found.mean_text().removeprefix("≈ ").replace("−", "-")) == pytest.approx(
        found.mean, abs=tolerance
    )
