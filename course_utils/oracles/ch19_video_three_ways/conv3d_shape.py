"""conv3d_shape: how many places a 3D convolution has, by size, kernel, strides and padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "conv3d_shape"]

Array = np.ndarray
Sizes = Sequence[int]


def conv3d_shape(shape: Sizes, kernel: Sizes, strides: Sizes, padding: str) -> Array:
    if padding not in ("valid", "same"):
        raise ExpectedError("padding", f"padding {padding!r}")
    if min(strides) < 1:
        raise ExpectedError("strides", f"strides {strides}")
    if padding == "valid" and any(k > n for n, k in zip(shape, kernel, strict=True)):
        raise ExpectedError("kernel", f"a kernel of {kernel} on {shape}, with padding 'valid',")
    n, k, s = (np.array(each) for each in (shape, kernel, strides))
    if padding == "same":
        return -(-n // s)
    return (n - k) // s + 1


def by_counting(shape: Sizes, kernel: Sizes, strides: Sizes, padding: str) -> Array:
    """The places from the first to the last, counted one by one."""
    if padding not in ("valid", "same") or min(strides) < 1:
        raise ExpectedError()
    sizes = []
    for n, k, s in zip(shape, kernel, strides, strict=True):
        last = n - k if padding == "valid" else n - 1
        sizes.append(sum(1 for place in range(last + 1) if place % s == 0))
    if min(sizes) < 1:
        raise ExpectedError("kernel")
    return np.array(sizes)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, shape: Sizes, kernel: Sizes, strides: Sizes, padding: str) -> Case:
        inputs = {"shape": shape, "kernel": kernel, "strides": strides, "padding": padding}
        return Case(part, inputs, setup={"strict": True} if part == "edges" else {})

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


MISTAKES = [
    Mistake(
        "one-place-short",
        "(n - k) // s + 1",
        "(n - k) // s",
        see='With "valid" there is one place too few.',
        look="Try a line of 5 numbers and a kernel of 2 by hand: at how many places does it fit?",
        change="After counting the steps between the first and the last place, add the first "
        "place itself.",
    ),
    Mistake(
        "places-rounded-down",
        "(n - k) // s + 1",
        "(n - k + 1) // s",
        see='With "valid" and a stride that does not divide the number of places, one is lost.',
        look="Take a line of 5, a kernel of 3 and a stride of 2: of three places every other one "
        "is kept. How many are these?",
        change="The first place is kept in any case: round up, or divide the way that the kernel "
        "can move and add 1.",
    ),
    Mistake(
        "stride-in-space-only",
        "(shape, kernel, strides))",
        "(shape, kernel, [1, *strides[1:]]))",
        see="The stride over time has no effect.",
        look="Look at which of the three strides you use.",
        change="Each axis has a stride of its own, time included.",
    ),
    Mistake(
        "valid-divided-first",
        "(n - k) // s + 1",
        "n // s - k + 1",
        see='With "valid" and strides above 1 the size is wrong.',
        look="Look at what you divide by the stride.",
        change="Divide the way that the kernel can move, and count the first place afterwards.",
    ),
    Mistake(
        "valid-rounded-up",
        "(n - k) // s + 1",
        "-(-(n - k) // s) + 1",
        see='With "valid" a place is counted at which the kernel would hang over the edge.',
        look="Take a line of 6, a kernel of 3 and a stride of 2: does a third place fit?",
        change='With "valid" an incomplete last step does not count: round down.',
    ),
    Mistake(
        "strides-forgotten",
        "(shape, kernel, strides))",
        "(shape, kernel, [1, 1, 1]))",
        see="The strides have no effect.",
        look="Find the place where `strides` is used.",
        change="A stride of 2 leaves out every other place.",
    ),
    Mistake(
        "strides-forgotten-with-same",
        "-(-n // s)",
        "n",
        see='With "same" the strides have no effect.',
        look='"Same" keeps the size only where the stride is 1.',
        change="Count every stride-th place, the first one included.",
    ),
    Mistake(
        "strides-forgotten-with-valid",
        "(n - k) // s + 1",
        "n - k + 1",
        see='With "valid" the strides have no effect.',
        look="Find the place where `strides` is used.",
        change="A stride of 2 leaves out every other place.",
    ),
    Mistake(
        "same-rounded-down",
        "-(-n // s)",
        "n // s",
        see='With "same" the last, incomplete step is lost.',
        look="Take a line of 5 with a stride of 2: which places are kept?",
        change='With "same" the first place always counts, so round up.',
    ),
    Mistake(
        "same-padded-evenly",
        "-(-n // s)",
        "(n + 2 * (k // 2) - k) // s + 1",
        see='With "same" and an even kernel the size is wrong.',
        look="You add the same number of zeros on both sides, half the kernel rounded down.",
        change='With "same" the kernel has no say: the size follows from shape and strides alone.',
    ),
    Mistake(
        "same-taken-for-valid",
        "-(-n // s)",
        "np.maximum((n - k) // s + 1, 0)",
        see='Both paddings give the size of "valid".',
        look="Find the place where `padding` is used.",
        change='With "same" there are zeros around the video.',
    ),
    Mistake(
        "valid-taken-for-same",
        "(n - k) // s + 1",
        "-(-n // s)",
        see='Both paddings give the size of "same".',
        look="Find the place where `padding` is used.",
        change='With "valid" the kernel must lie wholly on the video.',
    ),
    Mistake(
        "paddings-swapped",
        '"same":\n        return -(-n // s)\n    return (n - k) // s + 1',
        '"valid":\n        return -(-n // s)\n    return np.maximum((n - k) // s + 1, 0)',
        see='The two paddings are swapped: "valid" gives the size of "same".',
        look="Look at your branches.",
        change='"Valid" is the smaller one: no zeros are added.',
    ),
    Mistake(
        "axes-reversed",
        "np.array(each)",
        "np.array(each)[::-1]",
        see="The three sizes come in reverse order.",
        look="Compare the order of your result with the order of the arguments.",
        change="Time first, then height, then width.",
    ),
    Mistake(
        "first-kernel-size-for-all",
        "(n - k) // s + 1",
        "(n - k[0]) // s + 1",
        see="All three axes are counted with the kernel's first size.",
        look="Look at which size and stride you use for which axis.",
        change="Each axis has a size, a kernel's size and a stride of its own.",
    ),
    Mistake(
        "unknown-padding-accepted",
        outputs=accepts(conv3d_shape, "padding"),
        see="A padding that does not exist is accepted.",
        look='Try "causal".',
        change="Test `padding` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "too-large-a-kernel-accepted",
        outputs=accepts(conv3d_shape, "kernel"),
        see='With "valid" a kernel that does not fit is accepted.',
        look="Try a kernel of 3 frames on a clip of 2.",
        change="Compare the sizes first, and raise a ValueError that names `kernel`.",
    ),
    Mistake(
        "strides-below-one-accepted",
        outputs=accepts(conv3d_shape, "strides"),
        see="A stride below 1 is accepted.",
        look="Try a stride of 0, and a negative one.",
        change="Test `strides` first, and raise a ValueError that names it.",
    ),
    Mistake(
        "no-error-at-all",
        outputs=accepts(conv3d_shape, "padding", "kernel", "strides"),
        see="Nothing impossible is refused.",
        look="Read the `Raises` part of the stub again.",
        change="Begin with three tests; each raises a ValueError that names the argument.",
    ),
]

EXERCISE = Exercise(
    "conv3d_shape(shape, kernel, strides, padding)",
    results=("the sizes",),
    references=(conv3d_shape, by_counting),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.7, "edges": 0.1, "errors": 0.2},
    basic=("values",),
    points=1.0,
    probe="three_sizes",
    minutes=10,
    difficulty=1,
)
