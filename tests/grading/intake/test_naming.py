"""A student's name becomes one safe component of a path, and never another student's."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.intake.naming import clean_name, folder_names, safe_name, shown

NAMES = st.text(st.characters(), max_size=300) | st.sampled_from(
    ["", ".", "..", "../../etc/passwd", "/etc", "C:\\x", "con", "NUL.txt", "a" * 10**5, "\ud800"]
)


@given(NAMES)
def test_any_name_becomes_one_component_of_bounded_length(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).parts == (safe,)
    assert safe not in (".", "..") and not safe.startswith(".")
    assert not set(safe) & set("/\\\0\n\u202e")
    assert 0 < len(safe.encode()) <= 110
    assert unicodedata.is_normalized("NFC", safe)


@given(NAMES)
def test_a_clean_name_holds_nothing_unseen_and_stays_as_it_is(name: str) -> None:
    clean = clean_name(name)
    assert clean_name(clean) == clean == shown(clean)
    assert clean not in ("", ".", "..") and len(clean) <= 200
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (b"zo\xeb".decode("utf-8", "surrogateescape"), "zoë"),
        (unicodedata.normalize("NFD", "zoë"), "zoë"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\x9b31mb", "a31mb"),
        ("abc\u202egpj.exe\u2066", "abcgpj.exe"),
        (".\u200b.", "unnamed"),
        ("\ud800x", "x"),
        ("x\u2028y", "x y"),
        ("  ada \n b ", "ada b"),
    ],
)
def test_a_name_is_made_clean(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@given(st.text())
def test_what_is_shown_moves_no_terminal(text: str) -> None:
    categories = {unicodedata.category(c) for c in shown(text) if c not in "\n\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    assert shown("a\x1b[2Jb\u202e") == "a\\x1b[2Jb\\u202e"


@given(NAMES)
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    assert safe_name(safe_name(name)) == safe_name(name)


@given(st.lists(NAMES, max_size=12))
def test_no_two_students_share_a_name_not_even_without_case(names: list[str]) -> None:
    given = folder_names(names)
    assert set(given) == set(names)
    assert len({safe.casefold() for safe in given.values()}) == len(given)
    assert all(Path(safe).parts == (safe,) for safe in given.values())


@pytest.mark.parametrize(
    "name", ["Ada Lovelace_1234567", "zoë", "김민지", "محمد", "lovelaceada_12345", "👩‍💻 dev"]
)
def test_what_a_student_may_well_be_called_is_kept(name: str) -> None:
    assert safe_name(name) == name


def test_a_name_does_not_depend_on_who_else_is_there() -> None:
    alone = folder_names(["a/b"])["a/b"]
    assert folder_names(["a/b", "zoe", "carl"])["a/b"] == alone


def test_a_name_that_was_safe_already_is_kept_beside_one_that_was_not() -> None:
    given = folder_names(["a_b", "a/b", "A_B"])
    assert given["A_B"] == "A_B"
    assert given["a_b"] != "a_b"  # differs only in case
    assert given["a/b"] != "a_b"
