"""Which system calls code in the sandbox may make: all that NumPy, TensorFlow and Python need.

A list of what is allowed, not of what is refused: a call that Linux gains tomorrow is refused until
somebody adds it here. What is not on the list does not exist for the code (ENOSYS), so libraries
fall back on what does.
"""

from __future__ import annotations

import errno
import platform
import struct

from course_utils.grading.inside import linux

__all__ = ["filter_calls"]

#: By name → their numbers on x86-64 and on 64-bit ARM, which has no call where there is None.
_ALLOWED: dict[str, tuple[int, int | None]] = {
    # memory
    "brk": (12, 214),
    "get_mempolicy": (239, 236),
    "mbind": (237, 235),
    "membarrier": (324, 283),
    "mlock": (149, 228),
    "mlock2": (325, 284),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "msync": (26, 227),
    "munlock": (150, 229),
    "munmap": (11, 215),
    "pkey_alloc": (330, 289),
    "pkey_free": (331, 290),
    "pkey_mprotect": (329, 288),
    "set_mempolicy": (238, 237),
    # files
    "access": (21, None),
    "chdir": (80, 49),
    "chmod": (90, None),
    "chown": (92, None),
    "close": (3, 57),
    "close_range": (436, 436),
    "copy_file_range": (326, 285),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "fallocate": (285, 47),
    "fchdir": (81, 50),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "fdatasync": (75, 83),
    "fgetxattr": (193, 10),
    "flistxattr": (196, 13),
    "fstat": (5, 80),
    "fstatfs": (138, 44),
    "fsync": (74, 82),
    "ftruncate": (77, 46),
    "futimesat": (261, None),
    "getcwd": (79, 17),
    "getdents": (78, None),
    "getdents64": (217, 61),
    "getxattr": (191, 8),
    "lchown": (94, None),
    "lgetxattr": (192, 9),
    "link": (86, None),
    "linkat": (265, 37),
    "listxattr": (194, 11),
    "llistxattr": (195, 12),
    "lseek": (8, 62),
    "lstat": (6, None),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "newfstatat": (262, 79),
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "pread64": (17, 67),
    "preadv": (295, 69),
    "pwrite64": (18, 68),
    "pwritev": (296, 70),
    "read": (0, 63),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "readv": (19, 65),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "rmdir": (84, None),
    "sendfile": (40, 71),
    "stat": (4, None),
    "statfs": (137, 43),
    "statx": (332, 291),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "truncate": (76, 45),
    "umask": (95, 166),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "utime": (132, None),
    "utimensat": (280, 88),
    "utimes": (235, None),
    "write": (1, 64),
    "writev": (20, 66),
    # waiting
    "clock_nanosleep": (230, 115),
    "epoll_create": (213, None),
    "epoll_create1": (291, 20),
    "epoll_ctl": (233, 21),
    "epoll_pwait": (281, 22),
    "epoll_pwait2": (441, 441),
    "epoll_wait": (232, None),
    "eventfd": (284, None),
    "eventfd2": (290, 19),
    "futex": (202, 98),
    "futex_waitv": (449, 449),
    "nanosleep": (35, 101),
    "pause": (34, None),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "poll": (7, None),
    "ppoll": (271, 73),
    "pselect6": (270, 72),
    "restart_syscall": (219, 128),
    "select": (23, None),
    "signalfd": (282, None),
    "signalfd4": (289, 74),
    "timerfd_create": (283, 85),
    "timerfd_gettime": (287, 87),
    "timerfd_settime": (286, 86),
    # processes
    "arch_prctl": (158, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fork": (57, None),
    "get_robust_list": (274, 100),
    "getcpu": (309, 168),
    "getpgid": (121, 155),
    "getpgrp": (111, None),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "getpriority": (140, 141),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "getsid": (124, 156),
    "gettid": (186, 178),
    "ioprio_get": (252, 31),
    "ioprio_set": (251, 30),
    "kill": (62, 129),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "prctl": (157, 167),
    "rseq": (334, 293),
    "sched_get_priority_max": (146, 125),
    "sched_get_priority_min": (147, 126),
    "sched_getaffinity": (204, 123),
    "sched_getattr": (315, 275),
    "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120),
    "sched_rr_get_interval": (148, 127),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_yield": (24, 124),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "setpgid": (109, 154),
    "setpriority": (141, 140),
    "tgkill": (234, 131),
    "times": (100, 153),
    "tkill": (200, 130),
    "vfork": (58, None),
    "wait4": (61, 260),
    "waitid": (247, 95),
    # users
    "capget": (125, 90),
    "capset": (126, 91),
    "getegid": (108, 177),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getgroups": (115, 158),
    "getresgid": (120, 150),
    "getresuid": (118, 148),
    "getuid": (102, 174),
    "setfsgid": (123, 152),
    "setfsuid": (122, 151),
    "setgid": (106, 144),
    "setgroups": (116, 159),
    "setregid": (114, 143),
    "setresgid": (119, 149),
    "setresuid": (117, 147),
    "setreuid": (113, 145),
    "setuid": (105, 146),
    # signals
    "alarm": (37, None),
    "getitimer": (36, 102),
    "rt_sigaction": (13, 134),
    "rt_sigpending": (127, 136),
    "rt_sigprocmask": (14, 135),
    "rt_sigqueueinfo": (129, 138),
    "rt_sigreturn": (15, 139),
    "rt_sigsuspend": (130, 133),
    "rt_sigtimedwait": (128, 137),
    "rt_tgsigqueueinfo": (297, 240),
    "setitimer": (38, 103),
    "sigaltstack": (131, 132),
    "timer_create": (222, 107),
    "timer_delete": (226, 111),
    "timer_getoverrun": (225, 109),
    "timer_gettime": (224, 108),
    "timer_settime": (223, 110),
    # the clock and the machine
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "getrandom": (318, 278),
    "gettimeofday": (96, 169),
    "sysinfo": (99, 179),
    "time": (201, None),
    "uname": (63, 160),
    # sockets of this machine
    "accept": (43, 202),
    "accept4": (288, 242),
    "bind": (49, 200),
    "connect": (42, 203),
    "getpeername": (52, 205),
    "getsockname": (51, 204),
    "getsockopt": (55, 209),
    "listen": (50, 201),
    "recvfrom": (45, 207),
    "recvmmsg": (299, 243),
    "recvmsg": (47, 212),
    "sendmmsg": (307, 269),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "shutdown": (48, 210),
}
#: In a notebook alone: shell lines open sessions, and SQLite and pip lock their files.
_NOTEBOOK = {"flock": (73, 32), "setsid": (112, 157)}

# Calls that are allowed with some arguments only.
_MMAP, _MADVISE, _FCNTL, _IOCTL = (9, 222), (28, 233), (72, 25), (16, 29)
_SETRLIMIT, _PRLIMIT = (160, 164), (302, 261)
_CLONE = (56, 220)
_SOCKET, _SOCKETPAIR, _SETSOCKOPT = (41, 198), (53, 199), (54, 208)

#: Shared memory that belongs to no file is counted for nobody once it is unmapped.
_SHARED_ANONYMOUS, _HUGE = 0x21, 0x40000
#: Advice that changes what Linux keeps of a file: others could read a message out of that.
_COLD, _PAGE_OUT = 20, 21
#: What may be asked of a descriptor: its flags, copies, the size of a pipe. Not locks, leases,
#: notices and hints, which Linux keeps with the file that all children see.
_OF_DESCRIPTORS = (0, 1, 2, 3, 4, 1030, 1031, 1032)
#: What may be asked of a device or file: is it a terminal, how wide; to be closed by a new program;
#: whether to wait; how much can be read. File systems answer to hundreds more, and some of these
#: leave a mark on a file that others can read.
_OF_FILES = (0x5401, 0x5413, 0x5421, 0x5450, 0x5451, 0x5452, 0x541B)
#: The limit on cores must stay at 1: at 0 Linux would hand one to a program of the machine's.
_CORE = 4
_APART = (
    linux.CLONE_NEWUSER
    | linux.CLONE_NEWNS
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUTS
    | 0x02000000  # CLONE_NEWCGROUP
)
_AF_UNIX = 1
#: SO_SNDBUF, SO_RCVBUF and the same by force: what waits in a socket is memory of no process.
_BUFFERS = (7, 8, 32, 33)

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # AUDIT_ARCH_*
# seccomp(2): what a filter returns, and where `struct seccomp_data` holds what.
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
# Classic BPF.
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _LEAVE = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06


def filter_calls(notebook: bool = False) -> bool:
    """Refuse every system call that is not on the list, for this process and all that it starts.

    Needs `linux.give_up_capabilities` first.

    Args:
        notebook: allow sessions and locks as well.

    Returns:
        False on machines whose call numbers are not known here: there is no filter then.
    """
    if platform.machine() not in _MACHINES:
        return False
    column, machine = _MACHINES[platform.machine()]
    linux.set_filter(_program(column, machine, notebook))
    return True


def _op(code: int, operand: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, operand)


def _refuse(code: int) -> bytes:
    return _op(_LEAVE, _ERRNO | code)


def _argument(number: int) -> bytes:
    """Load the lower half of an argument, where all flags are."""
    return _op(_LOAD, _ARGUMENTS + 8 * number)


def _rule(number: int, checks: list[bytes]) -> list[bytes]:
    """For one call: the checks, which leave where they refuse; then it is allowed."""
    body = [*checks, _op(_LEAVE, _ALLOW)]
    return [_op(_EQUAL, number, 0, len(body)), *body]


def _program(column: int, machine: int, notebook: bool) -> list[bytes]:
    """The filter as instructions: 16-bit code, two jumps, one operand."""
    program = [
        _op(_LOAD, _MACHINE),
        _op(_EQUAL, machine, 1, 0),
        _op(_LEAVE, _KILL),
        _op(_LOAD, _NUMBER),
    ]
    if column == 0:  # the x32 calls would pass by other numbers
        program += [_op(_AT_LEAST, 0x40000000, 0, 1), _refuse(errno.ENOSYS)]
    program += _rule(
        _MMAP[column],
        [
            _argument(3),
            _op(_ANY_BIT, _HUGE, 0, 1),
            _refuse(errno.EPERM),
            _op(_AND, _SHARED_ANONYMOUS),
            _op(_EQUAL, _SHARED_ANONYMOUS, 0, 1),
            _refuse(errno.EPERM),
        ],
    )
    advice = [part for each in (_COLD, _PAGE_OUT) for part in _unless_equal(each)]
    program += _rule(_MADVISE[column], [_argument(2), *advice])
    for call, known in ((_FCNTL, _OF_DESCRIPTORS), (_IOCTL, _OF_FILES)):
        checks = [] if notebook else [_argument(1), *_only(known)]
        program += _rule(call[column], checks)
    program += _rule(_SETRLIMIT[column], [_argument(0), *_unless_equal(_CORE)])
    itself = [_argument(0), _op(_EQUAL, 0, 1, 0), _refuse(errno.EPERM)]
    core = [_argument(1), _op(_EQUAL, _CORE, 0, 5), *_only_null(2)]
    program += _rule(_PRLIMIT[column], [*itself, *core])
    program += _rule(
        _CLONE[column], [_argument(0), _op(_ANY_BIT, _APART, 0, 1), _refuse(errno.EPERM)]
    )
    for call in (_SOCKET, _SOCKETPAIR):
        program += _rule(
            call[column], [_argument(0), _op(_EQUAL, _AF_UNIX, 1, 0), _refuse(errno.EPERM)]
        )
    buffers = [part for each in _BUFFERS for part in _unless_equal(each)]
    program += _rule(_SETSOCKOPT[column], [_argument(2), *buffers])
    # The flags of clone3 cannot be seen: it is not on the list, and clone takes its place.
    for numbers in (*_ALLOWED.values(), *(_NOTEBOOK.values() if notebook else ())):
        number = numbers[column]
        if number is not None:
            program += [_op(_EQUAL, number, 0, 1), _op(_LEAVE, _ALLOW)]
    return [*program, _refuse(errno.ENOSYS)]


def _unless_equal(value: int) -> list[bytes]:
    return [_op(_EQUAL, value, 0, 1), _refuse(errno.EINVAL)]


def _only(values: tuple[int, ...]) -> list[bytes]:
    """Refuse all but these."""
    last = len(values)
    return [
        *(_op(_EQUAL, value, last - k, 0) for k, value in enumerate(values)),
        _refuse(errno.EINVAL),
    ]


def _only_null(number: int) -> list[bytes]:
    """Refuse an argument that is a pointer to anything: five instructions."""
    lower = _ARGUMENTS + 8 * number
    return [
        _op(_LOAD, lower),
        _op(_EQUAL, 0, 0, 2),
        _op(_LOAD, lower + 4),
        _op(_EQUAL, 0, 1, 0),
        _refuse(errno.EINVAL),
    ]
