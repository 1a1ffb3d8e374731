"""Telling people in Python what they must know though they did not ask: as a warning at the line of theirs that met it."""

from __future__ import annotations

import sys
import warnings

from genstudio.schema.errors import CanvasWarning

__all__ = ["warn_of_canvas"]

_OURS = __name__.partition(".")[0]


def warn_of_canvas(notice: str) -> None:
    """Warn that a canvas was damaged and what became of it; the place named is the caller's, not the studio's."""
    warnings.warn(notice, CanvasWarning, stacklevel=_levels_to_the_caller())


def _levels_to_the_caller() -> int:
    """Count the frames from :func:`warn_of_canvas` to the first that is none of the studio's."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - the frame protocol of CPython, as the standard library uses it
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == _OURS:
        level, frame = level + 1, frame.f_back
    return level
