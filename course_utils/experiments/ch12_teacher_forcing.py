"""Chapter 12: what a forecast is fed, what crosses the steps backwards, and how errors grow.

The measurements stand here; the figures in `plots.forcing_results`, which this module hands on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils import datasets
from course_utils.claims.intervals import Interval, student_interval
from course_utils.plots.forcing_results import (
    draw_forecasts,
    draw_gradient_maps,
    draw_motion,
    draw_repair,
    draw_rough_run,
    with_baselines,
)
from course_utils.plots.style import finding
from course_utils.recurrent.forecasters import Forecasters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "HorizonErrors",
    "crossing",
    "draw_errors",
    "draw_forecasts",
    "draw_gradient_maps",
    "draw_motion",
    "draw_repair",
    "draw_rough_run",
    "energy_error",
    "fed_the_truth",
    "gradient_sizes",
    "growth",
    "horizon_errors",
    "naive_swings",
    "swing_windows",
    "track_windows",
]

Array = np.ndarray
Answer = Callable[..., Any]  # a student's function


def track_windows(scene: str, length: int) -> tuple[Array, Array]:
    """Tracks in m to learn from and to test on, each (N, length, 2), from the origin on.

    Args:
        scene: "" for simulated vehicles, or the name of a scene of pedestrians.
        length: steps of 0.4 s in each window.
    """
    if scene:
        tracks = datasets.pedestrian_tracks(scene)
        cut = int(0.7 * len(tracks))  # whole persons, the later ones to test on
        learn = datasets.whole_windows(tracks[:cut], length, stride=2)
        test = datasets.whole_windows(tracks[cut:], length, stride=4)
    else:
        learn = datasets.turning_vehicles(1000, length, seed=1, noise=0.2)
        test = datasets.turning_vehicles(300, length, seed=2, noise=0.2)
    return learn - learn[:, :1], test - test[:, :1]


def swing_windows(length: int, damping: float = 0.0) -> tuple[Array, Array, Array]:
    """Pendulums to learn from and to test on, in standard deviations, and those deviations.

    Args:
        length: steps of 0.1 s in each window.
        damping: of the pendulum, per second.

    Returns:
        (400, length, 2) and (200, length, 2), angle and angular velocity, and (2,).
    """
    learn = datasets.pendulums(400, length, seed=1, damping=damping)
    test = datasets.pendulums(200, length, seed=2, damping=damping)
    spread = learn.std(axis=(0, 1))
    return learn / spread, test / spread, spread


def naive_swings(windows: Array, seen: int, spread: Array) -> dict[str, Array]:
    """Two forecasts of the pendulum that need no learning: name → (B, T - seen, 2).

    Args:
        windows: (B, T, 2) angle and angular velocity in standard deviations.
        seen: how many steps are seen.
        spread: (2,) the standard deviations.
    """
    ahead = windows.shape[1] - seen
    last = np.repeat(windows[:, seen - 1 : seen], ahead, axis=1)
    going_on = last.copy()
    seconds = 0.1 * np.arange(1, ahead + 1)
    going_on[..., 0] += last[..., 1] * spread[1] * seconds / spread[0]
    return {"persistence": last, "constant velocity": going_on}


def energy_error(truth: Array, made: Array, spread: Array) -> Array:
    """The mean distance of a forecast's energy from that at the first horizon's truth: (T,) in J.

    Args:
        truth: (B, T, 2) in standard deviations.
        made: (S, B, T, 2) each network's forecasts.
        spread: (2,) the standard deviations.
    """
    joules = datasets.pendulum_energy(made * spread)
    begun = datasets.pendulum_energy(truth * spread)[None, :, :1]
    return np.abs(joules - begun).mean(axis=(0, 1))


# --- what crosses the steps backwards -------------------------------------------------------------


def gradient_sizes(tape: Any, losses: Sequence[Any], states: Sequence[Any]) -> Array:
    """The sizes of ∂L_t/∂h_k: (T, T), row t, column k; 0 where no gradient gets through.

    Args:
        tape: a persistent `tf.GradientTape` that saw everything.
        losses: T scalar tensors.
        states: T tensors, each watched by the tape.
    """
    import tensorflow as tf

    sizes = np.zeros((len(losses), len(losses)))
    for t, loss in enumerate(losses):
        for k, gradient in enumerate(tape.gradient(loss, states[: t + 1])):
            sizes[t, k] = 0.0 if gradient is None else float(tf.norm(gradient))
    return sizes


def crossing(sizes: Array) -> float:
    """The share of all gradients (T, T) that goes from a step's loss to an earlier state."""
    return float(np.tril(sizes, -1).sum() / sizes.sum())


# --- error against horizon ------------------------------------------------------------------------


@dataclass(frozen=True)
class HorizonErrors:
    """Errors at each horizon, of networks and of forecasts that need no learning.

    Attributes:
        curves: way of training → (S, T), one row per seed.
        floor: name of the naive forecast → (T,).
    """

    curves: Mapping[str, Array]
    floor: Mapping[str, Array]

    @property
    def won(self) -> bool:
        """Whether the best network is clearly better than every naive forecast at the end."""
        best = min(values[:, -1].mean() for values in self.curves.values())
        return bool(best < 0.8 * min(values[-1] for values in self.floor.values()))

    def interval(self, way: str, horizon: int) -> Interval:
        """The mean over seeds at one horizon (a place from 0), with its 95% interval."""
        return student_interval(tuple(map(float, self.curves[way][:, horizon])))

    def rows(self) -> list[str]:
        """A line of text per way and naive forecast: the errors at first and last horizon."""
        lines = []
        for way in self.curves:
            first, last = self.interval(way, 0), self.interval(way, -1)
            ends = f"(~{last.low:.3f} to ~{last.high:.3f})"
            lines.append(f"    {way:17} ~{first.mean:.3f}, ~{last.mean:.3f}  {ends}")
        for name, values in self.floor.items():
            lines.append(f"    {name:17} ~{values[0]:.3f}, ~{values[-1]:.3f}")
        return lines


def horizon_errors(
    horizon_error: Answer, truth: Array, made: Mapping[str, Array], naive: Mapping[str, Array]
) -> HorizonErrors:
    """Measure networks and naive forecasts on the same windows.

    Args:
        horizon_error: the student's function.
        truth: (B, T, F).
        made: way of training → (S, B, T, F), each network's forecasts.
        naive: name → (B, T, F).
    """
    return HorizonErrors(
        {way: _each_error(horizon_error, truth, networks) for way, networks in made.items()},
        {name: np.asarray(horizon_error(truth, guess)) for name, guess in naive.items()},
    )


def fed_the_truth(shift_right: Answer, networks: Forecasters, windows: Array, warm: int) -> Array:
    """What networks say from step `warm` on, fed the truth throughout: (S, B, T - warm, F).

    Args:
        shift_right: the student's function.
        networks: S of them.
        windows: (B, T, F).
        warm: how many steps are left out.
    """
    rows = np.tile(windows, (networks.count, 1, 1))
    said = networks.outputs(np.asarray(shift_right(rows, np.zeros(rows.shape[-1]))))
    return said[:, warm:].reshape(networks.count, len(windows), -1, windows.shape[-1])


def growth(horizon_error: Answer, truth: Array, made: Array) -> Array:
    """(S,): the error at the last horizon over that at the first, for each network.

    Args:
        horizon_error: the student's function.
        truth: (B, T, F).
        made: (S, B, T, F), each network's forecasts.
    """
    errors = _each_error(horizon_error, truth, made)
    return errors[:, -1] / errors[:, 0]


def _each_error(horizon_error: Answer, truth: Array, made: Array) -> Array:
    """(S, T): the error of each network at each horizon."""
    return np.stack([np.asarray(horizon_error(truth, each)) for each in made])


def draw_errors(swings: HorizonErrors, tracks: HorizonErrors, what: str) -> Figure:
    """Error against horizon on pendulums and on tracks, with 95% intervals over seeds.

    Args:
        swings: of pendulums, in standard deviations, every 0.1 s.
        tracks: in m, every 0.4 s.
        what: what moves along the tracks, "vehicles" or the scene's name.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    for ax, errors, seconds in ((left, swings, 0.1), (right, tracks, 0.4)):
        horizons = len(next(iter(errors.floor.values())))
        curves = {}
        for way in errors.curves:
            spans = [errors.interval(way, k) for k in range(horizons)]
            ends = ("mean", "low", "high")
            middle, low, high = (np.array([getattr(s, end) for s in spans]) for end in ends)
            curves[way] = middle, low, high
        with_baselines(ax, seconds * np.arange(1, horizons + 1), curves, errors.floor)
    finding(left, "Pendulum: the error grows with the horizon", "horizon (s)", "RMSE (std. dev.)")
    words = "all ways beat the baselines" if tracks.won else "constant velocity is hard to beat"
    finding(right, f"{what.capitalize()}: {words}", "horizon (s)", "RMSE (m)")
    return fig
