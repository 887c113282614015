"""What a wrong input does to a forecaster: the error of one step, judged against a known law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.recurrent.forecasters import Forecasters

__all__ = ["after_disturbance", "law_after_disturbance", "own_steps"]

Array = np.ndarray
Law = Callable[[Array], Array]  # states (..., F) → the states one step later
Answer = Callable[..., Any]  # a student's function


def own_steps(made: Array, law: Law) -> Array:
    """The error of each step on the network's own output, judged from where that output stands.

    A forecast that starts in a wrong place ends in a wrong place even if its step is perfect. So
    each output is compared with where the law leads from the output before it, not with the truth.

    Args:
        made: (S, B, T, F) free forecasts of S networks, T at least 2.
        law: what happens in one step.

    Returns:
        (S, T - 1), root mean squared errors.
    """
    return np.sqrt(np.mean((made[:, :, 1:] - law(made[:, :, :-1])) ** 2, axis=(1, 3)))


def _disturbances(windows: Array) -> Array:
    """(B, F), normal numbers, the same for every network and size."""
    return np.random.default_rng(12).normal(size=(len(windows), windows.shape[-1]))


def after_disturbance(
    shift_right: Answer,
    networks: Forecasters,
    windows: Array,
    place: int,
    sizes: Sequence[float],
) -> Array:
    """The error of one step whose input is off, after true inputs up to there.

    Args:
        shift_right: the student's function.
        networks: S of them.
        windows: (B, T, F).
        place: the place of the value that is disturbed; the next one is forecast.
        sizes: standard deviations of the disturbance.

    Returns:
        (S, len(sizes)): root mean squared errors against the true next value.
    """
    errors = []
    for size in sizes:
        heard = windows[:, : place + 2].copy()
        heard[:, place] += size * _disturbances(windows)
        rows = np.tile(heard, (networks.count, 1, 1))
        said = networks.outputs(np.asarray(shift_right(rows, np.zeros(rows.shape[-1]))))[:, -1]
        off = said.reshape(networks.count, len(windows), -1) - windows[:, place + 1]
        errors.append(np.sqrt(np.mean(off**2, axis=(1, 2))))
    return np.stack(errors, axis=1)


def law_after_disturbance(law: Law, windows: Array, place: int, sizes: Sequence[float]) -> Array:
    """The same for the law itself, which believes its input and has no memory: (len(sizes),)."""
    off = [
        law(windows[:, place] + size * _disturbances(windows)) - windows[:, place + 1]
        for size in sizes
    ]
    return np.sqrt(np.mean(np.square(off), axis=(1, 2)))
