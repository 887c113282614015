"""Measure and print: `python -m benchmarks`, or the names of some parts (see `PARTS`) after it.

Ends with 1 where a promise is broken.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks.figures import Figure, store, table

PARTS = {
    "imports": "imports",
    "checks": "checks",
    "chapters": "run_all",
    "trainer": "trainer",
    "grading": "grading",
    "class": "class_size",
    "kernels": "kernels",
    "cells": "cells",
}


def main(words: list[str]) -> int:
    """Measure the parts named, print each figure as it comes, then the commands."""
    if unknown := [word for word in words if word not in PARTS]:
        print(f"There is no part {unknown[0]!r}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"{os.cpu_count()} cores, {load:.1f} of them busy: the quieter, the truer.")
    figures: list[Figure] = []
    for part in words or PARTS:
        print(f"\n{part}", flush=True)
        measure: Callable[[], Iterator[Figure]] = import_module(f"benchmarks.{PARTS[part]}").measure
        for figure in measure():
            figures.append(figure)
            print(table([figure]), flush=True)
    print("\nThe command of each figure, in the checkout, with .venv/bin/python as python:")
    for figure in figures:
        print(f"  {figure.what.strip():55} {figure.command}")
    print(f"\nStored in {store(figures)}")
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
