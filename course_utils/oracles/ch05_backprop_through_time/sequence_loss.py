"""sequence_loss: half the squared errors, summed over a sequence, and their gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles.ch05_backprop_through_time.shared import only
from course_utils.oracles.drawing import zeroed

__all__ = ["EXERCISE", "sequence_loss"]

Array = np.ndarray


def sequence_loss(ys: Array, targets: Array) -> tuple[Any, Array]:
    error, batch = ys - targets, len(ys)
    return 0.5 * np.sum(error**2) / batch, error / batch


def by_tape(ys: Array, targets: Array) -> tuple[Any, Any]:
    import tensorflow as tf

    variable = tf.Variable(ys)
    with tf.GradientTape() as tape:
        each = tf.reduce_sum(0.5 * tf.square(variable - targets), axis=[1, 2])
        loss = tf.reduce_mean(each)
    return loss, tape.gradient(loss, variable)


def draw(
    rng: np.random.Generator, batch: int, steps: int, outputs: int, scale: float = 1.0
) -> Inputs:
    return {
        "ys": scale * rng.normal(size=(batch, steps, outputs)),
        "targets": scale * rng.normal(size=(batch, steps, outputs)),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    one = zeroed(only(draw(rng, 3, 4, 3), "ys", 2), "targets")
    return [
        Case("loss", one, isolates="the outputs of the third step"),
        Case("loss", zeroed(draw(rng, 2, 5, 3), "ys"), isolates="the targets"),
        Case("loss", draw(rng, 3, 5, 2), "three sequences of five steps"),
        Case("loss", draw(rng, 4, 4, 4), "B = T = O"),
        Case("loss", draw(rng, 5, 7, 1), "one output"),
        Case("edges", draw(rng, 1, 6, 3), "one sequence"),
        Case("edges", draw(rng, 4, 1, 2), "one step"),
        Case("edges", draw(rng, 1, 1, 1), "one of everything"),
        Case("edges", draw(rng, 2, 3, 2, 1e-9), "tiny numbers"),
        Case("edges", draw(rng, 2, 3, 2, 1e6), "large numbers"),
    ]


MISTAKES = [
    Mistake(
        "no-half",
        "0.5 * np.sum(error**2) / batch, error",
        "np.sum(error**2) / batch, 2 * error",
        see="Your loss and your gradient are twice too large: the ½ is missing.",
        look="The derivative of ½ d² is d. What is that of d²?",
        change="Multiply the sum of squares by one half, and differentiate that.",
    ),
    Mistake(
        "loss-without-half",
        "0.5 * ",
        "",
        see="Your gradient is right, but your loss is twice too large.",
        look="Your gradient belongs to ½ d², your loss is a sum of d².",
        change="Multiply the sum of squares by one half.",
    ),
    Mistake(
        "gradient-twice",
        ", error",
        ", 2 * error",
        see="Your loss is right, but your gradient is twice too large.",
        look="The 2 of the square and the ½ before it cancel.",
        change="Differentiate ½ d² once more, on paper.",
    ),
    Mistake(
        "gradient-not-averaged",
        ", error / batch",
        ", error",
        see="Your loss is a mean over the batch, but your gradient is that of the sum.",
        look="What divides the loss divides its gradient too.",
        change="Divide the gradient by the number of sequences.",
    ),
    Mistake(
        "summed-over-batch",
        "len(ys)",
        "1",
        see="Your loss is the sum over the batch; the mean over the batch is asked for.",
        look="With twice as many sequences of the same kind the loss should stay as it is.",
        change="Divide loss and gradient by the number of sequences.",
    ),
    Mistake(
        "mean-over-steps",
        "len(ys)",
        "len(ys) * ys.shape[1]",
        see="You average over the steps; the loss is a sum over the steps.",
        look="Twice as many steps should give about twice the loss. Look for a mean.",
        change="Take the sum over steps and outputs, and the mean over the batch alone.",
    ),
    Mistake(
        "mean-over-outputs",
        "len(ys)",
        "len(ys) * ys.shape[2]",
        see="You average over the outputs; the loss is a sum over the outputs.",
        look="Twice as many outputs should give about twice the loss. Look for a mean.",
        change="Take the sum over steps and outputs, and the mean over the batch alone.",
    ),
    Mistake(
        "divided-by-the-steps",
        "len(ys)",
        "ys.shape[1]",
        see="You divide by the number of steps, and not by the number of sequences.",
        look="Which axis of ys counts the sequences, and which the steps?",
        change="Take the sum over the steps, and the mean over the batch, which is axis 0.",
    ),
    Mistake(
        "mean-squared-error",
        "0.5 * np.sum(error**2) / batch, error / batch",
        "np.mean(error**2), 2 * error / ys.size",
        see="Your loss is the mean squared error: a mean over everything, without the ½.",
        look="The loss here is a sum over steps and outputs, and has a ½ before the square.",
        change="Sum half the squares over steps and outputs, and average over the batch alone.",
    ),
    Mistake(
        "mean-squared-error-alone",
        "0.5 * np.sum(error**2) / batch",
        "np.mean(error**2)",
        see="Your gradient is right, but your loss is the mean squared error: a mean over "
        "everything, without the ½.",
        look="The loss here is a sum over steps and outputs, and has a ½ before the square.",
        change="Sum half the squares over steps and outputs, and average over the batch alone.",
    ),
    Mistake(
        "mean-over-everything",
        "len(ys)",
        "ys.size",
        see="You average over batch, steps and outputs; only the batch is averaged over.",
        look="Look for a mean without an axis.",
        change="Take the sum over steps and outputs, and divide by the number of sequences.",
    ),
    Mistake(
        "loss-averaged-alone",
        "/ batch,",
        "/ ys.size,",
        see="Your gradient is right, but your loss is the mean over steps and outputs too.",
        look="Look for a mean without an axis in the loss.",
        change="Take the sum over steps and outputs, and divide by the number of sequences.",
    ),
    Mistake(
        "wrong-sign",
        ", error",
        ", -error",
        see="Your gradient has the wrong sign: it points to a smaller loss.",
        look="If an output is above its target, the loss grows with the output.",
        change="Subtract the target from the output, not the output from the target.",
    ),
    Mistake(
        "absolute-error",
        "0.5 * np.sum(error**2) / batch, error",
        "np.sum(np.abs(error)) / batch, np.sign(error)",
        see="Your loss sums the sizes of the errors; their squares are asked for.",
        look="What happens to the loss of one output when its error doubles?",
        change="Square each error, and take half of it.",
    ),
    Mistake(
        "last-step-only",
        "ys - targets,",
        "(ys - targets) * np.eye(ys.shape[1])[-1, :, None],",
        see="Only the last step counts in your loss; every step is asked for.",
        look="Look for an index on the time axis, such as [:, -1].",
        change="Sum over the whole time axis.",
    ),
    Mistake(
        "loss-per-sequence",
        "np.sum(error**2) / batch",
        "np.sum(error**2, axis=(1, 2))",
        see="You return one loss for each sequence; one number is asked for.",
        look="Which axes does your sum run over?",
        change="Take the mean over the batch at the end.",
    ),
]

EXERCISE = Exercise(
    "sequence_loss(ys, targets)",
    results=("the loss", "the gradient"),
    references=(sequence_loss, by_tape),
    cases=cases,
    mistakes=MISTAKES,
    parts={"loss": 0.8, "edges": 0.2},
    basic=("loss",),
    points=1,
    minutes=8,
    difficulty=1,
    double=True,
)
