"""Films: animated pictures that are the same bytes each time, and small."""

from __future__ import annotations

import io

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from course_utils.authoring.outputs import without_text_chunks
from course_utils.plots.film import film, film_bytes


def draw(value):
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1], [0, value])
    ax.set_title(f"frame {value}")
    return fig


def test_a_film_shows_one_frame_for_each_value_and_goes_on_for_ever():
    picture = Image.open(io.BytesIO(film_bytes(draw, [1, 2, 3], seconds=0.5)))
    assert picture.n_frames == 3
    assert picture.is_animated
    picture.seek(1)
    assert picture.info["duration"] == 500
    assert picture.info["loop"] == 0
    assert plt.get_fignums() == []


def test_the_same_drawing_gives_the_same_bytes():
    assert film_bytes(draw, [1, 2, 3]) == film_bytes(draw, [1, 2, 3])


def test_a_film_is_small_and_stays_a_film_when_the_notebook_is_cleaned():
    data = film_bytes(draw, range(10))
    assert len(data) < 60_000
    cleaned = Image.open(io.BytesIO(without_text_chunks(data)))
    assert cleaned.n_frames == 10


def test_nothing_to_show_and_no_time_to_show_it_are_refused():
    with pytest.raises(ValueError, match="values"):
        film_bytes(draw, [])
    with pytest.raises(ValueError, match="seconds"):
        film_bytes(draw, [1], seconds=0)


def test_without_a_notebook_nothing_is_displayed(capsys):
    film(draw, [1])
    assert capsys.readouterr().out == ""
