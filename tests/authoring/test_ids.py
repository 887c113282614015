"""Cell ids are stable, unique and readable."""

from __future__ import annotations

from typing import Any

import pytest

from course_utils.authoring.ids import ids_of
from course_utils.authoring.source import read_source

GIVEN = [
    "a-toy-text-1",
    "a-toy-setup-1",
    "doubling-text-1",
    "double",
    "double_check",
    "doubling-experiment-1",
    "doubling-experiment-2",
    "halving-text-1",
    "halving-predict-1",
    "Halver",
    "Halver_check",
    "halving-repair-1",
    "halving-experiment-1",
]


def ids(toy: Any) -> list[str]:
    return ids_of(read_source(toy.source))


def test_an_id_names_the_exercise_or_the_section_and_the_role(toy: Any) -> None:
    assert ids(toy) == GIVEN


@pytest.mark.parametrize(
    "cell",
    [
        '# %% tags=["experiment"]\nprint(0)\n\n',
        '# %% tags=["predict"]\nchoice = 0\n\n',
        "# %% [markdown]\n# More prose.\n\n",
        "# %% [markdown]\n# ```\n# # no heading, but code\n# ```\n\n",
    ],
)
def test_a_cell_inserted_into_one_section_changes_no_id_of_another(toy: Any, cell: str) -> None:
    first = '# %% tags=["experiment"]\nif solved("double")'
    toy.edit(first, cell + first)
    found = ids(toy)
    assert found[-6:] == GIVEN[-6:]
    assert found[:5] == GIVEN[:5]
    assert len(set(found)) == len(GIVEN) + 1


def test_a_section_inserted_before_changes_no_id_of_those_after(toy: Any) -> None:
    toy.edit("# ## Doubling\n", "# ## New\n\n# %% [markdown]\n# ## Doubling\n")
    assert [each for each in ids(toy) if each != "new-text-1"] == GIVEN


def test_an_explicit_id_wins_and_shifts_no_other_section(toy: Any) -> None:
    toy.edit('# %% tags=["predict"]', '# %% tags=["predict"] id="guess"')
    found = ids(toy)
    assert found[8] == "guess"
    assert found[:8] + found[9:] == GIVEN[:8] + GIVEN[9:]


def test_two_sections_of_one_name_are_told_apart(toy: Any) -> None:
    toy.edit("# ## Halving", "# ## Doubling")
    found = ids(toy)
    assert found[7] == "doubling-2-text-1"
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("What you can do: 5 lines?", "what-you-can-do-5-lines"),
        ("Élan $h_t$", "elan-h_t"),
        ("순환 신경망", "cell"),
        ("word " * 30, "word-word-word-word-word-word-word-word"),
    ],
)
def test_any_heading_gives_a_valid_id(toy: Any, heading: str, slug: str) -> None:
    toy.edit("# ## Halving", f"# ## {heading}")
    assert ids(toy)[7] == f"{slug}-text-1"
