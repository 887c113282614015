"""shuffle_frames: each clip's frames in an order of its own, drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from course_utils.checking.types import (
    Case,
    Exercise,
    Inputs,
    Mistake,
    Outputs,
    Setup,
    from_case,
)

__all__ = ["EXERCISE", "shuffle_frames"]

Array = np.ndarray

WHOLE, SAME, OTHER = "whole and in their clip", "the same again", "other ones"

#: The orders of four frames, as they are counted.
ORDERS = tuple(permutations(range(4)))


def shuffle_frames(videos: Array, rng: np.random.Generator) -> Array:
    clips, steps = videos.shape[:2]
    orders = rng.permuted(np.tile(np.arange(steps), (clips, 1)), axis=1)
    return videos[np.arange(clips)[:, None], orders]


@from_case
def by_sorting(inputs: Inputs, setup: Setup) -> Outputs:
    """What a right answer does in words, and the orders of sorted random numbers, counted."""
    videos = inputs["videos"]
    clips, steps = videos.shape[:2]
    words: Outputs = {
        "the frames": WHOLE,
        "the mean of each clip": videos.astype(np.float64).mean(axis=(1, 2, 3, 4)),
        "the orders of the same generator": SAME,
    }
    if clips > 50:
        words |= {"the clips": "shuffled", "the orders of another generator": OTHER}
    if steps == 4:
        orders = np.random.default_rng(setup["seed"]).uniform(size=(clips, 4)).argsort(axis=1)
        code = {order: k for k, order in enumerate(ORDERS)}
        found = [code[tuple(order)] for order in orders.tolist()]
        words["the orders"] = np.bincount(found, minlength=len(ORDERS))
    return words


def orders_in_words(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """The counts of the orders in words: chi squared with 23 degrees of freedom, p below 1e-6."""
    if "the orders" not in outputs or isinstance(outputs["the orders"], str):
        return outputs
    counts = np.asarray(outputs["the orders"], float)
    expected = max(len(inputs["videos"]) / len(ORDERS), 1e-9)
    if len(inputs["videos"]) < 1000:
        words = "too few to tell"
    else:
        chi = float(((counts - expected) ** 2 / expected).sum())
        words = "equally likely" if chi < 80 else unequal(counts)
    return {**outputs, "the orders": words}


def unequal(counts: Array) -> str:
    """Which orders come, where they are not equally likely."""
    come = {ORDERS[k] for k in np.flatnonzero(counts)}
    turns = {tuple(int(each) for each in np.roll(np.arange(4), k)) for k in range(4)}
    if len(come) == 1:
        return "the same for all clips"
    if come <= turns:
        return "turned round in a circle only"
    if (0, 1, 2, 3) not in come:
        return "never the old one"
    return "not equally likely"


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, *shape: int, dtype: Any = np.float32) -> Case:
        videos = rng.uniform(size=shape).astype(dtype)
        return Case(part, {"videos": videos}, about, {"seed": int(rng.integers(2**31))})

    return [
        case("values", "6000 clips of 4 frames", 6000, 4, 1, 2, 1),
        case("values", "8 frames", 60, 8, 3, 2, 2),
        case("edges", "one clip", 1, 6, 2, 2, 1, dtype=np.float64),
        case("edges", "one frame", 5, 1, 3, 2, 1),
        case("edges", "no clips", 0, 4, 2, 2, 1),
    ]


def saying(**said: str) -> Callable[[Inputs, Setup], Outputs]:
    """What the probe says of many clips, by any order that such a mistake gives."""
    words = {key.replace("_", " "): value for key, value in said.items()}

    def outputs(inputs: Inputs, setup: Setup) -> Outputs:
        clips, steps = inputs["videos"].shape[:2]
        if clips < 50:
            return {}
        return {key: word for key, word in words.items() if steps == 4 or key != "the orders"}

    return outputs


MISTAKES = [
    Mistake(
        "nothing-shuffled",
        outputs=saying(the_frames=WHOLE, the_clips="as they were"),
        see="The frames come back in the order in which they were given.",
        look="Look at whether the new order is used at all.",
        change="Draw an order for each clip, and pick the clip's frames in that order.",
    ),
    Mistake(
        "frames-reversed",
        outputs=saying(the_frames=WHOLE, the_clips="played backwards"),
        see="Every clip is played backwards; nothing is random.",
        look="Look for a step of -1.",
        change="Draw a random order for each clip.",
    ),
    Mistake(
        "one-order-for-all",
        outputs=saying(the_frames=WHOLE, the_orders="the same for all clips"),
        see="All clips get the same order.",
        look="Count how many orders you draw.",
        change="Draw a new order for each clip. A network could learn one fixed order.",
    ),
    Mistake(
        "turned-in-a-circle",
        outputs=saying(the_frames=WHOLE, the_orders="turned round in a circle only"),
        see="Each clip only begins at another frame; its frames still follow each other.",
        look="Four frames have 24 orders; count how many of them come.",
        change="Draw a whole order, not only the frame to begin with.",
    ),
    Mistake(
        "never-the-old-order",
        outputs=saying(the_frames=WHOLE, the_orders="never the old one"),
        see="The old order never comes, so the orders are not uniform.",
        look="Look for a loop that draws again until something has changed.",
        change="Take the first order drawn: one clip in 24 keeps its own by chance.",
    ),
    Mistake(
        "another-stream",
        outputs=saying(the_frames=WHOLE, the_orders_of_the_same_generator=OTHER),
        see="The same generator gives other orders when it is used again.",
        look="Find where your random numbers come from: `np.random`, `random` or a new generator?",
        change="Draw from `rng`, the generator that is passed in, and from nothing else.",
    ),
    Mistake(
        "generator-ignored",
        outputs=saying(
            the_frames=WHOLE,
            the_orders="equally likely",
            the_orders_of_another_generator=SAME,
        ),
        see="Another generator gives the very same orders.",
        look="Look for a fixed seed inside your function.",
        change="Draw from `rng`, the generator that is passed in.",
    ),
    Mistake(
        "orders-not-uniform",
        outputs=saying(the_frames=WHOLE, the_orders="not equally likely"),
        see="Some orders come more often than others.",
        look="Swapping each frame with any other one does not give a uniform order.",
        change="Take a permutation from the generator, or sort random numbers.",
    ),
    Mistake(
        "frames-go-to-other-clips",
        outputs=saying(the_frames="in other clips"),
        see="Frames move from one clip to another.",
        look="Look at whether you shuffle the batch axis or join it with the time axis.",
        change="Shuffle inside each clip; its frames stay its own.",
    ),
    Mistake(
        "frames-come-twice",
        outputs=saying(the_frames="there more than once"),
        see="Some frames come more than once, and others are lost.",
        look="Look at how the order is drawn: with or without putting back?",
        change="An order holds every frame's number exactly once.",
    ),
    Mistake(
        "frames-cut-up",
        outputs=saying(the_frames="no longer those that were given"),
        see="The frames are no longer those that were given: pixels move on their own.",
        look="Look at how many axes your shuffling treats separately.",
        change="Move each frame as a whole: one order for the time axis of each clip.",
    ),
]

EXERCISE = Exercise(
    "shuffle_frames(videos, rng)",
    references=(shuffle_frames, by_sorting),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.8, "edges": 0.2},
    basic=("values",),
    points=1.0,
    probe="shuffled_frames",
    minutes=10,
    difficulty=2,
    view=orders_in_words,
)
