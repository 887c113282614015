"""What a child's processes hold is seen from outside, shared memory as well."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from course_utils.grading.judge.resource_watch import ResourceWatch

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")

_SIZE = 64 << 20
_KINDS = {
    "its own": "kept = bytearray(b'x') * {size}",
    "shared": "import mmap; kept = mmap.mmap(-1, {size}); kept.write(b'x' * {size})",
    "of a process whose first thread has ended": """
import ctypes, sys, threading
kept = bytearray(b'x') * {size}
def go_on():
    while open('/proc/self/stat').read().split()[2] != 'Z': pass
    print('ready', flush=True)
    input()
threading.Thread(target=go_on).start()
ctypes.CDLL(None).pthread_exit(None)
""",
}
# The warden's child takes the memory, says so and waits until its input is closed.
_WARDEN = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1]])
"""


@contextmanager
def _warden(code: str) -> Iterator[int]:
    child = f"{code}\nprint('ready', flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", _WARDEN, child],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
        process.kill()


@pytest.mark.parametrize("kind", _KINDS)
def test_memory_counts(kind: str) -> None:
    with _warden(_KINDS[kind].format(size=_SIZE)) as warden:
        assert ResourceWatch(warden, _SIZE).too_much()
        assert not ResourceWatch(warden, 4 * _SIZE).too_much()


def test_a_warden_that_has_ended_holds_nothing() -> None:
    with _warden("") as warden:
        pass
    assert not ResourceWatch(warden, 1).too_much()
