"""A check runs under known settings, whatever the notebook has set, and gives the student's back.

On the CPU, without TensorFloat-32, eagerly, in float32, with channels last. What cannot be set for
a while and given back is named instead, with how to undo it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np

__all__ = ["known_settings", "setting_in_the_way"]


def setting_in_the_way() -> str | None:
    """What must be undone before anything can be checked, in the student's words; or None."""
    keras, tensorflow = sys.modules.get("keras"), sys.modules.get("tensorflow")
    if keras is not None and keras.backend.backend() != "tensorflow":
        return (
            f"Keras runs on {keras.backend.backend()} in this notebook; the course needs "
            'TensorFlow. Put `import os; os.environ["KERAS_BACKEND"] = "tensorflow"` before the '
            "first import of keras (or delete ~/.keras/keras.json) and restart the kernel."
        )
    if tensorflow is not None and not tensorflow.executing_eagerly():
        return (
            "Eager execution is switched off in this notebook, so that TensorFlow computes no "
            "numbers. Take `tf.compat.v1.disable_eager_execution()` (or disable_v2_behavior) out "
            "and restart the kernel."
        )
    return None


@contextmanager
def known_settings() -> Iterator[None]:
    """The settings under which a check runs; the student's own afterwards.

    Keras's dtype policy and TensorFlow's device belong to a thread: enter this in the one that
    computes. Random streams, standard streams and the float type are given back as well.
    """
    numpy_state, python_state = np.random.get_state(), random.getstate()
    streams = sys.stdout, sys.stderr  # which an answer that is left alone still holds
    with ExitStack() as stack:
        if "tensorflow" in sys.modules:
            stack.enter_context(_tensorflow_settings())
        if "keras" in sys.modules:
            stack.enter_context(_keras_settings())
        try:
            yield
        finally:
            np.random.set_state(numpy_state)
            random.setstate(python_state)
            sys.stdout, sys.stderr = streams


@contextmanager
def _tensorflow_settings() -> Iterator[None]:
    import tensorflow as tf

    exact = tf.config.experimental.tensor_float_32_execution_enabled()
    in_python = tf.config.functions_run_eagerly()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    tf.config.run_functions_eagerly(False)
    try:
        with tf.device("CPU:0"):
            yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(exact)
        tf.config.run_functions_eagerly(in_python)


@contextmanager
def _keras_settings() -> Iterator[None]:
    import keras

    floatx, layout = keras.config.floatx(), keras.config.image_data_format()
    policy = keras.config.dtype_policy()
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_image_data_format(layout)
        keras.config.set_dtype_policy(policy)
