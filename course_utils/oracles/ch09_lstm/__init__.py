"""Chapter 9, the LSTM: one file an exercise."""
