"""build_conv3d: kernels over time and space, and no loop over frames.

Source: S. Ji, W. Xu, M. Yang and K. Yu, "3D convolutional neural networks for human action
recognition" (2013).
"""

from __future__ import annotations

from course_utils.checking.types import Exercise, Mistake
from course_utils.oracles.ch19_video_three_ways.shared import (
    COMMON,
    FIRST_MISTAKES,
    get_round,
    in_words,
    last_mistakes,
    laws_by_matching,
    laws_in_words,
    network_cases,
    saying,
)

__all__ = ["EXERCISE"]

RIGHT = {
    **COMMON,
    "a recurrent layer": "absent",
    "a kernel over time": "present",
    "the source of the classes": "the 3D convolutions alone",
}

right = in_words(RIGHT)

MISTAKES = [
    Mistake(
        "a-recurrent-layer",
        outputs=saying({"a recurrent layer": "present"}),
        see="There is a recurrent layer in the network.",
        look="This option has no loop over frames: time is one more axis of the kernel.",
        change="Leave the recurrence out; a mean over time and space joins the maps.",
    ),
    Mistake(
        "no-kernel-over-time",
        outputs=saying(
            {
                "the effect of the order of the frames": "present",
                "a kernel over time": "absent",
            }
        ),
        see="No kernel reaches over more than one frame.",
        look="Look at the first number of each kernel size.",
        change="Let the kernels of the 3D convolutions span several frames.",
    ),
    get_round(
        {
            "a kernel over time": "present",
            "the source of the classes": "not the 3D convolutions alone",
        }
    ),
]

EXERCISE = Exercise(
    "build_conv3d(shape, classes)",
    references=(right, laws_by_matching),
    cases=network_cases(clips=320, steps=30, rate=1e-2),
    mistakes=[*FIRST_MISTAKES, *MISTAKES, *last_mistakes(right)],
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    points=2.0,
    probe="video_network",
    settings={"kind": "kernels", "right": RIGHT},
    seconds=120.0,
    minutes=15,
    difficulty=2,
    view=laws_in_words,
)
