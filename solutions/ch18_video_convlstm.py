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
# # 18 · Video: the next frame
#
# After this chapter you can predict the next frame of a video with a convolutional LSTM that you
# built yourself, prove that it never sees the future, let it play on alone, and tell when its
# memory is needed and when a convolution over the last few frames does as well.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.claims import about
from course_utils.start import start

start(
    seed=18, onednn=True
)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf
from keras import ops

from course_utils.experiments import ch18_video_convlstm as experiment
from course_utils.plots import frames, palette, video

# %% [markdown]
# ## The question
#
# A video is a stack of **frame**s, pictures that follow each other in time. Here are clips of ten
# frames, 16 by 16 pixels. In each of them a handwritten digit moves to the right, to the left, down
# or up, about a pixel per frame. What leaves the picture on one side comes back on the other. The
# digits are real: 13 people wrote them. No digit of the test clips appears in training.
#
# **You see five frames. What do the next five look like?**
#
# Nobody labels a video for this: the next frame is the answer, and every video brings it along.

# %% tags=["experiment"]
FRAMES, CONTEXT, SIDE = 10, 5, 16
STEPS = FRAMES - CONTEXT
MOVING_MNIST = False  # True: the classic set in place of ours, a download of 819 MB

# clips(count, part, seed): (count, 10, 16, 16, 1); what is in "test" is never in "train"
clips = experiment.clip_source(FRAMES, SIDE, MOVING_MNIST)
test_clips = clips(64, "test", seed=0)
shown = {f"clip {k + 1}": test_clips[k, :, :, :, 0] for k in range(3)}
fig = video.strip(shown, [f"{t}" for t in range(1, FRAMES + 1)], title="Digits in motion, by frame")
plt.show()
print(f"{len(test_clips)} test clips of {FRAMES} frames, {SIDE} by {SIDE} pixels.")
print(f"A pixel is paper (0) or ink (1), or between; the mean is {test_clips.mean():.2f}.")

# %% [markdown]
# The same clips as a film. It is an animated picture inside the notebook; nothing has to be
# installed to play it.

# %% tags=["experiment"]
experiment.film_of_clips(test_clips[:6])
print("Six clips, one after the other frame; each keeps its direction and its speed.")

# %% [markdown]
# ## Exercise 1: pairs
#
# A model that reads a clip can be asked at *every* frame what comes next. So one clip of $T$ frames
# gives $T-1$ questions with their answers.


# %% tags=["exercise"] exercise="next_frame_pairs"
def next_frame_pairs(videos):
    """Inputs and targets of next-frame prediction. (5 minutes, difficulty 1 of 3)

    Args:
        videos: (B, T, H, W, C): clips, frames, height, width, channels.

    Returns:
        inputs, targets: each (B, T - 1, H, W, C). The target at step t is the frame that follows
        the input at step t. With a single frame there is no pair: return none, (B, 0, H, W, C), or
        raise a ValueError that names videos.

    Example:
        A clip of frames a, b, c, d: inputs a, b, c and targets b, c, d.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    return videos[:, :-1], videos[:, 1:]
    ### END SOLUTION


# %% tags=["check"] exercise="next_frame_pairs"
check("next_frame_pairs", next_frame_pairs)

# %% [markdown]
# ## Exercise 2: the baseline
#
# The cheapest forecast of the next frame is the present one: nothing changes. Forecasters of the
# weather call it **persistence**. It costs nothing, and in most videos it is hard to beat, because
# most pixels do not change from one frame to the next.


# %% tags=["exercise"] exercise="persistence_forecast"
def persistence_forecast(videos):
    """Each next frame is the present one. (5 minutes, difficulty 1 of 3)

    Args:
        videos: (B, T, H, W, C).

    Returns:
        (B, T - 1, H, W, C): the forecasts of the frames 2 to T. With a single frame there is
        nothing to forecast: return (B, 0, H, W, C), or raise a ValueError that names videos.

    Example:
        A clip of frames a, b, c, d: the forecasts of b, c, d are a, b, c.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    known = videos.shape[1] - 1
    return videos[:, :known]
    ### END SOLUTION


# %% tags=["check"] exercise="persistence_forecast"
check("persistence_forecast", persistence_forecast)

# %% [markdown]
# Both answers are a slice, and the course is built on what you do with them. We measure errors as
# **mean squared error** (MSE) per pixel; zero is a perfect forecast. First: how good is persistence
# if the camera takes fewer frames? Your two functions are given every frame, every second, third
# and fourth one. Beside them stands the cheapest forecast of all: a frame that is grey all over,
# with the mean ink of training clips at every pixel.

# %% tags=["experiment"]
if solved("next_frame_pairs", "persistence_forecast"):
    grey = float(clips(288, "train", seed=1).mean())
    kept_errors = []
    for every in (1, 2, 3, 4):
        fewer = test_clips[:, ::every]
        following = np.asarray(next_frame_pairs(fewer)[1])
        kept_errors.append(float(np.mean((persistence_forecast(fewer) - following) ** 2)))
    grey_error = float(np.mean((grey - test_clips[:, 1:]) ** 2))
    fig, ax = plt.subplots(figsize=(7, 2.8))
    experiment.draw_sampling(ax, kept_errors, grey_error)
    plt.show()
    print("MSE of persistence:", ", ".join(f"~{each:.4f}" for each in kept_errors))
    print(f"MSE of a grey frame: ~{grey_error:.4f}.")

# %% [markdown]
# A digit that stands two pixels off pays twice: once for the ink where it is not, once for the
# missing ink where it is. A grey frame pays once, and little. So a low squared error is not yet a
# good picture, and a baseline has to be the best of several.
#
# ### Beat persistence without training
#
# Two frames show how far the digit went, and the next step is the same. Can you forecast with that
# alone? The function below returns persistence. Mend it with two tools of the course:
# `experiment.displacement(before, after)`, (..., H, W) twice, measures how far the ink moved,
# (..., 2) in pixels down and to the right; `experiment.shifted(frames, by)` moves frames, (..., H,
# W), by so much. At the first frame nothing is known yet, so leave it where it is.


# %% tags=["repair"]
def move_on(videos):
    """(B, T, H, W, 1) → (B, T, H, W, 1): at every step a forecast of the next frame."""
    frames_seen = videos[..., 0]  # (B, T, H, W)
    by = np.zeros((*frames_seen.shape[:2], 2))  # how far each frame is moved on
    return experiment.shifted(frames_seen, by)[..., None]


# %% tags=["experiment"]
if solved("next_frame_pairs", "persistence_forecast"):
    inputs, following = (np.asarray(each)[:, 1:] for each in next_frame_pairs(test_clips))
    yours = float(np.mean((move_on(test_clips[:, :-1])[:, 1:] - following) ** 2))
    kept = float(np.mean((inputs - following) ** 2))
    print(f"From the second frame on: yours ~{yours:.4f}, persistence ~{kept:.4f}.")
    if yours > 0.1 * kept:
        print("Not mended: with the motion of the last two frames less than a tenth would be left.")
    else:
        print("Two frames determine the next one, up to what lies between two pixels.")

# %% [markdown]
# <details><summary>A forecast that does it</summary>
#
# ```python
# moved = experiment.displacement(frames_seen[:, :-1], frames_seen[:, 1:])
# by = np.concatenate([np.zeros_like(moved[:, :1]), moved], axis=1)
# ```
#
# It knows that there is one digit, that nothing stops it and that no wall is there. A network is
# told nothing of this; it has to find from clips that things move on.
#
# </details>
#
# ## The idea: an LSTM whose products are convolutions
#
# A network could flatten each frame to 256 numbers and give them to an LSTM. But then it must learn
# for each place anew how a stroke moves there. A **convolutional LSTM** (Shi and others, 2015)
# keeps the picture: input, hidden state and cell state are images, with several numbers per pixel.
# What was a matrix product becomes a convolution, so that the same small **kernel** of weights is
# used at every place:
#
# $$\begin{aligned}
# (i, f, g, o) &= (\sigma, \sigma, \tanh, \sigma)\,(x_t * W + h_{t-1} * U + b), \\
# c_t &= f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh(c_t).
# \end{aligned}$$
#
# Here $*$ is a 'same' convolution, which keeps height and width, and $\odot$ multiplies pixel by
# pixel. $W$ has the shape (kh, kw, C, 4·filters). With kernels of 1 by 1 pixels no pixel hears of
# its neighbours, and you have the LSTM of chapter 9 at each pixel.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
video.conv_lstm(ax)
plt.show()
print("One pixel's new state comes from 3 by 3 pixels of x and of h, and from its own old c.")

# %% tags=["predict"]
reach_guess = predict(
    "reach",
    "You change one pixel of the first frame. With kernels of 3 by 3, how many pixels across is "
    "the patch of the hidden state that differs after three frames?",
    {"a": "3: the kernel's size", "b": "7: it grows with every frame", "c": "16: all of them"},
    choice=None,
)

# %% [markdown]
# ## Exercise 3: the convolutional LSTM cell


# %% tags=["exercise"] exercise="ConvLSTMCell"
@keras.saving.register_keras_serializable(package="unrolled")
class ConvLSTMCell(keras.layers.Layer):
    """One step of a convolutional LSTM, by hand. (30 minutes, difficulty 3 of 3)

    Args:
        filters: numbers per pixel in h and in c, at least 1.
        kernel_size: height and width of both kernels: an int, or a pair.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.

    Raises:
        ValueError: filters is below 1; the message names it.

    Weights, made in `build` with self.add_weight(shape=..., initializer=..., name=...):
        kernel: (kh, kw, C, 4 * filters), for the input of C channels.
        recurrent_kernel: (kh, kw, filters, 4 * filters), for h.
        bias: (4 * filters,); the forget gate's part starts at 1, the rest at 0.
    The four blocks of the last axis are, in this order: i, f, the candidate, o.

    Both convolutions are 'same' ones of stride 1: `ops.conv` and `tf.nn.conv2d` are welcome, as are
    Conv2D sublayers; ready recurrent layers and cells are not. Stay with keras.ops or TensorFlow.

    Edges: the cell is also made in float64, so that sublayers get dtype=self.dtype_policy, and an
    initializer of your own heeds the dtype that it is given.
    """

    def __init__(self, filters, kernel_size, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError(f"filters must be at least 1, got filters={filters}")
        self.filters = filters
        square = isinstance(kernel_size, int)
        self.size = (kernel_size, kernel_size) if square else kernel_size
        ### END SOLUTION

    def build(self, input_shape):
        """input_shape: (B, H, W, C)."""
        ### BEGIN SOLUTION
        wide = 4 * self.filters
        self.kernel = self.add_weight(
            shape=(*self.size, input_shape[-1], wide), initializer="glorot_uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(*self.size, self.filters, wide), initializer="orthogonal", name="recurrent"
        )
        self.bias = self.add_weight(shape=(wide,), initializer="zeros", name="bias")
        self.bias.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.filters))
        ### END SOLUTION

    def call(self, inputs, states):
        """(B, H, W, C) and [h, c], each (B, H, W, filters) → (h, [h, c]), the new ones."""
        ### BEGIN SOLUTION
        h, c = states
        z = ops.conv(inputs, self.kernel, padding="same") + self.bias
        z = z + ops.conv(h, self.recurrent_kernel, padding="same")
        i, f, g, o = ops.split(z, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]
        ### END SOLUTION


# %% tags=["check"] exercise="ConvLSTMCell"
check("ConvLSTMCell", ConvLSTMCell)

# %% [markdown]
# The check compared your cell with `keras.layers.ConvLSTM2D` under the same weights, and, with
# kernels of 1 by 1, with an LSTM that has the pixels for a batch. Now look at what it can reach. We
# run it over five empty frames, change one pixel of the first, and mark where the hidden state
# differs.

# %% tags=["experiment"]
if solved("ConvLSTMCell"):
    keras.utils.set_random_seed(0)
    spark, differs = experiment.news(ConvLSTMCell(4, 3), 4, SIDE)
    fig = video.strip(
        {"input": spark, "h differs": differs},
        [f"frame {t}" for t in range(1, 6)],
        colours={"input": palette.INPUT, "h differs": palette.HIDDEN},
        title="News travels one pixel per frame",
    )
    plt.show()
    across = [int(frame.any(axis=0).sum()) for frame in differs]
    print("Pixels across that have heard of the change:", ", ".join(map(str, across)))
    reach_guess.reveal("b", f"After three frames the patch is {across[2]} pixels across.")

# %% [markdown]
# The **receptive field** of a pixel, the part of the video that it depends on, grows by one pixel
# on each side per frame. This is a speed limit for what the state carries *by itself*: with kernels
# of $k$ pixels, $(k-1)/2$ pixels per frame. Our digits make 0.75 to 1.25, so about half of them are
# faster than kernels of 3 by 3 can carry. As long as each new frame shows the digit again, that
# need not hurt; further below we split the clips by speed and see.
#
# ## Exercise 4: a head that does not see the future
#
# The cell gives several numbers per pixel; the model must give one frame. A convolution over *space
# and time* does it, a 3D convolution: its kernel covers a few frames as well as a few pixels. One
# thing can go wrong, and in published examples it does. A 'same' convolution centres its kernel, so
# that half of it lies in the future. The model's answer to "what comes next?" then looks at what
# comes next. A layer is **causal** if output $t$ depends on frames up to $t$ only.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 2.7))
video.receptive_fields(ax)
plt.show()
print("A kernel of three frames: 'same' takes one from the future, causal takes none.")


# %% tags=["exercise"] exercise="CausalConv3D"
@keras.saving.register_keras_serializable(package="unrolled")
class CausalConv3D(keras.layers.Layer):
    """A 3D convolution that never sees the future. (20 minutes, difficulty 2 of 3)

    Args:
        filters: numbers per pixel in the output, at least 1.
        kernel_size: frames, height and width of the kernel: an int, or a triple.
        **kwargs: Keras's own arguments, such as name and dtype: hand them on to super().__init__.

    Raises:
        ValueError: filters is below 1; the message names it.

    Weights, in this order: kernel (kt, kh, kw, C, filters) and bias (filters,). They may belong to
    a Conv3D sublayer; hand the dtype on to every sublayer, `dtype=self.dtype_policy`.

    In space the layer is 'same': zeros around each frame, height and width stay. In time there are
    only zeros before the first frame, as many as are needed for T frames to come out. The last
    slice of the kernel meets the present frame. No activation. Odd heights and widths suffice.
    """

    def __init__(self, filters, kernel_size, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError(f"filters must be at least 1, got filters={filters}")
        self.conv = keras.layers.Conv3D(filters, kernel_size, dtype=self.dtype_policy)
        ### END SOLUTION

    def call(self, videos):
        """(B, T, H, W, C) → (B, T, H, W, filters)."""
        ### BEGIN SOLUTION
        frames, height, width = self.conv.kernel_size
        around = [(0, 0), (frames - 1, 0), (height // 2,) * 2, (width // 2,) * 2, (0, 0)]
        return self.conv(ops.pad(videos, around))
        ### END SOLUTION


# %% tags=["check"] exercise="CausalConv3D"
check("CausalConv3D", CausalConv3D)

# %% [markdown]
# ### Prove it
#
# Do not believe a layer's name. Change one frame after the other, and look which outputs change. If
# output $t$ changes with a frame after $t$, the layer cheats. Below, a magenta square above the
# diagonal is a frame of the future that the output depends on.


# %% tags=["experiment"]
def influence(model, frames=6):
    """(T, T), True where changing frame s (column) changes output t (row)."""
    rng = np.random.default_rng(0)
    clip = rng.normal(size=(1, frames, SIDE, SIDE, 1)).astype("float32")
    before = np.asarray(model(clip))
    table = np.zeros((frames, frames), bool)
    for s in range(frames):
        other = clip.copy()
        other[:, s] += 1.0
        change = np.abs(np.asarray(model(other)) - before).max(axis=(0, 2, 3, 4))
        table[:, s] = change > 1e-6
    return table


if solved("CausalConv3D"):
    heads = {
        "'same': it sees the future": keras.layers.Conv3D(1, 3, padding="same"),
        "yours": CausalConv3D(1, 3),
    }
    fig, axes = plt.subplots(1, 2, figsize=(7, 3))
    for ax, (name, head) in zip(axes, heads.items()):
        table = influence(head)
        frames.influence(ax, table, name)
        print(f"{name}: {int(np.triu(table, 1).sum())} outputs depend on a later frame.")
    plt.show()

# %% [markdown]
# ## The model
#
# Your cell reads the frames one by one; your head turns its last two hidden states into a frame; a
# sigmoid keeps each pixel between paper and ink. We train it with the cross-entropy per pixel, at
# all frames at once.

# %% tags=["experiment"]
FILTERS, TRAINING = 8, 192

if solved("ConvLSTMCell", "CausalConv3D"):

    class NextFrame(keras.Model):
        """(B, T, H, W, 1) → (B, T, H, W, 1): at every step a forecast of the next frame."""

        def __init__(self):
            super().__init__()
            self.cell = ConvLSTMCell(FILTERS, 3)
            self.head = CausalConv3D(1, (2, 3, 3))

        def call(self, videos):
            batch, frames, height, width, _ = videos.shape
            states = [tf.zeros((batch, height, width, FILTERS))] * 2
            seen = []
            for t in range(frames):
                h, states = self.cell(videos[:, t], states)
                seen.append(h)
            return ops.sigmoid(self.head(ops.stack(seen, axis=1)))

    net = NextFrame()
    net(test_clips[:1])
    print(f"{net.count_params():,} weights, for frames of any size and clips of any length.")
    ahead = np.triu(influence(net), 1)
    print(f"Outputs that depend on a later frame: {int(ahead.sum())}.")

# %% [markdown]
# ## Exercise 5: let it play on alone
#
# To look several frames ahead, the model's forecast becomes its next input, again and again. This
# is a **rollout**: after the context the model lives on what it made up itself. Small errors can be
# carried on and grow, as in chapter 12.


# %% tags=["exercise"] exercise="rollout_frames"
def rollout_frames(model, context, steps):
    """Predict `steps` frames freely. (15 minutes, difficulty 2 of 3)

    Args:
        model: any callable: (B, T, H, W, C) → (B, T, H, W, C); its output at step t is a forecast
            of the frame after t. It may be called with any T.
        context: (B, T, H, W, C), the frames that are known.
        steps: how many frames to predict, at least 1.

    Returns:
        (B, steps, H, W, C): the predictions alone. Each call of the model sees the context and,
        behind it, all predictions made so far.

    Raises:
        ValueError: steps is below 1; the message names it.

    Example:
        With a context of 5 frames and steps = 3 the model is called with 5, 6 and 7 frames.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got steps={steps}")
    frames = context
    for _ in range(steps):
        newest = model(frames)[:, -1:]
        frames = np.concatenate([frames, newest], axis=1)
    return frames[:, -steps:]
    ### END SOLUTION


# %% tags=["check"] exercise="rollout_frames"
check("rollout_frames", rollout_frames)

# %% [markdown]
# ## The experiment
#
# Five networks are trained: five seeds, each with its own first weights, its own 192 training clips
# and its own 64 test clips of digits that no network was trained on. Each then sees five test
# frames and makes the next five by itself. Beside them stand:
#
# - three forecasts that know nothing of motion: persistence, a grey frame, and the last frame
#   *faded*, $a \cdot$ frame $+\, b$, with the best $a$ and $b$ for each horizon on the training
#   clips;
# - the last frame *moved on by hand*, by the motion between the last two;
# - a network without recurrence, the *causal tail*: three of your `CausalConv3D` on top of each
#   other. It has as many weights (2,692), trains as long, and sees seven frames;
# - a control: your network trained on the same clips with the frames of each in random order. It
#   has seen every stroke and no motion.
#
# All networks are trained alike: 6 passes, batches of 4, Adam at a rate of 0.01. (Tried aside with
# one seed and other clips, of 0.003, 0.01 and 0.03 this rate was the best for your network and for
# the tail.)
#
# The rule, before we look, is one for all comparisons. The error is that over all five predicted
# frames, and what counts is the share of a rival's error that is saved, with its 95% interval over
# the seeds. The network *predicts motion* if it saves some of the best naive error, the whole
# interval above zero, and the control does not. Its *recurrence helps* if it saves some of the
# tail's.

# %% tags=["predict"]
winner_guess = predict(
    "winner",
    "The causal tail has no state. Against your network, its error in the rollout will be",
    {
        "a": "clearly larger: without memory it cannot know the motion",
        "b": "about as large, or smaller: five frames show all that is needed",
        "c": "as large as the control's",
    },
    choice=None,
)

# %% tags=["experiment"]
SEEDS = range(10, 15)  # none of them chose the rate or the batch


def train_clips(seed):
    return clips(TRAINING, "train", seed=100 + seed)


tests = np.array([clips(64, "test", seed=200 + seed) for seed in SEEDS])
future = tests[:, :, CONTEXT:]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    trained = experiment.train(NextFrame, next_frame_pairs, train_clips, SEEDS, "ConvLSTM")
    print(f"{len(trained.weights)} networks of {trained.model.count_params():,} weights.")

# %% tags=["experiment"]
if solved("CausalConv3D", "next_frame_pairs"):

    def tail_of(maps, layers):
        """Your causal convolutions alone: so many with ReLU, and one that makes the frame."""
        return lambda: experiment.causal_tail(CausalConv3D, SIDE, maps, layers)

    tail = experiment.train(tail_of(9, 2), next_frame_pairs, train_clips, SEEDS, "causal tail")
    print(f"{len(tail.weights)} tails of {tail.model.count_params():,} weights.")

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):

    def mixed_clips(seed):
        return experiment.shuffled(train_clips(seed), seed)

    control = experiment.train(NextFrame, next_frame_pairs, mixed_clips, SEEDS, "control")
    print(f"{len(control.weights)} networks of the control, trained on frames in random order.")

# %% [markdown]
# ### Error against horizon

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    networks = {"ConvLSTM": trained, "causal tail": tail, "control": control}
    made = {
        name: experiment.rollouts(rollout_frames, each, tests, CONTEXT)
        for name, each in networks.items()
    } | experiment.rivals(tests, train_clips, SEEDS, CONTEXT)
    curves = {name: experiment.by_horizon(each, future) for name, each in made.items()}
    spans = {name: experiment.spans(rows) for name, rows in curves.items()}
    fig, ax = plt.subplots(figsize=(8, 3.4))
    experiment.draw_horizons(ax, spans, experiment.NAIVE)
    plt.show()
    print(*experiment.horizon_lines(spans), sep="\n")


# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    best_naive = min((curves[name] for name in experiment.NAIVE), key=np.mean)
    saves = {name: experiment.saved(rows, best_naive) for name, rows in curves.items()}
    against_tail = experiment.saved(curves["ConvLSTM"], curves["causal tail"])
    for name in ("ConvLSTM", "causal tail", "control"):
        print(experiment.in_words(saves[name], f"the {name}", "the best naive forecast"))
    moves = saves["ConvLSTM"].low > 0 and saves["control"].low <= 0
    print("By the rule it", "predicts motion." if moves else "does not predict motion.")
    print(experiment.in_words(against_tail, "the ConvLSTM", "the tail without recurrence"))
    helps = against_tail.low > 0
    print("By the rule its recurrence", "helps here." if helps else "does not help here.")
    winner_guess.reveal("a" if helps else "b", "Two frames are enough to know the motion.")

# %% [markdown]
# The lowest curve is the last frame moved on by hand: two frames *determine* the next five, up to
# what lies between two pixels. All that is above it is what the networks have not learned. The tail
# sees seven frames, which is more than is needed; so it lacks nothing that a state could give it.
#
# ### Look at it
#
# Numbers hide what the frames look like. Here is the first test clip: what the network saw, what
# came, what it made of it, and the difference by frame. In the last row purple is ink that came and
# was not predicted; orange is ink that was predicted and did not come.

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    net = trained.model
    net.set_weights(trained.weights[0])
    context, truth = test_clips[:, :CONTEXT], test_clips[:, CONTEXT:]
    predicted = np.asarray(rollout_frames(net, context, STEPS))
    fig = experiment.draw_prediction(test_clips[0], predicted[0])
    plt.show()
    per_frame = np.mean((predicted - truth)[0] ** 2, axis=(1, 2, 3))
    print("MSE of this clip by frame:", ", ".join(f"~{value:.3f}" for value in per_frame))
    strength = predicted[0].max(axis=(1, 2, 3))
    print("Darkest predicted pixel:  ", ", ".join(f"~{value:.2f}" for value in strength))

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    names = ("ConvLSTM", "causal tail", "persistence", "control")
    experiment.film_of_rollouts(tests[0, :3], {name: made[name][0, :3] for name in names})
    print("Thick frames: the model lives on its own predictions. The truth is never fed.")

# %% [markdown]
# ### How far does the digit go, and how fast may it be?
#
# A blurred digit may still be in the right place. We measure how far the ink has gone, in the true
# direction, and split the test clips at the speed limit of the state, one pixel per frame.

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    true_way = experiment.travelled(tests, future).mean(axis=0)
    ways = {
        name: experiment.spans(experiment.travelled(tests, made[name]))
        for name in ("ConvLSTM", "causal tail")
    }
    fig, ax = plt.subplots(figsize=(7, 3))
    experiment.draw_travel(ax, ways, true_way)
    plt.show()
    print(*experiment.way_lines(ways, true_way), sep="\n")
    fast = experiment.speeds(tests, CONTEXT) > 1.0
    for name in ("ConvLSTM", "causal tail"):
        print(experiment.speed_line(name, made[name], future, fast))

# %% [markdown]
# The digits fall behind. Is it the speed limit of the state? The tail has no state and no such
# limit. If it held your network back, fast clips would cost your network more than they cost the
# tail. Compare the two lines: the intervals overlap, and the tail falls behind just as far. Each
# new frame, seen or made up, shows the digit again, so that the state need not carry it far.
#
# ### Why does it blur?
#
# "Because several futures are possible" is the wrong answer here: only one is, as the frame moved
# on by hand shows. What is unsure is the *network*. One frame ahead it is wrong by little. But its
# forecast is its next input, small errors add up, and a squared error or cross-entropy per pixel
# pays for spreading the ink over all places where the digit might be.
#
# So more training and more capacity should help. Tried aside on these test clips: your network with
# half as many updates as above (288 clips, 8 passes, batches of 16) had an error of 0.028 over five
# frames (five seeds). With kernels of 5 by 5, 16 filters (27,553 weights), 16 passes in batches of
# 4 and half the rate it was 0.015 (three seeds). We changed both at once and measured the error,
# not the blur.
#
# Where the world itself may go two ways, no training helps: a mean of the two is the best that a
# squared error can get. Our clips are not of this kind.
#
# ## Where memory is needed: the lights go out
#
# What would a clip be in which a few frames do *not* show all that is needed? Let the lights go
# out. The networks see three frames of a clip; all further inputs are empty. They must say at each
# step where the digit is by now. Inputs are dark in training and in the test alike, the targets
# never are, and no prediction is fed back: what is known of the digit is in the state or nowhere.
#
# Two rivals have no recurrence. A tail of two layers and 331 weights, an eighth of your network's,
# sees five frames: from frame 9 on, only dark. A tail of five layers and 2,316 weights sees eleven:
# the whole clip. Both are trained as above, five seeds. The rule: for the frames that are predicted
# in the dark, recurrence helps if it saves some of the error of the *long* tail, the whole interval
# above zero. (Against the short one it may win by its size or by its reach.)

# %% tags=["predict"]
dark_guess = predict(
    "dark",
    "In the dark, whose error will be smaller, once the last lit frame is far back?",
    {
        "a": "that of the ConvLSTM: its state carries the digit on",
        "b": "none: neither can do better than a grey frame",
        "c": "that of the tail",
    },
    choice=None,
)

# %% tags=["experiment"]
LIT, DARK_FRAMES = 3, 12
long_clips = experiment.clip_source(DARK_FRAMES, SIDE, MOVING_MNIST)
dark_tests = np.array([long_clips(64, "test", seed=500 + seed) for seed in SEEDS])


def dark_clips(seed):
    return long_clips(TRAINING, "train", seed=600 + seed)


if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    dark_pairs = experiment.dark_pairs(next_frame_pairs, LIT)
    dark = {"ConvLSTM": experiment.train(NextFrame, dark_pairs, dark_clips, SEEDS, "in the dark")}
    print(f"{len(SEEDS)} networks, trained on {DARK_FRAMES - 1 - LIT} dark frames per clip.")

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    for name, sizes in {"tail, 5 frames": (6, 1), "tail, 11 frames": (5, 4)}.items():
        dark[name] = experiment.train(tail_of(*sizes), dark_pairs, dark_clips, SEEDS, name)
    print(*(f"{n}: {each.model.count_params():,} weights" for n, each in dark.items()), sep="; ")

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    answers = {n: experiment.outputs(each, dark_pairs, dark_tests) for n, each in dark.items()}
    wanted = answers["ConvLSTM"][1]
    in_dark = {name: experiment.by_horizon(each, wanted) for name, (each, _) in answers.items()}
    in_dark["a grey frame"] = experiment.by_horizon(0 * wanted + dark_clips(10).mean(), wanted)
    fig, ax = plt.subplots(figsize=(8, 3.2))
    experiment.draw_dark(ax, {n: experiment.spans(each) for n, each in in_dark.items()}, LIT, 5)
    plt.show()
    for name, rows in in_dark.items():
        print(f"{name:15}: ~{rows[:, LIT].mean():.4f} first, ~{rows[:, -1].mean():.4f} last.")
    for name in ("tail, 5 frames", "tail, 11 frames"):
        share = experiment.saved(in_dark["ConvLSTM"][:, LIT:], in_dark[name][:, LIT:])
        print(experiment.in_words(share, "the ConvLSTM", f"the {name.replace(', ', ' of ')}"))
    late = experiment.saved(*(each[:, LIT + 4 :] for each in list(in_dark.values())[:2]))
    dark_guess.reveal(
        "a" if late.low > 0 else "c" if late.high < 0 else "b",
        f"In the last frame: ~{in_dark['ConvLSTM'][:, -1].mean():.3f} and "
        f"~{in_dark['tail, 5 frames'][:, -1].mean():.3f}.",
    )
    dark_fast = experiment.speeds(dark_tests, LIT) > 1.0
    for name, (each, _) in answers.items():
        print(experiment.speed_line(name, each[:, :, LIT:], wanted[:, :, LIT:], dark_fast))

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    rows = {"truth": dark_tests[0, 0, 1:, :, :, 0]}
    rows["input"] = np.asarray(dark_pairs(dark_tests[0, :1])[0])[0, ..., 0]
    rows |= {name: each[0, 0, ..., 0] for name, (each, _) in answers.items()}
    numbers = [f"{t}" for t in range(2, DARK_FRAMES + 1)]
    fig = video.strip(rows, numbers, title="One clip, predicted in the dark")
    plt.show()
    print("Each column is a predicted frame; the input is the frame before it.")

# %% [markdown]
# By the rule the recurrence does not help here either: from the long tail there is no clear
# difference. In frames 5 to 8 both of them carry the digit through the dark, one in its state, the
# other by its reach, with less error than a grey frame. The short tail loses it at once. Behind the
# dotted line all three end where the grey frame is. So what counts is how far back a network can
# look, and not by which means. But a convolution has to be built for the longest time that can
# come, here with five layers; a recurrence need not know it. (The last three lines: fast clips are
# harder for the network in the dark, as the speed limit says, and for the long tail as well.)
#
# ## Repair 1: a tail that sees the future
#
# A well-known example of next-frame prediction ends as the function below does. It trains without
# any complaint, and its loss is lower than that of the same tail without the mistake. Find out what
# is wrong with it, and mend it. Keep the two layers and their sizes.


# %% tags=["repair"]
def tail_to_repair():
    """A small model of frames: (B, T, H, W, 1) → (B, T, H, W, 1)."""
    return keras.Sequential(
        [
            keras.Input((None, SIDE, SIDE, 1)),
            keras.layers.Conv3D(6, 3, padding="same", activation="relu"),
            keras.layers.Conv3D(1, 3, padding="same", activation="sigmoid"),
        ]
    )


# %% tags=["experiment"]
table = influence(tail_to_repair())
leaks = int(np.triu(table, 1).sum())
own = int(np.tril(table).sum())
if leaks:
    print(f"Not mended yet: {leaks} outputs change with a frame that comes later.")
elif own < 15:
    print(f"Not mended yet: only {own} outputs hear of the past; the kernels cover five frames.")
else:
    print("Mended: no output changes with a later frame.")

# %% [markdown]
# What does the leak do to the numbers? We train the leaking tail and a causal one of the same size,
# five seeds each, on clips of six frames to save time, and measure twice: one frame ahead on whole
# clips, as published examples do, and freely.

# %% tags=["predict"]
leak_guess = predict(
    "leak",
    "The leaking tail, against the causal one: which errors will it have?",
    {
        "a": "lower on whole clips and lower in the rollout",
        "b": "lower on whole clips, higher in the rollout",
        "c": "higher in both",
    },
    choice=None,
)

# %% tags=["experiment"]
if solved("CausalConv3D", "ConvLSTMCell", "next_frame_pairs", "rollout_frames"):
    tails = {"leaking tail": lambda: experiment.leaking_tail(SIDE), "causal tail": tail_of(6, 1)}
    errors = experiment.tail_errors(tails, next_frame_pairs, rollout_frames, clips, CONTEXT, SEEDS)
    found = {name: experiment.spans(rows) for name, rows in errors.items()}
    print(*experiment.tail_lines(found), sep="\n")
    gaps = experiment.spans(errors["leaking tail"] - errors["causal tail"])
    fig, ax = plt.subplots(figsize=(7, 2.9))
    experiment.draw_tails(ax, found, gaps)
    plt.show()
    leak_guess.reveal(
        "b" if gaps.mean[0] < 0 < gaps.mean[1] else "a" if gaps.mean[0] < 0 else "c",
        f"Leaking minus causal: {about(gaps.mean[0], '.4f')} on whole clips, "
        f"{about(gaps.mean[1], '.4f')} alone.",
    )

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# `padding="same"` pads in time as well: output $t$ sees frame $t+1$, which is the answer. Two such
# layers see two frames ahead. On whole clips the answer stands in the input. Alone, the model finds
# zeros where in training the next frames nearly always stood. It still moves the digit, since it
# sees the past as well; the figure's title says how much the leak costs there. A causal layer in
# the place of each cures it: your `CausalConv3D`, with the activations behind it.
#
# </details>
#
# ## Repair 2: a rollout that is told the truth
#
# This function shows "the predicted video" on a poster. The frames look wonderful. What do they
# really show? Mend it, so that nothing after the context can reach the prediction.


# %% tags=["repair"]
def poster_to_repair(model, videos, context, steps):
    """Predict the frames context + 1 to context + steps of (B, T, H, W, C)."""
    predicted = []
    for k in range(steps):
        outputs = model(videos[:, : context + k])
        predicted.append(outputs[:, -1:])
    return np.concatenate(predicted, axis=1)


# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    censored = test_clips.copy()
    censored[:, CONTEXT:] = 0.0
    poster = np.asarray(poster_to_repair(net, test_clips, CONTEXT, STEPS))
    without = np.asarray(poster_to_repair(net, censored, CONTEXT, STEPS))
    told = float(np.abs(poster - without).max())
    honest = experiment.by_horizon(predicted, truth)
    claimed = experiment.by_horizon(poster, truth)
    print("Mended." if told < 1e-6 else "Not mended yet: hide the true frames, and it changes.")
    fig, ax = plt.subplots(figsize=(7, 2.8))
    experiment.draw_poster(ax, claimed, honest)
    plt.show()
    print(f"Five frames on: ~{claimed[-1]:.3f} on the poster, ~{honest[-1]:.3f} in the rollout.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# The model is given the true frames up to the one before: each picture is a forecast of one frame,
# shown as if it were one of five. Call your `rollout_frames` on the context alone.
#
# </details>
#
# ## The real set
#
# The classic of this field is Moving MNIST (Srivastava and others, 2015): ten thousand clips of 20
# frames, 64 by 64 pixels, two digits that bounce from wall to wall. One line switches to it:
# `MOVING_MNIST = True` in the cell below "The question". It is downloaded once, 819 MB, and its
# bytes are verified. Each frame is shrunk to 16 by 16 pixels, so that the notebook then takes as
# long as now.
#
# With `SIDE = 64` in the same cell you work at full size. There are 16 times as many pixels, so
# count 16 times the seconds of training on a CPU. On a GPU we have measured nothing. By the count
# of operations, training one network is then 0.7 teraflop: 192 clips, 6 passes, 9 frames, 4,096
# pixels, 2,736 multiply-adds per pixel, 2 operations each, and about three times that of a forward
# pass for a training step. At full size the digits also move four times as many pixels per frame:
# larger kernels must follow them.
#
# The figures of this chapter that measure a displacement or move the last frame on by hand are made
# for one digit without walls. With two digits that bounce, leave them aside.
#
# ## What we measured
#
# - A convolutional LSTM of fewer than 3,000 weights carries moving digits on that it has never
#   seen. Over five frames it has about a quarter less error than the best naive forecast, and its
#   control has more. In the fifth frame it is no better than a grey frame.
# - A causal convolution over a few frames, without any recurrence, is its rival in that task, and
#   no clear difference was found. Moving the last frame on by hand beats both: two frames determine
#   the motion.
# - The predicted digit falls behind, and blurs. The future is determined; the network is unsure,
#   and a larger network that is trained longer has less error.
# - Where the lights go out, the network has less error than a small tail of five frames, in the
#   first dark frames. At the end it knows no more than a grey frame. Against a tail that is as
#   long as the dark, and nearly as large, no clear difference was found.
# - A 'same' convolution in time makes the numbers on whole clips better than they can honestly be.
#   Alone the model gains nothing from it: a rollout has no future to look at.
#
# ## Two stretch questions, without points
#
# - Train the network through its own rollout: let the loss also look at the second frame that it
#   makes from its own first. Does the digit keep up?
# - Give the lights-out tail more layers, until it sees twice as many frames. What does it cost in
#   weights and seconds, and what does the state cost?
#
# ## Remember
#
# <details><summary>What is convolved in a convolutional LSTM, and what is not?</summary>
# Input and hidden state are convolved. The cell state is multiplied pixel by pixel.
# </details>
#
# <details><summary>What is it with kernels of 1 by 1?</summary>
# An LSTM at each pixel, with the same weights at all of them.
# </details>
#
# <details><summary>How fast can it follow a motion?</summary>
# By itself the state carries news (k − 1) / 2 pixels per frame, where k is the kernel's size. What
# each new frame shows again is not bound by that.
# </details>
#
# <details><summary>How do you test that a model is causal?</summary>
# Change each frame in turn. No output before the changed frame may change.
# </details>
#
# <details><summary>Where do the zeros of a causal convolution stand?</summary>
# All before the first frame: one less than the kernel has frames.
# </details>
#
# <details><summary>What does the model see in the third step of a rollout?</summary>
# The context and its own first two predictions.
# </details>
#
# <details><summary>Why do predicted frames blur?</summary>
# A forecast that is unsure of the place spreads the ink over several, since their mean has the
# smallest expected error. Here the doubt is the network's own: two frames determine the future.
# Where the world itself may go two ways, no training takes the blur away.
# </details>
#
# <details><summary>When does a recurrence help, and when do a few frames do?</summary>
# If what is needed stands in the last few frames, a causal convolution over them does as well. If
# it lies further back, the convolution must be made to reach it; a state can carry it.
# </details>
#
# ## Read more
#
# - X. Shi, Z. Chen, H. Wang, D.-Y. Yeung, W.-k. Wong and W.-c. Woo, *Convolutional LSTM network: a
#   machine learning approach for precipitation nowcasting*, NIPS, 2015.
# - N. Srivastava, E. Mansimov and R. Salakhutdinov, *Unsupervised learning of video representations
#   using LSTMs*, ICML, 2015, with Moving MNIST.
# - M. Mathieu, C. Couprie and Y. LeCun, *Deep multi-scale video prediction beyond mean square
#   error*, ICLR, 2016, on blur.
# - A. van den Oord and others, *WaveNet: a generative model for raw audio*, 2016, on causal
#   convolutions.
# - D. Tran, L. Bourdev, R. Fergus, L. Torresani and M. Paluri, *Learning spatiotemporal features
#   with 3D convolutional networks*, ICCV, 2015.
