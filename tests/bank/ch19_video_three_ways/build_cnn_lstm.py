"""build_cnn_lstm: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from tests.bank.ch19_video_three_ways.shared import (
    batch_mean,
    compiled,
    convlstm_path,
    flat_dense,
    frames_pooled,
    frames_to_features,
    frozen,
    mostly_dropped,
    network,
    per_frame,
    six_classes,
    small_maps,
    two_branches,
)


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


def unbuilt_cnn(shape, classes):
    return keras.Sequential(
        [
            layers.TimeDistributed(layers.Conv2D(8, 3, strides=2, padding="same")),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(12),
            layers.Dense(classes, activation="softmax"),
        ]
    )


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


def averaged_frames(clip):
    for filters in (12, 24):
        layer = layers.Conv2D(filters, 3, padding="same", activation="relu")
        clip = per_frame(layer, clip)
    return per_frame(layers.GlobalAveragePooling2D(), clip)


def frozen_convolutions(shape, classes):
    model = cnn_lstm_functional(shape, classes)
    for layer in model.layers:
        if isinstance(layer, layers.TimeDistributed):
            layer.trainable = False
    return model


class LooseVectors(keras.Model):
    """No cell at all: two dense layers in a loop."""

    def __init__(self, classes, units=34):
        super().__init__()
        self.first = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")
        self.second = layers.Conv2D(12, 3, strides=2, padding="same", activation="relu")
        self.flat = layers.Flatten()
        self.from_frame = layers.Dense(units)
        self.from_state = layers.Dense(units, use_bias=False)
        self.last = layers.Dense(classes, activation="softmax")

    def call(self, clips):
        h = ops.zeros((ops.shape(clips)[0], self.from_state.units))
        for t in range(clips.shape[1]):
            features = self.flat(self.second(self.first(clips[:, t])))
            h = ops.tanh(self.from_frame(features) + self.from_state(h))
        return self.last(h)


def cnn_rnn_loose(shape, classes):
    model = LooseVectors(classes, units=50)
    model(np.zeros((1, *shape), "float32"))
    return model


RIGHT = {
    "functional": cnn_lstm_functional,
    "sequential": cnn_lstm_sequential,
    "reshape": cnn_lstm_reshape,
    "flat 3D kernel, bidirectional": cnn_lstm_flat_kernel,
    "loop over frames": cnn_lstm_loop,
    "loose dense layers": cnn_rnn_loose,
}


WRONG = {
    "compiled": compiled(cnn_lstm_functional),
    "not-built": unbuilt_cnn,
    "always-six-classes": six_classes(cnn_lstm_functional),
    "logits": network(lambda clip: layers.LSTM(12)(frames_to_features(clip)), None),
    "dense-on-the-flat-clip": network(flat_dense),
    "one-frame-only": network(lambda clip: layers.LSTM(12)(frames_to_features(clip[:, -1:]))),
    "blind-to-order": network(frames_pooled),
    "clips-mixed-up": network(lambda clip: batch_mean(layers.LSTM(12)(frames_to_features(clip)))),
    "no-recurrent-layer": network(
        lambda clip: layers.Dense(7)(layers.Flatten()(frames_to_features(clip, (8, 12))))
    ),
    "recurrence-over-maps": network(convlstm_path),
    "recurrence-not-over-frames": network(frames_as_channels),
    "features-see-other-frames": network(cnn_features_of_3d),
    "no-convolution": network(lambda clip: layers.LSTM(13)(per_frame(layers.Flatten(), clip))),
    "pictures-get-round": network(lstm_and_pixels),
    "classes-get-round": lambda shape, classes: two_branches(
        shape, classes, lambda clip: layers.LSTM(12)(frames_to_features(clip)), small_maps
    ),
    "too-many-weights": network(lambda clip: layers.LSTM(24)(frames_to_features(clip))),
    "too-few-weights": network(lambda clip: layers.LSTM(4)(frames_to_features(clip))),
    "places-forgotten": network(lambda clip: layers.LSTM(26)(averaged_frames(clip))),
    "frozen-weights": frozen(cnn_lstm_functional),
    "frozen-weights/of the convolutions": frozen_convolutions,
    "never-learns": network(lambda clip: mostly_dropped(layers.LSTM(12)(frames_to_features(clip)))),
}
