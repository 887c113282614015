"""A film in a notebook's output: an animated PNG, which every browser plays without a program.

Jupyter shows it as it shows any picture; a viewer that plays no films shows the first frame. Only
arrays go in, no clock and no version: the same drawing gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from course_utils.plots.interactive import in_notebook

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["film", "film_bytes"]

_DPI = 80
_COLOURS = 256  # of the palette, the most there are: half the bytes of full colour
_PAPER = 250  # of 255: lighter than this in all channels is paper


def film(draw: Callable[[Any], Figure], values: Sequence[Any], *, seconds: float = 0.6) -> None:
    """Show `draw(value)` for one value after the other, again and again.

    Args:
        draw: makes a new figure from one of the values; all of one size.
        values: what is shown, in order; at least one.
        seconds: how long each is shown.

    Raises:
        ValueError: there is no value, or seconds is not positive.
    """
    data = film_bytes(draw, values, seconds=seconds)
    if not in_notebook():
        return
    from IPython.display import Image, display

    display(Image(data=data, format="png"))


def film_bytes(
    draw: Callable[[Any], Figure], values: Sequence[Any], *, seconds: float = 0.6
) -> bytes:
    """The film as the bytes of an animated PNG: see `film`.

    Raises:
        ValueError: there is no value, or seconds is not positive.
    """
    if not len(values):
        raise ValueError("values is empty; give at least one value to draw")
    if seconds <= 0:
        raise ValueError(f"seconds must be positive, got {seconds}")
    from PIL import Image

    pictures = [_picture(draw(value)) for value in values]
    # One palette for all: a colour that changed from frame to frame would flicker.
    wall = Image.new("RGB", (pictures[0].width, sum(each.height for each in pictures)))
    for k, each in enumerate(pictures):
        wall.paste(each, (0, k * each.height))
    palette = wall.quantize(_COLOURS)
    # The quantizer mixes paper with its neighbours: what is nearly white becomes white again.
    entries = [each if min(each) < _PAPER else (255, 255, 255) for each in _entries(palette)]
    palette.putpalette([channel for each in entries for channel in each])
    frames = [each.quantize(palette=palette, dither=Image.Dither.NONE) for each in pictures]
    out = io.BytesIO()
    frames[0].save(
        out,
        format="PNG",
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 * seconds),
        loop=0,
    )
    return out.getvalue()


def _entries(palette: Any) -> list[tuple[int, int, int]]:
    """The colours of a palette image."""
    flat = palette.getpalette()
    return list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))


def _picture(figure: Figure) -> Any:
    """The figure as a Pillow image in RGB; the figure is closed."""
    import matplotlib.pyplot as plt
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    plt.close(figure)
    buffer.seek(0)
    return Image.open(buffer).convert("RGB")
