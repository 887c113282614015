"""Chapter 10, the GRU: one file an exercise."""
