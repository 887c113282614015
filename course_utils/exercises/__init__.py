"""What is asked, chapter by chapter, and the probes that run beside the answers."""
