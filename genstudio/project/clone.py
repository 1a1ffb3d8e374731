"""A project from a Git remote: cloned beside its place, complete, then renamed in. All or nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from uuid import uuid4

from genstudio.project import paths
from genstudio.project.atomic import disk_errors
from genstudio.project.documents import parse_model, read_bytes
from genstudio.project.repository import Repository
from genstudio.project.repository_media import Media
from genstudio.project.repository_remote import Remotes
from genstudio.project.scaffold import rename_in
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.project import PROJECT_SCHEMA, ProjectManifest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["clone_project"]


def clone_project(
    url: str, projects_dir: Path, state_dir: Path, *, scenes: Iterable[str] = (), media: bool = True
) -> tuple[Path, tuple[str, ...]]:
    """Clone a project into ``projects_dir`` and return its root, and what people should know.

    Args:
        url: Address of the remote.
        projects_dir: Where the project goes; its folder is named after its title.
        state_dir: Machine state of the workspace.
        scenes: Fetch the takes of these scenes alone; everything by default.
        media: Fetch media at all; else it can be fetched later.

    Raises:
        BadInputError: The address is none, or there is no project at it.
        NotFoundError: There is nothing at the address.
        GenStudioError: It cannot be reached. In every case nothing is left behind.
    """
    beside = projects_dir / f".new-{uuid4()}"
    try:
        with disk_errors(beside):
            beside.mkdir(parents=True)
        repository = Repository(beside, state_dir)
        Remotes(repository).begin_clone(url)
        title = _title(beside)
        notices = _fetch(repository, tuple(scenes)) if media else ()
        return rename_in(beside, projects_dir, paths.project_folder_name(title)), notices
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _title(root: Path) -> str:
    path = paths.get_manifest_path(root)
    if not path.is_file() or path.is_symlink():
        raise BadInputError("There is no project at that address: it has no project.json.", fix="Name the repository of a project.")
    manifest, _ = parse_model(ProjectManifest, read_bytes(path, "project"), PROJECT_SCHEMA, paths.MANIFEST)
    return manifest.title


def _fetch(repository: Repository, scenes: tuple[str, ...]) -> tuple[str, ...]:
    try:
        Media(repository).fetch(scenes)
    except BadInputError:
        raise
    except GenStudioError as error:
        return (f"Media was not fetched: {error} Fetch it later: genstudio fetch",)
    return ()
