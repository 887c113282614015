"""Conditions: an interval wholly inside holds, wholly outside fails, across is neither."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.claims import Interval, above, below, within
from course_utils.errors import ClaimError


def spread(low, high):
    return Interval((low + high) / 2, low, high, 5)


@pytest.mark.parametrize(
    ("condition", "low", "high", "reading"),
    [
        (above("m", 1), 1.1, 2, "holds"),
        (above("m", 1), 0.9, 2, "undecided"),
        (above("m", 1), 0.1, 0.9, "fails"),
        (above("m", 1), 1, 1, "fails"),  # on the threshold is not above it
        (above("m", 1), 1, 2, "undecided"),
        (below("m", 1), 0.1, 0.9, "holds"),
        (below("m", 1), 0.9, 2, "undecided"),
        (below("m", 1), 1.1, 2, "fails"),
        (below("m", 1), 1, 1, "fails"),
        (within("m", 1, 2), 1, 2, "holds"),  # the bounds belong to it
        (within("m", 1, 2), 1.2, 1.3, "holds"),
        (within("m", 1, 2), 0.9, 1.3, "undecided"),
        (within("m", 1, 2), 0.5, 3, "undecided"),
        (within("m", 1, 2), 2.1, 3, "fails"),
        (within("m", 1, 2), 0.1, 0.9, "fails"),
        (within("m", 1, 1), 1, 1, "holds"),
    ],
)
def test_an_interval_is_read_as_a_whole(condition, low, high, reading):
    assert condition.read(spread(low, high)) == reading


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-10, 10))
def test_above_and_below_are_mirror_images(threshold, one, other):
    low, high = sorted((one, other))
    mirrored = below("m", -threshold).read(spread(-high, -low))
    assert above("m", threshold).read(spread(low, high)) == mirrored


@pytest.mark.parametrize(
    ("condition", "words", "opposite"),
    [
        (above("m", 0.1), "above 0.1", "at or below 0.1"),
        (below("m", 1000), "below 1000", "at or above 1000"),
        (within("m", 0.99, 1.01), "within 0.99 to 1.01", "outside 0.99 to 1.01"),
        (within("m", 1, 1), "equal to 1", "other than 1"),
        (below("m", 1e-7), "below 1e-7", "at or above 1e-7"),
    ],
)
def test_a_condition_says_itself_in_words(condition, words, opposite):
    assert (condition.words(), condition.opposite()) == (words, opposite)


def test_a_condition_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        above("m", 1).low = 0


@pytest.mark.parametrize("threshold", [math.nan, math.inf, "high", None])
def test_a_threshold_that_is_no_finite_number_is_refused(threshold):
    for make in (above, below):
        with pytest.raises(ClaimError, match="finite number"):
            make("m", threshold)
    with pytest.raises(ClaimError, match="finite number"):
        within("m", 0, threshold)


def test_swapped_bounds_are_refused():
    with pytest.raises(ClaimError, match="swap"):
        within("m", 2, 1)


def test_a_condition_without_a_metric_is_refused():
    with pytest.raises(ClaimError, match="metric's name first"):
        above(0.5, "m")
