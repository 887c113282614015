"""Pendulums and vehicles obey their laws, and say what they cannot do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import ellipk

from course_utils.datasets import pendulum_energy, pendulum_step, pendulums, turning_vehicles


def test_the_energy_of_an_undamped_pendulum_drifts_by_less_than_a_ten_thousandth_in_a_minute() -> (
    None
):
    states = pendulums(5, 600, seed=0, swing=(2.5, 2.5))
    energy = pendulum_energy(states)
    assert states.shape == (5, 600, 2)
    assert np.abs(energy / energy[:, :1] - 1).max() < 1e-4


def test_a_pendulum_moves_as_another_integrator_says() -> None:
    states = pendulums(4, 50, seed=1, damping=0.3)

    def slope(_: float, y: np.ndarray) -> list[float]:
        return [y[1], -9.81 * np.sin(y[0]) - 0.3 * y[1]]

    for each in states:
        other = solve_ivp(slope, (0, 4.9), each[0], t_eval=0.1 * np.arange(50), rtol=1e-10)
        np.testing.assert_allclose(each, other.y.T, atol=1e-4)


def test_the_period_is_the_complete_elliptic_integral() -> None:
    angle = pendulums(1, 4000, seed=2, interval=0.01, swing=(2.0, 2.0))[0, :, 0]
    up = np.flatnonzero((angle[:-1] < 0) & (angle[1:] >= 0))
    period = 0.01 * np.diff(up).mean()
    assert period == pytest.approx(4 * ellipk(np.sin(1.0) ** 2) / np.sqrt(9.81), abs=2e-3)


def test_damping_takes_energy_away_at_every_step() -> None:
    energy = pendulum_energy(pendulums(5, 40, seed=3, damping=1.0))
    assert (np.diff(energy, axis=1) < 0).all()


def test_no_pendulum_has_more_energy_than_its_widest_swing() -> None:
    energy = pendulum_energy(pendulums(200, 1, seed=4, swing=(0.5, 2.5)))
    highest = 9.81 * (1 - np.cos([0.5, 2.5]))
    assert highest[0] - 1e-6 < energy.min()
    assert energy.max() < highest[1] + 1e-6


def test_a_pendulum_at_rest_has_no_energy_and_stays() -> None:
    states = pendulums(2, 5, seed=0, swing=(0.0, 0.0))
    np.testing.assert_array_equal(states, 0)
    np.testing.assert_array_equal(pendulum_energy(states), 0)


@pytest.mark.parametrize("make", [pendulums, turning_vehicles])
def test_the_same_seed_gives_the_same_and_another_one_gives_others(make) -> None:  # type: ignore[no-untyped-def]
    one = make(3, 8, seed=5)
    np.testing.assert_array_equal(one, make(3, 8, seed=5))
    assert not np.array_equal(one, make(3, 8, seed=6))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"count": 0}, "count"),
        ({"steps": 0}, "steps"),
        ({"interval": 0.0}, "interval"),
        ({"damping": -1.0}, "damping"),
        ({"swing": (1.0, 0.5)}, "swing"),
        ({"swing": (0.0, 3.2)}, "swing"),
    ],
)
def test_an_impossible_pendulum_is_refused_by_name(change, named) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=named):
        pendulums(**{"count": 2, "steps": 3, "seed": 0, **change})


def test_a_vehicle_stays_on_one_circle_at_one_speed() -> None:
    paths = turning_vehicles(20, 30, seed=0)
    moves = np.diff(paths, axis=1)
    chords = np.linalg.norm(moves, axis=2)
    np.testing.assert_allclose(chords, np.repeat(chords[:, :1], 29, axis=1), rtol=1e-9)
    angles = np.unwrap(np.arctan2(moves[..., 1], moves[..., 0]))
    turns = np.diff(angles, axis=1)
    np.testing.assert_allclose(turns, np.repeat(turns[:, :1], 28, axis=1), atol=1e-9)
    radius = chords[:, 0] / (2 * np.sin(np.abs(turns[:, 0]) / 2))
    speed = radius * np.abs(turns[:, 0]) / 0.4
    assert (speed > 3 - 1e-9).all()
    assert (speed < 15 + 1e-9).all()
    assert np.abs(turns).max() < 0.4 * 0.4


def test_a_vehicle_moves_as_a_numerical_integrator_says() -> None:
    path = turning_vehicles(1, 12, seed=3)[0]
    moves = np.diff(path, axis=0)
    angles = np.unwrap(np.arctan2(moves[:, 1], moves[:, 0]))
    turn = (angles[1] - angles[0]) / 0.4
    chord = np.linalg.norm(moves[0])
    speed = chord / (2 * np.sin(turn * 0.2) / turn)
    heading = angles[0] - turn * 0.2

    def slope(_: float, y: np.ndarray) -> list[float]:
        return [speed * np.cos(y[2]), speed * np.sin(y[2]), turn]

    times = 0.4 * np.arange(12)
    other = solve_ivp(slope, (0, times[-1]), [0, 0, heading], t_eval=times, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(path, other.y[:2].T, atol=1e-6)


def test_a_vehicle_that_does_not_turn_drives_straight_on() -> None:
    path = turning_vehicles(5, 10, seed=1, fastest_turn=0.0)
    np.testing.assert_allclose(np.diff(path, 2, axis=1), 0, atol=1e-9)


def test_the_noise_has_the_standard_deviation_that_was_asked_for() -> None:
    clean = turning_vehicles(400, 50, seed=2)
    noisy = turning_vehicles(400, 50, seed=2, noise=0.3)
    assert (noisy - clean).std() == pytest.approx(0.3, rel=0.02)


def test_one_position_is_the_origin() -> None:
    np.testing.assert_array_equal(turning_vehicles(3, 1, seed=0), np.zeros((3, 1, 2)))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"count": 0}, "count"),
        ({"steps": 0}, "steps"),
        ({"interval": 0.0}, "interval"),
        ({"noise": -0.1}, "noise"),
        ({"fastest_turn": -0.1}, "fastest_turn"),
        ({"speeds": (5.0, 4.0)}, "speeds"),
    ],
)
def test_an_impossible_vehicle_is_refused_by_name(change, named) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=named):
        turning_vehicles(**{"count": 2, "steps": 3, "seed": 0, **change})


@pytest.mark.parametrize("damping", [0.0, 1.5])
def test_one_step_of_the_law_leads_to_the_next_state_of_the_data(damping):
    states = pendulums(4, 6, seed=8, damping=damping)
    moved = pendulum_step(states[:, :-1], damping=damping)
    np.testing.assert_allclose(moved, states[:, 1:], atol=1e-12)


@pytest.mark.parametrize("wrong", [{"interval": 0.0}, {"damping": -1.0}])
def test_a_step_of_the_law_names_an_impossible_argument(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        pendulum_step(np.zeros((1, 2)), **wrong)
