"""The embedded Reber grammar: its strings, and its best loss by two other ways."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from course_utils.datasets import (
    REBER_SYMBOLS,
    reber_arrays,
    reber_best_loss,
    reber_choices,
    reber_strings,
)


def spelled(longest: int) -> dict[str, float]:
    """Every string of at most so many symbols with its probability, from the choices alone."""
    ended, open_ = {}, {"": 1.0}
    for _ in range(longest):
        grown = {}
        for prefix, chance in open_.items():
            for symbol, p in reber_choices(prefix).items():
                grown[prefix + symbol] = chance * p
        open_ = {}
        for prefix, chance in grown.items():
            (open_ if reber_choices(prefix) else ended)[prefix] = chance
    return ended


@pytest.fixture(scope="module")
def all_strings() -> dict[str, float]:
    return spelled(22)


def test_the_shortest_strings_are_those_of_the_papers_graph(all_strings) -> None:
    assert {s for s in all_strings if len(s) == 9} == {
        f"B{o}{inner}{o}E" for o in "TP" for inner in ("BTXSE", "BPVVE")
    }


def test_the_best_loss_is_the_entropy_of_the_strings_over_their_length(all_strings) -> None:
    """By enumeration: the few strings that are longer, 1.5 % of all, move the ratio little."""
    missing = 1.0 - sum(all_strings.values())
    assert 0.0 < missing < 0.02
    entropy = -sum(p * math.log(p) for p in all_strings.values())
    length = sum(p * (len(s) - 1) for s, p in all_strings.items())  # the first B is no forecast
    assert reber_best_loss() == pytest.approx(entropy / length, rel=0.015)


def test_the_best_loss_is_the_uncertainty_along_the_way() -> None:
    """By following every beginning: its chance times what is open about the next symbol."""
    beginnings, open_, forecasts = {"B": 1.0}, 0.0, 0.0
    for _ in range(22):
        longer: dict[str, float] = {}
        for prefix, chance in beginnings.items():
            following = reber_choices(prefix)
            forecasts += chance * bool(following)
            open_ -= chance * sum(p * math.log(p) for p in following.values())
            longer |= {prefix + symbol: chance * p for symbol, p in following.items()}
        beginnings = longer
    assert reber_best_loss() == pytest.approx(open_ / forecasts, rel=2e-3)


def test_the_loss_of_a_perfect_forecast_on_drawn_strings_is_the_best_loss() -> None:
    strings = reber_strings(np.random.default_rng(0), 3000)
    losses = [-math.log(reber_choices(s[:k])[s[k]]) for s in strings for k in range(1, len(s))]
    spread = np.std(losses) / math.sqrt(len(losses))
    assert abs(np.mean(losses) - reber_best_loss()) < 5 * spread


def test_without_memory_one_more_symbol_is_open() -> None:
    assert reber_best_loss() == pytest.approx(7 / 11 * math.log(2))
    assert reber_best_loss(remembers=False) == pytest.approx(8 / 11 * math.log(2))


def test_the_last_but_one_symbol_repeats_the_second_and_the_rest_does_not_tell() -> None:
    strings = reber_strings(np.random.default_rng(1), 2000)
    assert all(s[1] == s[-2] and s[-1] == "E" for s in strings)
    inner = {which: [len(s) for s in strings if s[1] == which] for which in "TP"}
    assert abs(np.mean(inner["T"]) - np.mean(inner["P"])) < 0.5
    assert abs(len(inner["T"]) / len(strings) - 0.5) < 0.05


def test_the_same_seed_draws_the_same_strings() -> None:
    one, two, other = (reber_strings(np.random.default_rng(k), 20) for k in (3, 3, 4))
    assert one == two != other


def test_the_arrays_hold_each_symbol_and_the_one_after_it() -> None:
    strings = ["BTBTXSETE", "BPBPVPXVVEPE"]
    inputs, targets, mask = reber_arrays(strings)
    assert inputs.shape == (2, 11, 7) and targets.shape == mask.shape == (2, 11)
    for n, string in enumerate(strings):
        pairs = [
            (REBER_SYMBOLS[int(i)], REBER_SYMBOLS[int(t)])
            for i, t, there in zip(inputs[n].argmax(-1), targets[n], mask[n], strict=True)
            if there
        ]
        assert pairs == list(pairwise(string))
        assert not inputs[n][~mask[n]].any()


@pytest.mark.parametrize("prefix", ["T", "BB", "BTBX", "BTBTXSEP", "BTBTXSETEB"])
def test_a_beginning_that_no_string_has_is_refused(prefix) -> None:
    with pytest.raises(ValueError, match="begins with"):
        reber_choices(prefix)


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        reber_strings(np.random.default_rng(0), 0)
    with pytest.raises(ValueError, match="at least one string"):
        reber_arrays([])
    with pytest.raises(ValueError, match="symbols are"):
        reber_arrays(["BTQ"])
