"""Reference pictures of assets: opened with care, since they are somebody's files."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = ["fitted", "open_picture", "swatches"]

_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
_LARGEST: Final = 2048


def open_picture(paths: Iterable[Path]) -> Image.Image | None:
    """Return the first file that is a picture, upright, in RGB on paper white and at most 2048 pixels; None if there is none."""
    for path in paths:
        if path.suffix.lower() not in _SUFFIXES:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(path) as image:
                    image.draft("RGB", (_LARGEST, _LARGEST))
                    upright = ImageOps.exif_transpose(image).convert("RGBA")
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, ValueError):
            continue
        upright.thumbnail((_LARGEST, _LARGEST), Image.Resampling.BOX)
        return Image.alpha_composite(Image.new("RGBA", upright.size, (255, 255, 255, 255)), upright).convert("RGB")
    return None


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture cut to a shape and scaled to its size."""
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)


def swatches(picture: Image.Image, count: int = 5) -> list[tuple[int, int, int]]:
    """Return the leading colours of a picture, most frequent first."""
    small = picture.resize((48, 48), Image.Resampling.BOX).quantize(count, method=Image.Quantize.MEDIANCUT)
    colours = small.getpalette() or []
    ranked = sorted(small.getcolors() or [], reverse=True)
    return [(colours[3 * index], colours[3 * index + 1], colours[3 * index + 2]) for _, index in ranked if isinstance(index, int)][:count]
