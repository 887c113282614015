"""The shared trainer's tokens per second against plain Keras: `python -m benchmarks.trainer`.

The same GRU language model, batch, chunk length, optimizer and text; once as a keras.Model with
`GRU(stateful=True)` and `model.fit(shuffle=False)`, once with states passed in and out by
`course_utils.recurrent.trainer.StreamTrainer`. Both are warmed up, then take turns in one run, so
that what else the machine does falls on both; the figure is the middle ratio of the turns.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

__all__ = ["Speeds", "main", "measure"]

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


def measure(turns: int = TURNS, jit_compile: bool = False) -> Speeds:
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


def main() -> None:
    """Print the ratio, with and without XLA."""
    from course_utils.start import start

    start()
    print(
        f"GRU({UNITS}), batch {BATCH}, chunks of {STEPS} characters, {TURNS} turns each; "
        "tokens per second (the middle turn)"
    )
    for jit in (False, True):
        speeds = measure(jit_compile=jit)
        trainer, fit = np.median(speeds.trainer), np.median(speeds.fit)
        print(
            f"{'XLA' if jit else 'graph':>5}: trainer {trainer:,.0f}, "
            f"GRU(stateful=True) with model.fit {fit:,.0f}: {speeds.ratio:.2f} times as fast; "
            f"first loss {speeds.losses[0]:.4f} and {speeds.losses[1]:.4f}"
        )


if __name__ == "__main__":
    main()
