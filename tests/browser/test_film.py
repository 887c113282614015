"""A stored film plays in JupyterLab, in a notebook that nobody has run or trusted yet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.browser.desk import Desk, open_page

pytestmark = pytest.mark.browser

STEM, CELL = "ch18_video_convlstm", "the-question-experiment-2"


def test_a_stored_film_plays(notebooks: Path, address: str, checkout: Path) -> None:
    copy = notebooks / "film.ipynb"
    shutil.copyfile(checkout / "solutions" / f"{STEM}.ipynb", copy)
    with open_page() as page:
        film = Desk(page, address, copy).cell(CELL).locator(".jp-OutputArea-output img").first
        film.wait_for()
        film.scroll_into_view_if_needed()
        seen = set()
        for _ in range(12):  # frames of 0.4 s
            seen.add(film.screenshot())
            page.wait_for_timeout(200)
    assert len(seen) > 2
