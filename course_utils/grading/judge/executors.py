"""Where jobs are graded: in this process, in a local pool, or on a Dask cluster. One interface.

A job is bytes, a graded submission is JSON as bytes. Every worker keeps a judge with a warm fork
server for as long as it lives; nothing else is shared, and no disk.
"""

from __future__ import annotations

import atexit
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING

from course_utils.errors import GradingError, SandboxError
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.judge.closing import Closing
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.judging import Judge, unjudged
from course_utils.grading.judge.warm_client import WarmProcess
from course_utils.grading.judge.worker import Worker, WorkerDied
from course_utils.grading.types import GradedSubmission

if TYPE_CHECKING:
    from distributed import Future as DaskFuture

__all__ = ["DaskCluster", "Executor", "LocalPool", "ThisProcess", "perform"]

_AHEAD = 3  # jobs in flight for each worker: enough to keep it busy, few enough to stay small
_TRIES = 3  # starts of a job whose worker died
_PAUSES = (0.5, 1.0, 2.0)  # seconds after each start of a judge that failed
_ENDS_JUDGES = (
    "The process that judges it ended {times} on this notebook alone. Please look at it yourself."
)


class Executor(Closing, ABC):
    """Grades jobs. A context manager: who opens it closes it.

    Args:
        sandboxed: False grades without protection.
        limits: what the answer to one exercise may take.
    """

    def __init__(self, sandboxed: bool = True, limits: Limits | None = None) -> None:
        self.settings = json.dumps({"sandboxed": sandboxed, "limits": asdict(limits or Limits())})

    def close(self) -> None:
        """End the workers."""

    @property
    @abstractmethod
    def workers(self) -> int:
        """How many jobs are graded at the same time."""

    @abstractmethod
    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        """Each job's submission graded, in the order they are ready; jobs are drawn as needed.

        Raises:
            GradingError: the workers cannot grade at all.
        """


_judges: dict[tuple[int, str], Judge] = {}


def perform(settings: str, job: bytes) -> bytes:
    """What a worker does: grade one job; the graded submission as JSON."""
    return _judge(settings).grade(job).to_json().encode()


class ThisProcess(Executor):
    """One job after the other, judged in this process: for one notebook, and for tests."""

    @property
    def workers(self) -> int:
        """One."""
        return 1

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        """See `Executor`."""
        for job in jobs:
            yield GradedSubmission.from_json(perform(self.settings, job))


def _judge(settings: str) -> Judge:
    """The judge that this thread keeps."""
    place = (threading.get_ident(), settings)
    if place not in _judges:
        said = json.loads(settings)
        server = ForkServer(said["sandboxed"], Limits(**said["limits"]))
        atexit.register(server.close)
        _judges[place] = Judge(server=server)
    return _judges[place]


class LocalPool(Executor):
    """Judges in processes of their own on this machine, each asked by a thread of this one.

    A judge that dies costs a new start of the one job that it had, and of no other.

    Args:
        jobs: how many.
        sandboxed: False grades without protection.
        limits: what the answer to one exercise may take.
    """

    def __init__(self, jobs: int, sandboxed: bool = True, limits: Limits | None = None) -> None:
        super().__init__(sandboxed, limits)
        self.jobs = jobs
        self._sandboxed, self._limits = sandboxed, limits or Limits()
        self._warm = WarmProcess()
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._closed = False

    @property
    def workers(self) -> int:
        """As many as asked for."""
        return self.jobs

    @property
    def pids(self) -> list[int]:
        """The judges' processes that there are now."""
        with self._lock:
            return [worker.pid for worker in self._all]

    def close(self) -> None:
        """End the processes, and what they are grading."""
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.close()
        self._warm.close()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        """See `Executor`."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.jobs, "unrolled-pool")
        coming = iter(jobs)
        running: set[Future[GradedSubmission]] = set()
        while True:
            for job in islice(coming, _AHEAD * self.jobs - len(running)):
                running.add(self._threads.submit(self._perform, job))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def _perform(self, job: bytes) -> GradedSubmission:
        """One job, on a judge that is idle or new."""
        for _ in range(_TRIES):
            worker = self._take()
            try:
                graded = GradedSubmission.from_json(worker.grade(job))
            except WorkerDied as error:
                self._drop(worker)
                if self._closed:
                    raise GradingError("The grading was ended.") from error
                continue
            except GradingError:
                self._drop(worker)
                raise
            with self._lock:
                self._idle.append(worker)
            return graded
        return unjudged(job, _ENDS_JUDGES.format(times=f"{_TRIES} times"))

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        worker = self._new()
        with self._lock:
            self._all.add(worker)
        if self._closed:  # before it was among those that are ended
            worker.close()
        return worker

    def _new(self) -> Worker:
        """A new judge; tried again where Linux is short of something for a moment."""
        for pause in _PAUSES:
            try:
                return Worker(self._warm, self._sandboxed, self._limits)
            except GradingError:
                if self._closed:
                    raise
                time.sleep(pause)
        return Worker(self._warm, self._sandboxed, self._limits)

    def _drop(self, worker: Worker) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)


class DaskCluster(Executor):
    """A `dask.distributed` cluster: the same jobs, sent to its workers; Dask restarts lost ones.

    Args:
        address: the scheduler's, such as `tcp://10.0.0.5:8786`.
        sandboxed: False grades without protection.
        limits: what the answer to one exercise may take.

    Raises:
        GradingError: distributed is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, sandboxed: bool = True, limits: Limits | None = None) -> None:
        super().__init__(sandboxed, limits)
        try:
            from distributed import Client
        except ImportError as error:
            raise GradingError(
                "--dask needs the package distributed: pip install 'unrolled[grade]'."
            ) from error
        try:
            self._client = Client(address, timeout=20, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise GradingError(f"No Dask scheduler answers at {address}: {error}") from error

    @property
    def workers(self) -> int:
        """Threads of all workers, as the scheduler knows them now; one at least."""
        return max(1, sum(self._client.nthreads().values()))

    def close(self) -> None:
        """Leave the cluster; it goes on without us."""
        self._client.close()

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        """See `Executor`.

        Dask charges a worker's death to every job that waited there. So a job that was charged too
        often is graded once more, alone, after all others: only then its own guilt is known.
        """
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        coming = iter(jobs)
        running = as_completed(loop=self._client.loop)
        sent: dict[str, bytes] = {}
        suspects: list[bytes] = []

        def fill() -> None:
            for job in islice(coming, max(0, _AHEAD * self.workers - len(sent))):
                future = self._submit(job)
                sent[future.key] = job
                running.add(future)

        fill()
        for future in running:
            job = sent.pop(future.key)
            try:
                yield self._result(future)
            except KilledWorker:
                suspects.append(job)
            fill()
        for job in suspects:
            try:
                yield self._result(self._submit(job))
            except KilledWorker:
                yield unjudged(job, _ENDS_JUDGES.format(times="again and again"))

    def _submit(self, job: bytes) -> DaskFuture:
        return self._client.submit(perform, self.settings, job, pure=False, retries=_TRIES)

    def _result(self, future: DaskFuture) -> GradedSubmission:
        """What a job came to; the cluster forgets it."""
        try:
            graded = GradedSubmission.from_json(future.result())
        except SandboxError as error:
            raise SandboxError(f"A worker of the cluster says: {error}") from error
        future.release()
        return graded
