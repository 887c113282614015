"""Chapter 6: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

import math
from functools import reduce

import keras
import numpy as np
import scipy.linalg
import tensorflow as tf
from keras import ops

# --- scalar_gradient -----------------------------------------------------------------------------


def need_steps(steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")


def gradient_power(w, steps):
    need_steps(steps)
    return np.asarray(w, dtype="float64") ** steps


def gradient_loop(w, steps):
    if steps < 0:
        raise ValueError(f"steps = {steps} is negative")
    gradient = np.ones_like(w, dtype=float)
    for _ in range(steps):
        gradient = gradient * w
    return gradient


def gradient_cumprod(w, steps):
    need_steps(steps)
    w = np.asarray(w, dtype=np.result_type(w, np.float32) if np.ndim(w) else np.float64)
    return np.prod(np.broadcast_to(w, (steps, *w.shape)), axis=0)


def gradient_logarithms(w, steps):
    need_steps(steps)
    w = np.array(w, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.sign(w) ** steps * np.exp(steps * np.log(np.abs(w)))


def gradient_tensorflow(w, steps):
    need_steps(steps)
    return tf.pow(tf.cast(w, tf.float64), tf.constant(steps, tf.float64))


def gradient_keras(w, steps):
    need_steps(steps)
    return ops.power(ops.cast(w, "float64"), steps)


def gradient_tape(w, steps):
    need_steps(steps)
    w = tf.constant(w, tf.float64)
    h0 = tf.ones_like(w)
    with tf.GradientTape() as tape:
        tape.watch(h0)
        h = h0
        for _ in range(steps):
            h = w * h
    return tape.gradient(h, h0)


def gradient_number_by_number(w, steps):
    need_steps(steps)
    if np.ndim(w):
        return np.array([gradient_number_by_number(each, steps) for each in w])
    gradient = 1.0
    for _ in range(steps):
        gradient *= float(w)
    return gradient


def gradient_unchecked(w, steps):
    return np.power(np.float64(1.0) * w, float(steps))


def gradient_overflowing(w, steps):
    need_steps(steps)
    if isinstance(w, np.ndarray):
        return w.astype(float) ** steps
    return math.pow(w, steps)


def gradient_of_number(w, steps):
    need_steps(steps)
    w = np.float64(w)
    return 0.0 if w == 0 else w**steps


def checked(formula):
    def answer(w, steps):
        need_steps(steps)
        return formula(np.array(w, dtype=float), steps)

    return answer


SCALAR_WRONG = {
    "one-factor-too-few": checked(lambda w, T: np.prod([w] * (T - 1), axis=0) if T > 1 else w**0),
    "one-factor-too-many": checked(lambda w, T: w * w**T),
    "factors-added": checked(lambda w, T: sum(w for _ in range(T))),
    "derivative-by-w": checked(lambda w, T: tf.constant(T * w ** (T - 1))),
    "sign-lost": checked(lambda w, T: np.sqrt(w * w) ** T),
    "base-and-exponent-swapped": checked(lambda w, T: np.power(float(T), w)),
    "one-step-only": checked(lambda w, T: w),
    "exponential": checked(lambda w, T: np.exp(T * w)),
    "overflow-raises": gradient_overflowing,
    "numbers-only": gradient_of_number,
    "steps-not-checked": gradient_unchecked,
}


# --- regime --------------------------------------------------------------------------------------


def regime_ifs(w):
    if w == 1:
        return "constant"
    elif w == -1:
        return "alternates"
    elif -1 < w < 1:
        return "vanishes"
    return "explodes"


def regime_square(w):
    size = abs(w)
    if size < 1.0:
        return "vanishes"
    if size > 1.0:
        return "explodes"
    return "constant" if w == size else "alternates"


def regime_numpy(w):
    return np.select(
        [np.abs(w) < 1, np.abs(w) > 1, w == 1], ["vanishes", "explodes", "constant"], "alternates"
    )


def regime_table(w):
    w = np.float64(w)
    size = np.sign(np.abs(w) - 1)
    return {-1: "vanishes", 1: "explodes"}.get(size, "constant" if w > 0 else "alternates")


def regime_tensorflow(w):
    w = tf.constant(w, tf.float64)
    if tf.abs(w) < 1:
        return "vanishes"
    if tf.abs(w) > 1:
        return "explodes"
    return "constant" if w > 0 else "alternates"


def regime_zero(w):
    if w == 0:
        return "constant"
    return regime_ifs(w)


def regime_swapped(w):
    if abs(w) > 1:
        return "vanishes"
    if abs(w) < 1:
        return "explodes"
    return regime_ifs(w)


def regime_close(w):
    if np.isclose(w, 1):
        return "constant"
    if np.isclose(w, -1):
        return "alternates"
    return "vanishes" if abs(w) < 1 else "explodes"


def regime_no_absolute(w):
    if w == -1:
        return "alternates"
    return "vanishes" if w < 1 else "constant" if w == 1 else "explodes"


REGIME_WRONG = {
    "minus-one-constant": lambda w: (
        "vanishes" if abs(w) < 1 else "explodes" if abs(w) > 1 else "constant"
    ),
    "absolute-value-forgotten": regime_no_absolute,
    "absolute-value-never-used": lambda w: (
        "vanishes" if w < 1 else "constant" if w == 1 else "explodes"
    ),
    "negative-alternates": lambda w: "alternates" if w < 0 else regime_ifs(w),
    "small-negative-alternates": lambda w: "alternates" if -1 <= w < 0 else regime_ifs(w),
    "below-minus-one-alternates": lambda w: "alternates" if w <= -1 else regime_ifs(w),
    "minus-one-explodes": lambda w: (
        "constant" if w == 1 else "vanishes" if abs(w) < 1 else "explodes"
    ),
    "minus-one-vanishes": lambda w: (
        "explodes" if abs(w) > 1 else "constant" if w == 1 else "vanishes"
    ),
    "nearly-one": regime_close,
    "vanishes-and-explodes-swapped": regime_swapped,
    "zero-constant": regime_zero,
    "capital-letter": lambda w: regime_ifs(w).title(),
}


# --- hidden_jacobian -----------------------------------------------------------------------------


def jacobian_numpy(hs, W_h):
    J = np.eye(hs.shape[1])
    for h in hs:
        J = np.diag(1 - h**2) @ W_h.T @ J
    return J


def jacobian_loops(hs, W_h):
    T, U = hs.shape
    J = [[1.0 if i == j else 0.0 for j in range(U)] for i in range(U)]
    for t in range(T):
        J = [
            [
                (1 - float(hs[t, i]) ** 2) * sum(float(W_h[k, i]) * J[k][j] for k in range(U))
                for j in range(U)
            ]
            for i in range(U)
        ]
    return np.array(J)


def jacobian_backward(hs, W_h):
    rows = np.eye(W_h.shape[0], dtype=W_h.dtype)
    for h in hs[::-1]:
        rows = (rows * (1 - h * h)) @ W_h.T
    return rows


def jacobian_einsum(hs, W_h):
    factors = np.einsum("ti,ji->tij", 1 - hs**2, W_h)
    J = np.identity(len(W_h))
    for factor in factors:
        J = np.einsum("ij,jk->ik", factor, J)
    return J


def jacobian_reduce(hs, W_h):
    return reduce(lambda J, h: J @ (W_h * (1 - h**2)), hs, np.eye(len(W_h))).T


def jacobian_keras(hs, W_h):
    J = ops.eye(W_h.shape[0], dtype=W_h.dtype)
    for t in range(hs.shape[0]):
        J = (1 - ops.square(hs[t]))[:, None] * ops.matmul(ops.transpose(W_h), J)
    return J


def jacobian_tensorflow(hs, W_h):
    J = tf.eye(W_h.shape[0], dtype=W_h.dtype)
    for h in tf.unstack(tf.constant(hs)) if len(hs) else []:
        J = tf.linalg.diag(1 - h**2) @ tf.matmul(W_h, J, transpose_a=True)
    return J


def jacobian_multi_dot(hs, W_h):
    factors = [(1 - h[:, None] ** 2) * W_h.T for h in hs]
    if not factors:
        return np.eye(len(W_h))
    return factors[0] if len(factors) == 1 else np.linalg.multi_dot(factors[::-1])


def along(hs, W_h, factor):
    J = np.eye(len(W_h))
    for h in hs:
        J = np.dot(factor(h), J)
    return J


def jacobian_elementwise(hs, W_h):
    if len(hs) == 0:
        return np.eye(len(W_h))
    J = np.ones_like(W_h)
    for h in hs:
        J = J * (np.diag(1 - h**2) @ W_h.T)
    return J


def jacobian_last(hs, W_h):
    J = np.eye(len(W_h))
    for h in hs:
        J = np.diag(1 - h**2) @ W_h.T
    return J


JACOBIAN_WRONG = {
    "transposed": lambda hs, W: reduce(lambda J, h: J @ (W * (1 - h**2)), hs, np.eye(len(W))),
    "weights-not-transposed": lambda hs, W: along(hs, W, lambda h: np.diag(1 - h**2) @ W),
    "order-reversed": lambda hs, W: reduce(
        lambda J, h: J @ np.diag(1 - h**2) @ W.T, hs, np.eye(len(W))
    ),
    "no-derivative": lambda hs, W: np.linalg.matrix_power(W, len(hs)).T,
    "tanh-of-the-state": lambda hs, W: along(hs, W, lambda h: np.diag(1 / np.cosh(h) ** 2) @ W.T),
    "slope-on-the-wrong-side": lambda hs, W: along(hs, W, lambda h: W.T @ np.diag(1 - h**2)),
    "first-step-missing": lambda hs, W: jacobian_numpy(hs[1:], W),
    "last-step-missing": lambda hs, W: jacobian_numpy(hs[: len(hs) - 1], W),
    "last-step-only": jacobian_last,
    "elementwise": jacobian_elementwise,
    "factors-added": lambda hs, W: sum((np.diag(1 - h**2) @ W.T for h in hs), np.zeros_like(W)),
    "square-missing": lambda hs, W: along(hs, W, lambda h: np.diag(1 - h) @ W.T),
    "slope-of-the-sigmoid": lambda hs, W: along(hs, W, lambda h: np.diag(h - h**2) @ W.T),
    "no-empty-sequence": lambda hs, W: reduce(
        lambda J, factor: factor @ J, [(1 - h[:, None] ** 2) * W.T for h in hs]
    ),
}


# --- clip_by_global_norm -------------------------------------------------------------------------


def need_positive(max_norm):
    if max_norm <= 0:
        raise ValueError(f"max_norm must be positive, got {max_norm}")


def clip_numpy(gradients, max_norm):
    need_positive(max_norm)
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > max_norm:
        gradients = [g * (max_norm / norm) for g in gradients]
    return list(gradients), norm


def clip_flat(gradients, max_norm):
    need_positive(max_norm)
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return tuple(factor * g for g in gradients), norm


def clip_loops(gradients, max_norm):
    need_positive(max_norm)
    total = 0.0
    for g in gradients:
        for value in np.nditer(g):
            total += float(value) ** 2
    norm = math.sqrt(total)
    result = []
    for g in gradients:
        result.append(np.array(g, copy=True) if norm <= max_norm else np.array(g) / norm * max_norm)
    return [result, norm]


def clip_of_norms(gradients, max_norm):
    need_positive(max_norm)
    norm = np.hypot.reduce([np.linalg.norm(g) for g in gradients])
    return [g * max_norm / max(norm, max_norm) for g in gradients], float(norm)


def clip_tensorflow(gradients, max_norm):
    need_positive(max_norm)
    tensors = [tf.constant(g) for g in gradients]
    norm = tf.sqrt(tf.add_n([tf.reduce_sum(tf.square(t)) for t in tensors]))
    factor = tf.minimum(tf.ones_like(norm), max_norm / norm)  # max_norm / 0 is infinite
    return [factor * t for t in tensors], norm


def clip_tf_norm(gradients, max_norm):
    need_positive(max_norm)
    norm = tf.norm(tf.stack([tf.norm(g) for g in gradients]))
    if norm <= max_norm:
        return gradients, norm
    return [tf.constant(g) * (max_norm / norm) for g in gradients], norm


def clip_keras(gradients, max_norm):
    need_positive(max_norm)
    norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in gradients))
    return [ops.where(norm > max_norm, g * (max_norm / norm), g) for g in gradients], norm


def clip_vdot(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError(f"`max_norm` is {max_norm}; it should be above 0")
    norm = sum(np.vdot(g, g) for g in gradients) ** 0.5
    scale = np.where(norm > max_norm, max_norm / (norm or 1.0), 1.0)
    return [scale * g for g in gradients], norm


def norm_of(gradients):
    return np.sqrt(sum((g * g).sum() for g in gradients))


def clip_by(size, max_norm, gradients):
    need_positive(max_norm)
    if size > max_norm:
        return [g * (max_norm / size) for g in gradients], size
    return gradients, size


def clip_each(gradients, max_norm):
    need_positive(max_norm)
    new = []
    for g in gradients:
        n = np.linalg.norm(g)
        new.append(g / n * max_norm if n > max_norm else g)
    return new, norm_of(gradients)


def clip_after(gradients, max_norm):
    new, _ = clip_numpy(gradients, max_norm)
    return new, norm_of(new)


def clip_scaled(factor):
    def answer(gradients, max_norm):
        need_positive(max_norm)
        norm = norm_of(gradients)
        return [g * factor(norm, max_norm) for g in gradients], norm

    return answer


def clip_values(gradients, max_norm):
    need_positive(max_norm)
    return [np.minimum(np.maximum(g, -max_norm), max_norm) for g in gradients], norm_of(gradients)


def clip_forgotten(gradients, max_norm):
    need_positive(max_norm)
    norm = norm_of(gradients)
    for g in gradients:
        if norm > max_norm:
            g = g * (max_norm / norm)
    return gradients, norm


def clip_unchecked(gradients, max_norm):
    norm = norm_of(gradients)
    return ([g * (max_norm / norm) for g in gradients] if norm > max_norm else gradients), norm


CLIP_WRONG = {
    "per-variable": clip_each,
    "always-scaled": clip_scaled(lambda norm, v: v / norm),
    "by-value": clip_values,
    "never-clipped": clip_forgotten,
    "norm-after-clipping": clip_after,
    "no-root": lambda g, v: clip_by(sum(np.sum(each**2) for each in g), v, g),
    "sum-of-the-norms": lambda g, v: clip_by(sum(np.linalg.norm(each) for each in g), v, g),
    "largest-norm": lambda g, v: clip_by(max(np.linalg.norm(each) for each in g), v, g),
    "largest-number": lambda g, v: clip_by(max(np.max(np.abs(each)) for each in g), v, g),
    "mean-of-the-squares": lambda g, v: clip_by(
        np.sqrt(np.mean(np.concatenate([each.ravel() for each in g]) ** 2)), v, g
    ),
    "divided-only": clip_scaled(lambda norm, v: 1 / norm if norm > v else 1),
    "factor-inverted": clip_scaled(lambda norm, v: norm / v if norm > v else 1),
    "epsilon-in-the-norm": clip_scaled(lambda norm, v: min(v / (norm + 1e-6), 1)),
    "small-epsilon-in-the-norm": clip_scaled(lambda norm, v: min(v / (norm + 1e-8), 1)),
    "results-swapped": lambda g, v: clip_numpy(g, v)[::-1],
    "max-norm-not-checked": clip_unchecked,
}


# --- xavier --------------------------------------------------------------------------------------


def xavier_normal(rng, fan_in, fan_out):
    return rng.normal(0.0, 1 / np.sqrt(fan_in), size=(fan_in, fan_out))


def xavier_standard(rng, fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out)) * fan_in**-0.5


def xavier_float32(rng, fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out), dtype=np.float32) / np.float32(fan_in) ** 0.5


def xavier_columns(rng, fan_in, fan_out):
    return np.stack([rng.normal(size=fan_in) / math.sqrt(fan_in) for _ in range(fan_out)], axis=1)


def xavier_loops(rng, fan_in, fan_out):
    W = np.zeros((fan_in, fan_out))
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = rng.normal(0, np.sqrt(1 / fan_in))
    return W


def xavier_multivariate(rng, fan_in, fan_out):
    flat = rng.normal(loc=0.0, scale=1.0, size=fan_in * fan_out)
    return flat.reshape(fan_out, fan_in).T / np.sqrt(fan_in)


def xavier_tensorflow(rng, fan_in, fan_out):
    seed = rng.integers(2**31, size=2)
    return tf.random.stateless_normal((fan_in, fan_out), seed) / tf.sqrt(float(fan_in))


def xavier_keras(rng, fan_in, fan_out):
    seed = int(rng.integers(2**31))
    return keras.random.normal((fan_in, fan_out), stddev=fan_in**-0.5, seed=seed)


def xavier_initializer(rng, fan_in, fan_out):
    make = keras.initializers.VarianceScaling(
        1.0, "fan_in", "untruncated_normal", seed=int(rng.integers(2**31))
    )
    return make((fan_in, fan_out))


def xavier_box_muller(rng, fan_in, fan_out):
    u, v = rng.random((2, fan_in, fan_out))
    return np.sqrt(-2 / fan_in * np.log(1 - u)) * np.sin(2 * np.pi * v)


def xavier_truncated(rng, fan_in, fan_out):
    make = keras.initializers.LecunNormal(seed=int(rng.integers(2**31)))
    return make((fan_in, fan_out))


def xavier_glorot_uniform(rng, fan_in, fan_out):
    return keras.initializers.GlorotUniform(seed=int(rng.integers(2**31)))((fan_in, fan_out))


XAVIER_WRONG = {
    "variance-for-deviation": lambda rng, n, m: rng.normal(0, 1 / n, (n, m)),
    "not-scaled": lambda rng, n, m: rng.standard_normal((n, m)),
    "multiplied": lambda rng, n, m: rng.standard_normal((n, m)) * np.sqrt(n),
    "both-fans": lambda rng, n, m: rng.normal(size=(n, m)) * np.sqrt(2 / (n + m)),
    "fan-out": lambda rng, n, m: rng.normal(size=(n, m)) / np.sqrt(m),
    "for-relu": lambda rng, n, m: rng.standard_normal((n, m)) / np.sqrt(n / 2),
    "fourth-root": lambda rng, n, m: rng.normal(0, np.sqrt(1 / np.sqrt(n)), (n, m)),
    "uniform": lambda rng, n, m: (rng.random((n, m)) - 0.5) * np.sqrt(12 / n),
    "uniform-up-to-the-deviation": lambda rng, n, m: rng.uniform(-1, 1, (n, m)) / np.sqrt(n),
    "glorot-uniform": xavier_glorot_uniform,
    "only-positive": lambda rng, n, m: rng.uniform(0, 1 / np.sqrt(n), (n, m)),
    "truncated": xavier_truncated,
    "transposed": lambda rng, n, m: rng.standard_normal((m, n)) / np.sqrt(n),
    "one-row-for-all": lambda rng, n, m: (
        np.ones((n, 1)) * rng.standard_normal(m)[None] / np.sqrt(n)
    ),
    "global-generator": lambda rng, n, m: np.random.randn(n, m) / np.sqrt(n),
    "own-seed": lambda rng, n, m: np.random.default_rng(42).normal(0, n**-0.5, (n, m)),
}


# --- to_spectral_radius --------------------------------------------------------------------------


def need_radius(size):
    if size == 0:
        raise ValueError("all eigenvalues of W are 0: no factor gives it another radius")


def radius_numpy(W, radius):
    size = np.max(np.abs(np.linalg.eigvals(W)))
    if size == 0:
        raise ValueError("W has no eigenvalue other than 0")
    return W * (radius / size)


def radius_eig(W, radius):
    values, _ = np.linalg.eig(W)
    largest = max(abs(value) for value in values)
    if not largest > 1e-12:
        raise ValueError(f"the spectral radius of W is {largest}")
    return radius * W / largest


def radius_parts(W, radius):
    values = np.linalg.eigvals(W)
    size = math.sqrt(float((values.real**2 + values.imag**2).max()))
    need_radius(size)
    return np.stack([radius / size * row for row in W])


def radius_scipy(W, radius):
    size = np.abs(scipy.linalg.eigvals(W)).max()
    need_radius(size)
    return np.multiply(W, radius / size)


def radius_schur(W, radius):
    T, _ = scipy.linalg.schur(W, output="complex")
    size = np.abs(np.diag(T)).max()
    need_radius(size)
    return W / size * radius


def radius_tensorflow(W, radius):
    size = tf.reduce_max(tf.abs(tf.linalg.eigvals(tf.constant(W))))
    if size < 1e-10:
        raise ValueError("W is nilpotent")
    return tf.constant(W) * (tf.cast(radius, W.dtype) / size)


def radius_keras(W, radius):
    values, _ = ops.eig(ops.convert_to_tensor(W))
    size = float(ops.max(ops.abs(values)))
    need_radius(size)
    return ops.convert_to_tensor(W) * (radius / size)


def radius_gelfand(W, radius):
    P, log, k = np.array(W, dtype=float), 0.0, 1
    for _ in range(50):
        size = np.linalg.norm(P)
        need_radius(size)
        log += np.log(size) / k
        P = (P / size) @ (P / size)
        k *= 2
    return W * radius / np.exp(log)


def scaled_by(measure):
    def answer(W, radius):
        need_radius(np.abs(np.linalg.eigvals(W)).max())
        with np.errstate(all="ignore"):
            return radius * W / measure(W)

    return answer


def radius_complex(W, radius):
    values = np.linalg.eigvals(W)
    if np.all(values == 0):
        raise ValueError("W has only zero eigenvalues")
    return W * radius / max(values, key=lambda value: (value.real, value.imag))


def radius_inverse(W, radius):
    size = np.abs(np.linalg.eigvals(W)).max()
    need_radius(size)
    return W * size / radius


RADIUS_WRONG = {
    "spectral-norm": scaled_by(lambda W: np.linalg.svd(W)[1][0]),
    "frobenius-norm": scaled_by(lambda W: np.sqrt(np.sum(W**2))),
    "largest-weight": scaled_by(lambda W: np.max(np.abs(W))),
    "row-sums": scaled_by(lambda W: np.linalg.norm(W, np.inf)),
    "largest-eigenvalue-not-its-size": radius_complex,
    "largest-real-part": scaled_by(lambda W: np.max(np.real(np.linalg.eigvals(W)))),
    "size-of-the-real-part": scaled_by(lambda W: np.max(np.abs(np.real(np.linalg.eig(W)[0])))),
    "symmetric-only": scaled_by(lambda W: np.max(np.abs(np.linalg.eigh(W)[0]))),
    "smallest-eigenvalue": scaled_by(lambda W: np.sort(np.abs(np.linalg.eigvals(W)))[0]),
    "mean-eigenvalue": scaled_by(lambda W: np.mean(np.abs(np.linalg.eigvals(W)))),
    "first-eigenvalue": scaled_by(lambda W: abs(np.linalg.eig(W)[0][0])),
    "not-divided": scaled_by(lambda W: 1),
    "radius-forgotten": lambda W, radius: radius_numpy(W, 1.0),
    "upside-down": radius_inverse,
    "zero-accepted": lambda W, radius: radius * W / np.abs(np.linalg.eigvals(W)).max(),
}


RIGHT = {
    "scalar_gradient": {
        "power": gradient_power,
        "loop": gradient_loop,
        "product of copies": gradient_cumprod,
        "logarithms": gradient_logarithms,
        "TensorFlow": gradient_tensorflow,
        "keras.ops": gradient_keras,
        "a tape": gradient_tape,
        "number by number": gradient_number_by_number,
    },
    "regime": {
        "ifs": regime_ifs,
        "absolute value": regime_square,
        "np.select": regime_numpy,
        "table": regime_table,
        "TensorFlow": regime_tensorflow,
    },
    "hidden_jacobian": {
        "numpy": jacobian_numpy,
        "loops": jacobian_loops,
        "backward": jacobian_backward,
        "einsum": jacobian_einsum,
        "reduce": jacobian_reduce,
        "keras.ops": jacobian_keras,
        "TensorFlow": jacobian_tensorflow,
        "multi_dot": jacobian_multi_dot,
    },
    "clip_by_global_norm": {
        "numpy": clip_numpy,
        "one long vector": clip_flat,
        "loops, a list of two": clip_loops,
        "norm of the norms": clip_of_norms,
        "TensorFlow": clip_tensorflow,
        "tf.norm": clip_tf_norm,
        "keras.ops": clip_keras,
        "vdot": clip_vdot,
    },
    "xavier": {
        "normal": xavier_normal,
        "standard normal": xavier_standard,
        "float32": xavier_float32,
        "columns": xavier_columns,
        "loops": xavier_loops,
        "flat": xavier_multivariate,
        "TensorFlow": xavier_tensorflow,
        "keras.random": xavier_keras,
        "a Keras initialiser": xavier_initializer,
        "Box and Muller": xavier_box_muller,
    },
    "to_spectral_radius": {
        "eigvals": radius_numpy,
        "eig": radius_eig,
        "real and imaginary part": radius_parts,
        "SciPy": radius_scipy,
        "Schur": radius_schur,
        "TensorFlow": radius_tensorflow,
        "keras.ops": radius_keras,
        "Gelfand": radius_gelfand,
    },
}

WRONG = {
    "scalar_gradient": SCALAR_WRONG,
    "regime": REGIME_WRONG,
    "hidden_jacobian": JACOBIAN_WRONG,
    "clip_by_global_norm": CLIP_WRONG,
    "xavier": XAVIER_WRONG,
    "to_spectral_radius": RADIUS_WRONG,
}
