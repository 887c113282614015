"""A figure that was measured, and how it is printed."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["ROOT", "Figure", "store", "table"]

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "latest.json"


@dataclass(frozen=True)
class Figure:
    """One measurement.

    Attributes:
        what: in words.
        value: the median, or the only run.
        unit: "s", or "×" for a ratio.
        command: what gives this figure alone.
        limit: what it must not exceed, in the same unit; None where nothing is promised.
        note: what else was seen.
    """

    what: str
    value: float
    unit: str
    command: str
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.limit is None or self.value <= self.limit


def table(figures: Iterable[Figure]) -> str:
    """The figures in aligned columns: value, promise, what, note."""
    lines = []
    for each in figures:
        promise = "" if each.limit is None else f"< {each.limit:.3g} {each.unit}"
        mark = "" if each.kept else "  BROKEN"
        note = f"  ({each.note})" if each.note else ""
        lines.append(f"{each.value:9.3f} {each.unit:2} {promise:>9}  {each.what}{note}{mark}")
    return "\n".join(lines)


def store(figures: Iterable[Figure]) -> Path:
    """Write the figures with the machine they were measured on; gives the file."""
    machine = {
        "python": platform.python_version(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    record = {"machine": machine, "figures": [asdict(each) for each in figures]}
    RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return RESULTS
