"""Floor 5: the studio in a kernel."""
