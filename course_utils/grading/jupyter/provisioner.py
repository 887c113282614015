"""Kernels for any Jupyter tool: warm, without network, in the grader's sandbox.

The kernel `unrolled` comes with the course: `jupyter kernelspec list` shows it. Name it to a tool,
and nothing else about the tool changes:

    # nbgrader_config.py
    c.ExecutePreprocessor.kernel_name = "unrolled"

    pytest --nbval --nbval-kernel-name unrolled solutions/
    jupyter nbconvert --execute --ExecutePreprocessor.kernel_name=unrolled --to notebook FILE

The first kernel of such a command starts a server that imports TensorFlow; every other kernel is a
fork of it. Inside there is no network; the course, Python and the notebook's folder can be read.
What is written to that folder, or to /tmp, is kept in memory and gone with the kernel. Limits stand
in the same configuration file:

    c.UnrolledProvisioner.memory = 8 << 30

Without a sandbox, where the machine offers none: `UNROLLED_NO_SANDBOX=1` in the tool's environment,
or `c.UnrolledProvisioner.sandboxed = False`.

This protects the machine, not the mark: the tool runs the check cells in the kernel, beside the
student's code and with the oracles in sight. Marks that hold come from `unrolled grade`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Bool, Integer, List, Unicode

from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.jupyter.client import PORTS, Job, Kernel, KernelServer, server_for

__all__ = ["UnrolledProvisioner"]

#: What a kernel is told of its client's environment; a star stands for any ending.
_KEPT = (
    "COLUMNS",
    "JPY_SESSION_NAME",
    "KERAS_*",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "MKL_*",
    "MPLBACKEND",
    "NBGRADER_EXECUTION",
    "NBGRADER_VALIDATING",
    "OMP_*",
    "OPENBLAS_*",
    "PYTHONHASHSEED",
    "TERM",
    "TF_CPP_*",
    "TF_DETERMINISTIC_OPS",
    "TF_ENABLE_*",
    "TF_NUM_*",
    "TF_XLA_*",
    "TZ",
    "UNROLLED_DATA",
    "UNROLLED_DEBUG",
    "UNROLLED_QUIET",
)
#: Folders that are too much to show, though a tool was started in them.
_TOO_MUCH = ("/", "/dev", "/etc", "/home", "/proc", "/root", "/run", "/sys", "/tmp", "/usr", "/var")
_POLL = 0.05  # seconds between two looks at a kernel that is awaited


class UnrolledProvisioner(KernelProvisionerBase):
    """Starts kernels as forks of a warm process, in a sandbox. See the text above."""

    sandboxed = Bool(
        True,
        config=True,
        help="False runs kernels as plain processes; so does UNROLLED_NO_SANDBOX=1.",
    )
    memory = Integer(4 << 30, config=True, help="Bytes that a kernel may take, in all.")
    processes = Integer(1024, config=True, help="Processes and threads of a kernel.")
    file_size = Integer(256 << 20, config=True, help="Bytes of one file that a kernel writes.")
    disk = Integer(
        512 << 20,
        config=True,
        help="Bytes that may be written to /tmp, or to the notebook's folder.",
    )
    files = Integer(1024, config=True, help="Open files of a kernel.")
    cpu = Integer(24 * 3600, config=True, help="Seconds of processor time of one process.")
    shown = List(Unicode(), config=True, help="More files and folders that a kernel may read.")
    keep = List(
        Unicode(),
        config=True,
        help="More environment variables that kernels get; A_* stands for all that begin so.",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._kernel: Kernel | None = None
        self._server: KernelServer | None = None
        self._folder: Path | None = None
        self._words: list[str] = []
        self._key = ""

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet awaited to its end."""
        return self._kernel is not None

    async def poll(self) -> int | None:
        """None while the kernel runs, else its exit code."""
        if self._kernel is None:
            return 0
        known = self._kernel.code is not None
        code = self._kernel.poll()
        if not known and self._kernel.reason == "memory":
            self.log.warning(
                "The kernel took more than %d MiB of memory and was ended. "
                "UnrolledProvisioner.memory sets the limit.",
                self.memory >> 20,
            )
        return code

    async def wait(self) -> int | None:
        """Wait for the kernel to end; its exit code."""
        while (code := await self.poll()) is None:
            await asyncio.sleep(_POLL)
        self._kernel = None
        return code

    async def send_signal(self, signum: int) -> None:
        """To the kernel and the processes of its group."""
        if self._kernel is not None:
            self._kernel.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and all that it started."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Leave no process, and no socket unless the kernel starts again on it."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None
        if self._folder is not None and not restart:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Note the command line; see the base class."""
        extra: list[str] = kwargs.pop("extra_arguments", [])
        command = [*self.kernel_spec.argv, *extra]
        file = "{connection_file}"
        at = command.index(file) + 1 if file in command else len(command)
        self._words = command[at:]
        return await super().pre_launch(cmd=command, **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel; how to connect to it.

        Raises:
            SandboxError: the machine cannot lock a kernel in; the message says what to change.
            GradingError: the warm process does not start.
        """
        given: Mapping[str, str] = kwargs["env"]
        cwd = os.path.realpath(kwargs.get("cwd") or os.getcwd())
        # In a thread: the first one imports TensorFlow, and the client's loop goes on meanwhile.
        self._kernel = await asyncio.to_thread(self._launch, given, cwd)
        return self.connection_info

    def _launch(self, given: Mapping[str, str], cwd: str) -> Kernel:
        self._server = server_for(self._of_server(given))
        if self._folder is None:
            self._folder = self._server.folder()
            self._key = secrets.token_hex(32)
            self.connection_info = _connection(self._folder, self._key, self.kernel_spec)
        sandboxed = self.sandboxed and os.environ.get("UNROLLED_NO_SANDBOX", "0") in ("", "0")
        connection = {**self.connection_info, "key": self._key}
        if not sandboxed:
            self.log.warning("This kernel runs without a sandbox.")
            job = Job(connection, cwd, dict(given), self._words, str(self._folder), False)
            return self._server.launch(job)
        limits = Limits(
            self.memory, self.processes, self.file_size, self.disk, self.files, self.cpu
        )
        overlaid = [cwd]
        if not self._may_show(cwd):
            self.log.warning(
                "The kernel does not see %s: it is too much to show to code that is not trusted. "
                "Put the notebook into a folder of its own.",
                cwd,
            )
            cwd, overlaid = "/tmp", []
        environment = self._of_kernel(given)
        job = Job(
            connection,
            cwd,
            environment,
            self._words,
            limits=limits,
            shown=[os.path.realpath(path) for path in self.shown],
            overlaid=overlaid,
        )
        return self._server.launch(job)

    def _may_show(self, folder: str) -> bool:
        """Whether a folder is some notebook's, and not one that holds everybody's."""
        holds_ours = self._folder is not None and self._folder.is_relative_to(folder)
        return folder not in (*_TOO_MUCH, str(Path.home())) and not holds_ours

    def _kept(self, given: Mapping[str, str]) -> dict[str, str]:
        """What a kernel is told of its client's environment."""
        names = [*_KEPT, *self.keep, *self.kernel_spec.env]
        beginnings = tuple(name[:-1] for name in names if name.endswith("*"))
        return {
            name: value
            for name, value in given.items()
            if name in names or (beginnings and name.startswith(beginnings))
        }

    def _of_server(self, given: Mapping[str, str]) -> dict[str, str]:
        """The server's environment: what libraries read when they are imported."""
        own = ("HOME", "MPLCONFIGDIR", "PYTHONPATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
        kept = {
            name: value
            for name, value in self._kept(given).items()
            if name not in ("JPY_SESSION_NAME", *self.kernel_spec.env)
        }
        return {
            **_USUAL,
            **{name: given[name] for name in own if name in given},
            **kept,
            "CUDA_VISIBLE_DEVICES": "-1",  # there are no devices in the sandbox
        }

    def _of_kernel(self, given: Mapping[str, str]) -> dict[str, str]:
        """A kernel's environment."""
        return {
            **_USUAL,
            **self._kept(given),
            "CUDA_VISIBLE_DEVICES": "-1",
            "HOME": "/tmp",
            "IPYTHONDIR": "/tmp/.ipython",
            "MPLCONFIGDIR": "/tmp/.matplotlib",
            "TMPDIR": "/tmp",
        }


#: What every server and kernel is told: what `course_utils.start` sets, and where programs are.
_USUAL = {
    "KERAS_BACKEND": "tensorflow",
    "LANG": "C.UTF-8",
    "PATH": os.pathsep.join(
        (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
    ),
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}


def _connection(folder: Path, key: str, spec: Any) -> KernelConnectionInfo:
    """Local sockets in a folder."""
    return {
        **{port: place for place, port in enumerate(PORTS, 1)},  # type: ignore[typeddict-item]
        "transport": "ipc",
        "ip": str(folder / "k"),
        "key": key.encode(),
        "signature_scheme": "hmac-sha256",
        "kernel_name": Path(spec.resource_dir).name,
    }
