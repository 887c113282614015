"""What two answers, or an answer and the grader, could share: locks, pages, memory, process 1."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

ATTACKS = attacks(
    {
        "locks of the pool in frames and in shared pages": """
import sys
def elman_step(x, h, W_x, W_h, b):
    frame = sys._getframe()
    while frame is not None:
        for name, value in list(frame.f_locals.items()):
            for each in (value, *getattr(value, "__dict__", {}).values()):
                if hasattr(each, "acquire") and type(each).__module__.startswith("multiproc"):
                    leak(name)
        if "process_worker" in frame.f_code.co_name or "concurrent" in frame.f_code.co_filename:
            leak(frame.f_code.co_name)
        frame = frame.f_back
    for line in open("/proc/self/maps"):
        place, rights, *rest = line.split()
        if "s" in rights and "w" in rights:
            leak(line)
    return h
""",
        "the arguments and the key of the process that started it": """
import os
import sys
def elman_step(x, h, W_x, W_h, b):
    words = [*sys.argv, *open("/proc/self/cmdline").read().split("\\0")[2:]]
    for word in PLANTED["words"] + ["unrolled-", "/tmp", "pool", "limits", "{"]:
        if any(word in each for each in words):
            leak(words)
    return h
""",
        "a message in the locks of a file that all see": """
import fcntl
import os
def elman_step(x, h, W_x, W_h, b):
    for path in (fcntl.__file__, os.__file__, "/usr/lib", "/"):
        file = os.open(path, os.O_RDONLY)
        for lock in (lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
                     lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
                     lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
                     lambda: fcntl.fcntl(file, fcntl.F_NOTIFY, fcntl.DN_ACCESS)):
            try:
                lock()
            except OSError:
                continue
            leak(path)
    return h
""",
        "a message in the pages that Linux keeps of a file": """
import ctypes
import mmap
import os
def elman_step(x, h, W_x, W_h, b):
    libc = ctypes.CDLL(None, use_errno=True)
    file = os.open(os.__file__, os.O_RDONLY)
    try:
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        leak("fadvise")
    except OSError:
        pass
    kept = mmap.mmap(file, 0, prot=mmap.PROT_READ)
    for advice in (20, 21):
        try:
            kept.madvise(advice)
        except OSError:
            continue
        leak(advice)
    seen = (ctypes.c_ubyte * 4096)()
    start = ctypes.c_void_p(id(kept) // 4096 * 4096)
    if libc.mincore(start, ctypes.c_size_t(4096), seen) == 0:
        leak("mincore")
    doors = {"inotify_init": (), "inotify_init1": (0,), "readahead": (file, 0, 9)}
    for name, arguments in doors.items():
        if getattr(libc, name)(*arguments) >= 0:
            leak(name)
    try:
        os.preadv(file, [bytearray(9)], 0, os.RWF_NOWAIT)
        leak("preadv2")
    except OSError:
        pass
    return h
""",
        "a message in the marks that a file system keeps of a file": """
import fcntl
import os
import struct
def elman_step(x, h, W_x, W_h, b):
    for path in (os.__file__, *PLANTED["shown"]):
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        for number in (0x6612, 0x40046629, 0x80086601, 0x40086602, 0x801C581F, 0xC020660B):
            try:
                fcntl.ioctl(file, number, bytes(64))
            except OSError:
                continue
            leak((path, hex(number)))
        for number in (1035, 1036, 1037, 1038):
            try:
                fcntl.fcntl(file, number, struct.pack("Q", 3))
            except OSError:
                continue
            leak((path, number))
    return h
""",
        "memory that is counted for nobody": """
import mmap
import os
def elman_step(x, h, W_x, W_h, b):
    for size in (176 << 20, 1 << 20, 4096):
        try:
            held = mmap.mmap(-1, size)
        except OSError:
            continue
        held.madvise(mmap.MADV_DONTNEED)
        leak(size)
    if os.path.exists("/dev/zero"):
        leak("/dev/zero")
    return h
""",
        "process 1 signalled, traced and read": """
import ctypes
import os
import signal
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # no signal when the parent ends
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGKILL):
        try:
            os.kill(1, number)
        except OSError:
            pass
    for name in ("environ", "mem", "maps", "fd", "cwd", "root", "stack"):
        try:
            found = os.readlink("/proc/1/" + name) if name in ("cwd", "root") else (
                os.listdir("/proc/1/fd") if name == "fd" else open("/proc/1/" + name, "rb").read(9))
        except OSError:
            continue
        leak((name, found))
    return h
""",
        "an exchange of nbgrader's and other people's files in /usr": """
import os
def elman_step(x, h, W_x, W_h, b):
    for folder in ("/usr/local/share", "/usr/share/doc", "/srv", "/mnt", "/opt", "/home", "/var"):
        needed = any(path.startswith(folder) for path in (PLANTED["checkout"], *PLANTED["shown"]))
        if not needed and os.path.isdir(folder) and os.listdir(folder):
            leak(folder)
    return h
""",
        "a core for a program of the machine's": """
import resource
def elman_step(x, h, W_x, W_h, b):
    for soft in (0, 1):
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (soft, 1))
        except (OSError, ValueError):
            pass
        if resource.getrlimit(resource.RLIMIT_CORE) != (1, 1):
            leak("core")
    return h
""",
    }
)
