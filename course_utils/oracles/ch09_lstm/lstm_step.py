"""lstm_step: one step of an LSTM (Gers, Schmidhuber and Cummins, 2000)."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Mistake
from course_utils.oracles import maths
from course_utils.oracles.ch09_lstm.lstm_gates import GATE_MISTAKES
from course_utils.oracles.ch09_lstm.shared import isolated_steps, keras_layer, step_inputs
from course_utils.oracles.ready_layers import keras_states

__all__ = ["EXERCISE", "STEP_MISTAKES", "lstm_step"]

Array = np.ndarray


def lstm_step(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> tuple[Array, Array]:
    z = x @ W + h @ U + b
    i, f, g, o = maths.split(z, 4)
    i, f, g, o = maths.sigmoid(i), maths.sigmoid(f), maths.tanh(g), maths.sigmoid(o)
    new_c = f * c + i * g
    new_h = o * maths.tanh(new_c)
    return new_h, new_c


def by_keras(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> list[Array]:
    layer = keras_layer({"U": U}, x.shape[1:])
    return keras_states(layer, [W, U, b], x[:, None], h, c)[1:]


def cases(rng: np.random.Generator) -> list[Case]:
    forgetting = step_inputs(rng, 2, 3, 4, "float64")
    forgetting["b"][4:8] = -30.0
    kept = step_inputs(rng, 2, 3, 4, "float64")
    kept["b"][:8] = np.repeat([-30.0, 30.0], 4)
    tiny = step_inputs(rng, 2, 3, 5, "float64", scale=1e-7)
    large = "large inputs: the gates saturate"
    return [
        *isolated_steps(rng, "terms"),
        Case("step", step_inputs(rng, 3, 2, 4), "three samples, two features, four units"),
        Case("step", step_inputs(rng, 5, 3, 2, "float64"), "float64"),
        Case("step", step_inputs(rng, 4, 4, 4, "float64"), "as many samples as features as units"),
        Case("step", forgetting, "a forget gate that is shut"),
        Case("step", kept, "a forget gate that is open and an input gate that is shut"),
        Case("edges", step_inputs(rng, 1, 1, 1), "one sample, one feature, one unit"),
        Case("edges", step_inputs(rng, 2, 6, 3, scale=20.0), large, tolerance_factor=10),
        Case("edges", tiny, "tiny inputs and states"),
    ]


#: Wrong uses of right gates: edits of lines that a cell contains as well.
STEP_MISTAKES = [
    Mistake(
        "output-without-tanh",
        "maths.tanh(new_c)",
        "new_c",
        see="The new c is right, but the new h equals o times c, without a tanh.",
        look="The cell state may be large. What keeps h between −1 and 1?",
        change="Put the new c through a tanh before the output gate meets it.",
    ),
    Mistake(
        "output-tanh-twice",
        "maths.tanh(new_c)",
        "maths.tanh(maths.tanh(new_c))",
        see="The new c is right, but the new h went through tanh twice.",
        look="Count the tanh between the new c and the new h.",
        change="Keep one tanh between c and h.",
    ),
    Mistake(
        "output-sigmoid",
        "maths.tanh(new_c)",
        "maths.sigmoid(new_c)",
        see="The new c is right, but it goes through a sigmoid on its way to h.",
        look="h has a sign. Which function keeps it?",
        change="Put the new c through a tanh.",
    ),
    Mistake(
        "cell-state-squashed",
        "f * c + i * g",
        "maths.tanh(f * c + i * g)",
        see="The new c went through a tanh: the memory is squashed at every step.",
        look="The sum f c + i g is the new c as it is. The tanh belongs to the way from c to h.",
        change="Keep the sum as the new c, and apply tanh only where you compute h.",
    ),
    Mistake(
        "cell-state-squashed-once",
        "new_h = o * maths.tanh(new_c)",
        "new_c = maths.tanh(new_c)\n    new_h = o * new_c",
        see="The new h is right, but the new c that you carry on went through a tanh.",
        look="One name holds the sum at first and its tanh later. Which of the two do you return?",
        change="Return the sum f c + i g itself as the new c.",
    ),
    Mistake(
        "output-of-old-cell",
        "maths.tanh(new_c)",
        "maths.tanh(c)",
        see="The new c is right, but the new h was computed from the old c.",
        look="Which c stands in your line for h: the one that came in, or the new one?",
        change="Compute the new c first, and h from it.",
    ),
    Mistake(
        "no-output-gate",
        "o * maths.tanh",
        "maths.tanh",
        see="The new h equals tanh of the new c: the output gate does nothing.",
        look="Look for o in your code: where does it meet the cell state?",
        change="Multiply tanh of the new c with the output gate.",
    ),
    Mistake(
        "no-forget-gate",
        "f * c",
        "c",
        see="Nothing is ever forgotten: the new c is the old one plus i g.",
        look="Look for f in your code: what is it multiplied with?",
        change="Multiply the old c with the forget gate.",
    ),
    Mistake(
        "no-input-gate",
        "i * g",
        "g",
        see="The candidate is written in full: the input gate does nothing.",
        look="Look for i in your code: what is it multiplied with?",
        change="Multiply the candidate with the input gate.",
    ),
    Mistake(
        "no-old-cell",
        "f * c + ",
        "",
        see="The new c does not depend on the old one: nothing is remembered.",
        look="Look for c on the right of your equation for the new c.",
        change="Add the forget gate times the old c to what the input gate lets in.",
    ),
    Mistake(
        "no-candidate",
        " + i * g",
        "",
        see="Nothing is ever written: the new c is the forget gate times the old one.",
        look="Look for i and g in your equation for the new c.",
        change="Add the input gate times the candidate.",
    ),
    Mistake(
        "coupled-gates",
        "i * g",
        "(1.0 - f) * g",
        see="You write with 1 − f in the place of the input gate.",
        look="That is a variant with coupled gates. Here i is a gate of its own.",
        change="Multiply the candidate with i.",
    ),
    Mistake(
        "forgets-what-it-should-keep",
        "f * c",
        "(1.0 - f) * c",
        see="The old c is multiplied with 1 − f: the gate works the wrong way round.",
        look="A forget gate of 1 keeps everything, in spite of its name.",
        change="Multiply the old c with f itself.",
    ),
    Mistake(
        "all-multiplied",
        "f * c + i * g",
        "f * c * i * g",
        see="The new c is a product of all four, where it should be a sum of two products.",
        look="What is forgotten and what is written are two terms.",
        change="Put a plus between f c and i g.",
    ),
    Mistake(
        "output-gate-on-the-cell",
        "f * c + i * g",
        "o * (f * c + i * g)",
        see="The output gate reached the memory: the new c equals o times the right one.",
        look="The output gate decides what is shown, not what is kept.",
        change="Leave c as the sum, and use o only for h.",
    ),
    Mistake(
        "state-in-place-of-cell",
        "f * c",
        "f * h",
        see="The forget gate is applied to h, where it should be applied to c.",
        look="There are two states. Which of them is the long memory?",
        change="Multiply the forget gate with the old c.",
    ),
    Mistake(
        "cell-in-place-of-state",
        "h @ U",
        "c @ U",
        see="The gates look at c, where they should look at h.",
        look="There are two states. Which of them stands beside x in the sum?",
        change="Multiply U with h, not with c.",
    ),
]

EXERCISE = Exercise(
    "lstm_step(x, h, c, W, U, b)",
    results=("the new h", "the new c"),
    references=(lstm_step, by_keras),
    cases=cases,
    mistakes=[
        *STEP_MISTAKES,
        Mistake(
            "states-swapped",
            "return new_h, new_c",
            "return new_c, new_h",
            see="Both states are right, but they have changed places.",
            look="Compare your last line with the stub: first h, then c.",
            change="Return the new h first and the new c second.",
        ),
        Mistake(
            "output-twice",
            "return new_h, new_c",
            "return new_h, new_h",
            see="You return the new h twice; the second state should be the new c.",
            look="Look at your last line, or at a name that is used twice.",
            change="Return the new h first and the new c second.",
        ),
        *GATE_MISTAKES,
    ],
    parts={"terms": 0.3, "step": 0.5, "edges": 0.2},
    basic=("terms", "step"),
    points=2,
    by_hand=("recurrent",),
    minutes=10,
    difficulty=2,
)
