"""The measurement itself: a sound exercise has nothing to mend, each hole of another is found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from course_utils.checking.types import Mistake
from tests.soundness.consistency import edit_problems
from tests.soundness.equivalents import Equivalent
from tests.soundness.fake import LOADER, load
from tests.soundness.measuring import FAST, FULL, Plan, measure, some
from tests.soundness.table import as_json, as_text
from tests.soundness.tasks import Task, perform
from tests.soundness.trying import Bench
from tests.soundness.workers import Pool

pytestmark = pytest.mark.slow

SMALL = Plan((0, 1), (0,), (0,), (0, 1, 2), (0,), seconds=1.0)


@pytest.fixture(scope="module")
def pool():
    with Pool(1, patience=15.0) as pool:
        yield pool


@pytest.fixture(scope="module")
def sound(pool):
    return measure(["sound"], SMALL, pool, loader=LOADER)[0]


@pytest.fixture(scope="module")
def holes(pool):
    return {row.exercise: row for row in measure(["blind", "torn"], SMALL, pool, loader=LOADER)}


def test_a_sound_exercise_has_nothing_to_mend(sound):
    assert sound.problems == []


def test_every_mistake_of_a_sound_exercise_is_named_and_every_style_passes(sound):
    assert sorted(sound.named) == sorted(sound.mistakes)
    assert sorted(sound.passed) == sorted(sound.styles)


def test_every_mutant_of_a_sound_exercise_is_killed_and_told_apart(sound):
    assert sound.mutants > 40
    assert sound.killed == sound.mutants
    assert 0 < sound.killed_by_name <= sound.killed_silently <= sound.killed


def test_thoughtless_answers_earn_nothing_and_many_were_tried(sound):
    assert sound.trivial > 25
    assert sound.earning == []


@pytest.mark.parametrize(
    ("subject", "rule", "words"),
    [
        ("blind", "cases", "the parts sum to"),
        ("blind", "cases", "draw the same cases"),
        ("torn", "cases", "the references differ"),
        ("torn", "cases", "one reference raises"),
        ("blind", "cases", "parts without a case"),
        ("blind", "bank", "once passes: no case tells it"),
        ("blind", "bank", "no-offset and twin give the same on every case"),
        ("blind", "bank", "three hints with words in them"),
        ("blind", "bank", "prints the answer's code: offset+steps*(x@W)"),
        ("blind", "named", "the wrong answer 'once/edit'"),
        ("blind", "named", "unheard-of, which the exercise does not know"),
        ("blind", "named", "'no-offset': seed 0"),
        ("blind", "right", "1 right answers; at least 4"),
        ("blind", "right", "the right answer 'fails' fails"),
        ("torn", "right", "the solution fails with seed 0"),
        ("blind", "trivial", "another seed's numbers earns"),
    ],
)
def test_each_hole_is_found(holes, subject, rule, words):
    broken = holes[subject].broken(rule)
    assert any(words in text for text in broken), broken


def test_an_answer_that_ends_its_process_costs_one_task(pool):
    tasks = [Task("fatal", "right", key, loader=LOADER) for key in ("dies", "fine")]
    replies = {reply.task.key: reply for reply in pool.replies(tasks)}
    assert "ended its process" in replies["dies"].lost
    assert replies["fine"].verdicts[0].passed


def test_an_answer_that_never_ends_is_stopped(pool):
    (reply,) = pool.replies([Task("fatal", "right", "hangs", loader=LOADER)])
    assert not reply.verdicts[0].passed
    assert reply.verdicts[0].kind == "stopped"


def test_a_mutant_that_no_case_tells_apart_survives(holes):
    diffs = [survivor.diff for survivor in holes["blind"].survivors]
    assert "- return offset + steps * (x @ W)\n+ return offset + x @ W" in diffs
    assert len(holes["blind"].broken("mutants")) == len(diffs)


def test_a_survivor_that_is_listed_is_no_problem(pool, holes):
    survivors = holes["blind"].survivors
    entries = [Equivalent("blind", each.diff, "listed") for each in survivors]
    row = measure(["blind"], SMALL, pool, entries, loader=LOADER)[0]
    assert row.survivors == []
    assert row.equivalent == survivors
    assert row.broken("mutants") == []


def test_an_entry_for_a_killed_mutant_is_told(pool):
    entry = Equivalent("sound", "- nothing\n+ like it", "listed")
    row = measure(["sound"], SMALL, pool, [entry], loader=LOADER)[0]
    assert ["killed or no longer made" in text for text in row.broken("mutants")] == [True]


def test_the_table_and_the_json_say_whether_it_is_sound(sound, holes):
    assert "Sound: every exercise keeps every rule." in as_text([sound])
    assert "To be mended" in as_text([sound, holes["torn"]])
    assert json.loads(as_json([sound]))["sound"] is True
    assert json.loads(as_json([holes["blind"]]))["sound"] is False


def test_references_are_worked_out_once_and_verdicts_stay_the_same():
    subject = load("sound")
    bench = Bench(subject)
    one, two = bench.try_answer(subject.right["dot"], 3), bench.try_answer(subject.right["dot"], 3)
    assert one.passed
    assert two.passed
    for mistake, answer in subject.wrong.items():
        assert bench.try_answer(answer, 3).mistakes == (mistake,)


def test_a_mutant_lives_in_a_module_named_main_beside_the_other_solutions():
    cell = "mix = lambda x, W, steps: (__name__, other(), offset)"
    reply = perform(Task("sound", "source", cell, loader=LOADER))
    assert reply.verdicts[0].kind in ("type", "count")


def test_the_full_plan_tries_five_seeds_of_answers_and_twenty_of_cases():
    assert len(FULL.answers) == 5
    assert len(FULL.cases) == 20
    assert FULL.sample is None


def test_an_edit_whose_text_is_not_there_once_is_named():
    sound = load("sound").exercise
    hints = {"see": "a", "look": "b", "change": "c"}
    for old, problem in (
        ("no such text", "occurs 0 times"),
        ("s", "occurs"),
        ("1 + ", "no Python"),
    ):
        lost = Mistake("lost", old, "1 +* " if old == "1 + " else "x", **hints)
        (told,) = edit_problems(replace(sound, mistakes=(lost,)))
        assert "lost" in told and problem in told
    assert edit_problems(sound) == []


def test_a_short_plan_tries_some_answers_and_still_names_the_outputs_of_all_mistakes(pool):
    short = replace(SMALL, right=1, wrong=2, sample=3, solution=False)
    row = measure(["sound"], short, pool, loader=LOADER)[0]
    assert row.problems == []
    assert sorted(row.named) == sorted(some(row.mistakes, 2))
    assert row.passed == some(row.styles, 1)
    assert row.mutants == 3
    holes = measure(["blind"], replace(short, wrong=0), pool, loader=LOADER)[0]
    assert any("once passes: no case tells it" in text for text in holes.broken("bank"))


def test_a_sample_holds_no_mutant_that_is_listed_as_equivalent(pool, holes):
    survivors = holes["blind"].survivors
    entries = [Equivalent("blind", each.diff, "listed") for each in survivors]
    killed = holes["blind"].killed
    few = replace(SMALL, right=0, wrong=0, sample=killed, solution=False)
    row = measure(["blind"], few, pool, entries, loader=LOADER)[0]
    assert (row.mutants, row.killed, row.equivalent) == (killed, killed, [])


def test_a_check_that_takes_long_has_a_shorter_plan_and_all_mutants_in_the_full_one():
    assert FAST.where(5.0) is FAST
    sizes = [FAST.where(limit).sample for limit in (5.0, 20.0, 60.0, 120.0)]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == 3
    for limit in (5.0, 20.0, 120.0):
        plan = FULL.where(limit)
        assert (plan.sample, plan.right, plan.wrong, plan.seconds) == (None, None, None, None)


def test_some_names_are_the_same_ones_whatever_others_there_are():
    names = [f"mistake {number}" for number in range(40)]
    chosen = some(names, 6)
    assert len(chosen) == 6
    assert some([*reversed(names)], 6) == chosen
    assert set(some(names[:30], 6)) >= set(chosen) & set(names[:30])
    assert some(names[:3], None) == some(names[:3], 9)
