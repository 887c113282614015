"""A claim's card: the same content as HTML and as plain text, from its record alone.

Inline styles only, inherited text colour and translucent backgrounds: it reads in JupyterLab, VS
Code and Colab, in light and dark. The verdict is a word; the colour only repeats it.
"""

from __future__ import annotations

import sys
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from course_utils.claims.record import Record, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KEY", "as_html", "as_text", "show"]

#: Where the record stands in the metadata of the card's output.
KEY = "unrolled_claim"

_COLOURS = {"supported": "0,158,115", "qualified": "230,159,0", "refuted": "213,94,0"}
_HEADS = ("metric", "mean", "interval", "rule", "reading")
_CELL = (
    "border:none;text-align:left;vertical-align:top;background:transparent;white-space:normal;"
    "padding:0.2em 1em 0.2em 0;"
)


def as_text(record: Record) -> str:
    """The card as plain text; nothing is padded, so a masked number moves nothing else."""
    lines = [
        f"{record['id']} · {record['verdict'].upper()}",
        record["statement"],
        f"Source: {record['source']}",
        f"Rule, written before the run: {record['rule']}",
        f"Measured, {record['runs']}:",
        *(_row_text(row) for row in record["measured"]),
        f"Control: {record['control']}",
        *(_row_text(row) for row in record["controlled"]),
        f"Verdict: {record['verdict']}. {record['because']}",
    ]
    return "\n".join(lines)


def _row_text(row: Row) -> str:
    return (
        f"  - {row['metric']}, {row['about']}: {row['mean']} ({row['interval']}); "
        f"rule: {row['threshold']}; {row['reading']}"
    )


def as_html(record: Record) -> str:
    """The card as an HTML fragment with inline styles, no script, no id."""
    colour = _COLOURS[record["verdict"]]
    badge = (
        f'<span style="border:1px solid rgb({colour});background:rgba({colour},0.22);'
        'border-radius:3px;padding:0.1em 0.6em;font-weight:bold;letter-spacing:0.04em">'
        f"{escape(record['verdict'].upper())}</span>"
    )
    head = (
        '<div style="display:flex;justify-content:space-between;align-items:baseline;gap:1em">'
        f'<span style="font-size:1.08em"><b>{escape(record["id"])}</b>&ensp;'
        f"{escape(record['statement'])}</span>{badge}</div>"
    )
    parts = [
        head,
        _line("Source", record["source"]),
        _line("Rule, written before the run", record["rule"]),
        _line("Measured", record["runs"]),
        _table(record, colour),
        _line("Verdict", f"{record['verdict']}. {record['because']}"),
    ]
    return (
        f'<div style="border-left:5px solid rgb({colour});background:rgba({colour},0.10);'
        "padding:0.7em 1em;margin:0.4em 0;border-radius:3px;line-height:1.45;max-width:60em;"
        f'color:inherit">{"".join(parts)}</div>'
    )


def _label(label: str, words: str) -> str:
    return f'<span style="opacity:0.75">{escape(label)}:</span> {escape(words)}'


def _line(label: str, words: str) -> str:
    return f'<div style="margin-top:0.4em">{_label(label, words)}</div>'


def _table(record: Record, colour: str) -> str:
    """Claim and control in one table, so that their columns stand below each other."""
    edge = f"border-bottom:1px solid rgba({colour},0.6);"
    heads = "".join(
        f'<th style="{_CELL}{edge}font-weight:normal;opacity:0.75">{head}</th>' for head in _HEADS
    )
    between = (
        f'<tr style="background:transparent"><td colspan="{len(_HEADS)}" '
        f'style="{_CELL}{edge}padding-top:0.6em">{_label("Control", record["control"])}</td></tr>'
    )
    rows = [*map(_row_html, record["measured"]), between, *map(_row_html, record["controlled"])]
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;border:none;'
        'margin:0.25em 0 0 0;color:inherit;font:inherit;background:transparent"><thead>'
        f'<tr style="background:transparent">{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row_html(row: Row) -> str:
    number = f"{_CELL}white-space:nowrap"
    return (
        '<tr style="background:transparent">'
        f'<td style="{_CELL}"><b>{escape(row["metric"])}</b>, {escape(row["about"])}</td>'
        f'<td style="{number}"><b>{escape(row["mean"])}</b></td>'
        f'<td style="{number}">{escape(row["interval"])}</td>'
        f'<td style="{number}">{escape(row["threshold"])}</td>'
        f'<td style="{number}"><b>{escape(row["reading"])}</b></td></tr>'
    )


def show(record: Record, figure: Figure | None = None) -> None:
    """Display the figure, then the card; write the plain text where there is no notebook.

    Args:
        record: what the card says; it goes into the output's metadata too, under `KEY`.
        figure: shown above and closed; outside a notebook it is left alone.
    """
    display = _display()
    if display is None:
        sys.stdout.write(as_text(record) + "\n")
        return
    if figure is not None:
        display(figure)
        _close(figure)
    bundle = {"text/html": as_html(record), "text/plain": as_text(record)}
    display(bundle, raw=True, metadata={KEY: record})


def _display() -> Any:
    """IPython's `display` where a notebook or IPython runs this, else None."""
    if "IPython" not in sys.modules:
        return None
    ipython: Any = import_module("IPython")
    if ipython.get_ipython() is None:
        return None
    return import_module("IPython.display").display


def _close(figure: Figure) -> None:
    """Forget the figure, so that the notebook does not draw it again at the end of the cell."""
    from matplotlib import pyplot

    pyplot.close(figure)
