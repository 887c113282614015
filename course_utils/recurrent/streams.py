"""A stream cut into chunks whose rows go on from chunk to chunk, and the proof that they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Stream", "stream"]

_ADVICE = (
    "A carried state belongs to the text before it. Keep the chunks in the order of the stream, "
    "row b of chunk k + 1 after row b of chunk k, and do not shuffle them or draw them at random."
)


@dataclass(frozen=True)
class Stream:
    """Chunks in order. Made by `stream`, which checks that they are.

    Attributes:
        inputs: (chunks, batch, steps, ...).
        targets: (chunks, batch, steps, ...).
        starts: (chunks, batch) of bool: where a row begins a new stream, so that its state is
            reset before the chunk; all True in the first chunk.
    """

    inputs: np.ndarray
    targets: np.ndarray
    starts: np.ndarray

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return int(self.inputs.shape[0])

    @property
    def batch(self) -> int:
        """How many rows each chunk has."""
        return int(self.inputs.shape[1])

    @property
    def tokens(self) -> int:
        """How many steps the network makes in one pass, over all rows."""
        return int(np.prod(self.inputs.shape[:3]))


def stream(
    inputs: np.ndarray,
    targets: np.ndarray,
    *,
    ends: np.ndarray | None = None,
    positions: np.ndarray | None = None,
) -> Stream:
    """Make a stream of chunks, and refuse chunks that are out of order.

    Args:
        inputs: (chunks, batch, steps, ...).
        targets: (chunks, batch, steps, ...); where they are the next inputs, they show the order.
        ends: (chunks,) or (chunks, batch) of bool: the stream ends with this chunk, and what
            follows is another one; nowhere but at the last chunk if left out.
        positions: (chunks, batch) whole numbers: where in its source each chunk begins. Needed
            where the targets are not the next inputs.

    Returns:
        The stream.

    Raises:
        ValueError: the shapes do not fit, the chunks are not in order, or nothing shows whether
            they are.
    """
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    if inputs.ndim < 3 or inputs.shape[:3] != targets.shape[:3] or 0 in inputs.shape[:3]:
        raise ValueError(
            f"inputs {inputs.shape} and targets {targets.shape} must both begin with the same "
            "(chunks, batch, steps), each at least 1."
        )
    chunks, batch, steps = inputs.shape[:3]
    ended = _ends(ends, chunks, batch)
    if positions is not None:
        _check_positions(np.asarray(positions), ended, (chunks, batch), steps)
    else:
        _check_tokens(inputs, targets, ended)
    starts = np.concatenate([np.ones((1, batch), bool), ended[:-1]])
    return Stream(inputs, targets, starts)


def _ends(ends: np.ndarray | None, chunks: int, batch: int) -> np.ndarray:
    """(chunks, batch) of bool."""
    if ends is None:
        return np.zeros((chunks, batch), bool)
    given = np.asarray(ends, dtype=bool)
    if given.shape == (chunks,):
        return np.repeat(given[:, None], batch, axis=1)
    if given.shape == (chunks, batch):
        return given
    raise ValueError(
        f"ends has the shape {given.shape}; give one per chunk, ({chunks},), or one per chunk and "
        f"row, ({chunks}, {batch})."
    )


def _check_positions(
    positions: np.ndarray, ended: np.ndarray, shape: tuple[int, int], steps: int
) -> None:
    if positions.shape != shape:
        raise ValueError(f"positions has the shape {positions.shape}; give one per row: {shape}.")
    broken = (np.diff(positions, axis=0) != steps) & ~ended[:-1]
    if broken.any():
        k, b = (int(each) for each in np.argwhere(broken)[0])
        raise ValueError(
            f"The stream is out of order: row {b} of chunk {k} covers positions {positions[k, b]} "
            f"to {positions[k, b] + steps - 1}, but row {b} of chunk {k + 1} begins at "
            f"{positions[k + 1, b]}. {_ADVICE}"
        )


def _check_tokens(inputs: np.ndarray, targets: np.ndarray, ended: np.ndarray) -> None:
    if inputs.shape != targets.shape or not np.array_equal(inputs[:, :, 1:], targets[:, :, :-1]):
        raise ValueError(
            "The targets are not the next inputs, so nothing shows whether the chunks are in "
            "order. Give positions=, the place in its source where each chunk begins."
        )
    apart = inputs[1:, :, 0] != targets[:-1, :, -1]
    broken = apart.any(axis=tuple(range(2, apart.ndim))) & ~ended[:-1]
    if broken.any():
        k, b = (int(each) for each in np.argwhere(broken)[0])
        raise ValueError(
            f"The stream is out of order: row {b} of chunk {k + 1} does not go on where row {b} "
            f"of chunk {k} stopped ({int(broken.sum())} of {broken.size} borders are broken). "
            f"{_ADVICE}"
        )
