"""The cut list: the one model of the edit, exact in frames (contracts: sequence; facts of CMX3600 editing)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, Open
from genstudio.schema.rates import RateText

__all__ = ["WIPES", "CutEvent", "CutList", "CutSource", "Music", "Title", "TitlePosition", "Transition"]


class Transition(Open):
    """How an event comes in; ``frames`` in project frames, 0 for a cut. A dissolve or wipe starts at the record in point.

    ``wipe`` is the pattern of a wipe, an SMPTE 258M wipe code of :data:`WIPES`.
    """

    kind: Literal["cut", "dissolve", "wipe", "fade_in", "fade_out"] = "cut"
    frames: int = Field(0, ge=0)
    wipe: int = 1


WIPES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "left to right",
        2: "top to bottom",
        21: "from the middle to the sides",
        22: "from the middle up and down",
        41: "from the upper left corner",
        101: "rectangle",
        119: "circle",
    }
)
"""The wipes that a film can show, by SMPTE 258M wipe code (the codes as in the table of SMIL 2.0, appendix of its transitions)."""

TitlePosition = Literal["lower", "centre", "upper"]


class Title(Open):
    """A line of text over an event; ``start`` and ``frames`` in project frames from the event's record in.

    ``size`` is the height of a line as a share of the picture's height; ``fade_in`` and ``fade_out`` in frames lie within ``frames``.
    """

    text: str
    start: int = Field(0, ge=0)
    frames: int = Field(ge=1)
    position: TitlePosition = "lower"
    size: float = Field(1 / 16, ge=0.02, le=0.5)
    fade_in: int = Field(0, ge=0)
    fade_out: int = Field(0, ge=0)


class CutSource(Frozen):
    """Media of an event. ``media`` is project-relative; ``frames`` and ``fps`` are the take's own (a still: 1 frame)."""

    node: str
    take: str
    media: str
    sha256: str
    kind: Literal["image", "video"]
    reel: str
    fps: RateText
    frames: int = Field(ge=1)
    start_timecode: str
    audio: bool = False
    draft: bool = False


class CutEvent(Frozen):
    """One event. In points inclusive, out points exclusive.

    ``source_in``/``source_out`` count frames of the media conformed to the project rate, from its first frame;
    ``record_in``/``record_out`` count frames of the film from 0.
    """

    number: int = Field(ge=1)
    source: CutSource
    source_in: int = Field(ge=0)
    source_out: int = Field(ge=1)
    record_in: int = Field(ge=0)
    record_out: int = Field(ge=1)
    transition: Transition = Transition()
    titles: tuple[Title, ...] = ()


class Music(Frozen):
    """Sound under the whole film. ``media`` is project-relative; ``sha256`` is empty where no record vouches for the file.

    It begins ``first`` frames into the media and ``start`` frames into the film, lasts to its own end or the film's, and fades by
    ``fade_in`` and ``fade_out`` frames; ``gain_db`` is its level, lowered by ``duck_db`` (decibels) while the clips are heard.
    ``end`` is the frame of the film at which it is over at the latest: music of a film that stands in another ends with that film.
    """

    node: str
    media: str
    sha256: str = ""
    start: int = Field(0, ge=0)
    end: int | None = Field(None, ge=1)
    first: int = Field(0, ge=0)
    gain_db: float = Field(0.0, ge=-60, le=20)
    fade_in: int = Field(0, ge=0)
    fade_out: int = Field(0, ge=0)
    duck_db: float = Field(12.0, ge=0, le=60)


class CutList(Frozen):
    """A film as a list of events at one rate and size; the first record frame has ``start_timecode``.

    ``loudness`` is the integrated loudness of the finished sound in LUFS (EBU R 128), ``None`` for the levels as they are.
    """

    title: str
    fps: RateText
    width: int
    height: int
    events: tuple[CutEvent, ...]
    start_timecode: str = "01:00:00:00"
    music: tuple[Music, ...] = ()
    loudness: float | None = Field(None, ge=-60, le=-5)

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return max((event.record_out for event in self.events), default=0)
