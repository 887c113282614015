"""What a child's processes use, seen from outside: memory, processor time, threads."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil

__all__ = ["ResourceWatch"]

_CROWD = 48  # threads of one answer in all; TensorFlow itself starts about a dozen


class ResourceWatch:
    """Looks at the processes below one of them.

    Args:
        first: the process whose descendants are looked at.
        memory: bytes that they may hold; only beyond it are shared pages told apart.

    Attributes:
        cpu: seconds of processor time that they were seen to have used.
    """

    def __init__(self, first: int, memory: int) -> None:
        self._first, self._memory = first, memory
        self.cpu = 0.0

    def too_much(self) -> bool:
        """Look now: whether they hold more memory than they may. A crowd of threads steps back."""
        try:
            family = psutil.Process(self._first).children(recursive=True)
        except psutil.Error:
            return False  # it has just ended
        seen = [each for each in map(_seen, family) if each is not None]
        total = sum(memory for memory, _, _ in seen)
        if total > self._memory:  # forks share what they were born with: look closer
            total = sum(_share(each.pid) for each in family)
        self.cpu = max(self.cpu, sum(cpu for _, cpu, _ in seen))
        if sum(threads for _, _, threads in seen) > _CROWD:
            for each in family:
                _step_back(each.pid)
        return total > self._memory


def _seen(process: psutil.Process) -> tuple[int, float, int] | None:
    """(bytes held, processor seconds used, threads) of a process; None if it has just ended.

    Seconds are also those of its children that have ended: short processes count.

    Bytes of files do not count, bytes of shared memory do: psutil's `shared` would take both out.
    """
    try:
        times = process.cpu_times()
        memory = _held(process.pid) or process.memory_info().rss
        cpu = times.user + times.system + times.children_user + times.children_system
        return memory, cpu, process.num_threads()
    except psutil.Error:
        return None


def _held(pid: int) -> int:
    """Bytes of a process. Once its first thread has ended that one tells nothing: others do."""
    return _kilobytes(pid, "status", "RssAnon", "RssShmem") << 10 or max(
        (_kilobytes(each, "status", "RssAnon", "RssShmem") << 10 for each in _threads(pid)),
        default=0,
    )


def _share(pid: int) -> int:
    """Bytes of a process, those that several processes share divided among them."""
    share = _kilobytes(pid, "smaps_rollup", "Pss_Anon", "Pss_Shmem") or max(
        (_kilobytes(each, "smaps_rollup", "Pss_Anon", "Pss_Shmem") for each in _threads(pid)),
        default=0,
    )
    return share << 10 or _held(pid)


def _threads(pid: int) -> list[int]:
    """The threads of a process by their numbers, which /proc knows like those of processes."""
    try:
        return [int(each) for each in os.listdir(f"/proc/{pid}/task")]
    except OSError:  # it has just ended
        return []


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
        for thread in _threads(pid):
            os.setpriority(os.PRIO_PROCESS, thread, 19)
