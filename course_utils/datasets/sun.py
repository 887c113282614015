"""Yearly sunspot numbers: three centuries of a cycle that is almost regular."""

from __future__ import annotations

import csv

import numpy as np
import numpy.typing as npt

from course_utils.datasets.embedded import embedded_text
from course_utils.datasets.registry import entry

__all__ = ["sunspots_yearly"]


def sunspots_yearly() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Yearly mean sunspot number, 1700 to 2008, without gaps.

    The numbers are on the scale in use before 2015 (190.2 in 1957, the highest). Zero is a
    measurement, not a gap: in 1711, 1712 and 1810 no spot was seen.

    Returns:
        years: (309,), int64, one apart.
        numbers: (309,), float64, dimensionless, never negative.

    Raises:
        CorruptFileError: the embedded file is missing or was changed.

    Source: National Geophysical Data Center (NOAA).
    """
    rows = list(csv.reader(embedded_text(entry("sunspots_yearly")).splitlines()[1:]))
    years = np.array([int(year) for year, _ in rows], dtype=np.int64)
    numbers = np.array([float(number) for _, number in rows], dtype=np.float64)
    return years, numbers
