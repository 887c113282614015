"""Lines of JSON over a socket, and the descriptors that a fork keeps."""

from __future__ import annotations

import os
import socket

import pytest

from course_utils.errors import GradingError
from course_utils.grading.inside.fork_setup import keep_only
from course_utils.grading.inside.json_lines import receive_line, send_line


def test_what_is_told_is_heard_line_by_line() -> None:
    here, there = socket.socketpair()
    with here, there:
        send_line(here, {"a": 1})
        send_line(here, {"b": "ü"})
        assert receive_line(there) == {"a": 1}
        assert receive_line(there) == {"b": "ü"}


def test_a_closed_end_is_said() -> None:
    here, there = socket.socketpair()
    here.close()
    with there, pytest.raises(GradingError, match="closed"):
        receive_line(there)


def test_a_fork_keeps_what_it_names_and_three_that_lead_nowhere() -> None:
    told, tell_it = os.pipe()
    child = os.fork()
    if child == 0:
        keep_only({tell_it})
        found = os.listdir("/proc/self/fd")
        open_ones = {int(each) for each in found if os.path.lexists(f"/proc/self/fd/{each}")}
        fine = open_ones == {0, 1, 2, tell_it} and os.readlink("/proc/self/fd/1") == os.devnull
        os.write(tell_it, b"fine" if fine else repr(open_ones).encode())
        os._exit(0)
    os.close(tell_it)
    with open(told) as said:
        assert said.read() == "fine"
    os.waitpid(child, 0)
