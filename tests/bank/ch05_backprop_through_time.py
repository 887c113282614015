"""Chapter 5: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

# --- numerical_gradient --------------------------------------------------------------------------


def gradient_copies(f, w, eps=1e-6):
    g = np.zeros_like(w)
    for index in np.ndindex(*w.shape):
        plus, minus = w.copy(), w.copy()
        plus[index] += eps
        minus[index] -= eps
        g[index] = (f(plus) - f(minus)) / (2 * eps)
    return g


def gradient_in_place(f, w, eps=1e-6):
    g = np.empty(w.shape)
    it = np.nditer(w, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = w[i].item()
        w[i] = old + eps
        above = f(w)
        w[i] = old - eps
        below = f(w)
        w[i] = old
        g[i] = (above - below) / (2.0 * eps)
        it.iternext()
    return g


def gradient_flat(f, w, eps=1e-6):
    w = np.ascontiguousarray(w).copy() if w.ndim else w.copy()
    slopes = []
    for i in range(w.size):
        keep = w.flat[i]
        w.flat[i] = keep + eps
        up = f(w)
        w.flat[i] = keep - eps
        down = f(w)
        w.flat[i] = keep
        slopes.append((up - down) / eps / 2)
    return np.array(slopes).reshape(w.shape)


def gradient_directions(f, w, eps=1e-6):
    basis = np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([(f(w + eps * e) - f(w - eps * e)) / (2 * eps) for e in basis]).reshape(w.shape)


def gradient_tensorflow(f, w, eps=1e-6):
    w = tf.constant(w)
    flat = tf.reshape(w, [-1])
    slopes = []
    for i in range(int(tf.size(w))):
        step = eps * tf.one_hot(i, len(flat), dtype=w.dtype)
        up = f(tf.reshape(flat + step, w.shape))
        down = f(tf.reshape(flat - step, w.shape))
        slopes.append((up - down) / (2 * eps))
    return tf.reshape(tf.constant(slopes, dtype=w.dtype), w.shape)


def gradient_keras(f, w, eps=1e-6):
    units = np.eye(w.size)
    middle = ops.reshape(ops.convert_to_tensor(w), (-1,))
    both = [
        [f(ops.convert_to_numpy(ops.reshape(middle + s * eps * e, w.shape))) for s in (1, -1)]
        for e in units
    ]
    return ops.reshape(
        ops.convert_to_tensor(np.array([(a - b) / (2 * eps) for a, b in both])), w.shape
    )


def _walk(w, visit):
    """Fill an array of w's shape with visit(index)."""
    g = np.zeros(w.shape)
    for index in np.ndindex(*w.shape):
        g[index] = visit(index)
    return g


def _moved(w, index, by):
    w = np.array(w)
    w[index] += by
    return w


def wrong_shift_stays(f, w, eps=1e-6):
    def visit(i):
        w[i] += eps
        above = f(w)
        w[i] -= 2 * eps
        below = f(w)
        return (above - below) / (2 * eps)

    return _walk(w, visit)


def wrong_half_copy(f, w, eps=1e-6):
    def visit(i):
        up = w
        down = w.copy()
        up[i] += eps
        down[i] -= eps
        return (f(up) - f(down)) / (2 * eps)

    return _walk(w, visit)


def wrong_drift(f, w, eps=1e-6):
    def visit(i):
        w[i] += eps
        above = f(w)
        w[i] -= 2 * eps
        below = f(w)
        w[i] += eps
        return (above - below) / (2 * eps)

    return _walk(w, visit)


def wrong_alias(f, w, eps=1e-6):
    def visit(i):
        plus = w
        minus = w
        plus[i] += eps
        minus[i] -= eps
        return (f(plus) - f(minus)) / (2 * eps)

    return _walk(w, visit)


def wrong_ravel(f, w, eps=1e-6):
    g = np.zeros(w.shape)
    numbers, slopes = w.ravel(), g.ravel()
    for i in range(len(numbers)):
        old = float(numbers[i])
        numbers[i] = old + eps
        above = f(w)
        numbers[i] = old - eps
        below = f(w)
        numbers[i] = old
        slopes[i] = (above - below) / (2 * eps)
    return g


NUMERICAL_WRONG = {
    "forward-differences": lambda f, w, eps=1e-6: _walk(
        w, lambda i: (f(_moved(w, i, eps)) - f(w)) / eps
    ),
    "backward-differences": lambda f, w, eps=1e-6: _walk(
        w, lambda i: (f(w) - f(_moved(w, i, -eps))) / eps
    ),
    "half-the-distance": lambda f, w, eps=1e-6: _walk(
        w, lambda i: (f(_moved(w, i, eps)) - f(_moved(w, i, -eps))) / eps
    ),
    "wrong-sign": lambda f, w, eps=1e-6: _walk(
        w, lambda i: (f(_moved(w, i, -eps)) - f(_moved(w, i, eps))) / (2 * eps)
    ),
    "all-at-once": lambda f, w, eps=1e-6: np.ones_like(w) * (f(w + eps) - f(w - eps)) / (2 * eps),
    "left-shifted": wrong_shift_stays,
    "left-above": wrong_half_copy,
    "restored-by-adding": wrong_drift,
    "same-array": wrong_alias,
    "flat-copy": wrong_ravel,
    "eps-ignored": lambda f, w, eps=1e-6: gradient_directions(f, w, 1e-6),
}


# --- sequence_loss -------------------------------------------------------------------------------


def loss_numpy(ys, targets):
    difference = ys - targets
    return 0.5 * np.mean(np.sum(difference**2, axis=(1, 2))), difference / ys.shape[0]


def loss_loops(ys, targets):
    B, T, O = ys.shape
    loss, gradient = 0.0, np.zeros((B, T, O))
    for b in range(B):
        for t in range(T):
            for o in range(O):
                error = float(ys[b, t, o] - targets[b, t, o])
                loss += error * error / 2
                gradient[b, t, o] = error / B
    return [loss / B, gradient]


def loss_einsum(ys, targets):
    d = ys - targets
    return np.einsum("bto,bto->", d, d) / (2 * len(d)), np.multiply(d, 1 / len(d))


def loss_keras(ys, targets):
    d = ops.subtract(ys, targets)
    loss = ops.mean(ops.sum(ops.square(d), axis=(1, 2))) * 0.5
    return loss, d / d.shape[0]


def loss_tape(ys, targets):
    ys = tf.Variable(ys)
    with tf.GradientTape() as tape:
        loss = tf.nn.l2_loss(ys - targets) / ys.shape[0]
    return loss, tape.gradient(loss, ys)


def loss_wide(ys, targets):
    d = ys.astype(np.longdouble) - targets
    return (d**2).sum() / 2 / len(d), d / len(d)


def _errors(ys, targets):
    return tf.constant(ys) - tf.constant(targets), ys.shape[0]


def wrong_last(ys, targets):
    d, n = ys - targets, len(ys)
    gradient = np.zeros_like(d)
    gradient[:, -1, :] = d[:, -1, :] / n
    return 0.5 * np.square(d[:, -1]).sum() / n, gradient


LOSS_WRONG = {
    "no-half": lambda y, t: (((y - t) ** 2).sum((1, 2)).mean(), 2 * (y - t) / len(y)),
    "loss-without-half": lambda y, t: (tf.reduce_sum((y - t) ** 2) / len(y), (y - t) / len(y)),
    "gradient-twice": lambda y, t: (0.5 * ((y - t) ** 2).sum() / len(y), 2 * (y - t) / len(y)),
    "gradient-not-averaged": lambda y, t: (np.square(y - t).sum() / (2 * len(y)), y - t),
    "summed-over-batch": lambda y, t: (tf.nn.l2_loss(y - t), y - t),
    "mean-over-steps": lambda y, t: (
        0.5 * np.mean(np.sum((y - t) ** 2, axis=2)),
        (y - t) / (y.shape[0] * y.shape[1]),
    ),
    "mean-over-everything": lambda y, t: (0.5 * np.mean((y - t) ** 2), (y - t) / y.size),
    "loss-averaged-alone": lambda y, t: (0.5 * ops.mean((y - t) ** 2), (y - t) / y.shape[0]),
    "wrong-sign": lambda y, t: (loss_numpy(y, t)[0], (t - y) / len(t)),
    "absolute-error": lambda y, t: (
        tf.reduce_sum(tf.abs(y - t)) / len(y),
        np.where(y > t, 1.0, np.where(y < t, -1.0, 0.0)) / len(y),
    ),
    "last-step-only": wrong_last,
    "loss-per-sequence": lambda y, t: (np.sum((y - t) ** 2, (1, 2)) / 2, (y - t) / len(y)),
}


# --- elman_backward_step -------------------------------------------------------------------------


def step_numpy(dh, x, h_prev, h, W_x, W_h):
    dz = dh * (1 - h * h)
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)


def step_loops(dh, x, h_prev, h, W_x, W_h):
    B, F = x.shape
    U = h.shape[1]
    dx, dh_prev = np.zeros((B, F)), np.zeros((B, U))
    dW_x, dW_h, db = np.zeros((F, U)), np.zeros((U, U)), np.zeros(U)
    for i in range(B):
        for u in range(U):
            dz = dh[i, u] * (1 - h[i, u]) * (1 + h[i, u])
            db[u] += dz
            for f in range(F):
                dx[i, f] += dz * W_x[f, u]
                dW_x[f, u] += dz * x[i, f]
            for v in range(U):
                dh_prev[i, v] += dz * W_h[v, u]
                dW_h[v, u] += dz * h_prev[i, v]
    return dx, dh_prev, dW_x, dW_h, db


def step_einsum(dh, x, h_prev, h, W_x, W_h):
    dz = np.einsum("bu,bu->bu", dh, 1.0 - h**2)
    return [
        np.einsum("bu,fu->bf", dz, W_x),
        np.einsum("bu,vu->bv", dz, W_h),
        np.einsum("bf,bu->fu", x, dz),
        np.einsum("bv,bu->vu", h_prev, dz),
        np.einsum("bu->u", dz),
    ]


def step_keras(dh, x, h_prev, h, W_x, W_h):
    dz = ops.multiply(dh, 1.0 - ops.square(h))
    return (
        ops.matmul(dz, ops.transpose(W_x)),
        ops.matmul(dz, ops.transpose(W_h)),
        ops.matmul(ops.transpose(x), dz),
        ops.matmul(ops.transpose(h_prev), dz),
        ops.sum(dz, axis=0),
    )


def step_tensorflow(dh, x, h_prev, h, W_x, W_h):
    dz = tf.raw_ops.TanhGrad(y=h, dy=dh)
    return (
        tf.matmul(dz, W_x, transpose_b=True),
        tf.matmul(dz, W_h, transpose_b=True),
        tf.matmul(x, dz, transpose_a=True),
        tf.matmul(h_prev, dz, transpose_a=True),
        tf.reduce_sum(dz, 0),
    )


def step_tape(dh, x, h_prev, h, W_x, W_h):
    z = tf.constant(np.zeros_like(h))
    x, h_prev, W_x, W_h = map(tf.constant, (x, h_prev, W_x, W_h))
    b = tf.zeros(h.shape[1], tf.float64)
    dz = dh * (1 - h**2)
    with tf.GradientTape() as tape:
        tape.watch([x, h_prev, W_x, W_h, b])
        z = x @ W_x + h_prev @ W_h + b
    return tape.gradient(z, [x, h_prev, W_x, W_h, b], output_gradients=tf.constant(dz))


def step_joined(dh, x, h_prev, h, W_x, W_h):
    """Everything in one product, with a column of ones for the bias, in long double."""
    dz = (dh * (1 - h**2)).astype(np.longdouble)
    F = x.shape[1]
    both = dz @ np.vstack([W_x, W_h]).T
    weights = np.hstack([x, h_prev, np.ones((len(x), 1))]).T @ dz
    return both[:, :F], both[:, F:], weights[:F], weights[F:-1], weights[-1]


def _back(dh, x, h_prev, h, W_x, W_h, slope=None, dz=None):
    """The gradients in TensorFlow, with a slope of one's own."""
    slope = 1 - tf.square(h) if slope is None else slope
    dz = tf.constant(dh) * slope if dz is None else dz
    return (
        dz @ W_x.T,
        dz @ W_h.T,
        tf.transpose(x) @ dz,
        tf.transpose(h_prev) @ dz,
        tf.reduce_sum(dz, axis=0),
    )


def wrong_weights_bare(dh, x, h_prev, h, W_x, W_h):
    dz = dh * (1 - h**2)
    return dz.dot(W_x.T), dz.dot(W_h.T), x.T.dot(dh), h_prev.T.dot(dh), dh.sum(0)


def wrong_inputs_bare(dh, x, h_prev, h, W_x, W_h):
    dz = dh * (1 - h**2)
    return dh.dot(W_x.T), dh.dot(W_h.T), x.T.dot(dz), h_prev.T.dot(dz), dz.sum(0)


def wrong_mean(dh, x, h_prev, h, W_x, W_h):
    dz = dh * (1 - h**2)
    n = len(dh)
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz / n, h_prev.T @ dz / n, dz.mean(0)


STEP_WRONG = {
    "no-slope": lambda dh, *rest: _back(dh, *rest, dz=dh),
    "slope-not-squared": lambda dh, x, hp, h, *W: _back(dh, x, hp, h, *W, slope=1 - h),
    "tanh-again": lambda dh, x, hp, h, *W: _back(dh, x, hp, h, *W, slope=1 / np.cosh(h) ** 2),
    "sigmoid-slope": lambda dh, x, hp, h, *W: _back(dh, x, hp, h, *W, slope=h - h * h),
    "slope-at-the-old-state": lambda dh, x, hp, h, *W: _back(dh, x, hp, h, *W, slope=1 - hp * hp),
    "recurrent-not-transposed": lambda dh, x, hp, h, W_x, W_h: step_numpy(dh, x, hp, h, W_x, W_h.T),
    "new-state-in-dW-h": lambda dh, x, hp, h, W_x, W_h: _back(dh, x, h, h, W_x, W_h),
    "weights-without-slope": wrong_weights_bare,
    "inputs-without-slope": wrong_inputs_bare,
    "averaged-over-batch": wrong_mean,
    "bias-per-sample": lambda dh, x, hp, h, W_x, W_h: (
        *step_numpy(dh, x, hp, h, W_x, W_h)[:4],
        dh - dh * h * h,
    ),
    "weights-transposed": lambda dh, x, hp, h, W_x, W_h: (
        (dh * (1 - h**2)) @ W_x.T,
        (dh * (1 - h**2)) @ W_h.T,
        (dh * (1 - h**2)).T @ x,
        (dh * (1 - h**2)).T @ hp,
        (dh * (1 - h**2)).sum(0),
    ),
    "outputs-swapped": lambda *given: [step_einsum(*given)[k] for k in (1, 0, 2, 3, 4)],
    "weights-swapped": lambda *given: [step_keras(*given)[k] for k in (0, 1, 3, 2, 4)],
    "wrong-sign": lambda dh, x, hp, h, *W: _back(dh, x, hp, h, *W, slope=h**2 - 1),
}


# --- bptt ----------------------------------------------------------------------------------------


def bptt_numpy(dhs, xs, hs, h0, W_x, W_h):
    dxs = np.zeros_like(xs)
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros(W_h.shape[0])
    dh = np.zeros_like(h0)
    for t in range(xs.shape[1] - 1, -1, -1):
        h_prev = hs[:, t - 1] if t > 0 else h0
        dz = (dh + dhs[:, t]) * (1 - hs[:, t] ** 2)
        dxs[:, t] = dz @ W_x.T
        dW_x += xs[:, t].T @ dz
        dW_h += h_prev.T @ dz
        db += dz.sum(0)
        dh = dz @ W_h.T
    return dxs, dh, dW_x, dW_h, db


def bptt_steps(dhs, xs, hs, h0, W_x, W_h):
    states = [h0, *hs.swapaxes(0, 1)]
    dh, dxs, sums = 0.0, [], [0.0, 0.0, 0.0]
    for t in reversed(range(xs.shape[1])):
        dx, dh, *weights = step_keras(dhs[:, t] + dh, xs[:, t], states[t], states[t + 1], W_x, W_h)
        dxs.insert(0, dx)
        sums = [a + b for a, b in zip(sums, weights)]
    return ops.stack(dxs, axis=1), dh, *sums


def bptt_recursive(dhs, xs, hs, h0, W_x, W_h):
    if xs.shape[1] == 0:
        return xs, 0 * h0, 0 * W_x, 0 * W_h, 0 * W_h[0]
    # the loss of the rest as a function of h_1, then one step more
    dxs, dh1, dW_x, dW_h, db = bptt_recursive(dhs[:, 1:], xs[:, 1:], hs[:, 1:], hs[:, 0], W_x, W_h)
    dx, dh0, *first = step_numpy(dhs[:, 0] + dh1, xs[:, 0], h0, hs[:, 0], W_x, W_h)
    return (
        np.concatenate([dx[:, None], dxs], axis=1),
        dh0,
        dW_x + first[0],
        dW_h + first[1],
        db + first[2],
    )


def bptt_tensorflow(dhs, xs, hs, h0, W_x, W_h):
    slopes = tf.transpose(1 - tf.square(hs), [1, 0, 2])
    direct = tf.transpose(dhs, [1, 0, 2])

    def back(dz, now):
        d, slope = now
        return (d + tf.matmul(dz, W_h, transpose_b=True)) * slope

    dzs = tf.scan(back, (direct, slopes), initializer=tf.zeros_like(h0), reverse=True)
    starts = tf.concat([h0[:, None], hs[:, :-1]], axis=1)
    return (
        tf.einsum("tbu,fu->btf", dzs, W_x),
        tf.matmul(dzs[0], W_h, transpose_b=True),
        tf.einsum("btf,tbu->fu", xs, dzs),
        tf.einsum("btv,tbu->vu", starts, dzs),
        tf.reduce_sum(dzs, [0, 1]),
    )


def bptt_one_product(dhs, xs, hs, h0, W_x, W_h):
    """The sweep gives dz; all weights follow from one product each."""
    B, T, F = xs.shape
    dz = np.zeros_like(hs)
    future = np.zeros_like(h0)
    for t in range(T)[::-1]:
        dz[:, t] = (future + dhs[:, t]) * (1 - hs[:, t] ** 2)
        future = dz[:, t] @ W_h.T
    before = np.concatenate([h0[:, None], hs[:, :-1]], 1)
    flat = dz.reshape(B * T, -1)
    return (
        dz @ W_x.T,
        future,
        xs.reshape(B * T, F).T @ flat,
        before.reshape(B * T, -1).T @ flat,
        flat.sum(0),
    )


def bptt_jacobians(dhs, xs, hs, h0, W_x, W_h):
    """By products of Jacobians, sample by sample, without any sweep."""
    B, T, U = hs.shape
    dzs = np.zeros((B, T, U))
    dh0 = np.zeros_like(h0)
    for i in range(B):
        step = [W_h.T * (1 - h**2)[:, None] for h in hs[i]]  # dh_t[u] / dh_{t-1}[v]
        for s in range(T):
            row = dhs[i, s]
            for t in range(s, -1, -1):
                dzs[i, t] += row * (1 - hs[i, t] ** 2)
                row = row @ step[t]
            dh0[i] += row
    before = np.concatenate([h0[:, None], hs], 1)[:, :-1]
    return (
        np.einsum("btu,fu->btf", dzs, W_x),
        dh0,
        np.einsum("btf,btu->fu", xs, dzs),
        np.einsum("btv,btu->vu", before, dzs),
        np.einsum("btu->u", dzs),
    )


def bptt_tape(dhs, xs, hs, h0, W_x, W_h):
    """The tape, with the part of each sum that the states reveal and nothing else."""
    z = np.arctanh(hs)
    before = np.concatenate([h0[:, None], hs], 1)[:, :-1]
    rest = z - xs @ W_x - before @ W_h
    if not np.isfinite(rest).all():
        return bptt_numpy(dhs, xs, hs, h0, W_x, W_h)
    xs, h0, W_x, W_h = map(tf.constant, (xs, h0, W_x, W_h))
    b = tf.zeros(W_h.shape[0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([xs, h0, W_x, W_h, b])
        h, loss = h0, 0.0
        for t in range(xs.shape[1]):
            h = tf.tanh(xs[:, t] @ W_x + h @ W_h + b + rest[:, t])
            loss += tf.reduce_sum(h * dhs[:, t])
    return tape.gradient(loss, [xs, h0, W_x, W_h, b])


def _reversed_steps(dhs, xs, hs, h0, W_x, W_h, *, step=step_numpy, add=lambda d, f: d + f):
    """Each step's five gradients, the last step first."""
    states = np.concatenate([h0[:, None], hs], axis=1)
    future, found = 0 * h0, []
    for t in reversed(range(hs.shape[1])):
        found.append(
            step(add(dhs[:, t], future), xs[:, t], states[:, t], states[:, t + 1], W_x, W_h)
        )
        future = np.asarray(found[-1][1])
    return found


def _collect(found):
    dxs = np.stack([np.asarray(each[0]) for each in reversed(found)], axis=1)
    return [dxs, found[-1][1], *(sum(np.asarray(each[k]) for each in found) for k in (2, 3, 4))]


def _swept(**how):
    return lambda *given: _collect(_reversed_steps(*given, **how))


def wrong_last_loss(dhs, xs, hs, h0, W_x, W_h):
    dh = dhs[:, -1]
    dxs, total = [], [0, 0, 0]
    for t in reversed(range(xs.shape[1])):
        h_prev = h0 if t == 0 else hs[:, t - 1]
        dx, dh, *weights = step_numpy(dh, xs[:, t], h_prev, hs[:, t], W_x, W_h)
        dxs.append(dx)
        total = [a + b for a, b in zip(total, weights)]
    return np.stack(dxs[::-1], axis=1), dh, *total


def wrong_forward(dhs, xs, hs, h0, W_x, W_h):
    dh, dxs, total, h_prev = np.zeros_like(h0), [], [0, 0, 0], h0
    for t in range(xs.shape[1]):
        dx, dh, *weights = step_numpy(dh + dhs[:, t], xs[:, t], h_prev, hs[:, t], W_x, W_h)
        h_prev = hs[:, t]
        dxs.append(dx)
        total = [a + b for a, b in zip(total, weights)]
    return np.stack(dxs, axis=1), dh, *total


def wrong_carry(dhs, xs, hs, h0, W_x, W_h):
    dz, dxs, total = 0 * h0, [], [0, 0, 0]
    for t in reversed(range(xs.shape[1])):
        h_prev = h0 if t == 0 else hs[:, t - 1]
        dz = (dhs[:, t] + dz) * (1 - hs[:, t] ** 2)
        dxs = [dz @ W_x.T, *dxs]
        total = [total[0] + xs[:, t].T @ dz, total[1] + h_prev.T @ dz, total[2] + dz.sum(0)]
    return np.stack(dxs, axis=1), dz, *total


def wrong_overwritten(dhs, xs, hs, h0, W_x, W_h):
    dxs, dh = np.zeros_like(xs), np.zeros_like(h0)
    for t in reversed(range(xs.shape[1])):
        h_prev = hs[:, t - 1] if t else h0
        dxs[:, t], dh, dW_x, dW_h, db = step_numpy(
            dhs[:, t] + dh, xs[:, t], h_prev, hs[:, t], W_x, W_h
        )
    return dxs, dh, dW_x, dW_h, db


def _wrong_before(h_before):
    def answer(dhs, xs, hs, h0, W_x, W_h):
        dxs, dW_x, dW_h, db, dh = 0 * xs, 0 * W_x, 0 * W_h, 0 * W_h[0], 0 * h0
        for t in reversed(range(xs.shape[1])):
            dx, dh, one, two, three = step_numpy(
                dhs[:, t] + dh, xs[:, t], h_before(hs, h0, t), hs[:, t], W_x, W_h
            )
            dxs[:, t] = dx
            dW_x, dW_h, db = dW_x + one, dW_h + two, db + three
        return dxs, dh, dW_x, dW_h, db

    return answer


def wrong_short(dhs, xs, hs, h0, W_x, W_h):
    dxs, total = [], [0, 0, 0]
    future = np.zeros_like(h0)
    for t in reversed(range(xs.shape[1])):
        dh = dhs[:, t] + future
        h_prev = hs[:, t - 1] if t else h0
        dx, future, *weights = step_numpy(dh, xs[:, t], h_prev, hs[:, t], W_x, W_h)
        dxs.append(dx)
        total = [a + b for a, b in zip(total, weights)]
    return np.stack(dxs[::-1], axis=1), dh, *total


def _spoiled(change):
    return lambda *given: change(list(bptt_one_product(*given)), *given)


BPTT_WRONG = {
    "nothing-carried-back": _swept(add=lambda direct, future: direct),
    "last-loss-only": wrong_last_loss,
    "forward-in-time": wrong_forward,
    "carried-without-weights": wrong_carry,
    "weights-overwritten": wrong_overwritten,
    "wraps-around": _wrong_before(lambda hs, h0, t: hs[:, t - 1]),
    "starts-at-zero": _wrong_before(lambda hs, h0, t: hs[:, t - 1] if t > 0 else np.zeros_like(h0)),
    "new-state-in-dW-h": _wrong_before(lambda hs, h0, t: hs[:, t]),
    "one-step-short": wrong_short,
    "inputs-reversed": _spoiled(lambda g, *given: [np.flip(g[0], axis=1), *g[1:]]),
    "time-first": _spoiled(lambda g, *given: [np.moveaxis(g[0], 1, 0), *g[1:]]),
    "averaged-over-steps": _spoiled(
        lambda g, dhs, xs, *rest: [*g[:2], *(w / xs.shape[1] for w in g[2:])]
    ),
    "averaged-over-batch": _spoiled(
        lambda g, dhs, xs, *rest: [*g[:2], *(w / xs.shape[0] for w in g[2:])]
    ),
    "no-slope": _swept(step=lambda dh, *rest: _back(dh, *rest, dz=dh)),
    "slope-not-squared": _swept(step=STEP_WRONG["slope-not-squared"]),
    "tanh-again": _swept(step=STEP_WRONG["tanh-again"]),
    "recurrent-not-transposed": _swept(step=STEP_WRONG["recurrent-not-transposed"]),
}


# --- contributions -------------------------------------------------------------------------------


def uses_list(dhs, xs, hs, h0, W_x, W_h):
    parts, dh = [], np.zeros_like(h0)
    for t in reversed(range(hs.shape[1])):
        _, dh, _, dW_h, _ = step_numpy(
            dhs[:, t] + dh, xs[:, t], hs[:, t - 1] if t else h0, hs[:, t], W_x, W_h
        )
        parts.append(dW_h)
    return np.array(parts[::-1])


def uses_differences(dhs, xs, hs, h0, W_x, W_h):
    """The gradient of the steps from t on, minus that of the steps from t + 1 on."""
    T = hs.shape[1]
    states = np.concatenate([h0[:, None], hs], axis=1)
    tails = [
        bptt_recursive(dhs[:, t:], xs[:, t:], hs[:, t:], states[:, t], W_x, W_h)[3]
        for t in range(T + 1)
    ]
    return np.stack([tails[t] - tails[t + 1] for t in range(T)])


def uses_tensorflow(dhs, xs, hs, h0, W_x, W_h):
    dxs, W = bptt_tensorflow(dhs, xs, hs, h0, W_x, W_h)[0], W_h
    del dxs
    result = tf.TensorArray(tf.float64, size=hs.shape[1])
    dh = tf.zeros_like(h0)
    for t in range(hs.shape[1] - 1, -1, -1):
        dz = (dh + dhs[:, t]) * (1 - tf.square(hs[:, t]))
        before = h0 if t == 0 else hs[:, t - 1]
        result = result.write(t, tf.matmul(before, dz, transpose_a=True))
        dh = tf.matmul(dz, W, transpose_b=True)
    return result.stack()


def uses_keras(dhs, xs, hs, h0, W_x, W_h):
    before = ops.concatenate([ops.expand_dims(h0, 1), hs[:, :-1]], axis=1)
    dh, dzs = ops.zeros_like(h0), []
    for t in reversed(range(hs.shape[1])):
        dzs.insert(0, ops.multiply(dh + dhs[:, t], 1 - ops.square(hs[:, t])))
        dh = ops.matmul(dzs[0], ops.transpose(W_h))
    return ops.einsum("btv,btu->tvu", before, ops.stack(dzs, axis=1))


def uses_loops(dhs, xs, hs, h0, W_x, W_h):
    B, T, U = hs.shape
    out = np.zeros((T, U, U))
    for b in range(B):
        dh = np.zeros(U)
        for t in range(T - 1, -1, -1):
            before = h0[b] if t == 0 else hs[b, t - 1]
            dz = [(dh[u] + dhs[b, t, u]) * (1 - hs[b, t, u] ** 2) for u in range(U)]
            for v in range(U):
                for u in range(U):
                    out[t, v, u] += before[v] * dz[u]
            dh = [sum(dz[u] * W_h[v, u] for u in range(U)) for v in range(U)]
    return out


def uses_from_inputs(dhs, xs, hs, h0, W_x, W_h):
    """One-step sweeps: the gradient that arrives is read off dh0 of the rest of the sequence."""
    terms = []
    for t in range(hs.shape[1]):
        start = hs[:, t]
        future = bptt_recursive(dhs[:, t + 1 :], xs[:, t + 1 :], hs[:, t + 1 :], start, W_x, W_h)[1]
        dz = (dhs[:, t] + future) * (1 - start**2)
        terms.append((hs[:, t - 1] if t else h0).T @ dz)
    return tf.stack(terms)


def wrong_each_loss(dhs, xs, hs, h0, W_x, W_h):
    parts = []
    for s in range(1, hs.shape[1] + 1):
        until = dhs[:, :s].copy()
        until[:, :-1] = 0
        parts.append(bptt_numpy(until, xs[:, :s], hs[:, :s], h0, W_x, W_h)[3])
    return np.array(parts)


def _terms(**how):
    return lambda *given: np.stack([np.asarray(g[3]) for g in _reversed_steps(*given, **how)[::-1]])


def wrong_running(dhs, xs, hs, h0, W_x, W_h):
    out, total, dh = np.zeros((hs.shape[1], *W_h.shape)), np.zeros_like(W_h), 0
    for t in reversed(range(hs.shape[1])):
        dz = (dhs[:, t] + dh) * (1 - hs[:, t] ** 2)
        total = total + (hs[:, t - 1] if t else h0).T @ dz
        out[t] = total
        dh = dz @ W_h.T
    return out


def _uses_before(h_before):
    def answer(dhs, xs, hs, h0, W_x, W_h):
        out, dh = [], 0
        for t in reversed(range(hs.shape[1])):
            dz = (dhs[:, t] + dh) * (1 - hs[:, t] ** 2)
            out.append(h_before(hs, h0, t).T @ dz)
            dh = dz @ W_h.T
        return np.stack(out[::-1])

    return answer


def wrong_last_only(dhs, xs, hs, h0, W_x, W_h):
    dh, out = dhs[:, -1], []
    for t in reversed(range(hs.shape[1])):
        _, dh, _, dW_h, _ = step_tensorflow(
            dh, xs[:, t], hs[:, t - 1] if t else h0, hs[:, t], W_x, W_h
        )
        out.append(dW_h)
    return tf.stack(out[::-1])


USES_WRONG = {
    "each-loss": wrong_each_loss,
    "own-loss-only": _terms(add=lambda direct, future: direct),
    "last-loss-only": wrong_last_only,
    "reversed": lambda *given: np.flip(uses_loops(*given), axis=0),
    "running-sum": wrong_running,
    "total-only": lambda *given: bptt_tensorflow(*given)[3],
    "transposed": lambda *given: np.transpose(uses_list(*given), (0, 2, 1)),
    "new-state": _uses_before(lambda hs, h0, t: hs[:, t]),
    "wraps-around": _uses_before(lambda hs, h0, t: hs[:, t - 1]),
    "starts-at-zero": _uses_before(lambda hs, h0, t: hs[:, t - 1] if t else 0 * h0),
    "no-slope": _terms(step=lambda dh, *rest: _back(dh, *rest, dz=dh)),
    "averaged-over-batch": lambda dhs, *rest: uses_keras(dhs, *rest) / len(dhs),
}

RIGHT = {
    "numerical_gradient": {
        "copies": gradient_copies,
        "in place": gradient_in_place,
        "flat": gradient_flat,
        "directions": gradient_directions,
        "tensorflow": gradient_tensorflow,
        "keras.ops": gradient_keras,
    },
    "sequence_loss": {
        "numpy": loss_numpy,
        "loops": loss_loops,
        "einsum": loss_einsum,
        "keras.ops": loss_keras,
        "tape": loss_tape,
        "long double": loss_wide,
    },
    "elman_backward_step": {
        "numpy": step_numpy,
        "loops": step_loops,
        "einsum": step_einsum,
        "keras.ops": step_keras,
        "tensorflow": step_tensorflow,
        "tape": step_tape,
        "joined, long double": step_joined,
    },
    "bptt": {
        "numpy": bptt_numpy,
        "steps in keras.ops": bptt_steps,
        "recursive": bptt_recursive,
        "tf.scan": bptt_tensorflow,
        "one product": bptt_one_product,
        "jacobians": bptt_jacobians,
        "tape": bptt_tape,
    },
    "contributions": {
        "list": uses_list,
        "differences of tails": uses_differences,
        "tensorflow": uses_tensorflow,
        "keras.ops": uses_keras,
        "loops": uses_loops,
        "from the rest": uses_from_inputs,
    },
}

WRONG = {
    "numerical_gradient": NUMERICAL_WRONG,
    "sequence_loss": LOSS_WRONG,
    "elman_backward_step": STEP_WRONG,
    "bptt": BPTT_WRONG,
    "contributions": USES_WRONG,
}

_ = keras  # the bank is written in Keras 3's operations
