"""Names made clean once, at the door; safe as one component of a path; never one for two students.

What a file is called is a student's word: it may hold bytes that are no UTF-8, escapes that a
terminal obeys, and marks that turn the direction of the text. `clean_name` takes them out before
anything else sees the name; `shown` is what everything that is printed goes through.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

__all__ = ["clean_name", "folder_names", "safe_name", "shown", "with_digest"]

#: UTF-8 bytes: leaves room for a suffix in the 255 that file systems allow.
LONGEST = 100
_NOBODY = "unnamed"
#: Separators, and what Windows forbids: a class is graded on one machine and opened on another.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
_SPACES = re.compile(r"\s+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
#: Unicode categories that no name needs: control, surrogate, private, unassigned; and of the
#: format characters all but the joiners, which some scripts and emoji are written with.
_UNSEEN = {"Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
#: Characters of one name; a file system allows 255 bytes, an archive 65,535.
_LONGEST_SHOWN = 200


def clean_name(raw: str) -> str:
    """The name of a file or folder as it is compared, stored and shown: NFC, nothing unseen.

    A name that is no UTF-8 (Python gives its bytes as lone surrogates) is read as Latin-1, which
    has a character for every byte. Two names may become one: see `Entry.raw`.
    """
    if any("\udc80" <= c <= "\udcff" for c in raw):
        with suppress(UnicodeEncodeError):  # other halves of characters as well: dropped below
            raw = raw.encode("utf-8", "surrogateescape").decode("latin-1")
    text = unicodedata.normalize("NFC", "".join(filter(_is_seen, _SPACES.sub(" ", raw))))
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[: _LONGEST_SHOWN - 50]}…{text[-40:]}"
    text = text.strip()
    return text if text not in ("", ".", "..") else _NOBODY


def shown(text: str) -> str:
    """`text` for a terminal: what it would obey or cannot show stands there as an escape."""
    return "".join(c if _is_seen(c) or c == "\n" else _escaped(c) for c in text)


def _escaped(c: str) -> str:
    return c.encode("unicode_escape").decode()


def _is_seen(c: str) -> bool:
    return c in _JOINERS or unicodedata.category(c) not in _UNSEEN


def safe_name(text: str) -> str:
    """`text` as one component of a path: NFC, no separators, no leading dot, at most 100 bytes.

    What is safe already comes back unchanged; `safe_name(safe_name(x)) == safe_name(x)`.
    """
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", "".join(filter(_is_seen, text))))
    name = _trimmed(unicodedata.normalize("NFC", name))
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name.encode()) > LONGEST:
        name = with_digest(name)
    return name or _NOBODY


def with_digest(name: str) -> str:
    """A safe name with a digest of the whole of `name`, so that it is nobody else's."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    kept = safe_name(name) if len(name.encode("utf-8", "replace")) <= LONGEST else name
    short = kept.encode()[: LONGEST - len(digest) - 1].decode(errors="ignore")
    return f"{_trimmed(short)}-{digest}"


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """Name → safe name, so that no two differ only in case or in what was not safe.

    Which name a student gets does not depend on how the others are sorted, except where two
    differ only in upper and lower case.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names), key=lambda name: (safe_name(name) != name, name)):
        safe = safe_name(name)
        if safe.casefold() in taken:
            safe = with_digest(name)
        found[name] = safe
        taken.add(safe.casefold())
    return found


def _trimmed(name: str) -> str:
    """Without what hides a file (a dot in front) or what Windows drops (dots, spaces behind)."""
    return name.strip().lstrip(". ").rstrip(". ")
