"""Which operations are ready ones, by the kind of exercise in which they are to be built by hand.

Three tables, for the three levels at which the same work can be had: Python's functions,
TensorFlow's operations beneath them, and the compiled functions of NumPy and SciPy.
"""

from __future__ import annotations

import re

__all__ = ["NATIVE", "OPERATIONS", "READY", "native_name", "plain_operation"]

#: For each kind of exercise: (end of the defining file's path, its functions or None for all).
READY: dict[str, tuple[tuple[str, frozenset[str] | None], ...]] = {
    "recurrent": (
        ("keras/src/layers/rnn/simple_rnn.py", frozenset({"call"})),
        (
            "keras/src/layers/rnn/lstm.py",
            frozenset({"call", "_compute_carry_and_output", "_compute_carry_and_output_fused"}),
        ),
        ("keras/src/layers/rnn/gru.py", frozenset({"call"})),
        ("keras/src/layers/rnn/conv_lstm.py", frozenset({"call"})),
        ("keras/src/layers/rnn/stacked_rnn_cells.py", frozenset({"call"})),
        (
            "keras/src/backend/tensorflow/rnn.py",
            frozenset({"lstm", "gru", "_cudnn_lstm", "_cudnn_gru"}),
        ),
        ("tensorflow/python/ops/gen_rnn_ops.py", None),
        ("tensorflow/python/ops/gen_cudnn_rnn_ops.py", None),
        (
            "tensorflow/python/keras/layers/recurrent.py",
            frozenset({"call", "_compute_carry_and_output", "_compute_carry_and_output_fused"}),
        ),
        (
            "tensorflow/python/keras/layers/recurrent_v2.py",
            frozenset({"call", "standard_lstm", "standard_gru"}),
        ),
        ("tensorflow/python/keras/layers/convolutional_recurrent.py", frozenset({"call"})),
        ("tensorflow/python/keras/layers/legacy_rnn/rnn_cell_impl.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/simple_rnn.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/lstm.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/gru.py", frozenset({"call"})),
        ("torch/nn/modules/rnn.py", frozenset({"forward"})),
        # What the course itself steps with, in checks and in experiments.
        ("course_utils/probes/elman_steps.py", None),
        ("course_utils/probes/free_running.py", None),
        ("course_utils/probes/training_chunk.py", None),
        ("course_utils/recurrent/forecasters.py", frozenset({"outputs", "update", "step"})),
        ("course_utils/recurrent/random_networks.py", frozenset({"states"})),
        ("course_utils/recurrent/state_models.py", frozenset({"outputs", "_run"})),
    ),
    # The loop around a cell, whoever wrote the cell.
    "loop": (
        ("keras/src/layers/rnn/rnn.py", frozenset({"call"})),
        ("tf_keras/src/layers/rnn/base_rnn.py", frozenset({"call"})),
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
        ("keras/src/constraints/constraints.py", frozenset({"__call__"})),
        ("tensorflow/python/keras/constraints.py", frozenset({"__call__"})),
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
                for name in (
                    *("convolution", "conv1d", "conv2d", "conv3d", "conv_transpose"),
                    *("conv1d_transpose", "conv2d_transpose", "conv3d_transpose"),
                    *("atrous_conv2d", "atrous_conv2d_transpose"),
                    *("conv2d_backprop_filter", "conv2d_backprop_input"),
                    "depthwise_conv2d_native",
                    "depthwise_conv2d_native_backprop_filter",
                    "depthwise_conv2d_native_backprop_input",
                )
                for version in ("", "_v2", "_v1")
            ),
        ),
        (
            "tensorflow/python/ops/nn_impl.py",
            frozenset(
                {"depthwise_conv2d", "depthwise_conv2d_v2"}
                | {"separable_conv2d", "separable_conv2d_v2"}
            ),
        ),
        (
            "tensorflow/python/ops/gen_nn_ops.py",
            frozenset(
                {
                    *("conv", "conv2d", "conv3d", "depthwise_conv2d_native"),
                    *("conv2d_backprop_filter", "conv2d_backprop_filter_v2"),
                    *("conv2d_backprop_input", "conv2d_backprop_input_v2"),
                    *("conv3d_backprop_filter", "conv3d_backprop_filter_v2"),
                    *("conv3d_backprop_input", "conv3d_backprop_input_v2"),
                    "depthwise_conv2d_native_backprop_filter",
                    "depthwise_conv2d_native_backprop_input",
                    *("fused_pad_conv2d", "fused_resize_and_pad_conv2d"),
                }
            ),
        ),
        (
            "tensorflow/compiler/tf2xla/ops/gen_xla_ops.py",
            frozenset({"xla_conv", "xla_conv_v2", "xla_call_module"}),
        ),
        ("scipy/signal/_signaltools.py", None),
        ("scipy/signal/_upfirdn.py", frozenset({"upfirdn", "apply_filter"})),
        ("scipy/ndimage/_filters.py", None),
        ("numpy/_core/numeric.py", frozenset({"convolve", "correlate"})),
        ("numpy/core/numeric.py", frozenset({"convolve", "correlate"})),
        ("torch/nn/modules/conv.py", frozenset({"forward"})),
    ),
}

#: For each kind: what the types of TensorFlow's operations look like that do its work, forward or
#: backward, fused, depthwise or transposed. A graph or the eager runtime executes them by these
#: names, whoever asked for them. Names of a student's own functions (`__inference_conv3d_7`) must
#: not fit.
OPERATIONS: dict[str, re.Pattern[str]] = {
    "recurrent": re.compile(r"_{0,2}(?:[A-Z]\w*)?(?:LSTM|GRU|CudnnRNN)\w*"),
    "convolution": re.compile(
        r"_{0,2}(?:[A-Z]\w*)?Conv(?:V2|[123][Dd]\w*|olution\w*)?|XlaCallModule"
    ),
}

#: A model in TensorFlow Lite's format can hold any operation, and shows none.
_LITE = (
    "tensorflow.lite.python._pywrap_tensorflow_interpreter_wrapper",
    frozenset({"CreateWrapperFromBuffer", "CreateWrapperFromFile"}),
)

#: For each kind: (module, its compiled functions). They can be called past the Python around them.
NATIVE: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "recurrent": (_LITE,),
    "clipping": (_LITE,),
    "convolution": (
        (
            "scipy.signal._sigtools",
            frozenset({"_correlateND", "_convolve2d", "_linear_filter"}),
        ),
        ("scipy.signal._upfirdn_apply", frozenset({"_apply"})),
        ("scipy.signal._spline", frozenset({"sepfir2d"})),
        ("scipy.ndimage._nd_image", frozenset({"correlate", "correlate1d"})),
        ("numpy._core._multiarray_umath", frozenset({"correlate", "correlate2"})),
        ("numpy.core._multiarray_umath", frozenset({"correlate", "correlate2"})),
        _LITE,
    ),
}

#: oneDNN's and Grappler's versions of an operation: _MklNativeConv3D, _FusedConv2D.
_REWRITTEN = re.compile(r"_+(?:Mkl)?(?:Native|Dummy)?(?:PadWith)?(?:Fused)?")


def native_name(module: str, name: str) -> str:
    """What a compiled function is called to a student."""
    return "tf.lite.Interpreter" if module == _LITE[0] else f"{module}.{name}"


def plain_operation(operation: str) -> str:
    """The name in tf.raw_ops of what TensorFlow may have rewritten: _MklNativeConv3D → Conv3D."""
    return _REWRITTEN.sub("", operation, count=1) if operation.startswith("_") else operation
