"""What the set-up cell's one call leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("arguments", "flag"), [("", "0"), ("onednn=True", "1")])
def test_onednn_is_off_unless_a_chapter_asks_for_it(arguments: str, flag: str) -> None:
    code = (
        f"from course_utils.start import start; start({arguments}); "
        "import os; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    )
    quiet = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        env=quiet,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == flag
