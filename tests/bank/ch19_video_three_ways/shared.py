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
