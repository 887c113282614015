"""Take the results of a stream one by one, and count after each what was read and computed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.elman_steps import given_step

__all__ = ["probe"]


class IterableOfInputs:
    """An iterable that is no iterator, and that can be read once."""

    def __init__(self, source: Iterator[np.ndarray]) -> None:
        self._source = source

    def __iter__(self) -> Iterator[np.ndarray]:
        return self._source


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Take results one by one, and note after each how many inputs were read and steps made.

    The set-up's `source` is "iterator"; "iterable", which a loop accepts and next(...) does not; or
    "endless": it goes on for ever, and only as many results are taken as `xs` has.
    """
    endless = setup["source"] == "endless"
    xs = inputs["xs"]
    read = called = 0
    given = given_step(setup)

    def source() -> Iterator[np.ndarray]:
        nonlocal read
        for k in count() if endless else range(len(xs)):
            read += 1
            if read > 50 * (len(xs) + 1):
                raise Misfit(
                    "stopped",
                    f"It read {read - 1} inputs before it gave the result that was asked for. A "
                    "stream may never end: give each result as soon as its input is there.",
                )
            yield np.array(xs[k % len(xs)])

    def step(x: Any, state: Any) -> Any:
        nonlocal called
        called += 1
        return given(x, state)

    given_source = IterableOfInputs(source()) if setup["source"] == "iterable" else source()
    value = answer(step, inputs["h"], given_source)
    if value is None:
        raise Misfit("none", "The result is None. Did you `yield` each state?")
    if hasattr(value, "shape"):
        when = "first" if called == 1 else "last"
        raise Misfit(
            "type",
            f"An array came after the {when} call of step, where an iterator over the states is "
            "asked for. `yield` each state inside the loop; `return` would end it.",
        )
    collected = isinstance(value, (list, tuple))  # known by what it read: let it pass
    if not collected and not (hasattr(value, "__next__") and hasattr(value, "__iter__")):
        raise Misfit(
            "type",
            f"The result should be an iterator, which `next(...)` accepts, but {describe(value)} "
            "came. `yield` each state inside the loop.",
        )
    reads, calls, states, kept = [read], [called], [], []
    for state in islice(iter(value), len(xs) if endless else len(xs) + 2):
        states.append(plain(state, "the state"))
        kept.append(state)
        reads.append(read)
        calls.append(called)
    shapes = {state.shape for state in states}
    if len(shapes) > 1:
        raise Misfit("shape", f"The states have different shapes: {sorted(shapes)}.")
    return {
        "the number of results": len(states),
        "the inputs read before each result": np.array(reads),
        "the steps made before each result": np.array(calls),
        "the states": np.stack(states) if states else np.zeros((0, *inputs["h"].shape)),
        "the states kept until the end": (
            np.stack([plain(state) for state in kept])
            if kept
            else np.zeros((0, *inputs["h"].shape))
        ),
    }
