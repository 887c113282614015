"""Each figure is drawn in Matplotlib's own style, whatever the tests before have set."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import pytest


@pytest.fixture(autouse=True)
def plain_style() -> Iterator[None]:
    """Matplotlib's own settings, put back at the end."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield
