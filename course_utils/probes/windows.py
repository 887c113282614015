"""Cut a series into windows and targets; a horizon is passed by its name."""

from __future__ import annotations

from typing import Any

from course_utils.checking.probing import plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The two results, and `precision`, "kept" or "lost" against the series.

    Without a `horizon` among the inputs the answer's default is meant.
    """
    series, width, named = inputs["series"], inputs["width"], dict(inputs)
    del named["series"], named["width"]
    outputs = plain_results(answer(series, width, **named), question.results)
    narrower = series.dtype.kind == "f" and any(
        each.dtype.itemsize < series.dtype.itemsize for each in outputs.values()
    )
    return {**outputs, "precision": "lost" if narrower else "kept"}
