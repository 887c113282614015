"""The bodies of the ready operations can be replaced, and their files are known."""

from __future__ import annotations

import pytest

from course_utils.checking.ready_operations import OPERATIONS, READY
from course_utils.grading.inside.block_ready_operations import _native_functions, _refusing
from course_utils.grading.inside.refuse_operations import kernels_of_operations


def test_a_function_with_free_variables_can_be_blocked() -> None:
    def outer() -> object:
        one, two = 1, 2

        def inner() -> int:
            return one + two

        return inner

    function = outer()
    function.__code__ = _refusing(function)  # type: ignore[arg-type, attr-defined]
    with pytest.raises(Exception, match="is not to be used here"):
        function()  # type: ignore[operator]


@pytest.mark.parametrize("kind", sorted(READY))
def test_each_kind_of_ready_operation_names_files(kind: str) -> None:
    assert all(ending.endswith(".py") for ending, _ in READY[kind])


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        ("recurrent", "BlockLSTMV2"),
        ("recurrent", "CudnnRNNV3"),
        ("recurrent", "GRUBlockCellGrad"),
        ("recurrent", "LSTMBlockCell"),
        ("convolution", "Conv"),
        ("convolution", "Conv2DBackpropInput"),
        ("convolution", "Conv3D"),
        ("convolution", "Conv3DBackpropFilterV2"),
        ("convolution", "DepthwiseConv2dNative"),
        ("convolution", "XlaConvV2"),
        ("convolution", "_FusedConv2D"),
    ],
)
def test_the_kernels_of_a_forbidden_operation_are_found(kind: str, operation: str) -> None:
    pytest.importorskip("tensorflow")
    kernels_of_operations.cache_clear()  # it may have been asked before TensorFlow was there
    assert operation in {name for name, _, _ in kernels_of_operations()[kind]}


@pytest.mark.parametrize(
    "name",
    [
        "MatMul",
        "Einsum",
        "ExtractVolumePatches",
        "Tanh",
        "FFT3D",
        "While",
        "ConvertToCooTensor",
        "__inference_conv3d_7",
        "__inference_Conv3D_7",
        "__forward_lstm_step_12",
        "__inference_LSTMCell_3",
    ],
)
def test_other_operations_and_a_students_own_functions_are_not_meant(name: str) -> None:
    assert not any(pattern.fullmatch(name) for pattern in OPERATIONS.values())


def test_every_namespace_that_holds_a_compiled_function_is_found() -> None:
    from scipy.signal import _sigtools

    _native_functions.cache_clear()
    found = {function: spaces for _, function, spaces in _native_functions()["convolution"]}
    spaces = found[_sigtools._correlateND]
    assert any(each is vars(_sigtools) for each in spaces)
    assert len(spaces) >= 2  # and the copy from which Python would import the module again
