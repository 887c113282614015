"""The trainer of clip classifiers: it learns, it begins anew, it repeats."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.recurrent.clip_trainer import ClipTrainer


def build():
    return keras.Sequential(
        [
            keras.Input((3, 4)),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


@pytest.fixture(scope="module")
def task():
    videos = np.random.default_rng(0).normal(size=(100, 3, 4)).astype("float32")
    return videos, (videos[:, 0, 0] > 0).astype("int64")


def test_the_loss_falls_and_the_labels_are_learned(task):
    trainer = ClipTrainer(build, rate=0.05, batch=10)
    losses = trainer.fit(*task, epochs=20, seed=1)
    assert len(losses) == len(trainer.seconds) == 20
    assert min(trainer.seconds) > 0
    assert losses[-1] < 0.5 * losses[0]
    assert np.mean(np.asarray(trainer.model(task[0])).argmax(1) == task[1]) > 0.9


def test_every_fit_begins_anew_and_the_seed_alone_decides(task):
    trainer = ClipTrainer(build, rate=0.05, batch=10)
    first = trainer.fit(*task, epochs=3, seed=1)
    other = trainer.fit(*task, epochs=3, seed=2)
    again = trainer.fit(*task, epochs=3, seed=1)
    np.testing.assert_allclose(again, first, rtol=1e-6)
    assert not np.allclose(other, first, rtol=1e-3)


def test_too_few_clips_or_epochs_are_refused(task):
    trainer = ClipTrainer(build, batch=10)
    with pytest.raises(ValueError, match="epochs"):
        trainer.fit(*task, epochs=0)
    with pytest.raises(ValueError, match="batch of 10"):
        trainer.fit(task[0][:9], task[1][:9], epochs=1)
