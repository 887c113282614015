"""Every file is graded under its student's name, or the run stops and says what it sees."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from course_utils.chapters import chapter
from course_utils.errors import SubmissionError
from course_utils.grading.intake.submissions import collect, find
from course_utils.grading.intake.telling import told
from tests.grading.handing import CHAPTER, notebook, put, zipped

FIVE = "ch05_backprop_through_time"
MOODLE = "{}_{}_assignsubmission_file_"


def hand_in(root: Path, *paths: str) -> Path:
    """Notebooks that all differ; gives the root."""
    for number, path in enumerate(paths):
        put(root, path, data=notebook(f"elman_step = {number}"))
    return root


def students(path: Path) -> dict[str, str]:
    """Student → what they handed in, of those without a problem."""
    return {
        each.student: json.loads(each.load().notebook)["cells"][0]["source"][-1:]
        for each in find(path)
        if not each.problem
    }


SHAPES: Mapping[str, tuple[str, ...]] = {
    "a folder too high": ("class/{}/ch02.ipynb",),
    "two folders too high": ("export/class/{}/ch02.ipynb",),
    "files, a folder too high": ("class/{}_ch02.ipynb",),
    "sections": ("section1/{}/ch02.ipynb", "section2/{}/ch02.ipynb"),
    "sections of files": ("Group A/{}_ch02.ipynb", "Group B/{}_ch02.ipynb"),
    "sections, a folder too high": ("class/tut 1/{}/ch02.ipynb", "class/tut 2/{}/ch02.ipynb"),
    "assignments": ("hw1/{}/ch02.ipynb", "hw2/{}/ch02.ipynb"),
    "weeks of files": ("week 1/{}_ch02.ipynb", "week 2/{}_ch02.ipynb"),
    "chapters": ("ch02/{}.ipynb",),
    "a folder in each folder": ("{}/my homework/ch02.ipynb",),
    "browsers' endings": ("{}/ch02.ipynb.json", "{}/ch02.ipynb.txt", "{}_ch02"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_class_is_understood_in_any_shape(tmp_path: Path, shape: str, packed: bool) -> None:
    names = ["ada", "bob", "cy", "dan", "s0123456", "1234567"]
    ways = SHAPES[shape]
    paths = [ways[number % len(ways)].format(name) for number, name in enumerate(names)]
    source = hand_in(tmp_path / "in", *paths)
    if packed:
        source = tmp_path / "class.zip"
        source.write_bytes(zipped({path: (tmp_path / "in" / path).read_bytes() for path in paths}))
    assert students(source) == {name: str(number) for number, name in enumerate(names)}


@pytest.mark.parametrize("above", ["", "CS101-ch02-44/", "a/b/", "all/week{}/"])
@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_an_lms_export_may_lie_in_further_folders(tmp_path: Path, lms: str, above: str) -> None:
    file = {"moodle": MOODLE + "/ch02.ipynb", "canvas": "{}_{}_7_ch02.ipynb"}[lms]
    put(tmp_path, "README.txt", data=b"read me")
    for number, name in enumerate(["ada", "bob", "cy", "ch02"]):
        hand_in(tmp_path, above.format(number % 2) + file.format(name, 10 + number))
    collected = collect(tmp_path)
    assert collected.named_by.casefold() == lms
    assert {each.student.partition("_")[0] for each in collected.found} == {
        "ada",
        "bob",
        "cy",
        "ch02",
    }
    assert {each.chapter for each in collected.found} == {CHAPTER}
    assert [name for name, _ in collected.aside] == ["README.txt"]


def test_a_readme_beside_the_class_is_left_aside_and_named(tmp_path: Path) -> None:
    hand_in(tmp_path, "class/ada/ch02.ipynb", "class/bob/ch02.ipynb")
    put(tmp_path, "README", "class/notes.pdf", data=b"read me")
    assert students(tmp_path) == {"ada": "0", "bob": "1"}
    assert collect(tmp_path).aside == [
        ("README", "no notebook"),
        ("class/notes.pdf", "no notebook"),
    ]


@pytest.mark.parametrize("tool", ["backslashes", "folder entries", "both"])
def test_zips_that_windows_makes(tmp_path: Path, tool: str) -> None:
    path = tmp_path / "class.zip"
    slash = "\\" if tool != "folder entries" else "/"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(["ada", "bob"]):
            if tool != "backslashes":
                archive.writestr(f"class{slash}{name}{slash}", b"")
            archive.writestr(
                f"class{slash}{name}{slash}ch02.ipynb", notebook(f"elman_step = {number}")
            )
    assert students(path) == {"ada": "0", "bob": "1"}


@pytest.mark.parametrize(
    "copy",
    [
        "ada_ch02 - Copy",
        "ada_ch02-Copy1",
        "ada_ch02 (1)",
        "ada_ch02-checkpoint",
        "Copy of ada_ch02",
    ],
)
def test_a_copy_is_its_owners_and_is_graded_too(tmp_path: Path, copy: str) -> None:
    hand_in(tmp_path, "ada_ch02.ipynb", f"{copy}.ipynb", "bob_ch02.ipynb")
    assert sorted(students(tmp_path)) == ["ada", "bob"]
    collected = collect(tmp_path)
    assert collected.aside == []
    ada, bob = collected.found
    assert {one.name.rpartition("/")[2] for one in (ada, *ada.copies)} == {
        "ada_ch02.ipynb",
        f"{copy}.ipynb",
    }
    assert bob.copies == ()
    assert any("each copy is graded" in line for line in told(collected))


def test_a_name_in_both_normal_forms_is_one_student(tmp_path: Path) -> None:
    hand_in(tmp_path, "zoë/ch02.ipynb", unicodedata.normalize("NFD", "zoë/ch05.ipynb"))
    assert [(each.student, each.chapter) for each in find(tmp_path)] == [
        ("zoë", CHAPTER),
        ("zoë", FIVE),
    ]
    hand_in(tmp_path, unicodedata.normalize("NFD", "zoë/ch02.ipynb"))
    put(tmp_path, unicodedata.normalize("NFD", "zoë/ch02.ipynb"), data=notebook("elman_step = 9"))
    with pytest.raises(SubmissionError, match="would be one student's, 'zoë'"):
        find(tmp_path)


@pytest.mark.parametrize("login", ["ch05", "ch2", "Chapter 9", "chap10", "ch02"])
def test_a_login_that_looks_like_a_chapter_is_a_student(tmp_path: Path, login: str) -> None:
    hand_in(tmp_path, "ada/ch02.ipynb", f"{login}/{CHAPTER}.ipynb", f"{login}/ch05.ipynb")
    assert [(each.student, each.chapter) for each in find(tmp_path)] == sorted(
        [("ada", CHAPTER), (login, CHAPTER), (login, FIVE)]
    )


def test_such_a_login_says_nothing_of_the_chapter(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada/mine.ipynb", "ch05/mine.ipynb")
    assert [(each.student, each.chapter) for each in find(tmp_path)] == [
        ("ada", CHAPTER),
        ("ch05", CHAPTER),
    ]


def test_a_student_of_several_assignments_is_one_student(tmp_path: Path) -> None:
    hand_in(tmp_path, "hw1/ada/ch02.ipynb", "hw1/bob/ch02.ipynb", "hw2/ada/ch05.ipynb")
    assert [(each.student, each.chapter) for each in find(tmp_path)] == [
        ("ada", CHAPTER),
        ("ada", FIVE),
        ("bob", CHAPTER),
    ]


def test_two_logins_that_differ_in_a_chapter_stop_the_run(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada/ch02.ipynb", "ada_ch2/ch02.ipynb", "bob/ch02.ipynb")
    with pytest.raises(SubmissionError, match=r"ada/ch02.ipynb, ada_ch2/ch02.ipynb"):
        find(tmp_path)


UNCLEAR: Mapping[str, str] = {
    "downloads": "ch02, ch02 (1), ch02 (2)",
    "folders of folders": "north/ada/ch02, north/bob/ch02, south/cy/ch02, south/dan/ch02",
    "the same with other chapters": "n/ada/ch02, n/bob/ch05, s/cy/ch02, s/dan/ch05",
    "one name in two of them": "n/kim/ch02, n/bob/ch02, s/kim/ch02, s/ada/ch02",
    "two of one name": "section1/kim/ch02, section1/ada/ch02, section2/kim/ch02",
    "a folder of one": "north/ada/ch02, north/bob/ch02, south/cy/ch02",
    "folders of one": "north/ada/ch02, south/cy/ch02",
    "one of several names": "north/ada/ch02",
    "a stub among them": "n/ch02, n/ada/ch02, n/bob/ch02, s/ch02, s/cy/ch02, s/dan/ch02",
}


@pytest.mark.parametrize("shape", UNCLEAR)
def test_where_it_is_not_clear_who_the_students_are_the_run_stops(
    tmp_path: Path, shape: str
) -> None:
    with pytest.raises(SubmissionError, match="Nothing was graded"):
        find(hand_in(tmp_path, *(f"{path}.ipynb" for path in UNCLEAR[shape].split(", "))))


def test_a_class_in_a_zip_in_a_folder_stops_the_run(tmp_path: Path) -> None:
    inside = {f"{name}/ch02.ipynb": notebook(f"elman_step = '{name}'") for name in ("ada", "bob")}
    put(tmp_path, "everybody.zip", data=zipped(inside))
    with pytest.raises(SubmissionError, match="ada, bob"):
        find(tmp_path)


def test_one_folder_that_is_not_clear_fails_alone(tmp_path: Path) -> None:
    hand_in(tmp_path, *(f"{name}/ch02.ipynb" for name in ("ada", "bob", "cy")))
    hand_in(tmp_path, "eve/fay/ch02.ipynb", "eve/gus/ch02.ipynb")
    assert sorted(students(tmp_path)) == ["ada", "bob", "cy"]
    (eve,) = [each for each in find(tmp_path) if each.problem]
    assert eve.student == "eve" and "(fay, gus)" in eve.problem


def test_drafts_beside_the_answer_cost_nothing(tmp_path: Path) -> None:
    hand_in(
        tmp_path,
        "ada/ch02.ipynb",
        "ada/old/ch02.ipynb",
        "ada/part a/ch05.ipynb",
        "bob/attempt 1/ch02.ipynb",
        "bob/attempt 2/ch02.ipynb",
    )
    put(tmp_path, "ada/scratch.ipynb", "ada/play/try things.ipynb", data=notebook("x = 1"))
    found = {(each.student, each.chapter): each.problem for each in find(tmp_path)}
    assert {key for key, problem in found.items() if not problem} == {
        ("ada", CHAPTER),
        ("ada", FIVE),
        ("bob", CHAPTER),
    }


def test_a_file_without_a_name_among_named_ones_is_nobodys(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada_ch02.ipynb", "bob_ch02.ipynb", "ch02.ipynb", "homework.ipynb")
    assert sorted(students(tmp_path)) == ["ada", "bob"]
    refused = [each for each in find(tmp_path) if not each.student]
    assert {each.name.rpartition("/")[2] for each in refused} == {"ch02.ipynb", "homework.ipynb"}
    assert all("whose this is" in each.problem for each in refused)


@pytest.mark.parametrize("name", ["ch02.json", "ch02", "ch02.txt", "answer"])
def test_a_notebook_by_its_content_is_read_and_what_is_none_is_named(
    tmp_path: Path, name: str
) -> None:
    hand_in(tmp_path, "ada/ch02.ipynb", f"bob/{name}")
    put(tmp_path, "cy/" + name, data=b'{"no": "notebook, but long enough to be looked at"}')
    put(tmp_path, "dan/ch02.ipynb.html", "eve/ch02.pdf", data=b"<p>no notebook</p>" * 9)
    collected = collect(tmp_path)
    assert [(each.student, each.problem) for each in collected.found] == [("ada", ""), ("bob", "")]
    assert {path.partition("/")[0] for path, _ in collected.aside} == {"cy", "dan", "eve"}


def test_the_courses_own_solutions_earn_nothing(tmp_path: Path) -> None:
    own = {f"main/solutions/{CHAPTER}.ipynb": notebook("elman_step = 9")}
    put(tmp_path, MOODLE.format("Cy", 1) + "/main.zip", data=zipped(own))
    mine = {**own, f"main/notebooks/{CHAPTER}.ipynb": notebook("elman_step = 1")}
    put(tmp_path, MOODLE.format("Dan", 2) + "/main.zip", data=zipped(mine))
    cy, dan = find(tmp_path)
    assert "Only the course's own solutions" in cy.problem and cy.load().notebook == b""
    assert dan.load().notebook == notebook("elman_step = 1")
    assert len(collect(tmp_path).aside) == 2


def test_an_untouched_copy_hides_no_answer(tmp_path: Path) -> None:
    stub = "def {}():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    untouched = notebook(*map(stub.format, chapter(CHAPTER).exercises))
    put(tmp_path, "week1/" + MOODLE.format("Ada", 1) + "/ch02.ipynb", data=notebook())
    put(
        tmp_path,
        "week2/" + MOODLE.format("Ada", 1) + "/all.zip",
        data=zipped({"notebooks/ch02.ipynb": untouched}, time=(2027, 1, 1, 0, 0, 0)),
    )
    (found,) = find(tmp_path)
    assert found.load().notebook == notebook()
    assert "Handed in more than once" in found.remarks[0]


def test_what_was_understood_is_told(tmp_path: Path) -> None:
    hand_in(tmp_path, *(f"s{number:02}/ch02.ipynb" for number in range(14)), "s00/ch05.ipynb")
    put(tmp_path, "s03/essay.pdf", data=b"%PDF")
    put(tmp_path, "s04/ch02.ipynb", data=b"")
    collected = collect(tmp_path)
    lines = list(told(collected))
    assert lines[0] == "14 students, told by the names of folders and files: 15 notebooks."
    assert lines[1:3] == [f"  {CHAPTER}: 14", f"  {FIVE}: 1"]
    assert "  … and 4 more (--dry-run shows all)" in lines
    assert "  s03/essay.pdf: no notebook" in lines
    whole = list(told(collected, whole=True))
    assert f"  s00 ({CHAPTER}, {FIVE})" in whole and f"  s13 ({CHAPTER})" in whole
