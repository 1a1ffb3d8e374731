"""The files of a shot's folder: which are records, claims, pointers, and which number a name has."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePath
from typing import Final

from genstudio.project.documents import DamagedError, parse_model, read_plain
from genstudio.schema.errors import BadInputError
from genstudio.schema.take import TAKE_SCHEMA, TakeName, TakeRecord

__all__ = ["changed_at", "claim_holder", "files", "folders", "is_media_of", "is_pointer_to", "is_shot", "read_record", "take_number"]

_POINTER_START: Final = b"version https://git-lfs.github.com/spec/"
_POINTER_BYTES: Final = 1024


def read_record(path: Path, renders: str) -> TakeRecord | None:
    """Return the record at ``path`` if it is one of that shot and its names are its own."""
    try:
        record, _ = parse_model(TakeRecord, read_plain(path), TAKE_SCHEMA, path.name)
    except (DamagedError, OSError):
        return None
    if record.id != path.stem or record.renders != renders or PurePath(record.media).stem != record.id or "/" in record.media:
        return None
    try:
        return record if record.name.id == record.id else None
    except (BadInputError, ValueError):
        return None


def claim_holder(path: Path) -> str:
    """Return the job that holds a claim; empty if the claim cannot be read."""
    try:
        holder = json.loads(read_plain(path))["job"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return holder if isinstance(holder, str) else ""


def take_number(file_name: str, like: str, version: int) -> int | None:
    """Return the take number in a file name of the shot of ``like`` and that version; None if it is no such name."""
    try:
        shot, found, number = TakeName.parse(PurePath(file_name).stem)
    except BadInputError:
        return None
    return number if found == version and like.startswith(f"{shot}_v") else None


def is_pointer_to(path: Path, record: TakeRecord) -> bool:
    """Whether the file is the LFS pointer of just this media (a clone that fetched no media)."""
    if not path.is_file() or path.stat().st_size > _POINTER_BYTES:
        return False
    data = path.read_bytes()
    lines = data.split(b"\n")
    return data.startswith(_POINTER_START) and f"oid sha256:{record.sha256}".encode() in lines and f"size {record.bytes}".encode() in lines


def changed_at(folder: Path) -> int:
    """Return when something in a folder last appeared or went, in nanoseconds; 0 if the folder is not there."""
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def is_media_of(entry: os.DirEntry[str] | None, record: TakeRecord) -> bool:
    """Whether an entry of the shot's folder is the media of a record, or its LFS pointer, as far as its size tells."""
    if entry is None:
        return False
    try:
        return entry.stat(follow_symlinks=False).st_size == record.bytes or is_pointer_to(Path(entry.path), record)
    except FileNotFoundError:  # gone this very moment
        return False


def files(folder: Path) -> list[os.DirEntry[str]]:
    """Return the plain files of a folder; none if it is not there. Links are no plain files."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [entry for entry in entries if entry.is_file(follow_symlinks=False)]


def folders(folder: Path) -> list[Path]:
    """Return the real folders in a folder; none if it is not there."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]


def is_shot(scene: Path, shot: Path) -> bool:
    """Say whether two folder names are those of a scene and a shot."""
    try:
        TakeName(renders=f"{scene.name}/{shot.name}", take=1)
    except ValueError:
        return False
    return True
