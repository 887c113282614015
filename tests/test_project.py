"""The files around the course agree with each other: dependencies, versions, targets, licence."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib import metadata
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from types import ModuleType
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
    files = ("constraints.txt", "environment.yml", "pyproject.toml", "Makefile")
    for name in (*files, ".ci/run", ".ci/install.py"):
        text = (checkout / name).read_text(encoding="utf-8")
        assert "://" not in text and "index-url" not in text, name


def ci_module(checkout: Path, name: str) -> ModuleType:
    """A script of .ci as a module."""
    spec = spec_from_file_location(f"ci_{name}", checkout / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_constraints_give_each_python_the_version_that_it_resolved(checkout: Path) -> None:
    merged = ci_module(checkout, "constraints").merged
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
    """What can be asked of make, but for the parts of `make test`."""
    makefile = (checkout / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    return {each for each in named if not each.startswith("part-")}


def test_make_help_names_every_target(checkout: Path) -> None:
    ran = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(re.findall(r"^  make ([a-z-]+)", ran.stdout, re.MULTILINE)) == targets(checkout)


def test_every_make_command_that_the_readme_names_exists(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", readme, re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z-]+)", code))
    assert named, "README.md names no make command"
    assert named <= targets(checkout)


def would_run(checkout: Path, *words: str) -> str:
    """The commands of a target, which make prints and does not run."""
    ran = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", *words, f"BIN={Path(sys.executable).parent}"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_each_test_belongs_to_one_part_of_make_test_or_to_the_long_ones(checkout: Path) -> None:
    """By the options with which the parts call pytest: what one leaves out another one takes."""
    makefile = (checkout / "Makefile").read_text(encoding="utf-8")
    (names,) = re.findall(r"^PARTS := (.*)$", makefile, re.MULTILINE)
    asked: dict[str, list[str]] = {}
    for part in names.split():
        for words in re.findall(r"-m pytest ([^)]*?)\)? >", would_run(checkout, f"part-{part}")):
            asked[part] = shlex.split(words)
    assert set(asked) == {*names.split()} - {"lint"}

    ignored = {after for word, after in pairwise(asked["rest"]) if word == "--ignore"}
    assert ignored == {*asked["soundness"], asked["grading"][0]}
    marks = {part: dict(pairwise(words)).get("-m", "") for part, words in asked.items()}
    assert marks["rest"] == "not long and not browser and not wheel"
    assert marks["grading"] == "not long and not browser"
    assert marks["outside"] == "not long and browser or not long and wheel"
    assert asked["outside"][0] == asked["rest"][0] == "tests"
    # Those that want a plain kernel by themselves, and all the others.
    notebooks = asked["notebooks"]
    alone = notebooks[: notebooks.index("--nbval")]
    assert alone == [after for word, after in pairwise(notebooks) if word == "--ignore"]
    assert "solutions" in notebooks and notebooks.count("--nbval") == 2
    assert "-m pytest tests -m long)" in would_run(checkout, "part-long")


@pytest.mark.parametrize(
    ("target", "extras"), [("install", "lab"), ("setup", "lab author grade dev")]
)
def test_a_student_s_set_up_brings_less_than_an_author_s(
    target: str, extras: str, checkout: Path, tmp_path: Path
) -> None:
    said = would_run(checkout, target, f"VENV={tmp_path / 'none'}")
    assert f"install.py {extras} &&" in said
    assert (".ready " in said or said.rstrip().endswith(".ready")) == (target == "setup")


def test_a_silent_pip_is_told_step_by_step(checkout: Path) -> None:
    said = ci_module(checkout, "install").said
    assert said("Collecting keras==3.15.1 (from unrolled==1.0)", 40) == "40 packages found"
    assert said("Collecting keras==3.15.1 (from unrolled==1.0)", 41) is None
    wheel = "jupyter_lab-4.2-py3-none-any.whl"
    assert said(f"  Downloading {wheel} (11.7 MB)", 3) is None
    big = "Downloading https://x.example/tensorflow-2.21.0-cp311-manylinux.whl (620.8 MB)"
    assert said(big, 3) == "downloading tensorflow, 620 MB"
    assert said("Installing collected packages: a, b, c", 3) == "unpacking 3 packages"


def test_what_fails_while_it_is_installed_is_shown_with_pip_s_own_words(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install = ci_module(checkout, "install").install
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert install("no-such-package-anywhere") != 0
    assert "no-such-package-anywhere" in capsys.readouterr().err


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


def test_the_readme_has_a_row_for_each_chapter_as_the_course_knows_it(checkout: Path) -> None:
    from course_utils.chapters import CHAPTERS

    readme = (checkout / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if re.match(r"\| \d+ \|", line)]
    assert rows == [
        f"| {each.number} | [{each.title}](notebooks/{each.stem}.ipynb) "
        f"| {', '.join(f'`{name}`' for name in each.exercises)} "
        f"|{f' {len(each.claims)}' if each.claims else ''} |"
        for each in CHAPTERS
    ]


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
