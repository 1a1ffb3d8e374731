"""Calls of a view that look before they leap: what changed between two versions, and what going back would do."""

from __future__ import annotations

from dataclasses import asdict

from genstudio.graph.edit import describe
from genstudio.project.comparison import compare, what_changed
from genstudio.schema.base import JsonObject
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession

__all__ = ["ChangesSession"]


class ChangesSession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that compares; see there for the arguments. Nothing here changes anything."""

    @public
    def version_changes(self, version: str) -> list[str]:
        """Say in sentences what a version changed in this canvas, against the version before it."""
        return what_changed(self.project, self.file.path, version)

    @public
    def compare_versions(self, old: str, new: str | None = None) -> list[str]:
        """Say in sentences what changed in this canvas from one version to another, or to the canvas as it is now."""
        return compare(self.project, self.file.path, old, new)

    @public
    def checkpoints(self) -> list[JsonObject]:
        """Return the named versions, the newest first: ``{name, commit, time}``."""
        return [asdict(checkpoint) for checkpoint in self.project.history.checkpoints()]

    @public
    def preview_restore(self, version: str, canvas_only: bool = True) -> JsonObject:  # noqa: FBT001, FBT002 - a client's parameter
        """Return what ``restore_version`` would do: ``changes`` of each canvas in sentences, ``files``, ``settings``, what stays."""
        found = self.project.history.preview(version, canvas=self.file.path if canvas_only else None)
        return {**asdict(found), "version": {**asdict(found.version), "subject": found.version.subject}}

    @public
    def preview_auto_save(self, name: str) -> list[str]:
        """Say in sentences what bringing the canvas back to an automatic copy would change."""
        return describe(self.file.read().canvas, self.file.auto_saves.load(name))
