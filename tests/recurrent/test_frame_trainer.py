"""The trainer of next-frame networks: it learns, it begins anew, it repeats."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.recurrent.frame_trainer import FrameTrainer


def make():
    return keras.Sequential(
        [keras.Input((None, 4, 4, 1)), keras.layers.Conv3D(1, 1, activation="sigmoid")]
    )


def pairs(videos):
    return videos[:, :-1], videos[:, 1:]


@pytest.fixture(scope="module")
def still():
    """Clips in which nothing moves: the next frame is the present one."""
    frames = np.random.default_rng(0).integers(0, 2, size=(40, 1, 4, 4, 1))
    return np.repeat(frames, 3, axis=1).astype("float32")


def test_it_learns_that_nothing_moves(still):
    trainer = FrameTrainer(make, pairs, still[:2], rate=0.1)
    model = trainer.train(0, still, epochs=60)
    assert model is trainer.model
    assert np.mean((np.asarray(model(still)) > 0.5) == still) > 0.99


def test_every_training_begins_anew_and_the_seed_alone_decides(still):
    trainer = FrameTrainer(make, pairs, still[:2])
    first, other, again = (trainer.train(s, still, 2).get_weights()[0] for s in (1, 2, 1))
    np.testing.assert_allclose(again, first, rtol=1e-6)
    assert not np.allclose(other, first, rtol=1e-3)


def test_too_few_clips_or_epochs_are_refused(still):
    trainer = FrameTrainer(make, pairs, still[:2])
    with pytest.raises(ValueError, match="epochs"):
        trainer.train(0, still, epochs=0)
    with pytest.raises(ValueError, match="batch of 16"):
        trainer.train(0, still[:15], epochs=1)
