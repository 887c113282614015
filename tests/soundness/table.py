"""The table and the JSON of what was measured."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.soundness.rows import Row

__all__ = ["as_json", "as_text"]

_HEADS = (
    "exercise",
    "mistakes named",
    "mutants killed",
    "equivalent",
    "surviving",
    "by name",
    "told what",
    "styles passed",
    "trivial earning",
)


def as_text(rows: Sequence[Row]) -> str:
    """The table, one line per exercise, and below it whatever must be mended."""
    lines = [_HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(_HEADS))]
    drawn = [
        "  ".join(
            text.ljust(width) if k == 0 else text.rjust(width)
            for k, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    drawn.insert(1, "-" * max(map(len, drawn)))
    drawn += [
        "",
        "mistakes named: wrong answers that fail with their own hint. told what: killed mutants",
        "whose verdict names a mistake, an error, a shape or the wrong term. by name: those of the",
        "mutants that ran to the end, and gave wrong values, whose verdict names a known mistake.",
        "",
    ]
    problems = [(row.exercise, problem) for row in rows for problem in row.problems]
    if not problems:
        return "\n".join([*drawn, "Sound: every exercise keeps every rule."])
    drawn.append(f"To be mended: {len(problems)}")
    for exercise, problem in problems:
        first, *rest = problem.text.splitlines()
        drawn += [f"  {exercise}: {first}", *(f"      {line}" for line in rest)]
    return "\n".join(drawn)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.exercise,
        f"{len(row.named)}/{len(row.mistakes)}",
        f"{row.killed}/{row.mutants - len(row.equivalent)}",
        str(len(row.equivalent)),
        str(len(row.survivors)),
        _share(row.killed_by_name, row.killed_silently),
        _share(row.killed_specific, row.killed),
        f"{len(row.passed)}/{len(row.styles)}",
        f"{len(row.earning)}/{row.trivial}",
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"


def as_json(rows: Sequence[Row]) -> str:
    """Everything that was measured, for machines."""
    sound = not any(row.problems for row in rows)
    return json.dumps({"sound": sound, "exercises": [row.as_json() for row in rows]}, indent=1)
