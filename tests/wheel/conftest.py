"""The course as someone has it who installed the wheel and has no checkout.

Notebooks run there on the course's own kernel `unrolled`, which the wheel brings: TensorFlow is
imported once for all of them (on Linux). One chapter runs whole on a plain kernel, as a student has
it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from course_utils.chapters import CHAPTERS
from tests.authoring.nbgrader_course import without_experiments

WHOLE = "ch06_vanishing_and_exploding"  # whose experiments run as well: the quickest ones
_WARM = "unrolled" if sys.platform.startswith("linux") else "python3"
_SECONDS = 1800  # for all notebooks together, on a busy machine
#: Run All as a front end does it: errors are kept in the notebook and the next cell runs. What ends
#: a kernel ends its notebook, and the next notebook is run.
_RUN_ALL = """
import sys
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
kernel, *paths = sys.argv[1:]
for path in paths:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    client = NotebookClient(notebook, allow_errors=True, timeout=600, kernel_name=kernel)
    try:
        client.execute()
    except (CellControlSignal, DeadKernelError) as error:
        print(f"{path}: {error!r}", file=sys.stderr)
    nbformat.write(notebook, path)
"""


@dataclass(frozen=True)
class Outside:
    """A virtual environment with the wheel in it, and a folder far from the checkout.

    Attributes:
        folder: where notebooks are copied to and run.
        python: the environment's interpreter. It sees the packages of the environment that runs
            the tests, but neither its editable course nor the checkout.
        wheel: the file that was installed.
    """

    folder: Path
    python: Path
    wheel: Path

    def run(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run Python there; nothing of the checkout is in its environment."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "JUPYTER", "PYTEST", "COV_"))
        }
        environment |= {
            "UNROLLED_DATA": str(self.folder / "cache"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "UNROLLED_NO_SANDBOX": "1",  # these are our own notebooks, and it is not everywhere
        }
        return subprocess.run(
            [str(self.python), *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def run_all(self, kernel: str, paths: list[Path]) -> dict[Path, NotebookNode]:
        """Run notebooks there, each in a kernel of its own; by path, as they are afterwards.

        Args:
            kernel: "python3", or "unrolled" for forks of one warm process.
            paths: they are changed in place.
        """
        ran = self.run("-c", _RUN_ALL, kernel, *map(str, paths), seconds=_SECONDS)
        assert ran.returncode == 0, ran.stderr[-3000:]
        print(ran.stderr)  # pytest shows it where a test fails that needed this
        return {path: nbformat.read(path, as_version=4) for path in paths}


@pytest.fixture(scope="session")
def outside(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """Build the wheel and install it into an environment of its own."""
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed, so no wheel can be built: make setup installs it")
    folder = tmp_path_factory.mktemp("outside")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    _run([*pip, "wheel", "--quiet", *build, str(checkout)])
    (wheel,) = folder.glob("unrolled-*.whl")

    _run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")])
    python = folder / "venv" / "bin" / "python"
    _run(
        [*pip, "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    )
    _see_packages_of_this_environment(folder / "venv")
    _add_kernel(folder / "venv", python)
    return Outside(folder, python, wheel)


def _there(checkout: Path, kind: str, stem: str) -> Path:
    path = checkout / kind / f"{stem}.ipynb"
    if not path.exists():
        pytest.fail(f"{path} does not exist: run `make build`", pytrace=False)
    return path


@pytest.fixture(scope="session")
def warm(outside: Outside, checkout: Path) -> dict[Path, NotebookNode]:
    """After Run All, by path: what `untouched` and `solved` tell, all from one warm process."""
    untouched = outside.folder / "untouched"
    untouched.mkdir()
    copies = [
        Path(shutil.copy(_there(checkout, "notebooks", chapter.stem), untouched))
        for chapter in CHAPTERS
    ]
    where = untouched / "where.ipynb"
    cell = nbformat.v4.new_code_cell("import course_utils\nprint(course_utils.__file__)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), where)
    short = [
        without_experiments(_there(checkout, "solutions", chapter.stem), outside.folder / "solved")
        for chapter in CHAPTERS
        if chapter.stem != WHOLE
    ]
    return outside.run_all(_WARM, [*copies, where, *short])


@pytest.fixture(scope="session")
def untouched(warm: dict[Path, NotebookNode]) -> dict[str, NotebookNode]:
    """Every student copy after Run All, by stem; and "where", which tells where the course is."""
    return {path.stem: each for path, each in warm.items() if path.parent.name == "untouched"}


@pytest.fixture(scope="session")
def solved(
    outside: Outside, checkout: Path, warm: dict[Path, NotebookNode]
) -> dict[str, NotebookNode]:
    """Set-up, answers and checks of every solution after Run All, by stem; one chapter whole."""
    whole = outside.folder / "whole"
    whole.mkdir()
    copy = Path(shutil.copy(_there(checkout, "solutions", WHOLE), whole))
    ran = {**warm, **outside.run_all("python3", [copy])}
    return {path.stem: each for path, each in ran.items() if path.parent.name != "untouched"}


def _run(command: list[str]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        pytest.fail(f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}", pytrace=False)


def _see_packages_of_this_environment(venv: Path) -> None:
    """Instead of installing TensorFlow again. The .pth files over there are not read, so the
    editable course stays out of sight; the wheel's folder comes first in any case."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    here = sysconfig.get_paths()["purelib"]
    (venv / "lib" / version / "site-packages" / "packages.pth").write_text(f"{here}\n")


def _add_kernel(venv: Path, python: Path) -> None:
    kernel = venv / "share" / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(specification))
