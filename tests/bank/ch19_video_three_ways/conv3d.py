"""conv3d: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from itertools import product

import numpy as np
import tensorflow as tf
from keras import ops


def fits(video, kernel):
    for n, k in zip(video.shape, kernel.shape):
        if k > n:
            raise ValueError(f"kernel of {kernel.shape} does not fit on a video of {video.shape}")


def conv_loops(video, kernel):
    fits(video, kernel)
    sizes = [n - k + 1 for n, k in zip(video.shape, kernel.shape)]
    out = np.empty(sizes, dtype=np.result_type(video, kernel))
    for t, y, x in product(*(range(n) for n in sizes)):
        window = video[t : t + kernel.shape[0], y : y + kernel.shape[1], x : x + kernel.shape[2]]
        out[t, y, x] = (window * kernel).sum()
    return out


def conv_windows_einsum(video, kernel):
    fits(video, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.einsum("tyxijk,ijk->tyx", windows, kernel)


def conv_seven_loops(video, kernel):
    (T, H, W), (a, b, c) = video.shape, kernel.shape
    if a > T or b > H or c > W:
        raise ValueError("the kernel is larger than the video")
    out = [[[0.0] * (W - c + 1) for _ in range(H - b + 1)] for _ in range(T - a + 1)]
    for t in range(T - a + 1):
        for y in range(H - b + 1):
            for x in range(W - c + 1):
                for i in range(a):
                    for j in range(b):
                        for k in range(c):
                            out[t][y][x] += float(video[t + i, y + j, x + k]) * float(
                                kernel[i, j, k]
                            )
    return np.array(out)


def conv_keras_ops(video, kernel):
    fits(video, kernel)
    video, kernel = ops.convert_to_tensor(video), ops.convert_to_tensor(kernel)
    T, H, W = (n - k + 1 for n, k in zip(video.shape, kernel.shape))
    total = ops.zeros((T, H, W), dtype=video.dtype)
    for i, j, k in product(*map(range, kernel.shape)):
        total = total + kernel[i, j, k] * video[i : i + T, j : j + H, k : k + W]
    return total


@tf.function
def shifted_sum(video, kernel):
    T, H, W = (n - k + 1 for n, k in zip(video.shape, kernel.shape))
    pieces = [
        kernel[i, j, k] * video[i : i + T, j : j + H, k : k + W]
        for i, j, k in product(*map(range, kernel.shape))
    ]
    return tf.add_n(pieces)


def conv_tensorflow(video, kernel):
    fits(video, kernel)
    return shifted_sum(tf.constant(video), tf.constant(kernel))


def conv_fourier(video, kernel):
    fits(video, kernel)
    size = [n + k - 1 for n, k in zip(video.shape, kernel.shape)]
    spectrum = np.fft.rfftn(video.astype(float), size) * np.fft.rfftn(
        kernel[::-1, ::-1, ::-1].astype(float), size
    )
    full = np.fft.irfftn(spectrum, size)
    a, b, c = (k - 1 for k in kernel.shape)
    T, H, W = video.shape
    return full[a:T, b:H, c:W]


def conv_matrix(video, kernel):
    fits(video, kernel)
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    places = windows.shape[:3]
    return (windows.reshape(-1, kernel.size) @ kernel.ravel()).reshape(places)


def conv_frame_by_frame(video, kernel):
    fits(video, kernel)

    def flat(frame, mask):
        windows = np.lib.stride_tricks.sliding_window_view(frame, mask.shape)
        return np.tensordot(windows, mask)

    return np.stack(
        [
            sum(flat(video[t + i], mask) for i, mask in enumerate(kernel))
            for t in range(len(video) - len(kernel) + 1)
        ]
    )


def short(video, kernel):
    fits(video, kernel)
    sizes = [n - k for n, k in zip(video.shape, kernel.shape)]
    out = np.zeros(sizes)
    for t, y, x in product(*(range(n) for n in sizes)):
        window = video[t : t + kernel.shape[0], y : y + kernel.shape[1], x : x + kernel.shape[2]]
        out[t, y, x] = (window * kernel).sum()
    return out


def frames_alone(video, kernel):
    fits(video, kernel)
    return np.concatenate([conv_loops(frame[None], kernel[:1]) for frame in video])


def frame_stuck(video, kernel):
    fits(video, kernel)
    summed = kernel.sum(axis=0)[None]
    return np.concatenate(
        [conv_loops(video[t : t + 1], summed) for t in range(len(video) - len(kernel) + 1)]
    )


def any_kernel(video, kernel):
    sizes = [max(n - k + 1, 0) for n, k in zip(video.shape, kernel.shape)]
    out = np.zeros(sizes)
    for t, y, x in product(*(range(n) for n in sizes)):
        window = video[t : t + kernel.shape[0], y : y + kernel.shape[1], x : x + kernel.shape[2]]
        out[t, y, x] = (window * kernel).sum()
    return out


RIGHT = {
    "loops": conv_loops,
    "einsum": conv_windows_einsum,
    "seven loops": conv_seven_loops,
    "keras.ops": conv_keras_ops,
    "tf.function": conv_tensorflow,
    "Fourier": conv_fourier,
    "matrix product": conv_matrix,
    "frame by frame": conv_frame_by_frame,
}


WRONG = {
    "kernel-flipped": lambda video, kernel: conv_keras_ops(video, kernel[::-1, ::-1, ::-1]),
    "one-place-short": short,
    "frames-on-their-own": frames_alone,
    "time-of-the-kernel-left-out": frame_stuck,
    "mean-instead-of-sum": lambda video, kernel: conv_tensorflow(video, kernel) / kernel.size,
    "too-large-a-kernel-accepted": any_kernel,
}
