"""The few system calls of Linux that Python has no name for, through ctypes.

Numbers and structures are those of the manual pages named beside them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from course_utils.errors import SandboxError

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_RDONLY",
    "MS_REC",
    "MS_REMOUNT",
    "collapse",
    "die_with_parent",
    "dumpable",
    "give_up_capabilities",
    "mount",
    "pivot_root",
    "set_filter",
    "unmount",
    "unshare",
]

# unshare(2)
CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

# mount(2)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2

# madvise(2), since Linux 6.1
_MADV_COLLAPSE = 25

# prctl(2)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 38, 22
_SECCOMP_MODE_FILTER = 2
_LAST_CAPABILITY = 63
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def _call(what: str, name: str, *arguments: object) -> None:
    """Call a function of the C library; what it refuses becomes a sentence."""
    if _libc is None:
        raise SandboxError(f"{what} needs Linux; this is {sys.platform}")
    if getattr(_libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise SandboxError(f"{what}: {os.strerror(code)} ({errno.errorcode.get(code, code)})")


def _text(value: str | None) -> bytes | None:
    return None if value is None else os.fsencode(value)


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name, for new ones of this process alone."""
    _call("new namespaces", "unshare", ctypes.c_int(flags))


def mount(
    source: str, target: str, kind: str | None = None, flags: int = 0, data: str | None = None
) -> None:
    """mount(2)."""
    what = f"mounting {source} on {target}"
    _call(
        what, "mount", _text(source), _text(target), _text(kind), ctypes.c_ulong(flags), _text(data)
    )


def unmount(target: str) -> None:
    """Take a mount away once nobody uses it."""
    _call(f"unmounting {target}", "umount2", _text(target), ctypes.c_int(_MNT_DETACH))


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root of this mount namespace, and put the old one at `old`."""
    _call(f"making {new} the root", "pivot_root", _text(new), _text(old))


def _prctl(what: str, option: int, *values: object) -> None:
    padded = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    padded += [ctypes.c_ulong(0)] * (4 - len(padded))
    _call(what, "prctl", ctypes.c_int(option), *padded)


def die_with_parent() -> None:
    """Be killed when the parent ends. Lost when the user changes: call it again then."""
    _prctl("dying with the parent", _PR_SET_PDEATHSIG, _SIGKILL)


def dumpable(allowed: bool = True) -> None:
    """Whether the files of /proc/self belong to this process's user: else to root alone.

    A change of user takes them away.
    """
    _prctl("owning /proc/self", _PR_SET_DUMPABLE, int(allowed))


def give_up_capabilities() -> None:
    """Drop every capability, also those that a new program could bring, for good."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            _prctl("dropping a capability", _PR_CAPBSET_DROP, capability)
        except SandboxError:
            break  # Linux knows no further ones
    header = struct.pack("Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _call("dropping capabilities", "capset", header, bytes(24))
    _prctl("refusing new privileges", _PR_SET_NO_NEW_PRIVS, 1)


def collapse(start: int, size: int) -> bool:
    """Join the pages of a piece of memory to huge ones; False where Linux does not."""
    if _libc is None:
        return False
    address, length = ctypes.c_void_p(start), ctypes.c_size_t(size)
    return int(_libc.madvise(address, length, ctypes.c_int(_MADV_COLLAPSE))) == 0


def set_filter(instructions: list[bytes]) -> None:
    """Filter the system calls of this process and of all that it starts, for good: seccomp(2).

    Needs `give_up_capabilities` first.

    Args:
        instructions: a program of classic BPF, see `system_calls`.
    """

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    given = Program(len(instructions), b"".join(instructions))
    _prctl("filtering system calls", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(given))
