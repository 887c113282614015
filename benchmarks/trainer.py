"""The shared trainer's tokens per second against plain Keras, in one run.

The same GRU language model, batch, chunk length, optimizer and text; once as a keras.Model with
`GRU(stateful=True)` and `model.fit(shuffle=False)`, once with states passed in and out by
`course_utils.recurrent.trainer.StreamTrainer`. Both are warmed up, then take turns in one run, so
that what else the machine does falls on both; the figure is the middle ratio of the turns.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.figures import Figure

__all__ = ["Speeds", "measure", "side_by_side"]

BATCH, STEPS, UNITS, CHUNKS, SYMBOLS = 32, 32, 64, 60, 96
TURNS = 7


@dataclass(frozen=True)
class Speeds:
    """Tokens per second of each turn.

    Attributes:
        trainer: the shared trainer's.
        fit: plain Keras's.
        losses: the first epoch's loss of either, which must agree.
    """

    trainer: tuple[float, ...]
    fit: tuple[float, ...]
    losses: tuple[float, float]

    @property
    def ratio(self) -> float:
        """How many times as fast the trainer is: the middle of the turns' ratios."""
        ratios = [a / b for a, b in zip(self.trainer, self.fit, strict=True)]
        return float(np.median(ratios))


def side_by_side(turns: int = TURNS, jit_compile: bool = False) -> Speeds:
    """Train both models side by side, `turns` epochs each.

    Args:
        turns: how often both go through the text, one after the other.
        jit_compile: compile the steps of both with XLA.
    """
    import keras

    from course_utils.datasets import source_text
    from course_utils.recurrent.carried import CarriedModel
    from course_utils.recurrent.streams import stream
    from course_utils.recurrent.trainer import StreamTrainer

    text = source_text(BATCH * STEPS * CHUNKS + 1)
    tokens = np.minimum(np.frombuffer(text.encode("ascii", "replace"), np.uint8) - 9, SYMBOLS - 1)
    inputs, targets = (
        part.reshape(BATCH, CHUNKS, STEPS).swapaxes(0, 1).astype("int32")
        for part in (tokens[:-1], tokens[1:])
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def layers(**recurrent: bool) -> list[keras.layers.Layer]:
        return [
            keras.layers.Embedding(SYMBOLS, 32),
            keras.layers.GRU(UNITS, return_sequences=True, **recurrent),
            keras.layers.Dense(SYMBOLS),
        ]

    carried = CarriedModel(layers(return_state=True))
    carried(inputs[0], carried.initial_states(BATCH))
    trainer = StreamTrainer(carried, keras.optimizers.Adam(), loss, jit_compile=jit_compile)
    chunks = stream(inputs, targets)

    plain = keras.Sequential([keras.Input((STEPS,), batch_size=BATCH), *layers(stateful=True)])
    plain.set_weights(carried.get_weights())
    plain.compile(keras.optimizers.Adam(), loss, jit_compile=jit_compile)
    rows = inputs.reshape(-1, STEPS), targets.reshape(-1, STEPS)

    def fit() -> float:
        plain.layers[1].reset_state()
        log = plain.fit(*rows, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
        return float(log.history["loss"][0])

    losses = (trainer.fit(chunks, show=False).losses[0], fit())  # the first turn also traces
    of_trainer, of_fit = [], []
    for _ in range(turns):
        for run, speeds in ((lambda: trainer.fit(chunks, show=False), of_trainer), (fit, of_fit)):
            begin = time.perf_counter()
            run()
            speeds.append(chunks.tokens / (time.perf_counter() - begin))
    return Speeds(tuple(of_trainer), tuple(of_fit), losses)


def measure() -> Iterator[Figure]:
    """Seconds per token of the trainer over those of plain Keras, as graphs and with XLA."""
    from course_utils.start import start

    start()
    for jit_compile, how in ((False, "as graphs"), (True, "both with XLA")):
        speeds = side_by_side(jit_compile=jit_compile)
        trainer, fit = np.median(speeds.trainer), np.median(speeds.fit)
        yield Figure(
            f"trainer's time per token, of GRU(stateful=True) with model.fit, {how}",
            1 / speeds.ratio,
            "×",
            "python -m benchmarks trainer",
            1.0,
            f"{speeds.ratio:.2f} times as fast: {trainer:,.0f} and {fit:,.0f} tokens per second",
        )
