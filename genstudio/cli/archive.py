"""``genstudio archive | restore | prune | open``: a project as a file, its room on the disk, its identity."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, folder_around, open_project, open_workspace
from genstudio.cli.history import tell
from genstudio.cli.output import one_line

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]

_PROJECT = "title, uuid or folder (default: the project around here)"


def register(groups: Groups) -> None:
    """Add the commands."""
    archive = add_command(groups, "archive", _archive, help="write a project into one file: history, media, and what is not committed")
    archive.add_argument("project", nargs="?", help=_PROJECT)
    archive.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to make, e.g. film.tar.gz")
    archive.add_argument("--exports", action="store_true", help="put in the films of 06_Exports too")
    restore = add_command(groups, "restore", _restore, help="make the project in an archive again, verified")
    restore.add_argument("file", type=Path)
    restore.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="folder to make (default: one in the workspace)")
    prune = add_command(groups, "prune", _prune, help="make room: remove the cache, and old media that is proven to be at the remote")
    prune.add_argument("project", nargs="?", help=_PROJECT)
    prune.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    prune.add_argument("--remote", default="origin", metavar="NAME", help="name of the remote (default: origin)")
    identity = add_command(groups, "open", _open, help="open a project, set up what a copy or clone lacks, and say where it is")
    identity.add_argument("project", nargs="?", help=_PROJECT)
    identity.add_argument("--new-uuid", action="store_true", help="give a copied project an identity of its own")
    identity.add_argument("--trust", action="store_true", help="trust the Git configuration that came with it; look at .git/config first")


def _archive(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.archive import archive_project

    project = open_project(arguments)
    with output.progress(f"Archive {project.title}"):
        made = archive_project(project.folder, arguments.output, exports=arguments.exports)
    tell(output, (f"left out: {line}" for line in made.left_out))
    output.line(f"{made.path}: {made.bytes / 1e6:.1f} MB, {made.media} media contents, {len(made.overlaid)} files beside the history.")
    output.result({**asdict(made), "path": str(made.path)})
    return 0


def _restore(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments).runtime.workspace
    with output.progress(f"Restore {arguments.file.name}"):
        made = workspace.restore(arguments.file, arguments.folder)
    tell(output, (f"not in the archive: {line}" for line in made.left_out))
    tell(output, (f"It was shared by {name}: to do so again, genstudio push --to {url}" for name, url in made.remotes.items()))
    tell(output, workspace.problems())
    output.line(f"{one_line(made.title)} is in {made.root}, verified.")
    output.result({**asdict(made), "root": str(made.root)})
    return 0


def _prune(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.prune import plan_prune, prune

    repository = open_project(arguments).folder.repository
    plan = plan_prune(repository, arguments.remote) if arguments.dry_run else prune(repository, arguments.remote)
    rows = [(file.path, f"{file.bytes / 1e6:.2f} MB", file.reason) for file in plan.files]
    output.table(("file", "size", "why"), rows, empty="There is nothing to remove.")
    tell(output, plan.kept)
    verb = "would make" if arguments.dry_run else "made"
    output.line(f"This {verb} {plan.bytes / 1e6:.1f} MB of room.")
    output.result({**asdict(plan), "bytes": plan.bytes, "dry_run": arguments.dry_run})
    return 0


def _open(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.project import ProjectFolder

    if arguments.new_uuid and arguments.project:
        folder = open_workspace(arguments).runtime.workspace.renew_uuid(arguments.project)
    elif arguments.new_uuid:
        folder = ProjectFolder.open(folder_around())  # commands refuse a copy; here it gets its uuid
        folder.renew_uuid()
    else:
        folder = open_project(arguments).folder
    if arguments.trust:
        folder.repository.trust()
    status = folder.repository.lfs_status()
    tell(output, () if status.ok else (f"{status.message} {status.fix}",))
    if folder.repository.dangers() and not folder.repository.is_safe():
        tell(output, (f"{folder.repository.obstacle()} If you trust it: genstudio open --trust",))
    output.line(f"{one_line(folder.manifest.title)} ({folder.uuid}) is in {folder.root}")
    output.result({"id": folder.uuid, "name": folder.manifest.title, "path": str(folder.root)})
    return 0
