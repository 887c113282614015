"""Run All of a chapter's solution in a fresh kernel, its slowest cell, and its memory.

python -m benchmarks chapters
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import nbformat
from nbclient import NotebookClient

from benchmarks.figures import ROOT, Figure
from course_utils.chapters import CHAPTERS

__all__ = ["measure"]

_CHAPTER, _CELL = 60.0, 30.0  # seconds that are promised
_VIDEO_CHAPTER, _VIDEO_CELL = 90.0, 45.0
_VIDEO = ("ch18", "ch19")
_MEMORY = 3.0  # GB
_PEAK = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


def measure() -> Iterator[Figure]:
    """Each solution once, from the start of the kernel to the end of its last cell."""
    for chapter in CHAPTERS:
        path = ROOT / "solutions" / f"{chapter.stem}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        seconds, slowest, cell, memory = asyncio.run(_run_all(notebook))
        command = "python -m benchmarks chapters"
        video = chapter.stem.startswith(_VIDEO)
        most, longest = (_VIDEO_CHAPTER, _VIDEO_CELL) if video else (_CHAPTER, _CELL)
        yield Figure(f"Run All: {chapter.stem}", seconds, "s", command, most)
        yield Figure(f"  its slowest cell: {cell}", slowest, "s", command, longest)
        yield Figure("  its memory at most", memory, "GB", command, _MEMORY)


async def _run_all(notebook: nbformat.NotebookNode) -> tuple[float, float, str, float]:
    """(seconds in all, seconds of the slowest cell, its id, the most GB that the kernel held)."""
    os.environ.setdefault("UNROLLED_QUIET", "1")
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(ROOT)}})
    begin = time.perf_counter()
    cells: dict[str, float] = {}
    async with client.async_setup_kernel(stderr=subprocess.DEVNULL):
        for index, cell in enumerate(notebook.cells):
            before = time.perf_counter()
            await client.async_execute_cell(cell, index)
            cells[cell.id] = time.perf_counter() - before
        seconds = time.perf_counter() - begin
        asked = nbformat.v4.new_code_cell(_PEAK)
        notebook.cells.append(asked)
        await client.async_execute_cell(asked, len(notebook.cells) - 1)
    slowest = max(cells, key=cells.__getitem__)
    memory = int(asked.outputs[0].text) * _UNIT / 1e9
    return seconds, cells[slowest], slowest, memory
