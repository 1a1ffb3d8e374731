"""Titles as MoviePy clips: white text with a dark outline inside the title-safe area."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.schema.errors import MissingToolError

if TYPE_CHECKING:
    from genstudio.edit.film_format import FilmFormat
    from genstudio.schema.cut import Title

__all__ = ["letters_missing", "title_clip", "title_font"]

_FACE: Final = Path(__file__).parent / "fonts" / "DejaVuSans-Bold.ttf"
_SAFE: Final = 0.8
_LONGEST: Final = 400
_EDGE: Final = 0.1
_SMALLEST: Final = 12


def title_font() -> Path:
    """Return the file of the face that titles are set in. It comes with the studio, so that a title looks the same on every machine.

    Raises:
        MissingToolError: It is not there.
    """
    if not _FACE.is_file():
        raise MissingToolError(f"The font of titles is missing: {_FACE}.", fix="Install the studio again, or leave the titles out.")
    return _FACE


@functools.cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(title_font(), lazy=True) as face:
        return frozenset(face.getBestCmap())


def letters_missing(title: Title) -> str:
    """Return the letters of a title that the face does not have, each once."""
    return "".join(dict.fromkeys(letter for letter in _shown(title) if not letter.isspace() and ord(letter) not in _letters()))


def _shown(title: Title) -> str:
    return re.sub(r"[^\S\n]+", " ", "".join(c for c in title.text[:_LONGEST] if c.isprintable() or c.isspace())).strip()


def title_clip(title: Title, form: FilmFormat, frames: int) -> Any:  # noqa: ANN401 - MoviePy has no types
    """Return the clip of a title that is seen for ``frames`` frames, with its place, start and fades, for a film of that format.

    MoviePy cuts off what a face draws outside its nominal line, so the text has a margin on all sides.
    """
    from moviepy import TextClip, vfx

    rate = float(form.rate)
    size = max(_SMALLEST, int(form.height * title.size))
    margin = (size // 2, size // 2)
    clip = TextClip(
        font=str(title_font()),
        text=_shown(title),
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
    clip = clip.with_position(("center", _top(title, form, clip.size[1]))).with_start(title.start / rate).with_duration(frames / rate)
    effects = []
    if title.fade_in:
        effects.append(vfx.CrossFadeIn(min(title.fade_in, frames) / rate))
    if title.fade_out:
        effects.append(vfx.CrossFadeOut(min(title.fade_out, frames) / rate))
    return clip.with_effects(effects) if effects else clip


def _top(title: Title, form: FilmFormat, height: int) -> int:
    """Return the row at which the box of a title begins."""
    if title.position == "upper":
        return int(form.height * _EDGE)
    if title.position == "centre":
        return max(0, (form.height - height) // 2)
    return max(0, int(form.height * (1 - _EDGE)) - height)
