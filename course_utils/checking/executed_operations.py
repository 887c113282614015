"""The types of TensorFlow's operations that are about to be executed, or put into a graph.

Whoever asks for them, and by whatever name: TensorFlow's Python passes one of a few doors on its
way to the runtime. The short way of the generated functions (`gen_nn_ops.conv3d`) is none of them:
those are Python functions with names of their own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

__all__ = ["ExecutedOperations"]

_Look = Callable[[dict[str, Any]], Iterable[str]]


class ExecutedOperations:
    """Looks out for operations whose type fits one of some patterns.

    Args:
        patterns: of whole types: see `ready_operations.OPERATIONS`.
    """

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._patterns = tuple(patterns)
        self._doors: dict[str, dict[str, _Look]] = {
            "tensorflow/python/eager/execute.py": {
                "quick_execute": self._executed,
                "execute_with_callbacks": self._executed,
                "execute_with_cancellation": self._executed,
            },
            "tensorflow/python/framework/ops.py": {"_create_op_internal": self._made},
            "tensorflow/python/client/session.py": {"run": self._in_session},
        }
        self._in_file: dict[str, dict[str, _Look]] = {}  # the same by whole paths, as they come
        self._in_function: dict[str, set[str]] = {}  # a function's name → what fits in its graph

    def in_file(self, file: str) -> bool:
        """Whether any of the doors is in this file."""
        path = file.replace("\\", "/")
        found = (doors for end, doors in self._doors.items() if path.endswith(end))
        self._in_file[file] = next(found, {}) if self._patterns else {}
        return bool(self._in_file[file])

    def by(self, frame: FrameType) -> Iterable[str]:
        """The types that fit among those that the frame, just entered, will execute or make.

        Args:
            frame: of a file that `in_file` has been asked about.
        """
        look = self._in_file[frame.f_code.co_filename].get(frame.f_code.co_name)
        return sorted(look(frame.f_locals)) if look else ()

    def _fits(self, operation: str) -> bool:
        return any(each.fullmatch(operation) for each in self._patterns)

    def _made(self, local: dict[str, Any]) -> Iterable[str]:
        """An operation is put into a graph."""
        return [local["op_type"]] if self._fits(local["op_type"]) else []

    def _executed(self, local: dict[str, Any]) -> Iterable[str]:
        """An operation is executed eagerly, or a graph with the name of a function is."""
        name = local["op_name"]
        return self._inside(name.decode() if isinstance(name, bytes) else name)

    def _inside(self, name: str) -> set[str]:
        if name in self._in_function:
            return self._in_function[name]
        context: Any = sys.modules["tensorflow.python.eager.context"].context()
        if not context.has_function(name):
            return {name} if self._fits(name) else set()
        found = self._in_function[name] = set()  # known before it is full: it may call itself
        nodes = context.get_function_def(name).node_def
        found |= {node.op for node in nodes if self._fits(node.op)}
        for called in _called(nodes):
            found |= self._inside(called)
        return found

    def _in_session(self, local: dict[str, Any]) -> Iterable[str]:
        """A graph is executed by a session: all of it counts, and its functions do."""
        graph = local["self"].graph.as_graph_def()
        nodes = [*graph.node, *(node for each in graph.library.function for node in each.node_def)]
        return {node.op for node in nodes if self._fits(node.op)}


def _called(nodes: Iterable[Any]) -> set[str]:
    """The functions that nodes of a graph call: the branches of a cond, a loop's body."""
    values = [value for node in nodes for value in node.attr.values()]
    names = [value.func.name for value in values]
    names += [each.name for value in values for each in value.list.func]
    return {name for name in (*names, *(node.op for node in nodes)) if name}
