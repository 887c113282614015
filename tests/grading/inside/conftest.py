"""One warm process for all tests that leave it as it was, or let it come back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from course_utils.grading.judge.fork_client import ForkServer


@pytest.fixture(scope="session")
def secret() -> Iterator[str]:
    """What the environment of the tests holds, and no answer may see."""
    made = secrets.token_hex(16)
    os.environ["UNROLLED_PLANTED"] = made
    yield made
    del os.environ["UNROLLED_PLANTED"]


@pytest.fixture(scope="session")
def server(secret: str) -> Iterator[ForkServer]:
    """A server that was started while the secret was there."""
    with ForkServer() as made:
        made.start()
        yield made
