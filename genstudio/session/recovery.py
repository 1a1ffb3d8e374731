"""Calls of a view that concern recovery: the automatic copies of its canvas."""

from __future__ import annotations

from genstudio.graph.edit import diff
from genstudio.project.auto_saves import AutoSave
from genstudio.schema.base import JsonObject
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession

__all__ = ["RecoverySession"]


class RecoverySession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that brings back what was; see there for the arguments."""

    @public
    def auto_saves(self) -> list[AutoSave]:
        """Return the automatic copies of the canvas that can be read, newest first."""
        return self.file.auto_saves.saved()

    @public
    def restore_auto_save(self, name: str) -> JsonObject:
        """Bring the canvas back to an automatic copy, by an edit that undo takes back; takes are not touched."""
        wanted = self.file.auto_saves.load(name)
        operations = diff(self.file.read().canvas, wanted)
        return self._answer(self.edit(operations, f"Go back to the copy of version {wanted.version}"))
