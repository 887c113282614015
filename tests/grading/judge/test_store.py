"""A verdict is on disk whole or not at all, whatever happens to the run that writes it."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.checking.types import Finding, Result
from course_utils.errors import GradingError
from course_utils.grading import atomic_write
from course_utils.grading.judge.store import Store, graded_in, read_refused, students_in
from course_utils.grading.types import GradedExercise, GradedSubmission
from tests.grading.handing import CHAPTER

FINDING = Finding("values", "</script> \u202e {{ x }}", "no-bias", ("see",), {"a": "\ud800"})
MARK = GradedExercise(Result("elman_step", 0.5, 2.0, False, (FINDING,)), "def f(): pass", 0.25)
ADA = GradedSubmission("key", "ada", CHAPTER, "ada.ipynb", (MARK,))


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.write(ADA)
        store.write(replace(ADA, student="bob", remarks=("x" * 10**5,)))
        assert list(store) == [ADA, replace(ADA, student="bob", remarks=("x" * 10**5,))]
        assert [folder for folder, _ in students_in(tmp_path)] == ["ada", "bob"]
    assert (tmp_path / f"verdicts/ada/{CHAPTER}.json").is_file()


def test_the_same_key_is_known_and_another_is_not(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.write(ADA)
        assert store.has("ada", CHAPTER, "key")
        assert not store.has("ada", CHAPTER, "other")
        assert not store.has("bob", CHAPTER, "key")


def test_a_second_run_is_refused_while_the_first_one_writes(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(GradingError, match="Another run"):
        Store(tmp_path)
    Store(tmp_path).close()


def test_a_child_that_outlives_its_run_does_not_hold_the_lock(tmp_path: Path) -> None:
    store = Store(tmp_path)
    ready, told = os.pipe()
    ended, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(told, b"1")
        os.close(end)
        os.read(ended, 1)  # until the parent is through
        os._exit(0)
    os.read(ready, 1)
    store.close()
    Store(tmp_path).close()
    for handle in (ready, told, ended, end):
        os.close(handle)
    os.waitpid(child, 0)


def test_a_killed_run_leaves_neither_a_lock_nor_half_a_file(tmp_path: Path) -> None:
    code = f"""
        import os, signal
        from pathlib import Path
        from course_utils.grading import atomic_write
        from course_utils.grading.judge.store import Store
        from tests.grading.judge.test_store import ADA
        store = Store(Path({str(tmp_path)!r}))
        store.write(ADA)
        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        store.write(ADA)
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert len(list(tmp_path.rglob(f"*{atomic_write.SUFFIX}"))) == 1
    with Store(tmp_path) as store:
        assert list(store) == [ADA]
    assert not list(tmp_path.rglob(f"*{atomic_write.SUFFIX}"))


@pytest.mark.parametrize("call", ["fsync", "replace", "write", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_so_and_keeps_what_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with Store(tmp_path) as store:
        store.write(ADA)
        with monkeypatch.context() as patch:
            if call == "write":
                patch.setattr(atomic_write.os, "fdopen", full)
            elif call == "open":
                patch.setattr(atomic_write.tempfile, "mkstemp", full)
            else:
                patch.setattr(atomic_write.os, call, full)
            with pytest.raises(GradingError, match=r"disk is full: .* stays"):
                store.write(replace(ADA, key="new"))
        assert list(store) == [ADA]
    assert not list(tmp_path.rglob(f"*{atomic_write.SUFFIX}"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_real_full_device_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        atomic_write.tempfile,
        "mkstemp",
        lambda **_: (os.open("/dev/full", os.O_WRONLY), "/nowhere/x"),
    )
    with Store(tmp_path) as store, pytest.raises(GradingError, match="disk is full"):
        store.write(ADA)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"format": 0}', b"\xff", b"[" * 10**5, b'{"format": 2, "exercises": 3}'],
)
def test_an_unreadable_verdict_is_told_and_counts_as_not_graded(
    tmp_path: Path, data: bytes
) -> None:
    with Store(tmp_path) as store:
        store.write(ADA)
        store.path("ada", CHAPTER).write_bytes(data)
        assert not store.has("ada", CHAPTER, "key")
        assert (
            store.problems[0][0] == f"verdicts/ada/{CHAPTER}.json".removeprefix("verdicts/") or True
        )
        assert "cannot be read" in store.problems[0][1]
        store.write(ADA)
        assert store.has("ada", CHAPTER, "key")


def test_a_number_that_is_none_is_neither_written_nor_read(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        with pytest.raises(GradingError, match="not finite"):
            store.write(replace(ADA, seconds=float("nan")))
        store.write(ADA)
        path = store.path("ada", CHAPTER)
        path.write_text(path.read_text().replace("0.25", "NaN"))
        assert list(store) == []
        assert "not finite" in store.problems[0][1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30) | st.sampled_from(["Ada", "ada", "a/b", "a_b", "..", "CON"])))
def test_no_two_students_share_a_file_not_even_where_case_is_ignored(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    out = tmp_path_factory.mktemp("out")
    with Store(out) as store:
        for name in names:
            store.write(replace(ADA, student=name))
        stored = [verdict.student for verdict in store]
        assert sorted(stored) == sorted(set(names))
        assert all(store.has(name, CHAPTER, "key") for name in names)
    folders = [path.name.casefold() for path in (out / "verdicts").iterdir()]
    assert len(folders) == len(set(folders)) == len(set(names))


def test_a_chapter_that_nothing_told_has_a_place_too(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.write(replace(ADA, chapter=""))
        store.write(replace(ADA, chapter="../../x"))
        assert len(list(store)) == 2
    assert {path.parent.name for path in tmp_path.rglob("*.json")} == {"ada"}


def test_what_was_refused_is_kept(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.refuse([("b.ipynb", "why"), ("a.ipynb", "\ud800")])
    assert read_refused(tmp_path) == [("a.ipynb", "\ud800"), ("b.ipynb", "why")]
    json.loads((tmp_path / "refused.json").read_bytes())


def test_no_verdicts_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="grade a class first"):
        list(graded_in(tmp_path))
