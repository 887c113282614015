"""Chapter 18, next-frame prediction: what is asked, and the probes that run beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Misfit,
    call_fresh,
    function_probe,
    plain,
)
from course_utils.checking.types import Exercise, Inputs, Outputs, Probe
from course_utils.exercises.cells import Cell, cell_probe

__all__ = ["CONV_LSTM", "EXERCISES", "given_model", "lengths_seen"]

#: The convolutional cell: two states, and weights under the names of the equations.
CONV_LSTM = Cell(
    states=("h", "c"), size="filters", extra=("kernel_size",), in_rnn=False, given=("W", "U", "b")
)


def _or_refused(probe: Probe, *names: str) -> Probe:
    """With one frame there is no pair: no frame and a ValueError are both right, and read alike."""

    def gentle(answer: Any, inputs: Inputs) -> Outputs:
        if inputs["videos"].shape[1] > 1:
            return probe(answer, inputs)
        try:
            return probe(answer, inputs)
        except ValueError:
            batch, _, *frame = inputs["videos"].shape
            return {name: np.zeros((batch, 0, *frame)) for name in names}

    return gentle


def _sized(inputs: Inputs) -> Inputs:
    """The case with its kernel size as a student writes it: an int or a tuple."""
    size = inputs.get("kernel_size")
    return {**inputs, "kernel_size": tuple(size)} if isinstance(size, list) else inputs


def conv_lstm_probe(answer: Any, inputs: Inputs) -> Outputs:
    """What `_do` says: see `exercises.cells`."""
    return cell_probe(CONV_LSTM)(answer, _sized(inputs))


# --- the causal layer ----------------------------------------------------------------------------


def causal_conv_probe(answer: Any, inputs: Inputs) -> Outputs:
    """What `_do` says: "call" with the gradients, "graph", "save", "config", "build"."""
    do, inputs = inputs["_do"], _sized(inputs)
    size = inputs["kernel_size"]
    if do == "build":
        answer(inputs["filters"], size)
        return {"the layer": "was made"}
    if do == "config":
        return _config(answer, inputs["filters"], size)
    dtype = str(inputs["W"].dtype)
    filters = int(inputs["b"].shape[0])
    layer = answer(filters, size, **({} if dtype == "float32" else {"dtype": dtype}))
    if do == "call":
        return _call(layer, inputs)
    return _in_model(layer, inputs, saved=do == "save")


def _load(layer: Any, inputs: Inputs) -> None:
    """Give the built layer the case's [kernel, bias]."""
    weights = list(getattr(layer, "trainable_weights", []))
    shapes = [tuple(weight.shape) for weight in weights]
    wanted = [inputs["W"].shape, inputs["b"].shape]
    if len(shapes) != 2:
        raise Misfit(
            "count",
            f"The layer has {len(shapes)} trainable weights once it is called. It should have "
            "two: [kernel, bias].",
        )
    if shapes != wanted:
        raise Misfit(
            "shape",
            f"The weights should have shapes {wanted[0]} and {wanted[1]}, kernel and bias, but "
            f"have {shapes[0]} and {shapes[1]}.",
        )
    layer.set_weights([inputs["W"], inputs["b"]])


def _call(layer: Any, inputs: Inputs) -> Outputs:
    """The layer called on a video, with the gradients of a weighted sum of its outputs."""
    import tensorflow as tf

    videos = tf.constant(inputs["videos"])
    layer(tf.zeros_like(videos))
    _load(layer, inputs)
    with tf.GradientTape() as tape:
        tape.watch(videos)
        outputs = layer(videos)
        if outputs is None:
            raise Misfit("none", "`call` returns None. Does it end in `return`?")
        value = tf.convert_to_tensor(outputs)
        sums = inputs["_weights_of_the_sum"]
        # An output of another shape is a finding of its own: take what can be summed.
        loss = tf.reduce_sum(value * sums if value.shape == sums.shape else value)
    weights = [weight.value for weight in layer.trainable_weights]
    result: Outputs = {"the output": plain(outputs, "the output")}
    names = ("the inputs", "the kernel", "the bias")
    for name, gradient in zip(names, tape.gradient(loss, [videos, *weights]), strict=True):
        if gradient is None:
            raise Misfit(
                "none",
                f"No gradient reaches {name}: TensorFlow cannot see through the computation, or "
                f"{name} is not used. Stay with keras.ops or TensorFlow inside `call`.",
            )
        result[f"the gradient of {name}"] = plain(gradient, "the gradient")
    return result


def _in_model(layer: Any, inputs: Inputs, saved: bool) -> Outputs:
    """The layer in a functional model of any length, traced as a graph; or saved and loaded."""
    import keras
    import tensorflow as tf

    videos = tf.constant(inputs["videos"])
    source = keras.Input((None, *inputs["videos"].shape[2:]))
    model = keras.Model(source, layer(source))
    _load(layer, inputs)
    if not saved:
        run = tf.function(lambda value: model(value), autograph=False)  # as fit does
        return {"the output in a compiled model": plain(run(videos), "the output")}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.keras")
        try:
            model.save(path)
            outputs = keras.models.load_model(path)(videos)
        except Exception as error:  # noqa: BLE001 - what Keras raises here depends on its release
            return {"saving and loading a model with the layer": _raises(error)}
    return {
        "saving and loading a model with the layer": "works",
        "the output of the loaded model": plain(outputs, "the output"),
    }


def _raises(error: Exception) -> str:
    first = str(error).strip().splitlines() or [""]
    return f"raises {type(error).__name__}: {first[0][:200]}"


def _config(answer: Any, filters: int, size: Any) -> Outputs:
    """The round trip through get_config and from_config, with Keras's own arguments kept."""
    made = answer(filters, size, name="my_layer", dtype="float64")
    try:
        again = answer.from_config(made.get_config())
    except Exception as error:  # noqa: BLE001 - a wrong get_config may raise anything
        return {"`from_config(get_config())`": _raises(error)}
    clip = np.zeros((1, 2, 3, 4, 2))
    shapes = []
    for layer in (made, again):
        layer(clip)
        shapes.append([tuple(weight.shape) for weight in layer.trainable_weights])
    lost = []
    if shapes[0] != shapes[1]:
        lost.append("loses filters or kernel_size")
    if again.name != "my_layer" or again.dtype != "float64":
        lost.append("loses the name or the dtype")
    return {"`from_config(get_config())`": " and ".join(lost) or "works"}


# --- the rollout ---------------------------------------------------------------------------------


def given_model(inputs: Inputs) -> tuple[Callable[[Any], Any], list[int]]:
    """The model that checks pass in, and the list that notes how many frames each call sees.

    A causal model of frames: y_t = a x_t + b x_(t-1) + d mean(x_0..x_t) + e, with x_(-1) = 0, so
    that its forecast depends on every frame and on how many there are. Arrays in, arrays out;
    tensors in, tensors out.

    Args:
        inputs: `_model` (4,): a, b, d, e.
    """
    a, b, d, e = (float(each) for each in inputs["_model"])
    seen: list[int] = []
    frame = inputs["context"].shape[2:]

    def model(videos: Any) -> Any:
        shape = tuple(getattr(videos, "shape", np.shape(videos)))
        if len(shape) != 5 or shape[2:] != frame or not shape[1]:
            raise ValueError(
                f"model(videos) was called with shape {shape}, but needs (batch, frames, height, "
                f"width, channels): (B, T, {', '.join(map(str, frame))})."
            )
        if len(seen) > 200:
            raise Misfit("stopped", "It called the model more than 200 times, far too often.")
        seen.append(shape[1])
        counts = np.arange(1, shape[1] + 1).reshape(-1, 1, 1, 1)
        if isinstance(videos, np.ndarray):
            before = np.concatenate([np.zeros_like(videos[:, :1]), videos[:, :-1]], axis=1)
            mean = np.cumsum(videos, axis=1) / counts.astype(videos.dtype)
            return a * videos + b * before + d * mean + e
        import tensorflow as tf

        tensor = tf.convert_to_tensor(videos)
        if not tf.is_tensor(videos) and tensor.dtype != inputs["context"].dtype:
            tensor = tf.cast(tensor, inputs["context"].dtype)
        before = tf.concat([tf.zeros_like(tensor[:, :1]), tensor[:, :-1]], axis=1)
        mean = tf.cumsum(tensor, axis=1) / tf.cast(counts, tensor.dtype)
        return a * tensor + b * before + d * mean + e

    return model, seen


def lengths_seen(seen: list[int], steps: int) -> np.ndarray:
    """The first `steps` different lengths of video that the model was called with, in order.

    Whether an answer runs clip by clip, or calls the model once more at the end, is its affair.
    """
    return np.array(sorted(set(seen))[: max(0, steps)], dtype=np.int64)


def rollout_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Roll a given model out, and note how many frames its calls see."""
    model, seen = given_model(inputs)
    arguments = {name: inputs[name] for name in ("context", "steps")}

    def read(value: Any) -> Outputs:
        return {
            "the rollout": plain(value, "the rollout"),
            "the length of the video in each call": lengths_seen(seen, inputs["steps"]),
        }

    return call_fresh(lambda context, steps: answer(model, context, steps), arguments, read)


EXERCISES: dict[str, Exercise] = {
    "next_frame_pairs": Exercise(
        name="next_frame_pairs",
        signature="next_frame_pairs(videos)",
        probe=_or_refused(function_probe("the inputs", "the targets"), "the inputs", "the targets"),
        points=1,
        minutes=5,
        difficulty=1,
    ),
    "persistence_forecast": Exercise(
        name="persistence_forecast",
        signature="persistence_forecast(videos)",
        probe=_or_refused(function_probe("the forecast"), "the forecast"),
        points=1,
        minutes=5,
        difficulty=1,
    ),
    "ConvLSTMCell": Exercise(
        name="ConvLSTMCell",
        signature="ConvLSTMCell(filters, kernel_size)",
        probe=conv_lstm_probe,
        points=4,
        takes="class",
        forbidden=("recurrent",),
        seconds=40,
        minutes=30,
        difficulty=3,
    ),
    "CausalConv3D": Exercise(
        name="CausalConv3D",
        signature="CausalConv3D(filters, kernel_size)",
        probe=causal_conv_probe,
        points=3,
        takes="class",
        seconds=30,
        minutes=20,
        difficulty=2,
    ),
    "rollout_frames": Exercise(
        name="rollout_frames",
        signature="rollout_frames(model, context, steps)",
        probe=rollout_probe,
        points=2,
        minutes=15,
        difficulty=2,
    ),
}
