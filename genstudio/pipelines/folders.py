"""The content of a pipeline's folder: what stands for it, and how to tell cheaply that it has not changed."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Stamp", "folder_digest", "folder_stamp"]

Stamp = tuple[tuple[str, int, int, int, int], ...]
"""Path, times, size and number of each file."""

_SETTLED_NS: Final = 2_000_000_000
"""Clocks of file systems tick in up to two seconds (FAT); within one tick a file can change without another time."""
_NOT_CONTENT: Final = frozenset({"__pycache__", ".git", ".venv", ".pytest_cache", ".ruff_cache", ".mypy_cache"})


def folder_digest(folder: Path) -> str:
    """Return SHA-256 (hex) over names and bytes of the files of a folder, whatever is only a cache left out."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or _NOT_CONTENT & set(relative.parts) or path.suffix == ".pyc":
            continue
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        total.update(f"{relative.as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def folder_stamp(folder: Path) -> tuple[Stamp, bool]:
    """Return what changes with any file of a folder, and whether it would: a file of this very moment may change and look the same."""
    found = []
    for path, status in _files(str(folder)):
        found.append((path, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    newest = max((max(entry[1:3]) for entry in found), default=0)
    return tuple(sorted(found)), newest < time.time_ns() - _SETTLED_NS


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with suppress(OSError), os.scandir(folder) as entries:  # what cannot be looked at is told when it is read
        for entry in entries:
            if entry.name in _NOT_CONTENT:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            else:
                yield entry.path, entry.stat(follow_symlinks=False)
