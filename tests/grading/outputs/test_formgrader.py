"""nbgrader's formgrader, really served, shows the marks that the grader wrote."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from course_utils.grading.outputs.write import write_outputs
from tests.browser.desk import CHROMIUM, open_page
from tests.grading.handing import CHAPTER
from tests.grading.outputs.classroom import real_class, store

pytest.importorskip("nbgrader")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="no playwright: make setup"),
]

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "rnn"
c.CourseDirectory.root = {root!r}
c.Exchange.root = {exchange!r}
"""
_SECONDS = 90


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[str]:
    """The address of a Jupyter server with formgrader, on a course whose gradebook we wrote."""
    root = tmp_path_factory.mktemp("formgrader")
    course, private = root / "course", root / "private"
    source = course / "source" / CHAPTER
    source.mkdir(parents=True)
    (source / f"{CHAPTER}.ipynb").write_bytes(
        (checkout / "solutions" / f"{CHAPTER}.ipynb").read_bytes()
    )
    (course / "nbgrader_config.py").write_text(
        CONFIG.format(root=str(course), exchange=str(root / "exchange"))
    )
    out = store(root / "out", real_class(6))
    write_outputs(out, nbgrader_db=course / "gradebook.db")
    log = root / "log.txt"
    with log.open("w") as sink:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--no-browser",
                "--allow-root",
                "--ip=127.0.0.1",
                "--port=0",
                "--IdentityProvider.token=token",
                "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
            ],
            cwd=course,
            env=_environment(private),
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(server, log)
    finally:
        server.kill()  # it has no kernels, and takes its time where it is asked
        server.wait()


def _environment(private: Path) -> dict[str, str]:
    own = {"HOME": "", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data"}
    own |= {"JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, **{name: str(private / each) for name, each in own.items()}, "PATH": path}


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """The server's address, once it answers."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
        with suppress(urllib.error.URLError, OSError):
            if found and urllib.request.urlopen(f"{found[0]}api", timeout=5).status == 200:
                return found[0]
        time.sleep(0.2)
    raise RuntimeError(f"formgrader did not start within {_SECONDS} s:\n{log.read_text()}")


def test_formgrader_lists_the_students_with_our_scores(formgrader: str) -> None:
    verdicts = {each.student: each for each in real_class(6)}
    with open_page() as page:
        page.goto(f"{formgrader}formgrader/manage_students?token=token")
        lines = page.locator("table tbody tr")
        lines.first.locator("a").first.wait_for()
        shown = [line.locator("td").all_inner_texts() for line in lines.all()]
        scores = {cells[1]: cells[3] for cells in shown if len(cells) > 3}
        assert scores == {
            student: f"{round(each.points, 2):g} / {each.max_points:g}"
            for student, each in verdicts.items()
        }


def test_formgrader_opens_the_chapter_with_the_class_s_mean(formgrader: str) -> None:
    verdicts = list(real_class(6))
    mean = sum(each.points for each in verdicts) / len(verdicts)
    with open_page() as page:
        page.goto(f"{formgrader}formgrader/gradebook?token=token")
        page.get_by_role("link", name=CHAPTER).click()
        page.get_by_role("columnheader", name="Notebook ID").wait_for()
        line = page.locator("table tbody tr").filter(has_text=CHAPTER).first
        line.wait_for()
        assert f"{round(mean, 2):g} / 10" in line.inner_text()
