"""TensorFlow's ready operations refused where they are executed: by kernels of our own.

An operation runs whichever of its registered kernels has the highest priority. In the grader's
child, before any of the student's code runs, each forbidden operation gets one more kernel, above
TensorFlow's own, that fails and leaves a note. So it is refused however it was asked for: eagerly,
in a graph that was built by hand or read from a file, as a gradient, by tf.data or by XLA. What is
registered cannot be taken back. Other operations run as before, and as fast.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from course_utils.checking.ready_operations import OPERATIONS, plain_operation
from course_utils.errors import SandboxError

__all__ = ["kernels_of_operations", "refuse_operations"]

_ABOVE = 1000  # the priority; TensorFlow's own kernels have 0
_PERMISSION_DENIED = 7
_COMPUTE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
#: XLA registers its kernels when it compiles for the first time: they are not listed before.
_COMPILED = ("XLA_CPU_JIT", "")
_kept: list[Any] = []  # what TensorFlow points to must stay


@cache
def kernels_of_operations() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """For each kind the (operation, device, label) of the forbidden kernels. Runs no operation.

    Asked before the sandbox hides TensorFlow's library, which `refuse_operations` needs.
    """
    if "tensorflow" not in sys.modules:
        return {}
    _library()
    import tensorflow as tf
    from tensorflow.python.framework import kernels

    listed = kernels.get_all_registered_kernels().kernel
    found = {(each.op, each.device_type, each.label) for each in listed}
    names = {name for name, _, _ in found} | set(dir(tf.raw_ops))
    found |= {(name, *_COMPILED) for name in names if not name.startswith("_")}
    return {
        kind: tuple(sorted(each for each in found if pattern.fullmatch(each[0])))
        for kind, pattern in OPERATIONS.items()
    }


def refuse_operations(kinds: Iterable[str], note: Callable[[str], object]) -> None:
    """Refuse the operations of these kinds in this process from now on.

    Args:
        kinds: keys of `checking.ready_operations.OPERATIONS`; others have no operations.
        note: called with the public name of each that is run, from whichever thread runs it.

    Raises:
        SandboxError: TensorFlow does not take a kernel.
    """
    forbidden = {each for kind in kinds for each in kernels_of_operations().get(kind, ())}
    if not forbidden:
        return
    library = _library()
    computes = {name: _refusing(library, name, note) for name in {name for name, _, _ in forbidden}}
    _kept.append(computes)
    status = library.TF_NewStatus()
    for name, device, label in sorted(forbidden):
        kernel = library.TF_NewKernelBuilder(
            name.encode(), device.encode(), None, computes[name], None
        )
        library.TF_KernelBuilder_Priority(kernel, _ABOVE)
        if label:
            library.TF_KernelBuilder_Label(kernel, label.encode())
        library.TF_RegisterKernelBuilder(f"Refused{name}".encode(), kernel, status)
        if library.TF_GetCode(status):
            problem = library.TF_Message(status).decode()
            raise SandboxError(f"TensorFlow's operation {name} cannot be refused: {problem}")


def _refusing(library: Any, operation: str, note: Callable[[str], object]) -> Any:
    """What the kernel computes: a failure."""
    public = f"tf.raw_ops.{plain_operation(operation)}"
    status = library.TF_NewStatus()
    message = f"{public} is not to be used here: build it yourself."
    library.TF_SetStatus(status, _PERMISSION_DENIED, message.encode())

    def compute(kernel: int, context: int) -> None:
        library.TF_OpKernelContext_Failure(context, status)
        note(public)

    return _COMPUTE(compute)


@cache
def _library() -> Any:
    """The C interface of the TensorFlow that this process has loaded."""
    from tensorflow.python import _pywrap_tensorflow_internal

    library = ctypes.CDLL(_pywrap_tensorflow_internal.__file__)
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("TF_NewStatus", pointer, ()),
        ("TF_SetStatus", None, (pointer, ctypes.c_int, text)),
        ("TF_GetCode", ctypes.c_int, (pointer,)),
        ("TF_Message", text, (pointer,)),
        ("TF_NewKernelBuilder", pointer, (text, text, pointer, _COMPUTE, pointer)),
        ("TF_KernelBuilder_Priority", None, (pointer, ctypes.c_int32)),
        ("TF_KernelBuilder_Label", None, (pointer, text)),
        ("TF_RegisterKernelBuilder", None, (text, pointer, pointer)),
        ("TF_OpKernelContext_Failure", None, (pointer, pointer)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
