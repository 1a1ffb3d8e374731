"""``genstudio new`` and ``genstudio ls``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace
from genstudio.cli.history import tell

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    new = add_command(groups, "new", _new, help="make a new project")
    new.add_argument("title")
    new.add_argument("--description", default="", metavar="TEXT")
    add_command(groups, "ls", _ls, help="list the projects of the workspace")


def _new(arguments: argparse.Namespace, output: Output) -> int:
    project = open_workspace(arguments).create(arguments.title, arguments.description)
    output.line(f"Made {project.title} in {project.path}")
    output.result({"id": project.uuid, "name": project.title, "path": str(project.path), "canvas": project.canvas().path})
    return 0


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    summaries = workspace.runtime.workspace.projects()
    rows = [(summary.name, summary.shots, summary.takes, summary.modified, summary.id) for summary in summaries]
    output.table(
        ("project", "shots", "takes", "modified", "id"),
        rows,
        empty=f'{workspace.path} has no projects yet. Make one with: genstudio new "My First Film"',
    )
    tell(output, workspace.runtime.workspace.problems())
    output.result([summary.model_dump(mode="json") for summary in summaries])
    return 0
