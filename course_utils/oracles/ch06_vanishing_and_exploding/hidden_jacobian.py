"""hidden_jacobian: the derivative of the last state of a tanh network by its first.

Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
networks", ICML (2013).
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup, from_case
from course_utils.oracles.ch06_vanishing_and_exploding.shared import signs

__all__ = ["EXERCISE", "hidden_jacobian"]

Array = np.ndarray


def hidden_jacobian(hs: Array, W_h: Array) -> Array:
    J = np.eye(len(W_h))
    for h in hs:
        J = (1 - h**2)[:, None] * W_h.T @ J
    return J


@from_case
def by_complex_step(inputs: Inputs, setup: Setup) -> Outputs | None:
    """Differentiate a network that runs through the given states, by tiny imaginary parts.

    W. Squire, G. Trapp, "Using complex variables to estimate derivatives", SIAM Review (1998).
    """
    hs, W_h = wide(inputs["hs"]), wide(inputs["W_h"])
    if np.any(np.abs(hs) == 1.0):
        return None  # no finite sum of inputs has such a state
    step = 1e-100
    moved = step * np.eye(len(W_h))  # row j: what a change of h_0[j] has become
    for h in hs:
        size = np.abs(moved).max() or 1.0
        after = np.tanh(np.arctanh(h) + 1j * step * (moved / size) @ W_h)
        moved = after.imag / step * size
    return {"the Jacobian": (moved / step).T}


def draw(
    rng: np.random.Generator, steps: int, units: int, scale: float = 1.0, dtype: str = "float64"
) -> Inputs:
    """States of about the size that a driven tanh network has, and weights N(0, scale²/U)."""
    return {
        "hs": np.tanh(0.8 * rng.standard_normal((steps, units))).astype(dtype),
        "W_h": (scale * rng.standard_normal((units, units)) / math.sqrt(units)).astype(dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    at_rest = {**draw(rng, 1, 4), "hs": np.zeros((1, 4))}
    resting = {**draw(rng, 3, 4), "hs": np.zeros((3, 4))}
    unit = {**draw(rng, 3, 4), "W_h": np.eye(4)}
    saturated = draw(rng, 3, 4)
    saturated["hs"][1] = signs(rng, 4)
    return [
        Case("one step", at_rest, isolates="the recurrent weights W_h"),
        Case("terms", resting, isolates="the product of the weights, over three steps,"),
        Case("terms", unit, "W_h is the identity: the derivatives of tanh alone, three steps"),
        Case("one step", draw(rng, 1, 3), "one step"),
        Case("steps", draw(rng, 2, 3), "two steps"),
        Case("steps", draw(rng, 6, 4), "six steps of four units"),
        Case("steps", draw(rng, 5, 5), "as many steps as units"),
        Case("edges", draw(rng, 4, 3, dtype="float32"), "float32", tolerance_factor=4),
        Case("edges", draw(rng, 0, 3), "T = 0: no step at all"),
        Case("edges", draw(rng, 1, 1), "one step of one unit"),
        Case("edges", draw(rng, 7, 1, 1.5), "one unit"),
        Case("edges", draw(rng, 80, 6, 0.7), "eighty steps: vanished", tolerance_factor=10),
        Case("edges", draw(rng, 40, 5, 8.0), "forty steps: exploded", tolerance_factor=10),
        Case("edges", saturated, "one state saturated at 1 and −1: the Jacobian is zero"),
    ]


def elementwise(hs: Array, W_h: Array) -> Array:
    if not len(hs):
        return np.eye(len(W_h))
    return np.prod([(1 - h**2)[:, None] * W_h.T for h in hs], axis=0)


def apart(hs: Array, W_h: Array) -> Array:
    powers = np.linalg.matrix_power(W_h.T, len(hs))
    return np.asarray(np.prod(1 - hs**2, axis=0)[:, None] * powers)


def factors(hs: Array, W_h: Array) -> Array:
    return np.array([(1 - h**2)[:, None] * W_h.T for h in hs])


MISTAKES = [
    Mistake(
        "transposed",
        "return J",
        "return J.T",
        see="Your Jacobian is transposed: J[i, j] and J[j, i] have changed places.",
        look="The stub asks for rows that count h_T and columns that count h_0. States are row "
        "vectors here, which is where the transpose comes from.",
        change="Transpose your result.",
    ),
    Mistake(
        "weights-not-transposed",
        "W_h.T",
        "W_h",
        see="Your result equals the one with W_h in the place of its transpose.",
        look="In h W_h the weight W_h[j, i] leads from unit j to unit i. Which of the two counts "
        "the rows of J?",
        change="Use the transpose of W_h in the factor of each step.",
    ),
    Mistake(
        "factors-transposed",
        "(1 - h**2)[:, None] * W_h.T",
        "W_h * (1 - h**2)",
        see="The factor of each step is transposed.",
        look="Rows count the new state. In your factor, what do they count?",
        change="Transpose each factor, or the whole product together with its order.",
    ),
    Mistake(
        "order-reversed",
        "in hs:",
        "in hs[::-1]:",
        see="Your factors stand in the wrong order: the first step is on the left.",
        look="A change of h_0 goes through step 1 first. Where must the matrix stand that acts "
        "first on a column?",
        change="Put the factor of each new step on the left of the product so far.",
    ),
    Mistake(
        "no-derivative",
        "(1 - h**2)[:, None] * ",
        "",
        see="Your result is a power of the weights alone: the derivative of tanh is missing.",
        look="What is the slope of tanh where the state is 0.9?",
        change="Multiply each row of the step's factor with the slope at that state.",
    ),
    Mistake(
        "root-in-the-slope",
        "(1 - h**2)",
        "np.sqrt(1 - h**2)",
        see="Your slopes are the roots of 1 − h².",
        look="At h = 0.6 a tanh has the slope 0.64. What does yours give?",
        change="Leave the root out: h is a tanh, not a sine.",
    ),
    Mistake(
        "states-one-step-early",
        "in hs:",
        "in np.concatenate([0 * hs[:1], hs[:-1]]):",
        see="Your slopes are taken one step too early: at zero first, and never at the last state.",
        look="The step from h_0 to h_1 goes through a tanh. Which of the two came out of it?",
        change="Take the slope of each step at its new state: hs[0] belongs to the first.",
    ),
    Mistake(
        "slopes-and-weights-apart",
        answer=apart,
        see="You multiply all slopes with one another, and then a power of the weights.",
        look="Slopes and weights take turns. May the factors of a matrix product change places?",
        change="Build the factor of each step, and multiply these one after the other.",
    ),
    Mistake(
        "starts-with-the-weights",
        "J = np.eye(len(W_h))",
        "J = W_h.T",
        see="Your product has the weights in it once too often.",
        look="Before the first step nothing has happened. Which matrix does nothing?",
        change="Begin the product with the identity.",
    ),
    Mistake(
        "factors-not-multiplied",
        answer=factors,
        see="You return the factors of all steps; their product is asked for.",
        look="One matrix (U, U) says how h_T depends on h_0. How does the chain rule join steps?",
        change="Multiply the factors, each new one on the left.",
    ),
    Mistake(
        "tanh-of-the-state",
        "h**2",
        "np.tanh(h) ** 2",
        see="You take the slope of tanh at the state, not at the sum that became the state.",
        look="The states in hs have been through the tanh already. What is 1 − tanh² there?",
        change="Use the state itself in the slope; no tanh is left to be taken.",
    ),
    Mistake(
        "slope-on-the-wrong-side",
        "[:, None] *",
        " *",
        see="The slopes multiply the columns of the weights; they belong to the rows.",
        look="The slope is that of the new state h_t. Does it belong to what comes in or to what "
        "goes out?",
        change="Scale the rows of each factor, which count the new state.",
    ),
    Mistake(
        "first-step-missing",
        "in hs:",
        "in hs[1:]:",
        see="Your product has one factor too few: the first step is missing.",
        look="With T states there are T steps from h_0 to h_T. Where does your loop begin?",
        change="Include the state h_1, which is hs[0].",
    ),
    Mistake(
        "last-step-missing",
        "in hs:",
        "in hs[:-1]:",
        see="Your product has one factor too few: the last step is missing.",
        look="With T states there are T steps from h_0 to h_T. Where does your loop end?",
        change="Include the last state as well.",
    ),
    Mistake(
        "last-step-only",
        " @ J",
        "",
        see="Your result is the factor of the last step alone.",
        look="Look at what your loop keeps from one step to the next.",
        change="Multiply every new factor with the product so far.",
    ),
    Mistake(
        "elementwise",
        answer=elementwise,
        see="Your factors are multiplied element by element.",
        look="The chain rule sums over all units in between. Look at your sign of multiplication.",
        change="Use the matrix product between the factors.",
    ),
    Mistake(
        "factors-added",
        "return J",
        "return np.einsum('tu,vu->uv', 1 - hs**2, W_h)",
        see="You add the factors of the steps.",
        look="The change goes through one step after the other. Does the chain rule add or "
        "multiply along a path?",
        change="Multiply the factors.",
    ),
    Mistake(
        "square-missing",
        "h**2",
        "h",
        see="Your slopes equal 1 − h; the square is missing.",
        look="The slope of tanh is the same for h and −h. Is yours?",
        change="Square the state in the slope.",
    ),
    Mistake(
        "slope-of-the-sigmoid",
        "(1 - h**2)",
        "(h * (1 - h))",
        see="Your slopes equal h (1 − h), which is the slope of a sigmoid.",
        look="Which activation does this network have?",
        change="Use the slope of tanh, written with its own value.",
    ),
    Mistake(
        "no-empty-sequence",
        "    J = np.eye(len(W_h))\n    for h in hs:",
        "    J = (1 - hs[0][:, None] ** 2) * W_h.T\n    for h in hs[1:]:",
        see="With no step at all your code raises an error.",
        look="If nothing happens, how does h_T depend on h_0?",
        change="Begin the product with the identity matrix, before the loop.",
    ),
]

EXERCISE = Exercise(
    "hidden_jacobian(hs, W_h)",
    results=("the Jacobian",),
    references=(hidden_jacobian, by_complex_step),
    cases=cases,
    mistakes=MISTAKES,
    parts={"terms": 0.2, "one step": 0.2, "steps": 0.4, "edges": 0.2},
    basic=("terms", "one step", "steps"),
    points=3,
    minutes=20,
    difficulty=3,
)
