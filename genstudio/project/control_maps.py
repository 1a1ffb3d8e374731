"""The control maps of a project: in the cache, by content key, for whoever needs the same one again."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, write_atomic
from genstudio.project.documents import dump_json, read_plain
from genstudio.project.staging import stage
from genstudio.schema.control import ControlMap

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["control_map", "control_maps", "publish_control_map"]


def control_maps(root: Path) -> Mapping[str, ControlMap]:
    """Return the control maps that are there, by content key."""
    folder = paths.get_cache_dir(root, "control_maps")
    names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".json")) if folder.is_dir() else []
    found = (control_map(root, name.removesuffix(".json")) for name in names if not name.startswith("."))
    return {entry.key: entry for entry in found if entry is not None}


def control_map(root: Path, key: str) -> ControlMap | None:
    """Return the control map of a content key; None if it is not there, or not as its record says."""
    path = paths.get_cache_dir(root, "control_maps") / f"{key}.json"
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    found = _read(path, status.st_ino, status.st_size, status.st_mtime_ns)
    media = path.with_suffix(Path(found.path).suffix) if found is not None else path
    if found is None or found.key != key or not media.is_file():
        return None
    return found.model_copy(update={"path": paths.relative(root, media)})  # whatever the record says, nothing else is meant


@lru_cache(maxsize=4096)
def _read(path: Path, *_unchanged: int) -> ControlMap | None:
    try:
        return ControlMap.model_validate(json.loads(read_plain(path)))
    except (OSError, ValueError, ValidationError):
        return None  # a cache may hold anything; what cannot be read is made again


def publish_control_map(root: Path, media: Path, record: ControlMap) -> ControlMap:
    """Put a finished map into the cache, its record last, and return the record with path and hash filled in.

    An equal one takes the place of an earlier one: both are what the key says.

    Raises:
        GenStudioError: The disk is full.
    """
    folder = paths.get_cache_dir(root, "control_maps")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{record.key}{media.suffix.lower()}"
    staged = stage(media, folder / f".{record.key}.{os.urandom(4).hex()}")
    staged.path.replace(target)
    full = record.model_copy(update={"path": paths.relative(root, target), "sha256": staged.sha256})
    write_atomic(folder / f"{record.key}.json", dump_json(full.model_dump(mode="json", by_alias=True)))
    return full
