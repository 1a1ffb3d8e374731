"""What several commands share: opening a project, waiting for a job with a bar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.schema.errors import NotFoundError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from genstudio.cli.output import Output
    from genstudio.widget import Canvas, FilmJob, Project, TakesJob, Workspace

    Handler = Callable[[argparse.Namespace, Output], int]
    Groups = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type no other way

__all__ = ["add_command", "folder_around", "follow", "open_canvas", "open_project", "open_workspace"]

_PERIOD_S: Final = 0.2


def add_command(groups: Groups, name: str, handler: Handler, *, help: str) -> argparse.ArgumentParser:  # noqa: A002 - argparse's own word
    """Add a command with the options that all commands have."""
    parser = groups.add_parser(name, help=help, description=help)
    parser.set_defaults(handler=handler)
    parser.add_argument(
        "--workspace", metavar="DIR", type=Path, help="the workspace (default: GENSTUDIO_WORKSPACE, or the one around here)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--debug", action="store_true", help="show where an error comes from")
    return parser


def open_workspace(arguments: argparse.Namespace) -> Workspace:
    """Open the workspace that the command names, or the one that is found."""
    from genstudio.widget import Workspace

    return Workspace(arguments.workspace)


def open_project(arguments: argparse.Namespace) -> Project:
    """Open the project that the command names: by title, uuid or folder; the one around the present folder if it names none."""
    from genstudio.widget import Project

    name: str | None = arguments.project
    if name is None:
        return Project(folder_around())
    if "/" in name and (Path(name) / "project.json").is_file():
        return Project(Path(name))
    return open_workspace(arguments).project(name)


def folder_around() -> Path:
    """Return the folder of the project that the present folder is in.

    Raises:
        NotFoundError: It is in none.
    """
    here = next((folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "project.json").is_file()), None)
    if here is None:
        raise NotFoundError("This folder is in no project.", fix="Name the project: its title, uuid or folder. genstudio ls lists them.")
    return here


def open_canvas(arguments: argparse.Namespace) -> Canvas:
    """Open the canvas that the command names, or the project's main one."""
    return open_project(arguments).canvas(arguments.canvas)


def follow(job: TakesJob | FilmJob, title: str, output: Output) -> None:
    """Wait until a job is over, with a bar on a terminal. Interrupting it leaves the job running."""
    with output.progress(title) as bar:
        while not job.wait(_PERIOD_S):
            bar.show(job.progress, job.step)
