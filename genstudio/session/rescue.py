"""Stands where a canvas could not be opened: says why, and offers the versions of it that can be."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from genstudio.project.canvas_rescue import put_back, readable_versions
from genstudio.schema.base import JsonObject
from genstudio.session.base import Send, Session
from genstudio.session.calls import public

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.message import Message

__all__ = ["RescueSession"]


class RescueSession(Session):
    """A view of a canvas that cannot be opened. It greets and brings back; everything else is answered by the reason.

    Args:
        workspace_uuid: Told to the client in ``server:hello``.
        send: Takes messages for the client; must not block or raise.
        project: The project.
        canvas: Project-relative path of the canvas; None stands for the main one.
        reason: Why it cannot be opened.
    """

    def __init__(self, workspace_uuid: str, send: Send, project: ProjectFolder, canvas: str | None, reason: Exception) -> None:
        super().__init__(workspace_uuid, send)
        self._project = project
        self._path = canvas or project.manifest.canvas_path
        self._reason = reason

    @public
    def rescue_choices(self) -> list[JsonObject]:
        """Return the versions in which the canvas can be read, newest first, with how many nodes and shots it has there."""
        found = readable_versions(self._project, self._path)
        return [{**asdict(one), "version": {**asdict(one.version), "subject": one.version.subject}} for one in found]

    @public
    def rescue(self, version: str) -> JsonObject:
        """Put the canvas of a version in the place of the one that cannot be opened; ``kept`` names what that held."""
        return {"kept": put_back(self._project, self._path, version)}

    def _dispatch(self, envelope: Message) -> Any:  # noqa: ANN401 - as declared by Session
        if envelope.type not in self.ROUTES:
            raise self._reason
        return super()._dispatch(envelope)
