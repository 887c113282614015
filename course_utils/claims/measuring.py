"""A claim of the lectures: stated first, measured after, judged by its rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from course_utils.claims.intervals import Interval, exact_value, student_interval
from course_utils.claims.rules import Condition
from course_utils.claims.runs import Run, Values, listed, quiet, run_over
from course_utils.errors import ClaimError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Claim", "Verdict"]

Verdict: TypeAlias = Literal["supported", "qualified", "refuted"]


class Claim:
    """A claim with its rule. Made by `claim`; what was stated cannot be changed afterwards.

    Attributes:
        id: "C7".
        statement: what is claimed.
        source: where it is claimed.
        metric: metric's name → what it measures, in words.
        rule: the conditions on the metrics; the first decides a refutation.
        control: what should fail, in words.
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
    control_rule: tuple[Condition, ...]
    seeds: tuple[int, ...]
    reason: str

    def __init__(self, **stated: Any) -> None:
        for name, value in stated.items():
            object.__setattr__(self, name, value)
        self._measured: tuple[Values, Values] | None = None  # the claim's, the control's

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise ClaimError(
                f"{self.id}.{name} was written down before the measurement and stays as it is. "
                "To ask something else, state a new claim and measure that."
            )
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        state = "not measured yet" if self._measured is None else self.verdict
        return f"<claim {self.id}: {state}>"

    def measure(self, run: Run, control: Run | None = None) -> None:
        """Run the measurement and its control once per seed, with a progress bar.

        Args:
            run: `run(seed)` → every metric's number by name, or the number itself where the claim
                has one metric.
            control: the same for the control; it gives the metrics of `control_rule`, and may
                give the others.

        Raises:
            ClaimError: a run gives other metrics, or something that is no finite number, or there
                is no control.
        """
        if not callable(run):
            raise ClaimError(f"measure needs a function run(seed), not {run!r}.")
        if not callable(control):
            raise ClaimError(
                f"{self.id} has the control {self.control!r}, so measure needs it too: "
                "c.measure(run, control=run_control)."
            )
        self._measured = None  # what an earlier run gave is no answer to this one
        from tqdm import tqdm

        known = tuple(self.metric)
        needed = {condition.metric for condition in self.control_rule}
        with tqdm(
            total=2 * len(self.seeds), desc=self.id, unit="run", leave=False, disable=quiet()
        ) as bar:
            values = run_over(run, self.seeds, set(known), known, "run", bar.update)
            failed = run_over(control, self.seeds, needed, known, "control", bar.update)
        for each in (*values.values(), *failed.values()):
            self._interval(each)  # an impossible interval is refused here, not on the card
        self._measured = values, failed

    def values(self, metric: str, control: bool = False) -> tuple[float, ...]:
        """What the runs gave, in the order of the seeds.

        Args:
            metric: a key of `metric`.
            control: the control's instead.

        Raises:
            ClaimError: nothing is measured yet, or there is no such metric.
        """
        found = self._found(control)
        if metric not in found:
            whose = "the control" if control else "the claim"
            raise ClaimError(
                f"{self.id}: {whose} has no metric {metric!r}; ask for one of {listed(found)}."
            )
        return found[metric]

    def interval(self, metric: str, control: bool = False) -> Interval:
        """The mean over seeds with its 95% confidence interval (Student's t).

        Args:
            metric: a key of `metric`.
            control: the control's instead.

        Raises:
            ClaimError: nothing is measured yet, or there is no such metric.
        """
        return self._interval(self.values(metric, control))

    def measured(self, control: bool = False) -> tuple[str, ...]:
        """The names of the metrics that were measured, in the order of `metric`.

        Raises:
            ClaimError: nothing is measured yet.
        """
        return tuple(self._found(control))

    def _interval(self, values: tuple[float, ...]) -> Interval:
        return exact_value(values[0]) if self.reason else student_interval(values)

    def _found(self, control: bool) -> Values:
        if self._measured is None:
            raise ClaimError(
                f"{self.id} is not measured yet; call measure(run, control=run_control) first."
            )
        return self._measured[int(control)]

    @property
    def verdict(self) -> Verdict:
        """What the rule makes of the measurement.

        supported: every interval lies wholly where the rule wants it, the control's too. refuted:
        the first condition's lies wholly elsewhere, and the control's where it should. Otherwise
        qualified.

        Raises:
            ClaimError: nothing is measured yet.
        """
        readings = [each.read(self.interval(each.metric)) for each in self.rule]
        control_holds = all(
            each.read(self.interval(each.metric, control=True)) == "holds"
            for each in self.control_rule
        )
        if control_holds and all(reading == "holds" for reading in readings):
            return "supported"
        if control_holds and readings[0] == "fails":
            return "refuted"
        return "qualified"

    def card(self, figure: Figure | None = None) -> None:
        """Show the claim's card: in a notebook as HTML, elsewhere as plain text.

        Args:
            figure: shown above the card and then closed, so that it is not drawn twice.

        Raises:
            ClaimError: nothing is measured yet.
        """
        from course_utils.claims.card import show
        from course_utils.claims.record import record_of

        show(record_of(self), figure)
