"""Data: arrays out, gaps as NaN; what is not embedded comes through one downloader.

Embedded, nothing is downloaded: `co2_weekly`, `sunspots_yearly`, `digits`, `source_text`,
`moving_digits`.
On request, once: `shakespeare`, `moving_mnist`, and any file by name with `fetch`.
"""

from __future__ import annotations

from course_utils.datasets.carbon_dioxide import co2_weekly
from course_utils.datasets.fetching import Status, cache_folder, fetch, status
from course_utils.datasets.handwriting import digits
from course_utils.datasets.motion import LAWS, REVERSED, Clips, moving_digits
from course_utils.datasets.moving_mnist import moving_mnist
from course_utils.datasets.registry import Entry, entries
from course_utils.datasets.sun import sunspots_yearly
from course_utils.datasets.text import shakespeare, source_text

__all__ = [
    "LAWS",
    "REVERSED",
    "Clips",
    "Entry",
    "Status",
    "cache_folder",
    "co2_weekly",
    "digits",
    "entries",
    "fetch",
    "moving_digits",
    "moving_mnist",
    "shakespeare",
    "source_text",
    "status",
    "sunspots_yearly",
]
