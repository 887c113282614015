"""Chapter 2: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

from itertools import accumulate

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch02")


# --- elman_step ----------------------------------------------------------------------------------


def step_numpy(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b)


def step_loops(x, h, W_x, W_h, b):
    out = np.empty((x.shape[0], W_h.shape[0]))
    for i in range(x.shape[0]):
        for u in range(W_h.shape[0]):
            total = float(b[u])
            for f in range(x.shape[1]):
                total += float(x[i, f]) * float(W_x[f, u])
            for v in range(W_h.shape[0]):
                total += float(h[i, v]) * float(W_h[v, u])
            out[i, u] = np.tanh(total)
    return out


def step_einsum(x, h, W_x, W_h, b):
    return np.tanh(np.einsum("bf,fu->bu", x, W_x) + np.einsum("bv,vu->bu", h, W_h) + b[None, :])


def step_concatenated(x, h, W_x, W_h, b):
    both = np.concatenate([h, x], axis=1) @ np.concatenate([W_h, W_x], axis=0)
    return np.tanh(both + b)


def step_keras_ops(x, h, W_x, W_h, b):
    return ops.tanh(ops.matmul(x, W_x) + ops.matmul(h, W_h) + b)


def step_tensorflow(x, h, W_x, W_h, b):
    return tf.math.tanh(tf.linalg.matmul(x, W_x) + tf.linalg.matmul(h, W_h) + b)


def step_naive_sigmoid(x, h, W_x, W_h, b):
    z = x @ W_x + h @ W_h + b
    return 2 / (1 + np.exp(-2 * z)) - 1  # overflows harmlessly, and rounds near zero


@tf.function
def step_graph(x, h, W_x, W_h, b):
    return tf.tanh(tf.tensordot(x, W_x, 1) + tf.tensordot(h, W_h, 1) + b)


def step_dense(x, h, W_x, W_h, b):
    layer = keras.layers.Dense(W_x.shape[1], dtype=str(x.dtype))
    layer.build(x.shape)
    layer.set_weights([W_x, b])
    return ops.tanh(layer(x) + ops.matmul(h, W_h))


def wrong_tanh_twice(x, h, W_x, W_h, b):
    z = ops.tanh(ops.matmul(x, W_x) + ops.matmul(h, W_h) + b)
    return ops.tanh(z)


ELMAN_WRONG = {
    "no-bias": lambda x, h, W_x, W_h, b: tf.tanh(x @ W_x + h @ W_h),
    "no-tanh": lambda x, h, W_x, W_h, b: np.dot(h, W_h) + np.dot(x, W_x) + b,
    "no-recurrence": lambda x, h, W_x, W_h, b: ops.tanh(ops.matmul(x, W_x) + b),
    "no-input": lambda x, h, W_x, W_h, b: np.tanh(h @ W_h + b),
    "recurrent-transposed": lambda x, h, W_x, W_h, b: np.tanh((W_h @ h.T).T + x @ W_x + b),
    "bias-outside": lambda x, h, W_x, W_h, b: b + np.tanh(x @ W_x + h @ W_h),
    "tanh-per-term": lambda x, h, W_x, W_h, b: np.tanh(h @ W_h) + b + np.tanh(x @ W_x),
    "tanh-twice": wrong_tanh_twice,
    "sigmoid": lambda x, h, W_x, W_h, b: keras.activations.sigmoid(x @ W_x + h @ W_h + b),
    "relu": lambda x, h, W_x, W_h, b: keras.activations.relu(x @ W_x + h @ W_h + b),
    "state-added": lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h + b) + h,
    "bias-twice": lambda x, h, W_x, W_h, b: np.tanh((x @ W_x + b) + (h @ W_h + b)),
}


# --- unroll --------------------------------------------------------------------------------------


def unroll_array(step, xs, h0):
    B, T, _ = xs.shape
    hs = np.empty((B, T, h0.shape[1]), dtype=h0.dtype)
    h = h0
    for t in range(T):
        h = step(xs[:, t, :], h)
        hs[:, t, :] = h
    return hs


def unroll_list(step, xs, h0):
    states = []
    h = h0
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        states.append(h)
    if not states:
        return np.zeros((len(xs), 0, h0.shape[1]))
    return np.stack(states, axis=1)


def unroll_accumulate(step, xs, h0):
    inputs = np.moveaxis(xs, 1, 0)
    states = list(accumulate(inputs, lambda h, x: step(x, h), initial=h0))
    return np.concatenate([h[:, None] for h in states], axis=1)[:, 1:]


def unroll_recursive(step, xs, h0):
    if xs.shape[1] == 0:
        return np.zeros((xs.shape[0], 0, h0.shape[1]))
    h = step(xs[:, 0], h0)
    return np.concatenate([h[:, None], unroll_recursive(step, xs[:, 1:], h)], axis=1)


def unroll_tensorflow(step, xs, h0):
    states = tf.TensorArray(h0.dtype, size=xs.shape[1], element_shape=h0.shape)
    h = tf.constant(h0)
    for t, x in enumerate(tf.unstack(xs, axis=1)):
        h = step(x, h)
        states = states.write(t, h)
    return tf.transpose(states.stack(), [1, 0, 2])


def unroll_scan(step, xs, h0):
    states = tf.scan(lambda h, x: step(x, h), tf.transpose(xs, [1, 0, 2]), initializer=h0)
    return tf.transpose(states, [1, 0, 2])


def unroll_keras_scan(step, xs, h0):
    if xs.shape[1] == 0:
        return ops.zeros((xs.shape[0], 0, h0.shape[1]))

    def body(h, x):
        h = step(x, h)
        return h, h

    _, hs = ops.scan(body, ops.convert_to_tensor(h0), ops.transpose(xs, (1, 0, 2)))
    return ops.transpose(hs, (1, 0, 2))


def _kept(step, xs, h0, keep):
    h, states = h0, []
    for x in xs.transpose(1, 0, 2):
        before, h = h, step(x, h)
        states.append(keep(before, h))
    return np.array(states).reshape(len(states), *h0.shape).swapaxes(0, 1)


def unroll_in_place(step, xs, h0):
    h, states = h0.copy(), []
    for t in range(xs.shape[1]):
        h[...] = step(xs[:, t], h)
        states.append(h)
    return np.stack(states, axis=1) if states else np.zeros((len(xs), 0, h0.shape[1]))


def unroll_no_empty(step, xs, h0):
    h, states = h0, []
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        states.append(h)
    return tf.stack(states, axis=1)


def unroll_last(step, xs, h0):
    h = h0
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
    return h


UNROLL_WRONG = {
    "starts-at-zero": lambda step, xs, h0: unroll_list(step, xs, np.zeros_like(h0)),
    "not-carried": lambda step, xs, h0: (
        tf.stack([step(xs[:, t], h0) for t in range(xs.shape[1])], axis=1)
        if xs.shape[1]
        else np.zeros((len(xs), 0, h0.shape[1]))
    ),
    "one-step-late": lambda step, xs, h0: _kept(step, xs, h0, lambda before, after: before),
    "initial-included": lambda step, xs, h0: np.concatenate(
        [h0[:, None], unroll_array(step, xs, h0)], 1
    ),
    "time-first": lambda step, xs, h0: np.transpose(unroll_array(step, xs, h0), (1, 0, 2)),
    "last-state-only": unroll_last,
    "last-state-everywhere": unroll_in_place,
    "reads-backward": lambda step, xs, h0: unroll_list(step, xs[:, ::-1], h0),
    "reversed-result": lambda step, xs, h0: np.flip(unroll_array(step, xs, h0), axis=1),
    "no-empty-sequence": unroll_no_empty,
    "state-added": lambda step, xs, h0: unroll_array(lambda x, h: step(x, h) + h, xs, h0),
}


# --- readout -------------------------------------------------------------------------------------


def readout_loops(hs, W_y, b_y):
    B, T, U = hs.shape
    out = np.zeros((B, T, len(b_y)))
    for i in range(B):
        for t in range(T):
            for o in range(len(b_y)):
                out[i, t, o] = sum(float(hs[i, t, u]) * float(W_y[u, o]) for u in range(U)) + b_y[o]
    return out


def readout_dense(hs, W_y, b_y):
    layer = keras.layers.Dense(len(b_y), dtype=str(hs.dtype))
    layer.build(hs.shape)
    layer.set_weights([W_y, b_y])
    return layer(hs)


READOUT_WRONG = {
    "no-bias": lambda hs, W_y, b_y: np.einsum("btu,uo->bto", hs, W_y),
    "tanh": lambda hs, W_y, b_y: tf.tanh(tf.tensordot(hs, W_y, 1) + b_y),
    "softmax": lambda hs, W_y, b_y: (
        tf.nn.softmax(hs @ W_y + b_y) if hs.shape[1] else hs @ W_y + b_y
    ),
    "last-step-only": lambda hs, W_y, b_y: ops.matmul(hs[:, -1, :], W_y) + b_y,
    "mean-over-time": lambda hs, W_y, b_y: np.dot(np.mean(hs, axis=1), W_y) + b_y,
    "squeezed": lambda hs, W_y, b_y: (hs @ W_y + b_y)[..., 0] if len(b_y) == 1 else hs @ W_y + b_y,
    "bias-inside": lambda hs, W_y, b_y: sum(
        (hs[..., u, None] * W_y[u] + b_y for u in range(1, hs.shape[2])),
        hs[..., 0, None] * W_y[0] + b_y,
    ),
    "bias-subtracted": lambda hs, W_y, b_y: tf.matmul(hs, W_y[None]) - b_y,
}


# --- ElmanCell -----------------------------------------------------------------------------------


class Base(keras.layers.Layer):
    """What the right cells share; each defines `new_state`."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.state_size = units
        self.output_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, self.units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.built = True

    def new_state(self, x, h):
        return ops.tanh(
            ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        )

    def call(self, inputs, states):
        h = self.new_state(inputs, states[0])
        return h, [h]


@register
class CellOps(Base):
    pass


@register
class CellTensorFlow(Base):
    def call(self, inputs, states):
        (h,) = states
        z = tf.matmul(inputs, self.kernel.value) + tf.matmul(h, self.recurrent_kernel.value)
        h = tf.nn.tanh(tf.nn.bias_add(z, self.bias.value))
        return h, (h,)


@register
class CellConfig(Base):
    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def new_state(self, x, h):
        z = ops.einsum("bf,fu->bu", x, self.kernel) + ops.einsum(
            "bv,vu->bu", h, self.recurrent_kernel
        )
        return keras.activations.tanh(z + self.bias)


@register
class CellConcatenated(Base):
    def new_state(self, x, h):
        both = ops.concatenate([x, h], axis=-1)
        weights = ops.concatenate([self.kernel, self.recurrent_kernel], axis=0)
        return ops.tanh(both @ weights + self.bias)


@register
class CellDense(keras.layers.Layer):
    """Two Dense sublayers, with the weights under the fixed names."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if int(units) <= 0:
            raise ValueError(f"`units` should be positive, got {units!r}")
        self.units, self.state_size, self.output_size = units, (units,), units
        self.of_input = keras.layers.Dense(units, dtype=self.dtype_policy)
        self.of_state = keras.layers.Dense(units, use_bias=False, dtype=self.dtype_policy)

    def build(self, input_shape):
        self.of_input.build(input_shape)
        self.of_state.build((input_shape[0], self.units))

    kernel = property(lambda self: self.of_input.kernel)
    bias = property(lambda self: self.of_input.bias)
    recurrent_kernel = property(lambda self: self.of_state.kernel)

    def call(self, inputs, states):
        h = ops.tanh(self.of_input(inputs) + self.of_state(states[0]))
        return h, [h]


def cell_with(new_state, output=None, carry=None):
    """A registered cell whose step is wrong in one way."""

    class Wrong(Base):
        def call(self, inputs, states):
            h = states[0]
            weights = (self.kernel, self.recurrent_kernel, self.bias)
            right = new_state(inputs, h, *weights)
            out = output(inputs, h, *weights) if output else right
            kept = carry(inputs, h, *weights) if carry else right
            return out, [kept]

    Wrong.__name__ = f"Wrong{len(_made)}"
    _made.append(Wrong)
    return register(Wrong)


_made: list[type] = []


def _z(x, h, W_x, W_h, b):
    return ops.matmul(x, W_x) + ops.matmul(h, W_h) + b


def _right(x, h, W_x, W_h, b):
    return ops.tanh(_z(x, h, W_x, W_h, b))


@register
class NoKeywords(Base):
    def __init__(self, units):
        super().__init__(units)


@register
class ConfigWithoutUnits(Base):
    def get_config(self):
        return keras.layers.Layer.get_config(self) and {"name": self.name, "dtype": self.dtype}


@register
class ConfigWithoutKeywords(Base):
    def get_config(self):
        return {"units": self.units}


@register
class AnyUnits(Base):
    def __init__(self, units, **kwargs):
        super().__init__(max(units, 1), **kwargs)


CELL_WRONG = {
    "no-bias": cell_with(lambda x, h, W_x, W_h, b: ops.tanh(_z(x, h, W_x, W_h, 0.0 * b))),
    "no-tanh": cell_with(_z),
    "no-recurrence": cell_with(lambda x, h, W_x, W_h, b: ops.tanh(_z(x, 0.0 * h, W_x, W_h, b))),
    "no-input": cell_with(lambda x, h, W_x, W_h, b: ops.tanh(_z(0.0 * x, h, W_x, W_h, b))),
    "recurrent-transposed": cell_with(
        lambda x, h, W_x, W_h, b: ops.tanh(_z(x, h, W_x, ops.transpose(W_h), b))
    ),
    "bias-outside": cell_with(lambda x, h, W_x, W_h, b: ops.tanh(_z(x, h, W_x, W_h, 0.0)) + b),
    "tanh-per-term": cell_with(
        lambda x, h, W_x, W_h, b: ops.tanh(ops.matmul(x, W_x)) + ops.tanh(ops.matmul(h, W_h)) + b
    ),
    "tanh-twice": cell_with(lambda *given: ops.tanh(_right(*given))),
    "sigmoid": cell_with(lambda *given: ops.sigmoid(_z(*given))),
    "relu": cell_with(lambda *given: ops.relu(_z(*given))),
    "state-added": cell_with(lambda x, h, *weights: h + _right(x, h, *weights)),
    "bias-twice": cell_with(lambda x, h, W_x, W_h, b: _right(x, h, W_x, W_h, b + b)),
    "old-state-returned": cell_with(_right, carry=lambda x, h, *weights: h),
    "state-before-tanh": cell_with(_right, carry=_z),
    "output-before-tanh": cell_with(_right, output=_z),
    "no-keywords": NoKeywords,
    "config-without-units": ConfigWithoutUnits,
    "config-without-keywords": ConfigWithoutKeywords,
    "any-units": AnyUnits,
}


# --- stream --------------------------------------------------------------------------------------


def stream_generator(step, h, xs):
    for x in xs:
        h = step(x, h)
        yield h


class StreamClass:
    def __init__(self, step, h, xs):
        self.step, self.h, self.xs = step, h, iter(xs)

    def __iter__(self):
        return self

    def __next__(self):
        self.h = self.step(next(self.xs), self.h)
        return self.h


def stream_class(step, h, xs):
    return StreamClass(step, h, xs)


def stream_accumulate(step, h, xs):
    states = accumulate(xs, lambda state, x: step(x, state), initial=h)
    next(states)
    return states


def stream_map(step, h, xs):
    state = [h]

    def advance(x):
        state[0] = step(x, state[0])
        return state[0]

    return map(advance, xs)


def stream_tensorflow(step, h, xs):
    h = tf.constant(h)
    for x in xs:
        h = step(tf.constant(x), h)
        yield h


def stream_while(step, h, xs):
    source = iter(xs)
    while True:
        try:
            x = next(source)
        except StopIteration:
            return
        h = step(x, h)
        yield np.array(h)


def _stream_ahead(step, h, xs):
    source = iter(xs)
    missing = object()
    x = next(source, missing)
    while x is not missing:
        following = next(source, missing)
        h = step(x, h)
        yield h
        x = following


def _stream_recomputes(step, h, xs):
    seen = []
    for x in xs:
        seen.append(x)
        state = h
        for each in seen:
            state = step(each, state)
        yield state


def _stream_late(step, h, xs):
    for x in xs:
        yield h
        h = step(x, h)


def _stream_initial(step, h, xs):
    yield h
    yield from stream_generator(step, h, xs)


def _stream_last(step, h, xs):
    for x in xs:
        h = step(x, h)
    yield h


def _stream_not_carried(step, h, xs):
    for x in xs:
        yield step(x, h)


def _stream_same(step, h, xs):
    state = h.copy()
    for x in xs:
        state[:] = step(x, state)
        yield state


def _stream_reads_all(step, h, xs):
    for x in list(xs):
        h = step(x, h)
        yield h


RIGHT = {
    "elman_step": {
        "numpy": step_numpy,
        "loops": step_loops,
        "einsum": step_einsum,
        "concatenated": step_concatenated,
        "keras.ops": step_keras_ops,
        "tensorflow": step_tensorflow,
        "tf.function": step_graph,
        "naive sigmoid": step_naive_sigmoid,
        "dense": step_dense,
    },
    "unroll": {
        "array": unroll_array,
        "list": unroll_list,
        "accumulate": unroll_accumulate,
        "recursive": unroll_recursive,
        "tensorflow": unroll_tensorflow,
        "tf.scan": unroll_scan,
        "keras.ops.scan": unroll_keras_scan,
    },
    "readout": {
        "matmul": lambda hs, W_y, b_y: hs @ W_y + b_y,
        "loops": readout_loops,
        "einsum": lambda hs, W_y, b_y: np.einsum("btu,uo->bto", hs, W_y) + b_y,
        "keras.ops": lambda hs, W_y, b_y: ops.add(ops.matmul(hs, W_y), b_y),
        "tensorflow": lambda hs, W_y, b_y: tf.tensordot(hs, W_y, axes=1) + b_y,
        "dense": readout_dense,
        "widened": lambda hs, W_y, b_y: hs.astype("float64") @ W_y + b_y,
    },
    "ElmanCell": {
        "keras.ops": CellOps,
        "tensorflow": CellTensorFlow,
        "einsum, own config": CellConfig,
        "concatenated": CellConcatenated,
        "dense sublayers": CellDense,
    },
    "stream": {
        "generator": stream_generator,
        "class": stream_class,
        "accumulate": stream_accumulate,
        "map": stream_map,
        "tensorflow": stream_tensorflow,
        "while": stream_while,
    },
}

WRONG = {
    "elman_step": ELMAN_WRONG,
    "unroll": UNROLL_WRONG,
    "readout": READOUT_WRONG,
    "ElmanCell": CELL_WRONG,
    "stream": {
        "all-at-once": lambda step, h, xs: list(stream_generator(step, h, xs)),
        "reads-all-first": _stream_reads_all,
        "looks-ahead": _stream_ahead,
        "recomputes": _stream_recomputes,
        "one-step-late": _stream_late,
        "initial-included": _stream_initial,
        "last-state-only": _stream_last,
        "not-carried": _stream_not_carried,
        "starts-at-zero": lambda step, h, xs: stream_generator(step, 0 * h, xs),
        "same-array": _stream_same,
    },
}
