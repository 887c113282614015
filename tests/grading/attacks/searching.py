"""Looking for what is right, and for secrets, in memory, frames, the environment and /proc."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

ATTACKS = attacks(
    {
        "search the heap for objects": """
import gc
import sys
def elman_step(x, h, W_x, W_h, b):
    gc.unfreeze()
    for each in gc.get_objects() if once() else ():
        name = type(each).__name__
        if name in ("Oracle", "Mistake", "Case", "Judge", "Submission"):
            leak(each)
        if isinstance(each, dict):
            for key, value in list(each.items()):
                if isinstance(value, str) and "-SECRET-" in value:
                    look(value)
                if isinstance(key, str) and key.startswith("course_utils.oracles"):
                    leak(key)
    return h
""",
        "search all memory through /proc/self/mem": """
OWN = 8  # the list above and its copies
def elman_step(x, h, W_x, W_h, b):
    mistakes = [b"-".join(words) for words in ((b"recurrent", b"transposed"), (b"tanh", b"twice"))]
    if not once():
        return h
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            place, rights, *rest = line.split()
            if "r" not in rights or "[v" in line or "/" in rest[-1]:
                continue
            low, high = (int(end, 16) for end in place.split("-"))
            for start in range(low, min(high, low + (1 << 28)), 1 << 24):
                try:
                    memory.seek(start)
                    piece = memory.read(min(1 << 24, high - start))
                except (OSError, ValueError, OverflowError):
                    continue
                if b"-SECRET-" in piece:
                    look(piece)
                for mistake in mistakes:
                    if mistake in piece and piece.count(mistake) > OWN:
                        leak(mistake)
    return h
""",
        "search memory with ctypes": """
import ctypes
import sys
def elman_step(x, h, W_x, W_h, b):
    for line in open("/proc/self/maps") if once() else ():
        place, rights, *rest = line.split()
        if "heap" in line or "stack" in line:
            low, high = (int(end, 16) for end in place.split("-"))
            look(ctypes.string_at(low, min(high - low, 1 << 28)))
    return h
""",
        "walk the frames": """
import sys
def elman_step(x, h, W_x, W_h, b):
    frames = [sys._getframe(), *sys._current_frames().values()]
    for frame in frames:
        while frame:
            for name, value in {**frame.f_globals, **frame.f_locals}.items():
                if name in ("oracle", "secret", "seed", "seeds", "truth", "expected", "oracle_of"):
                    leak((name, value))
                if type(value).__name__ in ("Oracle", "Judge", "Case"):
                    leak(value)
            frame = frame.f_back
    return h
""",
        "read the environment and the parent's /proc": """
import glob
import os
def elman_step(x, h, W_x, W_h, b):
    look(repr(dict(os.environ)))
    for name in ("environ", "cmdline", "maps", "cwd", "root", "status", "mountinfo"):
        for path in glob.glob(f"/proc/*/{name}") + [f"/proc/{os.getppid()}/{name}"]:
            try:
                text = look(open(path, "rb").read())
            except OSError:
                continue
            if any(word.encode() in text for word in PLANTED["words"]):
                leak((path, text[:100]))
    for pid in PLANTED["pids"]:
        if os.path.exists(f"/proc/{pid}") and pid > 200:
            leak(pid)
    return h
""",
        "see the other processes": """
import os
import psutil
def elman_step(x, h, W_x, W_h, b):
    if os.getppid() != 1:
        leak((os.getpid(), os.getppid()))
    known = {1, os.getpid()}  # process 1 is the sandbox's own
    others = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in known]
    if others:
        leak(others)
    return h
""",
        "see the machine in /proc and /sys": """
import os
def elman_step(x, h, W_x, W_h, b):
    for path in ("/proc/keys", "/proc/sys/kernel/hostname", "/proc/net/tcp", "/proc/kcore",
                 "/proc/kallsyms", "/proc/sysrq-trigger", "/proc/cmdline", "/sys/kernel"):
        if os.path.exists(path):
            leak(path)
    return h
""",
        "find the oracles among the loaded modules": """
import sys
def elman_step(x, h, W_x, W_h, b):
    for name in list(sys.modules):
        if "oracle" in name or name in (
            "course_utils.grading.judge.judging", "course_utils.grading.judge.secret",
            "course_utils.checking.judging", "course_utils.grading.judge.executors"):
            leak(name)
    return h
""",
        "read what a descriptor still holds": """
import fcntl
import os
import stat
def elman_step(x, h, W_x, W_h, b):
    for descriptor in range(3, 256):
        try:
            kind = os.fstat(descriptor).st_mode
        except OSError:
            continue
        if stat.S_ISREG(kind) or stat.S_ISDIR(kind) or stat.S_ISSOCK(kind):
            target = os.readlink(f"/proc/self/fd/{descriptor}")
            if not target.startswith(("/proc", "/tmp")):
                leak((descriptor, target))
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & 3 != os.O_WRONLY:
            os.set_blocking(descriptor, False)
            try:
                look(os.read(descriptor, 1 << 16))
            except OSError:
                pass
    return h
""",
    }
)
