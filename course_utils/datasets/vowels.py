"""Real speech, on request: the vowels of nine speakers, as they travel inside sktime and aeon.

Nothing of these packages is imported: only the two files of text in them are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from course_utils.errors import CorruptFileError, DataError

__all__ = ["Utterances", "japanese_vowels", "parse_utterances", "vowels_folder"]

_CARRIERS = ("sktime", "aeon")
_INSIDE = Path("datasets", "data", "JapaneseVowels")
_FILES = {"train": "JapaneseVowels_TRAIN.ts", "test": "JapaneseVowels_TEST.ts"}


@dataclass(frozen=True)
class Utterances:
    """Recordings of different length, in one array.

    Attributes:
        frames: (N, T, 12), float32, the coefficients of each frame; zeros after the end.
        lengths: (N,), int64, how many frames each recording has.
        speakers: (N,), int64, who speaks, from 0.
    """

    frames: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.int64]
    speakers: npt.NDArray[np.int64]


def vowels_folder() -> Path | None:
    """Where the recordings lie inside an installed package; None where there is none."""
    for package in _CARRIERS:
        found = find_spec(package)
        for place in (found.submodule_search_locations or ()) if found else ():
            folder = Path(place) / _INSIDE
            if all((folder / file).is_file() for file in _FILES.values()):
                return folder
    return None


def japanese_vowels(part: Literal["train", "test"], folder: Path | None = None) -> Utterances:
    """Nine men say two Japanese vowels in a row; the question is who speaks.

    270 recordings to learn from (30 of each speaker) and 370 to be tested on, of 7 to 29 frames.
    A frame holds 12 cepstrum coefficients from linear prediction, of 25.6 ms of speech, one frame
    every 6.4 ms.

    Args:
        part: "train" or "test".
        folder: where the two files lie; None looks inside the installed packages.

    Raises:
        DataError: no package that brings the recordings is installed; the message says how.
        CorruptFileError: a file was changed.

    Source: M. Kudo, J. Toyama and M. Shimbo (1999), Multidimensional curve classification using
    passing-through regions, Pattern Recognition Letters 20; UCI Machine Learning Repository.
    """
    if part not in _FILES:
        raise ValueError(f"part is {part!r}; give 'train' or 'test'")
    folder = folder or vowels_folder()
    if folder is None:
        raise DataError(
            "The Japanese vowels are not on this machine. They travel inside the package sktime: "
            "pip install 'unrolled[speech]', then restart the kernel. Nothing else in the course "
            "needs them."
        )
    path = folder / _FILES[part]
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorruptFileError(
            f"{path} cannot be read: {error}. Install the package that brings it again."
        ) from error
    return parse_utterances(text, str(path))


def parse_utterances(text: str, name: str = "the text") -> Utterances:
    """Read the format .ts: `@dimensions`, `@classLabel true …`, then `@data` and one line each.

    A line holds one series per coefficient, `1.2,0.3,…`, and the label, all parted by colons.

    Args:
        text: the whole file.
        name: how messages call it.

    Raises:
        CorruptFileError: the head lacks what is needed, or a line does not keep to it.
    """
    head, labels, rows = _cut(text, name)
    series: list[npt.NDArray[np.float32]] = []
    speakers: list[int] = []
    for line, row in rows:
        *columns, label = row.split(":")
        where = f"{name}, line {line}"
        if len(columns) != head:
            raise _corrupt(f"{where}: {len(columns)} series of numbers, and {head} are promised")
        if label.strip() not in labels:
            raise _corrupt(f"{where}: the label {label.strip()!r} is none of {', '.join(labels)}")
        try:
            frames = [np.array(column.split(","), dtype=np.float32) for column in columns]
        except ValueError as error:
            raise _corrupt(f"{where}: {error}") from None
        if len({len(each) for each in frames}) > 1:
            raise _corrupt(f"{where}: the series have different lengths")
        together = np.stack(frames, axis=1)  # (T, coefficients)
        if not np.isfinite(together).all():
            raise _corrupt(f"{where}: a number is missing or not finite")
        series.append(together)
        speakers.append(labels.index(label.strip()))
    lengths = np.array([len(each) for each in series], dtype=np.int64)
    padded = np.zeros((len(series), int(lengths.max()), head), dtype=np.float32)
    for k, each in enumerate(series):
        padded[k, : len(each)] = each
    return Utterances(padded, lengths, np.array(speakers, dtype=np.int64))


def _cut(text: str, name: str) -> tuple[int, list[str], list[tuple[int, str]]]:
    """How many coefficients, which labels, and the numbered lines of data."""
    dimensions, labels, rows, data = 0, list[str](), list[tuple[int, str]](), False
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if data:
            rows.append((number, line))
        elif words[0].lower() == "@dimensions" and len(words) == 2 and words[1].isdecimal():
            dimensions = int(words[1])
        elif words[0].lower() == "@classlabel":
            labels = words[2:]
        elif words[0].lower() == "@data":
            data = True
    for missing, what in (
        (not data, "line @data"),
        (dimensions < 1, "line @dimensions with a number"),
        (not labels, "line @classLabel with the labels"),
        (not rows, "line of data"),
    ):
        if missing:
            raise _corrupt(f"{name}: there is no {what}")
    return dimensions, labels, rows


def _corrupt(problem: str) -> CorruptFileError:
    return CorruptFileError(f"{problem}. Install the package that brings the file again.")
