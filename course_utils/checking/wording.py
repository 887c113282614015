"""Put a verdict's findings into the student's words: the plainest fault first, by name if known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from course_utils.checking.accounts import simple_account
from course_utils.checking.comparing import DIFFERING, Difference, about
from course_utils.checking.describing import describe_inputs
from course_utils.checking.diagnosing import CaseResult, find_mistake
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.partly_right import part_that_is_right
from course_utils.checking.types import (
    Exercise,
    ExpectedError,
    Finding,
    Hints,
    ProbeResult,
    Result,
    Thrown,
)

__all__ = [
    "TRAINED",
    "changed_inputs",
    "findings_of",
    "not_written",
    "raised_before",
    "ready_operation",
    "remarks",
]

_SHOWN = 3  # findings of one verdict, and ready operations that are named
_LISTED = 4  # cases that fail in the same way, below one finding
TRAINED = 60.0  # a check that may take longer trains a network


def findings_of(
    outcomes: Outcomes,
    tried: Sequence[CaseResult],
    differences: Sequence[Difference | None],
) -> list[Finding]:
    """What is wrong, values first, then missing errors; each with the mistake's name if known."""
    exercise = outcomes.exercise
    findings: list[Finding] = []
    for wants_error in (False, True):
        group = [
            (case_result, difference)
            for case_result, difference in zip(tried, differences, strict=True)
            if isinstance(case_result.truth, ExpectedError) == wants_error
        ]
        failed = [
            (case_result, difference) for case_result, difference in group if difference is not None
        ]
        if not failed:
            continue
        of_kind = [case_result for case_result, _ in group]
        account = None if wants_error else simple_account(of_kind)
        match = find_mistake(outcomes, of_kind)
        if match is not None and not match.whole and account is None:
            of_part = [pair for pair in failed if pair[0].case.part == match.part]
            rest = [pair for pair in failed if pair[0].case.part != match.part]
            finding = _finding(exercise, *_worst(exercise, of_part))
            named = _explained(finding, match.mistake.hints, match.mistake.id, not rest)
            plain = _plain_findings(exercise, rest)
            leads = _worst(exercise, failed)[0].case.part == match.part
            findings += [named, *plain] if leads else [*plain, named]
            continue
        case_result, difference = _worst(exercise, failed)
        finding = _finding(exercise, case_result, difference)
        if match is not None and match.whole:
            findings.append(_explained(finding, match.mistake.hints, match.mistake.id, True))
        elif account is not None:
            hints = (account.see, account.look, account.change)
            findings.append(_explained(finding, hints, None, True))
        else:
            findings += _plain_findings(exercise, failed)
    return findings


def _plain_findings(
    exercise: Exercise, failed: Sequence[tuple[CaseResult, Difference]]
) -> list[Finding]:
    """What nothing explains: one finding for each kind of difference, the worst first."""
    findings: list[Finding] = []
    left = list(failed)
    while left and len(findings) < _SHOWN:
        case_result, difference = _worst(exercise, left)
        finding = _with_others(_finding(exercise, case_result, difference), case_result, left)
        if difference.kind == "values":
            finding = _with_what_is_right(finding, case_result)
        findings.append(finding)
        left = [pair for pair in left if pair[1].kind != difference.kind]
    return findings


def _explained(finding: Finding, hints: Hints, mistake: str | None, whole: bool) -> Finding:
    """The finding in the words of a known mistake or of a simple account."""
    see = hints[0] if whole else f"{hints[0]} (This explains a part of what is wrong.)"
    evidence = {"what came": finding.message, **finding.evidence}
    return replace(finding, message=see, mistake=mistake, hints=hints, evidence=evidence)


def _with_others(
    finding: Finding, told: CaseResult, failed: Sequence[tuple[CaseResult, Difference]]
) -> Finding:
    """One finding for all cases that fail in the same way; the others are named below it."""
    others = dict.fromkeys(
        _special(each) for each, difference in failed if difference.kind == finding.kind
    )
    others.pop(_special(told))
    if not others:
        return finding
    listed = "; ".join(list(others)[:_LISTED])
    more = f"; and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
    return replace(finding, evidence={**finding.evidence, "also in": listed + more})


def _special(each: CaseResult) -> str:
    """What is special about a case: the impossible argument, or what its author says."""
    impossible = isinstance(each.truth, ExpectedError) and each.truth.problem
    return impossible or about(each.case)


def _with_what_is_right(finding: Finding, case_result: CaseResult) -> Finding:
    """Where nothing explains the values: at least which of them are right."""
    right = part_that_is_right(case_result)
    if not right:
        return finding
    return replace(finding, evidence={"what is right": f"It is {right}.", **finding.evidence})


#: What to speak of first: the plainest fault before the subtlest.
_ORDER = (
    "stopped",
    "exception",
    "none",
    "type",
    "count",
    "shape",
    "not-finite",
    "other-error",
    "no-error",
    "values",
    "dtype",
)


def _worst(
    exercise: Exercise, failed: Sequence[tuple[CaseResult, Difference]]
) -> tuple[CaseResult, Difference]:
    """The failed case to speak of: of a basic part, as edges count only once these are right; an
    isolating one; the plainest kind of fault. Where some cases raise, time may have been up for
    others before they were tried: the exception is what is known."""
    raised = any(difference.kind == "exception" for _, difference in failed)
    return min(
        failed,
        key=lambda pair: (
            raised and pair[1].kind == "stopped",
            pair[0].case.part not in exercise.basic,
            pair[1].kind in ("values", "dtype"),
            pair[0].case.isolates is None,
            _ORDER.index(pair[1].kind),
        ),
    )


def _finding(exercise: Exercise, case_result: CaseResult, difference: Difference) -> Finding:
    case, thrown = case_result.case, case_result.result.thrown
    evidence = dict(difference.evidence)
    message = difference.message
    if difference.kind == "exception" and thrown is not None:
        evidence["inputs"] = describe_inputs(case.inputs)
        if case.about:
            evidence["case"] = case.about
        if thrown.line:
            evidence[f"your line {thrown.line}"] = thrown.text
            message = f"Your code raised {thrown.kind} at line {thrown.line}: {thrown.message}"
        elif thrown.kind == "TypeError":
            message = (
                f"It cannot be called as {exercise.signature}: {thrown.message}. "
                "Keep the name and the arguments of the stub."
            )
        else:
            message = f"Your code raised {thrown.kind}: {thrown.message}"
        message += _advice(thrown)
    elif difference.kind == "stopped":
        message = f"It had not finished after {exercise.seconds:g} s and was stopped. " + (
            "What it builds is trained here: is it far larger than what is asked for, or does each "
            "of its steps take long?"
            if exercise.seconds > TRAINED
            else "Is there a loop that never ends, or one that does far too much work?"
        )
    elif difference.kind == "values" and case.isolates and DIFFERING in evidence:
        a_word = message[1:2].islower()  # and no name, such as W_h
        said = message[0].lower() + message[1:] if a_word else message
        message = f"With all but {case.isolates} set to zero, {said}"
    elif case.about and difference.kind not in ("no-error", "other-error"):
        message = f"{message} (Case: {case.about}.)"
    return Finding(difference.kind, message, evidence=evidence)


def _advice(thrown: Thrown) -> str:
    """What an exception that puzzles beginners means; or ""."""
    return next((f" {words}" for text, words in _PUZZLING.items() if text in thrown.message), "")


#: A part of an exception's text, and what it means.
_PUZZLING = {
    "generator raised StopIteration": (
        "(`next` found nothing more; inside a generator that is an error. A `for` loop ends by "
        "itself.)"
    ),
}


def not_written(exercise: Exercise, result: ProbeResult) -> Finding:
    thrown = result.thrown
    evidence = {}
    if thrown and thrown.line:
        evidence[f"line {thrown.line} of your cell"] = thrown.text
    return Finding(
        "not-written",
        f"{exercise.name} is not written yet. Write your answer in the place of "
        "`raise NotImplementedError()`, and check it again.",
        evidence=evidence,
    )


def ready_operation(exercise: Exercise, names: Sequence[str]) -> Finding:
    listed = " and ".join(names[:_SHOWN])
    if len(names) > _SHOWN:
        listed += f" and {len(names) - _SHOWN} more"
    return Finding(
        "ready-operation",
        f"Your answer calls {listed}. The point of this exercise is to build "
        f"{exercise.name} by hand, so the ready one earns nothing. Write its equation out, with "
        "simpler operations.",
    )


def changed_inputs(names: Sequence[str]) -> Finding:
    listed = " and ".join(f"`{name}`" for name in names)
    return Finding(
        "changed-input",
        f"Your code changes {listed} in place. Whoever calls it still needs the old values: work "
        "on a copy, or write `a = a + b` instead of `a += b`.",
        hints=(
            f"After the call, {listed} no longer holds what it held before.",
            "Look for `+=`, `-=`, `.sort()`, `.append(…)` or an assignment to `argument[...]`.",
            "Make a new array: `result = np.array(argument)` first, and change that one.",
        ),
    )


def remarks(tried: Sequence[CaseResult]) -> list[Finding]:
    """Errors that are raised but do not say which argument is meant: told once, costs nothing."""
    for case_result in tried:
        truth, thrown = case_result.truth, case_result.result.thrown
        if (
            isinstance(truth, ExpectedError)
            and truth.argument
            and thrown is not None
            and not case_result.failed
            and truth.argument.lower() not in thrown.message.lower()
        ):
            return [
                Finding(
                    "remark",
                    f"With {truth.problem or truth.argument + ' impossible'} your {thrown.kind} "
                    f"says {thrown.message!r}. It would help its reader to name `{truth.argument}` "
                    "and the value that came.",
                )
            ]
    return []


def raised_before(exercise: Exercise, thrown: Thrown, cell: int) -> Result:
    """The code that defines the answer raised, so that there was nothing to call."""
    place = f"in code cell {cell}" + (f", line {thrown.line}" if thrown.line else "")
    evidence = {f"your line {thrown.line}": thrown.text} if thrown.text else {}
    what = "is no Python" if thrown.kind == "SyntaxError" else f"raised {thrown.kind}"
    message = f"The code that {exercise.name} needs {what} {place}: {thrown.message}"
    finding = Finding("exception", message, evidence=evidence)
    return Result(exercise.name, 0.0, exercise.points, False, (finding,))
