"""`moodle/<chapter>.csv`: Moodle's grading worksheet of one assignment, filled in.

Columns `Identifier, Full name, Email address, Status, Grade, Maximum grade, Grade can be changed,
Last modified (submission), Last modified (grade), Feedback comments`. Moodle reads `Identifier`
(`Participant 1234567`), `Grade`, `Last modified (grade)` and `Feedback comments`, and refuses a
file without the first three (mod/assign/feedback/offline/importgradeslib.php). To upload: in the
assignment, Submissions, Upload grading worksheet.

The number of the participant stands in the names of Moodle's archive. Where the notebooks came
another way, give the worksheet that Moodle exports as a roster: its rows and columns are kept and
`Grade` and `Feedback comments` are filled in, on the worksheet's own scale. Moodle passes over a
row whose last change is older than what it knows: an exported worksheet keeps the date it has.
These words are Moodle's English: elsewhere set its language to English for export and upload.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from html import escape
from pathlib import Path

from course_utils.grading.intake.lms import identity
from course_utils.grading.outputs.roster import Roster
from course_utils.grading.outputs.tables import Columns, Table, number, open_table
from course_utils.grading.types import GradedSubmission

__all__ = ["Moodle", "comments", "open_moodle"]

_HEADER = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
)


class Moodle:
    """The rows of one assignment's worksheet.

    Args:
        table: where they go.
        worth: the points of the chapter.
        roster: the worksheet as Moodle exported it.

    Attributes:
        unknown: the students for whom no participant is known; they get no row.
    """

    def __init__(self, table: Table, worth: float, roster: Roster | None = None) -> None:
        self._table, self._worth, self._roster = table, worth, roster
        self._header = roster.header if roster else _HEADER
        self.unknown: list[str] = []
        self._met: set[int] = set()
        table.writerow(self._header)

    def add(self, graded: GradedSubmission) -> None:
        """One submission."""
        who = identity(graded.student, graded.name)
        if self._roster is not None:
            place = self._roster.row_of(graded.student, who)
            row = None if place is None else dict(self._roster.rows[place])
            self._met |= set() if place is None else {place}
        elif who.lms == "moodle":
            row = {
                "Identifier": f"Participant {who.number}",
                "Full name": who.name,
                "Maximum grade": number(self._worth),
                "Grade can be changed": "Yes",
            }
        else:
            row = None
        if row is None:
            self.unknown.append(graded.student)
            return
        highest = _points(row.get("Maximum grade") or row.get("Maximum Grade") or "")
        scale = highest / self._worth if highest and self._worth else 1.0
        row |= {"Grade": number(graded.points * scale), "Feedback comments": comments(graded)}
        self._table.writerow([row.get(name) or "" for name in self._header])

    @property
    def absent(self) -> list[str]:
        """Those of the roster who handed in nothing for this chapter, by name."""
        return self._roster.others(self._met, "Full name", "Identifier") if self._roster else []


@contextmanager
def open_moodle(
    folder: Path, columns: Columns, rosters: dict[str, Roster]
) -> Iterator[dict[str, Moodle]]:
    """Chapter → its worksheet `folder/<chapter>.csv`, whole once the block ends.

    Args:
        folder: where the worksheets go.
        columns: the chapters to write, with what each is worth.
        rosters: the exported worksheets, by chapter.
    """
    with ExitStack() as stack:
        yield {
            stem: Moodle(
                stack.enter_context(open_table(folder / f"{stem}.csv")),
                sum(exercises.values()),
                rosters.get(stem),
            )
            for stem, exercises in columns.items()
            if stem
        }


def comments(graded: GradedSubmission) -> str:
    """The feedback in a few lines of HTML, as Moodle shows it to the student."""
    if graded.problem:
        return escape(graded.problem, quote=False)
    lines = []
    for exercise in graded.exercises:
        result = exercise.result
        line = f"{result.name}: {result.points:g} of {result.max_points:g}"
        if not result.passed and result.findings:
            line += f". {result.findings[0].message[:500]}"
        lines.append(line)
    return "<br>".join(escape(line, quote=False) for line in lines)


def _points(text: str) -> float:
    with suppress(ValueError):
        return float(text.strip().replace(",", "."))
    return 0.0
