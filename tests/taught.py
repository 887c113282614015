"""The cells that the chapters teach, taken out of the sources of their solutions."""

from __future__ import annotations

from functools import cache
from typing import Any

from course_utils.chapters import CHAPTERS, chapter_of_exercise
from tests.soundness.subjects import sources_of

__all__ = ["TAUGHT", "taught_cell"]

#: Exercise → Keras's own layer of that kind, for the chapters that are there.
TAUGHT: dict[str, str] = {
    name: layer
    for name, layer in {"ElmanCell": "SimpleRNN", "LSTMCell": "LSTM", "GRUCell": "GRU"}.items()
    if any(name in chapter.exercises for chapter in CHAPTERS)
}


@cache
def taught_cell(name: str) -> Any:
    """The class that the solution of the exercise `name` defines, registered with Keras."""
    import keras
    import numpy as np
    import tensorflow as tf

    source = sources_of(chapter_of_exercise(name).stem).exercises[name]
    room = {"__name__": "taught", "keras": keras, "ops": keras.ops, "np": np, "tf": tf}
    exec(compile(source, f"<solution of {name}>", "exec"), room)
    return room[name]
