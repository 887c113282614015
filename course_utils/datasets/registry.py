"""What data there are: `data/registry.toml` as entries, and the folder where it lies."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from course_utils.errors import AuthorError, DataError, UnknownNameError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Entry", "data_folder", "entries", "entry", "read_registry"]

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Entry:
    """One file of data.

    Attributes:
        name: what `fetch` takes.
        about: what is in it, with units and range, in one line.
        file: its name in the data folder, or in the cache folder where it has a `url`.
        bytes: its size.
        sha256: its SHA-256, 64 lower-case hexadecimal digits.
        licence: under which it may be used, and who says so.
        source: where it comes from.
        citation: whom to cite.
        default: what a student works on where this file is not at hand.
        url: where it is downloaded from; "" for a file that travels with the course.
    """

    name: str
    about: str
    file: str
    bytes: int
    sha256: str
    licence: str
    source: str
    citation: str
    default: str
    url: str = ""

    @property
    def embedded(self) -> bool:
        """Whether the file travels with the course."""
        return not self.url


def data_folder() -> Path:
    """The folder of the embedded files: inside the installed package, or `data/` of a checkout.

    Raises:
        DataError: neither is there.
    """
    places = (_PACKAGE / "_data", _PACKAGE.parent / "data")
    for place in places:
        if (place / "registry.toml").is_file():
            return place
    raise DataError(
        "The course's own data are missing: no registry.toml in "
        f"{' or in '.join(map(str, places))}. Install the course again: "
        "pip install --force-reinstall --no-deps unrolled"
    )


def read_registry(text: str) -> dict[str, Entry]:
    """The entries of a registry's TOML text, by name, in the order of the text.

    Raises:
        AuthorError: a field is missing, unknown or not what it should be; says which.
    """
    found: dict[str, Entry] = {}
    for name, table in tomllib.loads(text).items():
        known = {field.name for field in fields(Entry)} - {"name"}
        if missing := sorted(known - {"url"} - set(table)):
            raise AuthorError(f"registry.toml, [{name}]: add {', '.join(missing)}.")
        if unknown := sorted(set(table) - known):
            raise AuthorError(
                f"registry.toml, [{name}]: {', '.join(unknown)} means nothing; "
                f"the fields are {', '.join(sorted(known))}."
            )
        made = Entry(name=name, **table)
        if len(made.sha256) != 64 or set(made.sha256) - set("0123456789abcdef"):
            raise AuthorError(
                f"registry.toml, [{name}]: sha256 must be 64 lower-case hexadecimal digits, "
                f"got {made.sha256!r}. Take them from `sha256sum {made.file}`."
            )
        if Path(made.file).name != made.file:
            raise AuthorError(
                f"registry.toml, [{name}]: file must be a name without a folder, got {made.file!r}."
            )
        found[name] = made
    return found


@lru_cache(maxsize=1)
def _registry() -> dict[str, Entry]:
    return read_registry((data_folder() / "registry.toml").read_text(encoding="utf-8"))


def entries() -> list[Entry]:
    """Every entry of the registry, the embedded ones and those to download."""
    return list(_registry().values())


def entry(name: str) -> Entry:
    """The entry with this name.

    Raises:
        UnknownNameError: there is none; the message offers near ones.
    """
    known = _registry()
    if name not in known:
        raise UnknownNameError("data set", name, known)
    return known[name]
