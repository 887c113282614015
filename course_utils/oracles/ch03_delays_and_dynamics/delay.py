"""delay: z⁻ᵏ, the operator that lets a sequence come out k steps later."""

from __future__ import annotations

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

__all__ = ["EXERCISE", "delay"]

Array = np.ndarray


def delay(xs: Array, steps: int = 1) -> Array:
    if steps < 0:
        raise ExpectedError("steps", f"steps = {steps}")
    out = np.zeros(xs.shape)
    for t in range(steps, len(xs)):
        out[t] = xs[t - steps]
    return out


def by_padding(xs: Array, steps: int = 1) -> Array:
    """Zeros in front, then as much as the sequence is long."""
    if steps < 0:
        raise ExpectedError
    widths = [(steps, 0)] + [(0, 0)] * (xs.ndim - 1)
    return np.pad(xs, widths)[: len(xs)]


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, xs: Array, *steps: int) -> Case:
        return Case(part, dict(zip(("xs", "steps"), (xs, *steps), strict=False)), about)

    def walk(*shape: int) -> Array:
        return rng.normal(size=shape)

    holed = walk(9)
    holed[2], holed[5], holed[8] = np.nan, np.inf, -np.inf
    holed_rows = walk(7, 2)
    holed_rows[1, 1], holed_rows[4, 0] = np.nan, -np.inf
    return [
        case("values", "steps left out, so 1", walk(8)),
        case("values", "three steps, float32", walk(11).astype(np.float32), 3),
        case("values", "whole numbers", rng.integers(1, 90, 10), 2),
        case("features", "three features at each step", walk(9, 3), 2),
        case("features", "as many features as steps", walk(4, 4), 1),
        case("features", "one feature, (T, 1)", walk(6, 1), 2),
        case("edges", "steps = 0", walk(7), 0),
        case("edges", "steps = 0, two features", walk(5, 2), 0),
        case("edges", "as many steps as there are values", walk(6), 6),
        case("edges", "more steps than there are values", walk(5), 8),
        case("edges", "more steps than there are rows", walk(3, 2), 7),
        case("edges", "one value", walk(1), 1),
        case("edges", "NaN and infinity among the values", holed, 2),
        case("edges", "NaN and infinity among the rows", holed_rows, 1),
        case("errors", "", walk(6), -1),
        case("errors", "", walk(5, 2), -3),
    ]


def along_features(xs: Array, steps: int = 1) -> Array:
    if steps < 0:
        raise ExpectedError("steps")
    widths = [(0, 0)] * (xs.ndim - 1) + [(steps, 0)]
    return np.pad(xs, widths)[..., : xs.shape[-1]]


def by_negative_index(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """xs[t − steps] for every t: Python counts negative places from the end, as far as it goes."""
    xs, steps = inputs["xs"], inputs.get("steps", 1)
    if steps < 0 or steps > len(xs):
        return ExpectedError(problem="a place that is not there", kind="IndexError")
    return {"the delayed sequence": np.roll(xs, steps, axis=0)}


MISTAKES = [
    Mistake(
        "advanced",
        "out[t] = xs[t - steps]",
        "out[t - steps] = xs[t]",
        see="Your sequence comes out earlier, not later: the value of step t stands at t − steps.",
        look="Which value should stand at step 5 if steps is 2: that of step 3, or of step 7? "
        "Only one of them is known at step 5.",
        change="At step t put the value of step t − steps.",
    ),
    Mistake(
        "wraps-round",
        "return out",
        "return np.roll(xs, steps, axis=0)",
        see="What leaves the sequence at its end comes in again at its start.",
        look="np.roll turns a ring. Before the start nothing was put in.",
        change="Put zeros into the first `steps` places.",
    ),
    Mistake(
        "negative-index",
        outputs=by_negative_index,
        see="What leaves the sequence at its end comes in again at its start, and where steps is "
        "more than T your code raises an IndexError.",
        look="What is xs[t − steps] where t is smaller than steps? Python counts negative places "
        "from the end.",
        change="Read xs[t − steps] only where t is at least steps; elsewhere put zeros.",
    ),
    Mistake(
        "wraps-round-flattened",
        "return out",
        "return np.roll(xs, steps)",
        see="What leaves the sequence at its end comes in again at its start, and with several "
        "features the values move from one feature to the next.",
        look="np.roll without an axis turns the flattened array as a ring.",
        change="Move along axis 0 alone, and put zeros into the first `steps` places.",
    ),
    Mistake(
        "steps-ignored",
        "out = np.zeros(xs.shape)",
        "out, steps = np.zeros(xs.shape), 1",
        see="The delay is one step, whatever `steps` is.",
        look="Find the places where `steps` is used: there are two.",
        change="Let each value come out `steps` places later.",
    ),
    Mistake(
        "one-step-too-many",
        "    for t in",
        "    steps += 1\n    for t in",
        see="Your delay is one step too long.",
        look="With steps = 0 the sequence stays as it is. What does your code make of it?",
        change="At step t put the value of step t − steps, no earlier one.",
    ),
    Mistake(
        "first-value-held",
        "np.zeros(xs.shape)",
        "np.zeros(xs.shape) + xs[:1]",
        see="Before the start your delay gives the first value again and again.",
        look="Nothing was put in before the start. What comes out then?",
        change="Put zeros into the first `steps` places.",
    ),
    Mistake(
        "nan-before-the-start",
        "np.zeros(xs.shape)",
        "np.full(xs.shape, np.nan)",
        see="Before the start your delay gives NaN; zeros are asked for.",
        look="pandas' shift marks the free places as missing.",
        change="Put zeros into the first `steps` places.",
    ),
    Mistake(
        "sequence-grows",
        "return out",
        "return np.concatenate([np.zeros((steps, *xs.shape[1:])), xs])",
        see="Your result is longer than the sequence, by `steps`.",
        look="What goes in at the last steps has not come out yet when the sequence ends.",
        change="Keep the first T values of it, T the length of xs.",
    ),
    Mistake(
        "start-left-out",
        "return out",
        "return xs[: max(len(xs) - steps, 0)]",
        see="Your result is shorter than the sequence: the zeros before its start are missing.",
        look="Compare the shape of your result with that of xs.",
        change="Put `steps` zeros in front.",
    ),
    Mistake(
        "slice-from-the-end",
        "return out",
        "return np.concatenate([np.zeros((steps, *xs.shape[1:])), xs[:-steps]])",
        see="Where steps is 0 your result is empty, and where it is more than T it is too long.",
        look="What is xs[:-0]? And how many zeros do you put in front where steps is 8 and T is 5?",
        change="Count from the front: make T zeros, and write into the places from `steps` on.",
    ),
    Mistake(
        "no-step-is-empty",
        "return out",
        "return out if steps else out[:0]",
        see="Where steps is 0 your result is empty; the sequence should come out as it is.",
        look="What is xs[:-0]?",
        change="Count from the front: xs[: T − steps] is right for 0 as well.",
    ),
    Mistake(
        "too-long-for-many-steps",
        "return out",
        "return out if steps <= len(xs) else np.zeros((steps, *xs.shape[1:]))",
        see="Where steps is more than T you return more than T values.",
        look="How many zeros do you put in front where steps is 8 and T is 5?",
        change="Return T values, whatever steps is.",
    ),
    Mistake(
        "spreads-nan",
        "return out",
        "return np.eye(len(xs), k=-steps) @ xs",
        see="A NaN or an infinity in the sequence spreads over the whole result.",
        look="A product with a matrix multiplies every value with zeros too. What is 0 times NaN?",
        change="Move the values by their index, without a product.",
    ),
    Mistake(
        "cleaned",
        "return out",
        "return np.nan_to_num(out)",
        see="NaN or infinity come out as other numbers; a delay only moves what it is given.",
        look="Look for nan_to_num, np.where or isfinite.",
        change="Let the values as they are.",
    ),
    Mistake(
        "through-the-features",
        "return out",
        "return np.concatenate([np.zeros(steps), xs.ravel()])[: xs.size].reshape(xs.shape)",
        see="With several features the values move from one feature to the next.",
        look="Look for ravel, flatten, or a function that flattens unless an axis is named.",
        change="Move whole rows: time is axis 0.",
    ),
    Mistake(
        "along-the-features",
        answer=along_features,
        see="With several features you delay along the features, not along time.",
        look="Time is axis 0. Along which axis do you move?",
        change="Move whole rows along axis 0.",
    ),
    Mistake(
        "negative-accepted",
        outputs=accepts(delay, "steps"),
        see="A negative number of steps is accepted: a delay that looks into the future.",
        look="Look at what your code does with steps = -1.",
        change="Test `steps` first, and raise a ValueError that names it.",
    ),
]

EXERCISE = Exercise(
    "delay(xs, steps=1)",
    results=("the delayed sequence",),
    references=(delay, by_padding),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.5, "features": 0.2, "edges": 0.2, "errors": 0.1},
    basic=("values",),
    points=1,
    minutes=6,
    difficulty=1,
)
