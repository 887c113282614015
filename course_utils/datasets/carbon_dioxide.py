"""Weekly carbon dioxide at Mauna Loa: a trend, a season, and real gaps."""

from __future__ import annotations

import csv
import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from course_utils.datasets.embedded import embedded_text
from course_utils.datasets.registry import entry
from course_utils.errors import CorruptFileError

__all__ = ["co2_weekly", "parse_weekly"]


def co2_weekly() -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]]:
    """Weekly mean concentration of CO₂ in air at Mauna Loa, Hawaii, 1958 to 2001.

    Every Saturday of the period is there; a week without a measurement is NaN (59 of 2284 weeks,
    the longest gap 18 weeks from 1964-01-25).

    Returns:
        dates: (2284,), datetime64[D], seven days apart.
        ppm: (2284,), float64, parts per million by volume; NaN where nothing was measured.

    Raises:
        CorruptFileError: the embedded file is missing or was changed.

    Source: Keeling and Whorf (2004), SIO network, CDIAC.
    """
    return parse_weekly(embedded_text(entry("co2_weekly")))


def parse_weekly(text: str) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]]:
    """Rows of `YYYYMMDD,value` as a series on a grid of whole weeks.

    A value that is empty, not a number, zero or negative (archives write -9999 or -999.99) is a
    missing week, and so is a week without a row: both become NaN.

    Args:
        text: CSV with one header line, rows in ascending order of date.

    Returns:
        dates: (N,), datetime64[D], from the first to the last row, seven days apart.
        values: (N,), float64, with NaN gaps.

    Raises:
        CorruptFileError: no rows, or a date that is not whole weeks after the row before.
    """
    rows = [row for row in csv.reader(text.splitlines()[1:]) if row]
    if not rows:
        raise CorruptFileError("The weekly series has no rows. Put the original file back.")
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d, *_ in rows], dtype="datetime64[D]")
    since_start = (days - days[0]).astype(np.int64)
    for line, (before, step) in enumerate(pairwise(since_start), start=3):
        if step <= before or step % 7:
            raise CorruptFileError(
                f"The weekly series, line {line}: {days[line - 2]} is not whole weeks after "
                "the line before. Put the original file back."
            )
    dates = np.arange(days[0], days[-1] + np.timedelta64(1, "D"), np.timedelta64(7, "D"))
    values = np.full(len(dates), np.nan)
    values[since_start // 7] = [_measured(value) for _, value in rows]
    return dates, values


def _measured(value: str) -> float:
    """A concentration, or NaN for what stands where none was measured."""
    number = float(value) if value.strip() else math.nan
    return number if number > 0 else math.nan
