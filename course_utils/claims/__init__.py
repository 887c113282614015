"""A claim, the rule it is judged by, its measurement and its card.

    c = claim("C7", statement=..., source=..., metric={...}, rule=[within("ratio", 0.99, 1.01)],
              control=..., control_rule=[above("ratio", 10)])
    c.measure(run, control=run_control)
    c.card()

`stating` checks what is written down first; `measuring` holds it with its numbers and its verdict;
`rules` and `intervals` (Student's t) know nobody; `record` turns a measured claim into JSON, and
`card` turns the JSON into HTML and text.
"""

from course_utils.claims.intervals import Interval
from course_utils.claims.measuring import Claim
from course_utils.claims.rules import Condition, above, below, within
from course_utils.claims.stating import claim

__all__ = ["Claim", "Condition", "Interval", "above", "below", "claim", "within"]
