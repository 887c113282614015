"""rollout_frames: each forecast becomes the model's newest frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
    from_case,
)
from course_utils.oracles.drawing import draw

__all__ = ["EXERCISE", "rollout_frames"]

Array = np.ndarray
Model = Callable[[Array], Array]


def rollout_frames(model: Model, context: Array, steps: int) -> Array:
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    frames, made = context, []
    for _ in range(steps):
        forecast = model(frames)[:, -1:]
        made.append(forecast)
        frames = np.concatenate([frames, forecast], axis=1)
    return np.concatenate(made, axis=1)


@from_case
def by_recursion(inputs: Inputs, setup: Setup) -> Outputs:
    """The same without the model: the newest two frames and the sum of all are enough."""
    context, steps = wide(inputs["context"]), inputs["steps"]
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    a, b, d, e = setup["model"]
    count, total = context.shape[1], context.sum(axis=1)
    newest = context[:, -1]
    before = context[:, -2] if count > 1 else np.zeros_like(newest)
    frames = np.empty((len(context), steps, *context.shape[2:]))
    for k in range(steps):
        before, newest = newest, a * newest + b * before + d * total / (count + k) + e
        total = total + newest
        frames[:, k] = newest
    return {"the rollout": frames, "the model": "works"}


def case(
    rng: np.random.Generator,
    part: str,
    about: str,
    clips: tuple[int, int, int, int, int],
    steps: int,
    dtype: str = "float32",
    model: Sequence[float] | None = None,
) -> Case:
    """`model` (a, b, d, e): drawn so that a rollout neither explodes nor dies out."""
    drawn = rng.uniform(0.2, 0.5, size=4) * (1, -1, 1, 0.5)
    inputs = {"context": draw(rng, *clips, dtype=dtype), "steps": steps}
    setup = {"model": np.array(drawn if model is None else model, dtype="float64")}
    return Case(part, inputs, about, setup)


def cases(rng: np.random.Generator) -> list[Case]:
    a, b, d = rng.uniform(0.6, 0.9, size=3)
    models = {
        "a model that reads the newest frame alone": (a, 0, 0, 0),
        "a model that reads the frame before the newest alone": (0, b, 0, 0),
        "a model that takes the mean of all frames": (0, 0, d, 0),
    }
    return [
        *(
            case(rng, "rollout", about, (2, 3, 3, 4, 1), 3, "float64", model)
            for about, model in models.items()
        ),
        case(rng, "rollout", "five frames after four", (3, 4, 3, 5, 1), 5),
        case(
            rng,
            "rollout",
            "fewer steps than frames, two channels, float64",
            (2, 5, 4, 3, 2),
            3,
            "float64",
        ),
        case(rng, "rollout", "all sizes equal", (3, 3, 3, 3, 3), 3),
        case(rng, "edges", "a context of one frame", (1, 1, 2, 3, 1), 4),
        case(rng, "edges", "one step", (2, 4, 2, 3, 1), 1),
        case(rng, "edges", "twelve steps", (1, 2, 1, 1, 1), 12, "float64"),
        case(rng, "errors", "steps = 0", (2, 3, 2, 2, 1), 0),
        case(rng, "errors", "steps = −2", (2, 3, 2, 2, 1), -2),
    ]


def feeding_back_all_outputs(model: Model, context: Array, steps: int) -> Array:
    if steps < 1:
        raise ValueError(f"steps = {steps}")
    frames = context
    for _ in range(steps):
        frames = np.concatenate([frames, model(frames)], axis=1)
    return frames[:, -steps:]


def seeing_one_frame(model: Model, context: Array, steps: int) -> Array:
    if steps < 1:
        raise ValueError(f"steps = {steps}")
    made = [context[:, -1:]]
    for _ in range(steps):
        made.append(model(made[-1])[:, -1:])
    return np.concatenate(made[1:], axis=1)


MISTAKES = [
    Mistake(
        "last-frame-only",
        "np.concatenate([frames, forecast], axis=1)",
        "forecast",
        see="From the second step on, the model sees one frame: its own last forecast.",
        look="A recurrent model needs the past to know where things move. What do you feed it?",
        change="Put each forecast behind all the frames so far, and feed all of them.",
    ),
    Mistake(
        "past-never-seen",
        answer=seeing_one_frame,
        see="The model sees one frame in every call, the newest: the past is never fed.",
        look="Print the number of frames that each call sees: it should begin with the context's.",
        change="Feed the whole context, and then all forecasts so far behind it.",
    ),
    Mistake(
        "outputs-for-frames",
        "        forecast = model(frames)[:, -1:]\n        made.append(forecast)\n"
        "        frames = np.concatenate([frames, forecast], axis=1)\n",
        "        frames = model(frames)\n        made.append(frames[:, -1:])\n",
        see="Each call is fed all that the call before it returned, in the place of the frames.",
        look="How many of the model's outputs are about a frame that is not known yet?",
        change="Keep the frames as they are, and put the last output behind them.",
    ),
    Mistake(
        "sliding-window",
        "[frames, forecast]",
        "[frames[:, 1:], forecast]",
        see="The model always sees as many frames as the context has: the oldest drop out.",
        look="Print the number of frames that each call sees: it should grow by one.",
        change="Keep the old frames when you add a new one.",
    ),
    Mistake(
        "not-fed-back",
        "        frames = np.concatenate([frames, forecast], axis=1)\n",
        "",
        see="All your forecasts are equal: the model sees the context alone, each time.",
        look="What has changed between the first call of the model and the second?",
        change="Put the forecast behind the frames before the next call.",
    ),
    Mistake(
        "first-forecast-repeated",
        "    frames, made = context, []\n",
        "    return np.concatenate([model(context)[:, -1:]] * steps, axis=1)\n",
        see="All your forecasts are equal: the model is called once, and its forecast repeated.",
        look="What lies behind the frame that is forecast first? The model has to see it.",
        change="Put each forecast behind the frames, and call the model again.",
    ),
    Mistake(
        "context-forgotten",
        "[frames, forecast]",
        "made",
        see="After the first step the model sees its own forecasts alone, not the context.",
        look="What does the second call see?",
        change="Feed the context and all forecasts so far, together.",
    ),
    Mistake(
        "first-output-taken",
        "[:, -1:]",
        "[:, :1]",
        see="You take the model's first output, which is a forecast of the second frame.",
        look="The model answers at every step. Which of its answers is about the future?",
        change="Take the last output of each call.",
    ),
    Mistake(
        "put-in-front",
        "[frames, forecast]",
        "[forecast, frames]",
        see="Each forecast is put before the frames so far, not behind them.",
        look="Look at the order in which you join the frames.",
        change="Time runs on: the forecast comes last.",
    ),
    Mistake(
        "context-included",
        "return np.concatenate(made, axis=1)",
        "return frames",
        see="You return the context too, before the forecasts.",
        look="Compare the number of frames with `steps`.",
        change="Return the forecasts alone.",
    ),
    Mistake(
        "one-step-late",
        "made.append(forecast)",
        "made.append(frames[:, -1:])",
        see="Your first frame is the last one of the context; the rest is one step late.",
        look="Do you keep a frame before the model has answered, or after?",
        change="The first frame to return is the first forecast.",
    ),
    Mistake(
        "first-forecast-lost",
        "return np.concatenate(made, axis=1)",
        "return np.concatenate([*made[1:], model(frames)[:, -1:]], axis=1)",
        see="Your frames are one step early: the first forecast is missing, and there is one too "
        "many at the end.",
        look="Count the calls of the model, and the frames that you keep.",
        change="Call the model `steps` times, and keep each call's forecast.",
    ),
    Mistake(
        "one-call-too-many",
        "    return np.concatenate(made",
        "    model(frames)\n    return np.concatenate(made",
        see="Your frames are right, but the model runs once more than needed.",
        look="Is there a call of the model whose output nobody uses?",
        change="Let it run exactly `steps` times: each call is dear.",
    ),
    Mistake(
        "one-step-short",
        "return np.concatenate(made, axis=1)",
        "return np.concatenate(made, axis=1)[:, :-1]",
        see="One frame is missing at the end.",
        look="Count the passes of your loop, and what each one adds.",
        change="Make as many forecasts as `steps` says.",
    ),
    Mistake(
        "called-once",
        "    frames, made = context, []\n",
        "    return model(context)[:, -steps:]\n",
        see="The model is called once, and its outputs on the context are returned.",
        look="Those are forecasts of frames that are in the context already: the truth was fed.",
        change="Call the model once for each new frame, on a longer video each time.",
    ),
    Mistake(
        "all-outputs-fed-back",
        answer=feeding_back_all_outputs,
        see="You put all of the model's outputs behind the frames, not the newest one.",
        look="By how many frames does the video grow in each step?",
        change="Add one frame per step: the last output.",
    ),
    Mistake(
        "forecast-as-change",
        "model(frames)[:, -1:]",
        "frames[:, -1:] + model(frames)[:, -1:]",
        see="Your frames are sums: each output is added to the frame before it.",
        look="What the model returns is the next frame itself, not a change.",
        change="Take the output as it is.",
    ),
    Mistake(
        "clipped",
        "model(frames)[:, -1:]",
        "np.clip(model(frames)[:, -1:], 0, 1)",
        see="Your frames are cut to the interval from 0 to 1.",
        look="Look for a clip, minimum or maximum in your code.",
        change="Feed back and return what the model gives: it is the model's affair.",
    ),
    Mistake(
        "any-steps",
        'raise ExpectedError("steps", f"steps = {steps}")',
        "return context[:, :0]",
        see="steps = 0 is accepted, though there is nothing to return then.",
        look="What does your loop do when steps is below 1?",
        change="Raise a ValueError that names steps and the value that came.",
    ),
]

EXERCISE = Exercise(
    "rollout_frames(model, context, steps)",
    results=("the rollout",),
    references=(rollout_frames, by_recursion),
    cases=cases,
    mistakes=MISTAKES,
    parts={"rollout": 0.7, "edges": 0.2, "errors": 0.1},
    basic=("rollout",),
    points=2,
    probe="rollout",
    minutes=15,
    difficulty=2,
)
