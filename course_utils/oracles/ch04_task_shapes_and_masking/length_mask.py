"""length_mask: which steps of a padded batch count."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
)
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "length_mask"]

Array = np.ndarray


def length_mask(lengths: Array, steps: int) -> Array:
    wrong = lengths[(lengths < 0) | (lengths > steps)]
    if wrong.size:
        raise ExpectedError("lengths", f"a length {wrong[0]} and {steps} steps")
    return np.arange(steps) < lengths[:, None]


def by_row(lengths: Array, steps: int) -> Array:
    """Row by row, as words of True and False."""
    if any(not 0 <= int(length) <= steps for length in lengths):
        raise ExpectedError
    rows = [[True] * int(length) + [False] * (steps - int(length)) for length in lengths]
    return np.array(rows, dtype=bool)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, lengths: list[int], steps: int, dtype: str = "int64") -> Case:
        inputs = {"lengths": np.array(lengths, dtype=dtype), "steps": steps}
        return Case(part, inputs, about)

    def drawn(batch: int, low: int, high: int) -> list[int]:
        return [int(each) for each in rng.integers(low, high + 1, size=batch)]

    return [
        case("mask", "three sequences, six steps", [4, 2, 6], 6),
        case("mask", "drawn lengths", [*drawn(4, 1, 6), 7], 7),
        case("mask", "the longest is shorter than steps", drawn(3, 1, 4), 9),
        case("mask", "B = steps", [*drawn(3, 1, 3), 2, 5], 5),
        case("mask", "int32", [3, *drawn(5, 1, 8)], 8, "int32"),
        case("edges", "a length of 0", [2, 0, 3], 4),
        case("edges", "all steps count", [5, 5], 5),
        case("edges", "one sequence, one step", [1], 1),
        case("edges", "nothing counts", [0, 0], 3),
        case("errors", "", [2, 5, 1], 4),
        case("errors", "", [2, -1, 3], 4),
        case("errors", "", [7, 7], 6),
    ]


def as_numbers(inputs: Inputs, setup: Setup) -> Outputs:
    """What an answer gives whose mask is right but for its dtype, whichever that is."""
    return {"the mask": length_mask(**inputs), "the dtype of the mask": "another"}


MISTAKES = [
    Mistake(
        "one-too-many",
        "np.arange(steps) <",
        "np.arange(steps) <=",
        see="In each row one step too many counts.",
        look="With a length of 2 the steps 0 and 1 count. Does step 2 in your mask?",
        change="Compare with < and not with <=.",
    ),
    Mistake(
        "one-too-few",
        "np.arange(steps) <",
        "np.arange(steps) + 1 <",
        see="In each row one step too few counts.",
        look="With a length of 2 the steps 0 and 1 count. Does step 1 in your mask?",
        change="Count steps from 0, and compare with <.",
    ),
    Mistake(
        "inverted",
        "np.arange(steps) <",
        "np.arange(steps) >=",
        see="Your mask is True on the padding and False on the steps that count.",
        look="Some libraries mark what is to be ignored. What does this stub ask for?",
        change="True means that the step counts.",
    ),
    Mistake(
        "numbers",
        outputs=as_numbers,
        see="Your mask holds the numbers 0 and 1; asked for is dtype bool.",
        look="With numbers ~mask and losses[mask] mean something else. Look for astype or a cast.",
        change="Return the comparison itself.",
    ),
    Mistake(
        "time-first",
        "return np.arange(steps) < lengths[:, None]",
        "return np.arange(steps)[:, None] < lengths",
        see="Your mask has the axes (steps, B); asked for are (B, steps).",
        look="Which of the two, lengths or steps, gets the new axis behind it?",
        change="Let lengths be a column and the steps a row.",
    ),
    Mistake(
        "padding-in-front",
        "np.arange(steps) <",
        "np.arange(steps)[::-1] <",
        see="In your mask the last steps count, as if the padding stood in front.",
        look="pad_batch puts the values first. Where does your True begin?",
        change="The first lengths[b] steps of row b count.",
    ),
    Mistake(
        "as-wide-as-the-longest",
        "return np.arange(steps)",
        "return np.arange(lengths.max())",
        see="Your mask is as wide as the longest sequence; asked for are `steps` columns.",
        look="Where does the argument steps stand in your code?",
        change="Make one column for each of the steps.",
    ),
    Mistake(
        "last-step-alone",
        "np.arange(steps) <",
        "np.arange(steps) + 1 ==",
        see="In each row only the last step of the sequence counts.",
        look="Look for == where steps are compared with lengths.",
        change="All steps below the length count.",
    ),
    Mistake(
        "negative-accepted",
        outputs=accepts(length_mask),
        see="A length below 0, or one above steps, is accepted.",
        look="Read the `Raises` part of the stub: there are two cases.",
        change="Raise a ValueError that names lengths and says what came.",
    ),
]

EXERCISE = Exercise(
    "length_mask(lengths, steps)",
    results=("the mask",),
    references=(length_mask, by_row),
    cases=cases,
    mistakes=MISTAKES,
    parts={"mask": 0.65, "edges": 0.2, "errors": 0.15},
    basic=("mask",),
    points=1,
    probe="dtypes",
    settings={"dtypes": {"the mask": "bool"}},
    minutes=8,
    difficulty=1,
)
