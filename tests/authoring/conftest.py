"""A toy course: one made-up chapter with two exercises, in a folder of its own."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils import chapters as course
from course_utils.authoring.settings import Settings
from course_utils.authoring.source import SourceCell, read_source
from course_utils.chapters import Chapter
from course_utils.checking.types import Exercise

CHAPTER = Chapter(
    stem="ch91_toy",
    title="A toy",
    summary="Made up for the tests.",
    minutes=5,
    seconds=1,
    needs=("a little Python",),
    exercises=("double", "Halver"),
    claims=("C1",),
    topics=("T1",),
)

SOURCE = '''\
# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # A toy
#
# What doubles?

# %% tags=["setup"]
import random
import time

from toy import card, check, figure, solved

# %% [markdown]
# ## Doubling
#
# Two of a kind.

# %% tags=["exercise"] exercise="double"
def double(number):
    """Twice the number."""
    ### BEGIN SOLUTION
    return number + number
    ### END SOLUTION

# %% tags=["check"] exercise="double"
check("double", double)

# %% tags=["experiment"]
if solved("double"):
    print(f"random: ~{random.random():.3f}, took ~{time.perf_counter():.3g} s")

# %% tags=["experiment"]
figure(random.random())

# %% [markdown]
# ## Halving

# %% tags=["predict"]
choice = None

# %% tags=["exercise"] exercise="Halver"
class Halver:
    """Halves what it is called with."""

    def __call__(self, number):
        ### BEGIN SOLUTION
        half = number / 2
        return half
        ### END SOLUTION

# %% tags=["check"] exercise="Halver"
check("Halver", Halver)

# %% tags=["repair"]
def third(number):
    return number / 4

# %% tags=["experiment"]
card("C1", random.random())
'''

#: What the toy's cells import: a check that needs no engine.
TOY = '''\
import base64
import struct
import zlib

from IPython.display import display

RIGHT = {"double": lambda answer: answer(4) == 8, "Halver": lambda answer: answer()(8) == 4}
_passed = {}


def check(name, answer):
    try:
        _passed[name] = bool(RIGHT[name](answer))
    except NotImplementedError:
        _passed[name] = False
    print("right" if _passed[name] else "not yet")
    return 2.0 if _passed[name] and name == "double" else float(_passed[name])


def solved(name):
    return _passed.get(name, False)


def _chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def figure(value):
    """A white picture with a black bar whose width moves by at most two pixels."""
    width = 20 + round(2 * value)
    row = b"\\0" + b"\\0" * width + b"\\xff" * (64 - width)
    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    png = b"\\x89PNG\\r\\n\\x1a\\n" + _chunk(b"IHDR", head)
    png += _chunk(b"tEXt", b"Software\\0" + str(value).encode())
    png += _chunk(b"IDAT", zlib.compress(row * 64)) + _chunk(b"IEND", b"")
    data = {"text/plain": "<Figure>", "image/png": base64.b64encode(png).decode()}
    display(data, raw=True)


def card(name, value, statement="Toys | toys double"):
    claim = {
        "id": name,
        "statement": statement,
        "source": "lecture 0",
        "verdict": "supported",
        "because": "Every condition holds.",
        "rule": "Supported if ratio is above 1.",
        "control": "toys that halve",
        "runs": "mean over 5 seeds",
        "intervals": {"ratio": {"mean": 2 + value, "low": 1.9, "high": 3.1, "n": 5}},
        "control_intervals": {"half": {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 5}},
        "bounds": {"ratio": [1.0, None]},
        "control_bounds": {},
        "measured": [
            {
                "metric": "ratio",
                "about": "big over small",
                "mean": f"≈ {2 + value}",
                "interval": "≈ 1.9 to 3.1",
                "threshold": "above 1",
                "reading": "yes",
            }
        ],
        "controlled": [
            {
                "metric": "half",
                "about": "small over big",
                "mean": "≈ 0.5",
                "interval": "≈ 0.4 to 0.6",
                "threshold": "nothing",
                "reading": "not judged",
            }
        ],
    }
    display({"text/plain": f"ratio ~{2 + value}"}, raw=True, metadata={"unrolled_claim": claim})
'''

PYPROJECT = '[tool.unrolled]\nrepository = "someone/toys"\n'


@dataclass
class Toy:
    """A checkout of the toy course."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "solutions" / "ch91_toy.py"

    @property
    def solution(self) -> Path:
        return self.source.with_suffix(".ipynb")

    @property
    def student(self) -> Path:
        return self.root / "notebooks" / "ch91_toy.ipynb"

    def edit(self, old: str, new: str) -> None:
        """Replace the one place of `old` in the source."""
        text = self.source.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        self.source.write_text(text.replace(old, new))


def write_toy(root: Path) -> Toy:
    toy = Toy(root)
    toy.source.parent.mkdir(parents=True)
    toy.source.write_text(SOURCE)
    (root / "toy.py").write_text(TOY)
    (root / "pyproject.toml").write_text(PYPROJECT)
    return toy


def register_toy(patch: pytest.MonkeyPatch) -> None:
    """Make the toy chapter the only one of the course."""
    package = types.ModuleType(f"course_utils.oracles.{CHAPTER.stem}")
    package.__path__ = []  # a package without files
    patch.setitem(sys.modules, package.__name__, package)
    for name, points in (("double", 2.0), ("Halver", 1.0)):
        module = types.ModuleType(f"{package.__name__}.{name.lower()}")
        module.EXERCISE = Exercise(  # type: ignore[attr-defined]
            f"{name}(number)",
            references=(abs, abs),
            cases=lambda rng: [],
            mistakes=[],
            parts={},
            basic=(),
            points=points,
        )
        patch.setitem(sys.modules, module.__name__, module)
    patch.setattr(course, "CHAPTERS", (CHAPTER,))


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A toy course that is not built yet."""
    register_toy(monkeypatch)
    return write_toy(tmp_path / "course")


@pytest.fixture
def chapter() -> Chapter:
    return CHAPTER


@pytest.fixture
def settings() -> Settings:
    return Settings("someone/toys")


@pytest.fixture
def cells_of(tmp_path: Path) -> Callable[[str], list[SourceCell]]:
    """Read a source from text."""

    def read(text: str) -> list[SourceCell]:
        path = tmp_path / "source.py"
        path.write_text(text)
        return read_source(path)

    return read


@pytest.fixture(scope="module")
def built_toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    """A toy course, built once per module: tests only read it, or build it again."""
    from course_utils.authoring import build

    with pytest.MonkeyPatch.context() as patch:
        register_toy(patch)
        toy = write_toy(tmp_path_factory.mktemp("built") / "course")
        (result,) = build(None, root=toy.root, progress=False)
        assert result.problem is None, result.problem
        yield toy
