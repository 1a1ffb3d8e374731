"""SMPTE timecode for the burn-in (SMPTE ST 12-1, non-drop; drop frame at 30000/1001 and 60000/1001 is the film's business)."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["timecode"]


def timecode(frame: int, fps: Fraction) -> str:
    """Return ``HH:MM:SS:FF`` of a frame number counted from 0 at a rate in frames a second."""
    nominal = max(1, round(fps))
    seconds, rest = divmod(frame, nominal)
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"
