"""The classic Moving MNIST: ten thousand clips of two digits that bounce from wall to wall."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from course_utils.datasets.fetching import fetch
from course_utils.errors import CorruptFileError

__all__ = ["moving_mnist", "read_moving_mnist"]

_FRAMES, _SIDE = 20, 64
_AT_ONCE = 100  # clips: 33 MB as floats


def moving_mnist(
    clips: int = 1000, side: int = 64, progress: bool = True
) -> npt.NDArray[np.float32]:
    """The first clips of Moving MNIST. A download of 819 MB, once; the file is not read whole.

    Two digits of the real MNIST per clip move through the frame and are thrown back by its
    walls; where they cross, their ink is added and cut at full black. There are no labels.

    Args:
        clips: N, 1 to 10,000.
        side: height and width of a frame: 64 as stored, or 32, 16 or 8, by the mean of blocks.
        progress: show a progress bar while it is downloaded.

    Returns:
        (N, 20, side, side, 1), float32, 0 (paper) to 1 (ink); row 0 is the top.

    Raises:
        ValueError: clips or side is none of these; names it.
        DownloadError: it cannot be fetched or stored; the message says what to do.
        CorruptFileError: the address sends other bytes than promised.

    Source: N. Srivastava, E. Mansimov and R. Salakhutdinov (2015), Unsupervised Learning of Video
    Representations using LSTMs.
    """
    _refuse_impossible(clips, side)
    return read_moving_mnist(fetch("moving_mnist", progress=progress), clips, side)


def read_moving_mnist(path: Path, clips: int, side: int = 64) -> npt.NDArray[np.float32]:
    """The first clips of a file in the format of Moving MNIST, `.npy` (20, N, 64, 64) uint8.

    Args:
        path: the file.
        clips: how many, at least 1; no more than the file holds.
        side: 64, 32, 16 or 8.

    Returns:
        (clips, 20, side, side, 1), float32, 0 to 1.

    Raises:
        ValueError: clips or side is none of these; names it.
        CorruptFileError: the file is cut short, or is not in this format; the message says which.
    """
    _refuse_impossible(clips, side)
    try:
        # Mapped, not read: of 819 MB only the asked-for clips ever come into memory.
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise CorruptFileError(_advice(path, f"it cannot be read as an array ({error})")) from error
    if not isinstance(stored, np.ndarray):
        stored.close()  # an archive of arrays, which np.load opens as well
        raise CorruptFileError(_advice(path, "it is an archive of arrays, not one array"))
    shaped = stored.ndim == 4 and (stored.shape[0], *stored.shape[2:]) == (_FRAMES, _SIDE, _SIDE)
    if not shaped or stored.dtype != np.uint8:
        raise CorruptFileError(_advice(path, f"it holds {stored.dtype} of shape {stored.shape}"))
    if clips > stored.shape[1]:
        raise ValueError(f"clips must be at most {stored.shape[1]}, got {clips}.")
    block = _SIDE // side
    videos = np.empty((clips, _FRAMES, side, side, 1), np.float32)
    for first in range(0, clips, _AT_ONCE):
        these = slice(first, min(first + _AT_ONCE, clips))
        part = np.asarray(stored[:, these]).swapaxes(0, 1).astype(np.float32) / 255
        blocks = part.reshape(*part.shape[:2], side, block, side, block)
        videos[these, ..., 0] = blocks.mean(axis=(3, 5))
    return videos


def _refuse_impossible(clips: int, side: int) -> None:
    if not 1 <= clips <= 10_000:
        raise ValueError(f"clips must be from 1 to 10,000, got {clips}.")
    if side not in (64, 32, 16, 8):
        raise ValueError(f"side must be 64, 32, 16 or 8, got {side}.")


def _advice(path: Path, problem: str) -> str:
    return (
        f"{path} is not a whole file of Moving MNIST, uint8 of shape (20, N, 64, 64): {problem}. "
        'Delete it, and call datasets.fetch("moving_mnist") to download it again.'
    )
