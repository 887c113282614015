"""Chapter 7, truncated BPTT: one file an exercise."""
