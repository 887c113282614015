"""What a builder of a video classifier is asked: its network in words, or trained and tested.

The network is looked at from outside (how many weights, which frames matter, whether their order
does) and from inside: what its layers read, and what gets past them. The question's settings hold
`kind`, which says what its layers should read ("vectors", "maps", or "kernels" over time), and
`right`, the words of a network that is built as asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.recurrences import Recurrence, recurrences_of
from course_utils.probes.short_training import Budget, learns
from course_utils.probes.watched_layers import (
    answer_of,
    calls_of,
    depends,
    kernel_over_time,
    layers_of,
)

__all__ = ["probe"]

_WAITING = 0.6  # of the check's time limit, for the training
_LARGE = (4, 48, 48, 1)  # clips on which what stands in the middle is far from every border


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Look at the network; where the set-up has `train`, train it and let it name test clips."""
    import keras

    keras.utils.set_random_seed(setup["seed"])
    model = _built(answer, inputs)
    looked = _look(model, inputs, setup, question.settings["kind"])
    if "train" not in setup:
        return looked
    right: Mapping[str, str] = question.settings["right"]
    ready: Mapping[str, str] = question.settings["ready"]
    prepared = _prepared(answer, inputs, model, setup["videos"], question.settings["kind"])
    untold = {**prepared, "the laws": np.full(len(setup["test"]), -1), "steps": 0}
    if any(prepared[key] != words for key, words in ready.items()):
        return untold
    if any(looked.get(key) != words for key, words in right.items()):
        return untold  # told in the other cases
    if "above" in looked["the number of weights"]:
        return untold
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
    named = np.array(model(setup["test"], training=True)).argmax(1)
    return {**prepared, "the laws": named, "steps": taken}


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
        if answers.shape != (len(videos), setup["classes"]):  # always as many: told by its name
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
    recurrent = recurrences_of(model, videos)
    if not recurrent:
        return {"what the recurrent layer reads": "nothing, since there is none"}
    first, seen = recurrent[0], _read(recurrent[0], model, videos)
    if seen.ndim != 3 or seen.shape[:2] != videos.shape[:2]:
        shape = f"something else: an input of shape {seen.shape}"
        words = "maps, not vectors" if seen.ndim > 3 else shape
        return {"what the recurrent layer reads": words}
    alone = True
    for t in (0, videos.shape[1] // 2):
        changed = _read(first, model, _other_frame(videos, t))
        others = np.delete(changed - seen, t, axis=1)
        alone = alone and bool(np.abs(others).max() < 1e-5)
    pictures = [layer for layer in layers_of(model) if _convolves_pictures(layer)]
    blind = _read(first, model, videos, pictures)
    other = _read(first, model, videos[::-1] ** 2, pictures)
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
        "the source of the classes": _recurrent_source(model, videos, recurrent),
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
    recurrent = recurrences_of(model, videos)
    if not recurrent:
        return {"what the recurrent layer reads": "nothing, since there is none"}
    maps = [each for each in recurrent if _sees(each, model, videos).ndim == 5]
    if not maps:
        return {"what the recurrent layer reads": "vectors, not maps"}
    steps, frames = _sees(maps[0], model, videos).shape[1], videos.shape[1]
    skipped = maps[0].stepped and not maps[0].states and steps == frames - 1  # the state is zero
    if steps % frames and not skipped:
        return {"what the recurrent layer reads": "more or fewer maps than frames"}
    wide = any(_kernel_is_wide(each, model, videos) for each in maps)
    return {
        "what the recurrent layer reads": "one map per frame",
        "the kernel that meets the state": "wider than a pixel" if wide else "one pixel",
        "the source of the classes": _recurrent_source(model, videos, maps),
        "a dense layer on the flat map": (
            "present" if _dense_on_the_flat_map(maps[-1], model, videos) else "absent"
        ),
    }


def _sees(recurrence: Recurrence, model: Any, videos: np.ndarray) -> np.ndarray:
    seen = recurrence.reads(model, videos)
    return np.zeros((len(videos), 1, 1)) if seen is None else seen


def _kernel_is_wide(recurrence: Recurrence, model: Any, videos: np.ndarray) -> bool:
    spreads = recurrence.spreads(model, videos)
    if spreads is not None:
        return spreads
    kernels = [weight for weight in recurrence.layer.weights if len(weight.shape) == 4]
    of_state = [weight for weight in kernels if "recurrent" in weight.name] or kernels
    return any(weight.shape[0] * weight.shape[1] > 1 for weight in of_state)


def _dense_on_the_flat_map(recurrence: Recurrence, model: Any, videos: np.ndarray) -> bool:
    """A matrix that meets all places of a map that is as large as a frame."""
    outputs = calls_of(model, videos, [recurrence.layer])[0][-1].outputs
    shapes = [each.shape[-3:] for each in outputs if each.ndim > 3]
    whole = {int(np.prod(shape)) for shape in shapes if shape[:2] == videos.shape[2:4]}
    return any(_largest_matrix(layer) in whole for layer in layers_of(model))


def _recurrent_source(model: Any, videos: np.ndarray, units: Sequence[Recurrence]) -> str:
    layers = [each.layer for each in units]
    beside = [each for unit in units for each in unit.beside]
    alone = not depends(model, videos, layers) or (
        bool(beside) and not depends(model, videos, [*layers, *beside])
    )
    return "the recurrent layer alone" if alone else "not the recurrent layer alone"


def _has_kernels(model: Any, videos: np.ndarray) -> Outputs:
    over_time = [layer for layer in layers_of(model) if kernel_over_time(layer) > 1]
    deep = [layer for layer in layers_of(model) if kernel_over_time(layer)]
    return {
        "a recurrent layer": "present" if recurrences_of(model, videos) else "absent",
        "a kernel over time": "present" if over_time else "absent",
        "the source of the classes": _source(model, videos, deep, "the 3D convolutions"),
    }


def _source(model: Any, videos: np.ndarray, layers: Sequence[Any], what: str) -> str:
    return f"not {what} alone" if depends(model, videos, layers) else f"{what} alone"


_KINDS = {"vectors": _reads_vectors, "maps": _reads_maps, "kernels": _has_kernels}


# --- what a network needs before it can learn ----------------------------------------------------


def _prepared(
    answer: Any, inputs: Inputs, model: Any, videos: np.ndarray, kind: str
) -> dict[str, str]:
    """Whether its weights may change and, by its kind, whether it can see a motion at all."""
    frozen = any(not each.trainable and each.weights for each in [model, *layers_of(model)])
    words = {"the training of its weights": "not allowed for all" if frozen else "allowed"}
    if kind == "vectors":
        blind = _forgets_places(answer, inputs)
        words["a frame's vector"] = (
            "the same wherever things are" if blind else "another where things are elsewhere"
        )
    if kind == "kernels":
        words["the way from the clip to the classes"] = (
            "one linear map" if _is_linear(model, videos) else "more than a linear map"
        )
    return words


def _forgets_places(answer: Any, inputs: Inputs) -> bool:
    """Whether the recurrent layer is given the same where what is seen stands elsewhere."""
    seen = np.zeros((2, 1))
    with suppress(Exception):  # too large for it: then the training tells
        model = answer(_LARGE, inputs["classes"])
        picture = np.random.default_rng(0).uniform(size=(4, 4, 1))
        videos = np.zeros((2, *_LARGE), np.float32)
        videos[0, :, 16:20, 16:20] = picture
        videos[1, :, 24:28, 24:28] = picture
        seen = _read(recurrences_of(model, videos)[0], model, videos)
    return bool(seen.any() and np.abs(seen[0] - seen[1]).max() < 1e-5 * np.abs(seen).max())


def _is_linear(model: Any, videos: np.ndarray) -> bool:
    """Whether the logits of a sum are the sum of the logits."""

    def logits(clips: np.ndarray) -> np.ndarray:
        logs = np.log(np.maximum(answer_of(model, clips), 1e-30))
        return np.asarray(logs - logs.mean(axis=1, keepdims=True))

    other = 1 - 2 * videos[::-1]
    nothing = logits(0 * videos)
    one, two = logits(videos) - nothing, logits(other) - nothing
    both = logits(videos + other) - nothing
    return bool(np.abs(both - one - two).max() < 1e-3 * np.abs(both).max())
