"""Floor 2: the catalogue of pipelines: find, validate, route by quality, weights."""
