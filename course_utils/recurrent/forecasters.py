"""Elman networks that predict the next value, several side by side: one per seed, trained at once.

Five small networks one after the other take five times as long as one; five in one array hardly
longer. Their rows stand one below the other: of S · B rows the first B belong to network 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["Forecasters"]

Array = np.ndarray


class Forecasters:
    """S networks of one shape: h' = tanh(x W_x + h W_h + b), y = x + h' W_y + b_y.

    The output is the input and a change, so that an untrained network forecasts no change.

    Args:
        features: F, numbers per step.
        units: U, numbers in the state.
        seeds: one per network: its first weights. Normal numbers, W_x and W_h of variance
            1 / fan-in, W_y a tenth of that deviation, biases zero.
        updates: how many updates are planned: the learning rate falls to zero along a cosine.
        rate: the first learning rate, of Adam.

    Raises:
        ValueError: features, units or updates is below 1, or there is no seed.
    """

    def __init__(
        self, features: int, units: int, seeds: Sequence[int], updates: int, rate: float = 0.01
    ) -> None:
        for name, value in (("features", features), ("units", units), ("updates", updates)):
            if value < 1:
                raise ValueError(f"{name} must be at least 1, got {name}={value}")
        if not len(seeds):
            raise ValueError("seeds must hold at least one seed, got none")
        import keras
        import tensorflow as tf

        self.count, self.units = len(seeds), units
        generators = [np.random.default_rng([seed, 12]) for seed in seeds]

        def normal(rows: int, columns: int, scale: float = 1.0) -> Any:
            drawn = [g.normal(0, scale / np.sqrt(rows), (rows, columns)) for g in generators]
            return tf.Variable(np.stack(drawn).astype(np.float32))

        def zeros(columns: int) -> Any:
            return tf.Variable(tf.zeros((len(seeds), 1, columns)))

        W_x, W_h, W_y = normal(features, units), normal(units, units), normal(units, features, 0.1)
        self.weights = [W_x, W_h, zeros(units), W_y, zeros(features)]
        self._optimizer = keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(rate, updates)
        )
        self._optimizer.build(self.weights)
        self._forward = tf.function(self._outputs)  # one graph per shape: the steps are unrolled
        self._update = tf.function(self._learn)

    def outputs(self, inputs: Array) -> Array:
        """What the networks say at each step when these inputs are fed: (S · B, T, F) twice."""
        result = self._forward(self._apart(inputs), None)
        return np.asarray(result).reshape(inputs.shape)

    def update(
        self, inputs: Array, targets: Array, free_after: int | None = None, cut: bool = False
    ) -> Array:
        """One update of all networks, by backpropagation through time.

        Args:
            inputs: (S · B, T, F), what is fed.
            targets: (S · B, T, F), what should come out. The first step, before which nothing has
                been seen, does not count.
            free_after: how many steps are fed; from then on each network is fed its own output,
                and the gradient goes back through it. None: all steps are fed.
            cut: whether no gradient goes from a step to an earlier one, neither through the state
                nor through an output that is fed: each step learns by itself.

        Returns:
            (S,), each network's mean squared error before the update.
        """
        return np.asarray(self._update(self._apart(inputs), self._apart(targets), free_after, cut))

    def state(self, batch: int) -> Array:
        """The zero state of S · batch rows: (S · batch, U)."""
        return np.zeros((self.count * batch, self.units), dtype=np.float32)

    def step(self) -> Callable[[Array, Array], tuple[Array, Array]]:
        """`step(x, state) -> (y, state)` in NumPy, with the weights as they are now.

        x is (S · B, F) and the state (S · B, U), for any B.
        """
        W_x, W_h, b, W_y, b_y = (np.asarray(weight) for weight in self.weights)

        def step(x: Array, state: Array) -> tuple[Array, Array]:
            fed = np.asarray(x, dtype=np.float32).reshape(self.count, -1, W_x.shape[1])
            before = np.asarray(state, dtype=np.float32).reshape(self.count, -1, self.units)
            h = np.tanh(fed @ W_x + before @ W_h + b)
            y = fed + h @ W_y + b_y
            return y.reshape(-1, W_x.shape[1]), h.reshape(-1, self.units)

        return step

    def _apart(self, rows: Array) -> Any:
        """(S · B, T, F) as a tensor (S, B, T, F)."""
        import tensorflow as tf

        each = np.asarray(rows, dtype=np.float32)
        return tf.constant(each.reshape(self.count, -1, *each.shape[1:]))

    def _outputs(self, inputs: Any, free_after: int | None, cut: bool = False) -> Any:
        import tensorflow as tf

        W_x, W_h, b, W_y, b_y = self.weights
        h = tf.zeros((self.count, inputs.shape[1], self.units))
        outputs: list[Any] = []
        for t in range(inputs.shape[2]):
            told = free_after is None or t < free_after
            fed = inputs[:, :, t] if told else outputs[-1]
            if cut:
                fed, h = tf.stop_gradient(fed), tf.stop_gradient(h)
            h = tf.tanh(fed @ W_x + h @ W_h + b)
            outputs.append(fed + h @ W_y + b_y)
        return tf.stack(outputs, axis=2)

    def _learn(self, inputs: Any, targets: Any, free_after: int | None, cut: bool) -> Any:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            error = self._outputs(inputs, free_after, cut)[:, :, 1:] - targets[:, :, 1:]
            losses = tf.reduce_mean(error**2, axis=(1, 2, 3))
            total = tf.reduce_sum(losses)  # no network shares a weight with another
        self._optimizer.apply(tape.gradient(total, self.weights), self.weights)
        return losses
