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
# # 2 · The Elman cell
#
# After this chapter you can build a recurrent network from one equation, unroll it over a sequence
# of any length, and run it on numbers that arrive one at a time.
#
# *What it covers:* the Elman cell and the delay in its loop · the hidden state, and the output
# that depends on it alone · weights shared by all steps · unrolling · the state-space form
# h = f(h, x), y = g(h).
#
# *What it measures of the lectures' claims:* five lines suffice for the cell · the number of
# parameters does not depend on the length · the output depends on all earlier inputs · a recurrent
# network works in real time.
#
# Before: chapter 1, windows and baselines. After: chapter 3, delays and dynamics.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=2)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
from keras import ops

from course_utils import datasets
from course_utils.claims import about, above, below, within
from course_utils.experiments import ch02_elman_cell as experiment
from course_utils.plots import diagrams, far_back, sun_state
from course_utils.progress import progress
from course_utils.recurrent.parity import running_parity, window_table_accuracy

# %% [markdown]
# ## The question
#
# People have counted spots on the Sun since 1700. The number rises and falls, with about eleven
# years from one peak to the next. Suppose a year has 60 spots. Will the next year have more, or
# fewer?
#
# You cannot tell from the 60 alone. On the way up it is mostly more, on the way down fewer. You
# need
# to know what came before. **Can a network that is shown one number a year, and never sees an old
# number again, know where it is in the cycle?**

# %% tags=["experiment"]
years, spots = datasets.sunspots_yearly()
last, now, following = spots[:-2], spots[1:-1], spots[2:]
came_up = now > last

experiment.draw_cycle(years, spots)
plt.show()

middle = (now > 50) & (now < 70)
up, down = middle & came_up, middle & ~came_up
print(f"{len(years)} years, {years[0]} to {years[-1]}; the largest number is {spots.max():.1f}.")
print("Years with 50 to 70 spots:")
print(f"  {up.sum()} came from below; the next had more in {(following > now)[up].sum()} of them.")
print(f"  {down.sum()} came from above; the next had fewer in {(following < now)[down].sum()}.")

# %% [markdown]
# Before any model, a **baseline**: a forecast that costs nothing, which every model must beat. Here
# it says that next year will be like this year. We measure each forecast by the root of its mean
# squared error (**RMSE**), in sunspots, on the years from 1930 on. No model will be fitted to those
# years.
#
# Chapter 1 gave a second rival: a straight line through the last few numbers. With one number it
# cannot know whether the Sun comes from below or from above; with two it can.

# %% tags=["experiment"]
first_test = int(np.searchsorted(years, 1930))
test_truth, test_before = spots[first_test:], spots[first_test - 1 : -1]
naive_error = experiment.rmse(test_before, test_truth)
lines = {lags: experiment.line_forecast(spots, lags, first_test) for lags in range(1, 21)}
line_errors = [experiment.rmse(each, test_truth) for each in lines.values()]

print(f"Baseline, next year like this year: {naive_error:.1f} sunspots.")
for name, lags in {"one number": 1, "two numbers": 2, "nine numbers": 9}.items():
    right = experiment.hits(lines[lags], test_before, test_truth)
    print(f"Line from {name}: {line_errors[lags - 1]:.1f} sunspots,", end=" ")
    print(f"up or down right in {right:.0%} of years.")

# %% [markdown]
# So two numbers are much better than one, and nine a little better than two. (Nine is the best
# number of those from 1 to 20 for the years 1810 to 1929, each forty of them forecast by lines that
# were fitted to the years before.) But *you* had to say "nine", and the line sees nine numbers at
# once. The network of this chapter sees one.
#
# ## The idea: keep a state
#
# Give the network a few numbers of its own: the **hidden state** $h$. At each step it reads the new
# input $x_t$ *and* its own previous state, and computes the new state from both:
#
# $$h_t = \tanh(x_t W_x + h_{t-1} W_h + b), \qquad y_t = h_t W_y + b_y .$$
#
# This is the **Elman cell** (Elman, 1990): a dense layer with *two* sets of weights, one for the
# input and one for its own last state. The first equation is $h = f(h, x)$: the state summarises
# the past. The second is the **readout** $y = g(h)$: the output depends on the state alone. If the
# network is to know anything about the past, $h$ must hold it.
#
# The state goes back into the cell one step later. In the drawing the box $z^{-1}$ stands for this
# **delay** of one step: what goes in now comes out at the next step.

# %% tags=["experiment"]
diagrams.elman_cell(plt.gca())
plt.show()
print("Three terms meet in one sum: the input x W_x, the past h W_h, and the bias b.")

# %% [markdown]
# ### Two steps by hand
#
# One input, two units, and these numbers:
#
# $$W_x = \begin{pmatrix} 1 & -2 \end{pmatrix}, \quad
# W_h = \begin{pmatrix} 0.5 & 1 \\ -0.5 & 0 \end{pmatrix}, \quad
# b = \begin{pmatrix} 0.1 & 0 \end{pmatrix}, \quad
# W_y = \begin{pmatrix} 2 \\ 1 \end{pmatrix}, \quad b_y = 0.1 .$$
#
# The state is $h_0 = (0.2,\ -0.4)$. The inputs are $x_1 = 0.5$ and then $x_2 = 0$.
#
# | | step 1 | step 2 |
# |---|---|---|
# | input, $x_t W_x$ | $(0.5,\ -1)$ | $(0,\ 0)$ |
# | past, $h_{t-1} W_h$ | $(0.1 + 0.2,\ 0.2 - 0)$ | $(0.690,\ 0.716)$ |
# | sum with $b$ | $(0.9,\ -0.8)$ | $(0.790,\ 0.716)$ |
# | state, tanh of it | $h_1 = (0.716,\ -0.664)$ | $h_2 = (0.659,\ 0.615)$ |
# | output, $h_t W_y + b_y$ | $1.433 - 0.664 + 0.1 = 0.869$ | $1.317 + 0.615 + 0.1 = 2.032$ |
#
# The second input is 0 and adds nothing. Yet the second output is not what a network without a past
# would give: from $h_1 = (0, 0)$ it would be $2 \tanh(0.1) + 0.1 = 0.299$. The difference is what
# the state carried over.
#
# ### What goes back: the state or the output
#
# An edge that carries a value to the next step is a **backward connection**. It can start at the
# state or at the output. The network of Jordan (1986) reads its own last *output* beside the next
# input. What its output does not show is lost. Elman's network reads its last *state*, which may
# hold more than the output shows.

# %% tags=["experiment"]
diagrams.backward_connections(plt.gca())
plt.show()
print("Left, U numbers go back; right, only the outputs.")

# %% [markdown]
# **Unrolling** draws the same cell once for each step, with time from left to right. It looks like
# a deep network with one layer per step, seen from the side. There is one difference: every copy
# uses the same $W_x$, $W_h$ and $b$.

# %% tags=["experiment"]
diagrams.unrolled(plt.gca(), steps=4)
plt.show()
print("Four copies of one cell: four steps in time, one set of weights.")

# %% [markdown]
# Commit to an answer before you go on. Write your letter into `choice` and run the cell.

# %% tags=["predict"]
parameters_guess = predict(
    "parameters",
    "A layer reads 10 numbers in a row; then it is to read 1000. What happens to its parameters?",
    {
        "a": "both the Elman layer and the dense layer need about 100 times as many",
        "b": "the dense layer needs about 100 times as many, the Elman layer the same",
        "c": "both stay the same",
    },
    choice=None,
)

# %% [markdown]
# ## Exercise 1: one step
#
# Write the equation of the state. `x` holds a **batch**: B samples, one per row. All row vectors
# stand on the left of their weights, so no transpose is needed.


# %% tags=["exercise"] exercise="elman_step"
def elman_step(x, h, W_x, W_h, b):
    """One step of the Elman cell, by hand. (8 minutes, difficulty 1 of 3)

    Args:
        x: (B, F) the inputs of this step.
        h: (B, U) the previous state.
        W_x: (F, U) input weights.
        W_h: (U, U) recurrent weights.
        b: (U,) bias.

    Returns:
        (B, U) the new state, every number between -1 and 1.

    Example:
        x = [[1.0]], h = [[0.5]], W_x = [[2.0]], W_h = [[-1.0]], b = [0.25] gives [[0.9414]].

    NumPy, keras.ops and TensorFlow are all welcome; a ready recurrent layer is not.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    return np.tanh(x @ W_x + h @ W_h + b)
    ### END SOLUTION


# %% tags=["check"] exercise="elman_step"
check("elman_step", elman_step)

# %% [markdown]
# ## Exercise 2: any number of steps
#
# A step is one thing, the loop another. `unroll` gets *any* function `step(x, h)` that returns the
# new state. It walks along the time axis, hands the state on, and keeps every state on its way.


# %% tags=["exercise"] exercise="unroll"
def unroll(step, xs, h0):
    """Run a step over a whole sequence and keep every state. (12 minutes, difficulty 2 of 3)

    Args:
        step: a function, `step(x, h)` with x (B, F) and h (B, U) returns the new h (B, U).
        xs: (B, T, F) the inputs; T may be any number, 0 included.
        h0: (B, U) the state before the first step.

    Returns:
        (B, T, U) the states h_1 .. h_T: `result[:, t]` is the state after reading `xs[:, t]`.

    Example:
        With step(x, h) = x + h, xs = [[[1.], [2.], [3.]]] and h0 = [[10.]] it returns
        [[[11.], [13.], [16.]]].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    hs = np.zeros((xs.shape[0], xs.shape[1], h0.shape[1]), dtype=h0.dtype)
    h = h0
    for t in range(xs.shape[1]):
        h = hs[:, t] = step(xs[:, t], h)
    return hs
    ### END SOLUTION


# %% tags=["check"] exercise="unroll"
check("unroll", unroll)

# %% [markdown]
# Now look at states. Five units get random weights, nothing is trained, and the network reads one
# century of sunspots. The inputs are **standardised** first: their mean is subtracted and they are
# divided by their standard deviation, both taken from the years before 1930.

# %% tags=["experiment"]
mean, spread = spots[:first_test].mean(), spots[:first_test].std()
series = (spots - mean) / spread

if solved("elman_step", "unroll"):
    century = slice(0, 100)
    states = experiment.untrained_states(elman_step, unroll, series[century])
    experiment.draw_states(years[century], spots[century], states)
    plt.show()
    alike = [np.corrcoef(unit, series[century])[0, 1] for unit in states.T]
    print("Correlation of each unit with the input:", *(about(each, "+.2f") for each in alike))

# %% [markdown]
# ### What does a longer sequence cost?
#
# Count the parameters of an Elman layer with 16 units, built for sequences of 10 to 1000 numbers.
# Beside it stands a **dense layer** with 16 units that gets the whole sequence at once, flattened
# into one long vector.

# %% tags=["experiment"]
lengths = [10, 30, 100, 300, 1000]


def parameters(layer, *shape):
    """How many parameters a layer has when it is built for inputs of this shape."""
    layer.build((None, *shape))
    return layer.count_params()


elman_counts = [parameters(keras.layers.SimpleRNN(16), steps, 1) for steps in lengths]
dense_counts = [parameters(keras.layers.Dense(16), steps) for steps in lengths]
experiment.draw_parameters(lengths, elman_counts, dense_counts)
plt.show()
print(f"Elman: {elman_counts[0]} parameters at T = 10 and {elman_counts[-1]} at T = 1000.")
print(f"Dense: {dense_counts[0]} parameters at T = 10 and {dense_counts[-1]} at T = 1000.")
turning = next(T for T in range(1, 1000) if elman_counts[0] < 16 * T + 16)
print(f"Up to T = {turning - 1} the dense layer is not the larger one.")
parameters_guess.reveal("b", f"Dense: {dense_counts[-1] / dense_counts[0]:.0f} times as many.")

# %% tags=["experiment"]
free_length_claim = claim(
    "C7",
    statement="The number of parameters does not depend on the length of the sequence.",
    source="Lectures, shared weights of the unrolled network",
    metric={"growth, Elman layer": "parameters at T = 1000 over parameters at T = 10"},
    rule=[within("growth, Elman layer", 1.0, 1.0)],
    control="a dense layer on the flattened sequence",
    control_metric={"growth, dense layer": "parameters at T = 1000 over parameters at T = 10"},
    control_rule=[above("growth, dense layer", 50)],
    exact=True,
    reason="a count of parameters depends on no random number",
)
free_length = free_length_claim.measure(
    lambda seed: elman_counts[-1] / elman_counts[0],
    control=lambda seed: dense_counts[-1] / dense_counts[0],
)
free_length.card()

# %% [markdown]
# This is no merit of recurrence alone: every layer that uses the same weights at each step has it,
# a convolution along time too. Whether the network also *works* at lengths that it was not trained
# on is another matter. We come to it below.
#
# ## Exercise 3: read the state out
#
# The output depends on the state alone. The readout is linear, because a forecast may be any
# number, not only one between −1 and 1.


# %% tags=["exercise"] exercise="readout"
def readout(hs, W_y, b_y):
    """The outputs y = g(h) of all steps, linear. (5 minutes, difficulty 1 of 3)

    Args:
        hs: (B, T, U) the states.
        W_y: (U, O) output weights.
        b_y: (O,) output bias.

    Returns:
        (B, T, O) one output for each state.

    Example:
        hs = [[[1., 2.]]], W_y = [[10.], [1.]], b_y = [0.5] gives [[[12.5]]].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    return hs @ W_y + b_y
    ### END SOLUTION


# %% tags=["check"] exercise="readout"
check("readout", readout)

# %% [markdown]
# ### How many lines is that?
#
# The lectures say that five lines suffice for the cell. We count the statements of *your*
# `elman_step` and `readout`, each with its `def`, without docstrings. The loop is not the cell and
# is not counted. Five random networks, with your loop, have to agree with Keras's own `SimpleRNN`
# and `Dense`, or the lines would not count. The rule is written down before anything is run, here
# as for every claim. (If yours has more lines, the verdict is "qualified", not "refuted": a longer
# answer does not show that a shorter one is impossible.)

# %% tags=["experiment"]
if solved("elman_step", "unroll", "readout"):
    five_lines_claim = claim(
        "C6",
        statement="Five lines suffice for the cell.",
        source="Lectures, the Elman cell; equation of Elman (1990)",
        metric={
            "difference from Keras": "largest difference of outputs from SimpleRNN and Dense",
            "lines": "statements of your elman_step and readout, with their def",
        },
        rule=[below("difference from Keras", 1e-9), below("lines", 5.5)],
        control="your step without its recurrent term",
        control_rule=[above("difference from Keras", 0.01)],
        seeds=range(5),
    )

    def agreement(seed, step=elman_step):
        difference = experiment.difference_from_keras(seed, step, unroll, readout)
        lines_of_code = experiment.statements(elman_step) + experiment.statements(readout)
        return {"difference from Keras": difference, "lines": lines_of_code}

    def forgetful(x, h, W_x, W_h, b):
        return elman_step(x, 0 * h, W_x, W_h, b)

    five_lines = five_lines_claim.measure(
        agreement, control=lambda seed: agreement(seed, forgetful)
    )
    five_lines.card()

# %% [markdown]
# ## Exercise 4: a cell that Keras can use
#
# `keras.layers.RNN` is the loop; you bring the **cell**. Keras asks four things of it: the size of
# its state, the size of its output, weights made in `build`, and a `call` that takes the inputs of
# one step with a list of states, and returns the output with the list of new states. In an Elman
# cell the output *is* the state.


# %% tags=["exercise"] exercise="ElmanCell"
@keras.saving.register_keras_serializable(package="unrolled")
class ElmanCell(keras.layers.Layer):
    """The Elman cell for keras.layers.RNN, by hand. (20 minutes, difficulty 3 of 3)

    Args:
        units: the size U of the state, at least 1; a ValueError that names `units` otherwise.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.

    Attributes:
        state_size, output_size: both U.
        kernel: (F, U) input weights; recurrent_kernel: (U, U); bias: (U,). Made in `build` with
            `self.add_weight(shape=..., initializer=..., name=...)`.

    Stay with keras.ops or TensorFlow inside `call`, so that gradients can pass. Any ready recurrent
    layer or cell earns nothing; Dense sublayers are allowed, with dtype=self.dtype_policy.
    """

    def __init__(self, units, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        self.units = self.state_size = self.output_size = units
        ### END SOLUTION

    def build(self, input_shape):
        """Make the weights. input_shape is (B, F)."""
        ### BEGIN SOLUTION
        features, units = input_shape[-1], self.units
        self.kernel = self.add_weight(
            shape=(features, units), initializer="glorot_uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(units, units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")
        ### END SOLUTION

    def call(self, inputs, states):
        """One step: inputs (B, F), states [h] with h (B, U) → (new h, [new h])."""
        ### BEGIN SOLUTION
        past = ops.matmul(states[0], self.recurrent_kernel)
        h = ops.tanh(ops.matmul(inputs, self.kernel) + past + self.bias)
        return h, [h]
        ### END SOLUTION


# %% tags=["check"] exercise="ElmanCell"
check("ElmanCell", ElmanCell)

# %% [markdown]
# ## The experiment: does the state know where it is?
#
# Your cell now learns to forecast the next year's number. It has 12 units, reads the years one by
# one, and is fitted to the years before 1930. We train five networks from five random starts and
# look at the years from 1930 to 2008. The rate (0.015) and the number of passes (20) were chosen as
# the nine of the line was: on the years from 1810 to 1929.
#
# As a **control** we train a sixth network on the same numbers in random order. There is nothing
# to know about the past there. If it did well too, our measurement would be wrong.

# %% tags=["predict"]
cycle_guess = predict(
    "cycle",
    "A line through the last two numbers misses by about 21 sunspots. The network is given one "
    "number a year. By how much will it miss?",
    {
        "a": "by about 30, like the line from one number: it sees one number a year too",
        "b": "by about 20, like a line through several numbers",
        "c": "by less than 10: the cycle is regular",
    },
    choice=None,
)


# %% tags=["experiment"]
def network():
    """An Elman network: your cell with 12 units in Keras's loop, and a linear readout."""
    return keras.Sequential(
        [
            keras.Input((None, 1)),
            keras.layers.RNN(ElmanCell(12), return_sequences=True),
            keras.layers.Dense(1),
        ]
    )


if solved("ElmanCell"):
    early = series[:first_test]
    models = [experiment.train(network, seed, early) for seed in progress(range(5), "networks")]
    standardised = [experiment.forecast(model, series, first_test) for model in models]
    forecasts = [spread * each + mean for each in standardised]
    errors = [experiment.rmse(each, test_truth) for each in forecasts]

# %% tags=["experiment"]
if solved("ElmanCell"):
    shown = {"line through two": lines[2], "one network": forecasts[0]}
    sun_state.errors_by_window(years[first_test:], test_truth, shown, line_errors, errors)
    plt.show()
    low, high = experiment.interval(errors)
    print(f"Network, five seeds: ~{np.mean(errors):.1f} sunspots (95% ~{low:.1f} to ~{high:.1f});")
    rivals = {f"the line from {lags}": lines[lags] for lags in (1, 2, 9)}
    print(f"over 79 years, {experiment.placed(forecasts, rivals, test_truth)}.")
    control, no_model = experiment.shuffled_errors(network, series, first_test)
    print(f"Control, years shuffled: ~{spread * control:.1f} sunspots;", end=" ")
    print(f"the mean of all years gives {spread * no_model:.1f} there.")
    answer = experiment.letter(np.mean(errors), {"c": 12, "b": 26, "a": np.inf})
    cycle_guess.reveal(answer, f"The mean of five networks is ~{np.mean(errors):.1f}.")

# %% [markdown]
# The network never sees an old number again, and yet it does far better than the line from one
# number. But look along the dashed line: from one number to two it gains most of what there is to
# gain, and the network does about what a line through several numbers does. (The interval says how
# much the five seeds differ. How much the 79 years leave to chance is another question: the last
# words of that line come from drawing the years anew, cycle by cycle.) On this series what is
# needed from the past is mostly *one more number*. What the network brings is that nobody had to
# choose how many.
#
# ### Look at the state
#
# Does the state know where in its cycle the Sun is? A state of 12 numbers cannot be drawn, so we
# draw it in the plane in which it varies most. Each dot is a year. Its colour is the **phase**: the
# place between one minimum and the next, which we know afterwards and the network is never told.
# Beside it stand the states of a network that has learned nothing.

# %% tags=["experiment"]
if solved("elman_step", "unroll", "ElmanCell"):
    learned = [model.get_weights() for model in models]
    weights_of = {
        "trained": learned,
        "untrained": [experiment.untrained_weights(network, seed) for seed in range(5)],
        "no recurrence": [[each[0], 0 * each[1], *each[2:]] for each in learned],
    }
    known = {  # kind: the states of five networks, each (309, 12)
        kind: [experiment.read(each, series, elman_step, unroll) for each in five]
        for kind, five in weights_of.items()
    }
    phase = experiment.cycle_phase(spots)
    experiment.draw_rings({kind: known[kind] for kind in ("trained", "untrained")}, phase)
    plt.show()
    rounds = {kind: experiment.turns(known[kind]) for kind in ("trained", "untrained")}
    cycles = phase[-1] - phase[20]
    print(f"{cycles:.0f} cycles, {(years[-1] - years[20]) / cycles:.1f} years each.", end=" ")
    print("Times round, mean of five networks:", end=" ")
    print(*(f"{kind} ~{each:.0f}" for kind, each in rounds.items()), sep=", ")

# %% [markdown]
# The state goes round about once a cycle, and the colours follow each other on the ring: rising and
# falling years lie on opposite sides. Now ask it. A **linear probe** is a weighted sum of the
# state, fitted to the years before 1930, whose sign says whether the next year has more spots or
# fewer. We give the same probe to its rivals: to this year's number, to this and last year's, to
# trained networks whose recurrent weights are set to zero, and to networks without training.

# %% tags=["experiment"]
if solved("elman_step", "unroll", "ElmanCell"):
    read_from = {
        "this year's number": [experiment.lagged(series, 1)],
        "this and last year's": [experiment.lagged(series, 2)],
        **{f"state, {kind}": known[kind] for kind in ("no recurrence", "untrained", "trained")},
    }
    probed = {
        name: [experiment.right_directions(each, spots, first_test) for each in features]
        for name, features in read_from.items()
    }
    fewer = float(np.mean(test_truth <= test_before))
    sun_state.probe_shares(probed, fewer)
    plt.show()
    print(f'Always "fewer": {fewer:.0%} of years. Mean over the networks:')
    print(*(f"  {name}: ~{100 * np.mean(each):.0f}%" for name, each in probed.items()), sep="\n")

# %% [markdown]
# So the state knows whether the Sun comes from below or from above. Look at the rivals before you
# give training the credit. Two numbers tell as much. So does the state of a network that has
# learned nothing: any loop with random weights keeps an echo of its last inputs. Training has
# taught the *readout and the state together* to forecast a number; it did not have to teach the
# state to remember. Without the loop the state tells hardly more than "fewer" every year.
#
# ### A task that no window solves
#
# On sunspots a short window does as well. Here is a task where it cannot. The network reads bits,
# and says after each of them whether the number of ones *so far* is odd. Cover the first bit, and
# you know nothing: whatever came later, the covered bit decides. So a window of any width is of no
# use once the sequence is longer. A state of a single bit suffices.
#
# Your cell learns it in three lessons, on sequences of 4, 8 and then 32 bits, 800 updates in all.
# About one start in ten learns nothing; such a network begins again. Then it reads 400 bits. The
# rival is the best that can be done with the last ten bits: a table of all their patterns, with the
# commonest answer to each.

# %% tags=["experiment"]
if solved("ElmanCell"):
    taught = [experiment.train_on_parity(network, seed) for seed in progress(range(5), "networks")]
    counters = [model for model, _ in taught]
    print(f"Five networks, ~{sum(starts for _, starts in taught)} starts.")

# %% tags=["experiment"]
if solved("ElmanCell"):
    rng = np.random.default_rng(7)
    bits, odd = running_parity(rng, 200, 400)
    right = [(np.asarray(model(bits)) > 0) == (odd > 0) for model in counters]
    by_step = np.mean(np.stack(right)[..., 0], axis=1)  # (5, 400)
    table = window_table_accuracy(running_parity(rng, 3000, 32), (bits, odd), width=10)
    far_back.parity_by_step(by_step, table, longest=32, width=10)
    plt.show()
    late = by_step[:, 32:].mean(axis=1)
    print(f"Steps 33 to 400: table ~{table[32:].mean():.0%}, networks ~{late.mean():.0%}", end=" ")
    print(f"(worst of five ~{late.min():.0%}).")

# %% [markdown]
# Here the state earns its place. The same weights, trained on at most 32 bits, stay right far
# beyond that length.
#
# ### How far back does the state reach?
#
# In the equations the last output depends on *all* earlier inputs: $h_T$ contains $h_{T-1}$, which
# contains $h_{T-2}$, and so on. Is it so in networks as they are computed? We take the ten trained
# networks and a sequence as long as the Sun's, 309 numbers. We change one input, by one standard
# deviation or to the other bit, and see how much the last output changes. Then the next input, and
# so on. We compute in float32, with about seven digits, as Keras does.

# %% tags=["predict"]
reach_guess = predict(
    "reach",
    "Change the number of 20 years ago. How much will the forecast of the network trained on "
    "sunspots change, compared with a change of today's number?",
    {"a": "at least half as much", "b": "a hundredth to a half", "c": "less than a hundredth"},
    choice=None,
)

# %% tags=["experiment"]
if solved("elman_step", "unroll", "readout", "ElmanCell"):
    ones = running_parity(np.random.default_rng(9), 1, len(series))[0][0, :, 0]

    def effects(seed, recurrence=1.0):
        """The change of the last output for each input, the latest first: (309,) of each kind."""
        answers = (elman_step, unroll, readout, recurrence)
        sun, count = models[seed].get_weights(), counters[seed].get_weights()
        return (
            experiment.effects(sun, series, series + 1, *answers),
            experiment.effects(count, ones, -ones, *answers),
        )

    relative = np.stack([[each / each[0] for each in effects(seed)] for seed in range(5)])
    of_sun, of_counting = relative[:, 0], relative[:, 1]  # (5, 309) each
    far_back.reach({"trained on sunspots": of_sun, "trained to count ones": of_counting})
    plt.show()
    after_20 = float(np.median(of_sun[:, 20]))
    gone = np.median([np.argmax(each < 1e-6) for each in of_sun])
    print(f"Sunspots: less than a millionth of today's effect from ~{gone:.0f} years back.")
    print(f"Counting: the least effect of all is ~{of_counting.min():.2f} of the latest.")
    answer = experiment.letter(after_20, {"c": 0.01, "b": 0.5, "a": np.inf})
    reach_guess.reveal(answer, f"The median of the five networks is ~{after_20:.0e}.")

# %% tags=["experiment"]
if solved("elman_step", "unroll", "readout", "ElmanCell"):
    counting, sunspots = "counting: inputs that count", "sunspots: inputs that count"
    share = "share of the 308 earlier inputs whose change changes the last output, in float32"

    def that_count(seed, recurrence=1.0):
        of_sun, of_counting = effects(seed, recurrence)
        return {counting: np.mean(of_counting[1:] > 0), sunspots: np.mean(of_sun[1:] > 0)}

    all_inputs_claim = claim(
        "C8",
        statement="The output depends on all earlier inputs.",
        source="Lectures, h = f(h, x) unrolled",
        metric={counting: share, sunspots: share},
        rule=[within(counting, 1, 1), within(sunspots, 1, 1)],
        control="the same networks with recurrent weights of zero",
        control_rule=[within(counting, 0, 0), within(sunspots, 0, 0)],
        seeds=range(5),
    )
    all_inputs = all_inputs_claim.measure(that_count, control=lambda seed: that_count(seed, 0.0))
    all_inputs.card()

# %% [markdown]
# *All earlier inputs* is a fact about the equation. What a trained network keeps of them is a fact
# about its weights: the networks for odd or even keep every bit, because their task needs them all;
# those that forecast the Sun let old years fade until they are lost in the last digit. Chapter 6
# says why fading is the rule, and chapter 9 what to do about it.
#
# ## Exercise 5: as the data arrive
#
# `unroll` needs the whole sequence before it starts. A running network does not: it waits for the
# next number, makes one step, and gives its state. In Python this is an **iterator**: something you
# can ask for the next value. The shortest way to write one is a function with `yield` in it.


# %% tags=["exercise"] exercise="stream"
def stream(step, h, xs):
    """Give the new state after each input, as the inputs arrive. (12 minutes, difficulty 2 of 3)

    Args:
        step: a function, `step(x, h)` with x (B, F) and h (B, U) returns the new h (B, U).
        h: (B, U) the state before the first input.
        xs: any iterable of inputs (B, F); it may never end, and cannot be read twice.

    Returns:
        An iterator over the states (B, U). For each state it reads one input and makes one step:
        it never reads ahead and never computes a state twice.

    Example:
        With step(x, h) = x + h, `list(stream(step, 10, [1, 2, 3]))` is [11, 13, 16].

    Edges: xs may hold nothing; no argument is changed.
    """
    ### BEGIN SOLUTION
    for x in xs:
        h = step(x, h)
        yield h
    ### END SOLUTION


# %% tags=["check"] exercise="stream"
check("stream", stream)

# %% [markdown]
# ### Real time
#
# The lectures say that a network which takes the whole sequence at once is not real-time, and that
# a recurrent one is. Real time asks for an answer before the next input arrives, and that needs two
# things: the first answer must not wait for the end of the sequence, and the work for one more
# number must not grow with the history. We measure both, for 16 units, and four ways to meet one
# more number:
#
# - your `stream`, with the state carried on;
# - a dense layer on all numbers so far: the whole-sequence network;
# - your `unroll`, from the beginning each time;
# - a dense layer on the last 64 numbers: a window, as in chapter 1.

# %% tags=["experiment"] varies=true
if solved("elman_step", "unroll", "stream"):
    waits, seconds = experiment.ways_to_read_one_more(range(5), elman_step, unroll, stream)
    times = {way: np.median(each, axis=0) for way, each in seconds.items()}  # (4,)
    far_back.time_for_one_more(experiment.HISTORIES, times)
    plt.show()
    print("One more after 32,768 numbers, in µs:", end=" ")
    print(*(f"{way} ~{1e6 * each[-1]:.0f}" for way, each in times.items()), sep=", ")

# %% tags=["experiment"] varies=true
if solved("elman_step", "unroll", "stream"):
    live_claim = claim(
        "C5",
        statement="A whole-sequence network is not real-time; a recurrent one is.",
        source="Lectures, continuous prediction",
        metric=experiment.REAL_TIME,
        rule=[
            above("speed left, carried state", 0.5),
            within("numbers before the first answer", 1, 1),
            below("speed left, dense layer", 0.5),
            above("dense layer over carried state", 1),
        ],
        control="the dense layer reads the last 64 numbers only, and must keep its speed",
        control_rule=[above("speed left, dense layer", 0.5)],
        seeds=range(5),
    )

    live = live_claim.measure(
        lambda seed: experiment.real_time(waits, seconds, seed, experiment.WAYS[1]),
        control=lambda seed: experiment.real_time(waits, seconds, seed, experiment.WAYS[3]),
    )
    live.card()

# %% [markdown]
# Your network answers after the first number, and one more costs it one step at any time. The dense
# layer needs more time the longer the history, as the lectures say. But mind the size: after 64
# numbers it is faster than your step, because one product is cheap; it falls behind only where
# the lines cross. And the window is real-time too. What a carried state adds to a window is not
# speed. It is that nothing has to be kept but the state, and that the state may remember what has
# left the window.
#
# ## Repair
#
# This loop looks like `unroll`, returns an array of the right shape, and is wrong. It raises no
# error. Networks have been trained on such arrays. Run the cell, look at where the two results
# differ, and mend it until the difference is zero.


# %% tags=["repair"]
def unroll_to_repair(step, xs, h0):
    states = []
    h = h0
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        states.append(h)
    return np.array(states).reshape(xs.shape[0], xs.shape[1], h0.shape[1])


# %% tags=["experiment"]
if solved("unroll"):
    drift = np.array([[0.0], [100.0]])  # two sequences: one counts from 0, the other from 100
    ones = np.ones((2, 4, 1))
    right_states = np.asarray(unroll(lambda x, h: x + h, ones, drift))[..., 0]
    your_states = np.asarray(unroll_to_repair(lambda x, h: x + h, ones, drift))[..., 0]
    experiment.draw_unrolled_twice(right_states, your_states)
    plt.show()
    gap = np.abs(right_states - your_states).max()
    print("Mended." if gap == 0 else f"Not mended yet: the largest difference is {gap:.0f}.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# `np.array(states)` has the axes (T, B, U). `reshape` keeps the numbers in their order in memory
# and only cuts them anew, so it mixes the sequences with the steps. The axes have to be exchanged:
# `np.stack(states, axis=1)`, or a transpose. A reshape never exchanges axes.
#
# </details>
#
# ## What we measured
#
# - One number a year leaves open whether more or fewer spots will follow. The state of your network
#   tells which, and goes round about once a cycle. Two numbers tell as much, and so does the state
#   of an untrained network; a line through nine numbers forecasts as well.
# - Where no window suffices, odd or even, the same cell learns the task on at most 32 bits and is
#   right for 400.
# - Your step and a readout are all there is to the cell, and they agree with Keras's layers.
# - The parameters do not depend on the length of the sequence. A dense layer's do; it is the
#   smaller one only for short sequences.
# - The output depends on all earlier inputs in the equation. In float32, networks that count ones
#   keep every input, and networks that forecast the Sun lose most of them.
# - With a carried state one more number costs one step, however long the history. A dense layer on
#   the whole history slows down, but is fast enough for short ones.
#
# ## For those who are fast
#
# No points, and no check; your own `unroll` and `stream` tell you whether you are right.
#
# 1. *By hand.* Set the weights of two units so that `elman_step` with `readout` says exactly
#    whether the ones so far are odd, for thousands of bits. (One unit may ask "is there at least
#    one of: odd before, a one now?", the other "are there both?". Large weights make tanh decide.)
# 2. *Let it run.* Write a generator that yields the years up to 2008 and after that the network's
#    own forecasts, and hand it to `stream`. Does the Sun go on with its cycle, grow, or die away?
#    Compare the five networks.
# 3. *Jordan's network.* Its outputs go back, nothing else. Suppose that they are exactly right
#    after each bit. Can it say whether the ones so far are odd? Whether their number is a multiple
#    of four? What does Elman's network have that it lacks?
#
# ## Remember
#
# <details><summary>What does the hidden state do?</summary>
# It summarises the past. The output depends on it alone, so what it does not hold is lost.
# </details>
#
# <details><summary>Which weights does the tenth step use?</summary>
# The same as the first: W_x, W_h and b are shared by all steps.
# </details>
#
# <details><summary>Why tanh, and not nothing?</summary>
# It keeps every state between −1 and 1, however long the sequence; without it the state is a linear
# function of all inputs and may grow without bound. Chapter 6 has the details.
# </details>
#
# <details><summary>What is z⁻¹?</summary>
# A delay of one step: what goes in now comes out at the next step.
# </details>
#
# <details><summary>What is the difference between a cell and a layer?</summary>
# The cell makes one step; the layer (keras.layers.RNN) is the loop around it.
# </details>
#
# <details><summary>When is a network real-time?</summary>
# When it answers before the sequence is over, and the work for one more input does not grow with
# the history.
# </details>
#
# <details><summary>A network beats the baseline. What do you ask next?</summary>
# What the simplest rival does: a line through two or more numbers, and the same network untrained.
# </details>
#
# ## Read more
#
# - J. L. Elman, *Finding structure in time*, Cognitive Science, 1990.
# - M. I. Jordan, *Serial order: a parallel distributed processing approach*, report, 1986. His
#   network feeds the output back, not the state.
# - A. Graves, *Supervised Sequence Labelling with Recurrent Neural Networks*, Springer, 2012,
#   chapter 3.
# - H. Jaeger, *The "echo state" approach to analysing and training recurrent neural networks*, GMD
#   report 148, 2001. Untrained states with a trained readout.
# - The sunspot numbers: SILSO data, Royal Observatory of Belgium; see `data/README.md`.
