"""The archives of a workspace: projects put away as one file each, and brought back."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.project.archive import Archived, archive_project
from genstudio.project.project import ProjectFolder
from genstudio.project.restore import restore_archive
from genstudio.schema.base import utc_now
from genstudio.schema.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection

    from genstudio.project.restore import RestoredArchive
    from genstudio.project.workspace import WorkspaceFolder

__all__ = ["ShelvedArchive", "bring_back", "list_archives", "put_away", "told_apart"]

_SUFFIX: Final = ".tar.gz"


@dataclass(frozen=True)
class ShelvedArchive:
    """An archive in the workspace: its file name, its size in bytes, and when it was made."""

    name: str
    bytes: int
    made: str


def list_archives(workspace: WorkspaceFolder) -> list[ShelvedArchive]:
    """Return the archives of a workspace, the newest first."""
    folder = paths.get_archives_dir(workspace.root)
    files = [path for path in folder.glob(f"*{_SUFFIX}") if path.is_file() and not path.name.startswith(".")] if folder.is_dir() else []
    found = [(path.name, path.stat()) for path in files]
    told = [ShelvedArchive(name, status.st_size, _moment(status.st_mtime)) for name, status in found]
    return sorted(told, key=lambda archive: (archive.made, archive.name), reverse=True)


def put_away(workspace: WorkspaceFolder, project: ProjectFolder, *, exports: bool = False, remove: bool = False) -> Archived:
    """Write a project into a file in ``Archives`` of its workspace.

    Args:
        workspace: The workspace.
        project: The project.
        exports: Put its films and packages in too.
        remove: Remove the folder of the project afterwards, once the whole project has come out of the archive again, verified.

    Raises:
        ConflictError: It may not be removed: something is not in the archive. The archive is there all the same.
    """
    moment = utc_now().replace(":", "").replace("-", "")
    name = f"{paths.project_folder_name(project.manifest.title)}_{moment}{_SUFFIX}"
    made = archive_project(project, paths.get_archives_dir(workspace.root) / name, exports=exports or remove)
    if remove:
        if made.left_out:
            fix = "The archive is made; the project stays where it is."
            raise ConflictError(f"{project.manifest.title} is not whole in its archive: {made.left_out[0]}", fix=fix)
        with tempfile.TemporaryDirectory(prefix=".verify-", dir=made.path.parent) as scratch:
            restore_archive(made.path, Path(scratch) / "project", Path(scratch) / "state")
        _remove(project)
    return made


def bring_back(workspace: WorkspaceFolder, name: str) -> tuple[ProjectFolder, RestoredArchive]:
    """Make the project in an archive of the workspace again. If it is there still, the copy gets a title and a uuid of its own.

    Raises:
        NotFoundError: There is no such archive.
    """
    if PurePosixPath(name).name != name or name not in {archive.name for archive in list_archives(workspace)}:
        raise NotFoundError(f"There is no archive {name!r:.120} in the workspace.", fix="Reload the page to see those there are.")
    there = {project.id for project in workspace.projects()}
    made = workspace.restore(paths.get_archives_dir(workspace.root) / name)
    return told_apart(workspace, made.root, there), made


def told_apart(workspace: WorkspaceFolder, root: Path, there: Collection[str]) -> ProjectFolder:
    """Open a project that just came; if its uuid is among those that were there, it gets a title and a uuid of its own."""
    project = ProjectFolder.open(root, workspace.state_dir)
    if project.uuid in there:
        project = workspace.renew_uuid(root.name)
        project.save(project.manifest.model_copy(update={"title": f"{project.manifest.title[:180]} (restored)"}))
    return project


def _remove(project: ProjectFolder) -> None:
    """Remove the folder of a project: out of sight first, in one move, then file by file."""
    aside = project.root.with_name(f".removed-{project.uuid}")
    project.root.rename(aside)
    shutil.rmtree(aside)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
