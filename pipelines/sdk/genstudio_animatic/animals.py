"""Animals in full, where the glyph font has only a face, and flocks."""

from __future__ import annotations

import numpy as np

from genstudio_animatic.figure import Figure, figure_of, sheet_for
from genstudio_animatic.ink import Pen, Point, curve

__all__ = ["animal", "flock"]


def animal(kind: str, foot: Point, height: float, pen: Pen, rng: np.random.Generator, *, left: bool = False) -> Figure:
    """Draw a whole animal in profile, trotting; ``height`` in pixels from the ground to the tips of the ears."""
    outline, lines, eye = _animal_shape(kind)
    unit = height
    width = 1.9 * unit
    sheet = sheet_for(foot[0] - width / 2, foot[1] - 1.1 * unit, width, 1.15 * unit, pen, rng)
    sign = -1 if left else 1

    def at(point: Point) -> Point:
        return foot[0] + sign * (point[0] - 0.8) * unit, foot[1] - (1 - point[1]) * unit

    path = curve([at(point) for point in outline], closed=True, step=5)
    inside, draw = sheet.mask()
    draw.polygon(sheet.scaled(path), fill=255)
    sheet.fill(path)
    sheet.line(path, width=1.15, taper=False)
    for points in lines:
        sheet.stroke([at(point) for point in points], width=0.8)
    sheet.circle(at(eye[0]), max(1.5, 0.012 * unit), fill=False, width=1.4)
    return figure_of(sheet, inside)


def flock(centre: Point, size: float, count: int, pen: Pen, rng: np.random.Generator) -> Figure:
    """Draw birds far off, each two strokes of the pen; ``size`` is the height of the flock in pixels."""
    sheet = sheet_for(centre[0] - size, centre[1] - size, 2 * size, size, pen, rng)
    for bird in range(count):
        side, row = (1 if bird % 2 else -1), (bird + 1) // 2
        x = centre[0] + side * row * size * 0.22 + float(rng.uniform(-0.06, 0.06)) * size
        y = centre[1] - size * 0.75 + row * size * 0.13 + float(rng.uniform(-0.04, 0.04)) * size
        wing = size * float(rng.uniform(0.09, 0.14))
        for turn in (-1, 1):
            sheet.stroke(
                [
                    (x, y),
                    (x + turn * wing * 0.45, y - wing * 0.5),
                    (x + turn * wing * 0.8, y - wing * 0.42),
                    (x + turn * wing * 1.15, y - wing * 0.1),
                ],
                width=1.2,
            )
    inside, _ = sheet.mask()
    return figure_of(sheet, inside)


def _animal_shape(kind: str) -> tuple[list[Point], list[list[Point]], list[Point]]:
    """Return outline, inner lines and eye of an animal that looks right, in a box 1.6 wide and 1 high (feet at 1)."""
    slim = kind in ("fox", "wolf")
    ears: list[Point] = (
        [(1.19, 0.24), (1.17, 0.02), (1.27, 0.13), (1.31, 0.01), (1.36, 0.17)]
        if slim
        else [(1.16, 0.22), (1.17, 0.1), (1.24, 0.09), (1.27, 0.15), (1.33, 0.16)]
    )
    snout: list[Point] = (
        [(1.46, 0.26), (1.58, 0.33), (1.59, 0.37), (1.46, 0.41)] if slim else [(1.44, 0.24), (1.54, 0.3), (1.55, 0.38), (1.44, 0.43)]
    )
    chest: list[Point] = [(1.34, 0.43), (1.25, 0.52), (1.2, 0.64)] if slim else [(1.34, 0.47), (1.28, 0.58), (1.24, 0.68)]
    thick = 0.045 if slim else 0.08
    front: list[Point] = [(1.26, 0.78), (1.36, 0.93), (1.42, 0.97), (1.4, 1.0), (1.3, 1.0), (1.18, 0.8), (1.12, 0.72)]
    front2: list[Point] = [(1.08, 0.82), (1.02, 0.97), (1.06, 1.0), (0.93, 1.0), (0.95, 0.94), (1.0 - thick, 0.8), (0.98, 0.7)]
    belly: list[Point] = [(0.84, 0.7), (0.68, 0.66)] if slim else [(0.84, 0.76), (0.68, 0.76)]
    hind: list[Point] = [(0.66, 0.78), (0.72, 0.93), (0.78, 0.97), (0.75, 1.0), (0.65, 1.0), (0.6, 0.86), (0.52, 0.76)]
    hind2: list[Point] = [(0.44, 0.84), (0.38, 0.9), (0.36, 0.97), (0.4, 1.0), (0.28, 1.0), (0.28, 0.9), (0.34, 0.78), (0.36, 0.64)]
    tails: dict[str, list[Point]] = {
        "fox": [(0.24, 0.62), (0.08, 0.72), (-0.04, 0.74), (-0.14, 0.66), (-0.08, 0.56), (0.06, 0.48), (0.2, 0.46), (0.36, 0.44)],
        "wolf": [(0.28, 0.66), (0.18, 0.8), (0.1, 0.84), (0.08, 0.74), (0.16, 0.58), (0.26, 0.48), (0.38, 0.42)],
        "bear": [(0.3, 0.52), (0.27, 0.48), (0.32, 0.42)],
        "lion": [(0.26, 0.56), (0.12, 0.7), (0.0, 0.66), (-0.02, 0.6), (0.06, 0.6), (0.16, 0.58), (0.28, 0.44), (0.4, 0.4)],
    }
    back: list[Point] = [(0.56, 0.39), (0.8, 0.42), (1.0, 0.38)] if slim else [(0.5, 0.3), (0.75, 0.28), (1.0, 0.24)]
    outline = [*back, *ears, *snout, *chest, *front, *front2, *belly, *hind, *hind2, *tails[kind]]
    lines: list[list[Point]] = [
        [(1.2, 0.16), (1.23, 0.1)],
        [(1.49, 0.36), (1.56, 0.37)],
        [(0.54, 0.5), (0.62, 0.6), (0.58, 0.72)],
        [(1.02, 0.5), (1.1, 0.6), (1.08, 0.72)],
    ]
    if kind == "fox":
        lines += [[(0.02, 0.53), (-0.03, 0.62), (0.04, 0.7)], [(1.36, 0.38), (1.28, 0.4), (1.22, 0.5)]]
    if kind == "wolf":
        lines += [[(0.86, 0.43), (0.9, 0.5)], [(0.7, 0.43), (0.74, 0.49)], [(1.3, 0.44), (1.2, 0.48), (1.16, 0.6)]]
    if kind == "lion":
        lines += [[(1.1, 0.1), (0.98, 0.3), (1.04, 0.52), (1.2, 0.62), (1.3, 0.52)], [(1.12, 0.2), (1.06, 0.34), (1.12, 0.48)]]
    return outline, lines, [(1.4, 0.26)]
