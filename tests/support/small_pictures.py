"""Pictures of the page for the documentation: the repository holds every version of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_small"]


def make_small(picture: Path) -> None:
    """Keep a picture in 256 colours: the page has few. They cover all that occur, so that a wire of its own colour keeps it."""
    with Image.open(picture) as image:
        small = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
    small.save(picture, optimize=True)
