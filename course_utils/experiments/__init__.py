"""The experiments of the chapters: what trains, sweeps and draws, out of the student's sight."""
