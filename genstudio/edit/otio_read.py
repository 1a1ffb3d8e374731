"""Read OpenTimelineIO and Final Cut Pro 7 XML as the events of a film, however they were cut elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from genstudio.edit.edl_events import AUXILIARY, BLACK, EdlEvent, EdlList, EdlProblem, TransitionKind
from genstudio.edit.otio import load_otio
from genstudio.edit.timeline import outgoing_of
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.rates import frames_from_timecode, parse_rate

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.cut import CutList

__all__ = ["check_exchange", "parse_otio", "read_otio_file"]

_ADAPTERS: Final = {".otio": "otio_json", ".xml": "fcp_xml"}
_LONGEST_FILE: Final = 64 << 20
_ENTITY: Final = re.compile(r"<!\s*(ENTITY|DOCTYPE\s[^>]*\[)", re.IGNORECASE)


def read_otio_file(path: Path, fps: str) -> EdlList:
    """Read a timeline from a ``.otio`` or FCP7 ``.xml`` file as events at the rate ``fps``.

    Raises:
        BadInputError: The file is not there, larger than 64 MiB, or no timeline.
        MissingToolError: OpenTimelineIO is not installed.
    """
    if not path.is_file() or path.stat().st_size > _LONGEST_FILE or path.suffix.lower() not in _ADAPTERS:
        raise BadInputError(f"{path.name!r:.120} is no timeline.", fix="Give the path of an .otio file or an FCP7 .xml file.")
    return parse_otio(path.read_text("utf-8", "replace"), path.suffix.lower(), fps)


def parse_otio(text: str, suffix: str, fps: str) -> EdlList:
    """Return the events of the first picture track of a timeline, counted in frames at the rate ``fps``.

    What films cannot show (further picture tracks, nested timelines) becomes a problem beside the events.

    Raises:
        BadInputError: The text is no timeline.
        MissingToolError: OpenTimelineIO is not installed.
    """
    library = load_otio()
    if suffix == ".xml" and _ENTITY.search(text):
        raise BadInputError("This XML file declares entities, which no timeline needs.", fix="Export it again as FCP7 XML.")
    try:
        timeline = library.adapters.read_from_string(text, _ADAPTERS[suffix])
    except (library.exceptions.OTIOError, ValueError, KeyError, SyntaxError, AttributeError, TypeError) as error:
        raise BadInputError(f"This is no timeline that can be read: {str(error)[:200]}.", fix="Export it again from the editor.") from error
    if not isinstance(timeline, library.schema.Timeline):
        found = [item for item in timeline if isinstance(item, library.schema.Timeline)] if _is_collection(library, timeline) else []
        if not found:
            raise BadInputError("This file holds no timeline.", fix="Export a timeline, not a bin or a clip.")
        timeline = found[0]
    return _Reader(library, parse_rate(fps), remapped=suffix == ".xml").read(timeline)


def _is_collection(library: Any, found: Any) -> bool:  # noqa: ANN401 - the library has no types
    return isinstance(found, library.schema.SerializableCollection)


def check_exchange(text: str, suffix: str, cut: CutList) -> None:
    """Read what was written for other programs and compare it with the cut.

    Raises:
        GenStudioError: It does not say what the cut says.
    """
    read = parse_otio(text, suffix, cut.fps)
    start = frames_from_timecode(cut.start_timecode, parse_rate(cut.fps))
    found = [(event.reel, event.record_in - start, event.record_out - start, _joint_of(event)) for event in read.events]
    wanted = [
        (event.source.reel or AUXILIARY, event.record_in, event.record_out, _transition_of(cut, index))
        for index, event in enumerate(cut.events)
    ]
    if found != wanted:
        raise GenStudioError(
            f"The {suffix} file does not say what the film is.", fix="Hand over the EDL, and report this.", code="internal"
        )


def _joint_of(event: EdlEvent) -> tuple[str, int]:
    return (event.transition, event.frames) if event.outgoing_reel not in ("", BLACK) else ("cut", 0)


def _transition_of(cut: CutList, index: int) -> tuple[str, int]:
    transition = cut.events[index].transition
    return (transition.kind, transition.frames) if outgoing_of(cut, index) is not None else ("cut", 0)


@dataclass(frozen=True, slots=True)
class _Joint:
    """A transition between two clips: how far it reaches before and after their cut, in frames."""

    kind: TransitionKind
    before: int
    after: int
    wipe: str = ""


class _Reader:
    def __init__(self, library: Any, rate: Fraction, *, remapped: bool) -> None:  # noqa: ANN401
        self.library, self.rate, self.remapped = library, rate, remapped
        self.problems: list[EdlProblem] = []

    def read(self, timeline: Any) -> EdlList:  # noqa: ANN401
        pictures = [track for track in timeline.tracks if getattr(track, "kind", "") == self.library.schema.TrackKind.Video]
        if not pictures:
            raise BadInputError("This timeline has no picture track.", fix="Export a timeline with picture.")
        if len(pictures) > 1:
            self._problem(f"{len(pictures) - 1} further picture tracks are left out")
        start = timeline.global_start_time
        begin = self._frames(start) if start is not None else 0
        events = tuple(self._events(pictures[0], begin))
        return EdlList(timeline.name or "", self.rate, drop=False, events=events, problems=tuple(self.problems))

    def _problem(self, text: str) -> None:
        self.problems.append(EdlProblem(0, f"{text}."))

    def _frames(self, time: Any) -> int:  # noqa: ANN401
        """Return a time in whole frames of the film's rate."""
        exact = Fraction(time.value).limit_denominator(100_000) * self.rate / _exact(time.rate)
        return round(exact)

    def _events(self, track: Any, begin: int) -> list[EdlEvent]:  # noqa: ANN401
        schema, items = self.library.schema, list(track)
        events: list[EdlEvent] = []
        position = begin
        joint: _Joint | None = None
        for item in items:
            if isinstance(item, schema.Transition):
                joint = self._joint(item)
                continue
            length = self._frames(item.duration())
            if isinstance(item, schema.Clip) and not _is_black(item):
                if joint is not None and events:
                    _lengthen(events, -joint.before)
                events.append(self._event(len(events) + 1, item, position, length, joint, events[-1] if events else None))
            elif not isinstance(item, schema.Clip | schema.Gap):
                self._problem("A nested timeline is left out")
            position += length
            joint = None
        return events

    def _joint(self, item: Any) -> _Joint:  # noqa: ANN401
        told = item.metadata.get("genstudio", {})
        wipe = told.get("wipe") if isinstance(told.get("wipe"), int) else None
        wiped = wipe is not None or re.search("wipe", f"{item.name} {item.transition_type}", re.IGNORECASE) is not None
        before, after = self._frames(item.in_offset), self._frames(item.out_offset)
        code = f"W{(wipe or _wipe_number(item.name)):03d}" if wiped else ""
        return _Joint("wipe" if wiped else "dissolve", before, after, code)

    def _event(
        self,
        number: int,
        clip: Any,  # noqa: ANN401
        position: int,
        length: int,
        joint: _Joint | None,
        outgoing: EdlEvent | None,
    ) -> EdlEvent:
        speed = self._speed(clip)
        before = joint.before if joint else 0
        first = Fraction(self._frames(clip.source_range.start_time) if clip.source_range else 0)
        if self.remapped and speed != 1:  # its points count frames after the change of speed
            start = self._frames(clip.media_reference.available_range.start_time) if clip.media_reference.available_range else 0
            first = start + (first - start) * speed
        source_in = round(first - before * speed)
        record = length + before
        reel = _reel_of(clip)
        fade = _fade_of(clip)
        frames = joint.before + joint.after if joint else fade[1] if fade else 0
        kind: TransitionKind = joint.kind if joint else "dissolve" if fade and fade[0] == "fade_in" else "cut"
        comments = (f"* FADE OUT {fade[1]}",) if fade and fade[0] == "fade_out" else ()
        return EdlEvent(
            number=number,
            line=0,
            reel=reel,
            channels="V",
            transition=kind,
            frames=frames if kind != "cut" else 0,
            source_in=source_in,
            source_out=source_in + max(1, round(record * speed)),
            record_in=position - before,
            record_out=position + length,
            wipe=joint.wipe if joint else "",
            outgoing_reel=(outgoing.reel if joint and outgoing else BLACK) if kind != "cut" else "",
            outgoing_in=outgoing.source_out if joint and outgoing else 0,
            clip_name=_take_of(clip),
            source_file=_file_of(clip),
            speed=speed * self.rate if speed != 1 else None,
            comments=comments,
        )

    def _speed(self, clip: Any) -> Fraction:  # noqa: ANN401
        for effect in clip.effects:
            if isinstance(effect, self.library.schema.LinearTimeWarp):
                return Fraction(effect.time_scalar).limit_denominator(10_000)
            told = effect.metadata.get("fcp_xml", {})
            if told.get("effectid") == "timeremap":
                return _time_remap(told)
        return Fraction(1)


def _time_remap(effect: Any) -> Fraction:  # noqa: ANN401
    """Return the speed that a filter of FCP7 XML sets, in per cent there; normal speed where it is not constant."""
    given = effect.get("parameter", {})
    for parameter in [given] if hasattr(given, "get") else given:
        text = str(parameter.get("value", ""))
        if parameter.get("parameterid") == "speed" and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) and float(text):
            return Fraction(text) / 100
    return Fraction(1)


def _lengthen(events: list[EdlEvent], frames: int) -> None:
    """Move the end of the last event, as a transition that is not centred on its cut wants it."""
    last = events[-1]
    played, record = last.source_out - last.source_in, last.record_out - last.record_in
    source_out = last.source_in + max(1, round(Fraction(played * (record + frames), record)))
    events[-1] = replace(last, source_out=source_out, record_out=last.record_out + frames)


def _exact(rate: float) -> Fraction:
    """Return the exact rate of a time: whole, or n·1000/1001."""
    whole = round(rate)
    ntsc = Fraction(whole * 1000, 1001)
    return ntsc if abs(rate - float(ntsc)) < abs(rate - whole) else Fraction(rate).limit_denominator(1000)


def _is_black(clip: Any) -> bool:  # noqa: ANN401
    return clip.media_reference is None or clip.media_reference.schema_name() == "GeneratorReference"


def _reel_of(clip: Any) -> str:  # noqa: ANN401
    told = clip.metadata.get("cmx_3600", {}).get("reel", "")
    timecode = clip.media_reference.metadata.get("fcp_xml", {}).get("timecode", {}) if clip.media_reference else {}
    reel = timecode.get("reel", {}).get("name", "") if hasattr(timecode, "get") and hasattr(timecode.get("reel", {}), "get") else ""
    return str(told or reel or AUXILIARY)


def _take_of(clip: Any) -> str:  # noqa: ANN401
    take = clip.metadata.get("genstudio", {}).get("take", "")
    return str(take or clip.name or "")


def _file_of(clip: Any) -> str:  # noqa: ANN401
    url = getattr(clip.media_reference, "target_url", "") or ""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _fade_of(clip: Any) -> tuple[str, int] | None:  # noqa: ANN401
    for effect in clip.effects:
        told = effect.metadata.get("genstudio", {})
        if told.get("kind") in ("fade_in", "fade_out") and isinstance(told.get("frames"), int):
            return told["kind"], told["frames"]
    return None


def _wipe_number(name: str) -> int:
    match = re.search(r"(\d{1,3})\s*$", name)
    return int(match[1]) if match else 1
