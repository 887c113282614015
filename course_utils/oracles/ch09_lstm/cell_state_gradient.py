"""cell_state_gradient: what is left of the first cell state in the last one, dc_T/dc_0."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles.cells import complex_step_gradients

__all__ = ["EXERCISE", "cell_state_gradient"]

Array = np.ndarray


def cell_state_gradient(forget_gates: Array) -> Array:
    return np.prod(forget_gates, axis=1)


def along_the_cell_state(forget_gates: Array) -> Array:
    """Differentiate c ← f c + a itself, whatever is added, by complex steps."""
    batch, steps, units = forget_gates.shape

    def last(c: Array) -> Any:
        for t in range(steps):
            c = forget_gates[:, t] * c + 0.1 * (t + 1)
        return np.sum(c)  # every unit has a memory of its own: the sum tells them apart

    return complex_step_gradients(last, np.full((batch, units), 0.3))[0]


def inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    units: int,
    low: float = 0.3,
    dtype: str = "float64",
) -> Inputs:
    return {"forget_gates": rng.uniform(low, 0.99, (batch, steps, units)).astype(dtype)}


def cases(rng: np.random.Generator) -> list[Case]:
    shut = inputs(rng, 2, 5, 3)
    shut["forget_gates"][0, 2, 1] = 0.0
    return [
        Case("product", inputs(rng, 2, 3, 4), "two sequences, three steps, four units"),
        Case("product", inputs(rng, 3, 6, 2), "six steps"),
        Case("product", inputs(rng, 4, 4, 4), "as many sequences as steps as units"),
        Case("product", inputs(rng, 3, 5, 2, 0.6, "float32"), "float32", tolerance_factor=4),
        Case("edges", inputs(rng, 1, 1, 1), "one sequence, one step, one unit"),
        Case("edges", inputs(rng, 2, 0, 3), "T = 0: no step at all"),
        Case("edges", inputs(rng, 2, 100, 3, 0.9), "a hundred steps", tolerance_factor=10),
        Case("edges", {"forget_gates": np.ones((2, 30, 3))}, "gates that are wide open"),
        Case("edges", shut, "a gate that is shut once"),
    ]


MISTAKES = [
    Mistake(
        "sum-over-time",
        "np.prod(",
        "np.sum(",
        see="Your gradient is the sum of the forget gates over time.",
        look="The sum in c' = f c + i g is over what is *written*. What happens to c itself?",
        change="Each step multiplies: take the product over time.",
    ),
    Mistake(
        "mean-over-time",
        "np.prod(forget_gates, axis=1)",
        "np.sum(forget_gates, axis=1) / forget_gates.shape[1]",
        see="Your gradient is the mean of the forget gates over time.",
        look="Two steps with f = 0.5 leave a quarter of c. What is the mean of 0.5 and 0.5?",
        change="Each step multiplies: take the product over time.",
    ),
    Mistake(
        "mean-to-the-power",
        "np.prod(forget_gates, axis=1)",
        "(np.sum(forget_gates, axis=1) / forget_gates.shape[1]) ** forget_gates.shape[1]",
        see="Your gradient is the mean gate to the power of the number of steps.",
        look="The product of 0.1 and 0.9 is 0.09. What does the mean make of it?",
        change="Multiply the gates of all steps with each other.",
    ),
    Mistake(
        "last-step-only",
        "np.prod(forget_gates, axis=1)",
        "forget_gates[:, -1]",
        see="Your gradient is the last step's forget gate alone.",
        look="c_0 goes through every step on its way to c_T.",
        change="Multiply the gates of all steps.",
    ),
    Mistake(
        "first-step-left-out",
        "(forget_gates,",
        "(forget_gates[:, 1:],",
        see="The first step's forget gate is missing from your product.",
        look="The first step leads from c_0 to c_1. Does your loop meet it?",
        change="Start the product with the gate of the first step.",
    ),
    Mistake(
        "last-step-left-out",
        "(forget_gates,",
        "(forget_gates[:, :-1],",
        see="The last step's forget gate is missing from your product.",
        look="The last step leads from c_{T−1} to c_T. Does your loop meet it?",
        change="End the product with the gate of the last step.",
    ),
    Mistake(
        "one-minus-f",
        "(forget_gates,",
        "(1.0 - forget_gates,",
        see="You multiply 1 − f: what is forgotten, not what is kept.",
        look="A forget gate of 1 keeps everything. What should the gradient be then?",
        change="Multiply the gates themselves.",
    ),
    Mistake(
        "slope-of-the-sigmoid",
        "(forget_gates,",
        "(forget_gates * (1.0 - forget_gates),",
        see="You multiply f (1 − f), the slope of the sigmoid.",
        look="That is the derivative of a gate by its sum. Here the gates are given: they are "
        "factors of c.",
        change="Multiply the gates themselves.",
    ),
    Mistake(
        "all-prefixes",
        "np.prod(",
        "np.cumprod(",
        see="You return the product so far at every step, where only the last is asked for.",
        look="The result has one number per sequence and unit: (B, U).",
        change="Keep the product over all T steps.",
    ),
    Mistake(
        "time-kept",
        "axis=1",
        "axis=1, keepdims=True",
        see="Your gradient has an axis of length 1 too many, in the place of time.",
        look="Look for keepdims, or for a slice where an index is meant: [:, -1:].",
        change="Return one number per sequence and unit: (B, U).",
    ),
    Mistake(
        "over-the-units",
        "axis=1",
        "axis=2",
        see="You multiply over the units, where the product runs over time.",
        look="The axes are (B, T, U). Which of them counts the steps?",
        change="Multiply along axis 1.",
    ),
    Mistake(
        "over-the-batch",
        "axis=1",
        "axis=0",
        see="You multiply over the batch, where the product runs over time.",
        look="The axes are (B, T, U). Which of them counts the steps?",
        change="Multiply along axis 1.",
    ),
    Mistake(
        "logarithm",
        "np.prod(forget_gates,",
        "np.sum(np.log(forget_gates),",
        see="Your result is the logarithm of the gradient.",
        look="A sum of logarithms is the logarithm of a product.",
        change="Put the sum through the exponential function.",
    ),
    Mistake(
        "no-steps-fails",
        "np.prod(forget_gates,",
        "forget_gates[:, 0] * np.prod(forget_gates[:, 1:],",
        see="With T = 0 your code fails: it needs a first step.",
        look="Without a step c_T is c_0. What is its derivative by itself?",
        change="Start the product with ones of shape (B, U).",
    ),
]

EXERCISE = Exercise(
    "cell_state_gradient(forget_gates)",
    results=("the gradient",),
    references=(cell_state_gradient, along_the_cell_state),
    cases=cases,
    mistakes=MISTAKES,
    parts={"product": 0.7, "edges": 0.3},
    basic=("product",),
    points=1,
    minutes=6,
    difficulty=1,
)
