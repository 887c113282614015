"""What a notebook has set elsewhere does not change a verdict, and is given back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import keras
import pytest
import tensorflow as tf

from course_utils.checking import judge
from tests.soundness.subjects import load

SETTINGS = {
    "a policy of mixed precision": (
        lambda: keras.config.set_dtype_policy("mixed_float16"),
        lambda: keras.config.dtype_policy().name == "mixed_float16",
        lambda: keras.config.set_dtype_policy("float32"),
    ),
    "double precision": (
        lambda: keras.config.set_floatx("float64"),
        lambda: keras.config.floatx() == "float64",
        lambda: keras.config.set_floatx("float32"),
    ),
    "channels first": (
        lambda: keras.config.set_image_data_format("channels_first"),
        lambda: keras.config.image_data_format() == "channels_first",
        lambda: keras.config.set_image_data_format("channels_last"),
    ),
    "functions that run eagerly": (
        lambda: tf.config.run_functions_eagerly(True),
        lambda: tf.config.functions_run_eagerly(),
        lambda: tf.config.run_functions_eagerly(False),
    ),
    "no TensorFloat-32": (
        lambda: tf.config.experimental.enable_tensor_float_32_execution(False),
        lambda: not tf.config.experimental.tensor_float_32_execution_enabled(),
        lambda: tf.config.experimental.enable_tensor_float_32_execution(True),
    ),
}
EXERCISES = ("elman_step", "ElmanCell", "LearnedState", "conv3d_shape", "CausalConv3D")


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS)
def test_right_answers_pass_whatever_the_notebook_has_set(setting):
    begin, holds, end = SETTINGS[setting]
    begin()
    try:
        refused = [
            (name, style)
            for name in EXERCISES
            for style, answer in list(load(name).right.items())[:1]
            if not judge(name, answer).passed
        ]
        assert refused == []
        assert holds()
    finally:
        end()


def test_tensor_float_32_is_off_while_an_answer_runs():
    seen = []

    def answer(*_):
        seen.append(tf.config.experimental.tensor_float_32_execution_enabled())

    before = tf.config.experimental.tensor_float_32_execution_enabled()
    judge("elman_step", answer)
    assert set(seen) == {False}
    assert tf.config.experimental.tensor_float_32_execution_enabled() == before


def printed_by(code: str) -> str:
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout


@pytest.mark.slow
def test_an_answer_runs_on_the_first_processor_whatever_the_default_is():
    said = printed_by("""
import tensorflow as tf
from course_utils.checking import judge
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
devices = set()
def answer(x, h, W_x, W_h, b):
    y = tf.tanh(tf.matmul(x, W_x) + tf.matmul(h, W_h) + b)
    devices.add(y.device)
    return y
with tf.device("CPU:1"):
    print(judge("elman_step", answer).passed, *devices)
    print(tf.constant(0.0).device)
""")
    assert said.splitlines()[0].startswith("True ") and said.splitlines()[0].endswith("CPU:0")
    assert said.splitlines()[1].endswith("CPU:1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "words"),
    [
        ("import tensorflow as tf; tf.compat.v1.disable_eager_execution()", "restart the kernel"),
        ("import keras; keras.backend.backend = lambda: 'jax'", "KERAS_BACKEND"),
    ],
)
def test_what_cannot_be_given_back_is_named_with_how_to_undo_it(begin, words):
    said = printed_by(f"""
{begin}
from course_utils.checking import judge
result = judge("elman_step", lambda *_: 0)
print(result.findings[0].kind, result.points, result.findings[0].message)
""")
    assert said.startswith("surroundings 0.0")
    assert words in said
