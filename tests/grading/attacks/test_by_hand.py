"""By hand: no way around it earns a point, and no honest way is taken for one."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

import keras
import pytest

from course_utils.chapters import chapter_of_exercise
from course_utils.checking import judge, running
from course_utils.checking.registry import exercise_file, exercise_named
from course_utils.grading.judge.executors import DaskCluster, Executor, LocalPool, ThisProcess
from course_utils.grading.judge.judging import job
from course_utils.grading.types import GradedExercise
from tests.grading.attacks.attack import Attack
from tests.grading.attacks.by_hand import ATTACKS, REFUSED_AT_ONCE
from tests.grading.handing import notebook
from tests.soundness.subjects import all_names, load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's"),
]

BY_HAND = [name for name in all_names() if exercise_named(name).by_hand]

_LOADED = """
import sys
import types

def loaded(sources):
    for name, source in sources.items():
        module = sys.modules[name] = types.ModuleType(name)
        exec(compile(source, name, "exec"), vars(module))
    return module
"""

#: Honest ways that the bank does not go; some pass close by what is forbidden.
HONEST = {
    ("conv3d", "patches of TensorFlow"): """
import numpy as np
import tensorflow as tf
import scipy.signal  # for a plot elsewhere
from scipy import fft, ndimage
def conv3d(video, kernel):
    if any(k > n for k, n in zip(kernel.shape, video.shape)):
        raise ValueError("kernel is larger than video")
    patches = tf.raw_ops.ExtractVolumePatches(
        input=video[None, ..., None], ksizes=[1, *kernel.shape, 1], strides=[1] * 5,
        padding="VALID")
    return tf.tensordot(patches[0], kernel.ravel(), 1)
""",
    ("conv3d", "a compiled function of the same name"): """
import tensorflow as tf
@tf.function(jit_compile=True)
def Conv3D(video, kernel):
    T, H, W = (n - k + 1 for n, k in zip(video.shape, kernel.shape))
    total = tf.zeros((T, H, W), video.dtype)
    for t in range(kernel.shape[0]):
        for i in range(kernel.shape[1]):
            for j in range(kernel.shape[2]):
                total += kernel[t, i, j] * video[t : t + T, i : i + H, j : j + W]
    return total
def conv3d(video, kernel):
    if any(k > n for k, n in zip(kernel.shape, video.shape)):
        raise ValueError("kernel is larger than video")
    return Conv3D(tf.constant(video), tf.constant(kernel))
""",
    ("conv3d", "SciPy's transform"): """
import numpy as np
from scipy import fft
def conv3d(video, kernel):
    if any(k > n for k, n in zip(kernel.shape, video.shape)):
        raise ValueError("kernel is larger than video")
    v, k = (fft.fftn(np.asarray(each, float), video.shape) for each in (video, kernel))
    whole = fft.ifftn(v * np.conj(k)).real
    return whole[tuple(slice(n - m + 1) for n, m in zip(video.shape, kernel.shape))]
""",
    ("clip_by_global_norm", "TensorFlow's norm"): """
import numpy as np
import tensorflow as tf
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError(f"max_norm is {max_norm}")
    norm = tf.norm([tf.norm(tf.cast(g, tf.float64)) for g in gradients]) if gradients else 0.0
    scale = min(1.0, max_norm / float(norm)) if float(norm) > 0 else 1.0
    return [(g * scale).astype(g.dtype) if scale < 1 else g for g in gradients], norm
""",
    ("clip_by_global_norm", "SciPy's norm"): """
import numpy as np
from scipy.linalg import blas
def clip_by_global_norm(gradients, max_norm):
    if max_norm <= 0:
        raise ValueError(f"max_norm is {max_norm}")
    norm = np.hypot.reduce([blas.dnrm2(np.ravel(g).astype(float)) for g in gradients] or [0.0])
    if norm > max_norm:
        gradients = [(g * (max_norm / norm)).astype(g.dtype) for g in gradients]
    return gradients, norm
""",
    ("elman_step", "a function that TensorFlow compiles"): """
import tensorflow as tf
from course_utils.recurrent.random_networks import states
@tf.function(jit_compile=True)
def LSTMBlockCell(x, h, W_x, W_h, b):
    return tf.tanh(tf.matmul(x, W_x) + tf.matmul(h, W_h) + b)
def elman_step(x, h, W_x, W_h, b):
    return LSTMBlockCell(x, h, W_x, W_h, b)
""",
}


def _marks(executor: Executor, handed_in: list[tuple[str, str]]) -> list[GradedExercise]:
    """The marks of (exercise, cell), each a submission of one exercise."""
    jobs = [
        job(
            student=f"student {number}",
            chapter=chapter_of_exercise(exercise).stem,
            notebook=notebook(cell),
            key=str(number),
            seeds={exercise: 7},
        )
        for number, (exercise, cell) in enumerate(handed_in)
    ]
    with executor:
        graded = {int(each.key): each.exercises[0] for each in executor.grade(jobs)}
    return [graded[number] for number in range(len(jobs))]


EXECUTORS = [
    "local pool",
    pytest.param("this process", marks=pytest.mark.long),
    pytest.param("dask cluster", marks=pytest.mark.long),
]


@pytest.fixture(scope="module", params=EXECUTORS)
def start(request: pytest.FixtureRequest) -> Callable[[], Executor]:
    """Starts an executor; it ends with the batch that it grades."""
    if request.param == "local pool":
        return lambda: LocalPool(2)
    if request.param == "this process":
        return ThisProcess
    address = request.getfixturevalue("running").address
    return lambda: DaskCluster(address)


@pytest.fixture(scope="module")
def attacked(start: Callable[[], Executor]) -> dict[str, GradedExercise]:
    """What came of each attack."""
    marks = _marks(start(), [(attack.exercise, attack.code) for attack in ATTACKS])
    return dict(zip(map(_id, ATTACKS), marks, strict=True))


def _id(attack: Attack) -> str:
    return f"{attack.exercise} {attack.name}".replace(" ", "-")


each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=_id)


@each_attack
def test_a_way_around_earns_nothing_and_is_flagged(
    attacked: dict[str, GradedExercise], attack: Attack
) -> None:
    result = attacked[_id(attack)].result
    assert result.points == 0, result
    if any(words in attack.name for words in REFUSED_AT_ONCE):
        assert result.findings[0].kind == "exception", result
        assert re.search("ImportError|CalledProcessError", result.findings[0].message), result
    else:
        assert result.findings[0].kind == "ready-operation", result
        assert result.flags
        assert all(flag.startswith("ready:") for flag in result.flags)


@pytest.mark.long
@each_attack
def test_a_way_around_would_earn_something_where_nothing_is_refused(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "Python of its own" in attack.name:
        pytest.skip("loading TensorFlow anew may take longer than the exercise allows")
    monkeypatch.setattr(running, "watching", lambda kinds: contextlib.nullcontext([]))
    scope: dict[str, Any] = {"__name__": "__main__"}
    epsilon = keras.config.epsilon()
    try:
        exec(compile(attack.code, "cell", "exec"), scope)
        assert judge(attack.exercise, scope[attack.exercise]).points > 0
    finally:
        keras.config.set_epsilon(epsilon)


@each_attack
def test_a_notebook_notices_the_way_around_too(attack: Attack) -> None:
    if re.search("fast way|resampling|Python of its own", attack.name):
        pytest.skip("only the grader, which replaces what is ready, holds this")
    scope: dict[str, Any] = {"__name__": "__main__"}
    epsilon = keras.config.epsilon()
    try:
        exec(compile(attack.code, "cell", "exec"), scope)
        result = judge(attack.exercise, scope[attack.exercise])
    finally:
        keras.config.set_epsilon(epsilon)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"


def _sources(module: str) -> dict[str, str]:
    """The sources of a module of the bank and of those that it takes from, these first."""
    text = inspect.getsource(importlib.import_module(module))
    found: dict[str, str] = {}
    for name in re.findall(r"^from (tests\.\S+) import", text, re.MULTILINE):
        found |= _sources(name)
    return {**found, _flat(module): re.sub(r"\btests\.bank\.[\w.]+", lambda m: _flat(m[0]), text)}


def _flat(module: str) -> str:
    return module.replace(".", "_")


def _right_cells(exercise: str) -> dict[str, str]:
    """Style → a cell: the bank's right answers, and the honest ones above."""
    stem = chapter_of_exercise(exercise).stem
    sources = _sources(f"tests.bank.{stem}.{exercise_file(exercise)}")
    cells = {
        style: f"{_LOADED}\n{exercise} = loaded({sources!r}).RIGHT[{style!r}]"
        for style in load(exercise).right
    }
    return {**cells, **{style: cell for (name, style), cell in HONEST.items() if name == exercise}}


@pytest.fixture(scope="module")
def honest(start: Callable[[], Executor]) -> dict[str, dict[str, GradedExercise]]:
    """The marks of right answers: exercise → style → mark."""
    cells = [(name, *each) for name in BY_HAND for each in _right_cells(name).items()]
    marks = _marks(start(), [(name, cell) for name, _, cell in cells])
    made: dict[str, dict[str, GradedExercise]] = {name: {} for name in BY_HAND}
    for (name, style, _), mark in zip(cells, marks, strict=True):
        made[name][style] = mark
    return made


@pytest.mark.parametrize("exercise", BY_HAND)
def test_a_right_answer_earns_all_points_and_no_flag(
    honest: dict[str, dict[str, GradedExercise]], exercise: str
) -> None:
    results = {style: mark.result for style, mark in honest[exercise].items()}
    assert len(results) >= 4
    assert {style: each.flags for style, each in results.items() if each.flags} == {}
    short = {style: each for style, each in results.items() if each.points < each.max_points}
    assert short == {}


@pytest.mark.parametrize(("exercise", "style"), HONEST)
def test_a_notebook_flags_no_honest_answer(exercise: str, style: str) -> None:
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(HONEST[exercise, style], "cell", "exec"), scope)
    result = judge(exercise, scope[exercise])
    assert result.flags == ()
    assert result.points == result.max_points, result
