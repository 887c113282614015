"""Figures of experiments are drawn in Matplotlib's own style, as those of the plots."""

from __future__ import annotations

from tests.plots.conftest import plain_style

__all__ = ["plain_style"]
