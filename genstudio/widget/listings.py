"""What a cell shows of several projects or jobs: they are tuples, and display as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.project.media import thumbnail
from genstudio.schema.errors import GenStudioError
from genstudio.widget.html import figure, figures, message, table
from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    from genstudio.widget.job import FilmJob, TakesJob
    from genstudio.widget.project import Project

    Jobs = tuple[TakesJob | FilmJob, ...]
    Projects = tuple[Project, ...]
else:
    Jobs = Projects = tuple

__all__ = ["JobList", "ProjectList"]

_CARD_WIDTH = 200


class ProjectList(Projects):
    """Projects, by title. Displays as cards: the newest take, how many shots and takes, when it was changed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'project')}: {', '.join(repr(project.title) for project in self)}>" if self else "<no projects yet>"

    def _repr_html_(self) -> str:
        return figures([_card(project) for project in self]) if self else message('No projects yet. Make one with: create("My First Film")')


class JobList(Jobs):
    """Jobs, newest first. Displays as a table of how they stand now."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'job')}: {', '.join(f'{job.id} {job.state}' for job in self)}>" if self else "<no jobs>"

    def _repr_html_(self) -> str:
        if not self:
            return message("No jobs.")
        rows = []
        for job in self:
            spec = job.view().spec
            rows.append([job.id, spec.kind, spec.node, job.state, f"{job.progress:.0f} %", job.step, job.notice])
        return table(["job", "kind", "node", "state", "progress", "step", "notice"], rows)


def _card(project: Project) -> str:
    summary = project.folder.summary()
    caption = f"{summary.name} · {counted(summary.shots, 'shot')}, {counted(summary.takes, 'take')} · {summary.modified}"
    try:
        poster = thumbnail(project.path, summary.poster) if summary.poster else None
    except GenStudioError:  # not fetched yet, or no picture
        poster = None
    return message(caption) if poster is None else figure(poster, poster, caption, kind="image", width=_CARD_WIDTH)
