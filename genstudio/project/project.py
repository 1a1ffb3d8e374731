"""A project folder: its manifest, and the way to its canvases, takes, assets and history."""

from __future__ import annotations

import uuid as uuids
from contextlib import AbstractContextManager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

from genstudio.project import paths
from genstudio.project.assets import AssetFolder, create_asset, list_assets
from genstudio.project.atomic import locked, write_atomic, write_new
from genstudio.project.canvas_file import CanvasFile
from genstudio.project.canvas_form import dump as dump_canvas
from genstudio.project.documents import dump_json, parse_model, read_bytes
from genstudio.project.history import ProjectHistory
from genstudio.project.repository import Repository
from genstudio.project.scaffold import make_folders
from genstudio.project.settings import changed_settings
from genstudio.project.summary import summarise
from genstudio.project.takes import TakeStore
from genstudio.schema.base import utc_now
from genstudio.schema.canvas import CANVAS_SCHEMA, Canvas
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, ReadOnlyError
from genstudio.schema.project import PROJECT_SCHEMA, WORKSPACE_SCHEMA, ProjectManifest, ProjectSettings, ProjectSummary, WorkspaceManifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ProjectFolder"]

_MANIFEST_LOCK: Final = "project"


class ProjectFolder:
    """A project on disk. Get one from :meth:`open` or from a workspace. Safe for threads and processes.

    ``root`` is its folder, ``uuid`` its identity, ``state_dir`` where machine state of it goes. ``tell`` is called with what people must
    know of a canvas that was damaged and restored; views are told by their sessions.
    """

    def __init__(self, root: Path, state_dir: Path | None = None) -> None:
        self.root = root.resolve()
        self._threads = Lock()
        self._known: tuple[tuple[int, ...], tuple[ProjectManifest, str]] | None = None
        self._canvases: dict[str, CanvasFile] = {}
        self.tell: Callable[[str], object] = lambda _: None
        self.uuid = self.manifest.uuid
        self.state_dir = state_dir or paths.state_dir(_workspace_uuid(self.root) or self.uuid)
        self.takes = TakeStore(self.root, self.uuid)
        self.repository = Repository(self.root, self.state_dir)
        self.history = ProjectHistory(self)

    @classmethod
    def open(cls, root: Path, state_dir: Path | None = None) -> Self:
        """Open a project and set up what a clone does not bring: empty folders, the LFS filter and the drivers of canvases.

        Raises:
            NotFoundError: There is no ``project.json``.
            BadInputError: ``project.json`` is wrong (each field is named), or a folder is a link out of the project.
        """
        project = cls(root, state_dir)
        make_folders(project.root)
        if project.repository.exists:
            project.repository.set_up()
        return project

    def __repr__(self) -> str:
        return f"ProjectFolder({self.manifest.title!r})"

    # -- manifest ------------------------------------------------------------------------------------------------------------------

    @property
    def manifest(self) -> ProjectManifest:
        """The manifest as it is on disk now."""
        return self._read()[0]

    @property
    def settings(self) -> ProjectSettings:
        """The settings as they are on disk now."""
        return self.manifest.project_settings

    @property
    def read_only(self) -> str:
        """Why the manifest cannot be changed (a newer studio wrote it); empty if it can."""
        return self._read()[1]

    def save(self, manifest: ProjectManifest) -> ProjectManifest:
        """Write a changed manifest and return it with its new version.

        Raises:
            ConflictError: Somebody saved since ``manifest`` was read.
            ReadOnlyError: A newer studio wrote it.
            BadInputError: The uuid was changed, or the canvas is not in the project.
        """
        with self._manifest_lock():
            return self._save(manifest)

    def update_settings(self, **changes: Any) -> ProjectManifest:  # noqa: ANN401 - checked by the model
        """Change some settings and return the new manifest.

        Raises:
            BadInputError: A setting is unknown or its value wrong; the message names it.
            ReadOnlyError: A newer studio wrote the manifest.
        """
        with self._manifest_lock():
            current = self.manifest
            settings = changed_settings(current.project_settings, changes)
            return self._save(current.model_copy(update={"project_settings": settings}))

    def renew_uuid(self) -> ProjectManifest:
        """Give a copied project an identity of its own, so that it can live beside the one it was copied from."""
        with self._manifest_lock():
            saved = self._write(self.manifest.model_copy(update={"uuid": str(uuids.uuid4())}))
        self.uuid = saved.uuid
        self.takes = TakeStore(self.root, self.uuid)
        return saved

    def _manifest_lock(self) -> AbstractContextManager[None]:
        return locked(paths.get_lock_path(self.root, _MANIFEST_LOCK))

    def _read(self) -> tuple[ProjectManifest, str]:
        path = paths.get_manifest_path(self.root)
        data = read_bytes(path, "project")
        with self._threads:
            status = path.stat()
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns, hash(data))
            if self._known is None or self._known[0] != stamp:
                self._known = (stamp, parse_model(ProjectManifest, data, PROJECT_SCHEMA, paths.MANIFEST))
            return self._known[1]

    def _save(self, manifest: ProjectManifest) -> ProjectManifest:
        current, read_only = self._read()
        if read_only:
            raise ReadOnlyError(read_only)
        if manifest.uuid != current.uuid:
            raise BadInputError("The uuid of a project never changes.", fix="Leave uuid as it is.")
        if manifest.version != current.version:
            message = f"project.json was saved by somebody else (version {current.version}, yours {manifest.version})."
            raise ConflictError(message, fix="Read it again and repeat the change.")
        paths.get_canvas_path(self.root, manifest.canvas_path)
        return self._write(manifest)

    def _write(self, manifest: ProjectManifest) -> ProjectManifest:
        saved = manifest.model_copy(update={"version": manifest.version + 1, "modified": utc_now()})
        write_atomic(paths.get_manifest_path(self.root), dump_json(saved.model_dump(mode="json", by_alias=True)))
        return saved

    # -- contents ------------------------------------------------------------------------------------------------------------------

    def canvas(self, path: str | None = None) -> CanvasFile:
        """Return a canvas by its project-relative path; the main one by default.

        Raises:
            BadInputError: The path is no path of a canvas.
        """
        chosen = path or self.manifest.canvas_path
        with self._threads:
            if chosen not in self._canvases:
                self._canvases[chosen] = CanvasFile(self.root, chosen, committed=self._committed, tell=self._pass_on)
            return self._canvases[chosen]

    def _pass_on(self, notice: str) -> None:
        self.tell(notice)

    def _committed(self, path: str) -> bytes | None:
        """Return a file as it was committed last; None if it never was, Git cannot be asked, or the user has a merge under way."""
        try:
            return None if self.repository.obstacle() else self.history.read("HEAD", path)
        except GenStudioError:
            return None

    def canvases(self) -> list[str]:
        """Return the project-relative paths of all canvases, by name."""
        return sorted(paths.relative(self.root, path) for path in paths.canvas_files(self.root))

    def create_canvas(self, name: str) -> CanvasFile:
        """Make an empty canvas of that name.

        Raises:
            ConflictError: There is one already.
        """
        relative = f"{paths.CANVASES}/{paths.project_folder_name(name)}.json"
        try:
            write_new(paths.get_canvas_path(self.root, relative), dump_canvas(Canvas(schema=CANVAS_SCHEMA, version=0, layout_version=0)))
        except FileExistsError as error:
            raise ConflictError(f"There is already a canvas {relative!r}.", fix="Choose another name.") from error
        return self.canvas(relative)

    def assets(self) -> list[AssetFolder]:
        """Return the characters, styles and locations of the project, by kind and name."""
        return list_assets(self.root)

    def create_asset(self, kind: paths.AssetKind, name: str, **fields: str) -> AssetFolder:
        """Make a character, style or location; see :func:`genstudio.project.assets.create_asset`."""
        return create_asset(self.root, kind, name, **fields)

    def summary(self) -> ProjectSummary:
        """Return the project as a card shows it."""
        return summarise(self.root, self.manifest)


def _workspace_uuid(root: Path) -> str:
    """Return the identity of the workspace that the project stands in; empty if it stands in none."""
    workspace = root.parent.parent
    try:
        data = read_bytes(workspace / paths.WORKSPACE_MANIFEST, "workspace")
        manifest, _ = parse_model(WorkspaceManifest, data, WORKSPACE_SCHEMA, paths.WORKSPACE_MANIFEST)
    except GenStudioError:
        return ""
    return manifest.uuid if root.parent == paths.get_projects_dir(workspace) else ""
