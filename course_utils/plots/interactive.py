"""A figure with a slider: a picture everywhere, and where widgets run a slider that redraws it.

The picture is an ordinary output, so that it stays in stored notebooks, in nbval and on the web.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["in_notebook", "slider"]


def slider(draw: Callable[[Any], Figure], values: Sequence[Any], *, start: Any, label: str) -> None:
    """Show `draw(start)`, with a slider over `values` below it where widgets run.

    Args:
        draw: makes a new figure from one of the values; cheap enough to be called while sliding.
        values: what the slider can be set to, in order.
        start: the one that is shown first, and in every stored picture.
        label: what the values are, with their unit.

    Raises:
        ValueError: `start` is not among `values`.
    """
    if start not in values:
        raise ValueError(f"start must be one of the values {list(values)}, got {start!r}")
    import matplotlib.pyplot as plt

    figure = draw(start)
    if not in_notebook():
        return
    from IPython.display import display

    handle = display(figure, display_id=True)
    plt.close(figure)
    if os.environ.get("UNROLLED_QUIET"):
        return
    try:
        from ipywidgets import SelectionSlider
    except ImportError:  # the picture is there; without widgets there is nothing to slide
        return

    def redraw(change: dict[str, Any]) -> None:
        shown = draw(change["new"])
        handle.update(shown)
        plt.close(shown)

    control = SelectionSlider(
        options=list(values),
        value=start,
        description=label,
        continuous_update=False,
        style={"description_width": "initial"},
        layout={"width": "32em"},
    )
    control.observe(redraw, names="value")
    display(control)


def in_notebook() -> bool:
    """Whether IPython runs this, so that something can be displayed."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None
