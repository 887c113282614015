"""lstm_gates: the gates and the candidate of an LSTM (Gers, Schmidhuber and Cummins, 2000)."""

from __future__ import annotations

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup, from_case
from course_utils.oracles import maths
from course_utils.oracles.ch09_lstm.shared import (
    BLOCKS,
    CELL,
    gate_inputs,
    keras_layer,
    only_block,
)
from course_utils.oracles.drawing import zeroed
from course_utils.oracles.ready_layers import keras_states

__all__ = ["EXERCISE", "GATE_MISTAKES", "lstm_gates"]

Array = np.ndarray

RESULTS = ("the input gate i", "the forget gate f", "the candidate g", "the output gate o")


def lstm_gates(x: Array, h: Array, W: Array, U: Array, b: Array) -> tuple[Array, ...]:
    z = x @ W + h @ U + b
    i, f, g, o = maths.split(z, 4)
    i, f, g, o = maths.sigmoid(i), maths.sigmoid(f), maths.tanh(g), maths.sigmoid(o)
    return i, f, g, o


@from_case
def by_keras(inputs: Inputs, setup: Setup) -> Outputs | None:
    """The gates of Keras's own layer, read from its states under cell states of our choice.

    c' = f c + i g is linear in c, h' = o tanh(c'), and a large bias makes g equal to 1.
    """
    if np.abs(inputs["x"]).max(initial=0.0) > 20.0:
        return None  # a gate near 0 cannot be read
    units = inputs["h"].shape[-1]
    xs, h = (np.concatenate([wide(inputs[name])] * 2) for name in ("x", "h"))
    cells = np.repeat([0.0, 2.0], len(inputs["h"]))[:, None] * np.ones(units)
    layer = keras_layer(inputs, inputs["x"].shape[1:])
    weights = [wide(inputs[name]) for name in CELL.given]
    _, hs, cs = keras_states(layer, weights, xs[:, None], h, cells)
    (_, h_two), (without, with_two) = np.split(hs, 2), np.split(cs, 2)
    for name, weight in zip(CELL.given, weights, strict=True):
        weight[..., 2 * units : 3 * units] = 40.0 if name == "b" else 0.0
    _, _, opened = keras_states(layer, weights, xs[:, None], h, cells)
    i = opened[: len(without)]
    values = (i, (with_two - without) / 2.0, without / i, h_two / np.tanh(with_two))
    return dict(zip(RESULTS, values, strict=True))


def cases(rng: np.random.Generator) -> list[Case]:
    base = [gate_inputs(rng, 3, 2, 4) for _ in range(3)]
    blocks = [gate_inputs(rng, 2, 3, 5, "float64") for _ in BLOCKS]
    tiny = gate_inputs(rng, 2, 3, 5, "float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    large = "large inputs: the gates saturate"
    return [
        Case("terms", zeroed(base[0], "h", "U", "b"), isolates="the input term x W"),
        Case("terms", zeroed(base[1], "x", "W", "b"), isolates="the recurrent term h U"),
        Case("terms", zeroed(base[2], "x", "h"), isolates="the bias b"),
        *(
            Case("gates", only_block(inputs, letter), isolates=f"the block of the {words}")
            for inputs, (letter, words) in zip(blocks, BLOCKS.items(), strict=True)
        ),
        Case("gates", gate_inputs(rng, 3, 2, 4), "three samples, two features, four units"),
        Case("gates", gate_inputs(rng, 5, 3, 2, "float64"), "float64"),
        Case("gates", gate_inputs(rng, 4, 4, 4, "float64"), "as many samples as features as units"),
        Case("edges", gate_inputs(rng, 1, 1, 1), "one sample, one feature, one unit"),
        Case("edges", gate_inputs(rng, 2, 6, 3, scale=40.0), large, tolerance_factor=10),
        Case("edges", tiny, "tiny numbers"),
    ]


# --- mistakes ------------------------------------------------------------------------------------


def exchanged(first: str, second: str) -> str:
    """The four letters with two in each other's place."""
    places = {first: second, second: first}
    return ", ".join(places.get(letter, letter) for letter in BLOCKS)


def swapped(first: str, second: str) -> Mistake:
    """Two blocks of columns taken for each other."""
    return Mistake(
        f"swapped-{first}-{second}",
        "i, f, g, o = maths.split",
        f"{exchanged(first, second)} = maths.split",
        see=f"The {BLOCKS[first]} {first} and the {BLOCKS[second]} {second} have changed places.",
        look="The 4U columns hold four blocks, in the order i, f, g, o. Which block does your code "
        f"take for {first}, which for {second}?",
        change=f"Let {first} and {second} change places where you split the sum into its four "
        "blocks, or where you return or use them.",
    )


def unactivated(letter: str) -> Mistake:
    """One of the four left as the bare sum."""
    name, interval = ("tanh", "−1 and 1") if letter == "g" else ("sigmoid", "0 and 1")
    return Mistake(
        f"no-activation-{letter}",
        f"maths.{name}({letter})",
        letter,
        see=f"The {BLOCKS[letter]} {letter} has no activation: it is the bare sum.",
        look=f"Your {letter} leaves the interval between {interval}.",
        change=f"Put the block of {letter} through a {name}.",
    )


def returned(first: str, second: str) -> Mistake:
    """The right gates in the wrong order of return; where i and g are one product, it hides."""
    return Mistake(
        f"returned-{first}-{second}",
        "return i, f, g, o",
        f"return {exchanged(first, second)}",
        see=f"Each result is right, but {first} stands where {second} should, and {second} where "
        f"{first} should.",
        look="Compare your last line with the stub: the order of the results is i, f, g, o.",
        change=f"Let {first} and {second} change places in the last line.",
    )


ACTIVATED = "maths.sigmoid(i), maths.sigmoid(f), maths.tanh(g), maths.sigmoid(o)"

#: Edits of the three lines that a step and a cell contain as well.
GATE_MISTAKES = [
    Mistake(
        "state-meets-input-weights",
        "x @ W + h @ U + b",
        "maths.concat(h, x) @ maths.concat(W, U, axis=-2) + b",
        see="Your sum joins [h, x] with W above U, so that h meets the weights of x.",
        look="The first rows of the joined weights belong to what stands first in the joined "
        "vector. Which rows does h meet?",
        change="Keep one order in both: [x, h] with W above U, or [h, x] with U above W.",
    ),
    Mistake(
        "recurrent-transposed",
        "    z = x @ W",
        "    U = maths.concat(*map(maths.transposed, maths.split(U, 4)))\n    z = x @ W",
        see="Your gates equal those with each block of U transposed.",
        look="States are row vectors. On which side of the weights do they stand?",
        change="Multiply h from the left with U as it is.",
    ),
    swapped("f", "i"),
    swapped("g", "o"),
    swapped("f", "o"),
    swapped("i", "o"),
    swapped("f", "g"),
    swapped("i", "g"),
    Mistake(
        "no-bias",
        " + b\n",
        "\n",
        see="Your gates equal those without the bias b.",
        look="Set x and h to zero: σ(b) and tanh(b) should be left. What does your code leave?",
        change="Add the bias to the sum of the two products, before the activations.",
    ),
    Mistake(
        "bias-twice",
        " + b\n",
        " + b + b\n",
        see="Your gates equal those in which the bias is counted twice.",
        look="Count the places where b is added: perhaps once for each product.",
        change="Add b once, to the sum of both products.",
    ),
    Mistake(
        "no-recurrence",
        " + h @ U",
        "",
        see="Your gates do not depend on h: each one looks at the input alone.",
        look="Look for h in the sum. The lectures write [h, x]: both are seen by every gate.",
        change="Add the product of h with U to the sum.",
    ),
    Mistake(
        "no-input",
        "x @ W + ",
        "",
        see="Your gates do not depend on x: each one looks at the state alone.",
        look="Look for x in the sum. The lectures write [h, x]: both are seen by every gate.",
        change="Add the product of x with W to the sum.",
    ),
    Mistake(
        "no-activations",
        ACTIVATED,
        "i, f, g, o",
        see="Your four results are the bare sums: no activation was applied to any of them.",
        look="A gate lies between 0 and 1. Do yours?",
        change="Put i, f and o through a sigmoid and g through a tanh.",
    ),
    *map(unactivated, BLOCKS),
    Mistake(
        "candidate-sigmoid",
        "maths.tanh(g)",
        "maths.sigmoid(g)",
        see="The candidate g went through a sigmoid: it can never be negative.",
        look="g is no gate. It is what may be written into the cell, and has a sign.",
        change="Use tanh for the block of g, and the sigmoid for the three gates.",
    ),
    Mistake(
        "all-tanh",
        ACTIVATED,
        "map(maths.tanh, (i, f, g, o))",
        see="Your gates went through a tanh: they can be negative.",
        look="A gate lets through a share, from nothing (0) to all (1). Which function gives that?",
        change="Use the sigmoid for i, f and o. Only g has a tanh.",
    ),
    Mistake(
        "activations-exchanged",
        ACTIVATED,
        "maths.tanh(i), maths.tanh(f), maths.sigmoid(g), maths.tanh(o)",
        see="The activations have changed roles: tanh for the gates, sigmoid for the candidate.",
        look="Which of the four are shares between 0 and 1, and which one has a sign?",
        change="Use the sigmoid for i, f and o, and tanh for g.",
    ),
    Mistake(
        "activations-g-o-exchanged",
        "maths.tanh(g), maths.sigmoid(o)",
        "maths.sigmoid(g), maths.tanh(o)",
        see="The candidate g went through the sigmoid, and the output gate o through the tanh.",
        look="The third block of columns is the candidate's, the fourth the output gate's.",
        change="Use tanh for the third block and the sigmoid for the fourth.",
    ),
    Mistake(
        "candidate-tanh-twice",
        "maths.tanh(g)",
        "maths.tanh(maths.tanh(g))",
        see="The candidate went through tanh twice.",
        look="Count the tanh on the way of g.",
        change="Keep one tanh for g.",
    ),
    Mistake(
        "gates-sigmoid-twice",
        "maths.split(z, 4)\n",
        "maths.split(z, 4)\n    i, f, o = maths.sigmoid(i), maths.sigmoid(f), maths.sigmoid(o)\n",
        see="The gates went through the sigmoid twice: they lie between 0.5 and 0.73.",
        look="Count the sigmoids on the way of i, f and o.",
        change="Keep one sigmoid for each gate.",
    ),
    Mistake(
        "hard-sigmoid",
        ACTIVATED,
        "maths.hard_sigmoid(i), maths.hard_sigmoid(f), maths.tanh(g), maths.hard_sigmoid(o)",
        see="Your gates equal those of the hard sigmoid, which is made of straight lines.",
        look="Look at the name of the function that you use for i, f and o.",
        change="Use σ(z) = 1/(1 + exp(−z)) itself.",
    ),
    Mistake(
        "sigmoid-of-minus",
        ACTIVATED,
        "maths.sigmoid(-i), maths.sigmoid(-f), maths.tanh(g), maths.sigmoid(-o)",
        see="Your gates are 1 − σ: open where they should be closed.",
        look="Look at the sign in the exponential of your sigmoid.",
        change="The sigmoid has exp(−z) under the fraction, and rises with z.",
    ),
    Mistake(
        "forget-bias-added",
        "maths.sigmoid(f)",
        "maths.sigmoid(f + 1.0)",
        see="Your forget gate equals the one whose sum is 1 too large.",
        look="A forget bias of 1 is where *training starts*. It is a value in b, set once.",
        change="Add nothing but b to the sum of the forget gate.",
    ),
    Mistake(
        "interleaved",
        "maths.split(z, 4)",
        "(z[..., k::4] for k in range(4))",
        see="You take every fourth column for a gate, where a gate has U columns side by side.",
        look="The first U columns belong to i, the next U to f, and so on. Look at your reshape.",
        change="Split the 4U columns into four equal blocks; or reshape to (B, 4, U), not (B, U, "
        "4).",
    ),
]

EXERCISE = Exercise(
    "lstm_gates(x, h, W, U, b)",
    results=RESULTS,
    references=(lstm_gates, by_keras),
    cases=cases,
    mistakes=[*GATE_MISTAKES, returned("g", "o"), returned("f", "g"), returned("i", "g")],
    parts={"terms": 0.3, "gates": 0.5, "edges": 0.2},
    basic=("terms", "gates"),
    points=2,
    by_hand=("recurrent",),
    minutes=12,
    difficulty=2,
)
