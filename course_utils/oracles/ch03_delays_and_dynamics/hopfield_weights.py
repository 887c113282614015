"""hopfield_weights: Hebb's rule for patterns of ±1.

Source: J. J. Hopfield, "Neural networks and physical systems with emergent collective computational
abilities", PNAS 79 (1982).
"""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "hopfield_weights"]

Array = np.ndarray


def hopfield_weights(patterns: Array) -> Array:
    if not np.isin(patterns, (-1, 1)).all():
        raise ExpectedError("patterns", "an entry that is neither 1 nor −1")
    p = patterns.astype(float)
    W = p.T @ p / p.shape[1]
    W[np.diag_indices(len(W))] = 0
    return W


def by_pairs(patterns: Array) -> Array:
    """How often two units agree, less how often they do not."""
    if (np.abs(patterns.astype(float)) != 1).any():
        raise ExpectedError
    count, units = patterns.shape
    W = np.zeros((units, units))
    for i in range(units):
        for j in range(i):
            agree = int((patterns[:, i] == patterns[:, j]).sum())
            W[i, j] = W[j, i] = (2 * agree - count) / units
    return W


def cases(rng: np.random.Generator) -> list[Case]:
    def signs(count: int, units: int, dtype: str = "float64") -> Array:
        return rng.choice([-1, 1], (count, units)).astype(dtype)

    def case(part: str, about: str, patterns: Array) -> Case:
        return Case(part, {"patterns": patterns}, about)

    def spoiled(patterns: Array, entry: float) -> Array:
        patterns[rng.integers(len(patterns)), rng.integers(patterns.shape[1])] = entry
        return patterns

    def alike(count: int, units: int, dtype: str) -> Array:
        """Patterns that hardly differ: their sums are large."""
        patterns = np.repeat(signs(1, units), count, axis=0)
        return np.where(rng.random((count, units)) < 0.03, -patterns, patterns).astype(dtype)

    return [
        case("one pattern", "one pattern of eight units", signs(1, 8)),
        case("one pattern", "one pattern, float32", signs(1, 4, "float32")),
        case("patterns", "three patterns of eight units", signs(3, 8)),
        case("patterns", "two patterns of sixteen units, float32", signs(2, 16, "float32")),
        case("patterns", "more patterns than units", signs(11, 4)),
        case("patterns", "as many patterns as units", signs(4, 4)),
        case("edges", "int8, two patterns", signs(2, 8, "int8")),
        case("edges", "int8, 200 patterns that are much alike", alike(200, 8, "int8")),
        case("edges", "whole numbers", signs(3, 4, "int64")),
        case("edges", "one unit", signs(3, 1)),
        case("edges", "all units 1", np.ones((1, 4))),
        case("edges", "all units −1", -np.ones((2, 4))),
        case("errors", "", spoiled(signs(3, 5), 0.0)),
        case("errors", "", spoiled(signs(2, 6), 0.5)),
        case("errors", "", spoiled(signs(2, 6), 2.0)),
        case("errors", "", (signs(3, 4, "int8") + 1) // 2),
        case("errors", "", spoiled(signs(2, 5), np.nan)),
    ]


def refuse_zeros_alone(patterns: Array) -> None:
    if (patterns == 0).any():
        hopfield_weights(patterns)


def refuse_all_but_zeros(patterns: Array) -> None:
    if not (patterns == 0).any():
        hopfield_weights(patterns)


MISTAKES = [
    Mistake(
        "diagonal-kept",
        "    W[np.diag_indices(len(W))] = 0\n",
        "",
        see="Your weights are right but for the diagonal, which is P / N.",
        look="A unit has no connection to itself. What stands at W[0, 0]?",
        change="Set the diagonal to zero.",
    ),
    Mistake(
        "divided-by-patterns",
        "/ p.shape[1]",
        "/ p.shape[0]",
        see="You divide by the number of patterns; the rule divides by the number of units.",
        look="patterns is (P, N). Which of its two axes do you count?",
        change="Divide by N.",
    ),
    Mistake(
        "not-divided",
        " / p.shape[1]",
        "",
        see="Your weights are not divided by the number of units.",
        look="With one pattern every weight is 1/N or −1/N.",
        change="Divide the sum over patterns by N.",
    ),
    Mistake(
        "divided-by-both",
        "/ p.shape[1]",
        "/ p.size",
        see="You divide by P N; the rule divides by N alone.",
        look="Look for a mean over the patterns, or a division by their size.",
        change="Sum over the patterns, and divide by N.",
    ),
    Mistake(
        "one-subtracted",
        "    W[np.diag_indices(len(W))] = 0\n",
        "    W = W - np.eye(len(W))\n",
        see="You take 1 from the diagonal; it is P / N before that, and should be 0.",
        look="What stands on the diagonal of the sum over patterns?",
        change="Set the diagonal to zero, or take P / N from it.",
    ),
    Mistake(
        "patterns-compared",
        "p.T @ p",
        "p @ p.T",
        see="Your matrix compares patterns with patterns; it should connect units with units.",
        look="Compare the shape of your result with (N, N).",
        change="Multiply the other way round: each pattern adds the outer product of itself.",
    ),
    Mistake(
        "first-pattern-alone",
        "p = patterns.astype(float)",
        "p = patterns[:1].astype(float)",
        see="Your weights hold the first pattern only.",
        look="Is there a sum over the patterns?",
        change="Add up the outer products of all patterns.",
    ),
    Mistake(
        "last-pattern-alone",
        "p = patterns.astype(float)",
        "p = patterns[-1:].astype(float)",
        see="Your weights hold the last pattern only.",
        look="Do you add to the weights, or replace them?",
        change="Add up the outer products of all patterns.",
    ),
    Mistake(
        "mean-taken-away",
        "p = patterns.astype(float)",
        "p = patterns - patterns.mean(axis=0)",
        see="You subtract each unit's mean over the patterns first, as a covariance does.",
        look="Look for np.cov, np.corrcoef or a mean.",
        change="Use the patterns as they are.",
    ),
    Mistake(
        "overflows",
        "p = patterns.astype(float)",
        "p = patterns",
        see="With many patterns in int8 your sums overflow: 128 becomes −128.",
        look="int8 holds numbers up to 127. In which dtype do you sum?",
        change="Convert the patterns to floats before the product.",
    ),
    Mistake(
        "overflows-with-diagonal",
        "    p = patterns.astype(float)\n    W = p.T @ p / p.shape[1]\n"
        "    W[np.diag_indices(len(W))] = 0\n",
        "    W = patterns.T @ patterns / patterns.shape[1]\n",
        see="The diagonal is not zero, and with many patterns in int8 your sums overflow.",
        look="int8 holds numbers up to 127. In which dtype do you sum?",
        change="Convert the patterns to floats before the product, and set the diagonal to zero.",
    ),
    Mistake(
        "negated",
        "W = p.T @ p",
        "W = -p.T @ p",
        see="Your weights have the opposite sign.",
        look="Units that agree in a pattern should support each other.",
        change="Leave the minus out: it belongs to the energy.",
    ),
    Mistake(
        "sign-of-the-weights",
        "    return W",
        "    return np.sign(W)",
        see="You return the signs of the weights.",
        look="Units that agree in more patterns are connected more strongly.",
        change="Return the weights themselves.",
    ),
    Mistake(
        "half-a-matrix",
        "    return W",
        "    return np.tril(W)",
        see="The upper half of your matrix is zero.",
        look="The connection from i to j is as strong as that from j to i.",
        change="Fill both halves.",
    ),
    Mistake(
        "upper-half-alone",
        "    return W",
        "    return np.triu(W)",
        see="The lower half of your matrix is zero.",
        look="The connection from j to i is as strong as that from i to j.",
        change="Fill both halves.",
    ),
    Mistake(
        "both-signs-demanded",
        "not np.isin(patterns, (-1, 1)).all()",
        "set(np.unique(patterns)) != {-1, 1}",
        see="Patterns that hold only one of the two signs are refused.",
        look="All units may be 1. What does your test say about it?",
        change="Ask of every entry whether it is 1 or −1, not whether both are there.",
    ),
    Mistake(
        "only-zero-refused",
        outputs=accepts(refuse_all_but_zeros),
        see="A 0 is refused; other entries that are neither 1 nor −1 are accepted.",
        look="What does your code make of a 2, of a half, and of NaN?",
        change="Ask whether every entry is 1 or −1.",
    ),
    Mistake(
        "zero-accepted",
        outputs=accepts(refuse_zeros_alone),
        see="A 0 among the patterns is accepted: patterns of 0 and 1 slip through.",
        look="A test of the size, such as abs(p) <= 1, lets zeros through.",
        change="Ask whether every entry is 1 or −1.",
    ),
    Mistake(
        "anything-accepted",
        outputs=accepts(hopfield_weights),
        see="Patterns with entries that are neither 1 nor −1 are accepted.",
        look="Look at what your code does with pixels of 0 and 1.",
        change="Test the entries first, and raise a ValueError that names `patterns`.",
    ),
]

EXERCISE = Exercise(
    "hopfield_weights(patterns)",
    results=("the weights",),
    references=(hopfield_weights, by_pairs),
    cases=cases,
    mistakes=MISTAKES,
    parts={"one pattern": 0.3, "patterns": 0.4, "edges": 0.15, "errors": 0.15},
    basic=("one pattern", "patterns"),
    points=1,
    minutes=8,
    difficulty=1,
)
