"""The harness of chapter 7 measures what it says, at sizes that take no time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.experiments import ch07_truncated_bptt as experiment
from tests.taught import taught_cell

BITS = (np.random.default_rng(0).random(330_000) < 0.2).astype("float32")


@pytest.fixture(autouse=True)
def _no_figure_stays() -> Iterator[None]:
    yield
    plt.close("all")


def network(units: int = 3) -> Any:
    """A GRU with a readout, whose states go in and come out."""
    import keras

    from course_utils.recurrent.carried import CarriedModel

    keras.utils.set_random_seed(1)
    gru = keras.layers.GRU(units, return_sequences=True, return_state=True)
    model = CarriedModel([gru, keras.layers.Dense(1)])
    model(np.zeros((1, 1, 1)), model.initial_states(1))
    return model


def cross_entropy(targets: Any, outputs: Any) -> Any:
    import keras

    return keras.losses.BinaryCrossentropy(from_logits=True)(targets, outputs)


def chunks(length: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Two rows of `length` bits in chunks, and the bit one step before as target."""
    places, _ = taught_cell("chunk_stream")(np.arange(1, 2 * length + 2), 2, steps)
    return BITS[places][..., None], BITS[places - 1][..., None]


def test_counting_costs_the_entropy_until_the_answer_is_among_the_bits() -> None:
    entropy = -0.2 * np.log2(0.2) - 0.8 * np.log2(0.8)
    blind, seeing = (experiment.bits_by_counting(BITS, 2, seen) for seen in (2, 3))
    assert blind == pytest.approx(entropy, abs=0.02)
    assert seeing < 0.01


def test_the_linear_bias_follows_its_closed_form() -> None:
    windows = [scale * np.ones(60) for scale in (1.0, 2.0)]
    linear = experiment.linear_gradients(taught_cell("truncated_gradient"), 0.8, windows, [4, 8])
    assert linear.bias(4) == pytest.approx(0.8**4, abs=1e-3)
    assert linear.bias(60) == 0.0
    assert linear.error_left(3, 8, 100) == linear.error_left(3, 8, 100)
    assert linear.error_left(3, 60, 400) < linear.error_left(3, 60, 4)
    assert linear.error_left(3, 4, 400) == pytest.approx(0.8**4, abs=0.1)


def test_a_tape_keeps_twice_as_much_for_twice_the_steps_and_no_more_for_more_chunks() -> None:
    model, train_chunk = network(), taught_cell("train_chunk")
    short, long, cut = (
        experiment.kept_bytes(train_chunk, model, cross_entropy, *chunks(length, steps))
        for length, steps in ((8, 8), (16, 16), (16, 8))
    )
    assert 1.5 < long / short < 2.5
    assert cut == pytest.approx(short, rel=0.1)
    assert experiment.exponent([8, 16, 32], [10, 20, 40]) == 1.0


def test_training_by_chunks_gives_a_loss_per_chunk_and_changes_the_weights() -> None:
    import keras

    model, before = network(), network().get_weights()
    inputs, targets = chunks(20, 4)
    optimizer = keras.optimizers.Adam(0.01)
    given = (taught_cell("train_chunk"), model, optimizer, cross_entropy, inputs, targets)
    trained = experiment.train_in_chunks(*given)
    assert len(trained.losses) == 5 and np.all(np.isfinite(trained.losses))
    assert trained.tokens_per_second > 0
    assert not np.allclose(before[0], model.get_weights()[0])
    experiment.begin_anew(model, network(), optimizer)
    assert experiment.train_in_chunks(*given).losses == pytest.approx(trained.losses)


def test_a_cut_gradient_is_the_full_one_where_nothing_is_cut() -> None:
    gru = experiment.CutGradients(network(), cross_entropy, BITS, 2, 4)
    full, cut = gru.average(0, 4, 2), gru.average(0, 1, 2)
    assert full.shape == cut.shape == (sum(w.size for w in network().get_weights()[:3]),)
    assert np.array_equal(full, gru.average(0, 4, 2))
    assert experiment.share_missing(full, full) == 0
    assert experiment.share_missing(cut, full) > 0.01
    assert not np.allclose(full, gru.average(1, 4, 2))


def test_half_a_width_is_students() -> None:
    runs = np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.0, 1.0, 0.0, 0.0]])
    expected = 2.776 * runs.std(1, ddof=1) / np.sqrt(5)
    assert experiment.half_widths(runs) == pytest.approx(expected, rel=1e-3)


def test_sequences_of_sunspots_read_on_after_their_context() -> None:
    data = experiment.sunspot_sequences(context=3, steps=5, first_test=1930)
    for context, inputs, targets in (data.fit, data.test):
        assert context.shape[1:] == (3,) and inputs.shape[1:] == targets.shape[1:] == (5, 1)
        assert np.array_equal(inputs[:, 1:], targets[:, :-1])
        assert np.array_equal(context[1:, -1], inputs[:-1, 0, 0])
    assert data.baseline > 10


def test_equal_seeds_fit_equal_starts_and_noise_makes_a_difference() -> None:
    import keras

    class Constant(keras.Model):
        """Forecasts what stands in its state, disturbed."""

        def __init__(self, kind: str) -> None:
            super().__init__()
            self.out = keras.layers.Dense(1, name=kind)

        def call(self, context: Any, inputs: Any, disturbance: Any) -> Any:
            return inputs + self.out(context[:, -1:] + disturbance)[:, None]

    data = experiment.sunspot_sequences(context=3, steps=5, first_test=1990)

    def fitted_with(kinds: list[str]) -> Any:
        def noise(rng: np.random.Generator, rows: int) -> np.ndarray:
            return rng.normal(size=(rows, 1))

        return experiment.fit_starts(Constant, kinds, data, 1, noise, updates=3)

    fitted, again = fitted_with(["zero", "noisy"]), fitted_with(["noisy"])
    assert len(fitted["zero"].weights) == len(fitted["noisy"].weights) == 8
    assert np.array_equal(fitted["noisy"].weights[2][0], again["noisy"].weights[2][0])
    assert not np.array_equal(fitted["zero"].weights[2][0], fitted["noisy"].weights[2][0])
    calm, shaken = (experiment.start_errors(fitted, size)["zero"] for size in (0.0, 5.0))
    assert calm.shape == (5,) and np.all(calm < shaken)
    figure = experiment.draw_starts({"zero": calm}, {"zero": shaken}, data.baseline)
    assert [len(ax.lines) for ax in figure.axes] == [2, 2]


def test_the_last_bit_is_that_of_the_chunk_before_until_the_next_is_shown() -> None:
    inputs, targets = experiment.last_bit_task(0, chunks=6, batch=2)
    shown = inputs[:, :, 2, 0] > 0
    assert np.array_equal(targets[:, :, 2, 0] > 0.5, shown)
    assert np.array_equal(targets[1:, :, 0, 0] > 0.5, shown[:-1])
    assert not inputs[:, :, [0, 1, 3]].any()


def test_the_figure_of_the_terms_tells_measured_and_computed_share() -> None:
    figure = experiment.draw_terms(taught_cell("truncated_gradient"), 0.8, 4)
    assert figure.axes[0].get_title().startswith("τ = 4: 41% of the gradient is missing")
    assert len(figure.axes[0].patches) == 40
