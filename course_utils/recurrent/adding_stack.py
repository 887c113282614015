"""The adding task, learned by many networks at once: one cell, other starts, rates and pins.

The networks of a stack share nothing but their operations: each has weights, sequences and a
learning rate of its own. Twenty trained together take a few times as long as one alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.progress import progress

__all__ = ["RATES", "WORST", "AddingStack", "Tuned"]

Floats = npt.NDArray[np.floating]

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # one grid for all that is compared
WORST = 1.5  # what the error of a network counts that is worse, or has no finite error at all
_BATCH, _TEST, _AT_ONCE = 32, 512, 50
_GATES = "ifgo"  # Keras's order of the blocks


class Tuned(NamedTuple):
    """What came of one cell at its best learning rate.

    Attributes:
        rate: the one whose median error on the validation sequences is smallest.
        errors: one test error for each seed at that rate, as a share of the baseline's.
        validation: rate → the median error on the validation sequences.
        weights: for each seed the weights of the cell: kernel, recurrent kernel, bias.
    """

    rate: float
    errors: list[float]
    validation: dict[float, float]
    weights: list[list[Floats]]

    @property
    def words(self) -> str:
        """The median validation error at each rate."""
        return ", ".join(f"{rate:g}: ~{each:.2f}" for rate, each in self.validation.items())


class AddingStack:
    """Networks that read (B, T, 2) by a cell and name the sum by a dense layer at the end.

    Trained with Adam on batches of 32 new sequences; gradients are clipped to a norm of 1.

    Args:
        cell: a Keras cell with the weights kernel, recurrent_kernel and bias. Its own values are
            not used: each network begins as Keras would, an LSTM's forget bias at 1.
        steps: T.
        draw: draw(rng, count, steps) → sequences (count, T, 2) and sums (count, 1), in float32.
        baseline: the mean squared error that counts as 1.
        updates: how often the weights are moved; a multiple of 50.
        identity: whether the recurrent kernel begins as the identity instead of orthogonal.
    """

    def __init__(
        self,
        cell: Any,
        steps: int,
        draw: Callable[..., Any],
        baseline: float,
        updates: int = 300,
        identity: bool = False,
    ) -> None:
        if not cell.built:
            cell.build((None, 2))
        self.cell, self.steps, self.updates, self.identity = cell, steps, updates, identity
        self._sequences, self._baseline = draw, baseline
        named = (cell.kernel, cell.recurrent_kernel, cell.bias)
        mine = cell.trainable_variables
        self._order = [[each is one for each in mine].index(True) for one in named]
        self._update, self._answer = _compiled(cell, steps)

    def tuned(self, seeds: Sequence[int], rates: Sequence[float] = RATES) -> Tuned:
        """Train every seed at every rate, and choose the rate on the validation sequences."""
        seeds = list(seeds)
        every = [(seed, rate) for seed in seeds for rate in rates]
        validation, test, weights = self._train(every, [{}] * len(every))
        medians = np.median(validation.reshape(len(seeds), -1), axis=0)
        best = int(medians.argmin())
        chosen = slice(best, None, len(rates))
        found = {rate: float(each) for rate, each in zip(rates, medians, strict=True)}
        return Tuned(rates[best], test[chosen].tolist(), found, weights[chosen])

    def pinned(
        self, seeds: Sequence[int], rate: float, pins: Mapping[str, Mapping[str, float]]
    ) -> dict[str, list[float]]:
        """Test errors where gates are held at what no input can move.

        Args:
            seeds: one network each.
            rate: the learning rate.
            pins: name → ("i", "f", "g" or "o" → its bias; 30 is open, −30 is shut).

        Returns:
            Name → an error for each seed.

        Raises:
            ValueError: a pin has another name, or the cell has no four blocks.
        """
        for each in pins.values():
            if not (self._gated and set(each) <= set(_GATES)):
                raise ValueError(f"pins are {dict(each)}; an LSTM has the blocks i, f, g and o")
        every = [(seed, rate) for _ in pins for seed in seeds]
        errors = self._train(every, [each for each in pins.values() for _ in seeds])[1]
        return dict(zip(pins, errors.reshape(len(pins), -1).tolist(), strict=True))

    def _train(
        self, every: Sequence[tuple[int, float]], pins: Sequence[Mapping[str, float]]
    ) -> tuple[Floats, Floats, list[list[Floats]]]:
        import tensorflow as tf

        seeds = sorted({seed for seed, _ in every})
        place = [seeds.index(seed) for seed, _ in every]
        drawn = [self._draw(seed) for seed in seeds]
        weights = [tf.constant(np.stack(each), tf.float32)
                   for each in zip(*(drawn[k][0] for k in place), strict=True)]  # fmt: skip
        held = self._held(weights, pins)
        weights = [w * free + at for w, (free, at) in zip(weights, held, strict=True)]
        state = (weights, *([tf.zeros_like(w) for w in weights] for _ in range(2)))
        rates = tf.constant([rate for _, rate in every], tf.float32)
        for first in progress(range(0, self.updates, _AT_ONCE), f"{len(every)} networks"):
            here = slice(first, first + _AT_ONCE)
            batches = [
                tf.constant(np.stack([drawn[k][1][which][here] for k in place], axis=1))
                for which in (0, 1)
            ]
            state = self._update(*state, tf.constant(first, tf.float32), rates, *batches, held)
        errors = []
        for which in (2, 3):
            xs, sums = (np.stack([drawn[k][which][part] for k in place]) for part in (0, 1))
            far = np.mean(
                (self._answer(state[0], tf.constant(xs)).numpy() - sums) ** 2, axis=(1, 2)
            )
            errors.append(np.fmin(far / self._baseline, WORST))  # NaN counts as WORST
        cells = [[state[0][k][n].numpy() for k in self._order] for n in range(len(every))]
        return errors[0], errors[1], cells

    def _draw(self, seed: int) -> tuple[Any, ...]:
        """Fresh weights and the sequences to learn from, to choose by and to test on."""
        rng = np.random.default_rng([seed, self.steps])
        rows, units = self.cell.recurrent_kernel.shape, int(self.cell.output_size)
        recurrent = np.linalg.qr(rng.standard_normal((rows[1], units)))[0].T
        bias = np.repeat([0.0, 1.0, 0.0, 0.0], units) if self._gated else np.zeros(rows[1])
        own = [np.asarray(each) for each in self.cell.trainable_variables]
        values = (_glorot(rng, 2, rows[1]), np.eye(units) if self.identity else recurrent, bias)
        for k, value in zip(self._order, values, strict=True):
            own[k] = value
        xs, sums = self._sequences(rng, self.updates * _BATCH, self.steps)
        learn = xs.reshape(-1, _BATCH, self.steps, 2), sums.reshape(-1, _BATCH, 1)
        tests = [self._sequences(rng, _TEST, self.steps) for _ in range(2)]
        return [*own, _glorot(rng, units, 1), np.zeros(1)], learn, *tests

    @property
    def _gated(self) -> bool:
        return bool(self.cell.recurrent_kernel.shape[1] == 4 * self.cell.output_size)

    def _held(self, weights: Sequence[Any], pins: Sequence[Mapping[str, float]]) -> list[Any]:
        """What each weight is multiplied by after an update, and what is added to it then."""
        import tensorflow as tf

        units = int(self.cell.output_size)
        free = [np.ones(w.shape, "float32") for w in weights]
        at = [np.zeros(w.shape, "float32") for w in weights]
        for n, each in enumerate(pins):
            for gate, value in each.items():
                block = slice(_GATES.index(gate) * units, (_GATES.index(gate) + 1) * units)
                for k in self._order:
                    free[k][n, ..., block] = 0.0
                at[self._order[2]][n, block] = value
        return [(tf.constant(a), tf.constant(b)) for a, b in zip(free, at, strict=True)]


def _glorot(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    limit = np.sqrt(6 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def _compiled(cell: Any, steps: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """update(weights, means, squares, before, rates, xs, sums, held) and answer(weights, xs)."""
    import tensorflow as tf

    several = isinstance(cell.state_size, list | tuple)
    sizes = list(cell.state_size) if several else [cell.state_size]
    others = [each.value for each in cell.non_trainable_variables]

    def one_step(given: Any) -> Any:
        (shown, states), _ = cell.stateless_call(given[0], others, given[1], given[2])
        return shown, list(states) if isinstance(states, list | tuple) else [states]

    step = tf.function(lambda *given: tf.vectorized_map(one_step, given))

    def answer(weights: Any, xs: Any) -> Any:
        states = [tf.zeros((xs.shape[0], xs.shape[1], size)) for size in sizes]
        for t in range(steps):
            shown, states = step(weights[:-2], xs[:, :, t], states)
        return tf.matmul(shown, weights[-2]) + weights[-1][:, None]

    def rows(values: Any, like: Any) -> Any:
        """(N,) so that it multiplies the first axis."""
        return tf.reshape(values, [-1] + [1] * (len(like.shape) - 1))

    @tf.function
    def update(
        weights: Any, means: Any, squares: Any, before: Any, rates: Any, xs: Any, sums: Any,
        held: Any,
    ) -> Any:  # fmt: skip
        for j in tf.range(tf.shape(xs)[0]):
            with tf.GradientTape() as tape:
                tape.watch(weights)
                errors = tf.reduce_mean((answer(weights, xs[j]) - sums[j]) ** 2, axis=(1, 2))
                loss = tf.reduce_sum(errors)
            slopes = tape.gradient(loss, weights, unconnected_gradients="zero")
            # of one network alone TensorFlow gives slices without a shape
            slopes = [tf.reshape(g, w.shape) for g, w in zip(slopes, weights, strict=True)]
            parts = [tf.reduce_sum(tf.reshape(g**2, (rates.shape[0], -1)), axis=1) for g in slopes]
            short = 1 / tf.maximum(1.0, tf.sqrt(tf.add_n(parts)))
            slopes = [g * rows(short, g) for g in slopes]
            k = before + tf.cast(j, tf.float32) + 1
            means = [0.9 * m + 0.1 * g for m, g in zip(means, slopes, strict=True)]
            squares = [0.999 * s + 0.001 * g**2 for s, g in zip(squares, slopes, strict=True)]
            moved = [
                w - rows(rates, w) * m / (1 - 0.9**k) / (tf.sqrt(s / (1 - 0.999**k)) + 1e-7)
                for w, m, s in zip(weights, means, squares, strict=True)
            ]
            weights = [w * free + at for w, (free, at) in zip(moved, held, strict=True)]
        return weights, means, squares

    return update, answer
