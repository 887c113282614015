"""The names that Moodle and Canvas give, as their sources write them."""

from __future__ import annotations

import pytest

from course_utils.grading.intake.lms import Identity, canvas_owner, identity, moodle_owner


@pytest.mark.parametrize(
    ("name", "student", "file"),
    [
        ("Ada Lovelace_1234567_assignsubmission_file_", "Ada Lovelace_1234567", ""),
        ("Ada Lovelace_1234567_assignsubmission_file", "Ada Lovelace_1234567", ""),
        ("Ada Lovelace_12_assignsubmission_file_ch02.ipynb", "Ada Lovelace_12", "ch02.ipynb"),
        ("Participant_99_assignsubmission_file_a_b.ipynb", "Participant_99", "a_b.ipynb"),
        ("Default group_assignsubmission_file_", "Default group", ""),
        ("Ada_5_assignsubmission_onlinetext_onlinetext.html", "Ada_5", ""),
    ],
)
def test_moodle(name: str, student: str, file: str) -> None:
    owner = moodle_owner(name)
    assert owner is not None
    assert (owner.student, owner.file) == (student, file)


@pytest.mark.parametrize(
    ("name", "student", "file", "version", "late"),
    [
        (
            "lovelaceada_12345_67890_ch02.ipynb",
            "lovelaceada_12345",
            "ch02.ipynb",
            (67890, 0),
            False,
        ),
        (
            "lovelaceada_12345_67891_ch02-1.ipynb",
            "lovelaceada_12345",
            "ch02.ipynb",
            (67891, 1),
            False,
        ),
        ("lovelaceada_LATE_12345_7_a_b.ipynb", "lovelaceada_12345", "a_b.ipynb", (7, 0), True),
        ("de_la_cruz_1_2_x.ipynb", "de_la_cruz_1", "x.ipynb", (2, 0), False),
        ("LATE_anon_Xy12z_7_x.ipynb", "anon_Xy12z", "x.ipynb", (7, 0), True),
        ("anon_Xy12z_7_x.ipynb", "anon_Xy12z", "x.ipynb", (7, 0), False),
        ("김민지_12_34_ch02.ipynb", "김민지_12", "ch02.ipynb", (34, 0), False),
    ],
)
def test_canvas(name: str, student: str, file: str, version: tuple[int, int], late: bool) -> None:
    owner = canvas_owner(name)
    assert owner is not None
    assert (owner.student, owner.file, owner.version, owner.late) == (student, file, version, late)


@pytest.mark.parametrize("name", ["ada.ipynb", "ch02_elman_cell.ipynb", "ada_ch02.ipynb", "", "_"])
def test_a_plain_name_is_neither(name: str) -> None:
    assert canvas_owner(name) is None
    assert moodle_owner(name) is None


@pytest.mark.parametrize(
    ("student", "place", "expected"),
    [
        ("Ada L", "a.zip/Ada L_17_assignsubmission_file_/x.ipynb", ("moodle", "Ada L", "17")),
        ("Ada L_17", "Ada L_17_assignsubmission_file_x.ipynb", ("moodle", "Ada L", "17")),
        ("lada_12", "a.zip/lada_12_34_x.ipynb", ("canvas", "lada", "12")),
        ("Carl _b_", "m.zip/Carl <b>_3_assignsubmission_file_/x", ("moodle", "Carl <b>", "3")),
        ("eve", "submitted/eve/ch02/Bob_7_assignsubmission_file_.ipynb", ("", "eve", "")),
        ("ada", "submitted/ada/ch02/ch02.ipynb", ("", "ada", "")),
        ("eve_9", "submitted/eve_9/ch02/ch02.ipynb", ("", "eve_9", "")),
    ],
)
def test_where_a_submission_lay_tells_who_the_lms_knows(
    student: str, place: str, expected: tuple[str, str, str]
) -> None:
    assert identity(student, place) == Identity(*expected)
