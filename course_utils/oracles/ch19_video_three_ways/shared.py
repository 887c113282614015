"""What the exercises of chapter 19 share: the three builders' clips, cases, words and mistakes.

A right network is known by what its numbers say in words, and by the laws that it names after a
short training. The laws are read off a second time from the shift that maps each frame on the next
one.
"""

from __future__ import annotations

from collections.abc import Callable
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
from course_utils.checking.video_networks import prepared_in_words, structure_in_words

__all__ = [
    "COMMON",
    "FIRST_MISTAKES",
    "READY",
    "get_round",
    "in_words",
    "last_mistakes",
    "laws_by_matching",
    "looking_for",
    "network_cases",
    "saying",
    "unready",
]

Array = np.ndarray
Wrong = Callable[[Inputs, Setup], Outputs | None]


# --- the clips and the cases of a builder --------------------------------------------------------

CLIP, CLASSES = (8, 12, 12, 1), 6  # what the budget is stated for
LEARNT = (5, 12, 12, 1)  # what is learnt
BUDGET = (8_000, 10_000)  # weights, the least and the most
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows and columns per frame: the laws of the clips
STARTS = 2  # at which the digit begins, under each law
TESTED = 16  # clips: those that were learnt, in another order and another brightness
ENOUGH = 0.6  # of them named rightly


def moving_digit(seed: int) -> tuple[Array, Array]:
    """One handwritten digit that moves by one pixel a frame, round the frame, under each law from
    some starts: (8, 5, 12, 12, 1), (8,). What sees no motion cannot tell the laws apart.
    """
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(seed)
    images = load_digits().images.astype(np.float32) / 16
    digit = images[rng.integers(len(images))]
    laws = np.repeat(np.arange(len(STEPS)), STARTS)
    frames, height, width, _ = LEARNT
    videos = np.zeros((len(laws), frames, height, width), np.float32)
    for video, law in zip(videos, laws, strict=True):
        corner = rng.integers(0, (height, width))
        for t, frame in enumerate(video):
            row, column = corner + t * np.array(STEPS[law])
            rows, columns = (row + np.arange(8)) % height, (column + np.arange(8)) % width
            frame[np.ix_(rows, columns)] = digit
    return videos[..., None], laws


def to_be_named(seed: int) -> tuple[Array, Array]:
    """The clips that the trained network is to name, and their laws."""
    videos, laws = moving_digit(seed)
    rng = np.random.default_rng([seed, 1])
    order = rng.permutation(np.arange(TESTED) % len(laws))
    brightness = rng.uniform(0.95, 1.0, size=(TESTED, 1, 1, 1, 1))
    return (brightness * videos[order]).astype(np.float32), laws[order]


def laws_of(setup: Setup) -> Array:
    """The laws of the test clips, which the set-up does not hold: it goes where the answer runs."""
    return to_be_named(setup["clips_seed"])[1]


def network_cases(rng: np.random.Generator) -> list[Case]:
    """Two looks at the network, and a short training."""

    def look(
        part: str, about: str, shape: tuple[int, ...], classes: int, clips: int, **more: Any
    ) -> Case:
        setup = {
            "seed": int(rng.integers(2**31)),
            "videos": rng.uniform(size=(clips, *shape)).astype(np.float32),
            "classes": CLASSES,
            **more,
        }
        return Case(part, {"shape": shape, "classes": classes}, about, setup)

    seed = int(rng.integers(2**31))
    videos, laws = moving_digit(seed)
    learning = {
        "train": videos,
        "laws": laws,
        "test": to_be_named(seed)[0],
        "clips_seed": seed,
        "steps": 300,
        "rate": 0.01,
        "learnt": 0.35,
        "stuck": 1.2,
        "seconds": 11.0,
        "budget": BUDGET,
    }
    return [
        look("structure", "the chapter's clips", CLIP, CLASSES, 5, budget=BUDGET),
        look(
            "structure",
            "5 frames of 12 × 16 pixels with 2 channels",
            (5, 12, 16, 2),
            int(rng.choice([3, 4, 5, *range(7, 40)])),
            int(rng.integers(3, 6)),
        ),
        look("learns", "a short training", LEARNT, CLASSES, 3, **learning),
    ]


# --- the two references of a builder -------------------------------------------------------------

#: What is said of every right network; each kind has words of its own besides.
COMMON = {
    "the network": "built and uncompiled",
    "the outputs": "probabilities that sum to 1",
    "the answer for a clip": "independent of the other clips",
    "a dense layer on the flat clip": "absent",
    "the number of frames that matter": "two or more",
    "the effect of the order of the frames": "present",
}


#: And before it is trained.
READY = {"the training of its weights": "allowed"}


def in_words(right: dict[str, str], ready: dict[str, str]) -> Reference:
    """A right network in words; where it is trained, one that names the laws themselves."""

    @from_case
    def words(inputs: Inputs, setup: Setup) -> Outputs:
        if "test" in setup:
            return {**ready, **named_in_words(setup, laws_of(setup))}
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
    return named_in_words(setup, np.argmin(misses, axis=0))


def looking_for(kind: str) -> Callable[[Inputs, Setup, Outputs], Outputs]:
    """The view of a builder whose layers should read this `kind`: see `video_networks`."""

    def in_words(inputs: Inputs, setup: Setup, reported: Outputs) -> Outputs:
        if "test" not in setup:
            return structure_in_words(reported, inputs, setup, kind)
        prepared = prepared_in_words(reported, kind)
        if "the answers after training" not in reported:
            return {**prepared, TRAINED: "left untrained, since it is not built as asked"}
        named = np.asarray(reported["the answers after training"]).argmax(axis=1)
        return {**prepared, **named_in_words(setup, named, int(reported["the steps of training"]))}

    return in_words


TRAINED = "the trained network"
UNTAUGHT = "not able to tell the four laws of motion apart"


def named_in_words(setup: Setup, named: Array, steps: int = 0) -> Outputs:
    """Whether enough of the test clips are named by their laws: `named` (N,), after some steps."""
    laws = laws_of(setup)
    if named.shape == laws.shape and np.mean(named == laws) > ENOUGH:
        return {TRAINED: "able to tell the laws apart"}
    return {TRAINED: UNTAUGHT + (f": it had not learnt to within {steps} steps" if steps else "")}


# --- the mistakes that all builders share --------------------------------------------------------


def saying(words: dict[str, Any]) -> Wrong:
    """A network of which this is said; whatever it learns."""

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


def unready(right: Reference, words: dict[str, str]) -> Wrong:
    """A network that is built as asked, and of which this is said before it is trained."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | None:
        if "test" in setup:
            return words
        as_asked: Outputs = right(inputs, setup)
        return as_asked

    return outputs


def last_mistakes(right: Reference, change: str) -> list[Mistake]:
    """Too large, too small, too dull; `right` gives the words of a right network, and `change` says
    what to do about one that does not learn."""

    def never_learns(inputs: Inputs, setup: Setup) -> Outputs:
        words: Outputs = right(inputs, setup)
        return {**words, TRAINED: UNTAUGHT} if "test" in setup else words

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
            "frozen-weights",
            outputs=unready(right, {"the training of its weights": "not allowed for all"}),
            see="Some of the weights are frozen: no training can change them.",
            look="Look for `trainable = False`.",
            change="Leave `trainable` as Keras sets it: these networks begin from nothing, and all "
            "their weights have to be learnt.",
        ),
        Mistake(
            "never-learns",
            outputs=never_learns,
            see="The network is built as asked, but a short training leaves it at chance.",
            look="Look at how its weights begin, at its activations, and for heavy dropout.",
            change=change,
        ),
    ]
