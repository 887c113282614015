"""The gradient over a hundred steps: of an LSTM's cell state, of an Elman network's state.

Sizes are root mean squares of singular values, as powers of ten, for both networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["LONG", "TwoWays", "along_elman", "both_ways", "cell_gradient"]

Floats = npt.NDArray[np.floating]

#: How many steps are followed.
LONG = 100
_UNITS, _FEATURES = 64, 8


class TwoWays(NamedTuple):
    """log10 of the gradient of c_t by c_0, (…, T): along the cell state alone, and in full."""

    path: Floats
    full: Floats


def both_ways(
    lstm_gates: Callable[..., Any],
    lstm_step: Callable[..., Any],
    cell_state_gradient: Callable[..., Any],
    bias: float,
    scale: float = 1.0,
    loud: float = 1.0,
    seeds: Iterable[int] = range(5),
) -> TwoWays:
    """The gradients of new LSTMs of 64 units over random inputs, both from the same weights.

    Args:
        lstm_gates, lstm_step, cell_state_gradient: the answers to exercises 1, 2 and 4.
        bias: of the forget gate.
        scale: of the recurrent weights; 1 is Keras's orthogonal start. Larger ones are drawn as
            `along_elman` draws its own: normal numbers of standard deviation scale/√64.
        loud: of the inputs.
        seeds: one network each.

    Returns:
        Two arrays (seeds, 100).
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        limit = np.sqrt(6 / (_FEATURES + 4 * _UNITS))
        W = rng.uniform(-limit, limit, (_FEATURES, 4 * _UNITS))
        U = np.linalg.qr(rng.standard_normal((4 * _UNITS, _UNITS)))[0].T
        if scale != 1.0:
            U = scale * rng.standard_normal((_UNITS, 4 * _UNITS)) / np.sqrt(_UNITS)
        b = np.repeat([0.0, bias, 0.0, 0.0], _UNITS)
        xs = loud * rng.standard_normal((LONG, _FEATURES))
        found.append(cell_gradient(lstm_gates, lstm_step, cell_state_gradient, [W, U, b], xs))
    return TwoWays(*(np.array(each) for each in zip(*found, strict=True)))


def cell_gradient(
    lstm_gates: Callable[..., Any],
    lstm_step: Callable[..., Any],
    cell_state_gradient: Callable[..., Any],
    weights: Sequence[Any],
    xs: Floats,
) -> TwoWays:
    """Both gradients of one LSTM over one sequence.

    Args:
        lstm_gates, lstm_step, cell_state_gradient: the answers to exercises 1, 2 and 4.
        weights: kernel (F, 4U), recurrent kernel (U, 4U) and bias (4U,).
        xs: (T, F).

    Returns:
        Two arrays (T,).
    """
    W, U, b = (np.asarray(each, dtype=float) for each in weights)
    units = U.shape[0]
    U_i, U_f, U_g, U_o = (block.T for block in np.split(U, 4, axis=1))
    h = c = np.zeros((1, units))
    dh, dc = np.zeros((units, units)), np.eye(units)  # by c_0: [what changes, what is changed]
    forget, full = [], []
    for x in np.asarray(xs, dtype=float)[:, None]:
        gates = [np.asarray(each, dtype=float) for each in lstm_gates(x, h, W, U, b)]
        i, f, g, o = (each[0][:, None] for each in gates)
        old = c[0][:, None]
        h, c = (np.asarray(each, dtype=float) for each in lstm_step(x, h, c, W, U, b))
        through_h = i * (1 - g**2) * U_g + g * i * (1 - i) * U_i + old * f * (1 - f) * U_f
        shown = np.tanh(c[0])[:, None]
        new_dc = f * dc + through_h @ dh
        dh = o * (1 - shown**2) * new_dc + (shown * o * (1 - o) * U_o) @ dh
        dc = new_dc
        forget.append(gates[1])
        full.append(np.log10(np.linalg.norm(dc) / np.sqrt(units)))
    opened = np.stack(forget, axis=1)  # (1, T, U)
    alone = [np.asarray(cell_state_gradient(opened[:, : t + 1])) for t in range(len(forget))]
    path = np.log10([np.sqrt(np.mean(each**2)) for each in alone])
    return TwoWays(path, np.array(full))


def along_elman(scale: float = 1.0, loud: float = 1.0, seeds: Iterable[int] = range(5)) -> Floats:
    """log10 of the gradient along the state of Elman networks of 64 units over the same inputs.

    Args:
        scale: of the recurrent weights; 1 is Xavier's.
        loud: of the inputs.
        seeds: one network each.

    Returns:
        (seeds, 100): after each step, the root mean square of the singular values of dh_t/dh_0.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        W_x = rng.standard_normal((_FEATURES, _UNITS)) / np.sqrt(_FEATURES)
        W_h = scale * rng.standard_normal((_UNITS, _UNITS)) / np.sqrt(_UNITS)
        h, J, sizes = np.zeros(_UNITS), np.eye(_UNITS), []
        for x in rng.standard_normal((LONG, _FEATURES)):
            h = np.tanh(loud * x @ W_x + h @ W_h)
            J = (1 - h[:, None] ** 2) * (W_h.T @ J)
            sizes.append(np.log10(np.linalg.norm(J) / np.sqrt(_UNITS)))
        found.append(sizes)
    return np.array(found)
