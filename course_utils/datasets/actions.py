"""UCF101: people in action, filmed in the wild; a download, and a package that decodes video."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.datasets.fetching import fetch
from course_utils.errors import CorruptFileError, DataError, UnknownNameError

__all__ = ["ActionClips", "decode_video", "read_actions", "ucf101"]


class ActionClips(NamedTuple):
    """Videos of actions.

    Attributes:
        videos: (N, T, H, W, 3), float32, red, green and blue from 0 to 1; row 0 is the top.
        laws: (N,), int64: which action, by its place in `names`.
        names: the actions.
        files: N names of the files, in the same order: who is filmed in `g01` is nowhere else.
    """

    videos: npt.NDArray[np.float32]
    laws: npt.NDArray[np.int64]
    names: tuple[str, ...]
    files: tuple[str, ...]


def ucf101(
    names: Sequence[str] | None = None,
    part: Literal["train", "test"] = "train",
    frames: int = 16,
    size: tuple[int, int] = (64, 64),
    most: int | None = None,
    split: int = 1,
    progress: bool = True,
) -> ActionClips:
    """Clips of UCF101: 13,320 videos of 101 actions. A download of 6.96 GB, once.

    Decoding needs the package `av`: `pip install av`, or the course's extra `video`.

    Args:
        names: the actions, such as "Basketball" and "YoYo"; all 101 if left out. Take few: the
            clips are held in memory, 16 frames of 64 × 64 pixels in 0.8 MB each.
        part: "train" or "test", by the official split: no group of people is in both.
        frames: T, spread evenly over each video, its first and its last among them; at least 1.
        size: height and width in pixels, to which the pictures of 240 × 320 are brought.
        most: clips of each action at most, the first in the split's order; all if left out.
        split: which of the three official splits, 1 to 3.
        progress: show bars on stderr while it is downloaded and decoded.

    Raises:
        ValueError: an argument is out of its range; names it.
        UnknownNameError: there is no such action.
        DownloadError: it cannot be fetched or stored; the message says what to do.
        CorruptFileError: a file has other bytes than promised, or a video breaks off.
        DataError: the package that decodes video is not installed.

    Source: K. Soomro, A. R. Zamir and M. Shah (2012), UCF101: A Dataset of 101 Human Action
    Classes From Videos in The Wild.
    """
    _need_av()  # before 6.96 GB are fetched
    return read_actions(
        fetch("ucf101", progress=progress),
        fetch("ucf101_splits", progress=progress),
        names,
        part,
        frames,
        size,
        most,
        split,
        progress,
    )


def read_actions(
    videos: Path,
    splits: Path,
    names: Sequence[str] | None = None,
    part: Literal["train", "test"] = "train",
    frames: int = 16,
    size: tuple[int, int] = (64, 64),
    most: int | None = None,
    split: int = 1,
    progress: bool = False,
) -> ActionClips:
    """The clips in two ZIP files of UCF101's format: see `ucf101` for the other arguments.

    Args:
        videos: holds `UCF101/v_<action>_g<group>_c<clip>.avi`.
        splits: holds `ucfTrainTestlist/trainlist01.txt` and the like, a line for each video.
    """
    if part not in ("train", "test"):
        raise ValueError(f'part must be "train" or "test", got {part!r}.')
    for name, value in (("frames", frames), ("size", min(size)), ("most", most or 1)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}.")
    if split not in (1, 2, 3):
        raise ValueError(f"split must be 1, 2 or 3, got {split}.")
    listed = _listed(splits, f"ucfTrainTestlist/{part}list{split:02d}.txt")
    known = sorted({action for action, _ in listed})
    wanted = tuple(known if names is None else names)
    for name in wanted:
        if name not in known:
            raise UnknownNameError("action", name, known)
    chosen = []
    for name in wanted:
        chosen += [(name, file) for action, file in listed if action == name][:most]
    clips = np.empty((len(chosen), frames, *size, 3), np.float32)
    with _opened(videos) as archive:
        inside = {PurePosixPath(path).name: path for path in archive.namelist()}
        for k, (_, file) in enumerate(_with_bar(chosen, progress)):
            # the list and the archive spell one action differently
            path = inside.get(file) or inside.get(file.replace("HandStand", "Handstand"))
            if path is None:
                raise CorruptFileError(
                    f"{videos.name} has no {file}, which the split lists. {_AGAIN}"
                )
            clips[k] = decode_video(_read(archive, path, videos), frames, size, file)
    laws = np.array([wanted.index(name) for name, _ in chosen], np.int64)
    return ActionClips(clips, laws, wanted, tuple(file for _, file in chosen))


_AGAIN = "Delete it from the cache folder and run this again."


def decode_video(
    content: bytes, frames: int, size: tuple[int, int], name: str = "the video"
) -> npt.NDArray[np.float32]:
    """Some frames of a video file, evenly spread from its first to its last.

    Args:
        content: the file's bytes, in any format that FFmpeg reads.
        frames: T, at least 1. A video of fewer frames shows some of them more than once.
        size: height and width of the result, in pixels.
        name: how messages call it.

    Returns:
        (T, H, W, 3), float32, from 0 to 1.

    Raises:
        CorruptFileError: it is no video, or it breaks off.
        DataError: the package that decodes video is not installed.
    """
    av = _need_av()
    try:
        with av.open(io.BytesIO(content)) as container:
            stream = container.streams.video[0]
            promised = int(stream.frames)
            pictures = list(container.decode(stream))
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise CorruptFileError(
            f"{name} cannot be decoded ({error}). Its archive is damaged. {_AGAIN}"
        ) from error
    if not pictures or len(pictures) < promised:
        raise CorruptFileError(
            f"{name} breaks off: it promises {promised} frames and holds {len(pictures)}. Its "
            f"archive is damaged. {_AGAIN}"
        )
    places = np.linspace(0, len(pictures) - 1, frames).round().astype(int)
    height, width = size
    shown = [
        pictures[place].to_ndarray(format="rgb24", width=width, height=height) for place in places
    ]
    return np.stack(shown).astype(np.float32) / np.float32(255)


def _need_av() -> Any:
    """The package that decodes video.

    Raises:
        DataError: it is not there; says how to get it.
    """
    try:
        import av
    except ImportError as error:
        raise DataError(
            "Decoding video needs the package av, which is not installed. Run `pip install av` "
            "(in a notebook: %pip install av), or go on with datasets.moving_digits, which needs "
            "nothing."
        ) from error
    return av


def _listed(splits: Path, path: str) -> list[tuple[str, str]]:
    """(action, file) of each line `Action/v_Action_g01_c01.avi 1`; the number may be missing."""
    with _opened(splits) as archive:
        if path not in archive.namelist():
            raise CorruptFileError(f"{splits.name} has no {path}. {_AGAIN}")
        lines = _read(archive, path, splits).decode("utf-8").split("\n")
    listed = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        action, slash, file = line.split()[0].partition("/")
        if not slash or not file.endswith(".avi"):
            raise CorruptFileError(
                f"{splits.name}, {path}, line {number}: {line.strip()!r} is no "
                f"Action/video.avi. {_AGAIN}"
            )
        listed.append((action, file))
    return listed


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise CorruptFileError(
            f"{path.name} is no whole ZIP file: it is cut short or damaged. {_AGAIN}"
        ) from error


def _read(archive: zipfile.ZipFile, path: str, owner: Path) -> bytes:
    try:
        return archive.read(path)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise CorruptFileError(f"{owner.name}: {path} is damaged ({error}). {_AGAIN}") from error


def _with_bar(items: Sequence[tuple[str, str]], shown: bool) -> Iterable[tuple[str, str]]:
    from tqdm import tqdm

    hidden = not shown or bool(os.environ.get("UNROLLED_QUIET"))
    return tqdm(items, desc="decoding", unit="clip", leave=False, disable=hidden)
