"""What one student hands in costs that student alone, whatever it is, and never more than a bit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_utils.grading.intake import entries
from course_utils.grading.intake.archives import Archive
from course_utils.grading.intake.submissions import collect, find
from tests.grading.handing import notebook, put, zipped


@pytest.fixture
def class_(tmp_path: Path) -> Path:
    """Two who handed in a notebook each."""
    return put(tmp_path / "class", "ada/ch02.ipynb", "bob/ch02.ipynb")


def gradable(folder: Path) -> dict[str, str]:
    """Student → problem."""
    return {each.student: each.load().problem for each in find(folder)}


def test_a_thousand_notebooks_cost_their_owner_alone(class_: Path) -> None:
    put(class_, *(f"eve/{number}.ipynb" for number in range(1000)), data=b"")
    problems = gradable(class_)
    assert "More than 500 notebooks" in problems.pop("eve")
    assert problems == {"ada": "", "bob": ""}


@pytest.mark.parametrize("deep", ["eve", "eve/a", "eve/a/b"])
def test_a_folder_that_is_too_full_is_not_read_and_costs_its_owner_alone(
    class_: Path, deep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_MOST_BELOW", {})
    monkeypatch.setattr(entries, "_MOST_DEEPER", 20)
    put(class_, *(f"{deep}/{number}/x.ipynb" for number in range(100)), data=b"")
    problems = gradable(class_)
    assert "more files than any hand-in" in problems.pop("eve")
    assert problems == {"ada": "", "bob": ""}


def test_too_many_files_in_one_folder_are_not_even_listed(
    class_: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_MOST_IN_ONE", 20)
    put(class_, *(f"eve/{number}.ipynb" for number in range(21)), data=b"")
    problems = gradable(class_)
    assert "more files than any hand-in" in problems.pop("eve")
    assert problems == {"ada": "", "bob": ""}
    assert len(list(entries.files_in(class_))) == 3


def test_files_that_are_no_notebooks_are_counted_and_cost_nothing(class_: Path) -> None:
    put(class_, *(f"eve/{number}.txt" for number in range(300)), data=b"")
    put(class_, "eve/ch02.ipynb")
    collected = collect(class_)
    assert [each.problem for each in collected.found] == ["", "", ""]
    assert ("eve/(250 more files)", "no notebook") in collected.aside


def test_a_zip_of_many_notebooks_costs_its_owner_alone(class_: Path) -> None:
    put(class_, "eve/mine.zip", data=zipped({f"{n}.ipynb": b"{}" for n in range(600)}))
    problems = gradable(class_)
    assert "more than 500 notebooks" in problems.pop("eve")
    assert problems == {"ada": "", "bob": ""}


def test_each_archive_is_opened_once(class_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = {f"m/{n}.ipynb": notebook(f"elman_step = {n}") for n in range(400)}
    put(class_, "eve/mine.zip", "fay/mine.zip", data=zipped(inside))
    opened: list[str] = []
    first = Archive.__init__

    def counted(self: Archive, source: Path | bytes, name: str) -> None:
        opened.append(name)
        first(self, source, name)

    monkeypatch.setattr(Archive, "__init__", counted)
    found = find(class_)
    # for the chapters, and again to see which can be read: the other's was open in between
    assert len(opened) <= 4
    for each in found:
        each.load()
    assert len(opened) <= 6


def test_a_file_that_another_system_named_is_read_and_named(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/class/zo\xeb\x1b[31m"
    os.makedirs(folder)
    with open(folder + b"/ch02.ipynb", "wb") as file:
        file.write(notebook())
    put(tmp_path / "class", "bob/ch02.ipynb")
    names = [(each.student, each.name, each.load().problem) for each in find(tmp_path / "class")]
    assert names == [
        ("bob", "class/bob/ch02.ipynb", ""),
        ("zoë[31m", "class/zoë[31m/ch02.ipynb", ""),
    ]


def test_a_zip_says_what_its_names_are_and_a_mac_does_not(tmp_path: Path) -> None:
    data = zipped({"zoë/ch02.ipynb": notebook(), "bob/ch02.ipynb": notebook("elman_step = 1")})
    without_flag = bytearray(data)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = without_flag.find(mark)
        while place >= 0:
            without_flag[place + offset + 1] &= ~0x08 & 0xFF
            place = without_flag.find(mark, place + 1)
    for bytes_ in (data, bytes(without_flag)):
        (tmp_path / "c.zip").write_bytes(bytes_)
        assert [each.student for each in find(tmp_path / "c.zip")] == ["bob", "zoë"]
