"""What an attack is, and the notebook in which it is handed in."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.grading.inside.sandbox_spec import HIDDEN, spec_of_this_course
from tests.grading.handing import CHAPTER, notebook

__all__ = [
    "HONEST",
    "LEAK",
    "SECRET_PATTERN",
    "Attack",
    "attacks",
    "honest_notebook",
    "shown_to_an_answer",
]

LEAK = "LEAK"
#: What the planted secrets look like, split so that no attack holds one itself.
SECRET_PATTERN = ("PLANTED", "-SECRET-", "[0-9a-f]{16}")

HONEST = {
    "elman_step": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b)
""",
    "unroll": """
import numpy as np
def unroll(step, xs, h0):
    hs = np.zeros((xs.shape[0], xs.shape[1], h0.shape[1]), dtype=h0.dtype)
    h = h0
    for t in range(xs.shape[1]):
        h = hs[:, t] = step(xs[:, t], h)
    return hs
""",
    "readout": """
def readout(hs, W_y, b_y):
    return hs @ W_y + b_y
""",
    "ElmanCell": """
import keras
from keras import ops

@keras.saving.register_keras_serializable(package="unrolled")
class ElmanCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got units={units}")
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        features, units = input_shape[-1], self.units
        self.kernel = self.add_weight(shape=(features, units), name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(units, units), name="recurrent_kernel")
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")

    def call(self, inputs, states):
        past = ops.matmul(states[0], self.recurrent_kernel)
        h = ops.tanh(ops.matmul(inputs, self.kernel) + past + self.bias)
        return h, [h]

    def get_config(self):
        return {**super().get_config(), "units": self.units}
""",
    "stream": """
def stream(step, h, xs):
    for x in xs:
        h = step(x, h)
        yield h
""",
}

#: For attacks elsewhere: one exercise of each attacked chapter, and its solution.
SOLVED_IN = {
    "ch06_vanishing_and_exploding": (
        "regime",
        """
def regime(w):
    if abs(w) == 1:
        return "constant" if w > 0 else "alternates"
    return "vanishes" if abs(w) < 1 else "explodes"
""",
    ),
    "ch07_truncated_bptt": (
        "chunk_stream",
        """
import numpy as np
def chunk_stream(tokens, batch, steps):
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got batch={batch}")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got steps={steps}")
    length = (len(tokens) - 1) // batch
    chunks = length // steps
    if chunks < 1:
        raise ValueError(f"{len(tokens)} tokens give no chunk of batch={batch}, steps={steps}")
    first = steps * np.arange(chunks)[:, None, None] + length * np.arange(batch)[:, None]
    places = first + np.arange(steps)
    return tokens[places], tokens[places + 1]
""",
    ),
    "ch12_teacher_forcing": (
        "horizon_error",
        """
import numpy as np
def horizon_error(truth, predicted):
    return np.sqrt(np.mean((predicted - truth) ** 2, axis=(0, 2)))
""",
    ),
    "ch19_video_three_ways": (
        "conv3d_shape",
        """
def conv3d_shape(shape, kernel, strides, padding):
    if padding not in ("valid", "same"):
        raise ValueError(f"padding must be 'valid' or 'same', got padding={padding!r}")
    if min(strides) < 1:
        raise ValueError(f"strides must be at least 1, got strides={strides}")
    sizes = []
    for n, k, s in zip(shape, kernel, strides):
        places = n - k + 1 if padding == "valid" else n
        if places < 1:
            raise ValueError(f"the kernel {kernel} does not fit on {shape}")
        sizes.append(-(-places // s))
    return tuple(sizes)
""",
    ),
}

_HELP = """
import re

PLANTED = {planted}
SECRET = re.compile(PLANTED["pattern"].encode())

def leak(what):
    raise BaseException("LE" + "AK: " + repr(what)[:300])

def once():
    global first
    now, first = first, False
    return now
first = True

def look(text):
    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    found = SECRET.search(bytes(text))
    if found:
        leak(found.group())
    return text
"""


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        name: what it tries.
        code: the cell that defines the exercise it wants the points of.
        exercise: that exercise.
        times: how often it is handed in: twice where the first one prepares the second one's way.
        chapter: the exercise's.
    """

    name: str
    code: str
    exercise: str = "elman_step"
    times: int = 1
    chapter: str = CHAPTER

    @property
    def honest(self) -> str:
        """An exercise that the same student has solved: the attack must not cost it."""
        return self._solved[0]

    @property
    def solution(self) -> str:
        """The cell that solves it."""
        return self._solved[1]

    @property
    def _solved(self) -> tuple[str, str]:
        """Its name and the cell that solves it."""
        if self.chapter == CHAPTER:
            name = "readout" if self.exercise != "readout" else "elman_step"
            return name, HONEST[name]
        return SOLVED_IN[self.chapter]

    def notebook(self, planted: Mapping[str, Any]) -> bytes:
        """The submission.

        Args:
            planted: what an attacker who knows the machine well could know: paths, pids, ports.
        """
        said = {**planted, "pattern": "".join(SECRET_PATTERN[:2]) + SECRET_PATTERN[2]}
        help_ = _HELP.format(planted=json.dumps(said))
        return notebook(self.solution, help_, self.code)


def attacks(codes: Mapping[str, str], exercise: str = "elman_step", times: int = 1) -> list[Attack]:
    """Attacks on one exercise, from name → code."""
    return [Attack(name, code, exercise, times) for name, code in codes.items()]


def honest_notebook() -> bytes:
    """All exercises of the chapter solved."""
    return notebook(*HONEST.values())


def shown_to_an_answer() -> list[str]:
    """The files and folders that an answer is meant to see, wherever the checkout lies."""
    spec = spec_of_this_course("/")
    parts = [
        f"{package}/{name}"
        for package in spec.courses
        for name in sorted(os.listdir(package))
        if name not in HIDDEN
    ]
    return [*spec.shown, *parts]
