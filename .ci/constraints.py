"""Write constraints.txt: one set of versions for every supported Python.

    python .ci/constraints.py PYTHON [PYTHON ...]

Each interpreter resolves the course with all extras (`pip install --dry-run --report`); what they
agree on is one line, what differs gets a `python_version` marker. Run it with one interpreter per
supported minor version: `make constraints`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = "lab,author,grade,dev,speech"
HEAD = """\
# The versions that `make lab` and `make test` install, for Python {versions}.
# Written by `make constraints`. Do not edit.
"""

#: Python minor version → package → version.
Resolved = dict[str, dict[str, str]]


def resolve(python: str) -> tuple[str, dict[str, str]]:
    """The minor version of an interpreter, and the packages it would install, by normal name."""
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        environment, report = Path(folder, "venv"), Path(folder, "report.json")
        subprocess.run([python, "-m", "venv", str(environment)], check=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", "pip"], check=True)
        subprocess.run(
            [*pip, "install", "--quiet", "--dry-run", "--report", str(report), f".[{EXTRAS}]"],
            check=True,
            cwd=ROOT,
        )
        entries = json.loads(report.read_text(encoding="utf-8"))["install"]
    found = {normal(each["metadata"]["name"]): each["metadata"]["version"] for each in entries}
    found.pop("unrolled")
    return version, found


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def merged(resolved: Resolved) -> list[str]:
    """The lines of the file: one per package and version."""
    pythons = sorted(resolved, key=lambda each: tuple(map(int, each.split("."))))
    lines = []
    for name in sorted({name for each in resolved.values() for name in each}):
        where: dict[str, list[str]] = {}
        for python in pythons:
            if name in resolved[python]:
                where.setdefault(resolved[python][name], []).append(python)
        if len(where) == 1:
            lines.append(f"{name}=={next(iter(where))}")
        else:
            lines += [f"{name}=={found}; {marker(on, pythons)}" for found, on in where.items()]
    return lines


def marker(on: list[str], pythons: list[str]) -> str:
    """The shortest marker that selects the Pythons `on` among `pythons`."""
    if len(on) == 1:
        return f'python_version == "{on[0]}"'
    if on == pythons[: len(on)]:
        return f'python_version <= "{on[-1]}"'
    if on == pythons[-len(on) :]:
        return f'python_version >= "{on[0]}"'
    return " or ".join(f'python_version == "{each}"' for each in on)


def main(interpreters: list[str]) -> int:
    """Resolve with each interpreter and write the file."""
    if not interpreters:
        print(__doc__, file=sys.stderr)
        return 2
    resolved: Resolved = {}
    for python in interpreters:
        version, found = resolve(python)
        resolved[version] = found
        print(f"Python {version}: {len(found)} packages", flush=True)
    lines = merged(resolved)
    head = HEAD.format(versions=", ".join(sorted(resolved, key=lambda v: int(v.split(".")[1]))))
    (ROOT / "constraints.txt").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"constraints.txt: {len(lines)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
