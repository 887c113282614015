"""warm_up_and_forecast: forced along a history first, then free."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.ch12_teacher_forcing.shared import Step, folded, run_case, still
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "warm_up_and_forecast"]

Array = np.ndarray


def warm_up_and_forecast(step: Step, state: Any, history: Array, steps: int) -> Array:
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    if history.shape[1] < 1:
        raise ExpectedError("history", "a history of no steps")
    length = history.shape[1]
    now = state
    outputs: list[Array] = []
    for t in range(length + steps - 1):
        x = history[:, t] if t < length else outputs[-1]
        y, now = step(x, now)
        outputs.append(y)
    return np.stack(outputs[length - 1 :], axis=1)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, *sizes: Any, **how: Any) -> Case:
        return run_case(rng, part, about, *sizes, **how)

    return [
        case("warm-up", "a history of four steps, one step of forecast", 3, 4, 2, 5, 1),
        case("warm-up", "a history of three steps, one step, float64", 2, 3, 4, 3, 1, "float64"),
        case("forecast", "a history of four steps, three steps of forecast", 3, 4, 2, 5, 3),
        case("forecast", "more forecast than history", 2, 2, 3, 4, 6),
        case("forecast", "a list of two states", 2, 4, 3, 4, 3, as_list=True),
        case("forecast", "a linear step, float64", 2, 5, 3, 4, 4, "float64", linear=True),
        case("forecast", "B = T = F = U = steps", 4, 4, 4, 4, 4, "float64"),
        case("edges", "a history of one step", 2, 1, 3, 4, 3),
        case("edges", "one sequence, one feature", 1, 5, 1, 3, 4),
        case("edges", "a history of fifty steps, float64", 1, 50, 2, 3, 2, "float64", linear=True),
        case("errors", "", 2, 3, 2, 4, 0),
        case("errors", "", 2, 3, 2, 4, -1),
        case("errors", "", 2, 0, 2, 4, 3),
    ]


def refuse(state: Any, history: Array, steps: int) -> None:
    warm_up_and_forecast(still, state, history, steps)


MISTAKES = [
    Mistake(
        "last-value-twice",
        "    length",
        "    history = np.concatenate([history, history[:, -1:]], axis=1)\n    length",
        see="The last value of the history passes through step twice.",
        look="The output of the last forced step is a forecast already. What does the first free "
        "step get as its x?",
        change="Begin the free steps with the output of the last forced step.",
    ),
    Mistake(
        "first-forecast-lost",
        "    return np.stack(outputs[length - 1 :]",
        "    outputs.append(step(y, now)[0])\n    return np.stack(outputs[length:]",
        see="Your forecast is one step late: its first value is missing.",
        look="The output of the last forced step is fed on, but do you keep it?",
        change="Let that output be the first of the forecast, and run steps − 1 times more.",
    ),
    Mistake(
        "not-warmed-up",
        "    length",
        "    history = history[:, -1:]\n    length",
        see="Your forecast depends on the last value of the history alone.",
        look="Which state does the first free step get?",
        change="Pass every step of the history through step before you let it run freely.",
    ),
    Mistake(
        "last-value-unused",
        "t < length",
        "t < length - 1",
        see="The last value of the history is never fed.",
        look="How many forced steps does your loop make?",
        change="Force all T steps, the last one included.",
    ),
    Mistake(
        "first-value-unused",
        "    length",
        "    history = history[:, 1:]\n    length",
        see="The first value of the history is never fed.",
        look="With which index does your loop over the history begin?",
        change="Force all T steps, from index 0 on.",
    ),
    Mistake(
        "batch-for-time",
        "    length",
        "    history = np.swapaxes(history, 0, 1)\n    length",
        see="Your loop goes through the sequences of the batch, not through their steps.",
        look="history is (B, T, F): what does `for x in history` give?",
        change="Take history[:, t] for each step t: (B, F), one value of every sequence.",
    ),
    Mistake(
        "state-reset",
        "step(x, now)",
        "step(x, state if t == length else now)",
        see="Your first forecast is right, but then the state starts anew.",
        look="Which state do the free steps begin with?",
        change="Go on with the state that the last forced step returned.",
    ),
    Mistake(
        "state-stands-still",
        "y, now = step(x, now)",
        "y, after = step(x, now)\n        now = after if t < length else now",
        see="Your state is carried through the history, but in the forecast every step begins from "
        "the state at the history's end.",
        look="What happens to the second value that step returns in a free step?",
        change="Carry the state through the free steps as well.",
    ),
    Mistake(
        "history-in-front",
        "outputs[length - 1 :]",
        "[history[:, -1], *outputs[length - 1 : -1]]",
        see="Your forecast is one step late: the last value of the history stands in front.",
        look="Is the first value that you return one that step gave?",
        change="Begin the forecast with the output of the last forced step.",
    ),
    Mistake(
        "free-from-the-start",
        "t < length",
        "t < 1",
        see="Your network runs freely from the first value on: the rest of the history is not "
        "used.",
        look="What does step get as its x during the warm-up?",
        change="While there is a history, feed its values; feed outputs only after its end.",
    ),
    Mistake(
        "forced-outputs-included",
        "outputs[length - 1 :]",
        "outputs",
        see="You return the outputs of the forced steps too.",
        look="Which of them are forecasts of something that is not in the history?",
        change="Of the forced steps keep the last output alone.",
    ),
    Mistake(
        "one-forecast-short",
        "axis=1)",
        "axis=1)[:, 1:]",
        see="You return one forecast less than was asked for.",
        look="The last forced step gives the first forecast: is it in your result?",
        change="Put the output of the last forced step in front of the free ones.",
    ),
    Mistake(
        "last-value-fed-on",
        "else outputs[-1]",
        "else history[:, -1]",
        see="Through the whole forecast your network is fed the last value of the history.",
        look="What becomes of the output of each free step?",
        change="Feed each output to the next step.",
    ),
    Mistake(
        "history-fed-again",
        "history[:, t] if t < length else outputs[-1]",
        "history[:, t % length]",
        see="In the forecast your network is fed the history again, not its own outputs.",
        look="Where does the x of a free step come from?",
        change="Feed each output to the next step.",
    ),
    Mistake(
        "state-not-carried",
        "step(x, now)",
        "step(x, state)",
        see="Every step of yours starts from the state that was given.",
        look="What happens to the second value that step returns?",
        change="Give each call the state that the call before it returned.",
    ),
    Mistake(
        "history-backward",
        "history[:, t]",
        "history[:, -1 - t]",
        see="The history is read from its end.",
        look="In which order does your loop visit the steps of the history?",
        change="Go through the time axis from 0 to T − 1.",
    ),
    Mistake(
        "one-call-too-many",
        "    return",
        "    step(y, now)\n    return",
        see="Your forecast is right, but step runs once more than needed.",
        look="Is there a call of step whose output nobody uses?",
        change="T forced steps and steps − 1 free ones are enough.",
    ),
    Mistake(
        "time-first",
        "axis=1",
        "axis=0",
        see="Your forecast has the axes (steps, B, F); expected are (B, steps, F).",
        look="np.stack puts the new axis in front unless you tell it where.",
        change="Stack the outputs along axis 1.",
    ),
    Mistake(
        "state-made-an-array",
        "now = state",
        "now = np.asarray(state)",
        see="Your code fails where the state is not one array but a list of two.",
        look="What do you do with the state besides handing it on?",
        change="Hand the state on as it came: what is in it is the step's affair.",
    ),
    Mistake(
        "anything-goes",
        outputs=accepts(refuse),
        see="An impossible number of steps, or a history of no steps, is accepted.",
        look="Read the `Raises` part of the stub: there are two cases.",
        change="Raise a ValueError that names the argument and says what came.",
    ),
    Mistake(
        "any-steps",
        outputs=accepts(refuse, "steps"),
        see="A forecast of no steps is accepted: there is nothing to return.",
        look="Read the `Raises` part of the stub.",
        change="Raise a ValueError that names steps and says what came.",
    ),
    Mistake(
        "any-history",
        outputs=accepts(refuse, "history"),
        see="A history of no steps is accepted, or fails with an error of another kind: there is "
        "nothing to begin with.",
        look="Read the `Raises` part of the stub. What does your loop leave when T is 0?",
        change="Raise a ValueError that names history.",
    ),
]

EXERCISE = Exercise(
    "warm_up_and_forecast(step, state, history, steps)",
    results=("the outputs",),
    references=(warm_up_and_forecast, folded),
    cases=cases,
    mistakes=MISTAKES,
    parts={"warm-up": 0.3, "forecast": 0.4, "edges": 0.15, "errors": 0.15},
    basic=("warm-up", "forecast"),
    points=2,
    probe="free_running",
    minutes=15,
    difficulty=3,
)
