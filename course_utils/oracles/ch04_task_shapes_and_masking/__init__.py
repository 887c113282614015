"""Chapter 4, task shapes and masking: one file an exercise."""
