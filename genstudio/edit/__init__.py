"""Floor 3: from takes to film."""
