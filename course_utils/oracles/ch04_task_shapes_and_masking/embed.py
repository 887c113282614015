"""embed: rows of a table, one for each token: a one-hot times a matrix that is never built."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.drawing import draw
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "embed"]

Array = np.ndarray


def embed(tokens: Array, W: Array) -> Array:
    wrong = tokens[(tokens < 0) | (tokens >= len(W))]
    if wrong.size:
        raise ExpectedError("tokens", f"a token {wrong[0]} and {len(W)} rows")
    return W[tokens]


def by_token(tokens: Array, W: Array) -> Array:
    """Token by token, column by column."""
    if tokens.size and not 0 <= tokens.min() <= tokens.max() < len(W):
        raise ExpectedError
    vectors = np.zeros((*tokens.shape, W.shape[1]))
    for place in np.ndindex(tokens.shape):
        for e in range(W.shape[1]):
            vectors[(*place, e)] = W[tokens[place], e]
    return vectors


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        batch: int,
        steps: int,
        rows: int,
        width: int,
        dtype: str = "float32",
        measured: bool = False,
        ints: str = "int64",
    ) -> Case:
        """Every row is named where there is room for it, and each row is named anywhere."""
        tokens = rng.permutation(np.arange(batch * steps) % rows).reshape(batch, steps)
        inputs = {"tokens": tokens.astype(ints), "W": draw(rng, rows, width, dtype=dtype)}
        return Case(part, inputs, about, {"measured": measured})

    def refused(token: int) -> Case:
        one = case("errors", "", 2, 3, 5, 2)
        one.inputs["tokens"][rng.integers(2), rng.integers(3)] = token
        return one

    return [
        case("vectors", "three sequences of four tokens", 3, 4, 5, 2),
        case("vectors", "float64", 2, 5, 7, 3, "float64"),
        case("vectors", "B = T = V = E", 4, 4, 4, 4),
        case("vectors", "more rows than tokens, int32", 2, 3, 11, 4, ints="int32"),
        case("memory", "600 tokens, 8,000 rows", 30, 20, 8000, 2, measured=True),
        case("edges", "one token", 1, 1, 3, 2),
        case("edges", "one row, one column", 2, 3, 1, 1),
        case("edges", "no step at all: tokens (2, 0)", 2, 0, 3, 4),
        refused(-1),
        refused(5),
        refused(-5),
        refused(12),
    ]


# --- whole wrong answers -------------------------------------------------------------------------


def by_one_hot(tokens: Array, W: Array) -> Array:
    embed(tokens, W)  # refuses what is impossible
    return (tokens[..., None] == np.arange(len(W))).astype(float) @ W


def unchecked(tokens: Array, W: Array) -> Array:
    return W[tokens]


MISTAKES = [
    Mistake(
        "one-hot-built",
        answer=by_one_hot,
        see="Your vectors are right, but on the way you build an array as large as the one-hot of "
        "all tokens.",
        look="A one-hot times W multiplies V numbers to keep one. Which row of W is it that stays?",
        change="Take that row by its index, without any one-hot and without any product.",
    ),
    Mistake(
        "unchecked",
        answer=unchecked,
        see="A token below 0 is taken for one counted from the end, and one above V − 1 ends in "
        "another error.",
        look="What does NumPy do with the index −1? Read the `Raises` part of the stub.",
        change="Look at the smallest and the largest token first, and raise a ValueError.",
    ),
    Mistake(
        "clipped",
        "    if wrong.size:\n"
        '        raise ExpectedError("tokens", f"a token {wrong[0]} and {len(W)} rows")\n'
        "    return W[tokens]",
        "    return W[np.clip(tokens, 0, len(W) - 1)]",
        see="A token outside 0 … V − 1 gets the nearest row.",
        look="A wrong token is a bug upstream. Should it get a vector that looks right?",
        change="Raise a ValueError that names tokens and says what came.",
    ),
    Mistake(
        "any-token",
        outputs=accepts(embed),
        see="A token that has no row in W is accepted.",
        look="Read the `Raises` part of the stub: there are two cases.",
        change="Raise a ValueError that names tokens and says what came.",
    ),
    Mistake(
        "counted-from-one",
        "return W[tokens]",
        "return W[tokens - 1]",
        see="Each of your vectors belongs to the token before: you count tokens from 1.",
        look="Which row does token 0 get in your code?",
        change="Token k has row k.",
    ),
    Mistake(
        "padding-is-zero",
        "return W[tokens]",
        "return W[tokens] * (tokens > 0)[..., None]",
        see="Token 0 gets zeros in your code; here it has a row like every other.",
        look="Where do you treat token 0 as padding?",
        change="Leave that to a mask: row 0 of W is the vector of token 0.",
    ),
    Mistake(
        "scaled",
        "return W[tokens]",
        "return W[tokens] * np.sqrt(W.shape[1])",
        see="Your vectors are the rows times √E, as a Transformer scales them.",
        look="Is there a factor behind the look-up?",
        change="Return the rows as they are.",
    ),
    Mistake(
        "columns",
        "return W[tokens]",
        "return W[:, tokens]",
        see="You look up columns of W; a token's vector is its row.",
        look="On which axis of W (V, E) does your index stand?",
        change="Index the first axis.",
    ),
    Mistake(
        "sequences-as-steps",
        "return W[tokens]",
        "return W[tokens.T]",
        see="Batch and time are exchanged in your result.",
        look="Look for a transpose of tokens, or for np.stack without an axis.",
        change="result[b, t] is the vector of tokens[b, t].",
    ),
    Mistake(
        "flat",
        "return W[tokens]",
        "return W[tokens.ravel()]",
        see="Your result has lost the axes of batch and time: its shape is (B·T, E).",
        look="Look for ravel, flatten or reshape(-1).",
        change="Index with tokens as they are; the result gets their shape, with E behind it.",
    ),
    Mistake(
        "bag-of-tokens",
        "return W[tokens]",
        "return W[tokens].sum(axis=1)",
        see="You add the vectors of a sequence up; each step's own vector is asked for.",
        look="Look for a sum, a mean or a count along the time axis.",
        change="Leave the time axis whole.",
    ),
    Mistake(
        "no-empty-sequence",
        "return W[tokens]",
        "return np.stack([W[each] for each in tokens.T], axis=1)",
        see="Sequences of no steps break your code; the result should have shape (B, 0, E).",
        look="What is there to stack, to reduce or to look up when there is no token?",
        change="Index with the whole array of tokens, and ask for a smallest token only where "
        "there is one.",
    ),
]

EXERCISE = Exercise(
    "embed(tokens, W)",
    results=("the vectors",),
    references=(embed, by_token),
    cases=cases,
    mistakes=MISTAKES,
    parts={"vectors": 0.4, "memory": 0.3, "edges": 0.15, "errors": 0.15},
    basic=("vectors",),
    points=2,
    probe="row_lookup",
    minutes=10,
    difficulty=1,
)
