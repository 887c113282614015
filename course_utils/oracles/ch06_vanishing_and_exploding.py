"""Chapter 6, vanishing and exploding gradients: cases, two references each, and known mistakes.

The second references: products one by one; exact fractions; the complex step through a network
that has the given states; NumPy's vector norm; weights by Box and Muller; Gelfand's formula.

Sources: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
networks", ICML (2013), for the products and for clipping; X. Glorot, Y. Bengio, "Understanding the
difficulty of training deep feedforward neural networks", AISTATS (2010), for the variance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch06_vanishing_and_exploding import regime_probe, xavier_probe
from course_utils.oracles.bank import as_expectation, mistake, wide

__all__ = ["ORACLES", "look_at_weights"]

Array = np.ndarray
Expect = Callable[[Inputs], Outputs | Raises]


def _accepts(id: str, hints: Hints, expect: Expect) -> Mistake:
    """The mistake of returning something where an argument is impossible."""

    def wrong(inputs: Inputs) -> Outputs | Raises | None:
        return {} if isinstance(expect(inputs), Raises) else None

    return Mistake(id, hints, wrong)


# --- scalar_gradient -----------------------------------------------------------------------------

_GRADIENT = "the gradient"


def _signs(rng: np.random.Generator, *shape: int) -> Array:
    return rng.choice([-1.0, 1.0], size=shape)


def _short(rng: np.random.Generator, low: float, high: float) -> float:
    """A number with few binary digits: a plain number may pass through float32 and lose none."""
    return round(float(rng.uniform(low, high)) * 64) / 64


def _scalar_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, w: Any, steps: int, slack: float = 1.0) -> Case:
        return Case({"w": w, "steps": steps}, part, about, slack=slack)

    def number(part: str, about: str, w: float, steps: int) -> Case:
        return case(part, about, w, steps, slack=1e5)  # a plain number has no dtype to keep

    small = _signs(rng, 5) * rng.uniform(0.3, 0.9, 5)
    around = np.array([-1.0, 1.0, 0.0, -0.5, 1.1, *rng.uniform(-1.2, 1.2, 3)])
    thirds = (_signs(rng, 2, 3) * rng.uniform(0.6, 1.3, (2, 3))).astype("float32")
    square = _signs(rng, 3, 3) * rng.uniform(0.5, 1.5, (3, 3))
    return [
        number("number", "a number below 1", _short(rng, 0.5, 0.9), int(rng.integers(8, 15))),
        number("number", "a negative number, an odd power", -_short(rng, 1.1, 1.5), 7),
        number("number", "a negative number, an even power", -_short(rng, 0.6, 0.9), 6),
        number("number", "a whole number", int(rng.integers(2, 5)), int(rng.integers(3, 7))),
        case("array", "an array (8,) with both signs, ones and a zero", around, 9),
        case("array", "an array (5,), where all gradients vanish", small, 60),
        case("array", "an array (2, 3) of float32", thirds, 5, slack=4),
        case("array", "an array (3, 3)", square, 4),
        number("edges", "one step", _short(rng, 0.1, 2), 1),
        case("edges", "one step, an array", rng.uniform(-2, 2, 4), 1),
        number("edges", "minus one, a hundred and one steps", -1.0, 101),
        number("edges", "a gradient too large for a float", _short(rng, 9, 11), 400),
        number("edges", "too large and negative", -_short(rng, 9, 11), 401),
        case("edges", "an array: too large, minus one and tiny", np.array([30.0, -1.0, 0.01]), 301),
        case("errors", "", 0.9, -int(rng.integers(1, 5))),
        case("errors", "", np.array([0.5, 1.5]), -1),
    ]


def _scalar_problem(steps: int) -> Raises | None:
    return Raises("steps", f"steps = {steps}") if steps < 0 else None


def _scalar_by_power(inputs: Inputs) -> Outputs | Raises:
    """w to the power of T, in float64, where overflow is infinite."""
    problem = _scalar_problem(inputs["steps"])
    if problem is not None:
        return problem
    with np.errstate(all="ignore"):
        return {_GRADIENT: np.asarray(np.float64(wide(inputs["w"])) ** inputs["steps"])}


def _scalar_by_product(inputs: Inputs) -> Outputs | Raises:
    """One factor after the other; its rounding grows with the number of steps."""
    if _scalar_problem(inputs["steps"]):
        return Raises()
    w = np.asarray(inputs["w"], dtype=np.float64)
    gradient = np.ones_like(w)
    with np.errstate(all="ignore"):
        for _ in range(inputs["steps"]):
            gradient = gradient * w
    return {_GRADIENT: gradient}


def _scalar(wrong: Callable[[Array, int], Any]) -> Expect:
    """A wrong formula for arrays, that still refuses impossible steps."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        with np.errstate(all="ignore"):
            w = np.asarray(inputs["w"], dtype=np.float64)
            return _scalar_problem(inputs["steps"]) or {
                _GRADIENT: np.asarray(wrong(w, inputs["steps"]))
            }

    return expect


def _overflow(inputs: Inputs) -> Outputs | Raises:
    truth = _scalar_by_power(inputs)
    if isinstance(truth, Raises) or np.ndim(inputs["w"]) or np.isfinite(truth[_GRADIENT]).all():
        return truth
    return Raises(kind="OverflowError", problem="result too large")


def _numbers_only(inputs: Inputs) -> Outputs | Raises:
    truth = _scalar_by_power(inputs)
    if isinstance(truth, Raises) or not np.ndim(inputs["w"]):
        return truth
    return Raises(kind="Exception", problem="arrays are not understood")


SCALAR_GRADIENT = Oracle(
    cases=_scalar_cases,
    expect=_scalar_by_power,
    second=_scalar_by_product,
    parts={"number": 0.4, "array": 0.3, "edges": 0.2, "errors": 0.1},
    basic=("number", "array"),
    mistakes=(
        Mistake(
            "one-factor-too-few",
            (
                "Your gradient has one factor w too few.",
                "Write out h_2 in terms of h_0: how often was h_0 multiplied?",
                "Every step brings one factor: T steps bring T of them.",
            ),
            _scalar(lambda w, steps: w ** float(steps - 1)),
        ),
        Mistake(
            "one-factor-too-many",
            (
                "Your gradient has one factor w too many.",
                "With one step the gradient is w itself. What does yours give?",
                "Begin the product with 1, not with w, or let the loop run once less.",
            ),
            _scalar(lambda w, steps: w ** float(steps + 1)),
        ),
        Mistake(
            "factors-added",
            (
                "Your gradient equals w times the number of steps: the factors were added.",
                "The chain rule joins the steps of one path. Does it add or multiply?",
                "Multiply the factors of the steps.",
            ),
            _scalar(lambda w, steps: w * steps),
        ),
        Mistake(
            "derivative-by-w",
            (
                "Your gradient is that with respect to the weight w.",
                "Read the question again: the derivative of h_T with respect to what?",
                "Differentiate with respect to the first state and treat w as a constant.",
            ),
            _scalar(lambda w, steps: steps * w ** float(steps - 1)),
        ),
        Mistake(
            "sign-lost",
            (
                "The sizes are right, but your gradients are never negative.",
                "Try w = -2 and three steps by hand.",
                "Take the power of w itself, not of its absolute value.",
            ),
            _scalar(lambda w, steps: np.abs(w) ** steps),
        ),
        Mistake(
            "base-and-exponent-swapped",
            (
                "Base and exponent have changed places.",
                "Which of the two numbers is multiplied with itself?",
                "w is multiplied with itself, as often as there are steps.",
            ),
            _scalar(lambda w, steps: float(steps) ** w),
        ),
        Mistake(
            "one-step-only",
            (
                "Your gradient is w, however many steps there are.",
                "Look at what `steps` does in your code.",
                "One factor w for each step: there must be a power or a loop.",
            ),
            _scalar(lambda w, steps: w),
        ),
        Mistake(
            "exponential",
            (
                "Your gradient grows like exp(w T).",
                "That belongs to a differential equation. Here a state is multiplied with w at "
                "each step.",
                "Replace the exponential by a product of as many w as there are steps.",
            ),
            _scalar(lambda w, steps: np.exp(w * steps)),
        ),
        Mistake(
            "overflow-raises",
            (
                "For a large w and many steps your code raises an OverflowError.",
                "Python's own floats refuse what is too large for them; NumPy's give infinity.",
                "Make w a float64 of NumPy before you take the power.",
            ),
            _overflow,
        ),
        Mistake(
            "numbers-only",
            (
                "Your code works for a number w, but not for an array of them.",
                "Look for an `if` about w, a `float(...)` or a function of the math module.",
                "Use operations of NumPy that work element by element.",
            ),
            _numbers_only,
        ),
        _accepts(
            "steps-not-checked",
            (
                "A negative number of steps is accepted, and something comes back.",
                "What should the gradient over −2 steps be? There is no such thing.",
                "Test `steps` first, and raise a ValueError that names it.",
            ),
            _scalar_by_power,
        ),
    ),
)


# --- regime --------------------------------------------------------------------------------------


def _regime_cases(rng: np.random.Generator) -> list[Case]:
    def number(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    mixed = [number(0.1, 0.9), 1.0, -1.0, number(1.1, 3), -number(0.1, 0.9), -number(1.1, 3)]
    order = rng.permutation(len(mixed))
    near = [1 - 1e-9, 1 + 1e-9, -1 + 1e-9, -1 - 1e-9]
    far = [0.0, 1e-300, -1e-300, 1e300, -1e300, 0, 1, -1, int(rng.integers(2, 9))]
    return [
        Case({"w": [mixed[k] for k in order]}, "regimes", "numbers of all four regimes"),
        Case({"w": near}, "borders", "numbers close to 1 and to −1"),
        Case({"w": [*far, -int(rng.integers(2, 9))]}, "borders", "tiny, large and whole numbers"),
    ]


def regime_by_size(w: float) -> str:
    """By the absolute value, as the stub has it."""
    if abs(w) < 1:
        return "vanishes"
    if abs(w) > 1:
        return "explodes"
    return "constant" if w > 0 else "alternates"


def _regime_by_fractions(w: float) -> str:
    """By two steps in exact arithmetic: how h_2 compares with h_0, and h_1 with h_0."""
    exact = Fraction(w)
    after_two = exact * exact
    if after_two == 1:
        return "constant" if exact == 1 else "alternates"
    return "vanishes" if after_two < 1 else "explodes"


def _regimes(function: Callable[[float], str]) -> Expect:
    return lambda inputs: regime_probe(function, inputs)


def _regime_mistake(id: str, hints: Hints, wrong: Callable[[float], str]) -> Mistake:
    return Mistake(id, hints, _regimes(wrong))


def _where(
    vanishes: bool, constant: bool = False, alternates: bool = False, otherwise: str = "explodes"
) -> str:
    for holds, word in (
        (vanishes, "vanishes"),
        (constant, "constant"),
        (alternates, "alternates"),
    ):
        if holds:
            return word
    return otherwise


REGIME = Oracle(
    cases=_regime_cases,
    expect=_regimes(regime_by_size),
    second=_regimes(_regime_by_fractions),
    parts={"regimes": 0.7, "borders": 0.3},
    basic=("regimes",),
    mistakes=(
        _regime_mistake(
            "minus-one-constant",
            (
                "You call w = −1 constant, as w = 1 is.",
                "Write down h_1, h_2, h_3 for w = −1. The size stays; what does not?",
                "Tell 1 and −1 apart by their sign: −1 alternates.",
            ),
            lambda w: _where(abs(w) < 1, abs(w) == 1),
        ),
        _regime_mistake(
            "absolute-value-forgotten",
            (
                "You say that every negative number but −1 vanishes, −3 as well.",
                "Multiply 1 by −3 a few times. Does it get smaller?",
                "Compare the absolute value of w with 1.",
            ),
            lambda w: _where(w < 1 and w != -1, w == 1, w == -1),
        ),
        _regime_mistake(
            "absolute-value-never-used",
            (
                "You say that every negative number vanishes, −1 and −3 as well.",
                "Multiply 1 by −3 a few times. Does it get smaller?",
                "Compare the absolute value of w with 1, and treat −1 apart.",
            ),
            lambda w: _where(w < 1, w == 1),
        ),
        _regime_mistake(
            "negative-alternates",
            (
                "You call every negative number alternating.",
                "All of them change the sign at each step. Which of them keep the size?",
                "Ask about the size first: only exactly −1 alternates without end.",
            ),
            lambda w: _where(0 <= w < 1, w == 1, w < 0),
        ),
        _regime_mistake(
            "small-negative-alternates",
            (
                "You call the numbers between −1 and 0 alternating.",
                "They change sign, but look at the size after 50 steps.",
                "Whatever its sign, a number of absolute value below 1 vanishes.",
            ),
            lambda w: _where(0 <= w < 1, w == 1, -1 <= w < 0),
        ),
        _regime_mistake(
            "below-minus-one-alternates",
            (
                "You call the numbers below −1 alternating.",
                "They change sign, but look at the size after 50 steps.",
                "Whatever its sign, a number of absolute value above 1 explodes.",
            ),
            lambda w: _where(abs(w) < 1, w == 1, w <= -1),
        ),
        _regime_mistake(
            "minus-one-explodes",
            (
                "You say that w = −1 explodes.",
                "Write down h_1 to h_4 for w = −1.",
                "Add the fourth regime: at exactly −1 the gradient alternates.",
            ),
            lambda w: _where(abs(w) < 1, w == 1),
        ),
        _regime_mistake(
            "minus-one-vanishes",
            (
                "You say that w = −1 vanishes.",
                "Write down h_1 to h_4 for w = −1.",
                "Add the fourth regime: at exactly −1 the gradient alternates.",
            ),
            lambda w: _where(abs(w) < 1 or w == -1, w == 1),
        ),
        _regime_mistake(
            "nearly-one",
            (
                "You call numbers that are only close to 1 or −1 constant or alternating.",
                "0.999999999 to the power of ten thousand million is small. Look for isclose, "
                "round or a tolerance.",
                "Compare with exactly 1 and −1.",
            ),
            lambda w: (
                ("constant" if w > 0 else "alternates")
                if abs(abs(w) - 1) < 1e-6
                else regime_by_size(w)
            ),
        ),
        _regime_mistake(
            "vanishes-and-explodes-swapped",
            (
                "You have exchanged vanishing and exploding.",
                "Multiply 1 by 0.5 ten times.",
                "Exchange the two words.",
            ),
            lambda w: {"vanishes": "explodes", "explodes": "vanishes"}.get(
                regime_by_size(w), regime_by_size(w)
            ),
        ),
        _regime_mistake(
            "zero-constant",
            (
                "You call w = 0 constant.",
                "The gradient starts at 1. What is it after one step with w = 0?",
                "Leave out the special case: 0 is below 1 like the others.",
            ),
            lambda w: "constant" if w == 0 else regime_by_size(w),
        ),
        _regime_mistake(
            "capital-letter",
            (
                "The words are right, but they begin with a capital letter.",
                "Compare your strings with those in the stub, letter by letter.",
                "Write all four words in small letters.",
            ),
            lambda w: regime_by_size(w).capitalize(),
        ),
    ),
)


# --- hidden_jacobian -----------------------------------------------------------------------------

_JACOBIAN = "the Jacobian"


def _hidden_inputs(
    rng: np.random.Generator, steps: int, units: int, scale: float = 1.0, dtype: str = "float64"
) -> Inputs:
    """States of about the size that a driven tanh network has, and weights N(0, scale²/U)."""
    return {
        "hs": np.tanh(0.8 * rng.standard_normal((steps, units))).astype(dtype),
        "W_h": (scale * rng.standard_normal((units, units)) / math.sqrt(units)).astype(dtype),
    }


def _hidden_cases(rng: np.random.Generator) -> list[Case]:
    at_rest = _hidden_inputs(rng, 1, 4)
    at_rest["hs"] = np.zeros((1, 4))
    resting = _hidden_inputs(rng, 3, 4)
    resting["hs"] = np.zeros((3, 4))
    unit = _hidden_inputs(rng, 3, 4)
    unit["W_h"] = np.eye(4)
    saturated = _hidden_inputs(rng, 3, 4)
    saturated["hs"][1] = _signs(rng, 4)
    return [
        Case(at_rest, "one step", isolates="the recurrent weights W_h"),
        Case(resting, "terms", isolates="the product of the weights, over three steps,"),
        Case(unit, "terms", "W_h is the identity: the derivatives of tanh alone, three steps"),
        Case(_hidden_inputs(rng, 1, 3), "one step", "one step"),
        Case(_hidden_inputs(rng, 2, 3), "steps", "two steps"),
        Case(_hidden_inputs(rng, 6, 4), "steps", "six steps of four units"),
        Case(_hidden_inputs(rng, 5, 5), "steps", "as many steps as units"),
        Case(_hidden_inputs(rng, 4, 3, dtype="float32"), "edges", "float32", slack=4),
        Case(_hidden_inputs(rng, 0, 3), "edges", "T = 0: no step at all"),
        Case(_hidden_inputs(rng, 1, 1), "edges", "one step of one unit"),
        Case(_hidden_inputs(rng, 7, 1, 1.5), "edges", "one unit"),
        Case(_hidden_inputs(rng, 80, 6, 0.7), "edges", "eighty steps: vanished", slack=10),
        Case(_hidden_inputs(rng, 40, 5, 8.0), "edges", "forty steps: exploded", slack=10),
        Case(saturated, "edges", "one state saturated at 1 and −1: the Jacobian is zero"),
    ]


def _product(hs: Array, W_h: Array, factor: Callable[[Array, Array], Array]) -> Array:
    """The factors of all steps, the latest on the left."""
    J = np.eye(W_h.shape[0])
    for h in hs:
        J = factor(h, W_h) @ J
    return J


def jacobian(hs: Array, W_h: Array) -> Array:
    """(T, U), (U, U) → (U, U): the product of diag(1 − h_t²) W_hᵀ, the latest on the left."""
    return _product(hs, W_h, lambda h, W: (1.0 - h**2)[:, None] * W.T)


def _by_complex_step(inputs: Inputs) -> Outputs | None:
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
    return {_JACOBIAN: (moved / step).T}


def _known_jacobian(id: str, hints: Hints, wrong: Callable[[Array, Array], Any]) -> Mistake:
    return mistake(id, hints, wrong, _JACOBIAN)


def _no_steps_fails(hs: Array, W_h: Array) -> Array:
    if not len(hs):
        raise IndexError("index 0 is out of bounds")
    return jacobian(hs, W_h)


HIDDEN_JACOBIAN = Oracle(
    cases=_hidden_cases,
    expect=as_expectation(jacobian, _JACOBIAN),
    second=_by_complex_step,
    parts={"terms": 0.2, "one step": 0.2, "steps": 0.4, "edges": 0.2},
    basic=("terms", "one step", "steps"),
    mistakes=(
        _known_jacobian(
            "transposed",
            (
                "Your Jacobian is transposed: J[i, j] and J[j, i] have changed places.",
                "The stub asks for rows that count h_T and columns that count h_0. States are row "
                "vectors here, which is where the transpose comes from.",
                "Transpose your result.",
            ),
            lambda hs, W: jacobian(hs, W).T,
        ),
        _known_jacobian(
            "weights-not-transposed",
            (
                "Your result equals the one with W_h in the place of its transpose.",
                "In h W_h the weight W_h[j, i] leads from unit j to unit i. Which of the two "
                "counts the rows of J?",
                "Use the transpose of W_h in the factor of each step.",
            ),
            lambda hs, W: _product(hs, W, lambda h, W: (1 - h**2)[:, None] * W),
        ),
        _known_jacobian(
            "order-reversed",
            (
                "Your factors stand in the wrong order: the first step is on the left.",
                "A change of h_0 goes through step 1 first. Where must the matrix stand that acts "
                "first on a column?",
                "Put the factor of each new step on the left of the product so far.",
            ),
            lambda hs, W: jacobian(hs[::-1], W),
        ),
        _known_jacobian(
            "no-derivative",
            (
                "Your result is a power of the weights alone: the derivative of tanh is missing.",
                "What is the slope of tanh where the state is 0.9?",
                "Multiply each row of the step's factor with the slope at that state.",
            ),
            lambda hs, W: _product(hs, W, lambda h, W: W.T),
        ),
        _known_jacobian(
            "tanh-of-the-state",
            (
                "You take the slope of tanh at the state, not at the sum that became the state.",
                "The states in hs have been through the tanh already. What is 1 − tanh² there?",
                "Use the state itself in the slope; no tanh is left to be taken.",
            ),
            lambda hs, W: _product(hs, W, lambda h, W: (1 - np.tanh(h) ** 2)[:, None] * W.T),
        ),
        _known_jacobian(
            "slope-on-the-wrong-side",
            (
                "The slopes multiply the columns of the weights; they belong to the rows.",
                "The slope is that of the new state h_t. Does it belong to what comes in or to "
                "what goes out?",
                "Scale the rows of each factor, which count the new state.",
            ),
            lambda hs, W: _product(hs, W, lambda h, W: W.T * (1 - h**2)[None, :]),
        ),
        _known_jacobian(
            "first-step-missing",
            (
                "Your product has one factor too few: the first step is missing.",
                "With T states there are T steps from h_0 to h_T. Where does your loop begin?",
                "Include the state h_1, which is hs[0].",
            ),
            lambda hs, W: jacobian(hs[1:], W),
        ),
        _known_jacobian(
            "last-step-missing",
            (
                "Your product has one factor too few: the last step is missing.",
                "With T states there are T steps from h_0 to h_T. Where does your loop end?",
                "Include the last state as well.",
            ),
            lambda hs, W: jacobian(hs[:-1], W),
        ),
        _known_jacobian(
            "last-step-only",
            (
                "Your result is the factor of the last step alone.",
                "Look at what your loop keeps from one step to the next.",
                "Multiply every new factor with the product so far.",
            ),
            lambda hs, W: jacobian(hs[-1:], W),
        ),
        _known_jacobian(
            "elementwise",
            (
                "Your factors are multiplied element by element.",
                "The chain rule sums over all units in between. Look at your sign of "
                "multiplication.",
                "Use the matrix product between the factors.",
            ),
            lambda hs, W: (
                np.prod([(1 - h**2)[:, None] * W.T for h in hs], axis=0)
                if len(hs)
                else np.eye(len(W))
            ),
        ),
        _known_jacobian(
            "factors-added",
            (
                "You add the factors of the steps.",
                "The change goes through one step after the other. Does the chain rule add or "
                "multiply along a path?",
                "Multiply the factors.",
            ),
            lambda hs, W: np.einsum("tu,vu->uv", 1 - hs**2, W),
        ),
        _known_jacobian(
            "square-missing",
            (
                "Your slopes equal 1 − h; the square is missing.",
                "The slope of tanh is the same for h and −h. Is yours?",
                "Square the state in the slope.",
            ),
            lambda hs, W: _product(hs, W, lambda h, W: (1 - h)[:, None] * W.T),
        ),
        _known_jacobian(
            "slope-of-the-sigmoid",
            (
                "Your slopes equal h (1 − h), which is the slope of a sigmoid.",
                "Which activation does this network have?",
                "Use the slope of tanh, written with its own value.",
            ),
            lambda hs, W: _product(hs, W, lambda h, W: (h * (1 - h))[:, None] * W.T),
        ),
        _known_jacobian(
            "no-empty-sequence",
            (
                "With no step at all your code raises an error.",
                "If nothing happens, how does h_T depend on h_0?",
                "Begin the product with the identity matrix, before the loop.",
            ),
            _no_steps_fails,
        ),
    ),
)


# --- clip_by_global_norm -------------------------------------------------------------------------

_CLIPPED = ("the gradients", "the norm before clipping")
Clipped = tuple[list[Array], Any]


def _drawn_gradients(
    rng: np.random.Generator, norm: float, dtype: str = "float64", *shapes: tuple[int, ...]
) -> list[Array]:
    """Arrays whose norm, taken together, is about this."""
    raw = [rng.standard_normal(shape) for shape in shapes or ((3, 4), (4, 4), (4,))]
    size = math.sqrt(sum(float((g**2).sum()) for g in raw))
    return [(g * (norm / size)).astype(dtype) for g in raw]


def _clip_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, gradients: list[Array], max_norm: float, **more: Any) -> Case:
        return Case({"gradients": gradients, "max_norm": max_norm}, part, about, **more)

    def drawn(norm: float, *shapes: tuple[int, ...]) -> list[Array]:
        return _drawn_gradients(rng, norm, "float64", *shapes)

    one_large = [0.05 * rng.standard_normal((2, 3)), 7.0 + rng.random(4), rng.random(3)]
    some_zero = [np.zeros((2, 2)), *drawn(5.0, (3,), (2, 2))]
    whole = [np.array([3.0, 0.0]), np.array([[4.0]])]
    return [
        case("above", "the norm is above max_norm", drawn(float(rng.uniform(4, 9))), 1.5),
        case("above", "one gradient is much larger than the others", one_large, 2.0),
        case("above", "a single gradient", drawn(float(rng.uniform(3, 9)), (4, 3)), 2),
        case("below", "the norm is below max_norm", drawn(float(rng.uniform(0.3, 0.9))), 1.0),
        case("below", "each gradient is below max_norm, all together are not", drawn(1.4), 1.0),
        case("edges", "the norm is exactly max_norm", whole, 5.0),
        case("edges", "all gradients are zero", [np.zeros((2, 3)), np.zeros(3)], 1.0),
        case("edges", "one gradient is zero", some_zero, 0.5),
        case("edges", "float32", _drawn_gradients(rng, 30.0, "float32"), 3.0, slack=4),
        case("edges", "far too large", drawn(1e100, (2, 2), (5,)), 1.0),
        case("edges", "tiny gradients, tiny max_norm", drawn(2e-6), 2.0**-20),
        case("edges", "numbers among the arrays", drawn(6.0, (), (3,), (1, 1)), 1.0),
        case("edges", "ten gradients", drawn(12.0, *[(k + 1, 2) for k in range(10)]), 4.0),
        case("errors", "", drawn(2.0), 0.0),
        case("errors", "", drawn(2.0), -float(rng.integers(1, 4))),
        case("errors", "", [np.zeros(3)], 0),
    ]


def _clip_problem(max_norm: float) -> Raises | None:
    return Raises("max_norm", f"max_norm = {max_norm:g}") if max_norm <= 0 else None


def _norm(gradients: Sequence[Array]) -> float:
    return math.sqrt(sum(float(np.sum(np.square(g))) for g in gradients))


def clipped(gradients: Sequence[Array], max_norm: float) -> Clipped:
    """One factor v / ‖g‖ for all gradients where ‖g‖ > v; the norm over all of them."""
    norm = _norm(gradients)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in gradients], norm


def _clip_expect(function: Callable[[list[Array], float], Clipped]) -> Expect:
    def expect(inputs: Inputs) -> Outputs | Raises:
        problem = _clip_problem(inputs["max_norm"])
        if problem is not None:
            return problem
        with np.errstate(all="ignore"):
            gradients, norm = function([wide(g) for g in inputs["gradients"]], inputs["max_norm"])
        return dict(zip(_CLIPPED, (gradients, np.asarray(norm)), strict=True))

    return expect


def _clipped_flat(gradients: list[Array], max_norm: float) -> Clipped:
    """The same by one long vector and NumPy's norm; the vector is projected on the ball."""
    flat = np.concatenate([g.ravel() for g in gradients])
    norm = np.linalg.norm(flat)
    inside = flat if norm <= max_norm else flat / norm * max_norm
    ends = np.cumsum([g.size for g in gradients])[:-1]
    pieces = np.split(inside, ends)
    return [p.reshape(g.shape) for p, g in zip(pieces, gradients, strict=True)], norm


def _known_clip(id: str, hints: Hints, wrong: Callable[[list[Array], float], Clipped]) -> Mistake:
    return Mistake(id, hints, _clip_expect(wrong))


def _scaled(gradients: Sequence[Array], factor: Any) -> list[Array]:
    return [factor * g for g in gradients]


def _per_variable(gradients: list[Array], max_norm: float) -> Clipped:
    return [clipped([g], max_norm)[0][0] for g in gradients], _norm(gradients)


def _norm_after(gradients: list[Array], max_norm: float) -> Clipped:
    new, _ = clipped(gradients, max_norm)
    return new, _norm(new)


def _if_above(
    measure: Callable[[Sequence[Array]], float],
) -> Callable[[list[Array], float], Clipped]:
    """Clipping by another measure of size than the norm."""

    def wrong(gradients: list[Array], max_norm: float) -> Clipped:
        size = measure(gradients)
        return _scaled(gradients, max_norm / size if size > max_norm else 1.0), size

    return wrong


def _with_epsilon(epsilon: float) -> Callable[[list[Array], float], Clipped]:
    def wrong(gradients: list[Array], max_norm: float) -> Clipped:
        norm = _norm(gradients)
        return _scaled(gradients, min(1.0, max_norm / (norm + epsilon))), norm

    return wrong


_EPSILON_HINTS = (
    "Your factor is a little too small: something was added to the norm before the division.",
    "Small gradients show it best: with a norm of 2e-6 the added number is no longer small.",
    "Divide by the norm itself. Gradients that are all zero never come to the division, since "
    "their norm is not above max_norm.",
)

CLIP_BY_GLOBAL_NORM = Oracle(
    cases=_clip_cases,
    expect=_clip_expect(clipped),
    second=_clip_expect(_clipped_flat),
    parts={"above": 0.4, "below": 0.3, "edges": 0.2, "errors": 0.1},
    basic=("above", "below"),
    mistakes=(
        _known_clip(
            "per-variable",
            (
                "Each gradient is clipped on its own, by its own norm.",
                "With two gradients of norm 3 and 4 there is one norm for both, 5. Look at where "
                "your norm is computed: inside or outside the loop?",
                "Sum the squares of all gradients first; then scale all of them with one factor.",
            ),
            _per_variable,
        ),
        _known_clip(
            "always-scaled",
            (
                "Every gradient ends at the norm max_norm, small ones are made larger.",
                "What should happen where the norm is below max_norm already?",
                "Scale only where the norm is above max_norm.",
            ),
            lambda g, v: (_scaled(g, v / np.float64(_norm(g))), _norm(g)),
        ),
        _known_clip(
            "by-value",
            (
                "Your numbers are cut off at max_norm one by one.",
                "That changes the direction of the gradient. Look for clip, minimum or maximum on "
                "the arrays.",
                "Multiply all arrays with one common factor, so that the direction stays.",
            ),
            lambda g, v: ([np.clip(each, -v, v) for each in g], _norm(g)),
        ),
        _known_clip(
            "never-clipped",
            (
                "The gradients come back as they went in.",
                "Is your new list the one that you return?",
                "Return the scaled gradients where the norm is above max_norm.",
            ),
            lambda g, v: (list(g), _norm(g)),
        ),
        _known_clip(
            "norm-after-clipping",
            (
                "The gradients are right, but the norm is the one after clipping.",
                "Who reads the norm wants to know how large the gradient was.",
                "Keep the norm from before the scaling and return that.",
            ),
            _norm_after,
        ),
        _known_clip(
            "no-root",
            (
                "Your norm is the sum of the squares: the root is missing.",
                "What is the norm of the vector (3, 4)?",
                "Take the square root of the sum before you compare and divide.",
            ),
            _if_above(lambda g: _norm(g) ** 2),
        ),
        _known_clip(
            "sum-of-the-norms",
            (
                "You add the norms of the gradients.",
                "Two gradients of norm 3 and 4 form a long vector of norm 5, not 7.",
                "Add the squares of all gradients, and take the root once at the end.",
            ),
            _if_above(lambda g: sum(_norm([each]) for each in g)),
        ),
        _known_clip(
            "largest-norm",
            (
                "You take the largest of the gradients' norms for the norm of all.",
                "Two gradients of norm 3 and 4 form a long vector of norm 5.",
                "Add the squares of all gradients, and take the root once at the end.",
            ),
            _if_above(lambda g: max(_norm([each]) for each in g)),
        ),
        _known_clip(
            "largest-number",
            (
                "You measure the gradients by their largest number.",
                "The norm in the equation is Euclid's: a root of a sum of squares.",
                "Replace the maximum by that norm.",
            ),
            _if_above(lambda g: max(float(np.abs(each).max()) for each in g)),
        ),
        _known_clip(
            "mean-of-the-squares",
            (
                "Your norm is a root of a mean, not of a sum.",
                "The norm of (3, 4) is 5. Look for a mean in your code.",
                "Add the squares up without dividing by their number.",
            ),
            _if_above(lambda g: _norm(g) / math.sqrt(sum(each.size for each in g))),
        ),
        _known_clip(
            "divided-only",
            (
                "Clipped gradients end at the norm 1, whatever max_norm is.",
                "Look at your factor: the equation has two numbers in it.",
                "Multiply by max_norm as well as dividing by the norm.",
            ),
            lambda g, v: (_scaled(g, 1 / _norm(g) if _norm(g) > v else 1.0), _norm(g)),
        ),
        _known_clip(
            "factor-inverted",
            (
                "Large gradients grow: your factor is upside down.",
                "Which is larger where clipping is needed, the norm or max_norm?",
                "Exchange numerator and denominator of the factor.",
            ),
            lambda g, v: (_scaled(g, _norm(g) / v if _norm(g) > v else 1.0), _norm(g)),
        ),
        _known_clip("epsilon-in-the-norm", _EPSILON_HINTS, _with_epsilon(1e-6)),
        _known_clip("small-epsilon-in-the-norm", _EPSILON_HINTS, _with_epsilon(1e-8)),
        Mistake(
            "results-swapped",
            (
                "The two results came in the wrong order: the norm first.",
                "Look at your `return` line.",
                "Return the list of gradients first, then the norm.",
            ),
            lambda inputs: (
                _clip_problem(inputs["max_norm"]) or Raises(kind="type", problem="a number first")
            ),
        ),
        _accepts(
            "max-norm-not-checked",
            (
                "A max_norm that is zero or negative is accepted.",
                "With max_norm = −1 the factor turns every gradient round. What does it do at 0?",
                "Test max_norm first, and raise a ValueError that names it.",
            ),
            _clip_expect(clipped),
        ),
    ),
)


# --- xavier --------------------------------------------------------------------------------------

#: Every test of the weights is passed by right ones but for one draw in more than 10⁹.
_DEVIATIONS = 7.5
_FALSE_ALARM = 1e-11


def _xavier_inputs(do: str, seed: int, fan_in: int, fan_out: int) -> Inputs:
    return {"_do": do, "_seed": seed, "fan_in": fan_in, "fan_out": fan_out}


def _xavier_cases(rng: np.random.Generator) -> list[Case]:
    def seed() -> int:
        return int(rng.integers(2**31))

    def around(size: int) -> int:
        return int(size + rng.integers(size // 10))

    return [
        Case(
            _xavier_inputs("draw", seed(), around(400), around(120)),
            "weights",
            "many more inputs than outputs",
        ),
        Case(
            _xavier_inputs("draw", seed(), around(100), around(450)),
            "weights",
            "many more outputs than inputs",
        ),
        Case(_xavier_inputs("draw", seed(), 1, around(20_000)), "edges", "one input"),
        Case(_xavier_inputs("draw", seed(), around(20_000), 1), "edges", "one output"),
        Case(_xavier_inputs("draw", seed(), around(160), around(160)), "edges", "nearly square"),
        Case(_xavier_inputs("again", seed(), 7, 5), "generator", "several draws"),
        Case(_xavier_inputs("again", seed(), 3, 8), "generator", "several draws"),
    ]


def look_at_weights(inputs: Inputs, outputs: Outputs) -> Outputs:
    """What is compared: the shape in numbers, the distribution in words.

    Args:
        inputs: `fan_in`, `fan_out`.
        outputs: `the weights`, any array; other outputs stay as they are.

    Returns:
        The shape, and for an array of the right shape its mean, its variance, the form of its
        distribution and whether its numbers depend on one another. Each word is decided by a test
        that independent normal weights fail less than once in 10⁹ draws.
    """
    if "the weights" not in outputs:
        return outputs
    weights = np.asarray(outputs["the weights"], dtype=np.float64)
    found: Outputs = {"the shape of the weights": np.array(weights.shape)}
    if weights.shape != (inputs["fan_in"], inputs["fan_out"]) or not np.isfinite(weights).all():
        return {**found, "each weight": "finite" if np.isfinite(weights).all() else "not finite"}
    spread = float(weights.std())
    centred = (weights - weights.mean()) / (spread or 1.0)
    return {
        **found,
        "each weight": "finite",
        "the mean": _mean_in_words(weights, spread),
        "the variance": _variance_in_words(float(np.mean(weights**2)), weights.size, inputs),
        "the distribution": _form_in_words(centred.ravel()),
        "each weight given the others": _dependence_in_words(centred),
    }


def _mean_in_words(weights: Array, spread: float) -> str:
    far = abs(float(weights.mean())) > _DEVIATIONS * spread / math.sqrt(weights.size)
    return "not 0" if far else "0"


def _variance_in_words(variance: float, count: int, inputs: Inputs) -> str:
    """The nearest known formula that the sample can have come from, else a number."""
    fan_in, fan_out = inputs["fan_in"], inputs["fan_out"]
    known = {
        "1/fan_in": 1 / fan_in,
        "2/(fan_in + fan_out)": 2 / (fan_in + fan_out),
        "2/fan_in": 2 / fan_in,
        "1/fan_out": 1 / fan_out,
        "1": 1.0,
        "1/fan_in²": 1 / fan_in**2,
        "fan_in": float(fan_in),
        "1/√fan_in": 1 / math.sqrt(fan_in),
        "1/(3 fan_in)": 1 / (3 * fan_in),
        "1/(fan_in fan_out)": 1 / (fan_in * fan_out),
        "0": 0.0,
    }
    room = _DEVIATIONS * math.sqrt(2 / count)
    for words, value in known.items():
        if abs(variance - value) <= room * value:
            return words
    return f"about {variance * fan_in:.2g} times 1/fan_in"


def _form_in_words(values: Array) -> str:
    """One word for a sample of mean 0 and variance 1: normal, cut off, uniform, constant, other.

    Decided by skewness, kurtosis, the share beyond three deviations, how often the extremes stand
    there (more than once where numbers are clipped), and the largest gap between the sample's
    distribution function and the normal one (Kolmogorov's), whose bound is that of P. Massart,
    Annals of Probability (1990): a chance of 2 exp(−2 n gap²).
    """
    from scipy.special import ndtr

    count = values.size
    if np.ptp(values) == 0.0:
        return "constant"
    widest_gap = math.sqrt(math.log(2 / _FALSE_ALARM) / (2 * count))
    ranks, ordered = (np.arange(count) + 0.5) / count, np.sort(values)
    skewness, kurtosis = float(np.mean(values**3)), float(np.mean(values**4)) - 3.0
    far = float(np.sum(np.abs(values) > 3.0))
    far_expected = 2.0 * float(ndtr(-3.0)) * count
    normal = (
        abs(skewness) <= _DEVIATIONS * math.sqrt(6 / count)
        and abs(kurtosis) <= 1.2 * _DEVIATIONS * math.sqrt(24 / count)
        and abs(far - far_expected) <= _DEVIATIONS * math.sqrt(far_expected)
        and max(np.sum(ordered == ordered[0]), np.sum(ordered == ordered[-1])) <= 3
        and float(np.abs(ndtr(ordered) - ranks).max()) <= widest_gap
    )
    if normal:
        return "normal"
    limit = math.sqrt(3.0)
    if float(np.abs((ordered + limit) / (2 * limit) - ranks).max()) <= widest_gap:
        return "uniform"
    return "cut off" if abs(skewness) < 0.1 and -1.2 < kurtosis < 0 else "not normal"


def _dependence_in_words(centred: Array) -> str:
    """Rows and columns that repeat or avoid one another, or all have one length."""
    for vectors in (centred, centred.T):
        count, length = vectors.shape
        if min(count, length) < 50:
            continue
        gram = vectors @ vectors.T
        pairs = gram[np.triu_indices(count, 1)]
        overlap = float(np.mean(pairs**2)) / length  # 1 for independent rows
        lengths = float(np.var(np.diag(gram))) / (2 * length)  # 1 as well
        if not 0.8 < overlap < 1.25 or not 0.25 < lengths < 2.5:
            return "dependent"
    return "independent"


def _by_box_and_muller(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal numbers from uniform ones (G. E. P. Box, M. E. Muller, 1958)."""
    count = fan_in * fan_out
    radius = np.sqrt(-2.0 * np.log1p(-rng.random(count)))
    normal = radius * np.cos(2 * np.pi * rng.random(count))
    return np.asarray(normal.reshape(fan_in, fan_out) / math.sqrt(fan_in))


Draw = Callable[[np.random.Generator, int, int], Array]


def _drawn(function: Draw) -> Expect:
    """What the probe reports of a function that draws from the given generator."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        with np.errstate(all="ignore"):
            return xavier_probe(function, inputs)

    return expect


def _normal(deviation: Callable[[int, int], float]) -> Draw:
    return lambda rng, fan_in, fan_out: rng.normal(
        0.0, deviation(fan_in, fan_out), (fan_in, fan_out)
    )


def _right_but(again: dict[str, str]) -> Expect:
    """Weights of the right distribution from a generator that is not the given one."""
    names = (
        "a draw from a second generator with the same seed",
        "a draw from a generator with another seed",
        "the next draw from the same generator",
    )
    words = dict(zip(names, ("equal", "different", "different"), strict=True))

    def expect(inputs: Inputs) -> Outputs | Raises:
        if inputs["_do"] == "again":
            return {name: again.get(name, word) for name, word in words.items()}
        return xavier_probe(_normal(lambda n, m: n**-0.5), inputs)

    return expect


def _truncated(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal, drawn again beyond two deviations, with the variance put right as Keras does."""
    values = rng.standard_normal((fan_in, fan_out))
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(int(outside.sum()))
    return np.asarray(values / 0.87962566103423978 / math.sqrt(fan_in))


def _uniform(limit: Callable[[int, int], float]) -> Draw:
    return lambda rng, n, m: rng.uniform(-limit(n, m), limit(n, m), (n, m))


def _known_draw(id: str, hints: Hints, wrong: Draw) -> Mistake:
    return Mistake(id, hints, _drawn(wrong))


_VARIANCE_WHERE = "The variance is the square of the standard deviation, and `scale` of NumPy's "
_VARIANCE_WHERE += "normal is the standard deviation."

XAVIER = Oracle(
    cases=_xavier_cases,
    expect=_drawn(_normal(lambda fan_in, fan_out: 1 / math.sqrt(fan_in))),
    second=_drawn(_by_box_and_muller),
    parts={"weights": 0.6, "edges": 0.2, "generator": 0.2},
    basic=("weights",),
    view=look_at_weights,
    mistakes=(
        _known_draw(
            "variance-for-deviation",
            (
                "Your weights have the variance 1/fan_in²: they are too small.",
                _VARIANCE_WHERE,
                "Take the square root of the variance for the scale.",
            ),
            _normal(lambda n, m: 1 / n),
        ),
        _known_draw(
            "not-scaled",
            (
                "Your weights have the variance 1, however many inputs there are.",
                "A sum over fan_in such weights grows with the number of inputs. Where does "
                "fan_in come in?",
                "Divide the numbers by the square root of fan_in.",
            ),
            _normal(lambda n, m: 1.0),
        ),
        _known_draw(
            "multiplied",
            (
                "Your weights have the variance fan_in: they grow with the number of inputs.",
                "More inputs should make each weight smaller.",
                "Divide by the square root of fan_in, do not multiply.",
            ),
            _normal(lambda n, m: math.sqrt(n)),
        ),
        _known_draw(
            "both-fans",
            (
                "Your weights have the variance 2/(fan_in + fan_out), as Glorot and Bengio wrote.",
                "The lectures use a simpler form, which looks at the inputs alone.",
                "Use 1/fan_in for the variance.",
            ),
            _normal(lambda n, m: math.sqrt(2 / (n + m))),
        ),
        _known_draw(
            "fan-out",
            (
                "Your weights have the variance 1/fan_out.",
                "A unit sums over its inputs. Which of the two numbers counts those?",
                "Use fan_in in the place of fan_out.",
            ),
            _normal(lambda n, m: 1 / math.sqrt(m)),
        ),
        _known_draw(
            "for-relu",
            (
                "Your weights have the variance 2/fan_in, which is meant for ReLU (He and others).",
                "The factor 2 makes up for the half that a ReLU cuts away; tanh cuts nothing away.",
                "Use 1/fan_in for the variance.",
            ),
            _normal(lambda n, m: math.sqrt(2 / n)),
        ),
        _known_draw(
            "fourth-root",
            (
                "Your weights have the variance 1/√fan_in: they are too large.",
                _VARIANCE_WHERE,
                "Count the square roots in your code: one is enough.",
            ),
            _normal(lambda n, m: n**-0.25),
        ),
        _known_draw(
            "uniform",
            (
                "Mean and variance are right, but your weights are uniform, not normal.",
                "Look at the method of the generator that you call.",
                "Draw from the normal distribution.",
            ),
            _uniform(lambda n, m: math.sqrt(3 / n)),
        ),
        _known_draw(
            "uniform-up-to-the-deviation",
            (
                "Your weights are uniform between −1/√fan_in and 1/√fan_in.",
                "Look at the method of the generator that you call, and at the variance of a "
                "uniform distribution: a third of the square of its limit.",
                "Draw from the normal distribution with the standard deviation 1/√fan_in.",
            ),
            _uniform(lambda n, m: 1 / math.sqrt(n)),
        ),
        _known_draw(
            "glorot-uniform",
            (
                "Your weights are those of Keras's GlorotUniform.",
                "It is uniform and looks at fan_out as well. The lectures' form is normal with "
                "variance 1/fan_in.",
                "Draw from the normal distribution and scale it yourself.",
            ),
            _uniform(lambda n, m: math.sqrt(6 / (n + m))),
        ),
        _known_draw(
            "only-positive",
            (
                "None of your weights is negative.",
                "`rng.random` gives numbers from 0 to 1.",
                "Draw from the normal distribution, whose mean is 0.",
            ),
            lambda rng, n, m: rng.random((n, m)) / math.sqrt(n),
        ),
        _known_draw(
            "truncated",
            (
                "Your weights look normal, but the far ends are cut off.",
                "Some initialisers throw large numbers away. Which function draws yours?",
                "Use all of the normal distribution.",
            ),
            _truncated,
        ),
        _known_draw(
            "transposed",
            (
                "The shape is (fan_out, fan_in); expected is (fan_in, fan_out).",
                "Row vectors stand on the left of their weights: x W. What does W's first axis "
                "count?",
                "Exchange the two numbers in the shape.",
            ),
            lambda rng, n, m: rng.normal(0.0, 1 / math.sqrt(n), (m, n)),
        ),
        _known_draw(
            "one-row-for-all",
            (
                "All rows of your weights are the same.",
                "How many numbers do you draw?",
                "Draw fan_in times fan_out numbers, one for each weight.",
            ),
            lambda rng, n, m: np.tile(rng.normal(0.0, 1 / math.sqrt(n), (1, m)), (n, 1)),
        ),
        Mistake(
            "global-generator",
            (
                "Two generators with the same seed give different weights.",
                "You draw from somewhere else: `np.random` without rng, or a new generator "
                "without a seed.",
                "Call a method of rng, the generator that is handed in.",
            ),
            _right_but({"a draw from a second generator with the same seed": "different"}),
        ),
        Mistake(
            "own-seed",
            (
                "Whatever generator comes in, the weights are the same.",
                "You make a generator of your own with a fixed seed. Then all layers of a network "
                "start with the same numbers.",
                "Call a method of rng, the generator that is handed in.",
            ),
            _right_but(
                {
                    "a draw from a generator with another seed": "equal",
                    "the next draw from the same generator": "equal",
                }
            ),
        ),
    ),
)


# --- to_spectral_radius --------------------------------------------------------------------------

_MATRIX = "the matrix"


def _spectrum_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, W: Array, radius: float, slack: float = 1.0) -> Case:
        return Case({"W": W, "radius": radius}, part, about, slack=slack)

    def radius() -> float:
        return _short(rng, 0.5, 1.8)

    size = float(rng.uniform(0.5, 3))
    turning = size * np.array([[0.0, -1.0], [1.0, 0.0]])
    negative = _with_eigenvalues(rng, [-float(rng.uniform(2, 3)), 1.0, 0.5, -0.2])
    positive = _with_eigenvalues(rng, [float(rng.uniform(2, 3)), -1.0, 0.5, 0.2])
    symmetric = rng.standard_normal((4, 4))
    lopsided = np.array([[0.5, 50.0 * size], [0.0, -0.8]])
    nilpotent = np.triu(rng.uniform(1, 2, (4, 4)), 1)
    single = _with_eigenvalues(rng, [1.5, -0.7, 0.4]).astype("float32")
    return [
        case("real", "all eigenvalues are real", positive, radius()),
        case("real", "the largest eigenvalue is negative", negative, radius()),
        case("real", "a symmetric matrix", symmetric + symmetric.T, radius()),
        case("complex", "a rotation: both eigenvalues are imaginary", turning, radius()),
        case("complex", "a pair of complex eigenvalues is the largest", _spiral(rng), radius()),
        case("complex", "six units, no symmetry", _clear(rng, 6), radius()),
        case("complex", "five units, a whole number for the radius", _clear(rng, 5), 1),
        case("edges", "one unit, negative", np.array([[-size]]), radius()),
        case("edges", "far from symmetric: norm and radius differ much", lopsided, radius()),
        case("edges", "tiny weights", 1e-5 * _clear(rng, 4), radius()),
        case("edges", "a large radius", _clear(rng, 3), 1e4),
        case("edges", "float32", single, radius(), slack=20),
        case("errors", "", np.zeros((3, 3)), 1.0),
        case("errors", "", nilpotent, radius()),
        case("errors", "", np.array([[0.0, size], [0.0, 0.0]]), radius()),
    ]


def _with_eigenvalues(rng: np.random.Generator, values: Sequence[float]) -> Array:
    """A matrix that is not symmetric, with these eigenvalues."""
    basis = np.eye(len(values)) + 0.35 * rng.uniform(-1, 1, (len(values), len(values)))
    return np.asarray(basis @ np.diag(values) @ np.linalg.inv(basis))


def _spiral(rng: np.random.Generator) -> Array:
    """Eigenvalues r e^{±iφ}, with r above the real one's size but r cos φ below it."""
    r, angle = float(rng.uniform(1.5, 2)), float(rng.uniform(1.2, 1.5))
    block = np.diag([0.0, 0.0, -1.0, 0.6])
    block[:2, :2] = r * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    basis = np.eye(4) + 0.35 * rng.uniform(-1, 1, (4, 4))
    return np.asarray(basis @ block @ np.linalg.inv(basis))


def _clear(rng: np.random.Generator, units: int) -> Array:
    """A random matrix whose radius is well-conditioned and differs from what it is mistaken for."""
    while True:
        W = rng.standard_normal((units, units))
        values, vectors = np.linalg.eig(W)
        largest = np.abs(values).max()
        if (
            np.linalg.cond(vectors) < 30
            and largest > 1.1 * np.abs(values.real).max()
            and largest > 0.5
        ):
            return np.asarray(W)


def _radius(W: Array) -> float:
    return float(np.abs(np.linalg.eigvals(W)).max())


def _spectrum_expect(measure: Callable[[Array], Any]) -> Expect:
    """W over the measure times the radius; where all eigenvalues are 0, an error."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        W = wide(inputs["W"])
        if _radius(W) == 0.0:
            return Raises("W", "a matrix whose eigenvalues are all 0")
        with np.errstate(all="ignore"):
            return {_MATRIX: W * (inputs["radius"] / np.float64(measure(W)))}

    return expect


def by_gelfand(W: Array) -> float:
    """The spectral radius as the limit of ‖W^k‖^(1/k), for k = 2⁶⁰ by repeated squaring.

    I. Gelfand, "Normierte Ringe", Matematicheskii Sbornik (1941).
    """
    power, logarithm, exponent = W, 0.0, 1.0
    for _ in range(60):
        size = float(np.linalg.norm(power))
        if size == 0.0:
            return 0.0
        logarithm += math.log(size) / exponent
        power = power / size
        power, exponent = power @ power, 2.0 * exponent
    return math.exp(logarithm)


def _by_gelfand(inputs: Inputs) -> Outputs | Raises:
    W = wide(inputs["W"])
    found = by_gelfand(W)
    return Raises() if found == 0.0 else {_MATRIX: W / found * inputs["radius"]}


def _known_radius(id: str, hints: Hints, measure: Callable[[Array], Any]) -> Mistake:
    return Mistake(id, hints, _spectrum_expect(measure))


def _complex_factor(inputs: Inputs) -> Outputs | Raises:
    """The largest eigenvalue in NumPy's order, by the real part first, and not its size."""
    W = wide(inputs["W"])
    if _radius(W) == 0.0:
        return Raises("W", "a matrix whose eigenvalues are all 0")
    values = np.linalg.eigvals(W)
    if np.iscomplexobj(values):
        return Raises(kind="type", problem="complex numbers")
    return {_MATRIX: W * (inputs["radius"] / values.max())}


_SIZE_WHERE = "The size of a complex number a + bi is the root of a² + b², which np.abs gives."

TO_SPECTRAL_RADIUS = Oracle(
    cases=_spectrum_cases,
    expect=_spectrum_expect(_radius),
    second=_by_gelfand,
    parts={"real": 0.4, "complex": 0.4, "edges": 0.1, "errors": 0.1},
    basic=("real", "complex"),
    mistakes=(
        _known_radius(
            "spectral-norm",
            (
                "You scale by the largest singular value (the spectral norm).",
                "Norm and radius agree for symmetric matrices only. The norm tells how much one "
                "step can stretch a vector, the radius what many steps do.",
                "Take the eigenvalues of W, and of their sizes the largest.",
            ),
            lambda W: np.linalg.norm(W, 2),
        ),
        _known_radius(
            "frobenius-norm",
            (
                "You scale by the root of the sum of the squares (the Frobenius norm).",
                "That is what np.linalg.norm gives for a matrix if nothing else is asked for.",
                "Take the eigenvalues of W, and of their sizes the largest.",
            ),
            np.linalg.norm,
        ),
        _known_radius(
            "largest-weight",
            (
                "You scale by the largest weight.",
                "After your scaling the largest number in W is the radius, but its eigenvalues are "
                "something else.",
                "Take the eigenvalues of W, and of their sizes the largest.",
            ),
            lambda W: np.abs(W).max(),
        ),
        _known_radius(
            "row-sums",
            (
                "You scale by the largest sum of sizes in a row or column.",
                "That is an upper bound of the radius (Gershgorin), not the radius.",
                "Take the eigenvalues of W, and of their sizes the largest.",
            ),
            lambda W: np.abs(W).sum(axis=1).max(),
        ),
        Mistake(
            "largest-eigenvalue-not-its-size",
            (
                "You take the largest eigenvalue itself: a negative one is overlooked, and a "
                "complex one makes the result complex.",
                _SIZE_WHERE,
                "Take the sizes of all eigenvalues first, then the largest of them.",
            ),
            _complex_factor,
        ),
        _known_radius(
            "largest-real-part",
            (
                "You take the largest real part of the eigenvalues.",
                _SIZE_WHERE,
                "Take the sizes of all eigenvalues first, then the largest of them.",
            ),
            lambda W: np.linalg.eigvals(W).real.max(),
        ),
        _known_radius(
            "size-of-the-real-part",
            (
                "You take the sizes of the real parts and forget the imaginary ones.",
                _SIZE_WHERE,
                "Take the size of the whole complex number.",
            ),
            lambda W: np.abs(np.linalg.eigvals(W).real).max(),
        ),
        _known_radius(
            "symmetric-only",
            (
                "Your eigenvalues are right for symmetric matrices only.",
                "`eigh` and `eigvalsh` read one half of the matrix and believe the other is equal.",
                "Use the function for eigenvalues of any matrix.",
            ),
            lambda W: np.abs(np.linalg.eigvalsh(W)).max(),
        ),
        _known_radius(
            "smallest-eigenvalue",
            (
                "You scale by the smallest eigenvalue.",
                "Which of the eigenvalues decides what many steps do?",
                "Take the largest of the sizes.",
            ),
            lambda W: np.abs(np.linalg.eigvals(W)).min(),
        ),
        _known_radius(
            "mean-eigenvalue",
            (
                "You scale by the mean size of the eigenvalues.",
                "Which of the eigenvalues decides what many steps do?",
                "Take the largest of the sizes.",
            ),
            lambda W: np.abs(np.linalg.eigvals(W)).mean(),
        ),
        _known_radius(
            "first-eigenvalue",
            (
                "You scale by the first eigenvalue in the list.",
                "The eigenvalues come in no particular order.",
                "Take the largest of the sizes.",
            ),
            lambda W: np.abs(np.linalg.eigvals(W)[0]),
        ),
        _known_radius(
            "not-divided",
            (
                "You multiply W with the radius, whatever its own radius was.",
                "If W has the radius 2 already and 3 is asked for, what is the factor?",
                "Divide by the radius that W has.",
            ),
            lambda W: 1.0,
        ),
        Mistake(
            "radius-forgotten",
            (
                "Your matrix has the spectral radius 1, whatever was asked for.",
                "Look at where the argument `radius` is used.",
                "Multiply with the radius after the division.",
            ),
            lambda inputs: _spectrum_expect(_radius)({**inputs, "radius": 1.0}),
        ),
        Mistake(
            "upside-down",
            (
                "Your factor is upside down.",
                "If W has the radius 2 and 1 is asked for, should W grow or shrink?",
                "Divide by the radius that W has and multiply with the one that is asked for.",
            ),
            lambda inputs: (
                Raises("W", "a matrix whose eigenvalues are all 0")
                if _radius(wide(inputs["W"])) == 0.0
                else {_MATRIX: wide(inputs["W"]) * (_radius(wide(inputs["W"])) / inputs["radius"])}
            ),
        ),
        _accepts(
            "zero-accepted",
            (
                "A matrix whose eigenvalues are all 0 is accepted.",
                "No factor can give such a matrix another radius. It need not be zero itself: try "
                "[[0, 1], [0, 0]].",
                "Raise a ValueError where the largest size is 0, before the division.",
            ),
            _spectrum_expect(_radius),
        ),
    ),
)


ORACLES: dict[str, Oracle] = {
    "scalar_gradient": SCALAR_GRADIENT,
    "regime": REGIME,
    "hidden_jacobian": HIDDEN_JACOBIAN,
    "clip_by_global_norm": CLIP_BY_GLOBAL_NORM,
    "xavier": XAVIER,
    "to_spectral_radius": TO_SPECTRAL_RADIUS,
}
