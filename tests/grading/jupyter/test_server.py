"""Kernels of the warm server, from a Jupyter client's side: what they can, cannot, and leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from course_utils.grading.jupyter import client as kernel_client
from tests.grading.jupyter.kernels import PLAIN, Session, descendants, require_kernel, soon

pytestmark = pytest.mark.slow

OTHER = ("TF_CPP_MIN_LOG_LEVEL", "2")  # kernels with it have another server than the shared one


@pytest.fixture(autouse=True, scope="module")
def _required() -> Iterator[None]:
    require_kernel()
    yield
    for server in list(kernel_client._servers.values()):
        server.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook's folder with a file in it."""
    folder = tmp_path_factory.mktemp("chapter")
    (folder / "data.csv").write_text("1,2\n")
    return folder


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Session]:
    """One kernel for the tests that leave it as it was."""
    session = Session(folder)
    yield session
    session.close()


@pytest.fixture
def fresh(folder: Path) -> Iterator[Session]:
    """A kernel for tests that end it."""
    session = Session(folder)
    yield session
    session.close()


def test_tensorflow_computes_and_is_there_before_it_is_imported(shared: Session) -> None:
    assert shared.say("import sys; 'tensorflow' in sys.modules or print('cold')") == ""
    assert shared.say("import tensorflow as tf\nprint(float(tf.constant(2.0) + 1))") == "3.0"


def test_a_second_kernel_is_ready_long_before_a_plain_one(folder: Path, shared: Session) -> None:
    seconds = {}
    for name in ("unrolled", PLAIN):
        began = time.perf_counter()
        session = Session(folder, name)
        assert session.say("import tensorflow as tf\nprint(int(tf.constant(1) + 1))") == "2"
        seconds[name] = time.perf_counter() - began
        session.close()
    print(f"to the first result, in seconds: {seconds}")
    assert seconds["unrolled"] < seconds[PLAIN]


def test_the_check_cell_finds_its_oracle(shared: Session) -> None:
    said = shared.say(
        "from course_utils import check\n"
        "import numpy as np\n"
        "points = check('elman_step', lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h + b))\n"
        "print('points', points)"
    )
    assert "Error" not in said and "points" in said


def test_there_is_no_network(shared: Session) -> None:
    for code in (
        "import socket; socket.create_connection(('127.0.0.1', 80), 2)",
        "import socket; socket.socket(socket.AF_INET6)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:80', timeout=2)",
    ):
        assert "Operation not permitted" in shared.say(code) or "Error" in shared.say(code)
    assert shared.say("import os; print(os.listdir('/sys/class/net'))").startswith("FileNotFound")


def test_the_notebook_s_folder_is_read_and_never_changed(folder: Path, shared: Session) -> None:
    assert shared.say("print(open('data.csv').read())") == "1,2"
    assert shared.say("open('made.txt', 'w').write('x'); print(open('made.txt').read())") == "x"
    assert [each.name for each in folder.iterdir()] == ["data.csv"]


def test_nothing_else_can_be_written(shared: Session, checkout: Path) -> None:
    places = ["/usr/x", f"{checkout}/course_utils/x.py", f"{sys.prefix}/x", "/x", "/etc/x"]
    for place in places:
        said = shared.say(f"open({place!r}, 'w')")
        assert said.startswith(("OSError", "PermissionError", "FileNotFoundError")), said
    assert not any(os.path.exists(place) for place in places)


def test_what_lies_outside_is_not_there(shared: Session, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("secret")
    for place in (
        tmp_path / "gradebook.db",
        checkout / "solutions",
        checkout / ".git",
        Path.home() / ".ssh",
    ):
        assert shared.say(f"import os; print(os.path.exists({str(place)!r}))") == "False"


def test_no_other_process_is_seen(shared: Session) -> None:
    said = shared.say("import os; print(sorted(n for n in os.listdir('/proc') if n.isdigit()))")
    assert said == "['1', '2']"


def test_the_client_s_secrets_are_not_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, shared: Session
) -> None:
    monkeypatch.setenv("NBGRADER_DB_URL", "sqlite:///secret.db")
    monkeypatch.setenv(*OTHER)
    session = Session(folder)
    said = session.say(
        "import os\n"
        "print('secret' in str(os.environ), 'secret' in open('/proc/self/environ').read(),"
        "os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    )
    session.close()
    assert said == "False False 2"


def test_two_kernels_draw_different_numbers(folder: Path, shared: Session) -> None:
    code = "import random, numpy; print(random.random(), numpy.random.rand())"
    other = Session(folder)
    assert other.say(code) != shared.say(code)
    other.close()


def test_a_figure_is_shown_as_a_picture(folder: Path, shared: Session) -> None:
    shared.client.execute("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    kinds: set[str] = set()
    while "image/png" not in kinds:
        kinds |= set(shared.client.get_iopub_msg(timeout=30)["content"].get("data", {}))
    shared.client.get_shell_msg(timeout=30)


def test_what_a_fork_of_the_kernel_prints_arrives(shared: Session) -> None:
    said = shared.say(
        "import os, time\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    print('from a fork'); os._exit(0)\n"
        "os.waitpid(child, 0); time.sleep(0.5)"
    )
    assert said == "from a fork"


def test_shell_lines_and_processes_work(shared: Session) -> None:
    assert shared.say("!echo from a shell") == "from a shell"
    assert shared.say("%%bash\necho and another") == "and another"
    said = shared.say(
        "import multiprocessing\n"
        "with multiprocessing.Pool(2) as pool: print(pool.map(abs, [1, -2]))"
    )
    assert said == "[1, 2]"


def test_an_interrupt_stops_an_endless_loop_and_keeps_what_was_there(shared: Session) -> None:
    shared.say("kept = 5")
    shared.begin("while True: pass")
    shared.manager.interrupt_kernel()
    assert shared.reply()["ename"] == "KeyboardInterrupt"
    assert shared.say("print(kept)") == "5"


def test_an_interrupt_reaches_what_the_kernel_started(shared: Session) -> None:
    shared.begin("import subprocess; subprocess.run(['sleep', '100'])")
    began = time.monotonic()
    shared.manager.interrupt_kernel()
    assert shared.reply()["status"] == "error"
    assert time.monotonic() - began < 20


def test_an_interrupt_by_message_works_too(folder: Path) -> None:
    session = Session(folder)
    session.manager.kernel_spec.interrupt_mode = "message"
    session.begin("while True: pass")
    session.manager.interrupt_kernel()
    assert session.reply()["ename"] == "KeyboardInterrupt"
    session.close()


@pytest.mark.parametrize("now", [False, True])
def test_a_restart_forgets_everything(fresh: Session, now: bool) -> None:
    fresh.say("old = 1; open('made.txt', 'w').close()")
    fresh.restart(now)
    assert fresh.say("old").startswith("NameError")
    assert fresh.say("import os; print(os.listdir())") == "['data.csv']"


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("import os; os._exit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", 128 + signal.SIGKILL),
        ("import ctypes; ctypes.string_at(0)", 128 + signal.SIGSEGV),
    ],
)
def test_a_kernel_s_death_is_reported_and_it_starts_again(
    fresh: Session, code: str, exit_code: int
) -> None:
    fresh.client.execute(code)  # what it printed just before may be lost with it
    assert fresh.dead()
    assert fresh.provisioner._kernel.code == exit_code
    fresh.restart(now=True)
    assert fresh.say("print('again')") == "again"


def test_a_kernel_that_takes_too_much_memory_is_ended_and_the_reason_known(folder: Path) -> None:
    from traitlets.config import Config

    session = Session(folder, config=Config({"UnrolledProvisioner": {"memory": 700 << 20}}))
    session.begin(
        "import os, time\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        held = b'x' * (400 << 20); time.sleep(100)\n"
        "time.sleep(100)"
    )
    assert session.dead()
    assert session.provisioner._kernel.reason == "memory"
    session.close()


def test_a_kernel_gets_no_memory_that_would_be_counted_for_nobody(shared: Session) -> None:
    code = (
        "import mmap\n"
        "try: print(mmap.mmap(-1, 100 << 20))\n"
        "except OSError as error: print(type(error).__name__)"
    )
    assert shared.say(code) == "PermissionError"


def test_a_kernel_fills_its_own_small_disk_and_no_other(folder: Path) -> None:
    from traitlets.config import Config

    session = Session(folder, config=Config({"UnrolledProvisioner": {"disk": 8 << 20}}))
    for place in ("big", "/tmp/big", "/dev/shm/big"):
        said = session.say(f"open({place!r}, 'wb').write(bytes(9 << 20))")
        assert "No space left" in said
    session.close()


def test_a_kernel_that_is_deaf_to_everything_is_shut_down_with_all_it_started(
    folder: Path, shared: Session
) -> None:
    before = descendants()
    session = Session(folder)
    session.begin(
        "import os, signal, time\n"
        "for _ in range(5):\n"
        "    if os.fork() == 0:\n"
        "        os.setsid(); time.sleep(1000)\n"
        "for number in (signal.SIGINT, signal.SIGTERM):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "while True: pass"
    )
    assert soon(lambda: len(descendants() - before) >= 8)
    session.client.stop_channels()
    session.manager.shutdown_kernel(now=True)
    assert soon(lambda: descendants() <= before)


def test_a_shut_down_kernel_leaves_no_process_and_no_socket(folder: Path, shared: Session) -> None:
    before = descendants()
    session = Session(folder)
    place = session.provisioner._folder
    assert len(list(place.iterdir())) == 5
    session.close()
    assert soon(lambda: descendants() <= before)
    assert not place.exists()


def test_the_manager_of_jupyterlab_starts_restarts_and_ends_it(folder: Path) -> None:
    import asyncio

    from jupyter_client.multikernelmanager import AsyncMultiKernelManager

    async def session() -> tuple[str, str]:
        manager = AsyncMultiKernelManager(connection_dir=str(folder / "runtime"))
        name = await manager.start_kernel(kernel_name="unrolled", cwd=str(folder))
        kernel = manager.get_kernel(name)
        client = kernel.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        said = []
        for _ in range(2):
            reply = await client.execute_interactive(
                "old", timeout=60, output_hook=lambda message: None
            )
            said.append(reply["content"]["ename"])
            await client.execute_interactive("old = 1", timeout=60)
            await manager.restart_kernel(name)
            await client.wait_for_ready(timeout=60)
        client.stop_channels()
        await manager.shutdown_all()
        return said[0], said[1]

    (folder / "runtime").mkdir()
    assert asyncio.run(session()) == ("NameError", "NameError")
    assert list((folder / "runtime").iterdir()) == []
    (folder / "runtime").rmdir()


def test_kernels_share_one_server(folder: Path, shared: Session) -> None:
    other = Session(folder)
    assert other.provisioner._server is shared.provisioner._server
    other.close()


def test_a_server_that_was_killed_is_started_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*OTHER)
    session = Session(folder)
    psutil.Process(session.provisioner._server.pid).kill()
    assert session.dead()
    session.restart(now=True)
    assert session.say("print('again')") == "again"
    session.close()


CLIENT = """
import sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="unrolled", cwd=sys.argv[1])
client.execute("while True: pass")
server = manager.provisioner._server
print(server.pid, server._home, flush=True)
time.sleep(1000)
"""


@pytest.mark.parametrize(
    "signum", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_a_client_that_is_killed_leaves_nothing(
    folder: Path, signum: signal.Signals, checkout: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert client.stdout is not None
    server, home = client.stdout.readline().split()
    family = psutil.Process(client.pid).children(recursive=True)
    assert len(family) >= 4 and int(server) in {each.pid for each in family}
    client.send_signal(signum)
    client.wait()
    client.stdout.close()
    assert soon(lambda: not any(each.is_running() for each in family))
    assert not os.path.exists(home)


REFUSED = """
import logging
logging.basicConfig()
import sys
from course_utils.grading.inside import linux, system_calls
linux.give_up_capabilities()
system_calls.filter_calls(notebook=True)  # from here on namespaces are refused
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="unrolled", cwd=sys.argv[1])
client.execute_interactive("print(6 * 7)", timeout=60)
client.stop_channels()
manager.shutdown_kernel()
"""


def _refused(folder: Path, checkout: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", REFUSED, str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(checkout), **more},
    )


def test_where_namespaces_are_refused_the_error_says_what_to_do(
    folder: Path, checkout: Path
) -> None:
    ran = _refused(folder, checkout)
    assert ran.returncode != 0
    assert "user.max_user_namespaces" in ran.stderr
    assert "UNROLLED_NO_SANDBOX=1" in ran.stderr
    assert "42" not in ran.stdout


def test_there_a_kernel_without_a_sandbox_is_to_be_asked_for_and_says_so(
    folder: Path, checkout: Path
) -> None:
    ran = _refused(folder, checkout, UNROLLED_NO_SANDBOX="1")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "42"
    assert "without a sandbox" in ran.stderr
