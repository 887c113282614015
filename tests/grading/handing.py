"""Notebooks and archives as students and LMSs make them, for the tests of the intake."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["CHAPTER", "STEP", "notebook", "put", "zipped"]

CHAPTER = "ch02_elman_cell"
STEP = "def elman_step(x, h, W_x, W_h, b):\n    return x"


def notebook(*sources: str, **metadata: Any) -> bytes:
    """A notebook of format 4 with these code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources or (STEP,))
    ]
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return json.dumps(made).encode()


def put(root: Path, *paths: str, data: bytes | None = None) -> Path:
    """Write a notebook to each path below `root`; gives `root`."""
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(notebook() if data is None else data)
    return root


def zipped(files: Mapping[str, bytes], time: tuple[int, ...] = (2026, 3, 1, 12, 0, 0)) -> bytes:
    """A zip archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, time)  # type: ignore[arg-type]
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()
