"""The words that probes, oracles and the engine share. Data only; nothing is run here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from course_utils.checking.showing import as_html, as_text

__all__ = [
    "Case",
    "Exercise",
    "ExpectedError",
    "Finding",
    "Hints",
    "Inputs",
    "Mistake",
    "Outcome",
    "Outputs",
    "Probe",
    "ProbeResult",
    "Question",
    "Reference",
    "Result",
    "Setup",
    "Thrown",
    "from_case",
    "same_outputs",
    "takes_case",
]

#: Arrays, numbers, strings, and lists of them, by argument name, in the order of the signature.
Inputs: TypeAlias = dict[str, Any]
#: What a probe needs besides the arguments: a seed, what to do, the weights of a given step.
Setup: TypeAlias = dict[str, Any]
#: What a probe returns and a reference gives: arrays, numbers, strings, lists of them, by name.
Outputs: TypeAlias = dict[str, Any]
#: What you see, where to look, what to change.
Hints: TypeAlias = tuple[str, str, str]
#: A right answer, as a student could have written it; or, marked by `from_case`, a function of a
#: case's inputs and set-up.
Reference: TypeAlias = Callable[..., Any]


class ExpectedError(ValueError):
    """What is right where an argument is impossible: the reference raises it.

    It stands among the expected outcomes as well, and there it can be any error: of another
    `kind`, or a misfit by its kind ("stopped", "count").

    Args:
        argument: the name that the message should hold, or "" where none is fixed.
        problem: the student's words for what is impossible: "width is 0".
        kind: the exception's class by name; its subclasses count too.
    """

    def __init__(self, argument: str = "", problem: str = "", kind: str = "ValueError") -> None:
        super().__init__(f"{argument}: {problem}" if argument else problem)
        self.argument, self.problem, self.kind = argument, problem, kind


#: What becomes of a reference, or of one with a mistake in it, on the inputs and the set-up of a
#: case: the outputs that the probe would report; None where it says nothing about the case.
Outcome: TypeAlias = Callable[[Reference, Inputs, Setup], Outputs | ExpectedError | None]


def from_case(
    function: Callable[[Inputs, Setup], Outputs | ExpectedError | None],
) -> Reference:
    """Mark a reference that is no answer: it takes a case's inputs and set-up, and gives outputs.

    It gets them as they are, in their own dtype, and returns None where it has no opinion.
    """
    function.takes_case = True  # type: ignore[attr-defined]
    return function


def takes_case(reference: Reference) -> bool:
    """Whether a reference is marked by `from_case`."""
    return getattr(reference, "takes_case", False)


@dataclass(frozen=True)
class Question:
    """What is asked, as data: all that runs beside the answer knows of an exercise.

    It crosses the border into the sandbox, so it holds texts and numbers only.

    Attributes:
        name: the name the student defines; fixed for ever.
        signature: how it is called, as the messages show it: `"elman_step(x, h, W_x, W_h, b)"`.
        results: what the answer returns, as messages call it: one name, or several for a tuple.
        probe: the probe by name: a file of `course_utils/probes/`.
        settings: what the probe should know about the exercise.
        by_hand: the kinds of ready operation that earn nothing: see `detect_ready_operations`.
        seconds: how long one check may take in all before it is stopped.
    """

    name: str
    signature: str
    results: tuple[str, ...] = ()
    probe: str = "function"
    settings: Mapping[str, Any] = field(default_factory=dict)
    by_hand: tuple[str, ...] = ()
    seconds: float = 10.0

    @property
    def takes(self) -> Literal["function", "class"]:
        """What an answer is: a class is named like one."""
        return "class" if self.name[:1].isupper() else "function"


#: Runs beside the answer: `probe(answer, inputs, setup, question) -> outputs`. The inputs are
#: copies that it may hand to the answer; who changed them is the engine's affair.
Probe: TypeAlias = Callable[[Any, Inputs, Setup, Question], Outputs]


@dataclass(frozen=True)
class Case:
    """One set of inputs on which an answer is tried.

    Attributes:
        part: the share of the credit this case belongs to: a key of `Exercise.parts`.
        inputs: the arguments by name, in the order of the signature.
        about: what is special here, in the student's words: "one sample, one unit".
        setup: what the probe needs besides, which messages do not show.
        isolates: the one term that is not zero here; such cases are judged first, and a finding
            names the term.
        tolerance_factor: factor on the tolerance, for long sums.
        place: where it stands in a verdict; it is tried in another order.
    """

    part: str
    inputs: Inputs
    about: str = ""
    setup: Setup = field(default_factory=dict)
    isolates: str | None = None
    tolerance_factor: float = 1.0
    place: int = 0


@dataclass(frozen=True)
class Mistake:
    """A known mistake with its hints: an edit of the first reference's text.

    Where an edit will not do, `answer` is a whole wrong answer, called like the reference; and
    where the mistake is no answer's (a wrong `get_config`), `outputs` gives what the probe reports.

    Attributes:
        id: stable, kebab-case, unique within the exercise.
        old: the text that is replaced; it stands in the reference exactly once.
        new: the text in its place.
        see: what you see.
        look: where to look.
        change: what to change.
        answer: a wrong answer in the place of an edit.
        outputs: `outputs(inputs, setup)`, what a student who made it would get; `ExpectedError`
            where it raises, None where the mistake says nothing about the case.
    """

    id: str
    old: str = ""
    new: str = ""
    see: str = field(kw_only=True)
    look: str = field(kw_only=True)
    change: str = field(kw_only=True)
    answer: Reference | None = field(default=None, kw_only=True)
    outputs: Callable[[Inputs, Setup], Outputs | ExpectedError | None] | None = field(
        default=None, kw_only=True
    )

    @property
    def hints(self) -> Hints:
        """What you see, where to look, what to change."""
        return self.see, self.look, self.change


def same_outputs(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """The default view: what is compared is what the probe reported."""
    return outputs


@dataclass(frozen=True)
class Exercise:
    """What is asked, what is right, twice, on what it is tried, and what is known to go wrong.

    Lives where no student code has ever run; what may run beside the answer is `question`.

    Attributes:
        signature: see `Question`.
        results: see `Question`.
        references: two answers made in different ways, in float64; an answer must agree with
            both. Mistakes are edits of the first; the second may be `from_case`.
        cases: draws the inputs; the same generator state gives the same cases.
        mistakes: the bank, the likeliest first.
        parts: the shares of the credit by part; they sum to 1.
        basic: the parts that are about values. The others (edges, errors) count only once all
            of these are earned, so that an answer that does nothing earns nothing.
        points: what it is worth.
        probe: see `Question`.
        settings: see `Question`.
        by_hand: see `Question`.
        seconds: see `Question`.
        minutes: how long a student is expected to need.
        difficulty: 1 to 3.
        double: whether precision is the point. Elsewhere an answer that is right to float32 where
            its arrays are float64 loses a fifth at most.
        outcome: how a reference's outputs come about, where it is not the probe itself that runs
            it: a cell's reference is its equation, and no Keras cell.
        view: what the judge makes of what the probe reported, where the answer is not unique:
            words, from raw numbers. Applied to the reports on the answer, on references and on
            mistakes. What an oracle says by itself (an `outcome`, a reference that is `from_case`,
            a mistake's `outputs`) stands in the view's own words already. A report comes from a
            process that may lie, so the view hands on none of its words as the judge's.
    """

    signature: str
    results: tuple[str, ...] = field(default=(), kw_only=True)
    references: tuple[Reference, Reference] = field(kw_only=True)
    cases: Callable[[np.random.Generator], Iterable[Case]] = field(kw_only=True)
    mistakes: Sequence[Mistake] = field(kw_only=True)
    parts: Mapping[str, float] = field(kw_only=True)
    basic: tuple[str, ...] = field(kw_only=True)
    points: float = field(default=1.0, kw_only=True)
    probe: str = field(default="function", kw_only=True)
    settings: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    by_hand: tuple[str, ...] = field(default=(), kw_only=True)
    seconds: float = field(default=10.0, kw_only=True)
    minutes: int = field(default=10, kw_only=True)
    difficulty: Literal[1, 2, 3] = field(default=1, kw_only=True)
    double: bool = field(default=False, kw_only=True)
    outcome: Outcome | None = field(default=None, kw_only=True)
    view: Callable[[Inputs, Setup, Outputs], Outputs] = field(default=same_outputs, kw_only=True)

    @property
    def name(self) -> str:
        """The name the student defines."""
        return self.signature.partition("(")[0]

    @property
    def question(self) -> Question:
        """What of it may run beside the answer."""
        return Question(
            self.name,
            self.signature,
            self.results,
            self.probe,
            self.settings,
            self.by_hand,
            self.seconds,
        )


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
class ProbeResult:
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
    "surroundings",
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
