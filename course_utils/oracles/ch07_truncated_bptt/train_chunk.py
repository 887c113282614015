"""train_chunk: one update from one chunk, and the states that go on to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup, from_case

__all__ = ["EXERCISE", "train_chunk"]

Array = np.ndarray


def train_chunk(
    model: Any,
    optimizer: Any,
    states: list[Any],
    inputs: Any,
    targets: Any,
    loss: Callable[[Any, Any], Any],
) -> tuple[float, list[Any]]:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        outputs, new_states = model(inputs, states)
        value = loss(targets, outputs)
    weights = model.trainable_variables
    gradients = tape.gradient(value, weights)
    optimizer.apply_gradients(zip(gradients, weights, strict=True))
    return float(value), [tf.stop_gradient(h) for h in new_states]


# --- the same in NumPy, by backpropagation through time ------------------------------------------


@from_case
def in_numpy(inputs: Inputs, setup: Setup) -> Outputs:
    weights = [wide(each) for each in setup["weights"]]
    speed = [0 * each for each in weights]
    hs = [wide(each) for each in inputs["states"]]
    losses: list[float] = []
    outputs: Outputs = {}
    chunks = zip(wide(inputs["inputs"]), wide(inputs["targets"]), strict=True)
    for number, (xs, targets) in enumerate(chunks, 1):
        ys, kept = _forward(weights, hs, xs)
        error, weighting = ys - targets, 1 + 0.5 * targets**2
        losses.append(float(np.mean(error**2 * weighting)))
        gradients = _backward(weights, kept, 2 * error * weighting / error.size)
        for k, gradient in enumerate(gradients):
            speed[k] = setup["momentum"] * speed[k] - setup["rate"] * gradient
            weights[k] = weights[k] + speed[k]
        hs = [h[-1] for _, h in kept]
        outputs |= {f"state {k} after chunk {number}": h for k, h in enumerate(hs)}
    layers = (len(weights) - 2) // 3
    names = [f"{name} of layer {k}" for k in range(layers) for name in ("W_x", "W_h", "b")]
    return {
        "the loss of each chunk": np.array(losses),
        **outputs,
        **{
            f"the weight {name} after the updates": weight
            for name, weight in zip([*names, "W_y", "b_y"], weights, strict=True)
        },
        "the number of states": len(hs),
        "a gradient from the last states to the first ones": "absent",
        "a gradient from the last states to the weights": "absent",
        "each loss": "a float",
    }


def _forward(weights: list[Array], states: list[Array], xs: Array) -> tuple[Array, list[Any]]:
    """Outputs (B, T, O) and, per layer, its inputs (B, T, F) and its states h_0 … h_T."""
    flow, kept = xs, []
    for k, h in enumerate(states):
        W_x, W_h, b = weights[3 * k : 3 * k + 3]
        hs = [h]
        for t in range(xs.shape[1]):
            hs.append(np.tanh(flow[:, t] @ W_x + hs[-1] @ W_h + b))
        kept.append((flow, hs))
        flow = np.stack(hs[1:], axis=1)
    return flow @ weights[-2] + weights[-1], kept


def _backward(weights: list[Array], kept: list[Any], dys: Array) -> list[Array]:
    """Backpropagation through time inside one chunk: the gradients of all weights."""
    top = np.stack(kept[-1][1][1:], axis=1)
    gradients = [np.einsum("btu,bto->uo", top, dys), dys.sum((0, 1))]
    dhs = dys @ weights[-2].T
    for k in reversed(range(len(kept))):
        W_x, W_h, b = weights[3 * k : 3 * k + 3]
        flow, hs = kept[k]
        dW_x, dW_h, db, dh = 0 * W_x, 0 * W_h, 0 * b, 0 * hs[0]
        dflow = np.zeros_like(flow)
        for t in reversed(range(flow.shape[1])):
            dz = (dh + dhs[:, t]) * (1 - hs[t + 1] ** 2)
            dW_x, dW_h, db = dW_x + flow[:, t].T @ dz, dW_h + hs[t].T @ dz, db + dz.sum(0)
            dflow[:, t], dh = dz @ W_x.T, dz @ W_h.T
        gradients = [dW_x, dW_h, db, *gradients]
        dhs = dflow
    return gradients


# --- cases ---------------------------------------------------------------------------------------


def case(
    rng: np.random.Generator,
    part: str,
    about: str,
    sizes: tuple[int, int, int, int, int],
    *,
    chunks: int = 2,
    layers: int = 1,
    tensors: bool = False,
    momentum: float = 0.0,
    dtype: str = "float64",
) -> Case:
    """sizes: batch, steps, features, units of the first layer, outputs; a second layer has 2."""
    batch, steps, features, units, out = sizes

    def draw(*shape: int, scale: float = 1.0) -> Array:
        return (scale * rng.normal(size=shape)).astype(dtype)

    weights, states, width = [], [], features
    for size in [units, 2][:layers]:
        weights += [draw(width, size), draw(size, size, scale=0.6), draw(size, scale=0.3)]
        states.append(draw(batch, size, scale=0.5))
        width = size
    weights += [draw(width, out), draw(out, scale=0.3)]
    inputs = {
        "inputs": draw(chunks, batch, steps, features),
        "targets": draw(chunks, batch, steps, out),
    }
    setup = {"weights": weights, "rate": 0.125, "momentum": momentum, "tensors": tensors}
    return Case(part, {"states": states, **inputs}, about, setup)


def cases(rng: np.random.Generator) -> list[Case]:
    started = case(rng, "one chunk", "", (2, 2, 2, 3, 2), chunks=1)
    weights = [0 * each if k in (0, 2) else each for k, each in enumerate(started.setup["weights"])]
    tensors = "two chunks, a tuple of tensors as states, under one outer tape"
    momentum = "three chunks, an optimizer with momentum"
    return [
        replace(
            started,
            inputs={**started.inputs, "inputs": 0 * started.inputs["inputs"]},
            setup={**started.setup, "weights": weights},
            isolates="the given states",
        ),
        case(rng, "one chunk", "one chunk of four steps", (3, 4, 2, 5, 2), chunks=1),
        case(rng, "border", "two chunks, one after the other", (3, 3, 2, 4, 1)),
        case(rng, "border", tensors, (2, 3, 1, 3, 2), tensors=True),
        case(rng, "border", "a model with two states", (2, 2, 3, 4, 2), layers=2, tensors=True),
        case(rng, "optimizer", momentum, (2, 2, 2, 3, 1), chunks=3, momentum=0.75),
        case(rng, "edges", "one of everything", (1, 1, 1, 1, 1), chunks=1),
        replace(
            case(rng, "edges", "float32", (2, 3, 2, 3, 2), dtype="float32"), tolerance_factor=4.0
        ),
    ]


def detached_on_entry(
    model: Any, optimizer: Any, states: list[Any], inputs: Any, targets: Any, loss: Any
) -> tuple[float, list[Any]]:
    import tensorflow as tf

    states = [tf.stop_gradient(h) for h in states]
    with tf.GradientTape() as tape:
        outputs, new_states = model(inputs, states)
        value = loss(targets, outputs)
    weights = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(value, weights), weights, strict=True))
    return float(value), list(new_states)


OLD_STATES = Mistake(
    "old-states-returned",
    "[tf.stop_gradient(h) for h in new_states]",
    "list(states)",
    see="You return the states that came in: nothing is carried to the next chunk.",
    look="The model returns two things. What happens to the second?",
    change="Return the states that the model gave.",
)

MISTAKES = [
    Mistake(
        "states-attached",
        "[tf.stop_gradient(h) for h in new_states]",
        "list(new_states)",
        see="The states that you return still hang on the tape: a gradient runs from them back "
        "into the chunk that made them.",
        look="Put a tape around two calls: what does its gradient reach? Look at the states that "
        "leave the function.",
        change="Cut the gradient at each new state before you return it; TensorFlow and Keras "
        "have an operation that does only this.",
    ),
    Mistake(
        "detached-on-entry",
        answer=detached_on_entry,
        see="You cut the gradient at the states that come in; those that go out still hang on "
        "this chunk's weights.",
        look="Which side of the border is yours to close: whoever gets your states, or you?",
        change="Cut the gradient at the states that you return.",
    ),
    Mistake(
        "loss-after-update",
        "float(value)",
        "float(loss(targets, model(inputs, states)[0]))",
        see="Your loss is that of the weights after the update.",
        look="How often do you call the model, and when?",
        change="Return the loss that the gradient was taken from.",
    ),
    Mistake(
        "states-after-update",
        "for h in new_states",
        "for h in model(inputs, states)[1]",
        see="Your new states come from a second pass, with the weights after the update.",
        look="How often do you call the model? Once is enough.",
        change="Return the states of the pass that the loss came from.",
    ),
    Mistake(
        "second-pass",
        "return float(value)",
        "outputs, new_states = model(inputs, states)\n    return float(loss(targets, outputs))",
        see="Both your loss and your states come from a second pass, after the update.",
        look="How often do you call the model? Once is enough.",
        change="Keep the loss and the states of the first pass, and return those.",
    ),
    Mistake(
        "no-update",
        "    optimizer.apply_gradients(zip(gradients, weights, strict=True))\n",
        "",
        see="The weights are the same after the call as before it.",
        look="What does your code do with the gradients?",
        change="Hand the gradients to the optimizer, together with the weights.",
    ),
    Mistake(
        "two-updates",
        "optimizer.apply_gradients(",
        "for _ in range(2):\n        optimizer.apply_gradients(",
        see="The weights move twice in one call.",
        look="Count how often the optimizer is called.",
        change="Apply the gradients once.",
    ),
    Mistake(
        "own-update",
        "optimizer.apply_gradients(zip(gradients, weights, strict=True))",
        "for g, w in zip(gradients, weights):\n        w.assign_sub(optimizer.learning_rate * g)",
        see="The weights move by learning rate times gradient, whatever optimizer was given: its "
        "momentum is lost.",
        look="Which line changes the weights?",
        change="Leave the change of the weights to the optimizer.",
    ),
    OLD_STATES,
    replace(OLD_STATES, id="old-states-detached", old="for h in new_states", new="for h in states"),
    Mistake(
        "zeros-returned",
        "tf.stop_gradient(h)",
        "tf.zeros_like(h)",
        see="You return zeros: nothing is carried to the next chunk.",
        look="The model returns two things. What happens to the second?",
        change="Return the states that the model gave.",
    ),
    Mistake(
        "no-gradients",
        "        value = loss",
        "    value = loss",
        see="No gradient reaches the weights: the loss is computed outside the tape, or from "
        "outputs that are cut off from it.",
        look="Which lines stand under `with`? Is anything cut between the outputs and the loss?",
        change="Compute the loss under `with`, from the outputs as they are.",
    ),
    Mistake(
        "ascent",
        "tape.gradient(value, weights)",
        "[-gradient for gradient in tape.gradient(value, weights)]",
        see="The weights move up the gradient, not down.",
        look="Look for a minus: the optimizer has its own.",
        change="Hand the gradients to the optimizer as they are.",
    ),
    Mistake(
        "last-step-loss",
        "loss(targets, outputs)",
        "loss(targets[:, -1], outputs[:, -1])",
        see="Your loss is that of the chunk's last step alone.",
        look="Look for an index on the outputs.",
        change="Hand all targets and all outputs to the loss.",
    ),
    Mistake(
        "states-unused",
        "model(inputs, states)",
        "model(inputs, [0 * h for h in states])",
        see="Your model starts at zero in every chunk: the states that come in are not used.",
        look="What does your call of the model get as its states?",
        change="Hand the argument states to the model.",
    ),
    Mistake(
        "arguments-swapped",
        "loss(targets, outputs)",
        "loss(outputs, targets)",
        see="Your loss is the one of loss(outputs, targets).",
        look="In which order does the stub give the arguments of loss?",
        change="Targets come first, as in Keras.",
    ),
    Mistake(
        "loss-no-float",
        "float(value)",
        "value",
        see="Your loss is a tensor or an array, not a float.",
        look="A tensor keeps its whole graph alive, and a list of them fills the memory.",
        change="Turn the loss into a float before you return it.",
    ),
    Mistake(
        "first-state-alone",
        "for h in new_states",
        "for h in new_states[:1]",
        see="A model with two states gets only one of them back.",
        look="Look for an index, such as [0], on the new states.",
        change="Go through all states, however many there are.",
    ),
]

EXERCISE = Exercise(
    "train_chunk(model, optimizer, states, inputs, targets, loss)",
    references=(train_chunk, in_numpy),
    cases=cases,
    mistakes=MISTAKES,
    parts={"one chunk": 0.3, "border": 0.4, "optimizer": 0.15, "edges": 0.15},
    basic=("one chunk", "border"),
    points=3,
    probe="training_chunk",
    seconds=50,
    minutes=20,
    difficulty=3,
)
