"""A few warm processes that perform tasks; one that dies or hangs costs one task.

They are forked from a server that has Keras imported, so that a new one starts at once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, cast

from tests.soundness.tasks import Reply, Task, perform

__all__ = ["Pool"]

_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "Agg",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "KERAS_BACKEND": "tensorflow",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "UNROLLED_ENVIRONMENT": "1",
}
_MEMORY = 12 << 30  # bytes of address space above which a mutant is told so by MemoryError
_START = 90.0  # seconds for a new worker to import the course
_CLEAR_EVERY = 40  # tasks between two clearings of Keras's global state


def _work(pipe: Connection) -> None:
    """The life of a worker: a task in, a reply out."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the whole life
    os.dup2(sys.stderr.fileno(), 2)  # what TensorFlow writes below Python
    _limit_memory()
    for number in range(1, sys.maxsize):
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            reply = perform(task)
        except BaseException as error:  # noqa: BLE001 - the parent reports it; the worker goes on
            reply = Reply(task, lost=f"{type(error).__name__}: {error}")
        pipe.send(reply)
        if number % _CLEAR_EVERY == 0:
            _clear()


def _limit_memory() -> None:
    if sys.platform.startswith("linux"):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _clear() -> None:
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()
    gc.collect()


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    task: Task | None = None
    deadline: float = 0.0


class Pool:
    """Performs tasks in `jobs` processes; a context manager that ends them.

    Args:
        jobs: how many processes.
        patience: seconds that a task may take for each of its seeds before its worker is killed.
    """

    def __init__(self, jobs: int = 2, patience: float = 90.0) -> None:
        self.jobs, self.patience = jobs, patience
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        before = {name: os.environ.get(name) for name in _ENVIRONMENT}
        os.environ.update(_ENVIRONMENT)  # the server takes the environment of this moment
        try:
            forks = "forkserver" in multiprocessing.get_all_start_methods()
            self._context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
            if forks:
                self._context.set_forkserver_preload(
                    ["tests.soundness.warm", "tests.soundness.tasks"]
                )
            self._workers = [self._start() for _ in range(self.jobs)]
        finally:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.pipe.close()
            worker.process.kill()
            worker.process.join()

    def _start(self) -> _Worker:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_work, args=(there,), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here)

    def replies(self, tasks: Iterable[Task]) -> Iterator[Reply]:
        """Each task's reply, in the order in which they are ready."""
        waiting = deque(tasks)
        busy: dict[Connection, _Worker] = {}
        idle = deque(self._workers)
        while waiting or busy:
            while waiting and idle:
                worker = idle.popleft()
                worker.task = waiting.popleft()
                limit = self.patience * max(1, len(worker.task.seeds))
                worker.deadline = time.monotonic() + _START + limit
                worker.pipe.send(worker.task)
                busy[worker.pipe] = worker
            for ready in wait(list(busy), timeout=1.0):
                worker = busy.pop(cast(Connection, ready))
                try:
                    reply = worker.pipe.recv()
                except (EOFError, ConnectionError):
                    reply, worker = self._replace(worker, "it ended its process")
                idle.append(worker)
                yield reply
            for late in [each for each in busy.values() if time.monotonic() > each.deadline]:
                del busy[late.pipe]
                reply, fresh = self._replace(late, "it hung beyond every limit")
                idle.append(fresh)
                yield reply

    def _replace(self, worker: _Worker, why: str) -> tuple[Reply, _Worker]:
        task = worker.task or Task("", "")
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        fresh = self._start()
        self._workers[self._workers.index(worker)] = fresh
        return Reply(task, lost=why), fresh
