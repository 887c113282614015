"""What a wrong input does is told apart from what was wrong before."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.exposure import after_disturbance, law_after_disturbance, own_steps
from course_utils.recurrent.forecasters import Forecasters
from tests.taught import taught_cell


def law(states: np.ndarray) -> np.ndarray:
    return 0.5 * states + 1.0


def test_a_run_that_began_wrong_but_obeys_the_law_has_perfect_steps() -> None:
    run = [np.full((1, 3, 2), 40.0)]
    for _ in range(4):
        run.append(law(run[-1]))
    assert own_steps(np.stack(run, axis=2), law) == pytest.approx(np.zeros((1, 4)))


def test_steps_that_get_worse_on_own_outputs_are_seen() -> None:
    run = [np.zeros((1, 3, 2))]
    for k in range(4):
        run.append(law(run[-1]) + 0.1 * k)
    assert own_steps(np.stack(run, axis=2), law)[0] == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_the_law_passes_on_what_it_passes_on() -> None:
    windows = np.zeros((2000, 4, 1))
    for t in range(3):
        windows[:, t + 1] = law(windows[:, t])
    assert law_after_disturbance(law, windows, 2, [0.1, 0.2]) == pytest.approx(
        [0.05, 0.1], rel=0.05
    )


def test_a_network_that_says_no_change_passes_everything_on() -> None:
    networks = Forecasters(2, 3, [0, 1], updates=2)
    networks.weights[3].assign(0 * networks.weights[3])
    windows = np.ones((2000, 5, 2))
    errors = after_disturbance(taught_cell("shift_right"), networks, windows, 3, [0.1, 1.0])
    assert errors.shape == (2, 2)
    assert errors == pytest.approx(np.array([[0.1, 1.0]] * 2), rel=0.05)
    assert np.all(windows == 1.0)
