"""Attacks on the grader, by theme, and the class in which they are handed in beside honest work.

Each theme's file holds `ATTACKS`: name → the code of a cell. Nothing of it is run here.
"""
