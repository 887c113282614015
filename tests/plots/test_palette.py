"""The palette: every pair of quantities can be told apart, with and without full colour vision."""

import itertools

import numpy as np
import pytest

from course_utils.errors import UnknownNameError
from course_utils.plots import palette

# Any two of these may meet in one figure.
QUANTITIES = ["INPUT", "HIDDEN", "CELL", "GATE", "OUTPUT", "LOSS", "TRUTH"]
QUANTITIES += ["BASELINE", "WEIGHT", "MUTED"]
PAIRS = list(itertools.combinations(QUANTITIES, 2))

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", 2009, severity 1.0; they act on linear RGB.
SIGHT = {
    "full colour vision": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(  # sRGB, D65 (IEC 61966-2-1)
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = TO_XYZ.sum(axis=1)


def linear(colour):
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    share = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    root = np.where(share > (6 / 29) ** 3, np.cbrt(share), share * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = root
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, sight):
    """CIE 1976 distance in Lab; 2.3 is just noticeable."""
    return np.linalg.norm(lab(SIGHT[sight] @ linear(one)) - lab(SIGHT[sight] @ linear(other)))


def contrast(colour):
    """WCAG contrast with white, 1 to 21."""
    return 1.05 / (linear(colour) @ TO_XYZ[1] + 0.05)


def test_the_simulation_agrees_with_known_values():
    assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=1e-6)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    for matrix in SIGHT.values():  # grey stays grey
        assert matrix @ np.full(3, 0.5) == pytest.approx(np.full(3, 0.5), abs=1e-5)
    assert distance("#D55E00", "#7A8B00", "deuteranopia") < 15  # a red and a green that meet
    assert distance("#D55E00", "#7A8B00", "full colour vision") > 50


@pytest.mark.parametrize("sight", SIGHT)
def test_every_pair_of_quantities_stays_apart(sight):
    near = {
        pair: round(float(distance(getattr(palette, pair[0]), getattr(palette, pair[1]), sight)), 1)
        for pair in PAIRS
    }
    assert {pair: gap for pair, gap in near.items() if gap < 15} == {}


def test_every_quantity_has_a_colour_of_its_own():
    assert len({getattr(palette, name) for name in QUANTITIES}) == len(QUANTITIES)


def test_every_data_colour_is_seen_on_white():
    for name in set(QUANTITIES) - {"MUTED"}:
        assert contrast(getattr(palette, name)) > 2.2, name


def test_text_in_any_colour_reads_on_white():
    for name in QUANTITIES:
        assert contrast(palette.text(getattr(palette, name))) >= 4.5, name
    assert contrast(palette.text("#FFFFFF")) >= 4.5


def test_a_colour_that_reads_already_is_left_alone():
    assert palette.text(palette.HIDDEN) == palette.HIDDEN


def test_black_reads_on_every_tint():
    for name in set(QUANTITIES) - {"TRUTH"}:
        tint = palette.tint(getattr(palette, name), 0.25)
        assert 21 / contrast(tint) >= 7, name


def test_a_tint_runs_from_white_to_the_colour():
    assert palette.tint("#0072B2", 0) == "#FFFFFF"
    assert palette.tint("#0072B2", 1) == "#0072B2"
    assert palette.tint("#000000", 0.2) == "#CCCCCC"


def test_every_colour_is_found_by_its_quantity():
    assert set(palette.OF.values()) == {getattr(palette, name) for name in QUANTITIES}
    assert palette.of("hidden state") == palette.HIDDEN


def test_an_unknown_quantity_is_refused_with_the_near_one():
    with pytest.raises(UnknownNameError, match="hidden state"):
        palette.of("hiden state")


@pytest.mark.parametrize("colour", ["red", "#12345", "0072B2#", "#GGGGGG"])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(ValueError, match="six hex digits"):
        palette.text(colour)


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_strength_outside_its_range_is_refused(strength):
    with pytest.raises(ValueError, match="strength"):
        palette.tint(palette.INPUT, strength)
