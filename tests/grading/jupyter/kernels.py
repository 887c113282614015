"""Kernels for tests: whether there can be any here, and what one says to a piece of code."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_client.manager import KernelManager

from course_utils.grading.inside.sandbox import refused_here

GROUP, NAME = "jupyter_client.kernel_provisioners", "unrolled-provisioner"


def require_kernel() -> None:
    """Skip where the kernel is not installed, or the machine has no namespaces; say so."""
    specs = KernelSpecManager().find_kernel_specs()
    if not entry_points(group=GROUP, name=NAME) or "unrolled" not in specs:
        pytest.skip("the kernel `unrolled` is not installed here: `make setup` installs it")
    if problem := refused_here():
        pytest.skip(problem)


class Session:
    """A kernel and a client of it.

    Args:
        folder: the kernel's working folder.
        name: which kernel.
    """

    def __init__(self, folder: Path, name: str = "unrolled", **options: Any) -> None:
        self.manager = KernelManager(kernel_name=name, **options)
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    @property
    def provisioner(self) -> Any:
        return self.manager.provisioner

    def restart(self, now: bool) -> None:
        self.manager.restart_kernel(now=now)
        self.client.wait_for_ready(timeout=60)

    def say(self, code: str) -> str:
        """Run code; all it prints, and the name and the text of its error."""
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            said.append(content.get("text", ""))
            if "ename" in content:
                said.append(f"{content['ename']}: {content['evalue']}")

        status = "aborted"  # as ipykernel answers what comes right after an error
        while status == "aborted":
            reply = self.client.execute_interactive(code, timeout=60, output_hook=hear)
            status = reply["content"]["status"]
        return "".join(said).strip()

    def begin(self, code: str) -> None:
        """Run code and do not wait for it, but for its first word to be printed."""
        self.client.execute(f"print('begun', flush=True)\n{code}")
        said = ""  # a stream may come in pieces
        while "begun" not in said:
            said += self.client.get_iopub_msg(timeout=60)["content"].get("text", "")

    def reply(self) -> dict[str, Any]:
        """How the code that was begun ended."""
        return self.client.get_shell_msg(timeout=60)["content"]

    def dead(self, seconds: float = 20) -> bool:
        return soon(lambda: not self.manager.is_alive(), seconds)


def soon(true: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something becomes true before long."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def descendants() -> set[int]:
    """The processes that this one has started, and theirs."""
    return {each.pid for each in psutil.Process().children(recursive=True)}


PLAIN = NATIVE_KERNEL_NAME
