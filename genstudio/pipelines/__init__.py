"""Floor 2: the catalogue of pipelines."""
