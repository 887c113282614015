"""The one sanitizer, in the builder and in nbval."""

from __future__ import annotations

import pytest

from course_utils.authoring.sanitize import nbval_rules, sanitize


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("~0.42", "~0.43"),
        ("~3 s", "~12 s"),
        ("~-0.5", "~0.5"),
        ("~+1.5", "~\u22121.5"),
        ("~1.2e-07", "~3.4E+12"),
        ("~12,345", "~9,876"),
        ("~1,234,567.8 parameters", "~1 parameters"),
        ("~12\u202f345", "~9"),
        ("~1_000", "~2"),
        ("~.5", "~1"),
        ("~3\u00d710\u207b\u2077", "~4 \u00d7 10\u207b\u2078"),
        ("~3\u00d710<sup>-7</sup>", "~0.1"),
        ("|   ~9.99 |", "|  ~10.01 |"),
        ("[~0.40, ~0.44]", "[~0.38, ~0.47]"),
        ("loss is ~0.5.", "loss is ~0.25."),
        ("~42%", "~7%"),
        ("(≈ 0.40 to 0.44)", "(≈ \u22120.38 to 1.2e-7)"),
        ("<b>≈ 0.4</b>", "<b>≈ \u22120.009</b>"),
        ("<td>~1</td>", "<td>~2.5</td>"),
        ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,BBBB=">'),
    ],
)
def test_measured_numbers_are_made_equal(a: str, b: str) -> None:
    assert sanitize(a) == sanitize(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("0.42", "0.43"),
        ("~0.42 s", "~0.42 ms"),
        ("~0.42, 3", "~0.42, 4"),
        ("~5,31", "~5,32"),
        ("~nan", "~0.5"),
        ("~inf", "~0.5"),
        ("about 3", "about 4"),
        ("~3 of 10", "~3 of 12"),
        ("~x", "~y"),
        ("~3e", "~3f"),
        ("alpha ~0.1", "beta ~0.1"),
        ("-~0.5", "~0.5"),
        ("≈ 3 of 10", "≈ 3 of 12"),
        ("≈ 3 to 10 s", "≈ 3 to 10 ms"),
        ("≈ 3, 0.40 to 0.44", "≈ 3, 0.41 to 0.44"),
    ],
)
def test_all_else_stays(a: str, b: str) -> None:
    assert sanitize(a) != sanitize(b)


def test_nbval_reads_the_same_rules() -> None:
    plugin = pytest.importorskip("nbval.plugin")
    import re

    text = "took   ~1.2e-07 s of ~12,345 in <img src='data:image/png;base64,AB=='>, 3"
    ours = sanitize(text)
    for pattern, replacement in plugin.get_sanitize_patterns(nbval_rules()):
        text = re.sub(pattern, replacement, text)
    assert text == ours


def test_the_rules_file_is_plain_ascii() -> None:
    assert nbval_rules().isascii()
