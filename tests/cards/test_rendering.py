"""The one template: what it folds away, what it escapes, and that every reader can read it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup

from course_utils.cards.rendering import environment, hints, plain, prose, render
from course_utils.checking.showing import as_html
from course_utils.checking.types import Finding, Result

WRONG = Finding(
    "values",
    "The new h is `o * c`.",
    "output-without-tanh",
    ("The new h is `o * c`.", "What keeps h between −1 and 1?", "Use `tanh`."),
    {"expected": "0.5", "yours": "<0.7>"},
)
REMARK = Finding("remark", "No argument is named.")
RESULT = Result("lstm_step", 0.5, 2.0, False, (WRONG, REMARK), (), 4, "a < b\n")


def shown(fragment: str) -> str:
    """What stands outside all that is folded away."""
    while "<details" in fragment:
        fragment = re.sub(r"<details(?:(?!<details).)*?</details>", " ", fragment, flags=re.S)
    fragment = re.sub(r"</?code>", "", fragment)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", fragment)).split())


def test_a_result_shows_its_finding_and_folds_hints_numbers_and_prints_away() -> None:
    html = as_html(RESULT)
    assert shown(html) == (
        "✗ lstm_step is not right yet 0.5 of 2 points The new h is o * c. "
        "Remark, it costs nothing: No argument is named."
    )
    labels = re.findall(r"<summary[^>]*>(.*?)</summary>", html)
    assert labels == ["Where to look", "What to change", "Numbers", "What your code printed"]


def test_a_right_result_says_how_many_cases_agree_and_keeps_its_prints_to_itself() -> None:
    html = as_html(Result("lstm_step", 2.0, 2.0, True, (), (), 7, "noise"))
    assert "All 7 cases agree with two independent references." in html
    assert "✓" in html and "noise" not in html


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("note", ("waiting", "<i>&\"'", ["<i>&\"'"], "<i>&\"'")),
        ("result", (Result("<i>&\"'", 0, 1, False, printed="<i>&\"'"), "wrong", "wrong", "0")),
    ],
)
def test_what_is_said_is_text_and_never_becomes_a_tag(kind: str, values: tuple) -> None:
    html = render(kind, *values)
    assert "<i>" not in html
    assert "<i>&\"'" in unescape(html)


def test_a_card_has_inline_styles_only_and_takes_its_text_colour_from_the_page() -> None:
    html = as_html(RESULT)
    assert not re.search(r"<(script|style|link|img|svg)|\b(id|class|on\w+)=", html)
    assert not re.search(r"(?<![-\w])color:", html)
    assert all(each.startswith("rgba(") for each in re.findall(r"background:([^;\"]+)", html))


def test_every_tag_of_a_card_is_closed_and_no_white_space_stands_between_tags() -> None:
    html = as_html(RESULT)
    for tag in {*re.findall(r"<(\w+)", html)}:
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag
    assert not re.search(r">\s+<", html)


def test_a_page_of_ours_gets_the_same_body_with_classes_for_its_style() -> None:
    page = environment(
        DictLoader({"page": "{% import 'card.html' as card %}{{ card.body(r, inline=false) }}"})
    )
    html = page.get_template("page").render(r=RESULT)
    assert "style=" not in html
    assert re.sub(r' class="\w+"', "", html) in re.sub(r' style="[^"]*"', "", as_html(RESULT))


def test_a_template_that_names_what_is_not_there_fails() -> None:
    page = environment(DictLoader({"page": "{{ nothing }}"})).get_template("page")
    with pytest.raises(UndefinedError):
        page.render()


def test_a_hint_that_the_message_says_already_is_left_out() -> None:
    assert [level for level, _ in hints(WRONG)] == ["Where to look", "What to change"]
    other = Finding("values", "Something else.", hints=WRONG.hints)
    assert next(level for level, _ in hints(other)) == "What you see"


def test_code_stands_between_back_ticks_unless_one_is_left_over() -> None:
    assert prose("use `a<b` here") == Markup("use <code>a&lt;b</code> here")
    assert prose("a ` alone <") == Markup("a ` alone &lt;")


def test_what_cannot_be_seen_is_made_visible_and_length_is_bounded() -> None:
    assert plain("a\u202eb\x1b\r\n") == "a⟨U+202E⟩b⟨U+001B⟩\n"
    assert plain("x" * 12, most=10) == "x" * 10 + " … (2 more characters)"


def test_every_stored_claim_card_is_what_its_record_gives(checkout: Path) -> None:
    cards = [
        (path.name, "".join(output["data"]["text/html"]), output["metadata"])
        for path in sorted((checkout / "solutions").glob("ch*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if "unrolled_claim" in output.get("metadata", {})
    ]
    assert cards
    assert [
        name
        for name, html, said in cards
        if html != render("claim", said["unrolled_claim"], said.get("unrolled_short", False))
    ] == []
