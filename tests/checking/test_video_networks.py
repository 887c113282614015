"""What the numbers of a video network say: each word comes from the numbers that show it."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.checking.video_networks import prepared_in_words, structure_in_words

CLIPS, FRAMES, CLASSES = 4, 5, 3
INPUTS = {"shape": (FRAMES, 6, 6, 1), "classes": CLASSES}
SETUP = {"videos": np.zeros((CLIPS, FRAMES, 6, 6, 1)), "budget": (100, 200)}


def answers(*shape, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(CLASSES), size=shape)


@pytest.fixture
def reported():
    """What a right network of 3D convolutions reports."""
    told = answers(CLIPS)
    one_other = told.copy()
    one_other[-1] = answers(1, seed=1)
    return {
        "the network": "built and uncompiled",
        "the answers": told,
        "the shapes of its weights": [np.array([3, 3, 3, 1, 4]), np.array([4])],
        "the answers beside another last clip": one_other,
        "the answers to other frames": np.stack([told, *answers(FRAMES + 2, CLIPS, seed=2)]),
        "a dense layer on the flat clip": "absent",
        "the number of recurrent layers": 0,
        "the frames that its kernels reach over": np.array([3, 1]),
        "the answers without the 3D convolutions": [np.stack([told, told])],
    }


def said(reported, kind="kernels"):
    return structure_in_words(reported, INPUTS, SETUP, kind)


def test_the_numbers_of_a_right_network_say_that_it_is_right(reported):
    assert said(reported) == {
        "the network": "built and uncompiled",
        "the number of classes": CLASSES,
        "the number of clips": CLIPS,
        "the outputs": "probabilities that sum to 1",
        "the number of weights": "within the budget: 112",
        "the answer for a clip": "independent of the other clips",
        "a dense layer on the flat clip": "absent",
        "the number of frames that matter": "two or more",
        "the effect of the order of the frames": "present",
        "a recurrent layer": "absent",
        "a kernel over time": "present",
        "the source of the classes": "the 3D convolutions alone",
    }


@pytest.mark.parametrize(
    ("name", "change", "about", "words"),
    [
        ("the answers", lambda a: 2 * a, "the outputs", "numbers that do not sum to 1"),
        ("the answers", lambda a: a[:, :2], "the number of classes", 2),
        (
            "the answers beside another last clip",
            lambda a: a[::-1],
            "the answer for a clip",
            "dependent on the other clips",
        ),
        (
            "the answers to other frames",
            lambda a: np.concatenate([a[1:], a[:1]]),
            "the answer for a clip",
            "dependent on the other clips",
        ),
        (
            "the answers to other frames",
            lambda a: np.stack([a[0]] * (FRAMES + 1) + [*a[-2:]]),
            "the number of frames that matter",
            "none",
        ),
        (
            "the answers to other frames",
            lambda a: np.stack([*a[:-2], a[0], a[0]]),
            "the effect of the order of the frames",
            "absent",
        ),
        ("the frames that its kernels reach over", lambda a: a[1:], "a kernel over time", "absent"),
        (
            "the answers without the 3D convolutions",
            lambda pairs: [pairs[0] + np.array([0, 0.1])[:, None, None]],
            "the source of the classes",
            "not the 3D convolutions alone",
        ),
        (
            "the shapes of its weights",
            lambda shapes: [*shapes, np.array([10, 9])],
            "the number of weights",
            "above the budget: 202",
        ),
    ],
)
def test_one_number_that_is_otherwise_changes_the_word_for_it(reported, name, change, about, words):
    assert said({**reported, name: change(reported[name])})[about] == words


def test_a_report_without_its_numbers_says_nothing(reported):
    words = said(reported)
    with pytest.raises(KeyError):
        said(words)


def test_a_network_is_linear_where_the_logits_of_a_sum_are_the_sum_of_the_logits():
    logits = np.random.default_rng(0).normal(size=(3, CLIPS, CLASSES))
    nothing, one, two = logits
    allowed = {"the training of its weights": "allowed"}

    def way(both):
        chances = np.exp([nothing, nothing + one, nothing + two, nothing + both])
        chances /= chances.sum(axis=2, keepdims=True)
        words = prepared_in_words({**allowed, "the answers to a sum of clips": chances}, "kernels")
        return words["the way from the clip to the classes"]

    assert way(one + two) == "one linear map"
    assert way(one + two + np.tanh(one)) == "more than a linear map"
