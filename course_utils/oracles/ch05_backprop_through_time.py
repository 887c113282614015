"""Chapter 5, backpropagation through time: cases, two references each, and the known mistakes.

Gradients come from TensorFlow's tape in float64 and, apart from it, from finite differences in the
complex plane: df/dw = Im f(w + ih) / h, which subtracts nothing and is exact to the last digits
even with h = 1e-30 (W. Squire and G. Trapp, SIAM Review 40, 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit
from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch05_backprop_through_time import (
    given_function,
    numerical_gradient_probe,
)
from course_utils.oracles.bank import mistake

__all__ = ["ORACLES"]

Array = np.ndarray
Gradients = tuple[Array, Array, Array, Array, Array]
Step = Callable[..., Gradients]

_H = 1e-30  # the step into the complex plane


def complex_gradient(f: Callable[[Array], Any], w: Array) -> Array:
    """The gradient of f at w by complex differences; f must be made of analytic functions."""
    gradient = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        shifted = w.astype(np.complex128)
        shifted[place] += 1j * _H
        gradient[place] = np.imag(f(shifted)) / _H
    return gradient


# --- numerical_gradient --------------------------------------------------------------------------

_DEFAULT = 1e-6
_NODES, _SHARES = np.polynomial.legendre.leggauss(12)


def central_closed(inputs: Inputs) -> Array:
    """Central differences of the given function, worked out on paper: (f(w+e) − f(w−e)) / 2e."""
    w, a, b, k = inputs["w"], inputs["_a"], inputs["_b"], inputs["_k"]
    eps = inputs["eps"] or _DEFAULT
    mixed = np.sum(b * w)
    if inputs["_f"] == "quadratic":
        return np.asarray(b * mixed + a)
    if inputs["_f"] == "cubic":
        return np.asarray(b * mixed + a * (3 * w**2 + eps**2))
    if inputs["_f"] == "exponential":
        return np.asarray(np.exp(mixed) * np.sinh(b * eps) / eps)
    return np.asarray(b * np.cos(k * w + a) * np.sin(k * eps) / eps)


def central_mean(inputs: Inputs) -> Array:
    """The same as the mean of the derivative from w − e to w + e, by Gauss's quadrature."""
    w, eps = inputs["w"], inputs["eps"] or _DEFAULT
    gradient = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        for node, share in zip(_NODES, _SHARES, strict=True):
            point = w.astype(np.complex128)
            point[place] += node * eps + 1j * _H
            gradient[place] += share / 2 * np.imag(given_function(inputs, point)) / _H
    return gradient


def _differentiated(gradient: Array) -> Outputs:
    return {
        "the gradient": gradient,
        "`w` after the call": "as it was",
        "the number of calls of `f`": "at most three for each number of w",
    }


def _to_differentiate(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    kind: str,
    eps: float | None = None,
    layout: str = "plain",
    scale: float = 1.0,
    k: float = 1.0,
) -> Inputs:
    size = max(1, int(np.prod(shape)))
    return {
        "w": np.asarray(scale * rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)),
        "eps": eps,
        "_f": kind,
        "_a": np.asarray(rng.uniform(0.5, 1.5, shape) / scale**3),
        "_b": np.asarray(rng.normal(size=shape) / np.sqrt(size) / scale),
        "_k": k,
        "_layout": layout,
    }


def _one_slope(rng: np.random.Generator) -> Inputs:
    inputs = _to_differentiate(rng, (4,), "quadratic", 0.125)
    inputs["_b"] = 0 * inputs["_b"]
    inputs["_a"] = inputs["_a"] * np.eye(4)[rng.integers(1, 4)]
    return inputs


def _numerical_gradient_cases(rng: np.random.Generator) -> list[Case]:
    draw = _to_differentiate
    waves = draw(rng, (5,), "waves", k=3e5)
    return [
        Case(_one_slope(rng), "differences", isolates="the slope along one number of `w`"),
        Case(draw(rng, (6,), "cubic", 0.1), "differences", "a cubic function, eps = 0.1"),
        Case(draw(rng, (3, 4), "exponential", 0.3), "differences", "an exponential, eps = 0.3"),
        Case(draw(rng, (2, 3), "quadratic", 0.5), "differences", "a quadratic, eps = 0.5"),
        Case(draw(rng, (2, 3), "cubic"), "default", "eps left out", slack=1e3),
        Case(waves, "default", "eps left out, a function that changes fast", slack=1e3),
        Case(draw(rng, (), "cubic", 0.1), "any array", "w is one number, of shape ()"),
        Case(draw(rng, (1,), "exponential", 1e-3), "any array", "w holds one number"),
        Case(draw(rng, (2, 3, 2), "cubic", 0.1), "any array", "three axes"),
        Case(
            draw(rng, (3, 4), "cubic", 0.1, "transposed"),
            "any array",
            "w is a transposed view: its numbers do not lie row by row in memory",
        ),
        Case(
            draw(rng, (2, 3), "cubic", 0.1, "strided"),
            "any array",
            "w is a view of every second column of a wider array",
        ),
        Case(draw(rng, (3,), "cubic", 1e-5, scale=1e-3), "any array", "tiny numbers", slack=1e3),
        Case(draw(rng, (3,), "cubic", 10.0, scale=1e3), "any array", "large numbers, eps = 10"),
    ]


def _forward(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    g, here = np.zeros(w.shape), f(w)
    for place in np.ndindex(w.shape):
        moved = w.copy()
        moved[place] += eps
        g[place] = (f(moved) - here) / eps
    return g


def _central(f: Callable[[Array], float], w: Array, eps: float = 1e-6, over: float = 2.0) -> Array:
    g = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += eps
        down[place] -= eps
        g[place] = (f(up) - f(down)) / (over * eps)
    return g


def _all_at_once(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    return np.full(w.shape, (f(w + eps) - f(w - eps)) / (2 * eps))


def _left_shifted(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    g = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        w[place] += eps
        up = f(w)
        w[place] -= 2 * eps
        g[place] = (up - f(w)) / (2 * eps)
    return g


def _left_above(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    g = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        down, up = w.copy(), w  # only one of the two is a copy
        down[place] -= eps
        up[place] += eps
        g[place] = (f(up) - f(down)) / (2 * eps)
    return g


def _restored_by_adding(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    g = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        w[place] += eps
        up = f(w)
        w[place] -= 2 * eps
        g[place] = (up - f(w)) / (2 * eps)
        w[place] += eps
    return g


def _same_array(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    g = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        up = down = w
        up[place] += eps
        down[place] -= eps
        g[place] = (f(up) - f(down)) / (2 * eps)
    return g


def _flat_copy(f: Callable[[Array], float], w: Array, eps: float = 1e-6) -> Array:
    g, flat = np.zeros(w.size), w.reshape(-1)  # a copy where w does not lie row by row
    for i in range(w.size):
        kept = flat[i]
        flat[i] = kept + eps
        up = f(w)
        flat[i] = kept - eps
        g[i] = (up - f(w)) / (2 * eps)
        flat[i] = kept
    return g.reshape(w.shape)


def _probed(wrong: Callable[..., Any]) -> Callable[[Inputs], Outputs | Raises]:
    """What the probe reports of a wrong answer."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        try:
            outputs = numerical_gradient_probe(wrong, inputs)
        except Misfit as misfit:
            return Raises(kind=misfit.kind)
        except (IndexError, TypeError, ValueError) as error:
            return Raises(kind="Exception", problem=str(error))
        state = outputs["`w` after the call"].partition(":")[0]
        return {**outputs, "`w` after the call": state}

    return expect


NUMERICAL_GRADIENT = Oracle(
    cases=_numerical_gradient_cases,
    expect=lambda inputs: _differentiated(central_closed(inputs)),
    second=lambda inputs: _differentiated(central_mean(inputs)),
    parts={"differences": 0.5, "default": 0.2, "any array": 0.3},
    basic=("differences", "default"),
    mistakes=(
        Mistake(
            "forward-differences",
            (
                "Your numbers are forward differences: from w to w + eps.",
                "Their error shrinks with eps, that of central differences with its square. "
                "At which two points do you call f?",
                "Go one eps up and one eps down from w, and take the difference of these two.",
            ),
            _probed(_forward),
        ),
        Mistake(
            "backward-differences",
            (
                "Your numbers are backward differences: from w − eps to w.",
                "Their error shrinks with eps, that of central differences with its square. "
                "At which two points do you call f?",
                "Go one eps up and one eps down from w, and take the difference of these two.",
            ),
            _probed(lambda f, w, eps=1e-6: _forward(f, w, -eps)),
        ),
        Mistake(
            "half-the-distance",
            (
                "Your gradient is twice too large.",
                "How far apart are the two points at which you call f?",
                "Divide by the whole distance between them: two eps.",
            ),
            _probed(lambda f, w, eps=1e-6: _central(f, w, eps, over=1.0)),
        ),
        Mistake(
            "wrong-sign",
            (
                "Your gradient has the wrong sign.",
                "Which of the two values of f do you subtract from which?",
                "Subtract the value below from the value above.",
            ),
            _probed(lambda f, w, eps=1e-6: _central(f, w, -eps, over=-2.0)),
        ),
        Mistake(
            "all-at-once",
            (
                "All numbers of your gradient are equal: you move every number of w at once.",
                "A partial derivative asks what happens when one number moves and the others rest.",
                "Loop over the numbers of w and add eps to one of them at a time.",
            ),
            _probed(_all_at_once),
        ),
        Mistake(
            "left-shifted",
            (
                "After your call w is shifted by −eps, and the later numbers were measured there.",
                "Each number of w has to be put back before the next one is moved.",
                "Keep the old value before you change it, and write it back afterwards.",
            ),
            _probed(_left_shifted),
        ),
        Mistake(
            "left-above",
            (
                "After your call w is shifted by +eps: one of your two points is w itself.",
                "A name for an array is no copy of it. Which of your two points is still w?",
                "Copy w for both points, or write the old value back.",
            ),
            _probed(_left_above),
        ),
        Mistake(
            "restored-by-adding",
            (
                "After your call w has changed in its last digits, though you put eps back.",
                "In floating point a + e − 2e + e is not always a.",
                "Keep the old value before you change it and write that back, or work on a copy.",
            ),
            _probed(_restored_by_adding),
        ),
        Mistake(
            "same-array",
            (
                "Your gradient is zero: both calls of f see the same array.",
                "A second name for an array is no second array: a change of one changes both.",
                "Make two copies of w, or call f between the two changes.",
            ),
            _probed(_same_array),
        ),
        Mistake(
            "flat-copy",
            (
                "Where w does not lie row by row in memory, your gradient is zero.",
                "reshape and ravel may give a copy, and f never sees what you change there.",
                "Index w itself, with np.ndindex over its shape or with w.flat.",
            ),
            _probed(_flat_copy),
        ),
        Mistake(
            "eps-ignored",
            (
                "Your step is always 1e-6, whatever eps is given.",
                "With a large eps central differences of a cubic are visibly off. Yours are not.",
                "Use the argument eps in the place of the fixed number.",
            ),
            _probed(lambda f, w, eps=1e-6: _central(f, w)),
        ),
    ),
)


# --- sequence_loss -------------------------------------------------------------------------------


def loss_and_gradient(ys: Array, targets: Array) -> tuple[Array, Array]:
    """(B, T, O) twice → Σ over T and O of ½(y − t)², mean over B; and (y − t) / B."""
    batch = len(ys)
    return np.asarray(0.5 * np.sum((ys - targets) ** 2) / batch), (ys - targets) / batch


def _loss_inputs(
    rng: np.random.Generator, batch: int, steps: int, outputs: int, scale: float = 1.0
) -> Inputs:
    return {
        "ys": scale * rng.normal(size=(batch, steps, outputs)),
        "targets": scale * rng.normal(size=(batch, steps, outputs)),
    }


def _only(inputs: Inputs, name: str, axis: int, index: int) -> Inputs:
    """The inputs with `name` zero but for one index of one axis."""
    kept = np.zeros_like(inputs[name])
    place = (slice(None),) * axis + (index,)
    kept[place] = inputs[name][place]
    return {**inputs, name: kept}


def _zeroed(inputs: Inputs, *names: str) -> Inputs:
    return {k: np.zeros_like(v) if k in names else v for k, v in inputs.items()}


def _sequence_loss_cases(rng: np.random.Generator) -> list[Case]:
    draw = _loss_inputs
    one = _zeroed(_only(draw(rng, 3, 4, 2), "ys", 1, 2), "targets")
    return [
        Case(one, "loss", isolates="the outputs of the third step"),
        Case(_zeroed(draw(rng, 3, 4, 2), "ys"), "loss", isolates="the targets"),
        Case(draw(rng, 3, 5, 2), "loss", "three sequences of five steps"),
        Case(draw(rng, 4, 4, 4), "loss", "B = T = O"),
        Case(draw(rng, 5, 7, 1), "loss", "one output"),
        Case(draw(rng, 1, 6, 3), "edges", "one sequence"),
        Case(draw(rng, 4, 1, 2), "edges", "one step"),
        Case(draw(rng, 1, 1, 1), "edges", "one of everything"),
        Case(draw(rng, 2, 3, 2, 1e-9), "edges", "tiny numbers"),
        Case(draw(rng, 2, 3, 2, 1e6), "edges", "large numbers"),
    ]


_LOSS = ("the loss", "the gradient")


def _loss_by_tape(inputs: Inputs) -> Outputs:
    import tensorflow as tf

    ys, targets = tf.constant(inputs["ys"]), tf.constant(inputs["targets"])
    with tf.GradientTape() as tape:
        tape.watch(ys)
        each = tf.reduce_sum(0.5 * tf.square(ys - targets), axis=[1, 2])
        loss = tf.reduce_mean(each)
    gradient = tape.gradient(loss, ys)
    return {"the loss": np.asarray(loss), "the gradient": np.asarray(gradient)}


def _loss_by_differences(inputs: Inputs) -> Outputs:
    """The loss by loops, and its gradient by complex differences."""
    targets = inputs["targets"]

    def loss(ys: Array) -> Any:
        total: Any = 0.0
        for place in np.ndindex(ys.shape):
            total = total + (ys[place] - targets[place]) ** 2
        return total / (2 * ys.shape[0])

    return {
        "the loss": np.asarray(loss(inputs["ys"])),
        "the gradient": complex_gradient(loss, inputs["ys"]),
    }


def _scaled(loss: float | Callable[..., Any], gradient: float | Callable[..., Any]) -> Any:
    """A wrong pair: the right loss and gradient times numbers, or times functions of ys."""

    def wrong(ys: Array, targets: Array) -> tuple[Array, Array]:
        right_loss, right_gradient = loss_and_gradient(ys, targets)
        by = [factor(ys) if callable(factor) else factor for factor in (loss, gradient)]
        return right_loss * by[0], right_gradient * by[1]

    return wrong


def _per(axes: tuple[int, ...]) -> Any:
    """The loss with one axis left in."""
    return lambda ys, targets: (
        0.5 * np.sum((ys - targets) ** 2, axis=axes),
        (ys - targets) / len(ys),
    )


SEQUENCE_LOSS = Oracle(
    cases=_sequence_loss_cases,
    expect=_loss_by_tape,
    second=_loss_by_differences,
    parts={"loss": 0.8, "edges": 0.2},
    basic=("loss",),
    mistakes=(
        mistake(
            "no-half",
            (
                "Your loss and your gradient are twice too large: the ½ is missing.",
                "The derivative of ½ d² is d. What is that of d²?",
                "Multiply the sum of squares by one half, and differentiate that.",
            ),
            _scaled(2.0, 2.0),
            *_LOSS,
        ),
        mistake(
            "loss-without-half",
            (
                "Your gradient is right, but your loss is twice too large.",
                "Your gradient belongs to ½ d², your loss is a sum of d².",
                "Multiply the sum of squares by one half.",
            ),
            _scaled(2.0, 1.0),
            *_LOSS,
        ),
        mistake(
            "gradient-twice",
            (
                "Your loss is right, but your gradient is twice too large.",
                "The 2 of the square and the ½ before it cancel.",
                "Differentiate ½ d² once more, on paper.",
            ),
            _scaled(1.0, 2.0),
            *_LOSS,
        ),
        mistake(
            "gradient-not-averaged",
            (
                "Your loss is a mean over the batch, but your gradient is that of the sum.",
                "What divides the loss divides its gradient too.",
                "Divide the gradient by the number of sequences.",
            ),
            _scaled(1.0, len),
            *_LOSS,
        ),
        mistake(
            "summed-over-batch",
            (
                "Your loss is the sum over the batch; the mean over the batch is asked for.",
                "With twice as many sequences of the same kind the loss should stay as it is.",
                "Divide loss and gradient by the number of sequences.",
            ),
            _scaled(len, len),
            *_LOSS,
        ),
        mistake(
            "mean-over-steps",
            (
                "You average over the steps; the loss is a sum over the steps.",
                "Twice as many steps should give about twice the loss. Look for a mean.",
                "Take the sum over steps and outputs, and the mean over the batch alone.",
            ),
            _scaled(lambda ys: 1 / ys.shape[1], lambda ys: 1 / ys.shape[1]),
            *_LOSS,
        ),
        mistake(
            "mean-over-everything",
            (
                "You average over batch, steps and outputs; only the batch is averaged over.",
                "Look for a mean without an axis.",
                "Take the sum over steps and outputs, and divide by the number of sequences.",
            ),
            _scaled(
                lambda ys: 1 / (ys.shape[1] * ys.shape[2]),
                lambda ys: 1 / (ys.shape[1] * ys.shape[2]),
            ),
            *_LOSS,
        ),
        mistake(
            "loss-averaged-alone",
            (
                "Your gradient is right, but your loss is the mean over steps and outputs too.",
                "Look for a mean without an axis in the loss.",
                "Take the sum over steps and outputs, and divide by the number of sequences.",
            ),
            _scaled(lambda ys: 1 / (ys.shape[1] * ys.shape[2]), 1.0),
            *_LOSS,
        ),
        mistake(
            "wrong-sign",
            (
                "Your gradient has the wrong sign: it points to a smaller loss.",
                "If an output is above its target, the loss grows with the output.",
                "Subtract the target from the output, not the output from the target.",
            ),
            _scaled(1.0, -1.0),
            *_LOSS,
        ),
        mistake(
            "absolute-error",
            (
                "Your loss sums the sizes of the errors; their squares are asked for.",
                "What happens to the loss of one output when its error doubles?",
                "Square each error, and take half of it.",
            ),
            lambda ys, targets: (
                np.sum(np.abs(ys - targets)) / len(ys),
                np.sign(ys - targets) / len(ys),
            ),
            *_LOSS,
        ),
        mistake(
            "last-step-only",
            (
                "Only the last step counts in your loss; every step is asked for.",
                "Look for an index on the time axis, such as [:, -1].",
                "Sum over the whole time axis.",
            ),
            lambda ys, targets: (
                0.5 * np.sum((ys - targets)[:, -1] ** 2) / len(ys),
                (ys - targets) * (np.arange(ys.shape[1]) == ys.shape[1] - 1)[:, None] / len(ys),
            ),
            *_LOSS,
        ),
        mistake(
            "loss-per-sequence",
            (
                "You return one loss for each sequence; one number is asked for.",
                "Which axes does your sum run over?",
                "Take the mean over the batch at the end.",
            ),
            _per((1, 2)),
            *_LOSS,
        ),
    ),
)


# --- elman_backward_step -------------------------------------------------------------------------


def run_forward(xs: Array, h0: Array, W_x: Array, W_hs: Sequence[Array], b: Array) -> Array:
    """The states (B, T, U), with weights W_hs[t] of its own for each step; real or complex."""
    h, hs = h0, []
    for t, W_h in enumerate(W_hs):
        h = np.tanh(xs[:, t] @ W_x + h @ W_h + b)
        hs.append(h)
    return np.stack(hs, axis=1)


def tape_gradients(inputs: Inputs) -> tuple[Array, Array, Array, Array, Array]:
    """(dxs, dh0, dW_x, dW_h of each step (T, U, U), db) of Σ dhs · hs, by TensorFlow's tape."""
    import tensorflow as tf

    steps = inputs["xs"].shape[1]
    xs, h0, W_x, b = (tf.constant(inputs[name]) for name in ("xs", "h0", "W_x", "_b"))
    W_hs = [tf.constant(inputs["W_h"]) for _ in range(steps)]
    with tf.GradientTape() as tape:
        tape.watch([xs, h0, W_x, b, *W_hs])
        h, loss = h0, tf.constant(0.0, tf.float64)
        for t in range(steps):
            h = tf.tanh(tf.matmul(xs[:, t], W_x) + tf.matmul(h, W_hs[t]) + b)
            loss += tf.reduce_sum(h * inputs["dhs"][:, t])
    dxs, dh0, dW_x, db, *dW_hs = tape.gradient(loss, [xs, h0, W_x, b, *W_hs])
    dW_h = np.stack([np.asarray(each) for each in dW_hs])
    return np.asarray(dxs), np.asarray(dh0), np.asarray(dW_x), dW_h, np.asarray(db)


def difference_gradients(inputs: Inputs) -> tuple[Array, Array, Array, Array, Array]:
    """The same by complex differences of the forward pass alone."""
    steps = inputs["xs"].shape[1]
    names = ("xs", "h0", "W_x", "W_h", "_b")
    given = {name: inputs[name] for name in names}
    given["W_h"] = np.stack([inputs["W_h"]] * steps)

    def along(name: str) -> Array:
        def loss(value: Array) -> Any:
            hs = run_forward(*({**given, name: value}[each] for each in names))
            return np.sum(hs * inputs["dhs"])

        return complex_gradient(loss, given[name])

    dxs, dh0, dW_x, dW_h, db = (along(name) for name in names)
    return dxs, dh0, dW_x, dW_h, db


_STEP = ("`dx`", "`dh_prev`", "`dW_x`", "`dW_h`", "`db`")
_SWEEP = ("`dxs`", "`dh0`", "`dW_x`", "`dW_h`", "`db`")


def _as_sequence(inputs: Inputs) -> Inputs:
    """One step as a sequence of one step."""
    return {
        "dhs": inputs["dh"][:, None],
        "xs": inputs["x"][:, None],
        "h0": inputs["h_prev"],
        **{name: inputs[name] for name in ("W_x", "W_h", "_b")},
    }


def _of_step(gradients: Gradients) -> Outputs:
    dxs, dh0, dW_x, dW_h, db = gradients
    return dict(zip(_STEP, (dxs[:, 0], dh0, dW_x, dW_h[0], db), strict=True))


def _of_sweep(gradients: Gradients) -> Outputs:
    dxs, dh0, dW_x, dW_h, db = gradients
    return dict(zip(_SWEEP, (dxs, dh0, dW_x, dW_h.sum(0), db), strict=True))


def _sequence(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    units: int,
    loss: float = 1.0,
    inputs: float = 1.0,
) -> Inputs:
    """A forward pass that was made: dhs, xs, hs, h0, W_x, W_h, and the bias as a note."""
    W_x = rng.normal(size=(features, units)) * 0.7
    W_h = rng.normal(size=(units, units)) * 0.9 / np.sqrt(units)
    b = rng.normal(size=units) * 0.5 * min(1.0, inputs)
    xs = inputs * rng.normal(size=(batch, steps, features))
    h0 = min(1.0, inputs) * 0.6 * rng.normal(size=(batch, units))
    dhs = loss * rng.normal(size=(batch, steps, units))
    return _with_states({"dhs": dhs, "xs": xs, "h0": h0, "W_x": W_x, "W_h": W_h, "_b": b})


def _with_states(given: Inputs) -> Inputs:
    """The inputs with the states that they lead to, in the order of the signature."""
    steps = given["xs"].shape[1]
    hs = run_forward(given["xs"], given["h0"], given["W_x"], [given["W_h"]] * steps, given["_b"])
    return {
        "dhs": given["dhs"],
        "xs": given["xs"],
        "hs": hs,
        **{name: given[name] for name in ("h0", "W_x", "W_h", "_b")},
    }


def _step_of(given: Inputs) -> Inputs:
    """The first step of a sequence, as the inputs of one backward step."""
    return {
        "dh": given["dhs"][:, 0],
        "x": given["xs"][:, 0],
        "h_prev": given["h0"],
        "h": given["hs"][:, 0],
        **{name: given[name] for name in ("W_x", "W_h", "_b")},
    }


def _saturated(rng: np.random.Generator, *sizes: int) -> Inputs:
    """Every second unit pushed to the ends of the tanh."""
    given = _sequence(rng, *sizes)
    given["_b"] = np.where(np.arange(len(given["_b"])) % 2, 40.0, given["_b"])
    return _with_states(given)


def _elman_backward_step_cases(rng: np.random.Generator) -> list[Case]:
    def draw(*sizes: int, **scales: Any) -> Inputs:
        return _step_of(_sequence(rng, sizes[0], 1, *sizes[1:], **scales))

    past = _with_states(_zeroed(_sequence(rng, 3, 1, 2, 4), "xs", "W_x"))
    present = _with_states(_zeroed(_sequence(rng, 3, 1, 2, 4), "h0", "W_h"))
    flat = _with_states(_zeroed(_sequence(rng, 3, 1, 2, 4), "xs", "h0", "_b"))
    return [
        Case(_step_of(past), "terms", isolates="the old state, its weights and the bias"),
        Case(_step_of(present), "terms", isolates="the input, its weights and the bias"),
        Case(_step_of(flat), "terms", isolates="dh and the weights (the tanh's slope is then 1)"),
        Case(draw(3, 2, 4), "step", "three samples, two features, four units"),
        Case(draw(5, 4, 2), "step", "five samples, four features, two units"),
        Case(draw(4, 4, 4), "step", "as many samples as features as units"),
        Case(draw(1, 1, 1), "edges", "one sample, one feature, one unit"),
        Case(draw(1, 3, 4), "edges", "one sample"),
        Case(draw(2, 3, 4, loss=1e-12, inputs=1e-6), "edges", "tiny numbers"),
        Case(draw(2, 3, 4, loss=1e8), "edges", "a large dh"),
        Case(_step_of(_saturated(rng, 3, 1, 2, 4)), "edges", "some units are saturated"),
    ]


def backward_step(
    dh: Array, x: Array, h_prev: Array, h: Array, W_x: Array, W_h: Array
) -> Gradients:
    """One step backward, in closed form: dz = dh (1 − h²)."""
    return through(dh * (1 - h**2), x, h_prev, W_x, W_h)


def through(dz: Array, x: Array, h_prev: Array, W_x: Array, W_h: Array) -> Gradients:
    """From dz, the gradient of the sum inside the tanh, to everything that went into the sum."""
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(0)


def _with_slope(slope: Callable[[Array, Array], Array]) -> Step:
    """A step whose tanh has another slope: a function of (h, h_prev)."""
    return lambda dh, x, h_prev, h, W_x, W_h: through(dh * slope(h, h_prev), x, h_prev, W_x, W_h)


def _changed(change: Callable[..., Gradients]) -> Step:
    """The right step, and then a change of what it gives: change(gradients, inputs)."""
    return lambda *given: change(backward_step(*given), *given)


def _parts_of(dh: Array, *given: Array) -> tuple[Gradients, Gradients]:
    """The right gradients, and those without the slope of the tanh."""
    x, h_prev, _, W_x, W_h = given
    return backward_step(dh, *given), through(dh, x, h_prev, W_x, W_h)


def _weights_without_slope(dh: Array, *given: Array) -> Gradients:
    right, bare = _parts_of(dh, *given)
    return (*right[:2], *bare[2:])


def _inputs_without_slope(dh: Array, *given: Array) -> Gradients:
    right, bare = _parts_of(dh, *given)
    return (*bare[:2], *right[2:])


#: Wrong steps that can stand alone and inside the loop: id → (hints, the wrong step).
WRONG_STEPS: dict[str, tuple[Hints, Step]] = {
    "no-slope": (
        (
            "Your gradients ignore the tanh: they are those of a linear step.",
            "Before the sum inside the tanh is reached, dh has to pass the tanh itself.",
            "Multiply dh by the slope of the tanh, which h alone gives you.",
        ),
        _with_slope(lambda h, h_prev: np.ones_like(h)),
    ),
    "slope-not-squared": (
        (
            "Your slope of the tanh is 1 − h.",
            "At h = −0.5 your slope is 1.5. Can a tanh be steeper than 1?",
            "Look up the derivative of tanh, written with its own value: h comes in as a square.",
        ),
        _with_slope(lambda h, h_prev: 1 - h),
    ),
    "tanh-again": (
        (
            "Your slope is 1 − tanh(h)²: h went through the tanh a second time.",
            "h is what came out of the tanh, not what went in.",
            "Use h as it is in the slope.",
        ),
        _with_slope(lambda h, h_prev: 1 - np.tanh(h) ** 2),
    ),
    "sigmoid-slope": (
        (
            "Your slope is h (1 − h), which is a sigmoid's.",
            "At h = 0 a tanh has the slope 1. What does your slope give?",
            "Take the derivative of tanh.",
        ),
        _with_slope(lambda h, h_prev: h * (1 - h)),
    ),
    "slope-at-the-old-state": (
        (
            "You take the slope of the tanh at the old state.",
            "Which of the two states came out of this step's tanh?",
            "Compute the slope from h, not from h_prev.",
        ),
        _with_slope(lambda h, h_prev: 1 - h_prev**2),
    ),
    "recurrent-not-transposed": (
        (
            "Your gradient of the old state goes through W_h as on the way forward.",
            "Forward, column u of W_h collects unit u's inputs. Backward, what does each old unit "
            "have to collect?",
            "On the way back the weights are transposed.",
        ),
        _changed(lambda g, dh, x, h_prev, h, W_x, W_h: (g[0], dh * (1 - h**2) @ W_h, *g[2:])),
    ),
    "new-state-in-dW-h": (
        (
            "Your dW_h is made with the new state h in the place of the old one.",
            "Which state did W_h multiply in this step?",
            "Take h_prev in dW_h.",
        ),
        _changed(lambda g, dh, x, h_prev, h, W_x, W_h: (*g[:3], h.T @ (dh * (1 - h**2)), g[4])),
    ),
    "weights-without-slope": (
        (
            "The gradients of the weights and the bias ignore the tanh; dx and dh_prev do not.",
            "All five gradients begin at the sum inside the tanh.",
            "Use the same dz, with the slope in it, in all five.",
        ),
        _weights_without_slope,
    ),
    "inputs-without-slope": (
        (
            "dx and dh_prev ignore the tanh; the gradients of the weights and the bias do not.",
            "All five gradients begin at the sum inside the tanh.",
            "Use the same dz, with the slope in it, in all five.",
        ),
        _inputs_without_slope,
    ),
    "averaged-over-batch": (
        (
            "You average the gradients of the weights and the bias over the batch.",
            "The mean over the batch is in the loss already, and so in dh.",
            "Take the sum over the samples.",
        ),
        _changed(lambda g, dh, *rest: (*g[:2], *(each / len(dh) for each in g[2:]))),
    ),
}

ELMAN_BACKWARD_STEP = Oracle(
    cases=_elman_backward_step_cases,
    expect=lambda inputs: _of_step(tape_gradients(_as_sequence(inputs))),
    second=lambda inputs: _of_step(difference_gradients(_as_sequence(inputs))),
    parts={"terms": 0.3, "step": 0.5, "edges": 0.2},
    basic=("terms", "step"),
    mistakes=(
        *(mistake(id, hints, wrong, *_STEP) for id, (hints, wrong) in WRONG_STEPS.items()),
        mistake(
            "bias-per-sample",
            (
                "Your db has a row for each sample; the bias is one vector for all of them.",
                "The same b was added to every row. What happens to its gradients from all rows?",
                "Sum over the batch.",
            ),
            _changed(lambda g, dh, x, h_prev, h, W_x, W_h: (*g[:4], dh * (1 - h**2))),
            *_STEP,
        ),
        mistake(
            "weights-transposed",
            (
                "Your dW_x and dW_h are transposed.",
                "A gradient has the shape of what it belongs to: W_x is (F, U).",
                "What was multiplied stands on the left, dz on the right.",
            ),
            _changed(lambda g, *given: (*g[:2], g[2].T, g[3].T, g[4])),
            *_STEP,
        ),
        mistake(
            "outputs-swapped",
            (
                "You return dh_prev before dx.",
                "Look at the order in the last line of your code.",
                "The order is that of the arguments: the input first, then the old state.",
            ),
            _changed(lambda g, *given: (g[1], g[0], *g[2:])),
            *_STEP,
        ),
        mistake(
            "weights-swapped",
            (
                "You return dW_h before dW_x.",
                "Look at the order in the last line of your code.",
                "The order is that of the arguments: W_x first, then W_h.",
            ),
            _changed(lambda g, *given: (*g[:2], g[3], g[2], g[4])),
            *_STEP,
        ),
        mistake(
            "wrong-sign",
            (
                "All your gradients have the wrong sign.",
                "Is your slope of the tanh h² − 1? A tanh never falls.",
                "Subtract the square from one, not one from the square.",
            ),
            _with_slope(lambda h, h_prev: h**2 - 1),
            *_STEP,
        ),
    ),
)


# --- bptt ----------------------------------------------------------------------------------------


def before(hs: Array, h0: Array) -> Array:
    """The state that each step started from: h0, h_1, … h_{T−1}: (B, T, U)."""
    return np.concatenate([h0[:, None], hs], axis=1)[:, :-1]


def sweep_back(
    step: Step,
    dhs: Array,
    xs: Array,
    hs: Array,
    h0: Array,
    W_x: Array,
    W_h: Array,
    *,
    carry: float = 1.0,
) -> tuple[list[Gradients], Array]:
    """Each step's gradients in the order of time, and dh0; `carry` scales what is handed back."""
    starts = before(hs, h0)
    dh_next, found = np.zeros_like(h0), []
    for t in reversed(range(xs.shape[1])):
        gradients = step(dhs[:, t] + carry * dh_next, xs[:, t], starts[:, t], hs[:, t], W_x, W_h)
        dh_next = gradients[1]
        found.append(gradients)
    return found[::-1], dh_next


def gathered(found: list[Gradients], dh0: Array) -> Gradients:
    """The whole sequence's gradients from each step's."""
    dW_x, dW_h, db = (np.sum([each[k] for each in found], axis=0) for k in (2, 3, 4))
    return np.stack([each[0] for each in found], axis=1), dh0, dW_x, dW_h, db


def _swept(step: Step = backward_step, **options: Any) -> Callable[..., Gradients]:
    return lambda *given: gathered(*sweep_back(step, *given, **options))


def _after(change: Callable[..., Gradients]) -> Callable[..., Gradients]:
    """The right sweep, and then a change of what it gives: change(gradients, inputs)."""
    return lambda *given: change(_swept()(*given), *given)


def _from_states(starts: Callable[[Array, Array], Array]) -> Callable[..., Gradients]:
    """A sweep whose dW_h takes other states to have been there before each step."""

    def wrong(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Gradients:
        right = _swept()(dhs, xs, hs, h0, W_x, W_h)
        dz = inner_gradients(dhs, xs, hs, h0, W_x, W_h)
        return (*right[:3], np.einsum("btv,btu->vu", starts(hs, h0), dz), right[4])

    return wrong


def inner_gradients(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Array:
    """dz of every step, (B, T, U): the gradient of the sums inside the tanh."""
    dz, dh = np.zeros_like(hs), np.zeros_like(h0)
    for t in reversed(range(hs.shape[1])):
        dz[:, t] = (dhs[:, t] + dh) * (1 - hs[:, t] ** 2)
        dh = dz[:, t] @ W_h.T
    return dz


def _bptt_cases(rng: np.random.Generator) -> list[Case]:
    def draw(*sizes: int, **scales: Any) -> Inputs:
        return _sequence(rng, *sizes, **scales)

    last = _only(draw(3, 4, 2, 5), "dhs", 1, 3)
    first = _only(draw(3, 4, 2, 5), "dhs", 1, 0)
    past = _with_states(_zeroed(draw(2, 4, 3, 4), "xs", "W_x"))
    return [
        Case(last, "paths", isolates="the loss of the last step"),
        Case(first, "paths", isolates="the loss of the first step"),
        Case(past, "paths", isolates="the states, W_h, the bias and the losses"),
        Case(draw(3, 5, 2, 4), "sequence", "three sequences of five steps"),
        Case(draw(4, 4, 4, 4), "sequence", "B = T = F = U"),
        Case(draw(2, 3, 5, 2), "sequence", "more features than units"),
        Case(draw(2, 1, 3, 4), "edges", "one step"),
        Case(draw(1, 2, 1, 1), "edges", "one sequence, one feature, one unit"),
        Case(draw(1, 40, 1, 2), "edges", "forty steps"),
        Case(draw(2, 4, 3, 4, loss=1e-12, inputs=1e-6), "edges", "tiny numbers"),
        Case(draw(2, 4, 3, 4, loss=1e8), "edges", "large losses"),
        Case(_saturated(rng, 3, 4, 2, 4), "edges", "some units are saturated"),
    ]


def _carries_dz(dh: Array, x: Array, h_prev: Array, h: Array, W_x: Array, W_h: Array) -> Gradients:
    gradients = backward_step(dh, x, h_prev, h, W_x, W_h)
    return gradients[0], dh * (1 - h**2), *gradients[2:]


def _last_loss(dhs: Array, *given: Array) -> Gradients:
    kept = np.zeros_like(dhs)
    kept[:, -1] = dhs[:, -1]
    return _swept()(kept, *given)


def _forward_in_time(
    dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array
) -> Gradients:
    starts, dh, found = before(hs, h0), np.zeros_like(h0), []
    for t in range(xs.shape[1]):
        found.append(backward_step(dhs[:, t] + dh, xs[:, t], starts[:, t], hs[:, t], W_x, W_h))
        dh = found[-1][1]
    return gathered(found, dh)


def _overwritten(*given: Array) -> Gradients:
    found, dh0 = sweep_back(backward_step, *given)
    whole = gathered(found, dh0)
    return (*whole[:2], *found[0][2:])


def _one_step_short(dhs: Array, *given: Array) -> Gradients:
    found, dh0 = sweep_back(backward_step, dhs, *given)
    whole = gathered(found, dh0)
    return whole[0], dhs[:, 0] + (found[1][1] if len(found) > 1 else 0), *whole[2:]


_SWEEP_STEPS = ("no-slope", "slope-not-squared", "tanh-again", "recurrent-not-transposed")

BPTT = Oracle(
    cases=_bptt_cases,
    expect=lambda inputs: _of_sweep(tape_gradients(inputs)),
    second=lambda inputs: _of_sweep(difference_gradients(inputs)),
    parts={"paths": 0.3, "sequence": 0.5, "edges": 0.2},
    basic=("paths", "sequence"),
    mistakes=(
        mistake(
            "nothing-carried-back",
            (
                "No step hears of a later loss: each gradient knows its own step's loss alone.",
                "h_t matters twice: for the loss of step t, and for the state of step t + 1.",
                "Add what the later step hands back to what the loss sends directly.",
            ),
            _swept(carry=0.0),
            *_SWEEP,
        ),
        mistake(
            "last-loss-only",
            (
                "Only the last step's loss comes in; the losses of the other steps are lost.",
                "What the later step hands back must not take the place of dhs[:, t].",
                "At every step, add the two: the direct part and the part from the future.",
            ),
            _last_loss,
            *_SWEEP,
        ),
        mistake(
            "forward-in-time",
            (
                "You walk through the steps from the first to the last.",
                "Which step's gradient depends on no other? There you have to begin.",
                "Begin at the last step and go back in time.",
            ),
            _forward_in_time,
            *_SWEEP,
        ),
        mistake(
            "carried-without-weights",
            (
                "What you hand back to the earlier step has not passed W_h.",
                "On its way from h_{t−1} to the tanh of step t the state is multiplied by W_h.",
                "Hand on dh_prev, the gradient behind the product, not the one before it.",
            ),
            _swept(_carries_dz),
            *_SWEEP,
        ),
        mistake(
            "weights-overwritten",
            (
                "Your dW_x, dW_h and db hold one step alone, the first.",
                "The same weights are used at every step. Do you add up, or do you replace?",
                "Start with zeros and add each step's gradient.",
            ),
            _overwritten,
            *_SWEEP,
        ),
        mistake(
            "wraps-around",
            (
                "Your first step takes the last state for the one before it.",
                "At t = 0 the index t − 1 is −1: Python then counts from the end.",
                "Before the first step the state is h0.",
            ),
            _from_states(lambda hs, h0: np.roll(hs, 1, axis=1)),
            *_SWEEP,
        ),
        mistake(
            "starts-at-zero",
            (
                "Your dW_h is that of a network that starts at zero: h0 is ignored.",
                "Which state did W_h multiply in the first step?",
                "Use h0 there, not zeros.",
            ),
            _from_states(lambda hs, h0: before(hs, 0 * h0)),
            *_SWEEP,
        ),
        mistake(
            "new-state-in-dW-h",
            (
                "Your dW_h pairs each step with its new state in the place of the old one.",
                "Which state did W_h multiply in step t?",
                "Pair step t with the state before it; for the first step that is h0.",
            ),
            _from_states(lambda hs, h0: hs),
            *_SWEEP,
        ),
        mistake(
            "one-step-short",
            (
                "Your dh0 is the gradient of h_1, not of h_0: one step back is missing.",
                "After the loop, which state does your dh belong to?",
                "Return what the first step hands back, after the product with the weights.",
            ),
            _one_step_short,
            *_SWEEP,
        ),
        mistake(
            "inputs-reversed",
            (
                "Your dxs are right, but in reverse order.",
                "You append while you walk back in time: the last step comes first.",
                "Turn the list round at the end, or write each dx at its own index.",
            ),
            _after(lambda g, *given: (g[0][:, ::-1], *g[1:])),
            *_SWEEP,
        ),
        mistake(
            "time-first",
            (
                "Your dxs have the axes (T, B, F); expected are (B, T, F).",
                "np.stack puts the new axis in front unless you tell it where.",
                "Stack along axis 1.",
            ),
            _after(lambda g, *given: (g[0].swapaxes(0, 1), *g[1:])),
            *_SWEEP,
        ),
        mistake(
            "averaged-over-steps",
            (
                "You average the gradients of the weights over the steps.",
                "The loss is a sum over steps. What is the gradient of a sum?",
                "Add the steps' gradients, without dividing by their number.",
            ),
            _after(lambda g, dhs, *rest: (*g[:2], *(each / dhs.shape[1] for each in g[2:]))),
            *_SWEEP,
        ),
        mistake(
            "averaged-over-batch",
            (
                "You average the gradients of the weights over the batch.",
                "The mean over the batch is in the loss already, and so in dhs.",
                "Take the sum over the samples.",
            ),
            _after(lambda g, dhs, *rest: (*g[:2], *(each / len(dhs) for each in g[2:]))),
            *_SWEEP,
        ),
        *(
            mistake(id, WRONG_STEPS[id][0], _swept(WRONG_STEPS[id][1]), *_SWEEP)
            for id in _SWEEP_STEPS
        ),
    ),
)


# --- contributions -------------------------------------------------------------------------------


def _each_use(starts: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    """h_{t−1}ᵀ dz_t for each t, with the states that `starts` takes to be h_{t−1}."""
    return lambda dhs, xs, hs, h0, W_x, W_h: np.einsum(
        "btv,btu->tvu", starts(hs, h0), inner_gradients(dhs, xs, hs, h0, W_x, W_h)
    )


each_use = _each_use(before)


def each_loss(dhs: Array, *given: Array) -> Array:
    """What each step's loss adds to dW_h: the same sum, other terms."""
    terms = []
    for t in range(dhs.shape[1]):
        kept = np.zeros_like(dhs)
        kept[:, t] = dhs[:, t]
        terms.append(each_use(kept, *given).sum(0))
    return np.stack(terms)


def _own_loss(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Array:
    return np.einsum("btv,btu->tvu", before(hs, h0), dhs * (1 - hs**2))


def _no_slope_uses(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Array:
    found, _ = sweep_back(WRONG_STEPS["no-slope"][1], dhs, xs, hs, h0, W_x, W_h)
    return np.stack([each[3] for each in found])


def _last_loss_uses(dhs: Array, *given: Array) -> Array:
    kept = np.zeros_like(dhs)
    kept[:, -1] = dhs[:, -1]
    return each_use(kept, *given)


_USES = "the contributions"

CONTRIBUTIONS = Oracle(
    cases=_bptt_cases,
    expect=lambda inputs: {_USES: tape_gradients(inputs)[3]},
    second=lambda inputs: {_USES: difference_gradients(inputs)[3]},
    parts={"paths": 0.3, "sequence": 0.5, "edges": 0.2},
    basic=("paths", "sequence"),
    mistakes=(
        mistake(
            "each-loss",
            (
                "Your terms say what each step's loss adds, not what each step's use of W_h adds.",
                "Both sums agree. Keep the last loss alone: W_h was still used at every step.",
                "Make one sweep back with all losses in it, and keep each step's own dW_h.",
            ),
            each_loss,
            _USES,
        ),
        mistake(
            "own-loss-only",
            (
                "Each of your terms knows the loss of its own step alone.",
                "The state of step t also matters for all later losses.",
                "Carry the gradient back from step to step, as in bptt.",
            ),
            _own_loss,
            _USES,
        ),
        mistake(
            "last-loss-only",
            (
                "Only the last step's loss comes in; the losses of the other steps are lost.",
                "What the later step hands back must not take the place of dhs[:, t].",
                "At every step, add the direct part and the part from the future.",
            ),
            _last_loss_uses,
            _USES,
        ),
        mistake(
            "reversed",
            (
                "Your terms are right, but in reverse order: the last step comes first.",
                "You append while you walk back in time.",
                "Turn the list round at the end, or write each term at its own index.",
            ),
            lambda *given: each_use(*given)[::-1],
            _USES,
        ),
        mistake(
            "running-sum",
            (
                "Your terms add up from the last step to this one: a running sum.",
                "Do you store the sum so far, or what this step adds to it?",
                "Store each step's own product.",
            ),
            lambda *given: np.cumsum(each_use(*given)[::-1], axis=0)[::-1],
            _USES,
        ),
        mistake(
            "total-only",
            (
                "You return the sum of all steps; each step's own term is asked for.",
                "The result has an axis for time in front: (T, U, U).",
                "Keep the terms apart.",
            ),
            lambda *given: each_use(*given).sum(0),
            _USES,
        ),
        mistake(
            "transposed",
            (
                "Each of your terms is transposed.",
                "Row v and column u of W_h belong to old unit v and new unit u.",
                "The old state stands on the left, dz on the right.",
            ),
            lambda *given: each_use(*given).swapaxes(1, 2),
            _USES,
        ),
        mistake(
            "new-state",
            (
                "Your terms pair each step with its new state in the place of the old one.",
                "Which state did W_h multiply in step t?",
                "Pair step t with the state before it; for the first step that is h0.",
            ),
            _each_use(lambda hs, h0: hs),
            _USES,
        ),
        mistake(
            "wraps-around",
            (
                "Your first step takes the last state for the one before it.",
                "At t = 0 the index t − 1 is −1: Python then counts from the end.",
                "Before the first step the state is h0.",
            ),
            _each_use(lambda hs, h0: np.roll(hs, 1, axis=1)),
            _USES,
        ),
        mistake(
            "starts-at-zero",
            (
                "Your first term is zero: h0 is ignored.",
                "Which state did W_h multiply in the first step?",
                "Use h0 there, not zeros.",
            ),
            _each_use(lambda hs, h0: before(hs, 0 * h0)),
            _USES,
        ),
        mistake(
            "no-slope",
            WRONG_STEPS["no-slope"][0],
            _no_slope_uses,
            _USES,
        ),
        mistake(
            "averaged-over-batch",
            (
                "You average each term over the batch.",
                "The mean over the batch is in the loss already, and so in dhs.",
                "Take the sum over the samples.",
            ),
            lambda dhs, *rest: each_use(dhs, *rest) / len(dhs),
            _USES,
        ),
    ),
)

ORACLES: dict[str, Oracle] = {
    "numerical_gradient": NUMERICAL_GRADIENT,
    "sequence_loss": SEQUENCE_LOSS,
    "elman_backward_step": ELMAN_BACKWARD_STEP,
    "bptt": BPTT,
    "contributions": CONTRIBUTIONS,
}
