"""Chapter 7: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch07")


# --- chunk_stream --------------------------------------------------------------------------------


def _fits(tokens, batch, steps):
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got {batch}")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    if (len(tokens) - 1) // batch < steps:
        raise ValueError("the stream is too short for one chunk")


def chunks_loops(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    xs, ys = [], []
    for k in range(L // steps):
        begin = [b * L + k * steps for b in range(batch)]
        xs.append([tokens[i : i + steps] for i in begin])
        ys.append([tokens[i + 1 : i + 1 + steps] for i in begin])
    return np.array(xs), np.array(ys)


def chunks_reshape(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    K = L // steps
    rows = np.stack([tokens[b * L : b * L + L + 1] for b in range(batch)])
    xs = rows[:, : K * steps].reshape(batch, K, steps)
    ys = rows[:, 1 : K * steps + 1].reshape(batch, K, steps)
    return xs.transpose(1, 0, 2), ys.transpose(1, 0, 2)


def chunks_indices(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    k, b, s = np.ogrid[: L // steps, :batch, :steps]
    at = b * L + k * steps + s
    return tokens[at], tokens[at + 1]


def chunks_strided(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    windows = np.lib.stride_tricks.sliding_window_view(tokens, steps + 1)
    picked = np.stack([windows[b * L : b * L + L - steps + 1 : steps] for b in range(batch)], 1)
    return [picked[..., :-1], picked[..., 1:]]


def chunks_tensorflow(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    K = L // steps
    rows = tf.stack([tokens[b * L : b * L + K * steps + 1] for b in range(batch)])
    xs = tf.reshape(rows[:, :-1], (batch, K, steps))
    ys = tf.reshape(rows[:, 1:], (batch, K, steps))
    return tf.transpose(xs, (1, 0, 2)), tf.transpose(ys, (1, 0, 2))


def chunks_keras_ops(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    at = np.arange(L // steps)[:, None, None] * steps
    at = at + np.arange(batch)[:, None] * L + np.arange(steps)
    return ops.take(tokens, at), ops.take(tokens, at + 1)


def _pages(tokens, batch, steps):
    _fits(tokens, batch, steps)
    n = (len(tokens) - 1) // (batch * steps)
    xs = tokens[: n * batch * steps].reshape(n, batch, steps)
    ys = tokens[1 : n * batch * steps + 1].reshape(n, batch, steps)
    return xs, ys


def _copy(tokens, batch, steps):
    xs, _ = chunks_loops(tokens, batch, steps)
    return xs, xs.copy()


def _rolled(tokens, batch, steps):
    xs, _ = chunks_reshape(tokens, batch, steps)
    return xs, np.concatenate([xs[..., 1:], xs[..., :1]], axis=-1)


def _before(tokens, batch, steps):
    xs, _ = chunks_indices(tokens, batch, steps)
    ys, _ = chunks_indices(np.concatenate([tokens[-1:], tokens[:-1]]), batch, steps)
    return xs, ys


def _two_later(tokens, batch, steps):
    xs, _ = chunks_indices(tokens, batch, steps)
    _, ys = chunks_indices(np.roll(tokens, -1), batch, steps)
    return xs, ys


def _lost(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    blocks = [
        np.stack([tokens[b * L + i : b * L + i + steps + 1] for b in range(batch)])
        for i in range(0, L - steps + 1, steps + 1)
    ]
    both = np.stack(blocks)
    return both[:, :, :-1], both[:, :, 1:]


def _from_n(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = len(tokens) // batch
    K = L // steps
    xs = tokens[: batch * L].reshape(batch, L)[:, : K * steps]
    ys = tokens[1 : batch * L + 1].reshape(batch, L)[:, : K * steps]
    return (
        xs.reshape(batch, K, steps).transpose(1, 0, 2),
        ys.reshape(batch, K, steps).transpose(1, 0, 2),
    )


def _cut_short(tokens, batch, steps):
    _fits(tokens, batch, steps)
    K = (len(tokens) - 1) // (batch * steps)
    L = K * steps
    xs = tokens[: batch * L].reshape(batch, K, steps)
    ys = tokens[1 : batch * L + 1].reshape(batch, K, steps)
    return np.moveaxis(xs, 1, 0), np.moveaxis(ys, 1, 0)


def _dealt(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    K = L // steps
    xs = tokens[: L * batch].reshape(L, batch).T[:, : K * steps].reshape(batch, K, steps)
    ys = tokens[1 : L * batch + 1].reshape(L, batch).T[:, : K * steps].reshape(batch, K, steps)
    return xs.transpose(1, 0, 2), ys.transpose(1, 0, 2)


def _no_checks(tokens, batch, steps):
    try:
        return chunks_reshape(tokens, batch, steps)
    except ValueError:
        return np.zeros((0, 1, 1)), np.zeros((0, 1, 1))


def _empty(tokens, batch, steps):
    if batch >= 1 and steps >= 1 and (len(tokens) - 1) // batch < steps:
        return np.zeros((0, batch, steps)), np.zeros((0, batch, steps))
    return chunks_loops(tokens, batch, steps)


CHUNK_WRONG = {
    "rows-not-continued": _pages,
    "targets-are-inputs": _copy,
    "targets-wrap": _rolled,
    "targets-before": _before,
    "targets-two-later": _two_later,
    "tokens-lost": _lost,
    "length-from-n": _from_n,
    "rows-cut-short": _cut_short,
    "batch-first": lambda *given: [np.moveaxis(v, 1, 0) for v in chunks_loops(*given)],
    "time-before-batch": lambda *given: [tf.transpose(v, (0, 2, 1)) for v in chunks_loops(*given)],
    "columns-as-rows": _dealt,
    "anything-goes": _no_checks,
    "empty-result": _empty,
}


# --- truncated_gradient --------------------------------------------------------------------------


def _tau_fits(xs, tau):
    if tau < 1 or tau > len(xs):
        raise ValueError(f"tau must be from 1 to {len(xs)}, got {tau}")


def gradient_backward(w, xs, tau):
    _tau_fits(xs, tau)
    h, before = 0.0, []
    for x in xs:
        before.append(h)
        h = w * h + x
    total, arriving = 0.0, 1.0
    for state in before[::-1][:tau]:
        total += arriving * state
        arriving *= w
    return total


def gradient_forward(w, xs, tau):
    """Forward mode: dh/dw starts at zero, tau steps before the end."""
    _tau_fits(xs, tau)
    h = dh = 0.0
    for t, x in enumerate(xs):
        dh = h + w * dh if t >= len(xs) - tau else 0.0
        h = w * h + x
    return dh


def gradient_vectorised(w, xs, tau):
    _tau_fits(xs, tau)
    T = len(xs)
    lag = np.arange(T)[:, None] - np.arange(T)
    hs = np.where(lag >= 0, float(w) ** np.maximum(lag, 0), 0.0) @ xs.astype("float64")
    before = np.concatenate([[0.0], hs[:-1]])[T - tau :]
    return np.polyval(before, w)


def gradient_tape(w, xs, tau):
    _tau_fits(xs, tau)
    w = tf.constant(w, dtype=tf.float64)
    h = tf.constant(0.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(w)
        for t, x in enumerate(xs):
            if t == len(xs) - tau:
                h = tf.stop_gradient(h)
            h = w * h + float(x)
    gradient = tape.gradient(h, w)
    return 0.0 if gradient is None else gradient


def gradient_keras(w, xs, tau):
    _tau_fits(xs, tau)
    xs = ops.cast(xs, "float64")
    h, states = ops.zeros((), "float64"), []
    for t in range(xs.shape[0]):
        states.append(h)
        h = w * h + xs[t]
    powers = ops.power(
        ops.convert_to_tensor(w, "float64"), ops.arange(tau - 1, -1, -1, dtype="float64")
    )
    return ops.sum(powers * ops.stack(states[xs.shape[0] - tau :]))


def gradient_double_sum(w, xs, tau):
    _tau_fits(xs, tau)
    T = len(xs)
    return (
        sum(
            w ** (T - t) * w ** (t - 1 - s) * xs[s - 1]
            for t in range(T - tau + 1, T + 1)
            for s in range(1, t)
        )
        + 0.0
    )


def _hs(w, xs):
    hs = [0.0]
    for x in xs:
        hs.append(w * hs[-1] + x)
    return hs


def _zero_start(w, xs, tau):
    _tau_fits(xs, tau)
    return gradient_backward(w, xs[-tau:], tau)


def _full(w, xs, tau):
    _tau_fits(xs, tau)
    return gradient_backward(w, xs, len(xs))


def _oldest(w, xs, tau):
    _tau_fits(xs, tau)
    T, hs = len(xs), _hs(w, xs)
    terms = [w ** (T - t) * hs[t - 1] for t in range(1, T + 1)]
    return sum(terms[:tau])


def _with_more(extra):
    def wrong(w, xs, tau):
        _tau_fits(xs, tau)
        return gradient_backward(w, xs, min(tau + extra, len(xs))) if tau + extra else 0.0

    return wrong


def _after(w, xs, tau):
    _tau_fits(xs, tau)
    hs = _hs(w, xs)[1:]
    return sum(h * w**k for k, h in enumerate(reversed(hs)) if k < tau)


def _no_way_back(w, xs, tau):
    _tau_fits(xs, tau)
    return np.sum(_hs(w, xs)[:-1][-tau:])


def _one_more_power(w, xs, tau):
    _tau_fits(xs, tau)
    total, arriving = 0.0, 1.0
    for h in _hs(w, xs)[:-1][::-1][:tau]:
        arriving = arriving * w
        total += arriving * h
    return total


def _every_step_cut(w, xs, tau):
    _tau_fits(xs, tau)
    return _hs(w, xs)[-2]


def _mean(w, xs, tau):
    return gradient_backward(w, xs, tau) / tau


def _state(w, xs, tau):
    _tau_fits(xs, tau)
    return _hs(w, xs)[-1]


def _any_tau(w, xs, tau):
    T = len(xs)
    return gradient_backward(w, xs, tau) if 1 <= tau <= T else _hs(w, xs)[-1] * 0


GRADIENT_WRONG = {
    "state-cut-too": _zero_start,
    "not-cut": _full,
    "oldest-terms": _oldest,
    "one-step-more": _with_more(1),
    "one-step-less": _with_more(-1),
    "state-of-the-step": _after,
    "way-back-forgotten": _no_way_back,
    "one-power-too-many": _one_more_power,
    "last-step-alone": _every_step_cut,
    "averaged": _mean,
    "state-returned": _state,
    "any-tau": _any_tau,
}


# --- train_chunk ---------------------------------------------------------------------------------


def train_tape(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, states = model(inputs, states)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return float(value), [tf.stop_gradient(state) for state in states]


def train_numpy_states(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, states = model(inputs, states)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_weights)
    optimizer.apply(gradients, model.trainable_weights)
    return value.numpy().item(), [state.numpy() for state in states]


def train_keras(model, optimizer, states, inputs, targets, loss):
    states = [ops.convert_to_tensor(state) for state in states]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in model.trainable_variables])
        outputs, after = model(ops.convert_to_tensor(inputs), states, training=True)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, [v.value for v in model.trainable_variables])
    optimizer.apply(gradients, model.trainable_variables)
    return np.float64(value), tuple(ops.stop_gradient(state) for state in after)


def train_graph(model, optimizer, states, inputs, targets, loss):
    optimizer.build(model.trainable_variables)

    @tf.function
    def step(states, inputs, targets):
        with tf.GradientTape() as tape:
            outputs, after = model(inputs, states)
            value = loss(targets, outputs)
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value, [tf.stop_gradient(state) for state in after]

    states = [tf.stop_gradient(tf.convert_to_tensor(state)) for state in states]
    value, after = step(states, tf.constant(inputs), tf.constant(targets))
    return float(value), [tf.stop_gradient(state) for state in after]


def train_stop_recording(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
        value = loss(targets, outputs)
        with tape.stop_recording():
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return float(value), list(map(tf.constant, map(np.array, after)))


def _train(model, optimizer, states, inputs, targets, loss, apply=1):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_variables)
    for _ in range(apply):
        optimizer.apply(gradients, model.trainable_variables)
    return value, list(after)


def _cut(states):
    return [tf.stop_gradient(state) for state in states]


def wrong_attached(*given):
    value, after = _train(*given)
    return float(value), after


def wrong_on_entry(model, optimizer, states, *rest):
    value, after = _train(model, optimizer, _cut(states), *rest)
    return float(value), after


def wrong_loss_after(model, optimizer, states, inputs, targets, loss):
    _, after = _train(model, optimizer, states, inputs, targets, loss)
    return float(loss(targets, model(inputs, states)[0])), _cut(after)


def wrong_states_after(model, optimizer, states, inputs, targets, loss):
    value, _ = _train(model, optimizer, states, inputs, targets, loss)
    return float(value), _cut(model(inputs, states)[1])


def wrong_second_pass(model, optimizer, states, inputs, targets, loss):
    _train(model, optimizer, states, inputs, targets, loss)
    outputs, after = model(inputs, states)
    return float(loss(targets, outputs)), _cut(after)


def wrong_no_update(model, optimizer, states, inputs, targets, loss):
    outputs, after = model(inputs, states)
    return float(loss(targets, outputs)), _cut(after)


def wrong_twice(*given):
    value, after = _train(*given, apply=2)
    return float(value), _cut(after)


def wrong_own_update(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
        value = loss(targets, outputs)
    rate = float(optimizer.learning_rate)
    for weight, gradient in zip(
        model.trainable_variables, tape.gradient(value, model.trainable_variables)
    ):
        weight.assign(weight - rate * gradient)
    return float(value), _cut(after)


def wrong_old(model, optimizer, states, *rest):
    value, _ = _train(model, optimizer, states, *rest)
    return float(value), states


def wrong_unused(model, optimizer, states, *rest):
    value, after = _train(model, optimizer, [np.zeros_like(s) for s in states], *rest)
    return float(value), _cut(after)


def wrong_swapped(model, optimizer, states, inputs, targets, loss):
    value, after = _train(
        model, optimizer, states, inputs, targets, lambda targets, outputs: loss(outputs, targets)
    )
    return float(value), _cut(after)


def wrong_tensor(*given):
    value, after = _train(*given)
    return value, _cut(after)


def wrong_first(*given):
    value, after = _train(*given)
    return float(value), [tf.stop_gradient(after[0])]


TRAIN_WRONG = {
    "states-attached": wrong_attached,
    "detached-on-entry": wrong_on_entry,
    "loss-after-update": wrong_loss_after,
    "states-after-update": wrong_states_after,
    "second-pass": wrong_second_pass,
    "no-update": wrong_no_update,
    "two-updates": wrong_twice,
    "own-update": wrong_own_update,
    "old-states-returned": wrong_old,
    "states-unused": wrong_unused,
    "arguments-swapped": wrong_swapped,
    "loss-no-float": wrong_tensor,
    "first-state-alone": wrong_first,
}


# --- noisy_state ---------------------------------------------------------------------------------


def _state_fits(batch, units):
    if batch < 1 or units < 1:
        raise ValueError(f"batch and units must be at least 1, got {batch} and {units}")


def _checked(draw):
    def answer(rng, batch, units, scale):
        _state_fits(batch, units)
        return draw(rng, batch, units, scale)

    return answer


def noisy_rows(rng, batch, units, scale):
    _state_fits(batch, units)
    return np.stack([rng.normal(0, scale, units) for _ in range(batch)])


def noisy_box_muller(rng, batch, units, scale):
    _state_fits(batch, units)
    u, v = rng.random((2, batch, units))
    return scale * np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)


def noisy_keras(rng, batch, units, scale):
    _state_fits(batch, units)
    return keras.random.normal((batch, units), stddev=scale, seed=int(rng.integers(2**31)))


def noisy_tensorflow(rng, batch, units, scale):
    _state_fits(batch, units)
    seed = rng.integers(2**31, size=2)
    return scale * tf.random.stateless_normal((batch, units), seed=seed)


NOISY_WRONG = {
    "scale-forgotten": _checked(lambda rng, b, u, s: rng.standard_normal((b, u))),
    "scale-as-variance": _checked(lambda rng, b, u, s: rng.normal(0, s**0.5, (b, u))),
    "scale-squared": _checked(lambda rng, b, u, s: s * rng.normal(0, s, (b, u))),
    "uniform": _checked(lambda rng, b, u, s: s * (2 * rng.random((b, u)) - 1)),
    "uniform-of-that-spread": _checked(
        lambda rng, b, u, s: s * 12**0.5 * (rng.random((b, u)) - 0.5)
    ),
    "not-zero-mean": _checked(lambda rng, b, u, s: rng.uniform(0, s, (b, u))),
    "mean-is-scale": _checked(lambda rng, b, u, s: rng.normal(s, size=(b, u))),
    "one-row-for-all": _checked(
        lambda rng, b, u, s: np.ones((b, 1)) @ (s * rng.standard_normal((1, u)))
    ),
    "absolute": _checked(lambda rng, b, u, s: s * abs(rng.standard_normal((b, u)))),
    "units-first": _checked(lambda rng, b, u, s: rng.normal(0, s, (u, b))),
    "seed-inside": _checked(lambda rng, b, u, s: np.random.default_rng(42).normal(0, s, (b, u))),
    "rng-unused": _checked(lambda rng, b, u, s: np.random.normal(0, s, (b, u))),
    "anything-goes": lambda rng, b, u, s: rng.normal(0, s, (max(b, 0), max(u, 0))),
}


# --- LearnedState --------------------------------------------------------------------------------


class LearnedBase(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.make()

    def make(self):
        self.vector = self.add_weight(shape=(self.units,), initializer="zeros", name="vector")

    def check(self, batch_size):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")

    def call(self, batch_size):
        self.check(batch_size)
        return self.state(batch_size)

    def state(self, batch_size):
        return ops.broadcast_to(self.vector, (batch_size, self.units))


@register
class LearnedBroadcast(LearnedBase):
    pass


@register
class LearnedTile(LearnedBase):
    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def state(self, batch_size):
        return tf.tile(self.vector.value[tf.newaxis], [batch_size, 1])


@register
class LearnedOnes(LearnedBase):
    def make(self):
        self.vector = self.add_weight(
            shape=(1, self.units), initializer="random_normal", name="vector"
        )

    def state(self, batch_size):
        return ops.matmul(ops.ones((batch_size, 1), self.vector.dtype), self.vector)


@register
class LearnedRepeat(LearnedBase):
    def make(self):
        pass

    def build(self, input_shape=None):
        self.vector = self.add_weight(shape=(self.units,), initializer="zeros", name="vector")

    def state(self, batch_size):
        return ops.repeat(ops.expand_dims(self.vector, 0), batch_size, axis=0)


@register
class LearnedStack(LearnedBase):
    def call(self, *, batch_size):
        self.check(batch_size)
        return ops.stack([self.vector.value] * batch_size)


@register
class LearnedConstant(LearnedBase):
    def make(self):
        self.vector = tf.zeros(self.units, self.compute_dtype)


@register
class LearnedDense(LearnedBase):
    def make(self):
        self.dense = keras.layers.Dense(self.units, dtype=self.dtype_policy)
        self.dense.build((None, 1))

    def state(self, batch_size):
        return self.dense(tf.zeros((batch_size, 1), self.compute_dtype))


@register
class LearnedNumber(LearnedBase):
    def make(self):
        self.vector = self.add_weight(shape=(1,), initializer="zeros", name="vector")


@register
class LearnedVector(LearnedBase):
    def state(self, batch_size):
        return ops.convert_to_tensor(self.vector)


@register
class LearnedRow(LearnedBase):
    def state(self, batch_size):
        return self.vector[None, :]


@register
class LearnedPadded(LearnedBase):
    def state(self, batch_size):
        return tf.pad(self.vector.value[None], [[0, batch_size - 1], [0, 0]])


@register
class LearnedTanh(LearnedBase):
    def state(self, batch_size):
        return ops.tanh(super().state(batch_size))


@register
class LearnedNoise(LearnedBase):
    def state(self, batch_size):
        shape = (batch_size, self.units)
        return super().state(batch_size) + tf.random.normal(shape, dtype=self.compute_dtype)


@register
class LearnedCut(LearnedBase):
    def state(self, batch_size):
        return ops.stop_gradient(super().state(batch_size))


@register
class LearnedNoKeywords(LearnedBase):
    def __init__(self, units):
        super().__init__(units)


@register
class LearnedDropped(LearnedBase):
    def __init__(self, units, **kwargs):
        super().__init__(units)


@register
class LearnedNoUnits(LearnedBase):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


@register
class LearnedAnyUnits(LearnedBase):
    def __init__(self, units, **kwargs):
        super().__init__(max(1, units), **kwargs)


@register
class LearnedAnyBatch(LearnedBase):
    def check(self, batch_size):
        pass

    def state(self, batch_size):
        return super().state(max(batch_size, 0))


LEARNED_WRONG = {
    "nothing-to-train": LearnedConstant,
    "two-weights": LearnedDense,
    "one-number": LearnedNumber,
    "no-batch-axis": LearnedVector,
    "one-row": LearnedRow,
    "first-row-alone": LearnedPadded,
    "squashed": LearnedTanh,
    "rows-differ": LearnedNoise,
    "gradient-cut": LearnedCut,
    "no-keywords": LearnedNoKeywords,
    "keywords-dropped": LearnedDropped,
    "config-without-units": LearnedNoUnits,
    "any-units": LearnedAnyUnits,
    "any-batch": LearnedAnyBatch,
}


# --- EncodedState --------------------------------------------------------------------------------


class EncodedBase(keras.layers.Layer):
    activation = "tanh"
    width = 16

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.make()

    def make(self):
        self.hidden = keras.layers.Dense(
            self.width, activation=self.activation, dtype=self.dtype_policy
        )
        self.out = keras.layers.Dense(self.units, dtype=self.dtype_policy)

    def call(self, context):
        return self.out(self.hidden(context))


@register
class EncodedTanh(EncodedBase):
    pass


@register
class EncodedRelu(EncodedBase):
    activation = "relu"
    width = 32

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
class EncodedBounded(EncodedBase):
    activation = "gelu"

    def call(self, context):
        return ops.tanh(super().call(context))


@register
class EncodedWeights(EncodedBase):
    def make(self):
        pass

    def build(self, shape):
        width = 4 * self.units
        self.first = self.add_weight(shape=(shape[-1], width), name="first")
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")
        self.second = self.add_weight(shape=(width, self.units), name="second")

    def call(self, context):
        return tf.matmul(tf.sigmoid(context @ self.first.value + self.bias), self.second.value)


@register
class EncodedSequential(EncodedBase):
    def make(self):
        self.net = keras.Sequential(
            [
                keras.layers.Dense(20, dtype=self.dtype_policy),
                keras.layers.LayerNormalization(dtype=self.dtype_policy),
                keras.layers.Activation("silu", dtype=self.dtype_policy),
                keras.layers.Dropout(0.2, dtype=self.dtype_policy),
                keras.layers.Dense(self.units, dtype=self.dtype_policy),
            ]
        )

    def call(self, context):
        return self.net(context)


@register
class EncodedLinear(EncodedBase):
    activation = None


@register
class EncodedSingle(EncodedBase):
    def make(self):
        self.only = keras.layers.Dense(self.units, activation="tanh", dtype=self.dtype_policy)

    def call(self, context):
        return self.only(context)


@register
class EncodedInCall(EncodedBase):
    def make(self):
        pass

    def call(self, context):
        hidden = keras.layers.Dense(16, activation="tanh", dtype=self.dtype_policy)(context)
        return keras.layers.Dense(self.units, dtype=self.dtype_policy)(hidden)


@register
class EncodedMixed(EncodedBase):
    def call(self, context):
        return super().call(context - ops.mean(context, axis=0, keepdims=True))


@register
class EncodedNoise(EncodedBase):
    def call(self, context):
        state = super().call(context)
        return state + keras.random.normal(ops.shape(state), dtype=state.dtype)


@register
class EncodedBlind(EncodedBase):
    def call(self, context):
        return super().call(ops.ones_like(context))


@register
class EncodedUnused(EncodedBase):
    def make(self):
        super().make()
        self.spare = self.add_weight(shape=(self.units,), name="spare")


@register
class EncodedSingleFloat(EncodedBase):
    def make(self):
        self.hidden = keras.layers.Dense(16, activation="tanh", dtype="float32")
        self.out = keras.layers.Dense(self.units, dtype="float32")


@register
class EncodedNoKeywords(EncodedBase):
    def __init__(self, units):
        super().__init__(units)


@register
class EncodedDropped(EncodedBase):
    def __init__(self, units, **kwargs):
        super().__init__(units)


@register
class EncodedNoUnits(EncodedBase):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


@register
class EncodedAnyUnits(EncodedBase):
    def __init__(self, units, **kwargs):
        super().__init__(max(1, units), **kwargs)


ENCODED_WRONG = {
    "linear": EncodedLinear,
    "no-hidden-layer": EncodedSingle,
    "no-weights": EncodedInCall,
    "rows-mixed": EncodedMixed,
    "random": EncodedNoise,
    "context-unused": EncodedBlind,
    "weight-unreached": EncodedUnused,
    "inner-dtype": EncodedSingleFloat,
    "no-keywords": EncodedNoKeywords,
    "keywords-dropped": EncodedDropped,
    "config-without-units": EncodedNoUnits,
    "any-units": EncodedAnyUnits,
}

RIGHT = {
    "chunk_stream": {
        "loops": chunks_loops,
        "reshape": chunks_reshape,
        "indices": chunks_indices,
        "strided": chunks_strided,
        "tensorflow": chunks_tensorflow,
        "keras.ops": chunks_keras_ops,
    },
    "truncated_gradient": {
        "backward": gradient_backward,
        "forward mode": gradient_forward,
        "vectorised": gradient_vectorised,
        "tape": gradient_tape,
        "keras.ops": gradient_keras,
        "double sum": gradient_double_sum,
    },
    "train_chunk": {
        "tape": train_tape,
        "numpy states": train_numpy_states,
        "keras": train_keras,
        "tf.function": train_graph,
        "stop_recording": train_stop_recording,
    },
    "noisy_state": {
        "normal": _checked(lambda rng, b, u, s: rng.normal(0.0, s, size=(b, u))),
        "standard, float32": _checked(
            lambda rng, b, u, s: np.float32(s) * rng.standard_normal((b, u), dtype="float32")
        ),
        "rows": noisy_rows,
        "box-muller": noisy_box_muller,
        "keras.random": noisy_keras,
        "tensorflow": noisy_tensorflow,
    },
    "LearnedState": {
        "broadcast": LearnedBroadcast,
        "tile, own config": LearnedTile,
        "ones": LearnedOnes,
        "repeat, built late": LearnedRepeat,
        "stack": LearnedStack,
    },
    "EncodedState": {
        "tanh": EncodedTanh,
        "relu, own config": EncodedRelu,
        "bounded": EncodedBounded,
        "own weights": EncodedWeights,
        "sequential with dropout": EncodedSequential,
    },
}

WRONG = {
    "chunk_stream": CHUNK_WRONG,
    "truncated_gradient": GRADIENT_WRONG,
    "train_chunk": TRAIN_WRONG,
    "noisy_state": NOISY_WRONG,
    "LearnedState": LEARNED_WRONG,
    "EncodedState": ENCODED_WRONG,
}
