"""A JupyterLab of its own, started by the course's command, on a free port of the loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["serve"]

_CHECKOUT = Path(__file__).resolve().parents[2]
_COMMAND = "from course_utils.cli import main; main()"
_SECONDS = 120


@contextmanager
def serve(notebooks: Path) -> Iterator[str]:
    """`unrolled lab` on the folder `notebooks`; gives the address that it prints, and ends it.

    Settings, runtime files and kernels' histories go to a folder of their own, so that nothing of
    the user's is read or left behind.
    """
    with tempfile.TemporaryDirectory(prefix="unrolled-lab-") as private:
        log = Path(private, "log.txt")
        with log.open("w") as sink:
            server = subprocess.Popen(
                [sys.executable, "-c", _COMMAND, "lab", str(notebooks), "--port=0", "--browser=no"],
                cwd=private,
                env=_environment(Path(private)),
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        try:
            yield _address(server, log)
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _environment(private: Path) -> dict[str, str]:
    own = {
        "HOME": str(private),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "MPLCONFIGDIR": str(private / "matplotlib"),
        "PYTHONPATH": str(_CHECKOUT),
    }
    news = private / "settings" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    return {**os.environ, **own}


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """What the command prints, once it answers."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", log.read_text())
        if found and _answers(found.group()):
            return found.group()
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start within {_SECONDS} s:\n{log.read_text()}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
