"""What a builder of a video classifier is asked: its network in words, or trained and tested.

The network is looked at from outside (how many weights, which frames matter, whether their order
does) and from inside: what its layers read, and what gets past them. The question's settings hold
`kind`, which says what its layers should read ("vectors", "maps", or "kernels" over time), and
`right`, the words of a network that is built as asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.short_training import training
from course_utils.probes.watched_layers import (
    answer_of,
    depends,
    input_of,
    kernel_over_time,
    layers_of,
    recurrent_of,
)

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Look at the network; where the set-up has `train`, train it and let it name test clips."""
    import keras

    keras.utils.set_random_seed(setup["seed"])
    model = _built(answer, inputs)
    looked = _look(model, inputs, setup, question.settings["kind"])
    if "train" not in setup:
        return looked
    right: Mapping[str, str] = question.settings["right"]
    wrong = any(looked.get(key) != words for key, words in right.items())
    if wrong or "above" in looked["the number of weights"]:
        return {"the laws": np.full(len(setup["test"]), -1)}  # told in the other cases
    train = training(model, setup)
    for slower in (1, 1, 2, 3, 3):  # a slow learner goes on; one that is stuck begins anew
        if slower == 3:
            model = _built(answer, inputs)
            train = training(model, setup)
        if train(setup["rate"] / slower, slower) < setup["stuck"]:
            break
    return {"the laws": answer_of(model, setup["test"]).argmax(1)}


def _built(answer: Any, inputs: Inputs) -> Any:
    import keras

    model = answer(tuple(inputs["shape"]), inputs["classes"])
    if model is None:
        raise Misfit("none", "The result is None; expected a keras.Model. Is there a `return`?")
    if not isinstance(model, keras.Model):
        raise Misfit(
            "type",
            f"The result should be a keras.Model, but {describe(model)} came. Return the whole "
            "network, not a layer of it or what it computes.",
        )
    return model


def _look(model: Any, inputs: Inputs, setup: Setup, kind: str) -> Outputs:
    """The network in words."""
    videos = setup["videos"]
    ready = bool(model.built and model.weights)
    answers = answer_of(model, videos)
    outputs: Outputs = {
        "the network": ("built" if ready else "not built")
        + (" and compiled" if model.compiled else " and uncompiled"),
        "the number of classes": answers.shape[1] if answers.ndim == 2 else -1,
        "the number of clips": len(answers) if answers.ndim else -1,
    }
    if answers.shape != (len(videos), inputs["classes"]):
        if answers.ndim != 2 or len(answers) != len(videos):
            raise Misfit(
                "shape",
                f"For {len(videos)} clips and {inputs['classes']} classes the output should have "
                f"shape {(len(videos), inputs['classes'])}, but has {answers.shape}.",
            )
        return outputs
    sums = bool(np.allclose(answers.sum(1), 1, atol=1e-4) and (answers >= 0).all())
    outputs["the outputs"] = (
        "probabilities that sum to 1" if sums else "numbers that do not sum to 1"
    )
    if "budget" in setup:
        low, high = setup["budget"]
        weights = int(sum(np.prod(each.shape) for each in model.weights))
        place = "above" if weights > high else "below" if weights < low else "within"
        outputs["the number of weights"] = f"{place} the budget: {weights:,}"
    one_other = np.concatenate([videos[:-1], videos[:1] ** 2])
    apart = bool(np.abs((answer_of(model, one_other) - answers)[:-1]).max() < 1e-5)
    outputs["the answer for a clip"] = (
        f"{'independent of' if apart else 'dependent on'} the other clips"
    )
    dense = _dense_on_the_flat_clip(model, videos)
    outputs["a dense layer on the flat clip"] = "present" if dense else "absent"
    outputs |= _frames(model, videos)
    return {**outputs, **_KINDS[kind](model, videos)}


def _dense_on_the_flat_clip(model: Any, videos: np.ndarray) -> bool:
    """A matrix or a kernel that meets the whole clip at once."""
    layers, size = layers_of(model), videos.shape[1:4]
    flat = any(
        len(weight.shape) == 2 and weight.shape[0] >= np.prod(size)
        for layer in layers
        for weight in layer.weights
    )
    whole = any(
        kernel_over_time(layer)
        and all(k >= n for k, n in zip(layer.kernel_size, size, strict=True))
        for layer in layers
    )
    return flat or whole


def _frames(model: Any, videos: np.ndarray) -> Outputs:
    """How many frames matter, and whether their order does."""
    clips, steps = videos.shape[:2]
    variants = [videos, *(_other_frame(videos, t) for t in range(steps))]
    variants += [videos[:, ::-1], np.roll(videos, steps // 2, axis=1)]
    told = answer_of(model, np.concatenate(variants)).reshape(len(variants), clips, -1)
    change = np.abs(told - told[0]).max(axis=(1, 2))
    matter = int((change[1 : 1 + steps] > 1e-6).sum())
    ordered = change[1 + steps :].max() > 1e-5
    return {
        "the number of frames that matter": (
            ("none", "one")[matter] if matter < 2 else "two or more"
        ),
        "the effect of the order of the frames": "present" if ordered else "absent",
    }


def _other_frame(videos: np.ndarray, t: int) -> np.ndarray:
    """The videos with another picture in frame t."""
    changed = videos.copy()
    changed[:, t] = changed[::-1, t] ** 2
    return changed


def _reads_vectors(model: Any, videos: np.ndarray) -> Outputs:
    recurrent = recurrent_of(model)
    if not recurrent:
        return {"what the recurrent layer reads": "nothing, since there is none"}
    first = recurrent[0]
    seen = input_of(first, model, videos)
    if seen.ndim != 3 or seen.shape[:2] != videos.shape[:2]:
        shape = f"something else: an input of shape {seen.shape}"
        words = "maps, not vectors" if seen.ndim > 3 else shape
        return {"what the recurrent layer reads": words}
    alone = True
    for t in (0, videos.shape[1] // 2):
        changed = input_of(first, model, _other_frame(videos, t))
        others = np.delete(changed - seen, t, axis=1)
        alone = alone and bool(np.abs(others).max() < 1e-5)
    pictures = [layer for layer in layers_of(model) if _convolves_pictures(layer)]
    blind = input_of(first, model, videos, pictures)
    other = input_of(first, model, videos[::-1] ** 2, pictures)
    through = bool(pictures) and bool(np.abs(blind - other).max() < 1e-6)
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
        "the source of the classes": _source(model, videos, recurrent, "the recurrent layer"),
    }


def _convolves_pictures(layer: Any) -> bool:
    return getattr(layer, "rank", None) == 2 or kernel_over_time(layer) == 1


def _reads_maps(model: Any, videos: np.ndarray) -> Outputs:
    recurrent = recurrent_of(model)
    if not recurrent:
        return {"what the recurrent layer reads": "nothing, since there is none"}
    maps = [layer for layer in recurrent if input_of(layer, model, videos).ndim == 5]
    if not maps:
        return {"what the recurrent layer reads": "vectors, not maps"}
    if input_of(maps[0], model, videos).shape[1] != videos.shape[1]:
        return {"what the recurrent layer reads": "more or fewer maps than frames"}
    kernels = [
        weight.shape
        for layer in maps
        for weight in layer.weights
        if len(weight.shape) == 4 and "recurrent" in weight.name
    ] or [w.shape for layer in maps for w in layer.weights if len(w.shape) == 4]
    wide = any(shape[0] * shape[1] > 1 for shape in kernels)
    return {
        "what the recurrent layer reads": "one map per frame",
        "the kernel that meets the state": "wider than a pixel" if wide else "one pixel",
        "the source of the classes": _source(model, videos, maps, "the recurrent layer"),
    }


def _has_kernels(model: Any, videos: np.ndarray) -> Outputs:
    over_time = [layer for layer in layers_of(model) if kernel_over_time(layer) > 1]
    deep = [layer for layer in layers_of(model) if kernel_over_time(layer)]
    return {
        "a recurrent layer": "present" if recurrent_of(model) else "absent",
        "a kernel over time": "present" if over_time else "absent",
        "the source of the classes": _source(model, videos, deep, "the 3D convolutions"),
    }


def _source(model: Any, videos: np.ndarray, layers: Sequence[Any], what: str) -> str:
    return f"not {what} alone" if depends(model, videos, layers) else f"{what} alone"


_KINDS = {"vectors": _reads_vectors, "maps": _reads_maps, "kernels": _has_kernels}
