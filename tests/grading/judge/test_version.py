"""The course's version changes with every file that can change a result, and with no other."""

from __future__ import annotations

from pathlib import Path

import pytest

import course_utils
from course_utils.grading.judge.version import course_version, deciding_files

PACKAGE = Path(course_utils.__file__).parent
FILES = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]
DECIDING = {path.relative_to(PACKAGE).as_posix() for path in deciding_files(PACKAGE)}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the same files, each a line long."""
    root = tmp_path_factory.mktemp("course_utils")
    for file in FILES:
        place = root / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"# {file}\n")
    return root


@pytest.fixture(scope="module")
def versions(copy: Path) -> set[str]:
    """Those that the package has had, each in its turn."""
    course_version.cache_clear()
    return {course_version(copy)}


@pytest.mark.parametrize("file", sorted(DECIDING))
def test_a_change_of_a_file_that_can_change_a_result_changes_the_version(
    copy: Path, versions: set[str], file: str
) -> None:
    (copy / file).write_text("# changed\n")
    course_version.cache_clear()
    assert course_version(copy) not in versions
    versions.add(course_version(copy))


def test_a_change_of_all_other_files_leaves_the_version(copy: Path) -> None:
    course_version.cache_clear()
    before = course_version(copy)
    for file in {*FILES} - DECIDING:
        (copy / file).write_text("# changed again\n")
    course_version.cache_clear()
    assert course_version(copy) == before


@pytest.mark.parametrize("room", ["checking", "oracles", "grading/inside", "grading/judge"])
def test_every_file_of_a_room_that_decides_counts(room: str) -> None:
    files = {file for file in FILES if file.startswith(f"{room}/")}
    assert files and files <= DECIDING


def test_a_new_file_and_a_new_name_change_the_version(copy: Path) -> None:
    course_version.cache_clear()
    versions = {course_version(copy)}
    for name in ("first.py", "second.py"):
        (copy / "checking" / name).write_text("")
        course_version.cache_clear()
        versions.add(course_version(copy))
        (copy / "checking" / name).unlink()
    assert len(versions) == 3


def test_the_version_begins_with_the_number_of_the_course() -> None:
    course_version.cache_clear()
    assert course_version().startswith(f"{course_utils.__version__}+")
