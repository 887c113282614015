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

_ROWS = 200  # where each row is disturbed with probability 0.05, one in 30,000 checks misses it


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
        "the new model": _state(model),
        "the network returned": "compiled" if model.compiled else "uncompiled",
    }
    if "weights" not in setup:
        return outputs
    if not model.weights:
        model(setup["x"][:1])
    given = setup["weights"]
    wanted = [each.shape for each in given]
    shapes = [tuple(each.shape) for each in model.weights]
    fits = sorted(shapes) == sorted(wanted)
    outputs["the shapes of its weights"] = ", ".join(map(str, wanted if fits else shapes))
    if not fits:
        return outputs
    frozen = len(model.trainable_weights) < len(model.weights)
    outputs["the weights in training"] = "frozen, some or all" if frozen else "free to change"
    left = [np.array(each) for each in given]
    for weight in model.weights:
        place = next(k for k, each in enumerate(left) if each.shape == tuple(weight.shape))
        weight.assign(left.pop(place))
    outputs["the output"] = plain(model(np.array(setup["x"])), "the output")
    outputs["the output in training"] = "the same" if _steady(model, setup["x"]) else "another one"
    return outputs


def _state(model: Any) -> str:
    """Whether the new model has its weights; a subclass may be built and have none."""
    if model.weights:
        return "built" if model.built else "not built"
    return "built without weights" if model.built else "not built"


def _steady(model: Any, x: np.ndarray) -> bool:
    """Whether the output is the same in training, over so many rows that chance shows itself."""
    rows = np.repeat(x, -(-_ROWS // len(x)), axis=0)
    still = plain(model(rows, training=False), "the output")
    trained = plain(model(rows, training=True), "the output")
    return bool(np.allclose(still, trained, rtol=1e-4, atol=1e-4 * np.abs(still).max(initial=1.0)))


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
