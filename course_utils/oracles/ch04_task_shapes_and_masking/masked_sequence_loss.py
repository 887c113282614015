"""masked_sequence_loss: a sequence's loss is the sum over the steps that count."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.types import Case, Exercise, Mistake

__all__ = ["EXERCISE", "masked_sequence_loss"]

Array = np.ndarray


def masked_sequence_loss(losses: Array, mask: Array) -> float:
    counted = np.where(mask, losses, 0.0)
    return float(counted.sum(axis=1).mean())


def by_loop(losses: Array, mask: Array) -> float:
    """One number after the other, in the order of the definition."""
    total = 0.0
    for row, counts in zip(losses, mask, strict=True):
        total += math.fsum(loss for loss, here in zip(row, counts, strict=True) if here)
    return total / len(losses)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        batch: int,
        steps: int,
        lengths: list[int] | None = None,
        dtype: str = "float32",
    ) -> Case:
        """Without lengths the mask has any pattern, with at least one True and one False a row."""
        losses = rng.gamma(2.0, size=(batch, steps)).astype(dtype)
        if lengths is None:
            mask = rng.random((batch, steps)) < 0.6
            mask[:, 0], mask[:, -1] = rng.permutation([True, False])
        else:
            mask = np.arange(steps) < np.array(lengths)[:, None]
        return Case(part, {"losses": losses, "mask": mask}, about)

    def hidden(value: float, about: str, dtype: str = "float32") -> Case:
        one = case("padding", about, 3, 5, [2, 5, 3], dtype)
        one.inputs["losses"][~one.inputs["mask"]] = value
        return one

    counted = case("edges", "NaN where the mask is True", 2, 4, [3, 2])
    counted.inputs["losses"][1, 1] = np.nan
    return [
        case("sum", "all steps count", 3, 4, [4, 4, 4]),
        case("sum", "three lengths", 3, 6, [2, 6, 3]),
        case("sum", "a mask of any pattern", 4, 5),
        case("sum", "B = T, float64", 5, 5, dtype="float64"),
        case("sum", "float64", 4, 7, [1, 3, 7, 2], "float64"),
        hidden(np.nan, "NaN where the mask is False"),
        hidden(np.inf, "infinity where the mask is False", "float64"),
        hidden(1e9, "large numbers where the mask is False"),
        case("edges", "a row of False among others", 3, 4, [3, 0, 2]),
        case("edges", "nothing counts", 2, 3, [0, 0]),
        case("edges", "one sequence, one step", 1, 1, [1]),
        counted,
    ]


MISTAKES = [
    Mistake(
        "mean-of-the-steps",
        "float(counted.sum(axis=1).mean())",
        "float(counted.sum() / max(np.sum(mask), 1))",
        see="You return the mean over all steps that count; asked for is a sum for each sequence.",
        look="By what number do you divide: by the steps, or by the sequences?",
        change="Sum over the steps of each sequence, then divide by the number of sequences.",
    ),
    Mistake(
        "mean-of-means",
        "counted.sum(axis=1).mean()",
        "(counted.sum(axis=1) / np.maximum(mask.sum(axis=1), 1)).mean()",
        see="You take the mean over each sequence's steps, so that a long one counts no more.",
        look="A loss is a sum over steps. Where do you divide by a length?",
        change="Leave the division by the lengths out.",
    ),
    Mistake(
        "not-divided",
        "counted.sum(axis=1).mean()",
        "counted.sum()",
        see="You return the sum over the whole batch: the mean over the sequences is missing.",
        look="What becomes of your number when each sequence stands in the batch twice?",
        change="Divide by the number of sequences.",
    ),
    Mistake(
        "mean-of-all-cells",
        "counted.sum(axis=1).mean()",
        "counted.mean()",
        see="You divide by all B·T places, those of the padding included.",
        look="Two axes are there to be reduced. Which by a sum, which by a mean?",
        change="Sum over axis 1, then take the mean over axis 0.",
    ),
    Mistake(
        "mask-ignored",
        "np.where(mask, losses, 0.0)",
        "losses",
        see="The padding counts in your loss as well.",
        look="Where does the mask stand in your code?",
        change="Put 0 in the place of every loss under False, then sum.",
    ),
    Mistake(
        "multiplied",
        "np.where(mask, losses, 0.0)",
        "losses * mask",
        see="Where the padding holds NaN or infinity, your loss is NaN.",
        look="What is 0 times NaN?",
        change="Choose instead of multiplying: np.where(mask, …), or losses[mask].",
    ),
    Mistake(
        "nan-swallowed",
        "counted.sum(axis=1)",
        "np.nansum(counted, axis=1)",
        see="A NaN at a step that counts is swallowed: the loss looks fine where it is not.",
        look="Look for nansum, nanmean or nan_to_num.",
        change="Leave out what the mask leaves out, and nothing else.",
    ),
    Mistake(
        "inverted",
        "np.where(mask, losses, 0.0)",
        "np.where(mask, 0.0, losses)",
        see="You sum over the padding, and leave out the steps that count.",
        look="What does True mean in the mask?",
        change="Keep the losses where the mask is True.",
    ),
    Mistake(
        "empty-rows-left-out",
        "counted.sum(axis=1).mean()",
        "counted.sum(axis=1)[mask.any(axis=1)].sum() / max(mask.any(axis=1).sum(), 1)",
        see="You divide by the sequences that have a step that counts.",
        look="How many sequences are in the batch when one of them has no step that counts?",
        change="A row of False adds 0 and is divided by like any other: divide by B.",
    ),
    Mistake(
        "a-loss-a-sequence",
        "float(counted.sum(axis=1).mean())",
        "counted.sum(axis=1)",
        see="You return a loss for each sequence; asked for is their mean, one number.",
        look="How many axes do you reduce?",
        change="Take the mean over the batch at the end.",
    ),
    Mistake(
        "summed-over-the-batch",
        "counted.sum(axis=1).mean()",
        "counted.sum(axis=0).mean()",
        see="You sum over the sequences and take the mean over the steps.",
        look="Which axis is time?",
        change="Sum over axis 1, the steps, and take the mean over axis 0.",
    ),
]

EXERCISE = Exercise(
    "masked_sequence_loss(losses, mask)",
    results=("the loss",),
    references=(masked_sequence_loss, by_loop),
    cases=cases,
    mistakes=MISTAKES,
    parts={"sum": 0.5, "padding": 0.3, "edges": 0.2},
    basic=("sum",),
    points=2,
    minutes=10,
    difficulty=2,
)
