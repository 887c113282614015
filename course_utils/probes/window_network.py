"""Build a network for windows, then look at it with given weights, or train it briefly.

The set-up of a case holds either `weights` and `x` (B, width); or `train_inputs`, `train_targets`,
`test_inputs`, `steps`, `rate` and `seed`; or nothing, where an argument is impossible.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """What the network is like in words, and `the output` (B, 1); or its `forecasts`, (B,) where it
    gives one number per window."""
    import keras

    if "train_inputs" in setup:
        keras.utils.set_random_seed(setup["seed"])
    model = answer(inputs["width"], inputs["units"])
    if model is None:
        raise Misfit("none", "The result is None; expected a keras.Model. Is there a `return`?")
    if not isinstance(model, keras.Model):
        raise Misfit(
            "type",
            f"The result should be a keras.Model, but {describe(model)} came. "
            "Return the whole network, not a layer of it or what it computes.",
        )
    if "train_inputs" in setup:
        return {"forecasts": _train(model, setup)}
    return _look(model, setup)


def _look(model: Any, setup: Setup) -> Outputs:
    """The network in words, and its output with the weights of the case."""
    outputs: Outputs = {
        "the new model": "built" if model.built and model.weights else "not built",
        "the model's training setup": "compiled" if model.compiled else "uncompiled",
    }
    if "weights" not in setup:
        return outputs
    if not model.weights:
        model(setup["x"][:1])
    given = setup["weights"]
    wanted = [each.shape for each in given]
    shapes = [tuple(each.shape) for each in model.weights]
    fits = sorted(shapes) == sorted(wanted)
    outputs["the weights' shapes"] = ", ".join(map(str, wanted if fits else shapes))
    if not fits:
        return outputs
    left = [np.array(each) for each in given]
    for weight in model.weights:
        place = next(k for k, each in enumerate(left) if each.shape == tuple(weight.shape))
        weight.assign(left.pop(place))
    outputs["the output"] = plain(model(np.array(setup["x"])), "the output")
    return outputs


def _train(model: Any, setup: Setup) -> np.ndarray:
    """Train on all windows at once with Adam, then forecast the test windows: (B,)."""
    import keras
    import tensorflow as tf

    x = tf.constant(setup["train_inputs"])
    y = tf.constant(setup["train_targets"])
    one = plain(model(x[:1]), "the output")
    weights = model.trainable_variables
    if weights and one.size == 1:
        optimizer = keras.optimizers.Adam(setup["rate"])
        optimizer.build(weights)

        def descend() -> None:
            for _ in tf.range(setup["steps"]):
                with tf.GradientTape() as tape:
                    forecast = tf.cast(tf.reshape(model(x, training=True), [-1]), y.dtype)
                    loss = tf.reduce_mean((forecast - y) ** 2)
                gradients = tape.gradient(loss, weights)
                pairs = [
                    (gradient, weight)
                    for gradient, weight in zip(gradients, weights, strict=True)
                    if gradient is not None
                ]
                optimizer.apply_gradients(pairs)

        tf.function(descend).get_concrete_function()()  # traced here: no warning at the fifth check
    return plain(model(setup["test_inputs"]), "the output").reshape(-1)
