"""Measuring: every number is checked, and the verdict is what the rule makes of them."""

import math

import numpy as np
import pytest

from course_utils.claims import above, below
from course_utils.errors import ClaimError
from tests.claims.examples import measured, stated


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("UNROLLED_QUIET", "1")


# Half-width of five values 0.01 apart: 2.776 x 0.01 x sqrt(2.5 / 5) = 0.0196.
@pytest.mark.parametrize(
    ("skill", "cost", "control", "verdict"),
    [
        (0.4, 2, 0, "supported"),
        (0.12, 2, 0, "supported"),  # from 0.1004
        (0.119, 2, 0, "qualified"),  # from 0.0994: across the threshold
        (0.081, 2, 0, "qualified"),
        (0.08, 2, 0, "refuted"),  # to 0.0996
        (-3, 2, 0, "refuted"),
        (-3, 20, 0, "refuted"),
        (0.4, 20, 0, "qualified"),  # the second condition alone never refutes
        (0.4, 2, 0.4, "qualified"),  # what should fail does not
        (0.4, 2, 0.04, "qualified"),  # nor does an open control count
        (-3, 2, 0.4, "qualified"),  # without its control nothing is refuted
    ],
)
def test_the_verdict_is_what_the_rule_makes_of_the_intervals(skill, cost, control, verdict):
    assert measured(skill, cost, control).verdict == verdict


def test_the_interval_is_that_of_the_metrics_values():
    made = measured(skill=0.4, spread=0.01)
    found = made.interval("skill")
    assert (found.mean, found.n) == (pytest.approx(0.4), 5)
    assert found.high - found.mean == pytest.approx(2.776445 * 0.01 * 0.5**0.5, rel=1e-6)
    assert made.interval("skill", control=True).mean == pytest.approx(0)
    assert made.values["skill"] == pytest.approx((0.38, 0.39, 0.40, 0.41, 0.42))


def test_every_seed_is_run_once_in_order_the_claim_before_its_control():
    calls = []
    made = stated(seeds=[3, 1, 4, 5, 9]).measure(
        lambda seed: calls.append(seed) or {"skill": seed, "cost": 1},
        control=lambda seed: calls.append(-seed) or 0.0,
    )
    assert calls == [3, 1, 4, 5, 9, -3, -1, -4, -5, -9]
    assert made.values["skill"] == (3, 1, 4, 5, 9)
    assert made.control_values == {"skill": (0.0,) * 5}


def test_an_exact_claim_runs_once_and_has_no_width():
    made = stated(exact=True, reason="counted from shapes").measure(
        lambda seed: {"skill": 0.25, "cost": 1}, control=lambda seed: 0.0
    )
    assert made.interval("skill").n == 1
    assert made.interval("skill").low == made.interval("skill").high == 0.25
    assert made.verdict == "supported"


@pytest.mark.parametrize(
    "value", [1, 1.0, True, np.float32(1), np.array(1.0), np.array([1.0])[0], np.int64(1)]
)
def test_any_single_number_counts_as_one(value):
    one = stated(metric={"skill": "share"}, rule=[above("skill", 0.1)])
    made = one.measure(lambda seed: value, control=lambda seed: {"skill": 0})
    assert made.values == {"skill": (1.0,) * 5}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
@pytest.mark.parametrize("where", ["run", "control"])
def test_a_number_that_is_not_finite_is_refused_with_its_seed(value, where):
    def broken(seed):
        return {"skill": value if seed == 3 else 0.0, "cost": 1.0}

    def fine(seed):
        return {"skill": 0.0, "cost": 1.0}

    run, control = (broken, fine) if where == "run" else (fine, broken)
    with pytest.raises(ClaimError, match=rf"{where}\(3\)\['skill'\].*finite"):
        stated().measure(run, control=control)


@pytest.mark.parametrize("value", [None, "0.4", [0.4], np.ones(2), object()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ClaimError, match=r"run\(0\)\['skill'\]"):
        stated().measure(lambda seed: {"skill": value, "cost": 1}, control=lambda seed: 0)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"skill": 1}, "lacks 'cost'"),
        ({"skill": 1, "cost": 1, "loss": 1}, "has 'loss' besides"),
        ({}, "lacks 'cost', 'skill'"),
        (0.5, "there are 2 metrics"),
        (None, "there are 2 metrics"),
    ],
)
def test_wrong_keys_are_refused_with_the_right_ones(result, words):
    with pytest.raises(ClaimError, match=words) as caught:
        stated().measure(lambda seed: result, control=lambda seed: 0)
    assert "'cost', 'skill'" in str(caught.value)


def test_seeds_that_give_different_metrics_are_refused():
    def control(seed):
        return {"skill": 0} if seed else {"skill": 0, "cost": 1}

    with pytest.raises(ClaimError, match="same metrics"):
        stated().measure(lambda seed: {"skill": 1, "cost": 1}, control=control)


def test_a_claim_is_not_measured_without_its_control():
    with pytest.raises(ClaimError, match="control=run_control"):
        stated().measure(lambda seed: {"skill": 1, "cost": 1})


def test_what_is_no_function_is_not_run():
    with pytest.raises(ClaimError, match=r"run\(seed\)"):
        stated().measure({"skill": 1, "cost": 1}, control=lambda seed: 0)


def test_measuring_leaves_the_claim_as_it_was_stated():
    made = stated()
    found = made.measure(lambda seed: {"skill": 1, "cost": 1}, control=lambda seed: 0)
    assert found.claim is made
    assert made == stated()


@pytest.mark.parametrize("name", ["claim", "values", "intervals", "verdict", "anything"])
def test_a_measurement_cannot_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(measured(), name, "supported")


@pytest.mark.parametrize("name", ["values", "control_values", "intervals", "control_intervals"])
def test_the_numbers_of_a_measurement_cannot_be_changed(name):
    with pytest.raises(TypeError):
        getattr(measured(), name)["skill"] = 1.0


def test_a_second_measurement_is_judged_by_the_same_rule_and_the_first_stays():
    made = stated()
    first = made.measure(lambda seed: {"skill": 10 + seed, "cost": 1}, control=lambda seed: 0)
    second = made.measure(lambda seed: {"skill": -10 - seed, "cost": 1}, control=lambda seed: 0)
    assert (first.verdict, second.verdict) == ("supported", "refuted")


def test_an_unmeasured_metric_of_the_control_is_refused_by_name():
    with pytest.raises(ClaimError, match=r"the control has no metric 'cost'.*'skill'"):
        measured().interval("cost", control=True)


def test_values_too_large_for_an_interval_are_refused_when_measured():
    with pytest.raises(ClaimError, match="logarithm"):
        stated().measure(
            lambda seed: {"skill": (-1) ** seed * 1.7e308, "cost": 1}, control=lambda seed: 0
        )


def test_a_measurement_names_its_claim_and_verdict():
    assert repr(measured()) == "<C1: supported>"


def test_the_progress_bar_is_on_stderr_and_can_be_silenced(monkeypatch, capsys):
    measured()
    assert capsys.readouterr() == ("", "")
    monkeypatch.delenv("UNROLLED_QUIET")
    measured()
    out, err = capsys.readouterr()
    assert out == ""
    assert "C1" in err and "/10" in err


def test_a_control_can_be_asked_for_other_metrics_than_the_claim():
    rules = {"rule": [above("skill", 0.1)], "control_rule": [above("cost", 5), below("skill", 1)]}
    made = stated(**rules).measure(
        lambda seed: {"skill": 0.5, "cost": 1}, control=lambda seed: {"cost": 9, "skill": 0}
    )
    assert made.verdict == "supported"
    assert list(made.control_values) == list(made.control_intervals) == ["skill", "cost"]
