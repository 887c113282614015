"""units_for_budget: how many units a cell may have within a budget of parameters."""

from __future__ import annotations

from math import isqrt

import numpy as np

from course_utils.checking.types import Case, Exercise, Mistake
from course_utils.oracles.ch10_gru.cell_parameters import cell_parameters
from course_utils.oracles.ch10_gru.shared import ANY_KIND, BLOCKS, KINDS, ROWS, refuse

__all__ = ["EXERCISE", "by_quadratic", "units_for_budget"]


def units_for_budget(kind: str, features: int, parameters: int) -> int:
    refuse(kind)
    units = 0
    while cell_parameters(kind, features, units + 1) <= parameters:
        units += 1
    return units


def by_quadratic(kind: str, features: int, parameters: int) -> int:
    """The larger root of blocks · U · (U + F + rows) = budget, rounded down, in whole numbers."""
    refuse(kind)
    share, linear = parameters // BLOCKS[kind], features + ROWS[kind]
    return (isqrt(linear * linear + 4 * share) - linear) // 2


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, kind: str, features: int, budget: int) -> Case:
        return Case(part, {"kind": kind, "features": features, "parameters": budget}, about)

    def number(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    found = []
    for kind in KINDS:
        features, units = number(5, 20), number(18, 40)
        exact, following = (cell_parameters(kind, features, u) for u in (units, units + 1))
        least = cell_parameters(kind, 4, 1)
        found += [
            case(kind, "a budget between two sizes", kind, features, (2 * exact + following) // 3),
            case(kind, "a budget just above a size", kind, features, exact + 1),
            case(kind, "a budget just below the next size", kind, features, following - 1),
            case(kind, "a budget that is met exactly", kind, features, exact),
            case("edges", "one parameter short of one unit", kind, 4, least - 1),
            case("edges", "just one unit", kind, 4, least),
        ]
    odd = "a budget that is not a size of anything"
    return [
        *found,
        case("edges", "no parameter at all", "lstm", 3, 0),
        case("edges", odd, "gru", 1, 100_000 + number(0, 999)),
        case(
            "edges", "a large budget", "elman", 9, cell_parameters("elman", 9, number(1400, 1600))
        ),
        case("edges", "many features", "lstm", 700, 90_000 + number(0, 999)),
        case("errors", "", "transformer", 3, 400),
        case("errors", "", "", 3, 400),
    ]


def nearest(kind: str, features: int, parameters: int) -> int:
    units = units_for_budget(kind, features, parameters)
    under = parameters - (cell_parameters(kind, features, units) if units else 0)
    over = cell_parameters(kind, features, units + 1) - parameters
    return units if under <= over else units + 1


def unrounded(kind: str, features: int, parameters: int) -> float:
    refuse(kind)
    linear = features + ROWS[kind]
    return float(np.sqrt(linear**2 + 4 * parameters / BLOCKS[kind]) - linear) / 2


MISTAKES = [
    Mistake(
        "strictly-below",
        "<=",
        "<",
        see="Where a size meets the budget exactly you return one unit less.",
        look="May the parameters equal the budget?",
        change="They may not exceed it: equal is allowed.",
    ),
    Mistake(
        "first-above",
        "return units",
        "return units + 1",
        see="You return the first size that exceeds the budget.",
        look="Put your result into cell_parameters and compare with the budget.",
        change="Stop one unit earlier: the last size that still fits.",
    ),
    Mistake(
        "first-that-reaches",
        "units = 0\n    while cell_parameters(kind, features, units + 1) <=",
        "units = 1\n    while cell_parameters(kind, features, units) <",
        see="You return the smallest size that reaches the budget.",
        look="Put your result into cell_parameters and compare with the budget.",
        change="Return the largest size whose parameters do not exceed the budget.",
    ),
    Mistake(
        "nearest",
        answer=nearest,
        see="You return the size that is nearest to the budget, from either side.",
        look="Do you round at the end?",
        change="Round down: the budget may not be exceeded.",
    ),
    Mistake(
        "not-rounded",
        answer=unrounded,
        see="Your number of units is not whole: it is where the parameters equal the budget.",
        look="What happens to the root of the quadratic equation?",
        change="Cut it to a whole number.",
    ),
    Mistake(
        "at-least-one",
        "return units",
        "return max(1, units)",
        see="Where not even one unit fits you return 1.",
        look="How many parameters has one unit? Is it within the budget?",
        change="Return 0 where the budget is too small.",
    ),
    Mistake(
        "one-too-few",
        "return units",
        "return max(0, units - 1)",
        see="You return one unit less than fits.",
        look="Put your result plus one into cell_parameters and compare with the budget.",
        change="Look at where your loop stops: at the last size that fits, not before it.",
    ),
    Mistake(
        "proportional",
        "return units",
        "return parameters // cell_parameters(kind, features, 1)",
        see="You divide the budget by the parameters of one unit.",
        look="Are the parameters of two units twice those of one?",
        change="The recurrent weights grow with U squared: search, or solve the quadratic.",
    ),
    Mistake(
        "one-bias",
        "cell_parameters(kind, features, units + 1)",
        "BLOCKS[kind] * (units + 1) * (features + units + 2)",
        see="Your units fit a GRU with one row of bias.",
        look="Which count of parameters do you use?",
        change="Use the count of the GRU with reset_after=True: two rows of bias.",
    ),
    Mistake(
        "no-bias",
        "cell_parameters(kind, features, units + 1)",
        "BLOCKS[kind] * (units + 1) * (features + units + 1)",
        see="Your units fit a cell without biases.",
        look="Which count of parameters do you use?",
        change="Use cell_parameters: it counts the biases too.",
    ),
    Mistake(
        "operations",
        "cell_parameters(kind, features, units + 1)",
        "2 * BLOCKS[kind] * (units + 1) * (features + units + 1)",
        see="Your units fit the budget if it is read as operations per step.",
        look="Which of the two counts do you use?",
        change="The budget is in parameters.",
    ),
    Mistake(
        "lstm-for-all",
        "cell_parameters(kind",
        'cell_parameters("lstm"',
        see="Your units are those of an LSTM, whatever the kind.",
        look="Where does kind come in?",
        change="Hand kind on to the count of parameters.",
    ),
    ANY_KIND,
    Mistake(
        "error-for-zero",
        "return units",
        "if not units:\n        raise ValueError(parameters)\n    return units",
        see="Where not even one unit fits your code raises an error.",
        look="Does your search begin at one unit, or do you raise the error yourself?",
        change="Return 0 there: it is an answer, and no error.",
    ),
]

EXERCISE = Exercise(
    "units_for_budget(kind, features, parameters)",
    results=("the number of units",),
    references=(units_for_budget, by_quadratic),
    cases=cases,
    mistakes=MISTAKES,
    parts={"elman": 0.2, "lstm": 0.25, "gru": 0.25, "edges": 0.2, "errors": 0.1},
    basic=KINDS,
    points=2,
    minutes=10,
    difficulty=2,
)
