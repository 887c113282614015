"""The course as someone has it who installed the wheel and has no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest


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
        environment |= {"UNROLLED_DATA": str(self.folder / "cache"), "JUPYTER_PREFER_ENV_PATH": "1"}
        return subprocess.run(
            [str(self.python), *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
        )


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
