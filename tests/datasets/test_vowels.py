"""The recordings of nine speakers: read from the real format, refused where it is broken."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets.vowels import parse_utterances
from course_utils.errors import CorruptFileError, DataError

HEAD = """\
#A UCI Archive dataset.
#Paper: M. Kudo, J. Toyama and M. Shimbo. (1999).
#
@problemName JapaneseVowels
@timeStamps false
@missing false
@univariate false
@dimensions 2
@equalLength false
@classLabel true 1 2 3
@data
"""
ROWS = ["1.5,-0.25,0.0:3.0,4.0,5.5:1", "0.125,2.0:7.0,-8.0:3"]


def text(*rows: str, head: str = HEAD) -> str:
    return head + "".join(f"{row}\n" for row in rows)


def test_each_line_becomes_a_padded_sequence_with_its_length_and_speaker() -> None:
    found = parse_utterances(text(*ROWS))
    assert found.frames.dtype == np.float32
    assert found.frames.tolist() == [
        [[1.5, 3.0], [-0.25, 4.0], [0.0, 5.5]],
        [[0.125, 7.0], [2.0, -8.0], [0.0, 0.0]],
    ]
    assert found.lengths.tolist() == [3, 2]
    assert found.speakers.tolist() == [0, 2]


def test_blank_lines_and_the_spelling_of_the_head_do_not_matter() -> None:
    spelled = HEAD.replace("@timeStamps", "@timestamps").replace("@classLabel", "@classlabel")
    found = parse_utterances(text(ROWS[0], "", ROWS[1], head=spelled + "\n"))
    assert found.lengths.tolist() == [3, 2]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["1.5,2.0:1"], "line 12: 1 series of numbers, and 2 are promised"),
        (["1.5:2.0:3.0:1"], "line 12: 3 series of numbers"),
        ([ROWS[0], "1.5:2.0:4"], "line 13: the label '4' is none of 1, 2, 3"),
        (["1.5:2.0:"], "line 12: the label ''"),
        (["1.5,2.0:3.0:1"], "line 12: the series have different lengths"),
        (["1.5,x:3.0,4.0:1"], "line 12: could not convert"),
        (["1.5,:3.0,4.0:1"], "line 12: could not convert"),
        (["1.5,?:3.0,4.0:1"], "line 12: could not convert"),
        (["1.5,nan:3.0,4.0:1"], "line 12: a number is missing"),
        (["1.5,inf:3.0,4.0:1"], "line 12: a number is missing"),
        ([], "there is no line of data"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(rows: list[str], words: str) -> None:
    with pytest.raises(CorruptFileError, match=words) as refused:
        parse_utterances(text(*rows), "the file")
    assert "the file" in str(refused.value) and "Install" in str(refused.value)


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ("@data\n", "no line @data"),
        ("@dimensions 2\n", "no line @dimensions"),
        ("@classLabel true 1 2 3\n", "no line @classLabel"),
    ],
)
def test_a_head_that_lacks_what_is_needed_is_refused(gone: str, words: str) -> None:
    with pytest.raises(CorruptFileError, match=words):
        parse_utterances(text(*ROWS, head=HEAD.replace(gone, "")))


def carrier(folder: Path, train: str, test: str) -> Path:
    """A package with the recordings inside, as sktime has them."""
    place = folder / "sktime" / "datasets" / "data" / "JapaneseVowels"
    place.mkdir(parents=True)
    (folder / "sktime" / "__init__.py").write_text("raise ImportError('nobody imports this')\n")
    (place / "JapaneseVowels_TRAIN.ts").write_text(train, encoding="utf-8")
    (place / "JapaneseVowels_TEST.ts").write_text(test, encoding="utf-8")
    return place


def test_they_are_found_inside_a_package_that_is_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = carrier(tmp_path, text(*ROWS), text(ROWS[1]))
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "sktime"]:
        monkeypatch.delitem(sys.modules, name)
    assert datasets.vowels_folder() == place
    assert len(datasets.japanese_vowels("train").lengths) == 2
    assert datasets.japanese_vowels("test").speakers.tolist() == [2]
    assert "sktime" not in sys.modules


def test_without_the_package_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("course_utils.datasets.vowels.find_spec", lambda name: None)
    assert datasets.vowels_folder() is None
    with pytest.raises(DataError, match=r"pip install 'unrolled\[speech\]'"):
        datasets.japanese_vowels("train")


def test_half_a_package_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = carrier(tmp_path, text(*ROWS), text(*ROWS))
    (place / "JapaneseVowels_TEST.ts").unlink()
    monkeypatch.setattr("course_utils.datasets.vowels._CARRIERS", ("sktime",))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert datasets.vowels_folder() is None


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    place = carrier(tmp_path, text(*ROWS), text(*ROWS))
    (place / "JapaneseVowels_TRAIN.ts").write_bytes(b"\xff\xfe\x00\x80" * 8)
    with pytest.raises(CorruptFileError, match="cannot be read"):
        datasets.japanese_vowels("train", place)


def test_there_are_two_parts() -> None:
    with pytest.raises(ValueError, match="'train' or 'test'"):
        datasets.japanese_vowels("validation")  # type: ignore[arg-type]


@pytest.mark.skipif(datasets.vowels_folder() is None, reason="the extra `speech` is not installed")
@pytest.mark.parametrize(("part", "count"), [("train", 270), ("test", 370)])
def test_the_real_recordings_are_those_that_the_paper_describes(part: str, count: int) -> None:
    found = datasets.japanese_vowels(part)  # type: ignore[arg-type]
    assert found.frames.shape == (count, int(found.lengths.max()), 12)
    assert found.lengths.min() >= 7 and found.lengths.max() <= 29
    assert set(found.speakers) == set(range(9))
    if part == "train":
        assert np.bincount(found.speakers).tolist() == [30] * 9
