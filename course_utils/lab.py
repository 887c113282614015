"""JupyterLab on the chapters: which folder, which port, which address, which command."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from course_utils.errors import UnrolledError

__all__ = ["Start", "free_port", "prepare"]

_TRIES = 50
_EVERYWHERE = ("0.0.0.0", "::", "")


@dataclass(frozen=True)
class Start:
    """A JupyterLab that is ready to start.

    Attributes:
        folder: what it opens on.
        port: a port that was free.
        address: what to type into a browser, with the token.
        command: the program and its arguments.
        environment: what is added to the environment; the token is there, where other users of
            the machine cannot read it.
    """

    folder: Path
    port: int
    address: str
    command: tuple[str, ...]
    environment: dict[str, str]

    def run(self) -> None:
        """Become JupyterLab; on Windows, wait for it."""
        sys.stdout.flush()
        environment = {**os.environ, **self.environment}
        if os.name == "posix":
            os.execve(self.command[0], self.command, environment)
        raise SystemExit(subprocess.call(self.command, env=environment))


def prepare(
    folder: Path | None = None, *, port: int = 8888, ip: str = "127.0.0.1", browser: str = "yes"
) -> Start:
    """Choose folder, port and address.

    Args:
        folder: what to open on; None is `notebooks/` here or in the checkout.
        port: the first port to try; 0 takes any.
        ip: the address to listen on.
        browser: "yes", "no", or the name of a browser as Python's `webbrowser` knows it.

    Raises:
        UnrolledError: JupyterLab is not installed, there is no such folder, or no port is free.
    """
    if find_spec("jupyterlab") is None:
        raise UnrolledError(
            f"JupyterLab is not installed for {sys.executable}. In a checkout run `make lab`; "
            'otherwise: pip install "unrolled[lab]"'
        )
    folder = _folder(folder)
    port = free_port(port, ip)
    token = secrets.token_hex(16)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.log_level=ERROR",
    ]
    if browser == "no":
        command.append("--no-browser")
    elif browser != "yes":
        command.append(f"--ServerApp.browser={browser}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    host = "127.0.0.1" if ip in _EVERYWHERE else ip
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/lab?token={token}"
    return Start(folder, port, address, tuple(command), {"JUPYTER_TOKEN": token})


def _folder(folder: Path | None) -> Path:
    if folder is not None:
        if not folder.is_dir():
            raise UnrolledError(f"There is no folder {folder}. Name one that exists.")
        return folder.resolve()
    places = (Path.cwd() / "notebooks", Path(__file__).resolve().parents[1] / "notebooks")
    for place in places:
        if place.is_dir():
            return place
    raise UnrolledError(
        f"There is no folder {places[0]}. Run this in the course's checkout, or name the folder "
        "of your notebooks: unrolled lab FOLDER"
    )


def free_port(port: int, ip: str = "127.0.0.1") -> int:
    """`port` if it is free, else the next free one above it; any for 0.

    Raises:
        UnrolledError: none of the next fifty is free, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    last = min(port + _TRIES, 65535)
    problem: OSError | None = None
    for wanted in [0] if port == 0 else range(port, last + 1):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # a port that was just closed is free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ip, wanted))
                return int(probe.getsockname()[1])
            except OSError as error:
                problem = error
    raise UnrolledError(
        f"No port from {port} to {last} can be opened on {ip} ({problem}). "
        "Name another one: make lab PORT=9000, or unrolled lab --port 9000"
    ) from problem
