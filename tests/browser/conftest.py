"""One JupyterLab for all browser tests; a fresh browser and a fresh copy of chapter 2 for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.browser.desk import CHROMIUM, Desk, open_page
from tests.browser.serving import serve


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab shows."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: .ci/run installs it, or: apt install chromium")
    if find_spec("playwright") is None:
        pytest.skip("no playwright: make setup installs it")
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def address(notebooks: Path) -> Iterator[str]:
    """The address of the server, as `unrolled lab` prints it."""
    with serve(notebooks) as address:
        yield address


@pytest.fixture
def desk(notebooks: Path, address: str, checkout: Path) -> Iterator[Callable[[str], Desk]]:
    """Opens a fresh copy of a chapter's student notebook."""
    with open_page() as page:

        def opened(stem: str) -> Desk:
            copy = notebooks / f"{stem}_{len(list(notebooks.iterdir()))}.ipynb"
            shutil.copyfile(checkout / "notebooks" / f"{stem}.ipynb", copy)
            return Desk(page, address, copy)

        yield opened
