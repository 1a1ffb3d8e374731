"""Write a cut list as a CMX3600 edit list.

A list has one picture track. What the format cannot carry (titles, sound levels) stays in the cut list; see ``docs/decisions``.
Only comments that every importer reads are written: the file names of ``FROM CLIP NAME``, ``TO CLIP NAME`` and ``SOURCE FILE``, never
``FROM CLIP`` or ``FROM FILE``, which make Premiere show unknown media.
"""

from __future__ import annotations

import re
import unicodedata
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

__all__ = ["MOST_EVENTS", "write_edl", "write_edl_reels"]

_REEL: Final = re.compile(r"[A-Z0-9_]{1,8}")
MOST_EVENTS: Final = 999
"""Events of one list; its numbers have three digits."""
_NUMBERS_OF_EVENT: Final = 3
_LONGEST_TITLE: Final = 70
_LONGEST_MARKER: Final = 60
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def write_edl(cut: CutList) -> str:
    """Return the CMX3600 text of a cut list, lines ended by line feeds.

    Fades are dissolves from and to black (``BL``), gaps are events of black, so that the first record frame of the list is always the
    start timecode of the film. The list drops frames if that timecode does (``;`` before its frames).

    Raises:
        BadInputError: The cut list contradicts itself, a reel is no CMX reel, or a transition is longer than 255 frames.
    """
    check_cut(cut)
    return _list(cut.title, cut, [line for group in _Writer(cut).groups(None) for line in group])


def write_edl_reels(cut: CutList) -> tuple[str, ...]:
    """Return a cut list as CMX3600 lists of at most 999 events, the most that the format numbers, in film order.

    Each list is numbered from 001; the record timecode goes on from list to list.

    Raises:
        BadInputError: As :func:`write_edl`.
    """
    check_cut(cut)
    lists: list[list[str]] = []
    for group in _Writer(cut).groups(MOST_EVENTS):
        if group[0].startswith("001") or not lists:
            lists.append([])
        lists[-1] += group
    if len(lists) == 1:
        return (_list(cut.title, cut, lists[0]),)
    return tuple(_list(f"{cut.title[: _LONGEST_TITLE - 9]} REEL {number}", cut, lines) for number, lines in enumerate(lists, start=1))


def _list(title: str, cut: CutList, lines: list[str]) -> str:
    title = _CONTROLS.sub(" ", title).strip()[:_LONGEST_TITLE]
    head = [f"TITLE: {title}", f"FCM: {'' if ';' in cut.start_timecode else 'NON-'}DROP FRAME"]
    return "\n".join([*head, *lines]) + "\n"


class _Writer:
    """Numbers the events and turns frames into timecode at the rate of one list."""

    def __init__(self, cut: CutList) -> None:
        self.cut = cut
        self.rate = parse_rate(cut.fps)
        self.drop = ";" in cut.start_timecode
        self.start = frames_from_timecode(cut.start_timecode, self.rate)
        self.number = 0

    def groups(self, most: int | None) -> Iterator[list[str]]:
        """Yield the lines of each event of the cut, with the gap before it; their numbers begin again before they pass ``most``."""
        end = 0
        for index, event in enumerate(self.cut.events):
            if most is not None and self.number + _NUMBERS_OF_EVENT > most:
                self.number = 0
            lines = []
            if event.record_in > end:
                lines.append(self._line(self._next(), BLACK, "C", (0, event.record_in - end), (end, event.record_in)))
            yield [*lines, *self._event(event, outgoing_of(self.cut, index)), *self._markers(event)]
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

    def _markers(self, event: CutEvent) -> Iterator[str]:
        """Yield a marker for each title, which CMX3600 cannot say otherwise: where it begins, in the film's timecode, and its words."""
        for title in event.titles:
            at = timecode_from_frames(self.start + event.record_in + title.start, self.rate, drop=self.drop)
            if title.text.strip() and title.start < event.record_out - event.record_in:
                yield f"* LOC: {at} WHITE   {_plain(title.text)}"

    def _dissolve(self, event: CutEvent, outgoing: CutEvent | None, frames: int) -> Iterator[str]:
        number, at = self._next(), event.record_in
        code = f"W{event.transition.wipe:03d} {frames:03d}" if event.transition.kind == "wipe" else f"D    {frames:03d}"
        yield self._still_line(number, outgoing, at, _channels(event))
        yield self._source_line(number, event, code, at, event.record_out)
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
        channels = _channels(event)
        yield self._line(number, _reel(event.source), "C", (at, at), (fade, fade), channels)
        yield self._line(number, BLACK, f"D    {frames:03d}", (0, frames), (fade, event.record_out), channels)
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

    def _still_line(self, number: int, outgoing: CutEvent | None, at: int, channels: str) -> str:
        if outgoing is None or goes_out(outgoing):
            return self._line(number, BLACK, "C", (0, 0), (at, at), channels)
        position = self._source_start(outgoing.source) + outgoing.source_out
        return self._line(number, _reel(outgoing.source), "C", (position, position), (at, at), channels)

    def _source_line(self, number: int, event: CutEvent, transition: str, record_in: int, record_out: int) -> str:
        source = (self._source_frame(event, record_in), self._source_frame(event, record_out))
        return self._line(number, _reel(event.source), transition, source, (record_in, record_out), _channels(event))

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

    def _line(self, number: int, reel: str, transition: str, source: tuple[int, int], record: tuple[int, int], channels: str = "V") -> str:
        """Return an event line on the grid: event 0, reel 5, channel 14, transition 20, duration 25, timecodes 29, 41, 53, 65."""
        frames = (*source, *(self.start + position for position in record))
        times = " ".join(timecode_from_frames(position, self.rate, drop=self.drop) for position in frames)
        return f"{f'{number:03d}':<5}{reel:<8} {channels:<4}  {transition:<8} {times}"

    def _next(self) -> int:
        self.number += 1
        return self.number


def _channels(event: CutEvent) -> str:
    """Return picture alone, or picture with two channels of sound where the take has sound."""
    return "AA/V" if event.source.audio else "V"


def _plain(text: str) -> str:
    """Return words as every importer reads them: one line of ASCII, without accents."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(_CONTROLS.sub(" ", letters).split())[:_LONGEST_MARKER].strip() or "Title"


def _file_name(source: CutSource) -> str:
    return _CONTROLS.sub(" ", PurePosixPath(source.media).name)


def _reel(source: CutSource) -> str:
    if not source.reel:
        return AUXILIARY
    if not _REEL.fullmatch(source.reel) or source.reel == BLACK:
        message = f"The take {source.take} has the reel {source.reel!r:.40}, which a CMX3600 list cannot hold."
        raise BadInputError(message, fix="A reel has up to 8 of the characters A-Z, 0-9 and _.")
    return source.reel
