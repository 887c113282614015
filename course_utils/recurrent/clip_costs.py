"""What a network that reads clips costs: weights, operations, time of an answer, memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent.costs import operations
from course_utils.recurrent.memory import tensor_bytes
from course_utils.recurrent.timing import seconds_in_turn

__all__ = ["AT_ONCE", "Cost", "costs"]


@dataclass(frozen=True)
class Cost:
    """What one network costs.

    Attributes:
        weights: how many.
        operations: of a forward pass, for a clip.
        milliseconds: how many clips are asked at once → milliseconds of a forward pass, for a clip.
        megabytes: what a gradient tape keeps for 32 clips.
    """

    weights: int
    operations: int
    milliseconds: Mapping[int, float]
    megabytes: float


#: How many clips are asked at once.
AT_ONCE = (1, 32, 256)


def costs(
    builders: Mapping[str, Callable[[Any, int], Any]], clips: np.ndarray, classes: int
) -> dict[str, Cost]:
    """What each network costs.

    Args:
        builders: name → the student's function of a clip's shape and the number of classes.
        clips: (N, T, H, W, C), repeated where there are fewer than the most that are asked at once.
        classes: how many laws there are.
    """
    import tensorflow as tf

    many = tf.constant(np.resize(clips, (max(AT_ONCE), *clips.shape[1:])))
    models = {name: build(clips.shape[1:], classes) for name, build in builders.items()}
    graphs = {name: tf.function(model) for name, model in models.items()}
    spent = {
        count: seconds_in_turn(
            {name: partial(_answer, graph, many[:count]) for name, graph in graphs.items()}, 10
        )
        for count in progress(AT_ONCE, "costs")
    }
    return {
        name: Cost(
            weights=model.count_params(),
            operations=operations(model, clips.shape[1:]),
            milliseconds={count: 1000 * min(each[name]) / count for count, each in spent.items()},
            megabytes=_kept_megabytes(model, many[:32]),
        )
        for name, model in models.items()
    }


def _answer(graph: Callable[[Any], Any], clips: Any) -> None:
    graph(clips).numpy()


def _kept_megabytes(model: Any, batch: Any) -> float:
    """What a gradient tape keeps for a batch."""
    import tensorflow as tf

    model(batch)
    before = tensor_bytes()
    with tf.GradientTape():
        outputs = model(batch)
        kept = tensor_bytes() - before
    del outputs
    return kept / 1e6
