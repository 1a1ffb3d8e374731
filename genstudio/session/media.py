"""Media of a project as clients see them: URLs, types, and pieces of files for carriers that only take messages."""

from __future__ import annotations

import base64
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from genstudio.project.media import thumbnail
from genstudio.project.paths import inside
from genstudio.project.proxies import proxy
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.message import TakeView

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.take import TakeRecord

__all__ = [
    "CHUNK_BYTES",
    "MEDIA_TYPES",
    "MediaChunk",
    "MediaFile",
    "etag",
    "find_media",
    "media_url",
    "read_chunk",
    "resolve_url",
    "take_view",
]

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".mp4": "video/mp4",
        ".m4v": "video/mp4",
        ".mov": "video/quicktime",
        ".webm": "video/webm",
        ".mkv": "video/x-matroska",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".webp": "image/webp",
        ".gif": "image/gif",
        ".wav": "audio/wav",
        ".mp3": "audio/mpeg",
        ".m4a": "audio/mp4",
        ".ogg": "audio/ogg",
        ".flac": "audio/flac",
    }
)
"""What is served, by suffix. SVG and HTML are not: they can carry scripts."""

CHUNK_BYTES: Final = 48 * 1024
"""Bytes of media in one message; base64 makes 64 KiB of them."""

_WIDTHS: Final = (160, 320, 640, 1280)
"""Widths of thumbnails in pixels; others are rounded up, so that a client cannot fill the cache."""


class MediaFile(NamedTuple):
    """A file that may be served: where it is, its MIME type and its size in bytes."""

    path: Path
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class MediaChunk:
    """A piece of a file: base64 text, the offset of the next piece (None at the end), and the MIME type."""

    data: str
    next: int | None
    type: str


def media_url(uuid: str, relative: str, *, width: int | None = None) -> str:
    """Return the URL of a project file relative to the studio's base; with ``width`` that of a thumbnail so many pixels wide."""
    return f"media/{uuid}/{quote(relative)}" + (f"?w={width}" if width else "")


def take_view(project: ProjectFolder, record: TakeRecord) -> TakeView:
    """Return a take with the URLs of its media and its thumbnail; an audio take has no thumbnail."""
    relative = project.takes.media_path(record).relative_to(project.root).as_posix()
    small = "" if record.kind == "audio" else media_url(project.uuid, relative, width=320)
    return TakeView(record=record, output_url=media_url(project.uuid, relative), thumbnail_url=small)


def etag(path: Path) -> str:
    """Return a validator of a file's content: hashing a long film on every request would take seconds."""
    status = path.stat()
    return f'"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}"'


def find_media(root: Path, relative: str, width: int | None = None, *, small: bool = False) -> MediaFile:
    """Return the media file of a project, its thumbnail of at least ``width`` pixels, or (``small``) its proxy video.

    Thumbnails and proxies are made if there are none, which takes a while.

    Raises:
        NotFoundError: There is no such media file; also for files that are no media, and for hidden folders.
        BadInputError: The path leads out of the project, or the file has no picture.
    """
    pure = PurePosixPath(relative)
    kind = MEDIA_TYPES.get(pure.suffix.lower())
    missing = NotFoundError("There is no media file of that name in the project.", fix="Reload the page to see what there is.")
    if kind is None or "\0" in relative or any(part.startswith(".") for part in pure.parts):
        raise missing
    path = inside(root, relative)
    try:
        status = path.stat()
    except OSError as error:  # also a name that no disk can have
        raise missing from error
    if not stat.S_ISREG(status.st_mode):
        raise missing
    if width is not None:
        path, kind = thumbnail(root, relative, _round_up(width)), "image/jpeg"
    elif small:
        path, kind = proxy(root, relative), "video/mp4"
    return MediaFile(path, kind, path.stat().st_size)


def resolve_url(project: ProjectFolder, url: str) -> MediaFile:
    """Return the file behind a media URL of this project, as :func:`media_url` writes them.

    Raises:
        BadInputError: The URL is not one of this project.
        NotFoundError: There is no such file.
    """
    parts = urlsplit(url)
    prefix = f"media/{project.uuid}/"
    if parts.scheme or parts.netloc or not parts.path.startswith(prefix):
        raise BadInputError(f"{url!r:.200} is no media of this project.", fix="Use the URLs that the studio sends.")
    query = parse_qs(parts.query, keep_blank_values=True)
    width = query.get("w", [""])[0]
    pixels = int(width) if width.isdecimal() and len(width) < 6 else None
    return find_media(project.root, unquote(parts.path.removeprefix(prefix)), pixels, small="proxy" in query)


def read_chunk(file: MediaFile, offset: int) -> MediaChunk:
    """Return the piece of a file that begins at ``offset`` bytes."""
    with file.path.open("rb") as stream:
        stream.seek(offset)
        data = stream.read(CHUNK_BYTES)
    end = offset + len(data)
    return MediaChunk(base64.b64encode(data).decode("ascii"), end if end < file.size else None, file.type)


def _round_up(width: int) -> int:
    return next((known for known in _WIDTHS if known >= width), _WIDTHS[-1])
