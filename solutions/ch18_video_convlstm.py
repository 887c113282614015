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
# built yourself, prove that it never sees the future, and let it play on alone.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.start import start

start(seed=18)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf
from keras import ops

from course_utils.experiments import ch18_video_convlstm as experiment
from course_utils.plots import frames, palette, video
from course_utils.progress import progress

# %% [markdown]
# ## The question
#
# A video is a stack of **frame**s, pictures that follow each other in time. Here are clips of ten
# frames, 16 by 16 pixels. In each of them a handwritten digit moves to the right, to the left, down
# or up, about a pixel per frame. What leaves the picture on one side comes back on the other. The
# digits are real: 13 people wrote them. Those in the test clips never appear in training.
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
# We measure errors as **mean squared error** (MSE) per pixel. Zero is a perfect forecast. A frame
# without any ink has an error too, and it is smaller than you may think: most of a frame is paper.

# %% tags=["experiment"]
if solved("next_frame_pairs", "persistence_forecast"):
    _, following = (np.asarray(each) for each in next_frame_pairs(test_clips))
    kept = np.asarray(persistence_forecast(test_clips))
    persistence_error = float(np.mean((kept - following) ** 2))
    blank_error = float(np.mean(following**2))
    print(f"MSE of persistence, one frame ahead: {persistence_error:.4f}.")
    print(f"MSE of an empty frame: {blank_error:.4f}.")

# %% [markdown]
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
# on each side per frame. This is a speed limit: with kernels of $k$ pixels, the state cannot carry
# along what moves faster than $(k-1)/2$ pixels per frame for long. Our digits make 0.75 to 1.25.
# For faster ones, stack cells or take larger kernels.
#
# ## Exercise 4: a head that does not see the future
#
# The cell gives several numbers per pixel; the model must give one frame. A convolution over
# *space and time* does it, a 3D convolution: its kernel covers a few frames as well as a few
# pixels. One thing can go wrong, and in published examples it does. A 'same' convolution centres
# its kernel, so that half of it lies in the future. The model's answer to "what comes next?" then
# looks at what comes next. A layer is **causal** if output $t$ depends on frames up to $t$ only.

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
# Do not believe a layer's name. Change one frame, and look which outputs change. If output $t$
# changes with a frame after $t$, the layer cheats. Below, black squares above the diagonal would be
# the future.


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
FILTERS, EPOCHS, BATCH, TRAINING = 8, 8, 16, 288

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
# is a **rollout**: after the context the model lives on what it made up itself. Small errors are
# carried on, as in every network that runs on its own outputs.


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
# We train five networks: five seeds, each with its own first weights, its own 288 training clips
# and its own 64 test clips of digits that no network was trained on. Each then sees five test
# frames and makes the next five by itself.
#
# Three naive forecasts go beside it: persistence (the last frame stays), the mean of the five
# frames, and an empty frame. And a control: the same network, trained just as long on the same
# clips with the frames of each in random order. It has seen every stroke and no motion. If it did
# as well, the network would not have learned to move anything.
#
# The rule, before we look: take the error over all five predicted frames, and the best of the
# three naive forecasts. The network *predicts motion* if it saves at least a quarter of that error,
# by the lower end of the 95% interval over the seeds, and if the control, by its upper end, does
# not.

# %% tags=["predict"]
winner_guess = predict(
    "winner",
    "One frame ahead, and five frames ahead: where will the network beat persistence?",
    {
        "a": "at both: it has learned to move the digit",
        "b": "one frame ahead only; five frames ahead it is lost",
        "c": "at neither: persistence is hard to beat",
    },
    choice=None,
)

# %% tags=["experiment"]
SEEDS = range(10, 15)  # none of them was run before the rule stood

if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    trainer = experiment.FrameTrainer(NextFrame, next_frame_pairs, test_clips[:BATCH], batch=BATCH)

    def trained_weights(seed, videos):
        return trainer.train(seed, videos, EPOCHS).get_weights()

    def train_clips(seed):
        return clips(TRAINING, "train", seed=100 + seed)

    trained = [trained_weights(s, train_clips(s)) for s in progress(SEEDS, "five networks")]
    print(f"{len(trained)} networks, {EPOCHS} passes over {TRAINING} clips each.")

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs"):
    control = [
        trained_weights(s, experiment.shuffled(train_clips(s), s))
        for s in progress(SEEDS, "control")
    ]
    print(f"{len(control)} networks of the control, trained on frames in random order.")

# %% [markdown]
# ### Error against horizon

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    weights = {"network": trained, "control": control}
    curves = experiment.horizon_errors(rollout_frames, net, weights, clips, CONTEXT, SEEDS)
    spans = {name: experiment.spans(rows) for name, rows in curves.items()}
    fig, ax = plt.subplots(figsize=(7, 3.4))
    experiment.draw_horizons(ax, spans)
    plt.show()
    for name in ("network", *experiment.NAIVE, "control"):
        mean, low, high = spans[name]
        ends = [f"~{mean[k]:.4f} (~{low[k]:.4f} to ~{high[k]:.4f})" for k in (0, STEPS - 1)]
        print(f"{name:11}: {ends[0]} one frame ahead, {ends[1]} five.")
    network, kept = spans["network"], spans["persistence"]
    better = [bool(network.high[k] < kept.low[k]) for k in (0, -1)]
    winner_guess.reveal(
        "a" if all(better) else "b" if better[0] else "c",
        f"Errors of ~{network.mean[0]:.3f} and ~{kept.mean[0]:.3f} one frame ahead, "
        f"~{network.mean[-1]:.3f} and ~{kept.mean[-1]:.3f} five ahead.",
    )

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    network_saves = experiment.saved(curves, "network")
    control_saves = experiment.saved(curves, "control")
    learned = network_saves.low > 0.25
    passed = control_saves.high < 0.25
    print(f"The network saves {network_saves.mean_text()} of the best naive error,")
    print(f"95% interval {network_saves.range_text()}, five seeds.")
    print(f"The control saves {control_saves.mean_text()}, interval {control_saves.range_text()}.")
    if learned and passed:
        print("Verdict by the rule: it predicts motion, and the control does not.")
    elif learned:
        print("Verdict by the rule: none; the control does too well to say that it is motion.")
    else:
        print("Verdict by the rule: it does not save a quarter of the error.")

# %% [markdown]
# Look at the control's curve as well. It has never seen motion, and its first frame is far worse
# than persistence. Yet some frames ahead it can come below persistence: it answers with a soft grey
# cloud, and the squared error likes clouds. An empty frame beats persistence there for the same
# reason, since a digit in the wrong place pays twice. This is why one baseline is not enough, and
# why a low squared error is not yet a good picture.
#
# ### Look at it
#
# Numbers hide what the frames look like. Here is the first test clip: what the network saw, what
# came, what it made of it, and the difference by frame. In the last row purple is ink that came and
# was not predicted; orange is ink that was predicted and did not come.

# %% tags=["experiment"]
if solved("ConvLSTMCell", "CausalConv3D", "next_frame_pairs", "rollout_frames"):
    net.set_weights(trained[0])
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
    net.set_weights(control[0])
    dreamed = np.asarray(rollout_frames(net, context, STEPS))
    net.set_weights(trained[0])
    still = np.repeat(context[:, -1:], STEPS, axis=1)
    movies = {"ConvLSTM": predicted, "persistence": still, "control": dreamed}
    experiment.film_of_rollouts(test_clips[:3], {name: each[:3] for name, each in movies.items()})
    print("Thick frames: the model lives on its own predictions. The truth is never fed.")

# %% [markdown]
# The network carries the digit on in the right direction, and it blurs. Two futures that are both
# likely have a mean that is neither, and a squared error or a cross-entropy per pixel asks for just
# that mean.
#
# ## Repair 1: a tail that sees the future
#
# A well-known example of next-frame prediction ends as the function below does. It trains without
# any complaint, and its loss is lower than yours. Find out what is wrong with it, and mend it. Keep
# the two layers and their sizes.


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

    def causal_tail():
        return keras.Sequential(
            [
                keras.Input((None, SIDE, SIDE, 1)),
                CausalConv3D(6, 3),
                keras.layers.ReLU(),
                CausalConv3D(1, 3),
                keras.layers.Activation("sigmoid"),
            ]
        )

    tails = {"leaking tail": lambda: experiment.leaking_tail(SIDE), "causal tail": causal_tail}
    errors = experiment.tail_errors(tails, next_frame_pairs, rollout_frames, clips, CONTEXT, SEEDS)
    for name, rows in errors.items():
        (whole, alone), _, (high_whole, high_alone) = experiment.spans(rows)
        print(f"{name:12} on whole clips: ~{whole:.4f} ± ~{high_whole - whole:.4f}")
        print(f"{name:12} in the rollout: ~{alone:.4f} ± ~{high_alone - alone:.4f}")
    fig, ax = plt.subplots(figsize=(7, 2.9))
    experiment.draw_tails(ax, errors)
    plt.show()
    gaps = experiment.spans(errors["leaking tail"] - errors["causal tail"]).mean
    leak_guess.reveal(
        "b" if gaps[0] < 0 < gaps[1] else "a" if gaps[0] < 0 else "c",
        f"Leaking minus causal: ~{gaps[0]:.3f} on whole clips, ~{gaps[1]:.3f} alone.",
    )

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# `padding="same"` pads in time as well: output $t$ sees frame $t+1$, which is the answer. Two such
# layers see two frames ahead. The error on whole clips is then the error of a copy. Alone, the
# model meets an empty future where it has always found one, and what it learned is of no use. A
# causal layer in the place of each cures it: your `CausalConv3D`, with the activations behind it.
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
# count 16 times the seconds of training: some ten minutes for all ten networks on two CPU cores.
# On a GPU we have measured nothing. By the count of operations the training of one network is then
# 3 teraflop of convolutions, seconds for a GPU of today; at 16 by 16 pixels it mostly waits for the
# steps of the loop, one after the other, and gains little. At full size the digits also move four
# times as many pixels per frame: larger kernels must follow them.
#
# ## What we measured
#
# - A convolutional LSTM of fewer than 3,000 weights carries moving digits on that it has never
#   seen. How much of the best naive error it saves over five frames, and how much its control, the
#   verdict above says with intervals over five seeds.
# - Its error grows with the horizon: each forecast is made from the ones before.
# - Persistence is the best naive forecast one frame ahead. Further on, an empty frame has a smaller
#   squared error: name the baseline, and choose it before you look.
# - A 'same' convolution in time makes the numbers on whole clips better than they can honestly be.
#   Alone the model gains nothing from it: a rollout has no future to look at.
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
# The hidden state carries news (k − 1) / 2 pixels per frame, where k is the kernel's size.
# </details>
#
# <details><summary>How do you prove that a model is causal?</summary>
# Change one frame. No output before that frame may change.
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
# Where several futures are possible, the mean of them has the smallest expected error.
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
