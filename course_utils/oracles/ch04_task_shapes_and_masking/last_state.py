"""last_state: the state after the last step that counts."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.drawing import draw
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "last_state"]

Array = np.ndarray


def last_state(hs: Array, lengths: Array) -> Array:
    wrong = lengths[(lengths < 1) | (lengths > hs.shape[1])]
    if wrong.size:
        raise ExpectedError("lengths", f"a length {wrong[0]} and {hs.shape[1]} steps")
    return hs[np.arange(len(hs)), lengths - 1]


def by_row(hs: Array, lengths: Array) -> Array:
    """Row by row: what is left of it, read from behind."""
    if any(not 1 <= int(length) <= hs.shape[1] for length in lengths):
        raise ExpectedError
    return np.array([row[: int(length)][-1] for row, length in zip(hs, lengths, strict=True)])


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        lengths: list[int],
        steps: int,
        units: int,
        dtype: str = "float32",
        ints: str = "int64",
    ) -> Case:
        hs = draw(rng, len(lengths), steps, units, dtype=dtype)
        return Case(part, {"hs": hs, "lengths": np.array(lengths, dtype=ints)}, about)

    def hidden(value: float, about: str, dtype: str = "float32") -> Case:
        one = case("padding", about, [2, 4, 1], 4, 3, dtype)
        for row, length in zip(one.inputs["hs"], one.inputs["lengths"], strict=True):
            row[length:] = value
        return one

    some = [int(each) for each in rng.integers(1, 6, size=4)]
    return [
        case("states", "three lengths", [2, 5, 3], 5, 4),
        case("states", "drawn lengths, float64", [*some, 3], 7, 3, "float64"),
        case("states", "B = T = U", [2, 4, 1, 3], 4, 4),
        case("states", "more units than steps, int32", [3, 1], 3, 6, ints="int32"),
        hidden(np.nan, "NaN behind the length"),
        hidden(0.0, "zeros behind the length", "float64"),
        hidden(np.inf, "infinity behind the length"),
        case("edges", "all lengths are T", [4, 4], 4, 2),
        case("edges", "all lengths are 1", [1, 1, 1], 3, 2),
        case("edges", "one sequence, one step, one unit", [1], 1, 1),
        case("errors", "", [2, 0, 3], 4, 2),
        case("errors", "", [2, 5], 4, 3),
        case("errors", "", [-1, 2], 3, 2),
    ]


# --- whole wrong answers -------------------------------------------------------------------------


def by_product(hs: Array, lengths: Array) -> Array:
    last_state(hs, lengths)  # refuses what is impossible
    chosen = np.arange(hs.shape[1]) == lengths[:, None] - 1
    return np.asarray((hs * chosen[..., None]).sum(axis=1))


def mean_of_the_steps(hs: Array, lengths: Array) -> Array:
    last_state(hs, lengths)
    return np.array([row[:length].mean(axis=0) for row, length in zip(hs, lengths, strict=True)])


def largest_of_the_steps(hs: Array, lengths: Array) -> Array:
    last_state(hs, lengths)
    return np.array([row[:length].max(axis=0) for row, length in zip(hs, lengths, strict=True)])


def unchecked(hs: Array, lengths: Array) -> Array:
    return np.asarray(hs[np.arange(len(hs)), lengths - 1])


MISTAKES = [
    Mistake(
        "last-of-the-padding",
        "return hs[np.arange(len(hs)), lengths - 1]",
        "return hs[:, -1]",
        see="You return the state after the last step of the array, the padding read as well.",
        look="Where do the lengths stand in your code?",
        change="Take the state at index lengths[b] − 1 of row b.",
    ),
    Mistake(
        "one-step-late",
        "lengths - 1]",
        "np.minimum(lengths, hs.shape[1] - 1)]",
        see="Your states are one step late: a step of the padding has been read.",
        look="A sequence of three steps has its last one at index 2.",
        change="Subtract 1 from the length to get the index.",
    ),
    Mistake(
        "one-step-early",
        "lengths - 1]",
        "np.maximum(lengths - 2, 0)]",
        see="Your states are one step early: the last step of the sequence is missing.",
        look="How often do you subtract 1?",
        change="The index of the last step is the length minus 1.",
    ),
    Mistake(
        "multiplied",
        answer=by_product,
        see="Where NaN or infinity stands behind the length, your state is NaN.",
        look="What is 0 times NaN?",
        change="Pick the state by its index, or choose with np.where, instead of multiplying.",
    ),
    Mistake(
        "every-row-with-every-length",
        "hs[np.arange(len(hs)), lengths - 1]",
        "hs[:, lengths - 1]",
        see="Your result has an axis too many: every row is read at the lengths of all rows.",
        look="hs[:, lengths − 1] takes all those steps from each row.",
        change="Give one row index for each length: 0, 1, …, B − 1.",
    ),
    Mistake(
        "one-length-for-all",
        "lengths - 1]",
        "lengths.max() - 1]",
        see="Every row is read at the same step, that of the longest sequence.",
        look="How many different steps does your code read?",
        change="Each row has its own length.",
    ),
    Mistake(
        "first-state",
        "lengths - 1]",
        "0 * lengths]",
        see="You return the state after the first step.",
        look="From which end do you count?",
        change="Take the state at index lengths[b] − 1 of row b.",
    ),
    Mistake(
        "mean-of-the-steps",
        answer=mean_of_the_steps,
        see="You average the states over the steps that count.",
        look="Look for a mean along the time axis.",
        change="One state is asked for: the last one that counts.",
    ),
    Mistake(
        "largest-of-the-steps",
        answer=largest_of_the_steps,
        see="You take the largest value of each unit over the steps that count.",
        look="Look for a max along the time axis.",
        change="One state is asked for: the last one that counts.",
    ),
    Mistake(
        "unchecked",
        answer=unchecked,
        see="A length of 0 gets the last step of the padding, and one above T ends in another "
        "error.",
        look="What does Python do with the index −1? Read the `Raises` part of the stub.",
        change="Look at the smallest and the largest length first, and raise a ValueError.",
    ),
    Mistake(
        "any-length",
        outputs=accepts(last_state),
        see="A length below 1, or one above T, is accepted: for a length of 0 Python takes the "
        "index −1, the last step of the padding.",
        look="Read the `Raises` part of the stub: there are two cases.",
        change="Raise a ValueError that names lengths and says what came.",
    ),
]

EXERCISE = Exercise(
    "last_state(hs, lengths)",
    results=("the states",),
    references=(last_state, by_row),
    cases=cases,
    mistakes=MISTAKES,
    parts={"states": 0.5, "padding": 0.2, "edges": 0.15, "errors": 0.15},
    basic=("states",),
    points=2,
    minutes=10,
    difficulty=2,
)
