"""A view of a workspace: its projects and the state of the machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from genstudio.project.sample import SAMPLE_TITLE, make_sample_film
from genstudio.project.shelf import bring_back, list_archives, put_away
from genstudio.schema.base import JsonObject
from genstudio.schema.errors import ConflictError
from genstudio.session.base import Send, Session
from genstudio.session.calls import public
from genstudio.session.doctor import Finding, examine
from genstudio.session.doctor_projects import examine_projects
from genstudio.session.follower import FOLLOWER
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
    def create_project(self, title: str, description: str = "", settings: JsonObject | None = None) -> JsonObject:
        """Make a project - folders, canvas, Git repository - and return its card.

        ``settings`` stand in place of those that the workspace gives new projects.
        """
        return _card(self.workspace.create(title, description, settings).summary())

    @public
    def sample_film(self, settings: JsonObject | None = None) -> JsonObject:
        """Return the card of the sample film; where there is none yet it is made, three shots without takes."""
        there = next((summary for summary in self.workspace.projects() if summary.name == SAMPLE_TITLE), None)
        return _card(there or make_sample_film(self.workspace, "studio", settings).summary())

    @public
    def archives(self) -> list[JsonObject]:
        """Return the projects that were put away: ``{name, bytes, made}`` of each archive, the newest first."""
        return [asdict(archive) for archive in list_archives(self.workspace)]

    @public
    def archive_project(self, project: str, *, exports: bool = False, remove: bool = False) -> JsonObject:
        """Write a project (its uuid) into a file in ``Archives``, and remove its folder if asked, once the archive is verified.

        Returns ``{name, bytes, left_out, removed}``.
        """
        folder = self.workspace.project(project)
        views, jobs = len(FOLLOWER.views(folder.uuid)), len(self.engine.store.jobs(folder.uuid, active=True))
        if remove and (views or jobs):
            what = f"is open in {views} pages" if views else f"has {jobs} jobs in the queue"
            raise ConflictError(f"{folder.manifest.title} {what}.", fix="Close it everywhere and let its jobs end, then put it away.")
        made = put_away(self.workspace, folder, exports=exports, remove=remove)
        return {"name": made.path.name, "bytes": made.bytes, "left_out": list(made.left_out), "removed": remove}

    @public
    def restore_project(self, name: str) -> JsonObject:
        """Make the project in an archive of the workspace again and return its card, with ``left_out``: what the archive lacks."""
        project, made = bring_back(self.workspace, name)
        return {**_card(project.summary()), "left_out": list(made.left_out)}

    @public
    def doctor(self) -> list[Finding]:
        """Return what is there and what more would bring, each missing thing with the command that brings it."""
        return [*examine(self.workspace, self.engine), *examine_projects(self.workspace)]


def _card(summary: ProjectSummary) -> JsonObject:
    poster = media_url(summary.id, summary.poster, width=640) if summary.poster else ""
    return {**summary.model_dump(mode="json"), "poster_url": poster}
