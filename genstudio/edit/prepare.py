"""Bring the media of all events of a film to its format, side by side, each take once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.edit.compose import Shot
from genstudio.edit.conform import conform, conformed_length
from genstudio.edit.crew import Crew, Meter, Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from genstudio.edit.film_format import FilmFormat
    from genstudio.schema.cut import CutEvent, CutList, CutSource

__all__ = ["holds_of", "prepare"]


def prepare(
    root: Path, cut: CutList, form: FilmFormat, crew: Crew, tell: Teller, *, until: float, holds: Mapping[str, int] | None = None
) -> list[Shot]:
    """Return the events of a film with their conformed media; a still is as long as its longest event.

    Args:
        root: Root of the project.
        cut: A sound cut list.
        form: Format of the film.
        crew: Who does it.
        tell: Told the percentage, from 0 to ``until``.
        until: Percentage at the end.
        holds: For how many frames each take may be held, where ``cut`` is but a part of a film.

    Raises:
        NotFoundError: Media is missing.
        BadInputError: Media is not what its record says.
        GenStudioError: It cannot be decoded, or the disk is full.
        RenderCancelledError: The render was cancelled.
    """
    holds = holds or holds_of(cut)
    lengths = [conformed_length(event.source, form, holds[event.source.sha256]) for event in cut.events]
    takes = {event.source.sha256: (event.source, length) for event, length in zip(cut.events, lengths, strict=True)}
    meter = Meter(tell, 0, until, sum(length for _, length in takes.values()))

    def work(source: CutSource, length: int) -> Callable[[], Path]:
        def told(frames: int) -> None:
            meter.at(source.sha256, frames, f"preparing {source.take}")

        def make() -> Path:
            told(0)
            hold = holds[source.sha256]
            media = conform(root, source, form, still_frames=hold, cancelled=crew.stopped, frames=told)
            told(length)
            return media

        return make

    media = dict(zip(takes, crew.all([work(*take) for take in takes.values()]), strict=True))
    return [Shot(event, media[event.source.sha256], length) for event, length in zip(cut.events, lengths, strict=True)]


def holds_of(cut: CutList) -> dict[str, int]:
    """Return for how many frames each take (by its hash) may be held if it is a still: its longest event, and a transition out of it."""
    after = max(event.transition.frames for event in cut.events)
    holds: dict[str, int] = {}
    for event in cut.events:
        holds[event.source.sha256] = max(holds.get(event.source.sha256, 1), _length(event) + after)
    return holds


def _length(event: CutEvent) -> int:
    return event.record_out - event.record_in
