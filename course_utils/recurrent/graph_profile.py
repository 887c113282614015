"""What one gradient of a network consists of: operations, their longest chain, arithmetic."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Profile", "profile"]

#: Nodes that compute nothing: they name, shape or hand on what is there.
_IDLE = frozenset(
    {
        "BroadcastGradientArgs",
        "Cast",
        "ConcatOffset",
        "Const",
        "ExpandDims",
        "Fill",
        "FloorDiv",
        "FloorMod",
        "GatherV2",
        "Identity",
        "IdentityN",
        "Maximum",
        "NoOp",
        "OnesLike",
        "Pack",
        "Placeholder",
        "PreventGradient",
        "Prod",
        "Range",
        "Rank",
        "ReadVariableOp",
        "Reshape",
        "Shape",
        "ShapeN",
        "Size",
        "Slice",
        "Squeeze",
        "StopGradient",
        "StridedSlice",
        "ZerosLike",
    }
)


class Profile(NamedTuple):
    """A gradient's graph, counted as it is written, before anything is fused.

    Attributes:
        operations: nodes that compute.
        chain: the most of them that must wait for one another.
        arithmetic: floating-point operations, as TensorFlow's own profiler counts them.
    """

    operations: int
    chain: int
    arithmetic: int


def profile(graph: Any) -> Profile:
    """Count the nodes of a TensorFlow graph, the longest chain among them and their arithmetic.

    Args:
        graph: a tf.Graph without loops.
    """
    import tensorflow as tf

    depth: dict[str, int] = {}
    operations = 0
    for node in graph.get_operations():  # in an order in which they could run
        works = node.type not in _IDLE
        operations += works
        before = [depth[each.op.name] for each in node.inputs]
        depth[node.name] = max(before, default=0) + works
    log = tf.get_logger()
    level = log.level
    log.setLevel("ERROR")  # the profiler warns of its own parts on its first use
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    try:
        counted = tf.compat.v1.profiler.profile(graph, options=options)
    finally:
        log.setLevel(level)
    return Profile(operations, max(depth.values(), default=0), int(counted.total_float_ops))
