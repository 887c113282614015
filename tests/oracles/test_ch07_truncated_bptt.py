"""Chapter 7's checks refuse what no known mistake speaks of, and say nothing false of it."""

from __future__ import annotations

import numpy as np
import pytest
from keras import ops

from course_utils.checking import judge
from course_utils.checking.judging import draw_cases
from course_utils.checking.registry import exercise_named
from course_utils.checking.running import run
from tests.bank.ch07_truncated_bptt.encoded_state import EncodedTanh
from tests.bank.ch07_truncated_bptt.encoded_state import register as register_encoder
from tests.bank.ch07_truncated_bptt.learned_state import LearnedBase, register


def checked(draw):
    def answer(rng, batch, units, scale):
        if batch < 1 or units < 1:
            raise ValueError(f"batch and units must be at least 1, got {batch} and {units}")
        return draw(rng, batch, units, scale)

    return answer


def first_is_zero(rng, batch, units, scale):
    x = rng.normal(0, scale, (batch, units))
    x[0, 0] = 0
    return x


def mirrored(rng, batch, units, scale):
    half = rng.normal(0, scale, ((batch + 1) // 2, units))
    return np.concatenate([half, -half])[:batch]


def laplace(rng, batch, units, scale):
    return rng.laplace(0, scale / 2**0.5, (batch, units))


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (first_is_zero, "the same at one place"),
        (mirrored, "repeated with the other sign"),
        (laplace, "longer tails"),
        (lambda rng, b, u, s: np.zeros((b, u)), "all 0"),
        (lambda rng, b, u, s: np.sort(rng.normal(0, s, (b, u)), axis=0)[::-1], "in an order"),
    ],
)
def test_noise_that_is_not_independent_or_not_normal_is_told_so(draw, words):
    result = judge("noisy_state", checked(draw))
    assert not result.passed
    assert result.findings[0].mistake in (None, "sorted")
    said = result.findings[0]
    assert words in " ".join([said.message, *said.evidence.values()])


@register
class LearnedOtherName(LearnedBase):
    def call(self, batch):
        return ops.broadcast_to(self.vector, (batch, self.units))


def test_an_argument_of_another_name_is_told_as_the_call_that_fails():
    finding = judge("LearnedState", LearnedOtherName).findings[0]
    assert finding.mistake is None
    assert "`layer(batch_size=B)`" in finding.message
    assert "LearnedState(units)" not in finding.message


@pytest.mark.parametrize(
    "name", ["the gradients of the weights", "the slopes of the first unit", "the state"]
)
def test_the_numbers_of_an_encoder_have_to_fit_one_another(name):
    exercise = exercise_named("EncodedState")
    case = next(each for each in draw_cases(exercise, 0) if each.setup["task"] == "behaviour")
    reported = run(exercise.question, EncodedTanh, [(case.inputs, case.setup)])[0].outputs
    right = exercise.references[0](case.inputs, case.setup)

    def wrong(outputs):
        words = exercise.view(case.inputs, case.setup, outputs)
        return [each for each in right if not np.array_equal(words[each], right[each])]

    assert wrong(reported) == []
    value = reported[name]
    doubled = [2 * each for each in value] if isinstance(value, list) else 2 * value
    assert wrong({**reported, name: doubled})


@register_encoder
class EncodedRoot(EncodedTanh):
    def call(self, context):
        return ops.sqrt(super().call(context))


def test_a_state_that_is_not_finite_is_told_so():
    assert judge("EncodedState", EncodedRoot).findings[0].kind == "not-finite"
