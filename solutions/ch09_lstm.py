# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · The LSTM
#
# After this chapter you can build the cell with gates, say what each gate does, and choose a forget
# bias for the time span that a memory has to bridge. You will have measured when gates help, and
# when a sum in the place of a product does not.
#
# | reading | computing | you need | topics | claims measured |
# |---|---|---|---|---|
# | 55 minutes | about 45 seconds | chapters 2 and 6 | T16, T31–T33 | C27, C28, C29 |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=9)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf

from course_utils import datasets
from course_utils.claims import above, below
from course_utils.plots import gates, palette
from course_utils.plots.style import finding
from course_utils.progress import progress

# %% [markdown]
# ## The question
#
# Strings can be drawn from a small graph: at each node one of two symbols, by a coin. Such a graph
# is a **grammar**. In the *embedded Reber grammar* a string begins with B and then T or P; an inner
# string follows; and at the end the *same* T or P comes again. What lies between tells nothing
# about it.
#
# The task is to name each next symbol. We know the grammar, so we know the best possible score. A
# forecast is measured by its **cross-entropy**: the mean of −log(probability given to the symbol
# that came), in **nats** (natural logarithms).

# %% tags=["experiment"]
strings = datasets.reber_strings(np.random.default_rng(9), 3000)
strings = [string for string in strings if len(string) <= 24]
train_strings, test_strings = strings[:2400], strings[2400:]
for string in test_strings[:4]:
    print(f"{string}   the second symbol is {string[1]}, the last but one is {string[-2]}")


def counted(context):
    """The loss on the test strings of a table: how often each symbol follows `context`."""
    counts = {}
    for string in train_strings:
        for k in range(1, len(string)):
            row = counts.setdefault(context(string[:k]), dict.fromkeys(datasets.REBER_SYMBOLS, 0.1))
            row[string[k]] += 1
    losses = [
        -np.log(row[string[k]] / sum(row.values()))
        for string in test_strings
        for k in range(1, len(string))
        for row in [counts[context(string[:k])]]
    ]
    return float(np.mean(losses))


baselines = {
    "one in seven": np.log(7),
    "how frequent": counted(lambda past: ""),
    "the last symbol": counted(lambda past: past[-1]),
    "the last two symbols": counted(lambda past: past[-2:]),
    "all but the second symbol": datasets.reber_best_loss(remembers=False),
    "everything": datasets.reber_best_loss(),
}
fig, ax = plt.subplots(figsize=(7, 2.8))
ax.barh(list(baselines)[::-1], list(baselines.values())[::-1], color=palette.BASELINE)
ax.grid(axis="y", visible=False)
finding(
    ax,
    "What remains to be gained is in one symbol, far back",
    "cross-entropy (nats per symbol)",
    "what the forecast knows",
)
plt.show()
for name, loss in baselines.items():
    print(f"{name}: ~{loss:.3f} nats.")
gap = [
    len(string) - 3 for string in strings
]  # steps between the second symbol and the last but one
print(f"Between the two equal symbols: {min(gap)} to {max(gap)} steps.")

# %% [markdown]
# The last two bars are exact: $8/11 \log 2$ and $7/11 \log 2$. Their difference is one symbol that
# has to be kept for some steps, unused, while others come in. Chapter 6 has shown why that is hard
# for an Elman cell: at every step the *whole* state goes through the weights and a tanh. **Can a
# cell keep a number untouched for as long as it is needed, and change it when it should?**
#
# ## The idea: a memory with gates
#
# The **LSTM** (long short-term memory; Hochreiter and Schmidhuber, 1997) has *two* states. The
# **cell state** $c$ is the memory. The hidden state $h$ is what the cell shows. So here the state
# is *not* the output: that is the difference from the Elman cell.
#
# A **gate** is a number between 0 and 1 that multiplies another one: 0 lets nothing through, 1 all.
# There are three: the **input gate** $i$, the **forget gate** $f$ and the **output gate** $o$. The
# **candidate** $g$ is no gate: it is what may be written, and has a sign.
#
# $$i = \sigma(z_i),\quad f = \sigma(z_f),\quad g = \tanh(z_g),\quad o = \sigma(z_o),\qquad
# [z_i, z_f, z_g, z_o] = x W + h U + b$$
#
# $$c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh(c')$$
#
# $\sigma(z) = 1/(1 + e^{-z})$ is the **sigmoid**, and $\odot$ multiplies number by number. Keras
# keeps the four blocks side by side, in the order $i, f, g, o$, and writes c for the candidate.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
gates.lstm_cell(ax)
plt.show()
print("The way of c along the top meets one product and one sum; no weights, no tanh.")

# %% tags=["predict"]
halves_guess = predict(
    "halves",
    "The forget gate of a new Keras LSTM has the bias 1. How much of c is left after 50 steps?",
    {"a": "most of it: about 90 %", "b": "about a tenth", "c": "less than a millionth"},
    choice=None,
)

# %% tags=["predict"]
elman_guess = predict(
    "elman",
    "An Elman network with as many parameters is trained on the strings. What will it do?",
    {
        "a": "learn the inner grammar, but guess the last but one symbol by a coin",
        "b": "learn all of it: a dozen steps are few enough",
        "c": "learn nothing",
    },
    choice=None,
)

# %% [markdown]
# ## Exercise 1: the gates


# %% tags=["exercise"] exercise="lstm_gates"
def lstm_gates(x, h, W, U, b):
    """The gates and the candidate of an LSTM, by hand. (12 minutes, difficulty 2 of 3)

    Args:
        x: (B, F) the inputs of one step.
        h: (B, U) the hidden state.
        W: (F, 4U) input weights: four blocks of U columns, in the order i, f, g, o.
        U: (U, 4U) recurrent weights, in the same blocks.
        b: (4U,) biases, in the same blocks.

    Returns:
        (i, f, g, o), each (B, U), with their activations applied.

    Example:
        With all inputs and weights 0 and b = [0., 2., 1., 0.] (one unit), i = 0.5, f = 0.881,
        g = 0.762 and o = 0.5.
    """
    ### BEGIN SOLUTION
    z_i, z_f, z_g, z_o = np.split(x @ W + h @ U + b, 4, axis=-1)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    ### END SOLUTION


### BEGIN SOLUTION
def sigmoid(z):
    """Without overflow for large negative z."""
    return 0.5 * (1 + np.tanh(0.5 * z))


### END SOLUTION

# %% tags=["check"] exercise="lstm_gates"
check("lstm_gates", lstm_gates)

# %% [markdown]
# ## Exercise 2: one step


# %% tags=["exercise"] exercise="lstm_step"
def lstm_step(x, h, c, W, U, b):
    """One step of an LSTM, by hand. (10 minutes, difficulty 2 of 3)

    Args:
        x: (B, F) the inputs of one step.
        h: (B, U) the hidden state.
        c: (B, U) the cell state.
        W, U, b: as in lstm_gates.

    Returns:
        (h', c'), each (B, U): the new hidden state first.

    Example:
        With i = 0.5, f = 0.881, g = 0.762 and o = 0.5 as above and c = 1, c' = 1.262 and
        h' = 0.426.
    """
    ### BEGIN SOLUTION
    i, f, g, o = lstm_gates(x, h, W, U, b)
    c = f * c + i * g
    return o * np.tanh(c), c
    ### END SOLUTION


# %% tags=["check"] exercise="lstm_step"
check("lstm_step", lstm_step)

# %% [markdown]
# ## Exercise 3: the cell for Keras
#
# As in chapter 2, `keras.layers.RNN` brings the loop and you bring the cell; now with two states.
# One thing is new: *where the biases start*. A forget gate of $\sigma(0) = 0.5$ loses half of the
# memory at each step. So the forget gate's biases start at 1, the others at 0.


# %% tags=["exercise"] exercise="LSTMCell"
@keras.saving.register_keras_serializable(package="unrolled")
class LSTMCell(keras.layers.Layer):
    """The LSTM cell for keras.layers.RNN, by hand. (20 minutes, difficulty 3 of 3)

    Args:
        units: the size U of both states, at least 1; a ValueError that names `units` otherwise.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.

    Attributes:
        state_size: [U, U], for h and c; output_size: U.
        kernel: (F, 4U); recurrent_kernel: (U, 4U); bias: (4U,), the blocks in the order i, f, g, o.
            Made in `build` with `self.add_weight(shape=..., initializer=..., name=...)`. The
            forget gate's block of the bias starts at 1, the three others at 0; an initializer may
            be a function (shape, dtype) -> values, and a weight has `.assign(values)`.

    Stay with keras.ops or TensorFlow inside `call`, so that gradients can pass. Any ready recurrent
    layer or cell earns nothing; Dense sublayers are allowed.
    """

    def __init__(self, units, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        self.units = self.output_size = units
        self.state_size = [units, units]
        ### END SOLUTION

    def build(self, input_shape):
        """Make the weights. input_shape is (B, F)."""
        ### BEGIN SOLUTION
        features, units = input_shape[-1], self.units
        self.kernel = self.add_weight(
            shape=(features, 4 * units), initializer="glorot_uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(units, 4 * units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(4 * units,), initializer="zeros", name="bias")
        self.bias.assign(np.repeat([0.0, 1.0, 0.0, 0.0], units))
        ### END SOLUTION

    def call(self, inputs, states):
        """One step: inputs (B, F), states [h, c], each (B, U) → (new h, [new h, new c])."""
        ### BEGIN SOLUTION
        h, c = states
        # add_n and bias_add: unlike +, their gradients need no work for unequal shapes
        z = tf.add_n([tf.matmul(inputs, self.kernel), tf.matmul(h, self.recurrent_kernel)])
        i, f, g, o = tf.split(tf.nn.bias_add(z, self.bias), 4, axis=-1)
        c = tf.add_n([tf.sigmoid(f) * c, tf.sigmoid(i) * tf.tanh(g)])
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, [h, c]
        ### END SOLUTION


# %% tags=["check"] exercise="LSTMCell"
check("LSTMCell", LSTMCell)

