"""Train the same small network again and again, from fresh weights, without tracing it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["SequenceClassifier"]

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Cell = Any  # a Keras cell: `state_size`, `output_size`, `build`, `call(inputs, states)`

_UNROLLED = 16  # up to so many steps the graph is unrolled: no loop, so nothing but the cell costs


class SequenceClassifier:
    """A cell in `keras.layers.RNN`, and a linear readout of its last output, trained with Adam.

    Comparing cells means training many networks that differ in nothing but their weights. The
    graph is traced once; `train` begins from the weights of a newly made cell each time.

    Args:
        make_cell: called without arguments, gives a new cell.
        steps: T, the length of the sequences, padding included.
        features: F, the numbers in each step.
        classes: how many labels there are.
        batch: sequences in each update.
    """

    def __init__(
        self,
        make_cell: Callable[[], Cell],
        steps: int,
        features: int,
        classes: int,
        batch: int = 64,
    ) -> None:
        import keras

        self.make_cell, self.steps, self.features = make_cell, steps, features
        self.classes, self.batch = classes, batch
        self.cell = make_cell()
        self._layer = keras.layers.RNN(self.cell, unroll=steps <= _UNROLLED)
        self._layer.build((batch, steps, features))
        self._readout = keras.layers.Dense(classes)
        self._readout.build((batch, self.cell.output_size))
        self.weights = [*self.cell.trainable_weights, *self._readout.trainable_weights]
        self._optimizer = keras.optimizers.Adam()
        self._optimizer.build(self.weights)
        self._start = [np.asarray(each).copy() for each in self._optimizer.variables]
        self._compiled: dict[tuple[str, bool], Any] = {}

    @property
    def parameters(self) -> int:
        """The cell's weights and biases, counted; the readout's are not among them."""
        return sum(int(np.prod(each.shape)) for each in self.cell.trainable_weights)

    def begin(self, seed: int, rate: float) -> None:
        """Put fresh weights in, drawn with `seed`, and an optimizer that has seen nothing.

        Args:
            seed: of Keras's random numbers, which are global; also Python's and NumPy's.
            rate: Adam's learning rate.
        """
        import keras

        keras.utils.set_random_seed(seed)
        cell, readout = self.make_cell(), keras.layers.Dense(self.classes)
        cell.build((self.batch, self.features))
        readout.build((self.batch, cell.output_size))
        fresh = [*cell.trainable_weights, *readout.trainable_weights]
        for mine, new in zip(self.weights, fresh, strict=True):
            mine.assign(new)
        for variable, value in zip(self._optimizer.variables, self._start, strict=True):
            variable.assign(value)
        self._optimizer.learning_rate = rate

    def train(
        self,
        seed: int,
        inputs: Floats,
        labels: Integers,
        updates: int,
        rate: float = 0.01,
        lengths: Integers | None = None,
    ) -> SequenceClassifier:
        """Begin anew and make some updates, on batches in an order that `seed` alone decides.

        Args:
            seed: of the weights and of the order: the same seed gives every cell the same batches.
            inputs: (N, T, F).
            labels: (N,), from 0 to classes − 1.
            updates: how many batches, however often they go through the data.
            rate: Adam's learning rate.
            lengths: (N,), how many steps of each sequence are real; None where all are.

        Returns:
            Itself.
        """
        self.begin(seed, rate)
        self.go_on(inputs, labels, self.order(seed, len(inputs), updates), lengths)
        return self

    def order(self, seed: int, count: int, updates: int) -> Integers:
        """Which samples each update sees: (updates, batch), every sample once before any twice."""
        rng = np.random.default_rng(seed)
        rounds = -(-updates * self.batch // count)
        drawn = np.concatenate([rng.permutation(count) for _ in range(max(rounds, 1))])
        return drawn[: updates * self.batch].reshape(updates, self.batch)

    def go_on(
        self,
        inputs: Floats,
        labels: Integers,
        order: Integers,
        lengths: Integers | None = None,
    ) -> None:
        """Make one update for each row of `order`, from the weights as they are."""
        self._call("update", inputs, lengths, labels, order)

    def predict(self, inputs: Floats, lengths: Integers | None = None) -> Integers:
        """The likeliest label of each sequence: (N, T, F) → (N,)."""
        return np.asarray(self._call("read", inputs, lengths)).argmax(axis=1)

    def accuracy(self, inputs: Floats, labels: Integers, lengths: Integers | None = None) -> float:
        """The share of sequences whose label is right."""
        return float(np.mean(self.predict(inputs, lengths) == labels))

    def gradient_graph(self) -> Any:
        """The graph of one gradient on one batch, as it is written: a tf.Graph."""
        import tensorflow as tf

        def gradient(xs: Any, labels: Any) -> Any:
            return self._gradient(xs, None, labels)

        return (
            tf.function(gradient, autograph=False)
            .get_concrete_function(
                tf.TensorSpec((self.batch, self.steps, self.features), tf.float32),
                tf.TensorSpec((self.batch,), tf.int64),
            )
            .graph
        )

    def _call(self, name: str, inputs: Floats, lengths: Integers | None, *others: Integers) -> Any:
        """Run one of the two graphs, traced on its first use, for any number of sequences."""
        import tensorflow as tf

        masked = lengths is not None
        if (name, masked) not in self._compiled:
            whole, rows = (None,), (None, self.batch)
            shapes = [whole, *([whole, rows] if name == "update" else [])][not masked :]
            function = self._update_all if name == "update" else self._read

            def run(xs: Any, *given: Any) -> Any:
                return function(xs, *given) if masked else function(xs, None, *given)

            self._compiled[name, masked] = tf.function(run, autograph=False).get_concrete_function(
                tf.TensorSpec((None, self.steps, self.features), tf.float32),
                *(tf.TensorSpec(shape, tf.int64) for shape in shapes),
            )
        integers = [each for each in (lengths, *others) if each is not None]
        return self._compiled[name, masked](
            tf.constant(inputs, tf.float32), *(tf.constant(each, tf.int64) for each in integers)
        )

    def _read(self, xs: Any, lengths: Any) -> Any:
        import tensorflow as tf

        mask = None if lengths is None else tf.sequence_mask(lengths, self.steps)
        return self._readout(self._layer(xs, mask=mask))

    def _gradient(self, xs: Any, lengths: Any, labels: Any) -> Any:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            logits = self._read(xs, lengths)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(losses)
        return tape.gradient(loss, self.weights)

    def _update_all(self, inputs: Any, lengths: Any, labels: Any, order: Any) -> Any:
        import tensorflow as tf

        def one(k: Any) -> Any:
            chosen = order[k]
            kept = None if lengths is None else tf.gather(lengths, chosen)
            gradient = self._gradient(tf.gather(inputs, chosen), kept, tf.gather(labels, chosen))
            self._optimizer.apply(gradient, self.weights)
            return k + 1

        return tf.while_loop(
            lambda k: k < tf.shape(order)[0], lambda k: (one(k),), [tf.constant(0)]
        )
