"""The list of equivalent mutants is complete, reasoned and not stale."""

from __future__ import annotations

import pytest

from course_utils.errors import AuthorError
from tests.soundness.equivalents import Equivalent, read, stale
from tests.soundness.subjects import all_names

GOOD = """
[[mutants]]
exercise = "unroll"
diffs = ['''
- a
+ b
''', '''
- c
+ d
''']
reason = "Both names stand for the same array."
"""


def write(folder, text):
    path = folder / "equivalent.toml"
    path.write_text(text, "utf-8")
    return path


def test_one_reason_may_stand_for_several_mutants(tmp_path):
    entries = read(write(tmp_path, GOOD))
    assert [entry.diff for entry in entries] == ["- a\n+ b", "- c\n+ d"]
    assert {entry.exercise for entry in entries} == {"unroll"}


@pytest.mark.parametrize("field", ["exercise", "diffs", "reason"])
def test_an_entry_without_a_field_is_refused_by_name(tmp_path, field):
    text = GOOD.replace(f"{field} = ", f"un{field} = ")
    with pytest.raises(AuthorError, match=f"lacks `{field}`"):
        read(write(tmp_path, text))


def test_a_reason_of_two_words_is_refused(tmp_path):
    text = GOOD.replace("Both names stand for the same array.", "Same thing.")
    with pytest.raises(AuthorError, match="say in a sentence"):
        read(write(tmp_path, text))


def test_the_same_mutant_twice_is_refused(tmp_path):
    with pytest.raises(AuthorError, match="listed twice"):
        read(write(tmp_path, GOOD + GOOD))


def test_an_entry_whose_mutant_is_killed_is_stale():
    entry = Equivalent("unroll", "- a\n+ b", "a reason")
    assert stale([entry], [], ["unroll"]) == [entry]
    assert stale([entry], [("unroll", "- a\n+ b")], ["unroll"]) == []


def test_an_exercise_that_was_not_measured_has_no_stale_entries():
    assert stale([Equivalent("unroll", "- a", "a reason")], [], ["readout"]) == []


def test_every_listed_mutant_is_of_an_exercise_of_the_course():
    assert {entry.exercise for entry in read()} <= set(all_names())
