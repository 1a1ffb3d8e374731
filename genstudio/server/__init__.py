"""Floor 5: the studio in a Jupyter Server."""
