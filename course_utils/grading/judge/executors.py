"""Where jobs are graded: in this process, in a local pool, or on a Dask cluster. One interface.

A job is bytes, a graded submission is JSON as bytes. Every worker keeps a judge with a warm fork
server for as long as it lives; nothing else is shared, and no disk.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing import forkserver
from types import TracebackType

from course_utils.errors import GradingError, SandboxError
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.inside.worker_start import enter_worker, take_server
from course_utils.grading.judge.clean_environment import clean_environment
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.judging import Judge
from course_utils.grading.types import GradedSubmission
from course_utils.quiet import quiet

__all__ = ["DaskCluster", "Executor", "LocalPool", "ThisProcess", "perform"]

_AHEAD = 3  # jobs in flight for each worker: enough to keep it busy, few enough to stay small
_TRIES = 3  # starts of a job whose worker died


class Executor(ABC):
    """Grades jobs. A context manager: who opens it closes it.

    Args:
        sandboxed: False grades without protection.
        limits: what the answer to one exercise may take.
    """

    def __init__(self, sandboxed: bool = True, limits: Limits | None = None) -> None:
        self.settings = json.dumps({"sandboxed": sandboxed, "limits": asdict(limits or Limits())})

    def __enter__(self) -> Executor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027 - an executor may have nothing to close
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
        forked = take_server(settings)
        server = ForkServer(said["sandboxed"], Limits(**said["limits"]), forked)
        atexit.register(server.close)
        _judges[place] = Judge(server=server)
    return _judges[place]


@contextmanager
def _clean() -> Iterator[None]:
    """The body's new processes get none of this one's environment."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(clean_environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class LocalPool(Executor):
    """Worker processes on this machine; one that dies costs a new start of its jobs.

    Args:
        jobs: how many.
        sandboxed: False grades without protection.
        limits: what the answer to one exercise may take.
    """

    def __init__(self, jobs: int, sandboxed: bool = True, limits: Limits | None = None) -> None:
        super().__init__(sandboxed, limits)
        self.jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    @property
    def workers(self) -> int:
        """As many as asked for."""
        return self.jobs

    def close(self) -> None:
        """End the processes, and what they are grading."""
        if self._pool is not None:
            processes = list((self._pool._processes or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()
        self._pool = None

    def _open(self) -> ProcessPoolExecutor:
        """The pool. Its processes are forks of one that has everything imported and run nothing."""
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["course_utils.grading.inside.preloaded"])
            with _clean(), quiet():  # TensorFlow writes to the terminal when it is imported
                forkserver.ensure_running()
            self._pool = ProcessPoolExecutor(
                self.jobs, context, initializer=enter_worker, initargs=(self.settings,)
            )
        return self._pool

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        """See `Executor`."""
        coming = iter(jobs)
        running: dict[Future[bytes], tuple[bytes, int]] = {}
        again: list[tuple[bytes, int]] = []
        while True:
            while len(running) < _AHEAD * self.jobs:
                following = again.pop() if again else _first(coming)
                if following is None:
                    break
                future = self._open().submit(perform, self.settings, following[0])
                running[future] = following
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                job, tries = running.pop(future)
                try:
                    yield GradedSubmission.from_json(future.result())
                except BrokenProcessPool as error:
                    broken = True
                    if tries == _TRIES:
                        raise GradingError(
                            f"A worker process ended {tries} times on the same submission. Is "
                            "there enough memory? Try fewer --jobs."
                        ) from error
                    again.append((job, tries + 1))
            if broken:
                again += [(job, tries + 1) for job, tries in running.values()]
                running.clear()
                self.close()


def _first(coming: Iterator[bytes]) -> tuple[bytes, int] | None:
    job = next(coming, None)
    return None if job is None else (job, 1)


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
        """See `Executor`."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        coming = iter(jobs)
        running = as_completed(loop=self._client.loop)
        count = 0

        def fill() -> None:
            nonlocal count
            while count < _AHEAD * self.workers:
                job = next(coming, None)
                if job is None:
                    return
                running.add(
                    self._client.submit(perform, self.settings, job, pure=False, retries=_TRIES)
                )
                count += 1

        fill()
        for future in running:
            count -= 1
            try:
                graded = GradedSubmission.from_json(future.result())
            except KilledWorker as error:
                raise GradingError(f"The cluster's workers die while grading: {error}") from error
            except SandboxError as error:
                raise SandboxError(f"A worker of the cluster says: {error}") from error
            future.release()
            yield graded
            fill()
