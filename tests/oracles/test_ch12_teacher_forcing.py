"""What the checks of chapter 12 say to answers that no mistake of their banks explains."""

from __future__ import annotations

import numpy as np

from course_utils.checking import judge
from tests.bank.ch12_teacher_forcing.scheduled_inputs import mix_where


def test_a_mixture_in_single_precision_loses_a_fifth_and_is_told_why():
    def answer(truth, predicted, p_truth, rng):
        return mix_where(np.float32(truth), np.float32(predicted), p_truth, rng)

    result = judge("scheduled_inputs", answer)
    assert result.points == 0.8 * result.max_points
    assert "float32" in result.findings[0].message


def test_a_mixture_made_in_place_is_told_that_alone():
    def answer(truth, predicted, p_truth, rng):
        coin = rng.random(truth.shape[:2]) < p_truth
        mix_where(truth, predicted, p_truth, rng)
        predicted[coin] = truth[coin]
        return predicted

    result = judge("scheduled_inputs", answer)
    assert [finding.kind for finding in result.findings] == ["changed-input"]
    assert result.points == result.max_points / 2


def test_of_two_coins_the_share_is_told_and_nothing_that_is_not_so():
    def answer(truth, predicted, p_truth, rng):
        both = mix_where(truth, predicted, p_truth, rng)
        return mix_where(both, predicted, p_truth, rng)

    result = judge("scheduled_inputs", answer)
    assert [finding.mistake for finding in result.findings] == [None]
    assert "about 0.25, where p_truth is 0.5" in result.findings[0].message


def test_choices_made_for_two_steps_at_once_are_told_of_as_a_person_would():
    def answer(truth, predicted, p_truth, rng):
        steps = truth.shape[1]
        halved = np.zeros((len(truth), (steps + 1) // 2, 1))
        coin = np.repeat(mix_where(halved + 1, halved, p_truth, rng), 2, axis=1)[:, :steps]
        return np.where(coin == 1, truth, predicted)

    result = judge("scheduled_inputs", answer)
    assert result.findings[0].message.startswith("Neighbouring steps depend on each other.")
