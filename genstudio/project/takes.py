"""Takes: numbers given once, media published without ever replacing, and a list that is the scan of the folders.

A take is there when its record is: the record is renamed in last, and counts only while its media is what it says.
"""

from __future__ import annotations

import os
import time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, locked, publish_without_replace, remove_quietly, write_atomic, write_new
from genstudio.project.documents import dump_json
from genstudio.project.hashing import file_sha256
from genstudio.project.reel import reel
from genstudio.project.staging import Staged, stage
from genstudio.project.take_files import (
    changed_at,
    claim_holder,
    files,
    folders,
    is_media_of,
    is_pointer_to,
    is_shot,
    read_record,
    take_number,
)
from genstudio.schema.base import utc_now
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.schema.take import TakeName, TakeRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TakeStore"]

_MOST_TAKES: Final = 9999
_AT_REST_NS: Final = 100_000_000


class _Known(NamedTuple):
    """A record that was parsed, and its place among the takes of its shot: version and number."""

    record: TakeRecord
    order: tuple[int, int]


class _Settled(NamedTuple):
    """The takes of a shot, whose folder changed ``at`` nanoseconds last; the folder was found to lie in the project."""

    folder: Path
    at: int
    takes: tuple[TakeRecord, ...]


class TakeStore:
    """The takes of the project at ``root``. Safe for threads and processes."""

    def __init__(self, root: Path, project_uuid: str) -> None:
        self.root = root
        self._uuid = project_uuid
        self._parsed: dict[str, tuple[tuple[int, ...], _Known | None]] = {}
        self._settled: dict[str, _Settled] = {}

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def list(self, renders: str, version: int | None = None) -> tuple[TakeRecord, ...]:
        """Return the takes of a shot, oldest version and lowest number first; of one shot version if given."""
        found = [known for known in self._scan(renders) if version is None or known.order[0] == version]
        return tuple(known.record for known in sorted(found, key=lambda known: known.order))

    def all(self) -> dict[str, tuple[TakeRecord, ...]]:
        """Return the takes of all shots that have any, by ``<SCENE>/<SHOT>``."""
        found = {renders: self.list(renders) for renders in self.shots()}
        return {renders: records for renders, records in found.items() if records}

    def shots(self) -> tuple[str, ...]:
        """Return all shots that have a folder, as ``<SCENE>/<SHOT>``, by name."""
        scenes = folders(paths.get_renders_dir(self.root))
        found = ((scene, shot) for scene in scenes for shot in folders(scene))
        return tuple(sorted(f"{scene.name}/{shot.name}" for scene, shot in found if is_shot(scene, shot)))

    def stamp(self, renders: str) -> tuple[int, ...]:
        """Return a cheap token that changes when a take of the shot appears or goes."""
        folder = paths.get_shot_dir(self.root, renders)
        try:
            status = folder.stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_mtime_ns, sum(1 for _ in folder.iterdir()))

    def settled(self, renders: str) -> tuple[TakeRecord, ...]:
        """Return the takes of a shot as :meth:`list` does, for one ``stat`` while its folder has not changed.

        For those who ask after every edit: it shows takes that appear and go, but not media that somebody overwrites in place.
        """
        known = self._settled.get(renders)
        folder = known.folder if known else paths.get_shot_dir(self.root, renders)
        at = changed_at(folder)
        if known is not None and known.at == at:
            return known.takes
        found = self.list(renders)
        if time.time_ns() - at > _AT_REST_NS:  # else another take may still come within the same tick of the disk's clock
            self._settled[renders] = _Settled(folder, at, found)
        return found

    def media_path(self, record: TakeRecord) -> Path:
        """Return the media file of a take.

        Raises:
            NotFoundError: It is gone, or this clone holds only its LFS pointer.
        """
        path = self._media(record)
        size = path.stat().st_size if path.is_file() else -1
        if size == record.bytes:
            return path
        name = f"{paths.RENDERS}/{record.renders}/{record.media}"
        if is_pointer_to(path, record):
            raise NotFoundError(f"The media of {record.id} was not fetched yet.", fix=f'Run: git lfs pull --include "{name}"')
        raise NotFoundError(f"The media of {record.id} is gone or was changed.", fix=f'Bring it back: git restore -- "{name}"')

    def verify(self, record: TakeRecord) -> bool:
        """Read the media and return whether it is exactly what the record says."""
        try:
            return file_sha256(self.media_path(record)) == record.sha256
        except NotFoundError:
            return False

    def unrecorded(self, renders: str) -> tuple[str, ...]:
        """Return media in the folder of a shot that no record vouches for, project-relative, by name."""
        folder = paths.get_shot_dir(self.root, renders)
        vouched = {known.record.media for known in self._scan(renders)}
        names = [entry.name for entry in files(folder) if not entry.name.startswith(".") and not entry.name.endswith((".json", ".txt"))]
        return tuple(f"{paths.RENDERS}/{renders}/{name}" for name in sorted(names) if name not in vouched)

    def _scan(self, renders: str) -> Iterator[_Known]:
        entries = {entry.name: entry for entry in files(paths.get_shot_dir(self.root, renders))}
        for name, entry in entries.items():
            if name.endswith(".json") and not name.startswith("."):
                known = self._record(entry, renders)
                if known is not None and is_media_of(entries.get(known.record.media), known.record):
                    yield known

    def _record(self, entry: os.DirEntry[str], renders: str) -> _Known | None:
        """Return the record in a file; None if it is none of this shot. Parsed once for as long as the file is the same."""
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # gone this very moment
            return None
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        parsed = self._parsed.get(entry.path)
        if parsed is None or parsed[0] != stamp:
            record = read_record(Path(entry.path), renders)
            known = None if record is None else _Known(record, (record.name.version, record.name.take))
            parsed = self._parsed[entry.path] = (stamp, known)
        return parsed[1]

    def _media(self, record: TakeRecord) -> Path:
        return paths.get_shot_dir(self.root, record.renders) / PurePath(record.media).name

    # -- numbers -------------------------------------------------------------------------------------------------------------------

    def claim(self, renders: str, version: int, job: str, *, above: int = 0) -> TakeName:
        """Give a job the next take number of a shot version, for good. Asked again for the same job, the answer is the same.

        With ``above``, the number is greater than that one.

        Raises:
            BadInputError: The shot version is full, or ``renders`` is no shot.
        """
        with locked(paths.get_lock_path(self.root, f"takes {renders}")):
            claims = self._claims(renders, version)
            number = next((take for take, holder in claims.items() if job and holder == job and take > above), None)
            if number is not None:
                return TakeName(renders=renders, version=version, take=number)
            number = 1 + max([above, *claims, *self._numbers_in_folder(renders, version)])
            while number <= _MOST_TAKES:
                name = TakeName(renders=renders, version=version, take=number)
                if self._claim_number(name, job):
                    return name
                number += 1
        raise BadInputError(f"{renders} v{version:02} has {_MOST_TAKES} takes already.", fix="Begin a new version of the shot.")

    def disclaim(self, name: TakeName) -> None:
        """Let a number belong to no job of this machine any more; it is never given to another."""
        path = paths.get_claim_path(self.root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, dump_json({"job": "", "time": utc_now()}))

    def reel(self, name: TakeName) -> str:
        """Return the reel of a take, told apart from those of all other takes of the project."""
        here = (name.renders, name.id)
        others = {take.reel for shot in self.shots() for take in self.settled(shot) if (take.renders, take.id) != here}
        return next(found for salt in range(len(others) + 1) if (found := reel(self._uuid, name, salt)) not in others)

    def _claim_number(self, name: TakeName, job: str) -> bool:
        path = paths.get_claim_path(self.root, name)
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_new(path, dump_json({"job": job, "time": utc_now()}))
        except FileExistsError:
            return False
        return True

    def _claims(self, renders: str, version: int) -> dict[int, str]:
        """Return the holders of the claimed numbers of a shot version."""
        probe = paths.get_claim_path(self.root, TakeName(renders=renders, version=version, take=1))
        found = {}
        for entry in files(probe.parent):
            number = take_number(entry.name, probe.name, version)
            if number is not None:
                found[number] = claim_holder(probe.parent / entry.name)
        return found

    def _numbers_in_folder(self, renders: str, version: int) -> set[int]:
        like = TakeName(renders=renders, version=version, take=1).id
        found = (take_number(entry.name, like, version) for entry in files(paths.get_shot_dir(self.root, renders)))
        return {number for number in found if number is not None}

    # -- publishing ----------------------------------------------------------------------------------------------------------------

    def publish(self, name: TakeName, media: Path, record: TakeRecord) -> TakeRecord:
        """Publish finished media as a take and return its record, with media name, hash and size filled in.

        The media is copied while it is hashed, so that nothing which still holds it open can change the take. If the same job
        has published this take before, that take is returned and the new media is left alone. If a take of others came under the number
        meanwhile, as a pull brings them, the job gets the next one.

        Raises:
            ConflictError: The take was published by another job.
            BadInputError: The media is no plain file, or empty.
            GenStudioError: The disk is full; nothing was published.
        """
        folder = paths.get_shot_dir(self.root, name.renders)
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        name = self._own(name, record.job)
        earlier = self._published(name, record.job)
        if earlier is not None:
            return earlier
        target = paths.get_shot_take_path(self.root, name, media.suffix.lower())
        staged = stage(media, folder / f".{name.id}.{os.urandom(4).hex()}")
        try:
            with locked(paths.get_lock_path(self.root, f"takes {name.renders}")):
                earlier = self._published(name, record.job)
                return earlier if earlier is not None else self._publish(name, staged, target, record)
        finally:
            remove_quietly(staged.path)

    def _publish(self, name: TakeName, staged: Staged, target: Path, record: TakeRecord) -> TakeRecord:
        self._set_orphans_aside(name)
        known = {"id": name.id, "renders": name.renders, "media": target.name, "sha256": staged.sha256, "bytes": staged.bytes}
        full = record.model_copy(update={**known, "reel": record.reel or self.reel(name), "created": record.created or utc_now()})
        data = dump_json(full.model_dump(mode="json", by_alias=True))
        publish_without_replace(staged.path, target)
        try:
            write_new(paths.get_record_path(self.root, name), data)
        except BaseException:
            remove_quietly(target)
            raise
        return full

    def _own(self, name: TakeName, job: str) -> TakeName:
        """Return the name that a job publishes under: the one it was given, or the next if a take of others has that by now."""
        there = read_record(paths.get_record_path(self.root, name), name.renders)
        held = [number for number, holder in self._claims(name.renders, name.version).items() if job and holder == job]
        if there is None or there.job == job or not held:
            return name
        fresh = self.claim(name.renders, name.version, job, above=name.take)
        if name.take in held:
            self.disclaim(name)
        return fresh

    def _published(self, name: TakeName, job: str) -> TakeRecord | None:
        path = paths.get_record_path(self.root, name)
        if not path.exists():
            return None
        record = read_record(path, name.renders)
        if record is None or record.job != job:
            raise ConflictError(f"{name.id} is there already, made by another job.", fix="Generate again: it takes the next number.")
        return record

    def _set_orphans_aside(self, name: TakeName) -> None:
        """Move media of that name without a record out of the way: an attempt died between its media and its record."""
        folder = paths.get_shot_dir(self.root, name.renders)
        for entry in list(files(folder)):
            if PurePath(entry.name).stem == name.id:
                orphans = paths.get_orphans_dir(self.root)
                orphans.mkdir(parents=True, exist_ok=True)
                (folder / entry.name).rename(orphans / f"{name.scene}.{os.urandom(4).hex()}.{entry.name}")
