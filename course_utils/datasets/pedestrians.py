"""People who walk across a square, seen from above: real tracks, one array per person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from course_utils.datasets.fetching import fetch
from course_utils.errors import CorruptFileError, UnknownNameError

__all__ = ["SCENES", "Track", "parse_tracks", "pedestrian_tracks", "whole_windows"]

SCENES = ("biwi_eth", "biwi_hotel", "crowds_zara01")
_FRAMES = 10  # frames of video from one row of a person to the next: 0.4 s at 25 per second

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Track:
    """Where one person was.

    Attributes:
        person: the number that the file gives.
        start: the frame of video of the first position, 25 frames per second.
        positions: (T, 2), x and y in m, 0.4 s apart; NaN where the person was not seen in between.
    """

    person: int
    start: int
    positions: Array


def pedestrian_tracks(scene: str, progress: bool = True) -> list[Track]:
    """The tracks of a scene: everybody's positions in m, 0.4 s apart. A download of 0.1 to 0.2 MB.

    Args:
        scene: "biwi_eth" (360 people in front of a university), "biwi_hotel" (389 before a hotel)
            or "crowds_zara01" (148 in a shopping street). The file of biwi_eth says 0.4 s as well,
            but its people then walk at 2.5 m/s: its rows are 10 frames apart, and the original
            annotation counts 6 frames as 0.4 s, so that its steps are rather 0.67 s.
        progress: show a progress bar while it is downloaded, which happens once.

    Returns:
        One track per person, in the order in which they appear.

    Raises:
        UnknownNameError: there is no such scene.
        DownloadError: it cannot be fetched or stored; the message says what to do.
        CorruptFileError: the address sends other bytes than promised.

    Source: S. Pellegrini et al. (2009), A. Lerner et al. (2007).
    """
    if scene not in SCENES:
        raise UnknownNameError("scene", scene, SCENES)
    return parse_tracks(fetch(scene, progress=progress).read_text(encoding="utf-8"))


def parse_tracks(text: str) -> list[Track]:
    """Rows of frame, person, x and y as one array per person.

    Args:
        text: four numbers to a line, separated by tabs or blanks; lines in any order. A person's
            frames are whole multiples of 10 apart.

    Returns:
        One track per person, in the order of their first frames. Where a person has no row for
        some time, NaN stands there.

    Raises:
        CorruptFileError: there is no row, a row is no four numbers, a person has two rows for one
            frame, or a frame between two steps of 0.4 s. It says in which line.
    """
    rows: dict[int, list[tuple[int, int, float, float]]] = {}  # person → frame, line, x, y
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            frame, person, x, y = _row(line, number)
            rows.setdefault(person, []).append((frame, number, x, y))
    if not rows:
        raise _corrupt("it has no rows")
    tracks = [_track(person, sorted(seen)) for person, seen in rows.items()]
    return sorted(tracks, key=lambda track: (track.start, track.person))


def whole_windows(tracks: Iterable[Track], steps: int, stride: int = 1) -> Array:
    """All pieces of `steps` positions in a row without a gap.

    Args:
        tracks: what `pedestrian_tracks` gives.
        steps: positions in each piece, at least 1.
        stride: steps from the start of one piece to the next within a track, at least 1.

    Returns:
        (N, steps, 2), x and y in m, track by track; N is 0 where no track is long enough.

    Raises:
        ValueError: steps or stride is below 1.
    """
    for name, value in (("steps", steps), ("stride", stride)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {name}={value}")
    pieces = [
        track.positions[first : first + steps]
        for track in tracks
        for first in range(0, len(track.positions) - steps + 1, stride)
    ]
    whole = [piece for piece in pieces if np.isfinite(piece).all()]
    return np.stack(whole) if whole else np.zeros((0, steps, 2))


def _row(line: str, number: int) -> tuple[int, int, float, float]:
    """One line as whole frame, whole person and finite x and y."""
    words = line.split()
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != 4 or not np.isfinite(values).all():
        raise _corrupt(f"line {number} is {line[:60]!r}, not frame, person, x and y")
    frame, person, x, y = values
    if frame != int(frame) or person != int(person):
        raise _corrupt(f"line {number}: frame {frame:g} or person {person:g} is no whole number")
    return int(frame), int(person), x, y


def _track(person: int, seen: list[tuple[int, int, float, float]]) -> Track:
    """A person's rows, in the order of time, on a grid of 0.4 s."""
    start, last = seen[0][0], seen[-1][0]
    positions = np.full(((last - start) // _FRAMES + 1, 2), np.nan)
    before = -1
    for frame, line, x, y in seen:
        place, rest = divmod(frame - start, _FRAMES)
        if rest:
            raise _corrupt(f"line {line}: frame {frame} of person {person} is off the 0.4 s grid")
        if place == before:
            raise _corrupt(f"line {line}: person {person} is in frame {frame} twice")
        positions[place] = x, y
        before = place
    return Track(person, start, positions)


def _corrupt(problem: str) -> CorruptFileError:
    return CorruptFileError(f"The file of tracks cannot be read: {problem}. Fetch it again.")
