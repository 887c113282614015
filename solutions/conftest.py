"""nbval's kernels inherit this process's environment: make it the one that stored the outputs."""

from __future__ import annotations

import os

from course_utils.authoring import QUIET_ENVIRONMENT

os.environ.update(QUIET_ENVIRONMENT)
os.environ.pop("MPLBACKEND", None)
