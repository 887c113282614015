"""How a chapter names the parts of its cell: words of probe, references and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from course_utils.checking.types import Inputs

__all__ = ["WEIGHTS", "Cell"]

#: The names that every cell gives its weights, in the order of the equations' W, U and b.
WEIGHTS = ("kernel", "recurrent_kernel", "bias")


@dataclass(frozen=True)
class Cell:
    """One kind of cell, and how its chapter names things.

    Attributes:
        states: the states by the equation's letter, the output first: `("h", "c")`.
        given: the inputs that hold `kernel`, `recurrent_kernel` and `bias`.
        size: the first argument of the class: "units" or "filters".
        extra: further arguments, passed by keyword where the case's inputs have them.
        in_rnn: whether keras.layers.RNN runs it; else a loop over time of the course's own does.
    """

    states: tuple[str, ...] = ("h",)
    given: tuple[str, str, str] = ("W", "U", "b")
    size: str = "units"
    extra: tuple[str, ...] = ()
    in_rnn: bool = True

    @property
    def form(self) -> str:
        """What `call` returns, as messages write it: "(h, [h, c])"."""
        return f"({self.states[0]}, [{', '.join(self.states)}])"

    @property
    def new(self) -> tuple[str, ...]:
        """The names of the outputs that hold the new states."""
        if len(self.states) == 1:
            return ("the new state",)
        return tuple(f"the new {name}" for name in self.states)

    @property
    def last(self) -> tuple[str, ...]:
        """The names of the outputs that hold the states after the last step."""
        if len(self.states) == 1:
            return ("the last state",)
        return tuple(f"the last {name}" for name in self.states)

    @property
    def outputs(self) -> str:
        """The name of the outputs over all steps."""
        return "the outputs in keras.layers.RNN" if self.in_rnn else "the outputs over time"

    def size_of(self, inputs: Inputs) -> int:
        """The size of the state in a case: named, or read from the recurrent weights."""
        if self.size in inputs:
            return int(inputs[self.size])
        return int(inputs[self.given[1]].shape[-2])

    @property
    def settings(self) -> dict[str, Any]:
        """The same as data, for an exercise's `settings`."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Cell:
        """What `settings` was made from."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in settings.items()
        }
        return cls(**fields)
