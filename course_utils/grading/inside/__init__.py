"""What runs beside a student's code in the sandbox, or is loaded in the process it is forked from.

Nothing here may import what judges: what this side has loaded, an answer can read.
"""
