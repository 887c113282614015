"""Tracks of people: files in the real format, whole, with gaps, corrupt and truncated."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets import registry
from course_utils.datasets.pedestrians import SCENES, Track, parse_tracks, whole_windows
from course_utils.errors import CorruptFileError, UnknownNameError

if TYPE_CHECKING:
    from tests.datasets.conftest import Server

#: Two people in the format of the real files; the second one appears later and is not seen once.
LINES = [
    "780\t1.0\t8.46\t3.59",
    "790\t1.0\t9.57\t3.79",
    "790\t2.0\t-1.5\t0.25",
    "800\t1.0\t10.67\t3.99",
    "800\t2.0\t-1.0\t0.5",
    "820\t2.0\t0.0\t1.0",
]
FILE = "".join(f"{line}\n" for line in LINES)


def test_each_person_has_a_track_in_metres_on_a_grid_of_ten_frames() -> None:
    first, second = parse_tracks(FILE)
    assert (first.person, first.start) == (1, 780)
    np.testing.assert_array_equal(first.positions, [[8.46, 3.59], [9.57, 3.79], [10.67, 3.99]])
    assert (second.person, second.start) == (2, 790)


def test_a_missing_row_becomes_nan() -> None:
    _, second = parse_tracks(FILE)
    np.testing.assert_array_equal(
        second.positions, [[-1.5, 0.25], [-1.0, 0.5], [np.nan, np.nan], [0.0, 1.0]]
    )


def test_rows_in_any_order_with_blanks_for_tabs_give_the_same_tracks() -> None:
    shuffled = "\n".join(line.replace("\t", "  ") for line in reversed(LINES)) + "\n\n"
    for one, other in zip(parse_tracks(FILE), parse_tracks(shuffled), strict=True):
        assert (one.person, one.start) == (other.person, other.start)
        np.testing.assert_array_equal(one.positions, other.positions)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("830\t1.0\t8.4", "line 7 is"),
        ("830\t1.0", "line 7 is"),
        ("830\t1.0\t8.4\t3.5\t1.0", "line 7 is"),
        ("830\t1.0\tnan\t3.5", "line 7 is"),
        ("830\t1.0\t8.4\tleft", "line 7 is"),
        ("<html>Please log in</html>", "line 7 is"),
        ("830.5\t1.0\t8.4\t3.5", "no whole number"),
        ("830\t1.5\t8.4\t3.5", "no whole number"),
        ("785\t1.0\t8.4\t3.5", "off the 0.4 s grid"),
        ("790\t1.0\t8.4\t3.5", "in frame 790 twice"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(line: str, words: str) -> None:
    with pytest.raises(CorruptFileError, match="line 7") as caught:
        parse_tracks(FILE + line + "\n")
    assert words in str(caught.value)


def test_a_file_that_ends_within_a_row_is_refused() -> None:
    with pytest.raises(CorruptFileError, match="line 6"):
        parse_tracks(FILE[: FILE.rindex("\t")])


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_rows_is_refused(text: str) -> None:
    with pytest.raises(CorruptFileError, match="no rows"):
        parse_tracks(text)


def test_windows_never_span_a_gap() -> None:
    gone = np.arange(20.0).reshape(10, 2)
    gone[4] = np.nan
    tracks = [Track(1, 0, gone), Track(2, 0, np.zeros((2, 2)))]
    windows = whole_windows(tracks, 3)
    np.testing.assert_array_equal(windows[:, 0, 0], [0, 2, 10, 12, 14])
    assert windows.shape == (5, 3, 2)
    np.testing.assert_array_equal(whole_windows(tracks, 3, stride=2)[:, 0, 0], [0, 12])


def test_no_window_fits_gives_none() -> None:
    assert whole_windows(parse_tracks(FILE), 4).shape == (0, 4, 2)
    assert whole_windows([], 2).shape == (0, 2, 2)


@pytest.mark.parametrize("sizes", [(0, 1), (2, 0)])
def test_an_impossible_window_is_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="steps" if not sizes[0] else "stride"):
        whole_windows([], *sizes)


def test_an_unknown_scene_is_refused_with_a_near_one() -> None:
    with pytest.raises(UnknownNameError, match="biwi_eth"):
        datasets.pedestrian_tracks("biwi_et")


# --- through the downloader ----------------------------------------------------------------------


def serve(
    server: Server, monkeypatch: pytest.MonkeyPatch, scene: str, promised: bytes, sent: bytes
) -> None:
    """Let `server` send bytes for a scene whose registry entry promises others, or the same."""
    entry = replace(
        registry.entry(scene),
        url=f"{server.address}/{scene}.txt",
        bytes=len(promised),
        sha256=hashlib.sha256(promised).hexdigest(),
    )
    monkeypatch.setattr(registry, "_registry", lambda: {scene: entry})
    server.send(sent)


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_fetched_once_and_read(
    scene: str, server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, scene, FILE.encode(), FILE.encode())
    for _ in range(2):
        assert [t.person for t in datasets.pedestrian_tracks(scene, progress=False)] == [1, 2]
    assert server.asked == [f"/{scene}.txt"]
    assert datasets.status(scene) == "cached"


@pytest.mark.parametrize(
    "sent",
    [FILE.encode()[:-9], FILE.encode().replace(b"8.46", b"8.64"), b"<html>log in</html>"],
    ids=["truncated", "one digit changed", "login page"],
)
def test_other_bytes_than_promised_are_refused_and_not_kept(
    sent: bytes, server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, "biwi_eth", FILE.encode(), sent)
    with pytest.raises(CorruptFileError, match=r"biwi_eth\.txt could not be downloaded"):
        datasets.pedestrian_tracks("biwi_eth", progress=False)
    assert not list(cache.iterdir())


REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("scene", "rows", "people"),
    [("biwi_eth", 5492, 360), ("biwi_hotel", 6543, 389), ("crowds_zara01", 5153, 148)],
)
def test_a_real_scene_is_the_promised_file_and_people_walk_in_it(
    scene: str,
    rows: int,
    people: int,
    server: Server,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = REAL / f"{scene}.txt"
    if not path.is_file():
        pytest.skip("the real file is not on this machine")
    served = replace(registry.entry(scene), url=f"{server.address}/{scene}.txt")
    monkeypatch.setattr(registry, "_registry", lambda: {scene: served})
    server.send(path.read_bytes())
    tracks = datasets.pedestrian_tracks(scene, progress=False)
    assert len(tracks) == people
    assert sum(np.isfinite(track.positions).all(axis=1).sum() for track in tracks) == rows
    moves = np.concatenate([np.diff(track.positions, axis=0) for track in tracks])
    speed = np.linalg.norm(moves[np.isfinite(moves).all(axis=1)], axis=1) / 0.4
    assert speed.max() < 8  # m/s; nobody is faster than a sprinter
    assert 0.1 < np.median(speed[speed > 0.1]) < 2.6  # biwi_eth's film seems to run too fast
