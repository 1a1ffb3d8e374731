"""Skies: the wash, sun, moon, stars and clouds."""

from __future__ import annotations

import numpy as np
from PIL import Image

from genstudio_animatic.ground import Ground, Set
from genstudio_animatic.ink import Point, Sheet, curve, noise
from genstudio_animatic.story import Story

__all__ = ["draw_sky", "shade_sky"]


def shade_sky(far: Sheet, ground: Ground, tones: tuple[int, int]) -> None:
    """Lay the sky's tone, darker at the top, in a few broad bands as of a wash."""
    rows = np.linspace(ground.top, ground.bottom, far.tone.height)
    part = np.clip((rows - ground.top * 0.3) / max(1.0, ground.horizon * 1.05 - ground.top * 0.3), 0, 1)
    streaks = noise(far.rng, len(rows), max(8, len(rows) // 40)) * 1.6
    column = tones[0] + (tones[1] - tones[0]) * part + streaks * (part < 1)
    far.tone.paste(_column(column, far.tone.size))


def _column(values: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """Return a picture whose rows have the values."""
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)[:, None]).resize(size, Image.Resampling.NEAREST)


def draw_sky(stage: Set, story: Story) -> None:
    """Draw what stands in the sky at a time of day and in a weather."""
    ground, rng, unit = stage.ground, stage.rng, stage.unit
    side = float(rng.choice([0.2, 0.78])) + float(rng.uniform(-0.06, 0.06))
    space = bool({"space", "lunar"} & set(story.places))
    if space or story.time == "night" or "stars" in story.places:
        for x, y in zip(
            rng.uniform(-0.2, 1.2, 60) * ground.width, rng.uniform(-0.1, 0.9, 60) * max(ground.horizon, ground.height * 0.3), strict=True
        ):
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
    count = {"cloud": 5, "storm": 6, "rain": 5, "snow": 3}.get(story.weather, 2 if story.time != "night" else 1) + (
        2 if "sky" in story.places else 0
    )
    for x in stage.across(-0.15, 1.15, count):
        _cloud(
            stage.far,
            (x, float(rng.uniform(0.12, 0.55)) * ground.horizon),
            float(rng.uniform(8, 15)) * unit,
            dark=story.weather in ("storm", "rain"),
        )


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
            sheet.segment(
                (centre[0] + inner * np.cos(angle), centre[1] + inner * np.sin(angle)),
                (centre[0] + outer * np.cos(angle), centre[1] + outer * np.sin(angle)),
                width=0.8,
            )


def _cloud(sheet: Sheet, at: Point, size: float, *, dark: bool) -> None:
    x, y = at
    bumps = [(-1.5, 0.1), (-1.1, -0.45), (-0.45, -0.5), (0.1, -0.85), (0.75, -0.5), (1.2, -0.35), (1.6, 0.1)]
    path = curve([(x + u * size, y + v * size * 0.7) for u, v in bumps], step=5)
    if dark:
        sheet.fill(path, tone=round(sheet.pen.paper * 0.8 + sheet.pen.ink * 0.2))
    sheet.line(path, width=0.9)
    sheet.stroke([(x - 1.3 * size, y + 0.16 * size), (x + 0.2 * size, y + 0.2 * size), (x + 1.1 * size, y + 0.15 * size)], width=0.6)
