"""Chapter 6: how large a gradient is after many steps, what it does to learning, seven claims.

What the student wrote comes in as an argument. Jacobians are those of 64 units; their size is the
Frobenius norm over √64, the root mean square of the factor by which a random gradient is stretched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from course_utils.claims import Measurement, above, below, claim, within
from course_utils.progress import progress
from course_utils.recurrent.random_networks import NETWORKS, as_tanh_states, states
from course_utils.recurrent.two_lengths import TwoLengths

__all__ = [
    "DRIVES",
    "LAGS",
    "RADII",
    "STEPS",
    "bounded",
    "clipping_cures",
    "clipping_does_not_cure",
    "drives",
    "effects",
    "forgotten",
    "landscape",
    "reach",
    "scalar_cases",
    "slow_and_unstable",
    "xavier_helps",
]

Array: TypeAlias = np.ndarray
Answer: TypeAlias = Callable[..., Any]  # the student's, or one that is built on it
Numbers: TypeAlias = dict[str, float]

_UNITS, _LONGEST, _EVERY = 64, 100, 5
RADII = np.round(np.arange(0.4, 2.41, 0.1), 1)
STEPS = np.arange(_EVERY, _LONGEST + 1, _EVERY)
LAGS = np.arange(0, 101, 5)
#: The standard deviations of the input that the initial weights are tried with.
DRIVES = (0.0, 0.03, 0.1, 0.3, 1.0)


def scalar_cases(scalar_gradient: Answer) -> Measurement:
    """C14, measured: the three cases of the scalar gradient, and w = −1."""

    def exponents(weights: Array) -> Array:
        return np.log10(np.abs(np.asarray(scalar_gradient(weights, 100), dtype=float)))

    def multiplied(seed: int) -> Numbers:
        rng = np.random.default_rng(seed)
        sign = rng.choice([-1.0, 1.0], size=1000)
        small, large = sign * rng.uniform(0.3, 0.95, 1000), sign * rng.uniform(1.05, 3, 1000)
        minus_one = [abs(float(scalar_gradient(-1.0, T))) for T in range(1, 101)]
        return {
            "unsettled": float(np.ptp(minus_one)),
            "below": float(exponents(small).max()),
            "one": float(scalar_gradient(1.0, 100)),
            "beyond": float(exponents(large).min()),
        }

    def added_not_multiplied(seed: int) -> Numbers:
        """h <- h + w x, with a change of h_0 carried along in the imaginary part."""
        rng = np.random.default_rng(seed)
        found = {}
        for name, low, high in (("below", 0.3, 0.95), ("beyond", 1.05, 3)):
            w, h = rng.uniform(low, high, 1000), np.full(1000, 1j)
            for x in rng.standard_normal(100):
                h = h + w * x
            found[name] = float(np.log10(np.abs(h.imag)).max())
        return found

    cases_claim = claim(
        "C14",
        statement="Gradients vanish for |w| < 1, stay for w = 1, explode for |w| > 1; w = −1 is "
        "unspecified.",
        source="Lectures, the scalar cases; Bengio, Simard and Frasconi (1994)",
        metric={
            "one": "gradient at w = 1 after 100 steps",
            "below": "largest log10 of its size for 0.3 < |w| < 0.95, negative w included",
            "beyond": "smallest log10 of its size for 1.05 < |w| < 3, negative w included",
            "unsettled": "range of its size at w = −1 over 1 to 100 steps; 0 if it is specified",
        },
        rule=[within("one", 1, 1), below("below", -2), above("beyond", 2), above("unsettled", 0)],
        control="a unit that adds, h ← h + w x, has no product and must do neither",
        control_rule=[within("below", 0, 0), within("beyond", 0, 0)],
        seeds=range(5),
    )
    return cases_claim.measure(multiplied, control=added_not_multiplied)


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


def bounded(hidden_jacobian: Answer, with_radius: Answer) -> Measurement:
    """C11, measured: whether tanh keeps states and gradients from growing."""

    def after_hundred(network: str, seed: int) -> Numbers:
        rng = np.random.default_rng(seed)
        W_h = np.asarray(with_radius(rng.standard_normal((_UNITS, _UNITS)), 2.5))
        hs = states(network, W_h, 100, rng)
        J = np.asarray(hidden_jacobian(as_tanh_states(network, hs), W_h))
        size = np.linalg.norm(J) / np.sqrt(_UNITS)
        return {"state": np.log10(np.abs(hs).max()), "gradient": np.log10(size)}

    stops_claim = claim(
        "C11",
        statement="A bounded activation stops growth.",
        source="Lectures, why tanh",
        metric={
            "state": "log10 of the largest state over 100 steps, tanh, radius 2.5, quiet input",
            "gradient": "log10 of the gradient's size over the same 100 steps",
        },
        rule=[within("state", -2, 0), below("gradient", 0)],
        control="the linear network with the same radius must grow in both",
        control_rule=[above("state", 10), above("gradient", 10)],
        seeds=range(5),
    )
    return stops_claim.measure(
        lambda seed: after_hundred("tanh, quiet", seed),
        control=lambda seed: after_hundred("linear", seed),
    )


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
    """The effects of early inputs in three tanh networks and a linear one: name → (seeds, L)."""

    def tanh(radius: float, drive: float) -> Callable[[Array, int], Array]:
        return lambda W, seed: effects(
            hidden_jacobian, np.asarray(with_radius(W, radius)), seed, drive
        )

    settings: dict[str, Callable[[Array, int], Array]] = {
        "tanh, radius 1, loud": tanh(1, 1.0),
        "tanh, radius 1, quiet": tanh(1, 0.1),
        "tanh, radius 2.5, quiet": tanh(2.5, 0.1),
        "linear, orthogonal": lambda W, seed: effects(
            hidden_jacobian, np.linalg.qr(W)[0], seed, 1.0, linear=True
        ),
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
        loud = reached["tanh, radius 1, loud"][seed]
        return {
            "fifty": float(loud[10]),
            "doubling": float(loud[20] / loud[10]),
            "large": float(reached["tanh, radius 2.5, quiet"][seed][10]),
        }

    early_claim = claim(
        "C13",
        statement="Early inputs are forgotten, because of T products by U.",
        source="Lectures, the unrolled network; Bengio, Simard and Frasconi (1994)",
        metric={
            "fifty": "log10 of the effect of an input 50 steps ago, tanh, radius 1, loud input",
            "doubling": "decades lost after 100 steps over those after 50; 2 for a product",
            "large": "log10 of the effect after 50 steps at radius 2.5 with a quiet input",
        },
        rule=[below("fifty", -3), within("doubling", 1.6, 2.4), below("large", 0)],
        control="a linear network with an orthogonal matrix must forget nothing",
        control_rule=[within("fifty", -0.01, 0.01)],
        seeds=range(5),
    )
    return early_claim.measure(
        forgetting,
        control=lambda seed: {"fifty": float(reached["linear, orthogonal"][seed][10])},
    )


def drives(
    hidden_jacobian: Answer,
    initial: Mapping[str, Callable[[np.random.Generator], Any]],
    seeds: Sequence[int] = range(8),
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


# What it costs in training. Outcomes are T → (2, 3, seeds) final errors or largest gradients: not
# clipped, clipped; radius 0.5, Xavier, radius 2.5.


def clipping_cures(outcome: Mapping[int, Array], largest: Mapping[int, Array]) -> Measurement:
    """C23, measured: whether clipping lets networks of radius 2.5 learn over 20 steps."""
    cures_claim = claim(
        "C23",
        statement="Clipping cures exploding gradients.",
        source="Lectures, g ← (v/‖g‖) g; Pascanu, Mikolov and Bengio (2013)",
        metric={
            "blown": "share of networks that end worse than the baseline, radius 2.5, T = 20",
            "error": "final error over the baseline's",
            "largest": "log10 of the largest gradient met on the way, before clipping",
        },
        rule=[within("blown", 0, 0), below("error", 0.5)],
        control="the same networks without clipping must end worse than the baseline",
        control_rule=[above("error", 1)],
        seeds=range(outcome[20].shape[2]),
    )
    return cures_claim.measure(
        lambda seed: {
            "error": float(outcome[20][1, 2, seed]),
            "blown": float(outcome[20][1, 2, seed] > 1.1),
            "largest": float(np.log10(largest[20][1, 2, seed])),
        },
        control=lambda seed: {"error": float(outcome[20][0, 2, seed])},
    )


def clipping_does_not_cure(outcome: Mapping[int, Array]) -> Measurement:
    """C24, measured: whether networks of radius 0.5 stay at the baseline with clipping on."""
    no_cure_claim = claim(
        "C24",
        statement="Clipping does not cure vanishing gradients.",
        source="Lectures, clipping",
        metric={
            "error": "final error over the baseline's, clipped at 1, radius 0.5, T = 20",
            "gain": "what clipping takes off the error",
        },
        rule=[above("error", 0.9), below("gain", 0.1)],
        control="Xavier networks must learn under the same clipping",
        control_rule=[below("error", 0.5)],
        seeds=range(outcome[20].shape[2]),
    )
    return no_cure_claim.measure(
        lambda seed: {
            "error": float(outcome[20][1, 0, seed]),
            "gain": float(outcome[20][0, 0, seed] - outcome[20][1, 0, seed]),
        },
        control=lambda seed: {"error": float(outcome[20][1, 1, seed])},
    )


def xavier_helps(
    outcome: Mapping[int, Array], over_drives: Array, tiny_errors: Array
) -> Measurement:
    """C25, measured: whether Xavier networks learn, and keep the gradient over 100 steps.

    Args:
        outcome: as above.
        over_drives: (seeds, 5) what `drives` gave for Xavier weights.
        tiny_errors: (seeds,) final errors of networks with weights from N(0, 0.01²).
    """
    helps_claim = claim(
        "C25",
        statement="Xavier initialisation helps against vanishing gradients.",
        source="Lectures, N(0, 1/n); Glorot and Bengio (2010)",
        metric={
            "error": "final error over the baseline's after 200 clipped updates, T = 20",
            "silent": "log10 of the Jacobian's norm over 100 steps, 64 units, no input",
            "loud": "the same with inputs of standard deviation 1",
        },
        rule=[below("error", 0.5), within("silent", -3, 3), within("loud", -3, 3)],
        control="weights from N(0, 0.01²) must learn nothing in the same time",
        control_rule=[above("error", 0.9)],
        seeds=range(outcome[20].shape[2]),
    )
    return helps_claim.measure(
        lambda seed: {
            "error": float(outcome[20][1, 1, seed]),
            "silent": float(over_drives[seed, 0]),
            "loud": float(over_drives[seed, -1]),
        },
        control=lambda seed: {"error": float(tiny_errors[seed])},
    )


def slow_and_unstable(compared: TwoLengths) -> Measurement:
    """C9, measured: what eight times as many steps do to recurrent and to dense networks."""
    slow_unstable_claim = claim(
        "C9",
        statement="Recurrent networks are slow and unstable, the more the longer the sequence.",
        source="Lectures, training recurrent networks",
        metric={
            "time": "time of one update at T = 40 over that at T = 5",
            "more": "share of networks that do not learn at T = 40, less that at T = 5",
            "short": "share of networks that do not learn at T = 5",
        },
        rule=[above("time", 2), above("more", 0.25)],
        control="dense networks on the whole sequence must suffer much less from T = 40",
        control_rule=[below("time", 2), below("more", 0.1)],
        seeds=range(5),
    )
    return slow_unstable_claim.measure(
        partial(compared.longer, "recurrent"), control=partial(compared.longer, "dense")
    )
