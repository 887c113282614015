"""A training step with the taught LSTM and GRU cells against Keras's own layers and PyTorch's.

Same sizes, same data, same loss and the same optimizer (plain gradient descent, so that it costs
next to nothing), on the CPU, in one run. The cells are taken out of the chapters' solutions and
run in `keras.layers.RNN`. Two at a time are warmed up and take turns; a figure is the middle ratio
of the turns. PyTorch is measured where it is installed; without it a line says so. It works in a
process of its own and is told when its turn has come, for it and TensorFlow can crash each other.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from course_utils.recurrent.timing import seconds_in_turn

__all__ = ["SIZES", "measure", "works"]

#: Batch, steps, features, units: small, where starting an operation counts, and large.
SIZES = ((64, 8, 8, 24), (32, 32, 32, 128))
CLASSES, RATE = 10, 0.01
TURNS, STEPS_A_TURN = 21, 10
_LIMIT = 1.05  # at least as fast, but for what a run differs from the next

Work = Callable[[], object]


def works(kind: str, sizes: tuple[int, int, int, int]) -> dict[str, Work]:
    """Whose layer → a function that makes some training steps with it.

    Args:
        kind: "LSTM" or "GRU".
        sizes: batch, steps, features, units.
    """
    import keras

    from tests.taught import TAUGHT, taught_cell

    batch, steps, features, units = sizes
    rng = np.random.default_rng(0)
    xs = rng.standard_normal((batch, steps, features)).astype("float32")
    labels = rng.integers(0, CLASSES, batch)
    found = {}
    if f"{kind}Cell" in TAUGHT:
        cell = taught_cell(f"{kind}Cell")
        found["taught"] = _keras_steps(keras.layers.RNN(cell(units)), xs, labels)
    found["keras"] = _keras_steps(getattr(keras.layers, kind)(units), xs, labels)
    if find_spec("torch") is not None:
        found["torch"] = _elsewhere(kind, units, xs, labels)
    return found


def _keras_steps(layer: Any, xs: np.ndarray, labels: np.ndarray) -> Work:
    import keras
    import tensorflow as tf

    model = keras.Sequential([keras.Input(xs.shape[1:]), layer, keras.layers.Dense(CLASSES)])
    optimizer = keras.optimizers.SGD(RATE)
    optimizer.build(model.trainable_variables)
    inputs, targets = tf.constant(xs), tf.constant(labels)

    @tf.function
    def step() -> Any:
        with tf.GradientTape() as tape:
            logits = model(inputs, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_mean(losses)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    def several() -> None:
        for _ in range(STEPS_A_TURN):
            loss = step()
        loss.numpy()

    return several


def _elsewhere(kind: str, units: int, xs: np.ndarray, labels: np.ndarray) -> Work:
    """PyTorch's steps in a process that ends with this one."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, kind, units, xs, labels), daemon=True)
    process.start()
    there.close()

    def several() -> None:
        here.send("go")
        here.recv()

    return several


def _serve(door: Connection, kind: str, units: int, xs: np.ndarray, labels: np.ndarray) -> None:
    work = _torch_steps(kind, units, xs, labels)
    with suppress(EOFError):  # the other end is closed
        while door.recv():
            work()
            door.send("done")


def _torch_steps(kind: str, units: int, xs: np.ndarray, labels: np.ndarray) -> Work:
    import torch

    layer = getattr(torch.nn, kind)(xs.shape[2], units, batch_first=True)
    readout = torch.nn.Linear(units, CLASSES)
    parameters = [*layer.parameters(), *readout.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=RATE)
    inputs, targets = torch.from_numpy(xs), torch.from_numpy(labels)

    def several() -> None:
        for _ in range(STEPS_A_TURN):
            optimizer.zero_grad()
            outputs, _ = layer(inputs)
            loss = torch.nn.functional.cross_entropy(readout(outputs[:, -1]), targets)
            loss.backward()
            optimizer.step()
        loss.item()

    return several


def measure() -> Iterator[Figure]:
    """Time of a training step with the taught cell over that of each peer."""
    from course_utils.start import start

    start()
    if find_spec("torch") is None:
        print("  PyTorch is not installed, so it is not measured (pip install torch).")
    for kind in ("LSTM", "GRU"):
        for sizes in SIZES:
            work = works(kind, sizes)
            if "taught" not in work:
                continue
            batch, steps, features, units = sizes
            for peer, layer in (("keras", f"keras.layers.{kind}"), ("torch", f"torch.nn.{kind}")):
                if peer not in work:
                    continue
                times = seconds_in_turn({name: work[name] for name in ("taught", peer)}, TURNS)
                milliseconds = ", ".join(
                    f"{name} {1000 * float(np.median(each)) / STEPS_A_TURN:.2f} ms"
                    for name, each in times.items()
                )
                ratios = np.array(times["taught"]) / np.array(times[peer])
                yield Figure(
                    f"taught {kind}Cell's training step, of {layer}, "
                    f"B={batch} T={steps} F={features} U={units}",
                    float(np.median(ratios)),
                    "×",
                    "python -m benchmarks cells",
                    _LIMIT if peer == "keras" else None,
                    milliseconds,
                )
