"""What Linux is short of for a moment ends no batch; what it refuses for good is said at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course_utils.errors import GradingError, SandboxError
from course_utils.grading.judge import fork_client
from course_utils.grading.judge.conversation import Conversation
from course_utils.grading.judge.fork_client import ForkServer

FAILURES = {
    "no process": GradingError("a fork failed: Resource temporarily unavailable"),
    "no mount": SandboxError("mounting none on /mnt: Cannot allocate memory"),
    "the server gone": ConnectionResetError("Connection reset by peer"),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let a server fail so often before it answers; gives the list of what was asked."""
    monkeypatch.setattr(fork_client, "_PAUSE", 0.0)
    monkeypatch.setattr(ForkServer, "start", lambda self: None)

    def failing(times: int, error: Exception) -> list[str]:
        log: list[str] = []

        def ask(self: ForkServer, *_: object) -> Conversation:
            log.append("asked")
            if len(log) <= times:
                raise error
            return Conversation(b"reply")

        monkeypatch.setattr(ForkServer, "_ask", ask)
        return log

    return failing


@pytest.mark.parametrize("failure", FAILURES)
def test_what_fails_for_a_moment_is_tried_again(
    failure: str, asked: Callable[..., list[str]]
) -> None:
    log = asked(3, FAILURES[failure])
    server = ForkServer()
    server._proven = True  # it has confined a child before
    assert server.ask(b"", 1.0).reply == b"reply"
    assert len(log) == 4


def test_a_machine_that_refuses_the_first_child_is_not_asked_again(
    asked: Callable[..., list[str]],
) -> None:
    log = asked(1, FAILURES["no mount"])
    with pytest.raises(SandboxError, match="mounting"):
        ForkServer().ask(b"", 1.0)
    assert len(log) == 1


def test_a_machine_that_starts_no_child_any_more_says_why(asked: Callable[..., list[str]]) -> None:
    asked(9, FAILURES["no process"])
    with pytest.raises(GradingError, match="No answer could be started: a fork failed: Resource"):
        ForkServer().ask(b"", 1.0)
