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
# # 10 · The GRU
#
# After this chapter you can build a gated recurrent unit in both of its forms, say what a cell
# costs in parameters, operations and seconds, and compare two cells so that the answer is worth
# something.

# %% tags=["setup"]
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.start import start

start(seed=10)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
from keras import ops

from course_utils import datasets
from course_utils.claims import about
from course_utils.experiments import ch10_gru as experiment
from course_utils.plots import gru
from course_utils.progress import progress
from course_utils.recurrent.classifier import SequenceClassifier
from course_utils.recurrent.graph_profile import profile
from course_utils.recurrent.held_gates import held, traces
from course_utils.recurrent.register import LEVELS, commands_of, register

# %% [markdown]
# ## The question
#
# An LSTM has two states and three gates. In 2014 Kyunghyun Cho and others proposed a smaller cell
# with one state and two gates, the **gated recurrent unit** (GRU). The lectures say of it: *usually
# as good as an LSTM, with less computation*. You hear it often. It contains two questions.
#
# **Is it as good? And what is less: the parameters, the operations, or the seconds?**
#
# We begin with real handwriting: 1797 digits of 8 × 8 pixels, read one row at a time from the top.
# The network sees 8 numbers at each of 8 steps, and after the last row it has to name the digit.
# Later comes a task that needs a memory.

# %% tags=["experiment"]
images, labels = datasets.digits()  # (N, 8 rows, 8 columns): N sequences of 8 steps, 8 features
commonest = np.bincount(labels).max() / len(labels)
last_row = experiment.linear_baseline(images, labels, rows=[7])
whole_image = experiment.linear_baseline(images, labels, rows=range(8))

fig, axes = plt.subplots(1, 3, figsize=(9, 2.7), width_ratios=[1, 1, 1.5])
names = ["commonest\ndigit", "last row\nalone", "all rows\nat once"]
baselines = dict(zip(names, (commonest, last_row, whole_image)))
experiment.draw_digits(axes, images, labels, baselines)
plt.show()
print(f"Naming the commonest digit always: {100 * commonest:.1f}% are right.")
print(f"A linear classifier on the last row alone: ~{100 * last_row:.0f}%.")
print(f"A linear classifier on all 64 pixels at once: ~{100 * whole_image:.0f}%.")

# %% [markdown]
# The baselines say what a number means. Naming the commonest digit gets one in ten right. Whoever
# forgets all rows but the last gets about half. And a linear classifier that sees the whole image
# at once is hard to beat: nobody *needs* a recurrent network for 64 pixels. We use the digits
# because they are real, small, and the same for all cells.
#
# ## The idea: one state, mixed anew at each step
#
# A GRU has one state $h$, which is also its output. At each step it makes a *candidate*
# $\tilde h_t$, a new state as an Elman cell would make it, and mixes it with the old one:
#
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t .$$
#
# The **update gate** $z_t$ is the share that is kept, one number between 0 and 1 for each unit. In
# an LSTM the forget gate and the input gate do this with two numbers; here what is kept and what
# comes in always sum to 1. There is no output gate: all of the state can be seen. A second gate,
# the **reset gate** $r_t$, says how much of the old state the candidate may look at. Both gates
# are sigmoids of a sum:
#
# $$z_t = \sigma(x_t W_z + h_{t-1} U_z + b_z), \qquad
# r_t = \sigma(x_t W_r + h_{t-1} U_r + b_r).$$
#
# For the candidate there are two forms. In the paper of 2014 the reset gate acts on the state,
# *before* the product with $U_h$. In Keras's default and in cuDNN it acts *after* the product, and
# the product has a bias $c_h$ of its own inside the reset:
#
# $$\text{before:}\quad \tilde h_t = \tanh\big(x_t W_h + (r_t \odot h_{t-1})\, U_h + b_h\big),$$
#
# $$\text{after:}\quad \tilde h_t = \tanh\big(x_t W_h + b_h + r_t \odot (h_{t-1} U_h + c_h)\big).$$
#
# The second form lets all three products with $h_{t-1}$ be made as one. In it every product with
# the state has its own bias, so $z_t$ and $r_t$ get a second one too, $c_z$ and $c_r$, which is
# merely added.

# %% tags=["experiment"]
fig, axes = plt.subplots(1, 2, figsize=(10, 2.9))
gru.cell(axes[0], reset_after=False)
gru.cell(axes[1], reset_after=True)
plt.show()
print("On top the state is mixed; below the candidate is made. Both gates read x and h.")

# %% [markdown]
# Mind the letters. Some papers exchange the roles of $z$ and $1 - z$; PyTorch puts the gates in the
# order r, z, candidate. A network learns equally well either way, but weights that were
# trained with one form are useless in the other.
#
# ## Exercise 1: one step
#
# The weights stand side by side in Keras's order: z, r, candidate.


# %% tags=["exercise"] exercise="gru_step"
def gru_step(x, h, W, U, b, reset_after):
    """One step of a GRU, by hand. (20 minutes, difficulty 2 of 3)

    Args:
        x: (B, F) the inputs.
        h: (B, U) the state before the step.
        W: (F, 3U) the input weights: U columns for z, U for r, U for the candidate.
        U: (U, 3U) the recurrent weights, in the same order.
        b: (3U,) the biases where reset_after is False. (2, 3U) where it is True: row 0 belongs to
            the products with x, row 1 to those with h.
        reset_after: True: r multiplies the product of h and U_h, with its bias. False: r
            multiplies h before the product.

    Returns:
        (B, U) the new state: z times the old one plus (1 - z) times the candidate.

    Example:
        With all weights and biases zero, z is 0.5 and the candidate 0: h = [[0.8]] becomes [[0.4]].

    By hand: any ready recurrent layer or cell earns nothing.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    of_input, of_state = (b[0], b[1]) if reset_after else (b, np.zeros_like(b))
    x_z, x_r, x_h = np.split(x @ W + of_input, 3, axis=1)
    U_z, U_r, U_h = np.split(U, 3, axis=1)
    c_z, c_r, c_h = np.split(of_state, 3)
    z = 1 / (1 + np.exp(-(x_z + h @ U_z + c_z)))
    r = 1 / (1 + np.exp(-(x_r + h @ U_r + c_r)))
    past = r * (h @ U_h + c_h) if reset_after else (r * h) @ U_h
    return z * h + (1 - z) * np.tanh(x_h + past)
    ### END SOLUTION


# %% tags=["check"] exercise="gru_step"
check("gru_step", gru_step)

# %% [markdown]
# What does the update gate do to memory? Take a GRU whose weights are all zero, so that the
# candidate is zero too, and give only the update gate a bias. Then $h_t = \sigma(b_z)^t\, h_0$: the
# bias alone sets how long the unit remembers, as the forget gate's does in an LSTM.

# %% tags=["experiment"]
if solved("gru_step"):
    fig, ax = plt.subplots(figsize=(7, 2.8))
    courses = {b: experiment.course_of_state(gru_step, bias=b) for b in (0.0, 1.0, 2.0, 4.0)}
    experiment.draw_courses(ax, courses)
    plt.show()
    for bias, course in courses.items():
        print(f"b_z = {bias:g}: {course[-1]:.1e} of the state is left after 40 steps.")

# %% [markdown]
# ## Exercise 2: the cell
#
# As in chapters 2 and 9, `keras.layers.RNN` is the loop and you bring the cell. The weights have
# the names and shapes that Keras's own layer gives them, so that weights can be copied from one to
# the other.


# %% tags=["exercise"] exercise="GRUCell"
@keras.saving.register_keras_serializable(package="unrolled")
class GRUCell(keras.layers.Layer):
    """The gated recurrent unit for keras.layers.RNN, by hand. (20 minutes, difficulty 3 of 3)

    Args:
        units: the size U of the state, at least 1; a ValueError that names `units` otherwise.
        reset_after: True: the reset gate acts after the product; False: before it.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.

    Attributes:
        state_size, output_size: both U.
        kernel: (F, 3U) input weights; recurrent_kernel: (U, 3U); bias: (2, 3U) where reset_after is
            True, (3U,) where it is False. Order z, r, candidate. Made in `build` with
            `self.add_weight(shape=..., initializer=..., name=...)`; the biases start at 0.

    Stay with keras.ops or TensorFlow inside `call`, so that gradients can pass. Any ready recurrent
    layer or cell earns nothing; Dense sublayers are allowed.
    """

    def __init__(self, units, reset_after=True, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        self.units = self.state_size = self.output_size = units
        self.reset_after = reset_after
        ### END SOLUTION

    def build(self, input_shape):
        """Make the weights. input_shape is (B, F)."""
        ### BEGIN SOLUTION
        F, U = input_shape[-1], self.units
        self.kernel = self.add_weight(shape=(F, 3 * U), initializer="glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(U, 3 * U), initializer="orthogonal", name="recurrent_kernel"
        )
        biases = (2, 3 * U) if self.reset_after else (3 * U,)
        self.bias = self.add_weight(shape=biases, initializer="zeros", name="bias")
        ### END SOLUTION

    def call(self, inputs, states):
        """One step: inputs (B, F), states [h] with h (B, U) → (new h, [new h])."""
        ### BEGIN SOLUTION
        h = states[0]
        of_input = self.bias[0] if self.reset_after else self.bias
        x_z, x_r, x_h = ops.split(ops.matmul(inputs, self.kernel) + of_input, 3, axis=-1)
        if self.reset_after:
            of_state = ops.matmul(h, self.recurrent_kernel) + self.bias[1]
            h_z, h_r, h_h = ops.split(of_state, 3, axis=-1)
        else:
            gates, U_h = ops.split(self.recurrent_kernel, [2 * self.units], axis=-1)
            h_z, h_r = ops.split(ops.matmul(h, gates), 2, axis=-1)
        z, r = ops.sigmoid(x_z + h_z), ops.sigmoid(x_r + h_r)
        past = r * h_h if self.reset_after else ops.matmul(r * h, U_h)
        h = z * h + (1 - z) * ops.tanh(x_h + past)
        return h, [h]
        ### END SOLUTION


# %% tags=["check"] exercise="GRUCell"
check("GRUCell", GRUCell)

# %% [markdown]
# With `reset_after=True` the recurrent weights are used in one product for all three blocks; with
# False the candidate's product has to wait until $r$ is known.

# %% [markdown]
# ## What a cell costs
#
# Count. An Elman cell of $U$ units on $F$ features makes one sum: $F \times U$ input weights,
# $U \times U$ recurrent weights and $U$ biases. An LSTM makes four such sums (three gates and the
# candidate). A GRU makes three.
#
# ## Exercise 3: count the parameters


# %% tags=["exercise"] exercise="cell_parameters"
def cell_parameters(kind, features, units):
    """The number of weights and biases of a cell. (8 minutes, difficulty 1 of 3)

    Args:
        kind: "elman", "lstm" or "gru"; the GRU is the one with reset_after=True.
        features: F, numbers in each input.
        units: U, at least 1.

    Returns:
        The number of parameters.

    Raises:
        ValueError: the kind is unknown, or units is below 1; the message names `kind` or `units`.

    Example:
        An Elman cell with 3 features and 2 units: 3 * 2 + 2 * 2 + 2 = 12.
    """
    ### BEGIN SOLUTION
    sums = {"elman": 1, "lstm": 4, "gru": 3}
    if kind not in sums:
        raise ValueError(f"kind must be one of {', '.join(sums)}, got kind={kind!r}")
    if units < 1:
        raise ValueError(f"units must be at least 1, got units={units}")
    biases = 2 if kind == "gru" else 1
    return sums[kind] * units * (features + units + biases)
    ### END SOLUTION


# %% tags=["check"] exercise="cell_parameters"
check("cell_parameters", cell_parameters)

# %% [markdown]
# ## Exercise 4: spend a budget
#
# To compare two kinds of cells at equal parameters, you must find the size that the budget allows.


# %% tags=["exercise"] exercise="units_for_budget"
def units_for_budget(kind, features, parameters):
    """The most units whose parameters do not exceed a budget. (10 minutes, difficulty 2 of 3)

    Args:
        kind: "elman", "lstm" or "gru" (with reset_after=True).
        features: F, numbers in each input.
        parameters: the budget, 0 or more.

    Returns:
        The largest number of units that fits; 0 where not even one does.

    Raises:
        ValueError: the kind is unknown; the message names `kind`.

    Example:
        An Elman cell with 3 features has 5 parameters with 1 unit and 12 with 2. A budget of 11
        allows 1 unit, a budget of 12 allows 2, a budget of 4 none.
    """
    ### BEGIN SOLUTION
    units = 0
    while cell_parameters(kind, features, units + 1) <= parameters:
        units += 1
    return units
    ### END SOLUTION


# %% tags=["check"] exercise="units_for_budget"
check("units_for_budget", units_for_budget)

# %% [markdown]
# ## Exercise 5: count the operations
#
# Nearly all arithmetic of a step is in its matrix products. A product of a row of $n$ numbers with
# a matrix of $n \times m$ takes $n\,m$ multiplications and about as many additions. By convention a
# multiply-add counts as 2 operations. So each weight of the cell is used in one multiply-add in
# each step, and a bias in none: you may build on exercise 3. We need the count to ask how many
# operations a second your processor reaches.


# %% tags=["exercise"] exercise="step_flops"
def step_flops(kind, features, units):
    """Operations of the matrix products in one step of one sample. (6 minutes, difficulty 1 of 3)

    Args:
        kind: "elman", "lstm" or "gru".
        features: F, numbers in each input.
        units: U, at least 1.

    Returns:
        The number of operations: 2 for each multiply-add of the products with the input weights
        and with the recurrent weights. Biases, gates and activations are not counted.

    Raises:
        ValueError: the kind is unknown, or units is below 1; the message names `kind` or `units`.

    Example:
        An Elman cell with 3 features and 2 units: 2 * (3 * 2 + 2 * 2) = 20.
    """
    ### BEGIN SOLUTION
    biases = {"elman": 1, "lstm": 4, "gru": 6}
    weights = cell_parameters(kind, features, units) - biases[kind] * units
    return 2 * weights  # a multiply-add for each weight
    ### END SOLUTION


# %% tags=["check"] exercise="step_flops"
check("step_flops", step_flops)

# %% tags=["experiment"]
if solved("cell_parameters", "units_for_budget", "step_flops"):
    BUDGET = int(cell_parameters("lstm", 8, 24))

    def units_for_operations(kind, operations):
        """The most units whose operations do not exceed a budget."""
        return max(u for u in range(1, 200) if step_flops(kind, 8, u) <= operations)

    print("With 24 units each, on 8 features:")
    for kind, (name, *_) in gru.KINDS.items():
        count, work = int(cell_parameters(kind, 8, 24)), int(step_flops(kind, 8, 24))
        print(f"  {name}: {count} parameters, {work} operations a step.")
    same_parameters = {kind: int(units_for_budget(kind, 8, BUDGET)) for kind in gru.KINDS}
    same_operations = units_for_operations("gru", step_flops("lstm", 8, 24))
    for kind, units in same_parameters.items():
        print(f"{BUDGET} parameters allow {units} units: {gru.KINDS[kind][0]}.")
    print(f"The operations of the LSTM with 24 units allow a GRU of {same_operations} units.")

# %% [markdown]
# With the same number of units a GRU has about three quarters of the parameters and exactly three
# quarters of the operations of the products. That is arithmetic: it holds at any size, and no run
# can change it. (Equal parameters and equal operations also allow nearly the same number of units,
# so we compare accuracy at equal parameters.) Does it take three quarters of the time?

# %% tags=["predict"]
time_guess = predict(
    "time",
    "A GRU and an LSTM of 24 units each are trained on a CPU, with 64 digits in each update. How "
    "long does an update of the GRU take?",
    {
        "a": "about three quarters of the LSTM's time, as its operations say",
        "b": "about as long as the LSTM's, or longer",
        "c": "about half of the LSTM's time",
    },
    choice=None,
)

# %% [markdown]
# ## Time it
#
# `SequenceClassifier` puts a cell into `keras.layers.RNN` with a linear readout behind it, traces
# one graph and trains with Adam, 64 digits in each update. We time Keras's LSTM cell, Keras's GRU
# cell and *your* GRU cell, all in the same loop. They take turns, so that what else your computer
# does falls on all alike, and of many turns the shortest counts. We do so six times over, so that
# you see how much a ratio varies.

# %% tags=["experiment"] varies=true
if solved("GRUCell"):
    MAKE = {"lstm": keras.layers.LSTMCell, "gru": GRUCell, "elman": keras.layers.SimpleRNNCell}

    @cache  # made and traced once: each training begins anew
    def classifier(kind, units, steps=8, features=8, classes=10):
        """A network of this kind, by default for the digits."""
        return SequenceClassifier(lambda: MAKE[kind](units), steps, features, classes)

    def timed(units):
        """Three networks of this size: name → network."""
        ready = SequenceClassifier(lambda: keras.layers.GRUCell(units), 8, 8, 10)
        yours = classifier("gru", units)
        return {"lstm": classifier("lstm", units), "gru": ready, "yours": yours}

    sized = {units: timed(units) for units in (24, 128, 256)}
    times = experiment.times_by_size(sized, images, labels, rounds=6)

# %% tags=["experiment"] varies=true
if solved("GRUCell", "step_flops"):
    ready, yours = (experiment.ratios(times, name) for name in ("gru", "yours"))
    operations = [step_flops("gru", 8, u) / step_flops("lstm", 8, u) for u in times]
    fig, ax = plt.subplots(figsize=(7, 3))
    experiment.draw_times(ax, ready, yours, operations)
    plt.show()
    for units, each in times.items():
        row = []
        for kind, name in (("lstm", "LSTM"), ("gru", "GRU")):
            took = float(np.median(each[kind]))  # forward, and back twice as much
            reached = 3 * 8 * 64 * step_flops(kind, 8, units) / took / 1e6
            row.append(f"{name} ~{took:.1f} ms, ~{reached:.0f} operations a nanosecond")
        print(f"{units} units: {'; '.join(row)}.")
    small = float(np.mean(ready[24]))
    time_guess.reveal(
        "c" if small < 0.62 else "a" if small < 0.87 else "b",
        f"With 24 units the GRU takes ~{small:.2f} of the LSTM's time.",
    )

# %% [markdown]
# Look at the operations in a nanosecond. The processor does more than twice as many with 256 units
# as with 24: with few units it spends its time on something else. On what? We take the graph of
# one gradient, forward through the eight rows and back, and count with a **profiler**: all
# arithmetic in it, how many operations it consists of (each of them, large or small, has to be
# started), and how many of them in a row have to wait for one another.

# %% tags=["experiment"]
if solved("GRUCell", "step_flops"):
    profiles = {
        name: profile(network.gradient_graph())
        for name, network in {**sized[24], "elman": classifier("elman", 24)}.items()
    }
    words = {"lstm": "LSTM", "gru": "GRU", "yours": "your GRU", "elman": "Elman"}
    for name, (started, chain, arithmetic) in profiles.items():
        print(f"{words[name]}: ~{started} operations started, ~{chain} in a row,", end=" ")
        print(f"~{arithmetic / 1e6:.1f} million multiplications, additions and the like.")
    fewer, more = (profiles["gru"][k] / profiles["lstm"][k] for k in (2, 0))
    print(f"GRU over LSTM: ~{fewer:.2f} of the arithmetic in ~{more:.2f} as many operations.")

# %% [markdown]
# The GRU has less to compute, but it is cut into more pieces, and they wait for one another at
# least as long. An LSTM adds its products with x and with h and cuts the sum once. A GRU has to cut
# both, because r comes between them, and its candidate waits for r. With few units starting the
# pieces is what costs. With many units the products decide, and there the GRU gains. Where the one
# turns into the other depends on the processor, on how many sequences are in a batch, and on how
# the cell is written: compare the two lines of the figure. The count does not explain all: Keras's
# GRU and yours have nearly as many pieces and a different time. (TensorFlow may join some pieces
# before it runs them; we counted the graph as it is written.)
#
# On a graphics card the picture changes again. There the layers `keras.layers.LSTM` and
# `keras.layers.GRU` hand the whole sequence to **cuDNN**, a library with one **fused kernel** for
# all steps: the products with the inputs of all steps are made at once before the loop, gates and
# mixture are computed in the same pass as the products, and the weights can stay on the chip. No
# operation is started for each step, and little is left of what we just measured. The price: Keras
# hands only these two cells to it, as they are. A GRU must have `reset_after=True`, which is why
# Keras has that default, the activations must be sigmoid and tanh, and a cell of your own, in
# `keras.layers.RNN`, is started step by step on a graphics card too. So never time a cell of your
# own against a ready layer on a graphics card and call it a comparison of *cells*.
#
# ## A fair comparison
#
# Three things have to be settled before the first number.
#
# *What is equal.* We compare at equal parameters, and at equal seconds. (We count the cell; the
# readout has a weight for each class and unit more.)
#
# *What is tuned.* A **learning rate** that suits one cell may not suit the other. If you take one
# rate for both, you compare the rate. So each kind gets its own, the best of five, chosen on digits
# that are taken from the training digits (of two other splits, so that some are tested on later).
# If the best of them stood at an end of the row, a still better one might stand outside, so the row
# has to be wide.
#
# *What is chance.* Weights, the order of the batches and the split are drawn at random. So we train
# each network from six seeds. Seed by seed both cells get the same split and the same order of
# batches.
#
# ## Exercise 6: the interval of a paired comparison
#
# Seed 3 may have drawn a hard test half, and both cells do worse there. This common part is in both
# numbers, and it cancels if you subtract *before* you average. That is a **paired comparison**. For
# $n$ seeds and differences $d_i = a_i - b_i$ with the mean $\bar d$, **Student's t** gives the
# interval
#
# $$\bar d \pm t_{n-1}\!\left(\tfrac{1 + \text{confidence}}{2}\right)
# \frac{s_d}{\sqrt n}, \qquad s_d^2 = \frac{1}{n-1} \sum_i (d_i - \bar d)^2 ,$$
#
# where $t_{n-1}(p)$ is the number below which a variable of Student's distribution with $n - 1$
# degrees of freedom stays with probability $p$. For the normal distribution it would be 1.96 at
# 95%. With five seeds it is 2.78: you pay for having estimated the spread from so few.


# %% tags=["exercise"] exercise="paired_interval"
def paired_interval(a, b, confidence=0.95):
    """The mean of a - b and its interval by Student's t. (12 minutes, difficulty 2 of 3)

    Args:
        a: (n,) one number for each seed, n at least 2.
        b: (n,) the other's numbers, for the same seeds.
        confidence: between 0 and 1.

    Returns:
        (mean of a - b, low end, high end).

    Raises:
        ValueError: confidence is not between 0 and 1; the message names it.

    Example:
        a = [1., 2., 4.], b = [0., 1., 1.]: the differences are 1, 1, 3 with mean 1.667 and standard
        deviation 1.155. Student's t for 2 degrees of freedom is 4.303, so the ends are -1.202 and
        4.535.

    scipy.stats.t.ppf, scipy.special.stdtrit or a quantile of your own: all are welcome.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, got confidence={confidence}")
    from scipy import stats

    difference = a - b
    n, mean = len(difference), difference.mean()
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * difference.std(ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half
    ### END SOLUTION


# %% tags=["check"] exercise="paired_interval"
check("paired_interval", paired_interval)

# %% [markdown]
# ### First, a rate for each cell
#
# All three kinds at the same number of parameters, with 150 updates, on the 1200 training digits
# alone: 900 to learn from, 300 to choose by; the mean of two splits.

# %% tags=["experiment"]
if solved("GRUCell", "cell_parameters", "units_for_budget", "step_flops"):
    UPDATES, RATES = 150, [0.00125, 0.005, 0.02, 0.08, 0.32]
    chosen_by = {
        kind: {
            rate: experiment.held_out_accuracy(
                classifier(kind, units), images, labels, UPDATES, rate
            )
            for rate in RATES
        }
        for kind, units in progress(same_parameters.items(), "rates for three kinds of cells")
    }
    best_rate = {kind: max(RATES, key=chosen_by[kind].get) for kind in gru.KINDS}

    fig, ax = plt.subplots(figsize=(7, 3))
    experiment.draw_rates(ax, chosen_by, best_rate)
    plt.show()
    for kind, (name, *_) in gru.KINDS.items():
        rate = best_rate[kind]
        where = "inside the row" if rate not in (RATES[0], RATES[-1]) else "at an end of the row"
        print(f"{name}: best at ~{rate} ({where}), ~{100 * chosen_by[kind][rate]:.1f}%.")
    for rate in (0.005, 0.08):
        row = (f"{gru.KINDS[kind][0]} ~{100 * chosen_by[kind][rate]:.0f}%" for kind in gru.KINDS)
        print(f"All at {rate}: {', '.join(row)}.")

# %% [markdown]
# Read the last two lines. Whoever takes one rate for all cells decides by that rate which of them
# comes out ahead.
#
# ### Then, the comparison
#
# The rule, before the run. *As good* means that the GRU's accuracy, less the LSTM's, has an
# interval that lies above −3 points as a whole: it names at most three digits in a hundred fewer.
# A GRU of three units is trained as well. It must come out clearly worse, or our digits could not
# tell a good network from a bad one.
#
# For equal seconds both cells have 24 units, and your GRU gets as many updates as fit into the time
# of the LSTM's 150.

# %% tags=["experiment"]
if solved("GRUCell", "cell_parameters", "units_for_budget", "step_flops"):
    SEEDS = range(20, 26)  # the rule for accuracy stood before any of them was run

    def accuracies(kind, units, updates=UPDATES, seeds=SEEDS):
        """Test accuracy from each seed: (seeds,)."""
        network = classifier(kind, units)
        return experiment.accuracies(network, images, labels, updates, best_rate[kind], seeds)

    same_seconds = round(UPDATES / float(np.mean(yours[24])))
    runs = {
        "LSTM, 24 units": ("lstm", 24, UPDATES),
        "GRU, equal parameters": ("gru", same_parameters["gru"], UPDATES),
        "GRU, equal seconds": ("gru", 24, same_seconds),
        "GRU, 3 units": ("gru", 3, UPDATES),
        "Elman, equal parameters": ("elman", same_parameters["elman"], UPDATES),
    }
    accuracy_of = {
        name: accuracies(kind, units, updates)
        for name, (kind, units, updates) in progress(runs.items(), "six seeds each")
    }
    reference = accuracy_of["LSTM, 24 units"]
    differences = {name: each - reference for name, each in accuracy_of.items()}

# %% tags=["experiment"]
if solved("GRUCell", "cell_parameters", "units_for_budget", "step_flops", "paired_interval"):
    rows = [name for name in runs if name not in ("LSTM, 24 units", "GRU, 3 units")]
    gaps = {}
    for name in rows:
        interval = paired_interval(accuracy_of[name], reference)
        gaps[name] = [100 * float(each) for each in interval]
    fig, ax = plt.subplots(figsize=(7, 3))
    experiment.draw_gaps(ax, gaps, differences, {name: runs[name][0] for name in rows})
    plt.show()
    for name in rows:
        mean, low, high = gaps[name]
        points = [about(each, ".1f") for each in (mean, low, high)]
        print(f"{name}: {points[0]} points, interval {points[1]} to {points[2]}.")
    print(f"The LSTM itself: ~{100 * reference.mean():.1f}%;", end=" ")
    print(f"the GRU of 3 units: ~{100 * accuracy_of['GRU, 3 units'].mean():.1f}%.")
    print(f"For equal seconds the GRU gets ~{same_seconds} updates, the LSTM {UPDATES}.")

# %% [markdown]
# Do not skip the Elman cell. At equal parameters the oldest and simplest cell is about as good as
# both gated ones. Eight steps are few: nothing has to be kept for long, and so gates have little to
# do. This comparison says that neither gated cell is broken. It does not say what gates are for.
#
# ### A task that needs gates
#
# A **register** holds one number. At each step a number passes by, with a command: *write* it into
# the register, *flip* the sign of what is held, or *keep* what is held, whatever passes by. After
# twelve steps the network has to say which of four numbers the register holds. To keep, the cell
# must not let anything in. To write, it must forget the old number. To flip, it must compute with
# it.
#
# We train your GRU of 12 units, an LSTM and an Elman network of at most as many parameters, and two
# ablations, as in chapter 9: your GRU with one gate put out of action. All get 300 updates and the
# best rate of the same five, tried with one seed. A bias of −100 holds the
# update gate at 0, so that nothing is kept but through the candidate; a bias of 100 holds the reset
# gate at 1. The slope of a sigmoid is 0 there, so training does not move the gate. (With both gates
# held, a GRU *is* an Elman cell.)

# %% tags=["predict"]
gate_guess = predict(
    "gates",
    "Which of its gates does a GRU of 12 units need to learn the register?",
    {"a": "both", "b": "the update gate only", "c": "the reset gate only", "d": "neither"},
    choice=None,
)

# %% tags=["experiment"]
if solved("GRUCell", "cell_parameters", "units_for_budget"):

    def your_cell():
        return GRUCell(12)

    fit = int(units_for_budget("lstm", 3, cell_parameters("gru", 3, 12)))
    fit_elman = int(units_for_budget("elman", 3, cell_parameters("gru", 3, 12)))
    makers = {
        "GRU": your_cell,
        "no update gate": held(your_cell, {"z": -100}),
        "no reset gate": held(your_cell, {"r": 100}),
        "LSTM": lambda: keras.layers.LSTMCell(fit),
        "Elman": lambda: keras.layers.SimpleRNNCell(fit_elman),
    }
    on_register = {
        name: SequenceClassifier(make, steps=12, features=3, classes=LEVELS)
        for name, make in makers.items()
    }
    rate_of = {}
    for name, network in progress(on_register.items(), "rates for the register"):
        scores = [experiment.register_accuracies(network, rate, [0])[0] for rate in RATES]
        rate_of[name] = RATES[int(np.argmax(scores))]
        print(f"{name}: best at a rate of ~{rate_of[name]}, ~{100 * max(scores):.0f}%.")

# %% tags=["experiment"]
if solved("GRUCell", "cell_parameters", "units_for_budget"):
    held_right, weights_of = {}, []
    for name, network in progress(on_register.items(), "six seeds each"):
        found = []
        for seed in SEEDS:
            found += [*experiment.register_accuracies(network, rate_of[name], [seed])]
            if name == "GRU":
                weights_of.append([np.asarray(each).copy() for each in network.cell.weights])
        held_right[name] = np.array(found)

# %% tags=["experiment"]
if solved("GRUCell", "cell_parameters", "units_for_budget"):
    last_input = 0.15 + 0.85 / LEVELS  # 15% of the last commands write, else one of four is guessed
    fig, ax = plt.subplots(figsize=(7, 2.8))
    experiment.draw_register(ax, held_right, last_input)
    plt.show()
    print(f"From the last input alone: {100 * last_input:.0f}%.", end=" ")
    print(*(f"{name}: ~{100 * each.mean():.0f}%" for name, each in held_right.items()), sep=", ")
    gate_guess.reveal(experiment.gates_needed(held_right), "See the figure.")

# %% [markdown]
# The ablations were tuned as the others were. What they lack is the gate: without its update gate
# the GRU fails, without its reset gate it mostly learns. The Elman network learns at none of the
# rates, so which of them is its best means nothing.
#
# ### As good, and quicker?
#
# One card for the claim, with accuracy on both tasks and the time at three sizes. *Less time* means
# a ratio below 1, with 24 units and with 256; 128 units are shown and not judged, because somewhere
# between the ratio passes 1, on each processor at another place. For the time the card
# takes Keras's own cells, so that it does not depend on how you wrote yours. The control has to
# fail: the GRU of 3 units, the one without its update gate, and the LSTM timed against itself,
# which must come out near 1.

# %% tags=["experiment"] varies=true
if solved("GRUCell", "cell_parameters", "units_for_budget", "step_flops"):
    on_lstm = held_right["LSTM"]
    tasks = {
        "digits": differences["GRU, equal parameters"],
        "register": held_right["GRU"] - on_lstm,
        "digits, GRU of 3 units": differences["GRU, 3 units"],
        "register, update gate held at 0": held_right["no update gate"] - on_lstm,
    }
    judged = experiment.claim_as_good(tasks, times, SEEDS)
    judged.card()

# %% [markdown]
# So the lectures' sentence is right about accuracy on both tasks, and about parameters and
# operations at any size. (On the register both are right nearly always: a harder task might tell
# them apart.) About seconds it depends on the size: see the rows of the card.

# %% [markdown]
# ### What the gates do
#
# Now look at what the gates of the whole GRU do on the register. Your `gru_step` runs its weights,
# once more by hand. A dot under the strip stands for *keep*.

# %% tags=["experiment"]
if solved("gru_step", "GRUCell", "cell_parameters", "units_for_budget"):
    inputs, _ = register(np.random.default_rng(3), 500, 12)
    commands = commands_of(inputs)
    traced = [traces(gru_step, weights, inputs) for weights in weights_of]
    signs = {0: "write\n{:+.2f}", 1: "flip", 2: "·"}
    labels_of_steps = [
        signs[command].format(number) for command, number in zip(commands[0], inputs[0, :, 0])
    ]
    fig, axes = plt.subplots(3, 1, figsize=(8, 3.8))
    experiment.draw_traces(axes, traced[0], labels_of_steps)
    plt.show()
    by_command = [experiment.gates_by_command(each, commands) for each in traced]
    fig, axes = plt.subplots(1, 2, figsize=(8, 2.7))
    experiment.draw_commands(axes, by_command)
    plt.show()
    for gate, name in (("z", "Update"), ("r", "Reset")):
        means = {
            each: np.mean([one[gate][each] for one in by_command]) for each in by_command[0][gate]
        }
        print(f"{name} gate, mean:", *(f"{each} ~{mean:.2f}" for each, mean in means.items()))

# %% [markdown]
# On average the gates move as one would design it. To keep, the update gate is most open; to write,
# it is least open (about half), and the reset gate is nearly shut, so that the old number has
# little say in the new one; to flip, the reset gate is most open, because the old number is needed.
# (The uppermost units of the strip always keep. They hold about 0 and take no part.)
#
# And yet the GRU without its reset gate learns the register nearly as well. Without the update gate
# none of the six comes near, in as many updates. A gate that moves may still not be needed:
# the whole network uses what it has, and a smaller one may find another way. To know what a part is
# good for, train without it.

# %% [markdown]
# ### The same with speech (optional)
#
# Nine men say two Japanese vowels; the question is who speaks. A recording has 7 to 29 frames of 12
# numbers, so shorter ones are padded and masked. The 640 recordings travel inside the package
# sktime, which the course does not install by itself: `pip install 'unrolled[speech]'`. Set the
# switch to True to repeat the comparison with them, in about two minutes.

# %% tags=["experiment"]
WITH_SPEECH = False

if not WITH_SPEECH:
    print("The speech set is left out: WITH_SPEECH is False.")
elif datasets.vowels_folder() is None:
    print("The speech set is not on this machine, so nothing is measured here. It comes with:")
    print("pip install 'unrolled[speech]'")
elif solved("GRUCell", "cell_parameters", "units_for_budget", "step_flops", "paired_interval"):
    learn, test = (datasets.japanese_vowels(part) for part in ("train", "test"))
    budget = cell_parameters("lstm", 12, 24)
    speakers = {
        "LSTM, 24 units": ("lstm", 24),
        "GRU, equal parameters": ("gru", int(units_for_budget("gru", 12, budget))),
        "GRU, equal units": ("gru", 24),
        "GRU, 3 units": ("gru", 3),
    }
    heard = {}
    for name, (kind, units) in progress(speakers.items(), "speakers"):
        network = classifier(kind, units, learn.frames.shape[1], 12, 9)
        heard[name] = experiment.speaker_accuracies(
            network, learn, test, UPDATES, best_rate[kind], SEEDS
        )
    for name, values in heard.items():
        mean, low, high = paired_interval(values, heard["LSTM, 24 units"])
        print(f"{name}: ~{100 * np.mean(values):.1f}% of the speakers are named.", end=" ")
        points = [about(100 * each, ".1f") for each in (mean, low, high)]
        print(f"Less the LSTM's: {points[0]} ({points[1]} to {points[2]}) points.")

# %% [markdown]
# ## Repair
#
# A trained `keras.layers.GRU` is to run on a small device without TensorFlow. Somebody wrote its
# step again in NumPy, from a textbook. It runs, and it even names some digits. There are *two*
# mistakes in it. Run the cells, compare with the layer, and mend the function until both lines
# agree.


# %% tags=["repair"]
def device_step_to_repair(x, h, kernel, recurrent_kernel, bias):
    """The step of keras.layers.GRU in NumPy, for its own weights: bias is (2, 3U)."""
    units = h.shape[1]
    of_x = x @ kernel + bias[0]
    z_and_r = of_x[:, : 2 * units] + h @ recurrent_kernel[:, : 2 * units] + bias[1, : 2 * units]
    z, r = np.split(1 / (1 + np.exp(-z_and_r)), 2, axis=1)
    past = (r * h) @ recurrent_kernel[:, 2 * units :] + bias[1, 2 * units :]
    candidate = np.tanh(of_x[:, 2 * units :] + past)
    return (1 - z) * h + z * candidate


# %% tags=["experiment"]
learn, test = experiment.halves(len(images), 0)
trained = experiment.trained_gru(images[learn], labels[learn])
right_states = experiment.states_of_layer(trained.cell, images[test])
device_states = experiment.states_of_device(device_step_to_repair, trained.cell, images[test])
furthest = float(np.abs(right_states - device_states).max())
mended = furthest < 1e-4

fig, ax = plt.subplots(figsize=(7, 2.8))
scores = [trained.accuracy(states, labels[test]) for states in (right_states, device_states)]
experiment.draw_device(ax, *scores, commonest, mended)
plt.show()
print(f"The largest difference between two states: ~{furthest:.1g}.")
print("Mended." if mended else "Not mended yet: the states should agree to about six digits.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# In the last line $z$ and $1 - z$ are exchanged: so it stands in the paper of Chung and others, but
# not in Keras, where $z$ is what is kept. And the reset gate multiplies $h$ *before* the product,
# as in the paper of Cho and others, while the layer was trained with `reset_after=True`: $r$
# belongs around the product and its bias, `r * (h @ U_h + c_h)`. A textbook's equations are right,
# for the textbook's weights. (Chapter 9 repaired another mistake of this family: tanh twice.)
#
# </details>
#
# ## What we measured
#
# - A GRU mixes its old state and a candidate with one gate, and shortens what the candidate sees of
#   the past with another. There are two forms of it, and their weights do not fit each other.
# - With the same units it has about three quarters of an LSTM's parameters and operations. Whether
#   it takes less time depends on the size, the processor and the way the cell is written: with 24
#   units it was slower here. It is cut into more operations, each of which has to be started.
# - At equal parameters it is as good as an LSTM on the digits and on the register.
# - On the digits each cell has its own best learning rate. With one rate for all, the choice of the
#   rate would have decided which cell comes out ahead.
# - An Elman cell with as many parameters does as well on the digits: eight steps need no gates. On
#   the register it fails, and so does a GRU without its update gate.
# - The reset gate does what one would design it for, and the GRU can mostly do without it.
#
# ## For those who are fast
#
# No points, and no check.
#
# 1. *By hand.* Set the weights of a `gru_step` with `reset_after=False` so that three units do what
#    the register asks for, for hundreds of steps. (Let one unit hold the number. What must z and r
#    be for each command, and which weight turns the sign? The candidate is a tanh: hold a number
#    small enough for tanh to be nearly a straight line, or correct for it in the readout.)
# 2. *When is the reset gate needed?* Give your GRU without reset gate fewer units, or let half of
#    the commands be flips. Is there a size at which it fails and the whole GRU does not?
# 3. *The turning point.* Change the batch from 64 to 8 and to 512. At how many units does the GRU
#    become quicker than the LSTM? Does the turning point move the way the profile suggests?
#
# ## Remember
#
# <details><summary>What does the update gate do?</summary>
# It is the share of the old state that is kept. The candidate gets the rest, so the two always sum
# to 1.
# </details>
#
# <details><summary>What does the reset gate do?</summary>
# It says how much of the old state the candidate may look at.
# </details>
#
# <details><summary>What is reset_after?</summary>
# Whether the reset gate multiplies the product of the state with its weights (True, Keras's
# default, needs a second row of biases) or the state before the product (False, the paper of 2014).
# </details>
#
# <details><summary>What does a GRU lack that an LSTM has?</summary>
# A second state and the output gate; and what is kept and what comes in are one number, not two.
# </details>
#
# <details><summary>Why are fewer operations not always less time?</summary>
# Because small operations cost their start, not their arithmetic, and because some of them must
# wait for others.
# </details>
#
# <details><summary>A gate opens exactly when you expect it to. Is it needed?</summary>
# Nobody knows before the same network has been trained without it: an ablation.
# </details>
#
# <details><summary>Why subtract before averaging?</summary>
# What both share, a hard split or a lucky order of batches, cancels. The interval gets narrower by
# as much as the two have in common.
# </details>
#
# <details><summary>What makes a comparison of two cells fair?</summary>
# The same budget, said in which unit; a learning rate for each; several seeds, the same for both; a
# baseline, and a control that fails.
# </details>
#
# ## Read more
#
# - K. Cho and others, *Learning phrase representations using RNN encoder-decoder for statistical
#   machine translation*, EMNLP, 2014: the GRU, with the reset gate before the product.
# - J. Chung, C. Gulcehre, K. Cho, Y. Bengio, *Empirical evaluation of gated recurrent neural
#   networks on sequence modeling*, NIPS workshop on deep learning, 2014: the comparison.
# - R. Jozefowicz, W. Zaremba, I. Sutskever, *An empirical exploration of recurrent network
#   architectures*, ICML, 2015: ten thousand cells, and what the forget bias does.
# - K. Greff and others, *LSTM: a search space odyssey*, IEEE Transactions on Neural Networks and
#   Learning Systems, 2017: which part of an LSTM matters, with a fair budget for tuning.
# - J. Appleyard, T. Kocisky, P. Blunsom, *Optimizing performance of recurrent neural networks on
#   GPUs*, 2016: what cuDNN does.
# - Student, *The probable error of a mean*, Biometrika 6, 1908.
