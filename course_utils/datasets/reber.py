"""The embedded Reber grammar: strings whose last but one symbol repeats the second one.

    B T <a string of the inner grammar> T E        or        B P <the same> P E

Between the two there are five symbols at least and eight in the mean, which say nothing about
them. Everything that can be known before a symbol is known exactly, and so is the best loss.

Sources: A. S. Reber, "Implicit learning of artificial grammars", Journal of Verbal Learning and
Verbal Behavior 6 (1967); A. Cleeremans, D. Servan-Schreiber and J. McClelland, "Finite state
automata and simple recurrent networks", Neural Computation 1 (1989), who embed it; S. Hochreiter
and J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

import numpy as np

__all__ = ["REBER_SYMBOLS", "reber_arrays", "reber_best_loss", "reber_choices", "reber_strings"]

#: The seven symbols; their place here is their number in the arrays.
REBER_SYMBOLS = "BTSXPVE"

#: The inner grammar: state → symbol → next state. Where there are two symbols, each has chance ½.
_INNER: Mapping[int, Mapping[str, int]] = MappingProxyType(
    {
        0: {"B": 1},
        1: {"T": 2, "P": 3},
        2: {"S": 2, "X": 4},
        3: {"T": 3, "V": 5},
        4: {"X": 3, "S": 6},
        5: {"P": 4, "V": 6},
        6: {"E": 7},
    }
)
_END = 7
_OUTER = "TP"


def reber_strings(rng: np.random.Generator, count: int) -> list[str]:
    """Draw strings of the embedded grammar.

    Args:
        rng: a NumPy generator; the same state gives the same strings.
        count: how many, at least 1.

    Returns:
        The strings, such as "BTBPVVETE": 9 symbols or more, 12 in the mean.

    Raises:
        ValueError: count is below 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}.")
    strings = []
    for _ in range(count):
        outer = _OUTER[rng.integers(2)]
        state, inner = 0, ""
        while state != _END:
            choices = list(_INNER[state].items())
            symbol, state = choices[rng.integers(len(choices))]
            inner += symbol
        strings.append(f"B{outer}{inner}{outer}E")
    return strings


def reber_choices(prefix: str) -> dict[str, float]:
    """What may follow the beginning of a string, and with which chance.

    Args:
        prefix: the symbols so far; "" for none.

    Returns:
        symbol → probability; empty where the string has ended.

    Raises:
        ValueError: no string of the grammar begins like this.
    """
    if not prefix:
        return {"B": 1.0}
    if prefix == "B":
        return dict.fromkeys(_OUTER, 0.5)
    state, rest, ending = 0, prefix[2:], f"{prefix[1:2]}E"
    valid = prefix[0] == "B" and prefix[1:2] in tuple(_OUTER)
    while valid and rest and state != _END:
        valid = rest[0] in _INNER[state]
        state = _INNER[state].get(rest[0], state)
        rest = rest[1:]
    if not valid or (state == _END and not ending.startswith(rest)):
        raise ValueError(
            f"no string of the embedded Reber grammar begins with {prefix!r}; draw some with "
            "reber_strings."
        )
    if state != _END:
        return {symbol: 1.0 / len(_INNER[state]) for symbol in _INNER[state]}
    left = ending[len(rest) :]
    return {left[0]: 1.0} if left else {}


def reber_arrays(strings: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The task "name the next symbol" as arrays, short strings padded behind their end.

    Args:
        strings: N strings of the grammar; the longest has T + 1 symbols.

    Returns:
        inputs (N, T, 7) float32, one-hot, zero behind the end; targets (N, T) int32, the number of
        the next symbol in `REBER_SYMBOLS`, 0 behind the end; mask (N, T) bool, True where there
        is a symbol to name.

    Raises:
        ValueError: there is no string, or one has fewer than 2 symbols or a foreign one.
    """
    shortest = min((len(string) for string in strings), default=0)
    if shortest < 2:
        raise ValueError(
            "reber_arrays needs at least one string, each of 2 symbols or more; draw some with "
            "reber_strings."
        )
    steps = max(len(string) for string in strings) - 1
    inputs = np.zeros((len(strings), steps, len(REBER_SYMBOLS)), dtype=np.float32)
    targets = np.zeros((len(strings), steps), dtype=np.int32)
    mask = np.zeros((len(strings), steps), dtype=bool)
    for n, string in enumerate(strings):
        foreign = sorted(set(string) - set(REBER_SYMBOLS))
        if foreign:
            raise ValueError(f"string {n} holds {foreign}; the symbols are {REBER_SYMBOLS}.")
        numbers = [REBER_SYMBOLS.index(symbol) for symbol in string]
        length = len(numbers) - 1
        inputs[n, np.arange(length), numbers[:-1]] = 1.0
        targets[n, :length] = numbers[1:]
        mask[n, :length] = True
    return inputs, targets, mask


def reber_best_loss(remembers: bool = True) -> float:
    """The smallest mean cross-entropy per symbol that any forecast can reach, exactly.

    The symbol after the first B is a choice of two, and so is the symbol in five of the seven
    inner states; all others are certain. How often each inner state is visited solves a linear
    system, here in fractions: 7 choices in 11 forecasts.

    Args:
        remembers: whether the forecast knows the second symbol when the last but one is due. If
            it does not, that symbol is one more choice of two.

    Returns:
        Nats per forecast symbol: 7/11 · log 2 ≈ 0.441, or 8/11 · log 2 ≈ 0.504 without memory.
    """
    visits = _visits()
    choices = 1 + sum(visits[state] for state, to in _INNER.items() if len(to) == 2)
    forecasts = sum(visits.values()) + 3  # the second symbol, its repetition, and the last E
    return float((choices + (not remembers)) / forecasts) * math.log(2.0)


def _visits() -> dict[int, Fraction]:
    """How often each inner state is visited in the mean: v = start + v P, by elimination."""
    states = list(_INNER)
    size = len(states)
    rows = [[Fraction(int(i == j)) for j in range(size)] + [Fraction(int(i == 0))]
            for i in range(size)]  # fmt: skip
    for state, to in _INNER.items():
        for following in to.values():
            if following != _END:
                rows[following][state] -= Fraction(1, len(to))
    for k in range(size):
        pivot = next(r for r in range(k, size) if rows[r][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for r in range(size):
            if r != k and rows[r][k]:
                rows[r] = [a - rows[r][k] * b for a, b in zip(rows[r], rows[k], strict=True)]
    return {state: rows[k][-1] for k, state in enumerate(states)}
