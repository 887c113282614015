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
# against two other ways, and say which step of the sequence moved which weight.
#
# Topics: a loss that is summed over steps; backpropagation through time. Claims measured: the
# gradient is a sum of per-step terms; without truncation memory grows quadratically.
#
# Before: *2 · The Elman cell*. Next: *6 · Vanishing and exploding gradients*.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=5)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import tensorflow as tf

from course_utils.claims import above, below, within
from course_utils.experiments import ch05_backprop_through_time as experiment
from course_utils.plots import backward, blame, gradient_checks, sun_forecasts, sweep_growth

# %% [markdown]
# ## The question
#
# In chapter 2 a recurrent network learned to forecast sunspots, and `fit` did the learning for you.
# Now you look inside. An untrained network reads thirty years of sunspots, one number a year, and
# forecasts the next year each time. It misses. It has made thirty steps, **all with the same
# recurrent weights** $W_h$, and each step shaped all later states. **Which of the thirty uses of
# $W_h$ is to blame for the misses, and which way should $W_h$ change?**

# %% tags=["experiment"]
UNITS, STEPS = 6, 30
sun = experiment.sunspots()  # standardised: mean 0, standard deviation 1 before 1930
window_years, xs, targets = sun.window(STEPS)  # reads 1899 to 1928, forecasts 1900 to 1929


def forward(xs, h0, W_x, W_h, b):
    """The states of all steps: xs (B, T, F), h0 (B, U) → (B, T, U)."""
    hs, h = [], h0
    for x in xs.swapaxes(0, 1):
        h = np.tanh(x @ W_x + h @ W_h + b)
        hs.append(h)
    return np.stack(hs, axis=1)


weights = experiment.random_weights(seed=3, units=UNITS)
W_x, W_h, b, W_y, b_y = weights  # of an untrained network, all float64
h0 = np.zeros((1, UNITS))
hs = forward(xs, h0, W_x, W_h, b)
ys = hs @ W_y + b_y
losses = 0.5 * (ys - targets)[0, :, 0] ** 2
counted, forecast = sun.in_spots(targets[0, :, 0]), sun.in_spots(ys[0, :, 0])
sun_forecasts.misses(window_years, counted, forecast, losses)
plt.show()

worst = int(np.argmax(losses))
print(f"The loss of the {STEPS} years is ~{losses.sum():.2f}; the worst year is", end=" ")
print(f"{window_years[worst]} with ~{100 * losses[worst] / losses.sum():.0f}% of it.")
print(f"RMSE in these years: ~{sun.rmse(ys, targets):.1f} sunspots, untrained;", end=" ")
print(f"{sun.rmse(xs, targets):.1f} for")
print(
    f"the baseline, next year like this year. From 1930 on the baseline has {sun.naive_error:.1f}."
)

# %% [markdown]
# The **loss** of a sequence is a sum over its steps: every year has its own term. With outputs
# $y_t$ and targets $\hat y_t$, and the mean over a batch of $B$ sequences,
#
# $$L = \frac{1}{B} \sum_{\text{batch}} \, \sum_{t=1}^{T} \, \sum_{o} \tfrac12
# (y_{t,o} - \hat y_{t,o})^2 .$$
#
# The **gradient** of $L$ has one number for each weight: how much $L$ grows when this weight grows
# a little. Training walks against it. First compute it the slow way. That is the baseline, and
# later it checks what you derive.
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

    Edges: no argument is changed.
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
    tried = experiment.try_steps(numerical_gradient, np.sin, slope=np.cos)  # at seven points
    gradient_checks.step_errors(tried.sizes, tried.one_sided, tried.central)
    plt.show()
    print(f"Central: best near ε = ~{tried.best:.0e}, with an error of ~{min(tried.central):.0e}.")
    print(f"Forward: at best ~{min(tried.one_sided):.0e}.")
    letter = "a" if tried.best < 1e-9 else "b" if tried.best < 1e-2 else "c"
    step_guess.reveal(letter, f"At ε = 1e-12 the error is ~{tried.central[0]:.0e}.")

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

    Edges: no argument is changed.
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
# along one thing: $dh_t$, the gradient of $L$ with respect to the state $h_t$. One such walk is a
# **sweep**, and the method is **backpropagation through time** (Werbos, 1990).
#
# In the drawing, each state gets gradient over two arrows: from its own loss, and from the step
# after it. Below, each use of $W_h$ drops what it adds into one sum.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
backward.sweep(ax, steps=3)
plt.show()
print("Three steps: each state gets gradient from its own loss and from the step after it,")
print("and each of the three uses of W_h adds one term to dW_h.")

# %% [markdown]
# ### The derivation
#
# Write a step forward as two moves: $z_t = x_t W_x + h_{t-1} W_h + b$, then $h_t = \tanh(z_t)$.
# Let $L_t$ be the term of step $t$ in the loss, $L = L_1 + \dots + L_T$. States are blue and
# gradients purple, as in the drawing.
#
# *What arrives at a state.* $h_t$ is used twice: the loss $L_t$ reads it, and the next step
# multiplies it by $W_h$ to make $z_{t+1}$. Move one number of $h_t$ a little, and $L$ changes by
# both ways. The chain rule adds them:
#
# $$\boxed{\;{\color{#CC79A7}{dh_t}} = \frac{\partial L_t}{\partial h_t} +
# {\color{#CC79A7}{dz_{t+1}}} \, W_h^\top\;}$$
#
# Number by number: $z_{t+1,j}$ contains $h_{t,i} W_{h,ij}$, so $h_{t,i}$ gets
# $\sum_j dz_{t+1,j} W_{h,ij}$. That is a row times the transposed matrix. After the last step
# nothing follows: $dz_{T+1} = 0$.
#
# *Through the tanh.* It works on each number alone, so each gradient is multiplied by the slope
# there. The slope needs only the value that was kept, $\tanh'(z) = 1 - \tanh(z)^2$:
#
# $$\boxed{\;{\color{#CC79A7}{dz_t}} = {\color{#CC79A7}{dh_t}} \odot
# (1 - {\color{#0072B2}{h_t}}^2)\;}$$
#
# *To the weights.* Imagine that every step had a matrix of its own. Moving the entry $ij$ of the
# one in step $t$ moves $z_{t,j}$ alone, and $h_{t-1,i}$ times as much; so the gradient of this
# entry is $h_{t-1,i} \, dz_{t,j}$. But all these matrices are one. Move it, and all of them move;
# the effects add:
#
# $$\boxed{\;{\color{#CC79A7}{dW_h}} = \sum_{t=1}^{T} {\color{#0072B2}{h_{t-1}}}^\top
# {\color{#CC79A7}{dz_t}}\;}$$
#
# In the same way $dW_x = \sum_t x_t^\top dz_t$ and $db = \sum_t dz_t$. With a batch every row goes
# its own way back, and a weight's gradient is summed over the rows.
#
# ### Two steps by hand
#
# Here are the three lines in numbers, for one unit and two steps. The weight is 2. The states came
# out as 0.8 and 0.6, the two losses send 0.5 and −1. Start at the right and follow the purple
# numbers. Check each with a pencil before you go on: this is all that exercises 3 and 4 do.

# %% tags=["experiment"]
unit, states, sent_down = 2.0, [0.5, 0.8, 0.6], [0.5, -1.0]
fig, ax = plt.subplots(figsize=(9, 4))
walked = backward.two_steps(ax, unit, states, sent_down)
plt.show()


def two_step_loss(w):
    """The loss of the same two steps, run forward with the weight w: ½ (h − target)², summed."""
    h, loss = states[0], 0.0
    for before, after, miss in zip(states, states[1:], sent_down, strict=False):
        h = np.tanh(w * h + np.arctanh(after) - unit * before)  # the input that led to `after`
        loss += 0.5 * (h - (after - miss)) ** 2
    return loss


moved = (two_step_loss(unit + 1e-5) - two_step_loss(unit - 1e-5)) / 2e-5
words = f"Walked back: dW_h = {walked:.4f}. By central differences: {moved:.4f}."
print(words.replace("-", "−"))

# %% [markdown]
# ## Exercise 3: one step back
#
# Going forward, a step computes $z = x W_x + h_{t-1} W_h + b$ and then $h = \tanh(z)$. Coming back,
# you get $dh$, all that arrives at the state, and want the gradient of everything that went in: the
# second and third line of the derivation, and what goes on to the state before.
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

    Edges: no argument is changed.
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
# Now the walk. `dhs[:, t]` is $\partial L_t / \partial h_t$, what the loss of step $t$ sends
# directly to its state. What the later steps send comes on top: the first line. The experiments
# below run your sweep some ten thousand times; of all the ways to write it, plain NumPy is the
# quickest on arrays as small as these.


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

    Edges: no argument is changed.
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
def run(weights, xs, targets):
    """The states, the loss, and the loss's gradient at the outputs: only runs forward."""
    W_x, W_h, b, W_y, b_y = weights
    hs = forward(xs, np.zeros((len(xs), len(b))), W_x, W_h, b)
    return hs, *sequence_loss(hs @ W_y + b_y, targets)


def by_your_sweep(weights, xs, targets, cut=False):
    """The loss, and the gradient of each weight, with your exercises. `cut` comes in later."""
    hs, loss, dys = map(np.asarray, run(weights, xs, targets))
    W_x, W_h, _, W_y, _ = weights
    given = dys @ W_y.T, xs, hs, np.zeros_like(hs[:, 0])
    if cut:  # every step becomes a sequence of its own
        given = experiment.single_steps(*given)
    swept = bptt(*given, W_x, W_h)
    readout = [np.einsum("btu,bto->uo", hs, dys), dys.sum(axis=(0, 1))]
    return float(loss), [*map(np.asarray, swept[2:]), *readout]


def by_tape(weights, xs, targets):
    """The gradient of each weight by TensorFlow's tape."""
    W_x, W_h, b, W_y, b_y = variables = [tf.Variable(each) for each in weights]
    with tf.GradientTape() as tape:
        h, loss = tf.zeros((len(xs), b.shape[0]), tf.float64), 0.0
        for t in range(xs.shape[1]):
            h = tf.tanh(xs[:, t] @ W_x + h @ W_h + b)
            loss += tf.reduce_sum((h @ W_y + b_y - targets[:, t]) ** 2) / (2 * len(xs))
    return [np.asarray(each) for each in tape.gradient(loss, variables)]


# %% tags=["experiment"]
if solved("numerical_gradient", "sequence_loss", "elman_backward_step", "bptt"):
    ways = experiment.compare(numerical_gradient, run, by_your_sweep, by_tape, weights, xs, targets)
    prices = experiment.price_gradients(numerical_gradient, run, by_your_sweep, sun)
    gradient_checks.agreement(*ways, *prices)
    plt.show()
    print(f"Largest relative difference from the tape: your sweep ~{ways.apart[0]:.0e},")
    print(f"central differences ~{ways.apart[1]:.0e}.")
    print(prices.words())
    cost = prices.one.runs[0]
    letter = "a" if cost < 15 else "b" if cost < 60 else "c"
    words = f"Forward and back together take ~{cost:.0f} times as long as forward alone."
    cost_guess.reveal(letter, words)

# %% [markdown]
# Count the products. Forward, each step multiplies by $W_x$ and by $W_h$. Back, it does so twice:
# once for what goes on, once for the weights' own gradient. So forward and back cost *three* runs
# forward in operations, for any number of weights. More weights make all three larger alike, while
# central differences pay two runs forward for each weight.
#
# Time follows operations only where these set the pace, as they do with fifty sequences at once.
# With one sequence and many weights, moving numbers in memory sets it. A sweep that adds a whole
# matrix $h_{t-1}^\top dz_t$ to a sum at each step writes all its entries each time, while the run
# forward only reads $W_h$. A stretch question below asks for a way around it.
#
# ### Does it learn?
#
# A gradient is right when it equals the tape's. It is *useful* when a network learns with it. Train
# five networks with your sweep on the years before 1930 and forecast the years from 1930 on, by the
# rule of **Adam** (Kingma and Ba, 2015), which divides each gradient by its usual size, so that at
# first every weight moves by the learning rate, here 0.01. As a **control**, five networks learn
# from the same years in random order: there is nothing to learn there beyond the mean. The rivals
# are lines through the last two and the last nine years, fitted by least squares as in chapter 1.

# %% tags=["experiment"]
UPDATES = 250

if solved("sequence_loss", "elman_backward_step", "bptt"):
    learned = experiment.train_five(by_your_sweep, forward, sun, UPDATES)
    control = experiment.train_five(by_your_sweep, forward, sun, UPDATES, shuffled=True)
    (ours, half), (shuffled, shuffled_half) = learned.interval(), control.interval()
    lines = {count: sun.line_error(count) for count in (2, 9)}
    errors = {
        "like this year": (sun.naive_error, 0),
        "line through 2 years": (lines[2], 0),
        "line through 9 years": (lines[9], 0),
        "your sweep": (ours, half),
        "your sweep,\nshuffled years": (shuffled, shuffled_half),
    }
    sun_forecasts.learning(learned.curves, errors, ours="your sweep")
    plt.show()
    print(f"Like this year: {sun.naive_error:.1f} sunspots.", end=" ")
    print(f"Lines: {lines[2]:.1f} (2 years), {lines[9]:.1f} (9 years).")
    print(f"Yours: ~{ours:.1f} ± ~{half:.1f} (95% interval, five seeds).", end=" ")
    print(f"Control, shuffled years: ~{shuffled:.1f} ± ~{shuffled_half:.1f};")
    print(f"the mean alone gives ~{np.mean(control.mean_errors):.1f} there.")

# %% [markdown]
# ### What does the way back through time bring?
#
# Your network learned. That does not yet show that the *walk back* was needed. So leave it out:
# *cut* the sequence after every step. The network runs forward as before and keeps its state, but
# each step pays for its own loss alone, and nothing is sent to the step before. Your own `bptt`
# computes this gradient if every step is handed to it as a sequence of length 1.
#
# Ask both gradients about two tasks: the sunspots, and a task in which a sign, +1 or −1, comes in
# at each step and has to be given out again some steps later. Four learning rates are tried.

# %% tags=["predict"]
cut_guess = predict(
    "cut",
    "Where is a network worse that learned with the cut gradient?",
    {
        "a": "in both tasks",
        "b": "in recalling the signs, not with the sunspots",
        "c": "with the sunspots, not in recalling the signs",
        "d": "in neither",
    },
    choice=None,
)

# %% tags=["experiment"]
DELAYS = [1, 2, 3, 4, 5]

if solved("sequence_loss", "elman_backward_step", "bptt"):

    def by_cut_sweep(weights, xs, targets):
        return by_your_sweep(weights, xs, targets, cut=True)

    gradients = {"whole": by_your_sweep, "cut": by_cut_sweep}
    spots = experiment.try_sunspots(gradients, forward, sun)
    recalled = experiment.try_recall(gradients, forward, DELAYS)

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt"):
    signs = {name: np.stack([each[name] for each in recalled]) for name in gradients}
    sun_forecasts.through_time(experiment.RATES, spots, DELAYS, signs)
    plt.show()
    best = {name: spots[name].mean(axis=1).min() for name in gradients}
    far = {name: signs[name].mean(axis=2)[-1].min() for name in gradients}
    print("Each at its best rate, mean over the seeds. Sunspots:", end=" ")
    print(f"~{best['whole']:.1f} with the whole sweep, ~{best['cut']:.1f} cut.")
    print(
        f"Signs from {DELAYS[-1]} steps back: ~{far['whole']:.2f} and ~{far['cut']:.2f};", end=" "
    )
    print("a guess has 1.")
    worse = best["cut"] > 1.1 * best["whole"], far["cut"] > 1.1 * far["whole"]
    letter = {(1, 1): "a", (0, 1): "b", (1, 0): "c", (0, 0): "d"}[worse]
    cut_guess.reveal(letter, "Worse means: an error larger by a tenth, each at its best rate.")

# %% [markdown]
# The sunspots do not need the way back. A line through two years does nearly as well as the
# network, so little has to be remembered. Some of last year is in the state anyway, and the cut
# gradient learns to read it: on the right, it recalls the sign of one step back quite well. A good
# forecast here is no evidence for backpropagation through time.
#
# The signs are. What comes in now is of no use to the loss now; only a loss some steps later asks
# for it. Without the walk back no gradient ever tells $W_h$ to keep it. With it, the errors are far
# smaller at three of the four rates; at the smallest rate 150 updates are too few for the long
# delays. Chapter 6 asks how far back the gradient reaches.
#
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

    Edges: no argument is changed.
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
        hs, _, dys = run(weights, xs, targets)
        return np.asarray(dys) @ weights[3].T, hs

    def by_loss(dhs, xs, hs, h0, W_x, W_h):
        """What each step's loss adds to dW_h: one sweep for each loss alone."""
        alone = [dhs * (np.arange(dhs.shape[1]) == t)[:, None] for t in range(dhs.shape[1])]
        return np.stack([np.asarray(bptt(each, xs, hs, h0, W_x, W_h)[3]) for each in alone])

    dhs, hs = sent_to_states(weights, xs, targets)
    all_uses = np.asarray(contributions(dhs, xs, hs, h0, W_x, W_h))
    tape_gradient = by_tape(weights, xs, targets)[1]
    v, u = np.unravel_index(np.abs(tape_gradient).argmax(), tape_gradient.shape)
    of_uses, of_losses = all_uses[:, v, u], by_loss(dhs, xs, hs, h0, W_x, W_h)[:, v, u]
    blame.running_sums(window_years, of_uses, of_losses, tape_gradient[v, u], f"$dW_h$[{v}, {u}]")
    plt.show()
    print(f"The tape's gradient of W_h[{v}, {u}]: ~{tape_gradient[v, u]:.6f}.")
    print(f"Sum over thirty uses: ~{of_uses.sum():.6f};", end=" ")
    print(f"over thirty losses: ~{of_losses.sum():.6f}.")
    use, loss = np.abs(of_uses).argmax(), np.abs(of_losses).argmax()
    print(f"The use that adds most is that of {window_years[use]}: ~{of_uses[use]:.2f};")
    print(f"the loss that adds most is that of {window_years[loss]}:", end=" ")
    print(f"~{of_losses[loss]:.2f}.")

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
    "Only the miss of 1929 counts. Which uses of W_h get a share of the blame? (The use of 1900 "
    "gets none: it multiplied a state of zeros.)",
    {
        "a": "only the use of the last step",
        "b": "all the others, about equally",
        "c": "all the others, but those long ago far less",
    },
    choice=None,
)

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt", "contributions"):
    untrained = [experiment.random_weights(seed) for seed in range(5)]
    shares = {
        kind: experiment.shares_of_blame(sent_to_states, contributions, networks, xs, targets)
        for kind, networks in (("untrained", untrained), ("trained", learned.weights))
    }
    blame.fading(shares)
    plt.show()
    ten = {kind: float(np.median(each[:, -11])) for kind, each in shares.items()}
    far = {kind: float(np.median(each[:, 1])) for kind, each in shares.items()}
    print(f"Ten years back, median of five: ~{ten['untrained']:.0e} untrained,", end=" ")
    print(f"~{ten['trained']:.0e} trained.")
    print(f"28 years back: ~{far['untrained']:.0e} untrained, ~{far['trained']:.0e} trained.")
    letter = "c" if far["trained"] < 0.1 else "b"
    blame_guess.reveal(letter, f"28 years back, trained: ~{far['trained']:.0e} of the largest.")

# %% [markdown]
# Chapter 6 explains this fading. Here we measure the claim behind the bars: the gradient of a
# shared weight is a sum of per-step terms. The network is drawn anew for each seed, with two inputs
# and three sequences of thirty steps. We count the digits in which the sum agrees with the tape's
# gradient. The **control** reads "per-step" as one might at first: every step stands alone, as a
# sequence of its own, and pays for its own loss. If that sum agreed too, the way back would add
# nothing.

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt", "contributions"):
    functions = sent_to_states, contributions, by_loss, by_tape
    a_sum_claim = claim(
        "C15",
        statement="dL/dW is a sum of per-step terms.",
        source="Lectures, backpropagation through time",
        metric={
            "digits, terms by use": "in which the sum over each step's use agrees with the tape",
            "digits, terms by loss": "in which the sum over each step's loss agrees with the tape",
            "largest gap in one step": "between the two terms, over the largest term",
        },
        rule=[above("digits, terms by use", 10), above("digits, terms by loss", 10)],
        control="every step alone, with no way back: the sum must miss the tape's gradient",
        control_rule=[below("digits, terms by use", 2), below("digits, terms by loss", 2)],
        seeds=range(5),
    )
    a_sum = a_sum_claim.measure(
        lambda seed: experiment.split(*functions, seed),
        control=lambda seed: experiment.split(*functions, seed, alone=True),
    )
    a_sum.card()

# %% [markdown]
# The gradient is a sum over uses, and a sum over losses, to the last digits. The terms of one and
# the same step differ, by much of the largest term where they differ most. So "the part of step
# $t$" is no statement until you say which of the two you mean. And in both readings a term holds
# losses and uses of *different* steps: without these the sum is another number.
#
# ### What does a long sequence cost?
#
# The lectures warn that without truncation the memory of backpropagation through time grows
# *quadratically* with the length of the sequence. What does one sweep back have to keep?

# %% tags=["predict"]
memory_guess = predict(
    "memory",
    "You double the length of the sequence. What happens to the memory that one run forward and "
    "one sweep back need?",
    {"a": "it stays the same", "b": "it doubles", "c": "it grows fourfold"},
    choice=None,
)

# %% [markdown]
# We measure three ways to the same $dW_h$:
#
# - *one sweep back*, yours, for all losses together;
# - *a sweep for each loss*: $T$ sweeps over $1, 2, \dots, T$ steps, one after the other. Each gives
#   its memory back before the next begins;
# - *a copy kept for each loss*: the states up to step $t$ are copied for the loss of step $t$, as
#   if each loss had an unrolled network of its own, and all copies stay. This is the control:
#   $1 + 2 + \dots + T$ states are kept, so it must be quadratic.
#
# *Memory* is the peak of all bytes that Python and NumPy allocate during the work, as counted by
# Python's own `tracemalloc`. *Time* is the shortest of a few runs. A straight line through the
# logarithms of the three longest sequences gives the **exponent** $p$ of $T^p$: 1 is linear, 2 is
# quadratic. (Short sequences have parts that do not grow, and give too small a $p$.) Every seed
# draws other numbers and another number of units, from 6 to 14.

# %% tags=["experiment"]
LENGTHS = [8, 16, 32, 64, 128, 256, 512]

if solved("sequence_loss", "elman_backward_step", "bptt"):
    sweeps, upto = experiment.sweep_costs(forward, bptt), 6
    if sweeps.slow():
        upto = 4
        print("Your sweep takes long for a step (NumPy is quicker): many sweeps stop at T = 64.")
    one = sweeps.one_sweep(range(5), LENGTHS, LENGTHS[:upto])
    each = sweeps.sweep_for_each_loss(range(1, 4), LENGTHS[:upto], LENGTHS[:upto])
    copies = sweeps.copies_kept(range(5), LENGTHS)

    quadratic_claim = claim(
        "C18",
        statement="Without truncation, memory grows quadratically with the length.",
        source="Lectures, truncated backpropagation through time",
        metric={"memory exponent": "the p of T^p, where T is the length and 2 is quadratic"},
        rule=[within("memory exponent", 1.8, 2.2)],
        control="a copy of the states kept for each loss: memory must be quadratic",
        control_metric={"memory exponent, copies": "the same where copies are kept"},
        control_rule=[within("memory exponent, copies", 1.8, 2.2)],
        seeds=range(5),
    )
    quadratic = quadratic_claim.measure(one.memory_exponent, control=copies.memory_exponent)

# %% tags=["experiment"]
if solved("sequence_loss", "elman_backward_step", "bptt"):
    ways = {"one sweep back": one, "a sweep for each loss": each}
    memory = {name: way.curve("memory") for name, way in ways.items()}
    memory["a copy kept for each loss"] = copies.curve("memory")
    time = {name: way.curve("time") for name, way in ways.items()}
    quadratic.card(figure=sweep_growth.growth(memory, time))
    for name, curve in memory.items():
        print(f"{name}: ~{curve.values[-1] / 1024:.0f} KiB at T = {curve.lengths[-1]},", end=" ")
        timing = f"time p = ~{time[name].exponent:.2f}" if name in time else "not timed"
        print(f"memory p = ~{curve.exponent:.2f}, {timing}")
    same = sweeps.largest_difference(steps=128)
    print(f"The first two give the same dW_h: their largest difference is ~{same:.0e}.")
    peaks = memory["one sweep back"].values
    grown = peaks[-1] / peaks[-2]
    memory_guess.reveal(
        "a" if grown < 1.4 else "b" if grown < 2.8 else "c",
        f"From T = {LENGTHS[-2]} to {LENGTHS[-1]} it grew ~{grown:.2f}-fold.",
    )

# %% [markdown]
# A sweep back needs each state once, so one sweep's memory and time are linear in $T$. Who sweeps
# for each loss apart pays quadratically in *time*, while the memory stays linear. Only who also
# keeps a copy for every loss pays quadratically in *memory*. None of it is needed: one sweep
# carries the losses of all later steps in a single $dh$.
#
# A long sequence still has to be kept whole, and every update has to wait
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
        "first call\nagainst the tape": experiment.apart([first_call], [right_gradient]),
        "checker's differences\nagainst the tape": experiment.apart([numeric], [right_gradient]),
        "second call\nagainst the tape": experiment.apart([second_call], [right_gradient]),
    }
    mended = max(gaps.values()) < 1e-6
    gradient_checks.gaps(gaps, mended)
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
# </details>
#
# ## What we measured
#
# - Central differences have a best step in the middle, with about ten digits; they cost two runs
#   per weight. Your sweep agrees with the tape to the last digits. Forward and back cost three runs
#   forward in operations, and a few runs in time on fifty sequences, up to a quarter of a million
#   weights.
# - Five networks learned the sunspots with your gradient. They beat the naive forecast and a line
#   through two years, not a line through nine. On shuffled years they could not beat the mean.
# - The way back through time brought nothing for the sunspots. For recalling a sign from two to
#   five steps back it made the error much smaller at every learning rate but the smallest, where
#   learning had not ended.
# - The gradient of a shared weight is a sum of per-step terms, in two ways: by use and by loss. The
#   terms partly cancel. Steps taken alone do not add up to it.
# - The blame for one miss fades on its way back: in 28 years to less than a hundredth, in every
#   network.
# - Memory and time of one sweep are linear in $T$. A sweep for each loss makes the time quadratic,
#   a copy kept for each loss makes the memory quadratic. Nobody has to do either.
#
# ## Stretch, without points
#
# - *One product at the end.* Change your `bptt` so that the walk keeps all $dz_t$, and $dW_h$ is
#   one product of all states with all $dz$ after it. Check it again. What becomes of the line for
#   one sequence in the figure of costs?
# - *Keep fewer states.* Keep only every tenth state, and run ten steps forward again when the walk
#   gets there. What do memory and time cost now? Which spacing needs the least memory for $T$
#   steps, and what exponent does that give?
# - *Forward in time.* Carry $\partial h_t / \partial W_h$ along while running forward, so that no
#   state has to be kept (Williams and Zipser, 1989). How many numbers is that for $U$ units, and
#   from which $T$ on is it less than keeping the states?
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
# <details><summary>How do you see that a task needs the way back through time?</summary>
# Leave it out. If a network that learns with the cut gradient is as good, the task can do without.
# </details>
#
# <details><summary>What is the difference between what a step's use adds and what its loss adds?
# </summary>
# The use of step t matters for the losses of step t and later. The loss of step t depends on the
# uses of step t and earlier. Summed over all steps both give dW_h.
# </details>
#
# <details><summary>How do memory and time of one sweep grow with T?</summary>
# In proportion to T, both. The memory is the states that are kept.
# </details>
#
# <details><summary>Why not use central differences for training?</summary>
# They run the network twice for each weight. Forward and sweep cost the operations of three runs,
# however many weights there are.
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
# - T. Chen, B. Xu, C. Zhang and C. Guestrin, *Training deep nets with sublinear memory cost*, 2016:
#   fewer states kept, some steps run twice.
# - D. P. Kingma and J. Ba, *Adam: a method for stochastic optimization*, ICLR, 2015.
# - The sunspot numbers: SILSO data, Royal Observatory of Belgium; see `data/README.md`.
