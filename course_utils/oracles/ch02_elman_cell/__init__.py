"""Chapter 2, the Elman cell: one file an exercise."""
