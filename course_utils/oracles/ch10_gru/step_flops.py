"""step_flops: how many operations the matrix products of one step take."""

from __future__ import annotations

from course_utils.checking.types import Exercise, Mistake
from course_utils.oracles.ch10_gru.shared import (
    ANY_KIND,
    ANY_UNITS,
    BLOCKS,
    COUNT_PARTS,
    KINDS,
    count_cases,
    other_blocks,
    refuse,
)

__all__ = ["EXERCISE", "step_flops"]


def step_flops(kind: str, features: int, units: int) -> int:
    refuse(kind, units)
    return 2 * BLOCKS[kind] * units * (features + units)


def by_products(kind: str, features: int, units: int) -> int:
    """One step gone through product by product, each number of each result counted."""
    refuse(kind, units)
    names = {"elman": ["h"], "lstm": ["i", "f", "c", "o"], "gru": ["z", "r", "h"]}[kind]
    total = 0
    for _ in names:
        for length in (features, units):  # x W, then h U
            for _ in range(units):  # each number of the result is a sum over `length` products
                total += length + length  # as many multiplications as additions
    return total


MISTAKES = [
    Mistake(
        "multiply-adds",
        "2 * ",
        "",
        see="Your numbers are half of what they should be.",
        look="A multiplication and an addition are two operations.",
        change="Count 2 for each multiply-add.",
    ),
    Mistake(
        "biases-too",
        "(features + units)",
        '(features + units + (2 if kind == "gru" else 1))',
        see="Your numbers are twice the numbers of parameters, biases included; only the matrix "
        "products are asked for.",
        look="Which operations do you count besides those of the two products?",
        change="Count 2 for each weight of the two matrices, and nothing else.",
    ),
    Mistake(
        "one-more-for-each-sum",
        "(features + units)",
        "(features + units + 0.5)",
        see="You count one operation more for each sum of a gate or candidate, as for a bias or an "
        "activation.",
        look="Which operations do you count besides those of the two products?",
        change="Count 2 for each weight of the two matrices, and nothing else.",
    ),
    Mistake(
        "parameters",
        "2 * BLOCKS[kind] * units * (features + units)",
        'BLOCKS[kind] * units * (features + units + (2 if kind == "gru" else 1))',
        see="Your numbers are the numbers of parameters.",
        look="What does one weight of a matrix do in one step?",
        change="Each weight of the two matrices multiplies once and adds once; a bias does not.",
    ),
    Mistake(
        "one-addition-less",
        "(features + units)",
        "(features + units - 1)",
        see="You count one addition less for each sum.",
        look="A sum of n products needs n − 1 additions. By which convention is it 2n here?",
        change="Count 2 for each multiply-add: 2n for a sum of n products.",
    ),
    Mistake(
        "no-recurrence",
        "(features + units)",
        "features",
        see="Your numbers lack the product of the state with its weights.",
        look="One step makes two matrix products.",
        change="Add the product of (1, U) with (U, U) for each gate.",
    ),
    Mistake(
        "no-input",
        "(features + units)",
        "units",
        see="Your numbers lack the product of the input with its weights.",
        look="One step makes two matrix products.",
        change="Add the product of (1, F) with (F, U) for each gate.",
    ),
    Mistake(
        "elman-for-all",
        "BLOCKS[kind] * ",
        "",
        see="Every kind makes as many operations as an Elman cell.",
        look="How many times does an LSTM, and how many a GRU, make an Elman cell's sum?",
        change="Multiply by the number of gates and candidates of the kind.",
    ),
    Mistake(
        "gates-only",
        "BLOCKS[kind]",
        "max(1, BLOCKS[kind] - 1)",
        see="You count the gates and leave the candidates out.",
        look="An LSTM has three gates and a GRU two; each also has a candidate.",
        change="Count four pairs of products for the LSTM and three for the GRU.",
    ),
    *other_blocks("makes", "pairs of products"),
    Mistake(
        "lstm-gru-exchanged",
        "BLOCKS[kind]",
        '{"elman": 1, "lstm": 3, "gru": 4}[kind]',
        see="Your LSTM makes three pairs of products and your GRU four.",
        look="Which of the two has an output gate?",
        change="The LSTM makes four pairs of products, the GRU three.",
    ),
    ANY_KIND,
    ANY_UNITS,
]

EXERCISE = Exercise(
    "step_flops(kind, features, units)",
    results=("the number of operations",),
    references=(step_flops, by_products),
    cases=count_cases,
    mistakes=MISTAKES,
    parts=COUNT_PARTS,
    basic=KINDS,
    points=1,
    minutes=6,
    difficulty=1,
)
