"""Answers without any thought in them: none of them may earn anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_utils.checking.outcomes import Expected, Outcomes
from course_utils.checking.types import ExpectedError, Outputs, ProbeResult, Question, Thrown
from tests.soundness.trying import Bench

__all__ = ["CONSTANT_RESULTS", "constant_results", "spoiling", "trivial_answers"]


class _Empty:
    """A class that takes anything and does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


def _raising(error: type[BaseException]) -> Callable[..., Any]:
    def answer(*args: Any, **kwargs: Any) -> Any:
        raise error("no")

    return answer


def _functions() -> dict[str, Any]:
    return {
        "returns None": lambda *args, **kwargs: None,
        "returns the first input": lambda first, *args, **kwargs: first,
        "returns the second input": lambda first, second, *args, **kwargs: second,
        "returns the last input": lambda *args, **kwargs: args[-1],
        "returns all inputs": lambda *args, **kwargs: args,
        "returns zeros like the first input": lambda first, *args, **kwargs: np.zeros_like(first),
        "returns zeros like the second input": lambda a, b, *args, **kwargs: np.zeros_like(b),
        "returns 0": lambda *args, **kwargs: 0.0,
        "returns 1": lambda *args, **kwargs: 1,
        "returns two zeros": lambda *args, **kwargs: (0, 0),
        "returns NaN": lambda *args, **kwargs: np.nan,
        "returns True": lambda *args, **kwargs: True,
        "returns a string": lambda *args, **kwargs: "zeros",
        "returns an empty list": lambda *args, **kwargs: [],
        "returns an empty iterator": lambda *args, **kwargs: iter(()),
        "yields the second input for each of the last": _yields_second,
        "returns an array of odd shape": lambda *args, **kwargs: np.ones((3, 1, 7)),
        "returns an array of objects": lambda *args, **kwargs: np.array([None, object()]),
        "raises ValueError": _raising(ValueError),
        "raises Exception": _raising(Exception),
        "raises SystemExit": _raising(SystemExit),
        "is a stub": _raising(NotImplementedError),
        "takes no arguments": lambda: 0,
        "is a class": _Empty,
        "is a string": "zeros",
        "is a number": 3,
        "is None": None,
        "is NumPy": np,
    }


def _yields_second(*args: Any, **kwargs: Any) -> Iterator[Any]:
    for _ in args[-1]:
        yield args[1]


def _classes(question: Question) -> dict[str, Any]:
    import keras

    class Nothing(keras.layers.Layer):  # type: ignore[misc]
        """A layer that takes anything and has neither weights nor equation."""

        def __init__(self, units: int = 1, *args: Any, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.state_size = self.output_size = units

        def call(self, inputs: Any, *args: Any) -> Any:
            return inputs

    class KeepsState(Nothing):
        """A cell that returns the state it is given."""

        def call(self, inputs: Any, states: Any = ()) -> Any:
            return (states[0], list(states)) if states else inputs

    class Weighted(KeepsState):
        """The right weights, and the state as it came."""

        def build(self, shape: Any) -> None:
            units = self.state_size
            self.kernel = self.add_weight(shape=(shape[-1], units), name="kernel")
            self.recurrent_kernel = self.add_weight(shape=(units, units), name="recurrent_kernel")
            self.bias = self.add_weight(shape=(units,), name="bias")

    class Zeros(Weighted):
        """The right weights and shapes, and zeros."""

        def call(self, inputs: Any, states: Any = ()) -> Any:
            zeros = keras.ops.zeros_like(states[0]) if states else inputs
            return zeros, [zeros]

    answers: dict[str, Any] = {
        "is a class of no layer": _Empty,
        "is a layer that returns its input": Nothing,
        "is a cell that keeps its state": KeepsState,
        "is a cell with weights that keeps its state": Weighted,
        "is a cell of zeros": Zeros,
        "is an object, no class": Nothing(2),
        "is a function": lambda *args, **kwargs: None,
        "is a string": "cell",
        "is None": None,
    }
    if "recurrent" in question.by_hand:
        for name in ("SimpleRNNCell", "LSTMCell", "GRUCell", "SimpleRNN"):
            answers[f"is keras.layers.{name}"] = getattr(keras.layers, name)
    return answers


def trivial_answers(question: Question) -> dict[str, Any]:
    """Name → an answer that deserves nothing, of the kind that the exercise takes and of others."""
    return _functions() if question.takes == "function" else _classes(question)


CONSTANT_RESULTS = (
    "zeros of the right shape",
    "ones of the right shape",
    "another seed's numbers",
    "the judge's own words",
)
#: Probes that report nothing but the answer: its words and whole numbers are what was asked for.
_BARE = frozenset({"function", "regime", "three_sizes"})


def constant_results(bench: Bench, which: str, seed: int) -> list[ProbeResult]:
    """What an answer would give that knows every shape and every word, but no number.

    Args:
        bench: the exercise.
        which: one of `CONSTANT_RESULTS`.
        seed: of the cases.
    """
    _, cases = bench.drawn(seed)
    raw = Outcomes(bench.subject.exercise, viewed=False)
    if which == CONSTANT_RESULTS[3]:
        return _forged(bench, raw, seed)
    if which == CONSTANT_RESULTS[2]:
        _, others = bench.drawn(seed + 1000)
        return [_reported(raw.right(case), lambda value: value) for case in others]
    number = CONSTANT_RESULTS.index(which)
    return [_reported(raw.right(case), lambda value: 0 * value + number) for case in cases]


def _forged(bench: Bench, raw: Outcomes, seed: int) -> list[ProbeResult]:
    """What a student's process can send without any work: each word that the judge would say of a
    right answer, each count and each error; in the place of other numbers zeros."""
    outcomes, cases = bench.drawn(seed)
    asked = bench.subject.exercise.probe in _BARE

    def change(value: np.ndarray) -> np.ndarray:
        return value if value.dtype.kind in "iu" and not asked else np.zeros_like(value)

    results = []
    for case in cases:
        said = [raw.right(case), outcomes.second(case), outcomes.right(case)]
        if isinstance(said[-1], ExpectedError):
            kind = said[-1].kind
            results.append(ProbeResult(thrown=Thrown(kind, "", (kind, "Exception"))))
            continue
        outputs: Outputs = {}
        for each in said:
            outputs |= each if isinstance(each, dict) else {}
        words = {name: "" for name, value in outputs.items() if asked and isinstance(value, str)}
        results.append(_reported({**outputs, **words}, change))
    return results


def _reported(truth: Expected, change: Callable[[np.ndarray], np.ndarray]) -> ProbeResult:
    if isinstance(truth, ExpectedError):
        return ProbeResult(outputs={})
    return ProbeResult(outputs={name: _each(value, change) for name, value in truth.items()})


def _each(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_each(each, change) for each in value)
    if isinstance(value, (np.ndarray, np.generic, int, float)) and not isinstance(value, bool):
        return change(np.asarray(value))
    return value


def spoiling(right: Callable[..., Any], spoiled: list[bool]) -> Callable[..., Any]:
    """A right answer that changes its array arguments afterwards; notes in `spoiled` if it did."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        value = right(*args, **kwargs)
        for each in (*args, *kwargs.values()):
            if isinstance(each, np.ndarray) and each.size and each.flags.writeable:
                kept = [value] if isinstance(value, np.ndarray) else value
                if isinstance(kept, (list, tuple)) and any(
                    isinstance(v, np.ndarray) and np.shares_memory(v, each) for v in kept
                ):
                    continue  # would change the result as well
                each += 1
                spoiled.append(True)
        return value

    return answer
