"""Take the README's pictures: a check that names the mistake, a class's report. `make picture`

Prints where they lie. The notebook is chapter 2's student copy, the class is the bank's answers to
that chapter with the check's own verdicts, the browser a real one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.desk import CHROMIUM, Desk, open_page
from tests.browser.serving import serve
from tests.grading.outputs.classroom import store, verdict

CHECKOUT = Path(__file__).resolve().parents[2]
CHECK = CHECKOUT / "assets" / "check-names-the-mistake.png"
REPORT = CHECKOUT / "assets" / "report-of-a-class.png"
NOTEBOOK = CHECKOUT / "notebooks" / "ch02_elman_cell.ipynb"
ANSWER = '''def elman_step(x, h, W_x, W_h, b):
    """One step of the Elman cell, by hand."""
    return np.tanh(x @ W_x + h @ W_h.T + b)'''
MARGIN = 6
STUDENTS = 60


def take_check(picture: Path) -> None:
    """Write a wrong answer, check it, unfold the first hint, and photograph both cells.

    Args:
        picture: the file to write.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, NOTEBOOK.name)
        shutil.copyfile(NOTEBOOK, copy)
        with serve(Path(folder)) as address, open_page(1000, 1000, sharpness=2) as page:
            chapter = Desk(page, address, copy)
            page.keyboard.press("ControlOrMeta+b")  # the list of files away
            chapter.run(next(name for name in chapter.ids if "setup" in name))
            chapter.write("elman_step", ANSWER)
            chapter.run("elman_step")
            card = chapter.run("elman_step_check")
            card.get_by_text("Where to look").click()
            chapter.cell("elman_step").locator(".jp-InputPrompt").click()
            page.mouse.move(5, 5)
            page.wait_for_timeout(1000)
            upper = chapter.cell("elman_step").bounding_box()
            lower = chapter.cell("elman_step_check").bounding_box()
            if upper is None or lower is None:
                raise LookupError("a cell is not drawn; make the page higher")
            top, bottom = upper["y"] - MARGIN, lower["y"] + lower["height"] + MARGIN
            picture.parent.mkdir(exist_ok=True)
            page.screenshot(
                path=picture,
                clip={
                    "x": upper["x"],
                    "y": top,
                    "width": upper["width"],
                    "height": bottom - top,
                },
            )


def take_report(picture: Path) -> None:
    """Photograph the first screen of the report on a class.

    Args:
        picture: the file to write.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = store(Path(folder), (verdict(f"student{number:02}") for number in range(STUDENTS)))
        unrolled = str(Path(sys.executable).with_name("unrolled"))
        subprocess.run([unrolled, "report", str(out)], check=True, stdout=subprocess.DEVNULL)
        with open_page(1000, 900, sharpness=2) as page:
            page.goto((out / "report.html").as_uri())
            page.screenshot(path=picture)


def main() -> int:
    """Take them; 1 where there is no Chromium."""
    if CHROMIUM is None:
        print("No Chromium here. Install it: apt install chromium", file=sys.stderr)
        return 1
    for take, picture in ((take_check, CHECK), (take_report, REPORT)):
        take(picture)
        print(picture.relative_to(CHECKOUT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
