"""From the built wheel, outside the checkout, as on Colab: the data travel, notebooks run."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest

from course_utils.chapters import CHAPTERS
from tests.wheel.conftest import Outside

pytestmark = pytest.mark.wheel

STEMS = [chapter.stem for chapter in CHAPTERS]
STUDENTS = ("exercise", "check")  # the only cells that may fail while nothing is written

#: Run All as a front end does it: errors are kept in the notebook and the next cell runs.
RUN_ALL = """
import sys
import nbformat
from nbclient import NotebookClient
path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, allow_errors=True, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, path)
"""


def test_the_course_that_is_imported_is_the_wheels(outside: Outside, checkout: Path) -> None:
    ran = outside.run("-c", "import course_utils; print(course_utils.__file__)")
    place = Path(ran.stdout.strip())
    assert outside.folder / "venv" in place.parents, ran.stderr
    assert checkout not in place.parents


def test_the_wheel_brings_every_embedded_file_byte_for_byte(
    outside: Outside, checkout: Path
) -> None:
    code = (
        "from course_utils import datasets as d\n"
        "for e in d.entries():\n"
        "    if e.embedded: print(d.fetch(e.name))\n"
        "d.co2_weekly(); d.sunspots_yearly()"
    )
    ran = outside.run("-c", code)
    assert ran.returncode == 0, ran.stderr
    paths = [Path(line) for line in ran.stdout.split()]
    assert len(paths) >= 2
    for path in paths:
        assert path.parent.parts[-2:] == ("course_utils", "_data")
        assert path.read_bytes() == (checkout / "data" / path.name).read_bytes()


def test_the_wheel_holds_every_module_of_the_package_and_nothing_of_the_tests(
    outside: Outside, checkout: Path
) -> None:
    names = set(zipfile.ZipFile(outside.wheel).namelist())
    modules = {
        path.relative_to(checkout).as_posix() for path in (checkout / "course_utils").rglob("*.py")
    }
    assert modules <= names
    folder = checkout / "course_utils/grading/outputs/templates"
    templates = {path.relative_to(checkout).as_posix() for path in folder.iterdir()}
    assert "course_utils/grading/outputs/templates/report.html" in templates <= names
    assert "course_utils/cards/card.html" in names
    assert "course_utils/py.typed" in names
    others = {
        name for name in names if not re.match(r"course_utils/|unrolled-[^/]*dist-info/", name)
    }
    shared = {re.sub(r"^unrolled-[^/]*[.]data/data/", "", name) for name in others}
    kernelspec = checkout / "course_utils/grading/jupyter/kernelspec"
    assert shared == {
        f"share/jupyter/kernels/unrolled/{path.relative_to(kernelspec).as_posix()}"
        for path in kernelspec.rglob("*")
        if path.is_file()
    }


def test_the_wheel_brings_the_command(outside: Outside) -> None:
    assert (outside.folder / "venv" / "bin" / "unrolled").exists()
    code = "from course_utils.cli import main; main()"
    ran = outside.run("-c", code, "data", "list")
    assert "co2_weekly" in ran.stdout, ran.stderr


@pytest.mark.parametrize("stem", STEMS)
def test_run_all_on_an_untouched_student_copy_fails_in_no_cell_but_the_students(
    stem: str, outside: Outside, checkout: Path
) -> None:
    notebook = run_all(checkout / "notebooks" / f"{stem}.ipynb", outside)
    unexpected = [
        f"{cell.id} ({cell.metadata.unrolled.role}): {problem}"
        for cell, problem in failures(notebook)
        if cell.metadata.unrolled.role not in STUDENTS
    ]
    assert unexpected == []


@pytest.mark.parametrize("stem", STEMS)
def test_run_all_on_a_solution_fails_nowhere_and_every_check_passes(
    stem: str, outside: Outside, checkout: Path
) -> None:
    notebook = run_all(checkout / "solutions" / f"{stem}.ipynb", outside)
    assert [f"{cell.id}: {problem}" for cell, problem in failures(notebook)] == []
    checks = [cell for cell in notebook.cells if cell.metadata.unrolled.role == "check"]
    assert len(checks) >= 3
    for cell in checks:
        assert points_of(cell) == cell.metadata.nbgrader.points, cell.id


def run_all(source: Path, outside: Outside) -> nbformat.NotebookNode:
    if not source.exists():
        pytest.fail(f"{source} does not exist: run `make build`", pytrace=False)
    copy = outside.folder / f"{source.parent.name}_{source.name}"
    shutil.copyfile(source, copy)
    ran = outside.run("-c", RUN_ALL, str(copy), seconds=400)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return nbformat.read(copy, as_version=4)


def failures(notebook: nbformat.NotebookNode) -> list[tuple[nbformat.NotebookNode, str]]:
    """(cell, error) of every error output."""
    return [
        (cell, f"{output.ename}: {output.evalue}")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]


def points_of(cell: nbformat.NotebookNode) -> float:
    """The float that the check returned: what nbgrader reads."""
    results = [each for each in cell.outputs if each.output_type == "execute_result"]
    return float(results[-1].data["text/plain"])
