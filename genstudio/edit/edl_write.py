"""Write a cut list as a CMX3600 edit list.

A list has one picture track. What the format cannot carry (titles, sound levels) stays in the cut list; see ``docs/decisions``.
Only comments that every importer reads are written: the file names of ``FROM CLIP NAME``, ``TO CLIP NAME`` and ``SOURCE FILE``, never
``FROM CLIP`` or ``FROM FILE``, which make Premiere show unknown media.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.edit.edl_events import AUXILIARY, BLACK, LONGEST_TRANSITION
from genstudio.edit.timeline import check_cut, fade_start, goes_out, outgoing_of
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import frames_from_timecode, parse_rate, timecode_from_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genstudio.schema.cut import CutEvent, CutList, CutSource

__all__ = ["write_edl"]

_REEL: Final = re.compile(r"[A-Z0-9_]{1,8}")
_LONGEST_TITLE: Final = 70
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def write_edl(cut: CutList) -> str:
    """Return the CMX3600 text of a cut list, lines ended by line feeds.

    Fades are dissolves from and to black (``BL``), gaps are events of black, so that the first record frame of the list is always the
    start timecode of the film. The list drops frames if that timecode does (``;`` before its frames).

    Raises:
        BadInputError: The cut list contradicts itself, a reel is no CMX reel, or a transition is longer than 255 frames.
    """
    check_cut(cut)
    return _Writer(cut).text()


class _Writer:
    """Numbers the events and turns frames into timecode at the rate of one list."""

    def __init__(self, cut: CutList) -> None:
        self.cut = cut
        self.rate = parse_rate(cut.fps)
        self.drop = ";" in cut.start_timecode
        self.start = frames_from_timecode(cut.start_timecode, self.rate)
        self.number = 0

    def text(self) -> str:
        title = _CONTROLS.sub(" ", self.cut.title).strip()[:_LONGEST_TITLE]
        head = [f"TITLE: {title}", f"FCM: {'' if self.drop else 'NON-'}DROP FRAME"]
        return "\n".join([*head, *self._events()]) + "\n"

    def _events(self) -> Iterator[str]:
        end = 0
        for index, event in enumerate(self.cut.events):
            if event.record_in > end:
                yield self._line(self._next(), BLACK, "C", (0, event.record_in - end), (end, event.record_in))
            yield from self._event(event, outgoing_of(self.cut, index))
            end = event.record_out

    def _event(self, event: CutEvent, outgoing: CutEvent | None) -> Iterator[str]:
        kind, frames = event.transition.kind, event.transition.frames
        if frames > LONGEST_TRANSITION:
            message = f"The transition of event {event.number} lasts {frames} frames; a CMX3600 list holds {LONGEST_TRANSITION} at most."
            raise BadInputError(message, fix="Shorten the transition, or hand over the .otio file.")
        if kind == "fade_out" and frames:
            yield from self._fade_out(event, frames)
        elif kind == "cut" or not frames:
            yield self._source_line(self._next(), event, "C", event.record_in, event.record_out)
            yield from self._remarks(event)
        else:
            yield from self._dissolve(event, outgoing, frames)

    def _dissolve(self, event: CutEvent, outgoing: CutEvent | None, frames: int) -> Iterator[str]:
        number, at = self._next(), event.record_in
        yield self._still_line(number, outgoing, at)
        yield self._source_line(number, event, f"D    {frames:03d}", at, event.record_out)
        if outgoing is not None:
            yield f"* FROM CLIP NAME: {_file_name(outgoing.source)}"
        yield f"* TO CLIP NAME: {_file_name(event.source)}"
        yield from self._speed(event)
        yield f"* SOURCE FILE: {_file_name(event.source)}"

    def _fade_out(self, event: CutEvent, frames: int) -> Iterator[str]:
        fade = fade_start(event)
        if fade > event.record_in:
            yield self._source_line(self._next(), event, "C", event.record_in, fade)
            yield from self._remarks(event)
        number = self._next()
        at = self._source_frame(event, fade)
        yield self._line(number, _reel(event.source), "C", (at, at), (fade, fade))
        yield self._line(number, BLACK, f"D    {frames:03d}", (0, frames), (fade, event.record_out))
        yield f"* FROM CLIP NAME: {_file_name(event.source)}"
        yield f"* SOURCE FILE: {_file_name(event.source)}"

    def _remarks(self, event: CutEvent) -> Iterator[str]:
        yield from self._speed(event)
        yield f"* FROM CLIP NAME: {_file_name(event.source)}"
        yield f"* SOURCE FILE: {_file_name(event.source)}"

    def _speed(self, event: CutEvent) -> Iterator[str]:
        source, record = event.source_out - event.source_in, event.record_out - event.record_in
        if source == record or event.source.kind == "image":
            return
        played = max(0.1, float(self.rate * Fraction(source, record))) if source > 1 else 0.0  # 0 is a freeze
        yield f"M2   {_reel(event.source):<8} {played:05.1f}{'':16}{self._source_timecode(event.source, event.source_in)}"

    def _still_line(self, number: int, outgoing: CutEvent | None, at: int) -> str:
        if outgoing is None or goes_out(outgoing):
            return self._line(number, BLACK, "C", (0, 0), (at, at))
        position = self._source_start(outgoing.source) + outgoing.source_out
        return self._line(number, _reel(outgoing.source), "C", (position, position), (at, at))

    def _source_line(self, number: int, event: CutEvent, transition: str, record_in: int, record_out: int) -> str:
        source = (self._source_frame(event, record_in), self._source_frame(event, record_out))
        return self._line(number, _reel(event.source), transition, source, (record_in, record_out))

    def _source_frame(self, event: CutEvent, record: int) -> int:
        """Return the source timecode, in frames, of a record frame of an event."""
        done, length = record - event.record_in, event.record_out - event.record_in
        span = length if event.source.kind == "image" else event.source_out - event.source_in
        return self._source_start(event.source) + event.source_in + span * done // length

    def _source_start(self, source: CutSource) -> int:
        """Return the first timecode of a take as this list counts; a number that drop-frame counting leaves out is passed over."""
        text = source.start_timecode
        if self.drop and re.fullmatch(r"\d\d:\d[1-9]:00[:;.]0[01]", text):
            text = f"{text[:-2]}02"
        return frames_from_timecode(text, self.rate, drop=self.drop)

    def _source_timecode(self, source: CutSource, frame: int) -> str:
        return timecode_from_frames(self._source_start(source) + frame, self.rate, drop=self.drop)

    def _line(self, number: int, reel: str, transition: str, source: tuple[int, int], record: tuple[int, int]) -> str:
        """Return an event line on the grid: event 0, reel 5, channel 14, transition 20, duration 25, timecodes 29, 41, 53, 65."""
        frames = (*source, *(self.start + position for position in record))
        times = " ".join(timecode_from_frames(position, self.rate, drop=self.drop) for position in frames)
        return f"{f'{number:03d}':<5}{reel:<8} {'V':<4}  {transition:<8} {times}"

    def _next(self) -> int:
        self.number += 1
        return self.number


def _file_name(source: CutSource) -> str:
    return _CONTROLS.sub(" ", PurePosixPath(source.media).name)


def _reel(source: CutSource) -> str:
    if not source.reel:
        return AUXILIARY
    if not _REEL.fullmatch(source.reel) or source.reel == BLACK:
        message = f"The take {source.take} has the reel {source.reel!r:.40}, which a CMX3600 list cannot hold."
        raise BadInputError(message, fix="A reel has up to 8 of the characters A-Z, 0-9 and _.")
    return source.reel
