"""How a measured number is written: "≈ −0.009", with a minus that is one."""

from __future__ import annotations

__all__ = ["SIGN", "about", "written"]

#: Stands before a number, or before the two ends of an interval, that may differ elsewhere.
SIGN = "≈ "
_MINUS = "\u2212"


def about(value: float, spec: str) -> str:
    """A number that another machine may give a little differently, as it is printed.

    Args:
        value: the number.
        spec: how it is formatted: ".3f", "+.2f", ".1e".

    Returns:
        "≈ 0.42", "≈ −0.009". A number that rounds to zero has no sign.
    """
    return SIGN + written(value, spec)


def written(value: float, spec: str) -> str:
    """The number alone, without the sign for "about"."""
    text = format(value, spec)
    if text.startswith("-"):
        text = text[1:] if float(text) == 0 else _MINUS + text[1:]
    return text
