"""unroll: a step, applied along a sequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup, from_case
from course_utils.oracles.ch02_elman_cell.shared import closed_form, given_weights, simple_rnn
from course_utils.oracles.drawing import draw, zeroed

__all__ = ["EXERCISE", "unroll"]

Array = np.ndarray


def unroll(step: Callable[[Array, Array], Array], xs: Array, h0: Array) -> Array:
    hs = np.zeros((*xs.shape[:2], h0.shape[1]))
    h = h0
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        hs[:, t] = h
    return hs


@from_case
def by_formula_or_keras(inputs: Inputs, setup: Setup) -> Outputs | None:
    xs, h0 = inputs["xs"], inputs["h0"]
    if setup["linear"]:
        return {"the states": closed_form(setup, xs, h0)}
    if xs.shape[1] in (0, 60):
        return None  # Keras refuses T = 0, and sixty eager steps tell nothing new
    return {"the states": simple_rnn(setup, xs, h0)}


def case(
    rng: np.random.Generator,
    part: str,
    about: str,
    sizes: tuple[int, int, int, int],
    linear: bool = False,
    dtype: str = "float32",
) -> Case:
    """Sizes are (batch, steps, features, units)."""
    batch, steps, features, units = sizes
    inputs = {
        "xs": draw(rng, batch, steps, features, dtype=dtype),
        "h0": draw(rng, batch, units, dtype=dtype),
    }
    return Case(part, inputs, about, given_weights(rng, features, units, linear, dtype))


def cases(rng: np.random.Generator) -> list[Case]:
    at_rest = case(rng, "from zero", "the initial state is zero", (2, 4, 3, 5))
    started = case(rng, "carry", "", (2, 3, 2, 4), dtype="float64")
    return [
        replace(at_rest, inputs=zeroed(at_rest.inputs, "h0")),
        replace(
            started,
            inputs=zeroed(started.inputs, "xs"),
            setup=zeroed(started.setup, "W_x", "b"),
            isolates="the initial state h0",
        ),
        case(rng, "carry", "three sequences of five steps", (3, 5, 2, 4)),
        case(rng, "carry", "a linear step, float64", (2, 4, 3, 2), True, "float64"),
        case(rng, "carry", "B = T = F = U", (4, 4, 4, 4), True, "float64"),
        case(rng, "edges", "one sequence of one step", (1, 1, 2, 3)),
        case(rng, "edges", "T = 0: no step at all", (2, 0, 2, 3)),
        case(rng, "edges", "sixty steps", (1, 60, 1, 2), False, "float64"),
    ]


MISTAKES = [
    Mistake(
        "starts-at-zero",
        "    h = h0\n",
        "    h = 0 * h0\n",
        see="Your states are those of a network that starts at zero: h0 is ignored.",
        look="Which state does your first call of step get?",
        change="Begin the loop with h = h0.",
    ),
    Mistake(
        "not-carried",
        "step(xs[:, t], h)",
        "step(xs[:, t], h0)",
        see="Every one of your states is computed from h0: nothing is carried on.",
        look="Look at what the second call of step gets as its state.",
        change="Give each call the state that the call before it returned.",
    ),
    Mistake(
        "one-step-late",
        "        h = step(xs[:, t], h)\n        hs[:, t] = h\n",
        "        hs[:, t] = h\n        h = step(xs[:, t], h)\n",
        see="Your states are one step late: the first is h0 and the last one is missing.",
        look="Do you store the state before or after the call of step?",
        change="Call step first, then store what it returned.",
    ),
    Mistake(
        "initial-included",
        "return hs",
        "return np.concatenate([h0[:, None], hs], axis=1)",
        see="You return T + 1 states: h0 stands before the first one.",
        look="The result has one state for each input.",
        change="Start the list of states empty, without h0.",
    ),
    Mistake(
        "time-first",
        "return hs",
        "return hs.swapaxes(0, 1)",
        see="Your states have the axes (T, B, U); expected are (B, T, U).",
        look="np.stack puts the new axis in front unless you tell it where.",
        change="Stack the states along axis 1.",
    ),
    Mistake(
        "time-and-batch-mixed",
        "return hs",
        "return np.array(hs.swapaxes(0, 1)).reshape(hs.shape)",
        see="Your states have the right shape, but sequences and steps are mixed up.",
        look="A reshape from (T, B, U) to (B, T, U) moves no number: it reads them in another way.",
        change="Stack the states along axis 1, or exchange the two axes with swapaxes.",
    ),
    Mistake(
        "last-state-only",
        "return hs",
        "return h",
        see="You return one state for each sequence, where every step's state is asked for.",
        look="Look at what you keep during the loop.",
        change="Collect the state of each step and stack them along the time axis.",
    ),
    Mistake(
        "last-state-everywhere",
        "return hs",
        "return np.repeat(hs[:, -1:], xs.shape[1], axis=1)",
        see="All your states of a sequence are equal: each is the last one.",
        look="You may have stored the same array again and again and changed it in place.",
        change="Store a new array at each step.",
    ),
    Mistake(
        "reads-backward",
        "xs[:, t]",
        "xs[:, -1 - t]",
        see="Your network reads each sequence from its end.",
        look="In which order does your loop visit the steps?",
        change="Go through the time axis from 0 to T − 1.",
    ),
    Mistake(
        "reversed-result",
        "return hs",
        "return hs[:, ::-1]",
        see="Your states are right, but in reverse order.",
        look="Look at how you put the states together after the loop.",
        change="Keep the order of the steps: the first state stands first.",
    ),
    Mistake(
        "no-empty-sequence",
        "return hs",
        "return np.stack(list(hs.swapaxes(0, 1)), axis=1)",
        see="A sequence of no steps breaks your code; its result should have shape (B, 0, U).",
        look="What do you have to stack when the loop runs no time at all?",
        change="Make the result first, with np.zeros or np.empty of shape (B, T, U), and fill it.",
    ),
    Mistake(
        "state-added",
        "h = step(",
        "h = h + step(",
        see="Your states equal those of h + step(x, h): the old state is added once more.",
        look="What step returns is the new state. What else do you do with it?",
        change="Replace the old state by the new one.",
    ),
]

EXERCISE = Exercise(
    "unroll(step, xs, h0)",
    results=("the states",),
    references=(unroll, by_formula_or_keras),
    cases=cases,
    mistakes=MISTAKES,
    parts={"from zero": 0.3, "carry": 0.5, "edges": 0.2},
    basic=("from zero", "carry"),
    points=2,
    probe="unroll",
    minutes=12,
    difficulty=2,
)
