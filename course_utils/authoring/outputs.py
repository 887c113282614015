"""What an executed cell leaves: cleaned of all that differs from run to run, or refused."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

__all__ = ["LARGEST", "clean_outputs", "output_problems", "size_problem", "without_text_chunks"]

#: Bytes that a notebook with its outputs may have.
LARGEST = 3_000_000

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_BAR = re.compile(r".*(?:\d+%\|.*\|.*\[.*\]|\d[\d.]*[kMG]?(?:it|B|\w+)? \[\d+:\d+, .*\]).*")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_TILDE_MINUS = re.compile(r"~-\d\S*")
_DATA_URI = re.compile(r"(data:image/png;base64,)([A-Za-z0-9+/=]+)")
_TEXT_TYPES = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_PNG = b"\x89PNG\r\n\x1a\n"
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt", b"tIME")


def clean_outputs(outputs: list[NotebookNode], number: int) -> list[NotebookNode]:
    """The outputs as they are stored.

    Progress bars of tqdm go (they count time); pieces of one stream are joined; an exception keeps
    its name and message, not its traceback (a traceback names temporary files); pictures lose the
    text inside the PNG (versions, dates); the execution count is the cell's place in the notebook.

    Args:
        outputs: as the kernel sent them; left as they are.
        number: the 1-based place among the code cells.
    """
    cleaned: list[NotebookNode] = []
    for output in outputs:
        output = nbformat.from_dict(output)
        if output.output_type == "stream":
            if output.name == "stderr" and _only_bars(output.text):
                continue
            last = cleaned[-1] if cleaned else None
            if last is not None and last.output_type == "stream" and last.name == output.name:
                last.text += output.text
                continue
        elif output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        else:
            if "execution_count" in output:
                output.execution_count = number
            _clean_data(output)
        cleaned.append(output)
    return cleaned


def output_problems(outputs: list[NotebookNode], forbidden: dict[str, str]) -> Iterator[str]:
    """Why cleaned outputs may not be stored.

    Args:
        outputs: cleaned.
        forbidden: text → what it is: paths of the machine that built.
    """
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            shown = " / ".join(output.text.strip().splitlines()[:3])
            yield f"it wrote to stderr, which no stored output may hold: {shown[:300]}"
            continue
        if output.output_type == "error":
            continue
        texts = _texts(output)
        if _WIDGET in output.get("data", {}):
            yield "it shows a widget, which has another id in every run; use plain tqdm"
        for text in texts:
            if _ADDRESS.search(text):
                yield (
                    f"its output holds a memory address ({_ADDRESS.findall(text)[0]}); "
                    "end the line with `;`, or print something that stays"
                )
                break
        unlike = [found for text in texts for found in _TILDE_MINUS.findall(text)]
        if unlike:
            yield (
                f"it writes {unlike[0]}, which reads like no number; "
                'write it with course_utils.claims.about(value, ".3f"): ≈ −0.009'
            )
        for path, what in forbidden.items():
            if any(path in text for text in texts):
                yield f"its output holds {what} ({path}); print a name instead of a path"


def size_problem(notebook: NotebookNode) -> str | None:
    """Why the notebook is too large to store, or None."""
    size = len(nbformat.writes(notebook).encode())
    if size <= LARGEST:
        return None
    heaviest = max(notebook.cells, key=lambda cell: len(str(cell.get("outputs", ""))))
    return (
        f"the notebook would have {size / 1e6:.1f} MB, more than {LARGEST / 1e6:.0f}; "
        f"the heaviest cell is {heaviest.id!r}: draw fewer or smaller figures"
    )


def without_text_chunks(png: bytes) -> bytes:
    """The same picture without the texts and dates inside the file.

    Raises:
        ValueError: it is no PNG.
    """
    if not png.startswith(_PNG):
        raise ValueError("not a PNG file; use matplotlib's inline figures, which are")
    kept, position = [_PNG], len(_PNG)
    while position + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, position)
        end = position + 12 + length
        kind, body = png[position + 4 : position + 8], png[position + 4 : end - 4]
        if end > len(png) or zlib.crc32(body) != struct.unpack_from(">I", png, end - 4)[0]:
            raise ValueError("a broken PNG file; draw the figure again")
        if kind not in _TEXT_CHUNKS:
            kept.append(png[position:end])
        position = end
    return b"".join(kept)


def _only_bars(text: str) -> bool:
    """Whether a piece of stderr is nothing but the redrawing of tqdm's bars."""
    pieces = re.split(r"[\r\n]+", _ANSI.sub("", text))
    return all(not piece.strip() or _BAR.fullmatch(piece) for piece in pieces)


def _clean_data(output: NotebookNode) -> None:
    output.metadata.pop("needs_background", None)
    if "image/png" in output.data:
        output.data["image/png"] = _clean_png(output.data["image/png"])
    if "text/html" in output.data:
        output.data["text/html"] = _DATA_URI.sub(
            lambda found: found[1] + _clean_png(found[2]), output.data["text/html"]
        )


def _clean_png(encoded: str) -> str:
    try:
        png = base64.b64decode("".join(encoded.split()), validate=True)
        return base64.b64encode(without_text_chunks(png)).decode()
    except (binascii.Error, ValueError):
        return encoded.strip()


def _texts(output: NotebookNode) -> list[str]:
    if output.output_type == "stream":
        return [output.text]
    return [text for kind, text in output.data.items() if kind in _TEXT_TYPES]
