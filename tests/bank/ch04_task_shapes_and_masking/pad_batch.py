"""pad_batch: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def refused(sequences):
    if len(sequences) == 0:
        raise ValueError("sequences is empty")
    if any(each.shape[1:] != sequences[0].shape[1:] for each in sequences):
        raise ValueError("sequences have different widths")


def by_full(sequences, value=0.0):
    refused(sequences)
    T = max(len(each) for each in sequences)
    dtype = np.result_type(*sequences, np.array(value))
    out = np.full((len(sequences), T, *sequences[0].shape[1:]), value, dtype=dtype)
    for b, each in enumerate(sequences):
        out[b, : len(each)] = each
    return out, np.array([len(each) for each in sequences])


def by_floats(sequences, value=0.0):
    refused(sequences)
    lengths = [s.shape[0] for s in sequences]
    out = np.ones((len(sequences), max(lengths)) + sequences[0].shape[1:]) * value
    for b in range(len(sequences)):
        for t in range(lengths[b]):
            out[b, t] = sequences[b][t]
    return out, lengths


def by_concatenation(sequences, value=0.0):
    refused(sequences)
    longest = max(map(len, sequences))
    rows = [
        np.concatenate([each, np.full((longest - len(each), *each.shape[1:]), value)])
        for each in sequences
    ]
    return np.stack(rows), np.asarray([len(each) for each in sequences], dtype="int32")


def by_mask(sequences, value=0.0):
    refused(sequences)
    lengths = np.array(list(map(len, sequences)))
    real = np.arange(lengths.max(initial=0)) < lengths[:, None]
    flat = np.concatenate(sequences)
    out = np.full(real.shape + flat.shape[1:], value, dtype=np.result_type(flat, type(value)))
    out[real] = flat
    return out, lengths


def by_keras(sequences, value=0.0):
    refused(sequences)
    padded = keras.utils.pad_sequences(
        sequences, dtype="float64", padding="post", truncating="post", value=value
    )
    if padded.shape[1] == 0:
        padded = np.zeros((len(sequences), 0, *sequences[0].shape[1:]))
    return padded, np.array([len(each) for each in sequences])


def by_tensorflow(sequences, value=0.0):
    refused(sequences)
    longest = max(len(each) for each in sequences)
    rows = [
        tf.pad(
            tf.cast(each, tf.float64),
            [[0, longest - len(each)]] + [[0, 0]] * (each.ndim - 1),
            constant_values=tf.cast(value, tf.float64),
        )
        for each in sequences
    ]
    return tf.stack(rows), tf.constant([len(each) for each in sequences])


def by_lists(sequences, value=0.0):
    refused(sequences)
    T = max(map(len, sequences))
    empty = value if sequences[0].ndim == 1 else [value] * sequences[0].shape[1]
    rows = [each.tolist() + [empty] * (T - len(each)) for each in sequences]
    return rows, [len(each) for each in sequences]


def pre(sequences, value=0.0):
    refused(sequences)
    T = max(map(len, sequences))
    rows = [
        np.concatenate([np.full((T - len(each), *each.shape[1:]), value), each])
        for each in sequences
    ]
    return np.stack(rows), np.array([len(each) for each in sequences])


def like_the_first(sequences, value=0.0):
    refused(sequences)
    T = max(map(len, sequences))
    out = np.full((len(sequences), T, *sequences[0].shape[1:]), value, sequences[0].dtype)
    for b, each in enumerate(sequences):
        out[b, : len(each)] = each
    return out, np.array([len(each) for each in sequences])


def zeros_only(sequences, value=0.0):
    padded, lengths = by_full(sequences)
    return padded, lengths


def measured_after(sequences, value=0.0):
    padded, lengths = by_full(sequences, value)
    return padded, np.array([len(row) for row in padded])


def float_lengths(sequences, value=0.0):
    padded, lengths = by_full(sequences, value)
    out = np.zeros(len(sequences))
    out[:] = lengths
    return padded, out


def truncated(sequences, value=0.0):
    refused(sequences)
    T = min(map(len, sequences))
    return np.stack([each[:T] for each in sequences]), np.array([len(each) for each in sequences])


def anything(sequences, value=0.0):
    """Numbers are taken for one feature, and the features that are missing are padded too."""
    if not len(sequences):
        return np.zeros((0, 0)), np.zeros(0, int)
    if len({each.shape[1:] for each in sequences}) == 1:
        return by_full(sequences, value)
    columns = [each.reshape(len(each), -1) for each in sequences]
    shape = max(map(len, columns)), max(each.shape[1] for each in columns)
    out = np.full((len(sequences), *shape), value)
    for b, each in enumerate(columns):
        out[b, : len(each), : each.shape[1]] = each
    return out, np.array([len(each) for each in sequences])


def like_the_value(sequences, value=0.0):
    refused(sequences)
    T = max(map(len, sequences))
    out = np.full((len(sequences), T, *sequences[0].shape[1:]), value)
    for b, each in enumerate(sequences):
        out[b, : len(each)] = each
    return out, np.array([len(each) for each in sequences])


def keras_as_it_comes(sequences, value=0.0):
    refused(sequences)
    if not max(map(len, sequences)):
        return by_full(sequences, value)
    padded = keras.utils.pad_sequences(sequences, padding="post", value=value)
    return padded, np.array([len(each) for each in sequences])


def counted_after(sequences, value=0.0):
    padded, _ = by_full(sequences, value)
    real = padded != value
    return padded, (real if real.ndim == 2 else real.any(axis=2)).sum(axis=1)


RIGHT = {
    "full": by_full,
    "floats": by_floats,
    "concatenation": by_concatenation,
    "mask": by_mask,
    "keras": by_keras,
    "tensorflow": by_tensorflow,
    "lists": by_lists,
}

WRONG = {
    "padding-in-front": pre,
    "fractions-lost": like_the_first,
    "dtype-of-the-value": like_the_value,
    "whole-numbers": keras_as_it_comes,
    "lengths-count-values": counted_after,
    "value-ignored": zeros_only,
    "lengths-of-the-batch": measured_after,
    "lengths-as-floats": float_lengths,
    "cut-to-the-shortest": truncated,
    "any-sequences": anything,
}
