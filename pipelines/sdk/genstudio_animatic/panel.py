"""A panel: from what is asked for to layers that a camera can move past."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from genstudio_animatic.ground import OVER
from genstudio_animatic.ink import Layer
from genstudio_animatic.lettering import line_width, set_lines, write_line
from genstudio_animatic.reference import fitted, open_picture
from genstudio_animatic.scenery import draw_scenery
from genstudio_animatic.setup import PanelSpec, Setup, setup_of
from genstudio_animatic.subjects import draw_shoulder, draw_subjects
from genstudio_animatic.weather import draw_weather

__all__ = ["Stage", "build_stage"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A drawn panel: its layers far to near, and the sheet of weather if there is any."""

    setup: Setup
    layers: tuple[Layer, ...]
    weather: Layer | None


def build_stage(spec: PanelSpec) -> Stage:
    """Draw all layers of a panel. The same specification gives the same pixels."""
    setup = setup_of(spec)
    location = open_picture(spec.locations)
    blank = not setup.story.told and location is None and not spec.characters
    layers = [_backdrop(setup, location)] if location else draw_scenery(setup, blank=blank)
    layers += draw_subjects(setup)
    if setup.story.angle == "over the shoulder":
        layers.append(draw_shoulder(setup))
    if blank:
        layers.append(_words(setup))
    weather = draw_weather(setup.story, setup.ground, setup.pen, setup.rng)
    return Stage(setup, tuple(layers), weather.layer(1.15) if weather else None)


def _backdrop(setup: Setup, picture: Image.Image) -> Layer:
    """Return a location's picture as the far layer, a little washed out so that ink reads on it."""
    width, height = setup.ground.width, setup.ground.height
    size = (round(width * (1 + 2 * OVER)), round(height * (1 + 2 * OVER)))
    faded = Image.blend(fitted(picture, size), Image.new("RGB", size, setup.palette.paper), 0.35)
    at = (-round(OVER * width), -round(OVER * height))
    return Layer(faded.convert("L"), Image.new("L", size, 255), *at, depth=0.2, picture=faded, opaque=True)


def _words(setup: Setup) -> Layer:
    """Set the prompt itself in the picture, as an artist notes a shot that is still to be drawn."""
    width, height, pen = setup.ground.width, setup.ground.height, setup.pen
    text = " ".join(setup.spec.prompt[:600].split()) or "An empty shot: no words yet."
    alpha = Image.new("L", (width, height), 0)
    box, most = round(width * 0.74), height * 0.56
    size = next((size for size in range(round(height * 0.12), 10, -2) if _fits(text, size, box, most)), 10)
    lines = set_lines(text, size, box, max(1, int(most / (size * 1.2))))
    top = round(height * 0.5 - len(lines) * size * 0.6)
    for number, line in enumerate(lines):
        write_line(alpha, (round((width - line_width(line, size)) / 2), top + round(number * size * 1.2)), line, size, 255)
    rule = ImageDraw.Draw(alpha)
    for edge in (top - size // 3, top + round(len(lines) * size * 1.2) + size // 3):
        rule.line([(width * 0.42, edge), (width * 0.58, edge)], fill=200, width=max(1, round(pen.width * 0.8)))
    return Layer(Image.new("L", alpha.size, pen.ink), alpha, 0, 0, 1.0)


def _fits(text: str, size: int, box: int, most: float) -> bool:
    if line_width([max(text.split(), key=len)[:40]], size) > box:
        return False
    return len(set_lines(text, size, box, 100)) * size * 1.2 <= most
