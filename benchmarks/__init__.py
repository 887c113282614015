"""What the course costs in seconds. `make bench` runs all of it and prints each figure with its
command; nothing here is a test, and no test has a stopwatch."""
