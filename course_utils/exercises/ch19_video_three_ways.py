"""Chapter 19, what is asked: a 3D convolution, three video classifiers, and shuffled frames.

The builders are looked at from outside (how many weights, which frames matter, whether their order
does) and from inside: every layer's call is watched, and silenced, to see what passes through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Changed,
    Misfit,
    call_fresh,
    describe,
    fresh,
    function_probe,
    plain,
    same,
)
from course_utils.checking.types import Exercise, Inputs, Outputs

__all__ = ["BUDGET", "EXERCISES", "ORDERS", "STRUCTURE"]

#: Weights of a builder's network for clips of (8, 12, 12, 1) and six classes: least and most.
BUDGET = (8_000, 10_000)

#: What every right network says in the words of `_look`, and what each kind says besides.
COMMON = {
    "the network": "built and uncompiled",
    "the outputs": "probabilities that sum to 1",
    "the answer for a clip": "independent of the other clips",
    "a dense layer on the flat clip": "absent",
    "the number of frames that matter": "two or more",
    "the effect of the order of the frames": "present",
}
STRUCTURE: dict[str, dict[str, str]] = {
    "build_cnn_lstm": {
        "what the recurrent layer reads": "one vector per frame",
        "the features of a frame": "independent of the other frames",
        "what sees the pictures": "2D convolutions alone",
        "the source of the classes": "the recurrent layer alone",
    },
    "build_convlstm": {
        "what the recurrent layer reads": "one map per frame",
        "the kernel that meets the state": "wider than a pixel",
        "the source of the classes": "the recurrent layer alone",
    },
    "build_conv3d": {
        "a recurrent layer": "absent",
        "a kernel over time": "present",
        "the source of the classes": "the 3D convolutions alone",
    },
}

#: The orders of four frames, as `shuffle_frames` is counted.
ORDERS = tuple(permutations(range(4)))


_MANY = 50  # clips of which not all keep their order by chance


# --- the shape of a 3D convolution -----------------------------------------------------------


def shape_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Call `conv3d_shape`; three whole numbers in a tuple, a list or an array are the same."""

    def read(value: Any) -> Outputs:
        if isinstance(value, (tuple, list)):
            if len(value) != 3:
                raise Misfit("count", f"Expected three sizes (T, H, W), but {len(value)} came.")
            value = np.array([plain(each, "a size") for each in value])
        sizes = plain(value, "the sizes")
        if sizes.dtype.kind not in "iu":
            raise Misfit("type", "The sizes should be whole numbers, as layers need them: use //.")
        return {"the sizes": sizes}

    return call_fresh(answer, inputs, read)


# --- shuffled frames ---------------------------------------------------------------------------


def shuffle_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Shuffle clips whose frames are all different, and say which frame went where.

    Args:
        answer: the student's function.
        inputs: `videos` (B, T, H, W, C), and `_seed` of the generators that are passed in.
    """
    videos, seed = inputs["videos"], inputs["_seed"]
    given = fresh(videos)
    shuffled = plain(answer(given, np.random.default_rng(seed)), "the videos")
    if shuffled.shape != videos.shape:
        raise Misfit(
            "shape",
            f"The videos should keep their shape {videos.shape}, but {shuffled.shape} came.",
        )
    again = plain(answer(fresh(videos), np.random.default_rng(seed)), "the videos")
    outputs: Outputs = {"the frames": "whole and in their clip"}
    orders = _orders(videos, shuffled)
    if isinstance(orders, str):
        outputs["the frames"] = orders
    elif len(videos) > _MANY:
        kept = np.arange(videos.shape[1])
        outputs["the clips"] = (
            "as they were"
            if (orders == kept).all()
            else "played backwards"
            if (orders == kept[::-1]).all()
            else "shuffled"
        )
    if not isinstance(orders, str) and videos.shape[1] == 4:
        code = {order: k for k, order in enumerate(ORDERS)}
        found = [code[tuple(order)] for order in orders.tolist()]
        outputs["the orders"] = np.bincount(found, minlength=len(ORDERS))
    outputs["the mean of each clip"] = shuffled.astype(np.float64).mean(axis=(1, 2, 3, 4))
    equal = np.array_equal(shuffled, again)
    outputs["the orders of the same generator"] = "the same again" if equal else "other ones"
    if len(videos) > _MANY:
        other = plain(answer(fresh(videos), np.random.default_rng(seed + 1)), "the videos")
        equal = np.array_equal(shuffled, other)
        outputs["the orders of another generator"] = "the same again" if equal else "other ones"
    if not same(given, videos):
        raise Changed(["videos"], outputs)
    return outputs


def _orders(videos: np.ndarray, shuffled: np.ndarray) -> np.ndarray | str:
    """(B, T): which frame stands at each place; or in words what became of the frames."""
    clips, steps = videos.shape[:2]
    frames = [(clip, t) for clip in range(clips) for t in range(steps)]
    place = {videos[clip, t].tobytes(): (clip, t) for clip, t in frames}
    came = shuffled.astype(videos.dtype)
    found = [place.get(came[clip, t].tobytes()) for clip, t in frames]
    if any(each is None for each in found):
        return "no longer those that were given"
    origin = np.array(found, int).reshape(clips, steps, 2)
    if (origin[..., 0] != np.arange(clips)[:, None]).any():
        return "in other clips"
    if (np.sort(origin[..., 1], axis=1) != np.arange(steps)).any():
        return "there more than once"
    return origin[..., 1]


# --- looking into a network ---------------------------------------------------------------------


@dataclass
class Calls:
    """What the watched layers saw: layer → the inputs of its calls, as arrays."""

    inputs: dict[int, list[np.ndarray]] = field(default_factory=dict)

    def of(self, layer: Any) -> np.ndarray | None:
        """What went into a layer: its sequence, or a cell's steps stacked to one, (B, T, …)."""
        seen = self.inputs.get(id(layer), [])
        if not seen:
            return None
        if len(seen) == 1 or len({each.shape for each in seen}) > 1:
            return seen[-1]
        return np.stack(seen, axis=1)


@contextmanager
def _watched(layers: Sequence[Any], silent: bool = False) -> Iterator[Calls]:
    """Note what goes into these layers; where `silent`, let nothing but zeros come out."""
    import keras

    calls = Calls()

    def wrap(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            given = args[0] if args else next(iter(kwargs.values()), None)
            if callable(getattr(given, "numpy", None)):
                calls.inputs.setdefault(id(layer), []).append(np.array(given))
            value = call(*args, **kwargs)
            return keras.tree.map_structure(keras.ops.zeros_like, value) if silent else value

        return watched

    originals = [(layer, layer.call) for layer in layers]
    for layer, call in originals:
        object.__setattr__(layer, "call", wrap(layer, call))
    try:
        yield calls
    finally:
        for layer, _ in originals:
            object.__delattr__(layer, "call")


def _layers(model: Any) -> list[Any]:
    return list(model._flatten_layers(include_self=False))


def _recurrent(model: Any) -> list[Any]:
    """The recurrent layers, and cells that the network steps through by itself."""
    import keras

    layers = _layers(model)
    looped = [each for each in layers if isinstance(each, keras.layers.RNN)]
    inside = {id(each) for layer in looped for each in layer._flatten_layers(include_self=False)}
    cells = [
        each
        for each in layers
        if hasattr(each, "state_size")
        and not isinstance(each, (keras.layers.RNN, keras.layers.Bidirectional))
        and id(each) not in inside
    ]
    return looped + cells


def _kernel_over_time(layer: Any) -> int:
    """The frames that a layer's kernel reaches over; 0 where it is no 3D convolution."""
    size = getattr(layer, "kernel_size", None)
    rank = getattr(layer, "rank", None)
    return int(size[0]) if rank == 3 and isinstance(size, (tuple, list)) else 0


def _convolves_pictures(layer: Any) -> bool:
    return getattr(layer, "rank", None) == 2 or _kernel_over_time(layer) == 1


def _answer_of(model: Any, videos: np.ndarray) -> np.ndarray:
    return plain(model(np.array(videos), training=False), "the output").astype(np.float64)


def _other_frame(videos: np.ndarray, t: int) -> np.ndarray:
    """The videos with another picture in frame t."""
    changed = videos.copy()
    changed[:, t] = changed[::-1, t] ** 2
    return changed


def _depends(model: Any, videos: np.ndarray, silenced: Sequence[Any]) -> bool:
    """Whether the output still depends on the videos when these layers say nothing."""
    with _watched(silenced, silent=True):
        one, two = _answer_of(model, videos), _answer_of(model, videos[::-1] ** 2)
    return bool(np.abs(one - two).max() > 1e-6)


def _seen(model: Any, layer: Any, videos: np.ndarray, silenced: Sequence[Any] = ()) -> np.ndarray:
    """What goes into a layer, (B, T, …)."""
    with _watched(silenced, silent=True), _watched([layer]) as calls:
        _answer_of(model, videos)
    seen = calls.of(layer)
    return np.zeros((len(videos), 1, 1)) if seen is None else seen


def _look(name: str, model: Any, inputs: Inputs) -> Outputs:
    """The network in words: what `COMMON` and `STRUCTURE` say of a right one."""
    videos = inputs["_videos"]
    ready = bool(model.built and model.weights)
    answers = _answer_of(model, videos)
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
    outputs["the outputs"] = COMMON["the outputs"] if sums else "numbers that do not sum to 1"
    if "_budget" in inputs:
        low, high = inputs["_budget"]
        weights = int(sum(np.prod(each.shape) for each in model.weights))
        place = "above" if weights > high else "below" if weights < low else "within"
        outputs["the number of weights"] = f"{place} the budget: {weights:,}"
    one_other = np.concatenate([videos[:-1], videos[:1] ** 2])
    apart = bool(np.abs((_answer_of(model, one_other) - answers)[:-1]).max() < 1e-5)
    outputs["the answer for a clip"] = (
        f"{'independent of' if apart else 'dependent on'} the other clips"
    )
    flat = any(
        len(weight.shape) == 2 and weight.shape[0] >= np.prod(videos.shape[1:4])
        for layer in _layers(model)
        for weight in layer.weights
    )
    whole = any(
        _kernel_over_time(layer)
        and all(k >= n for k, n in zip(layer.kernel_size, videos.shape[1:4], strict=True))
        for layer in _layers(model)
    )
    outputs["a dense layer on the flat clip"] = "present" if flat or whole else "absent"
    steps, clips = videos.shape[1], len(videos)
    variants = [videos, *(_other_frame(videos, t) for t in range(steps))]
    variants += [videos[:, ::-1], np.roll(videos, steps // 2, axis=1)]
    told = _answer_of(model, np.concatenate(variants)).reshape(len(variants), clips, -1)
    change = np.abs(told - told[0]).max(axis=(1, 2))
    matter = int((change[1 : 1 + steps] > 1e-6).sum())
    outputs["the number of frames that matter"] = (
        ("none", "one")[matter] if matter < 2 else "two or more"
    )
    ordered = change[1 + steps :].max() > 1e-5
    outputs["the effect of the order of the frames"] = "present" if ordered else "absent"
    return {**outputs, **_KINDS[name](model, videos)}


def _look_at_cnn_lstm(model: Any, videos: np.ndarray) -> Outputs:
    recurrent = _recurrent(model)
    if not recurrent:
        return {"what the recurrent layer reads": "nothing, since there is none"}
    seen = _seen(model, recurrent[0], videos)
    if seen.ndim != 3 or seen.shape[:2] != videos.shape[:2]:
        shape = f"something else: an input of shape {seen.shape}"
        words = "maps, not vectors" if seen.ndim > 3 else shape
        return {"what the recurrent layer reads": words}
    alone = True
    for t in (0, videos.shape[1] // 2):
        changed = _seen(model, recurrent[0], _other_frame(videos, t))
        others = np.delete(changed - seen, t, axis=1)
        alone = alone and bool(np.abs(others).max() < 1e-5)
    pictures = [layer for layer in _layers(model) if _convolves_pictures(layer)]
    blind = _seen(model, recurrent[0], videos, pictures)
    other = _seen(model, recurrent[0], videos[::-1] ** 2, pictures)
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


def _look_at_convlstm(model: Any, videos: np.ndarray) -> Outputs:
    recurrent = _recurrent(model)
    if not recurrent:
        return {"what the recurrent layer reads": "nothing, since there is none"}
    maps = [layer for layer in recurrent if _seen(model, layer, videos).ndim == 5]
    if not maps:
        return {"what the recurrent layer reads": "vectors, not maps"}
    if _seen(model, maps[0], videos).shape[1] != videos.shape[1]:
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


def _look_at_conv3d(model: Any, videos: np.ndarray) -> Outputs:
    over_time = [layer for layer in _layers(model) if _kernel_over_time(layer) > 1]
    deep = [layer for layer in _layers(model) if _kernel_over_time(layer)]
    return {
        "a recurrent layer": "present" if _recurrent(model) else "absent",
        "a kernel over time": "present" if over_time else "absent",
        "the source of the classes": _source(model, videos, deep, "the 3D convolutions"),
    }


def _source(model: Any, videos: np.ndarray, layers: Sequence[Any], what: str) -> str:
    return f"not {what} alone" if _depends(model, videos, layers) else f"{what} alone"


_KINDS = {
    "build_cnn_lstm": _look_at_cnn_lstm,
    "build_convlstm": _look_at_convlstm,
    "build_conv3d": _look_at_conv3d,
}


def _builder_probe(name: str) -> Callable[[Any, Inputs], Outputs]:
    """The probe of a builder: look at its network, or train it and let it name test clips."""

    def build(answer: Any, inputs: Inputs) -> Any:
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

    def probe(answer: Any, inputs: Inputs) -> Outputs:
        import keras

        keras.utils.set_random_seed(inputs["_seed"])
        model = build(answer, inputs)
        looked = _look(name, model, inputs)
        if "_train" not in inputs:
            return looked
        wanted = {**COMMON, **STRUCTURE[name]}
        wrong = any(looked.get(key) != words for key, words in wanted.items())
        if wrong or "above" in looked["the number of weights"]:
            return {"the laws": np.full(len(inputs["_test"]), -1)}  # told in the other cases
        train = _training(model, inputs)
        for slower in (1, 1, 2, 3, 3):  # a slow learner goes on; one that is stuck begins anew
            if slower == 3:
                model = build(answer, inputs)
                train = _training(model, inputs)
            if train(inputs["_rate"] / slower, slower) < inputs["_stuck"]:
                break
        return {"the laws": _answer_of(model, inputs["_test"]).argmax(1)}

    return probe


def _training(model: Any, inputs: Inputs) -> Callable[[float, int], float]:
    """Adam on batches of 16 in the order given, in a graph that is traced once for all its runs.

    Returns:
        (rate, rounds of the case's steps) → the loss at the end; the next call goes on from there.
    """
    import keras
    import tensorflow as tf

    videos, laws = tf.constant(inputs["_train"]), tf.constant(inputs["_laws"])
    weights = model.trainable_variables
    optimizer = keras.optimizers.Adam(inputs["_rate"], global_clipnorm=1.0)
    optimizer.build(weights)
    batches = len(inputs["_laws"]) // 16

    def step(k: Any) -> Any:
        part = slice(16 * k, 16 * (k + 1))
        with tf.GradientTape() as tape:
            chances = tf.cast(model(videos[part], training=True), tf.float32)
            right = tf.gather(chances, laws[part], batch_dims=1)
            loss = -tf.reduce_mean(tf.math.log(right + 1e-7))
        gradients = tape.gradient(loss, weights)
        pairs = [(g, w) for g, w in zip(gradients, weights, strict=True) if g is not None]
        if pairs:
            optimizer.apply_gradients(pairs)
        return loss

    def descend(steps: Any) -> Any:
        late = tf.constant(0.0)
        for k in tf.range(steps):
            late = 0.8 * late + 0.2 * step(k % batches)
        return late

    if not weights:
        return lambda rate, rounds: 0.0
    graph = tf.function(descend).get_concrete_function(tf.TensorSpec((), tf.int32))

    def run(rate: float, rounds: int) -> float:
        optimizer.learning_rate = rate
        return float(graph(tf.constant(rounds * inputs["_steps"])))

    return run


EXERCISES: dict[str, Exercise] = {
    each.name: each
    for each in (
        Exercise(
            name="conv3d",
            signature="conv3d(video, kernel)",
            probe=function_probe("the response"),
            points=2.0,
            forbidden=("convolution",),
            minutes=15,
            difficulty=2,
        ),
        Exercise(
            name="conv3d_shape",
            signature="conv3d_shape(shape, kernel, strides, padding)",
            probe=shape_probe,
            points=1.0,
            minutes=10,
            difficulty=1,
        ),
        *(
            Exercise(
                name=name,
                signature=f"{name}(shape, classes)",
                probe=_builder_probe(name),
                points=2.0,
                seconds=120.0,
                minutes=minutes,
                difficulty=2,
            )
            for name, minutes in (
                ("build_cnn_lstm", 20),
                ("build_convlstm", 15),
                ("build_conv3d", 15),
            )
        ),
        Exercise(
            name="shuffle_frames",
            signature="shuffle_frames(videos, rng)",
            probe=shuffle_probe,
            points=1.0,
            minutes=10,
            difficulty=2,
        ),
    )
}
