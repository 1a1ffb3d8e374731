"""Hand a film over to an editor: a folder with its lists and its media, each file named by reel and tagged with reel and timecode.

Resolve finds media by source timecode and reel and never by file name in an edit list, so every take has a reel and a start timecode of its
own, and the media carries both in a MOV, the only common file with a place for a reel. Whole takes are handed over, so that every cut has
handles.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import av

from genstudio.edit.conform import conform, conformed_length, count_frames, source_path
from genstudio.edit.edl_write import write_edl_reels
from genstudio.edit.export import publish_folder
from genstudio.edit.film_format import FilmFormat, format_of
from genstudio.edit.otio import has_fcp_xml, write_fcp_xml, write_otio
from genstudio.edit.otio_read import check_exchange
from genstudio.edit.timeline import check_cut
from genstudio.edit.tools import SAFE_INPUT, check_cancelled, ffmpeg, run_ffmpeg
from genstudio.project.atomic import disk_errors
from genstudio.project.paths import get_cache_dir, get_exports_dir, project_folder_name, relative
from genstudio.schema.base import Frozen
from genstudio.schema.cut import CutList, CutSource
from genstudio.schema.errors import GenStudioError
from genstudio.schema.rates import parse_rate

__all__ = ["HandOff", "HandedMedia", "hand_off"]

MEDIA: Final = "Media"
_COPIED: Final = frozenset({"h264", "hevc", "prores", "mpeg4", "mjpeg", "dnxhd"})
_README: Final = """{title}

{edl}  edit list (CMX3600), {fps} frames a second{drop}
{name}.otio  OpenTimelineIO: Resolve 18.5 and later, Premiere 25.6 and later
{name}.xml  Final Cut Pro 7 XML
Media/  the takes, named by reel; reel and start timecode are inside the files

DaVinci Resolve: add the folder Media to the media pool, then File > Import > Timeline, choose a list, and answer {fps} for its rate.
With the edit list, switch on "Assist using reel names from the source clip filename", so that takes are told apart by their reels.
Adobe Premiere: File > Import, choose the XML (or the .otio); point it to the folder Media when it asks for a file.
What an edit list cannot say (titles, music, levels) is in the film itself.
"""


class HandedMedia(Frozen):
    """A file of a hand-off: ``copied`` says whether its pictures are those of the take, bit for bit."""

    take: str
    reel: str
    file: str
    sha256: str
    frames: int
    start_timecode: str
    copied: bool


class HandOff(Frozen):
    """What was handed over: ``path`` of the folder is project-relative, the other paths are relative to it."""

    path: str
    title: str
    fps: str
    lists: tuple[str, ...]
    media: tuple[HandedMedia, ...]
    notices: tuple[str, ...] = ()


def hand_off(
    project_root: Path,
    cut: CutList,
    *,
    progress: Callable[[float, str], None] = lambda _percent, _step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> HandOff:
    """Write ``06_Exports/<title>_handoff_v001`` (the next free number) with EDL, ``.otio``, FCP7 XML, media and a readme.

    Takes at the rate of the film are rewrapped without touching picture or sound; those of another rate, and stills, are brought to it,
    since an edit list counts all sources at one rate.

    Args:
        project_root: Root of the project.
        cut: The film.
        progress: Told the percentage and what is being done.
        cancelled: Asked about twice a second; after it returned true no file is left.

    Raises:
        BadInputError: A CMX3600 list cannot say the cut, or media is damaged.
        NotFoundError: Media is missing.
        MissingToolError: OpenTimelineIO is not installed.
        RenderCancelledError: ``cancelled`` returned true.
        GenStudioError: The disk is full, or what was written does not read as the cut.
    """
    check_cut(cut)
    scratch = get_cache_dir(project_root, "pieces")
    with disk_errors(scratch):
        scratch.mkdir(parents=True, exist_ok=True)
        get_exports_dir(project_root).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".handoff-", dir=scratch) as place:
            folder = Path(place) / "handoff"
            (folder / MEDIA).mkdir(parents=True)
            made = _Packer(project_root, cut, folder, cancelled).pack(progress)
            check_cancelled(cancelled)
            made = made.model_copy(update={"path": relative(project_root, publish_folder(project_root, folder, f"{cut.title} handoff"))})
    progress(100.0, "done")
    return made


class _Packer:
    """Fills the folder of one hand-off."""

    def __init__(self, root: Path, cut: CutList, folder: Path, cancelled: Callable[[], bool]) -> None:
        self.root, self.cut, self.folder, self.cancelled = root, cut, folder, cancelled
        self.form: FilmFormat = format_of(cut)
        self.notices: list[str] = []

    def pack(self, progress: Callable[[float, str], None]) -> HandOff:
        sources = {event.source.sha256: event.source for event in self.cut.events}
        media = []
        for number, source in enumerate(sources.values()):
            progress(95.0 * number / len(sources), f"packing {source.take}")
            check_cancelled(self.cancelled)
            media.append(self._media(source))
        progress(95.0, "writing the lists")
        lists = self._lists()
        made = HandOff(path="", title=self.cut.title, fps=self.cut.fps, lists=lists, media=tuple(media), notices=tuple(self.notices))
        (self.folder / "handoff.json").write_text(made.model_dump_json(indent=2, exclude={"path"}) + "\n", encoding="utf-8")
        return made

    def _lists(self) -> tuple[str, ...]:
        """Write the lists as an editor sees the media: relative to the folder."""
        name = project_folder_name(self.cut.title)
        events = [
            event.model_copy(update={"source": event.source.model_copy(update={"media": _file(event.source)})}) for event in self.cut.events
        ]
        cut = self.cut.model_copy(update={"events": tuple(events)})
        edls = write_edl_reels(cut)
        texts = {f"{name}_reel{number}.edl" if number > 1 else f"{name}.edl": text for number, text in enumerate(edls, start=1)}
        timelines = {".otio": write_otio(cut)}
        if has_fcp_xml(cut):
            timelines[".xml"] = write_fcp_xml(cut)
        else:
            self.notices.append(f"There is no FCP7 XML: it has no timecode at {cut.fps} frames a second.")
        for suffix, text in timelines.items():
            check_exchange(text, suffix, cut)
            texts[name + suffix] = text
        drop = ", drop frame" if ";" in cut.start_timecode else ""
        readme = _README.format(title=cut.title, name=name, edl=f"{name}.edl", fps=f"{float(parse_rate(cut.fps)):.6g}", drop=drop)
        for file, text in {**texts, "README.txt": readme}.items():
            (self.folder / file).write_text(text, encoding="utf-8")
        return tuple(texts)

    def _media(self, source: CutSource) -> HandedMedia:
        target = self.folder / _file(source)
        media = source_path(self.root, source)
        copied = self._may_copy(media, source)
        frames = source.frames if copied else self._frames(source)
        pictures = media if copied else self._conformed(source, frames)
        if not source.reel:
            self.notices.append(f"{source.take} has no reel; an editor has to find it by its name.")
        tags = ["-timecode", source.start_timecode, "-metadata:s:v:0", f"reel_name={source.reel or source.take}"]
        inputs = [*SAFE_INPUT, "-i", f"file:{pictures}", *([] if copied else [*SAFE_INPUT, "-i", f"file:{media}"])]
        streams = ["-map", "0:v:0", "-map", "0:a?" if copied else "1:a?", "-map_metadata", "-1"]
        command = ffmpeg(*inputs, *streams, "-c", "copy", *tags, "-f", "mov", f"file:{target}")
        run_ffmpeg(f"The take {source.take} cannot be handed over", command, cancelled=self.cancelled)
        self._check(target, source, frames)
        with target.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return HandedMedia(
            take=source.take,
            reel=source.reel,
            file=_file(source),
            sha256=digest,
            frames=frames,
            start_timecode=source.start_timecode,
            copied=copied,
        )

    def _may_copy(self, media: Path, source: CutSource) -> bool:
        if source.kind == "image" or parse_rate(source.fps) != self.form.rate:
            return False
        try:
            with av.open(str(media), options={"protocol_whitelist": "file"}) as container:
                return container.streams.video[0].codec_context.name in _COPIED
        except (av.FFmpegError, IndexError):
            return False  # conforming it says what is wrong with it

    def _frames(self, source: CutSource) -> int:
        """Return how many frames of the film's rate a take is handed over with: all it has, a still as many as the film shows."""
        shown = [event.record_out - event.record_in for event in self.cut.events if event.source.sha256 == source.sha256]
        needed = [event.source_out for event in self.cut.events if event.source.sha256 == source.sha256]
        after = max(event.transition.frames for event in self.cut.events)
        return conformed_length(source, self.form, max([*shown, *needed]) + after)

    def _conformed(self, source: CutSource, frames: int) -> Path:
        why = "is a still" if source.kind == "image" else f"has {source.fps} frames a second or a codec that editors do not read"
        self.notices.append(f"{source.take} {why}; it was brought to the format of the film.")
        return conform(self.root, source, self.form, still_frames=frames, cancelled=self.cancelled)

    def _check(self, target: Path, source: CutSource, frames: int) -> None:
        """Read what was written: all frames, the timecode, the reel."""
        with av.open(str(target)) as container:
            stream = container.streams.video[0]
            timecode = stream.metadata.get("timecode") or next(
                (other.metadata["timecode"] for other in container.streams if "timecode" in other.metadata), ""
            )
        found = count_frames(target)
        if found != frames or _numbers(timecode) != _numbers(source.start_timecode):
            message = f"The media of {source.take} was not handed over whole ({found} of {frames} frames, timecode {timecode or 'none'})."
            raise GenStudioError(message, fix="Make the take again, or use another one.", code="bad_media")


def _numbers(timecode: str) -> list[int]:
    """Return hours, minutes, seconds and frames; ffmpeg writes frames with one digit at rates up to ten."""
    return [int(number) for number in re.findall(r"\d+", timecode)]


def _file(source: CutSource) -> str:
    return f"{MEDIA}/{source.reel or source.take}.mov"
