"""The progress bar of long work: shown while it runs, gone when it is done, never stored."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["progress"]

Item = TypeVar("Item")


def progress(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Go through `items` with a bar that says `what`, how many are done and how long it will take.

    With `UNROLLED_QUIET` in the environment nothing is shown: so notebooks are built and tested.
    """
    from tqdm import tqdm

    hidden = bool(os.environ.get("UNROLLED_QUIET"))
    yield from tqdm(items, desc=what, leave=False, disable=hidden)
