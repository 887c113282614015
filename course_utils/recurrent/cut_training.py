"""Train one network again and again on a stream of bits, with its gradient cut in many ways.

Rows, steps of a chunk and updates stay the same; only what crosses between two steps on the way
back differs. So what comes out differs by the reach of the gradient alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.recurrent.afresh import begin_anew
from course_utils.recurrent.carried import CarriedModel
from course_utils.recurrent.cut_cell import CutGRUCell
from course_utils.recurrent.streams import Stream, stream
from course_utils.recurrent.trainer import StreamTrainer

__all__ = ["CutTraining", "at_borders", "at_random", "cut_network"]

Array = np.ndarray
Crossing = Callable[[tuple[int, ...]], Array]  # (chunks, batch, steps) → what crosses, that shape

_HELD_OUT = 300_000  # what comes later is for testing
_ROWS, _STEPS = 16, 32


def cut_network(units: int) -> CarriedModel:
    """A GRU with a readout, built; its inputs are a bit and the weight of what crosses."""
    import keras

    layer = keras.layers.RNN(CutGRUCell(units), return_sequences=True, return_state=True)
    network = CarriedModel([layer, keras.layers.Dense(1)])
    network(np.zeros((1, 1, 2), dtype="float32"), network.initial_states(1))
    return network


def at_borders(tau: int) -> Crossing:
    """No gradient crosses before every `tau`-th step of a chunk."""
    return lambda shape: np.broadcast_to(np.arange(shape[2]) % tau != 0, shape)


def at_random(share: float, seed: int, weighted: bool = True) -> Crossing:
    """A cut before each step with the probability `share`, anew for each step of each row.

    Args:
        share: from 0, below 1.
        seed: draws the cuts.
        weighted: what is not cut counts 1 / (1 − share) times, which makes up for the cuts on
            average (Tallec and Ollivier, 2017).
    """

    def crossing(shape: tuple[int, ...]) -> Array:
        kept = np.random.default_rng(seed).random(shape) >= share
        return kept / (1 - share) if weighted else kept

    return crossing


class CutTraining:
    """One network, trained from a seed's weights as often as asked; its graphs are traced once.

    Args:
        chunk_stream: `chunk_stream(tokens, batch, steps)` → inputs, targets.
        loss: `loss(targets, outputs)`, in nats.
        bits: (N,) the stream, N at least 320,100.
        delay: the answer is the bit of so many steps ago.
        units: the size of the network's state.
    """

    def __init__(
        self,
        chunk_stream: Callable[..., Any],
        loss: Callable[[Any, Any], Any],
        bits: Array,
        delay: int,
        units: int = 24,
    ) -> None:
        import keras

        self._chunk_stream, self._bits, self._delay, self._units = chunk_stream, bits, delay, units
        self.network = cut_network(units)
        self._adam = keras.optimizers.Adam(0.01, global_clipnorm=1.0)
        self._quick = StreamTrainer(self.network, self._adam, loss, jit_compile=True)
        self._any = StreamTrainer(self.network, self._adam, loss)  # no seconds of compiling
        self._held_out = self._stream(_HELD_OUT, 20_000, 100, 50, at_borders(50))

    def fit(
        self,
        seed: int,
        crossing: Crossing,
        characters: int,
        rows: int = _ROWS,
        steps: int = _STEPS,
        rate: float = 0.01,
    ) -> float:
        """One pass over the first characters of the stream, from new weights.

        Args:
            seed: draws the weights.
            crossing: made by `at_borders` or `at_random`.
            characters: how many are read.
            rows: of each chunk.
            steps: of each chunk; the gradient never crosses a chunk's border.
            rate: Adam's learning rate.

        Returns:
            Bits per answer on held-out text.
        """
        import keras

        keras.utils.set_random_seed(seed)
        begin_anew(self.network, cut_network(self._units), self._adam)
        self._adam.learning_rate = rate
        trainer = self._quick if rows == _ROWS else self._any
        trainer.fit(self._stream(self._delay, characters, rows, steps, crossing), show=False)
        return float(self._any.evaluate(self._held_out) / np.log(2))

    def _stream(self, first: int, count: int, rows: int, steps: int, crossing: Crossing) -> Stream:
        """The bits with what crosses, and the bits of `delay` steps ago."""
        places = np.asarray(self._chunk_stream(np.arange(first, first + count + 1), rows, steps)[0])
        crosses = np.asarray(crossing(places.shape), dtype="float32")
        inputs = np.stack([self._bits[places], crosses], axis=-1)
        targets = self._bits[places - self._delay][..., None]
        return stream(inputs, targets, positions=places[:, :, 0])
