"""xavier: normal weights of variance 1/fan_in.

Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
networks", AISTATS (2010).
"""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Mistake
from course_utils.oracles.weights_in_words import look_at_weights

__all__ = ["EXERCISE", "xavier"]

Array = np.ndarray


def xavier(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    return rng.normal(0.0, 1 / np.sqrt(fan_in), (fan_in, fan_out))


def by_box_and_muller(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal numbers from uniform ones (G. E. P. Box, M. E. Muller, 1958)."""
    count = fan_in * fan_out
    radius = np.sqrt(-2.0 * np.log1p(-rng.random(count)))
    normal = radius * np.cos(2 * np.pi * rng.random(count))
    return np.asarray(normal.reshape(fan_in, fan_out) / np.sqrt(fan_in))


def cases(rng: np.random.Generator) -> list[Case]:
    def around(size: int) -> int:
        return int(size + rng.integers(size // 10))

    def setup(task: str = "draw") -> dict[str, object]:
        return {"task": task, "seed": int(rng.integers(2**31))}

    def case(part: str, about: str, setup: dict[str, object], fan_in: int, fan_out: int) -> Case:
        return Case(part, {"fan_in": fan_in, "fan_out": fan_out}, about, setup)

    square = around(70)
    wide, tall = "many more inputs than outputs", "many more outputs than inputs"
    return [
        case("weights", wide, setup(), around(400), around(120)),
        case("weights", tall, setup(), around(100), around(450)),
        case("edges", "one input", setup(), 1, around(20_000)),
        case("edges", "one output", setup(), around(20_000), 1),
        case("edges", "nearly square", setup(), around(160), around(160)),
        case("edges", "as many inputs as outputs", setup(), square, square),
        case("generator", "several draws", setup("again"), 7, 5),
        case("generator", "several draws", setup("again"), 3, 8),
    ]


def standardised(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    values = rng.standard_normal((fan_in, fan_out))
    spread = values.std() or 1.0  # of one number
    return np.asarray((values - values.mean()) / spread / np.sqrt(fan_in))


def symmetric(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    values = xavier(rng, fan_in, fan_out)
    return (values + values.T) / np.sqrt(2) if fan_in == fan_out else values


def truncated(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal, drawn again beyond two deviations, with the variance put right as Keras does."""
    values = rng.standard_normal((fan_in, fan_out))
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(int(outside.sum()))
    return np.asarray(values / 0.87962566103423978 / np.sqrt(fan_in))


VARIANCE_HINT = (
    "The variance is the square of the standard deviation, and `scale` of NumPy's normal "
    "is the standard deviation."
)

MISTAKES = [
    Mistake(
        "variance-for-deviation",
        "1 / np.sqrt(fan_in)",
        "1 / fan_in",
        see="Your weights have the variance 1/fan_in²: they are too small.",
        look=VARIANCE_HINT,
        change="Take the square root of the variance for the scale.",
    ),
    Mistake(
        "not-scaled",
        "1 / np.sqrt(fan_in)",
        "1.0",
        see="Your weights have the variance 1, however many inputs there are.",
        look="A sum over fan_in such weights grows with the number of inputs. Where does fan_in "
        "come in?",
        change="Divide the numbers by the square root of fan_in.",
    ),
    Mistake(
        "multiplied",
        "1 / np.sqrt(fan_in)",
        "np.sqrt(fan_in)",
        see="Your weights have the variance fan_in: they grow with the number of inputs.",
        look="More inputs should make each weight smaller.",
        change="Divide by the square root of fan_in, do not multiply.",
    ),
    Mistake(
        "both-fans",
        "1 / np.sqrt(fan_in)",
        "np.sqrt(2 / (fan_in + fan_out))",
        see="Your weights have the variance 2/(fan_in + fan_out), as Glorot and Bengio wrote.",
        look="The lectures use a simpler form, which looks at the inputs alone.",
        change="Use 1/fan_in for the variance.",
    ),
    Mistake(
        "fan-out",
        "1 / np.sqrt(fan_in)",
        "1 / np.sqrt(fan_out)",
        see="Your weights have the variance 1/fan_out.",
        look="A unit sums over its inputs. Which of the two numbers counts those?",
        change="Use fan_in in the place of fan_out.",
    ),
    Mistake(
        "for-relu",
        "1 / np.sqrt(fan_in)",
        "np.sqrt(2 / fan_in)",
        see="Your weights have the variance 2/fan_in, which is meant for ReLU (He and others).",
        look="The factor 2 makes up for the half that a ReLU cuts away; tanh cuts nothing away.",
        change="Use 1/fan_in for the variance.",
    ),
    Mistake(
        "fourth-root",
        "1 / np.sqrt(fan_in)",
        "1 / fan_in**0.25",
        see="Your weights have the variance 1/√fan_in: they are too large.",
        look=VARIANCE_HINT,
        change="Count the square roots in your code: one is enough.",
    ),
    Mistake(
        "uniform",
        "normal(0.0, 1 / np.sqrt(fan_in),",
        "uniform(-np.sqrt(3 / fan_in), np.sqrt(3 / fan_in),",
        see="Mean and variance are right, but your weights are uniform, not normal.",
        look="Look at the method of the generator that you call.",
        change="Draw from the normal distribution.",
    ),
    Mistake(
        "uniform-up-to-the-deviation",
        "normal(0.0, 1 / np.sqrt(fan_in),",
        "uniform(-1 / np.sqrt(fan_in), 1 / np.sqrt(fan_in),",
        see="Your weights are uniform between −1/√fan_in and 1/√fan_in.",
        look="Look at the method of the generator that you call, and at the variance of a uniform "
        "distribution: a third of the square of its limit.",
        change="Draw from the normal distribution with the standard deviation 1/√fan_in.",
    ),
    Mistake(
        "glorot-uniform",
        "normal(0.0, 1 / np.sqrt(fan_in),",
        "uniform(-np.sqrt(6 / (fan_in + fan_out)), np.sqrt(6 / (fan_in + fan_out)),",
        see="Your weights are those of Keras's GlorotUniform.",
        look="It is uniform and looks at fan_out as well. The lectures' form is normal with "
        "variance 1/fan_in.",
        change="Draw from the normal distribution and scale it yourself.",
    ),
    Mistake(
        "only-positive",
        "normal(0.0, 1 / np.sqrt(fan_in),",
        "uniform(0.0, 1 / np.sqrt(fan_in),",
        see="None of your weights is negative.",
        look="`rng.random` gives numbers from 0 to 1.",
        change="Draw from the normal distribution, whose mean is 0.",
    ),
    Mistake(
        "truncated",
        answer=truncated,
        see="Your weights look normal, but the far ends are cut off.",
        look="Some initialisers throw large numbers away. Which function draws yours?",
        change="Use all of the normal distribution.",
    ),
    Mistake(
        "transposed",
        "(fan_in, fan_out))",
        "(fan_out, fan_in))",
        see="The shape is (fan_out, fan_in); expected is (fan_in, fan_out).",
        look="Row vectors stand on the left of their weights: x W. What does W's first axis count?",
        change="Exchange the two numbers in the shape.",
    ),
    Mistake(
        "one-row-for-all",
        "(fan_in, fan_out))",
        "(1, fan_out)).repeat(fan_in, axis=0)",
        see="All rows of your weights are the same.",
        look="How many numbers do you draw?",
        change="Draw fan_in times fan_out numbers, one for each weight.",
    ),
    Mistake(
        "one-column-for-all",
        "(fan_in, fan_out))",
        "(fan_in, 1)).repeat(fan_out, axis=1)",
        see="All columns of your weights are the same.",
        look="How many numbers do you draw?",
        change="Draw fan_in times fan_out numbers, one for each weight.",
    ),
    Mistake(
        "rounded",
        "return rng.normal(0.0, 1 / np.sqrt(fan_in), (fan_in, fan_out))",
        "return np.round(rng.normal(0.0, 1 / np.sqrt(fan_in), (fan_in, fan_out)), 2)",
        see="Many of your weights stand there several times, as if they were rounded.",
        look="Look for round, for whole numbers, or for a choice among a few values.",
        change="Leave the numbers as the generator gives them.",
    ),
    Mistake(
        "standardised",
        answer=standardised,
        see="Mean and variance of your weights are exact, which those of drawn numbers never are.",
        look="Look for a mean that is taken away, or a division by the sample's own deviation. "
        "The numbers then depend on one another.",
        change="Scale by 1/√fan_in alone, and leave the sample's own mean and deviation in it.",
    ),
    Mistake(
        "symmetric",
        answer=symmetric,
        see="Where fan_in equals fan_out your weights are symmetric: half of them are copies.",
        look="The weight from i to j and the one from j to i are two weights.",
        change="Draw each of them by itself.",
    ),
    Mistake(
        "global-generator",
        "rng.normal",
        "np.random.default_rng().normal",
        see="Two generators with the same seed give different weights.",
        look="You draw from somewhere else: `np.random` without rng, or a new generator without a "
        "seed.",
        change="Call a method of rng, the generator that is handed in.",
    ),
    Mistake(
        "own-seed",
        "rng.normal",
        "np.random.default_rng(42).normal",
        see="Whatever generator comes in, the weights are the same.",
        look="You make a generator of your own with a fixed seed. Then all layers of a network "
        "start with the same numbers.",
        change="Call a method of rng, the generator that is handed in.",
    ),
]

EXERCISE = Exercise(
    "xavier(rng, fan_in, fan_out)",
    references=(xavier, by_box_and_muller),
    cases=cases,
    mistakes=MISTAKES,
    parts={"weights": 0.6, "edges": 0.2, "generator": 0.2},
    basic=("weights",),
    points=1,
    probe="drawn_weights",
    minutes=6,
    difficulty=1,
    view=look_at_weights,
)
