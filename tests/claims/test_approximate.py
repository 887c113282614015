"""Numbers that may differ elsewhere, as they are printed."""

import pytest

from course_utils.authoring.sanitize import sanitize
from course_utils.claims.approximate import about


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.42, ".2f", "≈ 0.42"),
        (-0.009, ".3f", "≈ −0.009"),
        (-0.0004, ".3f", "≈ 0.000"),
        (0.3, "+.1f", "≈ +0.3"),
        (-1.5e-7, ".1e", "≈ −1.5e-07"),
        (12345.6, ",.0f", "≈ 12,346"),
    ],
)
def test_a_minus_is_a_minus_and_zero_has_none(value, spec, text):
    assert about(value, spec) == text


@pytest.mark.parametrize("spec", [".3f", "+.2f", ".1e", ",.0f"])
def test_the_sanitizer_knows_the_mark(spec):
    assert {sanitize(about(value, spec)) for value in (-3.25, 0.004, 1234.5)} == {"~#"}
