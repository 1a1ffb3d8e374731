"""What is wrong with the histories of projects: media that got into Git as it is, and configurations that nobody may run."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from genstudio.project.repository_media import move_command
from genstudio.schema.errors import GenStudioError
from genstudio.session.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genstudio.project.project import ProjectFolder
    from genstudio.project.repository_media import RawMedia
    from genstudio.project.workspace import WorkspaceFolder

__all__ = ["examine_projects"]

_MOST_NAMED: Final = 3


def examine_projects(workspace: WorkspaceFolder) -> Iterator[Finding]:
    """Yield what is wrong with the history of each project; nothing where all is well. Changes nothing.

    Takes some hundredths of a second for a project, more for one of many versions: all of them are looked at, and what is staged.
    """
    for project in workspace.folders():
        try:
            yield from _examine(project)
        except GenStudioError as error:
            yield Finding("history", ok=False, message=f"{project.root.name}: {error.message}", fix=error.fix)
        except OSError as error:
            message = f"{project.root.name} cannot be looked at: {error.strerror or error}."
            yield Finding("history", ok=False, message=message, fix="Check the disk and your rights to the folder.")


def _examine(project: ProjectFolder) -> Iterator[Finding]:
    repository, name = project.repository, project.root.name
    if not repository.exists:
        message = f"{name} has no Git repository, so its history is not kept."
        yield Finding("history", ok=False, message=message, fix=f"git init {shlex.quote(str(project.root))}")
    elif not repository.is_safe():
        message = f"The Git configuration of {name} would run programs: {', '.join(repository.dangers())}."
        yield Finding("history", ok=False, message=message, fix=f"Look at it, then: genstudio open --trust {shlex.quote(name)}")
    else:
        raw = project.history.media.raw()
        if raw:
            yield _raw_media(project, raw)


def _raw_media(project: ProjectFolder, raw: Sequence[RawMedia]) -> Finding:
    named = ", ".join(f"{media.path} ({media.bytes / 1e6:.1f} MB)" for media in raw[:_MOST_NAMED])
    more = f" and {len(raw) - _MOST_NAMED} more" if len(raw) > _MOST_NAMED else ""
    message = f"{project.root.name} holds media in Git itself, which every clone carries: {named}{more}."
    return Finding("history", ok=False, message=message, fix=f"{move_command(project.root, raw)} (a new history: others clone it afresh)")
