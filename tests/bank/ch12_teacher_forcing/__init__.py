"""Chapter 12: answers to each exercise, right ones and wrong ones."""
