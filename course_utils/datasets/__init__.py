"""Data: arrays out, gaps as NaN; what is not embedded comes through one downloader.

Embedded, nothing is downloaded: `co2_weekly`, `sunspots_yearly`, `digits`, `source_text`.
Made from a seed: `pendulums`, `turning_vehicles`.
On request, once: `shakespeare`, `pedestrian_tracks`, and any file by name with `fetch`.
With the extra `speech`: `japanese_vowels`.
"""

from __future__ import annotations

from course_utils.datasets.carbon_dioxide import co2_weekly
from course_utils.datasets.fetching import Status, cache_folder, fetch, status
from course_utils.datasets.handwriting import digits
from course_utils.datasets.pedestrians import Track, pedestrian_tracks, whole_windows
from course_utils.datasets.pendulum import pendulum_energy, pendulums
from course_utils.datasets.registry import Entry, entries
from course_utils.datasets.sun import sunspots_yearly
from course_utils.datasets.text import shakespeare, source_text
from course_utils.datasets.vehicles import turning_vehicles
from course_utils.datasets.vowels import Utterances, japanese_vowels, vowels_folder

__all__ = [
    "Entry",
    "Status",
    "Track",
    "Utterances",
    "cache_folder",
    "co2_weekly",
    "digits",
    "entries",
    "fetch",
    "japanese_vowels",
    "pedestrian_tracks",
    "pendulum_energy",
    "pendulums",
    "shakespeare",
    "source_text",
    "status",
    "sunspots_yearly",
    "turning_vehicles",
    "vowels_folder",
    "whole_windows",
]
