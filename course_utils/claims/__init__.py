"""A claim, the rule it is judged by, its measurement and its card.

    c7 = claim("C7", statement=..., source=..., metric={...}, rule=[within("ratio", 0.99, 1.01)],
               control=..., control_rule=[above("ratio", 10)])
    ratio = c7.measure(run, control=run_control)
    ratio.verdict
    ratio.card()

`stating` checks what is written down first; `measuring` gives its numbers, intervals and verdict;
`record` turns these into JSON, and `card` the JSON into HTML and text. `rules`, `intervals`
(Student's t), `runs` and `approximate` (how a measured number is written) stand below them all.
"""

from course_utils.claims.approximate import about
from course_utils.claims.intervals import Interval
from course_utils.claims.measuring import ClaimVerdict, Measurement
from course_utils.claims.rules import Condition, above, below, within
from course_utils.claims.stating import Claim, claim

__all__ = [
    "Claim",
    "ClaimVerdict",
    "Condition",
    "Interval",
    "Measurement",
    "about",
    "above",
    "below",
    "claim",
    "within",
]
