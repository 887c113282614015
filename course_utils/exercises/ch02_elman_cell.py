"""Chapter 2, the Elman cell: what is asked, and the probes that run beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Changed,
    Misfit,
    call_fresh,
    describe,
    fresh,
    function_probe,
    plain,
    same,
)
from course_utils.checking.types import Exercise, Inputs, Outputs

__all__ = ["EXERCISES"]

Step = Callable[[Any, Any], Any]


def given_step(inputs: Inputs) -> Step:
    """The step that checks pass in: NumPy arrays in, NumPy out; tensors in, a tensor out.

    Args:
        inputs: `_W_x` (F, U), `_W_h` (U, U), `_b` (U,), and `_linear`: True without the tanh.
    """
    W_x, W_h, b = inputs["_W_x"], inputs["_W_h"], inputs["_b"]
    linear = inputs["_linear"]

    def step(x: Any, h: Any) -> Any:
        for name, value, width in (("x", x, len(W_x)), ("h", h, len(W_h))):
            shape = tuple(np.shape(value)) if not hasattr(value, "shape") else tuple(value.shape)
            if len(shape) != 2 or shape[1] not in (width, None):
                raise ValueError(
                    f"step(x, h) was called with {name} of shape {shape}, "
                    f"but needs (batch, {width})."
                )
        if isinstance(x, np.ndarray) and isinstance(h, np.ndarray):
            z = x @ W_x + h @ W_h + b
            return z if linear else np.tanh(z)
        import tensorflow as tf

        z = tf.matmul(tf.convert_to_tensor(x), W_x) + tf.matmul(tf.convert_to_tensor(h), W_h) + b
        return z if linear else tf.tanh(z)

    return step


def _arguments(inputs: Inputs) -> Inputs:
    return {name: value for name, value in inputs.items() if not name.startswith("_")}


def unroll_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Unroll a given step over a given sequence."""
    step = given_step(inputs)
    return call_fresh(
        lambda xs, h0: answer(step, xs, h0),
        _arguments(inputs),
        lambda value: {"the states": plain(value, "the states")},
    )


def stream_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Take results one by one, and note after each how many inputs were read and steps made.

    With `_endless` the source goes on for ever, and only as many results are taken as `xs` has.
    """
    xs, h = fresh(inputs["xs"]), fresh(inputs["h"])
    read = called = 0
    given = given_step(inputs)

    def source() -> Iterator[np.ndarray]:
        nonlocal read
        for k in count() if inputs["_endless"] else range(len(xs)):
            read += 1
            if read > 50 * (len(xs) + 1):
                raise Misfit(
                    "stopped",
                    f"It read {read - 1} inputs before it gave the result that was asked for. A "
                    "stream may never end: give each result as soon as its input is there.",
                )
            yield np.array(xs[k % len(xs)])

    def step(x: Any, state: Any) -> Any:
        nonlocal called
        called += 1
        return given(x, state)

    value = answer(step, h, source())
    if value is None:
        raise Misfit("none", "The result is None. Did you `yield` each state?")
    collected = isinstance(value, (list, tuple, np.ndarray))  # known by what it read: let it pass
    if not collected and not (hasattr(value, "__next__") and hasattr(value, "__iter__")):
        raise Misfit(
            "type",
            f"The result should be an iterator, which `next(...)` accepts, but {describe(value)} "
            "came. `yield` each state inside the loop.",
        )
    reads, calls, states, kept = [read], [called], [], []
    for state in islice(iter(value), len(xs) if inputs["_endless"] else len(xs) + 2):
        states.append(plain(state, "the state"))
        kept.append(state)
        reads.append(read)
        calls.append(called)
    shapes = {state.shape for state in states}
    if len(shapes) > 1:
        raise Misfit("shape", f"The states have different shapes: {sorted(shapes)}.")
    outputs: Outputs = {
        "the number of results": len(states),
        "the inputs read before each result": np.array(reads),
        "the steps made before each result": np.array(calls),
        "the states": np.stack(states) if states else np.zeros((0, *inputs["h"].shape)),
        "the states kept until the end": (
            np.stack([plain(state) for state in kept])
            if kept
            else np.zeros((0, *inputs["h"].shape))
        ),
    }
    if not same(h, inputs["h"]):
        raise Changed(["h"], outputs)
    return outputs


# --- the cell ------------------------------------------------------------------------------------


def elman_cell_probe(answer: Any, inputs: Inputs) -> Outputs:
    """What `_do` says: one "step", a "sequence" in keras.layers.RNN, "graph", "config", "save"."""
    do = inputs["_do"]
    if do == "build":
        answer(inputs["units"])
        return {"the cell": "was made"}
    if do == "config":
        return _config(answer, inputs)
    dtype = str(inputs["W_x"].dtype)
    units = int(inputs["W_h"].shape[0])
    cell = answer(units) if dtype == "float32" else answer(units, dtype=dtype)
    if do == "step":
        return _step(cell, inputs)
    if do == "sequence":
        return _sequence(cell, inputs)
    return _in_model(cell, inputs, saved=do == "save")


def _load(cell: Any, inputs: Inputs) -> None:
    """Give the cell the case's weights, by the names that the exercise fixes."""
    for name, given in (("kernel", "W_x"), ("recurrent_kernel", "W_h"), ("bias", "b")):
        weight = getattr(cell, name, None)
        if weight is None or not hasattr(weight, "assign"):
            raise Misfit(
                "count",
                f"The cell has no weight `{name}` once it is built. Create it in `build` with "
                f"`self.{name} = self.add_weight(...)`.",
            )
        if tuple(weight.shape) != inputs[given].shape:
            raise Misfit(
                "shape",
                f"`{name}` should have shape {inputs[given].shape}, but has {tuple(weight.shape)}.",
            )
        weight.assign(inputs[given])


def _pair(value: Any) -> tuple[Any, Any]:
    """`call`'s result as (output, the one new state)."""
    if value is None:
        raise Misfit("none", "`call` returns None. It should return (h, [h]).")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit("count", f"`call` should return (h, [h]), but {describe(value)} came.")
    output, states = value
    if not isinstance(states, (tuple, list)):
        raise Misfit(
            "type",
            f"`call` should return the new states as a list, [h], but {describe(states)} came.",
        )
    if len(states) != 1:
        raise Misfit("count", f"The cell has one state, but `call` returns {len(states)} of them.")
    return output, states[0]


def _step(cell: Any, inputs: Inputs) -> Outputs:
    """The cell alone, called once on (B, F) with one state (B, U)."""
    x, h = fresh(inputs["x"]), fresh(inputs["h"])
    cell.build(x.shape)
    _load(cell, inputs)
    output, state = _pair(cell(x, [h]))
    return {
        "the weights": ", ".join(sorted(_shapes(cell))),
        "`state_size`": _size(cell, "state_size"),
        "`output_size`": _size(cell, "output_size"),
        "the output": plain(output, "the output"),
        "the new state": plain(state, "the new state"),
    }


def _shapes(cell: Any) -> list[str]:
    return [str(tuple(weight.shape)) for weight in cell.trainable_weights]


def _size(cell: Any, name: str) -> int:
    size = getattr(cell, name, None)
    if isinstance(size, (list, tuple)) and len(size) == 1:
        size = size[0]
    if not isinstance(size, (int, np.integer)):
        raise Misfit(
            "count",
            f"`{name}` should be the number of units, but is {describe(size)}. "
            f"Set `self.{name} = units` in `__init__`.",
        )
    return int(size)


def _sequence(cell: Any, inputs: Inputs) -> Outputs:
    """The cell in keras.layers.RNN over (B, T, F), with the gradients of a weighted sum."""
    import keras
    import tensorflow as tf

    dtype = str(inputs["W_x"].dtype)
    rnn = keras.layers.RNN(cell, return_sequences=True, return_state=True, dtype=dtype)
    rnn.build(inputs["xs"].shape)
    _load(cell, inputs)
    xs = tf.constant(inputs["xs"])
    weights = [cell.kernel, cell.recurrent_kernel, cell.bias]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        outputs, state = rnn(xs, initial_state=[tf.constant(inputs["h0"])])
        loss = tf.reduce_sum(tf.convert_to_tensor(outputs) * inputs["_weights_of_the_sum"])
    gradients = tape.gradient(loss, [xs, *(weight.value for weight in weights)])
    names = ("the inputs", "`kernel`", "`recurrent_kernel`", "`bias`")
    result: Outputs = {
        "the outputs in keras.layers.RNN": plain(outputs, "the outputs"),
        "the last state": plain(state, "the last state"),
    }
    for name, gradient in zip(names, gradients, strict=True):
        if gradient is None:
            raise Misfit(
                "none",
                f"No gradient reaches {name}: TensorFlow cannot see through the computation. Stay "
                "with keras.ops or TensorFlow inside `call`, without NumPy or `.numpy()`.",
            )
        result[f"the gradient of {name}"] = plain(gradient, "the gradient")
    return result


def _in_model(cell: Any, inputs: Inputs, saved: bool) -> Outputs:
    """The cell in a functional model of any length, traced as a graph; or saved and loaded."""
    import keras
    import tensorflow as tf

    xs = inputs["xs"]
    source = keras.Input((None, xs.shape[2]))
    model = keras.Model(source, keras.layers.RNN(cell, return_sequences=True)(source))
    _load(cell, inputs)
    if not saved:
        run = tf.function(lambda value: model(value))
        return {"the outputs in a compiled model": plain(run(tf.constant(xs)), "the outputs")}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.keras")
        try:
            model.save(path)
            loaded = keras.models.load_model(path)
            outputs = loaded(tf.constant(xs))
        except Exception as error:  # noqa: BLE001 - what Keras raises here depends on its release
            return {"saving and loading a model with the cell": _raises(error)}
    return {
        "saving and loading a model with the cell": "works",
        "the outputs of the loaded model": plain(outputs, "the outputs"),
    }


def _raises(error: Exception) -> str:
    first = str(error).strip().splitlines() or [""]
    return f"raises {type(error).__name__}: {first[0][:200]}"


def _config(answer: Any, inputs: Inputs) -> Outputs:
    """The round trip through get_config and from_config, with Keras's own arguments kept."""
    units = inputs["units"]
    cell = answer(units, name="my_cell", dtype="float64")
    try:
        again = answer.from_config(cell.get_config())
    except Exception as error:  # noqa: BLE001 - a wrong get_config may raise anything
        return {"`from_config(get_config())`": _raises(error)}
    kept = []
    again.build((1, 3))
    _size(again, "state_size")
    if tuple(again.recurrent_kernel.shape) != (units, units):
        kept.append("loses the units")
    if again.name != "my_cell" or again.dtype != "float64":
        kept.append("loses the name or the dtype")
    return {"`from_config(get_config())`": " and ".join(kept) or "works"}


EXERCISES: dict[str, Exercise] = {
    "elman_step": Exercise(
        name="elman_step",
        signature="elman_step(x, h, W_x, W_h, b)",
        probe=function_probe("the new state"),
        points=2,
        forbidden=("recurrent",),
        minutes=8,
        difficulty=1,
    ),
    "unroll": Exercise(
        name="unroll",
        signature="unroll(step, xs, h0)",
        probe=unroll_probe,
        points=2,
        minutes=12,
        difficulty=2,
    ),
    "readout": Exercise(
        name="readout",
        signature="readout(hs, W_y, b_y)",
        probe=function_probe("the outputs"),
        points=1,
        minutes=5,
        difficulty=1,
    ),
    "ElmanCell": Exercise(
        name="ElmanCell",
        signature="ElmanCell(units)",
        probe=elman_cell_probe,
        points=3,
        takes="class",
        forbidden=("recurrent",),
        seconds=30,
        minutes=20,
        difficulty=3,
    ),
    "stream": Exercise(
        name="stream",
        signature="stream(step, h, xs)",
        probe=stream_probe,
        points=2,
        minutes=12,
        difficulty=2,
    ),
}
