"""What is seen from inside the sandbox, and what the grader says where there can be none."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux, root_filesystem, sandbox, sandbox_spec
from course_utils.grading.inside.sandbox_spec import Limits, SandboxSpec, spec_of_this_course
from course_utils.grading.judge.fork_client import ForkServer
from tests.grading.inside.asking import printed_inside
from tests.grading.inside.warm import warm_server

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the sandbox is Linux's"
)
ROOT = Path(__file__).resolve().parents[3]
NOT_IN_TMP = pytest.mark.skipif(
    ROOT.is_relative_to("/tmp"), reason="this checkout lies in /tmp, and an answer sees its package"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import os; print(os.getpid(), os.getppid())", "2 1"),
        ("import os; print(os.getuid() == 0, os.getgroups() == [0])", "False False"),
        pytest.param(
            "import os; print(sorted(os.listdir('/tmp')), os.getcwd())",
            "[] /tmp",
            marks=NOT_IN_TMP,
        ),
        ("import socket; print([n for _, n in socket.if_nameindex()])", "PermissionError"),
        ("import os; print([p for p in os.listdir('/proc') if p.isdigit()])", "['1', '2']"),
        ("import sys; print(sys.argv)", "['']"),
        (
            "import os; print(sorted(os.listdir('/usr')), os.path.exists('/usr/share/doc'))",
            "['bin'",
        ),
        ("import mmap; mmap.mmap(-1, 4096)", "PermissionError"),
        (
            "import fcntl, os; fcntl.flock(os.open('/usr/bin', os.O_RDONLY), fcntl.LOCK_EX)",
            "OSError",
        ),
        ("import fcntl; fcntl.lockf(open(fcntl.__file__, 'rb'), fcntl.LOCK_SH)", "OSError"),
        (
            "import os; os.posix_fadvise(os.open('/usr/bin', 0), 0, 0, os.POSIX_FADV_DONTNEED)",
            "OSError",
        ),
        ("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))", "(1, 1)"),
        ("import os; print(sorted(os.listdir('/etc')))", "['empty', 'ld.so.cache', 'localtime'"),
        ("import os; print(sorted(os.listdir('/dev')))", "['fd', 'full', 'null', 'random', 'shm'"),
        ("import os; print(os.environ['HOME'], os.environ['TMPDIR'])", "/tmp /tmp"),
        ("import os; print(os.statvfs('/').f_flag & os.ST_RDONLY)", "1"),
        ("import os; print(os.path.exists('/.old'))", "False"),
        ("import os; print(sum(os.path.exists(f'/proc/self/fd/{k}') for k in range(3, 99)))", "1"),
    ],
    ids=lambda text: text[:40],
)
def test_inside_there_is_only_what_an_answer_needs(
    server: ForkServer, code: str, printed: str
) -> None:
    if printed.endswith("Error"):
        code = f"try:\n    {code}\nexcept OSError as error: print(type(error).__name__)"
    assert printed_inside(server, code).startswith(printed)


@pytest.mark.slow
def test_of_the_course_an_answer_sees_no_room_that_holds_what_is_right(server: ForkServer) -> None:
    code = "import os, course_utils\nprint(*sorted(os.listdir(course_utils.__path__[0])))"
    seen = set(printed_inside(server, code).split())
    assert {"checking", "probes", "datasets", "recurrent"} <= seen
    assert not seen & {"oracles", "grading", "authoring", "cli.py", "__pycache__"}
    code = f"import os\nprint(*sorted(os.listdir({str(ROOT)!r})))"
    assert set(printed_inside(server, code).split()) <= {".venv", "course_utils", "data"}


@pytest.mark.slow
def test_the_sources_of_ready_operations_are_empty_where_they_are_forbidden(
    server: ForkServer,
) -> None:
    code = (
        "import keras, os, glob\n"
        "folder = os.path.dirname(keras.__file__) + '/src/layers/rnn/'\n"
        "names = [folder + 'simple_rnn.py', *glob.glob(folder + '__pycache__/simple_rnn.*')]\n"
        "print(len(names), sum(len(open(name, 'rb').read()) for name in names))"
    )
    number, size = map(int, printed_inside(server, code, ("recurrent",)).split())
    assert number >= 1
    assert size == 0
    assert int(printed_inside(server, code).split()[1]) > 0


@pytest.mark.slow
def test_ctypes_callbacks_processes_and_threads_still_work(server: ForkServer) -> None:
    code = (
        "import ctypes, subprocess, threading, sys, tempfile\n"
        "f = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n + 1)\n"
        "found = []\n"
        "thread = threading.Thread(target=found.append, args=(f(1),)); thread.start()\n"
        "thread.join()\n"
        "with tempfile.NamedTemporaryFile() as file: file.write(b'x')\n"
        "said = subprocess.run([sys.executable, '-c', 'print(3)'], capture_output=True)\n"
        "print(found, said.stdout)"
    )
    assert printed_inside(server, code) == "[2] b'3\\n'"


@pytest.mark.slow
def test_each_child_is_a_user_of_its_own_where_the_grader_is_root(server: ForkServer) -> None:
    if os.getuid() != 0:
        pytest.skip("the grader is not root")
    code = "print(open('/proc/self/uid_map').read().split()[1])"
    users = {printed_inside(server, code) for _ in range(3)}
    assert len(users) == 3
    assert all(int(user) >= 0x70000000 for user in users)


@pytest.mark.slow
def test_limits_can_be_chosen() -> None:
    code = (
        "import resource as r\nprint(*(r.getrlimit(n)[1] for n in (r.RLIMIT_NPROC, r.RLIMIT_CPU)))"
    )
    with warm_server(limits=Limits(processes=33, cpu=44)) as server:
        assert printed_inside(server, code) == "33 44"


@pytest.mark.slow
@NOT_IN_TMP
@pytest.mark.parametrize(
    ("themes", "attacks"),
    [
        (("reading", "reaching", "sharing"), 37),  # those that go for the rights of a user
        pytest.param(("searching", "outliving"), 22, marks=pytest.mark.long),
    ],
    ids=["some", "others"],
)
def test_a_grader_that_is_not_root_holds_the_same_attacks(
    themes: tuple[str, ...], attacks: int
) -> None:
    if os.getuid() != 0:
        pytest.skip("every other test has shown it: the grader is not root")
    if ROOT.stat().st_mode & 0o005 != 0o005:
        pytest.skip("this checkout can be read by its owner alone")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.grading.inside.as_nobody", *themes],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told.pop("user") == 65534
    assert told.pop("honest") == "all points"
    assert len(told) == attacks
    assert {name: said for name, said in told.items() if said != "nothing"} == {}


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOSPC, errno.EINVAL])
def test_where_linux_refuses_the_message_says_what_to_change(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(flags: int) -> None:
        raise SandboxError(f"new namespaces: {os.strerror(code)}")

    monkeypatch.setattr(linux, "unshare", refuse)
    with pytest.raises(SandboxError, match="as root, or allow user namespaces") as raised:
        sandbox.enter_namespaces()
    for words in (os.strerror(code), "sysctl", "CAP_SYS_ADMIN", "SECURITY.md", "--no-sandbox"):
        assert words in str(raised.value)


@pytest.mark.slow
def test_what_cannot_be_confined_is_not_run(tmp_path: Path) -> None:
    with warm_server(limits=Limits(disk=-1)) as server, pytest.raises(SandboxError):
        printed_inside(server, f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert not (tmp_path / "ran").exists()


def test_the_sandbox_holds_neither_home_folders_nor_the_checkout() -> None:
    spec = spec_of_this_course("/")
    assert not {"/", "/home", "/root", str(ROOT), str(ROOT.parent)} & set(spec.shown)
    assert str(ROOT / "course_utils") in spec.courses


def test_an_environment_made_in_a_folder_that_holds_more_shows_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bin", "lib", "src", "submitted", "share"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    spec = spec_of_this_course()
    assert {str(tmp_path / name) for name in ("bin", "lib")} <= set(spec.shown)
    assert not spec.shows(tmp_path / "submitted" / "anna" / "ch02.ipynb")
    assert spec.shows(tmp_path / "lib" / "out") == str(tmp_path / "lib")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/usr/lib/python3", True),
        ("/usr/local/share/nbgrader/exchange", False),
        ("/srv/nbgrader/exchange", False),
        (ROOT / "course_utils" / "checking" / "out", True),
        (ROOT / "course_utils" / "oracles", False),
        (ROOT / "solutions", False),
        (ROOT.parent, False),
    ],
)
def test_what_lies_where_answers_can_read_is_known(path: Path | str, shown: bool) -> None:
    assert bool(spec_of_this_course().shows(path)) is shown


def test_the_root_is_built_where_nothing_lies_that_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    monkeypatch.setattr(sandbox_spec, "_MOUNT_POINTS", (str(first), str(second)))
    assert sandbox_spec._mount_point([f"{first}/venv/lib"]) == str(second)
    with pytest.raises(SandboxError, match="needs a folder to build its root on"):
        sandbox_spec._mount_point([str(first), f"{second}/course"])


def test_a_file_that_is_shown_under_two_names_is_hidden_under_both(tmp_path: Path) -> None:
    (tmp_path / "real" / "lib").mkdir(parents=True)
    (tmp_path / "real" / "lib" / "x.py").write_text("x")
    (tmp_path / "other").symlink_to(tmp_path / "real")
    shown = (str(tmp_path / "real" / "lib"), str(tmp_path / "other" / "lib"))
    names = root_filesystem._other_names(str(tmp_path / "other" / "lib" / "x.py"), shown)
    assert names == {str(tmp_path / folder / "lib" / "x.py") for folder in ("real", "other")}


_BUILD = """
import os, sys
from course_utils.grading.inside.root_filesystem import hide, move_into_root
from course_utils.grading.inside.sandbox import enter_namespaces
from course_utils.grading.inside.sandbox_spec import SandboxSpec
shown, hidden, tried = (each.split("\\0") for each in sys.stdin.read().split("\\0\\0"))
enter_namespaces()
if os.fork() == 0:
    spec = SandboxSpec("/mnt", tuple(shown))
    move_into_root(spec)
    hide(filter(None, hidden), spec)
    for path in tried:
        try:
            open(path, "a").close()
            print("written:", ascii(path), flush=True)
        except OSError as error:
            print(error.errno, flush=True)
    os._exit(0)
os.wait()
"""


def _written(shown: list[str], hidden: list[str], tried: list[str]) -> list[str]:
    """For each path that is tried the number of the error, in a root that shows this."""
    told = "\0\0".join("\0".join(each) for each in (shown, hidden, tried))
    ran = subprocess.run(
        [sys.executable, "-c", _BUILD],
        input=os.fsencode(told),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout.decode().splitlines()


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "José",
        "課程",
        "a space",
        "a\ttab",
        "a\nline",
        "a\\backslash",
        "a\\040number",
        "a\u2028line",
        "a\x85line",
        "no UTF-8 \udcff",
        "a slash at the end/",
        "two//slashes",
    ],
    ids=ascii,
)
def test_what_is_shown_cannot_be_written_whatever_its_path_is_called(
    name: str, tmp_path: Path
) -> None:
    """Of what lies there the grader may be the owner: Linux itself must refuse."""
    folder = f"{tmp_path}/{name}"
    os.makedirs(folder)
    assert _written([folder], [], [f"{folder}/planted"]) == [str(errno.EROFS)]


def test_what_is_hidden_under_a_second_name_cannot_be_written(tmp_path: Path) -> None:
    """As in a virtual environment, whose lib64 leads to lib."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib64").symlink_to("lib")
    for number in range(8):
        (tmp_path / "lib" / f"{number}.py").write_text("x")
    shown = [f"{tmp_path}/{name}" for name in ("lib", "lib64")]
    files = [f"{folder}/{number}.py" for number in range(8) for folder in shown]
    assert _written(shown, files, files) == [str(errno.EROFS)] * 16


def test_what_cannot_be_made_read_only_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "mount", lambda *arguments: None)
    with pytest.raises(SandboxError, match="cannot be made read-only"):
        root_filesystem._bind("/nowhere", "/nowhere")


def test_a_sandbox_writes_nowhere_unless_told_to() -> None:
    spec = SandboxSpec("/home", ("/usr",))
    assert spec.writable == ()
    assert spec.limits == Limits()


def test_off_linux_a_call_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_libc", None)
    with pytest.raises(SandboxError, match="needs Linux"):
        linux.unshare(0)
