"""Floor 5: the command line."""

from __future__ import annotations

from genstudio.cli.run import main

__all__ = ["main"]
