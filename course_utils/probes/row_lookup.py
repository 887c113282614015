"""Have rows of a table looked up, and see how large the arrays are that are built on the way."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_LARGE = "is as large as the one-hot of all tokens"
_calls = count(1)


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The vectors; and where the set-up's `measured` is True, what `the working memory` is like.

    NumPy tells Python's tracemalloc of every array. TensorFlow does not: there each operation says
    how many numbers it gave.
    """
    (name,) = question.results
    tokens, W = inputs["tokens"], inputs["W"]
    if not setup["measured"]:
        return {name: plain(answer(tokens, W), name)}
    # A graph that TensorFlow has met before runs unseen, so each call brings a table of a new size;
    # no token names the rows behind.
    W = np.concatenate([W, np.zeros((next(_calls), W.shape[1]), dtype=W.dtype)])
    # What is imported or made once is not counted.
    answer(np.array(tokens[:1, :2]), np.array(W))
    one_hot = tokens.size * len(W)
    with _numbers_of_tensors() as numbers, _traced() as begin:
        vectors = plain(answer(tokens, W), name)
        grown = tracemalloc.get_traced_memory()[1] - begin
    # A number takes one byte at least; half of them leave room for what is none of the one-hot.
    large = grown > one_hot // 2 or max(numbers, default=0) > one_hot // 2
    return {name: vectors, "the working memory": _LARGE if large else "works"}


@contextmanager
def _traced() -> Iterator[int]:
    """The bytes that Python and NumPy hold at the beginning, with the peak counted from there."""
    running = tracemalloc.is_tracing()
    if not running:
        tracemalloc.start(1)
    try:
        tracemalloc.reset_peak()
        yield tracemalloc.get_traced_memory()[0]
    finally:
        if not running:
            tracemalloc.stop()


@contextmanager
def _numbers_of_tensors() -> Iterator[list[int]]:
    """How many numbers each tensor holds that TensorFlow makes meanwhile, eagerly or in a graph."""
    sizes: list[int] = []
    try:
        from tensorflow.python.framework import op_callbacks
    except ImportError:  # a release that keeps it elsewhere: TensorFlow's part goes unseen
        yield sizes
        return

    def note(
        op_type: Any, inputs: Any, attrs: Any, outputs: Any, op_name: Any = None, graph: Any = None
    ) -> None:
        shapes: list[Any] = [each.shape for each in outputs if hasattr(each, "shape")]
        sizes.extend(int(each.num_elements() or 0) for each in shapes)

    op_callbacks.add_op_callback(note)
    try:
        yield sizes
    finally:
        op_callbacks.remove_op_callback(note)
