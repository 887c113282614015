"""What a layer of kernel and bias is asked that reads clips.

A case's set-up says what to do with the layer, its `task`:

- "call": called on `videos`, with the gradients of sum(output · `weights_of_the_sum`);
- "graph": in a model that TensorFlow compiles; "save": in a model that is saved and loaded;
- "config": made again from its configuration;
- "build": only made, with an argument that may be impossible.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_SENTENCE = 160  # characters of an error's first sentence that are shown


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Do with the layer what the case's task says."""
    task, size = setup["task"], inputs["kernel_size"]
    size = tuple(size) if isinstance(size, list) else size
    if task == "build":
        _made(answer, inputs["filters"], size)
        return {"the layer": "was made"}
    if task == "config":
        return _config(answer, inputs["filters"], size)
    dtype = str(inputs["W"].dtype)
    filters = int(inputs["b"].shape[0])
    layer = _made(answer, filters, size, **({} if dtype == "float32" else {"dtype": dtype}))
    if task == "call":
        return _call(layer, inputs, setup)
    return _in_model(layer, inputs, saved=task == "save")


def _made(answer: Any, filters: int, size: Any, **keywords: Any) -> Any:
    """The student's layer, made as the case asks, with Keras's own arguments as `keywords`."""
    listed = " and ".join(f'{name}="{value}"' for name, value in keywords.items())
    try:
        made = answer(filters, size, **keywords)
    except TypeError as error:
        words = str(error)
        if "unexpected keyword" not in words or not any(f"'{name}'" in words for name in keywords):
            raise
        raise Misfit("type", f"The layer cannot be made with {listed}: {words}.") from error
    for name, value in keywords.items():
        if getattr(made, name, None) != value:
            raise Misfit(
                "type",
                f"A layer made with {listed} has the {name} {getattr(made, name, None)}: what "
                "`__init__` gets does not arrive at `super().__init__`.",
            )
    return made


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


def _call(layer: Any, inputs: Inputs, setup: Setup) -> Outputs:
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
        sums = setup["weights_of_the_sum"]
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
    """The layer in a functional model, traced as a graph; or saved and loaded."""
    import keras
    import tensorflow as tf

    videos = tf.constant(inputs["videos"])
    source = keras.Input(inputs["videos"].shape[1:])
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
            return {"saving and loading a model with the layer": _lost(layer, error)}
    return {
        "saving and loading a model with the layer": "works",
        "the output of the loaded model": plain(outputs, "the output"),
    }


def _lost(layer: Any, error: Exception) -> str:
    """Why a layer cannot be made again: the decorator, a lacking argument, or the error itself."""
    import keras

    kind = type(layer)
    if keras.saving.get_registered_object(keras.saving.get_registered_name(kind)) is None:
        return "fails: the decorator keras.saving.register_keras_serializable is missing"
    try:
        lacking = sorted({"filters", "kernel_size"} - set(layer.get_config()))
    except Exception:  # noqa: BLE001 - it is the student's
        lacking = []
    if lacking:
        return f"lacks an argument: get_config does not return {' and '.join(lacking)}"
    text = str(error).strip()
    twice = re.search(r"multiple values for (?:keyword )?argument '(\w+)'", text)
    if twice:
        return (
            f"raises {type(error).__name__}: get_config returns `{twice[1]}` too, which `__init__` "
            "sets itself"
        )
    first = (text.splitlines() or [""])[0].split(". ")[0]
    if len(first) > _SENTENCE:
        first = first[:_SENTENCE].rsplit(" ", 1)[0] + " …"
    return f"raises {type(error).__name__}: {first.rstrip('.:')}"


def _config(answer: Any, filters: int, size: Any) -> Outputs:
    """The round trip through get_config and from_config, with Keras's own arguments kept."""
    made = _made(answer, filters, size, name="my_layer", dtype="float64")
    try:
        again = answer.from_config(made.get_config())
    except Exception as error:  # noqa: BLE001 - a wrong get_config may raise anything
        return {"`from_config(get_config())`": _lost(made, error)}
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
