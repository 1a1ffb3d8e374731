"""Pen and paper: a sheet that takes ink lines with a slight wobble, paper fills that hide what is behind, hatching and washes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

__all__ = ["Layer", "Pen", "Point", "Sheet", "Wash", "curve", "noise"]

Point = tuple[float, float]
Floats = NDArray[np.float64]

SCALE: Final = 2
"""Sheets are drawn this much larger and reduced, which smooths edges."""


def noise(rng: np.random.Generator, count: int, spacing: int) -> Floats:
    """Return ``count`` values between about -1 and 1 that change smoothly, with a new value every ``spacing``."""
    knots = rng.normal(0, 0.5, count // max(1, spacing) + 3)
    at = np.arange(count) / max(1, spacing)
    low = at.astype(int)
    part = (1 - np.cos((at - low) * np.pi)) / 2
    values: Floats = np.clip(knots[low] * (1 - part) + knots[low + 1] * part, -1, 1)
    return values


def curve(points: Sequence[Point], *, closed: bool = False, step: float = 8.0) -> list[Point]:
    """Return a smooth line (Catmull-Rom) through points, about one point every ``step`` pixels."""
    given = np.asarray(points, float)
    ring = np.vstack([given[-1], given, given[0], given[1]]) if closed else np.vstack([given[0], given, given[-1]])
    out: list[Point] = []
    for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        count = max(2, int(np.hypot(*(c - b)) / step))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        part = 0.5 * ((2 * b) + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        out.extend((float(x), float(y)) for x, y in part)
    out.append((float(ring[-2][0]), float(ring[-2][1])))
    return out


@dataclass(frozen=True, slots=True)
class Pen:
    """How lines look: ``width`` and ``wobble`` in pixels of the picture, ``ink`` and ``paper`` as tones 0-255."""

    width: float
    wobble: float
    ink: int
    paper: int


@dataclass(frozen=True, slots=True)
class Wash:
    """A flat colour under the ink, as of a marker: where, and its chroma (Cb, Cr around 128)."""

    mask: Image.Image
    chroma: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layer:
    """A finished sheet: tones and what it covers, its place in the picture, and how near it is.

    ``depth`` 0 stays still when the camera moves sideways, 1 moves as the subject does, more is nearer. ``subject`` layers move with
    the action.
    """

    tone: Image.Image
    alpha: Image.Image
    x: float
    y: float
    depth: float
    washes: tuple[Wash, ...] = ()
    picture: Image.Image | None = None
    subject: bool = False
    opaque: bool = False


@dataclass
class Sheet:
    """A transparent sheet of ``width`` by ``height`` pixels whose corner lies at (``x``, ``y``) of the picture."""

    x: float
    y: float
    width: int
    height: int
    pen: Pen
    rng: np.random.Generator
    opaque: bool = False
    washes: list[tuple[Image.Image, tuple[int, int]]] = field(default_factory=list)
    tone: Image.Image = field(init=False)
    alpha: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.x, self.y = round(self.x), round(self.y)  # whole pixels: a camera that moves sideways need not resample rows
        size = (self.width * SCALE, self.height * SCALE)
        self.tone = Image.new("L", size, self.pen.paper)
        self.alpha = Image.new("L", size, 255 if self.opaque else 0)
        self._draw = (ImageDraw.Draw(self.tone), ImageDraw.Draw(self.alpha))

    def _to(self, points: Sequence[Point]) -> list[Point]:
        return [((x - self.x) * SCALE, (y - self.y) * SCALE) for x, y in points]

    def fill(self, points: Sequence[Point], tone: int | None = None) -> None:
        """Cover a shape with paper (or another tone)."""
        if len(points) > 2:
            shape = self._to(points)
            self._draw[0].polygon(shape, fill=self.pen.paper if tone is None else tone)
            self._draw[1].polygon(shape, fill=255)

    def line(self, points: Sequence[Point], *, width: float = 1.0, tone: int | None = None, taper: bool = True) -> None:
        """Draw a line through close points; ``width`` in widths of the pen. The hand wobbles and the ends are thin."""
        if len(points) < 2:
            return
        outline = self._brush(np.asarray(self._to(points), float), width, taper=taper)
        ink = self.pen.ink if tone is None else tone
        self._draw[0].polygon(outline, fill=ink)
        self._draw[1].polygon(outline, fill=255)

    def _brush(self, path: Floats, width: float, *, taper: bool) -> list[Point]:
        path = _even(path, 6.0 * SCALE)
        count = len(path)
        along = np.gradient(path, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(1e-6, np.hypot(along[:, 0], along[:, 1]))[:, None]
        path = path + across * (noise(self.rng, count, 9) * self.pen.wobble * SCALE)[:, None]
        half = self.pen.width * width * SCALE / 2 * (1 + 0.35 * noise(self.rng, count, 6))
        if taper and count > 4:
            ends = np.minimum(np.arange(count), np.arange(count)[::-1]) / max(1.0, min(8.0, count / 3))
            half *= 0.35 + 0.65 * np.clip(ends, 0, 1)
        offset = across * np.maximum(0.5, half)[:, None]
        return [(float(x), float(y)) for x, y in np.vstack([path + offset, (path - offset)[::-1]])]

    def stroke(
        self, points: Sequence[Point], *, closed: bool = False, width: float = 1.0, fill: bool = False, tone: int | None = None
    ) -> None:
        """Draw a smooth line through a few points, as one pull of the pen; ``fill`` covers the inside with paper first."""
        path = curve(points, closed=closed)
        if fill:
            self.fill(path)
        self.line(path, width=width, tone=tone, taper=not closed)

    def polygon(self, points: Sequence[Point], *, fill: bool = True, width: float = 1.0, tone: int | None = None) -> None:
        """Draw a shape with corners; each side is a pull of the pen that runs a little past its corner."""
        if fill:
            self.fill(points, tone)
        for a, b in zip(points, [*points[1:], points[0]], strict=True):
            self.segment(a, b, width=width)

    def segment(self, a: Point, b: Point, *, width: float = 1.0, tone: int | None = None, over: float = 0.6) -> None:
        """Draw a straight line; ``over`` is how far it runs past its ends, in widths of the pen."""
        (ax, ay), (bx, by) = a, b
        length = max(1e-6, float(np.hypot(bx - ax, by - ay)))
        ex, ey = (bx - ax) / length * self.pen.width * over, (by - ay) / length * self.pen.width * over
        count = max(3, int(length / 10))
        xs, ys = np.linspace(ax - ex, bx + ex, count), np.linspace(ay - ey, by + ey, count)
        self.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), width=width, tone=tone)

    def circle(self, centre: Point, radius: float, *, squash: float = 1.0, fill: bool = True, width: float = 1.0) -> None:
        """Draw a circle by hand: the line overlaps where it closes."""
        start = self.rng.uniform(0, 2 * np.pi)
        angles = start + np.linspace(0, 2 * np.pi * 1.04, max(14, int(radius)))
        points = [(centre[0] + radius * float(np.cos(a)), centre[1] + radius * squash * float(np.sin(a))) for a in angles]
        if fill:
            self.fill(points)
        self.line(points, width=width)

    def hatch(self, shape: Image.Image, *, gap: float, slope: float = 1.0, width: float = 0.45, tone: int | None = None) -> None:
        """Hatch where a mask of the sheet's own (scaled) size is set: slanting strokes ``gap`` pixels apart."""
        box = shape.getbbox()
        if box is None:
            return
        strokes = Image.new("L", shape.size, 0)
        draw = ImageDraw.Draw(strokes)
        left, top, right, bottom = box
        rise = bottom - top
        at = left - rise / slope
        while at < right:
            jitter = self.rng.normal(0, gap * SCALE * 0.12, 2)
            draw.line(
                [(at + jitter[0], bottom), (at + rise / slope + jitter[1], top)],
                fill=255,
                width=max(1, round(self.pen.width * width * SCALE)),
            )
            at += gap * SCALE * (1 + self.rng.uniform(-0.15, 0.15))
        ink = Image.composite(strokes, Image.new("L", shape.size, 0), shape)
        self.tone.paste(self.pen.ink if tone is None else tone, (0, 0), ink)
        self.alpha.paste(255, (0, 0), ink)

    def mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """Return an empty mask of the sheet's scaled size and its pencil; use :meth:`scaled` for points on it."""
        image = Image.new("L", self.tone.size, 0)
        return image, ImageDraw.Draw(image)

    def scaled(self, points: Sequence[Point]) -> list[Point]:
        """Return points of the picture as points of a mask."""
        return self._to(points)

    def shade(self, shape: Image.Image, tone: int) -> None:
        """Lay a flat grey under a mask, as with a marker."""
        self.tone.paste(tone, (0, 0), shape)
        self.alpha.paste(255, (0, 0), shape)

    def wash(self, shape: Image.Image, chroma: tuple[int, int]) -> None:
        """Remember a colour for a mask; colours travel apart from tones."""
        self.washes.append((shape, chroma))

    def layer(self, depth: float, *, subject: bool = False) -> Layer:
        """Reduce the sheet to the picture's pixels."""
        tone, alpha = self.tone.reduce(SCALE), self.alpha.reduce(SCALE)
        # Ink stays ink: where a tone is dark, there is no colour.
        bright = tone.point([min(255, max(0, (value - self.pen.ink - 14) * 8)) for value in range(256)])
        box = (0, 0, *tone.size) if self.opaque else alpha.getbbox() or (0, 0, 1, 1)
        washes = tuple(Wash(ImageChops.multiply(mask.reduce(SCALE), bright).crop(box), chroma) for mask, chroma in self.washes)
        x, y = self.x + box[0], self.y + box[1]
        return Layer(tone.crop(box), alpha.crop(box), x, y, depth, washes, subject=subject, opaque=self.opaque)


def _even(path: Floats, step: float) -> Floats:
    """Return the path with points about ``step`` apart."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    if lengths[-1] < 1e-6:
        dot: Floats = path[:2] + np.array([[0.0, 0.0], [0.5, 0.5]])
        return dot
    at = np.linspace(0, lengths[-1], max(3, int(lengths[-1] / step)))
    return np.stack([np.interp(at, lengths, path[:, 0]), np.interp(at, lengths, path[:, 1])], 1)
