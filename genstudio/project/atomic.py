"""Writes that are seen whole or not at all, locks between processes, and publishing that never replaces.

Everything that the studio writes into a project goes through here. A full disk or a missing right becomes one clear sentence.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "disk_errors",
    "fsync_folder",
    "locked",
    "publish_without_replace",
    "remove_quietly",
    "write_atomic",
    "write_new",
    "write_temporary",
]

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EXDEV, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
_FIRST_PAUSE_S: Final = 0.0005
_LONGEST_PAUSE_S: Final = 0.02


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full disk, a missing right or the like met while writing ``path`` into an error that people understand.

    Raises:
        GenStudioError: With code ``disk_full``, ``no_permission`` or ``not_writable``.
        BadInputError: The name is longer than the file system takes (code ``name_too_long``).
        FileExistsError: As it came: callers who ask for a new file want to know.
    """
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            message = f"The disk is full: {path.name!r} could not be written in {str(path.parent)!r}."
            fix = "Free some space (05_Cache of any project may be deleted) and try again; nothing was changed."
            raise GenStudioError(message, fix=fix, code="disk_full") from error
        if error.errno in _DENIED:
            message = f"{path.name!r} may not be written in {str(path.parent)!r}."
            raise GenStudioError(message, fix="Check the owner and the rights of that folder.", code="no_permission") from error
        if error.errno == errno.ENAMETOOLONG:
            message = f"The name {path.name!r:.60} is too long for this file system."
            raise BadInputError(message, fix="Use a shorter name.", code="name_too_long") from error
        message = f"{path.name!r} cannot be written in {str(path.parent)!r}: {error.strerror}."
        raise GenStudioError(message, fix="Check that the folder is there and its disk is well.", code="not_writable") from error


def fsync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_quietly(path: Path) -> None:
    """Remove a temporary file if it is (still) there."""
    with suppress(FileNotFoundError):
        path.unlink()


def write_temporary(path: Path, data: bytes) -> None:
    """Write ``data`` to a new or emptied file that nobody else reads yet, and make it durable; on any failure nothing is left."""
    with disk_errors(path):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            remove_quietly(path)
            raise


def _beside(path: Path) -> Path:
    """Return the name of a temporary file in the same folder (short, since ``path`` may have the longest allowed name)."""
    return path.with_name(f".tmp-{secrets.token_hex(8)}")


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by a file with ``data``: temporary file beside it, fsync, rename, fsync of the folder.

    Raises:
        GenStudioError: The disk is full or the folder may not be written (``disk_full``, ``no_permission``); ``path`` is unchanged.
    """
    temporary = _beside(path)
    write_temporary(temporary, data)
    with disk_errors(path):
        try:
            temporary.replace(path)
        except BaseException:
            remove_quietly(temporary)
            raise
        fsync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Make ``path`` with ``data`` unless something of that name is there; it appears whole.

    Raises:
        FileExistsError: The name is taken, also if it was taken this very moment by another process.
        GenStudioError: The disk is full or the folder may not be written.
    """
    temporary = _beside(path)
    write_temporary(temporary, data)
    try:
        publish_without_replace(temporary, path)
    finally:
        remove_quietly(temporary)


def publish_without_replace(source: Path, target: Path) -> None:
    """Give the finished file ``source`` the name ``target`` as well, never replacing what has that name.

    A hard link where the filesystem has them; otherwise an exclusive copy, which appears before it is complete: readers must not
    trust ``target`` before its record is there.

    Raises:
        FileExistsError: The name is taken.
        GenStudioError: The disk is full or the folder may not be written.
    """
    with disk_errors(target):
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            _copy_exclusive(source, target)
        fsync_folder(target.parent)


def _copy_exclusive(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        try:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
            os.fchmod(writer.fileno(), os.fstat(reader.fileno()).st_mode & 0o777)
        except BaseException:
            remove_quietly(target)
            raise


@contextmanager
def locked(path: Path, timeout: float = 30.0) -> Iterator[None]:
    """Hold the lock of that name against all other threads and processes. The kernel frees it when its holder dies.

    Args:
        path: The lock file; it is made if needed and stays.
        timeout: How long to wait, in seconds.

    Raises:
        ConflictError: Somebody else held it all the time.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        _wait_for_lock(descriptor, path, timeout)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, path: Path, timeout: float) -> None:
    deadline, pause = time.monotonic() + timeout, _FIRST_PAUSE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                message = f"{path.stem!r} is in use by another program for more than {timeout:g} s."
                raise ConflictError(message, fix="Wait for it, or end the program that hangs.") from None
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        else:
            return
