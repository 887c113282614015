"""Notice that a build-it-yourself answer calls the ready operation.

A profile function sees every Python function that is entered while the answer runs, whatever
name the answer imported it under, and compares the file it was defined in with a table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["READY", "public_name", "watching"]

#: For each kind of exercise: (end of the defining file's path, its functions or None for all).
READY: dict[str, tuple[tuple[str, frozenset[str] | None], ...]] = {
    "recurrent": (
        ("keras/src/layers/rnn/simple_rnn.py", frozenset({"call"})),
        ("keras/src/layers/rnn/lstm.py", frozenset({"call"})),
        ("keras/src/layers/rnn/gru.py", frozenset({"call"})),
        ("keras/src/layers/rnn/conv_lstm.py", frozenset({"call"})),
        ("keras/src/layers/rnn/stacked_rnn_cells.py", frozenset({"call"})),
        ("keras/src/backend/tensorflow/rnn.py", frozenset({"lstm", "gru"})),
        ("tensorflow/python/ops/gen_rnn_ops.py", None),
        ("tensorflow/python/ops/gen_cudnn_rnn_ops.py", None),
        ("tensorflow/python/keras/layers/recurrent.py", frozenset({"call"})),
        ("tensorflow/python/keras/layers/convolutional_recurrent.py", frozenset({"call"})),
        ("tensorflow/python/keras/layers/legacy_rnn/rnn_cell_impl.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/simple_rnn.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/lstm.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/gru.py", frozenset({"call"})),
        ("torch/nn/modules/rnn.py", frozenset({"forward"})),
    ),
    "clipping": (
        (
            "tensorflow/python/ops/clip_ops.py",
            frozenset(
                {"clip_by_global_norm", "clip_by_norm", "clip_by_average_norm", "global_norm"}
            ),
        ),
        (
            "keras/src/optimizers/base_optimizer.py",
            frozenset({"clip_by_global_norm", "_clip_by_norm", "global_norm"}),
        ),
        ("torch/nn/utils/clip_grad.py", None),
    ),
    "convolution": (
        (
            "keras/src/ops/nn.py",
            frozenset({"conv", "depthwise_conv", "separable_conv", "conv_transpose"}),
        ),
        ("keras/src/layers/convolutional/base_conv.py", frozenset({"call"})),
        ("keras/src/layers/convolutional/base_depthwise_conv.py", frozenset({"call"})),
        ("keras/src/layers/convolutional/base_separable_conv.py", frozenset({"call"})),
        ("keras/src/layers/convolutional/base_conv_transpose.py", frozenset({"call"})),
        (
            "tensorflow/python/ops/nn_ops.py",
            frozenset(
                f"{name}{version}"
                for name in ("convolution", "conv1d", "conv2d", "conv3d", "conv_transpose")
                for version in ("", "_v2", "_v1")
            ),
        ),
        (
            "tensorflow/python/ops/nn_impl.py",
            frozenset({"depthwise_conv2d_v2", "separable_conv2d_v2"}),
        ),
        (
            "tensorflow/python/ops/gen_nn_ops.py",
            frozenset({"conv", "conv2d", "conv3d", "depthwise_conv2d_native"}),
        ),
        ("scipy/signal/_signaltools.py", None),
        ("scipy/ndimage/_filters.py", None),
        ("numpy/_core/numeric.py", frozenset({"convolve", "correlate"})),
        ("numpy/core/numeric.py", frozenset({"convolve", "correlate"})),
        ("torch/nn/modules/conv.py", frozenset({"forward"})),
    ),
}

#: Modules that students know by another name.
_PUBLIC_MODULES = {
    "keras.src.ops.nn": "keras.ops",
    "numpy._core.numeric": "numpy",
    "numpy.core.numeric": "numpy",
    "scipy.ndimage._filters": "scipy.ndimage",
    "scipy.signal._signaltools": "scipy.signal",
    "tensorflow.python.ops.clip_ops": "tf",
    "tensorflow.python.ops.gen_cudnn_rnn_ops": "tf.raw_ops",
    "tensorflow.python.ops.gen_nn_ops": "tf.nn",
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
    path = file.replace("\\", "/").rpartition("-packages/")[2]  # site-packages, dist-packages
    module = path.removesuffix(".py").replace("/", ".").strip(".")
    if module == "keras.src.backend.tensorflow.rnn":
        return _BEHIND.get(function, f"{module}.{function}")
    home = _PUBLIC_MODULES.get(module, module)
    if home == "keras.src.optimizers.base_optimizer":
        return "the clipping by norm of keras.optimizers"
    if (home, function) == ("tf", "global_norm"):
        return "tf.linalg.global_norm"
    if home == "tf.raw_ops":
        return f"{home}.{_raw_op(function)}"
    return f"{home}.{function.removesuffix('_v2')}"


def _raw_op(name: str) -> str:
    """The name in tf.raw_ops of a generated function: lstm_block_cell → LSTMBlockCell."""
    words = name.removesuffix("_eager_fallback").split("_")
    upper = {"lstm", "lstmv2", "gru", "rnn", "rnnv2", "rnnv3"}
    return "".join(word.upper() if word in upper else word.capitalize() for word in words)


@contextmanager
def watching(kinds: Iterable[str]) -> Iterator[list[str]]:
    """Collect the public names of the ready operations of these kinds that the body enters.

    Args:
        kinds: keys of `READY`; with none of them nothing is watched.

    Yields:
        A list that fills while the body runs: each name once.
    """
    table = [row for kind in kinds for row in READY[kind]]
    used: list[str] = []
    if not table:
        yield used
        return
    by_file: dict[str, tuple[bool, frozenset[str] | None]] = {}

    def is_ready(frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        hit = by_file.get(file)
        if hit is None:
            path = file.replace("\\", "/")
            names = next((names for end, names in table if path.endswith(end)), frozenset())
            hit = by_file[file] = (names is None or bool(names), names)
        name = frame.f_code.co_name
        if not hit[0] or name == "<module>":  # an import calls nothing
            return False
        return hit[1] is None or name in hit[1]

    def look(frame: FrameType, event: str, arg: Any) -> None:
        if event != "call" or not is_ready(frame):
            return
        outer = frame.f_back
        while outer is not None:  # what a ready operation calls in turn is not the student's doing
            if is_ready(outer):
                return
            outer = outer.f_back
        code = frame.f_code
        name = public_name(frame.f_locals.get("self"), code.co_filename, code.co_name)
        if name not in used:
            used.append(name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield used
    finally:
        _give_back(before)


def _give_back(profiler: Any) -> None:
    """Let a profiler go on: Python's own (`cProfile`) is no function, and enables itself."""
    if profiler is not None and not callable(profiler):
        sys.setprofile(None)
        profiler.enable()
    else:
        sys.setprofile(profiler)
