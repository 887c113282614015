"""Out of the sandbox: by the network, by mounts and namespaces, by rights, by signals."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

_CALL = """
import ctypes
import os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    libc.syscall.restype = ctypes.c_long
    return libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
"""

ATTACKS = attacks(
    {
        "a connection to the machine and to the world": """
import socket
def elman_step(x, h, W_x, W_h, b):
    for address in (("127.0.0.1", PLANTED["port"]), ("1.1.1.1", 443), ("169.254.169.254", 80)):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(socket.AF_INET, kind) as out:
                    out.settimeout(1)
                    out.connect(address)
                    out.send(b"x")
            except OSError:
                continue
            leak((address, kind))
    return h
""",
        "names and addresses of the world": """
import socket
import urllib.request
def elman_step(x, h, W_x, W_h, b):
    for ask in (lambda: socket.getaddrinfo("example.org", 443),
                lambda: socket.gethostbyname("example.org"),
                lambda: urllib.request.urlopen("http://example.org", timeout=1)):
        try:
            leak(ask())
        except OSError:
            pass
    return h
""",
        "sockets of every other family": """
import socket
def elman_step(x, h, W_x, W_h, b):
    for family in range(2, 46):
        for kind in (1, 2, 3, 5):
            for make in (socket.socket, socket.socketpair):
                try:
                    made = make(family, kind)
                except (OSError, ValueError):
                    continue
                leak(made)
    return h
""",
        "sockets of the machine": """
import glob
import socket
def elman_step(x, h, W_x, W_h, b):
    names = [PLANTED["socket"], "\\0" + PLANTED["abstract"], "/var/run/docker.sock",
             "/run/dbus/system_bus_socket", "/run/systemd/private", "\\0/tmp/dbus"]
    for name in names + glob.glob("/tmp/**/*", recursive=True) + glob.glob("/run/**/*"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(socket.AF_UNIX, kind) as out:
                    out.connect(name)
            except OSError:
                continue
            leak(name)
    return h
""",
        "mounts": _CALL
        + """
def elman_step(x, h, W_x, W_h, b):
    done = [
        libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
        libc.mount(b"/", b"/tmp", None, 4096, None),
        libc.mount(b"none", b"/", None, 32 | 4096, None),
        libc.mount(b"proc", b"/tmp", b"proc", 0, None),
        libc.umount2(b"/proc", 2), libc.umount2(b"/tmp", 2), libc.umount2(b"/", 2),
        call(428, -100, ctypes.cast(b"/", ctypes.c_void_p).value, 1),
        call(430, ctypes.cast(b"tmpfs", ctypes.c_void_p).value, 0),
    ]
    if any(each != -1 for each in done):
        leak(done)
    return h
""",
        "namespaces of one's own": _CALL
        + """
import platform
def elman_step(x, h, W_x, W_h, b):
    for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x10020000):
        if libc.unshare(flag) == 0:
            leak(flag)
        if platform.machine() == "x86_64":
            child = call(56, flag | 17, 0, 0, 0, 0)
            if child == 0:
                os._exit(0)
            if child > 0:
                leak(flag)
    for name in ("mnt", "pid", "net", "user"):
        for pid in ("1", "self"):
            try:
                there = os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY)
            except OSError:
                continue
            if libc.setns(there, 0) == 0:
                leak((pid, name))
    return h
""",
        "another root": _CALL
        + """
def elman_step(x, h, W_x, W_h, b):
    os.makedirs("/tmp/a/b", exist_ok=True)
    outside = os.open("/", os.O_RDONLY)
    for leave in (lambda: os.chroot("/tmp/a"), lambda: libc.pivot_root(b"/tmp", b"/tmp/a") + 0):
        try:
            if leave() in (None, 0):
                leak(leave)
        except OSError:
            pass
    os.fchdir(outside)
    for _ in range(50):
        os.chdir("..")
    if os.path.exists("." + PLANTED["folder"]) or os.path.exists("./etc/shadow"):
        leak(os.listdir("."))
    return h
""",
        "other users and all rights": _CALL
        + """
def elman_step(x, h, W_x, W_h, b):
    for become in (os.setuid, os.setgid, os.seteuid):
        for user in (0, 1, 1000):
            try:
                become(user)
            except OSError:
                continue
            leak((become, user))
    try:
        leak(os.setgroups([0]))
    except OSError:
        pass
    for line in open("/proc/self/status"):
        if line.startswith(("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb")):
            if int(line.split()[1], 16):
                leak(line)
        if line.startswith("NoNewPrivs") and line.split()[1] != "1":
            leak(line)
    return h
""",
        "programs that lend rights": """
import glob
import os
import subprocess
def elman_step(x, h, W_x, W_h, b):
    if not once():
        return h
    for name in glob.glob("/usr/bin/*") + glob.glob("/usr/lib/*/*"):
        if os.path.isfile(name) and os.stat(name).st_mode & 0o6000:
            with open("/tmp/x", "w") as out:
                try:
                    subprocess.run([name, "-c", "id -u"], stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.DEVNULL, timeout=2)
                except (OSError, subprocess.TimeoutExpired):
                    pass
            if open("/tmp/x").read().strip() == "0":
                leak(name)
    shell = "/tmp/suid"
    open(shell, "wb").write(b"#!/bin/sh")
    try:
        os.chown(shell, 0, 0)
        leak(shell)
    except OSError:
        pass
    os.chmod(shell, 0o6777)
    try:
        leak(subprocess.run([shell]))
    except OSError:
        pass
    return h
""",
        "devices of one's own": """
import os
import stat
def elman_step(x, h, W_x, W_h, b):
    for folder in ("/tmp", "/dev/shm", "/dev"):
        for device in (os.makedev(8, 0), os.makedev(1, 1), os.makedev(254, 0)):
            for kind in (stat.S_IFBLK, stat.S_IFCHR):
                try:
                    os.mknod(f"{folder}/device", kind | 0o666, device)
                except OSError:
                    continue
                leak(folder)
    return h
""",
        "settings of Linux": """
import os
def elman_step(x, h, W_x, W_h, b):
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/randomize_va_space",
                 "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/modprobe",
                 "/proc/sys/fs/suid_dumpable", "/sys/kernel/uevent_helper", "/proc/1/uid_map",
                 "/proc/self/gid_map", "/proc/self/setgroups"):
        for text in (b"1", b"0 0 1", b"allow"):
            try:
                os.write(os.open(path, os.O_WRONLY), text)
            except OSError:
                continue
            leak((path, text))
    try:
        os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")
        leak("oom_score_adj")
    except OSError:
        pass
    return h
""",
        "limits of one's own": """
import os
import resource
def elman_step(x, h, W_x, W_h, b):
    for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CPU",
                 "RLIMIT_CORE"):
        what = getattr(resource, name)
        soft, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY:
            leak(name)
        try:
            resource.setrlimit(what, (hard + 1, hard + 1))
        except (OSError, ValueError):
            continue
        leak(name)
    try:
        leak(os.nice(-5))
    except OSError:
        pass
    return h
""",
        "signals to the server, the judge and everybody": """
import os
import signal
def elman_step(x, h, W_x, W_h, b):
    for pid in (*PLANTED["pids"], os.getppid() or 2, *range(2, 300)):
        for kill in (os.kill, os.killpg):
            try:
                kill(pid, signal.SIGKILL)
            except OSError:
                continue
            if pid > 200:
                leak(pid)
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError:
        pass
    return h
""",
        "tracing the judge": _CALL
        + """
import platform
def elman_step(x, h, W_x, W_h, b):
    for pid in (*PLANTED["pids"], 1, os.getppid()):
        for request in (16, 0x4206):  # PTRACE_ATTACH, PTRACE_SEIZE
            if libc.ptrace(request, pid, 0, 0) == 0:
                leak(pid)
        buffer = ctypes.create_string_buffer(64)
        vector = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 64)
        there = (ctypes.c_ulong * 2)(id(h), 64)
        if libc.process_vm_readv(pid, vector, 1, there, 1, 0) > 0:
            leak(pid)
        if platform.machine() == "x86_64":
            handle = call(434, pid, 0)  # pidfd_open
            if handle > 0 and pid != 1:
                leak(pid)
            if handle > 0 and call(438, handle, 0, 0) > 0:  # pidfd_getfd
                leak(pid)
    return h
""",
        "doors of Linux that no answer needs": _CALL
        + """
import platform
def elman_step(x, h, W_x, W_h, b):
    if platform.machine() != "x86_64":
        return h
    memory = ctypes.create_string_buffer(512)
    doors = {"io_uring_setup": (425, 4, ctypes.addressof(memory)), "bpf": (321, 0, 0, 0),
             "userfaultfd": (323, 1), "keyctl": (250, 0, -3, 1), "add_key": (248, 0, 0, 0, 0, 0),
             "perf_event_open": (298, ctypes.addressof(memory), 0, -1, -1, 0),
             "memfd_create": (319, ctypes.addressof(memory), 0), "kexec_load": (246, 0, 0, 0, 0),
             "setsid": (112,), "open_by_handle_at": (304, -100, ctypes.addressof(memory), 0),
             "the calls of x32": (0x40000000 + 39,)}
    for name, arguments in doors.items():
        if call(*arguments) >= 0 or ctypes.get_errno() in (14, 22):
            leak(name)
        ctypes.set_errno(0)
    return h
""",
        "writing on all that is shown": """
import os
def elman_step(x, h, W_x, W_h, b):
    for folder, folders, files in os.walk("/") if once() else ():
        if folder.startswith(("/proc", "/tmp", "/dev/shm")):
            folders.clear()
            continue
        if folder.count("/") > 3 and "course_utils" not in folder:
            folders.clear()
        if os.access(folder, os.W_OK):
            leak(folder)
    return h
""",
    }
)
