"""The course's own notebooks are what its sources give."""

from __future__ import annotations

from pathlib import Path

from course_utils.authoring import check_student_copies


def test_every_committed_notebook_is_what_its_source_gives(checkout: Path) -> None:
    assert list(map(str, check_student_copies(checkout))) == []
