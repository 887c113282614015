"""gru_step: one step of a GRU, with its reset gate before the product or after it."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Mistake
from course_utils.oracles import maths
from course_utils.oracles.ch10_gru.shared import isolated_steps, keras_layer, step_inputs
from course_utils.oracles.ready_layers import keras_states

__all__ = ["EXERCISE", "STEP_MISTAKES", "gru_step"]

Array = np.ndarray


def gru_step(x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool) -> Array:
    b, c = (b[0], b[1]) if reset_after else (b, 0.0 * b)
    (W_z, W_r, W_h), (U_z, U_r, U_h), (b_z, b_r, b_h), (c_z, c_r, c_h) = (
        maths.split(array, 3) for array in (W, U, b, c)
    )
    sum_z = x @ W_z + b_z + h @ U_z + c_z
    sum_r = x @ W_r + b_r + h @ U_r + c_r
    z, r = maths.sigmoid(sum_z), maths.sigmoid(sum_r)
    of_x, of_h = x @ W_h + b_h, h @ U_h + c_h
    total = of_x + r * of_h if reset_after else of_x + (r * h) @ U_h
    new = maths.tanh(total)
    return z * h + (1.0 - z) * new


def by_keras(x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool) -> Array:
    layer = keras_layer({"U": U, "reset_after": reset_after}, x.shape[1:])
    return keras_states(layer, [W, U, b], x[:, None], h)[-1]


def cases(rng: np.random.Generator) -> list[Case]:
    tiny = step_inputs(rng, (2, 3, 5), True, "float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    return [
        *isolated_steps(rng, "terms"),
        Case("after", step_inputs(rng, (3, 2, 4), True), "the reset gate after the product"),
        Case("after", step_inputs(rng, (5, 3, 2), True, "float64"), "after, float64"),
        Case("after", step_inputs(rng, (4, 4, 4), True, "float64"), "after, B = F = U"),
        Case("before", step_inputs(rng, (3, 2, 4), False), "the reset gate before the product"),
        Case("before", step_inputs(rng, (5, 3, 2), False, "float64"), "before, float64"),
        Case("before", step_inputs(rng, (4, 4, 4), False, "float64"), "before, B = F = U"),
        Case("edges", step_inputs(rng, (1, 1, 1), True), "one sample, one feature, one unit"),
        Case("edges", step_inputs(rng, (1, 3, 1), False), "one sample, one unit, before"),
        Case("edges", step_inputs(rng, (2, 1, 2), True), "two samples, two units: b is (2, 6)"),
        Case("edges", step_inputs(rng, (2, 6, 3), True, scale=40.0), "large: all is saturated"),
        Case("edges", step_inputs(rng, (2, 6, 3), False, scale=40.0), "large, before"),
        Case("edges", tiny, "tiny numbers"),
    ]


OPENED = "maths.sigmoid(sum_z), maths.sigmoid(sum_r)"

#: Edits of lines that a cell contains as well.
STEP_MISTAKES = [
    Mistake(
        "z-swapped",
        "z * h + (1.0 - z) * new",
        "(1.0 - z) * h + z * new",
        see="Your state equals the one with z and 1 − z exchanged.",
        look="With z = 1 this GRU keeps its state. What does yours do there?",
        change="Let z weigh the old state, and 1 − z the candidate.",
    ),
    Mistake(
        "order-r-z-h",
        "maths.split(array, 3)",
        "[maths.split(array, 3)[k] for k in (1, 0, 2)]",
        see="Your state equals the one with the update and the reset gate exchanged.",
        look="The columns of W, U and b hold three blocks. Which gate owns the first block?",
        change="Keras's order is z, r, candidate: z takes the first U columns, r the second.",
    ),
    Mistake(
        "order-h-r-z",
        "maths.split(array, 3)",
        "[maths.split(array, 3)[k] for k in (2, 1, 0)]",
        see="Your state equals the one with the update gate and the candidate exchanged.",
        look="The columns of W, U and b hold three blocks. Which of them is the candidate's?",
        change="Keras's order is z, r, candidate: the candidate takes the last U columns.",
    ),
    Mistake(
        "order-z-h-r",
        "maths.split(array, 3)",
        "[maths.split(array, 3)[k] for k in (0, 2, 1)]",
        see="Your state equals the one with the reset gate and the candidate exchanged.",
        look="The columns of W, U and b hold three blocks. Which of them is the candidate's?",
        change="Keras's order is z, r, candidate: r takes the second block, the candidate the "
        "last.",
    ),
    Mistake(
        "order-r-h-z",
        "maths.split(array, 3)",
        "[maths.split(array, 3)[k] for k in (2, 0, 1)]",
        see="Your state equals the one with the blocks read as r, candidate, z.",
        look="The columns of W, U and b hold three blocks. In which order do you take them?",
        change="Take z from the first block, r from the second, the candidate from the third.",
    ),
    Mistake(
        "order-h-z-r",
        "maths.split(array, 3)",
        "[maths.split(array, 3)[k] for k in (1, 2, 0)]",
        see="Your state equals the one with the blocks read as candidate, z, r.",
        look="The columns of W, U and b hold three blocks. In which order do you take them?",
        change="Take z from the first block, r from the second, the candidate from the third.",
    ),
    Mistake(
        "interleaved",
        "maths.split(array, 3)",
        "[array[..., k::3] for k in range(3)]",
        see="Your state equals the one with the columns read as z, r, h, z, r, h, …",
        look="Look at how you cut the 3U columns: every third one, or U that stand side by side?",
        change="Cut W, U and b into three blocks of U neighbouring columns.",
    ),
    Mistake(
        "reset-before",
        "r * of_h if",
        "(r * h) @ U_h + c_h if",
        see="With reset_after=True your state equals the one whose reset gate acts before.",
        look="Does r multiply h, or the product of h and U_h? The flag decides.",
        change="With reset_after=True multiply first, add the second bias, and then apply r.",
    ),
    Mistake(
        "reset-after",
        "(r * h) @ U_h",
        "r * of_h",
        see="With reset_after=False your state equals the one whose reset gate acts after.",
        look="Does r multiply h, or the product of h and U_h? The flag decides.",
        change="With reset_after=False apply r to the state, and multiply the result with U_h.",
    ),
    Mistake(
        "reset-misses-bias",
        "r * of_h",
        "r * (h @ U_h) + c_h",
        see="Your state equals the one whose second bias is outside the reset gate.",
        look="With reset_after=True, r multiplies everything that comes from the state's side.",
        change="Add the candidate's part of the second row to h U_h before r multiplies the sum.",
    ),
    Mistake(
        "no-reset",
        "of_x + r * of_h if reset_after else of_x + (r * h) @ U_h",
        "of_x + of_h",
        see="Your state does not use the reset gate.",
        look="Where does r come into the candidate?",
        change="Let r multiply what the state adds to the candidate.",
    ),
    Mistake(
        "flag-inverted",
        "of_x + r * of_h if reset_after else of_x + (r * h) @ U_h",
        "of_x + (r * h) @ U_h + c_h if reset_after else of_x + r * of_h",
        see="The reset gate acts before the product where reset_after is True, and after it where "
        "it is False.",
        look="Look at your two branches: which one belongs to which value of the flag?",
        change="Exchange the two ways to apply r.",
    ),
    Mistake(
        "reset-inverted",
        "r * of_h if reset_after else of_x + (r * h)",
        "(1.0 - r) * of_h if reset_after else of_x + ((1.0 - r) * h)",
        see="Your state equals the one whose reset gate works the wrong way round, as 1 − r.",
        look="With r = 1 the candidate sees the whole state. What does yours see there?",
        change="Multiply by r itself.",
    ),
    Mistake(
        "reset-on-input",
        "of_x + r * of_h if reset_after else of_x + (r * h) @ U_h",
        "r * (of_x + of_h)",
        see="Your state equals the one whose reset gate also multiplies the input's term.",
        look="Look at the brackets around what r multiplies.",
        change="The term x W_h and its bias stay outside: r multiplies the state's term alone.",
    ),
    Mistake(
        "no-second-bias",
        "(b[0], b[1])",
        "(b[0], 0.0 * b[1])",
        see="Your state equals the one without the second row of b.",
        look="With reset_after=True b has two rows. How many of them do you use?",
        change="Row 0 belongs to the products with x, row 1 to the products with h: add both.",
    ),
    Mistake(
        "no-first-bias",
        "(b, 0.0 * b)\n",
        "(b, 0.0 * b)\n    b = 0.0 * b\n",
        see="Your state equals the one without the bias of the input's side.",
        look="With x and h zero, what is left of each gate?",
        change="Add the bias of the products with x: row 0 of b, or b itself where it has one row.",
    ),
    Mistake(
        "no-bias",
        "(b, 0.0 * b)\n",
        "(b, 0.0 * b)\n    b = c = 0.0 * b\n",
        see="Your state equals the one without any bias.",
        look="Look for b in your code.",
        change="Each gate and the candidate have a bias: add it inside the activation.",
    ),
    Mistake(
        "bias-rows-swapped",
        "(b[0], b[1])",
        "(b[1], b[0])",
        see="Your state equals the one with the two rows of b exchanged.",
        look="For z and r the rows are only added. For the candidate it matters which is which.",
        change="Row 0 stands beside x W_h, row 1 beside h U_h, inside the reset.",
    ),
    Mistake(
        "first-row-twice",
        "(b[0], b[1])",
        "(b[0], b[0])",
        see="Your state equals the one that uses the first row of b twice.",
        look="With reset_after=True b has two rows. Which one stands beside the products with h?",
        change="Row 0 belongs to the products with x, row 1 to those with h.",
    ),
    Mistake(
        "no-tanh",
        "maths.tanh(total)",
        "total",
        see="Your state equals the one whose candidate has no tanh.",
        look="Look at the last thing you do with the candidate before you mix it in.",
        change="Put the whole sum of the candidate through tanh.",
    ),
    Mistake(
        "tanh-twice",
        "maths.tanh(total)",
        "maths.tanh(maths.tanh(total))",
        see="Your state equals the one whose candidate went through tanh twice.",
        look="Count the tanh between the sum and the mixture.",
        change="Keep one tanh.",
    ),
    Mistake(
        "candidate-sigmoid",
        "maths.tanh(total)",
        "maths.sigmoid(total)",
        see="Your state equals the one whose candidate went through a sigmoid.",
        look="The candidate is no gate: it should lie between −1 and 1.",
        change="Use tanh for the candidate, the sigmoid for z and r.",
    ),
    Mistake(
        "candidate-relu",
        "maths.tanh(total)",
        "maths.relu(total)",
        see="Your state equals the one whose candidate went through a ReLU.",
        look="The candidate should lie between −1 and 1.",
        change="Exchange the ReLU for tanh.",
    ),
    Mistake(
        "no-sigmoid",
        OPENED,
        "sum_z, sum_r",
        see="Your state equals the one whose gates have no sigmoid.",
        look="A gate is a share between 0 and 1. Which numbers do yours reach?",
        change="Put the sums of z and r through the sigmoid.",
    ),
    Mistake(
        "sigmoid-twice",
        OPENED,
        "maths.sigmoid(maths.sigmoid(sum_z)), maths.sigmoid(maths.sigmoid(sum_r))",
        see="Your state equals the one whose gates went through the sigmoid twice.",
        look="With a sum of 0 a gate should be 0.5. What is yours?",
        change="Keep one sigmoid for each gate.",
    ),
    Mistake(
        "gates-tanh",
        OPENED,
        "maths.tanh(sum_z), maths.tanh(sum_r)",
        see="Your state equals the one whose gates went through tanh.",
        look="A gate is a share between 0 and 1; tanh also gives negative numbers.",
        change="Use the sigmoid for z and r.",
    ),
    Mistake(
        "hard-sigmoid",
        OPENED,
        "maths.hard_sigmoid(1.2 * sum_z), maths.hard_sigmoid(1.2 * sum_r)",
        see="Your state equals the one with a hard sigmoid, made of straight lines.",
        look="Old versions of Keras used it as the default for gates. Which one do you call?",
        change="Use the smooth sigmoid, 1 / (1 + exp(−z)).",
    ),
    Mistake(
        "keras-hard-sigmoid",
        OPENED,
        "maths.hard_sigmoid(sum_z), maths.hard_sigmoid(sum_r)",
        see="Your state equals the one with the hard sigmoid of Keras 3, clipped at −3 and 3.",
        look="Look at the name of the function that makes your gates.",
        change="Use the smooth sigmoid, 1 / (1 + exp(−z)).",
    ),
    Mistake(
        "old-state-dropped",
        "z * h + ",
        "",
        see="Your state equals (1 − z) times the candidate: the old state is gone.",
        look="Where does a GRU keep what it knew? Look at the last line of the equations.",
        change="Add the old state, weighed by z.",
    ),
    Mistake(
        "z-twice",
        "(1.0 - z) * new",
        "z * new",
        see="Your state equals the one that weighs the candidate by z, as it does the old state.",
        look="The two weights of the mixture should sum to 1. Do yours?",
        change="Weigh the candidate by 1 − z.",
    ),
    Mistake(
        "candidate-whole",
        "(1.0 - z) * new",
        "new",
        see="Your state equals z h plus the whole candidate.",
        look="The two weights of the mixture should sum to 1. Do yours?",
        change="Weigh the candidate by 1 − z.",
    ),
    Mistake(
        "old-state-whole",
        "z * h",
        "h",
        see="Your state equals the whole old state plus (1 − z) times the candidate.",
        look="The two weights of the mixture should sum to 1. Do yours?",
        change="Weigh the old state by z.",
    ),
    Mistake(
        "candidate-returned",
        "z * h + (1.0 - z) * new",
        "new",
        see="Your state equals the candidate: the update gate does nothing.",
        look="Where does z come in?",
        change="Mix the old state and the candidate, with z and 1 − z as their weights.",
    ),
    Mistake(
        "tanh-on-state",
        "z * h + (1.0 - z) * new",
        "maths.tanh(z * h + (1.0 - z) * new)",
        see="Your state equals tanh of the right one.",
        look="An LSTM puts its cell state through tanh on the way out. Does a GRU?",
        change="Return the mixture as it is.",
    ),
    Mistake(
        "gates-without-state",
        " + h @ U_z + c_z\n    sum_r = x @ W_r + b_r + h @ U_r",
        " + c_z\n    sum_r = x @ W_r + b_r",
        see="Your gates do not look at the state.",
        look="Each gate is a sum of two products. Which one is missing in yours?",
        change="Add the product of h and the gate's block of U.",
    ),
    Mistake(
        "gates-without-input",
        "x @ W_z + b_z + h @ U_z + c_z\n    sum_r = x @ W_r + b_r",
        "b_z + h @ U_z + c_z\n    sum_r = b_r",
        see="Your gates do not look at the input.",
        look="Each gate is a sum of two products. Which one is missing in yours?",
        change="Add the product of x and the gate's block of W.",
    ),
    Mistake(
        "recurrent-transposed",
        "(W, U, b, c)\n    )\n",
        "(W, U, b, c)\n    )\n    U_z, U_r, U_h = map(maths.transposed, (U_z, U_r, U_h))\n",
        see="Your state equals the one with each block of U transposed.",
        look="States are row vectors. On which side of the weights do they stand?",
        change="Multiply h from the left with the block as it is.",
    ),
]

EXERCISE = Exercise(
    "gru_step(x, h, W, U, b, reset_after)",
    results=("the new state",),
    references=(gru_step, by_keras),
    cases=cases,
    mistakes=STEP_MISTAKES,
    parts={"terms": 0.3, "after": 0.3, "before": 0.2, "edges": 0.2},
    basic=("terms", "after", "before"),
    points=3,
    by_hand=("recurrent",),
    seconds=20,
    minutes=20,
    difficulty=2,
)
