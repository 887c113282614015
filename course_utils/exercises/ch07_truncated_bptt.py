"""Chapter 7, truncated BPTT: what is asked, and the probes that run beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Changed,
    Misfit,
    describe,
    fresh,
    function_probe,
    plain,
    same,
)
from course_utils.checking.types import Exercise, Inputs, Outputs

__all__ = ["EXERCISES"]


# --- train_chunk ---------------------------------------------------------------------------------


def given_model(inputs: Inputs) -> Any:
    """The model that checks pass in: one Elman layer or two, and a linear readout.

    A subclassed keras.Model, `model(inputs, states) -> (outputs, new_states)`; states may be a list
    or a tuple of arrays or tensors, one (B, U) per layer.

    Args:
        inputs: `_weights`, a list of arrays: W_x, W_h, b of each layer, then W_y, b_y.
    """
    import keras
    import tensorflow as tf

    weights = inputs["_weights"]
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


def given_loss(targets: Any, outputs: Any) -> Any:
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


def train_chunk_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Train on the given chunks one after the other, under one outer tape.

    The states that one call returns go into the next call as they are.
    """
    import keras
    import tensorflow as tf

    model = given_model(inputs)
    optimizer = keras.optimizers.SGD(inputs["_rate"], momentum=inputs["_momentum"])
    states: Any = [fresh(each) for each in inputs["_states"]]
    if inputs["_tensors"]:
        states = tuple(tf.constant(each) for each in states)
    kept = states
    pairs = zip(inputs["inputs"], inputs["targets"], strict=True)
    chunks = [(fresh(xs), fresh(targets)) for xs, targets in pairs]
    first = [each for each in states if isinstance(each, tf.Tensor)]
    losses, kinds, outputs = [], [], {}
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(first)
        for number, (xs, targets) in enumerate(chunks, 1):
            loss, states = _two_values(answer(model, optimizer, states, xs, targets, given_loss))
            kinds.append(isinstance(loss, (float, np.floating)))
            losses.append(plain(loss, "the loss"))
            for k, each in enumerate(states):
                outputs[f"state {k} after chunk {number}"] = plain(each, "a new state")
    results = [each for each in states if isinstance(each, tf.Tensor)]
    crossing = _reached(outer, results, first)
    to_weights = _reached(outer, results, [weight.value for weight in model.given])
    result: Outputs = {
        "the number of states": len(states),
        "the loss of each chunk": np.array([loss.reshape(-1)[:1].sum() for loss in losses]),
        **outputs,
        **{
            f"{name} after the updates": plain(weight, name)
            for name, weight in zip(weight_names(len(model.given)), model.given, strict=True)
        },
        "each loss": "a float" if all(kinds) else "no float",
        "a gradient from the last states to the first ones": "none" if not crossing else "flows",
        "a gradient from the last states to the weights": "none" if not to_weights else "flows",
    }
    changed = [
        name
        for name, given, now in (
            ("states", inputs["_states"], [plain(each) for each in kept]),
            ("inputs", inputs["inputs"], [xs for xs, _ in chunks]),
            ("targets", inputs["targets"], [ys for _, ys in chunks]),
        )
        if not same(list(given), now)  # a batch of chunks, or the list of states
    ]
    if changed:
        raise Changed(changed, result)
    return result


def weight_names(count: int) -> list[str]:
    """What the model's weights are called: by layer, then the readout's."""
    layers = (count - 2) // 3
    names = [f"{name} of layer {k}" for k in range(layers) for name in ("W_x", "W_h", "b")]
    return [*names, "W_y", "b_y"]


def _reached(tape: Any, results: list[Any], sources: list[Any]) -> bool:
    if not results or not sources:
        return False
    return any(each is not None for each in tape.gradient(results, sources))


# --- noisy_state ---------------------------------------------------------------------------------


def noisy_state_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Draw twice from one generator, and once from another one of the same seed."""
    arguments = [inputs[name] for name in ("batch", "units", "scale")]

    def draw(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(rng, *arguments), "the state")

    one = np.random.default_rng(inputs["_seed"])
    outputs: Outputs = {"the state": draw(one)}
    if inputs["batch"] > 0 and inputs["units"] > 0:
        outputs["the next state"] = draw(one)
        outputs["the state from the same seed"] = draw(np.random.default_rng(inputs["_seed"]))
    return outputs


# --- the layers ----------------------------------------------------------------------------------


def _made(answer: Any, units: int, dtype: str) -> Any:
    return answer(units) if dtype == "float32" else answer(units, dtype=dtype)


def _config(answer: Any, inputs: Inputs, size: Callable[[Any], int]) -> Outputs:
    """The round trip through get_config and from_config, with Keras's own arguments kept."""
    name = "`from_config(get_config())`"
    layer = answer(inputs["units"], name="my_state", dtype="float64")
    try:
        again = answer.from_config(layer.get_config())
    except Exception as error:  # noqa: BLE001 - a wrong get_config may raise anything
        first = (str(error).strip().splitlines() or [""])[0][:200]
        return {name: f"raises {type(error).__name__}: {first}"}
    lost = []
    if size(again) != inputs["units"]:
        lost.append("loses the units")
    if again.name != "my_state" or again.dtype != "float64":
        lost.append("loses the name or the dtype")
    return {name: " and ".join(lost) or "works"}


def learned_state_probe(answer: Any, inputs: Inputs) -> Outputs:
    """What `_do` says: "vector", "graph", "config", "build" (units) or "batch" (batch_size)."""
    import tensorflow as tf

    do, units = inputs["_do"], inputs["units"]
    if do == "build":
        answer(units)
        return {"the layer": "was made"}
    if do == "config":
        return _config(answer, inputs, lambda layer: int(plain(layer(batch_size=2)).shape[-1]))
    layer = _made(answer, units, str(inputs["_dtype"]))
    if do == "batch":
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
    vector = inputs["_vector"]
    weights[0].assign(vector.reshape(tuple(weights[0].shape)))
    with tf.GradientTape() as tape:
        if do == "graph":
            state = tf.function(lambda: tf.convert_to_tensor(layer(batch_size=batch)))()
        else:
            state = tf.convert_to_tensor(layer(batch_size=batch))
        total = tf.reduce_sum(state * tf.cast(inputs["_weights_of_the_sum"], state.dtype))
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


def encoded_state_probe(answer: Any, inputs: Inputs) -> Outputs:
    """What the layer does, whatever it is made of; `_do`: "behaviour", "config" or "build".

    The trainable weights are set to given random numbers first, so that no start hides anything.
    """
    import tensorflow as tf

    do, units = inputs["_do"], inputs["units"]
    if do == "build":
        answer(units)
        return {"the layer": "was made"}
    if do == "config":
        return _config(answer, inputs, lambda layer: int(plain(layer(np.zeros((2, 3)))).shape[-1]))
    context = tf.constant(inputs["context"])
    layer = _made(answer, units, str(context.dtype.name))
    begin = plain(layer(context), "the state")
    result: Outputs = {
        "the shape of the state": np.array(begin.shape),
        "the dtype": str(begin.dtype),
    }
    if begin.shape != (len(context), units):
        return result
    weights = list(layer.trainable_weights)
    rng = np.random.default_rng(inputs["_seed"])
    for weight in weights:
        fan_in = int(weight.shape[0]) if len(weight.shape) > 1 else 4
        weight.assign(rng.normal(size=tuple(weight.shape)) / np.sqrt(fan_in))
    with tf.GradientTape() as tape:
        state = tf.convert_to_tensor(layer(context))
        total = tf.reduce_sum(state * tf.cast(rng.normal(size=begin.shape), state.dtype))
    reached = [
        each is not None and bool(np.abs(plain(each)).max() > 0)
        for each in tape.gradient(total, [weight.value for weight in weights])
    ]
    first, rest = plain(layer(context[:1])), plain(layer(context[1:]))
    apart = np.concatenate([first, rest])
    whole = plain(state)
    result["the trainable weights"] = "there" if weights else "missing"
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
    result["the map"] = _bent(layer, inputs["context"])
    result["the gradient"] = _told(all(reached), "reaches every weight", "misses a weight")
    return result


def _told(true: Any, yes: str, no: str) -> str:
    return yes if bool(true) else no


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    close = 1e-4 if a.dtype == np.float32 else 1e-9
    return a.shape == b.shape and bool(np.abs(a - b).max() <= close * (1e-3 + np.abs(a).max()))


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
        return "cannot be differentiated"
    directions = plain(slopes).astype(np.float64)
    largest = np.abs(directions).max(initial=0.0)
    if largest == 0.0:
        return "is constant"
    if np.abs(directions - directions.mean(0)).max() < 1e-4 * largest:
        return "is linear"
    singular = np.linalg.svd(directions, compute_uv=False)
    if singular.size > 1 and singular[1] < 1e-4 * singular[0]:
        return "has no hidden layer"
    return "is nonlinear, with a hidden layer"


EXERCISES: dict[str, Exercise] = {
    "chunk_stream": Exercise(
        name="chunk_stream",
        signature="chunk_stream(tokens, batch, steps)",
        probe=function_probe("the inputs", "the targets"),
        points=2,
        minutes=15,
        difficulty=2,
    ),
    "truncated_gradient": Exercise(
        name="truncated_gradient",
        signature="truncated_gradient(w, xs, tau)",
        probe=function_probe("the gradient"),
        points=2,
        minutes=15,
        difficulty=2,
    ),
    "train_chunk": Exercise(
        name="train_chunk",
        signature="train_chunk(model, optimizer, states, inputs, targets, loss)",
        probe=train_chunk_probe,
        points=3,
        seconds=30,
        minutes=20,
        difficulty=3,
    ),
    "noisy_state": Exercise(
        name="noisy_state",
        signature="noisy_state(rng, batch, units, scale)",
        probe=noisy_state_probe,
        points=1,
        minutes=5,
        difficulty=1,
    ),
    "LearnedState": Exercise(
        name="LearnedState",
        signature="LearnedState(units)",
        probe=learned_state_probe,
        points=2,
        takes="class",
        seconds=20,
        minutes=15,
        difficulty=2,
    ),
    "EncodedState": Exercise(
        name="EncodedState",
        signature="EncodedState(units)",
        probe=encoded_state_probe,
        points=2,
        takes="class",
        seconds=20,
        minutes=15,
        difficulty=2,
    ),
}
