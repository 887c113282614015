"""The client's end of a kernel, against a warden that is the test itself."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator

import pytest

from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.jupyter.client import Job, Kernel, server_for


@pytest.fixture
def pair() -> Iterator[tuple[Kernel, socket.socket]]:
    life, warden = socket.socketpair()
    kernel = Kernel(life, 123)
    yield kernel, warden
    kernel.close()
    warden.close()


def test_a_job_is_the_same_after_its_journey() -> None:
    job = Job(
        {"ip": "/a/k", "shell_port": 1, "key": "ü"},
        "/here",
        {"A": "line\nbreak"},
        ["--x"],
        limits=Limits(memory=5),
        shown=["/data"],
        overlaid=["/here"],
    )
    assert "\n" not in job.to_json()
    assert Job.from_json(job.to_json()) == job


def test_a_running_kernel_has_no_code(pair: tuple[Kernel, socket.socket]) -> None:
    assert pair[0].poll() is None


@pytest.mark.parametrize(("ended", "code"), [(0, 0), (7, 7), (-9, 137), (139, 139)])
def test_how_it_ended_is_known_from_then_on(
    pair: tuple[Kernel, socket.socket], ended: int, code: int
) -> None:
    kernel, warden = pair
    warden.sendall(json.dumps({"ended": ended, "reason": "memory"}).encode() + b"\n")
    warden.close()
    assert [kernel.poll(), kernel.poll()] == [code, code]
    assert kernel.reason == "memory"


def test_half_a_message_is_waited_for(pair: tuple[Kernel, socket.socket]) -> None:
    kernel, warden = pair
    warden.sendall(b'{"ended":')
    assert kernel.poll() is None
    warden.sendall(b' 3, "reason": ""}\n')
    assert kernel.poll() == 3


def test_a_warden_that_is_gone_without_a_word_was_killed(
    pair: tuple[Kernel, socket.socket],
) -> None:
    kernel, warden = pair
    warden.close()
    assert kernel.poll() == 128 + signal.SIGKILL


def test_signals_are_bytes_and_none_is_sent_to_the_dead(
    pair: tuple[Kernel, socket.socket],
) -> None:
    kernel, warden = pair
    kernel.send_signal(signal.SIGINT)
    kernel.send_signal(0)
    kernel.send_signal(signal.SIGTERM)
    assert warden.recv(10) == bytes([signal.SIGINT, signal.SIGTERM])
    warden.close()
    kernel.send_signal(signal.SIGINT)
    assert kernel.code is not None


def test_closing_it_is_seen_though_a_fork_holds_the_socket(
    pair: tuple[Kernel, socket.socket],
) -> None:
    kernel, warden = pair
    held = kernel._life.dup()
    kernel.close()
    assert warden.recv(1) == b""
    held.close()


def test_one_environment_has_one_server_that_is_not_started_before_it_is_needed() -> None:
    server = server_for({"A": "1"})
    assert server is server_for({"A": "1"})
    assert server is not server_for({"A": "2"})
    assert server.pid is None
