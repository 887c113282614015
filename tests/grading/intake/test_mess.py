"""Layouts that instructors receive: everybody under the right name, or the run stops and says why.

Each line is a path and whose it is: `-` is no answer, `*` the course's own, `zip!path` lies in a
zip, `~` stands for the name of the whole folder or archive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from course_utils.errors import SubmissionError
from course_utils.grading.intake.submissions import collect
from tests.grading.command import unrolled
from tests.grading.handing import CHAPTER as TWO
from tests.grading.handing import notebook, put, zipped

FIVE = "ch05_backprop_through_time"
WHOLE = "jane"


def course(root: str, owner: str, *folders: str) -> tuple[str, ...]:
    """The course's folder with two chapters, as somebody hands it in."""
    return tuple(
        f"{root}{folder}/{stem}.ipynb | {'*' if folder == 'solutions' else owner}"
        for folder in folders
        for stem in (TWO, FIVE)
    )


UNDERSTOOD: Mapping[str, tuple[str, ...]] = {
    # the course's whole folder
    "a checkout": (
        *course("", "~", "notebooks", "solutions", "work"),
        "course_utils/__init__.py | -",
    ),
    "notebooks alone": course("", "~", "notebooks"),
    "a checkout in a folder": course("unrolled-main/", "~", "notebooks", "solutions"),
    "a class of one checkout": course("ada/", "ada", "notebooks", "solutions", "work"),
    "a class of checkouts": (
        *course("ada/unrolled/", "ada", "notebooks", "solutions"),
        *course("bob/unrolled/", "bob", "notebooks", "work"),
    ),
    "checkouts of another name": (
        *course("ada/rnns by Kim/", "ada", "notebooks", "solutions"),
        *course("bob/rnns by Kim/", "bob", "notebooks"),
    ),
    "zips of checkouts": (
        *course("ada.zip!unrolled/", "ada", "notebooks", "solutions"),
        *course("bob.zip!unrolled/", "bob", "notebooks"),
    ),
    # flat names
    "numbers in front": ("1_ch02.ipynb | 1", "2_ch02.ipynb | 2", "10_ch02.ipynb | 10"),
    "padded numbers": ("01-ch02.ipynb | 01", "02-ch02.ipynb | 02", "02-ch05.ipynb | 02"),
    "numbers in a chapter": ("ch02/1.ipynb | 1", "ch02/2.ipynb | 2"),
    "logins anywhere": (
        "jdoe_ch02.ipynb | jdoe",
        "ch02_kroe.ipynb | kroe",
        "ch02-elman-ada.ipynb | ada",
        "ch02 elman cell bob.ipynb | bob",
        "cy-2023.ipynb | cy-2023",
        "1234567-ch02.ipynb | 1234567",
        "hw_ch02_dan.ipynb | dan",
        "eve.ch02.ipynb | eve",
    ),
    "versions": (
        "ada_ch02_final.ipynb | ada",
        "ada_ch02.ipynb | ada",
        "bob_ch02_v2.ipynb | bob",
        "ch02_cy_FINAL.ipynb | cy",
        "dan_ch02 (final) 2.ipynb | dan",
        "eve_ch02_final_final2.ipynb | eve",
    ),
    "new and old": (
        "ada_ch02.ipynb | ada",
        "ada_ch02_new.ipynb | ada",
        "bob_ch02 old.ipynb | bob",
        "Bob_New_ch02.ipynb | Bob_New",
    ),
    "words that are surnames": (
        "Bob_Best_ch02.ipynb | Bob_Best",
        "Ann_New_ch02.ipynb | Ann_New",
        "ch02_Good.ipynb | Good",
        "ada_v_ch02.ipynb | ada_v",
        "ada_k_ch02.ipynb | ada_k",
    ),
    "what the assignment is called": (
        "Homework 2 - Ada Lovelace.ipynb | Ada Lovelace",
        "hw2_bob.ipynb | bob",
        "2026-03-01_cy_ch02.ipynb | cy",
        "dan_kapitel2.ipynb | dan",
        "Team 2 ch02.ipynb | Team 2",
    ),
    "late": ("ada_ch02-LATE.ipynb | ada", "LATE_bob_ch02.ipynb | bob", "cy_ch02_late.ipynb | cy"),
    "surnames first": (
        "Lovelace, Ada - ch02.ipynb | Lovelace, Ada",
        "B, Bob - ch02.ipynb | B, Bob",
    ),
    "other scripts": (
        "김민지_ch02.ipynb | 김민지",
        "ch02_محمد.ipynb | محمد",
        "José Núñez ch02.ipynb | José Núñez",
    ),
    # copies that tools make
    "Colab": (
        "Copy of Copy of ada_ch02.ipynb | ada",
        "Copie de bob_ch02.ipynb | bob",
        "Copia de cy_ch02.ipynb | cy",
        "Dan D - Copy of ch02_elman_cell.ipynb | Dan D",
        "ch02 (1) - Eve E.ipynb | Eve E",
    ),
    "OneDrive, Dropbox, iCloud, Syncthing": (
        "ada_ch02.ipynb | ada",
        "ada_ch02-DESKTOP-AB12CD3.ipynb | ada",
        "ada_ch02 (Ada conflicted copy 2026-03-01).ipynb | ada",
        "bob_ch02 2.ipynb | bob",
        "bob_ch02 copy 2.ipynb | bob",
        "cy_ch02.sync-conflict-20260301-101112-ABC.ipynb | cy",
    ),
    # what systems leave behind
    "leftovers": (
        "ada/ch02.ipynb | ada",
        "ada/.DS_Store | -",
        "ada/desktop.ini | -",
        "ada/START.ipynb | -",
        "ada/.ipynb_checkpoints/ch02-checkpoint.ipynb | -",
        "__MACOSX/ada/._ch02.ipynb | -",
        "bob/ch02.ipynb | bob",
        "bob/ch02.pdf | -",
    ),
    "a name that everybody's file has": (
        "ada/ch02/nb.ipynb | ada",
        "ada/ch05/nb.ipynb | ada",
        "bob/ch02/nb.ipynb | bob",
    ),
    # exports
    "Moodle, sections": (
        "A/Ada L_1_assignsubmission_file_/ch02.ipynb | Ada L",
        "B/Bob_2_assignsubmission_file_ch02.ipynb | Bob",
    ),
    "Moodle, a whole course": (
        *course("Ada_1_assignsubmission_file_/all.zip!u/", "Ada", "notebooks", "solutions", "work"),
        "Bob_2_assignsubmission_file_/old/ch02.ipynb | Bob",
        "Bob_2_assignsubmission_file_/ch02 (1).ipynb | Bob",
    ),
    "Canvas": (
        "adal_123_456_ch02.ipynb | adal_123",
        "adal_123_457_Copy of ch05.ipynb | adal_123",
        "bob_LATE_124_458_ch02-1.ipynb | bob_124",
    ),
    "Brightspace": (
        "1-7 - Ada L - Mar 1, 2026 1159 PM/ch02.ipynb | Ada L",
        "1-7 - Ada L - Mar 2, 2026 809 AM/ch02.ipynb | Ada L",
        "2-7 - Bob B - Mar 1, 2026 1200 PM/mine.ipynb | Bob B",
        "index.html | -",
    ),
    "Brightspace, two of one name": (
        "1-7 - Ada L - Mar 1, 2026 1159 PM/ch02.ipynb | Ada L_1",
        "2-7 - Ada L - Mar 2, 2026 809 AM/ch02.ipynb | Ada L_2",
    ),
    "Blackboard": (
        "HW_2_jane_doe_attempt_2026-03-01-12-00-00_ch02.ipynb | jane_doe",
        "HW_2_jane_doe_attempt_2026-03-01-12-00-00.txt | -",
        "HW_2_john_doe_attempt_2026-03-01-12-00-00_ch02.ipynb | john_doe",
    ),
    "nbgrader's exchange": (
        f"inbound/ada+ch02+2026-03-01 10:00:00 UTC/{TWO}.ipynb | ada",
        f"inbound/ada+ch02+2026-03-02 10:00:00 UTC+x1/{TWO}.ipynb | ada",
        f"inbound/bob+ch02+2026-03-01 11:00:00 UTC/{TWO}.ipynb | bob",
    ),
    "Sakai": (
        "HW2/L, Ada(ada1)/Submission attachment(s)/ch02.ipynb | L, Ada(ada1)",
        "HW2/B, Bob(bob1)/Submission attachment(s)/ch02.ipynb | B, Bob(bob1)",
        "HW2/grades.csv | -",
    ),
    "GitHub Classroom": (
        *course("ch02-ada/", "ada", "notebooks", "solutions"),
        *course("ch02-bob-1/", "bob-1", "notebooks", "solutions"),
    ),
    "Teams": (
        "Ada L/Assignment 2/Version 1/ch02.ipynb | Ada L",
        "Ada L/Assignment 2/Version 2/ch02.ipynb | Ada L",
        "Bob B/Assignment 2/Version 1/ch02.ipynb | Bob B",
    ),
    # one student
    "a lone student's old copy": ("ch02.ipynb | student", "old/ch02.ipynb | student"),
    "a lone student in two folders": ("ada/hand in/ch02.ipynb | ada",),
}


def files_of(lines: tuple[str, ...]) -> dict[str, bytes]:
    """Path → bytes; each notebook names its owner."""
    files: dict[str, bytes] = {}
    zips: dict[str, dict[str, bytes]] = defaultdict(dict)
    for number, line in enumerate(lines):
        path, _, owner = line.replace("~", WHOLE).rpartition(" | ")
        start = notebook("import keras")
        data = start if "START" in path else notebook(f"elman_step = '{owner}'", f"{number}")
        archive, packed, inner = path.partition("!")
        if packed:
            zips[archive][inner] = data
        else:
            files[path] = data if owner != "-" or "START" in path else b"no notebook"
    return files | {name: zipped(inside) for name, inside in zips.items()}


def handed_in(folder: Path, files: dict[str, bytes], packed: bool) -> Path:
    """The folder or archive to grade."""
    if packed:
        (folder / f"{WHOLE}.zip").write_bytes(zipped(files))
        return folder / f"{WHOLE}.zip"
    for path, data in files.items():
        put(folder / WHOLE, path, data=data)
    return folder / WHOLE


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("layout", UNDERSTOOD)
def test_everybody_is_graded_under_the_right_name(
    tmp_path: Path, layout: str, packed: bool
) -> None:
    lines = UNDERSTOOD[layout]
    collected = collect(handed_in(tmp_path, files_of(lines), packed))
    graded: dict[str, set[str]] = defaultdict(set)
    for each in collected.found:
        assert each.problem == ""
        for one in (each, *each.copies):
            cells = json.loads(one.load().notebook)["cells"]
            graded[cells[0]["source"].split("'")[1]].add(one.student)
    owners = {line.replace("~", WHOLE).rpartition(" | ")[2] for line in lines} - {"-", "*"}
    assert graded == {owner: {owner} for owner in owners}


STOPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "numbers behind": (
        "It is not clear whose these are: ch02_1.ipynb, ch02_2.ipynb",
        ("ch02_1.ipynb | -", "ch02_2.ipynb | -"),
    ),
    "numbers of one order or of students": (
        "whether the numbers of 1_ch02.ipynb, 2_ch05.ipynb are students or one student's order",
        ("1_ch02.ipynb | -", "2_ch05.ipynb | -"),
    ),
    "hand-ins in the instructor's checkout": (
        "with notebooks of other names in it: hand-ins/ada/ch02.ipynb, hand-ins/bob/ch02.ipynb",
        (
            *course("", "~", "notebooks", "solutions"),
            "hand-ins/ada/ch02.ipynb | -",
            "hand-ins/bob/ch02.ipynb | -",
        ),
    ),
    "hand-ins in the instructor's notebooks": (
        "with notebooks of other names in it: notebooks/ada_ch02.ipynb",
        (*course("", "~", "notebooks"), "notebooks/ada_ch02.ipynb | -"),
    ),
    "a zip for each section": (
        "'Section A' holds notebooks under the names ada, bob",
        (
            "Section A.zip!ada/ch02.ipynb | -",
            "Section A.zip!bob/ch02.ipynb | -",
            "Section B.zip!cy/ch02.ipynb | -",
        ),
    ),
    "two names that may be one": (
        "would be one student's, 'ada': ada_ch02.ipynb, ch02_ada.ipynb",
        ("ada_ch02.ipynb | -", "ch02_ada.ipynb | -", "bob_ch02.ipynb | -"),
    ),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("layout", STOPS)
def test_what_is_not_clear_stops_the_run_which_says_what_it_sees(
    tmp_path: Path, layout: str, packed: bool
) -> None:
    words, lines = STOPS[layout]
    files = files_of(tuple(f"{line.rpartition(' | ')[0]} | {k}" for k, line in enumerate(lines)))
    with pytest.raises(SubmissionError) as stopped:
        collect(handed_in(tmp_path, files, packed))
    assert words in str(stopped.value) and "Nothing was graded" in str(stopped.value)


def test_the_courses_own_folder_is_one_student_for_the_command_too(tmp_path: Path) -> None:
    folder = handed_in(tmp_path, files_of(UNDERSTOOD["a checkout"]), packed=False)
    dry = unrolled("grade", folder, "--out", tmp_path / "out", "--dry-run")
    assert dry.code == 0, dry.err
    assert dry.out.startswith("1 student,") and f"{WHOLE} ({TWO}, {FIVE})" in dry.out
    assert "solutions/ch02_elman_cell.ipynb: the course's own solutions" in dry.out
    behind = put(tmp_path / "class", "1_ch02.ipynb")
    put(behind, "2_ch05.ipynb", data=notebook("bptt = 1"))
    stopped = unrolled("grade", behind, "--out", tmp_path / "out", "--dry-run")
    assert stopped.code == 1 and "Nothing was graded" in stopped.err
