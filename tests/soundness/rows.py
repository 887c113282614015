"""What was measured about one exercise, and what of it must not stay so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from tests.soundness.mutants import Mutant
from tests.soundness.tasks import Keys, Reply

__all__ = ["RULES", "Problem", "Row", "Rule", "Survivor"]

#: Findings that any run of the code would have shown without a check.
_LOUD = frozenset({"exception", "stopped", "missing", "wrong-kind", "not-written"})
#: What must hold: the references agree and the cases repeat, each mistake can be named, each
#: wrong answer is, each right answer passes, mutants are killed or listed, no free points.
Rule = Literal["cases", "bank", "named", "right", "mutants", "trivial"]
RULES: tuple[Rule, ...] = ("cases", "bank", "named", "right", "mutants", "trivial")
_RULE_OF: dict[str, Rule] = {
    "cases": "cases",
    "bank": "bank",
    "source": "right",
    "right": "right",
    "wrong": "named",
    "spoiled": "trivial",
    "trivial": "trivial",
    "constant": "trivial",
}
_STYLES = 4  # right answers in other styles that each exercise needs


@dataclass(frozen=True)
class Survivor:
    """A mutant that passed, and with which seed first."""

    operator: str
    diff: str
    seed: int


@dataclass(frozen=True)
class Problem:
    """Something that must be mended: which rule is broken, and how."""

    rule: Rule
    text: str


@dataclass
class Row:
    """One exercise's figures.

    Attributes:
        exercise: its name.
        limit: seconds that one check may take.
        mistakes: the ids in the exercise's bank.
        named: those whose wrong answer failed with its own hint, for every seed.
        mutants: how many were tried.
        killed: how many failed, for every seed.
        killed_silently: how many of these ran to the end and gave wrong values or shapes.
        killed_by_name: how many of those got a known mistake's hint.
        killed_specific: how many of all got that or another finding that says what is wrong.
        equivalent: survivors that are listed with a reason.
        survivors: survivors that are not.
        styles: the right answers in other styles.
        passed: those that passed, for every seed.
        trivial: how many answers without thought were tried.
        earning: those that earned something.
        problems: whatever must be mended; the survivors among it.
        seconds: the time that checks took, all workers together.
    """

    exercise: str
    limit: float = 0.0
    mistakes: tuple[str, ...] = ()
    named: list[str] = field(default_factory=list)
    mutants: int = 0
    killed: int = 0
    killed_silently: int = 0
    killed_by_name: int = 0
    killed_specific: int = 0
    equivalent: list[Survivor] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    styles: tuple[str, ...] = ()
    passed: list[str] = field(default_factory=list)
    trivial: int = 0
    earning: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    def begin(self, keys: Keys) -> None:
        """Take over what there is to measure, and say what the bank of answers lacks."""
        self.limit, self.mistakes, self.styles = keys.limit, keys.mistakes, keys.right
        wrong = {key.partition("/")[0] for key in keys.wrong}
        for mistake in sorted(set(keys.mistakes) - wrong):
            self.problem("named", f"tests/bank has no wrong answer for {mistake}")
        for mistake in sorted(wrong - set(keys.mistakes)):
            self.problem("named", f"tests/bank has {mistake}, which the exercise does not know")
        if len(keys.right) < _STYLES:
            self.problem("right", f"{len(keys.right)} right answers; at least {_STYLES} are needed")

    def add(self, reply: Reply, mutant: Mutant | None, listed: Collection[str]) -> None:
        """Count one reply.

        Args:
            reply: to any task but "keys".
            mutant: the mutant that was tried, where one was.
            listed: the diffs of the mutants that are known to be equivalent.
        """
        self.seconds += sum(verdict.seconds for verdict in reply.verdicts)
        if mutant is not None:
            self._add_mutant(reply, mutant, listed)
        elif reply.lost:
            what = f"{reply.task.what} {reply.task.key}".strip()[:80]
            self.problem(_RULE_OF[reply.task.what], f"{what} was not measured: {reply.lost}")
        else:
            getattr(self, f"_add_{reply.task.what}")(reply)

    def problem(self, rule: Rule, text: str) -> None:
        """Note something that must be mended."""
        self.problems.append(Problem(rule, text))

    def broken(self, rule: Rule) -> list[str]:
        """What breaks one rule."""
        return [problem.text for problem in self.problems if problem.rule == rule]

    def _add_cases(self, reply: Reply) -> None:
        self.problems += [Problem("cases", text) for text in reply.problems]

    def _add_bank(self, reply: Reply) -> None:
        self.problems += [Problem("bank", text) for text in reply.problems]

    def _add_mutant(self, reply: Reply, mutant: Mutant, listed: Collection[str]) -> None:
        self.mutants += 1
        seeds = tuple(
            seed
            for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=False)
            if verdict.passed
        )
        if not seeds:
            self.killed += 1
            first = reply.verdicts[0] if reply.verdicts else None
            self.killed_specific += bool(first is None or first.specific)
            if first is not None and first.kind not in _LOUD:
                self.killed_silently += 1
                self.killed_by_name += bool(first.mistakes)
            return
        survivor = Survivor(mutant.operator, mutant.diff, seeds[0])
        if mutant.diff in listed:
            self.equivalent.append(survivor)
            return
        self.survivors.append(survivor)
        which = f" with seed {seeds[0]}" if seeds[0] != reply.task.seeds[0] else ""
        self.problem("mutants", f"a mutant passes{which} ({mutant.operator}):\n{mutant.diff}")

    def _add_source(self, reply: Reply) -> None:
        """The solution itself."""
        for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=False):
            if not verdict.passed:
                self.problem("right", f"the solution fails with seed {seed}: {verdict.message}")

    def _add_right(self, reply: Reply) -> None:
        failed = [
            f"seed {seed}: {verdict.kind}: {verdict.message}"
            for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=True)
            if not verdict.passed
        ]
        if failed:
            self.problem("right", f"the right answer {reply.task.key!r} fails, {failed[0]}")
        else:
            self.passed.append(reply.task.key)

    def _add_wrong(self, reply: Reply) -> None:
        mistake = reply.task.key.partition("/")[0]
        failed = [
            f"seed {seed}: "
            + ("it passes" if verdict.passed else f"named {list(verdict.mistakes)}")
            for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=True)
            if verdict.passed or verdict.mistakes[:1] != (mistake,)
        ]
        if failed:
            self.problem("named", f"the wrong answer {reply.task.key!r}: {failed[0]}")
        elif mistake not in self.named:
            self.named.append(mistake)

    def _add_spoiled(self, reply: Reply) -> None:
        self.trivial += 1
        if any(verdict.passed for verdict in reply.verdicts):
            self.earning.append("a right answer that changes its inputs")
            self.problem("trivial", "a right answer that changes its inputs in place passes")

    def _add_trivial(self, reply: Reply) -> None:
        self.trivial += 1
        most = max((verdict.points for verdict in reply.verdicts), default=0.0)
        if most > 0:
            self.earning.append(reply.task.key)
            self.problem("trivial", f"an answer that {reply.task.key} earns {most:g}")

    def _add_constant(self, reply: Reply) -> None:
        self.trivial += 1
        most = max((verdict.points for verdict in reply.verdicts), default=0.0)
        if most > 0:
            self.earning.append(reply.task.key)
            self.problem("trivial", f"an answer that gives {reply.task.key} earns {most:g}")

    def as_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return {**asdict(self), "seconds": round(self.seconds, 2)}
