"""A claim's card: the same content as HTML and as plain text, from its record alone."""

from __future__ import annotations

from course_utils.cards.rendering import render
from course_utils.claims.record import Record, Row

__all__ = ["KEY", "as_html", "as_text"]

#: Where the record stands in the metadata of the card's output.
KEY = "unrolled_claim"


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
    return render("claim", record)
