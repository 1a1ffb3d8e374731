"""Clips on the timeline of a film: trims, speed, transitions and titles, in whole frames of the project's rate."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, get_args

from genstudio.graph.values import Json
from genstudio.schema.cut import WIPES, CutEvent, CutSource, Title, TitlePosition, Transition
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import Problem
from genstudio.schema.rates import duration_frames

__all__ = ["STILL", "Clip", "EventReader", "fitted", "lay_out"]

STILL: Final = 24 * 3600 * 1000
"""Frames a still can give: more than anybody asks for."""
_MAX_SPEED: Final = 100
_SPEED: Final = re.compile(r"\d{1,9}(\.\d{1,9})?|\d{1,9}/\d{1,9}")
_MAX_TITLE: Final = 1000


@dataclass(frozen=True, slots=True)
class Clip:
    """What an event shows. ``first`` (inclusive), ``last`` (exclusive) and ``limit`` count frames of the conformed media."""

    source: CutSource
    title: str
    first: int
    last: int
    limit: int
    speed: Fraction
    transition: Transition
    titles: tuple[Json, ...]

    @property
    def frames(self) -> int:
        """Length in frames of the film: rounded, halves up, at least 1."""
        return max(1, math.floor((self.last - self.first) / self.speed + Fraction(1, 2)))

    @property
    def handle(self) -> int:
        """Whole frames of the film that the media goes on for after ``last``."""
        return math.floor((self.limit - self.last) / self.speed)

    def shortened(self, frames: int) -> Clip:
        """Return the clip cut to a length in frames of the film."""
        last = self.first + max(1, math.floor(frames * self.speed))
        return replace(self, last=min(last, self.last))


class EventReader:
    """Reads what the assembler says of one clip. What cannot be used is told and left out: a film is always made."""

    def __init__(self, node: str, title: str, event: Mapping[str, Json]) -> None:
        self.node, self.title, self.event = node, title, event
        self.problems: list[Problem] = []

    def _tell(self, message: str) -> None:
        self.problems.append(Problem(node=self.node, severity="warning", code="wrong_event", message=f"{self.title}: {message}"))

    def duration(self, text: Json, rate: Fraction) -> int:
        """Return the length of a still in frames; 4 seconds where the shot says nothing that can be used."""
        try:
            return duration_frames(text if isinstance(text, str) else "4s", rate)
        except BadInputError as error:
            self._tell(f"{error.message} It lasts 4 seconds.")
            return duration_frames("4s", rate)

    def trim(self, length: int, limit: int) -> tuple[int, int]:
        """Return in and out point: ``in`` and ``out`` where they are set and within the media, else ``length`` from its start."""
        first = self.event.get("in")
        first = 0 if first is None else first
        if not _is_frame(first) or first >= limit:
            self._tell("the in point lies outside the clip.")
            first = 0
        last = self.event.get("out")
        last = min(limit, first + length) if last is None else last
        if not _is_frame(last) or not first < last <= limit:
            self._tell("the out point lies outside the clip.")
            last = min(limit, first + length)
        return int(first), int(last)

    def speed(self) -> Fraction:
        """Return the speed: a number or a fraction as text, 1 is normal."""
        given = self.event.get("speed")
        if given is None:
            return Fraction(1)
        try:
            speed = Fraction(str(given)) if _SPEED.fullmatch(str(given)) else Fraction(0)
        except ZeroDivisionError:
            speed = Fraction(0)
        if not Fraction(1, _MAX_SPEED) <= speed <= _MAX_SPEED:
            self._tell(f"the speed must lie between 1/{_MAX_SPEED} and {_MAX_SPEED}.")
            return Fraction(1)
        return speed

    def transition(self) -> Transition:
        """Return the transition into the clip."""
        given = self.event.get("transition")
        if given is None:
            return Transition()
        kind, frames = (given.get("kind"), given.get("frames", 0)) if isinstance(given, dict) else (None, 0)
        wipe = given.get("wipe", 1) if isinstance(given, dict) else 1
        if (
            kind not in ("cut", "dissolve", "wipe", "fade_in", "fade_out")
            or not _is_frame(frames)
            or not _is_frame(wipe)
            or wipe not in WIPES
        ):
            self._tell("the transition is not one this studio knows.")
            return Transition()
        return Transition(kind=kind, frames=frames, wipe=wipe) if kind != "cut" and frames else Transition()

    def titles(self) -> tuple[Json, ...]:
        """Return the titles as written: text, or ``{text, start, frames, position, size, fade_in, fade_out}``, or a list of these."""
        given = self.event.get("title")
        found = given if isinstance(given, list) else [given] if given else []
        good = [{"text": title} if isinstance(title, str) else title for title in found]
        if any(not _is_title(title) for title in good):
            self._tell("a title is not written as text with a start and a length in frames.")
        return tuple(title for title in good if _is_title(title))


def _is_frame(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= STILL


def _is_title(title: Json) -> bool:
    if not isinstance(title, dict) or not isinstance(title.get("text"), str) or not title["text"].strip():
        return False
    size = title.get("size", 0.1)
    in_frames = all(_is_frame(title.get(name, 1)) for name in ("start", "frames", "fade_in", "fade_out"))
    sized = isinstance(size, int | float) and not isinstance(size, bool) and 0.02 <= size <= 0.5
    return len(title["text"]) <= _MAX_TITLE and in_frames and sized and title.get("position", "lower") in get_args(TitlePosition)


def lay_out(clips: Sequence[Clip], problems: list[Problem]) -> tuple[CutEvent, ...]:
    """Return the events of clips in order, without gaps; what had to be made shorter is added to ``problems``."""
    return tuple(_events(fitted(clips, problems)))


def fitted(clips: Sequence[Clip], problems: list[Problem]) -> list[Clip]:
    """Return clips with the lengths and transitions that they have in a film; what had to be made shorter is added to ``problems``.

    A dissolve or wipe starts at its event's record in point, while the clip before goes on for as many frames past its out point. Where
    that clip has no frames left, it ends earlier. Into the first clip, either is a fade from black.
    """
    laid: list[Clip] = []
    for given in clips:
        clip = given
        if clip.transition.kind in ("dissolve", "wipe") and not laid:
            clip = replace(clip, transition=Transition(kind="fade_in", frames=clip.transition.frames))
        wanted = clip.transition.frames
        frames = min(wanted, clip.frames)
        if clip.transition.kind in ("dissolve", "wipe"):
            laid[-1] = _make_room(laid[-1], frames)
            frames = min(frames, laid[-1].handle)
        if frames < wanted:
            message = f"{clip.title}: the transition is {frames} frames long, since there is no room for {wanted}."
            problems.append(Problem(node=clip.source.node, severity="warning", code="short_transition", message=message))
            clip = replace(clip, transition=clip.transition.model_copy(update={"frames": frames}) if frames else Transition())
        laid.append(clip)
    return laid


def _make_room(clip: Clip, frames: int) -> Clip:
    """End a clip earlier, so that ``frames`` are left after it; its own transition stays whole."""
    shortest = max(1, clip.transition.frames)
    while clip.handle < frames and clip.frames > shortest:
        shorter = clip.shortened(clip.frames - 1)
        if shorter.last == clip.last:
            break
        clip = shorter
    return clip


def _events(clips: list[Clip]) -> list[CutEvent]:
    events: list[CutEvent] = []
    start = 0
    for number, clip in enumerate(clips, 1):
        end = start + clip.frames
        events.append(
            CutEvent(
                number=number,
                source=clip.source,
                source_in=clip.first,
                source_out=clip.last,
                record_in=start,
                record_out=end,
                transition=clip.transition,
                titles=tuple(_titles(clip)),
            )
        )
        start = end
    return events


def _titles(clip: Clip) -> list[Title]:
    made = []
    for title in clip.titles:
        start = min(title.get("start", 0), clip.frames - 1)
        frames = min(title.get("frames", clip.frames), clip.frames - start)
        looks = {name: title[name] for name in ("position", "size", "fade_in", "fade_out") if name in title}
        made.append(Title(text=title["text"], start=start, frames=max(1, frames), **looks))
    return made
