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

__all__ = ["READY", "watching"]

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
}

#: Modules that students know by another name.
_PUBLIC_MODULES = {
    "tensorflow.python.ops.clip_ops": "tf",
    "tensorflow.python.ops.gen_rnn_ops": "tf.raw_ops",
    "tensorflow.python.ops.gen_cudnn_rnn_ops": "tf.raw_ops",
}
#: Functions behind a layer: what the student called is the layer.
_BEHIND = {"lstm": "keras.layers.LSTM", "gru": "keras.layers.GRU"}


def _public_name(frame: FrameType) -> str:
    """The ready operation's public name: `keras.layers.SimpleRNNCell`, `tf.raw_ops.BlockLSTM`."""
    owner = frame.f_locals.get("self")
    for base in type(owner).__mro__:
        if base.__module__.startswith(("keras.src.layers", "tf_keras.src.layers")):
            return f"keras.layers.{base.__name__}"
        if base.__module__.startswith("torch.nn.modules"):
            return f"torch.nn.{base.__name__}"
    module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
    if module == "keras.src.backend.tensorflow.rnn":
        return _BEHIND.get(name, f"{module}.{name}")
    home = _PUBLIC_MODULES.get(module, module)
    return f"{home}.{_raw_op(name)}" if home == "tf.raw_ops" else f"{home}.{name}"


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

    def look(frame: FrameType, event: str, arg: Any) -> None:
        if event != "call":
            return
        file = frame.f_code.co_filename
        hit = by_file.get(file)
        if hit is None:
            path = file.replace("\\", "/")
            names = next((names for end, names in table if path.endswith(end)), frozenset())
            hit = by_file[file] = (names is None or bool(names), names)
        if hit[0] and (hit[1] is None or frame.f_code.co_name in hit[1]):
            name = _public_name(frame)
            if name not in used:
                used.append(name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield used
    finally:
        sys.setprofile(before)
