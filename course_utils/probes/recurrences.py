"""Find what steps from frame to frame, by what it does and never by what it is called.

A recurrence is one of Keras's recurrent layers; or whatever is called again and again in one run of
the network, each time with another frame, and whose calls depend on what it gave before: a cell in
a loop, or a convolution of the state; or a layer that goes through the frames with operations of
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from course_utils.probes.watched_layers import Call, arrays_in, calls_of, layers_of

__all__ = ["Recurrence", "recurrences_of"]

_SAME = 1e-7


@dataclass(frozen=True)
class Recurrence:
    """A layer that joins frames one after the other.

    Attributes:
        layer: the layer, or what the loop calls at each step.
        states: the places among the inputs of a call where its earlier outputs come back as they
            are; empty for a whole layer, and where something else of the loop stands between.
        stepped: whether the network calls it once a frame.
        beside: what else the loop calls once a frame, where the step is not one layer.
    """

    layer: Any
    states: tuple[int, ...] = ()
    stepped: bool = False
    beside: tuple[Any, ...] = ()

    def reads(
        self, model: Any, videos: np.ndarray, silenced: Sequence[Any] = ()
    ) -> np.ndarray | None:
        """What it is given, (B, T, …); None where that cannot be seen."""
        calls = calls_of(model, videos, [self.layer], silenced)[0]
        given = [_frame(call, self.states) for call in calls]
        if not given:
            return None
        if not self.stepped or len({each.shape for each in given}) > 1:
            return given[-1]
        return np.stack(given, axis=1)

    def step_with_a_pixel_more(
        self, model: Any, videos: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray]] | None:
        """The maps of one step, and those with more in a pixel of the state; None for no cell."""
        calls = calls_of(model, videos, [self.layer])[0]
        maps = [k for k, each in enumerate(calls[-1].inputs) if each.ndim == 4] if calls else []
        touched = [k for k in maps if k in self.states] or maps
        if not self.stepped or not touched:
            return None
        before, after = calls[-1].outputs, _with_a_pixel_more(self.layer, calls[-1], touched)
        return [(one, two) for one, two in zip(before, after, strict=True) if one.ndim == 4]


def recurrences_of(model: Any, videos: np.ndarray) -> list[Recurrence]:
    """Everything in the network that joins frames one after the other, the outermost only."""
    import keras

    layers = layers_of(model)
    ready = [each for each in layers if isinstance(each, keras.layers.RNN)]
    inside = _within(ready)
    others = [each for each in layers if id(each) not in inside and each not in ready]
    calls = calls_of(model, videos, others)
    found = _outermost(_stepped(model, videos, others, calls))
    found = [Recurrence(layer) for layer in ready] + found
    if found:
        return found
    return [Recurrence(each) for each in [*others, model] if _goes_through(each, model, videos)]


def _within(layers: Sequence[Any]) -> set[int]:
    return {id(each) for layer in layers for each in layer._flatten_layers(include_self=False)}


def _outermost(found: list[Recurrence]) -> list[Recurrence]:
    inside = _within([each.layer for each in found])
    return [each for each in found if id(each.layer) not in inside]


def _frame(call: Call, states: Sequence[int]) -> np.ndarray:
    """What a call is given beside its own earlier outputs."""
    return next((x for k, x in enumerate(call.inputs) if k not in states), call.inputs[0])


def _alike(one: np.ndarray, two: np.ndarray) -> bool:
    return one.shape == two.shape and bool(np.abs(one - two).max(initial=0) <= _SAME)


def _differ(one: Call, two: Call) -> bool:
    return any(not _alike(a, b) for a, b in zip(one.inputs, two.inputs, strict=False))


def _stepped(
    model: Any, videos: np.ndarray, layers: Sequence[Any], calls: Sequence[list[Call]]
) -> list[Recurrence]:
    """The layers that are called again with another frame and with what they gave before."""
    often = [(each, seen) for each, seen in zip(layers, calls, strict=True) if len(seen) > 1]
    found = []
    for layer, seen in often:
        deaf = calls_of(model, videos, [layer], [layer])[0]
        new_frames = any(_differ(deaf[0], each) for each in deaf[1:])
        own_past = any(_differ(a, b) for a, b in zip(seen, deaf, strict=False))
        if new_frames and own_past:
            states = _own_outputs(seen)
            beside = () if states else tuple(each for each, _ in often if each is not layer)
            found.append(Recurrence(layer, states, True, beside))
    return found


def _own_outputs(seen: Sequence[Call]) -> tuple[int, ...]:
    """The places among the inputs where an earlier output comes back as it is."""
    places = set()
    for before, call in pairwise(seen):
        for place, given in enumerate(call.inputs):
            if np.ptp(given) > _SAME and any(_alike(given, each) for each in before.outputs):
                places.add(place)
    return tuple(sorted(places))


def _with_a_pixel_more(layer: Any, call: Call, touched: Sequence[int]) -> list[np.ndarray]:
    """The outputs of a call again, with more in the middle pixel of some of its inputs."""
    import keras

    arrays = iter(range(len(call.inputs)))

    def more(value: Any) -> Any:
        if not arrays_in(value) or next(arrays) not in touched:
            return value
        changed = np.array(value)
        changed[:, changed.shape[1] // 2, changed.shape[2] // 2] += 1
        return keras.ops.convert_to_tensor(changed)

    args, kwargs = keras.tree.map_structure(more, (call.args, call.kwargs))
    return arrays_in(layer.call(*args, **kwargs))


def _goes_through(layer: Any, model: Any, videos: np.ndarray) -> bool:
    """Whether a layer of the student's own reads a sequence and mixes its frames, in their order,
    by weights that have no time axis."""
    if type(layer).__module__.startswith(("keras.", "tensorflow.")):
        return False
    inner = {id(w) for each in layer._flatten_layers(include_self=False) for w in each.weights}
    ranks = {len(w.shape) for w in layer.weights if id(w) not in inner}
    calls = calls_of(model, videos, [layer])[0]
    if len(calls) != 1 or not calls[0].outputs:
        return False
    given, gave = calls[0].inputs[0], calls[0].outputs[0]
    kernels = {5: {4}, 3: {2}}.get(given.ndim, set())
    if given.shape[:2] != videos.shape[:2] or not ranks & kernels or 5 in ranks:
        return False
    other = videos.copy()
    other[:, 0] = other[::-1, 0] ** 2
    first_changed = calls_of(model, other, [layer])[0][0].outputs[0]
    if gave.shape[:2] == videos.shape[:2] and gave.ndim == given.ndim:
        last_changed = _last_frame_changed(layer, model, videos)
        return not _alike(gave[:, 1:], first_changed[:, 1:]) or not _alike(
            gave[:, :-1], last_changed[:, :-1]
        )
    reversed_ = calls_of(model, videos[:, ::-1], [layer])[0][0].outputs[0]
    return not _alike(gave, reversed_) and not _alike(gave, first_changed)


def _last_frame_changed(layer: Any, model: Any, videos: np.ndarray) -> np.ndarray:
    other = videos.copy()
    other[:, -1] = other[::-1, -1] ** 2
    return calls_of(model, other, [layer])[0][0].outputs[0]
