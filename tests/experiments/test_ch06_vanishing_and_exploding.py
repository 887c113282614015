"""Chapter 6's harness, with right answers: relations that hold whatever the numbers are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.experiments import ch06_vanishing_and_exploding as experiment
from course_utils.plots import clipping, gradient_growth, matrices
from course_utils.plots.cliff import cliff
from course_utils.plots.training_gradients import while_learning
from course_utils.recurrent import copy_arms, copy_task, mean_field, random_networks
from course_utils.recurrent.cliff import descend, loss_and_gradient
from course_utils.recurrent.pushes import pushes
from course_utils.recurrent.two_lengths import two_lengths


def hidden_jacobian(hs, W_h):
    J = np.eye(len(W_h))
    for h in hs:
        J = (1 - h[:, None] ** 2) * (W_h.T @ J)
    return J


def with_radius(W, radius):
    return W * (radius / np.abs(np.linalg.eigvals(W)).max())


def title_of(ax):
    return (ax.get_title(loc="left") or ax.get_title()).replace("\n", " ")


def scalar_gradient(w, steps):
    with np.errstate(over="ignore"):
        return np.float64(w) ** steps


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def landscape():
    return experiment.landscape(hidden_jacobian, with_radius, seeds=[0])


def test_a_push_grows_on_the_tip_stays_without_friction_and_fades_with_it():
    pendulums = {"tip": (np.pi, 0.0), "free": (0.1, 0.0), "damped": (0.1, 1.0)}
    clock, sizes = pushes(pendulums, seconds=6.0, apart=1e-6)
    assert clock[-1] == pytest.approx(6) and {len(clock)} == {len(s) for s in sizes.values()}
    tip, free, damped = (size[-1] for size in sizes.values())
    assert tip == pytest.approx(np.cosh(6) * np.sqrt(1 + np.tanh(6) ** 2), rel=1e-3)
    assert 0.5 < free < 1.5
    assert damped < 0.1
    assert len(gradient_growth.pushes(clock, sizes).axes[0].lines) == 4


def test_one_tanh_unit_keeps_the_first_of_the_three_cases_alone():
    sizes = experiment.one_unit(scalar_gradient, hidden_jacobian)
    assert {values.shape for values in sizes.values()} == {(5, len(experiment.WEIGHTS))}
    cases = experiment.scalar_cases(sizes)
    assert cases.verdict == "qualified"
    assert max(cases.values["largest below 1"]) < -2
    assert max(cases.values["largest beyond 1"]) < 2
    assert set(cases.control_values["at w = −1"]) == {0.0}
    title = title_of(matrices.one_unit(experiment.WEIGHTS, sizes).axes[0])
    assert title.endswith("at no weight")


def test_units_that_obey_the_three_cases_support_the_claim():
    sizes = experiment.one_unit(scalar_gradient, hidden_jacobian)
    linear = dict.fromkeys(sizes, next(iter(sizes.values())))
    assert experiment.scalar_cases(linear).verdict == "supported"
    steady = dict(linear) | {"tanh, input of 0.1": np.zeros_like(linear["tanh, no input"])}
    assert experiment.scalar_cases(steady).verdict == "refuted"
    title = title_of(matrices.one_unit(experiment.WEIGHTS, linear).axes[0])
    assert "grows in 3 of 3 cases" in title


def test_matrices_of_one_radius_differ_in_their_singular_values_and_in_what_comes_first():
    found = experiment.same_radius(hidden_jacobian, with_radius, 0.8)
    for powers in found.values():
        assert powers.eigenvalues[0] == pytest.approx(0.8)
        assert powers.singular[0] >= 0.8 - 1e-9
        assert powers.norms[0] == pytest.approx(np.log10(powers.singular[0]))
        assert powers.norms[-1] < 0
    assert found["orthogonal"].norms.max() < 0 < found["random normal"].norms.max()
    assert found["chains of 8 units"].norms.max() > 1
    assert len(matrices.same_radius(0.8, found).axes) == 2


def test_a_gradient_keeps_its_size_where_its_logarithm_changes_sign():
    assert experiment.crossing([1.0, 2.0, 3.0], np.array([-1.0, -1.0, 3.0])) == 2.25
    assert np.isnan(experiment.crossing([1.0, 2.0], np.array([-2.0, -1.0])))
    assert experiment.gain_crossing(hidden_jacobian, 32, seeds=[0]) == pytest.approx(1.9, abs=0.25)


def test_theory_puts_the_boundaries_of_linear_and_relu_at_one_and_root_two():
    assert random_networks.boundary("linear") == pytest.approx(1, abs=1e-3)
    assert random_networks.boundary("ReLU") == pytest.approx(np.sqrt(2), abs=1e-3)
    assert mean_field.chi("tanh", 1.5, 1.0) < 1 < mean_field.chi("tanh", 1.5, 0.1)
    assert random_networks.decades("linear", 10.0) == pytest.approx(1)
    with pytest.raises(ValueError, match="activation"):
        mean_field.chi("sigmoid", 1.0, 0.0)


def test_the_gradient_grows_with_the_radius_and_in_a_linear_network_by_its_powers(landscape):
    assert list(landscape) == list(random_networks.NETWORKS)
    shape = len(experiment.RADII), len(experiment.STEPS)
    assert {values.shape for values in landscape.values()} == {shape}
    per_step = landscape["linear"] / experiment.STEPS - np.log10(experiment.RADII)[:, None]
    np.testing.assert_allclose(per_step, per_step[:1].repeat(len(per_step), 0), atol=1e-6)
    assert (landscape["tanh, loud"][:, -1] < landscape["linear"][:, -1]).all()


def test_the_figures_of_the_map_show_every_network(landscape):
    boundaries = dict.fromkeys(landscape, 1.0)
    fig = gradient_growth.maps(
        experiment.RADII, experiment.STEPS, landscape, boundaries, boundaries
    )
    assert len(fig.axes) == len(landscape) + 1  # and the colour bar
    last = {name: values[-1] for name, values in landscape.items()}
    values = np.array([0.5, 2j, -2j, 2.4])
    fig = gradient_growth.one_radius(2.4, values, experiment.STEPS, last, dict.fromkeys(last, 0.1))
    titles = [ax.get_title(loc="left") or ax.get_title() for ax in fig.axes]
    assert titles[0].startswith("3 of 4 eigenvalues")
    assert f"{sum(each[-1] > 0 for each in last.values())} of 4 networks explode" in titles[1]


def test_inputs_that_are_all_forgotten_by_a_product_support_the_claim():
    steady = np.tile(-0.1 * experiment.LAGS, (5, 1))
    reached = dict.fromkeys(
        ("tanh, radius 1, input of 1", "tanh, radius 2.5, input of 0.1"), steady
    )
    reached["tanh, orthogonal, input of 0.03"] = np.zeros_like(steady)
    early = experiment.forgotten(reached)
    assert early.verdict == "supported"
    assert early.values["100 steps over 50"] == (2.0,) * 5
    reached["tanh, radius 2.5, input of 0.1"] = -steady
    assert experiment.forgotten(reached).verdict == "qualified"


def test_a_bounded_activation_stops_gradients_where_the_input_is_loud_alone():
    stops = experiment.bounded(hidden_jacobian, with_radius)
    assert max(stops.values["state"]) <= 0
    assert (
        max(stops.values["gradient, loud input"]) < 0 < min(stops.values["gradient, quiet input"])
    )
    assert stops.verdict == "qualified"


def test_an_orthogonal_linear_network_forgets_nothing_and_equal_seeds_agree():
    reached = experiment.reach(hidden_jacobian, with_radius, seeds=[3, 3])
    assert {values.shape for values in reached.values()} == {(2, len(experiment.LAGS))}
    np.testing.assert_allclose(reached["linear, orthogonal"], 0, atol=1e-9)
    for values in reached.values():
        np.testing.assert_array_equal(values[0], values[1])
    assert reached["tanh, radius 1, input of 1"][0, 10] < -3
    assert reached["tanh, orthogonal, input of 0.03"][0, 10] > -1
    fig = gradient_growth.over_lags(experiment.LAGS, reached)
    assert len(fig.axes[0].lines) == 5
    assert "forgotten in 2 networks" in title_of(fig.axes[0])


def test_louder_inputs_make_the_gradient_smaller_and_tiny_weights_are_named_below_the_picture():
    initial = dict.fromkeys("abcd", lambda rng: rng.standard_normal((8, 8)) / np.sqrt(8))
    initial["tiny"] = lambda rng: 0.01 * rng.standard_normal((8, 8))
    driven = experiment.drives(hidden_jacobian, initial, seeds=[0, 1])
    assert driven["a"].shape == (2, len(experiment.DRIVES))
    np.testing.assert_array_equal(driven["a"], driven["b"])
    assert (driven["a"][:, -1] < driven["a"][:, 0]).all()
    (ax,) = gradient_growth.over_drives(experiment.DRIVES, driven).axes
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert [each for each in words if each.startswith("tiny: below −")]
    assert ax.get_ylim()[0] > driven["tiny"].max()


def test_the_gradient_on_the_cliff_is_that_of_its_loss_and_clipping_keeps_updates_short():
    w, b, eps = 1.4, -0.1, 1e-6
    by_w, by_b = loss_and_gradient(w, b)[1:]
    numeric = [
        (loss_and_gradient(w + i, b + j)[0] - loss_and_gradient(w - i, b - j)[0]) / (2 * eps)
        for i, j in ((eps, 0), (0, eps))
    ]
    np.testing.assert_allclose([by_w, by_b], numeric, rtol=1e-4)
    free = descend(lambda found: found)
    kept = descend(lambda found: [g * min(1, 1 / np.hypot(*found)[0]) for g in found])
    assert free.longest > 10
    assert kept.longest <= 0.05 + 1e-12
    assert kept.losses[-1] < 0.01 < free.losses[-1]
    axis = np.linspace(0.5, 2.5, 5)
    fig = cliff(axis, axis, np.ones((5, 5)), {"free": free, "kept": kept}, "What is seen")
    assert title_of(fig.axes[0]) == "What is seen"


def test_every_regime_has_its_title():
    weights = {0.5: "vanishes", 1.0: "constant", 2.0: "explodes", -0.5: "vanishes"}
    weights |= {-1.0: "alternates", -2.0: "explodes"}
    curves = {w: [w**T for T in range(1, 5)] for w in weights}
    fig = gradient_growth.regimes(curves, weights)
    titles = [ax.get_title(loc="left") or ax.get_title() for ax in fig.axes]
    assert titles == [f"w = {w}: {name}" for w, name in weights.items()]


# --- training ------------------------------------------------------------------------------------


def answer(weights, xs):
    import tensorflow as tf

    W_x, W_h, b, W_y = weights
    h = tf.zeros((W_h.shape[0], xs.shape[0], W_h.shape[-1]))
    for t in range(xs.shape[1]):
        h = tf.tanh(xs[:, t, None] * W_x + h @ W_h + b)
    return h @ W_y


def test_networks_that_share_a_graph_never_see_each_other():
    rng = np.random.default_rng(0)
    weights = copy_task.elman_weights(rng.standard_normal((3, 4, 4)), [0, 1, 0])
    np.testing.assert_array_equal(weights[0][0], weights[0][2])
    assert (weights[0][0] != weights[0][1]).all()
    compute, task = copy_task.compiled(answer), copy_task.draw(rng, 5)
    losses, found = copy_task.evaluate(compute, weights, *task)
    assert losses.shape == (3,)
    assert [g.shape for g in found] == [w.shape for w in weights]
    alone, own = copy_task.evaluate(compute, [w[1:2] for w in weights], *task)
    assert alone[0] == pytest.approx(losses[1], rel=1e-5)
    for one, all_three in zip(own, found, strict=True):
        np.testing.assert_allclose(one[0], all_three[1], rtol=1e-4, atol=1e-6)


def test_the_task_asks_for_the_first_input():
    xs, targets = copy_task.draw(np.random.default_rng(0), 7)
    assert xs.shape == (24, 7) and set(targets.ravel()) == {-1.0, 1.0}
    np.testing.assert_array_equal(xs[:, :1], targets)


def test_a_network_that_blew_up_has_the_error_two():
    losses = np.array([[0.5, 1.0, np.nan, 30.0]] * 20)
    np.testing.assert_allclose(copy_task.final_error(losses), [0.5, 1.0, 2.0, 2.0])


def test_the_best_rate_of_a_network_is_chosen_by_the_others():
    errors = np.array([[0.0, 0.9, 0.9], [0.5, 0.5, 0.5]])
    np.testing.assert_allclose(copy_task.at_best_rate(errors), [0.5, 0.9, 0.9])


def train(W_h, seeds, steps, rates, max_norms, watch=None):
    """Learns at the rates from 0.003 on, faster if it is clipped."""
    if watch is not None:
        for update in range(6):
            watch(update, copy_task.elman_weights(W_h, seeds))
    errors = [
        0.0 if rate > 0.002 else 0.6 + (norm is None)
        for rate, norm in zip(rates, max_norms, strict=True)
    ]
    return np.tile(errors, (20, 1))


def test_the_grid_names_each_start_and_sorts_by_clipping_and_rate():
    starts = {name: lambda seed: np.full((3, 3), seed) for name in "abc"}
    found = copy_arms.grid(train, starts, 4)
    shape = 2, len(copy_arms.RATES), len(copy_arms.SEEDS)
    assert {each.shape for each in found.values()} == {shape}
    np.testing.assert_allclose(found["a"][:, 0, 0], [1.6, 0.6])
    assert (found["a"][:, 1:] == 0).all()
    fig = clipping.grid(np.stack(list(found.values())), list(found), copy_arms.RATES, 4)
    assert len(fig.axes) == 4  # and the colour bar
    assert "3 of 3 starts learn if clipped, 3 if not; at 0.001 it is 0 and 0" in fig.get_suptitle()
    assert [text.get_text() for text in fig.axes[0].texts[:2]] == ["0/6", "6/6"]


def test_gradients_are_watched_while_networks_learn():
    starts = {"zero": lambda seed: np.zeros((3, 3)), "eye": lambda seed: np.eye(3)}
    seen = copy_arms.while_learning(train, hidden_jacobian, starts, steps=4, every=3)
    assert seen.updates == [0, 3]
    assert {each.shape for each in seen.sizes.values()} == {(2, 4)}
    assert seen.sizes["zero"].max() < -100 < seen.sizes["eye"].min()
    assert (np.diff(seen.sizes["eye"], axis=1) <= 0).all()  # slopes only take away
    fig = while_learning(seen.updates, seen.sizes, seen.losses, "What is seen")
    assert len(fig.axes) == 2 * len(starts) + 1
    assert fig.get_suptitle() == "What is seen"


def test_two_lengths_are_compared_for_every_seed():
    rates, seeds = (0.001, 0.1), 6
    recurrent = {2: np.zeros((2, seeds)), 8: np.ones((2, seeds))}
    W_h = 0.1 * np.random.default_rng(0).standard_normal((4, 4))
    compute = copy_task.compiled(answer)
    compared = two_lengths(recurrent, compute, W_h, updates=3, rates=rates, turns=2)
    assert compared.lengths == (2, 8)
    assert {each.shape for each in compared.errors.values()} == {(2, seeds)}
    assert {each.shape for each in compared.seconds.values()} == {(seeds,)}
    assert min(each.min() for each in compared.seconds.values()) > 0
    np.testing.assert_array_equal(compared.learned("recurrent", 2), 2)
    np.testing.assert_array_equal(compared.failed_at_best("recurrent", 8), 1)
    card = experiment.slow_and_unstable(compared)
    assert set(card.values["rates lost"]) == {2.0}
    assert set(card.values["fail at the best rate"]) == {1.0}


RATES = copy_arms.RATES


def errors_of(*by_rate):
    """(rates, seeds) final errors that differ a little from seed to seed."""
    return np.array(by_rate)[:, None] + 0.001 * np.arange(6)


@pytest.fixture
def outcome():
    """Clipping lets radius 2.5 learn at high rates, which it does at low rates without it."""
    nothing, learned = [1.0] * len(RATES), [0.1] * len(RATES)
    found = {
        name: np.stack([errors_of(*learned)] * 2) for name in ("Xavier", "orthogonal", "identity")
    }
    found |= {name: np.stack([errors_of(*nothing)] * 2) for name in ("radius 0.5", "small")}
    low_alone = [0.1, 0.1, 0.1, 0.1, 2.0, 2.0]
    found["radius 2.5"] = np.stack([errors_of(*low_alone), errors_of(*learned)])
    return found


def test_clipping_cures_only_if_no_smaller_rate_does(outcome):
    cures = experiment.clipping_cures(outcome)
    assert cures.verdict == "qualified"
    assert set(cures.values["rates gained"]) == {2.0}
    outcome["radius 2.5"][0] = 2.0
    assert experiment.clipping_cures(outcome).verdict == "supported"
    outcome["radius 2.5"][1] = 2.0
    assert experiment.clipping_cures(outcome).verdict == "refuted"


def test_clipping_cures_vanishing_if_it_does_so_at_one_rate(outcome):
    assert experiment.clipping_does_not_cure(outcome).verdict == "supported"
    outcome["radius 0.5"][1, 3] = 0.2
    assert experiment.clipping_does_not_cure(outcome).verdict == "refuted"


def test_xavier_helps_only_where_the_gradient_is_kept_with_loud_inputs_too(outcome):
    kept = np.random.default_rng(0).normal(size=(8, 5)) * 0.1
    assert experiment.xavier_helps(outcome, kept).verdict == "supported"
    kept[:, -1] = -19
    assert experiment.xavier_helps(outcome, kept).verdict == "qualified"
    outcome["Xavier"][1] = 1.0
    assert experiment.xavier_helps(outcome, kept).verdict == "refuted"


def test_the_figure_of_an_update_says_whether_it_is_the_formulas():
    arrays = [np.array([3.0]), np.array([[0.6, 0.8]])]
    for agree, title in ((True, "The update is the formula's"), (False, "Each weight gets")):
        (ax,) = clipping.updates(arrays, arrays, ["rnn/bias", "rnn/kernel"], agree).axes
        assert (ax.get_title(loc="left") or ax.get_title()).startswith(title)
        assert [bar.get_height() for bar in ax.patches] == pytest.approx([3, 1, 3, 1])
