"""A student's hands on one notebook in JupyterLab: find a cell, type, run, look, click, save."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nbformat

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["CHROMIUM", "Desk", "open_page"]

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_SECONDS = 1000  # milliseconds in one


@contextmanager
def open_page(width: int = 1200, height: int = 900, sharpness: float = 1) -> Iterator[Page]:
    """A fresh Chromium with a fresh profile, and an empty page in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=sharpness
        )
        try:
            yield context.new_page()
        finally:
            browser.close()


class Desk:
    """One notebook, open in JupyterLab.

    Args:
        page: an empty page.
        address: of the server, with its token.
        path: the notebook's file, in the folder that the server shows.
    """

    def __init__(self, page: Page, address: str, path: Path) -> None:
        self.page, self.path = page, path
        self.ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
        parts = urlsplit(address)
        own = f"/lab/workspaces/{path.stem}/tree/{path.name}"  # no tab of another test comes back
        page.goto(f"{parts.scheme}://{parts.netloc}{own}?{parts.query}")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90 * _SECONDS)
        self.wait_until_idle()

    def wait_until_idle(self, seconds: float = 120, calm: float = 0) -> None:
        """Wait until the kernel has had nothing to do for `calm` seconds: between two cells it is
        idle as well."""
        idle = self.page.locator("#jp-main-statusbar").get_by_text(re.compile(r"\| Idle$"))
        idle.wait_for(timeout=seconds * _SECONDS)
        quiet, left = 0.0, seconds
        while quiet < calm and left > 0:
            self.page.wait_for_timeout(250)
            left -= 0.25
            quiet = quiet + 0.25 if idle.count() else 0.0
        if quiet < calm:
            raise TimeoutError(f"the kernel was still busy after {seconds} s")

    def cell(self, name: str) -> Locator:
        """The cell with this id, scrolled into view: JupyterLab only draws what is near."""
        index = self.ids.index(name)
        cell = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')
        self._scroll_towards(cell, index)
        cell.scroll_into_view_if_needed()
        return cell

    def _scroll_towards(self, cell: Locator, index: int) -> None:
        drawn = self.page.locator(".jp-Notebook .jp-Cell[data-windowed-list-index]")
        for _ in range(200):
            if cell.count():
                return
            shown = drawn.evaluate_all("all => all.map(e => +e.dataset.windowedListIndex)")
            down = not shown or index > max(shown)
            self.page.locator(".jp-Notebook").hover(position={"x": 5, "y": 5})
            self.page.mouse.wheel(0, 500 if down else -500)
            self.page.wait_for_timeout(50)
        raise LookupError(f"cell {index} of {self.path.name} was never drawn")

    def write(self, name: str, source: str) -> None:
        """Replace what stands in a cell by what is typed."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def run(self, name: str, seconds: float = 120) -> Locator:
        """Run a cell and wait for its end; gives its outputs."""
        cell = self.cell(name)
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.text_content() or ""
        cell.locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Control+Enter")
        done = re.compile(r"\[\d+\]:")
        deadline = seconds * _SECONDS
        while deadline > 0:
            now = prompt.text_content() or ""
            if done.search(now) and now != before:
                break
            self.page.wait_for_timeout(100)
            deadline -= 100
        else:
            raise TimeoutError(f"cell {name} did not end within {seconds} s")
        return cell.locator(".jp-OutputArea-output")

    def run_all(self, seconds: float = 300) -> None:
        """The menu's Run All Cells, to the end."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_timeout(2 * _SECONDS)
        self.wait_until_idle(seconds, calm=4)

    def saved(self) -> nbformat.NotebookNode:
        """Save with the keyboard; gives what stands in the file then."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("ControlOrMeta+s")
        for _ in range(100):
            self.page.wait_for_timeout(100)
            if self.path.stat().st_mtime_ns != before:
                return nbformat.read(self.path, as_version=4)
        raise TimeoutError(f"{self.path.name} was not saved")
