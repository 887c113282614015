"""From the built wheel, outside the checkout, as on Colab: the data travel, notebooks run."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from nbformat import NotebookNode

from course_utils.chapters import CHAPTERS
from tests.wheel.conftest import Outside

pytestmark = pytest.mark.wheel

STEMS = [chapter.stem for chapter in CHAPTERS]
STUDENTS = ("exercise", "check")  # the only cells that may fail while nothing is written


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


def test_the_wheel_brings_the_kernel(outside: Outside) -> None:
    code = (
        "from jupyter_client.kernelspec import KernelSpecManager\n"
        "print(KernelSpecManager().get_kernel_spec('unrolled').resource_dir)"
    )
    ran = outside.run("-c", code)
    assert outside.folder / "venv" in Path(ran.stdout.strip()).parents, ran.stderr


def test_what_a_warm_kernel_imports_is_the_wheels(
    outside: Outside, untouched: dict[str, NotebookNode]
) -> None:
    (cell,) = untouched["where"].cells
    (output,) = cell.outputs
    assert outside.folder / "venv" in Path(output.text.strip()).parents


@pytest.mark.parametrize("stem", STEMS)
def test_run_all_on_an_untouched_student_copy_fails_in_no_cell_but_the_students(
    stem: str, untouched: dict[str, NotebookNode]
) -> None:
    notebook = untouched[stem]
    assert not_run(notebook) == []
    unexpected = [
        f"{cell.id} ({cell.metadata.unrolled.role}): {problem}"
        for cell, problem in failures(notebook)
        if cell.metadata.unrolled.role not in STUDENTS
    ]
    assert unexpected == []


@pytest.mark.parametrize("stem", STEMS)
def test_run_all_on_a_solution_fails_nowhere_and_every_check_passes(
    stem: str, solved: dict[str, NotebookNode]
) -> None:
    notebook = solved[stem]
    assert not_run(notebook) == []
    assert [f"{cell.id}: {problem}" for cell, problem in failures(notebook)] == []
    checks = [cell for cell in notebook.cells if cell.metadata.unrolled.role == "check"]
    assert len(checks) >= 3
    for cell in checks:
        assert points_of(cell) == cell.metadata.nbgrader.points, cell.id


def not_run(notebook: NotebookNode) -> list[str]:
    """The code cells that Run All did not reach."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.id for cell in code if cell.execution_count is None]


def failures(notebook: NotebookNode) -> list[tuple[NotebookNode, str]]:
    """(cell, error) of every error output."""
    return [
        (cell, f"{output.ename}: {output.evalue}")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]


def points_of(cell: NotebookNode) -> float:
    """The float that the check returned: what nbgrader reads."""
    results = [each for each in cell.outputs if each.output_type == "execute_result"]
    return float(results[-1].data["text/plain"])
