"""stream: a step over a source that is read one input at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

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
from course_utils.oracles.ch02_elman_cell.shared import closed_form, given_weights, simple_rnn
from course_utils.oracles.drawing import draw, zeroed

__all__ = ["EXERCISE", "stream"]

Array = np.ndarray
Step = Callable[[Array, Array], Array]


def stream(step: Step, h: Array, xs: Iterable[Array]) -> Iterator[Array]:
    for x in xs:
        h = step(x, h)
        yield h


@from_case
def by_formula_or_keras(inputs: Inputs, setup: Setup) -> Outputs:
    """The states alone, (T, B, U)."""
    xs, h = wide(inputs["xs"]).swapaxes(0, 1), wide(inputs["h"])
    if setup["linear"]:
        return {"the states": closed_form(setup, xs, h).swapaxes(0, 1)}
    if not len(inputs["xs"]):
        return {"the number of results": 0}
    return {"the states": simple_rnn(setup, xs, h).swapaxes(0, 1)}


def case(
    rng: np.random.Generator,
    part: str,
    about: str,
    sizes: tuple[int, int, int, int],
    source: str = "iterator",
    linear: bool = False,
    dtype: str = "float32",
) -> Case:
    """Sizes are (batch, steps, features, units)."""
    batch, steps, features, units = sizes
    inputs = {
        "h": draw(rng, batch, units, dtype=dtype),
        "xs": draw(rng, steps, batch, features, dtype=dtype),
    }
    weights = given_weights(rng, features, units, linear, dtype)
    return Case(part, inputs, about, {"source": source, **weights})


def cases(rng: np.random.Generator) -> list[Case]:
    started = case(rng, "states", "", (2, 3, 2, 4), dtype="float64")
    return [
        replace(
            started,
            inputs=zeroed(started.inputs, "xs"),
            setup=zeroed(started.setup, "W_x", "b"),
            isolates="the initial state h",
        ),
        case(rng, "states", "four inputs", (3, 4, 2, 5)),
        case(
            rng,
            "states",
            "five inputs, a linear step, float64",
            (2, 5, 3, 2),
            linear=True,
            dtype="float64",
        ),
        case(rng, "lazy", "a source that never ends", (1, 6, 2, 3), "endless"),
        case(rng, "edges", "xs goes into a for loop, not into next(...)", (2, 2, 1, 2), "iterable"),
        case(rng, "edges", "one input", (2, 1, 1, 2)),
        case(rng, "edges", "no input at all", (2, 0, 1, 2)),
    ]


# --- whole wrong answers -------------------------------------------------------------------------


def all_at_once(step: Step, h: Array, xs: Iterable[Array]) -> list[Array]:
    states = []
    for x in xs:
        h = step(x, h)
        states.append(h)
    return states


def looking_ahead(step: Step, h: Array, xs: Iterable[Array]) -> Iterator[Array]:
    source = iter(xs)
    ahead = next(source, None)
    while ahead is not None:
        x, ahead = ahead, next(source, None)
        h = step(x, h)
        yield h


def recomputing(step: Step, h: Array, xs: Iterable[Array]) -> Iterator[Array]:
    seen = []
    for x in xs:
        seen.append(x)
        state = h
        for each in seen:
            state = step(each, state)
        yield state


def filling_one_array(step: Step, h: Array, xs: Iterable[Array]) -> Iterator[Array]:
    h = np.array(h)
    for x in xs:
        h[...] = step(x, h)
        yield h


def ending_in_an_error(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """A loop that never ends by itself, around next(...) on the source: right until it is over."""
    if setup["source"] != "endless":
        return ExpectedError(kind="RuntimeError", problem="a source that ends")
    count = np.arange(len(inputs["xs"]) + 1)
    return {
        "the number of results": len(inputs["xs"]),
        "the inputs read before each result": count,
        "the steps made before each result": count,
        **by_formula_or_keras(inputs, setup),
    }


MISTAKES = [
    Mistake(
        "all-at-once",
        answer=all_at_once,
        see="All inputs are read and all states computed before the first one is given.",
        look="A function that builds a list and returns it cannot give anything early.",
        change="Write `yield` inside the loop, in the place of collecting the states.",
    ),
    Mistake(
        "reads-all-first",
        "in xs:",
        "in list(xs):",
        see="The first state comes only after the last input was read.",
        look="Look for list(xs), len(xs), np.stack or anything else that needs all of xs.",
        change="Loop over xs itself: each pass reads one input.",
    ),
    Mistake(
        "looks-ahead",
        answer=looking_ahead,
        see="Before each state one more input is read than is needed for it.",
        look="Look for next(...) before the loop or before `yield`.",
        change="Read one input, make one step, give one state; then read the next one.",
    ),
    Mistake(
        "recomputes",
        answer=recomputing,
        see="The states are right, but each one is computed from the beginning again.",
        look="Count the calls of step: 1, 3, 6, 10, … Is there a loop inside your loop?",
        change="Keep the last state in a variable and make one step from it.",
    ),
    Mistake(
        "one-step-late",
        "        h = step(x, h)\n        yield h\n",
        "        yield h\n        h = step(x, h)\n",
        see="Your states are one step late: the first one is h itself.",
        look="Do you yield before or after the step?",
        change="Make the step first, then yield what it returned.",
    ),
    Mistake(
        "initial-included",
        "    for x",
        "    yield h\n    for x",
        see="You give one state too many: h itself comes first, before any input is read.",
        look="Look for a `yield` before the loop.",
        change="Yield inside the loop only: one state for each input.",
    ),
    Mistake(
        "ends-in-an-error",
        outputs=ending_in_an_error,
        see="Every state is right, but at the end of the source there is an error in the place of "
        "an end.",
        look="At the end next(...) raises StopIteration, which no generator may let through.",
        change="Loop with `for x in xs`, which ends by itself; or return when next(...) has "
        "nothing left.",
    ),
    Mistake(
        "last-state-only",
        "        yield h\n",
        "    yield h\n",
        see="You give one state, after the whole source was read.",
        look="Does `yield` stand inside the loop or behind it?",
        change="Indent `yield` so that it belongs to the loop.",
    ),
    Mistake(
        "not-carried",
        "        h = step(x, h)\n        yield h\n",
        "        yield step(x, h)\n",
        see="Every state is computed from the first h: nothing is carried on.",
        look="Look at what the second call of step gets as its state.",
        change="Put the new state into the variable that the next step reads.",
    ),
    Mistake(
        "starts-at-zero",
        "    for x",
        "    h = 0 * h\n    for x",
        see="Your states are those of a network that starts at zero: h is ignored.",
        look="Which state does your first step get?",
        change="Start from the argument h.",
    ),
    Mistake(
        "same-array",
        answer=filling_one_array,
        see="Each state is right when it comes, but who keeps them finds them all equal.",
        look="You give the same array each time and change it in place.",
        change="Yield a new array at each step: what step returns is one.",
    ),
]

EXERCISE = Exercise(
    "stream(step, h, xs)",
    references=(stream, by_formula_or_keras),
    cases=cases,
    mistakes=MISTAKES,
    parts={"states": 0.5, "lazy": 0.3, "edges": 0.2},
    basic=("states",),
    points=2,
    probe="stream",
    minutes=12,
    difficulty=2,
)
