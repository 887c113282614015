"""shift_right: what a network is fed under teacher forcing, the targets one step late."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles.drawing import zeroed

__all__ = ["EXERCISE", "shift_right"]

Array = np.ndarray


def shift_right(targets: Array, start: Array) -> Array:
    begin = np.broadcast_to(start, (len(targets), 1, len(start)))
    fed = np.concatenate([begin, targets], axis=1)
    return fed[:, : targets.shape[1]]


def by_delay(targets: Array, start: Array) -> Array:
    """By the matrix of the delay, z⁻¹: ones below the diagonal; the start enters at step 0."""
    steps = targets.shape[1]
    first = np.arange(steps) == 0
    late = np.einsum("ts,bsf->btf", np.eye(steps, k=-1), targets)
    return np.asarray(late + first[:, None] * start)


def inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    return {
        "targets": (scale * rng.normal(size=(batch, steps, features))).astype(dtype),
        "start": (scale * rng.normal(size=features)).astype(dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    at_zero = zeroed(inputs(rng, 2, 4, 3), "start")
    alone = zeroed(inputs(rng, 3, 4, 2), "targets")
    return [
        Case("targets", at_zero, isolates="the targets"),
        Case("start", alone, isolates="the start"),
        Case("targets", inputs(rng, 3, 5, 2), "three sequences of five steps"),
        Case("start", inputs(rng, 2, 3, 4, "float64"), "float64"),
        Case("start", inputs(rng, 4, 4, 4), "B = T = F"),
        Case("edges", inputs(rng, 1, 6, 1), "one sequence of one feature"),
        Case("edges", inputs(rng, 3, 1, 2), "T = 1: the start alone"),
        Case("edges", inputs(rng, 2, 0, 3), "T = 0: no step at all"),
        Case("edges", inputs(rng, 2, 4, 3, scale=1e6), "large numbers"),
        Case("edges", inputs(rng, 2, 4, 3, "float64", 1e-9), "tiny numbers"),
    ]


MISTAKES = [
    Mistake(
        "not-shifted",
        "return fed[:, : targets.shape[1]]",
        "return targets",
        see="Your inputs equal the targets: at each step the network is shown the very value that "
        "it is to predict.",
        look="What stands at step t of the result, and what is the target of step t?",
        change="Move everything one step later, so that step t is fed what came before it.",
    ),
    Mistake(
        "shifted-left",
        "[begin, targets]",
        "[targets[:, 1:], begin]",
        see="Your inputs are shifted the wrong way: each step is fed the target of the step after "
        "it.",
        look="Compare step 0 of the result with the start and with the targets.",
        change="Put the start in front and let the last target fall out.",
    ),
    Mistake(
        "start-written-over",
        "[begin, targets]",
        "[begin, targets[:, 1:]]",
        see="The start stands in the place of the first target, and the others stay where they "
        "were: each is still fed at the very step that is to predict it.",
        look="Compare step 1 of the result with steps 0 and 1 of the targets.",
        change="Move the targets one step later before you write the start into step 0.",
    ),
    Mistake(
        "wraps-round",
        "np.broadcast_to(start, (len(targets), 1, len(start)))",
        "targets[:, -1:]",
        see="The first input of each sequence is its own last target: the future comes round to "
        "the beginning.",
        look="What does np.roll put in the place that becomes free?",
        change="Write the start into step 0.",
    ),
    Mistake(
        "start-is-zero",
        "np.broadcast_to(start",
        "np.broadcast_to(0 * start",
        see="Your first input is zero, whatever the start is.",
        look="Where does start stand in your code?",
        change="Put the start into step 0 of every sequence.",
    ),
    Mistake(
        "start-in-one-sequence",
        "np.broadcast_to",
        "np.eye(len(targets), 1)[:, None] * np.broadcast_to",
        see="Only the first sequence begins with the start; the others begin with zero.",
        look="How many sequences are there in a batch?",
        change="Repeat the start once for each sequence.",
    ),
    Mistake(
        "one-too-many",
        "return fed[:, : targets.shape[1]]",
        "return fed",
        see="Your inputs have one step more than the targets.",
        look="After the start is put in front there are T + 1 steps. Which one has no target?",
        change="Leave the last target out: nothing comes after it.",
    ),
    Mistake(
        "one-too-few",
        "return fed[:, : targets.shape[1]]",
        "return targets[:, :-1]",
        see="Your inputs have one step less than the targets.",
        look="Which input belongs to the first target?",
        change="Put the start in front of all targets but the last.",
    ),
    Mistake(
        "shifted-twice",
        "[begin, targets]",
        "[begin, begin, targets]",
        see="Your inputs are two steps late.",
        look="Count how often the targets are moved.",
        change="Move them by one step, once.",
    ),
    Mistake(
        "sequences-shifted",
        "return fed[:, : targets.shape[1]]",
        "return np.concatenate([0 * targets[:1] + start, targets[:-1]])",
        see="Your inputs are moved along the batch: each sequence is fed the one before it.",
        look="Which axis is time, and along which one do you shift?",
        change="Shift along axis 1, the steps.",
    ),
    Mistake(
        "start-added",
        "[begin, targets]",
        "[begin, targets + start]",
        see="The start is added to every step, and should stand at step 0 alone.",
        look="Look at how the start and the shifted targets are put together.",
        change="Set step 0 to the start and leave the other steps as they are.",
    ),
    Mistake(
        "no-empty-sequence",
        ": targets.shape[1]",
        ": max(targets.shape[1], 1)",
        see="With no step at all your result still has one.",
        look="What is left of the targets when T = 0, and what do you put in front of it?",
        change="Let the result have as many steps as the targets, whatever their number is.",
    ),
]

EXERCISE = Exercise(
    "shift_right(targets, start)",
    results=("what is fed",),
    references=(shift_right, by_delay),
    cases=cases,
    mistakes=MISTAKES,
    parts={"targets": 0.4, "start": 0.4, "edges": 0.2},
    basic=("targets", "start"),
    points=1,
    minutes=10,
    difficulty=1,
)
