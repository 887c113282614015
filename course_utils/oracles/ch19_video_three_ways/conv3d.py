"""conv3d: a kernel over time, height and width (Ji, Xu, Yang and Yu, 2013)."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "conv3d"]

Array = np.ndarray


def conv3d(video: Array, kernel: Array) -> Array:
    if any(k > n for n, k in zip(video.shape, kernel.shape, strict=True)):
        raise ExpectedError("kernel", f"a video of {video.shape} and a kernel of {kernel.shape}")
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.tensordot(windows, kernel, 3)


def by_definition(video: Array, kernel: Array) -> Array:
    """One number of the result at a time, as the equation says."""
    sizes = [n - k + 1 for n, k in zip(video.shape, kernel.shape, strict=True)]
    if min(sizes) < 1:
        raise ExpectedError("kernel")
    out = np.zeros(sizes)
    for t, y, x in product(*map(range, sizes)):
        for i, j, k in product(*map(range, kernel.shape)):
            out[t, y, x] += video[t + i, y + j, x + k] * kernel[i, j, k]
    return out


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str, about: str, video: tuple[int, ...], kernel: tuple[int, ...], **kw: Any
    ) -> Case:
        scale, dtype = kw.get("scale", 1.0), kw.get("dtype", np.float64)
        inputs = {
            "video": (scale * rng.normal(size=video)).astype(dtype),
            "kernel": rng.normal(size=kernel).astype(dtype),
        }
        return Case(part, inputs, about, tolerance_factor=10.0 if dtype is np.float32 else 1.0)

    def one_number(at: tuple[int, int, int]) -> Case:
        kernel = np.zeros((2, 3, 4))
        kernel[at] = 1.0
        inputs = {"video": rng.normal(size=(4, 5, 7)), "kernel": kernel}
        name = f"the kernel's number at [{', '.join(map(str, at))}]"
        return Case("values", inputs, isolates=name)

    return [
        one_number((0, 0, 0)),
        one_number((1, 0, 0)),
        one_number((0, 2, 0)),
        one_number((0, 0, 3)),
        case("values", "a kernel of two frames", (5, 6, 7), (2, 3, 4)),
        case("values", "float32", (6, 5, 8), (3, 2, 2), dtype=np.float32),
        case("values", "whole grey values, 0 to 255", (4, 5, 6), (3, 3, 1), scale=255),
        case("edges", "a kernel of one number", (3, 4, 2), (1, 1, 1)),
        case("edges", "a kernel as large as the video", (3, 4, 5), (3, 4, 5)),
        case("edges", "a single frame", (1, 6, 5), (1, 2, 3)),
        case("edges", "a kernel over time alone", (6, 3, 2), (4, 1, 1)),
        case("edges", "tiny numbers", (4, 4, 6), (2, 2, 3), scale=1e-9),
        case("errors", "", (2, 5, 6), (3, 2, 2)),
        case("errors", "", (4, 3, 6), (2, 4, 2)),
        case("errors", "", (4, 5, 2), (2, 2, 3)),
        case("errors", "", (0, 5, 6), (1, 2, 2)),
    ]


MISTAKES = [
    Mistake(
        "kernel-flipped",
        "windows, kernel,",
        "windows, kernel[::-1, ::-1, ::-1],",
        see="Your result is the true convolution: the kernel is turned round in all three "
        "directions.",
        look="Write down which number of the video meets `kernel[0, 0, 0]` at the first place.",
        change="Networks do not turn the kernel: its first number meets the window's first one.",
    ),
    Mistake(
        "kernel-flipped-in-time",
        "windows, kernel,",
        "windows, kernel[::-1],",
        see="The kernel is turned round in time: its last frame meets the window's first.",
        look="Look at the index of the kernel's first axis.",
        change="Let both the frame of the window and the frame of the kernel count upwards.",
    ),
    Mistake(
        "kernel-flipped-in-space",
        "windows, kernel,",
        "windows, kernel[:, ::-1, ::-1],",
        see="The kernel is turned round in height and width, though not in time.",
        look="Look at the indices of the kernel's last two axes.",
        change="Let rows and columns of window and kernel both count upwards.",
    ),
    Mistake(
        "padded-to-the-same-size",
        "    windows =",
        "    video = np.pad(video, [((k - 1) // 2, k // 2) for k in kernel.shape])\n    windows =",
        see="The result is as large as the video: there are zeros around it.",
        look="Compare the shape of your result with the stub's.",
        change="Let the kernel stand only where it fits: no padding in time, height or width.",
    ),
    Mistake(
        "padded-to-the-full-size",
        "    windows =",
        "    video = np.pad(video, [(k - 1, k - 1) for k in kernel.shape])\n    windows =",
        see="The result is larger than the video: the kernel hangs over every edge.",
        look="Compare the shape of your result with the stub's.",
        change="Let the kernel stand only where all of it lies on the video.",
    ),
    Mistake(
        "one-place-short",
        "kernel, 3)",
        "kernel, 3)[:-1, :-1, :-1]",
        see="The last place in time, height and width is missing.",
        look="Count by hand the places where a kernel of 2 fits on a line of 5.",
        change="There is one place more than the difference of the two sizes.",
    ),
    Mistake(
        "kernel-averaged-over-time",
        "windows, kernel,",
        "windows, np.broadcast_to(kernel.mean(0), kernel.shape),",
        see="The kernel acts as if its frames were all alike: motion leaves no trace.",
        look="Find the place where frames are summed before they meet the kernel.",
        change="Multiply each frame of the window with its own frame of the kernel, then sum.",
    ),
    Mistake(
        "frames-on-their-own",
        "    windows =",
        "    kernel = kernel[:1]\n    windows =",
        see="Each frame is convolved on its own, with the kernel's first frame only.",
        look="Look for a loop over the kernel's frames.",
        change="A place in time sees as many frames as the kernel has; add up what each gives.",
    ),
    Mistake(
        "time-of-the-kernel-left-out",
        "windows, kernel,",
        "windows[:, :, :, :1], kernel.sum(0, keepdims=True),",
        see="The response adds up frames of the kernel, but they all meet the same frame of the "
        "video.",
        look="Look at the video's first index while you go through the kernel's frames.",
        change="The frame of the video moves along with the frame of the kernel.",
    ),
    Mistake(
        "mean-instead-of-sum",
        "kernel, 3)",
        "kernel, 3) / kernel.size",
        see="The response is the mean over the window, not the sum.",
        look="Look at what you do with the products.",
        change="Add the products up; do not divide by their number.",
    ),
    Mistake(
        "kernel-normalised",
        "kernel, 3)",
        "kernel, 3) / kernel.sum()",
        see="The response is divided by the sum of the kernel.",
        look="Look for a division.",
        change="Use the kernel as it is given.",
    ),
    Mistake(
        "rows-and-columns-swapped",
        "kernel, 3)",
        "kernel, 3).swapaxes(1, 2)",
        see="Height and width of the result are swapped.",
        look="Compare the shape of your result with the stub's, axis by axis.",
        change="Keep the order of the axes: time, height, width.",
    ),
    Mistake(
        "time-last",
        "kernel, 3)",
        "kernel, 3).transpose(1, 2, 0)",
        see="The axes of the result are in another order: time is the last one.",
        look="Compare the shape of your result with the stub's, axis by axis.",
        change="Keep the order of the axes: time, height, width.",
    ),
    Mistake(
        "time-summed-away",
        "kernel, 3)",
        "kernel, 3).sum(0)",
        see="The result has no time axis left.",
        look="Look at what you sum over: is it the window alone?",
        change="Sum inside each window; each place in time keeps a map of its own.",
    ),
    Mistake(
        "strides-of-the-kernels-size",
        "kernel, 3)",
        "kernel, 3)[:: kernel.shape[0], :: kernel.shape[1], :: kernel.shape[2]]",
        see="The kernel jumps by its own size, so that windows do not overlap.",
        look="Look at how far you move between two places.",
        change="Move by one frame, one row or one column at a time.",
    ),
    Mistake(
        "too-large-a-kernel-accepted",
        outputs=accepts(conv3d, "kernel"),
        see="A kernel that does not fit on the video is accepted.",
        look="Try a kernel with more frames than the video has, or more rows, or more columns.",
        change="Compare the sizes on all three axes first, and raise a ValueError that names "
        "`kernel`.",
    ),
]

EXERCISE = Exercise(
    "conv3d(video, kernel)",
    results=("the response",),
    references=(conv3d, by_definition),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("values",),
    points=2.0,
    by_hand=("convolution",),
    minutes=15,
    difficulty=2,
)
