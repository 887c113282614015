"""Chapter 1: answers to each exercise, right ones and wrong ones."""
