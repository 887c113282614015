"""Each figure is drawn in Matplotlib's own style, whatever was set before, and closed."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import pytest
from matplotlib import pyplot


@pytest.fixture(autouse=True)
def plain_style() -> Iterator[None]:
    """Matplotlib's own settings, put back at the end, when all figures are closed."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield
        pyplot.close("all")
