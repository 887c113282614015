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
# After this chapter you can build the cell with gates, set a memory by hand, and choose a forget
# bias for the time span that it has to bridge. You will have measured where gates help, which
# simpler cell helps too, and what a sum in the place of a product does to gradients.

# %% tags=["setup"]
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.start import start

start(seed=9)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf

from course_utils import datasets
from course_utils.experiments import ch09_lstm as experiment
from course_utils.plots import gates, palette
from course_utils.plots.style import finding

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
strings = datasets.reber_strings(np.random.default_rng(9), 3200)
strings = [string for string in strings if len(string) <= 24]
train_strings, test_strings = strings[:2432], strings[2432:2944]  # whole batches of 64
for string in test_strings[:4]:
    print(f"{string}   the second symbol is {string[1]}, the last but one is {string[-2]}")


def counted(context):
    """The loss on the test strings of a table: how often each symbol follows `context`."""
    symbols = datasets.REBER_SYMBOLS
    return experiment.loss_of_counts(train_strings, test_strings, symbols, context)


baselines = {
    "one in seven": np.log(7),
    "how frequent": counted(lambda past: ""),
    "the last symbol": counted(lambda past: past[-1]),
    "the last two symbols": counted(lambda past: past[-2:]),
    "all but the second symbol": datasets.reber_best_loss(remembers=False),
    "everything": datasets.reber_best_loss(),
}
fig, ax = plt.subplots(figsize=(7, 2.8))
experiment.draw_baselines(ax, baselines)
plt.show()
for name, loss in baselines.items():
    print(f"{name}: ~{loss:.3f} nats.")
gap = [len(string) - 3 for string in strings]  # from the second symbol to the last but one
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
# **cell state** $c$ is the memory. The hidden state $h$ is what the cell shows. So here the memory
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

# %% [markdown]
# ### Set the gates by hand
#
# Before a network learns its gates, choose them yourself. At each step of a tape there is a number,
# the candidate $g$, and one of three orders. *Write*: keep this number in the place of the old
# one, and show nothing. *Wait*: keep what you have whatever comes in, and show nothing. *Show*:
# keep, and show $\tanh$ of it. Every gate stands at one half. Give each order its three gates, and
# run both cells until every step is right.

# %% tags=["repair"]
# order → (input gate i, forget gate f, output gate o), each from 0 to 1
my_gates = {
    "write": (0.5, 0.5, 0.5),
    "wait": (0.5, 0.5, 0.5),
    "show": (0.5, 0.5, 0.5),
}

# %% tags=["experiment"]
orders = (
    ["write"] + ["wait"] * 6 + ["show"] + ["wait"] * 5 + ["write"] + ["wait"] * 8 + ["show"] * 2
)
numbers = np.random.default_rng(4).uniform(-1, 1, len(orders)).round(1)
tape = list(zip(orders, numbers))
memory = experiment.run_memory(my_gates, tape)
fig, axes = plt.subplots(2, 1, figsize=(8, 3.4))
experiment.draw_memory(axes, memory, tape)
plt.show()
print(f"{memory.right} of {len(tape)} steps are right.")

# %% [markdown]
# <details><summary>Gates that do it</summary>
#
# Write (1, 0, 0), wait (0, 1, 0), show (0, 1, 1). An LSTM can have them too: with weights large
# enough each gate's sigmoid is as near to 0 or 1 as you like, and the kernel decides by the order
# which. So the cell *can* keep a number as exactly and as long as you like. Whether training finds
# that is another
# question.
#
# </details>

# %% tags=["predict"]
halves_guess = predict(
    "halves",
    "The forget gate of a new Keras LSTM has the bias 1. How much of c is left after 50 steps, "
    "along the cell state alone?",
    {"a": "most of it: about 90 %", "b": "about a tenth", "c": "less than a millionth"},
    choice=None,
)

# %% tags=["predict"]
elman_guess = predict(
    "elman",
    "An Elman network with as many parameters is trained on the strings. What will it do?",
    {
        "a": "learn the inner grammar, but guess the last but one symbol by a coin",
        "b": "learn the last but one too: a dozen steps are few enough",
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

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    z_i, z_f, z_g, z_o = np.split(x @ W + h @ U + b, 4, axis=-1)
    i, f, o = (1 / (1 + np.exp(-z)) for z in (z_i, z_f, z_o))
    return i, f, np.tanh(z_g), o
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

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    i, f, g, o = lstm_gates(x, h, W=W, U=U, b=b)
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

# %% [markdown]
# A cell that keeps Keras's rules can go wherever Keras's own can: into a stack, both ways over the
# sequence, into a file and back, and further below under `fit`. Here it stands beside
# `keras.layers.LSTM` with the same weights, over sequences of which some are **masked** behind
# their end: the loop then keeps the states as they are.

# %% tags=["experiment"]
if solved("LSTMCell"):
    xs = np.random.default_rng(0).standard_normal((4, 6, 3)).astype("float32")
    xs[0, 4:] = xs[1, 2:] = 0.0
    own = keras.layers.RNN(LSTMCell(5), return_sequences=True, return_state=True)
    ready = keras.layers.LSTM(5, return_sequences=True, return_state=True)
    there = xs.any(axis=-1)  # False behind the end
    own(xs), ready(xs)  # both are built
    ready.set_weights(own.get_weights())
    pairs = zip(own(xs, mask=there), ready(xs, mask=there))
    far = max(float(np.abs(mine - theirs).max()) for mine, theirs in pairs)
    print(f"Outputs and both states equal those of keras.layers.LSTM: {far < 1e-5}.")

    tower = keras.Sequential(
        [
            keras.Input((None, 3)),
            keras.layers.Masking(),
            keras.layers.Bidirectional(keras.layers.RNN(LSTMCell(5), return_sequences=True)),
            keras.layers.RNN([LSTMCell(4), LSTMCell(2)]),  # two cells above each other
        ]
    )
    with TemporaryDirectory() as folder:
        tower.save(f"{folder}/tower.keras")
        again = keras.models.load_model(f"{folder}/tower.keras")
    same = float(np.abs(again(xs) - tower(xs)).max()) < 1e-6
    print(f"Both ways, stacked, saved and loaded: the same outputs: {same}.")

# %% [markdown]
# ## The experiment: strings
#
# Your cell now learns to name the next symbol. 16 units read the strings, a dense layer names the
# symbol; strings that are shorter than the longest are masked behind their end, so that the rest
# counts neither in the state nor in the loss. Beside it we train an Elman network (Keras's own, to
# have it ready) with as many parameters: about 1,700 each.

# %% tags=["experiment"]
if solved("LSTMCell"):
    data = experiment.reading_data(train_strings, test_strings)

    def reader(cell):
        """A network that names the next symbol at each step: (B, T, 7) → (B, T, 7)."""
        return keras.Sequential(
            [
                keras.Input(data.inputs.shape[1:], batch_size=64),
                keras.layers.Masking(),
                keras.layers.RNN(cell, return_sequences=True),
                keras.layers.Dense(7, activation="softmax"),
            ]
        )

    readers = {
        "LSTM": experiment.train_readers(lambda: reader(LSTMCell(16)), data, "LSTM networks"),
        "Elman": experiment.train_readers(
            lambda: reader(keras.layers.SimpleRNNCell(35)), data, "Elman networks"
        ),
    }
    means = {name: experiment.mean_scores(found) for name, found in readers.items()}
    for name, (nats, right) in means.items():
        print(
            f"{name}, mean of 5: ~{nats:.3f} nats per symbol; "
            f"the last but one is right in ~{right:.0%}."
        )
    print(f"Best possible: {baselines['everything']:.3f} nats; without the far symbol ", end="")
    print(f"{baselines['all but the second symbol']:.3f}.")
    answer = "b" if means["Elman"].right > 0.75 else "a"
    elman_guess.reveal(answer, "A coin would be right in half of the strings.")

# %% [markdown]
# Mind the Elman network: it comes a little nearer to the best score than the LSTM. (Both were
# trained with one rate, 0.01.) These strings do not show that gates are needed. We come back to
# it with longer sequences.
#
# ### Where the second symbol is kept
#
# *Your* functions run one trained cell over the test strings, and over the *twin* of each: the
# same string with the other second symbol. Only the memory of that symbol can tell the two apart
# later on. We look for two units. The *keeper* is the one whose cell state differs most reliably
# from the twin's where the second symbol is needed again. The *drifter* is the one whose cell state
# is largest there. First all units over one string and its twin, then the two units large.

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell"):

    def run_gates(weights, xs):
        """i, f, o and c of a cell with these weights over xs (B, T, F): (4, B, T, U)."""
        weights = [np.asarray(w, dtype="float64") for w in weights]
        h = c = np.zeros((len(xs), len(weights[1])))
        frames = []
        for x in xs.astype("float64").swapaxes(0, 1):
            i, f, _, o = (np.asarray(each) for each in lstm_gates(x, h, *weights))
            h, c = (np.asarray(each) for each in lstm_step(x, h, c, *weights))
            frames.append([i, f, o, c])
        return np.array(frames).transpose(1, 2, 0, 3)

    seen = test_strings[:200]
    films = [experiment.both_films(run_gates, each.weights, seen) for each in readers["LSTM"]]
    units = [experiment.find_units(*film, seen) for film in films]
    place = next((n for n, string in enumerate(seen) if len(string) == 16), 0)
    own, twin = (film[:, place, : len(seen[place]) - 2] for film in films[0])
    fig, axes = plt.subplots(2, 1, figsize=(8, 4.6))
    experiment.draw_strips(axes, own, twin, units[0], seen[place])
    plt.show()
    print(f"Above: {seen[place]}. Beneath: {experiment.twin_of(seen[place])}.")

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell"):
    fig, axes = plt.subplots(2, 2, figsize=(10, 4.8))
    experiment.draw_units(axes, own, twin, units[0], seen[place])
    plt.show()
    print("In each of the five networks, over 200 strings and their twins:")
    print(*(f"  {found.words}" for found in units), sep="\n")
    wider = sum(found.open > found.open_of_all for found in units)
    print(f"The keeper's forget gate is wider open than the mean in {wider} of 5 networks.")

# %% [markdown]
# Read the right column first. The drifter's forget gate is near 1 and nearly 1 is written at each
# step, so $c$ adds up steps: it counts, and in the string and in its twin alike. This is how a cell
# state leaves the range of tanh. Nothing holds it back: from $|c| \approx 3$ on, $\tanh c$ hardly
# moves, so that the loss does not feel it when $c$ grows on.
#
# The keeper's $c$ moves as well, by what the inner string writes, but the second symbol moves it
# apart from the twin's. Not every keeper does this with an open gate, as the list says: a cell
# state may also be emptied and written anew from $h$, where other units still know.
#
# ## Why it remembers: the gradient along the cell state
#
# From $c' = f \odot c + i \odot g$ the derivative of the new cell state by the old one, *along the
# cell state alone*, is $f$. Over many steps:
#
# $$\frac{\partial c_T}{\partial c_0} = f_T \odot f_{T-1} \odot \cdots \odot f_1 .$$
#
# The lectures call the way **additive**: what is written is added, and the gradient passes
# the plus unchanged.
#
# It is *one path* of many. The old $c$ is shown too: $h = o \odot \tanh c$ goes through the weights
# $U$ into all gates and the candidate of the next step, and they change the new $c$. For one unit,
# with $u_g$ its weight from $h$ to the candidate, this second path adds about
#
# $$\frac{\partial c'}{\partial h} \frac{\partial h}{\partial c} \approx
# i \, (1 - g^2) \, u_g \cdot o \, (1 - \tanh^2 c),$$
#
# and two more terms of this kind for $u_i$ and $u_f$. With $i = o = 0.5$, $g = c = 0$ and
# $u_g = 1$ it is 0.25, beside $f = 0.73$ for the first. Over $T$ steps a gradient may change
# between the paths at every step, so there are very many ways, and their sum is the *full
# gradient*. You write the product for the one path; the course adds up the others.
#
# ## Exercise 4: the gradient


# %% tags=["exercise"] exercise="cell_state_gradient"
def cell_state_gradient(forget_gates):
    """The derivative of c_T by c_0 along the cell state alone. (6 minutes, difficulty 1 of 3)

    Args:
        forget_gates: (B, T, U) the forget gates of all steps; T may be 0.

    Returns:
        (B, U): one number for each sequence and unit; with T = 0 it is 1.

    Example:
        Two steps of one unit with the gates 0.5 and 0.8 give 0.4.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    return np.prod(forget_gates, axis=1)
    ### END SOLUTION


# %% tags=["check"] exercise="cell_state_gradient"
check("cell_state_gradient", cell_state_gradient)

# %% [markdown]
# ## Exercise 5: a bias for the time that is to be bridged
#
# If a gate is about $\sigma(b)$ at every step, then $\sigma(b)^T$ of the memory is left after $T$
# steps. Turn that round: which $b$ leaves the share that you want?


# %% tags=["exercise"] exercise="forget_bias_for"
def forget_bias_for(horizon, kept):
    """The forget bias with which a given share is left after some steps. (8 minutes, 2 of 3)

    Args:
        horizon: how many steps, at least 1.
        kept: the share that is left after them, above 0 and below 1.

    Returns:
        b, a number: sigmoid(b) to the power of horizon is kept.

    Raises:
        ValueError: horizon is below 1, or kept is not between 0 and 1; it names the argument.

    Example:
        forget_bias_for(1, 0.5) gives 0, and forget_bias_for(10, 0.5) gives 2.63.
    """
    ### BEGIN SOLUTION
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, got {horizon}")
    if not 0 < kept < 1:
        raise ValueError(f"kept must lie between 0 and 1, got {kept}")
    gate = kept ** (1 / horizon)
    return np.log(gate) - np.log1p(-gate)
    ### END SOLUTION


# %% tags=["check"] exercise="forget_bias_for"
check("forget_bias_for", forget_bias_for)

# %% [markdown]
# ### A sum in the place of a product?
#
# The claim is that the sum avoids vanishing *and* exploding. We let new LSTMs of 64 units
# run over random inputs, with forget biases of 0, 1, 2 and 5, and take both gradients from the same
# weights: along the cell state alone, by *your* function, and the full one. An Elman network of
# the same size with Xavier weights (chapter 6) runs over the same inputs. Then both get recurrent
# weights three times as large as Xavier's, and inputs a tenth as loud, with which Elman networks
# explode.
#
# The rule asks three things of the *full* gradient, as a power of ten. With the large weights it
# stays below $10^2$; and after 50 steps at bias 1, where Keras starts, and at bias 5 more than a
# thousandth is left. The **control** is the Elman network, judged by the same bounds: it must
# vanish below a thousandth with Xavier's weights, and exceed $10^2$ with the large ones. Sizes are
# root mean squares of singular values.

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "cell_state_gradient"):
    yours = lstm_gates, lstm_step, cell_state_gradient
    ways = {bias: experiment.both_ways(*yours, bias) for bias in (0, 1, 2, 5)}
    loud = experiment.both_ways(*yours, 5, scale=3.0, loud=0.1)
    elman_path = experiment.along_elman()
    elman_loud = experiment.along_elman(scale=3.0, loud=0.1)
    fig, axes = plt.subplots(1, 3, figsize=(11, 3.6), sharey=True)
    experiment.draw_two_ways(
        axes,
        {bias: each.path for bias, each in ways.items()},
        {bias: each.full for bias, each in ways.items()},
        {"LSTM, bias 5": loud.full, "LSTM, one path": loud.path, "Elman": elman_loud},
    )
    plt.show()
    for bias, each in ways.items():
        path, full = (way[:, 49].mean() for way in each)
        print(
            f"Forget bias {bias}, 50 steps: along the cell ~10^{path:.1f}, in full ~10^{full:.1f}."
        )
    print(f"Elman, Xavier, 50 steps: ~10^{elman_path[:, 49].mean():.1f}.")
    print(f"Weights × 3, 50 steps: LSTM in full ~10^{loud.full[:, 49].mean():.1f}, ", end="")
    print(f"Elman ~10^{elman_loud[:, 49].mean():.1f}.")
    sums = experiment.claim_sum(ways, loud, elman_path, elman_loud)
    sums.card()
    halves_guess.reveal("c", "σ(1) is 0.73, and 0.73 to the power of 50 is 1.6e-7.")

# %% [markdown]
# There *is* a product: that of the forget gates. Along this one path nothing can explode, and
# whether it vanishes depends on the gates alone. The full gradient is larger, because the paths
# through $h$ add to it, and these go through weights. With large weights the LSTM's passes $10^2$:
# most of that growth comes in the first 20 steps, then it is slow, while the Elman network's goes
# on to $10^{12.6}$. And where the gates are open, the full gradient exceeds 1 even at the weights
# that Keras draws. So clipping is of use for LSTMs too. What the sum does give is a path for the
# gradient that does not go through the recurrent weights: open the gate.
#
# ## The experiment: how far back?
#
# The **adding task**: a sequence of numbers, two of which are marked, one in each half. At the end
# the network shall name their sum. Naming always 1, the mean, costs 1/6; all errors below are
# shares of this **baseline**.
#
# The claim is that gates remember longer. Longer than what? Beside *your* LSTM cell of 16
# units (1,233 parameters with the readout) we train two cells without gates, of 34 units (1,293).
# One is the Elman cell. The other is the same with ReLU for tanh, and with recurrent weights that
# *start as the identity*: with no input it keeps its state exactly, as an LSTM does with an open
# gate.
#
# All cells get the same: 300 updates of Adam with batches of 32 new sequences, gradients clipped to
# a norm of 1, and the same six learning rates. For each cell and length the rate with the lowest
# median error on validation sequences is taken; the errors shown are on other sequences. A network
# whose error exceeds 1.5 counts as 1.5. The rule, over 24 steps: the LSTM learns (below
# 0.5); neither of the two cells without gates does; at 10 steps the Elman cell does, so that the
# task itself is not the trouble.
#
# We also take gates away, at the LSTM's rate. **Pinning** a gate means that its weights are held at
# 0 and its bias at +30 or −30, so that it is always open or always shut. An LSTM whose input gate
# is shut is the control.

# %% tags=["predict"]
pin_guess = predict(
    "pins",
    "Which gate can be pinned, so that the LSTM still learns to add over 24 steps?",
    {
        "a": "none: each gate has its part",
        "b": "the forget gate at 1 and the output gate at 1",
        "c": "the input gate at 0",
    },
    choice=None,
)

# %% tags=["experiment"]
SEEDS, STEPS = range(5), 24


def train_adders(cell, steps, identity=False):
    """Networks with this cell from five starts at six rates; what the best rate gives."""
    found = experiment.adders(cell, steps, identity=identity).tuned(SEEDS)
    print(f"{steps} steps, validation error at each rate: {found.words}.")
    return found


elman = {}
for steps in (10, STEPS):
    print("Elman, tanh; ", end="")
    elman[steps] = train_adders(keras.layers.SimpleRNNCell(34), steps)

# %% tags=["experiment"]
relu = {}
for steps in (STEPS, 50):
    print("ReLU, identity start; ", end="")
    cell = keras.layers.SimpleRNNCell(34, activation="relu")
    relu[steps] = train_adders(cell, steps, identity=True)

# %% tags=["experiment"]
if solved("LSTMCell"):
    lstm = {}
    for steps in (STEPS, 50):
        print("LSTM; ", end="")
        lstm[steps] = train_adders(LSTMCell(16), steps)

# %% tags=["experiment"]
if solved("LSTMCell"):
    PINS = {
        "forget gate always 1": {"f": 30.0},
        "no output gate (always 1)": {"o": 30.0},
        "input gate always 0": {"i": -30.0},
    }
    stack = experiment.adders(LSTMCell(16), STEPS)
    ablated = {"all gates": lstm[STEPS].errors, **stack.pinned(SEEDS, lstm[STEPS].rate, PINS)}

# %% tags=["experiment"]
if solved("LSTMCell"):
    cells = {"LSTM": lstm, "Elman, tanh": elman, "ReLU, identity start": relu}
    far = {name: {T: each.errors for T, each in of.items()} for name, of in cells.items()}
    experiment.draw_lengths(plt.subplots(figsize=(8, 3))[1], far)
    plt.show()
    for name, of in far.items():
        each = ", ".join(experiment.in_words(T, values) for T, values in of.items())
        print(f"{name}: {each}.")
    experiment.draw_pins(plt.subplots(figsize=(7, 2.6))[1], ablated, STEPS)
    plt.show()
    for name, values in ablated.items():
        print(f"{name}: ~{np.median(values):.2f} of the baseline's error (median of 5).")
    spared = all(experiment.learned(ablated[name]) for name in list(PINS)[:2])
    why = "Nothing has to be forgotten here, and nothing to be hidden."
    pin_guess.reveal("b" if spared else "a", why)
    at_length = {name: of[STEPS] for name, of in far.items()}
    longer = experiment.claim_longer(
        at_length, far["Elman, tanh"][10], ablated["input gate always 0"]
    )
    longer.card()

# %% [markdown]
# The ReLU network has no gates. So gates are *a* way to remember longer than the Elman cell does,
# but not the only one. What the LSTM and this rival have in common is that a new network carries
# its state from step to step, instead of passing it through tanh and mixed weights. The number of
# updates is part of the finding: with 300 of them one of five LSTMs did not learn 50 steps.
# The two need other rates: over 24 steps the ReLU network learned from 0.001 to 0.03, and the LSTM
# from 0.01 to 0.3, as the errors at each rate show.
#
# Read the pins with care as well. With the forget gate always open the LSTM is that of 1997, which
# had none; this task never asks to forget. Nor does it ask to hide anything before the end, though
# one of the five networks without an output gate did not learn. With the input gate shut nothing
# can enter: that network had to fail. Whether the gate can be spared, held *open*, we did not try.
# Such an **ablation**, taking a part away, tells what the part is good for *in this task*.
#
# ### How did it learn at a bias of 1?
#
# Along the cell state alone a new cell with the bias 1 leaves about a thousandth over 24 steps,
# and yet it learned. We take both gradients of the LSTMs on the adding task, before training and
# after it. Beside them stands what your `forget_bias_for` asks for, if half is to be left.

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell", "cell_state_gradient"):
    numbers = datasets.adding(np.random.default_rng(100), 50, STEPS)[0]
    new_weights = [experiment.untrained_weights(lambda: LSTMCell(16), 2, s) for s in SEEDS]
    new_gates = [run_gates(weights, numbers)[:3] for weights in new_weights]
    own_gates = [run_gates(weights, numbers)[:3] for weights in lstm[STEPS].weights]
    print(f"Gradient of the cell state over {STEPS} steps (mean of 5 networks, 10 sequences):")
    for name, networks in (("new", new_weights), ("trained", lstm[STEPS].weights)):
        path, full = experiment.mean_gradients(yours, networks, numbers[:10])
        print(f"  {name}: along the cell ~10^{path:.1f}, in full ~10^{full:.1f}.")
    if solved("forget_bias_for"):
        print(f"A forget bias of {float(forget_bias_for(STEPS, 0.5)):.2f} would leave 1/2.")

# %% [markdown]
# Three things may help. Before training the paths through $h$ carry more than the one along it.
# Adam divides each weight's gradient by its usual size (chapter 5), so that a small gradient is
# enough to start. And training moves the gates, until both gradients are larger.
#
# ### Why sigmoid and tanh?
#
# The lectures say that the sigmoid and tanh are used because gates want 0 and 1. If so, three
# things follow. Trained gates should gather near 1. They should gather near 0. "Near" is within
# 0.15, and "gather" means more than the 15 % that evenly spread values would have there; we ask it
# on the strings and on the adding task. And gates that leave the range, tanh from −1 to 1, should
# keep an LSTM from learning to add, whichever of the rates it gets. As a **control**, gates
# that were not trained must not be near the ends.

# %% tags=["predict"]
ends_guess = predict(
    "ends",
    "Where do the gates lie that were trained on the strings?",
    {
        "a": "at both ends alike, near 0 and near 1",
        "b": "far more often near 1 than near 0",
        "c": "far more often near 0 than near 1",
    },
    choice=None,
)

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell"):

    class TanhGates(LSTMCell):
        """Your cell's weights, with tanh for its gates."""

        def call(self, inputs, states):
            h, c = states
            z = tf.matmul(inputs, self.kernel) + tf.matmul(h, self.recurrent_kernel)
            i, f, g, o = tf.split(tf.tanh(z + self.bias), 4, axis=1)
            c = f * c + i * g
            h = o * tf.tanh(c)
            return h, [h, c]

    print("LSTM with tanh gates; ", end="")
    tanh_gates = train_adders(TanhGates(16), STEPS)
    functions = {"sigmoid": lstm[STEPS].errors, "tanh": tanh_gates.errors}

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell", "cell_state_gradient"):
    string_gates = [
        run_gates(each.weights, data.test_inputs)[:3, data.test_mask] for each in readers["LSTM"]
    ]
    shares = experiment.shares_of_gates(new_gates, string_gates, own_gates)
    experiment.draw_gates(plt.subplots(figsize=(8, 3.4))[1], shares)
    plt.show()
    for name, (low, high) in shares.items():
        print(f"{name}: ~{low:.0%} near 0, ~{high:.0%} near 1.")
    experiment.draw_functions(plt.subplots(figsize=(7, 2))[1], functions)
    plt.show()
    for name, values in functions.items():
        print(f"{name}: ~{np.median(values):.3f} of the baseline's error (median of 5).")
    low, high = experiment.near_ends(string_gates)
    answer = "b" if high > 2 * low else "c" if low > 2 * high else "a"
    ends_guess.reveal(answer, f"About {low:.0%} are near 0 and {high:.0%} near 1.")
    ends = experiment.claim_ends(string_gates, own_gates, new_gates, tanh_gates.errors)
    ends.card()

# %% [markdown]
# The claim names a reason, and the reason can be tested. On the strings trained gates leave the
# middle, but to one end: most are open, and few are shut. When adding, where an amount has to be
# kept, most stay between the ends. Nor must a gate be a share: with tanh, which can even turn a
# sign, four of five starts learn the task. Neither function is ever above 1 in size, so the product
# of the forget gates cannot grow with either. What only the sigmoid gives is a factor that never
# turns a sign.
#
# ## Repair
#
# This step is written as in some published notebooks, and it trains. Yet its memory leaks: with
# the forget gate wide open and the input gate shut, the cell state should stay as it is for ever.
# Run both cells, find out where the memory goes, and mend the step until the curve is flat.


# %% tags=["repair"]
def step_to_repair(i, f, g, o, c):
    """What an LSTM does with its gates: (i, f, g, o, old c) → (new h, new c)."""
    c = np.tanh(f * c + i * g)
    h = o * np.tanh(c)
    return h, c


# %% tags=["experiment"]
c, kept = 0.9, [0.9]
for _ in range(100):
    _, c = step_to_repair(i=0.0, f=1.0, g=0.0, o=1.0, c=c)
    kept.append(float(c))
mended = kept[-1] == kept[0]
fig, ax = plt.subplots(figsize=(7, 2.4))
ax.plot(kept, color=palette.CELL)
ax.set_ylim(0, 1)
finding(
    ax,
    "The memory stays" if mended else "The memory leaks, though the forget gate is 1",
    "steps",
    "cell state $c$",
)
plt.show()
print(f"Of a cell state of 0.9, {kept[-1]:.3f} is left after 100 steps.")
print("Mended." if mended else "Not mended yet: 0.9 should be left.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# tanh is applied twice: to the sum, and again on the way to h. The first one squashes the memory at
# each step, and puts a slope below 1 into every factor of the gradient. The sum itself is the new
# cell state.
#
# </details>
#
# ## What we measured
#
# - On strings of a dozen symbols an Elman network with as many parameters did as well: short
#   memories need no gates.
# - In each trained cell one unit's $c$ told the second symbol in all strings. In the cell that was
#   drawn another unit counted steps, which took its $c$ far out of tanh's range.
# - On the adding task of 24 steps the LSTM learned and the Elman cell mostly did not, each at its
#   best rate. A ReLU network without gates that starts from the identity learned it too.
# - The product of the forget gates is one path. The full gradient is larger, vanishes at Keras's
#   bias of 1 all the same, and passes $10^3$ where the weights are large.
# - On the strings trained gates gather near 1, few of them near 0; on the adding task most stay
#   between. An LSTM with tanh for its gates can learn to add too.
#
# Not measured here: on a CPU your cell and `keras.layers.LSTM` run the same loop: two matrix
# products and a few small
# operations per step. On a GPU Keras hands the whole sequence to one **fused kernel** (cuDNN): the
# input's products of all steps are made at once, and the steps follow each other without going
# back to TensorFlow in between. A cell of your own is run step by step there, and each step waits
# for a dozen small operations to be started.
#
# ## For those who are fast
#
# Without points.
#
# - *All paths.* Take central differences of your `lstm_step` by $h$ and $c$ at every step, multiply
#   the Jacobians of 2U by 2U numbers, and compare the block of $c_T$ by $c_0$ with the full
#   gradient above.
# - *Weights for the memory by hand.* Write down a kernel, a recurrent kernel and a bias for one
#   unit that reads the order as a one-hot vector beside the candidate, so that `lstm_step` does
#   what your three rows of gates do. How large must the weights be to keep a number for 1,000 steps
#   within 1 %?
# - *Hold the drifter back.* Add a small multiple of $c^2$ to the loss of the readers, or clip $c$
#   to ±3. Is the last but one symbol still right?
#
# ## Remember
#
# <details><summary>Which two states does an LSTM have?</summary>
# The cell state c, its memory, and the hidden state h, what it shows. Only h is seen by the gates
# and by the next layer.
# </details>
#
# <details><summary>What do the three gates multiply?</summary>
# The forget gate the old cell state, the input gate the candidate, the output gate tanh of the new
# cell state.
# </details>
#
# <details><summary>Why is the candidate a tanh and no sigmoid?</summary>
# What is written must be able to be negative. Otherwise the memory could shrink, by the forget
# gate, but could never go below zero.
# </details>
#
# <details><summary>What is the gradient along the cell state, and is it all of it?</summary>
# The product of the forget gates. No weights and no slope of tanh stand in it. It is one path:
# others go through h and the weights, and can make the full gradient far larger, or let it explode.
# </details>
#
# <details><summary>Which simpler cell also learned the adding task over 24 steps?</summary>
# A ReLU network without gates whose recurrent weights start as the identity.
# </details>
#
# <details><summary>Why does the forget bias start at 1, and when is that too little?</summary>
# At 0 half of the memory is lost at each step. At 1 about a quarter is: along c alone a thousandth
# is left after 24 steps. Training can open the gates, as on the adding task; a bias that is chosen
# from the horizon opens them from the start.
# </details>
#
# <details><summary>In which order does Keras keep the blocks?</summary>
# i, f, c, o, where its c is the candidate g.
# </details>
#
# ## Read more
#
# - S. Hochreiter, J. Schmidhuber, *Long short-term memory*, Neural Computation, 1997.
# - F. A. Gers, J. Schmidhuber, F. Cummins, *Learning to forget: continual prediction with LSTM*,
#   Neural Computation, 2000: the forget gate.
# - R. Jozefowicz, W. Zaremba, I. Sutskever, *An empirical exploration of recurrent network
#   architectures*, ICML, 2015: the forget bias of 1.
# - Q. V. Le, N. Jaitly, G. E. Hinton, *A simple way to initialize recurrent networks of rectified
#   linear units*, arXiv:1504.00941, 2015: the rival that starts from the identity.
# - K. Greff and others, *LSTM: a search space odyssey*, IEEE Transactions on Neural Networks and
#   Learning Systems, 2017: which gates can be spared.
# - C. Tallec, Y. Ollivier, *Can recurrent neural networks warp time?*, ICLR, 2018: biases from the
#   horizon.
# - A. Cleeremans, D. Servan-Schreiber, J. McClelland, *Finite state automata and simple recurrent
#   networks*, Neural Computation, 1989: the embedded grammar.
