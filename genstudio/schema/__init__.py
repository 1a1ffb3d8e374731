"""Floor 0: the shapes that all parts agree on. Imports pydantic and nothing of ours."""
