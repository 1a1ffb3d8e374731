"""Paper, ink and colour of a panel, from time of day, weather and mood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from genstudio_animatic.story import Story

__all__ = ["Palette", "chroma", "luma", "palette"]

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a panel: ``paper`` and ``ink`` as drawn, ``sky`` at the top of the picture, ``accent`` for the subject.

    ``dark`` is how much the sky is toned down, 0-1.
    """

    paper: Rgb
    ink: Rgb
    sky: Rgb
    accent: Rgb
    dark: float


_PAPER: Final[Rgb] = (244, 239, 228)
_INK: Final[Rgb] = (38, 34, 32)
_TIMES: Final[dict[str, tuple[Rgb, Rgb, float]]] = {
    # paper, sky, how dark the sky is
    "": (_PAPER, (238, 234, 226), 0.02),
    "day": (_PAPER, (226, 234, 238), 0.03),
    "dawn": ((247, 237, 222), (246, 214, 186), 0.06),
    "dusk": ((243, 230, 212), (226, 178, 148), 0.16),
    "night": ((208, 211, 216), (112, 124, 150), 0.42),
}
_MOODS: Final[dict[str, tuple[Rgb, Rgb]]] = {
    # a tint for paper, an accent
    "": ((255, 255, 255), (206, 188, 164)),
    "cold": ((243, 249, 255), (166, 186, 202)),
    "warm": ((255, 249, 238), (226, 176, 122)),
    "dark": ((232, 231, 232), (160, 150, 152)),
    "dream": ((251, 245, 255), (190, 170, 206)),
    "green": ((248, 253, 243), (170, 188, 146)),
}
_WEATHER_DARK: Final = {"storm": 0.2, "rain": 0.12, "fog": 0.04, "snow": 0.05, "cloud": 0.05}


def palette(story: Story) -> Palette:
    """Return the colours that a story asks for."""
    spaced = {"space", "lunar", "stars"} & set(story.places)
    paper, sky, dark = _TIMES[story.time or ("night" if spaced else "")]
    tint, accent = _MOODS[story.mood]
    dark = min(0.55, dark + _WEATHER_DARK.get(story.weather, 0.0) + (0.12 if story.mood == "dark" else 0.0))
    return Palette(paper=_times(paper, tint), ink=_INK, sky=_times(sky, tint), accent=accent, dark=dark)


def _times(one: Rgb, other: Rgb) -> Rgb:
    return one[0] * other[0] // 255, one[1] * other[1] // 255, one[2] * other[2] // 255


def luma(colour: Rgb) -> int:
    """Return the brightness of a colour, 0-255 (ITU-R BT.709)."""
    red, green, blue = colour
    return round(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def chroma(colour: Rgb) -> tuple[int, int]:
    """Return Cb and Cr of a colour, 16-240 around 128 (ITU-R BT.709, limited range)."""
    red, green, blue = (value / 255 for value in colour)
    bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return round(128 + 224 * (blue - bright) / 1.8556), round(128 + 224 * (red - bright) / 1.5748)
