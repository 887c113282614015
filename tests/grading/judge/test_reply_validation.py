"""Of what a reply says about itself only that is taken which the engine could say."""

from __future__ import annotations

from typing import Any

import pytest

from course_utils.checking.detect_ready_operations import public_name
from course_utils.checking.ready_operations import READY
from course_utils.errors import WireError
from course_utils.grading.judge.reply_validation import UNNAMED, Answered, answered_of


def reply(**changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"results": [], "misfit": None, "thrown": None, "printed": ""}
    return {**whole, "cell": 1, "cells": [], **changed}


def with_ready(names: list[str]) -> Answered:
    result = {"outputs": {}, "thrown": None, "misfit": None, "changed": (), "ready": tuple(names)}
    return answered_of(reply(results=[{**result, "stopped": False, "printed": ""}]))


def test_a_cell_that_the_notebook_does_not_have_is_refused() -> None:
    assert answered_of(reply(cells=[2]), count=2).cells == (2,)
    for changed in ({"cells": [3]}, {"cell": 3}):
        with pytest.raises(WireError):
            answered_of(reply(**changed), count=2)


@pytest.mark.parametrize(
    "name",
    [
        *("<b>keras</b>", "keras", "keras.", "keras..a", ".keras.a", "keras.a b", "keras.a\n", ""),
        *("keras.ä", "kerasx.a", "all is well", "keras." + "x" * 61, "keras" + ".x" * 9, "tf.1"),
        "the clipping by norm of the judge",
    ],
)
def test_a_name_that_the_engine_would_never_give_counts_and_is_not_shown(name: str) -> None:
    assert with_ready([name, "keras.layers.LSTM", name]).results[0].ready == (
        "keras.layers.LSTM",
        UNNAMED,
    )


@pytest.mark.parametrize("kind", sorted(READY))
def test_every_name_that_the_engine_can_give_is_shown(kind: str) -> None:
    names = {
        public_name(None, f"/usr/lib/python3/dist-packages/{ending}", function)
        for ending, functions in READY[kind]
        for function in functions or {"lstm_block_cell", "convolve"}
    }
    assert len(names) > (1 if kind == "loop" else 5)
    assert with_ready(sorted(names)).results[0].ready == tuple(sorted(names))


def test_a_reply_of_thousands_of_names_is_refused() -> None:
    with pytest.raises(WireError, match="at most 200"):
        with_ready([f"keras.a{k}" for k in range(201)])
