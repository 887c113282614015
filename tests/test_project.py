"""The files around the course agree with each other: dependencies, versions, targets, licence."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import course_utils

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYTHONS = ("3.10", "3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def project(checkout: Path) -> dict[str, Any]:
    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def conda(checkout: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((checkout / "environment.yml").read_text("utf-8"))
    return found


def pip_lines(conda: dict[str, Any]) -> list[str]:
    return next(each["pip"] for each in conda["dependencies"] if isinstance(each, dict))


def pins(checkout: Path, python: str) -> dict[str, str]:
    """The versions that constraints.txt gives to one Python, by normal name."""
    found: dict[str, str] = {}
    for line in (checkout / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pin = Requirement(line)
        if pin.marker and not pin.marker.evaluate({"python_version": python}):
            continue
        name = canonicalize_name(pin.name)
        assert name not in found, f"{name} is pinned twice for Python {python}"
        found[name] = str(pin.specifier).removeprefix("==")
    return found


def test_conda_asks_for_the_packages_of_the_course_and_its_lab(
    project: dict[str, Any], conda: dict[str, Any]
) -> None:
    wanted = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    asked = [line for line in pip_lines(conda) if not line.startswith("--")]
    assert sorted(map(str, map(Requirement, asked))) == sorted(map(str, map(Requirement, wanted)))


def test_conda_installs_at_the_versions_of_the_constraints_and_the_course_itself(
    conda: dict[str, Any],
) -> None:
    lines = pip_lines(conda)
    assert "--constraint constraints.txt" in lines
    assert "--editable ." in lines


def test_conda_brings_the_pythons_that_the_course_supports(
    project: dict[str, Any], conda: dict[str, Any]
) -> None:
    python = next(each for each in conda["dependencies"] if str(each).startswith("python "))
    assert SpecifierSet(python.removeprefix("python ")) == SpecifierSet(project["requires-python"])


@pytest.mark.parametrize("python", PYTHONS)
def test_every_requirement_is_pinned_within_its_bounds(
    python: str, project: dict[str, Any], checkout: Path
) -> None:
    pinned = pins(checkout, python)
    extras = project["optional-dependencies"].values()
    for text in [*project["dependencies"], *(line for extra in extras for line in extra)]:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"python_version": python}):
            continue
        version = pinned[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{wanted} against {version}"


def test_the_supported_pythons_are_those_that_the_constraints_were_made_for(
    project: dict[str, Any], checkout: Path
) -> None:
    supported = SpecifierSet(project["requires-python"])
    assert [f"3.{minor}" for minor in range(8, 20) if f"3.{minor}.1" in supported] == list(PYTHONS)
    head = (checkout / "constraints.txt").read_text(encoding="utf-8").splitlines()[0]
    assert ", ".join(PYTHONS) in head


def test_colab_keeps_its_own_tensorflow_keras_and_numpy(project: dict[str, Any]) -> None:
    for text in project["dependencies"]:
        operators = {each.operator for each in Requirement(text).specifier}
        assert operators == {">="}, f"{text}: a lower bound only, or Colab's would be replaced"


def test_no_pin_asks_for_a_graphics_card(checkout: Path) -> None:
    assert "nvidia" not in (checkout / "constraints.txt").read_text(encoding="utf-8")


def test_no_file_of_the_project_says_where_packages_are_downloaded_from(checkout: Path) -> None:
    for name in ("constraints.txt", "environment.yml", "pyproject.toml", "Makefile", ".ci/run"):
        text = (checkout / name).read_text(encoding="utf-8")
        assert "://" not in text and "index-url" not in text, name


def test_the_constraints_give_each_python_the_version_that_it_resolved(tmp_path: Path) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / ".ci"))
    try:
        from constraints import merged
    finally:
        sys.path.pop(0)
    resolved = {
        "3.9": {"all": "1", "old": "1", "low": "1", "high": "1"},
        "3.10": {"all": "1", "low": "1", "high": "2", "new": "3"},
        "3.11": {"all": "1", "low": "2", "high": "2", "new": "4"},
        "3.12": {"all": "1", "low": "1", "high": "2", "new": "4"},
    }
    for python, wanted in resolved.items():
        given: dict[str, str] = {}
        for line in merged(resolved):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate({"python_version": python}):
                given[pin.name] = str(pin.specifier).removeprefix("==")
        assert {name: given[name] for name in wanted} == wanted


def test_installed_and_imported_are_the_same_version() -> None:
    try:
        installed = metadata.version("unrolled")
    except metadata.PackageNotFoundError:
        pytest.skip("the course is not installed here; make setup installs it")
    assert installed == course_utils.__version__


def targets(checkout: Path) -> set[str]:
    makefile = (checkout / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_make_help_names_every_target(checkout: Path) -> None:
    ran = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(re.findall(r"^  make ([a-z]+)", ran.stdout, re.MULTILINE)) == targets(checkout)


def test_every_make_command_that_the_readme_names_exists(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", readme, re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z]+)", code))
    assert named, "README.md names no make command"
    assert named <= targets(checkout)


def test_every_unrolled_command_that_the_readme_names_exists(checkout: Path) -> None:
    from course_utils.cli import main

    readme = (checkout / "README.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", readme, re.DOTALL))
    named = set(re.findall(r"(?m)(?:^|`|/|\$ )unrolled ([a-z]+)", code))
    assert named <= set(main.commands)


def test_every_file_that_the_readme_links_to_is_there(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)|(?:src|href)=\"([^\"#]+)\"", readme)
    local = [a or b for a, b in links if "://" not in (a or b)]
    assert [link for link in local if not (checkout / link).exists()] == []


def test_the_licence_is_mit_and_says_so_everywhere(project: dict[str, Any], checkout: Path) -> None:
    assert project["license"] == "MIT"
    assert (checkout / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "The Unrolled authors" in (checkout / "LICENSE").read_text(encoding="utf-8")


def find_python(checkout: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["sh", str(checkout / ".ci" / "find-python")],
        env={"PATH": f"{folder}:/bin", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
    )


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


def test_a_python_shim_that_fails_is_passed_over(checkout: Path, tmp_path: Path) -> None:
    program(tmp_path, "python3", "#!/bin/sh\necho 'no version is set' >&2\nexit 127\n")
    program(tmp_path, "python3.12", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    found = find_python(checkout, tmp_path)
    assert found.stdout.strip() == str(tmp_path / "python3.12")


def test_a_python_that_was_named_is_taken_or_refused_but_never_replaced(
    checkout: Path, tmp_path: Path
) -> None:
    program(tmp_path, "old", "#!/bin/sh\nexit 1\n")
    found = find_python(checkout, tmp_path, PYTHON=str(tmp_path / "old"))
    assert found.returncode == 1 and found.stdout == ""
    assert "PYTHON=" in found.stderr
    assert find_python(checkout, tmp_path, PYTHON=sys.executable).stdout.strip() == sys.executable
