"""Floor 4: a live project, one session per open view."""
