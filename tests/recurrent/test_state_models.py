"""Models with a state, several at once: each is the equation, and each learns by itself."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.state_models import StateModels


@pytest.fixture(scope="module")
def wave():
    starts = np.random.default_rng(0).uniform(0, 2 * np.pi, 40)
    return np.cos(starts[:, None] + 0.5 * np.arange(13))


def by_equation(weights, inputs, fed, bend):
    W_x, W_h, b, W_y, b_y = weights
    h, y, outputs = np.zeros(len(b)), None, []
    for t, given in enumerate(inputs):
        u = given if fed is None or t < fed else y
        h = bend(u * W_x[0] + h @ W_h + b)
        y = (h @ W_y + b_y)[0]
        outputs.append(y)
    return np.array(outputs)


@pytest.mark.parametrize(("bent", "bend"), [(False, lambda z: z), (True, np.tanh)])
@pytest.mark.parametrize("fed", [None, 4])
def test_each_model_is_its_equation(wave, bent, bend, fed):
    models = StateModels(3, bent, (0.1, 0.01), (5, 6, 7))
    outputs = models.outputs(wave[:2], fed=fed)
    assert outputs.shape == (2, 3, 2, 13)
    expected = by_equation(models.weights(0.01, 6), wave[1], fed, bend)
    np.testing.assert_allclose(outputs[1, 1, 1], expected, rtol=1e-5, atol=1e-5)


def test_equal_seeds_begin_alike_at_every_rate_and_others_do_not():
    models = StateModels(2, True, (0.1, 0.01), (5, 6))
    np.testing.assert_array_equal(models.weights(0.1, 5)[1], models.weights(0.01, 5)[1])
    assert not np.allclose(models.weights(0.1, 5)[1], models.weights(0.1, 6)[1])


def test_a_linear_model_has_no_biases_to_fit():
    assert StateModels(2, False, (0.1,), (0,)).parameters == 8
    assert StateModels(2, True, (0.1,), (0,)).parameters == 11


def test_training_lowers_the_error_and_a_rate_of_almost_nothing_leaves_the_weights(wave):
    models = StateModels(2, False, (0.05, 1e-9), (0, 1))
    before = models.weights(1e-9, 1)

    def errors():
        made = models.outputs(wave[:, :-1], fed=5)[..., 4:]
        return ((made - wave[:, 5:]) ** 2).mean(axis=(2, 3))

    first = errors()
    models.fit(wave[:, :-1], wave[:, 1:], 200, fed=5)
    last = errors()
    assert (last[0] < 0.5 * first[0]).all()
    np.testing.assert_allclose(last[1], first[1], rtol=1e-3)
    np.testing.assert_allclose(models.weights(1e-9, 1)[1], before[1], atol=1e-5)


def test_a_model_does_not_depend_on_those_beside_it(wave):
    alone, beside = StateModels(2, True, (0.03,), (1,)), StateModels(2, True, (0.03, 0.3), (0, 1))
    for models in (alone, beside):
        models.fit(wave[:, :-1], wave[:, 1:], 20, fed=5)
    for one, other in zip(alone.weights(0.03, 1), beside.weights(0.03, 1), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_what_is_shown_after_the_fed_steps_does_not_matter(wave):
    models = StateModels(2, True, (0.1,), (0,))
    changed = wave.copy()
    changed[:, 4:] = 9.0
    np.testing.assert_array_equal(models.outputs(wave, fed=4), models.outputs(changed, fed=4))


@pytest.mark.parametrize(
    ("units", "rates", "seeds"), [(0, (1,), (1,)), (1, (), (1,)), (1, (1,), ())]
)
def test_impossible_sizes_are_refused(units, rates, seeds):
    with pytest.raises(ValueError, match="at least"):
        StateModels(units, True, rates, seeds)
