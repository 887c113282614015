"""What runs beside the student's code: one request in, one reply out. Judges nothing."""

from __future__ import annotations
import __future__

import ast
import io
import linecache
import os
import random
import sys
import types
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, replace
from typing import Any

from course_utils.checking.limits import TimeUp, within
from course_utils.checking.running import Bounded, misfit_of_answer, run, thrown_of
from course_utils.checking.types import Inputs, Question, Setup, Thrown
from course_utils.errors import WireError
from course_utils.grading.inside.block_ready_operations import block
from course_utils.grading.inside.ipython_syntax import NoIPython
from course_utils.grading.inside.losses import newer_syntax, unread_answer, where_lost
from course_utils.grading.inside.slicing import Statement, Unreadable, needed, parse
from course_utils.grading.inside.wire import (
    FROM_SANDBOX,
    HEAD,
    INTO_SANDBOX,
    body_size,
    decode,
    encode,
)

__all__ = ["answer_request", "serve"]

_PREPARING = 10.0  # seconds for the statements that an answer needs, before it is called
_CELLS = 3  # cells of the answer that are named
_OPTIONAL = 2.0  # for one that may change what the answer uses
_SEED = 0


def serve(request: int, reply: int, hidden: bool) -> None:
    """Read one request, perform it, write one reply.

    Args:
        hidden: whether the files of the ready operations are out of reach.
        request: a descriptor to read one frame from: {"question", "cells", "cases"}.
        reply: a descriptor to write one frame to.
    """
    with os.fdopen(request, "rb") as incoming:
        head = incoming.read(HEAD)
        if len(head) < HEAD:  # the judge has gone
            return
        frame = head + incoming.read(body_size(head, INTO_SANDBOX))
    asked = decode(frame, INTO_SANDBOX)
    question = Question(**asked["question"])
    answered = answer_request(question, asked["cells"], asked["cases"], watched=not hidden)
    _write(reply, _encoded(answered))


def _write(descriptor: int, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(descriptor, view) :]


def _encoded(answered: dict[str, Any]) -> bytes:
    try:
        return encode(answered, FROM_SANDBOX)
    except WireError as error:
        misfit = ("type", f"What your code returned cannot be used: {error}.")
        return encode({**answered, "results": [], "misfit": misfit})


def answer_request(
    question: Question,
    cells: Sequence[str],
    cases: Sequence[tuple[Inputs, Setup]],
    wired: bool = True,
    watched: bool = True,
) -> dict[str, Any]:
    """Define the answer from the notebook's cells and run its probe on every case.

    Args:
        question: what is asked.
        cells: the sources of all code cells.
        cases: inputs and set-up of each case.
        wired: replace the ready operations for good: in a process that ends afterwards.
        watched: look out for others while the answer runs, which makes it slower: needless where
            they are replaced and no file brings new ones.

    Returns:
        "results": one dict per case, as `checking.types.ProbeResult`; "misfit": (kind, message)
        where there is no answer to run; "thrown": what the needed statements raised, if they did;
        "cell": the number of the cell meant; "cells": those of the last cells that define the
        answer; "printed".
    """
    name = question.name
    statements, unreadable = parse(cells)
    chosen = needed(statements, name)
    own = [each for each in chosen if name in each.binds]
    answered: dict[str, Any] = {
        "results": [],
        "misfit": None,
        "thrown": None,
        "cell": own[-1].cell if own else 0,
        "cells": sorted({each.cell for each in own})[-_CELLS:],
        "printed": "",
    }
    broken = [each for each in unreadable if each.kind == "code"]
    lost = None if own else unread_answer(name, unreadable)
    if lost is not None and lost.kind != "code":
        message = f"`{name}` is in {lost.place}, which is not run. {lost.problem}"
        return {**answered, "misfit": ("missing", message), "cell": lost.cell}
    if not own and broken:
        return {**answered, **_unreadable(name, broken)}
    if not own:
        return {**answered, "misfit": ("missing", _missing(name, statements))}
    printed = Bounded()
    missing: list[str] = []
    preparing = min(_PREPARING, question.seconds)
    used = block(question.by_hand) if wired else []
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            answer = within(preparing, lambda _: _define(name, chosen, cells, missing))
    except _Stopped as stopped:
        thrown = _explained(asdict(stopped.thrown), unreadable, missing)
        return {**answered, "thrown": thrown, "cell": stopped.cell}
    except TimeUp:
        return {**answered, "misfit": ("stopped", _SLOW.format(name=name, seconds=preparing))}
    misfit = misfit_of_answer(question, answer)
    if misfit is not None:
        return {**answered, "misfit": misfit, "printed": printed.text()}
    running = question if watched else replace(question, by_hand=())
    results = [asdict(result) for result in run(running, answer, cases)]
    for result in results:
        if result["thrown"]:
            result["thrown"] = _explained(result["thrown"], unreadable, missing)
    if used:
        results[0]["ready"] = tuple(dict.fromkeys([*used, *results[0]["ready"]]))
    return {**answered, "results": results, "printed": printed.text()}


_SLOW = (
    "The cells that {name} needs were still running after {seconds:g} seconds. Take what is slow, "
    "such as training, out of the code that the answer depends on."
)


def _missing(name: str, statements: Sequence[Statement]) -> str:
    near = sorted(
        bound
        for each in statements
        for bound in each.binds
        if bound.lower().replace("_", "") == name.lower().replace("_", "")
        or (bound != name and bound.startswith(name))
    )
    hint = f" There is `{near[0]}`: is that it? Give it its old name." if near else ""
    return f"The notebook defines no `{name}`.{hint}"


def _unreadable(name: str, unreadable: Sequence[Unreadable]) -> dict[str, Any]:
    """The broken cell that seems to be the answer's; else the first one."""
    likely = [each for each in unreadable if name in each.source]
    broken = (likely or list(unreadable))[0]
    problem = " ".join(filter(None, (f"{broken.problem}.", newer_syntax(broken.text))))
    thrown = Thrown(
        "SyntaxError", problem.removesuffix("."), ("SyntaxError",), broken.line, broken.text
    )
    if likely:
        return {"thrown": asdict(thrown), "cell": broken.cell, "cells": [broken.cell]}
    message = (
        f"The notebook defines no `{name}`, but its code cell {broken.cell} is no Python "
        f"(line {broken.line}: {problem.removesuffix('.')}). Is the answer there?"
    )
    return {"misfit": ("missing", message), "cell": broken.cell}


def _explained(
    thrown: dict[str, Any], unreadable: Sequence[Unreadable], missing: Sequence[str]
) -> dict[str, Any]:
    """The same exception, with the place where the name that it misses was lost."""
    where = where_lost(thrown["message"], unreadable, missing)
    return {**thrown, "message": f"{thrown['message']}. {where}"} if where else thrown


class _Stopped(Exception):
    """A needed statement raised."""

    def __init__(self, thrown: Thrown, cell: int) -> None:
        super().__init__(thrown.message)
        self.thrown, self.cell = thrown, cell


def _define(name: str, chosen: Sequence[Statement], cells: Sequence[str], absent: list[str]) -> Any:
    """Run the needed statements in a module of their own, as a notebook does; the answer.

    Modules whose star imports fail are appended to `absent`.
    """
    import numpy as np

    module = types.ModuleType("__main__")
    module.__dict__["display"] = lambda *values, **options: None
    module.__dict__["get_ipython"] = NoIPython
    module.__dict__["input"] = _no_input
    sys.stdin = io.StringIO()
    sys.modules["__main__"] = module
    random.seed(_SEED)
    np.random.seed(_SEED)
    flags = 0
    for number in dict.fromkeys(each.cell for each in chosen):
        text = cells[number - 1]
        linecache.cache[_file(number)] = (len(text), None, text.splitlines(True), _file(number))
    answer = None
    for statement in chosen:
        own = name in statement.binds
        try:
            if getattr(statement.node, "module", None) == "__future__":
                flags |= _future_flags(statement)
            code = compile(
                ast.Module([statement.node], []),
                _file(statement.cell),
                "exec",
                flags=flags,
                dont_inherit=True,
            )
            _run(code, module, statement.optional)
        except TimeUp:
            raise
        except BaseException as error:
            if statement.optional or (isinstance(error, ImportError) and not own):
                if statement.star:
                    absent.append(str(getattr(statement.node, "module", "")))
                continue  # the answer says so itself if it needs what is missing
            if not (own and callable(answer)):
                raise _Stopped(thrown_of(error), statement.cell) from error
        if own:  # a name that is used again for something else: the function counts
            value = module.__dict__.get(name)
            answer = value if callable(value) or not callable(answer) else answer
            module.__dict__[name] = answer
    return module.__dict__.get(name)


def _run(code: types.CodeType, module: types.ModuleType, optional: bool) -> None:
    """Run one statement; one that may not be needed has little time, and may use all of it."""
    if not optional:
        exec(code, module.__dict__)
        return
    with suppress(TimeUp):
        within(_OPTIONAL, lambda _: exec(code, module.__dict__))


def _no_input(*prompt: object) -> str:
    raise EOFError("there is nobody to answer input() while an answer is checked: take it out")


def _future_flags(statement: Statement) -> int:
    names = [each.name for each in getattr(statement.node, "names", [])]
    found = (getattr(__future__, name, None) for name in names)
    return sum(feature.compiler_flag for feature in found if feature is not None)


def _file(cell: int) -> str:
    return f"cell {cell} of the notebook"
