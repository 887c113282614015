"""All outputs together: the same bytes twice, and at a size that does not grow with the class."""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_utils.errors import GradingError
from course_utils.grading import atomic_write
from course_utils.grading.judge.store import Store
from course_utils.grading.outputs.write import write_outputs
from course_utils.grading.types import GradedSubmission
from tests.grading.handing import CHAPTER
from tests.grading.outputs.classroom import HOSTILE, real_class, store, verdict


def contents(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }


def test_the_same_verdicts_give_the_same_bytes(tmp_path: Path) -> None:
    one = store(tmp_path / "one", real_class(9))
    two = store(tmp_path / "two", reversed(list(real_class(9))))
    write_outputs(one)
    write_outputs(two)
    first = contents(one)
    assert first == contents(two)
    write_outputs(one)
    assert first == contents(one)


def test_a_page_of_a_verdict_that_is_gone_goes_too(tmp_path: Path) -> None:
    out = store(tmp_path, [verdict("ada"), verdict("bob")])
    write_outputs(out)
    (out / f"verdicts/bob/{CHAPTER}.json").unlink()
    written = write_outputs(out)
    assert written.students == 1
    assert not (out / "feedback/bob").exists()


def test_an_unreadable_verdict_is_told_and_the_others_are_written(tmp_path: Path) -> None:
    out = store(tmp_path, [verdict("ada"), verdict("bob")])
    (out / f"verdicts/bob/{CHAPTER}.json").write_text("{")
    written = write_outputs(out)
    assert "verdicts/bob" in written.remarks[0]
    assert "verdicts/bob" in (out / "report.html").read_text()


def told_in(page: Path, heading: str) -> str:
    """The part of the report under one heading, as text."""
    text = page.read_text(encoding="utf-8")
    part = text.partition(f"{heading}</")[2].partition("</details>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


def test_the_report_lists_what_was_left_aside_and_who_is_missing(tmp_path: Path) -> None:
    out = store(tmp_path / "out", [verdict("ada"), verdict("eve")])
    aside = [("class/bob/<b>notes</b>.pdf", "no notebook"), ("class/x.zip/y.zip", "a zip in a zip")]
    with Store(out) as made:
        made.leave_aside(aside)
    roster = tmp_path / "r.csv"
    roster.write_text("Student,ID,SIS Login ID,Section\nA,1,ada,S\nBob <i>B</i>,2,bob,S\n")
    write_outputs(out, rosters=[roster])
    page = out / "report.html"
    left = told_in(page, "2 files left aside in the last run")
    assert "class/bob/&lt;b&gt;notes&lt;/b&gt;.pdf no notebook" in left and "a zip in a zip" in left
    assert "Bob &lt;i&gt;B&lt;/i&gt; anything" in told_in(
        page, "1 hand-in missing, by the class list"
    )
    assert "eve Canvas&#39;s roster" in told_in(page, "1 not on the class list")
    with Store(out) as made:
        made.leave_aside([])
    write_outputs(out)
    assert "left aside" not in page.read_text() and "class list" not in page.read_text()


def test_a_long_list_in_the_report_is_cut_and_counted(tmp_path: Path) -> None:
    out = store(tmp_path, [verdict("ada")])
    with Store(out) as made:
        made.leave_aside([(f"{number:05}.pdf", "no notebook") for number in range(5_000)])
    write_outputs(out)
    page = (out / "report.html").read_text()
    assert "5000 files left aside" in page and "and 4800 more" in page
    assert "00199.pdf" in page and "00200.pdf" not in page


def test_nothing_graded_yet_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="grade a class first"):
        write_outputs(tmp_path)


@pytest.mark.parametrize("number", range(1, 8))
def test_a_full_disk_at_any_file_says_so_and_leaves_no_half_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    out = store(tmp_path, [verdict("ada"), verdict("bob")])
    verdicts = contents(out / "verdicts")
    replaced, calls = os.replace, iter(range(1, 100))

    def full(source: str, target: Path) -> None:
        if next(calls) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        replaced(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_write.os, "replace", full)
        if number < 7:  # two pages, three tables, the report
            with pytest.raises(GradingError, match="disk is full"):
                write_outputs(out)
        else:
            write_outputs(out)
    assert not list(out.rglob(f"*{atomic_write.SUFFIX}"))
    assert contents(out / "verdicts") == verdicts
    assert len(write_outputs(out).files) == 5


class Tags(HTMLParser):
    """Collects what a page would fetch or run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_nothing_hostile_becomes_a_tag_a_handler_or_a_template(hostile: Path) -> None:
    pages = [*hostile.glob("feedback/*/*.html"), hostile / "report.html"]
    assert len(pages) == len(HOSTILE) + 1
    for path in pages:
        page = path.read_text(encoding="utf-8")
        tags = Tags(page).found
        assert "img" not in [tag for tag, _ in tags]
        assert not [name for _, names in tags for name in names if name.startswith("on")]
        assert [tag for tag, _ in tags].count("script") == (2 if path.name == "report.html" else 0)
        assert "{{ 7 * 7 }}" in page or "49" not in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
        assert len(page) < 300_000


def test_no_page_fetches_anything(graded: Path) -> None:
    for path in [*graded.glob("feedback/*/*.html"), graded / "report.html"]:
        for tag, names in Tags(path.read_text(encoding="utf-8")).found:
            for name in ("src", "href", "srcset", "action", "data"):
                target = names.get(name) or "#"
                assert target.startswith(("#", "data:,", "feedback/")), (path, tag, target)


def test_the_data_in_the_report_is_json_without_nan(hostile: Path) -> None:
    page = (hostile / "report.html").read_text(encoding="utf-8")
    data = re.search(
        r'<script id="students" type="application/json">(.*?)</script>', page, re.DOTALL
    )
    assert data is not None

    def refuse(word: str) -> None:
        raise AssertionError(word)

    table = json.loads(data[1], parse_constant=refuse)
    assert len(table["rows"]) == len(HOSTILE)


@pytest.mark.slow
def test_ten_times_the_class_takes_no_more_memory(tmp_path: Path) -> None:
    few = list(real_class(5))

    def many(count: int) -> Iterator[GradedSubmission]:
        for number in range(count):
            yield replace(few[number % len(few)], student=f"s{number:06}")

    peaks = []
    gc.collect()
    gc.freeze()  # what other tests imported: the more there is, the more seldom Python collects
    try:
        for count in (200, 2000):
            out = store(tmp_path / str(count), many(count))
            tracemalloc.start()
            written = write_outputs(out, feedback=False)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert written.students == count
    finally:
        gc.unfreeze()
    # what grows is the table of the report alone
    assert peaks[1] - peaks[0] < 2000 * 2000
