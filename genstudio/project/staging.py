"""Finished media on its way into a shot's folder: a private copy that nobody else can change any more."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.project.atomic import disk_errors, remove_quietly
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Staged", "stage"]

_COPY_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Staged:
    """A private, finished, read-only copy of media in the folder of the shot."""

    path: Path
    sha256: str
    bytes: int


def stage(media: Path, target: Path) -> Staged:
    """Copy media into a new read-only file while hashing it."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(_open_plain(media), "rb") as reader, disk_errors(target):
        try:
            with target.open("xb") as writer:
                while block := reader.read(_COPY_BLOCK):
                    digest.update(block)
                    size += writer.write(block)
                writer.flush()
                os.fchmod(writer.fileno(), 0o444)
                os.fsync(writer.fileno())
        except BaseException:
            remove_quietly(target)
            raise
    if size == 0:
        remove_quietly(target)
        raise BadInputError(f"{media.name!r} is empty.", fix="The pipeline must write its result before it says done.")
    return Staged(target, digest.hexdigest(), size)


def _open_plain(media: Path) -> int:
    """Open a plain file. Links are not followed and pipes not waited for: a pipeline's output is not trusted."""
    try:
        descriptor = os.open(media, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise BadInputError(
            f"{media.name!r} cannot be published: {error.strerror}.", fix="The pipeline must write a plain file."
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadInputError(f"{media.name!r} is no plain file.", fix="The pipeline must write a plain file.")
    return descriptor
