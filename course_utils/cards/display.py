"""Put a card where the reader is: into the notebook's output, or onto the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["in_notebook", "show"]


def in_notebook() -> bool:
    """Whether IPython runs this, so that something can be displayed."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None


def show(html: str, text: str, metadata: Mapping[str, Any] | None = None) -> None:
    """Display in a notebook, or write plain text where there is none.

    Args:
        html: an HTML fragment.
        text: the same in plain text.
        metadata: what the notebook stores beside the output.
    """
    if not in_notebook():
        sys.stdout.write(text + "\n")
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True, metadata=dict(metadata or {}))
