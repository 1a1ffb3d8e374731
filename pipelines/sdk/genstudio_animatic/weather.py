"""Weather: rain, snow, wind and fog as one sheet that runs through the picture."""

from __future__ import annotations

import numpy as np

from genstudio_animatic.ground import Ground
from genstudio_animatic.ink import Pen, Sheet
from genstudio_animatic.story import Story

__all__ = ["draw_weather"]


def draw_weather(story: Story, ground: Ground, pen: Pen, rng: np.random.Generator) -> Sheet | None:
    """Draw rain, snow, wind or fog as a sheet of twice the picture's height that can run through the picture; None if there is none."""
    if story.weather not in ("rain", "storm", "snow", "wind", "fog"):
        return None
    sheet = Sheet(
        ground.left,
        0,
        round(ground.right - ground.left),
        ground.height,
        Pen(pen.width * 0.6, pen.wobble, round(pen.ink * 0.7 + pen.paper * 0.3), pen.paper),
        rng,
    )
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
