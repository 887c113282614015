"""Models with a state, linear or bent by a tanh, fitted by gradient: several trained at once.

One network for each pair of a learning rate and a seed; they stand side by side in one array, so
that a whole grid of rates takes hardly longer than one network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["StateModels"]

Array = np.ndarray
_CLIP = 1.0  # the largest norm of the gradient of one weight matrix


class StateModels:
    """R · S models of one shape: h' = f(u W_x + h W_h + b), y = h' W_y + b_y, h = 0 before.

    With f the identity and without biases it is a linear state-space model; with f = tanh an Elman
    network. Nothing else differs.

    Args:
        units: N, numbers in the state.
        bent: tanh and biases, or neither.
        rates: R learning rates of Adam; each falls to zero along a cosine.
        seeds: S seeds: of the first weights.

    Raises:
        ValueError: units is below 1, or there is no rate or no seed.
    """

    def __init__(
        self, units: int, bent: bool, rates: Sequence[float], seeds: Sequence[int]
    ) -> None:
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        if not len(rates) or not len(seeds):
            raise ValueError("give at least one rate and one seed")
        import tensorflow as tf

        self.units, self.bent = units, bent
        self.rates, self.seeds = tuple(rates), tuple(seeds)
        generators = [np.random.default_rng([seed, 3]) for _ in rates for seed in seeds]

        def drawn(rows: int, columns: int) -> Any:
            each = [g.normal(0, 1 / np.sqrt(rows), (rows, columns)) for g in generators]
            return tf.Variable(np.stack(each).astype(np.float32))

        def zeros(columns: int) -> Any:
            return tf.Variable(tf.zeros((len(generators), 1, columns)))

        W_x, W_h, W_y = drawn(1, units), drawn(units, units), drawn(units, 1)
        self._weights = [W_x, W_h, zeros(units), W_y, zeros(1)]

    @property
    def parameters(self) -> int:
        """How many numbers are fitted in one model."""
        return sum(int(np.prod(each.shape[1:])) for each in self._fitted())

    def _fitted(self) -> list[Any]:
        return self._weights if self.bent else [self._weights[k] for k in (0, 1, 3)]

    def weights(self, rate: float, seed: int) -> list[Array]:
        """W_x (1, N), W_h (N, N), b (N,), W_y (N, 1) and b_y (1,) of one model, in float64."""
        place = self.rates.index(rate) * len(self.seeds) + self.seeds.index(seed)
        found = [np.asarray(each[place], dtype=np.float64) for each in self._weights]
        return [each[0] if k in (2, 4) else each for k, each in enumerate(found)]

    def outputs(self, inputs: Array, fed: int | None = None) -> Array:
        """What the models say at each step: (B, T) inputs → (R, S, B, T).

        Args:
            inputs: one number a step.
            fed: so many steps are fed; from then on each model is fed its own last output.
        """
        import tensorflow as tf

        found = self._run(tf.constant(inputs, tf.float32), inputs.shape[1], fed)
        return np.asarray(found).reshape(len(self.rates), len(self.seeds), *inputs.shape)

    def fit(
        self,
        inputs: Array,
        targets: Array,
        updates: int,
        fed: int | None = None,
        batch: int = 16,
    ) -> None:
        """Train all models on the mean squared error, each by its own Adam.

        Args:
            inputs: (B, T), one number a step.
            targets: (B, T); with `fed` those before step fed − 1 do not count.
            updates: how often every weight is moved; the batches are the same for all.
            fed: as in `outputs`; the gradient goes back through what a model feeds itself.
            batch: sequences in one update.
        """
        import tensorflow as tf

        steps = inputs.shape[1]
        start = 0 if fed is None else fed - 1
        given, wanted = tf.constant(inputs, tf.float32), tf.constant(targets, tf.float32)
        drawn = np.random.default_rng(1).integers(0, len(inputs), (updates, batch))
        picks = tf.constant(drawn)
        each_rate = np.repeat(self.rates, len(self.seeds)).astype(np.float32)
        rates = tf.constant(each_rate.reshape(-1, 1, 1))
        fitted = self._fitted()
        means = [tf.Variable(tf.zeros_like(each)) for each in fitted]
        squares = [tf.Variable(tf.zeros_like(each)) for each in fitted]

        def descend() -> None:
            for k in tf.range(updates):
                with tf.GradientTape() as tape:
                    made = self._run(tf.gather(given, picks[k]), steps, fed)
                    errors = made - tf.gather(wanted, picks[k])[None]
                    # No model shares a weight with another, so their losses may be summed.
                    loss = tf.reduce_sum(tf.reduce_mean(errors[..., start:] ** 2, axis=(1, 2)))
                done = tf.cast(k, tf.float32)
                rate = rates * 0.5 * (1 + tf.cos(np.pi * done / updates))
                for w, m, v, g in zip(
                    fitted, means, squares, tape.gradient(loss, fitted), strict=True
                ):
                    size = tf.sqrt(tf.reduce_sum(g**2, axis=(1, 2), keepdims=True))
                    g = g * _CLIP / tf.maximum(size, _CLIP)
                    m.assign(0.9 * m + 0.1 * g)
                    v.assign(0.999 * v + 0.001 * g**2)
                    root = tf.sqrt(v / (1 - 0.999 ** (done + 1))) + 1e-8
                    w.assign_sub(rate * m / (1 - 0.9 ** (done + 1)) / root)

        tf.function(descend).get_concrete_function()()

    def _run(self, inputs: Any, steps: int, fed: int | None) -> Any:
        import tensorflow as tf

        W_x, W_h, b, W_y, b_y = self._weights
        h = tf.zeros((W_h.shape[0], tf.shape(inputs)[0], self.units))
        outputs: list[Any] = []
        for t in range(steps):
            given = inputs[None, :, t : t + 1] if fed is None or t < fed else outputs[-1]
            total = given @ W_x + h @ W_h + b
            h = tf.tanh(total) if self.bent else total
            outputs.append(h @ W_y + b_y)
        return tf.concat(outputs, axis=2)  # (R · S, B, T)
