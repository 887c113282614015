"""Real handwritten digits, small enough to travel with scikit-learn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["digits"]


def digits() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Handwritten digits of 13 writers, 8 by 8 pixels; nothing is downloaded.

    The original counts the ink in blocks of 4 by 4 pixels, 0 to 16; here that is divided by 16.

    Returns:
        images: (1797, 8, 8), float32, 0 (paper) to 1 (ink); row 0 is the top.
        labels: (1797,), int64, 0 to 9.

    Source: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, the
    test part, as scikit-learn ships it.
    """
    from sklearn.datasets import load_digits

    ready = load_digits()
    return (ready.images / 16).astype(np.float32), ready.target.astype(np.int64)
