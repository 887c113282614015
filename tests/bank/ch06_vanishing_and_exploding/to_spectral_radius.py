"""to_spectral_radius: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import scipy.linalg
import tensorflow as tf
from keras import ops


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


def by_factor(factor):
    """All right but for the factor: a function of what it should be."""

    def answer(W, radius):
        size = np.abs(np.linalg.eigvals(W)).max()
        need_radius(size)
        return W * factor(radius / size)

    return answer


def radius_signed(W, radius):
    values = np.linalg.eigvals(W)
    largest = max(values, key=abs)
    need_radius(largest)
    return W / largest * radius


def radius_unless_singular(W, radius):
    if np.linalg.matrix_rank(W) < len(W):
        raise ValueError("W has the eigenvalue 0")
    return radius_numpy(W, radius)


def radius_unless_zero(W, radius):
    if not np.any(W):
        raise ValueError("W is all zeros")
    return radius * W / np.abs(np.linalg.eigvals(W)).max()


def radius_complex(W, radius):
    values = np.linalg.eigvals(W)
    if np.all(values == 0):
        raise ValueError("W has only zero eigenvalues")
    return W * radius / max(values, key=lambda value: (value.real, value.imag))


RIGHT = {
    "eigvals": radius_numpy,
    "eig": radius_eig,
    "real and imaginary part": radius_parts,
    "SciPy": radius_scipy,
    "Schur": radius_schur,
    "TensorFlow": radius_tensorflow,
    "keras.ops": radius_keras,
    "Gelfand": radius_gelfand,
}

WRONG = {
    "spectral-norm": scaled_by(lambda W: np.linalg.svd(W)[1][0]),
    "row-sums": scaled_by(lambda W: np.linalg.norm(W, np.inf)),
    "largest-eigenvalue-not-its-size": radius_complex,
    "eigenvalue-of-the-largest-size": radius_signed,
    "factor-squared": by_factor(np.square),
    "root-of-the-factor": by_factor(math.sqrt),
    "never-larger": by_factor(lambda factor: min(factor, 1)),
    "singular-refused": radius_unless_singular,
    "symmetric-only": scaled_by(lambda W: np.max(np.abs(np.linalg.eigh(W)[0]))),
    "zero-matrix-alone-refused": radius_unless_zero,
    "zero-accepted": lambda W, radius: radius * W / np.abs(np.linalg.eigvals(W)).max(),
}
