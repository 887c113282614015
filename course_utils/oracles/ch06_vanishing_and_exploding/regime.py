"""regime: what becomes of the gradient of h_t = w h_{t−1} after many steps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from course_utils.checking.types import Case, Exercise, Mistake

__all__ = ["EXERCISE", "regime"]


def regime(w: float) -> str:
    if abs(w) == 1:
        return "constant" if w > 0 else "alternates"
    return "vanishes" if abs(w) < 1 else "explodes"


def by_fractions(w: float) -> str:
    """By two steps in exact arithmetic: how h_2 compares with h_0, and h_1 with h_0."""
    exact = Fraction(w)
    after_two = exact * exact
    if after_two == 1:
        return "constant" if exact == 1 else "alternates"
    return "vanishes" if after_two < 1 else "explodes"


def cases(rng: np.random.Generator) -> list[Case]:
    def number(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    mixed = [number(0.1, 0.9), 1.0, -1.0, number(1.1, 3), -number(0.1, 0.9), -number(1.1, 3)]
    order = rng.permutation(len(mixed))
    near = [1 - 1e-9, 1 + 1e-9, -1 + 1e-9, -1 - 1e-9]
    far = [0.0, 1e-300, -1e-300, 1e300, -1e300, 0, 1, -1, int(rng.integers(2, 9))]
    far.append(-int(rng.integers(2, 9)))
    return [
        Case("regimes", {"w": [mixed[k] for k in order]}, "numbers of all four regimes"),
        Case("borders", {"w": near}, "numbers close to 1 and to −1"),
        Case("borders", {"w": far}, "tiny, large and whole numbers"),
    ]


def capitalized(w: float) -> str:
    return regime(w).capitalize()


MISTAKES = [
    Mistake(
        "minus-one-constant",
        ' if w > 0 else "alternates"',
        "",
        see="You call w = −1 constant, as w = 1 is.",
        look="Write down h_1, h_2, h_3 for w = −1. The size stays; what does not?",
        change="Tell 1 and −1 apart by their sign: −1 alternates.",
    ),
    Mistake(
        "absolute-value-forgotten",
        "abs(w) < 1",
        "w < 1",
        see="You say that every negative number but −1 vanishes, −3 as well.",
        look="Multiply 1 by −3 a few times. Does it get smaller?",
        change="Compare the absolute value of w with 1.",
    ),
    Mistake(
        "absolute-value-never-used",
        "    if abs(w) == 1",
        '    if w < 1:\n        return "vanishes"\n    if abs(w) == 1',
        see="You say that every negative number vanishes, −1 and −3 as well.",
        look="Multiply 1 by −3 a few times. Does it get smaller?",
        change="Compare the absolute value of w with 1, and treat −1 apart.",
    ),
    Mistake(
        "negative-alternates",
        "    if abs(w) == 1",
        '    if w < 0:\n        return "alternates"\n    if abs(w) == 1',
        see="You call every negative number alternating.",
        look="All of them change the sign at each step. Which of them keep the size?",
        change="Ask about the size first: only exactly −1 alternates without end.",
    ),
    Mistake(
        "small-negative-alternates",
        "    if abs(w) == 1",
        '    if -1 < w < 0:\n        return "alternates"\n    if abs(w) == 1',
        see="You call the numbers between −1 and 0 alternating.",
        look="They change sign, but look at the size after 50 steps.",
        change="Whatever its sign, a number of absolute value below 1 vanishes.",
    ),
    Mistake(
        "below-minus-one-alternates",
        "    if abs(w) == 1",
        '    if w < -1:\n        return "alternates"\n    if abs(w) == 1',
        see="You call the numbers below −1 alternating.",
        look="They change sign, but look at the size after 50 steps.",
        change="Whatever its sign, a number of absolute value above 1 explodes.",
    ),
    Mistake(
        "one-and-minus-one-exchanged",
        '"constant" if w > 0 else "alternates"',
        '"alternates" if w > 0 else "constant"',
        see="You have exchanged 1 and −1.",
        look="Write down h_1, h_2, h_3 for w = −1. What changes from step to step?",
        change="Call 1 constant, and −1 alternating.",
    ),
    Mistake(
        "one-explodes",
        '"constant" if w > 0 else "alternates"',
        '"explodes"',
        see="You say that 1 and −1 explode.",
        look="Multiply 1 by 1 a few times. Does its size grow? Look for a >= in your code.",
        change="Treat the two numbers of size exactly 1 apart: they have regimes of their own.",
    ),
    Mistake(
        "one-vanishes",
        '"constant" if w > 0 else "alternates"',
        '"vanishes"',
        see="You say that 1 and −1 vanish.",
        look="Multiply 1 by 1 a few times. Does it get smaller? Look for a <= in your code.",
        change="Treat the two numbers of size exactly 1 apart: they have regimes of their own.",
    ),
    Mistake(
        "minus-one-explodes",
        "alternates",
        "explodes",
        see="You say that w = −1 explodes.",
        look="Write down h_1 to h_4 for w = −1.",
        change="Add the fourth regime: at exactly −1 the gradient alternates.",
    ),
    Mistake(
        "minus-one-vanishes",
        "alternates",
        "vanishes",
        see="You say that w = −1 vanishes.",
        look="Write down h_1 to h_4 for w = −1.",
        change="Add the fourth regime: at exactly −1 the gradient alternates.",
    ),
    Mistake(
        "nearly-one",
        "    if abs(w) == 1",
        "    w = round(w, 6)\n    if abs(w) == 1",
        see="You call numbers that are only close to 1 or −1 constant or alternating.",
        look="0.999999999 to the power of ten thousand million is small. Look for isclose, round "
        "or a tolerance.",
        change="Compare with exactly 1 and −1.",
    ),
    Mistake(
        "vanishes-and-explodes-swapped",
        "abs(w) < 1",
        "abs(w) > 1",
        see="You have exchanged vanishing and exploding.",
        look="Multiply 1 by 0.5 ten times.",
        change="Exchange the two words.",
    ),
    Mistake(
        "zero-constant",
        "    if abs(w) == 1",
        '    if w == 0:\n        return "constant"\n    if abs(w) == 1',
        see="You call w = 0 constant.",
        look="The gradient starts at 1. What is it after one step with w = 0?",
        change="Leave out the special case: 0 is below 1 like the others.",
    ),
    Mistake(
        "capital-letter",
        answer=capitalized,
        see="The words are right, but they begin with a capital letter.",
        look="Compare your strings with those in the stub, letter by letter.",
        change="Write all four words in small letters.",
    ),
]

EXERCISE = Exercise(
    "regime(w)",
    references=(regime, by_fractions),
    cases=cases,
    mistakes=MISTAKES,
    parts={"regimes": 0.7, "borders": 0.3},
    basic=("regimes",),
    points=1,
    probe="regime",
    minutes=5,
    difficulty=1,
)
