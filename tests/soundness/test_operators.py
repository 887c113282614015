"""Each operator of mutation makes the slips it is named for, and no others."""

from __future__ import annotations

import ast

import pytest

from tests.soundness import expressions, statements
from tests.soundness.edits import Cell
from tests.soundness.mutants import mutants_of, sample


def made(module, operator, source):
    """What an operator makes of a source, in Python's own layout."""
    cell = Cell(source)
    found = set()
    for place in cell.places():
        for edit in getattr(module, operator)(place):
            found.add(ast.unparse(ast.parse(cell.apply(edit))))
    return found


EXPRESSIONS = [
    ("swap_arguments", "y = f(a, b)", {"y = f(b, a)"}),
    ("swap_arguments", "y = f(a, b, c)", {"y = f(b, a, c)", "y = f(c, b, a)", "y = f(a, c, b)"}),
    ("drop_argument", "y = f(a, axis=1)", {"y = f(a)"}),
    ("drop_argument", "y = f(a, b)", {"y = f(a)"}),
    ("drop_operand", "y = a + b", {"y = a", "y = b"}),
    ("drop_operand", "y = a or b", {"y = a", "y = b"}),
    ("drop_operand", "y = (a + b) * c", {"y = a * c", "y = b * c", "y = a + b", "y = c"}),
    ("negate", "y = a + b", {"y = -a + b"}),
    ("swap_operands", "y = a @ b", {"y = b @ a"}),
    ("swap_operands", "y = a + b", set()),
    ("swap_operands", "y = a - (b - c)", {"y = b - c - a", "y = a - (c - b)"}),
    ("product_by_element", "y = a @ b", {"y = a * b"}),
    ("transpose", "y = a @ b", {"y = a.T @ b", "y = a @ b.T"}),
    ("transpose", "y = f(a.T)", {"y = f(a)"}),
    ("replace_axis", "y = f(a, axis=1)", {f"y = f(a, axis={k})" for k in (-1, 0, 2)}),
    ("shift_index", "y = a[i]", {"y = a[i + 1]", "y = a[i - 1]"}),
    (
        "shift_index",
        "y = a[:, t]",
        {"y = a[:, t + 1]", "y = a[:, t - 1]"} | {"y = a[1:, t]"} | {"y = a[:-1, t]"},
    ),
    (
        "shift_index",
        "y = a[i:5]",
        {f"y = a[{k}]" for k in (":5", "i + 1:5", "i - 1:5", "i:", "i:6", "i:4")},
    ),
    (
        "shift_range",
        "range(n)",
        {"range(n + 1)", "range(n - 1)", "range(1, n)", "reversed(range(n))"},
    ),
    (
        "replace_activation",
        "y = np.tanh(z)",
        {
            "y = z",
            "y = np.tanh(np.tanh(z))",
            "y = np.maximum(z, 0)",
            "y = 1 / (1 + np.exp(-z))",
        },
    ),
    (
        "replace_activation",
        "y = ops.tanh(a + b)",
        {
            "y = a + b",
            "y = ops.tanh(ops.tanh(a + b))",
            "y = ops.relu(a + b)",
            "y = ops.sigmoid(a + b)",
        },
    ),
    (
        "replace_activation",
        "Dense(4, activation='relu')",
        {f"Dense(4, activation='{k}')" for k in ("linear", "sigmoid", "softmax", "tanh")},
    ),
    ("unwrap_call", "y = np.array(a)", {"y = a"}),
    ("unwrap_call", "y = f(a)[0].copy()", {"y = f(a)[0]", "y = a[0].copy()"}),
    (
        "change_sequence",
        "y = h, [h]",
        {"y = ([h], h)", "y = ([h],)", "y = (h,)"} | {"y = (h, [])", "y = (h, h)"},
    ),
    ("choose_branch", "y = a if c else b", {"y = a", "y = b"}),
    (
        "replace_name",
        "def f(a, b):\n    return a",
        {"def f(a, b):\n    return b"},
    ),
    (
        "replace_name",
        "def f(a):\n    c = a\n    return c",
        {"def f(a):\n    c = c\n    return c", "def f(a):\n    c = a\n    return a"},
    ),
    (
        "replace_attribute",
        "class C:\n\n    def f(self):\n        self.a = self.b = 0\n        return self.a",
        {"class C:\n\n    def f(self):\n        self.a = self.b = 0\n        return self.b"},
    ),
    (
        "spoil_result",
        "def f(a):\n    return a",
        {
            "def f(a):\n    return a.astype('float32')",
            "def f(a):\n    return a[None]",
            "def f(a):\n    return a[..., None]",
            "def f(a):\n    return a[0]",
        },
    ),
]

STATEMENTS = [
    ("drop_statement", "a = 1\nb = 2", {"pass\nb = 2", "a = 1\npass"}),
    ("drop_statement", "if a:\n    raise ValueError", {"if a:\n    pass"}),
    ("swap_statements", "a = 1\nb = 2", {"b = 2\na = 1"}),
    ("replace_error", "raise ValueError('no')", {"raise KeyError('no')"}),
    ("replace_error", "raise ValueError", {"raise KeyError"}),
    ("settle_condition", "if a:\n    b", {"if True:\n    b", "if False:\n    b"}),
    ("change_update", "a += b", {"a = b"}),
    ("keep_first_value", "for x in y:\n    h = f(h)", {"for x in y:\n    _ = f(h)"}),
    ("keep_first_value", "h = f(h)", set()),
    (
        "change_loop",
        "for x in xs:\n    f(x)",
        {
            f"for x in {k}:\n    f(x)"
            for k in ("list(xs)", "list(xs)[::-1]", "list(xs)[1:]", "list(xs)[:-1]")
        },
    ),
    (
        "leave_loop",
        "for x in xs:\n    h = f(x)\n    yield h",
        {"for x in xs:\n    h = f(x)\nyield h"},
    ),
]


@pytest.mark.parametrize(("operator", "source", "expected"), EXPRESSIONS)
def test_an_operator_on_expressions_makes_exactly_its_slips(operator, source, expected):
    assert made(expressions, operator, source) - {source} == expected


@pytest.mark.parametrize(("operator", "source", "expected"), STATEMENTS)
def test_an_operator_on_statements_makes_exactly_its_slips(operator, source, expected):
    assert made(statements, operator, source) == expected


def test_every_operator_has_an_example_here():
    known = {row[0] for row in (*EXPRESSIONS, *STATEMENTS)}
    operators = (*expressions.EXPRESSIONS, *statements.STATEMENTS)
    assert known == {operator.__name__ for operator in operators}


CELL = '''
def step(x, W, n=1):
    """Step: n + 1 times x."""
    if n < 1:
        raise ValueError(f"n is {n - 1 + 1}")
    return x @ W
'''


def test_mutants_of_the_same_meaning_are_told_once():
    sources = [ast.dump(ast.parse(mutant.source)) for mutant in mutants_of(CELL)]
    assert len(set(sources)) == len(sources)
    diffs = [mutant.diff for mutant in mutants_of(CELL)]
    assert len(set(diffs)) == len(diffs)


def test_docstrings_and_messages_are_left_alone():
    for mutant in mutants_of(CELL):
        assert '"""Step: n + 1 times x."""' in mutant.source
        assert 'f"n is {n - 1 + 1}"' in mutant.source or "raise ValueError" not in mutant.source


def test_both_families_of_operators_are_at_work():
    operators = {mutant.operator for mutant in mutants_of(CELL)}
    assert {"swap_operands", "replace_error", "cosmic-ray/NumberReplacer"} <= operators
    assert "cosmic-ray/ReplaceComparisonOperator_Lt_LtE" in operators


def test_every_mutant_compiles_and_differs_from_the_solution():
    for mutant in mutants_of(CELL):
        compile(mutant.source, "cell", "exec")
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(CELL))
        assert mutant.diff.startswith(("- ", "+ ", "@ "))


def test_the_diff_of_a_mutant_does_not_depend_on_layout():
    spread = CELL.replace("x @ W", "(\n        x @ W\n    )")
    assert {m.diff for m in mutants_of(CELL)} == {m.diff for m in mutants_of(spread)}


def test_equal_diffs_at_two_places_are_numbered():
    twice = "def f(a):\n    b = a\n    b = a\n    return b"
    diffs = [mutant.diff for mutant in mutants_of(twice)]
    assert len(set(diffs)) == len(diffs)


def test_a_sample_is_always_the_same_and_of_the_asked_size():
    mutants = mutants_of(CELL)
    assert sample(mutants, 5) == sample(list(reversed(mutants)), 5)
    assert len(sample(mutants, 5)) == 5


def test_text_beyond_ascii_does_not_shift_an_edit():
    assert made(expressions, "swap_operands", "y = 'é', a @ b") == {"y = ('é', b @ a)"}


def test_a_cell_that_does_not_compile_is_refused():
    with pytest.raises(ValueError, match="does not compile"):
        mutants_of("def f(:")
