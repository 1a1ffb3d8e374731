"""The pictures of a film as pieces: frames that stand in conformed media as they are needed, and frames that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genstudio.edit.compose import Shot, event_frames
from genstudio.edit.conform import cached, content_key
from genstudio.edit.crew import Crew, Meter
from genstudio.edit.encode import frame_writer
from genstudio.edit.film_format import FilmFormat, format_key
from genstudio.edit.join import Stretch
from genstudio.edit.timeline import Piece, outgoing_of, pieces_of
from genstudio.edit.titles import title_font
from genstudio.edit.tools import check_cancelled
from genstudio.project.paths import get_cache_dir

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genstudio.schema.cut import CutList

__all__ = ["Drawing"]

Work = Callable[[], Stretch]


@dataclass(frozen=True)
class Drawing:
    """What it takes to draw the frames of a film: its events with their conformed media, in order."""

    root: Path
    cut: CutList
    form: FilmFormat
    shots: Sequence[Shot]
    crew: Crew

    def pieces(self) -> list[Piece]:
        """Return the pieces of the film if all that can be copied is."""
        return pieces_of(self.cut, [shot.length for shot in self.shots], self.form.coding.gop)

    def smart(self, pieces: Sequence[Piece], meter: Meter) -> list[Work]:
        """Return the works that give each piece: where it stands, after it was drawn unless the cache has it."""
        return [self._piece(number, piece, meter) for number, piece in enumerate(pieces)]

    def whole(self, target: Path, meter: Meter) -> Work:
        """Return the work that draws every frame of the film into one file."""

        def work() -> Stretch:
            self._draw(target, [piece for index in range(len(self.shots)) for piece in self._event(index)], lambda done: meter.at(0, done))
            return Stretch(target, 0, self.cut.frames)

        return work

    def _event(self, index: int) -> Iterator[Piece]:
        event = self.cut.events[index]
        gap = event.record_in - (self.cut.events[index - 1].record_out if index else 0)
        if gap:
            yield Piece("black", -1, 0, gap)
        yield Piece("compose", index, 0, event.record_out - event.record_in)

    def _piece(self, number: int, piece: Piece, meter: Meter) -> Work:
        def work() -> Stretch:
            if piece.kind == "copy":
                return Stretch(self.shots[piece.index].media, piece.first, piece.frames)
            target = get_cache_dir(self.root, "pieces") / f"{self._key(piece)}{self.form.coding.suffix}"
            made = cached(target, lambda path: self._draw(path, [piece], lambda done: meter.at(number, done)), piece.frames)
            meter.at(number, piece.frames)
            return Stretch(made, 0, piece.frames)

        return work

    def outgoing(self, index: int) -> Shot | None:
        """Return what event ``index`` dissolves or wipes out of, if it does."""
        return self.shots[index - 1] if outgoing_of(self.cut, index) is not None else None

    def _key(self, piece: Piece) -> str:
        """Return what decides the pictures of a piece, as a name: change a title and only its piece is drawn again."""
        content: dict[str, object] = {**format_key(self.form), "start": piece.start, "frames": piece.frames}
        if piece.kind == "compose":
            outgoing = self.outgoing(piece.index)
            content["event"] = _looks(self.shots[piece.index])
            content["outgoing"] = _looks(outgoing) if outgoing else None
            content["font"] = title_font().name if self.shots[piece.index].event.titles else ""
        return content_key(content)

    def _draw(self, target: Path, pieces: Sequence[Piece], told: Callable[[int], None]) -> None:
        """Write the frames of pieces into one file."""
        with frame_writer(target, self.form) as write:
            for done, picture in enumerate(self._pictures(pieces), start=1):
                check_cancelled(self.crew.stopped)
                write(picture)
                told(done)

    def _pictures(self, pieces: Sequence[Piece]) -> Iterator[NDArray[np.uint8]]:
        for piece in pieces:
            if piece.kind == "black":
                black = np.zeros((self.form.height, self.form.width, 3), dtype=np.uint8)
                for _ in range(piece.frames):
                    yield black
                continue
            with event_frames(self.shots[piece.index], self.outgoing(piece.index), self.form) as frame:
                for number in range(piece.start, piece.start + piece.frames):
                    yield frame(number)


def _looks(shot: Shot) -> dict[str, object]:
    """Return all of an event that its pictures depend on."""
    event = shot.event
    return {
        "take": event.source.sha256,
        "kind": event.source.kind,
        "source": [event.source_in, event.source_out],
        "length": event.record_out - event.record_in,
        "transition": event.transition.model_dump(mode="json"),
        "titles": [title.model_dump(mode="json") for title in event.titles],
        "media": shot.length if event.source.kind == "video" else 0,
    }
