"""The judge's end of a fork server: start it, ask it for a child, talk to the child, end both."""

from __future__ import annotations

import json
import os
import selectors
import signal
import site
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from course_utils.errors import GradingError, SandboxError, WireError
from course_utils.grading.inside.forkserver import serve_forked
from course_utils.grading.inside.sandbox import Limits
from course_utils.grading.inside.wire import FROM_SANDBOX, HEAD, body_size

__all__ = ["Conversation", "ForkServer", "clean_environment", "signal_name"]

_START = 120.0  # seconds for the fork server to import TensorFlow
_CROWD = 48  # threads of one answer in all; TensorFlow itself starts about a dozen
_LOOK = 0.2  # seconds between two looks at the memory of the answer's processes
_CODE = (
    "import sys; sys.path[:] = [path for path in sys.path if path]; "
    "from course_utils.grading.inside.forkserver import main; "
    "main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == 'sandboxed', sys.argv[4])"
)


@dataclass(frozen=True)
class Conversation:
    """How a child's one request and reply went.

    Attributes:
        reply: the whole frame, or None where none came.
        trouble: "" with a reply; else "time", "memory", "size", "ended" or "garbled".
        code: where it ended by itself: its exit code, or minus the signal's number.
        peak: bytes of memory seen at most; 0 where nobody looked.
        cpu: seconds of processor time that the answer's processes were seen to have used.
    """

    reply: bytes | None
    trouble: str = ""
    code: int | None = None
    peak: int = 0
    cpu: float = 0.0


@dataclass
class _Forked:
    """A child of this process with as much of `subprocess.Popen` as is needed of it."""

    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        return self.code if self.code is not None else self._reap(os.WNOHANG)

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int | None:
        return self.code if self.code is not None else self._reap(0)

    def _reap(self, options: int) -> int | None:
        try:
            pid, status = os.waitpid(self.pid, options)
        except ChildProcessError:
            pid, status = self.pid, 0
        if pid:
            self.code = os.waitstatus_to_exitcode(status)
        return self.code


class ForkServer:
    """A warm process that forks a child for each request. A context manager that ends it.

    Args:
        sandboxed: False grades without protection.
        limits: what a child may take.
    """

    def __init__(self, sandboxed: bool = True, limits: Limits | None = None) -> None:
        self.sandboxed, self.limits = sandboxed, limits or Limits()
        self._home = tempfile.TemporaryDirectory(prefix="unrolled-")
        os.chmod(self._home.name, 0o755)
        self._process: subprocess.Popen[bytes] | _Forked | None = None
        self._door: socket.socket | None = None

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, and with it every child."""
        self._stop()
        self._home.cleanup()

    @property
    def pid(self) -> int | None:
        """The server's process, None before the first request."""
        return self._process.pid if self._process else None

    def _stop(self) -> None:
        if self._door is not None:
            self._door.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._door = None

    def fork_here(self) -> bool:
        """Make the server a fork of this very process, which must be warm and have run nothing.

        Returns:
            False, and does nothing, where this process is not fit: it runs threads, or knows what
            is right.
        """
        knows = {"course_utils.oracles", "course_utils.checking.judging"} & set(sys.modules)
        unfit = knows or "keras" not in sys.modules
        if unfit or threading.active_count() > 1:
            return False
        here, there = socket.socketpair()
        child = os.fork()
        if child == 0:
            serve_forked(there.fileno(), self._home.name, self.sandboxed, self._limits())
        there.close()
        self._process, self._door = _Forked(child), here
        here.settimeout(_START)
        return "ready" in _line(here)

    def _limits(self) -> str:
        return json.dumps(asdict(self.limits))

    def start(self) -> None:
        """Start the server if it is not running.

        Raises:
            GradingError: it does not come up.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        here, there = socket.socketpair()
        words = ["sandboxed" if self.sandboxed else "open", self._limits()]
        with there:
            process = self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, str(there.fileno()), self._home.name, *words],
                pass_fds=(there.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=clean_environment(),
                cwd=self._home.name,
            )
        self._door = here
        here.settimeout(_START)
        try:
            told = _line(here)
        except (OSError, GradingError) as error:
            process.kill()
            said = process.communicate()[1].decode(errors="replace").strip()
            self._stop()
            raise GradingError(f"The warm process did not start: {said[-800:]}") from error
        if process.stderr is not None:
            process.stderr.close()
        if "ready" not in told:
            raise GradingError("The warm process did not start.")

    def ask(self, request: bytes, seconds: float, forbidden: Sequence[str] = ()) -> Conversation:
        """Send one frame to a fresh child and wait for its one frame.

        Args:
            request: a frame.
            seconds: wall time after which the child is ended.
            forbidden: the kinds of ready operations whose source files the child does not see.

        Raises:
            SandboxError: the child could not be confined; nothing of the request was run.
            GradingError: the server is gone and does not come back.
        """
        for again in (True, False):
            self.start()
            try:
                return self._ask(request, seconds, forbidden)
            except (ConnectionError, TimeoutError, GradingError) as error:
                if isinstance(error, (SandboxError, WireError)):
                    raise
                self._stop()
                if not again:
                    raise GradingError(f"The warm process ended: {error}") from error
        raise GradingError("The warm process ended.")

    def _ask(self, request: bytes, seconds: float, forbidden: Sequence[str]) -> Conversation:
        door = self._door
        if door is None:
            raise GradingError("the warm process is not running")
        request_out, request_in = os.pipe()
        reply_out, reply_in = os.pipe()
        life, other = socket.socketpair()
        try:
            door.settimeout(_START)
            words = json.dumps({"forbidden": list(forbidden)}).encode()
            socket.send_fds(door, [words], [request_out, reply_in, other.fileno()])
        finally:
            os.close(request_out)
            os.close(reply_in)
            other.close()
        try:
            warden = int(_line(door)["warden"])
            life.settimeout(_START)
            began = _line(life)
            if "refused" in began:
                raise SandboxError(str(began["refused"]))
            talk = _Talk(life, request_in, reply_out, warden, self.limits)
            return replace(talk.run(request, seconds), cpu=talk.cpu)
        finally:
            life.close()  # the warden ends what is left
            for descriptor in (request_in, reply_out):
                os.close(descriptor)


def clean_environment() -> dict[str, str]:
    """What the server and its children are told: nothing of the instructor's own environment."""
    package = Path(__file__).resolve().parents[3]
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": os.devnull,  # from a home that others may write, Python would import their code
        "KERAS_HOME": f"{os.devnull}/keras",  # nobody else's settings, and none written
        "MPLCONFIGDIR": _own_folder(),
        "PYTHONPATH": str(package),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **({"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}),
        **{
            name: os.environ[name]
            for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
            if name in os.environ
        },
    }


@cache
def _own_folder() -> str:
    """Where Matplotlib keeps its list of fonts: a folder that nobody else can have prepared."""
    folder = f"{tempfile.gettempdir()}/unrolled-fonts-{os.getuid()}"
    with suppress(OSError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o22:
            return folder
    return tempfile.mkdtemp(prefix="unrolled-fonts-")


def _line(door: socket.socket) -> dict[str, Any]:
    """One line of JSON from trusted code."""
    text = b""
    while not text.endswith(b"\n"):
        piece = door.recv(1)
        if not piece:
            raise GradingError("it closed its end")
        text += piece
    told: dict[str, Any] = json.loads(text)
    return told


class _Talk:
    """One request and one reply, under a deadline and a watch on memory."""

    def __init__(
        self, life: socket.socket, out: int, back: int, warden: int, limits: Limits
    ) -> None:
        self.life, self.out, self.back = life, out, back
        self.warden, self.limits = warden, limits
        self.frame, self.wanted, self.peak, self.cpu = bytearray(), HEAD, 0, 0.0

    def run(self, request: bytes, seconds: float) -> Conversation:
        deadline = time.monotonic() + seconds
        rest = memoryview(request)
        os.set_blocking(self.out, False)
        os.set_blocking(self.back, False)
        with selectors.DefaultSelector() as ready:
            ready.register(self.out, selectors.EVENT_WRITE)
            ready.register(self.back, selectors.EVENT_READ)
            ready.register(self.life, selectors.EVENT_READ)
            look = time.monotonic() + _LOOK
            while True:
                now = time.monotonic()
                if now >= deadline:
                    return Conversation(None, "time", peak=self.peak)
                if now >= look:
                    look = now + _LOOK
                    if self._memory() > self.limits.memory:
                        return Conversation(None, "memory", peak=self.peak)
                happened = {key.fileobj for key, _ in ready.select(min(deadline, look) - now)}
                if self.out in happened:
                    try:
                        rest = rest[os.write(self.out, rest) :]
                    except BrokenPipeError:
                        rest = rest[:0]
                    if not rest:
                        ready.unregister(self.out)
                if self.back in happened:
                    ended = self._read()
                    if ended is not None:
                        return ended
                if self.life in happened and self.back not in happened:
                    return self._ended()

    def _read(self) -> Conversation | None:
        """Take what has come; a conversation once the frame is whole or cannot become whole."""
        while True:
            try:
                piece = os.read(self.back, min(1 << 20, self.wanted - len(self.frame)))
            except BlockingIOError:
                return None
            if not piece:
                return self._ended()
            self.frame += piece
            if len(self.frame) == self.wanted == HEAD:
                try:
                    self.wanted += body_size(bytes(self.frame), FROM_SANDBOX)
                except WireError:
                    return Conversation(None, "garbled", peak=self.peak)
            if len(self.frame) == self.wanted:
                return Conversation(bytes(self.frame), peak=self.peak)

    def _ended(self) -> Conversation:
        """Its end of the pipe is closed, or the process is gone: ask the warden how."""
        self.life.settimeout(2.0)
        try:
            told = _line(self.life)
        except (OSError, GradingError):
            return Conversation(None, "ended", None, self.peak)  # it closed its end and lives on
        code = told.get("ended")
        return Conversation(None, "ended", code, max(self.peak, int(told.get("peak", 0))))

    def _memory(self) -> int:
        """Bytes that the answer's processes hold for themselves, shared libraries left out."""
        try:
            family = psutil.Process(self.warden).children(recursive=True)
        except psutil.Error:
            return self.peak
        seen = [each for each in map(_seen, family) if each is not None]
        total = sum(memory for memory, _, _ in seen)
        if total > self.limits.memory:  # forks share what they were born with: look closer
            total = sum(_share(each.pid) for each in family)
        self.cpu = max(self.cpu, sum(cpu for _, cpu, _ in seen))
        if sum(threads for _, _, threads in seen) > _CROWD:
            for each in family:
                _step_back(each.pid)
        self.peak = max(self.peak, total)
        return total


def _seen(process: psutil.Process) -> tuple[int, float, int] | None:
    """(bytes held, processor seconds used, threads) of a process; None if it has just ended.

    Bytes of files do not count, bytes of shared memory do: psutil's `shared` would take both out.
    """
    try:
        times = process.cpu_times()
        held = _kilobytes(process.pid, "status", "RssAnon", "RssShmem")
        memory = held << 10 or process.memory_info().rss
        return memory, times.user + times.system, process.num_threads()
    except psutil.Error:
        return None


def _share(pid: int) -> int:
    """Bytes of a process, those that several processes share divided among them."""
    share = _kilobytes(pid, "smaps_rollup", "Pss_Anon", "Pss_Shmem")
    return (share or _kilobytes(pid, "status", "RssAnon", "RssShmem")) << 10


def _kilobytes(pid: int, file: str, *names: str) -> int:
    """The sum of these lines of a file of /proc; 0 where there is no such file."""
    total = 0
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text("ascii", "replace").split("\n"):
            name, _, value = line.partition(":")
            if name in names:
                total += int(value.split()[0])
    return total


def _step_back(pid: int) -> None:
    """Every thread of a process waits behind those of other answers."""
    with suppress(OSError):  # it has just ended
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), 19)


def signal_name(code: int) -> str:
    """The name of the signal that ended a process: SIGSEGV."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
