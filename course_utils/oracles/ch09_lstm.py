"""Chapter 9, the LSTM: cases, two references for each exercise, and the known mistakes.

The first reference is NumPy in float64. The second is Keras's own layer with copied weights (the
gates are read out of it by choosing its cell state), or a closed form.

Sources of the equations: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
Computation 9 (1997); F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", Neural
Computation 12 (2000), which adds the forget gate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch09_lstm import BIAS, CELL, GATES, GRADIENT, STEP
from course_utils.oracles.bank import as_expectation, mistake, wide
from course_utils.oracles.cells import Step as CellStep
from course_utils.oracles.cells import (
    cell_cases,
    complex_step_gradients,
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
#: i, f, g, o, each (B, U).
Gates: TypeAlias = tuple[Array, Array, Array, Array]
#: (x, h, W, U, b) → the gates.
OfInputs: TypeAlias = Callable[[Array, Array, Array, Array, Array], Gates]
#: (x, h, c, W, U, b) → (h', c').
LSTMStep: TypeAlias = Callable[..., tuple[Array, Array]]

#: The blocks of 4U columns, in order: the letter, and the words of the messages.
BLOCKS = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}


def _weights(
    rng: np.random.Generator, features: int, units: int, dtype: str = "float32", scale: float = 0.7
) -> Inputs:
    return {
        "W": draw(rng, features, 4 * units, scale=scale, dtype=dtype),
        "U": draw(rng, units, 4 * units, scale=scale, dtype=dtype),
        "b": draw(rng, 4 * units, scale=0.7, dtype=dtype),
    }


def _gate_inputs(
    rng: np.random.Generator,
    batch: int,
    features: int,
    units: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    return {
        "x": draw(rng, batch, features, scale=scale, dtype=dtype),
        "h": draw(rng, batch, units, scale=0.7 * scale, dtype=dtype),
        **_weights(rng, features, units, dtype),
    }


def _step_inputs(
    rng: np.random.Generator,
    batch: int,
    features: int,
    units: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    inputs = _gate_inputs(rng, batch, features, units, dtype, scale)
    c = draw(rng, batch, units, scale=1.2 * scale, dtype=dtype)
    return {"x": inputs["x"], "h": inputs["h"], "c": c, **_weights(rng, features, units, dtype)}


def _only_block(inputs: Inputs, letter: str) -> Inputs:
    """The inputs with the weights of one gate alone."""
    kept = {}
    for name, value in inputs.items():
        if name in ("W", "U", "b"):
            units, k = value.shape[-1] // 4, list(BLOCKS).index(letter)
            block = slice(k * units, (k + 1) * units)
            value, whole = np.zeros_like(value), value
            value[..., block] = whole[..., block]
        kept[name] = value
    return kept


# --- lstm_gates ----------------------------------------------------------------------------------


def _sums(x: Array, h: Array, W: Array, U: Array, b: Array) -> list[Array]:
    """The four blocks before their activations."""
    return np.split(x @ W + h @ U + b, 4, axis=-1)


def _activated(i: Array, f: Array, g: Array, o: Array) -> Gates:
    return sigmoid(i), sigmoid(f), np.asarray(np.tanh(g)), sigmoid(o)


def gates(x: Array, h: Array, W: Array, U: Array, b: Array) -> Gates:
    """(B, F), (B, U), (F, 4U), (U, 4U), (4U,) → i, f, g, o, each (B, U)."""
    return _activated(*_sums(x, h, W, U, b))


def _gate_cases(rng: np.random.Generator) -> list[Case]:
    base = [_gate_inputs(rng, 3, 2, 4) for _ in range(3)]
    blocks = [_gate_inputs(rng, 2, 3, 5, "float64") for _ in BLOCKS]
    tiny = _gate_inputs(rng, 2, 3, 5, "float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    return [
        Case(zeroed(base[0], "h", "U", "b"), "terms", isolates="the input term x W"),
        Case(zeroed(base[1], "x", "W", "b"), "terms", isolates="the recurrent term h U"),
        Case(zeroed(base[2], "x", "h"), "terms", isolates="the bias b"),
        *(
            Case(_only_block(inputs, letter), "gates", isolates=f"the block of the {words}")
            for inputs, (letter, words) in zip(blocks, BLOCKS.items(), strict=True)
        ),
        Case(_gate_inputs(rng, 3, 2, 4), "gates", "three samples, two features, four units"),
        Case(_gate_inputs(rng, 5, 3, 2, "float64"), "gates", "float64"),
        Case(
            _gate_inputs(rng, 4, 4, 4, "float64"), "gates", "as many samples as features as units"
        ),
        Case(_gate_inputs(rng, 1, 1, 1), "edges", "one sample, one feature, one unit"),
        Case(
            _gate_inputs(rng, 2, 6, 3, scale=40.0),
            "edges",
            "large inputs: the gates saturate",
            slack=10,
        ),
        Case(tiny, "edges", "tiny numbers"),
    ]


def _layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    return ready_layer("LSTM", inputs["U"].shape[0], shape)


def _gates_of_keras(inputs: Inputs) -> Outputs | None:
    """The gates of Keras's own layer, read from its states under cell states of our choice.

    c' = f c + i g is linear in c, h' = o tanh(c'), and a large bias makes g equal to 1.
    """
    if np.abs(inputs["x"]).max(initial=0.0) > 20.0:
        return None  # a gate near 0 cannot be read
    units = inputs["h"].shape[-1]
    xs, h = (np.concatenate([wide(inputs[name])] * 2) for name in ("x", "h"))
    cells = np.repeat([0.0, 2.0], len(inputs["h"]))[:, None] * np.ones(units)
    layer = _layer(inputs, inputs["x"].shape[1:])
    weights = [wide(inputs[name]) for name in CELL.given]
    _, hs, cs = keras_states(layer, weights, xs[:, None], h, cells)
    (_, h_two), (without, with_two) = np.split(hs, 2), np.split(cs, 2)
    for name, weight in zip(CELL.given, weights, strict=True):
        weight[..., 2 * units : 3 * units] = 40.0 if name == "b" else 0.0
    _, _, opened = keras_states(layer, weights, xs[:, None], h, cells)
    i = opened[: len(without)]
    values = (i, (with_two - without) / 2.0, without / i, h_two / np.tanh(with_two))
    return dict(zip(GATES, values, strict=True))


def _after(change: Callable[[Array, Array, Array, Array], Any]) -> OfInputs:
    """Gates from the four blocks of sums."""
    return lambda *given: change(*_sums(*given))


def _swapped(first: str, second: str) -> OfInputs:
    """Two blocks of columns taken for each other."""

    def wrong(*given: Array) -> Gates:
        blocks = dict(zip(BLOCKS, _sums(*given), strict=True))
        blocks[first], blocks[second] = blocks[second], blocks[first]
        return _activated(*blocks.values())

    return wrong


def _returned(first: str, second: str) -> OfInputs:
    """The right gates, two of them in each other's place."""

    def wrong(*given: Array) -> Gates:
        found = dict(zip(BLOCKS, gates(*given), strict=True))
        found[first], found[second] = found[second], found[first]
        return found["i"], found["f"], found["g"], found["o"]

    return wrong


_PAIRS = (("f", "i"), ("g", "o"), ("f", "o"), ("i", "o"), ("f", "g"), ("i", "g"))


def _swap_hints(first: str, second: str) -> Hints:
    return (
        f"The {BLOCKS[first]} {first} and the {BLOCKS[second]} {second} have changed places.",
        "The 4U columns hold four blocks, in the order i, f, g, o. Which block does your code "
        f"take for {first}, which for {second}?",
        f"Let {first} and {second} change places where you split the sum into its four blocks.",
    )


def _missing_hints(letter: str) -> Hints:
    name = "tanh" if letter == "g" else "sigmoid"
    interval = "−1 and 1" if letter == "g" else "0 and 1"
    return (
        f"The {BLOCKS[letter]} {letter} has no activation: it is the bare sum.",
        f"Your {letter} leaves the interval between {interval}.",
        f"Put the block of {letter} through a {name}.",
    )


def _hard_sigmoid(z: Array) -> Array:
    return np.clip(z / 6.0 + 0.5, 0.0, 1.0)


def _interleaved(*given: Array) -> Gates:
    z = sum(_terms(*given))
    blocks = z.reshape(*z.shape[:-1], z.shape[-1] // 4, 4)
    return _activated(*(blocks[..., k] for k in range(4)))


def _terms(x: Array, h: Array, W: Array, U: Array, b: Array) -> tuple[Any, Any, Any]:
    return x @ W, h @ U, b


#: Wrong gates that all three gate exercises can contain: id → (hints, the wrong gates).
WRONG_GATES: dict[str, tuple[Hints, OfInputs]] = {
    **{
        f"swapped-{first}-{second}": (_swap_hints(first, second), _swapped(first, second))
        for first, second in _PAIRS
    },
    "no-bias": (
        (
            "Your gates equal those without the bias b.",
            "Set x and h to zero: σ(b) and tanh(b) should be left. What does your code leave?",
            "Add the bias to the sum of the two products, before the activations.",
        ),
        lambda x, h, W, U, b: gates(x, h, W, U, 0 * b),
    ),
    "bias-twice": (
        (
            "Your gates equal those in which the bias is counted twice.",
            "Count the places where b is added: perhaps once for each product.",
            "Add b once, to the sum of both products.",
        ),
        lambda x, h, W, U, b: gates(x, h, W, U, 2 * b),
    ),
    "no-recurrence": (
        (
            "Your gates do not depend on h: each one looks at the input alone.",
            "Look for h in the sum. The lectures write [h, x]: both are seen by every gate.",
            "Add the product of h with U to the sum.",
        ),
        lambda x, h, W, U, b: gates(x, 0 * h, W, U, b),
    ),
    "no-input": (
        (
            "Your gates do not depend on x: each one looks at the state alone.",
            "Look for x in the sum. The lectures write [h, x]: both are seen by every gate.",
            "Add the product of x with W to the sum.",
        ),
        lambda x, h, W, U, b: gates(0 * x, h, W, U, b),
    ),
    "no-activations": (
        (
            "Your four results are the bare sums: no activation was applied to any of them.",
            "A gate lies between 0 and 1. Do yours?",
            "Put i, f and o through a sigmoid and g through a tanh.",
        ),
        _after(lambda i, f, g, o: (i, f, g, o)),
    ),
    "no-activation-i": (
        _missing_hints("i"),
        _after(lambda i, f, g, o: (i, *_activated(i, f, g, o)[1:])),
    ),
    "no-activation-f": (
        _missing_hints("f"),
        _after(lambda i, f, g, o: (sigmoid(i), f, np.tanh(g), sigmoid(o))),
    ),
    "no-activation-g": (
        _missing_hints("g"),
        _after(lambda i, f, g, o: (sigmoid(i), sigmoid(f), g, sigmoid(o))),
    ),
    "no-activation-o": (
        _missing_hints("o"),
        _after(lambda i, f, g, o: (sigmoid(i), sigmoid(f), np.tanh(g), o)),
    ),
    "candidate-sigmoid": (
        (
            "The candidate g went through a sigmoid: it can never be negative.",
            "g is no gate. It is what may be written into the cell, and has a sign.",
            "Use tanh for the block of g, and the sigmoid for the three gates.",
        ),
        _after(lambda i, f, g, o: (sigmoid(i), sigmoid(f), sigmoid(g), sigmoid(o))),
    ),
    "all-tanh": (
        (
            "Your gates went through a tanh: they can be negative.",
            "A gate lets through a share, from nothing (0) to all (1). Which function gives that?",
            "Use the sigmoid for i, f and o. Only g has a tanh.",
        ),
        _after(lambda i, f, g, o: (np.tanh(i), np.tanh(f), np.tanh(g), np.tanh(o))),
    ),
    "activations-exchanged": (
        (
            "The activations have changed roles: tanh for the gates, sigmoid for the candidate.",
            "Which of the four are shares between 0 and 1, and which one has a sign?",
            "Use the sigmoid for i, f and o, and tanh for g.",
        ),
        _after(lambda i, f, g, o: (np.tanh(i), np.tanh(f), sigmoid(g), np.tanh(o))),
    ),
    "activations-g-o-exchanged": (
        (
            "The candidate g went through the sigmoid, and the output gate o through the tanh.",
            "The third block of columns is the candidate's, the fourth the output gate's.",
            "Use tanh for the third block and the sigmoid for the fourth.",
        ),
        _after(lambda i, f, g, o: (sigmoid(i), sigmoid(f), sigmoid(g), np.tanh(o))),
    ),
    "candidate-tanh-twice": (
        (
            "The candidate went through tanh twice.",
            "Count the tanh on the way of g.",
            "Keep one tanh for g.",
        ),
        _after(lambda i, f, g, o: (sigmoid(i), sigmoid(f), np.tanh(np.tanh(g)), sigmoid(o))),
    ),
    "gates-sigmoid-twice": (
        (
            "The gates went through the sigmoid twice: they lie between 0.5 and 0.73.",
            "Count the sigmoids on the way of i, f and o.",
            "Keep one sigmoid for each gate.",
        ),
        _after(lambda i, f, g, o: _activated(sigmoid(i), sigmoid(f), g, sigmoid(o))),
    ),
    "hard-sigmoid": (
        (
            "Your gates equal those of the hard sigmoid, which is made of straight lines.",
            "Look at the name of the function that you use for i, f and o.",
            "Use σ(z) = 1/(1 + exp(−z)) itself.",
        ),
        _after(
            lambda i, f, g, o: (_hard_sigmoid(i), _hard_sigmoid(f), np.tanh(g), _hard_sigmoid(o))
        ),
    ),
    "sigmoid-of-minus": (
        (
            "Your gates are 1 − σ: open where they should be closed.",
            "Look at the sign in the exponential of your sigmoid.",
            "The sigmoid has exp(−z) under the fraction, and rises with z.",
        ),
        _after(lambda i, f, g, o: _activated(-i, -f, g, -o)),
    ),
    "forget-bias-added": (
        (
            "Your forget gate equals the one whose sum is 1 too large.",
            "A forget bias of 1 is where *training starts*. It is a value in b, set once.",
            "Add nothing but b to the sum of the forget gate.",
        ),
        _after(lambda i, f, g, o: _activated(i, f + 1.0, g, o)),
    ),
    "interleaved": (
        (
            "You take every fourth column for a gate, where a gate has U columns side by side.",
            "The first U columns belong to i, the next U to f, and so on. Look at your reshape.",
            "Split the 4U columns into four equal blocks; or reshape to (B, 4, U), not (B, U, 4).",
        ),
        _interleaved,
    ),
}

#: The right gates in the wrong order of return; where i and g are one product, it does not show.
_RETURNED: dict[str, tuple[Hints, OfInputs]] = {
    f"returned-{first}-{second}": (
        (
            f"Each result is right, but {first} stands where {second} should, and {second} where "
            f"{first} should.",
            "Compare your last line with the stub: the order of the results is i, f, g, o.",
            f"Let {first} and {second} change places in the last line.",
        ),
        _returned(first, second),
    )
    for first, second in (("g", "o"), ("f", "g"), ("i", "g"))
}

LSTM_GATES = Oracle(
    cases=_gate_cases,
    expect=as_expectation(gates, *GATES),
    second=_gates_of_keras,
    parts={"terms": 0.3, "gates": 0.5, "edges": 0.2},
    basic=("terms", "gates"),
    mistakes=tuple(
        mistake(id, hints, wrong, *GATES)
        for id, (hints, wrong) in {**WRONG_GATES, **_RETURNED}.items()
    ),
)


# --- lstm_step -----------------------------------------------------------------------------------


def _carried(i: Array, f: Array, g: Array, o: Array, c: Array) -> tuple[Array, Array]:
    c = f * c + i * g
    return o * np.tanh(c), c


def _step_with(
    of_inputs: OfInputs = gates, then: Callable[..., tuple[Array, Array]] = _carried
) -> LSTMStep:
    """A step from its gates, and from what is done with them: (i, f, g, o, c) → (h', c')."""
    return lambda x, h, c, W, U, b: then(*of_inputs(x, h, W, U, b), c)


lstm_step = _step_with()


def _isolated_steps(rng: np.random.Generator, part: str) -> list[Case]:
    kept, written, base = (
        _step_inputs(rng, 3, 2, 4),
        _step_inputs(rng, 2, 2, 5),
        [_step_inputs(rng, 3, 2, 4) for _ in range(3)],
    )
    return [
        Case(zeroed(kept, "x", "h", "W", "U", "b"), part, isolates="the cell state c"),
        Case(
            _only_block(zeroed(written, "h", "c"), "g"),
            part,
            isolates="the input, through the block of the candidate,",
        ),
        Case(zeroed(base[0], "h", "U", "b", "c"), part, isolates="the input term x W"),
        Case(zeroed(base[1], "x", "W", "b", "c"), part, isolates="the recurrent term h U"),
        Case(zeroed(base[2], "x", "h", "c"), part, isolates="the bias b"),
    ]


def _step_cases(rng: np.random.Generator) -> list[Case]:
    forgetting = _step_inputs(rng, 2, 3, 4, "float64")
    forgetting["b"][4:8] = -30.0
    kept = _step_inputs(rng, 2, 3, 4, "float64")
    kept["b"][:8] = np.repeat([-30.0, 30.0], 4)
    tiny = _step_inputs(rng, 2, 3, 5, "float64", scale=1e-7)
    return [
        *_isolated_steps(rng, "terms"),
        Case(_step_inputs(rng, 3, 2, 4), "step", "three samples, two features, four units"),
        Case(_step_inputs(rng, 5, 3, 2, "float64"), "step", "float64"),
        Case(_step_inputs(rng, 4, 4, 4, "float64"), "step", "as many samples as features as units"),
        Case(forgetting, "step", "a forget gate that is shut"),
        Case(kept, "step", "a forget gate that is open and an input gate that is shut"),
        Case(_step_inputs(rng, 1, 1, 1), "edges", "one sample, one feature, one unit"),
        Case(
            _step_inputs(rng, 2, 6, 3, scale=20.0),
            "edges",
            "large inputs: the gates saturate",
            slack=10,
        ),
        Case(tiny, "edges", "tiny inputs and states"),
    ]


def _keras_of_step(inputs: Inputs) -> Outputs:
    weights = [inputs[name] for name in CELL.given]
    layer = _layer(inputs, inputs["x"].shape[1:])
    _, h, c = keras_states(layer, weights, inputs["x"][:, None], inputs["h"], inputs["c"])
    return dict(zip(STEP, (h, c), strict=True))


def _then(after: Callable[[Array, Array, Array, Array, Array], tuple[Array, Array]]) -> LSTMStep:
    return _step_with(then=after)


def _emptied(o: Array, c: Array) -> tuple[Array, Array]:
    return o * np.tanh(c), c


#: Wrong uses of right gates, in a function and in a cell: id → (hints, the wrong step).
WRONG_STEPS: dict[str, tuple[Hints, LSTMStep]] = {
    "output-without-tanh": (
        (
            "The new c is right, but the new h equals o times c, without a tanh.",
            "The cell state may be large. What keeps h between −1 and 1?",
            "Put the new c through a tanh before the output gate meets it.",
        ),
        _then(lambda i, f, g, o, c: (o * (f * c + i * g), f * c + i * g)),
    ),
    "output-tanh-twice": (
        (
            "The new c is right, but the new h went through tanh twice.",
            "Count the tanh between the new c and the new h.",
            "Keep one tanh between c and h.",
        ),
        _then(lambda i, f, g, o, c: (o * np.tanh(np.tanh(f * c + i * g)), f * c + i * g)),
    ),
    "cell-state-squashed": (
        (
            "The new c went through a tanh: the memory is squashed at every step.",
            "The sum f c + i g is the new c as it is. The tanh belongs to the way from c to h.",
            "Keep the sum as the new c, and apply tanh only where you compute h.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, np.tanh(f * c + i * g))),
    ),
    "cell-state-squashed-once": (
        (
            "The new h is right, but the new c that you carry on went through a tanh.",
            "One name holds the sum at first and its tanh later. Which of the two do you return?",
            "Return the sum f c + i g itself as the new c.",
        ),
        _then(lambda i, f, g, o, c: (_emptied(o, f * c + i * g)[0], np.tanh(f * c + i * g))),
    ),
    "output-of-old-cell": (
        (
            "The new c is right, but the new h was computed from the old c.",
            "Which c stands in your line for h: the one that came in, or the new one?",
            "Compute the new c first, and h from it.",
        ),
        _then(lambda i, f, g, o, c: (o * np.tanh(c), f * c + i * g)),
    ),
    "no-output-gate": (
        (
            "The new h equals tanh of the new c: the output gate does nothing.",
            "Look for o in your code: where does it meet the cell state?",
            "Multiply tanh of the new c with the output gate.",
        ),
        _then(lambda i, f, g, o, c: _emptied(np.ones_like(o), f * c + i * g)),
    ),
    "no-forget-gate": (
        (
            "Nothing is ever forgotten: the new c is the old one plus i g.",
            "Look for f in your code: what is it multiplied with?",
            "Multiply the old c with the forget gate.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, c + i * g)),
    ),
    "no-input-gate": (
        (
            "The candidate is written in full: the input gate does nothing.",
            "Look for i in your code: what is it multiplied with?",
            "Multiply the candidate with the input gate.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, f * c + g)),
    ),
    "no-old-cell": (
        (
            "The new c does not depend on the old one: nothing is remembered.",
            "Look for c on the right of your equation for the new c.",
            "Add the forget gate times the old c to what the input gate lets in.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, i * g)),
    ),
    "no-candidate": (
        (
            "Nothing is ever written: the new c is the forget gate times the old one.",
            "Look for i and g in your equation for the new c.",
            "Add the input gate times the candidate.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, f * c)),
    ),
    "coupled-gates": (
        (
            "You write with 1 − f in the place of the input gate.",
            "That is a variant with coupled gates. Here i is a gate of its own.",
            "Multiply the candidate with i.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, f * c + (1 - f) * g)),
    ),
    "forgets-what-it-should-keep": (
        (
            "The old c is multiplied with 1 − f: the gate works the wrong way round.",
            "A forget gate of 1 keeps everything, in spite of its name.",
            "Multiply the old c with f itself.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, (1 - f) * c + i * g)),
    ),
    "all-multiplied": (
        (
            "The new c is a product of all four, where it should be a sum of two products.",
            "What is forgotten and what is written are two terms.",
            "Put a plus between f c and i g.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, f * c * i * g)),
    ),
    "output-gate-on-the-cell": (
        (
            "The output gate reached the memory: the new c equals o times the right one.",
            "The output gate decides what is shown, not what is kept.",
            "Leave c as the sum, and use o only for h.",
        ),
        _then(lambda i, f, g, o, c: _emptied(o, o * (f * c + i * g))),
    ),
    "state-in-place-of-cell": (
        (
            "The forget gate is applied to h, where it should be applied to c.",
            "There are two states. Which of them is the long memory?",
            "Multiply the forget gate with the old c.",
        ),
        lambda x, h, c, W, U, b: _carried(*gates(x, h, W, U, b), h),
    ),
    "cell-in-place-of-state": (
        (
            "The gates look at c, where they should look at h.",
            "There are two states. Which of them stands beside x in the sum?",
            "Multiply U with h, not with c.",
        ),
        lambda x, h, c, W, U, b: _carried(*gates(x, c, W, U, b), c),
    ),
}


def _returns_swapped(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> Any:
    new_h, new_c = lstm_step(x, h, c, W, U, b)
    return new_c, new_h


STEP_ORDER: Hints = (
    "Both states are right, but they have changed places.",
    "Compare your last line with the stub: first h, then c.",
    "Return the new h first and the new c second.",
)

LSTM_STEP = Oracle(
    cases=_step_cases,
    expect=as_expectation(lstm_step, *STEP),
    second=_keras_of_step,
    parts={"terms": 0.3, "step": 0.5, "edges": 0.2},
    basic=("terms", "step"),
    mistakes=(
        *(mistake(id, hints, wrong, *STEP) for id, (hints, wrong) in WRONG_STEPS.items()),
        mistake("states-swapped", STEP_ORDER, _returns_swapped, *STEP),
        *(
            mistake(id, hints, _step_with(wrong), *STEP)
            for id, (hints, wrong) in WRONG_GATES.items()
        ),
    ),
)


# --- LSTMCell ------------------------------------------------------------------------------------


def _cell_cases(rng: np.random.Generator) -> list[Case]:
    def sequence(sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        batch, steps, features, units = sizes
        return {
            "xs": draw(rng, batch, steps, features, dtype=dtype),
            "h0": draw(rng, batch, units, scale=0.5, dtype=dtype),
            "c0": draw(rng, batch, units, scale=0.8, dtype=dtype),
            **_weights(rng, features, units, dtype),
        }

    alone = [
        replace(case, inputs=doing("step", case.inputs)) for case in _isolated_steps(rng, "alone")
    ]
    double = _step_inputs(rng, 2, 3, 4, "float64")
    start = {"_do": "start", "units": int(rng.integers(2, 7)), "_shape": [2, 3]}
    return [
        *alone,
        Case(doing("step", _step_inputs(rng, 3, 2, 4)), "alone", "the cell alone, called once"),
        Case(doing("step", _step_inputs(rng, 1, 1, 1)), "alone", "one sample, one unit"),
        Case(doing("step", double), "in Keras", 'the cell alone, made with dtype="float64"'),
        *cell_cases(CELL, "LSTMCell", rng, sequence),
        Case(start, "start", "a new cell"),
    ]


def _as_cell(step: LSTMStep) -> CellStep:
    def cell(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
        h, c = step(x, *states, *weights)
        return h, [h, c]

    return cell


def _start(units: int) -> Array:
    """The forget gate's biases are 1, the others 0 (Jozefowicz, Zaremba, Sutskever, 2015)."""
    return np.repeat([0.0, 1.0, 0.0, 0.0], units)


def _expect_cell(step: CellStep, **how: Any) -> Callable[[Inputs], Outputs | Raises]:
    return expect_cell(CELL, step, **{"start": _start, **how})


_lstm_cell = _expect_cell(_as_cell(lstm_step), gradients=True)


def _states_reversed(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
    """Reads [c, h] and returns [c, h]."""
    h, c = lstm_step(x, states[1], states[0], *weights)
    return h, [c, h]


def _states_read_reversed(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
    h, c = lstm_step(x, states[1], states[0], *weights)
    return h, [h, c]


def _states_returned_reversed(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
    h, c = lstm_step(x, *states, *weights)
    return h, [c, h]


def _cell_state_as_output(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
    h, c = lstm_step(x, *states, *weights)
    return c, [h, c]


def _old_states(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
    return lstm_step(x, *states, *weights)[0], list(states)


def _old_cell_state(x: Array, states: Any, weights: Any) -> tuple[Array, list[Array]]:
    h = lstm_step(x, *states, *weights)[0]
    return h, [h, states[1]]


_WRONG_CELLS: dict[str, tuple[Hints, CellStep]] = {
    "states-reversed": (
        (
            "Your states stand in the order [c, h]: they are read and returned that way.",
            "The stub fixes the order of the states: h first.",
            "Unpack the states as h, c and return [h, c].",
        ),
        _states_reversed,
    ),
    "states-read-reversed": (
        (
            "The old states are taken for each other: h is read as c, and c as h.",
            "Look at the line that unpacks `states`.",
            "The list that comes in is [h, c], in this order.",
        ),
        _states_read_reversed,
    ),
    "states-returned-reversed": (
        (
            "The output is right, but the new states come back as [c, h].",
            "Look at the list in the last line of `call`.",
            "Return the new states in the order in which they came: [h, c].",
        ),
        _states_returned_reversed,
    ),
    "cell-state-as-output": (
        (
            "The states are right, but the output is c, where it should be h.",
            "The cell state is the cell's own. Which state does the network see?",
            "Return the new h as the output, and [h, c] as the states.",
        ),
        _cell_state_as_output,
    ),
    "old-states-returned": (
        (
            "The output is right, but the states that come back are the old ones.",
            "Look at the list in the last line of `call`.",
            "Return the new h and the new c in the list.",
        ),
        _old_states,
    ),
    "old-cell-state-returned": (
        (
            "The output is right, but the c that comes back is the old one.",
            "Which c stands in the list in the last line of `call`?",
            "Return the new c in the list.",
        ),
        _old_cell_state,
    ),
}


def _starts(*values: float) -> Callable[[int], Array]:
    return lambda units: np.repeat(np.array(values), units)


#: Wrong biases at the start: id → (hints, the biases of the four blocks).
_WRONG_STARTS: dict[str, tuple[Hints, tuple[float, float, float, float]]] = {
    "forget-bias-zero": (
        (
            "A new cell of yours forgets half of its memory at each step: all biases start at 0.",
            "Look at the initializer of `bias`. Which of its four blocks should start at 1?",
            "Let the second block of U biases, the forget gate's, start at 1.",
        ),
        (0.0, 0.0, 0.0, 0.0),
    ),
    "all-biases-one": (
        (
            "All biases start at 1, where only the forget gate's should.",
            "Look at the initializer of `bias`: it fills all 4U numbers alike.",
            "Start the second block of U biases at 1 and the three others at 0.",
        ),
        (1.0, 1.0, 1.0, 1.0),
    ),
    "input-bias-one": (
        (
            "The input gate's biases start at 1, where the forget gate's should.",
            "The blocks stand in the order i, f, g, o. Which one do you set?",
            "Start the second block of U biases at 1, not the first.",
        ),
        (1.0, 0.0, 0.0, 0.0),
    ),
    "candidate-bias-one": (
        (
            "The candidate's biases start at 1, where the forget gate's should.",
            "The blocks stand in the order i, f, g, o. Which one do you set?",
            "Start the second block of U biases at 1, not the third.",
        ),
        (0.0, 0.0, 1.0, 0.0),
    ),
    "output-bias-one": (
        (
            "The output gate's biases start at 1, where the forget gate's should.",
            "The blocks stand in the order i, f, g, o. Which one do you set?",
            "Start the second block of U biases at 1, not the last.",
        ),
        (0.0, 0.0, 0.0, 1.0),
    ),
    "gates-biases-one": (
        (
            "The biases of all three gates start at 1, where only the forget gate's should.",
            "An open input gate writes everything. Why should it be open at the start?",
            "Start the second block of U biases at 1 and the three others at 0.",
        ),
        (1.0, 1.0, 0.0, 1.0),
    ),
}

_FORGET_BIAS_IN_CALL: Hints = (
    "Your biases start at 0 and the forget gate adds 1 at every call: the bias is not what it "
    "seems.",
    "Load the weights of another LSTM into your cell. What will its forget gate do?",
    "Let `bias` itself hold the 1 from the start, and add nothing in `call`.",
)


def _start_in_float32(inputs: Inputs) -> Outputs | Raises:
    """An initializer of float32 values: every cell of another dtype fails to be built."""
    given = inputs.get("W")
    if inputs["_do"] == "config" or (given is not None and given.dtype == "float64"):
        return Raises(kind="Exception", problem="a bias of another dtype")
    return _lstm_cell(inputs)


LSTM_CELL = Oracle(
    cases=_cell_cases,
    expect=_lstm_cell,
    second=keras_reference(CELL, _layer),
    parts={"alone": 0.4, "in Keras": 0.3, "kept": 0.15, "start": 0.15},
    basic=("alone", "in Keras"),
    mistakes=(
        *(Mistake(id, hints, _expect_cell(wrong)) for id, (hints, wrong) in _WRONG_CELLS.items()),
        *(
            Mistake(
                id,
                hints,
                _expect_cell(_as_cell(lstm_step), gradients=True, start=_starts(*values)),
            )
            for id, (hints, values) in _WRONG_STARTS.items()
        ),
        Mistake(
            "forget-bias-in-call",
            _FORGET_BIAS_IN_CALL,
            _expect_cell(
                _as_cell(_step_with(WRONG_GATES["forget-bias-added"][1])),
                start=_starts(0.0, 0.0, 0.0, 0.0),
            ),
        ),
        *(
            Mistake(id, hints, _expect_cell(_as_cell(wrong)))
            for id, (hints, wrong) in WRONG_STEPS.items()
        ),
        *(
            Mistake(id, hints, _expect_cell(_as_cell(_step_with(wrong))))
            for id, (hints, wrong) in WRONG_GATES.items()
        ),
        Mistake(
            "start-in-float32",
            (
                "The cell cannot be built in float64: its first biases come in float32.",
                "Keras calls an initializer with the shape and the dtype that it wants. What does "
                "yours do with the dtype?",
                "Give the values the dtype that is asked for; or start from zeros, and assign.",
            ),
            _start_in_float32,
        ),
        *kept_mistakes(CELL, "LSTMCell", _lstm_cell),
    ),
)


# --- cell_state_gradient -------------------------------------------------------------------------


def _forget_gates(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    units: int,
    low: float = 0.3,
    dtype: str = "float64",
) -> Inputs:
    return {"forget_gates": rng.uniform(low, 0.99, (batch, steps, units)).astype(dtype)}


def _gradient_cases(rng: np.random.Generator) -> list[Case]:
    shut = _forget_gates(rng, 2, 5, 3)
    shut["forget_gates"][0, 2, 1] = 0.0
    return [
        Case(_forget_gates(rng, 2, 3, 4), "product", "two sequences, three steps, four units"),
        Case(_forget_gates(rng, 3, 6, 2), "product", "six steps"),
        Case(_forget_gates(rng, 4, 4, 4), "product", "as many sequences as steps as units"),
        Case(_forget_gates(rng, 3, 5, 2, 0.6, "float32"), "product", "float32", slack=4),
        Case(_forget_gates(rng, 1, 1, 1), "edges", "one sequence, one step, one unit"),
        Case(_forget_gates(rng, 2, 0, 3), "edges", "T = 0: no step at all"),
        Case(_forget_gates(rng, 2, 100, 3, 0.9), "edges", "a hundred steps", slack=10),
        Case({"forget_gates": np.ones((2, 30, 3))}, "edges", "gates that are wide open"),
        Case(shut, "edges", "a gate that is shut once"),
    ]


def cell_state_gradient(forget_gates: Array) -> Array:
    """(B, T, U) → (B, U): c_t = f_t c_{t-1} + …, so the product of the gates over time."""
    return np.asarray(np.prod(forget_gates, axis=1))


def _along_the_cell_state(inputs: Inputs) -> Outputs:
    """Differentiate c ← f c + a itself, whatever is added, by complex steps."""
    f = wide(inputs["forget_gates"])

    def last(c: Array) -> Any:
        for t in range(f.shape[1]):
            c = f[:, t] * c + 0.1 * (t + 1)
        return np.sum(c)  # every unit has a memory of its own: the sum tells them apart

    return {GRADIENT: complex_step_gradients(last, np.full((f.shape[0], f.shape[2]), 0.3))[0]}


def _no_steps_fails(f: Array) -> Array:
    if not f.shape[1]:
        raise IndexError("index 0 is out of bounds")
    return cell_state_gradient(f)


def _gradient_mistake(id: str, hints: Hints, wrong: Callable[[Array], Any]) -> Mistake:
    return mistake(id, hints, wrong, GRADIENT)


CELL_STATE_GRADIENT = Oracle(
    cases=_gradient_cases,
    expect=as_expectation(cell_state_gradient, GRADIENT),
    second=_along_the_cell_state,
    parts={"product": 0.7, "edges": 0.3},
    basic=("product",),
    mistakes=(
        _gradient_mistake(
            "sum-over-time",
            (
                "Your gradient is the sum of the forget gates over time.",
                "The sum in c' = f c + i g is over what is *written*. What happens to c itself?",
                "Each step multiplies: take the product over time.",
            ),
            lambda f: f.sum(axis=1),
        ),
        _gradient_mistake(
            "mean-over-time",
            (
                "Your gradient is the mean of the forget gates over time.",
                "Two steps with f = 0.5 leave a quarter of c. What is the mean of 0.5 and 0.5?",
                "Each step multiplies: take the product over time.",
            ),
            lambda f: np.full((len(f), f.shape[2]), np.nan) if not f.shape[1] else f.mean(axis=1),
        ),
        _gradient_mistake(
            "mean-to-the-power",
            (
                "Your gradient is the mean gate to the power of the number of steps.",
                "The product of 0.1 and 0.9 is 0.09. What does the mean make of it?",
                "Multiply the gates of all steps with each other.",
            ),
            lambda f: (
                np.ones((len(f), f.shape[2])) if not f.shape[1] else f.mean(axis=1) ** f.shape[1]
            ),
        ),
        _gradient_mistake(
            "last-step-only",
            (
                "Your gradient is the last step's forget gate alone.",
                "c_0 goes through every step on its way to c_T.",
                "Multiply the gates of all steps.",
            ),
            lambda f: f[:, -1],
        ),
        _gradient_mistake(
            "first-step-left-out",
            (
                "The first step's forget gate is missing from your product.",
                "The first step leads from c_0 to c_1. Does your loop meet it?",
                "Start the product with the gate of the first step.",
            ),
            lambda f: np.prod(f[:, 1:], axis=1),
        ),
        _gradient_mistake(
            "last-step-left-out",
            (
                "The last step's forget gate is missing from your product.",
                "The last step leads from c_{T−1} to c_T. Does your loop meet it?",
                "End the product with the gate of the last step.",
            ),
            lambda f: np.prod(f[:, :-1], axis=1),
        ),
        _gradient_mistake(
            "one-minus-f",
            (
                "You multiply 1 − f: what is forgotten, not what is kept.",
                "A forget gate of 1 keeps everything. What should the gradient be then?",
                "Multiply the gates themselves.",
            ),
            lambda f: np.prod(1 - f, axis=1),
        ),
        _gradient_mistake(
            "slope-of-the-sigmoid",
            (
                "You multiply f (1 − f), the slope of the sigmoid.",
                "That is the derivative of a gate by its sum. Here the gates are given: they are "
                "factors of c.",
                "Multiply the gates themselves.",
            ),
            lambda f: np.prod(f * (1 - f), axis=1),
        ),
        _gradient_mistake(
            "all-prefixes",
            (
                "You return the product so far at every step, where only the last is asked for.",
                "The result has one number per sequence and unit: (B, U).",
                "Keep the product over all T steps.",
            ),
            lambda f: np.cumprod(f, axis=1),
        ),
        _gradient_mistake(
            "over-the-units",
            (
                "You multiply over the units, where the product runs over time.",
                "The axes are (B, T, U). Which of them counts the steps?",
                "Multiply along axis 1.",
            ),
            lambda f: np.prod(f, axis=2),
        ),
        _gradient_mistake(
            "over-the-batch",
            (
                "You multiply over the batch, where the product runs over time.",
                "The axes are (B, T, U). Which of them counts the steps?",
                "Multiply along axis 1.",
            ),
            lambda f: np.prod(f, axis=0),
        ),
        _gradient_mistake(
            "logarithm",
            (
                "Your result is the logarithm of the gradient.",
                "A sum of logarithms is the logarithm of a product.",
                "Put the sum through the exponential function.",
            ),
            lambda f: np.log(f).sum(axis=1),
        ),
        _gradient_mistake(
            "no-steps-fails",
            (
                "With T = 0 your code fails: it needs a first step.",
                "Without a step c_T is c_0. What is its derivative by itself?",
                "Start the product with ones of shape (B, U).",
            ),
            _no_steps_fails,
        ),
    ),
)


# --- forget_bias_for -----------------------------------------------------------------------------


def forget_bias_for(horizon: float, kept: float) -> float:
    """The b with σ(b)^horizon = kept: p = kept^(1/horizon), b = log p − log(1 − p)."""
    logarithm = np.log(kept) / horizon
    return float(logarithm - np.log(-np.expm1(logarithm)))


def _bias_cases(rng: np.random.Generator) -> list[Case]:
    def drawn(low: int, high: int) -> Inputs:
        return {
            "horizon": int(rng.integers(low, high)),
            "kept": round(float(rng.uniform(0.1, 0.9)), 3),
        }

    def impossible(horizon: int, kept: float) -> Case:
        return Case({"horizon": horizon, "kept": kept}, "errors", f"{horizon} steps, kept {kept}")

    return [
        Case({"horizon": 1, "kept": round(float(rng.uniform(0.6, 0.95)), 3)}, "bias", "one step"),
        Case(drawn(2, 6), "bias", "a few steps"),
        Case(drawn(10, 60), "bias", "some dozen steps"),
        Case(drawn(100, 400), "bias", "hundreds of steps"),
        Case(
            {"horizon": 3, "kept": 0.001}, "edges", "almost nothing is kept: the bias is negative"
        ),
        Case({"horizon": 50, "kept": 0.999}, "edges", "almost all is kept"),
        Case({"horizon": 10_000, "kept": 0.5}, "edges", "ten thousand steps", slack=10),
        impossible(0, 0.5),
        impossible(-4, 0.5),
        impossible(10, 0.0),
        impossible(10, 1.0),
        impossible(10, -0.2),
        impossible(10, 1.5),
    ]


def _bias_with(
    wrong: Callable[[Any, Any], Any], *, checks: tuple[str, ...] = ("horizon", "kept")
) -> Callable[[Inputs], Outputs | Raises]:
    """What a formula gives, with the ValueErrors for these arguments."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        horizon, kept = inputs["horizon"], inputs["kept"]
        if "horizon" in checks and horizon < 1:
            return Raises("horizon", f"horizon = {horizon}")
        if "kept" in checks and not 0 < kept < 1:
            return Raises("kept", f"kept = {kept}")
        try:
            with np.errstate(all="ignore"):
                return {BIAS: np.asarray(wrong(horizon, kept), dtype=np.float64)}
        except (ArithmeticError, ValueError) as error:
            return Raises(kind="Exception", problem=str(error))

    return expect


def _bias_by_bisection(inputs: Inputs) -> Outputs | Raises | None:
    """Find b with horizon · log σ(b) = log kept by halving an interval."""
    horizon, kept = inputs["horizon"], inputs["kept"]
    if horizon < 1 or not 0 < kept < 1:
        return None
    low, high = -50.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        if -horizon * np.logaddexp(0.0, -middle) < np.log(kept):
            low = middle
        else:
            high = middle
    return {BIAS: np.asarray(middle)}


def _logit(p: Any) -> Any:
    return np.log(p) - np.log1p(-p)


def _root(horizon: Any, kept: Any) -> Any:
    return np.float64(kept) ** (1.0 / horizon)


def _unguarded(horizon: Any, kept: Any) -> Any:
    return _logit(_root(horizon, kept))


#: Wrong formulas: id → (hints, the formula).
_WRONG_BIASES: dict[str, tuple[Hints, Callable[[Any, Any], Any]]] = {
    "the-gate-itself": (
        (
            "Your result is the forget gate, σ(b): a number between 0 and 1.",
            "Which b gives that gate? The sigmoid has to be undone.",
            "Solve p = σ(b) for b: it is the logarithm of p over 1 − p.",
        ),
        _root,
    ),
    "one-step": (
        (
            "Your bias keeps that share over one step, not over the whole horizon.",
            "Over the horizon the gate is multiplied with itself. What must one gate be?",
            "Take the horizon's root of kept first, and then undo the sigmoid.",
        ),
        lambda horizon, kept: _logit(np.float64(kept)),
    ),
    "power-in-place-of-root": (
        (
            "You raised kept to the power of the horizon, where its root is needed.",
            "The gate to the power of the horizon should be kept. Solve that for the gate.",
            "Take the power 1/horizon.",
        ),
        lambda horizon, kept: _logit(np.float64(kept) ** horizon),
    ),
    "kept-over-horizon": (
        (
            "You divided kept by the horizon, as if the shares were added.",
            "The gates of the steps are multiplied, not added.",
            "Take the power 1/horizon of kept.",
        ),
        lambda horizon, kept: _logit(np.float64(kept) / horizon),
    ),
    "lost-evenly": (
        (
            "Your gate loses the same amount at each step, as if the losses were added.",
            "Half of a half is a quarter: each step takes a share of what is left.",
            "Take the power 1/horizon of kept for the gate.",
        ),
        lambda horizon, kept: _logit(1 - (1 - np.float64(kept)) / horizon),
    ),
    "sign": (
        (
            "The sign of your bias is wrong: with it the gate forgets.",
            "A gate near 1 needs a positive bias. Look at your fraction, or at its logarithm.",
            "It is the logarithm of p over 1 − p, not the other way round.",
        ),
        lambda horizon, kept: -_logit(_root(horizon, kept)),
    ),
    "logarithm-only": (
        (
            "Your result is the logarithm of the gate: 1 − p is missing.",
            "The logarithm undoes an exponential, but a sigmoid is 1/(1 + exp(−b)).",
            "Solve p = 1/(1 + exp(−b)) for b: both p and 1 − p appear.",
        ),
        lambda horizon, kept: np.log(_root(horizon, kept)),
    ),
    "odds": (
        (
            "Your result is p/(1 − p): the logarithm is missing.",
            "Solve p = 1/(1 + exp(−b)) for exp(b), and then for b.",
            "Take the logarithm of your result.",
        ),
        lambda horizon, kept: _root(horizon, kept) / (1 - _root(horizon, kept)),
    ),
    "decimal-logarithm": (
        (
            "Your result is 2.3 times too small: it comes from the logarithm with base 10.",
            "Which number is raised to a power in the sigmoid?",
            "Take the natural logarithm.",
        ),
        lambda horizon, kept: _logit(_root(horizon, kept)) / np.log(10.0),
    ),
    "one-step-less": (
        (
            "Your bias keeps that share over one step less than the horizon.",
            "Look for horizon − 1 in your code.",
            "T steps are T factors: use the horizon as it is.",
        ),
        lambda horizon, kept: _logit(np.float64(kept) ** (1.0 / (horizon - 1.0))),
    ),
    "one-step-more": (
        (
            "Your bias keeps that share over one step more than the horizon.",
            "Look for horizon + 1 in your code.",
            "T steps are T factors: use the horizon as it is.",
        ),
        lambda horizon, kept: _logit(np.float64(kept) ** (1.0 / (horizon + 1.0))),
    ),
    "share-lost": (
        (
            "Your bias loses that share over the horizon, where it should keep it.",
            "With kept = 0.9 the bias should be large. Is yours?",
            "Take the root of kept, not of 1 − kept.",
        ),
        lambda horizon, kept: _logit(_root(horizon, 1 - kept)),
    ),
    "tanh-undone": (
        (
            "You undid a tanh, but the forget gate has a sigmoid.",
            "Which activation gives numbers between 0 and 1?",
            "Solve p = 1/(1 + exp(−b)) for b.",
        ),
        lambda horizon, kept: np.arctanh(_root(horizon, kept)),
    ),
    "rule-of-thumb": (
        (
            "Your bias is the logarithm of the horizon, whatever share is to be kept.",
            "That is a rule of thumb for one fixed share. Where does kept come in?",
            "Solve σ(b)^horizon = kept for b.",
        ),
        lambda horizon, kept: np.log(horizon),
    ),
}

FORGET_BIAS_FOR = Oracle(
    cases=_bias_cases,
    expect=_bias_with(forget_bias_for),
    second=_bias_by_bisection,
    parts={"bias": 0.6, "edges": 0.2, "errors": 0.2},
    basic=("bias",),
    mistakes=(
        *(Mistake(id, hints, _bias_with(wrong)) for id, (hints, wrong) in _WRONG_BIASES.items()),
        Mistake(
            "no-error-at-all",
            (
                "Neither an impossible horizon nor an impossible share is refused.",
                "What would a horizon of 0 steps, or a share of 1.5, mean?",
                "Begin with two tests; each raises a ValueError that names the argument.",
            ),
            _bias_with(_unguarded, checks=()),
        ),
        Mistake(
            "any-horizon",
            (
                "A horizon below 1 is not refused.",
                "Nothing looks at `horizon` before it is used.",
                "Test it first, and raise a ValueError that names `horizon`.",
            ),
            _bias_with(_unguarded, checks=("kept",)),
        ),
        Mistake(
            "any-share",
            (
                "A share that no gate can keep is not refused.",
                "A gate lies between 0 and 1 and reaches neither. Nothing looks at `kept`.",
                "Test it first, and raise a ValueError that names `kept`.",
            ),
            _bias_with(_unguarded, checks=("horizon",)),
        ),
    ),
)


ORACLES: dict[str, Oracle] = {
    "lstm_gates": LSTM_GATES,
    "lstm_step": LSTM_STEP,
    "LSTMCell": LSTM_CELL,
    "cell_state_gradient": CELL_STATE_GRADIENT,
    "forget_bias_for": FORGET_BIAS_FOR,
}
