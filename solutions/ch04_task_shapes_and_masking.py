# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · Task shapes and masking
#
# Draft.

# %% tags=["setup"]
import numpy as np

from course_utils import check
from course_utils.start import start

start(seed=4)


# %% tags=["exercise"] exercise="pad_batch"
def pad_batch(sequences, value=0.0):
    """Put sequences of many lengths into one array. (15 minutes, difficulty 2 of 3)

    Args:
        sequences: a list of B arrays, all of them (T_i,) or all of them (T_i, F).
        value: the number that stands where a sequence has no value.

    Returns:
        The array, (B, T) or (B, T, F), where T is the largest T_i: row b holds the values of
        sequence b, and behind them the padding; and the lengths T_i, (B,), whole numbers.

    Raises:
        ValueError: the list is empty, the widths F differ, or (T_i,) stands beside (T_i, F).

    Example:
        pad_batch([np.array([5., 6.]), np.array([7.])]) gives [[5., 6.], [7., 0.]] and [2, 1].

    Edges: a T_i may be 0, all of them may; whole numbers and fractions may come together, in the
    sequences or as value: the array holds them all unchanged; no argument is changed.
    """
    ### BEGIN SOLUTION
    if not sequences or len({each.shape[1:] for each in sequences}) > 1:
        raise ValueError("sequences must be a list of at least one, all (T,) or all (T, F)")
    lengths = np.array([len(each) for each in sequences])
    shape = (len(sequences), lengths.max(), *sequences[0].shape[1:])
    padded = np.full(shape, value, dtype=np.result_type(*sequences, np.asarray(value)))
    for row, each in zip(padded, sequences):
        row[: len(each)] = each
    return padded, lengths
    ### END SOLUTION


# %% tags=["check"] exercise="pad_batch"
check("pad_batch", pad_batch)


# %% tags=["exercise"] exercise="length_mask"
def length_mask(lengths, steps):
    """Which steps of a padded batch count. (8 minutes, difficulty 1 of 3)

    Args:
        lengths: (B,) whole numbers, how many steps of each row count.
        steps: the number of steps of the padded array, at least 1.

    Returns:
        (B, steps) of dtype bool: `mask[b, t]` is True where t < lengths[b].

    Raises:
        ValueError: a length is below 0 or above steps.

    Example:
        length_mask(np.array([2, 0]), 3) gives [[True, True, False], [False, False, False]].

    Edges: a length may be 0, and the longest may be shorter than steps; no argument is changed.
    """
    ### BEGIN SOLUTION
    if lengths.min() < 0 or lengths.max() > steps:
        raise ValueError(f"lengths must lie in 0…{steps}, got {lengths}")
    return np.arange(steps) < lengths[:, None]
    ### END SOLUTION


# %% tags=["check"] exercise="length_mask"
check("length_mask", length_mask)


# %% tags=["exercise"] exercise="masked_sequence_loss"
def masked_sequence_loss(losses, mask):
    """The loss of a padded batch: a sum over steps, a mean over sequences. (10 minutes, 2 of 3)

    Args:
        losses: (B, T) the loss of each step.
        mask: (B, T) of dtype bool: True where the step counts; any pattern.

    Returns:
        A float: the losses that count, summed over the steps of each sequence; of these B sums
        the mean.

    Example:
        losses [[1., 2.], [4., 9.]] with mask [[True, True], [True, False]] give (3 + 4) / 2 = 3.5.

    Edges: what stands under False does not matter, be it NaN or infinite; NaN under True gives NaN;
    a row of False adds 0, and is one of the B; no argument is changed.
    """
    ### BEGIN SOLUTION
    return float(np.where(mask, losses, 0.0).sum(axis=1).mean())
    ### END SOLUTION


# %% tags=["check"] exercise="masked_sequence_loss"
check("masked_sequence_loss", masked_sequence_loss)


# %% tags=["exercise"] exercise="embed"
def embed(tokens, W):
    """The vector of each token: a one-hot times W, without the one-hot. (10 minutes, 1 of 3)

    Args:
        tokens: (B, T) whole numbers, 0 to V - 1.
        W: (V, E) one row for each token.

    Returns:
        (B, T, E): `result[b, t]` is row `tokens[b, t]` of W.

    Raises:
        ValueError: a token is below 0 or not below V.

    Example:
        tokens = [[2, 0]] and W = [[1.], [2.], [3.]] give [[[3.], [1.]]].

    Edges: T may be 0; no array of B·T·V numbers may be built on the way, of whatever dtype, nor
    one of V·V (one copy of W is allowed); no argument is changed.
    """
    ### BEGIN SOLUTION
    if ((tokens < 0) | (tokens >= len(W))).any():
        raise ValueError(f"tokens must lie in 0…{len(W) - 1}")
    return W[tokens]
    ### END SOLUTION


# %% tags=["check"] exercise="embed"
check("embed", embed)


# %% tags=["exercise"] exercise="last_state"
def last_state(hs, lengths):
    """The state after the last step that counts. (10 minutes, difficulty 2 of 3)

    Args:
        hs: (B, T, U) the states after each step of a padded batch.
        lengths: (B,) whole numbers, how many steps of each row count.

    Returns:
        (B, U) the state of row b after its last step that counts.

    Raises:
        ValueError: a length is below 1 or above T.

    Example:
        hs = [[[1.], [2.], [3.]]] with lengths = [2] gives [[2.]].

    Edges: what stands behind a row's length does not matter, be it NaN or infinite; no argument is
    changed.
    """
    ### BEGIN SOLUTION
    if lengths.min() < 1 or lengths.max() > hs.shape[1]:
        raise ValueError(f"lengths must lie in 1…{hs.shape[1]}, got {lengths}")
    return hs[np.arange(len(hs)), lengths - 1]
    ### END SOLUTION


# %% tags=["check"] exercise="last_state"
check("last_state", last_state)


# %% tags=["exercise"] exercise="encode_decode"
def encode_decode(encode, decode, xs, h0, start, steps):
    """Read a whole sequence, then write another one. (15 minutes, difficulty 2 of 3)

    Args:
        encode: a function, `encode(x, h)` with x (B, F) and h (B, U) returns the new h.
        decode: a function, `decode(y, h)` with y (B, O) and h (B, U) returns the pair (y, h): its
            output, (B, O), and the new state.
        xs: (B, T, F) what is read, T at least 1.
        h0: (B, U) the state before the first input.
        start: (B, O) what the first call of decode gets as y.
        steps: how many outputs to write, at least 1.

    Returns:
        (B, steps, O) the outputs. encode reads all of xs first; decode goes on from the state that
        is left, and is fed its own last output.

    Raises:
        ValueError: steps is below 1.

    Example:
        With encode(x, h) = x + h, decode(y, h) = (y + h, h), xs = [[[1.], [2.]]], h0 = [[0.]],
        start = [[10.]] and steps = 2 it returns [[[13.], [16.]]].

    Edges: encode is called T times and decode `steps` times; both take NumPy arrays and TensorFlow
    tensors; no argument is changed.
    """
    ### BEGIN SOLUTION
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    h = h0
    for t in range(xs.shape[1]):
        h = encode(xs[:, t], h)
    y, ys = start, []
    for _ in range(steps):
        y, h = decode(y, h)
        ys.append(y)
    return np.stack(ys, axis=1)
    ### END SOLUTION


# %% tags=["check"] exercise="encode_decode"
check("encode_decode", encode_decode)
