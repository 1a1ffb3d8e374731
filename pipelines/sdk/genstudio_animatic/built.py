"""Places that people built: city, village, street, road, room."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from genstudio_animatic.ground import Set, horizon, scatter
from genstudio_animatic.ink import Point, Sheet

__all__ = ["city", "road", "room", "street", "village"]


def village(stage: Set) -> None:
    """A row of gabled houses along the horizon."""
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    for x in stage.across(-0.15, 1.15, 8, 0.4):
        wide, rise, base = float(rng.uniform(5, 8)) * unit, float(rng.uniform(4, 6)) * unit, ground.horizon + unit
        stage.mid.polygon([(x - wide / 2, base), (x - wide / 2, base - rise), (x + wide / 2, base - rise), (x + wide / 2, base)])
        stage.mid.polygon([(x - wide * 0.62, base - rise), (x, base - rise * 1.9), (x + wide * 0.62, base - rise)])
        stage.mid.polygon(
            [(x - unit * 0.7, base), (x - unit * 0.7, base - rise * 0.55), (x + unit * 0.6, base - rise * 0.55), (x + unit * 0.6, base)],
            fill=False,
            width=0.7,
        )
        if rng.uniform() < 0.5:
            stage.mid.segment((x + wide * 0.3, base - rise * 1.4), (x + wide * 0.3, base - rise * 2.0), width=1.4)
    horizon(stage, sway=0.6)
    scatter(stage, 8, "grass")


def city(stage: Set) -> None:
    """A skyline in two rows, the nearer with windows and shadow sides."""
    ground, rng = stage.ground, stage.rng
    for x in stage.across(-0.22, 1.22, 16, 0.25):
        _tower(
            stage.far,
            x,
            ground.horizon + stage.unit,
            float(rng.uniform(4, 8)) * stage.unit,
            float(rng.uniform(14, 38)) * stage.unit,
            windows=False,
        )
    for x in stage.across(-0.22, 1.22, 9, 0.3):
        _tower(
            stage.mid,
            x,
            ground.horizon + 2 * stage.unit,
            float(rng.uniform(7, 13)) * stage.unit,
            float(rng.uniform(14, 34)) * stage.unit,
            windows=True,
        )
    horizon(stage, sway=0.1)
    scatter(stage, 6, "dash")


def _tower(sheet: Sheet, x: float, base: float, width: float, rise: float, *, windows: bool) -> None:
    top, left, right = base - rise, x - width / 2, x + width / 2
    sheet.polygon([(left, base), (left, top), (right, top), (right, base)])
    if not windows:
        return
    shadow, draw = sheet.mask()
    draw.polygon(sheet.scaled([(right - width * 0.22, top), (right, top), (right, base), (right - width * 0.22, base)]), fill=255)
    sheet.hatch(shadow, gap=max(3.0, width * 0.08), width=0.5)
    gap = width / 4.4
    for row in np.arange(top + gap, base - gap, gap * 1.3):
        for column in (0.7, 1.7, 2.6):
            if sheet.rng.uniform() < 0.8:
                cx = left + column * gap
                sheet.segment((cx, float(row)), (cx, float(row) + gap * 0.55), width=1.3, over=0)


def street(stage: Set) -> None:
    """Two rows of house fronts run to a vanishing point, the road between them."""
    ground, unit = stage.ground, stage.unit
    vx, vy = ground.width * float(stage.rng.uniform(0.42, 0.58)), ground.horizon
    horizon(stage, sway=0.05)
    for side in (-1, 1):
        edges = [vx + side * part * ground.width for part in (0.1, 0.2, 0.36, 0.62, 0.95)]
        for inner, outer in pairwise(edges):
            _front(stage, (vx, vy), inner, outer)
    for x in (-0.55, 0.55):
        stage.near.segment((vx + x * 0.08 * ground.width, vy + unit), (vx + x * 1.4 * ground.width, ground.bottom), width=0.9)
    for low, high in ((0.1, 0.2), (0.3, 0.45), (0.6, 0.85)):
        stage.near.segment((vx, vy + low * (ground.height - vy)), (vx, vy + high * (ground.height - vy)), width=0.9)


def _front(stage: Set, vanish: Point, inner: float, outer: float) -> None:
    vx, vy = vanish
    height = stage.ground.height
    rise = float(stage.rng.uniform(0.75, 1.25))

    def corner(x: float, up: float) -> Point:
        return x, vy + up * abs(x - vx) / stage.ground.width * height

    roof = -1.05 * rise
    shape = [corner(inner, 0.32), corner(inner, roof), corner(outer, roof), corner(outer, 0.32)]
    shape = [(x, max(y, stage.mid.y + 2)) for x, y in shape]
    stage.mid.polygon(shape, width=0.95)
    for row in (0.75, 0.5, 0.25, 0.0):
        for part in (0.25, 0.6):
            x0, x1 = inner + (outer - inner) * part, inner + (outer - inner) * (part + 0.18)
            top, low = roof * row - 0.05, roof * row + 0.1
            if top > roof * 0.9:
                stage.mid.polygon([corner(x0, top), corner(x1, top), corner(x1, low), corner(x0, low)], fill=False, width=0.6)


def road(stage: Set) -> None:
    """A road that runs to the horizon, its middle line broken."""
    ground = stage.ground
    horizon(stage)
    vx = ground.width * float(stage.rng.uniform(0.35, 0.65))
    for x in (-0.2, 1.2):
        stage.near.segment((vx + (x - 0.5) * 0.02 * ground.width, ground.horizon), (x * ground.width, ground.bottom), width=1.0)
    for low, high in ((0.08, 0.14), (0.22, 0.33), (0.45, 0.65), (0.82, 1.1)):
        depth = ground.bottom - ground.horizon
        mid = ground.width * 0.5
        a, b = ground.horizon + low * depth, ground.horizon + high * depth
        stage.near.segment((vx + (mid - vx) * low, a), (vx + (mid - vx) * high, b), width=1.4)
    scatter(stage, 8, "grass")


def room(stage: Set) -> None:
    """A room in one-point perspective: back wall, floor boards, a window and a picture."""
    ground, unit = stage.ground, stage.unit
    left, right = 0.16 * ground.width, 0.84 * ground.width
    top, base = 0.1 * ground.height, ground.horizon + 0.1 * ground.height
    wall = [(left, top), (right, top), (right, base), (left, base)]
    stage.far.polygon(wall, fill=True, width=1.3)
    for (x, y), (ex, ey) in zip(wall, ((-0.3, -0.3), (1.3, -0.3), (1.3, 1.32), (-0.3, 1.32)), strict=True):
        stage.far.segment((x, y), (ex * ground.width, ey * ground.height), width=1.3)
    window = float(stage.rng.choice([0.24, 0.58]))
    x0, x1, y0, y1 = window * ground.width, (window + 0.18) * ground.width, top + 9 * unit, top + 34 * unit
    stage.far.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill=False, width=1.3)
    stage.far.segment(((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1), width=0.9)
    stage.far.segment((x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2), width=0.9)
    other = 0.82 - window
    stage.far.polygon(
        [
            (other * ground.width - 8 * unit, top + 12 * unit),
            (other * ground.width + 8 * unit, top + 12 * unit),
            (other * ground.width + 8 * unit, top + 25 * unit),
            (other * ground.width - 8 * unit, top + 25 * unit),
        ],
        fill=False,
        width=1.0,
    )
    vx = ground.width / 2
    for part in np.linspace(-0.3, 1.3, 11):
        edge = left + (right - left) * float(part)
        start = (min(max(edge, left), right), base) if left <= edge <= right else None
        if start:
            stage.far.segment(start, (vx + (start[0] - vx) * 2.6, ground.bottom), width=0.7)
