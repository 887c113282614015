"""Look at a layer that makes an initial state of a context, whatever it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.state_layers import made, made_again, trained_dtype

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """What the layer gives, whatever it is made of; the task: "behaviour", "config" or "build".

    The trainable weights are set to given random numbers first, so that no start hides anything.
    Nothing is judged here: what the states and gradients show is the oracle's affair.
    """
    import tensorflow as tf

    task, units = setup["task"], inputs["units"]
    if task == "build":
        answer(units)
        return {"the layer": "was made"}
    if task == "config":
        return made_again(
            answer, inputs, lambda layer: int(plain(layer(np.zeros((2, 3)))).shape[-1])
        )
    context = tf.constant(inputs["context"])
    layer = made(answer, units, str(context.dtype.name))
    begin = plain(layer(context), "the state")
    weights = list(layer.trainable_weights)
    # a normalisation keeps averages, which are not there to be trained
    frozen = [each for each in layer.non_trainable_weights if "moving_" not in each.name]
    result: Outputs = {
        "the state at the start": begin,
        "the layer's dtype": trained_dtype(layer),
        "the number of frozen weights": len(frozen),
    }
    if begin.shape != (len(context), units):
        return result
    rng = np.random.default_rng(setup["seed"])
    values = [_drawn(rng, weight) for weight in weights]
    ways = [_drawn(rng, weight) for weight in weights]

    def with_weights(step: float) -> np.ndarray:
        """The state, with the given weights and some way on."""
        for weight, value, way in zip(weights, values, ways, strict=True):
            weight.assign(value + step * way)
        return plain(layer(context))

    further = [with_weights(step) for step in (setup["step"], -setup["step"])]
    with_weights(0.0)
    sums = tf.cast(setup["weights_of_the_sum"], begin.dtype)
    with tf.GradientTape() as tape:
        state = tf.convert_to_tensor(layer(context))
        total = tf.reduce_sum(state * sums)
    found = tape.gradient(total, [weight.value for weight in weights])
    result["the state"] = plain(state)
    if not np.isfinite(result["the state"]).all():
        raise Misfit("not-finite", "The state holds numbers that are not finite.")
    result["the state of the same context again"] = plain(layer(context))
    result["the states of the rows in two parts"] = np.concatenate(
        [plain(layer(context[:1])), plain(layer(context[1:]))]
    )
    result["the states with one feature moved"] = np.stack(
        [plain(layer(_with_moved(inputs["context"], k))) for k in range(inputs["context"].shape[1])]
    )
    result["the gradients of the weights"] = [
        np.zeros(value.shape) if each is None else plain(tf.convert_to_tensor(each))
        for each, value in zip(found, values, strict=True)
    ]
    result["the slopes of the first unit"] = _slopes(layer, inputs["context"])
    moved = setup["step"] * setup["directions"]
    result["the states of contexts around"] = np.stack(
        [plain(layer(inputs["context"] + moved)), plain(layer(inputs["context"] - moved))]
    )
    result["the states with weights around"] = np.stack(further)
    return result


def _drawn(rng: np.random.Generator, weight: Any) -> np.ndarray:
    """Normal numbers in a weight's shape, so large that its sums have a variance near one."""
    fan_in = int(weight.shape[0]) if len(weight.shape) > 1 else 4
    return rng.normal(size=tuple(weight.shape)) / np.sqrt(fan_in)


def _with_moved(context: np.ndarray, k: int) -> np.ndarray:
    """The context with feature k of each row in the next row."""
    moved = np.array(context)
    moved[:, k] = np.roll(moved[:, k], 1)
    return moved


def _slopes(layer: Any, context: np.ndarray) -> np.ndarray:
    """The gradient of the state's first number in each row, (B, F); nothing where there is none."""
    import tensorflow as tf

    xs = tf.constant(context)
    with tf.GradientTape() as tape:
        tape.watch(xs)
        total = tf.reduce_sum(tf.convert_to_tensor(layer(xs))[:, 0])
    slopes = tape.gradient(total, xs)
    return np.zeros((0,)) if slopes is None else plain(tf.convert_to_tensor(slopes))
