"""The journal of a canvas: one JSON line for every accepted patch, only ever appended to.

A line counts when it is complete. Half a line at the end is what a killed writer left; nobody was told of it, and the next writer
removes it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.project.atomic import disk_errors, fsync_folder
from genstudio.schema.canvas import JournalEntry

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Journal"]

_BLOCK: Final = 1 << 16


@dataclass
class _Read:
    """What this process has read so far: the offset behind the last whole line, and where each sequence number starts."""

    inode: int = 0
    offset: int = 0
    starts: dict[int, int] = field(default_factory=dict)
    last: JournalEntry | None = None
    patches: dict[str, int] = field(default_factory=dict)


class Journal:
    """Reads and appends the journal at ``path``. Safe for threads; writers hold the lock of the canvas."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = _Read()
        self._lock = Lock()

    def stamp(self) -> tuple[int, int]:
        """Return a token that changes with every append: inode and size."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_ino, status.st_size)

    def last(self) -> JournalEntry | None:
        """Return the newest entry; None if there is none."""
        with self._lock:
            self._catch_up()
            return self._read.last

    def entries(self, after: int) -> list[JournalEntry]:
        """Return all entries with a greater sequence number, in order."""
        with self._lock:
            self._catch_up()
            starts = [start for sequence, start in self._read.starts.items() if sequence > after]
            if not starts:
                return []
            with self.path.open("rb") as file:
                file.seek(min(starts))
                data = file.read(self._read.offset - min(starts))
        entries = (_parse(line) for line in data.splitlines(keepends=True))
        return [entry for entry in entries if entry is not None and entry.sequence > after]

    def find(self, patch_id: str) -> JournalEntry | None:
        """Return the entry of the patch with that id, if it was accepted before."""
        with self._lock:
            self._catch_up()
            sequence = self._read.patches.get(patch_id)
        if sequence is None:
            return None
        return next((entry for entry in self.entries(sequence - 1) if entry.sequence == sequence), None)

    def append(self, entry: JournalEntry) -> None:
        """Append durably. The caller holds the lock of the canvas.

        Raises:
            GenStudioError: The disk is full; the journal is as it was.
        """
        line = entry.model_dump_json().encode() + b"\n"
        with self._lock:
            self._catch_up()
            fresh = not self.path.exists()
            with disk_errors(self.path), self.path.open("ab", buffering=0) as file:
                file.truncate(self._read.offset)
                try:
                    _write_all(file.fileno(), line)
                    os.fsync(file.fileno())
                except BaseException:
                    file.truncate(self._read.offset)
                    raise
            if fresh:
                fsync_folder(self.path.parent)
            self._catch_up()

    def _catch_up(self) -> None:
        """Read the lines that were added since the last look."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._read = _Read()
            return
        if status.st_ino != self._read.inode or status.st_size < self._read.offset:
            self._read = _Read(inode=status.st_ino)
        if status.st_size == self._read.offset:
            return
        with self.path.open("rb") as file:
            file.seek(self._read.offset)
            data = file.read()
        for line in data[: data.rfind(b"\n") + 1].splitlines(keepends=True):
            self._take(line)

    def _take(self, line: bytes) -> None:
        entry = _parse(line)
        if entry is not None:
            self._read.starts[entry.sequence] = self._read.offset
            self._read.last = entry
            if entry.patch.id:
                self._read.patches[entry.patch.id] = entry.sequence
        self._read.offset += len(line)


def _parse(line: bytes) -> JournalEntry | None:
    """Return the entry of a line; None for a line that the disk damaged (readers then see a gap and ask for the whole state)."""
    try:
        return JournalEntry.model_validate_json(line)
    except ValidationError:
        return None


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
