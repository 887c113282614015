"""Every submission is found with its student and chapter, however the class was collected."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from course_utils.errors import SubmissionError
from course_utils.grading.intake.submissions import find
from tests.grading.handing import CHAPTER, notebook, put, zipped

FIVE = "ch05_backprop_through_time"


def listed(path: Path) -> list[tuple[str, str]]:
    return [(each.student, each.chapter) for each in find(path)]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """An nbgrader course folder with three submissions."""
    return put(
        tmp_path / "course",
        f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb",
        f"submitted/ada/{FIVE}/{FIVE}.ipynb",
        f"submitted/bob/{CHAPTER}/{CHAPTER}.ipynb",
        f"submitted/bob/{CHAPTER}/.ipynb_checkpoints/{CHAPTER}-checkpoint.ipynb",
        f"source/{CHAPTER}/{CHAPTER}.ipynb",
        f"autograded/ada/{CHAPTER}/{CHAPTER}.ipynb",
    )


@pytest.mark.parametrize("below", ["", "submitted"])
def test_nbgraders_folder(course: Path, below: str) -> None:
    assert listed(course / below) == [("ada", CHAPTER), ("ada", FIVE), ("bob", CHAPTER)]


def test_one_student_or_one_assignment_of_nbgraders_folder(course: Path) -> None:
    assert listed(course / "submitted/ada") == [("ada", CHAPTER), ("ada", FIVE)]
    assert listed(course / f"submitted/ada/{FIVE}") == [("ada", FIVE)]
    assert listed(course / f"submitted/bob/{CHAPTER}/{CHAPTER}.ipynb") == [("bob", CHAPTER)]


def test_the_name_says_where_it_lies_and_load_reads_it(course: Path) -> None:
    first = find(course)[0]
    assert first.name == f"course/submitted/ada/{CHAPTER}/{CHAPTER}.ipynb"
    loaded = first.load()
    assert (loaded.student, loaded.chapter, loaded.problem) == ("ada", CHAPTER, "")
    assert loaded.notebook == notebook()


def test_nbgraders_timestamp_decides_between_two_assignments_of_a_chapter(tmp_path: Path) -> None:
    put(tmp_path, f"submitted/ada/ch02/{CHAPTER}.ipynb", data=notebook("elman_step = 'new'"))
    put(tmp_path, f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb", data=notebook("elman_step = 'old'"))
    stamps = {"ch02": "2026-03-02 10:00:00 UTC", CHAPTER: "2026-03-01 10:00:00.123 Europe/Berlin"}
    for assignment, stamp in stamps.items():
        (tmp_path / f"submitted/ada/{assignment}/timestamp.txt").write_text(stamp)
    (found,) = find(tmp_path)
    assert found.load().notebook == notebook("elman_step = 'new'")
    assert [each.load().notebook for each in found.copies] == [notebook("elman_step = 'old'")]


def test_a_folder_of_notebooks(tmp_path: Path) -> None:
    put(tmp_path, "ada_ch02.ipynb", f"{CHAPTER}_bob.ipynb", "carl.ipynb", "zoë-ch5 (1).ipynb")
    assert listed(tmp_path) == [
        ("ada", CHAPTER),
        ("bob", CHAPTER),
        ("carl", CHAPTER),  # by what it defines
        ("zoë", FIVE),
    ]


def test_a_folder_for_each_student_or_for_each_chapter(tmp_path: Path) -> None:
    put(tmp_path / "one", "ada/hand-in.ipynb", "bob/mine/ch05.ipynb")
    assert listed(tmp_path / "one") == [("ada", CHAPTER), ("bob", FIVE)]
    put(tmp_path / "two", "ch02/ada.ipynb", f"{FIVE}/ada.ipynb")
    assert listed(tmp_path / "two") == [("ada", CHAPTER), ("ada", FIVE)]


def test_one_notebook(tmp_path: Path) -> None:
    put(tmp_path, "ada_ch02.ipynb", "bob_ch02.ipynb", f"alone/{CHAPTER}.ipynb")
    assert listed(tmp_path / "ada_ch02.ipynb") == [("ada", CHAPTER)]
    assert listed(tmp_path / f"alone/{CHAPTER}.ipynb") == [("student", CHAPTER)]


MOODLE = {
    "Ada Lovelace_1234567_assignsubmission_file_/ch02.ipynb": notebook(),
    "Bob B_1234568_assignsubmission_file_/mine/anything.ipynb": notebook(),
    "Carl_1234569_assignsubmission_file_ch02_elman_cell.ipynb": notebook(),
    "Dora_1234570_assignsubmission_file_/my.zip": zipped({"deep/ch02.ipynb": notebook("inner")}),
    "Eve_1234571_assignsubmission_file_/report.pdf": b"%PDF",
    "Eve_1234571_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
}


@pytest.mark.parametrize("unpacked", [False, True])
def test_moodle(tmp_path: Path, unpacked: bool) -> None:
    path = tmp_path / "Course-Elman-77.zip"
    if unpacked:
        path = tmp_path / "Course-Elman-77"
        for name, data in MOODLE.items():
            put(path, name, data=data)
    else:
        path.write_bytes(zipped(MOODLE))
    found = {each.student: each for each in find(path)}
    assert sorted(found) == [
        "Ada Lovelace",
        "Bob B",
        "Carl",
        "Dora",
        "Eve",
    ]
    assert {each.chapter for each in found.values()} == {CHAPTER}
    assert found["Dora"].load().notebook == notebook("inner")
    assert "only report.pdf" in found["Eve"].load().problem


def test_two_students_of_one_name_are_told_apart_by_moodles_number(tmp_path: Path) -> None:
    put(
        tmp_path,
        "Ada B_1_assignsubmission_file_/ch02.ipynb",
        "Ada B_2_assignsubmission_file_/ch02.ipynb",
        "Carl_3_assignsubmission_file_/ch02.ipynb",
    )
    assert listed(tmp_path) == [("Ada B_1", CHAPTER), ("Ada B_2", CHAPTER), ("Carl", CHAPTER)]


def test_canvas_and_the_last_of_several_hand_ins(tmp_path: Path) -> None:
    path = tmp_path / "submissions.zip"
    path.write_bytes(
        zipped(
            {
                "lovelaceada_12345_67890_ch02_elman_cell.ipynb": notebook("elman_step = 1"),
                "lovelaceada_LATE_12345_67999_ch02_elman_cell-1.ipynb": notebook("elman_step = 2"),
                "babbage_12346_67891_homework.ipynb": notebook(),
                "curie_12347_67892_broken.ipynb": b"{",
                "dirac_12348_67893_link.html": b"<a>",
            }
        )
    )
    ada, babbage, curie, dirac = sorted(find(path), key=lambda each: each.student[-5:])
    assert ada.load().notebook == notebook("elman_step = 2")
    assert ada.remarks[0] == "The LMS marked it late."
    assert ada.copies[0].load().notebook == notebook("elman_step = 1")
    assert (babbage.student, babbage.chapter) == ("babbage_12346", CHAPTER)
    assert (curie.chapter, "not a notebook" in curie.problem) == (CHAPTER, True)
    assert "told by the rest" in curie.remarks[0]
    assert "only dirac_12348_67893_link.html" in dirac.problem


def test_two_students_of_one_written_name_stay_two_and_are_told(tmp_path: Path) -> None:
    put(tmp_path, "Ada/ch02.ipynb", "ada/ch02.ipynb")
    first, second = find(tmp_path)
    assert first.student.casefold() != second.student.casefold()
    assert any("'ada'" in remark for remark in first.remarks + second.remarks)


def test_a_name_that_a_mac_writes_in_pieces_is_one_name_without_a_remark(tmp_path: Path) -> None:
    put(tmp_path, unicodedata.normalize("NFD", "zoë/ch02.ipynb"))
    (found,) = find(tmp_path)
    assert (found.student, found.remarks) == ("zoë", ())


def test_of_two_copies_both_are_graded_the_newest_first(tmp_path: Path) -> None:
    put(tmp_path, "ada/draft.ipynb", data=notebook("elman_step = 1"))
    put(tmp_path, "ada/final.ipynb", data=notebook("elman_step = 2"))
    os.utime(tmp_path / "ada/draft.ipynb", (1, 1))
    (found,) = find(tmp_path)
    assert found.name.endswith("final.ipynb")
    assert [each.name.rpartition("/")[2] for each in found.copies] == ["draft.ipynb"]


def test_a_broken_file_never_hides_a_good_one(tmp_path: Path) -> None:
    put(tmp_path, "ada/ch02.ipynb")
    put(tmp_path, "ada/ch02-new.ipynb", data=b"")
    os.utime(tmp_path / "ada/ch02.ipynb", (1, 1))
    (found,) = find(tmp_path)
    assert found.load().notebook == notebook()
    assert "ch02-new.ipynb (The file is empty" in found.remarks[0]


def test_no_chapter_is_said_plainly(tmp_path: Path) -> None:
    put(tmp_path, "ada.ipynb", data=notebook("x = 1"))
    (found,) = find(tmp_path)
    assert found.chapter == "" and "which chapter" in found.problem


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "class", "ada_ch02.ipynb")
    (tmp_path / "class/bob_ch02.ipynb").symlink_to("/etc/passwd")
    _, bob = find(tmp_path / "class")
    assert "link" in bob.load().problem
    assert bob.load().notebook == b""


@pytest.mark.parametrize(
    "mine",
    [
        "Bob_7_assignsubmission_file_/ch02.ipynb",
        "Bob_7_assignsubmission_file_ch02.ipynb",
        "bob_7_8_ch02.ipynb",
        "submitted/bob/ch02/ch02.ipynb",
        "bob/ch02.ipynb",
        "7-8 - bob - Mar 1, 2026 1159 PM/ch02.ipynb",
        "HW_bob_attempt_2026-03-01-12-00-00_ch02.ipynb",
        "bob+ch02+2026-03-01 10:00:00 UTC/ch02.ipynb",
        f"notebooks/{CHAPTER}.ipynb",
        f"bob/unrolled/work/{CHAPTER}.ipynb",
    ],
)
@pytest.mark.parametrize("drop", ["submitted/{}/ch02/", "{}/", "{}_1_assignsubmission_file_/"])
def test_no_name_of_ones_own_makes_a_file_another_students(
    tmp_path: Path, drop: str, mine: str
) -> None:
    put(tmp_path, drop.format("bob") + "ch02.ipynb", data=notebook("his"))
    put(tmp_path, drop.format("carl") + "ch02.ipynb", data=notebook("carls"))
    for number in range(5):
        put(tmp_path, drop.format("eve") + f"{number}/{mine}", data=notebook("hers"))
    put(tmp_path, drop.format("eve") + mine, data=notebook("hers"))
    found = {each.student: each.load().notebook for each in find(tmp_path)}
    assert found == {"bob": notebook("his"), "carl": notebook("carls"), "eve": notebook("hers")}


def test_an_archive_of_one_folder_is_as_good_as_the_folder(tmp_path: Path) -> None:
    for inside in (f"submitted/ada/{CHAPTER}/x.ipynb", "Ada_1_assignsubmission_file_/ch02.ipynb"):
        path = tmp_path / "class.zip"
        path.write_bytes(zipped({f"class/{inside}": notebook()}))
        assert [each.casefold() for each, _ in listed(path)] == ["ada"]


def test_nothing_there_or_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="nothing at"):
        find(tmp_path / "nowhere")
    with pytest.raises(SubmissionError, match="no notebook"):
        find(tmp_path)
    (tmp_path / "x.zip").write_bytes(b"PK nonsense")
    with pytest.raises(SubmissionError, match="no zip archive"):
        find(tmp_path / "x.zip")


def test_the_order_does_not_depend_on_the_disk(course: Path) -> None:
    assert find(course) == sorted(find(course), key=lambda each: (each.student, each.chapter))
