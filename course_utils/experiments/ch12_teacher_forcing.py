"""Chapter 12: what a forecast is fed, what crosses the steps backwards, and how errors grow.

The measurements stand here; the figures in `plots.forcing_results` and `plots.exposure`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils import datasets
from course_utils.claims.intervals import Interval, student_interval
from course_utils.plots import exposure as exposure_plots
from course_utils.plots.forcing_results import (
    draw_curves,
    draw_forecasts,
    draw_gradient_maps,
    draw_motion,
    draw_repair,
    draw_rough_run,
    from_here,
    with_baselines,
)
from course_utils.plots.style import finding
from course_utils.recurrent.exposure import (
    after_disturbance,
    law_after_disturbance,
    own_steps,
)
from course_utils.recurrent.forecasters import Forecasters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "EXPOSED_SIZES",
    "Exposure",
    "HorizonErrors",
    "added",
    "crossing",
    "draw_beside_forced",
    "draw_cones",
    "draw_cut",
    "draw_errors",
    "draw_forecasts_and_energy",
    "draw_gradient_maps",
    "draw_growth",
    "draw_motion",
    "draw_rough_run",
    "draw_two_ways",
    "each_error",
    "energy_error",
    "exposure",
    "fed_the_truth",
    "gradient_map",
    "gradient_sizes",
    "horizon_errors",
    "mixture_errors",
    "naive_swings",
    "naive_tracks",
    "run_by_the_law",
    "swing_windows",
    "track_windows",
    "try_repair",
]

Array = np.ndarray
Answer = Callable[..., Any]  # a student's function

#: Disturbances of an input, in standard deviations.
EXPOSED_SIZES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


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


def naive_tracks(positions: Array, seen: int) -> dict[str, Array]:
    """Two forecasts of tracks that need no learning: name → (B, T - seen - 1, 2), in m.

    Args:
        positions: (B, T, 2) in m.
        seen: the place of the last position that is seen, at least 1.
    """
    last = positions[:, seen : seen + 1]
    steps = np.arange(1, positions.shape[1] - seen)[:, None]
    move = last - positions[:, seen - 1 : seen]
    return {"persistence": last + 0 * move * steps, "constant velocity": last + move * steps}


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


def gradient_map(
    shift_right: Answer, seed: int, hidden: bool, forced: bool, steps: int = 10, units: int = 8
) -> Array:
    """The sizes of ∂L_t/∂h_k in a network with random weights: (steps, steps), row t, column k.

    Args:
        shift_right: the student's function.
        seed: of the weights and the pendulums.
        hidden: whether the state goes on to the next step; if not, the output alone does.
        forced: whether the truth is fed in place of the output.
        steps: T.
        units: U.
    """
    import tensorflow as tf

    rng = np.random.default_rng([seed, 21])
    truth = datasets.pendulums(6, steps, seed=seed) / [1.0, 3.0]  # about equally large numbers
    fed = np.asarray(shift_right(truth, np.zeros(2)))
    W_x, W_y = rng.normal(0, 2**-0.5, (2, units)), rng.normal(0, units**-0.5, (units, 2))
    W_h = rng.normal(0, units**-0.5, (units, units)) if hidden else np.zeros((units, units))
    h, y = tf.zeros((6, units), tf.float64), tf.constant(fed[:, 0], tf.float64)
    states, losses = [], []
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(h)
        for t in range(steps):
            x = tf.constant(fed[:, t], tf.float64) if forced else y
            h = tf.tanh(x @ W_x + (h @ W_h if hidden else 0.0))
            tape.watch(h)
            y = h @ W_y
            states.append(h)
            losses.append(tf.reduce_mean((y - truth[:, t]) ** 2))
    return gradient_sizes(tape, losses, states)


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
        """Whether every way of training is clearly better than every naive forecast at the end."""
        worst = max(values[:, -1].mean() for values in self.curves.values())
        return bool(worst < 0.8 * min(values[-1] for values in self.floor.values()))

    def order(self, horizon: int) -> list[str]:
        """The ways of training by their mean error at one horizon, the least first."""
        return sorted(self.curves, key=lambda way: float(self.curves[way][:, horizon].mean()))

    def interval(self, way: str, horizon: int) -> Interval:
        """The mean over seeds at one horizon (a place from 0), with its 95% interval."""
        return student_interval(tuple(map(float, self.curves[way][:, horizon])))

    def ratio(self, way: str, other: str) -> Array:
        """(S,): the last error of one way over that of another, seed by seed."""
        return self.curves[way][:, -1] / self.curves[other][:, -1]

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
        {way: each_error(horizon_error, truth, networks) for way, networks in made.items()},
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


def added(errors: Array) -> Array:
    """(S,): the error at the last horizon less that at the first, of errors (S, T)."""
    return errors[:, -1] - errors[:, 0]


def run_by_the_law(free_run: Answer, last: Array, steps: int, spread: Array) -> Array:
    """The law of the pendulum itself, running freely: (B, steps, 2) in standard deviations.

    Args:
        free_run: the student's function.
        last: (B, 2) the last state seen, in standard deviations.
        steps: how many.
        spread: (2,) the standard deviations.
    """

    def step(x: Any, state: Any) -> tuple[Array, Any]:
        return _law(spread)(np.asarray(x)), state

    return np.asarray(free_run(step, np.zeros((len(last), 1)), last, steps))


def _law(spread: Array) -> Callable[[Array], Array]:
    """0.1 s of the pendulum without friction, in standard deviations."""
    return lambda states: np.asarray(datasets.pendulum_step(states * spread) / spread)


def each_error(horizon_error: Answer, truth: Array, made: Array) -> Array:
    """(S, T): the error of each network at each horizon.

    Args:
        horizon_error: the student's function.
        truth: (B, T, F).
        made: (S, B, T, F), each network's forecasts.
    """
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


def draw_beside_forced(swings: HorizonErrors, tracks: HorizonErrors, what: str) -> Figure:
    """Each way's error over that of forcing, seed by seed, at each horizon.

    Args:
        swings: of pendulums, every 0.1 s.
        tracks: every 0.4 s.
        what: what moves along the tracks.
    """
    panels = []
    for name, seconds, errors in (("Pendulum", 0.1, swings), (what.capitalize(), 0.4, tracks)):
        order = errors.order(-1)
        ratios = {way: each / errors.curves["forced"] for way, each in errors.curves.items()}
        end = seconds * errors.curves["forced"].shape[1]
        title = f"{name}, {end:.1f} s: least mean error {order[0]}, largest {order[-1]}"
        panels.append((title, seconds, "RMSE over that of forced", ratios))
    return draw_curves(panels, {way: look[:2] for way, look in exposure_plots.WAYS.items()})


def draw_two_ways(swings: HorizonErrors, tracks: HorizonErrors, what: str) -> Figure:
    """The errors of networks trained by forcing and of those trained running freely.

    Args:
        swings: of pendulums, in standard deviations, every 0.1 s.
        tracks: in m, every 0.4 s.
        what: what moves along the tracks.
    """
    panels = []
    for name, seconds, unit, errors in (
        ("Pendulum", 0.1, "RMSE (std. dev.)", swings),
        (what.capitalize(), 0.4, "RMSE (m)", tracks),
    ):
        ratio = student_interval(tuple(map(float, errors.ratio("forced", "free"))))
        words = "the last errors do not differ clearly"
        if ratio.high < 1 or ratio.low > 1:
            words = f"{'forced' if ratio.high < 1 else 'free'} has the smaller last error"
        curves = {f"trained {way}": errors.curves[way] for way in ("forced", "free")}
        panels.append((f"{name}: {words}", seconds, unit, curves))
    return draw_curves(panels)


def draw_growth(curves: Mapping[str, Array]) -> Figure:
    """Where the error grows with the horizon and where it does not.

    Args:
        curves: what runs, and how → (S, T) errors in standard deviations, every 0.1 s.
    """
    grow = [name for name, each in curves.items() if added(each).mean() > 0.01]
    stay = [name for name in curves if name not in grow]
    title = f"The error grows when {' or '.join(grow)}" if grow else "The error grows nowhere"
    if grow and stay:
        title += f", not when {' or '.join(stay)}"
    return draw_curves([(title, 0.1, "RMSE (std. dev.)", curves)])


def draw_cut(
    swings: HorizonErrors, cut_swings: Array, tracks: HorizonErrors, cut_tracks: Array, what: str
) -> Figure:
    """What it costs to cut the gradient between steps, in networks trained by forcing.

    Args:
        swings: of pendulums.
        cut_swings: (S, T) errors of the networks whose gradient was cut.
        tracks: the same of tracks.
        cut_tracks: (S, K).
        what: what moves along the tracks.
    """
    panels = []
    for name, seconds, unit, whole, cut in (
        ("Pendulum", 0.1, "RMSE (std. dev.)", swings.curves["forced"], cut_swings),
        (what.capitalize(), 0.4, "RMSE (m)", tracks.curves["forced"], cut_tracks),
    ):
        times = student_interval(list(cut[:, -1] / whole[:, -1]))
        words = f"{name}: with the gradient cut, {times.mean:.1f} times the last error"
        if times.low <= 1 <= times.high:
            words = f"{name}: what the cut costs is not settled"
        panels.append((words, seconds, unit, {"gradient whole": whole, "gradient cut": cut}))
    return draw_curves(panels)


def mixture_errors(
    shift_right: Answer,
    scheduled_inputs: Answer,
    networks: Forecasters,
    windows: Array,
    spared: int,
) -> Array:
    """(T,): the error of each step on the mixture that scheduled sampling ends with.

    Args:
        shift_right: the student's function.
        scheduled_inputs: the student's function; the probability of the truth is 0.25.
        networks: S of them.
        windows: (B, T, F).
        spared: how many inputs at the beginning are always true.
    """
    rows = np.tile(windows, (networks.count, 1, 1))
    start, rng = np.zeros(rows.shape[-1]), np.random.default_rng(0)
    truth = inputs = np.asarray(shift_right(rows, start))
    for _ in range(2):
        predicted = np.asarray(shift_right(networks.outputs(inputs), start))
        mixed = np.asarray(scheduled_inputs(truth, predicted, 0.25, rng))
        inputs = np.concatenate([truth[:, :spared], mixed[:, spared:]], axis=1)
    return np.sqrt(np.mean((networks.outputs(inputs) - rows) ** 2, axis=(0, 2)))


# --- what a wrong input does ----------------------------------------------------------------------


@dataclass(frozen=True)
class Exposure:
    """Errors of single steps of the pendulum's networks, in standard deviations.

    Attributes:
        disturbed: way of training → (S, K), after each of `EXPOSED_SIZES`.
        law: (K,), the law's own error after the same disturbances.
        told: way of training → (S,), fed the truth.
        own: way of training → (S,), fed the network's own output, against the law from there.
    """

    disturbed: Mapping[str, Array]
    law: Array
    told: Mapping[str, Array]
    own: Mapping[str, Array]

    def ratio(self, way: str) -> Interval:
        """A step from its own output over one from the truth: mean over seeds, 95% interval."""
        return student_interval(tuple(map(float, self.own[way] / self.told[way])))

    def passed_on(self, way: str, size: float = 0.3) -> float:
        """The error that a disturbance of this size leaves, over what the law leaves."""
        place = EXPOSED_SIZES.index(size)
        return float(self.disturbed[way][:, place].mean() / self.law[place])

    def rows(self) -> list[str]:
        """A line of text per way of training."""
        lines = []
        for way in self.told:
            ratio = self.ratio(way)
            lines.append(
                f"    {way:15} ~{self.told[way].mean():.4f}, ~{self.own[way].mean():.4f}, "
                f"ratio ~{ratio.mean:.2f} (~{ratio.low:.2f} to ~{ratio.high:.2f}); "
                f"passes on ~{100 * self.passed_on(way):.0f}%"
            )
        return lines

    def draw(self) -> Figure:
        """Both as a figure, with titles that say what was found."""
        share = self.passed_on("forced")
        left = (
            "Forced: a wrong input is handed on as the law does"
            if 0.95 < share < 1.05
            else f"Forced: {100 * share:.0f}% of a wrong input is handed on"
        )
        worst = max(self.ratio(way).mean for way in self.told)
        right = (
            "A step from its own output is no worse than from the truth"
            if worst < 1.25
            else f"A step from its own output is up to {worst:.1f} times worse"
        )
        return exposure_plots.disturbed(
            EXPOSED_SIZES, self.disturbed, self.law, self.told, self.own, (left, right)
        )


def exposure(
    shift_right: Answer,
    networks: Mapping[str, Forecasters],
    windows: Array,
    made: Mapping[str, Array],
    spread: Array,
) -> Exposure:
    """Measure what wrong inputs do to networks that forecast pendulums.

    Args:
        shift_right: the student's function.
        networks: way of training → S networks.
        windows: (B, T, 2) in standard deviations.
        made: way of training → (S, B, K, 2), their forecasts of the last K steps.
        spread: (2,) the standard deviations.
    """
    place, law = windows.shape[1] - 2, _law(spread)
    disturbed, told, own = {}, {}, {}
    for way, each in networks.items():
        disturbed[way] = after_disturbance(shift_right, each, windows, place, EXPOSED_SIZES)
        warm = windows.shape[1] - made[way].shape[2] + 1  # from the second forecast on
        said = fed_the_truth(shift_right, each, windows, warm)
        told[way] = np.sqrt(np.mean((said - windows[:, warm:]) ** 2, axis=(1, 3))).mean(axis=1)
        own[way] = own_steps(made[way], law).mean(axis=1)
    floor = law_after_disturbance(law, windows, place, EXPOSED_SIZES)
    return Exposure(disturbed, floor, told, own)


def draw_cones(truth: Array, made: Mapping[str, Array], spread: Array) -> Figure:
    """By how much each way's forecasts of the angle miss, with a cone around the middle 80%.

    Args:
        truth: (B, T, 2) in standard deviations.
        made: way of training → (S, B, T, 2).
        spread: (2,) the standard deviations.
    """
    misses = {way: (each - truth)[..., 0] * spread[0] for way, each in made.items()}
    width = {way: np.ptp(np.quantile(each[..., -1], [0.1, 0.9])) for way, each in misses.items()}
    narrow, wide = min(width, key=lambda way: width[way]), max(width, key=lambda way: width[way])
    title = f"After 2 s the cone of {wide} is {width[wide] / width[narrow]:.1f} times as wide as "
    return exposure_plots.cones(misses, f"{title}that of {narrow}")


def draw_forecasts_and_energy(
    tracks: Array, seen: int, made: Mapping[str, Array], energies: Mapping[str, Array]
) -> Figure:
    """Three tracks with their forecasts and the cone of error, and the pendulum's energy.

    Args:
        tracks: (N, T, 2) positions in m.
        seen: the place of the last position that is seen.
        made: way of training → (S, N, K, 2) forecasts; the cone is the first way's.
        energies: way of training → (T,) mean error in J every 0.1 s.
    """
    way, first = next(iter(made.items()))
    ends = from_here(tracks, seen)[:, -1, 1]
    whole = np.concatenate([tracks[:, : seen + 1], first.mean(axis=0)], axis=1)
    curves = np.abs(ends) > 5  # m to the side after 4.8 s
    share = np.mean(np.sign(from_here(whole, seen)[curves, -1, 1]) == np.sign(ends[curves]))
    order = sorted(energies, key=lambda name: energies[name][-1])
    titles = (
        f"{way.capitalize()}: {100 * share:.0f}% of curves bend to the side they should",
        f"Energy is not conserved: after 2 s {order[-1]} is off most",
    )
    return draw_forecasts(tracks, seen, made, energies, titles)


# --- the repair -----------------------------------------------------------------------------------


def try_repair(forecast: Answer, step: Answer, swings: Array) -> tuple[str, Figure]:
    """Whether a forecast peeks into the future or runs freely, in words and as a figure.

    Args:
        forecast: the student's `forecast_to_repair(step, state, window, warm)`.
        step: a step of the pendulum that needs no state.
        swings: (B, T, 2) with T at least 31, in rad and rad/s.
    """
    window = swings[:, :31]
    other = window.copy()
    other[:, 11:] += 1.0  # another future
    state = np.zeros((len(window), 1))
    made, moved = (np.asarray(forecast(step, state, each, 10)) for each in (window, other))
    peeks = not np.allclose(made, moved)
    off = np.sqrt(np.mean((made - window[:, 10:]) ** 2, axis=(0, 2)))
    right_end = window[:, 9]
    for _ in range(21):
        right_end, _ = step(right_end, state)
    if peeks:
        words = "Not mended yet: with another future, the forecast is another one."
    elif np.allclose(made[:, -1], right_end):
        words = "Mended."
    else:
        words = "It does not peek any more, but it is no free run yet."
    words += f"\nError after 0.1 s: {off[0]:.2f}, after 2.1 s: {off[-1]:.2f}."
    return words, draw_repair(off, peeks)
