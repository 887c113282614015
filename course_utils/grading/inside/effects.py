"""What a statement may change besides the names it binds: `steps.append(f)`, `np.copyto(w, 1)`.

Told by the text alone, and rather too much than too little: what is run in addition costs time in
the sandbox, what is left out costs a right answer. Calls that show, check or plot change nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Effect", "Effects", "root_of", "walk_scope"]

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITION = (*_FUNCTION, ast.ClassDef)
#: Methods that change what they are called on, whatever that is.
_CHANGES = re.compile(
    r"(?:append|extend|insert|pop|remove|clear|update|setdefault|add|discard|sort|reverse|fill|put"
    r"|push|register|assign|set|enable|disable|itemset|resize|partition|shuffle|seed|load|connect"
    r"|subscribe|use|__setitem__|__setattr__)(?:_\w+|left|item)?"
)
#: Functions of a module that change an argument.
_CHANGES_ARGUMENT = re.compile(
    r"copyto|put|place|putmask|put_along_axis|fill_diagonal|shuffle|heap(?:push|pop|ify|replace)"
    r"|heappushpop|setitem|delitem|insort(?:_left|_right)?|setattr|delattr|next|update_wrapper"
)
#: Switches of a module: `np.random.seed(1)`, `keras.config.set_floatx("float64")`.
_SWITCH = re.compile(
    r"(?:set|seed|enable|disable|register|use|filter|simplefilter|run_functions|add|update|config)"
    r"\w*"
)
#: Modules whose functions are called for what they show: they change no argument.
_SHOWS = re.compile(
    r"course_utils|matplotlib|IPython|ipywidgets|seaborn|plotly|tqdm|pprint|logging|os|sys|time"
    r"|warnings|pathlib"
)


@dataclass(frozen=True)
class Effect:
    """What calling a function of the notebook may change.

    Attributes:
        arguments: whether its arguments are changed.
        names: the names of the notebook whose objects are.
    """

    arguments: bool = False
    names: frozenset[str] = frozenset()


class Effects:
    """What the functions of a notebook change; each is looked into when it is first asked for.

    Args:
        nodes: the statements of the notebook.

    Attributes:
        imported: name → the first part of the module that it comes from.
    """

    def __init__(self, nodes: Iterable[ast.stmt]) -> None:
        self.imported: dict[str, str] = {}
        self._defined: dict[str, list[ast.AST]] = {}
        self._known: dict[str, Effect] = {}
        for node in nodes:
            for each in walk_scope(node):
                if isinstance(each, _DEFINITION):
                    self._defined.setdefault(each.name, []).append(each)
                elif isinstance(each, ast.Import):
                    for one in each.names:
                        name = (one.asname or one.name).partition(".")[0]
                        self.imported[name] = one.name.partition(".")[0]
                elif isinstance(each, ast.ImportFrom):
                    module = (each.module or "").partition(".")[0]
                    self.imported |= {one.asname or one.name: module for one in each.names}

    def of(self, name: str) -> Effect | None:
        """What calling a function or a class changes; None where the notebook defines none."""
        if name not in self._known and name in self._defined:
            self._known[name] = Effect()  # for those that call themselves
            made = [_effect(each, self) for each in self._defined[name]]
            self._known[name] = Effect(
                any(each.arguments for each in made),
                frozenset().union(*(each.names for each in made)),
            )
        return self._known.get(name)

    def changed_by(self, node: ast.stmt) -> frozenset[str]:
        """The names whose objects a statement at the top of the notebook may change."""
        if isinstance(node, _DEFINITION):
            return frozenset(_by_decorators(node, self))
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return frozenset()
        if isinstance(node, ast.If) and _is_the_courses(node.test, self.imported):
            return frozenset()  # an experiment: `if solved("elman_step"): …`
        changed = frozenset(_changed(walk_scope(node, calls=True), self))
        # a block that turns a module's switch somewhere is there for something else
        return changed if isinstance(node, ast.Expr) else changed - self.imported.keys()


def _is_the_courses(test: ast.expr, imported: Mapping[str, str]) -> bool:
    """Whether a condition asks the course: what follows is its experiment."""
    return any(
        isinstance(each, ast.Call) and imported.get(root_of(each.func)) == "course_utils"
        for each in ast.walk(test)
    )


def walk_scope(node: ast.AST, calls: bool = False) -> Iterator[ast.AST]:
    """A node and what is below it, without the insides of functions, classes and lambdas.

    Args:
        node: where to begin.
        calls: go into comprehensions as well, for what is called there.
    """
    yield node
    closed: tuple[type[ast.AST], ...] = (ast.Lambda,)
    if not calls:
        closed += (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _DEFINITION):
            yield child
        elif not isinstance(child, closed):
            yield from walk_scope(child, calls)


def root_of(node: ast.AST) -> str:
    """The name that `name.a[b].c` begins with; "" where it begins with none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _effect(definition: ast.AST, effects: Effects) -> Effect:
    """What calling one function, or making an object of one class, may change."""
    arguments: set[str] = set()
    local: set[str] = set()
    given: set[str] = set()
    for each in ast.walk(definition):
        if isinstance(each, ast.arg):
            arguments.add(each.arg)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            local.add(each.id)
        elif isinstance(each, ast.Global):
            given.update(each.names)
    changed = set(_changed(ast.walk(definition), effects))
    outer = (changed - arguments - (local - given)) | given
    if isinstance(definition, ast.ClassDef):
        bases = {root_of(base) for base in definition.bases}
        outer |= {name for base in bases for name in (effects.of(base) or Effect()).names}
    mine = arguments - {"self"}
    return Effect(bool(changed & mine), frozenset(outer - {""}))


def _changed(nodes: Iterable[ast.AST], effects: Effects) -> Iterator[str]:
    """The name of each object that some of the nodes may change."""
    nodes = list(nodes)
    dropped = {id(each.value) for each in nodes if isinstance(each, ast.Expr)}
    for each in nodes:
        if isinstance(each, (ast.Attribute, ast.Subscript)) and not isinstance(each.ctx, ast.Load):
            yield root_of(each)
        elif isinstance(each, ast.Attribute) and _CHANGES.fullmatch(each.attr):
            root = root_of(each)  # also `map(steps.append, …)`
            if root not in effects.imported or _SWITCH.fullmatch(each.attr):
                yield root
        if isinstance(each, ast.Call):
            yield from _by_call(each, id(each) in dropped, effects)


def _by_call(call: ast.Call, dropped: bool, effects: Effects) -> Iterator[str]:
    """What one call may change; `dropped`: nothing is done with what it returns."""
    name = root_of(call.func)
    last = call.func.attr if isinstance(call.func, ast.Attribute) else name
    for keyword in call.keywords:
        if keyword.arg == "out":
            yield from _roots(keyword.value)
    if isinstance(call.func, ast.Attribute) and dropped and name not in effects.imported:
        yield name
    own = effects.of(name)
    if own is not None:
        yield from own.names
    module = effects.imported.get(name)
    known = isinstance(call.func, ast.Attribute) or module is not None or own is not None
    always = _CHANGES_ARGUMENT.fullmatch(last) is not None
    changes = (
        always
        or (own is not None and own.arguments)
        or (module is not None and dropped and not _SHOWS.fullmatch(module))
        or (module is None and isinstance(call.func, ast.Attribute) and _CHANGES.fullmatch(last))
    )
    if changes and (known or always):
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            yield from _roots(argument)


def _by_decorators(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, effects: Effects
) -> Iterator[str]:
    """What its decorators may change: `@add_to(Cell)`, `@named`, `@steps.append`."""
    for each in node.decorator_list:
        called = each.func if isinstance(each, ast.Call) else each
        name = root_of(called)
        if isinstance(called, ast.Attribute) and name not in effects.imported:
            yield name
        yield from (effects.of(name) or Effect()).names
        if isinstance(each, ast.Call) and effects.imported.get(name, "") not in (
            "keras",
            "tensorflow",
        ):
            for argument in [*each.args, *(keyword.value for keyword in each.keywords)]:
                yield from _roots(argument)
    if node.decorator_list and isinstance(node, _FUNCTION):  # `@patch def call(self: Cell, …)`
        first = [*node.args.posonlyargs, *node.args.args][:1]
        yield from (root_of(each.annotation) for each in first if each.annotation is not None)
    if isinstance(node, ast.ClassDef):  # what a base does for each class that inherits
        for base in node.bases:
            yield from (effects.of(root_of(base)) or Effect()).names


def _roots(node: ast.AST) -> Iterator[str]:
    """The names that an argument consists of, also inside a list or a tuple."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for each in node.elts:
            yield from _roots(each)
    elif root := root_of(node):
        yield root
