"""Bring takes to the rate, size and colours of a film, once: the result is kept in the cache by the take's hash.

Conformed media has no sound, its first frame is a key frame and so is every one after a group of pictures of the film's coding.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import av

from genstudio.edit.film_format import FilmFormat, encoder_options, format_key
from genstudio.edit.picture import input_options, look, picture_filters
from genstudio.edit.tools import ffmpeg, run_ffmpeg
from genstudio.graph.cut import conformed_frames
from genstudio.project.atomic import disk_errors
from genstudio.project.paths import get_cache_dir, inside
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError
from genstudio.schema.rates import parse_rate, rate_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.schema.cut import CutSource

__all__ = ["cached", "conform", "conformed_length", "content_key", "count_frames", "source_path", "stream_of"]

_POINTER: Final = b"version https://git-lfs"
_CHUNK: Final = 1 << 20


def conformed_length(source: CutSource, form: FilmFormat, still_frames: int = 1) -> int:
    """Return how many frames a take has at the rate of the film: all it needs for its whole duration.

    A still has as many as asked for by ``still_frames``.
    """
    if source.kind == "image":
        return still_frames
    return conformed_frames(source.frames, parse_rate(source.fps), form.rate)


def conform(
    root: Path,
    source: CutSource,
    form: FilmFormat,
    *,
    still_frames: int = 1,
    cancelled: Callable[[], bool] = lambda: False,
    frames: Callable[[int], None] | None = None,
) -> Path:
    """Return the conformed media of a take, making it if the cache does not have it.

    Args:
        root: Root of the project.
        source: The take.
        form: Format of the film.
        still_frames: How long a still is held, in frames of the film.
        cancelled: Asked about twice a second.
        frames: Told how many frames are done.

    Raises:
        NotFoundError: The media is missing.
        BadInputError: The media is not what its record says, or a Git LFS pointer.
        GenStudioError: It cannot be decoded, or the disk is full.
        RenderCancelledError: ``cancelled`` returned true.
    """
    length = conformed_length(source, form, still_frames)
    key = content_key({"take": source.sha256, "kind": source.kind, "frames": length, **format_key(form)})
    target = get_cache_dir(root, "conformed") / f"{key}{form.coding.suffix}"

    def make(path: Path) -> None:
        media = source_path(root, source)
        _check_media(media, source)
        run_ffmpeg(
            f"The take {source.take} cannot be read", _command(media, source, form, length, path), cancelled=cancelled, frames=frames
        )

    return cached(target, make, length)


def source_path(root: Path, source: CutSource) -> Path:
    """Return the media of a take.

    Raises:
        NotFoundError: It is not there.
    """
    path = inside(root, source.media)
    if not path.is_file():
        message = f"The media of the take {source.take} is missing: {source.media}."
        raise NotFoundError(message, fix="Choose another take, or fetch it with: git lfs pull")
    return path


def content_key(content: object) -> str:
    """Return the name under which something made from ``content`` (plain JSON) is cached."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:40]


def cached(target: Path, make: Callable[[Path], None], length: int) -> Path:
    """Return ``target`` if it has ``length`` video frames, otherwise let ``make`` write it beside and rename it in.

    Raises:
        GenStudioError: What was made has another number of frames.
    """
    if target.is_file() and count_frames(target) == length:
        return target
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as folder:
            made = Path(folder) / f"piece{target.suffix}"
            make(made)
            found = count_frames(made)
            if found != length:
                raise GenStudioError(f"A piece of the film has {found} frames and not {length}.", fix="Render again.", code="internal")
            made.replace(target)
    return target


@dataclass(frozen=True, slots=True)
class Stream:
    """The video of a file: how many frames it has, 0 if it is damaged, and what a decoder must be told to read it."""

    frames: int
    setup: tuple[object, ...] = ()


def stream_of(path: Path) -> Stream:
    """Return the video of a file."""
    status = path.stat()
    return _stream(path, status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=4096)
def _stream(path: Path, *_unchanged: int) -> Stream:
    try:
        with av.open(str(path)) as container:
            context = container.streams.video[0].codec_context
            setup = (context.name, context.width, context.height, context.pix_fmt, context.extradata)
            return Stream(sum(1 for packet in container.demux(video=0) if packet.size), setup)
    except (av.FFmpegError, IndexError):
        return Stream(0)


def count_frames(path: Path) -> int:
    """Return the number of video frames of a file; 0 if it is damaged."""
    return stream_of(path).frames


def _check_media(media: Path, source: CutSource) -> None:
    digest = hashlib.sha256()
    with media.open("rb") as file:
        head = file.read(_CHUNK)
        if head.startswith(_POINTER):
            message = f"The media of the take {source.take} was not fetched: {source.media} is only a Git LFS pointer."
            raise BadInputError(message, fix="Run: git lfs pull")
        digest.update(head)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != source.sha256:
        message = f"The media of the take {source.take} is damaged: {source.media} is not what its record says."
        raise BadInputError(message, fix="Restore it with git restore, or choose another take.")


def _check_length(media: Path, source: CutSource) -> None:
    """Refuse a video that ends early: its last frame would be held for what is missing."""
    there = count_frames(media)
    if source.kind == "video" and there < source.frames:
        message = f"The take {source.take} is cut off: it has {there} of its {source.frames} frames."
        raise GenStudioError(message, fix="Make the take again, or use another one.", code="bad_media")


def _command(media: Path, source: CutSource, form: FilmFormat, length: int, target: Path) -> list[str]:
    picture = look(media, source)
    _check_length(media, source)
    output = ["-map", "0:v:0", "-vf", picture_filters(picture, source, form), "-r", rate_text(form.rate), "-frames:v", str(length)]
    return ffmpeg(*input_options(picture, source, form), "-i", f"file:{media}", *output, *encoder_options(form), f"file:{target}")
