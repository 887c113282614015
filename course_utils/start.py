"""The one call that a chapter's set-up cell makes before anything else."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from html import escape

from course_utils.quiet import quiet

__all__ = ["start"]

_FLOAT, _LAYOUT = "float32", "channels_last"


def start(seed: int = 0, onednn: bool = False) -> None:
    """Make the notebook ready: TensorFlow without chatter, fixed seeds, the course's figures.

    Says in one line on which device the experiments run, and in another what had been set for
    Keras elsewhere and is set aside.

    Args:
        seed: for Python's, NumPy's and TensorFlow's random streams.
        onednn: let TensorFlow use oneDNN, with which 3D convolutions train some twenty times faster
            on most processors; the last digits then depend on the processor.
    """
    if "keras" not in sys.modules:  # stronger than keras.json
        os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same digits on every machine
    if onednn:
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    with quiet():
        import keras
        import tensorflow as tf

        device = _device()
        keras.utils.set_random_seed(seed)
        tf.constant(0.0)  # the first operation starts the runtime, which has more to say
    from course_utils.cards.display import show
    from course_utils.cards.rendering import prepare
    from course_utils.checking.surroundings import setting_in_the_way
    from course_utils.plots import dark_theme, use_style

    prepare()
    use_style()
    dark_theme.on_every_output()
    said = [line for line in (device, _set_aside(), setting_in_the_way()) if line]
    lines = "".join(f"<div>{escape(line)}</div>" for line in said)
    show(f"{dark_theme.STYLE}{lines}", "\n".join(said))


def _device() -> str:
    """Where the experiments run. A GPU's memory is taken as it is needed, not all at once."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        with suppress(RuntimeError):  # the notebook has used it already; what it took stays taken
            tf.config.experimental.set_memory_growth(gpu, True)
    if not gpus:
        return "The experiments run on the CPU."
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "unnamed")
    return f"The experiments run on the GPU ({name}), the checks on the CPU."


def _set_aside() -> str:
    """Give Keras the settings that the chapters were measured with; say which others it had."""
    import keras

    policy = keras.config.dtype_policy().name
    others = {keras.config.floatx(), policy} - {_FLOAT}
    others |= {keras.config.image_data_format()} - {_LAYOUT}
    keras.config.set_floatx(_FLOAT)
    keras.config.set_image_data_format(_LAYOUT)
    keras.config.set_dtype_policy(_FLOAT)
    if not others:
        return ""
    return (
        f"Keras was set to {' and '.join(sorted(others))} here, most often in ~/.keras/keras.json. "
        f"The chapters were measured with {_FLOAT} and {_LAYOUT}, so it is set to those now."
    )
