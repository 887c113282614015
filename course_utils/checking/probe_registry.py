"""Find a probe by name, at run time: the grader's workers hold the probes without the oracles."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from course_utils.checking.types import Probe
from course_utils.errors import OracleError

__all__ = ["probe_named"]


@cache
def probe_named(name: str) -> Probe:
    """The probe `name`: the function `probe` of that file of `course_utils/probes/`.

    Raises:
        OracleError: there is none.
    """
    if not name.isidentifier():
        raise OracleError(f"{name!r} is no name of a probe")
    try:
        found: Probe = import_module(f"course_utils.probes.{name}").probe
    except (ModuleNotFoundError, AttributeError) as error:
        raise OracleError(f"course_utils/probes/{name}.py defines no `probe` ({error})") from error
    return found
