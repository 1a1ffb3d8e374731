"""Pure thinking about a cut list: is it sound, what does an event touch, and which frames can be copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import frames_from_timecode, parse_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genstudio.schema.cut import CutEvent, CutList

__all__ = ["Piece", "check_cut", "fade_start", "goes_out", "outgoing_of", "pieces_of", "source_frame", "touched"]


def check_cut(cut: CutList) -> None:
    """Refuse a cut list that contradicts itself.

    Raises:
        BadInputError: No event, events out of order or overlapping, lengths that are not positive, a transition longer than its event,
            an odd frame size, or a start timecode that the rate does not have.
    """
    if not cut.events:
        raise BadInputError("The film has no events.", fix="Connect at least one shot that has a take to the assembler.")
    if cut.width < 2 or cut.height < 2 or cut.width % 2 or cut.height % 2:
        raise BadInputError(f"A film cannot be {cut.width}x{cut.height}.", fix="Width and height are even numbers of pixels.")
    frames_from_timecode(cut.start_timecode, parse_rate(cut.fps))
    end = 0
    for event in cut.events:
        problem = _problem(event, end)
        if problem:
            raise BadInputError(f"Event {event.number} ({event.source.take}) {problem}.", fix="Correct the cut in the assembler.")
        end = event.record_out


def _problem(event: CutEvent, end: int) -> str:
    length = event.record_out - event.record_in
    if event.record_in < end:
        return "begins before the event in front of it ends"
    if length < 1 or event.source_out <= event.source_in:
        return "ends before it begins"
    if event.transition.frames > length:
        return f"has a transition of {event.transition.frames} frames but lasts {length}"
    return ""


def goes_out(event: CutEvent) -> bool:
    """Return whether an event ends in black."""
    return event.transition.kind == "fade_out" and event.transition.frames > 0


def fade_start(event: CutEvent) -> int:
    """Return the record frame at which an event begins to fade out; its end if it does not."""
    return event.record_out - (event.transition.frames if goes_out(event) else 0)


def outgoing_of(cut: CutList, index: int) -> CutEvent | None:
    """Return the event out of which event ``index`` dissolves or wipes; ``None`` if it does not, or comes from black."""
    event = cut.events[index]
    if event.transition.kind not in ("dissolve", "wipe") or not event.transition.frames or index == 0:
        return None
    before = cut.events[index - 1]
    return before if before.record_out == event.record_in and not goes_out(before) else None


def source_frame(event: CutEvent, local: int, length: int) -> int:
    """Return the frame of the conformed media that an event shows ``local`` frames after its record in.

    ``length`` is how many frames the conformed media has; beyond them the last frame is held. ``local`` may lie past the event's end, as in
    a dissolve out of it. Source and record of different lengths are a change of speed.
    """
    source, record = event.source_out - event.source_in, event.record_out - event.record_in
    frame = event.source_in + (local if event.source.kind == "image" else local * source // record)
    return max(0, min(frame, length - 1))


def touched(event: CutEvent) -> list[tuple[int, int]]:
    """Return the ranges of an event, in frames from its record in, whose pictures are not simply those of its media; sorted."""
    length = event.record_out - event.record_in
    if event.source.kind == "video" and event.source_out - event.source_in != length:
        return [(0, length)]
    ranges = [
        (title.start, min(title.start + title.frames, length)) for title in event.titles if title.start < length and title.text.strip()
    ]
    if event.transition.frames:
        fade = fade_start(event) - event.record_in
        if goes_out(event):
            ranges.append((fade, length))
        elif event.transition.kind != "cut":
            ranges.append((0, event.transition.frames))
    return sorted(ranges)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a film: ``frames`` frames from ``start`` (counted from the event's record in) that are made in one way.

    ``copy`` takes them from the conformed media beginning at its frame ``first``, without encoding; ``compose`` draws them; ``black`` is
    a gap and has no event (``index`` -1).
    """

    kind: Literal["copy", "compose", "black"]
    index: int
    start: int
    frames: int
    first: int = 0


def pieces_of(cut: CutList, lengths: Sequence[int], gop: int) -> list[Piece]:
    """Return the pieces of a film in order, copying whatever can be copied.

    Args:
        cut: A sound cut list.
        lengths: For each event by its index, how many frames its conformed media has.
        gop: A conformed frame whose number is divisible by this is a key frame; a copy may begin only there, and may end anywhere
            since conformed media has no B-frames.
    """
    pieces: list[Piece] = []
    end = 0
    for index, event in enumerate(cut.events):
        if event.record_in > end:
            pieces.append(Piece("black", -1, 0, event.record_in - end))
        pieces.extend(_event_pieces(event, index, lengths[index], gop))
        end = event.record_out
    return pieces


def _event_pieces(event: CutEvent, index: int, length: int, gop: int) -> Iterator[Piece]:
    """Yield the pieces of one event; pieces to compose that touch one another are one."""
    start = 0
    for begin, end, first in _copies(event, length, gop):
        if begin > start:
            yield Piece("compose", index, start, begin - start)
        yield Piece("copy", index, begin, end - begin, first)
        start = end
    whole = event.record_out - event.record_in
    if whole > start:
        yield Piece("compose", index, start, whole - start)


def _copies(event: CutEvent, length: int, gop: int) -> Iterator[tuple[int, int, int]]:
    """Yield begin, end and first media frame of the ranges of an event that can be copied and are worth it (a GOP or the whole rest)."""
    whole = event.record_out - event.record_in
    still = event.source.kind == "image"
    for free_begin, free_end in _untouched(event, whole):
        if still:
            yield free_begin, min(free_end, free_begin + length), 0
            continue
        first = -(-(event.source_in + free_begin) // gop) * gop
        begin, end = first - event.source_in, min(free_end, length - event.source_in)
        if end - begin >= gop or (begin == 0 and end == whole):
            yield begin, end, first


def _untouched(event: CutEvent, whole: int) -> Iterator[tuple[int, int]]:
    start = 0
    for begin, end in touched(event):
        if begin > start:
            yield start, begin
        start = max(start, end)
    if start < whole:
        yield start, whole
