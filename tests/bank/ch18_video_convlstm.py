"""Chapter 18: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, keras.ops, TensorFlow.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests18")


# --- next_frame_pairs and persistence_forecast ---------------------------------------------------


def pairs_loops(videos):
    inputs = [videos[:, t] for t in range(videos.shape[1] - 1)]
    targets = [videos[:, t + 1] for t in range(videos.shape[1] - 1)]
    return np.stack(inputs, axis=1), np.stack(targets, axis=1)


def pairs_refusing(videos):
    if videos.shape[1] < 2:
        raise ValueError(f"videos has {videos.shape[1]} frame: no pair")
    return [videos[:, :-1, ...].copy(), np.delete(videos, 0, axis=1)]


def pairs_take(videos):
    places = np.arange(videos.shape[1] - 1)
    return np.take(videos, places, axis=1), np.take(videos, places + 1, axis=1)


@tf.function
def pairs_graph(videos):
    return videos[:, :-1], videos[:, 1:]


PAIRS_WRONG = {
    "swapped": lambda v: (v[:, 1:], v[:, :-1]),
    "same-frames": lambda v: (v[:, :-1], v[:, :-1]),
    "other-clip": lambda v: (v[:-1], v[1:]),
    "shifted-down": lambda v: (v[:, :, :-1], v[:, :, 1:]),
    "wrapped-round": lambda v: (v, np.roll(v, -1, axis=1)),
    "two-ahead": lambda v: (v[:, :-2], v[:, 2:]),
    "differences": lambda v: (v[:, :-1], np.diff(v, axis=1)),
    "last-target-only": lambda v: (v[:, :-1], v[:, -1:]),
    "whole-clip-as-input": lambda v: (v, v[:, 1:]),
}


def persistence_loops(videos):
    out = np.empty((videos.shape[0], videos.shape[1] - 1, *videos.shape[2:]), videos.dtype)
    for t in range(1, videos.shape[1]):
        out[:, t - 1] = videos[:, t - 1]
    return out


def persistence_refusing(videos):
    if videos.shape[1] < 2:
        raise ValueError("videos needs two frames")
    return ops.convert_to_tensor(videos[:, :-1])


def linear(v):
    change = np.concatenate([np.zeros_like(v[:, :1]), np.diff(v, axis=1)], axis=1)
    return (v + change)[:, :-1]


def mean_so_far(v):
    return np.stack([v[:, : t + 1].mean(axis=1) for t in range(v.shape[1] - 1)], axis=1)


PERSISTENCE_WRONG = {
    "the-truth": lambda v: v[:, 1:],
    "first-frame-kept": lambda v: np.stack([v[:, 0]] * (v.shape[1] - 1), axis=1),
    "last-frame-kept": lambda v: np.stack([v[:, -1]] * (v.shape[1] - 1), axis=1),
    "one-frame-too-many": lambda v: tf.identity(v),
    "starts-with-nothing": lambda v: np.concatenate([0 * v[:, :1], v[:, :-2]], axis=1),
    "linear": linear,
    "mean-so-far": mean_so_far,
    "other-clip": lambda v: v[:-1],
}


# --- ConvLSTMCell --------------------------------------------------------------------------------


class Base(keras.layers.Layer):
    """What the cells share; each right one defines `sums`, each wrong one `step`."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError(f"filters must be at least 1, got {filters}")
        self.filters = filters
        self.size = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)

    def first_bias(self):
        return np.repeat([0.0, 1.0, 0.0, 0.0], self.filters)

    def build(self, input_shape):
        wide = 4 * self.filters
        self.kernel = self.add_weight(shape=(*self.size, input_shape[-1], wide), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(*self.size, self.filters, wide), name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(wide,), name="bias", initializer="zeros")
        self.bias.assign(self.first_bias())
        self.built = True

    def sums(self, x, h):
        return (
            ops.conv(x, self.kernel, padding="same")
            + ops.conv(h, self.recurrent_kernel, padding="same")
            + self.bias
        )

    def call(self, inputs, states):
        h, c = states
        i, f, g, o = ops.split(self.sums(inputs, h), 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


@register
class CellOps(Base):
    pass


@register
class CellTensorFlow(Base):
    def call(self, inputs, states):
        h, c = states
        z = tf.nn.conv2d(inputs, self.kernel.value, 1, "SAME")
        z += tf.nn.conv2d(tf.convert_to_tensor(h), self.recurrent_kernel.value, 1, "SAME")
        z = tf.nn.bias_add(z, self.bias.value)
        n = self.filters
        gates = tf.math.sigmoid(tf.concat([z[..., : 2 * n], z[..., 3 * n :]], -1))
        c = gates[..., n : 2 * n] * c + gates[..., :n] * tf.math.tanh(z[..., 2 * n : 3 * n])
        h = gates[..., 2 * n :] * tf.math.tanh(c)
        return h, (h, c)


@register
class CellJoined(Base):
    """One convolution of input and state side by side, and a configuration of its own."""

    def sums(self, x, h):
        both = ops.concatenate([ops.convert_to_tensor(x), ops.convert_to_tensor(h)], axis=-1)
        kernel = ops.concatenate([self.kernel, self.recurrent_kernel], axis=2)
        return ops.conv(both, kernel, strides=1, padding="same") + self.bias

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "kernel_size": self.size}


@register
class CellConv2D(keras.layers.Layer):
    """Two Conv2D sublayers, with the weights under the fixed names."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        if filters <= 0:
            raise ValueError(f"`filters` should be positive, got {filters!r}")
        self.filters = filters
        given = {"padding": "same", "dtype": self.dtype_policy}
        self.of_input = keras.layers.Conv2D(
            4 * filters, kernel_size, use_bias=True, bias_initializer=self.first_bias, **given
        )
        self.of_state = keras.layers.Conv2D(4 * filters, kernel_size, use_bias=False, **given)

    def first_bias(self, shape, dtype=None):
        n = self.filters
        return ops.concatenate([ops.zeros(n, dtype), ops.ones(n, dtype), ops.zeros(2 * n, dtype)])

    def build(self, input_shape):
        self.of_input.build(input_shape)
        self.of_state.build((*input_shape[:-1], self.filters))

    kernel = property(lambda self: self.of_input.kernel)
    bias = property(lambda self: self.of_input.bias)
    recurrent_kernel = property(lambda self: self.of_state.kernel)

    def call(self, inputs, states):
        h, c = states
        i, f, g, o = tf.split(self.of_input(inputs) + self.of_state(h), 4, axis=3)
        c = keras.activations.sigmoid(f) * c + keras.activations.sigmoid(i) * tf.tanh(g)
        h = keras.activations.sigmoid(o) * keras.activations.tanh(c)
        return h, [h, c]


@register
class CellShifts(Base):
    """Convolutions by hand: a sum over the shifts of the frame."""

    def one(self, frames, kernel):
        kh, kw = self.size
        frames = ops.convert_to_tensor(frames)
        H, W = frames.shape[1:3]
        pads = [[0, 0], [(kh - 1) // 2, kh // 2], [(kw - 1) // 2, kw // 2], [0, 0]]
        padded = ops.pad(frames, pads)
        return sum(
            ops.matmul(padded[:, y : y + H, x : x + W], kernel[y, x])
            for y in range(kh)
            for x in range(kw)
        )

    def sums(self, x, h):
        return self.one(x, self.kernel) + self.one(h, self.recurrent_kernel) + self.bias


_made: list[type] = []


def cell_with(step=None, sums=None, start=None):
    """A registered cell that is wrong in one way.

    `step(z, h, c)` gives (output, states); `sums(self, x, h)` gives z; `start(n)` the first bias.
    """

    of_both = sums

    class Wrong(Base):
        if of_both is not None:

            def sums(self, x, h):
                return of_both(self, x, h)

        if start is not None:

            def first_bias(self):
                return start(self.filters)

        if step is not None:

            def call(self, inputs, states):
                h, c = states
                return step(self.sums(inputs, h), h, c)

    Wrong.__name__ = f"WrongConvLSTM{len(_made)}"
    _made.append(Wrong)
    return register(Wrong)


def lstm(z, c, order=(0, 1, 2, 3), gate=ops.sigmoid, candidate=ops.tanh, out=ops.tanh):
    parts = ops.split(z, 4, axis=-1)
    i, f, g, o = (parts[k] for k in order)
    c = gate(f) * c + gate(i) * candidate(g)
    return gate(o) * out(c), c


def shuffled(**how):
    def step(z, h, c):
        h, c = lstm(z, c, **how)
        return h, [h, c]

    return step


def gated(rule):
    """`rule(i, f, g, o, c)` gives (h, c)."""

    def step(z, h, c):
        i, f, g, o = ops.split(z, 4, axis=-1)
        h, c = rule(ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o), c)
        return h, [h, c]

    return step


def returning(rule):
    """`rule(h, c, old_h, old_c)` gives what `call` returns."""

    def step(z, old_h, old_c):
        h, c = lstm(z, old_c)
        return rule(h, c, old_h, old_c)

    return step


def conv(x, kernel, padding="same"):
    return ops.conv(x, kernel, padding=padding)


def edge_conv(x, kernel):
    kh, kw = kernel.shape[:2]
    x = ops.convert_to_tensor(x)
    top = ops.concatenate([x[:, :1]] * (kh // 2) + [x] + [x[:, -1:]] * (kh // 2), axis=1)
    full = ops.concatenate(
        [top[:, :, :1]] * (kw // 2) + [top] + [top[:, :, -1:]] * (kw // 2), axis=2
    )
    return ops.conv(full, kernel, padding="valid")


def no_gate(keep=1.0, take=1.0, show=1.0):
    """Where a factor is 0 the gate is left out."""

    def rule(i, f, g, o, c):
        c = (f if keep else 1.0) * c + (i if take else 1.0) * g
        return (o if show else 1.0) * ops.tanh(c), c

    return rule


def coupled(i, f, g, o, c):
    c = (1.0 - i) * c + i * g
    return o * ops.tanh(c), c


def from_old_cell(i, f, g, o, c):
    return o * ops.tanh(ops.convert_to_tensor(c)), f * c + i * g


def forget_more(z, h, c):
    i, f, g, o = ops.split(z, 4, axis=-1)
    c = ops.sigmoid(f + 1.0) * c + ops.sigmoid(i) * ops.tanh(g)
    h = ops.sigmoid(o) * ops.tanh(c)
    return h, [h, c]


@register
class NoKeywordsCell(Base):
    def __init__(self, filters, kernel_size):
        super().__init__(filters, kernel_size)


@register
class ConfigWithoutFiltersCell(Base):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype, "kernel_size": self.size}


@register
class ConfigWithoutKeywordsCell(Base):
    def get_config(self):
        return {"filters": self.filters, "kernel_size": self.size}


@register
class AnyFiltersCell(Base):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(max(filters, 1), kernel_size, **kwargs)


CELL_WRONG = {
    "forget-first": cell_with(shuffled(order=(1, 0, 2, 3))),
    "candidate-last": cell_with(shuffled(order=(0, 1, 3, 2))),
    "candidate-second": cell_with(shuffled(order=(0, 2, 1, 3))),
    "no-bias": cell_with(
        sums=lambda self, x, h: (
            conv(x, self.kernel) + conv(h, self.recurrent_kernel) + 0.0 * self.bias
        )
    ),
    "bias-twice": cell_with(
        sums=lambda self, x, h: (
            (conv(x, self.kernel) + self.bias) + (conv(h, self.recurrent_kernel) + self.bias)
        )
    ),
    "no-recurrence": cell_with(
        sums=lambda self, x, h: (
            conv(x, self.kernel) + self.bias + 0.0 * conv(h, self.recurrent_kernel)
        )
    ),
    "no-input": cell_with(
        sums=lambda self, x, h: (
            conv(h, self.recurrent_kernel) + self.bias + 0.0 * conv(x, self.kernel)
        )
    ),
    "state-not-convolved": cell_with(
        sums=lambda self, x, h: (
            conv(x, self.kernel)
            + ops.matmul(h, self.recurrent_kernel[self.size[0] // 2, self.size[1] // 2])
            + self.bias
        )
    ),
    "kernel-turned": cell_with(
        sums=lambda self, x, h: (
            conv(x, self.kernel.value[::-1, ::-1])
            + conv(h, self.recurrent_kernel.value[::-1, ::-1])
            + self.bias
        )
    ),
    "border-repeated": cell_with(
        sums=lambda self, x, h: (
            edge_conv(x, self.kernel) + edge_conv(h, self.recurrent_kernel) + self.bias
        )
    ),
    "valid-convolution": cell_with(
        sums=lambda self, x, h: (
            conv(x, self.kernel, "valid") + conv(h, self.recurrent_kernel, "valid") + self.bias
        )
    ),
    "sigmoid-candidate": cell_with(shuffled(candidate=ops.sigmoid)),
    "raw-candidate": cell_with(shuffled(candidate=lambda z: z)),
    "hard-sigmoid": cell_with(shuffled(gate=ops.hard_sigmoid)),
    "raw-gates": cell_with(shuffled(gate=lambda z: z)),
    "no-tanh-on-the-way-out": cell_with(shuffled(out=lambda c: c)),
    "no-forget-gate": cell_with(gated(no_gate(keep=0))),
    "no-input-gate": cell_with(gated(no_gate(take=0))),
    "no-output-gate": cell_with(gated(no_gate(show=0))),
    "coupled-gates": cell_with(gated(coupled)),
    "output-from-old-cell": cell_with(gated(from_old_cell)),
    "states-swapped": cell_with(returning(lambda h, c, old_h, old_c: (h, [c, h]))),
    "old-cell-carried": cell_with(returning(lambda h, c, old_h, old_c: (h, [h, old_c]))),
    "old-state-carried": cell_with(returning(lambda h, c, old_h, old_c: (h, [old_h, c]))),
    "cell-as-output": cell_with(returning(lambda h, c, old_h, old_c: (c, [h, c]))),
    "forget-bias-in-call": cell_with(forget_more),
    "forget-bias-zero": cell_with(start=lambda n: np.zeros(4 * n)),
    "bias-all-ones": cell_with(start=lambda n: np.ones(4 * n)),
    "bias-one-elsewhere": cell_with(start=lambda n: np.repeat([1.0, 0.0, 0.0, 0.0], n)),
    "no-gradient-through-h": cell_with(
        sums=lambda self, x, h: (
            conv(x, self.kernel)
            + conv(tf.stop_gradient(tf.convert_to_tensor(h)), self.recurrent_kernel)
            + self.bias
        )
    ),
    "no-keywords": NoKeywordsCell,
    "config-without-filters": ConfigWithoutFiltersCell,
    "config-without-keywords": ConfigWithoutKeywordsCell,
    "any-filters": AnyFiltersCell,
}


# --- CausalConv3D --------------------------------------------------------------------------------


class LayerBase(keras.layers.Layer):
    """What the layers share; each defines `convolve(videos)`."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError(f"filters must be at least 1, got {filters}")
        self.filters = filters
        self.size = (kernel_size,) * 3 if isinstance(kernel_size, int) else tuple(kernel_size)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(*self.size, input_shape[-1], self.filters), name="kernel"
        )
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def space(self):
        return [[k // 2, k // 2] for k in self.size[1:]]

    def compute_output_shape(self, shape):
        return (*shape[:-1], self.filters)

    def convolve(self, videos, kernel):
        padded = ops.pad(videos, [[0, 0], [self.size[0] - 1, 0], *self.space(), [0, 0]])
        return ops.conv(padded, kernel, padding="valid")

    def call(self, videos):
        return self.convolve(videos, self.kernel) + self.bias


@register
class LayerOps(LayerBase):
    pass


@register
class LayerConv3D(keras.layers.Layer):
    """A ready Conv3D, 'same' in space by padding, with zeros before the clip."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError("filters")
        self.conv = keras.layers.Conv3D(filters, kernel_size, dtype=self.dtype_policy)

    def call(self, videos):
        kt, kh, kw = self.conv.kernel_size
        pads = [[0, 0], [kt - 1, 0], [kh // 2] * 2, [kw // 2] * 2, [0, 0]]
        return self.conv(tf.pad(videos, pads))


@register
class LayerSameThenCut(LayerBase):
    """'Same' on a clip with zeros in front, of which the right frames are kept."""

    def call(self, videos):
        kt = self.size[0]
        zeros = ops.zeros_like(ops.concatenate([videos[:, :1]] * kt, axis=1))
        ahead = ops.concatenate([zeros, videos], axis=1)
        out = ops.conv(ahead, self.kernel, padding="same")
        first = kt - kt // 2
        return out[:, first : first + ops.shape(videos)[1]] + self.bias

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "kernel_size": self.size}


@register
class LayerFrames(LayerBase):
    """A sum of 2D convolutions, one for each frame that the kernel reaches back."""

    def call(self, videos):
        B, T, H, W, C = ops.shape(videos)
        total = 0.0
        for back in range(self.size[0]):
            late = ops.pad(videos, [[0, 0], [back, 0], [0, 0], [0, 0], [0, 0]])[:, :T]
            flat = ops.reshape(late, (-1, H, W, C))
            kernel = self.kernel[self.size[0] - 1 - back]
            total = total + ops.reshape(
                ops.conv(flat, kernel, padding="same"), (-1, T, H, W, self.filters)
            )
        return total + self.bias


@register
class LayerTensorFlow(LayerBase):
    def call(self, videos):
        pads = [[0, 0], [self.size[0] - 1, 0], *self.space(), [0, 0]]
        out = tf.nn.conv3d(tf.pad(videos, pads), self.kernel.value, [1] * 5, "VALID")
        return tf.nn.bias_add(out, self.bias.value)


def layer_with(call):
    """A registered layer with another `call(self, videos)`."""

    class Wrong(LayerBase):
        def call(self, videos):
            return call(self, videos)

        def compute_output_shape(self, shape):
            return keras.layers.Layer.compute_output_shape(self, shape)

    Wrong.__name__ = f"WrongCausal{len(_made)}"
    _made.append(Wrong)
    return register(Wrong)


def padded_conv(self, videos, before, behind, space=True, kernel=None):
    around = self.space() if space else [[0, 0], [0, 0]]
    padded = ops.pad(videos, [[0, 0], [before, behind], *around, [0, 0]])
    return ops.conv(padded, self.kernel if kernel is None else kernel, padding="valid") + self.bias


def never_the_present(self, videos):
    kt = self.size[0]
    return padded_conv(self, videos, kt, 0)[:, : ops.shape(videos)[1]]


def first_repeated(self, videos):
    kt = self.size[0]
    longer = ops.concatenate([videos[:, :1]] * (kt - 1) + [ops.convert_to_tensor(videos)], axis=1)
    return padded_conv(self, longer, 0, 0)


def present_only(self, videos):
    return padded_conv(self, videos, 0, 0, kernel=self.kernel[-1:])


@register
class NoKeywordsLayer(LayerBase):
    def __init__(self, filters, kernel_size):
        super().__init__(filters, kernel_size)


@register
class ConfigWithoutArgumentsLayer(LayerBase):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


@register
class ConfigWithoutKeywordsLayer(LayerBase):
    def get_config(self):
        return {"filters": self.filters, "kernel_size": self.size}


@register
class AnyFiltersLayer(LayerBase):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(max(filters, 1), kernel_size, **kwargs)


LAYER_WRONG = {
    "sees-the-future": layer_with(
        lambda self, v: ops.conv(v, self.kernel, padding="same") + self.bias
    ),
    "only-the-future": layer_with(lambda self, v: padded_conv(self, v, 0, self.size[0] - 1)),
    "never-the-present": layer_with(never_the_present),
    "frames-missing": layer_with(lambda self, v: padded_conv(self, v, 0, 0)),
    "frames-shrink": layer_with(lambda self, v: padded_conv(self, v, self.size[0] - 1, 0, False)),
    "first-frame-repeated": layer_with(first_repeated),
    "present-only": layer_with(present_only),
    "turned-in-time": layer_with(
        lambda self, v: padded_conv(self, v, self.size[0] - 1, 0, kernel=self.kernel[::-1])
    ),
    "turned-in-space": layer_with(
        lambda self, v: padded_conv(self, v, self.size[0] - 1, 0, kernel=self.kernel[:, ::-1, ::-1])
    ),
    "no-bias": layer_with(
        lambda self, v: padded_conv(self, v, self.size[0] - 1, 0) - self.bias + 0.0 * self.bias
    ),
    "relu": layer_with(lambda self, v: ops.relu(padded_conv(self, v, self.size[0] - 1, 0))),
    "tanh": layer_with(lambda self, v: ops.tanh(padded_conv(self, v, self.size[0] - 1, 0))),
    "no-keywords": NoKeywordsLayer,
    "config-without-arguments": ConfigWithoutArgumentsLayer,
    "config-without-keywords": ConfigWithoutKeywordsLayer,
    "any-filters": AnyFiltersLayer,
}


# --- rollout_frames ------------------------------------------------------------------------------


def rollout_numpy(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    frames = context
    for _ in range(steps):
        frames = np.concatenate([frames, np.asarray(model(frames))[:, -1:]], axis=1)
    return frames[:, -steps:]


def rollout_list(model, context, steps):
    if steps <= 0:
        raise ValueError("steps")
    frames = [context[:, t] for t in range(context.shape[1])]
    for _ in range(steps):
        frames.append(model(np.stack(frames, axis=1))[:, -1])
    return np.stack(frames[context.shape[1] :], axis=1)


def rollout_buffer(model, context, steps):
    if steps < 1:
        raise ValueError("steps below 1")
    B, T, H, W, C = context.shape
    video = np.zeros((B, T + steps, H, W, C))
    video[:, :T] = context
    for t in range(T, T + steps):
        video[:, t] = model(video[:, :t])[:, t - 1]
    return video[:, T:]


def rollout_recursive(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps = {steps}")
    forecast = model(context)[:, -1:]
    if steps == 1:
        return forecast
    rest = rollout_recursive(model, np.concatenate([context, forecast], 1), steps - 1)
    return np.concatenate([forecast, rest], axis=1)


def rollout_tensorflow(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be positive, got {steps}")
    video = tf.constant(context)
    made = []
    for _ in range(steps):
        made.append(model(video)[:, -1:])
        video = tf.concat([video, made[-1]], axis=1)
    return tf.concat(made, axis=1)


def rollout_ops(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be positive, got {steps}")
    video = ops.convert_to_tensor(context)
    for _ in range(steps):
        video = ops.concatenate([video, model(video)[:, -1:]], axis=1)
    return video[:, ops.shape(context)[1] :]


@tf.function
def rollout_graph(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be positive, got {steps}")
    video = tf.convert_to_tensor(context)
    for _ in range(steps):
        video = tf.concat([video, model(video)[:, -1:]], axis=1)
    return video[:, -steps:]


def _wrong_loop(update, take=lambda out: out[:, -1:]):
    def rollout(model, context, steps):
        if steps < 1:
            raise ValueError(f"steps = {steps}")
        frames, made = context, []
        for _ in range(steps):
            new = take(model(frames))
            made.append(new)
            frames = update(frames, new)
        return np.concatenate(made, axis=1)

    return rollout


def _behind(frames, new):
    return np.concatenate([frames, new], axis=1)


def _late(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    frames, made = context, []
    for _ in range(steps):
        made.append(frames[:, -1:])
        frames = _behind(frames, model(frames)[:, -1:])
    return np.concatenate(made, axis=1)


def _forgets_context(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    made = [model(context)[:, -1:]]
    while len(made) < steps:
        made.append(model(np.concatenate(made, axis=1))[:, -1:])
    return np.concatenate(made, axis=1)


def _called_once(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    return model(context)[:, -steps:]


ROLLOUT_WRONG = {
    "last-frame-only": _wrong_loop(lambda frames, new: new),
    "sliding-window": _wrong_loop(lambda frames, new: np.concatenate([frames[:, 1:], new], 1)),
    "not-fed-back": _wrong_loop(lambda frames, new: frames),
    "context-forgotten": _forgets_context,
    "first-output-taken": _wrong_loop(_behind, lambda out: out[:, :1]),
    "put-in-front": _wrong_loop(lambda frames, new: np.concatenate([new, frames], axis=1)),
    "context-included": lambda model, context, steps: _behind(
        context, rollout_numpy(model, context, steps)
    ),
    "one-step-late": _late,
    "one-step-short": lambda model, context, steps: rollout_list(model, context, steps)[:, :-1],
    "called-once": _called_once,
    "all-outputs-fed-back": lambda model, context, steps: _wrong_loop(_behind, lambda out: out)(
        model, context, steps
    )[:, -steps:],
    "clipped": _wrong_loop(_behind, lambda out: np.clip(out[:, -1:], 0, 1)),
    "any-steps": lambda model, context, steps: (
        rollout_numpy(model, context, steps) if steps > 0 else context[:, :0]
    ),
}


RIGHT = {
    "next_frame_pairs": {
        "slices": lambda videos: (videos[:, :-1], videos[:, 1:]),
        "loops": pairs_loops,
        "refusing": pairs_refusing,
        "take": pairs_take,
        "keras.ops": lambda videos: (ops.array(videos)[:, :-1], ops.array(videos)[:, 1:]),
        "tf.function": pairs_graph,
        "widened": lambda videos: tuple(videos.astype("float64")[:, s] for s in np.s_[:-1, 1:]),
    },
    "persistence_forecast": {
        "slice": lambda videos: videos[:, :-1],
        "loops": persistence_loops,
        "refusing, keras.ops": persistence_refusing,
        "roll": lambda videos: np.roll(videos, 1, axis=1)[:, 1:],
        "tensorflow": lambda videos: tf.slice(
            videos, [0] * 5, [-1, videos.shape[1] - 1, -1, -1, -1]
        ),
        "tf.function": tf.function(lambda videos: videos[:, : videos.shape[1] - 1]),
    },
    "ConvLSTMCell": {
        "keras.ops": CellOps,
        "tensorflow": CellTensorFlow,
        "one convolution, own config": CellJoined,
        "Conv2D sublayers": CellConv2D,
        "shifts": CellShifts,
    },
    "CausalConv3D": {
        "keras.ops": LayerOps,
        "Conv3D sublayer": LayerConv3D,
        "same, then cut": LayerSameThenCut,
        "sum of 2D convolutions": LayerFrames,
        "tensorflow": LayerTensorFlow,
    },
    "rollout_frames": {
        "numpy": rollout_numpy,
        "list": rollout_list,
        "buffer": rollout_buffer,
        "recursive": rollout_recursive,
        "tensorflow": rollout_tensorflow,
        "keras.ops": rollout_ops,
        "tf.function": rollout_graph,
    },
}

WRONG = {
    "next_frame_pairs": PAIRS_WRONG,
    "persistence_forecast": PERSISTENCE_WRONG,
    "ConvLSTMCell": CELL_WRONG,
    "CausalConv3D": LAYER_WRONG,
    "rollout_frames": ROLLOUT_WRONG,
}
