"""What becomes of each submission is said once, after it is filed; nothing is graded twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Result
from course_utils.grading.command import Tally
from course_utils.grading.inside.wire import INTO_SANDBOX, decode
from course_utils.grading.intake.submissions import find
from course_utils.grading.judge.executors import Executor
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.judging import Judge
from course_utils.grading.judge.run import Graded, Kept, Outcome, Refused, grade
from course_utils.grading.judge.store import Store, read_refused
from course_utils.grading.types import GradedExercise, GradedSubmission
from tests.grading.handing import CHAPTER, put, zipped
from tests.grading.inside.warm import warm_process

SECRET = b"0123456789abcdef"


class Fake(Executor):
    """Gives everybody all points of `readout`, and counts the jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs = 0

    @property
    def workers(self) -> int:
        return 1

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        for job in jobs:
            self.jobs += 1
            asked = decode(job, INTO_SANDBOX)
            points = exercise_named("readout").points
            exercise = GradedExercise(Result("readout", points, points, True))
            yield GradedSubmission(
                asked["key"], asked["student"], asked["chapter"], asked["name"], (exercise,)
            )


def outcomes(folder: Path, store: Store, **options: bool) -> tuple[list[Outcome], int]:
    """What became of a class, and how many jobs that took."""
    executor = Fake()
    found = find(folder)
    return list(grade(found, store, executor, SECRET, **options)), executor.jobs


@pytest.fixture
def class_(tmp_path: Path) -> Path:
    """Two who handed in, and one whose notebook cannot be read."""
    folder = tmp_path / "class"
    put(folder, *(f"submitted/{name}/{CHAPTER}/{CHAPTER}.ipynb" for name in ("ada", "bob")))
    put(folder, f"submitted/eve/{CHAPTER}/{CHAPTER}.ipynb", data=b"no notebook")
    return folder


def test_everybody_is_graded_once_and_kept_from_then_on(class_: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store:
        first, jobs = outcomes(class_, store)
        assert {each.submission.student for each in first if isinstance(each, Graded)} == {
            "ada",
            "bob",
            "eve",
        }
        assert jobs == 3
        again, jobs = outcomes(class_, store)
        assert [type(each) for each in again] == [Kept] * 3
        assert jobs == 0
        assert all(isinstance(each, Graded) for each in outcomes(class_, store, regrade=True)[0])


def test_a_submission_is_filed_before_it_is_said(class_: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store:
        for outcome in grade(find(class_), store, Fake(), SECRET):
            assert isinstance(outcome, Graded)
            graded = outcome.submission
            assert store.read(graded.student, graded.chapter) == graded


def test_a_file_that_is_nobodys_is_refused_and_noted(tmp_path: Path) -> None:
    archive = tmp_path / "class.zip"
    step = put(tmp_path / "one", "x.ipynb").joinpath("x.ipynb").read_bytes()
    archive.write_bytes(zipped({f"ada/{CHAPTER}.ipynb": step, "../evil.ipynb": step}))
    with Store(tmp_path / "out") as store:
        found, _ = outcomes(archive, store)
    (refused,) = [each for each in found if isinstance(each, Refused)]
    assert "points out of the archive" in refused.problem
    assert read_refused(tmp_path / "out") == [(refused.name, refused.problem)]
    tally = Tally(len(found))
    for each in found:
        tally.add(each)
    assert (tally.found, tally.graded, tally.kept) == (2, 1, 0)
    assert tally.problems == [(refused.name, refused.problem)]


def test_who_creates_a_server_closes_it() -> None:
    with ForkServer(warm=warm_process()) as server:
        server.start()
        with Judge(server=server) as judge:
            assert not judge.owns_server
        assert server.pid is not None
    assert server.pid is None
    closed: list[bool] = []
    with Judge() as judge:
        assert judge.owns_server
        judge.server.close = lambda: closed.append(True)  # type: ignore[method-assign]
    assert closed == [True]
