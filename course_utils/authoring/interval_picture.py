"""A claim's measured intervals as a small SVG picture: what was asked for, and what came.

Each quantity has a strip and a scale of its own. Drawn from the record alone, so the same record
gives the same bytes; it reads on a light page and on a dark one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from course_utils.claims.approximate import SIGN
from course_utils.claims.record import Record, Row

__all__ = ["in_words", "interval_picture"]

_WIDTH, _ROW, _LEFT, _STRIP = 720, 50, 8, 430
_RATIO_FOR_LOGARITHMS = 30
_MARGIN = 0.12  # of the strip, on either side of the numbers

_STYLE = """\
text{font:13px sans-serif;fill:#1f2328}
.soft{fill:#59636e}
.strip{fill:#8c959f;fill-opacity:.18}
.asked{fill:#009e73;fill-opacity:.28}
.line{stroke:#0072b2;stroke-width:3}
.dot{fill:#0072b2}
.control .line{stroke:#6e7781}
.control .dot{fill:#6e7781}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.soft{fill:#9198a1}.line{stroke:#56b4e9}.dot{fill:#56b4e9}
.control .line{stroke:#afb8c1}.control .dot{fill:#afb8c1}}
"""


@dataclass(frozen=True)
class _Strip:
    """One quantity: its interval, and the range that the rule asks for (None: open)."""

    name: str
    words: str
    mean: float
    low: float
    high: float
    asked: tuple[float | None, float | None] | None
    control: bool


def interval_picture(record: Record) -> str:
    """The picture as an SVG file's text.

    Args:
        record: the claim, as its card's metadata holds it.
    """
    strips = [*_strips(record, False), *_strips(record, True)]
    height = _ROW * len(strips) + 8
    body = "".join(_drawn(strip, _ROW * row) for row, strip in enumerate(strips))
    title = escape(f"{record['statement']} Measured intervals.")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n{body}</svg>\n"
    )


def in_words(row: Row) -> str:
    """A row's numbers: "≈ 0.42 (0.40 to 0.44)"."""
    return f"{row['mean']} ({row['interval'].removeprefix(SIGN)})"


def _strips(record: Record, control: bool) -> Iterator[_Strip]:
    intervals = record["control_intervals" if control else "intervals"]
    bounds = record["control_bounds" if control else "bounds"]
    for row in record["controlled" if control else "measured"]:
        found = intervals[row["metric"]]
        asked = bounds.get(row["metric"])
        yield _Strip(
            row["metric"],
            in_words(row),
            found["mean"],
            found["low"],
            found["high"],
            (asked[0], asked[1]) if asked else None,
            control,
        )


def _drawn(strip: _Strip, top: float) -> str:
    """One strip: name above, numbers to the right, the range asked for shaded."""
    place = _scale(strip)
    name = f"control: {strip.name}" if strip.control else strip.name
    middle = top + 34
    parts = [
        f'<g class="{"control" if strip.control else "claim"}">\n',
        f'<text x="{_LEFT}" y="{top + 19}">{escape(name)}</text>\n',
        f'<rect class="strip" x="{_LEFT}" y="{top + 26}" width="{_STRIP}" height="16"/>\n',
    ]
    if strip.asked is not None:
        low, high = strip.asked
        left = _LEFT if low is None else place(low)
        right = _LEFT + _STRIP if high is None else place(high)
        width = max(right - left, 1.0)
        parts.append(
            f'<rect class="asked" x="{left:.1f}" y="{top + 26}" width="{width:.1f}" height="16"/>\n'
        )
    ends = place(strip.low), place(strip.high)
    parts += [
        f'<line class="line" x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{middle}" y2="{middle}"/>\n',
        f'<circle class="dot" cx="{place(strip.mean):.1f}" cy="{middle}" r="5"/>\n',
        f'<text class="soft" x="{_LEFT + _STRIP + 12}" y="{middle + 5}">'
        f"{escape(strip.words)}</text>\n</g>\n",
    ]
    return "".join(parts)


class _Scale:
    """From a number to its place on the strip: linear, or logarithmic over a wide range."""

    def __init__(self, values: list[float]) -> None:
        positive = min(values) > 0
        self.logarithmic = positive and max(values) / min(values) > _RATIO_FOR_LOGARITHMS
        known = [self._on_axis(each) for each in values]
        self.low, self.span = min(known), (max(known) - min(known)) or 1.0
        if max(known) == min(known):
            self.low -= 0.5

    def _on_axis(self, value: float) -> float:
        return math.log(value) if self.logarithmic else value

    def __call__(self, value: float) -> float:
        share = (self._on_axis(value) - self.low) / self.span
        return _LEFT + _STRIP * (_MARGIN + (1 - 2 * _MARGIN) * share)


def _scale(strip: _Strip) -> _Scale:
    bounds = [each for each in strip.asked or () if each is not None]
    return _Scale([strip.low, strip.mean, strip.high, *bounds])
