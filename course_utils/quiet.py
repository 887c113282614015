"""Keep the chatter of native libraries out of notebooks.

TensorFlow's C++ parts write to file descriptor 2, past `sys.stderr`, and nbgrader takes anything
on stderr for a failed test.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet"]


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that the body's libraries write to the standard error reaches it.

    Silences file descriptor 2, Python warnings, and log records below ERROR; `sys.stderr` itself
    stays as it is. Exceptions pass.
    """
    kept = _silence()
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)


def _silence() -> int | None:
    """Point descriptor 2 at nothing; returns a copy of what it was, None where it is closed."""
    try:
        kept = os.dup(2)
    except OSError:
        return None
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    return kept
