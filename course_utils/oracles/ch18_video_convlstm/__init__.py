"""Chapter 18, next-frame prediction: one file an exercise."""
