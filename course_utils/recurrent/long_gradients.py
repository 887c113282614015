"""The gradient over a hundred steps: along an LSTM's cell state, along an Elman network's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LONG", "along_elman", "along_the_cell"]

Floats = npt.NDArray[np.floating]

#: How many steps are followed.
LONG = 100
_UNITS, _FEATURES = 64, 8


def along_the_cell(
    lstm_gates: Callable[..., Any],
    lstm_step: Callable[..., Any],
    cell_state_gradient: Callable[..., Any],
    bias: float,
    seeds: Iterable[int] = range(5),
) -> Floats:
    """log10 of the gradient along the cell state of new LSTMs of 64 units over random inputs.

    Args:
        lstm_gates, lstm_step, cell_state_gradient: the answers to exercises 1, 2 and 4.
        bias: of the forget gate.
        seeds: one network each.

    Returns:
        (seeds, 100): after each step, the mean of all units.
    """
    return np.array(
        [_one_cell(lstm_gates, lstm_step, cell_state_gradient, bias, seed) for seed in seeds]
    )


def _one_cell(
    lstm_gates: Callable[..., Any],
    lstm_step: Callable[..., Any],
    cell_state_gradient: Callable[..., Any],
    bias: float,
    seed: int,
) -> Floats:
    rng = np.random.default_rng(seed)
    limit = np.sqrt(6 / (_FEATURES + 4 * _UNITS))
    W = rng.uniform(-limit, limit, (_FEATURES, 4 * _UNITS))
    U = np.linalg.qr(rng.standard_normal((4 * _UNITS, _UNITS)))[0].T
    b = np.repeat([0.0, bias, 0.0, 0.0], _UNITS)
    h = c = np.zeros((1, _UNITS))
    forget = []
    for x in rng.standard_normal((LONG, 1, _FEATURES)):
        forget.append(np.asarray(lstm_gates(x, h, W, U, b)[1]))
        h, c = (np.asarray(each) for each in lstm_step(x, h, c, W, U, b))
    open_gates = np.stack(forget, axis=1)  # (1, T, U)
    gradients = [np.asarray(cell_state_gradient(open_gates[:, :t])) for t in range(1, LONG + 1)]
    return np.log10(gradients).mean(axis=(1, 2))


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
