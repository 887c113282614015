"""shuffle_frames: each clip's frames in an order of its own, drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import permutations, product
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
MANY = 1000  # clips of four frames, drawn by two generators: a loop over them takes no second


def shuffle_frames(videos: Array, rng: np.random.Generator) -> Array:
    clips, steps = videos.shape[:2]
    orders = rng.permuted(np.tile(np.arange(steps), (clips, 1)), axis=1)
    return videos[np.arange(clips)[:, None], orders]


@from_case
def by_sorting(inputs: Inputs, setup: Setup) -> Outputs:
    """What a right answer does in words, its orders those of sorted random numbers."""
    videos = inputs["videos"]
    words: Outputs = {"the frames": WHOLE, "the mean of each clip": means(videos)}
    if setup["again"]:
        words["the orders of the same generator"] = SAME
    if setup["next_seed"]:
        words |= {"the clips": "shuffled", "the orders of another generator": OTHER}
    if setup["next_seed"] and videos.shape[1] == 4:
        both = [sorted_numbers(setup["seed"] + k, len(videos)) for k in (0, 1)]
        words["the orders"] = counts_in_words(*both)
    if setup["times"]:
        words["the clips of a small batch"] = "all of them shuffled"
    return words


def sorted_numbers(seed: int, clips: int) -> Array:
    """How often each order comes where random numbers are sorted."""
    return counted(np.random.default_rng(seed).uniform(size=(clips, 4)).argsort(axis=1))


def means(videos: Array) -> Array:
    """The mean of each clip, (B,)."""
    return np.asarray(videos.astype(np.float64).mean(axis=(1, 2, 3, 4)))


# --- what is compared: what became of the frames -------------------------------------------------


def in_words(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """The clips that came, in words, and their means."""
    videos, came = inputs["videos"], outputs["the clips"]
    orders = orders_of(videos, came)
    words: Outputs = {
        "the frames": orders if isinstance(orders, str) else WHOLE,
        "the mean of each clip": means(came),
    }
    if setup["next_seed"] and not isinstance(orders, str):
        kept = np.arange(videos.shape[1])
        words["the clips"] = (
            "as they were"
            if (orders == kept).all()
            else "played backwards"
            if (orders == kept[::-1]).all()
            else "shuffled"
        )
    if setup["again"]:
        again = outputs["the clips from an equal generator"]
        words["the orders of the same generator"] = alike(came, again)
    if setup["next_seed"]:
        other = outputs["the clips from another generator"]
        words["the orders of another generator"] = alike(came, other)
        others = orders_of(videos, other)
        if videos.shape[1] == 4 and not isinstance(orders, str):
            words["the orders"] = (
                f"with another generator {others}"
                if isinstance(others, str)
                else counts_in_words(counted(orders), counted(others))
            )
    if setup["times"]:
        each = outputs["the clips of each time"]
        words["the clips of a small batch"] = small_batch(videos, each, setup["times"])
    return words


def orders_of(videos: Array, came: Array) -> Array | str:
    """(B, T): which frame stands at each place; or in words what became of the frames."""
    clips, steps = videos.shape[:2]
    if came.shape != videos.shape:
        return "of another shape"
    frames = [(clip, t) for clip in range(clips) for t in range(steps)]
    place = {videos[clip, t].tobytes(): (clip, t) for clip, t in frames}
    narrow = came.astype(videos.dtype)
    found = [place.get(narrow[clip, t].tobytes()) for clip, t in frames]
    if any(each is None for each in found):
        return "no longer those that were given"
    origin = np.array(found, int).reshape(clips, steps, 2)
    if (origin[..., 0] != np.arange(clips)[:, None]).any():
        return "in other clips"
    if (np.sort(origin[..., 1], axis=1) != np.arange(steps)).any():
        return "there more than once"
    return np.asarray(origin[..., 1])


def alike(one: Array, two: Array) -> str:
    return SAME if np.array_equal(one, two) else OTHER


def small_batch(videos: Array, each: Array, times: int) -> str:
    """Whether every clip of a small batch is shuffled, at one time or another."""
    if len(each) != times or any(isinstance(orders_of(videos, came), str) for came in each):
        return "not whole every time"
    moved = (each != videos).reshape(times, len(videos), -1).any(axis=(0, 2))
    if moved.all():
        return "all of them shuffled"
    which = "the last" if moved[:-1].all() else "the first" if moved[1:].all() else "more than one"
    return f"not all of them shuffled: in {times} calls {which} never changed"


def counted(orders: Array) -> Array:
    """How often each order of four frames comes, by its place in `ORDERS`."""
    code = {order: k for k, order in enumerate(ORDERS)}
    return np.bincount([code[tuple(order)] for order in orders.tolist()], minlength=len(ORDERS))


def counts_in_words(one: Array, other: Array) -> str:
    """The orders of two calls in words: chi squared with 23 degrees of freedom, p below 1e-7, and
    a count that weighs the orders as the swaps do that everybody writes first."""
    counts = np.asarray(one if (one == other).all() else one + other, float)
    expected = counts.sum() / len(ORDERS)
    chi = float(((counts - expected) ** 2 / expected).sum())
    odd = chi > 78 or any(w @ counts > 4.8 * np.sqrt(expected * w @ w) for w in swapped())
    if (one > 0).sum() == 1 == (other > 0).sum():
        return "the same for all clips"
    return unequal(counts) if odd else "equally likely"


@cache
def swapped() -> tuple[Array, Array]:
    """How much likelier than one in 24 each order is where every frame is swapped with any other
    one, from the first to the last frame or back."""
    both = []
    for places in ((0, 1, 2, 3), (3, 2, 1, 0)):
        counts = np.zeros(len(ORDERS))
        for others in product(range(4), repeat=4):
            order = [0, 1, 2, 3]
            for place, other in zip(places, others, strict=True):
                order[place], order[other] = order[other], order[place]
            counts[ORDERS.index(tuple(order))] += 1
        both.append(counts / counts.mean() - 1)
    return both[0], both[1]


def unequal(counts: Array) -> str:
    """Which orders come, where they are not equally likely."""
    come = {ORDERS[k] for k in np.flatnonzero(counts)}
    turns = {tuple(int(each) for each in np.roll(np.arange(4), k)) for k in range(4)}
    if come <= {(0, 1, 2, 3), (3, 2, 1, 0)}:
        return "the old one and its reverse only"
    if come <= turns:
        return "turned round in a circle only"
    if all(order[0] == 0 for order in come) or all(order[3] == 3 for order in come):
        return "such that one end never moves"
    if not any(k == frame for order in come for k, frame in enumerate(order)):
        return "such that no frame keeps its place"
    if len(come) == len(ORDERS) - 1 and (0, 1, 2, 3) not in come:
        return "never the old one"
    if len(come) < len(ORDERS):
        return f"not all possible ones: only {len(come)} of {len(ORDERS)} come"
    return "not equally likely"


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, *shape: int, dtype: Any = np.float32, **more: Any) -> Case:
        """Twice from one seed unless there are too many clips for a slow answer; with another
        seed where so many clips cannot all keep their order by chance."""
        videos, clips = rng.uniform(size=shape).astype(dtype), shape[0]
        setup = {"again": clips < 500, "next_seed": clips > 50, "times": 0, **more}
        return Case(part, {"videos": videos}, about, {"seed": int(rng.integers(2**31)), **setup})

    return [
        case("values", f"{MANY} clips of 4 frames", MANY, 4, 2, 2, 1),
        case("values", "8 frames", 60, 8, 3, 2, 2),
        case("values", "3 clips, many times", 3, 6, 2, 3, 1, times=20),
        case("edges", "one clip", 1, 6, 2, 2, 1, dtype=np.float64),
        case("edges", "one frame", 5, 1, 3, 2, 1),
    ]


def saying(**said: str) -> Callable[[Inputs, Setup], Outputs]:
    """What is said of many clips, by any order that such a mistake gives."""
    words = {key.replace("_", " "): value for key, value in said.items()}

    def outputs(inputs: Inputs, setup: Setup) -> Outputs:
        clips, steps = inputs["videos"].shape[:2]
        if clips < 50:
            return {}
        unasked = "the orders of the same generator" if steps == 4 else "the orders"
        return {key: word for key, word in words.items() if key != unasked}

    return outputs


def left_out(inputs: Inputs, setup: Setup) -> Outputs:
    """What is said where one clip keeps its order."""
    return {"the clips of a small batch": "not all of them shuffled"} if setup["times"] else {}


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
        "reversed-or-not",
        outputs=saying(the_frames=WHOLE, the_orders="the old one and its reverse only"),
        see="Each clip comes as it was or played backwards; no other order ever comes.",
        look="Four frames have 24 orders; count how many of them come.",
        change="Draw a whole order, not only the direction.",
    ),
    Mistake(
        "turned-in-a-circle",
        outputs=saying(the_frames=WHOLE, the_orders="turned round in a circle only"),
        see="Each clip only begins at another frame; its frames still follow each other.",
        look="Four frames have 24 orders; count how many of them come.",
        change="Draw a whole order, not only the frame to begin with.",
    ),
    Mistake(
        "one-end-stays",
        outputs=saying(the_frames=WHOLE, the_orders="such that one end never moves"),
        see="The first or the last frame of a clip never moves.",
        look="Look at which frames your order is drawn for: a slice, or too short a range?",
        change="Draw the order of all frames.",
    ),
    Mistake(
        "no-frame-in-its-place",
        outputs=saying(the_frames=WHOLE, the_orders="such that no frame keeps its place"),
        see="No frame ever keeps its place, so the orders are not uniform.",
        look="Is a frame swapped with an earlier one only, and never with itself? Or is an order "
        "drawn again as long as a frame keeps its place?",
        change="A frame may stay: in a loop of swaps, draw from 0 to i, i itself included; or take "
        "the first order drawn.",
    ),
    Mistake(
        "never-the-old-order",
        outputs=saying(the_frames=WHOLE, the_orders="never the old one"),
        see="The old order never comes, so the orders are not uniform.",
        look="Look for a loop that draws again until something has changed.",
        change="Take the first order drawn: one clip in 24 keeps its own by chance.",
    ),
    Mistake(
        "few-orders",
        outputs=saying(the_frames=WHOLE, the_orders="not all possible ones"),
        see="Some of the 24 orders of four frames never come.",
        look="Count how many orders you draw, and how each of them comes about.",
        change="Draw a whole order for each clip: a permutation from the generator, or the order "
        "of sorted random numbers.",
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
        look="Is each frame swapped with any other one? That does not give a uniform order.",
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
        see="The frames are no longer those that were given: something inside them has moved.",
        look="Look at which axis is shuffled, and at how many axes are treated separately.",
        change="Move each frame as a whole: one order for the time axis of each clip.",
    ),
    Mistake(
        "a-clip-left-out",
        outputs=left_out,
        see="One clip of a batch is never shuffled.",
        look="Look at where your loop over the clips begins and ends.",
        change="Draw an order for every clip, the first and the last among them.",
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
    seconds=18.0,
    minutes=10,
    difficulty=2,
    view=in_words,
)
