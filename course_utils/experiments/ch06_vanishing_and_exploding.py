"""Chapter 6: how large a gradient is after many steps, what it does to learning, seven claims.

What the student wrote comes in as an argument. Jacobians are those of 64 units; their size is the
Frobenius norm over √64, the root mean square of the factor by which a random gradient is stretched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.claims import Measurement, above, below, claim, within
from course_utils.progress import progress
from course_utils.recurrent import copy_task
from course_utils.recurrent.copy_arms import RATES, SEEDS
from course_utils.recurrent.random_networks import NETWORKS, as_tanh_states, states
from course_utils.recurrent.two_lengths import TwoLengths

__all__ = [
    "DRIVES",
    "LAGS",
    "RADII",
    "STEPS",
    "WEIGHTS",
    "Powers",
    "bounded",
    "clipping_cures",
    "clipping_does_not_cure",
    "crossing",
    "drives",
    "effects",
    "forgotten",
    "gain_crossing",
    "landscape",
    "one_unit",
    "reach",
    "same_radius",
    "scalar_cases",
    "slow_and_unstable",
    "xavier_helps",
]

Array: TypeAlias = np.ndarray
Answer: TypeAlias = Callable[..., Any]  # the student's, or one that is built on it
Numbers: TypeAlias = dict[str, float]

_UNITS, _LONGEST, _EVERY = 64, 100, 5
#: Of one unit.
WEIGHTS = np.round(np.arange(-2, 2.01, 0.1), 1)
RADII = np.round(np.arange(0.4, 2.41, 0.1), 1)
STEPS = np.arange(_EVERY, _LONGEST + 1, _EVERY)
LAGS = np.arange(0, 101, 5)
#: The standard deviations of the input that the initial weights are tried with.
DRIVES = (0.0, 0.03, 0.1, 0.3, 1.0)


# --- one unit ------------------------------------------------------------------------------------


def one_unit(
    scalar_gradient: Answer, hidden_jacobian: Answer, seeds: Sequence[int] = range(5)
) -> dict[str, Array]:
    """log10 of the gradient's size after 100 steps, for one unit with and without tanh.

    Args:
        scalar_gradient: the student's, for the linear unit.
        hidden_jacobian: the student's, for units h ← tanh(w h + x) from a small random start.
        seeds: a start and inputs each.

    Returns:
        Kind of unit → (seeds, W) for `WEIGHTS`; the linear one comes first.
    """

    def size(w: float, seed: int, drive: float) -> float:
        W_h = np.array([[w]])
        hs = states("tanh", W_h, 100, np.random.default_rng(seed), drive)
        return abs(np.asarray(hidden_jacobian(hs, W_h))[0, 0])

    def logarithm(sizes: Any) -> Array:
        return np.log10(np.abs(np.asarray(sizes, dtype=float)) + 1e-300)

    found = {"linear, h ← w h": np.stack([logarithm(scalar_gradient(WEIGHTS, 100)) for _ in seeds])}
    for drive, words in ((0.0, "no input"), (0.1, "input of 0.1"), (1.0, "input of 1")):
        sizes = [[size(float(w), seed, drive) for w in WEIGHTS] for seed in seeds]
        found[f"tanh, {words}"] = logarithm(sizes)
    return found


def scalar_cases(sizes: Mapping[str, Array]) -> Measurement:
    """C14, measured: whether a weight's size decides in a tanh unit, from what `one_unit` gave."""
    size = np.abs(WEIGHTS)

    def cases(kind: str, seed: int) -> Numbers:
        values = sizes[kind][seed]
        return {
            "largest below 1": float(values[(size > 0.25) & (size < 0.95)].max()),
            "at w = 1": float(values[WEIGHTS == 1][0]),
            "at w = −1": float(values[WEIGHTS == -1][0]),
            "largest beyond 1": float(values[size > 1.05].max()),
        }

    words = "log10 of the gradient's size after 100 steps, "
    cases_claim = claim(
        "C14",
        statement="Gradients vanish for |w| < 1, stay for w = 1 and explode for |w| > 1, in one "
        "tanh unit with a small input.",
        source="Lectures, the scalar cases; Bengio, Simard and Frasconi (1994)",
        metric={
            "largest below 1": words + "the largest for |w| from 0.3 to 0.9",
            "at w = 1": words + "w = 1",
            "at w = −1": words + "w = −1",
            "largest beyond 1": words + "the largest for |w| from 1.1 to 2",
        },
        rule=[
            below("largest below 1", -2),
            within("at w = 1", -1, 1),
            above("largest beyond 1", 2),
        ],
        control="the unit without tanh and input, h ← w h, of which the lectures speak: there the "
        "three cases must be seen",
        control_rule=[
            below("largest below 1", -2),
            within("at w = 1", -1, 1),
            within("at w = −1", -1, 1),
            above("largest beyond 1", 2),
        ],
        seeds=range(5),
    )
    return cases_claim.measure(
        partial(cases, "tanh, input of 0.1"), control=partial(cases, "linear, h ← w h")
    )


# --- matrices ------------------------------------------------------------------------------------


class Powers(NamedTuple):
    """A matrix W and its powers.

    Attributes:
        eigenvalues: (U,) their sizes, from the largest.
        singular: (U,) its singular values, from the largest.
        norms: (T,) log10 of the largest stretch by 1, 2, … T steps.
    """

    eigenvalues: Array
    singular: Array
    norms: Array


def same_radius(
    hidden_jacobian: Answer, with_radius: Answer, radius: float = 0.8, steps: int = 100
) -> dict[str, Powers]:
    """Three matrices of 64 units with one spectral radius, in a linear network.

    Args:
        hidden_jacobian: the student's.
        with_radius: the student's `to_spectral_radius`.
        radius: of all three.
        steps: T.
    """
    random = np.random.default_rng(0).standard_normal((_UNITS, _UNITS))
    chain = np.eye(8) + 0.625 * np.eye(8, k=1)
    kinds = {
        "orthogonal": np.linalg.qr(random)[0],
        "random normal": random,
        "chains of 8 units": np.kron(np.eye(_UNITS // 8), chain),
    }
    found = {}
    for name, W in kinds.items():
        W_h = np.asarray(with_radius(W, radius))
        J, norms = np.eye(_UNITS), []
        for _ in range(steps):
            J = np.asarray(hidden_jacobian(np.zeros((1, _UNITS)), W_h)) @ J  # tanh has slope 1 at 0
            norms.append(float(np.log10(np.linalg.norm(J, 2))))
        sizes = np.sort(np.abs(np.linalg.eigvals(W_h)))[::-1]
        found[name] = Powers(sizes, np.linalg.svd(W_h, compute_uv=False), np.array(norms))
    return found


def landscape(
    hidden_jacobian: Answer, with_radius: Answer, seeds: Sequence[int] = range(5)
) -> dict[str, Array]:
    """The mean log10 of the Jacobian's size for every network, radius and number of steps.

    Args:
        hidden_jacobian: the student's.
        with_radius: the student's `to_spectral_radius`.
        seeds: a random matrix each.

    Returns:
        Network → (R, T) for `RADII` and `STEPS`.
    """

    def norms(network: str, W_h: Array, rng: np.random.Generator) -> Array:
        hs = as_tanh_states(network, states(network, W_h, _LONGEST, rng))
        J, found = np.eye(len(W_h)), []
        for begin in range(0, _LONGEST, _EVERY):
            J = np.asarray(hidden_jacobian(hs[begin : begin + _EVERY], W_h)) @ J  # the chain rule
            found.append(np.log10(np.linalg.norm(J) / np.sqrt(len(W_h)) + 1e-300))
        return np.array(found)

    def sample(network: str, seed: int) -> Array:
        rng = np.random.default_rng(seed)
        W = rng.standard_normal((_UNITS, _UNITS))
        return np.array([norms(network, np.asarray(with_radius(W, r)), rng) for r in RADII])

    return {
        name: np.mean([sample(name, seed) for seed in seeds], axis=0)
        for name in progress(NETWORKS, "four networks")
    }


def crossing(places: Any, logarithms: Array) -> float:
    """Where a gradient keeps its size: the first change of sign from below, by interpolation.

    Args:
        places: (P,) increasing.
        logarithms: (P,) log10 of its size.

    Returns:
        The place; nan where there is none.
    """
    places = np.asarray(places, dtype=float)
    rises = np.flatnonzero((logarithms[:-1] <= 0) & (logarithms[1:] > 0))
    if rises.size == 0:
        return float("nan")
    k = int(rises[0])
    share = -logarithms[k] / (logarithms[k + 1] - logarithms[k])
    return float(places[k] + share * (places[k + 1] - places[k]))


def gain_crossing(hidden_jacobian: Answer, units: int, seeds: Sequence[int] = range(3)) -> float:
    """The √(n · variance) of the weights at which a loud tanh network keeps its gradient's size.

    Theory speaks of this number. In an infinite matrix it is the spectral radius.

    Args:
        hidden_jacobian: the student's.
        units: n.
        seeds: a random matrix each.
    """
    gains = np.arange(1.6, 2.21, 0.1)

    def decades(gain: float, seed: int) -> float:
        rng = np.random.default_rng(seed)
        W_h = gain * rng.standard_normal((units, units)) / np.sqrt(units)
        J = np.asarray(hidden_jacobian(states("tanh, loud", W_h, _LONGEST, rng), W_h))
        return float(np.log10(np.linalg.norm(J) / np.sqrt(units)))

    means = [np.mean([decades(gain, seed) for seed in seeds]) for gain in gains]
    return crossing(gains, np.array(means))


def bounded(hidden_jacobian: Answer, with_radius: Answer) -> Measurement:
    """C11, measured: whether tanh keeps gradients from growing, with loud and quiet inputs."""

    def after_hundred(network: str, seed: int) -> tuple[float, float]:
        rng = np.random.default_rng(seed)
        W_h = np.asarray(with_radius(rng.standard_normal((_UNITS, _UNITS)), 1.8))
        hs = states(network, W_h, 100, rng)
        J = np.asarray(hidden_jacobian(as_tanh_states(network, hs), W_h))
        size = np.linalg.norm(J) / np.sqrt(_UNITS)
        return float(np.log10(np.abs(hs).max())), float(np.log10(size))

    def with_tanh(seed: int) -> Numbers:
        state, quiet = after_hundred("tanh, quiet", seed)
        loud = after_hundred("tanh, loud", seed)[1]
        return {"gradient, loud input": loud, "gradient, quiet input": quiet, "state": state}

    def without(seed: int) -> Numbers:
        state, gradient = after_hundred("linear", seed)
        return {"gradient, linear": gradient, "state, linear": state}

    words = "log10 of the gradient's size after 100 steps at radius 1.8, "
    stops_claim = claim(
        "C11",
        statement="A bounded activation stops the growth of gradients, at spectral radius 1.8.",
        source="Lectures, why tanh",
        metric={
            "gradient, loud input": words + "tanh, input of 1",
            "gradient, quiet input": words + "tanh, input of 0.1",
            "state": "log10 of the largest state meanwhile, quiet input; no tanh is above 0",
        },
        rule=[below("gradient, loud input", 0), below("gradient, quiet input", 0)],
        control="the same matrices without tanh, where gradients must grow",
        control_metric={
            "gradient, linear": words + "no activation",
            "state, linear": "log10 of the largest state meanwhile",
        },
        control_rule=[above("gradient, linear", 2)],
        seeds=range(5),
    )
    return stops_claim.measure(with_tanh, control=without)


def effects(
    hidden_jacobian: Answer, W_h: Array, seed: int, drive: float, linear: bool = False
) -> Array:
    """log10 of the effect of each earlier input, relative to the latest one's: (L,) for `LAGS`."""
    rng = np.random.default_rng(seed)
    hs = states("linear" if linear else "tanh", W_h, 110, rng, drive)
    if linear:
        hs = np.zeros_like(hs)
    last = len(hs) - 1
    sizes = []
    for lag in LAGS:
        J = np.asarray(hidden_jacobian(hs[last - lag + 1 :], W_h))
        sizes.append(np.linalg.norm(J * (1 - hs[last - lag] ** 2)))  # W_x is the identity
    return np.log10(np.array(sizes) / sizes[0])


def reach(
    hidden_jacobian: Answer, with_radius: Answer, seeds: Sequence[int] = range(5)
) -> dict[str, Array]:
    """The effects of early inputs in four tanh networks and a linear one: name → (seeds, L)."""

    def tanh(radius: float, drive: float) -> Callable[[Array, int], Array]:
        return lambda W, seed: effects(
            hidden_jacobian, np.asarray(with_radius(W, radius)), seed, drive
        )

    def orthogonal(drive: float, linear: bool = False) -> Callable[[Array, int], Array]:
        return lambda W, seed: effects(
            hidden_jacobian, np.linalg.qr(W)[0], seed, drive, linear=linear
        )

    settings: dict[str, Callable[[Array, int], Array]] = {
        "tanh, radius 1, input of 1": tanh(1, 1.0),
        "tanh, orthogonal, input of 1": orthogonal(1.0),
        "tanh, orthogonal, input of 0.03": orthogonal(0.03),
        "tanh, radius 2.5, input of 0.1": tanh(2.5, 0.1),
        "linear, orthogonal": orthogonal(1.0, linear=True),
    }
    found = {}
    for name, measure in progress(settings.items(), "effects of early inputs"):
        matrices = (
            np.random.default_rng(1000 + s).standard_normal((_UNITS, _UNITS)) for s in seeds
        )
        found[name] = np.array([measure(W, seed) for W, seed in zip(matrices, seeds, strict=True)])
    return found


def forgotten(reached: Mapping[str, Array]) -> Measurement:
    """C13, measured: whether early inputs are forgotten, from what `reach` gave."""

    def forgetting(seed: int) -> Numbers:
        loud = reached["tanh, radius 1, input of 1"][seed]
        return {
            "after 50 steps": float(loud[10]),
            "100 steps over 50": float(loud[20] / loud[10]),
            "after 50 steps, radius 2.5": float(
                reached["tanh, radius 2.5, input of 0.1"][seed, 10]
            ),
        }

    early_claim = claim(
        "C13",
        statement="Early inputs are forgotten, because of T products by U.",
        source="Lectures, the unrolled network; Bengio, Simard and Frasconi (1994)",
        metric={
            "after 50 steps": "log10 of the effect of an input 50 steps ago over the latest one's, "
            "tanh, radius 1, input of 1",
            "100 steps over 50": "decades lost after 100 steps over those after 50; a product: 2",
            "after 50 steps, radius 2.5": "the first quantity at radius 2.5 with an input of 0.1",
        },
        rule=[
            below("after 50 steps", -3),
            within("100 steps over 50", 1.6, 2.4),
            below("after 50 steps, radius 2.5", 0),
        ],
        control="a tanh network that must forget little: orthogonal weights, an input of 0.03",
        control_metric={
            "after 50 steps, orthogonal": "log10 of the effect of an input 50 steps ago over the "
            "latest one's"
        },
        control_rule=[above("after 50 steps, orthogonal", -1)],
        seeds=range(5),
    )
    quiet = reached["tanh, orthogonal, input of 0.03"]
    return early_claim.measure(
        forgetting, control=lambda seed: {"after 50 steps, orthogonal": float(quiet[seed, 10])}
    )


def drives(
    hidden_jacobian: Answer,
    initial: Mapping[str, Callable[[np.random.Generator], Any]],
    seeds: Sequence[int] = SEEDS,
) -> dict[str, Array]:
    """log10 of the Jacobian's norm over 100 steps, for louder and louder inputs.

    Args:
        hidden_jacobian: the student's.
        initial: name → initial(rng) gives recurrent weights (U, U).
        seeds: a random matrix each.

    Returns:
        Name → (seeds, 5) for `DRIVES`.
    """

    def hundred_steps(make: Callable[..., Any], seed: int, drive: float) -> float:
        rng = np.random.default_rng(seed)
        W_h = np.asarray(make(rng), dtype=float)
        J = np.asarray(hidden_jacobian(states("tanh", W_h, 100, rng, drive), W_h))
        return float(np.log10(np.linalg.norm(J, 2) + 1e-300))

    return {
        name: np.array([[hundred_steps(make, seed, d) for d in DRIVES] for seed in seeds])
        for name, make in progress(initial.items(), "initial weights")
    }


# --- training ------------------------------------------------------------------------------------

# In what follows an outcome is what `grid` gave at T = 20: start → (not clipped and clipped, rates,
# seeds). The best rate of a network is the one that is best for the other seeds.

_FAST = RATES.index(0.1)


def clipping_cures(outcome: Mapping[str, Array]) -> Measurement:
    """C23, measured: whether clipping lets networks of radius 2.5 learn that do not without it."""
    free, clipped = outcome["radius 2.5"]

    def cured(seed: int) -> Numbers:
        counts = [(each[:, seed] < copy_task.LEARNED).sum() for each in (free, clipped)]
        bests = [copy_task.at_best_rate(each)[seed] for each in (free, clipped)]
        return {
            "learn at rate 0.1, clipped": float(clipped[_FAST, seed] < copy_task.LEARNED),
            "gain at the best rates": float(bests[0] - bests[1]),
            "rates gained": float(counts[1] - counts[0]),
        }

    cures_claim = claim(
        "C23",
        statement="Clipping cures exploding gradients: networks of radius 2.5, T = 20.",
        source="Lectures, g ← (v/‖g‖) g; Pascanu, Mikolov and Bengio (2013)",
        metric={
            "learn at rate 0.1, clipped": "share of networks that learn at this rate, clipped at 1",
            "gain at the best rates": "error at the best rate without clipping, less that at the "
            "best rate with it (baseline = 1)",
            "rates gained": f"at how many more of the {len(RATES)} rates a network learns if it is "
            "clipped",
        },
        rule=[above("learn at rate 0.1, clipped", 0.75), above("gain at the best rates", 0.1)],
        control="the same networks at the same rate without clipping must not learn",
        control_metric={"learn at rate 0.1, not clipped": "share of networks that learn"},
        control_rule=[below("learn at rate 0.1, not clipped", 0.25)],
        seeds=SEEDS,
    )

    def not_clipped(seed: int) -> Numbers:
        return {"learn at rate 0.1, not clipped": float(free[_FAST, seed] < copy_task.LEARNED)}

    return cures_claim.measure(cured, control=not_clipped)


def clipping_does_not_cure(outcome: Mapping[str, Array]) -> Measurement:
    """C24, measured: whether networks of radius 0.5 learn at any rate with clipping on."""
    free, clipped = outcome["radius 0.5"]
    best = copy_task.at_best_rate(outcome["Xavier"][1])
    no_cure_claim = claim(
        "C24",
        statement="Clipping does not cure vanishing gradients: networks of radius 0.5, T = 20.",
        source="Lectures, clipping",
        metric={
            "smallest error": f"smallest final error at any of {len(RATES)} rates, clipped at 1 "
            "(baseline = 1)",
            "gain": "the same without clipping, less this",
        },
        rule=[above("smallest error", 0.9), below("gain", 0.1)],
        control="Xavier networks must learn under the same clipping",
        control_metric={"error, Xavier": "final error at the best rate, clipped at 1"},
        control_rule=[below("error, Xavier", 0.5)],
        seeds=SEEDS,
    )
    return no_cure_claim.measure(
        lambda seed: {
            "smallest error": float(clipped[:, seed].min()),
            "gain": float(free[:, seed].min() - clipped[:, seed].min()),
        },
        control=lambda seed: {"error, Xavier": float(best[seed])},
    )


def xavier_helps(outcome: Mapping[str, Array], over_drives: Array) -> Measurement:
    """C25, measured: whether Xavier networks learn, and keep the gradient over 100 steps.

    Args:
        outcome: as above; it has "Xavier", "orthogonal", "identity" and "small".
        over_drives: (seeds, 5) what `drives` gave for Xavier weights.
    """
    best = {name: copy_task.at_best_rate(each[1]) for name, each in outcome.items()}
    words = "final error at the best rate, clipped at 1, T = 20 (baseline = 1): "
    helps_claim = claim(
        "C25",
        statement="Xavier initialisation helps against vanishing gradients: training over 20 "
        "steps, the gradient's size over 100.",
        source="Lectures, N(0, 1/n); Glorot and Bengio (2010)",
        metric={
            "error, Xavier": words + "N(0, 1/n)",
            "error, orthogonal": words + "Keras's default",
            "error, identity": words + "each unit begins as its own memory",
            "size without input": "log10 of the Jacobian's norm over 100 steps, 64 Xavier units",
            "size with input of 1": "the same with inputs of standard deviation 1",
        },
        rule=[
            below("error, Xavier", 0.5),
            within("size without input", -3, 3),
            within("size with input of 1", -3, 3),
        ],
        control="weights from N(0, 0.01²) must learn at no rate",
        control_metric={"error, small weights": "smallest final error at any rate, clipped at 1"},
        control_rule=[above("error, small weights", 0.9)],
        seeds=SEEDS,
    )
    return helps_claim.measure(
        lambda seed: {
            **{f"error, {name}": float(best[name][seed]) for name in ("Xavier", "orthogonal")},
            "error, identity": float(best["identity"][seed]),
            "size without input": float(over_drives[seed, 0]),
            "size with input of 1": float(over_drives[seed, -1]),
        },
        control=lambda seed: {"error, small weights": float(outcome["small"][1, :, seed].min())},
    )


def slow_and_unstable(compared: TwoLengths) -> Measurement:
    """C9, measured: what eight times as many steps do to recurrent and to dense networks."""
    short, long = compared.lengths

    def longer(kind: str, seed: int) -> Numbers:
        lost = compared.learned(kind, short) - compared.learned(kind, long)
        failed = [compared.failed_at_best(kind, T)[seed] for T in (long, short)]
        seconds = compared.seconds
        return {
            "time": float(seconds[kind, long][seed] / seconds[kind, short][seed]),
            "rates lost": float(lost[seed]),
            "fail at the best rate": float(failed[0] - failed[1]),
        }

    slow_unstable_claim = claim(
        "C9",
        statement="Recurrent networks are slow and unstable, the more the longer the sequence: "
        f"Xavier start, not clipped, T = {long} against T = {short}.",
        source="Lectures, training recurrent networks",
        metric={
            "time": f"time of one update at T = {long} over that at T = {short}",
            "rates lost": f"at how many fewer of the {len(RATES)} rates a network learns at "
            f"T = {long}",
            "fail at the best rate": f"share of networks that fail at the best rate, T = {long} "
            f"less T = {short}",
        },
        rule=[above("time", 2), above("rates lost", 0.5)],
        control="dense networks on the whole sequence must suffer much less",
        control_rule=[below("time", 2), below("rates lost", 0.5)],
        seeds=SEEDS,
    )
    return slow_unstable_claim.measure(
        partial(longer, "recurrent"), control=partial(longer, "dense")
    )
