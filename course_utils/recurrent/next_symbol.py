"""Name the next symbol of a string: by counting, and by networks trained from several starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.recurrent.restarts import compile_for_restarts

__all__ = ["SymbolData", "loss_of_counts", "train_namers"]

Floats = npt.NDArray[np.floating]


def loss_of_counts(
    train: Sequence[str], test: Sequence[str], symbols: str, context: Callable[[str], str]
) -> float:
    """The loss of a table that counts how often each symbol follows what `context` keeps.

    Args:
        train: strings to count in; each symbol is counted a tenth of a time beforehand.
        test: strings to be tested on.
        symbols: all that there are.
        context: what the forecast knows of the past: a string → a part of it.

    Returns:
        Nats per symbol on the test strings.
    """
    counts: dict[str, dict[str, float]] = {}
    for string in train:
        for k in range(1, len(string)):
            row = counts.setdefault(context(string[:k]), dict.fromkeys(symbols, 0.1))
            row[string[k]] += 1
    losses = [
        -np.log(row[string[k]] / sum(row.values()))
        for string in test
        for k in range(1, len(string))
        for row in [counts[context(string[:k])]]
    ]
    return float(np.mean(losses))


@dataclass(frozen=True)
class SymbolData:
    """Strings of K symbols as arrays, padded to the same length.

    Attributes:
        inputs: (N, T, K) one-hot symbols to learn from; zeros behind the end.
        targets: (N, T) the next symbols.
        test_inputs: (M, T, K).
        test_targets: (M, T).
        test_mask: (M, T) True where there is a symbol to name.
    """

    inputs: Floats
    targets: npt.NDArray[np.integer]
    test_inputs: Floats
    test_targets: npt.NDArray[np.integer]
    test_mask: npt.NDArray[np.bool_]


def train_namers(
    make_network: Callable[[], Any],
    data: SymbolData,
    seeds: Iterable[int],
    epochs: int,
    rate: float,
) -> list[tuple[Floats, list[Floats]]]:
    """Train the same network from several starts, with Adam.

    Args:
        make_network: gives a new keras.Sequential with one RNN layer: (B, T, K) → (B, T, K), the
            chances of the next symbol. Its batch size B is fixed and divides N and M.
        data: the strings.
        seeds: one start each.
        epochs: how often the strings are gone through.
        rate: Adam's learning rate.

    Returns:
        For each seed, the chances (M, T, K) on the test strings, and the weights of the cell.
    """
    import keras

    model = make_network()
    batch = model.input_shape[0]
    forget = compile_for_restarts(
        model, "sparse_categorical_crossentropy", rate, len(data.inputs) // batch
    )
    (layer,) = (each for each in model.layers if isinstance(each, keras.layers.RNN))
    found = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model.set_weights(make_network().get_weights())
        forget()
        model.fit(data.inputs, data.targets, batch_size=batch, epochs=epochs, verbose=0)
        chances = model.predict(data.test_inputs, batch_size=batch, verbose=0)
        found.append((chances, layer.get_weights()))
    return found
