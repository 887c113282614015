"""Look at a layer that holds a trained initial state: its weights, its rows, its gradient."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.state_layers import made, made_again, trained_dtype

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """What the task says: "vector", "graph", "config", "build" (units) or "batch" (batch_size)."""
    import tensorflow as tf

    task, units = setup["task"], inputs["units"]
    if task == "build":
        answer(units)
        return {"the layer": "was made"}
    if task == "config":
        return made_again(answer, inputs, _size)
    layer = made(answer, units, str(setup["dtype"]))
    if task == "batch":
        return {"the state": plain(layer(batch_size=inputs["batch_size"]), "the state")}
    _takes_batch_size(layer)
    batch = inputs["batch_size"]
    begin = plain(layer(batch_size=batch), "the state")
    weights = list(layer.trainable_weights)
    numbers = sum(int(np.prod(weight.shape)) for weight in weights)
    result: Outputs = {
        "the number of trainable weights": len(weights),
        "the size of the weight": numbers,
        "the rows at first": "equal"
        if np.array_equal(begin, begin[:1] + 0 * begin)
        else "different",
        "the layer's dtype": trained_dtype(layer),
        "the dtype of the state": str(begin.dtype),
    }
    if len(weights) != 1 or numbers != units:
        return {**result, "the state": begin}
    shape = tuple(weights[0].shape)
    weights[0].assign(-1.0 - setup["vector"].reshape(shape))
    other = plain(layer(batch_size=batch), "the state")
    weights[0].assign(setup["vector"].reshape(shape))
    here = plain(layer(batch_size=batch), "the state")
    result["the state"] = here
    result["the state of a larger batch"] = plain(layer(batch_size=batch + 3), "the state")
    result["the state of another vector"] = "the same" if np.array_equal(here, other) else "another"
    if here.shape != (batch, units):
        return result
    with tf.GradientTape() as tape:
        if task == "graph":
            state = _in_a_graph(lambda: tf.convert_to_tensor(layer(batch_size=batch)))
        else:
            state = tf.convert_to_tensor(layer(batch_size=batch))
        total = tf.reduce_sum(state * tf.cast(setup["weights_of_the_sum"], state.dtype))
    gradient = tape.gradient(total, weights[0].value)
    result["the state"] = plain(state, "the state")
    if gradient is None and result["the state of another vector"] == "the same":
        return result
    if gradient is None:
        raise Misfit(
            "none",
            "No gradient reaches the trainable vector: TensorFlow cannot see through the "
            "computation. Stay with keras.ops or TensorFlow, without NumPy or stop_gradient.",
        )
    result["the gradient of the vector"] = plain(
        tf.convert_to_tensor(gradient), "the gradient"
    ).reshape(-1)
    return result


def _size(layer: Any) -> int:
    _takes_batch_size(layer)
    return int(plain(layer(batch_size=2)).shape[-1])


def _takes_batch_size(layer: Any) -> None:
    try:
        inspect.signature(layer.call).bind(batch_size=1)
    except TypeError as error:
        raise Misfit(
            "type",
            f"The layer cannot be called as `layer(batch_size=B)`: {error}. Give `call` the "
            "argument of the stub.",
        ) from error


def _in_a_graph(state: Callable[[], Any]) -> Any:
    """The state, made inside tf.function, where it was made outside of it before."""
    import tensorflow as tf

    try:
        return tf.function(state)()
    except Exception as error:  # whatever cannot be traced
        raise Misfit(
            "none",
            f"The layer works by itself, but inside tf.function it raises {type(error).__name__}. "
            "Stay with keras.ops or TensorFlow in `call`, without NumPy.",
        ) from error
