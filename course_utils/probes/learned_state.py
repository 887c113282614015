"""Look at a layer that holds a trained initial state: its weights, its rows, its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.state_layers import made, made_again

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """What the task says: "vector", "graph", "config", "build" (units) or "batch" (batch_size)."""
    import tensorflow as tf

    task, units = setup["task"], inputs["units"]
    if task == "build":
        answer(units)
        return {"the layer": "was made"}
    if task == "config":
        return made_again(answer, inputs, lambda layer: int(plain(layer(batch_size=2)).shape[-1]))
    layer = made(answer, units, str(setup["dtype"]))
    if task == "batch":
        return {"the state": plain(layer(batch_size=inputs["batch_size"]), "the state")}
    batch = inputs["batch_size"]
    begin = plain(layer(batch_size=batch), "the state")
    weights = list(layer.trainable_weights)
    numbers = sum(int(np.prod(weight.shape)) for weight in weights)
    result: Outputs = {
        "the number of trainable weights": len(weights),
        "the trainable numbers": numbers,
        "the rows at first": "equal" if np.array_equal(begin, begin[:1] + 0 * begin) else "differ",
        "the dtype": str(begin.dtype),
    }
    if len(weights) != 1 or numbers != units:
        return {**result, "the state": begin}
    vector = setup["vector"]
    weights[0].assign(vector.reshape(tuple(weights[0].shape)))
    with tf.GradientTape() as tape:
        if task == "graph":
            state = tf.function(lambda: tf.convert_to_tensor(layer(batch_size=batch)))()
        else:
            state = tf.convert_to_tensor(layer(batch_size=batch))
        total = tf.reduce_sum(state * tf.cast(setup["weights_of_the_sum"], state.dtype))
    gradient = tape.gradient(total, weights[0].value)
    result["the state"] = plain(state, "the state")
    result["the state of a larger batch"] = plain(layer(batch_size=batch + 3), "the state")
    if gradient is None:
        raise Misfit(
            "none",
            "No gradient reaches the trainable vector: TensorFlow cannot see through the "
            "computation. Stay with keras.ops or TensorFlow, without NumPy or stop_gradient.",
        )
    result["the gradient of the vector"] = plain(gradient, "the gradient").reshape(-1)
    return result
