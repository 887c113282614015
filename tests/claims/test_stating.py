"""Stating a claim: what cannot be judged is refused before anything runs."""

from dataclasses import FrozenInstanceError

import pytest

from course_utils.claims import above, below, claim
from course_utils.errors import ClaimError, UnknownNameError
from tests.claims.examples import stated


@pytest.mark.parametrize("name", ["C0", "C40", "c7", "C07", "7", "O9"])
def test_only_claims_that_are_known_have_a_name(name):
    with pytest.raises(UnknownNameError, match="claim"):
        claim(
            name,
            statement="s",
            source="s",
            metric={"m": "m"},
            rule=[above("m", 0)],
            control="c",
            control_rule=[above("m", 0)],
        )


@pytest.mark.parametrize("key", ["statement", "source", "control"])
def test_an_empty_text_is_refused_by_name(key):
    with pytest.raises(ClaimError, match=key):
        stated(**{key: "  "})


@pytest.mark.parametrize("key", ["rule", "control_rule"])
@pytest.mark.parametrize("value", [[], above("skill", 0), ["skill > 0"]])
def test_a_rule_that_is_no_list_of_conditions_is_refused(key, value):
    with pytest.raises(ClaimError, match=key):
        stated(**{key: value})


@pytest.mark.parametrize("key", ["rule", "control_rule"])
def test_a_condition_on_an_unknown_metric_is_refused_with_the_known_ones(key):
    with pytest.raises(ClaimError, match=r"'skil'.*'cost', 'skill'"):
        stated(**{key: [above("skil", 0)]})


def test_a_claim_without_a_metric_is_refused():
    with pytest.raises(ClaimError, match="metric is empty"):
        stated(metric={})


@pytest.mark.parametrize("seeds", [range(4), [], [1, 1, 2, 3, 4, 5]])
def test_fewer_than_five_different_seeds_are_refused(seeds):
    with pytest.raises(ClaimError, match="at least 5 different"):
        stated(seeds=seeds)


def test_exact_needs_a_reason():
    with pytest.raises(ClaimError, match="reason"):
        stated(exact=True)
    with pytest.raises(ClaimError, match="exact=True"):
        stated(reason="counted")
    with pytest.raises(ClaimError, match="leave seeds out"):
        stated(exact=True, reason="counted", seeds=range(5))


@pytest.mark.parametrize(
    "part", ["id", "statement", "metric", "rule", "control_rule", "seeds", "anything"]
)
def test_what_was_stated_cannot_be_changed(part):
    with pytest.raises(FrozenInstanceError, match=part):
        setattr(stated(), part, [above("skill", -1)])


def test_the_statement_does_not_follow_the_authors_lists():
    rule, metric = [above("skill", 0.1)], {"skill": "share"}
    made = stated(rule=rule, metric=metric)
    rule.append(above("skill", 5))
    metric["cost"] = "seconds"
    assert made.rule == (above("skill", 0.1),)
    assert dict(made.metric) == {"skill": "share"}
    with pytest.raises(TypeError):
        made.metric["cost"] = "seconds"


def test_a_control_may_measure_other_quantities_under_their_own_names():
    made = stated(
        control_metric={"luck": "share removed by chance"}, control_rule=[below("luck", 0.05)]
    )
    found = made.measure(
        lambda seed: {"skill": 0.4, "cost": 2.0}, control=lambda seed: {"luck": 0.01 * seed}
    )
    assert set(found.control_intervals) == {"luck"}
    assert [row["metric"] for row in found.record["controlled"]] == ["luck"]
    assert found.record["controlled"][0]["about"] == "share removed by chance"
    assert "in the control luck is below 0.05" in found.record["rule"]


def test_a_control_of_its_own_name_does_not_know_the_claims_metrics():
    with pytest.raises(ClaimError, match=r"'skill'.*'luck'.*add it to control_metric"):
        stated(control_metric={"luck": "by chance"}, control_rule=[below("skill", 0.05)])
    made = stated(control_metric={"luck": "by chance"}, control_rule=[below("luck", 0.05)])
    with pytest.raises(ClaimError, match="has 'skill' besides"):
        made.measure(
            lambda seed: {"skill": 0.4, "cost": 2.0},
            control=lambda seed: {"luck": 0.0, "skill": 0.0},
        )
