"""Chapter 1, what is right and what goes wrong: cases, two references and known mistakes each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.types import (
    Case,
    Hints,
    Inputs,
    Mistake,
    Oracle,
    Outputs,
    Raises,
)
from course_utils.oracles.bank import mistake, wide

__all__ = ["MARGIN", "ORACLES"]

Pair: TypeAlias = tuple[np.ndarray, np.ndarray]


def _accepts(
    id: str, expect: Callable[[Inputs], Outputs | Raises], names: set[str], hints: Hints
) -> Mistake:
    """The mistake of returning something where one of these arguments is impossible."""

    def wrong(inputs: Inputs) -> Outputs | Raises | None:
        truth = expect(inputs)
        if not isinstance(truth, Raises):
            return None
        return {} if truth.argument in names else truth

    return Mistake(id, hints, wrong)


def _only_right(
    id: str,
    expect: Callable[[Inputs], Outputs | Raises],
    name: str,
    hints: Hints,
    **also: str,
) -> Mistake:
    """Whatever makes all results wrong but this one: named last, where nothing closer fits.

    `also` holds what else the probe says then: a loss of precision is no such mistake.
    """

    def wrong(inputs: Inputs) -> Outputs | Raises:
        truth = expect(inputs)
        return truth if isinstance(truth, Raises) else {name: truth[name], **also}

    return Mistake(id, hints, wrong)


# --- make_windows --------------------------------------------------------------------------------

_WINDOWS = ("inputs", "targets")


def _window_cases(rng: np.random.Generator) -> list[Case]:
    def walk(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).cumsum(axis=0)

    def case(part: str, about: str, series: np.ndarray, width: int, horizon: int = 0) -> Case:
        inputs: Inputs = {"series": series, "width": width}
        if horizon != 0:
            inputs["horizon"] = horizon
        return Case(inputs, part, about)

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
        Case({"series": walk(9), "width": 3, "horizon": 0}, "errors"),
        case("errors", "", walk(9), 3, -1),
        case("errors", "", walk(6), 6),
        case("errors", "", walk(6, 2), 4, 3),
    ]


def _window_problem(series: np.ndarray, width: int, horizon: int) -> Raises | None:
    if width < 1:
        return Raises("width", f"a width of {width}")
    if horizon < 1:
        return Raises("horizon", f"a horizon of {horizon}")
    if len(series) < width + horizon:
        return Raises(
            "", f"{len(series)} steps, width {width} and horizon {horizon}, where no window fits,"
        )
    return None


def _windows_by_definition(inputs: Inputs) -> Outputs | Raises:
    """One window at a time, number by number, as the equation says."""
    series, width = wide(inputs["series"]), inputs["width"]
    horizon = inputs.get("horizon", 1)
    problem = _window_problem(series, width, horizon)
    if problem is not None:
        return problem
    count = len(series) - width - horizon + 1
    windows = np.zeros((count, width, *series.shape[1:]), series.dtype)
    targets = np.zeros((count, *series.shape[1:]), series.dtype)
    for i in range(count):
        for j in range(width):
            windows[i, j] = series[i + j]
        targets[i] = series[i + width + horizon - 1]
    return {"inputs": windows, "targets": targets}


def _windows_as_views(inputs: Inputs) -> Outputs | Raises:
    """NumPy's own sliding view; the targets are the series without its head."""
    series, width = wide(inputs["series"]), inputs["width"]
    horizon = inputs.get("horizon", 1)
    if min(width, horizon) < 1 or len(series) < width + horizon:
        return Raises()
    views = np.lib.stride_tricks.sliding_window_view(series, width, axis=0)
    views = np.moveaxis(views, -1, 1)
    return {"inputs": views[:-horizon], "targets": series[width + horizon - 1 :]}


def _windows(
    series: np.ndarray,
    width: int,
    horizon: int = 1,
    shift: int = 0,
    fewer: int = 0,
    stride: int = 1,
) -> Pair:
    """Windows whose target is `shift` too late, `fewer` of them, at every `stride`-th start."""
    if _window_problem(series, width, horizon):
        raise ValueError("width, horizon or series")
    count = len(series) - width - horizon + 1 - fewer
    starts = range(0, count, stride)
    if not starts:
        raise ValueError("no window fits")
    windows = np.stack([series[i : i + width] for i in starts])
    targets = np.stack([series[i + width + horizon - 1 + shift] for i in starts])
    return windows, targets


def _reshaped(change: Callable[[np.ndarray, np.ndarray], Any]) -> Callable[..., Any]:
    def wrong(series: np.ndarray, width: int, horizon: int = 1) -> Any:
        return change(*_windows(series, width, horizon))

    return wrong


def _next_values(series: np.ndarray, width: int, horizon: int = 1) -> Pair:
    windows, _ = _windows(series, width, horizon)
    starts = range(len(windows))
    return windows, np.stack([series[i + width : i + width + horizon] for i in starts])


def _window_mistakes() -> tuple[Mistake, ...]:
    def known(id: str, hints: Hints, wrong: Callable[..., Any]) -> Mistake:
        return mistake(id, hints, wrong, *_WINDOWS)

    return (
        known(
            "target-one-early",
            (
                "Each target stands one step too early. With horizon 1 it is the last value of "
                "its own window, so a model would only have to copy it.",
                "Look at the index of the target. Write down, for i = 0, width = 3 and "
                "horizon = 1, which values the window holds and which value comes next.",
                "The window covers the indices i to i + width - 1. Horizon 1 means the very next "
                "index: move your target index up by one.",
            ),
            lambda s, w, h=1: _windows(s, w, h, shift=-1),
        ),
        known(
            "horizon-counted-from-zero",
            (
                "Every horizon is one step too short, and there is one window too many: your "
                "horizon 1 gives the last value of the window itself.",
                "Compare your number of windows with T - width - horizon + 1, and your target "
                "with the value right after the window.",
                "Horizon 1 is the first value after the window, not the last one inside it. Shift "
                "the targets by one and stop one window earlier.",
            ),
            lambda s, w, h=1: _windows(s, w, h) if h < 1 else _one_shorter(s, w, h),
        ),
        known(
            "target-one-late",
            (
                "Each target stands one step too late, and one window is missing at the end.",
                "Look at the index of the target for i = 0: the window ends at width - 1, so "
                "where does horizon 1 stand?",
                "Index counting starts at 0. Take one off your target index, and let one more "
                "window in.",
            ),
            lambda s, w, h=1: _windows(s, w, h, shift=1, fewer=1),
        ),
        known(
            "last-window-dropped",
            (
                "All windows but the last are there.",
                "Look at where your loop or slice ends. Count the windows of a series of 5 values "
                "by hand, with width 3 and horizon 1.",
                "The number of windows is T - width - horizon + 1. `range` and slices leave their "
                "end out by themselves, so do not take one more off.",
            ),
            lambda s, w, h=1: _windows(s, w, h, fewer=1),
        ),
        known(
            "horizon-ignored",
            (
                "The result is that of horizon 1, whatever the horizon is.",
                "Find every place where `horizon` is used: it decides the number of windows and "
                "the index of the target.",
                "Let the target stand horizon steps after the end of the window, and make room "
                "for it: fewer windows fit when the horizon grows.",
            ),
            lambda s, w, h=1: _windows(s, w, h) if h < 1 else _windows(s, w, 1),
        ),
        known(
            "target-right-after-window",
            (
                "The number of windows is right, but every target is the value right after its "
                "window, whatever the horizon is.",
                "Look at the index of the target: `horizon` belongs there, too.",
                "Move the target further by horizon - 1 steps.",
            ),
            lambda s, w, h=1: _windows(s, w, h, shift=1 - h),
        ),
        known(
            "windows-do-not-overlap",
            (
                "Your windows stand side by side: the second one starts where the first one ends.",
                "Look at how far the start moves from one window to the next.",
                "A sliding window moves by one step, so neighbours share all but one value. Let "
                "the start run over every index.",
            ),
            lambda s, w, h=1: _windows(s, w, h, stride=max(w, 1)),
        ),
        known(
            "window-reversed",
            (
                "Each window holds the right values, newest first.",
                "Look at the order inside one window: which value should stand in column 0?",
                "Keep the order of time: column 0 is the oldest value, the last column the newest.",
            ),
            _reshaped(lambda x, y: (x[:, ::-1], y)),
        ),
        known(
            "windows-in-columns",
            (
                "Each window stands in a column; the first two axes of the inputs are swapped.",
                "Compare the shape of your inputs with the stub: which axis counts the windows?",
                "The first axis counts windows, the second one the steps inside a window. Swap "
                "them, or stack along the first axis.",
            ),
            _reshaped(lambda x, y: (x.swapaxes(0, 1), y)),
        ),
        known(
            "features-before-steps",
            (
                "With several features the last two axes of the inputs are swapped: "
                "(N, F, width) came, and (N, width, F) is wanted.",
                "`sliding_window_view` puts the window at the end. Look at the shape for T = 18, "
                "F = 3, width = 5.",
                "Move the window's axis to the second place, so that features stay last.",
            ),
            _reshaped(lambda x, y: (x if x.ndim == 2 else x.swapaxes(1, 2), y)),
        ),
        known(
            "features-flattened",
            (
                "With several features each window was flattened into one row.",
                "Look for a reshape, ravel or flatten, and at the shape the stub asks for when "
                "the series is (T, F).",
                "Keep the features on an axis of their own: (N, width, F).",
            ),
            _reshaped(lambda x, y: (x.reshape(len(x), -1), y)),
        ),
        known(
            "targets-as-column",
            (
                "The targets of a series (T,) have a second axis of length 1.",
                "Compare the shape of your targets with the stub: (N,) for a plain series.",
                "Take each target by its index alone, without a slice or a new axis around it.",
            ),
            _reshaped(lambda x, y: (x, y[:, None] if y.ndim == 1 else y)),
        ),
        known(
            "targets-hold-whole-horizon",
            (
                "Each target holds all values up to the horizon, not the one at the horizon.",
                "Look at whether you take the target with a slice or with a single index.",
                "Take one value: the one exactly horizon steps after the end of the window.",
            ),
            _next_values,
        ),
        known(
            "targets-first",
            (
                "The two results came in the wrong order: targets first.",
                "Look at your `return` line.",
                "Return the inputs first, then the targets.",
            ),
            _reshaped(lambda x, y: (y, x)),
        ),
        _only_right(
            "only-targets-wrong",
            _windows_by_definition,
            "inputs",
            (
                "The windows are right; their targets are not.",
                "Print the targets for the series 0, 1, 2, …: each value then shows its own index.",
                "A target is one value of the series, as it stands: the one that lies horizon "
                "steps after the last value of its window.",
            ),
            precision="kept",
        ),
        _only_right(
            "only-inputs-wrong",
            _windows_by_definition,
            "targets",
            (
                "The targets are right; the windows are not.",
                "Print the windows for the series 0, 1, 2, …: each value then shows its own index.",
                "A window holds width neighbouring values of the series, as they stand.",
            ),
            precision="kept",
        ),
        _accepts(
            "width-below-one-accepted",
            _windows_by_definition,
            {"width"},
            (
                "A width below 1 is accepted, and something that is no window comes back.",
                "Look at what your code does with width = 0 and with width = -2.",
                "Test the width before anything else, and raise a ValueError that names `width`.",
            ),
        ),
        _accepts(
            "horizon-below-one-accepted",
            _windows_by_definition,
            {"horizon"},
            (
                "A horizon below 1 is accepted: with horizon 0 the target lies inside the window.",
                "Look at what your code does with horizon = 0.",
                "Test the horizon as well, and raise a ValueError that names `horizon`.",
            ),
        ),
        _accepts(
            "width-and-horizon-below-one-accepted",
            _windows_by_definition,
            {"width", "horizon"},
            (
                "A width or a horizon below 1 is accepted.",
                "Your test for a series that is too short does not see them: with width = 0 the "
                "series is long enough.",
                "Test both arguments first, each with a ValueError that names it.",
            ),
        ),
        _accepts(
            "short-series-accepted",
            _windows_by_definition,
            {""},
            (
                "Where no window fits, empty arrays come back instead of an error.",
                "Look at what your code does with 6 values, width = 6 and horizon = 1.",
                "Work out the number of windows first. Where it is below 1, raise a ValueError "
                "that says how long the series is and how long it should be.",
            ),
        ),
        _accepts(
            "no-error-at-all",
            _windows_by_definition,
            {"width", "horizon", ""},
            (
                "No impossible argument is refused.",
                "Read the `Raises` part of the stub again: there are three cases.",
                "Begin with the tests: width below 1, horizon below 1, no window fits. Each one "
                "raises a ValueError that names what is wrong.",
            ),
        ),
    )


def _one_shorter(series: np.ndarray, width: int, horizon: int) -> Pair:
    """Right but for a horizon that counts from 0: the last value in the window is horizon 1."""
    if _window_problem(series, width, horizon):
        raise ValueError("width, horizon or series")
    count = len(series) - width - horizon + 2
    windows = np.stack([series[i : i + width] for i in range(count)])
    return windows, series[width + horizon - 2 :]


MAKE_WINDOWS = Oracle(
    cases=_window_cases,
    expect=_windows_by_definition,
    second=_windows_as_views,
    parts={"values": 0.4, "horizon": 0.2, "features": 0.2, "edges": 0.05, "errors": 0.15},
    basic=("values",),
    mistakes=_window_mistakes(),
)

# --- seasonal_naive ------------------------------------------------------------------------------


def _season_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, history: np.ndarray, season: int, steps: int) -> Case:
        return Case({"history": history, "season": season, "steps": steps}, part, about)

    def draw(size: int) -> np.ndarray:
        return rng.normal(size=size) * 3 + np.arange(size)

    return [
        case("values", "fewer steps than a season", draw(29), 12, 5),
        case("values", "as many steps as a season", draw(19), 7, 7),
        case("values", "float32", draw(26).astype(np.float32), 11, 8),
        case("repeat", "more steps than a season", draw(17), 5, 13),
        case("repeat", "many seasons ahead, whole numbers", rng.permutation(31), 4, 23),
        case("edges", "the season is the whole history", draw(6), 6, 9),
        case("edges", "a season of one value", draw(8), 1, 4),
        case("edges", "one step ahead", draw(11) * 1e-9, 4, 1),
        case("edges", "a history of one value", draw(1), 1, 3),
        case("errors", "", draw(9), 10, 4),
        case("errors", "", draw(3), 12, 2),
        case("errors", "", draw(9), 4, 0),
        case("errors", "", draw(9), 4, -3),
    ]


def _season_problem(history: np.ndarray, season: int, steps: int) -> Raises | None:
    if season > len(history):
        return Raises("season", f"a season of {season} and a history of {len(history)} values")
    if steps < 1:
        return Raises("steps", f"steps = {steps}")
    return None


def _season_by_definition(inputs: Inputs) -> Outputs | Raises:
    """The equation, one step at a time."""
    history, season, steps = wide(inputs["history"]), inputs["season"], inputs["steps"]
    problem = _season_problem(history, season, steps)
    if problem is not None:
        return problem
    start = len(history) - season
    return {"forecast": np.array([history[start + k % season] for k in range(steps)])}


def _season_by_growth(inputs: Inputs) -> Outputs | Raises:
    """Append to the series the value one season before its end, again and again."""
    history, season, steps = wide(inputs["history"]), inputs["season"], inputs["steps"]
    if season > len(history) or steps < 1:
        return Raises()
    grown = list(history)
    while len(grown) < len(history) + steps:
        grown.append(grown[-season])
    return {"forecast": np.array(grown[len(history) :])}


def _season_mistakes() -> tuple[Mistake, ...]:
    def known(
        id: str, hints: Hints, wrong: Callable[[np.ndarray, int, int, np.ndarray], Any]
    ) -> Mistake:
        def function(history: np.ndarray, season: int, steps: int) -> Any:
            if _season_problem(history, season, steps):
                raise ValueError("season or steps")
            return wrong(history, season, steps, np.arange(steps))

        return mistake(id, hints, function, "forecast")

    return (
        known(
            "last-value-repeated",
            (
                "Every step is the last value of the history. That is the naive forecast without "
                "a season.",
                "Look at which index of the history you read for step k.",
                "Go back one whole season from the step you forecast, not to the end of the "
                "history.",
            ),
            lambda h, s, n, k: np.full(n, h[-1]),
        ),
        known(
            "first-season",
            (
                "You repeat the first season of the history, not the last one.",
                "Look at where the season that you copy starts.",
                "Count from the end: the last season starts season values before the end.",
            ),
            lambda h, s, n, k: h[k % s],
        ),
        known(
            "one-phase-late",
            (
                "The right season, one step too late: your first forecast is the second value of "
                "the last season.",
                "Look at the index for the first step, k = 0.",
                "Let step 0 read the first value of the last season.",
            ),
            lambda h, s, n, k: h[len(h) - s + (k + 1) % s],
        ),
        known(
            "one-phase-early",
            (
                "The right season, one step too early: your first forecast is the last value of "
                "the history.",
                "Look at the index for the first step, k = 0. How far back is one season?",
                "Step 0 follows the last value, so one season before it stands the first value of "
                "the last season.",
            ),
            lambda h, s, n, k: h[len(h) - s + (k - 1) % s],
        ),
        known(
            "season-reversed",
            (
                "The last season runs backwards in your forecast.",
                "Look at the sign in front of k, or for a negative step in a slice.",
                "Read the last season in the order of time.",
            ),
            lambda h, s, n, k: h[len(h) - 1 - k % s],
        ),
        known(
            "phase-from-start",
            (
                "The last season is used, but turned: its phase is counted from the start of the "
                "history.",
                "Look at what you divide by the season. A history need not begin with a season.",
                "Count the phase from the end of the history: step k alone decides it.",
            ),
            lambda h, s, n, k: h[len(h) - s + (len(h) + k) % s],
        ),
        known(
            "mean-of-last-season",
            (
                "Every step is the mean of the last season.",
                "Look for a mean: this forecast copies values, it averages nothing.",
                "Return the values of the last season one by one.",
            ),
            lambda h, s, n, k: np.full(n, h[-s:].mean()),
        ),
        known(
            "mean-over-seasons",
            (
                "Each step is the mean over all seasons of the history.",
                "Look for a mean: this forecast looks back one season and no further.",
                "Copy the last season alone.",
            ),
            lambda h, s, n, k: np.array([h[len(h) - s + j % s :: -s].mean() for j in k]),
        ),
        known(
            "not-repeated",
            (
                "Your forecast ends after one season.",
                "Try more steps than a season has: where does your slice end?",
                "After the last value of the season start again with its first one.",
            ),
            lambda h, s, n, k: h[len(h) - s :][:n],
        ),
        known(
            "whole-season-returned",
            (
                "One whole season comes back, whatever `steps` is.",
                "Find the place where `steps` is used.",
                "The forecast has exactly `steps` values: stop earlier, or go round again.",
            ),
            lambda h, s, n, k: h[len(h) - s :],
        ),
        known(
            "steps-taken-for-season",
            (
                "You copy the last `steps` values. That is right only where steps and season are "
                "equal.",
                "Look at which of the two arguments decides how far back you go.",
                "Go back by the season; let `steps` decide only how many values you return.",
            ),
            lambda h, s, n, k: h[-n:],
        ),
        _accepts(
            "long-season-accepted",
            _season_by_definition,
            {"season"},
            (
                "A season longer than the history is accepted.",
                "Look at your index for a history of 9 values and a season of 10: a negative "
                "index reads from the other end without a word.",
                "Compare the season with the length of the history first, and raise a ValueError "
                "that names `season`.",
            ),
        ),
        _accepts(
            "no-steps-accepted",
            _season_by_definition,
            {"steps"},
            (
                "Zero or fewer steps give an empty forecast instead of an error.",
                "Look at what your code does with steps = 0 and with steps = -3.",
                "Test `steps` first, and raise a ValueError that names it.",
            ),
        ),
        _accepts(
            "no-error-at-all",
            _season_by_definition,
            {"season", "steps"},
            (
                "Neither a season longer than the history nor steps below 1 are refused.",
                "Read the `Raises` part of the stub again.",
                "Begin with two tests; each raises a ValueError that names the argument.",
            ),
        ),
    )


SEASONAL_NAIVE = Oracle(
    cases=_season_cases,
    expect=_season_by_definition,
    second=_season_by_growth,
    parts={"values": 0.5, "repeat": 0.25, "edges": 0.1, "errors": 0.15},
    basic=("values",),
    mistakes=_season_mistakes(),
)

# --- fit_autoregression --------------------------------------------------------------------------

_LINE = ("weights", "intercept")


def _fit_cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str, about: str, count: int, width: int, scale: float = 1.0, slack: float = 100.0
    ) -> Case:
        inputs = rng.normal(size=(count, width)) + 1.5
        targets = inputs @ rng.normal(size=width) + 4.0 + 0.3 * rng.normal(size=count)
        return Case(
            {"inputs": inputs * scale, "targets": targets * scale}, part, about, slack=slack
        )

    plain_case = case("values", "noisy targets far from zero", 40, 5)
    narrow = case("values", "float32", 50, 3, slack=20.0)
    constant = case("edges", "targets that never change", 25, 3)
    level = case("edges", "raw ppm, far from zero", 60, 4, slack=1e5)
    whole = Case(
        {"inputs": rng.integers(-9, 9, (30, 3)), "targets": rng.integers(-9, 9, 30)},
        "edges",
        "whole numbers",
        slack=100.0,
    )
    silent = case("collinear", "one input is always zero", 30, 4)
    silent.inputs["inputs"][:, 2] = 0.0
    few = np.zeros((3, 6))
    few[np.arange(3), rng.permutation(3)] = 2.0 ** rng.integers(-1, 3, 3)
    single = 2.0 ** rng.integers(-1, 3, (1, 4))
    return [
        plain_case,
        case("values", "a window of one value", 30, 1),
        case("values", "small numbers", 30, 6, scale=1e-3, slack=1e4),
        Case(
            {name: value.astype(np.float32) for name, value in narrow.inputs.items()},
            "values",
            narrow.about,
            slack=narrow.slack,
        ),
        _constant(constant),
        Case(
            {"inputs": 345 + level.inputs["inputs"], "targets": 345 + level.inputs["targets"]},
            "edges",
            level.about,
            slack=level.slack,
        ),
        whole,
        silent,
        Case(
            {"inputs": few, "targets": rng.normal(size=3)},
            "collinear",
            "fewer windows than weights",
            slack=1e3,
        ),
        Case(
            {"inputs": single, "targets": rng.normal(size=1)},
            "collinear",
            "a single window",
            slack=1e3,
        ),
    ]


def _constant(case: Case) -> Case:
    """The case with targets that are all the same number."""
    targets = np.full_like(case.inputs["targets"], 2.75)
    return Case({**case.inputs, "targets": targets}, case.part, case.about, slack=case.slack)


def _design(inputs: np.ndarray) -> np.ndarray:
    return np.column_stack([inputs, np.ones(len(inputs))])


def _line_by_svd(inputs: Inputs) -> Outputs:
    """Least squares with a column of ones, through the singular values."""
    windows, targets = wide(inputs["inputs"]), wide(inputs["targets"])
    solution = np.linalg.lstsq(_design(windows), targets, rcond=None)[0]
    return {"weights": solution[:-1], "intercept": solution[-1]}


def _line_by_projection(inputs: Inputs) -> Outputs:
    """Gram-Schmidt on the columns 1, x_1, x_2, …; a column that adds nothing new gets no weight."""
    windows = np.asarray(inputs["inputs"], float)
    left = np.asarray(inputs["targets"], float).copy()
    columns = [np.ones(len(windows)), *windows.T]
    base: list[np.ndarray] = []
    kept: list[int] = []
    triangle = np.zeros((len(columns), len(columns)))
    for k, column in enumerate(columns):
        rest = column.copy()
        for _ in range(2):  # the second pass removes what rounding left
            for j, direction in zip(kept, base, strict=True):
                share = direction @ rest
                triangle[j, k] += share
                rest -= share * direction
        size = np.linalg.norm(rest)
        if size > 1e-9 * np.linalg.norm(column):
            triangle[k, k] = size
            base.append(rest / size)
            kept.append(k)
    shares = np.zeros(len(columns))
    for k, direction in zip(kept, base, strict=True):
        shares[k] = direction @ left
        left -= shares[k] * direction
    solution = np.zeros(len(columns))
    for k in reversed(kept):
        solution[k] = (shares[k] - triangle[k] @ solution) / triangle[k, k]
    return {"weights": solution[1:], "intercept": solution[0]}


def _unique(inputs: Inputs) -> bool:
    """Whether only one line fits best, and has weights that are not all zero."""
    windows = wide(inputs["inputs"])
    rank = np.linalg.matrix_rank(_design(windows))
    return bool(rank == windows.shape[1] + 1 and np.ptp(inputs["targets"]) > 0)


def _view_of_line(inputs: Inputs, outputs: Outputs) -> Outputs:
    """The line itself where it is unique; elsewhere its shape and the values it fits.

    Every least-squares solution fits the same values, however the weights share the work.
    """
    windows, unique = wide(inputs["inputs"]), _unique(inputs)
    weights, intercept = np.asarray(outputs["weights"]), np.asarray(outputs["intercept"])
    seen: Outputs = {
        "weights": weights if unique else weights * 0,
        "intercept": intercept if unique else intercept * 0,
    }
    if weights.shape == windows.shape[1:] and intercept.shape == ():
        seen["the fitted value at each window"] = windows @ weights + intercept
    return seen


def _solve(columns: np.ndarray, targets: np.ndarray) -> np.ndarray:
    solution: np.ndarray = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution


def _through_origin(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, float]:
    return _solve(inputs, targets), 0.0


def _mean_as_intercept(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, float]:
    mean = targets.mean()
    return _solve(inputs - inputs.mean(axis=0), targets - mean), mean


def _intercept_afterwards(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, float]:
    weights = _solve(inputs, targets)
    return weights, (targets - inputs @ weights).mean()


def _one_by_one(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, float]:
    centred = inputs - inputs.mean(axis=0)
    weights = centred.T @ (targets - targets.mean()) / (centred**2).sum(axis=0)
    return weights, float(targets.mean() - inputs.mean(axis=0) @ weights)


def _by_inverse(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, float]:
    columns = _design(inputs)
    solution = np.linalg.solve(columns.T @ columns, columns.T @ targets)
    return solution[:-1], solution[-1]


def _line_mistakes() -> tuple[Mistake, ...]:
    def known(id: str, hints: Hints, wrong: Callable[[np.ndarray, np.ndarray], Any]) -> Mistake:
        return mistake(id, hints, wrong, *_LINE)

    def changed(change: Callable[[np.ndarray, float], Any]) -> Callable[..., Any]:
        def wrong(inputs: np.ndarray, targets: np.ndarray) -> Any:
            solution = _solve(_design(inputs), targets)
            return change(solution[:-1], solution[-1])

        return wrong

    def ones_first(inputs: np.ndarray, targets: np.ndarray) -> Any:
        weights, intercept = changed(lambda w, b: (w, b))(inputs, targets)
        solution = np.concatenate([[intercept], weights])
        return solution[:-1], solution[-1]

    return (
        known(
            "no-intercept",
            (
                "Your line goes through the origin: the intercept is 0 and the weights make up "
                "for it as well as they can.",
                "Which unknowns does your least-squares problem have? There should be width + 1.",
                "Give the intercept a column of its own, full of ones, or centre inputs and "
                "targets before you fit.",
            ),
            _through_origin,
        ),
        known(
            "intercept-is-mean-target",
            (
                "The weights are right; the intercept is the mean of the targets.",
                "The mean of the targets would be right if every input had mean zero. Do yours?",
                "Take away from the mean target what the weights already give at the mean input.",
            ),
            _mean_as_intercept,
        ),
        known(
            "intercept-fitted-afterwards",
            (
                "The weights are those of a line through the origin; the intercept was added "
                "when they were already fixed.",
                "Look at the order: the weights are fitted before there is an intercept.",
                "Fit both at once, with a column of ones, or centre the inputs and the targets "
                "before you fit the weights.",
            ),
            _intercept_afterwards,
        ),
        known(
            "weights-reversed",
            (
                "The weights are right but stand in reverse order.",
                "weights[0] belongs to the oldest value of the window, inputs[:, 0].",
                "Keep the order of the columns; turn nothing round.",
            ),
            changed(lambda w, b: (w[::-1], b)),
        ),
        known(
            "intercept-kept-in-weights",
            (
                "There is one weight too many: the last one is the intercept.",
                "Look at the shape of your weights. The column of ones has a coefficient, too.",
                "Cut the coefficient of the column of ones off the weights before you return them.",
            ),
            changed(lambda w, b: (np.append(w, b), b)),
        ),
        known(
            "intercept-first-in-weights",
            (
                "There is one weight too many: the first one is the intercept.",
                "Look at the shape of your weights, and at where your column of ones stands.",
                "Cut the coefficient of the column of ones off the weights before you return them.",
            ),
            changed(lambda w, b: (np.append(b, w), b)),
        ),
        known(
            "solution-split-at-wrong-end",
            (
                "The right numbers, one place off: your first weight is the intercept, and your "
                "intercept is the last weight.",
                "Your column of ones stands first. Where does its coefficient stand?",
                "Split the solution at the end where the column of ones is.",
            ),
            ones_first,
        ),
        known(
            "results-swapped",
            (
                "The two results came in the wrong order: the intercept first.",
                "Look at your `return` line.",
                "Return the weights first, then the intercept.",
            ),
            changed(lambda w, b: (np.asarray(b), w)),
        ),
        known(
            "weights-as-column",
            (
                "The weights form a column, (width, 1).",
                "Look at the shape of the targets that you solve for: (N,) or (N, 1)?",
                "Solve for a flat vector of targets, or flatten the weights before you return "
                "them.",
            ),
            changed(lambda w, b: (w[:, None], b)),
        ),
        known(
            "one-weight-at-a-time",
            (
                "Each weight is the slope of a line through its own column alone.",
                "Neighbouring values of a window resemble each other, so their weights share the "
                "work. Where does your code let them know of each other?",
                "Solve for all weights together: one least-squares problem, not width of them.",
            ),
            _one_by_one,
        ),
        known(
            "fails-on-collinear-inputs",
            (
                "Right where the weights are unique, but it breaks down where they are not: with "
                "an input that never changes, or with fewer windows than weights.",
                "Which step needs a matrix that can be inverted?",
                "Use a routine that minimises the squared error directly, or a pseudo-inverse: "
                "both accept a singular matrix.",
            ),
            _by_inverse,
        ),
    )


FIT_AUTOREGRESSION = Oracle(
    cases=_fit_cases,
    expect=_line_by_svd,
    second=_line_by_projection,
    parts={"values": 0.6, "edges": 0.2, "collinear": 0.2},
    basic=("values",),
    mistakes=_line_mistakes(),
    view=_view_of_line,
)

# --- count_parameters ----------------------------------------------------------------------------

_COUNTS = ("dense", "recurrent")


def _count_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, steps: int, features: int, units: int) -> Case:
        return Case({"steps": steps, "features": features, "units": units}, part, about)

    steps, features, units = (int(n) for n in rng.permutation([5, 7, 11]))
    return [
        case("values", "a short sequence", steps, features, units),
        case("values", "one feature, as in the CO2 series", int(rng.integers(20, 60)), 1, 16),
        case("values", "a long sequence", int(rng.integers(150, 250)), 3, 24),
        case("edges", "one step", 1, 4, 6),
        case("edges", "one unit", 9, 2, 1),
        case("edges", "one of everything", 1, 1, 1),
        case("errors", "", 0, 3, 4),
        case("errors", "", -5, 3, 4),
        case("errors", "", 5, 3, 0),
        case("errors", "", 5, 3, -2),
    ]


def _count_by_formula(inputs: Inputs) -> Outputs | Raises:
    """A matrix and a bias; and a matrix for the input, one for the state, and a bias."""
    steps, features, units = inputs["steps"], inputs["features"], inputs["units"]
    for name, value in (("steps", steps), ("units", units)):
        if value < 1:
            return Raises(name, f"{name} = {value}")
    return {
        "dense": np.array((steps * features + 1) * units),
        "recurrent": np.array((features + units + 1) * units),
    }


def _count_by_drawing(inputs: Inputs) -> Outputs | Raises:
    """Draw every connection into every unit as an arrow, and count the arrows that differ."""
    steps, features, units = inputs["steps"], inputs["features"], inputs["units"]
    if min(steps, units) < 1:
        return Raises()
    arrows: set[tuple[Any, ...]] = set()
    shared: set[tuple[Any, ...]] = set()
    for step, unit in product(range(steps), range(units)):
        for feature in range(features):
            arrows.add(("x", step, feature, unit))
            shared.add(("x", feature, unit))
        shared.update(("h", other, unit) for other in range(units))
        arrows.add(("bias", unit))
        shared.add(("bias", unit))
    return {"dense": np.array(len(arrows)), "recurrent": np.array(len(shared))}


def _count_mistakes() -> tuple[Mistake, ...]:
    def known(id: str, hints: Hints, wrong: Callable[[int, int, int], Any]) -> Mistake:
        def function(steps: int, features: int, units: int) -> Any:
            if min(steps, units) < 1:
                raise ValueError("steps or units")
            return tuple(np.array(count) for count in wrong(steps, features, units))

        return mistake(id, hints, function, *_COUNTS)

    return (
        known(
            "no-biases",
            (
                "Both counts lack the biases.",
                "Compare with `layer.count_params()` of a Keras layer with one unit and one "
                "input: it has two parameters.",
                "Each layer has one bias per unit: add them to both counts.",
            ),
            lambda t, f, u: (t * f * u, f * u + u * u),
        ),
        known(
            "dense-without-bias",
            (
                "The recurrent count is right; the dense one lacks its biases.",
                "Look at the dense layer: y = x W + b. How long is b?",
                "Add one bias per unit to the dense count.",
            ),
            lambda t, f, u: (t * f * u, f * u + u * u + u),
        ),
        known(
            "recurrent-without-bias",
            (
                "The dense count is right; the recurrent one lacks its biases.",
                "Look at the recurrent layer: h' = tanh(x W_x + h W_h + b). How long is b?",
                "Add one bias per unit to the recurrent count.",
            ),
            lambda t, f, u: (t * f * u + u, f * u + u * u),
        ),
        known(
            "no-recurrent-kernel",
            (
                "The recurrent count lacks the matrix that feeds the state back.",
                "h' = tanh(x W_x + h W_h + b) has two matrices. Which one is missing?",
                "Add the numbers in W_h: every unit is fed by every unit.",
            ),
            lambda t, f, u: (t * f * u + u, f * u + u),
        ),
        known(
            "state-feeds-itself-only",
            (
                "In your recurrent count each unit is fed back to itself alone.",
                "What is the shape of W_h, when h and h' both have one number per unit?",
                "W_h joins every unit with every unit: it is a square matrix, not a vector.",
            ),
            lambda t, f, u: (t * f * u + u, f * u + u + u),
        ),
        known(
            "recurrent-times-steps",
            (
                "Your recurrent count grows with the number of steps.",
                "How many different matrices W_x does a recurrent layer have, and who uses them?",
                "All steps share one set of weights: the count does not depend on steps.",
            ),
            lambda t, f, u: (t * f * u + u, t * (f * u + u * u + u)),
        ),
        known(
            "dense-on-one-step",
            (
                "Your dense layer reads one step only.",
                "The whole sequence is flattened first. How long is the flat vector?",
                "Let the dense layer have one weight per step, feature and unit.",
            ),
            lambda t, f, u: (f * u + u, f * u + u * u + u),
        ),
        known(
            "dense-bias-per-step",
            (
                "Your dense layer has a bias for every step.",
                "There is one dense layer on the flat sequence, not one layer per step.",
                "Count the biases once: one per unit.",
            ),
            lambda t, f, u: (t * (f * u + u), f * u + u * u + u),
        ),
        known(
            "features-forgotten",
            (
                "Your dense count is that of one feature per step.",
                "Flattening (steps, features) gives a vector of which length?",
                "Multiply by the number of features, too.",
            ),
            lambda t, f, u: (t * u + u, f * u + u * u + u),
        ),
        known(
            "one-bias-per-layer",
            (
                "Each layer has a single bias in your counts.",
                "b is a vector: how many numbers does it hold?",
                "Count one bias for each unit.",
            ),
            lambda t, f, u: (t * f * u + 1, f * u + u * u + 1),
        ),
        known(
            "steps-and-features-added",
            (
                "Your flat sequence has steps + features numbers.",
                "Write down the flattened sequence for 2 steps with 3 features each.",
                "Every step holds all its features: multiply the two.",
            ),
            lambda t, f, u: ((t + f) * u + u, f * u + u * u + u),
        ),
        known(
            "input-kernel-forgotten",
            (
                "The recurrent count lacks the matrix that reads the input.",
                "h' = tanh(x W_x + h W_h + b) has two matrices. Which one is missing?",
                "Add the numbers in W_x: every feature feeds every unit.",
            ),
            lambda t, f, u: (t * f * u + u, u * u + u),
        ),
        known(
            "two-biases",
            (
                "Your recurrent layer has two biases per unit.",
                "h' = tanh(x W_x + h W_h + b) has one b. (PyTorch keeps two, Keras one.)",
                "Count one bias per unit.",
            ),
            lambda t, f, u: (t * f * u + u, f * u + u * u + 2 * u),
        ),
        known(
            "counts-swapped",
            (
                "The two counts came in the wrong order.",
                "Look at your `return` line.",
                "Return the dense count first, then the recurrent one.",
            ),
            lambda t, f, u: (f * u + u * u + u, t * f * u + u),
        ),
        _only_right(
            "only-dense-wrong",
            _count_by_formula,
            "recurrent",
            (
                "The recurrent count is right; the dense one is not.",
                "Draw the dense layer for 2 steps with 1 feature and 1 unit, and count its arrows.",
                "Each unit has one weight for every number of the flat sequence, and one bias.",
            ),
        ),
        _only_right(
            "only-recurrent-wrong",
            _count_by_formula,
            "dense",
            (
                "The dense count is right; the recurrent one is not.",
                "Write down the shapes of W_x, W_h and b, and add up their sizes.",
                "Each unit has one weight for every feature, one for every unit, and one bias.",
            ),
        ),
        _accepts(
            "no-steps-accepted",
            _count_by_formula,
            {"steps"},
            (
                "Steps below 1 give a count instead of an error.",
                "Look at what your code does with steps = 0.",
                "Test `steps` first, and raise a ValueError that names it.",
            ),
        ),
        _accepts(
            "no-units-accepted",
            _count_by_formula,
            {"units"},
            (
                "Units below 1 give a count instead of an error.",
                "Look at what your code does with units = 0.",
                "Test `units` first, and raise a ValueError that names it.",
            ),
        ),
        _accepts(
            "no-error-at-all",
            _count_by_formula,
            {"steps", "units"},
            (
                "Neither steps nor units below 1 are refused.",
                "Read the `Raises` part of the stub again.",
                "Begin with two tests; each raises a ValueError that names the argument.",
            ),
        ),
    )


COUNT_PARAMETERS = Oracle(
    cases=_count_cases,
    expect=_count_by_formula,
    second=_count_by_drawing,
    parts={"values": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("values",),
    mistakes=_count_mistakes(),
)

# --- window_mlp ----------------------------------------------------------------------------------

#: A trained network must have at most this share of the naive forecast's error.
MARGIN = 0.7
_WIDTH, _HORIZON, _STRETCHES = 12, 2, 60


def _task(seed: int) -> dict[str, np.ndarray]:
    """A yearly cycle in monthly values, like that of CO2, cut into training and test windows.

    Measured over 40 seeds, 400 steps of Adam at 0.05, 16 units: with eight of Keras's ways to draw
    the first weights the network has at most 0.26 of the naive forecast's error, with a normal of
    standard deviation 1 at most 0.36, with all weights 1 at most 0.61. One that cannot learn,
    starting at zero, has 0.88 to 1.00.

    Args:
        seed: draws the amplitude, the phase and the noise.

    Returns:
        `train` (N, 12) and `train_targets` (N,), two months ahead, `test` (60, 12) and `labels`
        (60,); standardised by the training part. No label stands in any test window.
    """
    rng = np.random.default_rng(seed)
    length, block = 180, _WIDTH + _HORIZON
    month = np.arange(length + _STRETCHES * block)
    size, phase, second = rng.uniform(2.5, 3.5), rng.uniform(0, 2 * np.pi), rng.uniform(0, 6)
    cycle = np.sin(2 * np.pi * month / 12 + phase) + 0.25 * np.sin(np.pi * month / 3 + second)
    series = 340 + size * cycle + rng.normal(0, 0.3, month.size)
    series = (series - series[:length].mean()) / series[:length].std()
    windows = np.lib.stride_tricks.sliding_window_view(series[:length], block)
    stretches = series[length:].reshape(_STRETCHES, block)
    return {
        "train": windows[:, :_WIDTH].astype(np.float32),
        "train_targets": windows[:, -1].astype(np.float32),
        "test": stretches[:, :_WIDTH].astype(np.float32),
        "labels": stretches[:, -1],
    }


def _mlp_cases(rng: np.random.Generator) -> list[Case]:
    def look(part: str, about: str, width: int, units: int, batch: int) -> Case:
        weights = [
            rng.normal(size=shape).astype(np.float32)
            for shape in ((width, units), (units,), (units, 1), (1,))
        ]
        x = (4 * rng.normal(size=(batch, width))).astype(np.float32)
        if units == 1:  # of two equal shapes no one can tell which is which
            weights[3] = weights[1].copy()
        if batch == 1:  # one sum of mixed signs may cancel, and then float32 has few digits left
            weights, x = [abs(each) for each in weights], abs(x)
        inputs: Inputs = {"width": width, "units": units, "_weights": weights, "x": x}
        return Case(inputs, part, about, slack=10.0)

    def impossible(width: int, units: int) -> Case:
        return Case({"width": width, "units": units}, "errors")

    seed = int(rng.integers(2**31))
    task = _task(seed)
    learn: Inputs = {
        "width": _WIDTH,
        "units": 16,
        "_train_inputs": task["train"],
        "_train_targets": task["train_targets"],
        "_test_inputs": task["test"],
        "_task": seed,
        "_seed": int(rng.integers(2**31)),
        "_steps": 400,
        "_rate": 0.05,
    }
    return [
        look("network", "a window of 6 values, 5 units", 6, 5, 7),
        look("network", "a window of 3 values, 9 units", 3, 9, 4),
        look("edges", "one unit, one window", 4, 1, 1),
        look("edges", "a window of one value", 1, 3, 5),
        Case(learn, "learns", "400 steps of Adam on a yearly cycle"),
        impossible(0, 4),
        impossible(-3, 4),
        impossible(5, 0),
        impossible(5, -1),
    ]


_NEW = {"the new model": "built", "the model's training setup": "uncompiled"}


def _shapes(*shapes: tuple[int, ...]) -> str:
    return ", ".join(map(str, shapes))


def _mlp_problem(inputs: Inputs) -> Raises | None:
    for name in ("width", "units"):
        if inputs[name] < 1:
            return Raises(name, f"{name} = {inputs[name]}")
    return None


def _mlp_in_numpy(inputs: Inputs) -> Outputs | Raises:
    """One hidden layer: max(x W + b, 0) V + c. Where it is trained: the labels themselves."""
    problem = _mlp_problem(inputs)
    if problem is not None:
        return problem
    if "_task" in inputs:
        return {"forecasts": _task(inputs["_task"])["labels"]}
    return _network(inputs, lambda z: np.maximum(z, 0))


def _mlp_in_keras(inputs: Inputs) -> Outputs | Raises:
    """The same from Keras operations; where it is trained: a line through the windows."""
    if min(inputs["width"], inputs["units"]) < 1:
        return Raises()
    if "_task" in inputs:
        line = _line_by_svd(
            {"inputs": inputs["_train_inputs"], "targets": inputs["_train_targets"]}
        )
        return {"forecasts": inputs["_test_inputs"] @ line["weights"] + line["intercept"]}
    from keras import ops

    first, bias, second, last = inputs["_weights"]
    hidden = ops.relu(ops.matmul(inputs["x"], first) + bias)
    output = ops.convert_to_numpy(ops.matmul(hidden, second) + last)
    shapes = _shapes(*(each.shape for each in inputs["_weights"]))
    return {**_NEW, "the weights' shapes": shapes, "the output": output}


def _network(
    inputs: Inputs,
    activation: Callable[[np.ndarray], np.ndarray],
    last: Callable[[np.ndarray], np.ndarray] = lambda z: z,
) -> Outputs:
    first, bias, second, end = (wide(each) for each in inputs["_weights"])
    hidden = activation(wide(inputs["x"]) @ first + bias)
    shapes = _shapes(*(each.shape for each in inputs["_weights"]))
    return {**_NEW, "the weights' shapes": shapes, "the output": last(hidden @ second + end)}


def _view_of_network(inputs: Inputs, outputs: Outputs) -> Outputs:
    """The forecasts' error against the naive one, in words; all else as it is."""
    if "forecasts" not in outputs:
        return outputs
    forecasts, task = np.asarray(outputs["forecasts"], float), _task(inputs["_task"])
    labels = task["labels"]
    if forecasts.shape != labels.shape:
        words = f"unknown: it gives {forecasts.size} numbers for {labels.size} windows"
        return {"the trained network's error": words}
    naive = np.sqrt(np.mean((task["test"][:, -1] - labels) ** 2))
    error = np.sqrt(np.mean((forecasts - labels) ** 2))
    words = "below" if error < MARGIN * naive else "above"
    return {"the trained network's error": f"{words} {MARGIN} times that of the naive forecast"}


def _mlp_mistakes() -> tuple[Mistake, ...]:
    def known(
        id: str, hints: Hints, wrong: Callable[[Inputs], Outputs], learns: str = "any"
    ) -> Mistake:
        def expect(inputs: Inputs) -> Outputs | Raises | None:
            if min(inputs["width"], inputs["units"]) < 1:
                return None
            if "_task" not in inputs:
                return wrong(inputs)
            if learns == "no":
                return {"forecasts": np.zeros(_STRETCHES)}
            return {}

        return Mistake(id, hints, expect)

    def shaped(
        shapes: Callable[[int, int], tuple[tuple[int, ...], ...]],
    ) -> Callable[[Inputs], Outputs]:
        return lambda inputs: {
            **_NEW,
            "the weights' shapes": _shapes(*shapes(inputs["width"], inputs["units"])),
        }

    def active(activation: Callable[[np.ndarray], np.ndarray]) -> Callable[[Inputs], Outputs]:
        return lambda inputs: _network(inputs, activation)

    def right_but(**words: str) -> Callable[[Inputs], Outputs]:
        new = {name.replace("_", " "): value for name, value in words.items()}
        return lambda inputs: {
            **_network(inputs, lambda z: np.maximum(z, 0)),
            **{("the model's training setup" if k == "setup" else k): v for k, v in new.items()},
        }

    return (
        known(
            "no-activation",
            (
                "Your network is a straight line: the hidden layer has no activation.",
                "Look at the arguments of the hidden layer. Without an activation two layers are "
                "worth no more than one.",
                "Give the hidden layer the ReLU.",
            ),
            active(lambda z: z),
        ),
        known(
            "tanh-instead-of-relu",
            (
                "The hidden layer uses tanh.",
                "Look at the hidden layer's activation.",
                "The exercise asks for the ReLU: negative becomes 0, positive stays as it is.",
            ),
            active(np.tanh),
        ),
        known(
            "sigmoid-instead-of-relu",
            (
                "The hidden layer uses the sigmoid.",
                "Look at the hidden layer's activation.",
                "The exercise asks for the ReLU: negative becomes 0, positive stays as it is.",
            ),
            active(lambda z: 1 / (1 + np.exp(-z))),
        ),
        known(
            "relu-on-the-output-too",
            (
                "The output is never negative: there is a ReLU on it, too.",
                "A forecast of standardised values may lie below zero. Look at the last layer.",
                "Leave the last layer linear.",
            ),
            lambda inputs: _network(inputs, lambda z: np.maximum(z, 0), lambda z: np.maximum(z, 0)),
        ),
        known(
            "relu-on-the-output-only",
            (
                "The ReLU stands on the output; the hidden layer has none.",
                "Look at which of the two layers has the activation.",
                "Move the ReLU to the hidden layer, and leave the last layer linear.",
            ),
            lambda inputs: _network(inputs, lambda z: z, lambda z: np.maximum(z, 0)),
        ),
        known(
            "two-hidden-layers",
            (
                "There is one hidden layer too many.",
                "Count the layers between the window and the one number that comes out.",
                "Keep one hidden layer and the output layer.",
            ),
            shaped(lambda w, u: ((w, u), (u,), (u, u), (u,), (u, 1), (1,))),
        ),
        known(
            "no-hidden-layer",
            (
                "There is no hidden layer: one dense layer leads from the window to the output.",
                "Find the place where `units` is used.",
                "Put a hidden layer with that many units before the output layer.",
            ),
            shaped(lambda w, u: ((w, 1), (1,))),
        ),
        known(
            "no-output-layer",
            (
                "The hidden layer is the last one: the network gives one number per unit.",
                "Compare the shape of the output with the stub: (B, 1).",
                "Add an output layer with a single unit.",
            ),
            shaped(lambda w, u: ((w, u), (u,))),
        ),
        known(
            "width-for-units",
            (
                "The hidden layer has as many units as the window has values.",
                "Look at the number you give to the hidden layer.",
                "The hidden layer has `units` units; `width` is the size of the input.",
            ),
            shaped(lambda w, u: ((w, w), (w,), (w, 1), (1,))),
        ),
        known(
            "window-as-sequence",
            (
                "The layers run over each value of the window on its own: the first weight matrix "
                "has one row.",
                "Look at the shape of your input: (width,) or (width, 1)?",
                "Give the network the window as one vector of width numbers.",
            ),
            shaped(lambda w, u: ((1, u), (u,), (u, 1), (1,))),
        ),
        known(
            "no-biases",
            (
                "The layers have no biases.",
                "Count the weight arrays of your network: there should be four.",
                "Leave the biases on, as they are by default.",
            ),
            shaped(lambda w, u: ((w, u), (u, 1))),
        ),
        known(
            "compiled",
            (
                "Your network is compiled already.",
                "Look for a call of `compile`.",
                "Return the network uncompiled: whoever trains it chooses loss and optimiser.",
            ),
            right_but(setup="compiled"),
        ),
        known(
            "not-built",
            (
                "Your network has no weights yet: it does not know how wide its window is.",
                "Find the place where `width` is used.",
                "Begin with an input of that shape, or build the network before you return it.",
            ),
            right_but(the_new_model="not built"),
        ),
        known(
            "output-squeezed",
            (
                "The output has shape (B,), not (B, 1).",
                "Look at what follows the output layer.",
                "Leave the output as it comes from a layer with one unit.",
            ),
            lambda inputs: {
                **(seen := _network(inputs, lambda z: np.maximum(z, 0))),
                "the output": seen["the output"][:, 0],
            },
        ),
        known(
            "starts-at-zero",
            (
                "With given weights the network is right, but it cannot learn: training leaves "
                "its forecasts far from the targets.",
                "Look at how the weights begin, and whether they may change.",
                "With all weights at zero no unit is active and no gradient flows; weights that "
                "are not trainable stay as they are. Leave both to Keras's defaults.",
            ),
            lambda inputs: _network(inputs, lambda z: np.maximum(z, 0)),
            learns="no",
        ),
        known(
            "only-function-wrong",
            (
                "All weights have the right shapes, but with given weights the output is not that "
                "of a hidden layer with the ReLU and a linear output.",
                "Look at what your network does between and after its two dense layers.",
                "Put the plain ReLU after the hidden layer, and nothing else anywhere.",
            ),
            lambda inputs: {
                **_NEW,
                "the weights' shapes": _shapes(*(each.shape for each in inputs["_weights"])),
            },
        ),
        _accepts(
            "width-below-one-accepted",
            _mlp_in_numpy,
            {"width"},
            (
                "A width below 1 is accepted.",
                "Keras builds a layer with no input without a word.",
                "Test `width` first, and raise a ValueError that names it.",
            ),
        ),
        _accepts(
            "units-below-one-accepted",
            _mlp_in_numpy,
            {"units"},
            (
                "Units below 1 are accepted.",
                "Look at what your code does with units = 0.",
                "Test `units` first, and raise a ValueError that names it.",
            ),
        ),
        _accepts(
            "no-error-at-all",
            _mlp_in_numpy,
            {"width", "units"},
            (
                "Neither a width nor units below 1 are refused.",
                "Read the `Raises` part of the stub again.",
                "Begin with two tests; each raises a ValueError that names the argument.",
            ),
        ),
    )


WINDOW_MLP = Oracle(
    cases=_mlp_cases,
    expect=_mlp_in_numpy,
    second=_mlp_in_keras,
    parts={"network": 0.5, "learns": 0.25, "edges": 0.1, "errors": 0.15},
    basic=("network",),
    mistakes=_mlp_mistakes(),
    view=_view_of_network,
)

ORACLES: dict[str, Oracle] = {
    "make_windows": MAKE_WINDOWS,
    "seasonal_naive": SEASONAL_NAIVE,
    "fit_autoregression": FIT_AUTOREGRESSION,
    "count_parameters": COUNT_PARAMETERS,
    "window_mlp": WINDOW_MLP,
}
