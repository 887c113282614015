"""Train one Keras model from many starts, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["compile_for_restarts"]


def compile_for_restarts(
    network: Any, loss: str, rate: float, updates_per_call: int
) -> Callable[[], None]:
    """Compile a model with Adam for speed, and give a way to use it again.

    XLA compiles each update as a whole, and TensorFlow makes many of them without asking Python.
    That takes seconds once. So a model that is to be trained from several starts is given new
    weights rather than made anew, and its optimizer forgets what it has seen.

    Args:
        network: a built keras.Model whose input has a fixed batch size.
        loss: a loss that Keras knows by name.
        rate: Adam's learning rate; gradients are clipped to a norm of 1.
        updates_per_call: how many updates are made before Python is asked.

    Returns:
        A function that puts the optimizer back to its beginning; the weights stay as they are.
    """
    import keras

    adam = keras.optimizers.Adam(rate, global_clipnorm=1.0)
    network.compile(adam, loss, jit_compile=True, steps_per_execution=updates_per_call)
    adam.build(network.trainable_variables)
    unused = [variable.numpy() for variable in adam.variables]

    def forget() -> None:
        for variable, value in zip(adam.variables, unused, strict=True):
            variable.assign(value)

    return forget
