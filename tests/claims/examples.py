"""Claims to test with: stated in one line each, measured from given numbers."""

from course_utils.claims import Claim, Measurement, above, below, claim


def stated(**changes) -> Claim:
    """A claim with two metrics and a control; every part can be replaced."""
    words = {
        "statement": "A window forecasts better than a snapshot.",
        "source": "lecture 1, “Why sequences?”",
        "metric": {"skill": "share of the naive error removed", "cost": "seconds per epoch"},
        "rule": [above("skill", 0.1), below("cost", 10)],
        "control": "the years in shuffled order: no window may help",
        "control_rule": [below("skill", 0.05)],
    }
    return claim("C1", **{**words, **changes})


def measured(skill=0.4, cost=2.0, control=0.0, spread=0.01, **changes) -> Measurement:
    """The same, measured: seed k gives each mean plus (k - 2) x spread."""
    return stated(**changes).measure(
        lambda seed: {"skill": skill + (seed - 2) * spread, "cost": cost + (seed - 2) * spread},
        control=lambda seed: control + (seed - 2) * spread,
    )
