"""Files to submissions: whatever a class handed in, told apart by student and chapter."""
