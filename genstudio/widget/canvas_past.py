"""The past of a canvas from Python: undo and redo, automatic copies, and what differs between versions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from genstudio.graph.changes import describe
from genstudio.project.canvas_recall import recall_edit
from genstudio.project.canvas_versions import named_canvas
from genstudio.schema.errors import BadInputError, ConflictError
from genstudio.session.history import Direction, History
from genstudio.widget.canvas_diff import CanvasDiff
from genstudio.widget.reader import CanvasReader
from genstudio.widget.runtime import user_name

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.auto_saves import AutoSave
    from genstudio.widget.canvas import Canvas
    from genstudio.widget.project import Project

__all__ = ["CanvasPast", "Step"]


@dataclass(frozen=True)
class Step:
    """An edit that was undone or done again.

    ``sequence`` is its number in the journal, ``label`` what it was called, ``author`` who made it and ``time`` when (UTC); ``outside``
    says that another program changed the file. ``changes`` say what undoing it (or doing it again) changed, ``version`` is the canvas's.
    """

    sequence: int
    label: str
    author: str
    time: str
    outside: bool
    changes: tuple[str, ...]
    version: int


class CanvasPast(CanvasReader):
    """The part of :class:`~genstudio.widget.Canvas` that looks and goes back; see there."""

    def __init__(self, project: Project, path: str | None) -> None:
        super().__init__(project, path)
        self.author = f"{user_name()}#py{secrets.token_hex(4)}"
        self._past = History(self.author)
        self._everything = History(self.author, everybody=True)

    def undo(self) -> bool:
        """Undo this object's last edit; return whether there was one.

        Raises:
            ConflictError: Somebody changed the same thing since.
        """
        return self._step(self._past, "undo") is not None

    def redo(self) -> bool:
        """Do again what was undone last; return whether there was anything."""
        return self._step(self._past, "redo") is not None

    def take_back(self, direction: Direction = "undo") -> Step | None:
        """Undo the last edit of the canvas, whoever made it: another window, another person, a program outside the studio.

        ``take_back("redo")`` does again what was undone last. Returns what it was; None if the journal has nothing (more) to take back.

        Raises:
            ConflictError: Somebody changed the same thing since.
        """
        return self._step(self._everything, direction)

    @property
    def auto_saves(self) -> tuple[AutoSave, ...]:
        """The automatic copies of the canvas that can be read, newest first."""
        return tuple(self._file.auto_saves.saved())

    def recall(self, copy: AutoSave | str) -> CanvasDiff:
        """Bring the canvas back to an automatic copy (or its name), by one edit that ``undo()`` takes back, and return what it changed.

        Takes are not touched.

        Raises:
            NotFoundError: There is no such copy of this canvas, or it cannot be read.
        """
        before = self.graph
        operations, label = recall_edit(self._file, copy if isinstance(copy, str) else copy.name)
        if operations:
            cast("Canvas", self).patch(operations, label=label)
        return CanvasDiff(before, self.graph)

    def diff(self, old: Path | str, new: Path | str | None = None) -> CanvasDiff:
        """Return what differs between two canvases: sentences in ``changes``, and ``operations`` that turn one into the other.

        Args:
            old: A file; or a version in the history: a checkpoint, a commit or ``HEAD~2`` for this canvas, ``REV:PATH`` for another.
            new: Likewise; this canvas as it is now by default.

        Raises:
            NotFoundError: There is no such file or version, or no such canvas in it.
            BadInputError: What is there is no canvas.
        """
        one, two = (None if name is None else str(name) for name in (old, new))
        return CanvasDiff(
            named_canvas(one, lambda: self.project.folder, self.path), named_canvas(two, lambda: self.project.folder, self.path)
        )

    def _step(self, past: History, direction: Direction) -> Step | None:
        """Undo or redo once; a step that somebody else's edit forbids is given up, so that the one before it can be taken."""
        before = self.graph  # reading it journals what was changed outside
        past.feed(self._file.entries(past.sequence))
        entry = past.next(direction)
        try:
            patch = past.patch(direction, before.version)
        except BadInputError:
            return None
        try:
            accepted = self._file.apply(patch)
        except ConflictError:
            past.give_up(direction)
            raise
        cast("Canvas", self)._tell()  # noqa: SLF001 - of this very object
        if entry is None:
            return None
        changes = tuple(describe(before, self.graph))
        label = patch.label.removeprefix(f"{direction.capitalize()} ")
        return Step(entry.sequence, label, entry.patch.author, entry.time, entry.external, changes, accepted.version)
