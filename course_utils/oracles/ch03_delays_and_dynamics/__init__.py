"""Chapter 3, delays and dynamics: one file an exercise."""
