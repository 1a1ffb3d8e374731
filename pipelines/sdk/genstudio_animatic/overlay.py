"""What lies on top of a panel: the page with its ink frame, the ANIMATIC tag, the shot's label, camera arrow and timecode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from genstudio_animatic.camera import ARROWS
from genstudio_animatic.compose import Planes
from genstudio_animatic.ink import SCALE, Pen, Sheet, curve
from genstudio_animatic.lettering import font, line_width, set_lines, write_line
from genstudio_animatic.panel import Stage
from genstudio_animatic.reference import open_picture, swatches
from genstudio_animatic.timecode import timecode
from genstudio_animatic.tone import luma

__all__ = ["Overlay", "make_overlay"]

Rgb = tuple[int, int, int]
_RED: Rgb = (200, 52, 40)
_AMBER: Rgb = (245, 190, 92)
_TAG_INK: Rgb = (52, 38, 14)
_BOX: Rgb = (36, 34, 34)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A fixed picture with transparency, as planes, and where the timecode goes (x, y, letter height)."""

    planes: Planes
    alpha: Image.Image
    small_alpha: Image.Image
    clock: tuple[int, int, int]
    fps: Fraction

    def put_on(self, planes: Planes, frame: int | None) -> Planes:
        """Lay the overlay on a frame; ``frame`` is burnt in as timecode, None leaves the clock out."""
        bright = planes[0]
        bright.paste(self.planes[0], (0, 0), self.alpha)
        for plane, own in zip(planes[1:], self.planes[1:], strict=True):
            plane.paste(own, (0, 0), self.small_alpha)
        if frame is not None:
            x, y, size = self.clock
            for character in timecode(frame, self.fps):
                sign = _sign(character, size)
                bright.paste(245, (x, y), sign)
                x += sign.width
        return planes


@cache
def _sign(character: str, size: int) -> Image.Image:
    face = font("mono", size)
    ascent, descent = face.getmetrics()
    image = Image.new("L", (round(face.getlength("0")), ascent + descent), 0)
    ImageDraw.Draw(image).text((0, ascent), character, font=face, fill=255, anchor="ls")
    return image


def make_overlay(stage: Stage, *, subsample: int, clock: bool) -> Overlay:
    """Draw the overlay of a stage; with ``clock`` there is a box for the timecode."""
    width, height = stage.setup.spec.width, stage.setup.spec.height
    page = Image.new("RGBA", (width, height), (*stage.setup.palette.paper, 0))
    unit = min(height, width * 0.7) / 100
    margin = round(2.6 * unit)
    _mat(page, stage, margin)
    _label(page, stage, margin, unit)
    _camera(page, stage, margin, unit)
    _style_strip(page, stage.setup.spec.styles, margin, unit)
    size = max(9, round(4.0 * unit))
    at = _clock_box(page, margin, size) if clock else (0, 0, size)
    return _planes(page, subsample, at, stage.setup.spec.fps)


def _planes(page: Image.Image, subsample: int, clock: tuple[int, int, int], fps: Fraction) -> Overlay:
    values = np.asarray(page, np.float32)
    rgb, alpha = values[..., :3] / 255, page.getchannel("A")
    bright = rgb @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    cb, cr = 128 + 224 * (rgb[..., 2] - bright) / 1.8556, 128 + 224 * (rgb[..., 0] - bright) / 1.5748
    small = (page.width // subsample, page.height // subsample)
    planes = [Image.fromarray(np.round(plane).astype(np.uint8)) for plane in (bright * 255, cb, cr)]
    shrunk = [plane.resize(small, Image.Resampling.BOX) for plane in planes[1:]]
    return Overlay((planes[0], shrunk[0], shrunk[1]), alpha, alpha.resize(small, Image.Resampling.BOX), clock, fps)


def _mat(page: Image.Image, stage: Stage, margin: int) -> None:
    """Cover the edge of the picture with paper and draw the panel's frame by hand, twice, the second time lightly."""
    width, height = page.size
    rng = np.random.Generator(np.random.PCG64(stage.setup.spec.seed % 2**32))
    pen = Pen(stage.setup.pen.width * 1.05, stage.setup.pen.wobble * 0.9, luma(stage.setup.palette.ink), luma(stage.setup.palette.paper))
    sheet = Sheet(0, 0, width, height, pen, rng)
    inner = [(margin, margin), (width - margin, margin), (width - margin, height - margin), (margin, height - margin)]
    border, draw = sheet.mask()
    draw.rectangle((0, 0, *border.size), fill=255)
    draw.polygon(sheet.scaled(inner), fill=0)
    for weight in (1.25, 0.5):
        shift = 0 if weight > 1 else stage.setup.pen.width * 0.9
        corners = [(x + shift, y - shift * 0.6) for x, y in inner]
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
            sheet.segment(a, b, width=weight, over=1.6)
    lines = sheet.alpha.reduce(SCALE)
    page.paste((*stage.setup.palette.paper, 255), (0, 0), border.reduce(SCALE))
    page.paste((*stage.setup.palette.ink, 255), (0, 0), lines)


def _label(page: Image.Image, stage: Stage, margin: int, unit: float) -> None:
    """Write the ANIMATIC tag, and beside it the shot and its framing, on the frame's upper left corner."""
    draw = ImageDraw.Draw(page)
    size = max(9, round(3.6 * unit))
    face = font("sans", size)
    wide = round(face.getlength("ANIMATIC")) + round(2.6 * unit)
    tall = round(6.0 * unit)
    draw.rounded_rectangle((margin, margin, margin + wide, margin + tall), radius=round(0.9 * unit), fill=(*_AMBER, 255))
    for shift in (0, 1):
        draw.text(
            (margin + wide / 2 + shift * max(1, size // 22), margin + tall / 2), "ANIMATIC", font=face, fill=(*_TAG_INK, 255), anchor="mm"
        )
    words = [part for part in (stage.setup.spec.name, stage.setup.story.framing, stage.setup.story.angle) if part]
    text = " · ".join(words)
    letter = max(10, round(4.8 * unit))
    room = round(page.width * 0.5) - wide
    lines = set_lines(text, letter, room, 1)
    if lines:
        x, y = margin + wide + round(1.6 * unit), margin + round(0.5 * unit)
        _halo(page, (x, y, x + line_width(lines[0], letter), y + round(letter * 1.2)), stage.setup.palette.paper, unit)
        write_line(page, (x, y), lines[0], letter, (*stage.setup.palette.ink, 255))


def _halo(page: Image.Image, box: tuple[int, int, int, int], paper: Rgb, unit: float) -> None:
    """Lighten the paper behind letters, so that lines of the drawing do not run through them."""
    mask = Image.new("L", page.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((box[0] - unit, box[1], box[2] + unit, box[3]), radius=2 * unit, fill=205)
    page.paste(
        (*paper, 205),
        (0, 0),
        Image.composite(mask, Image.new("L", page.size, 0), page.getchannel("A").point(lambda value: 255 if value < 205 else 0)),
    )


def _camera(page: Image.Image, stage: Stage, margin: int, unit: float) -> None:
    """Draw the camera move in red: its name and arrow at the upper right; a push or pull also as arrows in the corners."""
    move = stage.setup.story.move
    if not move:
        return
    ink = Sheet(
        0,
        0,
        page.width,
        page.height,
        Pen(stage.setup.pen.width * 1.25, stage.setup.pen.wobble, 0, 255),
        np.random.Generator(np.random.PCG64(stage.setup.spec.seed % 2**32 + 1)),
    )
    letter = max(10, round(5.4 * unit))
    words = move.upper().split()
    wide = line_width(words, letter)
    x, y = page.width - margin - wide - round(2.4 * unit), margin + round(1.2 * unit)
    arrow = _arrow_points(move, (x + wide / 2, y + letter * 1.2 + 3.2 * unit), unit)
    _halo(page, (x, y, x + wide, y + round(letter * 1.25)), stage.setup.palette.paper, unit)
    for path in arrow:
        _arrow(ink, path, unit)
    if move in ("push in", "zoom in", "pull out", "zoom out"):
        _corners(ink, page.size, margin, unit, inward=move in ("push in", "zoom in"))
    page.paste((*_RED, 255), (0, 0), ink.alpha.reduce(SCALE))
    write_line(page, (x, y), words, letter, (*_RED, 255))


def _arrow_points(move: str, centre: tuple[float, float], unit: float) -> list[list[tuple[float, float]]]:
    x, y = centre
    if move == "orbit":
        return [
            curve([(x - 6 * unit, y), (x - 2 * unit, y + 3 * unit), (x + 3 * unit, y + 2.6 * unit), (x + 6 * unit, y - 0.6 * unit)], step=4)
        ]
    if move in ARROWS:
        dx, dy = ARROWS[move]
        if dy:
            y += 4.5 * unit
        reach = 6.5 if dx else 5.0
        return [[(x - dx * reach * unit, y - dy * reach * unit), (x, y), (x + dx * reach * unit, y + dy * reach * unit)]]
    if move == "handheld":
        y += unit
        return [
            curve(
                [(x - 6 * unit, y), (x - 3 * unit, y - 1.5 * unit), (x, y + 1.5 * unit), (x + 3 * unit, y - 1.5 * unit), (x + 6 * unit, y)],
                step=4,
            )
        ]
    return []


def _arrow(sheet: Sheet, path: Sequence[tuple[float, float]], unit: float) -> None:
    """Draw a shaft and a head at its end."""
    sheet.line(list(path) if len(path) > 3 else curve(path, step=4), width=1.3, taper=False)
    (ax, ay), (bx, by) = path[-2], path[-1]
    angle = float(np.arctan2(by - ay, bx - ax))
    for turn in (2.6, -2.6):
        sheet.segment((bx, by), (bx + 3.2 * unit * float(np.cos(angle + turn)), by + 3.2 * unit * float(np.sin(angle + turn))), width=1.3)


def _corners(sheet: Sheet, size: tuple[int, int], margin: int, unit: float, *, inward: bool) -> None:
    """Draw four arrows between the corners of the frame and those of the picture it becomes."""
    width, height = size
    for sx in (-1, 1):
        for sy in (-1, 1):
            outer = (
                width / 2 + sx * (width / 2 - margin - 2.5 * unit),
                height / 2 + sy * (height / 2 - margin - (13 if sy < 0 else 10) * unit),
            )
            inner = (outer[0] - sx * 9 * unit, outer[1] - sy * 5.5 * unit)
            start, end = (outer, inner) if inward else (inner, outer)
            _arrow(sheet, [start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end], unit * 0.75)


def _style_strip(page: Image.Image, styles: Sequence[Path], margin: int, unit: float) -> None:
    """Show a style's picture and its leading colours as a strip at the lower left, as a note to whoever paints the shot."""
    picture = open_picture(styles)
    if picture is None:
        return
    draw = ImageDraw.Draw(page)
    size = round(12 * unit)
    thumb = picture.copy()
    thumb.thumbnail((round(size * 1.6), size))
    x, y = margin + round(1.6 * unit), page.height - margin - round(1.6 * unit) - thumb.height
    draw.rectangle((x - 2, y - 2, x + thumb.width + 1, y + thumb.height + 1), fill=(*_BOX, 255))
    page.paste(thumb.convert("RGBA"), (x, y))
    x += thumb.width + round(0.8 * unit)
    side = max(4, thumb.height // 5)
    for index, colour in enumerate(swatches(picture)):
        draw.rectangle((x, y + index * side, x + side, y + (index + 1) * side - 2), fill=(*colour, 255), outline=(*_BOX, 255))


def _clock_box(page: Image.Image, margin: int, size: int) -> tuple[int, int, int]:
    face = font("mono", size)
    wide, tall = round(face.getlength("0")) * 11, sum(face.getmetrics())
    pad = round(size * 0.35)
    x, y = page.width - margin - wide - 2 * pad - pad, page.height - margin - tall - 2 * pad
    ImageDraw.Draw(page).rounded_rectangle((x, y, x + wide + 2 * pad, y + tall + pad), radius=pad, fill=(*_BOX, 255))
    return x + pad, y + pad // 2, size
