"""The warm process: it knows nothing that an answer could find, and nothing outlives its judge."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from course_utils.grading.judge.clean_environment import clean_environment
from course_utils.grading.judge.executors import LocalPool
from course_utils.grading.judge.fork_client import ForkServer
from tests.grading.inside.asking import ask, printed_inside

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's"),
]
ROOT = Path(__file__).resolve().parents[3]


def memory_of(pid: int) -> Iterator[bytes]:
    """All that a process holds, piece by piece."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            place, rights, *rest = line.split()
            if "r" not in rights or "[v" in line or "/" in rest[-1]:
                continue
            low, high = (int(end, 16) for end in place.split("-"))
            for start in range(low, min(high, low + (1 << 28)), 1 << 24):
                try:
                    memory.seek(start)
                    yield memory.read(min(1 << 24, high - start))
                except (OSError, ValueError, OverflowError):
                    continue


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_the_server_has_imported_nothing_that_knows_what_is_right(server: ForkServer) -> None:
    code = "import sys\nprint(*sorted(m for m in sys.modules if m.startswith('course_utils')))"
    loaded = set(printed_inside(server, code).split())
    assert "course_utils.grading.inside.child" in loaded
    for room in ("oracles", "authoring", "claims"):
        assert not any(name.startswith(f"course_utils.{room}") for name in loaded)
    assert not loaded & {
        "course_utils.checking.judging",
        "course_utils.checking.comparing",
        "course_utils.checking.diagnosing",
        "course_utils.grading.judge.judging",
        "course_utils.grading.judge.secret",
        "course_utils.grading.judge.executors",
    }


def test_the_servers_memory_holds_no_secret_and_no_oracle(server: ForkServer, secret: str) -> None:
    assert server.pid is not None
    sought = [secret.encode(), b"recurrent-transposed", b"UNROLLED_PLANTED"]
    found = {word for piece in memory_of(server.pid) for word in sought if word in piece}
    assert found == set()


def test_the_servers_environment_is_clean(server: ForkServer, secret: str) -> None:
    text = Path(f"/proc/{server.pid}/environ").read_bytes().decode()
    names = {line.partition("=")[0] for line in text.split("\0") if line}
    assert names == set(clean_environment())
    assert secret not in text


def test_no_folder_that_others_may_write_holds_settings(server: ForkServer) -> None:
    around = clean_environment()
    assert around["HOME"] == os.devnull
    assert around["KERAS_HOME"].startswith(os.devnull)
    fonts = os.stat(around["MPLCONFIGDIR"])
    assert fonts.st_uid == os.getuid()
    assert not fonts.st_mode & 0o022


def test_a_server_that_is_killed_comes_back(server: ForkServer) -> None:
    assert printed_inside(server, "print(1)") == "1"
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert printed_inside(server, "print(2)") == "2"


def test_a_child_that_takes_too_long_is_ended_with_all_its_processes(server: ForkServer) -> None:
    code = (
        "import os, signal, time\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))\n"
        "for _ in range(3): os.fork()\n"
        "while True: time.sleep(1)"
    )
    talk = ask(server, code, seconds=2)
    assert talk.trouble == "time"
    assert server.pid is not None
    family = psutil.Process(server.pid)
    assert until(lambda: not family.children(recursive=True))


def test_memory_of_forks_is_counted_once(server: ForkServer) -> None:
    code = (
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(1.5); os._exit(0)\n"
        "time.sleep(1)\n"
        "print('fine')"
    )
    assert printed_inside(server, code) == "fine"


@pytest.mark.parametrize(
    "code",
    [
        "import mmap; mmap.mmap(-1, 1 << 20)",
        "import mmap; mmap.mmap(-1, 1 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)",
        "import mmap; mmap.mmap(-1, 1 << 21, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)",
        "import mmap; mmap.mmap(open('/dev/zero', 'r+b').fileno(), 1 << 20)",
        "import os; os.memfd_create('x')",
        "import ctypes\nif ctypes.CDLL(None).shmget(0, 4096, 0o1600) < 0: raise OSError",
    ],
    ids=["default", "shared", "huge", "of the device", "memfd", "System V"],
)
def test_memory_that_would_be_counted_for_nobody_is_refused(server: ForkServer, code: str) -> None:
    lines = code.replace("\n", "\n    ")
    tried = f"try:\n    {lines}\n    print('held')\nexcept OSError: print('refused')"
    assert printed_inside(server, tried) == "refused"


def test_short_processes_count_for_the_processor_time(server: ForkServer) -> None:
    code = (
        "import os, time\n"
        "end = time.monotonic() + 2\n"
        "while time.monotonic() < end:\n"
        "    if os.fork() == 0:\n"
        "        sum(range(300_000)); os._exit(0)\n"
        "    os.wait()\n"
        "os._exit(3)"
    )
    talk = ask(server, code)
    assert (talk.trouble, talk.code) == ("ended", 3)
    assert talk.cpu > 0.5


_JUDGE = """
import sys, time
from course_utils.grading.judge.fork_client import ForkServer
from tests.grading.inside.asking import ask
with ForkServer() as server:
    server.start()
    print(server.pid, flush=True)
    ask(server, "import os, time\\nos.fork()\\ntime.sleep(300)", seconds=300)
"""


def test_a_judge_that_is_killed_leaves_no_process() -> None:
    judge = subprocess.Popen(
        [sys.executable, "-c", _JUDGE],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert judge.stdout is not None
    pid = int(judge.stdout.readline())
    family = psutil.Process(judge.pid)
    # the server, its warden, the answer and the answer's own child
    assert until(lambda: len(family.children(recursive=True)) >= 4)
    below = family.children(recursive=True)
    judge.kill()
    judge.wait()
    assert until(lambda: not any(each.is_running() for each in below))
    assert not psutil.pid_exists(pid)


@pytest.mark.long  # the command with its pool is killed in tests/grading/test_command.py
def test_a_pool_that_is_killed_leaves_no_process() -> None:
    code = (
        "from course_utils.grading.judge.executors import LocalPool\n"
        "from tests.grading.judge.test_executors import jobs\n"
        "import time\n"
        "with LocalPool(2) as pool:\n"
        "    for verdict in pool.grade(jobs(500)): print('one', flush=True)\n"
    )
    judge = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert judge.stdout is not None
    assert judge.stdout.readline() == b"one\n"
    below = psutil.Process(judge.pid).children(recursive=True)
    judge.kill()
    judge.wait()
    assert until(lambda: not any(_alive(each) for each in below), 30)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_closing_a_pool_ends_its_processes() -> None:
    from tests.grading.judge.test_executors import jobs

    before = {each.pid for each in psutil.Process().children(recursive=True)}
    with LocalPool(2) as pool:
        assert len(list(pool.grade(jobs(6)))) == 6
        every = psutil.Process().children(recursive=True)
        made = [each for each in every if each.pid not in before]
        assert len(pool.pids) == 2
        assert len(made) >= 5  # the warm process, two judges, two fork servers
    assert until(lambda: not any(_alive(each) for each in made))


_USER = "print(open('/proc/self/uid_map').read().split()[1])"
_LEAVING = """
import os, time
for folder in ("/tmp", "/dev/shm"):
    open(folder + "/left", "w").write("x")
if os.fork() == 0:
    os.setpgid(0, 0)
    if os.fork() == 0:
        for number in range(3, 99):
            try: os.close(number)
            except OSError: pass
        time.sleep(300)
    os._exit(0)
print("left")
"""
_FINDING = (
    "import os\n"
    "print(os.listdir('/tmp'), os.listdir('/dev/shm'), "
    "[p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid())])"
)


def test_the_next_exercise_of_a_student_finds_nothing_of_the_last_one(server: ForkServer) -> None:
    with server.one_student():
        first = printed_inside(server, _USER)
        assert printed_inside(server, _LEAVING) == "left"
        assert printed_inside(server, _FINDING) == "[] [] []"
        assert printed_inside(server, _USER) == first  # it is the same sandbox
    assert os.getuid() != 0 or printed_inside(server, _USER) != first


def test_after_an_exercise_without_a_reply_the_next_one_gets_a_new_sandbox(
    server: ForkServer,
) -> None:
    if os.getuid() != 0:
        pytest.skip("the user of a sandbox tells them apart where the grader is root")
    with server.one_student():
        first = printed_inside(server, _USER)
        assert ask(server, "import os; os._exit(3)").code == 3
        assert printed_inside(server, _USER) != first


def test_what_one_exercise_forbids_the_next_one_may_have(server: ForkServer) -> None:
    code = (
        "import keras, numpy as np\n"
        "source = open(keras.src.layers.rnn.simple_rnn.__file__).read()\n"
        "try: print(len(source) > 0, len(keras.layers.SimpleRNN(1)(np.ones((1, 1, 1)))))\n"
        "except Exception as error: print(len(source), type(error).__name__)"
    )
    with server.one_student():
        told = [printed_inside(server, code, kinds) for kinds in ((), ("recurrent",), (), ())]
    assert told[1].startswith("0 ") and told[1].endswith("Error")  # no source, and refused
    assert [told[0], *told[2:]] == ["True 1"] * 3


_OUTLIVING = """
import ctypes, os, signal, time
if os.fork():
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    for target in (1, os.getppid()):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
            try: os.kill(target, number)
            except OSError: pass
time.sleep(300)
"""


_OTHER_SIGNALS = [
    pytest.param(target, number, marks=pytest.mark.long)
    for target in ("group", "judge")
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM)
]


@pytest.mark.parametrize(
    ("target", "number"),
    [
        ("group", signal.SIGKILL),
        ("server", signal.SIGKILL),
        pytest.param("judge", signal.SIGKILL, marks=pytest.mark.long),
        pytest.param("warm process", signal.SIGKILL, marks=pytest.mark.long),
        *_OTHER_SIGNALS,
    ],
)
def test_an_answer_that_heeds_nothing_outlives_nobody(target: str, number: int) -> None:
    code = (
        "from tests.grading.inside.asking import ask\n"
        "from course_utils.grading.judge.fork_client import ForkServer\n"
        "with ForkServer() as server:\n"
        "    server.start(); print(server.pid, server._warm.pid, flush=True)\n"
        f"    ask(server, {_OUTLIVING!r}, seconds=300)\n"
    )
    judge = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert judge.stdout is not None
    server, warm = map(int, judge.stdout.readline().split())
    family = psutil.Process(judge.pid)
    # the warm process, the server, the warden, process 1, the answer and its child
    assert until(lambda: len(family.children(recursive=True)) >= 6)
    below = family.children(recursive=True)
    if target == "group":
        os.killpg(judge.pid, number)
    else:
        os.kill({"judge": judge.pid, "server": server, "warm process": warm}[target], number)
    gone = below if target in ("group", "judge") else below[2:]
    ended = until(lambda: not any(_alive(each) for each in gone), 30)
    judge.kill()
    judge.wait()
    assert ended
    assert until(lambda: not any(_alive(each) for each in below), 30)
