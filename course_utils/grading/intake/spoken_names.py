"""Which words of a file's or folder's name may be a person's, and which say exercise or draft."""

from __future__ import annotations

import re

__all__ = ["is_draft", "is_group", "is_nobodys", "without_version"]

_WORDS = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: What people call drafts and folders of their own; a name of these words alone is nobody's.
_NOBODYS = frozenset(
    _WORDS.findall("""
    abgabe aangepast again answer answers assignment assignments attempt backup bak best chapter
    checkpoint checkpoints clean code colab copie copy corrected current done download downloads
    draft due essay exercise exercises export file files final finished first fixed hand handin
    home homework hw in ipynb kopie lab last late latest main master mine my neu new nieuw notebook
    notebooks of old older oplossing part problem project question recurrent redo rnn solution
    solutions solved src student students submission submissions submit submitted task temp test
    the tmp try unit unrolled untitled update updated v ver version versuch week work working
    """)
)
#: Folders that a person keeps beside the answer.
_DRAFTS = frozenset(
    _WORDS.findall("""
    alt archive backup backups bak copies copy draft drafts final new old older oud previous temp
    tmp version versions work
    """)
)
#: What a folder of several students is called.
_GROUPS = frozenset(
    _WORDS.findall("""
    class cohort course day friday group groep grp gruppe klas kurs lab monday room sec section
    sectie slot team thursday track tuesday tut tutor tutorial uebung wednesday werkgroep
    """)
)
_TOKEN = re.compile(r"[^\s_\-.,+()\[\]]+")
#: Words that are no one's surname, with a number or without: dropped in front and behind.
_VERSION = re.compile(
    r"(?:abgabe|answers?|assignment|attempt|copy|corrected|draft|exercises?|final|finale|finished"
    r"|fixed|homework|huiswerk|hw|ipynb|latest|late|lösung|notebook|opdracht|oplossing|poging"
    r"|resubmi(?:t|ssion)|solutions?|submission|submitted|updated?|versie|version|versuch)\d{0,3}"
    r"|(?:rev|ver|v)\d{1,3}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,2}")
_DAY = r"(?:19|20)\d\d[-_.][01]\d[-_.][0-3]\d(?:[-_ T]+\d\d[-.:]?\d\d(?:[-.:]?\d\d)?)?"
_DATED = re.compile(rf"^{_DAY}[ _-]+|[ _-]+{_DAY}$")


def is_nobodys(text: str) -> bool:
    """Whether a name tells nobody: words of drafts and exercises, short numbers, years."""
    if re.fullmatch(r"submission_\d+", text):  # Gradescope's word for a student
        return False
    words = _WORDS.findall(text.casefold())
    if not words:
        return len(text) < 4 or bool(_YEAR.fullmatch(text))  # else a student's number
    told = [word for word in words if word not in _NOBODYS]
    return not told or (len(told) < len(words) and all(len(word) == 1 for word in told))


def is_draft(text: str) -> bool:
    """Whether a folder's name is one that a person gives to what lies beside the answer."""
    return text.casefold() in _DRAFTS


def is_group(text: str) -> bool:
    """Whether a folder's name is one of a section."""
    words = _WORDS.findall(text.casefold())
    return 0 < len(words) <= 2 and any(word in _GROUPS for word in words)


def without_version(text: str) -> str:
    """A file's name without what says which exercise or version it is: `HW2 - Ada (final)`.

    What would leave nothing, or nothing that may be a person's, stays as it is.
    """
    text = _DATED.sub("", text)
    tokens = list(_TOKEN.finditer(text))
    first, last = 0, len(tokens)
    while first < last and _is_version(tokens[first][0], first > 0):
        first += 1
    while first < last and _is_version(
        tokens[last - 1][0], last > 1 and bool(_VERSION.fullmatch(tokens[last - 2][0]))
    ):
        last -= 1
    if first == 0 and last == len(tokens):
        return text
    kept = tokens[first:last]
    if not kept or is_nobodys(rest := text[kept[0].start() : kept[-1].end()]):
        return text
    return rest


def _is_version(token: str, after_another: bool) -> bool:
    """Whether it is a word of a version, or the number behind one."""
    return bool(_VERSION.fullmatch(token) or (after_another and _NUMBER.fullmatch(token)))
