"""Mutations of expressions: the slips of a hand that writes array code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from tests.soundness.edits import Edit, Operator, Place, changed, replaced

__all__ = ["EXPRESSIONS"]

#: Activations that are mistaken for one another, as every library calls them.
_ACTIVATIONS = ("tanh", "sigmoid", "relu")
_NAMED_ACTIVATIONS = ("linear", "relu", "sigmoid", "softmax", "tanh")
_AXES = (-1, 0, 1, 2)
_ORDERED = (ast.MatMult, ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def swap_arguments(place: Place) -> Iterator[Edit]:
    """`f(a, b)` → `f(b, a)`, for every pair of positional arguments."""
    node = place.node
    if isinstance(node, ast.Call):
        for i, j in combinations(range(len(node.args)), 2):

            def swap(call: ast.Call, i: int = i, j: int = j) -> None:
                call.args[i], call.args[j] = call.args[j], call.args[i]

            yield changed(place, node, swap)


def drop_argument(place: Place) -> Iterator[Edit]:
    """`f(a, axis=1)` → `f(a)`; `f(a, b)` → `f(a)`."""
    node = place.node
    if isinstance(node, ast.Call):
        for k in range(len(node.keywords)):
            yield changed(place, node, lambda call, k=k: call.keywords.pop(k))  # type: ignore[misc]
        if len(node.args) > 1:
            yield changed(place, node, lambda call: call.args.pop())  # type: ignore[arg-type]


def drop_operand(place: Place) -> Iterator[Edit]:
    """`a + b` → `a` and → `b`, for every operator; `a or b` likewise."""
    node = place.node
    if isinstance(node, ast.BinOp):
        yield replaced(place, node.left)
        yield replaced(place, node.right)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield replaced(place, value)


def negate(place: Place) -> Iterator[Edit]:
    """`a + b` → `-a + b`; what is returned or yielded → its negative."""
    node = place.node
    operand = isinstance(place.parent, ast.BinOp) and place.parent.left is node
    if isinstance(node, ast.expr) and (operand or _is_result(place)):
        yield place.node, f"(-({ast.unparse(node)}))"


def _is_result(place: Place) -> bool:
    """Whether the node is what a function gives back, and not a tuple or list of several."""
    return (
        isinstance(place.parent, (ast.Return, ast.Yield))
        and isinstance(place.node, ast.expr)
        and not isinstance(place.node, (ast.Tuple, ast.List, ast.Constant))
    )


def spoil_result(place: Place) -> Iterator[Edit]:
    """What is returned or yielded, rounded to float32, with an axis more, with an axis less."""
    if _is_result(place):
        text = ast.unparse(place.node)
        yield place.node, f"({text}).astype('float32')"
        yield place.node, f"({text})[None]"
        yield place.node, f"({text})[..., None]"
        yield place.node, f"({text})[0]"


def swap_operands(place: Place) -> Iterator[Edit]:
    """`a @ b` → `b @ a`, and the other operators whose order matters."""
    node = place.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, _ORDERED):

        def swap(each: ast.BinOp) -> None:
            each.left, each.right = each.right, each.left

        yield changed(place, node, swap)


def product_by_element(place: Place) -> Iterator[Edit]:
    """`a @ b` → `a * b`, and back."""
    node = place.node
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield changed(place, node, lambda each: setattr(each, "op", ast.Mult()))
        elif isinstance(node.op, ast.Mult):
            yield changed(place, node, lambda each: setattr(each, "op", ast.MatMult()))


def transpose(place: Place) -> Iterator[Edit]:
    """`a @ b` → `a.T @ b`, and the arguments of calls; `a.T` → `a`."""
    node, parent = place.node, place.parent
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        operand = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.MatMult)
        argument = isinstance(parent, ast.Call) and node in parent.args
        if operand or argument:
            yield replaced(place, f"{node.id}.T")
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield replaced(place, node.value)


def replace_name(place: Place) -> Iterator[Edit]:
    """A parameter or local name → each other parameter or local name of the same function."""
    node, function = place.node, place.function
    if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and function):
        return
    names = _names_of(function)
    if node.id in names:
        for other in names:
            if other != node.id:
                yield replaced(place, other)


def _names_of(function: ast.FunctionDef) -> list[str]:
    given = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
    stored = [
        each.id
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    ]
    return [name for name in dict.fromkeys([*given, *stored]) if name not in ("self", "_")]


def replace_attribute(place: Place) -> Iterator[Edit]:
    """`self.kernel` → each other attribute of self that the class sets."""
    node = place.node
    if not (_of_self(node) and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)):
        return
    owner = next((each for each in place.parents if isinstance(each, ast.ClassDef)), None)
    if owner is None:
        return
    stored = dict.fromkeys(
        each.attr
        for each in ast.walk(owner)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and _of_self(each)
    )
    if node.attr in stored:
        for other in stored:
            if other != node.attr:
                yield replaced(place, f"self.{other}")


def _of_self(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def replace_axis(place: Place) -> Iterator[Edit]:
    """`axis=1` → each other axis."""
    node = place.node
    if isinstance(node, ast.keyword) and node.arg == "axis":
        try:
            present = ast.literal_eval(node.value)
        except ValueError:
            return
        for axis in _AXES:
            if axis != present:
                yield node.value, str(axis)


def shift_index(place: Place) -> Iterator[Edit]:
    """`a[i:j]` → `a[i + 1:j]`, `a[i:j - 1]`, …, without a bound; `a[i]` → `a[i + 1]`, …"""
    node = place.node
    if isinstance(node, ast.Slice):
        for name in ("lower", "upper"):
            bound = getattr(node, name)
            if bound is None:
                near = "1" if name == "lower" else "-1"
                yield _with(place, node, name, ast.parse(near, mode="eval").body)
            else:
                yield _with(place, node, name, None)
                for one in (1, -1):
                    yield _with(place, node, name, _plus(bound, one))
        if node.step is not None:
            yield _with(place, node, "step", None)
    elif isinstance(node, ast.expr) and _is_index(place) and not isinstance(node, ast.Constant):
        for one in (1, -1):
            yield replaced(place, _plus(node, one))


def _is_index(place: Place) -> bool:
    """Whether the node is an index that counts: in brackets, no slice, string or tuple."""
    parent, grand = place.parent, place.parents[1] if len(place.parents) > 1 else None
    if isinstance(parent, ast.Tuple) and isinstance(grand, ast.Subscript):
        holder: ast.AST | None = grand.slice
        return holder is parent and isinstance(place.node, (ast.Name, ast.BinOp))
    if isinstance(parent, ast.Subscript) and parent.slice is place.node:
        return isinstance(place.node, (ast.Name, ast.BinOp))
    return False


def _plus(node: ast.expr, one: int) -> ast.expr:
    """The expression plus or minus 1; a number is worked out."""
    try:
        number = ast.literal_eval(node)
    except ValueError:
        op = ast.Add() if one > 0 else ast.Sub()
        return ast.BinOp(node, op, ast.Constant(1))
    return ast.parse(str(number + one), mode="eval").body


def _with(place: Place, node: ast.Slice, name: str, value: ast.expr | None) -> Edit:
    return changed(place, node, lambda each: setattr(each, name, value))


def shift_range(place: Place) -> Iterator[Edit]:
    """`range(n)` → one more, one less, from 1, backwards."""
    node = place.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        for k, argument in enumerate(node.args[:2]):
            for new in (_plus(argument, 1), _plus(argument, -1)):

                def shift(call: ast.Call, k: int = k, new: ast.expr = new) -> None:
                    call.args[k] = new

                yield changed(place, node, shift)
        if len(node.args) == 1:
            yield changed(place, node, lambda call: call.args.insert(0, ast.Constant(1)))
        yield replaced(place, f"reversed({ast.unparse(node)})")


def replace_activation(place: Place) -> Iterator[Edit]:
    """`np.tanh(z)` → `z`, a sigmoid, a ReLU, tanh twice; `activation="relu"` → each other one."""
    node = place.node
    if isinstance(node, ast.Call) and len(node.args) == 1:
        name = _last_name(node.func)
        if name in _ACTIVATIONS:
            z = ast.unparse(node.args[0])
            home = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            dot = f"{home}." if home else ""
            others = {each: f"{dot}{each}({z})" for each in ("tanh", "sigmoid", "relu")}
            if home in ("np", "numpy"):
                others["sigmoid"] = f"1 / (1 + {home}.exp(-({z})))"
                others["relu"] = f"{home}.maximum({z}, 0)"
            for other, text in others.items():
                if other != name:
                    yield replaced(place, text)
            yield replaced(place, node.args[0])
            yield replaced(place, f"{ast.unparse(node.func)}({ast.unparse(node)})")
    elif isinstance(node, ast.Constant) and node.value in _NAMED_ACTIVATIONS:
        for other in _NAMED_ACTIVATIONS:
            if other != node.value:
                yield replaced(place, repr(other))


def _last_name(node: ast.expr) -> str:
    return (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )


def unwrap_call(place: Place) -> Iterator[Edit]:
    """`f(a)` → `a`, `f(a, 3)` → `a`, `a.f(…)` → `a`."""
    node = place.node
    if not isinstance(node, ast.Call) or isinstance(place.parent, ast.Raise):
        return
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield replaced(place, node.args[0])
    if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
        yield replaced(place, node.func.value)
    elif (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and place.function is not None
        and node.func.value.id in _names_of(place.function)
    ):
        yield replaced(place, node.func.value)


def change_sequence(place: Place) -> Iterator[Edit]:
    """`(a, b)` → `(b, a)`, without each element; `[h]` → `h`."""
    node = place.node
    if not (isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load)):
        return
    inside_index = isinstance(place.parent, ast.Subscript)
    for i in range(len(node.elts) - 1):

        def swap(each: ast.Tuple | ast.List, i: int = i) -> None:
            each.elts[i], each.elts[i + 1] = each.elts[i + 1], each.elts[i]

        yield _bare(changed(place, node, swap), inside_index)
    for i in range(len(node.elts)):

        def drop(each: ast.Tuple | ast.List, i: int = i) -> None:
            each.elts.pop(i)

        yield _bare(changed(place, node, drop), inside_index)
    if len(node.elts) == 1 and not isinstance(node.elts[0], ast.Starred):
        yield replaced(place, node.elts[0])


def _bare(edit: Edit, inside_index: bool) -> Edit:
    node, text = edit
    return node, text.removeprefix("(").removesuffix(")") if inside_index and text != "()" else text


def choose_branch(place: Place) -> Iterator[Edit]:
    """`a if c else b` → `a`, → `b`."""
    node = place.node
    if isinstance(node, ast.IfExp):
        yield replaced(place, node.body)
        yield replaced(place, node.orelse)


EXPRESSIONS: tuple[Operator, ...] = (
    swap_arguments,
    drop_argument,
    drop_operand,
    negate,
    spoil_result,
    swap_operands,
    product_by_element,
    transpose,
    replace_name,
    replace_attribute,
    replace_axis,
    shift_index,
    shift_range,
    replace_activation,
    unwrap_call,
    change_sequence,
    choose_branch,
)
