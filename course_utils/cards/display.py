"""Put a card where the reader is: into the notebook's output, or onto the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

__all__ = ["Points", "in_notebook", "show", "show_with_points", "waiting"]


class Points(float):
    """The points of a card that has been shown: a float that a cell does not print once more."""

    def __init__(self, points: float) -> None:
        super().__init__()
        self._cell = _cell_number()

    def _ipython_display_(self) -> None:
        if self._cell != _cell_number():
            show(f"<pre>{float(self)}</pre>", str(float(self)))

    def __repr__(self) -> str:
        return float.__repr__(self)


def in_notebook() -> bool:
    """Whether IPython runs this, so that something can be displayed."""
    return _shell() is not None


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


def show_with_points(html: str, text: str, points: float) -> Points:
    """Display a card that stands for a number: in a notebook, as the result of its cell.

    nbgrader reads the number as partial credit from the result's plain text, and from nowhere
    else; a reader sees the card alone.

    Args:
        html: an HTML fragment.
        text: the same in plain text, for where there is no notebook.
        points: the number.

    Returns:
        The number, which the cell that shows the card does not show a second time.
    """
    shell = _shell()
    if shell is not None and _publishes(shell):
        hook = shell.displayhook
        hook.start_displayhook()
        hook.write_output_prompt()
        hook.write_format_data({"text/html": html, "text/plain": str(float(points))}, {})
        hook.finish_displayhook()
    else:
        show(html, text)
    return Points(points)


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show a line in a notebook while the body runs, and take it away afterwards.

    With `UNROLLED_QUIET` in the environment nothing is shown: so notebooks are built and tested.
    """
    if not in_notebook() or os.environ.get("UNROLLED_QUIET"):
        yield
        return
    from IPython.display import display

    line = display({"text/plain": text}, raw=True, display_id=True)
    try:
        yield
    finally:
        line.update({"text/html": "", "text/plain": ""}, raw=True)


def _shell() -> Any:
    """IPython's shell, or None."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


def _publishes(shell: Any) -> bool:
    """Whether the shell is a kernel's, whose results go to the notebook as messages."""
    kernels = sys.modules.get("ipykernel.displayhook")
    return kernels is not None and isinstance(shell.displayhook, kernels.ZMQShellDisplayHook)


def _cell_number() -> int:
    """How many cells have run; 0 outside a notebook."""
    return getattr(_shell(), "execution_count", 0)
