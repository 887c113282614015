"""When two pictures count as the same."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pytest

from course_utils.authoring.pictures import same_picture

matplotlib.use("agg")
from matplotlib.figure import Figure

X = np.linspace(0, 6, 200)


def drawn(draw: Callable[[Any], object], width: float = 5.0) -> str:
    figure = Figure(figsize=(width, 3.5), dpi=100)
    draw(figure.add_subplot())
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return base64.b64encode(file.getvalue()).decode()


def sine(scale: float = 1.0, shift: float = 0.0, **style: Any) -> str:
    return drawn(lambda axes: axes.plot(X, scale * np.sin(X + shift), **style))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (sine(), sine()),
        (sine(), sine(scale=1.01)),
        (sine(), sine(shift=0.02)),
        (
            drawn(lambda ax: ax.bar([0, 1], [3.00, 5.00])),
            drawn(lambda ax: ax.bar([0, 1], [3.05, 4.98])),
        ),
        (drawn(lambda ax: ax.imshow([[0.1, 0.9]])), drawn(lambda ax: ax.imshow([[0.1, 0.9]]))),
    ],
)
def test_what_shifts_by_a_few_pixels_is_the_same_picture(a: str, b: str) -> None:
    assert same_picture(a, b)
    assert same_picture(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (sine(), sine(shift=1.0)),
        (sine(), drawn(lambda ax: ax.plot(X, np.cos(2 * X)))),
        (sine(linewidth=3, color="red"), sine(linewidth=3, color="blue")),
        (drawn(lambda ax: ax.bar([0, 1], [3, 5])), drawn(lambda ax: ax.bar([0, 1, 2], [3, 5, 4]))),
        (drawn(lambda ax: ax.imshow([[0.1, 0.9]])), drawn(lambda ax: ax.imshow([[0.9, 0.1]]))),
        (sine(), drawn(lambda ax: ax.plot(X, np.sin(X)), width=5.2)),
        (sine(), base64.b64encode(b"no picture").decode()),
    ],
)
def test_what_shows_something_else_is_another_picture(a: str, b: str) -> None:
    assert not same_picture(a, b)
    assert not same_picture(b, a)
