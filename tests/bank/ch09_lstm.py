"""Chapter 9: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

import math

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch09")


# --- lstm_gates ----------------------------------------------------------------------------------


def sigma(z):
    return 1 / (1 + np.exp(-z))


def gates_numpy(x, h, W, U, b):
    z = x @ W + h @ U + b
    i, f, g, o = np.split(z, 4, axis=1)
    return sigma(i), sigma(f), np.tanh(g), sigma(o)


def gates_slices(x, h, W, U, b):
    units = h.shape[1]
    z = np.dot(x, W) + np.dot(h, U) + b[None]
    i = sigma(z[:, :units])
    f = sigma(z[:, units : 2 * units])
    g = np.tanh(z[:, 2 * units : 3 * units])
    o = sigma(z[:, 3 * units :])
    return [i, f, g, o]


def gates_concatenated(x, h, W, U, b):
    z = np.concatenate([h, x], axis=1) @ np.concatenate([U, W], axis=0) + b
    z = z.reshape(len(x), 4, -1)
    return sigma(z[:, 0]), sigma(z[:, 1]), np.tanh(z[:, 2]), sigma(z[:, 3])


def gates_loops(x, h, W, U, b):
    units = h.shape[1]
    result = np.empty((4, len(x), units))
    for n in range(len(x)):
        for k in range(4 * units):
            total = float(b[k])
            for j in range(x.shape[1]):
                total += float(x[n, j]) * float(W[j, k])
            for j in range(units):
                total += float(h[n, j]) * float(U[j, k])
            block, unit = divmod(k, units)
            if block == 2:
                result[block, n, unit] = math.tanh(total)
            elif total > 0:
                result[block, n, unit] = 1 / (1 + math.exp(-total))
            else:
                result[block, n, unit] = math.exp(total) / (1 + math.exp(total))
    return tuple(result)


def gates_einsum(x, h, W, U, b):
    units = h.shape[1]
    W, U, b = W.reshape(-1, 4, units), U.reshape(units, 4, units), b.reshape(4, units)
    z = np.einsum("nf,fku->knu", x, W) + np.einsum("nv,vku->knu", h, U) + b[:, None]
    i, f, o = 0.5 * (1 + np.tanh(0.5 * z[[0, 1, 3]]))
    return i, f, np.tanh(z[2]), o


def gates_four_products(x, h, W, U, b):
    values = []
    for k, activation in enumerate([sigma, sigma, np.tanh, sigma]):
        columns = slice(k * h.shape[1], (k + 1) * h.shape[1])
        values.append(activation(x @ W[:, columns] + h @ U[:, columns] + b[columns]))
    return tuple(values)


def gates_keras_ops(x, h, W, U, b):
    z = ops.add(ops.matmul(x, W) + ops.matmul(h, U), b)
    i, f, g, o = ops.split(z, 4, axis=-1)
    return ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)


def gates_tensorflow(x, h, W, U, b):
    z = tf.nn.bias_add(tf.matmul(x, W) + tf.matmul(h, U), b)
    i, f, g, o = tf.split(z, 4, axis=1)
    return tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)


@tf.function
def gates_graph(x, h, W, U, b):
    return gates_tensorflow(x, h, W, U, b)


def gates_of(change):
    """Gates from the four blocks of sums."""

    def answer(x, h, W, U, b):
        return change(*np.split(x @ W + h @ U + b, 4, axis=1))

    return answer


def _swapped(p, q):
    def change(*z):
        z = list(z)
        z[p], z[q] = z[q], z[p]
        return sigma(z[0]), sigma(z[1]), np.tanh(z[2]), sigma(z[3])

    return change


def _returned(p, q):
    def answer(x, h, W, U, b):
        found = list(gates_numpy(x, h, W, U, b))
        found[p], found[q] = found[q], found[p]
        return found

    return answer


def _interleaved(x, h, W, U, b):
    z = (x @ W + h @ U + b).reshape(len(x), -1, 4)
    return sigma(z[..., 0]), sigma(z[..., 1]), np.tanh(z[..., 2]), sigma(z[..., 3])


#: What is done with the four sums; a step and a cell make the same mistakes.
WRONG_SUMS = {
    "swapped-f-i": _swapped(0, 1),
    "swapped-g-o": _swapped(2, 3),
    "swapped-f-o": _swapped(1, 3),
    "swapped-i-o": _swapped(0, 3),
    "swapped-f-g": _swapped(1, 2),
    "swapped-i-g": _swapped(0, 2),
    "no-activations": lambda i, f, g, o: (i, f, g, o),
    "no-activation-i": lambda i, f, g, o: (i, sigma(f), np.tanh(g), sigma(o)),
    "no-activation-f": lambda i, f, g, o: (sigma(i), f, np.tanh(g), sigma(o)),
    "no-activation-g": lambda i, f, g, o: (sigma(i), sigma(f), g, sigma(o)),
    "no-activation-o": lambda i, f, g, o: (sigma(i), sigma(f), np.tanh(g), o),
    "candidate-sigmoid": lambda i, f, g, o: (sigma(i), sigma(f), sigma(g), sigma(o)),
    "all-tanh": lambda *z: tuple(np.tanh(each) for each in z),
    "activations-exchanged": lambda i, f, g, o: (np.tanh(i), np.tanh(f), sigma(g), np.tanh(o)),
    "activations-g-o-exchanged": lambda i, f, g, o: (sigma(i), sigma(f), sigma(g), np.tanh(o)),
    "candidate-tanh-twice": lambda i, f, g, o: (
        sigma(i),
        sigma(f),
        np.tanh(np.tanh(g)),
        sigma(o),
    ),
    "gates-sigmoid-twice": lambda i, f, g, o: (
        sigma(sigma(i)),
        sigma(sigma(f)),
        np.tanh(g),
        sigma(sigma(o)),
    ),
    "hard-sigmoid": lambda i, f, g, o: (
        *(np.minimum(np.maximum(z + 3, 0), 6) / 6 for z in (i, f)),
        np.tanh(g),
        np.minimum(np.maximum(o + 3, 0), 6) / 6,
    ),
    "sigmoid-of-minus": lambda i, f, g, o: (
        1 / (1 + np.exp(i)),
        1 / (1 + np.exp(f)),
        np.tanh(g),
        1 / (1 + np.exp(o)),
    ),
    "forget-bias-added": lambda i, f, g, o: (sigma(i), sigma(f + 1), np.tanh(g), sigma(o)),
}

#: What is done with the inputs.
WRONG_INPUTS = {
    "no-bias": lambda x, h, W, U, b: (x, h, W, U, np.zeros_like(b)),
    "bias-twice": lambda x, h, W, U, b: (x, h, W, U, b + b),
    "no-recurrence": lambda x, h, W, U, b: (x, np.zeros_like(h), W, U, b),
    "no-input": lambda x, h, W, U, b: (np.zeros_like(x), h, W, U, b),
}

GATES_WRONG = {
    **{id: gates_of(change) for id, change in WRONG_SUMS.items()},
    **{
        id: lambda *given, change=change: gates_tensorflow(*change(*given))
        for id, change in WRONG_INPUTS.items()
    },
    "interleaved": _interleaved,
}


# --- lstm_step -----------------------------------------------------------------------------------


def step_numpy(x, h, c, W, U, b):
    i, f, g, o = gates_numpy(x, h, W, U, b)
    c = f * c + i * g
    return o * np.tanh(c), c


def step_keras_ops(x, h, c, W, U, b):
    i, f, g, o = gates_keras_ops(x, h, W, U, b)
    new_c = ops.add(ops.multiply(f, c), ops.multiply(i, g))
    return ops.multiply(o, ops.tanh(new_c)), new_c


def step_tensorflow(x, h, c, W, U, b):
    i, f, g, o = gates_tensorflow(x, h, W, U, b)
    c = tf.add_n([f * c, i * g])
    return [o * tf.tanh(c), c]


def step_loops(x, h, c, W, U, b):
    i, f, g, o = gates_loops(x, h, W, U, b)
    new_h, new_c = np.empty_like(i), np.empty_like(i)
    for place in np.ndindex(*new_c.shape):
        new_c[place] = f[place] * float(c[place]) + i[place] * g[place]
        new_h[place] = o[place] * math.tanh(new_c[place])
    return new_h, new_c


def step_einsum(x, h, c, W, U, b):
    i, f, g, o = gates_einsum(x, h, W, U, b)
    c = np.einsum("knu,knu->nu", np.stack([f, i]), np.stack([c, g]))
    return np.einsum("nu,nu->nu", o, np.tanh(c)), c


@tf.function
def step_graph(x, h, c, W, U, b):
    return tuple(step_tensorflow(x, h, c, W, U, b))


def step_of(gates=gates_numpy, then=lambda i, f, g, o, c: None):
    """A step from its gates and what is done with them: (i, f, g, o, c) → (h', c')."""
    return lambda x, h, c, W, U, b: then(*gates(x, h, W, U, b), c)


def right_end(i, f, g, o, c):
    c = f * c + i * g
    return o * np.tanh(c), c


def shown(o, c):
    return o * np.tanh(c), c


#: What is done with right gates.
WRONG_ENDS = {
    "output-without-tanh": lambda i, f, g, o, c: (o * (f * c + i * g), f * c + i * g),
    "output-tanh-twice": lambda i, f, g, o, c: (o * np.tanh(np.tanh(f * c + i * g)), f * c + i * g),
    "cell-state-squashed": lambda i, f, g, o, c: shown(o, np.tanh(f * c + i * g)),
    "cell-state-squashed-once": lambda i, f, g, o, c: (
        o * np.tanh(f * c + i * g),
        np.tanh(f * c + i * g),
    ),
    "output-of-old-cell": lambda i, f, g, o, c: (o * np.tanh(c), f * c + i * g),
    "no-output-gate": lambda i, f, g, o, c: (np.tanh(f * c + i * g), f * c + i * g),
    "no-forget-gate": lambda i, f, g, o, c: shown(o, c + i * g),
    "no-input-gate": lambda i, f, g, o, c: shown(o, f * c + g),
    "no-old-cell": lambda i, f, g, o, c: shown(o, i * g),
    "no-candidate": lambda i, f, g, o, c: shown(o, f * c),
    "coupled-gates": lambda i, f, g, o, c: shown(o, f * c + (1 - f) * g),
    "forgets-what-it-should-keep": lambda i, f, g, o, c: shown(o, (1 - f) * c + i * g),
    "all-multiplied": lambda i, f, g, o, c: shown(o, f * c * i * g),
    "output-gate-on-the-cell": lambda i, f, g, o, c: shown(o, o * (f * c + i * g)),
}

STEP_WRONG = {
    **{id: step_of(then=end) for id, end in WRONG_ENDS.items()},
    **{id: step_of(wrong, right_end) for id, wrong in GATES_WRONG.items()},
    "state-in-place-of-cell": lambda x, h, c, W, U, b: step_numpy(x, h, h, W, U, b)[:2],
    "cell-in-place-of-state": lambda x, h, c, W, U, b: step_numpy(x, c, c, W, U, b),
    "states-swapped": lambda *given: step_numpy(*given)[::-1],
}


# --- LSTMCell ------------------------------------------------------------------------------------


class Base(keras.layers.Layer):
    """What the right cells share; each defines `new_states`."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.state_size = [units, units]
        self.output_size = units

    def build(self, input_shape):
        units = self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * units), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(units, 4 * units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(4 * units,), initializer=self.first_bias, name="bias")
        self.built = True

    starts = (0.0, 1.0, 0.0, 0.0)

    def first_bias(self, shape, dtype=None):
        return ops.cast(ops.repeat(ops.convert_to_tensor(self.starts), self.units), dtype)

    def blocks(self, x, h):
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        return ops.split(z, 4, axis=-1)

    def new_states(self, x, h, c):
        i, f, g, o = self.blocks(x, h)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        return ops.sigmoid(o) * ops.tanh(c), c

    def call(self, inputs, states):
        h, c = self.new_states(inputs, *states)
        return h, [h, c]


@register
class CellOps(Base):
    pass


@register
class CellTensorFlow(Base):
    def call(self, inputs, states):
        h, c = states
        z = tf.nn.bias_add(
            tf.matmul(inputs, self.kernel.value) + tf.matmul(h, self.recurrent_kernel.value),
            self.bias.value,
        )
        i, f, g, o = tf.split(z, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, (h, c)


@register
class CellConfig(Base):
    """Its own configuration, one einsum for all gates, the initializer of Keras's own kind."""

    def __init__(self, units, **kwargs):
        super().__init__(units, **kwargs)
        self.state_size = (units, units)

    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def new_states(self, x, h, c):
        W = ops.reshape(self.kernel, (-1, 4, self.units))
        U = ops.reshape(self.recurrent_kernel, (-1, 4, self.units))
        z = ops.einsum("bf,fku->kbu", x, W) + ops.einsum("bv,vku->kbu", h, U)
        z = z + ops.reshape(self.bias, (4, 1, self.units))
        i, f, o = ops.sigmoid(z[0]), ops.sigmoid(z[1]), ops.sigmoid(z[3])
        c = f * c + i * ops.tanh(z[2])
        return o * ops.tanh(c), c


@register
class CellConcatenated(Base):
    def new_states(self, x, h, c):
        both = ops.concatenate([x, h], axis=-1)
        weights = ops.concatenate([self.kernel, self.recurrent_kernel], axis=0)
        i, f, g, o = ops.split(both @ weights + self.bias, 4, axis=-1)
        c = keras.activations.sigmoid(f) * c + keras.activations.sigmoid(i) * ops.tanh(g)
        return keras.activations.sigmoid(o) * ops.tanh(c), c


@register
class CellAssigned(Base):
    """The bias is built from zeros and then assigned."""

    def build(self, input_shape):
        self.starts = (0.0, 0.0, 0.0, 0.0)
        super().build(input_shape)
        start = np.zeros(4 * self.units)
        start[self.units : 2 * self.units] = 1
        self.bias.assign(start)


@register
class CellDense(keras.layers.Layer):
    """Two Dense sublayers, with the weights under the fixed names."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if int(units) <= 0:
            raise ValueError(f"`units` should be positive, got {units!r}")
        self.units, self.state_size, self.output_size = units, [units, units], units
        self.of_input = keras.layers.Dense(4 * units, dtype=self.dtype_policy)
        self.of_state = keras.layers.Dense(4 * units, use_bias=False, dtype=self.dtype_policy)

    def build(self, input_shape):
        self.of_input.build(input_shape)
        self.of_state.build((input_shape[0], self.units))
        self.bias.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

    kernel = property(lambda self: self.of_input.kernel)
    bias = property(lambda self: self.of_input.bias)
    recurrent_kernel = property(lambda self: self.of_state.kernel)

    def call(self, inputs, states):
        i, f, g, o = ops.split(self.of_input(inputs) + self.of_state(states[0]), 4, axis=-1)
        c = ops.sigmoid(f) * states[1] + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


_made: list[type] = []


def made(**parts):
    """A registered cell that differs from `Base` in these attributes."""
    wrong = register(type(f"WrongLSTM{len(_made)}", (Base,), parts))
    _made.append(wrong)
    return wrong


def cell_of(step):
    """A cell whose step is the given one: (x, h, c, W, U, b) → (h', c'), in keras.ops."""

    def new_states(self, x, h, c):
        return step(x, h, c, self.kernel, self.recurrent_kernel, self.bias)

    return made(new_states=new_states)


def cell_from(blocks=None, end=None, inputs=None):
    """A cell with other gates (`blocks`, of the sums), another end, or other inputs."""

    def sigmoids(i, f, g, o):
        return ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)

    def right(i, f, g, o, c):
        c = f * c + i * g
        return o * ops.tanh(c), c

    def step(x, h, c, W, U, b):
        if inputs:
            x, h, W, U, b = inputs(x, h, W, U, b)
        z = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=-1)
        return (end or right)(*(blocks or sigmoids)(*z), c)

    return cell_of(step)


def _tensors(change):
    """The wrong NumPy formula above, written with keras.ops: the same lines, other functions."""
    names = {"sigma": ops.sigmoid, "np": ops, "shown": _shown_ops}
    import types

    cells = change.__closure__
    return types.FunctionType(
        change.__code__, {**globals(), **names}, change.__name__, change.__defaults__, cells
    )


def _shown_ops(o, c):
    return o * ops.tanh(c), c


def call_with(read=lambda states: states, output=None, give=None):
    """A cell that takes, shows or returns its states in another way."""

    def call(self, inputs, states):
        old = read(list(states))
        h, c = self.new_states(inputs, *old)
        return (output(h, c) if output else h), (give(h, c, old) if give else [h, c])

    return made(call=call)


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


def _interleaved_step(x, h, c, W, U, b):
    z = ops.matmul(x, W) + ops.matmul(h, U) + b
    z = ops.reshape(z, (-1, z.shape[-1] // 4, 4))
    c = ops.sigmoid(z[..., 1]) * c + ops.sigmoid(z[..., 0]) * ops.tanh(z[..., 2])
    return ops.sigmoid(z[..., 3]) * ops.tanh(c), c


def _right_step(x, h, c, W, U, b):
    i, f, g, o = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=-1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
    return ops.sigmoid(o) * ops.tanh(c), c


def _forget_more(self, x, h, c):
    i, f, g, o = self.blocks(x, h)
    c = ops.sigmoid(f + 1.0) * c + ops.sigmoid(i) * ops.tanh(g)
    return ops.sigmoid(o) * ops.tanh(c), c


def _float32_bias(self, shape, dtype=None):
    ones = ops.ones(self.units, dtype="float32")
    return ops.concatenate([0.0 * ones, ones, 0.0 * ones, 0.0 * ones])


CELL_WRONG = {
    "states-reversed": call_with(lambda s: s[::-1], give=lambda h, c, old: [c, h]),
    "states-read-reversed": call_with(lambda s: s[::-1]),
    "states-returned-reversed": call_with(give=lambda h, c, old: [c, h]),
    "cell-state-as-output": call_with(output=lambda h, c: c),
    "old-states-returned": call_with(give=lambda h, c, old: old),
    "old-cell-state-returned": call_with(give=lambda h, c, old: [h, old[1]]),
    "forget-bias-zero": made(starts=(0.0, 0.0, 0.0, 0.0)),
    "all-biases-one": made(starts=(1.0, 1.0, 1.0, 1.0)),
    "input-bias-one": made(starts=(1.0, 0.0, 0.0, 0.0)),
    "candidate-bias-one": made(starts=(0.0, 0.0, 1.0, 0.0)),
    "output-bias-one": made(starts=(0.0, 0.0, 0.0, 1.0)),
    "gates-biases-one": made(starts=(1.0, 1.0, 0.0, 1.0)),
    "forget-bias-in-call": made(starts=(0.0, 0.0, 0.0, 0.0), new_states=_forget_more),
    **{id: cell_from(end=_tensors(end)) for id, end in WRONG_ENDS.items()},
    "state-in-place-of-cell": cell_of(lambda x, h, c, *weights: _right_step(x, h, h, *weights)),
    "cell-in-place-of-state": cell_of(lambda x, h, c, *weights: _right_step(x, c, c, *weights)),
    **{id: cell_from(blocks=_tensors(change)) for id, change in WRONG_SUMS.items()},
    "no-bias": cell_from(inputs=lambda x, h, W, U, b: (x, h, W, U, 0.0 * b)),
    "bias-twice": cell_from(inputs=lambda x, h, W, U, b: (x, h, W, U, 2.0 * b)),
    "no-recurrence": cell_from(inputs=lambda x, h, W, U, b: (x, 0.0 * h, W, U, b)),
    "no-input": cell_from(inputs=lambda x, h, W, U, b: (0.0 * x, h, W, U, b)),
    "interleaved": cell_of(_interleaved_step),
    "start-in-float32": made(first_bias=_float32_bias),
    "no-keywords": NoKeywords,
    "config-without-units": ConfigWithoutUnits,
    "config-without-keywords": ConfigWithoutKeywords,
    "any-units": AnyUnits,
}


# --- cell_state_gradient -------------------------------------------------------------------------


def gradient_loop(forget_gates):
    product = np.ones((forget_gates.shape[0], forget_gates.shape[2]))
    for t in range(forget_gates.shape[1]):
        product = product * forget_gates[:, t]
    return product


def gradient_tape(forget_gates):
    gates = tf.constant(forget_gates)
    start = tf.zeros((gates.shape[0], gates.shape[2]), gates.dtype)
    with tf.GradientTape() as tape:
        tape.watch(start)
        c = start
        for t in range(gates.shape[1]):
            c = gates[:, t] * c + 1.0
    return tape.gradient(c, start)


def gradient_logarithms(forget_gates):
    with np.errstate(divide="ignore"):
        return np.exp(np.log(forget_gates).sum(axis=1))


def gradient_reversed(forget_gates):
    gradient = np.ones_like(forget_gates[:, :1])[:, 0] if forget_gates.shape[1] else None
    if gradient is None:
        return np.ones((len(forget_gates), forget_gates.shape[2]))
    for gate in forget_gates.swapaxes(0, 1)[::-1]:
        gradient = gate * gradient
    return gradient


GRADIENT_WRONG = {
    "sum-over-time": lambda f: f.sum(axis=1),
    "mean-over-time": lambda f: np.mean(f, axis=1),
    "mean-to-the-power": lambda f: (
        f.mean(axis=1) ** f.shape[1] if f.shape[1] else np.ones((len(f), f.shape[2]))
    ),
    "last-step-only": lambda f: f[:, -1, :],
    "first-step-left-out": lambda f: tf.reduce_prod(f[:, 1:], axis=1),
    "last-step-left-out": lambda f: np.multiply.reduce(f[:, :-1], axis=1),
    "one-minus-f": lambda f: (1 - f).prod(axis=1),
    "slope-of-the-sigmoid": lambda f: ops.prod(f * (1 - f), axis=1),
    "all-prefixes": lambda f: np.cumprod(f, axis=1),
    "over-the-units": lambda f: np.prod(f, axis=-1),
    "over-the-batch": lambda f: np.prod(f, axis=0),
    "logarithm": lambda f: np.sum(np.log(f), axis=1),
    "no-steps-fails": lambda f: f[:, 0] * np.prod(f[:, 1:], axis=1),
}


# --- forget_bias_for -----------------------------------------------------------------------------


def _checked(horizon, kept):
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, got {horizon}")
    if kept <= 0 or kept >= 1:
        raise ValueError(f"kept must lie between 0 and 1, got {kept}")


def bias_math(horizon, kept):
    _checked(horizon, kept)
    gate = kept ** (1 / horizon)
    return math.log(gate / (1 - gate))


def bias_numpy(horizon, kept):
    _checked(horizon, kept)
    gate = np.exp(np.log(kept) / horizon)
    return np.log(gate) - np.log1p(-gate)


def bias_exponential(horizon, kept):
    _checked(horizon, kept)
    return -math.log(math.expm1(-math.log(kept) / horizon))


def bias_scipy(horizon, kept):
    from scipy.special import logit

    _checked(horizon, kept)
    return logit(kept ** (1 / horizon))


def bias_search(horizon, kept):
    from scipy.optimize import brentq

    _checked(horizon, kept)
    return brentq(
        lambda b: -horizon * math.log1p(math.exp(-b)) - math.log(kept), -40, 40, xtol=1e-13
    )


def bias_tensorflow(horizon, kept):
    _checked(horizon, kept)
    gate = tf.constant(kept, tf.float64) ** (1 / horizon)
    return tf.math.log(gate / (1 - gate))


def _bias_of(formula):
    def answer(horizon, kept):
        _checked(horizon, kept)
        with np.errstate(all="ignore"):
            return formula(horizon, np.float64(kept))

    return answer


def _log_odds(p):
    return np.log(p / (1 - p))


def _any_horizon(horizon, kept):
    if not 0 < kept < 1:
        raise ValueError(f"kept is {kept}")
    return _log_odds(np.float64(kept) ** (1 / horizon))


def _any_share(horizon, kept):
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}")
    return _log_odds(np.float64(kept) ** (1 / horizon))


BIAS_WRONG = {
    "the-gate-itself": _bias_of(lambda T, k: k ** (1 / T)),
    "one-step": _bias_of(lambda T, k: _log_odds(k)),
    "power-in-place-of-root": _bias_of(lambda T, k: _log_odds(k**T)),
    "kept-over-horizon": _bias_of(lambda T, k: _log_odds(k / T)),
    "lost-evenly": _bias_of(lambda T, k: _log_odds(1 - (1 - k) / T)),
    "sign": _bias_of(lambda T, k: np.log((1 - k ** (1 / T)) / k ** (1 / T))),
    "logarithm-only": _bias_of(lambda T, k: np.log(k) / T),
    "odds": _bias_of(lambda T, k: k ** (1 / T) / (1 - k ** (1 / T))),
    "decimal-logarithm": _bias_of(lambda T, k: np.log10(k ** (1 / T) / (1 - k ** (1 / T)))),
    "one-step-less": _bias_of(lambda T, k: _log_odds(k ** (1 / np.float64(T - 1)))),
    "one-step-more": _bias_of(lambda T, k: _log_odds(k ** (1 / (T + 1)))),
    "share-lost": _bias_of(lambda T, k: _log_odds((1 - k) ** (1 / T))),
    "tanh-undone": _bias_of(lambda T, k: np.arctanh(k ** (1 / T))),
    "rule-of-thumb": _bias_of(lambda T, k: np.log(T)),
    "no-error-at-all": lambda horizon, kept: _log_odds(np.float64(kept) ** (1 / horizon)),
    "any-horizon": _any_horizon,
    "any-share": _any_share,
}


RIGHT = {
    "lstm_gates": {
        "numpy": gates_numpy,
        "slices": gates_slices,
        "concatenated": gates_concatenated,
        "loops": gates_loops,
        "einsum": gates_einsum,
        "four products": gates_four_products,
        "keras.ops": gates_keras_ops,
        "tensorflow": gates_tensorflow,
        "tf.function": gates_graph,
    },
    "lstm_step": {
        "numpy": step_numpy,
        "loops": step_loops,
        "einsum": step_einsum,
        "keras.ops": step_keras_ops,
        "tensorflow": step_tensorflow,
        "tf.function": step_graph,
    },
    "LSTMCell": {
        "keras.ops": CellOps,
        "tensorflow": CellTensorFlow,
        "einsum, own config": CellConfig,
        "concatenated": CellConcatenated,
        "bias assigned": CellAssigned,
        "dense sublayers": CellDense,
    },
    "cell_state_gradient": {
        "prod": lambda forget_gates: np.prod(forget_gates, axis=1),
        "loop": gradient_loop,
        "logarithms": gradient_logarithms,
        "backwards": gradient_reversed,
        "keras.ops": lambda forget_gates: ops.prod(forget_gates, axis=1),
        "tensorflow": lambda forget_gates: tf.reduce_prod(forget_gates, axis=1),
        "tf.function": tf.function(lambda forget_gates: tf.reduce_prod(forget_gates, axis=1)),
        "gradient tape": gradient_tape,
    },
    "forget_bias_for": {
        "math": bias_math,
        "numpy": bias_numpy,
        "one exponential": bias_exponential,
        "scipy": bias_scipy,
        "search": bias_search,
        "tensorflow": bias_tensorflow,
    },
}

WRONG = {
    "lstm_gates": {
        **GATES_WRONG,
        "returned-g-o": _returned(2, 3),
        "returned-f-g": _returned(1, 2),
        "returned-i-g": _returned(0, 2),
    },
    "lstm_step": STEP_WRONG,
    "LSTMCell": CELL_WRONG,
    "cell_state_gradient": GRADIENT_WRONG,
    "forget_bias_for": BIAS_WRONG,
}
