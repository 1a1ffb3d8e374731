"""A project back from its archive. Nothing in the archive is trusted: no path, no link, no size, no hash, no setting."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast
from uuid import uuid4

from genstudio.project import paths
from genstudio.project.archive import BUNDLE, MANIFEST, MEDIA, OVERLAY, is_overlay_name
from genstudio.project.atomic import disk_errors, fsync_folder
from genstudio.project.documents import parse_model, read_bytes
from genstudio.project.repository import Repository
from genstudio.project.repository_bundle import restore_bundle
from genstudio.schema.archive import ARCHIVE_SCHEMA, ArchiveManifest
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError
from genstudio.schema.project import PROJECT_SCHEMA, ProjectManifest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RestoredArchive", "restore_archive"]

_BLOCK: Final = 1 << 20
_LONGEST_READ: Final = 4 << 20
_LARGEST_MANIFEST: Final = 64 << 20
_MOST_FILES: Final = 200_000
_RATIO: Final = 200
"""Media does not compress: an archive that says it grows by more than this is no archive of a project."""
_SLACK: Final = 64 << 20
_BEFORE_MANIFEST: Final = _LARGEST_MANIFEST + (1 << 20)


@dataclass(frozen=True)
class RestoredArchive:
    """The project that came out: its folder, what the archive says was left out of it, and the remotes it was shared by."""

    root: Path
    title: str
    left_out: tuple[str, ...]
    remotes: dict[str, str]


class _Bounded:
    """Reads a gzip stream up to a limit, in pieces of bounded size: neither a bomb nor a huge header gets far."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed
        self._place = 0
        self._last = b""
        self._again = False
        self.limit = _BEFORE_MANIFEST

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _LONGEST_READ:
            raise _bad("it holds a header of an absurd size")
        if self._again and size:
            self._again = False
            self._place += len(self._last)
            return self._last + self.read(size - 1)
        data = self._packed.read(size)
        self._place += len(data)
        self._last = data[-1:] or self._last
        if self._place > self.limit:
            raise _bad("it unpacks to more than it says")
        return data

    def tell(self) -> int:
        return self._place

    def seek(self, place: int) -> int:
        """Go on to a place; also one byte back, as tar readers do to see whether a file is cut off."""
        if place == self._place - 1 and not self._again:
            self._again = True
            self._place = place
            return place
        if place < self._place:
            raise _bad("its parts are in no order")
        while self._place < place:
            if not self.read(min(_BLOCK, place - self._place)):
                raise _bad("it is cut off")
        return place


def restore_archive(archive: Path, target: Path, state_dir: Path) -> RestoredArchive:
    """Make the project in an archive at ``target``, verified by its hashes, by Git and by Git LFS.

    Args:
        archive: A ``.tar.gz`` made by :func:`~genstudio.project.archive.archive_project`.
        target: The folder to make; an empty one may be there.
        state_dir: Where machine state of the project goes.

    Raises:
        BadInputError: It is no archive, or a damaged or hostile one.
        ConflictError: There is something at the target already.
        MissingToolError: It holds media, and Git LFS is not here.
        GenStudioError: The disk is full. In every case nothing is left behind.
    """
    if os.path.lexists(target) and (not target.is_dir() or target.is_symlink() or any(target.iterdir())):
        raise ConflictError(f"There is already something at {str(target)!r}.", fix="Name a folder that does not exist.")
    if archive.is_dir():
        raise BadInputError(f"{str(archive)!r} is a folder, and no archive.", fix="Name the .tar.gz file of a project.")
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.parent / f".new-{uuid4()}"
        beside.mkdir()
        try:
            manifest = _unpack(archive, beside / "incoming")
            _build(manifest, beside / "incoming", beside / "project", state_dir)
            if target.is_dir():
                target.rmdir()
            (beside / "project").rename(target)
            fsync_folder(target.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return RestoredArchive(target, manifest.title, manifest.left_out, manifest.remotes)


# -- unpacking: only declared plain files, each under a name of ours -------------------------------------------------------------------


def _unpack(archive: Path, folder: Path) -> ArchiveManifest:
    folder.mkdir()
    try:
        with archive.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            stream = _Bounded(packed)
            with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:") as tar:
                return _unpack_files(tar, stream, archive.stat().st_size, folder)
    except FileNotFoundError as error:
        raise BadInputError(f"There is no archive {str(archive)!r}.", fix="Check the path.") from error
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, UnicodeError, ValueError) as error:
        raise _bad(f"it is damaged ({error})") from error


def _unpack_files(tar: tarfile.TarFile, stream: _Bounded, packed_bytes: int, folder: Path) -> ArchiveManifest:
    first = tar.next()
    top = "" if first is None else first.name.removesuffix(f"/{MANIFEST}")
    if first is None or not first.isreg() or first.name != f"{top}/{MANIFEST}" or not 0 < first.size <= _LARGEST_MANIFEST:
        raise _bad("it does not begin with archive.json")
    manifest = _read_manifest(b"".join(_content(tar, first)))
    total = sum(file.bytes for file in manifest.files.values())
    _refuse_bomb(manifest, total, packed_bytes, folder)
    stream.limit = stream.tell() + total + 8192 * (len(manifest.files) + 16)
    seen: set[str] = set()
    while (entry := tar.next()) is not None:
        name = entry.name.removeprefix(f"{top}/")
        declared = manifest.files.get(name)
        if declared is None or name in seen or not entry.isreg() or entry.issparse() or entry.size != declared.bytes:
            raise _bad(f"it holds {entry.name!r:.120}, which it does not declare like that")
        seen.add(name)
        _unpack_one(_content(tar, entry), folder / _own_name(name), declared.sha256, name)
    while stream.read(_BLOCK):  # to the end, where the checksum of the whole archive stands
        pass
    if seen != manifest.files.keys():
        raise _bad(f"{min(manifest.files.keys() - seen)!r:.120} is missing in it")
    return manifest


def _read_manifest(data: bytes) -> ArchiveManifest:
    manifest, newer = parse_model(ArchiveManifest, data, ARCHIVE_SCHEMA, MANIFEST)
    if newer:
        raise BadInputError(newer, fix="Update the studio.")
    for name, file in manifest.files.items():
        if name != BUNDLE and not name.startswith((MEDIA, OVERLAY)):
            raise _bad(f"it holds {name!r:.120}, which belongs in no archive")
        if name.startswith(MEDIA) and name != MEDIA + file.sha256:
            raise _bad(f"{name!r:.120} is not named after its content")
        if name.startswith(OVERLAY) and not is_overlay_name(name.removeprefix(OVERLAY)):
            raise _bad(f"it would write {name!r:.120}")
    return manifest


def _refuse_bomb(manifest: ArchiveManifest, total: int, packed_bytes: int, folder: Path) -> None:
    if len(manifest.files) > _MOST_FILES or total > packed_bytes * _RATIO + _SLACK:
        raise _bad(f"it would unpack to {total / 1e9:.1f} GB out of {packed_bytes / 1e6:.1f} MB")
    free = shutil.disk_usage(folder).free
    if total * 2 > free:
        message = f"The project needs {total * 2 / 1e9:.1f} GB here (media stands twice), and {free / 1e9:.1f} GB are free."
        raise GenStudioError(message, fix="Make room, or restore to another disk.", code="disk_full")


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
    reader = tar.extractfile(entry)
    left = entry.size
    while reader is not None and left:
        block = reader.read(min(_BLOCK, left))
        if not block:
            raise _bad("it is cut off")
        left -= len(block)
        yield block


def _own_name(name: str) -> str:
    """Return the name under which a file waits: none of the archive's own names is ever used for that."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


def _unpack_one(content: Iterator[bytes], target: Path, sha256: str, name: str) -> None:
    digest = hashlib.sha256()
    with target.open("xb") as file:
        for block in content:
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != sha256:
        raise _bad(f"{name!r:.120} is damaged: it has another hash than the archive says")


# -- building ----------------------------------------------------------------------------------------------------------------------


def _build(manifest: ArchiveManifest, incoming: Path, root: Path, state_dir: Path) -> None:
    root.mkdir()
    if BUNDLE in manifest.files:
        objects = {name.removeprefix(MEDIA): incoming / _own_name(name) for name in manifest.files if name.startswith(MEDIA)}
        bundle = incoming / _own_name(BUNDLE)
        restore_bundle(Repository(root, state_dir), bundle, manifest, objects)
    for name in manifest.files:
        if name.startswith(OVERLAY):
            target = paths.inside(root, name.removeprefix(OVERLAY))
            if target.is_symlink() or target.is_dir() or not _make_folder(target.parent):
                raise _bad(f"it would write {name!r:.120} over a link, a file or a folder")
            shutil.move(incoming / _own_name(name), target)
    for path in paths.get_renders_dir(root).glob("*/*/*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o444)  # takes never change
    if not paths.get_manifest_path(root).is_file():
        raise _bad("it holds no project.json")
    found, _ = parse_model(ProjectManifest, read_bytes(paths.get_manifest_path(root), "project"), PROJECT_SCHEMA, paths.MANIFEST)
    if found.uuid != manifest.uuid:
        raise _bad("it holds another project than it says")


def _make_folder(folder: Path) -> bool:
    """Make a folder; say whether there is one now, and no file in its place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return False
    return True


def _bad(reason: str) -> BadInputError:
    return BadInputError(f"The archive cannot be restored: {reason}.", fix="Ask for it again, or restore another one.", code="damaged")
