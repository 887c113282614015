"""The one setting, where the course lives, and what follows: the Colab badge and install."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.errors import AuthorError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Settings", "read_settings"]

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Settings:
    """Where the course lives.

    Attributes:
        repository: owner and name on GitHub: "owner/name".
        branch: the branch that Colab opens.
    """

    repository: str
    branch: str = "main"

    def badge(self, stem: str) -> str:
        """The Markdown of the badge that opens a chapter's student copy in Colab."""
        address = (
            "https://colab.research.google.com/github/"
            f"{self.repository}/blob/{self.branch}/notebooks/{stem}.ipynb"
        )
        picture = "https://colab.research.google.com/assets/colab-badge.svg"
        return f"[![Open in Colab]({picture})]({address})"

    def colab_lines(self) -> str:
        """The first lines of a set-up cell: on Colab, install the course beside what is there."""
        return (
            "import sys\n\n"
            'if "google.colab" in sys.modules:\n'
            f"    %pip install -q git+https://github.com/{self.repository}\n\n"
        )


def read_settings(root: Path) -> Settings:
    """Read `[tool.unrolled]` from the course's pyproject.toml.

    Args:
        root: the folder of pyproject.toml.

    Raises:
        AuthorError: the file or the setting is missing, or is not of the form "owner/name".
    """
    path = root / "pyproject.toml"
    wanted = 'write `repository = "owner/name"` under [tool.unrolled]'
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AuthorError(f"{path} does not exist. Create it and {wanted}.") from error
    try:
        parsed: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AuthorError(f"{path} is no valid TOML: {error}. Mend that line.") from error
    table = parsed.get("tool", {}).get("unrolled", {})
    repository, branch = table.get("repository"), table.get("branch", "main")
    if not isinstance(repository, str) or not _REPOSITORY.fullmatch(repository):
        raise AuthorError(f"{path} says repository = {repository!r}: {wanted}.")
    if not isinstance(branch, str) or not branch:
        raise AuthorError(f"{path} says branch = {branch!r}: name a branch, or leave it out.")
    return Settings(repository, branch)
