"""Notice that a build-it-yourself answer calls the ready operation.

A profile function sees every function that is entered while the answer runs, whatever name the
answer imported it under. A Python function is known by the file that defines it, a compiled one by
its module. Where TensorFlow is about to execute an operation or to put one into a graph, its type
is looked at, and where it calls a graph, what the graph holds: whoever made it, and when.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from course_utils.checking.executed_operations import ExecutedOperations
from course_utils.checking.ready_operations import (
    NATIVE,
    OPERATIONS,
    READY,
    native_name,
    plain_operation,
)

__all__ = ["public_name", "watching"]

#: Modules that students know by another name.
_PUBLIC_MODULES = {
    "keras.src.ops.nn": "keras.ops",
    "numpy._core.numeric": "numpy",
    "numpy.core.numeric": "numpy",
    "scipy.ndimage._filters": "scipy.ndimage",
    "scipy.signal._signaltools": "scipy.signal",
    "tensorflow.compiler.tf2xla.ops.gen_xla_ops": "tf.raw_ops",
    "tensorflow.python.ops.clip_ops": "tf",
    "tensorflow.python.ops.gen_cudnn_rnn_ops": "tf.raw_ops",
    "tensorflow.python.ops.gen_nn_ops": "tf.raw_ops",
    "tensorflow.python.ops.gen_rnn_ops": "tf.raw_ops",
    "tensorflow.python.ops.nn_impl": "tf.nn",
    "tensorflow.python.ops.nn_ops": "tf.nn",
}
#: Functions behind a layer: what the student called is the layer.
_BEHIND = {"lstm": "keras.layers.LSTM", "gru": "keras.layers.GRU"}


def public_name(owner: Any, file: str, function: str) -> str:
    """The ready operation's public name: `keras.layers.SimpleRNNCell`, `tf.raw_ops.BlockLSTM`.

    Args:
        owner: the object whose method it is, or None.
        file: the file that defines it.
        function: its own name.
    """
    for base in type(owner).__mro__:
        if base.__module__.startswith(("keras.src.layers", "tf_keras.src.layers")):
            return f"keras.layers.{base.__name__}"
        if base.__module__.startswith("torch.nn.modules"):
            return f"torch.nn.{base.__name__}"
        if base.__module__.endswith("constraints") and base.__name__ != "Constraint":
            return f"keras.constraints.{base.__name__}"
    path = file.replace("\\", "/").rpartition("-packages/")[2]  # site-packages, dist-packages
    start = max(path.rfind("/course_utils/"), 0)  # may lie anywhere
    module = path[start:].removesuffix(".py").replace("/", ".").strip(".")
    if module == "keras.src.backend.tensorflow.rnn":
        return _BEHIND.get(function, f"{module}.{function}")
    home = _PUBLIC_MODULES.get(module, module)
    if home == "keras.src.optimizers.base_optimizer":
        return "the clipping by norm of keras.optimizers"
    if (home, function) == ("tf", "global_norm"):
        return "tf.linalg.global_norm"
    if home == "tf.raw_ops":
        return f"{home}.{_raw_op(function)}"
    return f"{home}.{function.removesuffix('_v1').removesuffix('_v2')}"


def _raw_op(name: str) -> str:
    """The name in tf.raw_ops of a generated function: lstm_block_cell → LSTMBlockCell."""
    words = name.removesuffix("_eager_fallback").split("_")
    upper = {"lstm", "lstmv2", "gru", "rnn", "rnnv2", "rnnv3"}
    if words[0] != "depthwise":  # it is DepthwiseConv2dNative, but Conv2D
        words = [f"{word[:-1]}D" if word in ("conv2d", "conv3d") else word for word in words]
    return "".join(word.upper() if word in upper else word[0].upper() + word[1:] for word in words)


@contextmanager
def watching(kinds: Iterable[str]) -> Iterator[list[str]]:
    """Collect the public names of the ready operations of these kinds that the body runs.

    Args:
        kinds: keys of `READY`; with none of them nothing is watched.

    Yields:
        A list that fills while the body runs: each name once.
    """
    kinds = list(kinds)
    used: list[str] = []
    if not kinds:
        yield used
        return
    is_ready = _ReadyFrames(kinds)
    native = {
        (module, name) for kind in kinds for module, names in NATIVE.get(kind, ()) for name in names
    }
    native_names = {name for _, name in native}
    executed = ExecutedOperations(OPERATIONS[kind] for kind in kinds if kind in OPERATIONS)

    files: dict[str, bool] = {}  # whether anything in a file is worth a look: mostly not

    def look(frame: FrameType, event: str, arg: Any) -> None:
        outer: FrameType | None
        if event == "call":
            file = frame.f_code.co_filename
            if file not in files:
                files[file] = any((is_ready.in_file(file), executed.in_file(file)))
            if not files[file]:
                return
            outer = frame.f_back
            if is_ready(frame):
                code = frame.f_code
                owner = frame.f_locals.get("self")
                found = [public_name(owner, code.co_filename, code.co_name)]
            else:
                found = [f"tf.raw_ops.{plain_operation(each)}" for each in executed.by(frame)]
        elif event == "c_call" and arg.__name__ in native_names:
            outer = frame
            place = (getattr(arg, "__module__", None), arg.__name__)
            found = [native_name(*place)] if place in native else []
        else:
            return
        if not found:
            return
        while outer is not None:  # what a ready operation calls in turn is not the student's doing
            if is_ready(outer):
                return
            outer = outer.f_back
        used.extend(name for name in found if name not in used)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield used
    finally:
        _give_back(before)


class _ReadyFrames:
    """Whether a frame is a ready function's."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._table = [row for kind in kinds for row in READY[kind]]
        self._by_file: dict[str, frozenset[str] | None] = {}

    def in_file(self, file: str) -> bool:
        """Whether a file defines ready functions."""
        if file not in self._by_file:
            path = file.replace("\\", "/")
            names = (names for end, names in self._table if path.endswith(end))
            self._by_file[file] = next(names, frozenset())
        return self._by_file[file] != frozenset()

    def __call__(self, frame: FrameType) -> bool:
        code = frame.f_code
        if not self.in_file(code.co_filename) or not code.co_flags & CO_OPTIMIZED:
            return False  # another file's, or the body of a module or a class
        names = self._by_file[code.co_filename]
        return names is None or code.co_name in names


def _give_back(profiler: Any) -> None:
    """Let a profiler go on: Python's own (`cProfile`) is no function, and enables itself."""
    if profiler is not None and not callable(profiler):
        sys.setprofile(None)
        profiler.enable()
    else:
        sys.setprofile(profiler)
