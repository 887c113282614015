"""Chapter 6, vanishing and exploding gradients: one file an exercise."""
