"""What the layers of chapter 7 share: their errors, and mistakes that any layer can contain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from course_utils.checking.types import ExpectedError, Inputs, Mistake, Outputs, Setup
from course_utils.oracles.refusals import accepts

__all__ = ["CONFIG", "Given", "but", "layer_mistakes", "layer_problem"]

#: What a right or a mistaken layer gives on a case.
Given: TypeAlias = Callable[[Inputs, Setup], Outputs | ExpectedError]

CONFIG = "`from_config(get_config())`"


def layer_problem(inputs: Inputs) -> ExpectedError | None:
    """The error where a layer's size or batch is impossible."""
    if inputs["units"] < 1:
        return ExpectedError("units", f"units = {inputs['units']}")
    if inputs.get("batch_size", 1) < 1:
        return ExpectedError("batch_size", f"batch_size = {inputs['batch_size']}")
    return None


def but(
    right: Given,
    change: Callable[[Inputs, Setup, Outputs], Outputs | ExpectedError],
    config: bool = False,
) -> Given:
    """A layer that is right but for one thing; `config`: where it is made again."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
        truth = right(inputs, setup)
        if isinstance(truth, ExpectedError) or (setup["task"] == "config") != config:
            return truth
        return change(inputs, setup, truth)

    return outputs


def layer_mistakes(
    name: str, right: Given, double: Callable[[Inputs, Setup], bool]
) -> list[Mistake]:
    """The mistakes that any layer with a number of units can contain.

    Args:
        name: the class's name.
        right: what a right layer gives.
        double: whether a case makes the layer with dtype="float64".
    """

    def no_keywords(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
        if setup["task"] == "config" or double(inputs, setup):
            return ExpectedError(kind="Exception", problem="an unexpected keyword")
        return right(inputs, setup)

    def keywords_dropped(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
        truth = right(inputs, setup)
        if isinstance(truth, ExpectedError):
            return truth
        if setup["task"] == "config":
            return {CONFIG: "loses the name or the dtype"}
        return {**truth, "the layer's dtype": "float32", "the dtype of the state": "float32"}

    return [
        Mistake(
            "no-keywords",
            outputs=no_keywords,
            see="The layer cannot be made with Keras's own arguments, such as dtype or name.",
            look="Look at the arguments of `__init__`, and at what `super().__init__` gets.",
            change="Take **kwargs in `__init__` and hand them on to `super().__init__`.",
        ),
        Mistake(
            "keywords-dropped",
            outputs=keywords_dropped,
            see="The layer takes Keras's arguments, such as dtype and name, but forgets them.",
            look="What does `super().__init__` get?",
            change="Hand **kwargs on to `super().__init__`.",
        ),
        Mistake(
            "config-without-units",
            outputs=but(right, lambda *_: {CONFIG: "raises TypeError"}, config=True),
            see="The layer cannot be made again from its own configuration: units is missing.",
            look="Keras calls the class with what `get_config` returns. Which argument is missing?",
            change='Add "units" to the dictionary of super().get_config(), or leave get_config '
            "out: Keras then records the arguments itself.",
        ),
        Mistake(
            "any-units",
            outputs=accepts(right, "units"),
            see=f"{name}(0) is accepted, though a state of no units can hold nothing.",
            look="Nothing looks at `units` before the weights are made.",
            change="In `__init__`, raise a ValueError that names units and the value that came.",
        ),
    ]
