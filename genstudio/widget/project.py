"""A film project as a Python object."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from genstudio.project.happenings import asset_made, settings_changed
from genstudio.project.paths import relative
from genstudio.project.project import ProjectFolder
from genstudio.project.trigger import checked_trigger_word
from genstudio.schema.errors import NotFoundError
from genstudio.schema.render import RenderOptions
from genstudio.widget.assets import Asset, AssetList
from genstudio.widget.canvas import Canvas
from genstudio.widget.history import History
from genstudio.widget.job import FilmJob, TakesJob, job_of
from genstudio.widget.keeping import kept
from genstudio.widget.listings import JobList
from genstudio.widget.project_store import ProjectStore
from genstudio.widget.runtime import Runtime, counted, runtime_of
from genstudio.widget.takes import Take, TakeList
from genstudio.widget.warn import warn_of_canvas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genstudio.edit.from_edl import EdlCut
    from genstudio.schema.nodes import NodeType
    from genstudio.schema.pipeline import TaskDeclaration
    from genstudio.schema.project import ProjectSettings
    from genstudio.schema.render import FilmPreset
    from genstudio.widget.batch import Batch, Table
    from genstudio.widget.node import Node
    from genstudio.widget.studio import StudioWidget

__all__ = ["Project"]


class Project(ProjectStore):
    """A film: its canvases, takes and renders. Displays as the studio, opened at this project.

    ``Workspace().project(title)`` opens one by title; ``Project(folder)`` opens the one in a folder, wherever it stands.

    Example:
        >>> from genstudio import Workspace
        >>> film = Workspace().project("My First Film", create=True)
        >>> film.title
        'My First Film'
        >>> film.canvas() is film.canvas()
        True
        >>> film.settings.fps
        '24'
        >>> film.prune().bytes  # what would be removed; prune(dry_run=False) removes it
        0
    """

    def __init__(self, folder: Path | str | ProjectFolder, *, runtime: Runtime | None = None) -> None:
        self.folder = folder if isinstance(folder, ProjectFolder) else ProjectFolder.open(Path(folder))
        self.folder.tell = warn_of_canvas
        self.runtime = runtime or runtime_of(self.folder)
        if runtime is None:
            self.runtime.workspace.refuse_copies(self.folder)
        self._canvases: dict[str, Canvas] = {}
        self._widget: StudioWidget | None = None

    @property
    def uuid(self) -> str:
        """The project's identity; it stays when the folder moves."""
        return str(self.folder.uuid)

    @property
    def title(self) -> str:
        """The title."""
        return str(self.folder.manifest.title)

    @property
    def path(self) -> Path:
        """The project's folder."""
        return Path(self.folder.root)

    @property
    def settings(self) -> ProjectSettings:
        """Quality, rate, size and what to do when no worker is large enough; write with :meth:`configure`."""
        return self.folder.settings

    def configure(self, **settings: Any) -> ProjectSettings:  # noqa: ANN401 - values of several types, checked by the schema
        """Change settings, e.g. ``configure(quality="low", fps="25")``, and return them all."""
        before = self.folder.settings
        self.folder.update_settings(**settings)
        kept(self.folder, settings_changed(before, self.folder.settings))
        return self.folder.settings

    def canvas(self, path: str | None = None) -> Canvas:
        """Open a canvas: the main one, or the one at a project-relative path. The same object every time."""
        wanted = path or self.folder.manifest.canvas_path
        if wanted not in self._canvases:
            self._canvases[wanted] = Canvas(self, path)
        return self._canvases[wanted]

    @property
    def canvases(self) -> tuple[str, ...]:
        """Project-relative paths of the canvases."""
        return tuple(str(path) for path in self.folder.canvases())

    @property
    def takes(self) -> TakeList:
        """All takes, by shot folder, oldest first."""
        every = self.folder.takes.all()
        return TakeList(Take(self.folder, record) for renders in sorted(every) for record in every[renders])

    @property
    def assets(self) -> AssetList:
        """Its characters, styles and locations; ``project.assets["Fox"]`` is one by name."""
        return AssetList(self.folder, (Asset(self.folder, found) for found in self.folder.assets()))

    def create_asset(
        self, kind: Literal["character", "style", "location"], name: str, *, trigger_word: str = "", description: str = ""
    ) -> Asset:
        """Make a character, a style or a location and return it.

        Raises:
            ConflictError: There is one of that name.
            BadInputError: The trigger word is none, or another asset's.
        """
        word = checked_trigger_word(self.folder, trigger_word)
        made = self.folder.create_asset(kind, name, trigger_word=word, description=description)
        kept(self.folder, asset_made(made))
        return Asset(self.folder, made)

    @property
    def history(self) -> History:
        """What happened to the project, named checkpoints, going back and sharing; displays as a table."""
        return History(self.folder)

    def render(self, assembler: Node | str | None = None, *, preset: FilmPreset = "h264") -> FilmJob:
        """Render the film of the main canvas to ``06_Exports``. Returns at once; ``result()`` waits for the film."""
        return self.canvas().render(assembler, preset=preset)

    def read_edl(self, path: Path | str) -> EdlCut:
        """Return the cut that a CMX3600 edit list makes of the project's takes, at the project's rate, and what it could not take over.

        Raises:
            BadInputError: It is no edit list, or names no take of the project.
        """
        from genstudio.edit.edl import read_edl_file
        from genstudio.edit.from_edl import cut_from_edl, sources_of

        settings = self.settings
        width, height = settings.size
        takes = (record for records in self.folder.takes.all().values() for record in records)
        return cut_from_edl(read_edl_file(Path(path), settings.fps), sources_of(takes, settings.fps), width=width, height=height)

    def render_edl(self, path: Path | str, *, preset: FilmPreset = "h264") -> FilmJob:
        """Render the film that a CMX3600 edit list says, from that list alone: every frame is drawn. Returns at once.

        Raises:
            BadInputError: It is no edit list, or names no take of the project.
        """
        path = Path(path).resolve()
        within = path.is_relative_to(self.path.resolve())
        options = RenderOptions(mode="moviepy", preset=preset, edl=relative(self.path, path) if within else path.name)
        task = self.runtime.engine.render_edit(self.folder, self.read_edl(path).cut, options, author=self.canvas().author)
        return FilmJob(self.runtime, self.folder, task.id)

    def batch(
        self, table: Table | None, *, takes: int = 1, quality: Literal["low", "standard", "high"] | None = None, film: bool = False
    ) -> Batch:
        """Return a batch of the main canvas: what a table of shots asks for. ``start()`` makes what is missing, and nothing twice.

        Args:
            table: A CSV or JSON file, or a list of mappings such as ``{"name": "SHOT_010", "prompt": "a fox"}``; None takes the shots
                that are on the canvas.
            takes: How many takes a shot is to have whose row does not say.
            quality: The quality of shots whose row does not say; None takes the shot's or the project's own.
            film: Join the shots in the order of the table and lead them to an assembler.
        """
        from genstudio.widget.batch import Batch

        return Batch(self.canvas(), table, takes=takes, quality=quality, film=film)

    def jobs(self, *, active: bool = False) -> JobList:
        """Return the project's jobs, newest first, which display as a table; ``active`` leaves out those that ended."""
        views = self.runtime.engine.store.jobs(project=self.uuid, active=active)
        newest = sorted(views, key=lambda view: view.created, reverse=True)
        return JobList(job_of(self.runtime, self.folder, task) for task in dict.fromkeys(view.task for view in newest))

    def job(self, job_id: str) -> TakesJob | FilmJob:
        """Return the job of that id, e.g. one that was started in another kernel.

        Raises:
            NotFoundError: The project has no such job.
        """
        job = job_of(self.runtime, self.folder, job_id)
        if job.view().spec.project != self.uuid:
            raise NotFoundError(f"{self.title} has no job {job_id!r:.60}.", fix="project.jobs() lists those there are.")
        return job

    def node_types(self) -> tuple[Mapping[str, NodeType], Mapping[str, TaskDeclaration]]:
        """Return the node types and tasks that canvases of this project may use."""
        return self.runtime.node_types()

    def widget(self, *, height: str = "720px") -> StudioWidget:
        """Return the studio, opened at this project, as a widget; one for all displays of this object."""
        from genstudio.widget.studio import StudioWidget

        if self._widget is None:
            self._widget = StudioWidget(self.runtime, mode="studio", project=self.uuid, height=height)
        return self._widget

    def close(self) -> None:
        """End its canvases' views, callbacks and displayed widgets."""
        for canvas in self._canvases.values():
            canvas.close()
        self._canvases.clear()
        if self._widget is not None:
            self._widget.close()
            self._widget = None

    def __repr__(self) -> str:
        summary = self.folder.summary()
        return f"<Project {self.title}: {counted(summary.shots, 'shot')}, {counted(summary.takes, 'take')}, {self.path}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's display protocol
        from genstudio.widget.studio import display_bundle

        return display_bundle(self.widget, repr(self), kwargs)
