"""Wrong classes of a right equation, for every kind of cell that is made with units alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

__all__ = ["wrong_classes"]


def wrong_classes(base: Any, register: Callable[[type], type]) -> dict[str, type]:
    """By the mistake's id.

    Args:
        base: the right cell; its constructor takes `units` and Keras's own arguments.
        register: Keras's decorator, with a package of the chapter's own.
    """

    @register
    class NoKeywords(base):
        def __init__(self, units):
            super().__init__(units)

    @register
    class KeywordsDropped(base):
        def __init__(self, units, **kwargs):
            super().__init__(units)

    @register
    class KeywordsRenamed(base):
        def __init__(self, units, **rest):
            super().__init__(units, **rest)

    class Unregistered(base):
        pass

    @register
    class ConfigWithoutUnits(base):
        def get_config(self):
            return keras.layers.Layer.get_config(self) and {"name": self.name, "dtype": self.dtype}

    @register
    class ConfigWithoutKeywords(base):
        def get_config(self):
            return {"units": self.units}

    @register
    class AnyUnits(base):
        def __init__(self, units, **kwargs):
            super().__init__(max(units, 1), **kwargs)

    return {
        "no-keywords": NoKeywords,
        "keywords-dropped": KeywordsDropped,
        "keywords-renamed": KeywordsRenamed,
        "unregistered": Unregistered,
        "config-without-units": ConfigWithoutUnits,
        "config-without-keywords": ConfigWithoutKeywords,
        "any-units": AnyUnits,
    }
