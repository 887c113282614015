"""On JupyterLab's dark theme a figure is dark as well, and its colours stay what they mean."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread

from tests.browser.desk import Desk, open_page

pytestmark = pytest.mark.browser

#: What `start` shows, without loading TensorFlow; then a figure, blue all over but for its margin.
START = """
from IPython.display import HTML
from course_utils.plots import dark_theme
HTML(dark_theme.STYLE)
"""
FIGURE = """
import matplotlib.pyplot as plt
from course_utils.plots import palette
figure = plt.figure(figsize=(3, 2), facecolor="white")
figure.add_axes([0.25, 0.25, 0.5, 0.5], facecolor=palette.HIDDEN, xticks=[], yticks=[])
plt.show()
"""


def seen(picture: Any) -> tuple[np.ndarray, np.ndarray]:
    """The colours, 0 to 1, that the reader sees at the figure's corner and in its middle."""
    pixels = imread(io.BytesIO(picture.screenshot()))
    height, width = pixels.shape[:2]
    return pixels[5, 5, :3], pixels[height // 2, width // 2, :3]


def test_a_figure_turns_dark_with_the_page_and_blue_stays_blue(
    notebooks: Path, address: str
) -> None:
    path = notebooks / "dark.ipynb"
    cells = [
        nbformat.v4.new_code_cell(source, id=name)
        for name, source in (("start", START), ("figure", FIGURE))
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    with open_page() as page:
        desk = Desk(page, address, path)
        desk.run("start")
        picture = desk.run("figure").locator("img").first
        picture.wait_for()
        corner, _ = seen(picture)
        assert corner.min() > 0.95
        page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
        page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
        page.locator(".lm-Menu-itemLabel").get_by_text("JupyterLab Dark", exact=True).click()
        page.locator('body[data-jp-theme-light="false"]').wait_for(state="attached")
        page.wait_for_timeout(500)
        corner, middle = seen(picture)
        assert corner.max() < 0.2
        red, _, blue = middle
        assert blue > red + 0.2
