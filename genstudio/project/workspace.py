"""The workspace: a shared library and the projects."""

from __future__ import annotations

import os
import uuid as uuids
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, locked, write_new
from genstudio.project.clone import clone_project
from genstudio.project.documents import dump_json, parse_model, read_bytes
from genstudio.project.library_items import list_items, use_item
from genstudio.project.project import ProjectFolder
from genstudio.project.restore import RestoredArchive, restore_archive
from genstudio.project.scaffold import create_project, rename_in
from genstudio.project.settings import changed_settings
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, NotFoundError
from genstudio.schema.project import WORKSPACE_SCHEMA, ProjectSummary, WorkspaceManifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["WorkspaceFolder"]

_ENVIRONMENT: Final = "GENSTUDIO_WORKSPACE"


class WorkspaceFolder:
    """A workspace on disk. Get one from :meth:`find`.

    ``root`` is its folder, ``uuid`` its identity, ``title`` its name, ``state_dir`` the folder of its machine state on a local disk.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        data = read_bytes(self.root / paths.WORKSPACE_MANIFEST, "workspace")
        manifest, _ = parse_model(WorkspaceManifest, data, WORKSPACE_SCHEMA, paths.WORKSPACE_MANIFEST)
        self.uuid = manifest.uuid
        self.title = manifest.title
        self._settings = manifest.project_settings
        self.state_dir = paths.state_dir(self.uuid)
        self._open: dict[Path, ProjectFolder] = {}

    @classmethod
    def find(cls, path: Path | str | None = None) -> Self:
        """Return the workspace, made if it is not there.

        It is the one at ``path``, else at ``GENSTUDIO_WORKSPACE``, else around the current folder, else ``~/Generative_Studio_Workspace``.

        Raises:
            BadInputError: There is a file of that name, or ``workspace.json`` is wrong.
            GenStudioError: It cannot be written there, or its state folder would be on a network drive.
        """
        root = Path(path).expanduser() if path else _found()
        if root.exists() and not root.is_dir():
            raise BadInputError(f"{str(root)!r} is no folder.", fix="Name a folder for the workspace.")
        if not (root / paths.WORKSPACE_MANIFEST).exists():
            _make(root)
        return cls(root)

    def __repr__(self) -> str:
        return f"WorkspaceFolder({str(self.root)!r})"

    def projects(self) -> list[ProjectSummary]:
        """Return the projects that can be read, newest first. The others are in :meth:`problems`."""
        summaries = []
        for root in self._roots():
            try:
                summaries.append(ProjectFolder(root, self.state_dir).summary())
            except GenStudioError:
                continue
        return sorted(summaries, key=lambda summary: (summary.modified, summary.name), reverse=True)

    def folders(self) -> list[ProjectFolder]:
        """Return the projects that can be read, by folder name, not opened: nothing is set up in them."""
        return list(self._readable())

    def problems(self) -> list[str]:
        """Return a sentence for each project that cannot be read, and for each two that have the same uuid."""
        found, seen = [], dict[str, str]()
        for root in self._roots():
            try:
                uuid = ProjectFolder(root, self.state_dir).uuid
            except GenStudioError as error:
                found.append(f"{root.name}: {error}")
                continue
            if uuid in seen:
                found.append(_twins(seen[uuid], root.name).message)
            seen[uuid] = root.name
        return found

    def create(self, title: str, description: str = "", settings: Mapping[str, Any] | None = None) -> ProjectFolder:
        """Make a project with the settings that ``workspace.json`` gives new ones, and its first commit; all or nothing.

        ``settings`` stand in place of some of those.

        Raises:
            ConflictError: There is a project of that title.
            BadInputError: The title is empty or too long, or a setting is wrong.
            MissingToolError: Git is not installed.
        """
        begins = changed_settings(self._settings, settings or {})
        with locked(self.state_dir / "projects.lock"):
            wanted = " ".join(title.split()).casefold()
            if any(project.manifest.title.casefold() == wanted for project in self._readable()):
                raise ConflictError(f"There is already a project {title.strip()!r:.220}.", fix="Open it, or choose another title.")
            root = create_project(paths.get_projects_dir(self.root), title, description, self.state_dir, begins)
        return self._opened(root)

    def project(self, title_or_uuid: str) -> ProjectFolder:
        """Open a project by its title, uuid or folder name.

        Raises:
            NotFoundError: There is none of that name.
            ConflictError: Several have that title, or that uuid.
            BadInputError: Its ``project.json`` is wrong.
        """
        for known in self._open.values():
            if known.uuid == title_or_uuid and paths.get_manifest_path(known.root).exists() and known.manifest.uuid == title_or_uuid:
                return known
        found = self._named(title_or_uuid)
        if not found:
            titles = ", ".join(repr(summary.name) for summary in self.projects()[:10])
            there = f"There are: {titles}. " if titles else ""
            raise NotFoundError(
                f"There is no project {title_or_uuid!r:.220}.", fix=f"{there}A new one: genstudio new, or Workspace().create."
            )
        if len(found) > 1 and len({project.uuid for project in found}) == 1:
            raise _twins(found[0].root.name, found[1].root.name)
        if len(found) > 1:
            uuids_ = ", ".join(project.uuid for project in found)
            raise ConflictError(f"{len(found)} projects have the title {title_or_uuid!r:.220}.", fix=f"Name one by its uuid: {uuids_}.")
        return self._opened(found[0].root)

    def refuse_copies(self, project: ProjectFolder) -> None:
        """Refuse a project named by its folder while another folder of the workspace has its uuid: nobody can tell which is the copy.

        Raises:
            ConflictError: There is one (code ``same_uuid``).
        """
        twin = next((other for other in self._readable() if other.uuid == project.uuid and other.root != project.root), None)
        if twin is not None:
            raise _twins(twin.root.name, project.root.name)

    def clone(self, url: str, *, scenes: Iterable[str] = (), media: bool = True) -> tuple[Path, tuple[str, ...]]:
        """Bring a project from a Git remote; return its folder, and what people should know. See :func:`clone_project`."""
        with locked(self.state_dir / "projects.lock"):
            root, notices = clone_project(url, paths.get_projects_dir(self.root), self.state_dir, scenes=scenes, media=media)
        return ProjectFolder.open(root, self.state_dir).root, notices

    def restore(self, archive: Path, folder: Path | None = None) -> RestoredArchive:
        """Make the project in an archive again, in a folder or among the projects. See :func:`restore_archive`."""
        with locked(self.state_dir / "projects.lock"):
            projects = paths.get_projects_dir(self.root)
            target = folder.expanduser().absolute() if folder is not None else projects / f".new-{uuids.uuid4()}"
            made = restore_archive(archive, target, self.state_dir)
            if folder is None:
                made = replace(made, root=rename_in(made.root, projects, paths.project_folder_name(made.title)))
        ProjectFolder.open(made.root, self.state_dir)
        return made

    def renew_uuid(self, folder: str) -> ProjectFolder:
        """Give a copied project an identity of its own.

        Args:
            folder: Its folder name among the projects, or a path.

        Raises:
            NotFoundError: There is no project in that folder.
        """
        root = Path(folder) if "/" in folder else paths.get_project_root(self.root, folder)
        project = ProjectFolder.open(root, self.state_dir)
        project.renew_uuid()
        self._open.pop(project.root, None)
        return project

    def library(self, kind: str) -> list[str]:
        """Return the names of the items in a folder of the shared library; see :func:`list_items`."""
        return list_items(self.root, kind)

    def use(self, project: ProjectFolder, kind: str, name: str) -> str:
        """Copy an item of the shared library into a project and return its project-relative path; see :func:`use_item`."""
        return use_item(self.root, project.root, kind, name)

    def models_dirs(self) -> list[Path]:
        """Return the folders in which the workspace keeps model weights."""
        return [paths.get_library_dir(self.root, "AI_Models")]

    def _named(self, name: str) -> list[ProjectFolder]:
        projects = list(self._readable(name))
        by_uuid = [project for project in projects if project.uuid == name]
        exact = [project for project in projects if name in (project.manifest.title, project.root.name)]
        alike = [project for project in projects if project.manifest.title.casefold() == name.strip().casefold()]
        chosen = by_uuid or exact or alike
        twins = {project.uuid for project in chosen}
        return [project for project in projects if project.uuid in twins]

    def _readable(self, wanted: str = "") -> Iterator[ProjectFolder]:
        """Yield the projects that can be read; the error of the very folder that is wanted is shown."""
        for root in self._roots():
            try:
                yield ProjectFolder(root, self.state_dir)
            except GenStudioError:
                if root.name == wanted:
                    raise

    def _opened(self, root: Path) -> ProjectFolder:
        known = self._open.get(root)
        if known is None or known.uuid != known.manifest.uuid:
            known = self._open[root] = ProjectFolder.open(root, self.state_dir)
        return known

    def _roots(self) -> list[Path]:
        folder = paths.get_projects_dir(self.root)
        if not folder.is_dir():
            return []
        found = (path for path in folder.iterdir() if not path.name.startswith("."))
        return sorted(path for path in found if paths.get_manifest_path(path).exists())


def _found() -> Path:
    """Return the root that the environment, the current folder or the habit names."""
    named = os.environ.get(_ENVIRONMENT)
    if named:
        return Path(named).expanduser()
    here = Path.cwd()
    around = next((folder for folder in (here, *here.parents) if (folder / paths.WORKSPACE_MANIFEST).is_file()), None)
    return around or paths.default_workspace_root()


def _make(root: Path) -> None:
    with disk_errors(root):
        paths.get_projects_dir(root).mkdir(parents=True, exist_ok=True)
        for folder in paths.LIBRARY_FOLDERS:
            paths.get_library_dir(root, folder).mkdir(parents=True, exist_ok=True)
    document = {"schema": WORKSPACE_SCHEMA, "uuid": str(uuids.uuid4()), "title": "Generative Studio Workspace"}
    try:
        write_new(root / paths.WORKSPACE_MANIFEST, dump_json(document))
    except FileExistsError:
        return  # another process made it this moment; its uuid holds


def _twins(first: str, second: str) -> ConflictError:
    return ConflictError(
        f"The project folders {first!r} and {second!r} have the same uuid: one is a copy of the other.",
        fix="Give the copy an identity of its own before it is edited: genstudio open --new-uuid FOLDER (workspace.renew_uuid).",
        code="same_uuid",
    )
