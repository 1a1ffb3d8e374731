"""From a cut list to a film in ``06_Exports``.

Two ways lead to the same pictures. ``smart`` copies every frame that a take already has in the film's format and draws only what lies under
a transition, a title or a change of speed; ``moviepy`` draws and encodes every frame. Either way each frame is asked for by its number, the
sound is one pass, and the finished file is counted and compared before it gets its name.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from genstudio.edit.audio import Sound, render_audio
from genstudio.edit.compose import Shot, event_frames
from genstudio.edit.conform import cached, conform, conformed_length, content_key
from genstudio.edit.encode import frame_writer
from genstudio.edit.export import export_lists, publish_film
from genstudio.edit.film_format import GOP, FilmFormat, format_key, format_of
from genstudio.edit.film_report import FilmReport, reported
from genstudio.edit.join import Stretch, film_digest, join, same_stream
from genstudio.edit.timeline import Piece, check_cut, outgoing_of, pieces_of
from genstudio.edit.titles import letters_missing, title_font
from genstudio.edit.tools import check_cancelled
from genstudio.project.atomic import disk_errors, write_atomic
from genstudio.project.paths import get_cache_dir, relative
from genstudio.schema.cut import CutList
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genstudio.schema.render import RenderMode

__all__ = ["FilmReport", "render_film"]

_CONFORMED: Final = 40.0
_DRAWN: Final = 85.0
_SOUND: Final = 90.0
_JOINED: Final = 97.0


def render_film(
    project_root: Path,
    cut: CutList,
    *,
    progress: Callable[[float, str], None] = lambda _percent, _step: None,
    cancelled: Callable[[], bool] = lambda: False,
    mode: RenderMode = "smart",
    edl: str = "",
) -> FilmReport:
    """Render a film to ``06_Exports/<title>_v001.mp4`` (the next free number), its report beside it and its EDL in ``EDLs``.

    Args:
        project_root: Root of the project.
        cut: What to render.
        progress: Told the percentage, 0 to 100, and what is being done.
        cancelled: Asked at every frame and about twice a second; after it returned true no file is left.
        mode: Whether frames may be copied.
        edl: The edit list that the cut was read from; then none is written.

    Raises:
        BadInputError: The cut list contradicts itself, or media is damaged.
        NotFoundError: Media is missing.
        RenderCancelledError: ``cancelled`` returned true.
        GenStudioError: Media cannot be decoded (``bad_media``), or the disk is full (``disk_full``).
    """
    check_cut(cut)
    started = time.monotonic()
    scratch = get_cache_dir(project_root, "pieces")
    with disk_errors(scratch / "film.mp4"):
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".film-", dir=scratch) as folder:
            work = _Render(project_root, cut, Path(folder), progress, cancelled, mode)
            film = work.film()
            progress(_JOINED, "saving")
            check_cancelled(cancelled)
            listed = edl or _export(project_root, cut, work.notices)
            report = work.report(_sha256(film), listed, time.monotonic() - started)
            report = _publish(project_root, film, cut.title, report)
    progress(100.0, "done")
    return report


def _publish(root: Path, film: Path, title: str, report: FilmReport) -> FilmReport:
    """Put film and report into the exports, both or none."""
    path = publish_film(root, film, title)
    try:
        report = report.model_copy(update={"path": relative(root, path)})
        write_atomic(path.with_suffix(".json"), (report.model_dump_json(indent=2) + "\n").encode())
    except BaseException:
        path.unlink()
        raise
    return report


@dataclass
class _Render:
    """One render at work in a folder of its own."""

    root: Path
    cut: CutList
    folder: Path
    progress: Callable[[float, str], None]
    cancelled: Callable[[], bool]
    mode: RenderMode
    notices: list[str] = field(default_factory=list)
    copied: int = 0
    sound: Sound = field(default_factory=lambda: Sound(heard=False))
    digest: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.form: FilmFormat = format_of(self.cut)
        self.shots: list[Shot] = []

    def film(self) -> Path:
        """Return the finished, checked film, still in the folder of this render."""
        with self._timed("conform_s"):
            self.shots = self._conformed()
        self._note_short_media()
        self._note_letters()
        with self._timed("draw_s"):
            stretches = self._stretches()
        self.progress(_DRAWN, "mixing the sound")
        sound = self.folder / "sound.mp4"
        with self._timed("sound_s"):
            self.sound = render_audio(self.root, self.cut, sound, self.cancelled)
        self.notices += self.sound.notices
        self.progress(_SOUND, "joining")
        film = self.folder / "film.mp4"
        with self._timed("join_s"):
            self.digest = join(stretches, sound, film, self.form, self.cancelled)
        if film_digest(film, self.form) != (self.cut.frames, self.digest):
            raise GenStudioError("The finished film is not what was put into it.", fix="Render again; check the disk if it happens twice.")
        return film

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.timings[part] = round(time.monotonic() - began, 3)

    def report(self, digest: str, edl: str, took_s: float) -> FilmReport:
        """Return the report of the finished film, which has no name yet."""
        cut = self.cut
        return FilmReport(
            path="",
            frames=cut.frames,
            width=cut.width,
            height=cut.height,
            fps=cut.fps,
            sha256=digest,
            seconds=float(cut.frames / self.form.rate),
            took_s=round(took_s, 3),
            mode=self.mode,
            copied=self.copied,
            drawn=cut.frames - self.copied,
            audio=self.sound.heard,
            loudness=self.sound.loudness,
            pictures_sha256=self.digest,
            events=tuple(reported(event) for event in cut.events),
            timings=self.timings,
            edl=edl,
            notices=tuple(dict.fromkeys(self.notices)),
        )

    def _conformed(self) -> list[Shot]:
        """Bring the media of all events to the format of the film, each take once, a still as long as its longest event."""
        holds: dict[str, int] = {}
        after = max(event.transition.frames for event in self.cut.events)
        for event in self.cut.events:
            holds[event.source.sha256] = max(holds.get(event.source.sha256, 1), event.record_out - event.record_in + after)
        media: dict[str, Path] = {}
        lengths = [conformed_length(event.source, self.form, holds[event.source.sha256]) for event in self.cut.events]
        total = sum({event.source.sha256: length for event, length in zip(self.cut.events, lengths, strict=True)}.values())
        done = 0
        for event, length in zip(self.cut.events, lengths, strict=True):
            source = event.source
            if source.sha256 in media:
                continue

            def tell(frames: int, done: int = done, take: str = source.take) -> None:
                self.progress(_CONFORMED * (done + frames) / total, f"preparing {take}")

            tell(0)
            check_cancelled(self.cancelled)
            hold = holds[source.sha256]
            media[source.sha256] = conform(self.root, source, self.form, still_frames=hold, cancelled=self.cancelled, frames=tell)
            done += length
        return [Shot(event, media[event.source.sha256], length) for event, length in zip(self.cut.events, lengths, strict=True)]

    def _note_letters(self) -> None:
        for event in self.cut.events:
            for title in event.titles:
                if missing := letters_missing(title):
                    self.notices.append(f"The title {title.text!r:.60} has letters that its font does not: {missing:.20}")

    def _note_short_media(self) -> None:
        for index, shot in enumerate(self.shots):
            event = shot.event
            after = self.shots[index + 1].event.transition.frames if index + 1 < len(self.shots) and self._outgoing(index + 1) else 0
            lacking = event.source_out + after - shot.length
            if event.source.kind == "video" and lacking > 0:
                self.notices.append(f"{event.source.take} is {lacking} frames too short for this cut; its last frame is held.")

    def _outgoing(self, index: int) -> Shot | None:
        return self.shots[index - 1] if outgoing_of(self.cut, index) is not None else None

    def _stretches(self) -> list[Stretch]:
        if self.mode == "smart":
            pieces = pieces_of(self.cut, [shot.length for shot in self.shots], GOP)
            stretches = self._draw_each(pieces)
            if same_stream(list(dict.fromkeys(stretch.path for stretch in stretches))):
                self.copied = sum(piece.frames for piece in pieces if piece.kind == "copy")
                return stretches
            self.notices.append("The pieces of the film do not fit one another, so every frame was drawn.")
            self.mode = "moviepy"
        whole = self.folder / "pictures.mp4"
        pieces = [piece for index in range(len(self.shots)) for piece in self._whole_event(index)]
        self._draw(whole, pieces, 0, self.cut.frames)
        return [Stretch(whole, 0, self.cut.frames)]

    def _whole_event(self, index: int) -> Iterator[Piece]:
        event = self.cut.events[index]
        gap = event.record_in - (self.cut.events[index - 1].record_out if index else 0)
        if gap:
            yield Piece("black", -1, 0, gap)
        yield Piece("compose", index, 0, event.record_out - event.record_in)

    def _draw_each(self, pieces: list[Piece]) -> list[Stretch]:
        """Return where each piece is, drawing those that are not in the cache."""
        total = sum(piece.frames for piece in pieces if piece.kind != "copy")
        stretches, done = [], 0
        for piece in pieces:
            if piece.kind == "copy":
                stretches.append(Stretch(self.shots[piece.index].media, piece.first, piece.frames))
                continue

            def make(path: Path, piece: Piece = piece, done: int = done) -> None:
                self._draw(path, [piece], done, total)

            target = get_cache_dir(self.root, "pieces") / f"{self._key(piece)}.mp4"
            stretches.append(Stretch(cached(target, make, piece.frames), 0, piece.frames))
            done += piece.frames
        return stretches

    def _key(self, piece: Piece) -> str:
        """Return what decides the pictures of a piece, as a name: change a title and only its piece is drawn again."""
        content: dict[str, object] = {**format_key(self.form), "start": piece.start, "frames": piece.frames}
        if piece.kind == "compose":
            outgoing = self._outgoing(piece.index)
            content["event"] = _looks(self.shots[piece.index])
            content["outgoing"] = _looks(outgoing) if outgoing else None
            content["font"] = title_font().name if self.shots[piece.index].event.titles else ""
        return content_key(content)

    def _draw(self, target: Path, pieces: list[Piece], done: int, total: int) -> None:
        """Write the frames of pieces into one file."""
        with frame_writer(target, self.form) as write:
            for picture in self._pictures(pieces):
                check_cancelled(self.cancelled)
                write(picture)
                done += 1
                self.progress(_CONFORMED + (_DRAWN - _CONFORMED) * done / total, f"rendering frame {done} of {total}")

    def _pictures(self, pieces: list[Piece]) -> Iterator[NDArray[np.uint8]]:
        for piece in pieces:
            if piece.kind == "black":
                black = np.zeros((self.form.height, self.form.width, 3), dtype=np.uint8)
                for _ in range(piece.frames):
                    yield black
                continue
            with event_frames(self.shots[piece.index], self._outgoing(piece.index), self.form) as frame:
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


def _export(root: Path, cut: CutList, notices: list[str]) -> str:
    """Write the EDL of the film; a film that CMX3600 cannot describe is a film all the same."""
    try:
        return relative(root, export_lists(root, cut)[0])
    except (BadInputError, MissingToolError) as error:
        notices.append(f"No EDL was written: {error}")
        return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
