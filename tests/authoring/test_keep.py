"""When stored outputs stay, and what of an output is never stored."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from nbformat.v4 import new_output
from PIL import Image, PngImagePlugin

from course_utils.authoring.keep import same_outputs
from course_utils.authoring.outputs import clean_outputs, output_problems, without_text_chunks


def printed(text: str, name: str = "stdout") -> Any:
    return new_output("stream", name=name, text=text)


def shown(data: dict[str, str], metadata: dict[str, Any] | None = None) -> Any:
    return new_output("display_data", data=data, metadata=metadata or {})


def picture(colour: str) -> str:
    file = io.BytesIO()
    image = Image.new("RGB", (40, 30), "white")
    image.paste(Image.new("RGB", (20, 20), colour), (5, 5))
    image.save(file, format="png")
    return base64.b64encode(file.getvalue()).decode()


CLAIM = {"id": "C1", "verdict": "supported", "mean": "~0.5", "low": 0.4, "n": 5}


def card(**changed: Any) -> Any:
    return shown({"text/plain": "x"}, {"c": {**CLAIM, **changed}})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (printed("loss ~0.1\n"), printed("loss ~0.2\n")),
        (
            shown({"text/html": "<b>~1</b>", "text/plain": "~1"}),
            shown({"text/plain": "~2", "text/html": "<b>~3</b>"}),
        ),
        (card(), card(low=0.3, mean="~0.6")),
        (shown({"image/png": picture("red")}), shown({"image/png": picture("#f80808")})),
    ],
)
def test_measured_values_alone_make_no_difference(a: Any, b: Any) -> None:
    assert same_outputs([a], [b])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([printed("loss 0.1")], [printed("loss 0.2")]),
        ([printed("a")], [printed("a"), printed("a")]),
        ([printed("a")], [shown({"text/plain": "a"})]),
        ([shown({"text/plain": "a"})], [shown({"text/plain": "a", "text/html": "a"})]),
        ([card()], [card(verdict="refuted")]),
        ([card()], [card(n=6)]),
        ([shown({"image/png": picture("red")})], [shown({"image/png": picture("blue")})]),
        (
            [shown({"text/html": f'<img src="data:image/png;base64,{picture("red")}">'})],
            [shown({"text/html": f'<img src="data:image/png;base64,{picture("blue")}">'})],
        ),
    ],
)
def test_anything_else_makes_a_difference(a: list[Any], b: list[Any]) -> None:
    assert not same_outputs(a, b)


def test_pictures_of_a_cell_that_varies_are_not_compared() -> None:
    a, b = (shown({"image/png": picture(colour)}) for colour in ("red", "blue"))
    assert same_outputs([a], [b], pictures=False)


@pytest.mark.parametrize(
    "bar",
    [
        "\r  0%|          | 0/5 [00:00<?, ?it/s]\r100%|██████████| 5/5 [00:00<00:00, 9.1it/s]\n",
        "\rseeds:  40%|████      | 2/5 [00:01<00:02,  1.3 runs/s, loss=0.2]",
        "\r7it [00:00, 31.2it/s]\n",
        "\r12.0kB [00:00, 31.2kB/s]",
        "\n",
    ],
)
def test_a_progress_bar_is_not_stored(bar: str) -> None:
    assert clean_outputs([printed(bar, "stderr")], 1) == []


@pytest.mark.parametrize(
    "text", ["UserWarning: 50% of it", "\r100%|███| 5/5 [00:00<00:00, 9.1it/s]\nWarning: x\n"]
)
def test_anything_else_on_stderr_is_refused(text: str) -> None:
    (problem,) = output_problems(clean_outputs([printed(text, "stderr")], 1), {})
    assert "stderr" in problem


def test_a_bar_between_two_prints_leaves_one_stream() -> None:
    bar = printed("\r100%|███| 5/5 [00:00<00:00, 9.1it/s]", "stderr")
    (stream,) = clean_outputs([printed("a\n"), bar, printed("b\n")], 1)
    assert stream.text == "a\nb\n"


def test_widgets_addresses_and_paths_are_refused() -> None:
    outputs = [
        shown({"application/vnd.jupyter.widget-view+json": "{}", "text/plain": "bar"}),
        printed("<function f at 0x7f12ab34cd56>"),
        shown({"text/html": "/home/author/course/data"}),
    ]
    widget, address, path = output_problems(outputs, {"/home/author": "the author's home"})
    assert "widget" in widget
    assert "0x7f12ab34cd56" in address
    assert "the author's home" in path


def test_a_picture_loses_its_texts_and_keeps_its_pixels() -> None:
    file = io.BytesIO()
    note = PngImagePlugin.PngInfo()
    note.add_text("Software", "some version")
    note.add_itxt("Date", "today")
    Image.new("RGB", (3, 2), "red").save(file, format="png", pnginfo=note)
    stripped = without_text_chunks(file.getvalue())
    assert b"some version" not in stripped
    assert b"today" not in stripped
    assert Image.open(io.BytesIO(stripped)).tobytes() == Image.new("RGB", (3, 2), "red").tobytes()


@pytest.mark.parametrize("data", [b"GIF89a", b"\x89PNG\r\n\x1a\n\0\0\0\x05IHDRxxxxxyyyy"])
def test_a_broken_picture_is_named(data: bytes) -> None:
    with pytest.raises(ValueError, match="PNG"):
        without_text_chunks(data)
