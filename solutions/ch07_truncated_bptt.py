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

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=7)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf
from keras import ops

from course_utils import datasets
from course_utils.claims import above, below, within
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

experiment.draw_question(bits[2000:2060], counted, DELAY)
plt.show()
print(f"White space: ~{100 * bits.mean():.0f}% of the characters.")
print(f"Baselines: ~{counted[0]:.2f} bits without looking, ~{counted[8]:.2f} with the latest 8.")
print(f"With the latest 9 bits the answer is among them: ~{counted[9]:.2f} bits.")

# %% [markdown]
# The **baseline** costs about 0.86 bits per answer: it knows how common white space is. Whoever
# looks at the latest eight bits does a little better, because indents and words have typical
# lengths. Only the ninth bit settles it. A network must *learn to keep* that bit, and only the
# gradient can teach it to.
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
# and backpropagation that is cut after $\tau$ steps keeps the latest $\tau$ terms. If the inputs
# have the same mean everywhere, the states do too, and on average the cut gradient misses the share
#
# $$\frac{\text{cut} - \text{full}}{\text{full}} = -\,w^{\tau} \qquad (T \to \infty).$$
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
# ### Does the error average out?
#
# The lectures say two things about truncation: it is *like minibatching* (C16), and it is
# *biased, so that its errors do not average out* (C17). A minibatch is noisy too, but its noise
# falls with $1/\sqrt n$ when you average over $n$ of them. We look at real inputs: windows of 40
# years of sunspot numbers, divided by their mean, drawn at random. For each of them we take
# the full gradient (what a minibatch does) and the one that is cut after 4 steps, average over $n$
# windows, and compare with the full gradient over all windows.

# %% tags=["experiment"]
if solved("truncated_gradient"):
    years, spots = datasets.sunspots_yearly()
    W, LENGTH, TAUS = 0.8, 40, [1, 2, 4, 8, 16, 32]
    scaled = spots / spots.mean()
    windows = [scaled[s : s + LENGTH] for s in range(len(scaled) - LENGTH + 1)]
    linear = experiment.linear_gradients(truncated_gradient, W, windows, TAUS)

    counts = [1, 4, 16, 64, 256, 1024]
    errors = {
        label: [linear.error_left(0, tau, count) for count in counts]
        for tau, label in ((LENGTH, "full gradient: a minibatch"), (4, "cut after 4 steps"))
    }
    for label, values in errors.items():
        print(f"{label}: ~{values[0]:.2f} with one window, ~{values[-1]:.3f} with 1024.")
    experiment.draw_averages(counts, errors, W**4)
    plt.show()
    print(f"The closed form says that the cut gradient misses {W**4:.2f} of the full one.")
    average_guess.reveal("b", "Random errors average out; what is cut off is cut off every time.")

# %% [markdown]
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
# ### What a tape keeps
#
# A tape keeps every tensor that its way back will read. We count their bytes at the end of the way
# forward, inside *your* `train_chunk`, for a GRU of 24 units and a batch of 16. The lectures say
# that without truncation memory grows *quadratically* with the length (C18). Chapter 5 measured
# reverse sweeps; here you measure training itself.

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

# %% tags=["experiment"]
if solved("chunk_stream", "train_chunk"):
    grows, stays = (experiment.exponent(LENGTHS, sizes) for sizes in (whole_bytes, cut_bytes))
    quadratic_claim = claim(
        "C18",
        statement="Without truncation the memory grows quadratically with the length.",
        source="Lectures, truncated BPTT",
        metric={"exponent": "p of the bytes that the tape holds, proportional to length to the p"},
        rule=[within("exponent", 1.8, 2.2)],
        control="in chunks of 16 steps the memory must not grow with the length",
        control_rule=[within("exponent", -0.1, 0.1)],
        exact=True,
        reason="the bytes that a tape holds depend on shapes, not on any random number",
    )
    quadratic = quadratic_claim.measure(lambda seed: grows, control=lambda seed: stays)
    quadratic.card()
    memory_guess.reveal("b", f"The exponent is ~{grows:.2f}: one set per step.")

# %% [markdown]
# Memory grows in proportion to the length, not to its square: a tape keeps a fixed set of tensors
# for each step, once. What is quadratic is to go back from *every* step separately, as chapter 5
# shows. Truncation makes the memory independent of the length of the stream, and that is what it
# is for.
#
# ## The experiment: how far back must the gradient reach?
#
# Your `train_chunk` runs one TensorFlow operation after the other from Python. The course's
# `StreamTrainer` does the same in one traced graph. First we make sure that it does the same.

# %% tags=["experiment"]
if solved("chunk_stream", "train_chunk"):
    xs, ys, places = echo_chunks(DELAY, 16 * 16 * 20, 16, 16)
    yours, ours = memory_network(), memory_network()
    ours.set_weights(yours.get_weights())

    adam = keras.optimizers.Adam(0.01)
    by_you = experiment.train_in_chunks(train_chunk, yours, adam, cross_entropy, xs, ys)
    trainer = StreamTrainer(ours, keras.optimizers.Adam(0.01), cross_entropy)
    record = trainer.fit(stream(xs, ys, positions=places))
    print(f"Mean loss of 20 chunks: ~{np.mean(by_you.losses):.4f} by your train_chunk,")
    print(f"~{record.losses[0]:.4f} by the trainer.")
    speeds = by_you.tokens_per_second, record.tokens_per_second
    print(f"Tokens per second: ~{speeds[0]:,.0f} and ~{speeds[1]:,.0f}.")

# %% [markdown]
# Now the question itself. We train networks on 50,000 characters with chunks of
# $\tau$ = 4 to 32 steps. Every update sees 512 characters and every network gets the same number of
# updates: where chunks are shorter, there are more rows. So the only difference is how far back the
# gradient reaches. The answer lies 8 steps back.

# %% tags=["predict"]
reach_guess = predict(
    "reach",
    "The bit lies 8 steps back. With which chunks will the network learn to keep it?",
    {
        "a": "with all of them: the state is carried across the border anyway",
        "b": "only where a chunk is longer than 8 steps",
        "c": "with none: the gradient vanishes",
    },
    choice=None,
)

# %% tags=["experiment"]
REACHES = [4, 8, 16, 32]

if solved("chunk_stream"):
    network, adam = memory_network(), keras.optimizers.Adam(0.01)
    shared = StreamTrainer(network, adam, cross_entropy)

    def echo_stream(first, tokens, batch, steps):
        xs, ys, places = echo_chunks(first, tokens, batch, steps)
        return stream(xs, ys, positions=places)

    held_out = echo_stream(300_000, 20_000, 100, 50)

    def bits_after(seed, batch, tau, tokens=50_000):
        """Bits per answer on held-out text after one pass over the training text."""
        keras.utils.set_random_seed(seed)
        experiment.begin_anew(network, memory_network(), adam)
        shared.fit(echo_stream(DELAY, tokens, batch, tau), show=False)
        return shared.evaluate(held_out) / np.log(2)

    lengths = progress(REACHES, "chunk lengths")
    reached = np.array(
        [[bits_after(seed, 512 // tau, tau) for seed in range(5)] for tau in lengths]
    )

# %% tags=["experiment"]
if solved("chunk_stream"):
    middle, widths = reached.mean(1), experiment.half_widths(reached)
    experiment.draw_reach(REACHES, middle, widths, counted, DELAY)
    plt.show()
    for tau, mean, width in zip(REACHES, middle, widths):
        print(f"τ = {tau:2}: ~{mean:.2f} bits, 95% interval ± ~{width:.2f}, five seeds.")
    print(f"Baselines: ~{counted[0]:.2f} (no look back), ~{counted[8]:.2f} (latest 8 bits).")
    short, long = middle[0], middle[2]
    reach_guess.reveal(
        "b" if long < 0.75 * short else "a",
        f"~{short:.2f} bits with τ = 4, ~{long:.2f} with τ = 16.",
    )

# %% [markdown]
# ### Bias and memory against τ
#
# Both sides of the bargain in one figure. On the left, how much of the gradient is missing: for the
# linear network, measured on sunspots, beside its closed form $w^\tau$, and for the GRU on 2048
# windows of 32 characters. The GRU is half-way through its training, after 10,000 characters, where
# it is learning to keep the bit. On the right, what the tape keeps.

# %% tags=["experiment"]
WINDOW = 32

if solved("chunk_stream", "truncated_gradient", "train_chunk"):
    half_way = bits_after(0, 16, 32, tokens=10_000)
    gru = experiment.CutGradients(network, cross_entropy, bits, DELAY, WINDOW)
    full = gru.average(0, WINDOW, 8)
    network_bias = {
        tau: experiment.share_missing(gru.average(0, tau, 8), full)
        for tau in progress(REACHES[:-1], "bias")
    }
    linear_bias = {tau: linear.bias(tau) for tau in TAUS}
    memory = {tau: kept_bytes(2 * tau, tau) / 1e6 for tau in progress(TAUS, "memory")}
    memory[64] = kept_bytes(64, 64) / 1e6

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient", "train_chunk"):
    experiment.draw_bias_and_memory(W, linear_bias, network_bias, memory, DELAY)
    plt.show()
    print(f"The GRU needs ~{half_way:.2f} bits per answer at this point of its training.")
    print("τ          " + "".join(f"{tau:7}" for tau in TAUS))
    print("closed form" + "".join(f"{W**tau:7.2f}" for tau in TAUS))
    print("sunspots   " + " ".join(f"~{value:.2f}" for value in linear_bias.values()))
    print(
        "GRU                      " + " ".join(f"~{value:.2f}" for value in network_bias.values())
    )
    print(f"Memory: ~{memory[1]:.2f} MB with τ = 1, ~{memory[64]:.2f} MB with all 64 steps.")

# %% [markdown]
# The linear bias follows its closed form. The GRU's does not: it becomes small only once $\tau$
# passes the eight steps where the answer lies, because the part that matters comes from there. A
# closed form tells you about the network that it was made for; for yours, measure.
#
# ### Biased, or just noisy?
#
# Now the claim with its rule. We average the gradient that is cut after 4 steps over 4096 windows
# and ask what error is left, as a share of the full gradient, with five seeds. The rule: above 0.3,
# in the linear network and in the GRU. The control does the same with full gradients of random
# windows, as a minibatch does: its error must have averaged out, to below 0.3.

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient", "train_chunk"):
    reference = gru.average(1000, WINDOW, 80)  # of 20,480 windows
    not_averaged = experiment.not_averaged(linear, gru, reference, LENGTH)
    not_averaged.card()

# %% [markdown]
# ### Like minibatching?
#
# What is meant by *truncation is like minibatching* (C16)? A minibatch gives many cheap updates in
# place of one dear one, and its errors average out. We measure both. For the first: one pass over
# the same 50,000 characters, in 16 rows, with chunks of 32 steps (97 updates) and of 512 steps
# (6 updates). The control has the short chunks but no more updates than the long ones. For the
# second: the linear network again, and how much of the error with 16 windows is left with 1024. The
# rule: the short chunks save more than 0.1 bits per answer, and less than 0.4 of the error is left.
# In the control as few updates must bring no such gain, and a true minibatch's error must fall.

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient"):
    long_bits = [bits_after(seed, 16, 512) for seed in progress(range(5), "long chunks")]
    minibatch = experiment.like_minibatching(linear, long_bits, bits_after, LENGTH)
    minibatch.card()

# %% [markdown]
# So it is like minibatching in what it saves, and unlike it in what it loses. More updates for the
# same work: yes. Errors that average out: no. No number of chunks brings back a gradient that was
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
# The gradient reaches the state's own parameters like any other: backpropagation through time ends
# at $h_0$, and $h_0$ is made of weights now.
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

# %% tags=["predict"]
start_guess = predict(
    "start",
    "The first forecast after the start: which network makes the best one?",
    {
        "a": "zero: noise and more parameters can only disturb",
        "b": "learned: it starts at the best place",
        "c": "encoded: it alone knows where in the cycle the sequence begins",
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
    experiment.draw_starts(start_errors, disturbed_errors, sunspots.baseline)
    plt.show()
    print(f"Baseline, next year like this year: {sunspots.baseline:.1f} sunspots (dashed).")
    for kind in KINDS:
        undisturbed, disturbed = start_errors[kind][0], disturbed_errors[kind][0]
        print(f"{kind:8}: first forecast ~{undisturbed:.1f}, disturbed start ~{disturbed:.1f}.")
    best = min(KINDS, key=lambda kind: start_errors[kind][0])
    start_guess.reveal(
        {"zero": "a", "learned": "b", "encoded": "c"}.get(best, "a"),
        f"Its first forecast misses by ~{start_errors[best][0]:.1f} sunspots.",
    )

# %% [markdown]
# ### Does noise make it robust?
#
# The lectures say that a noisy initial state makes the network robust (C19). We disturb the start
# at test time by normal noise of standard deviation 0.5 and compare the error of the first four
# forecasts with that of the network that was trained from zero. The control starts where it was
# trained to start: there the noise must bring no such gain.

# %% tags=["experiment"]
if solved("noisy_state", "LearnedState", "EncodedState"):

    def robustness(seed, disturbance):
        zero, noisy = (
            np.sqrt(np.mean(forecasters[kind].errors(seed, disturbance)[:4] ** 2))
            for kind in ("zero", "noisy")
        )
        return 1 - noisy / zero

    robust_claim = claim(
        "C19",
        statement="A noisy initial state makes the network robust.",
        source="Lectures, initial state; Zimmermann, Tietz and Grothmann (2012)",
        metric={"gain": "share of the error that training with a noisy start takes away"},
        rule=[above("gain", 0.05)],
        control="where the start is not disturbed there must be no such gain",
        control_rule=[below("gain", 0.05)],
        seeds=range(8),
    )
    robust = robust_claim.measure(
        lambda seed: robustness(seed, NOISE), control=lambda seed: robustness(seed, 0.0)
    )
    robust.card()

# %% [markdown]
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
# `model.fit` shuffles the rows by default, so that the state of one piece of text is handed to
# another one. Nothing complains: the shapes fit. With `shuffle=False` the rows stay in their order.
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
# - A cut gradient misses the share $w^\tau$ of the full one in the linear case, measured as
#   computed. A GRU's bias follows the task: it falls once $\tau$ reaches the answer.
# - That error does not average out (C17). In this, truncation differs from a minibatch; in the many
#   cheap updates it resembles one (C16).
# - Without truncation memory is proportional to the length, not to its square (C18); with it,
#   memory does not depend on the length.
# - A network learns to keep a bit for eight steps when the chunks are longer than that. Shorter
#   chunks leave it near the baselines, although the state is carried.
# - Training with a noisy start makes forecasts less sensitive to where the network begins (C19); an
#   encoded start makes the first ones better.
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
# <details><summary>Can a network use information that lies further back than τ?</summary>
# Yes, since the state is carried. But nothing teaches it to keep that information on purpose.
# </details>
#
# <details><summary>Is a truncated gradient noisy or biased?</summary>
# Biased: the same part is missing each time, so that averaging does not bring it back.
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
# An encoded one: a second network turns what is known into the first state.
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
