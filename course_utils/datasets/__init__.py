"""Data: arrays out, gaps as NaN; what is not embedded comes through one downloader.

Embedded, nothing is downloaded: `co2_weekly`, `sunspots_yearly`, `python_names`, `digits`,
`source_text`.
Made from a seed: `adding`, `moving_digits`, `pendulums`, `reber_strings`, `turning_vehicles`.
On request, once: `moving_mnist`, `pedestrian_tracks`, `shakespeare`, `ucf101`, and any file by name
with `fetch`. With the extra `speech`: `japanese_vowels`.
"""

from __future__ import annotations

from course_utils.datasets.actions import ActionClips, ucf101
from course_utils.datasets.adding import adding, adding_baseline
from course_utils.datasets.carbon_dioxide import co2_weekly
from course_utils.datasets.displacement import displacement, shifted
from course_utils.datasets.fetching import Status, cache_folder, fetch, status
from course_utils.datasets.handwriting import digits
from course_utils.datasets.motion import LAWS, REVERSED, Clips, moving_digits
from course_utils.datasets.moving_mnist import moving_mnist
from course_utils.datasets.names import KINDS, python_names
from course_utils.datasets.pedestrians import Track, pedestrian_tracks, whole_windows
from course_utils.datasets.pendulum import pendulum_energy, pendulum_step, pendulums
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
from course_utils.datasets.vehicles import turning_vehicles
from course_utils.datasets.vowels import Utterances, japanese_vowels, vowels_folder

__all__ = [
    "KINDS",
    "LAWS",
    "REBER_SYMBOLS",
    "REVERSED",
    "ActionClips",
    "Clips",
    "Entry",
    "Status",
    "Track",
    "Utterances",
    "adding",
    "adding_baseline",
    "cache_folder",
    "co2_weekly",
    "digits",
    "displacement",
    "entries",
    "fetch",
    "japanese_vowels",
    "moving_digits",
    "moving_mnist",
    "pedestrian_tracks",
    "pendulum_energy",
    "pendulum_step",
    "pendulums",
    "python_names",
    "reber_arrays",
    "reber_best_loss",
    "reber_choices",
    "reber_strings",
    "shakespeare",
    "shifted",
    "source_text",
    "status",
    "sunspots_yearly",
    "turning_vehicles",
    "ucf101",
    "vowels_folder",
    "whole_windows",
]
