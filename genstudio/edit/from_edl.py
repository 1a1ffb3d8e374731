"""Make a cut list from an edit list and the takes that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.edit.edl_events import AUXILIARY, BLACK, EdlEvent, EdlList, EdlProblem
from genstudio.schema.cut import WIPES, CutEvent, CutList, CutSource, Transition
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import frames_from_timecode, rate_text, timecode_from_frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from genstudio.schema.take import TakeRecord

__all__ = ["EdlCut", "cut_from_edl", "sources_of"]

_TAKE_ID: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}_v\d{2}_take\d{2,}")


@dataclass(frozen=True, slots=True)
class EdlCut:
    """The cut that an edit list describes, and what of the list it could not take over."""

    cut: CutList
    problems: tuple[EdlProblem, ...]


def sources_of(takes: Iterable[TakeRecord], fps: str) -> list[CutSource]:
    """Return takes as an edit list can name them: all with pictures; a still counts at the rate ``fps`` of the film."""
    return [
        CutSource(
            node=take.canvas.node,
            take=take.id,
            media=take.path,
            sha256=take.sha256,
            kind=take.kind,
            reel=take.reel,
            fps=take.fps or fps,
            frames=max(1, take.frames),
            start_timecode=take.start_timecode,
            audio=take.audio,
            draft=take.draft,
        )
        for take in takes
        if take.kind != "audio"
    ]


def cut_from_edl(edl: EdlList, takes: Iterable[CutSource], *, width: int, height: int) -> EdlCut:
    """Return the cut list of an edit list.

    Takes are found by the clip name or source file (the name of their media), then by reel. Sound-only events, second picture
    tracks, keys and reverse play are left out and reported; a wipe of a pattern that no film shows becomes one from left to right. The
    first record frame of the list is frame 0 of the film.

    Args:
        edl: The list, read at the rate of the film.
        takes: The takes of the project.
        width: Of the film, in pixels, even.
        height: Of the film, in pixels, even.

    Raises:
        BadInputError: No event of the list has a picture and a take.
    """
    maker = _Maker(edl, tuple(takes))
    events = maker.events()
    if not events:
        message = f"None of the {len(edl.events)} events of this edit list names a take of the project."
        raise BadInputError(message, fix="Check that it was made from this project: reels and clip names must be those of its takes.")
    start = timecode_from_frames(maker.start, edl.fps, drop=edl.drop)
    cut = CutList(
        title=edl.title or "Untitled", fps=rate_text(edl.fps), width=width, height=height, events=tuple(events), start_timecode=start
    )
    return EdlCut(cut, (*edl.problems, *maker.problems))


class _Maker:
    def __init__(self, edl: EdlList, takes: Sequence[CutSource]) -> None:
        self.edl = edl
        self.takes = takes
        self.problems: list[EdlProblem] = []
        self.pictures = sorted((event for event in edl.events if event.has_picture), key=lambda event: event.record_in)
        self.start = self.pictures[0].record_in if self.pictures else 0
        self.made: list[CutEvent] = []

    def events(self) -> list[CutEvent]:
        left_out = len(self.edl.events) - len(self.pictures)
        if left_out:
            self.problems.append(EdlProblem(0, f"{left_out} events of sound alone are left out."))
        for event in self.pictures:
            if event.record_out <= event.record_in:
                self._problem(event, "has no length and is left out")
            elif event.is_black:
                self._black(event)
            else:
                self._picture(event)
        return self.made

    def _problem(self, event: EdlEvent, text: str) -> None:
        self.problems.append(EdlProblem(event.line, f"Event {event.number} {text}."))

    def _black(self, event: EdlEvent) -> None:
        """A dissolve to black is the fade out of what it comes from; black alone is a gap, which needs no event."""
        record_in = event.record_in - self.start
        if event.transition not in ("dissolve", "wipe") or event.outgoing_reel in ("", BLACK) or not event.frames:
            return
        fading = Transition(kind="fade_out", frames=event.frames)
        last = self.made[-1] if self.made else None
        if last is not None and last.record_out == record_in and self._follows(event, last):
            if last.transition.frames:
                self._problem(event, "fades out a clip that also fades in, of which only the latter is kept")
                fading = last.transition
            source_out = last.source_out + _span(last, event.frames)
            update = {"source_out": source_out, "record_out": record_in + event.frames, "transition": fading}
            self.made[-1] = last.model_copy(update=update)
            return
        source = self._find(event.outgoing_reel, event.outgoing_name, event.source_file)
        if source is None:
            self._problem(event, f"fades out of {event.outgoing_reel!r:.60}, which is no take of the project")
            return
        first = self._media_frame(source, event.outgoing_in)
        self._append(event, source, (first, first + event.frames), (record_in, record_in + event.frames), fading)

    def _follows(self, event: EdlEvent, last: CutEvent) -> bool:
        """Return whether a fade goes on where the event before it stopped, so that both are one clip."""
        same = event.outgoing_reel == (last.source.reel or AUXILIARY)
        return same and self._media_frame(last.source, event.outgoing_in) == last.source_out

    def _picture(self, event: EdlEvent) -> None:
        source = self._find(event.reel, event.clip_name, event.source_file)
        if source is None:
            name = event.clip_name or event.source_file
            self._problem(event, f"names {event.reel!r:.60} {name!r:.60}, which is no take of the project, and stays black")
            return
        first = self._media_frame(source, event.source_in)
        record = (event.record_in - self.start, event.record_out - self.start)
        span = self._source_length(event, record[1] - record[0])
        if first < 0:
            self._problem(event, f"begins before the first frame of {source.take}; it begins at its first frame")
            first = 0
        self._append(event, source, (first, first + span), record, self._transition(event))

    def _append(self, event: EdlEvent, source: CutSource, span: tuple[int, int], record: tuple[int, int], transition: Transition) -> None:
        if self.made and record[0] < self.made[-1].record_out:
            self._problem(event, "lies over another picture and is left out")
            return
        number = len(self.made) + 1
        self.made.append(
            CutEvent(
                number=number,
                source=source,
                source_in=max(0, span[0]),
                source_out=max(1, span[1]),
                record_in=record[0],
                record_out=record[1],
                transition=transition,
            )
        )

    def _source_length(self, event: EdlEvent, record: int) -> int:
        """Return how many frames of the source an event plays. Where both lengths are equal in spite of an M2 line, the line counts."""
        listed = event.source_out - event.source_in
        if event.speed is None:
            return listed if listed > 0 else record
        if event.speed < 0:
            self._problem(event, "plays backwards, which a film of this project cannot; it plays forwards")
        if event.speed == 0:
            return 1
        return listed if listed not in (record, 0) else max(1, round(record * abs(event.speed) / self.edl.fps))

    def _transition(self, event: EdlEvent) -> Transition:
        if event.transition == "key":
            self._problem(event, "is a key; its foreground is shown without it")
            return Transition()
        if event.transition == "cut" or not event.frames:
            return Transition()
        wipe = self._wipe(event) if event.transition == "wipe" else 0
        frames = min(event.frames, event.record_out - event.record_in)
        last = self.made[-1] if self.made else None
        from_picture = last is not None and last.record_out == event.record_in - self.start and last.transition.kind != "fade_out"
        black = event.outgoing_reel == BLACK or not from_picture
        if black:
            return Transition(kind="fade_in", frames=frames)
        return Transition(kind="wipe", frames=frames, wipe=wipe) if wipe else Transition(kind="dissolve", frames=frames)

    def _wipe(self, event: EdlEvent) -> int:
        """Return the pattern of a wipe; one that no film shows is shown from left to right."""
        code = int(event.wipe[1:] or 0)
        if code not in WIPES:
            self._problem(event, f"is a wipe of the pattern {event.wipe}, and becomes one from left to right")
        return code if code in WIPES else 1

    def _media_frame(self, source: CutSource, position: int) -> int:
        """Return the media frame of a source timecode given in frames; in a list that drops frames the take's numbers do as well."""
        text = source.start_timecode
        if self.edl.drop and re.fullmatch(r"\d\d:\d[1-9]:00[:;.]0[01]", text):
            text = f"{text[:-2]}02"
        return position - frames_from_timecode(text, self.edl.fps, drop=self.edl.drop)

    def _find(self, reel: str, clip_name: str, source_file: str) -> CutSource | None:
        names = {name for text in (clip_name, source_file) if (name := _stem(text))}
        by_name = [take for take in self.takes if names & {take.take, PurePosixPath(take.media).stem}]
        by_reel = [take for take in self.takes if take.reel and take.reel == reel.upper()]
        both = [take for take in by_name if take in by_reel]
        found = both or by_name or by_reel
        return found[0] if found else None


def _span(event: CutEvent, frames: int) -> int:
    """Return how many source frames an event plays in so many record frames."""
    return int(Fraction(event.source_out - event.source_in, event.record_out - event.record_in) * frames)


def _stem(text: str) -> str:
    """Return the take id in a clip name, path or file name, or else the name without its suffix."""
    name = text.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    match = _TAKE_ID.search(name.upper().replace("_V", "_v").replace("_TAKE", "_take"))
    return match[0] if match else name.rpartition(".")[0] or name
