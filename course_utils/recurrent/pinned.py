"""A network whose gates can be held open or shut while the rest of it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.recurrent.restarts import compile_for_restarts

__all__ = ["PinnedNetwork"]

_GATES = "ifgo"  # Keras's order of the blocks
_FORGET_BIAS = 1.0  # where Keras starts


class PinnedNetwork:
    """A cell in keras.layers.RNN with a dense layer behind it, compiled once for many starts.

    A gate is pinned by constraints: after each update its weights are 0 and its bias is what it is
    held at. What is pinned may change from start to start, and nothing is compiled again.

    Args:
        network: keras.Sequential of two layers, with a fixed batch size. The cell has `kernel`,
            `recurrent_kernel` and `bias`; only an LSTM's, with four blocks, can be pinned.
        rate: Adam's learning rate.
        updates_per_call: how many updates are made before Python is asked.
    """

    def __init__(self, network: Any, rate: float, updates_per_call: int) -> None:
        import tensorflow as tf

        self.network, self.cell = network, network.layers[0].cell
        columns = int(self.cell.bias.shape[0])
        self._units = int(self.cell.output_size)
        self._gated = columns == 4 * self._units
        if self._gated:
            free = self._free = tf.Variable(tf.ones(columns))  # 0 where a gate is pinned
            held = self._held = tf.Variable(tf.zeros(columns))  # and there its bias
            self.cell.kernel.constraint = lambda w: w * free
            self.cell.recurrent_kernel.constraint = lambda w: w * free
            self.cell.bias.constraint = lambda w: w * free + held
        self._forget = compile_for_restarts(network, "mse", rate, updates_per_call)

    def begin(self, rng: np.random.Generator, pins: Mapping[str, float]) -> None:
        """Fresh weights as Keras draws them, and an optimizer that has seen nothing.

        Args:
            rng: draws the seeds of the weights.
            pins: "i", "f", "g" or "o" → the bias at which it is held: 30 is open, −30 is shut.

        Raises:
            ValueError: a pin has another name, or the cell has no four blocks.
        """
        import keras

        if pins and not (self._gated and set(pins) <= set(_GATES)):
            raise ValueError(f"pins are {dict(pins)}; an LSTM has the blocks i, f, g and o")
        cell, dense = self.cell, self.network.layers[-1]
        for weight in (cell.kernel, dense.kernel):
            glorot = keras.initializers.GlorotUniform(seed=int(rng.integers(2**31)))
            weight.assign(glorot(weight.shape))
        orthogonal = keras.initializers.Orthogonal(seed=int(rng.integers(2**31)))
        cell.recurrent_kernel.assign(orthogonal(cell.recurrent_kernel.shape))
        dense.bias.assign(np.zeros(dense.bias.shape))
        cell.bias.assign(np.zeros(cell.bias.shape))
        if self._gated:
            self._pin(pins)
        self._forget()

    def _pin(self, pins: Mapping[str, float]) -> None:
        cell, units = self.cell, self._units
        free, held = np.ones((4, units)), np.zeros((4, units))
        for gate, value in pins.items():
            free[_GATES.index(gate)], held[_GATES.index(gate)] = 0.0, value
        self._free.assign(free.ravel())
        self._held.assign(held.ravel())
        cell.bias.assign(np.repeat([0.0, _FORGET_BIAS, 0.0, 0.0], units))
        for weight in (cell.kernel, cell.recurrent_kernel, cell.bias):
            weight.assign(weight.constraint(weight.value))
