"""Whatever a student's tools made of a notebook is read, and what is none is refused in words."""

from __future__ import annotations

import json
import time

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import SubmissionError
from course_utils.grading.intake.notebooks import read_cells
from tests.grading.handing import notebook

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "source", "input", "cell_type", "metadata", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def test_code_cells_are_read_in_order_and_text_is_left_out() -> None:
    made = json.loads(notebook("a = 1", "b = 2"))
    made["cells"].insert(1, {"cell_type": "markdown", "source": "# title", "metadata": {}})
    assert read_cells(json.dumps(made).encode()) == ["a = 1", "b = 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_any_unicode_encoding_and_a_byte_order_mark_are_read(encoding: str) -> None:
    assert read_cells(notebook("x = 'é'").decode().encode(encoding)) == ["x = 'é'"]


@pytest.mark.parametrize("version", [2, 3])
def test_old_formats_give_what_nbformat_makes_of_them(version: int) -> None:
    module = nbformat.versions[version]
    cells = [module.new_code_cell(input="a = 1\nb = 2"), module.new_text_cell("markdown", "# x")]
    old = module.new_notebook(worksheets=[module.new_worksheet(cells=cells)])
    text = json.dumps({**old, "nbformat": version})
    upgraded = nbformat.reads(text, as_version=4)
    expected = [cell.source for cell in upgraded.cells if cell.cell_type == "code"]
    assert read_cells(text.encode()) == expected == ["a = 1\nb = 2"]


def test_what_colab_rewrites_makes_no_difference() -> None:
    made = json.loads(notebook("x = 1\ny = 2"))
    made["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    cell = made["cells"][0]
    cell |= {"source": ["x = 1\n", "y = 2"], "metadata": {"id": "aB3", "outputId": "cd"}}
    del cell["id"], cell["outputs"], made["nbformat_minor"]
    assert read_cells(json.dumps(made).encode()) == ["x = 1\ny = 2"]


def test_ids_twice_or_none_no_metadata_and_no_format_cost_nothing() -> None:
    cells = [{"source": "a"}, {"cell_type": "code", "id": "x", "source": "b"}, {"id": "x"}, 7, None]
    assert read_cells(json.dumps({"cells": cells}).encode()) == ["a", "b", ""]


def test_half_a_character_is_made_whole() -> None:
    assert read_cells(rb'{"cells": [{"source": "x = 1 # \ud800"}]}') == ["x = 1 # ?"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\0" * 4096, "empty"),
        (b"not json", "stops being JSON at line 1"),
        (notebook()[:-20], "stops being JSON"),
        (b"%PDF-1.7\n%\xe2\xe3", "UTF-8"),
        ("{'x': 'é'}".encode("latin-1"), "UTF-8"),
        (b"[]", "not a notebook"),
        (b'"cells"', "not a notebook"),
        (b'{"cells": 3}', "not a notebook"),
        (b'{"metadata": {}}', "not a notebook"),
        (b"[" * 200_000, "too deep"),
        (b'{"cells":' * 100_000 + b"1" + b"}" * 100_000, "too deep"),
        (b'{"cells": [' + b"9" * 50_000 + b"]}", "no notebook holds"),
        (b'{"cells": [' + b"[]," * 2_100_000 + b"1]}", "more parts"),
        (b'{"cells": [' + b'{"source": ""},' * 500_000 + b"1]}", "more than 10,000"),
        (b" " * 31_000_000, "larger than 30 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_notebook_is_refused_in_words_and_at_once(data: bytes, words: str) -> None:
    start = time.process_time()
    with pytest.raises(SubmissionError, match=words):
        read_cells(data)
    assert time.process_time() - start < 10


@given(JSON)
def test_no_json_is_read_as_anything_but_text_or_refused(value: object) -> None:
    try:
        cells = read_cells(json.dumps(value).encode())
    except SubmissionError:
        return
    assert all(isinstance(source, str) for source in cells)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with pytest.raises(SubmissionError, match=r"\.$"):
        read_cells(data)
