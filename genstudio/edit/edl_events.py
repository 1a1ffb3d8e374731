"""What a CMX3600 edit list says, as values (SMPTE 258M-2004; column grid as in Resolve, Premiere and Avid lists)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["AUXILIARY", "BLACK", "LONGEST_TRANSITION", "EdlEvent", "EdlList", "EdlProblem", "TransitionKind"]

BLACK: Final = "BL"
AUXILIARY: Final = "AX"
LONGEST_TRANSITION: Final = 255
"""Frames; classic CMX systems hold the duration of a transition in one byte."""

TransitionKind = Literal["cut", "dissolve", "wipe", "key"]


@dataclass(frozen=True, slots=True)
class EdlProblem:
    """Something in a list that is wrong or was not understood; ``line`` counts from 1, 0 stands for the whole list."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class EdlEvent:
    """One event; positions are timecodes counted in frames, in points inclusive, out points exclusive.

    ``frames`` is the length of the transition by which the event comes in from ``outgoing_reel`` at ``outgoing_in``. ``channels``
    as written (``V``, ``A2``, ``AA/V``, ``B``). ``speed`` is the play rate of an M2 line in frames a second: 0 a freeze, below 0
    backwards, ``None`` where there is no such line. ``comments`` are all other lines that belong to it.
    """

    number: int
    line: int
    reel: str
    channels: str
    transition: TransitionKind
    frames: int
    source_in: int
    source_out: int
    record_in: int
    record_out: int
    wipe: str = ""
    outgoing_reel: str = ""
    outgoing_in: int = 0
    clip_name: str = ""
    outgoing_name: str = ""
    source_file: str = ""
    speed: Fraction | None = None
    comments: tuple[str, ...] = ()

    @property
    def has_picture(self) -> bool:
        """Whether it edits the picture and not sound alone (``B`` is both)."""
        return "V" in self.channels or self.channels == "B"

    @property
    def is_black(self) -> bool:
        """Whether its source is black and no reel."""
        return self.reel == BLACK


@dataclass(frozen=True, slots=True)
class EdlList:
    """An edit list read at the rate ``fps``; ``drop`` says whether its record timecode drops frames."""

    title: str
    fps: Fraction
    drop: bool
    events: tuple[EdlEvent, ...]
    problems: tuple[EdlProblem, ...]
