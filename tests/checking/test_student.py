"""The student's verbs in a notebook and outside one: they show, return, and never raise."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import check, predict, solved
from course_utils.checking import student
from course_utils.checking.judging import draw_cases
from course_utils.checking.registry import exercise_named


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(student, "_seen", {})


def test_check_returns_the_points_as_a_float_and_shows_the_verdict(capsys):
    points = check("readout", lambda hs, W_y, b_y: hs @ W_y + b_y)
    assert isinstance(points, float)
    assert points == 1.0
    assert "readout: right (1 of 1 points)" in capsys.readouterr().out


def test_check_writes_nothing_to_stderr_which_nbgrader_takes_for_a_failure(capfd):
    check("readout", lambda hs, W_y, b_y: np.log(hs * 0 - 1))
    assert capfd.readouterr().err == ""


def test_check_of_an_unknown_name_is_a_message_and_no_points(capsys):
    assert check("red_out", None) == 0.0
    assert "readout" in capsys.readouterr().out


def test_a_fault_of_the_check_itself_is_told_as_the_courses_fault(capsys, monkeypatch):
    def broken(name, answer):
        raise RuntimeError("inside")

    monkeypatch.setattr(student, "judge", broken)
    assert check("readout", len) == 0.0
    said = capsys.readouterr().out
    assert "fault of the course" in said
    assert "Traceback" not in said


def test_solved_says_which_exercise_is_missing(capsys):
    assert "readout" not in globals()
    assert not solved("readout")
    assert "This cell needs readout" in capsys.readouterr().out


def test_solved_judges_the_answer_that_the_notebook_holds_now(capsys):
    namespace = {"solved": solved, "readout": lambda hs, W_y, b_y: hs @ W_y}
    assert not eval("solved('readout')", namespace)
    namespace["readout"] = lambda hs, W_y, b_y: hs @ W_y + b_y
    assert eval("solved('readout')", namespace)
    namespace["readout"] = None
    assert not eval("solved('readout')", namespace)


def test_a_prediction_is_shown_beside_what_was_measured(capsys):
    guess = predict("q", "Up or down?", {"a": "up", "b": "down"}, choice="a")
    guess.reveal("b", "It fell by ~3.")
    said = capsys.readouterr().out
    assert "You said: a) up" in said
    assert "Measured: b) down" in said
    assert "It fell by ~3." in said


@pytest.mark.parametrize("choice", [None, "", "z", 7])
def test_no_prediction_or_an_impossible_one_breaks_nothing(choice, capsys):
    guess = predict("q", "Up or down?", {"a": "up", "b": "down"}, choice=choice)
    guess.reveal("b")
    assert "You said: no prediction" in capsys.readouterr().out


def test_a_number_can_be_predicted(capsys):
    predict("n", "How many?", choice=3.5).reveal("~4.1")
    said = capsys.readouterr().out
    assert "You said: 3.5" in said
    assert "Measured: ~4.1" in said


def test_an_answer_that_is_right_for_its_first_calls_only_gains_nothing_by_it():
    orders = {
        tuple(case.place for case in draw_cases(exercise_named("readout"), seed))
        for seed in range(5)
    }
    assert len(orders) > 1
    for order in orders:
        assert sorted(order) == list(range(len(order)))
