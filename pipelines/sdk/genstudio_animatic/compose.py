"""From layers and a view to a picture, as planes of luma and chroma.

Layers hold tones only; colour lies in a few washes. So a moving picture costs little more than its grey: luma is drawn at full size,
chroma at half size, and both go to the encoder as they are (yuv420p).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from PIL import Image, ImageChops

from genstudio_animatic.camera import View
from genstudio_animatic.ink import Layer
from genstudio_animatic.panel import Stage
from genstudio_animatic.tone import chroma, luma

__all__ = ["Compositor", "Planes", "rgb_of"]

_OWN_COLOUR: Final = 0.9
"""Layers at least this near cover the colour of what is behind them; scenery takes the light of the sky."""

Planes = tuple[Image.Image, Image.Image, Image.Image]
"""Luma (0-255, full range), Cb and Cr (around 128) as greyscale pictures."""


Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mask or tone to sample: where its corner falls in the picture, and how much it is magnified."""

    x: float
    y: float
    scale: float


class Compositor:
    """Draws the frames of one stage. ``subsample`` is 2 for video (half-size chroma) and 1 for a still."""

    def __init__(self, stage: Stage, *, subsample: int) -> None:
        self._stage, self._sub = stage, subsample
        self._size = (stage.setup.spec.width, stage.setup.spec.height)
        self._small = (stage.setup.spec.width // subsample, stage.setup.spec.height // subsample)
        self._sampled: dict[int, tuple[_Placed, Area, Image.Image]] = {}
        self._pictures = {id(layer): _ycc(layer.picture) for layer in stage.layers if layer.picture is not None}

    @cached_property
    def _paper(self) -> tuple[Image.Image, Image.Image]:
        """Return chroma of sky and paper: the sky's colour at the top, the paper's from the horizon down."""
        palette, ground = self._stage.setup.palette, self._stage.setup.ground
        rows = np.arange(self._small[1]) * self._sub
        part = np.clip(rows / max(1.0, ground.horizon), 0, 1) ** 1.5
        planes = []
        for top, low in zip(chroma(palette.sky), chroma(palette.paper), strict=True):
            column = np.round(top + (low - top) * part).astype(np.uint8)[:, None]
            planes.append(Image.fromarray(column).resize(self._small, Image.Resampling.NEAREST))
        return planes[0], planes[1]

    @cached_property
    def _grain(self) -> Image.Image:
        """Return the tooth of the paper and the darker edge of the page, to multiply with."""
        rng = np.random.Generator(np.random.PCG64(7))
        width, height = self._size
        tile = rng.normal(0, 1.3, (256, 256)).astype(np.float32)
        fine = np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
        cells = Image.fromarray(rng.normal(0, 2, (height // 24 + 2, width // 24 + 2)).astype(np.float32))
        coarse = np.asarray(cells.resize((width, height), Image.Resampling.BICUBIC))
        y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
        edge = np.clip(x**4 + y**4 - 0.4, 0, None) * 9
        return Image.fromarray(np.clip(251 + fine + coarse - edge, 0, 255).astype(np.uint8))

    def frame(self, view: View, *, step: tuple[float, float] = (0.0, 0.0), fall: float = 0.0) -> Planes:
        """Return one frame: the camera's view, the subject moved by ``step`` pixels, weather fallen by ``fall`` picture heights."""
        luma_plane = Image.new("L", self._size, luma(self._stage.setup.palette.paper))
        cb, cr = (plane.copy() for plane in self._paper)
        for layer in self._stage.layers:
            at = self._place(layer, view, step if layer.subject else (0.0, 0.0))
            self._paint(layer, at, luma_plane, (cb, cr))
        if self._stage.weather is not None:
            self._rain(self._stage.weather, luma_plane, fall)
        return ImageChops.multiply(luma_plane, self._grain), cb, cr

    def _place(self, layer: Layer, view: View, step: tuple[float, float]) -> _Placed:
        width, height = self._size
        depth = layer.depth
        scale = view.zoom if view.lens else 1 + (view.zoom - 1) * min(1.6, 0.35 + 0.65 * depth) if view.zoom != 1 else 1.0
        share = 0.55 + 0.45 * depth if view.whole else depth
        cx, cy = width / 2, height * 0.52
        x = cx + (layer.x + step[0] - cx) * scale - view.x * width * share
        y = cy + (layer.y + step[1] - cy) * scale - view.y * height * share
        return _Placed(x, y, scale)

    def _paint(self, layer: Layer, at: _Placed, luma_plane: Image.Image, chroma_planes: Sequence[Image.Image]) -> None:
        area = _area(layer.tone.size, at, self._size)
        if area is None:
            return
        tone = self._sample(layer.tone, at, area)
        if layer.opaque:
            luma_plane.paste(tone, area[:2])
        else:
            luma_plane.paste(tone, area[:2], self._sample(layer.alpha, at, area))
        half = _Placed(at.x / self._sub, at.y / self._sub, at.scale / self._sub)
        picture = self._pictures.get(id(layer))
        if picture is not None and (small := _area(layer.tone.size, half, self._small)) is not None:
            mask = self._sample(layer.alpha, half, small)
            for plane, source in zip(chroma_planes, picture, strict=True):
                plane.paste(self._sample(source, half, small), small[:2], mask)
        elif not layer.opaque:
            self._colour(layer, half, chroma_planes)

    def _colour(self, layer: Layer, half: _Placed, planes: Sequence[Image.Image]) -> None:
        """Set chroma where a near layer covers: paper first, so that what is behind does not shine through, then its washes."""
        small = _area(layer.tone.size, half, self._small)
        if small is None or layer.depth < _OWN_COLOUR:
            return
        mask = self._sample(layer.alpha, half, small)
        for index, plane in enumerate(planes):
            plane.paste(chroma(self._stage.setup.palette.paper)[index], small, mask)
            for wash in layer.washes:
                plane.paste(wash.chroma[index], small, self._sample(wash.mask, half, small))

    def _sample(self, image: Image.Image, at: _Placed, area: Area) -> Image.Image:
        """Return what of a layer falls on an area of the picture; where nothing has moved since the last frame, as it was."""
        known = self._sampled.get(id(image))
        if known is None or known[:2] != (at, area):
            known = self._sampled[id(image)] = (at, area, _sample(image, at, area))
        return known[2]

    def _rain(self, weather: Layer, luma_plane: Image.Image, fall: float) -> None:
        """Let the sheet of weather fall through the picture; it follows on itself."""
        height = self._size[1]
        drift = round(fall * height) % height
        slant = {"rain": -0.32, "storm": -0.32}.get(self._stage.setup.story.weather, 0.08)
        if self._stage.setup.story.weather in ("fog", "wind"):
            shift = round(fall * 0.25 * self._size[0]) % (self._size[0] // 4) - self._size[0] // 8
            luma_plane.paste(weather.tone, (round(weather.x) + shift, 0), weather.alpha)
            return
        for top in (drift - height, drift):
            x = round(weather.x + slant * (drift - height / 2))
            luma_plane.paste(weather.tone, (x, top), weather.alpha)


def _area(size: tuple[int, int], at: _Placed, picture: tuple[int, int]) -> Area | None:
    """Return the pixels of the picture that a sampled layer covers, or None."""
    left, top = max(0, int(np.ceil(at.x))), max(0, int(np.ceil(at.y)))
    right, bottom = min(picture[0], int(at.x + size[0] * at.scale)), min(picture[1], int(at.y + size[1] * at.scale))
    return (left, top, right, bottom) if right > left and bottom > top else None


def _sample(image: Image.Image, at: _Placed, area: Area) -> Image.Image:
    """Return the pixels of a layer that fall on an area of the picture, between pixels where the camera stands between them."""
    left, top, right, bottom = area
    box = ((left - at.x) / at.scale, (top - at.y) / at.scale, (right - at.x) / at.scale, (bottom - at.y) / at.scale)
    box = (box[0], box[1], min(box[2], image.width), min(box[3], image.height))
    if all(abs(edge - round(edge)) < 1e-3 for edge in box) and at.scale == 1:
        return image.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))
    return image.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box)


def _ycc(picture: Image.Image | None) -> tuple[Image.Image, Image.Image]:
    assert picture is not None  # noqa: S101 - the caller looked
    values = np.asarray(picture, np.float32) / 255
    bright = values @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    cb, cr = 128 + 224 * (values[..., 2] - bright) / 1.8556, 128 + 224 * (values[..., 0] - bright) / 1.5748
    return Image.fromarray(np.round(cb).astype(np.uint8)), Image.fromarray(np.round(cr).astype(np.uint8))


def rgb_of(planes: Planes) -> Image.Image:
    """Return planes as an RGB picture (ITU-R BT.709)."""
    size = planes[0].size
    bright = np.asarray(planes[0], np.float32)
    cb, cr = ((np.asarray(plane.resize(size, Image.Resampling.BILINEAR), np.float32) - 128) * (255 / 224) for plane in planes[1:])
    red, blue = bright + 1.5748 * cr, bright + 1.8556 * cb
    green = (bright - 0.2126 * red - 0.0722 * blue) / 0.7152
    return Image.fromarray(np.clip(np.round(np.stack([red, green, blue], -1)), 0, 255).astype(np.uint8))
