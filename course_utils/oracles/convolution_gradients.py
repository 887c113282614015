"""The way back through a convolution, and through a ConvLSTM's steps, by hand."""

from __future__ import annotations

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import Inputs, Outputs, Setup
from course_utils.oracles import maths

__all__ = ["conv_lstm_gradients", "convolution_gradients"]

Array = np.ndarray


def convolution_gradients(
    value: Array, kernel: Array, sums: Array, *widths: tuple[int, int]
) -> tuple[Array, Array]:
    """The gradients of sum(convolution · sums) for what is convolved and for the kernel.

    Args:
        value: (B, ..., C).
        kernel: (..., C, D).
        sums: (B, ..., D): a factor for each output.
        widths: the zeros that stand before and behind, for each axis between B and C.
    """
    pads = ((0, 0), *widths, (0, 0))
    padded = np.pad(value, pads)
    d_padded, d_kernel = np.zeros_like(padded), np.zeros_like(kernel)
    axes = range(sums.ndim - 1)
    for shift in np.ndindex(*kernel.shape[:-2]):
        met = (
            slice(None),
            *(slice(s, s + n) for s, n in zip(shift, sums.shape[1:-1], strict=True)),
        )
        d_kernel[shift] = np.tensordot(padded[met], sums, axes=(axes, axes))
        d_padded[met] += sums @ kernel[shift].T
    inner = tuple(slice(low, low + n) for (low, _), n in zip(pads, value.shape, strict=True))
    return d_padded[inner], d_kernel


def conv_lstm_gradients(inputs: Inputs, setup: Setup, through_h: bool = True) -> Outputs:
    """The gradients of sum(outputs · weights) of a ConvLSTM, by backpropagation through time.

    Args:
        inputs: a sequence.
        setup: holds `weights_of_the_sum`.
        through_h: whether the gradient goes back through h; through c it always does.
    """
    xs, h, c, W, U, b = (wide(inputs[name]) for name in ("xs", "h0", "c0", "W", "U", "b"))
    sums = wide(setup["weights_of_the_sum"])
    kept = []
    for x in xs.swapaxes(0, 1):
        z = maths.convolution(x, W) + maths.convolution(h, U) + b
        i, f, g, o = maths.split(z, 4)
        i, f, g, o = maths.sigmoid(i), maths.sigmoid(f), maths.tanh(g), maths.sigmoid(o)
        new_c = f * c + i * g
        kept.append((x, h, c, i, f, g, o, maths.tanh(new_c)))
        h, c = o * maths.tanh(new_c), new_c
    d_xs, d_W, d_U, d_b = np.zeros_like(xs), np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    d_h, d_c = np.zeros_like(h), np.zeros_like(c)
    around = [((k - 1) // 2, k // 2) for k in W.shape[:2]]
    for t, (x, h, c, i, f, g, o, out) in reversed(list(enumerate(kept))):
        d_h = d_h + sums[:, t]
        d_c = d_c + d_h * o * (1 - out**2)
        d_z = maths.concat(
            d_c * g * i * (1 - i),
            d_c * c * f * (1 - f),
            d_c * i * (1 - g**2),
            d_h * out * o * (1 - o),
        )
        d_xs[:, t], of_input = convolution_gradients(x, W, d_z, *around)
        d_h, of_state = convolution_gradients(h, U, d_z, *around)
        d_W, d_U, d_b = d_W + of_input, d_U + of_state, d_b + d_z.sum((0, 1, 2))
        d_h, d_c = through_h * d_h, d_c * f
    return {
        "the gradient of the inputs": d_xs,
        "the gradient of `kernel`": d_W,
        "the gradient of `recurrent_kernel`": d_U,
        "the gradient of `bias`": d_b,
    }
