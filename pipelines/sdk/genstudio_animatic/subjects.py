"""Subjects: the people and things of a panel, drawn where the blocking puts them."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageFilter

from genstudio_animatic.animals import animal, flock
from genstudio_animatic.blocking import Spot, facing, height_of, in_air, is_flock, spot_of
from genstudio_animatic.figure import Figure
from genstudio_animatic.glyphs import glyph
from genstudio_animatic.ink import SCALE, Layer, Pen, Sheet
from genstudio_animatic.people import Costume, bust, person
from genstudio_animatic.reference import fitted, open_picture
from genstudio_animatic.setup import Setup
from genstudio_animatic.story import Thing
from genstudio_animatic.tone import chroma, luma
from genstudio_animatic.vocabulary import BODIES, COLOURS, FACES, TINTS

__all__ = ["draw_shoulder", "draw_subjects"]

_MOST_PORTRAITS: Final = 3
_BESIDE: Final = 0.92
"""Depth of the things beside the subject: a moving camera parts them a little from it."""


def draw_subjects(setup: Setup) -> list[Layer]:
    """Draw all things of the story, those that stand further up the picture first. Reference pictures replace the first things."""
    portraits = [picture for path in setup.spec.characters[:_MOST_PORTRAITS] if (picture := open_picture((path,)))]
    things = _cast(setup, with_portrait=bool(portraits))
    placed: list[tuple[float, Layer]] = []
    for order, thing in enumerate(things):
        for copy in range(1 if is_flock(setup, thing) else thing.count):
            spot = spot_of(setup, thing, order, copy, alone=len(things) == 1)
            portrait = portraits[order] if order < len(portraits) and copy == 0 else None
            layer = _portrait(setup, portrait, thing, order, spot) if portrait else _drawn(setup, thing, order, copy, spot)
            placed.append((spot.y if order else setup.ground.floor + 0.5, layer))
    placed.sort(key=lambda entry: entry[0])
    return [layer for _, layer in placed]


def _cast(setup: Setup, *, with_portrait: bool) -> list[Thing]:
    """Return who and what is in the picture: not the one over whose shoulder we look, nor a window where the room has one."""
    things = list(setup.story.things)
    if setup.story.angle == "over the shoulder" and len(things) > 1:
        del things[next((at for at, thing in enumerate(things) if thing.person), 0)]
    if "room" in setup.story.places:
        things = [thing for thing in things if thing.glyph != "🪟" or thing is things[0]]
    return things or ([Thing(word="character", person=True)] if with_portrait else [])


def _drawn(setup: Setup, thing: Thing, order: int, copy: int, spot: Spot) -> Layer:
    height = height_of(setup, thing, order) * spot.scale
    figure = _figure(setup, thing, spot, height, facing(setup, order, copy))
    _colour(setup, figure, thing, leading=order == 0 or thing.person)
    if thing.relation != "held" and not setup.close and spot.y <= setup.ground.height * 1.02 and not in_air(setup, thing):
        _shadow(figure, spot, setup.pen)
    return figure.sheet.layer(_BESIDE if order else 1.0, subject=order == 0)


def _figure(setup: Setup, thing: Thing, spot: Spot, height: float, look: int) -> Figure:
    foot, left, pen, rng = (spot.x, spot.y), look < 0, setup.pen, setup.rng
    if is_flock(setup, thing):
        return flock(foot, max(height, 0.3 * spot.y), min(15, 2 * thing.count + 1), pen, rng)
    if setup.close:
        return _close(setup, thing, spot.x, height, left=left)
    if thing.person:
        action = "fly" if in_air(setup, thing) else setup.story.action or "stand"
        return person(foot, height, action, pen, rng, Costume(thing.hat, thing.hand, left))
    if thing.glyph in BODIES:
        return animal(BODIES[thing.glyph], foot, height, pen, rng, left=left)
    shown = "🕊" if thing.glyph == "🐦" and setup.story.action == "fly" else thing.glyph
    return glyph(shown, foot, height, pen, rng, left=left)


def _close(setup: Setup, thing: Thing, x: float, height: float, *, left: bool) -> Figure:
    """Draw a head: of a person with the shoulders, of an animal its face, of a thing the thing."""
    high, pen, rng = setup.ground.height, setup.pen, setup.rng
    if thing.person and not _is_glyph(thing.hat):
        middle = {"medium close-up": 0.36, "close-up": 0.42}.get(setup.story.framing, 0.5)
        return bust((x, middle * high), height * 0.25, pen, rng, Costume(hat=thing.hat, left=left))
    if thing.person:
        return glyph(thing.hat, (x, high * 0.95), high * 0.78, pen, rng, left=left)
    shown = thing.glyph if setup.story.framing == "medium close-up" else FACES.get(thing.glyph, thing.glyph)
    return glyph(shown, (x, high * 0.52 + height / 2), height, pen, rng, left=left)


def _is_glyph(hat: str) -> bool:
    return bool(hat) and not hat.isascii()


def _colour(setup: Setup, figure: Figure, thing: Thing, *, leading: bool) -> None:
    """Lay a marker's flat colour under the ink, a little off register, as a hand does: the accent if it is the subject."""
    paper, pen, sheet = setup.palette.paper, setup.pen, figure.sheet
    pale = (paper[0] * 226 // 255, paper[1] * 226 // 255, paper[2] * 228 // 255)
    colour = COLOURS.get(thing.colour) or TINTS.get(thing.glyph) or (setup.palette.accent if leading else pale)
    moved = Image.new("L", figure.inside.size, 0)
    moved.paste(figure.coloured, (round(pen.width * 1.4 * SCALE), round(pen.width * 1.1 * SCALE)))
    inside = Image.composite(moved, Image.new("L", moved.size, 0), figure.inside)
    bright = luma(colour)
    flat = sheet.tone.point([min(255, value * bright // max(1, pen.paper)) for value in range(256)])
    sheet.tone.paste(flat, (0, 0), inside)
    sheet.wash(inside, chroma(colour))


def _shadow(figure: Figure, spot: Spot, pen: Pen) -> None:
    """Hatch the ground below a figure."""
    left, _, right, _ = figure.box
    sheet = figure.sheet
    wide, y = (right - left) * 0.36, min(spot.y, sheet.y + sheet.height - pen.width * 3)
    shape, draw = sheet.mask()
    centre = (left + right) / 2
    (x0, y0), (x1, y1) = sheet.scaled([(centre - wide, y - pen.width * 1.4), (centre + wide * 1.15, y + pen.width * 2.6)])
    draw.ellipse((x0, y0, x1, y1), fill=255)
    shape.paste(0, (0, 0), figure.inside)
    sheet.hatch(shape, gap=pen.width * 1.9, slope=0.6, width=0.6)


def _portrait(setup: Setup, picture: Image.Image, thing: Thing, order: int, spot: Spot) -> Layer:
    """Return a character's reference picture as a card that stands in the place of its figure."""
    high, pen = setup.ground.height, setup.pen
    tall = min(max(height_of(setup, thing, order) * spot.scale, high * 0.3), high * 0.82)
    wide = min(tall * picture.width / picture.height, setup.ground.width * 0.62)
    size = (max(8, round(wide)), max(8, round(wide * picture.height / picture.width)))
    edge = pen.width * 2.2
    x, y = spot.x - size[0] / 2, min(spot.y, high * 0.95) - size[1]
    sheet = Sheet(x - 3 * edge, y - 3 * edge, round(size[0] + 6 * edge), round(size[1] + 6 * edge), pen, setup.rng)
    right, low = x + size[0] + edge, y + size[1] + edge
    sheet.polygon([(x - edge, y - edge), (right, y - edge), (right, low), (x - edge, low)], width=1.2)
    layer = sheet.layer(1.0 if order == 0 else _BESIDE)
    image, at = fitted(picture, size), (round(x - layer.x), round(y - layer.y))
    tone, colour = layer.tone.copy(), Image.merge("RGB", [layer.tone] * 3)
    tone.paste(image.convert("L"), at)
    colour.paste(image, at)
    return Layer(tone, layer.alpha, layer.x, layer.y, layer.depth, picture=colour, subject=order == 0)


def draw_shoulder(setup: Setup) -> Layer:
    """Draw the dark shoulder and head, near and out of focus, past which the camera looks."""
    pen, ground = setup.pen, setup.ground
    x = (0.5 - 0.36 * setup.heading) * ground.width
    broad = Pen(pen.width * 1.5, pen.wobble, pen.ink, pen.paper)
    sheet = bust((x, 0.44 * ground.height), 0.42 * ground.height, broad, setup.rng, Costume(left=setup.heading < 0)).sheet
    whole = sheet.alpha.copy()
    sheet.tone.paste(round(pen.ink * 0.7 + pen.paper * 0.3), (0, 0), whole)
    sheet.hatch(whole, gap=pen.width * 2.2, width=0.8)
    layer = sheet.layer(1.7)
    return Layer(layer.tone, layer.alpha.filter(ImageFilter.GaussianBlur(pen.width * 0.6)), layer.x, layer.y, layer.depth)
