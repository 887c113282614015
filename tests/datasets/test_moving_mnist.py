"""Moving MNIST is read from its own format, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets import registry
from course_utils.datasets.moving_mnist import read_moving_mnist
from course_utils.errors import CorruptFileError, DownloadError

if TYPE_CHECKING:
    from tests.datasets.conftest import Server


def stored(clips: int = 6) -> np.ndarray:
    """What the real file holds, for a few clips: (20, N, 64, 64), uint8."""
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, size=(20, clips, 64, 64), dtype=np.uint8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "mnist_test_seq.npy"
    np.save(file, stored())
    return file


@pytest.fixture
def known(server: Server, path: Path, monkeypatch: pytest.MonkeyPatch) -> registry.Entry:
    """The registry's own entry, for the small file at an address on this machine."""
    body = path.read_bytes()
    entry = registry.Entry(
        name="moving_mnist",
        about="six clips",
        file="mnist_test_seq.npy",
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        licence="none",
        source="the tests",
        citation="none",
        default="datasets.moving_digits(), made in milliseconds.",
        url=f"{server.address}/mnist_test_seq.npy",
    )
    monkeypatch.setattr("course_utils.datasets.fetching.entry", lambda name: entry)
    return entry


def test_clips_come_first_then_frames_with_one_channel_from_zero_to_one(path: Path) -> None:
    videos = read_moving_mnist(path, 4)
    assert videos.shape == (4, 20, 64, 64, 1)
    assert videos.dtype == np.float32
    np.testing.assert_allclose(videos[..., 0], stored()[:, :4].swapaxes(0, 1) / 255, atol=1e-6)


def test_smaller_frames_are_means_of_blocks(path: Path) -> None:
    videos = read_moving_mnist(path, 2, side=16)
    assert videos.shape == (2, 20, 16, 16, 1)
    block = stored()[5, 1, 8:12, 60:64].mean() / 255
    np.testing.assert_allclose(videos[1, 5, 2, 15, 0], block, atol=1e-6)


def test_more_clips_than_one_part_are_all_read(tmp_path: Path) -> None:
    file = tmp_path / "many.npy"
    many = np.zeros((20, 503, 64, 64), np.uint8)
    many[:, -1] = 255
    np.save(file, many)
    videos = read_moving_mnist(file, 503, side=8)
    assert videos[-1].min() == 1.0 and videos[:-1].max() == 0.0


@pytest.mark.parametrize("cut", [1, 1000, 20 * 6 * 64 * 64])
def test_a_truncated_file_is_refused_with_what_to_do(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(CorruptFileError, match=r"not a whole file of Moving MNIST.*Delete it"):
        read_moving_mnist(path, 2)


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_array_is_refused(path: Path, body: bytes) -> None:
    path.write_bytes(body)
    with pytest.raises(CorruptFileError, match="cannot be read as an array"):
        read_moving_mnist(path, 2)


@pytest.mark.parametrize(
    "array",
    [
        stored().swapaxes(0, 1),
        stored().astype(np.float32),
        stored()[:10],
        stored()[..., :32],
        stored()[:, 0],
        np.array(3, dtype=np.uint8),
    ],
    ids=["clips first", "floats", "ten frames", "narrow", "one clip", "a number"],
)
def test_another_array_is_refused_by_its_shape_and_type(path: Path, array: np.ndarray) -> None:
    np.save(path, array)
    with pytest.raises(CorruptFileError, match=r"it holds \w+ of shape"):
        read_moving_mnist(path, 1)


def test_an_archive_and_pickled_objects_are_refused(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, stored())
    with pytest.raises(CorruptFileError, match="archive of arrays"):
        read_moving_mnist(path, 1)
    with path.open("wb") as file:
        np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(CorruptFileError, match="cannot be read"):
        read_moving_mnist(path, 1)


@pytest.mark.parametrize("clips", [0, -1, 10_001])
def test_an_impossible_number_of_clips_is_refused_before_any_download(clips: int) -> None:
    with pytest.raises(ValueError, match="clips"):
        datasets.moving_mnist(clips)


def test_more_clips_than_there_are_and_an_odd_side_are_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="clips must be at most 6"):
        read_moving_mnist(path, 7)
    with pytest.raises(ValueError, match="side"):
        datasets.moving_mnist(side=20)


@pytest.mark.usefixtures("known")
def test_it_comes_through_the_one_downloader_and_once(
    server: Server, path: Path, cache: Path
) -> None:
    server.send(path.read_bytes())
    for _ in range(2):
        videos = datasets.moving_mnist(3, side=32, progress=False)
        assert videos.shape == (3, 20, 32, 32, 1)
    assert server.asked == ["/mnist_test_seq.npy"]
    assert [each.name for each in cache.iterdir()] == ["mnist_test_seq.npy"]


@pytest.mark.usefixtures("known", "cache")
def test_a_corrupt_or_truncated_download_is_refused_and_not_kept(
    server: Server, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_utils.datasets.download._PAUSE", 0)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    body = path.read_bytes()
    server.send(body[:-1] + bytes([body[-1] ^ 1]))
    with pytest.raises(CorruptFileError, match="other bytes"):
        datasets.moving_mnist(1, progress=False)
    server.send(body[:1000], promised=len(body))
    with pytest.raises(DownloadError):
        datasets.moving_mnist(1, progress=False)
    assert datasets.status("moving_mnist") == "not there"


def test_the_real_file_s_size_is_what_its_format_says() -> None:
    entry = registry.entry("moving_mnist")
    header = entry.bytes - 10_000 * 20 * 64 * 64
    assert 0 < header <= 128  # .npy writes its header in multiples of 16 or 64 bytes
    assert header % 16 == 0
