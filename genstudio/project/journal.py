"""The journal of a canvas: one JSON line for every accepted patch, only ever appended to.

A line counts when it is complete. Half a line at the end is what a killed writer left; nobody was told of it, and the next writer
removes it. Lines are read whole only when somebody asks for them: opening a long journal costs no more than finding its lines.

A journal that has grown long is compacted: its newest entries move into a new file. Who follows sees another file and finds its place
there by sequence number; who was too far behind sees a gap.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, Final

from pydantic import ValidationError

from genstudio.project.atomic import disk_errors, fsync_folder, write_atomic
from genstudio.schema.canvas import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Journal"]

_SEQUENCE: Final = re.compile(rb'\{"sequence":(\d{1,18}),')
_HEAD_BYTES: Final = 64
_PATCH_ID: Final = re.compile(rb'"id":("(?:[^"\\]|\\.)+"),"guard":(?:true|false)\},"inverse":')


@dataclass
class _Index:
    """What this process knows of the file: where each whole line starts, the newest entry, and which line may hold which patch.

    ``end`` is the offset behind the last whole line; ``head`` the start of the file: a new file may be given the inode of an old one.
    """

    inode: int = 0
    head: bytes = b""
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
        with self._lock, self._opened() as file:
            start = min((start for sequence, start in self._index.starts.items() if sequence > after), default=None)
            lines = [] if start is None or file is None else _lines(file, start, self._index.end)
        entries = (_parse(line) for line in lines)
        return [entry for entry in entries if entry is not None and entry.sequence > after]

    def find(self, patch_id: str) -> JournalEntry | None:
        """Return the entry of the patch with that id, if it was accepted before."""
        with self._lock, self._opened() as file:
            start = self._index.patches.get(patch_id)
            entry = None if start is None or file is None else _parse(_lines(file, start, self._index.end)[0])
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

    def compact(self, keep: int) -> bool:
        """Leave out all but the newest ``keep`` entries if there are more than twice as many; return whether any were left out.

        The caller holds the lock of the canvas, and a checkpoint that the kept entries can be replayed on is on disk.

        Raises:
            GenStudioError: The disk is full; the journal is as it was.
        """
        with self._lock:
            with self._opened() as file:
                starts = sorted(self._index.starts.values())
                if file is None or len(starts) <= 2 * keep:
                    return False
                data = b"".join(_lines(file, starts[-keep], self._index.end))
            write_atomic(self.path, data)
            self._catch_up()
        return True

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO | None]:
        """Open the file as the index knows it, caught up with; None if there is none. Another process may put a new one in its place."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            self._index = _Index()
            yield None
            return
        with file:
            self._index_file(file)
            yield file

    def _catch_up(self) -> None:
        """Index the lines that were added since the last look."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._index = _Index()
            return
        if (status.st_ino, status.st_size) != (self._index.inode, self._index.end):
            with self._opened():
                pass

    def _index_file(self, file: BinaryIO) -> None:
        status = os.fstat(file.fileno())
        head = file.read(_HEAD_BYTES)
        if status.st_ino != self._index.inode or status.st_size < self._index.end or not head.startswith(self._index.head):
            self._index = _Index(inode=status.st_ino)
        if status.st_size == self._index.end:
            return
        lines = _lines(file, self._index.end, status.st_size)
        if lines and not lines[-1].endswith(b"\n"):
            lines.pop()
        for line in lines:
            self._note(line)
        self._index.head = head[: min(_HEAD_BYTES, self._index.end)]
        newest = next((entry for line in reversed(lines) if (entry := _parse(line)) is not None), None)
        self._index.last = newest or self._index.last

    def _note(self, line: bytes) -> None:
        sequence = _SEQUENCE.match(line)
        if sequence is not None:
            self._index.starts[int(sequence[1])] = self._index.end
            for found in _PATCH_ID.findall(line):
                with suppress(ValueError):  # the disk damaged it; the line counts for nothing when it is read
                    self._index.patches[json.loads(found)] = self._index.end
        self._index.end += len(line)


def _lines(file: BinaryIO, start: int, end: int) -> list[bytes]:
    file.seek(start)
    return file.read(end - start).splitlines(keepends=True)


def _parse(line: bytes) -> JournalEntry | None:
    try:
        return JournalEntry.model_validate_json(line)
    except ValidationError:
        return None


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
