"""A class: submissions in, sandboxed workers, verdicts, feedback, exports, report."""
