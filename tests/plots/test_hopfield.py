"""Hopfield networks and fixed points: the figures show the numbers, the titles follow them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from course_utils.plots import flow, hopfield


def title_of(ax):
    return " ".join(ax.get_title().split())


def test_a_film_counts_what_comes_back_and_sees_an_energy_that_rises():
    stored = np.ones((2, 4))
    states = [np.ones((3, 4)), np.ones((3, 4))]
    states[1][2] = -1
    falling = np.array([3.0, 2.0, 1.0])
    ax = hopfield.recall_film(states, [falling, falling], stored, (0, 2)).axes[-1]
    assert title_of(ax) == "1 of 2 come back; the energy never rises"
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), falling)
    rising = hopfield.recall_film(states, [falling, falling[::-1]], stored, (0, 2))
    assert title_of(rising.axes[-1]).endswith("the energy sometimes rises")
    assert [picture.get_title() for picture in rising.axes[:3]] == ["after 0", "after 2", "stored"]


def test_the_title_names_where_each_way_falls_below_one_half():
    ways = {"a": np.array([[1, 1], [0.2, 0.4]]), "b": np.array([[1, 1], [1, 1]])}
    ax = hopfield.shares_recalled((2, 5), ways).axes[0]
    assert title_of(ax) == "Below one half: a from 5"
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [100, 30])
    none = hopfield.shares_recalled((2, 5), {"b": ways["b"]})
    assert title_of(none.axes[0]) == "All stay above one half"


def test_the_limit_is_marked_and_the_title_reads_the_first_kind():
    loads = (0.1, 0.12, 0.16, 0.2)
    shares = np.array([[1.0, 1.0], [0.9, 1.0], [0.4, 0.6], [0.0, 0.0]])
    ax = hopfield.capacity(loads, {"many units": shares, "few units": shares}).axes[0]
    assert title_of(ax) == "Many units: ~95% at 0.12, ~50% at 0.16, ~0% at 0.2 are remembered"
    assert hopfield.THEORY in [line.get_xdata()[0] for line in ax.lines]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [100, 95, 50, 0])


def test_pictures_stand_side_by_side_under_their_names():
    figure = hopfield.pictures({"one": np.ones(9), "two": -np.ones(9)}, "Two of them")
    assert [ax.get_title() for ax in figure.axes] == ["one", "two"]
    assert figure.axes[1].images[0].get_array().shape == (3, 3)


def test_a_plane_counts_its_fixed_points():
    points = [
        SimpleNamespace(state=np.array([0.9, 0.1]), stable=True),
        SimpleNamespace(state=np.zeros(2), stable=False),
    ]
    run = np.array([[0.0, 0.0], [0.5, 0.1]])
    figure = flow.planes(
        [
            ("Trained", 2 * np.eye(2), np.zeros(2), points, run),
            ("Bare", np.eye(2), np.zeros(2), [], run),
        ]
    )
    first, second = figure.axes
    assert [title_of(ax) for ax in figure.axes] == [
        "Trained: 1 stable, 1 unstable",
        "Bare: 0 stable, 0 unstable",
    ]
    np.testing.assert_array_equal(first.lines[0].get_xdata(), [0, 0.5])
    np.testing.assert_array_equal(first.lines[1].get_xdata(), [0.9])
    assert len(second.lines) == 1
