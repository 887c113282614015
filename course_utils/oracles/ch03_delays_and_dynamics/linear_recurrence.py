"""linear_recurrence: a weighted sum of inputs and of earlier outputs, a recursive filter."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "linear_recurrence"]

Array = np.ndarray


def linear_recurrence(xs: Array, feedforward: Array, feedback: Array) -> Array:
    if len(feedforward) == 0:
        raise ExpectedError("feedforward", "an empty feedforward")
    ys = np.zeros(len(xs))
    for t in range(len(xs)):
        for m in range(len(feedforward)):
            ys[t] += feedforward[m] * xs[t - m] if m <= t else 0
        for k in range(1, len(feedback) + 1):
            ys[t] += feedback[k - 1] * ys[t - k] if k <= t else 0
    return ys


def by_lfilter(xs: Array, feedforward: Array, feedback: Array) -> Array:
    """SciPy's filter, which writes the feedback on the other side of the equation."""
    from scipy.signal import lfilter

    if len(feedforward) == 0:
        raise ExpectedError
    return np.asarray(lfilter(feedforward, [1.0, *(-np.asarray(feedback))], xs), dtype=float)


def cases(rng: np.random.Generator) -> list[Case]:
    def series(steps: int, dtype: str = "float64") -> Array:
        return rng.normal(size=steps).astype(dtype)

    def weights(count: int, dtype: str = "float64", most: float = 0.9) -> Array:
        """Feedback whose sizes sum to less than 1, so that nothing grows."""
        drawn = rng.uniform(0.4, 1.0, count) * rng.choice([-1.0, 1.0], count)
        return (most * drawn / max(np.abs(drawn).sum(), 1.0)).astype(dtype)

    def case(
        part: str, about: str, xs: Array, feedforward: Array, feedback: Array, isolates: str = ""
    ) -> Case:
        inputs = {"xs": xs, "feedforward": feedforward, "feedback": feedback}
        return Case(part, inputs, about, isolates=isolates or None)

    impulse = np.zeros(12)
    impulse[0] = 1.0
    none = np.zeros(0)
    f32 = "float32"
    counted = case(
        "values", "a series of whole numbers", rng.integers(1, 9, 8), series(2), weights(1)
    )
    return [
        case("terms", "", series(9), series(3), none, "the sum over inputs"),
        case("terms", "", impulse, np.ones(1), weights(2), "the sum over earlier outputs"),
        case("values", "one weight each", series(10), series(1), weights(1)),
        case("values", "three and two weights", series(12), series(3), weights(2)),
        case("values", "two and four weights", series(15), series(2), weights(4)),
        case("values", "float32", series(11, f32), series(2, f32), weights(3, f32)),
        counted,
        case("edges", "K = 0: no feedback", series(7), series(4), none),
        case("edges", "more weights than steps", series(3), series(5), weights(6)),
        case("edges", "one step", series(1), series(2), weights(2)),
        case("edges", "an output that grows", series(14), series(2), np.array([1.3, 0.2])),
        case("edges", "the first weights are 0", series(9), np.array([0.0, 0, 2]), weights(2)),
        case("errors", "", series(6), none, weights(2)),
        case("errors", "", series(4), none, none),
    ]


def cut_to_the_dtype(xs: Array, feedforward: Array, feedback: Array) -> Array:
    """The outputs in an array of the inputs' dtype."""
    if len(feedforward) == 0:
        raise ExpectedError("feedforward")
    ys = np.zeros_like(xs)
    for t in range(len(xs)):
        y = sum(b * xs[t - m] for m, b in enumerate(feedforward) if m <= t)
        ys[t] = y + sum(a * ys[t - k] for k, a in enumerate(feedback, start=1) if k <= t)
    return ys


MISTAKES = [
    Mistake(
        "feedback-subtracted",
        "ys[t] += feedback[k - 1]",
        "ys[t] -= feedback[k - 1]",
        see="Your feedback has the opposite sign.",
        look="scipy.signal.lfilter writes a[0] y[t] + a[1] y[t − 1] + … on the left of the "
        "equation, so its a are the feedback with a minus.",
        change="Add the earlier outputs with the signs that stand in `feedback`.",
    ),
    Mistake(
        "no-feedback",
        "range(1, len(feedback) + 1)",
        "range(0)",
        see="Your outputs are those without any feedback.",
        look="Where do earlier outputs come into your sum?",
        change="Add feedback[k − 1] times the output of k steps ago.",
    ),
    Mistake(
        "feedback-of-inputs",
        "* ys[t - k]",
        "* xs[t - k]",
        see="Your feedback weighs earlier inputs, not earlier outputs.",
        look="Which sequence goes back into itself?",
        change="Let feedback weigh y[t − k], the outputs that you have computed.",
    ),
    Mistake(
        "feedback-not-recursive",
        "    return ys",
        "    us = np.array([sum(feedforward[m] * xs[t - m] for m in range(len(feedforward)) "
        "if m <= t) for t in range(len(xs))])\n"
        "    return np.array([us[t] + sum(feedback[k] * us[t - k - 1] for k in "
        "range(len(feedback)) if k < t) for t in range(len(xs))])",
        see="Your feedback weighs the sums over the inputs, not the outputs with their feedback.",
        look="y[t − 1] holds feedback itself. Does the y that you put back?",
        change="Go through the steps one by one, and use the outputs that are finished.",
    ),
    Mistake(
        "feedback-one-step-late",
        "* ys[t - k] if k <= t",
        "* ys[t - k - 1] if k < t",
        see="Each earlier output comes back one step too late: feedback[0] belongs to y[t − 1].",
        look="Which output does feedback[0] weigh in your code?",
        change="feedback[k − 1] weighs y[t − k]; k starts at 1.",
    ),
    Mistake(
        "feedback-shifted",
        "feedback[k - 1] * ys[t - k] if k <= t else 0",
        "feedback[k] * ys[t - k] if k <= t and k < len(feedback) else 0",
        see="Your feedback weights are one place off: feedback[0] is never used.",
        look="Which output does feedback[0] weigh?",
        change="feedback[0] weighs y[t − 1].",
    ),
    Mistake(
        "wraps-round",
        "if m <= t else 0",
        "if True else 0",
        see="At the first steps your inputs come from the end of the series.",
        look="What is xs[t − m] where t − m is negative? Python counts from the end.",
        change="Leave out what lies before the start: it is zero.",
    ),
    Mistake(
        "feedforward-reversed",
        "feedforward[m] *",
        "feedforward[len(feedforward) - 1 - m] *",
        see="Your feedforward weights are in reverse order.",
        look="feedforward[0] weighs the newest input, x[t].",
        change="Weigh x[t − m] with feedforward[m].",
    ),
    Mistake(
        "feedback-reversed",
        "feedback[k - 1] *",
        "feedback[len(feedback) - k] *",
        see="Your feedback weights are in reverse order.",
        look="feedback[0] weighs the newest of the earlier outputs, y[t − 1].",
        change="Weigh y[t − k] with feedback[k − 1].",
    ),
    Mistake(
        "both-reversed",
        "    ys = np.zeros",
        "    feedforward, feedback = feedforward[::-1], feedback[::-1]\n    ys = np.zeros",
        see="Both lists of weights are used in reverse order.",
        look="In each of them the first weight belongs to the newest value.",
        change="Weigh x[t − m] with feedforward[m], and y[t − k] with feedback[k − 1].",
    ),
    Mistake(
        "inputs-one-step-late",
        "xs[t - m] if m <= t",
        "xs[t - m - 1] if m < t",
        see="Each input counts one step too late: feedforward[0] belongs to x[t].",
        look="Which input does feedforward[0] weigh in your code?",
        change="Let m start at 0: feedforward[0] weighs the input of the same step.",
    ),
    Mistake(
        "present-input-alone",
        "range(len(feedforward))",
        "range(1)",
        see="Only the first feedforward weight is used.",
        look="Is there a sum over earlier inputs in your code?",
        change="Sum over all of `feedforward`.",
    ),
    Mistake(
        "previous-output-alone",
        "range(1, len(feedback) + 1)",
        "range(1, min(2, len(feedback) + 1))",
        see="Only the first feedback weight is used.",
        look="Is there a sum over earlier outputs in your code?",
        change="Sum over all of `feedback`.",
    ),
    Mistake(
        "last-feedback-left-out",
        "range(1, len(feedback) + 1)",
        "range(1, len(feedback))",
        see="The last feedback weight is never used.",
        look="range leaves its end out. How many weights does your loop see?",
        change="Let the loop reach the last one.",
    ),
    Mistake(
        "starts-when-all-is-there",
        "for t in range(len(xs)):",
        "for t in range(max(len(feedforward) - 1, len(feedback)), len(xs)):",
        see="Your first outputs are zeros: you wait until all earlier values are there.",
        look="At the first step there is an input already. What lies before it counts as zero.",
        change="Start at t = 0, and leave out the terms that lie before the start.",
    ),
    Mistake(
        "whole-numbers",
        answer=cut_to_the_dtype,
        see="A series of whole numbers gives whole numbers: the fractions are cut off.",
        look="np.zeros_like(xs) has the dtype of xs. What becomes of 0.5 in it?",
        change="Make the array of the outputs one of floats.",
    ),
    Mistake(
        "whole-numbers-term-by-term",
        "np.zeros(len(xs))",
        "np.zeros(len(xs), dtype=xs.dtype)",
        see="A series of whole numbers gives whole numbers: after each term the fraction is cut "
        "off.",
        look="What becomes of 0.5 in an array that np.zeros_like(xs) has made?",
        change="Let the outputs be floats, whatever the inputs are.",
    ),
    Mistake(
        "nothing-accepted",
        outputs=accepts(linear_recurrence, "feedforward"),
        see="An empty feedforward is accepted, where no input would reach the output.",
        look="Look at what your code does with feedforward = [].",
        change="Test its length first, and raise a ValueError that names `feedforward`.",
    ),
]

EXERCISE = Exercise(
    "linear_recurrence(xs, feedforward, feedback)",
    results=("the outputs",),
    references=(linear_recurrence, by_lfilter),
    cases=cases,
    mistakes=MISTAKES,
    parts={"terms": 0.25, "values": 0.45, "edges": 0.2, "errors": 0.1},
    basic=("terms", "values"),
    points=2,
    minutes=12,
    difficulty=2,
)
