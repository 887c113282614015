"""multi_step_elman: an Elman network whose recurrences go over one to K steps."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles import maths
from course_utils.oracles.drawing import draw, zeroed
from course_utils.oracles.ready_layers import keras_states, ready_layer

__all__ = ["EXERCISE", "multi_step_elman"]

Array = np.ndarray


def multi_step_elman(xs: Array, W_x: Array, W_hs: Array, b: Array) -> Array:
    hs: list[Array] = []
    for t in range(xs.shape[1]):
        z = xs[:, t] @ W_x + b
        for k in range(1, len(W_hs) + 1):
            if k <= t:
                z = z + hs[t - k] @ W_hs[k - 1]
        hs.append(maths.tanh(z))
    return np.stack(hs, axis=1)


def by_keras_or_sweeps(xs: Array, W_x: Array, W_hs: Array, b: Array) -> Array:
    """K = 1 by Keras's layer. Otherwise all steps at once, T times: the equation holds for one more
    step after each sweep."""
    batch, steps, _ = xs.shape
    units = len(b)
    if len(W_hs) == 1:
        layer = ready_layer("SimpleRNN", units, xs.shape[2:])
        return keras_states(layer, [W_x, W_hs[0], b], xs, np.zeros((batch, units)))[0]
    hs = np.zeros((batch, steps, units))
    for _ in range(steps):
        total = np.einsum("btf,fu->btu", xs, W_x) + b
        for lag, W in enumerate(W_hs[: steps - 1], start=1):
            total[:, lag:] += np.einsum("btv,vu->btu", hs[:, :-lag], W)
        hs = np.tanh(total)
    return hs


def inputs(
    rng: np.random.Generator,
    sizes: tuple[int, int, int, int, int],
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """Sizes are (batch, steps, features, units, K)."""
    batch, steps, features, units, recurrences = sizes
    return {
        "xs": draw(rng, batch, steps, features, scale=scale, dtype=dtype),
        "W_x": draw(rng, features, units, scale=0.8, dtype=dtype),
        "W_hs": draw(rng, recurrences, units, units, scale=0.6, dtype=dtype),
        "b": draw(rng, units, scale=0.5, dtype=dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    of_input = zeroed(inputs(rng, (3, 4, 2, 5, 2)), "W_hs", "b")
    of_bias = zeroed(inputs(rng, (2, 3, 2, 4, 2)), "xs", "W_hs")
    of_past = zeroed(inputs(rng, (2, 6, 3, 4, 3), "float64"), "b")
    of_past["xs"][:, 1:] = 0.0  # one push, then the past alone
    of_input["W_x"] *= 2.0
    of_bias["b"] *= 3.0
    return [
        Case("terms", of_input, isolates="the input term x W_x"),
        Case("terms", of_bias, isolates="the bias b"),
        Case("terms", of_past, "the input is not zero at the first step only"),
        Case("one step", inputs(rng, (3, 5, 2, 4, 1)), "K = 1: the Elman network"),
        Case("one step", inputs(rng, (2, 4, 3, 2, 1), "float64"), "K = 1, float64"),
        Case("more steps", inputs(rng, (3, 6, 2, 4, 2)), "K = 2"),
        Case("more steps", inputs(rng, (2, 9, 3, 5, 4), "float64"), "K = 4, float64"),
        Case("more steps", inputs(rng, (3, 3, 3, 3, 3), "float64"), "B = T = F = U = K"),
        Case("edges", inputs(rng, (2, 3, 2, 4, 6)), "more recurrences than steps"),
        Case("edges", inputs(rng, (1, 1, 2, 3, 2)), "one sequence of one step"),
        Case("edges", inputs(rng, (1, 7, 1, 1, 3), "float64"), "one feature, one unit"),
        Case("edges", inputs(rng, (2, 5, 3, 4, 2), "float32", 20.0), "large inputs"),
    ]


def fed_before_tanh(xs: Array, W_x: Array, W_hs: Array, b: Array) -> Array:
    sums: list[Array] = []
    for t in range(xs.shape[1]):
        z = xs[:, t] @ W_x + b
        for k in range(1, min(len(W_hs), t) + 1):
            z = z + sums[t - k] @ W_hs[k - 1]
        sums.append(z)
    return np.tanh(np.stack(sums, axis=1))


def wrapping(xs: Array, W_x: Array, W_hs: Array, b: Array) -> Array:
    """A list, read from its end where it is long enough for that; zero only where it is empty."""
    hs: list[Array] = []
    for t in range(xs.shape[1]):
        z = xs[:, t] @ W_x + b
        for k in range(1, len(W_hs) + 1):
            if hs:
                z = z + hs[max(t - k, 0)] @ W_hs[k - 1]
        hs.append(np.tanh(z))
    return np.stack(hs, axis=1)


MISTAKES = [
    Mistake(
        "one-step-only",
        "range(1, len(W_hs) + 1)",
        "range(1, 2)",
        see="Only the state of one step ago comes back: yours is the plain Elman network.",
        look="Which of the matrices in W_hs does your code use?",
        change="Sum over all K of them, each with a state of its own.",
    ),
    Mistake(
        "longest-only",
        "range(1, len(W_hs) + 1)",
        "range(len(W_hs), len(W_hs) + 1)",
        see="Only the state of K steps ago comes back.",
        look="Which of the matrices in W_hs does your code use?",
        change="Sum over all K of them: one step ago, two steps ago, up to K.",
    ),
    Mistake(
        "last-left-out",
        "range(1, len(W_hs) + 1)",
        "range(1, len(W_hs))",
        see="The last matrix in W_hs is never used.",
        look="range leaves its end out. How many matrices does your loop see?",
        change="Let k reach K.",
    ),
    Mistake(
        "matrices-reversed",
        "W_hs[k - 1]",
        "W_hs[len(W_hs) - k]",
        see="Your matrices are in reverse order.",
        look="Which matrix meets the state of one step ago?",
        change="W_hs[0] belongs to the state of one step ago, W_hs[K − 1] to that of K steps ago.",
    ),
    Mistake(
        "same-state-for-all",
        "hs[t - k] @",
        "hs[t - 1] @",
        see="All your matrices meet the state of one step ago.",
        look="Which state does the second matrix meet?",
        change="W_hs[k − 1] meets the state of k steps ago.",
    ),
    Mistake(
        "one-step-too-far",
        "            if k <= t:\n                z = z + hs[t - k]",
        "            if k < t:\n                z = z + hs[t - k - 1]",
        see="Each state comes back one step too late: W_hs[0] meets the state of two steps ago.",
        look="Which state does W_hs[0] meet in your code?",
        change="W_hs[0] meets the state of one step ago.",
    ),
    Mistake(
        "first-state-for-the-missing",
        answer=wrapping,
        see="Where no state is there yet, you use the first one.",
        look="At step 2 there is no state of four steps ago. What is it then?",
        change="States before the start are zero: leave their terms out.",
    ),
    Mistake(
        "waits-for-all",
        "            if k <= t:",
        "            if len(W_hs) <= t:",
        see="The past comes in only once K states are there.",
        look="At the second step there is one state already. Does it come back?",
        change="Leave out only the states that lie before the start.",
    ),
    Mistake(
        "fed-before-tanh",
        answer=fed_before_tanh,
        see="What comes back in your network is the sum before the tanh, not the state.",
        look="Which of the two do you keep for later steps?",
        change="Keep the state, after the tanh.",
    ),
    Mistake(
        "no-tanh",
        "maths.tanh(z)",
        "z",
        see="Your states are the sums without the tanh.",
        look="A state may never leave the interval from −1 to 1.",
        change="Apply tanh to the whole sum of each step.",
    ),
    Mistake(
        "tanh-per-recurrence",
        "z = z + hs[t - k] @ W_hs[k - 1]",
        "z = maths.tanh(z) + hs[t - k] @ W_hs[k - 1]",
        see="You apply tanh anew each time a state of the past is added.",
        look="Count the tanh of one step: the equation has one.",
        change="Add all terms first, then apply one tanh to the sum.",
    ),
    Mistake(
        "sigmoid",
        "maths.tanh(",
        "maths.sigmoid(",
        see="Your states equal those with a sigmoid in the place of tanh.",
        look="A sigmoid gives numbers from 0 to 1. Which interval should a state fill?",
        change="Exchange the activation for tanh.",
    ),
    Mistake(
        "no-bias",
        " + b\n",
        "\n",
        see="Your states equal those without the bias b.",
        look="Set xs to zero: the first state is tanh(b). What does your code give?",
        change="Add the bias to the sum of each step.",
    ),
    Mistake(
        "bias-for-each-recurrence",
        "hs[t - k] @ W_hs[k - 1]",
        "hs[t - k] @ W_hs[k - 1] + b",
        see="Your bias is added once more with each state of the past.",
        look="Is b inside the loop over k?",
        change="Add b once a step.",
    ),
    Mistake(
        "bias-outside",
        "maths.tanh(z)",
        "maths.tanh(z - b) + b",
        see="Your bias is added after the tanh.",
        look="Look at the brackets around the sum.",
        change="Add the bias inside the tanh.",
    ),
    Mistake(
        "recurrent-transposed",
        "@ W_hs[k - 1]",
        "@ W_hs[k - 1].T",
        see="Your states equal those with the matrices in W_hs transposed.",
        look="States are row vectors: they stand on the left of their weights.",
        change="Multiply state @ matrix, without a transpose.",
    ),
    Mistake(
        "past-averaged",
        "hs[t - k] @ W_hs[k - 1]",
        "hs[t - k] @ W_hs[k - 1] / len(W_hs)",
        see="You average the terms of the past; their sum is asked for.",
        look="Look for a mean, or a division by K.",
        change="Sum over k, without dividing.",
    ),
    Mistake(
        "delays-the-input",
        "z = z + hs[t - k] @ W_hs[k - 1]",
        "z = z + xs[:, t - k] @ W_x @ W_hs[k - 1]",
        see="What comes back in your network are earlier inputs, not earlier states.",
        look="The states go back into the network. What do you keep of each step?",
        change="Keep each state, and multiply the states with W_hs.",
    ),
    Mistake(
        "last-state-only",
        "np.stack(hs, axis=1)",
        "hs[-1]",
        see="You return one state for each sequence, where every step's state is asked for.",
        look="Look at what you keep during the loop.",
        change="Stack all states along the time axis.",
    ),
    Mistake(
        "time-first",
        "np.stack(hs, axis=1)",
        "np.stack(hs)",
        see="Your states have the axes (T, B, U); expected are (B, T, U).",
        look="np.stack puts the new axis in front unless you tell it where.",
        change="Stack the states along axis 1.",
    ),
    Mistake(
        "time-and-batch-mixed",
        "np.stack(hs, axis=1)",
        "np.stack(hs).reshape(*xs.shape[:2], -1)",
        see="Your states have the right shape, but sequences and steps are mixed up.",
        look="A reshape from (T, B, U) to (B, T, U) moves no number: it reads them in another way.",
        change="Stack the states along axis 1, or exchange the two axes with swapaxes.",
    ),
]

EXERCISE = Exercise(
    "multi_step_elman(xs, W_x, W_hs, b)",
    results=("the states",),
    references=(multi_step_elman, by_keras_or_sweeps),
    cases=cases,
    mistakes=MISTAKES,
    parts={"terms": 0.25, "one step": 0.2, "more steps": 0.4, "edges": 0.15},
    basic=("terms", "one step", "more steps"),
    points=2,
    by_hand=("recurrent", "loop"),
    minutes=12,
    difficulty=2,
)
