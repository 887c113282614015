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
# # 7 · Truncated backpropagation through time
#
# After this chapter you can train a recurrent network on a stream that never ends, say what you
# lose by cutting the gradient, and choose where the network begins.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.start import start

start(seed=7)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf
from keras import ops

from course_utils import datasets
from course_utils.experiments import ch07_truncated_bptt as experiment
from course_utils.plots import truncation
from course_utils.plots.interactive import slider
from course_utils.progress import progress
from course_utils.recurrent.carried import CarriedModel
from course_utils.recurrent.streams import stream
from course_utils.recurrent.trainer import StreamTrainer

# %% [markdown]
# ## The question
#
# Python's standard library is some millions of characters of source text. A network that reads it
# one character at a time makes one step per character. Backpropagation through time, as in
# chapter 5, would keep every state from the first character on and go all the way back for every
# update. Nobody trains like that. The stream is cut, and the gradient goes back a few steps only.
#
# **How far back must the gradient reach, and what is lost if it does not?**
#
# To measure this we need a question whose answer lies a known distance back. So we ask the network
# at every character: *was the character eight steps ago white space* (a blank or the end of a
# line)? It sees one bit per step, white space or not, and nothing else.

# %% tags=["experiment"]
DELAY = 8
text = datasets.source_text(400_000)
bits = np.array([character.isspace() for character in text], dtype="float32")
counted = [experiment.bits_by_counting(bits, DELAY, seen) for seen in range(12)]

experiment.draw_question(bits[3400:3460], counted, DELAY)
plt.show()
print(f"White space in all of the text: ~{100 * bits.mean():.0f}% of the characters.")
print(f"Baselines: ~{counted[0]:.2f} bits without looking, ~{counted[8]:.2f} with the latest 8.")
print(f"With the latest 9 bits the answer is among them: ~{counted[9]:.2f} bits.")

# %% [markdown]
# The **baseline** costs about 0.86 bits per answer: it knows how common white space is. Whoever
# looks at the latest eight bits does a little better, because indents and words have typical
# lengths. Only the ninth bit settles it. A network must *learn to keep* that bit, and only the
# gradient can teach it to. Keep the three numbers in mind: 0.86 is to know nothing, 0.71 is what
# the latest eight bits tell, and 0.00 is to have kept the bit.
#
# ## The idea: cut the way back, not the way forward
#
# Cut the stream into **chunk**s of $\tau$ steps. In each chunk, run forward from the state that the
# last chunk left behind, compute the loss, go back to the chunk's first step and no further, and
# update the weights. This is **truncated backpropagation through time**:
#
# $$\frac{dL}{dw} \approx \sum_{t\,\in\,\text{chunk}}\ \sum_{k\,\in\,\text{chunk},\, k \le t}
# \frac{\partial L_t}{\partial h_t}\, \frac{\partial h_t}{\partial h_k}\,
# \frac{\partial h_k}{\partial w}.$$
#
# The state crosses the border, so the network may still *use* the far past. The gradient stops at
# the border, so nothing *teaches* it to.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 2.9))
truncation.chunks(ax)
plt.show()
print("Three chunks of four steps: three updates, and no gradient longer than four steps.")

# %% [markdown]
# ## Exercise 1: cut a stream
#
# A batch reads several places of the stream at once. Row b begins at its own place and reads on
# from chunk to chunk, or the carried state would belong to another text. With N tokens and `batch`
# rows, each row gets $L = \lfloor (N-1) / \text{batch} \rfloor$ tokens: one token is left over so
# that the last input has a target too.


# %% tags=["exercise"] exercise="chunk_stream"
def chunk_stream(tokens, batch, steps):
    """Cut a stream into chunks whose rows read on. (15 minutes, difficulty 2 of 3)

    Args:
        tokens: (N,) the stream: whole or real numbers.
        batch: rows in each chunk, at least 1.
        steps: steps in each chunk, at least 1.

    Returns:
        inputs, targets: each (chunks, batch, steps). With L = (N - 1) // batch there are L // steps
        chunks, `inputs[k, b, s]` is token number b * L + k * steps + s, and its target is the token
        after it.

    Raises:
        ValueError: batch or steps is below 1 (named), or there is not one whole chunk.

    Example:
        tokens 0 to 8, batch 2, steps 2: L = 4, inputs [[[0, 1], [4, 5]], [[2, 3], [6, 7]]] and
        targets [[[1, 2], [5, 6]], [[3, 4], [7, 8]]].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got batch={batch}")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got steps={steps}")
    length = (len(tokens) - 1) // batch
    chunks = length // steps
    if chunks < 1:
        raise ValueError(f"{len(tokens)} tokens give no chunk of batch={batch}, steps={steps}")
    first = steps * np.arange(chunks)[:, None, None] + length * np.arange(batch)[:, None]
    places = first + np.arange(steps)
    return tokens[places], tokens[places + 1]
    ### END SOLUTION


# %% tags=["check"] exercise="chunk_stream"
check("chunk_stream", chunk_stream)

# %% [markdown]
# Look at the result on real text. Each row of letters is one row of the batch; read on from the
# left chunk to the right one.

# %% tags=["experiment"]
if solved("chunk_stream"):
    letters = np.array([ord(character) for character in text[2000:2400]])
    inputs, targets = (np.asarray(each) for each in chunk_stream(letters, 4, 16))
    experiment.draw_letters(inputs)
    plt.show()
    goes_on = np.array_equal(targets[:-1, :, -1], inputs[1:, :, 0])
    print(f"{inputs.shape[0]} chunks of {inputs.shape[1]} rows and {inputs.shape[2]} steps.")
    print(f"Each chunk's last targets are the next chunk's first inputs: {goes_on}.")

# %% [markdown]
# ## What the cut costs: the linear case
#
# Take the smallest recurrent network there is: $h_t = w\,h_{t-1} + x_t$, with $h_0 = 0$. The use of
# $w$ in step $t$ changes $h_t$ by $h_{t-1}$, and that change is multiplied by $w$ in each later
# step. So the full gradient is a sum with one term per step,
#
# $$\frac{dh_T}{dw} = \sum_{t=1}^{T} w^{T-t}\, h_{t-1},$$
#
# and backpropagation that reaches $j$ uses back keeps the latest $j$ terms. If the inputs have the
# same mean everywhere, the states do too, say $\bar h$. Then the full gradient is on average
# $\bar h\,(1 + w + w^2 + \dots) = \bar h / (1 - w)$, the terms that are cut off begin with $w^j$
# and sum to $\bar h\, w^j / (1 - w)$, and the cut gradient misses the share
#
# $$\frac{\text{full} - \text{cut}}{\text{full}} = w^{\,j} \qquad (T \to \infty).$$
#
# This difference is the **bias** of the cut gradient.

# %% tags=["predict"]
average_guess = predict(
    "average",
    "You average the cut gradient over more and more sequences. What becomes of its error?",
    {
        "a": "it falls towards zero, as the error of a minibatch does",
        "b": "it falls at first and then stays at a floor",
        "c": "it grows",
    },
    choice=None,
)

# %% [markdown]
# ## Exercise 2: a gradient that is cut
#
# One loss, at the last step, and its way back: how far it reaches is `tau`.


# %% tags=["exercise"] exercise="truncated_gradient"
def truncated_gradient(w, xs, tau):
    """dh_T/dw of h_t = w h_{t-1} + x_t, cut after tau steps back. (15 minutes, difficulty 2 of 3)

    Args:
        w: a number.
        xs: (T,) the inputs x_1 .. x_T, T at least 1; the state before the first is 0.
        tau: how many steps backpropagation goes back, 1 to T. T gives the full gradient, 1 the
            last step's term alone. The states are those of the whole sequence, whatever tau is.

    Returns:
        The gradient, one number.

    Raises:
        ValueError: tau is below 1 or above T; the message names tau.

    Example:
        w = 0.5, xs = [1., 1., 1.]: the states are 1, 1.5, 1.75. The full gradient is
        1.5 + 0.5 * 1 + 0.25 * 0 = 2.0; with tau = 1 it is 1.5.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if not 1 <= tau <= len(xs):
        raise ValueError(f"tau must be from 1 to {len(xs)}, the number of steps, got tau={tau}")
    h, gradient = 0.0, 0.0
    for t, x in enumerate(xs):
        if t >= len(xs) - tau:
            gradient = h + w * gradient
        h = w * h + x
    return gradient
    ### END SOLUTION


# %% tags=["check"] exercise="truncated_gradient"
check("truncated_gradient", truncated_gradient)

# %% [markdown]
# Move the slider. Each bar is one term of the gradient, the latest on the right; what lies left of
# the cut is lost.

# %% tags=["experiment"]
if solved("truncated_gradient"):

    def draw_terms(tau):
        """The terms of the gradient for w = 0.8 and inputs of 1, kept and cut."""
        return experiment.draw_terms(truncated_gradient, 0.8, tau)

    slider(draw_terms, [1, 2, 4, 8, 16, 32], start=4, label="τ (steps)")
    whole, cut = (float(truncated_gradient(0.8, np.ones(40), tau)) for tau in (40, 4))
    print(
        f"w = 0.8, 40 steps: the full gradient is {whole:.2f}, cut after 4 steps it is {cut:.2f}."
    )

# %% [markdown]
# ### Which loss reaches how far?
#
# So $w^{\,j}$ is the share that *one* loss misses. What all of them miss depends on where you cut.
# Training counts $k_1$ new losses for each update and walks $k_2 \ge k_1$ steps back; Williams and
# Peng (1990) wrote this down first, and it is now called **TBPTT(k₁, k₂)**. Each panel below has a
# row for each loss and a column for each use of $w$. Purple: the loss reaches the use. Grey: it
# would without the cut.

# %% tags=["experiment"]
truncation.reached_uses(steps=12, tau=4)
plt.show()
print("Uses that losses 5 to 12 reach, on average, where each update walks 4 steps back:")
for every in (1, 2, 4):
    print(f"TBPTT({every}, 4): {truncation.reached(12, every, 4)[4:].sum(axis=1).mean():.1f}")

# %% [markdown]
# On the left the cut *slides*: an update for every step, and every loss reaches $\tau$ uses. That
# costs $\tau$ steps back for each step forward. On the right the stream is cut into chunks, as in
# the idea above and as nearly everybody trains: the loss at step $j$ of its chunk reaches only $j$
# uses. The first loss of each chunk reaches one. So a sliding cut misses $w^\tau$, but the cut at
# the borders misses the *mean* of $w^1, w^2, \dots, w^\tau$:
#
# $$\frac{1}{\tau}\sum_{j=1}^{\tau} w^{\,j}
# = \frac{1}{\tau} \cdot \frac{w\,(1 - w^\tau)}{1 - w}
# \;\approx\; \frac{1}{\tau} \cdot \frac{w}{1 - w} \quad\text{for large } \tau .$$
#
# The sum of a geometric series does not grow with $\tau$ any more once $w^\tau$ is small: only the
# first losses of a chunk are harmed, about $w/(1-w)$ of them. Their share of the chunk is what
# falls, and it falls like $1/\tau$, not exponentially.
#
# We look at real inputs: windows of 40 years of sunspot numbers, divided by their mean.

# %% tags=["experiment"]
if solved("truncated_gradient"):
    years, spots = datasets.sunspots_yearly()
    W, LENGTH, TAUS = 0.8, 40, [1, 2, 4, 8, 16, 32]
    scaled = spots / spots.mean()
    windows = [scaled[s : s + LENGTH] for s in range(0, len(scaled) - LENGTH + 1, 3)]
    linear = experiment.linear_gradients(truncated_gradient, W, windows)

    slid = {tau: linear.sliding(tau) for tau in range(1, 33)}
    cut_off = {tau: linear.at_borders(tau) for tau in TAUS}
    at_position = [slid[step] for step in range(1, 9)]
    experiment.draw_cuts(W, 8, at_position, {tau: slid[tau] for tau in TAUS}, cut_off)
    plt.show()
    print(experiment.shares_in_words(W, slid, cut_off))

# %% [markdown]
# Suppose you want to lose at most 2% of the gradient and read $\tau$ off the sliding curve: 18
# steps. Cut at chunk borders, chunks of 18 steps lose 22%. For 2% they need 200. (The last blue dot
# is below its line: the formula holds for long windows, and these have only 40 years.)
#
# ### Does the error average out?
#
# The lectures say two things about truncation: it is *like minibatching*, and it is *biased, so
# that its errors do not average out*. A minibatch is noisy too, but its noise falls with
# $1/\sqrt n$ when you average over $n$ windows. We draw windows at random, take the gradient
# of each, average over $n$, and compare with the full gradient over all windows.
#
# Another way to cut is drawn beside them. Tallec and Ollivier (2017) cut at *random* places: at
# each step with probability $c$, and where they do not cut they multiply what goes on by
# $1/(1-c)$. A term that lies $k$ steps back survives with probability $(1-c)^k$ and then counts
# $1/(1-c)^k$ times. On average nothing is missing. We take $c = 1/4$, one cut in four steps.

# %% tags=["experiment"]
if solved("truncated_gradient"):
    counts = [1, 4, 16, 64, 256, 1024]
    errors = experiment.average_errors(linear, 4, counts)
    experiment.draw_averages(counts, errors)
    plt.show()
    for label, values in errors.items():
        print(f"{label:20} ~{values[0]:.2f} with one window, ~{values[-1]:.3f} with 1024.")
    ratio = errors["chunks of 4"][-1] / errors["chunks of 4"][0]
    average_guess.reveal(
        "a" if ratio < 0.1 else "b" if ratio < 1.2 else "c",
        f"In chunks of 4, ~{errors['chunks of 4'][-1]:.2f} is left with 1024 windows.",
    )

# %% [markdown]
# Averaging removes what differs from window to window. What a fixed cut takes away, it takes away
# from every window. Random cuts have no bias and pay with noise: with one window their error is the
# largest of the four, since few terms survive and these count for much.
#
# ## Exercise 3: one chunk of training
#
# Now a whole network. `model(inputs, states)` returns its outputs and its new states. One call of
# `train_chunk` makes one update and hands the state on. What it hands on must be **detached**: a
# plain value, with no way back to how it was computed. Otherwise a tape around two calls would walk
# back across the border.


# %% tags=["exercise"] exercise="train_chunk"
def train_chunk(model, optimizer, states, inputs, targets, loss):
    """One update of truncated BPTT on one chunk. (20 minutes, difficulty 3 of 3)

    Args:
        model: a keras.Model, `model(inputs, states) -> (outputs, new_states)`; how many states
            there are is the model's affair.
        optimizer: a Keras optimizer; `optimizer.apply(gradients, variables)` makes an update.
        states: list of arrays or tensors (B, U): where the last chunk stopped.
        inputs: (B, T, F) this chunk.
        targets: (B, T, O) what the outputs should be.
        loss: a function, `loss(targets, outputs)` returns a scalar tensor.

    Returns:
        The loss before the update, as a Python float; the list of new states of that same pass,
        detached: no gradient may run from them to anything.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as way_back:
        predicted, after = model(inputs, list(states))
        value = loss(targets, predicted)
    weights = model.trainable_variables
    optimizer.apply(way_back.gradient(value, weights), weights)
    return float(value), [tf.stop_gradient(state) for state in after]
    ### END SOLUTION


# %% tags=["check"] exercise="train_chunk"
check("train_chunk", train_chunk)

# %% [markdown]
# Which of the cuts is yours? We give `train_chunk` the linear network, let it go through 288 years
# of sunspots in chunks, and read the gradient off its updates.

# %% tags=["experiment"]
if solved("train_chunk", "truncated_gradient"):
    yours = experiment.shares_missed(train_chunk, W, scaled[:288], [4, 16])
    for tau, share in yours.items():
        print(f"τ = {tau:2}: your updates miss ~{share:.2f};", end=" ")
        print(f"mean of w^j {np.mean(W ** np.arange(1, tau + 1)):.2f}, w^τ {W**tau:.2f}.")

# %% [markdown]
# ### What a tape keeps
#
# A tape keeps every tensor that its way back will read. We count their bytes at the end of the way
# forward, inside *your* `train_chunk`, for a GRU of 24 units and a batch of 16. (A GRU is a
# recurrent cell with gates; chapter 10 builds it. Here it is just a network.) The lectures say
# that without truncation memory grows *quadratically* with the length. Chapter 5 measured your
# sweep in NumPy; here you measure training itself.

# %% tags=["predict"]
memory_guess = predict(
    "memory",
    "Without truncation, the sequence gets twice as long. The memory of one update grows",
    {"a": "not at all", "b": "about twofold", "c": "about fourfold"},
    choice=None,
)

# %% tags=["experiment"]
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)


def memory_network(units=24):
    """A GRU with a readout, built; its state goes in and comes out."""
    gru = keras.layers.GRU(units, return_sequences=True, return_state=True)
    model = CarriedModel([gru, keras.layers.Dense(1)])
    model(np.zeros((1, 1, 1)), model.initial_states(1))
    return model


def echo_chunks(first, tokens, batch, steps):
    """Chunks of the stream, with the bit of DELAY steps ago as target, and where they begin."""
    places, _ = chunk_stream(np.arange(first, first + tokens + 1), batch, steps)
    places = np.asarray(places)
    return bits[places][..., None], bits[places - DELAY][..., None], places[:, :, 0]


if solved("chunk_stream", "train_chunk"):
    watched = memory_network()

    def kept_bytes(length, tau):
        """The most bytes that a tape holds while `length` steps are trained in chunks of tau."""
        xs, ys, _ = echo_chunks(DELAY, 16 * length, 16, tau)
        return experiment.kept_bytes(train_chunk, watched, cross_entropy, xs, ys)

    LENGTHS = [16, 32, 64]
    whole_bytes = [kept_bytes(length, length) for length in progress(LENGTHS, "whole")]
    cut_bytes = [kept_bytes(length, 16) for length in progress(LENGTHS, "cut")]
    for length, all_of_it, a_chunk in zip(LENGTHS, whole_bytes, cut_bytes):
        print(
            f"{length:3} steps: ~{all_of_it / 1e6:.2f} MB in one piece, "
            f"~{a_chunk / 1e6:.2f} MB in chunks of 16."
        )

# %% [markdown]
# As in chapter 5, the control is what *must* be quadratic: a run and a tape of its own for the loss
# of each step, all of them kept. If it came out otherwise, we would not be counting bytes.

# %% tags=["experiment"]
if solved("chunk_stream", "train_chunk"):
    copied = [8, 16, 32]
    copies = []
    for length in progress(copied, "copies"):
        xs, ys, _ = echo_chunks(DELAY, 16 * length, 16, length)
        copies.append(experiment.bytes_of_copies(watched, cross_entropy, xs[0], ys[0]))
    grows = experiment.exponent(LENGTHS, whole_bytes)
    quadratic = experiment.quadratic_memory(grows, experiment.exponent(copied, copies))
    quadratic.card()
    letter = "a" if grows < 0.5 else "b" if grows < 1.5 else "c"
    memory_guess.reveal(letter, f"The exponent is ~{grows:.2f}.")

# %% [markdown]
# Memory grows in proportion to the length, not to its square: a tape keeps a fixed set of tensors
# for each step, once. What is quadratic is to keep a copy for *every* loss. Truncation makes the
# memory independent of the length of the stream, and that is what it is for.
#
# ## The experiment: how far back must the gradient reach?
#
# Your `train_chunk` runs one TensorFlow operation after the other from Python. The course's
# `StreamTrainer` does the same in one traced graph. Train a network of your own with `train_chunk`,
# 50 chunks long, and make sure that the trainer comes to the same.

# %% tags=["experiment"]
if solved("chunk_stream", "train_chunk"):
    xs, ys, places = echo_chunks(DELAY, 16 * 16 * 50, 16, 16)
    yours, ours = memory_network(), memory_network()
    ours.set_weights(yours.get_weights())

    adam = keras.optimizers.Adam(0.01)
    by_you = experiment.train_in_chunks(train_chunk, yours, adam, cross_entropy, xs, ys)
    trainer = StreamTrainer(ours, keras.optimizers.Adam(0.01), cross_entropy)
    record = trainer.fit(stream(xs, ys, positions=places))
    first, last = np.mean(by_you.losses[:10]), np.mean(by_you.losses[-10:])
    print(f"Your loss (nats): ~{first:.2f} in the first ten chunks, ~{last:.2f} in the last ten.")
    print(f"Mean of all 50: ~{np.mean(by_you.losses):.4f} by you, ~{record.losses[0]:.4f} by it.")
    speeds = by_you.tokens_per_second, record.tokens_per_second
    print(f"Tokens per second: ~{speeds[0]:,.0f} and ~{speeds[1]:,.0f}.")

# %% [markdown]
# Now the question itself: the answer lies 8 steps back. Every network reads the same 200,000
# characters once, in 16 rows and pieces of 32 steps, and makes one update for each piece: 390 in
# all. Rows, text and updates are the same for all; *inside* a piece the gradient is cut every
# $\tau$ steps. So the only difference is how far back it reaches.
#
# To cut in one graph in any way we like, the course's GRU gets a second number at each step: the
# weight of what goes back to the step before. 1 lets the gradient pass, 0 cuts it. Forward it
# changes nothing. With this we can cut at random as well: one cut in 8 steps, the rest weighted by
# 8/7. (It still ends at the piece's border, so that here it is not free of bias.)

# %% tags=["predict"]
reach_guess = predict(
    "reach",
    "The bit lies 8 steps back. With which τ will the networks get below half of 0.71 bits?",
    {
        "a": "with all of them: the state is carried across the border anyway",
        "b": "only where τ is more than 8 steps",
        "c": "with none: the gradient vanishes",
    },
    choice=None,
)

# %% tags=["experiment"]
REACHES, CHARACTERS = [4, 8, 16, 32], 200_000

if solved("chunk_stream"):
    training = experiment.CutTraining(chunk_stream, cross_entropy, bits, DELAY)

    def bits_after(seed, crossing, **options):
        """Bits per answer on held-out text after one pass over the training text."""
        return training.fit(seed, crossing, CHARACTERS, **options)

    reached = {
        f"τ = {tau}": [bits_after(seed, experiment.at_borders(tau)) for seed in range(5)]
        for tau in progress(REACHES, "chunk lengths")
    }

# %% tags=["experiment"]
if solved("chunk_stream"):
    reached["random,\n1 in 8"] = [
        bits_after(seed, experiment.at_random(1 / 8, seed)) for seed in progress(range(5), "random")
    ]
    experiment.draw_reach(reached, counted, DELAY, CHARACTERS)
    plt.show()
    print(experiment.reach_in_words(reached))
    print(f"Baselines: ~{counted[0]:.2f} (no look back), ~{counted[8]:.2f} (latest 8 bits).")
    print("A network that has kept the bit needs 0.00.")
    learned = [np.median(reached[f"τ = {tau}"]) < counted[8] / 2 for tau in REACHES]
    letter = "a" if all(learned) else "b" if any(learned) else "c"
    reach_guess.reveal(letter, f"Half of what counting costs is ~{counted[8] / 2:.2f} bits.")

# %% [markdown]
# Where τ is more than 8 the networks get far below what the latest eight bits tell: they keep the
# bit, and with more text they come closer to 0.00. (At 0.00 they are not: 390 updates are few.)
# Where τ is 8 or less no gradient ever says "keep this". Yet these networks get below the counting
# line, with τ = 8 by ~0.14 bits. Perhaps a little of the old bits is in the state all the same, and
# the readout learns to use it; we have not measured that.
#
# The random cuts fall as often as those of τ = 8, and yet the networks learn to keep the bit, more
# slowly than with τ = 16: now and then the way back is long enough, and then it counts for more.
#
# ### Bias and memory against τ
#
# Both sides of the bargain in one figure. On the left, how much of the gradient is missing in five
# GRUs that have read 10,000 characters: they need about as many bits as counting, and have not yet
# learned to keep the bit. *Sliding* takes
# the loss of one step and cuts τ steps before it; *at chunk borders* takes all losses of a chunk of
# τ steps, as training does. A gradient has many numbers now, so what is missing is measured by its
# length, as a share of the length of the full gradient. On the right, what the tape keeps.

# %% tags=["experiment"]
if solved("chunk_stream"):
    gru = experiment.CutGradients(training.network, cross_entropy, bits, DELAY, chunk=32)
    missing, half_way = [], []
    for seed in progress(range(5), "gradients"):
        half_way.append(training.fit(seed, experiment.at_borders(32), 10_000))
        missing.append(experiment.network_gradients(gru, seed, REACHES))

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient", "train_chunk"):
    memory = {tau: kept_bytes(2 * tau, tau) / 1e6 for tau in progress(TAUS, "memory")}
    memory[64] = kept_bytes(64, 64) / 1e6
    slides, borders = experiment.by_tau(missing)
    experiment.draw_bias_and_memory(slides, borders, memory, DELAY)
    plt.show()
    print(f"At this point the GRUs need ~{np.mean(half_way):.2f} bits per answer.")
    for name, shares in (("sliding", slides), ("at chunk borders", borders)):
        words = (f"~{np.mean(runs):.2f} (τ = {tau})" for tau, runs in shares.items())
        print(f"Missing, {name}:", ", ".join(words))
    print(f"Memory: ~{memory[1]:.2f} MB with τ = 1, ~{memory[64]:.2f} MB with all 64 steps.")

# %% [markdown]
# The sliding curve falls fast: to 5% at τ = 32. A student who chose τ by it would be content with
# that. The other curve is the one that training follows: in a
# chunk of 32 steps the first eight losses ask for a bit that lies before the border. It falls
# slowly: from 16 steps to 32 it loses less than half of its height.
#
# ### Biased, or just noisy?
#
# Now the claim with its rule. We average the gradient over 2,048 windows and ask what error is
# left, as a share of the full gradient, for the five GRUs, with chunks of 4 and of 32 steps. The
# rule: above 0.1 for both. The control averages full gradients of as many random windows, as a
# minibatch does, and gradients that are cut at random and weighted: these must be below 0.1.

# %% tags=["experiment"]
if solved("chunk_stream"):
    biased = experiment.not_averaged(missing)
    biased.card()

# %% [markdown]
# The control says what the bias comes from. It is not that the gradient is cut, but that nothing
# makes up for what a cut takes away. Random cuts have weights that do, on average.
#
# ### Like minibatching?
#
# What is meant by *truncation is like minibatching*? A minibatch gives many cheap updates in place
# of one dear one, and its errors average out. We measure both. For the first: one pass over the
# same 200,000 characters in 16 rows, with chunks of 32 steps (390 updates at the rate 0.01) and of
# 512 steps (24 updates, so we allow the larger rate 0.03). The control has chunks of 32 in so many
# rows that 24 updates remain. For the second: the error that is left with chunks of 32, from above.
# The rule: more than 0.1 bits saved, and an error below 0.1.

# %% tags=["experiment"]
if solved("chunk_stream"):
    whole = experiment.at_borders(512)  # cut nowhere but at the border of the chunk
    long = [bits_after(seed, whole, steps=512, rate=0.03) for seed in progress(range(5), "long")]
    few = [bits_after(seed, whole, rows=256, rate=0.03) for seed in progress(range(5), "few")]
    minibatch = experiment.like_minibatching(reached["τ = 32"], long, few, missing)
    minibatch.card()

# %% [markdown]
# So it is like minibatching in what it saves, and unlike it in what it loses. More updates for the
# same text: yes. Errors that average out: no. No number of chunks brings back a gradient that was
# cut off in each of them.
#
# ## Where to begin: the initial state
#
# At the start of a stream there is no last state. Four ways to make one:
#
# | initial state | is | is good for |
# |---|---|---|
# | **zero state** | nothing | the default |
# | **noisy state** | normal noise around zero, new each time | not trusting where it begins |
# | **learned state** | one trainable vector | a start that is the same each time |
# | **encoded state** | a second network's output for a context | a start that differs by case |
#
# In the last two, the gradient reaches the state's own parameters like any other: backpropagation
# through time ends at $h_0$, and $h_0$ is made of weights now.
#
# ## Exercise 4: a noisy start


# %% tags=["exercise"] exercise="noisy_state"
def noisy_state(rng, batch, units, scale):
    """A random initial state. (5 minutes, difficulty 1 of 3)

    Args:
        rng: a numpy.random.Generator; all randomness comes from it.
        batch: rows, at least 1.
        units: columns, at least 1.
        scale: the standard deviation.

    Returns:
        (batch, units) independent normal numbers of mean 0.

    Raises:
        ValueError: batch or units is below 1; the message names it.

    Example:
        With scale = 0.1 about two thirds of the numbers lie between -0.1 and 0.1.
    """
    ### BEGIN SOLUTION
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got batch={batch}")
    if units < 1:
        raise ValueError(f"units must be at least 1, got units={units}")
    return rng.normal(0.0, scale, size=(batch, units))
    ### END SOLUTION


# %% tags=["check"] exercise="noisy_state"
check("noisy_state", noisy_state)

# %% [markdown]
# ## Exercise 5: a learned start


# %% tags=["exercise"] exercise="LearnedState"
@keras.saving.register_keras_serializable(package="unrolled")
class LearnedState(keras.layers.Layer):
    """One trainable vector, the same for all rows. (15 minutes, difficulty 2 of 3)

    Called as `layer(batch_size=B)` → (B, units).

    Args:
        units: the size of the state, at least 1.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.

    Raises:
        ValueError: units or batch_size is below 1; the message names it.

    Make the weight in `__init__`, with `self.add_weight(shape=..., initializer=..., name=...)`:
    its shape is known there, and the layer reads no input that `build` could look at. Stay with
    keras.ops or TensorFlow in `call`.
    """

    def __init__(self, units, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        self.units = units
        self.vector = self.add_weight(shape=(units,), initializer="zeros", name="vector")
        ### END SOLUTION

    def call(self, batch_size):
        """→ (batch_size, units)."""
        ### BEGIN SOLUTION
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got batch_size={batch_size}")
        return ops.broadcast_to(self.vector, (batch_size, self.units))
        ### END SOLUTION


# %% tags=["check"] exercise="LearnedState"
check("LearnedState", LearnedState)

# %% [markdown]
# ## Exercise 6: an encoded start
#
# A second network looks at a **context**: something that is known when the sequence begins, such as
# the years before it, or an image that is to be described.


# %% tags=["exercise"] exercise="EncodedState"
@keras.saving.register_keras_serializable(package="unrolled")
class EncodedState(keras.layers.Layer):
    """An initial state from a second network. (15 minutes, difficulty 2 of 3)

    Called as `layer(context)`, (B, F) → (B, units): one nonlinear hidden layer of a width that you
    choose (at least 8 is wise), then a layer that gives the state. Dense sublayers are welcome.

    Args:
        units: the size of the state, at least 1.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.
            An inner layer hears of the dtype only if you hand it on: `dtype=self.dtype_policy`.

    Raises:
        ValueError: units is below 1; the message names it.

    Each row depends on its own context alone; every weight takes part and can be trained.
    """

    def __init__(self, units, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        self.hidden = keras.layers.Dense(16, activation="tanh", dtype=self.dtype_policy)
        self.state = keras.layers.Dense(units, dtype=self.dtype_policy)
        ### END SOLUTION

    def call(self, context):
        """(B, F) → (B, units)."""
        ### BEGIN SOLUTION
        return self.state(self.hidden(context))
        ### END SOLUTION


# %% tags=["check"] exercise="EncodedState"
check("EncodedState", EncodedState)

# %% [markdown]
# ## The experiment: four starts
#
# A sequence of 12 years begins somewhere in the sunspot cycle. An Elman network of 16 units
# forecasts each next year. It is trained on years before 1930 with one of the four starts, at
# least five times each; the encoded start sees the nine years before the sequence. Then we look at
# sequences from 1930 on.
#
# The encoded start is told more than the others. So two rivals are told as much: a linear forecast
# (a fitted weight for each of the same ten years) of the first year, and the zero network, without
# any new training, that begins nine years *earlier* and reads them one by one.

# %% tags=["predict"]
start_guess = predict(
    "start",
    "The first forecast after the start: which network makes the best one?",
    {
        "a": "zero, at the first of the 12 years: more parameters can only disturb",
        "b": "learned: it starts at the best place",
        "c": "encoded: a second network has seen the nine years before",
        "d": "zero, begun nine years earlier: it has read them itself",
    },
    choice=None,
)

# %% tags=["experiment"]
UNITS, NOISE = 16, 0.5
KINDS = ["zero", "noisy", "learned", "encoded"]
sunspots = experiment.sunspot_sequences(context=9, steps=12, first_test=1930)

if solved("noisy_state", "LearnedState", "EncodedState"):

    class Forecaster(keras.Model):
        """An Elman layer with a readout, and a start of its own kind."""

        def __init__(self, kind):
            super().__init__()
            self.rnn = keras.layers.SimpleRNN(UNITS, return_sequences=True, unroll=True)
            self.out = keras.layers.Dense(1)
            self.kind = kind
            self.learned = LearnedState(UNITS) if kind == "learned" else None
            self.encoded = EncodedState(UNITS) if kind == "encoded" else None

        def begin(self, context):
            if self.learned is not None:
                return self.learned(batch_size=len(context))
            if self.encoded is not None:
                return self.encoded(context)
            return tf.zeros((len(context), UNITS))

        def call(self, context, inputs, disturbance):
            state = self.begin(context) + disturbance
            return self.out(self.rnn(inputs, initial_state=[state]))

    def noise(rng, rows):
        return noisy_state(rng, rows, UNITS, NOISE)

    forecasters = experiment.fit_starts(Forecaster, KINDS, sunspots, UNITS, noise)

# %% tags=["experiment"]
if solved("noisy_state", "LearnedState", "EncodedState"):
    start_errors = experiment.start_errors(forecasters, 0.0)
    disturbed_errors = experiment.start_errors(forecasters, NOISE)
    experiment.draw_starts(start_errors, disturbed_errors, sunspots.baseline, sunspots.line_error)
    plt.show()
    print(
        f"Baseline, next year like this year: {sunspots.baseline:.1f} sunspots (dashed).", end=" "
    )
    print(f"Line, ten years: {sunspots.line_error:.1f}.")
    for kind in start_errors:
        undisturbed, disturbed = start_errors[kind][0], disturbed_errors[kind][0]
        print(f"{kind:19}: first forecast ~{undisturbed:.1f}, disturbed start ~{disturbed:.1f}.")
    best = min(start_errors, key=lambda kind: start_errors[kind][0])
    letters = {"zero": "a", "learned": "b", "encoded": "c", "zero, begun earlier": "d"}
    start_guess.reveal(
        letters.get(best, "a"), f"Its first forecast misses by ~{start_errors[best][0]:.1f} spots."
    )

# %% [markdown]
# The encoded start makes a far better first forecast than the other three, which do not know where
# in the cycle they begin. But it is not the encoder that does it, it is the nine years: whoever
# reads them as inputs knows as much, and the line does best of all. An encoded start is for cases
# that *cannot* be read as inputs, such as an image that is to be described. Where the past is
# there, begin earlier.
#
# ### Does noise make it robust?
#
# The lectures say that a noisy initial state makes the network robust. Robust against what? We
# disturb the test in two ways, by normal noise of standard deviation 0.5: once on the first state,
# once on the inputs, which are standardised. We compare the error over all 12 forecasts with that
# of the network trained from zero. Beside them stands the rival that begins nine years earlier: it
# was trained from zero, and both disturbances hit it at its own start and inputs.

# %% tags=["experiment"]
if solved("noisy_state", "LearnedState", "EncodedState"):
    tested = experiment.robustness(forecasters, NOISE)
    experiment.draw_robustness(tested)
    plt.show()
    print(experiment.robustness_in_words(tested))

# %% [markdown]
# The rule: training with a noisy start takes away more than 5% of the error in both cases. The
# control is the test without any disturbance: there it must bring no such gain.

# %% tags=["experiment"]
if solved("noisy_state", "LearnedState", "EncodedState"):
    robust = experiment.noise_makes_robust(tested)
    robust.card()

# %% [markdown]
# A noisy start helps where the *start* is wrong, which it has met in training, and hardly where the
# inputs are. And there is a way without noise: begin earlier. After nine years the wrong start has
# been forgotten, and the network that was trained from zero is not hurt by it either.
#
# ## Repair
#
# Keras can keep the state inside a layer: with `stateful=True` row b of one batch begins where row
# b of the batch before stopped. The function below trains such a network on chunks of four steps.
# It raises no error, and its loss falls. The task is easy: each chunk shows a bit at its third
# step, and every step asks for the bit that was shown last. At the first two steps that is the bit
# of the chunk *before*. A network that is fed rightly gets nearly every one. Find out why this one
# does not, and mend it.


# %% tags=["repair"]
def fit_to_repair(model, inputs, targets, epochs):
    """Train a stateful model on chunks: inputs and targets (chunks, batch, steps, 1)."""
    chunks, batch, steps, _ = inputs.shape
    rows = inputs.reshape(chunks * batch, steps, 1)
    answers = targets.reshape(chunks * batch, steps, 1)
    for _ in range(epochs):
        model.layers[0].reset_state()
        model.fit(rows, answers, batch_size=batch, epochs=1, verbose=0)


# %% tags=["experiment"]
keras.utils.set_random_seed(0)
stateful = keras.Sequential(
    [
        keras.Input((4, 1), batch_size=16),
        keras.layers.GRU(16, return_sequences=True, stateful=True),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
stateful.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
bit_inputs, bit_targets = experiment.last_bit_task(0)
fit_to_repair(stateful, bit_inputs, bit_targets, epochs=8)
stateful.layers[0].reset_state()
answers = np.stack([np.asarray(stateful(chunk)) for chunk in bit_inputs])
hits = float(np.mean((answers > 0.5)[1:, :, :2] == (bit_targets > 0.5)[1:, :, :2]))
print("Mended." if hits > 0.95 else f"Not mended yet: ~{100 * hits:.0f}% right; a coin has 50%.")

experiment.draw_last_bits(bit_targets[:, 0, 0, 0], answers[:, 0, 0, 0])
plt.show()

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# `model.fit` shuffles the rows by default, so that the state of one row is handed to another one.
# Nothing complains: the shapes fit. With `shuffle=False` the rows stay in their order.
# Drawing batches at random, or a `tf.data` pipeline with `shuffle`, does the same harm.
#
# The course's `stream` looks at the data and refuses; the next cell shows what it says.
#
# </details>

# %% tags=["experiment"]
if solved("chunk_stream"):
    letters = np.array([ord(character) for character in text[:4001]])
    inputs, targets = (np.asarray(each) for each in chunk_stream(letters, 4, 50))
    order = np.random.default_rng(0).permutation(len(inputs))
    try:
        stream(inputs[order], targets[order])
    except ValueError as refused:
        print("Refused.", str(refused).partition("broken). ")[2])

# %% [markdown]
# ## What we measured
#
# - How far the gradient reaches depends on where you cut. A sliding cut misses $w^\tau$ in the
#   linear case. A cut at chunk borders, which is what `train_chunk` makes, misses the mean of
#   $w^1 \dots w^\tau$, and that falls only like $1/\tau$. Both were measured as computed. In GRUs
#   too the cut at borders misses more: 32% at τ = 32, where a sliding cut misses 5%.
# - That error does not average out. In this, truncation differs from a minibatch; in the many cheap
#   updates it resembles one. Random cuts with weights have no bias, and more noise.
# - Without truncation memory is proportional to the length, not to its square; with it, memory does
#   not depend on the length.
# - With equal rows, text and updates, networks begin to keep a bit for eight steps where τ is more
#   than eight. With τ = 4 and 8 they need ~0.67 and ~0.57 bits, where counting eight bits needs
#   0.71, although the state is carried.
# - Training with a noisy start makes forecasts less sensitive to a wrong start, hardly to noisy
#   inputs. An encoded start makes the first forecast better. Beginning earlier does both as well.
#
# ## For those who are fast
#
# No points, and no check.
#
# 1. *Slide.* Write a loop around a model that makes TBPTT(4, 16): an update after every 4 steps,
#    each of which walks 16 steps back. Which states do you have to keep? What does a step cost now,
#    and which losses reach how far?
# 2. *Cut at random.* Give `chunk_stream`'s text to `train_chunk` in chunks whose lengths you draw
#    at random. Is the gradient still biased? What would you have to weight, and by how much?
# 3. *Let it warm up.* Begin each chunk 8 steps before its border and leave the first 8 losses out.
#    Which share of the gradient is missing now? What does it cost in forward steps?
#
# ## Remember
#
# <details><summary>What crosses the border of a chunk, and what does not?</summary>
# The state crosses it, as a plain number. The gradient does not.
# </details>
#
# <details><summary>What does row b of the next chunk hold?</summary>
# What follows row b of this chunk in the stream. Otherwise the carried state belongs to another
# text.
# </details>
#
# <details><summary>In chunks of τ steps, how far does a loss reach?</summary>
# The loss at step j of its chunk reaches j steps back: the first one step, only the last all τ.
# </details>
#
# <details><summary>You double τ. How much less of the gradient is missing?</summary>
# With a cut at chunk borders about half as much, once τ is longer than the network's memory.
# </details>
#
# <details><summary>Can a network use information that lies further back than τ?</summary>
# Yes, since the state is carried. But nothing teaches it to keep that information on purpose.
# </details>
#
# <details><summary>Is a truncated gradient noisy or biased?</summary>
# Biased, where the cuts stand at fixed places: the same part is missing each time, so that
# averaging does not bring it back.
# </details>
#
# <details><summary>How does the memory of one update grow with the length?</summary>
# In proportion to it. In chunks of τ steps it grows with τ alone.
# </details>
#
# <details><summary>When do you reset the state?</summary>
# Where a stream ends and another one begins, and at the start of each pass over the data.
# </details>
#
# <details><summary>Which start would you choose where something is known beforehand?</summary>
# If it can be read as inputs, begin earlier. If not, as with an image, an encoded start: a second
# network turns what is known into the first state.
# </details>
#
# ## Read more
#
# - R. J. Williams and J. Peng, *An efficient gradient-based algorithm for on-line training of
#   recurrent network trajectories*, Neural Computation, 1990.
# - I. Sutskever, *Training Recurrent Neural Networks*, thesis, University of Toronto, 2013, on
#   truncated backpropagation.
# - C. Tallec and Y. Ollivier, *Unbiasing truncated backpropagation through time*, 2017.
# - H.-G. Zimmermann, C. Tietz and R. Grothmann, *Forecasting with recurrent neural networks: 12
#   tricks*, in Neural Networks: Tricks of the Trade, 2012, on noisy and learned initial states.
