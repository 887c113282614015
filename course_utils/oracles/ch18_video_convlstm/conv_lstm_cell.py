"""ConvLSTMCell: an LSTM whose products are convolutions.

Source: X. Shi, Z. Chen, H. Wang, D.-Y. Yeung, W.-k. Wong and W.-c. Woo, "Convolutional LSTM
network: a machine learning approach for precipitation nowcasting", NeurIPS (2015), here without
the peephole terms, as in Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.cells import Cell
from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Reference,
    Setup,
    from_case,
)
from course_utils.oracles import maths
from course_utils.oracles.cells import cell_cases, cell_outcome, kept_mistakes, keras_reference
from course_utils.oracles.convolution_gradients import conv_lstm_gradients
from course_utils.oracles.drawing import draw, zeroed
from course_utils.oracles.ready_layers import keras_states, ready_layer

__all__ = ["EXERCISE", "conv_lstm_cell"]

Array = np.ndarray

CELL = Cell(states=("h", "c"), size="filters", extra=("kernel_size",), in_rnn=False)


def conv_lstm_cell(
    x: Array, h: Array, c: Array, W: Array, U: Array, b: Array, kernel_size: Any = None
) -> tuple[Array, list[Array]]:
    z = maths.convolution(x, W) + maths.convolution(h, U) + b
    i, f, g, o = maths.split(z, 4)
    i, f, o = maths.sigmoid(i), maths.sigmoid(f), maths.sigmoid(o)
    new_c = f * c + i * maths.tanh(g)
    new_h = o * maths.tanh(new_c)
    return new_h, [new_h, new_c]


def starting_bias(filters: int) -> Array:
    """Zero, but one for the forget gate, the second block."""
    return np.repeat([0.0, 1.0, 0.0, 0.0], filters)


forward = cell_outcome(CELL, None, starting_bias)


def outcome(step: Reference, inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    """What the probe reports of a cell whose step this is; of the right one with its gradients."""
    outputs = forward(step, inputs, setup)
    if step is conv_lstm_cell and setup["task"] == "sequence" and isinstance(outputs, dict):
        return {**outputs, **conv_lstm_gradients(inputs, setup)}
    return outputs


# --- the second reference ------------------------------------------------------------------------


def keras_layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    size = inputs["kernel_size"]
    return ready_layer(
        "ConvLSTM2D",
        CELL.size_of(inputs),
        shape,
        kernel_size=tuple(size) if isinstance(size, list) else size,
        padding="same",
        recurrent_activation="sigmoid",
    )


conv_lstm_2d = keras_reference(CELL, keras_layer)


@from_case
def by_keras(inputs: Inputs, setup: Setup) -> Outputs | None:
    """ConvLSTM2D with copied weights; with 1 by 1 kernels an LSTM that has pixels for a batch."""
    if setup["task"] != "step" or inputs["kernel_size"] != 1:
        found: Outputs | None = conv_lstm_2d(inputs, setup)
        return found
    x, h, c = (wide(inputs[name]) for name in ("x", "h", "c"))
    layer = ready_layer("LSTM", h.shape[-1], x.shape[-1:])
    weights = [inputs["W"][0, 0], inputs["U"][0, 0], inputs["b"]]
    pixels, *states = (each.reshape(-1, each.shape[-1]) for each in (x, h, c))
    hs, *last = keras_states(layer, weights, pixels[:, None], *states)
    new = [each.reshape(h.shape) for each in last]
    return {"the output": hs[:, -1].reshape(h.shape), **dict(zip(CELL.new, new, strict=True))}


# --- cases ---------------------------------------------------------------------------------------


def step_inputs(
    rng: np.random.Generator,
    batch: int,
    size: tuple[int, int],
    channels: int,
    filters: int,
    kernel: Any = 3,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """One step's inputs: `kernel` is an int or a list of two."""
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    spread = 0.8 / np.sqrt(kh * kw)
    return {
        "x": draw(rng, batch, *size, channels, scale=scale, dtype=dtype),
        "h": draw(rng, batch, *size, filters, scale=0.5 * scale, dtype=dtype),
        "c": draw(rng, batch, *size, filters, scale=scale, dtype=dtype),
        "kernel_size": kernel,
        "W": draw(rng, kh, kw, channels, 4 * filters, scale=spread, dtype=dtype),
        "U": draw(rng, kh, kw, filters, 4 * filters, scale=spread, dtype=dtype),
        "b": draw(rng, 4 * filters, scale=0.5, dtype=dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    def step(part: str, about: str, inputs: Inputs, isolates: str | None = None) -> Case:
        return Case(part, inputs, about, {"task": "step"}, isolates=isolates)

    def sequence(sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        batch, steps, channels, filters = sizes
        size = (3, 4) if steps > 1 else (4, 2)
        inputs = step_inputs(rng, batch, size, channels, filters, [3, 1], dtype)
        states = {f"{name}0": inputs.pop(name) for name in ("h", "c")}
        del inputs["x"]
        return {**inputs, "xs": draw(rng, batch, steps, *size, channels, dtype=dtype), **states}

    # Frames of the kernel's size: 'valid' convolutions give one pixel there, and no exception.
    base = [step_inputs(rng, 2, (3, 5), 2, 3, [3, 5], "float64") for _ in range(4)]
    tiny = step_inputs(rng, 1, (3, 4), 1, 2, dtype="float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    start = {"filters": 3, "kernel_size": 3}
    return [
        step("alone", "", zeroed(base[0], "h", "c", "U", "b"), "the input convolution"),
        step("alone", "", zeroed(base[1], "x", "c", "W", "b"), "the recurrent convolution"),
        step("alone", "", zeroed(base[2], "x", "h", "W", "U", "b"), "the cell state c"),
        step("alone", "", zeroed(base[3], "x", "h", "c"), "the bias"),
        step("alone", "three frames of 4 by 6 pixels", step_inputs(rng, 3, (4, 6), 2, 3)),
        step("alone", "a kernel of 1 by 5", step_inputs(rng, 2, (6, 4), 1, 2, [1, 5], "float64")),
        step("alone", "a kernel of 1 by 1: single pixels", step_inputs(rng, 2, (4, 3), 4, 4, 1)),
        step("edges", "one frame of one pixel, one filter", step_inputs(rng, 1, (1, 1), 1, 1)),
        step("edges", "a kernel larger than the frame", step_inputs(rng, 2, (2, 3), 2, 1, 5)),
        step("edges", "large inputs", step_inputs(rng, 2, (4, 3), 1, 2, scale=40.0)),
        step("edges", "tiny numbers", tiny),
        Case("in Keras", start, "the bias of a new cell", {"task": "start", "shape": [2, 5, 4, 2]}),
        *cell_cases(
            CELL,
            "ConvLSTMCell",
            rng,
            sequence,
            {"kernel_size": [3, 5]},
            {"shape": [2, 4, 6, 2]},
        ),
    ]


# --- mistakes ------------------------------------------------------------------------------------


def hard_sigmoid(z: Any) -> Any:
    """For the mistake of that name: (z + 3) / 6, cut to the interval from 0 to 1."""
    return (maths.relu(z + 3.0) - maths.relu(z - 3.0)) / 6.0


def repeating(frames: Any, kernel: Any) -> Any:
    """For the mistake "border-repeated": outside the frame its border goes on."""
    kh, kw = kernel.shape[:2]
    top = maths.concat(*[frames[:, :1]] * (kh // 2), frames, *[frames[:, -1:]] * (kh // 2), axis=1)
    left, right = [top[:, :, :1]] * (kw // 2), [top[:, :, -1:]] * (kw // 2)
    return maths.convolution(maths.concat(*left, top, *right, axis=2), kernel, "valid")


def starting(bias: Callable[[int], Array]) -> Callable[[Inputs, Setup], Any]:
    """A cell that is right but for the bias that it starts with."""
    wrong = cell_outcome(CELL, None, bias)

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        return (wrong if setup["task"] == "start" else outcome)(conv_lstm_cell, inputs, setup)

    return outputs


def detached(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    """A cell through whose h no gradient goes back."""
    outputs = forward(conv_lstm_cell, inputs, setup)
    if setup["task"] == "sequence" and isinstance(outputs, dict):
        return {**outputs, **conv_lstm_gradients(inputs, setup, through_h=False)}
    return outputs


def lacking_either(mistake: Mistake) -> Mistake:
    """This cell has two arguments that a configuration may lack."""
    if mistake.id != "config-without-filters":
        return mistake
    return replace(
        mistake,
        see="The cell cannot be made again from its own configuration: get_config lacks filters "
        "or kernel_size.",
        change="Add both to the dictionary of super().get_config(), or leave get_config out: "
        "Keras then records the arguments itself.",
    )


MISTAKES = [
    Mistake(
        "forget-first",
        "i, f, g, o = maths",
        "f, i, g, o = maths",
        see="Input and forget gate have changed places.",
        look="Look at how you split the sum: which block comes first?",
        change="The blocks of the weights are, in this order: i, f, candidate, o.",
    ),
    Mistake(
        "candidate-last",
        "i, f, g, o = maths",
        "i, f, o, g = maths",
        see="Candidate and output gate have changed places.",
        look="Look at the last two blocks of your split.",
        change="The third block is the candidate, the fourth the output gate.",
    ),
    Mistake(
        "candidate-second",
        "i, f, g, o = maths",
        "i, g, f, o = maths",
        see="Candidate and forget gate have changed places.",
        look="That is the order of an older TensorFlow cell. Look at the two middle blocks.",
        change="The second block is the forget gate, the third the candidate.",
    ),
    Mistake(
        "candidate-first",
        "i, f, g, o = maths",
        "g, i, f, o = maths",
        see="Your candidate is the first block; input and forget gate come after it.",
        look="Look at how you split the sum: which block comes first?",
        change="The blocks of the weights are, in this order: i, f, candidate, o.",
    ),
    Mistake(
        "no-bias",
        " + b\n",
        "\n",
        see="Your states equal those of a cell without the bias.",
        look="Set x, h and c to zero: the bias alone decides then. Where does it come in?",
        change="Add the bias to the sum of both convolutions.",
    ),
    Mistake(
        "bias-twice",
        " + b\n",
        " + b + b\n",
        see="Your states equal those of a cell that counts the bias twice.",
        look="Count the places where it is added: perhaps once in each convolution.",
        change="Let one of the two convolutions, not both, bring the bias.",
    ),
    Mistake(
        "no-recurrence",
        " + maths.convolution(h, U)",
        "",
        see="Your states do not depend on the previous h.",
        look="Look for the recurrent kernel in `call`: what does it meet?",
        change="Convolve h with the recurrent kernel and add it to the sum.",
    ),
    Mistake(
        "no-input",
        "maths.convolution(x, W) + ",
        "",
        see="Your states do not depend on the input.",
        look="Look for the kernel in `call`: what does it meet?",
        change="Convolve the input with the kernel and add it to the sum.",
    ),
    Mistake(
        "state-not-convolved",
        "maths.convolution(h, U)",
        "h @ U[U.shape[0] // 2, U.shape[1] // 2]",
        see="The previous h reaches each pixel from that pixel alone: its neighbours are ignored.",
        look="Which operation joins h and the recurrent kernel? A product of matrices knows no "
        "neighbours.",
        change="Use a 'same' convolution for h too: what moves must move through the state.",
    ),
    Mistake(
        "kernel-turned",
        "(x, W) + maths.convolution(h, U)",
        "(x, W[::-1, ::-1]) + maths.convolution(h, U[::-1, ::-1])",
        see="Your states equal those of kernels turned by half a turn.",
        look="Textbooks flip the kernel; the layers of Keras and TensorFlow do not.",
        change="Use the library's convolution on the kernel as it is.",
    ),
    Mistake(
        "border-repeated",
        "maths.convolution(x, W) + maths.convolution(h, U)",
        "repeating(x, W) + repeating(h, U)",
        see="Near the border your numbers differ: outside the frame you repeat the border.",
        look="What does a 'same' convolution find outside the frame?",
        change="Pad with zeros, as padding 'same' does by itself.",
    ),
    Mistake(
        "valid-convolution",
        "(x, W) + maths.convolution(h, U)",
        '(x, W, "valid") + maths.convolution(h, U, "valid")',
        see="Your frames shrink: the convolution has no padding.",
        look="Which padding do your convolutions have, if you say nothing?",
        change="Both convolutions are 'same' ones: frames keep their height and width.",
    ),
    Mistake(
        "sigmoid-candidate",
        "maths.tanh(g)",
        "maths.sigmoid(g)",
        see="Your candidate goes through a sigmoid: it can never be negative.",
        look="Three of the four blocks are gates. Is the third one?",
        change="The candidate goes through tanh.",
    ),
    Mistake(
        "relu-candidate",
        "maths.tanh(g)",
        "maths.relu(g)",
        see="Your candidate goes through a ReLU: it can never be negative, and has no upper bound.",
        look="Which activation does the candidate have?",
        change="The candidate goes through tanh.",
    ),
    Mistake(
        "raw-candidate",
        "maths.tanh(g)",
        "g",
        see="Your candidate goes through no activation: the cell state can grow without bound.",
        look="Follow the third block from the split to the sum.",
        change="The candidate goes through tanh.",
    ),
    Mistake(
        "hard-sigmoid",
        "maths.sigmoid(i), maths.sigmoid(f), maths.sigmoid(o)",
        "hard_sigmoid(i), hard_sigmoid(f), hard_sigmoid(o)",
        see="Your gates are hard sigmoids: straight lines with two corners.",
        look="Which function makes the gates? Older Keras releases had the hard one as default.",
        change="Use the smooth sigmoid.",
    ),
    Mistake(
        "raw-gates",
        "maths.sigmoid(i), maths.sigmoid(f), maths.sigmoid(o)",
        "i, f, o",
        see="Your gates go through no activation: they can be negative or above 1.",
        look="Follow the gates' blocks from the split to the product.",
        change="The three gates go through a sigmoid.",
    ),
    Mistake(
        "no-tanh-on-the-way-out",
        "maths.tanh(new_c)",
        "new_c",
        see="Your h equals the output gate times the cell state itself.",
        look="What does c go through between the cell state and the output?",
        change="Apply tanh to the new cell state before the output gate multiplies it.",
    ),
    Mistake(
        "no-forget-gate",
        "f * c",
        "c",
        see="Your cell state keeps all of the old one: nothing is forgotten.",
        look="Look at the term with the old c: what multiplies it?",
        change="Multiply the old cell state by the forget gate.",
    ),
    Mistake(
        "no-input-gate",
        "i * maths",
        "maths",
        see="Your candidate goes into the cell state without a gate.",
        look="Look at the term with the candidate: what multiplies it?",
        change="Multiply the candidate by the input gate.",
    ),
    Mistake(
        "no-output-gate",
        "o * maths",
        "maths",
        see="Your h equals tanh of the cell state: the output gate is missing.",
        look="Where do you use the fourth block?",
        change="Multiply tanh of the cell state by the output gate.",
    ),
    Mistake(
        "coupled-gates",
        "f * c",
        "(1.0 - i) * c",
        see="Your forget gate is 1 minus the input gate, as in a GRU.",
        look="Which block of the sum does your forget gate come from?",
        change="An LSTM's forget gate has a block of its own, the second.",
    ),
    Mistake(
        "input-gate-of-forget-gate",
        "i * maths",
        "(1.0 - f) * maths",
        see="Your candidate is weighted by 1 minus the forget gate, not by the input gate.",
        look="Which block of the sum does your input gate come from?",
        change="An LSTM's input gate has a block of its own, the first.",
    ),
    Mistake(
        "output-from-old-cell",
        "maths.tanh(new_c)",
        "maths.tanh(c)",
        see="Your h is made of the old cell state.",
        look="In which order do you update c and compute h?",
        change="Compute the new cell state first, and h from it.",
    ),
    Mistake(
        "states-unpacked-swapped",
        "    z = maths",
        "    h, c = c, h\n    z = maths",
        see="You take the old c for the old h, and the old h for the old c.",
        look="Look at the line that takes the states apart.",
        change="They come in as [h, c]: h first.",
    ),
    Mistake(
        "states-swapped",
        "[new_h, new_c]",
        "[new_c, new_h]",
        see="The two new states have changed places.",
        look="Look at the list that `call` returns.",
        change="The list holds h first, then c, as it came in.",
    ),
    Mistake(
        "old-cell-carried",
        "[new_h, new_c]",
        "[new_h, c]",
        see="h is right, but the cell state that is carried on is the old one.",
        look="Look at the second entry of the list that `call` returns.",
        change="Carry the new cell state.",
    ),
    Mistake(
        "old-state-carried",
        "[new_h, new_c]",
        "[h, new_c]",
        see="The output is right, but the h that is carried on is the old one.",
        look="Look at the first entry of the list that `call` returns.",
        change="Carry the h that you return as the output.",
    ),
    Mistake(
        "cell-as-output",
        "return new_h",
        "return new_c",
        see="Your output is the cell state; the states themselves are right.",
        look="What does the layer above see: the memory or the state?",
        change="Return h as the output.",
    ),
    Mistake(
        "forget-bias-in-call",
        "maths.sigmoid(f)",
        "maths.sigmoid(f + 1.0)",
        see="Your forget gate gets 1 added in every call, beside the bias.",
        look="The 1 belongs to how the bias starts, so that training may change it.",
        change="Let the bias start at 1 in its second block, and add nothing in `call`.",
    ),
    Mistake(
        "forget-bias-zero",
        outputs=starting(lambda filters: np.zeros(4 * filters)),
        see="The step is right, but a new cell's bias is 0 everywhere.",
        look="Build a cell and print its bias: what should the forget gate's part be?",
        change="Let the second block of the bias start at 1.",
    ),
    Mistake(
        "bias-all-ones",
        outputs=starting(lambda filters: np.ones(4 * filters)),
        see="The step is right, but a new cell's bias is 1 everywhere.",
        look="Which of the four blocks should start at 1?",
        change="Only the forget gate's block, the second, starts at 1; the others start at 0.",
    ),
    Mistake(
        "bias-one-elsewhere",
        outputs=starting(lambda filters: np.repeat([1.0, 0.0, 0.0, 0.0], filters)),
        see="The step is right, but another gate's bias starts at 1.",
        look="Build a cell and print its bias: which quarter holds the ones?",
        change="The forget gate's block is the second of the four.",
    ),
    Mistake(
        "no-gradient-through-h",
        outputs=detached,
        see="Outputs and states are right, but no gradient goes back through h.",
        look="Look for stop_gradient, NumPy or `.numpy()` on the way from h to the sum.",
        change="Let h pass as it is: training needs the way back through time.",
    ),
    *map(lacking_either, kept_mistakes(CELL, "ConvLSTMCell", outcome, conv_lstm_cell)),
]

EXERCISE = Exercise(
    "ConvLSTMCell(filters, kernel_size)",
    references=(conv_lstm_cell, by_keras),
    cases=cases,
    mistakes=MISTAKES,
    parts={"alone": 0.4, "in Keras": 0.35, "kept": 0.15, "edges": 0.1},
    basic=("alone", "in Keras"),
    points=4,
    probe="cell",
    settings=CELL.settings,
    by_hand=("recurrent",),
    seconds=40,
    minutes=30,
    difficulty=3,
    outcome=outcome,
)
