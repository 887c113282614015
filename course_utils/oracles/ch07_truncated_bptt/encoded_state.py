"""EncodedState: an initial state that a second network makes of a context.

The layer may be made of anything, so it is known by what its numbers show: the probe reports
states, gradients and slopes under weights that the case draws, and the words are made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checking.probe_registry import probe_named
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

__all__ = ["EXERCISE", "encoded_state"]

Array = np.ndarray
STEP = 0.002  # by which contexts and weights are moved, whose size is near one


@from_case
def encoded_state(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """What the numbers of a right layer show."""
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
        "the gradients": "those of the states",
    }


@from_case
def in_keras(inputs: Inputs, setup: Setup) -> Outputs | None:
    """A right layer of Keras's own parts, looked at by the probe."""
    if setup["task"] != "behaviour":
        return None
    reported = probe_named("encoded_state")(keras_encoder(), inputs, setup, EXERCISE.question)
    found = in_words(inputs, setup, reported)
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


# --- what is compared: what the numbers show -----------------------------------------------------


def in_words(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """What states (B, U), slopes (B, F) and gradients show of the layer that gave them."""
    if setup["task"] != "behaviour":
        return outputs
    begin = np.asarray(outputs["the state at the start"])
    words: Outputs = {
        "the shape of the state": np.array(begin.shape),
        "the layer's dtype": outputs["the layer's dtype"],
        "the dtype of the state": str(begin.dtype),
    }
    if begin.shape != (len(inputs["context"]), inputs["units"]):
        return words
    state = _state(outputs["the state"], begin)
    gradients = [np.asarray(each) for each in outputs["the gradients of the weights"]]
    apart = _state(outputs["the states of the rows in two parts"], begin)
    again = _state(outputs["the state of the same context again"], begin)
    moved = outputs["the states with one feature moved"]
    slopes = np.asarray(outputs["the slopes of the first unit"], np.float64)
    frozen = outputs["the number of frozen weights"]
    same = [k for k in range(inputs["context"].shape[1]) if _equal(state, _state(moved[k], begin))]
    return {
        **words,
        "the weights": (
            "not trainable" if not gradients else "trainable in part" if frozen else "trainable"
        ),
        "the same context again": (
            "gives the same state" if _equal(state, again) else "gives another state"
        ),
        "each row": (
            "depends on its own context" if _equal(state, apart) else "depends on other rows"
        ),
        "the state": (
            "depends on the context"
            if np.ptp(state, axis=0).max() > 1e-6 * np.abs(state).max(initial=1e-30)
            else "is the same for every context"
        ),
        "the features": (
            f"used in part: the state does not change with feature {same[0]}"
            if same
            else "all used"
        ),
        "the map": _bent(slopes if slopes.shape == inputs["context"].shape else slopes[:0]),
        "the gradient": (
            "reaches every weight" if all(each.any() for each in gradients) else "misses a weight"
        ),
        "the gradients": (
            "those of the states"
            if _fits_slopes(slopes, setup, outputs) and _fits_weights(gradients, setup, outputs)
            else "others"
        ),
    }


def _state(value: Any, begin: Array) -> Array:
    """An array of the state's shape; zeros stand for one that has it not."""
    state = np.asarray(value)
    return state if state.shape == begin.shape else np.zeros_like(begin)


def _equal(a: Array, b: Array) -> bool:
    close = 1e-4 if a.dtype == np.float32 else 1e-9
    return bool(np.abs(a - b).max() <= close * (1e-3 + np.abs(a).max()))


def _bent(slopes: Array) -> str:
    """Whether the map is linear, bends along one direction for each unit, or bends freely.

    A layer without a hidden one, y = g(x W + b), moves each output along one direction of x only:
    the gradients of one output, taken at many contexts, are all parallel.
    """
    if not slopes.size:
        return "without a gradient"
    largest = np.abs(slopes).max()
    if largest == 0.0:
        return "flat, or flat between steps"
    if np.abs(slopes - slopes.mean(0)).max() < 1e-4 * largest:
        return "linear"
    singular = np.linalg.svd(slopes, compute_uv=False)
    if singular.size > 1 and singular[1] < 1e-4 * singular[0]:
        return "without a hidden layer"
    return "nonlinear, with a hidden layer"


_NEAR = 0.1  # of what is expected: so far may a difference be from a derivative, at the median


def _fits_slopes(slopes: Array, setup: Setup, outputs: Outputs) -> bool:
    """Whether the first unit's state changes as its slopes say, in most of the contexts around."""
    one, other = np.asarray(outputs["the states of contexts around"], np.float64)[..., 0]
    if not slopes.any():
        return True  # said by the map
    expected = (slopes * wide(setup["directions"])).sum(axis=1)
    misses = np.abs((one - other) / (2 * setup["step"]) - expected)
    steep = expected != 0  # a ReLU at the end is flat for many
    return bool(np.median(misses[steep]) < _NEAR * np.median(np.abs(expected[steep])))


def _fits_weights(gradients: Sequence[Array], setup: Setup, outputs: Outputs) -> bool:
    """Whether the sum of the states changes as the gradients say where all weights move on."""
    rng = np.random.default_rng(setup["seed"])
    ways = [_drawn(rng, each.shape) for each in [*gradients, *gradients]][len(gradients) :]
    one, other = np.asarray(outputs["the states with weights around"], np.float64)
    change = ((one - other) * wide(setup["weights_of_the_sum"])).sum() / (2 * setup["step"])
    parts = [float((each * way).sum()) for each, way in zip(gradients, ways, strict=True)]
    size = np.sqrt(sum(float((each**2).sum()) for each in map(wide, gradients)))
    return bool(abs(change - sum(parts)) <= _NEAR * size)


def _drawn(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """As the probe draws them: first the weights, then the way they move."""
    return rng.normal(size=shape) / np.sqrt(shape[0] if len(shape) > 1 else 4)


# --- cases ---------------------------------------------------------------------------------------


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, features: int, units: int, dtype: str) -> Case:
        rows = int(rng.integers(30, 90))
        context = (2 * rng.normal(size=(rows, features))).astype(dtype)
        setup = {
            "task": "behaviour",
            "seed": int(rng.integers(2**32)),
            "weights_of_the_sum": rng.normal(size=(rows, units)),
            "directions": rng.normal(size=(rows, features)).astype(dtype),
            "step": STEP,
        }
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


# --- what the numbers of mistaken layers show ---------------------------------------------------


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
    view=in_words,
)
