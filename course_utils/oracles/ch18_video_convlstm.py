"""Chapter 18, next-frame prediction: cases, two references for each exercise, known mistakes.

The first references are NumPy in float64, with convolutions summed shift by shift and gradients by
backpropagation written out. The second are Keras's own layers with copied weights (ConvLSTM2D and,
for 1 by 1 kernels, an LSTM per pixel; Conv3D on a padded clip), and for the rollout a recursion
that never calls the model.

Source of the cell: X. Shi, Z. Chen, H. Wang, D.-Y. Yeung, W.-k. Wong and W.-c. Woo, "Convolutional
LSTM network: a machine learning approach for precipitation nowcasting", NeurIPS (2015), here
without the peephole terms, as in Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch18_video_convlstm import CONV_LSTM, given_model, lengths_seen
from course_utils.oracles.bank import mistake, wide
from course_utils.oracles.cells import (
    Step,
    Weights,
    cell_cases,
    doing,
    draw,
    expect_cell,
    kept_mistakes,
    keras_reference,
    keras_states,
    ready_layer,
    sigmoid,
    zeroed,
)

__all__ = ["ORACLES", "causal_conv3d", "conv_same"]

Array = np.ndarray


# --- next_frame_pairs ----------------------------------------------------------------------------


def _clip_cases(rng: np.random.Generator) -> list[Case]:
    """Videos in which B, T, H, W and C differ, and in which some of them agree."""

    def clips(*shape: int, dtype: str = "float32") -> Inputs:
        return {"videos": draw(rng, *shape, dtype=dtype)}

    return [
        Case(clips(2, 4, 3, 5, 1), "frames", "two clips of four frames of 3 by 5 pixels"),
        Case(clips(3, 5, 2, 4, 2, dtype="float64"), "frames", "two channels, float64"),
        Case(clips(4, 4, 4, 4, 4), "frames", "B = T = H = W = C"),
        Case(clips(1, 2, 3, 2, 1), "edges", "one clip of two frames: one pair"),
        Case(clips(2, 3, 1, 1, 1, dtype="float64"), "edges", "frames of one pixel"),
        Case(clips(2, 1, 3, 4, 1), "edges", "one frame: no pair, which may also be refused"),
    ]


def _pairs_second(inputs: Inputs) -> Outputs:
    """The definition, frame by frame."""
    videos = wide(inputs["videos"])
    batch, frames, *size = videos.shape
    given, wanted = (np.zeros((batch, frames - 1, *size)) for _ in range(2))
    for t in range(frames - 1):
        given[:, t], wanted[:, t] = videos[:, t], videos[:, t + 1]
    return {"the inputs": given, "the targets": wanted}


def _pairs_mistake(id: str, hints: Hints, wrong: Callable[[Array], tuple[Array, Array]]) -> Mistake:
    return mistake(id, hints, wrong, "the inputs", "the targets")


NEXT_FRAME_PAIRS = Oracle(
    cases=_clip_cases,
    expect=lambda inputs: {
        "the inputs": wide(inputs["videos"])[:, :-1],
        "the targets": wide(inputs["videos"])[:, 1:],
    },
    second=_pairs_second,
    parts={"frames": 0.8, "edges": 0.2},
    basic=("frames",),
    mistakes=(
        _pairs_mistake(
            "swapped",
            (
                "Inputs and targets have changed places: your model would predict the past.",
                "Look at the order of what you return.",
                "Return the earlier frames first, the later ones second.",
            ),
            lambda v: (v[:, 1:], v[:, :-1]),
        ),
        _pairs_mistake(
            "same-frames",
            (
                "Inputs and targets are the same frames: there is nothing to predict.",
                "Where does the target at step t come from? It should be frame t + 1.",
                "Let the targets begin one frame later than the inputs, and end one later.",
            ),
            lambda v: (v[:, :-1], v[:, :-1]),
        ),
        _pairs_mistake(
            "other-clip",
            (
                "The target of each clip is another clip: the shift is along the first axis.",
                "Which axis of (B, T, H, W, C) holds time?",
                "Leave the batch axis whole and shift along the second axis.",
            ),
            lambda v: (v[:-1], v[1:]),
        ),
        _pairs_mistake(
            "shifted-down",
            (
                "The shift is along the height of the frames, not along time.",
                "Count the axes of (B, T, H, W, C) in your slice.",
                "Shift along the second axis, and leave the frames whole.",
            ),
            lambda v: (v[:, :, :-1], v[:, :, 1:]),
        ),
        _pairs_mistake(
            "wrapped-round",
            (
                "There are as many pairs as frames: the last target is the first frame.",
                "np.roll hands what falls off at the end to the beginning.",
                "Drop the pair that has no target: T frames make T − 1 pairs.",
            ),
            lambda v: (v, np.roll(v, -1, axis=1)),
        ),
        _pairs_mistake(
            "two-ahead",
            (
                "Your targets lie two frames ahead, and one pair is missing.",
                "Count the frames between an input and its target.",
                "Shift by one frame: frame t is paired with frame t + 1.",
            ),
            lambda v: (v[:, :-2], v[:, 2:]),
        ),
        _pairs_mistake(
            "differences",
            (
                "Your targets are the changes between frames, not the next frames.",
                "Is there a subtraction in your code?",
                "Return the next frames as they are.",
            ),
            lambda v: (v[:, :-1], v[:, 1:] - v[:, :-1]),
        ),
        _pairs_mistake(
            "last-target-only",
            (
                "Only the last frame is a target; every step should have one.",
                "Does your slice of the targets keep a range of frames, or one?",
                "Take all frames from the second one on.",
            ),
            lambda v: (v[:, :-1], v[:, -1:]),
        ),
        _pairs_mistake(
            "whole-clip-as-input",
            (
                "Your inputs hold all frames: the last one has no target.",
                "Compare the numbers of frames of inputs and targets.",
                "Leave the last frame out of the inputs.",
            ),
            lambda v: (v, v[:, 1:]),
        ),
    ),
)


# --- persistence_forecast ------------------------------------------------------------------------


def _persistence_mistake(id: str, hints: Hints, wrong: Callable[[Array], Array]) -> Mistake:
    return mistake(id, hints, wrong, "the forecast")


def _linear(v: Array) -> Array:
    """Frame t plus its last change; the first frame has none."""
    return np.concatenate([v[:, :1], 2 * v[:, 1:-1] - v[:, :-2]], axis=1)[:, : v.shape[1] - 1]


def _mean_so_far(v: Array) -> Array:
    counts = np.arange(1, v.shape[1] + 1).reshape(-1, 1, 1, 1)
    return np.asarray((np.cumsum(v, axis=1) / counts)[:, :-1])


PERSISTENCE = Oracle(
    cases=_clip_cases,
    expect=lambda inputs: {"the forecast": wide(inputs["videos"])[:, :-1]},
    second=lambda inputs: {"the forecast": _pairs_second(inputs)["the inputs"]},
    parts={"frames": 0.8, "edges": 0.2},
    basic=("frames",),
    mistakes=(
        _persistence_mistake(
            "the-truth",
            (
                "Your forecast is the true next frame: it has no error, and knows the future.",
                "Which frames are known when frame t + 1 is to be forecast?",
                "Forecast each next frame by the present one.",
            ),
            lambda v: v[:, 1:],
        ),
        _persistence_mistake(
            "first-frame-kept",
            (
                "Your forecast is the first frame, at every step.",
                "What is the newest frame that is known at step t?",
                "Use the present frame of each step, not the first of the clip.",
            ),
            lambda v: np.repeat(v[:, :1], v.shape[1] - 1, axis=1),
        ),
        _persistence_mistake(
            "last-frame-kept",
            (
                "Your forecast is the last frame of the clip, at every step.",
                "The last frame is not yet known at an earlier step.",
                "Use the present frame of each step.",
            ),
            lambda v: np.repeat(v[:, -1:], v.shape[1] - 1, axis=1),
        ),
        _persistence_mistake(
            "one-frame-too-many",
            (
                "Your forecast has as many frames as the clip; the last has no truth to meet.",
                "How many frames of the clip have a predecessor?",
                "Leave out the frame that would forecast what lies behind the clip.",
            ),
            lambda v: v,
        ),
        _persistence_mistake(
            "starts-with-nothing",
            (
                "Your forecast begins with an empty frame and is one frame late.",
                "The first forecast is for the second frame. What is known then?",
                "Begin with the first frame, and end with the last but one.",
            ),
            lambda v: np.concatenate([np.zeros_like(v[:, :1]), v[:, :-1]], axis=1)[:, :-1],
        ),
        _persistence_mistake(
            "linear",
            (
                "Your forecast is the present frame plus its last change.",
                "That is another baseline. What does 'persistence' say about change?",
                "Forecast that nothing changes.",
            ),
            _linear,
        ),
        _persistence_mistake(
            "mean-so-far",
            (
                "Your forecast is the mean of all frames so far.",
                "How many frames does one forecast of yours use?",
                "Use the present frame alone.",
            ),
            _mean_so_far,
        ),
        _persistence_mistake(
            "other-clip",
            (
                "Your forecast leaves out a clip in place of a frame.",
                "Which axis of (B, T, H, W, C) holds time?",
                "Cut along the second axis.",
            ),
            lambda v: v[:-1],
        ),
    ),
)


# --- ConvLSTMCell --------------------------------------------------------------------------------

Convolve = Callable[[Array, Array], Array]


def patches(frames: Array, size: tuple[int, int], mode: Any = "constant") -> Array:
    """The neighbourhood of every pixel: (B, H, W, C) → (B, H, W, C, kh, kw); zeros outside."""
    pads = [((k - 1) // 2, k // 2) for k in size]
    padded = np.pad(frames, ((0, 0), *pads, (0, 0)), mode=mode)
    return np.lib.stride_tricks.sliding_window_view(padded, size, axis=(1, 2))


def conv_same(frames: Array, kernel: Array, mode: Any = "constant") -> Array:
    """'Same' cross-correlation: (B, H, W, C), (kh, kw, C, D) → (B, H, W, D)."""
    near = patches(frames, kernel.shape[:2], mode)
    return np.asarray(np.tensordot(near, kernel, axes=((3, 4, 5), (2, 0, 1))))


def _valid(frames: Array, kernel: Array) -> Array:
    """'Valid': without the pixels whose neighbourhood is cut by the border."""
    kh, kw = kernel.shape[:2]
    down, right = frames.shape[1] - kh + 1, frames.shape[2] - kw + 1
    if down < 1 or right < 1:
        raise ValueError("the kernel does not fit into the frame")
    top, left = (kh - 1) // 2, (kw - 1) // 2
    return conv_same(frames, kernel)[:, top : top + down, left : left + right]


def _centre_only(frames: Array, kernel: Array) -> Array:
    """Each pixel by itself: the middle of the kernel as a matrix."""
    kh, kw = kernel.shape[:2]
    return np.asarray(frames @ kernel[(kh - 1) // 2, (kw - 1) // 2])


def _hard_sigmoid(z: Array) -> Array:
    return np.clip(z + 3.0, 0.0, 6.0) / 6.0


def _same(z: Array) -> Array:
    return z


def conv_lstm(
    *,
    order: Sequence[int] = (0, 1, 2, 3),
    of_input: Convolve = conv_same,
    of_state: Convolve = conv_same,
    gate: Callable[[Array], Array] = sigmoid,
    candidate: Callable[[Array], Array] = np.tanh,
    squash: Callable[[Array], Array] = np.tanh,
    bias: float = 1.0,
    forget_more: float = 0.0,
    gates: Callable[..., tuple[Any, Any, Any]] = lambda i, f, o: (i, f, o),
    returned: Callable[..., tuple[Array, Sequence[Array]]] = lambda h, c, old, c_in, o: (h, [h, c]),
) -> Step:
    """The cell's step, right by default: c' = f c + i g, h' = o tanh(c').

    Args:
        order: the blocks of the weights that hold i, f, the candidate and o.
        of_input: how x meets the kernel.
        of_state: how h meets the recurrent kernel.
        gate: the gates' activation.
        candidate: the candidate's activation.
        squash: what the cell state goes through on its way out.
        bias: a factor on the bias.
        forget_more: added to the forget gate's sum.
        gates: what is done with the three gates.
        returned: (h', c', h, c, o) → what `call` returns.
    """

    def step(x: Array, states: Sequence[Array], weights: Weights) -> tuple[Array, Sequence[Array]]:
        h, c = states
        W, U, b = weights
        z = of_input(x, W) + of_state(h, U) + bias * b
        blocks = np.split(z, 4, axis=-1)
        i, f, g, o = (blocks[k] for k in order)
        i, f, o = gates(gate(i), gate(f + forget_more), gate(o))
        new = f * c + i * candidate(g)
        return returned(o * squash(new), new, h, c, o)

    return step


def _cell_inputs(
    rng: np.random.Generator,
    batch: int,
    size: tuple[int, int],
    channels: int,
    filters: int,
    kernel: Any = 3,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """One step's inputs: `kernel` is an int or a list of two."""
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    spread = 0.8 / np.sqrt(kh * kw)
    return {
        "_do": "step",
        "x": draw(rng, batch, *size, channels, scale=scale, dtype=dtype),
        "h": draw(rng, batch, *size, filters, scale=0.5 * scale, dtype=dtype),
        "c": draw(rng, batch, *size, filters, scale=scale, dtype=dtype),
        "kernel_size": kernel,
        "W": draw(rng, kh, kw, channels, 4 * filters, scale=spread, dtype=dtype),
        "U": draw(rng, kh, kw, filters, 4 * filters, scale=spread, dtype=dtype),
        "b": draw(rng, 4 * filters, scale=0.5, dtype=dtype),
    }


def _cell_cases(rng: np.random.Generator) -> list[Case]:
    def sequence(sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        batch, steps, channels, filters = sizes
        size = (3, 4) if steps > 1 else (4, 2)
        inputs = _cell_inputs(rng, batch, size, channels, filters, [3, 1], dtype)
        states = {f"{name}0": inputs.pop(name) for name in ("h", "c")}
        del inputs["x"]
        return {
            **inputs,
            "xs": draw(rng, batch, steps, *size, channels, dtype=dtype),
            **states,
        }

    # Frames of the kernel's size: 'valid' convolutions give one pixel there, and no exception.
    base = [_cell_inputs(rng, 2, (3, 5), 2, 3, [3, 5], "float64") for _ in range(4)]
    tiny = _cell_inputs(rng, 1, (3, 4), 1, 2, dtype="float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    return [
        Case(zeroed(base[0], "h", "c", "U", "b"), "alone", isolates="the input convolution"),
        Case(zeroed(base[1], "x", "c", "W", "b"), "alone", isolates="the recurrent convolution"),
        Case(zeroed(base[2], "x", "h", "W", "U", "b"), "alone", isolates="the cell state c"),
        Case(zeroed(base[3], "x", "h", "c"), "alone", isolates="the bias"),
        Case(_cell_inputs(rng, 3, (4, 6), 2, 3), "alone", "three frames of 4 by 6 pixels"),
        Case(_cell_inputs(rng, 2, (6, 4), 1, 2, [1, 5], "float64"), "alone", "a kernel of 1 by 5"),
        Case(_cell_inputs(rng, 2, (4, 3), 4, 4, 1), "alone", "a kernel of 1 by 1: single pixels"),
        Case(_cell_inputs(rng, 1, (1, 1), 1, 1), "edges", "one frame of one pixel, one filter"),
        Case(_cell_inputs(rng, 2, (2, 3), 2, 1, 5), "edges", "a kernel larger than the frame"),
        Case(_cell_inputs(rng, 2, (4, 3), 1, 2, scale=40.0), "edges", "large inputs"),
        Case(tiny, "edges", "tiny numbers"),
        Case(
            {"_do": "start", "filters": 3, "kernel_size": 3, "_shape": [2, 5, 4, 2]},
            "in Keras",
            "the bias of a new cell",
        ),
        *cell_cases(
            CONV_LSTM,
            "ConvLSTMCell",
            rng,
            sequence,
            {"kernel_size": [3, 5], "_shape": [2, 4, 6, 2]},
        ),
    ]  # fmt: skip


def _bias_start(filters: int) -> Array:
    """Zero, but one for the forget gate, the second block."""
    return np.repeat([0.0, 1.0, 0.0, 0.0], filters)


def _right_cell(inputs: Inputs) -> Outputs | Raises:
    outputs = expect_cell(CONV_LSTM, conv_lstm(), start=_bias_start)(inputs)
    if inputs["_do"] == "sequence" and not isinstance(outputs, Raises):
        return {**outputs, **_cell_backward(inputs)}
    return outputs


def _cell_backward(inputs: Inputs, through_h: bool = True) -> Outputs:
    """The gradients of sum(outputs · weights) by backpropagation through time, in float64.

    Kernels of odd size only: the way back of a 'same' convolution is one with the kernel turned.

    Args:
        inputs: a sequence.
        through_h: whether the gradient goes back through h; through c it always does.
    """
    xs, h, c, W, U, b = (wide(inputs[name]) for name in ("xs", "h0", "c0", "W", "U", "b"))
    sums = wide(inputs["_weights_of_the_sum"])
    kept = []
    for x in xs.swapaxes(0, 1):
        i, f, g, o = np.split(conv_same(x, W) + conv_same(h, U) + b, 4, axis=-1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        new = f * c + i * g
        kept.append((x, h, c, i, f, g, o, np.tanh(new)))
        h, c = o * np.tanh(new), new
    dxs, dW, dU, db = np.zeros_like(xs), np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    for t in reversed(range(len(kept))):
        x, h, c, i, f, g, o, out = kept[t]
        dh = dh + sums[:, t]
        dc = dc + dh * o * (1 - out**2)
        raw = (
            dc * g * i * (1 - i),
            dc * c * f * (1 - f),
            dc * i * (1 - g**2),
            dh * out * o * (1 - o),
        )
        dz = np.concatenate(raw, axis=-1)
        dW, dU, db = (
            dW + _kernel_gradient(x, dz, W),
            dU + _kernel_gradient(h, dz, U),
            db + dz.sum((0, 1, 2)),
        )
        dxs[:, t], dh, dc = _turned(dz, W), through_h * _turned(dz, U), dc * f
    return {
        "the gradient of the inputs": dxs,
        "the gradient of `kernel`": dW,
        "the gradient of `recurrent_kernel`": dU,
        "the gradient of `bias`": db,
    }  # fmt: skip


def _kernel_gradient(frames: Array, dz: Array, kernel: Array) -> Array:
    near = patches(frames, kernel.shape[:2])
    return np.tensordot(near, dz, axes=((0, 1, 2), (0, 1, 2))).transpose(1, 2, 0, 3)


def _turned(dz: Array, kernel: Array) -> Array:
    return conv_same(dz, kernel[::-1, ::-1].swapaxes(2, 3))


def _keras_layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    size = inputs["kernel_size"]
    return ready_layer(
        "ConvLSTM2D",
        CONV_LSTM.size_of(inputs),
        shape,
        kernel_size=tuple(size) if isinstance(size, list) else size,
        padding="same",
        recurrent_activation="sigmoid",
    )


_conv_lstm_2d = keras_reference(CONV_LSTM, _keras_layer)


def _keras_cell(inputs: Inputs) -> Outputs | None:
    """ConvLSTM2D with copied weights; with 1 by 1 kernels an LSTM that has pixels for a batch."""
    if inputs["_do"] == "step" and inputs["kernel_size"] == 1:
        return _lstm_per_pixel(inputs)
    return _conv_lstm_2d(inputs)


def _lstm_per_pixel(inputs: Inputs) -> Outputs:
    x, h, c = (wide(inputs[name]) for name in ("x", "h", "c"))
    layer = ready_layer("LSTM", h.shape[-1], x.shape[-1:])
    weights = [inputs["W"][0, 0], inputs["U"][0, 0], inputs["b"]]
    pixels, *states = (each.reshape(-1, each.shape[-1]) for each in (x, h, c))
    hs, *last = keras_states(layer, weights, pixels[:, None], *states)
    new = [each.reshape(h.shape) for each in last]
    return {"the output": hs[:, -1].reshape(h.shape), **dict(zip(CONV_LSTM.new, new, strict=True))}


#: id → (hints, the wrong step).
WRONG_CELLS: dict[str, tuple[Hints, Step]] = {
    "forget-first": (
        (
            "Input and forget gate have changed places.",
            "Look at how you split the sum: which block comes first?",
            "The blocks of the weights are, in this order: i, f, candidate, o.",
        ),
        conv_lstm(order=(1, 0, 2, 3)),
    ),
    "candidate-last": (
        (
            "Candidate and output gate have changed places.",
            "Look at the last two blocks of your split.",
            "The third block is the candidate, the fourth the output gate.",
        ),
        conv_lstm(order=(0, 1, 3, 2)),
    ),
    "candidate-second": (
        (
            "Candidate and forget gate have changed places.",
            "That is the order of an older TensorFlow cell. Look at the two middle blocks.",
            "The second block is the forget gate, the third the candidate.",
        ),
        conv_lstm(order=(0, 2, 1, 3)),
    ),
    "no-bias": (
        (
            "Your states equal those of a cell without the bias.",
            "Set x, h and c to zero: the bias alone decides then. Where does it come in?",
            "Add the bias to the sum of both convolutions.",
        ),
        conv_lstm(bias=0.0),
    ),
    "bias-twice": (
        (
            "Your states equal those of a cell that counts the bias twice.",
            "Count the places where it is added: perhaps once in each convolution.",
            "Let one of the two convolutions, not both, bring the bias.",
        ),
        conv_lstm(bias=2.0),
    ),
    "no-recurrence": (
        (
            "Your states do not depend on the previous h.",
            "Look for the recurrent kernel in `call`: what does it meet?",
            "Convolve h with the recurrent kernel and add it to the sum.",
        ),
        conv_lstm(of_state=lambda h, U: 0.0 * conv_same(h, U)),
    ),
    "no-input": (
        (
            "Your states do not depend on the input.",
            "Look for the kernel in `call`: what does it meet?",
            "Convolve the input with the kernel and add it to the sum.",
        ),
        conv_lstm(of_input=lambda x, W: 0.0 * conv_same(x, W)),
    ),
    "state-not-convolved": (
        (
            "The previous h reaches each pixel from that pixel alone: its neighbours are ignored.",
            "Which operation joins h and the recurrent kernel? A product of matrices knows no "
            "neighbours.",
            "Use a 'same' convolution for h too: what moves must move through the state.",
        ),
        conv_lstm(of_state=_centre_only),
    ),
    "kernel-turned": (
        (
            "Your states equal those of kernels turned by half a turn.",
            "Textbooks flip the kernel; the layers of Keras and TensorFlow do not.",
            "Use the library's convolution on the kernel as it is.",
        ),
        conv_lstm(
            of_input=lambda x, W: conv_same(x, W[::-1, ::-1]),
            of_state=lambda h, U: conv_same(h, U[::-1, ::-1]),
        ),
    ),
    "border-repeated": (
        (
            "Near the border your numbers differ: outside the frame you repeat the border.",
            "What does a 'same' convolution find outside the frame?",
            "Pad with zeros, as padding 'same' does by itself.",
        ),
        conv_lstm(
            of_input=lambda x, W: conv_same(x, W, "edge"),
            of_state=lambda h, U: conv_same(h, U, "edge"),
        ),
    ),
    "valid-convolution": (
        (
            "Your frames shrink: the convolution has no padding.",
            "Which padding do your convolutions have, if you say nothing?",
            "Both convolutions are 'same' ones: frames keep their height and width.",
        ),
        conv_lstm(of_input=_valid, of_state=_valid),
    ),
    "sigmoid-candidate": (
        (
            "Your candidate goes through a sigmoid: it can never be negative.",
            "Three of the four blocks are gates. Is the third one?",
            "The candidate goes through tanh.",
        ),
        conv_lstm(candidate=sigmoid),
    ),
    "raw-candidate": (
        (
            "Your candidate goes through no activation: the cell state can grow without bound.",
            "Follow the third block from the split to the sum.",
            "The candidate goes through tanh.",
        ),
        conv_lstm(candidate=_same),
    ),
    "hard-sigmoid": (
        (
            "Your gates are hard sigmoids: straight lines with two corners.",
            "Which function makes the gates? Older Keras releases had the hard one as default.",
            "Use the smooth sigmoid.",
        ),
        conv_lstm(gate=_hard_sigmoid),
    ),
    "raw-gates": (
        (
            "Your gates go through no activation: they can be negative or above 1.",
            "Follow the gates' blocks from the split to the product.",
            "The three gates go through a sigmoid.",
        ),
        conv_lstm(gate=_same),
    ),
    "no-tanh-on-the-way-out": (
        (
            "Your h equals the output gate times the cell state itself.",
            "What does c go through between the cell state and the output?",
            "Apply tanh to the new cell state before the output gate multiplies it.",
        ),
        conv_lstm(squash=_same),
    ),
    "no-forget-gate": (
        (
            "Your cell state keeps all of the old one: nothing is forgotten.",
            "Look at the term with the old c: what multiplies it?",
            "Multiply the old cell state by the forget gate.",
        ),
        conv_lstm(gates=lambda i, f, o: (i, 1.0, o)),
    ),
    "no-input-gate": (
        (
            "Your candidate goes into the cell state without a gate.",
            "Look at the term with the candidate: what multiplies it?",
            "Multiply the candidate by the input gate.",
        ),
        conv_lstm(gates=lambda i, f, o: (1.0, f, o)),
    ),
    "no-output-gate": (
        (
            "Your h equals tanh of the cell state: the output gate is missing.",
            "Where do you use the fourth block?",
            "Multiply tanh of the cell state by the output gate.",
        ),
        conv_lstm(gates=lambda i, f, o: (i, f, 1.0)),
    ),
    "coupled-gates": (
        (
            "Your forget gate is 1 minus the input gate, as in a GRU.",
            "Which block of the sum does your forget gate come from?",
            "An LSTM's forget gate has a block of its own, the second.",
        ),
        conv_lstm(gates=lambda i, f, o: (i, 1.0 - i, o)),
    ),
    "output-from-old-cell": (
        (
            "Your h is made of the old cell state.",
            "In which order do you update c and compute h?",
            "Compute the new cell state first, and h from it.",
        ),
        conv_lstm(returned=lambda h, c, old, c_in, o: (o * np.tanh(c_in), [o * np.tanh(c_in), c])),
    ),
    "states-swapped": (
        (
            "The two new states have changed places.",
            "Look at the list that `call` returns.",
            "The list holds h first, then c, as it came in.",
        ),
        conv_lstm(returned=lambda h, c, old, c_in, o: (h, [c, h])),
    ),
    "old-cell-carried": (
        (
            "h is right, but the cell state that is carried on is the old one.",
            "Look at the second entry of the list that `call` returns.",
            "Carry the new cell state.",
        ),
        conv_lstm(returned=lambda h, c, old, c_in, o: (h, [h, c_in])),
    ),
    "old-state-carried": (
        (
            "The output is right, but the h that is carried on is the old one.",
            "Look at the first entry of the list that `call` returns.",
            "Carry the h that you return as the output.",
        ),
        conv_lstm(returned=lambda h, c, old, c_in, o: (h, [old, c])),
    ),
    "cell-as-output": (
        (
            "Your output is the cell state; the states themselves are right.",
            "What does the layer above see: the memory or the state?",
            "Return h as the output.",
        ),
        conv_lstm(returned=lambda h, c, old, c_in, o: (c, [h, c])),
    ),
    "forget-bias-in-call": (
        (
            "Your forget gate gets 1 added in every call, beside the bias.",
            "The 1 belongs to how the bias starts, so that training may change it.",
            "Let the bias start at 1 in its second block, and add nothing in `call`.",
        ),
        conv_lstm(forget_more=1.0),
    ),
}


#: Where shapes that do not fit are found by another exception than the eager one.
_UNFIT = {"graph": "ValueError", "save": "ValueError"}


def _wrong_cell(step: Step) -> Callable[[Inputs], Outputs | Raises]:
    """What the probe reports; frames that do not fit together are TensorFlow's exception."""
    expect = expect_cell(CONV_LSTM, step, start=_bias_start)

    def told(inputs: Inputs) -> Outputs | Raises:
        found = expect(inputs)
        if isinstance(found, Raises) and found.kind == "Exception":
            return replace(found, kind=_UNFIT.get(inputs["_do"], "InvalidArgumentError"))
        return found

    return told


def _starting(start: Callable[[int], Array]) -> Callable[[Inputs], Outputs | Raises]:
    """A cell that is right but for the bias that it starts with."""
    wrong = expect_cell(CONV_LSTM, conv_lstm(), start=start)
    return lambda inputs: wrong(inputs) if inputs["_do"] == "start" else _right_cell(inputs)


def _detached(inputs: Inputs) -> Outputs | Raises:
    """A cell through whose h no gradient goes back."""
    outputs = _right_cell(inputs)
    if inputs["_do"] != "sequence" or isinstance(outputs, Raises):
        return outputs
    return {**outputs, **_cell_backward(inputs, through_h=False)}


def _kept_cell_mistakes() -> tuple[Mistake, ...]:
    """Those of every cell; this one has two arguments that a configuration may lack."""
    found = kept_mistakes(CONV_LSTM, "ConvLSTMCell", _right_cell)
    lacking = (
        "The cell cannot be made again from its own configuration: get_config lacks filters or "
        "kernel_size.",
        "Keras calls the class with what `get_config` returns. Which argument is missing?",
        "Add both to the dictionary of super().get_config(), or leave get_config out: Keras then "
        "records the arguments itself.",
    )
    return tuple(
        replace(each, hints=lacking) if each.id == "config-without-filters" else each
        for each in found
    )


CONV_LSTM_CELL = Oracle(
    cases=_cell_cases,
    expect=_right_cell,
    second=_keras_cell,
    parts={"alone": 0.4, "in Keras": 0.35, "kept": 0.15, "edges": 0.1},
    basic=("alone", "in Keras"),
    mistakes=(
        *(Mistake(id, hints, _wrong_cell(wrong)) for id, (hints, wrong) in WRONG_CELLS.items()),
        Mistake(
            "forget-bias-zero",
            (
                "The step is right, but a new cell's bias is 0 everywhere.",
                "Build a cell and print its bias: what should the forget gate's part be?",
                "Let the second block of the bias start at 1.",
            ),
            _starting(lambda filters: np.zeros(4 * filters)),
        ),
        Mistake(
            "bias-all-ones",
            (
                "The step is right, but a new cell's bias is 1 everywhere.",
                "Which of the four blocks should start at 1?",
                "Only the forget gate's block, the second, starts at 1; the others start at 0.",
            ),
            _starting(lambda filters: np.ones(4 * filters)),
        ),
        Mistake(
            "bias-one-elsewhere",
            (
                "The step is right, but another gate's bias starts at 1.",
                "Build a cell and print its bias: which quarter holds the ones?",
                "The forget gate's block is the second of the four.",
            ),
            _starting(lambda filters: np.repeat([1.0, 0.0, 0.0, 0.0], filters)),
        ),
        Mistake(
            "no-gradient-through-h",
            (
                "Outputs and states are right, but no gradient goes back through h.",
                "Look for stop_gradient, NumPy or `.numpy()` on the way from h to the sum.",
                "Let h pass as it is: training needs the way back through time.",
            ),
            _detached,
        ),
        *_kept_cell_mistakes(),
    ),
)


# --- CausalConv3D --------------------------------------------------------------------------------


def _padding(kernel: Array, before: int, behind: int) -> list[tuple[int, int]]:
    """'Same' in space, as asked in time."""
    kh, kw = kernel.shape[1:3]
    return [(0, 0), (before, behind), ((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2), (0, 0)]


def causal_conv3d(
    videos: Array, kernel: Array, bias: Array, before: int | None = None, mode: Any = "constant"
) -> Array:
    """(B, T, H, W, C), (kt, kh, kw, C, D), (D,) → (B, T, H, W, D), shift by shift.

    Args:
        videos: the clips.
        kernel: the weights.
        bias: one number per filter.
        before: how many frames of padding stand before the first; causal: kt − 1. The rest of
            kt − 1 stands behind the last frame.
        mode: how np.pad fills them.
    """
    steps, (height, width) = kernel.shape[0], videos.shape[2:4]
    before = steps - 1 if before is None else before
    padded = np.pad(videos, _padding(kernel, before, steps - 1 - before), mode=mode)
    out = np.zeros((*videos.shape[:4], kernel.shape[-1])) + bias
    for t, y, x in np.ndindex(*kernel.shape[:3]):
        slab = padded[:, t : t + videos.shape[1], y : y + height, x : x + width]
        out += slab @ kernel[t, y, x]
    return out


def _conv_backward(inputs: Inputs) -> Outputs:
    """The gradients of sum(output · weights), shift by shift."""
    videos, kernel, sums = (wide(inputs[k]) for k in ("videos", "W", "_weights_of_the_sum"))
    frames, height, width = videos.shape[1:4]
    pads = _padding(kernel, kernel.shape[0] - 1, 0)
    padded = np.pad(videos, pads)
    dpadded, dkernel = np.zeros_like(padded), np.zeros_like(kernel)
    for t, y, x in np.ndindex(*kernel.shape[:3]):
        here = np.s_[:, t : t + frames, y : y + height, x : x + width]
        dkernel[t, y, x] = np.tensordot(padded[here], sums, axes=((0, 1, 2, 3), (0, 1, 2, 3)))
        dpadded[here] += sums @ kernel[t, y, x].T
    inner = tuple(slice(low, low + n) for (low, _), n in zip(pads, videos.shape, strict=True))
    return {
        "the gradient of the inputs": dpadded[inner],
        "the gradient of the kernel": dkernel,
        "the gradient of the bias": sums.sum((0, 1, 2, 3)),
    }


def _conv_inputs(
    rng: np.random.Generator,
    clips: tuple[int, int, int, int, int],
    filters: int,
    kernel: Any = 3,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """One call's inputs: clips (B, T, H, W, C); `kernel` is an int or a list of three."""
    size = [kernel] * 3 if isinstance(kernel, int) else kernel
    return {
        "_do": "call",
        "videos": draw(rng, *clips, scale=scale, dtype=dtype),
        "kernel_size": kernel,
        "W": draw(rng, *size, clips[-1], filters, scale=0.5, dtype=dtype),
        "b": draw(rng, filters, scale=0.5, dtype=dtype),
        "_weights_of_the_sum": draw(rng, *clips[:4], filters, dtype=dtype),
    }


def _only_frame(inputs: Inputs, kept: int) -> Inputs:
    """All frames but one set to zero, and the bias."""
    videos = np.zeros_like(inputs["videos"])
    videos[:, kept] = inputs["videos"][:, kept]
    return {**inputs, "videos": videos, "b": 0 * inputs["b"]}


def _conv_cases(rng: np.random.Generator) -> list[Case]:
    base = [_conv_inputs(rng, (2, 5, 3, 4, 2), 3, dtype="float64") for _ in range(3)]
    return [
        Case(_only_frame(base[0], 4), "causal", isolates="the last frame"),
        Case(_only_frame(base[1], 0), "causal", isolates="the first frame"),
        Case(zeroed(base[2], "videos"), "causal", isolates="the bias"),
        Case(_conv_inputs(rng, (2, 4, 5, 3, 1), 2), "causal", "two clips of four frames"),
        Case(
            _conv_inputs(rng, (3, 6, 4, 5, 2), 1, [2, 3, 5], "float64"),
            "causal",
            "a kernel of 2 by 3 by 5, float64",
        ),
        Case(_conv_inputs(rng, (3, 3, 3, 3, 3), 3, dtype="float64"), "causal", "all sizes equal"),
        Case(
            _conv_inputs(rng, (2, 4, 6, 3, 2), 2, [3, 5, 1]), "causal", "a kernel of 3 by 5 by 1"
        ),
        Case(_conv_inputs(rng, (1, 1, 3, 4, 1), 2, 3), "edges", "a clip of one frame"),
        Case(
            _conv_inputs(rng, (2, 2, 3, 4, 1), 1, [4, 1, 3]),
            "edges",
            "a kernel longer than the clip",
        ),
        Case(_conv_inputs(rng, (2, 4, 3, 2, 2), 3, 1), "edges", "a kernel of one pixel, one frame"),
        Case(_conv_inputs(rng, (1, 3, 1, 1, 1), 1, 3), "edges", "frames of one pixel"),
        Case(_conv_inputs(rng, (2, 3, 4, 3, 1), 2, scale=1e4), "edges", "large inputs"),
        Case(
            doing("graph", _conv_inputs(rng, (2, 4, 3, 4, 2), 2, [2, 3, 3])),
            "kept",
            "in a model that TensorFlow compiles",
        ),
        Case(
            {"_do": "config", "filters": int(rng.integers(2, 6)), "kernel_size": [2, 3, 5]},
            "kept",
            "get_config, from_config",
        ),
        Case(doing("save", _conv_inputs(rng, (2, 3, 3, 4, 1), 2)), "kept", "saved and loaded"),
        *(
            Case(
                {"_do": "build", "filters": filters, "kernel_size": 3},
                "kept",
                f"CausalConv3D({filters}, 3)",
            )
            for filters in (0, -2)
        ),
    ]  # fmt: skip


_LAYER_WORKS = {
    "config": {"`from_config(get_config())`": "works"},
    "save": {"saving and loading a model with the layer": "works"},
}


def _layer_with(
    layer: Callable[[Array, Array, Array], Array],
) -> Callable[[Inputs], Outputs | Raises]:
    """What the probe reports of a layer that computes `layer(videos, kernel, bias)`."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        do = inputs["_do"]
        if do == "build":
            return Raises("filters", f"filters = {inputs['filters']}")
        if do == "config":
            return _LAYER_WORKS["config"]
        try:
            output = layer(*(wide(inputs[name]) for name in ("videos", "W", "b")))
        except (ValueError, IndexError) as error:
            return Raises(kind="Exception", problem=str(error))
        if do == "graph":
            return {"the output in a compiled model": output}
        if do == "save":
            return {**_LAYER_WORKS["save"], "the output of the loaded model": output}
        return {"the output": output}

    return expect


def _right_layer(inputs: Inputs) -> Outputs | Raises:
    outputs = _layer_with(causal_conv3d)(inputs)
    if inputs["_do"] == "call" and not isinstance(outputs, Raises):
        return {**outputs, **_conv_backward(inputs)}
    return outputs


def _keras_conv(inputs: Inputs) -> Outputs | None:
    """Keras's Conv3D, 'valid', on a clip that is padded before, above, below and at the sides."""
    if inputs["_do"] not in ("call", "graph"):
        return None
    import keras
    import tensorflow as tf

    videos, kernel = tf.constant(wide(inputs["videos"])), wide(inputs["W"])
    layer = keras.layers.Conv3D(kernel.shape[-1], kernel.shape[:3], dtype="float64")
    layer.build((None, None, None, None, kernel.shape[3]))
    layer.set_weights([kernel, wide(inputs["b"])])
    with tf.GradientTape() as tape:
        tape.watch(videos)
        output = layer(tf.pad(videos, _padding(kernel, kernel.shape[0] - 1, 0)))
        loss = tf.reduce_sum(output * wide(inputs["_weights_of_the_sum"]))
    if inputs["_do"] == "graph":
        return {"the output in a compiled model": np.asarray(output)}
    found = tape.gradient(loss, [videos, *(weight.value for weight in layer.trainable_weights)])
    names = ("the inputs", "the kernel", "the bias")
    return {
        "the output": np.asarray(output),
        **{f"the gradient of {name}": np.asarray(g) for name, g in zip(names, found, strict=True)},
    }


def _same_in_time(videos: Array, kernel: Array, bias: Array) -> Array:
    return causal_conv3d(videos, kernel, bias, before=(kernel.shape[0] - 1) // 2)


def _never_the_present(videos: Array, kernel: Array, bias: Array) -> Array:
    late = np.concatenate([np.zeros_like(videos[:, :1]), videos[:, :-1]], axis=1)
    return causal_conv3d(late, kernel, bias)


def _valid_in_time(videos: Array, kernel: Array, bias: Array) -> Array:
    return causal_conv3d(videos, kernel, bias)[:, kernel.shape[0] - 1 :]


def _valid_in_space(videos: Array, kernel: Array, bias: Array) -> Array:
    kh, kw = kernel.shape[1:3]
    down, right = videos.shape[2] - kh + 1, videos.shape[3] - kw + 1
    if down < 1 or right < 1:
        raise ValueError("the kernel does not fit into the frame")
    top, left = (kh - 1) // 2, (kw - 1) // 2
    return causal_conv3d(videos, kernel, bias)[:, :, top : top + down, left : left + right]


def _layer_but(do: str, instead: Outputs | Raises) -> Callable[[Inputs], Outputs | Raises]:
    return lambda inputs: instead if inputs["_do"] == do else _right_layer(inputs)


def _layer_no_keywords(inputs: Inputs) -> Outputs | Raises:
    given = inputs.get("W")
    if inputs["_do"] == "config" or (given is not None and given.dtype == "float64"):
        return Raises(kind="Exception", problem="an unexpected keyword")
    if inputs["_do"] == "save":
        return {"saving and loading a model with the layer": "raises TypeError"}
    return _right_layer(inputs)


def _layer_without_arguments(inputs: Inputs) -> Outputs | Raises:
    if inputs["_do"] == "config":
        return {"`from_config(get_config())`": "raises TypeError"}
    if inputs["_do"] == "save":
        return {"saving and loading a model with the layer": "raises TypeError"}
    return _right_layer(inputs)


CAUSAL_CONV = Oracle(
    cases=_conv_cases,
    expect=_right_layer,
    second=_keras_conv,
    parts={"causal": 0.65, "kept": 0.2, "edges": 0.15},
    basic=("causal",),
    mistakes=(
        Mistake(
            "sees-the-future",
            (
                "Your layer sees the future: it is a 'same' convolution in time too.",
                "Change the last frame of a clip: which outputs change?",
                "Pad in time by hand, with all zeros before the first frame, and convolve without "
                "padding in time.",
            ),
            _layer_with(_same_in_time),
        ),
        Mistake(
            "only-the-future",
            (
                "Your layer is causal the wrong way round: the padding stands behind the clip.",
                "Change the first frame of a clip: only the first output changes. Which should?",
                "Put the zeros before the first frame.",
            ),
            _layer_with(lambda v, W, b: causal_conv3d(v, W, b, before=0)),
        ),
        Mistake(
            "never-the-present",
            (
                "Your outputs come one frame late: no output sees the frame of its own step.",
                "How many frames of zeros stand before the clip? How many does the kernel need?",
                "Pad with one frame less than the kernel is long in time.",
            ),
            _layer_with(_never_the_present),
        ),
        Mistake(
            "frames-missing",
            (
                "Your output has fewer frames than the clip: there is no padding in time.",
                "A kernel of kt frames loses kt − 1 of them. Where should they come from?",
                "Put kt − 1 frames of zeros before the first frame.",
            ),
            _layer_with(_valid_in_time),
        ),
        Mistake(
            "frames-shrink",
            (
                "Your frames shrink: there is no padding in space.",
                "Padding 'valid' takes off the border in space as well as in time.",
                "Pad height and width too: half of the kernel's size, less one, on each side.",
            ),
            _layer_with(_valid_in_space),
        ),
        Mistake(
            "first-frame-repeated",
            (
                "Before the first frame your layer finds copies of it, not zeros.",
                "Which mode of padding do you use?",
                "Pad with zeros in time.",
            ),
            _layer_with(
                lambda v, W, b: causal_conv3d(
                    np.concatenate([np.repeat(v[:, :1], len(W) - 1, axis=1), v], axis=1), W, b
                )[:, len(W) - 1 :]
            ),
        ),
        Mistake(
            "present-only",
            (
                "Each output depends on its own frame alone: the past is ignored.",
                "Which slices of the kernel along time do you use?",
                "Convolve over time as well: all kt slices of the kernel take part.",
            ),
            _layer_with(lambda v, W, b: causal_conv3d(v, W[-1:], b)),
        ),
        Mistake(
            "turned-in-time",
            (
                "Your kernel is turned round in time: its first slice meets the newest frame.",
                "Which slice of the kernel meets the present frame?",
                "The last slice meets the present frame, as in Keras's own Conv3D.",
            ),
            _layer_with(lambda v, W, b: causal_conv3d(v, W[::-1], b)),
        ),
        Mistake(
            "turned-in-space",
            (
                "Your kernel is turned by half a turn within the frame.",
                "Textbooks flip the kernel; the layers of Keras and TensorFlow do not.",
                "Use the kernel as it is.",
            ),
            _layer_with(lambda v, W, b: causal_conv3d(v, W[:, ::-1, ::-1], b)),
        ),
        Mistake(
            "no-bias",
            (
                "Your output equals the one without the bias.",
                "Give the layer a clip of zeros: what should come out?",
                "Add the bias, one number per filter.",
            ),
            _layer_with(lambda v, W, b: causal_conv3d(v, W, 0 * b)),
        ),
        Mistake(
            "relu",
            (
                "Your output is never negative: it went through a ReLU.",
                "The layer is linear. Which activation does your convolution have?",
                "Leave the activation out.",
            ),
            _layer_with(lambda v, W, b: np.maximum(causal_conv3d(v, W, b), 0.0)),
        ),
        Mistake(
            "tanh",
            (
                "Your output stays between −1 and 1: it went through tanh.",
                "The layer is linear. Which activation does your convolution have?",
                "Leave the activation out.",
            ),
            _layer_with(lambda v, W, b: np.tanh(causal_conv3d(v, W, b))),
        ),
        Mistake(
            "no-keywords",
            (
                "The layer cannot be made with Keras's own arguments, such as dtype or name.",
                "Look at the arguments of `__init__`, and at what `super().__init__` gets.",
                "Take **kwargs in `__init__` and hand them on to `super().__init__`.",
            ),
            _layer_no_keywords,
        ),
        Mistake(
            "config-without-arguments",
            (
                "The layer cannot be made again from its own configuration: get_config lacks "
                "filters or kernel_size.",
                "Keras calls the class with what `get_config` returns. Which argument is missing?",
                "Add both to the dictionary of super().get_config(), or leave get_config out: "
                "Keras then records the arguments itself.",
            ),
            _layer_without_arguments,
        ),
        Mistake(
            "config-without-keywords",
            (
                "Made again from its configuration, the layer loses its name or its dtype.",
                "Your get_config returns your own arguments alone. What else was the layer made "
                "with?",
                "Start from super().get_config() and add your arguments to it.",
            ),
            _layer_but(
                "config", {"`from_config(get_config())`": "loses the name or the dtype"}
            ),
        ),
        Mistake(
            "any-filters",
            (
                "CausalConv3D(0, 3) is accepted, though a layer without filters has no output.",
                "Nothing looks at `filters` before the weights are made.",
                "In `__init__`, raise a ValueError that names filters and the value that came.",
            ),
            _layer_but("build", {"the layer": "was made"}),
        ),
    ),
)  # fmt: skip


# --- rollout_frames ------------------------------------------------------------------------------

Model = Callable[[Array], Array]


def _rollout_inputs(
    rng: np.random.Generator,
    clips: tuple[int, int, int, int, int],
    steps: int,
    model: Sequence[float] | None = None,
    dtype: str = "float32",
) -> Inputs:
    """`model` (a, b, d, e): drawn so that a rollout neither explodes nor dies out."""
    drawn = rng.uniform(0.2, 0.5, size=4) * (1, -1, 1, 0.5)
    return {
        "context": draw(rng, *clips, dtype=dtype),
        "steps": steps,
        "_model": np.array(drawn if model is None else model, dtype="float64"),
    }


def _rollout_cases(rng: np.random.Generator) -> list[Case]:
    a, b, d = rng.uniform(0.6, 0.9, size=3)
    clips = (2, 3, 3, 4, 1)
    return [
        Case(
            _rollout_inputs(rng, clips, 3, (a, 0, 0, 0), "float64"),
            "rollout",
            isolates="the model's use of the newest frame",
        ),
        Case(
            _rollout_inputs(rng, clips, 3, (0, b, 0, 0), "float64"),
            "rollout",
            isolates="the model's use of the frame before",
        ),
        Case(
            _rollout_inputs(rng, clips, 3, (0, 0, d, 0), "float64"),
            "rollout",
            isolates="the model's use of all frames so far",
        ),
        Case(_rollout_inputs(rng, (3, 4, 3, 5, 1), 5), "rollout", "five frames after four"),
        Case(
            _rollout_inputs(rng, (2, 5, 4, 3, 2), 3, dtype="float64"),
            "rollout",
            "fewer steps than frames, two channels, float64",
        ),
        Case(_rollout_inputs(rng, (3, 3, 3, 3, 3), 3), "rollout", "all sizes equal"),
        Case(_rollout_inputs(rng, (1, 1, 2, 3, 1), 4), "edges", "a context of one frame"),
        Case(_rollout_inputs(rng, (2, 4, 2, 3, 1), 1), "edges", "one step"),
        Case(_rollout_inputs(rng, (1, 2, 1, 1, 1), 12, dtype="float64"), "edges", "twelve steps"),
        Case(_rollout_inputs(rng, (2, 3, 2, 2, 1), 0), "errors", "steps = 0"),
        Case(_rollout_inputs(rng, (2, 3, 2, 2, 1), -2), "errors", "steps = −2"),
    ]


def rolled_out(model: Model, context: Array, steps: int) -> Array:
    """By the definition: each forecast is put behind all frames so far."""
    frames = context
    for _ in range(steps):
        frames = np.concatenate([frames, model(frames)[:, -1:]], axis=1)
    return frames[:, context.shape[1] :]


def _rolled(wrong: Callable[[Model, Array, int], Array]) -> Callable[[Inputs], Outputs | Raises]:
    """What the probe reports of this rollout; it refuses steps below 1, as it should."""

    def expect(inputs: Inputs) -> Outputs | Raises:
        if inputs["steps"] < 1:
            return Raises("steps", f"steps = {inputs['steps']}")
        return _unrefused(wrong)(inputs)

    return expect


def _unrefused(wrong: Callable[[Model, Array, int], Array]) -> Callable[[Inputs], Outputs | Raises]:
    def expect(inputs: Inputs) -> Outputs | Raises:
        context, steps = wide(inputs["context"]), inputs["steps"]
        model, seen = given_model({**inputs, "context": context})
        try:
            frames = wrong(model, context, steps)
        except (ValueError, IndexError) as error:
            return Raises(kind="Exception", problem=str(error))
        return {
            "the rollout": frames,
            "the length of the video in each call": lengths_seen(seen, steps),
        }

    return expect


def _recursion(inputs: Inputs) -> Outputs | Raises:
    """The same without the model: the newest two frames and the sum of all are enough."""
    context, steps = wide(inputs["context"]), inputs["steps"]
    if steps < 1:
        return Raises("steps", f"steps = {steps}")
    a, b, d, e = inputs["_model"]
    count, total = context.shape[1], context.sum(axis=1)
    newest = context[:, -1]
    before = context[:, -2] if count > 1 else np.zeros_like(newest)
    frames = np.empty((len(context), steps, *context.shape[2:]))
    for k in range(steps):
        before, newest = newest, a * newest + b * before + d * total / (count + k) + e
        total = total + newest
        frames[:, k] = newest
    return {
        "the rollout": frames,
        "the length of the video in each call": count + np.arange(steps),
    }


def _loop(
    update: Callable[[Array, Array], Array],
    take: Callable[[Array], Array] = lambda out: out[:, -1:],
) -> Callable[[Model, Array, int], Array]:
    """A rollout with another `update(frames, forecast)` or another `take(outputs)`."""

    def wrong(model: Model, context: Array, steps: int) -> Array:
        frames, made = context, []
        for _ in range(steps):
            forecast = take(model(frames))
            made.append(forecast)
            frames = update(frames, forecast)
        return np.concatenate(made, axis=1)

    return wrong


def _appended(frames: Array, forecast: Array) -> Array:
    return np.concatenate([frames, forecast], axis=1)


def _late(model: Model, context: Array, steps: int) -> Array:
    made = rolled_out(model, context, steps)
    return np.concatenate([context[:, -1:], made], axis=1)[:, :-1]


def _own_frames_only(model: Model, context: Array, steps: int) -> Array:
    made = model(context)[:, -1:]
    for _ in range(steps - 1):
        made = _appended(made, model(made)[:, -1:])
    return made


def _one_step_short(model: Model, context: Array, steps: int) -> Array:
    return rolled_out(model, context, steps)[:, : steps - 1]


ROLLOUT = Oracle(
    cases=_rollout_cases,
    expect=_rolled(rolled_out),
    second=_recursion,
    parts={"rollout": 0.7, "edges": 0.2, "errors": 0.1},
    basic=("rollout",),
    mistakes=(
        Mistake(
            "last-frame-only",
            (
                "From the second step on, the model sees one frame: its own last forecast.",
                "A recurrent model needs the past to know where things move. What do you feed it?",
                "Put each forecast behind all the frames so far, and feed all of them.",
            ),
            _rolled(_loop(lambda frames, forecast: forecast)),
        ),
        Mistake(
            "sliding-window",
            (
                "The model always sees as many frames as the context has: the oldest drop out.",
                "Print the number of frames that each call sees: it should grow by one.",
                "Keep the old frames when you add a new one.",
            ),
            _rolled(_loop(lambda frames, forecast: _appended(frames, forecast)[:, 1:])),
        ),
        Mistake(
            "not-fed-back",
            (
                "All your forecasts are equal: the model sees the context alone, each time.",
                "What has changed between the first call of the model and the second?",
                "Put the forecast behind the frames before the next call.",
            ),
            _rolled(_loop(lambda frames, forecast: frames)),
        ),
        Mistake(
            "context-forgotten",
            (
                "After the first step the model sees its own forecasts alone, not the context.",
                "What does the second call see?",
                "Feed the context and all forecasts so far, together.",
            ),
            _rolled(_own_frames_only),
        ),
        Mistake(
            "first-output-taken",
            (
                "You take the model's first output, which is a forecast of the second frame.",
                "The model answers at every step. Which of its answers is about the future?",
                "Take the last output of each call.",
            ),
            _rolled(_loop(_appended, lambda out: out[:, :1])),
        ),
        Mistake(
            "put-in-front",
            (
                "Each forecast is put before the frames so far, not behind them.",
                "Look at the order in which you join the frames.",
                "Time runs on: the forecast comes last.",
            ),
            _rolled(_loop(lambda frames, forecast: _appended(forecast, frames))),
        ),
        Mistake(
            "context-included",
            (
                "You return the context too, before the forecasts.",
                "Compare the number of frames with `steps`.",
                "Return the forecasts alone.",
            ),
            _rolled(
                lambda model, context, steps: _appended(context, rolled_out(model, context, steps))
            ),
        ),
        Mistake(
            "one-step-late",
            (
                "Your first frame is the last one of the context; the rest is one step late.",
                "Do you keep a frame before the model has answered, or after?",
                "The first frame to return is the first forecast.",
            ),
            _rolled(_late),
        ),
        Mistake(
            "one-step-short",
            (
                "One frame is missing at the end.",
                "Count the passes of your loop, and what each one adds.",
                "Make as many forecasts as `steps` says.",
            ),
            _rolled(_one_step_short),
        ),
        Mistake(
            "called-once",
            (
                "The model is called once, and its outputs on the context are returned.",
                "Those are forecasts of frames that are in the context already: the truth was fed.",
                "Call the model once for each new frame, on a longer video each time.",
            ),
            _rolled(lambda model, context, steps: model(context)[:, -steps:]),
        ),
        Mistake(
            "all-outputs-fed-back",
            (
                "You put all of the model's outputs behind the frames, not the newest one.",
                "By how many frames does the video grow in each step?",
                "Add one frame per step: the last output.",
            ),
            _rolled(
                lambda model, context, steps: _loop(
                    _appended, lambda out: out
                )(model, context, steps)[:, -steps:]
            ),
        ),
        Mistake(
            "clipped",
            (
                "Your frames are cut to the interval from 0 to 1.",
                "Look for a clip, minimum or maximum in your code.",
                "Feed back and return what the model gives: it is the model's affair.",
            ),
            _rolled(_loop(_appended, lambda out: np.clip(out[:, -1:], 0.0, 1.0))),
        ),
        Mistake(
            "any-steps",
            (
                "steps = 0 is accepted, though there is nothing to return then.",
                "What does your loop do when steps is below 1?",
                "Raise a ValueError that names steps and the value that came.",
            ),
            _unrefused(rolled_out),
        ),
    ),
)  # fmt: skip

ORACLES: dict[str, Oracle] = {
    "next_frame_pairs": NEXT_FRAME_PAIRS,
    "persistence_forecast": PERSISTENCE,
    "ConvLSTMCell": CONV_LSTM_CELL,
    "CausalConv3D": CAUSAL_CONV,
    "rollout_frames": ROLLOUT,
}
