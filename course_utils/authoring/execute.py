"""Run a notebook in a fresh kernel of this Python, silently, and store what may be stored."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from traitlets import default

from course_utils.errors import AuthorError

__all__ = ["QUIET_ENVIRONMENT", "execute"]

#: Under these, TensorFlow says nothing, no GPU changes the numbers, and the course's progress bars
#: stay away. nbval compares stderr word for word, so it runs under the same variables.
QUIET_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # the same digits on every machine
    "PYTHONHASHSEED": "0",
    "UNROLLED_QUIET": "1",
}

_CELL_SECONDS = 600
_START_SECONDS = 180


class _ThisPython(KernelSpecManager):
    """Knows one kernel: the interpreter that builds, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


class _Manager(AsyncKernelManager):
    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _ThisPython()


def execute(
    notebook: NotebookNode,
    root: Path,
    *,
    refuse: Callable[[int, str], AuthorError],
    on_cell: Callable[[], None] = lambda: None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, float]:
    """Run every code cell, in order, in one fresh kernel; the outputs go into the notebook.

    The kernel works in an empty temporary folder, so that a chapter leans on no file beside it, and
    imports the course from `root`.

    Args:
        notebook: changed in place.
        root: the checkout.
        refuse: makes the error from a cell's 0-based index and what went wrong there.
        on_cell: called after each code cell.
        stopped: asked before each cell; True ends the run.

    Returns:
        Seconds by cell id.

    Raises:
        AuthorError: made by `refuse`: a cell raised that is not tagged "raises-exception", took
            more than 10 minutes, or lost its kernel; or the run was stopped.
    """
    seconds: dict[str, float] = {}
    started, current = 0.0, 0

    def before(cell: NotebookNode, cell_index: int) -> None:
        nonlocal started, current
        current, started = cell_index, time.perf_counter()
        if stopped():
            raise refuse(cell_index, "stopped before this cell")

    def after(cell: NotebookNode, **_: Any) -> None:
        if cell.cell_type == "code":
            seconds[cell.id] = time.perf_counter() - started
            on_cell()

    client = NotebookClient(
        notebook,
        kernel_manager_class=_Manager,
        kernel_name="python3",
        timeout=_CELL_SECONDS,
        startup_timeout=_START_SECONDS,
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",
        on_cell_start=before,
        on_cell_executed=after,
    )
    with tempfile.TemporaryDirectory(prefix="unrolled-build-") as folder:
        empty = Path(folder) / "work"
        empty.mkdir()
        log = Path(folder) / "kernel.log"
        try:
            with log.open("wb") as stderr:
                env = _environment(root, Path(folder))
                client.execute(cwd=str(empty), env=env, stderr=stderr)
        except CellExecutionError as error:
            raise refuse(current, f"this cell raised {error.ename}: {error.evalue}") from error
        except DeadKernelError as error:
            said = log.read_text(errors="replace").strip().splitlines()[-3:]
            raise refuse(
                current, "the kernel died in this cell: " + (" / ".join(said) or "out of memory?")
            ) from error
        except RuntimeError as error:
            raise refuse(current, f"the kernel failed: {error}") from error
        except CellControlSignal as error:
            raise refuse(
                current, f"this cell ran for more than {_CELL_SECONDS} s; make it shorter"
            ) from error
    return seconds


def _environment(root: Path, folder: Path) -> dict[str, str]:
    """The kernel's variables: quiet, the checkout first, no profile of the user's."""
    env = {**os.environ, **QUIET_ENVIRONMENT, "IPYTHONDIR": str(folder / "ipython")}
    paths = [str(root.resolve()), *filter(None, [os.environ.get("PYTHONPATH")])]
    env["PYTHONPATH"] = os.pathsep.join(paths)
    env.pop("MPLBACKEND", None)
    return env
