"""The harness of chapter 7 measures what it says, at sizes that take no time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.experiments import ch07_truncated_bptt as experiment
from course_utils.recurrent.afresh import begin_anew
from course_utils.recurrent.cut_gradients import share_missing
from course_utils.recurrent.cut_training import cut_network
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


def linear_of(steps: int) -> Any:
    """The linear network's gradients for inputs of 1 and of 2."""
    windows = [scale * np.ones(steps) for scale in (1.0, 2.0)]
    return experiment.linear_gradients(taught_cell("truncated_gradient"), 0.8, windows)


def test_a_sliding_cut_misses_the_power_and_a_cut_at_borders_the_mean_of_powers() -> None:
    linear = linear_of(60)
    for tau in (1, 4, 8):
        assert linear.sliding(tau) == pytest.approx(0.8**tau, abs=1e-3)
        expected = np.mean(0.8 ** np.arange(1, tau + 1))
        assert linear.at_borders(tau) == pytest.approx(expected, abs=1e-3)
    assert linear.sliding(60) == 0.0 < linear.at_borders(60)
    words = experiment.shares_in_words(0.8, {1: 0.8, 8: 0.17}, {1: 0.8, 8: 0.42})
    assert "~0.170" in words and "~0.420" in words


def test_random_cuts_average_out_and_fixed_ones_do_not() -> None:
    linear = linear_of(40)
    left = {
        way: [linear.error_left(3, way, 4, count) for count in (4, 1024)]
        for way in ("whole", "random", "sliding", "borders")
    }
    assert left["random"] == [linear.error_left(3, "random", 4, count) for count in (4, 1024)]
    assert left["whole"][1] < 0.1 * left["whole"][0]
    assert left["random"][1] < 0.2 * left["random"][0] and left["random"][1] < 0.1
    assert left["sliding"][1] == pytest.approx(linear.sliding(4), abs=0.02)
    assert left["borders"][1] == pytest.approx(linear.at_borders(4), abs=0.02)


def test_the_taught_train_chunk_cuts_at_borders() -> None:
    missed = experiment.shares_missed(taught_cell("train_chunk"), 0.8, np.ones(96), [4, 16])
    for tau, share in missed.items():
        assert share == pytest.approx(np.mean(0.8 ** np.arange(1, tau + 1)), abs=0.03)


def test_a_tape_keeps_twice_as_much_for_twice_the_steps_and_no_more_for_more_chunks() -> None:
    model, train_chunk = network(), taught_cell("train_chunk")
    short, long, cut = (
        experiment.kept_bytes(train_chunk, model, cross_entropy, *chunks(length, steps))
        for length, steps in ((8, 8), (16, 16), (16, 8))
    )
    assert 1.5 < long / short < 2.5
    assert cut == pytest.approx(short, rel=0.1)
    assert experiment.exponent([8, 16, 32], [10, 20, 40]) == 1.0


def test_a_tape_for_each_loss_keeps_more_than_twice_as_much_for_twice_the_steps() -> None:
    def copies(length: int) -> int:
        xs, ys = chunks(length, length)
        return experiment.bytes_of_copies(network(), cross_entropy, xs[0], ys[0])

    copies(2)
    assert 3 < copies(16) / copies(8) < 4.5


@pytest.mark.parametrize(("grows", "verdict"), [(1.0, "refuted"), (2.0, "supported")])
def test_quadratic_memory_can_be_found_and_can_be_refuted(grows: float, verdict: str) -> None:
    assert experiment.quadratic_memory(grows, 1.9).verdict == verdict
    assert experiment.quadratic_memory(grows, 1.2).verdict == "qualified"


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
    begin_anew(model, network(), optimizer)
    assert experiment.train_in_chunks(*given).losses == pytest.approx(trained.losses)


def test_a_cut_gradient_is_the_full_one_where_nothing_is_cut() -> None:
    gru = experiment.CutGradients(cut_network(3), cross_entropy, BITS, 2, 4)
    full = gru.full(0, 2)
    assert full.shape == (sum(w.size for w in network().get_weights()[:3]),)
    assert np.array_equal(full, gru.full(0, 2)) and not np.allclose(full, gru.full(1, 2))
    assert share_missing(gru.sliding(0, 8, 2), gru.full(0, 2, last_loss=True)) < 1e-6
    assert share_missing(gru.at_borders(0, 8, 2), full) < 1e-6
    assert share_missing(gru.at_borders(0, 1, 2), full) > 0.01
    assert not np.allclose(gru.at_random(0, 0.5, 2), full)


def gradients(left: dict[str, float]) -> list[experiment.NetworkGradients]:
    """Five networks with almost the same errors."""
    return [
        experiment.NetworkGradients(
            {4: 0.5}, {4: 0.6}, {name: value + seed / 1e4 for name, value in left.items()}
        )
        for seed in range(5)
    ]


@pytest.mark.parametrize(
    ("long_chunks", "random", "verdict"),
    [(0.3, 0.02, "supported"), (0.05, 0.02, "qualified"), (0.3, 0.3, "qualified")],
)
def test_bias_needs_an_error_that_stays_and_a_control_whose_error_goes(
    long_chunks: float, random: float, verdict: str
) -> None:
    left = {"chunks of 4": 0.8, "chunks of 32": long_chunks, "full gradient": 0.02}
    measured = experiment.not_averaged(gradients({**left, "random cuts": random}))
    assert measured.verdict == verdict


@pytest.mark.parametrize(
    ("error", "saved", "verdict"),
    [(0.3, 0.3, "qualified"), (0.02, 0.3, "supported"), (0.02, 0.0, "refuted")],
)
def test_like_minibatching_needs_both_cheap_updates_and_errors_that_go(
    error: float, saved: float, verdict: str
) -> None:
    networks = gradients({"chunks of 32": error, "full gradient": 0.02})
    long = [0.6 + seed / 1e4 for seed in range(5)]
    short, few = [each - saved for each in long], [each - 0.01 for each in long]
    assert experiment.like_minibatching(short, long, few, networks).verdict == verdict


@pytest.mark.parametrize(
    ("of_start", "of_inputs", "verdict"),
    [(0.2, 0.2, "supported"), (0.2, 0.0, "qualified"), (0.0, 0.2, "refuted")],
)
def test_robust_means_against_both_disturbances(
    of_start: float, of_inputs: float, verdict: str
) -> None:
    spread = 1 + np.arange(8) / 1e3
    errors = {
        name: {"zero": spread, "noisy": (1 - gain) * np.ones(8)}
        for name, gain in (("start", of_start), ("inputs", of_inputs), ("nothing", 0.0))
    }
    assert experiment.noise_makes_robust(errors).verdict == verdict


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
    figure = experiment.draw_starts({"zero": calm}, {"zero": shaken}, data.baseline, 1e-3)
    assert "the line" in figure.axes[0].get_title()
    tested = experiment.robustness(fitted, 5.0)
    assert set(tested) == {"nothing", "start", "inputs"}
    assert tested["nothing"]["zero"].mean() < tested["start"]["zero"].mean()
    assert "zero ~" in experiment.robustness_in_words(tested)
    experiment.draw_robustness(tested)


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


def test_the_title_of_the_reach_is_computed_from_the_networks() -> None:
    counted = [0.9] * 8 + [0.7]
    near = experiment.draw_reach({"τ = 4": [0.6], "τ = 16": [0.2]}, counted, 8, 1000)
    assert near.axes[0].get_title().startswith("τ = 16 get")
    none = experiment.draw_reach({"τ = 4": [0.6], "τ = 16": [0.6]}, counted, 8, 1000)
    assert none.axes[0].get_title().startswith("None gets")
    assert near.axes[0].get_ylim()[0] < 0


def test_the_other_figures_say_their_numbers() -> None:
    shares = {4: 0.41, 8: 0.17}
    cuts = experiment.draw_cuts(0.8, 4, [0.8, 0.6, 0.5, 0.4], shares, {4: 0.6, 8: 0.4})
    assert "80%" in cuts.axes[0].get_title() and "17.00% sliding" in cuts.axes[1].get_title()
    errors = {"whole": [1.0, 0.01], "a": [1.0, 0.02], "b": [1.0, 0.9], "c": [1.0, 0.8]}
    assert "2 of 4" in experiment.draw_averages([1, 1024], errors).axes[0].get_title()
    of = {4: [0.9, 0.8], 8: [0.6, 0.5]}
    memory = {8: 1.0, 16: 2.0, 32: 4.0}
    bargain = experiment.draw_bias_and_memory(of, of, memory, 8)
    assert "4.0 times the memory" in bargain.axes[1].get_title()
