"""A fork server of other limits without another start of TensorFlow: forks of one process."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.warm_client import WarmProcess

__all__ = ["warm_process", "warm_server"]


@cache
def warm_process() -> WarmProcess:
    """The one that the tests share; it ends with them."""
    warm = WarmProcess()
    atexit.register(warm.close)
    return warm


@contextmanager
def warm_server(limits: Limits | None = None) -> Iterator[ForkServer]:
    """A fork server that has started, ended with the block."""
    with ForkServer(limits=limits, warm=warm_process()) as server:
        server.start()
        yield server
