"""Looking for what is right, and for what belongs to others, in files."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

ATTACKS = attacks(
    {
        "import the oracles": """
import importlib
import sys
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for name in ("course_utils.oracles", "course_utils.oracles.ch02_elman_cell", "oracles",
                 "course_utils.grading.judge.secret", "course_utils.grading.judge.judging",
                 "course_utils.authoring", "solutions", "tests.bank.ch02_elman_cell"):
        for path in (PLANTED["checkout"], PLANTED["checkout"] + "/course_utils", *sys.path):
            sys.path.insert(0, path)
            importlib.invalidate_caches()
            try:
                module = importlib.import_module(name)
            except ImportError:
                continue
            finally:
                sys.path.remove(path)
            if getattr(module, "__file__", None) or list(getattr(module, "__path__", ())):
                leak(module)
    return h
""",
        "ask the registry for the oracle": """
def elman_step(x, h, W_x, W_h, b):
    from course_utils.checking.registry import exercise_named
    exercise = exercise_named("elman_step")
    leak(exercise)
""",
        "let the course itself judge": """
def elman_step(x, h, W_x, W_h, b):
    from course_utils import check
    if check("elman_step", elman_step) > 0:
        leak("points")
    return h
""",
        "read the oracles by their path": """
import os
def elman_step(x, h, W_x, W_h, b):
    import course_utils
    here = os.path.dirname(course_utils.__file__)
    for root in (here, PLANTED["checkout"] + "/course_utils", "/proc/self/root" + here,
                 "/proc/1/root" + here, "/.old" + here, "/proc/self/cwd/../" + here):
        for room in ("oracles", "grading", "authoring", "oracles/__pycache__", "__pycache__"):
            for name in ("ch02_elman_cell", "ch02_elman_cell/elman_step.py", "", "judge/secret.py"):
                path = f"{root}/{room}/{name}"
                if os.path.exists(path):
                    leak(path)
    return h
""",
        "walk the whole tree for anything that gives an answer away": """
import os
def elman_step(x, h, W_x, W_h, b):
    names = ("gradebook.db", "solutions", "oracles", ".git", "verdicts", "submitted",
             "id_rsa", "shadow", ".ssh", ".netrc", ".pypirc", ".bash_history")
    for folder, folders, files in os.walk("/") if once() else ():
        if folder.startswith(("/proc", "/dev")):
            folders.clear()
            continue
        for name in (*folders, *files):
            if name in names or name.startswith(("ch02_elman_cell", "planted")):
                if "/course_utils/experiments" not in folder and "/nbgrader/" not in folder:
                    leak(folder + "/" + name)
    return h
""",
        "read compiled oracles": """
import marshal
import os
def elman_step(x, h, W_x, W_h, b):
    for folder, folders, files in os.walk(PLANTED["checkout"]):
        if "site-packages" in folder:
            folders.clear()
            continue
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith(".pyc") and "oracle" in path:
                leak(marshal.loads(open(path, "rb").read()[16:]))
    return h
""",
        "read git's objects": """
import glob
import os
import subprocess
def elman_step(x, h, W_x, W_h, b):
    for folder in (PLANTED["checkout"], os.getcwd(), "/", os.path.dirname(PLANTED["checkout"])):
        if os.path.exists(folder + "/.git") or glob.glob(folder + "/*/.git"):
            leak(folder)
        try:
            said = subprocess.run(["git", "-C", folder, "log", "-1"], capture_output=True)
            if said.returncode == 0:
                leak(said.stdout)
        except OSError:
            pass
    return h
""",
        "find another checkout through the installed packages": """
import glob
import os
import site
import sys
def elman_step(x, h, W_x, W_h, b):
    folders = {*sys.path, *site.getsitepackages(), sys.prefix, sys.base_prefix}
    for folder in list(folders):
        for name in glob.glob(folder + "/*.pth") + glob.glob(folder + "/*.egg-link"):
            folders |= {line.strip() for line in open(name, errors="replace")}
        for name in glob.glob(folder + "/*.dist-info/direct_url.json"):
            folders |= {part.removeprefix("file://") for part in open(name).read().split('"')}
    for folder in sorted(folders):
        for place in ("course_utils/oracles", "unrolled/course_utils/oracles", "solutions",
                      "src/unrolled/course_utils/oracles", "tests/bank"):
            if os.path.exists(os.path.join(folder, place)):
                leak(os.path.join(folder, place))
    return h
""",
        "read the solved notebooks and the bank of mistakes": """
import os
def elman_step(x, h, W_x, W_h, b):
    for name in ("solutions/ch02_elman_cell.ipynb", "solutions/ch02_elman_cell.py",
                 "tests/bank/ch02_elman_cell/elman_step.py", "notebooks/ch02_elman_cell.ipynb",
                 "course_utils/_data/../oracles/ch02_elman_cell/elman_step.py", "data/../solutions",
                 "CLAIMS.md"):
        for root in (PLANTED["checkout"], os.path.dirname(os.getcwd()), ".."):
            path = os.path.join(root, name)
            if os.path.lexists(path):
                leak(path)
    return h
""",
        "read the secret, the gradebook and the others' work": """
import os
def elman_step(x, h, W_x, W_h, b):
    for path in PLANTED["files"]:
        for root in ("", "/proc/self/root", "/proc/1/root", "/proc/self/cwd", "/.old", "/mnt"):
            try:
                look(open(root + path, "rb").read())
                leak(root + path)
            except OSError:
                pass
    for folder in ("/home", "/root", "/var", "/run", "/opt", "/srv", "/mnt", "/boot", "/sys"):
        for path, folders, files in os.walk(folder):
            if path.startswith(tuple(PLANTED["shown"])):
                folders.clear()
                continue
            names = [path + "/" + name for name in files]
            others = [name for name in names if not name.startswith(tuple(PLANTED["shown"]))]
            if others:
                leak(others[:3])
    for user in ("/etc/shadow", "/etc/hosts", "/etc/ssl", "/etc/ssh", "/etc/machine-id"):
        if os.path.exists(user):
            leak(user)
    return h
""",
        "leave through a descriptor of a folder": """
import os
def elman_step(x, h, W_x, W_h, b):
    for descriptor in range(256):
        for path in ("..", "../..", "../../etc", PLANTED["folder"].lstrip("/")):
            try:
                inside = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=descriptor)
            except OSError:
                continue
            leak((descriptor, path, os.listdir(inside)))
    return h
""",
        "read what is mounted, and the disks themselves": """
import glob
import os
def elman_step(x, h, W_x, W_h, b):
    for name in ("sda", "sda1", "vda", "vda1", "nvme0n1", "mem", "kmem", "port", "loop0", "kmsg"):
        try:
            leak(os.read(os.open("/dev/" + name, os.O_RDONLY), 100))
        except OSError:
            pass
    for name in glob.glob("/dev/*"):
        if os.path.basename(name) not in ("null", "zero", "full", "random", "urandom", "fd", "shm"):
            leak(name)
    return h
""",
    }
)
