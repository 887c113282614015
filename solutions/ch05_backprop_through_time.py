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
# # 5 · Backpropagation through time
#
# After this chapter you can derive and write the gradient of a recurrent network by hand, check it
# to ten digits in three ways, and say which step of the sequence moved which weight.
#
# | reading | computing | you need | topics | claims measured |
# |---|---|---|---|---|
# | 60 minutes | about 30 seconds | chapter 2, the chain rule | T17, T20 | C15, C18 |

# %% tags=["setup"]
import tracemalloc
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=5)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import tensorflow as tf

from course_utils import datasets
from course_utils.claims import above, below, within
from course_utils.plots import backward, palette
from course_utils.progress import progress
from course_utils.recurrent.timing import shortest_seconds

# %% [markdown]
# ## The question
#
# In chapter 2 a recurrent network learned to forecast sunspots, and `fit` did the learning for you.
# Now you look inside. An untrained network reads thirty years of sunspots, one number a year, and
# forecasts the next year each time. It misses. It has made thirty steps, **all with the same
# recurrent weights** $W_h$, and each step shaped all later states. **Which of the thirty uses of
# $W_h$ is to blame for the misses, and which way should $W_h$ change?**

# %% tags=["experiment"]
years, spots = datasets.sunspots_yearly()
first_test = int(np.searchsorted(years, 1930))
mean, spread = spots[:first_test].mean(), spots[:first_test].std()
series = (spots - mean) / spread  # standardised: mean 0, standard deviation 1 before 1930
UNITS, STEPS = 6, 30


def random_weights(seed, units=UNITS, features=1, outputs=1):
    """W_x, W_h, b, W_y, b_y of an untrained network, all float64."""
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=(features, units)) * 0.8,
        rng.normal(size=(units, units)) / np.sqrt(units),
        rng.normal(size=units) * 0.1,
        rng.normal(size=(units, outputs)) / np.sqrt(units),
        np.zeros(outputs),
    ]


def forward(xs, h0, W_x, W_h, b):
    """The states of all steps: xs (B, T, F), h0 (B, U) → (B, T, U)."""
    hs, h = [], h0
    for x in xs.swapaxes(0, 1):
        h = np.tanh(x @ W_x + h @ W_h + b)
        hs.append(h)
    return np.stack(hs, axis=1)


weights = random_weights(seed=3)
W_x, W_h, b, W_y, b_y = weights
window = slice(first_test - STEPS - 1, first_test - 1)  # the network reads 1899 to 1928
window_years = years[window] + 1  # and forecasts 1900 to 1929
xs = series[None, window, None]
targets = series[None, window.start + 1 : window.stop + 1, None]
h0 = np.zeros((1, UNITS))
hs = forward(xs, h0, W_x, W_h, b)
ys = hs @ W_y + b_y
losses = 0.5 * (ys - targets)[0, :, 0] ** 2


def in_spots(values):
    """Standardised values as numbers of sunspots."""
    return np.asarray(values) * spread + mean


def rmse(forecast, truth):
    """The root of the mean squared error, in sunspots."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - np.asarray(truth)) ** 2)))


fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 4.2), sharex=True, height_ratios=[3, 2])
top.plot(window_years, in_spots(targets[0, :, 0]), color=palette.TRUTH, label="counted")
top.plot(window_years, in_spots(ys[0, :, 0]), "--", color=palette.OUTPUT, label="untrained network")
top.set(title="The untrained network misses the cycle", ylabel="sunspot number")
top.legend(ncols=2, loc="upper left")
bottom.bar(window_years, losses, color=palette.LOSS)
bottom.set(
    title="Each year adds its own term to the loss",
    xlabel="year that is forecast",
    ylabel="½ (y − t)²\n(standardised)",
)
plt.show()

naive_error = rmse(spots[first_test - 1 : -1], spots[first_test:])
worst = int(np.argmax(losses))
print(f"The loss of the {STEPS} years is ~{losses.sum():.2f}; the worst year is", end=" ")
print(f"{window_years[worst]} with ~{100 * losses[worst] / losses.sum():.0f}% of it.")
print(
    f"RMSE in these years: ~{rmse(in_spots(ys), in_spots(targets)):.1f} sunspots, untrained;",
    end=" ",
)
print(f"{rmse(in_spots(xs), in_spots(targets)):.1f} for")
print(f"the baseline, next year like this year. From 1930 on the baseline has {naive_error:.1f}.")

# %% [markdown]
# The **loss** of a sequence is a sum over its steps: every year has its own term. With outputs
# $y_t$ and targets $\hat y_t$, and the mean over a batch of $B$ sequences,
#
# $$L = \frac{1}{B} \sum_{\text{batch}} \, \sum_{t=1}^{T} \, \sum_{o} \tfrac12
# (y_{t,o} - \hat y_{t,o})^2 .$$
#
# The **gradient** of $L$ has one number for each weight: how much $L$ grows when this weight grows
# a little. Training walks against it. Before you compute it well, compute it badly: that is the
# baseline, and later the judge.
#
# ## Exercise 1: the gradient without any thought
#
# Move one weight up by a little $\epsilon$, run the whole network, and note the loss. Move it down
# by $\epsilon$ and do the same. The difference, divided by the distance $2\epsilon$, is about the
# slope. These are **central differences**:
#
# $$\frac{\partial f}{\partial w_i} \approx
# \frac{f(w + \epsilon e_i) - f(w - \epsilon e_i)}{2 \epsilon}.$$
#
# All arrays in this chapter are float64.


# %% tags=["exercise"] exercise="numerical_gradient"
def numerical_gradient(f, w, eps=1e-6):
    """The gradient of f at w by central differences. (12 minutes, difficulty 1 of 3)

    Args:
        f: a function; f(w) takes an array of w's shape and returns a float.
        w: an array of any shape, () included; its numbers need not lie row by row in memory.
        eps: how far each number is moved, up and down.

    Returns:
        An array of w's shape: the slope of f along each number of w. Afterwards w holds exactly
        what it held before. Two calls of f for each number of w are enough.

    Example:
        f(w) = w[0] ** 2 * w[1] at w = [3., 2.] gives about [12., 9.].
    """
    ### BEGIN SOLUTION
    gradient = np.zeros(w.shape)
    for index in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[index] += eps
        down[index] -= eps
        gradient[index] = (f(up) - f(down)) / (2 * eps)
    return gradient
    ### END SOLUTION


# %% tags=["check"] exercise="numerical_gradient"
check("numerical_gradient", numerical_gradient)

# %% tags=["predict"]
step_guess = predict(
    "step",
    "Which step gives the most exact central differences in float64?",
    {
        "a": "1e-12: the smaller, the closer to the definition of the derivative",
        "b": "about 1e-5: somewhere in the middle",
        "c": "about 0.1: large steps avoid rounding",
    },
    choice=None,
)

# %% tags=["experiment"]
if solved("numerical_gradient"):
    point = np.linspace(0.2, 1.4, 7)
    slopes = np.cos(point)  # the exact gradient of the sum of sines
    sizes = 10.0 ** np.arange(-12, 0, 0.5)

    def largest_error(gradient):
        """The largest relative error of a gradient at `point`."""
        return float(np.max(np.abs(np.asarray(gradient) - slopes) / slopes))

    def sines(values):
        return float(np.sin(values).sum())

    central = [largest_error(numerical_gradient(sines, point, eps)) for eps in sizes]
    one_sided = [largest_error((np.sin(point + eps) - np.sin(point)) / eps) for eps in sizes]
    fig, ax = plt.subplots(figsize=(7, 3))
    ax.loglog(sizes, one_sided, "s--", color=palette.BASELINE, label="forward differences")
    ax.loglog(sizes, central, "o-", color=palette.LOSS, label="central differences (yours)")
    ax.set(
        title="Too large a step is wrong by curvature, too small a step by rounding",
        xlabel="step ε",
        ylabel="largest relative error",
    )
    ax.legend()
    plt.show()
    best = sizes[int(np.argmin(central))]
    print(f"Central: best near ε = ~{best:.0e}, with an error of ~{min(central):.0e}.")
    print(f"Forward: at best ~{min(one_sided):.0e}.")
    letter = "a" if best < 1e-9 else "b" if best < 1e-2 else "c"
    step_guess.reveal(letter, f"At ε = 1e-12 the error is ~{central[0]:.0e}.")

# %% [markdown]
# Two errors pull in opposite directions. The curve of $f$ makes central differences wrong by about
# $\epsilon^2 f'''/6$. Rounding makes the difference of two nearly equal numbers wrong by about
# $10^{-16}/\epsilon$. In the middle there are ten good digits. That is enough to judge any
# derivation, but it costs two runs of the network for *each* weight.
#
# ## Exercise 2: the loss, and where the gradient begins
#
# The gradient starts at the end of the computation, at the loss. What does a small change of one
# output $y_{t,o}$ do to $L$?


# %% tags=["exercise"] exercise="sequence_loss"
def sequence_loss(ys, targets):
    """The loss of a batch of sequences, and its gradient. (8 minutes, difficulty 1 of 3)

    Args:
        ys: (B, T, O) outputs of the network.
        targets: (B, T, O) what they should have been.

    Returns:
        loss: a float, half the squared error, summed over steps and outputs, mean over the batch.
        gradient: (B, T, O), how much that loss grows with each output.

    Example:
        ys = [[[1.], [2.]]], targets = [[[0.], [4.]]] gives 2.5 and [[[1.], [-2.]]].
    """
    ### BEGIN SOLUTION
    error = ys - targets
    return 0.5 * np.sum(error**2) / len(ys), error / len(ys)
    ### END SOLUTION


# %% tags=["check"] exercise="sequence_loss"
check("sequence_loss", sequence_loss)

# %% [markdown]
# ## The idea: walk back
#
# Run the network and keep every state. Then walk back from the last step to the first, and carry
# along one thing: $dh_t$, the gradient of $L$ with respect to the state $h_t$.
#
# A state matters in *two* ways, so its gradient has two parts. It is read out at once, which the
# loss of its own step pays for; and it goes into the next step, which pays for everything later.
# The drawing shows both arrows arriving at each state. Below, each use of $W_h$ drops what it adds
# into one sum. One such walk is a **sweep**, and the method is **backpropagation through time**
# (Werbos, 1990).

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
backward.sweep(ax, steps=3)
plt.show()
print("Three steps: each state gets gradient from its own loss and from the step after it,")
print("and each of the three uses of W_h adds one term to dW_h.")

# %% [markdown]
# ## Exercise 3: one step back
#
# Going forward, a step computes $z = x W_x + h_{t-1} W_h + b$ and then $h = \tanh(z)$. Coming back,
# you get $dh$ and want the gradient of everything that went in. Two rules are all you need:
#
# - through a function applied to each number, the gradient is multiplied by the function's slope.
#   The slope of $\tanh$ can be had from its own value: $\tanh'(z) = 1 - \tanh(z)^2$;
# - through a product $z = a W$ with rows $a$, the gradient goes back as $da = dz\, W^\top$ and
#   $dW = a^\top dz$.
#
# The shapes are a good guide: a gradient has the shape of what it belongs to.


# %% tags=["exercise"] exercise="elman_backward_step"
def elman_backward_step(dh, x, h_prev, h, W_x, W_h):
    """Back through h = tanh(x W_x + h_prev W_h + b). (20 minutes, difficulty 2 of 3)

    Args:
        dh: (B, U) the gradient of the loss with respect to h, from everywhere.
        x: (B, F) the inputs of this step.
        h_prev: (B, U) the state before it.
        h: (B, U) the state that it made.
        W_x: (F, U) input weights.
        W_h: (U, U) recurrent weights.

    Returns:
        dx (B, F), dh_prev (B, U), dW_x (F, U), dW_h (U, U), db (U,): the gradients of the loss with
        respect to each. A weight's gradient is summed over the batch. No argument is changed.

    Example:
        dh = [[1.]], x = [[2.]], h_prev = [[0.5]], h = [[0.6]], W_x = [[3.]], W_h = [[-1.]] gives
        [[1.92]], [[-0.64]], [[1.28]], [[0.32]], [0.64].
    """
    ### BEGIN SOLUTION
    dz = dh * (1 - h**2)
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)
    ### END SOLUTION


# %% tags=["check"] exercise="elman_backward_step"
check("elman_backward_step", elman_backward_step)

# %% [markdown]
# ## Exercise 4: the whole way back
#
# Now the walk. `dhs[:, t]` is what the loss of step $t$ sends directly to its state. What the later
# steps send comes on top. The experiments below run your sweep some thousand times; of all the ways
# to write it, plain NumPy is the quickest on arrays as small as these.


# %% tags=["exercise"] exercise="bptt"
def bptt(dhs, xs, hs, h0, W_x, W_h):
    """Backpropagation through time for the Elman network. (25 minutes, difficulty 3 of 3)

    Args:
        dhs: (B, T, U) the gradient that each step's own loss sends to its state.
        xs: (B, T, F) the inputs; T is at least 1.
        hs: (B, T, U) the states: `hs[:, t]` was made from `xs[:, t]`.
        h0: (B, U) the state before the first step.
        W_x: (F, U) input weights.
        W_h: (U, U) recurrent weights.

    Returns:
        dxs (B, T, F), dh0 (B, U), dW_x (F, U), dW_h (U, U), db (U,): the gradients of the whole
        loss. No argument is changed.

    Example:
        With B = F = U = 1, xs = [1, 2], h0 = 1, hs = [0.6, 0.5], dhs = [1, 1], W_x = 1 and W_h = 2:
        dxs = [1.6, 0.75], dh0 = 3.2, dW_x = 3.1, dW_h = 2.05, db = 2.35.
    """
    ### BEGIN SOLUTION
    dxs, dh = np.zeros(xs.shape), np.zeros(h0.shape)
    dW_x, dW_h, db = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(len(W_h))
    for t in reversed(range(xs.shape[1])):
        h_prev = hs[:, t - 1] if t > 0 else h0
        dxs[:, t], dh, *terms = elman_backward_step(
            dhs[:, t] + dh, xs[:, t], h_prev, hs[:, t], W_x, W_h
        )
        dW_x, dW_h, db = dW_x + terms[0], dW_h + terms[1], db + terms[2]
    return dxs, dh, dW_x, dW_h, db
    ### END SOLUTION


# %% tags=["check"] exercise="bptt"
check("bptt", bptt)

# %% [markdown]
# ### Three ways to one gradient
#
# Put your pieces together for the sunspots: the loss sends its gradient to the outputs, the readout
# sends it on to the states, and `bptt` does the rest. Beside it stand TensorFlow's **tape**, which
# records every operation and walks back by itself, and your own central differences.

# %% tags=["predict"]
cost_guess = predict(
    "cost",
    "The network has 48 weights in W_x, W_h and b. A run forward over 30 years takes one unit of "
    "time. How long does your sweep back take?",
    {
        "a": "a few units",
        "b": "about 30 units: one for each step",
        "c": "about 96 units: two for each weight",
    },
    choice=None,
)

# %% tags=["experiment"]


def loss_of(weights, xs, targets):
    """The loss of the network that has these weights: only runs forward."""
    W_x, W_h, b, W_y, b_y = weights
    hs = forward(xs, np.zeros((len(xs), len(b))), W_x, W_h, b)
    return float(sequence_loss(hs @ W_y + b_y, targets)[0])


def by_your_sweep(weights, xs, targets):
    """The loss, and the gradient of each weight, with your exercises."""
    W_x, W_h, b, W_y, b_y = weights
    h0 = np.zeros((len(xs), len(b)))
    hs = forward(xs, h0, W_x, W_h, b)
    loss, dys = sequence_loss(hs @ W_y + b_y, targets)
    dys = np.asarray(dys)
    swept = bptt(dys @ W_y.T, xs, hs, h0, W_x, W_h)
    readout = [np.einsum("btu,bto->uo", hs, dys), dys.sum(axis=(0, 1))]
    return float(loss), [*map(np.asarray, swept[2:]), *readout]


def by_differences(weights, xs, targets):
    """The gradient of each weight by central differences."""

    def loss_with(place, value):
        return loss_of([*weights[:place], value, *weights[place + 1 :]], xs, targets)

    return [
        np.asarray(numerical_gradient(lambda value, k=k: loss_with(k, value), each))
        for k, each in enumerate(weights)
    ]


def by_tape(weights, xs, targets):
    """The gradient of each weight by TensorFlow's tape."""
    W_x, W_h, b, W_y, b_y = variables = [tf.Variable(each) for each in weights]
    with tf.GradientTape() as tape:
        h, loss = tf.zeros((len(xs), b.shape[0]), tf.float64), 0.0
        for t in range(xs.shape[1]):
            h = tf.tanh(xs[:, t] @ W_x + h @ W_h + b)
            loss += tf.reduce_sum((h @ W_y + b_y - targets[:, t]) ** 2) / (2 * len(xs))
    return [np.asarray(each) for each in tape.gradient(loss, variables)]


def apart(ones, others):
    """The largest difference of two lists of arrays, over the largest number in the second."""
    return max(float(np.abs(a - c).max() / np.abs(c).max()) for a, c in zip(ones, others))


if solved("numerical_gradient", "sequence_loss", "elman_backward_step", "bptt"):
    swept = by_your_sweep(weights, xs, targets)[1]
    taped, differences = by_tape(weights, xs, targets), by_differences(weights, xs, targets)
    sizes = [2, 4, 8, 16, 32]
    seconds = {"forward": [], "sweep": [], "differences": []}
    for units in progress(sizes, "timing"):
        given = random_weights(0, units)
        for name, work, repeats in (
            ("forward", loss_of, 5),
            ("sweep", by_your_sweep, 5),
            ("differences", by_differences, 1),
        ):
            seconds[name].append(shortest_seconds(partial(work, given, xs, targets), repeats))
    counts = [units * (units + 4) + 1 for units in sizes]

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
    flat = [np.concatenate([each.ravel() for each in way]) for way in (taped, swept, differences)]
    ends = [flat[0].min(), flat[0].max()]
    left.plot(ends, ends, color=palette.MUTED)
    left.plot(flat[0], flat[2], "s", color=palette.BASELINE, fillstyle="none", ms=8)
    left.plot(flat[0], flat[1], "o", color=palette.LOSS, ms=4)
    left.legend(["equal", "central differences", "your sweep"])
    left.set(
        title="Three ways, one gradient",
        xlabel="the tape's gradient",
        ylabel="the others' gradient",
    )
    for name, style, colour, label in (
        ("differences", "s--", palette.BASELINE, "central differences"),
        ("sweep", "o-", palette.LOSS, "forward and your sweep back"),
        ("forward", "^:", palette.HIDDEN, "forward alone"),
    ):
        right.loglog(counts, 1e3 * np.array(seconds[name]), style, color=colour, label=label)
    right.set(
        title="One sweep pays for all weights at once",
        xlabel="weights of the network",
        ylabel="time for one gradient (ms)",
    )
    right.legend(fontsize=8)
    plt.show()
    print(f"Largest relative difference from the tape: your sweep ~{apart(swept, taped):.0e},")
    print(f"central differences ~{apart(differences, taped):.0e}.")
    print(
        f"{counts[-1]} weights: ~{1e3 * seconds['differences'][-1]:.0f} ms by differences,", end=" "
    )
    print(f"~{1e3 * seconds['sweep'][-1]:.1f} ms by your sweep.")
    cost = shortest_seconds(lambda: by_your_sweep(weights, xs, targets), 20)
    cost /= shortest_seconds(lambda: loss_of(weights, xs, targets), 20)
    cost_guess.reveal(
        "a" if cost < 15 else "b" if cost < 60 else "c",
        f"Forward and back together take ~{cost:.0f} times as long as forward alone.",
    )

# %% [markdown]
# Your sweep agrees with the tape to the last digits that float64 has, and its price does not depend
# on the number of weights. That is why networks can be trained at all.
#
# ### Does it learn?
#
# A gradient is right when it equals the tape's. It is *useful* when a network learns with it. Train
# five networks with your sweep on the years before 1930 and forecast the years from 1930 on. Each
# update moves every weight by a few thousandths, by the rule of **Adam** (Kingma and Ba, 2015),
# which divides each gradient by its usual size. As a **control**, five networks learn from the same
# years in random order: there is nothing to learn there beyond the mean.

# %% tags=["experiment"]
UPDATES = 250


def train(seed, values):
    """Learn from the years before 1930 with your sweep; returns the weights and every loss."""
    starts = range(0, first_test - STEPS - 1, 4)
    inputs = np.stack([values[s : s + STEPS] for s in starts])[..., None]
    goals = np.stack([values[s + 1 : s + STEPS + 1] for s in starts])[..., None]
    weights, curve = random_weights(seed), []
    means, squares = [0 * w for w in weights], [0 * w for w in weights]
    for k in range(1, UPDATES + 1):
        loss, gradients = by_your_sweep(weights, inputs, goals)
        curve.append(loss / STEPS)
        for i, g in enumerate(gradients):
            means[i] = 0.9 * means[i] + 0.1 * g
            squares[i] = 0.999 * squares[i] + 0.001 * g**2
            size = np.sqrt(squares[i] / (1 - 0.999**k)) + 1e-8
            weights[i] = weights[i] - 0.01 * means[i] / (1 - 0.9**k) / size
    return weights, curve


def test_error(weights, values):
    """RMSE of the one-year forecasts for 1930 to 2008, in sunspots."""
    W_x, W_h, b, W_y, b_y = weights
    hs = forward(values[None, :-1, None], np.zeros((1, UNITS)), W_x, W_h, b)
    outputs = (hs @ W_y + b_y)[0, first_test - 1 :, 0]
    return rmse(in_spots(outputs), in_spots(values[first_test:]))


if solved("sequence_loss", "elman_backward_step", "bptt"):
    trained = [train(seed, series) for seed in progress(range(5), "five networks")]
    errors = [test_error(each, series) for each, _ in trained]
    control_errors, mean_errors = [], []
    for seed in progress(range(5), "control"):
        shuffled = np.random.default_rng(seed).permutation(series)
        control_errors.append(test_error(train(seed, shuffled)[0], shuffled))
        rest = in_spots(shuffled[first_test:])
        mean_errors.append(rmse(np.full(len(rest), in_spots(shuffled[:first_test].mean())), rest))

    def with_interval(values):
        """Mean and half-width of the 95% interval of five values (Student's t)."""
        return np.mean(values), 2.776 * np.std(values, ddof=1) / np.sqrt(5)

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3), width_ratios=[3, 2])
    left.plot(np.array([curve for _, curve in trained]).T, color=palette.LOSS, alpha=0.7)
    left.set(
        title="Your gradient brings the loss down in every network",
        xlabel="update",
        ylabel="loss per year (standardised)",
        yscale="log",
    )
    (ours, half), (control, control_half) = with_interval(errors), with_interval(control_errors)
    names = ["like this year", "your sweep", "your sweep,\nshuffled years"]
    bars = [naive_error, ours, control]
    right.barh(
        names[::-1],
        bars[::-1],
        xerr=[control_half, half, 0],
        color=[palette.MUTED, palette.OUTPUT, palette.BASELINE],
    )
    right.set(title="It beats the baseline", xlabel="RMSE from 1930 on (sunspots)")
    plt.show()
    print(f"Baseline: {naive_error:.1f} sunspots. Yours: ~{ours:.1f} ± ~{half:.1f} (five seeds).")
    print(f"Control, shuffled years: ~{control:.1f} ± ~{control_half:.1f};", end=" ")
    print(f"the mean alone gives ~{np.mean(mean_errors):.1f} there.")

# %% [markdown]
# ## Exercise 5: which use added what
#
# Back to the question: thirty uses of one $W_h$, one gradient. In your sweep $dW_h$ grew step by
# step. Now keep the terms apart.
#
# Take care which terms. "The part of step 17" can mean two things: what the *use* of $W_h$ in
# step 17 adds, which matters for the losses of step 17 and all later ones; or what the *loss* of
# step 17 adds, which goes back through the uses in steps 1 to 17. Both have the same sum. Asked for
# are the uses.


# %% tags=["exercise"] exercise="contributions"
def contributions(dhs, xs, hs, h0, W_x, W_h):
    """What each step's use of W_h adds to dW_h. (15 minutes, difficulty 2 of 3)

    Args:
        dhs, xs, hs, h0, W_x, W_h: as in `bptt`.

    Returns:
        (T, U, U): entry t is what the use of W_h in step t adds, summed over the batch. The sum
        over t is the dW_h of `bptt`. No argument is changed.

    Example:
        With the numbers of `bptt`'s example it returns [[[1.6]], [[0.45]]]. What each step's *loss*
        adds would be [[[0.64]], [[1.41]]]: the same sum, another question.
    """
    ### BEGIN SOLUTION
    terms, dh = [], np.zeros(h0.shape)
    for t in reversed(range(xs.shape[1])):
        h_prev = hs[:, t - 1] if t > 0 else h0
        _, dh, _, term, _ = elman_backward_step(
            dhs[:, t] + dh, xs[:, t], h_prev, hs[:, t], W_x, W_h
        )
        terms.append(term)
    return np.stack(terms[::-1])
    ### END SOLUTION


# %% tags=["check"] exercise="contributions"
check("contributions", contributions)

# %% [markdown]
# Here is the answer to the question, for the untrained network of the first figure. We look at one
# weight, the entry of $W_h$ with the largest gradient. Each bar is what one year adds or takes
# away, and it begins where the bar before it ends. So the last bar must end at the tape's gradient,
# the dotted line.

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt", "contributions"):

    def sent_to_states(weights, xs, targets):
        """dhs and hs of a network: what the loss sends directly to each state, and the states."""
        W_x, W_h, b, W_y, b_y = weights
        hs = forward(xs, np.zeros((len(xs), len(b))), W_x, W_h, b)
        dys = np.asarray(sequence_loss(hs @ W_y + b_y, targets)[1])
        return dys @ W_y.T, hs

    def by_loss(dhs, xs, hs, h0, W_x, W_h):
        """What each step's loss adds to dW_h: one sweep for each loss alone."""
        alone = [dhs * (np.arange(dhs.shape[1]) == t)[:, None] for t in range(dhs.shape[1])]
        return np.stack([np.asarray(bptt(each, xs, hs, h0, W_x, W_h)[3]) for each in alone])

    dhs, hs = sent_to_states(weights, xs, targets)
    of_uses = np.asarray(contributions(dhs, xs, hs, h0, W_x, W_h))
    of_losses = by_loss(dhs, xs, hs, h0, W_x, W_h)
    tape_gradient = by_tape(weights, xs, targets)[1]
    v, u = np.unravel_index(np.abs(tape_gradient).argmax(), tape_gradient.shape)

    uses_title = "Thirty uses of one weight add up to its gradient"
    losses_title = "Thirty losses add up to the same number, in other parts"
    fig, axes = plt.subplots(2, 1, figsize=(8, 5.4), sharex=True, sharey=True)
    for ax, terms, colour, title in (
        (axes[0], of_uses[:, v, u], palette.HIDDEN, uses_title),
        (axes[1], of_losses[:, v, u], palette.LOSS, losses_title),
    ):
        begins = np.cumsum(terms) - terms  # each bar begins where the one before it ends
        for sign, face, label in ((1, colour, "adds"), (-1, "white", "takes away")):
            kind = np.sign(terms) == sign
            ax.bar(
                window_years[kind],
                terms[kind],
                bottom=begins[kind],
                color=face,
                edgecolor=colour,
                label=label,
            )
        ax.axhline(0, color=palette.MUTED)
        ax.axhline(tape_gradient[v, u], color=palette.WEIGHT, linestyle=":", label="the tape")
        ax.set(title=title, ylabel=f"sum so far, of $dW_h$[{v}, {u}]")
        ax.legend(ncols=3, loc="upper left", bbox_to_anchor=(0, 0.92))
        ax.margins(y=0.08)
    axes[1].set_xlabel("year that is forecast")
    plt.show()
    print(f"The tape's gradient of W_h[{v}, {u}]: ~{tape_gradient[v, u]:.6f}.")
    print(f"Sum over thirty uses: ~{of_uses[:, v, u].sum():.6f};", end=" ")
    print(f"over thirty losses: ~{of_losses[:, v, u].sum():.6f}.")
    most = int(np.abs(of_uses[:, v, u]).argmax())
    most_loss = int(np.abs(of_losses[:, v, u]).argmax())
    print(f"The use that adds most is that of {window_years[most]}: ~{of_uses[most, v, u]:.2f};")
    print(f"the loss that adds most is that of {window_years[most_loss]}:", end=" ")
    print(f"~{of_losses[most_loss, v, u]:.2f}.")

# %% [markdown]
# The full and the empty bars cancel in part: one use asks for a smaller weight, another for a
# larger one. The weight cannot do both, because it is shared; it gets the sum. Training walks
# against the gradient: where the sum is positive, the weight becomes smaller. The use of 1900 adds
# nothing, because the state before it was zero; its loss has nothing to send further back.
#
# ### How far back does one miss reach?
#
# Now keep one loss alone, that of the last year, and set all others to zero.

# %% tags=["predict"]
blame_guess = predict(
    "blame",
    "Only the miss of 1929 counts. Which uses of W_h get a share of the blame?",
    {
        "a": "only the use of the last step",
        "b": "all thirty, about equally",
        "c": "all thirty, but the earlier ones less and less",
    },
    choice=None,
)

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt", "contributions"):
    shares = {"untrained": [], "trained": []}
    for seed in range(5):
        for kind, each in (("untrained", random_weights(seed)), ("trained", trained[seed][0])):
            dhs_all, states = sent_to_states(each, xs, targets)
            last = dhs_all * (np.arange(STEPS) == STEPS - 1)[:, None]
            terms = np.asarray(contributions(last, xs, states, h0, each[0], each[1]))
            norms = np.linalg.norm(terms, axis=(1, 2))
            shares[kind].append(norms / norms.max())
    fig, ax = plt.subplots(figsize=(7, 3))
    back = STEPS - 1 - np.arange(STEPS)
    for kind, style, colour in (
        ("untrained", ":", palette.BASELINE),
        ("trained", "-", palette.HIDDEN),
    ):
        lines = ax.semilogy(back[1:], np.array(shares[kind])[:, 1:].T, style, color=colour)
        lines[0].set_label(f"{kind}, five networks")
    ax.set(
        title="The blame for one miss fades, the further back the use",
        xlabel="years before the miss",
        ylabel="size of what this use adds\n(largest = 1)",
    )
    ax.legend()
    plt.show()
    ten = {kind: float(np.median(np.array(each)[:, -11])) for kind, each in shares.items()}
    far = {kind: float(np.median(np.array(each)[:, 1])) for kind, each in shares.items()}
    print(f"Ten years back, median of five: ~{ten['untrained']:.0e} untrained,", end=" ")
    print(f"~{ten['trained']:.0e} trained.")
    print(f"28 years back: ~{far['untrained']:.0e} untrained, ~{far['trained']:.0e} trained.")
    blame_guess.reveal("c" if far["trained"] < 0.5 else "b", "The blame fades but never stops.")

# %% [markdown]
# Chapter 6 explains this fading. Here we measure the claim behind the bars (C15): the gradient of a
# shared weight is a sum of per-step terms. The network is drawn anew for each seed, with two inputs
# and three sequences of thirty steps. We count the digits in which the sum agrees with the tape's
# gradient. The **control** leaves one step out, drawn at random among the last ten: if the sum
# still agreed, the terms would mean nothing.

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt", "contributions"):

    def digits(terms, gradient):
        """In how many decimal digits a sum of terms agrees with a gradient: at most 17."""
        difference = np.abs(terms.sum(axis=0) - gradient).max() / np.abs(gradient).max()
        return float(-np.log10(max(difference, 1e-17)))

    def split(seed, left_out=None):
        """Both splits of dW_h for a network drawn from the seed, against the tape."""
        rng = np.random.default_rng(100 + seed)
        drawn = random_weights(100 + seed, features=2)
        sequences, goals = rng.normal(size=(3, STEPS, 2)), rng.normal(size=(3, STEPS, 1))
        dhs, hs = sent_to_states(drawn, sequences, goals)
        given = (dhs, sequences, hs, np.zeros((3, UNITS)), *drawn[:2])
        uses, each_loss = np.asarray(contributions(*given)), by_loss(*given)
        gradient = by_tape(drawn, sequences, goals)[1]
        if left_out is not None:
            uses, each_loss = np.delete(uses, left_out, 0), np.delete(each_loss, left_out, 0)
        return {
            "uses": digits(uses, gradient),
            "losses": digits(each_loss, gradient),
            "apart": float(np.abs(uses - each_loss).max() / np.abs(uses).max()),
        }

    a_sum = claim(
        "C15",
        statement="dL/dW is a sum of per-step terms.",
        source="Lectures, backpropagation through time",
        metric={
            "uses": "digits in which the sum over each step's use agrees with the tape",
            "losses": "digits in which the sum over each step's loss agrees with the tape",
            "apart": "largest difference of the two splits in one step, over the largest term",
        },
        rule=[above("uses", 10), above("losses", 10)],
        control="one step of the last ten left out: the sum must miss the tape's gradient",
        control_rule=[below("uses", 4), below("losses", 4)],
        seeds=range(5),
    )
    a_sum.measure(
        split,
        control=lambda seed: split(
            seed, left_out=STEPS - 1 - int(np.random.default_rng(seed).integers(10))
        ),
    )
    a_sum.card()

# %% [markdown]
# The claim holds, and twice: the gradient is a sum over uses, and a sum over losses. In one and the
# same step the two terms are far apart. So "the part of step $t$" is no statement until you say
# which of the two you mean.
#
# ### What does a long sequence cost?
#
# The lectures warn that without truncation the memory of backpropagation through time grows
# *quadratically* with the length of the sequence (C18). Think before you believe: what does one
# sweep back have to keep?

# %% tags=["predict"]
memory_guess = predict(
    "memory",
    "You double the length of the sequence. What happens to the memory that one run forward and "
    "one sweep back need?",
    {"a": "it stays the same", "b": "it doubles", "c": "it grows fourfold"},
    choice=None,
)

# %% [markdown]
# We measure. *Memory* is the peak of all bytes that Python and NumPy allocate during the work,
# as counted by Python's own `tracemalloc`; it holds the stored states and all results. *Time* is
# the shortest of a few runs. Both are measured for $T$ from 8 to 512, and a straight line through
# the logarithms gives the **exponent** $p$ of $T^p$: 1 is linear, 2 is quadratic.
#
# The control is the way in which the cost *would* be quadratic: a separate sweep back for the loss
# of each step, and for each sweep a network of its own, unrolled up to this step and kept. That
# makes $1 + 2 + \dots + T$ steps to walk and as many states to keep. The result is the same $dW_h$.
# Every seed draws other numbers and another number of units, from 6 to 14.

# %% tags=["experiment"]
LENGTHS = [8, 16, 32, 64, 128, 256, 512]

if solved("sequence_loss", "elman_backward_step", "bptt"):

    def long_sequence(seed, steps):
        """Everything that a sweep needs, for 4 sequences; each seed has its own number of units."""
        rng, units = np.random.default_rng(seed), 6 + 2 * seed
        sequences = rng.normal(size=(4, steps, 1))
        dhs = rng.normal(size=(4, steps, units)) / steps
        return dhs, sequences, np.zeros((4, units)), random_weights(seed, units)[:3]

    def sweep_for_loss(t, dhs, xs, hs, h0, weights):
        """dW_h of the loss of step t alone, from the states of the steps up to t."""
        alone = np.zeros((len(xs), t, hs.shape[2]))
        alone[:, -1] = dhs[:, t - 1]
        return bptt(alone, xs[:, :t], hs[:, :t], h0, *weights[:2])[3]

    def one_sweep(dhs, xs, h0, weights):
        """Forward once, back once: dW_h."""
        hs = forward(xs, h0, *weights)
        return bptt(dhs, xs, hs, h0, *weights[:2])[3]

    def sweep_for_each_loss(dhs, xs, h0, weights):
        """Forward once, back once for each loss: the same dW_h."""
        hs = forward(xs, h0, *weights)
        return sum(sweep_for_loss(t, dhs, xs, hs, h0, weights) for t in range(1, xs.shape[1] + 1))

    def network_for_each_loss(dhs, xs, h0, weights):
        """The states of a network for each loss, all kept while the longest is swept back."""
        hs, steps = forward(xs, h0, *weights), xs.shape[1]
        networks = [hs[:, :t].copy() for t in range(1, steps + 1)]
        return sweep_for_loss(steps, dhs, xs, networks[-1], h0, weights)

    def peak_bytes(work):
        """The peak of the bytes that are allocated while `work` runs."""
        tracemalloc.start()
        work()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    def exponent(lengths, values):
        """The p of T^p by least squares through the logarithms."""
        return float(np.polyfit(np.log(lengths), np.log(values), 1)[0])

    costs, timed = {}, LENGTHS
    if shortest_seconds(lambda: one_sweep(*long_sequence(0, 64))) > 0.02:
        timed = LENGTHS[:5]
        print("Your sweep takes long for a step (NumPy is quicker): times are taken up to T = 128.")

    def cost_of(name, for_memory, for_time):
        """run(seed) for the claim; keeps the numbers for the figure."""

        def run(seed):
            bytes_, times = [], []
            for steps in LENGTHS:
                given = long_sequence(seed, steps)
                bytes_.append(peak_bytes(partial(for_memory, *given)))
                if steps in timed:
                    repeats = 10 if name == "one" else 3 if steps < 128 else 1
                    times.append(shortest_seconds(partial(for_time, *given), repeats))
            costs.setdefault(name, []).append((bytes_, times))
            return {"memory": exponent(LENGTHS, bytes_), "time": exponent(timed, times)}

        return run

    quadratic = claim(
        "C18",
        statement="Without truncation the memory of backpropagation through time grows "
        "quadratically with the length of the sequence.",
        source="Lectures, truncated backpropagation through time",
        metric={
            "memory": "exponent p of the peak memory, proportional to T^p",
            "time": "exponent p of the time, proportional to T^p",
        },
        rule=[within("memory", 1.8, 2.2)],
        control="a network and a sweep of its own for each loss, all kept, must be quadratic",
        control_rule=[above("memory", 1.7)],
        seeds=range(5),
    )
    quadratic.measure(
        cost_of("one", one_sweep, one_sweep),
        control=cost_of("each", network_for_each_loss, sweep_for_each_loss),
    )

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt"):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
    for place, (ax, unit, factor) in enumerate(((left, "memory", 1 / 1024), (right, "time", 1e3))):
        for name, style, colour, label in (
            ("each", "s--", palette.BASELINE, "a sweep for each loss"),
            ("one", "o-", palette.LOSS, "one sweep back"),
        ):
            middle = factor * np.median([run[place] for run in costs[name]], axis=0)
            slope = quadratic.interval(unit, control=name == "each").mean
            ax.loglog(
                LENGTHS[: len(middle)],
                middle,
                style,
                color=colour,
                label=f"{label}, p = {slope:.2f}",
            )
        ax.set(xlabel="length T of the sequence (steps)", xticks=LENGTHS, xticklabels=LENGTHS)
        ax.minorticks_off()
        ax.legend()
    left.set(title="One sweep needs memory in proportion to T", ylabel="peak memory (KiB)")
    right.set(title="One sweep needs time in proportion to T", ylabel="time (ms)")
    quadratic.card(figure=fig)
    one, each = (np.median([run[0] for run in costs[name]], axis=0) for name in ("one", "each"))
    print(f"T = {LENGTHS[-1]}: ~{one[-1] / 1024:.0f} KiB for one sweep,", end=" ")
    print(f"~{each[-1] / 2**20:.0f} MiB for a network per loss.")
    shared = long_sequence(0, 128)
    same = np.abs(one_sweep(*shared) - sweep_for_each_loss(*shared)).max()
    print(f"Both give the same dW_h: the largest difference at T = 128 is ~{same:.0e}.")
    grown = one[-1] / one[-2]
    memory_guess.reveal(
        "a" if grown < 1.4 else "b" if grown < 2.8 else "c",
        f"From T = {LENGTHS[-2]} to {LENGTHS[-1]} it grew ~{grown:.2f}-fold.",
    )

# %% [markdown]
# One sweep back keeps each state once, so its memory is linear in $T$, and so is its time. Only who
# unrolls a new network for every loss pays quadratically, and gets the same gradient for it. One
# sweep carries the losses of all later steps in a single $dh$: that is the point of walking back.
#
# Linear is not nothing. A long sequence still has to be kept whole, and every update has to wait
# for its end. Chapter 7 cuts the sequence for these reasons, and measures what the cut costs.
#
# ## Repair
#
# Here is a sweep for $W_h$ alone, built on your own backward step. Compare it with the tape and it
# is right. Hand it to a gradient checker and the checker says that it is wrong. Run the cell below
# it, find out which of the two is to blame, and mend the sweep.


# %% tags=["repair"]
def sweep_to_repair(dhs, xs, hs, h0, W_x, W_h):
    total = np.zeros_like(W_h)
    dh = dhs[:, -1]
    for t in range(hs.shape[1] - 1, -1, -1):
        old = h0 if t == 0 else hs[:, t - 1]
        _, passed_on, _, used, _ = elman_backward_step(dh, xs[:, t], old, hs[:, t], W_x, W_h)
        total = total + used
        if t > 0:
            dh = dhs[:, t - 1]
            dh += passed_on
    return total


# %% tags=["experiment"]
if solved("numerical_gradient", "sequence_loss", "elman_backward_step", "bptt", "contributions"):
    dhs, hs = sent_to_states(weights, xs, targets)
    sent = dhs.copy()

    def loss_sent(W):
        """A loss whose gradient at the states is `sent`: what the checker differentiates."""
        return float(np.sum(sent * forward(xs, h0, W_x, W, b)))

    right_gradient = by_tape(weights, xs, targets)[1]
    first_call = sweep_to_repair(sent, xs, hs, h0, W_x, W_h)
    numeric = np.asarray(numerical_gradient(loss_sent, W_h))
    second_call = sweep_to_repair(sent, xs, hs, h0, W_x, W_h)
    gaps = {
        "first call\nagainst the tape": apart([first_call], [right_gradient]),
        "checker's differences\nagainst the tape": apart([numeric], [right_gradient]),
        "second call\nagainst the tape": apart([second_call], [right_gradient]),
    }
    mended = max(gaps.values()) < 1e-6
    fig, ax = plt.subplots(figsize=(7, 2.4))
    ax.barh(list(gaps)[::-1], [max(gap, 1e-17) for gap in gaps.values()][::-1], color=palette.LOSS)
    ax.set(
        title="All three agree" if mended else "Right at first, wrong ever after",
        xlabel="largest relative difference",
        xscale="log",
        xlim=(1e-17, 10),
    )
    plt.show()
    print("Mended:" if mended else "Not mended yet:", end=" ")
    print(", ".join(f"{name.split(chr(10))[0]} ~{gap:.0e}" for name, gap in gaps.items()) + ".")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# `dhs[:, t - 1]` is a view, no copy: `dh += …` writes into the caller's `dhs`. The first result is
# right, because each entry is changed just before it is needed and never read again *by this
# sweep*. But the caller still has the array. The checker goes on to differentiate a loss whose
# `dhs` is now another one, so its numbers belong to another function; and a second call starts from
# spoiled inputs. Write `dh = dhs[:, t - 1] + passed_on`, which makes a new array.
#
# The same slip in training code is worse than here: nobody calls a checker there.
#
# </details>
#
# ## What we measured
#
# - Central differences have a best step in the middle, with about ten digits; they cost two runs
#   per weight. Your sweep agrees with the tape to the last digits, at the price of a few runs.
# - Five networks learned the sunspots with your gradient and beat the naive forecast. On shuffled
#   years they could not beat the mean.
# - The gradient of a shared weight is a sum of per-step terms (C15), in two ways: by use and by
#   loss. The terms partly cancel.
# - The blame for one miss reaches back through all uses, and fades on its way.
# - Memory and time of one sweep are linear in $T$. The quadratic growth (C18) belongs to separate
#   sweeps, which nobody has to make.
#
# ## Remember
#
# <details><summary>Why does a state get gradient from two sides?</summary>
# It is used twice: by the readout of its own step, and by the next step. Gradients of several uses
# add.
# </details>
#
# <details><summary>Why is the gradient of W_h a sum over steps?</summary>
# Every step uses the same W_h. Imagine a copy for each step, differentiate by each copy, and add:
# the copies are one weight.
# </details>
#
# <details><summary>What must the run forward keep for the sweep back?</summary>
# The states and the inputs of all steps. The slope of tanh follows from the state, so the sums
# inside it need not be kept.
# </details>
#
# <details><summary>What is the difference between what a step's use adds and what its loss adds?
# </summary>
# The use of step t matters for the losses of step t and later. The loss of step t depends on the
# uses of step t and earlier. Summed over all steps both give dW_h.
# </details>
#
# <details><summary>How do memory and time of one sweep grow with T?</summary>
# In proportion to T.
# </details>
#
# <details><summary>Why not use central differences for training?</summary>
# They run the network twice for each weight. A sweep back costs a few runs, however many weights
# there are.
# </details>
#
# <details><summary>When do you use central differences all the same?</summary>
# To check a derivation, once, on a small network in float64.
# </details>
#
# ## Read more
#
# - P. J. Werbos, *Backpropagation through time: what it does and how to do it*, Proceedings of the
#   IEEE, 1990.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning representations by back-propagating
#   errors*, Nature, 1986.
# - R. J. Williams and D. Zipser, *A learning algorithm for continually running fully recurrent
#   neural networks*, Neural Computation, 1989: the same gradient forward in time, with memory that
#   does not grow with T but with the cube of the units.
# - D. P. Kingma and J. Ba, *Adam: a method for stochastic optimization*, ICLR, 2015.
# - The sunspot numbers: SILSO data, Royal Observatory of Belgium; see `data/README.md`.
