"""build_cnn_lstm: 2D convolutions on each frame, and an LSTM over the frames.

Source: J. Donahue et al., "Long-term recurrent convolutional networks for visual recognition and
description" (2015).
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
    "what the recurrent layer reads": "one vector per frame",
    "the features of a frame": "independent of the other frames",
    "what sees the pictures": "2D convolutions alone",
    "the source of the classes": "the recurrent layer alone",
}

READY_HERE = {**READY, "a frame's vector": "another where things are elsewhere"}

right = in_words(RIGHT, READY_HERE)

MISTAKES = [
    Mistake(
        "no-recurrent-layer",
        outputs=saying(
            {
                "the effect of the order of the frames": "present",
                "what the recurrent layer reads": "nothing, since there is none",
            }
        ),
        see="There is no recurrent layer.",
        look="Look at what joins the frames' features.",
        change="Let an LSTM read the features, one frame after the other.",
    ),
    Mistake(
        "recurrence-over-maps",
        outputs=saying({"what the recurrent layer reads": "maps, not vectors"}),
        see="The recurrent layer reads maps: this is a ConvLSTM, the next exercise.",
        look="Look at the shape that your recurrent layer gets: (B, T, features) is meant.",
        change="Turn each frame's maps into one vector before an ordinary LSTM reads them.",
    ),
    Mistake(
        "recurrence-not-over-frames",
        outputs=saying({"what the recurrent layer reads": "something else"}),
        see="The recurrent layer does not step from frame to frame.",
        look="Look at the second axis of what it reads: it must be the frames.",
        change="Give it (B, T, features), with one row for each frame.",
    ),
    Mistake(
        "features-see-other-frames",
        outputs=saying({"the features of a frame": "dependent on the other frames"}),
        see="A frame's features change when another frame changes.",
        look="Look for a layer before the LSTM that reaches over time.",
        change="Run the same 2D convolutions on each frame on its own.",
    ),
    Mistake(
        "no-convolution",
        outputs=saying(
            {
                "the features of a frame": "independent of the other frames",
                "what sees the pictures": "no 2D convolution",
            }
        ),
        see="There is no 2D convolution: the frames are read pixel by pixel.",
        look="Look at what turns a frame into features.",
        change="Put one or two 2D convolutions with strides on each frame.",
    ),
    Mistake(
        "pictures-get-round",
        outputs=saying(
            {
                "the features of a frame": "independent of the other frames",
                "what sees the pictures": "not 2D convolutions alone",
            }
        ),
        see="The pictures reach the recurrent layer by a way round the 2D convolutions.",
        look="Look for a second branch, or a layer in which nothing is convolved.",
        change="Lead the frames through the convolutions alone.",
    ),
    get_round(
        {
            "what sees the pictures": "2D convolutions alone",
            "the source of the classes": "not the recurrent layer alone",
        }
    ),
    Mistake(
        "places-forgotten",
        outputs=unready(right, {"a frame's vector": "the same wherever things are"}),
        see="A frame's vector stays the same when what is in the frame stands elsewhere: a motion "
        "leaves no trace in it.",
        look="Look at the last step from a frame's maps to its vector.",
        change="Flatten the small maps there, in the place of a mean or a maximum over all places.",
    ),
]

CHANGE = (
    "Leave the initial values as Keras sets them, put a ReLU after the convolutions, and "
    "drop at most a half."
)

EXERCISE = Exercise(
    "build_cnn_lstm(shape, classes)",
    references=(right, laws_by_matching),
    cases=network_cases,
    mistakes=[*FIRST_MISTAKES, *MISTAKES, *last_mistakes(right, CHANGE)],
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    points=2.0,
    probe="video_network",
    settings={"kind": "vectors", "right": RIGHT, "ready": READY_HERE},
    seconds=75.0,
    minutes=20,
    difficulty=2,
    view=looking_for("vectors"),
)
