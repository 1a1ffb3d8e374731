"""A film as a storyboard: a picture of each event with where it stands, how long it is, how it comes in and what is written over it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import av

from genstudio.edit.conform import source_path
from genstudio.edit.timeline import source_frame
from genstudio.edit.tools import FORMATS
from genstudio.project.contact_sheet import SheetCell, write_sheet
from genstudio.schema.errors import NotFoundError
from genstudio.schema.rates import frames_from_timecode, parse_rate, timecode_from_frames

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from PIL.Image import Image

    from genstudio.schema.cut import CutEvent, CutList

__all__ = ["storyboard"]

_LONGEST: Final = 40


def storyboard(root: Path, cut: CutList, target: Path) -> Path:
    """Write the storyboard of a film, ``.pdf`` or ``.png``, and return its path; what is there is replaced.

    Each picture is the middle one of its event; where media is missing its place is empty.

    Raises:
        BadInputError: The suffix is another, or the film is too long for one picture.
    """
    rate = parse_rate(cut.fps)
    start = frames_from_timecode(cut.start_timecode, rate)
    cells = [SheetCell(partial(_picture, root, event, rate), _lines(event, start, rate)) for event in cut.events]
    return write_sheet(cells, target, title=cut.title, aspect=cut.width / cut.height)


def _lines(event: CutEvent, start: int, rate: Fraction) -> tuple[str, str, str]:
    length = event.record_out - event.record_in
    joined = "" if event.transition.kind == "cut" else f", {event.transition.kind.replace('_', ' ')} {event.transition.frames}"
    words = " / ".join(" ".join(title.text.split()) for title in event.titles)
    return (
        f"{event.number}  {event.source.take}",
        f"{timecode_from_frames(start + event.record_in, rate)}  {length} frames ({float(length / rate):.1f} s){joined}",
        f'"{words[:_LONGEST]}"' if words else "",
    )


def _picture(root: Path, event: CutEvent, rate: Fraction) -> Image | None:
    """Return the middle picture of an event from its take as it is, or None if it is not here or cannot be read."""
    length = event.record_out - event.record_in
    seconds = source_frame(event, length // 2, event.source_out) / rate if event.source.kind == "video" else 0
    try:
        path = source_path(root, event.source)
        with av.open(f"file:{path}", options={"format_whitelist": FORMATS, "protocol_whitelist": "file"}) as container:
            stream = container.streams.video[0]
            first = stream.start_time or 0
            if seconds and stream.time_base:
                container.seek(first + int(seconds / stream.time_base), stream=stream)
            shown = None
            for frame in container.decode(stream):
                shown = frame
                if frame.pts is None or stream.time_base is None or (frame.pts + 1 - first) * stream.time_base > seconds:
                    break
            if shown is None:
                return None
            picture: Image = shown.to_image()  # type: ignore[no-untyped-call]  # PyAV has no types here
            return picture
    except (NotFoundError, av.FFmpegError, IndexError):
        return None
