"""pad_batch: sequences of many lengths in one array, and how long each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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

__all__ = ["EXERCISE", "pad_batch"]

Array = np.ndarray


def refuse(sequences: Sequence[Array]) -> None:
    """Raise where there is nothing to pad, or where the sequences make no batch."""
    if not sequences:
        raise ExpectedError("sequences", "an empty list")
    if len({each.shape[1:] for each in sequences}) > 1:
        shapes = " and ".join(sorted({str(each.shape) for each in sequences}))
        raise ExpectedError("sequences", f"sequences of shape {shapes}")


def pad_batch(sequences: Sequence[Array], value: float = 0.0) -> tuple[Array, Array]:
    refuse(sequences)
    lengths = np.array([len(each) for each in sequences])
    shape = (len(sequences), lengths.max(), *sequences[0].shape[1:])
    padded = np.full(shape, value, dtype=np.result_type(*sequences, np.asarray(value)))
    for row, each in zip(padded, sequences, strict=True):
        row[: len(each)] = each
    return padded, lengths


def by_pad(sequences: Sequence[Array], value: float = 0.0) -> tuple[Array, Array]:
    """With NumPy's own padding, of one sequence after the other."""
    refuse(sequences)
    longest = max(map(len, sequences))
    rows = [
        np.pad(
            each.astype(float),
            [(0, longest - len(each)), *[(0, 0)] * (each.ndim - 1)],
            constant_values=value,
        )
        for each in sequences
    ]
    return np.stack(rows), np.array([each.shape[0] for each in sequences])


def cases(rng: np.random.Generator) -> list[Case]:
    def sequence(length: int, *width: int, dtype: str = "float32") -> Array:
        if np.dtype(dtype).kind == "i":
            return rng.integers(1, 50, size=(length, *width)).astype(dtype)
        return rng.normal(size=(length, *width)).astype(dtype)

    def case(part: str, about: str, sequences: list[Array], value: float | None = None) -> Case:
        inputs: Inputs = {"sequences": sequences}
        return Case(part, inputs if value is None else {**inputs, "value": value}, about)

    def some(*lengths: int, width: int | None = None, dtype: str = "float32") -> list[Array]:
        return [sequence(T, *([] if width is None else [width]), dtype=dtype) for T in lengths]

    zeros = some(4, 2, 5, dtype="int64")
    for each in zeros:
        each[rng.integers(len(each))] = 0  # values that look like padding
    mixed = [sequence(2, dtype="int64"), sequence(4, dtype="float64")]
    return [
        case("values", "three sequences of numbers", some(4, 2, 5)),
        case("values", "four sequences with three features", some(2, 5, 1, 3, width=3)),
        case("values", "padded with −1.5, float64", some(3, 1, 6, 2, dtype="float64"), -1.5),
        case("values", "whole numbers, zeros among them", zeros),
        case("edges", "equal lengths: nothing to pad", some(3, 3, width=2)),
        case("edges", "one sequence", some(4)),
        case("edges", "whole numbers, padded with 0.5", some(2, 4, dtype="int64"), 0.5),
        case("edges", "a list of whole numbers first, then one of floats", mixed),
        case("edges", "a sequence of no steps", some(2, 0, 3, width=2)),
        case("edges", "no sequence has a step", some(0, 0, width=3)),
        case("edges", "one feature: (T, 1)", some(1, 3, width=1, dtype="float64"), 7),
        case("errors", "", []),
        case("errors", "", [sequence(2, 3), sequence(4, 2)]),
        case("errors", "", [sequence(2, 3), sequence(4, 1)]),  # NumPy would repeat the one feature
        case("errors", "", [sequence(2, 3), sequence(3)]),  # and read three steps as three features
        case("errors", "", [sequence(2), sequence(2), sequence(2, 4)]),
    ]


# --- whole wrong answers -------------------------------------------------------------------------


def in_front(sequences: Sequence[Array], value: float = 0.0) -> tuple[Array, Array]:
    padded, lengths = pad_batch(sequences, value)
    for row, each in zip(padded, sequences, strict=True):
        row[:] = value
        row[len(row) - len(each) :] = each
    return padded, lengths


def repeating_the_last(sequences: Sequence[Array], value: float = 0.0) -> tuple[Array, Array]:
    padded, lengths = pad_batch(sequences, value)
    for row, each in zip(padded, sequences, strict=True):
        row[len(each) :] = each[-1] if len(each) else value
    return padded, lengths


def cut(sequences: Sequence[Array], value: float = 0.0) -> tuple[Array, Array]:
    padded, lengths = pad_batch(sequences, value)
    return padded[:, : lengths.min()], lengths


def with_floats(inputs: Inputs, setup: Setup) -> Outputs:
    """What an answer gives whose lengths are right but for their dtype, whichever that is."""
    padded, lengths = pad_batch(**inputs)
    return {
        "the array": padded,
        "the lengths": lengths.astype(float),
        "the dtype of the lengths": "another",
    }


def unlike(sequence: Array, value: float) -> int:
    """How many steps differ from the padding: for the mistake of that kind."""
    differs = sequence != value
    return int((differs if differs.ndim == 1 else differs.any(axis=1)).sum())


def whole_with_whole(*values: Any) -> np.dtype[Any]:
    """The dtype of the first sequence, whatever the padding is: for the mistake of that name."""
    return values[0].dtype


MISTAKES = [
    Mistake(
        "padding-in-front",
        answer=in_front,
        see="Your padding stands in front of the values; asked for is padding behind them.",
        look="keras.utils.pad_sequences pads in front unless it is told otherwise.",
        change="Write the values from step 0 on, and leave the padding behind them.",
    ),
    Mistake(
        "value-ignored",
        "np.full(shape, value,",
        "np.full(shape, 0,",
        see="You pad with zeros, whatever value is asked for.",
        look="Where does `value` stand in your code?",
        change="Fill the array with value first, then write the sequences into it.",
    ),
    Mistake(
        "fractions-lost",
        "np.result_type(*sequences, np.asarray(value))",
        "whole_with_whole(*sequences)",
        see="Fractions are cut off: your array has the dtype of the first sequence.",
        look="Which dtype can hold every sequence and the padding as well?",
        change="Choose a dtype that fits all of them (np.result_type), or simply floats.",
    ),
    Mistake(
        "dtype-of-the-value",
        "np.result_type(*sequences, np.asarray(value))",
        "np.asarray(value).dtype",
        see="Where value is a whole number, your array holds whole numbers: fractions are cut off.",
        look="Which dtype does np.full choose for a fill value of 7?",
        change="Choose a dtype that fits the sequences as well (np.result_type), or simply floats.",
    ),
    Mistake(
        "whole-numbers",
        "return padded, lengths",
        "return padded.astype(int), lengths",
        see="Your array holds whole numbers: every fraction is cut off.",
        look="keras.utils.pad_sequences makes int32 unless it is told otherwise.",
        change="Choose a dtype that fits all sequences and value (np.result_type), or floats.",
    ),
    Mistake(
        "lengths-of-the-batch",
        "return padded, lengths",
        "return padded, np.full_like(lengths, padded.shape[1])",
        see="Your lengths are all equal: they are those of the padded array.",
        look="When do you measure the lengths: before or after the padding?",
        change="Take each sequence's own number of steps.",
    ),
    Mistake(
        "lengths-are-indices",
        "return padded, lengths",
        "return padded, lengths - 1",
        see="Your lengths are one too small: they are the indices of the last steps.",
        look="A sequence of three steps has the length 3; its last index is 2.",
        change="Return the number of steps.",
    ),
    Mistake(
        "lengths-count-values",
        "return padded, lengths",
        "return padded, np.array([unlike(each, value) for each in sequences])",
        see="Your lengths count the steps that differ from the padding, and a value may well equal "
        "it.",
        look="How do you tell a value from padding, once both stand in the array?",
        change="Take the number of steps of each sequence before you pad it.",
    ),
    Mistake(
        "lengths-count-numbers",
        "return padded, lengths",
        "return padded, np.array([each.size for each in sequences])",
        see="Your lengths count the numbers of a sequence, features included.",
        look="What is the difference between the size of an array and its first axis?",
        change="Take the length of the first axis.",
    ),
    Mistake(
        "lengths-as-floats",
        outputs=with_floats,
        see="Your lengths are right, but floats: none of them can be an index.",
        look="Look at the dtype of the lengths. Did you put them into an array of floats?",
        change="Return whole numbers.",
    ),
    Mistake(
        "cut-to-the-shortest",
        answer=cut,
        see="Your array is as long as the shortest sequence: the others are cut.",
        look="How many steps does your array have?",
        change="Make room for the longest sequence.",
    ),
    Mistake(
        "sorted",
        "    refuse(sequences)\n",
        "    refuse(sequences)\n    sequences = sorted(sequences, key=len)[::-1]\n",
        see="You sort the sequences by their lengths: row b is no longer sequence b.",
        look="Which label belongs to row 0 of your result?",
        change="Keep the order in which the sequences come.",
    ),
    Mistake(
        "last-value-repeated",
        answer=repeating_the_last,
        see="You repeat the last value of a sequence where the padding should stand.",
        look="Look for mode='edge', or for a value that is carried on.",
        change="Fill the rest of the row with value.",
    ),
    Mistake(
        "time-first",
        "return padded, lengths",
        "return padded.swapaxes(0, 1), lengths",
        see="Your array has the axes (T, B, …); asked for are (B, T, …).",
        look="Which axis stands first, the sequences or the steps?",
        change="Let row b be sequence b.",
    ),
    Mistake(
        "feature-added",
        "return padded, lengths",
        "return (padded[..., None] if padded.ndim == 2 else padded), lengths",
        see="Sequences of plain numbers come back with an axis of features that they do not have.",
        look="Look for [..., None], expand_dims or reshape(…, 1).",
        change="(T,) sequences make (B, T); only (T, F) sequences make (B, T, F).",
    ),
    Mistake(
        "empty-ones-dropped",
        "    refuse(sequences)\n",
        "    refuse(sequences)\n"
        "    sequences = [each for each in sequences if len(each)] or sequences\n",
        see="A sequence of no steps is left out: your batch has a row too few.",
        look="What becomes of a sequence of length 0?",
        change="Give it a row that is all padding, and the length 0.",
    ),
    Mistake(
        "any-sequences",
        outputs=accepts(pad_batch),
        see="An empty list, or sequences that make no batch, are accepted.",
        look="Read the `Raises` part of the stub: there are three cases.",
        change="Raise a ValueError that names sequences and says what came.",
    ),
]

EXERCISE = Exercise(
    "pad_batch(sequences, value=0.0)",
    results=("the array", "the lengths"),
    references=(pad_batch, by_pad),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.6, "edges": 0.25, "errors": 0.15},
    basic=("values",),
    points=2,
    probe="dtypes",
    settings={"dtypes": {"the lengths": "an integer"}},
    minutes=15,
    difficulty=2,
)
