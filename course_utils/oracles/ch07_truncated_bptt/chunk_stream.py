"""chunk_stream: a stream of tokens, cut into chunks whose rows go on from one to the next."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "chunk_stream"]

Array = np.ndarray
Pair = tuple[Array, Array]


def chunk_stream(tokens: Array, batch: int, steps: int) -> Pair:
    if batch < 1:
        raise ExpectedError("batch", f"batch = {batch}")
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    length = (len(tokens) - 1) // batch
    chunks = length // steps
    if chunks < 1:
        given = f"{len(tokens)} tokens, batch = {batch} and steps = {steps}"
        raise ExpectedError("", f"{given}, too few for one chunk,")
    rows = tokens[: batch * length].reshape(batch, length)
    after = tokens[1 : batch * length + 1].reshape(batch, length)
    cut = (batch, chunks, steps)
    xs = rows[:, : chunks * steps].reshape(cut).swapaxes(0, 1)
    ys = after[:, : chunks * steps].reshape(cut).swapaxes(0, 1)
    return xs, ys


def by_definition(tokens: Array, batch: int, steps: int) -> Pair:
    """Token by token."""
    if min(batch, steps) < 1 or (len(tokens) - 1) // batch < steps:
        raise ExpectedError
    length = (len(tokens) - 1) // batch
    chunks = length // steps
    xs = np.zeros((chunks, batch, steps), dtype=tokens.dtype)
    ys = np.zeros_like(xs)
    for k in range(chunks):
        for b in range(batch):
            for s in range(steps):
                at = b * length + k * steps + s
                xs[k, b, s], ys[k, b, s] = tokens[at], tokens[at + 1]
    return xs, ys


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, tokens: Array, batch: int, steps: int) -> Case:
        return Case(part, {"tokens": tokens, "batch": batch, "steps": steps}, about)

    def text(length: int) -> Array:
        return rng.permutation(length + 30)[:length]

    return [
        case("one row", "one row, three chunks", text(13), 1, 4),
        case("one row", "one row, real numbers", rng.normal(size=17), 1, 3),
        case("rows", "three rows, nothing left over", text(25), 3, 4),
        case("rows", "four rows, tokens left over at each row's end", text(4 * 11 + 3), 4, 3),
        case("rows", "two rows, float32", rng.normal(size=34).astype(np.float32), 2, 5),
        case("rows", "N is a multiple of batch", text(24), 3, 2),
        case("rows", "batch × steps fits, but its targets need one token more", text(48), 4, 6),
        case("rows", "more rows than steps", text(67), 7, 3),
        case("edges", "one step in each chunk", text(11), 2, 1),
        case("edges", "exactly one chunk", text(3 * 5 + 1), 3, 5),
        case("edges", "one token in each row", text(6), 5, 1),
        case("edges", "two tokens", text(2), 1, 1),
        case("errors", "", text(12), 0, 3),
        case("errors", "", text(12), -2, 3),
        case("errors", "", text(12), 2, 0),
        case("errors", "", text(12), 3, -1),
        case("errors", "", text(12), 3, 4),
        case("errors", "", text(9), 2, 5),
        case("errors", "", text(1), 1, 1),
        case("errors", "", text(0), 2, 1),
    ]


# --- whole wrong answers -------------------------------------------------------------------------


def like_lines_of_a_page(tokens: Array, batch: int, steps: int) -> Pair:
    chunk_stream(tokens, batch, steps)  # refuses what is impossible, as all of these do
    size = (len(tokens) - 1) // (batch * steps) * batch * steps
    shape = (-1, batch, steps)
    return tokens[:size].reshape(shape), tokens[1 : size + 1].reshape(shape)


def losing_tokens(tokens: Array, batch: int, steps: int) -> Pair:
    chunk_stream(tokens, batch, steps)
    length = (len(tokens) - 1) // batch
    starts = np.arange(0, length - steps + 1, steps + 1)
    at = starts[:, None, None] + length * np.arange(batch)[:, None] + np.arange(steps)
    return tokens[at], tokens[at + 1]


def dealing_out(tokens: Array, batch: int, steps: int) -> Pair:
    chunk_stream(tokens, batch, steps)
    length = (len(tokens) - 1) // batch
    chunks = length // steps
    pair = []
    for values in (tokens[:-1], tokens[1:]):
        columns = values[: batch * length].reshape(length, batch)[: chunks * steps]
        pair.append(columns.reshape(chunks, steps, batch).swapaxes(1, 2))
    return pair[0], pair[1]


MISTAKES = [
    Mistake(
        "rows-not-continued",
        answer=like_lines_of_a_page,
        see="Your chunks follow each other like lines of a page: row b of the next chunk does "
        "not go on where row b of this one stopped.",
        look="Which token comes after the last one of inputs[0, 0]? It should stand at inputs[1, "
        "0, 0].",
        change="Cut the stream into batch long rows first, then cut all rows at the same places.",
    ),
    Mistake(
        "targets-are-inputs",
        "after[:,",
        "rows[:,",
        see="Your targets equal your inputs: the network would learn to copy.",
        look="Compare the first input with the first target.",
        change="Take the targets one token later than the inputs.",
    ),
    Mistake(
        "targets-wrap",
        "return xs, ys",
        "return xs, np.roll(xs, -1, axis=2)",
        see="The last target of each row of a chunk is the first input of that same row.",
        look="Look for np.roll inside a chunk: what comes round at its end?",
        change="Shift the whole stream by one token before you cut it, not each chunk after.",
    ),
    Mistake(
        "targets-before",
        "tokens[1 : batch * length + 1]",
        "np.roll(tokens, 1)[: batch * length]",
        see="Your targets are the tokens before the inputs, not those after.",
        look="In which direction is the stream shifted?",
        change="The target of token n is token n + 1.",
    ),
    Mistake(
        "targets-two-later",
        "tokens[1 : batch * length + 1]",
        "np.roll(tokens, -2)[: batch * length]",
        see="Your targets are two tokens after the inputs: one is jumped over.",
        look="Count how often the stream is shifted.",
        change="Shift it by one token, once.",
    ),
    Mistake(
        "tokens-lost",
        answer=losing_tokens,
        see="Between two chunks one token is lost.",
        look="Blocks of steps + 1 tokens, cut into inputs and targets, use each border token "
        "once only.",
        change="Let the next chunk's first input be this chunk's last target.",
    ),
    Mistake(
        "length-from-n",
        "(len(tokens) - 1) // batch",
        "len(tokens) // batch",
        see="Your rows are N // batch long, so that the last row has no token left as target.",
        look="How many tokens have a token after them? Look at the length of the rows.",
        change="Take one token off before you divide by the number of rows.",
    ),
    Mistake(
        "rows-cut-short",
        "// batch\n",
        "// batch // steps * steps\n",
        see="Your rows start too early: each begins where the chunks of the row above end, not "
        "at b · L.",
        look="What happens to the tokens that are left over at the end of a row?",
        change="Find the starts of the rows first, and drop what is left over in each row.",
    ),
    Mistake(
        "batch-first",
        "return xs, ys",
        "return xs.swapaxes(0, 1), ys.swapaxes(0, 1)",
        see="Your axes are (batch, chunks, steps); asked for are (chunks, batch, steps).",
        look="A loop over the result should give one chunk at a time.",
        change="Exchange the first two axes at the end.",
    ),
    Mistake(
        "time-before-batch",
        "return xs, ys",
        "return xs.swapaxes(1, 2), ys.swapaxes(1, 2)",
        see="Your axes are (chunks, steps, batch); asked for are (chunks, batch, steps).",
        look="Along which axis of a chunk does the text read on?",
        change="Let the last axis be time.",
    ),
    Mistake(
        "columns-as-rows",
        answer=dealing_out,
        see="Neighbouring tokens stand in different rows of your chunks.",
        look="A reshape to (L, batch) deals the tokens out like cards.",
        change="Give each row one unbroken piece of the stream.",
    ),
    Mistake(
        "anything-goes",
        outputs=accepts(chunk_stream),
        see="An impossible batch, an impossible number of steps, or a stream that is too short "
        "for one chunk is accepted.",
        look="Read the `Raises` part of the stub: there are three cases.",
        change="Raise a ValueError that names the argument and says what came.",
    ),
    Mistake(
        "empty-result",
        "chunks < 1",
        "False",
        see="Where no chunk fits, an empty array comes back, and the training that gets it would "
        "end before it began.",
        look="How many chunks are there when a row is shorter than steps?",
        change="Raise a ValueError where there is no chunk.",
    ),
]

EXERCISE = Exercise(
    "chunk_stream(tokens, batch, steps)",
    results=("the inputs", "the targets"),
    references=(chunk_stream, by_definition),
    cases=cases,
    mistakes=MISTAKES,
    parts={"one row": 0.2, "rows": 0.5, "edges": 0.15, "errors": 0.15},
    basic=("one row", "rows"),
    points=2,
    minutes=15,
    difficulty=2,
)
