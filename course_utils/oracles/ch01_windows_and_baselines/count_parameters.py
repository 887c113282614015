"""count_parameters: how many numbers a dense and a recurrent layer learn on the same sequence."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.ch01_windows_and_baselines.shared import only_right
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "count_parameters"]

RESULTS = ("dense", "recurrent")


def count_parameters(steps: int, features: int, units: int) -> tuple[int, int]:
    for name, value in (("steps", steps), ("units", units)):
        if value < 1:
            raise ExpectedError(name, f"{name} = {value}")
    dense = steps * features * units + units
    recurrent = features * units + units * units + units
    return dense, recurrent


def by_drawing(steps: int, features: int, units: int) -> tuple[int, int]:
    """Draw every connection into every unit as an arrow, and count the arrows that differ."""
    if min(steps, units) < 1:
        raise ExpectedError
    arrows: set[tuple[Any, ...]] = set()
    shared: set[tuple[Any, ...]] = set()
    for step, unit in product(range(steps), range(units)):
        for feature in range(features):
            arrows.add(("x", step, feature, unit))
            shared.add(("x", feature, unit))
        shared.update(("h", other, unit) for other in range(units))
        arrows.add(("bias", unit))
        shared.add(("bias", unit))
    return len(arrows), len(shared)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, steps: int, features: int, units: int) -> Case:
        return Case(part, {"steps": steps, "features": features, "units": units}, about)

    steps, features, units = (int(n) for n in rng.permutation([5, 7, 11]))
    return [
        case("values", "a short sequence", steps, features, units),
        case("values", "one feature, as in the CO2 series", int(rng.integers(20, 60)), 1, 16),
        case("values", "a long sequence", int(rng.integers(150, 250)), 3, 24),
        case("edges", "one step", 1, 4, 6),
        case("edges", "one unit", 9, 2, 1),
        case("edges", "one of everything", 1, 1, 1),
        case("errors", "", 0, 3, 4),
        case("errors", "", -5, 3, 4),
        case("errors", "", 5, 3, 0),
        case("errors", "", 5, 3, -2),
    ]


MISTAKES = [
    Mistake(
        "no-biases",
        "return dense, recurrent",
        "return dense - units, recurrent - units",
        see="Both counts lack the biases.",
        look="Compare with `layer.count_params()` of a Keras layer with one unit and one input: "
        "it has two parameters.",
        change="Each layer has one bias per unit: add them to both counts.",
    ),
    Mistake(
        "dense-without-bias",
        "steps * features * units + units",
        "steps * features * units",
        see="The recurrent count is right; the dense one lacks its biases.",
        look="Look at the dense layer: y = x W + b. How long is b?",
        change="Add one bias per unit to the dense count.",
    ),
    Mistake(
        "recurrent-without-bias",
        " + units * units + units",
        " + units * units",
        see="The dense count is right; the recurrent one lacks its biases.",
        look="Look at the recurrent layer: h' = tanh(x W_x + h W_h + b). How long is b?",
        change="Add one bias per unit to the recurrent count.",
    ),
    Mistake(
        "no-recurrent-kernel",
        " + units * units",
        "",
        see="The recurrent count lacks the matrix that feeds the state back.",
        look="h' = tanh(x W_x + h W_h + b) has two matrices. Which one is missing?",
        change="Add the numbers in W_h: every unit is fed by every unit.",
    ),
    Mistake(
        "state-feeds-itself-only",
        " + units * units",
        " + units",
        see="In your recurrent count each unit is fed back to itself alone.",
        look="What is the shape of W_h, when h and h' both have one number per unit?",
        change="W_h joins every unit with every unit: it is a square matrix, not a vector.",
    ),
    Mistake(
        "recurrent-times-steps",
        "return dense, recurrent",
        "return dense, steps * recurrent",
        see="Your recurrent count grows with the number of steps.",
        look="How many different matrices W_x does a recurrent layer have, and who uses them?",
        change="All steps share one set of weights: the count does not depend on steps.",
    ),
    Mistake(
        "dense-on-one-step",
        "steps * features",
        "features",
        see="Your dense layer reads one step only.",
        look="The whole sequence is flattened first. How long is the flat vector?",
        change="Let the dense layer have one weight per step, feature and unit.",
    ),
    Mistake(
        "dense-bias-per-step",
        "steps * features * units + units",
        "steps * (features * units + units)",
        see="Your dense layer has a bias for every step.",
        look="There is one dense layer on the flat sequence, not one layer per step.",
        change="Count the biases once: one per unit.",
    ),
    Mistake(
        "features-forgotten",
        "steps * features",
        "steps",
        see="Your dense count is that of one feature per step.",
        look="Flattening (steps, features) gives a vector of which length?",
        change="Multiply by the number of features, too.",
    ),
    Mistake(
        "one-bias-per-layer",
        "return dense, recurrent",
        "return dense - units + 1, recurrent - units + 1",
        see="Each layer has a single bias in your counts.",
        look="b is a vector: how many numbers does it hold?",
        change="Count one bias for each unit.",
    ),
    Mistake(
        "steps-and-features-added",
        "steps * features",
        "(steps + features)",
        see="Your flat sequence has steps + features numbers.",
        look="Write down the flattened sequence for 2 steps with 3 features each.",
        change="Every step holds all its features: multiply the two.",
    ),
    Mistake(
        "input-kernel-forgotten",
        "recurrent = features * units + ",
        "recurrent = ",
        see="The recurrent count lacks the matrix that reads the input.",
        look="h' = tanh(x W_x + h W_h + b) has two matrices. Which one is missing?",
        change="Add the numbers in W_x: every feature feeds every unit.",
    ),
    Mistake(
        "two-biases",
        " + units * units + units",
        " + units * units + 2 * units",
        see="The dense count is right; the recurrent one is too high by the number of units, as if "
        "each unit had two biases.",
        look="h' = tanh(x W_x + h W_h + b) has one b (PyTorch keeps two, Keras one), and a state "
        "is computed, not learned.",
        change="Count W_x, W_h and one bias per unit, and nothing else.",
    ),
    Mistake(
        "counts-swapped",
        "return dense, recurrent",
        "return recurrent, dense",
        see="The two counts came in the wrong order.",
        look="Look at your `return` line.",
        change="Return the dense count first, then the recurrent one.",
    ),
    Mistake(
        "only-dense-wrong",
        outputs=only_right(count_parameters, RESULTS, "recurrent"),
        see="The recurrent count is right; the dense one is not.",
        look="Draw the dense layer for 2 steps with 1 feature and 1 unit, and count its arrows.",
        change="Each unit has one weight for every number of the flat sequence, and one bias.",
    ),
    Mistake(
        "only-recurrent-wrong",
        outputs=only_right(count_parameters, RESULTS, "dense"),
        see="The dense count is right; the recurrent one is not.",
        look="Write down the shapes of W_x, W_h and b, and add up their sizes.",
        change="Each unit has one weight for every feature, one for every unit, and one bias.",
    ),
    Mistake(
        "no-steps-accepted",
        outputs=accepts(count_parameters, "steps"),
        see="Steps below 1 give a count instead of an error.",
        look="Look at what your code does with steps = 0.",
        change="Test `steps` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "no-units-accepted",
        outputs=accepts(count_parameters, "units"),
        see="Units below 1 give a count instead of an error.",
        look="Look at what your code does with units = 0.",
        change="Test `units` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "no-error-at-all",
        outputs=accepts(count_parameters),
        see="Neither steps nor units below 1 are refused.",
        look="Read the `Raises` part of the stub again.",
        change="Begin with two tests; each raises a ValueError that names the argument.",
    ),
]

EXERCISE = Exercise(
    "count_parameters(steps, features, units)",
    results=RESULTS,
    references=(count_parameters, by_drawing),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("values",),
    points=1,
    minutes=10,
    difficulty=1,
)
