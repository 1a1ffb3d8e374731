"""Glyphs redrawn with the pen: thinner lines, a slight bend, large dark areas as hatching."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from genstudio_animatic.figure import Figure, figure_of, mix, sheet_for
from genstudio_animatic.ink import SCALE, Pen, Point, Sheet, noise
from genstudio_animatic.lettering import font

__all__ = ["glyph", "stamp"]


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
    sheet = sheet_for(foot[0] - width / 2, foot[1] - ink.height / SCALE, width, ink.height / SCALE, pen, rng)
    at = (round((sheet.tone.width - ink.width) / 2), round((foot[1] - sheet.y) * SCALE) - ink.height)
    covered, drawn = Image.new("L", sheet.tone.size, 0), Image.new("L", sheet.tone.size, 0)
    covered.paste(whole, at)
    drawn.paste(ink, at)
    sheet.shade(covered, pen.paper)
    _ink_glyph(sheet, drawn, height)
    return figure_of(sheet, covered)


def _ink_glyph(sheet: Sheet, drawn: Image.Image, height: float) -> None:
    """Put a glyph's ink on the sheet: lines black, large dark areas as a grey with hatching, as a marker would."""
    radius = max(2.0, height * SCALE * 0.042)
    core = _eroded(drawn, radius).filter(ImageFilter.BoxBlur(radius * 2)).point([0] + [255] * 255)
    core = ImageChops.multiply(core, _eroded(drawn, sheet.pen.width))
    sheet.shade(drawn, sheet.pen.ink)
    if core.getbbox():
        sheet.shade(core, mix(sheet.pen, 0.36))
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
    return _eroded(ink, max(0.0, height * 0.018 - pen.width * 1.25) * SCALE / 2)


def _eroded(mask: Image.Image, radius: float) -> Image.Image:
    """Return a mask less its rim of ``radius`` pixels; a box blur finds the rim much faster than a rank filter."""
    return mask.filter(ImageFilter.BoxBlur(radius)).point([0] * 250 + [255] * 6) if radius >= 0.5 else mask


def _contour(whole: Image.Image, width: float) -> Image.Image:
    """Return the rim of a mask as a line of a width in pixels: what lines lose in thinning, the outline must not lose."""
    return ImageChops.subtract(whole, _eroded(whole, width))


def _warped(images: tuple[Image.Image, ...], rng: np.random.Generator, amount: float) -> tuple[Image.Image, ...]:
    """Return masks bent by one slowly changing field, as a hand would draw them again."""
    width, height = images[0].size
    cell = max(24, max(width, height) // 9)
    columns = [(noise(rng, width, cell) * amount).astype(np.float32) for _ in range(2)]
    rows = [(noise(rng, height, cell) * amount).astype(np.float32)[:, None] for _ in range(2)]
    across, down = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    xs = np.clip(across + columns[0] + rows[0], 0, width - 1).astype(np.int32)
    ys = np.clip(down + columns[1] + rows[1], 0, height - 1).astype(np.int32)
    return tuple(Image.fromarray(np.asarray(image)[ys, xs]) for image in images)
