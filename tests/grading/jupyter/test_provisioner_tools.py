"""Stock tools on the kernel `unrolled`: each says what it says on the plain kernel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.authoring.chapter import points_of
from course_utils.chapters import chapter
from tests.authoring.nbgrader_course import PATH, Course, without_experiments
from tests.grading.jupyter.kernels import require_kernel

pytestmark = pytest.mark.slow

STEM = "ch02_elman_cell"


@pytest.fixture(autouse=True, scope="module")
def _required() -> None:
    require_kernel()


@pytest.fixture(scope="module")
def solution(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return without_experiments(
        checkout / "solutions" / f"{STEM}.ipynb", tmp_path_factory.mktemp("solutions")
    )


def _run(*words: str, folder: Path, checkout: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        "PYTHONPATH": str(checkout),
        "PATH": PATH,
    }
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_nbgrader_autograde_gives_the_scores_that_it_gives_on_a_plain_kernel(
    checkout: Path, solution: Path, tmp_path: Path
) -> None:
    """On the plain one tests/authoring/test_chapters_nbgrader.py holds the same scores."""
    pytest.importorskip("nbgrader")
    here = nbformat.v4.new_code_cell("import os\nprint(os.getpid())", id="here")
    notebook = nbformat.read(solution, 4)
    notebook.cells.append(here)
    handed_in = tmp_path / "solution" / solution.name
    handed_in.parent.mkdir()
    nbformat.write(notebook, handed_in)
    student = without_experiments(checkout / "notebooks" / f"{STEM}.ipynb", tmp_path / "student")
    course = Course(tmp_path, checkout, {STEM: [solution]})
    with (tmp_path / "nbgrader_config.py").open("a") as file:
        file.write('c.ExecutePreprocessor.kernel_name = "unrolled"\n')
    scores = course.scores(STEM, handed_in, student)
    ran = nbformat.read(tmp_path / "autograded" / "ada" / STEM / solution.name, 4)
    (process,) = (cell.outputs[0].text for cell in ran.cells if cell.id == "here")
    assert process == "2\n"  # the second one in its own namespace
    points = points_of(chapter(STEM))
    assert scores["ada"] == {f"{exercise}_check": worth for exercise, worth in points.items()}
    assert scores["bob"] == {f"{exercise}_check": 0.0 for exercise in points}


@pytest.fixture(scope="module")
def compared(
    checkout: Path, solution: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, str]:
    """nbval on a stored solution, and on a notebook with an output that is another one.

    The number of the solution's cells, and what nbval said.
    """
    pytest.importorskip("nbval")
    folder = tmp_path_factory.mktemp("compared")
    shutil.copy(solution, folder)
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"})]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "wrong.ipynb")
    sanitizer = checkout / "solutions" / "sanitize.cfg"
    words = ["--nbval", "--nbval-kernel-name", "unrolled", "--nbval-sanitize-with", str(sanitizer)]
    names = [solution.name, "wrong.ipynb"]
    ran = _run("pytest", "-p", "no:cacheprovider", *words, *names, folder=folder, checkout=checkout)
    return len(nbformat.read(solution, 4).cells), ran.stdout + ran.stderr


def test_nbval_passes_on_the_stored_solution(compared: tuple[int, str]) -> None:
    cells, said = compared
    assert f"{cells} passed" in said, said


def test_nbval_fails_where_an_output_is_another(compared: tuple[int, str]) -> None:
    _, said = compared
    assert "'3' == '2'" in said and "1 failed" in said, said


@pytest.fixture(scope="module")
def converted(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """nbconvert on a notebook that runs and on one whose kernel dies; the folder and its words."""
    folder = tmp_path_factory.mktemp("converted")
    for name, code in {
        "1-runs": "import tensorflow as tf\nprint(int(tf.constant(20) + 1))",
        "2-dies": "import os; os._exit(1)",
    }.items():
        cell = nbformat.v4.new_code_cell(code)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / f"{name}.ipynb")
    words = ["--to", "notebook", "--execute", "--ExecutePreprocessor.kernel_name=unrolled"]
    names = ["--output", "{notebook_name}-done", "1-runs.ipynb", "2-dies.ipynb"]
    return folder, _run("nbconvert", *words, *names, folder=folder, checkout=checkout)


def test_nbconvert_executes_on_it(
    converted: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, ran = converted
    assert (folder / "1-runs-done.ipynb").exists(), ran.stderr
    (cell,) = nbformat.read(folder / "1-runs-done.ipynb", 4).cells
    assert [output.text for output in cell.outputs] == ["21\n"]


def test_jupyter_lists_it(checkout: Path, tmp_path: Path) -> None:
    ran = _run("jupyter", "kernelspec", "list", folder=tmp_path, checkout=checkout)
    assert "unrolled" in ran.stdout.split()


def test_a_notebook_whose_kernel_dies_is_an_error(
    converted: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, ran = converted
    assert ran.returncode != 0
    assert "DeadKernelError" in ran.stderr
