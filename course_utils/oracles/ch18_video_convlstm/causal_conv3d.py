"""CausalConv3D: a convolution over space and time that sees no later frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Reference,
    Setup,
    from_case,
)
from course_utils.oracles import maths
from course_utils.oracles.convolution_gradients import convolution_gradients
from course_utils.oracles.drawing import draw, zeroed

__all__ = ["EXERCISE", "causal_conv3d"]

Array = np.ndarray


def causal_conv3d(videos: Array, W: Array, b: Array) -> Array:
    past, future = W.shape[0] - 1, 0
    rows, columns = [((k - 1) // 2, k // 2) for k in W.shape[1:3]]
    padded = maths.padded(videos, (0, 0), (past, future), rows, columns, (0, 0))
    return maths.convolution(padded, W, "valid") + b


def outcome(layer: Reference, inputs: Inputs, setup: Setup) -> Outputs:
    """What the probe reports of a layer that computes this; of the right one with gradients."""
    task = setup["task"]
    if task == "build":
        raise ExpectedError("filters", f"filters = {inputs['filters']}")
    if task == "config":
        return {"`from_config(get_config())`": "works"}
    videos, W, b = (wide(inputs[name]) for name in ("videos", "W", "b"))
    output = layer(videos, W, b)
    if task == "graph":
        return {"the output in a compiled model": output}
    if task == "save":
        return {
            "saving and loading a model with the layer": "works",
            "the output of the loaded model": output,
        }
    if layer is not causal_conv3d:
        return {"the output": output}
    sums = wide(setup["weights_of_the_sum"])
    of_videos, of_kernel = convolution_gradients(videos, W, sums, *zeros_around(W))
    return {
        "the output": output,
        "the gradient of the inputs": of_videos,
        "the gradient of the kernel": of_kernel,
        "the gradient of the bias": sums.sum((0, 1, 2, 3)),
    }


def zeros_around(kernel: Array) -> list[tuple[int, int]]:
    """Before and behind: of frames, of rows, of columns."""
    return [(kernel.shape[0] - 1, 0), *(((k - 1) // 2, k // 2) for k in kernel.shape[1:3])]


@from_case
def by_keras(inputs: Inputs, setup: Setup) -> Outputs | None:
    """Keras's Conv3D, 'valid', on a clip that is padded before, above, below and at the sides."""
    if setup["task"] not in ("call", "graph"):
        return None
    import keras
    import tensorflow as tf

    videos, kernel = tf.constant(wide(inputs["videos"])), wide(inputs["W"])
    layer = keras.layers.Conv3D(kernel.shape[-1], kernel.shape[:3], dtype="float64")
    layer.build((None, None, None, None, kernel.shape[3]))
    layer.set_weights([kernel, wide(inputs["b"])])
    with tf.GradientTape() as tape:
        tape.watch(videos)
        output = layer(tf.pad(videos, [(0, 0), *zeros_around(kernel), (0, 0)]))
        loss = tf.reduce_sum(output * wide(setup["weights_of_the_sum"]))
    if setup["task"] == "graph":
        return {"the output in a compiled model": np.asarray(output)}
    found = tape.gradient(loss, [videos, *(weight.value for weight in layer.trainable_weights)])
    names = ("the inputs", "the kernel", "the bias")
    return {
        "the output": np.asarray(output),
        **{f"the gradient of {name}": np.asarray(g) for name, g in zip(names, found, strict=True)},
    }


# --- cases ---------------------------------------------------------------------------------------


def case(
    rng: np.random.Generator,
    part: str,
    about: str,
    clips: tuple[int, int, int, int, int],
    filters: int,
    kernel: Any = 3,
    dtype: str = "float32",
    scale: float = 1.0,
    task: str = "call",
) -> Case:
    """Clips (B, T, H, W, C); `kernel` is an int or a list of three."""
    size = [kernel] * 3 if isinstance(kernel, int) else kernel
    inputs = {
        "videos": draw(rng, *clips, scale=scale, dtype=dtype),
        "kernel_size": kernel,
        "W": draw(rng, *size, clips[-1], filters, scale=0.5, dtype=dtype),
        "b": draw(rng, filters, scale=0.5, dtype=dtype),
    }
    sums = draw(rng, *clips[:4], filters, dtype=dtype)
    return Case(part, inputs, about, {"task": task, "weights_of_the_sum": sums})


def isolated(case: Case, term: str, frame: int | None = None) -> Case:
    """Everything zero but one frame, or but the bias."""
    inputs = zeroed(case.inputs, "videos", *(["b"] if frame is not None else []))
    if frame is not None:
        inputs["videos"][:, frame] = case.inputs["videos"][:, frame]
    return Case(case.part, inputs, "", case.setup, isolates=term)


def cases(rng: np.random.Generator) -> list[Case]:
    base = [case(rng, "causal", "", (2, 5, 3, 4, 2), 3, [3, 3, 5], "float64") for _ in range(3)]
    return [
        isolated(base[0], "the last frame", 4),
        isolated(base[1], "the first frame", 0),
        isolated(base[2], "the bias"),
        case(rng, "causal", "two clips of four frames", (2, 4, 5, 3, 1), 2),
        case(
            rng,
            "causal",
            "a kernel of 2 by 3 by 5, float64",
            (3, 6, 4, 5, 2),
            1,
            [2, 3, 5],
            "float64",
        ),
        case(rng, "causal", "all sizes equal", (3, 3, 3, 3, 3), 3, dtype="float64"),
        case(rng, "causal", "a kernel of 3 by 5 by 1", (2, 4, 6, 3, 2), 2, [3, 5, 1]),
        case(rng, "edges", "a clip of one frame", (1, 1, 3, 4, 1), 2, 3),
        case(rng, "edges", "a kernel longer than the clip", (2, 2, 3, 4, 1), 1, [4, 1, 3]),
        case(rng, "edges", "a kernel of one pixel, one frame", (2, 4, 3, 2, 2), 3, 1),
        case(rng, "edges", "frames of one pixel", (1, 3, 1, 1, 1), 1, 3),
        case(rng, "edges", "large inputs", (2, 3, 4, 3, 1), 2, scale=1e4),
        case(
            rng,
            "kept",
            "in a model that TensorFlow compiles",
            (2, 4, 3, 4, 2),
            2,
            [2, 3, 3],
            task="graph",
        ),
        Case(
            "kept",
            {"filters": int(rng.integers(2, 6)), "kernel_size": [2, 3, 5]},
            "get_config, from_config",
            {"task": "config"},
        ),
        case(rng, "kept", "saved and loaded", (2, 3, 3, 4, 1), 2, task="save"),
        *(
            Case(
                "kept",
                {"filters": filters, "kernel_size": 3},
                f"CausalConv3D({filters}, 3)",
                {"task": "build"},
            )
            for filters in (0, -2)
        ),
    ]


# --- mistakes ------------------------------------------------------------------------------------


def but(**instead: Outputs) -> Callable[[Inputs, Setup], Outputs]:
    """A layer that is right but for some of the things that the probe does with it."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs:
        return instead.get(setup["task"]) or outcome(causal_conv3d, inputs, setup)

    return outputs


def dropped(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """`__init__` takes other keywords, which do not arrive."""
    if setup["task"] == "config" or ("W" in inputs and inputs["W"].dtype == "float64"):
        return ExpectedError(kind="type", problem="a keyword")
    return outcome(causal_conv3d, inputs, setup)


def no_keywords(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError:
    """`__init__` takes its own arguments alone: every use with another keyword fails."""
    if setup["task"] == "save":
        return loading("raises TypeError")
    return dropped(inputs, setup)


def loading(word: str) -> Outputs:
    return {"saving and loading a model with the layer": word}


MISTAKES = [
    Mistake(
        "sees-the-future",
        "W.shape[0] - 1, 0",
        "(W.shape[0] - 1) // 2, W.shape[0] // 2",
        see="Your layer sees the future: it is a 'same' convolution in time too.",
        look="Change the last frame of a clip: which outputs change?",
        change="Pad in time by hand, with all zeros before the first frame, and convolve without "
        "padding in time.",
    ),
    Mistake(
        "only-the-future",
        "past, future =",
        "future, past =",
        see="Your layer is causal the wrong way round: each output sees its own frame and later "
        "ones.",
        look="Change the first frame of a clip: only the first output changes. Which should?",
        change="Zeros before the first frame and none behind the last; and if you cut outputs off, "
        "cut them at the end.",
    ),
    Mistake(
        "never-the-present",
        "past, future = W.shape[0] - 1, 0",
        "videos, past, future = videos[:, :-1], W.shape[0], 0",
        see="Your outputs come one frame late: no output sees the frame of its own step.",
        look="How many frames of zeros stand before the clip? How many does the kernel need?",
        change="Pad with one frame less than the kernel is long in time.",
    ),
    Mistake(
        "output-moved-late",
        'return maths.convolution(padded, W, "valid") + b',
        'y = maths.convolution(padded, W, "valid") + b\n'
        "    return maths.concat(0.0 * y[:, :1], y[:, :-1], axis=1)",
        see="Your outputs come one frame late, with a frame of zeros in front.",
        look="Which output belongs to the first frame? It may see that frame.",
        change="Move no output: the zeros before the clip are all the delay there is.",
    ),
    Mistake(
        "one-frame-too-many",
        "W.shape[0] - 1, 0",
        "W.shape[0], 0",
        see="Your output has a frame more than the clip.",
        look="How many frames does a kernel of kt frames take off, and how many do you put in "
        "front?",
        change="Put kt − 1 frames of zeros before the first frame.",
    ),
    Mistake(
        "pads-exchanged",
        "W.shape[1:3]",
        "W.shape[2:0:-1]",
        see="Your frames are padded in height as the kernel's width asks, and the other way round.",
        look="In which order does kernel_size hold frames, height and width?",
        change="Pad each axis by what the kernel takes off along that axis.",
    ),
    Mistake(
        "frames-missing",
        "W.shape[0] - 1, 0",
        "0, 0",
        see="Your output has fewer frames than the clip: there is no padding in time.",
        look="A kernel of kt frames loses kt − 1 of them. Where should they come from?",
        change="Put kt − 1 frames of zeros before the first frame.",
    ),
    Mistake(
        "frames-shrink",
        "((k - 1) // 2, k // 2)",
        "(0, 0)",
        see="Your frames shrink: there is no padding in space.",
        look="Padding 'valid' takes off the border in space as well as in time.",
        change="Pad height and width too: (k − 1) / 2 on each side, for a kernel of 3 that is 1.",
    ),
    Mistake(
        "first-frame-repeated",
        "past, future = W.shape[0] - 1, 0",
        "videos = maths.concat(*[videos[:, :1]] * (W.shape[0] - 1), videos, axis=1)\n"
        "    past, future = 0, 0",
        see="Before the first frame your layer finds copies of it, not zeros.",
        look="Which mode of padding do you use?",
        change="Pad with zeros in time.",
    ),
    Mistake(
        "present-only",
        "    past",
        "    W = W[-1:]\n    past",
        see="Each output depends on its own frame alone: the past is ignored.",
        look="Which slices of the kernel along time do you use?",
        change="Convolve over time as well: all kt slices of the kernel take part.",
    ),
    Mistake(
        "turned-in-time",
        "padded, W",
        "padded, W[::-1]",
        see="Your kernel is turned round in time: its first slice meets the newest frame.",
        look="Which slice of the kernel meets the present frame?",
        change="The last slice meets the present frame, as in Keras's own Conv3D.",
    ),
    Mistake(
        "turned-in-space",
        "padded, W",
        "padded, W[:, ::-1, ::-1]",
        see="Your kernel is turned by half a turn within the frame.",
        look="Textbooks flip the kernel; the layers of Keras and TensorFlow do not.",
        change="Use the kernel as it is.",
    ),
    Mistake(
        "no-bias",
        " + b",
        "",
        see="Your output equals the one without the bias.",
        look="Give the layer a clip of zeros: what should come out?",
        change="Add the bias, one number per filter.",
    ),
    Mistake(
        "relu",
        'maths.convolution(padded, W, "valid") + b',
        'maths.relu(maths.convolution(padded, W, "valid") + b)',
        see="Your output is never negative: it went through a ReLU.",
        look="The layer is linear. Which activation does your convolution have?",
        change="Leave the activation out.",
    ),
    Mistake(
        "sigmoid",
        'maths.convolution(padded, W, "valid") + b',
        'maths.sigmoid(maths.convolution(padded, W, "valid") + b)',
        see="Your output stays between 0 and 1: it went through a sigmoid.",
        look="The layer is linear. Which activation does your convolution have?",
        change="Leave the activation out.",
    ),
    Mistake(
        "tanh",
        'maths.convolution(padded, W, "valid") + b',
        'maths.tanh(maths.convolution(padded, W, "valid") + b)',
        see="Your output stays between −1 and 1: it went through tanh.",
        look="The layer is linear. Which activation does your convolution have?",
        change="Leave the activation out.",
    ),
    Mistake(
        "no-keywords",
        outputs=no_keywords,
        see="The layer cannot be made with Keras's own arguments, such as dtype or name.",
        look="Look at the arguments of `__init__`, and at what `super().__init__` gets.",
        change="Take **kwargs in `__init__` and hand them on to `super().__init__`.",
    ),
    Mistake(
        "keywords-dropped",
        outputs=dropped,
        see="The name and the dtype that a layer is made with do not arrive.",
        look="Compare what `__init__` gets with what it hands on to `super().__init__`.",
        change="Hand **kwargs on: Keras's own class takes name and dtype from them.",
    ),
    Mistake(
        "unregistered",
        outputs=but(save=loading("fails")),
        see="A model with the layer cannot be loaded: Keras does not find your class.",
        look="Compare the line above `class` with the stub.",
        change="Put the decorator of the stub back in its place.",
    ),
    Mistake(
        "config-without-arguments",
        outputs=but(
            config={"`from_config(get_config())`": "lacks an argument"},
            save=loading("lacks an argument"),
        ),
        see="The layer cannot be made again from its own configuration: get_config lacks filters "
        "or kernel_size.",
        look="Keras calls the class with what `get_config` returns. Which argument is missing?",
        change="Add both to the dictionary of super().get_config(), or leave get_config out: "
        "Keras then records the arguments itself.",
    ),
    Mistake(
        "config-without-keywords",
        outputs=but(config={"`from_config(get_config())`": "loses the name or the dtype"}),
        see="Made again from its configuration, the layer loses its name or its dtype.",
        look="Compare what get_config returns with all that the layer was made with: name and "
        "dtype belong to it.",
        change="Start from super().get_config() and add your arguments to it.",
    ),
    Mistake(
        "any-filters",
        outputs=but(build={"the layer": "was made"}),
        see="CausalConv3D(0, 3) is accepted, though a layer without filters has no output.",
        look="Nothing looks at `filters` before the weights are made.",
        change="In `__init__`, raise a ValueError that names filters and the value that came.",
    ),
]

EXERCISE = Exercise(
    "CausalConv3D(filters, kernel_size)",
    references=(causal_conv3d, by_keras),
    cases=cases,
    mistakes=MISTAKES,
    parts={"causal": 0.65, "kept": 0.2, "edges": 0.15},
    basic=("causal",),
    points=3,
    probe="clip_layer",
    seconds=30,
    minutes=20,
    difficulty=2,
    outcome=outcome,
)
