"""From a cut list to a film in ``06_Exports``.

Two ways lead to the same pictures. ``smart`` copies every frame that a take already has in the film's format and draws only what lies under
a transition, a title or a change of speed; ``moviepy`` draws and encodes every frame. Either way each frame is asked for by its number, the
sound is one pass, and the finished film is counted and compared before it gets its name.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from genstudio.edit.audio import Sound
from genstudio.edit.crew import Crew, Meter, Teller
from genstudio.edit.draw import Drawing
from genstudio.edit.export import export_lists, publish_film, publish_folder
from genstudio.edit.film_format import format_of
from genstudio.edit.film_report import FilmReport, reported
from genstudio.edit.images import folder_digest, write_images
from genstudio.edit.join import Stretch, film_digest, join, same_stream
from genstudio.edit.prepare import prepare
from genstudio.edit.soundtrack import soundtrack
from genstudio.edit.timeline import check_cut
from genstudio.edit.titles import letters_missing
from genstudio.edit.tools import check_cancelled
from genstudio.project.atomic import disk_errors, write_atomic
from genstudio.project.paths import get_cache_dir, get_exports_dir, relative
from genstudio.schema.cut import CutList
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError
from genstudio.schema.render import RenderOptions

__all__ = ["FilmReport", "render_film"]

_CONFORMED: Final = 40.0
_DRAWN: Final = 90.0
_JOINED: Final = 97.0


def render_film(
    project_root: Path,
    cut: CutList,
    options: RenderOptions | None = None,
    *,
    progress: Callable[[float, str], None] = lambda _percent, _step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> FilmReport:
    """Render a film to ``06_Exports/<title>_v001.mp4`` (the next free number), its report beside it and its EDL in ``EDLs``.

    Args:
        project_root: Root of the project.
        cut: What to render.
        options: Whether frames may be copied, and what comes out: smart and H.264 if nothing is said.
        progress: Told the percentage, 0 to 100, and what is being done; from several threads, one at a time.
        cancelled: Asked at every frame and about twice a second, from several threads; after it returned true no film is left.

    Raises:
        BadInputError: The cut list contradicts itself, or media is damaged.
        NotFoundError: Media is missing.
        RenderCancelledError: ``cancelled`` returned true.
        GenStudioError: Media cannot be decoded (``bad_media``), or the disk is full (``disk_full``).
    """
    check_cut(cut)
    started, asked = time.monotonic(), options or RenderOptions()
    scratch = get_cache_dir(project_root, "pieces") if asked.preset != "images" else get_exports_dir(project_root)
    tell = Teller(progress)
    with disk_errors(scratch / "film"):
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".film-", dir=scratch) as folder:
            work = _Render(project_root, cut, asked, Path(folder), tell, cancelled)
            film = work.film()
            tell(_JOINED, "saving")
            check_cancelled(cancelled)
            listed = asked.edl or _export(project_root, cut, work.notices)
            report = _publish(project_root, film, cut.title, work.report(film, listed, time.monotonic() - started))
    tell(100.0, "done")
    return report


def _publish(root: Path, film: Path, title: str, report: FilmReport) -> FilmReport:
    """Put film and report into the exports, both or none."""
    path = publish_folder(root, film, title) if film.is_dir() else publish_film(root, film, title)
    try:
        report = report.model_copy(update={"path": relative(root, path)})
        write_atomic(path.with_suffix(".json"), (report.model_dump_json(indent=2) + "\n").encode())
    except BaseException:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    return report


@dataclass
class _Render:
    """One render at work in a folder of its own."""

    root: Path
    cut: CutList
    options: RenderOptions
    folder: Path
    tell: Teller
    cancelled: Callable[[], bool]
    notices: list[str] = field(default_factory=list)
    copied: int = 0
    sound: Sound = field(default_factory=lambda: Sound(heard=False))
    sound_file: Path | None = None
    digest: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.form = format_of(self.cut, self.options.preset)
        self.mode = self.options.mode
        self.crew = Crew(self.cancelled)

    def film(self) -> Path:
        """Return the finished, checked film, still in the folder of this render."""
        with self._timed("conform_s"):
            shots = prepare(self.root, self.cut, self.form, self.crew, self.tell, until=_CONFORMED)
        drawing = Drawing(self.root, self.cut, self.form, shots, self.crew)
        self._note(drawing)
        with self._timed("draw_s"):
            stretches = self._stretches(drawing)
        self.notices += self.sound.notices
        self.tell(_DRAWN, "joining")
        with self._timed("join_s"):
            film, found = self._joined(stretches)
        if found != (self.cut.frames, self.digest):
            raise GenStudioError("The finished film is not what was put into it.", fix="Render again; check the disk if it happens twice.")
        return film

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.timings[part] = round(time.monotonic() - began, 3)

    def report(self, film: Path, edl: str, took_s: float) -> FilmReport:
        """Return the report of the finished film, which has no name yet."""
        cut = self.cut
        return FilmReport(
            path="",
            frames=cut.frames,
            width=cut.width,
            height=cut.height,
            fps=cut.fps,
            sha256=self.digest if film.is_dir() else _sha256(film),
            seconds=float(cut.frames / self.form.rate),
            took_s=round(took_s, 3),
            mode=self.mode,
            preset=self.options.preset,
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

    def _note(self, drawing: Drawing) -> None:
        """Note what people should know of short media and of letters."""
        for index, shot in enumerate(drawing.shots):
            event = shot.event
            after = (
                drawing.shots[index + 1].event.transition.frames if index + 1 < len(drawing.shots) and drawing.outgoing(index + 1) else 0
            )
            lacking = event.source_out + after - shot.length
            if event.source.kind == "video" and lacking > 0:
                self.notices.append(f"{event.source.take} is {lacking} frames too short for this cut; its last frame is held.")
            for title in event.titles:
                if missing := letters_missing(title):
                    self.notices.append(f"The title {title.text!r:.60} has letters that its font does not: {missing:.20}")

    def _stretches(self, drawing: Drawing) -> list[Stretch]:
        """Return where the pictures of the film are, and mix its sound meanwhile."""
        if self.mode == "smart":
            pieces = drawing.pieces()
            meter = Meter(self.tell, _CONFORMED, _DRAWN, sum(piece.frames for piece in pieces if piece.kind != "copy"))
            stretches = self._together(drawing.smart(pieces, meter))
            if same_stream(list(dict.fromkeys(stretch.path for stretch in stretches))):
                self.copied = sum(piece.frames for piece in pieces if piece.kind == "copy")
                return stretches
            self.notices.append("The pieces of the film do not fit one another, so every frame was drawn.")
            self.mode = "moviepy"
        target = self.folder / f"pictures{self.form.coding.suffix}"
        return self._together([drawing.whole(target, Meter(self.tell, _CONFORMED, _DRAWN, self.cut.frames))])

    def _together(self, works: list[Callable[[], Stretch]]) -> list[Stretch]:
        made = self.crew.all([self._mix, *works])
        return [stretch for stretch in made if stretch is not None]

    def _mix(self) -> None:
        if self.sound_file is not None:
            return
        self.tell(_CONFORMED, "mixing the sound")
        with self._timed("sound_s"):
            self.sound_file, self.sound = soundtrack(self.root, self.cut, self.form, self.crew.stopped)

    def _joined(self, stretches: list[Stretch]) -> tuple[Path, tuple[int, str]]:
        """Return the film, and how many pictures are found in it with what digest."""
        sound = self.sound_file
        if sound is None:
            raise GenStudioError("The sound of the film was not mixed.", fix="Render again.", code="internal")
        if self.options.preset == "images":
            film = self.folder / "film"
            film.mkdir()
            self.digest = write_images(stretches, sound, film, self.cancelled)
            return film, folder_digest(film)
        film = self.folder / f"film{self.form.coding.suffix}"
        self.digest = join(stretches, sound, film, self.form, self.cancelled)
        return film, film_digest(film, self.form)


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
