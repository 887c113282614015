"""Chapter 10, the GRU: cases, two references for each exercise, and the known mistakes.

`gru_step` and `GRUCell`: the equations in NumPy, in float64, beside Keras's own layer with copied
weights. The counts: formulas beside counting the arrays and products that one step needs. The
budget: the root of a quadratic beside a search. `paired_interval`: SciPy's Student quantile beside
the inverse of the incomplete beta function.

Sources: K. Cho and others, "Learning phrase representations using RNN encoder-decoder for
statistical machine translation", EMNLP 2014 (the reset gate before the product); J. Chung and
others, "Empirical evaluation of gated recurrent neural networks on sequence modeling", 2014;
Student, "The probable error of a mean", Biometrika 6 (1908).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isqrt
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch10_gru import CELL
from course_utils.oracles.bank import as_expectation, mistake, wide
from course_utils.oracles.cells import (
    Step,
    Weights,
    cell_cases,
    doing,
    draw,
    expect_cell,
    kept_mistakes,
    keras_reference,
    keras_states,
    ready_layer,
    sigmoid,
)

__all__ = ["ORACLES"]

Array = np.ndarray
Expect = Callable[[Inputs], Outputs | Raises]


# --- gru_step ------------------------------------------------------------------------------------


def gru(x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool) -> Array:
    """(B, F), (B, U), (F, 3U), (U, 3U), (3U,) or (2, 3U) → (B, U), by the definition."""
    W_z, W_r, W_h = np.split(W, 3, axis=1)
    U_z, U_r, U_h = np.split(U, 3, axis=1)
    if not reset_after:
        b_z, b_r, b_h = np.split(b, 3)
        z, r = sigmoid(x @ W_z + h @ U_z + b_z), sigmoid(x @ W_r + h @ U_r + b_r)
        candidate = np.tanh(x @ W_h + (r * h) @ U_h + b_h)
    else:
        (b_z, b_r, b_h), (c_z, c_r, c_h) = np.split(b[0], 3), np.split(b[1], 3)
        z = sigmoid(x @ W_z + b_z + h @ U_z + c_z)
        r = sigmoid(x @ W_r + b_r + h @ U_r + c_r)
        candidate = np.tanh(x @ W_h + b_h + r * (h @ U_h + c_h))
    return np.asarray(z * h + (1.0 - z) * candidate)


def step_inputs(
    rng: np.random.Generator,
    sizes: tuple[int, int, int],
    reset_after: bool,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """One step's arguments; sizes are batch, features, units."""
    batch, features, units = sizes
    shape = (2, 3 * units) if reset_after else (3 * units,)
    return {
        "x": draw(rng, batch, features, scale=scale, dtype=dtype),
        "h": draw(rng, batch, units, scale=0.7 * scale, dtype=dtype),
        "W": draw(rng, features, 3 * units, scale=0.8, dtype=dtype),
        "U": draw(rng, units, 3 * units, scale=0.8, dtype=dtype),
        "b": draw(rng, *shape, scale=0.6, dtype=dtype),
        "reset_after": reset_after,
    }


#: The parts of a step that an isolation case can leave standing.
_PARTS = ("x", "h", *(f"{array}_{gate}" for array in "WUbc" for gate in "zrh"))


def _only(inputs: Inputs, names: str) -> Inputs:
    """The inputs with everything zero but these: x, h, W_z … U_h, b_z … (row 0), c_z … (row 1)."""
    kept = set(names.split())
    found = {key: value.copy() if key != "reset_after" else value for key, value in inputs.items()}
    for key in ("x", "h"):
        found[key] *= key in kept
    units = inputs["h"].shape[1]
    for k, gate in enumerate("zrh"):
        columns = slice(k * units, (k + 1) * units)
        for key in "WU":
            found[key][:, columns] *= f"{key}_{gate}" in kept
        if inputs["reset_after"]:
            found["b"][0, columns] *= f"b_{gate}" in kept
            found["b"][1, columns] *= f"c_{gate}" in kept
        else:
            found["b"][columns] *= f"b_{gate}" in kept
    return found


def isolated_steps(rng: np.random.Generator, part: str) -> list[Case]:
    """Steps in which one term stands alone; the state comes along where the term acts on it."""

    def case(reset_after: bool, names: str, words: str) -> Case:
        inputs = step_inputs(rng, (3, 2, 4), reset_after)
        return Case(_only(inputs, names), part, isolates=words)

    return [
        case(True, "h", "the state h"),
        case(True, "x W_h", "the candidate's input term x W_h"),
        case(True, "x h W_z", "the state and the update gate's term x W_z"),
        case(True, "h U_z", "the state and the update gate's term h U_z"),
        case(True, "x h W_r U_h", "the reset gate's term x W_r and what it acts on, h U_h,"),
        case(True, "h U_r U_h", "the reset gate's term h U_r and what it acts on, h U_h,"),
        case(True, "b_h", "the first row of b, for the candidate,"),
        case(True, "c_h", "the second row of b, for the candidate,"),
        case(True, "h b_z c_z", "the state and both rows of b for the update gate"),
        case(False, "x h W_r U_h", "the reset gate's term x W_r and what it acts on (before),"),
        case(False, "b_h", "the bias of the candidate (reset_after=False)"),
    ]


def _step_cases(rng: np.random.Generator) -> list[Case]:
    tiny = step_inputs(rng, (2, 3, 5), True, "float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    return [
        *isolated_steps(rng, "terms"),
        Case(step_inputs(rng, (3, 2, 4), True), "after", "the reset gate after the product"),
        Case(step_inputs(rng, (5, 3, 2), True, "float64"), "after", "after, float64"),
        Case(step_inputs(rng, (4, 4, 4), True, "float64"), "after", "after, B = F = U"),
        Case(step_inputs(rng, (3, 2, 4), False), "before", "the reset gate before the product"),
        Case(step_inputs(rng, (5, 3, 2), False, "float64"), "before", "before, float64"),
        Case(step_inputs(rng, (4, 4, 4), False, "float64"), "before", "before, B = F = U"),
        Case(step_inputs(rng, (1, 1, 1), True), "edges", "one sample, one feature, one unit"),
        Case(step_inputs(rng, (1, 3, 1), False), "edges", "one sample, one unit, before"),
        Case(step_inputs(rng, (2, 1, 2), True), "edges", "two samples, two units: b is (2, 6)"),
        Case(step_inputs(rng, (2, 6, 3), True, scale=40.0), "edges", "large: all is saturated"),
        Case(step_inputs(rng, (2, 6, 3), False, scale=40.0), "edges", "large, before"),
        Case(tiny, "edges", "tiny numbers"),
    ]


def keras_gru(weights: Inputs, xs: Array, h0: Array) -> Array:
    """Keras's own layer with copied weights, in float64: (B, T, F), (B, U) → (B, T, U)."""
    layer = _layer(h0.shape[1], xs.shape[2:], bool(weights["reset_after"]))
    return keras_states(layer, [weights[name] for name in ("W", "U", "b")], xs, h0)[0]


def _layer(units: int, shape: Sequence[int], reset_after: bool) -> Any:
    return ready_layer("GRU", units, shape, reset_after=reset_after)


def _keras_step(inputs: Inputs) -> Outputs:
    return {"the new state": keras_gru(inputs, inputs["x"][:, None, :], inputs["h"])[:, -1]}


def _candidate(
    r: Array, h: Array, given: Array, U_h: Array, c_h: Array | float, after: bool
) -> Array:
    """What goes into the tanh; `given` is x W_h + b_h."""
    return given + r * (h @ U_h + c_h) if after else given + (r * h) @ U_h + c_h


def _step(
    order: str = "zrh",
    gate: Callable[[Array], Array] = sigmoid,
    activation: Callable[[Array], Array] = np.tanh,
    mix: Callable[[Array, Array, Array], Array] = lambda z, h, new: z * h + (1 - z) * new,
    candidate: Callable[..., Array] = _candidate,
    rows: Callable[[Array, Array, bool], tuple[Array, Array]] = lambda b, c, after: (b, c),
    cut: Callable[[Array, int], Array] = lambda array, k: np.split(array, 3, axis=-1)[k],
    gate_state: Callable[[Array], Array] = lambda h: h,
    gate_input: Callable[[Array], Array] = lambda x: x,
    block: Callable[[Array], Array] = lambda U: U,
) -> Callable[..., Array]:
    """A step that is wrong in one way: without an argument it is right."""

    def step(x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool) -> Array:
        b, c = (b[0], b[1]) if reset_after else (b, 0 * b)
        b, c = rows(b, c, reset_after)

        def part(array: Array, name: str) -> Array:
            return cut(array, order.index(name))

        def opened(name: str) -> Array:
            total = gate_input(x) @ part(W, name) + gate_state(h) @ block(part(U, name))
            return gate(total + part(b, name) + part(c, name))

        z, r = opened("z"), opened("r")
        given = x @ part(W, "h") + part(b, "h")
        total = candidate(r, h, given, block(part(U, "h")), part(c, "h"), reset_after)
        return mix(z, h, activation(total))

    return step


def _transposed(block: Array) -> Array:
    return block.T


#: Wrong steps that a cell and a function can both contain: id → (hints, the wrong step).
WRONG_STEPS: dict[str, tuple[Hints, Callable[..., Array]]] = {
    "z-swapped": (
        (
            "Your state equals the one with z and 1 − z exchanged.",
            "With z = 1 this GRU keeps its state. What does yours do there?",
            "Let z weigh the old state, and 1 − z the candidate.",
        ),
        _step(mix=lambda z, h, new: (1 - z) * h + z * new),
    ),
    "order-r-z-h": (
        (
            "Your state equals the one with the update and the reset gate exchanged.",
            "The columns of W, U and b hold three blocks. Which gate owns the first block?",
            "Keras's order is z, r, candidate: z takes the first U columns, r the second.",
        ),
        _step("rzh"),
    ),
    "order-h-r-z": (
        (
            "Your state equals the one with the update gate and the candidate exchanged.",
            "The columns of W, U and b hold three blocks. Which of them is the candidate's?",
            "Keras's order is z, r, candidate: the candidate takes the last U columns.",
        ),
        _step("hrz"),
    ),
    "order-z-h-r": (
        (
            "Your state equals the one with the reset gate and the candidate exchanged.",
            "The columns of W, U and b hold three blocks. Which of them is the candidate's?",
            "Keras's order is z, r, candidate: r takes the second block, the candidate the last.",
        ),
        _step("zhr"),
    ),
    "order-r-h-z": (
        (
            "Your state equals the one with the blocks read as r, candidate, z.",
            "The columns of W, U and b hold three blocks. In which order do you take them?",
            "Take z from the first block, r from the second, the candidate from the third.",
        ),
        _step("rhz"),
    ),
    "order-h-z-r": (
        (
            "Your state equals the one with the blocks read as candidate, z, r.",
            "The columns of W, U and b hold three blocks. In which order do you take them?",
            "Take z from the first block, r from the second, the candidate from the third.",
        ),
        _step("hzr"),
    ),
    "interleaved": (
        (
            "Your state equals the one with the columns read as z, r, h, z, r, h, …",
            "Look at how you cut the 3U columns: every third one, or U that stand side by side?",
            "Cut W, U and b into three blocks of U neighbouring columns.",
        ),
        _step(cut=lambda array, k: array[..., k::3]),
    ),
    "reset-before": (
        (
            "With reset_after=True your state equals the one whose reset gate acts before.",
            "Does r multiply h, or the product of h and U_h? The flag decides.",
            "With reset_after=True multiply first, add the second bias, and then apply r.",
        ),
        _step(
            candidate=lambda r, h, given, U_h, c_h, after: _candidate(r, h, given, U_h, c_h, False)
        ),
    ),
    "reset-after": (
        (
            "With reset_after=False your state equals the one whose reset gate acts after.",
            "Does r multiply h, or the product of h and U_h? The flag decides.",
            "With reset_after=False apply r to the state, and multiply the result with U_h.",
        ),
        _step(
            candidate=lambda r, h, given, U_h, c_h, after: _candidate(r, h, given, U_h, c_h, True)
        ),
    ),
    "reset-misses-bias": (
        (
            "Your state equals the one whose second bias is outside the reset gate.",
            "With reset_after=True, r multiplies everything that comes from the state's side.",
            "Add the candidate's part of the second row to h U_h before r multiplies the sum.",
        ),
        _step(
            candidate=lambda r, h, given, U_h, c_h, after: (
                given + r * (h @ U_h) + c_h if after else _candidate(r, h, given, U_h, c_h, after)
            )
        ),
    ),
    "no-reset": (
        (
            "Your state does not use the reset gate.",
            "Where does r come into the candidate?",
            "Let r multiply what the state adds to the candidate.",
        ),
        _step(
            candidate=lambda r, h, given, U_h, c_h, after: _candidate(
                1 + 0 * r, h, given, U_h, c_h, after
            )
        ),
    ),
    "reset-on-input": (
        (
            "Your state equals the one whose reset gate also multiplies the input's term.",
            "Look at the brackets around what r multiplies.",
            "The term x W_h and its bias stay outside: r multiplies the state's term alone.",
        ),
        _step(candidate=lambda r, h, given, U_h, c_h, after: r * (given + h @ U_h + c_h)),
    ),
    "no-second-bias": (
        (
            "Your state equals the one without the second row of b.",
            "With reset_after=True b has two rows. How many of them do you use?",
            "Row 0 belongs to the products with x, row 1 to the products with h: add both.",
        ),
        _step(rows=lambda b, c, after: (b, 0 * c)),
    ),
    "no-first-bias": (
        (
            "Your state equals the one without the bias of the input's side.",
            "With x and h zero, what is left of each gate?",
            "Add the bias of the products with x: row 0 of b, or b itself where it has one row.",
        ),
        _step(rows=lambda b, c, after: (0 * b, c)),
    ),
    "no-bias": (
        (
            "Your state equals the one without any bias.",
            "Look for b in your code.",
            "Each gate and the candidate have a bias: add it inside the activation.",
        ),
        _step(rows=lambda b, c, after: (0 * b, 0 * c)),
    ),
    "bias-rows-swapped": (
        (
            "Your state equals the one with the two rows of b exchanged.",
            "For z and r the rows are only added. For the candidate it matters which is which.",
            "Row 0 stands beside x W_h, row 1 beside h U_h, inside the reset.",
        ),
        _step(rows=lambda b, c, after: (c, b) if after else (b, c)),
    ),
    "first-row-twice": (
        (
            "Your state equals the one that uses the first row of b twice.",
            "With reset_after=True b has two rows. Which one stands beside the products with h?",
            "Row 0 belongs to the products with x, row 1 to those with h.",
        ),
        _step(rows=lambda b, c, after: (b, b) if after else (b, c)),
    ),
    "no-tanh": (
        (
            "Your state equals the one whose candidate has no tanh.",
            "Look at the last thing you do with the candidate before you mix it in.",
            "Put the whole sum of the candidate through tanh.",
        ),
        _step(activation=lambda total: total),
    ),
    "tanh-twice": (
        (
            "Your state equals the one whose candidate went through tanh twice.",
            "Count the tanh between the sum and the mixture.",
            "Keep one tanh.",
        ),
        _step(activation=lambda total: np.tanh(np.tanh(total))),
    ),
    "candidate-sigmoid": (
        (
            "Your state equals the one whose candidate went through a sigmoid.",
            "The candidate is no gate: it should lie between −1 and 1.",
            "Use tanh for the candidate, the sigmoid for z and r.",
        ),
        _step(activation=sigmoid),
    ),
    "candidate-relu": (
        (
            "Your state equals the one whose candidate went through a ReLU.",
            "The candidate should lie between −1 and 1.",
            "Exchange the ReLU for tanh.",
        ),
        _step(activation=lambda total: np.maximum(total, 0)),
    ),
    "no-sigmoid": (
        (
            "Your state equals the one whose gates have no sigmoid.",
            "A gate is a share between 0 and 1. Which numbers do yours reach?",
            "Put the sums of z and r through the sigmoid.",
        ),
        _step(gate=lambda total: total),
    ),
    "sigmoid-twice": (
        (
            "Your state equals the one whose gates went through the sigmoid twice.",
            "With a sum of 0 a gate should be 0.5. What is yours?",
            "Keep one sigmoid for each gate.",
        ),
        _step(gate=lambda total: sigmoid(sigmoid(total))),
    ),
    "gates-tanh": (
        (
            "Your state equals the one whose gates went through tanh.",
            "A gate is a share between 0 and 1; tanh also gives negative numbers.",
            "Use the sigmoid for z and r.",
        ),
        _step(gate=np.tanh),
    ),
    "hard-sigmoid": (
        (
            "Your state equals the one with a hard sigmoid, made of straight lines.",
            "Old versions of Keras used it as the default for gates. Which one do you call?",
            "Use the smooth sigmoid, 1 / (1 + exp(−z)).",
        ),
        _step(gate=lambda total: np.clip(0.2 * total + 0.5, 0, 1)),
    ),
    "keras-hard-sigmoid": (
        (
            "Your state equals the one with the hard sigmoid of Keras 3, clipped at −3 and 3.",
            "Look at the name of the function that makes your gates.",
            "Use the smooth sigmoid, 1 / (1 + exp(−z)).",
        ),
        _step(gate=lambda total: np.clip(total / 6 + 0.5, 0, 1)),
    ),
    "old-state-dropped": (
        (
            "Your state equals (1 − z) times the candidate: the old state is gone.",
            "Where does a GRU keep what it knew? Look at the last line of the equations.",
            "Add the old state, weighed by z.",
        ),
        _step(mix=lambda z, h, new: (1 - z) * new),
    ),
    "candidate-whole": (
        (
            "Your state equals z h plus the whole candidate.",
            "The two weights of the mixture should sum to 1. Do yours?",
            "Weigh the candidate by 1 − z.",
        ),
        _step(mix=lambda z, h, new: z * h + new),
    ),
    "old-state-whole": (
        (
            "Your state equals the whole old state plus (1 − z) times the candidate.",
            "The two weights of the mixture should sum to 1. Do yours?",
            "Weigh the old state by z.",
        ),
        _step(mix=lambda z, h, new: h + (1 - z) * new),
    ),
    "candidate-returned": (
        (
            "Your state equals the candidate: the update gate does nothing.",
            "Where does z come in?",
            "Mix the old state and the candidate, with z and 1 − z as their weights.",
        ),
        _step(mix=lambda z, h, new: new),
    ),
    "tanh-on-state": (
        (
            "Your state equals tanh of the right one.",
            "An LSTM puts its cell state through tanh on the way out. Does a GRU?",
            "Return the mixture as it is.",
        ),
        _step(mix=lambda z, h, new: np.tanh(z * h + (1 - z) * new)),
    ),
    "gates-without-state": (
        (
            "Your gates do not look at the state.",
            "Each gate is a sum of two products. Which one is missing in yours?",
            "Add the product of h and the gate's block of U.",
        ),
        _step(gate_state=lambda h: 0 * h),
    ),
    "gates-without-input": (
        (
            "Your gates do not look at the input.",
            "Each gate is a sum of two products. Which one is missing in yours?",
            "Add the product of x and the gate's block of W.",
        ),
        _step(gate_input=lambda x: 0 * x),
    ),
    "recurrent-transposed": (
        (
            "Your state equals the one with each block of U transposed.",
            "States are row vectors. On which side of the weights do they stand?",
            "Multiply h from the left with the block as it is.",
        ),
        _step(block=_transposed),
    ),
}

GRU_STEP = Oracle(
    cases=_step_cases,
    expect=lambda inputs: {"the new state": gru(*map(wide, inputs.values()))},
    second=_keras_step,
    parts={"terms": 0.3, "after": 0.3, "before": 0.2, "edges": 0.2},
    basic=("terms", "after", "before"),
    mistakes=tuple(
        mistake(id, hints, wrong, "the new state") for id, (hints, wrong) in WRONG_STEPS.items()
    ),
)


# --- GRUCell -------------------------------------------------------------------------------------


def _sequence_inputs(
    rng: np.random.Generator, reset_after: bool | None, sizes: tuple[int, int, int, int], dtype: str
) -> Inputs:
    """A cell's case; with None the flag is left to the signature."""
    batch, steps, features, units = sizes
    inputs = step_inputs(rng, (batch, features, units), reset_after is not False, dtype)
    inputs["xs"] = draw(rng, batch, steps, features, dtype=dtype)
    inputs["h0"] = inputs.pop("h")
    inputs.pop("x")
    if reset_after is None:
        inputs.pop("reset_after")
    return inputs


def _gru_cell_cases(rng: np.random.Generator) -> list[Case]:
    alone = [
        replace(case, inputs=doing("step", case.inputs)) for case in isolated_steps(rng, "alone")
    ]
    default = doing("step", step_inputs(rng, (3, 2, 4), True))
    default.pop("reset_after")
    before = cell_cases(
        CELL, "GRUCell", rng, lambda *given: _sequence_inputs(rng, False, *given), _BEFORE
    )
    return [
        *alone,
        Case(default, "alone", "the cell alone, made with units only"),
        Case(doing("step", step_inputs(rng, (1, 1, 1), True)), "alone", "one sample, one unit"),
        Case(doing("step", step_inputs(rng, (2, 3, 4), False, "float64")), "alone", "float64"),
        *cell_cases(CELL, "GRUCell", rng, lambda *given: _sequence_inputs(rng, None, *given)),
        *(
            replace(case, about=f"{case.about}, reset_after=False")
            for case in before
            if case.inputs["_do"] != "build" and not case.about.endswith("T = 1")
        ),
        Case({"_do": "start", "units": 3, "_shape": (2, 4)}, "kept", "the biases of a new cell"),
    ]


_BEFORE: Inputs = {"reset_after": False}


def _as_cell(step: Callable[..., Array], carry: Callable[..., Array] | None = None) -> Step:
    """A step of the exercise as a cell's step: the form of the bias tells which kind it is."""

    def run(x: Array, states: Sequence[Array], weights: Weights) -> tuple[Array, list[Array]]:
        given = (x, states[0], *weights, weights[2].ndim == 2)
        output = step(*given)
        return output, [output if carry is None else carry(*given)]

    return run


def _bias_at_start(units: int) -> Array:
    return np.zeros((2, 3 * units))


def _zero_or_not(inputs: Inputs, outputs: Outputs) -> Outputs:
    """What is compared: of a new cell's biases only the shape, and whether they are zero."""
    name = "`bias` at the start"
    if name not in outputs:
        return outputs
    bias = np.asarray(outputs[name])
    words = "other numbers" if np.any(bias) else "zeros"
    return {**outputs, name: f"{words} of shape {bias.shape}"}


def _layer_of(inputs: Inputs, shape: Sequence[int]) -> Any:
    return _layer(CELL.size_of(inputs), shape, bool(inputs.get("reset_after", True)))


_right_cell = expect_cell(CELL, _as_cell(gru), start=_bias_at_start)


def _cell_but(instead: Callable[[Inputs], Outputs | Raises | None]) -> Expect:
    """A cell that is right but where `instead` says otherwise."""
    return lambda inputs: instead(inputs) or _right_cell(inputs)


def _other_shape(where: Callable[[Inputs], bool]) -> Expect:
    """A bias of the wrong shape wherever weights are loaded and `where` holds."""

    def instead(inputs: Inputs) -> Outputs | Raises | None:
        if inputs["_do"] == "start" and where(inputs):
            return {"`bias` at the start": np.zeros(3 * inputs["units"])}
        if "W" in inputs and where(inputs):
            return Raises(kind="shape", problem="another shape of bias")
        return None

    return _cell_but(instead)


def _config_loses_flag(inputs: Inputs) -> Outputs | None:
    if inputs.get("reset_after", True):
        return None
    if inputs["_do"] == "config":
        return {"`from_config(get_config())`": "loses reset_after"}
    if inputs["_do"] == "save":
        return {"saving and loading a model with the cell": "raises ValueError"}
    return None


GRU_CELL = Oracle(
    cases=_gru_cell_cases,
    expect=expect_cell(CELL, _as_cell(gru), gradients=True, start=_bias_at_start),
    second=keras_reference(CELL, _layer_of),
    parts={"alone": 0.4, "in Keras": 0.4, "kept": 0.2},
    basic=("alone", "in Keras"),
    view=_zero_or_not,
    mistakes=(
        *(
            Mistake(id, hints, expect_cell(CELL, _as_cell(wrong), start=_bias_at_start))
            for id, (hints, wrong) in WRONG_STEPS.items()
        ),
        Mistake(
            "old-state-returned",
            (
                "The output is right, but the new state is the old one: nothing is carried on.",
                "Look at the list in the last line of `call`.",
                "Return the new h twice: as the output, and in the list of states.",
            ),
            expect_cell(CELL, _as_cell(gru, carry=lambda x, h, *given: h), start=_bias_at_start),
        ),
        Mistake(
            "candidate-carried",
            (
                "The output is right, but the state that is carried on is the candidate.",
                "Two values leave `call`: compare what each of them is.",
                "Carry the same h that you return as the output.",
            ),
            expect_cell(
                CELL,
                _as_cell(gru, carry=WRONG_STEPS["candidate-returned"][1]),
                start=_bias_at_start,
            ),
        ),
        Mistake(
            "candidate-shown",
            (
                "The state is right, but the output is the candidate.",
                "Two values leave `call`: compare what each of them is.",
                "In a GRU the output is the state: return the same h twice.",
            ),
            expect_cell(
                CELL,
                _as_cell(WRONG_STEPS["candidate-returned"][1], carry=gru),
                start=_bias_at_start,
            ),
        ),
        Mistake(
            "one-row-of-bias",
            (
                "With reset_after=True the bias has one row; it should have two.",
                "Look at the shape you give the bias in `build`: does it depend on reset_after?",
                "Make the bias (2, 3U) where reset_after is True.",
            ),
            _other_shape(lambda inputs: bool(inputs.get("reset_after", True))),
        ),
        Mistake(
            "two-rows-of-bias",
            (
                "With reset_after=False the bias has two rows; it should have one.",
                "Look at the shape you give the bias in `build`: does it depend on reset_after?",
                "Make the bias (3U,) where reset_after is False.",
            ),
            _other_shape(lambda inputs: not inputs.get("reset_after", True)),
        ),
        Mistake(
            "other-default",
            (
                "Made with units only, the cell is one with reset_after=False.",
                "Look at the default in your signature.",
                "Keep the default of the stub: True.",
            ),
            _other_shape(lambda inputs: "reset_after" not in inputs),
        ),
        Mistake(
            "no-reset-argument",
            (
                "The cell cannot be made with reset_after=False.",
                "Look at the arguments of `__init__`.",
                "Take reset_after, with True as its default, and store it.",
            ),
            _cell_but(
                lambda inputs: (
                    Raises(kind="Exception", problem="an unexpected keyword")
                    if "reset_after" in inputs
                    else None
                )
            ),
        ),
        Mistake(
            "bias-not-zero",
            (
                "A new cell begins with biases that are not zero.",
                "Without an initializer Keras draws the numbers at random.",
                'Give the bias the initializer "zeros".',
            ),
            _cell_but(
                lambda inputs: (
                    {"`bias` at the start": np.ones((2, 3 * inputs["units"]))}
                    if inputs["_do"] == "start"
                    else None
                )
            ),
        ),
        Mistake(
            "config-without-reset-after",
            (
                "Made again from its configuration, the cell loses reset_after.",
                "Which arguments does your get_config return?",
                'Add "reset_after" to the dictionary, or leave get_config out: Keras then records '
                "the arguments itself.",
            ),
            _cell_but(_config_loses_flag),
        ),
        *kept_mistakes(CELL, "GRUCell", _right_cell),
    ),
)


# --- cell_parameters, units_for_budget, step_flops -----------------------------------------------

#: Gates and candidates of each kind: how many times the Elman cell's products it makes.
BLOCKS = {"elman": 1, "lstm": 4, "gru": 3}
KINDS = tuple(BLOCKS)
#: Rows of bias: a GRU with reset_after=True has two.
ROWS = {"elman": 1, "lstm": 1, "gru": 2}


def parameters(kind: str, features: int, units: int) -> int:
    """Input weights, recurrent weights and biases, by the formula."""
    return BLOCKS[kind] * units * (features + units + ROWS[kind])


def flops(kind: str, features: int, units: int) -> int:
    """Two operations for each weight of the two products, by the formula."""
    return 2 * BLOCKS[kind] * units * (features + units)


def _arrays(kind: str, features: int, units: int) -> list[tuple[int, ...]]:
    """The shapes of one cell's weights, as Keras lays them out."""
    wide_units = {"elman": units, "lstm": 4 * units, "gru": 3 * units}[kind]
    bias = (2, wide_units) if kind == "gru" else (wide_units,)
    return [(features, wide_units), (units, wide_units), bias]


def _counted(kind: str, features: int, units: int) -> int:
    """The numbers in the arrays of one cell, counted."""
    return sum(int(np.zeros(shape).size) for shape in _arrays(kind, features, units))


def _products(kind: str, features: int, units: int) -> int:
    """One step gone through product by product, each number of each result counted."""
    names = {"elman": ["h"], "lstm": ["i", "f", "c", "o"], "gru": ["z", "r", "h"]}[kind]
    total = 0
    for _ in names:
        for length in (features, units):  # x W, then h U
            for _ in range(units):  # each number of the result is a sum over `length` products
                total += length + length  # as many multiplications as additions
    return total


def _unless(problem: Callable[[Inputs], Raises | None], expect: Expect) -> Expect:
    """`expect`, but the error where an argument is impossible."""
    return lambda inputs: problem(inputs) or expect(inputs)


def _accepting(id: str, hints: Hints, expect: Expect, argument: str) -> Mistake:
    """The mistake of returning something where this argument is impossible."""

    def wrong(inputs: Inputs) -> Outputs | Raises | None:
        truth = expect(inputs)
        if not isinstance(truth, Raises):
            return None
        return {} if truth.argument == argument else truth

    return Mistake(id, hints, wrong)


def _impossible(inputs: Inputs) -> Raises | None:
    """What is wrong with (kind, features, units) or (kind, features, parameters)."""
    if inputs["kind"] not in BLOCKS:
        return Raises("kind", f"kind = {inputs['kind']!r}")
    if inputs.get("units", 1) < 1:
        return Raises("units", f"units = {inputs['units']}")
    return None


def _counting(name: str, function: Callable[..., int]) -> Expect:
    return _unless(_impossible, as_expectation(function, name))


def _wrong_count(
    id: str, hints: Hints, name: str, function: Callable[[str, int, int], int]
) -> Mistake:
    """A wrong count, from someone who did not forget the errors."""
    return Mistake(id, hints, _counting(name, function))


def _count_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, kind: str, features: int, units: int) -> Case:
        # a string of its own, as one that crosses a border is: it equals "gru" and is not "gru"
        return Case(
            {"kind": "".join(list(kind)), "features": features, "units": units}, part, about
        )

    def draw(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    return [
        *(case(kind, "F below U", kind, draw(3, 9), draw(20, 60)) for kind in KINDS),
        *(case(kind, "F above U", kind, draw(70, 99), draw(5, 20)) for kind in KINDS),
        *(
            case(kind, "as many features as units", kind, n, n)
            for kind in KINDS
            for n in [draw(2, 9)]
        ),
        *(case("edges", "one feature, one unit", kind, 1, 1) for kind in KINDS),
        case("edges", "large", "gru", draw(200, 300), draw(400, 600)),
        case("errors", "", "transformer", 3, 4),
        case("errors", "", "", 3, 4),
        case("errors", "", "gru", 8, 0),
        case("errors", "", "lstm", 8, -2),
        case("errors", "", "elman", 8, 0),
    ]


_COUNT_PARTS = {"elman": 0.2, "lstm": 0.25, "gru": 0.25, "edges": 0.1, "errors": 0.2}

_ANY_KIND: Hints = (
    "A kind that does not exist is accepted, or raises no ValueError.",
    "Which kinds are there? What should happen to any other word?",
    "Raise a ValueError that names kind and the word that came.",
)
_ANY_UNITS: Hints = (
    "A cell without units is accepted.",
    "What does a count mean for 0 units, or for −2?",
    "Raise a ValueError that names units and the number that came.",
)
_PARAMETERS = "the number of parameters"

CELL_PARAMETERS = Oracle(
    cases=_count_cases,
    expect=_counting(_PARAMETERS, parameters),
    second=_counting(_PARAMETERS, _counted),
    parts=_COUNT_PARTS,
    basic=KINDS,
    mistakes=(
        _wrong_count(
            "one-bias",
            (
                "Your GRU has one bias for each column.",
                "How many rows has b in a GRU with reset_after=True?",
                "Count two biases for each of the 3U columns.",
            ),
            _PARAMETERS,
            lambda kind, f, u: BLOCKS[kind] * u * (f + u + 1),
        ),
        _wrong_count(
            "two-biases-everywhere",
            (
                "You count two rows of bias for every kind.",
                "PyTorch keeps two rows for all its cells. Which of Keras's cells has two?",
                "Only the GRU with reset_after=True has a second row.",
            ),
            _PARAMETERS,
            lambda kind, f, u: BLOCKS[kind] * u * (f + u + 2),
        ),
        _wrong_count(
            "no-bias",
            (
                "Your numbers lack the biases.",
                "Which arrays does a cell have besides the two matrices?",
                "Add the biases of every gate and candidate.",
            ),
            _PARAMETERS,
            lambda kind, f, u: BLOCKS[kind] * u * (f + u),
        ),
        _wrong_count(
            "no-recurrence",
            (
                "Your numbers lack the weights from state to state.",
                "A recurrent cell has two matrices.",
                "Each gate also has U × U weights for the state.",
            ),
            _PARAMETERS,
            lambda kind, f, u: BLOCKS[kind] * u * (f + ROWS[kind]),
        ),
        _wrong_count(
            "no-input",
            (
                "Your numbers lack the weights from the input.",
                "A recurrent cell has two matrices.",
                "Each gate also has F × U weights for the input.",
            ),
            _PARAMETERS,
            lambda kind, f, u: BLOCKS[kind] * u * (u + ROWS[kind]),
        ),
        _wrong_count(
            "elman-for-all",
            (
                "Every kind has as many parameters as an Elman cell.",
                "How many times does an LSTM, and how many a GRU, make an Elman cell's sum?",
                "Multiply by the number of gates and candidates of the kind.",
            ),
            _PARAMETERS,
            lambda kind, f, u: u * (f + u + ROWS[kind]),
        ),
        _wrong_count(
            "gates-only",
            (
                "You count the gates and leave the candidates out.",
                "An LSTM has three gates and a GRU two; each also has a candidate.",
                "Count four blocks of U columns for the LSTM and three for the GRU.",
            ),
            _PARAMETERS,
            lambda kind, f, u: max(1, BLOCKS[kind] - 1) * u * (f + u + ROWS[kind]),
        ),
        _wrong_count(
            "lstm-gru-exchanged",
            (
                "Your LSTM has three blocks of columns and your GRU four.",
                "Which of the two has an output gate?",
                "The LSTM makes four sums, the GRU three.",
            ),
            _PARAMETERS,
            lambda kind, f, u: {"elman": 1, "lstm": 3, "gru": 4}[kind] * u * (f + u + ROWS[kind]),
        ),
        _wrong_count(
            "features-and-units-exchanged",
            (
                "Your numbers are those of a cell with features and units exchanged.",
                "Which of the two sizes stands in both matrices?",
                "The recurrent weights are U × U for each gate, the input weights F × U.",
            ),
            _PARAMETERS,
            lambda kind, f, u: BLOCKS[kind] * f * (f + u + ROWS[kind]),
        ),
        _accepting("any-kind", _ANY_KIND, _counting(_PARAMETERS, parameters), "kind"),
        _accepting("any-units", _ANY_UNITS, _counting(_PARAMETERS, parameters), "units"),
    ),
)

_OPERATIONS = "the number of operations"

STEP_FLOPS = Oracle(
    cases=_count_cases,
    expect=_counting(_OPERATIONS, flops),
    second=_counting(_OPERATIONS, _products),
    parts=_COUNT_PARTS,
    basic=KINDS,
    mistakes=(
        _wrong_count(
            "multiply-adds",
            (
                "Your numbers are half of what they should be.",
                "A multiplication and an addition are two operations.",
                "Count 2 for each multiply-add.",
            ),
            _OPERATIONS,
            lambda kind, f, u: BLOCKS[kind] * u * (f + u),
        ),
        _wrong_count(
            "biases-too",
            (
                "You also count the biases; only the matrix products are asked for.",
                "Does your number come from the number of parameters?",
                "Leave the biases out: take the weights of the two matrices alone.",
            ),
            _OPERATIONS,
            lambda kind, f, u: 2 * BLOCKS[kind] * u * (f + u + ROWS[kind]),
        ),
        _wrong_count(
            "parameters",
            (
                "Your numbers are the numbers of parameters.",
                "What does one weight of a matrix do in one step?",
                "Each weight of the two matrices multiplies once and adds once; a bias does not.",
            ),
            _OPERATIONS,
            parameters,
        ),
        _wrong_count(
            "one-addition-less",
            (
                "You count one addition less for each sum.",
                "A sum of n products needs n − 1 additions. By which convention is it 2n here?",
                "Count 2 for each multiply-add: 2n for a sum of n products.",
            ),
            _OPERATIONS,
            lambda kind, f, u: BLOCKS[kind] * u * (2 * (f + u) - 2),
        ),
        _wrong_count(
            "no-recurrence",
            (
                "Your numbers lack the product of the state with its weights.",
                "One step makes two matrix products.",
                "Add the product of (1, U) with (U, U) for each gate.",
            ),
            _OPERATIONS,
            lambda kind, f, u: 2 * BLOCKS[kind] * u * f,
        ),
        _wrong_count(
            "no-input",
            (
                "Your numbers lack the product of the input with its weights.",
                "One step makes two matrix products.",
                "Add the product of (1, F) with (F, U) for each gate.",
            ),
            _OPERATIONS,
            lambda kind, f, u: 2 * BLOCKS[kind] * u * u,
        ),
        _wrong_count(
            "elman-for-all",
            (
                "Every kind makes as many operations as an Elman cell.",
                "How many times does an LSTM, and how many a GRU, make an Elman cell's sum?",
                "Multiply by the number of gates and candidates of the kind.",
            ),
            _OPERATIONS,
            lambda kind, f, u: 2 * u * (f + u),
        ),
        _wrong_count(
            "gates-only",
            (
                "You count the gates and leave the candidates out.",
                "An LSTM has three gates and a GRU two; each also has a candidate.",
                "Count four pairs of products for the LSTM and three for the GRU.",
            ),
            _OPERATIONS,
            lambda kind, f, u: 2 * max(1, BLOCKS[kind] - 1) * u * (f + u),
        ),
        _wrong_count(
            "lstm-gru-exchanged",
            (
                "Your LSTM makes three pairs of products and your GRU four.",
                "Which of the two has an output gate?",
                "The LSTM makes four pairs of products, the GRU three.",
            ),
            _OPERATIONS,
            lambda kind, f, u: 2 * {"elman": 1, "lstm": 3, "gru": 4}[kind] * u * (f + u),
        ),
        _accepting("any-kind", _ANY_KIND, _counting(_OPERATIONS, flops), "kind"),
        _accepting("any-units", _ANY_UNITS, _counting(_OPERATIONS, flops), "units"),
    ),
)

_UNITS = "the number of units"


def most_units(kind: str, features: int, budget: int) -> int:
    """The larger root of blocks · U · (U + F + rows) = budget, rounded down, in whole numbers."""
    share, linear = budget // BLOCKS[kind], features + ROWS[kind]
    if share < 1:
        return 0
    return (isqrt(linear * linear + 4 * share) - linear) // 2


def _search(kind: str, features: int, budget: int) -> int:
    """The same by halving an interval."""
    low, high = 0, max(1, budget)
    while low < high:
        middle = (low + high + 1) // 2
        if _counted_fast(kind, features, middle) <= budget:
            low = middle
        else:
            high = middle - 1
    return low


def _counted_fast(kind: str, features: int, units: int) -> int:
    total = 0
    for shape in _arrays(kind, features, units):
        size = 1
        for length in shape:
            size *= length
        total += size
    return total


def _budget_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, kind: str, features: int, budget: int) -> Case:
        return Case({"kind": kind, "features": features, "parameters": budget}, part, about)

    def draw(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    found = []
    for kind in KINDS:
        features, units = draw(5, 20), draw(18, 40)
        exact, following = (parameters(kind, features, u) for u in (units, units + 1))
        found += [
            case(kind, "a budget between two sizes", kind, features, (exact + following) // 2),
            case(kind, "a budget just below the next size", kind, features, following - 1),
            case(kind, "a budget that is met exactly", kind, features, exact),
            case("edges", "one parameter short of one unit", kind, 4, parameters(kind, 4, 1) - 1),
            case("edges", "just one unit", kind, 4, parameters(kind, 4, 1)),
        ]
    return [
        *found,
        case("edges", "no parameter at all", "lstm", 3, 0),
        case("edges", "a budget that is not a size of anything", "gru", 1, 100_000 + draw(0, 999)),
        case("edges", "many features", "lstm", 700, 90_000 + draw(0, 999)),
        case("errors", "", "transformer", 3, 400),
        case("errors", "", "", 3, 400),
    ]


def _by(sizes: Callable[[str, int, int], int]) -> Callable[[str, int, int], int]:
    """Search with another count of parameters."""

    def search(kind: str, features: int, budget: int) -> int:
        units = 0
        while sizes(kind, features, units + 1) <= budget:
            units += 1
        return units

    return search


def _at_least_one(kind: str, features: int, budget: int) -> int:
    return max(1, most_units(kind, features, budget))


def _nearest(kind: str, features: int, budget: int) -> int:
    low = most_units(kind, features, budget)
    under = budget - parameters(kind, features, low)
    return low if under <= parameters(kind, features, low + 1) - budget else low + 1


UNITS_FOR_BUDGET = Oracle(
    cases=_budget_cases,
    expect=_counting(_UNITS, most_units),
    second=_counting(_UNITS, _search),
    parts={"elman": 0.2, "lstm": 0.25, "gru": 0.25, "edges": 0.2, "errors": 0.1},
    basic=KINDS,
    mistakes=(
        _wrong_count(
            "strictly-below",
            (
                "Where a size meets the budget exactly you return one unit less.",
                "May the parameters equal the budget?",
                "They may not exceed it: equal is allowed.",
            ),
            _UNITS,
            lambda kind, f, p: most_units(kind, f, p - 1),
        ),
        _wrong_count(
            "first-above",
            (
                "You return the first size that exceeds the budget.",
                "Put your result into cell_parameters and compare with the budget.",
                "Stop one unit earlier: the last size that still fits.",
            ),
            _UNITS,
            lambda kind, f, p: most_units(kind, f, p) + 1,
        ),
        _wrong_count(
            "first-that-reaches",
            (
                "You return the smallest size that reaches the budget.",
                "Put your result into cell_parameters and compare with the budget.",
                "Return the largest size whose parameters do not exceed the budget.",
            ),
            _UNITS,
            lambda kind, f, p: most_units(kind, f, p - 1) + 1,
        ),
        _wrong_count(
            "nearest",
            (
                "You return the size that is nearest to the budget, from either side.",
                "Do you round at the end?",
                "Round down: the budget may not be exceeded.",
            ),
            _UNITS,
            _nearest,
        ),
        _wrong_count(
            "at-least-one",
            (
                "Where not even one unit fits you return 1.",
                "How many parameters has one unit? Is it within the budget?",
                "Return 0 where the budget is too small.",
            ),
            _UNITS,
            _at_least_one,
        ),
        _wrong_count(
            "one-too-few",
            (
                "You return one unit less than fits.",
                "Put your result plus one into cell_parameters and compare with the budget.",
                "Look at where your loop stops: at the last size that fits, not before it.",
            ),
            _UNITS,
            lambda kind, f, p: max(0, most_units(kind, f, p) - 1),
        ),
        _wrong_count(
            "proportional",
            (
                "You divide the budget by the parameters of one unit.",
                "Are the parameters of two units twice those of one?",
                "The recurrent weights grow with U squared: search, or solve the quadratic.",
            ),
            _UNITS,
            lambda kind, f, p: p // parameters(kind, f, 1),
        ),
        _wrong_count(
            "one-bias",
            (
                "Your units fit a GRU with one row of bias.",
                "Which count of parameters do you use?",
                "Use the count of the GRU with reset_after=True: two rows of bias.",
            ),
            _UNITS,
            _by(lambda kind, f, u: BLOCKS[kind] * u * (f + u + 1)),
        ),
        _wrong_count(
            "no-bias",
            (
                "Your units fit a cell without biases.",
                "Which count of parameters do you use?",
                "Use cell_parameters: it counts the biases too.",
            ),
            _UNITS,
            _by(lambda kind, f, u: BLOCKS[kind] * u * (f + u)),
        ),
        _wrong_count(
            "operations",
            (
                "Your units fit the budget if it is read as operations per step.",
                "Which of the two counts do you use?",
                "The budget is in parameters.",
            ),
            _UNITS,
            _by(flops),
        ),
        _wrong_count(
            "lstm-for-all",
            (
                "Your units are those of an LSTM, whatever the kind.",
                "Where does kind come in?",
                "Hand kind on to the count of parameters.",
            ),
            _UNITS,
            lambda kind, f, p: most_units("lstm", f, p),
        ),
        _accepting("any-kind", _ANY_KIND, _counting(_UNITS, most_units), "kind"),
        Mistake(
            "error-for-zero",
            (
                "Where not even one unit fits your code raises an error.",
                "Does your search begin at one unit, or do you raise the error yourself?",
                "Return 0 there: it is an answer, and no error.",
            ),
            lambda inputs: (
                Raises(kind="Exception", problem="no unit fits")
                if inputs["kind"] in BLOCKS and not most_units(*inputs.values())
                else None
            ),
        ),
    ),
)


# --- paired_interval -----------------------------------------------------------------------------

_ENDS = ("the mean", "the low end", "the high end")


def quantile(p: float, freedom: float) -> float:
    """The p-quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, p))


def _quantile_by_beta(p: float, freedom: float) -> float:
    """The same by the incomplete beta function, for p above 1/2."""
    from scipy.special import betaincinv

    x = float(betaincinv(freedom / 2, 0.5, 2 * (1 - p)))
    return float(np.sqrt(freedom * (1 - x) / x))


def _interval(
    difference: Array, confidence: float, find: Callable[[float, float], float] = quantile
) -> tuple[float, float, float]:
    n = len(difference)
    mean = float(difference.mean())
    half = find((1 + confidence) / 2, n - 1) * float(difference.std(ddof=1)) / np.sqrt(n)
    return mean, mean - half, mean + half


def paired(a: Array, b: Array, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean of a − b with Student's interval, by the definition."""
    return _interval(a - b, confidence)


def _paired_by_beta(a: Array, b: Array, confidence: float = 0.95) -> tuple[float, float, float]:
    n = len(a)
    differences = [float(x) - float(y) for x, y in zip(a, b, strict=True)]
    mean = sum(differences) / n
    variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
    half = _quantile_by_beta((1 + confidence) / 2, n - 1) * (variance / n) ** 0.5
    return mean, mean - half, mean + half


def _impossible_confidence(inputs: Inputs) -> Raises | None:
    confidence = inputs.get("confidence", 0.95)
    if 0 < confidence < 1:
        return None
    return Raises("confidence", f"confidence = {confidence}")


#: An own quantile, by integration or bisection, may be right to seven digits.
_OWN_QUANTILE = 1e3


def _interval_cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str, about: str, n: int, confidence: float | None, dtype: str = "float64"
    ) -> Case:
        common = rng.normal(0.9, 0.05, n)
        a = (common + rng.normal(0.02, 0.01, n)).astype(dtype)
        b = (common + rng.normal(0.0, 0.01, n)).astype(dtype)
        inputs: Inputs = {"a": a, "b": b}
        if confidence is not None:
            inputs["confidence"] = confidence
        return Case(inputs, part, about, slack=_OWN_QUANTILE if dtype == "float64" else 10)

    far = case("edges", "differences of very different size", 7, 0.95)
    far.inputs["b"] = far.inputs["b"] + np.array([0, 0, 0, 900.0, 0, 0, 0])
    return [
        case("interval", "five pairs", 5, 0.95),
        case("interval", "eight pairs", 8, 0.95),
        case("interval", "twelve pairs, at 95%", 12, 0.95),
        case("interval", "float32", 6, 0.95, "float32"),
        case("confidence", "five pairs at 90%", 5, 0.9),
        case("confidence", "ten pairs at 99%", 10, 0.99),
        case("confidence", "six pairs at 50%", 6, 0.5),
        case("confidence", "the confidence is not given: 95%", 7, None),
        case("edges", "two pairs", 2, 0.95),
        case("edges", "three pairs at 99.9%", 3, 0.999),
        case("edges", "two hundred pairs", 200, 0.95),
        far,
        *(case("errors", "", 5, confidence) for confidence in (0.0, 1.0, 95.0, -0.5)),
    ]


def _wrong_interval(id: str, hints: Hints, wrong: Callable[..., Any]) -> Mistake:
    return Mistake(id, hints, _unless(_impossible_confidence, as_expectation(wrong, *_ENDS)))


def _with_half(
    half: Callable[[Array, Array, float], float],
    middle: Callable[[Array, Array], float] = lambda a, b: float((a - b).mean()),
) -> Callable[..., tuple[float, float, float]]:
    """An interval of another half-width, around another middle."""

    def interval(a: Array, b: Array, confidence: float = 0.95) -> tuple[float, float, float]:
        mean, width = middle(a, b), half(a, b, confidence)
        return mean, mean - width, mean + width

    return interval


def _half(a: Array, b: Array, confidence: float) -> float:
    mean, low, _ = paired(a, b, confidence)
    return mean - low


def _normal(a: Array, b: Array, confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2) * (a - b).std(ddof=1) / np.sqrt(len(a)))


def _two_samples(a: Array, b: Array, confidence: float) -> float:
    n = len(a)
    error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return float(quantile((1 + confidence) / 2, 2 * n - 2) * error)


def _unpaired(a: Array, b: Array, confidence: float) -> float:
    error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    return float(quantile((1 + confidence) / 2, len(a) - 1) * error)


def _scaled(factor: Callable[[int, float], float]) -> Callable[[Array, Array, float], float]:
    """The right half-width times a factor of n and the confidence."""
    return lambda a, b, confidence: _half(a, b, confidence) * factor(len(a), confidence)


def _other_quantile(
    p: Callable[[float], float], less: int = 1
) -> Callable[[Array, Array, float], float]:
    def half(a: Array, b: Array, confidence: float) -> float:
        n = len(a)
        return float(quantile(p(confidence), n - less) * (a - b).std(ddof=1) / np.sqrt(n))

    return half


PAIRED_INTERVAL = Oracle(
    cases=_interval_cases,
    expect=_unless(_impossible_confidence, as_expectation(paired, *_ENDS)),
    second=_unless(_impossible_confidence, as_expectation(_paired_by_beta, *_ENDS)),
    parts={"interval": 0.4, "confidence": 0.3, "edges": 0.2, "errors": 0.1},
    basic=("interval", "confidence"),
    mistakes=(
        _wrong_interval(
            "normal-quantile",
            (
                "Your interval is too narrow: it uses the quantile of the normal distribution.",
                "With five runs 1.96 is not enough. What does estimating the spread cost?",
                "Take the quantile of Student's t with n − 1 degrees of freedom.",
            ),
            _with_half(_normal),
        ),
        _wrong_interval(
            "not-paired",
            (
                "Your interval is that of two separate samples, each with its own spread.",
                "The runs with the same seed belong together. Where do you subtract them?",
                "Take the differences first, then their mean and their standard deviation.",
            ),
            _with_half(_two_samples),
        ),
        _wrong_interval(
            "spreads-added",
            (
                "Your interval adds the variances of a and of b.",
                "What a and b have in common should cancel. Where do you subtract them?",
                "Take the differences first, then the standard deviation of the differences.",
            ),
            _with_half(_unpaired),
        ),
        _wrong_interval(
            "divided-by-n",
            (
                "Your standard deviation divides by n.",
                "NumPy's std divides by n unless you tell it otherwise.",
                "Divide the sum of squares by n − 1: ddof.",
            ),
            _with_half(_scaled(lambda n, confidence: ((n - 1) / n) ** 0.5)),
        ),
        _wrong_interval(
            "n-degrees",
            (
                "Your quantile has n degrees of freedom.",
                "One degree of freedom is spent on the mean.",
                "Use n − 1 degrees of freedom.",
            ),
            _with_half(_other_quantile(lambda c: (1 + c) / 2, 0)),
        ),
        _wrong_interval(
            "one-sided",
            (
                "Your interval leaves the whole 1 − confidence on each side.",
                "An interval has two ends. How much may lie beyond each?",
                "The quantile's place is midway between confidence and 1.",
            ),
            _with_half(_other_quantile(lambda c: c)),
        ),
        _wrong_interval(
            "whole-remainder",
            (
                "Your interval is too wide: it leaves (1 − confidence) / 4 on each side.",
                "Is the remainder halved twice?",
                "Leave (1 − confidence) / 2 beyond each end.",
            ),
            _with_half(_other_quantile(lambda c: 1 - (1 - c) / 4)),
        ),
        _wrong_interval(
            "no-root-n",
            (
                "Your interval holds single runs, not their mean.",
                "Does your interval get narrower with more runs?",
                "Divide the standard deviation by the root of n.",
            ),
            _with_half(_scaled(lambda n, confidence: n**0.5)),
        ),
        _wrong_interval(
            "divided-by-n-not-root",
            (
                "Your interval is too narrow by the root of n.",
                "By what is the standard deviation of a mean smaller than that of one run?",
                "Divide the standard deviation by the root of n, not by n.",
            ),
            _with_half(_scaled(lambda n, confidence: n**-0.5)),
        ),
        _wrong_interval(
            "variance",
            (
                "Your interval uses the variance where the standard deviation belongs.",
                "Look at the unit: the ends are in the unit of a and b.",
                "Take the root of the variance.",
            ),
            _with_half(
                lambda a, b, confidence: _half(a, b, confidence) * float((a - b).std(ddof=1))
            ),
        ),
        _wrong_interval(
            "b-minus-a",
            (
                "Your numbers are those of b − a.",
                "A positive mean should say that a is larger.",
                "Subtract b from a.",
            ),
            lambda a, b, confidence=0.95: paired(b, a, confidence),
        ),
        _wrong_interval(
            "ends-first",
            (
                "You return (low, mean, high); asked for is (mean, low, high).",
                "Compare the order of your three numbers with the stub.",
                "Return the mean first.",
            ),
            lambda a, b, confidence=0.95: tuple(sorted(paired(a, b, confidence))),
        ),
        _wrong_interval(
            "ends-exchanged",
            (
                "Your low end lies above your high end.",
                "Look at the two signs.",
                "Subtract the half-width for the low end and add it for the high end.",
            ),
            lambda a, b, confidence=0.95: (
                (*paired(a, b, confidence)[::2], paired(a, b, confidence)[1])
            ),
        ),
        _wrong_interval(
            "around-zero",
            (
                "Your ends lie around 0, not around the mean.",
                "Where is the middle of your interval?",
                "Add the mean to both ends.",
            ),
            lambda a, b, confidence=0.95: (
                paired(a, b, confidence)[0],
                -_half(a, b, confidence),
                _half(a, b, confidence),
            ),
        ),
        _wrong_interval(
            "always-95",
            (
                "Your interval is that for 95%, whatever confidence is asked for.",
                "Where does confidence come in?",
                "Compute the quantile from confidence.",
            ),
            lambda a, b, confidence=0.95: paired(a, b),
        ),
        _wrong_interval(
            "other-default",
            (
                "Where no confidence is given your interval is that for 90%.",
                "Look at the default in your signature.",
                "Keep the default of the stub: 0.95.",
            ),
            lambda a, b, confidence=0.9: paired(a, b, confidence),
        ),
        Mistake(
            "no-default",
            (
                "Your function cannot be called without a confidence.",
                "Look at the default in your signature.",
                "Keep the default of the stub: 0.95.",
            ),
            lambda inputs: (
                None
                if "confidence" in inputs
                else Raises(kind="TypeError", problem="a missing argument")
            ),
        ),
        _accepting(
            "any-confidence",
            (
                "An impossible confidence is accepted.",
                "What would an interval with a confidence of 1, or of 95, be?",
                "Raise a ValueError that names confidence unless it lies between 0 and 1.",
            ),
            _unless(_impossible_confidence, as_expectation(paired, *_ENDS)),
            "confidence",
        ),
    ),
)

ORACLES: dict[str, Oracle] = {
    "gru_step": GRU_STEP,
    "GRUCell": GRU_CELL,
    "cell_parameters": CELL_PARAMETERS,
    "units_for_budget": UNITS_FOR_BUDGET,
    "step_flops": STEP_FLOPS,
    "paired_interval": PAIRED_INTERVAL,
}
