"""What an answer says of itself is shown as far as it helps, and no further."""

from __future__ import annotations

from course_utils.checking import judge
from course_utils.checking.types import Finding, Result
from course_utils.grading.judge.bounding import answer_shown, bounded


def said(result: Result) -> int:
    """Characters of all texts that an answer can choose."""
    texts = [result.printed, *result.flags]
    for finding in result.findings:
        texts += [finding.message, *finding.evidence, *finding.evidence.values()]
    return sum(map(len, texts))


def test_an_honest_verdict_is_shown_whole() -> None:
    def transposed(x, h, W_x, W_h, b):  # type: ignore[no-untyped-def]
        print("x", x.shape)
        return (x @ W_x + h @ W_h + b).T

    def raising(x, h, W_x, W_h, b):  # type: ignore[no-untyped-def]
        return x @ W_x + h @ W_h.nothing + b

    for answer in (transposed, raising):
        result = judge("elman_step", answer)
        assert result.findings
        assert said(result) > 100
        assert bounded(result) == result


def test_texts_of_any_length_come_to_a_page_at_most() -> None:
    long = "x" * 5_000
    evidence = {f"{k}{long}": long for k in range(50)}
    findings = tuple(Finding("values", long, evidence=evidence) for _ in range(50))
    shown = bounded(Result("f", 0.0, 1.0, False, findings, (long,) * 5, printed=long))
    assert said(shown) < 4_000
    assert all(each.message for each in shown.findings)
    assert shown.findings[0].message.startswith("x" * 600)
    assert shown.findings[0].message.endswith(" …")


def test_the_answer_is_shown_from_the_notebook_cell_by_cell() -> None:
    cells = ["import numpy as np", "class A:\n    pass", "A.x = 1\x1b[2J", "check(A)"]
    assert answer_shown(cells, (2, 3)) == "class A:\n    pass\n\nA.x = 1[2J"
    assert answer_shown(cells, ()) == ""
    assert len(answer_shown(["x" * 30_000] * 3, (1, 2, 3))) == 20_002
