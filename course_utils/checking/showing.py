"""Show a verdict: HTML with the hints folded away, and the same in plain text.

The HTML takes its text colour from the page and lays translucent colours over it, so that it
reads in light and dark alike, and uses inline styles only, which every front end keeps.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from html import escape

from course_utils.checking.types import Finding, Result

__all__ = ["as_html", "as_text", "card_html", "show"]

_LEVELS = ("What you see", "Where to look", "What to change")
_COLOURS = {"right": "0,158,115", "wrong": "213,94,0", "waiting": "0,114,178"}


def _state(result: Result) -> tuple[str, str]:
    """(colour, words) of the headline."""
    kinds = {finding.kind for finding in result.findings}
    if result.passed:
        return "right", "right"
    if kinds & {"not-written", "missing"}:
        return "waiting", "not written yet"
    return "wrong", "not right yet"


def _points(result: Result) -> str:
    return f"{result.points:g} of {result.max_points:g} points"


def as_text(result: Result) -> str:
    """The verdict in plain text; every level of the hints is there, marked by its level."""
    _, words = _state(result)
    lines = [f"{result.name}: {words} ({_points(result)})"]
    if result.passed:
        lines.append(f"All {result.cases} cases agree with two independent references.")
    for finding in result.findings:
        lines.append("")
        lines += textwrap.wrap(finding.message, 96, initial_indent="- ", subsequent_indent="  ")
        for label, value in finding.evidence.items():
            lines += textwrap.wrap(
                f"{label}: {value}", 96, initial_indent="    ", subsequent_indent="      "
            )
        for label, hint in _hints(finding):
            lines += textwrap.wrap(
                f"{label}? {hint}" if not label.endswith("see") else f"{label}: {hint}",
                96,
                initial_indent="  > ",
                subsequent_indent="    ",
            )
    if result.printed and not result.passed:
        lines += ["", "Your code printed:", textwrap.indent(result.printed.rstrip(), "  | ")]
    return "\n".join(lines)


def _hints(finding: Finding) -> list[tuple[str, str]]:
    """The hints that the message does not say already, with the name of their level."""
    named = zip(_LEVELS, finding.hints, strict=False)
    return [(label, hint) for label, hint in named if not finding.message.startswith(hint)]


def as_html(result: Result) -> str:
    """The verdict as an HTML fragment; hints and evidence are folded away."""
    state, words = _state(result)
    parts = []
    if result.passed:
        parts.append(f"<div>All {result.cases} cases agree with two independent references.</div>")
    parts += [_finding_html(finding) for finding in result.findings]
    if result.printed and not result.passed:
        parts.append(_folded("What your code printed", f"<pre>{escape(result.printed)}</pre>"))
    mark = {"right": "✓", "wrong": "✗", "waiting": "…"}[state]
    head = f"{mark} <code>{escape(result.name)}</code> is {words}"
    return card_html(state, head, _points(result), parts)


def card_html(state: str, head: str, aside: str, parts: Sequence[str]) -> str:
    """A card: a coloured edge, a headline, something at its right, and what stands below.

    Args:
        state: "right", "wrong" or "waiting".
        head: the headline, as HTML.
        aside: short plain text at the right of the headline.
        parts: HTML fragments.
    """
    rgb = _COLOURS[state]
    return (
        f'<div style="border-left:5px solid rgb({rgb});background:rgba({rgb},0.10);'
        'padding:0.6em 0.9em;margin:0.3em 0;border-radius:3px;line-height:1.45;max-width:60em">'
        '<div style="display:flex;justify-content:space-between;gap:1em">'
        f'<b>{head}</b><span style="opacity:0.75;white-space:nowrap">{escape(aside)}</span></div>'
        f"{''.join(parts)}</div>"
    )


def _folded(label: str, body: str) -> str:
    return (
        '<details style="margin:0.25em 0 0.25em 0.2em">'
        f'<summary style="cursor:pointer">{escape(label)}</summary>'
        f'<div style="margin:0.2em 0 0.2em 1.1em">{body}</div></details>'
    )


def _code(text: str) -> str:
    """Plain text as HTML; what stands between back-ticks becomes code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(
        f"<code>{escape(piece)}</code>" if k % 2 else escape(piece)
        for k, piece in enumerate(pieces)
    )


def _finding_html(finding: Finding) -> str:
    rows = "".join(
        '<tr><td style="text-align:left;padding:0.1em 1em 0.1em 0;vertical-align:top;opacity:0.8">'
        f'{escape(label)}</td><td style="text-align:left;padding:0.1em 0"><code>'
        f"{escape(value)}</code></td></tr>"
        for label, value in finding.evidence.items()
    )
    table = f'<table style="border:none;margin:0">{rows}</table>' if rows else ""
    words = "Remark, it costs nothing: " if finding.kind == "remark" else ""
    return (
        f'<div style="margin-top:0.45em">{words}{_code(finding.message)}</div>'
        + "".join(_folded(label, _code(hint)) for label, hint in _hints(finding))
        + (_folded("Numbers", table) if table else "")
    )


def show(html: str, text: str) -> None:
    """Display in a notebook, or write plain text where there is none."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display({"text/html": html, "text/plain": text}, raw=True)
            return
    sys.stdout.write(text + "\n")
