"""What every cell is asked: one probe for Elman, LSTM, GRU and convolutional LSTM cells.

A case's set-up says what to do with the cell, its `task`:

- "step": called once, on `x` and one array per state (`h`, `c`);
- "sequence": over `xs` from `h0`, `c0`, with the gradients of sum(outputs · `weights_of_the_sum`);
- "graph": in a model that TensorFlow compiles; "save": in a model that is saved and loaded;
- "config": made again from its configuration; "start": which bias it starts with, given `shape`;
- "build": only made, with an argument that may be impossible.

The weights come under the names of the chapter's equation. The size is read from them, or from
the input that is named like the argument (`units`). A cell of two states gets two of each.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.cells import WEIGHTS, Cell
from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Do with the cell what the case's task says; the question's settings describe a `Cell`."""
    cell = Cell.from_settings(question.settings)
    inputs = {k: tuple(v) if isinstance(v, list) else v for k, v in inputs.items()}  # kernel sizes
    task = setup["task"]
    if task == "build":
        _made(cell, answer, inputs)
        return {"the cell": "was made"}
    if task == "config":
        return _config(cell, answer, inputs, setup)
    if task == "start":
        return _start(cell, answer, inputs, setup)
    dtype = str(inputs[cell.given[0]].dtype)
    made = _made(cell, answer, inputs, **({} if dtype == "float32" else {"dtype": dtype}))
    if task == "step":
        return _step(cell, made, inputs)
    if task == "sequence":
        return _sequence(cell, made, inputs, setup)
    return _in_model(cell, made, inputs, saved=task == "save")


def _made(cell: Cell, answer: Any, inputs: Inputs, **keywords: Any) -> Any:
    """The student's cell, made as the case asks."""
    extra = {name: inputs[name] for name in cell.extra if name in inputs}
    return answer(cell.size_of(inputs), **extra, **keywords)


def _load(cell: Cell, made: Any, inputs: Inputs) -> None:
    """Give the cell the case's weights, by the names that the exercise fixes."""
    for name, given in zip(WEIGHTS, cell.given, strict=True):
        weight = _weight(made, name)
        if tuple(weight.shape) != inputs[given].shape:
            raise Misfit(
                "shape",
                f"`{name}` should have shape {inputs[given].shape}, but has {tuple(weight.shape)}.",
            )
        weight.assign(inputs[given])


def _weight(made: Any, name: str) -> Any:
    weight = getattr(made, name, None)
    if weight is None or not hasattr(weight, "assign"):
        raise Misfit(
            "count",
            f"The cell has no weight `{name}` once it is built. Create it in `build` with "
            f"`self.{name} = self.add_weight(...)`.",
        )
    return weight


def _parted(cell: Cell, value: Any) -> tuple[Any, list[Any]]:
    """`call`'s result as (output, the new states)."""
    if value is None:
        raise Misfit("none", f"`call` returns None. It should return {cell.form}.")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit("count", f"`call` should return {cell.form}, but {describe(value)} came.")
    output, states = value
    if not isinstance(states, (tuple, list)):
        raise Misfit(
            "type",
            f"`call` should return the new states as a list, [{', '.join(cell.states)}], but "
            f"{describe(states)} came.",
        )
    if len(states) != len(cell.states):
        has = "one state" if len(cell.states) == 1 else f"{len(cell.states)} states"
        raise Misfit("count", f"The cell has {has}, but `call` returns {len(states)} of them.")
    return output, list(states)


def _step(cell: Cell, made: Any, inputs: Inputs) -> Outputs:
    """The cell alone, called once on x with one array per state."""
    x, states = inputs["x"], [inputs[name] for name in cell.states]
    made.build(x.shape)
    _load(cell, made, inputs)
    # A first call whose states are not those of the next: a cell may not keep its own.
    made(0 * x, [0 * state for state in states])
    output, new = _parted(cell, made(x, states))
    outputs: Outputs = {"the weights": ", ".join(sorted(_shapes(made)))}
    if cell.in_rnn:
        outputs["`state_size`"] = _state_size(cell, made)
        outputs["`output_size`"] = _one_size(cell, made, "output_size")
    outputs["the output"] = plain(output, "the output")
    for name, state in zip(cell.new, new, strict=True):
        outputs[name] = plain(state, name)
    return outputs


def _shapes(made: Any) -> list[str]:
    return [str(tuple(weight.shape)) for weight in made.trainable_weights]


def _one_size(cell: Cell, made: Any, name: str) -> int:
    size = getattr(made, name, None)
    if isinstance(size, (list, tuple)) and len(size) == 1:
        size = size[0]
    if not isinstance(size, (int, np.integer)):
        raise Misfit(
            "count",
            f"`{name}` should be the number of {cell.size}, but is {describe(size)}. "
            f"Set `self.{name} = {cell.size}` in `__init__`.",
        )
    return int(size)


def _state_size(cell: Cell, made: Any) -> int | list[int]:
    if len(cell.states) == 1:
        return _one_size(cell, made, "state_size")
    size = getattr(made, "state_size", None)
    if not isinstance(size, (list, tuple)) or len(size) != len(cell.states):
        numbers = ", ".join([cell.size] * len(cell.states))
        raise Misfit(
            "count",
            f"`state_size` should hold one number for each of the states "
            f"{' and '.join(cell.states)}, but is {describe(size)}. "
            f"Set `self.state_size = [{numbers}]` in `__init__`.",
        )
    return [int(each) for each in size]


def _over_time(cell: Cell, made: Any, xs: Any, states: list[Any]) -> tuple[Any, list[Any]]:
    """The course's own loop: (B, T, ...) → outputs (B, T, ...) and the last states."""
    import tensorflow as tf

    outputs = []
    for t in range(xs.shape[1]):
        output, states = _parted(cell, made(xs[:, t], states))
        outputs.append(tf.convert_to_tensor(output))
    return tf.stack(outputs, axis=1), states


def _sequence(cell: Cell, made: Any, inputs: Inputs, setup: Setup) -> Outputs:
    """The cell over (B, T, ...), with the gradients of a weighted sum of its outputs."""
    import keras
    import tensorflow as tf

    xs = tf.constant(inputs["xs"])
    start = [tf.constant(inputs[f"{name}0"]) for name in cell.states]
    if cell.in_rnn:
        rnn = keras.layers.RNN(
            made, return_sequences=True, return_state=True, dtype=str(inputs["xs"].dtype)
        )
        rnn.build(inputs["xs"].shape)
    else:
        made.build((None, *inputs["xs"].shape[2:]))
    _load(cell, made, inputs)
    weights = [getattr(made, name) for name in WEIGHTS]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        if cell.in_rnn:
            outputs, *last = rnn(xs, initial_state=start)
        else:
            outputs, last = _over_time(cell, made, xs, start)
        loss = tf.reduce_sum(tf.convert_to_tensor(outputs) * setup["weights_of_the_sum"])
    gradients = tape.gradient(loss, [xs, *(weight.value for weight in weights)])
    result: Outputs = {cell.outputs: plain(outputs, "the outputs")}
    if len(last) != len(cell.last):
        raise Misfit(
            "count",
            f"keras.layers.RNN carries {len(last)} states, but the cell has {len(cell.last)}. "
            "`state_size` tells it how many.",
        )
    for name, state in zip(cell.last, last, strict=True):
        result[name] = plain(state, name)
    for name, gradient in zip(
        ("the inputs", *(f"`{weight}`" for weight in WEIGHTS)), gradients, strict=True
    ):
        if gradient is None:
            raise Misfit(
                "none",
                f"No gradient reaches {name}: TensorFlow cannot see through the computation. Stay "
                "with keras.ops or TensorFlow inside `call`, without NumPy or `.numpy()`.",
            )
        result[f"the gradient of {name}"] = plain(gradient, "the gradient")
    return result


def _in_model(cell: Cell, made: Any, inputs: Inputs, saved: bool) -> Outputs:
    """The cell in a functional model of any length, traced as a graph; or saved and loaded.

    Without keras.layers.RNN the model is one step from a state of zeros, and the loop is outside.
    """
    import keras
    import tensorflow as tf

    xs = tf.constant(inputs["xs"])
    if cell.in_rnn:
        source = keras.Input((None, *xs.shape[2:]))
        model = keras.Model(source, keras.layers.RNN(made, return_sequences=True)(source))

        def run(model: Any, value: Any) -> Any:
            return model(value)

    else:
        source = keras.Input(xs.shape[2:])
        shape = (*xs.shape[2:-1], cell.size_of(inputs))
        states = [keras.Input(shape) for _ in cell.states]
        output, new = _parted(cell, made(source, states))
        model = keras.Model([source, *states], [output, *new])
        zeros = tf.zeros((xs.shape[0], *shape), xs.dtype)

        def run(model: Any, value: Any) -> Any:
            outputs, states = [], [zeros] * len(cell.states)
            for t in range(value.shape[1]):
                output, *states = model([value[:, t], *states])
                outputs.append(output)
            return tf.stack(outputs, axis=1)

    _load(cell, made, inputs)
    if not saved:
        compiled = tf.function(lambda value: run(model, value), autograph=False)  # as fit does
        return {"the outputs in a compiled model": plain(compiled(xs), "the outputs")}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.keras")
        try:
            model.save(path)
            loaded = keras.models.load_model(path)
            outputs = run(loaded, xs)
        except Exception as error:  # noqa: BLE001 - what Keras raises here depends on its release
            return {"saving and loading a model with the cell": _raises(error)}
    return {
        "saving and loading a model with the cell": "works",
        "the outputs of the loaded model": plain(outputs, "the outputs"),
    }


def _raises(error: Exception) -> str:
    first = str(error).strip().splitlines() or [""]
    return f"raises {type(error).__name__}: {first[0][:200]}"


def _config(cell: Cell, answer: Any, inputs: Inputs, setup: Setup) -> Outputs:
    """The round trip through get_config and from_config, with Keras's own arguments kept."""
    shape = tuple(setup.get("shape", (1, 3)))
    made = _made(cell, answer, inputs, name="my_cell", dtype="float64")
    try:
        again = answer.from_config(made.get_config())
    except Exception as error:  # noqa: BLE001 - a wrong get_config may raise anything
        return {"`from_config(get_config())`": _raises(error)}
    lost = []
    made.build(shape)
    again.build(shape)
    before, after = ([tuple(_weight(one, name).shape) for name in WEIGHTS] for one in (made, again))
    if before[1][-2:] != after[1][-2:]:
        lost.append(f"loses the {cell.size}")
    elif before != after:
        lost.append(f"loses {' and '.join(cell.extra) or 'the shape of its weights'}")
    if again.name != "my_cell" or again.dtype != "float64":
        lost.append("loses the name or the dtype")
    return {"`from_config(get_config())`": " and ".join(lost) or "works"}


def _start(cell: Cell, answer: Any, inputs: Inputs, setup: Setup) -> Outputs:
    """The bias that a new cell starts with."""
    made = _made(cell, answer, inputs)
    made.build(tuple(setup["shape"]))
    return {"`bias` at the start": plain(_weight(made, "bias"), "`bias`")}
