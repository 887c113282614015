"""Gates of a GRU seen from outside: over a sequence, and held so that they cannot act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCKS", "Traces", "held", "traces"]

#: The place of a gate's columns in the weights: Keras's order is z, r, candidate.
BLOCKS = {"z": 0, "r": 1}

Floats = npt.NDArray[np.floating]
Cell = Any  # a GRU cell with kernel, recurrent_kernel and bias (2, 3U)


def held(make_cell: Callable[[], Cell], biases: Mapping[str, float]) -> Callable[[], Cell]:
    """A maker of cells in which some gates do not act.

    The gate's weights are 0 and its bias is large: the sigmoid is 0 or 1 to the last digit, so its
    slope is 0, and training never moves any of them.

    Args:
        make_cell: makes a GRU cell with reset_after=True.
        biases: "z" or "r" → the bias: 100 holds the gate at 1, -100 at 0.

    Raises:
        ValueError: a bias is not large enough to hold the gate.
    """
    for gate, bias in biases.items():
        if abs(bias) < 90:
            raise ValueError(f"a bias of {bias:g} does not hold gate {gate}; give -100 or 100")

    def make() -> Cell:
        cell = make_cell()
        build = cell.build

        def build_and_hold(input_shape: Any) -> None:
            build(input_shape)
            for gate, value in biases.items():
                for weights, number in (
                    (cell.kernel, 0.0),
                    (cell.recurrent_kernel, 0.0),
                    (cell.bias, np.array([[value], [0.0]])),
                ):
                    changed = np.asarray(weights).copy()
                    units = changed.shape[-1] // 3
                    changed[:, BLOCKS[gate] * units :][:, :units] = number
                    weights.assign(changed)

        cell.build = build_and_hold
        return cell

    return make


class Traces(NamedTuple):
    """What a GRU does over some sequences: update gate, reset gate, state, each (B, T, U)."""

    z: Floats
    r: Floats
    h: Floats


def traces(step: Callable[..., Any], weights: Sequence[Any], inputs: Floats) -> Traces:
    """Run a GRU over sequences and look at its gates.

    Args:
        step: a `gru_step(x, h, W, U, b, reset_after)`.
        weights: W (F, 3U), U (U, 3U), b (2, 3U).
        inputs: (B, T, F).
    """
    W, U, b = (np.asarray(each, dtype=float) for each in weights)
    units = len(U)
    state, found = np.zeros((len(inputs), units)), []
    for t in range(inputs.shape[1]):
        x = np.asarray(inputs[:, t], dtype=float)
        sums = x @ W[:, : 2 * units] + state @ U[:, : 2 * units] + b.sum(axis=0)[: 2 * units]
        gates = 0.5 + 0.5 * np.tanh(0.5 * sums)  # the sigmoid, without overflow
        state = np.asarray(step(x, state, W, U, b, True))
        found.append((gates[:, :units], gates[:, units:], state))
    return Traces(*(np.stack(each, axis=1) for each in zip(*found, strict=True)))
