"""CausalConv3D: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch18")


class Base(keras.layers.Layer):
    """What the layers share."""

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
class LayerOps(Base):
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
class LayerSameThenCut(Base):
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
class LayerFrames(Base):
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
class LayerTensorFlow(Base):
    def call(self, videos):
        pads = [[0, 0], [self.size[0] - 1, 0], *self.space(), [0, 0]]
        out = tf.nn.conv3d(tf.pad(videos, pads), self.kernel.value, [1] * 5, "VALID")
        return tf.nn.bias_add(out, self.bias.value)


@register
class LayerLoop(Base):
    """Frame by frame: as many as the shape says."""

    def call(self, videos):
        kt = self.size[0]
        ahead = ops.concatenate([ops.zeros_like(videos[:, :1])] * (kt - 1) + [videos], axis=1)
        out = []
        for t in range(videos.shape[1]):
            parts = [ops.conv(ahead[:, t + k], self.kernel[k], padding="same") for k in range(kt)]
            out.append(sum(parts) + self.bias)
        return ops.stack(out, axis=1)


@register
class PaddedBothWaysCutInFront(Base):
    def call(self, videos):
        behind = self.size[0] - 1
        longer = ops.pad(videos, [[0, 0], [0, behind], [0, 0], [0, 0], [0, 0]])
        return super().call(longer)[:, behind:]


@register
class MovedLate(Base):
    def call(self, videos):
        out = super().call(videos)
        return ops.concatenate([ops.zeros_like(out[:, :1]), out[:, :-1]], axis=1)


@register
class OneMoreFrame(Base):
    def call(self, videos):
        return super().call(ops.pad(videos, [[0, 0], [1, 0], [0, 0], [0, 0], [0, 0]]))


@register
class PadsExchanged(Base):
    def space(self):
        return super().space()[::-1]

    def compute_output_shape(self, shape):
        _, kh, kw = self.size
        B, T, H, W, _ = shape
        return (B, T, H + kw - kh, W + kh - kw, self.filters)


@register
class WithSigmoid(Base):
    def call(self, videos):
        return ops.sigmoid(super().call(videos))


@register
class KeywordsDroppedLayer(Base):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(filters, kernel_size)


class UnregisteredLayer(Base):
    pass


@register
class NoKeywordsLayer(Base):
    def __init__(self, filters, kernel_size):
        super().__init__(filters, kernel_size)


@register
class ConfigWithoutArgumentsLayer(Base):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


@register
class ConfigWithoutKeywordsLayer(Base):
    def get_config(self):
        return {"filters": self.filters, "kernel_size": self.size}


@register
class AnyFiltersLayer(Base):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(max(filters, 1), kernel_size, **kwargs)


@register
class SameInTime(Base):
    def call(self, videos):
        return ops.conv(videos, self.kernel, padding="same") + self.bias


@register
class OneFrameLate(Base):
    """A frame too many of zeros, whose last output is dropped."""

    def call(self, videos):
        late = ops.pad(videos, [[0, 0], [1, 0], [0, 0], [0, 0], [0, 0]])
        return super().call(late)[:, : ops.shape(videos)[1]]


@register
class PresentFrame(Base):
    """A 2D convolution of each frame."""

    def call(self, videos):
        B, T, H, W, C = ops.shape(videos)
        maps = ops.conv(ops.reshape(videos, (-1, H, W, C)), self.kernel[-1], padding="same")
        return ops.reshape(maps, (-1, T, H, W, self.filters)) + self.bias


RIGHT = {
    "keras.ops": LayerOps,
    "Conv3D sublayer": LayerConv3D,
    "same, then cut": LayerSameThenCut,
    "sum of 2D convolutions": LayerFrames,
    "tensorflow": LayerTensorFlow,
    "frame by frame": LayerLoop,
}

WRONG = {
    "sees-the-future": SameInTime,
    "only-the-future": PaddedBothWaysCutInFront,
    "output-moved-late": MovedLate,
    "one-frame-too-many": OneMoreFrame,
    "pads-exchanged": PadsExchanged,
    "sigmoid": WithSigmoid,
    "keywords-dropped": KeywordsDroppedLayer,
    "unregistered": UnregisteredLayer,
    "never-the-present": OneFrameLate,
    "present-only": PresentFrame,
    "no-keywords": NoKeywordsLayer,
    "config-without-arguments": ConfigWithoutArgumentsLayer,
    "config-without-keywords": ConfigWithoutKeywordsLayer,
    "any-filters": AnyFiltersLayer,
}


def as_answer(layer):
    """The layer of a function, for the known mistakes that are edits of it."""

    class Layer(Base):
        def call(self, videos):
            bias = self.bias.value
            return layer(videos, self.kernel.value, bias) + 0.0 * bias  # a gradient reaches it

        compute_output_shape = keras.layers.Layer.compute_output_shape  # by the call itself

    _made.append(Layer)
    Layer.__name__ = f"Layer{len(_made)}"
    return register(Layer)


_made = []
