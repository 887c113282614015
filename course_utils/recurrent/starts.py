"""Networks that differ in where they begin: fitted once per seed, tried with a disturbed start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from course_utils.recurrent.afresh import begin_anew

__all__ = ["FittedStart", "Sequences", "Span", "fit_start"]

Array = np.ndarray
Span: TypeAlias = tuple[Array, Array, Array]


@dataclass(frozen=True)
class Sequences:
    """A series cut into sequences, each with what came before it as its context.

    Attributes:
        fit: context (N, C), inputs (N, T, 1) and targets (N, T, 1) to learn from.
        test: the same, from later in the series.
        spread: the unit of these numbers, in the unit of the series.
    """

    fit: Span
    test: Span
    spread: float

    @property
    def baseline(self) -> float:
        """The test error of "the next value like this one", in the unit of the series."""
        _, inputs, targets = self.test
        return float(np.sqrt(np.mean((inputs - targets) ** 2)) * self.spread)

    @property
    def line_error(self) -> float:
        """The first forecast's test error of a line through the context and the first input."""

        def seen(span: Span) -> Array:
            context, inputs, _ = span
            return np.c_[context, inputs[:, 0], np.ones(len(context))]

        weights = np.linalg.lstsq(seen(self.fit), self.fit[2][:, 0, 0], rcond=None)[0]
        errors = seen(self.test) @ weights - self.test[2][:, 0, 0]
        return float(np.sqrt(np.mean(errors**2)) * self.spread)


@dataclass(frozen=True)
class FittedStart:
    """One kind of start, trained once per seed.

    Attributes:
        model: the network, called as `model(context, inputs, disturbance)`.
        weights: the trained weights, one list per seed.
        data: what it was trained on and is tested on.
        units: the size of its state.
    """

    model: Any
    weights: tuple[list[Array], ...]
    data: Sequences
    units: int

    def errors(
        self, seed: int, disturbance: float, input_noise: float = 0.0, earlier: bool = False
    ) -> Array:
        """The test error at each step after the start, in the unit of the series: (T,).

        Args:
            seed: which of the trained networks.
            disturbance: standard deviation of the noise that is added to its first state.
            input_noise: standard deviation of the noise that is added to its inputs.
            earlier: begin with the context's first value, so that the context is read as inputs.
        """
        import tensorflow as tf

        self.model.set_weights(self.weights[seed])
        context, inputs, targets = map(tf.constant, self.data.test)
        rng = np.random.default_rng(50 + seed)
        noise = disturbance * rng.normal(size=(len(context), self.units)).astype("float32")
        if earlier:
            inputs = tf.concat([context[..., None], inputs], axis=1)
        inputs += input_noise * rng.normal(size=inputs.shape).astype("float32")
        forecasts = np.asarray(self.model(context, inputs, noise))
        errors = forecasts[:, -targets.shape[1] :] - targets
        return np.sqrt(np.mean(errors**2, axis=(0, 2))) * self.data.spread


def fit_start(
    make_model: Callable[[], Any],
    data: Sequences,
    units: int,
    seeds: Sequence[int],
    disturb: Callable[[np.random.Generator, int], Array] | None = None,
    updates: int = 300,
) -> FittedStart:
    """Fit one network per seed, with Adam on all sequences at once.

    Args:
        make_model: makes a new network, called as `model(context, inputs, disturbance)`: its
            forecasts (N, T, 1), after a start that has the disturbance (N, units) added.
        data: the sequences.
        units: the size of the network's state.
        seeds: one network each.
        disturb: `disturb(rng, N)` → (N, units), drawn anew for each update; none if left out.
        updates: how many.

    Returns:
        The fitted networks.
    """
    import keras
    import tensorflow as tf

    context, inputs, targets = map(tf.constant, data.fit)
    rows = len(context)
    optimizer = keras.optimizers.Adam(0.01)

    def fresh(seed: int) -> Any:
        keras.utils.set_random_seed(seed)
        made = make_model()
        made(context, inputs, tf.zeros((rows, units)))
        return made

    model = fresh(0)
    variables = model.trainable_variables
    optimizer.build(variables)

    @tf.function
    def run(noise: Any) -> None:
        for k in tf.range(updates):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(context, inputs, noise[k]) - targets) ** 2)
            optimizer.apply(tape.gradient(loss, variables), variables)

    weights = []
    for seed in seeds:
        begin_anew(model, fresh(seed), optimizer)
        noise = np.zeros((updates, rows, units), dtype="float32")
        if disturb is not None:
            rng = np.random.default_rng(seed)
            noise[:] = [disturb(rng, rows) for _ in range(updates)]
        run(tf.constant(noise))
        weights.append(model.get_weights())
    return FittedStart(model, tuple(weights), data, units)
