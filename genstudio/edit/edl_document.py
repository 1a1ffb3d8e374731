"""An edit list as plain JSON values, for machines that read what people cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.schema.rates import rate_text, timecode_from_frames

if TYPE_CHECKING:
    from genstudio.edit.edl_events import EdlEvent, EdlList
    from genstudio.schema.base import JsonObject

__all__ = ["edl_document"]


def edl_document(edl: EdlList) -> JsonObject:
    """Return a list as JSON: ``title``, ``fps``, ``drop``, ``events`` and ``problems``.

    Positions are timecodes as the list counts them, out points exclusive; ``source_frames`` and ``record_frames`` are the lengths.
    """
    return {
        "title": edl.title,
        "fps": rate_text(edl.fps),
        "drop": edl.drop,
        "events": [_event(event, edl) for event in edl.events],
        "problems": [{"line": problem.line, "message": problem.message} for problem in edl.problems],
    }


def _event(event: EdlEvent, edl: EdlList) -> JsonObject:
    times = {
        name: timecode_from_frames(getattr(event, name), edl.fps, drop=edl.drop)
        for name in ("source_in", "source_out", "record_in", "record_out")
    }
    incoming = event.transition != "cut"
    return {
        "number": event.number,
        "line": event.line,
        "reel": event.reel,
        "channels": event.channels,
        "transition": event.transition,
        "frames": event.frames,
        "wipe": event.wipe,
        **times,
        "source_frames": event.source_out - event.source_in,
        "record_frames": event.record_out - event.record_in,
        "speed": None if event.speed is None else float(event.speed),
        "clip_name": event.clip_name,
        "source_file": event.source_file,
        "outgoing_reel": event.outgoing_reel,
        "outgoing_in": timecode_from_frames(event.outgoing_in, edl.fps, drop=edl.drop) if incoming else "",
        "outgoing_name": event.outgoing_name,
        "comments": list(event.comments),
    }
