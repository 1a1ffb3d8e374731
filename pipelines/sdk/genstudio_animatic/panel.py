"""A panel: from what is asked for to layers that a camera can move past."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from genstudio_animatic.figures import Figure, animal, bust, flock, glyph, person
from genstudio_animatic.ink import SCALE, Layer, Pen, Point, Sheet
from genstudio_animatic.lettering import line_width, set_lines, write_line
from genstudio_animatic.reference import fitted, open_picture
from genstudio_animatic.scenery import Ground, draw_scenery, draw_weather
from genstudio_animatic.story import Story, Thing, read_story
from genstudio_animatic.tone import Palette, chroma, luma, palette
from genstudio_animatic.vocabulary import BODIES, COLOURS, FACES, TINTS

__all__ = ["PanelSpec", "Stage", "build_stage"]


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """What a panel is drawn from. Sizes in pixels; ``fps`` exact; the pictures are reference images of the shot's assets."""

    prompt: str
    name: str
    seed: int
    width: int
    height: int
    fps: Fraction = Fraction(24)
    frames: int = 1
    characters: tuple[Path, ...] = ()
    styles: tuple[Path, ...] = ()
    locations: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A drawn panel: its layers far to near, the sheet of weather if any, its colours, and the story they tell."""

    spec: PanelSpec
    story: Story
    palette: Palette
    ground: Ground
    layers: tuple[Layer, ...]
    weather: Layer | None
    pen: Pen
    heading: int


@dataclass(frozen=True, slots=True)
class _Shot:
    """How a framing sets the picture: height of a standing person, horizon and floor as parts of the picture's height."""

    person: float
    horizon: float
    floor: float


_SHOTS: Final[dict[str, _Shot]] = {
    "extreme wide": _Shot(0.17, 0.56, 0.76),
    "wide": _Shot(0.36, 0.54, 0.83),
    "full": _Shot(0.68, 0.5, 0.9),
    "": _Shot(0.52, 0.52, 0.87),
    "medium": _Shot(1.18, 0.46, 1.36),
    "medium close-up": _Shot(1.7, 0.44, 1.95),
    "close-up": _Shot(2.6, 0.5, 2.9),
    "extreme close-up": _Shot(4.6, 0.5, 5.0),
}
_CLOSE: Final = frozenset({"medium close-up", "close-up", "extreme close-up"})
_LARGE: Final = frozenset("🏠🏡🏢🏥🏦🏨🏫🏭🏯🏰🏛⛪🕌🛕⛩💒🗼🗽🏟🎡🎢🎪🌋🌉🚢🛳⛴🚀🌳🌲🌴🐋🐳🐉🦖🦕🐘🦣🦒🗿🚂🚄")
_SMALL: Final = frozenset(
    "🐁🐀🐇🐿🦔🐓🐔🐤🐦🕊🦆🐸🦎🐌🦋🐛🐜🐝🪲🐞🕷🦂🦀🐟🐚🌸🌹🌻🌼🌷🌱🍀🍁🍂🍄🍎🍊🍋🍌🍓🍇🥕🍞🧀🍔🍕🥚🍲🍰🎂🍩🍦🍷🍺☕🍵⌛⌚⏰🎁⚽🏀🎲♟👓🕶👑👒🎩"
    "💎💍🔔📱☎📷🔍🕯💡🔦🏮📖📚📜📰🪙💰✉📦✏🖋🔒🔑🗝🔨🗡💣💉💊☂🔫🔮🪄🧸🐾🧪💻📻🎻🎺🎷🏺👟👠📯🎤🔪🚬🎭💼🧳👜🎒🪃🏹🛡🔥❄💧🪦🚩🧭🗺"
)
_HIGH: Final = frozenset("🦅🕊🦇🦋🐝✈🛩🚁🛰🚀🛸🎈🪂🪁⭐🌠☄⚡🌈🌙🌕☀☁🪐🎆🐦🦉")


def build_stage(spec: PanelSpec) -> Stage:
    """Draw all layers of a panel. The same specification gives the same pixels."""
    story = read_story(spec.prompt)
    rng = _generator(spec)
    colours = palette(story)
    tones = _pen(spec, colours)
    ground = _ground(spec, story)
    sky = (round(luma(colours.paper) * (1 - colours.dark)), round(luma(colours.paper) * (1 - colours.dark * 0.25)))
    heading = _heading(story, rng)
    location = open_picture(spec.locations)
    blank = not story.told and not location and not spec.characters
    layers = [_backdrop(location, spec, tones)] if location else draw_scenery(story, ground, tones, rng, sky, blank=blank)
    layers += _subjects(spec, story, ground, tones, colours, rng, heading)
    if story.angle == "over the shoulder":
        layers.append(_shoulder(ground, tones, rng, heading))
    if blank:
        layers.append(_words(spec, ground, tones))
    sheet = draw_weather(story, ground, tones, rng)
    weather = sheet.layer(1.15) if sheet else None
    return Stage(spec, story, colours, ground, tuple(layers), weather, tones, heading)


def _generator(spec: PanelSpec) -> np.random.Generator:
    """Return the source of chance: the seed and the words, so that two shots with one seed differ."""
    digest = hashlib.sha256(f"{spec.seed}\0{spec.prompt[:4000]}".encode("utf-8", "replace")).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def _pen(spec: PanelSpec, colours: Palette) -> Pen:
    unit = min(spec.height, spec.width * 0.7)
    return Pen(width=max(1.3, unit * 0.0048), wobble=max(0.3, unit * 0.0013), ink=luma(colours.ink), paper=luma(colours.paper))


def _ground(spec: PanelSpec, story: Story) -> Ground:
    shot = _SHOTS[story.framing]
    horizon, floor = shot.horizon, shot.floor
    if story.angle == "low angle":
        horizon, floor = 0.8, max(0.92, floor)
    elif story.angle == "high angle":
        horizon, floor = 0.24, min(0.8, floor) if floor < 1 else floor
    elif story.angle == "aerial":
        horizon, floor = 0.08, min(0.66, floor)
    if "sea" in story.places and floor < 1 and story.angle != "aerial":
        floor = horizon + (floor - horizon) * 0.55
    return Ground(spec.width, spec.height, horizon * spec.height, floor * spec.height)


def _heading(story: Story, rng: np.random.Generator) -> int:
    chance = int(rng.choice([-1, 1]))
    return {"left": -1, "right": 1}.get(story.heading, chance)


def _backdrop(picture: Image.Image, spec: PanelSpec, pen: Pen) -> Layer:
    """Return a location's picture as the far layer, a little washed out so that ink reads on it."""
    over = 0.24
    size = (round(spec.width * (1 + 2 * over)), round(spec.height * (1 + 2 * over)))
    image = fitted(picture, size, cover=True)
    faded = Image.blend(image, Image.new("RGB", size, (pen.paper,) * 3), 0.35)
    return Layer(faded.convert("L"), Image.new("L", size, 255), -over * spec.width, -over * spec.height, 0.2, picture=faded, opaque=True)


def _subjects(spec: PanelSpec, story: Story, ground: Ground, pen: Pen, colours: Palette, rng: np.random.Generator, heading: int) -> list[Layer]:
    things = list(story.things)
    if story.angle == "over the shoulder" and len(things) > 1:
        del things[next((at for at, thing in enumerate(things) if thing.person), 0)]  # whose shoulder it is
    if "room" in story.places:
        things = [thing for thing in things if thing.glyph != "🪟" or thing is things[0]]  # the room has its own
    portraits = [picture for picture in map(lambda path: open_picture((path,)), spec.characters[:3]) if picture]
    if portraits and not (things and (things[0].person or things[0].glyph)):
        things.insert(0, Thing(word="character", person=True))
    shot = _SHOTS[story.framing]
    placed: list[tuple[float, Layer]] = []
    for order, thing in enumerate(things):
        for copy in range(1 if _is_flock(thing, story) else thing.count):
            spot = _spot(story, ground, order, copy, thing, things, rng, heading)
            height = _height(thing, shot, spec, order) * spot[2]
            picture = portraits[order] if order < len(portraits) and copy == 0 else None
            if picture is not None:
                layer = _portrait(picture, (spot[0], spot[1]), height, spec, pen, rng)
            else:
                figure = _figure(thing, (spot[0], spot[1]), height, story, pen, rng, _facing(heading, order, copy))
                _colour(figure, thing, colours, pen, leading=order == 0 or thing.person)
                if story.framing not in _CLOSE and spot[1] <= spec.height * 1.02 and not _flies(thing, story):
                    _shadow(figure, spot, pen)
                layer = figure.sheet.layer(_depth(order), subject=order == 0)
            placed.append((spot[1] if order else ground.floor + 0.5, layer))
    placed.sort(key=lambda entry: entry[0])
    return [layer for _, layer in placed]


def _is_flock(thing: Thing, story: Story) -> bool:
    return thing.glyph in ("🐦", "🕊", "🦅", "🦇", "🦢", "🦆") and (thing.count >= 5 or (thing.count >= 3 and story.action == "fly"))


def _facing(heading: int, order: int, copy: int) -> int:
    """Return which way a thing looks: the subject as it heads, others towards it, pairs towards one another."""
    return heading if (order + copy) % 2 == 0 else -heading


def _depth(order: int) -> float:
    return 1.0 if order == 0 else 0.92


def _spot(story: Story, ground: Ground, order: int, copy: int, thing: Thing, things: list[Thing], rng: np.random.Generator, heading: int) -> tuple[float, float, float]:
    """Return x, ground line and a scale for one copy of a thing."""
    wide = ground.width
    centre = 0.5 - 0.1 * heading + float(rng.uniform(-0.05, 0.05)) if len(things) > 1 or story.places else 0.5 + float(rng.uniform(-0.04, 0.04))
    if story.framing in _CLOSE:
        centre = 0.5 - 0.05 * heading
    if story.angle == "over the shoulder":
        centre = 0.5 + 0.12 * heading
    y = ground.floor
    if _flies(thing, story):
        y = ground.horizon * (0.72 if order else 0.95) if story.framing not in _CLOSE else y
    x, scale = centre, 1.0
    if thing.relation == "held" and order and (thing.glyph in _SMALL or thing.glyph in _HIGH):
        held = _SHOTS[story.framing].person * ground.height
        return (centre + 0.1 * heading * held / ground.height) * wide, ground.floor - held * 0.42, 0.55
    if order:
        x, y, scale = _beside(thing.relation, centre, y, ground, heading, order, rng, story)
    if copy:
        x += (0.17 * ((copy + 1) // 2) * (1 if copy % 2 else -1)) * (1.25 if story.framing == "full" else 0.85)
        y -= 0.035 * ground.height * copy * (0 if ground.floor > ground.height else 1)
        scale *= 0.96 ** copy
    return x * wide, y, scale


def _beside(relation: str, centre: float, y: float, ground: Ground, heading: int, order: int, rng: np.random.Generator, story: Story) -> tuple[float, float, float]:
    side = -1 if order % 2 else 1
    jitter = float(rng.uniform(-0.03, 0.03))
    depth = min(ground.floor, ground.height) - ground.horizon
    spots = {
        "above me": (centre - 0.05 * heading, ground.horizon + depth * 0.6, 1.0),
        "before me": (centre + 0.03, min(ground.floor, ground.height * 0.98) + depth * 0.08, 0.9),
        "below me": (centre, ground.floor + 0.02 * ground.height, 1.0),
        "behind me": (centre + 0.12 * heading, ground.horizon + depth * 0.42, 1.1),
        "ahead": (0.5 + 0.3 * heading, ground.horizon + depth * 0.5, 0.95),
        "behind": (0.5 - 0.34 * heading, ground.horizon + depth * 0.45, 0.9),
        "far": (0.5 + 0.27 * heading, ground.horizon + depth * 0.08, 0.4),
        "left": (0.2, ground.floor, 0.95), "right": (0.8, ground.floor, 0.95),
        "around": (centre + 0.27 * side, ground.horizon + depth * 0.55, 0.95),
    }  # fmt: skip
    x, line, scale = spots.get(relation, (centre + (0.3 if story.framing != "extreme wide" else 0.16) * heading * (1 if order == 1 else -1), ground.floor - depth * 0.12 * (order - 1), 0.95))
    return x + jitter, line, scale


def _flies(thing: Thing, story: Story) -> bool:
    if "underwater" in story.places or ("space" in story.places and not thing.person):
        return True
    return thing.glyph in _HIGH or (story.action == "fly" and not thing.person)


def _height(thing: Thing, shot: _Shot, spec: PanelSpec, order: int) -> float:
    standing = shot.person * spec.height
    if thing.person:
        return standing
    if shot.person > 1.1:
        return spec.height * min(1.5, 0.42 + 0.19 * shot.person) * (0.62 if order else 1.0) * (1.15 if thing.glyph in _LARGE else 1.0)
    factor = 1.65 if thing.glyph in _LARGE else 0.42 if thing.glyph in _SMALL else 0.78
    if order == 0:
        factor = {1.65: 1.25, 0.42: 0.72}.get(factor, 0.9)
    return standing * factor


def _figure(thing: Thing, foot: Point, height: float, story: Story, pen: Pen, rng: np.random.Generator, heading: int) -> Figure:
    close = story.framing in _CLOSE
    if _is_flock(thing, story):
        return flock((foot[0], foot[1]), max(height, 0.3 * foot[1]), min(15, 2 * thing.count + 1), pen, rng)
    if thing.person:
        if close and thing.hat and ord(thing.hat[0]) > 0x2000:
            return glyph(thing.hat, (foot[0], _picture_height(foot, height, story) * 0.95), _picture_height(foot, height, story) * 0.78, pen, rng, left=heading < 0)
        if close:
            head = height * 0.2
            return bust((foot[0], pen_height(story) * _picture_height(foot, height, story)), head * 1.5 / 1.5 * 1.25, pen, rng, hat=thing.hat, left=heading < 0)
        action = story.action or "stand"
        return person(foot, height, action, pen, rng, hat=thing.hat, hand=thing.hand, left=heading < 0)
    if close:
        centre_y = _picture_height(foot, height, story) * 0.52
        shown = thing.glyph if story.framing == "medium close-up" else FACES.get(thing.glyph, thing.glyph)
        return glyph(shown, (foot[0], centre_y + height / 2), height, pen, rng, left=heading < 0)
    if thing.glyph == "🐦" and story.action == "fly":
        return glyph("🕊", foot, height, pen, rng, left=heading < 0)
    if thing.glyph in BODIES:
        return animal(BODIES[thing.glyph], foot, height, pen, rng, left=heading < 0)
    return glyph(thing.glyph, foot, height, pen, rng, left=heading < 0)


def pen_height(story: Story) -> float:
    """Return where the middle of a head stands in a close picture, as a part of the picture's height."""
    return {"medium close-up": 0.36, "close-up": 0.42}.get(story.framing, 0.5)


def _picture_height(foot: Point, height: float, story: Story) -> float:
    """Return the height of the picture, which the floor of a framing gives back."""
    del height
    return foot[1] / _SHOTS[story.framing].floor


def _pale(paper: tuple[int, int, int]) -> tuple[int, int, int]:
    return paper[0] * 226 // 255, paper[1] * 226 // 255, paper[2] * 228 // 255


def _colour(figure: Figure, thing: Thing, colours: Palette, pen: Pen, *, leading: bool) -> None:
    """Lay a marker's flat colour under the ink, a little off register, as a hand does: the accent if it is the subject."""
    colour = COLOURS.get(thing.colour) or TINTS.get(thing.glyph) or (colours.accent if leading else _pale(colours.paper))
    sheet = figure.sheet
    offset = (round(pen.width * 1.4 * SCALE), round(pen.width * 1.1 * SCALE))
    moved = Image.new("L", figure.inside.size, 0)
    moved.paste(figure.coloured, offset)
    inside = Image.composite(moved, Image.new("L", moved.size, 0), figure.inside)
    bright = luma(colour)
    flat = sheet.tone.point(lambda value: min(255, value * bright // max(1, pen.paper)))
    sheet.tone.paste(flat, (0, 0), inside)
    sheet.wash(inside, chroma(colour))


def _shadow(figure: Figure, spot: tuple[float, float, float], pen: Pen) -> None:
    """Hatch the ground below a figure."""
    left, top, right, bottom = figure.box
    sheet = figure.sheet
    wide, y = (right - left) * 0.36, min(spot[1], sheet.y + sheet.height - pen.width * 3)
    shape, draw = sheet.mask()
    centre = (left + right) / 2
    x0, y0 = sheet.scaled([(centre - wide, y - pen.width * 1.4)])[0]
    x1, y1 = sheet.scaled([(centre + wide * 1.15, y + pen.width * 2.6)])[0]
    draw.ellipse((x0, y0, x1, y1), fill=255)
    shape.paste(0, (0, 0), figure.inside)
    sheet.hatch(shape, gap=pen.width * 1.9, slope=0.6, width=0.6)
    del top, bottom


def _portrait(picture: Image.Image, foot: Point, height: float, spec: PanelSpec, pen: Pen, rng: np.random.Generator) -> Layer:
    """Return a character's reference picture as a cut-out card that stands in the place of its figure."""
    tall = min(max(height, spec.height * 0.3), spec.height * 0.82)
    wide = min(tall * picture.width / picture.height, spec.width * 0.62)
    size = (max(8, round(wide)), max(8, round(wide * picture.height / picture.width)))
    bottom = min(foot[1], spec.height * 0.95)
    edge = pen.width * 2.2
    sheet = Sheet(foot[0] - size[0] / 2 - 3 * edge, bottom - size[1] - 3 * edge, round(size[0] + 6 * edge), round(size[1] + 6 * edge), pen, rng)
    x, y = foot[0] - size[0] / 2, bottom - size[1]
    frame = [(x - edge, y - edge), (x + size[0] + edge, y - edge), (x + size[0] + edge, y + size[1] + edge), (x - edge, y + size[1] + edge)]
    sheet.polygon(frame, width=1.2)
    layer = sheet.layer(1.0, subject=True)
    image = fitted(picture, size, cover=True)
    at = (round(x - sheet.x), round(y - sheet.y))
    tone, colour = layer.tone.copy(), Image.merge("RGB", [layer.tone] * 3)
    tone.paste(image.convert("L"), at)
    colour.paste(image, at)
    return Layer(tone, layer.alpha, layer.x, layer.y, 1.0, picture=colour, subject=True)


def _shoulder(ground: Ground, pen: Pen, rng: np.random.Generator, heading: int) -> Layer:
    """Draw the dark shoulder and head, out of focus and near, past which the camera looks."""
    x = (0.5 - 0.36 * heading) * ground.width
    figure = bust((x, 0.44 * ground.height), 0.42 * ground.height, Pen(pen.width * 1.5, pen.wobble, pen.ink, pen.paper), rng, left=heading < 0)
    tone = round(pen.ink * 0.7 + pen.paper * 0.3)
    whole = figure.sheet.alpha.copy()
    figure.sheet.tone.paste(tone, (0, 0), whole)
    figure.sheet.hatch(whole, gap=pen.width * 2.2, width=0.8)
    layer = figure.sheet.layer(1.7)
    alpha = layer.alpha.filter(ImageFilter.GaussianBlur(pen.width * 0.6))
    return Layer(layer.tone, alpha, layer.x, layer.y, layer.depth)


def _words(spec: PanelSpec, ground: Ground, pen: Pen) -> Layer:
    """Set the prompt itself in the picture, as an artist notes a shot that is still to be drawn."""
    text = " ".join(spec.prompt[:600].split()) or "An empty shot: no words yet."
    image = Image.new("L", (spec.width, spec.height), pen.paper)
    alpha = Image.new("L", image.size, 0)
    box = round(spec.width * 0.74)
    size = next((size for size in range(round(spec.height * 0.12), 8, -2) if _fits(text, size, box, spec.height * 0.56)), 10)
    lines = set_lines(text, size, box, max(1, int(spec.height * 0.56 / (size * 1.2))))
    y = round(spec.height * 0.5 - len(lines) * size * 0.6)
    for line in lines:
        x = round((spec.width - line_width(line, size)) / 2)
        write_line(image, (x, y), line, size, pen.ink)
        y += round(size * 1.2)
    alpha = image.point(lambda value: min(255, max(0, (pen.paper - value) * 255 // max(1, pen.paper - pen.ink))))
    rule = ImageDraw.Draw(alpha)
    for edge in (y + size // 3, round(spec.height * 0.5 - len(lines) * size * 0.6) - size // 3):
        rule.line([(spec.width * 0.42, edge), (spec.width * 0.58, edge)], fill=200, width=max(1, round(pen.width * 0.8)))
    del ground
    return Layer(Image.new("L", image.size, pen.ink), alpha, 0, 0, 1.0)


def _fits(text: str, size: int, box: int, most: float) -> bool:
    words = text.split()
    longest = max(words, key=len)
    if line_width([longest[:40]], size) > box:
        return False
    lines = set_lines(text, size, box, 100)
    return len(lines) * size * 1.2 <= most


