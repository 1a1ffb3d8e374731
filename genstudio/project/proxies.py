"""Small videos that play at once while a pointer rests on a take; made once, kept in the cache."""

from __future__ import annotations

import hashlib
import secrets
import subprocess
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, fsync_folder, locked, remove_quietly
from genstudio.project.media import ffmpeg_path, probe
from genstudio.schema.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["proxy"]

_WIDTH: Final = 320
_LONGEST_S: Final = 20
_TIMEOUT_S: Final = 300.0
_LOCK_S: Final = _TIMEOUT_S + 10


def proxy(project_root: Path, relative: str) -> Path:
    """Return a small silent MP4 of a video, at most 320 pixels wide and 20 seconds long.

    Raises:
        NotFoundError: There is no such media.
        BadInputError: The path leads out of the project, or the file is no video.
    """
    source = paths.inside(project_root, relative)
    if not source.is_file():
        raise NotFoundError(f"There is no media at {relative!r}.", fix="Check the path.")
    status = source.stat()
    key = hashlib.sha256(f"{relative}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    target = paths.get_cache_dir(project_root, "proxies") / f"{key}.mp4"
    if target.exists():
        return target
    if probe(source).kind != "video":
        raise BadInputError(f"{source.name!r} is no video.", fix="Ask for a thumbnail of a picture.")
    with locked(paths.get_lock_path(project_root, f"proxy {key}"), _LOCK_S):
        if not target.exists():
            _make(source, target)
    return target


def _make(source: Path, target: Path) -> None:
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".tmp-{secrets.token_hex(8)}.mp4")
    picture = ["-vf", f"scale='min({_WIDTH},iw)':-2:flags=bilinear", "-c:v", "libx264", "-preset", "veryfast", "-crf", "28"]
    form = ["-pix_fmt", "yuv420p", "-g", "12", "-an", "-map_metadata", "-1", "-movflags", "+faststart", "-t", str(_LONGEST_S)]
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-i", f"file:{source}"]
    try:
        done = subprocess.run(
            [*command, *picture, *form, f"file:{beside}"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise BadInputError(f"No small video of {source.name!r} could be made: {reason}.", fix="Check that it plays.")
        with disk_errors(target):
            beside.replace(target)
            fsync_folder(target.parent)
    finally:
        remove_quietly(beside)
