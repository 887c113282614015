"""The colour of each quantity, the same in every equation's caption, diagram and plot.

The hues are those of Okabe and Ito ("Color Universal Design", 2008), with a brown and two greys
added. Every pair stays apart for readers without red or green or blue cones; a test measures it.
Orange, sky blue and the like are too light for small text on white: write with `text(colour)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from course_utils.errors import UnknownNameError

__all__ = [
    "BASELINE",
    "CELL",
    "GATE",
    "HIDDEN",
    "INPUT",
    "LOSS",
    "MUTED",
    "OF",
    "OUTPUT",
    "TRUTH",
    "WEIGHT",
    "of",
    "text",
    "tint",
]

INPUT = "#009E73"  # bluish green: x
HIDDEN = "#0072B2"  # blue: h
CELL = "#56B4E9"  # sky blue: c, the LSTM's long memory
GATE = "#E69F00"  # orange: i, f, o, z, r
OUTPUT = "#D55E00"  # vermillion: y, a model's forecast
LOSS = "#CC79A7"  # reddish purple: losses, errors, gradients
TRUTH = "#000000"  # black: what was observed
BASELINE = "#595959"  # dark grey: the naive forecast
WEIGHT = "#6B3A00"  # brown: W_x, W_h, b
MUTED = "#CCCCCC"  # light grey: what is there but not meant

#: Quantity, in the words of the prose → its colour.
OF: Mapping[str, str] = MappingProxyType(
    {
        "input": INPUT,
        "hidden state": HIDDEN,
        "cell state": CELL,
        "gate": GATE,
        "output": OUTPUT,
        "forecast": OUTPUT,
        "loss": LOSS,
        "error": LOSS,
        "gradient": LOSS,
        "truth": TRUTH,
        "baseline": BASELINE,
        "weight": WEIGHT,
        "muted": MUTED,
    }
)

_TEXT_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, for text below 18 pt


def of(quantity: str) -> str:
    """The colour of a quantity given in words.

    Args:
        quantity: a key of `OF`: "hidden state".

    Raises:
        UnknownNameError: no quantity has this name; the message offers near ones.
    """
    if quantity not in OF:
        raise UnknownNameError("quantity", quantity, OF)
    return OF[quantity]


def tint(colour: str, strength: float = 0.25) -> str:
    """The colour mixed with white, for the inside of a box.

    Args:
        colour: "#RRGGBB".
        strength: 0 gives white, 1 the colour itself.

    Raises:
        ValueError: strength is outside 0 to 1, or the colour is not "#RRGGBB".
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength is {strength}; give a number from 0 (white) to 1 (the colour)")
    return _hexed([255 + (channel - 255) * strength for channel in _channels(colour)])


def text(colour: str) -> str:
    """The colour, darkened until small text on white can be read (contrast 4.5 : 1).

    Args:
        colour: "#RRGGBB".

    Raises:
        ValueError: the colour is not "#RRGGBB".
    """
    channels = _channels(colour)
    for percent in range(100, -1, -1):
        darker = _hexed([channel * percent / 100 for channel in channels])
        if 1.05 / (_luminance(darker) + 0.05) >= _TEXT_CONTRAST:
            return darker
    return TRUTH


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    if len(digits) != 6 or len(colour) != 7:
        raise ValueError(f"colour is {colour!r}; give six hex digits such as '#0072B2'")
    try:
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    except ValueError:
        problem = f"colour is {colour!r}; give six hex digits such as '#0072B2'"
        raise ValueError(problem) from None


def _hexed(channels: list[float]) -> str:
    return "#" + "".join(f"{round(channel):02X}" for channel in channels)


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
