"""The registry says the truth about every file, and refuses an entry that does not."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from course_utils import datasets
from course_utils.datasets import registry
from course_utils.datasets.embedded import embedded_path
from course_utils.datasets.registry import Entry, data_folder, entry, read_registry
from course_utils.errors import AuthorError, CorruptFileError, DataError, UnknownNameError

EMBEDDED = [each for each in datasets.entries() if each.embedded]
GOOD = {
    "about": "a",
    "file": "a.csv",
    "bytes": 3,
    "sha256": "0" * 64,
    "licence": "l",
    "source": "s",
    "citation": "c",
    "default": "d",
}


def toml(**changes: object) -> str:
    """One entry named `a`; a change to None leaves the field out."""
    fields = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    lines = (f"{k} = {v}" if isinstance(v, int) else f'{k} = "{v}"' for k, v in fields.items())
    return "\n".join(["[a]", *lines])


@pytest.mark.parametrize("each", EMBEDDED, ids=lambda each: each.name)
def test_an_embedded_file_has_the_size_and_sha256_of_the_registry(each: Entry) -> None:
    raw = (data_folder() / each.file).read_bytes()
    assert len(raw) == each.bytes
    assert hashlib.sha256(raw).hexdigest() == each.sha256
    assert datasets.status(each.name) == "embedded"


def test_the_data_folder_holds_no_file_that_the_registry_does_not_know() -> None:
    known = {each.file for each in EMBEDDED} | {"README.md", "registry.toml", ".gitattributes"}
    assert {path.name for path in data_folder().iterdir()} <= known


@pytest.mark.parametrize("each", datasets.entries(), ids=lambda each: each.name)
def test_an_entry_says_licence_source_citation_and_default(each: Entry) -> None:
    for text in (each.about, each.licence, each.source, each.citation, each.default):
        assert len(text) > 15


@pytest.mark.parametrize("each", datasets.entries(), ids=lambda each: each.name)
def test_the_readme_lists_every_entry(each: Entry) -> None:
    assert f"`{each.name}`" in (data_folder() / "README.md").read_text(encoding="utf-8")


def test_a_download_comes_over_https_from_an_address_that_never_changes() -> None:
    for each in datasets.entries():
        if not each.embedded:
            assert each.url.startswith("https://")
            assert "github" not in each.url or re.search(r"/[0-9a-f]{40}/", each.url)


def test_embedded_data_are_read_from_the_wheel_before_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "course_utils"
    for folder in (package / "_data", tmp_path / "data"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(registry, "_PACKAGE", package)
    with pytest.raises(DataError, match="Install the course again"):
        data_folder()
    (tmp_path / "data" / "registry.toml").touch()
    assert data_folder() == tmp_path / "data"
    (package / "_data" / "registry.toml").touch()
    assert data_folder() == package / "_data"


def test_a_changed_embedded_file_is_refused_with_the_way_to_get_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = entry("co2_weekly")
    changed = (data_folder() / wanted.file).read_bytes().replace(b"\n", b"\r\n")
    monkeypatch.setattr("course_utils.datasets.embedded.data_folder", lambda: tmp_path)
    monkeypatch.setattr("course_utils.datasets.fetching.data_folder", lambda: tmp_path)
    assert datasets.status("co2_weekly") == "not there"
    with pytest.raises(CorruptFileError, match="is missing"):
        embedded_path(wanted)
    (tmp_path / wanted.file).write_bytes(changed)
    assert datasets.status("co2_weekly") == "corrupt"
    with pytest.raises(CorruptFileError, match=r"was changed.*\n?.*git checkout"):
        datasets.co2_weekly()


def test_an_unknown_name_is_refused_with_near_ones() -> None:
    for ask in (datasets.fetch, datasets.status):
        with pytest.raises(UnknownNameError, match="Did you mean 'shakespeare'"):
            ask("shakespear")


def test_fetch_gives_the_path_of_an_embedded_file_without_any_download() -> None:
    assert datasets.fetch("sunspots_yearly") == data_folder() / "sunspots_yearly.csv"


def test_a_complete_entry_is_read() -> None:
    assert read_registry(toml())["a"].embedded
    assert not read_registry(toml(url="https://example.org/a.csv"))["a"].embedded


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_an_entry_without_a_field_is_refused_by_name(missing: str) -> None:
    with pytest.raises(AuthorError, match=rf"\[a\]: add {missing}"):
        read_registry(toml(**{missing: None}))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"license": "l"}, "license means nothing"),
        ({"sha256": "0" * 63}, "sha256 must be 64"),
        ({"sha256": "G" * 64}, "sha256 must be 64"),
        ({"file": "../a.csv"}, "without a folder"),
    ],
)
def test_a_wrong_field_is_refused_by_name(change: dict[str, object], named: str) -> None:
    with pytest.raises(AuthorError, match=named):
        read_registry(toml(**change))
