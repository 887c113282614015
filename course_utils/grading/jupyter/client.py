"""The client's end of a kernel server: start it, ask it for kernels, signal them, end both."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from course_utils.errors import GradingError, SandboxError
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.inside.sandbox_spec import Limits

__all__ = ["PORTS", "Job", "Kernel", "KernelServer", "server_for"]

_START = 180.0  # seconds for the server to import TensorFlow on a busy machine
_ENTER = 60.0  # seconds for a kernel to be locked in
#: The sockets of Jupyter's protocol in the order in which they are handed over; the "port" of each
#: is its place, from 1.
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
_LONGEST = 90  # characters of a path that still make a Unix socket's, with its name
_CODE = (
    "import sys; "
    "sys.path[:] = [*sys.argv[3:], *(path for path in sys.path if path)]; "
    "from course_utils.grading.jupyter.server import main; "
    "main(int(sys.argv[1]), sys.argv[2])"
)
_HINT = (
    "To run without protection all the same, set UNROLLED_NO_SANDBOX=1 where the tool is started."
)


@dataclass(frozen=True)
class Job:
    """What a kernel is to be.

    Attributes:
        connection: what a connection file says: paths of sockets, key, signature.
        cwd: its working folder.
        environment: all of its environment.
        words: its command line, after the connection file.
        scratch: a folder that it may write to.
        sandboxed: False runs it as a plain process of the client's user.
        limits: what it may take, where it is sandboxed.
        shown: folders that it sees, read-only, beside the course and Python.
        overlaid: folders that it sees, and writes to as it seems.
    """

    connection: Mapping[str, Any]
    cwd: str
    environment: Mapping[str, str]
    words: Sequence[str]
    scratch: str = "/tmp"
    sandboxed: bool = True
    limits: Limits = field(default_factory=Limits)
    shown: Sequence[str] = ()
    overlaid: Sequence[str] = ()

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The inverse of `to_json`."""
        said = json.loads(line)
        return cls(**{**said, "limits": Limits(**said["limits"])})


class Kernel:
    """A kernel that was started: who holds this keeps it alive.

    Attributes:
        pid: its first process, as the machine numbers it.
        code: None while it runs, then its exit code: 128 and the signal where one ended it.
        reason: "memory" where it took more than it may; else "".
    """

    def __init__(self, life: socket.socket, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None
        self.reason = ""
        self._life = life
        life.setblocking(False)
        self._heard = b""

    def poll(self) -> int | None:
        """Its exit code if it has ended."""
        while self.code is None:
            try:
                words = self._life.recv(4096)
            except BlockingIOError:
                break
            except OSError:
                words = b""
            self._heard += words
            if not words or self._heard.endswith(b"\n"):
                told = json.loads(self._heard) if self._heard.endswith(b"\n") else {}
                code = int(told.get("ended", -signal.SIGKILL))
                self.code = code if code >= 0 else 128 - code
                self.reason = str(told.get("reason", ""))
                self._life.close()
        return self.code

    def send_signal(self, signum: int) -> None:
        """To it and to the processes it started; nothing where it has ended."""
        if self.poll() is None and signum:
            with suppress(OSError):  # it has just ended; the next poll says how
                self._life.send(bytes([signum]))

    def close(self) -> None:
        """End it, whatever it does, and let go of it."""
        if self.code is None:
            self.code = 128 + signal.SIGKILL
            with suppress(OSError):  # it has ended already
                self._life.shutdown(socket.SHUT_RDWR)  # also where a fork of this process holds it
            self._life.close()


class KernelServer:
    """A warm process whose forks are kernels. Started by the first one that is asked for.

    Args:
        environment: what the libraries read when they are imported.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._home: Path | None = None
        self._count = 0
        atexit.register(self.close)

    @property
    def pid(self) -> int | None:
        """The server's process, None before the first kernel."""
        return self._process.pid if self._process else None

    def folder(self) -> Path:
        """A new folder in the server's own, which only this user can enter; starts the server.

        Raises:
            GradingError: the server does not start.
        """
        with self._lock:
            self._start()
            self._count += 1
            folder = self._own() / f"{self._count}"
            folder.mkdir(mode=0o700)
            return folder

    def launch(self, job: Job) -> Kernel:
        """A new kernel; its sockets are at the connection's "ip" with -1, -2, … at the end.

        Raises:
            SandboxError: it could not be locked in; nothing was run.
            GradingError: the server is gone.
        """
        place = job.connection["ip"]
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        listening = [_listener(f"{place}-{job.connection[name]}") for name in PORTS]
        life, other = socket.socketpair()
        try:
            with self._lock:
                self._start()
                if self._channel is None:
                    raise GradingError("the kernel server is not running")
                socket.send_fds(
                    self._channel, [b"k"], [other.fileno(), *(each.fileno() for each in listening)]
                )
            other.close()
            life.settimeout(_ENTER)
            life.sendall(job.to_json().encode() + b"\n")
            told = receive_line(life)
        except (OSError, GradingError) as error:
            life.close()
            raise GradingError(f"The kernel did not start: {error}") from error
        finally:
            other.close()
            for each in listening:
                each.close()
        if "refused" in told:
            life.close()
            raise SandboxError(f"{told['refused']} {_HINT}")
        if "failed" in told:
            life.close()
            raise GradingError(f"The kernel did not start:\n{told['failed']}")
        return Kernel(life, int(told["started"]))

    def _own(self) -> Path:
        if self._home is None:
            usual = tempfile.gettempdir()
            base = usual if len(usual) < _LONGEST - 40 else "/tmp"
            self._home = Path(tempfile.mkdtemp(prefix="unrolled-", dir=base))
            (self._home / "root").mkdir()
        return self._home

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        home = self._own()
        package = Path(__file__).resolve().parents[3]
        sources = [] if package.name in ("site-packages", "dist-packages") else [str(package)]
        here, there = socket.socketpair()
        with there, tempfile.TemporaryFile() as said:
            process = self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, str(there.fileno()), str(home), *sources],
                pass_fds=(there.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=self._environment,
                cwd=home,
                start_new_session=True,  # a Ctrl-C in the terminal is the client's to answer
            )
            there.close()
            here.settimeout(_START)
            try:
                receive_line(here)
            except (OSError, GradingError) as error:
                here.close()
                process.kill()
                process.wait()
                said.seek(0)
                end = said.read().decode(errors="replace").strip()[-800:]
                raise GradingError(f"The kernel server did not start: {end or error}") from error
        self._channel = here

    def _stop(self) -> None:
        """End the server, and with it every kernel."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._channel is not None:
            self._channel.close()
        self._process = self._channel = None

    def close(self) -> None:
        """End the server with its kernels, and remove its folder; not from a fork of its owner."""
        if os.getpid() == self._owner:
            with self._lock:
                self._stop()
                if self._home is not None:
                    shutil.rmtree(self._home, ignore_errors=True)
                self._home = None


_servers: dict[tuple[int, tuple[tuple[str, str], ...]], KernelServer] = {}


def server_for(environment: Mapping[str, str]) -> KernelServer:
    """The server that this process shares between its kernels, one for each environment."""
    key = (os.getpid(), tuple(sorted(environment.items())))
    if key not in _servers:
        _servers[key] = KernelServer(environment)
    return _servers[key]


def _listener(path: str) -> socket.socket:
    """A Unix socket that listens at a path, whatever was there before."""
    if os.path.lexists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    listener.setblocking(False)  # as ZeroMQ makes its own
    return listener
