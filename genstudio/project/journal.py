"""The journal of a canvas: one JSON line for every accepted patch, only ever appended to.

A line counts when it is complete. Half a line at the end is what a killed writer left; nobody was told of it, and the next writer
removes it. Lines are read whole only when somebody asks for them: opening a long journal costs no more than finding its lines.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.project.atomic import disk_errors, fsync_folder
from genstudio.schema.canvas import JournalEntry

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Journal"]

_SEQUENCE: Final = re.compile(rb'\{"sequence":(\d{1,18}),')
_PATCH_ID: Final = re.compile(rb'"id":("(?:[^"\\]|\\.)+"),"guard":(?:true|false)\},"inverse":')


@dataclass
class _Index:
    """What this process knows of the file: where each whole line starts, the newest entry, and which line may hold which patch.

    ``end`` is the offset behind the last whole line.
    """

    inode: int = 0
    end: int = 0
    starts: dict[int, int] = field(default_factory=dict)
    last: JournalEntry | None = None
    patches: dict[str, int] = field(default_factory=dict)


class Journal:
    """Reads and appends the journal at ``path``. Safe for threads; writers hold the lock of the canvas."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = _Index()
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
            return self._index.last

    def entries(self, after: int) -> list[JournalEntry]:
        """Return all entries with a greater sequence number, in order. A line that the disk damaged is left out: a gap shows."""
        with self._lock:
            self._catch_up()
            start = min((start for sequence, start in self._index.starts.items() if sequence > after), default=None)
            lines = [] if start is None else self._lines(start, self._index.end)
        entries = (_parse(line) for line in lines)
        return [entry for entry in entries if entry is not None and entry.sequence > after]

    def find(self, patch_id: str) -> JournalEntry | None:
        """Return the entry of the patch with that id, if it was accepted before."""
        with self._lock:
            self._catch_up()
            start = self._index.patches.get(patch_id)
            entry = None if start is None else _parse(self._lines(start, self._index.end)[0])
        return entry if entry is not None and entry.patch.id == patch_id else None

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
                file.truncate(self._index.end)
                try:
                    _write_all(file.fileno(), line)
                    os.fsync(file.fileno())
                except BaseException:
                    file.truncate(self._index.end)
                    raise
                if fresh:
                    fsync_folder(self.path.parent)
            self._catch_up()

    def _lines(self, start: int, end: int) -> list[bytes]:
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start).splitlines(keepends=True)

    def _catch_up(self) -> None:
        """Index the lines that were added since the last look."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._index = _Index()
            return
        if status.st_ino != self._index.inode or status.st_size < self._index.end:
            self._index = _Index(inode=status.st_ino)
        if status.st_size == self._index.end:
            return
        lines = self._lines(self._index.end, status.st_size)
        if lines and not lines[-1].endswith(b"\n"):
            lines.pop()
        for line in lines:
            self._note(line)
        newest = next((entry for line in reversed(lines) if (entry := _parse(line)) is not None), None)
        self._index.last = newest or self._index.last

    def _note(self, line: bytes) -> None:
        sequence = _SEQUENCE.match(line)
        if sequence is not None:
            self._index.starts[int(sequence[1])] = self._index.end
            for found in _PATCH_ID.findall(line):
                self._index.patches[json.loads(found)] = self._index.end
        self._index.end += len(line)


def _parse(line: bytes) -> JournalEntry | None:
    try:
        return JournalEntry.model_validate_json(line)
    except ValidationError:
        return None


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
