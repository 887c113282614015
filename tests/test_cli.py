"""The command `unrolled`: what it says, what it writes, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import course_utils
from course_utils import lab
from course_utils.cli import main
from course_utils.errors import SourceError


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_the_version_is_that_of_the_course() -> None:
    assert run("--version").output == f"unrolled, version {course_utils.__version__}\n"


def test_help_names_every_command_and_says_what_it_does() -> None:
    text = run("--help").output
    for name, command in main.commands.items():
        assert name in text
        assert command.help, name


def test_a_command_that_does_not_exist_is_refused() -> None:
    result = run("grad")
    assert result.exit_code == 2
    assert "grad" in result.output


def test_an_unknown_chapter_is_one_sentence_and_no_traceback() -> None:
    result = run("build", "ch99")
    assert result.exit_code == 1
    assert result.output.startswith("Error: There is no chapter named 'ch99'.")
    assert "Traceback" not in result.output


def test_a_fault_of_the_course_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    from course_utils import datasets

    def broken() -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(datasets, "entries", broken)
    assert isinstance(run("data", "list").exception, ZeroDivisionError)


def test_a_refused_chapter_is_shown_with_its_place_and_ends_in_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from course_utils import authoring
    from course_utils.authoring.building import Built

    problem = SourceError("solutions/ch02_elman_cell.py", 12, 3, "an answer is left; remove it")
    made = tmp_path / "notebooks" / "ch01_windows_and_baselines.ipynb"
    built = [
        Built("ch01_windows_and_baselines", written=(made,), executed=True, cells=9, seconds=4.0),
        Built("ch02_elman_cell", problem=problem),
    ]
    monkeypatch.setattr(authoring, "build", lambda *args, **kwargs: built)
    course(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run("build")
    assert result.exit_code == 1
    assert "solutions/ch02_elman_cell.py:12 (cell 3): an answer is left" in result.output
    assert "wrote notebooks/ch01_windows_and_baselines.ipynb" in result.output
    assert "Not built: ch02_elman_cell" in result.output


def course(folder: Path) -> None:
    (folder / "solutions").mkdir()
    (folder / "pyproject.toml").touch()


def test_build_works_from_any_folder_of_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from course_utils import authoring

    asked: dict[str, object] = {}
    monkeypatch.setattr(authoring, "build", lambda names, **rest: asked.update(rest) or [])
    course(tmp_path)
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert run("build", "--jobs", "3", "--fresh", "ch02").exit_code == 0
    assert asked == {"root": tmp_path, "jobs": 3, "fresh": True, "execute": True}


def test_build_check_fails_and_names_the_file_that_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from course_utils import authoring
    from course_utils.authoring.stale import Stale

    course(tmp_path)
    monkeypatch.chdir(tmp_path)
    stale = [Stale(Path("notebooks/ch01.ipynb"), "is not what the source gives")]
    monkeypatch.setattr(authoring, "check_student_copies", lambda root: stale)
    result = run("build", "--check")
    assert result.exit_code == 1
    assert "notebooks/ch01.ipynb: is not what the source gives" in result.output
    monkeypatch.setattr(authoring, "check_student_copies", lambda root: [])
    assert run("build", "--check").exit_code == 0


def test_data_list_names_every_data_set_with_its_licence() -> None:
    from course_utils import datasets

    text = run("data", "list").output
    for entry in datasets.entries():
        assert entry.name in text
        assert entry.licence in text


def test_data_where_gives_the_file_of_embedded_data() -> None:
    result = run("data", "where", "co2_weekly")
    assert result.exit_code == 0
    assert Path(result.output.strip()).is_file()


def test_data_where_without_a_name_gives_the_folder_of_downloads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))
    assert run("data", "where").output.strip() == str(tmp_path)


def test_data_where_says_how_to_get_what_is_not_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))
    result = run("data", "where", "shakespeare")
    assert result.exit_code == 1
    assert "unrolled data fetch shakespeare" in result.output


def test_data_fetch_of_an_unknown_name_offers_the_nearest() -> None:
    result = run("data", "fetch", "sunspots_yearl")
    assert result.exit_code == 1
    assert "sunspots_yearly" in result.output


def test_lab_says_how_to_install_jupyterlab_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    result = run("lab")
    assert result.exit_code == 1
    assert "make lab" in result.output
