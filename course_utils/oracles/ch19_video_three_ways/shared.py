"""What the exercises of chapter 19 share: the three builders' clips, cases, words and mistakes.

A right network is known by what the probe says of it in words, and by the laws that it names after
a short training. The laws are read off a second time from the shift that maps each frame on the
next one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checking.types import (
    Case,
    Inputs,
    Mistake,
    Outputs,
    Reference,
    Setup,
    from_case,
)

__all__ = [
    "COMMON",
    "FIRST_MISTAKES",
    "get_round",
    "in_words",
    "last_mistakes",
    "laws_by_matching",
    "laws_in_words",
    "network_cases",
    "saying",
]

Array = np.ndarray
Wrong = Callable[[Inputs, Setup], Outputs | None]


# --- the clips and the cases of a builder --------------------------------------------------------

CLIP, CLASSES = (8, 12, 12, 1), 6  # what the budget is stated for
BUDGET = (8_000, 10_000)  # weights, the least and the most
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows and columns per frame: the laws of the clips
TESTED = 100  # clips


@lru_cache(maxsize=4)
def moving_digits(seed: int, clips: int) -> tuple[Array, Array]:
    """Handwritten digits that move by one pixel a frame, round the frame: (N, 8, 12, 12, 1), (N,).

    They begin anywhere, so that no single frame tells the law, and right is left played backwards.
    """
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(seed)
    images = load_digits().images.astype(np.float32) / 16
    laws = rng.permutation(np.arange(clips) % len(STEPS))
    frames, height, width, _ = CLIP
    start = rng.integers(0, (height, width), size=(clips, 1, 2))
    corner = start + np.arange(frames)[None, :, None] * np.array(STEPS)[laws][:, None]
    rows = (corner[..., 0, None] + np.arange(8)) % height
    columns = (corner[..., 1, None] + np.arange(8)) % width
    videos = np.zeros((clips, frames, height, width), np.float32)
    clip, frame = np.ogrid[:clips, :frames]
    place = (clip[..., None, None], frame[..., None, None], rows[..., None], columns[..., None, :])
    videos[place] = images[rng.integers(len(images), size=clips)][:, None]
    return videos[..., None], laws


def laws_of(setup: Setup) -> Array:
    """The laws of the test clips, which the set-up does not hold: it goes where the answer runs."""
    laws = moving_digits(setup["clips_seed"], len(setup["laws"]) + TESTED)[1]
    return laws[:TESTED]


def network_cases(
    clips: int, steps: int, rate: float
) -> Callable[[np.random.Generator], list[Case]]:
    """Two looks at the network, and a short training: clips, steps of 16 clips, Adam's rate."""

    def cases(rng: np.random.Generator) -> list[Case]:
        def look(
            part: str, about: str, shape: tuple[int, ...], classes: int, clips: int, **more: Any
        ) -> Case:
            setup = {
                "seed": int(rng.integers(2**31)),
                "videos": rng.uniform(size=(clips, *shape)).astype(np.float32),
                **more,
            }
            return Case(part, {"shape": shape, "classes": classes}, about, setup)

        seed = int(rng.integers(2**31))
        videos, laws = moving_digits(seed, clips + TESTED)
        learning = {
            "train": videos[TESTED:],
            "laws": laws[TESTED:],
            "test": videos[:TESTED],
            "clips_seed": seed,
            "steps": steps,
            "rate": rate,
            "stuck": 0.6,
            "budget": BUDGET,
        }
        classes = int(rng.integers(3, 40))
        return [
            look("structure", "the chapter's clips", CLIP, CLASSES, 5, budget=BUDGET),
            look(
                "structure",
                "5 frames of 12 × 16 pixels with 2 channels",
                (5, 12, 16, 2),
                classes,
                int(rng.integers(3, 6)),
            ),
            look("learns", f"{steps} steps of Adam", CLIP, CLASSES, 3, **learning),
        ]

    return cases


# --- the two references of a builder -------------------------------------------------------------

#: What the probe says of every right network; each kind has words of its own besides.
COMMON = {
    "the network": "built and uncompiled",
    "the outputs": "probabilities that sum to 1",
    "the answer for a clip": "independent of the other clips",
    "a dense layer on the flat clip": "absent",
    "the number of frames that matter": "two or more",
    "the effect of the order of the frames": "present",
}


def in_words(right: dict[str, str]) -> Reference:
    """A right network in words; where it is trained, the laws themselves."""

    @from_case
    def words(inputs: Inputs, setup: Setup) -> Outputs:
        if "test" in setup:
            return {"the laws": laws_of(setup)}
        said: Outputs = {
            "the network": right["the network"],
            "the number of classes": inputs["classes"],
            "the number of clips": len(setup["videos"]),
            "the outputs": right["the outputs"],
        }
        if "budget" in setup:
            said["the number of weights"] = "within the budget"
        return {**said, **right}

    return words


@from_case
def laws_by_matching(inputs: Inputs, setup: Setup) -> Outputs | None:
    """Where clips are to be told apart: the shift that maps each frame on the next one best."""
    if "test" not in setup:
        return None
    videos = setup["test"][..., 0].astype(np.float64)
    misses = [
        ((np.roll(videos[:, :-1], step, axis=(2, 3)) - videos[:, 1:]) ** 2).sum(axis=(1, 2, 3))
        for step in STEPS
    ]
    return {"the laws": np.argmin(misses, axis=0)}


def laws_in_words(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """The laws that were named, in words; all else as it is."""
    if "the laws" not in outputs:
        return outputs
    named = np.asarray(outputs["the laws"])
    if (named < 0).all():
        words = "left untrained, since it is not built as asked"
    elif np.mean(named == laws_of(setup)[: len(named)]) > 0.5:
        words = "right about more than half of the laws"
    else:
        words = "right about half of the laws or fewer"
    return {"the trained network": words}


# --- the mistakes that all builders share --------------------------------------------------------


def saying(words: dict[str, Any]) -> Wrong:
    """A network of which the probe says this; whatever it learns."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | None:
        if "test" in setup:
            return {}
        if "the number of weights" in words and "budget" not in setup:
            return None
        if "the number of classes" in words and inputs["classes"] == CLASSES:
            return None
        return words

    return outputs


FIRST_MISTAKES = [
    Mistake(
        "compiled",
        outputs=saying({"the network": "built and compiled"}),
        see="Your network is compiled already.",
        look="Look for a call of `compile`.",
        change="Return the network uncompiled: whoever trains it chooses loss and optimiser.",
    ),
    Mistake(
        "not-built",
        outputs=saying({"the network": "not built and uncompiled"}),
        see="Your network has no weights yet: it does not know the shape of its clips.",
        look="Find the place where `shape` is used.",
        change="Begin with an input of that shape, or build the network before you return it.",
    ),
    Mistake(
        "always-six-classes",
        outputs=saying({"the network": COMMON["the network"], "the number of classes": CLASSES}),
        see="The network always has six outputs, whatever `classes` is.",
        look="Look at the last layer.",
        change="Its size is the argument `classes`.",
    ),
    Mistake(
        "logits",
        outputs=saying({"the outputs": "numbers that do not sum to 1"}),
        see="The outputs do not sum to 1: they are no probabilities.",
        look="Look at the activation of the last layer.",
        change="The classes exclude each other, so end in a softmax.",
    ),
    Mistake(
        "dense-on-the-flat-clip",
        outputs=saying({"a dense layer on the flat clip": "present"}),
        see="One layer is connected to every number of the clip at once.",
        look="Look for a layer that flattens the clip, frames included, or a kernel as large as "
        "the clip. Such a layer learns every place and every moment on its own.",
        change="Reduce the maps first: by strides, pooling, or a mean over all places.",
    ),
    Mistake(
        "one-frame-only",
        outputs=saying({"the number of frames that matter": "one"}),
        see="All frames but one could be anything: the output would be the same.",
        look="Look for an index on the time axis, such as the last frame.",
        change="Let every frame into the network; no single one shows a motion.",
    ),
    Mistake(
        "blind-to-order",
        outputs=saying({"the effect of the order of the frames": "absent"}),
        see="The network gives the same answer whatever the order of the frames.",
        look="Find what becomes of the time axis: a mean or a maximum over frames that were read "
        "one by one forgets which came first.",
        change="Let frames meet before they are pooled: in a recurrence, or in a kernel that "
        "reaches over several of them.",
    ),
    Mistake(
        "clips-mixed-up",
        outputs=saying({"the answer for a clip": "dependent on the other clips"}),
        see="What the network says about one clip depends on the other clips of the batch.",
        look="Look at your reshapes and means: does one of them touch the batch axis?",
        change="Keep the first axis as it is; join frames and pixels only.",
    ),
]


def get_round(words: dict[str, str]) -> Mistake:
    """A second branch past the layers that the exercise is about."""
    return Mistake(
        "classes-get-round",
        outputs=saying(words),
        see="Part of the answer gets round the layers that this exercise is about.",
        look="Silence those layers in your mind: does the clip still reach the output by another "
        "way?",
        change="Lead everything through them; drop the second branch.",
    )


def last_mistakes(right: Reference) -> list[Mistake]:
    """Too large, too small, too dull; `right` gives the words of a right network."""

    def never_learns(inputs: Inputs, setup: Setup) -> Outputs:
        if "test" in setup:
            return {"the laws": np.zeros(TESTED, int)}
        words: Outputs = right(inputs, setup)
        return words

    low, high = BUDGET
    return [
        Mistake(
            "too-many-weights",
            outputs=saying({"the number of weights": "above the budget"}),
            see=f"The network has more than {high:,} weights.",
            look="Print `model.summary()` and look for the largest layer.",
            change="Take fewer filters or units there, or reduce the maps that it reads.",
        ),
        Mistake(
            "too-few-weights",
            outputs=saying({"the number of weights": "below the budget"}),
            see=f"The network has fewer than {low:,} weights: the comparison would not be fair.",
            look="Print `model.summary()` and see where weights are.",
            change="Take more filters or units until it comes into the budget.",
        ),
        Mistake(
            "never-learns",
            outputs=never_learns,
            see="The network is built as asked, but a short training leaves it at chance.",
            look="Look at how its weights begin and whether they may change. In a network that "
            "reads vectors, does a frame's vector still know where things are?",
            change="Leave initial values and `trainable` as Keras sets them, put the ReLU after "
            "the convolutions, and do not average a frame over all places before an LSTM.",
        ),
    ]
