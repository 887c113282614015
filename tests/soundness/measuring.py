"""Ask the workers everything about some exercises, and put the replies into rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha1

from course_utils.errors import AuthorError
from tests.soundness.equivalents import Equivalent, stale
from tests.soundness.mutants import Mutant, mutants_of, sample
from tests.soundness.rows import Row
from tests.soundness.tasks import Keys, Task
from tests.soundness.workers import Pool

__all__ = ["FAST", "FULL", "Plan", "measure", "some"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        answers: the seeds for right and wrong answers.
        trivial: the seeds for answers without thought.
        mutants: the seeds for mutants; one that passes with any of them survives.
        cases: the seeds on which the references must agree.
        bank: the seeds on which each mistake's own outputs must be named.
        right: how many right answers in other styles, always the same ones; None for all.
        wrong: how many of the mistakes as answers, one answer each; None for all, in every way.
            The outputs of all mistakes are named in any case: that is `bank`.
        sample: how many mutants of each exercise, always the same ones, and none that is listed as
            equivalent; None for all.
        solution: whether the solution itself is tried, and a right answer that spoils its inputs.
        seconds: a shorter limit for one check of a mutant, or None for the exercise's own.
        slower: (seconds, plan): what holds instead where one check may take that long.
    """

    answers: tuple[int, ...]
    trivial: tuple[int, ...]
    mutants: tuple[int, ...]
    cases: tuple[int, ...]
    bank: tuple[int, ...]
    right: int | None = None
    wrong: int | None = None
    sample: int | None = None
    solution: bool = True
    seconds: float | None = None
    slower: tuple[tuple[float, Plan], ...] = ()

    def where(self, limit: float) -> Plan:
        """The plan for an exercise one check of which may take `limit` seconds."""
        fitting = [(seconds, plan) for seconds, plan in self.slower if limit >= seconds]
        return max(fitting, key=lambda each: each[0])[1] if fitting else self


_FULL = Plan(tuple(range(5)), (0, 1), (0, 1, 2), tuple(range(20)), (0, 1, 2))
#: Where a check takes seconds, and there are some hundred answers and mutants, fewer seeds do.
FULL = replace(
    _FULL,
    slower=(
        (20.0, replace(_FULL, answers=(0, 1, 2), mutants=(0, 1))),
        (60.0, replace(_FULL, answers=(0, 1), mutants=(0,), cases=tuple(range(8)))),
    ),
)
#: Right answers and mistakes of functions are all tried by tests/checking/test_bank.py.
_FUNCTIONS = Plan(
    (1,), (0,), (0,), (0, 1), (0,), right=0, wrong=0, sample=10, seconds=6.0, solution=False
)
#: A check of a cell or a model takes most of a second, a check that trains five. All solutions are
#: run by nbval in any case, and their checks with them.
_CELLS = replace(_FUNCTIONS, right=3, wrong=4, sample=4)
_TRAINED = replace(_FUNCTIONS, right=1, wrong=2, sample=2)
FAST = replace(_FUNCTIONS, slower=((20.0, _CELLS), (60.0, _TRAINED)))


def some(names: Collection[str], count: int | None) -> list[str]:
    """So many of the names, always the same ones, whatever others there are; None for all."""
    drawn = sorted(names, key=lambda name: sha1(name.encode()).digest())
    return drawn if count is None else drawn[:count]


def measure(
    names: Sequence[str],
    plan: Plan,
    pool: Pool,
    equivalents: Sequence[Equivalent] = (),
    progress: Progress = lambda done, total: None,
    loader: str = "tests.soundness.subjects:load",
) -> list[Row]:
    """Measure some exercises.

    Args:
        names: the exercises.
        plan: how much.
        pool: performs the tasks.
        equivalents: the mutants that are known to be as right as the solution.
        progress: called with the tasks done and all tasks.
        loader: where the workers find the exercises.

    Returns:
        One row for each, in the same order.

    Raises:
        AuthorError: an exercise cannot be loaded at all.
    """
    rows = {name: Row(name) for name in names}
    listed = {name: {e.diff for e in equivalents if e.exercise == name} for name in names}
    keys = _all_keys(names, pool, loader)
    mutants: dict[Task, Mutant] = {}
    tasks: list[Task] = []
    for name, known in keys.items():
        rows[name].begin(known)
        its = plan.where(known.limit)
        tasks += _tasks(name, known, its, loader)
        for mutant in _mutants(known.source, its, listed[name]):
            task = Task(name, "mutant", mutant.source, its.mutants, its.seconds, loader)
            mutants[task] = mutant
            tasks.append(task)
    for done, reply in enumerate(pool.replies(tasks), 1):
        name = reply.task.exercise
        rows[name].add(reply, mutants.get(reply.task), listed[name])
        progress(done, len(tasks))
    if plan.sample is None:
        _tell_stale(rows, equivalents)
    return list(rows.values())


def _all_keys(names: Sequence[str], pool: Pool, loader: str) -> Mapping[str, Keys]:
    found: dict[str, Keys] = {}
    for reply in pool.replies([Task(name, "keys", loader=loader) for name in names]):
        if reply.keys is None:
            raise AuthorError(f"{reply.task.exercise} cannot be measured. {reply.lost}")
        found[reply.task.exercise] = reply.keys
    return {name: found[name] for name in names}


def _mutants(source: str, plan: Plan, listed: Collection[str]) -> Collection[Mutant]:
    """All, or a sample of those that must be killed."""
    mutants = mutants_of(source)
    if plan.sample is None:
        return mutants
    return sample([each for each in mutants if each.diff not in listed], plan.sample)


def _tasks(name: str, keys: Keys, plan: Plan, loader: str) -> Iterator[Task]:
    def task(what: str, key: str, seeds: tuple[int, ...]) -> Task:
        return Task(name, what, key, seeds, None, loader)

    yield task("cases", "", plan.cases)
    yield task("bank", "", plan.bank)
    if plan.solution:
        yield task("source", keys.source, plan.answers)
        yield task("spoiled", "", plan.trivial)
    for style in some(keys.right, plan.right):
        yield task("right", style, plan.answers)
    for answer in _wrong(keys, plan):
        yield task("wrong", answer, plan.answers)
    for key in keys.trivial:
        yield task("trivial", key, plan.trivial)
    for key in keys.constant:
        yield task("constant", key, plan.trivial)


def _wrong(keys: Keys, plan: Plan) -> Collection[str]:
    """The wrong answers that are tried: all, or one of each of some mistakes."""
    if plan.wrong is None:
        return keys.wrong
    first = {key.partition("/")[0]: key for key in reversed(keys.wrong)}
    return [first[mistake] for mistake in some(keys.mistakes, plan.wrong) if mistake in first]


def _tell_stale(rows: Mapping[str, Row], equivalents: Sequence[Equivalent]) -> None:
    alive = [(row.exercise, each.diff) for row in rows.values() for each in row.equivalent]
    for entry in stale(equivalents, alive, rows):
        rows[entry.exercise].problem(
            "mutants",
            f"equivalent.toml lists a mutant that is killed or no longer made:\n{entry.diff}",
        )
