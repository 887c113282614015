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

import inspect
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.cells import WEIGHTS, Cell
from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_SENTENCE = 160  # characters of an error's first sentence that are shown


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
    """The student's cell, made as the case asks, with Keras's own arguments as `keywords`."""
    import keras

    extra = {name: inputs[name] for name in cell.extra if name in inputs}
    listed = " and ".join(f'{name}="{value}"' for name, value in keywords.items())
    try:
        made = answer(cell.size_of(inputs), **extra, **keywords)
    except TypeError as error:
        words = str(error)
        if "unexpected keyword" not in words or not any(f"'{name}'" in words for name in keywords):
            raise
        raise Misfit("type", f"The cell cannot be made with {listed}: {words}.") from error
    if not isinstance(made, keras.layers.Layer):
        raise Misfit(
            "type", f"The class should be a keras.layers.Layer, but {describe(made)} came."
        )
    if not hasattr(made, "dtype_policy"):
        raise Misfit("type", "`__init__` never calls `super().__init__(**kwargs)`: begin with it.")
    for name, value in keywords.items():
        if getattr(made, name, None) != value:
            raise Misfit(
                "type",
                f"A cell made with {listed} has the {name} {getattr(made, name, None)}: what "
                "`__init__` gets does not arrive at `super().__init__`.",
            )
    return made


def _load(cell: Cell, made: Any, inputs: Inputs) -> None:
    """Give the cell the case's weights, by the names that the exercise fixes."""
    for name, given in zip(WEIGHTS, cell.given, strict=True):
        weight = _weight(made, name)
        if tuple(weight.shape) != inputs[given].shape:
            raise Misfit(
                "shape",
                f"`{name}` should have shape {inputs[given].shape}, but has {tuple(weight.shape)}.",
            )
        _must_learn(made, name, weight)
        weight.assign(inputs[given])


def _must_learn(made: Any, name: str, weight: Any) -> None:
    """Refuse a weight that Keras does not know, that is frozen, or that has not the cell's dtype.

    Raises:
        Misfit: it is one of these.
    """
    if not any(weight is each or weight is each.value for each in made.weights):
        raise Misfit(
            "count",
            f"Keras does not know `{name}`, so it is neither trained nor saved. Make it with "
            f"`self.{name} = self.add_weight(...)`.",
        )
    if not (weight.trainable and made.trainable):
        raise Misfit(
            "count", f"`{name}` is frozen: make it without trainable=False, so that it can learn."
        )
    dtype = getattr(weight.dtype, "name", weight.dtype)
    if dtype != made.variable_dtype:
        raise Misfit(
            "dtype",
            f'`{name}` is {dtype} in a cell made with dtype="{made.variable_dtype}". Leave dtype '
            "out of add_weight, and give sublayers dtype=self.dtype_policy.",
        )


def _weight(made: Any, name: str) -> Any:
    weight = getattr(made, name, None)
    if weight is None or not hasattr(weight, "assign"):
        raise Misfit(
            "count",
            f"The cell has no weight `{name}` once it is built. Create it in `build` with "
            f"`self.{name} = self.add_weight(...)`.",
        )
    return weight


def _came(value: Any) -> str:
    """What came, without its shape, so that the same is said in every case."""
    return "an array" if hasattr(value, "shape") else describe(value)


def _parted(cell: Cell, value: Any) -> tuple[Any, list[Any]]:
    """`call`'s result as (output, the new states)."""
    if value is None:
        raise Misfit("none", f"`call` returns None. It should return {cell.form}.")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit("count", f"`call` should return {cell.form}, but {_came(value)} came.")
    output, states = value
    if not isinstance(states, (tuple, list)):
        raise Misfit(
            "type",
            f"`call` should return the new states as a list, [{', '.join(cell.states)}], but "
            f"{_came(states)} came.",
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

    def run(xs: Any) -> tuple[Any, list[Any]]:
        if not cell.in_rnn:
            return _over_time(cell, made, xs, start)
        outputs, *last = rnn(xs, initial_state=start)
        return outputs, last

    with tf.GradientTape() as tape:
        tape.watch(xs)
        outputs, last = run(xs)
        loss = tf.reduce_sum(tf.convert_to_tensor(outputs) * setup["weights_of_the_sum"])
    tensors = [each.value if isinstance(each, keras.Variable) else each for each in weights]
    gradients = tape.gradient(loss, [xs, *tensors])
    result: Outputs = {cell.outputs: plain(outputs, "the outputs")}
    if len(last) != len(cell.last):
        raise Misfit(
            "count",
            f"keras.layers.RNN carries {len(last)} states, but the cell has {len(cell.last)}. "
            "`state_size` tells it how many.",
        )
    for name, state in zip(cell.last, last, strict=True):
        result[name] = plain(state, name)
    names = ("the inputs", *(f"`{weight}`" for weight in WEIGHTS))
    for name, gradient, weight in zip(names, gradients, (None, *weights), strict=True):
        result[f"the gradient of {name}"] = (
            _why_none(name, lambda xs: run(xs)[0], xs, weight)
            if gradient is None
            else plain(gradient, "the gradient")
        )
    return result


def _why_none(name: str, run: Callable[[Any], Any], xs: Any, weight: Any) -> str:
    """Why no gradient reaches a weight, or the inputs where `weight` is None."""
    before = plain(run(xs), "the outputs")
    if weight is None:
        after = plain(run(xs + 0.5), "the outputs")
    else:
        old = plain(weight)
        weight.assign(old + 0.5)
        after = plain(run(xs), "the outputs")
        weight.assign(old)
    if np.array_equal(before, after):
        return f"missing: nothing that `call` returns depends on {name}"
    return (
        "missing: TensorFlow cannot see through the computation. Stay with keras.ops or "
        "TensorFlow inside `call`, without NumPy, `.numpy()` or stop_gradient"
    )


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
            return {"saving and loading a model with the cell": _lost_in_a_file(made, error)}
    return {
        "saving and loading a model with the cell": "works",
        "the outputs of the loaded model": plain(outputs, "the outputs"),
    }


def _lost_in_a_file(made: Any, error: Exception) -> str:
    import keras

    if keras.saving.get_registered_object(keras.saving.get_registered_name(type(made))) is None:
        return "fails: the decorator keras.saving.register_keras_serializable is missing"
    return _raises(error)


def _raises(error: Exception) -> str:
    """The error and the first sentence of what it says."""
    lines = [line for line in str(error).splitlines() if line.strip(" \x1b[01m")]
    wrapped = len(lines) > 1 and lines[0].startswith("Exception encountered when calling")
    first = lines[wrapped].replace("\x1b[1m", "").split(". ")[0] if lines else ""
    first = first.replace("\x1b[0m", "")
    if len(first) > _SENTENCE:
        first = first[:_SENTENCE].rsplit(" ", 1)[0] + " …"
    return f"raises {type(error).__name__}: {first.rstrip('.:')}"


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
        renamed = ", as its parameter is not called **kwargs" if _renamed(type(made)) else ""
        lost.append(f"loses the name or the dtype{renamed}")
    return {"`from_config(get_config())`": " and ".join(lost) or "works"}


def _renamed(kind: type) -> bool:
    """Whether Keras records the arguments itself, but cannot hand the name back: it does so for
    a parameter that is called **kwargs."""
    for each in kind.__mro__:
        if not each.__module__.startswith("keras") and {"get_config", "from_config"} & set(
            vars(each)
        ):
            return False
    return "kwargs" not in inspect.signature(kind.__init__).parameters  # type: ignore[misc]


def _start(cell: Cell, answer: Any, inputs: Inputs, setup: Setup) -> Outputs:
    """The bias that a new cell starts with."""
    made = _made(cell, answer, inputs)
    made.build(tuple(setup["shape"]))
    return {"`bias` at the start": plain(_weight(made, "bias"), "`bias`")}
