"""Chapter 1, windows and baselines: one file an exercise."""
