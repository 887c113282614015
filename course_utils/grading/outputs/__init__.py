"""Stored results to marks, feedback, tables for the LMS, nbgrader's gradebook, and the report."""
