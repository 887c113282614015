"""What needs no knowledge of the exercise is said before any known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.checking import judge
from course_utils.checking.accounts import simple_account
from course_utils.checking.diagnosing import CaseResult
from course_utils.checking.partly_right import part_that_is_right
from course_utils.checking.types import Case, ProbeResult


def right(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b)


def of(change):
    return lambda *given: change(right(*given))


SIMPLE = {
    "all zeros": of(lambda y: 0 * y),
    "0.5 everywhere": of(lambda y: 0 * y + 0.5),
    "the argument `h`, handed back": lambda x, h, *weights: h,
    "opposite sign": of(lambda y: -y),
    "twice what is right": of(lambda y: 2 * y),
    "1/3 times what is right": of(lambda y: y / 3),
    "times one over the length of axis 0 of `x`": of(lambda y: y / len(y)),
    "1/10 too much": of(lambda y: y + 0.1),
    "right but for the sign": of(np.abs),
    "the square of what is right": of(np.square),
    "one minus what is right": of(lambda y: 1 - y),
    "rounded to whole numbers": of(np.rint),
    "in reverse order along axis 0": of(lambda y: y[::-1]),
    "axes 0 and 1 are exchanged": of(np.transpose),
    "one place late along axis 0": of(lambda y: np.roll(y, 1, 0)),
    "the right numbers in the wrong order": of(lambda y: np.sort(y, axis=None).reshape(y.shape)),
    "as a reshape gives": of(lambda y: y.T.reshape(y.shape)),
    "one place late along axis 1; only the first entry": of(
        lambda y: np.concatenate([np.ones_like(y[:, :1]), y[:, :-1]], 1)
    ),
    "one place early along axis 0; only the last entry": of(
        lambda y: np.concatenate([y[1:], np.ones_like(y[:1])])
    ),
    "cut to whole numbers": of(np.trunc),
    "right for its first entry": of(lambda y: np.repeat(y[:1], len(y), 0)),
}


@pytest.mark.parametrize("words", SIMPLE)
def test_a_simple_account_is_told_in_words_and_no_mistake_is_named(words):
    first = judge("elman_step", SIMPLE[words]).findings[0]
    assert words in first.message
    assert first.mistake is None
    assert len(first.hints) == 3


def test_two_results_that_are_exchanged_are_said_to_be_so():
    rng = np.random.default_rng(0)
    tried = []
    for batch in (2, 3):
        h, c = rng.normal(size=(2, batch, 4))
        truth = {"the new h": h, "the new c": c}
        came = ProbeResult(outputs={"the new h": c, "the new c": h})
        tried.append(CaseResult(Case("step", {}), truth, came, failed=True))
    account = simple_account(tried)
    assert account is not None
    assert account.see.startswith("The new h and the new c are exchanged")


def test_a_right_answer_but_for_its_last_row_is_told_which_part_is_right():
    def forgets_the_last(*given):
        y = right(*given)
        return np.concatenate([y[:-1], 0 * y[-1:]])

    first = judge("elman_step", forgets_the_last).findings[0]
    assert first.evidence["what is right"] == "It is right along axis 0 but for the last entry."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([0, 4], "right along axis 0 but for the first and the last entry"),
        ([3, 4], "right along axis 0 up to entry 2 alone (entries are counted from 0)"),
        ([0, 1], "right along axis 0 from entry 2 on alone (entries are counted from 0)"),
        ([1, 3], ""),
    ],
)
def test_which_part_is_right_is_told_along_an_axis(wrong, words):
    right = np.arange(1.0, 11.0).reshape(5, 2)
    came = right.copy()
    came[wrong] += 0.5 * np.arange(1, 3) ** 2
    tried = CaseResult(Case("step", {}), {"y": right}, ProbeResult(outputs={"y": came}), True)
    assert part_that_is_right(tried) == words


def test_entries_that_are_all_equal_are_not_called_late():
    right = {"y": np.ones((4, 3)), "z": np.ones((2, 3))}
    came = {"y": np.ones((4, 3)), "z": np.ones((2, 3))}
    came["y"][0], came["z"][0] = [3, 5, 8], [2, 9, 4]
    tried = CaseResult(Case("step", {}), right, ProbeResult(outputs=came), True)
    account = simple_account([tried])
    assert account is None


def test_noise_gets_no_account():
    rng = np.random.default_rng(0)
    first = judge("elman_step", of(lambda y: y + 0.1 * rng.normal(size=y.shape))).findings[0]
    assert (first.mistake, first.hints) == (None, ())
    assert "wrong values" in first.message
