"""The ground of a panel and the sheets a place is drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from genstudio_animatic.ink import Pen, Point, Sheet, noise

__all__ = ["OVER", "Ground", "Set", "horizon", "scatter", "sheets"]


OVER: Final = 0.24
"""How far sheets reach past each side of the picture, so that a moving camera finds paper everywhere."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where things stand: picture size, ``horizon`` and the subject's ground line ``floor`` in pixels from the top."""

    width: int
    height: int
    horizon: float
    floor: float

    @property
    def left(self) -> float:
        """Left edge of the sheets."""
        return -OVER * self.width

    @property
    def right(self) -> float:
        """Right edge of the sheets."""
        return (1 + OVER) * self.width

    @property
    def bottom(self) -> float:
        """Lower edge of the sheets."""
        return (1 + OVER) * self.height

    @property
    def top(self) -> float:
        """Upper edge of the sheets."""
        return -OVER * self.height


@dataclass(frozen=True, slots=True)
class Set:
    """The sheets of a place while it is drawn."""

    far: Sheet
    mid: Sheet
    near: Sheet
    ground: Ground
    rng: np.random.Generator

    @property
    def unit(self) -> float:
        """A hundredth of the height of the picture, in pixels."""
        return self.ground.height / 100

    def across(self, low: float, high: float, count: int, jitter: float = 0.3) -> list[float]:
        """Return x positions spread over a part of the picture (0-1), a little uneven."""
        step = (high - low) / max(1, count)
        return [(low + (at + 0.5 + float(self.rng.uniform(-jitter, jitter))) * step) * self.ground.width for at in range(count)]


def sheets(ground: Ground, pen: Pen, rng: np.random.Generator) -> Set:
    """Return the three empty sheets of a place: lines are lighter and thinner the farther away."""
    width, top = round(ground.right - ground.left), ground.top
    far = Sheet(
        ground.left,
        top,
        width,
        round(ground.bottom - top),
        Pen(pen.width * 0.6, pen.wobble, round(pen.ink * 0.55 + pen.paper * 0.45), pen.paper),
        rng,
        opaque=True,
    )
    mid_top = ground.horizon - ground.height * 0.55
    mid = Sheet(
        ground.left,
        mid_top,
        width,
        round(ground.height * 0.75),
        Pen(pen.width * 0.75, pen.wobble, round(pen.ink * 0.75 + pen.paper * 0.25), pen.paper),
        rng,
    )
    near_top = ground.horizon - ground.height * 0.45
    near = Sheet(ground.left, near_top, width, round(ground.bottom - near_top), Pen(pen.width * 0.85, pen.wobble, pen.ink, pen.paper), rng)
    return Set(far, mid, near, ground, rng)


def horizon(stage: Set, *, sway: float = 0.4) -> list[Point]:
    """Draw the ground from the horizon down; ``sway`` is how uneven the line is."""
    ground = stage.ground
    xs = np.linspace(ground.left, ground.right, 60)
    ys = ground.horizon + noise(stage.rng, 60, 9) * sway * stage.unit
    path = [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
    stage.near.fill([*path, (ground.right, ground.bottom), (ground.left, ground.bottom)])
    stage.near.line(path, taper=False, width=1.0)
    return path


def scatter(stage: Set, count: int, kind: str) -> None:
    """Strew small marks over the ground, larger and further apart towards the viewer."""
    ground, rng = stage.ground, stage.rng
    for _ in range(count):
        depth = float(rng.uniform(0.08, 1)) ** 1.4
        y = ground.horizon + depth * (ground.height * 1.02 - ground.horizon)
        x, size = float(rng.uniform(-0.15, 1.15)) * ground.width, (0.6 + 2.6 * depth) * stage.unit
        if kind == "grass":
            for lean in (-0.5, 0.0, 0.45):
                stage.near.stroke(
                    [(x + lean * size * 0.5, y), (x + lean * size, y - size * 1.1), (x + lean * size * 1.9, y - size * 1.7)], width=0.6
                )
        elif kind == "ripple":
            stage.near.stroke(
                [(x - 2.4 * size, y), (x - size, y - 0.35 * size), (x + 0.6 * size, y + 0.1 * size), (x + 2.2 * size, y - 0.25 * size)],
                width=0.6,
            )
        elif kind == "stone":
            stage.near.stroke([(x - size, y), (x - 0.7 * size, y - 0.7 * size), (x + 0.4 * size, y - 0.8 * size), (x + size, y)], width=0.7)
        else:
            stage.near.segment((x - 2 * size, y), (x + 2 * size, y), width=0.5)
