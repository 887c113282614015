"""Chapter 19, three ways to read a video: one file an exercise."""
