"""Chapter 19, three ways to read a video: cases, two references each, and the known mistakes.

`conv3d`: the sum, number by number, beside windows contracted with the kernel. `conv3d_shape`: the
last place where the kernel fits beside the formula. The builders: what a right network says of
itself, in words, and laws that are read off the shift that maps each frame on the next one.
`shuffle_frames`: what each output must be, and a count of the orders.

Sources: S. Ji, W. Xu, M. Yang and K. Yu, "3D convolutional neural networks for human action
recognition" (2013); J. Donahue et al., "Long-term recurrent convolutional networks for visual
recognition and description" (2015), for the 2D CNN with an LSTM; X. Shi et al., "Convolutional LSTM
network" (2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Hints, Inputs, Mistake, Oracle, Outputs, Raises
from course_utils.exercises.ch19_video_three_ways import BUDGET, COMMON, ORDERS, STRUCTURE
from course_utils.oracles.bank import mistake, wide

__all__ = ["ORACLES"]

Array = np.ndarray
Expect = Callable[[Inputs], Outputs | Raises]


def _accepts(id: str, hints: Hints, expect: Expect, names: Iterable[str] = ()) -> Mistake:
    """The mistake of returning something where one of these arguments (or any) is impossible."""
    wanted = set(names)

    def wrong(inputs: Inputs) -> Outputs | Raises | None:
        truth = expect(inputs)
        if not isinstance(truth, Raises):
            return None
        return truth if wanted and truth.argument not in wanted else {}

    return Mistake(id, hints, wrong)


# --- conv3d --------------------------------------------------------------------------------------


def _conv_cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str, about: str, video: tuple[int, ...], kernel: tuple[int, ...], **kw: Any
    ) -> Case:
        scale, dtype = kw.get("scale", 1.0), kw.get("dtype", np.float64)
        inputs = {
            "video": (scale * rng.normal(size=video)).astype(dtype),
            "kernel": rng.normal(size=kernel).astype(dtype),
        }
        return Case(inputs, part, about, slack=10.0 if dtype is np.float32 else 1.0)

    def one_number(at: tuple[int, int, int]) -> Case:
        kernel = np.zeros((2, 3, 4))
        kernel[at] = 1.0
        inputs = {"video": rng.normal(size=(4, 5, 7)), "kernel": kernel}
        name = f"the kernel's number at [{', '.join(map(str, at))}]"
        return Case(inputs, "values", "", isolates=name)

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


def _conv_problem(video: Array, kernel: Array) -> Raises | None:
    if any(k > n for n, k in zip(video.shape, kernel.shape, strict=True)):
        return Raises("kernel", f"a video of {video.shape} and a kernel of {kernel.shape}")
    return None


def _conv_by_definition(inputs: Inputs) -> Outputs | Raises:
    """One number of the result at a time, as the equation says."""
    video, kernel = wide(inputs["video"]), wide(inputs["kernel"])
    problem = _conv_problem(video, kernel)
    if problem is not None:
        return problem
    sizes = [n - k + 1 for n, k in zip(video.shape, kernel.shape, strict=True)]
    out = np.zeros(sizes)
    for t, y, x in product(*map(range, sizes)):
        for i, j, k in product(*map(range, kernel.shape)):
            out[t, y, x] += video[t + i, y + j, x + k] * kernel[i, j, k]
    return {"the response": out}


def _conv_by_windows(inputs: Inputs) -> Outputs | Raises:
    """Every window of the video, contracted with the kernel."""
    video, kernel = wide(inputs["video"]), wide(inputs["kernel"])
    if min(np.subtract(video.shape, kernel.shape)) < 0:
        return Raises()
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return {"the response": np.tensordot(windows, kernel, 3)}


def _correlate(video: Array, kernel: Array) -> Array:
    if min(np.subtract(video.shape, kernel.shape)) < 0:
        raise ValueError("kernel")
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.tensordot(windows, kernel, 3)


def _padded(video: Array, kernel: Array, full: bool = False) -> Array:
    if min(np.subtract(video.shape, kernel.shape)) < 0:
        raise ValueError("kernel")
    room = [(k - 1, k - 1) if full else ((k - 1) // 2, k // 2) for k in kernel.shape]
    return _correlate(np.pad(video, room), kernel)


def _per_frame(video: Array, kernel: Array) -> Array:
    """Every frame on its own with the kernel's first frame."""
    _correlate(video, kernel)
    return _correlate(video, kernel[:1])


def _conv_mistakes() -> tuple[Mistake, ...]:
    def known(id: str, hints: Hints, wrong: Callable[[Array, Array], Any]) -> Mistake:
        return mistake(id, hints, wrong, "the response")

    look = "Write down which number of the video meets `kernel[0, 0, 0]` at the first place."
    return (
        known(
            "kernel-flipped",
            (
                "Your result is the true convolution: the kernel is turned round in all three "
                "directions.",
                look,
                "Networks do not turn the kernel: its first number meets the window's first one.",
            ),
            lambda v, k: _correlate(v, k[::-1, ::-1, ::-1]),
        ),
        known(
            "kernel-flipped-in-time",
            (
                "The kernel is turned round in time: its last frame meets the window's first.",
                "Look at the index of the kernel's first axis.",
                "Let both the frame of the window and the frame of the kernel count upwards.",
            ),
            lambda v, k: _correlate(v, k[::-1]),
        ),
        known(
            "kernel-flipped-in-space",
            (
                "The kernel is turned round in height and width, though not in time.",
                "Look at the indices of the kernel's last two axes.",
                "Let rows and columns of window and kernel both count upwards.",
            ),
            lambda v, k: _correlate(v, k[:, ::-1, ::-1]),
        ),
        known(
            "padded-to-the-same-size",
            (
                "The result is as large as the video: there are zeros around it.",
                "Compare the shape of your result with the stub's.",
                "Let the kernel stand only where it fits: no padding in time, height or width.",
            ),
            _padded,
        ),
        known(
            "padded-to-the-full-size",
            (
                "The result is larger than the video: the kernel hangs over every edge.",
                "Compare the shape of your result with the stub's.",
                "Let the kernel stand only where all of it lies on the video.",
            ),
            lambda v, k: _padded(v, k, full=True),
        ),
        known(
            "one-place-short",
            (
                "The last place in time, height and width is missing.",
                "Count by hand the places where a kernel of 2 fits on a line of 5.",
                "There is one place more than the difference of the two sizes.",
            ),
            lambda v, k: _correlate(v, k)[:-1, :-1, :-1],
        ),
        known(
            "kernel-averaged-over-time",
            (
                "The kernel acts as if its frames were all alike: motion leaves no trace.",
                "Find the place where frames are summed before they meet the kernel.",
                "Multiply each frame of the window with its own frame of the kernel, then sum.",
            ),
            lambda v, k: _correlate(v, np.broadcast_to(k.mean(0), k.shape)),
        ),
        known(
            "frames-on-their-own",
            (
                "Each frame is convolved on its own, with the kernel's first frame only.",
                "Look for a loop over the kernel's frames.",
                "A place in time sees as many frames as the kernel has; add up what each gives.",
            ),
            _per_frame,
        ),
        known(
            "time-of-the-kernel-left-out",
            (
                "The response adds up frames of the kernel, but they all meet the same frame of "
                "the video.",
                "Look at the video's first index while you go through the kernel's frames.",
                "The frame of the video moves along with the frame of the kernel.",
            ),
            lambda v, k: _correlate(v, k.sum(0, keepdims=True))[: len(v) - len(k) + 1],
        ),
        known(
            "mean-instead-of-sum",
            (
                "The response is the mean over the window, not the sum.",
                "Look at what you do with the products.",
                "Add the products up; do not divide by their number.",
            ),
            lambda v, k: _correlate(v, k) / k.size,
        ),
        known(
            "kernel-normalised",
            (
                "The response is divided by the sum of the kernel.",
                "Look for a division.",
                "Use the kernel as it is given.",
            ),
            lambda v, k: _correlate(v, k) / k.sum(),
        ),
        known(
            "rows-and-columns-swapped",
            (
                "Height and width of the result are swapped.",
                "Compare the shape of your result with the stub's, axis by axis.",
                "Keep the order of the axes: time, height, width.",
            ),
            lambda v, k: np.swapaxes(_correlate(v, k), 1, 2),
        ),
        known(
            "time-last",
            (
                "The axes of the result are in another order: time is the last one.",
                "Compare the shape of your result with the stub's, axis by axis.",
                "Keep the order of the axes: time, height, width.",
            ),
            lambda v, k: np.moveaxis(_correlate(v, k), 0, 2),
        ),
        known(
            "time-summed-away",
            (
                "The result has no time axis left.",
                "Look at what you sum over: is it the window alone?",
                "Sum inside each window; each place in time keeps a map of its own.",
            ),
            lambda v, k: _correlate(v, k).sum(0),
        ),
        known(
            "strides-of-the-kernels-size",
            (
                "The kernel jumps by its own size, so that windows do not overlap.",
                "Look at how far you move between two places.",
                "Move by one frame, one row or one column at a time.",
            ),
            lambda v, k: _correlate(v, k)[:: k.shape[0], :: k.shape[1], :: k.shape[2]],
        ),
        _accepts(
            "too-large-a-kernel-accepted",
            (
                "A kernel that does not fit on the video is accepted.",
                "Try a kernel with more frames than the video has, or more rows, or more columns.",
                "Compare the sizes on all three axes first, and raise a ValueError that names "
                "`kernel`.",
            ),
            _conv_by_definition,
        ),
    )


CONV3D = Oracle(
    cases=_conv_cases,
    expect=_conv_by_definition,
    second=_conv_by_windows,
    parts={"values": 0.7, "edges": 0.15, "errors": 0.15},
    basic=("values",),
    mistakes=_conv_mistakes(),
)


# --- conv3d_shape --------------------------------------------------------------------------------


def _shape_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, shape: Any, kernel: Any, strides: Any, padding: str) -> Case:
        inputs = {"shape": shape, "kernel": kernel, "strides": strides, "padding": padding}
        return Case(inputs, part)

    def drawn(padding: str) -> Case:
        shape = tuple(int(n) for n in rng.integers(20, 61, size=3))
        kernel = tuple(int(k) for k in rng.permutation([2, 3, 5]))
        strides = tuple(int(s) for s in rng.permutation([1, 2, 3]))
        return case("values", shape, kernel, strides, padding)

    return [
        *(drawn("valid") for _ in range(4)),
        *(drawn("same") for _ in range(4)),
        case("values", (16, 64, 64), (3, 3, 3), (1, 2, 2), "same"),
        case("values", (16, 64, 62), (4, 4, 6), (2, 2, 4), "valid"),
        case("values", (17, 33, 65), (4, 2, 6), (1, 1, 1), "same"),
        case("edges", (3, 4, 5), (3, 4, 5), (1, 1, 1), "valid"),
        case("edges", (3, 4, 5), (3, 4, 5), (2, 3, 7), "valid"),
        case("edges", (2, 3, 4), (5, 5, 5), (1, 1, 1), "same"),
        case("edges", (1, 7, 1), (1, 1, 1), (3, 3, 3), "same"),
        case("edges", [5, 6, 7], [2, 3, 1], [1, 2, 2], "valid"),
        case("errors", (2, 8, 8), (3, 3, 3), (1, 1, 1), "valid"),
        case("errors", (8, 2, 8), (3, 3, 3), (1, 1, 1), "valid"),
        case("errors", (8, 8, 2), (3, 3, 3), (1, 1, 1), "valid"),
        case("errors", (8, 8, 8), (3, 3, 3), (1, 1, 1), "causal"),
        case("errors", (8, 8, 8), (3, 3, 3), (0, 1, 1), "valid"),
        case("errors", (8, 8, 8), (3, 3, 3), (1, 1, -2), "same"),
    ]


def _shape_problem(shape: Any, kernel: Any, strides: Any, padding: str) -> Raises | None:
    if padding not in ("valid", "same"):
        return Raises("padding", f"padding {padding!r}")
    if min(strides) < 1:
        return Raises("strides", f"strides {strides}")
    if padding == "valid" and any(k > n for n, k in zip(shape, kernel, strict=True)):
        return Raises("kernel", f"a kernel of {kernel} on {shape}, with padding 'valid',")
    return None


def _shape_by_counting(inputs: Inputs) -> Outputs | Raises:
    """The places from the first to the last, counted one by one."""
    arguments = (inputs["shape"], inputs["kernel"], inputs["strides"], inputs["padding"])
    problem = _shape_problem(*arguments)
    if problem is not None:
        return problem
    shape, kernel, strides, padding = arguments
    sizes = []
    for n, k, s in zip(shape, kernel, strides, strict=True):
        last = n - k if padding == "valid" else n - 1
        sizes.append(sum(1 for place in range(last + 1) if place % s == 0))
    return {"the sizes": np.array(sizes)}


def _shape_by_formula(inputs: Inputs) -> Outputs | Raises:
    """(n - k) // s + 1, and n / s rounded up."""
    n, k, s = (np.array(inputs[name]) for name in ("shape", "kernel", "strides"))
    padding = inputs["padding"]
    if padding not in ("valid", "same") or (s < 1).any():
        return Raises()
    if padding == "same":
        return {"the sizes": -(-n // s)}
    return Raises() if (n < k).any() else {"the sizes": (n - k) // s + 1}


def _shape_mistakes() -> tuple[Mistake, ...]:
    def known(id: str, hints: Hints, valid: Any, same: Any) -> Mistake:
        def wrong(shape: Any, kernel: Any, strides: Any, padding: str) -> Array:
            n, k, s = (np.array(each) for each in (shape, kernel, strides))
            if _shape_problem(shape, kernel, strides, padding):
                raise ValueError
            return np.array((valid if padding == "valid" else same)(n, k, s))

        return mistake(id, hints, wrong, "the sizes")

    def valid(n: Array, k: Array, s: Array) -> Array:
        return (n - k) // s + 1

    def same(n: Array, k: Array, s: Array) -> Array:
        return -(-n // s)

    place = "Try a line of 5 numbers and a kernel of 2 by hand: at how many places does it fit?"
    return (
        known(
            "one-place-short",
            (
                'With "valid" there is one place too few.',
                place,
                "After counting the steps between the first and the last place, add the first "
                "place itself.",
            ),
            lambda n, k, s: (n - k) // s,
            same,
        ),
        known(
            "valid-divided-first",
            (
                'With "valid" and strides above 1 the size is wrong.',
                "Look at what you divide by the stride.",
                "Divide the way that the kernel can move, and count the first place afterwards.",
            ),
            lambda n, k, s: n // s - k + 1,
            same,
        ),
        known(
            "valid-rounded-up",
            (
                'With "valid" a place is counted at which the kernel would hang over the edge.',
                "Take a line of 6, a kernel of 3 and a stride of 2: does a third place fit?",
                'With "valid" an incomplete last step does not count: round down.',
            ),
            lambda n, k, s: -(-(n - k) // s) + 1,
            same,
        ),
        known(
            "strides-forgotten",
            (
                "The strides have no effect.",
                "Find the place where `strides` is used.",
                "A stride of 2 leaves out every other place.",
            ),
            lambda n, k, s: n - k + 1,
            lambda n, k, s: n,
        ),
        known(
            "strides-forgotten-with-same",
            (
                'With "same" the strides have no effect.',
                '"Same" keeps the size only where the stride is 1.',
                "Count every stride-th place, the first one included.",
            ),
            valid,
            lambda n, k, s: n,
        ),
        known(
            "strides-forgotten-with-valid",
            (
                'With "valid" the strides have no effect.',
                "Find the place where `strides` is used.",
                "A stride of 2 leaves out every other place.",
            ),
            lambda n, k, s: n - k + 1,
            same,
        ),
        known(
            "same-rounded-down",
            (
                'With "same" the last, incomplete step is lost.',
                "Take a line of 5 with a stride of 2: which places are kept?",
                'With "same" the first place always counts, so round up.',
            ),
            valid,
            lambda n, k, s: n // s,
        ),
        known(
            "same-padded-evenly",
            (
                'With "same" and an even kernel the size is wrong.',
                "You add the same number of zeros on both sides, half the kernel rounded down.",
                'With "same" the kernel has no say: the size follows from shape and strides alone.',
            ),
            valid,
            lambda n, k, s: (n + 2 * (k // 2) - k) // s + 1,
        ),
        known(
            "same-taken-for-valid",
            (
                'Both paddings give the size of "valid".',
                "Find the place where `padding` is used.",
                'With "same" there are zeros around the video.',
            ),
            valid,
            lambda n, k, s: np.maximum((n - k) // s + 1, 0),
        ),
        known(
            "valid-taken-for-same",
            (
                'Both paddings give the size of "same".',
                "Find the place where `padding` is used.",
                'With "valid" the kernel must lie wholly on the video.',
            ),
            same,
            same,
        ),
        known(
            "paddings-swapped",
            (
                'The two paddings are swapped: "valid" gives the size of "same".',
                "Look at your branches.",
                '"Valid" is the smaller one: no zeros are added.',
            ),
            same,
            lambda n, k, s: np.maximum((n - k) // s + 1, 0),
        ),
        known(
            "axes-reversed",
            (
                "The three sizes come in reverse order.",
                "Compare the order of your result with the order of the arguments.",
                "Time first, then height, then width.",
            ),
            lambda n, k, s: valid(n, k, s)[::-1],
            lambda n, k, s: same(n, k, s)[::-1],
        ),
        known(
            "first-kernel-size-for-all",
            (
                "All three axes are counted with the kernel's first size.",
                "Look at which size and stride you use for which axis.",
                "Each axis has a size, a kernel's size and a stride of its own.",
            ),
            lambda n, k, s: (n - k[0]) // s + 1,
            same,
        ),
        _accepts(
            "unknown-padding-accepted",
            (
                "A padding that does not exist is accepted.",
                'Try "causal".',
                "Test `padding` first, and raise a ValueError that names it.",
            ),
            _shape_by_counting,
            {"padding"},
        ),
        _accepts(
            "too-large-a-kernel-accepted",
            (
                'With "valid" a kernel that does not fit is accepted.',
                "Try a kernel of 3 frames on a clip of 2.",
                "Compare the sizes first, and raise a ValueError that names `kernel`.",
            ),
            _shape_by_counting,
            {"kernel"},
        ),
        _accepts(
            "strides-below-one-accepted",
            (
                "A stride below 1 is accepted.",
                "Try a stride of 0, and a negative one.",
                "Test `strides` first, and raise a ValueError that names it.",
            ),
            _shape_by_counting,
            {"strides"},
        ),
        _accepts(
            "no-error-at-all",
            (
                "Nothing impossible is refused.",
                "Read the `Raises` part of the stub again.",
                "Begin with three tests; each raises a ValueError that names the argument.",
            ),
            _shape_by_counting,
        ),
    )


CONV3D_SHAPE = Oracle(
    cases=_shape_cases,
    expect=_shape_by_counting,
    second=_shape_by_formula,
    parts={"values": 0.7, "edges": 0.1, "errors": 0.2},
    basic=("values",),
    mistakes=_shape_mistakes(),
)


# --- the three builders --------------------------------------------------------------------------

_CLIP, _CLASSES = (8, 12, 12, 1), 6  # what the budget is stated for
_STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows and columns per frame: the laws of the clips
_TESTED = 100  # clips
_HALF = "right about more than half of the laws"
#: How each kind is trained: clips, steps of 16 clips, and Adam's rate.
_TRAINING = {
    "build_cnn_lstm": (640, 250, 5e-3),
    "build_convlstm": (320, 120, 5e-3),
    "build_conv3d": (320, 30, 1e-2),
}


@lru_cache(maxsize=4)
def _clips(seed: int, clips: int) -> tuple[Array, Array]:
    """Handwritten digits that move by one pixel a frame, round the frame: (N, 8, 12, 12, 1), (N,).

    They begin anywhere, so that no single frame tells the law, and right is left played backwards.
    """
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(seed)
    images = load_digits().images.astype(np.float32) / 16
    laws = rng.permutation(np.arange(clips) % len(_STEPS))
    frames, height, width, _ = _CLIP
    start = rng.integers(0, (height, width), size=(clips, 1, 2))
    corner = start + np.arange(frames)[None, :, None] * np.array(_STEPS)[laws][:, None]
    rows = (corner[..., 0, None] + np.arange(8)) % height
    columns = (corner[..., 1, None] + np.arange(8)) % width
    videos = np.zeros((clips, frames, height, width), np.float32)
    clip, frame = np.ogrid[:clips, :frames]
    place = (clip[..., None, None], frame[..., None, None], rows[..., None], columns[..., None, :])
    videos[place] = images[rng.integers(len(images), size=clips)][:, None]
    return videos[..., None], laws


def _builder_cases(name: str) -> Callable[[np.random.Generator], list[Case]]:
    def cases(rng: np.random.Generator) -> list[Case]:
        def look(
            part: str, about: str, shape: tuple[int, ...], classes: int, clips: int, **more: Any
        ) -> Case:
            inputs = {
                "shape": shape,
                "classes": classes,
                "_seed": int(rng.integers(2**31)),
                "_videos": rng.uniform(size=(clips, *shape)).astype(np.float32),
                **more,
            }
            return Case(inputs, part, about)

        task = int(rng.integers(2**31))
        clips, steps, rate = _TRAINING[name]
        videos, laws = _clips(task, clips + _TESTED)
        learning = {
            "_train": videos[_TESTED:],
            "_laws": laws[_TESTED:],
            "_test": videos[:_TESTED],
            "_task": task,
            "_steps": steps,
            "_rate": rate,
            "_stuck": 0.6,
            "_budget": BUDGET,
        }
        classes = int(rng.integers(3, 40))
        return [
            look("structure", "the chapter's clips", _CLIP, _CLASSES, 5, _budget=BUDGET),
            look(
                "structure",
                "5 frames of 12 × 16 pixels with 2 channels",
                (5, 12, 16, 2),
                classes,
                int(rng.integers(3, 6)),
            ),
            look("learns", f"{steps} steps of Adam", _CLIP, _CLASSES, 3, **learning),
        ]

    return cases


def _right_words(name: str, inputs: Inputs) -> Outputs:
    words: Outputs = {
        "the network": COMMON["the network"],
        "the number of classes": inputs["classes"],
        "the number of clips": len(inputs["_videos"]),
        "the outputs": COMMON["the outputs"],
    }
    if "_budget" in inputs:
        words["the number of weights"] = "within the budget"
    return {**words, **COMMON, **STRUCTURE[name]}


def _builder_expect(name: str) -> Expect:
    """A right network in words; where it is trained, the laws themselves."""

    def expect(inputs: Inputs) -> Outputs:
        if "_task" not in inputs:
            return _right_words(name, inputs)
        laws = _clips(inputs["_task"], len(inputs["_laws"]) + len(inputs["_test"]))[1]
        return {"the laws": laws[: len(inputs["_test"])]}

    return expect


def _laws_by_matching(inputs: Inputs) -> Outputs | None:
    """Where clips are to be told apart: the shift that maps each frame on the next one best."""
    if "_test" not in inputs:
        return None
    videos = inputs["_test"][..., 0].astype(np.float64)
    misses = [
        ((np.roll(videos[:, :-1], step, axis=(2, 3)) - videos[:, 1:]) ** 2).sum(axis=(1, 2, 3))
        for step in _STEPS
    ]
    return {"the laws": np.argmin(misses, axis=0)}


def _builder_view(inputs: Inputs, outputs: Outputs) -> Outputs:
    """The laws that were named, in words; all else as it is."""
    if "the laws" not in outputs:
        return outputs
    named = np.asarray(outputs["the laws"])
    laws = _clips(inputs["_task"], len(inputs["_laws"]) + len(inputs["_test"]))[1][: len(named)]
    if (named < 0).all():
        words = "left untrained, since it is not built as asked"
    else:
        words = _HALF if np.mean(named == laws) > 0.5 else "right about half of the laws or fewer"
    return {"the trained network": words}


def _builder_mistakes(
    name: str, own: dict[str, tuple[dict[str, Any], Hints]]
) -> tuple[Mistake, ...]:
    """The mistakes that all three share, around those of one kind.

    Args:
        name: the builder.
        own: id → (what the network then says, hints).
    """

    def known(id: str, hints: Hints, **said: Any) -> Mistake:
        words = {key.replace("_", " "): value for key, value in said.items()}
        return saying(id, hints, words)

    def saying(id: str, hints: Hints, words: dict[str, Any]) -> Mistake:
        def expect(inputs: Inputs) -> Outputs | None:
            if "_task" in inputs:
                return {}
            if "the number of weights" in words and "_budget" not in inputs:
                return None
            if "the number of classes" in words and inputs["classes"] == _CLASSES:
                return None
            return words

        return Mistake(id, hints, expect)

    def never_learns(inputs: Inputs) -> Outputs:
        if "_task" in inputs:
            return {"the laws": np.zeros(len(inputs["_test"]), int)}
        return _right_words(name, inputs)

    low, high = BUDGET
    return (
        known(
            "compiled",
            (
                "Your network is compiled already.",
                "Look for a call of `compile`.",
                "Return the network uncompiled: whoever trains it chooses loss and optimiser.",
            ),
            the_network="built and compiled",
        ),
        known(
            "not-built",
            (
                "Your network has no weights yet: it does not know the shape of its clips.",
                "Find the place where `shape` is used.",
                "Begin with an input of that shape, or build the network before you return it.",
            ),
            the_network="not built and uncompiled",
        ),
        known(
            "always-six-classes",
            (
                "The network always has six outputs, whatever `classes` is.",
                "Look at the last layer.",
                "Its size is the argument `classes`.",
            ),
            the_network=COMMON["the network"],
            the_number_of_classes=_CLASSES,
        ),
        known(
            "logits",
            (
                "The outputs do not sum to 1: they are no probabilities.",
                "Look at the activation of the last layer.",
                "The classes exclude each other, so end in a softmax.",
            ),
            the_outputs="numbers that do not sum to 1",
        ),
        known(
            "dense-on-the-flat-clip",
            (
                "One layer is connected to every number of the clip at once.",
                "Look for a layer that flattens the clip, frames included, or a kernel as large "
                "as the clip. Such a layer learns every place and every moment on its own.",
                "Reduce the maps first: by strides, pooling, or a mean over all places.",
            ),
            a_dense_layer_on_the_flat_clip="present",
        ),
        known(
            "one-frame-only",
            (
                "All frames but one could be anything: the output would be the same.",
                "Look for an index on the time axis, such as the last frame.",
                "Let every frame into the network; no single one shows a motion.",
            ),
            the_number_of_frames_that_matter="one",
        ),
        known(
            "blind-to-order",
            (
                "The network gives the same answer whatever the order of the frames.",
                "Find what becomes of the time axis: a mean or a maximum over frames that were "
                "read one by one forgets which came first.",
                "Let frames meet before they are pooled: in a recurrence, or in a kernel that "
                "reaches over several of them.",
            ),
            the_effect_of_the_order_of_the_frames="absent",
        ),
        known(
            "clips-mixed-up",
            (
                "What the network says about one clip depends on the other clips of the batch.",
                "Look at your reshapes and means: does one of them touch the batch axis?",
                "Keep the first axis as it is; join frames and pixels only.",
            ),
            the_answer_for_a_clip="dependent on the other clips",
        ),
        *(saying(id, hints, words) for id, (words, hints) in own.items()),
        known(
            "too-many-weights",
            (
                f"The network has more than {high:,} weights.",
                "Print `model.summary()` and look for the largest layer.",
                "Take fewer filters or units there, or reduce the maps that it reads.",
            ),
            the_number_of_weights="above the budget",
        ),
        known(
            "too-few-weights",
            (
                f"The network has fewer than {low:,} weights: the comparison would not be fair.",
                "Print `model.summary()` and see where weights are.",
                "Take more filters or units until it comes into the budget.",
            ),
            the_number_of_weights="below the budget",
        ),
        Mistake(
            "never-learns",
            (
                "The network is built as asked, but a short training leaves it at chance.",
                "Look at how its weights begin and whether they may change. In a network that "
                "reads vectors, does a frame's vector still know where things are?",
                "Leave initial values and `trainable` as Keras sets them, put the ReLU after the "
                "convolutions, and do not average a frame over all places before an LSTM.",
            ),
            never_learns,
        ),
    )


_ROUND: Hints = (
    "Part of the answer gets round the layers that this exercise is about.",
    "Silence those layers in your mind: does the clip still reach the output by another way?",
    "Lead everything through them; drop the second branch.",
)

BUILD_CNN_LSTM = Oracle(
    cases=_builder_cases("build_cnn_lstm"),
    expect=_builder_expect("build_cnn_lstm"),
    second=_laws_by_matching,
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    mistakes=_builder_mistakes(
        "build_cnn_lstm",
        {
            "no-recurrent-layer": (
                {
                    "the effect of the order of the frames": "present",
                    "what the recurrent layer reads": "nothing, since there is none",
                },
                (
                    "There is no recurrent layer.",
                    "Look at what joins the frames' features.",
                    "Let an LSTM read the features, one frame after the other.",
                ),
            ),
            "recurrence-over-maps": (
                {"what the recurrent layer reads": "maps, not vectors"},
                (
                    "The recurrent layer reads maps: this is a ConvLSTM, the next exercise.",
                    "Look at the shape that your recurrent layer gets: (B, T, features) is meant.",
                    "Turn each frame's maps into one vector before an ordinary LSTM reads them.",
                ),
            ),
            "recurrence-not-over-frames": (
                {"what the recurrent layer reads": "something else"},
                (
                    "The recurrent layer does not step from frame to frame.",
                    "Look at the second axis of what it reads: it must be the frames.",
                    "Give it (B, T, features), with one row for each frame.",
                ),
            ),
            "features-see-other-frames": (
                {"the features of a frame": "dependent on the other frames"},
                (
                    "A frame's features change when another frame changes.",
                    "Look for a layer before the LSTM that reaches over time.",
                    "Run the same 2D convolutions on each frame on its own.",
                ),
            ),
            "no-convolution": (
                {
                    "the features of a frame": "independent of the other frames",
                    "what sees the pictures": "no 2D convolution",
                },
                (
                    "There is no 2D convolution: the frames are read pixel by pixel.",
                    "Look at what turns a frame into features.",
                    "Put one or two 2D convolutions with strides on each frame.",
                ),
            ),
            "pictures-get-round": (
                {
                    "the features of a frame": "independent of the other frames",
                    "what sees the pictures": "not 2D convolutions alone",
                },
                (
                    "The pictures reach the recurrent layer by a way round the 2D convolutions.",
                    "Look for a second branch, or a layer in which nothing is convolved.",
                    "Lead the frames through the convolutions alone.",
                ),
            ),
            "classes-get-round": (
                {
                    "what sees the pictures": "2D convolutions alone",
                    "the source of the classes": "not the recurrent layer alone",
                },
                _ROUND,
            ),
        },
    ),
    view=_builder_view,
)

BUILD_CONVLSTM = Oracle(
    cases=_builder_cases("build_convlstm"),
    expect=_builder_expect("build_convlstm"),
    second=_laws_by_matching,
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    mistakes=_builder_mistakes(
        "build_convlstm",
        {
            "no-recurrent-layer": (
                {
                    "the effect of the order of the frames": "present",
                    "what the recurrent layer reads": "nothing, since there is none",
                },
                (
                    "There is no recurrent layer.",
                    "Look at what joins the frames.",
                    "Let a ConvLSTM read the frames, one after the other.",
                ),
            ),
            "recurrence-over-vectors": (
                {"what the recurrent layer reads": "vectors, not maps"},
                (
                    "The recurrent layer reads vectors: this is the network of the last exercise.",
                    "Look for the layer that flattens or pools each frame before the recurrence.",
                    "Give the recurrence maps, (B, T, H, W, C), and pool after it.",
                ),
            ),
            "fewer-maps-than-frames": (
                {"what the recurrent layer reads": "more or fewer maps than frames"},
                (
                    "The recurrent layer makes fewer or more steps than the clip has frames.",
                    "Look at what happens to the time axis before it.",
                    "Leave the time axis as it is; strides belong to height and width.",
                ),
            ),
            "state-stays-in-its-pixel": (
                {"the kernel that meets the state": "one pixel"},
                (
                    "The recurrence has a kernel of one pixel: each pixel keeps a state of its "
                    "own and never hears from its neighbours.",
                    "Look at the kernel size of the recurrent layer.",
                    "What moves must be handed from pixel to pixel: take a wider kernel.",
                ),
            ),
            "classes-get-round": (
                {
                    "the kernel that meets the state": "wider than a pixel",
                    "the source of the classes": "not the recurrent layer alone",
                },
                _ROUND,
            ),
        },
    ),
    view=_builder_view,
)

BUILD_CONV3D = Oracle(
    cases=_builder_cases("build_conv3d"),
    expect=_builder_expect("build_conv3d"),
    second=_laws_by_matching,
    parts={"structure": 0.75, "learns": 0.25},
    basic=("structure",),
    mistakes=_builder_mistakes(
        "build_conv3d",
        {
            "a-recurrent-layer": (
                {"a recurrent layer": "present"},
                (
                    "There is a recurrent layer in the network.",
                    "This option has no loop over frames: time is one more axis of the kernel.",
                    "Leave the recurrence out; a mean over time and space joins the maps.",
                ),
            ),
            "no-kernel-over-time": (
                {
                    "the effect of the order of the frames": "present",
                    "a kernel over time": "absent",
                },
                (
                    "No kernel reaches over more than one frame.",
                    "Look at the first number of each kernel size.",
                    "Let the kernels of the 3D convolutions span several frames.",
                ),
            ),
            "classes-get-round": (
                {
                    "a kernel over time": "present",
                    "the source of the classes": "not the 3D convolutions alone",
                },
                _ROUND,
            ),
        },
    ),
    view=_builder_view,
)


# --- shuffle_frames ------------------------------------------------------------------------------

_SAME, _OTHER = "the same again", "other ones"
_WHOLE = "whole and in their clip"


def _shuffle_cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, *shape: int, dtype: Any = np.float32) -> Case:
        videos = rng.uniform(size=shape).astype(dtype)
        return Case({"videos": videos, "_seed": int(rng.integers(2**31))}, part, about)

    return [
        case("values", "6000 clips of 4 frames", 6000, 4, 1, 2, 1),
        case("values", "8 frames", 60, 8, 3, 2, 2),
        case("edges", "one clip", 1, 6, 2, 2, 1, dtype=np.float64),
        case("edges", "one frame", 5, 1, 3, 2, 1),
        case("edges", "no clips", 0, 4, 2, 2, 1),
    ]


def _shuffle_words(inputs: Inputs) -> Outputs:
    clips, steps = inputs["videos"].shape[:2]
    means = inputs["videos"].astype(np.float64).mean(axis=(1, 2, 3, 4))
    words: Outputs = {"the frames": _WHOLE, "the mean of each clip": means}
    if clips > 50:
        words["the clips"] = "shuffled"
    if steps == 4:
        share, left = divmod(clips, len(ORDERS))
        words["the orders"] = np.array([share + (k < left) for k in range(len(ORDERS))])
    words["the orders of the same generator"] = _SAME
    if clips > 50:
        words["the orders of another generator"] = _OTHER
    return words


def _shuffled_by_sorting(inputs: Inputs) -> Outputs:
    """The orders of sorted random numbers, counted."""
    words = _shuffle_words(inputs)
    if "the orders" in words:
        rng = np.random.default_rng(inputs["_seed"])
        orders = rng.uniform(size=(len(inputs["videos"]), 4)).argsort(axis=1)
        code = {order: k for k, order in enumerate(ORDERS)}
        found = [code[tuple(order)] for order in orders.tolist()]
        words["the orders"] = np.bincount(found, minlength=len(ORDERS))
    return words


def _shuffle_view(inputs: Inputs, outputs: Outputs) -> Outputs:
    """The counts of the orders in words: chi squared with 23 degrees of freedom, p below 1e-6."""
    if "the orders" not in outputs or isinstance(outputs["the orders"], str):
        return outputs
    counts = np.asarray(outputs["the orders"], float)
    expected = max(len(inputs["videos"]) / len(ORDERS), 1e-9)
    if len(inputs["videos"]) < 1000:
        words = "too few to tell"
    else:
        chi = float(((counts - expected) ** 2 / expected).sum())
        words = "equally likely" if chi < 80 else _unequal(counts)
    return {**outputs, "the orders": words}


def _unequal(counts: Array) -> str:
    """Which orders come, where they are not equally likely."""
    come = {ORDERS[k] for k in np.flatnonzero(counts)}
    turns = {tuple(int(each) for each in np.roll(np.arange(4), k)) for k in range(4)}
    if len(come) == 1:
        return "the same for all clips"
    if come <= turns:
        return "turned round in a circle only"
    if (0, 1, 2, 3) not in come:
        return "never the old one"
    return "not equally likely"


def _shuffle_mistakes() -> tuple[Mistake, ...]:
    def known(id: str, hints: Hints, **said: str) -> Mistake:
        words = {key.replace("_", " "): value for key, value in said.items()}

        def expect(inputs: Inputs) -> Outputs | None:
            if len(inputs["videos"]) < 50:
                return {}
            counted = inputs["videos"].shape[1] == 4
            return {key: word for key, word in words.items() if counted or key != "the orders"}

        return Mistake(id, hints, expect)

    return (
        known(
            "nothing-shuffled",
            (
                "The frames come back in the order in which they were given.",
                "Look at whether the new order is used at all.",
                "Draw an order for each clip, and pick the clip's frames in that order.",
            ),
            the_frames=_WHOLE,
            the_clips="as they were",
        ),
        known(
            "frames-reversed",
            (
                "Every clip is played backwards; nothing is random.",
                "Look for a step of -1.",
                "Draw a random order for each clip.",
            ),
            the_frames=_WHOLE,
            the_clips="played backwards",
        ),
        known(
            "one-order-for-all",
            (
                "All clips get the same order.",
                "Count how many orders you draw.",
                "Draw a new order for each clip. A network could learn one fixed order.",
            ),
            the_frames=_WHOLE,
            the_orders="the same for all clips",
        ),
        known(
            "turned-in-a-circle",
            (
                "Each clip only begins at another frame; its frames still follow each other.",
                "Four frames have 24 orders; count how many of them come.",
                "Draw a whole order, not only the frame to begin with.",
            ),
            the_frames=_WHOLE,
            the_orders="turned round in a circle only",
        ),
        known(
            "never-the-old-order",
            (
                "The old order never comes, so the orders are not uniform.",
                "Look for a loop that draws again until something has changed.",
                "Take the first order drawn: one clip in 24 keeps its own by chance.",
            ),
            the_frames=_WHOLE,
            the_orders="never the old one",
        ),
        known(
            "another-stream",
            (
                "The same generator gives other orders when it is used again.",
                "Find where your random numbers come from: `np.random`, `random` or a new "
                "generator?",
                "Draw from `rng`, the generator that is passed in, and from nothing else.",
            ),
            the_frames=_WHOLE,
            the_orders_of_the_same_generator=_OTHER,
        ),
        known(
            "generator-ignored",
            (
                "Another generator gives the very same orders.",
                "Look for a fixed seed inside your function.",
                "Draw from `rng`, the generator that is passed in.",
            ),
            the_frames=_WHOLE,
            the_orders="equally likely",
            the_orders_of_another_generator=_SAME,
        ),
        known(
            "orders-not-uniform",
            (
                "Some orders come more often than others.",
                "Swapping each frame with any other one does not give a uniform order.",
                "Take a permutation from the generator, or sort random numbers.",
            ),
            the_frames=_WHOLE,
            the_orders="not equally likely",
        ),
        known(
            "frames-go-to-other-clips",
            (
                "Frames move from one clip to another.",
                "Look at whether you shuffle the batch axis or join it with the time axis.",
                "Shuffle inside each clip; its frames stay its own.",
            ),
            the_frames="in other clips",
        ),
        known(
            "frames-come-twice",
            (
                "Some frames come more than once, and others are lost.",
                "Look at how the order is drawn: with or without putting back?",
                "An order holds every frame's number exactly once.",
            ),
            the_frames="there more than once",
        ),
        known(
            "frames-cut-up",
            (
                "The frames are no longer those that were given: pixels move on their own.",
                "Look at how many axes your shuffling treats separately.",
                "Move each frame as a whole: one order for the time axis of each clip.",
            ),
            the_frames="no longer those that were given",
        ),
    )


SHUFFLE_FRAMES = Oracle(
    cases=_shuffle_cases,
    expect=_shuffle_words,
    second=_shuffled_by_sorting,
    parts={"values": 0.8, "edges": 0.2},
    basic=("values",),
    mistakes=_shuffle_mistakes(),
    view=_shuffle_view,
)

ORACLES: dict[str, Oracle] = {
    "conv3d": CONV3D,
    "conv3d_shape": CONV3D_SHAPE,
    "build_cnn_lstm": BUILD_CNN_LSTM,
    "build_convlstm": BUILD_CONVLSTM,
    "build_conv3d": BUILD_CONV3D,
    "shuffle_frames": SHUFFLE_FRAMES,
}
