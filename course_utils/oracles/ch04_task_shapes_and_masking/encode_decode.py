"""encode_decode: read a whole sequence, then write another one.

Source: I. Sutskever, O. Vinyals and Q. V. Le, "Sequence to sequence learning with neural networks"
(2014).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
    from_case,
)
from course_utils.oracles.drawing import draw, zeroed
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "encode_decode"]

Array = np.ndarray
Encode: TypeAlias = Callable[[Array, Array], Array]
Decode: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]


def encode_decode(
    encode: Encode, decode: Decode, xs: Array, h0: Array, start: Array, steps: int
) -> Array:
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    h = h0
    for t in range(xs.shape[1]):
        h = encode(xs[:, t], h)
    y, ys = start, []
    for _ in range(steps):
        y, h = decode(y, h)
        ys.append(y)
    return np.stack(ys, axis=1)


@from_case
def by_one_recurrence(inputs: Inputs, setup: Setup) -> Outputs:
    """Both halves as one recurrence over T + steps steps, the inputs' products made beforehand."""
    xs, h, start, steps = (wide(each) for each in inputs.values())
    if steps < 1:
        raise ExpectedError
    given = {name: wide(value) for name, value in setup.items()}
    squash = (lambda z: z) if given["linear"] else np.tanh
    driven = np.einsum("btf,fu->tbu", xs, given["E_x"]) + given["b"]
    loop = given["W_y"] @ given["D_y"]  # an output that is read again
    ys = []
    for t in range(len(driven) + steps):
        if t < len(driven):
            z = driven[t] + h @ given["E_h"]
        elif t == len(driven):
            z = start @ given["D_y"] + given["c"] + h @ given["D_h"]
        else:
            z = h @ (loop + given["D_h"]) + given["b_y"] @ given["D_y"] + given["c"]
        h = squash(z)
        if t >= len(driven):
            ys.append(h @ given["W_y"] + given["b_y"])
    return {
        "the outputs": np.array(ys).swapaxes(0, 1),
        "the number of calls of encode": len(driven),
        "the number of calls of decode": steps,
    }


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        batch: int,
        reads: int,
        sizes: tuple[int, int, int],
        steps: int,
        dtype: str = "float32",
        linear: bool = False,
    ) -> Case:
        """Sizes are (features, units, outputs)."""
        features, units, outputs = sizes
        inputs = {
            "xs": draw(rng, batch, reads, features, dtype=dtype),
            "h0": draw(rng, batch, units, dtype=dtype),
            "start": draw(rng, batch, outputs, dtype=dtype),
            "steps": steps,
        }
        setup = drawn_halves(rng, features, units, outputs, dtype, linear)
        return Case(part, inputs, about, setup, tolerance_factor=3.0)

    def alone(part: str, term: str, *zero: str) -> Case:
        one = case(part, "", 2, 3, (2, 4, 3), 2, "float64")
        inputs = zeroed(one.inputs, *zero)
        return Case(part, inputs, "", zeroed(one.setup, "b", "c", "b_y"), term, 3.0)

    return [
        alone("encoder", "the inputs xs", "h0", "start"),
        alone("encoder", "the initial state h0", "xs", "start"),
        alone("decoder", "the start", "xs", "h0"),
        case("encoder", "four inputs, one output", 3, 4, (2, 5, 3), 1),
        case("encoder", "one input, one output", 2, 1, (3, 4, 2), 1),
        case("decoder", "one input, four outputs", 3, 1, (2, 4, 3), 4),
        case("decoder", "three inputs, five outputs", 2, 3, (2, 5, 3), 5),
        case("decoder", "linear steps, float64", 3, 4, (3, 4, 2), 3, "float64", True),
        case("decoder", "B = T = F = U = O = steps", 4, 4, (4, 4, 4), 4),
        case("edges", "one of everything", 1, 1, (1, 1, 1), 1),
        case("edges", "thirty inputs, twenty outputs", 1, 30, (2, 3, 2), 20, "float64"),
        case("errors", "", 2, 3, (2, 3, 2), 0),
        case("errors", "", 2, 3, (2, 3, 2), -3),
    ]


def drawn_halves(
    rng: np.random.Generator, features: int, units: int, outputs: int, dtype: str, linear: bool
) -> Setup:
    """Weights of both halves, with which no state dies out or grows over twenty steps."""
    E_h, D_h = rng.normal(size=(2, units, units))
    D_y, W_y = rng.normal(size=(outputs, units)), rng.normal(size=(units, outputs))
    radii = [np.abs(np.linalg.eigvals(W)).max() for W in (E_h, D_h, D_h + W_y @ D_y)]
    size = (1.0 if linear else 1.3) / max(radii)
    given: dict[str, Any] = {
        "E_x": rng.normal(size=(features, units)),
        "E_h": size * E_h,
        "b": 0.5 * rng.normal(size=units),
        "D_y": size * D_y,
        "D_h": size * D_h,
        "c": 0.5 * rng.normal(size=units),
        "W_y": W_y,
        "b_y": 0.5 * rng.normal(size=outputs),
    }
    return {**{name: W.astype(dtype) for name, W in given.items()}, "linear": linear}


def still(x: Array, h: Array) -> Any:
    """A step that changes nothing: who runs it sees only which arguments are refused."""
    return h


def silent(y: Array, h: Array) -> tuple[Array, Array]:
    """As above."""
    return y, h


# --- whole wrong answers -------------------------------------------------------------------------


def reading_while_writing(
    encode: Encode, decode: Decode, xs: Array, h0: Array, start: Array, steps: int
) -> Array:
    encode_decode(still, silent, xs, h0, start, steps)  # refuses what is impossible
    h, y, ys = h0, start, []
    for k in range(steps):
        h = encode(xs[:, min(k, xs.shape[1] - 1)], h)
        y, h = decode(y, h)
        ys.append(y)
    return np.stack(ys, axis=1)


MISTAKES = [
    Mistake(
        "always-fed-the-start",
        "decode(y, h)",
        "decode(start, h)",
        see="Every call of decode is fed the start again.",
        look="What does the second call of decode get as its y?",
        change="Feed each call the output of the call before it.",
    ),
    Mistake(
        "decoder-ignores-the-encoder",
        "    y, ys = start, []\n",
        "    y, ys, h = start, [], h0\n",
        see="Your decoder starts from h0: what the encoder read is lost.",
        look="Which state does the first call of decode get?",
        change="Hand the encoder's last state to the decoder.",
    ),
    Mistake(
        "encoder-not-carried",
        "h = encode(xs[:, t], h)",
        "h = encode(xs[:, t], h0)",
        see="Every call of encode starts from h0: only the last input is remembered.",
        look="Look at what the second call of encode gets as its state.",
        change="Give each call the state that the call before it returned.",
    ),
    Mistake(
        "last-input-only",
        "range(xs.shape[1])",
        "range(xs.shape[1] - 1, xs.shape[1])",
        see="Your encoder reads the last input alone.",
        look="How often is encode called?",
        change="Call encode once for each step of xs, from 0 to T − 1.",
    ),
    Mistake(
        "last-input-lost",
        "range(xs.shape[1])",
        "range(xs.shape[1] - 1)",
        see="Your encoder never reads the last input.",
        look="Which t does your loop end with?",
        change="Go through the time axis from 0 to T − 1, both included.",
    ),
    Mistake(
        "decoder-not-carried",
        "y, h = decode(",
        "y, _ = decode(",
        see="Every call of decode starts from the encoder's state: nothing is carried on.",
        look="What happens to the second value that decode returns?",
        change="Give each call the state that the call before it returned.",
    ),
    Mistake(
        "reads-backward",
        "xs[:, t]",
        "xs[:, -1 - t]",
        see="Your encoder reads the sequence from its end.",
        look="Sutskever and others reversed the input on purpose. Does this stub ask for it?",
        change="Go through the time axis from 0 to T − 1.",
    ),
    Mistake(
        "starts-at-zero",
        "    h = h0\n",
        "    h = 0 * h0\n",
        see="Your encoder starts at zero: h0 is ignored.",
        look="Which state does the first call of encode get?",
        change="Begin with h = h0.",
    ),
    Mistake(
        "start-ignored",
        "y, ys = start, []",
        "y, ys = 0 * start, []",
        see="The first call of decode is fed zeros, whatever the start is.",
        look="Where does start stand in your code?",
        change="Begin with y = start.",
    ),
    Mistake(
        "start-is-an-output",
        "        y, h = decode(y, h)\n        ys.append(y)\n",
        "        ys.append(y)\n        y, h = decode(y, h)\n",
        see="Your outputs are one step late: the start stands in front, and the last output is "
        "missing.",
        look="Do you store y before or after it passes through decode?",
        change="Call decode first, then store what it returned.",
    ),
    Mistake(
        "start-counts-as-output",
        "start, []\n    for _ in range(steps)",
        "start, [start]\n    for _ in range(steps - 1)",
        see="The start stands in front of your outputs, and decode runs once too little.",
        look="The start is no output of the network. How often does decode run?",
        change="Start the list of outputs empty, and let decode run steps times.",
    ),
    Mistake(
        "start-included",
        "start, []",
        "start, [start]",
        see="You return steps + 1 values: the start stands before the outputs.",
        look="The start is no output of the network.",
        change="Start the list of outputs empty.",
    ),
    Mistake(
        "one-too-many",
        "range(steps)",
        "range(steps + 1)",
        see="You return one output more than was asked for.",
        look="How often does your second loop run?",
        change="Let decode run exactly steps times.",
    ),
    Mistake(
        "as-long-as-the-input",
        "range(steps)",
        "range(xs.shape[1])",
        see="Your output is as long as the input; asked for are `steps` outputs.",
        look="Where does the argument steps stand in your code?",
        change="Let decode run exactly steps times, however long xs is.",
    ),
    Mistake(
        "one-call-too-many",
        "    return",
        "    decode(y, h)\n    return",
        see="Your outputs are right, but decode runs once more than needed.",
        look="Is there a call of decode whose output nobody uses?",
        change="Let decode run exactly steps times.",
    ),
    Mistake(
        "reads-while-it-writes",
        answer=reading_while_writing,
        see="Your network writes while it still reads: one input, one output.",
        look="Are encode and decode called in the same loop?",
        change="Write two loops: the first reads all of xs, the second writes.",
    ),
    Mistake(
        "pair-exchanged",
        "y, h = decode",
        "h, y = decode",
        see="You take the state for the output, and the output for the state.",
        look="decode returns two values: which one comes first?",
        change="Unpack them in the stub's order: the output y, then the state h.",
    ),
    Mistake(
        "states-returned",
        "append(y)",
        "append(h)",
        see="You return the decoder's states, not its outputs.",
        look="decode returns two values: which one comes first?",
        change="Keep the first value of each call.",
    ),
    Mistake(
        "last-output-only",
        "np.stack(ys, axis=1)",
        "y",
        see="You return one output for each sequence, where every step's is asked for.",
        look="Look at what you keep during the second loop.",
        change="Collect the output of each step and stack them along the time axis.",
    ),
    Mistake(
        "last-output-everywhere",
        "stack(ys",
        "stack([y] * steps",
        see="All your outputs of a sequence are equal: each is the last one.",
        look="You may have stored the same array again and again and changed it in place.",
        change="Store a new array at each step.",
    ),
    Mistake(
        "time-first",
        "axis=1",
        "axis=0",
        see="Your outputs have the axes (steps, B, O); expected are (B, steps, O).",
        look="np.stack puts the new axis in front unless you tell it where.",
        change="Stack the outputs along axis 1.",
    ),
    Mistake(
        "reshaped-for-transposed",
        "np.stack(ys, axis=1)",
        "np.reshape(ys, (len(start), steps, -1))",
        see="Your outputs have the right shape, but sequences and steps are mixed up in it.",
        look="reshape keeps the order in which the numbers lie; it exchanges no axes.",
        change="Exchange the first two axes, or stack the outputs along axis 1.",
    ),
    Mistake(
        "reversed-result",
        "stack(ys",
        "stack(ys[::-1]",
        see="Your outputs are right, but in reverse order.",
        look="Look at how you put the outputs together after the loop.",
        change="Keep the order of the steps: the first output stands first.",
    ),
    Mistake(
        "any-steps",
        outputs=accepts(lambda *inputs: encode_decode(still, silent, *inputs)),
        see="An output of no steps is accepted: there is nothing to return.",
        look="Read the `Raises` part of the stub.",
        change="Raise a ValueError that names steps and says what came.",
    ),
]

EXERCISE = Exercise(
    "encode_decode(encode, decode, xs, h0, start, steps)",
    results=("the outputs",),
    references=(encode_decode, by_one_recurrence),
    cases=cases,
    mistakes=MISTAKES,
    parts={"encoder": 0.35, "decoder": 0.35, "edges": 0.15, "errors": 0.15},
    basic=("encoder", "decoder"),
    points=2,
    probe="encoding_decoding",
    minutes=15,
    difficulty=2,
)
