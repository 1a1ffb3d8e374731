"""Places by and under water, open and frozen."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from genstudio_animatic.glyphs import stamp
from genstudio_animatic.ground import Set, horizon, scatter
from genstudio_animatic.ink import Point, curve

__all__ = ["beach", "ice", "lake", "river", "sea", "underwater"]


def river(stage: Set) -> None:
    """A river that winds towards the viewer."""
    ground = stage.ground
    horizon(stage)
    _banks(stage)
    scatter(stage, 12, "ripple")
    for x in (ground.left * 0.4, ground.width * 0.9):
        stage.near.stroke(
            [(x, ground.height * 0.98), (x + 3 * stage.unit, ground.height * 0.9), (x + 9 * stage.unit, ground.height * 0.93)], width=0.7
        )


def _banks(stage: Set) -> None:
    """Draw two banks that wind towards the viewer."""
    ground, wide = stage.ground, stage.ground.width
    y0, y1 = ground.horizon, ground.bottom
    bend = float(stage.rng.uniform(-0.06, 0.06))
    left = [(0.44 + bend, 0.0), (0.3, 0.14), (0.36, 0.34), (0.02, 0.72), (-0.25, 1.0)]
    right = [(0.52 + bend, 0.0), (0.6, 0.14), (0.74, 0.32), (1.0, 0.66), (1.25, 0.95)]
    for bank in (left, right):
        stage.near.stroke([(u * wide, y0 + v * (y1 - y0)) for u, v in bank], width=1.0)
        stage.near.stroke([(u * wide + stage.unit, y0 + (v + 0.025) * (y1 - y0)) for u, v in bank[1:]], width=0.5)


def lake(stage: Set) -> None:
    """Still water with a far shore."""
    ground = stage.ground
    horizon(stage)
    shore = ground.horizon + 0.12 * (ground.height - ground.horizon)
    stage.near.stroke(
        [(ground.left, shore), (0.3 * ground.width, shore - stage.unit), (0.7 * ground.width, shore + stage.unit), (ground.right, shore)],
        width=0.8,
    )
    scatter(stage, 22, "ripple")


def ice(stage: Set) -> None:
    """A frozen surface: banks, long cracks that fork, short reflections."""
    ground, rng = stage.ground, stage.rng
    horizon(stage)
    _banks(stage)
    for x in stage.across(0.05, 0.95, 4, 0.45):
        start = (x, ground.horizon + float(rng.uniform(0.25, 0.8)) * (ground.height - ground.horizon))
        _crack(stage, start, float(rng.uniform(12, 26)) * stage.unit, float(rng.uniform(-0.35, 0.35)), 2)
    scatter(stage, 8, "dash")


def _crack(stage: Set, start: Point, length: float, angle: float, forks: int) -> None:
    points = [start]
    for _ in range(5):
        angle += float(stage.rng.uniform(-0.45, 0.45))
        x, y = points[-1]
        points.append((x + np.cos(angle) * length / 5, y + np.sin(angle) * length / 9))
    for a, b in pairwise(points):
        stage.near.segment(a, b, width=0.6)
    if forks:
        _crack(stage, points[int(stage.rng.integers(1, 4))], length * 0.45, angle + float(stage.rng.choice([-0.9, 0.9])), forks - 1)


def sea(stage: Set) -> None:
    """Rows of waves, larger towards the viewer."""
    ground, rng = stage.ground, stage.rng
    horizon(stage, sway=0.1)
    for row in np.linspace(0.06, 1.05, 9):
        y = ground.horizon + row**1.35 * (ground.height - ground.horizon)
        size = (1.2 + 6.5 * row) * stage.unit
        x = ground.left + float(rng.uniform(0, 4)) * size
        while x < ground.right:
            if rng.uniform() < 0.6:
                stage.near.stroke(
                    [
                        (x - size * 1.2, y),
                        (x - size * 0.35, y - size * 0.42),
                        (x + size * 0.1, y - size * 0.1),
                        (x + size * 0.8, y - size * 0.3),
                        (x + size * 1.4, y),
                    ],
                    width=0.5 + 0.4 * row,
                )
            x += size * float(rng.uniform(2.6, 5.5))


def underwater(stage: Set) -> None:
    """Light from above, weeds and bubbles."""
    ground, rng = stage.ground, stage.rng
    for x in stage.across(0, 1, 5, 0.4):
        stage.far.segment((x, ground.top), (x - 14 * stage.unit, ground.height * 0.8), width=0.6)
    horizon(stage, sway=2.0)
    for x in stage.across(-0.1, 1.1, 7):
        for lean in (-1, 0, 1):
            rise = float(rng.uniform(10, 26)) * stage.unit
            stage.mid.stroke(
                [
                    (x + lean * 2 * stage.unit, ground.horizon + 2 * stage.unit),
                    (x + lean * 4 * stage.unit, ground.horizon - rise * 0.5),
                    (x + lean * stage.unit, ground.horizon - rise),
                ],
                width=0.9,
            )
    for _ in range(12):
        stage.mid.circle(
            (float(rng.uniform(0, 1)) * ground.width, ground.horizon - float(rng.uniform(5, 48)) * stage.unit),
            float(rng.uniform(0.5, 1.6)) * stage.unit,
            fill=False,
            width=0.6,
        )
    scatter(stage, 8, "stone")


def beach(stage: Set) -> None:
    """The sea behind a shore with a palm."""
    ground = stage.ground
    _sea_band(stage)
    shore = ground.horizon + 0.3 * (ground.height - ground.horizon)
    path = curve(
        [
            (ground.left, shore + 5 * stage.unit),
            (0.25 * ground.width, shore + 2 * stage.unit),
            (0.6 * ground.width, shore + 4 * stage.unit),
            (ground.right, shore - 2 * stage.unit),
        ]
    )
    stage.near.fill([*path, (ground.right, ground.bottom), (ground.left, ground.bottom)])
    stage.near.line(path, taper=False)
    stamp(
        stage.near,
        "🌴",
        (float(stage.rng.choice([0.08, 0.92])) * ground.width, shore + 9 * stage.unit),
        42 * stage.unit,
        left=bool(stage.rng.integers(2)),
    )


def _sea_band(stage: Set) -> None:
    horizon(stage, sway=0.1)
    ground = stage.ground
    for row in (0.06, 0.13, 0.21):
        y = ground.horizon + row * (ground.height - ground.horizon)
        for x in stage.across(-0.2, 1.2, 7, 0.45):
            stage.near.stroke([(x - 5 * stage.unit, y), (x - stage.unit, y - stage.unit), (x + 4 * stage.unit, y)], width=0.6)
