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
# | reading | computing | you need | topics | claims measured |
# |---|---|---|---|---|
# | 45 minutes | about 40 seconds | chapter 1, matrix products | T5–T11 | C5, C6, C7, C8 |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=2)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
from keras import ops

from course_utils import datasets
from course_utils.claims import above, below, within
from course_utils.experiments import ch02_elman_cell as experiment
from course_utils.plots import diagrams
from course_utils.progress import progress

# %% [markdown]
# ## The question
#
# People have counted spots on the Sun since 1700. The number rises and falls, with about eleven
# years from one peak to the next. Suppose a year has 60 spots. Will the next year have more, or
# fewer?
#
# You cannot tell from the 60 alone. On the way up it will be more, on the way down fewer. You need
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

# %% tags=["experiment"]
first_test = int(np.searchsorted(years, 1930))


def rmse(forecast, truth):
    """The root of the mean squared error, in sunspots."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - np.asarray(truth)) ** 2)))


def hits(forecast, before, truth):
    """The share of years in which the forecast gets the direction right: up or down."""
    return float(np.mean((forecast > before) == (truth > before)))


test_truth, test_before = spots[first_test:], spots[first_test - 1 : -1]
naive_error = rmse(test_before, test_truth)
slope, offset = np.polyfit(spots[: first_test - 1], spots[1:first_test], 1)
snapshot = offset + slope * test_before
snapshot_error = rmse(snapshot, test_truth)
print(f"Baseline, next year like this year: {naive_error:.1f} sunspots.")
print(f"The best straight line from one number: {snapshot_error:.1f} sunspots,")
print(f"and it gets the direction right in {hits(snapshot, test_before, test_truth):.0%} of years.")

# %% [markdown]
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
# **delay** of one step. Such a **backward connection** can also start at the output: the network of
# Jordan (1986) reads its own last *output* beside the next input. Elman's reads its state, which
# may hold more than the output shows.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
diagrams.elman_cell(ax)
plt.show()
print("Three terms meet in one sum: the input x W_x, the past h W_h, and the bias b.")

# %% [markdown]
# **Unrolling** draws the same cell once for each step, with time from left to right. It looks like
# a deep network with one layer per step, seen from the side. There is one difference: every copy
# uses the same $W_x$, $W_h$ and $b$.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
diagrams.unrolled(ax, steps=4)
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
    print(f"{len(states)} years, {states.shape[1]} units:", end=" ")
    print(f"states from ~{states.min():.2f} to ~{states.max():.2f}.")

# %% [markdown]
# ### How many lines is that?
#
# The lectures say that five lines suffice for the cell (C6). We count the statements in the body of
# *your* `elman_step`, without its docstring, plus one for the readout that follows below. The rule
# is written down before anything is run, here as in every later claim. Five random networks have
# to agree with Keras's own `SimpleRNN`, or the lines would not count.

# %% tags=["experiment"]
if solved("elman_step", "unroll"):
    five_lines_claim = claim(
        "C6",
        statement="Five lines suffice for the cell.",
        source="Lectures, the Elman cell; equation of Elman (1990)",
        metric={
            "lines": "statements in your step, and one for the readout",
            "difference": "largest difference from keras.layers.SimpleRNN",
        },
        rule=[below("lines", 5.5), below("difference", 1e-9)],
        control="the same step without the recurrent term must differ from Keras",
        control_rule=[above("difference", 0.01)],
        seeds=range(5),
    )
    lines = experiment.statements(elman_step) + 1

    def agreement(seed, step=elman_step):
        return {
            "lines": lines,
            "difference": experiment.difference_from_keras(seed, step, unroll),
        }

    def without_past(x, h, W_x, W_h, b):
        return elman_step(x, 0 * h, W_x, W_h, b)

    five_lines = five_lines_claim.measure(
        agreement, control=lambda seed: agreement(seed, without_past)
    )
    five_lines.card()

# %% [markdown]
# ### What does a longer sequence cost?
#
# Count the parameters of an Elman layer with 16 units, built for sequences of 10 to 1000 numbers.
# Beside it stands a **dense layer** with 16 units that gets the whole sequence at once, flattened
# into one long vector.

# %% tags=["experiment"]
lengths = [10, 30, 100, 300, 1000]


def elman_parameters(steps):
    """Parameters of Keras's Elman layer with 16 units, built for `steps` numbers."""
    layer = keras.layers.SimpleRNN(16)
    layer.build((None, steps, 1))
    return layer.count_params()


def dense_parameters(steps):
    """Parameters of a dense layer with 16 units on `steps` numbers at once."""
    layer = keras.layers.Dense(16)
    layer.build((None, steps))
    return layer.count_params()


elman_counts = [elman_parameters(steps) for steps in lengths]
dense_counts = [dense_parameters(steps) for steps in lengths]
experiment.draw_parameters(lengths, elman_counts, dense_counts)
plt.show()
print(f"Elman: {elman_counts[0]} parameters at T = 10 and {elman_counts[-1]} at T = 1000.")
print(f"Dense: {dense_counts[0]} parameters at T = 10 and {dense_counts[-1]} at T = 1000.")
growth = dense_counts[-1] / dense_counts[0]
parameters_guess.reveal("b", f"The dense layer grew {growth:.0f}-fold, the Elman layer not at all.")

# %% tags=["experiment"]
free_length_claim = claim(
    "C7",
    statement="The number of parameters does not depend on the length of the sequence.",
    source="Lectures, shared weights of the unrolled network",
    metric={"ratio": "parameters at T = 1000 over parameters at T = 10"},
    rule=[within("ratio", 1.0, 1.0)],
    control="a dense layer on the flattened sequence must grow",
    control_rule=[above("ratio", 50)],
    exact=True,
    reason="a count of parameters depends on no random number",
)
free_length = free_length_claim.measure(
    lambda seed: elman_parameters(1000) / elman_parameters(10),
    control=lambda seed: dense_parameters(1000) / dense_parameters(10),
)
free_length.card()

# %% [markdown]
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
# look at the years from 1930 to 2008.
#
# As a **control** we train a sixth network on the same numbers in random order. There is nothing
# to know about the past there. If it did well too, our measurement would be wrong.

# %% tags=["predict"]
cycle_guess = predict(
    "cycle",
    "The line from one number misses by about 30 sunspots. What will the recurrent network do?",
    {
        "a": "about the same: it sees one number a year too",
        "b": "clearly better: its state remembers whether the numbers rose or fell",
        "c": "nearly perfect: the cycle is regular",
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


def trained(seed, values):
    """A network, fitted to the years before 1930 of `values`."""
    return experiment.train(network, seed, values[:first_test])


def forecast(model, values):
    """One-year forecasts for every year from 1930 on, made while reading from 1700."""
    return experiment.forecast(model, values, first_test) * spread + mean


if solved("ElmanCell"):
    models = [trained(seed, series) for seed in progress(range(5), "five networks")]
    forecasts = [forecast(model, series) for model in models]
    errors = [rmse(each, test_truth) for each in forecasts]
    directions = [hits(each, test_before, test_truth) for each in forecasts]
    shuffled = np.random.default_rng(0).permutation(series)
    shuffled_truth = shuffled[first_test:] * spread + mean
    control_error = rmse(forecast(trained(0, shuffled), shuffled), shuffled_truth)
    mean_error = rmse(np.full(len(shuffled_truth), mean), shuffled_truth)

# %% tags=["experiment"]
if solved("ElmanCell"):
    bars = {
        "like this year": naive_error,
        "line from one": snapshot_error,
        "Elman": np.mean(errors),
        "Elman,\nshuffled": control_error,
    }
    experiment.draw_forecasts(years[first_test:], test_truth, snapshot, np.mean(forecasts, 0), bars)
    plt.show()
    half_width = 2.776 * np.std(errors, ddof=1) / np.sqrt(5)  # Student's t, 4 degrees of freedom
    print(f"Baselines: {naive_error:.1f} (like this year), {snapshot_error:.1f} (line) sunspots.")
    print(f"Elman, five seeds: ~{np.mean(errors):.1f} sunspots, 95% interval ± ~{half_width:.1f}.")
    print(f"Direction right in ~{100 * np.mean(directions):.0f}% of years.")
    print(f"Control, years shuffled: ~{control_error:.1f} sunspots;", end=" ")
    print(f"the mean of all years gives {mean_error:.1f} there.")
    cycle_guess.reveal("b", "The state holds what one number cannot: where the Sun comes from.")

# %% [markdown]
# The answer to the question is yes. The network never sees an old number again, yet its error is
# well below that of any forecast from one number. Do not take it for magic: a straight line
# through the last nine years, as in chapter 1, does about as well on this series. What the network
# adds is that nobody had to say *nine*.
#
# ### How far back does the state reach?
#
# In the equations the last output depends on *all* earlier inputs (C8): $h_T$ contains $h_{T-1}$,
# which contains $h_{T-2}$, and so on. We test it on the five trained networks. Change one of the
# last 40 inputs by one standard deviation, and see how much the last state changes. We compute in
# float64, so that even a tiny effect is visible.

# %% tags=["predict"]
reach_guess = predict(
    "reach",
    "Change the input of 20 years ago. How much will the state of today change, compared with a "
    "change of today's input?",
    {"a": "about as much", "b": "a tenth to a third as much", "c": "less than a hundredth as much"},
    choice=None,
)

# %% tags=["experiment"]
if solved("elman_step", "unroll", "ElmanCell"):

    def effects(model, recurrence=1.0):
        """The change of the last state for a change of each of the last 40 inputs: (40,)."""
        weights = model.layers[0].get_weights()
        return experiment.effects(weights, series, elman_step, unroll, recurrence)

    all_effects = np.stack([effects(model) for model in models])
    relative = all_effects / all_effects[:, :1]
    experiment.draw_reach(relative)
    plt.show()
    after_20 = relative[:, 20]
    print(f"A change 20 years ago counts ~{after_20.mean():.1e} of a change today (mean of 5).")
    print(f"The smallest effect of all 5 × 40 is ~{relative.min():.0e}: tiny, but not zero.")
    middle_effect = float(np.median(after_20))
    reach_guess.reveal(
        "c" if middle_effect < 0.01 else "b" if middle_effect < 0.5 else "a",
        f"The median of the five networks is ~{middle_effect:.1e}.",
    )

# %% tags=["experiment"]
if solved("elman_step", "unroll", "ElmanCell"):

    def reach(seed):
        change = effects(models[seed])
        twenty = np.log10(change[20] / change[0]) if change[20] else -20.0  # float64 sees 16 digits
        return {"reached": float(np.mean(change > 0)), "twenty": float(twenty)}

    def reach_without_recurrence(seed):
        return {"reached": float(np.mean(effects(models[seed], recurrence=0.0) > 0))}

    all_inputs_claim = claim(
        "C8",
        statement="The output depends on all earlier inputs.",
        source="Lectures, h = f(h, x) unrolled",
        metric={
            "reached": "share of the last 40 inputs that change the last state at all",
            "twenty": "log10 of the effect 20 steps ago over the latest one's",
        },
        rule=[within("reached", 1.0, 1.0), above("twenty", -1)],
        control="without the recurrent weights only the latest input may count",
        control_rule=[below("reached", 0.03)],
        seeds=range(5),
    )
    all_inputs = all_inputs_claim.measure(reach, control=reach_without_recurrence)
    all_inputs.card()

# %% [markdown]
# Read the card with care. *All earlier inputs* is a fact about the equation. How much each of them
# counts is a fact about the weights, and it falls off fast. Chapter 6 says why, and chapter 9 what
# to do about it.
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
# A network that takes the whole sequence at once cannot answer before the sequence is complete, and
# when one more number arrives it starts again (C5). We measure both for a network of 16 units: how
# many inputs are read before the first state comes, and how the time for one more number grows with
# the length of the history. If the time is proportional to $T^p$, we report $p$: zero means that
# history is free, one that it has to be read again.

# %% tags=["experiment"] varies=true
if solved("elman_step", "unroll", "stream"):
    timings = {True: [], False: []}  # by whether the state is carried: (5, 4) seconds

    def real_time(seed, carried=True):
        waits, seconds = experiment.one_more_number(seed, elman_step, unroll, stream, carried)
        timings[carried].append(seconds)
        exponent = np.polyfit(np.log(experiment.HISTORIES), np.log(seconds), 1)[0]
        return {"wait": float(waits[-1]), "growth": float(exponent)}

    live_claim = claim(
        "C5",
        statement="A whole-sequence network is not real-time; a recurrent one is.",
        source="Lectures, continuous prediction",
        metric={
            "wait": "inputs read before the first state, of 4096",
            "growth": "exponent p of the time for one more number, proportional to T^p",
        },
        rule=[within("wait", 1, 1), below("growth", 0.2)],
        control="the same network, reading the whole sequence again for each new number",
        control_rule=[above("wait", 1000), above("growth", 0.5)],
        seeds=range(5),
    )
    live = live_claim.measure(real_time, control=lambda seed: real_time(seed, carried=False))

    again, carried = (np.median(timings[each], axis=0) for each in (False, True))
    live.card(figure=experiment.draw_one_more(again, carried))
    print(f"After 4096 numbers: ~{1e6 * carried[-1]:.0f} µs with the state,")
    print(f"~{1e6 * again[-1]:.0f} µs from the beginning.")

# %% [markdown]
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
# - One number a year leaves two futures; a state of twelve numbers tells them apart. The forecast's
#   error falls well below that of the best line from one number, and the control with shuffled
#   years shows that it is the order that helps.
# - Your step and a readout are all there is to the cell (C6), and they agree with Keras's layer.
# - The parameters do not depend on the length of the sequence (C7).
# - Every earlier input reaches the last state, but after twenty steps little is left of it (C8).
# - With a carried state one more number costs one step, however long the history (C5).
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
# ## Read more
#
# - J. L. Elman, *Finding structure in time*, Cognitive Science, 1990.
# - M. I. Jordan, *Serial order: a parallel distributed processing approach*, report, 1986. His
#   network feeds the output back, not the state.
# - A. Graves, *Supervised Sequence Labelling with Recurrent Neural Networks*, Springer, 2012,
#   chapter 3.
# - The sunspot numbers: SILSO data, Royal Observatory of Belgium; see `data/README.md`.
