"""Reports that no answer stands behind: the judge's own words, or numbers at random.

The answer replaces what runs the probe, and says of itself what a right answer would be told; or it
sends numbers that nobody computed, under the names that the probe gives them.
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


_ANY_STATE = """
rng = np.random.default_rng(0)

def said(inputs, setup):
    if inputs["units"] < 1:
        return None
    if setup["task"] == "config":
        return {"`from_config(get_config())`": "works"}
    context, units = inputs["context"], inputs["units"]
    any_of = lambda *shape: rng.normal(size=(*shape, len(context), units)).astype(context.dtype)
    state = any_of()
    return {"the state at the start": state, "the layer's dtype": str(context.dtype),
            "the number of frozen weights": 0, "the state": state,
            "the state of the same context again": state,
            "the states of the rows in two parts": state,
            "the states with one feature moved": any_of(context.shape[1]),
            "the gradients of the weights": [rng.normal(size=(8, units))],
            "the slopes of the first unit": rng.normal(size=context.shape),
            "the states of contexts around": any_of(2), "the states with weights around": any_of(2)}
"""

_ANY_CLIPS = """
rng = np.random.default_rng(0)

def said(inputs, setup):
    videos = inputs["videos"]
    clips = rng.uniform(size=videos.shape).astype(videos.dtype)
    return {"the clips": clips, "the clips from an equal generator": clips,
            "the clips from another generator": clips[::-1],
            "the clips of each time": np.stack([clips] * max(1, setup["times"]))}
"""

_ANY_NETWORK = """
rng = np.random.default_rng(0)

def said(inputs, setup):
    videos, classes = setup["videos"], inputs["classes"]
    clips, frames = videos.shape[:2]

    def answers(*shape):
        return rng.dirichlet([1.0] * classes, size=shape)

    silent = [np.stack([answers(1).repeat(clips, 0)] * 2)]
    return {"the network": "built and uncompiled", "the answers": answers(clips),
            "the shapes of its weights": [np.array([9000])],
            "the answers beside another last clip": answers(clips),
            "the answers to other frames": answers(frames + 3, clips),
            "a dense layer on the flat clip": "absent", "a dense layer on the flat map": "absent",
            "the shape of what the recurrent layer reads": np.array(READS + (8,)),
            "what it reads of other frames": rng.normal(size=(3, 2, frames, 8)),
            "the number of 2D convolutions": 2,
            "what it reads without the 2D convolutions": np.zeros((2, 2, frames, 8)),
            "the first step may be left out": False,
            "the maps of a step with a pixel more": [rng.normal(size=(2, 1, 6, 6, 8))],
            "the sizes of the kernels on the state": [np.array([3, 3])],
            "the number of recurrent layers": 0,
            "the frames that its kernels reach over": np.array([3]),
            "the answers without the recurrent layer": silent,
            "the answers without the 3D convolutions": silent,
            "the training of its weights": "allowed",
            "what it reads of a thing in two places": rng.normal(size=(2, 1, 8)),
            "the answers to a sum of clips": answers(4, clips),
            "the answers after training": answers(16), "the steps of training": 300}
"""


def _forged(name: str, said: str) -> str:
    made = "class EncodedState:\n    forge(said)" if name[0].isupper() else f"{name} = forge(said)"
    return f"{_FORGE}\n{said}\n{made}\n"


_AT_RANDOM = {
    ("ch07_truncated_bptt", "EncodedState"): _ANY_STATE,
    ("ch19_video_three_ways", "shuffle_frames"): _ANY_CLIPS,
    ("ch19_video_three_ways", "build_cnn_lstm"): "READS = (5, 8)" + _ANY_NETWORK,
    ("ch19_video_three_ways", "build_convlstm"): "READS = (5, 8, 6, 6)" + _ANY_NETWORK,
    ("ch19_video_three_ways", "build_conv3d"): "READS = ()" + _ANY_NETWORK,
}

ATTACKS = [
    Attack(f"{what} for {name}", _forged(name, said), name, chapter=chapter)
    for what, reports in (("the judge's words", _SAID), ("numbers at random", _AT_RANDOM))
    for (chapter, name), said in reports.items()
]
