"""UCF101, read from small files in its real format: MPEG-4 in AVI in ZIP, and lists of splits."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets.actions import decode_video, read_actions
from course_utils.errors import CorruptFileError, DataError, UnknownNameError

TRAIN = [
    "YoYo/v_YoYo_g08_c01.avi 2",
    "YoYo/v_YoYo_g08_c02.avi 2",
    "Archery/v_Archery_g09_c01.avi 1",
]
TEST = ["Archery/v_Archery_g01_c01.avi", "YoYo/v_YoYo_g01_c01.avi"]


def avi(frames: int, shade: int = 200, size: tuple[int, int] = (24, 32)) -> bytes:
    """A video like UCF101's: MPEG-4 part 2 in AVI at 25 frames per second, ever brighter."""
    av = pytest.importorskip("av", reason="decoding video needs the extra `video`")
    file = io.BytesIO()
    with av.open(file, "w", format="avi") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.height, stream.width = size
        stream.pix_fmt, stream.bit_rate = "yuv420p", 400_000
        for k in range(frames):
            picture = np.full((*size, 3), round(shade * (k + 1) / frames), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def splits(tmp_path: Path) -> Path:
    files = {
        "ucfTrainTestlist/trainlist01.txt": "\r\n".join([*TRAIN, ""]).encode(),
        "ucfTrainTestlist/testlist01.txt": "\n".join([*TEST, ""]).encode(),
    }
    return zipped(tmp_path / "splits.zip", files)


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    names = [line.split()[0].split("/")[1] for line in TRAIN + TEST]
    films = {f"UCF101/{name}": avi(12, 60 + 30 * k) for k, name in enumerate(names)}
    return zipped(tmp_path / "videos.zip", films)


def test_clips_come_with_their_shapes_names_and_labels(videos: Path, splits: Path) -> None:
    clips = read_actions(videos, splits, frames=4, size=(12, 16))
    assert clips.videos.shape == (3, 4, 12, 16, 3)
    assert clips.videos.dtype == np.float32
    assert clips.videos.min() >= 0 and clips.videos.max() <= 1
    assert clips.names == ("Archery", "YoYo")
    assert clips.laws.tolist() == [0, 1, 1]
    assert clips.files[0] == "v_Archery_g09_c01.avi"


def test_frames_are_spread_from_the_first_to_the_last(videos: Path, splits: Path) -> None:
    clips = read_actions(videos, splits, ["YoYo"], frames=3, size=(24, 32), most=1)
    brightness = 255 * clips.videos.mean(axis=(0, 2, 3, 4))
    np.testing.assert_allclose(brightness, 60 * np.array([1, 7, 12]) / 12, atol=3)


def test_the_parts_are_those_of_the_official_lists(videos: Path, splits: Path) -> None:
    test = read_actions(videos, splits, part="test", frames=2)
    assert test.files == ("v_Archery_g01_c01.avi", "v_YoYo_g01_c01.avi")


def test_names_and_most_choose_what_is_decoded(videos: Path, splits: Path) -> None:
    clips = read_actions(videos, splits, ["YoYo", "Archery"], frames=2, most=1)
    assert clips.files == ("v_YoYo_g08_c01.avi", "v_Archery_g09_c01.avi")
    assert clips.names == ("YoYo", "Archery")


def test_the_one_action_that_is_spelt_in_two_ways_is_found(tmp_path: Path) -> None:
    line = b"HandstandPushups/v_HandStandPushups_g01_c01.avi 37\n"
    splits = zipped(tmp_path / "s.zip", {"ucfTrainTestlist/trainlist01.txt": line})
    films = {"UCF101/v_HandstandPushups_g01_c01.avi": avi(5)}
    clips = read_actions(zipped(tmp_path / "v.zip", films), splits, frames=2)
    assert clips.names == ("HandstandPushups",)


def test_a_video_that_breaks_off_is_refused_by_name(videos: Path, splits: Path) -> None:
    whole = avi(60)
    films = {f"UCF101/{line.split()[0].split('/')[1]}": whole[: len(whole) // 2] for line in TRAIN}
    cut = zipped(videos.with_name("cut.zip"), films)
    with pytest.raises(CorruptFileError, match=r"v_Archery_g09_c01\.avi"):
        read_actions(cut, splits, frames=4)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no video at all " * 50])
def test_what_is_no_video_is_refused(content: bytes) -> None:
    pytest.importorskip("av")
    with pytest.raises(CorruptFileError, match="my_film"):
        decode_video(content, 4, (8, 8), "my_film")


def test_a_truncated_archive_is_refused(videos: Path, splits: Path) -> None:
    videos.write_bytes(videos.read_bytes()[:-200])
    with pytest.raises(CorruptFileError, match="cut short"):
        read_actions(videos, splits, frames=2)


def test_a_damaged_film_inside_the_archive_is_refused(videos: Path, splits: Path) -> None:
    content = bytearray(videos.read_bytes())
    start = content.index(b"v_YoYo_g08_c01.avi") + 200
    content[start : start + 40] = bytes(40)
    videos.write_bytes(bytes(content))
    with pytest.raises(CorruptFileError, match="damaged"):
        read_actions(videos, splits, ["YoYo"], frames=2)


def test_a_film_that_is_not_in_the_archive_is_named(tmp_path: Path, splits: Path) -> None:
    empty = zipped(tmp_path / "empty.zip", {"UCF101/readme.txt": b""})
    with pytest.raises(CorruptFileError, match=r"no v_Archery_g09_c01\.avi"):
        read_actions(empty, splits, frames=2)


def test_a_list_that_is_missing_or_garbled_is_refused(tmp_path: Path, videos: Path) -> None:
    no_list = zipped(tmp_path / "a.zip", {"readme.txt": b""})
    with pytest.raises(CorruptFileError, match=r"trainlist01\.txt"):
        read_actions(videos, no_list)
    garbled = zipped(
        tmp_path / "b.zip", {"ucfTrainTestlist/trainlist01.txt": b"YoYo/a.avi 1\n\x00?"}
    )
    with pytest.raises(CorruptFileError, match="line 2"):
        read_actions(videos, garbled)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"frames": 0}, "frames"),
        ({"size": (0, 4)}, "size"),
        ({"most": -1}, "most"),
        ({"part": "all"}, "part"),
        ({"split": 4}, "split"),
    ],
)
def test_an_impossible_argument_is_named(
    videos: Path, splits: Path, arguments: dict, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        read_actions(videos, splits, **arguments)


def test_an_unknown_action_is_met_with_near_ones(videos: Path, splits: Path) -> None:
    with pytest.raises(UnknownNameError, match="Archery"):
        read_actions(videos, splits, ["Archer"])


def test_without_the_decoder_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(DataError, match="pip install av"):
        datasets.ucf101()
