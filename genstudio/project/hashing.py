"""Hashes of file contents."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["blob_id", "file_sha256", "media_sha256"]

_POINTER_BYTES: Final = 1024
_POINTER: Final = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\nsize \d+\n")


def blob_id(data: bytes) -> str:
    """Return the Git blob id of ``data`` (SHA-1 with Git's header), as ``git hash-object`` gives it."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal; unchanged files are read once a process."""
    status = path.stat()
    return _file_sha256(path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def media_sha256(path: Path) -> str:
    """Return the SHA-256 of a media file's content; of an LFS pointer that of the media which it stands for (it was not fetched)."""
    if path.stat().st_size <= _POINTER_BYTES:
        pointer = _POINTER.match(path.read_bytes())
        if pointer is not None:
            return pointer[1].decode()
    return file_sha256(path)


@lru_cache(maxsize=4096)
def _file_sha256(path: Path, *_unchanged: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
