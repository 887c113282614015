"""What the set-up cell's one call leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_CPU = "The experiments run on the CPU."
_SHOW = """
import os, keras
print(os.environ["TF_ENABLE_ONEDNN_OPTS"], keras.backend.backend(), keras.config.floatx(),
    keras.config.dtype_policy().name, keras.config.image_data_format())
"""


def started(code: str, **environment: str) -> list[str]:
    """The lines that a process prints which runs this code, and what is set in the end."""
    done = subprocess.run(
        [sys.executable, "-c", f"from course_utils.start import start\n{code}\n{_SHOW}"],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(("call", "flag"), [("start()", "0"), ("start(onednn=True)", "1")])
def test_onednn_is_off_unless_a_chapter_asks_for_it(call: str, flag: str) -> None:
    assert started(call) == [_CPU, f"{flag} tensorflow float32 float32 channels_last"]


def test_what_keras_json_and_the_environment_say_is_set_aside_and_told(tmp_path: Path) -> None:
    settings = {"floatx": "float16", "image_data_format": "channels_first", "backend": "jax"}
    folder = tmp_path / "keras"
    folder.mkdir()
    (folder / "keras.json").write_text(json.dumps({**settings, "epsilon": 1e-7}))
    device, aside, left = started("start()", KERAS_HOME=str(folder), KERAS_BACKEND="jax")
    assert device == _CPU
    assert aside.startswith("Keras was set to channels_first and float16 here")
    assert left == "0 tensorflow float32 float32 channels_last"


#: TensorFlow finds no GPU here: these functions answer as if there were one.
_GPU = """
import tensorflow as tf
grown = []
tf.config.list_physical_devices = lambda kind: ["the GPU"]
tf.config.experimental.get_device_details = lambda gpu: {"device_name": "Tesla T4"}
tf.config.experimental.set_memory_growth = lambda gpu, on: grown.append((gpu, on))
start()
print(grown)
"""


def test_a_gpu_is_named_and_its_memory_grows() -> None:
    device, grown, _ = started(_GPU)
    assert device == "The experiments run on the GPU (Tesla T4), the checks on the CPU."
    assert grown == "[('the GPU', True)]"
