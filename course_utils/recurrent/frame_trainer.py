"""Train a network that predicts each next frame, again and again from fresh weights.

trainer = FrameTrainer(make, next_frame_pairs, clips[:16])
for seed in range(5):
    weights = trainer.train(seed, videos, epochs=8).get_weights()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["FrameTrainer"]


class FrameTrainer:
    """Adam on the cross-entropy per pixel, at all frames at once; its graph is traced once.

    Args:
        make: makes the network, uncompiled: (B, T, H, W, 1) → (B, T, H, W, 1), values in 0 to 1.
        pairs: (N, T, H, W, 1) → inputs and targets, each (N, T - 1, H, W, 1).
        example: (B, T, H, W, 1), clips on which the network is built.
        rate: Adam's learning rate.
        batch: clips in a batch.

    Attributes:
        model: the network, with the weights of the last `train`.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        pairs: Callable[[Any], tuple[Any, Any]],
        example: np.ndarray,
        rate: float = 0.01,
        batch: int = 16,
    ) -> None:
        import keras
        import tensorflow as tf

        self.make, self.pairs, self.batch = make, pairs, batch
        self.model = make()
        self.model(example)
        self._example = example[:1]
        self._adam = keras.optimizers.Adam(rate)
        self._adam.build(self.model.trainable_variables)
        self._update = tf.function(self._step)

    def train(self, seed: int, videos: np.ndarray, epochs: int) -> Any:
        """Fit from new weights.

        Args:
            seed: decides the first weights and the order of the clips.
            videos: (N, T, H, W, 1); as many as fill whole batches are used in each epoch.
            epochs: how often, at least 1.

        Returns:
            The network: the same object each time.

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
        fresh = self.make()
        fresh(self._example)
        self.model.set_weights(fresh.get_weights())
        for variable in self._adam.variables:
            if variable is not self._adam.learning_rate:
                variable.assign(keras.ops.zeros_like(variable))
        inputs, targets = (np.asarray(each) for each in self.pairs(videos))
        rng = np.random.default_rng(seed)
        for _ in range(epochs):
            order = rng.permutation(len(inputs))
            for k in range(0, len(order) - self.batch + 1, self.batch):
                these = order[k : k + self.batch]
                self._update(tf.constant(inputs[these]), tf.constant(targets[these]))
        return self.model

    def _step(self, inputs: Any, targets: Any) -> None:
        import keras
        import tensorflow as tf

        with tf.GradientTape() as tape:
            outputs = self.model(inputs)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(targets, outputs))
        weights = self.model.trainable_variables
        self._adam.apply(tape.gradient(loss, weights), weights)
