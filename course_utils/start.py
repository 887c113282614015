"""The one call that a chapter's set-up cell makes before anything else."""

from __future__ import annotations

import os

from course_utils.quiet import quiet

__all__ = ["start"]


def start(seed: int = 0, onednn: bool = False) -> None:
    """Make the notebook ready: TensorFlow without chatter, fixed seeds, the course's figures.

    Args:
        seed: for Python's, NumPy's and TensorFlow's random streams.
        onednn: let TensorFlow use oneDNN, with which 3D convolutions train some twenty times faster
            on most processors; the last digits then depend on the processor.
    """
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same digits on every machine
    if onednn:
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    with quiet():
        import keras
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        tf.constant(0.0)  # the first operation starts the runtime, which has more to say
    from course_utils.cards.rendering import prepare
    from course_utils.plots import use_style

    prepare()
    use_style()
