"""The downloader on full and closed disks and under signals, each time in its own process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_utils.datasets import Entry
from course_utils.datasets.download import download

if TYPE_CHECKING:
    from tests.datasets.conftest import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX limits and signals")

ROOT = Path(__file__).parents[2]

#: Downloads argv[1] (an entry as JSON) to argv[2]; prints the path, or the error's kind and
#: message, and then what the folder holds.
CHILD = """
import json, sys
from pathlib import Path
from course_utils.datasets.download import download
from course_utils.datasets import Entry
from course_utils.errors import DataError
{before}
try:
    print(download(Entry(**json.loads(sys.argv[1])), Path(sys.argv[2]), progress=False, pause=0))
except DataError as error:
    print(type(error).__name__, error)
print("holds", [path.name for path in Path(sys.argv[2]).glob("*")])
"""

#: Runs a command in a mount namespace of its own, with a small disk mounted on the first argument.
ON_A_SMALL_DISK = 'mount -t tmpfs -o "size=64k,$2" none "$1" && shift 2 && exec "$@"'


def child(entry: Entry, cache: Path, before: str = "") -> list[str]:
    """The command that downloads `entry` to `cache` in a fresh process."""
    code = CHILD.format(before=before)
    return [sys.executable, "-c", code, json.dumps(asdict(entry)), str(cache)]


def run(command: list[str]) -> str:
    """What the command prints; it must end well."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def on_a_small_disk(command: list[str], mounted: Path, options: str) -> list[str]:
    """The command with 64 KiB of disk at `mounted`, which only it sees and which ends with it."""
    sh = ["sh", "-c", ON_A_SMALL_DISK, "sh", str(mounted), options]
    return ["unshare", "--map-root-user", "--mount", *sh, *command]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A folder on which a child may mount a small disk; skips where the system forbids it."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    if shutil.which("unshare") is None:
        pytest.skip("no unshare on this system, so no disk can be mounted")
    trial = subprocess.run(on_a_small_disk(["true"], mounted, "rw"), capture_output=True, text=True)
    if trial.returncode:
        pytest.skip(f"this system lets no test mount a disk: {trial.stderr.strip()}")
    return mounted


def says_what_to_do(said: str, entry: Entry, cache: Path) -> None:
    """Hold the message to its promise: file, address, where to put it by hand, the default."""
    assert said.startswith(f"DownloadError {entry.file} could not be downloaded: ")
    for part in (entry.url, str(cache / entry.file), entry.sha256, "UNROLLED_DATA", entry.default):
        assert part in said


def test_a_full_disk_is_named_with_what_is_needed_and_keeps_no_half_file(
    server: Server, small: Entry, disk: Path, body: bytes
) -> None:
    server.send(body)
    said = run(on_a_small_disk(child(small, disk / "cache"), disk, "rw"))
    says_what_to_do(said, small, disk / "cache")
    assert f"the disk of {disk / 'cache'} is full: " in said
    assert "200,000 are needed" in said
    assert said.endswith("holds []\n")


def test_a_file_larger_than_the_process_may_write_is_not_kept(
    server: Server, small: Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))"
    said = run(child(small, cache, before=limit))
    says_what_to_do(said, small, cache)
    assert "the file cannot be stored" in said
    assert said.endswith("holds []\n")


def test_a_disk_mounted_read_only_is_told_so(
    server: Server, small: Entry, disk: Path, body: bytes
) -> None:
    server.send(body)
    for cache in (disk, disk / "not-made-yet"):
        said = run(on_a_small_disk(child(small, cache), disk, "ro"))
        says_what_to_do(said, small, cache)
        assert f"nothing may be written to the folder {cache}" in said


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that a user other than root may read and not write."""
    folder = Path(tempfile.mkdtemp(prefix="unrolled-closed-"))
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


#: Root may write everywhere, so a child of root becomes nobody.
AS_A_USER = "import os; os.geteuid() == 0 and os.seteuid(65534)"


def test_a_folder_that_may_not_be_written_is_told_so(
    server: Server, small: Entry, closed: Path, body: bytes
) -> None:
    server.send(body)
    for cache in (closed, closed / "not-made-yet"):
        said = run(child(small, cache, before=AS_A_USER))
        says_what_to_do(said, small, cache)
        assert f"nothing may be written to the folder {cache}" in said


def test_a_folder_that_may_not_be_written_serves_the_file_it_holds(
    server: Server, small: Entry, closed: Path, body: bytes
) -> None:
    closed.chmod(0o755)
    (closed / small.file).write_bytes(body)
    closed.chmod(0o555)
    said = run(child(small, closed, before=AS_A_USER))
    assert said.splitlines()[0] == str(closed / small.file)
    assert server.asked == []


def stop_halfway(server: Server, entry: Entry, cache: Path, body: bytes, how: int) -> None:
    """Start a download that stops after 70,000 bytes, and send the signal `how` there."""
    server.hang(body[:70_000], promised=len(body))
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = child(entry, cache, before=listen)  # a job in the background starts deaf to it
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not any(path.stat().st_size for path in (cache.iterdir() if cache.exists() else ())):
            assert time.monotonic() < deadline, "no bytes arrived"
            time.sleep(0.01)
        os.kill(process.pid, how)
        assert process.wait(timeout=30) != 0
    finally:
        process.kill()
        process.wait()


def test_an_interrupted_download_leaves_nothing(
    server: Server, small: Entry, cache: Path, body: bytes
) -> None:
    stop_halfway(server, small, cache, body, signal.SIGINT)
    assert list(cache.iterdir()) == []


def test_a_killed_download_leaves_nothing_under_the_real_name_and_can_be_run_again(
    server: Server, small: Entry, cache: Path, body: bytes
) -> None:
    stop_halfway(server, small, cache, body, signal.SIGKILL)
    assert not (cache / small.file).exists()
    server.send(body)
    assert download(small, cache, progress=False).read_bytes() == body
