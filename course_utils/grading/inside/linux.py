"""The few system calls of Linux that Python has no name for, through ctypes.

Numbers and structures are those of the manual pages named beside them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
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
    "die_with_parent",
    "dumpable",
    "filter_calls",
    "give_up_capabilities",
    "mount",
    "pivot_root",
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


def dumpable() -> None:
    """Own the files of /proc/self again after a change of user."""
    _prctl("owning /proc/self", _PR_SET_DUMPABLE, 1)


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


#: Calls that no answer needs, by name → their numbers on x86-64 and on 64-bit ARM.
_REFUSED = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "pidfd_getfd": (438, 438),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "kcmp": (312, 272),
    "syslog": (103, 116),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    # Memory that no limit and no watch would see: it belongs to no process.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
}
#: In a session of its own a process would get a share of the processor of its own.
_SETSID = (112, 157)
_CLONE = (56, 220)
_CLONE3 = 435
_SOCKETS = ((41, 198), (53, 199))  # socket, socketpair
_APART = (
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
) | 0x02000000  # CLONE_NEWCGROUP
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # AUDIT_ARCH_*
_AF_UNIX = 1
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def filter_calls(sessions: bool = True) -> bool:
    """Refuse system calls that an answer never needs: mounts, tracing, sockets but local ones, …

    See seccomp(2) and `struct seccomp_data`. Needs `give_up_capabilities` first.

    Args:
        sessions: False refuses new sessions as well.

    Returns:
        False on machines whose call numbers are not known here: there is no filter then.
    """
    if platform.machine() not in _MACHINES:
        return False
    column, machine = _MACHINES[platform.machine()]
    refused = [*_REFUSED.values(), *([] if sessions else [_SETSID])]
    program = _program(column, machine, [numbers[column] for numbers in refused])

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    code = b"".join(program)
    given = Program(len(program), code)
    _prctl("filtering system calls", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(given))
    return True


def _program(column: int, machine: int, refused: list[int]) -> list[bytes]:
    """The filter as instructions of classic BPF: 16-bit code, two jumps, one operand."""
    load, equal, at_least, both, leave = 0x20, 0x15, 0x35, 0x45, 0x06

    def op(code: int, operand: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, operand)

    def refuse(code: int) -> bytes:
        return op(leave, _ERRNO | code)

    program = [op(load, 4), op(equal, machine, 1, 0), op(leave, _KILL), op(load, 0)]
    if column == 0:  # the x32 calls would pass by other numbers
        program += [op(at_least, 0x40000000, 0, 1), refuse(errno.ENOSYS)]
    for number in refused:
        program += [op(equal, number, 0, 1), refuse(errno.EPERM)]
    program += [op(equal, _CLONE3, 0, 1), refuse(errno.ENOSYS)]  # its flags cannot be seen
    program += [
        op(equal, _CLONE[column], 0, 3),
        op(load, 16),
        op(both, _APART, 0, 1),
        refuse(errno.EPERM),
        op(load, 0),  # the number again, for a clone without those flags and for all other calls
    ]
    for numbers in _SOCKETS:
        program += [
            op(equal, numbers[column], 0, 4),
            op(load, 16),
            op(equal, _AF_UNIX, 1, 0),
            refuse(errno.EPERM),
            op(load, 0),
        ]
    return [*program, op(leave, _ALLOW)]
