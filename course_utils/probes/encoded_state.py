"""Look at a layer that makes an initial state of a context, whatever it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.state_layers import made, made_again, trained_dtype

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """What the layer does, whatever it is made of; the task: "behaviour", "config" or "build".

    The trainable weights are set to given random numbers first, so that no start hides anything.
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
    result: Outputs = {
        "the shape of the state": np.array(begin.shape),
        "the layer's dtype": trained_dtype(layer),
        "the dtype of the state": str(begin.dtype),
    }
    if begin.shape != (len(context), units):
        return result
    weights = list(layer.trainable_weights)
    rng = np.random.default_rng(setup["seed"])
    for weight in weights:
        fan_in = int(weight.shape[0]) if len(weight.shape) > 1 else 4
        weight.assign(rng.normal(size=tuple(weight.shape)) / np.sqrt(fan_in))
    with tf.GradientTape() as tape:
        state = tf.convert_to_tensor(layer(context))
        total = tf.reduce_sum(state * tf.cast(rng.normal(size=begin.shape), state.dtype))
    reached = [
        each is not None and bool(np.abs(plain(tf.convert_to_tensor(each))).max() > 0)
        for each in tape.gradient(total, [weight.value for weight in weights])
    ]
    first, rest = plain(layer(context[:1])), plain(layer(context[1:]))
    apart = np.concatenate([first, rest])
    whole = plain(state)
    # a normalisation keeps averages, which are not there to be trained
    frozen = [each for each in layer.non_trainable_weights if "moving_" not in each.name]
    result["the weights"] = (
        "not trainable" if not weights else "trainable in part" if frozen else "trainable"
    )
    result["the same context again"] = _told(
        _equal(whole, plain(layer(context))), "gives the same state", "gives another state"
    )
    result["each row"] = _told(
        _equal(whole, apart), "depends on its own context", "depends on other rows"
    )
    result["the state"] = _told(
        np.ptp(whole, axis=0).max() > 1e-6 * np.abs(whole).max(initial=1e-30),
        "depends on the context",
        "is the same for every context",
    )
    result["the features"] = _used(layer, inputs["context"])
    result["the map"] = _bent(layer, inputs["context"])
    result["the gradient"] = _told(all(reached), "reaches every weight", "misses a weight")
    return result


def _told(true: Any, yes: str, no: str) -> str:
    return yes if bool(true) else no


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    close = 1e-4 if a.dtype == np.float32 else 1e-9
    return a.shape == b.shape and bool(np.abs(a - b).max() <= close * (1e-3 + np.abs(a).max()))


def _used(layer: Any, context: np.ndarray) -> str:
    """Whether the state changes with each feature of the context."""
    here = plain(layer(context))
    for k in range(context.shape[1]):
        moved = np.array(context)
        moved[:, k] = np.roll(moved[:, k], 1)
        if _equal(here, plain(layer(moved))):
            return f"used in part: the state does not change with feature {k}"
    return "all used"


def _bent(layer: Any, context: np.ndarray) -> str:
    """Whether the map is linear, bends along one direction for each unit, or bends freely.

    A layer without a hidden one, y = g(x W + b), moves each output along one direction of x only:
    the gradients of one output, taken at many contexts, are all parallel.
    """
    import tensorflow as tf

    xs = tf.constant(context)
    with tf.GradientTape() as tape:
        tape.watch(xs)
        ys = tf.convert_to_tensor(layer(xs))
        total = tf.reduce_sum(ys[:, 0])
    slopes = tape.gradient(total, xs)
    if slopes is None:
        return "without a gradient"
    directions = plain(tf.convert_to_tensor(slopes)).astype(np.float64)
    largest = np.abs(directions).max(initial=0.0)
    if largest == 0.0:
        return "flat, or flat between steps"
    if np.abs(directions - directions.mean(0)).max() < 1e-4 * largest:
        return "linear"
    singular = np.linalg.svd(directions, compute_uv=False)
    if singular.size > 1 and singular[1] < 1e-4 * singular[0]:
        return "without a hidden layer"
    return "nonlinear, with a hidden layer"
