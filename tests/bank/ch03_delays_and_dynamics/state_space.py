"""state_space: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from functools import reduce

import numpy as np
import tensorflow as tf
from keras import ops


def by_loop(A, B, C, D, us, x0):
    x, ys = x0, []
    for u in us:
        ys.append(C @ x + D @ u)
        x = A @ x + B @ u
    return np.stack(ys), x


def by_states_first(A, B, C, D, us, x0):
    states = [x0]
    for u in us:
        states.append(A @ states[-1] + B @ u)
    xs = np.array(states)
    return xs[:-1] @ C.T + us @ D.T, xs[-1]


def by_block_matrix(A, B, C, D, us, x0):
    """One matrix gives the next state and the output at once."""
    M = np.block([[A, B], [C, D]])
    n, x, ys = len(x0), np.array(x0), []
    for u in us:
        both = M @ np.concatenate([x, u])
        x, y = both[:n], both[n:]
        ys.append(y)
    return [np.array(ys), x]


def by_einsum(A, B, C, D, us, x0):
    xs = np.zeros((len(us) + 1, len(x0)))
    xs[0] = x0
    for t in range(len(us)):
        xs[t + 1] = np.einsum("ij,j->i", A, xs[t]) + np.einsum("ij,j->i", B, us[t])
    ys = np.einsum("pn,tn->tp", C, xs[:-1]) + np.einsum("pm,tm->tp", D, us)
    return ys, xs[-1]


def by_rows(A, B, C, D, us, x0):
    """As row vectors: every matrix transposed."""
    x, ys = x0[None], []
    for t in range(us.shape[0]):
        ys.append(x @ C.T + us[t : t + 1] @ D.T)
        x = x @ A.T + us[t : t + 1] @ B.T
    return np.concatenate(ys), x[0]


def by_numbers(A, B, C, D, us, x0):
    x, ys = [float(v) for v in x0], []
    for u in us:
        ys.append(
            [
                sum(C[p, n] * x[n] for n in range(len(x)))
                + sum(D[p, m] * u[m] for m in range(len(u)))
                for p in range(len(C))
            ]
        )
        x = [
            sum(A[i, n] * x[n] for n in range(len(x))) + sum(B[i, m] * u[m] for m in range(len(u)))
            for i in range(len(x))
        ]
    return ys, x


def by_tensorflow(A, B, C, D, us, x0):
    A, B, C, D = (tf.constant(each) for each in (A, B, C, D))
    x, ys = tf.constant(x0), []
    for u in tf.unstack(tf.constant(us)):
        ys.append(tf.linalg.matvec(C, x) + tf.linalg.matvec(D, u))
        x = tf.linalg.matvec(A, x) + tf.linalg.matvec(B, u)
    return tf.stack(ys), x


def by_keras(A, B, C, D, us, x0):
    x, ys = ops.convert_to_tensor(x0), []
    for t in range(len(us)):
        ys.append(ops.matmul(C, x) + ops.matmul(D, us[t]))
        x = ops.matmul(A, x) + ops.matmul(B, us[t])
    return ops.stack(ys), x


def by_reduce(A, B, C, D, us, x0):
    ys = []

    def advance(x, u):
        ys.append(C.dot(x) + D.dot(u))
        return A.dot(x) + B.dot(u)

    last = reduce(advance, us, x0)
    return np.vstack(ys), last


def wrong_row_vectors(A, B, C, D, us, x0):
    x, ys = x0, []
    for u in us:
        ys.append(x @ C.T + u @ D.T)
        x = x @ A + u @ B.T
    return np.array(ys), x


def wrong_next_state(A, B, C, D, us, x0):
    xs = [x0]
    for u in us:
        xs.append(A @ xs[-1] + B @ u)
    return np.array(xs[1:]) @ C.T + us @ D.T, xs[-1]


RIGHT = {
    "loop": by_loop,
    "states first": by_states_first,
    "block matrix": by_block_matrix,
    "einsum": by_einsum,
    "rows": by_rows,
    "numbers": by_numbers,
    "tensorflow": by_tensorflow,
    "keras.ops": by_keras,
    "reduce": by_reduce,
}

WRONG = {
    "state-matrix-transposed": wrong_row_vectors,
    "state-first": wrong_next_state,
    "exchanged": lambda *given: by_loop(*given)[::-1],
    "last-state-before-the-last-step": lambda A, B, C, D, us, x0: (
        by_loop(A, B, C, D, us, x0)[0],
        by_loop(A, B, C, D, us[:-1], x0)[1] if len(us) > 1 else x0,
    ),
}
