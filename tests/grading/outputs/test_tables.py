"""The tables are what their readers document, and a spreadsheet runs nothing in them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import GradingError
from course_utils.grading.judge.store import students_in
from course_utils.grading.outputs.tables import cell, number
from course_utils.grading.outputs.write import write_outputs
from tests.grading.handing import CHAPTER
from tests.grading.outputs.classroom import EXERCISES, real_class, store, verdict


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_grades_has_a_row_for_each_student_and_columns_that_add_up(graded: Path) -> None:
    worth, *students = rows(graded / "grades.csv")
    assert list(worth) == [
        "student",
        CHAPTER,
        *(f"{CHAPTER}: {name}" for name in EXERCISES),
        "total",
        "remarks",
    ]
    stored = {each[0].student: each[0] for _, each in students_in(graded)}
    assert {row["student"] for row in students} == set(stored)
    for row in students:
        parts = [float(row[f"{CHAPTER}: {name}"]) for name in EXERCISES]
        assert float(row[CHAPTER]) == pytest.approx(sum(parts))
        assert float(row["total"]) == pytest.approx(stored[row["student"]].points)
    assert float(worth[CHAPTER]) == 10


def test_what_was_not_handed_in_is_empty_and_not_zero(tmp_path: Path) -> None:
    other = replace(verdict("bob"), chapter="ch05_backprop_through_time")
    write_outputs(store(tmp_path, [verdict("ada"), other]))
    _, ada, bob = rows(tmp_path / "grades.csv")
    assert ada["ch05_backprop_through_time"] == bob[CHAPTER] == ""
    assert ada[CHAPTER] != ""


def test_canvas_has_its_columns_and_its_row_of_points(graded: Path) -> None:
    possible, *students = rows(graded / "canvas.csv")
    assert list(possible) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", CHAPTER]
    assert possible["Student"] == "    Points Possible"
    assert possible[CHAPTER] == "10"
    by_name = {row["Student"]: row for row in students}
    assert by_name["lovelaceada"]["ID"] == "12345"
    assert by_name["student00001"]["SIS Login ID"] == "student00001"
    assert by_name["student00001"]["ID"] == by_name["Grace Hopper"]["ID"] == ""


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (1),ch02_elman_cell (987),Current Score
    Points Possible,,,,,5,20,(read only)
"Lovelace, Ada",12345,u1,ada1,S1,4,,80
"Hopper, Grace",12346,u2,ghopper,S1,-1,3,70
"Zero, Student",12347,u3,student00003,S1,EX,7,60
"Away, Gone",12348,u4,gone,S1,2,19,50
"""


def test_canvass_own_export_keeps_its_rows_and_gets_the_marks_on_its_scale(
    tmp_path: Path,
) -> None:
    roster = tmp_path / "2026-Grades.csv"
    roster.write_text(CANVAS, encoding="utf-8-sig")
    out = store(tmp_path / "out", real_class(5))
    written = write_outputs(out, rosters=[roster])
    possible, *students = rows(out / "canvas.csv")
    assert list(possible) == CANVAS.partition("\n")[0].split(",")
    assert possible["ch02_elman_cell (987)"] == "20"
    points = {each[0].student: each[0].points for _, each in students_in(out)}
    got = {row["Student"]: row for row in students}
    for name, student in {
        "Lovelace, Ada": "lovelaceada_12345",
        "Hopper, Grace": "Grace Hopper",
        "Zero, Student": "student00003",
    }.items():
        assert float(got[name]["ch02_elman_cell (987)"]) == pytest.approx(2 * points[student])
    assert "Away, Gone" not in got  # nothing handed in: nothing that could erase a mark
    assert (got["Hopper, Grace"]["Essay (1)"], got["Zero, Student"]["Essay (1)"]) == ("-1", "EX")
    assert "not in Canvas's roster" in written.remarks[0]
    assert written.remarks[1] == "1 of the roster did not hand in anything: Away, Gone"


def test_moodles_worksheet_has_its_columns_and_the_participants_number(graded: Path) -> None:
    (grace,) = rows(graded / f"moodle/{CHAPTER}.csv")
    assert list(grace) == [
        "Identifier",
        "Full name",
        "Email address",
        "Status",
        "Grade",
        "Maximum grade",
        "Grade can be changed",
        "Last modified (submission)",
        "Last modified (grade)",
        "Feedback comments",
    ]
    assert grace["Identifier"] == "Participant 4711"
    assert grace["Feedback comments"].count("<br>") == len(EXERCISES) - 1


MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (grade),Feedback comments\n"
    "Participant 4711,Grace Hopper,g@x.org,Submitted,,100.00,Yes,-,\n"
    "Participant 4712,Zero,student00003,Submitted,55.00,100.00,Yes,"
    '"Monday, 2 March 2026, 9:00 AM",\n'
    "Participant 4713,Missing,m@x.org,No submission,,100.00,Yes,-,\n"
)


def test_moodles_own_worksheet_is_filled_in_on_its_scale(tmp_path: Path) -> None:
    roster = tmp_path / "Grades-RNN-ch02-4.csv"
    roster.write_text(MOODLE)
    out = store(tmp_path / "out", real_class(5))
    written = write_outputs(out, rosters=[roster])
    assert f"1 of the roster did not hand in {CHAPTER}: Missing" in written.remarks
    points = {each[0].student: each[0].points for _, each in students_in(out)}
    got = {row["Identifier"]: row for row in rows(out / f"moodle/{CHAPTER}.csv")}
    assert float(got["Participant 4711"]["Grade"]) == pytest.approx(10 * points["Grace Hopper"])
    zero = got["Participant 4712"]
    assert float(zero["Grade"]) == pytest.approx(10 * points["student00003"])
    assert zero["Last modified (grade)"] == "Monday, 2 March 2026, 9:00 AM"


@pytest.mark.parametrize(
    ("text", "words"), [("a,b\n1,2\n", "neither Canvas"), ("", "neither"), ("\xff\xfe", "neither")]
)
def test_what_is_no_roster_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    with pytest.raises(GradingError, match=words):
        write_outputs(store(tmp_path / "out", [verdict("ada")]), rosters=[tmp_path / "r.csv"])


def test_a_name_that_two_students_have_is_nobodys(tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("Student,ID,Section\nAda B,1,S\nAda B,2,S\n")
    out = store(tmp_path / "out", [verdict("Ada B")])
    written = write_outputs(out, rosters=[roster])
    assert len(rows(out / "canvas.csv")) == 1  # Points Possible alone
    assert "Ada B" in written.remarks[0]


SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\u00a0", "\x85", '"'])
def test_a_formula_is_shown_and_not_run(before: str, sign: str) -> None:
    assert cell(f"{before}{sign}1+1").lstrip(' "\u00a0').startswith("'")


@pytest.mark.parametrize("text", ["ada;=1+1", "ada; ＝1", 'ada;"=1"', "ada|@x", "a;b;\t-1", ";+1"])
def test_no_formula_begins_where_semicolons_separate(tmp_path: Path, text: str) -> None:
    write_outputs(store(tmp_path, [replace(verdict("ada"), problem=text, student=text)]))
    for path in [*tmp_path.glob("*.csv"), *tmp_path.glob("moodle/*.csv")]:
        for separator in ",;|\t":
            with path.open(newline="", encoding="utf-8") as file:
                for line in csv.reader(file, delimiter=separator):
                    assert not [each for each in line if each.strip(' "')[:1] in tuple(SIGNS)]


@given(st.text())
def test_no_text_becomes_a_formula_and_what_is_none_stays(text: str) -> None:
    made = cell(text)
    assert made == "-" or not made.lstrip().startswith((*SIGNS, "\t", "\r", "\n"))
    assert cell(made) == made
    if not set(text) & set(SIGNS) and text.isprintable():
        assert made == text


def test_no_cell_of_a_hostile_class_starts_a_formula(hostile: Path) -> None:
    for path in [*hostile.glob("*.csv"), *hostile.glob("moodle/*.csv")]:
        with path.open(newline="", encoding="utf-8") as file:
            for line in csv.reader(file):
                assert not [each for each in line if each.strip(" ")[:1] in tuple(SIGNS + "\t\r\n")]


def test_points_are_written_plainly() -> None:
    assert [number(each) for each in (0, 10, 0.1 + 0.2, 1e-9, 2.5, 1 / 3)] == [
        "0",
        "10",
        "0.3",
        "0",
        "2.5",
        "0.3333",
    ]
