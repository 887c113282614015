"""The words that exercises, oracles and the engine share. Data only; nothing is run here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from course_utils.checking.showing import as_html, as_text

__all__ = [
    "Case",
    "Exercise",
    "Finding",
    "Hints",
    "Inputs",
    "Mistake",
    "Oracle",
    "Outputs",
    "Probe",
    "Raises",
    "Report",
    "Result",
    "Thrown",
]

#: Arrays, numbers, strings, and lists of them, by argument name, in the order of the signature.
Inputs: TypeAlias = dict[str, Any]
#: What a probe returns and an oracle expects: arrays, numbers, strings, lists of them, by name.
Outputs: TypeAlias = dict[str, Any]
#: Runs beside the answer: `probe(answer, inputs) -> outputs`.
Probe: TypeAlias = Callable[[Any, Inputs], Outputs]
#: What you see, where to look, what to change.
Hints: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class Exercise:
    """What is asked of the student, and the probe that runs beside the answer.

    Attributes:
        name: the name the student defines; fixed for ever.
        signature: how it is called, as the messages show it: `"elman_step(x, h, W_x, W_h, b)"`.
        probe: turns an answer and one case's inputs into plain arrays.
        points: what it is worth.
        takes: "function" (any callable that is not a class) or "class".
        forbidden: the kinds of ready operation that earn nothing: see `checking.watch`.
        seconds: how long one check may take in all before it is stopped.
        minutes: how long a student is expected to need.
        difficulty: 1 to 3.
    """

    name: str
    signature: str
    probe: Probe
    points: float = 1.0
    takes: Literal["function", "class"] = "function"
    forbidden: tuple[str, ...] = ()
    seconds: float = 10.0
    minutes: int = 10
    difficulty: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Case:
    """One set of inputs on which an answer is tried.

    Attributes:
        inputs: the arguments by name, in the order of the signature; a probe may read more.
        part: the share of the credit this case belongs to: a key of `Oracle.parts`.
        about: what is special here, in the student's words: "one sample, one unit".
        isolates: the one term that is not zero here; such cases are judged first, and a finding
            names the term.
        slack: factor on the tolerance, for long sums.
    """

    inputs: Inputs
    part: str
    about: str = ""
    isolates: str | None = None
    slack: float = 1.0


@dataclass(frozen=True)
class Raises:
    """What an oracle expects where an argument is impossible.

    Attributes:
        argument: the name that the message should hold, or "" where none is fixed.
        problem: the student's words for what is impossible: "width is 0".
        kind: the exception's class by name; its subclasses count too.
    """

    argument: str = ""
    problem: str = ""
    kind: str = "ValueError"


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its hints, and the outputs of a student who made it.

    Attributes:
        id: stable, kebab-case, unique within the exercise.
        hints: what you see, where to look, what to change.
        expect: what the answer would give on these inputs; `Raises` where it would raise, `None`
            where the mistake says nothing about the case.
    """

    id: str
    hints: Hints
    expect: Callable[[Inputs], Outputs | Raises | None]


def same_outputs(inputs: Inputs, outputs: Outputs) -> Outputs:
    """The default view: what is compared is what the probe returned."""
    return outputs


@dataclass(frozen=True)
class Oracle:
    """What is right, and what is known to go wrong. Lives where no student code has ever run.

    Attributes:
        cases: draws the inputs; the same generator state gives the same cases.
        expect: the first reference; in float64 whatever the inputs are.
        second: an independent reference (another library, a closed form, an invariant); `None`
            for a case it has no opinion on. An answer must agree with both.
        parts: the shares of the credit by part; they sum to 1.
        basic: the parts that are about values. The others (edges, errors) count only once all
            of these are earned, so that an answer that does nothing earns nothing.
        mistakes: the bank, the likeliest first.
        view: what is compared, computed from the outputs where the answer is not unique: applied
            to the student's, the references' and the mistakes' outputs alike.
    """

    cases: Callable[[np.random.Generator], list[Case]]
    expect: Callable[[Inputs], Outputs | Raises]
    second: Callable[[Inputs], Outputs | Raises | None]
    parts: Mapping[str, float]
    basic: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    view: Callable[[Inputs, Outputs], Outputs] = same_outputs


@dataclass(frozen=True)
class Thrown:
    """An exception of the student's code, as text and numbers."""

    kind: str
    message: str
    kinds: tuple[str, ...] = ()  # the class and its bases, by name
    line: int = 0  # 1-based in the student's cell or file; 0 where unknown
    text: str = ""  # the source line
    function: str = ""


@dataclass(frozen=True)
class Report:
    """What one probe says: everything that crosses the border, as arrays and JSON.

    Attributes:
        outputs: the probe's outputs, or None where the answer raised or was stopped.
        thrown: the exception of the student's code.
        misfit: (kind, message) where the answer's value has no place here: see `probing.Misfit`.
        changed: the arguments that the answer changed in place.
        ready: the forbidden ready operations it used, by name.
        stopped: the time limit ended it.
        printed: the first lines it printed.
    """

    outputs: Outputs | None = None
    thrown: Thrown | None = None
    misfit: tuple[str, str] | None = None
    changed: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    stopped: bool = False
    printed: str = ""


FindingKind = Literal[
    "not-written",
    "missing",
    "wrong-kind",
    "exception",
    "stopped",
    "crashed",
    "memory",
    "ready-operation",
    "none",
    "type",
    "count",
    "shape",
    "dtype",
    "not-finite",
    "changed-input",
    "values",
    "no-error",
    "other-error",
    "remark",
]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in the student's words.

    Attributes:
        kind: a fixed word for machines.
        message: what was expected, what came, what to do; one or two sentences.
        mistake: the id of the known mistake that the outputs equal, or None.
        hints: from what you see to what to change; folded away until asked for.
        evidence: label → value as text: shapes, the first differing number, the student's line.
    """

    kind: FindingKind
    message: str
    mistake: str | None = None
    hints: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """The verdict on one answer."""

    name: str
    points: float
    max_points: float
    passed: bool
    findings: tuple[Finding, ...] = ()
    flags: tuple[str, ...] = ()
    cases: int = 0
    printed: str = ""

    def _repr_html_(self) -> str:
        return as_html(self)

    def __str__(self) -> str:
        return as_text(self)
