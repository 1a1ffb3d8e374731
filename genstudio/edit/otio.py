"""A cut list in OpenTimelineIO: ``.otio`` (Resolve 18.5 and later, Premiere 25.6 and later) and Final Cut Pro 7 XML.

The adapter of FCP7 XML (otio-fcp-adapter 1.0) writes neither changes of speed nor reels by itself, and gives a dissolve that begins at its
cut the alignment of a fade from black. So for XML speeds and reels are given as the elements that the format has for them, and dissolves
are centred on a cut that is moved into their middle: the same pictures.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from genstudio.edit.timeline import check_cut, outgoing_of
from genstudio.schema.errors import BadInputError, MissingToolError
from genstudio.schema.rates import frames_from_timecode, parse_rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.schema.cut import CutEvent, CutList, CutSource

__all__ = ["has_fcp_xml", "load_otio", "write_fcp_xml", "write_otio"]


def write_otio(cut: CutList, locate: Callable[[CutSource], str] = lambda source: source.media) -> str:
    """Return the ``.otio`` JSON of a cut list: a picture track, a sound track where takes have sound, media by the URL of ``locate``.

    A dissolve begins at the cut and runs into the incoming clip. Fades are effects and titles are markers of their clip, with
    everything OpenTimelineIO has no word for in the metadata ``genstudio``.

    Raises:
        MissingToolError: OpenTimelineIO is not installed.
        BadInputError: The cut list contradicts itself.
    """
    library = load_otio()
    check_cut(cut)
    return str(library.adapters.write_to_string(_Builder(library, cut, locate, centred=False).timeline(), "otio_json"))


def has_fcp_xml(cut: CutList) -> bool:
    """Return whether FCP7 XML can hold a film: it counts in SMPTE timecode, which rates such as 16 do not have."""
    return bool(load_otio().opentime.RationalTime.is_valid_timecode_rate(float(parse_rate(cut.fps))))


def write_fcp_xml(cut: CutList, locate: Callable[[CutSource], str] = lambda source: source.media) -> str:
    """Return the Final Cut Pro 7 XML (``xmeml`` 4) of a cut list, media by the URL of ``locate``, files named by reel and timecode.

    Raises:
        MissingToolError: OpenTimelineIO or its adapter for this format is not installed.
        BadInputError: The cut list contradicts itself, or its rate has no SMPTE timecode.
    """
    library = load_otio()
    if not has_fcp_xml(cut):
        raise BadInputError(f"Final Cut Pro 7 XML has no timecode at {cut.fps} frames a second.", fix="Hand over the .otio file.")
    if "fcp_xml" not in library.adapters.available_adapter_names():
        message = "The adapter that writes Final Cut Pro 7 XML is not installed."
        raise MissingToolError(message, fix="Run: python -m pip install 'otio-fcp-adapter>=1.0'")
    check_cut(cut)
    return str(library.adapters.write_to_string(_Builder(library, cut, locate, centred=True).timeline(), "fcp_xml"))


def load_otio() -> Any:  # noqa: ANN401 - the library has no types
    """Return OpenTimelineIO.

    Raises:
        MissingToolError: It is not installed.
    """
    try:
        import opentimelineio
    except ImportError as error:
        message = "OpenTimelineIO, which exchanges films with other programs, is not installed."
        raise MissingToolError(message, fix="Run: python -m pip install 'opentimelineio>=0.18'") from error
    return opentimelineio


class _Builder:
    """Builds the objects of one timeline; ``otio`` is the library. ``centred`` makes what the XML adapter needs."""

    def __init__(self, otio: Any, cut: CutList, locate: Callable[[CutSource], str], *, centred: bool) -> None:  # noqa: ANN401
        self.otio = otio
        self.cut = cut
        self.locate = locate
        self.centred = centred
        self.exact = parse_rate(cut.fps)
        self.rate = float(self.exact)

    def timeline(self) -> Any:  # noqa: ANN401
        schema = self.otio.schema
        start = frames_from_timecode(self.cut.start_timecode, self.exact)
        metadata = {"genstudio": {"fps": self.cut.fps, "width": self.cut.width, "height": self.cut.height}}
        timeline = schema.Timeline(name=self.cut.title, global_start_time=self._time(start), metadata=metadata)
        timeline.tracks.append(self._track("V1", schema.TrackKind.Video, sound=False))
        if any(event.source.audio for event in self.cut.events):
            timeline.tracks.append(self._track("A1", schema.TrackKind.Audio, sound=True))
        return timeline

    def _track(self, name: str, kind: str, *, sound: bool) -> Any:  # noqa: ANN401
        track = self.otio.schema.Track(name=name, kind=kind)
        end = 0
        for index, event in enumerate(self.cut.events):
            if sound and not event.source.audio:
                continue
            early, late = (0, 0) if sound else (self._half(index), self._half(index + 1))
            if event.record_in + early > end:
                gap = self._range(0, event.record_in + early - end)
                track.append(self.otio.schema.Gap(source_range=gap))
            if not sound and outgoing_of(self.cut, index) is not None:
                track.append(self._transition(event, early))
            track.append(self._clip(event, early, late, sound=sound))
            end = event.record_out + late
        return track

    def _half(self, index: int) -> int:
        """Return by how much the cut into event ``index`` is moved into the middle of its transition."""
        if not self.centred or index >= len(self.cut.events) or outgoing_of(self.cut, index) is None:
            return 0
        return self.cut.events[index].transition.frames // 2

    def _time(self, frames: Fraction | int) -> Any:  # noqa: ANN401
        return self.otio.opentime.RationalTime(float(frames), self.rate)

    def _range(self, start: Fraction | int, frames: int) -> Any:  # noqa: ANN401
        return self.otio.opentime.TimeRange(self._time(start), self._time(frames))

    def _transition(self, event: CutEvent, early: int) -> Any:  # noqa: ANN401
        schema, frames = self.otio.schema, event.transition.frames
        kind, wipe = schema.TransitionTypes.SMPTE_Dissolve, event.transition.wipe
        metadata: dict[str, Any] = {"genstudio": {"kind": event.transition.kind}}
        if event.transition.kind == "wipe":
            kind = schema.TransitionTypes.Custom
            metadata["genstudio"]["wipe"] = wipe
            metadata["fcp_xml"] = {"effectid": "Edge Wipe"}
        name = "Cross Dissolve" if event.transition.kind == "dissolve" else f"SMPTE Wipe {wipe}"
        offsets = {"in_offset": self._time(early), "out_offset": self._time(frames - early)}
        return schema.Transition(name=name, transition_type=kind, metadata=metadata, **offsets)

    def _clip(self, event: CutEvent, early: int, late: int, *, sound: bool) -> Any:  # noqa: ANN401
        source, record = event.source, event.record_out - event.record_in
        start = frames_from_timecode(source.start_timecode, self.exact, drop=False)
        played = record if source.kind == "image" else event.source_out - event.source_in
        speed = Fraction(played, record)
        # In FCP7 XML the points of a clip count its frames after the change of speed.
        first = (event.source_in / speed if self.centred else event.source_in) + (early if self.centred else early * speed)
        clip = self.otio.schema.Clip(
            name=source.take,
            media_reference=self._media(source, start, event.source_out),
            source_range=self._range(start + first, record - early + late),
            metadata={"cmx_3600": {"reel": source.reel}, "genstudio": {"node": source.node, "take": source.take, "draft": source.draft}},
        )
        if self.centred and sound:
            clip.metadata["fcp_xml"] = {"sourcetrack": {"mediatype": "audio", "trackindex": "1"}}
        if speed != 1:
            clip.effects.append(self.otio.schema.LinearTimeWarp(time_scalar=float(speed)))
            if self.centred:
                clip.metadata["fcp_xml"] = {**clip.metadata.get("fcp_xml", {}), "filter": _time_remap(speed)}
        if not sound:
            self._decorate(clip, event, start + event.source_in)
        return clip

    def _decorate(self, clip: Any, event: CutEvent, first: int) -> None:  # noqa: ANN401
        schema = self.otio.schema
        if event.transition.kind in ("fade_in", "fade_out") and event.transition.frames:
            fade = {"genstudio": {"kind": event.transition.kind, "frames": event.transition.frames}}
            clip.effects.append(schema.Effect(effect_name=event.transition.kind, metadata=fade))
        for title in event.titles:
            metadata = {"genstudio": {"kind": "title", **title.model_dump(mode="json")}}
            place = self._range(first + title.start, title.frames)
            clip.markers.append(schema.Marker(name=title.text, marked_range=place, metadata=metadata))

    def _media(self, source: CutSource, start: int, needed: int) -> Any:  # noqa: ANN401
        """Return the reference of a take; its length in frames of the film, at least what the event plays."""
        frames = needed if source.kind == "image" else max(needed, int(source.frames * self.exact / Fraction(source.fps)))
        metadata: dict[str, Any] = {"genstudio": {"sha256": source.sha256, "take": source.take, "media": source.media}}
        if self.centred and source.reel:
            metadata["fcp_xml"] = {"timecode": {"reel": {"name": source.reel}}}
        place = {"target_url": self.locate(source), "available_range": self._range(start, frames)}
        return self.otio.schema.ExternalReference(metadata=metadata, **place)


def _time_remap(speed: Fraction) -> dict[str, Any]:
    """Return the filter that changes the speed of a clip, in the words of FCP7 XML: per cent of the speed of its media."""
    parameter = {"parameterid": "speed", "name": "speed", "value": f"{float(speed * 100):.8g}"}
    return {
        "effect": {
            "name": "Time Remap",
            "effectid": "timeremap",
            "effectcategory": "motion",
            "effecttype": "motion",
            "mediatype": "video",
            "parameter": parameter,
        }
    }
