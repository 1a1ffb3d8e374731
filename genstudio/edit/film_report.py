"""What is said of a film that was rendered; it stands beside the film as JSON."""

from __future__ import annotations

from pydantic import Field

from genstudio.schema.base import Frozen
from genstudio.schema.cut import CutEvent
from genstudio.schema.render import FilmPreset, RenderMode

__all__ = ["FilmReport", "ReportedEvent", "reported"]


class ReportedEvent(Frozen):
    """An event of the film: what it shows of which take (``sha256`` of its media), in frames as in the cut list."""

    number: int
    node: str
    take: str
    sha256: str
    source_in: int
    source_out: int
    record_in: int
    record_out: int


class FilmReport(Frozen):
    """What was rendered; it stands beside the film as JSON.

    ``path`` and ``edl`` are project-relative (``edl`` is empty where CMX3600 cannot say the cut, which ``notices`` explains; a film from
    an edit list names that list); ``seconds`` is the length of the film, ``took_s`` the time it took, ``timings`` that of each part, some
    at the same time; ``copied`` and ``drawn`` count frames; ``preset`` is how it is coded; ``loudness`` in LUFS, ``None`` for levels as
    they were. ``sha256`` is that of the file, ``pictures_sha256`` that of its frames; a film in pictures is a folder with but the latter.
    """

    path: str
    frames: int
    width: int
    height: int
    fps: str
    sha256: str
    seconds: float
    took_s: float
    mode: RenderMode
    preset: FilmPreset = "h264"
    copied: int
    drawn: int
    audio: bool
    loudness: float | None = None
    pictures_sha256: str = ""
    events: tuple[ReportedEvent, ...] = ()
    timings: dict[str, float] = Field(default_factory=dict)
    edl: str = ""
    notices: tuple[str, ...] = ()


def reported(event: CutEvent) -> ReportedEvent:
    """Return an event as the report says it."""
    points = event.model_dump(include={"number", "source_in", "source_out", "record_in", "record_out"})
    return ReportedEvent(node=event.source.node, take=event.source.take, sha256=event.source.sha256, **points)
