"""Train a network that names what a clip shows, in one traced graph, again and again from anew.

trainer = ClipTrainer(build, rate=5e-3)
for seed in range(5):
    trainer.fit(videos, labels, epochs=12, seed=seed)
    trainer.model(test)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["ClipTrainer"]


class ClipTrainer:
    """Adam on shuffled batches; every `fit` begins with fresh weights.

    Args:
        build: makes the network, uncompiled: (B, …) → (B, classes) probabilities.
        rate: Adam's learning rate.
        batch: clips in a batch.

    Attributes:
        model: the network, with the weights of the last `fit`.
        seconds: how long each epoch of the last `fit` took. The first of all traces the graph.
    """

    def __init__(self, build: Callable[[], Any], rate: float = 5e-3, batch: int = 32) -> None:
        import keras

        self.build, self.batch = build, batch
        self.model = build()
        self.optimizer = keras.optimizers.Adam(rate, global_clipnorm=1.0)
        self.optimizer.build(self.model.trainable_variables)
        self.seconds: list[float] = []
        self._run: Any = None

    def fit(self, videos: Any, labels: Any, epochs: int, seed: int = 0) -> list[float]:
        """Train from new weights.

        Args:
            videos: (N, …); as many as fit into whole batches are used in each epoch.
            labels: (N,) whole numbers from 0.
            epochs: how often, at least 1.
            seed: decides the first weights and the order of the clips.

        Returns:
            The mean loss of each epoch, in nats per clip.

        Raises:
            ValueError: epochs is below 1, or there is not one whole batch.
        """
        import keras
        import tensorflow as tf

        if epochs < 1:
            raise ValueError(f"epochs must be at least 1, got {epochs}.")
        if len(videos) < self.batch:
            raise ValueError(f"{len(videos)} clips do not fill a batch of {self.batch}.")
        keras.utils.set_random_seed(seed)
        self.model.set_weights(self.build().get_weights())
        for variable in self.optimizer.variables:
            if variable is not self.optimizer.learning_rate:
                variable.assign(keras.ops.zeros_like(variable))
        data = tf.constant(videos), tf.constant(np.asarray(labels, np.int32))
        rng = np.random.default_rng(seed)
        losses = []
        self.seconds = []
        for _ in range(epochs):
            order = rng.permutation(len(videos))[: len(videos) // self.batch * self.batch]
            order = order.reshape(-1, self.batch)
            begin = time.perf_counter()
            losses.append(float(self._graph()(*data, tf.constant(order))))
            self.seconds.append(time.perf_counter() - begin)
        return losses

    def _graph(self) -> Any:
        """One epoch as a graph: traced once per shape of the data."""
        if self._run is None:
            import tensorflow as tf

            weights = self.model.trainable_variables

            def step(videos: Any, labels: Any) -> Any:
                with tf.GradientTape() as tape:
                    chances = self.model(videos, training=True)
                    right = tf.gather(chances, labels, batch_dims=1)
                    loss = -tf.reduce_mean(tf.math.log(right + 1e-7))
                self.optimizer.apply(tape.gradient(loss, weights), weights)
                return loss

            def epoch(videos: Any, labels: Any, order: Any) -> Any:
                total = tf.constant(0.0)
                for chosen in order:
                    total += step(tf.gather(videos, chosen), tf.gather(labels, chosen))
                return total / tf.cast(len(order), tf.float32)

            self._run = tf.function(epoch)
        return self._run
