"""Which modules of the course a file imports, lazy imports inside functions included.

What a type checker alone reads (`if TYPE_CHECKING:`) and names looked up by `import_module` are
not counted.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PACKAGE", "course_files", "imported", "module_name", "outside_packages"]

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"


def course_files() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """`checking/types.py` → "checking.types"; a package by its folder, the top by ""."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path: Path, top: Path = PACKAGE) -> Iterator[tuple[int, str]]:
    """(line, module) of every import of the course's own modules, without `course_utils.`.

    Args:
        path: a Python file.
        top: the folder of the package, to tell `from course_utils import datasets` (a module)
            from `from course_utils import check` (a name of the package itself, given as "").
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _really_run(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise AssertionError(f"{path}:{node.lineno}: write the import from course_utils")
            base = node.module or ""
            names = [
                f"{base}.{alias.name}" if _is_module(top, base, alias.name) else base
                for alias in node.names
            ]
        else:
            continue
        for name in names:
            first, _, rest = name.partition(".")
            if first == top.name:
                yield node.lineno, rest


def outside_packages(path: Path) -> set[str]:
    """The top names of what a file imports that is neither Python's own nor the course's."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found - sys.stdlib_module_names - {PACKAGE.name, "tomllib"}


def _is_module(top: Path, base: str, name: str) -> bool:
    first, *rest = base.split(".")
    if first != top.name:
        return False
    place = top.joinpath(*rest, name)
    return place.is_dir() or place.with_suffix(".py").is_file()


def _really_run(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _really_run(node)
