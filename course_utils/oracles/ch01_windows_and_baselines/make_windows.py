"""make_windows: a series, cut into overlapping windows and their targets."""

from __future__ import annotations

import numpy as np

from course_utils.checking.probing import plain_results, wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Reference,
    Setup,
)
from course_utils.oracles.ch01_windows_and_baselines.shared import only_right
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "make_windows"]

Array = np.ndarray

RESULTS = ("inputs", "targets")


def make_windows(series: Array, width: int, horizon: int = 1) -> tuple[Array, Array]:
    if width < 1:
        raise ExpectedError("width", f"a width of {width}")
    if horizon < 1:
        raise ExpectedError("horizon", f"a horizon of {horizon}")
    count = len(series) - width - horizon + 1
    if count < 1:
        sizes = f"{len(series)} steps, width {width} and horizon {horizon}"
        raise ExpectedError("", f"{sizes}, where no window fits,")
    starts = range(count)
    inputs = np.stack([series[i : i + width] for i in starts])
    targets = np.stack([series[i + width + horizon - 1] for i in starts])
    return inputs, targets


def by_views(series: Array, width: int, horizon: int = 1) -> tuple[Array, Array]:
    """NumPy's own sliding view; the targets are the series without its head."""
    if min(width, horizon) < 1 or len(series) < width + horizon:
        raise ExpectedError
    views = np.lib.stride_tricks.sliding_window_view(series, width, axis=0)
    return np.moveaxis(views, -1, 1)[:-horizon], series[width + horizon - 1 :]


def outcome(reference: Reference, inputs: Inputs, setup: Setup) -> Outputs:
    """The two results, without a word on the precision: a mistake that is made in float32 is still
    the same mistake."""
    return plain_results(reference(*wide(inputs).values()), RESULTS)


def cases(rng: np.random.Generator) -> list[Case]:
    def walk(*shape: int) -> Array:
        return rng.normal(size=shape).cumsum(axis=0)

    def case(part: str, about: str, series: Array, width: int, *horizon: int) -> Case:
        inputs = dict(zip(("series", "width", "horizon"), (series, width, *horizon), strict=False))
        return Case(part, inputs, about)

    return [
        case("values", "the horizon left out, so 1", walk(20), 4),
        case("values", "float32, horizon 1", walk(23).astype(np.float32), 5, 1),
        case("values", "whole numbers", rng.permutation(40)[:17], 3, 1),
        case("horizon", "three steps ahead", walk(21), 4, 3),
        case("horizon", "the horizon longer than the window", walk(25) * 1e9, 2, 6),
        case("features", "three features at each step", walk(18, 3), 5),
        case("features", "two features, four steps ahead", walk(19, 2).astype(np.float32), 3, 4),
        case("edges", "a window of one value", walk(9) * 1e-12, 1, 1),
        case("edges", "exactly one window fits", walk(7), 5, 2),
        case("edges", "exactly one window fits, three features", walk(6, 3), 4, 2),
        case("edges", "one feature, (T, 1)", walk(12, 1), 4, 2),
        case("errors", "", walk(9), 0, 2),
        case("errors", "", walk(9, 2), -2, 1),
        case("errors", "", walk(9), 3, 0),
        case("errors", "", walk(9), 3, -1),
        case("errors", "", walk(6), 6),
        case("errors", "", walk(6, 2), 4, 3),
    ]


MISTAKES = [
    Mistake(
        "target-one-early",
        "horizon - 1]",
        "horizon - 2]",
        see="Each target stands one step too early. With horizon 1 it is the last value of its "
        "own window, so a model would only have to copy it.",
        look="Look at the index of the target. Write down, for i = 0, width = 3 and horizon = 1, "
        "which values the window holds and which value comes next.",
        change="The window covers the indices i to i + width - 1. Horizon 1 means the very next "
        "index: move your target index up by one.",
    ),
    Mistake(
        "horizon-counted-from-zero",
        "starts = range(count)",
        "starts, horizon = range(count + 1), horizon - 1",
        see="Every horizon is one step too short, and there is one window too many: your horizon "
        "1 gives the last value of the window itself.",
        look="Compare your number of windows with T - width - horizon + 1, and your target with "
        "the value right after the window.",
        change="Horizon 1 is the first value after the window, not the last one inside it. Shift "
        "the targets by one and stop one window earlier.",
    ),
    Mistake(
        "target-one-late",
        "    count = ",
        "    horizon += 1\n    count = ",
        see="Each target stands one step too late, and one window is missing at the end.",
        look="Look at the index of the target for i = 0: the window ends at width - 1, so where "
        "does horizon 1 stand?",
        change="Index counting starts at 0. Take one off your target index, and let one more "
        "window in.",
    ),
    Mistake(
        "last-window-dropped",
        "range(count)",
        "range(count - 1)",
        see="All windows but the last are there.",
        look="Look at where your loop or slice ends. Count the windows of a series of 5 values by "
        "hand, with width 3 and horizon 1.",
        change="The number of windows is T - width - horizon + 1. `range` and slices leave their "
        "end out by themselves, so do not take one more off.",
    ),
    Mistake(
        "horizon-ignored",
        "    count = ",
        "    horizon = 1\n    count = ",
        see="The result is that of horizon 1, whatever the horizon is.",
        look="Find every place where `horizon` is used: it decides the number of windows and the "
        "index of the target.",
        change="Let the target stand horizon steps after the end of the window, and make room for "
        "it: fewer windows fit when the horizon grows.",
    ),
    Mistake(
        "target-right-after-window",
        " + horizon - 1]",
        "]",
        see="The number of windows is right, but every target is the value right after its "
        "window, whatever the horizon is.",
        look="Look at the index of the target: `horizon` belongs there, too.",
        change="Move the target further by horizon - 1 steps.",
    ),
    Mistake(
        "windows-do-not-overlap",
        "range(count)",
        "range(0, count, width)",
        see="Your windows stand side by side: the second one starts where the first one ends.",
        look="Look at how far the start moves from one window to the next.",
        change="A sliding window moves by one step, so neighbours share all but one value. Let "
        "the start run over every index.",
    ),
    Mistake(
        "window-reversed",
        "[i : i + width]",
        "[i : i + width][::-1]",
        see="Each window holds the right values, newest first.",
        look="Look at the order inside one window: which value should stand in column 0?",
        change="Keep the order of time: column 0 is the oldest value, the last column the newest.",
    ),
    Mistake(
        "windows-in-columns",
        "return inputs",
        "return inputs.swapaxes(0, 1)",
        see="Each window stands in a column; the first two axes of the inputs are swapped.",
        look="Compare the shape of your inputs with the stub: which axis counts the windows?",
        change="The first axis counts windows, the second one the steps inside a window. Swap "
        "them, or stack along the first axis.",
    ),
    Mistake(
        "features-before-steps",
        "return inputs",
        "return np.moveaxis(inputs, 1, -1)",
        see="With several features the last two axes of the inputs are swapped: (N, F, width) "
        "came, and (N, width, F) is wanted.",
        look="`sliding_window_view` puts the window at the end. Look at the shape for T = 18, F = "
        "3, width = 5.",
        change="Move the window's axis to the second place, so that features stay last.",
    ),
    Mistake(
        "features-flattened",
        "return inputs",
        "return inputs.reshape(len(inputs), -1)",
        see="With several features each window was flattened into one row.",
        look="Look for a reshape, ravel or flatten, and at the shape the stub asks for when the "
        "series is (T, F).",
        change="Keep the features on an axis of their own: (N, width, F).",
    ),
    Mistake(
        "targets-as-column",
        "return inputs, targets",
        "return inputs, targets.reshape(len(targets), -1)",
        see="The targets of a series (T,) have a second axis of length 1.",
        look="Compare the shape of your targets with the stub: (N,) for a plain series.",
        change="Take each target by its index alone, without a slice or a new axis around it.",
    ),
    Mistake(
        "targets-hold-whole-horizon",
        "[i + width + horizon - 1]",
        "[i + width : i + width + horizon]",
        see="Each target holds all values up to the horizon, not the one at the horizon.",
        look="Look at whether you take the target with a slice or with a single index.",
        change="Take one value: the one exactly horizon steps after the end of the window.",
    ),
    Mistake(
        "targets-first",
        "return inputs, targets",
        "return targets, inputs",
        see="The two results came in the wrong order: targets first.",
        look="Look at your `return` line.",
        change="Return the inputs first, then the targets.",
    ),
    Mistake(
        "only-targets-wrong",
        outputs=only_right(make_windows, RESULTS, "inputs", precision="kept"),
        see="The windows are right; their targets are not.",
        look="Print the targets for the series 0, 1, 2, …: each value then shows its own index.",
        change="A target is one value of the series, as it stands: the one that lies horizon "
        "steps after the last value of its window.",
    ),
    Mistake(
        "only-inputs-wrong",
        outputs=only_right(make_windows, RESULTS, "targets", precision="kept"),
        see="The targets are right; the windows are not.",
        look="Print the windows for the series 0, 1, 2, …: each value then shows its own index.",
        change="A window holds width neighbouring values of the series, as they stand.",
    ),
    Mistake(
        "width-below-one-accepted",
        outputs=accepts(make_windows, "width"),
        see="A width below 1 is accepted, and something that is no window comes back.",
        look="Look at what your code does with width = 0 and with width = -2.",
        change="Test the width before anything else, and raise a ValueError that names `width`.",
    ),
    Mistake(
        "horizon-below-one-accepted",
        outputs=accepts(make_windows, "horizon"),
        see="A horizon below 1 is accepted: with horizon 0 the target lies inside the window.",
        look="Look at what your code does with horizon = 0.",
        change="Test the horizon as well, and raise a ValueError that names `horizon`.",
    ),
    Mistake(
        "width-and-horizon-below-one-accepted",
        outputs=accepts(make_windows, "width", "horizon"),
        see="A width or a horizon below 1 is accepted.",
        look="Your test for a series that is too short does not see them: with width = 0 the "
        "series is long enough.",
        change="Test both arguments first, each with a ValueError that names it.",
    ),
    Mistake(
        "short-series-accepted",
        outputs=accepts(make_windows, ""),
        see="Where no window fits, empty arrays come back instead of an error.",
        look="Look at what your code does with 6 values, width = 6 and horizon = 1.",
        change="Work out the number of windows first. Where it is below 1, raise a ValueError "
        "that says how long the series is and how long it should be.",
    ),
    Mistake(
        "no-error-at-all",
        outputs=accepts(make_windows),
        see="No impossible argument is refused.",
        look="Read the `Raises` part of the stub again: there are three cases.",
        change="Begin with the tests: width below 1, horizon below 1, no window fits. Each one "
        "raises a ValueError that names what is wrong.",
    ),
]

EXERCISE = Exercise(
    "make_windows(series, width, horizon=1)",
    results=RESULTS,
    references=(make_windows, by_views),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.4, "horizon": 0.2, "features": 0.2, "edges": 0.05, "errors": 0.15},
    basic=("values",),
    points=2,
    probe="windows",
    minutes=15,
    difficulty=2,
    outcome=outcome,
)
