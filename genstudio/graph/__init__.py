"""Floor 1: pure thinking about canvases. No I/O."""
