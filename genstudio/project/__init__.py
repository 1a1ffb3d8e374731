"""Floor 2: the files of a workspace and its projects."""
