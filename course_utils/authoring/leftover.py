"""A leftover answer: a line of a solution that the student's copy still shows somewhere.

Lines are compared without spaces and without what binds them (`return`, `name =`), so that
`return np.tanh(x @ W)` is found again in `h = np.tanh(x @ W)`. Only lines that say something are
looked for: at least 16 characters, with an operator or a call that takes two names or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from course_utils.authoring.source import SourceCell
from course_utils.notebook import marker_problem, solution_lines

__all__ = ["leftovers", "telling"]

_SHORTEST = 16
_BINDS = re.compile(r"^(?:return\b|yield\b|[\w.\[\], ]+(?<![=!<>+\-*/])=(?!=))\s*")
_NAME = re.compile(r"[A-Za-z_]\w*")
_DOES_SOMETHING = re.compile(r"[@*/+\-]|\w\(")
_IGNORED = ("#", "def ", "class ", "import ", "from ", "raise ", "@", "for ", "while ", '"', "'")


def telling(line: str) -> str | None:
    """What to look for of one line of an answer, without spaces; None where it says too little."""
    if line.startswith(_IGNORED):
        return None
    core = _BINDS.sub("", line)
    squeezed = re.sub(r"\s+", "", core)
    if len(squeezed) < _SHORTEST or not _DOES_SOMETHING.search(squeezed):
        return None
    return squeezed if len(set(_NAME.findall(core))) >= 3 else None


def leftovers(cells: Sequence[SourceCell]) -> Iterator[tuple[SourceCell, int, SourceCell]]:
    """(cell, 0-based line in it, exercise cell whose answer it shows), once per pair."""
    shown = [(cell, _student_lines(cell)) for cell in cells]
    for answer in cells:
        if answer.role != "exercise" or marker_problem(answer.source):
            continue
        wanted = [each for line in solution_lines(answer.source) if (each := telling(line))]
        for cell, lines in shown:
            if cell.reveals and cell.reveals == answer.exercise:
                continue
            for number, line in lines:
                if any(each in line for each in wanted):
                    yield cell, number, answer
                    break


def _student_lines(cell: SourceCell) -> list[tuple[int, str]]:
    """What the student sees of a cell: (0-based line of the cell, text without spaces)."""
    if cell.role == "exercise":
        if marker_problem(cell.source):
            return []
        inside, lines = False, []
        for number, line in enumerate(cell.source.splitlines()):
            if "BEGIN SOLUTION" in line:
                inside = True
            elif "END SOLUTION" in line:
                inside = False
            elif not inside:
                lines.append((number, line))
    else:
        lines = list(enumerate(cell.source.splitlines()))
    return [(number, re.sub(r"\s+", "", line)) for number, line in lines]
