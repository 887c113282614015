"""hopfield_recall: one unit after the other takes the sign of its input.

Source: J. J. Hopfield, "Neural networks and physical systems with emergent collective computational
abilities", PNAS 79 (1982).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
)
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "hopfield_recall"]

Array = np.ndarray


def hopfield_recall(W: Array, state: Array, order: Array) -> Array:
    for i in order:
        if not 0 <= i < len(state):
            raise ExpectedError("order", f"a unit {i} of {len(state)}")
    s = np.array(state, dtype=float)
    for i in order:
        field = W[i] @ s
        if field != 0:
            s[i] = np.sign(field)
    return s


def by_changes(W: Array, state: Array, order: Array) -> Array:
    """All inputs are computed once, and changed with every unit that turns."""
    if len(order) and not (order.min() >= 0 and order.max() < len(state)):
        raise ExpectedError
    s = [float(each) for each in state]
    fields = [sum(float(w) * v for w, v in zip(row, s, strict=True)) for row in W]
    for i in order:
        if fields[i] * s[i] < 0:
            s[i] = -s[i]
            fields = [f + 2 * float(W[j, i]) * s[i] for j, f in enumerate(fields)]
    return np.array(s)


def cases(rng: np.random.Generator) -> list[Case]:
    def weights(units: int, symmetric: bool = True) -> Array:
        """Odd multiples of 1/8, and zeros on the diagonal: every sum is exact, and with an even
        number of units none is 0."""
        W = (2 * rng.integers(-4, 4, (units, units)) + 1) / 8
        if symmetric:
            W = np.tril(W) + np.tril(W, -1).T
        return np.asarray(W - np.diag(np.diag(W)))

    def signs(units: int, dtype: str = "float64") -> Array:
        return rng.choice([-1, 1], units).astype(dtype)

    def case(part: str, about: str, W: Array, state: Array, order: ArrayLike) -> Case:
        inputs = {"W": W, "state": state, "order": np.asarray(order, dtype=np.int64)}
        return Case(part, inputs, about)

    ring = np.roll(np.eye(6), 1, axis=0) + np.roll(np.eye(6), -1, axis=0)
    lone = weights(5, symmetric=False)
    lone[2] = 0.0
    sweeps = np.concatenate([rng.permutation(10) for _ in range(3)])
    return [
        case("one unit", "one unit is asked", weights(8), signs(8), [3]),
        case("one unit", "one unit of another network", weights(10), signs(10), [6]),
        case("one unit", "the last unit", weights(6), signs(6), [5]),
        case(
            "order", "every unit once, in a drawn order", weights(8), signs(8), rng.permutation(8)
        ),
        case("order", "three sweeps", weights(10), signs(10), sweeps),
        case("order", "some units twice, others never", weights(8), signs(8), [5, 1, 5, 0, 1, 6]),
        case("order", "a larger network", weights(16), signs(16), rng.integers(0, 16, 60)),
        case("edges", "an asymmetric W", weights(8, False), signs(8), rng.integers(0, 8, 20)),
        case(
            "edges", "a diagonal that is not zero", _held(rng, weights(6)), signs(6), [0, 1, 2, 3]
        ),
        case("edges", "inputs of exactly 0", ring, np.array([1.0, 1, -1, -1, 1, 1]), range(6)),
        case("edges", "a unit without any input", lone, signs(5), [2, 0, 2, 4, 1]),
        case("edges", "K = 0: no unit is asked", weights(6), signs(6), []),
        case("edges", "a state in int8", weights(8), signs(8, "int8"), rng.permutation(8)),
        case("edges", "one unit that is its own input", -np.eye(1), np.ones(1), [0, 0, 0]),
        case("errors", "", weights(5), signs(5), [1, 5]),
        case("errors", "", weights(6), signs(6), [2, -1, 0]),
        case("errors", "", weights(4), signs(4), [9]),
    ]


def _held(rng: np.random.Generator, W: Array) -> Array:
    """The same weights with a diagonal that decides every unit."""
    return np.asarray(W + np.diag(rng.choice([-8.0, 8.0], len(W))))


def synchronous(W: Array, state: Array, order: Array) -> Array:
    _refuse(state, order)
    fields = W @ state
    new = np.array(state, dtype=float)
    for i in order:
        new[i] = np.sign(fields[i]) if fields[i] else state[i]
    return new


def whole_network(W: Array, state: Array, order: Array) -> Array:
    _refuse(state, order)
    return np.asarray(np.sign(W @ state))


def turning_round(W: Array, state: Array, order: Array) -> Array:
    """A unit is turned where its input has its own sign."""
    _refuse(state, order)
    s = np.array(state, dtype=float)
    for i in order:
        field = W[i] @ s
        s[i] = -np.sign(field) if field else s[i]
    return s


def _refuse(state: Array, order: Array) -> None:
    if any(not 0 <= i < len(state) for i in order):
        raise ExpectedError("order")


def refuse_negative(W: Array, state: Array, order: Array) -> None:
    if any(i < 0 for i in order):
        raise ExpectedError("order", f"a unit {min(order)}")


def without_a_test(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    """Python counts a negative number from the end, and has an error of its own for the others."""
    order, units = inputs["order"], len(inputs["state"])
    if any(i >= units for i in order):
        return ExpectedError(problem="a unit that is not there", kind="IndexError")
    return {} if any(i < 0 for i in order) else None


MISTAKES = [
    Mistake(
        "all-at-once",
        answer=synchronous,
        see="Every unit sees the state as it was at the start: yours turn all at once.",
        look="The second unit in the order should see what the first one has become.",
        change="Write each new value into the state before you compute the next input.",
    ),
    Mistake(
        "whole-network-at-once",
        answer=whole_network,
        see="All your units turn at once, whatever `order` says.",
        look="Where does `order` come into your code?",
        change="Go through `order`, and change one unit at a time.",
    ),
    Mistake(
        "zero-turns-to-zero",
        "        if field != 0:\n            s[i] = np.sign(field)\n",
        "        s[i] = np.sign(field)\n",
        see="A unit whose input is exactly 0 becomes 0; it should stay as it is.",
        look="What is np.sign(0)?",
        change="Leave the unit alone where its input is 0.",
    ),
    Mistake(
        "zero-turns-to-one",
        "        if field != 0:\n            s[i] = np.sign(field)\n",
        "        s[i] = 1.0 if field >= 0 else -1.0\n",
        see="A unit whose input is exactly 0 becomes 1; it should stay as it is.",
        look="What does your comparison say about 0?",
        change="Leave the unit alone where its input is 0.",
    ),
    Mistake(
        "zero-turns-to-minus-one",
        "        if field != 0:\n            s[i] = np.sign(field)\n",
        "        s[i] = 1.0 if field > 0 else -1.0\n",
        see="A unit whose input is exactly 0 becomes −1; it should stay as it is.",
        look="What does your comparison say about 0?",
        change="Leave the unit alone where its input is 0.",
    ),
    Mistake(
        "column-read",
        "W[i] @ s",
        "W[:, i] @ s",
        see="You read the column of W, which is right for symmetric weights only.",
        look="W[i, j] leads from unit j to unit i. Over which of the two do you sum?",
        change="Take row i of W times the state.",
    ),
    Mistake(
        "diagonal-left-out",
        "W[i] @ s",
        "W[i] @ s - W[i, i] * s[i]",
        see="You leave out what a unit says to itself; the diagonal of W counts here.",
        look="Look for a condition j != i, or for a diagonal that is set to zero.",
        change="Sum over all units, the unit itself included.",
    ),
    Mistake(
        "order-ignored",
        "    s = np.array(state, dtype=float)\n    for i in order:",
        "    s = np.array(state, dtype=float)\n    for i in range(len(s)):",
        see="You ask every unit once, from the first to the last, whatever `order` says.",
        look="Find the place where `order` is used.",
        change="Go through the numbers in `order`.",
    ),
    Mistake(
        "order-by-count",
        "    s = np.array(state, dtype=float)\n    for i in order:",
        "    s = np.array(state, dtype=float)\n    for i in np.arange(len(order)) % len(s):",
        see="You go round the units from the first on, as often as `order` is long.",
        look="Do you use the numbers in `order`, or only their count?",
        change="Go through the numbers themselves.",
    ),
    Mistake(
        "order-reversed",
        "    s = np.array(state, dtype=float)\n    for i in order:",
        "    s = np.array(state, dtype=float)\n    for i in order[::-1]:",
        see="You go through `order` from its end.",
        look="Which unit is asked first?",
        change="Start with order[0].",
    ),
    Mistake(
        "each-unit-once",
        "    s = np.array(state, dtype=float)\n    for i in order:",
        "    s = np.array(state, dtype=float)\n    for i in dict.fromkeys(order.tolist()):",
        see="Each unit is asked once; `order` may name a unit several times.",
        look="Look for a set, np.unique, or a list of units that were asked.",
        change="Ask a unit as often as it stands in `order`.",
    ),
    Mistake(
        "order-sorted",
        "    s = np.array(state, dtype=float)\n    for i in order:",
        "    s = np.array(state, dtype=float)\n    for i in np.sort(order):",
        see="You ask the units in rising order of their number.",
        look="Look for a sort, a set, or np.unique.",
        change="Keep the order that you are given.",
    ),
    Mistake(
        "only-the-first",
        "            s[i] = np.sign(field)\n",
        "            s[i] = np.sign(field)\n        break\n",
        see="Only the first unit in `order` is asked.",
        look="Does a `return` or a `break` stand inside the loop?",
        change="Go through all of `order` before you return.",
    ),
    Mistake(
        "sign-turned",
        answer=turning_round,
        see="Your units take the opposite sign of their input.",
        look="The energy has a minus, the input has none.",
        change="Let the unit take the sign of its input.",
    ),
    Mistake(
        "turns-where-input-is-negative",
        "        if field != 0:\n            s[i] = np.sign(field)\n",
        "        if field < 0:\n            s[i] = -s[i]\n",
        see="Your units turn over wherever their input is negative, whatever their own sign is.",
        look="A unit at −1 with a negative input: should it turn?",
        change="Let the unit take the sign of its input; it turns only where the two differ.",
    ),
    Mistake(
        "input-kept",
        "s[i] = np.sign(field)",
        "s[i] = field",
        see="Your units take their input itself, not its sign.",
        look="A state holds 1 and −1 only.",
        change="Keep the sign of the input.",
    ),
    Mistake(
        "whole-state-turned",
        "s[i] = np.sign(field)",
        "s = np.where(W @ s == 0, s, np.sign(W @ s))",
        see="At every number in `order` all your units turn, not the one that is named.",
        look="Which entries of the state do you write into?",
        change="Change unit i alone.",
    ),
    Mistake(
        "no-test-of-the-order",
        outputs=without_a_test,
        see="A unit that is not there gives Python's own IndexError, and a negative one is taken "
        "from the end.",
        look="What is state[-1]?",
        change="Test `order` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "negative-accepted",
        outputs=accepts(refuse_negative),
        see="A negative number in `order` is accepted: Python counts it from the end.",
        look="What is state[-1]?",
        change="Raise the ValueError for numbers below 0 as well.",
    ),
    Mistake(
        "anything-accepted",
        outputs=accepts(hopfield_recall),
        see="Units that are not there are accepted.",
        look="Units are numbered from 0 to N − 1.",
        change="Test `order` first, and raise a ValueError that names it.",
    ),
]

EXERCISE = Exercise(
    "hopfield_recall(W, state, order)",
    results=("the new state",),
    references=(hopfield_recall, by_changes),
    cases=cases,
    mistakes=MISTAKES,
    parts={"one unit": 0.25, "order": 0.4, "edges": 0.2, "errors": 0.15},
    basic=("one unit", "order"),
    points=2,
    minutes=12,
    difficulty=2,
)
