"""In the grader's child the ready operations are not watched, they are gone.

In a notebook `checking.detect_ready_operations` sees which functions are entered; code that fights
back could blind it. Here they are replaced before any of the student's code runs: the body of every
forbidden Python function, every reference to a compiled one, and the kernels of TensorFlow's
operations. Who calls one gets an error and leaves a note, by whatever name it was reached.
"""

from __future__ import annotations

import gc
import os
import sys
import types
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from course_utils.checking.detect_ready_operations import public_name
from course_utils.checking.ready_operations import NATIVE, OPERATIONS, READY, native_name
from course_utils.grading.inside.refuse_operations import kernels_of_operations, refuse_operations

__all__ = ["ReadyOperationError", "block", "ready_functions", "refuse", "source_files"]

#: TensorFlow itself: another Python would load it with its own kernels. Here it is loaded already.
_TENSORFLOW = ("tensorflow/libtensorflow_cc.*", "tensorflow/python/_pywrap_tensorflow_internal.*")

_notes: list[str] = []
_blocked: set[str] = set()  # the kinds that are replaced in this process and its forks


class ReadyOperationError(Exception):
    """A ready operation was called where the exercise is to build it."""


@cache
def ready_functions() -> dict[str, tuple[types.FunctionType, ...]]:
    """Every forbidden function that is loaded, by kind. Asked once, before `gc.freeze`.

    What else `block` will need is found on the way, so that no child has to look for it.
    """
    kernels_of_operations()
    _native_functions()
    functions = [each for each in gc.get_objects() if type(each) is types.FunctionType]
    return {
        kind: tuple(
            each
            for each in functions
            for ending, names in rows
            if each.__code__.co_filename.replace("\\", "/").endswith(ending)
            and (names is None or each.__code__.co_name in names)
        )
        for kind, rows in READY.items()
    }


@cache
def _native_functions() -> dict[str, tuple[tuple[str, Any, tuple[dict[Any, Any], ...]], ...]]:
    """By kind: the name of a compiled function, the function, the namespaces that hold it.

    Among these are copies that Python keeps of a module's first state, to import it again.
    """
    found = {
        kind: [
            (native_name(module, name), getattr(sys.modules[module], name))
            for module, names in rows
            for name in sorted(names)
            if hasattr(sys.modules.get(module), name)
        ]
        for kind, rows in NATIVE.items()
    }
    wanted = {id(function): function for each in found.values() for _, function in each}
    holding = [each for each in gc.get_referrers(*wanted.values()) if type(each) is dict]
    return {
        kind: tuple(
            (name, function, tuple(each for each in holding if _holds(each, function)))
            for name, function in each_kind
        )
        for kind, each_kind in found.items()
    }


def _holds(namespace: dict[Any, Any], value: Any) -> bool:
    return any(each is value for each in namespace.values())


def source_files(kinds: Iterable[str]) -> tuple[str, ...]:
    """The files that hold the forbidden functions, and their compiled copies: to be left empty.

    Also files that nothing has imported yet, and the libraries that another Python could load.
    """
    return tuple(sorted({file for kind in kinds for file in _files(kind)}))


@cache
def _files(kind: str) -> frozenset[str]:
    found = {function.__code__.co_filename for function in ready_functions()[kind]}
    for folder in filter(os.path.isdir, sys.path):
        names = (f"{folder}/{ending}" for ending, _ in READY[kind])
        found |= {name for name in names if os.path.isfile(name)}
        found |= {str(each) for each in _libraries(folder, kind)}
    return frozenset(found | {copy for file in found for copy in _compiled(file)})


@cache
def _libraries(folder: str, kind: str) -> tuple[Path, ...]:
    """The shared libraries in a folder of packages that hold forbidden compiled functions.

    Not NumPy's core, without which another Python is of no use at all.
    """
    modules = (module for module, _ in NATIVE.get(kind, ()) if not module.startswith("numpy"))
    patterns = [f"{module.replace('.', '/')}.*" for module in modules]
    patterns += _TENSORFLOW if kind in OPERATIONS else ()
    return tuple(each for pattern in patterns for each in Path(folder).glob(pattern))


def _compiled(file: str) -> list[str]:
    folder = str(Path(cache_from_source(file)).parent)
    start = Path(file).stem + "."  # simple_rnn.cpython-311.pyc, simple_rnn.cpython-311.opt-1.pyc
    return [f"{folder}/{each}" for each in _listed(folder) if each.startswith(start)]


@cache
def _listed(folder: str) -> tuple[str, ...]:
    return tuple(os.listdir(folder)) if os.path.isdir(folder) else ()


def block(kinds: Iterable[str]) -> list[str]:
    """Replace the forbidden functions and operations of these kinds, for good and once.

    Args:
        kinds: keys of `checking.ready_operations.READY`.

    Returns:
        A list that fills with the public names of those that are called.
    """
    kinds = [kind for kind in kinds if kind not in _blocked]
    _blocked.update(kinds)
    for kind in kinds:
        for function in ready_functions()[kind]:
            function.__code__ = _refusing(function)
        for name, native, namespaces in _native_functions().get(kind, ()):
            refused = _refused(name)
            for namespace in namespaces:
                for key in [key for key, value in namespace.items() if value is native]:
                    namespace[key] = refused
    refuse_operations(kinds, _note)
    return _notes


def refuse(file: str, name: str, arguments: tuple[Any, ...]) -> None:
    """Note the call, and refuse it."""
    _refuse(public_name(arguments[0] if arguments else None, file, name))


def _note(public: str) -> None:
    if public not in _notes:
        _notes.append(public)


def _refuse(public: str) -> None:
    _note(public)
    raise ReadyOperationError(f"{public} is not to be used here: build it yourself.")


def _refused(public: str) -> Callable[..., None]:
    """A function in the place of a compiled one."""

    def refused(*arguments: Any, **keywords: Any) -> None:
        _refuse(public)

    return refused


def _refusing(function: types.FunctionType) -> types.CodeType:
    """Code that refuses, with the free variables of a function: Python insists on their number."""
    code = function.__code__
    free = code.co_freevars
    lines = [
        "def outer():",
        *(f"    {name} = None" for name in free),
        "    def refused(*arguments, **keywords):",
        f"        ({', '.join(free)}{',' if free else ''})",
        "        from course_utils.grading.inside.block_ready_operations import refuse",
        f"        refuse({code.co_filename!r}, {code.co_name!r}, arguments)",
        "    return refused",
    ]
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    made: types.CodeType = scope["outer"]().__code__
    return made
