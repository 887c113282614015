"""None earns a point, none changes another student's, none leaks, none lives on: each executor.

Every attack meets the local pool, which is what most graders run; the sandbox is the same on all.
The other executors meet those attacks that go for what an executor is made of: its descriptors, its
processes and doors, and the next submission on the same worker. `make test-long` runs all on all.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from course_utils.chapters import chapter
from course_utils.grading.judge.executors import DaskCluster, Executor, LocalPool, ThisProcess
from course_utils.grading.judge.judging import job
from course_utils.grading.judge.secret import key_of, seed_for
from course_utils.grading.types import GradedExercise, GradedSubmission
from tests.grading.attacks import (
    forging,
    lying,
    outliving,
    patching,
    pretending,
    reaching,
    reading,
    ready,
    searching,
    sharing,
    words,
)
from tests.grading.attacks.attack import LEAK, Attack, honest_notebook, shown_to_an_answer
from tests.grading.handing import CHAPTER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's"),
]

ATTACKS: list[Attack] = [
    attack
    for theme in (
        pretending,
        patching,
        reading,
        searching,
        forging,
        outliving,
        sharing,
        reaching,
        ready,
        lying,
        words,
    )
    for attack in theme.ATTACKS
]
EVERYWHERE = [
    "read the environment and the parent's /proc",
    "see the other processes",
    "read what a descriptor still holds",
    "every descriptor closed",
    "an end of the process in the middle of a write",
    "a dtype that divides by zero",
    "a header that is never closed",
    "fifty thousand tiny arrays",
    "a misfit of the dtype, which costs a fifth",
    "a thousand flags that look like the engine's",
    "the cases, written into every text there is",
    "the loaded modules",
    "an abstract socket",
    "threads that go on",
    "hooks at the end",
    "a daemon that nothing ends",
    "a child that answers in the parent's place",
    "sockets of the machine",
    "signals to the server, the judge and everybody",
    "tracing the judge",
    "locks of the pool in frames and in shared pages",
    "the arguments and the key of the process that started it",
    "process 1 signalled, traced and read",
]
SOME = [next(attack for attack in ATTACKS if attack.name == name) for name in EVERYWHERE]


@dataclass(frozen=True)
class Run:
    """One executor, and the attacks that it meets."""

    executor: str
    attacks: Sequence[Attack]


RUNS = [
    pytest.param(Run("local pool", ATTACKS), id="local-pool"),
    pytest.param(Run("this process", SOME), id="this-process-some"),
    pytest.param(Run("dask cluster", SOME), id="dask-cluster-some"),
    pytest.param(Run("this process", ATTACKS), id="this-process", marks=pytest.mark.long),
    pytest.param(Run("dask cluster", ATTACKS), id="dask-cluster", marks=pytest.mark.long),
]
HONEST = ("honest-before", "honest-between", "honest-after")


def each_of(attacks: Sequence[Attack]) -> pytest.MarkDecorator:
    """Each run with each of these attacks that it meets, as the arguments `graded` and `attack`."""
    pairs = [
        pytest.param(
            *run.values, attack, id=f"{run.id}-{attack.name.replace(' ', '-')}", marks=run.marks
        )
        for run in RUNS
        for attack in run.values[0].attacks
        if attack in attacks
    ]
    return pytest.mark.parametrize(("graded", "attack"), pairs, indirect=["graded"])


each_run = pytest.mark.parametrize("graded", RUNS, indirect=True)


@dataclass
class Class:
    """What came of the whole class on one executor.

    Attributes:
        alone: the honest students' verdicts in a run of their own.
        verdicts: everybody's, by student.
        left: processes of answers that were still there at the end.
        planted: what the attackers were told.
        attacks: those of the class.
    """

    alone: dict[str, GradedSubmission] = field(default_factory=dict)
    verdicts: dict[str, GradedSubmission] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    planted: dict[str, Any] = field(default_factory=dict)
    attacks: Sequence[Attack] = ()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What there is to find on this machine: secrets in files, in memory, behind doors."""
    folder = tmp_path_factory.mktemp("planted")
    secret = f"PLANTED-SECRET-{secrets.token_hex(8)}"
    files = [folder / name for name in ("gradebook.db", "secret", "submitted-by-another.ipynb")]
    for file in files:
        file.write_text(secret)
    with ExitStack() as doors:
        tcp = doors.enter_context(socket.create_server(("127.0.0.1", 0)))
        for name in (str(folder / "door"), f"\0unrolled-{os.getpid()}"):
            door = doors.enter_context(socket.socket(socket.AF_UNIX))
            door.bind(name)
            door.listen()
        os.environ["UNROLLED_TEST_SECRET"] = secret
        yield {
            "checkout": str(Path(__file__).resolve().parents[3]),
            "folder": str(folder),
            "files": [str(file) for file in files],
            "shown": shown_to_an_answer(),
            "port": tcp.getsockname()[1],
            "socket": str(folder / "door"),
            "abstract": f"unrolled-{os.getpid()}",
            "words": ["UNROLLED_TEST", "pytest"],
        }
        del os.environ["UNROLLED_TEST_SECRET"]


@pytest.fixture(scope="module")
def class_of(planted: dict[str, Any], request: pytest.FixtureRequest) -> Callable[[Run], Class]:
    """The whole class in one batch on one executor; each run is made once."""
    made: dict[int, Class] = {}

    def look(run: Run) -> Class:
        if id(run) not in made:
            made[id(run)] = _grade(_executor(run.executor, request), run.attacks, planted)
        return made[id(run)]

    return look


@pytest.fixture
def graded(request: pytest.FixtureRequest, class_of: Callable[[Run], Class]) -> Class:
    """What came of the run that the test is about."""
    return class_of(request.param)


def _executor(name: str, request: pytest.FixtureRequest) -> Executor:
    if name == "this process":
        return ThisProcess()
    if name == "local pool":
        return LocalPool(2)
    return DaskCluster(request.getfixturevalue("running").address)


def _grade(executor: Executor, attacks: Sequence[Attack], planted: dict[str, Any]) -> Class:
    secret = planted["files"][0].encode()
    with executor:
        made = Class(planted=planted, attacks=attacks)
        every = chapter(CHAPTER).exercises
        honest = [_job(secret, name, honest_notebook(), every) for name in HONEST]
        made.alone = {each.student: each for each in executor.grade(honest)}
        family = psutil.Process().children(recursive=True)
        told = {**planted, "pids": [os.getpid(), *(each.pid for each in family)]}
        hostile = [
            _job(
                secret,
                f"{attack.name} {time}",
                attack.notebook(told),
                (attack.exercise, attack.honest),
                attack.chapter,
            )
            for attack in attacks
            for time in range(attack.times)
        ]
        middle = len(hostile) // 2
        jobs = [honest[0], *hostile[:middle], honest[1], *hostile[middle:], honest[2]]
        made.verdicts = {each.student: each for each in executor.grade(jobs)}
        made.left = _left()
        return made


def _job(
    secret: bytes, student: str, notebook: bytes, exercises: Iterable[str], stem: str = CHAPTER
) -> bytes:
    seeds = {name: seed_for(secret, student, name, notebook) for name in exercises}
    key = key_of(secret, student, stem, notebook)
    return job(student=student, chapter=stem, notebook=notebook, key=key, seeds=seeds)


def _left() -> list[str]:
    """Processes below this one that are still in namespaces of their own after half a minute."""
    own = os.readlink("/proc/self/ns/pid")
    end = time.monotonic() + 30
    while True:
        left = []
        for each in psutil.Process().children(recursive=True):
            try:
                if os.readlink(f"/proc/{each.pid}/ns/pid") != own:
                    left.append(str(each))
            except OSError:
                continue
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.1)


def _marks(made: Class, attack: Attack) -> Iterator[tuple[GradedExercise, GradedExercise]]:
    """(of the attacked exercise, of the solved one) of each time that it was handed in."""
    for number in range(attack.times):
        marks = {
            mark.result.name: mark for mark in made.verdicts[f"{attack.name} {number}"].exercises
        }
        yield marks[attack.exercise], marks[attack.honest]


def _texts(mark: GradedExercise) -> Iterator[str]:
    """All that a reader of the mark sees but the answer itself."""
    yield mark.result.printed
    yield from mark.result.flags
    for finding in mark.result.findings:
        yield from (finding.message, *finding.hints, *finding.evidence, *finding.evidence.values())


@each_of(ATTACKS)
def test_an_attack_earns_nothing_leaks_nothing_and_costs_no_other_exercise(
    graded: Class, attack: Attack
) -> None:
    for attacked, solved in _marks(graded, attack):
        assert attacked.result.points == 0, attacked.result
        assert not attacked.result.passed
        assert attacked.result.findings, "no reason was given"
        told = "".join(_texts(attacked))
        assert f"{LEAK}: " not in told
        assert len(told) < 5_000
        assert not any(sign in told for sign in "\x1b\x00\x07\u202e")
        told.encode("utf-8")
        assert solved.result.passed, solved.result


@each_of(ATTACKS)
def test_the_answer_that_is_shown_is_the_one_that_was_handed_in(
    graded: Class, attack: Attack
) -> None:
    for attacked, solved in _marks(graded, attack):
        assert attacked.answer in ("", attack.code)
        assert solved.answer == attack.solution


@each_of([attack for attack in ATTACKS if attack.name == "a plausible reply with zeros"])
def test_a_forged_reply_in_the_right_form_is_judged_by_its_numbers(
    graded: Class, attack: Attack
) -> None:
    for attacked, _ in _marks(graded, attack):
        assert attacked.result.findings[0].kind == "values"


@each_of([attack for attack in ATTACKS if attack.name.startswith("a thousand flags")])
def test_forged_flags_are_few_and_the_others_are_counted(graded: Class, attack: Attack) -> None:
    for attacked, _ in _marks(graded, attack):
        assert len(attacked.result.flags) == 6
        assert attacked.result.flags[-1].startswith("ready:and ")


@each_run
@pytest.mark.parametrize("student", HONEST)
def test_an_honest_student_among_attackers_gets_what_one_gets_alone(
    graded: Class, student: str
) -> None:
    alone, among = graded.alone[student], graded.verdicts[student]
    assert among.points == among.max_points
    assert [mark.result for mark in among.exercises] == [mark.result for mark in alone.exercises]
    assert [mark.answer for mark in among.exercises] == [mark.answer for mark in alone.exercises]


@each_run
def test_every_submission_got_one_verdict(graded: Class) -> None:
    assert len(graded.verdicts) == len(HONEST) + sum(attack.times for attack in graded.attacks)


@each_run
def test_no_process_of_an_answer_lives_on(graded: Class) -> None:
    assert graded.left == []


@each_run
def test_nothing_was_written_outside(graded: Class) -> None:
    folder = Path(graded.planted["folder"])
    assert {each.name for each in folder.iterdir()} == {
        "gradebook.db",
        "secret",
        "submitted-by-another.ipynb",
        "door",
    }


@each_of(ready.ATTACKS)
def test_the_ready_layer_called_by_its_public_name_is_flagged(
    graded: Class, attack: Attack
) -> None:
    hidden = ("source", "compiled", "reload", "Python of", "memory", "defined", "words", "old")
    if any(word in attack.name for word in hidden):
        pytest.skip("it never gets as far as a call that could be flagged")
    for attacked, _ in _marks(graded, attack):
        assert any(flag.startswith("ready:") for flag in attacked.result.flags), attacked.result
