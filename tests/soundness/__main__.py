"""`python -m tests.soundness [EXERCISE…]`: measure the checks and print the table."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from tqdm import tqdm

from course_utils.chapters import chapter, chapter_of_exercise
from course_utils.errors import UnknownNameError, UnrolledError
from tests.soundness.equivalents import read
from tests.soundness.measuring import FAST, FULL, measure
from tests.soundness.subjects import all_names
from tests.soundness.table import as_json, as_text
from tests.soundness.workers import Pool

_JSON = Path(__file__).resolve().parents[2] / "build" / "soundness.json"


def _chosen(names: tuple[str, ...]) -> list[str]:
    """Exercises by name, or all of a chapter's by the chapter's."""
    chosen: list[str] = []
    for name in names:
        try:
            chosen += chapter(name).exercises
        except UnknownNameError:
            chapter_of_exercise(name)
            chosen.append(name)
    return list(dict.fromkeys(chosen)) or all_names()


@click.command()
@click.argument("names", nargs=-1, metavar="[EXERCISE or CHAPTER]...")
@click.option("--fast", is_flag=True, help="Few seeds and a sample of the mutants.")
@click.option("--jobs", default=2, show_default=True, help="Processes that try answers.")
@click.option(
    "--json", "path", type=click.Path(path_type=Path), default=_JSON, help="Where the JSON goes."
)
def main(names: tuple[str, ...], fast: bool, jobs: int, path: Path) -> None:
    """Measure how sound the checks are; exit with 1 where something must be mended."""
    start = time.monotonic()
    try:
        with (
            Pool(jobs) as pool,
            tqdm(desc="soundness", unit="task", file=sys.stderr, smoothing=0.05) as bar,
        ):

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            plan = FAST if fast else FULL
            rows = measure(_chosen(names), plan, pool, read(), progress)
    except UnrolledError as error:
        raise click.ClickException(str(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(rows), "utf-8")
    print(as_text(rows))
    print(f"\n{time.monotonic() - start:.0f} s; all figures are in {path}")
    sys.exit(any(row.problems for row in rows))


if __name__ == "__main__":
    main()
