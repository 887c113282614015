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
# # 19 · Video, three ways
#
# After this chapter you can build three networks that name what happens in a video, say what each
# one costs, and tell whether a network has seen the motion or only the pictures.

# %% tags=["setup"]
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=19, onednn=True)  # loads TensorFlow, fixes the random seeds, sets the figures' style

import keras
from keras import layers

from course_utils import datasets
from course_utils.claims import above, below
from course_utils.experiments import ch19_video_three_ways as experiment
from course_utils.plots import three_scores, three_ways
from course_utils.progress import progress

# %% [markdown]
# ## The question
#
# A video is a stack of frames. Some of what it shows is in every single frame: a swimming pool, a
# violin. Some of it is in no frame at all: is the door opening or closing?
#
# We want the second kind, so that a network has to look at motion. Real handwritten digits move by
# a **law of motion**: to the right or to the left, down or up, round a circle clockwise or
# counterclockwise. The digit starts anywhere, and what leaves the frame on one side comes back on
# the other. So every place is as likely under every law, in every frame. And the laws come in
# pairs: one is the other one played backwards.
#
# **Which kind of network reads such a video best, and at what price?**

# %% tags=["experiment"]
SOURCE = "digits"  # "ucf101" reads people in action instead: see "The real thing" below
origin = experiment.source(SOURCE)
NAMES, draw = origin  # draw(part, seed): 640 clips to learn from, 600 to test with

SHAPE = draw("test", 0).videos.shape[1:]
CLASSES = len(NAMES)

shown = draw("test", 0)
first = [int(np.flatnonzero(shown.laws == k)[0]) for k in range(CLASSES)]
fig, ax = plt.subplots(figsize=(7, 5.2))
three_ways.film_strip(ax, shown.videos[first].mean(axis=-1), NAMES)
ax.set_title("One clip of each law: no single frame tells which")
plt.show()
print(f"A clip is an array of {SHAPE}: frames, height, width, channels.")

# %% [markdown]
# ### The naive baseline: one frame
#
# First we make sure that the frames alone say nothing. A random forest (no network, and good at
# small pictures) sees the middle frame of each clip and names the law. We draw five data sets and
# give the mean with its 95% interval.

# %% tags=["experiment"]
SEEDS = range(10, 15)  # none of them was run before the rule of this chapter stood
frame_scores = [experiment.single_frame_score(draw, s) for s in progress(SEEDS, "one frame")]
mean, half = experiment.interval(frame_scores)
print(f"One frame: ~{mean:.2f} ± ~{half:.2f} of the clips right.")
print(f"Chance, one of {CLASSES}: {1 / CLASSES:.2f}.")

# %% [markdown]
# The baseline is at chance. Whatever a network reaches above it, it has read off the motion.
#
# ## The idea: three ways to join frames
#
# A classifier of clips reads many inputs and gives one output: *many-to-one*. (One-to-many is a
# caption for a picture, many-to-many a label for every frame.) The three ways differ in where
# frames meet.
#
# 1. *2D CNN + LSTM.* The same 2D network turns each frame into a vector, and an LSTM reads the
#    vectors: $v_t = \mathrm{CNN}(x_t)$, $h_t = \mathrm{LSTM}(v_t, h_{t-1})$. Frames meet as
#    vectors, after space is gone.
# 2. *ConvLSTM.* The state is a stack of maps, and the matrix products of the LSTM become
#    convolutions, as in chapter 18. Frames meet at every place, one after the other.
# 3. **3D convolution**. Time is one more axis of the picture, and a kernel spans several frames:
#
# $$y[t, i, j] = \sum_{a}\sum_{b}\sum_{c} x[t + a,\ i + b,\ j + c]\; k[a, b, c].$$
#
# Frames meet inside the kernel. There is no state and no loop.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(9, 3.2))
three_ways.three_ways(ax)
plt.show()
print("Frames meet as vectors (left), as maps (middle) or inside a kernel (right).")

# %% tags=["predict"]
best_guess = predict(
    "best",
    "Three networks of about 9,000 weights each learn from the same clips. Which names most laws?",
    {"a": "2D CNN + LSTM", "b": "ConvLSTM", "c": "3D convolution"},
    choice=None,
)

# %% [markdown]
# ## Exercise 1: a 3D convolution by hand
#
# Loops, slices, windows, matrix products, Fourier transforms: anything goes but a ready
# convolution. `keras.ops.conv`, `keras.layers.Conv3D`, `tf.nn.conv3d`, `scipy.signal.correlate`,
# `np.convolve` and their kin do the exercise for you and earn nothing.


# %% tags=["exercise"] exercise="conv3d"
def conv3d(video, kernel):
    """The sum of products at every place where the kernel fits. (15 minutes, difficulty 2 of 3)

    Args:
        video: (T, H, W) frames, height, width; real numbers.
        kernel: (kt, kh, kw).

    Returns:
        (T - kt + 1, H - kh + 1, W - kw + 1): 'valid' cross-correlation. The number at [t, i, j] is
        the sum over a, b, c of video[t + a, i + b, j + c] times kernel[a, b, c]. The kernel is not
        turned round.

    Raises:
        ValueError: the kernel does not fit on the video along some axis; the message names kernel.

    Example:
        two frames [[1., 2.]] and [[3., 5.]], a kernel [[[-1.]], [[1.]]] of two frames: the result
        is [[[2., 3.]]], what has changed.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    T, H, W = sizes = [n - k + 1 for n, k in zip(video.shape, kernel.shape)]
    if min(sizes) < 1:
        raise ValueError(f"kernel {kernel.shape} does not fit on a video of {video.shape}")
    response = np.zeros(sizes)
    for a, b, c in np.ndindex(kernel.shape):
        response += kernel[a, b, c] * video[a : a + T, b : b + H, c : c + W]
    return response
    ### END SOLUTION


# %% tags=["check"] exercise="conv3d"
check("conv3d", conv3d)

# %% [markdown]
# One kernel can feel one motion. Take two frames: minus one at the middle pixel of the first, plus
# one at its right neighbour in the second. Where the picture moves to the right by one pixel, old
# and new ink cancel and the response is zero. So the direction whose kernel responds *least* names
# the law. No weight is learned.

# %% tags=["experiment"]
STEPS = {"right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)}


def motion_kernel(step):
    """A kernel of two frames that gives zero where the picture moves by this step."""
    kernel = np.zeros((2, 3, 3))
    kernel[0, 1, 1] = -1
    kernel[1, 1 + step[0], 1 + step[1]] = 1
    return kernel


if solved("conv3d") and SOURCE == "digits":
    straight = datasets.moving_digits(40, size=(12, 12), laws=tuple(STEPS), part="test", seed=3)
    kernels = [motion_kernel(step) for step in STEPS.values()]
    energy = experiment.motion_energy(conv3d, kernels, straight.videos)
    typical = np.array([energy[straight.laws == k].mean(axis=0) for k in range(4)])
    fig, ax = plt.subplots(figsize=(6, 2.9))
    experiment.draw_energy(ax, typical, tuple(STEPS))
    plt.show()
    hits = np.mean(energy.argmin(axis=1) == straight.laws)
    print(
        f"Four kernels and no training name ~{100 * hits:.0f}% of the straight moves; chance 25%."
    )

# %% [markdown]
# A layer of 3D convolutions learns many such kernels, some for slow and some for fast motion. What
# it cannot do is remember: it feels what happens within its few frames, and deeper layers within
# some more.
#
# ## Exercise 2: how large is what comes out?
#
# A **stride** of s keeps every s-th place. In space it shrinks the maps. In time it is
# **temporal sampling**: of a film at 25 frames per second, few are needed, and a network that
# strides over time sees a longer stretch with the same kernel.


# %% tags=["exercise"] exercise="conv3d_shape"
def conv3d_shape(shape, kernel, strides, padding):
    """The size of a 3D convolution's output. (10 minutes, difficulty 1 of 3)

    Args:
        shape: (T, H, W) of the input.
        kernel: (kt, kh, kw).
        strides: (st, sh, sw), each at least 1.
        padding: "valid": the kernel lies wholly on the input; "same": zeros around the input, so
            that with strides of 1 the output is as large as the input.

    Returns:
        (T, H, W) of the output, whole numbers.

    Raises:
        ValueError: padding is neither "valid" nor "same", a stride is below 1, or with "valid" the
            kernel does not fit; the message names padding, strides or kernel.

    Example:
        (16, 64, 64), kernel (3, 3, 3), strides (1, 2, 2): "same" gives (16, 32, 32) and "valid"
        gives (14, 31, 31).
    """
    ### BEGIN SOLUTION
    if padding not in ("valid", "same"):
        raise ValueError(f"padding must be 'valid' or 'same', got padding={padding!r}")
    if min(strides) < 1:
        raise ValueError(f"strides must be at least 1, got strides={strides}")
    sizes = []
    for n, k, s in zip(shape, kernel, strides):
        places = n - k + 1 if padding == "valid" else n
        if places < 1:
            raise ValueError(f"the kernel {kernel} does not fit on {shape}")
        sizes.append(-(-places // s))
    return tuple(sizes)
    ### END SOLUTION


# %% tags=["check"] exercise="conv3d_shape"
check("conv3d_shape", conv3d_shape)

# %% [markdown]
# With it you can plan a network before you build it. Two layers on clips of 8 frames of 12 × 12:

# %% tags=["experiment"]
if solved("conv3d_shape"):
    size = (8, 12, 12)
    print(f"clip                                 {size}")
    for kernel, strides in (((3, 3, 3), (1, 2, 2)), ((3, 3, 3), (2, 2, 2))):
        size = tuple(int(n) for n in conv3d_shape(size, kernel, strides, "same"))
        print(f"kernel {kernel}, strides {strides}  {size}")
    print(f"One mean over all places leaves one number per filter, from {np.prod(size)} places.")

# %% [markdown]
# That last step is **global average pooling**: the mean of each map over all places. It does not
# care where the digit is, and it needs no weights. The other way, one dense layer on the flat clip,
# would learn each place and each moment on its own: chapter 1 counts what that costs.
#
# ## Exercises 3 to 5: three networks
#
# Each takes clips of any `shape` = (T, H, W, C) and gives probabilities for `classes` classes. The
# comparison must be fair: for clips of (8, 12, 12, 1) and six classes, each network has 8,000 to
# 10,000 weights. What else you choose (filters, kernel sizes, strides, pooling) is yours.
#
# Each check looks at what your network does: whether frames meet where they should, whether their
# order matters. Then it trains the network on a few clips of one digit that moves by whole pixels
# in four directions, until it can tell them apart. That takes some seconds, a quarter of a minute
# at most.


# %% tags=["exercise"] exercise="build_cnn_lstm"
def build_cnn_lstm(shape, classes):
    """2D convolutions on each frame, an LSTM over the frames. (20 minutes, difficulty 2 of 3)

    Args:
        shape: (T, H, W, C) of a clip.
        classes: how many classes there are.

    Returns:
        An uncompiled, built keras.Model, (B, T, H, W, C) → (B, classes), softmax probabilities.
        2D convolutions turn every frame into one vector and see no other frame; a recurrent layer
        reads the vectors, (B, T, features), and the class comes from it alone.
        `keras.layers.TimeDistributed(layer)` applies a layer to each frame. The vector must still
        know where things are. 8,000 to 10,000 weights for shape (8, 12, 12, 1) and 6 classes, none
        of them frozen.
    """
    ### BEGIN SOLUTION
    clip = keras.Input(shape)
    maps = clip
    for filters in (8, 16):
        shrink = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")
        maps = layers.TimeDistributed(shrink)(maps)
    vectors = layers.TimeDistributed(layers.Flatten())(maps)
    state = layers.LSTM(12)(vectors)
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(state))
    ### END SOLUTION


# %% tags=["check"] exercise="build_cnn_lstm"
check("build_cnn_lstm", build_cnn_lstm)


# %% tags=["exercise"] exercise="build_convlstm"
def build_convlstm(shape, classes):
    """A convolutional recurrence over the frames. (15 minutes, difficulty 2 of 3)

    Args:
        shape: (T, H, W, C) of a clip.
        classes: how many classes there are.

    Returns:
        An uncompiled, built keras.Model, (B, T, H, W, C) → (B, classes), softmax probabilities. A
        recurrent layer reads maps, one per frame, and convolves its state with a kernel wider than
        one pixel (`keras.layers.ConvLSTM2D`, or your cell of chapter 18); the class comes from it
        alone, through pooling or strides. 8,000 to 10,000 weights for shape (8, 12, 12, 1) and 6
        classes, none of them frozen.
    """
    ### BEGIN SOLUTION
    clip = keras.Input(shape)
    shrink = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")
    maps = layers.TimeDistributed(shrink)(clip)
    state = layers.ConvLSTM2D(12, 3, padding="same")(maps)
    means = layers.GlobalAveragePooling2D()(state)
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(means))
    ### END SOLUTION


# %% tags=["check"] exercise="build_convlstm"
check("build_convlstm", build_convlstm)


# %% tags=["exercise"] exercise="build_conv3d"
def build_conv3d(shape, classes):
    """3D convolutions, no recurrence. (15 minutes, difficulty 2 of 3)

    Args:
        shape: (T, H, W, C) of a clip.
        classes: how many classes there are.

    Returns:
        An uncompiled, built keras.Model, (B, T, H, W, C) → (B, classes), softmax probabilities.
        `keras.layers.Conv3D` layers with activations, some with kernels that span several frames;
        pooling or strides rather than one dense layer on the flat clip; no recurrent layer. 8,000
        to 10,000 weights for shape (8, 12, 12, 1) and 6 classes, none of them frozen.
    """
    ### BEGIN SOLUTION
    clip = keras.Input(shape)
    maps = layers.Conv3D(12, 3, strides=(1, 2, 2), padding="same", activation="relu")(clip)
    maps = layers.Conv3D(26, 3, strides=2, padding="same", activation="relu")(maps)
    means = layers.GlobalAveragePooling3D()(maps)
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(means))
    ### END SOLUTION


# %% tags=["check"] exercise="build_conv3d"
check("build_conv3d", build_conv3d)

# %% [markdown]
# ### What they cost
#
# Equal in weights does not mean equal in work. A weight of a convolution is used once per place,
# one of a recurrence once per frame, one of a ConvLSTM once per place and frame. We count the
# operations of one clip (a multiply-add is two), time a batch of 32 and sum the bytes that a
# gradient tape keeps for it.

# %% tags=["experiment"]
ALL_THREE = ("build_cnn_lstm", "build_convlstm", "build_conv3d")
KINDS = experiment.KINDS  # CNN+LSTM, ConvLSTM, Conv3D

if solved(*ALL_THREE):
    BUILDERS = dict(zip(KINDS, (build_cnn_lstm, build_convlstm, build_conv3d)))
    COSTS = experiment.costs(BUILDERS, draw("test", 0).videos[:32], CLASSES)
    print("          weights  operations   ms per clip   MB kept for 32 clips")
    for kind, cost in COSTS.items():
        print(
            f"{kind:9} {cost.weights:7,} {cost.operations:11,}   ~{cost.milliseconds:.2f}"
            f"         ~{cost.megabytes:.1f}"
        )

# %% [markdown]
# ## Exercise 6: a control that should fail
#
# A network may be right for the wrong reason. So we take its motion away and look whether it still
# is. If the frames of a clip come in random order, all pictures are still there, and a network that
# has looked at pictures alone does not mind.


# %% tags=["exercise"] exercise="shuffle_frames"
def shuffle_frames(videos, rng):
    """Each clip's frames in a random order of its own. (10 minutes, difficulty 2 of 3)

    Args:
        videos: (B, T, H, W, C); not changed.
        rng: a numpy.random.Generator, the only source of randomness.

    Returns:
        (B, T, H, W, C): each clip holds its own frames, whole, in an order that is drawn for it.
        All orders are equally likely, the old one among them.

    Example:
        clips of 2 frames: about half of them come back swapped, the others as they were.
    """
    ### BEGIN SOLUTION
    order = rng.random(videos.shape[:2]).argsort(axis=1)
    return np.take_along_axis(videos, order[:, :, None, None, None], axis=1)
    ### END SOLUTION


# %% tags=["check"] exercise="shuffle_frames"
check("shuffle_frames", shuffle_frames)

# %% tags=["predict"]
shuffle_guess = predict(
    "shuffle",
    "The trained networks see the test clips with shuffled frames. The best of the three falls",
    {
        "a": "hardly: the pictures are still there",
        "b": "by a few points",
        "c": "to about chance",
    },
    choice=None,
)

# %% [markdown]
# ## The experiment
#
# Five times, with five seeds: 640 clips to learn from, 600 to test with (other digits), 12 epochs
# of Adam with batches of 32. The three networks see the same clips equally often. Equal are the
# weights and the clips; operations and seconds are measured.

# %% tags=["experiment"]
EPOCHS = 12
RESULTS = {}


def train_and_test(kind):
    """For each of five seeds: what a freshly trained network names, and its seconds."""
    return experiment.train_and_test(
        BUILDERS[kind], origin, shuffle_frames, EPOCHS, SEEDS, what=kind
    )


if solved(*ALL_THREE, "shuffle_frames"):
    RESULTS["Conv3D"] = train_and_test("Conv3D")

# %% tags=["experiment"]
if solved(*ALL_THREE, "shuffle_frames"):
    RESULTS["CNN+LSTM"] = train_and_test("CNN+LSTM")

# %% tags=["experiment"]
if solved(*ALL_THREE, "shuffle_frames"):
    RESULTS["ConvLSTM"] = train_and_test("ConvLSTM")

# %% tags=["experiment"]
if solved(*ALL_THREE, "shuffle_frames"):
    shares = {kind: experiment.interval([run.right for run in RESULTS[kind]]) for kind in KINDS}
    spent = {kind: min(run.milliseconds for run in RESULTS[kind]) for kind in KINDS}
    work = {kind: COSTS[kind].operations for kind in KINDS}
    fig = three_scores.against_costs(shares, work, spent, 1 / CLASSES, np.mean(frame_scores))
    plt.show()
    for kind in KINDS:
        mean, half = shares[kind]
        print(
            f"{kind:9} ~{mean:.2f} ± ~{half:.2f} right, ~{spent[kind]:.2f} ms per clip in training."
        )
    best = max(KINDS, key=lambda kind: shares[kind][0])
    best_guess.reveal(
        "abc"[KINDS.index(best)], "Compare the intervals before you call it a difference."
    )

# %% [markdown]
# ### What is taken for what?
#
# A **confusion matrix** has one row per truth: the shares of its clips that were named each law.
# The diagonal is right. Laws that are each other's reversal stand side by side.

# %% tags=["experiment"]
if solved(*ALL_THREE, "shuffle_frames"):
    matrices = {kind: experiment.confusion(RESULTS[kind], CLASSES) for kind in KINDS}
    title = "Which way a circle goes is the hard part (percent of each row)"
    fig = three_scores.confusions(
        matrices, NAMES, title if SOURCE == "digits" else "Percent of each row"
    )
    for kind, matrix in matrices.items():
        circles = matrix[4:6, 4:6]
        if SOURCE == "digits":
            print(
                f"{kind:9} straight: ~{100 * np.diag(matrix)[:4].mean():.0f}% right; circles: "
                f"~{50 * circles.sum():.0f}% called a circle, and of these "
                f"~{100 * np.trace(circles) / circles.sum():.0f}% the right way round."
            )
    plt.show()

# %% [markdown]
# Straight moves are nearly solved by two of the three. A circle is often seen as a circle, but
# which way round it goes is little better than a coin: for that a network must feel how the
# direction *changes*, and 640 clips teach it to none of the three. A mean score hides this; the
# matrix does not.
#
# ### What is left without the order?

# %% tags=["experiment"]
if solved(*ALL_THREE, "shuffle_frames"):
    shuffled = {
        kind: experiment.interval([run.right_shuffled for run in RESULTS[kind]]) for kind in KINDS
    }
    fig, ax = plt.subplots(figsize=(7, 3))
    three_scores.without_order(ax, shares, shuffled, 1 / CLASSES)
    plt.show()
    for kind in KINDS:
        kept = shuffled[kind][0]
        print(f"{kind:9} ~{kept:.2f} right with shuffled frames; chance is {1 / CLASSES:.2f}.")
    left, whole = shuffled[best][0], shares[best][0]
    lost = (whole - left) / (whole - 1 / CLASSES)
    shuffle_guess.reveal(
        "c" if lost > 0.8 else "b" if lost < 0.3 else "none of these",
        f"{best} falls from ~{whole:.2f} to ~{left:.2f}.",
    )

# %% [markdown]
# Chance is not the only floor. Frames in disorder still show along which *line* the digit has
# moved, though not which way. A network that keeps apart rows and columns can name one of two
# instead of one of six.
#
# ### Is 3D convolution the most important of the three?
#
# So the lectures say. We take it to mean that one would choose it: at equal weights and equal
# clips it names five points more than either rival, and costs no more operations than the
# cheaper one. The control is the same lead on shuffled frames, where there is no motion to be read:
# it must be gone.

# %% tags=["experiment"]
if solved(*ALL_THREE, "shuffle_frames"):
    important_claim = claim(
        "C32",
        statement="3D convolution is the most important of the three video options.",
        source="Lectures, video; Ji, Xu, Yang and Yu (2013)",
        metric={
            "lead over CNN+LSTM": "share of clips that Conv3D names rightly, minus CNN+LSTM's",
            "lead over ConvLSTM": "the same, minus ConvLSTM's",
            "operations": "Conv3D's operations per clip, divided by those of the cheaper rival",
        },
        rule=[
            above("lead over CNN+LSTM", 0.05),
            above("lead over ConvLSTM", 0.05),
            below("operations", 1),
        ],
        control="on clips with shuffled frames there must be no lead",
        control_rule=[below("lead over CNN+LSTM", 0.05), below("lead over ConvLSTM", 0.05)],
        seeds=SEEDS,
    )
    leads = partial(experiment.leads, RESULTS, COSTS)
    important = important_claim.measure(leads, control=partial(leads, shuffled=True))
    important.card()

# %% [markdown]
# Read the card with its budget in mind. The weights are equal and the training is short: set
# `EPOCHS = 40` and see whether the order stays. The right half of the first figure shows what equal
# *seconds* instead of equal clips would do. And the 3D convolution needs the whole clip before it
# says anything: a recurrent network answers while the film is running.
#
# ## The real thing: UCF101
#
# UCF101 holds 13,320 videos of 101 actions. Set `SOURCE = "ucf101"` in the first experiment and run
# all cells again. What it costs:
#
# | | CPU, 2 cores | GPU |
# |---|---|---|
# | download, once | 6.96 GB, and as much disk | the same |
# | decoding five actions, 8 frames of 32 × 32 (needs `pip install av`) | ~3 minutes | the same |
# | training, three networks, five seeds | ~6 minutes | not measured here |
#
# The minutes on the CPU are estimated: from films of the same size that the course encodes, and
# from the operations, which grow with the pixels, to seven times those of the digits. Beware of the
# baseline: on real videos a single frame says much (a lawn, a gym), so look at its score before you
# praise a network.
#
# ## Repair
#
# The function below scores a classifier of clips. It is how most published notebooks do it, and
# the number looks fine. But the clips are not balanced, most of them move to the right, and the
# classifier has seen *one frame*, which says nothing. Mend the score so that a classifier that
# knows nothing is seen to know nothing: whoever always names the same law must get 1 / (number of
# laws), and whoever names all rightly must get 1.


# %% tags=["repair"]
def score_to_repair(named, laws):
    """How good the names are: named and laws are (N,) whole numbers."""
    return float(np.mean(named == laws))


# %% tags=["experiment"]
blind_names, new_laws = experiment.unbalanced_names(tuple(STEPS))
always_right = np.zeros_like(new_laws)
scores = {
    "one frame": score_to_repair(blind_names, new_laws),
    "always the commonest law": score_to_repair(always_right, new_laws),
    "a perfect one": score_to_repair(new_laws, new_laws),
}
mended = abs(scores["always the commonest law"] - 0.25) < 1e-6 and scores["a perfect one"] == 1
print("Mended." if mended else "Not mended yet: who knows nothing still looks good.")

fig, ax = plt.subplots(figsize=(7, 2.2))
experiment.draw_repair(ax, scores)
plt.show()
for who, score in scores.items():
    print(f"{who}: ~{score:.2f}")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# Accuracy counts clips, so the commonest law decides. The **majority baseline**, which always names
# that law, wins most of it for nothing, and the notebook never shows that baseline. The mean over
# the laws of the share that is right among *that law's* clips (balanced accuracy) gives it one of
# four. And whatever the score, print the baseline's beside yours.
#
# </details>
#
# ## What we measured
#
# - One frame leaves a classifier at chance: these laws are in the motion alone.
# - At equal weights, 3D convolution named clearly more laws than a 2D CNN with an LSTM, and led the
#   ConvLSTM by little, at a small part of its operations. It was not the cheapest.
# - Shuffled frames bring the 3D convolution down to chance. The recurrent networks keep what the
#   line of the motion tells.
# - Accuracy on unbalanced clips praises a classifier that knows nothing.
#
# ## Remember
#
# <details><summary>Where do frames meet in each of the three?</summary>
# As vectors in the LSTM's state; at every place in the ConvLSTM's maps; inside the kernel of a 3D
# convolution.
# </details>
#
# <details><summary>Why may the CNN before an LSTM not end in a mean over all places?</summary>
# The vector would no longer know where the digit is, and the LSTM could see no motion.
# </details>
#
# <details><summary>Which kernel size makes a 3D convolution blind to motion?</summary>
# One that spans a single frame: a 2D convolution in disguise.
# </details>
#
# <details><summary>Why is the ConvLSTM the dearest at equal weights?</summary>
# Each weight is used at every place and in every frame.
# </details>
#
# <details><summary>Which of the three answers while the film is running?</summary>
# The recurrent ones. A 3D convolution with a mean over time waits for the end of the clip.
# </details>
#
# <details><summary>What does a test with shuffled frames tell?</summary>
# How much of the score comes from the order of the frames, and how much from the pictures.
# </details>
#
# <details><summary>What belongs beside every score?</summary>
# The score of someone who knows nothing: chance, the commonest class, a single frame.
# </details>
#
# ## Read more
#
# - S. Ji, W. Xu, M. Yang and K. Yu, *3D convolutional neural networks for human action
#   recognition*, IEEE Transactions on Pattern Analysis and Machine Intelligence, 2013.
# - D. Tran, L. Bourdev, R. Fergus, L. Torresani and M. Paluri, *Learning spatiotemporal features
#   with 3D convolutional networks*, ICCV 2015.
# - J. Donahue et al., *Long-term recurrent convolutional networks for visual recognition and
#   description*, CVPR 2015.
# - X. Shi et al., *Convolutional LSTM network: a machine learning approach for precipitation
#   nowcasting*, NeurIPS 2015.
# - J. Carreira and A. Zisserman, *Quo vadis, action recognition?*, CVPR 2017.
# - K. Soomro, A. R. Zamir and M. Shah, *UCF101: a dataset of 101 human action classes from videos
#   in the wild*, 2012.
