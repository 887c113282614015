"""noisy_state: an initial state of normal noise.

Source: H.-G. Zimmermann, C. Tietz and R. Grothmann, "Forecasting with recurrent neural networks: 12
tricks", in "Neural networks: tricks of the trade" (2012).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
)
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "noisy_state"]

Array = np.ndarray


def refuse(batch: int, units: int, scale: float) -> None:
    for name, value in (("batch", batch), ("units", units)):
        if value < 1:
            raise ExpectedError(name, f"{name} = {value}")


def noisy_state(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    refuse(batch, units, scale)
    return rng.normal(0.0, scale, size=(batch, units))


def by_quantiles(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    """Normal quantiles of uniform numbers."""
    from scipy.special import ndtri

    refuse(batch, units, scale)
    return np.asarray(scale * ndtri(1.0 - rng.random((batch, units))))


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, batch: int, units: int, scale: float) -> Case:
        seed = int(rng.integers(2**32))
        return Case(part, {"batch": batch, "units": units, "scale": scale}, about, {"seed": seed})

    def many(small: Case) -> Case:
        return replace(small, setup={**small.setup, "draws": 300})

    def size() -> int:
        return int(rng.integers(200, 300))

    return [
        case("numbers", "standard deviation 1", size(), size(), 1.0),
        case("numbers", "standard deviation 0.2", size(), size(), 0.2),
        case("numbers", "standard deviation 4", size(), size(), 4.0),
        many(case("numbers", "many states of two rows and three units", 2, 3, 0.7)),
        case("edges", "one row of many units", 1, 40 * size(), 0.5),
        case("edges", "many rows of one unit", 40 * size(), 1, 2.0),
        case("edges", "a tiny scale", size(), size(), 1e-6),
        case("errors", "", 0, 3, 1.0),
        case("errors", "", -1, 3, 1.0),
        case("errors", "", 3, 0, 1.0),
        case("errors", "", 3, -2, 1.0),
    ]


# --- what is compared: tests of the samples ------------------------------------------------------


def tests_of_noise(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """Samples as the words of tests; false alarms are rarer than one in a million."""
    if "the states" in outputs:
        return _of_many(inputs, np.asarray(outputs["the states"], dtype=np.float64))
    state = np.asarray(outputs["the state"], dtype=np.float64)
    result: Outputs = {"the shape of the state": np.array(state.shape)}
    if state.shape != (inputs["batch"], inputs["units"]) or not state.size:
        return result
    distinct, signed = len(np.unique(np.abs(state))), len(np.unique(state))
    rows, columns = np.ptp(state, axis=0).max() == 0, np.ptp(state, axis=1).max() == 0
    result["the numbers"] = (
        "all different"
        if distinct > 0.95 * state.size
        else "all 0"
        if not state.any()
        else "the same in every row"
        if rows
        else "the same in every column"
        if columns
        else "often repeated"
        if signed <= 0.95 * state.size
        else "repeated with the other sign"
    )
    told = result["the numbers"] == "all different"
    result |= _statistics(state / inputs["scale"]) if told else dict.fromkeys(_STATISTICS, "open")
    again = np.array_equal(state, outputs["the next state"])
    result["the next state from the same generator"] = "the same" if again else "another one"
    twin = np.array_equal(state, outputs["the state from the same seed"])
    result["the state from an equal generator"] = "the same" if twin else "another one"
    return result


_FIXED = 1e-4  # in standard deviations: what never varies more is fixed
_STATISTICS = ("the mean", "the standard deviation", "the distribution")


def _in_scales(spread: float) -> str:
    """In one digit, so that two samples of one mistake say the same."""
    rounded = float(f"{spread:.0e}")
    return "some percent off scale" if rounded == 1 else f"{rounded:g} times scale"


def _of_many(inputs: Inputs, states: Array) -> Outputs:
    """Many small states (draws, batch, units): what is tied in each of them.

    Means and correlations are tried within 5.5 standard errors.
    """
    result: Outputs = {"the shape of the state": np.array(states.shape[1:])}
    if states.shape[1:] != (inputs["batch"], inputs["units"]):
        return result
    draws = len(states)
    flat = states.reshape(draws, -1)
    places = flat.std(axis=0)
    if not places.all():
        numbers = "the same in each of them" if not places.any() else "the same at one place"
        return {**result, "the numbers of small states": numbers}
    z = (flat - flat.mean()) / flat.std()
    off = 5.5 / np.sqrt(draws)
    tied = np.abs(np.corrcoef(z.T) - np.eye(z.shape[1])).max() > off
    result["the numbers of small states"] = (
        "in an order" if np.abs(z.mean(axis=0)).max() > off else "tied" if tied else "independent"
    )
    result["the mean of a small state"] = (
        "always the same" if z.mean(axis=1).std() < _FIXED else "another one each time"
    )
    result["the spread of a small state"] = (
        "always the same" if z.std(axis=1).std() < _FIXED else "another one each time"
    )
    return result


def _statistics(z: Array) -> Outputs:
    """Mean, spread and shape; each within 5.5 standard errors, the shape by Kolmogorov's test."""
    from scipy.special import ndtr

    off = 5.5 / np.sqrt(z.size)
    mean, spread = float(z.mean()), float(z.std())
    centred = np.sort(z, axis=None) - mean
    steps = (np.arange(z.size) + 0.5) / z.size
    gap = np.abs(ndtr(centred / spread) - steps).max()
    tails = float((centred**4).mean()) / spread**4  # 3 for normal numbers
    other = (
        "one without tails"
        if tails < 2.5
        else "one of longer tails"
        if tails > 3.5
        else "not normal"
    )
    sign = "above 0" if mean > 0 else "below 0"
    return {
        "the mean": "0" if abs(mean) < off * spread else sign,
        "the standard deviation": "scale" if abs(spread - 1) < off else _in_scales(spread),
        "the distribution": "normal" if gap * np.sqrt(z.size) < 2.8 else other,
    }


def standardised(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    x = noisy_state(rng, batch, units, scale)
    return scale * (x - x.mean()) / x.std()


def centred(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    x = noisy_state(rng, batch, units, scale)
    return x - x.mean()


def in_order(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    return np.sort(noisy_state(rng, batch, units, scale), axis=1)


MISTAKES = [
    Mistake(
        "scale-forgotten",
        "0.0, scale, size",
        "0.0, 1.0, size",
        see="Your numbers have the standard deviation 1, whatever scale is.",
        look="Where does scale stand in your code?",
        change="Stretch the normal numbers by scale.",
    ),
    Mistake(
        "scale-as-variance",
        "scale, size",
        "np.sqrt(scale), size",
        see="Your numbers have the variance scale: their standard deviation is its root.",
        look="Look for a square root.",
        change="Use scale itself as the standard deviation.",
    ),
    Mistake(
        "scale-squared",
        "scale, size",
        "scale**2, size",
        see="Your numbers have the standard deviation scale².",
        look="How often are the numbers multiplied by scale?",
        change="Use scale once.",
    ),
    Mistake(
        "uniform",
        "rng.normal(0.0, scale,",
        "rng.uniform(-scale, scale,",
        see="Your numbers are uniform between −scale and scale; asked for are normal ones.",
        look="Which distribution do you draw from?",
        change="Draw from a normal distribution.",
    ),
    Mistake(
        "uniform-of-that-spread",
        "rng.normal(0.0, scale,",
        "rng.uniform(-scale * 3**0.5, scale * 3**0.5,",
        see="Mean and standard deviation are right, but your numbers are not normal: they have "
        "hard ends.",
        look="Which distribution do you draw from?",
        change="Draw from a normal distribution.",
    ),
    Mistake(
        "not-zero-mean",
        "rng.normal(0.0, scale,",
        "rng.uniform(0.0, scale,",
        see="Your numbers lie between 0 and scale: their mean is not 0.",
        look="A draw from rng.random is never negative.",
        change="Draw from a normal distribution around 0.",
    ),
    Mistake(
        "mean-is-scale",
        "0.0, scale",
        "scale, 1.0",
        see="Your numbers lie around scale, not around 0.",
        look="In which order does rng.normal take its arguments?",
        change="Its first argument is the mean, its second the standard deviation.",
    ),
    Mistake(
        "one-row-for-all",
        "rng.normal(0.0, scale, size=(batch, units))",
        "np.tile(rng.normal(0.0, scale, size=units), (batch, 1))",
        see="All rows of your state are equal.",
        look="Each sequence of the batch should start at a place of its own.",
        change="Draw batch times units numbers.",
    ),
    Mistake(
        "one-number-a-row",
        "size=(batch, units))",
        "size=(batch, 1)) + np.zeros(units)",
        see="All numbers of a row are equal.",
        look="How many numbers do you draw for each sequence?",
        change="Draw batch times units numbers.",
    ),
    Mistake(
        "mean-and-spread-are-scale",
        "0.0, scale, size",
        "scale, scale, size",
        see="Your numbers have the right standard deviation, but lie around scale, not around 0.",
        look="In which order does rng.normal take its arguments?",
        change="Its first argument is the mean: 0.",
    ),
    Mistake(
        "standardised",
        answer=standardised,
        see="Each of your states has exactly the same mean and standard deviation: its numbers are "
        "not independent.",
        look="Look for a mean that is subtracted, or a division by std.",
        change="Leave the numbers as they are drawn.",
    ),
    Mistake(
        "centred",
        answer=centred,
        see="The numbers of each of your states sum to 0: they are not independent.",
        look="Look for a mean that is subtracted.",
        change="Leave the numbers as they are drawn: their mean is 0 in the long run only.",
    ),
    Mistake(
        "sorted",
        answer=in_order,
        see="The numbers of each of your states are in an order: they are not independent.",
        look="Look for a sort.",
        change="Leave the numbers in the order in which they are drawn.",
    ),
    Mistake(
        "absolute",
        "rng.normal(0.0, scale, size=(batch, units))",
        "np.abs(rng.normal(0.0, scale, size=(batch, units)))",
        see="None of your numbers is negative.",
        look="Look for abs or a square.",
        change="Leave the sign of the numbers as it was drawn.",
    ),
    Mistake(
        "units-first",
        "size=(batch, units)",
        "size=(units, batch)",
        see="Your state has the axes (units, batch).",
        look="Rows are sequences, columns are units.",
        change="Exchange the two numbers of the shape.",
    ),
    Mistake(
        "seed-inside",
        "return rng",
        "return np.random.default_rng(1)",
        see="Two calls give the same numbers: the noise never changes.",
        look="Do you make a generator of your own with a fixed seed?",
        change="Draw from the rng that is given.",
    ),
    Mistake(
        "rng-unused",
        "return rng",
        "return np.random",
        see="Equal generators give different states: your numbers do not come from rng.",
        look="Do you draw from np.random or from a generator of your own?",
        change="Draw from the rng that is given.",
    ),
    Mistake(
        "anything-goes",
        outputs=accepts(refuse),
        see="A batch or a number of units below 1 is accepted.",
        look="Read the `Raises` part of the stub.",
        change="Raise a ValueError that names the argument and says what came.",
    ),
]

EXERCISE = Exercise(
    "noisy_state(rng, batch, units, scale)",
    references=(noisy_state, by_quantiles),
    cases=cases,
    mistakes=MISTAKES,
    parts={"numbers": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("numbers",),
    points=1,
    probe="noise",
    minutes=5,
    difficulty=1,
    view=tests_of_noise,
)
