"""Chapter 4's harness, at tiny size, with right answers."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch04_task_shapes_and_masking as experiment


def encode_decode(encode, decode, xs, h0, start, steps):
    h, y, ys = h0, start, []
    for t in range(xs.shape[1]):
        h = encode(xs[:, t], h)
    for _ in range(steps):
        y, h = decode(y, h)
        ys.append(y)
    return np.stack(ys, axis=1)


def last_state(hs, lengths):
    return hs[np.arange(len(hs)), lengths - 1]


@pytest.fixture(scope="module")
def few():
    """Six names of which capitals tell all: tokens (6, 4), lengths, kinds."""
    names = ["Ab", "AB", "ab", "Cab", "CAB", "caba"]
    letters = experiment.letters_of(names)
    tokens = np.zeros((6, 4), dtype=int)
    for row, name in zip(tokens, names, strict=True):
        row[: len(name)] = [letters[letter] for letter in name]
    return tokens, np.array(list(map(len, names))), np.array([0, 1, 2, 0, 1, 2])


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(experiment, "SPLIT", {"train": slice(0, 6), "test": slice(0, 6)})
    arms = {
        "Elman, mask": ("elman", 4, "behind", "own", 60, 0.02),
        "Elman, padding to 6": ("elman", 6, "behind", "end", 2, 0.02),
        "Elman, padding in front": ("elman", 6, "in front", "end", 60, 0.02),
    }
    monkeypatch.setattr(experiment, "ARMS", arms)


def test_names_are_short_in_a_fixed_order_and_keep_their_kinds():
    names, kinds = experiment.names_and_kinds()
    assert max(map(len, names)) == experiment.LONGEST
    known = dict(zip(*datasets.python_names(), strict=True))
    assert [known[name] for name in names] == kinds.tolist()
    assert names == experiment.names_and_kinds()[0] != sorted(names)
    assert 0 not in experiment.letters_of(names).values()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Fraction", "class"), ("_Hidden", "class"), ("SEEK_SET", "constant"), ("copy", "function")],
)
def test_the_style_guide_goes_by_capitals(name, kind):
    assert datasets.KINDS[experiment.spelling(name)] == kind


def test_the_last_step_is_the_last_that_counts():
    mask = np.array([[True, True, False], [True, True, True], [False, False, False]])
    last = experiment.last_step(mask)
    assert last.tolist() == [[False, True, False], [False, False, True], [False] * 3]


def test_padding_moves_to_the_front(few):
    tokens, lengths, _ = few
    moved = experiment.to_the_end(tokens, lengths)
    for row, before, length in zip(moved, tokens, lengths, strict=True):
        np.testing.assert_array_equal(row[-length:], before[:length])
        assert not row[:-length].any()
    assert experiment.padded_share(lengths, 4) == pytest.approx(1 - 16 / 24)


@pytest.mark.parametrize("arm", ["Elman, mask", "Elman, padding in front"])
def test_an_arm_learns_the_names_and_is_asked_at_their_last_letter(few, small, arm):
    networks = experiment.train_arm(arm, *few, seeds=range(2))
    assert experiment.accuracy(arm, networks, *few).tolist() == [1, 1]


def test_with_the_mask_the_width_changes_nothing_and_without_it_does(few, small):
    tokens, lengths, _ = few
    arm = "Elman, mask"
    networks = experiment.train_arm(arm, *few, seeds=range(2))
    curve = experiment.accuracy_by_padding(arm, networks, *few, [4, 9])
    assert curve.tolist() == [[1, 1], [1, 1]]
    assert experiment.change_of_answers(arm, networks, tokens, lengths, 30) == 0
    plain = experiment.change_of_answers("Elman, padding to 6", networks, tokens, lengths, 7)
    assert 0 <= plain <= 1


def test_a_students_functions_read_names_as_the_network_does(few, small):
    tokens, lengths, kinds = few
    networks = experiment.train_arm("Elman, mask", *few, seeds=[0])
    said, at_end = experiment.read_names(
        networks, tokens, lengths, lambda tokens, W: W[tokens], last_state
    )
    np.testing.assert_array_equal(said, kinds)
    np.testing.assert_array_equal(at_end, networks.answers(tokens)[0, :, -1])


def test_the_one_hot_takes_memory_in_proportion_to_the_rows():
    costs = experiment.look_up_costs(lambda tokens, W: W[tokens], [10_000, 40_000], tokens=16)
    seconds, most = costs["one-hot"].T
    assert (seconds > 0).all()
    assert most[1] / most[0] == pytest.approx(4, rel=0.2)
    assert costs["look-up"][1, 1] < most[0] / 4


def test_glimpses_hold_the_pixels_in_the_order_of_reading():
    image = np.arange(64.0).reshape(1, 8, 8)
    parts = experiment.glimpses(image, 2, 4)
    assert parts.shape == (1, 8, 8)
    np.testing.assert_array_equal(parts[0, 1], [4, 5, 6, 7, 12, 13, 14, 15])
    np.testing.assert_array_equal(experiment.glimpses(image, 1, 8)[0], image[0])


def test_a_line_knows_more_the_more_it_sees_and_networks_learn(monkeypatch):
    monkeypatch.setattr(experiment, "_LEARN", 150)
    images, labels = (each[:200] for each in experiment.digits_in_order())
    parts = experiment.glimpses(images, 4, 4)
    line = experiment.line_by_glimpse(parts, labels)
    assert line[0] < line[-1] > 0.7
    shares = experiment.accuracy_by_glimpse(parts, labels, range(2), updates=40)
    assert shares.shape == (2, 4)
    assert shares[:, -1].mean() > 0.2


def test_each_shape_has_a_task_whose_mask_has_its_pattern():
    spelled = [np.array([1, 2, 3]), np.array([2])] * 5
    sun = np.sin(np.arange(60) * 0.57)
    tasks = experiment.five_tasks(sun, spelled, np.array([0, 1] * 5))
    assert list(tasks) == list(experiment.SHAPES)
    for name, task in tasks.items():
        assert task.mask.shape == task.inputs.shape[:2] == task.targets.shape[:2]
        assert task.mask[0, -1] == experiment.SHAPES[name][1][-1]
    assert tasks["many to one"].mask[1].tolist() == [True, False, False]
    assert tasks["many to one to many"].mask[0].sum() == 11
    read, following = experiment.cut_sun(sun, 3, 2)
    np.testing.assert_array_equal(read[1, :, 0], sun[1:4])
    np.testing.assert_array_equal(following[1, :, 0], sun[4:6])


def test_the_naive_loss_is_beaten_on_a_wave_and_not_on_noise():
    def share(series):
        spelled = [np.array([1, 2])] * 3
        task = experiment.five_tasks(series, spelled, np.array([0, 1, 0]))["one to one"]
        return experiment.share_of_naive_loss(task, [0], updates=150, rate=0.02)

    slow = np.sin(np.arange(300) * 0.1)
    assert share(slow) < 0.3
    assert share(np.random.default_rng(0).normal(size=300)) > 0.8


def test_halves_apart_are_what_they_are_called():
    rng = np.random.default_rng(1)
    shapes = {"E_x": (1, 3), "E_h": (3, 3), "b": (3,), "D_y": (1, 3), "D_h": (3, 3), "c": (3,)}
    halves = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    halves |= {"W_y": rng.normal(size=(3, 1)), "b_y": np.zeros(1)}
    xs = rng.normal(size=(6, 4, 1))
    ways = experiment.halves_apart(halves, xs, 5, encode_decode)
    whole, other, bare = ways.values()
    assert whole.shape == (6, 5, 1)
    order = np.random.default_rng(0).permutation(6)
    np.testing.assert_allclose(other, whole[order])
    np.testing.assert_allclose(bare[:, 0], whole[:, 0])
    assert np.abs(bare[:, 1:] - whole[:, 1:]).max() > 1e-3


def test_a_line_goes_on_with_a_wave():
    wave = np.stack([np.sin(0.5 * np.arange(24) + k) for k in range(12)])[..., None]
    rivals = experiment.rivals_of_the_decoder(wave[:, :12], wave[:, 12:], wave[:, :12], 12)
    np.testing.assert_allclose(rivals["line"], wave[:, 12:, 0], atol=1e-6)
    np.testing.assert_array_equal(rivals["last angle"][:, 5], wave[:, 11, 0])
    assert not rivals["hanging still"].any()
    assert experiment.pendulum_angles(2, 5, 0).shape == (2, 5, 1)
