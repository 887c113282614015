"""build_conv3d: kernels over time and space, and no loop over frames.

Source: S. Ji, W. Xu, M. Yang and K. Yu, "3D convolutional neural networks for human action
recognition" (2013).
"""

from __future__ import annotations

from course_utils.checking.types import Exercise, Mistake
from course_utils.oracles.ch19_video_three_ways.shared import (
    COMMON,
    FIRST_MISTAKES,
    READY,
    get_round,
    in_words,
    last_mistakes,
    laws_by_matching,
    looking_for,
    network_cases,
    saying,
    unready,
)

__all__ = ["EXERCISE"]

RIGHT = {
    **COMMON,
    "a recurrent layer": "absent",
    "a kernel over time": "present",
    "the source of the classes": "the 3D convolutions alone",
}

READY_HERE = {**READY, "the way from the clip to the classes": "more than a linear map"}

right = in_words(RIGHT, READY_HERE)

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
    Mistake(
        "no-activation",
        outputs=unready(right, {"the way from the clip to the classes": "one linear map"}),
        see="All layers together are one linear map: the logits of a sum of two clips are the sum "
        "of their logits.",
        look="Look at the activations of the convolutions.",
        change="Put a ReLU, or another bend, after each convolution.",
    ),
]

CHANGE = (
    "Leave the initial values as Keras sets them, put a ReLU after the convolutions, and "
    "drop at most a half."
)

EXERCISE = Exercise(
    "build_conv3d(shape, classes)",
    references=(right, laws_by_matching),
    cases=network_cases,
    mistakes=[*FIRST_MISTAKES, *MISTAKES, *last_mistakes(right, CHANGE)],
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    points=2.0,
    probe="video_network",
    settings={"kind": "kernels", "right": RIGHT, "ready": READY_HERE},
    seconds=75.0,
    minutes=15,
    difficulty=2,
    view=looking_for("kernels"),
)
