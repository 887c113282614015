"""Of several copies of a chapter every one that was written in is graded, within bounds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_utils.chapters import chapter
from course_utils.grading.intake import rivals
from course_utils.grading.intake.submissions import collect
from tests.grading.handing import CHAPTER, notebook, put, zipped

STUB = "def {}():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
UNTOUCHED = notebook(*map(STUB.format, chapter(CHAPTER).exercises))


def graded(folder: Path) -> list[str]:
    """The files of the one student there that are graded, the one that counts in doubt first."""
    (found,) = collect(folder).found
    return [one.name.partition("/ada/")[2] for one in (found, *found.copies)]


def hand_in(folder: Path, **files: bytes) -> Path:
    """Files of ada's, by name without ending, each newer than the one before."""
    for time, (name, data) in enumerate(files.items()):
        path = put(folder, f"ada/{name}.ipynb", data=data) / f"ada/{name}.ipynb"
        os.utime(path, (time, time))
    return folder


def answer(value: object) -> bytes:
    return notebook(f"elman_step = {value}")


@pytest.mark.parametrize("other", ["ch02 (1)", "old/ch02", "final/ch02", "ch02-Copy1", "backup"])
def test_every_copy_that_was_written_in_is_graded(tmp_path: Path, other: str) -> None:
    hand_in(tmp_path, **{other: answer(1), "ch02": answer(2)})
    assert graded(tmp_path) == ["ch02.ipynb", f"{other}.ipynb"]
    assert collect(tmp_path).aside == []


def test_an_untouched_copy_is_left_aside_however_new_it_is(tmp_path: Path) -> None:
    hand_in(tmp_path, ch02=answer(1), new=UNTOUCHED)
    assert graded(tmp_path) == ["ch02.ipynb"]
    assert collect(tmp_path).aside == [("ada/new.ipynb", f"an untouched copy of {CHAPTER}")]
    (found,) = collect(tmp_path).found
    assert "new.ipynb (an untouched copy" in found.remarks[0]


def test_the_same_code_is_graded_once(tmp_path: Path) -> None:
    hand_in(tmp_path, draft=answer(1), ch02=notebook("elman_step = 1", kernelspec={}))
    assert graded(tmp_path) == ["ch02.ipynb"]
    assert collect(tmp_path).aside == [("ada/draft.ipynb", "the same code as ch02.ipynb")]


def test_four_are_graded_the_newest_and_the_others_named(tmp_path: Path) -> None:
    hand_in(tmp_path, **{f"try{number}": answer(number) for number in range(7)})
    assert graded(tmp_path) == [f"try{number}.ipynb" for number in (6, 5, 4, 3)]
    assert collect(tmp_path).aside == [
        (f"ada/try{number}.ipynb", f"older than the copies of {CHAPTER} that are graded")
        for number in range(3)
    ]


def test_copies_in_zips_are_copies_too(tmp_path: Path) -> None:
    put(tmp_path, "ada/ch02.ipynb", data=answer(1))
    put(tmp_path, "ada/a.zip", data=zipped({"ch02.ipynb": answer(2), "old/ch02.ipynb": answer(3)}))
    assert sorted(graded(tmp_path)) == ["a.zip/ch02.ipynb", "a.zip/old/ch02.ipynb", "ch02.ipynb"]


def test_where_nothing_was_written_one_untouched_copy_is_graded(tmp_path: Path) -> None:
    hand_in(tmp_path, ch02=b"{", draft=UNTOUCHED, new=UNTOUCHED + b" ")
    assert graded(tmp_path) == ["new.ipynb"]
    aside = dict(collect(tmp_path).aside)
    assert "not a notebook" in aside["ada/ch02.ipynb"]
    assert aside["ada/draft.ipynb"] == "the same code as new.ipynb"


def test_what_many_copies_cost_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(tmp_path, **{f"ch02 ({number})": UNTOUCHED for number in range(300)}, ch02=answer(1))
    read: list[bytes] = []
    first = rivals.open_notebook

    def counted(data: bytes) -> object:
        read.append(data)
        return first(data)

    monkeypatch.setattr(rivals, "open_notebook", counted)
    assert graded(tmp_path) == ["ch02.ipynb"]
    assert len(read) == 20
