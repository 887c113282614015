"""What the numbers of a video network say in words.

The probe reports numbers: answers to clips and to changed clips, what layers read, answers while
layers are silent. The judge makes the words of them. The probe does as well, to know whether a
training is worth its time; nobody believes those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checking.types import Inputs, Outputs, Setup

__all__ = ["prepared_in_words", "structure_in_words"]

Array = np.ndarray
NO_RECURRENCE = {"what the recurrent layer reads": "nothing, since there is none"}
SAME = 1e-7  # the largest change of a map that is none


def structure_in_words(reported: Outputs, inputs: Inputs, setup: Setup, kind: str) -> Outputs:
    """How a network is built, before it is trained.

    Args:
        reported: by `probes.video_network`, which says what is what.
        inputs: `shape` (T, H, W, C) and `classes`.
        setup: `videos` (B, T, H, W, C), and `budget`, (least, most) weights, where there is one.
        kind: what the network's layers should read: "vectors", "maps", or "kernels" over time.
    """
    answers, videos = np.asarray(reported["the answers"], np.float64), setup["videos"]
    words: Outputs = {
        "the network": reported["the network"],
        "the number of classes": answers.shape[1] if answers.ndim == 2 else -1,
        "the number of clips": len(answers) if answers.ndim else -1,
    }
    if answers.shape != (len(videos), inputs["classes"]):
        return words
    sums = bool(np.allclose(answers.sum(1), 1, atol=1e-4) and (answers >= 0).all())
    words["the outputs"] = "probabilities that sum to 1" if sums else "numbers that do not sum to 1"
    if "budget" in setup:
        low, high = setup["budget"]
        weights = int(sum(np.prod(each) for each in reported["the shapes of its weights"]))
        place = "above" if weights > high else "below" if weights < low else "within"
        words["the number of weights"] = f"{place} the budget: {weights:,}"
    one_other = np.asarray(reported["the answers beside another last clip"], np.float64)
    told = np.asarray(reported["the answers to other frames"], np.float64)
    apart = np.abs((one_other - answers)[:-1]).max() < 1e-5 > np.abs(told[0] - answers).max()
    words["the answer for a clip"] = (
        f"{'independent of' if apart else 'dependent on'} the other clips"
    )
    words["a dense layer on the flat clip"] = reported["a dense layer on the flat clip"]
    return {**words, **_frames(told), **_KINDS[kind](reported, videos)}


def _frames(told: Array) -> Outputs:
    """How many frames matter, and whether their order does.

    Args:
        told: (1 + T + 2, B, classes), the answers to the clips as they are, with another picture in
            each frame in turn, with the frames backwards, and with the last half of them first.
    """
    change = np.abs(told - told[0]).max(axis=(1, 2))
    matter = int((change[1:-2] > 1e-6).sum())
    return {
        "the number of frames that matter": (
            ("none", "one")[matter] if matter < 2 else "two or more"
        ),
        "the effect of the order of the frames": (
            "present" if change[-2:].max() > 1e-5 else "absent"
        ),
    }


def _reads_vectors(reported: Outputs, videos: Array) -> Outputs:
    if "the shape of what the recurrent layer reads" not in reported:
        return NO_RECURRENCE
    shape = tuple(int(n) for n in reported["the shape of what the recurrent layer reads"])
    if len(shape) != 3 or shape[:2] != videos.shape[:2]:
        words = f"something else: an input of shape {shape}"
        return {"what the recurrent layer reads": "maps, not vectors" if len(shape) > 3 else words}
    seen, *changed = np.asarray(reported["what it reads of other frames"])
    alone = all(
        np.abs(np.delete(one - seen, t, axis=1)).max() < 1e-5
        for t, one in zip((0, shape[1] // 2), changed, strict=True)
    )
    pictures = int(reported["the number of 2D convolutions"])
    blind, other = np.asarray(reported["what it reads without the 2D convolutions"])
    through = pictures > 0 and bool(np.abs(blind - other).max() < 1e-6)
    return {
        "what the recurrent layer reads": "one vector per frame",
        "the features of a frame": (
            f"{'independent of' if alone else 'dependent on'} the other frames"
        ),
        "what sees the pictures": (
            "2D convolutions alone"
            if through
            else ("not 2D convolutions alone" if pictures else "no 2D convolution")
        ),
        "the source of the classes": _source(
            reported["the answers without the recurrent layer"], "the recurrent layer"
        ),
    }


def _reads_maps(reported: Outputs, videos: Array) -> Outputs:
    if "the shape of what the recurrent layer reads" not in reported:
        return NO_RECURRENCE
    shape = tuple(int(n) for n in reported["the shape of what the recurrent layer reads"])
    if len(shape) != 5:
        return {"what the recurrent layer reads": "vectors, not maps"}
    steps, frames = shape[1], videos.shape[1]
    left_out = int(reported["the first step may be left out"])  # its state is zero
    if steps % frames and not (left_out and steps == frames - 1):
        return {"what the recurrent layer reads": "more or fewer maps than frames"}
    wide = any(map(_spreads, reported["the maps of a step with a pixel more"])) or any(
        np.prod(size) > 1 for size in reported["the sizes of the kernels on the state"]
    )
    return {
        "what the recurrent layer reads": "one map per frame",
        "the kernel that meets the state": "wider than a pixel" if wide else "one pixel",
        "the source of the classes": _source(
            reported["the answers without the recurrent layer"], "the recurrent layer"
        ),
        "a dense layer on the flat map": reported["a dense layer on the flat map"],
    }


def _spreads(pair: Array) -> bool:
    """Whether a change in the middle pixel reaches others: two maps (2, B, H, W, C)."""
    before, after = np.asarray(pair)
    change = np.abs(after - before).max(axis=(0, 3))
    change[change.shape[0] // 2, change.shape[1] // 2] = 0
    return bool(change.max() > SAME)


def _has_kernels(reported: Outputs, videos: Array) -> Outputs:
    reach = np.asarray(reported["the frames that its kernels reach over"])
    return {
        "a recurrent layer": (
            "present" if int(reported["the number of recurrent layers"]) else "absent"
        ),
        "a kernel over time": "present" if (reach > 1).any() else "absent",
        "the source of the classes": _source(
            reported["the answers without the 3D convolutions"], "the 3D convolutions"
        ),
    }


def _source(silent: Sequence[Any], what: str) -> str:
    """Whether the classes come from some layers alone.

    Args:
        silent: pairs of answers (2, B, classes) to two different batches, while these layers say
            nothing; one pair that is equal will do.
        what: those layers.
    """
    pairs = np.asarray(silent, np.float64)
    alone = any(np.abs(one - two).max() <= 1e-6 for one, two in pairs)
    return f"{what} alone" if alone else f"not {what} alone"


_KINDS = {"vectors": _reads_vectors, "maps": _reads_maps, "kernels": _has_kernels}


def prepared_in_words(reported: Outputs, kind: str) -> dict[str, str]:
    """What a network needs before it can learn: that its weights may change, and that, by its kind,
    it can see a motion at all."""
    words = {"the training of its weights": reported["the training of its weights"]}
    if kind == "vectors":
        seen = np.asarray(reported["what it reads of a thing in two places"], np.float64)
        blind = seen.any() and np.abs(seen[0] - seen[1]).max() < 1e-5 * np.abs(seen).max()
        words["a frame's vector"] = (
            "the same wherever things are" if blind else "another where things are elsewhere"
        )
    if kind == "kernels":
        words["the way from the clip to the classes"] = (
            "one linear map"
            if _is_linear(reported["the answers to a sum of clips"])
            else "more than a linear map"
        )
    return words


def _is_linear(answers: Any) -> bool:
    """Whether the logits of a sum are the sum of the logits.

    Args:
        answers: (4, B, classes): to nothing, to one batch, to another one, and to their sum.
    """
    logs = np.log(np.maximum(np.asarray(answers, np.float64), 1e-30))
    nothing, *logits = logs - logs.mean(axis=2, keepdims=True)
    one, two, both = (each - nothing for each in logits)
    return bool(np.abs(both - one - two).max() < 1e-3 * np.abs(both).max())
