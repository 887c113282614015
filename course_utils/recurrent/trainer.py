"""Truncated BPTT over a stream: states carried from chunk to chunk, one traced graph per shape.

    trainer = StreamTrainer(model, keras.optimizers.Adam(), loss)
    record = trainer.fit(stream(inputs, targets), epochs=5, validation=held_out, patience=2)

The loop over the chunks runs inside TensorFlow, in blocks of about a quarter of a second; Python
wakes up between blocks only, to move the progress bar.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.recurrent.streams import Stream
from course_utils.recurrent.training import Training

__all__ = ["StreamTrainer"]

_BLOCK = 0.25  # seconds between two movements of the progress bar


class StreamTrainer:
    """Trains a model with carried states, and measures it.

    Args:
        model: a keras.Model, `model(inputs, states, training=...) -> (outputs, new_states)`, with
            `model.initial_states(batch)` → list of (B, U): see `carried.CarriedModel`.
        optimizer: a Keras optimizer.
        loss: `loss(targets, outputs)`, a Keras loss or a function; its mean is taken.
        jit_compile: compile each chunk's step with XLA: some seconds once, and often faster after.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        loss: Callable[[Any, Any], Any],
        *,
        jit_compile: bool = False,
    ) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self._jit = jit_compile
        self._runs: dict[bool, Any] = {}

    def fit(
        self,
        stream: Stream,
        *,
        epochs: int = 1,
        validation: Stream | None = None,
        patience: int | None = None,
        what: str = "training",
        show: bool = True,
    ) -> Training:
        """Go through the stream `epochs` times; every epoch begins with fresh states.

        Args:
            stream: made by `streams.stream`, which refuses shuffled chunks.
            epochs: how often at most.
            validation: another stream, on which the loss is taken after each epoch.
            patience: stop after so many epochs without a better loss (on the validation stream
                where there is one), and go back to the best weights; never if left out.
            what: what the progress bar says.
            show: whether there is one; `UNROLLED_QUIET` in the environment hides it too.

        Returns:
            Losses, tokens per second and why it ended.

        Raises:
            TypeError: it is no `Stream`.
            ValueError: epochs or patience is below 1.
        """
        for name, value in (("epochs", epochs), ("patience", patience)):
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}.")
        from tqdm import tqdm

        data = self._tensors(stream)
        held_out = None if validation is None else self._tensors(validation)
        self._trace(data, training=True)
        losses: list[float] = []
        checks: list[float] = []
        speeds: list[float] = []
        best, best_loss, weights = 0, math.inf, None
        reason = "all epochs"
        states: list[Any] = []
        hidden = not show or bool(os.environ.get("UNROLLED_QUIET"))
        with tqdm(total=epochs * stream.tokens, desc=what, unit="token", unit_scale=True,
                  leave=False, disable=hidden) as bar:  # fmt: skip
            for epoch in range(epochs):
                begin = time.perf_counter()
                total, states = self._epoch(data, True, bar)
                speeds.append(stream.tokens / (time.perf_counter() - begin))
                losses.append(total)
                if held_out is not None:
                    checks.append(self._epoch(held_out, False, None)[0])
                judged = checks[-1] if checks else total
                bar.set_postfix(epoch=epoch + 1, loss=f"{judged:.3f}")
                if not math.isfinite(total) or not math.isfinite(judged):
                    reason = "not finite"
                    break
                if judged < best_loss:
                    best, best_loss = epoch, judged
                    weights = self.model.get_weights() if patience else None
                elif patience and epoch - best >= patience:
                    reason = "no progress"
                    break
        if patience is None:
            best = len(losses) - 1
        elif weights is not None and best < len(losses) - 1:
            self.model.set_weights(weights)
        return Training(tuple(losses), tuple(checks), tuple(speeds), best, reason, states)

    def evaluate(self, stream: Stream) -> float:
        """The mean loss over the stream, without any update.

        Raises:
            TypeError: it is no `Stream`.
        """
        return self._epoch(self._tensors(stream), False, None)[0]

    # --- inside ----------------------------------------------------------------------------------

    def _tensors(self, stream: Stream) -> tuple[Any, Any, Any]:
        """The whole stream as tensors, once: no copy from Python per chunk."""
        if not isinstance(stream, Stream):
            raise TypeError(
                f"fit needs a Stream, got {type(stream).__name__}. Make one with "
                "course_utils.recurrent.streams.stream(inputs, targets): it checks that the chunks "
                "follow each other."
            )
        import tensorflow as tf

        def tensor(values: np.ndarray) -> Any:
            kind = values.dtype.kind
            dtype = "int32" if kind in "iu" else self.model.compute_dtype if kind == "f" else None
            return tf.constant(values, dtype=dtype)

        return tensor(stream.inputs), tensor(stream.targets), tf.constant(stream.starts)

    def _epoch(self, data: tuple[Any, Any, Any], training: bool, bar: Any) -> tuple[float, Any]:
        """One pass in blocks: (mean loss, states after the last chunk)."""
        import tensorflow as tf

        chunks, batch, steps = (int(size) for size in data[0].shape[:3])
        run = self._run(training)
        states = [tf.convert_to_tensor(each) for each in self.model.initial_states(batch)]
        total, done, block = 0.0, 0, 1
        while done < chunks:
            count = min(block, chunks - done)
            begin = time.perf_counter()
            value, states = run(*data, tf.constant(done), tf.constant(count), states)
            total += float(value)
            seconds = time.perf_counter() - begin
            done += count
            block = max(1, min(4 * block, int(block * _BLOCK / max(seconds, 1e-6))))
            if bar is not None:
                bar.update(count * batch * steps)
        return total / chunks, states

    def _run(self, training: bool) -> Any:
        """The graph that goes through some chunks: traced once per shape by TensorFlow."""
        if training not in self._runs:
            import tensorflow as tf

            step = self._train_step if training else self._test_step
            if self._jit:
                step = tf.function(step, jit_compile=True, autograph=False)

            def run(
                inputs: Any, targets: Any, starts: Any, first: Any, count: Any, states: Any
            ) -> Any:
                def one(k: Any, total: Any, states: Any) -> Any:
                    value, states = step(inputs[k], targets[k], starts[k], states)
                    return k + 1, total + tf.cast(value, tf.float32), states

                _, total, states = tf.while_loop(
                    lambda k, *_: k < first + count, one, (first, tf.constant(0.0), states)
                )
                return total, states

            self._runs[training] = tf.function(run, autograph=False)
        return self._runs[training]

    def _trace(self, data: tuple[Any, Any, Any], training: bool) -> None:
        """Build the model and trace the graph now, so that no epoch's time holds it."""
        import tensorflow as tf

        states = [tf.convert_to_tensor(s) for s in self.model.initial_states(data[0].shape[1])]
        if not self.model.built or not self.optimizer.built:
            self.model(data[0][0], states)
            self.optimizer.build(self.model.trainable_variables)
        run = self._run(training)
        run(*data, tf.constant(0), tf.constant(0), states)  # no chunk: it traces and runs nothing

    def _begin(self, starts: Any, states: Any) -> list[Any]:
        """The carried states, reset in the rows that begin a new stream.

        Nothing is differentiated through what was carried: it comes from outside the tape.
        """
        import tensorflow as tf

        fresh = self.model.initial_states(int(starts.shape[0]))
        return [
            tf.where(starts[:, None], tf.convert_to_tensor(new), old)
            for new, old in zip(fresh, states, strict=True)
        ]

    def _loss(self, inputs: Any, targets: Any, states: Any, training: bool) -> Any:
        import tensorflow as tf

        outputs, after = self.model(inputs, states, training=training)
        value = tf.reduce_mean(self.loss(targets, outputs))
        for penalty in self.model.losses if training else ():
            value += tf.cast(penalty, value.dtype)
        return value, list(after)

    def _train_step(self, inputs: Any, targets: Any, starts: Any, states: Any) -> Any:
        import tensorflow as tf

        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            value, after = self._loss(inputs, targets, self._begin(starts, states), True)
        self.optimizer.apply(tape.gradient(value, variables), variables)
        return value, after

    def _test_step(self, inputs: Any, targets: Any, starts: Any, states: Any) -> Any:
        return self._loss(inputs, targets, self._begin(starts, states), False)
