"""Places on land, and beyond it: mountains, hills, forest, desert, snow, moon and space."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from genstudio_animatic.glyphs import stamp
from genstudio_animatic.ground import Set, horizon, scatter
from genstudio_animatic.ink import Point, Sheet, curve, noise

__all__ = ["desert", "forest", "hills", "lunar", "mountains", "plain", "snowfield", "space"]


def plain(stage: Set) -> None:
    """Level ground."""
    horizon(stage)
    scatter(stage, 9, "dash")


def mountains(stage: Set) -> None:
    """Two ridges with snow lines and hatched shadow sides."""
    ground, rng = stage.ground, stage.rng
    for row, (low, high, count) in enumerate(((0.16, 0.3, 5), (0.08, 0.2, 6))):
        sheet = stage.far if row == 0 else stage.mid
        points: list[Point] = [(ground.left, ground.horizon - 0.02 * ground.height)]
        peaks = []
        for x in stage.across(-0.2, 1.2, count):
            rise = float(rng.uniform(low, high)) * ground.height
            peaks.append((x, ground.horizon - rise))
            points += [(x, ground.horizon - rise), (x + 0.11 * ground.width, ground.horizon - rise * float(rng.uniform(0.25, 0.45)))]
        points.append((ground.right, ground.horizon - 0.03 * ground.height))
        points.sort()
        sheet.fill([*points, (ground.right, ground.horizon + 2 * stage.unit), (ground.left, ground.horizon + 2 * stage.unit)])
        for a, b in pairwise(points):
            sheet.segment(a, b, width=1.0)
        for peak in peaks:
            _crag(sheet, peak, ground.horizon - peak[1], rng)
    horizon(stage)
    scatter(stage, 8, "dash")


def _crag(sheet: Sheet, peak: Point, rise: float, rng: np.random.Generator) -> None:
    """Give a peak its snow line and the hatching of its shadow side."""
    x, y = peak
    sheet.stroke(
        [(x, y), (x + 0.07 * rise, y + 0.22 * rise), (x - 0.04 * rise, y + 0.36 * rise), (x + 0.1 * rise, y + 0.58 * rise)], width=0.7
    )
    for part in np.linspace(0.14, 0.62, 7):
        length = float(rng.uniform(0.16, 0.3)) * rise * (0.5 + part)
        start = (x + (0.12 + part * 0.62) * rise * 0.9, y + part * rise)
        sheet.segment(start, (start[0] - length * 0.55, start[1] + length * 0.75), width=0.55)


def hills(stage: Set) -> None:
    """Rolling hills with a few trees, and grass."""
    ground, rng = stage.ground, stage.rng
    for row, rise in ((0, 0.13), (1, 0.06)):
        xs = np.linspace(ground.left, ground.right, 44)
        ys = ground.horizon - (0.5 + 0.5 * noise(rng, 44, 11)) * rise * ground.height
        path = curve([(float(x), float(y)) for x, y in zip(xs[::4], ys[::4], strict=True)])
        sheet = stage.far if row == 0 else stage.mid
        sheet.fill([*path, (ground.right, ground.horizon + 3 * stage.unit), (ground.left, ground.horizon + 3 * stage.unit)])
        sheet.line(path, taper=False)
    for x in stage.across(-0.1, 1.1, 4):
        if rng.uniform() < 0.7:
            stamp(stage.mid, "🌳", (x, ground.horizon + stage.unit), float(rng.uniform(6, 11)) * stage.unit, left=bool(rng.integers(2)))
    horizon(stage, sway=1.2)
    scatter(stage, 16, "grass")


def forest(stage: Set) -> None:
    """Pines in two rows."""
    ground, rng = stage.ground, stage.rng
    for x in stage.across(-0.2, 1.2, 17, 0.4):
        _pine(stage.far, (x, ground.horizon + stage.unit), float(rng.uniform(10, 17)) * stage.unit)
    for x in stage.across(-0.2, 1.2, 9, 0.4):
        _pine(stage.mid, (x, ground.horizon + 3 * stage.unit), float(rng.uniform(22, 38)) * stage.unit)
    horizon(stage, sway=0.8)
    scatter(stage, 14, "grass")


def _pine(sheet: Sheet, foot: Point, height: float) -> None:
    x, y = foot
    half = height * 0.24
    points: list[Point] = [(x, y - height)]
    steps = 5
    right = []
    for step in range(1, steps + 1):
        part = step / steps
        right += [
            (x + half * part * 0.55, y - height * (1 - part * 0.78) - height * 0.02),
            (x + half * part, y - height * (0.96 - part * 0.8)),
        ]
    points += [point for pair in zip(right[1::2], right[0::2], strict=True) for point in pair]
    left = [(2 * x - px, py) for px, py in points[:0:-1]]
    outline = [*points, (x + half * 0.14, y - height * 0.14), (x - half * 0.14, y - height * 0.14), *left]
    jitter = sheet.rng.normal(0, height * 0.008, (len(outline), 2))
    bent = [(px + float(dx), py + float(dy)) for (px, py), (dx, dy) in zip(outline, jitter, strict=True)]
    sheet.fill(bent)
    sheet.line([*bent, bent[0]], width=0.9, taper=False)
    sheet.segment((x - half * 0.1, y - height * 0.14), (x - half * 0.1, y), width=0.9)
    sheet.segment((x + half * 0.1, y - height * 0.14), (x + half * 0.1, y), width=0.9)
    for part in (0.3, 0.5, 0.7):
        sheet.segment(
            (x + half * part * 0.2, y - height * (0.9 - part * 0.75)),
            (x + half * part * 0.75, y - height * (0.86 - part * 0.75)),
            width=0.55,
        )


def desert(stage: Set) -> None:
    """Dunes and cacti."""
    ground, rng = stage.ground, stage.rng
    for row, rise in ((0, 0.1), (1, 0.06)):
        sheet = stage.far if row == 0 else stage.mid
        points = [(ground.left, ground.horizon)]
        for x in stage.across(-0.15, 1.15, 4):
            points += [
                (x - 0.1 * ground.width, ground.horizon - 0.2 * rise * ground.height),
                (x, ground.horizon - float(rng.uniform(0.6, 1.2)) * rise * ground.height),
            ]
        points.append((ground.right, ground.horizon - 0.2 * rise * ground.height))
        path = curve(sorted(points))
        sheet.fill([*path, (ground.right, ground.horizon + 3 * stage.unit), (ground.left, ground.horizon + 3 * stage.unit)])
        sheet.line(path, taper=False)
    horizon(stage, sway=1.6)
    for x in stage.across(0.02, 0.98, 3, 0.45):
        stamp(
            stage.near,
            "🌵",
            (x, ground.horizon + float(rng.uniform(1, 8)) * stage.unit),
            float(rng.uniform(7, 16)) * stage.unit,
            left=bool(rng.integers(2)),
        )
    for y in (0.35, 0.62, 0.9):
        level = ground.horizon + y * (ground.height - ground.horizon)
        stage.near.stroke(
            [
                (ground.width * (0.1 + 0.2 * y), level),
                (ground.width * 0.4, level - 2 * stage.unit),
                (ground.width * (0.7 + 0.2 * y), level + stage.unit),
            ],
            width=0.6,
        )


def snowfield(stage: Set) -> None:
    """Drifts of snow."""
    horizon(stage, sway=1.4)
    ground = stage.ground
    for row in (0.2, 0.5, 0.8):
        y = ground.horizon + row * (ground.height - ground.horizon)
        x = float(stage.rng.uniform(-0.1, 0.5)) * ground.width
        stage.near.stroke(
            [
                (x, y),
                (x + 0.15 * ground.width, y - 2.5 * stage.unit * row),
                (x + 0.4 * ground.width, y - stage.unit),
                (x + 0.6 * ground.width, y + stage.unit),
            ],
            width=0.6,
        )
    scatter(stage, 12, "dash")


def space(stage: Set) -> None:
    """A ringed planet; the stars are the sky's."""
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    centre = (
        (float(rng.choice([0.2, 0.8])) + float(rng.uniform(-0.04, 0.04))) * ground.width,
        float(rng.uniform(0.25, 0.4)) * ground.height,
    )
    radius = 15 * unit
    stage.mid.circle(centre, radius)
    shade, draw = stage.mid.mask()
    ring = [(centre[0] + radius * 0.98 * np.cos(a), centre[1] + radius * 0.98 * np.sin(a)) for a in np.linspace(-0.9, 1.9, 24)]
    inner = [
        (centre[0] + radius * 0.5 * np.cos(a) + radius * 0.1, centre[1] + radius * 0.72 * np.sin(a)) for a in np.linspace(1.9, -0.9, 24)
    ]
    draw.polygon(stage.mid.scaled([(float(x), float(y)) for x, y in [*ring, *inner]]), fill=255)
    stage.mid.hatch(shade, gap=1.1 * unit, width=0.6)
    path = [
        (centre[0] + radius * 1.7 * float(np.cos(a)), centre[1] + radius * 0.4 * float(np.sin(a)) + 0.18 * radius * float(np.cos(a)))
        for a in np.linspace(-0.35, np.pi + 0.35, 50)
    ]
    stage.mid.line(path, width=1.1)


def lunar(stage: Set) -> None:
    """The surface of a moon: craters, and a planet in the sky."""
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    space(stage)
    horizon(stage, sway=1.2)
    for x in stage.across(-0.1, 1.1, 9, 0.5):
        depth = float(rng.uniform(0.08, 1.0)) ** 1.2
        y, size = ground.horizon + depth * (ground.height - ground.horizon), (1.5 + 7 * depth) * unit
        stage.near.circle((x, y), size, squash=0.28, fill=False, width=0.8)
        stage.near.stroke(
            [(x - size * 0.8, y + size * 0.1), (x - size * 0.2, y + size * 0.2), (x + size * 0.6, y + size * 0.14)], width=0.6
        )
