"""free_run: a network that is fed its own outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.ch12_teacher_forcing.shared import Step, folded, run_case, still
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "free_run"]

Array = np.ndarray


def free_run(step: Step, state: Any, first: Array, steps: int) -> Array:
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    x, outputs = first, []
    for _ in range(steps):
        x, state = step(x, state)
        outputs.append(x)
    return np.stack(outputs, axis=1)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, batch: int, *sizes: Any, **how: Any) -> Case:
        return run_case(rng, part, about, batch, None, *sizes, **how)

    return [
        case("first", "one step", 3, 2, 4, 1),
        case("feedback", "two steps", 2, 3, 5, 2),
        case("feedback", "five steps", 3, 2, 4, 5),
        case("feedback", "five steps, a list of two states", 2, 3, 4, 5, as_list=True),
        case("feedback", "a linear step, float64", 2, 3, 5, 4, "float64", linear=True),
        case("feedback", "B = F = U = steps", 4, 4, 4, 4, "float64"),
        case("edges", "one sequence, one feature", 1, 1, 3, 6),
        case("edges", "one unit", 2, 3, 1, 4),
        case("edges", "fifty steps, float64", 1, 2, 3, 50, "float64", linear=True),
        case("errors", "", 2, 3, 4, 0),
        case("errors", "", 2, 3, 4, -2),
    ]


MISTAKES = [
    Mistake(
        "always-fed-first",
        "step(x,",
        "step(first,",
        see="Every step of yours is fed the first input again.",
        look="What does the second call of step get as its x?",
        change="Feed each call the output of the call before it.",
    ),
    Mistake(
        "state-not-carried",
        "x, state =",
        "x, _ =",
        see="Every step of yours starts from the state that was given: nothing is carried on.",
        look="What happens to the second value that step returns?",
        change="Give each call the state that the call before it returned.",
    ),
    Mistake(
        "first-stands-first",
        "        x, state = step(x, state)\n        outputs.append(x)\n",
        "        outputs.append(x)\n        x, state = step(x, state)\n",
        see="Your outputs are one step late: the first input stands in front, and the last output "
        "is missing.",
        look="Do you store x before or after it passes through step?",
        change="Call step first, then store what it returned.",
    ),
    Mistake(
        "first-counts-as-output",
        "first, []\n    for _ in range(steps)",
        "first, [first]\n    for _ in range(steps - 1)",
        see="The first input stands in front of your outputs, and the last output is missing.",
        look="The first input is no output of the network. How often does step run?",
        change="Start the list of outputs empty, and let step run steps times.",
    ),
    Mistake(
        "first-output-lost",
        "    return np.stack(outputs,",
        "    outputs.append(step(x, state)[0])\n    return np.stack(outputs[1:],",
        see="Your outputs are one step early: the first output is missing, and there is one too "
        "many at the end.",
        look="The first call of step gives an output. Do you keep it?",
        change="Keep the output of every call, the first included, and let step run steps times.",
    ),
    Mistake(
        "first-included",
        "[]",
        "[first]",
        see="You return steps + 1 values: the first input stands before the outputs.",
        look="The first input is no output of the network.",
        change="Start the list of outputs empty.",
    ),
    Mistake(
        "one-too-many",
        "range(steps)",
        "range(steps + 1)",
        see="You return one output more than was asked for.",
        look="How often does your loop run?",
        change="Let step run exactly steps times.",
    ),
    Mistake(
        "one-call-too-many",
        "    return",
        "    step(x, state)\n    return",
        see="Your outputs are right, but step runs once more than needed.",
        look="Is there a call of step whose output nobody uses?",
        change="Let step run exactly steps times: each call may be dear, or may count.",
    ),
    Mistake(
        "last-output-only",
        "np.stack(outputs, axis=1)",
        "x",
        see="You return one output for each sequence, where every step's is asked for.",
        look="Look at what you keep during the loop.",
        change="Collect the output of each step and stack them along the time axis.",
    ),
    Mistake(
        "last-output-everywhere",
        "stack(outputs",
        "stack([x] * steps",
        see="All your outputs of a sequence are equal: each is the last one.",
        look="You may have stored the same array again and again and changed it in place.",
        change="Store a new array at each step.",
    ),
    Mistake(
        "time-first",
        "axis=1",
        "axis=0",
        see="Your outputs have the axes (steps, B, F); expected are (B, steps, F).",
        look="np.stack puts the new axis in front unless you tell it where.",
        change="Stack the outputs along axis 1.",
    ),
    Mistake(
        "reshaped-for-transposed",
        "np.stack(outputs, axis=1)",
        "np.reshape(outputs, (len(first), steps, -1))",
        see="Your outputs have the right shape, but sequences and steps are mixed up in it.",
        look="reshape keeps the order in which the numbers lie; it exchanges no axes.",
        change="Exchange the first two axes, or stack the outputs along axis 1.",
    ),
    Mistake(
        "pair-exchanged",
        "x, state = step",
        "state, x = step",
        see="You take the state for the output, and the output for the state.",
        look="step returns two values: which one comes first?",
        change="Unpack them in the stub's order: the output y, then the state.",
    ),
    Mistake(
        "states-returned",
        "append(x)",
        "append(state[0] if isinstance(state, list) else state)",
        see="You return the states, not the outputs.",
        look="step returns two values: which one comes first?",
        change="Keep the first value of each call.",
    ),
    Mistake(
        "output-as-change",
        "x, state = step(x, state)",
        "y, state = step(x, state)\n        x = x + y",
        see="Your values are sums: each output is added to the value before it.",
        look="What step returns is the next value itself, not a change.",
        change="Take the output as it is, both as the result and as the next input.",
    ),
    Mistake(
        "sum-fed-back",
        "x, state = step(x, state)\n        outputs.append(x)",
        "y, state = step(x, state)\n        outputs.append(y)\n        x = x + y",
        see="You feed back the sum of input and output.",
        look="What exactly becomes the x of the next call?",
        change="Feed back the output alone.",
    ),
    Mistake(
        "reversed-result",
        "stack(outputs",
        "stack(outputs[::-1]",
        see="Your outputs are right, but in reverse order.",
        look="Look at how you put the outputs together after the loop.",
        change="Keep the order of the steps: the first output stands first.",
    ),
    Mistake(
        "state-made-an-array",
        "    x, outputs",
        "    state = np.asarray(state)\n    x, outputs",
        see="Your code fails where the state is not one array but a list of two.",
        look="What do you do with the state besides handing it on?",
        change="Hand the state on as it came: what is in it is the step's affair.",
    ),
    Mistake(
        "any-steps",
        outputs=accepts(lambda *inputs: free_run(still, *inputs)),
        see="A forecast of no steps is accepted: there is nothing to return.",
        look="Read the `Raises` part of the stub.",
        change="Raise a ValueError that names steps and says what came.",
    ),
]

EXERCISE = Exercise(
    "free_run(step, state, first, steps)",
    results=("the outputs",),
    references=(free_run, folded),
    cases=cases,
    mistakes=MISTAKES,
    parts={"first": 0.2, "feedback": 0.5, "edges": 0.15, "errors": 0.15},
    basic=("first", "feedback"),
    points=2,
    probe="free_running",
    minutes=15,
    difficulty=2,
)
