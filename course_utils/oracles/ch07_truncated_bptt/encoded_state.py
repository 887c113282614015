"""EncodedState: an initial state that a second network makes of a context."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checking.probe_registry import probe_named
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

__all__ = ["EXERCISE", "encoded_state"]


@from_case
def encoded_state(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """What the probe reports of a right layer."""
    problem = layer_problem(inputs)
    if problem is not None:
        return problem
    if setup["task"] == "config":
        return {CONFIG: "works"}
    context = inputs["context"]
    return {
        "the shape of the state": np.array([len(context), inputs["units"]]),
        "the layer's dtype": str(context.dtype),
        "the dtype of the state": str(context.dtype),
        "the weights": "trainable",
        "the same context again": "gives the same state",
        "each row": "depends on its own context",
        "the state": "depends on the context",
        "the features": "all used",
        "the map": "nonlinear, with a hidden layer",
        "the gradient": "reaches every weight",
    }


@from_case
def in_keras(inputs: Inputs, setup: Setup) -> Outputs | None:
    """A right layer of Keras's own parts, looked at by the probe."""
    if setup["task"] != "behaviour":
        return None
    found = probe_named("encoded_state")(keras_encoder(), inputs, setup, EXERCISE.question)
    del found["the layer's dtype"]  # its layers have one, and the whole has none
    return found


@lru_cache(maxsize=1)
def keras_encoder() -> Any:
    import keras

    def made(units: int, **kwargs: Any) -> Any:
        dtype = kwargs.get("dtype")
        return keras.Sequential(
            [
                keras.layers.Dense(8, activation="softplus", dtype=dtype),
                keras.layers.Dense(units, dtype=dtype),
            ]
        )

    return made


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, features: int, units: int, dtype: str) -> Case:
        rows = int(rng.integers(30, 90))
        context = (2 * rng.normal(size=(rows, features))).astype(dtype)
        setup = {"task": "behaviour", "seed": int(rng.integers(2**32))}
        return Case(part, {"context": context, "units": units}, about, setup)

    return [
        case("behaviour", "three features, four units", 3, 4, "float32"),
        case("behaviour", "two features, five units", 2, 5, "float32"),
        case("behaviour", "four features, four units", 4, 4, "float32"),
        case("edges", "one feature, one unit", 1, 1, "float32"),
        case("edges", 'made with dtype="float64"', 3, 6, "float64"),
        Case("edges", {"units": int(rng.integers(3, 9))}, "from_config", {"task": "config"}),
        *(
            Case("errors", {"units": units}, f"EncodedState({units})", {"task": "build"})
            for units in (0, -2)
        ),
    ]


# --- what the probe reports of mistaken layers ---------------------------------------------------


def known(**told: Any) -> Given:
    """A layer of which only this is known: underscores in the names stand for spaces."""
    words = {name.replace("_", " "): value for name, value in told.items()}
    return but(encoded_state, lambda *_: words)


def no_hidden_layer(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    if inputs["context"].shape[1] > 1:
        return {**truth, "the map": "without a hidden layer"}
    return truth


def features_left_out(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    if inputs["context"].shape[1] > 1:
        names = ("the weights", "each row", "the state")
        return {**{name: truth[name] for name in names}, "the features": "used in part"}
    return truth


def float32_inside(inputs: Inputs, setup: Setup, truth: Outputs) -> Outputs:
    return {**truth, "the dtype of the state": "float32"}


def is_double(inputs: Inputs, setup: Setup) -> bool:
    return "context" in inputs and inputs["context"].dtype == np.float64


MISTAKES = [
    Mistake(
        "weight-unreached",
        outputs=known(
            the_gradient="misses a weight",
            the_state="depends on the context",
            each_row="depends on its own context",
        ),
        see="A weight of your layer gets no gradient, so that training cannot move it.",
        look="Is there a layer whose output nobody uses, or a place where the gradient stops?",
        change="Let the context pass every layer, with operations of Keras or TensorFlow.",
    ),
    Mistake(
        "linear",
        outputs=known(the_map="linear", each_row="depends on its own context"),
        see="Your state is a linear function of the context.",
        look="Is there a hidden layer on the way, and which activation has it? Two layers without "
        "an activation between them are one.",
        change="Let the context pass a hidden layer with a nonlinear activation, such as tanh or "
        "ReLU.",
    ),
    Mistake(
        "features-left-out",
        outputs=but(encoded_state, features_left_out),
        see="Your state does not look at the whole context.",
        look="Look for an index or a slice on the context.",
        change="Hand all features of the context to the hidden layer.",
    ),
    Mistake(
        "no-hidden-layer",
        outputs=but(encoded_state, no_hidden_layer),
        see="Your state is an activation of one linear map: each unit sees the context along "
        "one direction only.",
        look="Which layers does the context pass before the last one, and which activation have "
        "they? Two layers without an activation between them are one.",
        change="Put a nonlinear hidden layer before the layer that gives the state.",
    ),
    Mistake(
        "no-weights",
        outputs=known(the_weights="not trainable"),
        see="Your layer has no trainable weights.",
        look="Layers that are made inside `call` are new each time, and nobody keeps them.",
        change="Make the sublayers in `__init__` and keep them in self.",
    ),
    Mistake(
        "frozen",
        outputs=known(the_weights="trainable in part"),
        see="A part of your layer's weights is frozen: training cannot move it.",
        look="Look for trainable = False.",
        change="Let every weight be trainable.",
    ),
    Mistake(
        "rows-mixed",
        outputs=known(
            each_row="depends on other rows",
            the_weights="trainable",
            the_same_context_again="gives the same state",
        ),
        see="The state of one row changes with the context of another.",
        look="Look for a mean, a softmax or a normalisation along axis 0.",
        change="Let each row pass on its own.",
    ),
    Mistake(
        "random",
        outputs=known(the_same_context_again="gives another state", the_weights="trainable"),
        see="The same context gives another state each time.",
        look="Look for dropout or noise that is on in every call.",
        change="Let the state be a function of the context alone.",
    ),
    Mistake(
        "context-unused",
        outputs=known(the_state="is the same for every context", the_weights="trainable"),
        see="Your state is the same for every context.",
        look="Where does the context stand in your code?",
        change="Hand the context to the hidden layer.",
    ),
    Mistake(
        "inner-dtype",
        outputs=but(encoded_state, float32_inside),
        see="Made with float64, your layer gives float32: its inner layers did not hear of it.",
        look="An inner layer does not look at the outer one's dtype.",
        change="Hand the layer's dtype policy on to each inner layer.",
    ),
    *layer_mistakes("EncodedState", encoded_state, is_double),
]

EXERCISE = Exercise(
    "EncodedState(units)",
    references=(encoded_state, in_keras),
    cases=cases,
    mistakes=MISTAKES,
    parts={"behaviour": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("behaviour",),
    points=2,
    probe="encoded_state",
    seconds=20,
    minutes=15,
    difficulty=2,
)
