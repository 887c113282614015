"""persistence_forecast: the next frame is forecast by the present one."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Exercise, Mistake
from course_utils.oracles.ch18_video_convlstm.shared import clip_cases

__all__ = ["EXERCISE", "persistence_forecast"]

Array = np.ndarray


def persistence_forecast(videos: Array) -> Array:
    return videos[:, :-1]


def frame_by_frame(videos: Array) -> Array:
    batch, frames, *size = videos.shape
    forecast = np.zeros((batch, frames - 1, *size))
    for t in range(1, frames):
        forecast[:, t - 1] = videos[:, t - 1]
    return forecast


MISTAKES = [
    Mistake(
        "the-truth",
        "videos[:, :-1]",
        "videos[:, 1:]",
        see="Your forecast is the true next frame: it has no error, and knows the future.",
        look="Which frames are known when frame t + 1 is to be forecast?",
        change="Forecast each next frame by the present one.",
    ),
    Mistake(
        "first-frame-kept",
        "videos[:, :-1]",
        "np.repeat(videos[:, :1], videos.shape[1] - 1, axis=1)",
        see="Your forecast is the first frame, at every step.",
        look="What is the newest frame that is known at step t?",
        change="Use the present frame of each step, not the first of the clip.",
    ),
    Mistake(
        "last-frame-kept",
        "videos[:, :-1]",
        "np.repeat(videos[:, -1:], videos.shape[1] - 1, axis=1)",
        see="Your forecast is the last frame of the clip, at every step.",
        look="The last frame is not yet known at an earlier step.",
        change="Use the present frame of each step.",
    ),
    Mistake(
        "one-frame-too-many",
        "videos[:, :-1]",
        "videos",
        see="Your forecast has as many frames as the clip; the last has no truth to meet.",
        look="How many frames of the clip have a predecessor?",
        change="Leave out the frame that would forecast what lies behind the clip.",
    ),
    Mistake(
        "starts-with-nothing",
        "videos[:, :-1]",
        "np.concatenate([0 * videos[:, :1], videos[:, :-1]], axis=1)[:, :-1]",
        see="Your forecast begins with an empty frame and is one frame late.",
        look="The first forecast is for the second frame. What is known then?",
        change="Begin with the first frame, and end with the last but one.",
    ),
    Mistake(
        "one-frame-late",
        "videos[:, :-1]",
        "np.concatenate([videos[:, :1], videos[:, :-1]], axis=1)[:, :-1]",
        see="Your forecast is one frame late: it begins with the first frame twice.",
        look="What is the newest frame that is known when frame t + 1 is to be forecast?",
        change="Forecast frame t + 1 by frame t, not by the one before it.",
    ),
    Mistake(
        "begins-with-the-last",
        "videos[:, :-1]",
        "np.roll(videos, 1, axis=1)[:, :-1]",
        see="Your forecast begins with the last frame of the clip, and is one frame late after it.",
        look="np.roll hands what falls off at the end to the beginning. Which end do you cut?",
        change="Leave out the last frame of the clip, and move nothing.",
    ),
    Mistake(
        "linear",
        "videos[:, :-1]",
        "(videos + np.diff(videos, axis=1, prepend=videos[:, :1]))[:, :-1]",
        see="Your forecast is the present frame plus its last change.",
        look="That is another baseline. What does 'persistence' say about change?",
        change="Forecast that nothing changes.",
    ),
    Mistake(
        "mean-so-far",
        "videos[:, :-1]",
        "(videos.cumsum(1) / np.arange(1, 1 + videos.shape[1]).reshape(-1, 1, 1, 1))[:, :-1]",
        see="Your forecast is the mean of all frames so far.",
        look="How many frames does one forecast of yours use?",
        change="Use the present frame alone.",
    ),
    Mistake(
        "other-clip",
        "videos[:, :-1]",
        "videos[:-1]",
        see="Your forecast leaves out a clip in place of a frame.",
        look="Which axis of (B, T, H, W, C) holds time?",
        change="Cut along the second axis.",
    ),
]

EXERCISE = Exercise(
    "persistence_forecast(videos)",
    results=("the forecast",),
    references=(persistence_forecast, frame_by_frame),
    cases=clip_cases,
    mistakes=MISTAKES,
    parts={"frames": 0.8, "edges": 0.2},
    basic=("frames",),
    points=1,
    probe="clips",
    minutes=5,
    difficulty=1,
)
