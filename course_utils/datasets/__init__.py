"""Data: arrays out, gaps as NaN; what is not embedded comes through one downloader.

Embedded, nothing is downloaded: `co2_weekly`, `sunspots_yearly`, `digits`, `source_text`.
Drawn from a seed, with the best possible score known: `reber_strings`, `adding`.
On request, once: `shakespeare`, and any file by name with `fetch`.
"""

from __future__ import annotations

from course_utils.datasets.adding import adding, adding_baseline
from course_utils.datasets.carbon_dioxide import co2_weekly
from course_utils.datasets.fetching import Status, cache_folder, fetch, status
from course_utils.datasets.handwriting import digits
from course_utils.datasets.reber import (
    REBER_SYMBOLS,
    reber_arrays,
    reber_best_loss,
    reber_choices,
    reber_strings,
)
from course_utils.datasets.registry import Entry, entries
from course_utils.datasets.sun import sunspots_yearly
from course_utils.datasets.text import shakespeare, source_text

__all__ = [
    "REBER_SYMBOLS",
    "Entry",
    "Status",
    "adding",
    "adding_baseline",
    "cache_folder",
    "co2_weekly",
    "digits",
    "entries",
    "fetch",
    "reber_arrays",
    "reber_best_loss",
    "reber_choices",
    "reber_strings",
    "shakespeare",
    "source_text",
    "status",
    "sunspots_yearly",
]
