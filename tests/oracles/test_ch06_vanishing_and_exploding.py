"""Chapter 6's oracle: what it says of weights, Gelfand's formula, and what it does not name."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.checking import judge
from course_utils.oracles.ch06_vanishing_and_exploding.to_spectral_radius import gelfand_radius
from course_utils.oracles.weights_in_words import look_at_weights

FANS = {"fan_in": 410, "fan_out": 120}
SHAPE = (FANS["fan_in"], FANS["fan_out"])


def words(weights):
    found = look_at_weights(FANS, {}, {"the weights": weights})
    assert found.pop("the shape of the weights") == str(SHAPE)
    return {name.split()[-1]: value for name, value in found.items()}


RIGHT = {
    "weight": "finite",
    "weights": "fan_in × fan_out",
    "sample": "as it was drawn",
    "mean": "0",
    "variance": "1/fan_in",
    "distribution": "normal",
    "columns": "independent of one another",
}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal_weights_of_variance_one_over_fan_in_are_called_right(seed, dtype):
    rng = np.random.default_rng(seed)
    assert words(rng.standard_normal(SHAPE, dtype=dtype) / np.sqrt(SHAPE[0])) == RIGHT


def scaled(draw):
    """The draw, brought to mean 0 and variance 1/fan_in exactly."""
    return (draw - draw.mean()) / draw.std() / np.sqrt(SHAPE[0])


WRONG = {
    "uniform": (lambda rng: scaled(rng.random(SHAPE)), "distribution", "uniform"),
    "clipped": (
        lambda rng: scaled(rng.standard_normal(SHAPE).clip(-3, 3)),
        "distribution",
        "cut off",
    ),
    "Laplace": (lambda rng: scaled(rng.laplace(size=SHAPE)), "distribution", "not normal"),
    "signs": (
        lambda rng: scaled(rng.choice([-1.0, 1.0], SHAPE)),
        "weights",
        "smaller: many stand there several times",
    ),
    "rounded": (
        lambda rng: np.round(rng.standard_normal(SHAPE) / np.sqrt(SHAPE[0]), 3),
        "weights",
        "smaller: many stand there several times",
    ),
    "orthogonal": (
        lambda rng: scaled(np.linalg.qr(rng.standard_normal(SHAPE))[0]),
        "columns",
        "dependent",
    ),
    "one row for all": (
        lambda rng: scaled(np.tile(rng.standard_normal((1, SHAPE[1])), (SHAPE[0], 1))),
        "weights",
        "smaller: all rows are the same",
    ),
    "one column for all": (
        lambda rng: scaled(np.tile(rng.standard_normal((SHAPE[0], 1)), (1, SHAPE[1]))),
        "weights",
        "smaller: all columns are the same",
    ),
    "sorted": (
        lambda rng: scaled(np.sort(rng.standard_normal(SHAPE), axis=0)),
        "columns",
        "dependent",
    ),
    "a tenth too large": (lambda rng: 1.1 * scaled(rng.standard_normal(SHAPE)), "variance", None),
    "shifted": (lambda rng: scaled(rng.standard_normal(SHAPE)) + 0.003, "mean", "not 0"),
    "zeros": (lambda rng: np.zeros(SHAPE), "weights", "smaller: all rows are the same"),
    "standardised": (
        lambda rng: scaled(rng.standard_normal(SHAPE)),
        "sample",
        "standardised: its mean is exactly 0 and its variance exactly 1/fan_in",
    ),
    "standardised in float32": (
        lambda rng: scaled(rng.standard_normal(SHAPE, dtype="float32")).astype("float32"),
        "sample",
        "standardised: its mean is exactly 0 and its variance exactly 1/fan_in",
    ),
    "centred column by column": (
        lambda rng: (lambda draw: draw - draw.mean(0))(rng.standard_normal(SHAPE)) / 20,
        "sample",
        "shifted: its mean is exactly 0",
    ),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("seed", range(3))
def test_other_weights_are_told_by_the_word_for_what_is_wrong(name, seed):
    draw, where, word = WRONG[name]
    found = words(draw(np.random.default_rng(seed)))
    assert found[where] != RIGHT[where]
    assert word is None or found[where] == word


@pytest.mark.parametrize(
    ("matrix", "radius"),
    [
        ([[0.0, -3.0], [3.0, 0.0]], 3.0),  # ± 3i
        ([[0.5, 100.0], [0.0, -2.0]], 2.0),
        ([[1.0, 1.0], [0.0, 1.0]], 1.0),  # one eigenvector only
        ([[0.0, 5.0], [0.0, 0.0]], 0.0),
        ([[-0.25]], 0.25),
    ],
)
def test_gelfands_formula_finds_radii_that_are_known(matrix, radius):
    assert gelfand_radius(np.array(matrix)) == pytest.approx(radius, rel=1e-13, abs=0)


def scaled_to(W, radius):
    largest = np.abs(np.linalg.eigvals(W)).max()
    if largest == 0:
        raise ValueError("W has no eigenvalue other than 0")
    return W * (radius / largest)


def clipped(gradients, max_norm):
    if max_norm <= 0:
        raise ValueError(f"max_norm is {max_norm}")
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return np.concatenate([np.ravel(g) for g in gradients]) * min(1, max_norm / (norm or 1)), norm


UNNAMED = {
    "a pair for a matrix": (
        "to_spectral_radius",
        lambda W, radius: (scaled_to(W, radius), radius),
        "a tuple of 2 came",
    ),
    "a right matrix of complex numbers": (
        "to_spectral_radius",
        lambda W, radius: scaled_to(W, radius).astype(complex),
        "should be real, but are complex",
    ),
    "all gradients in one flat vector": ("clip_by_global_norm", clipped, "a list with one array"),
    "a blank behind the word": (
        "regime",
        lambda w: ("vanishes" if abs(w) < 1 else "explodes") + " ",
        " '",
    ),
}


@pytest.mark.parametrize(("exercise", "answer", "words"), UNNAMED.values(), ids=UNNAMED)
@pytest.mark.parametrize("seed", range(2))
def test_what_no_known_mistake_explains_is_told_as_it_is(exercise, answer, words, seed):
    result = judge(exercise, answer, seed)
    assert not result.passed
    assert {finding.mistake for finding in result.findings} == {None}
    assert words in result.findings[0].message
