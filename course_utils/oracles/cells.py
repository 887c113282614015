"""What the oracles of all cells share: outcomes, two references for gradients, mistakes.

A cell's first reference is its equation, `step(x, h, W, U, b) -> (output, [new states])`, with
every state between x and the weights, written with `oracles.maths`. From it come the outputs in
every task of `probes.cell`, and for the right one the gradients by complex steps:
Im f(w + i eps) / eps is exact to the last digits for the analytic functions that cells are made
of. The second reference is a layer of Keras's own with the same weights, and TensorFlow's tape.

Source of the complex step: W. Squire and G. Trapp, "Using complex variables to estimate
derivatives of real functions", SIAM Review 40 (1998).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checking.cells import WEIGHTS, Cell
from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    ExpectedError,
    Inputs,
    Mistake,
    Outcome,
    Outputs,
    Reference,
    Setup,
    from_case,
)
from course_utils.oracles.drawing import draw
from course_utils.oracles.ready_layers import Weights, keras_states

__all__ = [
    "Weights",
    "cell_cases",
    "cell_outcome",
    "complex_step_gradients",
    "kept_mistakes",
    "keras_reference",
]

Array = np.ndarray

_EPSILON = 1e-30

_WORKS = {
    "config": {"`from_config(get_config())`": "works"},
    "save": {"saving and loading a model with the cell": "works"},
}


# --- cases ---------------------------------------------------------------------------------------


def cell_cases(
    cell: Cell,
    name: str,
    rng: np.random.Generator,
    sequence: Callable[[tuple[int, int, int, int], str], Inputs],
    kept: Inputs | None = None,
    setup: Setup | None = None,
) -> list[Case]:
    """The cases that every cell has: in Keras ("in Keras"), and what is kept ("kept").

    Args:
        cell: the kind of cell.
        name: the class's name, for the student's words.
        rng: draws the size in the configuration.
        sequence: `sequence((batch, steps, features, units), dtype)` draws a case's inputs:
            `xs`, the initial states, the weights, any extra argument.
        kept: further inputs of the tasks that need no weights: extra arguments.
        setup: further set-up of these: `shape`.
    """

    def drawn(
        task: str, sizes: tuple[int, int, int, int], dtype: str, part: str, about: str
    ) -> Case:
        inputs = sequence(sizes, dtype)
        if task != "sequence":
            return Case(part, inputs, about, {"task": task})
        shape = (*inputs["xs"].shape[:2], *inputs[f"{cell.states[0]}0"].shape[1:])
        sums = draw(rng, *shape, dtype=dtype)
        return Case(part, inputs, about, {"task": task, "weights_of_the_sum": sums})

    def bare(task: str, size: int, about: str) -> Case:
        inputs = {cell.size: size, **(kept or {})}
        return Case("kept", inputs, about, {"task": task, **(setup or {})})

    where = "in keras.layers.RNN" if cell.in_rnn else "in a loop over time"
    return [
        drawn("sequence", (3, 4, 2, 5), "float64", "in Keras", f"{where}, float64"),
        drawn("sequence", (1, 1, 3, 2), "float64", "in Keras", f"{where}, T = 1"),
        drawn("graph", (2, 3, 2, 4), "float32", "in Keras", "in a model that TensorFlow compiles"),
        bare("config", int(rng.integers(3, 9)), "get_config, from_config"),
        drawn("save", (2, 3, 2, 3), "float32", "kept", "saved and loaded"),
        *(bare("build", size, f"{name}({size})") for size in (0, -3)),
    ]


# --- the first reference -------------------------------------------------------------------------


def cell_outcome(
    cell: Cell, right: Reference | None, start: Callable[[int], Array | str] | None = None
) -> Outcome:
    """What the probe reports of a cell whose step this is, in float64.

    Args:
        cell: the kind of cell.
        right: the right step, of which the gradients are expected too; None where their numbers
            are too many for complex steps.
        start: the bias that a new cell of this size starts with, where the exercise fixes it; in
            the words of its view where it has one.
    """

    def outcome(step: Reference, inputs: Inputs, setup: Setup) -> Outputs:
        task = setup["task"]
        if task == "build":
            raise ExpectedError(cell.size, f"{cell.size} = {inputs[cell.size]}")
        if task == "config":
            return _WORKS["config"]
        if task == "start":
            return {} if start is None else {"`bias` at the start": start(inputs[cell.size])}
        return _run(cell, step, inputs, setup, gradients=step is right)

    return outcome


def _run(cell: Cell, step: Reference, inputs: Inputs, setup: Setup, gradients: bool) -> Outputs:
    task = setup["task"]
    weights = [wide(inputs[name]) for name in cell.given]
    extra = {name: inputs[name] for name in cell.extra if name in inputs}
    if task == "step":
        states = [wide(inputs[name]) for name in cell.states]
        output, new = step(wide(inputs["x"]), *states, *weights, **extra)
        shapes = sorted(str(inputs[name].shape) for name in cell.given)
        outputs = {
            "the output": output,
            **dict(zip(cell.new, new, strict=True)),
            "the weights": ", ".join(shapes),
        }
        if cell.in_rnn:
            size = cell.size_of(inputs)
            many = len(cell.states) > 1
            outputs["`state_size`"] = [size] * len(cell.states) if many else size
            outputs["`output_size`"] = size
        return outputs
    xs = wide(inputs["xs"])
    if task == "sequence":
        states = [wide(inputs[f"{name}0"]) for name in cell.states]
    else:
        size = cell.size_of(inputs)
        states = [np.zeros((len(xs), *xs.shape[2:-1], size)) for _ in cell.states]

    def over_time(xs: Array, *weights: Array) -> tuple[Array, Sequence[Array]]:
        outputs, now = [], states
        for t in range(xs.shape[1]):
            output, now = step(xs[:, t], *now, *weights, **extra)
            outputs.append(output)
        return np.stack(outputs, axis=1), now

    hs, last = over_time(xs, *weights)
    if task == "graph":
        return {"the outputs in a compiled model": hs}
    if task == "save":
        return {**_WORKS["save"], "the outputs of the loaded model": hs}
    outputs = {cell.outputs: hs, **dict(zip(cell.last, last, strict=True))}
    if gradients:
        sums = wide(setup["weights_of_the_sum"])
        found = complex_step_gradients(
            lambda *arrays: np.sum(over_time(*arrays)[0] * sums), xs, *weights
        )
        outputs.update(zip(_gradient_names(), found, strict=True))
    return outputs


def _gradient_names() -> list[str]:
    return [
        f"the gradient of {name}" for name in ("the inputs", *(f"`{each}`" for each in WEIGHTS))
    ]


def complex_step_gradients(loss: Callable[..., Any], *arrays: Array) -> list[Array]:
    """The gradients of a real, analytic `loss(*arrays)`, exact to rounding: one pass per number."""
    gradients = []
    for k, array in enumerate(arrays):
        gradient = np.zeros(array.shape)
        for index in np.ndindex(*array.shape):
            moved = array.astype(np.complex128)
            moved[index] += 1j * _EPSILON
            gradient[index] = loss(*arrays[:k], moved, *arrays[k + 1 :]).imag / _EPSILON
        gradients.append(gradient)
    return gradients


# --- the second reference ------------------------------------------------------------------------


def keras_reference(
    cell: Cell,
    make: Callable[[Inputs, Sequence[int]], Any],
    weights: Callable[[Inputs], Weights] | None = None,
) -> Reference:
    """What the probe reports, from a layer of Keras's own and TensorFlow's tape.

    Args:
        cell: the kind of cell.
        make: the layer for a case whose inputs at one step have this shape, by `ready_layer`.
        weights: what the layer's `set_weights` takes, where it is not the case's three arrays.
    """

    @from_case
    def second(inputs: Inputs, setup: Setup) -> Outputs | None:
        task = setup["task"]
        if task not in ("step", "sequence"):
            return None
        given = weights(inputs) if weights else [inputs[name] for name in cell.given]
        layer = make(inputs, inputs["x"].shape[1:] if task == "step" else inputs["xs"].shape[2:])
        if task == "step":
            start = [inputs[name] for name in cell.states]
            hs, *last = keras_states(layer, given, inputs["x"][:, None], *start)
            return {"the output": hs[:, -1], **dict(zip(cell.new, last, strict=True))}
        return _taped(cell, layer, given, inputs, setup)

    return second


def _taped(cell: Cell, layer: Any, given: Weights, inputs: Inputs, setup: Setup) -> Outputs:
    import tensorflow as tf

    layer.set_weights([wide(each) for each in given])
    xs = tf.constant(wide(inputs["xs"]))
    start = [tf.constant(wide(inputs[f"{name}0"])) for name in cell.states]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        hs, *last = layer(xs, initial_state=start)
        loss = tf.reduce_sum(hs * wide(setup["weights_of_the_sum"]))
    found = tape.gradient(loss, [xs, *(weight.value for weight in layer.trainable_weights)])
    return {
        cell.outputs: np.asarray(hs),
        **{name: np.asarray(state) for name, state in zip(cell.last, last, strict=True)},
        **{name: np.asarray(each) for name, each in zip(_gradient_names(), found, strict=True)},
    }


# --- mistakes that every cell can have -----------------------------------------------------------


def kept_mistakes(cell: Cell, name: str, outcome: Outcome, right: Reference) -> list[Mistake]:
    """Wrong arguments and wrong configurations: the equation is right, the class is not.

    Args:
        cell: the kind of cell.
        name: the class's name.
        outcome: from `cell_outcome`.
        right: the right step.
    """
    size = cell.size

    def but(**instead: Outputs) -> Callable[[Inputs, Setup], Outputs | ExpectedError | None]:
        """A cell that is right but for some of the things that the probe does with it."""

        def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
            if setup["task"] in instead:
                return instead[setup["task"]]
            return outcome(right, inputs, setup)

        return outputs

    def no_keywords(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        """`__init__` takes its own arguments alone: every use with another keyword fails."""
        if setup["task"] == "save":
            return {"saving and loading a model with the cell": "raises TypeError"}
        return dropped(inputs, setup)

    def dropped(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        """`__init__` takes other keywords, which do not arrive."""
        given = inputs.get(cell.given[0])
        if setup["task"] == "config" or (given is not None and given.dtype == "float64"):
            return ExpectedError(kind="type", problem="a keyword")
        return outcome(right, inputs, setup)

    return [
        Mistake(
            "no-keywords",
            outputs=no_keywords,
            see="The cell cannot be made with Keras's own arguments, such as dtype or name.",
            look="Look at the arguments of `__init__`, and at what `super().__init__` gets.",
            change="Take **kwargs in `__init__` and hand them on to `super().__init__`.",
        ),
        Mistake(
            "keywords-dropped",
            outputs=dropped,
            see="The name and the dtype that a cell is made with do not arrive.",
            look="Compare what `__init__` gets with what it hands on to `super().__init__`.",
            change="Hand **kwargs on: Keras's own class takes name and dtype from them.",
        ),
        Mistake(
            f"config-without-{size}",
            outputs=but(
                config={"`from_config(get_config())`": "raises TypeError"},
                save={"saving and loading a model with the cell": "raises TypeError"},
            ),
            see="The cell cannot be made again from its own configuration: get_config lacks "
            f"{size}.",
            look="Keras calls the class with what `get_config` returns. Which argument is missing?",
            change=f'Add "{size}" to the dictionary of super().get_config(), or leave get_config '
            "out: Keras then records the arguments itself.",
        ),
        Mistake(
            "config-without-keywords",
            outputs=but(config={"`from_config(get_config())`": "loses the name or the dtype"}),
            see="Made again from its configuration, the cell loses its name or its dtype.",
            look="Compare what get_config returns with all that the cell was made with: name and "
            "dtype belong to it.",
            change=f"Start from super().get_config() and add the {size} to it.",
        ),
        Mistake(
            "keywords-renamed",
            outputs=but(
                config={
                    "`from_config(get_config())`": "loses the name or the dtype, as its parameter "
                    "is not called **kwargs"
                }
            ),
            see="Made again from its configuration, the cell loses its name.",
            look="Keras records the arguments itself, and hands the name back only where a "
            "parameter is called `name` or **kwargs.",
            change="Call the parameter **kwargs, as in the stub.",
        ),
        Mistake(
            "unregistered",
            outputs=but(save={"saving and loading a model with the cell": "fails"}),
            see="A model with the cell cannot be loaded: Keras does not find your class.",
            look="Compare the line above `class` with the stub.",
            change="Put the decorator of the stub back in its place.",
        ),
        Mistake(
            f"any-{size}",
            outputs=but(build={"the cell": "was made"}),
            see=f"{name}(0) is accepted, though a cell without {size} can hold no state.",
            look=f"Nothing looks at `{size}` before the weights are made.",
            change=f"In `__init__`, raise a ValueError that names {size} and the value that came.",
        ),
    ]
