"""Places, skies and weather: what stands behind, below and before the subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from genstudio_animatic.figures import stamp
from genstudio_animatic.ink import Layer, Pen, Point, Sheet, curve, noise
from genstudio_animatic.story import Story

__all__ = ["Ground", "draw_scenery", "draw_weather"]

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
class _Set:
    """The sheets of a place while it is drawn."""

    far: Sheet
    mid: Sheet
    near: Sheet
    ground: Ground
    rng: np.random.Generator

    @property
    def unit(self) -> float:
        return self.ground.height / 100

    def across(self, low: float, high: float, count: int, jitter: float = 0.3) -> list[float]:
        """Return x positions spread over a part of the picture (0-1), a little uneven."""
        step = (high - low) / max(1, count)
        return [(low + (at + 0.5 + float(self.rng.uniform(-jitter, jitter))) * step) * self.ground.width for at in range(count)]


def draw_scenery(story: Story, ground: Ground, pen: Pen, rng: np.random.Generator, sky_tone: tuple[int, int], *, blank: bool) -> list[Layer]:
    """Draw the place of a story as three layers, far to near; ``blank`` leaves paper. ``sky_tone``: tones at the top and the horizon."""
    stage = _sheets(ground, pen, rng)
    _shade_sky(stage.far, ground, sky_tone)
    if blank:
        return [stage.far.layer(0.15)]
    places = story.places
    indoors = "room" in places
    if not indoors:
        _sky(stage, story)
    drawn = [place for place in _ORDER if place in places] or ["plain"]
    if indoors:
        drawn = ["room"]
    for place in drawn:
        _DRAW[place](stage)
    return [stage.far.layer(0.15), stage.mid.layer(0.45), stage.near.layer(0.85)]


def _sheets(ground: Ground, pen: Pen, rng: np.random.Generator) -> _Set:
    width, top = round(ground.right - ground.left), ground.top
    far = Sheet(ground.left, top, width, round(ground.bottom - top), Pen(pen.width * 0.6, pen.wobble, round(pen.ink * 0.55 + pen.paper * 0.45), pen.paper), rng, opaque=True)
    mid_top = ground.horizon - ground.height * 0.55
    mid = Sheet(ground.left, mid_top, width, round(ground.height * 0.75), Pen(pen.width * 0.75, pen.wobble, round(pen.ink * 0.75 + pen.paper * 0.25), pen.paper), rng)
    near_top = min(ground.horizon - ground.height * 0.1, ground.height * 0.9)
    near = Sheet(ground.left, near_top, width, round(ground.bottom - near_top), Pen(pen.width * 0.85, pen.wobble, pen.ink, pen.paper), rng)
    return _Set(far, mid, near, ground, rng)


def _shade_sky(far: Sheet, ground: Ground, tones: tuple[int, int]) -> None:
    """Lay the sky's tone, darker at the top, in a few broad bands as of a wash."""
    rows = np.linspace(ground.top, ground.bottom, far.tone.height)
    part = np.clip((rows - ground.top * 0.3) / max(1.0, ground.horizon * 1.05 - ground.top * 0.3), 0, 1)
    streaks = noise(far.rng, len(rows), max(8, len(rows) // 40)) * 1.6
    column = tones[0] + (tones[1] - tones[0]) * part + streaks * (part < 1)
    far.tone.paste(_column(column, far.tone.size))


def _column(values: np.ndarray, size: tuple[int, int]) -> object:
    from PIL import Image

    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)[:, None]).resize(size, Image.Resampling.NEAREST)


def _sky(stage: _Set, story: Story) -> None:
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    side = float(rng.choice([0.2, 0.78])) + float(rng.uniform(-0.06, 0.06))
    space = bool({"space", "lunar"} & set(story.places))
    if space or story.time == "night" or "stars" in story.places:
        for x, y in zip(rng.uniform(-0.2, 1.2, 60) * ground.width, rng.uniform(-0.1, 0.9, 60) * max(ground.horizon, ground.height * 0.3), strict=True):
            _star(stage.far, (float(x), float(y)), unit * float(rng.uniform(0.25, 0.7)))
    if space or "underwater" in story.places:
        return
    if story.time == "night" or "moon" in story.places:
        centre = (side * ground.width, ground.horizon * 0.32)
        _moon(stage.far, centre, 7 * unit)
    elif story.time in ("dawn", "dusk"):
        _sun(stage.far, (side * ground.width, ground.horizon - 4 * unit), 8 * unit, rays=True)
    elif story.time == "day" or "desert" in story.places or "beach" in story.places:
        _sun(stage.far, (side * ground.width, ground.horizon * 0.32), 6 * unit, rays=True)
    count = {"cloud": 5, "storm": 6, "rain": 5, "snow": 3}.get(story.weather, 2 if story.time != "night" else 1) + (2 if "sky" in story.places else 0)
    for x in stage.across(-0.15, 1.15, count):
        _cloud(stage.far, (x, float(rng.uniform(0.12, 0.55)) * ground.horizon), float(rng.uniform(8, 15)) * unit, dark=story.weather in ("storm", "rain"))


def _star(sheet: Sheet, at: Point, size: float) -> None:
    sheet.segment((at[0] - size, at[1]), (at[0] + size, at[1]), width=0.5, tone=sheet.pen.paper)
    sheet.segment((at[0], at[1] - size), (at[0], at[1] + size), width=0.5, tone=sheet.pen.paper)


def _moon(sheet: Sheet, centre: Point, radius: float) -> None:
    sheet.circle(centre, radius, width=1.0)
    for dx, dy, size in ((-0.3, -0.2, 0.22), (0.3, 0.25, 0.3), (0.15, -0.45, 0.14)):
        sheet.circle((centre[0] + dx * radius, centre[1] + dy * radius), size * radius, fill=False, width=0.5)


def _sun(sheet: Sheet, centre: Point, radius: float, *, rays: bool) -> None:
    sheet.circle(centre, radius, width=1.1)
    if rays:
        for angle in np.linspace(0, 2 * np.pi, 15)[:-1] + float(sheet.rng.uniform(0, 0.4)):
            inner, outer = radius * 1.35, radius * float(sheet.rng.uniform(1.7, 2.1))
            sheet.segment((centre[0] + inner * np.cos(angle), centre[1] + inner * np.sin(angle)), (centre[0] + outer * np.cos(angle), centre[1] + outer * np.sin(angle)), width=0.8)


def _cloud(sheet: Sheet, at: Point, size: float, *, dark: bool) -> None:
    x, y = at
    bumps = [(-1.5, 0.1), (-1.1, -0.45), (-0.45, -0.5), (0.1, -0.85), (0.75, -0.5), (1.2, -0.35), (1.6, 0.1)]
    path = curve([(x + u * size, y + v * size * 0.7) for u, v in bumps], step=5)
    if dark:
        sheet.fill(path, tone=round(sheet.pen.paper * 0.8 + sheet.pen.ink * 0.2))
    sheet.line(path, width=0.9)
    sheet.stroke([(x - 1.3 * size, y + 0.16 * size), (x + 0.2 * size, y + 0.2 * size), (x + 1.1 * size, y + 0.15 * size)], width=0.6)


def _horizon(stage: _Set, *, sway: float = 0.4) -> list[Point]:
    ground = stage.ground
    xs = np.linspace(ground.left, ground.right, 60)
    ys = ground.horizon + noise(stage.rng, 60, 9) * sway * stage.unit
    path = [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
    stage.near.fill([*path, (ground.right, ground.bottom), (ground.left, ground.bottom)])
    stage.near.line(path, taper=False, width=1.0)
    return path


def _plain(stage: _Set) -> None:
    _horizon(stage)
    _scatter(stage, 9, "dash")


def _scatter(stage: _Set, count: int, kind: str) -> None:
    """Strew small marks over the ground, larger and further apart towards the viewer."""
    ground, rng = stage.ground, stage.rng
    for _ in range(count):
        depth = float(rng.uniform(0.08, 1)) ** 1.4
        y = ground.horizon + depth * (ground.height * 1.02 - ground.horizon)
        x, size = float(rng.uniform(-0.15, 1.15)) * ground.width, (0.6 + 2.6 * depth) * stage.unit
        if kind == "grass":
            for lean in (-0.5, 0.0, 0.45):
                stage.near.stroke([(x + lean * size * 0.5, y), (x + lean * size, y - size * 1.1), (x + lean * size * 1.9, y - size * 1.7)], width=0.6)
        elif kind == "ripple":
            stage.near.stroke([(x - 2.4 * size, y), (x - size, y - 0.35 * size), (x + 0.6 * size, y + 0.1 * size), (x + 2.2 * size, y - 0.25 * size)], width=0.6)
        elif kind == "stone":
            stage.near.stroke([(x - size, y), (x - 0.7 * size, y - 0.7 * size), (x + 0.4 * size, y - 0.8 * size), (x + size, y)], width=0.7)
        else:
            stage.near.segment((x - 2 * size, y), (x + 2 * size, y), width=0.5)


def _mountains(stage: _Set) -> None:
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
        for a, b in zip(points, points[1:], strict=False):
            sheet.segment(a, b, width=1.0)
        for peak in peaks:
            _crag(sheet, peak, ground.horizon - peak[1], rng)
    _horizon(stage)
    _scatter(stage, 8, "dash")


def _crag(sheet: Sheet, peak: Point, rise: float, rng: np.random.Generator) -> None:
    """Give a peak its snow line and the hatching of its shadow side."""
    x, y = peak
    sheet.stroke([(x, y), (x + 0.07 * rise, y + 0.22 * rise), (x - 0.04 * rise, y + 0.36 * rise), (x + 0.1 * rise, y + 0.58 * rise)], width=0.7)
    for part in np.linspace(0.14, 0.62, 7):
        length = float(rng.uniform(0.16, 0.3)) * rise * (0.5 + part)
        start = (x + (0.12 + part * 0.62) * rise * 0.9, y + part * rise)
        sheet.segment(start, (start[0] - length * 0.55, start[1] + length * 0.75), width=0.55)


def _hills(stage: _Set) -> None:
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
    _horizon(stage, sway=1.2)
    _scatter(stage, 16, "grass")


def _forest(stage: _Set) -> None:
    ground, rng = stage.ground, stage.rng
    for x in stage.across(-0.2, 1.2, 17, 0.4):
        _pine(stage.far, (x, ground.horizon + stage.unit), float(rng.uniform(10, 17)) * stage.unit)
    for x in stage.across(-0.2, 1.2, 9, 0.4):
        _pine(stage.mid, (x, ground.horizon + 3 * stage.unit), float(rng.uniform(22, 38)) * stage.unit)
    _horizon(stage, sway=0.8)
    _scatter(stage, 14, "grass")


def _pine(sheet: Sheet, foot: Point, height: float) -> None:
    x, y = foot
    half = height * 0.24
    points: list[Point] = [(x, y - height)]
    steps = 5
    right = []
    for step in range(1, steps + 1):
        part = step / steps
        right += [(x + half * part * 0.55, y - height * (1 - part * 0.78) - height * 0.02), (x + half * part, y - height * (0.96 - part * 0.8))]
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
        sheet.segment((x + half * part * 0.2, y - height * (0.9 - part * 0.75)), (x + half * part * 0.75, y - height * (0.86 - part * 0.75)), width=0.55)


def _river(stage: _Set) -> None:
    ground = stage.ground
    _horizon(stage)
    _banks(stage)
    _scatter(stage, 12, "ripple")
    for x in (ground.left * 0.4, ground.width * 0.9):
        stage.near.stroke([(x, ground.height * 0.98), (x + 3 * stage.unit, ground.height * 0.9), (x + 9 * stage.unit, ground.height * 0.93)], width=0.7)


def _banks(stage: _Set) -> None:
    """Draw two banks that wind towards the viewer."""
    ground, wide = stage.ground, stage.ground.width
    y0, y1 = ground.horizon, ground.bottom
    bend = float(stage.rng.uniform(-0.06, 0.06))
    left = [(0.44 + bend, 0.0), (0.3, 0.14), (0.36, 0.34), (0.02, 0.72), (-0.25, 1.0)]
    right = [(0.52 + bend, 0.0), (0.6, 0.14), (0.74, 0.32), (1.0, 0.66), (1.25, 0.95)]
    for bank in (left, right):
        stage.near.stroke([(u * wide, y0 + v * (y1 - y0)) for u, v in bank], width=1.0)
        stage.near.stroke([(u * wide + stage.unit, y0 + (v + 0.025) * (y1 - y0)) for u, v in bank[1:]], width=0.5)


def _lake(stage: _Set) -> None:
    ground = stage.ground
    _horizon(stage)
    shore = ground.horizon + 0.12 * (ground.height - ground.horizon)
    stage.near.stroke([(ground.left, shore), (0.3 * ground.width, shore - stage.unit), (0.7 * ground.width, shore + stage.unit), (ground.right, shore)], width=0.8)
    _scatter(stage, 22, "ripple")


def _ice(stage: _Set) -> None:
    """A frozen surface: banks, long cracks that fork, short reflections."""
    ground, rng = stage.ground, stage.rng
    _horizon(stage)
    _banks(stage)
    for x in stage.across(0.05, 0.95, 4, 0.45):
        start = (x, ground.horizon + float(rng.uniform(0.25, 0.8)) * (ground.height - ground.horizon))
        _crack(stage, start, float(rng.uniform(12, 26)) * stage.unit, float(rng.uniform(-0.35, 0.35)), 2)
    _scatter(stage, 8, "dash")


def _crack(stage: _Set, start: Point, length: float, angle: float, forks: int) -> None:
    points = [start]
    for _ in range(5):
        angle += float(stage.rng.uniform(-0.45, 0.45))
        x, y = points[-1]
        points.append((x + np.cos(angle) * length / 5, y + np.sin(angle) * length / 9))
    for a, b in zip(points, points[1:], strict=False):
        stage.near.segment(a, b, width=0.6)
    if forks:
        _crack(stage, points[int(stage.rng.integers(1, 4))], length * 0.45, angle + float(stage.rng.choice([-0.9, 0.9])), forks - 1)


def _sea(stage: _Set) -> None:
    ground, rng = stage.ground, stage.rng
    _horizon(stage, sway=0.1)
    for row in np.linspace(0.06, 1.05, 9):
        y = ground.horizon + row**1.35 * (ground.height - ground.horizon)
        size = (1.2 + 6.5 * row) * stage.unit
        x = ground.left + float(rng.uniform(0, 4)) * size
        while x < ground.right:
            if rng.uniform() < 0.6:
                stage.near.stroke([(x - size * 1.2, y), (x - size * 0.35, y - size * 0.42), (x + size * 0.1, y - size * 0.1), (x + size * 0.8, y - size * 0.3), (x + size * 1.4, y)], width=0.5 + 0.4 * row)
            x += size * float(rng.uniform(2.6, 5.5))


def _underwater(stage: _Set) -> None:
    ground, rng = stage.ground, stage.rng
    for x in stage.across(0, 1, 5, 0.4):
        stage.far.segment((x, ground.top), (x - 14 * stage.unit, ground.height * 0.8), width=0.6)
    _horizon(stage, sway=2.0)
    for x in stage.across(-0.1, 1.1, 7):
        for lean in (-1, 0, 1):
            rise = float(rng.uniform(10, 26)) * stage.unit
            stage.mid.stroke([(x + lean * 2 * stage.unit, ground.horizon + 2 * stage.unit), (x + lean * 4 * stage.unit, ground.horizon - rise * 0.5), (x + lean * stage.unit, ground.horizon - rise)], width=0.9)
    for _ in range(12):
        stage.mid.circle((float(rng.uniform(0, 1)) * ground.width, ground.horizon - float(rng.uniform(5, 48)) * stage.unit), float(rng.uniform(0.5, 1.6)) * stage.unit, fill=False, width=0.6)
    _scatter(stage, 8, "stone")


def _beach(stage: _Set) -> None:
    ground = stage.ground
    _sea_band(stage)
    shore = ground.horizon + 0.3 * (ground.height - ground.horizon)
    path = curve([(ground.left, shore + 5 * stage.unit), (0.25 * ground.width, shore + 2 * stage.unit), (0.6 * ground.width, shore + 4 * stage.unit), (ground.right, shore - 2 * stage.unit)])
    stage.near.fill([*path, (ground.right, ground.bottom), (ground.left, ground.bottom)])
    stage.near.line(path, taper=False)
    stamp(stage.near, "🌴", (float(stage.rng.choice([0.08, 0.92])) * ground.width, shore + 9 * stage.unit), 42 * stage.unit, left=bool(stage.rng.integers(2)))


def _sea_band(stage: _Set) -> None:
    _horizon(stage, sway=0.1)
    ground = stage.ground
    for row in (0.06, 0.13, 0.21):
        y = ground.horizon + row * (ground.height - ground.horizon)
        for x in stage.across(-0.2, 1.2, 7, 0.45):
            stage.near.stroke([(x - 5 * stage.unit, y), (x - stage.unit, y - stage.unit), (x + 4 * stage.unit, y)], width=0.6)


def _desert(stage: _Set) -> None:
    ground, rng = stage.ground, stage.rng
    for row, rise in ((0, 0.1), (1, 0.06)):
        sheet = stage.far if row == 0 else stage.mid
        points = [(ground.left, ground.horizon)]
        for x in stage.across(-0.15, 1.15, 4):
            points += [(x - 0.1 * ground.width, ground.horizon - 0.2 * rise * ground.height), (x, ground.horizon - float(rng.uniform(0.6, 1.2)) * rise * ground.height)]
        points.append((ground.right, ground.horizon - 0.2 * rise * ground.height))
        path = curve(sorted(points))
        sheet.fill([*path, (ground.right, ground.horizon + 3 * stage.unit), (ground.left, ground.horizon + 3 * stage.unit)])
        sheet.line(path, taper=False)
    _horizon(stage, sway=1.6)
    for x in stage.across(0.02, 0.98, 3, 0.45):
        stamp(stage.near, "🌵", (x, ground.horizon + float(rng.uniform(1, 8)) * stage.unit), float(rng.uniform(7, 16)) * stage.unit, left=bool(rng.integers(2)))
    for y in (0.35, 0.62, 0.9):
        level = ground.horizon + y * (ground.height - ground.horizon)
        stage.near.stroke([(ground.width * (0.1 + 0.2 * y), level), (ground.width * 0.4, level - 2 * stage.unit), (ground.width * (0.7 + 0.2 * y), level + stage.unit)], width=0.6)


def _snowfield(stage: _Set) -> None:
    _horizon(stage, sway=1.4)
    ground = stage.ground
    for row in (0.2, 0.5, 0.8):
        y = ground.horizon + row * (ground.height - ground.horizon)
        x = float(stage.rng.uniform(-0.1, 0.5)) * ground.width
        stage.near.stroke([(x, y), (x + 0.15 * ground.width, y - 2.5 * stage.unit * row), (x + 0.4 * ground.width, y - stage.unit), (x + 0.6 * ground.width, y + stage.unit)], width=0.6)
    _scatter(stage, 12, "dash")


def _city(stage: _Set) -> None:
    ground, rng = stage.ground, stage.rng
    for x in stage.across(-0.22, 1.22, 16, 0.25):
        _tower(stage.far, x, ground.horizon + stage.unit, float(rng.uniform(4, 8)) * stage.unit, float(rng.uniform(14, 38)) * stage.unit, windows=False)
    for x in stage.across(-0.22, 1.22, 9, 0.3):
        _tower(stage.mid, x, ground.horizon + 2 * stage.unit, float(rng.uniform(7, 13)) * stage.unit, float(rng.uniform(14, 34)) * stage.unit, windows=True)
    _horizon(stage, sway=0.1)
    _scatter(stage, 6, "dash")


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


def _village(stage: _Set) -> None:
    """A row of gabled houses along the horizon."""
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    for x in stage.across(-0.15, 1.15, 8, 0.4):
        wide, rise, base = float(rng.uniform(5, 8)) * unit, float(rng.uniform(4, 6)) * unit, ground.horizon + unit
        stage.mid.polygon([(x - wide / 2, base), (x - wide / 2, base - rise), (x + wide / 2, base - rise), (x + wide / 2, base)])
        stage.mid.polygon([(x - wide * 0.62, base - rise), (x, base - rise * 1.9), (x + wide * 0.62, base - rise)])
        stage.mid.polygon([(x - unit * 0.7, base), (x - unit * 0.7, base - rise * 0.55), (x + unit * 0.6, base - rise * 0.55), (x + unit * 0.6, base)], fill=False, width=0.7)
        if rng.uniform() < 0.5:
            stage.mid.segment((x + wide * 0.3, base - rise * 1.4), (x + wide * 0.3, base - rise * 2.0), width=1.4)
    _horizon(stage, sway=0.6)
    _scatter(stage, 8, "grass")


def _lunar(stage: _Set) -> None:
    """The surface of a moon: craters, and a planet in the sky."""
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    _space(stage)
    _horizon(stage, sway=1.2)
    for x in stage.across(-0.1, 1.1, 9, 0.5):
        depth = float(rng.uniform(0.08, 1.0)) ** 1.2
        y, size = ground.horizon + depth * (ground.height - ground.horizon), (1.5 + 7 * depth) * unit
        stage.near.circle((x, y), size, squash=0.28, fill=False, width=0.8)
        stage.near.stroke([(x - size * 0.8, y + size * 0.1), (x - size * 0.2, y + size * 0.2), (x + size * 0.6, y + size * 0.14)], width=0.6)


def _street(stage: _Set) -> None:
    """Two rows of house fronts run to a vanishing point, the road between them."""
    ground, unit = stage.ground, stage.unit
    vx, vy = ground.width * float(stage.rng.uniform(0.42, 0.58)), ground.horizon
    _horizon(stage, sway=0.05)
    for side in (-1, 1):
        edges = [vx + side * part * ground.width for part in (0.1, 0.2, 0.36, 0.62, 0.95)]
        for inner, outer in zip(edges, edges[1:], strict=False):
            _front(stage, (vx, vy), inner, outer)
    for x in (-0.55, 0.55):
        stage.near.segment((vx + x * 0.08 * ground.width, vy + unit), (vx + x * 1.4 * ground.width, ground.bottom), width=0.9)
    for low, high in ((0.1, 0.2), (0.3, 0.45), (0.6, 0.85)):
        stage.near.segment((vx, vy + low * (ground.height - vy)), (vx, vy + high * (ground.height - vy)), width=0.9)


def _front(stage: _Set, vanish: Point, inner: float, outer: float) -> None:
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


def _road(stage: _Set) -> None:
    ground = stage.ground
    _horizon(stage)
    vx = ground.width * float(stage.rng.uniform(0.35, 0.65))
    for x in (-0.2, 1.2):
        stage.near.segment((vx + (x - 0.5) * 0.02 * ground.width, ground.horizon), (x * ground.width, ground.bottom), width=1.0)
    for low, high in ((0.08, 0.14), (0.22, 0.33), (0.45, 0.65), (0.82, 1.1)):
        depth = ground.bottom - ground.horizon
        mid = ground.width * 0.5
        a, b = ground.horizon + low * depth, ground.horizon + high * depth
        stage.near.segment((vx + (mid - vx) * low, a), (vx + (mid - vx) * high, b), width=1.4)
    _scatter(stage, 8, "grass")


def _space(stage: _Set) -> None:
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    centre = (float(rng.uniform(0.65, 0.85)) * ground.width, float(rng.uniform(0.25, 0.4)) * ground.height)
    radius = 15 * unit
    stage.mid.circle(centre, radius)
    shade, draw = stage.mid.mask()
    ring = [(centre[0] + radius * 0.98 * np.cos(a), centre[1] + radius * 0.98 * np.sin(a)) for a in np.linspace(-0.9, 1.9, 24)]
    inner = [(centre[0] + radius * 0.5 * np.cos(a) + radius * 0.1, centre[1] + radius * 0.72 * np.sin(a)) for a in np.linspace(1.9, -0.9, 24)]
    draw.polygon(stage.mid.scaled([(float(x), float(y)) for x, y in [*ring, *inner]]), fill=255)
    stage.mid.hatch(shade, gap=1.1 * unit, width=0.6)
    path = [(centre[0] + radius * 1.7 * float(np.cos(a)), centre[1] + radius * 0.4 * float(np.sin(a)) + 0.18 * radius * float(np.cos(a))) for a in np.linspace(-0.35, np.pi + 0.35, 50)]
    stage.mid.line(path, width=1.1)


def _room(stage: _Set) -> None:
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
    stage.far.polygon([(other * ground.width - 8 * unit, top + 12 * unit), (other * ground.width + 8 * unit, top + 12 * unit), (other * ground.width + 8 * unit, top + 25 * unit), (other * ground.width - 8 * unit, top + 25 * unit)], fill=False, width=1.0)
    vx = ground.width / 2
    for part in np.linspace(-0.3, 1.3, 11):
        edge = left + (right - left) * float(part)
        start = (min(max(edge, left), right), base) if left <= edge <= right else None
        if start:
            stage.far.segment(start, (vx + (start[0] - vx) * 2.6, ground.bottom), width=0.7)


def _nothing(stage: _Set) -> None:
    del stage


_DRAW: Final[dict[str, Callable[[_Set], None]]] = {
    "mountains": _mountains, "hills": _hills, "forest": _forest, "city": _city, "street": _street, "desert": _desert, "beach": _beach,
    "sea": _sea, "underwater": _underwater, "lake": _lake, "river": _river, "ice": _ice, "snowfield": _snowfield, "road": _road,
    "space": _space, "lunar": _lunar, "village": _village, "room": _room, "sky": _nothing, "moon": _plain, "stars": _plain, "plain": _plain,
}  # fmt: skip
_ORDER: Final = ("stars", "moon", "space", "lunar", "mountains", "hills", "forest", "city", "village", "street", "desert", "snowfield", "sea", "beach", "underwater", "lake", "river", "ice", "road", "sky")
"""Back to front: what is drawn later covers the ground of what was drawn before."""


def draw_weather(story: Story, ground: Ground, pen: Pen, rng: np.random.Generator) -> Sheet | None:
    """Draw rain, snow, wind or fog as a sheet of twice the picture's height that can run through the picture; None if there is none."""
    if story.weather not in ("rain", "storm", "snow", "wind", "fog"):
        return None
    sheet = Sheet(ground.left, 0, round(ground.right - ground.left), ground.height, Pen(pen.width * 0.6, pen.wobble, round(pen.ink * 0.7 + pen.paper * 0.3), pen.paper), rng)
    unit = ground.height / 100
    for _ in range({"rain": 90, "storm": 120, "snow": 130, "wind": 12, "fog": 16}[story.weather]):
        x, y = float(rng.uniform(ground.left, ground.right)), float(rng.uniform(0.06, 0.94)) * ground.height
        if story.weather in ("rain", "storm"):
            length = float(rng.uniform(2.5, 5.5)) * unit
            sheet.segment((x, y), (x - length * 0.32, y + length), width=0.8)
        elif story.weather == "snow":
            sheet.circle((x, y), float(rng.uniform(0.3, 0.95)) * unit, width=0.8)
        else:
            wide = float(rng.uniform(12, 34)) * unit
            sheet.stroke([(x - wide / 2, y), (x - wide / 6, y - unit), (x + wide / 6, y + unit * 0.6), (x + wide / 2, y)], width=0.8)
    return sheet
