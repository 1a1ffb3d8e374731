"""Camera moves: what a move does to the picture at each moment, and the arrow that tells it on a still panel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["ARROWS", "View", "view_at"]


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera is: shifted by ``x``, ``y`` (parts of the picture, right and down) and magnifying by ``zoom``.

    ``lens`` zooms all layers alike; otherwise nearer layers grow more. ``whole`` moves turn the head: all layers shift alike.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    lens: bool = False
    whole: bool = False


ARROWS: Final[dict[str, tuple[int, int]]] = {
    "pan left": (-1, 0), "pan right": (1, 0), "whip pan": (1, 0), "whip left": (-1, 0), "whip right": (1, 0),
    "tilt up": (0, -1), "tilt down": (0, 1), "dolly left": (-1, 0), "dolly right": (1, 0), "truck left": (-1, 0), "truck right": (1, 0),
    "track left": (-1, 0), "track right": (1, 0), "crane up": (0, -1), "crane down": (0, 1), "orbit": (1, 0),
}  # fmt: skip
"""Moves that are drawn as one straight arrow, and its direction."""

_REACH_X: Final = 0.11
_REACH_Y: Final = 0.1


def view_at(move: str, part: float) -> View:
    """Return the view at ``part`` (0 at the first frame, 1 at the last) of a move; a move starts and ends softly."""
    soft = part * part * (3 - 2 * part)
    centred = 2 * soft - 1
    dx, dy = ARROWS.get(move, (0, 0))
    if move in ("push in", "zoom in"):
        return View(zoom=1 + 0.2 * soft, lens=move == "zoom in")
    if move in ("pull out", "zoom out"):
        return View(zoom=1.2 - 0.2 * soft, lens=move == "zoom out")
    if move == "handheld":
        x = 0.006 * math.sin(part * 17) + 0.004 * math.sin(part * 41 + 1)
        return View(x=x, y=0.005 * math.sin(part * 23 + 2) + 0.003 * math.sin(part * 53), zoom=1.03)
    if move.startswith("whip"):
        snap = 1 / (1 + math.exp(-18 * (part - 0.5)))
        return View(x=dx * 0.2 * (2 * snap - 1), whole=True)
    if move == "orbit":
        return View(x=_REACH_X * centred, zoom=1.05)
    return View(x=dx * _REACH_X * centred, y=dy * _REACH_Y * centred, whole=move.startswith(("pan", "tilt")))
