"""What is right, chapter by chapter, and what is known to go wrong. No worker holds these."""
