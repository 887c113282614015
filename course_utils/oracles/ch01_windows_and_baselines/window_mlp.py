"""window_mlp: a network with one hidden layer, from a window to the value after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np

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
from course_utils.oracles.ch01_windows_and_baselines.fit_autoregression import fit_autoregression
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "network"]

Array = np.ndarray
Wrong: TypeAlias = Callable[[Inputs, Setup], Outputs | ExpectedError | None]

#: A trained network must have at most this share of the naive forecast's error.
MARGIN = 0.7
WIDTH, HORIZON, STRETCHES = 12, 2, 60

STATE, SETUP = "the new model", "the network returned"
SHAPES, OUTPUT = "the shapes of its weights", "the output"
WEIGHTS, STEADY = "the weights in training", "the output in training"
NEW = {STATE: "built", SETUP: "uncompiled"}


def network(x: Array, W: Array, b: Array, V: Array, c: Array) -> Array:
    return maths.relu(x @ W + b) @ V + c


def refuse(width: int, units: int) -> None:
    for name, value in (("width", width), ("units", units)):
        if value < 1:
            raise ExpectedError(name, f"{name} = {value}")


def outcome(reference: Reference, inputs: Inputs, setup: Setup) -> Outputs:
    """What the probe reports of a network with this equation; where it is trained, what the labels
    themselves earn. A wrong equation may learn as well or as badly."""
    refuse(**inputs)
    if "task" in setup:
        labels = yearly_cycle(setup["task"])["labels"]
        return error_in_words(setup, labels) if reference is network else {}
    return looked_at(setup, reference(wide(setup["x"]), *wide(setup["weights"])))


@from_case
def by_keras(inputs: Inputs, setup: Setup) -> Outputs:
    """The same from Keras operations; where it is trained: a line through the windows."""
    refuse(**inputs)
    if "task" in setup:
        weights, intercept = fit_autoregression(
            wide(setup["train_inputs"]), wide(setup["train_targets"])
        )
        return error_in_words(setup, setup["test_inputs"] @ weights + intercept)
    from keras import ops

    first, bias, second, last = setup["weights"]
    hidden = ops.relu(ops.matmul(setup["x"], first) + bias)
    return looked_at(setup, ops.convert_to_numpy(ops.matmul(hidden, second) + last))


def looked_at(setup: Setup, output: Array) -> Outputs:
    """What the probe says of a network with the right weights and this output."""
    return {
        **NEW,
        SHAPES: listed(each.shape for each in setup["weights"]),
        WEIGHTS: "free to change",
        OUTPUT: output,
        STEADY: "the same",
    }


def listed(shapes: Iterable[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes))


def view(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """The forecasts' error in words, where it is trained; all else as it is."""
    if "task" not in setup:
        return outputs
    return error_in_words(setup, np.asarray(outputs["forecasts"], float))


def error_in_words(setup: Setup, forecasts: Array) -> Outputs:
    """How the error of forecasts (N,) compares with that of the naive forecast."""
    task = yearly_cycle(setup["task"])
    labels = task["labels"]
    if forecasts.shape != labels.shape:
        words = f"unknown: it gives {forecasts.size} numbers for {labels.size} windows"
        return {"the trained network's error": words}
    naive = np.sqrt(np.mean((task["test"][:, -1] - labels) ** 2))
    error = np.sqrt(np.mean((forecasts - labels) ** 2))
    words = "below" if error < MARGIN * naive else "above"
    return {"the trained network's error": f"{words} {MARGIN} times that of the naive forecast"}


# --- cases ---------------------------------------------------------------------------------------


def yearly_cycle(seed: int) -> dict[str, Array]:
    """A yearly cycle in monthly values, like that of CO2, cut into training and test windows.

    Measured over 40 seeds, 400 steps of Adam at 0.05, 16 units: with eight of Keras's ways to draw
    the first weights the network has at most 0.26 of the naive forecast's error, with a normal of
    standard deviation 1 at most 0.36, with all weights 1 at most 0.61. One that cannot learn,
    starting at zero, has 0.88 to 1.00.

    Args:
        seed: draws the amplitude, the phase and the noise.

    Returns:
        `train` (N, 12) and `train_targets` (N,), two months ahead, `test` (60, 12) and `labels`
        (60,); standardised by the training part. No label stands in any test window.
    """
    rng = np.random.default_rng(seed)
    length, block = 180, WIDTH + HORIZON
    month = np.arange(length + STRETCHES * block)
    size, phase, second = rng.uniform(2.5, 3.5), rng.uniform(0, 2 * np.pi), rng.uniform(0, 6)
    cycle = np.sin(2 * np.pi * month / 12 + phase) + 0.25 * np.sin(np.pi * month / 3 + second)
    series = 340 + size * cycle + rng.normal(0, 0.3, month.size)
    series = (series - series[:length].mean()) / series[:length].std()
    windows = np.lib.stride_tricks.sliding_window_view(series[:length], block)
    stretches = series[length:].reshape(STRETCHES, block)
    return {
        "train": windows[:, :WIDTH].astype(np.float32),
        "train_targets": windows[:, -1].astype(np.float32),
        "test": stretches[:, :WIDTH].astype(np.float32),
        "labels": stretches[:, -1],
    }


def cases(rng: np.random.Generator) -> list[Case]:
    def look(part: str, about: str, width: int, units: int, batch: int) -> Case:
        weights = [
            rng.normal(size=shape).astype(np.float32)
            for shape in ((width, units), (units,), (units, 1), (1,))
        ]
        x = (4 * rng.normal(size=(batch, width))).astype(np.float32)
        if units == 1:  # of two equal shapes no one can tell which is which
            weights[3] = weights[1].copy()
        if batch == 1:  # one sum of mixed signs may cancel, and then float32 has few digits left
            weights, x = [abs(each) for each in weights], abs(x)
        setup: Setup = {"weights": weights, "x": x}
        return Case(part, sizes(width, units), about, setup, tolerance_factor=10.0)

    def sizes(width: int, units: int) -> Inputs:
        return {"width": width, "units": units}

    seed = int(rng.integers(2**31))
    task = yearly_cycle(seed)
    learn: Setup = {
        "train_inputs": task["train"],
        "train_targets": task["train_targets"],
        "test_inputs": task["test"],
        "task": seed,
        "seed": int(rng.integers(2**31)),
        "steps": 400,
        "rate": 0.05,
    }
    return [
        look("network", "a window of 6 values, 5 units", 6, 5, 7),
        look("network", "a window of 3 values, 9 units", 3, 9, 4),
        look("edges", "one unit, one window", 4, 1, 1),
        look("edges", "a window of one value", 1, 3, 5),
        Case("learns", sizes(WIDTH, 16), "400 steps of Adam on a yearly cycle", learn),
        *(Case("errors", sizes(*pair)) for pair in ((0, 4), (-3, 4), (5, 0), (5, -1))),
    ]


# --- mistakes of the builder ---------------------------------------------------------------------


def right_but(words: Outputs, trained: Array | None = None) -> Wrong:
    """The right network but for these words, and for these forecasts where it is trained."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        if "task" in setup:
            return {} if trained is None else error_in_words(setup, trained)
        return {**outcome(network, inputs, setup), **words}

    return outputs


def shaped(shapes: Callable[[int, int], Sequence[tuple[int, ...]]]) -> Wrong:
    """A network whose weights have these shapes, for a width and a number of units."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        refuse(**inputs)
        found = shapes(inputs["width"], inputs["units"])
        return {} if "task" in setup else {**NEW, SHAPES: listed(found)}

    return outputs


MISTAKES = [
    Mistake(
        "no-activation",
        "maths.relu(x @ W + b)",
        "(x @ W + b)",
        see="Your network is a straight line: the hidden layer has no activation.",
        look="Look at the arguments of the hidden layer. Without an activation two layers are "
        "worth no more than one.",
        change="Give the hidden layer the ReLU.",
    ),
    Mistake(
        "tanh-instead-of-relu",
        "relu",
        "tanh",
        see="The hidden layer uses tanh.",
        look="Look at the hidden layer's activation.",
        change="The exercise asks for the ReLU: negative becomes 0, positive stays as it is.",
    ),
    Mistake(
        "sigmoid-instead-of-relu",
        "relu",
        "sigmoid",
        see="The hidden layer uses the sigmoid.",
        look="Look at the hidden layer's activation.",
        change="The exercise asks for the ReLU: negative becomes 0, positive stays as it is.",
    ),
    Mistake(
        "relu-on-the-output-too",
        "maths.relu(x @ W + b) @ V + c",
        "maths.relu(maths.relu(x @ W + b) @ V + c)",
        see="The output is never negative: there is a ReLU on it, too.",
        look="A forecast of standardised values may lie below zero. Look at the last layer.",
        change="Leave the last layer linear.",
    ),
    Mistake(
        "relu-on-the-output-only",
        "maths.relu(x @ W + b) @ V + c",
        "maths.relu((x @ W + b) @ V + c)",
        see="The ReLU stands on the output; the hidden layer has none.",
        look="Look at which of the two layers has the activation.",
        change="Move the ReLU to the hidden layer, and leave the last layer linear.",
    ),
    Mistake(
        "two-hidden-layers",
        outputs=shaped(lambda w, u: ((w, u), (u,), (u, u), (u,), (u, 1), (1,))),
        see="There is one hidden layer too many.",
        look="Count the layers between the window and the one number that comes out.",
        change="Keep one hidden layer and the output layer.",
    ),
    Mistake(
        "no-hidden-layer",
        outputs=shaped(lambda w, u: ((w, 1), (1,))),
        see="There is no hidden layer: one dense layer leads from the window to the output.",
        look="Find the place where `units` is used.",
        change="Put a hidden layer with that many units before the output layer.",
    ),
    Mistake(
        "no-output-layer",
        outputs=shaped(lambda w, u: ((w, u), (u,))),
        see="The hidden layer is the last one: the network gives one number per unit.",
        look="Compare the shape of the output with the stub: (B, 1).",
        change="Add an output layer with a single unit.",
    ),
    Mistake(
        "width-for-units",
        outputs=shaped(lambda w, u: ((w, w), (w,), (w, 1), (1,))),
        see="The hidden layer has as many units as the window has values.",
        look="Look at the number you give to the hidden layer.",
        change="The hidden layer has `units` units; `width` is the size of the input.",
    ),
    Mistake(
        "window-as-sequence",
        outputs=shaped(lambda w, u: ((1, u), (u,), (u, 1), (1,))),
        see="The layers run over each value of the window on its own: the first weight matrix has "
        "one row.",
        look="Look at the shape of your input: (width,) or (width, 1)?",
        change="Give the network the window as one vector of width numbers.",
    ),
    Mistake(
        "no-biases",
        outputs=shaped(lambda w, u: ((w, u), (u, 1))),
        see="The layers have no biases.",
        look="Count the weight arrays of your network: there should be four.",
        change="Leave the biases on, as they are by default.",
    ),
    Mistake(
        "compiled",
        outputs=right_but({SETUP: "compiled"}),
        see="Your network is compiled already.",
        look="Look for a call of `compile`.",
        change="Return the network uncompiled: whoever trains it chooses loss and optimiser.",
    ),
    Mistake(
        "not-built",
        outputs=right_but({STATE: "not built"}),
        see="Your network has no weights yet: it does not know how wide its window is.",
        look="Find the place where `width` is used.",
        change="Begin with an input of that shape, or build the network before you return it.",
    ),
    Mistake(
        "built-without-weights",
        outputs=right_but({STATE: "built without weights"}),
        see="`build` was called, but your network still has no weights.",
        look="A subclassed model does not know its layers' inputs until it is called.",
        change="Call it once, on zeros of shape (1, width), before you return it; or give it a "
        "`build` that builds its layers.",
    ),
    Mistake(
        "dropout-or-noise",
        outputs=right_but({STEADY: "another one"}),
        see="In training your network gives other outputs than in use: something in it is there "
        "for training only.",
        look="Look for dropout, for noise, or for `training` in `call`.",
        change="Keep the two dense layers and the ReLU, and nothing else.",
    ),
    Mistake(
        "frozen",
        outputs=right_but({WEIGHTS: "frozen, some or all"}),
        see="With given weights the network is right, but training cannot change all of them.",
        look="Look for `trainable = False`.",
        change="Leave every weight trainable, as Keras makes it.",
    ),
    Mistake(
        "output-squeezed",
        "maths.relu(x @ W + b) @ V + c",
        "(maths.relu(x @ W + b) @ V + c)[:, 0]",
        see="The output has shape (B,), not (B, 1).",
        look="Look at what follows the output layer.",
        change="Leave the output as it comes from a layer with one unit.",
    ),
    Mistake(
        "starts-at-zero",
        outputs=right_but({}, np.zeros(STRETCHES)),
        see="With given weights the network is right, but it cannot learn: training leaves its "
        "forecasts far from the targets.",
        look="Look at how the weights begin.",
        change="With all weights at zero no unit is active and no gradient flows. Leave the start "
        "to Keras's defaults.",
    ),
    Mistake(
        "only-function-wrong",
        outputs=shaped(lambda w, u: ((w, u), (u,), (u, 1), (1,))),
        see="All weights have the right shapes, but with given weights the output is not that of "
        "a hidden layer with the ReLU and a linear output.",
        look="Look at what your network does between and after its two dense layers.",
        change="Put the plain ReLU after the hidden layer, and nothing else anywhere.",
    ),
    Mistake(
        "width-below-one-accepted",
        outputs=accepts(refuse, "width"),
        see="A width below 1 is accepted.",
        look="Keras builds a layer with no input without a word.",
        change="Test `width` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "units-below-one-accepted",
        outputs=accepts(refuse, "units"),
        see="Units below 1 are accepted.",
        look="Look at what your code does with units = 0.",
        change="Test `units` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "no-error-at-all",
        outputs=accepts(refuse),
        see="Neither a width nor units below 1 are refused.",
        look="Read the `Raises` part of the stub again.",
        change="Begin with two tests; each raises a ValueError that names the argument.",
    ),
]

EXERCISE = Exercise(
    "window_mlp(width, units)",
    references=(network, by_keras),
    cases=cases,
    mistakes=MISTAKES,
    parts={"network": 0.5, "learns": 0.25, "edges": 0.1, "errors": 0.15},
    basic=("network",),
    points=2,
    probe="window_network",
    seconds=30,
    minutes=10,
    difficulty=2,
    outcome=outcome,
    view=view,
)
