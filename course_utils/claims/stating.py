"""Stating a claim: everything that is written down before the measurement, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from course_utils.claims.rules import Condition
from course_utils.claims.runs import Run, listed
from course_utils.errors import ClaimError, UnknownNameError
from course_utils.lectures import CLAIMS, OWN

if TYPE_CHECKING:
    from course_utils.claims.measuring import Measurement

__all__ = ["FEWEST_SEEDS", "Claim", "claim"]

#: The fewest seeds whose interval counts.
FEWEST_SEEDS = 5


@dataclass(frozen=True)
class Claim:
    """A claim with its rule, as it stands before any run. Made by `claim`, which checks it.

    Attributes:
        id: "C7".
        statement: what is claimed.
        source: where it is claimed.
        metric: metric's name → what it measures, in words.
        rule: the conditions on the metrics; the first decides a refutation.
        control: what should fail, in words.
        control_metric: the same as `metric` for what the control measures.
        control_rule: the conditions on the control's metrics.
        seeds: one run each; (0,) where exact.
        reason: why no seed can change the numbers; "" where they can.
    """

    id: str
    statement: str
    source: str
    metric: Mapping[str, str]
    rule: tuple[Condition, ...]
    control: str
    control_metric: Mapping[str, str]
    control_rule: tuple[Condition, ...]
    seeds: tuple[int, ...]
    reason: str

    def measure(self, run: Run, control: Run | None = None) -> Measurement:
        """Run the measurement and its control once per seed, with a progress bar.

        Args:
            run: `run(seed)` → every metric's number by name, or the number itself where the claim
                has one metric.
            control: the same for the control; it gives the metrics of `control_rule`, and may
                give the others of `control_metric`.

        Returns:
            The numbers with their intervals, the verdict and the card.

        Raises:
            ClaimError: a run gives other metrics, or something that is no finite number, or there
                is no control.
        """
        from course_utils.claims.measuring import measure  # a measurement knows its claim

        return measure(self, run, control)


def claim(
    name: str,
    *,
    statement: str,
    source: str,
    metric: Mapping[str, str],
    rule: Sequence[Condition],
    control: str,
    control_rule: Sequence[Condition],
    control_metric: Mapping[str, str] | None = None,
    seeds: Iterable[int] | None = None,
    exact: bool = False,
    reason: str = "",
) -> Claim:
    """State a claim, with the rule that will judge it and the control that should fail.

    Args:
        name: "C1" to "C39" of the lectures', "O1" to "O8" of our own.
        statement: what is claimed, as one sentence.
        source: where: the lecture, the paper.
        metric: metric's name → what it measures, in words, with its unit.
        rule: conditions, made by `above`, `below` and `within`; the most important one first.
        control: what should fail and how, in words.
        control_rule: conditions that hold where the control fails as it should.
        control_metric: the control's quantities where they are not the claim's, each under a name
            that says what it is; the claim's `metric` if not given.
        seeds: at least five different numbers; 0 to 4 if not given.
        exact: no seed can change the numbers (a count of parameters): one run, no interval.
        reason: why they are exact; needed with `exact`, and shown on the card.

    Returns:
        The claim, ready to be measured. It cannot be changed any more.

    Raises:
        UnknownNameError: no claim has this name.
        ClaimError: a text is empty, a condition's metric is not among those named, there are
            fewer than five seeds, or `exact` has no reason.
    """
    if name not in CLAIMS and name not in OWN:
        raise UnknownNameError("claim", name, [*CLAIMS, *OWN])
    for key, words in (("statement", statement), ("source", source), ("control", control)):
        if not isinstance(words, str) or not words.strip():
            raise ClaimError(f"{name}: {key} is empty; say it in a sentence.")
    if control_metric is None:
        control_metric = metric
    for key, metrics, asked, conditions in (
        ("metric", metric, "rule", rule),
        ("control_metric", control_metric, "control_rule", control_rule),
    ):
        if not isinstance(metrics, Mapping) or not metrics:
            raise ClaimError(f"{name}: {key} is empty; give name -> what it measures, in words.")
        _check_conditions(name, asked, conditions, metrics, key)
    return Claim(
        id=name,
        statement=_one_line(statement),
        source=_one_line(source),
        metric=_in_words(metric),
        rule=tuple(rule),
        control=_one_line(control),
        control_metric=_in_words(control_metric),
        control_rule=tuple(control_rule),
        seeds=_seeds(name, seeds, exact, reason),
        reason=_one_line(reason),
    )


def _in_words(metric: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({key: _one_line(words) for key, words in metric.items()})


def _check_conditions(
    name: str, key: str, conditions: Sequence[Condition], metric: Mapping[str, str], where: str
) -> None:
    if isinstance(conditions, Condition) or not conditions:
        raise ClaimError(f"{name}: {key} needs a list of conditions, such as [above('x', 0.5)].")
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise ClaimError(
                f"{name}: {key} holds {condition!r}; make conditions with above, below or within."
            )
        if condition.metric not in metric:
            raise ClaimError(
                f"{name}: {key} asks for the metric {condition.metric!r}, but there is "
                f"{listed(metric)}. Use one of these or add it to {where}."
            )


def _seeds(name: str, seeds: Iterable[int] | None, exact: bool, reason: str) -> tuple[int, ...]:
    if exact and not reason.strip():
        raise ClaimError(
            f"{name}: exact=True needs a reason: say why no seed can change the numbers."
        )
    if reason.strip() and not exact:
        raise ClaimError(f"{name}: a reason belongs to exact=True; give both or neither.")
    if exact:
        if seeds is not None:
            raise ClaimError(f"{name}: exact=True makes one run; leave seeds out.")
        return (0,)
    given = tuple(range(FEWEST_SEEDS)) if seeds is None else tuple(seeds)
    if len(set(given)) < len(given) or len(given) < FEWEST_SEEDS:
        raise ClaimError(
            f"{name}: seeds are {given}; give at least {FEWEST_SEEDS} different ones, or "
            "exact=True and a reason if no seed can change the numbers."
        )
    return given


def _one_line(words: str) -> str:
    return " ".join(words.split())
