"""What the embedded series and images are, by facts known from elsewhere."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets.carbon_dioxide import parse_weekly
from course_utils.datasets.registry import data_folder
from course_utils.errors import CorruptFileError, DataError


def test_co2_has_every_saturday_from_march_1958_to_december_2001() -> None:
    dates, ppm = datasets.co2_weekly()
    assert dates.dtype == np.dtype("datetime64[D]")
    assert (str(dates[0]), str(dates[-1])) == ("1958-03-29", "2001-12-29")
    assert set(np.diff(dates).astype(int)) == {7}
    assert ppm.shape == dates.shape
    assert ppm.dtype == np.float64


def test_no_sentinel_reaches_the_co2_array() -> None:
    _, ppm = datasets.co2_weekly()
    measured = ppm[~np.isnan(ppm)]
    assert np.isfinite(measured).all()
    assert measured.min() > 300  # Mauna Loa never saw less, nor 400 before 2013
    assert measured.max() < 400


def test_co2_is_missing_where_the_file_has_no_value_and_only_there() -> None:
    dates, ppm = datasets.co2_weekly()
    with (data_folder() / "co2_weekly.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    empty = {row["date"] for row in rows if not row["co2"]}
    nan = {str(date).replace("-", "") for date in dates[np.isnan(ppm)]}
    assert nan == empty
    assert len(nan) == 59


def test_co2_rises_by_the_known_rate_and_peaks_in_spring() -> None:
    dates, ppm = datasets.co2_weekly()
    year = 1970 + dates.astype(int) / 365.2425
    month = dates.astype("datetime64[M]").astype(int) % 12
    there = ~np.isnan(ppm)
    slope = np.polyfit(year[there], ppm[there], 1)[0]
    assert 1.2 < slope < 1.5  # ppm per year over these decades
    rest = ppm - np.polyval(np.polyfit(year[there], ppm[there], 2), year)
    seasonal = [np.nanmean(rest[month == m]) for m in range(12)]
    assert np.argmax(seasonal) == 4  # May
    assert np.argmin(seasonal) in (8, 9)  # September, October


@pytest.mark.parametrize("gap", ["", " ", "-9999", "-9999.0", "-999.99", "-99.99", "0", "nan"])
def test_every_way_to_write_a_missing_week_becomes_nan(gap: str) -> None:
    _, values = parse_weekly(f"date,co2\n20000101,369.1\n20000108,{gap}\n20000115,369.3\n")
    np.testing.assert_array_equal(values, [369.1, np.nan, 369.3])


def test_a_week_without_a_row_becomes_nan() -> None:
    dates, values = parse_weekly("date,co2\n19991225,368.0\n20000115,369.3\n")
    assert [str(date) for date in dates] == ["1999-12-25", "2000-01-01", "2000-01-08", "2000-01-15"]
    np.testing.assert_array_equal(values, [368.0, np.nan, np.nan, 369.3])


@pytest.mark.parametrize("second", ["20000107", "20000101", "19991225"])
def test_a_row_off_the_weekly_grid_is_refused_with_its_line(second: str) -> None:
    with pytest.raises(CorruptFileError, match="line 3"):
        parse_weekly(f"date,co2\n20000101,369.1\n{second},369.2\n")


def test_a_series_without_rows_is_refused() -> None:
    with pytest.raises(CorruptFileError, match="no rows"):
        parse_weekly("date,co2\n")


def test_sunspots_have_every_year_from_1700_to_2008_and_no_gap() -> None:
    years, numbers = datasets.sunspots_yearly()
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()


def test_sunspots_peak_in_1957_and_cycle_in_about_eleven_years() -> None:
    years, numbers = datasets.sunspots_yearly()
    assert years[numbers.argmax()] == 1957
    power = np.abs(np.fft.rfft(numbers - numbers.mean()))
    period = len(numbers) / power.argmax()
    assert 10 < period < 12


def test_digits_are_1797_images_in_0_to_1_with_the_published_class_counts() -> None:
    images, labels = datasets.digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)
    np.testing.assert_array_equal(images * 16, np.round(images * 16))  # 16 shades of ink
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(labels).tolist() == published


@pytest.mark.parametrize(
    "load",
    [datasets.co2_weekly, datasets.sunspots_yearly, datasets.digits, datasets.python_names],
)
def test_changing_what_one_call_returned_does_not_change_the_next(load) -> None:  # type: ignore[no-untyped-def]
    first = load()[1]
    kept = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(load()[1], kept)


def test_source_text_is_as_long_as_asked_and_always_the_same() -> None:
    text = datasets.source_text(300_000)
    assert len(text) == 300_000
    assert text.startswith(datasets.source_text(1000))
    assert "def " in text


def test_source_text_refuses_what_it_cannot_give() -> None:
    with pytest.raises(ValueError, match="characters"):
        datasets.source_text(0)
    with pytest.raises(DataError, match="Ask for fewer"):
        datasets.source_text(10**9)


def test_importing_datasets_loads_neither_pooch_nor_scikit_learn() -> None:
    code = (
        "import sys, course_utils.datasets as d; d.co2_weekly(); d.entries(); "
        "print(sorted({'pooch', 'requests', 'tqdm', 'sklearn', 'tensorflow'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_names_are_identifiers_and_those_that_everybody_knows_have_their_kind() -> None:
    names, kinds = datasets.python_names()
    assert len(names) == len(kinds) == len(set(names)) == 3100
    assert all(name.isidentifier() and name.isascii() for name in names)
    kind = {name: datasets.KINDS[k] for name, k in zip(names, kinds, strict=True)}
    known = {"Fraction": "class", "deepcopy": "function", "SEEK_SET": "constant"}
    assert {name: kind[name] for name in known} == known
    assert max(map(len, names)) == 40
    assert np.bincount(kinds).tolist() == [587, 1174, 1339]
