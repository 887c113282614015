"""Chapter 5, backpropagation through time: one file an exercise."""
