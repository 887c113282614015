"""Each way an answer can be unusable gets a message of its own, and never a traceback of ours."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from course_utils.checking import judge
from course_utils.checking.describing import plural
from course_utils.checking.probing import plain
from course_utils.checking.showing import as_html, as_text


def right(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b)


def stub(x, h, W_x, W_h, b):
    # YOUR CODE HERE
    raise NotImplementedError()


def raises(x, h, W_x, W_h, b):
    return np.tanh(x @ W_h + h @ W_x + b)  # the wrong way round


def endless(x, h, W_x, W_h, b):
    while True:
        time.sleep(0.01)


def deaf(x, h, W_x, W_h, b):
    while True:
        try:  # noqa: SIM105 - a student may write just this
            time.sleep(0.01)
        except:  # noqa: E722
            pass


def changes(x, h, W_x, W_h, b):
    before = h.copy()
    h += 1.0
    return right(x, before, W_x, W_h, b)


def prints(x, h, W_x, W_h, b):
    print("look at me", x.shape)
    return 0 * h


class Noisy(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def breaks_its_words(x, h, W_x, W_h, b):
    raise Noisy


def exits(x, h, W_x, W_h, b):
    sys.exit("bye")


def recurses(x, h, W_x, W_h, b):
    return recurses(x, h, W_x, W_h, b)


def few_arguments(x, h):
    return h


class AsClass:
    pass


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (None, "missing", "Define it in the cell above"),
        ("tanh", "wrong-kind", "string 'tanh'"),
        (3.0, "wrong-kind", "float"),
        (AsClass, "wrong-kind", "the class AsClass came"),
        (np.zeros(3), "wrong-kind", "without calling it"),
        (stub, "not-written", "not written yet"),
        (raises, "exception", "line"),
        (breaks_its_words, "exception", "Noisy"),
        (exits, "exception", "SystemExit"),
        (recurses, "exception", "RecursionError"),
        (few_arguments, "exception", "elman_step(x, h, W_x, W_h, b)"),
        (lambda *given: None, "none", "return"),
        (lambda *given: "tanh", "type", "string 'tanh'"),
        (lambda *given: AsClass, "type", "class AsClass"),
        (lambda *given: [[1.0, 2.0], [3.0]], "type", "Return the new state alone"),
        (lambda *given: (right(*given), given[1]), "shape", "more is returned than is asked for"),
        (lambda *given: right(*given) + 1e-6, "values", "off by up to"),
        (lambda *given: np.array([object()]), "type", "dtype is object"),
        (lambda *given: right(*given) + 0j, "type", "complex"),
        (lambda *given: right(*given).T, "shape", "(4, 3)"),
        (lambda *given: right(*given)[0], "shape", "(4,)"),
        (lambda *given: right(*given) * np.nan, "not-finite", "nan"),
        (lambda *given: right(*given) + 0.01, "values", "wrong values"),
        (changes, "changed-input", "`h`"),
    ],
)
def test_an_unusable_answer_is_told_what_is_wrong(answer, kind, words):
    result = judge("elman_step", answer)
    assert not result.passed
    assert result.findings[0].kind == kind
    said = " ".join(as_text(result).split())
    assert words in said
    assert "Traceback" not in said + as_html(result)
    assert "course_utils" not in said


@pytest.mark.parametrize("answer", [endless, deaf])
def test_an_endless_answer_is_stopped_even_if_it_swallows_exceptions(answer, monkeypatch):
    from dataclasses import replace

    from course_utils.checking import judging

    quick = replace(judging.exercise_named("elman_step"), seconds=0.5)
    monkeypatch.setattr(judging, "exercise_named", lambda name: quick)
    begin = time.perf_counter()
    result = judge("elman_step", answer)
    assert time.perf_counter() - begin < 60  # it would never end by itself
    assert result.findings[0].kind == "stopped"
    assert result.points == 0


def test_an_exception_is_shown_at_the_students_own_line():
    result = judge("elman_step", raises)
    (label,) = [label for label in result.findings[0].evidence if label.startswith("your line")]
    assert result.findings[0].evidence[label] == (
        "return np.tanh(x @ W_h + h @ W_x + b)  # the wrong way round"
    )


def test_what_the_answer_prints_is_kept_and_bounded():
    assert "look at me" in judge("elman_step", prints).printed
    loud = judge("elman_step", lambda *given: print("x" * 10_000_000))
    assert len(loud.printed) < 5_000


def test_right_values_from_changed_inputs_earn_half():
    result = judge("elman_step", changes)
    assert result.points == 1.0


def test_float32_on_float64_inputs_is_named_as_a_loss_of_precision():
    result = judge("elman_step", lambda *given: right(*(a.astype("float32") for a in given)))
    assert [finding.kind for finding in result.findings] == ["dtype"]


def test_a_wrong_count_is_told_as_one():
    def stops(step, h, xs):
        for _, x in zip(range(3), xs, strict=False):
            h = step(x, h)
            yield h

    result = judge("stream", stops)
    assert "The number of results should be 4, but is 3." in result.findings[0].message


def test_an_iterable_that_is_no_iterator_is_refused():
    class Again:
        def __init__(self, *given):
            self.given = given

        def __iter__(self):
            step, h, xs = self.given
            for x in xs:
                h = step(x, h)
                yield h

    result = judge("stream", lambda *given: Again(*given))
    assert result.findings[0].kind == "type"
    assert "next(...)" in result.findings[0].message


def test_an_isolation_case_names_the_term():
    def wrong(x, h, W_x, W_h, b):
        return np.tanh(x @ W_x + 0.5 * (h @ W_h) + b)

    result = judge("elman_step", wrong)
    assert "the recurrent term h W_h" in result.findings[0].message
    assert result.points == 0.0


def test_wrong_values_are_told_before_what_an_edge_case_raises():
    def median(truth, predicted):  # NumPy's median raises where there is no horizon at all
        return np.sqrt(np.median((predicted - truth) ** 2, axis=(0, 2)))

    first, *_ = judge("horizon_error", median).findings
    assert first.kind == "values"


def test_an_error_that_names_no_argument_costs_nothing_but_a_remark():
    from tests.bank.ch02_elman_cell.elman_cell import Base, register

    @register
    class Terse(Base):
        def __init__(self, units, **kwargs):
            if units < 1:
                raise ValueError("no")
            super().__init__(units, **kwargs)

    result = judge("ElmanCell", Terse)
    assert result.passed
    assert [finding.kind for finding in result.findings] == ["remark"]
    assert "`units`" in result.findings[0].message


def test_the_answer_does_not_move_the_students_random_stream():
    np.random.seed(1)
    expected = np.random.RandomState(1).rand()
    judge("elman_step", lambda *given: np.random.rand(3))
    assert np.random.rand() == expected


def test_other_seeds_draw_other_cases_and_the_same_seed_the_same():
    seen: list[list[bytes]] = []

    def recording(x, h, W_x, W_h, b):
        seen[-1].append(x.tobytes())
        return right(x, h, W_x, W_h, b)

    for seed in (0, 0, 1, 2**200):
        seen.append([])
        assert judge("elman_step", recording, seed).passed
    assert seen[0] == seen[1]
    assert seen[0] != seen[2] != seen[3]


def test_an_unknown_exercise_offers_the_nearest_name():
    from course_utils.errors import UnknownNameError

    with pytest.raises(UnknownNameError, match="elman_step"):
        judge("elman_stp", right)


def test_cases_that_fail_in_the_same_way_are_one_finding() -> None:
    result = judge("elman_step", lambda *given: right(*given).round(4))
    (finding,) = result.findings
    assert "close to what is right, but not equal" in finding.message
    assert "float32" not in finding.message
    result = judge("elman_step", lambda *given: right(*given)[None])
    (finding,) = result.findings
    assert "The first axis, of length 1, is too many" in finding.message
    assert "all but the bias b set to zero" in finding.evidence["also in"]
    assert "input term" not in finding.evidence["also in"]


def test_errors_that_are_not_raised_are_one_finding() -> None:
    result = judge("clip_by_global_norm", lambda gradients, max_norm: (gradients, 1.0))
    wanted = [each for each in result.findings if each.kind == "no-error"]
    assert len(wanted) <= 1


def test_whole_numbers_are_never_called_float32() -> None:
    result = judge("elman_step", lambda *given: right(*given).astype(int))
    said = as_text(result)
    assert "cut to whole numbers" in said
    assert "float32:" not in said


def test_what_is_right_to_float32_loses_a_fifth_whatever_its_dtype() -> None:
    def in_between(x, h, W_x, W_h, b):
        return right(x, h, W_x, W_h, b) * (1 + 1e-7)

    result = judge("elman_step", in_between)
    assert result.points == 0.8 * result.max_points
    assert "a step in float32" in " ".join(as_text(result).split())


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("the states", True),
        ("the new state", False),
        ("the weights' shapes", True),
        ("the weights' shape", False),
        ("the model's training setup", False),
        ("part 0 of the gradients", False),
        ("the bias", False),
        ("a loss", False),
    ],
)
def test_a_result_is_spoken_of_in_the_right_number(name, many):
    assert plural(name) == many


def test_an_iterator_that_ran_out_inside_a_generator_is_explained() -> None:
    def stream(step, h, xs):
        given = iter(xs)
        while True:
            h = step(next(given), h)
            yield h

    said = " ".join(as_text(judge("stream", stream)).split())
    assert "inside a generator that is an error" in said


def test_an_exception_everywhere_is_no_known_mistake_that_raises_somewhere() -> None:
    def misspelt(tokens, batch, steps):
        return tokenz[:3], tokens  # noqa: F821

    (finding, *_) = judge("chunk_stream", misspelt).findings
    assert (finding.kind, finding.mistake) == ("exception", None)
    assert "NameError" in finding.message


def test_what_breaks_at_an_edge_alone_is_known_however_it_breaks() -> None:
    def without_a_start(step, xs, h0):
        hs = []
        for t in range(xs.shape[1]):
            hs.append(step(xs[:, t], hs[-1] if hs else h0))
        return np.stack(hs, axis=1) if hs else {}["no step"]

    finding = judge("unroll", without_a_start).findings[0]
    assert finding.mistake == "no-empty-sequence"


def test_a_sentence_goes_on_in_small_letters_after_what_is_set_to_zero() -> None:
    def without_the_start(targets, start):
        inputs = np.zeros_like(targets)
        inputs[:, 1:] = targets[:, :-1]
        return inputs + 0.25 * np.asarray(start)

    said = " ".join(as_text(judge("shift_right", without_the_start)).split())
    assert "set to zero, what is fed has" in said


def test_a_mistake_that_fits_one_case_of_a_part_is_not_named() -> None:
    def steps_twice(step, h, xs):
        for x in xs:
            yield step(x, h)
            h = step(x, h)

    def clips_late(gradients, max_norm):
        if max_norm <= 0:
            raise ValueError(f"max_norm is {max_norm}")
        norm = np.sqrt(sum(np.sum(np.square(each, dtype=float)) for each in gradients))
        factor = max_norm / norm if norm > 2 * max_norm else 1.0
        return [factor * each for each in gradients], norm

    for name, answer in (("stream", steps_twice), ("clip_by_global_norm", clips_late)):
        result = judge(name, answer, seed=3)
        assert not result.passed
        assert [finding.mistake for finding in result.findings] == [None] * len(result.findings)


def test_a_whole_number_too_large_for_numpy_is_a_number() -> None:
    assert plain(10**30) == 1e30
    assert plain(-(10**400)) == -np.inf


def test_half_precision_is_not_called_right_to_six_digits() -> None:
    def halved(f, w, eps=1e-6):
        gradient = np.zeros_like(w)
        for place in np.ndindex(w.shape):
            more, less = w.copy(), w.copy()
            more[place] += eps
            less[place] -= eps
            gradient[place] = (f(more) - f(less)) / (2 * eps)
        return gradient.astype(np.float16)

    assert "six digits" not in as_text(judge("numerical_gradient", halved, seed=3))


def test_an_exception_is_told_before_the_time_that_was_up_for_other_cases(monkeypatch) -> None:
    from dataclasses import replace

    from course_utils.checking import judging

    quick = replace(judging.exercise_named("elman_step"), seconds=0.5)
    monkeypatch.setattr(judging, "exercise_named", lambda name: quick)

    def fills_the_memory(x, h, W_x, W_h, b):
        time.sleep(0.2)
        raise MemoryError("no more")

    first, second = judge("elman_step", fills_the_memory).findings
    assert (first.kind, second.kind) == ("exception", "stopped")
    assert "MemoryError" in first.message
