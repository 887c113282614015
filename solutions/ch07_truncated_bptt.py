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
#
# | reading | computing | you need | topics | claims measured |
# |---|---|---|---|---|
# | 50 minutes | about 40 seconds | chapters 2, 5 and 6 | T21, T22 | C16, C17, C18, C19 |

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
from course_utils.plots import palette, truncation
from course_utils.plots.interactive import slider
from course_utils.progress import progress
from course_utils.recurrent.carried import CarriedModel
from course_utils.recurrent.memory import tensor_bytes
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


def bits_by_counting(seen):
    """Bits per answer on held-out text, from counts of what goes with the latest `seen` bits."""
    code = np.zeros(len(bits), dtype="int64")
    for k in range(seen):
        code = 2 * code + np.roll(bits, k).astype("int64")
    answer = np.roll(bits, DELAY)
    fitted, held_out = slice(20, 300_000), slice(300_000, 320_000)
    yes = np.bincount(code[fitted], answer[fitted], minlength=2**seen) + 0.5
    both = np.bincount(code[fitted], minlength=2**seen) + 1.0
    p = (yes / both)[code[held_out]]
    return float(-np.mean(np.log2(np.where(answer[held_out] > 0, p, 1 - p))))


counted = [bits_by_counting(seen) for seen in range(12)]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.9))
shown = slice(2000, 2060)
left.step(range(60), bits[shown], where="mid", color=palette.INPUT)
left.set(
    title="The stream: white space or not",
    xlabel="character",
    ylabel="bit",
    yticks=[0, 1],
    ylim=(-0.2, 1.2),
)
right.plot(range(12), counted, "o-", color=palette.BASELINE)
right.axvline(DELAY + 1, color=palette.MUTED, linestyle=":")
right.set(
    title="Without the ninth bit there is little to go by",
    xlabel="latest bits that one may look at",
    ylabel="bits per answer",
)
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
    fig, axes = plt.subplots(1, 2, figsize=(9, 1.9))
    for k, (ax, words) in enumerate(zip(axes, ("four rows begin", "each row reads on"))):
        ax.imshow(np.isin(inputs[k], [9, 10, 32]), cmap="Greens", vmin=0, vmax=2, aspect="auto")
        for (row, column), value in np.ndenumerate(inputs[k]):
            shown = {10: "↵", 32: "␣"}.get(int(value), chr(value))
            ax.text(column, row, shown, ha="center", va="center", fontsize=9)
        ax.set(title=f"Chunk {k}: {words}", xlabel="step", ylabel="row", yticks=range(4))
        ax.grid(visible=False)
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
    ones = np.ones(40)
    whole = float(truncated_gradient(0.8, ones, 40))

    def draw_terms(tau):
        """The terms of the gradient for w = 0.8 and inputs of 1, kept and cut."""
        sums = [0.0] + [float(truncated_gradient(0.8, ones, t)) for t in range(1, 41)]
        terms = np.diff(sums)
        missing = 1 - sums[tau] / whole
        fig, ax = plt.subplots(figsize=(7, 2.8))
        lag = np.arange(40)
        kept = lag < tau
        ax.bar(-lag[~kept], terms[~kept], color=palette.MUTED, label="cut off")
        ax.bar(-lag[kept], terms[kept], color=palette.LOSS, label="kept")
        ax.axvline(-tau + 0.5, color=palette.TRUTH, linewidth=1)
        ax.set(
            title=f"τ = {tau}: {missing:.0%} of the gradient is missing (formula: {0.8**tau:.0%})",
            xlabel="step of the term, counted from the last",
            ylabel="term of dh/dw",
        )
        ax.legend(loc="upper left")
        return fig

    slider(draw_terms, [1, 2, 4, 8, 16, 32], start=4, label="τ (steps)")
    cut = float(truncated_gradient(0.8, ones, 4))
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
    gradients = {
        tau: np.array([float(truncated_gradient(W, xs, tau)) for xs in windows])
        for tau in [*TAUS, LENGTH]
    }
    true_gradient = gradients[LENGTH].mean()
    linear_bias = [1 - gradients[tau].mean() / true_gradient for tau in TAUS]

    def spread_after(seed, tau, count, repeats=50):
        """Relative error of the mean over `count` random windows: its root mean square."""
        rng = np.random.default_rng(seed)
        picked = rng.choice(gradients[tau], size=(repeats, count))
        return float(np.sqrt(np.mean((picked.mean(1) / true_gradient - 1) ** 2)))

    counts = [1, 4, 16, 64, 256, 1024]
    fig, ax = plt.subplots(figsize=(7, 3))
    for tau, style, colour, label in (
        (LENGTH, "o-", palette.BASELINE, "full gradient: a minibatch"),
        (4, "s-", palette.LOSS, "cut after 4 steps"),
    ):
        errors = [spread_after(0, tau, count) for count in counts]
        ax.loglog(counts, errors, style, color=colour, label=label)
        print(f"{label}: ~{errors[0]:.2f} with one window, ~{errors[-1]:.3f} with 1024.")
    ax.axhline(W**4, color=palette.LOSS, linestyle=":", label="closed form: w to the 4")
    ax.set(
        title="The minibatch's error averages out, the cut one's does not",
        xlabel="windows in the average",
        ylabel="relative error",
    )
    ax.legend()
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


def begin_anew(model, fresh, optimizer):
    """Give the model a fresh model's weights, and let the optimizer forget what it remembers."""
    model.set_weights(fresh.get_weights())
    for variable in optimizer.variables:
        if variable is not optimizer.learning_rate:
            variable.assign(ops.zeros_like(variable))


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
        optimizer, states = keras.optimizers.SGD(0.01), watched.initial_states(16)
        seen = []

        def watching_loss(targets, outputs):
            seen.append(tensor_bytes())
            return cross_entropy(targets, outputs)

        before = tensor_bytes()
        for inputs, targets in zip(xs, ys):
            _, states = train_chunk(watched, optimizer, states, inputs, targets, watching_loss)
        return max(max(seen) - before, 1)

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

    def exponent(sizes):
        """The p of sizes proportional to length to the p."""
        return round(float(np.polyfit(np.log(LENGTHS), np.log(sizes), 1)[0]), 3) + 0.0

    quadratic = claim(
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
    quadratic.measure(lambda seed: exponent(whole_bytes), control=lambda seed: exponent(cut_bytes))
    quadratic.card()
    memory_guess.reveal("b", f"The exponent is ~{exponent(whole_bytes):.2f}: one set per step.")

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
    import time

    xs, ys, places = echo_chunks(DELAY, 16 * 16 * 20, 16, 16)
    yours, ours = memory_network(), memory_network()
    ours.set_weights(yours.get_weights())

    begin = time.perf_counter()
    optimizer, states, your_losses = keras.optimizers.Adam(0.01), yours.initial_states(16), []
    for inputs, targets in progress(list(zip(xs, ys)), "your train_chunk"):
        loss, states = train_chunk(yours, optimizer, states, inputs, targets, cross_entropy)
        your_losses.append(loss)
    your_speed = xs.size / (time.perf_counter() - begin)

    trainer = StreamTrainer(ours, keras.optimizers.Adam(0.01), cross_entropy)
    record = trainer.fit(stream(xs, ys, positions=places))
    print(f"Mean loss of 20 chunks: ~{np.mean(your_losses):.4f} by your train_chunk,")
    print(f"~{record.losses[0]:.4f} by the trainer.")
    print(f"Tokens per second: ~{your_speed:,.0f} and ~{record.tokens_per_second:,.0f}.")

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
        begin_anew(network, memory_network(), adam)
        shared.fit(echo_stream(DELAY, tokens, batch, tau), show=False)
        return shared.evaluate(held_out) / np.log(2)

    reached = np.array(
        [
            [bits_after(seed, 512 // tau, tau) for seed in range(5)]
            for tau in progress(REACHES, "chunk lengths")
        ]
    )

# %% tags=["experiment"]
if solved("chunk_stream"):
    half_width = 2.776 * reached.std(1, ddof=1) / np.sqrt(5)  # Student's t, 4 degrees of freedom
    fig, ax = plt.subplots(figsize=(7, 3))
    ax.errorbar(
        REACHES, reached.mean(1), half_width, fmt="o-", color=palette.LOSS, capsize=3, label="GRU"
    )
    ax.axhline(counted[0], color=palette.BASELINE, linestyle="--", label="baseline: no look back")
    ax.axhline(counted[8], color=palette.BASELINE, linestyle=":", label="counting, latest 8 bits")
    ax.axvline(DELAY, color=palette.MUTED)
    ax.set_xscale("log", base=2)
    ax.set(
        title="What the gradient does not reach is hardly learned",
        xlabel="chunk length τ (steps): how far the gradient reaches",
        ylabel="bits per answer",
        xticks=REACHES,
        xticklabels=REACHES,
    )
    ax.legend(fontsize=8)
    plt.show()
    for tau, mean, width in zip(REACHES, reached.mean(1), half_width):
        print(f"τ = {tau:2}: ~{mean:.2f} bits, 95% interval ± ~{width:.2f}, five seeds.")
    print(f"Baselines: ~{counted[0]:.2f} (no look back), ~{counted[8]:.2f} (latest 8 bits).")
    short, long = reached[0].mean(), reached[2].mean()
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
    recurrent = network.chain[0].trainable_variables

    def last_gradient(xs, target, tau):
        """The gradient of the last step's loss by the GRU's weights, cut after tau steps: (P,)."""
        states = network.initial_states(xs.shape[0])
        if tau < xs.shape[1]:
            _, states = network(xs[:, :-tau], states)
        with tf.GradientTape() as tape:
            outputs, _ = network(xs[:, -tau:], [tf.stop_gradient(each) for each in states])
            loss = cross_entropy(target, outputs[:, -1])
        return tf.concat([tf.reshape(g, [-1]) for g in tape.gradient(loss, recurrent)], 0)

    graphs = {
        tau: tf.function(lambda xs, target, tau=tau: last_gradient(xs, target, tau))
        for tau in [*REACHES]
    }

    def mean_gradients(seed, tau, groups):
        """Mean gradients of `groups` groups of 256 random windows each: (groups, P)."""
        firsts = np.random.default_rng(seed).integers(DELAY, 300_000, size=(groups, 256, 1))
        xs = bits[firsts + np.arange(WINDOW)][..., None]
        targets = bits[firsts + WINDOW - 1 - DELAY]
        return np.stack([graphs[tau](x, y).numpy() for x, y in zip(xs, targets)])

    whole_network = mean_gradients(0, WINDOW, 8).mean(0)
    network_bias = [
        np.linalg.norm(mean_gradients(0, tau, 8).mean(0) - whole_network)
        / np.linalg.norm(whole_network)
        for tau in progress(REACHES[:-1], "bias")
    ]
    memory = [kept_bytes(2 * tau, tau) / 1e6 for tau in progress(TAUS, "memory")]
    memory.append(kept_bytes(64, 64) / 1e6)

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient", "train_chunk"):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    fine = np.linspace(1, 32, 200)
    left.plot(fine, W**fine, color=palette.BASELINE, label="closed form $w^τ$, w = 0.8")
    left.plot(TAUS, linear_bias, "o", color=palette.LOSS, label="linear, measured on sunspots")
    left.plot(
        REACHES[:-1], network_bias, "s--", color=palette.HIDDEN, label="GRU, measured on text"
    )
    left.axvline(DELAY, color=palette.MUTED)
    left.set_xscale("log", base=2)
    left.set(
        title="The bias falls with τ, at its own pace",
        xlabel="τ (steps)",
        ylabel="share of the gradient missing",
        xticks=TAUS,
        xticklabels=TAUS,
    )
    left.legend(fontsize=8)
    right.plot([*TAUS, 64], memory, "o-", color=palette.HIDDEN)
    right.set(
        title="The memory grows with τ",
        xlabel="τ (steps); 64: the whole sequence",
        ylabel="kept by the tape (MB)",
        ylim=(0, None),
    )
    plt.show()
    print(f"The GRU needs ~{half_way:.2f} bits per answer at this point of its training.")
    print("τ          " + "".join(f"{tau:7}" for tau in TAUS))
    print("closed form" + "".join(f"{W**tau:7.2f}" for tau in TAUS))
    print("sunspots   " + " ".join(f"~{value:.2f}" for value in linear_bias))
    print("GRU                      " + " ".join(f"~{value:.2f}" for value in network_bias))
    print(f"Memory: ~{memory[0]:.2f} MB with τ = 1, ~{memory[-1]:.2f} MB with all 64 steps.")

# %% [markdown]
# The linear bias follows its closed form. The GRU's does not: it becomes small only once $\tau$
# passes the eight steps where the answer lies, because the part that matters comes from there. A
# closed form tells you about the network that it was made for; for yours, measure.
#
# ### Biased, or just noisy?
#
# Now the claim with its rule. We average the cut gradient over many windows and ask what error is
# left, as a share of the full gradient. The control does the same with full gradients of random
# windows, as a minibatch does: its error must have averaged out.

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient", "train_chunk"):
    reference = mean_gradients(1000, WINDOW, 80).mean(0)  # of 20,480 windows

    def error_left(seed, linear_tau, network_tau):
        """Relative error of the mean gradient over 4096 windows, linear and GRU."""
        average = mean_gradients(seed, network_tau, 16).mean(0)
        return {
            "linear": spread_after(seed, linear_tau, 4096),
            "network": float(np.linalg.norm(average - reference) / np.linalg.norm(reference)),
        }

    not_averaged = claim(
        "C17",
        statement="Truncation is biased: its errors do not average out.",
        source="Lectures, truncated BPTT",
        metric={
            "linear": "linear network on sunspots, cut after 4: relative error of the mean over "
            "4096 windows",
            "network": "GRU on text, cut after 4: the same",
        },
        rule=[above("linear", 0.3), above("network", 0.3)],
        control="full gradients of as many random windows, as in a minibatch, must average out",
        control_rule=[below("linear", 0.3), below("network", 0.3)],
        seeds=range(5),
    )
    not_averaged.measure(
        lambda seed: error_left(seed, 4, 4),
        control=lambda seed: error_left(seed, LENGTH, WINDOW),
    )
    not_averaged.card()

# %% [markdown]
# ### Like minibatching?
#
# What is meant by *truncation is like minibatching* (C16)? A minibatch gives many cheap updates in
# place of one dear one, and its errors average out. We measure both. For the first: one pass over
# the same 50,000 characters, in 16 rows, with chunks of 32 steps (97 updates) and of 512 steps
# (6 updates). The control has the short chunks but no more updates than the long ones. For the
# second: the linear network again, and how much of the error with 16 windows is left with 1024.

# %% tags=["experiment"]
if solved("chunk_stream", "truncated_gradient"):
    long_bits = [bits_after(seed, 16, 512) for seed in progress(range(5), "long chunks")]

    def against_long(seed, batch, tau):
        return {
            "gain": long_bits[seed] - bits_after(seed, batch, 32),
            "left": spread_after(seed, tau, 1024) / spread_after(seed, tau, 16),
        }

    minibatch = claim(
        "C16",
        statement="Truncation is like minibatching.",
        source="Lectures, truncated BPTT",
        metric={
            "gain": "bits per answer that chunks of 32 save over chunks of 512, at equal tokens",
            "left": "error of the cut gradient's mean over 1024 windows, over that with 16 windows",
        },
        rule=[above("gain", 0.1), below("left", 0.4)],
        control="as few updates as the long chunks bring no gain; a true minibatch averages out",
        control_rule=[below("gain", 0.1), below("left", 0.4)],
        seeds=range(5),
    )
    minibatch.measure(
        lambda seed: against_long(seed, 16, 4),
        control=lambda seed: against_long(seed, 256, LENGTH),
    )
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

    Each row depends on its own context alone, and every weight takes part.
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
CONTEXT, STEPS, UNITS, NOISE = 9, 12, 16, 0.5
KINDS = ["zero", "noisy", "learned", "encoded"]

years, spots = datasets.sunspots_yearly()
first_test = int(np.searchsorted(years, 1930))
centre, spread = spots[:first_test].mean(), spots[:first_test].std()
series = ((spots - centre) / spread).astype("float32")


def sequences(begin, end):
    """Context (N, 9), inputs (N, 12, 1) and targets (N, 12, 1) from the years of one span."""
    firsts = np.arange(begin, end - CONTEXT - STEPS)
    cut = series[firsts[:, None] + np.arange(CONTEXT + STEPS + 1)]
    return cut[:, :CONTEXT], cut[:, CONTEXT:-1, None], cut[:, CONTEXT + 1 :, None]


fit_data, test_data = sequences(0, first_test), sequences(first_test, len(series))


def baseline_rmse():
    """Next year like this year, in sunspots."""
    _, inputs, targets = test_data
    return float(np.sqrt(np.mean((inputs - targets) ** 2)) * spread)


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

    UPDATES = 300

    def fit_forecasters(kind):
        """Fit one network per seed to the years before 1930, with Adam on all sequences at once."""
        context, inputs, targets = map(tf.constant, fit_data)
        undisturbed = tf.zeros((len(context), UNITS))
        optimizer = keras.optimizers.Adam(0.01)

        def fresh(seed):
            keras.utils.set_random_seed(seed)
            model = Forecaster(kind)
            model(context, inputs, undisturbed)
            return model

        model = fresh(0)
        variables = model.trainable_variables
        optimizer.build(variables)

        @tf.function
        def run(noise):
            for k in tf.range(UPDATES):
                with tf.GradientTape() as tape:
                    error = model(context, inputs, noise[k]) - targets
                    loss = tf.reduce_mean(error**2)
                optimizer.apply(tape.gradient(loss, variables), variables)

        weights = []
        for seed in range(8 if kind in ("zero", "noisy") else 5):
            begin_anew(model, fresh(seed), optimizer)
            noise = np.zeros((UPDATES, len(context), UNITS), dtype="float32")
            if kind == "noisy":
                rng = np.random.default_rng(seed)
                noise[:] = [noisy_state(rng, len(context), UNITS, NOISE) for _ in range(UPDATES)]
            run(tf.constant(noise))
            weights.append(model.get_weights())
        return model, weights

    def errors_after_start(kind, seed, disturbance):
        """RMSE in sunspots at each step after the start, on the years from 1930: (12,)."""
        model, weights = forecasters[kind]
        model.set_weights(weights[seed])
        context, inputs, targets = map(tf.constant, test_data)
        rng = np.random.default_rng(50 + seed)
        noise = disturbance * rng.normal(size=(len(context), UNITS)).astype("float32")
        errors = np.asarray(model(context, inputs, noise)) - targets
        return np.sqrt(np.mean(errors**2, axis=(0, 2))) * spread

    forecasters = {kind: fit_forecasters(kind) for kind in progress(KINDS, "four starts")}

# %% tags=["experiment"]
if solved("noisy_state", "LearnedState", "EncodedState"):
    colours = dict(zip(KINDS, [palette.BASELINE, palette.GATE, palette.HIDDEN, palette.OUTPUT]))
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
    first_error = {}
    for ax, disturbance in ((left, 0.0), (right, NOISE)):
        for kind, marker in zip(KINDS, "os^D"):
            curves = [errors_after_start(kind, seed, disturbance) for seed in range(5)]
            middle = np.mean(curves, 0)
            ax.plot(range(1, 9), middle[:8], marker + "-", color=colours[kind], label=kind)
            first_error[kind, disturbance] = middle[0]
        ax.axhline(baseline_rmse(), color=palette.MUTED, linestyle="--")
        ax.set_xlabel("years since the start")
    left.set(title="An encoded start knows the cycle", ylabel="RMSE (sunspots)")
    right.set(title="A disturbed start hurts the noisy one least")
    right.legend(fontsize=8)
    plt.show()
    print(f"Baseline, next year like this year: {baseline_rmse():.1f} sunspots (dashed).")
    for kind in KINDS:
        undisturbed, disturbed = first_error[kind, 0.0], first_error[kind, NOISE]
        print(f"{kind:8}: first forecast ~{undisturbed:.1f}, disturbed start ~{disturbed:.1f}.")
    best = min(KINDS, key=lambda kind: first_error[kind, 0.0])
    start_guess.reveal(
        {"zero": "a", "learned": "b", "encoded": "c"}.get(best, "a"),
        f"Its first forecast misses by ~{first_error[best, 0.0]:.1f} sunspots.",
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
            np.sqrt(np.mean(errors_after_start(kind, seed, disturbance)[:4] ** 2))
            for kind in ("zero", "noisy")
        )
        return 1 - noisy / zero

    robust = claim(
        "C19",
        statement="A noisy initial state makes the network robust.",
        source="Lectures, initial state; Zimmermann, Tietz and Grothmann (2012)",
        metric={"gain": "share of the error that training with a noisy start takes away"},
        rule=[above("gain", 0.05)],
        control="where the start is not disturbed there must be no such gain",
        control_rule=[below("gain", 0.05)],
        seeds=range(8),
    )
    robust.measure(lambda seed: robustness(seed, NOISE), control=lambda seed: robustness(seed, 0.0))
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
def last_bit_task(seed, chunks=60, batch=16):
    """Each chunk shows a bit at its third step; the targets are the bit that was shown last."""
    shown = np.random.default_rng(seed).integers(0, 2, size=(chunks + 1, batch))
    inputs = np.zeros((chunks, batch, 4, 1), dtype="float32")
    inputs[:, :, 2, 0] = 2 * shown[1:] - 1
    targets = np.repeat(shown[1:, :, None, None], 4, axis=2).astype("float32")
    targets[:, :, :2] = shown[:-1, :, None, None]
    return inputs, targets


keras.utils.set_random_seed(0)
stateful = keras.Sequential(
    [
        keras.Input((4, 1), batch_size=16),
        keras.layers.GRU(16, return_sequences=True, stateful=True),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
stateful.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
bit_inputs, bit_targets = last_bit_task(0)
fit_to_repair(stateful, bit_inputs, bit_targets, epochs=8)
stateful.layers[0].reset_state()
answers = np.stack([np.asarray(stateful(chunk)) for chunk in bit_inputs])
hits = float(np.mean((answers > 0.5)[1:, :, :2] == (bit_targets > 0.5)[1:, :, :2]))
print("Mended." if hits > 0.95 else f"Not mended yet: ~{100 * hits:.0f}% right; a coin has 50%.")

fig, ax = plt.subplots(figsize=(7, 2))
ax.step(range(60), bit_targets[:, 0, 0, 0], where="mid", color=palette.TRUTH, label="right")
ax.plot(range(60), answers[:, 0, 0, 0], ".", color=palette.OUTPUT, label="your network")
ax.set(
    title="A network that knows the last bit puts every dot on the line",
    xlabel="chunk",
    ylabel="bit",
)
ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
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
