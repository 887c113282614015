"""Chapter 1, what is asked: windows, two baselines, a parameter count and a small network."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Misfit,
    call_fresh,
    describe,
    function_probe,
    plain,
    plain_tuple,
)
from course_utils.checking.types import Exercise, Inputs, Outputs

__all__ = ["EXERCISES", "probe_window_mlp", "probe_windows"]


def probe_windows(answer: Any, inputs: Inputs) -> Outputs:
    """Call `make_windows`; a horizon is passed by its name, as the chapter passes it.

    Args:
        answer: the student's function.
        inputs: `series` (T,) or (T, F), `width`, and `horizon` unless the default is meant.

    Returns:
        `inputs` and `targets`; and `precision`, "kept" or "lost" against the series.
    """

    def call(series: np.ndarray, width: int, *horizon: int) -> Any:
        return answer(series, width, horizon=horizon[0]) if horizon else answer(series, width)

    def read(value: Any) -> Outputs:
        outputs = plain_tuple(value, ("inputs", "targets"))
        narrower = inputs["series"].dtype.kind == "f" and any(
            each.dtype.itemsize < inputs["series"].dtype.itemsize for each in outputs.values()
        )
        return {**outputs, "precision": "lost" if narrower else "kept"}

    return call_fresh(call, inputs, read)


def probe_window_mlp(answer: Any, inputs: Inputs) -> Outputs:
    """Build the network, then look at it with given weights or train it briefly.

    Args:
        answer: the student's function.
        inputs: `width`, `units`, and either `_weights` and `x` (B, width), or `_train_inputs`,
            `_train_targets`, `_test_inputs`, `_steps`, `_rate` and `_seed`, or nothing more.

    Returns:
        What the network is like in words and its `the output` (B, 1); or its `forecasts`, (B,)
        where the network gives one number per window.

    Raises:
        Misfit: the answer returns something that is no `keras.Model`.
    """
    import keras

    if "_train_inputs" in inputs:
        keras.utils.set_random_seed(inputs["_seed"])
    model = answer(inputs["width"], inputs["units"])
    if model is None:
        raise Misfit("none", "The result is None; expected a keras.Model. Is there a `return`?")
    if not isinstance(model, keras.Model):
        raise Misfit(
            "type",
            f"The result should be a keras.Model, but {describe(model)} came. "
            "Return the whole network, not a layer of it or what it computes.",
        )
    if "_train_inputs" in inputs:
        return {"forecasts": _train(model, inputs)}
    return _look(model, inputs)


def _look(model: Any, inputs: Inputs) -> Outputs:
    """The network in words, and its output with the weights of the case."""
    outputs: Outputs = {
        "the new model": "built" if model.built and model.weights else "not built",
        "the model's training setup": "compiled" if model.compiled else "uncompiled",
    }
    if "_weights" not in inputs:
        return outputs
    if not model.weights:
        model(inputs["x"][:1])
    given = inputs["_weights"]
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
    outputs["the output"] = plain(model(np.array(inputs["x"])), "the output")
    return outputs


def _train(model: Any, inputs: Inputs) -> np.ndarray:
    """Train on all windows at once with Adam, then forecast the test windows: (B,)."""
    import keras
    import tensorflow as tf

    x = tf.constant(inputs["_train_inputs"])
    y = tf.constant(inputs["_train_targets"])
    one = plain(model(x[:1]), "the output")
    weights = model.trainable_variables
    if weights and one.size == 1:
        optimizer = keras.optimizers.Adam(inputs["_rate"])
        optimizer.build(weights)

        def descend() -> None:
            for _ in tf.range(inputs["_steps"]):
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
    return plain(model(inputs["_test_inputs"]), "the output").reshape(-1)


EXERCISES: dict[str, Exercise] = {
    each.name: each
    for each in (
        Exercise(
            name="make_windows",
            signature="make_windows(series, width, horizon=1)",
            probe=probe_windows,
            points=2.0,
            minutes=15,
            difficulty=2,
        ),
        Exercise(
            name="seasonal_naive",
            signature="seasonal_naive(history, season, steps)",
            probe=function_probe("forecast"),
            points=1.0,
            minutes=5,
            difficulty=1,
        ),
        Exercise(
            name="fit_autoregression",
            signature="fit_autoregression(inputs, targets)",
            probe=function_probe("weights", "intercept"),
            points=2.0,
            minutes=15,
            difficulty=2,
        ),
        Exercise(
            name="count_parameters",
            signature="count_parameters(steps, features, units)",
            probe=function_probe("dense", "recurrent"),
            points=1.0,
            minutes=10,
            difficulty=1,
        ),
        Exercise(
            name="window_mlp",
            signature="window_mlp(width, units)",
            probe=probe_window_mlp,
            points=2.0,
            seconds=30.0,
            minutes=10,
            difficulty=2,
        ),
    )
}
