"""What the layers that give an initial state have in common: how they are made, and made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.checking.types import Inputs, Outputs

__all__ = ["made", "made_again", "trained_dtype"]


def made(answer: Any, units: int, dtype: str) -> Any:
    return answer(units) if dtype == "float32" else answer(units, dtype=dtype)


def trained_dtype(layer: Any) -> str:
    """The dtype that a layer was made with, as the layer itself says it."""
    return str(getattr(layer, "dtype", None))


def made_again(answer: Any, inputs: Inputs, size: Callable[[Any], int]) -> Outputs:
    """The round trip through get_config and from_config, with Keras's own arguments kept."""
    name = "`from_config(get_config())`"
    layer = answer(inputs["units"], name="my_state", dtype="float64")
    try:
        again = answer.from_config(layer.get_config())
    except Exception as error:  # noqa: BLE001 - a wrong get_config may raise anything
        first = (str(error).strip().splitlines() or [""])[0][:200]
        return {name: f"raises {type(error).__name__}: {first}"}
    lost = []
    if size(again) != size(layer):
        lost.append("loses the units")
    if again.name != "my_state" or again.dtype != "float64":
        lost.append("loses the name or the dtype")
    return {name: " and ".join(lost) or "works"}
