"""A graded class, written once for all tests that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_utils.grading.judge.store import Store
from course_utils.grading.outputs.write import write_outputs
from tests.grading.outputs.classroom import hostile_class, real_class, store


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a class of 44."""
    out = store(tmp_path_factory.mktemp("graded"), real_class())
    with Store(out) as made:
        made.refuse([("class.zip/../../etc/passwd", "Its name points out of the archive.")])
    write_outputs(out)
    return out


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a class that writes hostile text wherever it can."""
    out = store(tmp_path_factory.mktemp("hostile"), hostile_class())
    write_outputs(out)
    return out
