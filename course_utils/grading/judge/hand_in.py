"""All copies of a chapter that one student handed in, and which of them counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from course_utils.grading.judge.published import is_published
from course_utils.grading.types import GradedSubmission

__all__ = ["HandIn", "flagged", "is_the_solution"]

_PUBLISHED = "the published solution, word for word"


@dataclass
class HandIn:
    """One student's copies of one chapter in one run.

    Attributes:
        keys: of all copies; the one that counts at equal points comes first.
        waiting: the keys of those that are being graded.
        graded: key → copy, of those that this run graded.
    """

    keys: list[str]
    waiting: set[str] = field(default_factory=set)
    graded: dict[str, GradedSubmission] = field(default_factory=dict)

    def add(self, graded: GradedSubmission) -> None:
        """One more that was graded."""
        self.graded[graded.key] = graded
        self.waiting.discard(graded.key)

    def holds(self, digest: str) -> bool:
        """Whether a notebook of this digest was graded now."""
        return any(each.digest == digest for each in self.graded.values())

    def best(self) -> GradedSubmission:
        """The copy that counts: most points, then newest.

        The published solution, word for word, counts only where nothing else was handed in: it may
        lie beside a student's own answer because the course gave it out.
        """
        return min(
            self.graded.values(),
            key=lambda each: (_is_flagged(each), -each.points, self.keys.index(each.key)),
        )

    def is_behind(self, best: GradedSubmission, old: GradedSubmission) -> bool:
        """Whether what counted before still does."""
        if best.points == old.points and old.key in self.keys:
            return self.keys.index(old.key) < self.keys.index(best.key)
        return best.points < old.points

    def why(self, best: GradedSubmission) -> str:
        """Which copy counts, beside which; "" where it is alone."""
        others = [self.graded[key] for key in self.keys if key in self.graded and key != best.key]
        if not others:
            return ""
        earned = ", ".join(f"{each.name} ({_earned(each)})" for each in others)
        return (
            f"Handed in more than once: {best.name} counts ({_earned(best)}), for it is "
            f"{self._reason(best, others)}; not {earned}."
        )

    def _reason(self, best: GradedSubmission, others: list[GradedSubmission]) -> str:
        if any(each.points > best.points for each in others):
            return "the best of the student's own"
        equal = any(each.points == best.points for each in others)
        return "the newest of the best" if equal else "the best"


def is_the_solution(graded: GradedSubmission) -> bool:
    """Whether each of its answers is the published one."""
    return bool(graded.exercises) and all(
        is_published(each.answer, graded.chapter, each.result.name) for each in graded.exercises
    )


def flagged(graded: GradedSubmission) -> GradedSubmission:
    """The same with a flag for the instructor at its first exercise."""
    first, *others = graded.exercises
    result = replace(first.result, flags=(_PUBLISHED, *first.result.flags))
    return replace(graded, exercises=(replace(first, result=result), *others))


def _is_flagged(graded: GradedSubmission) -> bool:
    return bool(graded.exercises) and _PUBLISHED in graded.exercises[0].result.flags


def _earned(graded: GradedSubmission) -> str:
    if graded.problem:
        return f"not graded: {graded.problem.rstrip('.')}"
    words = f"{graded.points:g} points"
    return f"{words}, {_PUBLISHED}" if _is_flagged(graded) else words
