"""Source → executed solution → student copy."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_utils import chapters as course
from course_utils.authoring import QUIET_ENVIRONMENT, build, check_student_copies
from course_utils.authoring.chapter import read_draft, run_draft
from course_utils.authoring.settings import Settings
from course_utils.chapters import Chapter
from course_utils.errors import AuthorError, SourceError, UnknownNameError


def bytes_of(toy: Any) -> dict[str, bytes]:
    return {
        str(path.relative_to(toy.root)): path.read_bytes()
        for path in sorted(toy.root.rglob("*"))
        if path.suffix in (".ipynb", ".cfg", ".md")
    }


def cell(path: Path, name: str) -> Any:
    return next(each for each in nbformat.read(path, 4).cells if each.id == name)


def test_a_build_leaves_a_solution_a_student_copy_the_sanitizer_and_the_book(
    built_toy: Any,
) -> None:
    assert list(bytes_of(built_toy)) == [
        "CLAIMS.md",
        "notebooks/ch91_toy.ipynb",
        "solutions/ch91_toy.ipynb",
        "solutions/sanitize.cfg",
    ]


def test_building_twice_gives_the_same_bytes_though_numbers_and_pictures_vary(
    built_toy: Any,
) -> None:
    before = bytes_of(built_toy)
    (result,) = build(["ch91"], root=built_toy.root, progress=False)
    assert result.problem is None
    assert result.written == ()
    assert result.kept == result.cells == 10
    assert bytes_of(built_toy) == before


def test_a_fresh_build_stores_the_new_numbers(built_toy: Any) -> None:
    before = cell(built_toy.solution, "doubling-experiment-1").outputs
    (result,) = build(None, root=built_toy.root, fresh=True, progress=False)
    assert result.kept == 0
    assert cell(built_toy.solution, "doubling-experiment-1").outputs != before


def test_a_built_course_has_nothing_stale(built_toy: Any) -> None:
    assert check_student_copies(built_toy.root) == []


def test_the_solution_is_executed_in_order(built_toy: Any) -> None:
    code = [c for c in nbformat.read(built_toy.solution, 4).cells if c.cell_type == "code"]
    assert [each.execution_count for each in code] == list(range(1, len(code) + 1))


def test_the_solution_holds_full_marks(built_toy: Any) -> None:
    (stream, result) = cell(built_toy.solution, "double_check").outputs
    assert stream.text == "right\n"
    assert result.data["text/plain"] == "2.0"


def test_the_student_copy_has_stubs_and_no_outputs(built_toy: Any) -> None:
    student = nbformat.read(built_toy.student, 4)
    assert all(not c.outputs and c.execution_count is None for c in student.cells if "outputs" in c)
    assert cell(built_toy.student, "double").source == (
        'def double(number):\n    """Twice the number."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert "number + number" not in built_toy.student.read_text()


def test_badge_and_install_come_from_the_one_setting(built_toy: Any) -> None:
    badge = (
        "https://colab.research.google.com/github/someone/toys/blob/main/notebooks/ch91_toy.ipynb"
    )
    for path in (built_toy.student, built_toy.solution):
        assert badge in cell(path, "a-toy-text-1").source
        assert cell(path, "a-toy-setup-1").source.startswith(
            'import sys\n\nif "google.colab" in sys.modules:\n'
            "    %pip install -q git+https://github.com/someone/toys\n"
        )


def test_no_version_time_or_path_stands_in_the_notebooks(built_toy: Any) -> None:
    for path in (built_toy.student, built_toy.solution):
        text = path.read_text()
        metadata = json.loads(text)["metadata"]
        assert "version" not in metadata["language_info"]
        assert "iopub" not in text
        assert str(built_toy.root) not in text


def test_picture_files_keep_no_text_of_their_own(built_toy: Any) -> None:
    (picture,) = cell(built_toy.solution, "doubling-experiment-2").outputs
    assert b"tEXt" not in base64.b64decode(picture.data["image/png"])


def test_the_book_of_claims_has_a_section_for_the_card(built_toy: Any) -> None:
    book = (built_toy.root / "CLAIMS.md").read_text()
    assert "1 claim: 1 supported." in book
    assert "| [Toys \\| toys double](#c1) | supported | 91 |" in book
    section = book.split("## Supported")[1]
    assert '<a id="c1"></a>' in section
    assert "**Supported.** Every condition holds." in section
    assert "(notebooks/ch91_toy.ipynb)" in section
    assert "![ratio: ≈ 2." in section and "control, half: ≈ 0.5" in section
    folded = section.split("<details>")[1]
    for part in ("Supported if ratio is above 1.", "toys that halve", "*ratio*: big over small"):
        assert part in folded


def test_the_pictures_of_the_book_are_those_of_the_solution(toy: Any) -> None:
    toy.edit('card("C1"', 'figure(1)\ncard("C1"')
    build(None, root=toy.root, progress=False)
    folder = toy.root / "solutions" / "claims"
    assert sorted(path.name for path in folder.iterdir()) == ["C1.png", "C1.svg"]
    picture, _ = cell(toy.solution, "halving-experiment-1").outputs
    assert (folder / "C1.png").read_bytes() == base64.b64decode(picture.data["image/png"])
    strips = (folder / "C1.svg").read_text()
    assert strips.count("<circle") == 2 and strips.count('class="asked"') == 1
    assert "control: half" in strips
    book = (toy.root / "CLAIMS.md").read_text()
    assert "![The figure of chapter 91](solutions/claims/C1.png)" in book


def test_a_figure_far_above_a_card_is_not_its_figure(built_toy: Any) -> None:
    folder = built_toy.root / "solutions" / "claims"
    assert [path.name for path in folder.iterdir()] == ["C1.svg"]


def test_a_picture_of_a_claim_that_is_gone_is_removed(toy: Any) -> None:
    left = toy.root / "solutions" / "claims" / "C90.svg"
    left.parent.mkdir(parents=True)
    left.write_text("old")
    build(None, root=toy.root, progress=False)
    assert not left.exists()


def test_a_claim_that_means_two_things_has_two_cards_in_the_book(toy: Any) -> None:
    toy.edit('card("C1"', 'card("C1", 1, "Toys double in weight")\ncard("C1"')
    (result,) = build(None, root=toy.root, progress=False)
    assert result.problem is None
    book = (toy.root / "CLAIMS.md").read_text()
    assert "2 claims: 2 supported." in book
    assert "Toys double in weight" in book and 'id="c1-2"' in book
    assert (toy.root / "solutions" / "claims" / "C1-2.svg").exists()


def test_more_than_four_whole_cards_are_refused(toy: Any) -> None:
    more = "".join(f'card("C1", 1, "Statement {k}")\n' for k in range(4))
    toy.edit('card("C1"', f'{more}card("C1"')
    (result,) = build(None, root=toy.root, progress=False)
    assert "5 whole cards of claims; show at most 4" in str(result.problem)


@pytest.mark.slow
def test_strict_nbval_passes_on_a_build_though_its_numbers_vary(built_toy: Any) -> None:
    pytest.importorskip("nbval")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
    rules = ["--nbval-sanitize-with", str(built_toy.root / "solutions" / "sanitize.cfg")]
    done = subprocess.run(
        [*command, *rules, f"--rootdir={built_toy.root}", str(built_toy.solution)],
        env={**os.environ, **QUIET_ENVIRONMENT, "PYTHONPATH": str(built_toy.root)},
        cwd=built_toy.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("choice = None", "1 / 0", "this cell raised ZeroDivisionError"),
        ("choice = None", "import os\nos._exit(1)", "kernel died"),
        ("choice = None", "import sys\nprint('oh', file=sys.stderr)", "stderr.*oh"),
        ("choice = None", "object()", "memory address"),
        ("choice = None", "import toy\ntoy.__file__", "the checkout's path"),
        ("choice = None", "print('a' * 3_100_000)", "3.1 MB.*'halving-predict-1'"),
        ('card("C1", random.random())', "pass", "claim C1.*no card"),
        ('card("C1"', 'card("C3", 1)\ncard("C1"', "card of C3"),
        ('card("C1"', 'card("C1", 1)\ncard("C1"', "C1 has 2 cards that state the same"),
    ],
)
def test_a_bad_run_is_refused_and_writes_nothing(
    toy: Any, old: str, new: str, problem: str
) -> None:
    toy.edit(old, new)
    (result,) = build(None, root=toy.root, progress=False)
    assert isinstance(result.problem, SourceError)
    with pytest.raises(SourceError, match=problem):
        raise result.problem
    assert result.problem.path == toy.source
    if old == "choice = None" and "MB" not in problem:
        header = toy.source.read_text().splitlines().index('# %% tags=["predict"]') + 1
        assert result.problem.line == header
    assert not toy.solution.exists()
    assert not toy.student.exists()


def test_a_notebook_with_cells_that_were_not_run_is_refused(
    toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_utils.authoring.chapter.execute", lambda *_, **__: {})
    (result,) = build(None, root=toy.root, progress=False)
    assert "this cell was not run" in str(result.problem)
    assert not toy.solution.exists()


def test_a_run_that_is_stopped_begins_no_further_cell(
    toy: Any, chapter: Chapter, settings: Settings
) -> None:
    draft = read_draft(chapter, toy.root, settings)
    done: list[None] = []
    with pytest.raises(SourceError, match=r"cell 3\): stopped before this cell"):
        run_draft(
            draft,
            toy.root,
            stored=None,
            on_cell=lambda: done.append(None),
            stopped=lambda: bool(done),
        )
    assert len(done) == 1


def test_a_cell_may_raise_where_its_tag_says_so_and_bars_are_not_stored(toy: Any) -> None:
    toy.edit(
        '# %% tags=["predict"]\nchoice = None', '# %% tags=["predict", "raises-exception"]\n1 / 0'
    )
    toy.edit(
        "figure(random.random())",
        "from tqdm import tqdm\n"
        "for each in tqdm(range(3), desc='seeds', mininterval=0):\n    pass\n"
        "bar = tqdm(unit='step')\nbar.update(7)\nbar.close()",
    )
    (result,) = build(None, root=toy.root, progress=False)
    assert result.problem is None
    (error,) = cell(toy.solution, "halving-predict-1").outputs
    assert error.traceback == ["ZeroDivisionError: division by zero"]
    assert cell(toy.solution, "doubling-experiment-2").outputs == []


def test_one_bad_chapter_does_not_lose_the_others(
    toy: Any, chapter: Chapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Chapter("ch92_missing", "Missing", "Never written.", 5, 1, (), ("triple",), (), ())
    monkeypatch.setattr(course, "CHAPTERS", (other, chapter))
    missing, good = build(None, root=toy.root, jobs=2, progress=False)
    assert isinstance(missing.problem, SourceError)
    assert "does not exist" in str(missing.problem)
    assert good.problem is None
    assert toy.student.exists()
    assert not (toy.root / "CLAIMS.md").exists()


def test_without_execution_prose_reaches_both_notebooks_and_outputs_stay(
    built_toy: Any, tmp_path: Path
) -> None:
    import shutil

    root = tmp_path / "copy"
    shutil.copytree(built_toy.root, root)
    toy = type(built_toy)(root)
    outputs = cell(toy.solution, "doubling-experiment-1").outputs
    toy.edit("# Two of a kind.", "# A pair.")
    (result,) = build(None, root=root, execute=False)
    assert not result.stale
    assert not result.executed
    assert "A pair." in cell(toy.student, "doubling-text-1").source
    assert "A pair." in cell(toy.solution, "doubling-text-1").source
    assert cell(toy.solution, "doubling-experiment-1").outputs == outputs

    toy.edit("choice = None", 'choice = "a"')
    (result,) = build(None, root=root, execute=False)
    assert result.stale
    assert cell(toy.solution, "halving-predict-1").source == "choice = None"
    assert [stale.path for stale in check_student_copies(root)] == [
        Path("solutions/ch91_toy.ipynb")
    ]


def test_an_unknown_chapter_is_named(toy: Any) -> None:
    with pytest.raises(UnknownNameError, match="ch99"):
        build(["ch99"], root=toy.root)


def test_a_missing_exercise_file_is_named(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "course_utils.oracles.ch91_toy.halver")
    (result,) = build(None, root=toy.root)
    assert "course_utils/oracles/ch91_toy/halver.py does not exist" in str(result.problem)


@pytest.mark.parametrize("text", ["", "[tool.unrolled]\nrepository = 'nowhere'\n", "a = \n"])
def test_a_missing_or_bad_setting_says_what_to_write(toy: Any, text: str) -> None:
    (toy.root / "pyproject.toml").write_text(text)
    with pytest.raises(AuthorError, match=r"pyproject\.toml"):
        build(None, root=toy.root)
