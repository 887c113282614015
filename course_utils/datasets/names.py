"""Names that Python's standard library defines, and what each of them names."""

from __future__ import annotations

import csv

import numpy as np
import numpy.typing as npt

from course_utils.datasets.embedded import embedded_text
from course_utils.datasets.registry import entry

__all__ = ["KINDS", "python_names"]

#: What a name may stand for, in the order of their numbers.
KINDS = ("class", "constant", "function")


def python_names() -> tuple[list[str], npt.NDArray[np.int64]]:
    """Names of Python 3.11's standard library, each with the kind of thing that it names.

    Those that a module of one file defines at its top level, if they always stand for the same
    kind. A constant is what is bound by a plain assignment.

    Returns:
        names: 3,100 strings of 1 to 40 letters, digits and underscores, in the order of ASCII.
        kinds: (3100,), int64, the place in `KINDS`.

    Raises:
        CorruptFileError: the embedded file is missing or was changed.

    Source: Python Software Foundation (2023).
    """
    rows = list(csv.reader(embedded_text(entry("stdlib_names")).splitlines()[1:]))
    names = [name for name, _ in rows]
    return names, np.array([KINDS.index(kind) for _, kind in rows], dtype=np.int64)
