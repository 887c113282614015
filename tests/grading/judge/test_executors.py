"""Local pool and Dask cluster: a worker that dies costs nothing and doubles nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from distributed import Future
from distributed.scheduler import KilledWorker

from course_utils.chapters import chapter
from course_utils.errors import GradingError
from course_utils.grading.inside.wire import INTO_SANDBOX, decode
from course_utils.grading.judge import executors
from course_utils.grading.judge.executors import DaskCluster, LocalPool, ThisProcess, perform
from course_utils.grading.judge.judging import Judge, job
from course_utils.grading.judge.worker import Worker
from course_utils.grading.types import GradedSubmission
from tests.grading.attacks.attack import HONEST, honest_notebook
from tests.grading.handing import CHAPTER, notebook
from tests.grading.inside.warm import warm_server
from tests.grading.judge.cluster import Cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's"),
]


def jobs(count: int, data: bytes | None = None) -> Iterator[bytes]:
    """So many students who all hand the same in: two solved exercises, if not said."""
    seeds = dict.fromkeys(chapter(CHAPTER).exercises, 11)
    handed_in = data or notebook(HONEST["elman_step"], HONEST["readout"])
    for number in range(count):
        yield job(
            student=f"student{number:04d}",
            chapter=CHAPTER,
            notebook=handed_in,
            key=str(number),
            seeds=seeds,
        )


def test_the_same_job_gets_the_same_verdict_everywhere(running: Cluster) -> None:
    found = []
    with ThisProcess() as here:
        found.append(list(here.grade(jobs(1, honest_notebook()))))
    with LocalPool(1) as pool:
        found.append(list(pool.grade(jobs(1, honest_notebook()))))
    with DaskCluster(running.address) as dask:
        found.append(list(dask.grade(jobs(1, honest_notebook()))))
    results = [[mark.result for mark in verdicts[0].exercises] for verdicts in found]
    assert results[0] == results[1] == results[2]
    assert all(result.passed for result in results[0])


def test_a_file_whose_name_is_no_text_costs_nothing() -> None:
    given = job(
        student="ada",
        chapter=CHAPTER,
        notebook=notebook(HONEST["readout"]),
        key="",
        seeds={"readout": 3},
        name="ada/\udcff.ipynb",
        remarks=("an older file was left out: \udcff.ipynb",),
    )
    with LocalPool(1) as pool:
        (graded,) = pool.grade([given])
    assert (graded.points, graded.problem) == (1.0, "")
    assert graded.name == "ada/?.ipynb"
    assert graded.remarks == ("an older file was left out: ?.ipynb",)


def test_a_pools_worker_that_is_killed_costs_nothing() -> None:
    with LocalPool(2) as pool:
        got = []
        for verdict in pool.grade(jobs(16)):
            got.append(verdict.student)
            if len(got) == 3:
                os.kill(pool.pids[0], signal.SIGKILL)
    assert sorted(got) == [f"student{k:04d}" for k in range(16)]


def test_a_notebook_that_ends_every_judge_costs_itself_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever else is being graded just then is not even asked again."""
    asked: list[str] = []
    grade = Worker.grade

    def dies(worker: Worker, given: bytes) -> bytes:
        student = decode(given, INTO_SANDBOX)["student"]
        asked.append(student)
        if student == "student0001":
            os.kill(worker.pid, signal.SIGKILL)
        return grade(worker, given)

    monkeypatch.setattr(Worker, "grade", dies)
    with LocalPool(2) as pool:
        graded = {each.student: each for each in pool.grade(jobs(4))}
    lost = graded.pop("student0001")
    assert lost.points == 0
    assert "ended 3 times on this notebook alone" in lost.problem
    assert {each.points for each in graded.values()} == {3.0}
    assert sorted(asked) == [f"student000{k}" for k in (0, 1, 1, 1, 2, 3)]


def test_a_judge_that_cannot_be_started_for_a_moment_is_started_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, failures = subprocess.Popen, [BlockingIOError(11, "try again")] * 2

    def busy(*words: Any, **options: Any) -> Any:
        if failures:
            raise failures.pop()
        return start(*words, **options)

    monkeypatch.setattr(subprocess, "Popen", busy)
    with LocalPool(1) as pool:
        (graded,) = pool.grade(jobs(1))
    assert failures == []
    assert graded.points == 3.0


def ends_every_worker(settings: str, given: bytes) -> bytes:
    """`perform`, and what Dask says of a job whose workers die."""
    asked = decode(given, INTO_SANDBOX)
    if asked["student"] == "student0001":
        raise KilledWorker(asked["student"], SimpleNamespace(address="tcp://gone"), 3)
    return perform(settings, given)


def test_a_notebook_that_ends_every_worker_of_a_cluster_costs_itself_alone(
    running: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A neighbour that Dask charges as well, for it waited at the same worker, loses nothing."""
    charged = ["student0002"]
    result = DaskCluster._result

    def once_charged(self: DaskCluster, future: Future) -> GradedSubmission:
        graded = result(self, future)
        if graded.student in charged:
            charged.remove(graded.student)
            raise KilledWorker(graded.student, SimpleNamespace(address="tcp://gone"), 3)
        return graded

    monkeypatch.setattr(executors, "perform", ends_every_worker)
    monkeypatch.setattr(DaskCluster, "_result", once_charged)
    with DaskCluster(running.address) as dask:
        graded = {each.student: each for each in dask.grade(jobs(4))}
    assert charged == []
    lost = graded.pop("student0001")
    assert lost.points == 0
    assert "ended again and again on this notebook alone" in lost.problem
    assert [graded[f"student000{k}"].points for k in (0, 2, 3)] == [3.0] * 3


@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_a_pool_that_is_closed_while_it_starts_leaves_no_process_and_starts_none(
    seconds: float,
) -> None:
    before = set(psutil.Process().children(recursive=True))
    pool = LocalPool(2)
    problems: list[GradingError] = []

    def grade() -> None:
        try:
            list(pool.grade(jobs(6)))
        except GradingError as error:
            problems.append(error)

    grading = threading.Thread(target=grade)
    grading.start()
    time.sleep(seconds)
    began = time.monotonic()
    pool.close()
    took = time.monotonic() - began
    grading.join(60)
    assert problems
    assert took < 3  # a start of the warm process takes longer, and two would follow
    left = set(psutil.Process().children(recursive=True)) - before
    assert psutil.wait_procs(left, timeout=20)[1] == []


def test_a_scheduler_that_is_not_there_is_named() -> None:
    with pytest.raises(GradingError, match="No Dask scheduler answers at tcp"):
        DaskCluster("tcp://127.0.0.1:9")


def test_jobs_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def counted() -> Iterator[bytes]:
        nonlocal drawn
        for each in jobs(40):
            drawn += 1
            yield each

    with LocalPool(2) as pool:
        coming = pool.grade(counted())
        next(coming)
        assert drawn <= 2 * 3 + 1


@pytest.mark.parametrize("answers", [120, pytest.param(300, marks=pytest.mark.long)])
def test_many_answers_grow_neither_the_judge_nor_its_server(answers: int) -> None:
    """Memory after all answers against memory after 60: caches are full by then."""
    sizes, times = [], []
    with warm_server() as server:
        judge = Judge(server=server)
        for number in range(1, answers + 1):
            name = "elman_step" if number % 2 else "readout"
            mark = judge.grade_exercise(name, [HONEST[name]], number)
            assert mark.result.passed
            times.append(mark.seconds)
            if number in (60, answers):
                assert judge.server.pid is not None
                pair = (psutil.Process(), psutil.Process(judge.server.pid))
                sizes.append([each.memory_info().rss for each in pair])
    grown = [(late - early) / 2**20 for early, late in zip(*sizes, strict=True)]
    middle = sorted(times)[answers // 2]
    print(f"judge and server grew by {grown} MB; {middle:.3f} s from request to verdict")
    assert grown[0] < 40  # what Keras keeps between two tidyings
    assert grown[1] < 5


def test_a_killed_dask_worker_loses_nothing_and_doubles_nothing(running: Cluster) -> None:
    with DaskCluster(running.address) as dask:
        got, points = [], []
        for verdict in dask.grade(jobs(24)):
            got.append(verdict.student)
            points.append(verdict.points)
            if len(got) == 4:
                running.workers[0].kill()
    assert sorted(got) == [f"student{k:04d}" for k in range(24)]
    assert set(points) == {3.0}
