"""A report that its exercise's view cannot read is told so, whatever it holds."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.checking.judging import draw_cases, verdict
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import ProbeResult

RAGGED = {"the weights": [np.zeros(2), np.zeros((3, 4))], "words": "0", "more": np.zeros(5)}


@pytest.mark.parametrize("outputs", [{}, {"the mean": "0"}, RAGGED])
def test_what_no_view_can_read_is_a_finding_and_earns_nothing(outputs):
    exercise = exercise_named("xavier")
    cases = draw_cases(exercise, 0)
    result = verdict(Outcomes(exercise), cases, [ProbeResult(outputs)] * len(cases))
    assert result.points == 0
    assert "cannot be used" in result.findings[0].message
    assert len(result.findings[0].message) < 300


def test_a_right_answer_in_words_is_what_an_oracle_says_and_no_report():
    exercise = exercise_named("noisy_state")
    outcomes, cases = Outcomes(exercise), draw_cases(exercise, 0)
    said = [outcomes.right(case) for case in cases]
    words = [ProbeResult(each if isinstance(each, dict) else {}) for each in said]
    assert verdict(outcomes, cases, words).points == 0
