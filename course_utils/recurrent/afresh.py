"""One model and one optimizer for many trainings, so that what was traced is not traced again."""

from __future__ import annotations

from typing import Any

__all__ = ["begin_anew"]


def begin_anew(model: Any, fresh: Any, optimizer: Any) -> None:
    """Give the model a fresh model's weights, and let the optimizer forget what it remembers.

    Args:
        model: a built keras.Model, trained before.
        fresh: a newly built model of the same shapes.
        optimizer: the Keras optimizer that trained the model; it keeps its learning rate.
    """
    from keras import ops

    model.set_weights(fresh.get_weights())
    for variable in optimizer.variables:
        if variable is not optimizer.learning_rate:
            variable.assign(ops.zeros_like(variable))
