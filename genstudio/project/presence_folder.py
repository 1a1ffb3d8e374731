"""The files by which processes tell one another who is on a canvas: one a process, replaced whole, held while its process lives.

The kernel drops the lock of a file when its process dies, however it dies. Nothing here is durable or in the history, and nothing
in the folder is trusted: a stranger may have put it there.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import socket
import stat
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.project.atomic import disk_errors, remove_quietly
from genstudio.project.paths import get_presence_dir
from genstudio.schema.presence import Person, PresenceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FoundPresence", "PresenceFolder", "PresenceListing", "Stamp", "machine"]

Stamp = tuple[int, int, int]
"""Tells one writing of a file from the next: inode, time of change in nanoseconds, size in bytes."""

_MAX_FILES: Final = 64
_MAX_BYTES: Final = 256 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{32}\.json")
_LEFT: Final = re.compile(r"\.tmp-[0-9a-f]{16}")
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class FoundPresence:
    """A file of another process: who is in it, on which machine it was written, whether its process holds it (None: not known)."""

    machine: str
    people: tuple[Person, ...]
    held: bool | None


@dataclass(frozen=True, slots=True)
class PresenceListing:
    """What lies in the folder: whether our own file does, and the others by name."""

    own: bool
    others: dict[str, Stamp]


@cache
def machine() -> str:
    """Return what names the running system: locks are known to all containers on it, and to nobody elsewhere."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return socket.gethostname()[:100]


class PresenceFolder:
    """The folder of one canvas, with the file of our own; nothing is made before something is written.

    Args:
        root: The project.
        canvas: Path of the canvas in it.
    """

    def __init__(self, root: Path, canvas: str) -> None:
        self._root, self._canvas = root, canvas
        self._name = f"{secrets.token_hex(16)}.json"
        self._made: Path | None = None
        self._held: int | None = None

    @property
    def path(self) -> Path:
        """Where it is.

        Raises:
            BadInputError: A link on the way leads out of the project.
        """
        if self._made is None:
            self._made = get_presence_dir(self._root, self._canvas)
        return self._made

    def changed_at(self) -> int:
        """Return when a file came, was replaced or went, in nanoseconds; 0 if there is no folder."""
        try:
            return os.stat(self._made or self.path).st_mtime_ns  # noqa: PTH116 - in every round of the follower
        except FileNotFoundError:
            return 0

    def look(self) -> PresenceListing:
        """Return what lies in the folder; of very many files only some."""
        others = {entry.name: _stamp(entry.stat(follow_symlinks=False)) for entry in self._files(_NAME)}
        return PresenceListing(others.pop(self._name, None) is not None, dict(islice(others.items(), _MAX_FILES)))

    def read(self, name: str) -> FoundPresence | None:
        """Return what a file says; None if it is gone, no such file, or too large."""
        descriptor = self._open(name)
        if descriptor is None:
            return None
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or about.st_size > _MAX_BYTES:
                return None
            told = PresenceFile.model_validate_json(os.read(descriptor, _MAX_BYTES))
            return FoundPresence(told.machine, told.people, self._is_held(descriptor, name))
        except ValidationError:
            return None
        finally:
            os.close(descriptor)

    def is_held(self, name: str) -> bool | None:
        """Say whether the process that wrote a file holds it; None where locks do not tell, or the file is gone."""
        descriptor = self._open(name)
        if descriptor is None:
            return None
        try:
            return self._is_held(descriptor, name)
        finally:
            os.close(descriptor)

    def write(self, people: tuple[Person, ...]) -> None:
        """Put these people into our file, and hold it.

        Raises:
            GenStudioError: The disk is full, or the folder may not be written.
        """
        data = PresenceFile(machine=machine(), people=people).model_dump_json(by_alias=True).encode()
        temporary = self.path / f".tmp-{secrets.token_hex(8)}"
        with disk_errors(temporary):
            for folder in (self.path.parent, self.path):  # never the project itself, which may have been moved away
                folder.mkdir(exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.write(descriptor, data)
                temporary.replace(self.path / self._name)
            except BaseException:
                remove_quietly(temporary)
                os.close(descriptor)
                raise
        self._let_go()
        self._held = descriptor

    def remove(self) -> None:
        """Take our file away."""
        try:
            remove_quietly(self.path / self._name)
        finally:
            self._let_go()

    def discard(self, name: str) -> None:
        """Take away what a process left that has died."""
        remove_quietly(self.path / name)

    def sweep(self, before: float) -> None:
        """Take away what nobody holds and nobody has touched since a time (seconds since the epoch)."""
        for pattern in (_NAME, _LEFT):
            for entry in self._files(pattern):
                if entry.stat(follow_symlinks=False).st_mtime < before and not self.is_held(entry.name):
                    self.discard(entry.name)

    # -- inside

    def _files(self, pattern: re.Pattern[str]) -> Iterator[os.DirEntry[str]]:
        """Yield the files of such names, of very many entries only some, and none that goes meanwhile."""
        try:
            entries = os.scandir(self.path)
        except FileNotFoundError:
            return
        with entries:
            for entry in islice(entries, 4 * _MAX_FILES):
                try:
                    if pattern.fullmatch(entry.name) and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                        yield entry
                except FileNotFoundError:
                    continue

    def _open(self, name: str) -> int | None:
        try:
            return os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # gone, a link, or not ours to read
            return None

    def _is_held(self, descriptor: int, name: str) -> bool | None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # no locks on this file system
            return None
        # Whoever replaces a file lets go of the old one.
        now = self._open(name)
        if now is None:
            return None
        try:
            return False if os.path.sameopenfile(descriptor, now) else None
        finally:
            os.close(now)

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _stamp(about: os.stat_result) -> Stamp:
    return about.st_ino, about.st_mtime_ns, about.st_size
