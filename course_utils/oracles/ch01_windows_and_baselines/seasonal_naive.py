"""seasonal_naive: each step is forecast to be what it was one season ago."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "seasonal_naive"]

Array = np.ndarray


def seasonal_naive(history: Array, season: int, steps: int) -> Array:
    if season > len(history):
        length = f"a history of {len(history)} values"
        raise ExpectedError("season", f"a season of {season} and {length}")
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    start = len(history) - season
    forecast = [history[start + k % season] for k in range(steps)]
    return np.array(forecast)


def by_growth(history: Array, season: int, steps: int) -> Array:
    """Append to the series the value one season before its end, again and again."""
    if season > len(history) or steps < 1:
        raise ExpectedError
    grown = list(history)
    while len(grown) < len(history) + steps:
        grown.append(grown[-season])
    return np.array(grown[len(history) :])


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, history: Array, season: int, steps: int) -> Case:
        return Case(part, {"history": history, "season": season, "steps": steps}, about)

    def draw(size: int) -> Array:
        return rng.normal(size=size) * 3 + np.arange(size)

    return [
        case("values", "fewer steps than a season", draw(29), 12, 5),
        case("values", "as many steps as a season", draw(19), 7, 7),
        case("values", "float32", draw(26).astype(np.float32), 11, 8),
        case("repeat", "more steps than a season", draw(17), 5, 13),
        case("repeat", "many seasons ahead, whole numbers", rng.permutation(31), 4, 23),
        case("edges", "the season is the whole history", draw(6), 6, 9),
        case("edges", "a season of one value", draw(8), 1, 4),
        case("edges", "one step ahead", draw(11) * 1e-9, 4, 1),
        case("edges", "a history of one value", draw(1), 1, 3),
        case("errors", "", draw(9), 10, 4),
        case("errors", "", draw(3), 12, 2),
        case("errors", "", draw(9), 4, 0),
        case("errors", "", draw(9), 4, -3),
    ]


MISTAKES = [
    Mistake(
        "last-value-repeated",
        "start + k % season",
        "-1",
        see="Every step is the last value of the history. That is the naive forecast without a "
        "season.",
        look="Look at which index of the history you read for step k.",
        change="Go back one whole season from the step you forecast, not to the end of the "
        "history.",
    ),
    Mistake(
        "first-season",
        "start + k",
        "k",
        see="You repeat the first season of the history, not the last one.",
        look="Look at where the season that you copy starts.",
        change="Count from the end: the last season starts season values before the end.",
    ),
    Mistake(
        "one-phase-late",
        "k % season",
        "(k + 1) % season",
        see="The right season, one step too late: your first forecast is the second value of the "
        "last season.",
        look="Look at the index for the first step, k = 0.",
        change="Let step 0 read the first value of the last season.",
    ),
    Mistake(
        "one-phase-early",
        "k % season",
        "(k - 1) % season",
        see="The right season, one step too early: your first forecast is the last value of the "
        "history.",
        look="Look at the index for the first step, k = 0. How far back is one season?",
        change="Step 0 follows the last value, so one season before it stands the first value of "
        "the last season.",
    ),
    Mistake(
        "starts-one-early",
        "start + k % season",
        "start - 1 + k % season",
        see="You repeat a season that starts one value too early: its last value is the last but "
        "one of the history.",
        look="Look at the index for the first step, k = 0: does it say T - season, or one less?",
        change="The last season is the last `season` values: it starts at index T - season.",
    ),
    Mistake(
        "each-value-repeated",
        "start + k % season",
        "start + k // -(-steps // season)",
        see="Each value of the last season comes several times in a row, before the next one.",
        look="`np.repeat` repeats value by value. Try it on [1, 2, 3].",
        change="Repeat the season as a whole: 1, 2, 3, 1, 2, 3.",
    ),
    Mistake(
        "stays-at-last-value",
        "start + k % season",
        "min(start + k, len(history) - 1)",
        see="Right for one season; after that every step is the last value of the history.",
        look="Which index do you read once k reaches the season?",
        change="After the last value of the season start again with its first one.",
    ),
    Mistake(
        "zeros-after-season",
        "history[start + k % season]",
        "history[start + k] if k < season else 0.0",
        see="Right for one season; after that every step is 0.",
        look="Where do the steps after the first season get their values?",
        change="After the last value of the season start again with its first one.",
    ),
    Mistake(
        "season-reversed",
        "start + k",
        "-1 - k",
        see="The last season runs backwards in your forecast.",
        look="Look at the sign in front of k, or for a negative step in a slice.",
        change="Read the last season in the order of time.",
    ),
    Mistake(
        "phase-from-start",
        "k % season",
        "(len(history) + k) % season",
        see="The last season is used, but turned: its phase is counted from the start of the "
        "history.",
        look="Look at what you divide by the season. A history need not begin with a season.",
        change="Count the phase from the end of the history: step k alone decides it.",
    ),
    Mistake(
        "mean-of-last-season",
        "history[start + k % season]",
        "history[start:].mean()",
        see="Every step is the mean of the last season.",
        look="Look for a mean: this forecast copies values, it averages nothing.",
        change="Return the values of the last season one by one.",
    ),
    Mistake(
        "mean-over-seasons",
        "history[start + k % season]",
        "history[start + k % season :: -season].mean()",
        see="Each step is the mean over all seasons of the history.",
        look="Look for a mean: this forecast looks back one season and no further.",
        change="Copy the last season alone.",
    ),
    Mistake(
        "not-repeated",
        "range(steps)",
        "range(min(steps, season))",
        see="Your forecast ends after one season.",
        look="Try more steps than a season has: where does your slice end?",
        change="After the last value of the season start again with its first one.",
    ),
    Mistake(
        "whole-season-returned",
        "range(steps)",
        "range(season)",
        see="One whole season comes back, whatever `steps` is.",
        look="Find the place where `steps` is used.",
        change="The forecast has exactly `steps` values: stop earlier, or go round again.",
    ),
    Mistake(
        "steps-taken-for-season",
        "np.array(forecast)",
        "history[-steps:]",
        see="You copy the last `steps` values. That is right only where steps and season are "
        "equal.",
        look="Look at which of the two arguments decides how far back you go.",
        change="Go back by the season; let `steps` decide only how many values you return.",
    ),
    Mistake(
        "long-season-accepted",
        outputs=accepts(seasonal_naive, "season"),
        see="A season longer than the history is accepted.",
        look="Look at your index for a history of 9 values and a season of 10: a negative index "
        "reads from the other end without a word.",
        change="Compare the season with the length of the history first, and raise a ValueError "
        "that names `season`.",
    ),
    Mistake(
        "no-steps-accepted",
        outputs=accepts(seasonal_naive, "steps"),
        see="Zero or fewer steps give an empty forecast instead of an error.",
        look="Look at what your code does with steps = 0 and with steps = -3.",
        change="Test `steps` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "no-error-at-all",
        outputs=accepts(seasonal_naive),
        see="Neither a season longer than the history nor steps below 1 are refused.",
        look="Read the `Raises` part of the stub again.",
        change="Begin with two tests; each raises a ValueError that names the argument.",
    ),
]

EXERCISE = Exercise(
    "seasonal_naive(history, season, steps)",
    results=("forecast",),
    references=(seasonal_naive, by_growth),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.5, "repeat": 0.25, "edges": 0.1, "errors": 0.15},
    basic=("values",),
    points=1,
    minutes=5,
    difficulty=1,
)
