"""Write a cut list as OpenTimelineIO, the second exchange format: Resolve (18.5 and later) and Premiere (25.6 and later) read it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from genstudio.edit.timeline import check_cut, outgoing_of
from genstudio.schema.errors import MissingToolError
from genstudio.schema.rates import frames_from_timecode, parse_rate

if TYPE_CHECKING:
    from genstudio.schema.cut import CutEvent, CutList, CutSource

__all__ = ["write_otio"]


def write_otio(cut: CutList) -> str:
    """Return the ``.otio`` JSON of a cut list: one picture track, media by project-relative path.

    A dissolve begins at the cut and runs into the incoming clip. Fades are effects and titles are markers of their clip, with
    everything OpenTimelineIO has no word for in the metadata ``genstudio``.

    Raises:
        MissingToolError: OpenTimelineIO is not installed.
        BadInputError: The cut list contradicts itself.
    """
    try:
        import opentimelineio
    except ImportError as error:
        message = "OpenTimelineIO, which writes .otio files, is not installed."
        raise MissingToolError(message, fix="Run: python -m pip install 'opentimelineio>=0.18'") from error
    check_cut(cut)
    timeline = _Builder(opentimelineio, cut).timeline()
    return str(opentimelineio.adapters.write_to_string(timeline, "otio_json"))


class _Builder:
    """Builds the objects of one timeline; ``otio`` is the library, which may not be installed."""

    def __init__(self, otio: Any, cut: CutList) -> None:  # noqa: ANN401 - the library has no types
        self.otio = otio
        self.cut = cut
        self.exact = parse_rate(cut.fps)
        self.rate = float(self.exact)

    def timeline(self) -> Any:  # noqa: ANN401
        schema = self.otio.schema
        start = frames_from_timecode(self.cut.start_timecode, self.exact)
        metadata = {"genstudio": {"fps": self.cut.fps, "width": self.cut.width, "height": self.cut.height}}
        timeline = schema.Timeline(name=self.cut.title, global_start_time=self._time(start), metadata=metadata)
        track = schema.Track(name="V1", kind=schema.TrackKind.Video)
        end = 0
        for index, event in enumerate(self.cut.events):
            if event.record_in > end:
                track.append(schema.Gap(source_range=self._range(0, event.record_in - end)))
            if outgoing_of(self.cut, index) is not None:
                track.append(self._dissolve(event.transition.frames))
            track.append(self._clip(event))
            end = event.record_out
        timeline.tracks.append(track)
        return timeline

    def _time(self, frames: int) -> Any:  # noqa: ANN401
        return self.otio.opentime.RationalTime(frames, self.rate)

    def _range(self, start: int, frames: int) -> Any:  # noqa: ANN401
        return self.otio.opentime.TimeRange(self._time(start), self._time(frames))

    def _dissolve(self, frames: int) -> Any:  # noqa: ANN401
        schema = self.otio.schema
        return schema.Transition(
            transition_type=schema.TransitionTypes.SMPTE_Dissolve, in_offset=self._time(0), out_offset=self._time(frames)
        )

    def _clip(self, event: CutEvent) -> Any:  # noqa: ANN401
        source, length = event.source, event.record_out - event.record_in
        start = frames_from_timecode(source.start_timecode, self.exact, drop=False)
        clip = self.otio.schema.Clip(
            name=source.take,
            media_reference=self._media(source, start, event.source_out),
            source_range=self._range(start + event.source_in, length),
            metadata={"cmx_3600": {"reel": source.reel}, "genstudio": {"node": source.node, "draft": source.draft}},
        )
        played = event.source_out - event.source_in
        if source.kind == "video" and played != length:
            clip.effects.append(self.otio.schema.LinearTimeWarp(time_scalar=float(Fraction(played, length))))
        if event.transition.kind in ("fade_in", "fade_out") and event.transition.frames:
            metadata = {"genstudio": {"kind": event.transition.kind, "frames": event.transition.frames}}
            clip.effects.append(self.otio.schema.Effect(effect_name=event.transition.kind, metadata=metadata))
        clip.markers.extend(self._titles(event, start + event.source_in))
        return clip

    def _media(self, source: CutSource, start: int, needed: int) -> Any:  # noqa: ANN401
        """Return the reference of a take; its length in frames of the film, at least what the event plays."""
        frames = needed if source.kind == "image" else max(needed, int(source.frames * self.exact / Fraction(source.fps)))
        metadata = {"genstudio": {"sha256": source.sha256, "take": source.take}}
        return self.otio.schema.ExternalReference(target_url=source.media, available_range=self._range(start, frames), metadata=metadata)

    def _titles(self, event: CutEvent, first: int) -> list[Any]:
        return [
            self.otio.schema.Marker(
                name=title.text, marked_range=self._range(first + title.start, title.frames), metadata={"genstudio": {"kind": "title"}}
            )
            for title in event.titles
        ]
