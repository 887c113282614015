"""What diagrams are made of: boxes, circles, arrows, words. One unit of the axes is one inch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = ["arrow", "box", "canvas", "circle", "frame", "line", "word"]

Point = tuple[float, float]

SMALL, MEDIUM, LARGE = 9, 10, 14  # points: words, labels, the letters of the equations
_EDGE = 1.4  # points


def canvas(ax: Axes, width: float, height: float) -> Axes:
    """Empty axes of width × height units with no frame, the same scale both ways."""
    ax.set_axis_off()
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_aspect("equal")
    return ax


def word(
    ax: Axes,
    at: Point,
    text: str,
    colour: str = palette.TRUTH,
    size: int = SMALL,
    align: str = "center",
) -> Text:
    """Text around a point, dark enough to read; `align` is Matplotlib's horizontal alignment."""
    readable = "white" if colour == "white" else palette.text(colour)
    return ax.text(*at, text, color=readable, size=size, ha=align, va="center", zorder=4)


def box(
    ax: Axes,
    at: Point,
    text: str,
    colour: str,
    size: Point = (0.62, 0.46),
    points: int = LARGE,
    solid: bool = False,
) -> None:
    """A rounded box around a point, with a word or a letter inside.

    Args:
        ax: the axes.
        at: its centre.
        text: what stands inside.
        colour: the quantity's; the inside is a tint of it.
        size: width and height.
        points: size of the text.
        solid: fill it with the colour itself and write in white.
    """
    from matplotlib.patches import FancyBboxPatch

    (x, y), (width, height) = at, size
    style = f"round,pad=0,rounding_size={min(width, height) * 0.15}"
    face = colour if solid else palette.tint(colour, 0.22)
    corner = (x - width / 2, y - height / 2)
    ax.add_patch(
        FancyBboxPatch(corner, width, height, style, fc=face, ec=colour, lw=_EDGE, zorder=3)
    )
    word(ax, at, text, "white" if solid else palette.TRUTH, points)


def circle(
    ax: Axes,
    at: Point,
    text: str,
    colour: str,
    radius: float = 0.27,
    points: int = LARGE,
    plain: bool = False,
) -> None:
    """A circle around a point, with a letter inside: a value, or (`plain`, white) an operation."""
    from matplotlib.patches import Circle

    face = "white" if plain else palette.tint(colour, 0.22)
    ax.add_patch(Circle(at, radius, fc=face, ec=colour, lw=_EDGE, zorder=3))
    word(ax, at, text, palette.TRUTH, points)


def frame(ax: Axes, corner: Point, size: Point, colour: str) -> None:
    """A dashed rounded frame from its lower left corner: what belongs together."""
    from matplotlib.patches import FancyBboxPatch

    style = "round,pad=0,rounding_size=0.1"
    inside = palette.tint(palette.MUTED, 0.2)
    ax.add_patch(
        FancyBboxPatch(corner, *size, style, fc=inside, ec=colour, lw=1, ls="--", zorder=1)
    )


def arrow(ax: Axes, start: Point, end: Point, colour: str, style: str = "-|>") -> None:
    """A straight arrow from point to point."""
    from matplotlib.patches import FancyArrowPatch

    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle=style,
            mutation_scale=11,
            shrinkA=0,
            shrinkB=0,
            lw=_EDGE,
            color=colour,
            joinstyle="miter",
            zorder=2,
        )
    )


def line(ax: Axes, points: list[Point], colour: str) -> None:
    """A line through points, with no head."""
    xs, ys = zip(*points, strict=True)
    ax.plot(xs, ys, color=colour, lw=_EDGE, zorder=2)
