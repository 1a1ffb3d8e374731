"""Files that people bring into ``01_Assets``: streamed to disk, hashed on the way, looked at before they are seen."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from genstudio.project import paths
from genstudio.project.asset_care import file_users, set_aside
from genstudio.project.atomic import disk_errors, fsync_folder, locked, publish_without_replace, remove_quietly
from genstudio.project.media import MediaInfo, probe
from genstudio.schema.errors import BadInputError, ChangedError, ConflictError, GenStudioError, NotFoundError, ReadOnlyError
from genstudio.session.media import MEDIA_TYPES, etag

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder

__all__ = ["MAX_UPLOAD_BYTES", "Upload", "Uploaded", "delete_file", "refuse_taken", "upload_limit"]

MAX_UPLOAD_BYTES: Final = 8 << 30
"""The largest file that is taken, in bytes, unless ``GENSTUDIO_UPLOAD_MIB`` says otherwise."""

_PICTURES: Final[Mapping[str, str]] = MappingProxyType({".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".gif": "GIF"})
"""What a picture must hold, by suffix, in Pillow's words."""
_LEFT_S: Final = 24 * 3600.0
_RESERVE_BYTES: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that was taken: its project-relative path, what it holds, its hash and the validator for changing it later."""

    path: str
    bytes: int
    sha256: str
    etag: str
    info: MediaInfo


def upload_limit() -> int:
    """Return the largest size of an upload in bytes."""
    wished = os.environ.get("GENSTUDIO_UPLOAD_MIB", "")
    return int(wished) << 20 if wished.isdecimal() else MAX_UPLOAD_BYTES


class Upload:
    """A file on its way. Nobody sees it before :meth:`finish`; leaving the ``with`` block before that leaves nothing.

    Args:
        project: The project it is for.
        relative: Where it is to be, a project-relative path below ``01_Assets``.
        size: How many bytes are announced; None if that is not known.
        limit: How many bytes are taken at most.

    Raises:
        BadInputError: The place, the suffix or the length of the name is not one for uploads, or too much is announced (code
            ``too_large``).
        ReadOnlyError: The place is not below ``01_Assets``.
        GenStudioError: The disk has no room for it.
    """

    def __init__(self, project: ProjectFolder, relative: str, *, size: int | None, limit: int) -> None:
        self.path, self._target = _place(project.root, relative)
        _refuse_long_name(self._target)
        self._root, self._limit = project.root, limit
        self._hash, self.bytes = hashlib.sha256(), 0
        self._refuse_size(size or 0)
        folder = paths.get_cache_dir(project.root, "downloads")
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        if (size or 0) + _RESERVE_BYTES > shutil.disk_usage(folder).free:
            message = f"The disk of the project has no room for {self.path!r:.200}."
            raise GenStudioError(message, fix="Free some space (05_Cache of any project may be deleted).", code="disk_full")
        self._staged = folder / f"upload-{secrets.token_hex(8)}{self._target.suffix.lower()}"
        with disk_errors(self._staged):
            self._file = self._staged.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, chunk: bytes) -> None:
        """Add bytes to the end.

        Raises:
            BadInputError: It has become larger than the limit (code ``too_large``).
        """
        self.bytes += len(chunk)
        self._refuse_size(self.bytes)
        self._hash.update(chunk)
        with disk_errors(self._staged):
            self._file.write(chunk)

    def finish(self, if_match: str | None = None) -> Uploaded:
        """Look at what came, and give it its name.

        Args:
            if_match: The validator of the file that it may replace; without one it replaces none.

        Raises:
            BadInputError: It is not what its suffix says.
            ConflictError: There is a file of that name, and no validator was given.
            ChangedError: The file to replace is not, or no longer, the one of the validator.
        """
        with disk_errors(self._staged):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        info = _checked(self._staged, self._target.name)
        with locked(paths.get_lock_path(self._root, "uploads")), disk_errors(self._target):
            _hold(self._target, self.path, if_match)
            self._target.parent.mkdir(parents=True, exist_ok=True)
            if if_match is None:
                self._publish()
            else:
                self._staged.replace(self._target)
                fsync_folder(self._target.parent)
        return Uploaded(self.path, self.bytes, self._hash.hexdigest(), etag(self._target), info)

    def close(self) -> None:
        """Leave nothing of what is not finished."""
        self._file.close()
        remove_quietly(self._staged)

    def _publish(self) -> None:
        try:
            publish_without_replace(self._staged, self._target)
        except FileExistsError as error:
            raise _taken(self.path) from error

    def _refuse_size(self, size: int) -> None:
        if size > self._limit:
            most = f"{self._limit / 2**20:,.0f} MiB"
            raise BadInputError(
                f"{self.path!r:.200} is larger than the {most} that are taken.", fix="Send a shorter one.", code="too_large"
            )


def refuse_taken(project: ProjectFolder, relative: str) -> None:
    """Tell before anything is sent that there is a file of that name.

    Raises:
        ConflictError: There is one.
        BadInputError: The place or the suffix is not one for uploads; ReadOnlyError: it is not below ``01_Assets``.
    """
    path, target = _place(project.root, relative)
    _refuse_long_name(target)
    _hold(target, path, None)


def delete_file(project: ProjectFolder, relative: str, if_match: str | None = None, *, force: bool = False) -> None:
    """Take a media file out of ``01_Assets``. It is kept aside, as removed assets are, and what is in the project's history stays there.

    Raises:
        ConflictError: Nodes use it and ``force`` is not set; the message names them.
        NotFoundError: There is no such file.
        ReadOnlyError: It is not below ``01_Assets``: takes and films are not deleted here.
        ChangedError: It is not the file of the validator.
    """
    path, target = _place(project.root, relative)
    with locked(paths.get_lock_path(project.root, "uploads")), disk_errors(target):
        if not target.is_file():
            raise NotFoundError(f"There is no file {path!r:.200} in the project.", fix="Check the path.")
        if if_match is not None:
            _hold(target, path, if_match)
        users = () if force else file_users(project, path)
        if users:
            names = ", ".join(users[:5])
            raise ConflictError(f"{path!r:.200} is used by {names}.", fix="Take it off these nodes first, or delete it by force.")
        set_aside(project.root, target)
        fsync_folder(target.parent)


def _place(root: Path, relative: str) -> tuple[str, Path]:
    """Return the clean project-relative path and the absolute one of a file that people may bring."""
    pure = PurePosixPath(relative)
    path = paths.inside(root, relative)
    if pure.parts[:1] != (paths.ASSETS,) or len(pure.parts) < 3:
        raise ReadOnlyError(f"{relative!r:.200} is no place for files of your own.", fix="Use 01_Assets/Source_Media/….")
    if any(part.startswith(".") or not part.isprintable() for part in pure.parts):
        raise BadInputError(f"{relative!r:.200} is no name for a file here.", fix="Use a name without a dot in front.")
    if pure.suffix.lower() not in MEDIA_TYPES:
        known = ", ".join(sorted(MEDIA_TYPES))
        raise BadInputError(f"{pure.name!r:.120} is none of the kinds of file that are taken.", fix=f"Send one of {known}.")
    return pure.as_posix(), path


def _refuse_long_name(target: Path) -> None:
    """Ask the file system before a byte is sent whether it takes the name."""
    with disk_errors(target), suppress(FileNotFoundError, NotADirectoryError):
        target.lstat()


def _checked(staged: Path, name: str) -> MediaInfo:
    """Return what a file holds, having made sure that it is what its name says."""
    suffix = staged.suffix
    if suffix in _PICTURES:
        _check_picture(staged, name)
    try:
        info = probe(staged)
    except BadInputError as error:
        raise BadInputError(f"{name!r:.120} holds no media that can be read.", fix="Send one that plays elsewhere.") from error
    wanted = MEDIA_TYPES[suffix].partition("/")[0]
    if info.kind != wanted and suffix not in _PICTURES:
        holds = {"image": "a picture", "audio": "sound without a picture"}.get(info.kind, "a video")
        raise BadInputError(f"{name!r:.120} holds {holds}, not what its name says.", fix="Give it the suffix of what it is.")
    return info


def _check_picture(staged: Path, name: str) -> None:
    """Look at a picture's header only: a small file may be a huge picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(staged) as image:
                found = image.format
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadInputError(f"The picture {name!r:.120} is too large.", fix="Send one below 89 megapixels.") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadInputError(f"{name!r:.120} holds no picture that can be read.", fix="Send one that opens elsewhere.") from error
    if found != _PICTURES[staged.suffix]:
        fix = "Give it the suffix of what it is."
        raise BadInputError(f"{name!r:.120} holds {found}, not {_PICTURES[staged.suffix]} as its name says.", fix=fix)


def _hold(target: Path, path: str, if_match: str | None) -> None:
    """Refuse to touch a file that is not the one that the caller knows."""
    there = target.is_file()
    if if_match is None:
        if there or os.path.lexists(target):
            raise _taken(path)
        return
    if not there or if_match not in ("*", etag(target)):
        state = "has changed meanwhile" if there else "is not there"
        raise ChangedError(f"{path!r:.200} {state}.", fix="Look at what there is now, then decide again.")


def _taken(path: str) -> ConflictError:
    return ConflictError(f"There is already a file {path!r:.200}.", fix="Choose another name, or send its ETag as If-Match to replace it.")


def _sweep(folder: Path) -> None:
    """Remove what uploads left behind that were killed."""
    for left in folder.glob("upload-*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()
