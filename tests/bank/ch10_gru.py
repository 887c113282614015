"""Chapter 10: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

import math
from itertools import count

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch10")


# --- gru_step ------------------------------------------------------------------------------------


def logistic(z):
    return 1 / (1 + np.exp(-z))


def step_numpy(x, h, W, U, b, reset_after):
    n = h.shape[1]
    if reset_after:
        a = x @ W + b[0]
        s = h @ U + b[1]
        z = logistic(a[:, :n] + s[:, :n])
        r = logistic(a[:, n : 2 * n] + s[:, n : 2 * n])
        g = np.tanh(a[:, 2 * n :] + r * s[:, 2 * n :])
    else:
        a = x @ W + b
        z = logistic(a[:, :n] + h @ U[:, :n])
        r = logistic(a[:, n : 2 * n] + h @ U[:, n : 2 * n])
        g = np.tanh(a[:, 2 * n :] + (r * h) @ U[:, 2 * n :])
    return g + z * (h - g)


def step_loops(x, h, W, U, b, reset_after):
    B, n = h.shape
    out = np.empty((B, n))

    def total(vector, matrix, column):
        return sum(float(v) * float(matrix[k, column]) for k, v in enumerate(vector))

    for i in range(B):
        reset = []
        for u in range(n):
            bias = float(b[0, n + u]) + float(b[1, n + u]) if reset_after else float(b[n + u])
            s = total(x[i], W, n + u) + total(h[i], U, n + u) + bias
            reset.append(0.5 * (1 + math.tanh(s / 2)))
        for u in range(n):
            bias = float(b[0, u]) + float(b[1, u]) if reset_after else float(b[u])
            z = 0.5 * (1 + math.tanh((total(x[i], W, u) + total(h[i], U, u) + bias) / 2))
            column = 2 * n + u
            if reset_after:
                past = reset[u] * (total(h[i], U, column) + float(b[1, column]))
                s = total(x[i], W, column) + float(b[0, column]) + past
            else:
                past = total([r * float(v) for r, v in zip(reset, h[i])], U, column)
                s = total(x[i], W, column) + float(b[column]) + past
            out[i, u] = z * float(h[i, u]) + (1 - z) * math.tanh(s)
    return out


def step_einsum(x, h, W, U, b, reset_after):
    n = h.shape[1]
    Wt, Ut = W.reshape(-1, 3, n), U.reshape(n, 3, n)
    of_x = np.einsum("bf,fgu->gbu", x, Wt)
    of_h = np.einsum("bv,vgu->gbu", h, Ut)
    bias = b.reshape(-1, 3, 1, n)
    both = of_x[:2] + of_h[:2] + bias.sum(0)[:2]
    z, r = np.where(both >= 0, 1, np.exp(-np.abs(both))) / (1 + np.exp(-np.abs(both)))
    if reset_after:
        new = np.tanh(of_x[2] + bias[0, 2] + r * (of_h[2] + bias[1, 2]))
    else:
        new = np.tanh(of_x[2] + bias[0, 2] + np.einsum("bv,bv,vu->bu", r, h, Ut[:, 2]))
    return (1 - z) * new + z * h


def step_keras_ops(x, h, W, U, b, reset_after):
    xz, xr, xh = ops.split(ops.matmul(x, W), 3, axis=-1)
    Uz, Ur, Uh = ops.split(U, 3, axis=1)
    if reset_after:
        bz, br, bh = ops.split(b, 3, axis=1)
        z = ops.sigmoid(xz + ops.matmul(h, Uz) + bz[0] + bz[1])
        r = ops.sigmoid(xr + ops.matmul(h, Ur) + br[0] + br[1])
        new = ops.tanh(xh + bh[0] + r * (ops.matmul(h, Uh) + bh[1]))
    else:
        bz, br, bh = ops.split(b, 3)
        z = ops.sigmoid(xz + ops.matmul(h, Uz) + bz)
        r = ops.sigmoid(xr + ops.matmul(h, Ur) + br)
        new = ops.tanh(xh + bh + ops.matmul(r * h, Uh))
    return z * h + (1 - z) * new


def step_tensorflow(x, h, W, U, b, reset_after):
    W_z, W_r, W_h = tf.split(W, 3, axis=1)
    U_z, U_r, U_h = tf.split(U, 3, axis=1)
    first, second = (b[0], b[1]) if reset_after else (b, tf.zeros_like(b))
    p, q = tf.split(first, 3), tf.split(second, 3)
    z = tf.sigmoid(x @ W_z + p[0] + tf.matmul(h, U_z) + q[0])
    r = tf.sigmoid(x @ W_r + p[1] + tf.matmul(h, U_r) + q[1])
    inner = r * (h @ U_h + q[2]) if reset_after else (r * h) @ U_h
    return z * h + (1 - z) * tf.tanh(x @ W_h + p[2] + inner)


@tf.function
def step_graph(x, h, W, U, b, reset_after):
    return step_tensorflow(x, h, W, U, tf.convert_to_tensor(b), reset_after)


def step_lists(x, h, W, U, b, reset_after):
    n = len(U)
    names = {"z": 0, "r": n, "h": 2 * n}
    cols = {name: np.arange(k, k + n) for name, k in names.items()}
    rows = np.atleast_2d(b)
    pre = {
        name: x.dot(W[:, c]) + h.dot(U[:, c]) + rows[:, c].sum(axis=0) for name, c in cols.items()
    }
    z, r = logistic(pre["z"]), logistic(pre["r"])
    c = cols["h"]
    if reset_after:
        inner = r * (h.dot(U[:, c]) + rows[1, c])
    else:
        inner = np.dot(np.multiply(r, h), U[:, c])
    return np.add(
        np.multiply(z, h), np.multiply(1 - z, np.tanh(x.dot(W[:, c]) + rows[0, c] + inner))
    )


def step_dense(x, h, W, U, b, reset_after):
    """One Dense layer for each side."""
    n = h.shape[1]
    of_x = keras.layers.Dense(3 * n, dtype=str(x.dtype))
    of_x.build(x.shape)
    of_x.set_weights([W, b[0] if reset_after else b])
    gates = ops.matmul(h, U) + (b[1] if reset_after else 0)
    a = of_x(x)
    z = keras.activations.sigmoid(a[:, :n] + gates[:, :n])
    r = keras.activations.sigmoid(a[:, n : 2 * n] + gates[:, n : 2 * n])
    past = r * gates[:, 2 * n :] if reset_after else ops.matmul(r * h, U[:, 2 * n :])
    return z * h + (1 - z) * keras.activations.tanh(a[:, 2 * n :] + past)


def wrong_step(
    z="sigmoid",
    last="tanh",
    mix=lambda z, h, g: z * h + (1 - z) * g,
    order=(0, 1, 2),
    inner=None,
    bias=lambda p, q: (p, q),
    seen=lambda x, h: (x, h),
    blocks=lambda U: U,
    columns=None,
):
    """A student's step in keras.ops, wrong in one way; also used by the cells."""
    gate = {
        "sigmoid": ops.sigmoid,
        "twice": lambda v: ops.sigmoid(ops.sigmoid(v)),
        "none": lambda v: v,
        "tanh": ops.tanh,
        "hard": lambda v: ops.clip(0.2 * v + 0.5, 0, 1),
        "keras": ops.hard_sigmoid,
    }[z]
    activation = {
        "tanh": ops.tanh,
        "twice": lambda v: ops.tanh(ops.tanh(v)),
        "none": lambda v: v,
        "sigmoid": ops.sigmoid,
        "relu": ops.relu,
    }[last]

    def step(x, h, W, U, b, reset_after):
        n = h.shape[1]

        def take(array, name):
            if columns is not None:
                return columns(array, "zrh".index(name))
            k = order["zrh".index(name)]
            return array[..., k * n : (k + 1) * n]

        p, q = (b[0], b[1]) if reset_after else (b, 0.0 * b)
        p, q = bias(p, q) if reset_after or bias not in (swap, first_twice) else (p, q)
        gx, gh = seen(x, h)

        def opened(name):
            s = ops.matmul(gx, take(W, name)) + ops.matmul(gh, blocks(take(U, name)))
            return gate(s + take(p, name) + take(q, name))

        zz, r = opened("z"), opened("r")
        outside = ops.matmul(x, take(W, "h")) + take(p, "h")
        last_U, last_q = blocks(take(U, "h")), take(q, "h")

        def after():
            return r * (ops.matmul(h, last_U) + last_q)

        def before():
            return ops.matmul(r * h, last_U) + last_q

        if inner is not None:
            total = inner(reset_after, outside, r, h, last_U, last_q, after, before)
        else:
            total = outside + (after() if reset_after else before())
        return mix(zz, h, activation(total))

    return step


def swap(p, q):
    return q, p


def first_twice(p, q):
    return p, p


STEP_WRONG = {
    "z-swapped": wrong_step(mix=lambda z, h, g: (1 - z) * h + z * g),
    "order-r-z-h": wrong_step(order=(1, 0, 2)),
    "order-h-r-z": wrong_step(order=(2, 1, 0)),
    "order-z-h-r": wrong_step(order=(0, 2, 1)),
    "order-r-h-z": wrong_step(order=(2, 0, 1)),
    "order-h-z-r": wrong_step(order=(1, 2, 0)),
    "interleaved": wrong_step(columns=lambda array, k: array[..., k::3]),
    "reset-before": wrong_step(
        inner=lambda after_asked, out, r, h, U, q, after, before: out + before()
    ),
    "reset-after": wrong_step(
        inner=lambda after_asked, out, r, h, U, q, after, before: out + after()
    ),
    "reset-misses-bias": wrong_step(
        inner=lambda after_asked, out, r, h, U, q, after, before: (
            out + q + r * ops.matmul(h, U) if after_asked else out + before()
        )
    ),
    "no-reset": wrong_step(
        inner=lambda after_asked, out, r, h, U, q, after, before: out + ops.matmul(h, U) + q
    ),
    "reset-on-input": wrong_step(
        inner=lambda after_asked, out, r, h, U, q, after, before: r * (out + ops.matmul(h, U) + q)
    ),
    "no-second-bias": wrong_step(bias=lambda p, q: (p, 0.0 * q)),
    "no-first-bias": wrong_step(bias=lambda p, q: (0.0 * p, q)),
    "no-bias": wrong_step(bias=lambda p, q: (0.0 * p, 0.0 * q)),
    "bias-rows-swapped": wrong_step(bias=swap),
    "first-row-twice": wrong_step(bias=first_twice),
    "no-tanh": wrong_step(last="none"),
    "tanh-twice": wrong_step(last="twice"),
    "candidate-sigmoid": wrong_step(last="sigmoid"),
    "candidate-relu": wrong_step(last="relu"),
    "no-sigmoid": wrong_step("none"),
    "sigmoid-twice": wrong_step("twice"),
    "gates-tanh": wrong_step("tanh"),
    "hard-sigmoid": wrong_step("hard"),
    "keras-hard-sigmoid": wrong_step("keras"),
    "old-state-dropped": wrong_step(mix=lambda z, h, g: (1 - z) * g),
    "candidate-whole": wrong_step(mix=lambda z, h, g: g + z * h),
    "old-state-whole": wrong_step(mix=lambda z, h, g: h + (1 - z) * g),
    "candidate-returned": wrong_step(mix=lambda z, h, g: g),
    "tanh-on-state": wrong_step(mix=lambda z, h, g: ops.tanh((1 - z) * g + z * h)),
    "gates-without-state": wrong_step(seen=lambda x, h: (x, 0.0 * h)),
    "gates-without-input": wrong_step(seen=lambda x, h: (0.0 * x, h)),
    "recurrent-transposed": wrong_step(blocks=lambda U: ops.transpose(U)),
}


# --- GRUCell -------------------------------------------------------------------------------------


class Base(keras.layers.Layer):
    """What the cells share; each defines `new_state`."""

    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = self.state_size = self.output_size = units
        self.reset_after = reset_after

    def build(self, input_shape):
        n = self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], 3 * n), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(n, 3 * n), initializer="orthogonal", name="recurrent_kernel"
        )
        shape = (2, 3 * n) if self.reset_after else (3 * n,)
        self.bias = self.add_weight(shape=shape, initializer="zeros", name="bias")
        self.built = True

    def new_state(self, x, h):
        return step_keras_ops(
            x,
            h,
            ops.convert_to_tensor(self.kernel),
            ops.convert_to_tensor(self.recurrent_kernel),
            ops.convert_to_tensor(self.bias),
            self.reset_after,
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
        n = self.units
        K, R, b = self.kernel.value, self.recurrent_kernel.value, self.bias.value
        first, second = (b[0], b[1]) if self.reset_after else (b, tf.zeros_like(b))
        a = tf.nn.bias_add(tf.matmul(inputs, K), first)
        gates = tf.matmul(h, R[:, : 2 * n]) + second[: 2 * n]
        zr = tf.nn.sigmoid(a[:, : 2 * n] + gates)
        z, r = zr[:, :n], zr[:, n:]
        if self.reset_after:
            past = r * tf.nn.bias_add(tf.matmul(h, R[:, 2 * n :]), second[2 * n :])
        else:
            past = tf.matmul(r * h, R[:, 2 * n :])
        new = tf.nn.tanh(a[:, 2 * n :] + past)
        h = new + z * (h - new)
        return h, (h,)


@register
class CellConfig(Base):
    def get_config(self):
        return {**super().get_config(), "units": self.units, "reset_after": self.reset_after}

    def new_state(self, x, h):
        n = self.units
        Wt = ops.reshape(self.kernel, (-1, 3, n))
        Ut = ops.reshape(self.recurrent_kernel, (n, 3, n))
        b = ops.reshape(self.bias, (-1, 3, n))
        of_x = ops.einsum("bf,fgu->gbu", x, Wt) + b[0][:, None]
        of_h = ops.einsum("bv,vgu->gbu", h, Ut)
        if self.reset_after:
            of_h = of_h + b[1][:, None]
        z = keras.activations.sigmoid(of_x[0] + of_h[0])
        r = keras.activations.sigmoid(of_x[1] + of_h[1])
        if self.reset_after:
            new = keras.activations.tanh(of_x[2] + r * of_h[2])
        else:
            new = keras.activations.tanh(of_x[2] + ops.einsum("bv,vu->bu", r * h, Ut[:, 2]))
        return (1.0 - z) * new + z * h


@register
class CellDense(keras.layers.Layer):
    """Dense sublayers, with the weights under the fixed names."""

    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(**kwargs)
        if int(units) <= 0:
            raise ValueError(f"`units` should be positive, got {units!r}")
        self.units, self.state_size, self.output_size = units, (units,), units
        self.reset_after = bool(reset_after)
        self.of_input = keras.layers.Dense(
            3 * units, use_bias=False, dtype=self.dtype_policy, name="of_input"
        )

    kernel = property(lambda self: self.of_input.kernel)

    def build(self, input_shape):
        self.of_input.build(input_shape)
        n = self.units
        self.recurrent_kernel = self.add_weight(shape=(n, 3 * n), name="recurrent_kernel")
        self.bias = self.add_weight(
            shape=(2, 3 * n) if self.reset_after else (3 * n,), initializer="zeros", name="bias"
        )

    def call(self, inputs, states):
        h, n = states[0], self.units
        U = ops.convert_to_tensor(self.recurrent_kernel)
        b = ops.reshape(ops.convert_to_tensor(self.bias), (-1, 3 * n))
        a = self.of_input(inputs) + b[0]
        s = ops.matmul(h, U) + (b[1] if self.reset_after else 0)
        z = ops.sigmoid(a[:, :n] + s[:, :n])
        r = ops.sigmoid(a[:, n : 2 * n] + s[:, n : 2 * n])
        past = r * s[:, 2 * n :] if self.reset_after else ops.matmul(r * h, U[:, 2 * n :])
        h = z * h + (1 - z) * ops.tanh(a[:, 2 * n :] + past)
        return h, [h]


_made: list[type] = []


def cell_with(step, output=None, carry=None):
    """A registered cell whose step is wrong in one way."""

    class Wrong(Base):
        def call(self, inputs, states):
            weights = [
                ops.convert_to_tensor(w) for w in (self.kernel, self.recurrent_kernel, self.bias)
            ]
            given = (inputs, states[0], *weights, self.reset_after)
            right = step(*given)
            return (output or step)(*given) if output else right, [
                carry(*given) if carry else right
            ]

    Wrong.__name__ = f"WrongGRU{len(_made)}"
    _made.append(Wrong)
    return register(Wrong)


class Rows(Base):
    """A cell whose bias has another shape."""

    def rows(self):
        return 1

    def build(self, input_shape):
        super().build(input_shape)
        n = self.units
        shape = (2, 3 * n) if self.rows() == 2 else (3 * n,)
        self.bias = self.add_weight(shape=shape, initializer="zeros", name="bias")

    def new_state(self, x, h):
        b = ops.reshape(ops.convert_to_tensor(self.bias), (-1, 3 * self.units))
        pair = ops.stack([b[0], b[-1] if self.rows() == 2 else 0.0 * b[0]])
        return step_keras_ops(
            x,
            h,
            ops.convert_to_tensor(self.kernel),
            ops.convert_to_tensor(self.recurrent_kernel),
            pair if self.reset_after else b[0],
            self.reset_after,
        )


@register
class OneRow(Rows):
    pass


@register
class TwoRows(Rows):
    def rows(self):
        return 2


@register
class OtherDefault(Base):
    def __init__(self, units, reset_after=False, **kwargs):
        super().__init__(units, reset_after, **kwargs)


@register
class NoResetArgument(Base):
    def __init__(self, units, **kwargs):
        super().__init__(units, True, **kwargs)


@register
class BiasNotZero(Base):
    def build(self, input_shape):
        super().build(input_shape)
        self.bias = self.add_weight(shape=self.bias.shape, name="bias")


@register
class ConfigWithoutResetAfter(Base):
    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
class NoKeywords(Base):
    def __init__(self, units, reset_after=True):
        super().__init__(units, reset_after)


@register
class ConfigWithoutUnits(Base):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype, "reset_after": self.reset_after}


@register
class ConfigWithoutKeywords(Base):
    def get_config(self):
        return {"units": self.units, "reset_after": self.reset_after}


@register
class AnyUnits(Base):
    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(max(units, 1), reset_after, **kwargs)


CELL_WRONG = {
    **{name: cell_with(step) for name, step in STEP_WRONG.items()},
    "old-state-returned": cell_with(wrong_step(), carry=lambda x, h, *weights: h),
    "candidate-carried": cell_with(wrong_step(), carry=STEP_WRONG["candidate-returned"]),
    "candidate-shown": cell_with(wrong_step(), output=STEP_WRONG["candidate-returned"]),
    "one-row-of-bias": OneRow,
    "two-rows-of-bias": TwoRows,
    "other-default": OtherDefault,
    "no-reset-argument": NoResetArgument,
    "bias-not-zero": BiasNotZero,
    "config-without-reset-after": ConfigWithoutResetAfter,
    "no-keywords": NoKeywords,
    "config-without-units": ConfigWithoutUnits,
    "config-without-keywords": ConfigWithoutKeywords,
    "any-units": AnyUnits,
}


# --- the counts ----------------------------------------------------------------------------------


def refuse(kind, units=1):
    if kind not in ("elman", "lstm", "gru"):
        raise ValueError(f"kind {kind!r} is none of elman, lstm, gru")
    if units < 1:
        raise ValueError(f"units={units}")


def parameters_dict(kind, features, units):
    table = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}
    if kind not in table:
        raise ValueError(f"unknown kind: {kind}")
    if units <= 0:
        raise ValueError(f"units should be at least 1, not {units}")
    gates, rows = table[kind]
    return gates * (features * units + units * units + rows * units)


def parameters_match(kind, features, units):
    refuse(kind, units)
    if kind == "elman":
        return features * units + units**2 + units
    if kind == "lstm":
        return 4 * (features + units + 1) * units
    return 3 * (features + units) * units + 6 * units


def parameters_of_keras(kind, features, units):
    refuse(kind, units)
    cell = {
        "elman": keras.layers.SimpleRNNCell,
        "lstm": keras.layers.LSTMCell,
        "gru": keras.layers.GRUCell,
    }[kind](units)
    cell.build((None, features))
    return cell.count_params()


def parameters_arrays(kind, features, units):
    refuse(kind, units)
    columns = {"elman": 1, "lstm": 4, "gru": 3}[kind] * units
    shapes = [(features, columns), (units, columns), (1 + (kind == "gru"), columns)]
    return np.sum([np.prod(shape) for shape in shapes])


def counting(wrong):
    """A wrong count that refuses what it should."""

    def count_it(kind, features, units):
        refuse(kind, units)
        return wrong({"elman": 1, "lstm": 4, "gru": 3}[kind], 1 + (kind == "gru"), features, units)

    return count_it


def any_kind(kind, features, units):
    refuse("gru", units)
    return parameters_dict("gru" if kind not in ("elman", "lstm") else kind, features, units)


def any_units(kind, features, units):
    refuse(kind)
    return (
        {"elman": 1, "lstm": 4, "gru": 3}[kind] * units * (features + units + 1 + (kind == "gru"))
    )


PARAMETERS_WRONG = {
    "one-bias": counting(lambda g, rows, f, u: g * u * (f + u + 1)),
    "two-biases-everywhere": counting(lambda g, rows, f, u: g * (f * u + u * u + 2 * u)),
    "no-bias": counting(lambda g, rows, f, u: g * (f * u + u * u)),
    "no-recurrence": counting(lambda g, rows, f, u: g * (f * u + rows * u)),
    "no-input": counting(lambda g, rows, f, u: g * (u * u + rows * u)),
    "elman-for-all": counting(lambda g, rows, f, u: f * u + u * u + rows * u),
    "gates-only": counting(lambda g, rows, f, u: (g - 1 or 1) * (f * u + u * u + rows * u)),
    "lstm-gru-exchanged": counting(
        lambda g, rows, f, u: {1: 1, 3: 4, 4: 3}[g] * (f * u + u * u + rows * u)
    ),
    "features-and-units-exchanged": counting(lambda g, rows, f, u: g * (u * f + f * f + rows * f)),
    "any-kind": any_kind,
    "any-units": any_units,
}


def units_loop(kind, features, parameters):
    refuse(kind)
    units = 0
    while parameters_dict(kind, features, units + 1) <= parameters:
        units += 1
    return units


def units_count(kind, features, parameters):
    refuse(kind)
    return next(u for u in count() if parameters_dict(kind, features, u + 1) > parameters)


def units_bisect(kind, features, parameters):
    refuse(kind)
    low, high = 0, 1
    while parameters_dict(kind, features, high) <= parameters:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if parameters_dict(kind, features, middle) <= parameters:
            low = middle
        else:
            high = middle
    return low


def units_quadratic(kind, features, parameters):
    refuse(kind)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    k = features + rows
    units = int((-k + math.sqrt(k * k + 4 * parameters / g)) / 2) + 2
    while units > 0 and g * units * (k + units) > parameters:
        units -= 1
    return units


def units_array(kind, features, parameters):
    refuse(kind)
    u = np.arange(1, int(math.sqrt(parameters)) + 2)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    return np.count_nonzero(g * u * (features + u + rows) <= parameters)


def searched(size, start=0, compare=lambda s, p: s <= p, less=0, least=0):
    def search(kind, features, parameters):
        refuse(kind)
        units = start
        while compare(size(kind, features, units + 1), parameters):
            units += 1
        return max(least, units + less)

    return search


def units_nearest(kind, features, parameters):
    refuse(kind)
    u = np.arange(0, 2000)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    return int(np.argmin(np.abs(g * u * (features + u + rows) - parameters)))


def units_any_kind(kind, features, parameters):
    return units_loop(kind if kind in ("elman", "lstm") else "gru", features, parameters)


def units_error(kind, features, parameters):
    units = units_loop(kind, features, parameters)
    if units == 0:
        raise ValueError(f"no cell has {parameters} parameters")
    return units


UNITS_WRONG = {
    "strictly-below": searched(parameters_dict, compare=lambda s, p: s < p),
    "first-above": searched(parameters_dict, less=1),
    "first-that-reaches": searched(parameters_dict, compare=lambda s, p: s < p, less=1),
    "nearest": units_nearest,
    "at-least-one": searched(parameters_dict, least=1),
    "one-too-few": searched(parameters_dict, less=-1),
    "proportional": lambda kind, features, parameters: (
        parameters // parameters_dict(kind, features, 1)
    ),
    "one-bias": searched(
        lambda kind, f, u: {"elman": 1, "lstm": 4, "gru": 3}[kind] * u * (f + u + 1)
    ),
    "no-bias": searched(lambda kind, f, u: {"elman": 1, "lstm": 4, "gru": 3}[kind] * u * (f + u)),
    "operations": searched(
        lambda kind, f, u: 2 * {"elman": 1, "lstm": 4, "gru": 3}[kind] * u * (f + u)
    ),
    "lstm-for-all": lambda kind, features, parameters: (
        refuse(kind) or units_loop("lstm", features, parameters)
    ),
    "any-kind": units_any_kind,
    "error-for-zero": units_error,
}


def flops_match(kind, features, units):
    refuse(kind, units)
    if kind == "elman":
        return 2 * features * units + 2 * units * units
    return (8 if kind == "lstm" else 6) * (features + units) * units


def flops_dict(kind, features, units):
    refuse(kind, units)
    return 2 * dict(elman=1, lstm=4, gru=3)[kind] * units * (features + units)


def flops_from_parameters(kind, features, units):
    biases = {"elman": 1, "lstm": 4, "gru": 6}.get(kind, 0) * units
    return 2 * (parameters_dict(kind, features, units) - biases)


def flops_counted(kind, features, units):
    """The products' sizes, from the weights of Keras's own cells."""
    refuse(kind, units)
    blocks = {"elman": 1, "lstm": 4, "gru": 3}[kind]
    products = [(features, blocks * units), (units, blocks * units)]
    return float(sum(2 * rows * columns for rows, columns in products))


def flops_any_kind(kind, features, units):
    refuse("gru", units)
    return flops_dict(kind if kind in ("elman", "lstm") else "gru", features, units)


def flops_any_units(kind, features, units):
    refuse(kind)
    return 2 * {"elman": 1, "lstm": 4, "gru": 3}[kind] * units * (features + units)


FLOPS_WRONG = {
    "multiply-adds": counting(lambda g, rows, f, u: g * (f * u + u * u)),
    "biases-too": counting(lambda g, rows, f, u: 2 * g * (f * u + u * u + rows * u)),
    "parameters": counting(lambda g, rows, f, u: g * (f * u + u * u + rows * u)),
    "one-addition-less": counting(lambda g, rows, f, u: g * u * ((2 * f - 1) + (2 * u - 1))),
    "no-recurrence": counting(lambda g, rows, f, u: 2 * g * f * u),
    "no-input": counting(lambda g, rows, f, u: 2 * g * u * u),
    "elman-for-all": counting(lambda g, rows, f, u: 2 * u * (f + u)),
    "gates-only": counting(lambda g, rows, f, u: 2 * (g - 1 or 1) * u * (f + u)),
    "lstm-gru-exchanged": counting(lambda g, rows, f, u: 2 * {1: 1, 3: 4, 4: 3}[g] * u * (f + u)),
    "any-kind": flops_any_kind,
    "any-units": flops_any_units,
}


# --- paired_interval -----------------------------------------------------------------------------


def refuse_confidence(confidence):
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")


def interval_scipy(a, b, confidence=0.95):
    from scipy import stats

    refuse_confidence(confidence)
    d = a - b
    m, se = d.mean(), stats.sem(d)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * se
    return m, m - half, m + half


def interval_two_sided(a, b, confidence=0.95):
    from scipy import stats

    refuse_confidence(confidence)
    d = np.subtract(a, b, dtype="float64")
    se = np.sqrt(np.sum((d - d.mean()) ** 2) / (d.size - 1) / d.size)
    q = stats.t.isf((1 - confidence) / 2, d.size - 1)
    return [np.mean(d), np.mean(d) - q * se, np.mean(d) + q * se]


def interval_by_test(a, b, confidence=0.95):
    """SciPy's own paired test."""
    from scipy import stats

    refuse_confidence(confidence)
    low, high = stats.ttest_rel(a.astype("float64"), b).confidence_interval(confidence)
    return (a.astype("float64") - b).mean(), low, high


def interval_special(a, b, confidence=0.95):
    from scipy.special import stdtrit

    refuse_confidence(confidence)
    n = len(a)
    d = tf.constant(a, tf.float64) - tf.constant(b, tf.float64)
    m = tf.reduce_mean(d)
    s = tf.sqrt(tf.reduce_sum((d - m) ** 2) / (n - 1))
    half = stdtrit(n - 1, 0.5 + confidence / 2) * s / np.sqrt(n)
    return m, m - half, m + half


def interval_own_quantile(a, b, confidence=0.95):
    """The quantile by halving an interval on the numerically integrated density."""
    from scipy.integrate import quad

    refuse_confidence(confidence)
    d = [float(x) - float(y) for x, y in zip(a, b)]
    n = len(d)
    m = sum(d) / n
    s = (sum((v - m) ** 2 for v in d) / (n - 1)) ** 0.5
    k = n - 1
    c = math.exp(math.lgamma((k + 1) / 2) - math.lgamma(k / 2)) / math.sqrt(k * math.pi)

    def inside(q):
        return 2 * quad(lambda t: c * (1 + t * t / k) ** (-(k + 1) / 2), 0, q, epsabs=1e-12)[0]

    low, high = 0.0, 1.0
    while inside(high) < confidence:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < confidence else (low, middle)
    return m, m - low * s / n**0.5, m + low * s / n**0.5


def interval_with(half, middle=lambda a, b: np.mean(a - b), default=0.95):
    """A wrong interval that refuses what it should."""

    def interval(a, b, confidence=default):
        refuse_confidence(confidence)
        m, w = middle(a, b), half(a, b, confidence)
        return m, m - w, m + w

    return interval


def t_half(a, b, confidence, p=None, k=None, ddof=1):
    from scipy import stats

    d = a - b
    p = (1 + confidence) / 2 if p is None else p
    return stats.t.ppf(p, len(d) - 1 if k is None else k) * d.std(ddof=ddof) / np.sqrt(len(d))


def normal_half(a, b, confidence):
    from scipy import stats

    return stats.norm.ppf((1 + confidence) / 2) * stats.sem(a - b)


def two_sample_half(a, b, confidence, k):
    from scipy import stats

    error = (np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b)) ** 0.5
    return stats.t.ppf((1 + confidence) / 2, k) * error


def returned(read):
    """A right interval whose three numbers are returned in another way."""

    def interval(a, b, confidence=0.95):
        return read(*interval_scipy(a, b, confidence))

    return interval


def no_default(a, b, confidence):
    return interval_scipy(a, b, confidence)


def any_confidence(a, b, confidence=0.95):
    return interval_scipy(a, b, confidence if 0 < confidence < 1 else 0.95)


INTERVAL_WRONG = {
    "normal-quantile": interval_with(normal_half),
    "not-paired": interval_with(lambda a, b, c: two_sample_half(a, b, c, 2 * len(a) - 2)),
    "spreads-added": interval_with(lambda a, b, c: two_sample_half(a, b, c, len(a) - 1)),
    "divided-by-n": interval_with(lambda a, b, c: t_half(a, b, c, ddof=0)),
    "n-degrees": interval_with(lambda a, b, c: t_half(a, b, c, k=len(a))),
    "one-sided": interval_with(lambda a, b, c: t_half(a, b, c, p=c)),
    "whole-remainder": interval_with(lambda a, b, c: t_half(a, b, c, p=1 - (1 - c) / 4)),
    "no-root-n": interval_with(lambda a, b, c: t_half(a, b, c) * np.sqrt(len(a))),
    "divided-by-n-not-root": interval_with(lambda a, b, c: t_half(a, b, c) / np.sqrt(len(a))),
    "variance": interval_with(lambda a, b, c: t_half(a, b, c) * np.std(a - b, ddof=1)),
    "b-minus-a": lambda a, b, confidence=0.95: interval_scipy(b, a, confidence),
    "ends-first": returned(lambda m, low, high: (low, m, high)),
    "ends-exchanged": returned(lambda m, low, high: (m, high, low)),
    "around-zero": returned(lambda m, low, high: (m, low - m, high - m)),
    "always-95": interval_with(lambda a, b, c: t_half(a, b, 0.95)),
    "other-default": interval_with(t_half, default=0.9),
    "no-default": no_default,
    "any-confidence": any_confidence,
}


RIGHT = {
    "gru_step": {
        "numpy": step_numpy,
        "loops": step_loops,
        "einsum": step_einsum,
        "keras.ops": step_keras_ops,
        "tensorflow": step_tensorflow,
        "tf.function": step_graph,
        "lists of columns": step_lists,
        "dense": step_dense,
    },
    "GRUCell": {
        "keras.ops": CellOps,
        "tensorflow": CellTensorFlow,
        "einsum, own config": CellConfig,
        "dense sublayer": CellDense,
    },
    "cell_parameters": {
        "dictionary": parameters_dict,
        "branches": parameters_match,
        "keras counts": parameters_of_keras,
        "arrays": parameters_arrays,
    },
    "units_for_budget": {
        "loop": units_loop,
        "count": units_count,
        "bisection": units_bisect,
        "quadratic": units_quadratic,
        "array": units_array,
    },
    "step_flops": {
        "branches": flops_match,
        "dictionary": flops_dict,
        "from parameters": flops_from_parameters,
        "float": flops_counted,
    },
    "paired_interval": {
        "scipy.stats": interval_scipy,
        "isf, a list": interval_two_sided,
        "scipy's test": interval_by_test,
        "scipy.special, tensorflow": interval_special,
        "own quantile": interval_own_quantile,
    },
}

WRONG = {
    "gru_step": STEP_WRONG,
    "GRUCell": CELL_WRONG,
    "cell_parameters": PARAMETERS_WRONG,
    "units_for_budget": UNITS_WRONG,
    "step_flops": FLOPS_WRONG,
    "paired_interval": INTERVAL_WRONG,
}
