"""Jinja as every card and page of the course uses it, and text that cannot mislead its reader."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment
    from markupsafe import Markup

__all__ = ["environment", "hints", "plain", "prepare", "prose", "render"]

#: What shows as nothing or turns the writing around: in code it can hide what is run.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST = 20_000
_LEVELS = ("What you see", "Where to look", "What to change")


def render(kind: str, *values: Any) -> str:
    """A card as an HTML fragment, with inline styles only.

    Args:
        kind: the macro of `card.html` that draws it: "result", "claim", "note".
        values: what the macro takes, in its order.
    """
    html = str(getattr(_card(), kind)(*values))
    # Quotes as Python's own html.escape writes them, so that stored cards keep their bytes.
    return html.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")


def prepare() -> None:
    """Load what the first card needs, so that it comes as fast as the others."""
    _card()


def environment(*loaders: BaseLoader) -> Environment:
    """Jinja with `card.html` beside the templates of `loaders`.

    Text is escaped, a missing name is an error, and there are the filters `hints`, `plain` and
    `prose`.
    """
    from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([*loaders, FunctionLoader(_source)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"hints": hints, "plain": plain, "prose": prose}
    return made


def hints(finding: Any) -> list[tuple[str, str]]:
    """(level in words, hint) of the hints that the finding's message does not say already."""
    named = zip(_LEVELS, finding.hints, strict=False)
    return [(level, hint) for level, hint in named if not finding.message.startswith(hint)]


def plain(text: str, most: int = _LONGEST) -> str:
    """Text cut at a length a page can bear, with what cannot be seen made visible."""
    more = len(text) - most
    text = text[:most] + (f" … ({more:,} more characters)" if more > 0 else "")
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def prose(text: str) -> Markup:
    """A message as HTML: what stands between back-ticks becomes code."""
    from markupsafe import Markup, escape

    pieces = plain(text, 4000).split("`")
    if len(pieces) % 2 == 0:
        return escape("`".join(pieces))
    code = Markup("<code>{}</code>")
    return Markup("").join(
        code.format(each) if place % 2 else escape(each) for place, each in enumerate(pieces)
    )


@cache
def _card() -> Any:
    """The macros of `card.html`, compiled once."""
    return environment().get_template("card.html").module


def _source(name: str) -> str | None:
    """The template's text, each line stripped and joined to the next.

    So the file can be indented for its reader while the card has no white space between its tags,
    which would show between two words on one line.
    """
    if name != "card.html":
        return None
    text = files("course_utils.cards").joinpath(name).read_text("utf-8")
    return "".join(line.strip() for line in text.splitlines())
