"""The card: the same words as HTML and as text, the verdict as a word, the numbers marked."""

import copy
import html
import json
import re
import subprocess
import sys

import pytest
from matplotlib import pyplot

from course_utils.authoring.sanitize import sanitize
from course_utils.claims import above, within
from course_utils.claims.card import KEY, SHORT, as_html, as_text
from course_utils.claims.record import rule_words
from tests.claims.examples import measured, stated

CASES = {
    "supported": {"skill": 0.4},
    "qualified": {"skill": 0.1},
    "refuted": {"skill": -0.4},
}


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("UNROLLED_QUIET", "1")


def words(text):
    return set(re.findall(r"[\w.~-]*\w", text))


def shown(fragment):
    """What a reader sees of an HTML fragment."""
    return html.unescape(re.sub(r"<[^>]*>", " ", fragment))


@pytest.mark.parametrize("verdict", CASES)
def test_html_and_text_say_the_same_words(verdict):
    record = measured(**CASES[verdict]).record
    heads = {"mean", "interval", "asked", "holds", "for"}  # of the table's columns
    assert words(as_text(record)) - heads == words(shown(as_html(record))) - heads


@pytest.mark.parametrize("verdict", CASES)
def test_the_verdict_stands_there_as_a_word(verdict):
    record = measured(**CASES[verdict]).record
    for card in (as_text(record), shown(as_html(record))):
        assert verdict.upper() in card
        others = set(CASES) - {verdict}
        assert not any(other.upper() in card for other in others)


def test_the_card_says_statement_source_rule_control_and_reason():
    text = as_text(measured().record)
    for part in (
        "A window forecasts better than a snapshot.",
        "lecture 1, “Why sequences?”",
        "share of the naive error removed",
        "above 0.1",
        "the years in shuffled order",
        "below 0.05",
        "Every condition holds",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("numbers", "because"),
    [
        ({"skill": 0.1}, "the interval of skill is not wholly above 0.1"),
        ({"cost": 20.0}, "cost is at or above 10"),
        ({"control": 0.4}, "in the control skill is at or above 0.05"),
        ({"control": 0.05}, "in the control the interval of skill is not wholly below 0.05"),
    ],
)
def test_a_qualified_card_names_what_did_not_hold(numbers, because):
    assert because in measured(**numbers).record["because"]


def test_the_rule_is_the_same_before_and_after_the_measurement():
    assert rule_words(stated()) == measured(skill=-1).record["rule"]


def test_the_rule_in_words_follows_from_the_conditions():
    made = stated(rule=[within("cost", 1, 2)], control_rule=[above("cost", 3)])
    assert rule_words(made) == (
        "Supported if, with its whole 95% interval over 5 seeds, cost is within 1 to 2, and in the "
        "control cost is above 3. Refuted if cost is wholly outside 1 to 2 and the control does "
        "what it should. Otherwise qualified."
    )


def test_two_measurements_with_one_verdict_differ_only_in_marked_numbers():
    one = measured(skill=0.4, cost=2.0, control=0.0).record
    other = measured(skill=123.456, cost=-1e-9, control=-7.0, spread=0.02).record
    for show in (as_text, as_html):
        assert show(one) != show(other)
        assert sanitize(show(one)) == sanitize(show(other))


def test_exact_integers_are_not_marked():
    text = as_text(measured(skill=3.0, cost=2.0, control=0.0, spread=0.0).record)
    assert "≈" not in text
    assert "skill (share of the naive error removed): mean 3, interval the same in all 5" in text


def test_an_exact_claim_says_why():
    made = stated(exact=True, reason="counted from shapes")
    exact = made.measure(lambda seed: {"skill": 1, "cost": 1}, control=lambda seed: 0)
    assert "one number each: counted from shapes" in str(exact)


def test_a_metric_without_a_condition_is_reported():
    text = as_text(measured(rule=[above("skill", 0.1)]).record)
    assert re.search(
        r"cost \(seconds per epoch\): mean ≈ 2\.000.*asked for: nothing; holds: not judged", text
    )


def test_the_html_has_inline_styles_only_and_no_fixed_text_colour():
    fragment = as_html(measured().record)
    assert not re.search(r"<(script|style|link|img|svg)|\b(id|class|on\w+)=", fragment)
    colours = re.findall(r"(?<![-\w])color:([^;\"]+)", fragment)
    assert set(colours) == {"inherit"}
    grounds = re.findall(r"background:([^;\"]+)", fragment)
    assert all(each == "transparent" or each.startswith("rgba(") for each in grounds)


def test_the_html_is_balanced_and_escapes_what_authors_write():
    made = measured(statement='a < b & "c" <script>alert(1)</script>')
    fragment = as_html(made.record)
    assert "<script>" not in fragment
    assert 'a < b & "c" <script>alert(1)</script>' in html.unescape(fragment)
    for tag in ("div", "span", "table", "thead", "tbody", "tr", "td", "th", "b"):
        assert len(re.findall(rf"<{tag}[ >]", fragment)) == fragment.count(f"</{tag}>"), tag


def test_the_same_measurement_gives_the_same_bytes():
    assert as_html(measured().record) == as_html(measured().record)
    assert json.dumps(measured().record) == json.dumps(measured().record)


def test_the_card_is_made_of_the_record_alone():
    record = measured().record
    again = json.loads(json.dumps(record))
    assert (as_html(again), as_text(again)) == (as_html(record), as_text(record))


def test_every_bare_number_of_the_record_is_a_float_but_the_count():
    def numbers(value, key=""):
        if isinstance(value, dict):
            return [pair for k, v in value.items() for pair in numbers(v, k)]
        if isinstance(value, list):
            return [pair for v in value for pair in numbers(v, key)]
        return [] if isinstance(value, str) or value is None else [(key, type(value))]

    found = set(numbers(measured(skill=1.0, spread=0.0).record))
    assert found - {("n", int)} == {(key, float) for key, _ in found if key != "n"}
    assert ("n", int) in found and ("mean", float) in found


def test_the_record_says_where_each_quantity_must_lie():
    record = measured().record
    assert record["bounds"] == {"skill": [0.1, None], "cost": [None, 10.0]}
    assert record["control_bounds"] == {"skill": [None, 0.05]}


def test_outside_a_notebook_the_card_is_plain_text_on_stdout(capsys):
    made = measured()
    made.card()
    assert capsys.readouterr().out == as_text(made.record) + "\n"


@pytest.fixture
def shell():
    from IPython.core.interactiveshell import InteractiveShell

    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_in_a_notebook_the_card_is_one_display_with_its_record(shell):
    from IPython.utils.capture import capture_output

    made = measured()
    with capture_output() as seen:
        made.card()
    assert seen.stdout == ""
    (output,) = seen.outputs
    record = made.record
    assert output.data == {"text/html": as_html(record), "text/plain": as_text(record)}
    assert output.metadata == {KEY: record} == {"unrolled_claim": record}


def test_a_measurement_left_at_a_cells_end_shows_the_same_card(shell):
    from IPython.utils.capture import capture_output

    made = measured()
    with capture_output() as seen:
        made.card()
    (output,) = seen.outputs
    assert shell.display_formatter.format(made) == (output.data, output.metadata)
    assert made._repr_html_() == output.data["text/html"]
    assert str(made) == output.data["text/plain"]


def test_a_figure_is_shown_above_the_card_and_then_closed(shell):
    from IPython.utils.capture import capture_output

    figure = pyplot.figure()
    number = figure.number
    with capture_output() as seen:
        measured().card(figure)
    assert len(seen.outputs) == 2
    assert "Figure" in seen.outputs[0].data["text/plain"]
    assert "text/html" in seen.outputs[1].data
    assert not pyplot.fignum_exists(number)


def test_showing_a_card_changes_nothing(capsys):
    made = measured()
    before = copy.deepcopy(made.record)
    made.card()
    made.card()
    assert made.record == before


def test_importing_claim_loads_nothing_heavy():
    code = (
        "import sys; from course_utils import claim; "
        "heavy = {'numpy', 'scipy', 'IPython', 'matplotlib', 'tqdm', 'tensorflow'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("verdict", CASES)
def test_a_short_card_says_verdict_statement_and_where_the_rest_is(verdict):
    record = measured(**CASES[verdict]).record
    text, fragment = as_text(record, short=True), as_html(record, short=True)
    assert words(text) == words(shown(fragment))
    for part in (verdict.upper(), record["statement"], record["because"], "under C1."):
        assert part in text
    assert "<table" not in fragment and record["rule"] not in text


def test_rule_and_source_are_folded_and_the_numbers_are_not():
    fragment = as_html(measured().record)
    before, folded = fragment.split("<details")
    assert "Rule, written before the run" in folded and "lecture 1" in folded
    assert "above 0.1" in before and "How this was judged" in folded


def test_a_short_card_leaves_the_whole_record(monkeypatch):
    from course_utils.claims import measuring

    seen = []
    monkeypatch.setattr(measuring, "show", lambda *parts: seen.append(parts))
    made = measured()
    made.card(short=True)
    ((_, text, metadata),) = seen
    assert text == as_text(made.record, short=True)
    assert metadata == {KEY: made.record, SHORT: True}
