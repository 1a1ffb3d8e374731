"""A view of a workspace: its projects and the state of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.schema.base import JsonObject
from genstudio.session.base import Send, Session
from genstudio.session.calls import public
from genstudio.session.doctor import Finding, examine
from genstudio.session.doctor_projects import examine_projects
from genstudio.session.media import media_url

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.project import ProjectSummary

__all__ = ["WorkspaceSession"]


class WorkspaceSession(Session):
    """One open view of a workspace.

    Args:
        workspace: The workspace.
        send: Takes messages for the client; must not block or raise.
        engine: Knows the workers.
    """

    def __init__(self, workspace: WorkspaceFolder, *, send: Send, engine: Engine) -> None:
        super().__init__(workspace.uuid, send)
        self.workspace = workspace
        self.engine = engine

    @public
    def list_projects(self) -> list[JsonObject]:
        """Return the projects as cards show them, the one changed last first."""
        summaries = sorted(self.workspace.projects(), key=lambda summary: summary.modified, reverse=True)
        return [_card(summary) for summary in summaries]

    @public
    def create_project(self, title: str, description: str = "") -> JsonObject:
        """Make a project - folders, canvas, Git repository - and return its card."""
        return _card(self.workspace.create(title, description).summary())

    @public
    def doctor(self) -> list[Finding]:
        """Return what is there and what more would bring, each missing thing with the command that brings it."""
        return [*examine(self.workspace, self.engine), *examine_projects(self.workspace)]


def _card(summary: ProjectSummary) -> JsonObject:
    poster = media_url(summary.id, summary.poster, width=640) if summary.poster else ""
    return {**summary.model_dump(mode="json"), "poster_url": poster}
