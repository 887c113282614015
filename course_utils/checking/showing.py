"""Show a result: HTML with the hints folded away, and the same in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.cards.display import Points, show, show_with_points
from course_utils.cards.rendering import hints, render

if TYPE_CHECKING:
    from course_utils.checking.types import Result

__all__ = ["as_html", "as_text", "show_failure", "show_note", "show_result"]


def show_result(result: Result) -> Points:
    """Display a result in a notebook, or write it as plain text; gives back its points."""
    return show_with_points(as_html(result), as_text(result), result.points)


def show_failure(sentence: str) -> Points:
    """Display why there is no result; gives back no points."""
    return show_with_points(render("note", "wrong", sentence, (), ""), sentence, 0.0)


def show_note(state: str, head: str, lines: Sequence[str] = (), aside: str = "") -> None:
    """Display a sentence or a question, and lines below it.

    Args:
        state: "right", "wrong" or "waiting": the colour.
        head: the headline.
        lines: what stands below it.
        aside: short, at the right of the headline; in HTML only.
    """
    show(render("note", state, head, lines, aside), "\n".join([head, *lines]))


def as_html(result: Result) -> str:
    """The result as an HTML fragment; hints and evidence are folded away."""
    return render("result", result, *_state(result), _points(result))


def as_text(result: Result) -> str:
    """The result in plain text; every level of the hints is there, marked by its level."""
    _, words = _state(result)
    lines = [f"{result.name}: {words} ({_points(result)})"]
    if result.passed:
        lines.append(f"All {result.cases} cases agree with two independent references.")
    for finding in result.findings:
        lines += ["", *_wrapped(finding.message, "- ", "  ")]
        for label, value in finding.evidence.items():
            lines += _wrapped(f"{label}: {value}", "    ", "      ")
        for label, hint in hints(finding):
            lines += _wrapped(
                f"{label}{':' if label.endswith('see') else '?'} {hint}", "  > ", "    "
            )
    if result.printed and not result.passed:
        lines += ["", "Your code printed:", textwrap.indent(result.printed.rstrip(), "  | ")]
    return "\n".join(lines)


def _wrapped(text: str, first: str, further: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent=first, subsequent_indent=further)


def _state(result: Result) -> tuple[str, str]:
    """(state, words) of the headline."""
    kinds = {finding.kind for finding in result.findings}
    if result.passed:
        return "right", "right"
    if kinds & {"not-written", "missing"}:
        return "waiting", "not written yet"
    return "wrong", "not right yet"


def _points(result: Result) -> str:
    return f"{result.points:g} of {result.max_points:g} points"
