"""What the oracles of all cells share: expectations, two references for gradients, mistakes.

A cell is given here as its equation in NumPy, `step(x, states, weights) -> (output, states)` with
`weights` = (W, U, b). From it come the outputs in every task of `exercises.cells`, and, where
asked, the gradients by complex steps: Im f(w + i eps) / eps is exact to the last digits for the
analytic functions that cells are made of. The second reference is a layer of Keras's own with
the same weights, and TensorFlow's tape.

Source of the complex step: W. Squire and G. Trapp, "Using complex variables to estimate
derivatives of real functions", SIAM Review 40 (1998).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Outputs, Raises
from course_utils.exercises.cells import WEIGHTS, Cell
from course_utils.oracles.bank import wide

__all__ = [
    "Step",
    "Weights",
    "cell_cases",
    "complex_step_gradients",
    "doing",
    "draw",
    "expect_cell",
    "kept_mistakes",
    "keras_reference",
    "keras_states",
    "ready_layer",
    "sigmoid",
    "zeroed",
]

Array = np.ndarray
Weights: TypeAlias = Sequence[Array]
#: One step: (x, states, weights) → (output, new states), all arrays.
Step: TypeAlias = Callable[[Array, Sequence[Array], Weights], tuple[Array, Sequence[Array]]]

_EPSILON = 1e-30

_WORKS = {
    "config": {"`from_config(get_config())`": "works"},
    "save": {"saving and loading a model with the cell": "works"},
}


def draw(
    rng: np.random.Generator, *shape: int, scale: float = 1.0, dtype: Any = "float32"
) -> Array:
    """Normal numbers of standard deviation `scale`."""
    return (scale * rng.standard_normal(shape)).astype(dtype)


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(−z)) without overflow; complex arguments too."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


def zeroed(inputs: Inputs, *names: str) -> Inputs:
    """The inputs with the named arrays set to zero."""
    return {k: np.zeros_like(v) if k in names else v for k, v in inputs.items()}


def doing(do: str, inputs: Inputs) -> Inputs:
    """The inputs as the case of another task."""
    return {**inputs, "_do": do}


# --- cases ---------------------------------------------------------------------------------------


def cell_cases(
    cell: Cell,
    name: str,
    rng: np.random.Generator,
    sequence: Callable[[tuple[int, int, int, int], str], Inputs],
    kept: Inputs | None = None,
) -> list[Case]:
    """The cases that every cell has: in Keras ("in Keras"), and what is kept ("kept").

    Args:
        cell: the kind of cell.
        name: the class's name, for the student's words.
        rng: draws the size in the configuration.
        sequence: `sequence((batch, steps, features, units), dtype)` draws a case's inputs:
            `xs`, the initial states, the weights, any extra argument.
        kept: further inputs of the tasks that need no weights: extra arguments, `_shape`.
    """

    def drawn(do: str, sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        inputs = sequence(sizes, dtype)
        if do != "sequence":
            return doing(do, inputs)
        shape = (*inputs["xs"].shape[:2], *inputs[f"{cell.states[0]}0"].shape[1:])
        return doing(do, {**inputs, "_weights_of_the_sum": draw(rng, *shape, dtype=dtype)})

    where = "in keras.layers.RNN" if cell.in_rnn else "in a loop over time"
    return [
        Case(drawn("sequence", (3, 4, 2, 5), "float64"), "in Keras", f"{where}, float64"),
        Case(drawn("sequence", (1, 1, 3, 2), "float64"), "in Keras", f"{where}, T = 1"),
        Case(
            drawn("graph", (2, 3, 2, 4), "float32"),
            "in Keras",
            "in a model that TensorFlow compiles",
        ),
        Case(
            {"_do": "config", cell.size: int(rng.integers(3, 9)), **(kept or {})},
            "kept",
            "get_config, from_config",
        ),
        Case(drawn("save", (2, 3, 2, 3), "float32"), "kept", "saved and loaded"),
        *(
            Case({"_do": "build", cell.size: size, **(kept or {})}, "kept", f"{name}({size})")
            for size in (0, -3)
        ),
    ]


# --- the first reference -------------------------------------------------------------------------


def expect_cell(
    cell: Cell, step: Step, *, gradients: bool = False, start: Callable[[int], Array] | None = None
) -> Callable[[Inputs], Outputs | Raises]:
    """What the probe reports of a cell whose step this is, in float64.

    Args:
        cell: the kind of cell.
        step: its equation, or a wrong one.
        gradients: whether the gradients are expected too; known mistakes go without.
        start: the bias that a new cell of this size starts with, where the exercise fixes it.
    """

    def expect(inputs: Inputs) -> Outputs | Raises:
        do = inputs["_do"]
        if do == "build":
            return Raises(cell.size, f"{cell.size} = {inputs[cell.size]}")
        if do == "config":
            return _WORKS["config"]
        if do == "start":
            return {} if start is None else {"`bias` at the start": start(inputs[cell.size])}
        weights = [wide(inputs[name]) for name in cell.given]
        try:
            return _run(cell, step, inputs, weights, gradients)
        except (ValueError, IndexError) as error:
            return Raises(kind="Exception", problem=str(error))

    return expect


def _run(
    cell: Cell, step: Step, inputs: Inputs, weights: Weights, gradients: bool
) -> Outputs | Raises:
    do = inputs["_do"]
    if do == "step":
        states = [wide(inputs[name]) for name in cell.states]
        output, new = step(wide(inputs["x"]), states, weights)
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
    if do == "sequence":
        states = [wide(inputs[f"{name}0"]) for name in cell.states]
    else:
        size = cell.size_of(inputs)
        states = [np.zeros((len(xs), *xs.shape[2:-1], size)) for _ in cell.states]
    hs, last = _over_time(step, xs, states, weights)
    if do == "graph":
        return {"the outputs in a compiled model": hs}
    if do == "save":
        return {**_WORKS["save"], "the outputs of the loaded model": hs}
    outputs = {cell.outputs: hs, **dict(zip(cell.last, last, strict=True))}
    if gradients:
        sums = wide(inputs["_weights_of_the_sum"])

        def loss(xs: Array, *weights: Array) -> Any:
            return np.sum(_over_time(step, xs, states, weights)[0] * sums)

        found = complex_step_gradients(loss, xs, *weights)
        outputs.update(zip(_gradient_names(), found, strict=True))
    return outputs


def _over_time(
    step: Step, xs: Array, states: Sequence[Array], weights: Weights
) -> tuple[Array, Sequence[Array]]:
    outputs = []
    for t in range(xs.shape[1]):
        output, states = step(xs[:, t], states, weights)
        outputs.append(output)
    return np.stack(outputs, axis=1), states


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


def ready_layer(kind: str, units: int, shape: Sequence[int], **options: Any) -> Any:
    """A recurrent layer of Keras's own in float64 that gives all outputs and the last states.

    Making one takes longer than running it, so each thread keeps those that it has made. Set the
    weights before every use.

    Args:
        kind: its name in `keras.layers`.
        units: the size of its state.
        shape: of one input: (F,) or (H, W, C).
        **options: its other arguments, hashable.
    """
    options |= {"return_sequences": True, "return_state": True, "dtype": "float64"}
    return _kept(threading.get_ident(), kind, units, tuple(shape), tuple(options.items()))


@lru_cache(maxsize=256)
def _kept(
    thread: int, kind: str, units: int, shape: tuple[int, ...], options: tuple[tuple[str, Any], ...]
) -> Any:
    import keras

    layer = getattr(keras.layers, kind)(units, **dict(options))
    layer.build((None, None, *shape))
    return layer


def keras_states(layer: Any, weights: Weights, xs: Array, *states: Array) -> list[Array]:
    """A layer of Keras's own with copied weights: (B, T, ...) → [outputs, last states...].

    Args:
        layer: from `ready_layer`.
        weights: what `set_weights` takes.
        xs: the sequence.
        states: the initial states.
    """
    import keras

    layer.set_weights([wide(each) for each in weights])
    initial = [keras.ops.convert_to_tensor(wide(state)) for state in states]
    return [np.asarray(each) for each in layer(wide(xs), initial_state=initial)]


def keras_reference(
    cell: Cell,
    make: Callable[[Inputs, Sequence[int]], Any],
    weights: Callable[[Inputs], Weights] | None = None,
) -> Callable[[Inputs], Outputs | None]:
    """What the probe reports, from a layer of Keras's own and TensorFlow's tape.

    Args:
        cell: the kind of cell.
        make: the layer for a case whose inputs at one step have this shape, by `ready_layer`.
        weights: what the layer's `set_weights` takes, where it is not the case's three arrays.
    """

    def second(inputs: Inputs) -> Outputs | None:
        do = inputs["_do"]
        if do not in ("step", "sequence"):
            return None
        given = weights(inputs) if weights else [inputs[name] for name in cell.given]
        layer = make(inputs, inputs["x"].shape[1:] if do == "step" else inputs["xs"].shape[2:])
        if do == "step":
            start = [inputs[name] for name in cell.states]
            hs, *last = keras_states(layer, given, inputs["x"][:, None], *start)
            return {"the output": hs[:, -1], **dict(zip(cell.new, last, strict=True))}
        return _taped(cell, layer, given, inputs)

    return second


def _taped(cell: Cell, layer: Any, given: Weights, inputs: Inputs) -> Outputs:
    import tensorflow as tf

    layer.set_weights([wide(each) for each in given])
    xs = tf.constant(wide(inputs["xs"]))
    start = [tf.constant(wide(inputs[f"{name}0"])) for name in cell.states]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        hs, *last = layer(xs, initial_state=start)
        loss = tf.reduce_sum(hs * wide(inputs["_weights_of_the_sum"]))
    found = tape.gradient(loss, [xs, *(weight.value for weight in layer.trainable_weights)])
    return {
        cell.outputs: np.asarray(hs),
        **{name: np.asarray(state) for name, state in zip(cell.last, last, strict=True)},
        **{name: np.asarray(each) for name, each in zip(_gradient_names(), found, strict=True)},
    }


# --- mistakes that every cell can have -----------------------------------------------------------

Expectation: TypeAlias = Callable[[Inputs], Outputs | Raises]


def kept_mistakes(cell: Cell, name: str, right: Expectation) -> tuple[Mistake, ...]:
    """Wrong arguments and wrong configurations: the equation is right, the class is not.

    Args:
        cell: the kind of cell.
        name: the class's name.
        right: what a right cell gives.
    """
    size = cell.size

    def but(instead: dict[str, Expectation]) -> Expectation:
        """A cell that is right but for some of the things that the probe does with it."""
        return lambda inputs: instead.get(inputs["_do"], right)(inputs)

    def no_keywords(inputs: Inputs) -> Outputs | Raises:
        """`__init__` takes its own arguments alone: every use with another keyword fails."""
        given = inputs.get(cell.given[0])
        if inputs["_do"] == "config" or (given is not None and given.dtype == "float64"):
            return Raises(kind="Exception", problem="an unexpected keyword")
        if inputs["_do"] == "save":
            return {"saving and loading a model with the cell": "raises TypeError"}
        return right(inputs)

    rows: list[tuple[str, Hints, Expectation]] = [
        (
            "no-keywords",
            (
                "The cell cannot be made with Keras's own arguments, such as dtype or name.",
                "Look at the arguments of `__init__`, and at what `super().__init__` gets.",
                "Take **kwargs in `__init__` and hand them on to `super().__init__`.",
            ),
            no_keywords,
        ),
        (
            f"config-without-{size}",
            (
                "The cell cannot be made again from its own configuration: get_config lacks "
                f"{size}.",
                "Keras calls the class with what `get_config` returns. Which argument is missing?",
                f'Add "{size}" to the dictionary of super().get_config(), or leave get_config '
                "out: Keras then records the arguments itself.",
            ),
            but(
                {
                    "config": lambda inputs: {"`from_config(get_config())`": "raises TypeError"},
                    "save": lambda inputs: {
                        "saving and loading a model with the cell": "raises TypeError"
                    },
                }
            ),
        ),
        (
            "config-without-keywords",
            (
                "Made again from its configuration, the cell loses its name or its dtype.",
                f"Your get_config returns the {size} alone. What else was the cell made with?",
                f"Start from super().get_config() and add the {size} to it.",
            ),
            but(
                {
                    "config": lambda inputs: {
                        "`from_config(get_config())`": "loses the name or the dtype"
                    }
                }
            ),
        ),
        (
            f"any-{size}",
            (
                f"{name}(0) is accepted, though a cell without {size} can hold no state.",
                f"Nothing looks at `{size}` before the weights are made.",
                f"In `__init__`, raise a ValueError that names {size} and the value that came.",
            ),
            but({"build": lambda inputs: {"the cell": "was made"}}),
        ),
    ]
    return tuple(Mistake(id, hints, expect) for id, hints, expect in rows)
