"""Networks that predict each next frame: trained from several seeds, run alone, looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent.frame_trainer import FrameTrainer

__all__ = [
    "Pairs",
    "Trained",
    "causal_tail",
    "leaking_tail",
    "news",
    "outputs",
    "rollouts",
    "train",
]

#: videos (B, T, H, W, 1) → inputs and targets, each (B, T − 1, H, W, 1).
Pairs: TypeAlias = Callable[[Any], tuple[Any, Any]]


class Trained(NamedTuple):
    """One network, and the weights that it got from each seed."""

    model: Any
    weights: list[Any]

    def each(self) -> Iterable[Any]:
        """The network with the weights of one seed after the other."""
        for weights in self.weights:
            self.model.set_weights(weights)
            yield self.model


def train(
    make: Callable[[], Any],
    pairs: Pairs,
    videos: Callable[[int], np.ndarray],
    seeds: Sequence[int],
    what: str,
    epochs: int = 6,
    batch: int = 4,
) -> Trained:
    """Train a network from several seeds.

    Args:
        make: makes the network, see `FrameTrainer`.
        pairs: makes inputs and targets.
        videos: seed → its training clips.
        seeds: one network each.
        what: for the progress bar.
        epochs: how often the clips are gone through.
        batch: clips in a batch.
    """
    trainer = FrameTrainer(make, pairs, pairs(videos(seeds[0])[:batch])[0], batch=batch)
    return Trained(
        trainer.model,
        [trainer.train(s, videos(s), epochs).get_weights() for s in progress(seeds, what)],
    )


def rollouts(
    rollout: Callable[[Any, Any, int], Any], trained: Trained, tests: np.ndarray, context: int
) -> np.ndarray:
    """What each seed's network makes of its own test clips, alone.

    Args:
        rollout: the student's rollout_frames.
        trained: a network for each seed.
        tests: (seeds, N, T, H, W, 1).
        context: how many frames are seen.

    Returns:
        (seeds, N, T − context, H, W, 1).
    """
    steps = tests.shape[2] - context
    both = zip(trained.each(), tests[:, :, :context], strict=True)
    return np.array([np.asarray(rollout(model, seen, steps)) for model, seen in both])


def outputs(trained: Trained, pairs: Pairs, tests: np.ndarray) -> tuple[Any, Any]:
    """What each seed's network predicts of its test clips, and the targets.

    Args:
        trained: a network for each seed.
        pairs: makes inputs and targets.
        tests: (seeds, N, T, H, W, 1).

    Returns:
        Predictions and targets, each (seeds, N, T − 1, H, W, 1).
    """
    asked = [pairs(each) for each in tests]
    both = zip(trained.each(), asked, strict=True)
    made = np.array([np.asarray(model(inputs)) for model, (inputs, _) in both])
    return made, np.array([targets for _, targets in asked])


def causal_tail(layer: Callable[[int, int], Any], side: int, maps: int, layers: int) -> Any:
    """Causal convolutions on top of each other, each with a kernel of 3 frames by 3 by 3 pixels.

    Args:
        layer: the student's CausalConv3D.
        side: height and width of a frame.
        maps: numbers per pixel between the layers.
        layers: how many have ReLU; one more makes the frame.

    Returns:
        (B, T, H, W, 1) → (B, T, H, W, 1), which sees 2 · layers + 3 frames.
    """
    import keras

    network = keras.Sequential([keras.Input((None, side, side, 1))])
    for _ in range(layers):
        network.add(layer(maps, 3))
        network.add(keras.layers.ReLU())
    network.add(layer(1, 3))
    network.add(keras.layers.Activation("sigmoid"))
    return network


def leaking_tail(side: int) -> Any:
    """The model of the first repair as it stands before it is mended; it sees the future."""
    import keras

    return keras.Sequential(
        [
            keras.Input((None, side, side, 1)),
            keras.layers.Conv3D(6, 3, padding="same", activation="relu"),
            keras.layers.Conv3D(1, 3, padding="same", activation="sigmoid"),
        ]
    )


def news(cell: Any, filters: int, side: int, steps: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Change one pixel of the first of some empty frames, and see where the hidden state differs.

    Args:
        cell: a convolutional LSTM cell: `cell(x, [h, c]) -> (h, [h, c])`.
        filters: numbers per pixel in h and in c.
        side: height and width of a frame.
        steps: T, how many frames.

    Returns:
        The changed clip, and 1 where h differs from that of empty frames, 0 elsewhere: each
        (T, side, side).
    """
    import tensorflow as tf

    def hidden_states(clip: np.ndarray) -> np.ndarray:
        h = c = tf.zeros((1, side, side, filters))
        seen = []
        for frame in clip:
            h, (h, c) = cell(tf.constant(frame[None]), [h, c])
            seen.append(np.asarray(h)[0])
        return np.stack(seen)

    quiet = np.zeros((steps, side, side, 1), "float32")
    spark = quiet.copy()
    spark[0, side // 2, side // 2] = 1.0
    change = np.abs(hidden_states(spark) - hidden_states(quiet)).max(axis=-1)
    return spark[..., 0], (change > 0).astype(float)
