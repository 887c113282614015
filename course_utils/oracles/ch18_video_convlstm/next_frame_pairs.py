"""next_frame_pairs: each frame with the one that follows it."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Exercise, Mistake
from course_utils.oracles.ch18_video_convlstm.shared import clip_cases

__all__ = ["EXERCISE", "next_frame_pairs"]

Array = np.ndarray


def next_frame_pairs(videos: Array) -> tuple[Array, Array]:
    return videos[:, :-1], videos[:, 1:]


def frame_by_frame(videos: Array) -> tuple[Array, Array]:
    batch, frames, *size = videos.shape
    given, wanted = (np.zeros((batch, frames - 1, *size)) for _ in range(2))
    for t in range(frames - 1):
        given[:, t], wanted[:, t] = videos[:, t], videos[:, t + 1]
    return given, wanted


MISTAKES = [
    Mistake(
        "swapped",
        "videos[:, :-1], videos[:, 1:]",
        "videos[:, 1:], videos[:, :-1]",
        see="Inputs and targets have changed places: your model would predict the past.",
        look="Look at the order of what you return.",
        change="Return the earlier frames first, the later ones second.",
    ),
    Mistake(
        "same-frames",
        "videos[:, 1:]",
        "videos[:, :-1]",
        see="Inputs and targets are the same frames: there is nothing to predict.",
        look="Where does the target at step t come from? It should be frame t + 1.",
        change="Let the targets begin one frame later than the inputs, and end one later.",
    ),
    Mistake(
        "other-clip",
        "videos[:, :-1], videos[:, 1:]",
        "videos[:-1], videos[1:]",
        see="The target of each clip is another clip: the shift is along the first axis.",
        look="Which axis of (B, T, H, W, C) holds time?",
        change="Leave the batch axis whole and shift along the second axis.",
    ),
    Mistake(
        "shifted-down",
        "videos[:, :-1], videos[:, 1:]",
        "videos[:, :, :-1], videos[:, :, 1:]",
        see="The shift is along the height of the frames, not along time.",
        look="Count the axes of (B, T, H, W, C) in your slice.",
        change="Shift along the second axis, and leave the frames whole.",
    ),
    Mistake(
        "wrapped-round",
        "videos[:, :-1], videos[:, 1:]",
        "videos, np.roll(videos, -1, axis=1)",
        see="There are as many pairs as frames: the last target is the first frame.",
        look="np.roll hands what falls off at the end to the beginning.",
        change="Drop the pair that has no target: T frames make T − 1 pairs.",
    ),
    Mistake(
        "two-ahead",
        "videos[:, :-1], videos[:, 1:]",
        "videos[:, :-2], videos[:, 2:]",
        see="Your targets lie two frames ahead, and one pair is missing.",
        look="Count the frames between an input and its target.",
        change="Shift by one frame: frame t is paired with frame t + 1.",
    ),
    Mistake(
        "differences",
        "videos[:, 1:]",
        "np.diff(videos, axis=1)",
        see="Your targets are the changes between frames, not the next frames.",
        look="Is there a subtraction in your code?",
        change="Return the next frames as they are.",
    ),
    Mistake(
        "last-target-only",
        "videos[:, 1:]",
        "videos[:, -1:]",
        see="Only the last frame is a target; every step should have one.",
        look="Does your slice of the targets keep a range of frames, or one?",
        change="Take all frames from the second one on.",
    ),
    Mistake(
        "last-frame-as-target",
        "videos[:, 1:]",
        "videos[:, -1]",
        see="Your targets are one frame for each clip, the last one, without an axis of time.",
        look="Does your slice of the targets keep a range of frames, or one?",
        change="Take all frames from the second one on.",
    ),
    Mistake(
        "whole-clip-as-input",
        "videos[:, :-1]",
        "videos",
        see="Your inputs hold all frames: the last one has no target.",
        look="Compare the numbers of frames of inputs and targets.",
        change="Leave the last frame out of the inputs.",
    ),
]

EXERCISE = Exercise(
    "next_frame_pairs(videos)",
    results=("the inputs", "the targets"),
    references=(next_frame_pairs, frame_by_frame),
    cases=clip_cases,
    mistakes=MISTAKES,
    parts={"frames": 0.8, "edges": 0.2},
    basic=("frames",),
    points=1,
    probe="clips",
    minutes=5,
    difficulty=1,
)
