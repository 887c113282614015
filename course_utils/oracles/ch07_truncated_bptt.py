"""Chapter 7, truncated BPTT: cases, two references for each exercise, and the known mistakes.

`chunk_stream`: the definition, index by index, beside a reshape. `truncated_gradient`: the sum of
the last terms beside a complex step through the last steps. `train_chunk`: backpropagation through
time in NumPy beside TensorFlow's tape. `noisy_state`: NumPy's normal numbers beside the normal
quantiles of uniform ones. The layers: what they must do, in words, beside layers of Keras's own.

Sources: R. J. Williams and J. Peng, "An efficient gradient-based algorithm for on-line training of
recurrent network trajectories", Neural Computation 2 (1990); H.-G. Zimmermann et al., "Forecasting
with recurrent neural networks: 12 tricks" (2012), for the noisy initial state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch07_truncated_bptt import (
    encoded_state_probe,
    weight_names,
)
from course_utils.oracles.bank import as_expectation, wide

__all__ = ["ORACLES"]

Array = np.ndarray
Expect = Callable[[Inputs], Outputs | Raises]


def _unless_impossible(problem: Callable[[Inputs], Raises | None], expect: Expect) -> Expect:
    """`expect`, but the error where an argument is impossible."""
    return lambda inputs: problem(inputs) or expect(inputs)


def _accepts(id: str, hints: Hints, expect: Expect, names: Iterable[str] = ()) -> Mistake:
    """The mistake of returning something where an argument (one of these, or any) is impossible."""
    wanted = set(names)

    def wrong(inputs: Inputs) -> Outputs | Raises | None:
        truth = expect(inputs)
        if not isinstance(truth, Raises):
            return None
        return truth if wanted and truth.argument not in wanted else {}

    return Mistake(id, hints, wrong)


# --- chunk_stream --------------------------------------------------------------------------------

_CHUNKS = ("the inputs", "the targets")
Pair = tuple[Array, Array]


def _chunk_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, tokens: Array, batch: int, steps: int) -> Case:
        return Case({"tokens": tokens, "batch": batch, "steps": steps}, part, about)

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


def _chunk_problem(inputs: Inputs) -> Raises | None:
    tokens, batch, steps = inputs.values()
    if batch < 1:
        return Raises("batch", f"batch = {batch}")
    if steps < 1:
        return Raises("steps", f"steps = {steps}")
    if (len(tokens) - 1) // batch < steps:
        words = f"{len(tokens)} tokens, batch = {batch} and steps = {steps}: no chunk fits"
        return Raises("", words)
    return None


def _chunks_by_definition(tokens: Array, batch: int, steps: int) -> Pair:
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


def _chunks_of_rows(tokens: Array, batch: int, steps: int) -> Pair:
    length = (len(tokens) - 1) // batch
    return _cut(tokens[: batch * length].reshape(batch, length), tokens[1:], steps)


def _cut(rows: Array, following: Array, steps: int) -> Pair:
    """Rows (B, L) and the tokens after them, cut into chunks of `steps`."""
    batch, length = rows.shape
    chunks = length // steps
    after = following[: batch * length].reshape(batch, length)

    def cut(values: Array) -> Array:
        return values[:, : chunks * steps].reshape(batch, chunks, steps).swapaxes(0, 1)

    return cut(rows), cut(after)


def _flat(tokens: Array, batch: int, steps: int) -> Pair:
    size = (len(tokens) - 1) // (batch * steps) * batch * steps
    shape = (-1, batch, steps)
    return tokens[:size].reshape(shape), tokens[1 : size + 1].reshape(shape)


def _rows_of(tokens: Array, batch: int, length: int, steps: int) -> Pair:
    xs, ys = tokens[: batch * length], tokens[1 : batch * length + 1]
    if len(ys) < batch * length:
        raise ValueError("cannot reshape array")
    return _cut(xs.reshape(batch, length), ys, steps)


def _skipping(tokens: Array, batch: int, steps: int) -> Pair:
    length = (len(tokens) - 1) // batch
    starts = np.arange(0, length - steps + 1, steps + 1)
    at = starts[:, None, None] + length * np.arange(batch)[:, None] + np.arange(steps)
    return tokens[at], tokens[at + 1]


def _changed(
    targets: Callable[[Array, Array, Array], Array],
) -> Callable[[Array, int, int], Pair]:
    """Right inputs, with targets made from the tokens, the right inputs and the right targets."""

    def wrong(tokens: Array, batch: int, steps: int) -> Pair:
        xs, ys = _chunks_by_definition(tokens, batch, steps)
        return xs, targets(tokens, xs, ys)

    return wrong


def _wrong_chunks(id: str, hints: Hints, wrong: Callable[[Array, int, int], Pair]) -> Mistake:
    return Mistake(id, hints, _unless_impossible(_chunk_problem, as_expectation(wrong, *_CHUNKS)))


_CHUNK_EXPECT = _unless_impossible(_chunk_problem, as_expectation(_chunks_by_definition, *_CHUNKS))

CHUNK_STREAM = Oracle(
    cases=_chunk_cases,
    expect=_CHUNK_EXPECT,
    second=_unless_impossible(_chunk_problem, as_expectation(_chunks_of_rows, *_CHUNKS)),
    parts={"one row": 0.2, "rows": 0.5, "edges": 0.15, "errors": 0.15},
    basic=("one row", "rows"),
    mistakes=(
        _wrong_chunks(
            "rows-not-continued",
            (
                "Your chunks follow each other like lines of a page: row b of the next chunk does "
                "not go on where row b of this one stopped.",
                "Which token comes after the last one of inputs[0, 0]? It should stand at "
                "inputs[1, 0, 0].",
                "Cut the stream into batch long rows first, then cut all rows at the same places.",
            ),
            _flat,
        ),
        _wrong_chunks(
            "targets-are-inputs",
            (
                "Your targets equal your inputs: the network would learn to copy.",
                "Compare the first input with the first target.",
                "Take the targets one token later than the inputs.",
            ),
            _changed(lambda tokens, xs, ys: xs),
        ),
        _wrong_chunks(
            "targets-wrap",
            (
                "The last target of each row of a chunk is the first input of that same row.",
                "Look for np.roll inside a chunk: what comes round at its end?",
                "Shift the whole stream by one token before you cut it, not each chunk after.",
            ),
            _changed(lambda tokens, xs, ys: np.roll(xs, -1, axis=2)),
        ),
        _wrong_chunks(
            "targets-before",
            (
                "Your targets are the tokens before the inputs, not those after.",
                "In which direction is the stream shifted?",
                "The target of token n is token n + 1.",
            ),
            _changed(
                lambda tokens, xs, ys: _chunks_by_definition(
                    np.roll(tokens, 1), xs.shape[1], xs.shape[2]
                )[0]
            ),
        ),
        _wrong_chunks(
            "targets-two-later",
            (
                "Your targets are two tokens after the inputs: one is jumped over.",
                "Count how often the stream is shifted.",
                "Shift it by one token, once.",
            ),
            _changed(
                lambda tokens, xs, ys: _chunks_by_definition(
                    np.append(tokens[1:], tokens[:1]), xs.shape[1], xs.shape[2]
                )[1]
            ),
        ),
        _wrong_chunks(
            "tokens-lost",
            (
                "Between two chunks one token is lost.",
                "Blocks of steps + 1 tokens, cut into inputs and targets, use each border token "
                "once only.",
                "Let the next chunk's first input be this chunk's last target.",
            ),
            _skipping,
        ),
        _wrong_chunks(
            "length-from-n",
            (
                "Your rows are N // batch long, so that the last row has no token left as target.",
                "How many tokens have a token after them? Look at the length of the rows.",
                "Take one token off before you divide by the number of rows.",
            ),
            lambda tokens, batch, steps: _rows_of(tokens, batch, len(tokens) // batch, steps),
        ),
        _wrong_chunks(
            "rows-cut-short",
            (
                "Your rows start too early: each begins where the chunks of the row above end, "
                "not at b · L.",
                "What happens to the tokens that are left over at the end of a row?",
                "Find the starts of the rows first, and drop what is left over in each row.",
            ),
            lambda tokens, batch, steps: _rows_of(
                tokens, batch, (len(tokens) - 1) // batch // steps * steps, steps
            ),
        ),
        _wrong_chunks(
            "batch-first",
            (
                "Your axes are (batch, chunks, steps); asked for are (chunks, batch, steps).",
                "A loop over the result should give one chunk at a time.",
                "Exchange the first two axes at the end.",
            ),
            lambda *given: tuple(  # type: ignore[arg-type, return-value]
                value.swapaxes(0, 1) for value in _chunks_by_definition(*given)
            ),
        ),
        _wrong_chunks(
            "time-before-batch",
            (
                "Your axes are (chunks, steps, batch); asked for are (chunks, batch, steps).",
                "Along which axis of a chunk does the text read on?",
                "Let the last axis be time.",
            ),
            lambda *given: tuple(  # type: ignore[arg-type, return-value]
                value.swapaxes(1, 2) for value in _chunks_by_definition(*given)
            ),
        ),
        _wrong_chunks(
            "columns-as-rows",
            (
                "Neighbouring tokens stand in different rows of your chunks.",
                "A reshape to (L, batch) deals the tokens out like cards.",
                "Give each row one unbroken piece of the stream.",
            ),
            lambda tokens, batch, steps: _dealt(tokens, batch, steps),
        ),
        _accepts(
            "anything-goes",
            (
                "An impossible batch, an impossible number of steps, or a stream that is too short "
                "for one chunk is accepted.",
                "Read the `Raises` part of the stub: there are three cases.",
                "Raise a ValueError that names the argument and says what came.",
            ),
            lambda inputs: _CHUNK_EXPECT(inputs),
        ),
        _accepts(
            "empty-result",
            (
                "Where no chunk fits, an empty array comes back, and the training that gets it "
                "would end before it began.",
                "How many chunks are there when a row is shorter than steps?",
                "Raise a ValueError where there is no chunk.",
            ),
            lambda inputs: _CHUNK_EXPECT(inputs),
            ("",),
        ),
    ),
)


def _dealt(tokens: Array, batch: int, steps: int) -> Pair:
    length = (len(tokens) - 1) // batch
    chunks = length // steps
    pair = []
    for values in (tokens[:-1], tokens[1:]):
        columns = values[: batch * length].reshape(length, batch)[: chunks * steps]
        pair.append(columns.reshape(chunks, steps, batch).swapaxes(1, 2))
    return pair[0], pair[1]


# --- truncated_gradient --------------------------------------------------------------------------


def _gradient_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, w: float, xs: Array, tau: int, only: str = "") -> Case:
        return Case({"w": w, "xs": xs, "tau": tau}, part, about, only or None)

    def draw(steps: int) -> Array:
        return rng.normal(size=steps)

    def alone(steps: int, at: int) -> Array:
        xs = np.zeros(steps)
        xs[at] = 1.0 + rng.random()
        return xs

    w = float(rng.uniform(0.5, 0.9))
    return [
        case("full", "tau = T, the full gradient", w, alone(5, 0), 5, "the first input"),
        case("full", "tau = T, the full gradient", 0.8 + 0.1 * w, draw(9), 9),
        case("full", "tau = T, w negative", -w, draw(8), 8),
        case("cut", "cut after two steps", w, alone(6, 1), 2, "the second input"),
        case("cut", "cut after three of nine steps", w, draw(9), 3),
        case("cut", "cut after five of six steps", -1.1, draw(6), 5),
        case("cut", "tau = 1, the last step alone", w, draw(7), 1),
        case("cut", "tau = 2 of twelve steps, float32", w, draw(12).astype(np.float32), 2),
        case("edges", "w = 1: every term counts the same", 1.0, draw(10), 4),
        case("edges", "w = 0: the last step alone counts", 0.0, draw(5), 3),
        case("edges", "w = 3, sixty steps: large numbers", 3.0, draw(60), 40),
        case("edges", "w = 0.01, tiny inputs", 0.01, 1e-9 * draw(6), 4),
        case("edges", "T = 2", w, draw(2), 2),
        case("edges", "T = 1: h_0 = 0 leaves nothing", w, draw(1), 1),
        case("errors", "", w, draw(5), 0),
        case("errors", "", w, draw(5), -2),
        case("errors", "", w, draw(5), 6),
    ]


def _tau_problem(inputs: Inputs) -> Raises | None:
    tau, steps = inputs["tau"], len(inputs["xs"])
    if 1 <= tau <= steps:
        return None
    return Raises("tau", f"tau = {tau} and {steps} steps")


def _linear_states(w: float, xs: Array) -> list[float]:
    """h_0 … h_T of h_t = w h_{t−1} + x_t."""
    hs = [0.0]
    for x in xs:
        hs.append(w * hs[-1] + float(x))
    return hs


def _last_terms(w: float, xs: Array, tau: int) -> float:
    hs = _linear_states(w, xs)
    return sum(w**k * hs[-2 - k] for k in range(tau))


def _by_complex_step(w: float, xs: Array, tau: int) -> float:
    """Move w by a tiny imaginary number in the last tau steps alone: the rest stays as it was."""
    h: complex = _linear_states(w, xs)[len(xs) - tau]
    for x in xs[len(xs) - tau :]:
        h = complex(w, 1e-200) * h + float(x)
    return h.imag / 1e-200


def _wrong_gradient(id: str, hints: Hints, wrong: Callable[..., Any]) -> Mistake:
    return Mistake(
        id, hints, _unless_impossible(_tau_problem, as_expectation(wrong, "the gradient"))
    )


_GRADIENT_EXPECT = _unless_impossible(_tau_problem, as_expectation(_last_terms, "the gradient"))

TRUNCATED_GRADIENT = Oracle(
    cases=_gradient_cases,
    expect=_GRADIENT_EXPECT,
    second=_unless_impossible(_tau_problem, as_expectation(_by_complex_step, "the gradient")),
    parts={"full": 0.3, "cut": 0.4, "edges": 0.2, "errors": 0.1},
    basic=("full", "cut"),
    mistakes=(
        _wrong_gradient(
            "state-cut-too",
            (
                "Your gradient is that of a network which starts at zero tau steps before the end.",
                "Truncation cuts the way back of the gradient. What does it do to the states?",
                "Run forward through all inputs, and shorten the way back alone.",
            ),
            lambda w, xs, tau: _last_terms(w, xs[len(xs) - tau :], tau),
        ),
        _wrong_gradient(
            "not-cut",
            (
                "Your gradient is the full one, whatever tau is.",
                "Where does tau stand in your code?",
                "Keep the terms of the last tau steps alone.",
            ),
            lambda w, xs, tau: _last_terms(w, xs, len(xs)),
        ),
        _wrong_gradient(
            "oldest-terms",
            (
                "You keep the tau oldest terms and drop the latest ones.",
                "At which end of the sequence does backpropagation begin?",
                "Begin at step T and go back.",
            ),
            lambda w, xs, tau: sum(
                w ** (len(xs) - t) * _linear_states(w, xs)[t - 1] for t in range(1, tau + 1)
            ),
        ),
        _wrong_gradient(
            "one-step-more",
            (
                "Your gradient is that of tau + 1.",
                "With tau = 1 one term is left: that of the last step. How many do you have?",
                "Stop one step earlier.",
            ),
            lambda w, xs, tau: _last_terms(w, xs, min(tau + 1, len(xs))),
        ),
        _wrong_gradient(
            "one-step-less",
            (
                "Your gradient is that of tau − 1; with tau = 1 nothing is left.",
                "With tau = 1 one term is left: that of the last step. How many do you have?",
                "Go one step further back.",
            ),
            lambda w, xs, tau: _last_terms(w, xs, tau - 1),
        ),
        _wrong_gradient(
            "state-of-the-step",
            (
                "Each of your terms holds the state after its step, h_t, in the place of h_{t−1}.",
                "In step t, w is multiplied by a state. Which one?",
                "Let the term of step t hold the state before it.",
            ),
            lambda w, xs, tau: sum(w**k * _linear_states(w, xs)[-1 - k] for k in range(tau)),
        ),
        _wrong_gradient(
            "way-back-forgotten",
            (
                "Your terms are added without the way back: each lacks its power of w.",
                "What does a change of h_{t} do to h_T, T − t steps later?",
                "On its way to step t the gradient passes T − t products with w.",
            ),
            lambda w, xs, tau: sum(_linear_states(w, xs)[-2 - k] for k in range(tau)),
        ),
        _wrong_gradient(
            "one-power-too-many",
            (
                "Each of your terms has one factor w too many.",
                "The use of w in the last step changes h_T directly. Which power of w is that?",
                "Let the last step's term have the power zero.",
            ),
            lambda w, xs, tau: w * _last_terms(w, xs, tau),
        ),
        _wrong_gradient(
            "last-step-alone",
            (
                "Your gradient is that of tau = 1, whatever tau is.",
                "Look at what your loop adds to, or at a state that is cut off in every step.",
                "Add up tau terms, and cut once: tau steps before the end.",
            ),
            lambda w, xs, tau: _last_terms(w, xs, 1),
        ),
        _wrong_gradient(
            "averaged",
            (
                "Your gradient is the right one divided by tau.",
                "The terms are added. What else do you do with the sum?",
                "Leave the sum as it is.",
            ),
            lambda w, xs, tau: _last_terms(w, xs, tau) / tau,
        ),
        _wrong_gradient(
            "state-returned",
            (
                "You return the state h_T itself, not its derivative.",
                "Look at the last line.",
                "Return the sum of the terms, which is a derivative by w.",
            ),
            lambda w, xs, tau: _linear_states(w, xs)[-1],
        ),
        _accepts(
            "any-tau",
            (
                "A tau of 0, or one above the number of steps, is accepted.",
                "Read the `Raises` part of the stub.",
                "Raise a ValueError that names tau and says what came.",
            ),
            _GRADIENT_EXPECT,
        ),
    ),
)


# --- train_chunk ---------------------------------------------------------------------------------


def _chunk_inputs(
    rng: np.random.Generator,
    sizes: tuple[int, int, int, int, int],
    *,
    chunks: int = 2,
    layers: int = 1,
    tensors: bool = False,
    momentum: float = 0.0,
    dtype: str = "float64",
) -> Inputs:
    """sizes: batch, steps, features, units of the first layer, outputs; a second layer has 2."""
    batch, steps, features, units, out = sizes

    def draw(*shape: int, scale: float = 1.0) -> Array:
        return (scale * rng.normal(size=shape)).astype(dtype)

    weights, states, width = [], [], features
    for size in [units, 2][:layers]:
        weights += [draw(width, size), draw(size, size, scale=0.6), draw(size, scale=0.3)]
        states.append(draw(batch, size, scale=0.5))
        width = size
    weights += [draw(width, out), draw(out, scale=0.3)]
    return {
        "inputs": draw(chunks, batch, steps, features),
        "targets": draw(chunks, batch, steps, out),
        "_states": states,
        "_weights": weights,
        "_rate": 0.125,
        "_momentum": momentum,
        "_tensors": tensors,
    }


def _train_cases(rng: np.random.Generator) -> list[Case]:
    started = _chunk_inputs(rng, (2, 2, 2, 3, 2), chunks=1)
    started["inputs"] = 0 * started["inputs"]
    for k in (0, 2):
        started["_weights"][k] = 0 * started["_weights"][k]
    return [
        Case(started, "one chunk", isolates="the given states"),
        Case(_chunk_inputs(rng, (3, 4, 2, 5, 2), chunks=1), "one chunk", "one chunk of four steps"),
        Case(_chunk_inputs(rng, (3, 3, 2, 4, 1)), "border", "two chunks, one after the other"),
        Case(
            _chunk_inputs(rng, (2, 3, 1, 3, 2), tensors=True),
            "border",
            "two chunks, a tuple of tensors as states, under one outer tape",
        ),
        Case(
            _chunk_inputs(rng, (2, 2, 3, 4, 2), layers=2, tensors=True),
            "border",
            "a model with two states",
        ),
        Case(
            _chunk_inputs(rng, (2, 2, 2, 3, 1), chunks=3, momentum=0.75),
            "optimizer",
            "three chunks, an optimizer with momentum",
        ),
        Case(_chunk_inputs(rng, (1, 1, 1, 1, 1)), "edges", "one of everything"),
        Case(_chunk_inputs(rng, (2, 3, 2, 3, 2), dtype="float32"), "edges", "float32", slack=4.0),
    ]


def _chunks(inputs: Inputs) -> list[Pair]:
    return list(zip(wide(inputs["inputs"]), wide(inputs["targets"]), strict=True))


def _forward(weights: list[Array], states: list[Array], xs: Array) -> tuple[Array, list[Any]]:
    """Outputs (B, T, O) and, per layer, its inputs (B, T, F) and its states h_0 … h_T."""
    flow, kept = xs, []
    for k, h in enumerate(states):
        W_x, W_h, b = weights[3 * k : 3 * k + 3]
        hs = [h]
        for t in range(xs.shape[1]):
            hs.append(np.tanh(flow[:, t] @ W_x + hs[-1] @ W_h + b))
        kept.append((flow, hs))
        flow = np.stack(hs[1:], axis=1)
    return flow @ weights[-2] + weights[-1], kept


def _loss_of(outputs: Array, targets: Array, swapped: bool) -> tuple[float, Array]:
    """The probe's loss and its gradient by the outputs; `swapped`: called with both exchanged."""
    error = outputs - targets
    weighting = 1 + 0.5 * (outputs if swapped else targets) ** 2
    slope = 2 * error * weighting + (error**2 * outputs if swapped else 0.0)
    return float(np.mean(error**2 * weighting)), slope / error.size


def _bptt(weights: list[Array], kept: list[Any], dys: Array) -> list[Array]:
    """Backpropagation through time inside one chunk: the gradients of all weights."""
    top = np.stack(kept[-1][1][1:], axis=1)
    gradients = [np.einsum("btu,bto->uo", top, dys), dys.sum((0, 1))]
    dhs = dys @ weights[-2].T
    for k in reversed(range(len(kept))):
        W_x, W_h, b = weights[3 * k : 3 * k + 3]
        flow, hs = kept[k]
        dW_x, dW_h, db, dh = 0 * W_x, 0 * W_h, 0 * b, 0 * hs[0]
        dflow = np.zeros_like(flow)
        for t in reversed(range(flow.shape[1])):
            dz = (dh + dhs[:, t]) * (1 - hs[t + 1] ** 2)
            dW_x, dW_h, db = dW_x + flow[:, t].T @ dz, dW_h + hs[t].T @ dz, db + dz.sum(0)
            dflow[:, t], dh = dz @ W_x.T, dz @ W_h.T
        gradients = [dW_x, dW_h, db, *gradients]
        dhs = dflow
    return gradients


def _train(
    inputs: Inputs,
    *,
    updates: int = 1,
    momentum: float = 1.0,
    loss_after: bool = False,
    states: str = "new",
    swapped: bool = False,
    float_: bool = True,
    to_first: bool = False,
    to_weights: bool = False,
) -> Outputs:
    """What the probe reports of an answer; with the defaults, of a right one.

    Args:
        updates: how often the gradient is applied.
        momentum: factor on the optimizer's.
        loss_after: the loss is taken after the update.
        states: "new", "later" (of a pass after the update), "old" or "unused" (read as zero).
        swapped: the loss gets outputs and targets in the wrong order.
        float_: the losses are Python floats.
        to_first, to_weights: a gradient flows from the last states.
    """
    weights = [wide(each) for each in inputs["_weights"]]
    speed = [0 * each for each in weights]
    hs = [wide(each) for each in inputs["_states"]]
    losses: list[float] = []
    outputs: Outputs = {}
    for number, (xs, targets) in enumerate(_chunks(inputs), 1):
        begin = [0 * h for h in hs] if states == "unused" else hs
        ys, kept = _forward(weights, begin, xs)
        loss, slope = _loss_of(ys, targets, swapped)
        gradients = _bptt(weights, kept, slope)
        for _ in range(updates):
            speed = [
                momentum * inputs["_momentum"] * v - inputs["_rate"] * g
                for v, g in zip(speed, gradients, strict=True)
            ]
            weights = [w + v for w, v in zip(weights, speed, strict=True)]
        again, later = _forward(weights, begin, xs)
        losses.append(_loss_of(again, targets, swapped)[0] if loss_after else loss)
        if states != "old":
            hs = [h[-1] for _, h in (later if states == "later" else kept)]
        outputs |= {f"state {k} after chunk {number}": h for k, h in enumerate(hs)}
    return _reported(inputs, hs, losses, weights, outputs, float_, to_first, to_weights)


def _reported(
    inputs: Inputs,
    hs: list[Any],
    losses: list[Any],
    weights: list[Array],
    outputs: Outputs,
    float_: bool = True,
    to_first: bool = False,
    to_weights: bool = False,
) -> Outputs:
    return {
        "the loss of each chunk": np.array(losses, dtype=np.float64),
        **outputs,
        **{
            f"{name} after the updates": weight
            for name, weight in zip(weight_names(len(weights)), weights, strict=True)
        },
        "the number of states": len(hs),
        "a gradient from the last states to the first ones": (
            "flows" if to_first and inputs["_tensors"] else "none"
        ),
        "a gradient from the last states to the weights": "flows" if to_weights else "none",
        "each loss": "a float" if float_ else "no float",
    }


def _train_with_tape(inputs: Inputs) -> Outputs:
    """The same by TensorFlow's tape and its own update rule, in float64."""
    import tensorflow as tf

    weights = [tf.constant(wide(each)) for each in inputs["_weights"]]
    speed = [tf.zeros_like(each) for each in weights]
    hs = [tf.constant(wide(each)) for each in inputs["_states"]]
    losses: list[float] = []
    outputs: Outputs = {}
    for number, (xs, targets) in enumerate(_chunks(inputs), 1):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            flow, after = tf.unstack(tf.constant(xs), axis=1), []
            for k, h in enumerate(hs):
                both = tf.concat(weights[3 * k : 3 * k + 2], 0)
                steps = []
                for x in flow:
                    h = tf.tanh(tf.concat([x, h], 1) @ both + weights[3 * k + 2])
                    steps.append(h)
                flow = steps
                after.append(h)
            ys = tf.stack([h @ weights[-2] + weights[-1] for h in flow], axis=1)
            truth = targets
            loss = tf.reduce_mean((ys - truth) ** 2 + 0.5 * (truth * ys - truth**2) ** 2)
        gradients = tape.gradient(loss, weights)
        speed = [
            inputs["_momentum"] * v - inputs["_rate"] * g
            for v, g in zip(speed, gradients, strict=True)
        ]
        weights = [w + v for w, v in zip(weights, speed, strict=True)]
        losses.append(float(loss))
        hs = after
        outputs |= {f"state {k} after chunk {number}": h.numpy() for k, h in enumerate(hs)}
    return _reported(inputs, hs, losses, [w.numpy() for w in weights], outputs)


def _training(**how: Any) -> Expect:
    return lambda inputs: _train(inputs, **how)


def _first_state_only(inputs: Inputs) -> Outputs | Raises:
    if len(inputs["_states"]) > 1:
        return Raises(kind="Exception", problem="the model needs a list of 2 states")
    return _train(inputs)


TRAIN_CHUNK = Oracle(
    cases=_train_cases,
    expect=_train,
    second=_train_with_tape,
    parts={"one chunk": 0.3, "border": 0.4, "optimizer": 0.15, "edges": 0.15},
    basic=("one chunk", "border"),
    mistakes=(
        Mistake(
            "states-attached",
            (
                "The states that you return still hang on the tape: a gradient runs from them back "
                "into the chunk that made them.",
                "Put a tape around two calls: what does its gradient reach? Look at the states "
                "that leave the function.",
                "Cut the gradient at each new state before you return it; TensorFlow and Keras "
                "have an operation that does only this.",
            ),
            _training(to_first=True, to_weights=True),
        ),
        Mistake(
            "detached-on-entry",
            (
                "You cut the gradient at the states that come in; those that go out still hang on "
                "this chunk's weights.",
                "Which side of the border is yours to close: whoever gets your states, or you?",
                "Cut the gradient at the states that you return.",
            ),
            _training(to_weights=True),
        ),
        Mistake(
            "loss-after-update",
            (
                "Your loss is that of the weights after the update.",
                "How often do you call the model, and when?",
                "Return the loss that the gradient was taken from.",
            ),
            _training(loss_after=True),
        ),
        Mistake(
            "states-after-update",
            (
                "Your new states come from a second pass, with the weights after the update.",
                "How often do you call the model? Once is enough.",
                "Return the states of the pass that the loss came from.",
            ),
            _training(states="later"),
        ),
        Mistake(
            "second-pass",
            (
                "Both your loss and your states come from a second pass, after the update.",
                "How often do you call the model? Once is enough.",
                "Keep the loss and the states of the first pass, and return those.",
            ),
            _training(states="later", loss_after=True),
        ),
        Mistake(
            "no-update",
            (
                "The weights are the same after the call as before it.",
                "What does your code do with the gradients?",
                "Hand the gradients to the optimizer, together with the weights.",
            ),
            _training(updates=0),
        ),
        Mistake(
            "two-updates",
            (
                "The weights move twice in one call.",
                "Count how often the optimizer is called.",
                "Apply the gradients once.",
            ),
            _training(updates=2),
        ),
        Mistake(
            "own-update",
            (
                "The weights move by learning rate times gradient, whatever optimizer was given: "
                "its momentum is lost.",
                "Which line changes the weights?",
                "Leave the change of the weights to the optimizer.",
            ),
            _training(momentum=0.0),
        ),
        Mistake(
            "old-states-returned",
            (
                "You return the states that came in: nothing is carried to the next chunk.",
                "The model returns two things. What happens to the second?",
                "Return the states that the model gave.",
            ),
            _training(states="old"),
        ),
        Mistake(
            "states-unused",
            (
                "Your model starts at zero in every chunk: the states that come in are not used.",
                "What does your call of the model get as its states?",
                "Hand the argument states to the model.",
            ),
            _training(states="unused"),
        ),
        Mistake(
            "arguments-swapped",
            (
                "Your loss is the one of loss(outputs, targets).",
                "In which order does the stub give the arguments of loss?",
                "Targets come first, as in Keras.",
            ),
            _training(swapped=True),
        ),
        Mistake(
            "loss-no-float",
            (
                "Your loss is a tensor or an array, not a float.",
                "A tensor keeps its whole graph alive, and a list of them fills the memory.",
                "Turn the loss into a float before you return it.",
            ),
            _training(float_=False),
        ),
        Mistake(
            "first-state-alone",
            (
                "A model with two states gets only one of them back.",
                "Look for an index, such as [0], on the new states.",
                "Go through all states, however many there are.",
            ),
            _first_state_only,
        ),
    ),
)


# --- noisy_state ---------------------------------------------------------------------------------


def _noisy_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, batch: int, units: int, scale: float) -> Case:
        seed = int(rng.integers(2**32))
        return Case({"batch": batch, "units": units, "scale": scale, "_seed": seed}, part, about)

    def size() -> int:
        return int(rng.integers(200, 300))

    return [
        case("numbers", "standard deviation 1", size(), size(), 1.0),
        case("numbers", "standard deviation 0.2", size(), size(), 0.2),
        case("numbers", "standard deviation 4", size(), size(), 4.0),
        case("edges", "one row of many units", 1, 40 * size(), 0.5),
        case("edges", "many rows of one unit", 40 * size(), 1, 2.0),
        case("edges", "a tiny scale", size(), size(), 1e-6),
        case("errors", "", 0, 3, 1.0),
        case("errors", "", -1, 3, 1.0),
        case("errors", "", 3, 0, 1.0),
        case("errors", "", 3, -2, 1.0),
    ]


def _state_problem(inputs: Inputs) -> Raises | None:
    for name in ("batch", "units"):
        if inputs[name] < 1:
            return Raises(name, f"{name} = {inputs[name]}")
    return None


def _noise(
    draw: Callable[[np.random.Generator, int, int, float], Array], own_seed: int | None = None
) -> Expect:
    """The three states that the probe takes; `own_seed`: drawn from a generator of their own."""

    def expect(inputs: Inputs) -> Outputs:
        given = [inputs[name] for name in ("batch", "units", "scale")]
        if own_seed is None:
            one, other = (np.random.default_rng([inputs["_seed"], 7]) for _ in range(2))
            three = [draw(one, *given), draw(one, *given), draw(other, *given)]
        elif own_seed:
            three = [draw(np.random.default_rng(own_seed), *given) for _ in range(3)]
        else:
            one = np.random.default_rng([inputs["_seed"], 8])
            three = [draw(one, *given) for _ in range(3)]
        return dict(
            zip(("the state", "the next state", "the state from the same seed"), three, strict=True)
        )

    return _unless_impossible(_state_problem, expect)


def _normal(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    return rng.normal(0.0, scale, size=(batch, units))


def _normal_by_quantiles(rng: np.random.Generator, batch: int, units: int, scale: float) -> Array:
    from scipy.special import ndtri

    return np.asarray(scale * ndtri(1.0 - rng.random((batch, units))))


def _tests_of_noise(inputs: Inputs, outputs: Outputs) -> Outputs:
    """Samples as the words of tests; false alarms are rarer than one in a million."""
    if "the state" not in outputs:
        return outputs
    state = np.asarray(outputs["the state"], dtype=np.float64)
    result: Outputs = {"the shape of the state": np.array(state.shape)}
    if state.shape != (inputs["batch"], inputs["units"]) or not state.size:
        return result
    distinct = len(np.unique(np.abs(state)))
    rows, columns = np.ptp(state, axis=0).max() == 0, np.ptp(state, axis=1).max() == 0
    result["the numbers"] = (
        "all different"
        if distinct > 0.95 * state.size
        else "the same in every row"
        if rows
        else "the same in every column"
        if columns
        else "often repeated"
    )
    told = result["the numbers"] == "all different"
    result |= _statistics(state / inputs["scale"]) if told else dict.fromkeys(_STATISTICS, "open")
    again = np.array_equal(state, outputs["the next state"])
    result["the next state from the same generator"] = "the same" if again else "another one"
    twin = np.array_equal(state, outputs["the state from the same seed"])
    result["the state from an equal generator"] = "the same" if twin else "another one"
    return result


_STATISTICS = ("the mean", "the standard deviation", "the distribution")


def _statistics(z: Array) -> Outputs:
    """Mean, spread and shape; each within 5.5 standard errors, the shape by Kolmogorov's test."""
    from scipy.special import ndtr

    off = 5.5 / np.sqrt(z.size)
    mean, spread = float(z.mean()), float(z.std())
    centred = np.sort(z, axis=None) - mean
    steps = (np.arange(z.size) + 0.5) / z.size
    gap = np.abs(ndtr(centred / spread) - steps).max()
    sign = "above 0" if mean > 0 else "below 0"
    return {
        "the mean": "0" if abs(mean) < off * spread else sign,
        "the standard deviation": "scale" if abs(spread - 1) < off else f"{spread:.0e} scales",
        "the distribution": "normal" if gap * np.sqrt(z.size) < 2.8 else "not normal",
    }


def _wrong_noise(id: str, hints: Hints, draw: Callable[..., Array], **how: Any) -> Mistake:
    return Mistake(id, hints, _noise(draw, **how))


_NOISE_EXPECT = _noise(_normal)

NOISY_STATE = Oracle(
    cases=_noisy_cases,
    expect=_NOISE_EXPECT,
    second=_noise(_normal_by_quantiles),
    parts={"numbers": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("numbers",),
    view=_tests_of_noise,
    mistakes=(
        _wrong_noise(
            "scale-forgotten",
            (
                "Your numbers have the standard deviation 1, whatever scale is.",
                "Where does scale stand in your code?",
                "Stretch the normal numbers by scale.",
            ),
            lambda rng, batch, units, scale: rng.normal(size=(batch, units)),
        ),
        _wrong_noise(
            "scale-as-variance",
            (
                "Your numbers have the variance scale: their standard deviation is its root.",
                "Look for a square root.",
                "Use scale itself as the standard deviation.",
            ),
            lambda rng, batch, units, scale: np.sqrt(scale) * rng.normal(size=(batch, units)),
        ),
        _wrong_noise(
            "scale-squared",
            (
                "Your numbers have the standard deviation scale².",
                "How often are the numbers multiplied by scale?",
                "Use scale once.",
            ),
            lambda rng, batch, units, scale: scale**2 * rng.normal(size=(batch, units)),
        ),
        _wrong_noise(
            "uniform",
            (
                "Your numbers are uniform between −scale and scale; asked for are normal ones.",
                "Which distribution do you draw from?",
                "Draw from a normal distribution.",
            ),
            lambda rng, batch, units, scale: rng.uniform(-scale, scale, size=(batch, units)),
        ),
        _wrong_noise(
            "uniform-of-that-spread",
            (
                "Mean and standard deviation are right, but your numbers are not normal: they have "
                "hard ends.",
                "Which distribution do you draw from?",
                "Draw from a normal distribution.",
            ),
            lambda rng, batch, units, scale: rng.uniform(
                -scale * np.sqrt(3), scale * np.sqrt(3), size=(batch, units)
            ),
        ),
        _wrong_noise(
            "not-zero-mean",
            (
                "Your numbers lie between 0 and scale: their mean is not 0.",
                "A draw from rng.random is never negative.",
                "Draw from a normal distribution around 0.",
            ),
            lambda rng, batch, units, scale: scale * rng.random((batch, units)),
        ),
        _wrong_noise(
            "mean-is-scale",
            (
                "Your numbers lie around scale, not around 0.",
                "In which order does rng.normal take its arguments?",
                "Its first argument is the mean, its second the standard deviation.",
            ),
            lambda rng, batch, units, scale: rng.normal(scale, 1.0, size=(batch, units)),
        ),
        _wrong_noise(
            "one-row-for-all",
            (
                "All rows of your state are equal.",
                "Each sequence of the batch should start at a place of its own.",
                "Draw batch times units numbers.",
            ),
            lambda rng, batch, units, scale: np.tile(rng.normal(0, scale, size=units), (batch, 1)),
        ),
        _wrong_noise(
            "absolute",
            (
                "None of your numbers is negative.",
                "Look for abs or a square.",
                "Leave the sign of the numbers as it was drawn.",
            ),
            lambda rng, batch, units, scale: np.abs(rng.normal(0, scale, size=(batch, units))),
        ),
        _wrong_noise(
            "units-first",
            (
                "Your state has the axes (units, batch).",
                "Rows are sequences, columns are units.",
                "Exchange the two numbers of the shape.",
            ),
            lambda rng, batch, units, scale: rng.normal(0, scale, size=(units, batch)),
        ),
        _wrong_noise(
            "seed-inside",
            (
                "Two calls give the same numbers: the noise never changes.",
                "Do you make a generator of your own with a fixed seed?",
                "Draw from the rng that is given.",
            ),
            _normal,
            own_seed=1,
        ),
        _wrong_noise(
            "rng-unused",
            (
                "Equal generators give different states: your numbers do not come from rng.",
                "Do you draw from np.random or from a generator of your own?",
                "Draw from the rng that is given.",
            ),
            _normal,
            own_seed=0,
        ),
        _accepts(
            "anything-goes",
            (
                "A batch or a number of units below 1 is accepted.",
                "Read the `Raises` part of the stub.",
                "Raise a ValueError that names the argument and says what came.",
            ),
            _NOISE_EXPECT,
        ),
    ),
)


# --- LearnedState --------------------------------------------------------------------------------

_CONFIG = "`from_config(get_config())`"


def _learned_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, do: str, batch: int, units: int, dtype: str) -> Case:
        return Case(
            {
                "batch_size": batch,
                "units": units,
                "_do": do,
                "_dtype": dtype,
                "_vector": rng.normal(size=units).astype(dtype),
                "_weights_of_the_sum": rng.normal(size=(batch, units)).astype(dtype),
            },
            part,
            about,
        )

    return [
        case("state", "three rows, four units", "vector", 3, 4, "float32"),
        case("state", 'five rows, two units, made with dtype="float64"', "vector", 5, 2, "float64"),
        case("state", "as many rows as units", "vector", 3, 3, "float64"),
        case("state", "inside tf.function", "graph", 2, 5, "float32"),
        case("edges", "one row", "vector", 1, 3, "float32"),
        case("edges", "one unit", "vector", 4, 1, "float32"),
        Case({"units": int(rng.integers(3, 9)), "_do": "config"}, "edges", "from_config"),
        *(
            Case({"units": units, "_do": "build"}, "errors", f"LearnedState({units})")
            for units in (0, -2)
        ),
        *(
            Case({"batch_size": batch, "units": 3, "_do": "batch", "_dtype": "float32"}, "errors")
            for batch in (0, -1)
        ),
    ]


def _layer_problem(inputs: Inputs) -> Raises | None:
    if inputs["units"] < 1:
        return Raises("units", f"units = {inputs['units']}")
    if inputs.get("batch_size", 1) < 1:
        return Raises("batch_size", f"batch_size = {inputs['batch_size']}")
    return None


def _learned_right(inputs: Inputs) -> Outputs:
    if inputs["_do"] == "config":
        return {_CONFIG: "works"}
    vector, batch = wide(inputs["_vector"]), inputs["batch_size"]
    return {
        "the number of trainable weights": 1,
        "the trainable numbers": inputs["units"],
        "the rows at first": "equal",
        "the dtype": inputs["_dtype"],
        "the state": np.repeat(vector[None], batch, axis=0),
        "the state of a larger batch": np.repeat(vector[None], batch + 3, axis=0),
        "the gradient of the vector": wide(inputs["_weights_of_the_sum"]).sum(0),
    }


def _learned_as_bias(inputs: Inputs) -> Outputs | Raises | None:
    """The vector as the bias of a dense layer that reads zeros."""
    if _layer_problem(inputs) or inputs["_do"] == "config":
        return _layer_problem(inputs)
    import keras
    import tensorflow as tf

    vector, batch, units = wide(inputs["_vector"]), inputs["batch_size"], inputs["units"]
    layer = keras.layers.Dense(units, dtype="float64")
    layer.build((None, 1))
    layer.bias.assign(vector)
    with tf.GradientTape() as tape:
        state = layer(tf.zeros((batch, 1), "float64"))
        total = tf.reduce_sum(state * wide(inputs["_weights_of_the_sum"]))
    return {
        "the state": np.asarray(state),
        "the gradient of the vector": np.asarray(tape.gradient(total, layer.bias.value)),
        "the state of a larger batch": np.asarray(layer(tf.zeros((batch + 3, 1), "float64"))),
    }


_LEARNED_EXPECT = _unless_impossible(_layer_problem, _learned_right)


def _layer_but(
    right: Expect, change: Callable[[Inputs, Outputs], Outputs | Raises], config: bool = False
) -> Expect:
    """A layer that is right but for one thing; `config`: changed where it is made again, too."""

    def wrong(inputs: Inputs) -> Outputs | Raises:
        truth = right(inputs)
        if isinstance(truth, Raises) or (inputs["_do"] == "config") != config:
            return truth
        return change(inputs, truth)

    return wrong


def _no_keywords(right: Expect, double: Callable[[Inputs], bool]) -> Expect:
    def wrong(inputs: Inputs) -> Outputs | Raises:
        if inputs["_do"] == "config" or double(inputs):
            return Raises(kind="Exception", problem="an unexpected keyword")
        return right(inputs)

    return wrong


def _keywords_dropped(right: Expect) -> Expect:
    def wrong(inputs: Inputs) -> Outputs | Raises:
        truth = right(inputs)
        if isinstance(truth, Raises):
            return truth
        if inputs["_do"] == "config":
            return {_CONFIG: "loses the name or the dtype"}
        return {**truth, "the dtype": "float32"}

    return wrong


def _layer_mistakes(name: str, right: Expect, double: Callable[[Inputs], bool]) -> list[Mistake]:
    """The mistakes that any layer with a number of units can contain."""
    return [
        Mistake(
            "no-keywords",
            (
                "The layer cannot be made with Keras's own arguments, such as dtype or name.",
                "Look at the arguments of `__init__`, and at what `super().__init__` gets.",
                "Take **kwargs in `__init__` and hand them on to `super().__init__`.",
            ),
            _no_keywords(right, double),
        ),
        Mistake(
            "keywords-dropped",
            (
                "The layer takes Keras's arguments, such as dtype and name, but forgets them.",
                "What does `super().__init__` get?",
                "Hand **kwargs on to `super().__init__`.",
            ),
            _keywords_dropped(right),
        ),
        Mistake(
            "config-without-units",
            (
                "The layer cannot be made again from its own configuration: units is missing.",
                "Keras calls the class with what `get_config` returns. Which argument is missing?",
                'Add "units" to the dictionary of super().get_config(), or leave get_config out: '
                "Keras then records the arguments itself.",
            ),
            _layer_but(right, lambda inputs, truth: {_CONFIG: "raises TypeError"}, config=True),
        ),
        _accepts(
            "any-units",
            (
                f"{name}(0) is accepted, though a state of no units can hold nothing.",
                "Nothing looks at `units` before the weights are made.",
                "In `__init__`, raise a ValueError that names units and the value that came.",
            ),
            right,
            ("units",),
        ),
    ]


def _learned_but(change: Callable[[Inputs, Outputs], Outputs | Raises]) -> Expect:
    return _layer_but(_LEARNED_EXPECT, change)


def _one_number(inputs: Inputs, truth: Outputs) -> Outputs:
    return {"the trainable numbers": 1} if inputs["units"] > 1 else truth


def _no_batch_axis(inputs: Inputs, truth: Outputs) -> Outputs:
    vector = wide(inputs["_vector"])
    return {**truth, "the state": vector, "the state of a larger batch": vector}


def _one_row(inputs: Inputs, truth: Outputs) -> Outputs:
    vector = wide(inputs["_vector"])[None]
    return {**truth, "the state": vector, "the state of a larger batch": vector}


def _first_row(inputs: Inputs, truth: Outputs) -> Outputs:
    def alone(state: Array) -> Array:
        return np.concatenate([state[:1], 0 * state[1:]])

    names = ("the state", "the state of a larger batch")
    changed = {name: alone(truth[name]) for name in names}
    gradient = wide(inputs["_weights_of_the_sum"])[0]
    told = {k: v for k, v in truth.items() if k != "the rows at first"}
    return {**told, **changed, "the gradient of the vector": gradient}


def _squashed(inputs: Inputs, truth: Outputs) -> Outputs:
    vector = wide(inputs["_vector"])
    return {
        **truth,
        "the state": np.tanh(truth["the state"]),
        "the state of a larger batch": np.tanh(truth["the state of a larger batch"]),
        "the gradient of the vector": truth["the gradient of the vector"] / np.cosh(vector) ** 2,
    }


LEARNED_STATE = Oracle(
    cases=_learned_cases,
    expect=_LEARNED_EXPECT,
    second=_learned_as_bias,
    parts={"state": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("state",),
    mistakes=(
        Mistake(
            "nothing-to-train",
            (
                "Your layer has no trainable weight: the state stays what it was at the start.",
                "Is the vector made with `self.add_weight`, and may it be trained?",
                "Make one trainable weight of the shape (units,).",
            ),
            _learned_but(lambda inputs, truth: {"the number of trainable weights": 0}),
        ),
        Mistake(
            "two-weights",
            (
                "Your layer has two trainable weights, where one vector is asked for.",
                "A Dense layer has a kernel beside its bias: what would the kernel read?",
                "Keep one weight of the shape (units,) and nothing else.",
            ),
            _learned_but(lambda inputs, truth: {"the number of trainable weights": 2}),
        ),
        Mistake(
            "one-number",
            (
                "Your layer has one trainable number for all units.",
                "Look at the shape of the weight.",
                "Give each unit a number of its own.",
            ),
            _learned_but(_one_number),
        ),
        Mistake(
            "no-batch-axis",
            (
                "Your state has the shape (units,): the axis of the batch is missing.",
                "How many rows does the recurrent layer expect?",
                "Repeat the vector once for each row of the batch.",
            ),
            _learned_but(_no_batch_axis),
        ),
        Mistake(
            "one-row",
            (
                "Your state has one row, whatever batch_size is.",
                "Where does batch_size stand in your code?",
                "Repeat the vector once for each row of the batch.",
            ),
            _learned_but(_one_row),
        ),
        Mistake(
            "first-row-alone",
            (
                "Only the first row holds the vector; the others are zero.",
                "Padding is not repeating.",
                "Put the same vector into each row.",
            ),
            _learned_but(_first_row),
        ),
        Mistake(
            "squashed",
            (
                "Your state is tanh of the vector.",
                "What happens to the vector on its way out?",
                "Return the vector as it is, once for each row.",
            ),
            _learned_but(_squashed),
        ),
        Mistake(
            "rows-differ",
            (
                "The rows of your state differ; all sequences should start at the same place.",
                "Look for noise, or for a weight with more than one row.",
                "Let every row be the same vector.",
            ),
            _learned_but(
                lambda inputs, truth: (
                    {"the rows at first": "differ"}
                    if inputs["batch_size"] > 1
                    else {"the number of trainable weights": 1}
                )
            ),
        ),
        Mistake(
            "gradient-cut",
            (
                "No gradient reaches the vector, so that training cannot move it.",
                "Look for NumPy, `.numpy()` or stop_gradient between the weight and the result.",
                "Stay with operations of Keras or TensorFlow.",
            ),
            _learned_but(lambda inputs, truth: Raises(kind="none", problem="no gradient")),
        ),
        *_layer_mistakes(
            "LearnedState", _LEARNED_EXPECT, lambda inputs: inputs.get("_dtype") == "float64"
        ),
        _accepts(
            "any-batch",
            (
                "A batch_size below 1 is accepted.",
                "Read the `Raises` part of the stub: there are two cases.",
                "In `call`, raise a ValueError that names batch_size and the value that came.",
            ),
            _LEARNED_EXPECT,
            ("batch_size",),
        ),
    ),
)


# --- EncodedState --------------------------------------------------------------------------------


def _encoded_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, features: int, units: int, dtype: str) -> Case:
        rows = int(rng.integers(30, 90))
        return Case(
            {
                "context": (2 * rng.normal(size=(rows, features))).astype(dtype),
                "units": units,
                "_do": "behaviour",
                "_seed": int(rng.integers(2**32)),
            },
            part,
            about,
        )

    return [
        case("behaviour", "three features, four units", 3, 4, "float32"),
        case("behaviour", "two features, five units", 2, 5, "float32"),
        case("behaviour", "four features, four units", 4, 4, "float32"),
        case("edges", "one feature, one unit", 1, 1, "float32"),
        case("edges", 'made with dtype="float64"', 3, 6, "float64"),
        Case({"units": int(rng.integers(3, 9)), "_do": "config"}, "edges", "from_config"),
        *(
            Case({"units": units, "_do": "build"}, "errors", f"EncodedState({units})")
            for units in (0, -2)
        ),
    ]


def _encoded_right(inputs: Inputs) -> Outputs:
    if inputs["_do"] == "config":
        return {_CONFIG: "works"}
    context = inputs["context"]
    return {
        "the shape of the state": np.array([len(context), inputs["units"]]),
        "the dtype": str(context.dtype),
        "the trainable weights": "there",
        "the same context again": "gives the same state",
        "each row": "depends on its own context",
        "the state": "depends on the context",
        "the map": "is nonlinear, with a hidden layer",
        "the gradient": "reaches every weight",
    }


@lru_cache(maxsize=1)
def _keras_encoder() -> Any:
    """A right layer of Keras's own parts, for the probe."""
    import keras

    def made(units: int, **kwargs: Any) -> Any:
        dtype = kwargs.get("dtype")
        return keras.Sequential(
            [
                keras.layers.Dense(8, activation="softplus", dtype=dtype),
                keras.layers.Dense(units, dtype=dtype),
            ]
        )

    return made


def _encoded_in_keras(inputs: Inputs) -> Outputs | Raises | None:
    if inputs["_do"] != "behaviour":
        return None
    return encoded_state_probe(_keras_encoder(), inputs)


_ENCODED_EXPECT = _unless_impossible(_layer_problem, _encoded_right)


def _encoded_but(**told: Any) -> Expect:
    """A layer of which only this is known: underscores in the names stand for spaces."""
    words = {name.replace("_", " "): value for name, value in told.items()}
    return _layer_but(_ENCODED_EXPECT, lambda inputs, truth: words)


def _is_double(inputs: Inputs) -> bool:
    return "context" in inputs and inputs["context"].dtype == np.float64


ENCODED_STATE = Oracle(
    cases=_encoded_cases,
    expect=_ENCODED_EXPECT,
    second=_encoded_in_keras,
    parts={"behaviour": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("behaviour",),
    mistakes=(
        Mistake(
            "linear",
            (
                "Your state is a linear function of the context: two layers without an activation "
                "between them are one.",
                "Look at the activation of the hidden layer.",
                "Give the hidden layer a nonlinear activation, such as tanh or ReLU.",
            ),
            _encoded_but(the_map="is linear", each_row="depends on its own context"),
        ),
        Mistake(
            "no-hidden-layer",
            (
                "Your state is an activation of one linear layer: each unit sees the context "
                "along one direction only.",
                "How many layers does the context pass?",
                "Put a nonlinear hidden layer before the layer that gives the state.",
            ),
            _layer_but(
                _ENCODED_EXPECT,
                lambda inputs, truth: (
                    {**truth, "the map": "has no hidden layer"}
                    if inputs["context"].shape[1] > 1
                    else truth
                ),
            ),
        ),
        Mistake(
            "no-weights",
            (
                "Your layer has no trainable weights.",
                "Layers that are made inside `call` are new each time, and nobody keeps them.",
                "Make the sublayers in `__init__` and keep them in self.",
            ),
            _encoded_but(the_trainable_weights="missing"),
        ),
        Mistake(
            "rows-mixed",
            (
                "The state of one row changes with the context of another.",
                "Look for a mean, a softmax or a normalisation along axis 0.",
                "Let each row pass on its own.",
            ),
            _encoded_but(
                each_row="depends on other rows",
                the_trainable_weights="there",
                the_same_context_again="gives the same state",
            ),
        ),
        Mistake(
            "random",
            (
                "The same context gives another state each time.",
                "Look for dropout or noise that is on in every call.",
                "Let the state be a function of the context alone.",
            ),
            _encoded_but(
                the_same_context_again="gives another state", the_trainable_weights="there"
            ),
        ),
        Mistake(
            "context-unused",
            (
                "Your state is the same for every context.",
                "Where does the context stand in your code?",
                "Hand the context to the hidden layer.",
            ),
            _encoded_but(the_state="is the same for every context", the_trainable_weights="there"),
        ),
        Mistake(
            "weight-unreached",
            (
                "A weight of your layer gets no gradient, so that training cannot move it.",
                "Is there a layer whose output nobody uses, or a place where the gradient stops?",
                "Let the context pass every layer, with operations of Keras or TensorFlow.",
            ),
            _encoded_but(
                the_gradient="misses a weight",
                the_state="depends on the context",
                each_row="depends on its own context",
            ),
        ),
        Mistake(
            "inner-dtype",
            (
                "Made with float64, your layer gives float32: its inner layers did not hear of it.",
                "An inner layer does not look at the outer one's dtype.",
                "Hand the layer's dtype policy on to each inner layer.",
            ),
            _layer_but(_ENCODED_EXPECT, lambda inputs, truth: {**truth, "the dtype": "float32"}),
        ),
        *_layer_mistakes("EncodedState", _ENCODED_EXPECT, _is_double),
    ),
)

ORACLES: dict[str, Oracle] = {
    "chunk_stream": CHUNK_STREAM,
    "truncated_gradient": TRUNCATED_GRADIENT,
    "train_chunk": TRAIN_CHUNK,
    "noisy_state": NOISY_STATE,
    "LearnedState": LEARNED_STATE,
    "EncodedState": ENCODED_STATE,
}
