"""A project and its surroundings: media and library items that come in, its archive, and its room on the disk."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genstudio.project.paths import LIBRARY_FOLDERS
from genstudio.schema.errors import BadInputError
from genstudio.widget.library import LibraryItem, SourceMedia
from genstudio.widget.previews import Pruning
from genstudio.widget.runtime import user_name

if TYPE_CHECKING:
    from genstudio.project.archive import Archived
    from genstudio.project.project import ProjectFolder
    from genstudio.widget.runtime import Runtime
    from genstudio.widget.takes import Take

__all__ = ["ProjectStore"]


class ProjectStore:
    """The part of :class:`~genstudio.widget.Project` that brings things in, writes it into one file, and makes room; see there."""

    folder: ProjectFolder
    runtime: Runtime

    def use(self, item: LibraryItem | str) -> Path:
        """Copy an item of the shared library (``workspace.library``) into the project and return the copy; one that is there is kept.

        Args:
            item: The item, or its folder and name as in ``"Stock_Media/rain.mp4"``.

        Raises:
            NotFoundError: There is no such item.
            BadInputError: Items of that folder are used where they are.
            ConflictError: The project has another file of that name.
        """
        folder, _, name = item.partition("/") if isinstance(item, str) else (item.folder, "", item.name)
        if folder not in LIBRARY_FOLDERS or not name:
            fix = f"Name its folder and the item, as in Stock_Media/rain.mp4; folders are {', '.join(LIBRARY_FOLDERS)}."
            raise BadInputError(f"{str(item)!r:.120} is no item of the library.", fix=fix)
        return self.folder.root / self.runtime.workspace.use(self.folder, folder, name)

    def ingest(self, media: Path | str) -> SourceMedia | Take:
        """Bring a file from elsewhere into the project, as dropping it on the canvas does.

        Media is copied to ``01_Assets/Source_Media``, once for equal content. A file that carries the record of a take also brings back
        the shot that it is a take of on the main canvas, or makes one from its settings, and the take is returned.

        Raises:
            NotFoundError: There is no such file.
            BadInputError: It is no image, video or sound.
        """
        from genstudio.project.asset_care import ingest

        made = ingest(self.folder.root, Path(media))
        return self._take_of(made.path) or SourceMedia(Path(self.folder.root), made)

    def archive(self, target: Path | str, *, exports: bool = False) -> Archived:
        """Write the project into one file - history, media, and what is not committed - and return what is in it and what is not.

        Args:
            target: The file to make, e.g. ``film.tar.gz``; it appears whole. ``Workspace().restore(target)`` makes the project again.
            exports: Put in the films of ``06_Exports`` too.

        Raises:
            ConflictError: There is a file of that name, or the repository must not be touched.
            GenStudioError: The disk is full; nothing is left behind.
        """
        from genstudio.project.archive import archive_project

        return archive_project(self.folder, Path(target), exports=exports)

    def prune(self, *, dry_run: bool = True, remote: str = "origin") -> Pruning:
        """Make room: remove the cache, and media of older versions that is proven to be at the remote.

        Args:
            dry_run: Only say what would be removed, which is the default.
            remote: Name of the Git remote.
        """
        from genstudio.project.prune import plan_prune, prune

        repository = self.folder.repository
        return Pruning(plan_prune(repository, remote) if dry_run else prune(repository, remote), dry_run)

    def _take_of(self, path: str) -> Take | None:
        """Bring back the shot that a file of the project is a take of, as a view of the main canvas would; None if it is none."""
        from genstudio.session.canvas_session import CanvasSession
        from genstudio.widget.takes import Take

        named: dict[str, Any] = {"author": user_name(), "client": f"py{secrets.token_hex(4)}", "engine": self.runtime.engine}
        session = CanvasSession(self.runtime.workspace, self.folder, None, send=_deaf, **named)
        try:
            layout = session.file.read().canvas.layout.values()
            below = max((place.y + _STEP_Y for place in layout), default=0.0)
            found = session.shot_of_file(path, min((place.x for place in layout), default=0.0), min(below, _LOWEST))
        finally:
            session.close()
        if found["take"] is None:
            return None
        renders = self.folder.canvas().read().canvas.nodes[found["node"]].data["renders"]
        return next(Take(self.folder, record) for record in self.folder.takes.list(renders) if record.id == found["take"])


_STEP_Y = 320.0
_LOWEST = 1e7


def _deaf(_: object) -> None:
    """Take messages for a client that nobody is."""
