"""LearnedState: an initial state that is trained, one vector for all rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
    from_case,
)
from course_utils.oracles.ch07_truncated_bptt.shared import (
    CONFIG,
    Given,
    but,
    layer_mistakes,
    layer_problem,
)
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "learned_state"]

Array = np.ndarray


@from_case
def learned_state(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """What the probe reports of a right layer."""
    problem = layer_problem(inputs)
    if problem is not None:
        return problem
    if setup["task"] == "config":
        return {CONFIG: "works"}
    vector, batch = wide(setup["vector"]), inputs["batch_size"]
    return {
        "the number of trainable weights": 1,
        "the size of the weight": inputs["units"],
        "the rows at first": "equal",
        "the layer's dtype": setup["dtype"],
        "the dtype of the state": setup["dtype"],
        "the state": np.repeat(vector[None], batch, axis=0),
        "the state of a larger batch": np.repeat(vector[None], batch + 3, axis=0),
        "the state of another vector": "another",
        "the gradient of the vector": wide(setup["weights_of_the_sum"]).sum(0),
    }


@from_case
def as_a_bias(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    """The vector as the bias of a dense layer that reads zeros."""
    if layer_problem(inputs) or setup["task"] == "config":
        return layer_problem(inputs)
    import keras
    import tensorflow as tf

    vector, batch, units = wide(setup["vector"]), inputs["batch_size"], inputs["units"]
    layer = keras.layers.Dense(units, dtype="float64")
    layer.build((None, 1))
    layer.bias.assign(vector)
    with tf.GradientTape() as tape:
        state = layer(tf.zeros((batch, 1), "float64"))
        total = tf.reduce_sum(state * wide(setup["weights_of_the_sum"]))
    return {
        "the state": np.asarray(state),
        "the gradient of the vector": np.asarray(tape.gradient(total, layer.bias.value)),
        "the state of a larger batch": np.asarray(layer(tf.zeros((batch + 3, 1), "float64"))),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, task: str, batch: int, units: int, dtype: str) -> Case:
        setup = {
            "task": task,
            "dtype": dtype,
            "vector": rng.normal(size=units).astype(dtype),
            "weights_of_the_sum": rng.normal(size=(batch, units)).astype(dtype),
        }
        return Case(part, {"batch_size": batch, "units": units}, about, setup)

    made = 'made with dtype="float64"'
    batch = {"task": "batch", "dtype": "float32"}
    return [
        case("state", "three rows, four units", "vector", 3, 4, "float32"),
        case("state", "five rows, two units", "vector", 5, 2, "float32"),
        case("state", "as many rows as units", "vector", 3, 3, "float32"),
        case("state", "inside tf.function", "graph", 2, 5, "float32"),
        case("edges", made, "vector", 4, 3, "float64"),
        case("edges", "one row", "vector", 1, 3, "float32"),
        case("edges", "one unit", "vector", 4, 1, "float32"),
        Case("edges", {"units": int(rng.integers(3, 9))}, "from_config", {"task": "config"}),
        *(
            Case("errors", {"units": units}, f"LearnedState({units})", {"task": "build"})
            for units in (0, -2)
        ),
        *(Case("errors", {"batch_size": each, "units": 3}, setup=batch) for each in (0, -1)),
    ]


# --- what the probe reports of mistaken layers ---------------------------------------------------


def right_but(change: Callable[[Inputs, Setup, Outputs], Outputs | ExpectedError]) -> Given:
    return but(learned_state, change)


def one_number(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    return {"the size of the weight": 1} if inputs["units"] > 1 else truth


def no_batch_axis(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    vector = wide(setup["vector"])
    return {"the state": vector, "the state of a larger batch": vector}


def one_row(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    vector = wide(setup["vector"])[None]
    return {"the state": vector, "the state of a larger batch": vector}


def first_row_alone(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    def alone(state: Array) -> Array:
        return np.concatenate([state[:1], 0 * state[1:]])

    names = ("the state", "the state of a larger batch")
    changed = {name: alone(truth[name]) for name in names}
    gradient = wide(setup["weights_of_the_sum"])[0]
    told = {k: v for k, v in truth.items() if k != "the rows at first"}
    return {**told, **changed, "the gradient of the vector": gradient}


def squashed(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    vector = wide(setup["vector"])
    return {
        **truth,
        "the state": np.tanh(truth["the state"]),
        "the state of a larger batch": np.tanh(truth["the state of a larger batch"]),
        "the gradient of the vector": truth["the gradient of the vector"] / np.cosh(vector) ** 2,
    }


def rows_differ(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    if inputs["batch_size"] > 1:
        return {"the rows at first": "different"}
    return {"the number of trainable weights": 1}


def one_row_short(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    names = ("the state", "the state of a larger batch")
    return {name: truth[name][:-1] for name in names}


def exchanged(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    return {"the state": truth["the state"].T}


def cast(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    return {**truth, "the dtype of the state": "float32"}


def unused(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    return {"the size of the weight": inputs["units"], "the state of another vector": "the same"}


def no_gradient(inputs: Inputs, setup: Setup, truth: Outputs) -> ExpectedError:
    return ExpectedError(kind="none", problem="no gradient")


MISTAKES = [
    Mistake(
        "nothing-to-train",
        outputs=right_but(lambda *_: {"the number of trainable weights": 0}),
        see="Your layer has no trainable weight: the state stays what it was at the start.",
        look="Is the vector made with `self.add_weight`, and may it be trained?",
        change="Make one trainable weight of the shape (units,).",
    ),
    Mistake(
        "two-weights",
        outputs=right_but(lambda *_: {"the number of trainable weights": 2}),
        see="Your layer has two trainable weights, where one vector is asked for.",
        look="A Dense layer has a kernel beside its bias: what would the kernel read?",
        change="Keep one weight of the shape (units,) and nothing else.",
    ),
    Mistake(
        "one-number",
        outputs=right_but(one_number),
        see="Your layer has one trainable number for all units.",
        look="Look at the shape of the weight.",
        change="Give each unit a number of its own.",
    ),
    Mistake(
        "no-batch-axis",
        outputs=right_but(no_batch_axis),
        see="Your state has the shape (units,): the axis of the batch is missing.",
        look="How many rows does the recurrent layer expect?",
        change="Repeat the vector once for each row of the batch.",
    ),
    Mistake(
        "one-row",
        outputs=right_but(one_row),
        see="Your state has one row, whatever batch_size is.",
        look="Where does batch_size stand in your code?",
        change="Repeat the vector once for each row of the batch.",
    ),
    Mistake(
        "axes-exchanged",
        outputs=right_but(exchanged),
        see="Your state has the axes (units, batch_size).",
        look="Rows are sequences, columns are units.",
        change="Exchange the two axes.",
    ),
    Mistake(
        "one-row-short",
        outputs=right_but(one_row_short),
        see="Your state has one row less than batch_size.",
        look="Look for a slice, or for batch_size − 1.",
        change="Repeat the vector once for each row of the batch.",
    ),
    Mistake(
        "vector-unused",
        outputs=right_but(unused),
        see="Your state does not depend on the vector: with other values in it the state is the "
        "same.",
        look="Where does the weight stand in `call`?",
        change="Repeat the weight itself once for each row of the batch.",
    ),
    Mistake(
        "first-row-alone",
        outputs=right_but(first_row_alone),
        see="Only the first row holds the vector; the others are zero.",
        look="Padding is not repeating.",
        change="Put the same vector into each row.",
    ),
    Mistake(
        "squashed",
        outputs=right_but(squashed),
        see="Your state is tanh of the vector.",
        look="What happens to the vector on its way out?",
        change="Return the vector as it is, once for each row.",
    ),
    Mistake(
        "rows-differ",
        outputs=right_but(rows_differ),
        see="The rows of your state differ; all sequences should start at the same place.",
        look="Look for noise, or for a weight with more than one row.",
        change="Let every row be the same vector.",
    ),
    Mistake(
        "gradient-cut",
        outputs=right_but(no_gradient),
        see="No gradient reaches the vector, so that training cannot move it.",
        look="Look for NumPy, `.numpy()` or stop_gradient between the weight and the result.",
        change="Stay with operations of Keras or TensorFlow.",
    ),
    Mistake(
        "cast",
        outputs=right_but(cast),
        see='Made with dtype="float64" your layer gives float32: its state is cast.',
        look="Look for a cast, or for an operation that is given float32.",
        change="Leave the state the dtype of the weight.",
    ),
    *layer_mistakes(
        "LearnedState", learned_state, lambda inputs, setup: setup.get("dtype") == "float64"
    ),
    Mistake(
        "any-batch",
        outputs=accepts(learned_state, "batch_size"),
        see="A batch_size below 1 is accepted.",
        look="Read the `Raises` part of the stub: there are two cases.",
        change="In `call`, raise a ValueError that names batch_size and the value that came.",
    ),
]

EXERCISE = Exercise(
    "LearnedState(units)",
    references=(learned_state, as_a_bias),
    cases=cases,
    mistakes=MISTAKES,
    parts={"state": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("state",),
    points=2,
    probe="learned_state",
    seconds=20,
    minutes=15,
    difficulty=2,
)
