"""What on this machine would keep the course from running, and what to do about it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import course_utils
from course_utils.errors import UnrolledError

__all__ = ["Finding", "examine"]

_PYTHONS = ((3, 10), (3, 13))
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_GIGABYTE = 1e9
_INSTALL = "make setup (in a checkout), or: pip install --upgrade "

_STATES = {
    "embedded": "travels with the course",
    "cached": "downloaded",
    "not there": "not downloaded; fetched when a chapter first asks for it",
}

#: Runs in a process of its own: a TensorFlow that this processor cannot run kills its process.
_PROBE = """
import json, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
import keras
devices = tf.config.list_physical_devices("GPU")
details = [tf.config.experimental.get_device_details(each) for each in devices]
print(json.dumps({
    "tensorflow": tf.__version__,
    "keras": keras.__version__,
    "backend": keras.backend.backend(),
    "total": float(tf.reduce_sum(tf.ones((2, 3)))),
    "gpus": [each.get("device_name", "unnamed") for each in details],
    "tf32": tf.config.experimental.tensor_float_32_execution_enabled(),
    "settings": [
        keras.config.dtype_policy().name, keras.config.floatx(), keras.config.image_data_format()
    ],
}))
"""
#: Keras's own: dtype policy, float type and image data format.
_USUAL = ["float32", "float32", "channels_last"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what, in a word.
        state: "good", "note" (works, or only some need it) or "bad" (the course will not run).
        detail: what was found.
        advice: what to do; "" where nothing is.
    """

    about: str
    state: Literal["good", "note", "bad"]
    detail: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, quick things first; yields as it goes."""
    yield _python()
    yield from _packages()
    yield from _tensorflow()
    yield _kernel()
    yield _memory()
    yield _disk()
    yield from _data()
    yield _chromium()
    yield _sandbox()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    detail = f"{version} at {sys.executable}"
    if _PYTHONS[0] <= sys.version_info[:2] <= _PYTHONS[1]:
        return Finding("Python", "good", detail)
    return Finding(
        "Python",
        "bad",
        f"{detail}; the course needs 3.10 to 3.13",
        "Install one of them and run: make lab PYTHON=/path/to/python",
    )


def _packages() -> Iterator[Finding]:
    """The course's own requirements against what is installed: the base, then each extra."""
    try:
        course = metadata.distribution("unrolled")
    except metadata.PackageNotFoundError:
        yield Finding(
            "course",
            "bad",
            f"{course_utils.__version__}, but it is not installed for this Python",
            _INSTALL + '"unrolled[lab]"',
        )
        return
    folder = Path(course_utils.__file__).parent
    yield Finding("course", "good", f"{course_utils.__version__} at {folder}")
    requirements = course.requires or []
    problems = _unmet(requirements, "")
    yield Finding(
        "packages",
        "bad" if problems else "good",
        "; ".join(problems) or "all there",
        _INSTALL + "unrolled" if problems else "",
    )
    for extra in course.metadata.get_all("Provides-Extra") or []:
        problems = _unmet(requirements, extra)
        state: Literal["good", "note"] = "note" if problems else "good"
        advice = f'Where you need it: {_INSTALL}"unrolled[{extra}]"' if problems else ""
        yield Finding(f"[{extra}]", state, "; ".join(problems) or "all there", advice)


def _unmet(requirements: list[str], extra: str) -> list[str]:
    """The requirements of one extra ("" for the base) that are missing or too old, in words."""
    from packaging.requirements import Requirement

    found = []
    for text in requirements:
        wanted = Requirement(text)
        in_base = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        applies = in_base or (
            wanted.marker is not None and wanted.marker.evaluate({"extra": extra})
        )
        if not applies or in_base != (extra == ""):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            found.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            found.append(f"{wanted.name} is {version}, needs {wanted.specifier}")
    return found


def _tensorflow() -> Iterator[Finding]:
    """TensorFlow imports and adds up; Keras runs on it."""
    try:
        ran = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=300
        )
    except subprocess.TimeoutExpired:
        yield Finding(
            "TensorFlow",
            "bad",
            "did not start within five minutes",
            "Close what keeps the machine busy, and try again.",
        )
        return
    if ran.returncode != 0:
        last = (ran.stderr.strip().splitlines() or [f"it ended with {ran.returncode}"])[-1]
        advice = (
            "Its wheels need a processor with AVX; use Colab on an older machine."
            if ran.returncode < 0
            else _INSTALL + "tensorflow keras"
        )
        yield Finding("TensorFlow", "bad", f"does not run: {last}", advice)
        return
    found = json.loads(ran.stdout.strip().splitlines()[-1])
    right = found["total"] == 6.0
    yield Finding(
        "TensorFlow",
        "good" if right else "bad",
        found["tensorflow"] if right else f"{found['tensorflow']} adds wrongly",
        "" if right else _INSTALL + "--force-reinstall tensorflow",
    )
    yield _device(found["gpus"], found["tf32"])
    yield _keras(found["keras"], found["backend"], found["settings"])


def _device(gpus: list[str], tf32: bool) -> Finding:
    if not gpus:
        return Finding("device", "good", "CPU; no chapter needs a GPU")
    rounded = "TensorFloat-32 is on for experiments, off for checks" if tf32 else "exact float32"
    return Finding("device", "good", f"GPU ({', '.join(gpus)}), checks on the CPU; {rounded}")


def _keras(version: str, backend: str, settings: list[str]) -> Finding:
    """Its backend, and what `keras.json` or the environment set for it."""
    if backend != "tensorflow":
        return Finding(
            "Keras",
            "note",
            f"{version} on {backend}; a chapter's first cell chooses TensorFlow",
            "In notebooks of your own: KERAS_BACKEND=tensorflow, or write it into "
            "~/.keras/keras.json.",
        )
    policy, floatx, layout = settings
    detail = f"{version} on {backend}, policy {policy}, {floatx}, {layout}"
    if settings == _USUAL:
        return Finding("Keras", "good", detail)
    return Finding(
        "Keras",
        "note",
        f"{detail}; a chapter's first cell sets {_USUAL[0]} and {_USUAL[2]}",
        "In notebooks of your own: look into ~/.keras/keras.json.",
    )


def _kernel() -> Finding:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Finding(
            "kernel",
            "note",
            "no Jupyter for this Python",
            f'To open notebooks here: {_INSTALL}"unrolled[lab]"',
        )
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", "bad", "no python3 kernel", _INSTALL + "ipykernel")
    named = spec.argv[0]
    program = sys.executable if Path(named).name == named else named  # as Jupyter reads it
    if not Path(program).exists():
        return Finding(
            "kernel",
            "bad",
            f"python3 starts {program}, which does not exist",
            f"Remove the old kernel: jupyter kernelspec remove python3 ({spec.resource_dir})",
        )
    if not os.path.samefile(Path(program).parent, Path(sys.executable).parent):
        return Finding(
            "kernel",
            "note",
            f"python3 starts {program}, another Python",
            f"In Jupyter or VS Code, choose the kernel of {sys.executable}.",
        )
    return Finding("kernel", "good", f"python3 starts {program}")


def _memory() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    detail = f"{memory.available / _GIGABYTE:.1f} of {memory.total / _GIGABYTE:.1f} GB free"
    cores = f"{os.cpu_count()} cores"
    if memory.available < 1.5 * _GIGABYTE:
        return Finding("memory", "note", f"{detail}, {cores}", "Close what you do not need.")
    return Finding("memory", "good", f"{detail}, {cores}")


def _disk() -> Finding:
    from course_utils.datasets import cache_folder

    place = cache_folder()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    detail = f"{free / _GIGABYTE:.1f} GB free at {place}"
    if free < 0.2 * _GIGABYTE:
        return Finding(
            "disk", "note", detail, "Make room, or set UNROLLED_DATA to a folder elsewhere."
        )
    return Finding("disk", "good", detail)


def _data() -> Iterator[Finding]:
    from course_utils import datasets

    try:
        entries = datasets.entries()
    except UnrolledError as error:
        yield Finding("data", "bad", "the course's own data cannot be read", str(error))
        return
    for entry in entries:
        state = datasets.status(entry.name)
        if entry.embedded and state != "embedded":
            advice = "In a checkout: git checkout -- data. Otherwise install the course again."
            yield Finding("data", "bad", f"{entry.name}: {state}", advice)
        elif state == "corrupt":
            advice = f"unrolled data fetch {entry.name}"
            yield Finding("data", "note", f"{entry.name}: {state}", advice)
        else:
            yield Finding("data", "good", f"{entry.name}: {_STATES[state]}")


def _chromium() -> Finding:
    for name in _BROWSERS:
        if found := shutil.which(name):
            return Finding("Chromium", "good", found)
    return Finding(
        "Chromium",
        "note",
        "not found; only the browser tests need it",
        "On Debian or Ubuntu: apt install chromium",
    )


def _sandbox() -> Finding:
    """Whether a class can be graded here; students need no sandbox."""
    from course_utils.grading.inside.sandbox import refused_here

    problem = refused_here()
    if problem:
        return Finding("sandbox", "note", "a class cannot be graded safely here", problem)
    return Finding("sandbox", "good", "Linux keeps a student's code apart")
