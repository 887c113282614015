"""Imported once by the server that workers are forked from: Keras, without TensorFlow's chatter."""

from __future__ import annotations

import os

_kept = os.dup(2)
_null = os.open(os.devnull, os.O_WRONLY)
os.dup2(_null, 2)
try:
    import keras
finally:
    os.dup2(_kept, 2)
    os.close(_kept)
    os.close(_null)

__all__ = ["keras"]
