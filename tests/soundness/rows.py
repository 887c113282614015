"""What was measured about one exercise, and what of it must not stay so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.soundness.mutants import Mutant
from tests.soundness.tasks import Keys, Reply

__all__ = ["Row", "Survivor"]

_STYLES = 4  # right answers in other styles that each exercise needs


@dataclass(frozen=True)
class Survivor:
    """A mutant that passed, and with which seeds."""

    operator: str
    diff: str
    seeds: tuple[int, ...]


@dataclass
class Row:
    """One exercise's figures.

    Attributes:
        exercise: its name.
        mistakes: the ids in the oracle's bank.
        named: those whose wrong answer failed with its own hint, for every seed.
        mutants: how many were tried.
        killed: how many failed, for every seed.
        killed_by_name: how many of these got a known mistake's hint.
        killed_specific: how many got that or another finding that says what is wrong.
        equivalent: survivors that are listed with a reason.
        survivors: survivors that are not.
        styles: the right answers in other styles.
        passed: those that passed, for every seed.
        trivial: how many answers without thought were tried.
        earning: those that earned something.
        problems: whatever must be mended, in words; the survivors among them.
        seconds: the time that checks took, all workers together.
    """

    exercise: str
    mistakes: tuple[str, ...] = ()
    named: list[str] = field(default_factory=list)
    mutants: int = 0
    killed: int = 0
    killed_by_name: int = 0
    killed_specific: int = 0
    equivalent: list[Survivor] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    styles: tuple[str, ...] = ()
    passed: list[str] = field(default_factory=list)
    trivial: int = 0
    earning: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def begin(self, keys: Keys) -> None:
        """Take over what there is to measure, and say what the bank of answers lacks."""
        self.mistakes, self.styles = keys.mistakes, keys.right
        for mistake in sorted(set(keys.mistakes) - set(keys.wrong)):
            self.problems.append(f"tests/bank has no wrong answer for {mistake}")
        for mistake in sorted(set(keys.wrong) - set(keys.mistakes)):
            self.problems.append(f"tests/bank has {mistake}, which the oracle does not know")
        if len(keys.right) < _STYLES:
            self.problems.append(f"{len(keys.right)} right answers; at least {_STYLES} are needed")

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
            self.problems.append(f"{what} could not be measured: {reply.lost}")
        else:
            getattr(self, f"_add_{reply.task.what}")(reply)

    def _add_cases(self, reply: Reply) -> None:
        self.problems += reply.problems

    _add_bank = _add_cases

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
            self.killed_by_name += bool(first and first.mistakes)
            self.killed_specific += bool(first is None or first.specific)
            return
        survivor = Survivor(mutant.operator, mutant.diff, seeds)
        if mutant.diff in listed:
            self.equivalent.append(survivor)
            return
        self.survivors.append(survivor)
        some = "" if len(seeds) == len(reply.task.seeds) else f" with seeds {list(seeds)}"
        self.problems.append(f"a mutant passes{some} ({mutant.operator}):\n{mutant.diff}")

    def _add_source(self, reply: Reply) -> None:
        """The solution itself."""
        for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=False):
            if not verdict.passed:
                self.problems.append(f"the solution fails with seed {seed}: {verdict.message}")

    def _add_right(self, reply: Reply) -> None:
        failed = [
            f"seed {seed}: {verdict.kind}: {verdict.message}"
            for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=True)
            if not verdict.passed
        ]
        if failed:
            self.problems.append(f"the right answer {reply.task.key!r} fails, {failed[0]}")
        else:
            self.passed.append(reply.task.key)

    def _add_wrong(self, reply: Reply) -> None:
        failed = [
            f"seed {seed}: "
            + ("it passes" if verdict.passed else f"named {list(verdict.mistakes)}")
            for seed, verdict in zip(reply.task.seeds, reply.verdicts, strict=True)
            if verdict.passed or verdict.mistakes[:1] != (reply.task.key,)
        ]
        if failed:
            self.problems.append(f"the wrong answer {reply.task.key!r}: {failed[0]}")
        else:
            self.named.append(reply.task.key)

    def _add_spoiled(self, reply: Reply) -> None:
        self.trivial += 1
        if any(verdict.passed for verdict in reply.verdicts):
            self.earning.append("a right answer that changes its inputs")
            self.problems.append("a right answer that changes its inputs in place passes")

    def _add_trivial(self, reply: Reply) -> None:
        self.trivial += 1
        most = max((verdict.points for verdict in reply.verdicts), default=0.0)
        if most > 0:
            self.earning.append(reply.task.key)
            self.problems.append(f"an answer that {reply.task.key} earns {most:g}")

    def _add_constant(self, reply: Reply) -> None:
        self.trivial += 1
        most = max((verdict.points for verdict in reply.verdicts), default=0.0)
        if most > 0:
            self.earning.append(reply.task.key)
            self.problems.append(f"an answer that gives {reply.task.key} earns {most:g}")

    def as_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return {**asdict(self), "seconds": round(self.seconds, 2)}
