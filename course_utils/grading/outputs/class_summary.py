"""The class in numbers, gathered from one student at a time: what the report shows."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from course_utils.grading.outputs.states import State, state
from course_utils.grading.outputs.tables import Columns
from course_utils.grading.types import GradedExercise, GradedSubmission

__all__ = [
    "ChapterNumbers",
    "ClassSummary",
    "ExerciseNumbers",
    "MistakeNumbers",
    "Row",
    "Stuck",
]

_BINS = 10
_SHOWN = 200  # lines of one list of the report; the rest is counted
#: Students in the report's table. Each takes about 60 bytes of the page.
_ROWS = 20_000
_HELP, _HELP_BELOW = 24, 0.5


@dataclass
class MistakeNumbers:
    """One known mistake: its exercise, its id of the bank, its first hint, how many made it."""

    exercise: str
    mistake: str
    hint: str
    count: int = 0


@dataclass
class ExerciseNumbers:
    """One exercise over the class."""

    name: str
    worth: float = 0.0
    count: int = 0
    points: float = 0.0
    states: Counter[State] = field(default_factory=Counter)
    mistakes: dict[str, MistakeNumbers] = field(default_factory=dict)

    def share(self, which: State) -> float:
        """The share of the submissions in a state."""
        return self.states[which] / self.count if self.count else 0.0

    @property
    def mean(self) -> float:
        """The mean points."""
        return self.points / self.count if self.count else 0.0

    def add(self, exercise: GradedExercise, problem: str) -> None:
        result = exercise.result
        self.count += 1
        self.points += result.points
        self.worth = max(self.worth, result.max_points)
        self.states[state(result, problem)] += 1
        for name, hint in _mistakes(exercise).items():
            found = self.mistakes.setdefault(name, MistakeNumbers(self.name, name, hint))
            found.count += 1


@dataclass
class ChapterNumbers:
    """One chapter over the class."""

    stem: str
    count: int = 0
    points: float = 0.0
    worth: float = 0.0
    exercises: dict[str, ExerciseNumbers] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One student in the report's table."""

    student: str
    folder: str
    points: tuple[float | None, ...]  # by chapter, None where nothing was handed in
    total: float
    notes: str


@dataclass(frozen=True, order=True)
class Stuck:
    """A student who needs help; the lower the share, the more."""

    share: float
    student: str
    folder: str = field(compare=False)
    chapters: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = field(compare=False)


class ClassSummary:
    """Everything that the report says of the class, at a size that does not grow with it.

    Args:
        columns: the chapters and exercises that occur, with what each is worth.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.worth = {stem: sum(each.values()) for stem, each in columns.items()}
        self.students = self.submissions = self.unsandboxed = self.complete = 0
        self.shares = 0.0
        self.bins = [0] * _BINS
        self.chapters = {
            stem: ChapterNumbers(stem, exercises={name: ExerciseNumbers(name) for name in names})
            for stem, names in columns.items()
        }
        self.flags: Counter[str] = Counter()
        self.flagged = CappedLines()
        self.problems = CappedLines()
        self.remarks = CappedLines()
        self.courses: set[str] = set()
        self.rows: list[Row] = []
        self._stuck: list[Stuck] = []

    def add(self, folder: str, submissions: list[GradedSubmission]) -> None:
        """One student with everything that was handed in, and the folder of the files."""
        student = submissions[0].student
        self.students += 1
        for graded in submissions:
            self._add_submission(graded)
        by_chapter = {graded.chapter: graded for graded in submissions}
        total = sum(graded.points for graded in submissions)
        worth = sum(self.worth.values())
        share = min(1.0, total / worth) if worth else 0.0
        self.shares += share
        self.complete += share >= 1.0
        self.bins[min(_BINS - 1, int(share * _BINS + 1e-9))] += 1
        points = tuple(by_chapter[s].points if s in by_chapter else None for s in self.columns)
        if len(self.rows) < _ROWS:
            self.rows.append(Row(student, folder, points, total, _notes(submissions)))
        if share < _HELP_BELOW:
            self._stuck.append(Stuck(share, student, folder, tuple(_stuck_in(submissions))))
        if len(self._stuck) > 4 * _HELP:
            self._stuck = self.stuck

    @property
    def hidden(self) -> int:
        """How many students the table leaves out."""
        return self.students - len(self.rows)

    @property
    def stuck(self) -> list[Stuck]:
        """Those who need help most, the neediest first."""
        return heapq.nsmallest(_HELP, self._stuck)

    def mistakes(self, most: int) -> list[tuple[float, MistakeNumbers]]:
        """(share of those who handed the exercise in, mistake), the most common first."""
        every = [
            (mistake.count / exercise.count, mistake)
            for chapter in self.chapters.values()
            for exercise in chapter.exercises.values()
            for mistake in exercise.mistakes.values()
        ]
        every.sort(key=lambda pair: (-pair[1].count, -pair[0], pair[1].exercise, pair[1].mistake))
        return every[:most]

    def _add_submission(self, graded: GradedSubmission) -> None:
        self.submissions += 1
        self.unsandboxed += not graded.sandboxed
        self.courses.add(graded.course)
        chapter = self.chapters[graded.chapter]
        chapter.count += 1
        chapter.points += graded.points
        chapter.worth = max(chapter.worth, graded.max_points)
        for exercise in graded.exercises:
            name = exercise.result.name
            chapter.exercises[name].add(exercise, graded.problem)
            for flag in exercise.result.flags:
                self.flags[flag] += 1
                self.flagged.add(graded, f"{name}: {flag}")
        if graded.problem:
            self.problems.add(graded, graded.problem)
        for remark in graded.remarks:
            self.remarks.add(graded, remark)


class CappedLines:
    """Lines of a list that is cut at a length, and counted beyond.

    Attributes:
        lines: (student, chapter, words), in the order they came.
        count: of all, also the ones that are not kept.
    """

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []
        self.count = 0

    def add(self, graded: GradedSubmission, words: str) -> None:
        self.count += 1
        if len(self.lines) < _SHOWN:
            self.lines.append((graded.student, graded.chapter, words))


def _mistakes(exercise: GradedExercise) -> dict[str, str]:
    """Mistake → its first hint, once each."""
    return {
        finding.mistake: (finding.hints[0] if finding.hints else finding.message)
        for finding in exercise.result.findings
        if finding.mistake
    }


def _notes(submissions: Iterable[GradedSubmission]) -> str:
    notes = []
    for graded in submissions:
        if graded.problem:
            notes.append("problem")
        if any(exercise.result.flags for exercise in graded.exercises):
            notes.append("flag")
        if not graded.sandboxed:
            notes.append("not sandboxed")
    return ", ".join(dict.fromkeys(notes))


def _stuck_in(
    submissions: Iterable[GradedSubmission],
) -> Iterable[tuple[str, tuple[tuple[str, str, str], ...]]]:
    """(chapter, its exercises that are not right: name, state, known mistake or "")."""
    for graded in submissions:
        stuck = tuple(
            (exercise.result.name, str(state(exercise.result)), next(iter(_mistakes(exercise)), ""))
            for exercise in graded.exercises
            if not exercise.result.passed
        )
        yield graded.chapter, (("", "ungraded", ""),) if graded.problem else stuck
