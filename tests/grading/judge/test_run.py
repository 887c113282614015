"""What becomes of each submission is said once, after it is filed; nothing is graded twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from course_utils.chapters import chapter
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Result
from course_utils.grading.command import Tally
from course_utils.grading.inside.wire import INTO_SANDBOX, decode
from course_utils.grading.intake.submissions import Found, find
from course_utils.grading.judge.executors import Executor
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.judging import Judge
from course_utils.grading.judge.published import published_answers
from course_utils.grading.judge.run import Graded, Kept, Outcome, Refused, grade
from course_utils.grading.judge.store import Store, read_refused
from course_utils.grading.types import GradedExercise, GradedSubmission
from tests.grading.handing import CHAPTER, notebook, put, zipped
from tests.grading.inside.warm import warm_process

SECRET = b"0123456789abcdef"


class Fake(Executor):
    """Gives everybody the same share of the points of `readout`, and counts the jobs."""

    def __init__(self, share: float = 1.0, answer: str = "") -> None:
        super().__init__()
        self.jobs, self.share, self.answer = 0, share, answer

    @property
    def workers(self) -> int:
        return 1

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        for job in jobs:
            self.jobs += 1
            asked = decode(job, INTO_SANDBOX)
            points = exercise_named("readout").points
            earned = self.share * points
            result = Result("readout", earned, points, self.share == 1)
            exercise = GradedExercise(result, self.answer)
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


def marks(store: Store) -> dict[str, float]:
    return {each.student: each.points for each in store}


def graded(found: list[Found], store: Store, share: float, **options: bool) -> list[Outcome]:
    return list(grade(found, store, Fake(share), SECRET, **options))


@pytest.mark.parametrize("later", [b"", notebook("elman_step = 2"), b"no notebook"])
def test_a_worse_later_hand_in_takes_no_mark_away_and_is_told(tmp_path: Path, later: bytes) -> None:
    put(tmp_path / "one", f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb")
    put(tmp_path / "two", f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb", data=later)
    first, second = find(tmp_path / "one"), find(tmp_path / "two")
    with Store(tmp_path / "out") as store:
        graded(first, store, 1.0)
        (kept,) = graded(second, store, 0.0)
        assert isinstance(kept, Kept) and "--chapter" in kept.why and "two/submitted" in kept.why
        (ada,) = store
        assert ada.name.startswith("one/") and ada.points > 0
        assert ada.remarks == (kept.why,)
        assert graded(second, store, 0.0) == [Kept(ada)]  # it is not graded again, nor told again
        assert graded(first, store, 1.0) == [Kept(ada)]


def test_the_chapter_that_was_asked_for_counts_be_it_worse(tmp_path: Path) -> None:
    put(tmp_path / "one", f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb")
    put(tmp_path / "two", f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb", data=notebook("x = 1"))
    with Store(tmp_path / "out") as store:
        graded(find(tmp_path / "one"), store, 1.0)
        graded(find(tmp_path / "two"), store, 0.0)
        (asked,) = graded(find(tmp_path / "two"), store, 0.0, asked=True)
        assert isinstance(asked, Graded)
        assert marks(store) == {"ada": 0.0}


def test_a_better_or_as_good_later_hand_in_counts(tmp_path: Path) -> None:
    put(tmp_path / "one", f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb")
    put(tmp_path / "two", f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb", data=notebook("x = 1"))
    with Store(tmp_path / "out") as store:
        for source, share in (("one", 0.5), ("two", 0.5), ("one", 1.0)):
            (outcome,) = graded(find(tmp_path / source), store, share)
            assert isinstance(outcome, Graded)
        (ada,) = store
        assert ada.name.startswith("one/")


def test_the_same_notebook_graded_anew_takes_the_new_mark(class_: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store:
        graded(find(class_), store, 1.0)
        graded(find(class_), store, 0.5, regrade=True)
        assert marks(store)["ada"] == exercise_named("readout").points / 2


class ByContent(Fake):
    """Gives each notebook the share that its first cell names, in the order in which they come."""

    def __init__(self, answers: Mapping[float, str] | None = None) -> None:
        super().__init__()
        self.answers = answers or {}

    def grade(self, jobs: Iterable[bytes]) -> Iterator[GradedSubmission]:
        for job in jobs:
            cell = json.loads(decode(job, INTO_SANDBOX)["notebook"].tobytes())["cells"][0]
            self.share = float(cell["source"].split()[-1])
            self.answer = self.answers.get(self.share, "")
            yield from super().grade([job])


def copies(folder: Path, *shares: float) -> list[Found]:
    """What one student handed in, each copy worth a share and newer than the one before."""
    for time, share in enumerate(shares):
        path = folder / f"ada/copy{time}.ipynb"
        put(folder, f"ada/copy{time}.ipynb", data=notebook(f"elman_step = {share}"))
        os.utime(path, (time, time))
    return find(folder)


WORTH = exercise_named("readout").points


@pytest.mark.parametrize(
    ("shares", "counts", "because"),
    [
        ((1.0, 0.5), 0, "it is the best; not"),
        ((0.5, 1.0), 1, "it is the best; not"),
        ((0.5, 0.5), 1, "it is the newest of the best; not"),
        ((0.25, 1.0, 0.5), 1, "it is the best; not"),
        ((0.5, 0.5, 0.25), 1, "it is the newest of the best; not"),
    ],
)
def test_of_several_copies_the_best_counts_and_it_is_said_why(
    tmp_path: Path, shares: tuple[float, ...], counts: int, because: str
) -> None:
    found = copies(tmp_path / "class", *dict.fromkeys(shares))
    if len(set(shares)) < len(shares):  # as many points, other code
        found = copies(tmp_path / "class", *shares)
        place = tmp_path / "class/ada/copy0.ipynb"
        place.write_bytes(notebook(f"elman_step = {shares[0]}", "x = 1"))
        os.utime(place, (0, 0))
        found = find(tmp_path / "class")
    with Store(tmp_path / "out") as store:
        executor = ByContent()
        (outcome,) = grade(found, store, executor, SECRET)
        assert isinstance(outcome, Graded) and executor.jobs == len(shares)
        assert outcome.submission.points == max(shares) * WORTH
        assert outcome.submission.name.endswith(f"copy{counts}.ipynb")
        assert because in outcome.why and outcome.submission.remarks == (outcome.why,)
        assert all(f"copy{number}.ipynb" in outcome.why for number in range(len(shares)))
        tally = Tally(1)
        tally.add(outcome)
        assert tally.better == [f"ada: {outcome.why}"]
        for options in ({}, {"asked": True}):
            again = ByContent()
            assert list(grade(found, store, again, SECRET, **options)) == [Kept(outcome.submission)]
            assert again.jobs == 0


def test_one_more_copy_is_graded_alone_and_counts_if_it_is_better(tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store:
        list(grade(copies(tmp_path / "class", 0.5, 0.25), store, ByContent(), SECRET))
        for more, jobs, counts in (((0.125,), 1, 0.5), ((0.125, 0.75), 1, 0.75)):
            executor = ByContent()
            (outcome,) = grade(
                copies(tmp_path / "class", 0.5, 0.25, *more), store, executor, SECRET
            )
            assert executor.jobs == jobs
            assert outcome.submission.points == counts * WORTH  # type: ignore[union-attr]


def test_the_best_of_what_was_asked_for_takes_the_place_of_a_better_mark(tmp_path: Path) -> None:
    with Store(tmp_path / "out") as store:
        list(grade(copies(tmp_path / "one", 1.0), store, ByContent(), SECRET))
        two = copies(tmp_path / "two", 0.5, 0.25)
        (kept,) = grade(two, store, ByContent(), SECRET)
        assert isinstance(kept, Kept) and "two/ada/copy0.ipynb earned" in kept.why
        assert list(grade(two, store, ByContent(), SECRET)) == [Kept(kept.submission)]
        (asked,) = grade(two, store, ByContent(), SECRET, asked=True)
        assert isinstance(asked, Graded) and asked.submission.points == WORTH / 2
        (back,) = grade(copies(tmp_path / "one", 1.0), store, ByContent(), SECRET)
        assert isinstance(back, Graded) and back.submission.points == WORTH


def test_copies_graded_anew_take_the_new_marks(tmp_path: Path) -> None:
    found = copies(tmp_path / "class", 1.0, 0.5)
    with Store(tmp_path / "out") as store:
        list(grade(found, store, ByContent(), SECRET))
        (outcome,) = grade(found, store, Fake(0.25), SECRET, regrade=True)
        assert isinstance(outcome, Graded) and outcome.submission.points == WORTH / 4
        assert outcome.submission.name.endswith("copy1.ipynb")


def test_a_students_own_answer_goes_before_a_copy_of_the_published_one(tmp_path: Path) -> None:
    published, _ = published_answers(CHAPTER)["readout"]
    with Store(tmp_path / "out") as store:
        found = copies(tmp_path / "class", 0.5, 1.0)
        (outcome,) = grade(found, store, ByContent({1.0: published}), SECRET)
        assert isinstance(outcome, Graded) and outcome.submission.points == WORTH / 2
        assert "the best of the student's own" in outcome.why
        assert "published solution, word for word" in outcome.why
        assert outcome.submission.exercises[0].result.flags == ()


def test_the_published_solution_is_a_flag(tmp_path: Path) -> None:
    answers = published_answers(CHAPTER)
    assert set(answers) == set(chapter(CHAPTER).exercises)
    statement, cell = answers["readout"]
    put(tmp_path, f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb")
    with Store(tmp_path / "out") as store:
        for answer, flags in (
            (cell, ("the published solution, word for word",)),
            ("# mine\n\n" + statement, ("the published solution, word for word",)),
            (statement.replace("hs", "states"), ()),
            ("", ()),
        ):
            executor = Fake(answer=answer)
            (outcome,) = grade(find(tmp_path), store, executor, SECRET, regrade=True)
            assert isinstance(outcome, Graded)
            assert outcome.submission.exercises[0].result.flags == flags


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
