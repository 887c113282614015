"""`unrolled doctor`: what would keep the course from running, and what to do about it."""

from __future__ import annotations

import json
import subprocess
import sys
from email.message import Message
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

import course_utils
from course_utils import doctor
from course_utils.cli import main


def run() -> Result:
    return CliRunner().invoke(main, ["doctor"])


def test_it_finds_nothing_bad_in_a_good_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(monkeypatch)
    result = run()
    assert result.exit_code == 0, result.output
    assert result.output.endswith("Ready.\n")


def tensorflow(**changed: object) -> subprocess.CompletedProcess[str]:
    """What the look at TensorFlow prints on a good machine, with changes."""
    found = {
        "tensorflow": "2.21.0",
        "keras": "3.15.1",
        "backend": "tensorflow",
        "total": 6.0,
        "gpus": [],
        "tf32": True,
        "settings": ["float32", "float32", "channels_last"],
    }
    return subprocess.CompletedProcess([], 0, json.dumps({**found, **changed}) + "\n", "")


def healthy(monkeypatch: pytest.MonkeyPatch, *requires: str) -> None:
    """A good machine: the slow look at TensorFlow is answered, the course asks for `requires`."""
    monkeypatch.setattr(doctor.subprocess, "run", lambda *args, **kwargs: tensorflow())
    extras = Message()
    extras["Provides-Extra"] = "grade"
    extras["Provides-Extra"] = "dev"
    course = SimpleNamespace(requires=list(requires), metadata=extras)
    real = metadata.distribution
    monkeypatch.setattr(
        metadata, "distribution", lambda name: course if name == "unrolled" else real(name)
    )


def test_it_reports_a_missing_extra_without_calling_the_course_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    healthy(
        monkeypatch,
        "click>=8.1",
        "no-such-package>=1; extra == 'grade'",
        "pytest>=9999; extra == 'dev'",
    )
    result = run()
    assert result.exit_code == 0
    text = result.output
    assert "no-such-package is missing" in text
    assert "pytest is " in text
    assert 'unrolled[grade]"' in text


def test_it_reports_a_package_that_is_too_old_and_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    healthy(monkeypatch, "click>=8.1", "numpy>=999")
    result = run()
    assert result.exit_code == 1
    assert "needs >=999" in result.output
    assert "1 to mend" in result.output


@pytest.mark.parametrize(
    ("ran", "said"),
    [
        (subprocess.CompletedProcess([], -4, "", ""), "AVX"),
        (subprocess.CompletedProcess([], 1, "", "x\nNo module named 'tensorflow'"), "No module"),
        (tensorflow(total=5.0), "adds wrongly"),
    ],
    ids=["killed", "missing", "adds wrongly"],
)
def test_it_says_what_to_do_where_tensorflow_does_not_run(
    ran: subprocess.CompletedProcess[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy(monkeypatch)
    monkeypatch.setattr(doctor.subprocess, "run", lambda *args, **kwargs: ran)
    result = run()
    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ["CPU; no chapter needs a GPU", "policy float32, float32, channels_last"]),
        ({"gpus": ["NVIDIA L4"]}, ["GPU (NVIDIA L4), checks on the CPU", "TensorFloat-32 is on"]),
        ({"gpus": ["NVIDIA L4"], "tf32": False}, ["exact float32"]),
        ({"backend": "jax"}, ["on jax", "KERAS_BACKEND=tensorflow"]),
        (
            {"settings": ["mixed_float16", "float16", "channels_first"]},
            ["policy mixed_float16, float16, channels_first", "keras.json"],
        ),
    ],
    ids=["CPU", "GPU", "GPU without TensorFloat-32", "other backend", "other settings"],
)
def test_it_tells_the_device_and_what_is_set_for_keras(
    changed: dict[str, object], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy(monkeypatch)
    monkeypatch.setattr(doctor.subprocess, "run", lambda *args, **kwargs: tensorflow(**changed))
    result = run()
    assert result.exit_code == 0
    for words in said:
        assert words in result.output


@pytest.mark.slow
def test_it_really_runs_tensorflow() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from course_utils.cli import main; main()", "doctor"],
        capture_output=True,
        text=True,
        cwd=Path(course_utils.__file__).parents[1],
    )
    for about in ("TensorFlow", "device", "Keras"):
        line = next(line for line in ran.stdout.splitlines() if about in line)
        assert line.startswith("ok")
