"""What a builder of a video classifier is asked: its network in numbers, or trained and tested.

The network is looked at from outside (its answers to clips, and to clips whose frames are changed)
and from inside: what its layers read, and what gets past them. What that means in words is the
judge's affair. The question's settings hold `kind`, which says what its layers should read
("vectors", "maps", or "kernels" over time), and `right` and `ready`, the words of a network that is
built as asked: where this one is not, a training would only take time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.checking.video_networks import prepared_in_words, structure_in_words
from course_utils.probes.recurrences import Recurrence, recurrences_of
from course_utils.probes.short_training import Budget, learns
from course_utils.probes.watched_layers import (
    answer_of,
    answers_to_two,
    calls_of,
    kernel_over_time,
    layers_of,
)

__all__ = ["probe"]

_WAITING = 0.6  # of the check's time limit, for the training
_SHAPE = "the shape of what the recurrent layer reads"
_LARGE = (4, 48, 48, 1)  # clips on which what stands in the middle is far from every border


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Look at the network; where the set-up has `train`, train it and let it answer test clips."""
    import keras

    keras.utils.set_random_seed(setup["seed"])
    model = _built(answer, inputs)
    kind = question.settings["kind"]
    looked = _look(model, inputs, setup, kind)
    if "train" not in setup:
        return looked
    prepared = _prepared(answer, inputs, model, setup["videos"], kind)
    words = {
        **structure_in_words(looked, inputs, setup, kind),
        **prepared_in_words(prepared, kind),
    }
    as_asked = {**question.settings["right"], **question.settings["ready"]}
    if any(words.get(key) != said for key, said in as_asked.items()):
        return prepared  # told in the other cases
    if "above" in words["the number of weights"]:
        return prepared
    keras.utils.set_random_seed(setup["seed"])
    budget = Budget(setup["seconds"], _WAITING * question.seconds)
    taken = 0
    for rate in (setup["rate"], setup["rate"] / 3):  # one that is stuck begins anew, once
        model = _built(answer, inputs)
        learnt, steps = learns(model, setup, rate, budget)
        taken += steps
        if learnt or budget.spent:
            break
    # As it was trained: a batch normalisation knows its means only after many more steps.
    told = plain(model(setup["test"], training=True), "the output")
    return {**prepared, "the answers after training": told, "the steps of training": taken}


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
    wanted, made = tuple(inputs["shape"]), _shape_built_for(model)
    if len(made) != len(wanted) or any(
        m not in (None, w) for m, w in zip(made, wanted, strict=True)
    ):
        raise Misfit(
            "shape",
            f"The network is built for clips of shape {made}, where `shape` is {wanted}. Look for "
            "sizes that are written in: they should come from `shape`.",
        )
    return model


def _shape_built_for(model: Any) -> tuple[int | None, ...]:
    """The shape of a clip, as the network's input has it; (None,) * 4 where nothing is said."""
    try:
        return tuple(model.input_shape[1:])
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return (None,) * 4


def _look(model: Any, inputs: Inputs, setup: Setup, kind: str) -> Outputs:
    """The network's answers, (B, classes) each, and what goes on inside."""
    videos = setup["videos"]
    ready = bool(model.built and model.weights)
    answers = answer_of(model, videos)
    outputs: Outputs = {
        "the network": ("built" if ready else "not built")
        + (" and compiled" if model.compiled else " and uncompiled"),
        "the answers": answers,
    }
    if answers.shape != (len(videos), inputs["classes"]):
        if answers.shape != (len(videos), setup["classes"]):  # always as many: told by its name
            raise Misfit(
                "shape",
                f"For {len(videos)} clips and {inputs['classes']} classes the output should have "
                f"shape {(len(videos), inputs['classes'])}, but has {answers.shape}.",
            )
        return outputs
    one_other = np.concatenate([videos[:-1], videos[:1] ** 2])
    steps = videos.shape[1]
    variants = [videos, *(_other_frame(videos, t) for t in range(steps))]
    variants += [videos[:, ::-1], np.roll(videos, steps // 2, axis=1)]
    told = answer_of(model, np.concatenate(variants))
    dense = _dense_on_the_flat_clip(model, videos)
    return {
        **outputs,
        "the shapes of its weights": [np.array(each.shape, int) for each in model.weights],
        "the answers beside another last clip": answer_of(model, one_other),
        "the answers to other frames": told.reshape(len(variants), *answers.shape),
        "a dense layer on the flat clip": "present" if dense else "absent",
        **_KINDS[kind](model, videos),
    }


def _dense_on_the_flat_clip(model: Any, videos: np.ndarray) -> bool:
    """A matrix or a kernel that meets the whole clip at once."""
    layers, size = layers_of(model), videos.shape[1:4]
    dense = [each for each in layers if _largest_matrix(each) >= np.prod(size)]
    flat = any(
        given.ndim == 2 and given.shape[1] >= np.prod(size) and _of_several_frames(given, other)
        for given, other in zip(
            _first_inputs(model, videos, dense),
            _first_inputs(model, _other_frame(videos, 0), dense),
            strict=True,
        )
    )
    whole = any(
        kernel_over_time(layer)
        and all(k >= n for k, n in zip(layer.kernel_size, size, strict=True))
        for layer in layers
    )
    return flat or whole


def _largest_matrix(layer: Any) -> int:
    return max((w.shape[0] for w in layer.weights if len(w.shape) == 2), default=0)


def _first_inputs(model: Any, videos: np.ndarray, layers: Sequence[Any]) -> list[np.ndarray]:
    calls = calls_of(model, videos, layers)
    return [seen[0].inputs[0] if seen else np.zeros((1, 1, 1)) for seen in calls]


def _of_several_frames(given: np.ndarray, other: np.ndarray) -> bool:
    """Whether some of the numbers know nothing of the frame that was changed."""
    return bool(((given == other).all(axis=0) & (np.ptp(given, axis=0) > 0)).any())


def _other_frame(videos: np.ndarray, t: int) -> np.ndarray:
    """The videos with another picture in frame t."""
    changed = videos.copy()
    changed[:, t] = changed[::-1, t] ** 2
    return changed


def _reads_vectors(model: Any, videos: np.ndarray) -> Outputs:
    """What the recurrent layer is given of the first clips, (2, T, F): of the clips as they are and
    with another first and middle frame; and of two batches while no 2D convolution says anything.
    """
    recurrent = recurrences_of(model, videos)
    if not recurrent:
        return {}
    first = recurrent[0]
    seen = _read(first, model, videos)
    outputs: Outputs = {_SHAPE: np.array(seen.shape)}
    if seen.ndim != 3 or seen.shape[:2] != videos.shape[:2]:
        return outputs
    others = [_other_frame(videos, t) for t in (0, videos.shape[1] // 2)]
    changed = [seen, *(_read(first, model, each) for each in others)]
    pictures = [layer for layer in layers_of(model) if _convolves_pictures(layer)]
    blind = [_read(first, model, each, pictures) for each in (videos, videos[::-1] ** 2)]
    return {
        **outputs,
        "what it reads of other frames": np.stack([each[:2] for each in changed]),
        "the number of 2D convolutions": len(pictures),
        "what it reads without the 2D convolutions": np.stack([each[:2] for each in blind]),
        "the answers without the recurrent layer": _without_recurrence(model, videos, recurrent),
    }


def _read(
    recurrence: Recurrence, model: Any, videos: np.ndarray, silenced: Sequence[Any] = ()
) -> np.ndarray:
    """What a recurrence is given, (B, T, …): where its step is not one layer, the last of what else
    the loop calls with vectors of the frames."""
    for each in reversed(recurrence.beside):
        given = Recurrence(each, (), True).reads(model, videos, silenced)
        if given is not None and given.ndim == 3 and given.shape[:2] == videos.shape[:2]:
            past = calls_of(model, videos, [each], [recurrence.layer])[0]
            now = calls_of(model, videos, [each])[0]
            if all(
                np.array_equal(a.inputs[0], b.inputs[0]) for a, b in zip(past, now, strict=False)
            ):
                return given
    seen = recurrence.reads(model, videos, silenced)
    return np.zeros((len(videos), 1, 1)) if seen is None else seen


def _convolves_pictures(layer: Any) -> bool:
    return getattr(layer, "rank", None) == 2 or kernel_over_time(layer) == 1


def _reads_maps(model: Any, videos: np.ndarray) -> Outputs:
    """What the recurrent layer is given, and how its step, or its kernel, meets the state."""
    recurrent = recurrences_of(model, videos)
    if not recurrent:
        return {}
    maps = [each for each in recurrent if _sees(each, model, videos).ndim == 5]
    first = (maps or recurrent)[0]
    outputs: Outputs = {_SHAPE: np.array(_sees(first, model, videos).shape)}
    if not maps:
        return outputs
    pairs, kernels = [], []
    for each in maps:
        step = each.step_with_a_pixel_more(model, videos)
        if step is None:
            kernels += _kernels_of_the_state(each)
        else:
            pairs += [np.stack(pair) for pair in step]
    dense = _dense_on_the_flat_map(maps[-1], model, videos)
    return {
        **outputs,
        "the first step may be left out": first.stepped and not first.states,
        "the maps of a step with a pixel more": pairs,
        "the sizes of the kernels on the state": kernels,
        "the answers without the recurrent layer": _without_recurrence(model, videos, maps),
        "a dense layer on the flat map": "present" if dense else "absent",
    }


def _sees(recurrence: Recurrence, model: Any, videos: np.ndarray) -> np.ndarray:
    seen = recurrence.reads(model, videos)
    return np.zeros((len(videos), 1, 1)) if seen is None else seen


def _kernels_of_the_state(recurrence: Recurrence) -> list[np.ndarray]:
    """Height and width of each kernel that meets the state; of all where that cannot be seen."""
    kernels = [weight for weight in recurrence.layer.weights if len(weight.shape) == 4]
    of_state = [weight for weight in kernels if "recurrent" in weight.name] or kernels
    return [np.array(weight.shape[:2], int) for weight in of_state]


def _dense_on_the_flat_map(recurrence: Recurrence, model: Any, videos: np.ndarray) -> bool:
    """A matrix that meets all places of a map that is as large as a frame."""
    outputs = calls_of(model, videos, [recurrence.layer])[0][-1].outputs
    shapes = [each.shape[-3:] for each in outputs if each.ndim > 3]
    whole = {int(np.prod(shape)) for shape in shapes if shape[:2] == videos.shape[2:4]}
    return any(_largest_matrix(layer) in whole for layer in layers_of(model))


def _without_recurrence(
    model: Any, videos: np.ndarray, units: Sequence[Recurrence]
) -> list[np.ndarray]:
    """The answers to two batches, (2, B, classes), while the recurrent layers say nothing; and
    while what their steps call beside them says nothing either, where there is such."""
    layers = [each.layer for each in units]
    beside = [each for unit in units for each in unit.beside]
    pairs = [answers_to_two(model, videos, layers)]
    if beside:
        pairs.append(answers_to_two(model, videos, [*layers, *beside]))
    return pairs


def _has_kernels(model: Any, videos: np.ndarray) -> Outputs:
    """How far kernels reach over time, and the answers while no 3D convolution says anything."""
    deep = [layer for layer in layers_of(model) if kernel_over_time(layer)]
    return {
        "the number of recurrent layers": len(recurrences_of(model, videos)),
        "the frames that its kernels reach over": np.array([*map(kernel_over_time, deep)], int),
        "the answers without the 3D convolutions": [answers_to_two(model, videos, deep)],
    }


_KINDS = {"vectors": _reads_vectors, "maps": _reads_maps, "kernels": _has_kernels}


# --- what a network needs before it can learn ----------------------------------------------------


def _prepared(answer: Any, inputs: Inputs, model: Any, videos: np.ndarray, kind: str) -> Outputs:
    """Whether its weights may change and, by its kind, what shows whether it can see a motion."""
    frozen = any(not each.trainable and each.weights for each in [model, *layers_of(model)])
    outputs: Outputs = {
        "the training of its weights": "not allowed for all" if frozen else "allowed"
    }
    if kind == "vectors":
        outputs["what it reads of a thing in two places"] = _of_two_places(answer, inputs)
    if kind == "kernels":
        other = 1 - 2 * videos[::-1]
        batches = [0 * videos, videos, other, videos + other]
        outputs["the answers to a sum of clips"] = np.stack(
            [answer_of(model, each) for each in batches]
        )
    return outputs


def _of_two_places(answer: Any, inputs: Inputs) -> np.ndarray:
    """What the recurrent layer is given of one picture in two places: (2, 1, F), of one frame."""
    with suppress(Exception):  # too large for it: then the training tells
        model = answer(_LARGE, inputs["classes"])
        picture = np.random.default_rng(0).uniform(size=(4, 4, 1))
        videos = np.zeros((2, *_LARGE), np.float32)
        videos[0, :, 16:20, 16:20] = picture
        videos[1, :, 24:28, 24:28] = picture
        return _read(recurrences_of(model, videos)[0], model, videos)[:, :1]
    return np.zeros((2, 1))
