"""state_space: a linear state-space model in discrete time, as control engineers write it.

Source: R. E. Kalman, "A new approach to linear filtering and prediction problems" (1960).
"""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles.drawing import draw, zeroed

__all__ = ["EXERCISE", "state_space"]

Array = np.ndarray
Both = tuple[Array, Array]


def state_space(A: Array, B: Array, C: Array, D: Array, us: Array, x0: Array) -> Both:
    x = x0
    ys = np.zeros((len(us), len(C)))
    for t in range(len(us)):
        ys[t] = C @ x + D @ us[t]
        x = A @ x + B @ us[t]
    return ys, x


def by_powers(A: Array, B: Array, C: Array, D: Array, us: Array, x0: Array) -> Both:
    """Without a loop through the state: x_t = A^t x_0 + sum over j < t of A^(t−1−j) B u_j."""
    steps = len(us)
    powers = [np.linalg.matrix_power(A, k) for k in range(steps + 1)]

    def state(t: int) -> Array:
        pushed = [powers[t - 1 - j] @ (B @ us[j]) for j in range(t)]
        return np.asarray(sum(pushed, powers[t] @ x0))

    ys = np.stack([C @ state(t) + D @ us[t] for t in range(steps)])
    return ys, state(steps)


def inputs(
    rng: np.random.Generator, sizes: tuple[int, int, int, int], dtype: str = "float64"
) -> Inputs:
    """Sizes are (states, inputs, outputs, steps)."""
    n, m, p, steps = sizes
    A = draw(rng, n, n, scale=0.7 / np.sqrt(n), dtype=dtype)
    return {
        "A": A,
        "B": draw(rng, n, m, dtype=dtype),
        "C": draw(rng, p, n, dtype=dtype),
        "D": draw(rng, p, m, dtype=dtype),
        "us": draw(rng, steps, m, dtype=dtype),
        "x0": draw(rng, n, dtype=dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    drawn = [inputs(rng, (3, 2, 4, 5)) for _ in range(3)]
    turning = inputs(rng, (2, 1, 1, 30))
    turning["A"] = np.array([[0.8, -0.6], [0.6, 0.8]])
    return [
        Case("terms", zeroed(drawn[0], "us", "D", "B"), isolates="the initial state x0"),
        Case("terms", zeroed(drawn[1], "x0", "B"), isolates="the direct way D u"),
        Case("terms", zeroed(drawn[2], "x0", "D"), "x0 and D are zero"),
        Case("steps", inputs(rng, (3, 2, 4, 6)), "three states, two inputs, four outputs"),
        Case("steps", inputs(rng, (4, 3, 2, 7), "float32"), "float32"),
        Case("steps", inputs(rng, (3, 3, 3, 3)), "N = M = P = T"),
        Case("steps", inputs(rng, (2, 1, 1, 8)), "one input, one output"),
        Case("edges", inputs(rng, (3, 2, 2, 1)), "one step"),
        Case("edges", inputs(rng, (1, 1, 1, 4)), "one of everything"),
        Case("edges", inputs(rng, (1, 3, 2, 5)), "one state"),
        Case("edges", turning, "thirty steps of a state that turns and does not shrink"),
    ]


def with_all_states(A: Array, B: Array, C: Array, D: Array, us: Array, x0: Array) -> Both:
    """For the mistake of that name."""
    states = [x0]
    for u in us:
        states.append(A @ states[-1] + B @ u)
    return state_space(A, B, C, D, us, x0)[0], np.stack(states[1:])


MISTAKES = [
    Mistake(
        "state-first",
        "        ys[t] = C @ x + D @ us[t]\n        x = A @ x + B @ us[t]\n",
        "        x = A @ x + B @ us[t]\n        ys[t] = C @ x + D @ us[t]\n",
        see="Your outputs read the state of the next step: you move the state before you read it.",
        look="The first output is C x0 + D u_0. What is it in your code?",
        change="Compute the output first, then the next state.",
    ),
    Mistake(
        "no-direct-way",
        " + D @ us[t]",
        "",
        see="Your outputs are those without D u.",
        look="Set x0 to zero and take one step: the output is D u_0.",
        change="Add D times the input of the same step to the output.",
    ),
    Mistake(
        "no-input",
        " + B @ us[t]",
        "",
        see="The inputs never reach your state.",
        look="Where does B come into your code?",
        change="Add B times the input to the next state.",
    ),
    Mistake(
        "starts-at-zero",
        "x = x0\n",
        "x = 0 * x0\n",
        see="Your state starts at zero: x0 is ignored.",
        look="Which state does your first output read?",
        change="Start from x0.",
    ),
    Mistake(
        "state-matrix-transposed",
        "A @ x",
        "A.T @ x",
        see="Your state moves by A transposed.",
        look="Here states are column vectors: the matrix stands on the left. x @ A is A.T @ x.",
        change="Multiply A @ x.",
    ),
    Mistake(
        "last-state-before-the-last-step",
        "        x = A @ x + B @ us[t]\n",
        "        last, x = x, A @ x + B @ us[t]\n    x = last\n",
        see="Your outputs are right, but the state that you return is one step too early.",
        look="After T steps the state is x_T: the one that the next output would read.",
        change="Move the state at the last step too, and return it.",
    ),
    Mistake(
        "all-states-returned",
        answer=with_all_states,
        see="You return all states; only the last one, x_T, is asked for.",
        look="Compare the shape of your second result with the stub.",
        change="Return the state after the last step alone.",
    ),
    Mistake(
        "initial-state-returned",
        "return ys, x",
        "return ys, x0",
        see="Your outputs are right, but the state that you return is x0.",
        look="Which name stands behind `return`?",
        change="Return the state after the last step.",
    ),
    Mistake(
        "exchanged",
        "return ys, x",
        "return x, ys",
        see="Your two results are exchanged: the state comes first.",
        look="Look at your `return` line.",
        change="Return the outputs first, then the last state.",
    ),
    Mistake(
        "change-added",
        "x = A @ x",
        "x = x + A @ x",
        see="You add A x to the old state, as a step of Euler's method for a differential equation "
        "does.",
        look="In discrete time A x is the next state, not a change of it.",
        change="Replace the state by A x + B u.",
    ),
    Mistake(
        "not-carried",
        "x = A @ x + B @ us[t]",
        "x = A @ x0 + B @ us[t]",
        see="Each of your states is computed from x0: nothing is carried on.",
        look="Which state does the third step multiply with A?",
        change="Multiply the last state with A.",
    ),
    Mistake(
        "direct-input-late",
        "D @ us[t]",
        "D @ us[max(t - 1, 0)]",
        see="Your direct way D u comes one step late.",
        look="Which input does the output of step t see through D?",
        change="Use the input of the same step.",
    ),
    Mistake(
        "with-tanh",
        "x = A @ x + B @ us[t]",
        "x = np.tanh(A @ x + B @ us[t])",
        see="Your state goes through a tanh; this model is linear.",
        look="Does the equation of the state have a tanh?",
        change="Leave the tanh out.",
    ),
]


EXERCISE = Exercise(
    "state_space(A, B, C, D, us, x0)",
    results=("the outputs", "the last state"),
    references=(state_space, by_powers),
    cases=cases,
    mistakes=MISTAKES,
    parts={"terms": 0.3, "steps": 0.5, "edges": 0.2},
    basic=("terms", "steps"),
    points=2,
    minutes=12,
    difficulty=2,
)
