"""Measuring a claim: its numbers, their intervals, and what the rule makes of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from course_utils.cards.display import in_notebook, show
from course_utils.claims.card import KEY, SHORT, as_html, as_text
from course_utils.claims.intervals import Interval, exact_value, student_interval
from course_utils.claims.record import Record, record_of
from course_utils.claims.runs import Run, Values, listed, run_over
from course_utils.claims.stating import Claim
from course_utils.errors import ClaimError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ClaimVerdict", "Measurement", "measure"]

ClaimVerdict: TypeAlias = Literal["supported", "qualified", "refuted"]


@dataclass(frozen=True, repr=False)
class Measurement:
    """What the runs of a claim and of its control gave. Made by `Claim.measure`.

    Attributes:
        claim: what was measured.
        values: metric → its numbers in the order of the seeds.
        control_values: the control's.
        intervals: metric → the mean over seeds with its 95% confidence interval (Student's t).
        control_intervals: the control's.
    """

    claim: Claim
    values: Mapping[str, tuple[float, ...]]
    control_values: Mapping[str, tuple[float, ...]]
    intervals: Mapping[str, Interval]
    control_intervals: Mapping[str, Interval]

    def interval(self, metric: str, control: bool = False) -> Interval:
        """The interval of one metric.

        Args:
            metric: a key of the claim's `metric`.
            control: the control's instead.

        Raises:
            ClaimError: there is no such metric.
        """
        found = self.control_intervals if control else self.intervals
        if metric not in found:
            whose = "the control" if control else "the claim"
            raise ClaimError(
                f"{self.claim.id}: {whose} has no metric {metric!r}; ask for one of "
                f"{listed(found)}."
            )
        return found[metric]

    @property
    def verdict(self) -> ClaimVerdict:
        """What the rule makes of the measurement.

        supported: every interval lies wholly where the rule wants it, the control's too. refuted:
        the first condition's lies wholly elsewhere, and the control's where it should. Otherwise
        qualified.
        """
        readings = [each.read(self.intervals[each.metric]) for each in self.claim.rule]
        control_holds = all(
            each.read(self.control_intervals[each.metric]) == "holds"
            for each in self.claim.control_rule
        )
        if control_holds and all(reading == "holds" for reading in readings):
            return "supported"
        return "refuted" if control_holds and readings[0] == "fails" else "qualified"

    @property
    def record(self) -> Record:
        """All that the card says, as JSON."""
        return record_of(self.claim, self.verdict, self.intervals, self.control_intervals)

    def card(self, figure: Figure | None = None, *, short: bool = False) -> None:
        """Show the card: in a notebook as HTML, elsewhere as plain text.

        Args:
            figure: in a notebook, shown above the card and then closed, so that it is not drawn
                twice.
            short: show verdict and statement alone; the book of claims has the whole card. A
                chapter shows at most four whole ones.
        """
        if figure is not None and in_notebook():
            from IPython.display import display
            from matplotlib import pyplot

            display(figure)
            pyplot.close(figure)
        record = self.record
        marks = {KEY: record} | ({SHORT: True} if short else {})
        show(as_html(record, short), as_text(record, short), marks)

    def __repr__(self) -> str:
        return f"<{self.claim.id}: {self.verdict}>"

    def __str__(self) -> str:
        return as_text(self.record)

    def _repr_html_(self) -> str:
        return as_html(self.record)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """The card where a cell ends in the measurement: as `card` shows it, record and all."""
        return {"text/html": self._repr_html_(), "text/plain": str(self)}, {KEY: self.record}


def measure(claim: Claim, run: Run, control: Run | None) -> Measurement:
    """One run of the measurement and one of its control per seed: see `Claim.measure`."""
    if not callable(run):
        raise ClaimError(f"measure needs a function run(seed), not {run!r}.")
    if not callable(control):
        raise ClaimError(
            f"{claim.id} has the control {claim.control!r}, so measure needs it too: "
            "c.measure(run, control=run_control)."
        )
    from tqdm import tqdm

    known = tuple(claim.metric)
    needed = {condition.metric for condition in claim.control_rule}
    silent = os.environ.get("UNROLLED_QUIET") == "1"  # set where notebooks are built
    with tqdm(
        total=2 * len(claim.seeds), desc=claim.id, unit="run", leave=False, disable=silent
    ) as bar:
        values = run_over(run, claim.seeds, set(known), known, "run", bar.update)
        failed = run_over(
            control, claim.seeds, needed, tuple(claim.control_metric), "control", bar.update
        )
    return Measurement(
        claim,
        MappingProxyType(values),
        MappingProxyType(failed),
        MappingProxyType(_intervals(claim, values)),
        MappingProxyType(_intervals(claim, failed)),
    )


def _intervals(claim: Claim, values: Values) -> dict[str, Interval]:
    return {
        metric: exact_value(each[0]) if claim.reason else student_interval(each)
        for metric, each in values.items()
    }
