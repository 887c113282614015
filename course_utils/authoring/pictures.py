"""Whether two pictures show the same: of measured numbers no two runs draw the same pixels.

The measure: a pixel is *unmatched* if the other picture shows nothing like it nearby, that is if
one of its channels lies more than 0.25 (of full range) outside what that channel spans within 6
pixels there. The distance is the share of unmatched pixels among those that are drawn on (that are
not background), the larger of the two directions. Up to 0.05 is little: lines and labels may shift
by 6 pixels, but a curve that goes elsewhere, another number of bars or another colour is another
picture.
"""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

__all__ = ["LITTLE", "distance", "same_picture"]

LITTLE = 0.05
_REACH = 6  # pixels
_SIMILAR = 0.25  # of full range, per channel


def same_picture(a: str, b: str) -> bool:
    """Whether two base64-encoded PNGs have the same size and differ little."""
    if a == b:
        return True
    first, second = _pixels(a), _pixels(b)
    return first is not None and second is not None and distance(first, second) <= LITTLE


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """The larger share of drawn pixels of one picture that the other does not have nearby.

    Args:
        a: (H, W, 3), 0 to 1.
        b: the other; 1.0 is returned where its shape is not the same.
    """
    if a.shape != b.shape:
        return 1.0
    return max(_unmatched(a, b), _unmatched(b, a))


def _unmatched(a: np.ndarray, b: np.ndarray) -> float:
    drawn = np.abs(a - _background(a)).max(axis=2) > _SIMILAR  # (H, W)
    if not drawn.any():
        return 0.0
    darkest, lightest = -_nearby(-b), _nearby(b)  # (H, W, 3)
    outside = np.maximum(darkest - a, a - lightest).max(axis=2)
    return float((outside[drawn] > _SIMILAR).mean())


def _nearby(picture: np.ndarray) -> np.ndarray:
    """The largest value of each channel within reach of each pixel: (H, W, 3) → (H, W, 3)."""
    for axis in (0, 1):
        reach = [(_REACH, _REACH) if each == axis else (0, 0) for each in range(3)]
        padded = np.pad(picture, reach, mode="edge")
        length = picture.shape[axis]
        windows = [padded.take(range(k, k + length), axis=axis) for k in range(2 * _REACH + 1)]
        picture = np.maximum.reduce(windows)
    return picture


def _background(picture: np.ndarray) -> np.ndarray:
    """The colour that most pixels have, to 1/16 of full range: (3,)."""
    coarse = np.minimum((picture * 16).astype(np.int64), 15)
    codes = coarse @ np.array([256, 16, 1])
    most = np.bincount(codes.ravel(), minlength=4096).argmax()
    mean: np.ndarray = picture[codes == most].mean(axis=0)
    return mean


def _pixels(encoded: str) -> np.ndarray | None:
    """(H, W, 3), 0 to 1, of a base64-encoded picture on white; None where it is no picture."""
    try:
        image = Image.open(io.BytesIO(base64.b64decode(encoded)))
        image.load()
    except (OSError, ValueError):
        return None
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    flat = Image.alpha_composite(white, rgba).convert("RGB")
    return np.asarray(flat, dtype=np.float32) / np.float32(255)
