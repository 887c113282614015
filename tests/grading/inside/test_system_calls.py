"""The list of system calls, read as Linux reads it: every instruction, for each kind of machine."""

from __future__ import annotations

import errno
import struct

import pytest

from course_utils.grading.inside import system_calls

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
X86, ARM = (0, 0xC000003E), (1, 0xC00000B7)


def verdict(
    program: list[bytes], machine: int, number: int, arguments: tuple[int, ...] = ()
) -> int:
    """Run a filter on one call, as bpf(4) says."""
    data = struct.pack("<IIQ6Q", number, machine, 0, *arguments, *[0] * (6 - len(arguments)))
    held, at = 0, 0
    while True:
        code, yes, no, operand = struct.unpack("HBBI", program[at])
        at += 1
        if code == 0x20:
            held = struct.unpack_from("<I", data, operand)[0]
        elif code == 0x54:
            held &= operand
        elif code == 0x06:
            return int(operand)
        else:
            holds = {0x15: held == operand, 0x35: held >= operand, 0x45: bool(held & operand)}[code]
            at += yes if holds else no


@pytest.mark.parametrize("kind", [X86, ARM], ids=["x86-64", "ARM"])
@pytest.mark.parametrize("notebook", [False, True])
def test_exactly_the_calls_of_the_list_are_allowed(kind: tuple[int, int], notebook: bool) -> None:
    column, machine = kind
    program = system_calls._program(column, machine, notebook)
    names = dict(system_calls._ALLOWED) | (system_calls._NOTEBOOK if notebook else {})
    listed = {numbers[column] for numbers in names.values()} - {None}
    apart = {"_MMAP", "_MADVISE", "_FCNTL", "_CLONE"}  # allowed without arguments that matter
    apart |= {"_SETRLIMIT", "_PRLIMIT", "_SETSOCKOPT"} | ({"_IOCTL"} if notebook else set())
    listed |= {getattr(system_calls, name)[column] for name in apart}
    allowed = {n for n in range(600) if verdict(program, machine, n, (0, 0, 0, 2)) == ALLOW}
    assert allowed == listed


@pytest.mark.parametrize(
    ("number", "arguments", "answer"),
    [
        (9, (0, 4096, 3, 0x22), ALLOW),  # mmap, private
        (9, (0, 4096, 3, 0x21), ERRNO | errno.EPERM),  # shared and of no file
        (9, (0, 4096, 3, 0x23), ERRNO | errno.EPERM),  # the same, validated
        (9, (0, 4096, 1, 0x01), ALLOW),  # shared, of a file
        (9, (0, 4096, 3, 0x40022), ERRNO | errno.EPERM),  # huge pages
        (28, (0, 4096, 4), ALLOW),  # madvise, MADV_DONTNEED
        (28, (0, 4096, 21), ERRNO | errno.EINVAL),  # MADV_PAGEOUT
        (72, (3, 1), ALLOW),  # fcntl, F_GETFD
        (72, (3, 6), ERRNO | errno.EINVAL),  # F_SETLK
        (72, (3, 1024), ERRNO | errno.EINVAL),  # F_SETLEASE
        (72, (3, 1036), ERRNO | errno.EINVAL),  # F_SET_RW_HINT
        (72, (3, 1032), ALLOW),  # F_GETPIPE_SZ
        (72, (3, 0), ALLOW),  # F_DUPFD
        (72, (3, 99), ERRNO | errno.EINVAL),  # whatever Linux may gain
        (16, (3, 0x5401), ALLOW),  # ioctl, TCGETS: is it a terminal
        (16, (3, 0x541B), ALLOW),  # FIONREAD
        (16, (3, 0xF00005401), ALLOW),  # Linux looks at the lower half alone
        (16, (3, 0x6612), ERRNO | errno.EINVAL),  # EXT4_IOC_PRECACHE_EXTENTS
        (16, (3, 0x40086602), ERRNO | errno.EINVAL),  # FS_IOC_SETFLAGS
        (160, (7, 1), ALLOW),  # setrlimit, RLIMIT_NOFILE
        (160, (4, 1), ERRNO | errno.EINVAL),  # RLIMIT_CORE
        (302, (0, 7, 1, 0), ALLOW),  # prlimit64, RLIMIT_NOFILE
        (302, (1, 7, 1, 0), ERRNO | errno.EPERM),  # of process 1
        (302, (0, 4, 0, 1), ALLOW),  # RLIMIT_CORE, only read
        (302, (0, 4, 1, 0), ERRNO | errno.EINVAL),  # set
        (302, (0, 4, 1 << 32, 0), ERRNO | errno.EINVAL),  # from an address whose lower half is 0
        (56, (0x11,), ALLOW),  # clone, a process
        (56, (0x10000011,), ERRNO | errno.EPERM),  # in a user namespace of its own
        (435, (), ERRNO | errno.ENOSYS),  # clone3
        (41, (1, 1), ALLOW),  # socket, local
        (41, (2, 1), ERRNO | errno.EPERM),  # of the network
        (53, (16, 3), ERRNO | errno.EPERM),  # socketpair, netlink
        (54, (3, 1, 2, 1, 4), ALLOW),  # setsockopt, SO_REUSEADDR
        (54, (3, 1, 7, 1, 4), ERRNO | errno.EINVAL),  # SO_SNDBUF
        (0x40000000 + 39, (), ERRNO | errno.ENOSYS),  # getpid of x32
        (73, (3, 2), ERRNO | errno.ENOSYS),  # flock
        (112, (), ERRNO | errno.ENOSYS),  # setsid
    ],
)
def test_arguments_that_matter_are_looked_at(
    number: int, arguments: tuple[int, ...], answer: int
) -> None:
    program = system_calls._program(*X86, notebook=False)
    assert verdict(program, X86[1], number, arguments) == answer


def test_another_machine_s_calls_end_the_process() -> None:
    program = system_calls._program(*X86, notebook=False)
    assert verdict(program, 0x40000003, 1) == KILL  # 32 bits, whose numbers mean other calls
