"""build_convlstm: a recurrence whose state is a map.

Source: X. Shi et al., "Convolutional LSTM network" (2015).
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
)

__all__ = ["EXERCISE"]

RIGHT = {
    **COMMON,
    "what the recurrent layer reads": "one map per frame",
    "the kernel that meets the state": "wider than a pixel",
    "the source of the classes": "the recurrent layer alone",
    "a dense layer on the flat map": "absent",
}

right = in_words(RIGHT, READY)

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
        look="Look at what joins the frames.",
        change="Let a ConvLSTM read the frames, one after the other.",
    ),
    Mistake(
        "recurrence-over-vectors",
        outputs=saying({"what the recurrent layer reads": "vectors, not maps"}),
        see="The recurrent layer reads vectors: this is the network of the last exercise.",
        look="Look for the layer that flattens or pools each frame before the recurrence.",
        change="Give the recurrence maps, (B, T, H, W, C), and pool after it.",
    ),
    Mistake(
        "fewer-maps-than-frames",
        outputs=saying({"what the recurrent layer reads": "more or fewer maps than frames"}),
        see="The recurrent layer makes fewer or more steps than the clip has frames.",
        look="Look at what happens to the time axis before it.",
        change="Leave the time axis as it is; strides belong to height and width.",
    ),
    Mistake(
        "state-stays-in-its-pixel",
        outputs=saying({"the kernel that meets the state": "one pixel"}),
        see="The recurrence has a kernel of one pixel: each pixel keeps a state of its own and "
        "never hears from its neighbours.",
        look="Look at the kernel size of the recurrent layer.",
        change="What moves must be handed from pixel to pixel: take a wider kernel.",
    ),
    get_round(
        {
            "the kernel that meets the state": "wider than a pixel",
            "the source of the classes": "not the recurrent layer alone",
        }
    ),
    Mistake(
        "dense-on-the-flat-map",
        outputs=saying(
            {
                "the source of the classes": "the recurrent layer alone",
                "a dense layer on the flat map": "present",
            }
        ),
        see="A dense layer is connected to every place of the recurrent layer's maps, which are as "
        "large as a frame.",
        look="Look at what stands between the last maps and the classes.",
        change="Reduce the maps first: by a mean over all places, by pooling or by strides.",
    ),
]

CHANGE = (
    "Leave the initial values and the activations of the recurrent layer as Keras sets them, "
    "and drop at most a half."
)

EXERCISE = Exercise(
    "build_convlstm(shape, classes)",
    references=(right, laws_by_matching),
    cases=network_cases,
    mistakes=[*FIRST_MISTAKES, *MISTAKES, *last_mistakes(right, CHANGE)],
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    points=2.0,
    probe="video_network",
    settings={"kind": "maps", "right": RIGHT, "ready": READY},
    seconds=75.0,
    minutes=15,
    difficulty=2,
    view=looking_for("maps"),
)
