"""A setup, in the sense of the film: what one panel is drawn from, and how its camera stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from genstudio_animatic.ground import Ground
from genstudio_animatic.ink import Pen
from genstudio_animatic.story import Story, read_story
from genstudio_animatic.tone import Palette, luma, palette

__all__ = ["CLOSE", "READ", "Framing", "PanelSpec", "Setup", "setup_of"]

READ: Final = 4000
"""Characters of a prompt that decide chance."""


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """What a panel is drawn from. Sizes in pixels; ``fps`` exact; the pictures are reference images of the shot's assets."""

    prompt: str
    name: str
    seed: int
    width: int
    height: int
    fps: Fraction = Fraction(24)
    frames: int = 1
    characters: tuple[Path, ...] = ()
    styles: tuple[Path, ...] = ()
    locations: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Framing:
    """How a framing sets the picture: height of a standing person, horizon and floor, as parts of the picture's height."""

    person: float
    horizon: float
    floor: float


_FRAMINGS: Final[dict[str, Framing]] = {
    "extreme wide": Framing(0.17, 0.56, 0.76),
    "wide": Framing(0.36, 0.54, 0.83),
    "full": Framing(0.68, 0.5, 0.9),
    "": Framing(0.52, 0.52, 0.87),
    "medium": Framing(1.18, 0.46, 1.36),
    "medium close-up": Framing(1.7, 0.44, 1.95),
    "close-up": Framing(2.6, 0.5, 2.9),
    "extreme close-up": Framing(4.6, 0.5, 5.0),
}
CLOSE: Final = frozenset({"medium close-up", "close-up", "extreme close-up"})
"""Framings in which people are heads and shoulders, and animals faces."""


@dataclass(frozen=True, slots=True)
class Setup:
    """One panel while it is drawn. ``heading`` is -1 if the subject looks left, 1 if right; ``rng`` the one source of chance."""

    spec: PanelSpec
    story: Story
    palette: Palette
    ground: Ground
    pen: Pen
    framing: Framing
    heading: int
    rng: np.random.Generator

    @property
    def close(self) -> bool:
        """Whether the camera is too near to see the ground people stand on."""
        return self.story.framing in CLOSE

    @property
    def sky_tones(self) -> tuple[int, int]:
        """Tones of the sky at the top and at the horizon."""
        bright = luma(self.palette.paper)
        return round(bright * (1 - self.palette.dark)), round(bright * (1 - self.palette.dark * 0.25))


def setup_of(spec: PanelSpec) -> Setup:
    """Read the story of a panel and set its camera, light and pen."""
    story = read_story(spec.prompt)
    rng = _chance(spec)
    colours, framing = palette(story), _FRAMINGS[story.framing]
    heading = _heading(story, int(rng.choice([-1, 1])))
    return Setup(spec, story, colours, _ground(spec, story, framing), _pen(spec, colours), framing, heading, rng)


def _heading(story: Story, otherwise: int) -> int:
    """Return where the subject looks: as the words say, or the way a tracking camera goes with it."""
    said = story.heading or (story.move.removeprefix("track ") if story.move.startswith("track ") else "")
    return {"left": -1, "right": 1}.get(said, otherwise)


def _chance(spec: PanelSpec) -> np.random.Generator:
    """Return the source of chance: the seed and the words, so that two shots with one seed differ."""
    digest = hashlib.sha256(f"{spec.seed}\0{spec.prompt[:READ]}".encode("utf-8", "replace")).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def _pen(spec: PanelSpec, colours: Palette) -> Pen:
    unit = min(spec.height, spec.width * 0.7)
    return Pen(width=max(1.3, unit * 0.0048), wobble=max(0.3, unit * 0.0013), ink=luma(colours.ink), paper=luma(colours.paper))


def _ground(spec: PanelSpec, story: Story, framing: Framing) -> Ground:
    horizon, floor = framing.horizon, framing.floor
    if story.angle == "low angle":
        horizon, floor = 0.8, max(0.92, floor)
    elif story.angle == "high angle":
        horizon, floor = 0.24, min(0.8, floor) if floor < 1 else floor
    elif story.angle == "aerial":
        horizon, floor = 0.08, min(0.66, floor)
    if "sea" in story.places and floor < 1 and story.angle != "aerial":
        floor = horizon + (floor - horizon) * 0.55
    return Ground(spec.width, spec.height, horizon * spec.height, floor * spec.height)
