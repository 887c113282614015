"""The pages as a reader has them: in a browser, on a phone, light and dark, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from course_utils.grading.judge.store import students_in
from tests.browser.desk import CHROMIUM, open_page
from tests.grading.handing import CHAPTER
from tests.grading.outputs.classroom import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="no playwright: make setup"),
]


class Reader:
    """A page, with what it asked the network for and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, path: Path) -> Page:
        self.page.goto(path.as_uri())
        return self.page

    def only_read(self, path: Path) -> bool:
        """Whether nothing but the file itself was asked for, and nothing was amiss."""
        others = [url for url in self.asked if url not in (path.as_uri(), "data:,")]
        return not others and not self.said


@pytest.fixture(params=[1200, 390], ids=["desktop", "phone"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    with open_page(width=request.param) as page:
        yield Reader(page)


def pages(out: Path) -> list[Path]:
    return [out / "report.html", *sorted(out.glob("feedback/*/*.html"))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_reads_in_light_and_dark_and_asks_for_nothing(
    scheme: str, reader: Reader, graded: Path
) -> None:
    reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in pages(graded)[:6]:
        page = reader.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert contrast(page) > 7
        assert reader.only_read(path), (reader.asked, reader.said)
        reader.asked.clear()


def test_a_hostile_class_breaks_no_page(reader: Reader, hostile: Path) -> None:
    for path in pages(hostile):
        page = reader.open(path)
        assert page.title().startswith(("Class report", "Chapter 2"))
        assert "owned" not in page.title().partition("·")[0]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("img").count() == 0
        assert reader.only_read(path), (reader.asked, reader.said)
        reader.asked.clear()


def test_feedback_folds_hints_and_shows_the_answer(reader: Reader, graded: Path) -> None:
    verdict = next(
        each
        for _, (each,) in students_in(graded)
        if any(len(f.hints) == 3 for mark in each.exercises for f in mark.result.findings)
    )
    number, mark = next(
        (number, mark)
        for number, mark in enumerate(verdict.exercises, 1)
        if mark.result.findings and len(mark.result.findings[0].hints) == 3
    )
    page = reader.open(graded / f"feedback/{verdict.student}/{CHAPTER}.html")
    card = page.locator(f"#exercise-{number}")
    seen, look, _ = (hint.replace("`", "") for hint in mark.result.findings[0].hints)
    assert seen in card.inner_text()
    hidden = card.get_by_text(look, exact=True)
    assert not hidden.is_visible()
    card.get_by_text("Where to look").first.click()
    assert hidden.is_visible()
    card.get_by_text("Your answer, as it was graded").click()
    assert card.locator("pre").last.inner_text().strip() == mark.answer.strip()


def test_the_report_says_what_is_hard_and_which_mistake_is_made_most(
    reader: Reader, graded: Path
) -> None:
    verdicts = [each for _, (each,) in students_in(graded)]
    made: dict[tuple[str, str], int] = {}
    for each in verdicts:
        for mark in each.exercises:
            for name in {f.mistake for f in mark.result.findings if f.mistake}:
                made[mark.result.name, name] = made.get((mark.result.name, name), 0) + 1
    (exercise, mistake), count = max(made.items(), key=lambda pair: pair[1])
    page = reader.open(graded / "report.html")
    first = page.locator(".mistakes li").first.inner_text()
    assert mistake in first and exercise in first
    assert f"{round(100 * count / len(verdicts))}%" in first
    rights = {
        name: sum(
            mark.result.passed for v in verdicts for mark in v.exercises if mark.result.name == name
        )
        for name in (mark.result.name for mark in verdicts[0].exercises)
    }
    hardest = page.locator(".exercise", has_text="hardest").inner_text()
    assert any(name in hardest for name in rights if rights[name] == min(rights.values()))


def test_the_table_sorts_filters_turns_pages_and_leads_to_feedback(
    reader: Reader, graded: Path
) -> None:
    page = reader.open(graded / "report.html")
    lines = page.locator("#rows tr")
    assert lines.count() == 25
    assert page.locator("#status").inner_text() == "1–25 of 44 students"
    page.get_by_role("button", name="Next").click()
    assert lines.count() == 19

    total = page.get_by_role("button", name="Total")
    total.click()
    totals = [float(each) for each in lines.locator("td:nth-of-type(1)").all_inner_texts()]
    assert totals == sorted(totals)
    total.click()
    assert float(lines.first.locator("td:nth-of-type(1)").inner_text()) == 10

    page.get_by_label("Find").fill("GRACE")
    assert page.locator("#status").inner_text() == "1–1 of 1 student"
    lines.first.locator("a").click()
    assert page.title() == "Chapter 2: The Elman cell · Grace Hopper"
    page.go_back()
    page.get_by_label("Find").fill("nobody at all")
    assert page.locator("#status").inner_text() == "No student fits."
    page.get_by_label("Find").fill("")
    page.get_by_label("Show").select_option("notes")
    assert "problem" in page.locator("#rows").inner_text()


def test_every_link_of_the_report_leads_somewhere(reader: Reader, hostile: Path) -> None:
    page = reader.open(hostile / "report.html")
    links = page.locator("a[href^='feedback']").evaluate_all("all => all.map(each => each.href)")
    links = {unquote(link): link for link in links}  # each is written in more than one way
    assert len(links) == len(HOSTILE)
    for link in links.values():
        page.goto(link)
        assert page.locator("h1").inner_text() == "Chapter 2: The Elman cell"


def test_the_report_reads_without_script(graded: Path) -> None:
    with open_page() as page:
        context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
        plain = context.new_page()
        plain.goto((graded / "report.html").as_uri())
        assert plain.locator("#rows tr").count() == 25
        assert not plain.get_by_label("Find").is_visible()


def contrast(page: Page) -> float:
    """WCAG's ratio of the text's colour to the page's."""
    colours = page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    )
    light, dark = sorted((luminance(each) for each in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(each) / 255 for each in colour[4:-1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
