"""Chapter 12, teacher forcing: one file an exercise."""
