"""Reports that hold the judge's own words, and no number that had to be computed.

The answer replaces what runs the probe, and says of itself what a right answer would be told.
"""

from __future__ import annotations

from tests.grading.attacks.attack import Attack

__all__ = ["ATTACKS"]

_FORGE = """
import sys
import numpy as np
from course_utils.checking.types import ProbeResult, Thrown

def forge(said):
    def one(inputs, setup):
        outputs = said(inputs, setup)
        if outputs is not None:
            return ProbeResult(outputs)
        return ProbeResult(thrown=Thrown("ValueError", "units", ("ValueError", "Exception")))
    sys.modules["course_utils.grading.inside.child"].run = (
        lambda question, answer, cases: [one(*case) for case in cases])
    return lambda *arguments: None
"""

_XAVIER = """
def said(inputs, setup):
    if setup["task"] == "again":
        return {"a draw from a second generator with the same seed": "equal",
                "a draw from a generator with another seed": "different",
                "the next draw from the same generator": "different"}
    return {"the shape of the weights": str((inputs["fan_in"], inputs["fan_out"])),
            "each weight": "finite", "the number of different weights": "fan_in × fan_out",
            "the sample": "as it was drawn", "the mean": "0", "the variance": "1/fan_in",
            "the distribution": "normal", "the rows and columns": "independent of one another"}
"""

_NOISY_STATE = """
def said(inputs, setup):
    if inputs["batch"] < 1 or inputs["units"] < 1:
        return None
    return {"the shape of the state": np.array([inputs["batch"], inputs["units"]]),
            "the numbers": "all different", "the mean": "0", "the standard deviation": "scale",
            "the distribution": "normal", "the numbers of small states": "independent",
            "the mean of a small state": "another one each time",
            "the spread of a small state": "another one each time",
            "the next state from the same generator": "another one",
            "the state from an equal generator": "the same"}
"""

_ENCODED_STATE = """
def said(inputs, setup):
    if inputs["units"] < 1:
        return None
    if setup["task"] == "config":
        return {"`from_config(get_config())`": "works"}
    context, units = inputs["context"], inputs["units"]
    return {"the shape of the state": np.array([len(context), units]),
            "the layer's dtype": str(context.dtype), "the dtype of the state": str(context.dtype),
            "the weights": "trainable", "the same context again": "gives the same state",
            "each row": "depends on its own context", "the state": "depends on the context",
            "the features": "all used", "the map": "nonlinear, with a hidden layer",
            "the gradient": "reaches every weight", "the gradients": "those of the states"}
"""

_SCHEDULED_INPUTS = """
WORKS = ("the shape of the result", "the result", "within one step", "the choices",
         "the share of the truth", "the first step", "neighbouring steps",
         "neighbouring sequences", "some two sequences", "the number of true steps",
         "a second call with the same generator", "a call with an equal generator")

def said(inputs, setup):
    p = inputs["p_truth"]
    if not 0 <= p <= 1:
        return None
    return {**dict.fromkeys((*WORKS, f"with p_truth = {p:g}"), "works"),
            "what is taken from truth": inputs["truth"],
            "what is taken from predicted": inputs["predicted"]}
"""

_SHUFFLE_FRAMES = """
def said(inputs, setup):
    videos = inputs["videos"]
    return {"the frames": "whole and in their clip", "the clips": "shuffled",
            "the mean of each clip": videos.astype(float).mean(axis=(1, 2, 3, 4)),
            "the orders of the same generator": "the same again",
            "the orders of another generator": "other ones", "the orders": "equally likely",
            "the clips of a small batch": "all of them shuffled"}
"""

_BUILDERS = """
def said(inputs, setup):
    return {"the network": "built and uncompiled", "the number of classes": inputs["classes"],
            "the number of clips": len(setup["videos"]),
            "the number of weights": "within the budget",
            "the outputs": "probabilities that sum to 1",
            "the answer for a clip": "independent of the other clips",
            "a dense layer on the flat clip": "absent",
            "the number of frames that matter": "two or more",
            "the effect of the order of the frames": "present",
            "what the recurrent layer reads": READS,
            "the features of a frame": "independent of the other frames",
            "what sees the pictures": "2D convolutions alone",
            "the kernel that meets the state": "wider than a pixel",
            "a dense layer on the flat map": "absent",
            "a recurrent layer": "absent", "a kernel over time": "present",
            "the source of the classes": SOURCE,
            "the training of its weights": "allowed",
            "a frame's vector": "another where things are elsewhere",
            "the way from the clip to the classes": "more than a linear map",
            "the trained network": "able to tell the laws apart", **laws(setup)}

def laws(setup):
    if "test" not in setup:
        return {}
    videos = setup["test"][..., 0].astype(float)
    steps = ((0, 1), (0, -1), (1, 0), (-1, 0))
    misses = [((np.roll(videos[:, :-1], step, axis=(2, 3)) - videos[:, 1:]) ** 2).sum((1, 2, 3))
              for step in steps]
    return {"the laws": np.argmin(misses, axis=0)}
"""


def _builder(reads: str, source: str) -> str:
    return f'READS, SOURCE = "{reads}", "{source} alone"\n{_BUILDERS}'


_SAID = {
    ("ch06_vanishing_and_exploding", "xavier"): _XAVIER,
    ("ch07_truncated_bptt", "noisy_state"): _NOISY_STATE,
    ("ch07_truncated_bptt", "EncodedState"): _ENCODED_STATE,
    ("ch12_teacher_forcing", "scheduled_inputs"): _SCHEDULED_INPUTS,
    ("ch19_video_three_ways", "shuffle_frames"): _SHUFFLE_FRAMES,
    ("ch19_video_three_ways", "build_cnn_lstm"): _builder(
        "one vector per frame", "the recurrent layer"
    ),
    ("ch19_video_three_ways", "build_convlstm"): _builder(
        "one map per frame", "the recurrent layer"
    ),
    ("ch19_video_three_ways", "build_conv3d"): _builder("nothing", "the 3D convolutions"),
}


def _forged(name: str, said: str) -> str:
    made = "class EncodedState:\n    forge(said)" if name[0].isupper() else f"{name} = forge(said)"
    return f"{_FORGE}\n{said}\n{made}\n"


ATTACKS = [
    Attack(f"the judge's words for {name}", _forged(name, said), name, chapter=chapter)
    for (chapter, name), said in _SAID.items()
]
