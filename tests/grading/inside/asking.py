"""Run lines of code where a student's code runs, and read what they print."""

from __future__ import annotations

import textwrap
from dataclasses import asdict

import numpy as np

from course_utils.checking.types import Question
from course_utils.grading.inside.wire import encode
from course_utils.grading.judge.conversation import Conversation
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.reply_validation import read_answer

__all__ = ["ask", "printed_inside"]

QUESTION = Question("readout", "readout(hs, W_y, b_y)", ("the outputs",))


def ask(
    server: ForkServer, code: str, seconds: float = 60.0, forbidden: tuple[str, ...] = ()
) -> Conversation:
    """Let the exercise `readout` be answered by this code, in a fresh child."""
    cell = "def readout(hs, W_y, b_y):\n" + textwrap.indent(
        code + "\nreturn hs @ W_y + b_y", "    "
    )
    inputs = {"hs": np.ones((1, 1, 2)), "W_y": np.ones((2, 1)), "b_y": np.ones(1)}
    request = encode({"question": asdict(QUESTION), "cells": [cell], "cases": [(inputs, {})]})
    return server.ask(request, seconds, forbidden)


def printed_inside(server: ForkServer, code: str, forbidden: tuple[str, ...] = ()) -> str:
    """What the code printed, without the last line's end."""
    talk = ask(server, code, forbidden=forbidden)
    if talk.reply is None:
        raise AssertionError(f"the child gave no answer: {talk}")
    (result,) = read_answer(talk.reply).results
    if result.thrown is not None:
        raise AssertionError(f"{result.thrown.kind}: {result.thrown.message}")
    return result.printed.rstrip("\n")
