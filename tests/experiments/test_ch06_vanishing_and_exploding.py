"""Chapter 6's harness, with right answers: relations that hold whatever the numbers are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.experiments import ch06_vanishing_and_exploding as experiment
from course_utils.plots import clipping, gradient_growth
from course_utils.recurrent import copy_task, mean_field, random_networks
from course_utils.recurrent.pushes import pushes
from course_utils.recurrent.two_lengths import two_lengths


def hidden_jacobian(hs, W_h):
    J = np.eye(len(W_h))
    for h in hs:
        J = (1 - h[:, None] ** 2) * (W_h.T @ J)
    return J


def with_radius(W, radius):
    return W * (radius / np.abs(np.linalg.eigvals(W)).max())


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


def test_the_scalar_cases_hold_but_for_the_one_that_is_said_to_be_open():
    cases = experiment.scalar_cases(scalar_gradient)
    assert cases.verdict == "qualified"
    assert set(cases.values["unsettled"]) == {0.0}
    assert set(cases.control_values["below"]) == {0.0}


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
    fig = gradient_growth.maps(experiment.RADII, experiment.STEPS, landscape, boundaries)
    assert len(fig.axes) == len(landscape) + 1  # and the colour bar
    last = {name: values[-1] for name, values in landscape.items()}
    values = np.array([0.5, 2j, -2j, 2.4])
    fig = gradient_growth.one_radius(2.4, values, experiment.STEPS, last, dict.fromkeys(last, 0.1))
    titles = [ax.get_title(loc="left") or ax.get_title() for ax in fig.axes]
    assert titles[0].startswith("3 of 4 eigenvalues")
    assert f"{sum(each[-1] > 0 for each in last.values())} of 4 networks explode" in titles[1]


def test_inputs_that_are_all_forgotten_by_a_product_support_the_claim():
    steady = np.tile(-0.1 * experiment.LAGS, (5, 1))
    reached = dict.fromkeys(("tanh, radius 1, loud", "tanh, radius 2.5, quiet"), steady)
    reached["linear, orthogonal"] = np.zeros_like(steady)
    early = experiment.forgotten(reached)
    assert early.verdict == "supported"
    assert early.values["doubling"] == (2.0,) * 5
    reached["tanh, radius 2.5, quiet"] = -steady
    assert experiment.forgotten(reached).verdict == "qualified"


def test_a_bounded_activation_bounds_states_and_not_gradients():
    stops = experiment.bounded(hidden_jacobian, with_radius)
    assert max(stops.values["state"]) <= 0
    assert min(stops.values["gradient"]) > 0
    assert stops.verdict == "qualified"


def test_an_orthogonal_linear_network_forgets_nothing_and_equal_seeds_agree():
    reached = experiment.reach(hidden_jacobian, with_radius, seeds=[3, 3])
    assert {values.shape for values in reached.values()} == {(2, len(experiment.LAGS))}
    np.testing.assert_allclose(reached["linear, orthogonal"], 0, atol=1e-9)
    for values in reached.values():
        np.testing.assert_array_equal(values[0], values[1])
    assert reached["tanh, radius 1, loud"][0, 10] < -3
    assert len(gradient_growth.over_lags(experiment.LAGS, reached).axes[0].lines) == 4


def test_louder_inputs_make_the_gradient_smaller():
    initial = dict.fromkeys("abc", lambda rng: rng.standard_normal((8, 8)) / np.sqrt(8))
    driven = experiment.drives(hidden_jacobian, initial, seeds=[0, 1])
    assert driven["a"].shape == (2, len(experiment.DRIVES))
    np.testing.assert_array_equal(driven["a"], driven["b"])
    assert (driven["a"][:, -1] < driven["a"][:, 0]).all()
    assert len(gradient_growth.over_drives(experiment.DRIVES, driven).axes[0].lines) == 4


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
    weights = copy_task.elman_weights(rng.standard_normal((3, 4, 4)), rng)
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


def test_two_lengths_are_compared_for_every_group():
    asked = []

    def train(W_h, steps, max_norms, seed):
        asked.append((W_h.shape, steps, max_norms, seed))
        return np.full((20, len(W_h)), 0.0 if steps == 2 else 1.0), None

    W_h = 0.1 * np.random.default_rng(0).standard_normal((10, 4, 4))
    compute = copy_task.compiled(answer)
    compared = two_lengths(train, compute, W_h, updates=3, rate=0.1, lengths=(2, 8), turns=2)
    assert asked == [((10, 4, 4), steps, [None] * 10, 3) for steps in (2, 8)]
    for group in range(5):
        found = compared.longer("recurrent", group)
        assert (found["short"], found["more"]) == (0.0, 1.0)
        assert found["time"] > 0
    card = experiment.slow_and_unstable(compared)
    assert card.values["more"] == (1.0,) * 5


@pytest.fixture
def outcome():
    """Clipping helps radius 2.5 (the last start) and leaves radius 0.5 (the first) as it is."""
    means = np.array([[1.0, 0.1, 2.0], [1.0, 0.1, 0.1]])[..., None]
    return {20: means + 0.001 * np.arange(8)}


def test_the_verdicts_on_clipping_follow_from_the_outcome(outcome):
    largest = {20: np.full((2, 3, 8), 100.0)}
    cures = experiment.clipping_cures(outcome, largest)
    assert (cures.verdict, set(cures.values["largest"])) == ("supported", {2.0})
    assert experiment.clipping_does_not_cure(outcome).verdict == "supported"
    outcome[20][1, 0] = 0.2
    assert experiment.clipping_does_not_cure(outcome).verdict == "refuted"
    outcome[20][1, 2] = 1.5
    assert experiment.clipping_cures(outcome, largest).verdict == "refuted"
    assert len(clipping.errors(outcome, ["a", "b", "c"]).axes) == 2


def test_xavier_helps_only_where_the_gradient_is_kept_with_loud_inputs_too(outcome):
    kept = np.random.default_rng(0).normal(size=(8, 5)) * 0.1
    tiny = np.linspace(1.0, 1.01, 8)
    assert experiment.xavier_helps(outcome, kept, tiny).verdict == "supported"
    kept[:, -1] = -19
    assert experiment.xavier_helps(outcome, kept, tiny).verdict == "qualified"


def test_the_figure_of_an_update_says_whether_it_is_the_formulas():
    arrays = [np.array([3.0]), np.array([[0.6, 0.8]])]
    for agree, title in ((True, "The update is the formula's"), (False, "Each weight gets")):
        (ax,) = clipping.updates(arrays, arrays, ["rnn/bias", "rnn/kernel"], agree).axes
        assert (ax.get_title(loc="left") or ax.get_title()).startswith(title)
        assert [bar.get_height() for bar in ax.patches] == pytest.approx([3, 1, 3, 1])
