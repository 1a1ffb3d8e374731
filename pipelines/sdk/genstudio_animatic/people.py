"""People: a storyboard artist's mannequins in a few poses, and heads with shoulders for close pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import ImageDraw

from genstudio_animatic.figure import Figure, figure_of, mix, sheet_for
from genstudio_animatic.glyphs import stamp
from genstudio_animatic.ink import Pen, Point, Sheet, curve

__all__ = ["bust", "person"]


_JOINTS: Final = ("head", "neck", "hip", "elbow1", "hand1", "elbow2", "hand2", "knee1", "foot1", "knee2", "foot2")
_POSES: Final[dict[str, tuple[Point, ...]]] = {
    "stand": ((0.1, 0.5), (0.05, 1.15), (0, 3.9), (-0.75, 2.6), (-0.62, 3.8), (0.8, 2.55),
        (0.75, 3.75), (-0.38, 5.6), (-0.5, 7.4), (0.42, 5.6), (0.55, 7.4)),
    "walk": ((0.38, 0.5), (0.25, 1.15), (0, 3.9), (-0.55, 2.55), (-0.75, 3.7), (0.85, 2.5),
        (1.3, 3.4), (-0.45, 5.55), (-1.45, 7.2), (0.75, 5.5), (1.1, 7.4)),
    "run": ((1.05, 0.75), (0.75, 1.35), (0, 3.9), (-0.45, 2.4), (-1.3, 3.1), (1.35, 2.75),
        (2.0, 1.95), (-0.5, 5.6), (-2.1, 5.9), (1.25, 4.9), (1.35, 6.9)),
    "sit": ((0.15, 1.55), (0.05, 2.2), (-0.15, 4.9), (-0.5, 3.7), (0.45, 4.6), (0.55, 3.6),
        (1.1, 4.5), (1.35, 5.0), (1.3, 7.4), (1.6, 5.15), (1.8, 7.4)),
    "dance": ((-0.05, 0.52), (0, 1.2), (0.25, 3.9), (-1.2, 1.3), (-1.5, 0.0), (1.2, 1.9),
        (2.0, 1.0), (-0.45, 5.5), (-0.9, 7.3), (1.2, 5.0), (0.55, 6.3)),
    "jump": ((0.35, 0.55), (0.25, 1.2), (0, 3.7), (-1.1, 1.6), (-1.6, 0.5), (1.3, 1.5),
        (1.9, 0.4), (-0.7, 5.0), (-1.6, 6.2), (1.0, 4.8), (0.9, 6.4)),
    "fall": ((-0.75, 1.0), (-0.5, 1.6), (0.2, 3.9), (-1.7, 1.2), (-2.1, 0.1), (0.7, 1.3),
        (1.5, 0.4), (1.2, 4.4), (1.9, 5.8), (1.3, 3.5), (2.6, 4.0)),
}  # fmt: skip
"""Joints in heights of a head: y grows downwards from the crown (0) to the sole (7.5), x to the right, where the figure looks."""

_ACTION_POSE: Final = {"fly": "jump", "glide": "stand", "": "stand"}

HEADS: Final = 7.5


@dataclass(frozen=True, slots=True)
class Costume:
    """What a person wears on the head (``hat``; a glyph is a whole head), holds (``hand``), and whether it looks ``left``."""

    hat: str = ""
    hand: str = ""
    left: bool = False


def person(foot: Point, height: float, action: str, pen: Pen, rng: np.random.Generator, costume: Costume) -> Figure:
    """Draw a person whose feet stand at ``foot``; ``height`` in pixels from sole to crown when standing."""
    hat, hand, left = costume.hat, costume.hand, costume.left
    pose = _POSES[_ACTION_POSE.get(action, action)]
    unit = height / HEADS
    if hat == "child":
        unit *= 0.72
    wide = 2.9 * unit
    sheet = sheet_for(foot[0] - wide, foot[1] - 8.6 * unit, 2 * wide, 8.7 * unit, pen, rng)
    sign = -1 if left else 1

    def at(joint: Point) -> Point:
        return foot[0] + sign * joint[0] * unit, foot[1] - (7.45 - joint[1]) * unit

    joints = {name: at(point) for name, point in zip(_JOINTS, pose, strict=True)}
    inside, draw = sheet.mask()
    coloured, paint = sheet.mask()
    _body(sheet, joints, unit, draw, paint, sign)
    if action != "sit" or hand != "cane":
        _prop(sheet, joints["hand2"], unit, hand, sign)
    _head(sheet, joints["head"], unit * (1.25 if hat == "child" else 1.0), hat, sign, draw)
    _arm(sheet, joints, unit, draw, paint)
    return figure_of(sheet, inside, coloured)


def _body(sheet: Sheet, joints: dict[str, Point], unit: float, inside: ImageDraw.ImageDraw, jacket: ImageDraw.ImageDraw, sign: int) -> None:
    """Draw what lies below the near arm: far arm and leg, near leg, neck, then the jacket over their roots."""
    hip, shoulder = joints["hip"], _shoulder(joints)
    grey, dark = mix(sheet.pen, 0.3), mix(sheet.pen, 0.5)
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


def _arm(sheet: Sheet, joints: dict[str, Point], unit: float, inside: ImageDraw.ImageDraw, jacket: ImageDraw.ImageDraw) -> None:
    shoulder, elbow, hand = _shoulder(joints), joints["elbow2"], joints["hand2"]
    sheet.circle(hand, 0.19 * unit, width=0.9)
    wrist = (hand[0] + (elbow[0] - hand[0]) * 0.12, hand[1] + (elbow[1] - hand[1]) * 0.12)
    sleeve = _limb(sheet, [(shoulder[0], shoulder[1] + 0.25 * unit), elbow, wrist], [part * unit for part in (0.5, 0.44, 0.36)], inside)
    jacket.polygon(sheet.scaled(sleeve), fill=255)


def _shoe(sheet: Sheet, joints: dict[str, Point], which: str, unit: float, inside: ImageDraw.ImageDraw, sign: int) -> None:
    x, y = joints["foot" + which]
    toe = [(x, y - 0.05 * unit), (x + sign * 0.25 * unit, y), (x + sign * 0.5 * unit, y + 0.04 * unit)]
    _limb(sheet, toe, [0.34 * unit, 0.28 * unit, 0.18 * unit], inside, tone=mix(sheet.pen, 0.8))


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


_HATS: Final[dict[str, tuple[Point, ...]]] = {
    "fedora": ((-1.9, -0.45), (-0.95, -0.6), (-0.8, -1.45), (0, -1.3), (0.8, -1.45), (0.95, -0.6), (2.0, -0.4), (0, -0.3)),
    "cowboy": ((-2.2, -0.75), (-1.0, -0.6), (-0.8, -1.55), (0, -1.4), (0.8, -1.6), (1.0, -0.6), (2.2, -0.8), (0, -0.25)),
    "wizard": ((-1.8, -0.5), (-0.9, -0.75), (-0.2, -3.0), (0.35, -2.6), (0.9, -0.75), (1.8, -0.5), (0, -0.3)),
    "tophat": ((-1.5, -0.6), (-0.9, -0.62), (-0.95, -2.1), (0.95, -2.1), (0.9, -0.62), (1.5, -0.6), (0, -0.45)),
    "crown": ((-0.95, -0.55), (-1.05, -1.5), (-0.5, -1.0), (0, -1.65), (0.5, -1.0), (1.05, -1.5), (0.95, -0.55)),
    "helmet": ((-1.1, 0.1), (-1.05, -0.8), (-0.4, -1.35), (0.4, -1.35), (1.05, -0.8), (1.1, 0.1), (0.2, -0.1)),
    "cap": ((-1.0, -0.35), (-0.95, -1.0), (0, -1.4), (0.9, -1.0), (1.0, -0.5), (1.8, -0.3), (1.0, -0.25)),
    "chef": ((-0.85, -0.6), (-1.2, -1.7), (0, -2.1), (1.2, -1.7), (0.85, -0.6)),
    "hood": ((-1.25, 1.1), (-1.3, -0.6), (0, -1.5), (1.1, -0.7), (1.0, 0.1), (0.4, -0.7), (-0.4, 0.4)),
}  # fmt: skip
"""Outlines in half widths and half heights of a head from its middle, y downwards, x to where the head looks."""

_LIGHT_HATS: Final = frozenset({"crown", "helmet", "chef"})
"""Hats with corners, left at paper; the others are curved and dark."""


def _hat(sheet: Sheet, centre: Point, rx: float, ry: float, hat: str, sign: int) -> None:
    """Draw what is on a head; a hat that is a glyph is a whole head of its own, as of a robot."""
    x, y = centre

    def at(point: Point) -> Point:
        return x + sign * point[0] * rx, y + point[1] * ry

    if hat and not hat.isascii():
        stamp(sheet, hat, (x, y + 1.35 * ry), 3.1 * ry, left=sign < 0)
    elif hat == "bubble":
        sheet.circle(centre, rx * 1.7, squash=1.05, fill=False)
    elif hat in _LIGHT_HATS:
        sheet.polygon([at(point) for point in _HATS[hat]])
    elif hat in _HATS:
        path = curve([at(point) for point in _HATS[hat]], closed=True, step=3)
        sheet.fill(path, tone=mix(sheet.pen, 0.6))
        sheet.line(path, taper=False)
    else:
        hair = [(-1.02, 0.15), (-1.0, -0.7), (-0.2, -1.12), (0.7, -0.95), (0.95, -0.35), (0.3, -0.55), (-0.45, -0.35), (-0.75, 0.1)]
        sheet.fill(curve([at(point) for point in hair], closed=True, step=3), tone=mix(sheet.pen, 0.65))


def _prop(sheet: Sheet, hand: Point, unit: float, prop: str, sign: int) -> None:
    """Draw what a hand holds."""
    x, y = hand
    if prop == "sword":
        tip = (x + sign * 0.75 * unit, y - 2.9 * unit)
        blade = [
            (x - 0.07 * unit, y),
            (x + 0.09 * unit, y),
            (tip[0] + 0.05 * unit, tip[1] + 0.25 * unit),
            tip,
            (tip[0] - 0.1 * unit, tip[1] + 0.25 * unit),
        ]
        sheet.polygon(blade, width=0.9)
        sheet.segment((x - 0.42 * unit, y - 0.32 * unit), (x + 0.5 * unit, y - 0.22 * unit), width=1.6)
        sheet.segment((x, y), (x - sign * 0.12 * unit, y + 0.45 * unit), width=1.8)
    elif prop in ("staff", "cane"):
        top, bottom = (3.4, 3.2) if prop == "staff" else (0.15, 3.4)
        sheet.segment((x, y - top * unit), (x + 0.1 * unit, y + bottom * unit), width=1.6)
        if prop == "staff":
            sheet.circle((x, y - (top + 0.28) * unit), 0.3 * unit)


def bust(centre: Point, height: float, pen: Pen, rng: np.random.Generator, costume: Costume) -> Figure:
    """Draw head and shoulders; ``height`` in pixels from crown to collar bone, ``centre`` the middle of the head."""
    hat, left = costume.hat, costume.left
    unit = height / 1.5
    sheet = sheet_for(centre[0] - 2.2 * unit, centre[1] - 1.7 * unit, 4.4 * unit, 3.9 * unit, pen, rng)
    x, y = centre
    sign = -1 if left else 1
    inside, draw = sheet.mask()

    def at(u: float, v: float) -> Point:
        return x + sign * u * unit, y + v * unit

    left_side = [at(-1.75, 2.3), at(-1.6, 1.25), at(-0.75, 0.88), at(-0.3, 0.72), at(-0.3, 0.2)]
    right_side = [at(0.34, 0.2), at(0.34, 0.74), at(0.8, 0.9), at(1.55, 1.25), at(1.7, 2.3)]
    body = curve([*left_side, *right_side], step=4)
    draw.polygon(sheet.scaled(body), fill=255)
    sheet.fill(body)
    _collar(sheet, at, body)
    coloured, paint = sheet.mask()
    paint.polygon(
        sheet.scaled([*body[: len(body) * 3 // 10], at(-0.34, 0.86), at(0.02, 1.5), at(0.4, 0.86), *body[len(body) * 7 // 10 :]]), fill=255
    )
    if hat in ("", "child", "crown", "chef"):
        _hair_behind(sheet, at, draw)
    _face(sheet, at, draw)
    if hat in ("", "child", "crown"):
        _fringe(sheet, at)
    if hat not in ("", "child"):
        _hat(sheet, (x + sign * 0.02 * unit, y - 0.12 * unit), 0.6 * unit, 0.62 * unit, hat, sign)
    return figure_of(sheet, inside, coloured)


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
    face = [
        at(-0.5, -0.35),
        at(-0.2, -0.74),
        at(0.25, -0.72),
        at(0.52, -0.3),
        at(0.5, 0.1),
        at(0.36, 0.42),
        at(0.12, 0.62),
        at(-0.18, 0.5),
        at(-0.44, 0.15),
    ]
    path = curve(face, closed=True, step=4)
    inside.polygon(sheet.scaled(path), fill=255)
    sheet.stroke([at(-0.46, -0.12), at(-0.6, -0.16), at(-0.58, 0.14), at(-0.43, 0.2)], fill=True, width=0.9)
    sheet.fill(path)
    shadow, draw = sheet.mask()
    draw.polygon(
        sheet.scaled(
            curve([at(-0.5, -0.3), at(-0.3, -0.2), at(-0.26, 0.2), at(0.0, 0.55), at(-0.2, 0.5), at(-0.44, 0.15)], closed=True, step=4)
        ),
        fill=255,
    )
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
    sheet.fill(path, tone=mix(sheet.pen, 0.62))
    sheet.line(path, taper=False)


def _fringe(sheet: Sheet, at: Place) -> None:
    hair = [
        at(-0.56, -0.02),
        at(-0.6, -0.5),
        at(-0.2, -0.88),
        at(0.3, -0.84),
        at(0.58, -0.42),
        at(0.5, -0.22),
        at(0.3, -0.5),
        at(0.0, -0.42),
        at(-0.3, -0.42),
        at(-0.44, -0.2),
    ]
    path = curve(hair, closed=True, step=4)
    sheet.fill(path, tone=mix(sheet.pen, 0.62))
    sheet.line(path, width=0.9, taper=False)
    for u in (-0.36, -0.12, 0.14, 0.36):
        sheet.stroke([at(u - 0.1, -0.45), at(u - 0.04, -0.68), at(u + 0.1, -0.84)], width=0.5, tone=mix(sheet.pen, 0.2))
