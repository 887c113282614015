"""Train a given model on chunks, one after the other, and see what the states are tied to."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Train on the given chunks one after the other, under one outer tape.

    The states that one call returns go into the next call as they are.
    """
    import keras
    import tensorflow as tf

    model = _given_model(setup)
    optimizer = keras.optimizers.SGD(setup["rate"], momentum=setup["momentum"])
    states: Any = list(inputs["states"])
    if setup["tensors"]:
        states = tuple(tf.constant(each) for each in states)
    chunks = zip(inputs["inputs"], inputs["targets"], strict=True)
    first = [each for each in states if isinstance(each, tf.Tensor)]
    losses, kinds, outputs = [], [], {}
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(first)
        for number, (xs, targets) in enumerate(chunks, 1):
            loss, states = _two_values(answer(model, optimizer, states, xs, targets, _given_loss))
            kinds.append(isinstance(loss, (float, np.floating)))
            losses.append(plain(loss, "the loss"))
            for k, each in enumerate(states):
                outputs[f"state {k} after chunk {number}"] = plain(each, "a new state")
    results = [each for each in states if isinstance(each, tf.Tensor)]
    crossing = _reached(outer, results, first)
    to_weights = _reached(outer, results, [weight.value for weight in model.given])
    return {
        "the number of states": len(states),
        "the loss of each chunk": np.array([loss.reshape(-1)[:1].sum() for loss in losses]),
        **outputs,
        **{
            f"the weight {name} after the updates": plain(weight, name)
            for name, weight in zip(_weight_names(len(model.given)), model.given, strict=True)
        },
        "each loss": "a float" if all(kinds) else "no float",
        "a gradient from the last states to the first ones": "absent" if not crossing else "there",
        "a gradient from the last states to the weights": "absent" if not to_weights else "there",
    }


def _given_model(setup: Setup) -> Any:
    """The model that checks pass in: one Elman layer or two, and a linear readout.

    A subclassed keras.Model, `model(inputs, states) -> (outputs, new_states)`; states may be a list
    or a tuple of arrays or tensors, one (B, U) per layer.

    Args:
        setup: `weights`, a list of arrays: W_x, W_h, b of each layer, then W_y, b_y.
    """
    import keras
    import tensorflow as tf

    weights = setup["weights"]
    layers = (len(weights) - 2) // 3

    class Model(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(dtype=str(weights[0].dtype))
            self.given = [
                self.add_weight(shape=value.shape, name=f"weight_{k}", initializer="zeros")
                for k, value in enumerate(weights)
            ]

        def call(self, inputs: Any, states: Any) -> Any:
            if not isinstance(states, (list, tuple)) or len(states) != layers:
                raise ValueError(
                    f"the model needs a list of {layers} states, but {describe(states)} came"
                )
            flow, new = inputs, []
            for k, h in enumerate(states):
                W_x, W_h, b = (weight.value for weight in self.given[3 * k : 3 * k + 3])
                hs = []
                for t in range(inputs.shape[1]):
                    h = tf.tanh(tf.matmul(flow[:, t], W_x) + tf.matmul(h, W_h) + b)
                    hs.append(h)
                flow = tf.stack(hs, axis=1)
                new.append(h)
            W_y, b_y = (weight.value for weight in self.given[-2:])
            return tf.tensordot(flow, W_y, 1) + b_y, new if layers == 1 else tuple(new)

    model = Model()
    for weight, value in zip(model.given, weights, strict=True):
        weight.assign(value)
    return model


def _given_loss(targets: Any, outputs: Any) -> Any:
    """The loss that checks pass in: a scalar that treats targets and outputs differently."""
    import tensorflow as tf

    error = tf.convert_to_tensor(outputs) - targets
    return tf.reduce_mean(tf.square(error) * (1.0 + 0.5 * tf.square(targets)))


def _two_values(value: Any) -> tuple[Any, list[Any]]:
    if value is None:
        raise Misfit("none", "The result is None. Return the loss and the list of new states.")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit("count", f"Expected the loss and the new states, but {describe(value)} came.")
    if not isinstance(value[1], (tuple, list)):
        raise Misfit(
            "type", f"The new states should be a list of arrays, but {describe(value[1])} came."
        )
    return value[0], list(value[1])


def _weight_names(count: int) -> list[str]:
    """What the model's weights are called: by layer, then the readout's."""
    layers = (count - 2) // 3
    names = [f"{name} of layer {k}" for k in range(layers) for name in ("W_x", "W_h", "b")]
    return [*names, "W_y", "b_y"]


def _reached(tape: Any, results: list[Any], sources: list[Any]) -> bool:
    if not results or not sources:
        return False
    return any(each is not None for each in tape.gradient(results, sources))
