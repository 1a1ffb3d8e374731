"""Media files: what they are, small pictures of them, and tags written without touching picture or sound."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import warnings
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Literal

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, write_atomic
from genstudio.project.documents import DamagedError, load_json
from genstudio.project.media_tags import PNG_KEY, capped, ffmetadata, png_with_text
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError, NotFoundError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["MediaInfo", "embedded_record", "ffmpeg_path", "probe", "tag", "thumbnail"]

Kind = Literal["image", "video", "audio"]
_FORMATS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mxf,gif,apng,wav,mp3,flac,ogg,aac,aiff,mpegts,"
    "png_pipe,jpeg_pipe,webp_pipe,tiff_pipe,bmp_pipe,exr_pipe,image2,image2pipe"
)
"""What is opened. Play lists and the like are not: they would name other files and addresses."""
_OPEN_OPTIONS: Final = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
_TIMECODED: Final = frozenset({".mp4", ".mov", ".m4v"})
_TAG_TIMEOUT_S: Final = 600.0
_THUMBNAIL_WIDTHS: Final = range(16, 2049)
_JPEG_QUALITY: Final = 85


@dataclass(frozen=True)
class MediaInfo:
    """What a media file holds.

    Sizes in pixels; ``fps`` exact, None without a video; ``frames`` 1 for an image, 0 for sound; ``duration_s`` in seconds, 0 for an
    image; ``audio`` says whether there is sound; ``codec`` is that of the picture, else of the sound.
    """

    kind: Kind
    width: int
    height: int
    fps: Fraction | None
    frames: int
    duration_s: float
    audio: bool
    codec: str


def probe(path: Path) -> MediaInfo:
    """Return what a media file is, having decoded its first picture or sound.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is no media, or it is cut off at its start.
    """
    import av

    with _opened(path) as container, _media_errors(path):
        video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
        audio = next(iter(container.streams.audio), None)
        stream = video or audio
        if stream is None or next(container.decode(stream), None) is None:
            raise BadInputError(f"{path.name!r} holds neither picture nor sound.", fix="Use an image, a video or a sound file.")
        duration = container.duration / av.time_base if container.duration else 0.0
        if video is None:
            return MediaInfo("audio", 0, 0, None, 0, duration, audio=True, codec=stream.codec_context.name)
        frames = video.frames or _count_frames(path)
        context = video.codec_context
        if _is_still(container.format.name, frames):
            return MediaInfo("image", context.width, context.height, None, 1, 0.0, audio=False, codec=context.name)
        rate = Fraction(video.average_rate or video.guessed_rate or 0) or None
        return MediaInfo("video", context.width, context.height, rate, frames, duration, audio is not None, context.name)


def _is_cover(stream: Any) -> bool:  # noqa: ANN401 - PyAV has no types of its own here
    """Whether the "video" is the cover picture of a sound file."""
    import av

    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _is_still(format_name: str, frames: int) -> bool:
    return frames <= 1 and (format_name.endswith("_pipe") or format_name in ("image2", "gif", "apng"))


def _count_frames(path: Path) -> int:
    """Count the packets of the first video stream: exact, where the header does not say."""
    with _opened(path) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def _opened(path: Path) -> Any:  # noqa: ANN401 - PyAV's container, closed by ``with``
    import av

    if not path.is_file():
        raise NotFoundError(f"There is no media at {str(path)!r}.", fix="Check the path.")
    with _media_errors(path):
        return av.open(f"file:{path}", mode="r", options=dict(_OPEN_OPTIONS), metadata_errors="replace")


class _media_errors:  # noqa: N801 - used as a context manager, like a function
    """Turn what PyAV raises for a file that is no media into an error that people understand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        import av

        if isinstance(error, (av.FFmpegError, EOFError)):
            message = f"{self._path.name!r} is no media that can be read: {error}."
            raise BadInputError(message, fix="Use an image, a video or a sound file that plays elsewhere.") from error


# -- pictures ----------------------------------------------------------------------------------------------------------------------


def thumbnail(project_root: Path, relative: str, width: int = 320) -> Path:
    """Return a JPEG of a picture or of a frame a third into a video, at most ``width`` pixels wide; made once, kept in the cache.

    Raises:
        NotFoundError: There is no such media.
        BadInputError: The path leads out of the project, the width is not in 16…2048, or the file has no picture.
    """
    if width not in _THUMBNAIL_WIDTHS:
        raise BadInputError(f"A thumbnail cannot be {width} pixels wide.", fix="Ask for 16 to 2048.")
    source = paths.inside(project_root, relative)
    if not source.is_file():
        raise NotFoundError(f"There is no media at {relative!r}.", fix="Check the path.")
    status = source.stat()
    key = hashlib.sha256(f"{relative}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    target = paths.get_cache_dir(project_root, "thumbnails") / f"{key}_{width}.jpg"
    if not target.exists():
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, _jpeg(_picture(source), width))
    return target


def _picture(path: Path) -> Image.Image:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError:
        return _frame(path)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadInputError(f"The picture {path.name!r} is too large.", fix="Use one below 89 megapixels.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise BadInputError(f"{path.name!r} is no picture that can be read: {error}.", fix="Generate or export it again.") from error


def _frame(path: Path) -> Image.Image:
    """Return the frame a third into a video: the first one is often black."""
    with _opened(path) as container, _media_errors(path):
        if not container.streams.video:
            raise BadInputError(f"{path.name!r} has no picture.", fix="Ask for a thumbnail of an image or a video.")
        stream = container.streams.video[0]
        if container.duration:
            container.seek(container.duration // 3)
        frame = next(container.decode(stream), None)
        if frame is None:
            container.seek(0)
            frame = next(container.decode(stream), None)
        if frame is None:
            raise BadInputError(f"{path.name!r} has no picture that can be read.", fix="Generate or export it again.")
        picture: Image.Image = frame.to_image()
        return picture


def _jpeg(image: Image.Image, width: int) -> bytes:
    from PIL import Image as Pillow

    if image.width > width:
        image = image.resize((width, max(1, round(image.height * width / image.width))), Pillow.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()


# -- tags --------------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _bundled_ffmpeg() -> str:
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def ffmpeg_path() -> str:
    """Return the ffmpeg program: ``IMAGEIO_FFMPEG_EXE`` if set, else the one that came with the studio.

    Raises:
        MissingToolError: There is none.
    """
    named = os.environ.get("IMAGEIO_FFMPEG_EXE")
    if named and shutil.which(named) is None:
        raise MissingToolError(f"IMAGEIO_FFMPEG_EXE names {named!r}, which is no program.", fix="Correct or unset IMAGEIO_FFMPEG_EXE.")
    if named:
        return named
    try:
        return _bundled_ffmpeg()
    except RuntimeError as error:
        raise MissingToolError("ffmpeg is not there.", fix="pip install imageio-ffmpeg") from error


def tag(source: Path, target: Path, timecode: str, reel: str, comment_json: str) -> None:
    """Write ``target``: the media of ``source``, untouched, with start timecode, reel and record embedded (capped at 64 KB).

    MOV carries all three, MP4 timecode and record (it has no place for a reel but the record's), PNG the record (as iTXt), other
    sound and video the record as comment; other images are copied as they are.

    Raises:
        BadInputError: The media or the comment is unusable.
        MissingToolError: ffmpeg is not there.
    """
    comment = capped(comment_json, reel=reel, start_timecode=timecode)
    suffix = source.suffix.lower()
    if suffix == ".png":
        with disk_errors(target):
            target.write_bytes(png_with_text(source.read_bytes(), comment))
    elif probe(source).kind == "image":
        with disk_errors(target):
            shutil.copyfile(source, target)
    else:
        _remux(source, target, ["-timecode", timecode, "-metadata:s:v:0", f"reel_name={reel}"] if suffix in _TIMECODED else [], comment)


def _remux(source: Path, target: Path, options: list[str], comment: str) -> None:
    with TemporaryDirectory(prefix="genstudio-tag-") as folder:
        metadata = Path(folder) / "tags.txt"
        metadata.write_bytes(ffmetadata(comment))
        command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-protocol_whitelist", "file"]
        command += ["-i", f"file:{source}", "-f", "ffmetadata", "-i", str(metadata), "-map", "0", "-map", "-0:d", "-map_metadata", "1"]
        command += ["-c", "copy", "-movflags", "+faststart", *options, f"file:{target}"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_TAG_TIMEOUT_S, check=False)
    if done.returncode != 0:
        target.unlink(missing_ok=True)
        if "No space left" in done.stderr:
            raise GenStudioError(f"The disk is full: {target.name!r} could not be written.", fix="Free some space.", code="disk_full")
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BadInputError(f"{source.name!r} could not be tagged: {reason}.", fix="Check that the media plays.")


def embedded_record(path: Path) -> dict[str, Any] | None:
    """Return the record embedded in a media file by :func:`tag`; None if there is none.

    Raises:
        NotFoundError, BadInputError: As in :func:`probe`.
    """
    if path.suffix.lower() == ".png":
        text = _png_text(path)
    else:
        with _opened(path) as container:
            text = next((value for key, value in container.metadata.items() if key.lower() == "comment"), "")
    try:
        return load_json(text.encode(), path.name)
    except (DamagedError, UnicodeEncodeError):
        return None


def _png_text(path: Path) -> str:
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.load()
            return str(image.info.get(PNG_KEY, ""))
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {path.name!r}.", fix="Check the path.") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInputError(f"{path.name!r} is no picture that can be read: {error}.", fix="Export it again.") from error
