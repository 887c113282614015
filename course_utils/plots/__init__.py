"""Arrays in, Axes out. Every figure of the course is drawn here or in these colours."""

from course_utils.plots import diagrams, palette, series
from course_utils.plots.style import finding, use_style

__all__ = ["diagrams", "finding", "palette", "series", "use_style"]
