"""What a network that reads clips costs."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.recurrent.clip_costs import AT_ONCE, costs


def dense(shape, classes):
    return keras.Sequential(
        [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(classes)]
    )


@pytest.mark.parametrize("count", [4, 300])
def test_costs_are_counted_however_many_clips_there_are(count):
    clips = np.zeros((count, 3, 2, 2, 1), "float32")
    found = costs({"dense": dense}, clips, 5)["dense"]
    assert found.weights == 12 * 5 + 5
    assert found.operations == 2 * 12 * 5
    assert tuple(found.milliseconds) == AT_ONCE
    assert all(each > 0 for each in found.milliseconds.values())
    assert 0 < found.megabytes < 0.1
