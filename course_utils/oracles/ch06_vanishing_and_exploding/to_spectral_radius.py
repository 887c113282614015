"""to_spectral_radius: scale a matrix so that its largest eigenvalue has a given size."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.ch06_vanishing_and_exploding.shared import short
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "gelfand_radius", "to_spectral_radius"]

Array = np.ndarray


def to_spectral_radius(W: Array, radius: float) -> Array:
    sizes = np.abs(np.linalg.eigvals(W))
    if sizes.max() == 0:
        raise ExpectedError("W", "a matrix whose eigenvalues are all 0")
    return W * (radius / sizes.max())


def by_gelfand(W: Array, radius: float) -> Array:
    found = gelfand_radius(W)
    if found == 0.0:
        raise ExpectedError
    return W / found * radius


def gelfand_radius(W: Array) -> float:
    """The spectral radius as the limit of ‖W^k‖^(1/k), for k = 2⁶⁰ by repeated squaring.

    I. Gelfand, "Normierte Ringe", Matematicheskii Sbornik (1941).
    """
    power, logarithm, exponent = W, 0.0, 1.0
    for _ in range(60):
        size = float(np.linalg.norm(power))
        if size == 0.0:
            return 0.0
        logarithm += math.log(size) / exponent
        power = power / size
        power, exponent = power @ power, 2.0 * exponent
    return math.exp(logarithm)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, W: Array, radius: float, tolerance_factor: float = 1.0) -> Case:
        return Case(part, {"W": W, "radius": radius}, about, tolerance_factor=tolerance_factor)

    def radius() -> float:
        return short(rng, 0.5, 1.8)

    size = float(rng.uniform(0.5, 3))
    turning = size * np.array([[0.0, -1.0], [1.0, 0.0]])
    negative = with_eigenvalues(rng, [-float(rng.uniform(2, 3)), 1.0, 0.5, -0.2])
    positive = with_eigenvalues(rng, [float(rng.uniform(2, 3)), -1.0, 0.5, 0.2])
    symmetric = rng.standard_normal((4, 4))
    lopsided = np.array([[0.5, 50.0 * size], [0.0, -0.8]])
    nilpotent = np.triu(rng.uniform(1, 2, (4, 4)), 1)
    single = with_eigenvalues(rng, [1.5, -0.7, 0.4]).astype("float32")
    return [
        case("real", "all eigenvalues are real", positive, radius()),
        case("real", "the largest eigenvalue is negative", negative, radius()),
        case("real", "a symmetric matrix", symmetric + symmetric.T, radius()),
        case("complex", "a rotation: both eigenvalues are imaginary", turning, radius()),
        case("complex", "a pair of complex eigenvalues is the largest", spiral(rng), radius()),
        case("complex", "six units, no symmetry", clear(rng, 6), radius()),
        case("complex", "five units, a whole number for the radius", clear(rng, 5), 1),
        case("edges", "one unit, negative", np.array([[-size]]), radius()),
        case("edges", "one eigenvalue is 0, the other is not", np.ones((2, 2)), radius()),
        case("edges", "a diagonal matrix with a zero in it", np.diag([0.0, -2.0, 1.0]), radius()),
        case("edges", "far from symmetric: norm and radius differ much", lopsided, radius()),
        case("edges", "tiny weights", 1e-5 * clear(rng, 4), radius()),
        case("edges", "a large radius", clear(rng, 3), 1e4),
        case("edges", "float32", single, radius(), 20),
        case("errors", "", np.zeros((3, 3)), 1.0),
        case("errors", "", nilpotent, radius()),
        case("errors", "", np.array([[0.0, size], [0.0, 0.0]]), radius()),
    ]


def with_eigenvalues(rng: np.random.Generator, values: Sequence[float]) -> Array:
    """A matrix that is not symmetric, with these eigenvalues."""
    basis = np.eye(len(values)) + 0.35 * rng.uniform(-1, 1, (len(values), len(values)))
    return np.asarray(basis @ np.diag(values) @ np.linalg.inv(basis))


def spiral(rng: np.random.Generator) -> Array:
    """Eigenvalues r e^{±iφ}, with r above the real one's size but r cos φ below it."""
    r, angle = float(rng.uniform(1.5, 2)), float(rng.uniform(1.2, 1.5))
    block = np.diag([0.0, 0.0, -1.0, 0.6])
    block[:2, :2] = r * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    basis = np.eye(4) + 0.35 * rng.uniform(-1, 1, (4, 4))
    return np.asarray(basis @ block @ np.linalg.inv(basis))


def clear(rng: np.random.Generator, units: int) -> Array:
    """A random matrix whose radius is well-conditioned and differs from what it is mistaken for."""
    while True:
        W = rng.standard_normal((units, units))
        values, vectors = np.linalg.eig(W)
        largest = np.abs(values).max()
        if (
            np.linalg.cond(vectors) < 30
            and largest > 1.1 * np.abs(values.real).max()
            and largest > 0.5
        ):
            return np.asarray(W)


def refuse_zero_radius_of_others(W: Array, radius: float) -> None:
    if W.any():
        to_spectral_radius(W, radius)


SIZE_HINT = "The size of a complex number a + bi is the root of a² + b², which np.abs gives."

MISTAKES = [
    Mistake(
        "spectral-norm",
        "radius / sizes.max()",
        "radius / np.linalg.norm(W, 2)",
        see="You scale by the largest singular value (the spectral norm).",
        look="Norm and radius agree for symmetric matrices only. The norm tells how much one step "
        "can stretch a vector, the radius what many steps do.",
        change="Take the eigenvalues of W, and of their sizes the largest.",
    ),
    Mistake(
        "frobenius-norm",
        "radius / sizes.max()",
        "radius / np.linalg.norm(W)",
        see="You scale by the root of the sum of the squares (the Frobenius norm).",
        look="That is what np.linalg.norm gives for a matrix if nothing else is asked for.",
        change="Take the eigenvalues of W, and of their sizes the largest.",
    ),
    Mistake(
        "largest-weight",
        "radius / sizes.max()",
        "radius / np.abs(W).max()",
        see="You scale by the largest weight.",
        look="After your scaling the largest number in W is the radius, but its eigenvalues are "
        "something else.",
        change="Take the eigenvalues of W, and of their sizes the largest.",
    ),
    Mistake(
        "row-sums",
        "radius / sizes.max()",
        "radius / np.abs(W).sum(axis=1).max()",
        see="You scale by the largest sum of sizes in a row or column.",
        look="That is an upper bound of the radius (Gershgorin), not the radius.",
        change="Take the eigenvalues of W, and of their sizes the largest.",
    ),
    Mistake(
        "largest-eigenvalue-not-its-size",
        "radius / sizes.max()",
        "radius / np.linalg.eigvals(W).max()",
        see="You take the largest eigenvalue, and not the largest of their sizes: a negative or a "
        "complex one may be larger.",
        look=SIZE_HINT,
        change="Take the sizes of all eigenvalues first, then the largest of them.",
    ),
    Mistake(
        "eigenvalue-of-the-largest-size",
        "radius / sizes.max()",
        "radius / np.linalg.eigvals(W)[sizes.argmax()]",
        see="You divide by the eigenvalue with the largest size, not by that size: a negative one "
        "turns all signs, and a complex one makes the result complex.",
        look=SIZE_HINT,
        change="Divide by the size of that eigenvalue.",
    ),
    Mistake(
        "largest-real-part",
        "radius / sizes.max()",
        "radius / np.linalg.eigvals(W).real.max()",
        see="You take the largest real part of the eigenvalues.",
        look=SIZE_HINT,
        change="Take the sizes of all eigenvalues first, then the largest of them.",
    ),
    Mistake(
        "size-of-the-real-part",
        "radius / sizes.max()",
        "radius / np.abs(np.linalg.eigvals(W).real).max()",
        see="You take the sizes of the real parts and forget the imaginary ones.",
        look=SIZE_HINT,
        change="Take the size of the whole complex number.",
    ),
    Mistake(
        "symmetric-only",
        "radius / sizes.max()",
        "radius / np.abs(np.linalg.eigvalsh(W)).max()",
        see="Your eigenvalues are right for symmetric matrices only.",
        look="`eigh` and `eigvalsh` read one half of the matrix and believe the other is equal.",
        change="Use the function for eigenvalues of any matrix.",
    ),
    Mistake(
        "smallest-eigenvalue",
        "radius / sizes.max()",
        "radius / sizes.min()",
        see="You scale by the smallest eigenvalue.",
        look="Which of the eigenvalues decides what many steps do?",
        change="Take the largest of the sizes.",
    ),
    Mistake(
        "mean-eigenvalue",
        "radius / sizes.max()",
        "radius / sizes.mean()",
        see="You scale by the mean size of the eigenvalues.",
        look="Which of the eigenvalues decides what many steps do?",
        change="Take the largest of the sizes.",
    ),
    Mistake(
        "first-eigenvalue",
        "radius / sizes.max()",
        "radius / sizes[0]",
        see="You scale by the first eigenvalue in the list.",
        look="The eigenvalues come in no particular order.",
        change="Take the largest of the sizes.",
    ),
    Mistake(
        "not-divided",
        "radius / sizes.max()",
        "radius",
        see="You multiply W with the radius, whatever its own radius was.",
        look="If W has the radius 2 already and 3 is asked for, what is the factor?",
        change="Divide by the radius that W has.",
    ),
    Mistake(
        "radius-forgotten",
        "radius / sizes.max()",
        "1 / sizes.max()",
        see="Your matrix has the spectral radius 1, whatever was asked for.",
        look="Look at where the argument `radius` is used.",
        change="Multiply with the radius after the division.",
    ),
    Mistake(
        "factor-squared",
        "(radius / sizes.max())",
        "(radius / sizes.max()) ** 2",
        see="Your factor is the square of what it should be.",
        look="If W becomes twice as large, what happens to its eigenvalues?",
        change="Leave the square out.",
    ),
    Mistake(
        "root-of-the-factor",
        "(radius / sizes.max())",
        "np.sqrt(radius / sizes.max())",
        see="Your factor is the root of what it should be.",
        look="If W becomes twice as large, what happens to its eigenvalues?",
        change="Leave the root out.",
    ),
    Mistake(
        "never-larger",
        "(radius / sizes.max())",
        "min(1.0, radius / sizes.max())",
        see="You make large matrices smaller, but no small one larger.",
        look="Look for a condition, or a minimum, on the factor.",
        change="Scale by the same factor whether it is above 1 or below.",
    ),
    Mistake(
        "upside-down",
        "radius / sizes.max()",
        "sizes.max() / radius",
        see="Your factor is upside down.",
        look="If W has the radius 2 and 1 is asked for, should W grow or shrink?",
        change="Divide by the radius that W has and multiply with the one that is asked for.",
    ),
    Mistake(
        "singular-refused",
        "sizes.max() == 0",
        "np.linalg.det(W) == 0",
        see="A matrix with one eigenvalue 0 raises an error, though others are not 0.",
        look="Look for a determinant, a rank, an inverse, or a test of every eigenvalue: one 0 is "
        "enough for them. Which eigenvalue sets the radius?",
        change="Raise the error only where the largest size is 0.",
    ),
    Mistake(
        "zero-matrix-alone-refused",
        outputs=accepts(refuse_zero_radius_of_others),
        see="Only the zero matrix is refused; other matrices whose eigenvalues are all 0 are "
        "accepted.",
        look="What are the eigenvalues of [[0, 1], [0, 0]]?",
        change="Raise the ValueError where the largest size of an eigenvalue is 0.",
    ),
    Mistake(
        "zero-accepted",
        outputs=accepts(to_spectral_radius),
        see="A matrix whose eigenvalues are all 0 is accepted.",
        look="No factor can give such a matrix another radius. It need not be zero itself: try "
        "[[0, 1], [0, 0]].",
        change="Raise a ValueError where the largest size is 0, before the division.",
    ),
]

EXERCISE = Exercise(
    "to_spectral_radius(W, radius)",
    results=("the matrix",),
    references=(to_spectral_radius, by_gelfand),
    cases=cases,
    mistakes=MISTAKES,
    parts={"real": 0.4, "complex": 0.4, "edges": 0.1, "errors": 0.1},
    basic=("real", "complex"),
    points=2,
    probe="real_matrix",
    minutes=12,
    difficulty=2,
)
