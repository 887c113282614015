"""A claim's card: the same content as HTML and as plain text, from its record alone."""

from __future__ import annotations

from course_utils.cards.rendering import render
from course_utils.claims.record import Record, Row

__all__ = ["KEY", "SHORT", "as_html", "as_text"]

#: Where the record stands in the metadata of the card's output.
KEY = "unrolled_claim"
#: Stands beside it, and is true, where the card is a short one.
SHORT = "unrolled_short"


def as_text(record: Record, short: bool = False) -> str:
    """The card as plain text; nothing is padded, so a masked number moves nothing else.

    Args:
        record: the measured claim.
        short: verdict and statement alone.
    """
    lines = [f"{record['verdict'].upper()}: {record['statement']}", record["because"]]
    if short:
        book = f"Numbers, rule and control stand in the book of claims, under {record['id']}."
        return "\n".join([*lines, book])
    lines += [
        "Measured:",
        *(_row_text(row) for row in record["measured"]),
        f"Control: {record['control']}",
        *(_row_text(row) for row in record["controlled"]),
        "How this was judged",
        f"Rule, written before the run: {record['rule']}",
        f"Numbers: {record['runs']}",
        f"Source: {record['source']}",
        f"In the book of claims: {record['id']}",
    ]
    return "\n".join(lines)


def _row_text(row: Row) -> str:
    return (
        f"  - {row['metric']} ({row['about']}): mean {row['mean']}, interval {row['interval']}; "
        f"asked for: {row['threshold']}; holds: {row['reading']}"
    )


def as_html(record: Record, short: bool = False) -> str:
    """The card as an HTML fragment with inline styles, no script, no id.

    Args:
        record: the measured claim.
        short: verdict and statement alone.
    """
    return render("claim", record, short)
