"""The bodies of the ready operations can be replaced, and their files are known."""

from __future__ import annotations

import pytest

from course_utils.checking.ready_operations import READY
from course_utils.grading.inside.block_ready_operations import _refusing


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
