"""One sanitizer for what may differ between machines: marked numbers, pictures, the device.

The builder compares outputs under it, and nbval reads the same rules from `solutions/sanitize.cfg`
(`--nbval-sanitize-with`); `nbval_rules` writes that file, and a test holds the two together.

A mark stands directly before the number: `~0.42`, `~12,345`, `~3×10⁻⁷`; or `≈ −0.009`, which marks
both ends of an interval: `≈ 0.40 to 0.44`. Spaces around a marked number count as its padding, so
columns may be aligned; units and all other text must match.
"""

from __future__ import annotations

import re

__all__ = ["RULES", "nbval_rules", "sanitize"]

_SIGN = r"[-+\u2212]?"
_THOUSANDS = r"\d{1,3}(?:[,_\u00a0\u2009\u202f]\d{3})+(?!\d)(?:\.\d+)?"
_PLAIN = r"\d+(?:\.\d+)?|\.\d+"
_SUPERSCRIPT = r"[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+"
_POWER = r"\s?\u00d7\s?10(?:" + _SUPERSCRIPT + r"|\^\{?[-+\u2212]?\d+\}?|<sup>[-+\u2212]?\d+</sup>)"
_EXPONENT = rf"(?:[eE][-+]?\d+|{_POWER})?"
_NUMBER = rf"{_SIGN}(?:{_THOUSANDS}|{_PLAIN}){_EXPONENT}"

#: name → (pattern, replacement), applied in this order. ASCII only, no back-references: nbval reads
#: them as they stand.
RULES: dict[str, tuple[str, str]] = {
    "measured": (
        rf"[ \t]*~{_NUMBER}[ \t]*",
        "~#",
    ),
    "about": (
        rf"[ \t]*\u2248 ?{_NUMBER}(?: to {_NUMBER})?[ \t]*",
        "~#",
    ),
    "device": (
        r"The experiments run on the (?:CPU\.|GPU \([^()]*\), the checks on the CPU\.)",
        "The experiments run here.",
    ),
    "picture": (r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+", "data:image"),
}

_COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in RULES.values()]


def sanitize(text: str) -> str:
    """The text with every measured number and every embedded picture replaced by a fixed word."""
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    return text


def nbval_rules() -> str:
    """The same rules in the format of `pytest --nbval --nbval-sanitize-with FILE`."""
    head = (
        "# Written by `unrolled build` from course_utils/authoring/sanitize.py. Do not edit.\n"
        "# Marked numbers, pictures inside HTML and the device may differ between machines.\n"
    )
    blocks = [
        f"\n[{name}]\nregex: {pattern}\nreplace: {replacement}\n"
        for name, (pattern, replacement) in RULES.items()
    ]
    return head + "".join(blocks)
