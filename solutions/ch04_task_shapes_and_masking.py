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

# %% [markdown]
# # 4 · Task shapes and masking
#
# After this chapter you can bring sequences of many lengths into one batch, let only their real
# steps count, and say which shape a task has: one or many in, one or many out.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=4)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras

from course_utils import datasets
from course_utils.claims import above, below
from course_utils.experiments import ch04_task_shapes_and_masking as experiment
from course_utils.plots import glimpses, lookups, padding, task_shapes, two_halves
from course_utils.progress import progress

# %% [markdown]
# ## The question
#
# Python's standard library defines thousands of names. Some stand for a class, some for a function,
# some for a constant. **Can a network that reads a name letter by letter say which?** (Digits and
# underscores are letters here. Names of more than 20 letters, one in twelve, are left out.) The
# names are as long as they are: one letter or twenty. A batch, an array, has one length only.

# %% tags=["experiment"]
names, kinds = experiment.names_and_kinds()
lengths_of_names = np.array([len(name) for name in names])
test = experiment.SPLIT["test"]

padding.lengths_of_kinds(lengths_of_names, kinds, datasets.KINDS)
plt.show()
shares = np.bincount(kinds[test]) / len(kinds[test])
by_rule = [experiment.spelling(name) for name in names[test]]
rule_share = float(np.mean(np.array(by_rule) == kinds[test]))
print(f"{len(names)} names of 1 to 20 letters, such as {', '.join(names[:6])}.")
print(f'Baseline, always "{datasets.KINDS[shares.argmax()]}": {shares.max():.1%} of test names.')
print(f"Python's style guide, by capitals alone: {rule_share:.1%}.")

# %% [markdown]
# Two baselines, then. The second is the one to beat: the style guide says that a class begins with
# a capital, a constant is all capitals, and a function has none. Where people kept to it, one look
# is enough.
#
# ## The idea: one path, five shapes
#
# A recurrent network does the same at every step: it reads $x_t$, makes a new state $h_t$, and can
# say $y_t = g(h_t)$. Tasks differ in two things only: at which steps there is an input, and at
# which steps the output counts. The drawing below is made from just these two rows of yes and
# no.

# %% tags=["experiment"]
examples = {
    "one to one": "this year's sunspots → next year's",
    "one to many": "a label → the eight rows of a digit",
    "many to one": "a name → its kind",
    "many to many, at each step": "each year → the next year",
    "many to one to many": "22 years → the 11 that follow",
}
task_shapes.five_shapes(experiment.SHAPES, examples)
plt.show()
print("Green: what is read. Blue: the state. Vermillion: outputs that count, each with its loss.")

# %% [markdown]
# Say $m_{bt} = 1$ where step $t$ of sequence $b$ counts and 0 where it does not. That is a
# **mask**. Then all five shapes have one and the same loss,
#
# $$L = \frac{1}{B} \sum_{b=1}^{B} \sum_{t=1}^{T} m_{bt}\, \ell(y_{bt}, \text{target}_{bt}) .$$
#
# The loss of a sequence is a *sum over its steps*. The fourth shape is also called *per frame*: in
# a video each frame gets an answer. The last one reads first and writes afterwards; with a cell for
# each half it is the **encoder–decoder** of exercise 6. Here one cell does both, and a second input
# tells it when to write. Here are five tasks on real data. One function trains them all (`train` in
# `course_utils/recurrent/one_path.py`); nothing differs but the arrays of inputs, targets and
# masks. The naive rival says the same in every case: the mean, or how often each kind occurs. (For
# next year's sunspots it is a weak rival: in chapter 2 "like this year" is far better.)

# %% tags=["experiment"]
letters = experiment.letters_of(names)
spelled = [np.array([letters[letter] for letter in name]) for name in names]

years, spots = datasets.sunspots_yearly()
sun = (spots - spots[:200].mean()) / spots[:200].std()  # as the years before 1900 have it
tasks = experiment.five_tasks(sun, spelled, kinds)
print("Loss of three networks over the naive loss, on sequences they have not learned from:")
for name, task in tasks.items():
    left = experiment.share_of_naive_loss(task, range(3), updates=150, rate=0.005)
    print(f"  {name}: ~{left:.2f} ({examples[name]})")

# %% [markdown]
# Below 1 the network does better than the naive answer. (A label alone says a lot about a digit,
# and nothing about the hand that wrote it; so the second cannot come near 0.)
#
# ## Exercise 1: sequences of many lengths in one array
#
# A batch is one array, so short sequences are filled up: that is **padding**. Values come first,
# the padding behind them. What is lost by it, where each sequence ends, must be kept beside the
# array.

# %% tags=["predict"]
share_guess = predict(
    "padding",
    "Names have 1 to 20 letters, and all are padded to 20. How much of the array is padding?",
    {"a": "about a tenth", "b": "about a quarter", "c": "about half"},
    choice=None,
)


# %% tags=["exercise"] exercise="pad_batch"
def pad_batch(sequences, value=0.0):
    """Put sequences of many lengths into one array. (15 minutes, difficulty 2 of 3)

    Args:
        sequences: a list of B arrays, all of them (T_i,) or all of them (T_i, F).
        value: the number that stands where a sequence has no value.

    Returns:
        The array, (B, T) or (B, T, F), where T is the largest T_i: row b holds the values of
        sequence b, and behind them the padding; and the lengths T_i, (B,), whole numbers.

    Raises:
        ValueError: the list is empty, the widths F differ, or (T_i,) stands beside (T_i, F).

    Example:
        pad_batch([np.array([5., 6.]), np.array([7.])]) gives [[5., 6.], [7., 0.]] and [2, 1].

    Edges: a T_i may be 0, all of them may; whole numbers and fractions may come together, in the
    sequences or as value: the array holds them all unchanged; no argument is changed.
    """
    ### BEGIN SOLUTION
    if not sequences or len({each.shape[1:] for each in sequences}) > 1:
        raise ValueError("sequences must be a list of at least one, all (T,) or all (T, F)")
    lengths = np.array([len(each) for each in sequences])
    shape = (len(sequences), lengths.max(), *sequences[0].shape[1:])
    padded = np.full(shape, value, dtype=np.result_type(*sequences, np.asarray(value)))
    for row, each in zip(padded, sequences):
        row[: len(each)] = each
    return padded, lengths
    ### END SOLUTION


# %% tags=["check"] exercise="pad_batch"
check("pad_batch", pad_batch)

# %% [markdown]
# ## Exercise 2: which steps count
#
# The mask says it for every step. It is made from the lengths alone, never from the values: a
# value may well equal the padding.


# %% tags=["exercise"] exercise="length_mask"
def length_mask(lengths, steps):
    """Which steps of a padded batch count. (8 minutes, difficulty 1 of 3)

    Args:
        lengths: (B,) whole numbers, how many steps of each row count.
        steps: the number of steps of the padded array, at least 1.

    Returns:
        (B, steps) of dtype bool: `mask[b, t]` is True where t < lengths[b].

    Raises:
        ValueError: a length is below 0 or above steps.

    Example:
        length_mask(np.array([2, 0]), 3) gives [[True, True, False], [False, False, False]].

    Edges: a length may be 0, and the longest may be shorter than steps; no argument is changed.
    """
    ### BEGIN SOLUTION
    if lengths.min() < 0 or lengths.max() > steps:
        raise ValueError(f"lengths must lie in 0…{steps}, got {lengths}")
    return np.arange(steps) < lengths[:, None]
    ### END SOLUTION


# %% tags=["check"] exercise="length_mask"
check("length_mask", length_mask)

# %% tags=["experiment"]
if solved("pad_batch", "length_mask"):
    tokens, lengths = map(np.asarray, pad_batch(spelled, 0))  # from now on: your padding, your mask
    mask = np.asarray(length_mask(lengths, tokens.shape[1]))
    padding.batch_of_names(names[:8], mask[:8])
    plt.show()
    by_length = np.sort(lengths)
    batches = [by_length[k : k + 64] for k in range(0, len(by_length), 64)]
    drawn = [lengths[k : k + 64] for k in range(0, len(lengths), 64)]
    for name, chosen in (("drawn", drawn), ("sorted by length", batches)):
        each = [experiment.padded_share(some, some.max()) for some in chosen]
        print(f"Batches of 64 names, {name}: {np.mean(each):.0%} padding.")
    whole = experiment.padded_share(lengths, 20)
    share_guess.reveal("c", f"Padded to 20: {whole:.0%}.")

# %% [markdown]
# Sorting by length saves most of the padding, and costs something else: batches are no longer
# drawn at random. Whatever you choose, some padding is left, and something has to be done about it.
#
# ## Exercise 3: the loss of what counts
#
# You have the formula. Mind one trap: *multiplying* by a mask of 0 and 1 does not remove a NaN,
# because 0 · NaN is NaN, and what a network computes on padding may be anything.


# %% tags=["exercise"] exercise="masked_sequence_loss"
def masked_sequence_loss(losses, mask):
    """The loss of a padded batch: a sum over steps, a mean over sequences. (10 minutes, 2 of 3)

    Args:
        losses: (B, T) the loss of each step.
        mask: (B, T) of dtype bool: True where the step counts; any pattern.

    Returns:
        A float: the losses that count, summed over the steps of each sequence; of these B sums
        the mean.

    Example:
        losses [[1., 2.], [4., 9.]] with mask [[True, True], [True, False]] give (3 + 4) / 2 = 3.5.

    Edges: what stands under False does not matter, be it NaN or infinite; NaN under True gives NaN;
    a row of False adds 0, and is one of the B; no argument is changed.
    """
    ### BEGIN SOLUTION
    return float(np.where(mask, losses, 0.0).sum(axis=1).mean())
    ### END SOLUTION


# %% tags=["check"] exercise="masked_sequence_loss"
check("masked_sequence_loss", masked_sequence_loss)

# %% [markdown]
# Why a sum over steps, and not a mean? Take names that are spelled out letter by letter, with a
# loss of one at every letter. The sum gives each *letter* the same weight, so a long name pulls
# more than a short one. The mean over each name's steps gives each *name* the same weight. The mean
# over all places of the array, padding and all, gives a name a weight that depends on the others in
# its batch. The first two are choices; the third is an accident.

# %% tags=["experiment"]
if solved("pad_batch", "length_mask", "masked_sequence_loss"):
    short, long = int(np.argmin(lengths[:64])), int(np.argmax(lengths[:64]))
    for width in (lengths[:64].max(), 40):
        counts = np.asarray(length_mask(lengths[:64], width))
        ones = np.where(counts, 1.0, 0.0)
        own = masked_sequence_loss(ones, counts)
        print(f"Padded to {width}: your loss {float(own):.3f} a name;", end=" ")
        print(f"mean over all places {ones.mean():.3f} (it fell: padding counts as solved).")
    letters_in = {names[k]: int(lengths[k]) for k in (short, long)}
    print("Weight of a name in your loss, in letters:", letters_in)

# %% [markdown]
# ## Exercise 4: a one-hot that is never built
#
# A letter has no size, so it is given to a network as a **one-hot**: a vector of V numbers, all 0
# but for a 1 at the letter's place. Its product with a matrix $W$ (V, E) is one row of $W$: V − 1
# of every V products are with 0. One-hot times matrix is a *sparse* operation, and can be written
# as what it does: look a row up. Libraries call it an **embedding**, or a gather.


# %% tags=["exercise"] exercise="embed"
def embed(tokens, W):
    """The vector of each token: a one-hot times W, without the one-hot. (10 minutes, 1 of 3)

    Args:
        tokens: (B, T) whole numbers, 0 to V - 1.
        W: (V, E) one row for each token.

    Returns:
        (B, T, E): `result[b, t]` is row `tokens[b, t]` of W.

    Raises:
        ValueError: a token is below 0 or not below V.

    Example:
        tokens = [[2, 0]] and W = [[1.], [2.], [3.]] give [[[3.], [1.]]].

    Edges: T may be 0; no array of B·T·V numbers may be built on the way, of whatever dtype, nor
    one of V·V (one copy of W is allowed); no argument is changed.
    """
    ### BEGIN SOLUTION
    if ((tokens < 0) | (tokens >= len(W))).any():
        raise ValueError(f"tokens must lie in 0…{len(W) - 1}")
    return W[tokens]
    ### END SOLUTION


# %% tags=["check"] exercise="embed"
check("embed", embed)

# %% tags=["experiment"] varies=true
if solved("embed"):
    vocabularies = [100, 1_000, 10_000, 100_000]
    costs = experiment.look_up_costs(embed, vocabularies)
    lookups.look_up_costs(vocabularies, costs)
    plt.show()
    for name, rows in costs.items():
        ms, mb = 1e3 * rows[-1, 0], 1e-6 * rows[-1, 1]
        print(f"{name}, V = 100,000, 64 tokens: ~{ms:.2g} ms, ~{mb:.2g} MB at most")

# %% [markdown]
# The product grows with V; the look-up itself does not. (A check of the tokens' range and the
# result are all that it needs.) With the 63 letters of this chapter either would do. With the
# 100,000 words of a language model the product costs thousands of times as much.
#
# ## Exercise 5: the last state
#
# For one answer per name the network has to be asked after the name's *last letter*. In a padded
# array that step is another one in every row. `hs[:, -1]` is the state after the padding.


# %% tags=["exercise"] exercise="last_state"
def last_state(hs, lengths):
    """The state after the last step that counts. (10 minutes, difficulty 2 of 3)

    Args:
        hs: (B, T, U) the states after each step of a padded batch.
        lengths: (B,) whole numbers, how many steps of each row count.

    Returns:
        (B, U) the state of row b after its last step that counts.

    Raises:
        ValueError: a length is below 1 or above T.

    Example:
        hs = [[[1.], [2.], [3.]]] with lengths = [2] gives [[2.]].

    Edges: what stands behind a row's length does not matter, be it NaN or infinity;
    no argument is changed.
    """
    ### BEGIN SOLUTION
    if lengths.min() < 1 or lengths.max() > hs.shape[1]:
        raise ValueError(f"lengths must lie in 1…{hs.shape[1]}, got {lengths}")
    return hs[np.arange(len(hs)), lengths - 1]
    ### END SOLUTION


# %% tags=["check"] exercise="last_state"
check("last_state", last_state)

# %% [markdown]
# ## The experiment: what does padding cost?
#
# Networks of 32 units learn the kind of 1,600 names and are tested on 851 others. Each way has five
# networks with five seeds, as many updates as its rivals of the same cell (Elman 200, GRU 150), and
# the rate that did best for it on 400 further names, out of one grid for each cell.
#
# - *mask*: the state after the last letter is read out;
# - *padding to 20, 30, 40* (GRU: 40 alone): the padding is read like letters, the state at the end
#   is read out;
# - *padding in front* (Elman alone): padded to 40 in front, the state at the end is read out.
#   Nothing is masked here either, but the last step is a letter in every row. It is the control.

# %% tags=["predict"]
cost_guess = predict(
    "cost",
    "An Elman network reads names that are padded to 40 with a token of its own, and is asked at "
    "the end. With the mask it is right on about 78% of test names. How much does it lose?",
    {"a": "less than 2 points: it learns to ignore the padding", "b": "2 to 15", "c": "over 15"},
    choice=None,
)

# %% tags=["experiment"]
if solved("pad_batch", "length_mask"):
    given = tokens, lengths, kinds
    readers, right = {}, {}
    for arm in progress(experiment.ARMS, "ways"):
        readers[arm] = experiment.train_arm(arm, *given, seeds=range(5))
        right[arm] = experiment.accuracy(arm, readers[arm], *given)

# %% tags=["experiment"]
if solved("pad_batch", "length_mask"):
    lines = {"always the commonest": float(shares.max()), "style guide": rule_share}
    padding.accuracy_of_arms(right, lines)
    plt.show()
    print(*(f"{arm}: ~{each.mean():.3f}" for arm, each in right.items()), sep="\n")
    lost = float((right["Elman, mask"] - right["Elman, padding to 40"]).mean())
    answer = "a" if lost < 0.02 else "b" if lost < 0.15 else "c"
    cost_guess.reveal(answer, f"It loses ~{100 * lost:.0f} points.")

# %% tags=["experiment"]
if solved("pad_batch", "length_mask"):
    in_words = "accuracy with the mask minus accuracy with padding to 40 that counts, as a share"
    padding_claim = claim(
        "O2",
        statement="Padding that counts costs accuracy.",
        source="Our own measurement: names of Python's standard library, 73% padding",
        metric={"cost, Elman": in_words, "cost, GRU": in_words},
        rule=[above("cost, Elman", 0.02), above("cost, GRU", 0.02)],
        control="the same padding, not masked either, but in front of the names",
        control_metric={"cost, Elman, in front": "the same, with the padding in front"},
        control_rule=[below("cost, Elman, in front", 0.02)],
        seeds=range(5),
    )

    def cost(seed, arm="padding to 40", cell="Elman"):
        return float(right[f"{cell}, mask"][seed] - right[f"{cell}, {arm}"][seed])

    padding_cost = padding_claim.measure(
        lambda seed: {f"cost, {cell}": cost(seed, cell=cell) for cell in ("Elman", "GRU")},
        control=lambda seed: {"cost, Elman, in front": cost(seed, "padding in front")},
    )
    padding_cost.card()

# %% [markdown]
# Two things stand out. It is not the padding as such: in front of the name it costs an Elman
# network nothing, because the letters come last. And it is not every network: a GRU (chapter 10)
# loses nothing. It has a gate that can hold its state while padding passes. (It must learn so:
# trained on names padded to 96 it learned nothing in 200 updates, at the one rate that we tried.)
# An Elman network has no such gate; every step of padding rewrites its state.
#
# And look at the dashed line. Can a network say which kind a name is? Yes, for about 78 of 100 test
# names. But on average no network here beats the style guide, which looks at capitals alone.
#
# ### The same name, in other company
#
# There is a cost that accuracy in training's own layout does not show. The width of a batch is that
# of its longest sequence. So take the trained networks and pad the test names to other widths.

# %% tags=["experiment"]
if solved("pad_batch", "length_mask"):
    widths = [20, 40, 80, 160]
    compared = ("Elman, mask", "Elman, padding to 20", "GRU, padding to 40")
    curves = {a: experiment.accuracy_by_padding(a, readers[a], *given, widths) for a in compared}
    padding.accuracy_over_widths(widths, curves)
    plt.show()
    for arm in compared:
        moved = experiment.change_of_answers(arm, readers[arm], tokens, lengths, 160)
        print(f"{arm}: ~{moved:.0%} of the names get another answer when padded to 160.")

# %% [markdown]
# With the mask, an answer depends on the name alone. Without it, it may depend on the neighbours in
# the batch: with the GRU hardly (4%), with the Elman networks for more than half of the names. The
# band shows how much five Elman networks differ: padded to 160, from 20% to 70% right.
#
# ### Through your own hands
#
# The weights of the first masked network, and all else yours: `pad_batch`, `embed`, `last_state`.

# %% tags=["experiment"]
if solved("pad_batch", "length_mask", "embed", "last_state"):
    said, at_end = experiment.read_names(
        readers["Elman, mask"], tokens[test], lengths[test], embed, last_state
    )
    print(f"Your last_state: ~{np.mean(said == kinds[test]):.1%} right.", end=" ")
    print(f"The state at the end of the array: ~{np.mean(at_end == kinds[test]):.1%}.")
    wrong = np.flatnonzero((said != kinds[test]) & (np.array(by_rule) == kinds[test]))
    print(f"Wrong where the style guide is right: ~{len(wrong)} names.")

# %% [markdown]
# ## Fixed data, read in glimpses
#
# A picture has no time. Yet a network can be made to read it in parts, one **glimpse** after the
# other, and say after each what it takes the picture for: many to many, with one label for all
# steps. This is sequential processing of fixed data. What does the picture lose by being read so?
# We cut the digits (8 × 8 pixels) in four ways.

# %% tags=["experiment"]
images, labels = experiment.digits_in_order()
sizes = [(8, 8), (4, 4), (1, 8), (2, 2)]
glimpses.ways_to_look(images[0], sizes)
plt.show()
print("The same 64 pixels, in the order of the numbers.")

# %% tags=["experiment"]
read, longer = {}, {}
for height, width in progress(sizes, "ways to look"):
    seen = experiment.glimpses(images, height, width)
    T = seen.shape[1]
    read[T] = experiment.accuracy_by_glimpse(seen, labels, range(5), updates=200)
    longer[T] = experiment.accuracy_by_glimpse(seen, labels, range(5), updates=600)[:, -1]
line = experiment.line_by_glimpse(experiment.glimpses(images, 2, 2), labels)

# %% tags=["experiment"]
glimpses.accuracy_by_share(read, line, longer)
plt.show()
for T in read:
    ends = f"~{read[T][:, -1].mean():.2f} after 200 updates, ~{longer[T].mean():.2f} after 600"
    print(f"{T} glimpse{'s' if T > 1 else ''}: {ends}")
print(f"A linear classifier of all pixels: {line[-1]:.2f}")

# %% [markdown]
# The more glimpses, the worse at the same number of updates and the same learning rate, though
# every network has seen the whole picture in the end. A likely reason: what it saw first has to be
# kept through all the steps that follow. Three times the training closes more than half of the gap;
# we did not look for a better rate for each way. Reading in glimpses is meant for pictures
# that are too large to be read whole, where the network may choose where to look. A picture of 64
# pixels gains nothing by it.
#
# ## Exercise 6: read, then write
#
# In the fifth shape one cell has read and written so far. Now the two halves are two cells. The
# **encoder** reads all of the input and leaves one state. The **decoder** goes on from that state
# and writes, reading its own last output. It never sees the input: all it knows of it went through
# the state.


# %% tags=["exercise"] exercise="encode_decode"
def encode_decode(encode, decode, xs, h0, start, steps):
    """Read a whole sequence, then write another one. (15 minutes, difficulty 2 of 3)

    Args:
        encode: a function, `encode(x, h)` with x (B, F) and h (B, U) returns the new h.
        decode: a function, `decode(y, h)` with y (B, O) and h (B, U) returns the pair (y, h): its
            output, (B, O), and the new state.
        xs: (B, T, F) what is read, T at least 1.
        h0: (B, U) the state before the first input.
        start: (B, O) what the first call of decode gets as y.
        steps: how many outputs to write, at least 1.

    Returns:
        (B, steps, O) the outputs. encode reads all of xs first; decode goes on from the state that
        is left, and is fed its own last output.

    Raises:
        ValueError: steps is below 1.

    Example:
        With encode(x, h) = x + h, decode(y, h) = (y + h, h), xs = [[[1.], [2.]]], h0 = [[0.]],
        start = [[10.]] and steps = 2 it returns [[[13.], [16.]]].

    Edges: encode is called T times and decode `steps` times; both take NumPy arrays and TensorFlow
    tensors; no argument is changed.
    """
    ### BEGIN SOLUTION
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    h = h0
    for t in range(xs.shape[1]):
        h = encode(xs[:, t], h)
    y, ys = start, np.zeros((len(start), steps, start.shape[1]))
    for k in range(steps):
        y, h = decode(y, h)
        ys[:, k] = y
    return ys
    ### END SOLUTION


# %% tags=["check"] exercise="encode_decode"
check("encode_decode", encode_decode)

# %% [markdown]
# ### Do both halves matter?
#
# The task: read 15 angles of a damped pendulum, a tenth of a second apart, and write the next 20.
# The pendulums are computed by the course from the laws of physics. Encoder and decoder have 16
# units each and were trained on 300 pendulums; your function runs them on 200 others. Then we
# disturb one half at a time, without training again: the decoder gets the state of *another*
# pendulum; or it loses its memory and starts each step from the encoder's state. (The forecast for
# another pendulum must be bad: of two swings that have nothing to do with each other, the
# difference is about $\sqrt 2$ times one of them, here about 1.3 rad.)

# %% tags=["experiment"]
if solved("encode_decode"):
    swings, unseen = (experiment.pendulum_angles(n, 35, seed) for n, seed in ((300, 1), (200, 2)))
    parts = swings[:, :15], swings[:, 15:]
    halves = experiment.train_halves(*parts, seeds=range(5), updates=300, rate=0.005)
    xs, truth = unseen[:, :15], unseen[:, 15:]
    written = [experiment.halves_apart(each, xs, 20, encode_decode) for each in halves]

    def rmse(angles):
        return float(np.sqrt(np.mean((angles - truth[..., 0]) ** 2)))

    errors = {way: [rmse(each[way][..., 0]) for each in written] for way in written[0]}
    rivals = experiment.rivals_of_the_decoder(*parts, xs, 20)
    errors |= {name: [rmse(angles)] for name, angles in rivals.items()}

# %% tags=["experiment"]
if solved("encode_decode"):
    one = {way: each[3, :, 0] for way, each in written[0].items()}
    two_halves.halves_at_work(xs[3, :, 0], truth[3, :, 0], one, errors, "rad")
    plt.show()
    print("RMSE in rad:")
    print(*(f"  {way}: ~{np.mean(each):.2f}" for way, each in errors.items()), sep="\n")

# %% [markdown]
# With either half disturbed the forecast is worse than saying "hanging still" for ever: the trained
# network uses both. That it is *needed* is another question. Look at the last row, "line": a
# weighted sum of the last 15 angles, fitted by least squares, whose forecasts are read again. It
# has about half the error. (Chapter 3 found weighted sums poor on large swings. There the angles
# were measured with an error, and at most ten of them were used.)
# An encoder–decoder earns its keep where what is read and what is written are of different kinds
# and lengths, as in translation (chapter 15).
#
# ## Repair
#
# Three short pieces of code, each of a kind that stands in published notebooks. Each runs without
# an error. Mend them until the line below says so.
#
# ### Padding counted in accuracy
#
# A network names a part of speech for each word; tag 0 is padding. It has learned to say 0 wherever
# there is padding.


# %% tags=["repair"]
def accuracy_to_repair(predicted, tags):
    """Both (B, T) whole numbers; tag 0 is padding."""
    return np.mean(predicted == tags)


# %% tags=["experiment"]
tags = np.array([[3, 1, 2, 0, 0, 0, 0, 0], [2, 2, 0, 0, 0, 0, 0, 0]])
predicted = np.array([[3, 2, 1, 0, 0, 0, 0, 0], [2, 1, 0, 0, 0, 0, 0, 0]])
accuracy = float(accuracy_to_repair(predicted, tags))
print(f"2 of 5 words are right; your accuracy says {accuracy:.0%}.", end=" ")
print("Mended." if abs(accuracy - 0.4) < 1e-9 else "Not mended yet.")

# %% [markdown]
# ### A mask that gets lost on the way
#
# In Keras a mask travels with the tensor: `Embedding(mask_zero=True)` makes it, and a recurrent
# layer that gets it skips what it hides. Here someone scaled the vectors in between.


# %% tags=["repair"]
def network_to_repair():
    tokens = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(10, 4, mask_zero=True)(tokens)
    vectors = vectors * 2.0
    states = keras.layers.SimpleRNN(5)(vectors)
    return keras.Model(tokens, states)


# %% tags=["experiment"]
keras.utils.set_random_seed(0)
model = network_to_repair()
bare, padded = np.array([[5, 2, 7]]), np.array([[5, 2, 7, 0, 0, 0]])
moved = float(np.abs(np.asarray(model(bare)) - np.asarray(model(padded))).max())
print(f"Three zeros behind the tokens change the state by ~{moved:.2f}.", end=" ")
print("Mended." if moved < 1e-6 else "Not mended yet.")

# %% [markdown]
# ### The last state of the padding
#
# Ready states, ready lengths; one index.


# %% tags=["repair"]
def summary_to_repair(hs, lengths):
    """(B, T, U), (B,) → (B, U): the mean of the first and the last state of each sequence."""
    return (hs[:, 0] + hs[:, -1]) / 2


# %% tags=["experiment"]
ramp = np.arange(1.0, 7.0)[None, :, None] * np.ones((2, 1, 1))  # state t is t, for two sequences
means = np.asarray(summary_to_repair(ramp, np.array([3, 5])))[:, 0]
print(f"Lengths 3 and 5: {means[0]:.1f} and {means[1]:.1f}; right are 2.0 and 3.0.", end=" ")
print("Mended." if np.allclose(means, [2, 3]) else "Not mended yet.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# *Accuracy.* All 11 places of padding count as right, so that two words of five become 81%. Take
# the mean over `tags != 0` only: `np.mean((predicted == tags)[tags != 0])`.
#
# *The mask.* `vectors * 2.0` is a plain operation and gives a new tensor without the mask; no
# warning is shown. Scale inside a layer that hands masks on (`supports_masking`), scale the weights
# of the embedding instead, or hand the mask to the recurrent layer by hand:
# `SimpleRNN(5)(vectors, mask=keras.ops.not_equal(tokens, 0))`.
#
# *The last state.* `hs[:, -1]` is the state after the last step of the *array*. Your `last_state`
# takes each row's own.
#
# </details>
#
# ## What we measured
#
# - Five shapes of task on real data go through one and the same path; only the arrays that say what
#   is read and what counts differ.
# - With the mask a network names the kind of about 78 of 100 names. The style guide, by capitals
#   alone, does so for 79: on average no network beats it.
# - About half of an array of names is padding; batches sorted by length have hardly any.
# - An Elman network that reads the padding behind the names loses accuracy, on average the more the
#   longer the padding; with the padding in front it loses nothing. A GRU loses nothing at 40.
# - Without a mask the answer to a name depends on how far it is padded: much with an Elman network
#   (~63% of the names), little with a GRU (~4%).
# - A look-up gives the same vectors as a one-hot's product, and its cost does not grow with V.
# - An Elman network reads a picture worse the more glimpses it takes, after as many updates at one
#   rate. Longer training closes more than half of the gap.
# - A trained encoder–decoder uses both halves; on pendulums a weighted sum of 15 true angles has
#   about half its error.
#
# ## For those who are fast
#
# No points, and no check.
#
# 1. *Hold it.* Set the weights of one GRU unit by hand so that it holds its state while token 0
#    passes and takes a new one at any other. Which gate does it?
# 2. *Packed.* Write a training loop without any padding: sort a batch by length, longest first, and
#    at each step go on with the rows that are still alive. How many products does it save?
# 3. *Where to look next.* Give the glimpses an order of your own, the same for all digits. Which
#    order of the 16 knows most after four?
#
# ## Remember
#
# <details><summary>What are the five shapes?</summary>
# One to one, one to many, many to one, many to many at each step, and many to one to many.
# </details>
#
# <details><summary>What makes them one and the same path?</summary>
# The loop is the same. Two rows of yes and no say where there is an input and where the output
# counts.
# </details>
#
# <details><summary>Where does a mask come from?</summary>
# From the lengths. Values cannot tell: a value may equal the padding.
# </details>
#
# <details><summary>Why np.where and not a product with the mask?</summary>
# 0 · NaN is NaN. What stands behind a sequence may be anything.
# </details>
#
# <details><summary>What is an embedding, in terms of one-hots?</summary>
# The product of a one-hot with a matrix, done by looking the row up.
# </details>
#
# <details><summary>Which state is the last one?</summary>
# That after the sequence's own last step, at index length − 1; not the last of the array.
# </details>
#
# <details><summary>What does the decoder know of the input?</summary>
# What the encoder's last state holds, and nothing else.
# </details>
#
# ## Read more
#
# - I. Sutskever, O. Vinyals and Q. V. Le, *Sequence to sequence learning with neural networks*,
#   NIPS, 2014.
# - K. Cho and others, *Learning phrase representations using RNN encoder–decoder for statistical
#   machine translation*, EMNLP, 2014.
# - V. Mnih, N. Heess, A. Graves and K. Kavukcuoglu, *Recurrent models of visual attention*, NIPS,
#   2014. A network that chooses its glimpses.
# - A. Karpathy, *The unreasonable effectiveness of recurrent neural networks*, 2015. The drawing of
#   the five shapes became known through it.
# - G. van Rossum, B. Warsaw and A. Coghlan, *PEP 8: Style guide for Python code*, 2001.
