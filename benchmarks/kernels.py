"""From the start of a kernel to TensorFlow's first result: the warm kernel against the plain one.

Each starts, imports TensorFlow, computes and is shut down, in turns, so that what else the machine
does falls on both; the figure is the middle ratio of the turns. The warm kernel's server is started
before, as it is after the first notebook of a class.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from statistics import median

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_client.manager import start_new_kernel

from benchmarks.figures import Figure

__all__ = ["measure", "to_first_result"]

CODE = "import tensorflow as tf\nassert float(tf.constant(1.0) + 1) == 2.0"
QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
TURNS = 5
COMMAND = "python -m benchmarks kernels"


def to_first_result(name: str, folder: str) -> tuple[float, float]:
    """Seconds until a kernel is ready, and until it has computed something.

    Args:
        name: which kernel.
        folder: where it works.
    """
    began = time.perf_counter()
    manager, client = start_new_kernel(
        kernel_name=name,
        cwd=folder,
        env={**os.environ, **QUIET},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ready = time.perf_counter() - began
        reply = client.execute_interactive(CODE, timeout=120, output_hook=lambda message: None)
        result = time.perf_counter() - began
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"the kernel {name} does not compute: {reply['content']}")
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    return ready, result


def measure() -> Iterator[Figure]:
    """The warm kernel's time to its first result over the plain one's, and its time to be ready."""
    with tempfile.TemporaryDirectory() as folder:
        _, first = to_first_result("unrolled", folder)
        turns = [
            (to_first_result("unrolled", folder), to_first_result(NATIVE_KERNEL_NAME, folder))
            for _ in range(TURNS)
        ]
    warm, plain = (median(turn[which][1] for turn in turns) for which in (0, 1))
    yield Figure(
        "time from a warm kernel's start to its first result, of a plain kernel's",
        median(of_warm[1] / of_plain[1] for of_warm, of_plain in turns),
        "×",
        COMMAND,
        0.25,
        f"{warm:.2f} s and {plain:.2f} s; the first one, which starts the server: {first:.2f} s",
    )
    yield Figure(
        "start of a warm kernel until it is ready",
        median(of_warm[0] for of_warm, _ in turns),
        "s",
        COMMAND,
        1.0,
    )
