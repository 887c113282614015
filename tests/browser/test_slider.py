"""The slider below a figure: in a live notebook it redraws the picture that stands above it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.browser.desk import Desk, open_page

pytestmark = pytest.mark.browser

#: The tests run quietly, and a quiet notebook has no widgets: this one is a student's.
SOURCE = """
import os
os.environ.pop("UNROLLED_QUIET", None)
import matplotlib.pyplot as plt
from course_utils.plots.interactive import slider

def draw(value):
    figure, ax = plt.subplots(figsize=(2, 1))
    ax.bar([0], [value])
    ax.set_ylim(0, 3)
    return figure

slider(draw, [1, 2, 3], start=1, label="height")
"""


def test_the_slider_redraws_its_picture(notebooks: Path, address: str) -> None:
    path = notebooks / "slider.ipynb"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(SOURCE, id="slider")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, path)
    with open_page() as page:
        desk = Desk(page, address, path)
        outputs = desk.run("slider")
        picture = outputs.locator("img").first
        picture.wait_for()
        before = picture.get_attribute("src")
        track = page.locator(".jp-OutputArea-output .noUi-target")
        track.wait_for(state="attached")
        place = track.bounding_box()
        assert place is not None
        page.mouse.click(place["x"] + place["width"] - 2, place["y"] + place["height"] / 2)
        page.wait_for_function(
            "before => [...document.querySelectorAll('.jp-OutputArea-output img')]"
            ".some(img => img.src && img.src !== before)",
            arg=before,
        )
        assert outputs.locator("img").count() == 1
