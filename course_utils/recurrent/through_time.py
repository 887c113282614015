"""Training with the gradient through time, and with a gradient that knows nothing of it.

The rival cuts every sequence into single steps: each step starts at the state that the run forward
left before it, and pays for its own loss alone. The network runs as before; only the gradient lacks
the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent.adam import adam
from course_utils.recurrent.timing import shortest_seconds

__all__ = ["RATES", "Task", "recall_task", "single_steps", "test_errors"]

Array: TypeAlias = np.ndarray
#: Gives the loss and a gradient for each weight, called with weights, inputs and targets.
Gradient: TypeAlias = Callable[..., Any]

RATES = (0.003, 0.01, 0.03, 0.1)  # the same for all that is compared
_SEQUENCES, _LONG = 50, 15  # of the recall task
_LONG_WAIT = 0.005  # seconds for one gradient: plain NumPy takes a tenth of it, TensorFlow twice


class Task(NamedTuple):
    """What is learned, and how a trained network is asked.

    Attributes:
        inputs: (B, T, 1).
        targets: (B, T, 1).
        error: error(weights) → the test error of a network.
    """

    inputs: Array
    targets: Array
    error: Callable[[list[Array]], float]


def single_steps(dhs: Array, xs: Array, hs: Array, h0: Array) -> tuple[Array, ...]:
    """B sequences of T steps as B·T sequences of one step.

    Args:
        dhs: (B, T, U) what each loss sends to its state.
        xs: (B, T, F) inputs.
        hs: (B, T, U) states.
        h0: (B, U) the states before the first step.

    Returns:
        The same four for the single steps: (B·T, 1, U), (B·T, 1, F), (B·T, 1, U), (B·T, U).
    """
    before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    alone = (each.reshape(-1, 1, each.shape[2]) for each in (dhs, xs, hs))
    return (*alone, before.reshape(-1, h0.shape[1]))


def recall_task(seed: int, delay: int, forward: Callable[..., Any]) -> Task:
    """Random signs come in; each is to be given out again `delay` steps later.

    Nothing but the state can know them, and a guess without it has an error of 1.

    Args:
        seed: draws 50 sequences of 15 steps to learn from, and as many to test.
        delay: how many steps the sign has to be kept.
        forward: forward(xs, h0, W_x, W_h, b) → the states.
    """
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 1.0], size=(2, _SEQUENCES, _LONG, 1))
    late = np.zeros_like(signs)
    late[:, :, delay:] = signs[:, :, : _LONG - delay]

    def error(weights: list[Array]) -> float:
        W_x, W_h, b, W_y, b_y = weights
        hs = np.asarray(forward(signs[1], np.zeros((_SEQUENCES, len(b))), W_x, W_h, b))
        return float(np.sqrt(np.mean((hs @ W_y + b_y - late[1])[:, delay:] ** 2)))

    return Task(signs[0], late[0], error)


def test_errors(
    gradients: Mapping[str, Gradient],
    start: Callable[[int], list[Array]],
    tasks: Sequence[Task],
    updates: int,
) -> dict[str, Array]:
    """The test error with each gradient, at each of the four rates, for each task.

    Where one gradient takes long, only the first two tasks are tried.

    Args:
        gradients: name → what training walks against.
        start: start(seed) → the weights to begin with; the seed is the task's place.
        tasks: one for each seed.
        updates: of every weight, by Adam's rule.

    Returns:
        name → (rates, tasks).
    """
    first = tasks[0]
    weighed = [
        shortest_seconds(partial(each, start(0), first.inputs, first.targets), 5)
        for each in gradients.values()
    ]
    if max(weighed) > _LONG_WAIT:
        tasks = tasks[:2]
    errors = {name: np.zeros((len(RATES), len(tasks))) for name in gradients}
    for row, rate in enumerate(progress(RATES, "four learning rates")):
        for name, gradient in gradients.items():
            for seed, (inputs, targets, error) in enumerate(tasks):
                weights, _ = adam(gradient, start(seed), inputs, targets, updates, rate)
                errors[name][row, seed] = error(weights)
    return errors
