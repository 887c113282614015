"""Chapter 2, the Elman cell: cases, two references for each exercise, and the known mistakes.

The first reference is NumPy in float64. The second is Keras's own layer with copied weights, or,
for a linear step, the closed form h_t = h_0 A^t + sum_k (x_k W + b) A^(t-k).

Source of the equation: J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch02_elman_cell import CELL
from course_utils.oracles.bank import mistake, wide
from course_utils.oracles.cells import Step as CellStep
from course_utils.oracles.cells import (
    cell_cases,
    doing,
    draw,
    expect_cell,
    kept_mistakes,
    keras_reference,
    keras_states,
    ready_layer,
    sigmoid,
    zeroed,
)

__all__ = ["ORACLES"]

Array = np.ndarray
Step = Callable[[Array, Array], Array]


def _weights(
    rng: np.random.Generator, features: int, units: int, dtype: str = "float32", scale: float = 0.6
) -> Inputs:
    return {
        "W_x": draw(rng, features, units, scale=scale, dtype=dtype),
        "W_h": draw(rng, units, units, scale=scale, dtype=dtype),
        "b": draw(rng, units, scale=0.5, dtype=dtype),
    }


# --- elman_step ----------------------------------------------------------------------------------


def elman(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> Array:
    """(B, F), (B, U), (F, U), (U, U), (U,) → (B, U)."""
    return np.asarray(np.tanh(x @ W_x + h @ W_h + b))


def _step_inputs(
    rng: np.random.Generator,
    batch: int,
    features: int,
    units: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    return {
        "x": draw(rng, batch, features, scale=scale, dtype=dtype),
        "h": draw(rng, batch, units, scale=0.5 * scale, dtype=dtype),
        **_weights(rng, features, units, dtype),
    }


def _isolated_steps(rng: np.random.Generator, part: str, dtype: str = "float32") -> list[Case]:
    base = [_step_inputs(rng, 3, 2, 4, dtype) for _ in range(3)]
    return [
        Case(zeroed(base[0], "h", "W_h", "b"), part, isolates="the input term x W_x"),
        Case(zeroed(base[1], "x", "W_x", "b"), part, isolates="the recurrent term h W_h"),
        Case(zeroed(base[2], "x", "h"), part, isolates="the bias b"),
    ]


def _elman_step_cases(rng: np.random.Generator) -> list[Case]:
    tiny = _step_inputs(rng, 2, 3, 5, "float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    return [
        *_isolated_steps(rng, "terms"),
        Case(_step_inputs(rng, 3, 2, 4), "step", "three samples, two features, four units"),
        Case(_step_inputs(rng, 5, 3, 2, "float64"), "step", "float64"),
        Case(_step_inputs(rng, 1, 1, 1), "edges", "one sample, one feature, one unit"),
        Case(_step_inputs(rng, 4, 4, 4, "float64"), "step", "as many samples as features as units"),
        Case(_step_inputs(rng, 2, 6, 3, scale=40.0), "edges", "large inputs: tanh is saturated"),
        Case(tiny, "edges", "tiny numbers"),
    ]


def _keras_step(inputs: Inputs) -> Outputs:
    return {"the new state": _simple_rnn(inputs, inputs["x"][:, None, :], inputs["h"])[:, -1]}


def _keras_layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    return ready_layer("SimpleRNN", inputs["W_h"].shape[0], shape)


def _simple_rnn(weights: Inputs, xs: Array, h0: Array) -> Array:
    """Keras's own layer with copied weights, in float64: (B, T, F), (B, U) → (B, T, U)."""
    layer = _keras_layer(weights, xs.shape[2:])
    return keras_states(layer, [weights[name] for name in CELL.given], xs, h0)[0]


#: Wrong steps that a cell and a function can both contain: id → (hints, the wrong step).
WRONG_STEPS: dict[str, tuple[Hints, Callable[..., Array]]] = {
    "no-bias": (
        (
            "Your state equals the one without the bias b.",
            "Set x and h to zero: the equation leaves tanh(b). What does your code leave?",
            "Add the bias to the sum of the two products, inside the tanh.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h),
    ),
    "no-tanh": (
        (
            "Your state equals the sum without the tanh.",
            "A state may never leave the interval from −1 to 1. Look at the last thing you do.",
            "Apply tanh to the whole sum before you return it.",
        ),
        lambda x, h, W_x, W_h, b: x @ W_x + h @ W_h + b,
    ),
    "no-recurrence": (
        (
            "Your state does not depend on the previous state: it equals tanh(x W_x + b).",
            "Look for h in your code: where does the past come in?",
            "Add the product of the previous state with the recurrent weights to the sum.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + b),
    ),
    "no-input": (
        (
            "Your state does not depend on the input: it equals tanh(h W_h + b).",
            "Look for x in your code: where does the present come in?",
            "Add the product of the input with the input weights to the sum.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(h @ W_h + b),
    ),
    "recurrent-transposed": (
        (
            "Your state equals the one with W_h transposed.",
            "Look at the product of the state with its weights: which of its two sides is summed?",
            "States are row vectors: the state stands on the left, W_h on the right, untransposed.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h.T + b),
    ),
    "bias-outside": (
        (
            "Your state equals tanh(x W_x + h W_h) + b: the bias came after the tanh.",
            "Look at the brackets around the sum.",
            "Close the bracket of tanh behind the bias, not before it.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h) + b,
    ),
    "tanh-per-term": (
        (
            "Your state equals tanh of each term, added up afterwards.",
            "Count the tanh in your code: the equation has one.",
            "Add all three terms first, then apply one tanh to the sum.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x) + np.tanh(h @ W_h) + b,
    ),
    "tanh-twice": (
        (
            "Your state equals tanh applied twice.",
            "Count the tanh that the sum goes through.",
            "Keep one tanh: return it as it is.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(np.tanh(x @ W_x + h @ W_h + b)),
    ),
    "sigmoid": (
        (
            "Your state equals the one with a sigmoid in the place of tanh.",
            "A sigmoid gives numbers from 0 to 1. Which interval should a state fill?",
            "Exchange the activation for tanh.",
        ),
        lambda x, h, W_x, W_h, b: sigmoid(x @ W_x + h @ W_h + b),
    ),
    "relu": (
        (
            "Your state equals the one with a ReLU in the place of tanh.",
            "Your state is never negative. Which interval should it fill?",
            "Exchange the activation for tanh.",
        ),
        lambda x, h, W_x, W_h, b: np.maximum(x @ W_x + h @ W_h + b, 0.0),
    ),
    "state-added": (
        (
            "Your state equals the previous state plus the right one.",
            "The previous state comes in only through W_h. Where else does your code use it?",
            "Return the tanh alone, without adding h to it.",
        ),
        lambda x, h, W_x, W_h, b: h + np.tanh(x @ W_x + h @ W_h + b),
    ),
    "bias-twice": (
        (
            "Your state equals the one in which the bias is counted twice.",
            "Count the places where b is added: perhaps once for each product.",
            "Add b once, to the sum of both products.",
        ),
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + b + h @ W_h + b),
    ),
}

ELMAN_STEP = Oracle(
    cases=_elman_step_cases,
    expect=lambda inputs: {"the new state": elman(*map(wide, inputs.values()))},
    second=_keras_step,
    parts={"terms": 0.3, "step": 0.5, "edges": 0.2},
    basic=("terms", "step"),
    mistakes=tuple(
        mistake(id, hints, wrong, "the new state") for id, (hints, wrong) in WRONG_STEPS.items()
    ),
)


# --- unroll --------------------------------------------------------------------------------------


def _steps(inputs: Inputs) -> Step:
    """The step that the probe passes in, in float64."""
    W_x, W_h, b = (wide(inputs[name]) for name in ("_W_x", "_W_h", "_b"))

    def step(x: Array, h: Array) -> Array:
        z = x @ W_x + h @ W_h + b
        return z if inputs["_linear"] else np.asarray(np.tanh(z))

    return step


def run_states(step: Step, xs: Array, h0: Array) -> Array:
    """(B, T, F), (B, U) → (B, T, U), by the definition."""
    hs = np.zeros((*xs.shape[:2], h0.shape[1]))
    h = h0
    for t in range(xs.shape[1]):
        h = hs[:, t] = step(xs[:, t], h)
    return hs


def closed_form(inputs: Inputs, xs: Array, h0: Array) -> Array:
    """The states of the linear step: h_t = h_0 A^t + sum over k of (x_k W + b) A^(t−k)."""
    W, A, b = (wide(inputs[name]) for name in ("_W_x", "_W_h", "_b"))
    steps = xs.shape[1]
    powers = np.stack([np.linalg.matrix_power(A, k) for k in range(steps + 1)])
    driven = wide(xs) @ W + b
    lag = np.arange(steps)[:, None] - np.arange(steps)[None, :]
    kernel = np.where((lag >= 0)[..., None, None], powers[np.maximum(lag, 0)], 0.0)  # (T, T, U, U)
    start = np.einsum("bu,tuv->btv", wide(h0), powers[1:])
    return np.asarray(start + np.einsum("bku,tkuv->btv", driven, kernel))


def _given_weights(
    rng: np.random.Generator, features: int, units: int, linear: bool, dtype: str = "float32"
) -> Inputs:
    weights = {f"_{k}": v for k, v in _weights(rng, features, units, dtype).items()}
    return {**weights, "_linear": linear}


def _unroll_inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    units: int,
    linear: bool = False,
    dtype: str = "float32",
) -> Inputs:
    return {
        "xs": draw(rng, batch, steps, features, dtype=dtype),
        "h0": draw(rng, batch, units, dtype=dtype),
        **_given_weights(rng, features, units, linear, dtype),
    }


def _unroll_cases(rng: np.random.Generator) -> list[Case]:
    at_rest = _unroll_inputs(rng, 2, 4, 3, 5)
    started = _unroll_inputs(rng, 2, 3, 2, 4, dtype="float64")
    return [
        Case(zeroed(at_rest, "h0"), "from zero", "the initial state is zero"),
        Case(zeroed(started, "xs", "_W_x", "_b"), "carry", isolates="the initial state h0"),
        Case(_unroll_inputs(rng, 3, 5, 2, 4), "carry", "three sequences of five steps"),
        Case(_unroll_inputs(rng, 2, 4, 3, 2, True, "float64"), "carry", "a linear step, float64"),
        Case(_unroll_inputs(rng, 4, 4, 4, 4, True, "float64"), "carry", "B = T = F = U"),
        Case(_unroll_inputs(rng, 1, 1, 2, 3), "edges", "one sequence of one step"),
        Case(_unroll_inputs(rng, 2, 0, 2, 3), "edges", "T = 0: no step at all"),
        Case(_unroll_inputs(rng, 1, 60, 1, 2, False, "float64"), "edges", "sixty steps"),
    ]


def _unroll_second(inputs: Inputs) -> Outputs | None:
    xs, h0 = inputs["xs"], inputs["h0"]
    if inputs["_linear"]:
        return {"the states": closed_form(inputs, xs, h0)}
    if xs.shape[1] in (0, 60):
        return None  # Keras refuses T = 0, and sixty eager steps tell nothing new
    weights = {name: inputs[f"_{name}"] for name in ("W_x", "W_h", "b")}
    return {"the states": _simple_rnn(weights, xs, h0)}


def _unrolled(wrong: Callable[[Step, Array, Array], Array]) -> Callable[[Inputs], Outputs | Raises]:
    def expect(inputs: Inputs) -> Outputs | Raises:
        try:
            return {"the states": wrong(_steps(inputs), wide(inputs["xs"]), wide(inputs["h0"]))}
        except (ValueError, IndexError, UnboundLocalError, NameError) as error:
            return Raises(kind="Exception", problem=str(error))

    return expect


def _not_carried(step: Step, xs: Array, h0: Array) -> Array:
    return np.stack([step(x, h0) for x in xs.swapaxes(0, 1)], axis=1)


def _shifted(step: Step, xs: Array, h0: Array) -> Array:
    hs = run_states(step, xs, h0)
    return np.concatenate([h0[:, None], hs], axis=1)[:, :-1]


def _last_repeated(step: Step, xs: Array, h0: Array) -> Array:
    hs = run_states(step, xs, h0)
    return np.repeat(hs[:, -1:], xs.shape[1], axis=1)


def _no_empty(step: Step, xs: Array, h0: Array) -> Array:
    if xs.shape[1] == 0:
        raise ValueError("need at least one array to stack")
    return run_states(step, xs, h0)


def _residual(step: Step, xs: Array, h0: Array) -> Array:
    return run_states(lambda x, h: h + step(x, h), xs, h0)


UNROLL = Oracle(
    cases=_unroll_cases,
    expect=_unrolled(run_states),
    second=_unroll_second,
    parts={"from zero": 0.3, "carry": 0.5, "edges": 0.2},
    basic=("from zero", "carry"),
    mistakes=(
        Mistake(
            "starts-at-zero",
            (
                "Your states are those of a network that starts at zero: h0 is ignored.",
                "Which state does your first call of step get?",
                "Begin the loop with h = h0.",
            ),
            _unrolled(lambda step, xs, h0: run_states(step, xs, 0 * h0)),
        ),
        Mistake(
            "not-carried",
            (
                "Every one of your states is computed from h0: nothing is carried on.",
                "Look at what the second call of step gets as its state.",
                "Give each call the state that the call before it returned.",
            ),
            _unrolled(_not_carried),
        ),
        Mistake(
            "one-step-late",
            (
                "Your states are one step late: the first is h0 and the last one is missing.",
                "Do you store the state before or after the call of step?",
                "Call step first, then store what it returned.",
            ),
            _unrolled(_shifted),
        ),
        Mistake(
            "initial-included",
            (
                "You return T + 1 states: h0 stands before the first one.",
                "The result has one state for each input.",
                "Start the list of states empty, without h0.",
            ),
            _unrolled(
                lambda step, xs, h0: np.concatenate([h0[:, None], run_states(step, xs, h0)], axis=1)
            ),
        ),
        Mistake(
            "time-first",
            (
                "Your states have the axes (T, B, U); expected are (B, T, U).",
                "np.stack puts the new axis in front unless you tell it where.",
                "Stack the states along axis 1.",
            ),
            _unrolled(lambda step, xs, h0: run_states(step, xs, h0).swapaxes(0, 1)),
        ),
        Mistake(
            "last-state-only",
            (
                "You return one state for each sequence, where every step's state is asked for.",
                "Look at what you keep during the loop.",
                "Collect the state of each step and stack them along the time axis.",
            ),
            _unrolled(lambda step, xs, h0: run_states(step, xs, h0)[:, -1] if xs.shape[1] else h0),
        ),
        Mistake(
            "last-state-everywhere",
            (
                "All your states of a sequence are equal: each is the last one.",
                "You may have stored the same array again and again and changed it in place.",
                "Store a new array at each step.",
            ),
            _unrolled(_last_repeated),
        ),
        Mistake(
            "reads-backward",
            (
                "Your network reads each sequence from its end.",
                "In which order does your loop visit the steps?",
                "Go through the time axis from 0 to T − 1.",
            ),
            _unrolled(lambda step, xs, h0: run_states(step, xs[:, ::-1], h0)),
        ),
        Mistake(
            "reversed-result",
            (
                "Your states are right, but in reverse order.",
                "Look at how you put the states together after the loop.",
                "Keep the order of the steps: the first state stands first.",
            ),
            _unrolled(lambda step, xs, h0: run_states(step, xs, h0)[:, ::-1]),
        ),
        Mistake(
            "no-empty-sequence",
            (
                "A sequence of no steps breaks your code; its result should have shape (B, 0, U).",
                "What do you have to stack when the loop runs no time at all?",
                "Make the result first, with np.zeros or np.empty of shape (B, T, U), and fill it.",
            ),
            _unrolled(_no_empty),
        ),
        Mistake(
            "state-added",
            (
                "Your states equal those of h + step(x, h): the old state is added once more.",
                "What step returns is the new state. What else do you do with it?",
                "Replace the old state by the new one.",
            ),
            _unrolled(_residual),
        ),
    ),
)


# --- readout -------------------------------------------------------------------------------------


def _readout_inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    units: int,
    outputs: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    return {
        "hs": draw(rng, batch, steps, units, scale=0.5 * scale, dtype=dtype),
        "W_y": draw(rng, units, outputs, dtype=dtype),
        "b_y": draw(rng, outputs, scale=scale, dtype=dtype),
    }


def _readout_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case(
            zeroed(_readout_inputs(rng, 2, 3, 4, 2), "b_y"),
            "terms",
            isolates="the product hs W_y",
        ),
        Case(zeroed(_readout_inputs(rng, 2, 3, 4, 2), "hs"), "terms", isolates="the bias b_y"),
        Case(_readout_inputs(rng, 3, 5, 4, 2), "readout", "three sequences of five steps"),
        Case(_readout_inputs(rng, 2, 3, 4, 5, "float64"), "readout", "float64"),
        Case(_readout_inputs(rng, 4, 4, 4, 4, "float64"), "readout", "B = T = U = O"),
        Case(_readout_inputs(rng, 3, 4, 2, 1), "readout", "one output"),
        Case(_readout_inputs(rng, 1, 1, 1, 1), "edges", "one of everything"),
        Case(_readout_inputs(rng, 2, 0, 3, 2), "edges", "T = 0: no step at all"),
        Case(_readout_inputs(rng, 2, 3, 4, 3, "float64", 1e-8), "edges", "tiny numbers"),
        Case(_readout_inputs(rng, 2, 3, 5, 2, "float64", 1e4), "edges", "large numbers"),
    ]


def _read_by_loop(hs: Array, W_y: Array, b_y: Array) -> Array:
    """Each output by its definition: sum over units of h W plus b."""
    batch, steps, units = hs.shape
    ys = np.zeros((batch, steps, len(b_y)))
    for o in range(len(b_y)):
        ys[..., o] = b_y[o]
        for u in range(units):
            ys[..., o] += hs[..., u] * W_y[u, o]
    return ys


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(-1, keepdims=True, initial=-np.inf))
    return np.asarray(e / e.sum(-1, keepdims=True))


READOUT = Oracle(
    cases=_readout_cases,
    expect=lambda inputs: {
        "the outputs": np.einsum("btu,uo->bto", wide(inputs["hs"]), wide(inputs["W_y"]))
        + wide(inputs["b_y"])
    },
    second=lambda inputs: {"the outputs": _read_by_loop(*map(wide, inputs.values()))},
    parts={"terms": 0.3, "readout": 0.5, "edges": 0.2},
    basic=("terms", "readout"),
    mistakes=(
        mistake(
            "no-bias",
            (
                "Your outputs equal those without the bias b_y.",
                "With hs = 0 every output is b_y. What does your code give there?",
                "Add b_y to the product.",
            ),
            lambda hs, W, b: hs @ W,
            "the outputs",
        ),
        mistake(
            "tanh",
            (
                "Your outputs went through a tanh; this readout is linear.",
                "Could your output ever be 270 sunspots?",
                "Return the product plus the bias as it is.",
            ),
            lambda hs, W, b: np.tanh(hs @ W + b),
            "the outputs",
        ),
        mistake(
            "softmax",
            (
                "Your outputs went through a softmax: they are positive and sum to 1.",
                "A softmax turns numbers into probabilities. Does the equation ask for them?",
                "Return the product plus the bias as it is.",
            ),
            lambda hs, W, b: _softmax(hs @ W + b),
            "the outputs",
        ),
        mistake(
            "last-step-only",
            (
                "You read out the last state alone; the outputs of all steps are asked for.",
                "Look for an index on the time axis, such as [:, -1].",
                "Leave the time axis whole: the product works on (B, T, U) as it is.",
            ),
            lambda hs, W, b: hs[:, -1] @ W + b,
            "the outputs",
        ),
        mistake(
            "mean-over-time",
            (
                "You average over time; the outputs of all steps are asked for.",
                "Look for a mean or a sum along the time axis.",
                "Leave the time axis whole.",
            ),
            lambda hs, W, b: hs.mean(1) @ W + b,
            "the outputs",
        ),
        mistake(
            "squeezed",
            (
                "With one output your result loses its last axis; it should stay (B, T, 1).",
                "Look for squeeze, ravel or an index [..., 0].",
                "Return the product as it is, with its last axis of length 1.",
            ),
            lambda hs, W, b: np.squeeze(hs @ W + b, -1) if W.shape[1] == 1 else hs @ W + b,
            "the outputs",
        ),
        mistake(
            "bias-inside",
            (
                "Your outputs equal hs W_y plus b_y counted once for each unit.",
                "Is b_y inside a sum over the units?",
                "Add b_y once, after the product.",
            ),
            lambda hs, W, b: hs @ W + b * hs.shape[-1],
            "the outputs",
        ),
        mistake(
            "bias-subtracted",
            (
                "Your outputs equal hs W_y − b_y.",
                "Look at the sign before the bias.",
                "Add the bias.",
            ),
            lambda hs, W, b: hs @ W - b,
            "the outputs",
        ),
    ),
)


# --- ElmanCell -----------------------------------------------------------------------------------


def _elman_cell_cases(rng: np.random.Generator) -> list[Case]:
    def sequence(sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        batch, steps, features, units = sizes
        return {
            "xs": draw(rng, batch, steps, features, dtype=dtype),
            "h0": draw(rng, batch, units, scale=0.5, dtype=dtype),
            **_weights(rng, features, units, dtype),
        }

    alone = [
        replace(case, inputs=doing("step", case.inputs)) for case in _isolated_steps(rng, "alone")
    ]
    double = _step_inputs(rng, 2, 3, 4, "float64")
    return [
        *alone,
        Case(doing("step", _step_inputs(rng, 3, 2, 4)), "alone", "the cell alone, called once"),
        Case(doing("step", _step_inputs(rng, 1, 1, 1)), "alone", "one sample, one unit"),
        Case(doing("step", double), "in Keras", 'the cell alone, made with dtype="float64"'),
        *cell_cases(CELL, "ElmanCell", rng, sequence),
    ]


def _as_cell(step: Callable[..., Array], carry: Callable[..., Array] | None = None) -> CellStep:
    """The cell whose output is `step` and whose new state is `carry`."""
    carry = carry or step
    return lambda x, states, weights: (
        step(x, states[0], *weights),
        [carry(x, states[0], *weights)],
    )


def _cell_with(
    step: Callable[..., Array], carry: Callable[..., Array] | None = None
) -> Callable[[Inputs], Outputs | Raises]:
    return expect_cell(CELL, _as_cell(step, carry))


_elman_cell = expect_cell(CELL, _as_cell(elman), gradients=True)

ELMAN_CELL = Oracle(
    cases=_elman_cell_cases,
    expect=_elman_cell,
    second=keras_reference(CELL, _keras_layer),
    parts={"alone": 0.4, "in Keras": 0.4, "kept": 0.2},
    basic=("alone", "in Keras"),
    mistakes=(
        *(Mistake(id, hints, _cell_with(wrong)) for id, (hints, wrong) in WRONG_STEPS.items()),
        Mistake(
            "old-state-returned",
            (
                "The output is right, but the new state is the old one: nothing is carried on.",
                "Look at the list in the last line of `call`.",
                "Return the new h twice: as the output, and in the list of states.",
            ),
            _cell_with(elman, carry=lambda x, h, *weights: h),
        ),
        Mistake(
            "state-before-tanh",
            (
                "The output is right, but the state that is carried on lacks the tanh.",
                "Two values leave `call`: compare what each of them went through.",
                "Carry the same h that you return as the output.",
            ),
            _cell_with(elman, carry=WRONG_STEPS["no-tanh"][1]),
        ),
        Mistake(
            "output-before-tanh",
            (
                "The state is right, but the output lacks the tanh.",
                "Two values leave `call`: compare what each of them went through.",
                "In an Elman cell the output is the state: return the same h twice.",
            ),
            _cell_with(WRONG_STEPS["no-tanh"][1], carry=elman),
        ),
        *kept_mistakes(CELL, "ElmanCell", _elman_cell),
    ),
)


# --- stream --------------------------------------------------------------------------------------


def _stream_inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    units: int,
    endless: bool = False,
    linear: bool = False,
    dtype: str = "float32",
) -> Inputs:
    return {
        "h": draw(rng, batch, units, dtype=dtype),
        "xs": draw(rng, steps, batch, features, dtype=dtype),
        "_endless": endless,
        **_given_weights(rng, features, units, linear, dtype),
    }


def _stream_cases(rng: np.random.Generator) -> list[Case]:
    started = zeroed(_stream_inputs(rng, 2, 3, 2, 4, dtype="float64"), "xs", "_W_x", "_b")
    return [
        Case(started, "states", isolates="the initial state h"),
        Case(_stream_inputs(rng, 3, 4, 2, 5), "states", "four inputs"),
        Case(
            _stream_inputs(rng, 2, 5, 3, 2, linear=True, dtype="float64"),
            "states",
            "five inputs, a linear step, float64",
        ),
        Case(_stream_inputs(rng, 1, 6, 2, 3, endless=True), "lazy", "a source that never ends"),
        Case(_stream_inputs(rng, 2, 1, 1, 2), "edges", "one input"),
        Case(_stream_inputs(rng, 2, 0, 1, 2), "edges", "no input at all"),
    ]


def _log(
    states: Array,
    reads: Callable[[Array], Array] = lambda k: k,
    calls: Callable[[Array], Array] = lambda k: k,
    kept: Array | None = None,
) -> Outputs:
    """What the probe notes: `reads` and `calls` as functions of the number of results so far."""
    so_far = np.arange(len(states) + 1)
    return {
        "the number of results": len(states),
        "the inputs read before each result": reads(so_far),
        "the steps made before each result": calls(so_far),
        "the states": states,
        "the states kept until the end": states if kept is None else kept,
    }


def _streamed(inputs: Inputs) -> Array:
    """The states (T, B, U) by the definition."""
    xs = wide(inputs["xs"]).swapaxes(0, 1)
    return run_states(_steps(inputs), xs, wide(inputs["h"])).swapaxes(0, 1)


def _stream_second(inputs: Inputs) -> Outputs | None:
    xs, h = wide(inputs["xs"]).swapaxes(0, 1), wide(inputs["h"])
    if inputs["_linear"]:
        return {"the states": closed_form(inputs, xs, h).swapaxes(0, 1)}
    if not len(inputs["xs"]):
        return {"the number of results": 0}
    weights = {name: inputs[f"_{name}"] for name in ("W_x", "W_h", "b")}
    return {"the states": _simple_rnn(weights, xs, h).swapaxes(0, 1)}


def _eager(inputs: Inputs) -> Outputs | Raises:
    if inputs["_endless"]:
        return Raises(kind="stopped", problem="it reads an endless source to its end")
    n = len(inputs["xs"])
    return _log(_streamed(inputs), lambda k: 0 * k + n, lambda k: 0 * k + n)


def _reads_all_first(inputs: Inputs) -> Outputs | Raises:
    if inputs["_endless"]:
        return Raises(kind="stopped", problem="it reads an endless source to its end")
    n = len(inputs["xs"])
    return _log(_streamed(inputs), lambda k: np.where(k > 0, n, 0))


def _one_ahead(inputs: Inputs) -> Outputs:
    n = len(inputs["xs"])
    last = 10**9 if inputs["_endless"] else n
    return _log(_streamed(inputs), lambda k: np.where(k > 0, np.minimum(k + 1, last), 0))


def _late(inputs: Inputs) -> Outputs:
    hs = _streamed(inputs)
    return _log(
        np.concatenate([wide(inputs["h"])[None], hs])[:-1], calls=lambda k: np.maximum(k - 1, 0)
    )


def _with_initial(inputs: Inputs) -> Outputs:
    hs, taken = _streamed(inputs), None
    states = np.concatenate([wide(inputs["h"])[None], hs])
    if inputs["_endless"]:
        taken = len(hs)
    return _log(states[:taken], lambda k: np.maximum(k - 1, 0), lambda k: np.maximum(k - 1, 0))


def _only_last(inputs: Inputs) -> Outputs | Raises:
    if inputs["_endless"]:
        return Raises(kind="stopped", problem="it reads an endless source to its end")
    n = len(inputs["xs"])
    states = _streamed(inputs)[-1:] if n else wide(inputs["h"])[None]
    return _log(states, lambda k: np.where(k > 0, n, 0), lambda k: np.where(k > 0, n, 0))


def _stream_not_carried(inputs: Inputs) -> Outputs:
    step, h = _steps(inputs), wide(inputs["h"])
    states = [step(x, h) for x in wide(inputs["xs"])]
    return _log(np.stack(states) if states else np.zeros((0, *h.shape)))


def _stream_from_zero(inputs: Inputs) -> Outputs:
    return _log(_streamed({**inputs, "h": 0 * inputs["h"]}))


def _same_array(inputs: Inputs) -> Outputs:
    hs = _streamed(inputs)
    return _log(hs, kept=np.repeat(hs[-1:], len(hs), axis=0) if len(hs) else hs)


STREAM = Oracle(
    cases=_stream_cases,
    expect=lambda inputs: _log(_streamed(inputs)),
    second=_stream_second,
    parts={"states": 0.5, "lazy": 0.3, "edges": 0.2},
    basic=("states",),
    mistakes=(
        Mistake(
            "all-at-once",
            (
                "All inputs are read and all states computed before the first one is given.",
                "A function that builds a list and returns it cannot give anything early.",
                "Write `yield` inside the loop, in the place of collecting the states.",
            ),
            _eager,
        ),
        Mistake(
            "reads-all-first",
            (
                "The first state comes only after the last input was read.",
                "Look for list(xs), len(xs), np.stack or anything else that needs all of xs.",
                "Loop over xs itself: each pass reads one input.",
            ),
            _reads_all_first,
        ),
        Mistake(
            "looks-ahead",
            (
                "Before each state one more input is read than is needed for it.",
                "Look for next(...) before the loop or before `yield`.",
                "Read one input, make one step, give one state; then read the next one.",
            ),
            _one_ahead,
        ),
        Mistake(
            "recomputes",
            (
                "The states are right, but each one is computed from the beginning again.",
                "Count the calls of step: 1, 3, 6, 10, … Is there a loop inside your loop?",
                "Keep the last state in a variable and make one step from it.",
            ),
            lambda inputs: _log(_streamed(inputs), calls=lambda k: k * (k + 1) // 2),
        ),
        Mistake(
            "one-step-late",
            (
                "Your states are one step late: the first one is h itself.",
                "Do you yield before or after the step?",
                "Make the step first, then yield what it returned.",
            ),
            _late,
        ),
        Mistake(
            "initial-included",
            (
                "You give one state too many: h itself comes first, before any input is read.",
                "Look for a `yield` before the loop.",
                "Yield inside the loop only: one state for each input.",
            ),
            _with_initial,
        ),
        Mistake(
            "last-state-only",
            (
                "You give one state, after the whole source was read.",
                "Does `yield` stand inside the loop or behind it?",
                "Indent `yield` so that it belongs to the loop.",
            ),
            _only_last,
        ),
        Mistake(
            "not-carried",
            (
                "Every state is computed from the first h: nothing is carried on.",
                "Look at what the second call of step gets as its state.",
                "Put the new state into the variable that the next step reads.",
            ),
            _stream_not_carried,
        ),
        Mistake(
            "starts-at-zero",
            (
                "Your states are those of a network that starts at zero: h is ignored.",
                "Which state does your first step get?",
                "Start from the argument h.",
            ),
            _stream_from_zero,
        ),
        Mistake(
            "same-array",
            (
                "Each state is right when it comes, but who keeps them finds them all equal.",
                "You give the same array each time and change it in place.",
                "Yield a new array at each step: what step returns is one.",
            ),
            _same_array,
        ),
    ),
)

ORACLES: dict[str, Oracle] = {
    "elman_step": ELMAN_STEP,
    "unroll": UNROLL,
    "readout": READOUT,
    "ElmanCell": ELMAN_CELL,
    "stream": STREAM,
}
