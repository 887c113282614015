"""JupyterLab on the chapters: folder, port, address, browser."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from course_utils import lab
from course_utils.errors import UnrolledError


def test_it_gives_way_to_the_next_port_when_one_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < lab.free_port(port) <= port + 50


def test_it_prints_an_address_with_port_and_token_and_keeps_the_token_from_the_process_list(
    tmp_path: Path,
) -> None:
    start = lab.prepare(tmp_path, port=0, browser="no")
    token = start.environment["JUPYTER_TOKEN"]
    assert start.address == f"http://127.0.0.1:{start.port}/lab?token={token}"
    assert not any(token in word for word in start.command)
    assert "--no-browser" in start.command
    assert f"--ServerApp.port={start.port}" in start.command
    assert f"--ServerApp.root_dir={tmp_path}" in start.command


def test_it_opens_the_browser_that_was_named(tmp_path: Path) -> None:
    command = lab.prepare(tmp_path, port=0, browser="firefox").command
    assert "--ServerApp.browser=firefox" in command
    assert "--no-browser" not in command


def test_it_opens_on_the_chapters_wherever_it_is_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, checkout: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lab.prepare(port=0).folder == checkout / "notebooks"


def test_it_says_what_to_do_about_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnrolledError, match="Name one that exists"):
        lab.prepare(tmp_path / "nowhere")
