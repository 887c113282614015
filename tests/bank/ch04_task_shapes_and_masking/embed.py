"""embed: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def refused(tokens, W):
    tokens = np.asarray(tokens)
    if tokens.size and (tokens.min() < 0 or tokens.max() >= len(W)):
        raise ValueError(f"tokens must lie in 0…{len(W) - 1}, got {tokens.min()}…{tokens.max()}")


def by_index(tokens, W):
    refused(tokens, W)
    return W[tokens]


def by_take(tokens, W):
    refused(tokens, W)
    return np.take(W, tokens, axis=0)


def by_gather(tokens, W):
    refused(tokens, W)
    return tf.gather(W, tokens)


def by_keras_take(tokens, W):
    refused(tokens, W)
    return ops.take(W, tokens, axis=0)


def by_loops(tokens, W):
    B, T = tokens.shape
    out = np.zeros((B, T, W.shape[1]), dtype=W.dtype)
    for b in range(B):
        for t in range(T):
            if not 0 <= tokens[b, t] < W.shape[0]:
                raise ValueError(f"tokens holds {tokens[b, t]}")
            out[b, t] = W[tokens[b, t]]
    return out


def by_lists(tokens, W):
    refused(tokens, W)
    return [[list(W[token]) for token in row] for row in tokens]


def by_layer(tokens, W):
    if not np.all((tokens >= 0) & (tokens < len(W))):
        raise ValueError("tokens outside the table")
    layer = keras.layers.Embedding(*W.shape, dtype=str(W.dtype))
    layer.build()
    layer.set_weights([W])
    return layer(tokens)


def by_lookup(tokens, W):
    try:
        return tf.nn.embedding_lookup(tf.constant(W), tokens)
    except tf.errors.InvalidArgumentError as error:
        raise ValueError("tokens outside the table") from error


@tf.function
def looked_up(tokens, W):
    return tf.gather(W, tokens)


def by_graph(tokens, W):
    refused(tokens, W)
    return looked_up(tokens, W)


def by_flat_take(tokens, W):
    refused(tokens, W)
    return W.take(tokens.ravel(), axis=0).reshape(*tokens.shape, W.shape[1])


def by_sparse_product(tokens, W):
    refused(tokens, W)
    flat = tokens.ravel()
    places = np.stack([np.arange(flat.size), flat], axis=1)
    one_hot = tf.SparseTensor(places, np.ones(flat.size, W.dtype), (flat.size, len(W)))
    product = tf.sparse.sparse_dense_matmul(one_hot, W)
    return tf.reshape(product, (*tokens.shape, W.shape[1]))


def by_steps(tokens, W):
    """A one-hot of one step at a time: B·V numbers, never B·T·V."""
    refused(tokens, W)
    out = np.zeros((*tokens.shape, W.shape[1]), W.dtype)
    for t in range(tokens.shape[1]):
        out[:, t] = (tokens[:, t, None] == np.arange(len(W))).astype(W.dtype) @ W
    return out


def with_eye(tokens, W):
    refused(tokens, W)
    return np.eye(len(W), dtype="float32")[tokens] @ W


def with_tf_one_hot(tokens, W):
    refused(tokens, W)
    return tf.one_hot(tokens, len(W), dtype=W.dtype) @ W


def with_keras_one_hot(tokens, W):
    refused(tokens, W)
    return ops.matmul(ops.one_hot(tokens, len(W), dtype=W.dtype), W)


def with_categorical(tokens, W):
    refused(tokens, W)
    one_hot = keras.utils.to_categorical(tokens.ravel(), len(W))
    return (one_hot @ W).reshape(*tokens.shape, W.shape[1])


@tf.function
def multiplied(tokens, W):
    return tf.tensordot(tf.one_hot(tokens, W.shape[0], dtype=W.dtype), W, 1)


def with_graph_one_hot(tokens, W):
    refused(tokens, W)
    return multiplied(tokens, W)


RIGHT = {
    "index": by_index,
    "take": by_take,
    "tf.gather": by_gather,
    "keras.ops.take": by_keras_take,
    "loops": by_loops,
    "lists": by_lists,
    "Embedding": by_layer,
    "embedding_lookup": by_lookup,
    "tf.function": by_graph,
    "flat": by_flat_take,
    "sparse": by_sparse_product,
    "step by step": by_steps,
}

WRONG = {
    "one-hot-built": with_eye,
    "one-hot-built/tensorflow": with_tf_one_hot,
    "one-hot-built/keras.ops": with_keras_one_hot,
    "one-hot-built/to_categorical": with_categorical,
    "one-hot-built/tf.function": with_graph_one_hot,
    "clipped": lambda tokens, W: np.take(W, tokens, axis=0, mode="clip"),
    "unchecked": lambda tokens, W: np.take(W, tokens, axis=0),
    "any-token": lambda tokens, W: W[tokens % len(W)],
    "counted-from-one": lambda tokens, W: np.roll(by_index(tokens, W) * 0 + W[tokens - 1], 0),
}
