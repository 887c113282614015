"""Running parity: what is asked, and that a window knows it only while it holds all bits."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.parity import running_parity, window_table_accuracy


def test_the_answer_is_one_where_the_ones_so_far_are_odd():
    bits, answers = running_parity(np.random.default_rng(0), 20, 9)
    assert bits.shape == answers.shape == (20, 9, 1)
    ones = np.cumsum(bits > 0, axis=1)
    np.testing.assert_array_equal(answers > 0, ones % 2 == 1)
    assert set(np.unique(bits)) == {-1.0, 1.0}


def test_a_window_is_right_while_it_holds_all_bits_and_guesses_afterwards():
    rng = np.random.default_rng(1)
    accuracy = window_table_accuracy(
        running_parity(rng, 2000, 12), running_parity(rng, 2000, 12), 4
    )
    np.testing.assert_array_equal(accuracy[:4], 1)
    assert np.all(np.abs(accuracy[4:] - 0.5) < 0.05)


def test_a_window_without_bits_is_refused():
    sequences = running_parity(np.random.default_rng(2), 2, 3)
    with pytest.raises(ValueError, match="width is 0"):
        window_table_accuracy(sequences, sequences, 0)
