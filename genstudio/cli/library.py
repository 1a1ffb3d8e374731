"""``genstudio library``: what a studio shares between its projects, and copying it into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_project, open_workspace
from genstudio.project.paths import LIBRARY_FOLDERS

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    library = groups.add_parser("library", help="what projects share").add_subparsers(metavar="command", required=True)
    listing = add_command(library, "ls", _ls, help="list the items of the library")
    use = add_command(library, "use", _use, help="copy an item into a project; the library itself is never changed")
    listing.add_argument("folder", nargs="?", choices=LIBRARY_FOLDERS, help="only this folder of the library")
    use.add_argument("folder", choices=LIBRARY_FOLDERS, help="folder of the library")
    use.add_argument("item", help="path in that folder, as it is listed")
    use.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments).runtime.workspace
    folders = [arguments.folder] if arguments.folder else LIBRARY_FOLDERS
    items = [(folder, name) for folder in folders for name in workspace.library(folder)]
    output.table(("folder", "item"), items, empty=f"The library in {workspace.root / 'Library'} is empty.")
    output.result([{"folder": folder, "item": name} for folder, name in items])
    return 0


def _use(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    path = project.runtime.workspace.use(project.folder, arguments.folder, arguments.item)
    output.line(f"Copied to {path}")
    output.result({"path": path})
    return 0
