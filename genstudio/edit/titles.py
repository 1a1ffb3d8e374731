"""Titles as MoviePy clips: white text with a dark outline in the lower third, inside the title-safe area."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from genstudio.edit.film_format import FilmFormat

__all__ = ["title_clip", "title_font"]

_FACES: Final = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/TTF/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
    "/System/Library/Fonts/Supplemental/Arial Bold.ttf",
    "C:/Windows/Fonts/arialbd.ttf",
)
_SAFE: Final = 0.8
_LONGEST: Final = 400
_BASELINE: Final = 0.9


@functools.cache
def title_font() -> str | None:
    """Return the file of the face that titles are set in; ``None`` for the one inside Pillow, which has Latin letters only."""
    return next((face for face in _FACES if Path(face).is_file()), None)


def title_clip(text: str, form: FilmFormat) -> Any:  # noqa: ANN401 - MoviePy has no types
    """Return a clip of a title without start and duration, positioned for a film of that format.

    MoviePy cuts off what a face draws outside its nominal line, so the text has a margin on all sides.
    """
    from moviepy import TextClip

    size = max(12, form.height // 16)
    margin = (size // 2, size // 2)
    shown = re.sub(r"[^\S\n]+", " ", "".join(c for c in text[:_LONGEST] if c.isprintable() or c.isspace())).strip()
    clip = TextClip(
        font=title_font(),
        text=shown,
        font_size=size,
        size=(int(form.width * _SAFE), None),
        method="caption",
        color="white",
        stroke_color="black",
        stroke_width=max(1, size // 16),
        text_align="center",
        horizontal_align="center",
        margin=margin,
    )
    top = max(0, int(form.height * _BASELINE) - clip.size[1])
    return clip.with_position(("center", top))
