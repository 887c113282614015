"""What stands under a chapter's title: what it takes, what it teaches, and where the way goes on.

Written from `chapters.py`, so that no chapter can disagree with the course.
"""

from __future__ import annotations

from course_utils.chapters import Chapter, chapter, neighbours
from course_utils.errors import UnknownNameError
from course_utils.lectures import CLAIMS, OWN, TOPICS

__all__ = ["heading", "onward"]


def heading(of: Chapter) -> str:
    """The table and the lists under the title, as Markdown.

    Args:
        of: the chapter.
    """
    table = (
        "| reading and writing | computing | you need |\n|---|---|---|\n"
        f"| {of.minutes} minutes | about {of.seconds} seconds | {_needs(of)} |"
    )
    parts = [table, f"**Topics:** {'; '.join(TOPICS[each] for each in of.topics)}."]
    for whose, known in (
        ("Claims of the lectures, measured here", CLAIMS),
        ("Measured besides", OWN),
    ):
        claims = [known[each] for each in of.claims if each in known]
        if claims:
            parts.append(f"**{whose}:** {'; '.join(claims)}.")
    before, after = neighbours(of.stem)
    ways = [f"← {_link(before)}"] if before else []
    ways += [f"{_link(after)} →"] if after else []
    if ways:
        parts.append(" · ".join(ways))
    return "\n\n".join(parts)


def onward(of: Chapter) -> str:
    """The last line of a chapter: which one comes next; "" where none does."""
    _, after = neighbours(of.stem)
    return f"**Next:** {_link(after)}. {after.summary}" if after else ""


def _needs(of: Chapter) -> str:
    words = []
    for each in of.needs:
        try:
            words.append(_link(chapter(each)))
        except UnknownNameError:
            words.append(each)
    return ", ".join(words) or "nothing"


def _link(to: Chapter) -> str:
    return f"[{to.number} · {to.title}]({to.stem}.ipynb)"
