"""Chapter 12, teacher forcing: cases, two references for each exercise, and the known mistakes.

`shift_right`: the definition, index by index, beside a delay matrix. `free_run` and
`warm_up_and_forecast`: the loop beside the same network with its output folded into its recurrent
weights, which then needs no input. `scheduled_inputs`: uniform numbers beside binomial ones, by
the statistics of the mixture. `horizon_error`: a loop beside a norm.

Sources: R. J. Williams and D. Zipser, "A learning algorithm for continually running fully recurrent
neural networks", Neural Computation 1 (1989); S. Bengio et al., "Scheduled sampling for sequence
prediction with recurrent neural networks" (2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.oracles.bank import as_expectation, mistake, wide

__all__ = ["ORACLES"]

Array = np.ndarray
Expect = Callable[[Inputs], Outputs | Raises]


def _unless_impossible(problem: Callable[[Inputs], Raises | None], expect: Expect) -> Expect:
    """`expect`, but the error where an argument is impossible."""
    return lambda inputs: problem(inputs) or expect(inputs)


def _accepts(id: str, hints: Hints, expect: Expect, names: Iterable[str] = ()) -> Mistake:
    """The mistake of returning something where an argument (one of these, or any) is impossible."""
    wanted = set(names)

    def wrong(inputs: Inputs) -> Outputs | Raises | None:
        truth = expect(inputs)
        if not isinstance(truth, Raises):
            return None
        return truth if wanted and truth.argument not in wanted else {}

    return Mistake(id, hints, wrong)


# --- shift_right ---------------------------------------------------------------------------------

_FED = "the inputs"


def _shift_inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    return {
        "targets": (scale * rng.normal(size=(batch, steps, features))).astype(dtype),
        "start": (scale * rng.normal(size=features)).astype(dtype),
    }


def _shift_cases(rng: np.random.Generator) -> list[Case]:
    at_zero, alone = _shift_inputs(rng, 2, 4, 3), _shift_inputs(rng, 3, 4, 2)
    at_zero["start"] = np.zeros_like(at_zero["start"])
    alone["targets"] = np.zeros_like(alone["targets"])
    return [
        Case(at_zero, "targets", isolates="the targets"),
        Case(alone, "start", isolates="the start"),
        Case(_shift_inputs(rng, 3, 5, 2), "targets", "three sequences of five steps"),
        Case(_shift_inputs(rng, 2, 3, 4, "float64"), "start", "float64"),
        Case(_shift_inputs(rng, 4, 4, 4), "start", "B = T = F"),
        Case(_shift_inputs(rng, 1, 6, 1), "edges", "one sequence of one feature"),
        Case(_shift_inputs(rng, 3, 1, 2), "edges", "T = 1: the start alone"),
        Case(_shift_inputs(rng, 2, 0, 3), "edges", "T = 0: no step at all"),
        Case(_shift_inputs(rng, 2, 4, 3, scale=1e6), "edges", "large numbers"),
        Case(_shift_inputs(rng, 2, 4, 3, "float64", 1e-9), "edges", "tiny numbers"),
    ]


def _shifted(targets: Array, start: Array) -> Array:
    fed = np.zeros_like(targets)
    for b in range(targets.shape[0]):
        for t in range(targets.shape[1]):
            fed[b, t] = targets[b, t - 1] if t else start
    return fed


def _delayed(targets: Array, start: Array) -> Array:
    """By the matrix of the delay, z⁻¹: ones below the diagonal; the start enters at step 0."""
    steps = targets.shape[1]
    first = np.arange(steps) == 0
    late = np.einsum("ts,bsf->btf", np.eye(steps, k=-1), targets)
    return np.asarray(late + first[:, None] * start)


def _rolled(targets: Array, start: Array, axis: int = 1) -> Array:
    fed = np.roll(targets, 1, axis=axis)
    first: list[Any] = [slice(None)] * 3
    first[axis] = slice(0, 1)
    shape = [1, 1, len(start)]
    fed[tuple(first)] = start.reshape(shape)
    return fed


def _prefixed(targets: Array, start: Array) -> Array:
    begin = np.broadcast_to(start, (len(targets), 1, len(start)))
    return np.concatenate([begin, targets], axis=1)


def _seen_ahead(targets: Array, start: Array) -> Array:
    begin = np.broadcast_to(start, (len(targets), 1, len(start)))
    return np.concatenate([targets[:, 1:], begin], axis=1)


def _only_first_row(targets: Array, start: Array) -> Array:
    fed = _shifted(targets, 0 * start)
    if fed.shape[1]:
        fed[0, 0] = start
    return fed


SHIFT_RIGHT = Oracle(
    cases=_shift_cases,
    expect=as_expectation(_shifted, _FED),
    second=as_expectation(_delayed, _FED),
    parts={"targets": 0.4, "start": 0.4, "edges": 0.2},
    basic=("targets", "start"),
    mistakes=(
        mistake(
            "not-shifted",
            (
                "Your inputs equal the targets: at each step the network is shown the very value "
                "that it is to predict.",
                "What stands at step t of the result, and what is the target of step t?",
                "Move everything one step later, so that step t is fed what came before it.",
            ),
            lambda targets, start: targets,
            _FED,
        ),
        mistake(
            "shifted-left",
            (
                "Your inputs are shifted the wrong way: each step is fed the target of the step "
                "after it.",
                "Compare step 0 of the result with the start and with the targets.",
                "Put the start in front and let the last target fall out.",
            ),
            _seen_ahead,
            _FED,
        ),
        mistake(
            "wraps-round",
            (
                "The first input of each sequence is its own last target: the future comes round "
                "to the beginning.",
                "What does np.roll put in the place that becomes free?",
                "Write the start into step 0.",
            ),
            lambda targets, start: np.roll(targets, 1, axis=1),
            _FED,
        ),
        mistake(
            "start-is-zero",
            (
                "Your first input is zero, whatever the start is.",
                "Where does start stand in your code?",
                "Put the start into step 0 of every sequence.",
            ),
            lambda targets, start: _shifted(targets, 0 * start),
            _FED,
        ),
        mistake(
            "start-in-one-sequence",
            (
                "Only the first sequence begins with the start; the others begin with zero.",
                "How many sequences are there in a batch?",
                "Repeat the start once for each sequence.",
            ),
            _only_first_row,
            _FED,
        ),
        mistake(
            "one-too-many",
            (
                "Your inputs have one step more than the targets.",
                "After the start is put in front there are T + 1 steps. Which one has no target?",
                "Leave the last target out: nothing comes after it.",
            ),
            _prefixed,
            _FED,
        ),
        mistake(
            "one-too-few",
            (
                "Your inputs have one step less than the targets.",
                "Which input belongs to the first target?",
                "Put the start in front of all targets but the last.",
            ),
            lambda targets, start: targets[:, :-1],
            _FED,
        ),
        mistake(
            "shifted-twice",
            (
                "Your inputs are two steps late.",
                "Count how often the targets are moved.",
                "Move them by one step, once.",
            ),
            lambda targets, start: _shifted(_shifted(targets, start), start),
            _FED,
        ),
        mistake(
            "sequences-shifted",
            (
                "Your inputs are moved along the batch: each sequence is fed the one before it.",
                "Which axis is time, and along which one do you shift?",
                "Shift along axis 1, the steps.",
            ),
            lambda targets, start: _rolled(targets, start, axis=0),
            _FED,
        ),
        mistake(
            "start-added",
            (
                "The start is added to every step, and should stand at step 0 alone.",
                "Look at how the start and the shifted targets are put together.",
                "Set step 0 to the start and leave the other steps as they are.",
            ),
            lambda targets, start: _shifted(targets, 0 * start) + start,
            _FED,
        ),
        mistake(
            "no-empty-sequence",
            (
                "With no step at all your result still has one.",
                "What is left of the targets when T = 0, and what do you put in front of it?",
                "Let the result have as many steps as the targets, whatever their number is.",
            ),
            lambda targets, start: _prefixed(targets[:, :-1], start),
            _FED,
        ),
    ),
)


# --- free_run and warm_up_and_forecast -----------------------------------------------------------

_OUTPUTS, _CALLS = "the outputs", "the number of calls of step"
Step = Callable[[Array, Any], tuple[Array, Any]]
Run = Callable[[Step, Any, Array, int], Array]


def _draw_step(
    rng: np.random.Generator,
    features: int,
    units: int,
    dtype: str,
    linear: bool,
    as_list: bool,
) -> Inputs:
    """A step that neither dies out nor grows, free or forced: no spectral radius is above 1."""
    W_x, W_y = rng.normal(size=(features, units)), rng.normal(size=(units, features))
    W_h = rng.normal(size=(units, units))
    radii = [np.abs(np.linalg.eigvals(W)).max() for W in (W_h + W_y @ W_x, W_h)]
    size = (1.0 if linear else 1.4) / max(radii)
    W_x, W_h = size * W_x, size * W_h
    weights = {"W_x": W_x, "W_h": W_h, "b": 0.5 * rng.normal(size=units), "W_y": W_y}
    weights["b_y"] = 0.5 * rng.normal(size=features)
    if as_list:
        weights["W_y"] = 0.5 * W_y  # the output reads the state and its mean
    given = {f"_{name}": value.astype(dtype) for name, value in weights.items()}
    return {**given, "_linear": linear, "_list": as_list}


def _run_inputs(
    rng: np.random.Generator,
    batch: int,
    begin: int | None,
    features: int,
    units: int,
    steps: int,
    dtype: str = "float32",
    linear: bool = False,
    as_list: bool = False,
) -> Inputs:
    """Inputs of free_run, or of warm_up_and_forecast where `begin` says how long the history is."""

    def draw(*shape: int) -> Array:
        return rng.normal(size=shape).astype(dtype)

    state = draw(batch, units)
    given = (
        {"first": draw(batch, features)}
        if begin is None
        else {"history": draw(batch, begin, features)}
    )
    return {
        "state": [state, draw(batch, units)] if as_list else state,
        **given,
        "steps": steps,
        **_draw_step(rng, features, units, dtype, linear, as_list),
    }


def _step_of(inputs: Inputs) -> Step:
    """The step that the probe passes in, in float64."""
    W_x, W_h, b, W_y, b_y = (wide(inputs[f"_{k}"]) for k in ("W_x", "W_h", "b", "W_y", "b_y"))

    def step(x: Array, state: Any) -> tuple[Array, Any]:
        h, mean = state if inputs["_list"] else (state, 0.0)
        if x.ndim != 2:
            raise ValueError("step(x, state) was called with x of the wrong shape")
        z = x @ W_x + h @ W_h + b
        h = z if inputs["_linear"] else np.tanh(z)
        if not inputs["_list"]:
            return h @ W_y + b_y, h
        mean = 0.5 * mean + 0.5 * h
        return (h + mean) @ W_y + b_y, [h, mean]

    return step


def _state_of(inputs: Inputs) -> Any:
    state = inputs["state"]
    return [wide(each) for each in state] if inputs["_list"] else wide(state)


def _begin_of(inputs: Inputs) -> Array:
    return np.asarray(wide(inputs["first"] if "first" in inputs else inputs["history"]))


def _run_problem(inputs: Inputs) -> Raises | None:
    if inputs["steps"] < 1:
        return Raises("steps", f"steps = {inputs['steps']}")
    if "history" in inputs and inputs["history"].shape[1] < 1:
        return Raises("history", "a history of no steps")
    return None


def _running(run: Run, guarded: bool = True) -> Expect:
    """What a function gives that runs a step; it may raise.

    Args:
        run: `run(step, state, first or history, steps)`.
        guarded: with the ValueErrors that are asked for.
    """

    def expect(inputs: Inputs) -> Outputs | Raises:
        problem = _run_problem(inputs)
        if guarded and problem is not None:
            return problem
        calls = 0
        given = _step_of(inputs)

        def step(x: Array, state: Any) -> tuple[Array, Any]:
            nonlocal calls
            calls += 1
            return given(x, state)

        try:
            value = run(step, _state_of(inputs), _begin_of(inputs), inputs["steps"])
        except Exception as error:  # noqa: BLE001 - a wrong function may fail in any way
            return Raises(kind="Exception", problem=str(error))
        return {_OUTPUTS: value, _CALLS: calls}

    return expect


def _wrong_run(id: str, hints: Hints, run: Run) -> Mistake:
    return Mistake(id, hints, _running(run))


def _free(step: Step, state: Any, first: Array, steps: int) -> Array:
    outputs = []
    x = first
    for _ in range(steps):
        x, state = step(x, state)
        outputs.append(x)
    return np.stack(outputs, axis=1)


def _forced(step: Step, state: Any, history: Array) -> tuple[list[Array], Any]:
    """The outputs of the forced steps, and the state after them."""
    outputs = []
    for x in history.swapaxes(0, 1):
        y, state = step(x, state)
        outputs.append(y)
    return outputs, state


def _warm(step: Step, state: Any, history: Array, steps: int) -> Array:
    forced, state = _forced(step, state, history)
    first = forced[-1]
    if steps == 1:
        return first[:, None]
    return np.concatenate([first[:, None], _free(step, state, first, steps - 1)], axis=1)


def _folded(inputs: Inputs) -> Outputs | Raises | None:
    """The free run without any input: y is a function of the state, so W_y W_x joins W_h."""
    problem = _run_problem(inputs)
    if problem is not None:
        return problem
    W_x, W_h, b, W_y, b_y = (wide(inputs[f"_{k}"]) for k in ("W_x", "W_h", "b", "W_y", "b_y"))
    h, mean = _state_of(inputs) if inputs["_list"] else (_state_of(inputs), 0.0)
    squash = (lambda z: z) if inputs["_linear"] else np.tanh
    begin = _begin_of(inputs)
    driven = np.tensordot(begin, W_x, axes=1) + b  # (B, U) or (B, T, U)
    for drive in [driven] if begin.ndim == 2 else list(np.moveaxis(driven, 1, 0)):
        h = squash(drive + h @ W_h)
        mean = 0.5 * (mean + h) if inputs["_list"] else 0.0
    seen = [h + mean]
    loop, offset = W_y @ W_x, b + b_y @ W_x
    for _ in range(inputs["steps"] - 1):
        h = squash((h + mean) @ loop + h @ W_h + offset)
        mean = 0.5 * (mean + h) if inputs["_list"] else 0.0
        seen.append(h + mean)
    return {_OUTPUTS: np.einsum("tbu,uf->btf", np.array(seen), W_y) + b_y}


def _free_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, *sizes: Any, **how: Any) -> Case:
        return Case(_run_inputs(rng, *sizes, **how), part, about, slack=3.0)

    return [
        case("first", "one step", 3, None, 2, 4, 1),
        case("feedback", "two steps", 2, None, 3, 5, 2),
        case("feedback", "five steps", 3, None, 2, 4, 5),
        case("feedback", "five steps, a list of two states", 2, None, 3, 4, 5, as_list=True),
        case("feedback", "a linear step, float64", 2, None, 3, 5, 4, "float64", linear=True),
        case("feedback", "B = F = U = steps", 4, None, 4, 4, 4, "float64"),
        case("edges", "one sequence, one feature", 1, None, 1, 3, 6),
        case("edges", "one unit", 2, None, 3, 1, 4),
        case("edges", "fifty steps, float64", 1, None, 2, 3, 50, "float64", linear=True),
        case("errors", "", 2, None, 3, 4, 0),
        case("errors", "", 2, None, 3, 4, -2),
    ]


def _free_first_kept(step: Step, state: Any, first: Array, steps: int) -> Array:
    outputs = _free(step, state, first, steps)
    return np.concatenate([first[:, None], outputs[:, :-1]], axis=1)


def _free_first_added(step: Step, state: Any, first: Array, steps: int) -> Array:
    return np.concatenate([first[:, None], _free(step, state, first, steps)], axis=1)


def _free_first_fed(step: Step, state: Any, first: Array, steps: int) -> Array:
    outputs = []
    for _ in range(steps):
        y, state = step(first, state)
        outputs.append(y)
    return np.stack(outputs, axis=1)


def _free_state_kept(step: Step, state: Any, first: Array, steps: int) -> Array:
    return _free(lambda x, _: step(x, state), state, first, steps)


def _free_changes(step: Step, state: Any, first: Array, steps: int) -> Array:
    outputs = []
    x = first
    for _ in range(steps):
        y, state = step(x, state)
        x = x + y
        outputs.append(x)
    return np.stack(outputs, axis=1)


def _free_change_fed(step: Step, state: Any, first: Array, steps: int) -> Array:
    outputs = []
    x = first
    for _ in range(steps):
        y, state = step(x, state)
        outputs.append(y)
        x = x + y
    return np.stack(outputs, axis=1)


def _hidden_of(state: Any) -> Array:
    return np.asarray(state[0] if isinstance(state, list) else state)


def _free_states(step: Step, state: Any, first: Array, steps: int) -> Array:
    outputs = []
    x = first
    for _ in range(steps):
        x, state = step(x, state)
        outputs.append(_hidden_of(state))
    return np.stack(outputs, axis=1)


def _last_everywhere(outputs: Array) -> Array:
    return np.repeat(outputs[:, -1:], outputs.shape[1], axis=1)


def _no_list(run: Run) -> Run:
    """A function that makes one array of the state, and so fails where it is a list of two."""

    def wrong(step: Step, state: Any, begin: Array, steps: int) -> Array:
        if isinstance(state, list):
            raise ValueError("step(x, state) needs the state as it came, a list of two arrays")
        return run(step, state, begin, steps)

    return wrong


_STEPS_HINTS: Hints = (
    "A forecast of no steps is accepted: there is nothing to return.",
    "Read the `Raises` part of the stub.",
    "Raise a ValueError that names steps and says what came.",
)

_FREE_EXPECT = _running(_free)

FREE_RUN = Oracle(
    cases=_free_cases,
    expect=_FREE_EXPECT,
    second=_folded,
    parts={"first": 0.2, "feedback": 0.5, "edges": 0.15, "errors": 0.15},
    basic=("first", "feedback"),
    mistakes=(
        _wrong_run(
            "always-fed-first",
            (
                "Every step of yours is fed the first input again.",
                "What does the second call of step get as its x?",
                "Feed each call the output of the call before it.",
            ),
            _free_first_fed,
        ),
        _wrong_run(
            "state-not-carried",
            (
                "Every step of yours starts from the state that was given: nothing is carried on.",
                "What happens to the second value that step returns?",
                "Give each call the state that the call before it returned.",
            ),
            _free_state_kept,
        ),
        _wrong_run(
            "first-stands-first",
            (
                "Your outputs are one step late: the first input stands in front, and the last "
                "output is missing.",
                "Do you store x before or after it passes through step?",
                "Call step first, then store what it returned.",
            ),
            _free_first_kept,
        ),
        _wrong_run(
            "first-included",
            (
                "You return steps + 1 values: the first input stands before the outputs.",
                "The first input is no output of the network.",
                "Start the list of outputs empty.",
            ),
            _free_first_added,
        ),
        _wrong_run(
            "one-too-many",
            (
                "You return one output more than was asked for.",
                "How often does your loop run?",
                "Let step run exactly steps times.",
            ),
            lambda step, state, first, steps: _free(step, state, first, steps + 1),
        ),
        _wrong_run(
            "one-call-too-many",
            (
                "Your outputs are right, but step runs once more than needed.",
                "Is there a call of step whose output nobody uses?",
                "Let step run exactly steps times: each call may be dear, or may count.",
            ),
            lambda step, state, first, steps: _free(step, state, first, steps + 1)[:, :-1],
        ),
        _wrong_run(
            "last-output-only",
            (
                "You return one output for each sequence, where every step's is asked for.",
                "Look at what you keep during the loop.",
                "Collect the output of each step and stack them along the time axis.",
            ),
            lambda step, state, first, steps: _free(step, state, first, steps)[:, -1],
        ),
        _wrong_run(
            "last-output-everywhere",
            (
                "All your outputs of a sequence are equal: each is the last one.",
                "You may have stored the same array again and again and changed it in place.",
                "Store a new array at each step.",
            ),
            lambda *given: _last_everywhere(_free(*given)),
        ),
        _wrong_run(
            "time-first",
            (
                "Your outputs have the axes (steps, B, F); expected are (B, steps, F).",
                "np.stack puts the new axis in front unless you tell it where.",
                "Stack the outputs along axis 1.",
            ),
            lambda *given: _free(*given).swapaxes(0, 1),
        ),
        _wrong_run(
            "states-returned",
            (
                "You return the states, not the outputs.",
                "step returns two values: which one comes first?",
                "Keep the first value of each call.",
            ),
            _free_states,
        ),
        _wrong_run(
            "output-as-change",
            (
                "Your values are sums: each output is added to the value before it.",
                "What step returns is the next value itself, not a change.",
                "Take the output as it is, both as the result and as the next input.",
            ),
            _free_changes,
        ),
        _wrong_run(
            "sum-fed-back",
            (
                "You feed back the sum of input and output.",
                "What exactly becomes the x of the next call?",
                "Feed back the output alone.",
            ),
            _free_change_fed,
        ),
        _wrong_run(
            "reversed-result",
            (
                "Your outputs are right, but in reverse order.",
                "Look at how you put the outputs together after the loop.",
                "Keep the order of the steps: the first output stands first.",
            ),
            lambda *given: _free(*given)[:, ::-1],
        ),
        _wrong_run(
            "state-made-an-array",
            (
                "Your code fails where the state is not one array but a list of two.",
                "What do you do with the state besides handing it on?",
                "Hand the state on as it came: what is in it is the step's affair.",
            ),
            _no_list(_free),
        ),
        _accepts("any-steps", _STEPS_HINTS, _FREE_EXPECT),
    ),
)


# --- warm_up_and_forecast ------------------------------------------------------------------------


def _warm_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, *sizes: Any, **how: Any) -> Case:
        return Case(_run_inputs(rng, *sizes, **how), part, about, slack=3.0)

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


def _fed_again(step: Step, state: Any, history: Array, steps: int) -> Array:
    _, state = _forced(step, state, history)
    return _free(step, state, history[:, -1], steps)


def _first_lost(step: Step, state: Any, history: Array, steps: int) -> Array:
    forced, state = _forced(step, state, history)
    return _free(step, state, forced[-1], steps)


def _not_warmed(step: Step, state: Any, history: Array, steps: int) -> Array:
    return _free(step, state, history[:, -1], steps)


def _one_left_out(step: Step, state: Any, history: Array, steps: int) -> Array:
    """Forced up to the last step but one; the last value of the history is never fed."""
    forced, state = _forced(step, state, history[:, :-1])
    return _free(step, state, forced[-1], steps)


def _state_reset(step: Step, state: Any, history: Array, steps: int) -> Array:
    forced, _ = _forced(step, state, history)
    first = forced[-1][:, None]
    if steps == 1:
        return first
    return np.concatenate([first, _free(step, state, forced[-1], steps - 1)], axis=1)


def _free_throughout(step: Step, state: Any, history: Array, steps: int) -> Array:
    length = history.shape[1]
    return _free(step, state, history[:, 0], length + steps - 1)[:, length - 1 :]


def _all_outputs(step: Step, state: Any, history: Array, steps: int) -> Array:
    forced, state = _forced(step, state, history)
    outputs = np.stack(forced, axis=1)
    if steps == 1:
        return outputs
    return np.concatenate([outputs, _free(step, state, forced[-1], steps - 1)], axis=1)


def _one_short(step: Step, state: Any, history: Array, steps: int) -> Array:
    return _warm(step, state, history, steps)[:, 1:]


def _forced_onwards(step: Step, state: Any, history: Array, steps: int) -> Array:
    """The history is fed again and again in place of the outputs."""
    outputs, state = _forced(step, state, history)
    length = history.shape[1]
    for k in range(steps - 1):
        y, state = step(history[:, k % length], state)
        outputs.append(y)
    return np.stack(outputs[length - 1 :], axis=1)


def _last_fed_on(step: Step, state: Any, history: Array, steps: int) -> Array:
    """The last value of the history is fed at every step of the forecast."""
    outputs, state = _forced(step, state, history)
    for _ in range(steps - 1):
        y, state = step(history[:, -1], state)
        outputs.append(y)
    return np.stack(outputs[history.shape[1] - 1 :], axis=1)


_WARM_EXPECT = _running(_warm)

WARM_UP = Oracle(
    cases=_warm_cases,
    expect=_WARM_EXPECT,
    second=_folded,
    parts={"warm-up": 0.3, "forecast": 0.4, "edges": 0.15, "errors": 0.15},
    basic=("warm-up", "forecast"),
    mistakes=(
        _wrong_run(
            "last-value-twice",
            (
                "The last value of the history passes through step twice.",
                "The output of the last forced step is a forecast already. What does the first "
                "free step get as its x?",
                "Begin the free steps with the output of the last forced step.",
            ),
            _fed_again,
        ),
        _wrong_run(
            "first-forecast-lost",
            (
                "Your forecast is one step late: its first value is missing.",
                "The output of the last forced step is fed on, but do you keep it?",
                "Let that output be the first of the forecast, and run steps − 1 times more.",
            ),
            _first_lost,
        ),
        _wrong_run(
            "not-warmed-up",
            (
                "Your forecast depends on the last value of the history alone.",
                "Which state does the first free step get?",
                "Pass every step of the history through step before you let it run freely.",
            ),
            _not_warmed,
        ),
        _wrong_run(
            "last-value-unused",
            (
                "The last value of the history is never fed.",
                "How many forced steps does your loop make?",
                "Force all T steps, the last one included.",
            ),
            _one_left_out,
        ),
        _wrong_run(
            "state-reset",
            (
                "Your first forecast is right, but then the state starts anew.",
                "Which state do the free steps begin with?",
                "Go on with the state that the last forced step returned.",
            ),
            _state_reset,
        ),
        _wrong_run(
            "free-from-the-start",
            (
                "Your network runs freely from the first value on: the rest of the history is not "
                "used.",
                "What does step get as its x during the warm-up?",
                "While there is a history, feed its values; feed outputs only after its end.",
            ),
            _free_throughout,
        ),
        _wrong_run(
            "forced-outputs-included",
            (
                "You return the outputs of the forced steps too.",
                "Which of them are forecasts of something that is not in the history?",
                "Of the forced steps keep the last output alone.",
            ),
            _all_outputs,
        ),
        _wrong_run(
            "one-forecast-short",
            (
                "You return one forecast less than was asked for.",
                "The last forced step gives the first forecast: is it in your result?",
                "Put the output of the last forced step in front of the free ones.",
            ),
            _one_short,
        ),
        _wrong_run(
            "last-value-fed-on",
            (
                "Through the whole forecast your network is fed the last value of the history.",
                "What becomes of the output of each free step?",
                "Feed each output to the next step.",
            ),
            _last_fed_on,
        ),
        _wrong_run(
            "history-fed-again",
            (
                "In the forecast your network is fed the history again, not its own outputs.",
                "Where does the x of a free step come from?",
                "Feed each output to the next step.",
            ),
            _forced_onwards,
        ),
        _wrong_run(
            "state-not-carried",
            (
                "Every step of yours starts from the state that was given.",
                "What happens to the second value that step returns?",
                "Give each call the state that the call before it returned.",
            ),
            lambda step, state, history, steps: _warm(
                lambda x, _: step(x, state), state, history, steps
            ),
        ),
        _wrong_run(
            "history-backward",
            (
                "The history is read from its end.",
                "In which order does your loop visit the steps of the history?",
                "Go through the time axis from 0 to T − 1.",
            ),
            lambda step, state, history, steps: _warm(step, state, history[:, ::-1], steps),
        ),
        _wrong_run(
            "one-call-too-many",
            (
                "Your forecast is right, but step runs once more than needed.",
                "Is there a call of step whose output nobody uses?",
                "T forced steps and steps − 1 free ones are enough.",
            ),
            lambda step, state, history, steps: _warm(step, state, history, steps + 1)[:, :-1],
        ),
        _wrong_run(
            "time-first",
            (
                "Your forecast has the axes (steps, B, F); expected are (B, steps, F).",
                "np.stack puts the new axis in front unless you tell it where.",
                "Stack the outputs along axis 1.",
            ),
            lambda *given: _warm(*given).swapaxes(0, 1),
        ),
        _wrong_run(
            "state-made-an-array",
            (
                "Your code fails where the state is not one array but a list of two.",
                "What do you do with the state besides handing it on?",
                "Hand the state on as it came: what is in it is the step's affair.",
            ),
            _no_list(_warm),
        ),
        _accepts(
            "anything-goes",
            (
                "An impossible number of steps, or a history of no steps, is accepted.",
                "Read the `Raises` part of the stub: there are two cases.",
                "Raise a ValueError that names the argument and says what came.",
            ),
            _WARM_EXPECT,
        ),
        _accepts("any-steps", _STEPS_HINTS, _WARM_EXPECT, ("steps",)),
        _accepts(
            "any-history",
            (
                "A history of no steps is accepted, or fails with an error of another kind: there "
                "is nothing to begin with.",
                "Read the `Raises` part of the stub. What does your loop leave when T is 0?",
                "Raise a ValueError that names history.",
            ),
            _WARM_EXPECT,
            ("history",),
        ),
    ),
)


# --- scheduled_inputs ----------------------------------------------------------------------------

_THREE = ("the inputs", "the next inputs", "the inputs from the same seed")
Mix = Callable[[Array, Array, float, np.random.Generator], Array]


def _mix_cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        batch: int,
        steps: int,
        features: int,
        p_truth: float,
        dtype: str = "float32",
    ) -> Case:
        truth = rng.normal(size=(batch, steps, features))
        # Never near the truth, so that each number shows where it comes from.
        away = rng.choice([-1.0, 1.0], size=truth.shape) * rng.uniform(1.0, 2.0, truth.shape)
        return Case(
            {
                "truth": truth.astype(dtype),
                "predicted": (truth + away).astype(dtype),
                "p_truth": p_truth,
                "_seed": int(rng.integers(2**32)),
            },
            part,
            about,
        )

    def size() -> int:
        return int(rng.integers(90, 130))

    return [
        case("mixture", "p_truth = 0.5", size(), size(), 2, 0.5),
        case("mixture", "p_truth = 0.25", size(), size(), 3, 0.25),
        case("mixture", "p_truth = 0.7, float64", size(), size(), 2, 0.7, "float64"),
        case("certain", "p_truth = 1", 5, 7, 3, 1.0),
        case("certain", "p_truth = 0", 5, 7, 3, 0.0),
        case("edges", "p_truth = 1, a whole number", 4, 6, 2, 1),
        case("edges", "one long sequence", 1, 90 * size(), 2, 0.6),
        case("edges", "many sequences of one step", 90 * size(), 1, 2, 0.4),
        case("edges", "one feature", size(), size(), 1, 0.3),
        case("edges", "no step at all", 3, 0, 2, 0.5),
        case("errors", "", 3, 4, 2, -0.1),
        case("errors", "", 3, 4, 2, 1.1),
        case("errors", "", 3, 4, 2, 50),
    ]


def _mix_problem(inputs: Inputs) -> Raises | None:
    if not 0 <= inputs["p_truth"] <= 1:
        return Raises("p_truth", f"p_truth = {inputs['p_truth']}")
    return None


def _mixing(mix: Mix, own_seed: int | None = None) -> Expect:
    """The three mixtures that the probe takes; `own_seed`: drawn from a generator of their own."""

    def expect(inputs: Inputs) -> Outputs:
        given = (wide(inputs["truth"]), wide(inputs["predicted"]), float(inputs["p_truth"]))
        if own_seed is None:
            one, other = (np.random.default_rng([inputs["_seed"], 7]) for _ in range(2))
            three = [mix(*given, one), mix(*given, one), mix(*given, other)]
        elif own_seed:
            three = [mix(*given, np.random.default_rng(own_seed)) for _ in range(3)]
        else:
            one = np.random.default_rng([inputs["_seed"], 8])
            three = [mix(*given, one) for _ in range(3)]
        return dict(zip(_THREE, three, strict=True))

    return _unless_impossible(_mix_problem, expect)


def _mixed_by(mask: Callable[[tuple[int, ...], float, np.random.Generator], Array]) -> Mix:
    """The mixture by a mask that broadcasts over (B, T, F): True where the truth is taken."""

    def mix(truth: Array, predicted: Array, p: float, rng: np.random.Generator) -> Array:
        return np.where(mask(truth.shape, p, rng), truth, predicted)

    return mix


def _by_uniform(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Array:
    return np.asarray(rng.random((*shape[:2], 1)) < p)


def _by_binomial(truth: Array, predicted: Array, p: float, rng: np.random.Generator) -> Array:
    heads = rng.binomial(1, p, size=truth.shape[:2])
    mixed = predicted.copy()
    mixed[heads == 1] = truth[heads == 1]
    return mixed


def _statistics_of_mixture(inputs: Inputs, outputs: Outputs) -> Outputs:
    """Where each step comes from, as the words of tests; false alarms are rarer than 1e-6."""
    if _THREE[0] not in outputs:
        return outputs
    mixed, again, twin = (np.asarray(outputs[name], dtype=np.float64) for name in _THREE)
    truth, predicted = wide(inputs["truth"]), wide(inputs["predicted"])
    result: Outputs = {"the shape of the inputs": np.array(mixed.shape)}
    if mixed.shape != truth.shape or not mixed.size:
        return result
    p = float(inputs["p_truth"])
    exact = 1e-12 if inputs["truth"].dtype == np.float64 else 1e-6

    def near(a: Array, b: Array) -> Array:
        return np.asarray(np.isclose(a, b, rtol=exact, atol=exact))

    from_truth, from_net = near(mixed, truth), near(mixed, predicted)
    known = from_truth | from_net
    result["each number"] = (
        "from truth or predicted, at its own place" if known.all() else "something else"
    )
    if not known.all():
        blend = near(mixed, p * truth + (1 - p) * predicted).all()
        result["the share of something else"] = (
            "a blend"
            if blend
            else "in all sequences"
            if (~known).any(axis=(1, 2)).all()
            else "in some"
        )
        return result
    whole = (from_truth == from_truth[..., :1]).all()
    result["each step"] = "of one kind" if whole else "mixed within its features"
    result |= _shares(from_truth.mean(axis=-1), p, whole)
    if 0 < p < 1 and not _few_coins(from_truth[..., 0]):
        for words, other in (("the next inputs from the same generator", again), (_EQUAL, twin)):
            result[words] = "the same" if np.array_equal(mixed, other) else "others"
    return result


_EQUAL = "the inputs from an equal generator"


def _shares(taken: Array, p: float, whole: bool) -> Outputs:
    """What (B, T), the share of the truth at each step, says about probability and independence."""
    spread = np.sqrt(p * (1 - p))
    found = float(taken.mean())
    if spread == 0:
        return {"the truth": "always" if found == 1 else "never" if found == 0 else "sometimes"}
    if not whole:
        return {}
    if _bound(taken):
        return {"the choices": _bound(taken)}
    off = 5.5 * spread / np.sqrt(taken.size)
    if abs(found - p) > off:
        swapped = abs(found - (1 - p)) < off
        return {"the truth": "as often as 1 − p_truth says" if swapped else "of another share"}
    z = (taken - p) / spread
    result: Outputs = {"the truth": "as often as p_truth says", "the choices": "independent"}
    for name, one, two in (
        ("neighbouring steps", z[:, :-1], z[:, 1:]),
        ("neighbouring sequences", z[:-1], z[1:]),
    ):
        if one.size:
            tied = abs((one * two).mean()) * np.sqrt(one.size) > 7.5
            result[name] = "tied" if tied else "free"
    if min(taken.shape) > 20:
        together = np.triu(z @ z.T, 1) / np.sqrt(taken.shape[1])
        result["any two sequences"] = "tied" if np.abs(together).max() > 7.5 else "free"
        first = abs(z[:, 0].mean()) * np.sqrt(len(z))
        result["the first step"] = "like the others" if first < 5.5 else "another"
    return result


def _bound(taken: Array) -> str:
    """How the choices (B, T) hang together, or "" where each is its own."""
    rows, steps = taken.shape
    settled = steps > 1 and bool((np.diff(taken, axis=1) <= 0).all())
    if rows == 1:
        return "one for each sequence" if settled else ""
    by_row = steps > 1 and bool((taken == taken[:, :1]).all())
    by_step = bool((taken == taken[:1]).all())
    if by_row and by_step:
        return "one for all"
    if by_row:
        return "one for each sequence"
    if by_step:
        return "one for each step"
    return "never back to the truth" if settled else ""


def _few_coins(taken: Array) -> bool:
    """Whether so few choices were made that two draws may be equal by chance."""
    bound = _bound(taken)
    count = {
        "one for all": 1,
        "one for each sequence": len(taken),
        "one for each step": taken[0].size,
    }
    return count.get(bound, taken.size) < 25


def _sticky(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Array:
    return np.cumprod(_by_uniform(shape, p, rng), axis=1).astype(bool)


def _first_forced(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Array:
    mask = _by_uniform(shape, p, rng)
    mask[:, :1] = True
    return mask


def _blended(truth: Array, predicted: Array, p: float, rng: np.random.Generator) -> Array:
    return p * truth + (1 - p) * predicted


def _wrong_mix(id: str, hints: Hints, mix: Mix, **how: Any) -> Mistake:
    return Mistake(id, hints, _mixing(mix, **how))


_MIX_EXPECT = _mixing(_mixed_by(_by_uniform))

SCHEDULED_INPUTS = Oracle(
    cases=_mix_cases,
    expect=_MIX_EXPECT,
    second=_mixing(_by_binomial),
    parts={"mixture": 0.5, "certain": 0.2, "edges": 0.15, "errors": 0.15},
    basic=("mixture", "certain"),
    view=_statistics_of_mixture,
    mistakes=(
        _wrong_mix(
            "features-mixed",
            (
                "Within one step some of your features are true and others predicted.",
                "How many random numbers do you draw: one per number, or one per step?",
                "Draw one number for each sequence and step, and let it decide for all features.",
            ),
            _mixed_by(lambda shape, p, rng: rng.random(shape) < p),
        ),
        _wrong_mix(
            "one-coin-per-sequence",
            (
                "A whole sequence of yours is true, or the whole of it is predicted.",
                "Look at the shape of the random numbers: is the axis of time in it?",
                "Decide anew for every sequence and every step.",
            ),
            _mixed_by(lambda shape, p, rng: rng.random((shape[0], 1, 1)) < p),
        ),
        _wrong_mix(
            "one-coin-per-step",
            (
                "At each step all your sequences are true, or all are predicted.",
                "Look at the shape of the random numbers: is the axis of the batch in it?",
                "Decide anew for every sequence and every step.",
            ),
            _mixed_by(lambda shape, p, rng: rng.random((1, shape[1], 1)) < p),
        ),
        _wrong_mix(
            "one-coin-for-all",
            (
                "Your result is the truth as a whole, or the predictions as a whole.",
                "How many random numbers do you draw?",
                "Decide anew for every sequence and every step.",
            ),
            _mixed_by(lambda shape, p, rng: np.asarray(rng.random() < p)),
        ),
        _wrong_mix(
            "probability-swapped",
            (
                "The truth comes with probability 1 − p_truth.",
                "Try p_truth = 1: it should give the truth alone.",
                "Exchange truth and predicted in the choice, or turn the comparison round.",
            ),
            _mixed_by(lambda shape, p, rng: rng.random((*shape[:2], 1)) >= p),
        ),
        _wrong_mix(
            "blended",
            (
                "Your inputs are weighted means of truth and prediction.",
                "A step is one or the other: which random number decides?",
                "Draw a choice for each sequence and step, and take one of the two whole.",
            ),
            _blended,
        ),
        _wrong_mix(
            "never-back-to-truth",
            (
                "Once a step of yours is predicted, all later ones are.",
                "Does a choice of yours depend on the choice before it?",
                "Decide each step on its own, whatever came before.",
            ),
            _mixed_by(_sticky),
        ),
        _wrong_mix(
            "first-step-forced",
            (
                "The first step is always true in your result, even with p_truth = 0.",
                "Is step 0 treated apart from the others?",
                "Let chance decide about the first step as about all others.",
            ),
            _mixed_by(_first_forced),
        ),
        _wrong_mix(
            "half-and-half",
            (
                "Your share of the truth is a half, whatever p_truth is.",
                "Where does p_truth stand in your code?",
                "Compare the random numbers with p_truth.",
            ),
            _mixed_by(lambda shape, p, rng: rng.random((*shape[:2], 1)) < 0.5),
        ),
        _wrong_mix(
            "normal-numbers",
            (
                "The share of the truth is not p_truth: your random numbers are not uniform.",
                "Which distribution do you compare with p_truth?",
                "Draw uniform numbers between 0 and 1.",
            ),
            _mixed_by(lambda shape, p, rng: rng.normal(size=(*shape[:2], 1)) < p),
        ),
        _wrong_mix(
            "seed-inside",
            (
                "Each call makes the same choices.",
                "Where does the generator come from that you draw with?",
                "Draw from rng as it is given, without a seed of your own.",
            ),
            _mixed_by(_by_uniform),
            own_seed=12345,
        ),
        _wrong_mix(
            "rng-unused",
            (
                "Generators of one seed should give the same choices, and yours do not.",
                "Which generator do you draw from?",
                "Draw from rng, not from np.random or TensorFlow.",
            ),
            _mixed_by(_by_uniform),
            own_seed=0,
        ),
        _wrong_mix(
            "single-precision",
            (
                "Your inputs are right to about seven digits, but truth and predicted are float64.",
                "Where does your code turn numbers into float32?",
                "Keep the dtype of truth and predicted: a choice changes no number.",
            ),
            lambda truth, predicted, p, rng: (
                np.where(_by_uniform(truth.shape, p, rng), truth, predicted)
                .astype(np.float32)
                .astype(np.float64)
            ),
        ),
        _accepts(
            "any-probability",
            (
                "A p_truth below 0 or above 1 is accepted.",
                "Read the `Raises` part of the stub.",
                "Raise a ValueError that names p_truth and says what came.",
            ),
            _MIX_EXPECT,
        ),
    ),
)


# --- horizon_error -------------------------------------------------------------------------------

_ERRORS = "the errors"


def _error_inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    dtype: str = "float32",
    scale: float = 1.0,
    grows: bool = True,
) -> Inputs:
    shape = (batch, steps, features)
    truth = rng.normal(size=shape)
    growth = np.arange(1, steps + 1)[:, None] / 2 if grows else 1.0
    predicted = truth + growth * (rng.normal(size=shape) + 0.5)
    return {
        "truth": (scale * truth).astype(dtype),
        "predicted": (scale * predicted).astype(dtype),
    }


def _error_cases(rng: np.random.Generator) -> list[Case]:
    single = _error_inputs(rng, 3, 4, 3)
    single["predicted"][..., 1:] = single["truth"][..., 1:]
    biased = _error_inputs(rng, 4, 3, 2)
    biased["predicted"] = biased["truth"] + np.float32(rng.uniform(1, 2))
    perfect = _error_inputs(rng, 3, 4, 2)
    perfect["predicted"] = perfect["truth"].copy()
    return [
        Case(single, "error", "one feature alone is wrong"),
        Case(biased, "error", "every forecast is too high by the same amount"),
        Case(_error_inputs(rng, 5, 6, 2), "error", "errors that grow with the horizon"),
        Case(_error_inputs(rng, 3, 4, 5, "float64"), "error", "float64"),
        Case(_error_inputs(rng, 4, 4, 4, "float64"), "error", "B = T = F"),
        Case(perfect, "edges", "a perfect forecast"),
        Case(_error_inputs(rng, 1, 5, 1), "edges", "one sequence of one feature"),
        Case(_error_inputs(rng, 4, 1, 3), "edges", "one horizon"),
        Case(_error_inputs(rng, 3, 0, 2), "edges", "no horizon at all"),
        Case(_error_inputs(rng, 3, 4, 2, scale=1e6), "edges", "large numbers"),
        Case(_error_inputs(rng, 3, 4, 2, "float64", 1e-9), "edges", "tiny numbers"),
    ]


def _root_mean_square(truth: Array, predicted: Array) -> Array:
    batch, steps, features = truth.shape
    errors = np.zeros(steps)
    for t in range(steps):
        total = 0.0
        for b in range(batch):
            for f in range(features):
                total += (predicted[b, t, f] - truth[b, t, f]) ** 2
        errors[t] = np.sqrt(total / (batch * features))
    return errors


def _by_norm(truth: Array, predicted: Array) -> Array:
    batch, steps, features = truth.shape
    rows = (truth - predicted).swapaxes(0, 1).reshape(steps, batch * features)
    return np.asarray(np.linalg.norm(rows, axis=1) / np.sqrt(batch * features))


def _each(reduce: Callable[[Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda truth, predicted: reduce(predicted - truth)


HORIZON_ERROR = Oracle(
    cases=_error_cases,
    expect=as_expectation(_root_mean_square, _ERRORS),
    second=as_expectation(_by_norm, _ERRORS),
    parts={"error": 0.8, "edges": 0.2},
    basic=("error",),
    mistakes=(
        mistake(
            "no-root",
            (
                "Your numbers are mean squared errors: the root is missing.",
                "In which unit is your result, and in which one are the data?",
                "Take the root at the end, after the mean.",
            ),
            _each(lambda e: (e**2).mean(axis=(0, 2))),
            _ERRORS,
        ),
        mistake(
            "absolute",
            (
                "Your numbers are means of absolute errors.",
                "What happens to an error before you take the mean?",
                "Square the errors, take their mean, then the root.",
            ),
            _each(lambda e: np.abs(e).mean(axis=(0, 2))),
            _ERRORS,
        ),
        mistake(
            "features-summed",
            (
                "Your numbers are too large by the root of the number of features.",
                "Do you add the squared errors of the features, or take their mean?",
                "Take the mean over the features as over the batch.",
            ),
            _each(lambda e: np.sqrt((e**2).sum(axis=2).mean(axis=0))),
            _ERRORS,
        ),
        mistake(
            "batch-summed",
            (
                "Your numbers are too large by the root of the number of sequences.",
                "Do you add the squared errors of the batch, or take their mean?",
                "Take the mean over the batch as over the features.",
            ),
            _each(lambda e: np.sqrt((e**2).mean(axis=2).sum(axis=0))),
            _ERRORS,
        ),
        mistake(
            "root-before-mean",
            (
                "Your numbers are means of each sequence's own root.",
                "In which order do you take root and mean?",
                "Take the mean over batch and features first, and one root at the end.",
            ),
            _each(lambda e: np.sqrt((e**2).mean(axis=2)).mean(axis=0)),
            _ERRORS,
        ),
        mistake(
            "mean-distance",
            (
                "Your numbers are mean distances between forecast and truth.",
                "A distance adds the squares of the features and takes the root at once.",
                "Take the mean of all squared errors at a horizon, then one root.",
            ),
            _each(lambda e: np.linalg.norm(e, axis=2).mean(axis=0)),
            _ERRORS,
        ),
        mistake(
            "one-number",
            (
                "You return one number for all horizons.",
                "Which axes do you take the mean over? The horizon is axis 1.",
                "Take the mean over axes 0 and 2 alone, so that each horizon keeps its own error.",
            ),
            _each(lambda e: np.sqrt((e**2).mean())),
            _ERRORS,
        ),
        mistake(
            "one-per-sequence",
            (
                "You return one number for each sequence, not for each horizon.",
                "Which axis is left after the mean?",
                "Take the mean over batch and features, and keep the axis of time.",
            ),
            _each(lambda e: np.sqrt((e**2).mean(axis=(1, 2)))),
            _ERRORS,
        ),
        mistake(
            "one-per-feature",
            (
                "You return one number for each horizon and feature.",
                "Which axis is left besides the horizon?",
                "Take the mean over the features as well.",
            ),
            _each(lambda e: np.sqrt((e**2).mean(axis=0))),
            _ERRORS,
        ),
        mistake(
            "errors-cancel",
            (
                "Errors to both sides cancel in your numbers.",
                "Do you square before or after the mean?",
                "Square each error before the mean.",
            ),
            _each(lambda e: np.abs(e.mean(axis=(0, 2)))),
            _ERRORS,
        ),
        mistake(
            "bias-removed",
            (
                "A forecast that is always too high by the same amount has no error in your count.",
                "A standard deviation takes the mean off first.",
                "Take the mean of the squared errors as they are.",
            ),
            _each(lambda e: e.std(axis=(0, 2))),
            _ERRORS,
        ),
        mistake(
            "running-mean",
            (
                "Your numbers are means over all horizons so far.",
                "Look for a cumulative sum along the time axis.",
                "Let each horizon's number hold that horizon's errors alone.",
            ),
            _each(
                lambda e: np.sqrt(
                    np.cumsum((e**2).mean(axis=(0, 2))) / np.arange(1, e.shape[1] + 1)
                )
            ),
            _ERRORS,
        ),
    ),
)

ORACLES: dict[str, Oracle] = {
    "shift_right": SHIFT_RIGHT,
    "free_run": FREE_RUN,
    "warm_up_and_forecast": WARM_UP,
    "scheduled_inputs": SCHEDULED_INPUTS,
    "horizon_error": HORIZON_ERROR,
}
