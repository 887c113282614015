"""build_convlstm: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from tests.bank.ch19_video_three_ways.shared import (
    Loop,
    Steps,
    batch_mean,
    compiled,
    conv3d_path,
    convlstm_path,
    flat_dense,
    frames_pooled,
    frames_to_features,
    frozen,
    mostly_dropped,
    network,
    pooled,
    reduced,
    six_classes,
    small_maps,
    two_branches,
)


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


class NextToNothing(keras.Model):
    """The cell of chapter 18 in a network's own loop."""

    def __init__(self, classes, filters=15):
        super().__init__()
        self.cell, self.pool = Steps(filters), layers.GlobalAveragePooling2D()
        self.out = layers.Dense(classes, activation="softmax")

    def call(self, videos):
        states = [ops.zeros((*ops.shape(videos[:, 0])[:-1], self.cell.filters))] * 2
        for t in range(videos.shape[1]):
            h, states = self.cell(videos[:, t], states)
        return self.out(self.pool(h))


def convlstm_cell_in_a_loop(shape, classes):
    model = NextToNothing(classes)
    model(np.zeros((2, *shape), "float32"))
    return model


def convlstm_cell_functional(shape, classes):
    clip, cell = keras.Input(shape), Steps(15)
    h = ops.repeat(ops.zeros_like(clip[:, 0, :, :, :1]), 15, axis=-1)
    states = [h, h]
    for t in range(shape[0]):
        h, states = cell(clip[:, t], states)
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(pooled(h)))


class Whole(layers.Layer):
    """Cell and loop in one layer, with weights of its own."""

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters

    def build(self, shape):
        self.w = self.add_weight(shape=(3, 3, shape[-1] + self.filters, 4 * self.filters))

    def call(self, maps):
        h = c = ops.zeros((*ops.shape(maps[:, 0])[:-1], self.filters))
        for t in range(maps.shape[1]):
            z = ops.conv(ops.concatenate([maps[:, t], h], axis=-1), self.w, padding="same")
            i, f, g, o = ops.split(z, 4, axis=-1)
            c = ops.sigmoid(f + 1) * c + ops.sigmoid(i) * ops.tanh(g)
            h = ops.sigmoid(o) * ops.tanh(c)
        return h


class Loose(keras.Model):
    """No cell at all: two convolutions in a loop, and the first state left out."""

    def __init__(self, classes, filters=30):
        super().__init__()
        self.from_frame = layers.Conv2D(filters, 3, padding="same")
        self.from_state = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.pool = layers.GlobalMaxPooling2D()
        self.out = layers.Dense(classes, activation="softmax")

    def call(self, videos):
        h = ops.tanh(self.from_frame(videos[:, 0]))
        for t in range(1, videos.shape[1]):
            h = ops.tanh(self.from_frame(videos[:, t]) + self.from_state(h))
        return self.out(self.pool(h))


def convlstm_loose(shape, classes):
    model = Loose(classes)
    model(np.zeros((2, *shape), "float32"))
    return model


def unbuilt_convlstm(shape, classes):
    return keras.Sequential(
        [
            layers.ConvLSTM2D(15, 3, strides=2, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def every_other_frame(clip):
    x = layers.AveragePooling3D((2, 1, 1))(reduced(clip))
    return pooled(layers.ConvLSTM2D(12, 3, padding="same")(x))


RIGHT = {
    "functional": convlstm_functional,
    "strided": convlstm_strided,
    "all steps": convlstm_all_steps,
    "flatten a small map": convlstm_flatten_small,
    "own cell": convlstm_own_cell,
    "on full maps": network(lambda clip: pooled(layers.ConvLSTM2D(15, 3, padding="same")(clip))),
    "cell of chapter 18 in a loop": convlstm_cell_in_a_loop,
    "cell of chapter 18, functional": convlstm_cell_functional,
    "cell of chapter 18 in a layer": network(lambda clip: pooled(Loop(Steps(15))(clip))),
    "a layer of its own": network(lambda clip: pooled(Whole(15)(clip))),
    "loose convolutions": convlstm_loose,
    "backwards, batch-normalised": network(
        lambda clip: pooled(
            layers.BatchNormalization()(
                layers.ConvLSTM2D(15, 3, padding="same", go_backwards=True)(clip)
            )
        )
    ),
}


WRONG = {
    "compiled": compiled(convlstm_functional),
    "not-built": unbuilt_convlstm,
    "always-six-classes": six_classes(convlstm_functional),
    "logits": network(convlstm_path, None),
    "dense-on-the-flat-clip": network(flat_dense),
    "one-frame-only": network(lambda clip: convlstm_path(clip[:, -1:])),
    "blind-to-order": network(frames_pooled),
    "clips-mixed-up": network(lambda clip: batch_mean(convlstm_path(clip))),
    "no-recurrent-layer": network(conv3d_path),
    "recurrence-over-vectors": network(lambda clip: layers.LSTM(12)(frames_to_features(clip))),
    "fewer-maps-than-frames": network(every_other_frame),
    "state-stays-in-its-pixel": network(
        lambda clip: pooled(layers.ConvLSTM2D(38, 1)(reduced(clip, 16)))
    ),
    "classes-get-round": lambda shape, classes: two_branches(
        shape, classes, convlstm_path, small_maps
    ),
    "too-many-weights": network(
        lambda clip: pooled(layers.ConvLSTM2D(16, 3, padding="same")(reduced(clip)))
    ),
    "too-few-weights": network(
        lambda clip: pooled(layers.ConvLSTM2D(6, 3, padding="same")(reduced(clip)))
    ),
    "state-stays-in-its-pixel/own cell": network(
        lambda clip: pooled(Loop(Steps(39, 1))(reduced(clip, 12)))
    ),
    "dense-on-the-flat-map": network(
        lambda clip: layers.Flatten()(layers.ConvLSTM2D(7, 3, padding="same")(clip))
    ),
    "frozen-weights": frozen(convlstm_functional),
    "never-learns": network(lambda clip: mostly_dropped(convlstm_path(clip))),
}
