"""What the exercises of chapter 10 share: the steps of a GRU, and the counts of three kinds.

Sources: K. Cho and others, "Learning phrase representations using RNN encoder-decoder for
statistical machine translation", EMNLP 2014 (the reset gate before the product); J. Chung and
others, "Empirical evaluation of gated recurrent neural networks on sequence modeling", 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checking.cells import Cell
from course_utils.checking.types import Case, ExpectedError, Inputs, Mistake
from course_utils.oracles.drawing import draw
from course_utils.oracles.ready_layers import ready_layer
from course_utils.oracles.refusals import accepts

__all__ = [
    "ANY_KIND",
    "ANY_UNITS",
    "BLOCKS",
    "CELL",
    "COUNT_PARTS",
    "KINDS",
    "ROWS",
    "count_cases",
    "isolated_steps",
    "keras_layer",
    "only",
    "other_blocks",
    "refuse",
    "step_inputs",
]

# --- steps ---------------------------------------------------------------------------------------

#: One state; a further argument, which also decides the shape of the bias.
CELL = Cell(extra=("reset_after",))


def step_inputs(
    rng: np.random.Generator,
    sizes: tuple[int, int, int],
    reset_after: bool,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """One step's arguments; sizes are batch, features, units."""
    batch, features, units = sizes
    shape = (2, 3 * units) if reset_after else (3 * units,)
    return {
        "x": draw(rng, batch, features, scale=scale, dtype=dtype),
        "h": draw(rng, batch, units, scale=0.7 * scale, dtype=dtype),
        "W": draw(rng, features, 3 * units, scale=0.8, dtype=dtype),
        "U": draw(rng, units, 3 * units, scale=0.8, dtype=dtype),
        "b": draw(rng, *shape, scale=0.6, dtype=dtype),
        "reset_after": reset_after,
    }


def only(inputs: Inputs, names: str) -> Inputs:
    """The inputs with everything zero but these: x, h, W_z … U_h, b_z … (row 0), c_z … (row 1)."""
    kept = set(names.split())
    found = {key: value.copy() if key != "reset_after" else value for key, value in inputs.items()}
    for key in ("x", "h"):
        found[key] *= key in kept
    units = inputs["h"].shape[1]
    for k, gate in enumerate("zrh"):
        columns = slice(k * units, (k + 1) * units)
        for key in "WU":
            found[key][:, columns] *= f"{key}_{gate}" in kept
        if inputs["reset_after"]:
            found["b"][0, columns] *= f"b_{gate}" in kept
            found["b"][1, columns] *= f"c_{gate}" in kept
        else:
            found["b"][columns] *= f"b_{gate}" in kept
    return found


def isolated_steps(rng: np.random.Generator, part: str) -> list[Case]:
    """Steps in which one term stands alone; the state comes along where the term acts on it."""

    def case(reset_after: bool, names: str, words: str) -> Case:
        return Case(part, only(step_inputs(rng, (3, 2, 4), reset_after), names), isolates=words)

    return [
        case(True, "h", "the state h"),
        case(True, "x W_h", "the candidate's input term x W_h"),
        case(True, "x h W_z", "the state and the update gate's term x W_z"),
        case(True, "h U_z", "the state and the update gate's term h U_z"),
        case(True, "x h W_r U_h", "the reset gate's term x W_r and the candidate's h U_h"),
        case(True, "h U_r U_h", "the reset gate's term h U_r and the candidate's h U_h"),
        case(True, "b_h", "the candidate's part of the first row of b"),
        case(True, "c_h", "the candidate's part of the second row of b"),
        case(True, "h b_z c_z", "the state and both rows of b for the update gate"),
        case(False, "x h W_r U_h", "x W_r and the candidate's h U_h (reset_after=False)"),
        case(False, "b_h", "the bias of the candidate (reset_after=False)"),
    ]


def keras_layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    """Keras's own layer for these weights."""
    after = bool(inputs.get("reset_after", True))
    return ready_layer("GRU", CELL.size_of(inputs), shape, reset_after=after)


# --- counts --------------------------------------------------------------------------------------

#: Gates and candidates of each kind: how many times the Elman cell's products it makes.
BLOCKS = {"elman": 1, "lstm": 4, "gru": 3}
KINDS = tuple(BLOCKS)
#: Rows of bias: a GRU with reset_after=True has two.
ROWS = {"elman": 1, "lstm": 1, "gru": 2}

COUNT_PARTS = {"elman": 0.2, "lstm": 0.25, "gru": 0.25, "edges": 0.1, "errors": 0.2}


def refuse(kind: str, units: int = 1) -> None:
    """Raise where there is nothing to count."""
    if kind not in BLOCKS:
        raise ExpectedError("kind", f"kind = {kind!r}")
    if units < 1:
        raise ExpectedError("units", f"units = {units}")


def count_cases(rng: np.random.Generator) -> list[Case]:
    """The cases of (kind, features, units)."""

    def case(part: str, about: str, kind: str, features: int, units: int) -> Case:
        # a string of its own, as one that crosses a border is: it equals "gru" and is not "gru"
        inputs = {"kind": "".join(list(kind)), "features": features, "units": units}
        return Case(part, inputs, about)

    def number(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    return [
        *(case(kind, "F below U", kind, number(3, 9), number(20, 60)) for kind in KINDS),
        *(case(kind, "F above U", kind, number(70, 99), number(5, 20)) for kind in KINDS),
        *(
            case(kind, "as many features as units", kind, n, n)
            for kind in KINDS
            for n in [number(2, 9)]
        ),
        *(case("edges", "one feature, one unit", kind, 1, 1) for kind in KINDS),
        case("edges", "large", "gru", number(200, 300), number(400, 600)),
        case("errors", "", "transformer", 3, 4),
        case("errors", "", "", 3, 4),
        case("errors", "", "gru", 8, 0),
        case("errors", "", "lstm", 8, -2),
        case("errors", "", "elman", 8, 0),
    ]


def refuse_count(kind: str, features: int, units: int = 1) -> None:
    """The errors of the counts, by the order of their arguments."""
    refuse(kind, units)


def other_blocks(makes: str, blocks: str) -> list[Mistake]:
    """The wrong number of gates for one kind alone, which no mistake of two kinds may speak of.

    Args:
        makes: what a cell does with its blocks: "has", "makes".
        blocks: what the exercise counts.
    """
    words = {2: "two", 3: "three", 4: "four"}

    def of(kind: str, came: int, look: str) -> Mistake:
        return Mistake(
            f"{kind}-with-{words[came]}",
            "BLOCKS[kind]",
            f"{BLOCKS | {kind: came}}[kind]",
            see=f"Your {kind.upper()} {makes} {words[came]} {blocks}.",
            look=look,
            change=f"Count {words[BLOCKS[kind]]} {blocks} for the {kind.upper()}.",
        )

    candidate = "Which gates has it? There is a candidate besides them."
    return [
        of("lstm", 3, candidate),
        of("gru", 2, candidate),
        of("gru", 4, "Which gate of an LSTM has no counterpart in a GRU?"),
    ]


ANY_KIND = Mistake(
    "any-kind",
    outputs=accepts(refuse_count, "kind"),
    see="A kind that does not exist is accepted, or raises no ValueError.",
    look="Which kinds are there? What should happen to any other word?",
    change="Raise a ValueError that names kind and the word that came.",
)

ANY_UNITS = Mistake(
    "any-units",
    outputs=accepts(refuse_count, "units"),
    see="A cell without units is accepted.",
    look="What does a count mean for 0 units, or for −2?",
    change="Raise a ValueError that names units and the number that came.",
)
