"""A flag that matters is seen, however many others were raised."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from course_utils.grading.outputs.flags import by_importance, in_one_line, most_telling
from course_utils.grading.outputs.write import write_outputs
from course_utils.grading.types import GradedSubmission
from tests.grading.outputs.classroom import store, verdict


def flagged(student: str, *flags: str) -> GradedSubmission:
    """A submission with these flags on each of its exercises."""
    graded = verdict(student)
    exercises = [
        replace(each, result=replace(each.result, flags=flags)) for each in graded.exercises
    ]
    return replace(graded, exercises=tuple(exercises))


def test_what_the_judge_raised_itself_comes_first() -> None:
    graded = flagged("ada", "ready:keras.layers.GRU", "not judged: MemoryError")
    raised = by_importance(graded)
    assert [flag for _, flag in raised[:5]] == ["not judged: MemoryError"] * 5
    assert in_one_line(raised).startswith("elman_step: not judged: MemoryError; unroll: not")
    assert in_one_line(raised).endswith("; and 4 more")


def test_flags_are_counted_by_kind_and_the_rest_is_told() -> None:
    flags = Counter({f"ready:keras.a{k}": 1 for k in range(500)})
    flags |= Counter({"ready:keras.layers.LSTM": 7, "not judged: MemoryError": 1})
    told, others = most_telling(flags)
    assert told[:2] == [("not judged: MemoryError", 1), ("ready:keras.layers.LSTM", 7)]
    assert (len(told), others) == (20, 482)


def flags_of(out: Path, *graded: GradedSubmission) -> str:
    """The report's section on flags."""
    write_outputs(store(out, graded))
    page = (out / "report.html").read_text()
    return page[page.index('id="flags"') : page.index('id="table"')]


def test_one_students_forged_flags_hide_nobody_elses(tmp_path: Path) -> None:
    forged = flagged("a forger", *(f"ready:keras.a{n}" for n in range(300)))
    flags = flags_of(tmp_path, forged, flagged("zoe", "ready:keras.layers.LSTM"))
    assert flags.count("<tr>") == 1 + 2
    assert "ready:keras.layers.LSTM × 1" in flags
    assert "ready:keras.a0 × 1" in flags
    assert "and 1494 more" in flags
    assert len(flags) < 5_000


def test_a_class_of_forgers_does_not_hide_what_the_judge_raised(tmp_path: Path) -> None:
    forgers = [
        flagged(f"forger{k:03}", *(f"ready:keras.a{k}_{n}" for n in range(6))) for k in range(300)
    ]
    flags = flags_of(tmp_path, *forgers, flagged("zz", "not judged: MemoryError"))
    assert flags.index("not judged: MemoryError × 1") < flags.index("ready:")
    assert flags.index("elman_step: not judged: MemoryError") < flags.index("forger000")
    assert flags.count("<tr>") == 1 + 200
    assert "and 1781 others, less common" in flags
    assert "and 101 more" in flags
