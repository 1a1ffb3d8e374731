"""A figure: one thing drawn on a sheet of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from genstudio_animatic.ink import SCALE, Pen, Sheet

__all__ = ["Figure", "figure_of", "mix", "sheet_for"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A sheet with one thing drawn on it.

    Attributes:
        box: Left, top, right, bottom of the drawing, in pixels of the picture.
        inside: Mask of all that the thing covers, of the sheet's scaled size.
        coloured: Mask of what takes the accent colour: all of an animal, the jacket of a person.
    """

    sheet: Sheet
    box: tuple[float, float, float, float]
    inside: Image.Image
    coloured: Image.Image


def figure_of(sheet: Sheet, inside: Image.Image, coloured: Image.Image | None = None) -> Figure:
    """Return what was drawn as a figure; without ``coloured`` all of it takes the colour."""
    left, top, right, bottom = inside.getbbox() or (0, 0, *inside.size)
    box = (sheet.x + left / SCALE, sheet.y + top / SCALE, sheet.x + right / SCALE, sheet.y + bottom / SCALE)
    return Figure(sheet, box, inside, inside if coloured is None else coloured)


def sheet_for(x: float, y: float, width: float, height: float, pen: Pen, rng: np.random.Generator) -> Sheet:
    """Return a sheet for a drawing of a size, with room around it for lines that run over."""
    pad = pen.width * 4
    return Sheet(x - pad, y - pad, max(8, round(width + 2 * pad)), max(8, round(height + 2 * pad)), pen, rng)


def mix(pen: Pen, ink: float) -> int:
    """Return a tone between paper (0) and ink (1)."""
    return round(pen.paper * (1 - ink) + pen.ink * ink)
