"""Figures: people as a storyboard artist's mannequins, animals in full, and glyphs redrawn with the pen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from genstudio_animatic.ink import SCALE, Pen, Point, Sheet, curve, noise
from genstudio_animatic.lettering import font

__all__ = ["Figure", "animal", "bust", "flock", "glyph", "person", "stamp"]

_POSES: Final[dict[str, dict[str, Point]]] = {
    # Joints in heads-high units: y grows downwards from the crown (0) to the sole (7.5); x to the right, facing right.
    "stand": {"neck": (0.05, 1.15), "hip": (0, 3.9), "elbow1": (-0.75, 2.6), "hand1": (-0.62, 3.8), "elbow2": (0.8, 2.55), "hand2": (0.75, 3.75),
              "knee1": (-0.38, 5.6), "foot1": (-0.5, 7.4), "knee2": (0.42, 5.6), "foot2": (0.55, 7.4), "head": (0.1, 0.5)},
    "walk": {"neck": (0.25, 1.15), "hip": (0, 3.9), "elbow1": (-0.55, 2.55), "hand1": (-0.75, 3.7), "elbow2": (0.85, 2.5), "hand2": (1.3, 3.4),
             "knee1": (-0.45, 5.55), "foot1": (-1.45, 7.2), "knee2": (0.75, 5.5), "foot2": (1.1, 7.4), "head": (0.38, 0.5)},
    "run": {"neck": (0.75, 1.35), "hip": (0, 3.9), "elbow1": (-0.45, 2.4), "hand1": (-1.3, 3.1), "elbow2": (1.35, 2.75), "hand2": (2.0, 1.95),
            "knee1": (-0.5, 5.6), "foot1": (-2.1, 5.9), "knee2": (1.25, 4.9), "foot2": (1.35, 6.9), "head": (1.05, 0.75)},
    "sit": {"neck": (0.05, 2.2), "hip": (-0.15, 4.9), "elbow1": (-0.5, 3.7), "hand1": (0.45, 4.6), "elbow2": (0.55, 3.6), "hand2": (1.1, 4.5),
            "knee1": (1.35, 5.0), "foot1": (1.3, 7.4), "knee2": (1.6, 5.15), "foot2": (1.8, 7.4), "head": (0.15, 1.55)},
    "dance": {"neck": (0, 1.2), "hip": (0.25, 3.9), "elbow1": (-1.2, 1.3), "hand1": (-1.5, 0.0), "elbow2": (1.2, 1.9), "hand2": (2.0, 1.0),
              "knee1": (-0.45, 5.5), "foot1": (-0.9, 7.3), "knee2": (1.2, 5.0), "foot2": (0.55, 6.3), "head": (-0.05, 0.52)},
    "jump": {"neck": (0.25, 1.2), "hip": (0, 3.7), "elbow1": (-1.1, 1.6), "hand1": (-1.6, 0.5), "elbow2": (1.3, 1.5), "hand2": (1.9, 0.4),
             "knee1": (-0.7, 5.0), "foot1": (-1.6, 6.2), "knee2": (1.0, 4.8), "foot2": (0.9, 6.4), "head": (0.35, 0.55)},
    "fall": {"neck": (-0.5, 1.6), "hip": (0.2, 3.9), "elbow1": (-1.7, 1.2), "hand1": (-2.1, 0.1), "elbow2": (0.7, 1.3), "hand2": (1.5, 0.4),
             "knee1": (1.2, 4.4), "foot1": (1.9, 5.8), "knee2": (1.3, 3.5), "foot2": (2.6, 4.0), "head": (-0.75, 1.0)},
}  # fmt: skip
_ACTION_POSE: Final = {"fly": "jump", "glide": "stand", "": "stand"}
HEADS: Final = 7.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A sheet with one thing drawn on it.

    Attributes:
        box: Left, top, right, bottom of the drawing, in pixels of the picture.
        inside: Mask of all that the thing covers, of the sheet's scaled size.
        coloured: Mask of what takes the accent colour: all of an animal, the jacket of a person.
    """

    sheet: Sheet
    box: tuple[float, float, float, float]
    inside: Image.Image
    coloured: Image.Image


def _figure(sheet: Sheet, inside: Image.Image, coloured: Image.Image | None = None) -> Figure:
    left, top, right, bottom = inside.getbbox() or (0, 0, *inside.size)
    box = (sheet.x + left / SCALE, sheet.y + top / SCALE, sheet.x + right / SCALE, sheet.y + bottom / SCALE)
    return Figure(sheet, box, inside, inside if coloured is None else coloured)


def _sheet(x: float, y: float, width: float, height: float, pen: Pen, rng: np.random.Generator) -> Sheet:
    pad = pen.width * 4
    return Sheet(x - pad, y - pad, max(8, round(width + 2 * pad)), max(8, round(height + 2 * pad)), pen, rng)


def person(foot: Point, height: float, action: str, pen: Pen, rng: np.random.Generator, *, hat: str = "", hand: str = "", left: bool = False) -> Figure:
    """Draw a person whose feet stand at ``foot``; ``height`` in pixels from sole to crown when standing."""
    pose = _POSES[_ACTION_POSE.get(action, action)]
    unit = height / HEADS
    if hat == "child":
        unit *= 0.72
    wide = 2.9 * unit
    sheet = _sheet(foot[0] - wide, foot[1] - 8.6 * unit, 2 * wide, 8.7 * unit, pen, rng)
    sign = -1 if left else 1

    def at(joint: Point) -> Point:
        return foot[0] + sign * joint[0] * unit, foot[1] - (7.45 - joint[1]) * unit

    joints = {name: at(point) for name, point in pose.items()}
    inside, draw = sheet.mask()
    coloured, paint = sheet.mask()
    _body(sheet, joints, unit, draw, paint, sign)
    if action != "sit" or hand != "cane":
        _prop(sheet, joints["hand2"], unit, hand, sign)
    _head(sheet, joints["head"], unit * (1.25 if hat == "child" else 1.0), hat, sign, draw)
    _arm(sheet, joints, unit, draw, paint)
    return _figure(sheet, inside, coloured)


def _body(sheet: Sheet, joints: dict[str, Point], unit: float, inside: ImageDraw.ImageDraw, jacket: ImageDraw.ImageDraw, sign: int) -> None:
    """Draw what lies below the near arm: far arm and leg, near leg, neck, then the jacket over their roots."""
    hip, shoulder = joints["hip"], _shoulder(joints)
    grey, dark = _mix(sheet.pen, 0.3), _mix(sheet.pen, 0.5)
    _limb(sheet, [shoulder, joints["elbow1"], joints["hand1"]], [part * unit for part in (0.5, 0.42, 0.3)], inside, tone=grey)
    _limb(sheet, [hip, joints["knee1"], joints["foot1"]], [part * unit for part in (0.72, 0.52, 0.36)], inside, tone=dark)
    _shoe(sheet, joints, "1", unit, inside, sign)
    _limb(sheet, [hip, joints["knee2"], joints["foot2"]], [part * unit for part in (0.76, 0.56, 0.38)], inside, tone=grey)
    _shoe(sheet, joints, "2", unit, inside, sign)
    _limb(sheet, [shoulder, joints["head"]], [0.42 * unit, 0.36 * unit], inside)
    _trunk(sheet, shoulder, hip, unit, inside, jacket)


def _shoulder(joints: dict[str, Point]) -> Point:
    neck, hip = joints["neck"], joints["hip"]
    return neck[0] + (hip[0] - neck[0]) * 0.1, neck[1] + (hip[1] - neck[1]) * 0.1


def _mix(pen: Pen, ink: float) -> int:
    return round(pen.paper * (1 - ink) + pen.ink * ink)


def _arm(sheet: Sheet, joints: dict[str, Point], unit: float, inside: ImageDraw.ImageDraw, jacket: ImageDraw.ImageDraw) -> None:
    shoulder, elbow, hand = _shoulder(joints), joints["elbow2"], joints["hand2"]
    sheet.circle(hand, 0.19 * unit, width=0.9)
    wrist = (hand[0] + (elbow[0] - hand[0]) * 0.12, hand[1] + (elbow[1] - hand[1]) * 0.12)
    sleeve = _limb(sheet, [(shoulder[0], shoulder[1] + 0.25 * unit), elbow, wrist], [part * unit for part in (0.5, 0.44, 0.36)], inside)
    jacket.polygon(sheet.scaled(sleeve), fill=255)


def _shoe(sheet: Sheet, joints: dict[str, Point], which: str, unit: float, inside: ImageDraw.ImageDraw, sign: int) -> None:
    x, y = joints["foot" + which]
    toe = [(x, y - 0.05 * unit), (x + sign * 0.25 * unit, y), (x + sign * 0.5 * unit, y + 0.04 * unit)]
    _limb(sheet, toe, [0.34 * unit, 0.28 * unit, 0.18 * unit], inside, tone=_mix(sheet.pen, 0.8))


def _trunk(sheet: Sheet, shoulder: Point, hip: Point, unit: float, inside: ImageDraw.ImageDraw, jacket: ImageDraw.ImageDraw) -> None:
    """Draw a jacket from the shoulders to below the hip, with its opening."""
    dx, dy = hip[0] - shoulder[0], hip[1] - shoulder[1]
    length = max(1e-6, float(np.hypot(dx, dy)))
    nx, ny = -dy / length, dx / length

    def at(along: float, across: float) -> Point:
        return shoulder[0] + dx * along + nx * across * unit, shoulder[1] + dy * along + ny * across * unit

    sides = [(-0.1, 0.2), (0.02, 0.62), (0.16, 0.78), (0.6, 0.56), (1.0, 0.66), (1.2, 0.74)]
    shape = [at(along, across) for along, across in sides] + [at(along, -across) for along, across in reversed(sides)]
    path = curve(shape, closed=True, step=5)
    inside.polygon(sheet.scaled(path), fill=255)
    jacket.polygon(sheet.scaled(path), fill=255)
    sheet.fill(path)
    sheet.line(path, taper=False)
    sheet.stroke([at(-0.08, 0.16), at(0.22, -0.04), at(0.7, -0.06), at(1.18, -0.02)], width=0.7)
    sheet.stroke([at(-0.08, -0.18), at(0.1, -0.16), at(0.22, -0.04)], width=0.7)


def _limb(sheet: Sheet, path: list[Point], widths: list[float], inside: ImageDraw.ImageDraw, *, tone: int | None = None) -> list[Point]:
    """Draw a tapering limb along joints and return its outline; its root stays open where it meets the body."""
    points = np.asarray(curve(path, step=4), float)
    sizes = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, len(widths)), widths) / 2
    along = np.gradient(points, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(1e-6, np.hypot(along[:, 0], along[:, 1]))[:, None]
    one, other = points + across * sizes[:, None], points - across * sizes[:, None]
    turn = np.linspace(0, np.pi, 9)[1:-1, None]
    tip = points[-1] + across[-1] * sizes[-1] * np.cos(turn) + np.array([across[-1][1], -across[-1][0]]) * sizes[-1] * np.sin(turn)
    outline = [(float(x), float(y)) for x, y in np.vstack([one, tip, other[::-1]])]
    inside.polygon(sheet.scaled(outline), fill=255)
    sheet.fill(outline, tone)
    sheet.line(outline[1:-1])
    return outline


def _head(sheet: Sheet, centre: Point, unit: float, hat: str, sign: int, inside: ImageDraw.ImageDraw) -> None:
    x, y = centre
    rx, ry = 0.42 * unit, 0.52 * unit
    ring = [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 28)]
    inside.polygon(sheet.scaled(ring), fill=255)
    sheet.fill(ring)
    sheet.line(ring, taper=False)
    if unit > 26 and hat != "hood":  # the cross that shows where a face looks
        sheet.stroke([(x + sign * rx * 0.35, y - ry * 0.75), (x + sign * rx * 0.55, y), (x + sign * rx * 0.35, y + ry * 0.8)], width=0.4)
        sheet.stroke([(x - sign * rx * 0.6, y - ry * 0.02), (x + sign * rx * 0.3, y + ry * 0.08), (x + sign * rx * 0.95, y)], width=0.4)
    _hat(sheet, centre, rx, ry, hat, sign)


def _hat(sheet: Sheet, centre: Point, rx: float, ry: float, hat: str, sign: int) -> None:
    """Draw what is on a head; a hat that is a glyph is a whole head of its own, as of a robot."""
    x, y = centre

    def at(u: float, v: float) -> Point:
        return x + sign * u * rx, y + v * ry

    shapes: dict[str, tuple[list[Point], bool]] = {
        "fedora": ([at(-1.9, -0.45), at(-0.95, -0.6), at(-0.8, -1.45), at(0, -1.3), at(0.8, -1.45), at(0.95, -0.6), at(2.0, -0.4), at(0, -0.3)], True),
        "cowboy": ([at(-2.2, -0.75), at(-1.0, -0.6), at(-0.8, -1.55), at(0, -1.4), at(0.8, -1.6), at(1.0, -0.6), at(2.2, -0.8), at(0, -0.25)], True),
        "wizard": ([at(-1.8, -0.5), at(-0.9, -0.75), at(-0.2, -3.0), at(0.35, -2.6), at(0.9, -0.75), at(1.8, -0.5), at(0, -0.3)], True),
        "tophat": ([at(-1.5, -0.6), at(-0.9, -0.62), at(-0.95, -2.1), at(0.95, -2.1), at(0.9, -0.62), at(1.5, -0.6), at(0, -0.45)], True),
        "crown": ([at(-0.95, -0.55), at(-1.05, -1.5), at(-0.5, -1.0), at(0, -1.65), at(0.5, -1.0), at(1.05, -1.5), at(0.95, -0.55)], False),
        "helmet": ([at(-1.1, 0.1), at(-1.05, -0.8), at(-0.4, -1.35), at(0.4, -1.35), at(1.05, -0.8), at(1.1, 0.1), at(0.2, -0.1)], False),
        "cap": ([at(-1.0, -0.35), at(-0.95, -1.0), at(0, -1.4), at(0.9, -1.0), at(1.0, -0.5), at(1.8, -0.3), at(1.0, -0.25)], True),
        "chef": ([at(-0.85, -0.6), at(-1.2, -1.7), at(0, -2.1), at(1.2, -1.7), at(0.85, -0.6)], False),
        "hood": ([at(-1.25, 1.1), at(-1.3, -0.6), at(0, -1.5), at(1.1, -0.7), at(1.0, 0.1), at(0.4, -0.7), at(-0.4, 0.4)], True),
    }  # fmt: skip
    if hat and ord(hat[0]) > 0x2000:
        stamp(sheet, hat, (x, y + 1.35 * ry), 3.1 * ry, left=sign < 0)
        return
    if hat == "bubble":
        sheet.circle(centre, rx * 1.7, squash=1.05, fill=False, width=1.0)
        return
    if hat in shapes:
        points, dark = shapes[hat]
        if hat in ("crown", "helmet", "chef"):
            sheet.polygon(points)
        else:
            path = curve(points, closed=True, step=3)
            sheet.fill(path, tone=_mix(sheet.pen, 0.6) if dark else None)
            sheet.line(path, taper=False)
    elif hat in ("", "child"):
        hair = [at(-1.02, 0.15), at(-1.0, -0.7), at(-0.2, -1.12), at(0.7, -0.95), at(0.95, -0.35), at(0.3, -0.55), at(-0.45, -0.35), at(-0.75, 0.1)]
        sheet.fill(curve(hair, closed=True, step=3), tone=_mix(sheet.pen, 0.65))


def _prop(sheet: Sheet, hand: Point, unit: float, prop: str, sign: int) -> None:
    """Draw what a hand holds."""
    x, y = hand
    if prop == "sword":
        tip = (x + sign * 0.75 * unit, y - 2.9 * unit)
        blade = [(x - 0.07 * unit, y), (x + 0.09 * unit, y), (tip[0] + 0.05 * unit, tip[1] + 0.25 * unit), tip, (tip[0] - 0.1 * unit, tip[1] + 0.25 * unit)]
        sheet.polygon(blade, width=0.9)
        sheet.segment((x - 0.42 * unit, y - 0.32 * unit), (x + 0.5 * unit, y - 0.22 * unit), width=1.6)
        sheet.segment((x, y), (x - sign * 0.12 * unit, y + 0.45 * unit), width=1.8)
    elif prop in ("staff", "cane"):
        top, bottom = (3.4, 3.2) if prop == "staff" else (0.15, 3.4)
        sheet.segment((x, y - top * unit), (x + 0.1 * unit, y + bottom * unit), width=1.6)
        if prop == "staff":
            sheet.circle((x, y - (top + 0.28) * unit), 0.3 * unit)


def bust(centre: Point, height: float, pen: Pen, rng: np.random.Generator, *, hat: str = "", left: bool = False) -> Figure:
    """Draw head and shoulders; ``height`` in pixels from crown to collar bone, ``centre`` the middle of the head."""
    unit = height / 1.5
    sheet = _sheet(centre[0] - 2.2 * unit, centre[1] - 1.7 * unit, 4.4 * unit, 3.9 * unit, pen, rng)
    x, y = centre
    sign = -1 if left else 1
    inside, draw = sheet.mask()

    def at(u: float, v: float) -> Point:
        return x + sign * u * unit, y + v * unit

    shoulders = [at(-1.75, 2.3), at(-1.6, 1.25), at(-0.75, 0.88), at(-0.3, 0.72), at(-0.3, 0.2), at(0.34, 0.2), at(0.34, 0.74), at(0.8, 0.9),
                 at(1.55, 1.25), at(1.7, 2.3)]  # fmt: skip
    body = curve(shoulders, step=4)
    draw.polygon(sheet.scaled(body), fill=255)
    sheet.fill(body)
    _collar(sheet, at, body)
    coloured, paint = sheet.mask()
    paint.polygon(sheet.scaled([*body[: len(body) * 3 // 10], at(-0.34, 0.86), at(0.02, 1.5), at(0.4, 0.86), *body[len(body) * 7 // 10 :]]), fill=255)
    if hat in ("", "child", "crown", "chef"):
        _hair_behind(sheet, at, draw)
    _face(sheet, at, draw)
    if hat in ("", "child", "crown"):
        _fringe(sheet, at)
    if hat not in ("", "child"):
        _hat(sheet, (x + sign * 0.02 * unit, y - 0.12 * unit), 0.6 * unit, 0.62 * unit, hat, sign)
    return _figure(sheet, inside, coloured)


Place = Callable[[float, float], Point]


def _collar(sheet: Sheet, at: Place, body: list[Point]) -> None:
    sheet.line(body, width=1.2)
    sheet.stroke([at(-0.34, 0.84), at(-0.12, 1.25), at(0.02, 1.5), at(0.06, 2.3)], width=1.0)
    sheet.stroke([at(0.4, 0.84), at(0.2, 1.2), at(0.02, 1.5)], width=1.0)
    sheet.stroke([at(-0.34, 0.84), at(-0.62, 1.12), at(-0.28, 1.34)], width=0.8)
    sheet.stroke([at(0.4, 0.84), at(0.62, 1.1), at(0.34, 1.34)], width=0.8)
    for u in (-1.15, 1.2):
        sheet.stroke([at(u, 1.55), at(u + 0.04, 1.9), at(u, 2.3)], width=0.7)


def _face(sheet: Sheet, at: Place, inside: ImageDraw.ImageDraw) -> None:
    """Draw a face in three-quarter view: outline, the light cross of construction, eyes, nose, mouth, ear, a shadow side."""
    face = [at(-0.5, -0.35), at(-0.2, -0.74), at(0.25, -0.72), at(0.52, -0.3), at(0.5, 0.1), at(0.36, 0.42), at(0.12, 0.62), at(-0.18, 0.5), at(-0.44, 0.15)]
    path = curve(face, closed=True, step=4)
    inside.polygon(sheet.scaled(path), fill=255)
    sheet.stroke([at(-0.46, -0.12), at(-0.6, -0.16), at(-0.58, 0.14), at(-0.43, 0.2)], fill=True, width=0.9)
    sheet.fill(path)
    shadow, draw = sheet.mask()
    draw.polygon(sheet.scaled(curve([at(-0.5, -0.3), at(-0.3, -0.2), at(-0.26, 0.2), at(0.0, 0.55), at(-0.2, 0.5), at(-0.44, 0.15)], closed=True, step=4)), fill=255)
    sheet.hatch(shadow, gap=sheet.pen.width * 2.6, slope=1.5, width=0.45)
    sheet.line(path, width=1.2, taper=False)
    for u, wide in ((-0.06, 0.15), (0.34, 0.12)):
        sheet.stroke([at(u - wide, -0.04), at(u - 0.02, -0.13), at(u + wide, -0.05)], width=1.2)
        sheet.stroke([at(u - wide * 0.8, -0.01), at(u, 0.03), at(u + wide * 0.8, -0.02)], width=0.6)
        x, y = at(u + 0.02, -0.045)
        radius = 0.045 * abs(at(1, 0)[0] - at(0, 0)[0])
        sheet.fill([(x + radius * float(np.cos(a)), y + radius * float(np.sin(a))) for a in np.linspace(0, 6.2, 14)], tone=sheet.pen.ink)
        sheet.stroke([at(u - wide - 0.02, -0.23), at(u, -0.3), at(u + wide, -0.24)], width=1.5)
    sheet.stroke([at(0.2, -0.06), at(0.31, 0.14), at(0.26, 0.2), at(0.17, 0.19)], width=0.9)
    sheet.stroke([at(0.0, 0.35), at(0.14, 0.38), at(0.3, 0.34)], width=1.1)
    sheet.stroke([at(0.08, 0.45), at(0.15, 0.46), at(0.21, 0.44)], width=0.6)


def _hair_behind(sheet: Sheet, at: Place, inside: ImageDraw.ImageDraw) -> None:
    hair = [at(-0.5, 0.5), at(-0.72, 0.05), at(-0.72, -0.5), at(-0.4, -0.95), at(0.2, -1.0), at(0.62, -0.62), at(0.62, -0.1), at(0.4, 0.3)]
    path = curve(hair, closed=True, step=4)
    inside.polygon(sheet.scaled(path), fill=255)
    sheet.fill(path, tone=_mix(sheet.pen, 0.62))
    sheet.line(path, taper=False)


def _fringe(sheet: Sheet, at: Place) -> None:
    hair = [at(-0.56, -0.02), at(-0.6, -0.5), at(-0.2, -0.88), at(0.3, -0.84), at(0.58, -0.42), at(0.5, -0.22), at(0.3, -0.5), at(0.0, -0.42), at(-0.3, -0.42), at(-0.44, -0.2)]
    path = curve(hair, closed=True, step=4)
    sheet.fill(path, tone=_mix(sheet.pen, 0.62))
    sheet.line(path, width=0.9, taper=False)
    for u in (-0.36, -0.12, 0.14, 0.36):
        sheet.stroke([at(u - 0.1, -0.45), at(u - 0.04, -0.68), at(u + 0.1, -0.84)], width=0.5, tone=_mix(sheet.pen, 0.2))


def animal(kind: str, foot: Point, height: float, pen: Pen, rng: np.random.Generator, *, left: bool = False) -> Figure:
    """Draw a whole animal in profile, trotting; ``height`` in pixels from the ground to the tips of the ears."""
    outline, lines, eye = _animal_shape(kind)
    unit = height
    width = 1.9 * unit
    sheet = _sheet(foot[0] - width / 2, foot[1] - 1.1 * unit, width, 1.15 * unit, pen, rng)
    sign = -1 if left else 1

    def at(point: Point) -> Point:
        return foot[0] + sign * (point[0] - 0.8) * unit, foot[1] - (1 - point[1]) * unit

    path = curve([at(point) for point in outline], closed=True, step=5)
    inside, draw = sheet.mask()
    draw.polygon(sheet.scaled(path), fill=255)
    sheet.fill(path)
    sheet.line(path, width=1.15, taper=False)
    for points in lines:
        sheet.stroke([at(point) for point in points], width=0.8)
    sheet.circle(at(eye[0]), max(1.5, 0.012 * unit), fill=False, width=1.4)
    return _figure(sheet, inside)


def flock(centre: Point, size: float, count: int, pen: Pen, rng: np.random.Generator) -> Figure:
    """Draw birds far off, each two strokes of the pen; ``size`` is the height of the flock in pixels."""
    sheet = _sheet(centre[0] - size, centre[1] - size, 2 * size, size, pen, rng)
    for bird in range(count):
        side, row = (1 if bird % 2 else -1), (bird + 1) // 2
        x = centre[0] + side * row * size * 0.22 + float(rng.uniform(-0.06, 0.06)) * size
        y = centre[1] - size * 0.75 + row * size * 0.13 + float(rng.uniform(-0.04, 0.04)) * size
        wing = size * float(rng.uniform(0.09, 0.14))
        for turn in (-1, 1):
            sheet.stroke([(x, y), (x + turn * wing * 0.45, y - wing * 0.5), (x + turn * wing * 0.8, y - wing * 0.42), (x + turn * wing * 1.15, y - wing * 0.1)], width=1.2)
    inside, _ = sheet.mask()
    return _figure(sheet, inside)


def _animal_shape(kind: str) -> tuple[list[Point], list[list[Point]], list[Point]]:
    """Return outline, inner lines and eye of an animal that looks right, in a box 1.6 wide and 1 high (feet at 1)."""
    slim = kind in ("fox", "wolf")
    ears: list[Point] = [(1.19, 0.24), (1.17, 0.02), (1.27, 0.13), (1.31, 0.01), (1.36, 0.17)] if slim else [(1.16, 0.22), (1.17, 0.1), (1.24, 0.09), (1.27, 0.15), (1.33, 0.16)]
    snout: list[Point] = [(1.46, 0.26), (1.58, 0.33), (1.59, 0.37), (1.46, 0.41)] if slim else [(1.44, 0.24), (1.54, 0.3), (1.55, 0.38), (1.44, 0.43)]
    chest: list[Point] = [(1.34, 0.43), (1.25, 0.52), (1.2, 0.64)] if slim else [(1.34, 0.47), (1.28, 0.58), (1.24, 0.68)]
    thick = 0.045 if slim else 0.08
    front: list[Point] = [(1.26, 0.78), (1.36, 0.93), (1.42, 0.97), (1.4, 1.0), (1.3, 1.0), (1.18, 0.8), (1.12, 0.72)]
    front2: list[Point] = [(1.08, 0.82), (1.02, 0.97), (1.06, 1.0), (0.93, 1.0), (0.95, 0.94), (1.0 - thick, 0.8), (0.98, 0.7)]
    belly: list[Point] = [(0.84, 0.7), (0.68, 0.66)] if slim else [(0.84, 0.76), (0.68, 0.76)]
    hind: list[Point] = [(0.66, 0.78), (0.72, 0.93), (0.78, 0.97), (0.75, 1.0), (0.65, 1.0), (0.6, 0.86), (0.52, 0.76)]
    hind2: list[Point] = [(0.44, 0.84), (0.38, 0.9), (0.36, 0.97), (0.4, 1.0), (0.28, 1.0), (0.28, 0.9), (0.34, 0.78), (0.36, 0.64)]
    tails: dict[str, list[Point]] = {
        "fox": [(0.24, 0.62), (0.08, 0.72), (-0.04, 0.74), (-0.14, 0.66), (-0.08, 0.56), (0.06, 0.48), (0.2, 0.46), (0.36, 0.44)],
        "wolf": [(0.28, 0.66), (0.18, 0.8), (0.1, 0.84), (0.08, 0.74), (0.16, 0.58), (0.26, 0.48), (0.38, 0.42)],
        "bear": [(0.3, 0.52), (0.27, 0.48), (0.32, 0.42)],
        "lion": [(0.26, 0.56), (0.12, 0.7), (0.0, 0.66), (-0.02, 0.6), (0.06, 0.6), (0.16, 0.58), (0.28, 0.44), (0.4, 0.4)],
    }
    back: list[Point] = [(0.56, 0.39), (0.8, 0.42), (1.0, 0.38)] if slim else [(0.5, 0.3), (0.75, 0.28), (1.0, 0.24)]
    outline = [*back, *ears, *snout, *chest, *front, *front2, *belly, *hind, *hind2, *tails[kind]]
    lines: list[list[Point]] = [[(1.2, 0.16), (1.23, 0.1)], [(1.49, 0.36), (1.56, 0.37)], [(0.54, 0.5), (0.62, 0.6), (0.58, 0.72)], [(1.02, 0.5), (1.1, 0.6), (1.08, 0.72)]]
    if kind == "fox":
        lines += [[(0.02, 0.53), (-0.03, 0.62), (0.04, 0.7)], [(1.36, 0.38), (1.28, 0.4), (1.22, 0.5)]]
    if kind == "wolf":
        lines += [[(0.86, 0.43), (0.9, 0.5)], [(0.7, 0.43), (0.74, 0.49)], [(1.3, 0.44), (1.2, 0.48), (1.16, 0.6)]]
    if kind == "lion":
        lines += [[(1.1, 0.1), (0.98, 0.3), (1.04, 0.52), (1.2, 0.62), (1.3, 0.52)], [(1.12, 0.2), (1.06, 0.34), (1.12, 0.48)]]
    return outline, lines, [(1.4, 0.26)]


def stamp(sheet: Sheet, character: str, foot: Point, height: float, *, left: bool) -> None:
    """Draw a glyph onto a sheet."""
    figure = glyph(character, foot, height, sheet.pen, sheet.rng, left=left)
    at = (round((figure.sheet.x - sheet.x) * SCALE), round((figure.sheet.y - sheet.y) * SCALE))
    sheet.tone.paste(figure.sheet.tone, at, figure.sheet.alpha)
    sheet.alpha.paste(255, at, figure.sheet.alpha)


def glyph(character: str, foot: Point, height: float, pen: Pen, rng: np.random.Generator, *, left: bool = True) -> Figure:
    """Redraw a glyph with the pen so that it stands on ``foot``; ``left`` as the font has it, else mirrored."""
    size = max(24, min(2400, round(height * SCALE)))
    ink, inside = _glyph_masks(character, size)
    if not left:
        ink, inside = ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT), inside.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    whole = ImageChops.lighter(inside, ink)
    ink, whole = _warped((_thinned(ink, height, pen), whole), rng, pen.wobble * SCALE * (0.6 + height / 400))
    ink = ImageChops.lighter(ink, _contour(whole, pen.width * SCALE))
    width = ink.width / SCALE
    sheet = _sheet(foot[0] - width / 2, foot[1] - ink.height / SCALE, width, ink.height / SCALE, pen, rng)
    at = (round((sheet.tone.width - ink.width) / 2), round((foot[1] - sheet.y) * SCALE) - ink.height)
    covered, drawn = Image.new("L", sheet.tone.size, 0), Image.new("L", sheet.tone.size, 0)
    covered.paste(whole, at)
    drawn.paste(ink, at)
    sheet.shade(covered, pen.paper)
    _ink_glyph(sheet, drawn, height)
    return _figure(sheet, covered)


def _ink_glyph(sheet: Sheet, drawn: Image.Image, height: float) -> None:
    """Put a glyph's ink on the sheet: lines black, large dark areas as a grey with hatching, as a marker would."""
    radius = max(3, round(height * SCALE * 0.016))
    small = drawn.reduce(4)
    core = small.filter(ImageFilter.MinFilter(max(3, radius // 2 | 1)))
    core = core.filter(ImageFilter.MaxFilter(max(3, (radius // 2 | 1)))).filter(ImageFilter.MinFilter(3)).resize(drawn.size, Image.Resampling.BILINEAR)
    core = core.point(lambda value: 255 if value > 127 else 0)
    sheet.shade(drawn, sheet.pen.ink)
    if (np.asarray(core.reduce(4)) > 0).mean() > 0.02:
        sheet.shade(core, _mix(sheet.pen, 0.36))
        sheet.hatch(core, gap=max(4.0, sheet.pen.width * 2.4), slope=1.3, width=0.75)


@cache
def _glyph_masks(character: str, size: int) -> tuple[Image.Image, Image.Image]:
    """Return the ink of a glyph cut to its box with ``size`` as the height, and what its outlines enclose."""
    face = font("glyphs", size)
    left, top, right, bottom = face.getbbox(character)
    scale = size / max(1, bottom - top)
    if abs(scale - 1) > 0.02:
        face = font("glyphs", round(size * scale))
        left, top, right, bottom = face.getbbox(character)
    image = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))), 0)
    ImageDraw.Draw(image).text((-left, -top), character, font=face, fill=255)
    return image, _enclosed(image)


def _enclosed(ink: Image.Image) -> Image.Image:
    """Return what an outline encloses: all that the outside cannot reach, found on a small copy."""
    scale = 240 / max(ink.size)
    small = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), Image.Resampling.BOX)
    wall = np.pad(np.asarray(small) > 60, 2)
    outside = np.zeros_like(wall)
    outside[0, :] = outside[-1, :] = outside[:, 0] = outside[:, -1] = True
    before = -1
    while (count := int(outside.sum())) != before:
        before = count
        grown = outside.copy()
        grown[1:] |= outside[:-1]
        grown[:-1] |= outside[1:]
        grown[:, 1:] |= outside[:, :-1]
        grown[:, :-1] |= outside[:, 1:]
        outside = grown & ~wall
    inside = Image.fromarray(np.where(outside[2:-2, 2:-2], 0, 255).astype(np.uint8)).filter(ImageFilter.MinFilter(3))
    return inside.resize(ink.size, Image.Resampling.BILINEAR).point(lambda value: 255 if value > 127 else 0)


def _thinned(ink: Image.Image, height: float, pen: Pen) -> Image.Image:
    """Return the ink with lines about as thin as the pen's: a large glyph must not look like poster lettering."""
    excess = round(max(0.0, height * 0.018 - pen.width * 1.25) * SCALE / 2)
    for size in [5] * (excess // 2) + [3] * (excess % 2):
        ink = ink.filter(ImageFilter.MinFilter(size))
    return ink


def _contour(whole: Image.Image, width: float) -> Image.Image:
    """Return the rim of a mask as a line of a width in pixels: what lines lose in thinning, the outline must not lose."""
    half = whole.reduce(2)
    inner = half.filter(ImageFilter.MinFilter(max(3, round(width / 2) | 1))).resize(whole.size, Image.Resampling.BILINEAR)
    return ImageChops.subtract(whole, inner)


def _warped(images: tuple[Image.Image, ...], rng: np.random.Generator, amount: float) -> tuple[Image.Image, ...]:
    """Return masks bent by one slowly changing field, as a hand would draw them again."""
    width, height = images[0].size
    cell = max(24, max(width, height) // 9)
    dx = np.outer(np.ones(height), noise(rng, width, cell)) + np.outer(noise(rng, height, cell), np.ones(width))
    dy = np.outer(noise(rng, height, cell), np.ones(width)) + np.outer(np.ones(height), noise(rng, width, cell))
    ys = np.clip(np.arange(height)[:, None] + dy * amount, 0, height - 1).astype(np.int32)
    xs = np.clip(np.arange(width)[None, :] + dx * amount, 0, width - 1).astype(np.int32)
    return tuple(Image.fromarray(np.asarray(image)[ys, xs]) for image in images)
