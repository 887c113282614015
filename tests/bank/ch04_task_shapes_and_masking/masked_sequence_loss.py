"""masked_sequence_loss: right answers in other styles, and wrong ones, written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def by_where(losses, mask):
    return np.where(mask, losses, 0).sum(axis=1).mean()


def by_loops(losses, mask):
    total = 0.0
    for b in range(len(losses)):
        for t in range(losses.shape[1]):
            if mask[b, t]:
                total += float(losses[b, t])
    return total / len(losses)


def by_selection(losses, mask):
    return float(np.sum(losses[mask]) / losses.shape[0])


def by_where_keyword(losses, mask):
    return np.mean(np.sum(losses, axis=1, where=mask))


def by_lists(losses, mask):
    sums = [sum(row[counts].tolist()) for row, counts in zip(losses, mask, strict=True)]
    return sum(sums) / len(sums)


def by_masked_array(losses, mask):
    return float(np.ma.array(losses, mask=~mask).sum(axis=1).filled(0.0).mean())


def by_tensorflow(losses, mask):
    kept = tf.where(mask, losses, tf.zeros_like(losses))
    return tf.reduce_mean(tf.reduce_sum(kept, axis=1))


def by_boolean_mask(losses, mask):
    return tf.reduce_sum(tf.boolean_mask(losses, mask)) / len(losses)


def by_keras(losses, mask):
    return ops.mean(ops.sum(ops.where(mask, losses, 0.0), axis=-1))


def by_copy(losses, mask):
    kept = losses.copy()
    kept[~mask] = 0
    return np.einsum("bt->b", kept).mean()


def per_step(losses, mask):
    return losses[mask].mean() if mask.any() else 0.0


def multiplied(losses, mask):
    return float(tf.reduce_mean(tf.reduce_sum(losses * tf.cast(mask, losses.dtype), 1)))


RIGHT = {
    "where": by_where,
    "loops": by_loops,
    "selection": by_selection,
    "where=": by_where_keyword,
    "lists": by_lists,
    "masked array": by_masked_array,
    "tensorflow": by_tensorflow,
    "boolean_mask": by_boolean_mask,
    "keras.ops": by_keras,
    "copy": by_copy,
}

WRONG = {
    "mean-of-the-steps": per_step,
    "multiplied": multiplied,
    "multiplied/einsum": lambda losses, mask: np.einsum("bt,bt->b", losses, mask).mean(),
    "mean-of-all-cells": lambda losses, mask: np.where(mask, losses, 0).mean(),
    "not-divided": lambda losses, mask: losses[mask].sum(),
    "nan-swallowed": lambda losses, mask: np.nansum(losses[mask]) / len(losses),
    "mask-ignored": lambda losses, mask: losses.sum(1).mean(),
    "a-loss-a-sequence": lambda losses, mask: np.where(mask, losses, 0).sum(1),
}
