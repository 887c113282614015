"""What costs points stands in the stub: no argument is changed, an axis may be empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from course_utils.checking.judging import draw_cases
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Case, ExpectedError
from tests.soundness.subjects import all_names, load


def stub(name: str) -> str:
    return load(name).sources.exercises[name]


def arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray) and value.ndim:
        yield value
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from arrays(each)


def given(case: Case) -> list[np.ndarray]:
    return list(arrays(list(case.inputs.values())))


@pytest.mark.parametrize("name", all_names())
def test_a_function_of_arrays_says_that_it_changes_none(name: str) -> None:
    exercise = exercise_named(name)
    if exercise.question.takes == "function" and any(map(given, draw_cases(exercise, 0))):
        assert re.search(r"not changed|no argument is changed", stub(name))


@pytest.mark.parametrize("name", all_names())
def test_an_axis_is_empty_only_where_the_stub_allows_it(name: str) -> None:
    exercise = exercise_named(name)
    outcomes = Outcomes(exercise)
    empty = [
        case.about
        for case in draw_cases(exercise, 0)
        if any(not array.size for array in given(case))
        and not isinstance(outcomes.right(case), ExpectedError)
    ]
    allowed = r"\b0 (included|or more)|may be 0|\b0 is allowed|any number|may hold nothing"
    if empty:
        assert re.search(allowed, stub(name)), empty
