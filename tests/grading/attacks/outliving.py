"""What should outlive the answer, or change what the next fork sees. Each is handed in twice."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

ATTACKS = attacks(
    {
        "files in every folder that can be written": """
import os
import tempfile
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for folder in {"/tmp", "/dev/shm", "/var/tmp", tempfile.gettempdir(), os.getcwd(),
                   os.path.expanduser("~"), PLANTED["folder"]}:
        path = folder + "/left-by-another"
        if os.path.exists(path):
            leak(path)
        try:
            os.makedirs(folder, exist_ok=True)
            open(path, "w").write("x")
        except OSError:
            pass
    return h
""",
        "compiled files in the place of the course's": """
import os
import sys
import course_utils
import numpy
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for module in list(sys.modules.values()):
        for path in (getattr(module, "__cached__", None), getattr(module, "__file__", None)):
            if path and os.path.exists(path) and os.access(path, os.W_OK):
                leak(path)
            if path and os.path.exists(path) and path.endswith("/left_by_another.py"):
                leak(path)
    for folder in (*course_utils.__path__, *numpy.__path__, *sys.path, sys.prefix, "/usr/lib"):
        try:
            open(folder + "/planted.py", "w")
        except OSError:
            continue
        leak(folder)
    return h
""",
        "settings in the home folder": """
import os
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    import keras
    for path in ("~/.keras/keras.json", "~/.config/matplotlib/matplotlibrc", "~/.pythonrc.py",
                 "~/.local/lib/python3.11/site-packages/usercustomize.py"):
        path = os.path.expanduser(path)
        if os.path.exists(path) and "float64" in open(path).read():
            leak(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write('{"floatx": "float64"}')
    if keras.config.floatx() != "float32":
        leak(keras.config.floatx())
    keras.config.set_floatx("float64")
    return h
""",
        "the loaded modules": """
import builtins
import sys
import numpy as np
import keras
import course_utils.checking.running as running
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for module in (builtins, sys, np, keras, running):
        if hasattr(module, "left_by_another"):
            leak(module)
        module.left_by_another = True
    np.tanh = np.matmul = running.run = None
    return h
""",
        "source lines of another's cell": """
import linecache
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for name, entry in linecache.cache.items():
        if "notebook" in name and "left by" + " another" in "".join(entry[2]):
            leak(name)
    linecache.cache["cell 4 of the notebook"] = (1, None, ["left by" + " another"], "")
    return h
""",
        "an abstract socket": """
import socket
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    door = socket.socket(socket.AF_UNIX)
    try:
        door.bind("\\0left-by-another")
    except OSError as error:
        leak(error)
    door.listen()
    return h
""",
        "shared memory and semaphores": """
import ctypes
import os
from multiprocessing import shared_memory
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    libc = ctypes.CDLL(None, use_errno=True)
    for call, size in ((libc.shmget, 4096), (libc.msgget, 0o1666), (libc.semget, 1)):
        found = call(4242, size, 0o666)
        if found >= 0:
            leak(found)
        call(4242, size, 0o1666)
    try:
        memory = shared_memory.SharedMemory("left-by-another", create=True, size=100)
    except FileExistsError as error:
        leak(error)
    libc.mq_open.restype = ctypes.c_int
    if libc.mq_open(b"/left-by-another", os.O_RDONLY) >= 0:
        leak("a queue")
    libc.mq_open(b"/left-by-another", os.O_CREAT | os.O_RDWR, 0o666, None)
    return h
""",
        "threads that go on": """
import os
import threading
import time
def again():
    while True:
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"x")
            except OSError:
                pass
        time.sleep(0.001)
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for _ in range(10):
        threading.Thread(target=again, daemon=False).start()
    return h
""",
        "hooks at the end": """
import atexit
import os
import sys
import weakref
def late(*args):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"late" * 1000)
        except OSError:
            pass
    os._exit(77)
class Late:
    __del__ = late
def elman_step(x, h, W_x, W_h, b):
    atexit.register(late)
    sys.excepthook = sys.unraisablehook = sys.breakpointhook = late
    os.register_at_fork(before=late, after_in_child=late)
    elman_step.late = Late()
    weakref.finalize(h, late)
    return h * 0
""",
        "handlers of signals": """
import signal
def elman_step(x, h, W_x, W_h, b):
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    signal.set_wakeup_fd(-1)
    return h
""",
        "a daemon that nothing ends": """
import os
import signal
import time
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            os.closerange(0, 256)
            time.sleep(600)
        os._exit(0)
    return h
""",
        "a child that answers in the parent's place": """
import os
import time
def elman_step(x, h, W_x, W_h, b):
    if os.fork() == 0:
        time.sleep(0.1)
        return h
    os._exit(0)
""",
        "a crowd that takes all places": """
import os
import time
def elman_step(x, h, W_x, W_h, b):
    if "crowd" not in globals():
        globals()["crowd"] = True
        for _ in range(250):
            try:
                if os.fork() == 0:
                    end = time.time() + 5
                    while time.time() < end:
                        pass
            except OSError:
                time.sleep(0.005)
    return h
""",
    },
    times=2,
)
