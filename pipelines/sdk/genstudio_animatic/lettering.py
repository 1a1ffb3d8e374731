"""Letters: which font has which character, and words set in a box. What no font here has is drawn as a scribble."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont, features

__all__ = ["Face", "drawable_glyph", "font", "line_width", "set_lines", "write_line"]

Face = Literal["hand", "sans", "mono", "glyphs"]
_DATA: Final = Path(__file__).parent / "data"
_SHAPES: Final = features.check("raqm") and features.check("fribidi")
_IGNORED: Final = frozenset("\ufe0e\ufe0f\u200d\u200b\u2060\ufeff")


@cache
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Return a bundled font at a size in pixels."""
    return ImageFont.truetype(_DATA / f"{face}.ttf", max(4, size))


@cache
def _coverage() -> dict[str, tuple[list[int], list[int]]]:
    ranges: dict[str, list[list[int]]] = json.loads((_DATA / "coverage.json").read_text("utf-8"))
    return {face: ([low for low, _ in pairs], [high for _, high in pairs]) for face, pairs in ranges.items()}


def _has(face: Face, character: str) -> bool:
    lows, highs = _coverage()[face]
    at = bisect_right(lows, ord(character)) - 1
    return at >= 0 and ord(character) <= highs[at]


def drawable_glyph(text: str) -> str:
    """Return the picture that a text begins with if the glyph font has it, else empty text."""
    return text[0] if text and ord(text[0]) > 0x2000 and _has("glyphs", text[0]) else ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of one word in one font; no font: a scribble of that many characters."""

    text: str
    face: Face | None

    def width(self, size: int) -> int:
        if self.face is None:
            return round(size * 0.45 * max(1, len(self.text)))
        return round(font(self.face, size).getlength(self.text))


@cache
def _runs(word: str) -> tuple[_Run, ...]:
    shown = [character for character in unicodedata.normalize("NFC", word) if character not in _IGNORED and not _is_tone(character)]
    faces: Sequence[Face] = ("hand", "sans")
    for face in faces:
        if shown and all(_has(face, character) for character in shown):
            text = "".join(shown)
            return (_Run(text if _SHAPES or not _is_rtl(text) else text[::-1], face),)
    return tuple(_split(shown))


def _split(characters: Sequence[str]) -> list[_Run]:
    runs: list[_Run] = []
    for character in characters:
        face: Face | None = next((item for item in ("hand", "sans", "glyphs") if _has(item, character)), None)
        if runs and runs[-1].face == face:
            runs[-1] = _Run(runs[-1].text + character, face)
        else:
            runs.append(_Run(character, face))
    return runs


def _is_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_rtl(text: str) -> bool:
    return next((unicodedata.bidirectional(c) in ("R", "AL") for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), False)


def line_width(words: Sequence[str], size: int) -> int:
    """Return the width in pixels of words on one line."""
    widths = [sum(run.width(size) for run in _runs(word)) for word in words]
    return sum(widths) + max(0, len(widths) - 1) * round(size * 0.28)


def write_line(image: Image.Image, xy: tuple[int, int], words: Sequence[str], size: int, ink: int | tuple[int, ...]) -> int:
    """Write words on one line with the top left corner at ``xy``; returns the width. Lines that begin right to left run so."""
    draw = ImageDraw.Draw(image)
    draw.fontmode = "L"
    x, y = xy
    ordered = list(reversed(words)) if _is_rtl(" ".join(words)) else list(words)
    for word in ordered:
        for run in _runs(word):
            if run.face is None:
                _scribble(draw, (x, y), run.width(size), size, ink)
            else:
                ascent = font("hand", size).getmetrics()[0]
                draw.text(
                    (x, y + ascent),
                    run.text,
                    font=font(run.face, size if run.face != "sans" else round(size * 0.86)),
                    fill=ink,
                    anchor="ls",
                )
            x += run.width(size)
        x += round(size * 0.28)
    return x - xy[0]


def _scribble(draw: ImageDraw.ImageDraw, xy: tuple[int, int], width: int, size: int, ink: int | tuple[int, ...]) -> None:
    """Draw the wave with which a storyboard artist stands in for words."""
    step, high = max(2, size // 5), size * 0.16
    points = [(xy[0] + x, xy[1] + size * 0.72 + (high if (x // step) % 2 else -high)) for x in range(0, max(step, width - step // 2), step)]
    draw.line(points, fill=ink, width=max(1, size // 14), joint="curve")


def set_lines(text: str, size: int, width: int, most: int) -> list[list[str]]:
    """Return lines of words that fit a width in pixels, at most ``most``; what does not fit ends in an ellipsis."""
    lines: list[list[str]] = [[]]
    for word in text.split():
        if lines[-1] and line_width([*lines[-1], word], size) > width:
            lines.append([])
        lines[-1].append(_shortened(word, size, width))
        if len(lines) > most:
            return [*lines[: most - 1], [*lines[most - 1][:-1], "…"]] if len(lines[most - 1]) > 1 else [*lines[:most]]
    return [line for line in lines if line]


def _shortened(word: str, size: int, width: int) -> str:
    """Return a word that fits on a line by itself."""
    word = word[:80]
    while len(word) > 1 and line_width([word], size) > width:
        word = word[: len(word) * 3 // 4].rstrip("…") + "…" if len(word) > 4 else word[:-1]
    return word
