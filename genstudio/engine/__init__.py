"""Floor 3: from job to take."""
