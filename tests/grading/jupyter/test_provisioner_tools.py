"""Stock tools on the kernel `unrolled`: each says what it says on the plain kernel."""

from __future__ import annotations

import os
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


def test_nbval_passes_on_the_stored_solution(checkout: Path, solution: Path) -> None:
    pytest.importorskip("nbval")
    cells = len(nbformat.read(solution, 4).cells)
    sanitizer = checkout / "solutions" / "sanitize.cfg"
    words = ["--nbval", "--nbval-kernel-name", "unrolled", "--nbval-sanitize-with", str(sanitizer)]
    ran = _run(
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *words,
        solution.name,
        folder=solution.parent,
        checkout=checkout,
    )
    assert f"{cells} passed" in ran.stdout, ran.stdout + ran.stderr


def test_nbval_fails_where_an_output_is_another(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("nbval")
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"})]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "wrong.ipynb")
    words = ["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-kernel-name", "unrolled"]
    ran = _run("pytest", *words, "wrong.ipynb", folder=tmp_path, checkout=checkout)
    assert "1 failed" in ran.stdout, ran.stdout + ran.stderr


def test_nbconvert_executes_on_it(checkout: Path, tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("import tensorflow as tf\nprint(int(tf.constant(20) + 1))")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "small.ipynb")
    words = ["--to", "notebook", "--execute", "--ExecutePreprocessor.kernel_name=unrolled"]
    ran = _run(
        "nbconvert", *words, "--output", "done", "small.ipynb", folder=tmp_path, checkout=checkout
    )
    assert ran.returncode == 0, ran.stderr
    (cell,) = nbformat.read(tmp_path / "done.ipynb", 4).cells
    assert [output.text for output in cell.outputs] == ["21\n"]


def test_jupyter_lists_it(checkout: Path, tmp_path: Path) -> None:
    ran = _run("jupyter", "kernelspec", "list", folder=tmp_path, checkout=checkout)
    assert "unrolled" in ran.stdout.split()


def test_a_notebook_whose_kernel_dies_is_an_error(checkout: Path, tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("import os; os._exit(1)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "dies.ipynb")
    words = ["--to", "notebook", "--execute", "--ExecutePreprocessor.kernel_name=unrolled"]
    ran = _run("nbconvert", *words, "dies.ipynb", folder=tmp_path, checkout=checkout)
    assert ran.returncode != 0
    assert "DeadKernelError" in ran.stderr
