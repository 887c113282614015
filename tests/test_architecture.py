"""Which room may know which, held against the real imports; and the habits every file keeps."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_utils.chapters import CHAPTERS, Chapter
from course_utils.checking.registry import exercise_file
from course_utils.grading.inside.sandbox_spec import HIDDEN
from course_utils.grading.judge.version import deciding_files
from tests.imports import PACKAGE, course_files, imported, module_name, outside_packages

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BASE = {"errors", "chapters", "lectures", "notebook", "progress", "quiet"}
ASKED = {  # what probes are made of
    "checking.cells",
    "checking.probing",
    "checking.types",
    "checking.video_networks",
}
#: What runs an answer: the part of `checking` that judges nothing.
RUNNING = {
    "checking.detect_ready_operations",
    "checking.executed_operations",
    "checking.limits",
    "checking.probe_registry",
    "checking.probing",
    "checking.ready_operations",
    "checking.running",
    "checking.surroundings",
    "checking.types",
}
HANDED_ON = {"grading.types", "grading.atomic_write"}

#: room → the modules and rooms it may import, beside itself; the grader's rooms are its folders.
MAY_KNOW: dict[str, set[str]] = {
    "": set(),
    "errors": set(),
    "chapters": {"errors"},
    "lectures": set(),
    "notebook": set(),
    "progress": set(),
    "quiet": set(),
    "cards": set(),
    "datasets": BASE,
    "recurrent": BASE,
    "experiments": BASE | {"datasets", "recurrent", "plots", "claims"},
    "plots": BASE,
    "claims": BASE | {"cards"},
    "checking": BASE | {"cards"},
    "probes": ASKED,
    "oracles": ASKED | {"checking.probe_registry"},
    "authoring": BASE | {"checking.registry", "claims.approximate", "claims.card", "claims.record"},
    "grading": BASE | {"", "cards", "checking"},
    "grading.intake": BASE | HANDED_ON,
    "grading.inside": BASE | RUNNING | {"probes"},
    "grading.judge": BASE | HANDED_ON | {"", "checking", "grading.inside", "grading.intake"},
    "grading.outputs": BASE
    | HANDED_ON
    | {"cards", "checking.types", "grading.intake", "grading.judge.store"},
    "grading.jupyter": BASE | {"grading.inside"},
    "start": BASE | {"cards", "checking.surroundings", "plots"},
    "lab": BASE,
    "doctor": BASE | {"datasets", "grading", ""},
    "cli": BASE | {"", "authoring", "checking", "claims", "datasets", "doctor", "grading", "lab"},
}


def room_of(module: str) -> str:
    """The room of the table that a module is in: the innermost."""
    top, _, rest = module.partition(".")
    inner = f"{top}.{rest.partition('.')[0]}"
    return inner if inner in MAY_KNOW else top


def knows(module: str, target: str) -> bool:
    """Whether the table lets `module` import `target`."""
    room = room_of(module)
    if f"{target}.".startswith(f"{room}.") or target == room:
        return True
    return any(
        target == allowed or (allowed != "" and target.startswith(f"{allowed}."))
        for allowed in MAY_KNOW[room]
    )


def test_every_room_stands_in_the_table() -> None:
    rooms = {module_name(path).partition(".")[0] for path in course_files()}
    assert rooms == {room for room in MAY_KNOW if "." not in room}


def test_every_folder_of_the_grader_stands_in_the_table() -> None:
    folders = {
        f"grading.{path.parent.name}" for path in (PACKAGE / "grading").glob("*/__init__.py")
    }
    assert folders == {room for room in MAY_KNOW if room.startswith("grading.")}


@pytest.mark.parametrize("room", sorted(MAY_KNOW))
def test_a_room_imports_only_what_it_may_know(room: str) -> None:
    forbidden = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {target or 'course_utils itself'}"
        for path in course_files()
        if room_of(module_name(path)) == room
        for line, target in imported(path)
        if not knows(module_name(path), target)
    ]
    assert not forbidden


def test_the_table_forbids_oracles_to_probes_and_recurrent_to_both() -> None:
    assert not knows("probes.cell", "oracles.cells")
    assert not knows("probes.cell", "recurrent")
    assert not knows("oracles.ch02_elman_cell.shared", "recurrent")
    assert not knows("oracles.ch02_elman_cell.shared", "probes.elman_steps")
    assert not knows("probes.cell", "checking.judging")
    assert not knows("authoring.chapter", "oracles.ch02_elman_cell")


def test_the_table_forbids_the_inside_of_the_grader_what_judges() -> None:
    for judging in ("oracles", "checking.judging", "grading.judge.secret", "grading.judge.judging"):
        assert not knows("grading.inside.child", judging)
    assert knows("grading.inside.child", "grading.inside.wire")
    assert knows("grading.judge.judging", "grading.inside.wire")
    assert not knows("grading.outputs.report", "grading.judge.judging")


def reached_from(*rooms: str) -> set[str]:
    """The modules of these rooms, and all that they import, by whatever way."""
    files = {module_name(path): path for path in course_files()}
    reached = {name for name in files if f"{name}.".startswith(tuple(f"{r}." for r in rooms))}
    left = list(reached)
    while left:
        for _, target in imported(files[left.pop()]):
            if target in files and target not in reached:
                reached.add(target)
                left.append(target)
    return reached


def test_the_inside_of_the_grader_reaches_nothing_that_judges() -> None:
    reached = reached_from("grading.inside")
    assert "checking.running" in reached
    judging = ("oracles", "checking.judging", "checking.comparing", "checking.diagnosing")
    around = ("grading.intake", "grading.judge", "grading.outputs", "grading.jupyter", "cli")
    assert not [name for name in reached if name.startswith((*judging, *around))]


def test_what_a_sandbox_hides_is_what_judges_and_nothing_open_needs_it() -> None:
    """But for the student's own check, which finds the oracles by name."""
    open_rooms = (
        {name for name in MAY_KNOW if name and "." not in name} - HIDDEN - {"cli", "doctor"}
    )
    assert {"oracles", "grading"} <= HIDDEN
    reached = {name.partition(".")[0] for name in reached_from(*open_rooms)}
    assert not reached & HIDDEN


def test_what_decides_a_result_counts_for_the_courses_version() -> None:
    counted = {module_name(path) for path in deciding_files(PACKAGE)}
    deciding = reached_from("grading.inside", "grading.judge.judging", "probes", "oracles")
    assert (
        {"checking.detect_ready_operations", "grading.inside.block_ready_operations"}
        <= deciding
        <= counted
    )


def test_a_lazy_import_is_seen_and_one_for_types_is_not(tmp_path: Path) -> None:
    top = tmp_path / "course_utils"
    (top / "plots").mkdir(parents=True)
    file = top / "lazy.py"
    file.write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n"
        "    from course_utils.claims import claim\n"
        "def later():\n"
        "    from course_utils import plots, check\n"
        "    import course_utils.oracles.bank\n"
    )
    assert list(imported(file, top)) == [(5, "plots"), (5, ""), (6, "oracles.bank")]


#: Import names that differ from the distribution's, and what a dependency promises to bring.
BROUGHT_BY = {
    "IPython": ("ipython",),
    "PIL": ("matplotlib",),
    "cycler": ("matplotlib",),
    "jupyter_client": ("ipykernel", "nbclient"),
    "markupsafe": ("jinja2",),
    "requests": ("pooch",),
    "sklearn": ("scikit-learn",),
    "sqlalchemy": ("nbgrader",),
    "traitlets": ("ipykernel", "nbclient"),
    "urllib3": ("pooch",),
    "zmq": ("ipykernel",),
}
#: Beyond the base dependencies: by room, the extras it may count on, or ask for with care.
EXTRAS = {
    "authoring": ("author",),
    "datasets": ("video",),
    "doctor": ("lab", "author"),
    "grading": ("grade",),
    "plots": ("lab",),
}


def test_the_course_imports_no_package_that_it_does_not_depend_on(checkout: Path) -> None:
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    undeclared = []
    for path in course_files():
        room = module_name(path).partition(".")[0]
        lines = list(project["dependencies"])
        for extra in EXTRAS.get(room, ()):
            lines += project["optional-dependencies"][extra]
        declared = {canonicalize_name(Requirement(line).name) for line in lines}
        for top in outside_packages(path):
            if not declared & {canonicalize_name(name) for name in BROUGHT_BY.get(top, (top,))}:
                undeclared.append(f"{path.relative_to(checkout)}: {top}")
    assert undeclared == []


def test_nothing_imports_the_command_the_solutions_or_the_tests() -> None:
    for path in course_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.partition(".")[0] not in ("solutions", "tests"), f"{path}: {name}"
                assert name != "course_utils.cli", f"{path}: {name}"


def test_importing_the_course_loads_neither_numpy_nor_tensorflow() -> None:
    code = "import sys, course_utils; print(*sorted(sys.modules), sep='\\n')"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "course_utils" in loaded
    assert not loaded & {"numpy", "tensorflow", "keras", "matplotlib", "IPython", "click", "scipy"}


def test_the_command_answers_without_loading_numpy_or_tensorflow() -> None:
    code = (
        "import sys\n"
        "from course_utils.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(*(m for m in ('numpy', 'tensorflow', 'jupyterlab', 'pooch') if m in sys.modules))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == ""


def files_of(chapter: Chapter) -> set[str]:
    """The files that a chapter has, and no other under its stem but `shared.py` in a folder."""
    stem = chapter.stem
    folders = (f"course_utils/oracles/{stem}", f"tests/bank/{stem}")
    names = ["__init__", *map(exercise_file, chapter.exercises)]
    return {
        f"solutions/{stem}.py",
        f"solutions/{stem}.ipynb",
        f"notebooks/{stem}.ipynb",
        f"course_utils/experiments/{stem}.py",
        *(f"{folder}/{name}.py" for folder in folders for name in names),
    }


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_file_of_a_chapter_is_there(chapter: Chapter, checkout: Path) -> None:
    missing = [file for file in sorted(files_of(chapter)) if not (checkout / file).is_file()]
    assert missing == []


def test_no_file_is_named_after_a_chapter_or_an_exercise_that_is_not_there(checkout: Path) -> None:
    known = {file for chapter in CHAPTERS for file in files_of(chapter)}
    named = "ch[0-9][0-9]_*"
    found = [
        *(checkout / "solutions").glob(named),
        *(checkout / "notebooks").glob(named),
        *(checkout / "course_utils/experiments").glob(f"{named}.py"),
        *(checkout / "course_utils/oracles").glob(f"{named}.py"),
        *(checkout / "course_utils/oracles").glob(f"{named}/*.py"),
        *(checkout / "tests/bank").glob(f"{named}.py"),
        *(checkout / "tests/bank").glob(f"{named}/*.py"),
    ]
    left_over = [
        path.relative_to(checkout).as_posix()
        for path in found
        if path.name != "shared.py" and path.suffix in (".py", ".ipynb")
    ]
    assert set(left_over) - known == set()


@pytest.mark.parametrize("path", course_files(), ids=module_name)
def test_what_is_public_is_listed_sorted_and_there(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(each, ast.Name) and each.id == "__all__" for each in node.targets)
    ]
    defines = [node for node in tree.body if not isinstance(node, (ast.Expr, ast.ImportFrom))]
    if not defines and not listed:  # a folder's mark: a docstring at most
        return
    assert len(listed) == 1, f"{path} has no __all__"
    names = ast.literal_eval(listed[0])
    # ruff's order: constants, then classes, then the rest
    assert names == sorted(names, key=_order), f"{path}: sort __all__"
    module = import_module(f"course_utils.{module_name(path)}".rstrip("."))
    assert [name for name in names if not hasattr(module, name)] == []


def _order(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


@pytest.mark.parametrize("path", course_files(), ids=module_name)
def test_no_file_asserts_prints_or_says_that_it_is_unfinished(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert), f"{path}:{node.lineno}: raise an error instead"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{path}:{node.lineno}: print"
        if isinstance(node, ast.ExceptHandler):
            nothing = all(isinstance(each, ast.Pass) for each in node.body)
            said = any("#" in line for line in lines[node.lineno - 1 : node.end_lineno])
            assert said or not nothing, f"{path}:{node.lineno}: a silent except; say why"
    for word in ("TODO", "FIXME", "XXX"):
        assert word not in text, f"{path}: {word}"
