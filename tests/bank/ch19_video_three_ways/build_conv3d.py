"""build_conv3d: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from tests.bank.ch19_video_three_ways.shared import (
    batch_mean,
    classifier,
    compiled,
    conv3d_path,
    frames_pooled,
    frozen,
    mostly_dropped,
    network,
    per_frame,
    six_classes,
    small_maps,
    two_branches,
)


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


def linear_path(clip):
    x = layers.Conv3D(8, 3, strides=(1, 2, 2), padding="same")(clip)
    return layers.GlobalAveragePooling3D()(layers.Conv3D(38, 3, padding="same")(x))


RIGHT = {
    "functional": conv3d_functional,
    "sequential": conv3d_sequential,
    "flatten a small map": conv3d_flatten_small,
    "space, then time": conv3d_split,
    "subclass": conv3d_subclass,
}


WRONG = {
    "compiled": compiled(conv3d_functional),
    "not-built": unbuilt_conv3d,
    "always-six-classes": six_classes(conv3d_functional),
    "logits": network(conv3d_path, None),
    "dense-on-the-flat-clip": network(kernel_as_large_as_the_clip),
    "one-frame-only": network(lambda clip: conv3d_path(clip[:, :1])),
    "blind-to-order": network(frames_pooled),
    "clips-mixed-up": network(lambda clip: batch_mean(conv3d_path(clip))),
    "a-recurrent-layer": network(conv3d_then_lstm),
    "no-kernel-over-time": network(order_kept_by_flatten),
    "classes-get-round": lambda shape, classes: two_branches(
        shape, classes, conv3d_path, small_maps
    ),
    "too-many-weights": network(
        lambda clip: layers.Dense(99, activation="relu")(conv3d_path(clip))
    ),
    "too-few-weights": network(
        lambda clip: layers.GlobalAveragePooling3D()(
            layers.Conv3D(9, 3, padding="same", activation="relu")(clip)
        )
    ),
    "no-activation": network(linear_path),
    "frozen-weights": frozen(conv3d_functional),
    "never-learns": network(lambda clip: mostly_dropped(conv3d_path(clip))),
}
