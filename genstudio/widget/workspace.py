"""The workspace as a Python object: where a researcher begins."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genstudio.project.paths import LIBRARY_FOLDERS
from genstudio.project.sample import make_sample_film
from genstudio.schema.errors import NotFoundError
from genstudio.widget.library import LibraryItem, LibraryList
from genstudio.widget.listings import ProjectList
from genstudio.widget.project import Project
from genstudio.widget.runtime import counted, runtime, user_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.engine.status import ClusterStatus
    from genstudio.pipelines.templates import Template
    from genstudio.project.project import ProjectFolder
    from genstudio.widget.studio import StudioWidget

__all__ = ["Workspace"]


class Workspace:
    """All projects of a studio. Displays as the studio itself.

    Args:
        path: Its folder. None takes ``GENSTUDIO_WORKSPACE``, else the workspace around the present folder, else
            ``~/Generative_Studio_Workspace``. A folder that is no workspace yet becomes one.

    Example:
        >>> from genstudio import Workspace
        >>> studio = Workspace()
        >>> film = studio.project("My First Film", create=True)
        >>> studio.project("my first film") is film
        True
        >>> len(studio.library)  # nothing is shared yet
        0
        >>> studio.project("A film that nobody made")
        Traceback (most recent call last):
        ...
        genstudio.schema.errors.NotFoundError: There is no project 'A film that nobody made'. ...
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.runtime = runtime(path)
        self._widget: StudioWidget | None = None

    @property
    def path(self) -> Path:
        """The workspace's folder."""
        return Path(self.runtime.workspace.root)

    @property
    def uuid(self) -> str:
        """The workspace's identity."""
        return str(self.runtime.workspace.uuid)

    def project(self, title: str, *, create: bool = False) -> Project:
        """Open the project of that title or uuid. The same object every time.

        Args:
            title: Title or uuid.
            create: Make it if there is none of that title.

        Raises:
            NotFoundError: There is none; the message names those there are.
        """
        try:
            return self._opened(self.runtime.workspace.project(title))
        except NotFoundError:
            if not create:
                raise
            return self.create(title)

    def create(self, title: str, description: str = "") -> Project:
        """Make a new project with an empty canvas, under version control, and open it."""
        return self._opened(self.runtime.workspace.create(title, description))

    def sample_film(self) -> Project:
        """Make a new project with the sample film on its canvas: three shots, a pipeline, an assembler.

        Every call makes another; the later ones are numbered.
        """
        return self._opened(make_sample_film(self.runtime.workspace, user_name()))

    @property
    def projects(self) -> ProjectList:
        """All projects, by title, which display as cards."""
        opened = (self.project(summary.id) for summary in self.runtime.workspace.projects())
        return ProjectList(sorted(opened, key=lambda project: project.title.casefold()))

    @property
    def templates(self) -> tuple[Template, ...]:
        """The templates of the library, by name; ``canvas.use_template(name)`` copies one onto a canvas."""
        from genstudio.pipelines.catalogue import Catalogue

        return tuple(Catalogue.load(self.path).templates.values())

    @property
    def library(self) -> LibraryList:
        """What projects share, by folder and name; ``project.use(item)`` copies one into a project. Displays as a table."""
        shared = self.runtime.workspace
        return LibraryList(LibraryItem(folder, name) for folder in LIBRARY_FOLDERS for name in shared.library(folder))

    def restore(self, archive: Path | str) -> Project:
        """Make the project in an archive (``project.archive``) again in the workspace, verified, and open it.

        Where the project is there already, the new one gets a title and an identity of its own. What the archive lacks is told as a
        warning.

        Raises:
            BadInputError: It is no archive, or a damaged or hostile one; nothing is left behind.
        """
        there = self._uuids()
        made = self.runtime.workspace.restore(Path(archive))
        for line in made.left_out:
            warnings.warn(f"Not in the archive: {line}", stacklevel=2)
        return self._arrived(made.root, there)

    def clone(self, url: str, *, scenes: Iterable[str] = (), media: bool = True) -> Project:
        """Bring a project from a Git remote into the workspace and open it.

        Where the project is there already, the new one gets a title and an identity of its own.

        Args:
            url: https, ssh, ``user@host:path``, or a folder.
            scenes: Fetch the takes of these scenes alone; everything by default.
            media: Fetch media at all; ``project.history.fetch()`` brings it later. What could not be fetched is told as a warning.

        Raises:
            BadInputError: The address is none, or there is no project at it.
            NotFoundError: There is nothing at the address.
            GenStudioError: It cannot be reached. In every case nothing is left behind.
        """
        there = self._uuids()
        root, notices = self.runtime.workspace.clone(url, scenes=scenes, media=media)
        for notice in notices:
            warnings.warn(notice, stacklevel=2)
        return self._arrived(root, there)

    def cluster(self) -> ClusterStatus:
        """Return the workers with their memory, what is warm there, and the queue, as they are now."""
        return self.runtime.engine.cluster_status()

    def widget(self, *, height: str = "720px") -> StudioWidget:
        """Return the studio as a widget; one for all displays of this object."""
        from genstudio.widget.studio import StudioWidget

        if self._widget is None:
            self._widget = StudioWidget(self.runtime, mode="studio", height=height)
        return self._widget

    def close(self) -> None:
        """End the displayed widget and all projects' views."""
        for project in self.runtime.projects.values():
            project.close()
        self.runtime.projects.clear()
        if self._widget is not None:
            self._widget.close()
            self._widget = None

    def __repr__(self) -> str:
        return f"<Workspace {self.path}: {counted(len(self.runtime.workspace.projects()), 'project')}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's display protocol
        from genstudio.widget.studio import display_bundle

        return display_bundle(self.widget, repr(self), kwargs)

    def _arrived(self, root: Path, there: set[str]) -> Project:
        from genstudio.project.shelf import told_apart

        shared = self.runtime.workspace
        return self._opened(shared.project(told_apart(shared, root, there).uuid))

    def _uuids(self) -> set[str]:
        return {summary.id for summary in self.runtime.workspace.projects()}

    def _opened(self, folder: ProjectFolder) -> Project:
        return self.runtime.projects.setdefault(str(folder.uuid), Project(folder, runtime=self.runtime))
