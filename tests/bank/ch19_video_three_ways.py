"""Chapter 19 as students write it: right answers in several styles, and the known mistakes."""

from itertools import product

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

# --- conv3d --------------------------------------------------------------------------------------


def fits(video, kernel):
    for n, k in zip(video.shape, kernel.shape):
        if k > n:
            raise ValueError(f"kernel of {kernel.shape} does not fit on a video of {video.shape}")


def conv_loops(video, kernel):
    fits(video, kernel)
    sizes = [n - k + 1 for n, k in zip(video.shape, kernel.shape)]
    out = np.empty(sizes, dtype=np.result_type(video, kernel))
    for t, y, x in product(*(range(n) for n in sizes)):
        window = video[t : t + kernel.shape[0], y : y + kernel.shape[1], x : x + kernel.shape[2]]
        out[t, y, x] = (window * kernel).sum()
    return out


def conv_windows_einsum(video, kernel):
    fits(video, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.einsum("tyxijk,ijk->tyx", windows, kernel)


def conv_seven_loops(video, kernel):
    (T, H, W), (a, b, c) = video.shape, kernel.shape
    if a > T or b > H or c > W:
        raise ValueError("the kernel is larger than the video")
    out = [[[0.0] * (W - c + 1) for _ in range(H - b + 1)] for _ in range(T - a + 1)]
    for t in range(T - a + 1):
        for y in range(H - b + 1):
            for x in range(W - c + 1):
                for i in range(a):
                    for j in range(b):
                        for k in range(c):
                            out[t][y][x] += float(video[t + i, y + j, x + k]) * float(
                                kernel[i, j, k]
                            )
    return np.array(out)


def conv_keras_ops(video, kernel):
    fits(video, kernel)
    video, kernel = ops.convert_to_tensor(video), ops.convert_to_tensor(kernel)
    T, H, W = (n - k + 1 for n, k in zip(video.shape, kernel.shape))
    total = ops.zeros((T, H, W), dtype=video.dtype)
    for i, j, k in product(*map(range, kernel.shape)):
        total = total + kernel[i, j, k] * video[i : i + T, j : j + H, k : k + W]
    return total


@tf.function
def shifted_sum(video, kernel):
    T, H, W = (n - k + 1 for n, k in zip(video.shape, kernel.shape))
    pieces = [
        kernel[i, j, k] * video[i : i + T, j : j + H, k : k + W]
        for i, j, k in product(*map(range, kernel.shape))
    ]
    return tf.add_n(pieces)


def conv_tensorflow(video, kernel):
    fits(video, kernel)
    return shifted_sum(tf.constant(video), tf.constant(kernel))


def conv_fourier(video, kernel):
    fits(video, kernel)
    size = [n + k - 1 for n, k in zip(video.shape, kernel.shape)]
    spectrum = np.fft.rfftn(video.astype(float), size) * np.fft.rfftn(
        kernel[::-1, ::-1, ::-1].astype(float), size
    )
    full = np.fft.irfftn(spectrum, size)
    a, b, c = (k - 1 for k in kernel.shape)
    T, H, W = video.shape
    return full[a:T, b:H, c:W]


def conv_matrix(video, kernel):
    fits(video, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    places = windows.shape[:3]
    return (windows.reshape(-1, kernel.size) @ kernel.ravel()).reshape(places)


def conv_frame_by_frame(video, kernel):
    fits(video, kernel)

    def flat(frame, mask):
        windows = np.lib.stride_tricks.sliding_window_view(frame, mask.shape)
        return np.tensordot(windows, mask)

    return np.stack(
        [
            sum(flat(video[t + i], mask) for i, mask in enumerate(kernel))
            for t in range(len(video) - len(kernel) + 1)
        ]
    )


def flipped(video, kernel):
    return conv_loops(video, kernel[::-1, ::-1, ::-1])


def flipped_time(video, kernel):
    return conv_loops(video, kernel[::-1])


def flipped_space(video, kernel):
    return conv_loops(video, kernel[:, ::-1, ::-1])


def same_padding(video, kernel):
    fits(video, kernel)
    return conv_loops(np.pad(video, [((k - 1) // 2, k // 2) for k in kernel.shape]), kernel)


def full_padding(video, kernel):
    fits(video, kernel)
    return conv_loops(np.pad(video, [(k - 1, k - 1) for k in kernel.shape]), kernel)


def short(video, kernel):
    fits(video, kernel)
    sizes = [n - k for n, k in zip(video.shape, kernel.shape)]
    out = np.zeros(sizes)
    for t, y, x in product(*(range(n) for n in sizes)):
        window = video[t : t + kernel.shape[0], y : y + kernel.shape[1], x : x + kernel.shape[2]]
        out[t, y, x] = (window * kernel).sum()
    return out


def still(video, kernel):
    return conv_loops(video, np.repeat(kernel.mean(axis=0, keepdims=True), len(kernel), axis=0))


def frames_alone(video, kernel):
    fits(video, kernel)
    return np.concatenate([conv_loops(frame[None], kernel[:1]) for frame in video])


def frame_stuck(video, kernel):
    fits(video, kernel)
    summed = kernel.sum(axis=0)[None]
    return np.concatenate(
        [conv_loops(video[t : t + 1], summed) for t in range(len(video) - len(kernel) + 1)]
    )


def averaged(video, kernel):
    return conv_loops(video, kernel) / kernel.size


def normalised(video, kernel):
    return conv_loops(video, kernel) / np.sum(kernel)


def swapped_axes(video, kernel):
    return conv_loops(video, kernel).transpose(0, 2, 1)


def time_at_the_end(video, kernel):
    return conv_loops(video, kernel).transpose(1, 2, 0)


def summed_over_time(video, kernel):
    return np.sum(conv_loops(video, kernel), axis=0)


def jumping(video, kernel):
    a, b, c = kernel.shape
    return conv_loops(video, kernel)[::a, ::b, ::c]


def any_kernel(video, kernel):
    sizes = [max(n - k + 1, 0) for n, k in zip(video.shape, kernel.shape)]
    out = np.zeros(sizes)
    for t, y, x in product(*(range(n) for n in sizes)):
        window = video[t : t + kernel.shape[0], y : y + kernel.shape[1], x : x + kernel.shape[2]]
        out[t, y, x] = (window * kernel).sum()
    return out


# --- conv3d_shape --------------------------------------------------------------------------------


def must_be_possible(shape, kernel, strides, padding):
    if padding not in {"valid", "same"}:
        raise ValueError(f"padding must be 'valid' or 'same', not {padding!r}")
    if min(strides) < 1:
        raise ValueError(f"strides must be at least 1, got {strides}")
    if padding == "valid" and any(k > n for n, k in zip(shape, kernel)):
        raise ValueError(f"the kernel {kernel} does not fit on {shape}")


def shape_formula(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    if padding == "same":
        return tuple(-(-n // s) for n, s in zip(shape, strides))
    return tuple((n - k) // s + 1 for n, k, s in zip(shape, kernel, strides))


def shape_ranges(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    first_gap = [n - k + 1 if padding == "valid" else n for n, k in zip(shape, kernel)]
    return [len(range(0, room, s)) for room, s in zip(first_gap, strides)]


def shape_numpy(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    n, k, s = np.array(shape), np.array(kernel), np.array(strides)
    room = n if padding == "same" else n - k + 1
    return (room + s - 1) // s


def shape_ceil(shape, kernel, strides, padding):
    import math

    must_be_possible(shape, kernel, strides, padding)
    sizes = []
    for axis in range(3):
        room = shape[axis] - (kernel[axis] - 1) * (padding == "valid")
        sizes.append(math.ceil(room / strides[axis]))
    return sizes


def shape_keras(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    layer = layers.Conv3D(1, tuple(kernel), strides=tuple(strides), padding=padding)
    return layer.compute_output_shape((1, *shape, 1))[1:4]


def shape_tensorflow(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    room = tf.constant(shape) - (tf.constant(kernel) - 1 if padding == "valid" else 0)
    return -(-room // tf.constant(strides))


def per_axis(valid, same):
    def answer(shape, kernel, strides, padding):
        must_be_possible(shape, kernel, strides, padding)
        rule = valid if padding == "valid" else same
        return tuple(rule(n, k, s) for n, k, s in zip(shape, kernel, strides))

    return answer


def valid_size(n, k, s):
    return (n - k) // s + 1


def same_size(n, k, s):
    return -(-n // s)


def reversed_axes(shape, kernel, strides, padding):
    return shape_formula(shape, kernel, strides, padding)[::-1]


def first_kernel(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    return (
        per_axis(valid_size, same_size)(shape, [1] * 3, strides, padding)
        if (padding == "same")
        else tuple((n - kernel[0]) // s + 1 for n, s in zip(shape, strides))
    )


def sizes_without(*left_out):
    def answer(shape, kernel, strides, padding):
        if "padding" not in left_out and padding not in ("valid", "same"):
            raise ValueError("padding")
        if "strides" not in left_out and min(strides) < 1:
            raise ValueError("strides")
        if (
            "kernel" not in left_out
            and padding == "valid"
            and any(k > n for n, k in zip(shape, kernel))
        ):
            raise ValueError("kernel")
        steps = [s or 1 for s in strides]
        if padding == "valid":
            return tuple((n - k) // s + 1 for n, k, s in zip(shape, kernel, steps))
        return tuple(-(-n // s) for n, s in zip(shape, steps))

    return answer


# --- build_cnn_lstm ------------------------------------------------------------------------------


def per_frame(layer, x):
    return layers.TimeDistributed(layer)(x)


def frames_to_features(x, filters=(8, 16)):
    for f in filters:
        x = per_frame(layers.Conv2D(f, 3, strides=2, padding="same", activation="relu"), x)
    return per_frame(layers.Flatten(), x)


def cnn_lstm_functional(shape, classes):
    clip = keras.Input(shape)
    state = layers.LSTM(12)(frames_to_features(clip))
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(state))


def cnn_lstm_sequential(shape, classes):
    cnn = keras.Sequential(
        [
            keras.Input(shape[1:]),
            layers.Conv2D(12, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(12, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(20, activation="relu"),
        ]
    )
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.TimeDistributed(cnn),
            layers.LSTM(24),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def cnn_lstm_reshape(shape, classes):
    """All frames of the batch through ordinary 2D convolutions at once."""
    clip = keras.Input(shape)
    x = ops.reshape(clip, (-1, *shape[1:]))
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(x)
    features = int(np.prod(x.shape[1:]))
    x = ops.reshape(x, (-1, shape[0], features))
    x = layers.GRU(16)(x)
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(x))


def cnn_lstm_flat_kernel(shape, classes):
    """A 3D convolution that never leaves its frame is a 2D convolution."""
    clip = keras.Input(shape)
    x = layers.Conv3D(8, (1, 3, 3), strides=(1, 2, 2), padding="same", activation="relu")(clip)
    x = layers.Conv3D(14, (1, 3, 3), strides=(1, 2, 2), padding="same", activation="relu")(x)
    x = layers.Reshape((shape[0], -1))(x)
    x = layers.Bidirectional(layers.LSTM(7))(x)
    return keras.Model(clip, layers.Dense(classes, "softmax")(x))


class LoopOverFrames(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.first = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")
        self.second = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")
        self.flat = layers.Flatten()
        self.cell = layers.LSTMCell(12)
        self.last = layers.Dense(classes, activation="softmax")

    def call(self, clips):
        state = [ops.zeros((ops.shape(clips)[0], 12))] * 2
        for t in range(clips.shape[1]):
            features = self.flat(self.second(self.first(clips[:, t])))
            h, state = self.cell(features, state)
        return self.last(h)


def cnn_lstm_loop(shape, classes):
    model = LoopOverFrames(classes)
    model(np.zeros((1, *shape), "float32"))
    return model


def classifier(shape, classes, make, activation="softmax"):
    clip = keras.Input(shape)
    return keras.Model(clip, layers.Dense(classes, activation=activation)(make(clip)))


def wrong_cnn(make, activation="softmax"):
    return lambda shape, classes: classifier(shape, classes, make, activation)


def compiled(build):
    def answer(shape, classes):
        model = build(shape, classes)
        model.compile("adam", "sparse_categorical_crossentropy")
        return model

    return answer


def six_classes(build):
    return lambda shape, classes: build(shape, 6)


def frozen(build):
    def answer(shape, classes):
        model = build(shape, classes)
        model.trainable = False
        return model

    return answer


def unbuilt_cnn(shape, classes):
    return keras.Sequential(
        [
            layers.TimeDistributed(layers.Conv2D(8, 3, strides=2, padding="same")),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(12),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def flat_dense(clip):
    return layers.Dense(7, activation="relu")(layers.Flatten()(clip))


def batch_mean(x):
    return x - ops.mean(x, axis=0, keepdims=True)


def two_branches(shape, classes, first, second):
    clip = keras.Input(shape)
    both = layers.Concatenate()([first(clip), second(clip)])
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(both))


def small_maps(clip):
    """A few numbers of a clip that keep time: a way round."""
    return layers.Flatten()(layers.AveragePooling3D((2, 4, 4))(clip))


def cnn_features_of_3d(clip):
    x = layers.Conv3D(8, 3, strides=(1, 2, 2), padding="same", activation="relu")(clip)
    return layers.LSTM(12)(frames_to_features(x, (16,)))


def frames_as_channels(clip):
    x = layers.Permute((2, 3, 1, 4))(clip)
    x = layers.Reshape((*x.shape[1:3], -1))(x)
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(x)
    return layers.LSTM(18)(layers.Reshape((x.shape[1], -1))(x))


def lstm_and_pixels(clip):
    pixels = per_frame(layers.Flatten(), per_frame(layers.AveragePooling2D(3), clip))
    return layers.LSTM(12)(layers.Concatenate()([frames_to_features(clip), pixels]))


# --- build_convlstm ------------------------------------------------------------------------------


def reduced(clip, filters=8):
    return per_frame(layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu"), clip)


def pooled(x):
    return layers.GlobalAveragePooling2D()(x)


def convlstm_functional(shape, classes):
    clip = keras.Input(shape)
    maps = layers.ConvLSTM2D(12, 3, padding="same")(reduced(clip))
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(pooled(maps)))


def convlstm_strided(shape, classes):
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.ConvLSTM2D(15, 3, strides=2, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def convlstm_all_steps(shape, classes):
    clip = keras.Input(shape)
    x = layers.ConvLSTM2D(12, (3, 3), padding="same", return_sequences=True)(reduced(clip))
    x = layers.GlobalMaxPooling3D()(x)
    return keras.Model(clip, layers.Softmax()(layers.Dense(classes)(x)))


def convlstm_flatten_small(shape, classes):
    clip = keras.Input(shape)
    x = layers.Conv3D(8, (1, 3, 3), strides=(1, 3, 3), padding="same", activation="relu")(clip)
    x = layers.ConvLSTM2D(11, 3, padding="same")(x)
    return keras.Model(clip, layers.Dense(classes, "softmax")(layers.Flatten()(x)))


@keras.saving.register_keras_serializable("bank19")
class MapCell(layers.Layer):
    """A gated convolutional recurrence made of ordinary 2D convolutions."""

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.from_input = layers.Conv2D(4 * filters, 3, padding="same")
        self.recurrent = layers.Conv2D(4 * filters, 3, padding="same", use_bias=False)

    @property
    def state_size(self):
        return [self.filters, self.filters]

    def build(self, shape):
        self.from_input.build(shape)
        self.recurrent.build((*shape[:-1], self.filters))
        self.built = True

    def call(self, x, states):
        h, c = states
        i, f, g, o = ops.split(self.from_input(x) + self.recurrent(h), 4, axis=-1)
        c = ops.sigmoid(f + 1) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


class OwnConvLSTM(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.front = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")
        self.cell = MapCell(12)
        self.mean = layers.GlobalAveragePooling2D()
        self.last = layers.Dense(classes, activation="softmax")

    def call(self, clips):
        maps = [self.front(clips[:, t]) for t in range(clips.shape[1])]
        states = [ops.zeros_like(maps[0][..., :1]) * ops.ones((12,))] * 2
        for each in maps:
            h, states = self.cell(each, states)
        return self.last(self.mean(h))


def convlstm_own_cell(shape, classes):
    model = OwnConvLSTM(classes)
    model(np.zeros((1, *shape), "float32"))
    return model


def unbuilt_convlstm(shape, classes):
    return keras.Sequential(
        [
            layers.ConvLSTM2D(15, 3, strides=2, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def convlstm_path(clip):
    return pooled(layers.ConvLSTM2D(12, 3, padding="same")(reduced(clip)))


def conv3d_path(clip):
    x = layers.Conv3D(12, 3, strides=(1, 2, 2), padding="same", activation="relu")(clip)
    x = layers.Conv3D(26, 3, strides=2, padding="same", activation="relu")(x)
    return layers.GlobalAveragePooling3D()(x)


def frames_pooled(clip):
    """Frames read one by one, then a mean over time."""
    x = per_frame(layers.Conv2D(24, 3, strides=2, padding="same", activation="relu"), clip)
    x = per_frame(layers.Conv2D(40, 3, strides=2, padding="same", activation="relu"), x)
    return layers.GlobalAveragePooling3D()(x)


def every_other_frame(clip):
    x = layers.AveragePooling3D((2, 1, 1))(reduced(clip))
    return pooled(layers.ConvLSTM2D(12, 3, padding="same")(x))


# --- build_conv3d --------------------------------------------------------------------------------


def conv3d_functional(shape, classes):
    return classifier(shape, classes, conv3d_path)


def conv3d_sequential(shape, classes):
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Conv3D(12, 3, padding="same", activation="relu"),
            layers.MaxPooling3D(2),
            layers.Conv3D(26, 3, padding="same", activation="relu"),
            layers.GlobalMaxPooling3D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def conv3d_flatten_small(shape, classes):
    clip = keras.Input(shape)
    x = layers.Conv3D(12, (3, 5, 5), strides=(1, 2, 2), padding="same")(clip)
    x = layers.ReLU()(x)
    x = layers.Conv3D(12, (3, 3, 3), strides=(2, 2, 2), padding="same")(x)
    x = layers.ReLU()(x)
    x = layers.AveragePooling3D((2, 1, 1))(x)
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation="relu")(x) if np.prod(shape) < 1500 else x
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(x))


def conv3d_split(shape, classes):
    """Space first, then time: (2+1)D."""
    clip = keras.Input(shape)
    x = layers.Conv3D(16, (1, 3, 3), strides=(1, 2, 2), padding="same", activation="relu")(clip)
    x = layers.Conv3D(24, (3, 1, 1), padding="same", activation="relu")(x)
    x = layers.Conv3D(24, (1, 3, 3), strides=(1, 2, 2), padding="same", activation="relu")(x)
    x = layers.Conv3D(34, (2, 1, 1), padding="same", activation="relu")(x)
    return keras.Model(
        clip, layers.Dense(classes, activation="softmax")(layers.GlobalAveragePooling3D()(x))
    )


class Deep(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.one = layers.Conv3D(12, 3, strides=(1, 2, 2), padding="same")
        self.two = layers.Conv3D(26, 3, strides=2, padding="same")
        self.out = layers.Dense(classes)

    def call(self, clips):
        maps = ops.relu(self.two(ops.relu(self.one(clips))))
        return ops.softmax(self.out(ops.mean(maps, axis=(1, 2, 3))))


def conv3d_subclass(shape, classes):
    model = Deep(classes)
    model(np.zeros((1, *shape), "float32"))
    return model


def unbuilt_conv3d(shape, classes):
    return keras.Sequential(
        [
            layers.Conv3D(12, 3, padding="same", activation="relu"),
            layers.GlobalAveragePooling3D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def kernel_as_large_as_the_clip(clip):
    return layers.Flatten()(layers.Conv3D(7, clip.shape[1:4], activation="relu")(clip))


def order_kept_by_flatten(clip):
    x = layers.Conv3D(12, (1, 3, 3), strides=(1, 3, 3), padding="same", activation="relu")(clip)
    x = layers.AveragePooling3D((1, 2, 2))(x)
    return layers.Dense(18)(layers.Flatten()(x))


def conv3d_then_lstm(clip):
    x = layers.Conv3D(12, 3, strides=(1, 2, 2), padding="same", activation="relu")(clip)
    return layers.LSTM(24)(per_frame(layers.GlobalAveragePooling2D(), x))


# --- shuffle_frames ------------------------------------------------------------------------------


def shuffle_take_along(videos, rng):
    order = rng.random(videos.shape[:2]).argsort(axis=1)
    return np.take_along_axis(videos, order[:, :, None, None, None], axis=1)


def shuffle_loop(videos, rng):
    out = np.empty_like(videos)
    for b in range(len(videos)):
        out[b] = videos[b][rng.permutation(videos.shape[1])]
    return out


def shuffle_permuted(videos, rng):
    B, T = videos.shape[:2]
    order = rng.permuted(np.tile(np.arange(T), (B, 1)), axis=1)
    return videos[np.arange(B)[:, None], order]


def shuffle_list(videos, rng):
    clips = []
    for clip in videos:
        frames = list(clip)
        rng.shuffle(frames)
        clips.append(np.stack(frames))
    return np.array(clips).reshape(videos.shape)


def shuffle_choice(videos, rng):
    steps = videos.shape[1]
    orders = [rng.choice(steps, steps, replace=False) for _ in videos]
    return np.array([clip[order] for clip, order in zip(videos, orders)]).reshape(videos.shape)


def shuffle_tensorflow(videos, rng):
    order = np.argsort(rng.normal(size=videos.shape[:2]), axis=1)
    return tf.gather(videos, order, axis=1, batch_dims=1)


def shuffle_keras_ops(videos, rng):
    order = ops.argsort(ops.convert_to_tensor(rng.uniform(size=videos.shape[:2])), axis=1)
    return ops.take_along_axis(videos, ops.reshape(order, (*videos.shape[:2], 1, 1, 1)), axis=1)


def unchanged(videos, rng):
    shuffle_loop(videos, rng)
    return videos.copy()


def backwards(videos, rng):
    return videos[:, ::-1].copy()


def one_permutation(videos, rng):
    return videos[:, rng.permutation(videos.shape[1])]


def circle(videos, rng):
    starts = rng.integers(max(videos.shape[1], 1), size=len(videos))
    return np.array([np.roll(v, s, axis=0) for v, s in zip(videos, starts)]).reshape(videos.shape)


def always_another(videos, rng):
    out = videos.copy()
    for b, clip in enumerate(videos):
        order = np.arange(len(clip))
        while len(order) > 1 and (order == np.arange(len(clip))).all():
            order = rng.permutation(len(clip))
        out[b] = clip[order]
    return out


def global_stream(videos, rng):
    return shuffle_loop(videos, np.random.default_rng())


def seeded_stream(videos, rng):
    return shuffle_loop(videos, np.random.default_rng(0))


def naive_swaps(videos, rng):
    out = videos.copy()
    for clip in out:
        for t in range(len(clip)):
            other = rng.integers(len(clip))
            clip[[t, other]] = clip[[other, t]]
    return out


def across_clips(videos, rng):
    frames = videos.reshape(-1, *videos.shape[2:])
    return frames[rng.permutation(len(frames))].reshape(videos.shape)


def with_replacement(videos, rng):
    steps = videos.shape[1]
    order = rng.integers(max(steps, 1), size=(len(videos), steps))
    return np.take_along_axis(videos, order[:, :, None, None, None], axis=1)


def pixel_by_pixel(videos, rng):
    return rng.permuted(videos, axis=1)


RIGHT = {
    "conv3d": {
        "loops": conv_loops,
        "einsum": conv_windows_einsum,
        "seven loops": conv_seven_loops,
        "keras.ops": conv_keras_ops,
        "tf.function": conv_tensorflow,
        "Fourier": conv_fourier,
        "matrix product": conv_matrix,
        "frame by frame": conv_frame_by_frame,
    },
    "conv3d_shape": {
        "formula": shape_formula,
        "ranges": shape_ranges,
        "NumPy": shape_numpy,
        "ceil": shape_ceil,
        "Keras": shape_keras,
        "TensorFlow": shape_tensorflow,
    },
    "build_cnn_lstm": {
        "functional": cnn_lstm_functional,
        "sequential": cnn_lstm_sequential,
        "reshape": cnn_lstm_reshape,
        "flat 3D kernel, bidirectional": cnn_lstm_flat_kernel,
        "loop over frames": cnn_lstm_loop,
    },
    "build_convlstm": {
        "functional": convlstm_functional,
        "strided": convlstm_strided,
        "all steps": convlstm_all_steps,
        "flatten a small map": convlstm_flatten_small,
        "own cell": convlstm_own_cell,
    },
    "build_conv3d": {
        "functional": conv3d_functional,
        "sequential": conv3d_sequential,
        "flatten a small map": conv3d_flatten_small,
        "space, then time": conv3d_split,
        "subclass": conv3d_subclass,
    },
    "shuffle_frames": {
        "take_along_axis": shuffle_take_along,
        "loop": shuffle_loop,
        "permuted": shuffle_permuted,
        "list": shuffle_list,
        "choice": shuffle_choice,
        "TensorFlow": shuffle_tensorflow,
        "keras.ops": shuffle_keras_ops,
    },
}

WRONG = {
    "conv3d": {
        "kernel-flipped": flipped,
        "kernel-flipped-in-time": flipped_time,
        "kernel-flipped-in-space": flipped_space,
        "padded-to-the-same-size": same_padding,
        "padded-to-the-full-size": full_padding,
        "one-place-short": short,
        "kernel-averaged-over-time": still,
        "frames-on-their-own": frames_alone,
        "time-of-the-kernel-left-out": frame_stuck,
        "mean-instead-of-sum": averaged,
        "kernel-normalised": normalised,
        "rows-and-columns-swapped": swapped_axes,
        "time-last": time_at_the_end,
        "time-summed-away": summed_over_time,
        "strides-of-the-kernels-size": jumping,
        "too-large-a-kernel-accepted": any_kernel,
    },
    "conv3d_shape": {
        "one-place-short": per_axis(lambda n, k, s: (n - k) // s, same_size),
        "valid-divided-first": per_axis(lambda n, k, s: n // s - k + 1, same_size),
        "valid-rounded-up": per_axis(lambda n, k, s: -(-(n - k) // s) + 1, same_size),
        "strides-forgotten": per_axis(lambda n, k, s: n - k + 1, lambda n, k, s: n),
        "strides-forgotten-with-same": per_axis(valid_size, lambda n, k, s: n),
        "strides-forgotten-with-valid": per_axis(lambda n, k, s: n - k + 1, same_size),
        "same-rounded-down": per_axis(valid_size, lambda n, k, s: n // s),
        "same-padded-evenly": per_axis(valid_size, lambda n, k, s: (n + k // 2 * 2 - k) // s + 1),
        "same-taken-for-valid": per_axis(valid_size, lambda n, k, s: max((n - k) // s + 1, 0)),
        "valid-taken-for-same": per_axis(same_size, same_size),
        "paddings-swapped": per_axis(same_size, lambda n, k, s: max((n - k) // s + 1, 0)),
        "axes-reversed": reversed_axes,
        "first-kernel-size-for-all": first_kernel,
        "unknown-padding-accepted": sizes_without("padding"),
        "too-large-a-kernel-accepted": sizes_without("kernel"),
        "strides-below-one-accepted": sizes_without("strides"),
        "no-error-at-all": sizes_without("padding", "kernel", "strides"),
    },
    "build_cnn_lstm": {
        "compiled": compiled(cnn_lstm_functional),
        "not-built": unbuilt_cnn,
        "always-six-classes": six_classes(cnn_lstm_functional),
        "logits": wrong_cnn(lambda clip: layers.LSTM(12)(frames_to_features(clip)), None),
        "dense-on-the-flat-clip": wrong_cnn(flat_dense),
        "one-frame-only": wrong_cnn(lambda clip: layers.LSTM(12)(frames_to_features(clip[:, -1:]))),
        "blind-to-order": wrong_cnn(frames_pooled),
        "clips-mixed-up": wrong_cnn(
            lambda clip: batch_mean(layers.LSTM(12)(frames_to_features(clip)))
        ),
        "no-recurrent-layer": wrong_cnn(
            lambda clip: layers.Dense(7)(layers.Flatten()(frames_to_features(clip, (8, 12))))
        ),
        "recurrence-over-maps": wrong_cnn(convlstm_path),
        "recurrence-not-over-frames": wrong_cnn(frames_as_channels),
        "features-see-other-frames": wrong_cnn(cnn_features_of_3d),
        "no-convolution": wrong_cnn(
            lambda clip: layers.LSTM(13)(per_frame(layers.Flatten(), clip))
        ),
        "pictures-get-round": wrong_cnn(lstm_and_pixels),
        "classes-get-round": lambda shape, classes: two_branches(
            shape, classes, lambda clip: layers.LSTM(12)(frames_to_features(clip)), small_maps
        ),
        "too-many-weights": wrong_cnn(lambda clip: layers.LSTM(24)(frames_to_features(clip))),
        "too-few-weights": wrong_cnn(lambda clip: layers.LSTM(4)(frames_to_features(clip))),
        "never-learns": frozen(cnn_lstm_functional),
    },
    "build_convlstm": {
        "compiled": compiled(convlstm_functional),
        "not-built": unbuilt_convlstm,
        "always-six-classes": six_classes(convlstm_functional),
        "logits": wrong_cnn(convlstm_path, None),
        "dense-on-the-flat-clip": wrong_cnn(flat_dense),
        "one-frame-only": wrong_cnn(lambda clip: convlstm_path(clip[:, -1:])),
        "blind-to-order": wrong_cnn(frames_pooled),
        "clips-mixed-up": wrong_cnn(lambda clip: batch_mean(convlstm_path(clip))),
        "no-recurrent-layer": wrong_cnn(conv3d_path),
        "recurrence-over-vectors": wrong_cnn(
            lambda clip: layers.LSTM(12)(frames_to_features(clip))
        ),
        "fewer-maps-than-frames": wrong_cnn(every_other_frame),
        "state-stays-in-its-pixel": wrong_cnn(
            lambda clip: pooled(layers.ConvLSTM2D(38, 1)(reduced(clip, 16)))
        ),
        "classes-get-round": lambda shape, classes: two_branches(
            shape, classes, convlstm_path, small_maps
        ),
        "too-many-weights": wrong_cnn(
            lambda clip: pooled(layers.ConvLSTM2D(16, 3, padding="same")(reduced(clip)))
        ),
        "too-few-weights": wrong_cnn(
            lambda clip: pooled(layers.ConvLSTM2D(6, 3, padding="same")(reduced(clip)))
        ),
        "never-learns": frozen(convlstm_functional),
    },
    "build_conv3d": {
        "compiled": compiled(conv3d_functional),
        "not-built": unbuilt_conv3d,
        "always-six-classes": six_classes(conv3d_functional),
        "logits": wrong_cnn(conv3d_path, None),
        "dense-on-the-flat-clip": wrong_cnn(kernel_as_large_as_the_clip),
        "one-frame-only": wrong_cnn(lambda clip: conv3d_path(clip[:, :1])),
        "blind-to-order": wrong_cnn(frames_pooled),
        "clips-mixed-up": wrong_cnn(lambda clip: batch_mean(conv3d_path(clip))),
        "a-recurrent-layer": wrong_cnn(conv3d_then_lstm),
        "no-kernel-over-time": wrong_cnn(order_kept_by_flatten),
        "classes-get-round": lambda shape, classes: two_branches(
            shape, classes, conv3d_path, small_maps
        ),
        "too-many-weights": wrong_cnn(
            lambda clip: layers.Dense(99, activation="relu")(conv3d_path(clip))
        ),
        "too-few-weights": wrong_cnn(
            lambda clip: layers.GlobalAveragePooling3D()(
                layers.Conv3D(9, 3, padding="same", activation="relu")(clip)
            )
        ),
        "never-learns": frozen(conv3d_functional),
    },
    "shuffle_frames": {
        "nothing-shuffled": unchanged,
        "frames-reversed": backwards,
        "one-order-for-all": one_permutation,
        "turned-in-a-circle": circle,
        "never-the-old-order": always_another,
        "another-stream": global_stream,
        "generator-ignored": seeded_stream,
        "orders-not-uniform": naive_swaps,
        "frames-go-to-other-clips": across_clips,
        "frames-come-twice": with_replacement,
        "frames-cut-up": pixel_by_pixel,
    },
}
