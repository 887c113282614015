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

# %% tags=["setup"]
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=9)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf

from course_utils import datasets
from course_utils.claims import above, below
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
# Mind the Elman network. A dozen steps are no proof that gates are needed, and a course that
# showed the LSTM alone would have hidden it. We come back to it with longer sequences.
#
# ### What the gates do
#
# One test string, read by the trained cell, step by step with *your* functions. Each row of a strip
# is one unit. The units are sorted by what they keep: at the top those whose cell state
# differs most between the string and its twin, the same string with the other second symbol.

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

    shown = min((s for s in test_strings if len(s) == 16), default=test_strings[0])
    own, twin = (
        run_gates(readers["LSTM"][0].weights, datasets.reber_arrays([string])[0])[:, 0]
        for string in (shown, experiment.twin_of(shown))
    )
    kept = experiment.keeper(own, twin)
    fig, axes = plt.subplots(4, 1, figsize=(7, 5.4))
    experiment.draw_film(axes, own, kept, shown[:-1])
    plt.show()
    print(f"The string: {shown}.")
    print(
        f"Top unit: between the two equal symbols its forget gate is ~{kept.open:.2f} in the mean;"
    )
    print(f"the mean of all units is ~{kept.open_of_all:.2f}.")

# %% [markdown]
# ## Why it remembers: the gradient along the cell state
#
# From $c' = f \odot c + i \odot g$ the derivative of the new cell state by the old one, *along the
# cell state alone*, is $f$. (There is another way, through $h$ and the gates; this one is
# undisturbed by weights.) Over many steps:
#
# $$\frac{\partial c_T}{\partial c_0} = f_T \odot f_{T-1} \odot \cdots \odot f_1 .$$
#
# The lectures call the way **additive**: what is written is added, and the gradient passes
# the plus unchanged.
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
# The claim (C28) is that the sum avoids vanishing *and* exploding. We let new LSTMs of 64 units
# run over random inputs, with forget biases of 0, 1, 2 and 5, and Elman networks of the same size
# with Xavier weights (chapter 6) over the same inputs.
#
# The rule asks four things of the gradient after 50 steps, as a power of ten: with the gate
# wide open (bias 5) at least a tenth is left; it never grows; and with the biases 1 (where Keras
# starts) and 0 at least a thousandth is left. The **control** is the Elman network: it must lose
# more than three decades with Xavier weights, and gain more than two with weights three times as
# large and quiet inputs.

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "cell_state_gradient"):
    BIASES = {"zero": 0.0, "one": 1.0, "two": 2.0, "five": 5.0}
    yours = lstm_gates, lstm_step, cell_state_gradient
    paths = {name: experiment.along_the_cell(*yours, bias) for name, bias in BIASES.items()}
    elman_path = experiment.along_elman()
    elman_large = experiment.along_elman(scale=3.0, loud=0.1)
    sums = experiment.claim_sum(paths, elman_path, elman_large)  # with the rule above
    fig, ax = plt.subplots(figsize=(7, 3.4))
    experiment.draw_paths(ax, paths, elman_path, BIASES)
    plt.show()
    for name, bias in BIASES.items():
        sigma = 1 / (1 + np.exp(-bias))
        print(
            f"Forget bias {bias:.0f}: σ(b)^50 = {sigma**50:.1e}; "
            f"in a running cell ~1e{paths[name][:, 49].mean():.1f}."
        )
    print(f"Elman, Xavier, after 50 steps: ~1e{elman_path[:, 49].mean():.1f}.")
    sums.card()
    halves_guess.reveal("c", "σ(1) is 0.73, and 0.73 to the power of 50 is 1.6e-7.")

# %% [markdown]
# There *is* a product: that of the forget gates. The sum takes the weights and the tanh out of it,
# so that nothing can explode along this way. Whether it vanishes depends on the gates alone. At
# Keras's bias of 1 it does, and at bias 0 it vanishes faster than in the Elman network.
#
# ## The experiment: how far back?
#
# The **adding task**: a sequence of numbers, two of which are marked, one in each half. At the end
# the network shall name their sum. Naming always 1, the mean, costs 1/6; all errors below are
# shares of this **baseline**. Every network gets 300 updates of Adam with batches of 32 new
# sequences, and about as many parameters: LSTMs of 16 units (1,233), Elman networks of 34 (1,293).
# The learning rate is 0.02 for the LSTM; at that rate the Elman networks learn not even 10 steps,
# so they get 0.01.
# The sequences have 24 steps; for the Elman network 10 steps too, to see that it can learn the
# task.
#
# We also take gates away. **Pinning** a gate means that its weights are held at 0 and its bias at
# +30 or −30, so that it is always open or always shut.

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
STEPS, SEEDS = 24, 5


def adder(cell, steps, rate=0.02):
    """A network that reads (B, steps, 2) and names a sum; ready for training from many starts."""
    layers = [keras.layers.RNN(cell), keras.layers.Dense(1)]
    network = keras.Sequential([keras.Input((steps, 2), batch_size=32), *layers])
    return experiment.Adder(network, rate, updates=300)


if solved("LSTMCell"):
    longer_claim = claim(
        "C27",
        statement="Gates remember longer.",
        source="Lectures, gates as the remedy; Hochreiter and Schmidhuber (1997)",
        metric={
            "lstm": "LSTM's error on the adding task of 24 steps, as a share of the baseline's",
            "elman": "the same for an Elman network with as many parameters and updates",
            "short": "the Elman network's error at 10 steps: the task itself can be learned",
        },
        rule=[below("lstm", 0.5), above("elman", 0.8), below("short", 0.5)],
        control="an LSTM whose input gate is shut can write nothing into its memory, and must fail",
        control_rule=[above("lstm", 0.8)],
        seeds=range(SEEDS),
    )
    lstm = adder(LSTMCell(16), STEPS)
    lstm_runs = lstm.runs(range(SEEDS), "LSTM")
    errors = {"LSTM": [run.error for run in lstm_runs]}
    for steps in (10, STEPS):
        name, elman = f"Elman, {steps} steps", adder(keras.layers.SimpleRNNCell(34), steps, 0.01)
        errors[name] = [run.error for run in elman.runs(range(SEEDS), name)]

# %% tags=["experiment"]
if solved("LSTMCell"):
    PINS = {
        "forget gate always 1": {"f": 30.0},
        "no output gate (always 1)": {"o": 30.0},
        "input gate always 0": {"i": -30.0},
    }
    ablated = {"all gates": errors["LSTM"]}
    for name, pins in PINS.items():
        ablated[name] = [run.error for run in lstm.runs(range(SEEDS), name, pins)]

# %% tags=["experiment"]
if solved("LSTMCell"):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 2.9))
    lengths = {
        "Elman, 10 steps": errors["Elman, 10 steps"],
        f"Elman, {STEPS} steps": errors[f"Elman, {STEPS} steps"],
        f"LSTM, {STEPS} steps": errors["LSTM"],
    }
    experiment.draw_lengths(left, lengths, STEPS)
    experiment.draw_pins(right, ablated, STEPS)
    plt.show()
    for name, values in {**lengths, **ablated}.items():
        print(f"{name}: ~{np.mean(values):.2f} of the baseline's error (mean of {SEEDS}).")
    spared = all(experiment.learned(ablated[name]) for name in list(PINS)[:2])
    why = "Nothing has to be forgotten here, and nothing to be hidden."
    pin_guess.reveal("b" if spared else "a", why)

    longer = longer_claim.measure(
        lambda seed: {
            "lstm": errors["LSTM"][seed],
            "elman": errors[f"Elman, {STEPS} steps"][seed],
            "short": errors["Elman, 10 steps"][seed],
        },
        control=lambda seed: {"lstm": ablated["input gate always 0"][seed]},
    )
    longer.card()

# %% [markdown]
# Read the right picture with care. With the forget gate always open the LSTM is that of 1997, which
# had none; this task never asks to forget. Nor does it ask to hide anything before the end. The
# input gate cannot be spared: with it shut, nothing enters. Such an **ablation**, taking a part
# away, tells what the part is good for *in this task*.
#
# ### How did it learn at a bias of 1?
#
# Over 24 steps a new cell with the bias 1 leaves less than a thousandth of the gradient, and yet it
# learned. Two things help. Adam divides each weight's gradient by its usual size (chapter 5), so a
# small gradient is enough to start. And training *moves the gates*. We read the forget gates of
# the trained networks and take your gradient again. Beside it stands what your `forget_bias_for`
# asks for, if half is to be left.

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell", "cell_state_gradient"):
    numbers = datasets.adding(np.random.default_rng(100), 50, STEPS)[0]

    new_weights = [experiment.untrained_weights(lambda: LSTMCell(16), 2, s) for s in range(SEEDS)]
    new_gates = [run_gates(weights, numbers)[:3] for weights in new_weights]
    own_gates = [run_gates(run.weights, numbers)[:3] for run in lstm_runs]

    def best_kept(found):
        """log10 of the gradient over all steps, mean over sequences, of the best unit."""
        left = np.asarray(cell_state_gradient(found[1]))
        return float(np.log10(left).mean(axis=0).max())

    print(f"Gradient over {STEPS} steps along the best unit's cell state:")
    for name, each in (("new", new_gates), ("trained", own_gates)):
        print(f"  {name}: ~1e{np.mean([best_kept(found) for found in each]):.1f}")
    if solved("forget_bias_for"):
        print(f"A forget bias of {float(forget_bias_for(STEPS, 0.5)):.2f} would leave 1/2.")

# %% [markdown]
# ### Why sigmoid and tanh?
#
# The lectures say that the sigmoid and tanh are used because gates want 0 and 1 (C29). If so, two
# things follow. Trained gates should be *near* 0 or 1: we ask whether more than half of them lie
# within 0.15 of an end, on the strings and on the adding task. And gates that may leave that range
# should do harm: tanh, from −1 to 1, should at least double the error on the adding task. As a
# **control**, gates that were not trained must not be near the ends.

# %% tags=["predict"]
ends_guess = predict(
    "ends",
    "In which of the two tasks are more trained gates within 0.15 of 0 or of 1?",
    {
        "a": "the strings, where a symbol is T or P",
        "b": "the adding task, where numbers are kept exactly",
        "c": "about the same in both",
    },
    choice=None,
)

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell", "cell_state_gradient"):

    class TanhGates(LSTMCell):
        """Your cell's weights, with tanh for its gates."""

        def call(self, inputs, states):
            h, c = states
            z = tf.matmul(inputs, self.kernel) + tf.matmul(h, self.recurrent_kernel)
            i, f, g, o = tf.split(tf.tanh(z + self.bias), 4, axis=1)
            c = f * c + i * g
            h = o * tf.tanh(c)
            return h, [h, c]

    other = adder(TanhGates(16), STEPS).runs(range(SEEDS), "tanh gates")
    functions = {"sigmoid": errors["LSTM"], "tanh": [run.error for run in other]}
    string_gates = [
        run_gates(each.weights, data.test_inputs)[:3, data.test_mask] for each in readers["LSTM"]
    ]
    ends = experiment.claim_ends(string_gates, own_gates, new_gates, functions)  # the rule above

# %% tags=["experiment"]
if solved("lstm_gates", "lstm_step", "LSTMCell", "cell_state_gradient"):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.9))
    on_strings, on_numbers = (ends.interval(name).mean for name in ("strings", "adding"))
    experiment.draw_gate_values(
        left, new_gates, string_gates, own_gates, apart=on_strings > 2 * on_numbers
    )
    experiment.draw_functions(right, functions)
    plt.show()
    for name, values in functions.items():
        print(f"{name}: ~{np.mean(values):.3f} of the baseline's error.")
    print(f"Gates near 0 or 1: ~{on_strings:.0%} on strings, ~{on_numbers:.0%} when adding.")
    ends_guess.reveal(
        "a" if on_strings > 2 * on_numbers else "b" if on_numbers > 2 * on_strings else "c",
        "The left figure shows all of them.",
    )
    ends.card()

# %% [markdown]
# The claim names a reason, and the reason can be tested. Where a symbol *is* one thing or
# another, gates go to their ends. Where an amount has to be kept, most of them are half open, and
# tanh, which can even turn a sign, learns the task too. What the sigmoid does give is a share that
# is never negative and never amplifies, so that $\prod f$ cannot exceed 1: the half of C28 that
# held.
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
# - On the adding task of 24 steps the LSTM learned and the Elman network stayed at the baseline,
#   though it had learned the task at 10 steps (C27).
# - The sum keeps the gradient along the cell state from exploding. From vanishing it keeps it only
#   where the forget gate is near 1: after 50 steps at bias 1 there is 1.6e-7 left (C28).
# - Gates want 0 and 1 where the task is to tell symbols apart. In the adding task few are near an
#   end, and other functions than the sigmoid learn it too (C29).
#
# On a CPU your cell and `keras.layers.LSTM` run the same loop: two matrix products and a few small
# operations per step. On a GPU Keras hands the whole sequence to one **fused kernel** (cuDNN): the
# input's products of all steps are made at once, and the steps follow each other without going
# back to TensorFlow in between. A cell of your own is run step by step there, and each step waits
# for a dozen small operations to be started.
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
# What is written must be able to be negative, or the memory could only grow.
# </details>
#
# <details><summary>What is the gradient along the cell state?</summary>
# The product of the forget gates. No weights and no slope of tanh stand in it.
# </details>
#
# <details><summary>Why does the forget bias start at 1, and when is that too little?</summary>
# At 0 half of the memory is lost at each step. At 1 a quarter is, which is too much for more than
# about a dozen steps. Choose the bias from the horizon.
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
# - K. Greff and others, *LSTM: a search space odyssey*, IEEE Transactions on Neural Networks and
#   Learning Systems, 2017: which gates can be spared.
# - C. Tallec, Y. Ollivier, *Can recurrent neural networks warp time?*, ICLR, 2018: biases from the
#   horizon.
# - A. Cleeremans, D. Servan-Schreiber, J. McClelland, *Finite state automata and simple recurrent
#   networks*, Neural Computation, 1989: the embedded grammar.
