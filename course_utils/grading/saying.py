"""The one door through which the grader's commands print."""

from __future__ import annotations

from typing import TextIO

import click

from course_utils.grading.intake.naming import shown

__all__ = ["say"]


def say(text: str, out: TextIO | None = None) -> None:
    """Print a line; a name in it can give the terminal no orders.

    Args:
        text: the line.
        out: where to; the standard output if left out.
    """
    click.echo(shown(text), file=out)
