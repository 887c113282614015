"""An archive cannot lie its way out of its place, and its good files are graded all the same."""

from __future__ import annotations

import io
import stat
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import SubmissionError
from course_utils.grading.intake import archives
from course_utils.grading.intake.archives import Archive
from course_utils.grading.intake.submissions import Found, find
from tests.grading.handing import notebook, zipped

GOOD = "ada_ch02.ipynb"


def found_in(tmp_path: Path, data: bytes) -> dict[str, Found]:
    """What an archive holds, by the file's name; the folder around it must stay as it was."""
    path = tmp_path / "in" / "class.zip"
    path.parent.mkdir()
    path.write_bytes(data)
    found = {each.name.removeprefix("class.zip/"): each for each in find(path)}
    for each in found.values():
        each.load()
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]
    return found


@pytest.mark.parametrize(
    "name",
    [
        "../eve_ch02.ipynb",
        "a/../../eve_ch02.ipynb",
        "/etc/eve_ch02.ipynb",
        "..\\..\\eve_ch02.ipynb",
        "C:/eve_ch02.ipynb",
        "../../passwd",
    ],
)
def test_a_name_that_points_out_is_refused_and_the_rest_is_graded(
    tmp_path: Path, name: str
) -> None:
    found = found_in(tmp_path, zipped({name: notebook(), GOOD: notebook()}))
    good = found.pop(GOOD)
    assert good.load().notebook == notebook()
    (bad,) = found.values()
    assert bad.student == ""
    assert "points out of the archive" in bad.load().problem
    assert bad.load().notebook == b""


def test_a_file_named_for_another_student_never_replaces_theirs(tmp_path: Path) -> None:
    found = found_in(tmp_path, zipped({f"../{GOOD}": b"stolen", GOOD: notebook()}))
    assert [each.load().notebook for each in found.values() if each.student == "ada"] == [
        notebook()
    ]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    buffer = io.BytesIO(zipped({GOOD: notebook()}))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo("eve_ch02.ipynb")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    found = found_in(tmp_path, buffer.getvalue())
    assert "link or a device" in found["eve_ch02.ipynb"].load().problem
    assert found[GOOD].load().problem == ""


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"eve_ch02.ipynb": notebook(), GOOD: notebook()}))
    data[data.index(b"PK\3\4") + 6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    found = found_in(tmp_path, bytes(data))
    assert "encrypted" in found["eve_ch02.ipynb"].load().problem
    assert found[GOOD].load().problem == ""


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(zipped({GOOD: notebook()}))
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("eve_ch02.ipynb", notebook("one"))
        archive.writestr("eve_ch02.ipynb", notebook("two"))
    found = found_in(tmp_path, buffer.getvalue())
    assert "more than once" in found["eve_ch02.ipynb"].load().problem
    assert found[GOOD].load().problem == ""


def test_a_bomb_is_stopped_at_the_limit_and_costs_no_memory(tmp_path: Path) -> None:
    bomb = zipped({"eve_ch02.ipynb": b" " * 300_000_000, GOOD: notebook()})
    tracemalloc.start()
    found = found_in(tmp_path, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger than 30 MB" in found["eve_ch02.ipynb"].load().problem
    assert found[GOOD].load().problem == ""
    assert peak < 100_000_000


def test_a_size_that_lies_in_the_header_is_measured(tmp_path: Path) -> None:
    data = bytearray(zipped({"eve_ch02.ipynb": notebook("x" * 100_000), GOOD: notebook()}))
    directory = data.index(b"PK\1\2")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")  # file size: 10 bytes
    found = found_in(tmp_path, bytes(data))
    assert found["eve_ch02.ipynb"].load().notebook != notebook("x" * 100_000)
    assert found[GOOD].load().problem == ""


def test_many_small_bombs_are_one_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_INFLATED", 50_000_000)
    spaces = b" " * 20_000_000
    found = found_in(tmp_path, zipped({f"s{n}_ch02.ipynb": spaces for n in range(9)}))
    problems = [each.load().problem for each in found.values()]
    assert any("zip bomb" in problem for problem in problems)


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 10)
    with pytest.raises(SubmissionError, match="no class has so many"):
        found_in(tmp_path, zipped({f"s{n}_ch02.ipynb": b"" for n in range(11)}))


def test_a_zip_in_a_students_zip_is_not_looked_into(tmp_path: Path) -> None:
    inner = zipped({"deep.zip": zipped({"ch02.ipynb": notebook()})})
    found = found_in(tmp_path, zipped({"eve_ch02.zip": inner, GOOD: notebook()}))
    assert "holds none" in found["eve_ch02.zip"].load().problem


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    data = bytearray(zipped({"eve_ch02.ipynb": notebook("x" * 1000), GOOD: notebook()}))
    data[60:70] = b"\xff" * 10
    found = found_in(tmp_path, bytes(data))
    assert "damaged" in found["eve_ch02.ipynb"].load().problem
    assert found[GOOD].load().problem == ""


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_change_of_any_bytes_brings_the_reader_down(data: st.DataObject) -> None:
    original = zipped({GOOD: notebook(), "b/c.ipynb": notebook("y")})
    changed = bytearray(original)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        entries = list(Archive(bytes(changed), "x.zip").entries())
    except SubmissionError:
        return
    for entry in entries:
        assert not entry.path.is_absolute() and ".." not in entry.path.parts
        try:
            assert len(entry.read(1000)) <= 1000
        except SubmissionError:
            continue


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=40), st.just(b"{}"), min_size=1, max_size=5))
def test_no_name_in_an_archive_leads_out_of_it(files: dict[str, bytes]) -> None:
    try:
        data = zipped(files)
    except (UnicodeEncodeError, ValueError):
        return  # zipfile cannot write such a name
    for entry in Archive(data, "x.zip").entries():
        assert not entry.path.is_absolute() and ".." not in entry.path.parts
