"""Pieces of networks that the banks of all three builders are made of."""

from __future__ import annotations

import keras
from keras import layers, ops


def per_frame(layer, x):
    return layers.TimeDistributed(layer)(x)


def frames_to_features(x, filters=(8, 16)):
    for f in filters:
        x = per_frame(layers.Conv2D(f, 3, strides=2, padding="same", activation="relu"), x)
    return per_frame(layers.Flatten(), x)


def classifier(shape, classes, make, activation="softmax"):
    clip = keras.Input(shape)
    return keras.Model(clip, layers.Dense(classes, activation=activation)(make(clip)))


def network(make, activation="softmax"):
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


def mostly_dropped(x):
    return layers.Dropout(0.99)(x)


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


def reduced(clip, filters=8):
    return per_frame(layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu"), clip)


def pooled(x):
    return layers.GlobalAveragePooling2D()(x)


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


class Steps(layers.Layer):
    """A convolutional LSTM's cell as chapter 18 asks for it: it says nothing of its states."""

    def __init__(self, filters, kernel_size=3, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.size = filters, (kernel_size, kernel_size)

    def build(self, shape):
        many = 4 * self.filters
        self.w = self.add_weight(shape=(*self.size, shape[-1], many), name="kernel")
        self.u = self.add_weight(shape=(*self.size, self.filters, many), name="kernel_of_state")
        self.b = self.add_weight(shape=(many,), initializer="zeros", name="bias")

    def call(self, inputs, states):
        h, c = states
        z = ops.conv(inputs, self.w, padding="same") + ops.conv(h, self.u, padding="same")
        i, f, g, o = ops.split(z + self.b, 4, axis=-1)
        c = ops.sigmoid(f + 1) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


class Loop(layers.Layer):
    """A loop over the frames with such a cell."""

    def __init__(self, cell, **kwargs):
        super().__init__(**kwargs)
        self.cell = cell

    def call(self, maps):
        h = ops.zeros((*ops.shape(maps[:, 0])[:-1], self.cell.filters))
        states = [h, h]
        for t in range(maps.shape[1]):
            h, states = self.cell(maps[:, t], states)
        return h
