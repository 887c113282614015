"""cell_parameters: how many weights and biases a cell of one kind has."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Exercise, Mistake
from course_utils.oracles.ch10_gru.shared import (
    ANY_KIND,
    ANY_UNITS,
    BLOCKS,
    COUNT_PARTS,
    KINDS,
    ROWS,
    count_cases,
    other_blocks,
    refuse,
)

__all__ = ["EXERCISE", "cell_parameters"]


def cell_parameters(kind: str, features: int, units: int) -> int:
    refuse(kind, units)
    return BLOCKS[kind] * units * (features + units + ROWS[kind])


def by_arrays(kind: str, features: int, units: int) -> int:
    """The numbers in the arrays of one cell, as Keras lays them out, counted."""
    refuse(kind, units)
    columns = {"elman": units, "lstm": 4 * units, "gru": 3 * units}[kind]
    bias = (2, columns) if kind == "gru" else (columns,)
    return sum(np.zeros(shape).size for shape in ((features, columns), (units, columns), bias))


MISTAKES = [
    Mistake(
        "one-bias",
        "ROWS[kind]",
        "1",
        see="Your GRU has one bias for each column.",
        look="How many rows has b in a GRU with reset_after=True?",
        change="Count two biases for each of the 3U columns.",
    ),
    Mistake(
        "two-biases-everywhere",
        "ROWS[kind]",
        "2",
        see="You count two rows of bias where there is one.",
        look="PyTorch keeps two rows for all its cells. Which of Keras's cells has two?",
        change="Only the GRU with reset_after=True has a second row.",
    ),
    Mistake(
        "lstm-with-two-biases",
        "ROWS[kind]",
        '(ROWS | {"lstm": 2})[kind]',
        see="You count two rows of bias for the LSTM.",
        look="PyTorch keeps two rows for all its cells. Which of Keras's cells has two?",
        change="Only the GRU with reset_after=True has a second row.",
    ),
    Mistake(
        "one-number-of-bias",
        "units * (features + units + ROWS[kind])",
        "(units * (features + units) + ROWS[kind])",
        see="You count one bias for each gate, where each of its units has one.",
        look="How long is the bias of one gate?",
        change="Count U biases for each gate and candidate.",
    ),
    Mistake(
        "readout-too",
        "return BLOCKS",
        "return units + 1 + BLOCKS",
        see="You also count a readout with one output: U + 1 weights too many.",
        look="Which weights belong to the cell, and which to the layer behind it?",
        change="Count the cell alone.",
    ),
    Mistake(
        "no-bias",
        " + ROWS[kind]",
        "",
        see="Your numbers lack the biases.",
        look="Which arrays does a cell have besides the two matrices?",
        change="Add the biases of every gate and candidate.",
    ),
    Mistake(
        "no-recurrence",
        " + units",
        "",
        see="Your numbers lack the weights from state to state.",
        look="A recurrent cell has two matrices.",
        change="Each gate also has U × U weights for the state.",
    ),
    Mistake(
        "no-input",
        "features + ",
        "",
        see="Your numbers lack the weights from the input.",
        look="A recurrent cell has two matrices.",
        change="Each gate also has F × U weights for the input.",
    ),
    Mistake(
        "elman-for-all",
        "BLOCKS[kind] * units * (features + units + ROWS[kind])",
        "units * (features + units + 1)",
        see="Every kind has as many parameters as an Elman cell.",
        look="How many times does an LSTM, and how many a GRU, make an Elman cell's sum?",
        change="Multiply by the number of gates and candidates of the kind.",
    ),
    Mistake(
        "gates-only",
        "BLOCKS[kind]",
        "max(1, BLOCKS[kind] - 1)",
        see="You count the gates and leave the candidates out.",
        look="An LSTM has three gates and a GRU two; each also has a candidate.",
        change="Count four blocks of U columns for the LSTM and three for the GRU.",
    ),
    *other_blocks("has", "blocks of columns"),
    Mistake(
        "lstm-gru-exchanged",
        "refuse(kind, units)\n",
        'refuse(kind, units)\n    kind = {"lstm": "gru", "gru": "lstm"}.get(kind, kind)\n',
        see="Your LSTM has the parameters of a GRU, and your GRU those of an LSTM.",
        look="Which of the two has an output gate?",
        change="The LSTM makes four sums, the GRU three, with two rows of bias.",
    ),
    Mistake(
        "recurrent-by-features",
        "units * (features + units + ROWS[kind])",
        "(units * (features + ROWS[kind]) + features * features)",
        see="Your recurrent weights are F × F for each gate.",
        look="What does a recurrent matrix read, and what does it give?",
        change="It leads from U numbers to U numbers: count U × U.",
    ),
    Mistake(
        "features-and-units-exchanged",
        "* units",
        "* features",
        see="Your numbers are those of a cell with features and units exchanged.",
        look="Which of the two sizes stands in both matrices?",
        change="The recurrent weights are U × U for each gate, the input weights F × U.",
    ),
    ANY_KIND,
    ANY_UNITS,
]

EXERCISE = Exercise(
    "cell_parameters(kind, features, units)",
    results=("the number of parameters",),
    references=(cell_parameters, by_arrays),
    cases=count_cases,
    mistakes=MISTAKES,
    parts=COUNT_PARTS,
    basic=KINDS,
    points=1,
    minutes=8,
    difficulty=1,
)
