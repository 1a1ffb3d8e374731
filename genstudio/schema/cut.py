"""The cut list: the one model of the edit, exact in frames (contracts: sequence; facts of CMX3600 editing)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from genstudio.schema.base import Frozen, Open
from genstudio.schema.rates import RateText

__all__ = ["CutEvent", "CutList", "CutSource", "Title", "Transition"]


class Transition(Open):
    """How an event comes in; ``frames`` in project frames, 0 for a cut. A dissolve starts at the record in point."""

    kind: Literal["cut", "dissolve", "fade_in", "fade_out"] = "cut"
    frames: int = Field(0, ge=0)


class Title(Open):
    """A line of text over an event; ``start`` and ``frames`` in project frames from the event's record in."""

    text: str
    start: int = Field(0, ge=0)
    frames: int = Field(ge=1)


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


class CutList(Frozen):
    """A film as a list of events at one rate and size; the first record frame has ``start_timecode``."""

    title: str
    fps: RateText
    width: int
    height: int
    events: tuple[CutEvent, ...]
    start_timecode: str = "01:00:00:00"

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return max((event.record_out for event in self.events), default=0)
