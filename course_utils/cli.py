"""The command `unrolled`: open the course, build it, grade with it, look after data and machine.

Every command imports what it needs when it is called, so that `unrolled --help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import course_utils
from course_utils.errors import UnrolledError

__all__ = ["main"]


class _Course(click.Group):
    """A group whose commands end in one clean sentence where the course itself raises."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnrolledError as error:
            from course_utils.grading.intake.naming import shown  # may tell a student's file

            raise click.ClickException(shown(str(error))) from error


@click.group(cls=_Course, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(course_utils.__version__, prog_name="unrolled")
def main() -> None:
    """Unrolled: a graded notebook course on recurrent networks."""


@main.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--port", default=8888, show_default=True, type=click.IntRange(0, 65535))
@click.option("--ip", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--browser", default="yes", show_default=True, help="yes, no, or the name of a browser."
)
def lab(folder: Path | None, port: int, ip: str, browser: str) -> None:
    """Open JupyterLab on the chapters, or on FOLDER.

    A taken port gives way to the next free one; port 0 takes any.
    """
    from course_utils import lab as laboratory

    start = laboratory.prepare(folder, port=port, ip=ip, browser=browser)
    if port not in (0, start.port):
        click.echo(f"Port {port} is taken; using {start.port}.")
    click.echo(f"The chapters are in {start.folder}")
    click.echo(f"JupyterLab is at {start.address}")
    click.echo("To stop it, press Ctrl-C twice.")
    start.run()


@main.command()
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@click.option("--jobs", "-j", type=click.IntRange(1), help="Chapters at a time; all cores.")
@click.option("--fresh", is_flag=True, help="Store new outputs even where the old ones agree.")
@click.option("--no-run", is_flag=True, help="Run nothing: write student copies and the claims.")
@click.option("--check", is_flag=True, help="Write nothing: say what is not as the sources give.")
def build(
    chapters: tuple[str, ...], jobs: int | None, fresh: bool, no_run: bool, check: bool
) -> None:
    """Build chapters (ch02, 2, or the whole stem): solution, then student copy. All if none."""
    if check and (chapters or fresh or no_run):
        raise click.UsageError("--check looks at the whole course; leave the rest out.")
    from course_utils import authoring

    root = _checkout()
    if check:
        stale = authoring.check_student_copies(root)
        for file in stale:
            click.echo(str(file), err=True)
        if stale:
            raise click.ClickException(f"{len(stale)} files are not what the sources give.")
        click.echo("Every notebook is what its source gives.")
        return
    built = authoring.build(chapters or None, root=root, jobs=jobs, fresh=fresh, execute=not no_run)
    for each in built:
        _report(each, root)
    if failed := [each.stem for each in built if each.problem or each.stale]:
        raise click.ClickException(f"Not built: {', '.join(failed)}.")


def _report(built: Any, root: Path) -> None:
    """One chapter's line, and the files that are new."""
    if built.problem:
        click.echo(f"{built.stem}: refused\n  {built.problem}", err=True)
        return
    if built.stale:
        click.echo(f"{built.stem}: its code has changed; build it without --no-run", err=True)
        return
    line = f"{built.stem}: {built.cells} code cells, {built.kept} outputs as before"
    if built.executed:
        cell, seconds = built.slowest
        line += f", {built.seconds:.0f} s"
        line += f" (slowest cell {cell}: {seconds:.1f} s)" if cell else ""
    click.echo(line)
    for path in built.written:
        click.echo(f"  wrote {path.relative_to(root)}")


def _checkout() -> Path:
    """The checkout: of the working folder, else the one that the package lies in."""
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (folder / "pyproject.toml").is_file() and (folder / "solutions").is_dir():
            return folder
    raise click.ClickException(
        f"{here} is no checkout of the course: pyproject.toml and solutions/ are missing. "
        "Building needs the sources: clone the repository and run this inside it."
    )


@main.group()
def data() -> None:
    """The course's data: what there is, where it lies, and how to get the rest."""


@data.command("list")
def list_data() -> None:
    """Every data set, whether it is here, its size and licence."""
    from course_utils import datasets

    for entry in datasets.entries():
        size = f"{entry.bytes / 1e6:.2f} MB"
        click.echo(f"{entry.name:<20} {datasets.status(entry.name):<10} {size:>9}  {entry.about}")
        click.echo(f"{'':<20} {entry.licence}")


@data.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def fetch(names: tuple[str, ...]) -> None:
    """Download data sets, verify them, and say where they lie."""
    from course_utils import datasets

    for name in names:
        click.echo(f"{name}: {datasets.fetch(name)}")


@data.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def where(names: tuple[str, ...]) -> None:
    """The file of each NAME that is here; without a name, the folder of downloads."""
    from course_utils import datasets

    if not names:
        click.echo(datasets.cache_folder())
    missing = [name for name in names if datasets.status(name) in ("not there", "corrupt")]
    for name in names:
        if name not in missing:
            click.echo(datasets.fetch(name))
    if missing:
        raise click.ClickException(
            f"Not here: {', '.join(missing)}. Run `unrolled data fetch {' '.join(missing)}`."
        )


def _outputs(command: Any) -> Any:
    """The options of what is written from the verdicts."""
    for option in (
        click.option("--no-feedback", is_flag=True, help="Write no pages for the students."),
        click.option(
            "--roster",
            "rosters",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Canvas's exported gradebook or Moodle's worksheet, to fill in; who handed in "
            "nothing is named. May be repeated.",
        ),
        click.option(
            "--gradebook", metavar="DB", help="nbgrader's gradebook.db to bring up to date."
        ),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("submissions", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where all goes."
)
@click.option("--jobs", "-j", type=click.IntRange(1), help="Notebooks at a time; all cores.")
@click.option("--dask", metavar="ADDRESS", help="Send the work to this Dask scheduler instead.")
@click.option(
    "--secret",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that the cases are drawn from; made if it is not there.  [OUT/.secret]",
)
@click.option("--chapter", "only", metavar="CHAPTER", help="Grade this chapter alone.")
@click.option("--regrade", is_flag=True, help="Grade also what has a verdict already.")
@click.option("--dry-run", is_flag=True, help="Say what would be graded, and write nothing.")
@click.option(
    "--memory", default=2048, show_default=True, type=click.IntRange(64), help="MB for one answer."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines.")
@click.option("--no-sandbox", is_flag=True, help="Run the students' code unprotected. Do not.")
@_outputs
@click.pass_context
def grade(
    ctx: click.Context,
    submissions: Path,
    out: Path,
    jobs: int | None,
    dask: str | None,
    secret: Path | None,
    only: str | None,
    regrade: bool,
    dry_run: bool,
    memory: int,
    as_json: bool,
    no_sandbox: bool,
    gradebook: str | None,
    rosters: tuple[Path, ...],
    no_feedback: bool,
) -> None:
    """Grade a class: marks, feedback and an overview from SUBMISSIONS into OUT.

    SUBMISSIONS is nbgrader's course folder, a folder of notebooks, or a zip from Moodle, Canvas,
    Brightspace or Blackboard.
    What was understood (students, chapters, files left aside) is printed first; where it is not
    clear who the students are, nothing is graded. What has a verdict already is left as it is, so
    that a run that was cut short goes on. Of several copies by one student all are graded, four at
    most, and the best counts. A later hand-in never takes the place of a better mark, unless its
    chapter is asked for with --chapter.

    \b
    Exit codes: 0 all graded; 1 the work could not be done; 2 wrong options;
    3 done, but some files could not be graded; 130 stopped with Ctrl-C.
    """
    if jobs and dask:
        raise click.UsageError("--jobs and --dask exclude each other.")
    import os
    import sys

    from course_utils.grading.command import GradeOptions, run_grade
    from course_utils.grading.outputs.write import write_outputs
    from course_utils.grading.saying import say

    options = GradeOptions(
        submissions,
        out,
        jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or 1,
        dask,
        secret,
        not no_sandbox,
        only,
        regrade,
        memory,
        as_json,
        dry_run,
    )
    try:
        tally = run_grade(options, sys.stdout)
    except KeyboardInterrupt:
        click.echo(f"Stopped. What was graded is kept in {out}: run it again to go on.", err=True)
        ctx.exit(130)
    if dry_run:
        ctx.exit(3 if tally.problems else 0)
    written = write_outputs(out, nbgrader_db=gradebook, rosters=rosters, feedback=not no_feedback)
    for name, problem in tally.problems[:20]:
        say(f"Not graded: {name}: {problem}", sys.stderr)
    if len(tally.problems) > 20:
        say(f"… and {len(tally.problems) - 20} more: see report.html.", sys.stderr)
    for sentence in tally.better[:20]:
        say(sentence, sys.stderr)
    if len(tally.better) > 20:
        say(f"… and {len(tally.better) - 20} more: see the remarks in report.html.", sys.stderr)
    if not as_json:
        say(
            f"{tally.found} submissions: {tally.graded} graded, {tally.kept} as before, "
            f"{len(tally.problems)} with a problem."
        )
        _say_written(written)
    ctx.exit(3 if tally.problems else 0)


@main.command()
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_outputs
@click.pass_context
def report(
    ctx: click.Context,
    out: Path,
    gradebook: str | None,
    rosters: tuple[Path, ...],
    no_feedback: bool,
) -> None:
    """Write marks, feedback and the overview anew from the verdicts in OUT; grades nothing."""
    from course_utils.grading.outputs.write import write_outputs

    written = write_outputs(out, nbgrader_db=gradebook, rosters=rosters, feedback=not no_feedback)
    _say_written(written)
    ctx.exit(0)


def _say_written(written: Any) -> None:
    """Where everything is, and what the instructor has to know of it."""
    import sys

    from course_utils.grading.saying import say

    for sentence in written.remarks:
        say(sentence, sys.stderr)
    for path in written.files:
        say(f"  {path}")


@main.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--chapter", "only", metavar="CHAPTER", help="Which chapter it is, if it is unclear.")
@click.pass_context
def check(ctx: click.Context, notebook: Path, only: str | None) -> None:
    """Check your own NOTEBOOK: what its check cells would say, without running its experiments.

    \b
    Exit codes: 0 all right; 1 it cannot be checked; 3 something is not right yet.
    """
    from course_utils.grading.command import check_notebook

    results = check_notebook(notebook, only, lambda result: click.echo(f"{result}\n"))
    points, most = (sum(getattr(r, what) for r in results) for what in ("points", "max_points"))
    click.echo(f"{points:g} of {most:g} points")
    ctx.exit(0 if all(result.passed for result in results) else 3)


@main.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say whether this machine can run the course, and what to do where it cannot."""
    from course_utils.doctor import examine

    marks = {"good": "ok  ", "note": "note", "bad": "BAD "}
    bad = 0
    for finding in examine():
        bad += finding.state == "bad"
        click.echo(f"{marks[finding.state]}  {finding.about:<12} {finding.detail}")
        if finding.advice:
            click.echo(f"      {'':<12} → {finding.advice}")
    click.echo("Ready." if not bad else f"{bad} to mend: follow the arrows.")
    ctx.exit(1 if bad else 0)
