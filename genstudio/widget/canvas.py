"""The canvas as a Python object: the same document that artists draw on."""

from __future__ import annotations

import secrets
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from genstudio.graph.conflicts import Conflict, Side, choose, open_conflicts
from genstudio.graph.stale import stale_in_film
from genstudio.schema.canvas import Accepted, Operation, Patch
from genstudio.schema.errors import BadInputError, CanvasWarning, NotFoundError
from genstudio.session.sync import node_takes
from genstudio.widget import wiring
from genstudio.widget.canvas_past import CanvasPast
from genstudio.widget.html import table
from genstudio.widget.job import FilmJob, TakesJob
from genstudio.widget.node import Node, Shot
from genstudio.widget.runtime import counted
from genstudio.widget.takes import Take, TakeList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from genstudio.edit.imported import Imported
    from genstudio.engine.preflight import Preflight
    from genstudio.graph.cut import Cut
    from genstudio.schema.cut import CutList
    from genstudio.schema.render import FilmPreset
    from genstudio.widget.follow import CanvasChange, Follower
    from genstudio.widget.project import Project
    from genstudio.widget.studio import StudioWidget
    from genstudio.widget.view import CanvasView

__all__ = ["Canvas"]


class Canvas(CanvasPast):
    """A canvas of a project: shots, pipelines and the wires between them.

    Displays as a live canvas. Every edit is one patch to the canvas file, so that all open views, kernels and the command line see it.

    Args:
        project: The project it belongs to.
        path: Project-relative path of the file; None opens the main canvas.

    Example:
        >>> from genstudio import Workspace
        >>> canvas = Workspace().project("My First Film", create=True).canvas()
        >>> shot = canvas.add_shot("River", prompt="a fox crosses a frozen river", pipeline="generate-video")
        >>> canvas.add_shot("River", prompt="a fox crosses a frozen river").id == shot.id  # running a cell twice is harmless
        True
        >>> [shot.name for shot in canvas.shots]
        ['River']
        >>> shot.prompt = "a fox crosses a frozen river at dawn"
        >>> canvas.take_back().changes  # the last edit, whoever made it
        ('SHOT_010 prompt: a fox crosses a frozen river at dawn → a fox crosses a frozen river',)
    """

    def __init__(self, project: Project, path: str | None = None) -> None:
        super().__init__(project, path)
        self._follower: Follower | None = None
        self._view: CanvasView | None = None
        self._widget: StudioWidget | None = None

    # -- editing

    def add_shot(
        self,
        name: str,
        *,
        prompt: str | None = None,
        pipeline: str | Node | None = "generate-video",
        after: Shot | str | None = None,
        **data: Any,  # noqa: ANN401 - JSON values of the shot's data
    ) -> Shot:
        """Return the shot of that name; make it if there is none.

        A shot that is there is returned as it is, so that running a cell twice is harmless: change it through its properties.

        Args:
            name: Name of the shot; a name such as ``SHOT_040`` also names its folder of takes.
            prompt: What it shows.
            pipeline: Task (``generate-video``, ``generate-image``), pinned pipeline, a pipeline node, or None for no wire.
            after: The shot it follows in the film: its sequence is wired behind that one's.
            data: Further data, e.g. ``duration="2s"``, ``seed=7``.
        """
        found = self._find(name, only_shots=True)
        if isinstance(found, Shot):
            return found
        node_id, operations = wiring.new_shot(self.graph, name, {**({"prompt": prompt} if prompt is not None else {}), **data})
        if pipeline is not None:
            operations += wiring.use_pipeline(self.graph, node_id, pipeline.id if isinstance(pipeline, Node) else pipeline)
        if after is not None:
            before = after if isinstance(after, Shot) else self.shot(after)
            operations += wiring.chain(self.graph, before.id, node_id)
        self.patch(operations, label=f"add {name}")
        return Shot(self, node_id)

    def add(self, node_type: str, *, name: str | None = None, position: tuple[float, float] | None = None, **data: Any) -> Node:  # noqa: ANN401 - JSON values
        """Add a node of a type (``asset``, ``pipeline``, ``vse_assembler``, ``text``, …) and return it.

        With a name, the node of that type and name is returned as it is if there is one.

        Raises:
            BadInputError: There is no such type.
        """
        types, _ = self.project.node_types()
        for node in self.nodes.values() if name is not None else ():
            if (node.type, node.name) == (node_type, name):
                return node
        if node_type not in types:
            raise BadInputError(f"There is no node type {node_type!r:.60}.", fix=f"Types there are: {', '.join(sorted(types))}.")
        named = {"name": name} if name is not None else {}
        node_id, operations = wiring.new_node(self.graph, node_type, {**types[node_type].defaults, **named, **data}, position=position)
        self.patch(operations, label=f"add {name or types[node_type].title}")
        return self.nodes[node_id]

    def use_template(self, name: str, *, position: tuple[float, float] | None = None) -> tuple[Node, ...]:
        """Copy a template of the library (``workspace.templates``) onto the canvas and return its nodes; ``undo()`` takes it back.

        Args:
            name: The template.
            position: Where its upper left corner goes, in CSS pixels at zoom 1; below everything by default.

        Raises:
            NotFoundError: There is no such template.
        """
        from genstudio.graph.insert import insert
        from genstudio.pipelines.catalogue import Catalogue
        from genstudio.pipelines.templates import fresh_id

        template = Catalogue.load(self.project.runtime.workspace.root).template(name)
        operations = insert(self.graph, template.canvas, fresh_id, at=position)
        self.patch(operations, label=f"use the template {template.title}")
        made = (operation.path.rpartition("/")[2] for operation in operations if operation.path.startswith("/nodes/"))
        return tuple(self.node(key) for key in made)

    def connect(self, source: Node | str, target: Node | str, *, output: str | None = None, input: str | None = None) -> str:  # noqa: A002 - the field's own word
        """Draw a wire and return its id; a wire that is there is returned as it is.

        Args:
            source: Node, or its name, that the wire begins at.
            target: Node, or its name, that it ends at.
            output: Socket to begin at; found by type if only one fits.
            input: Socket to end at; found by type if only one fits.

        Raises:
            BadInputError: The sockets do not fit, or several would; the message says which.
        """
        types, tasks = self.project.node_types()
        edge_id, operations = wiring.connect(self.graph, self._id(source), self._id(target), wiring.Sockets(output, input), (types, tasks))
        if operations:
            self.patch(operations, label="connect")
        return edge_id

    def disconnect(self, edge_id: str) -> None:
        """Remove a wire by its id (``canvas.graph.edges`` lists them)."""
        if edge_id not in self.graph.edges:
            raise NotFoundError(f"There is no wire {edge_id!r:.60} on {self.path}.", fix="canvas.graph.edges lists those there are.")
        self.patch([Operation(op="remove", path=f"/edges/{edge_id}")], label="disconnect")

    def remove(self, node: Node | str) -> None:
        """Remove a node with its wires. Its takes stay on disk; ``undo()`` brings it back."""
        found = self.node(node) if isinstance(node, str) else node
        self.patch([Operation(op="remove", path=f"/nodes/{found.id}")], label=f"remove {found.name}")

    def move(self, node: Node | str, x: float, y: float) -> None:
        """Put a node at ``x``, ``y`` (CSS pixels at zoom 1). Wakes no reader."""
        self.patch([Operation(op="add", path=f"/layout/{self._id(node)}", value={"x": x, "y": y})], label="move")

    def patch(self, operations: Iterable[Operation], *, label: str = "") -> Accepted:
        """Apply operations that belong together as one edit, and return what became of it.

        Raises:
            ReadOnlyError: A newer studio wrote the canvas.
        """
        patch = Patch(base=self.version, operations=tuple(operations), author=self.author, label=label, id=secrets.token_hex(8))
        accepted = self._file.apply(patch)
        self._tell()
        return accepted

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a merge left to choose: properties that both sides changed."""
        return open_conflicts(self.graph)

    def choose(self, path: str, side: Side) -> Accepted:
        """Take one side, ``"ours"`` or ``"theirs"``, of the conflict at ``path`` (as in ``conflict.path``); ``undo()`` takes it back."""
        return self.patch(choose(self.graph, path, side), label=f"choose {side}")

    # -- making

    def generate(self, shot: Node | str, *, quality: Literal["low", "standard", "high"] | None = None, takes: int = 1) -> TakesJob:
        """Make takes of a shot; see :meth:`Shot.generate`.

        Or what another node makes: the clip of a restoration or an enlargement, speech, a control map. Of a scene or an assembler, takes of
        every shot in it that needs one (:meth:`Scene.generate`).
        """
        found = self.shot(shot) if isinstance(shot, str) else shot
        if not 1 <= takes <= 32:
            raise BadInputError(f"{takes} takes cannot be made at once.", fix="Ask for 1 to 32.")
        engine, folder = self.project.runtime.engine, self.project.folder
        spec = engine.generate(folder, self.path, found.id, takes=takes, quality=quality, author=self.author)
        return TakesJob(self.project.runtime, folder, spec.id)

    def preflight(self, shot: Node | str, *, quality: Literal["low", "standard", "high"] | None = None, takes: int = 1) -> Preflight:
        """Return what :meth:`generate` would do now; see :meth:`Shot.preflight`. Nothing is queued."""
        found = self.shot(shot) if isinstance(shot, str) else shot
        return self.project.runtime.engine.preflight(self.project.folder, self.path, found.id, takes, quality)

    def render(self, assembler: Node | str | None = None, *, preset: FilmPreset = "h264") -> FilmJob:
        """Render the film of an assembler (if none is named, the only one that stands in no other). Returns at once.

        ``preset`` is H.264 or H.265 (``h265``) in MP4, ``prores`` in QuickTime, or a folder of pictures with their sound (``images``).

        Where the canvas has no assembler yet, one of all shots is added to it first, in the order of their folders.
        """
        if assembler is None and not any(node.type == "vse_assembler" for node in self.graph.nodes.values()):
            self.patch(wiring.assemble(self.graph), label="assemble all shots")
        node = wiring.only_assembler(self.graph, self._id(assembler) if assembler is not None else None)
        engine, folder = self.project.runtime.engine, self.project.folder
        return FilmJob(self.project.runtime, folder, engine.render(folder, self.path, node, author=self.author, preset=preset).id)

    def cut(self, assembler: Node | str | None = None) -> Cut:
        """Return the cut list of an assembler (the only one, if none is named), and what is wrong with it or out of date in it."""
        from genstudio.graph.cut import Cut, cut

        node = wiring.only_assembler(self.graph, self._id(assembler) if assembler is not None else None)
        folder, graph = self.project.folder, self.graph
        made = cut(graph, node, node_takes(folder, graph), folder.settings, folder.manifest.title)
        return Cut(made.cut, (*made.problems, *stale_in_film(graph, node, self.stale())))

    def edl(self, assembler: Node | str | None = None) -> Path:
        """Write the edit list of an assembler (CMX3600) to ``04_Project_Files/EDLs`` and return its path.

        The same cut as ``.otio`` and as Final Cut Pro 7 XML stands beside it.

        Raises:
            BadInputError: No shot of the film has a take yet.
        """
        from genstudio.edit.export import export_lists

        return self.project.path / export_lists(self.project.path, self.film(assembler))[0]

    def storyboard(self, path: Path | str, assembler: Node | str | None = None) -> Path:
        """Write the film of an assembler as a storyboard, a ``.pdf`` or a ``.png``, and return its path.

        Raises:
            BadInputError: No shot of the film has a take yet.
        """
        from genstudio.edit.storyboard import storyboard

        return storyboard(self.project.path, self.film(assembler), Path(path))

    def hand_off(self, assembler: Node | str | None = None) -> Path:
        """Write a folder for an editor to ``06_Exports`` - EDL, OpenTimelineIO, FCP7 XML, media by reel - and return it.

        Raises:
            BadInputError: No shot of the film has a take yet.
        """
        from genstudio.edit.handoff import hand_off

        return self.project.path / hand_off(self.project.path, self.film(assembler)).path

    def import_edit(self, path: Path | str, assembler: Node | str | None = None, *, apply: bool = False) -> Imported:
        """Compare an ``.edl``, ``.otio`` or FCP7 ``.xml`` that an editor changed with the film of an assembler, and return the changes.

        Args:
            path: The file; an edit list is read at the project's rate.
            assembler: Which assembler; the only one, if none is named.
            apply: Take the changes over, as one edit that ``undo()`` takes back.

        Raises:
            BadInputError: It is no list, or of another film.
        """
        from genstudio.edit.imported import compare_edit, read_edit

        node = wiring.only_assembler(self.graph, self._id(assembler) if assembler is not None else None)
        folder, graph = self.project.folder, self.graph
        edited = read_edit(Path(path), folder.settings.fps)
        found = compare_edit(graph, node, node_takes(folder, graph), folder.settings, edited)
        if apply and found.operations:
            self.patch(found.operations, label=f"import {Path(path).name}")
        return found

    def film(self, assembler: Node | str | None = None) -> CutList:
        """Return the cut list of an assembler (the only one, if none is named).

        Of a canvas that a newer studio wrote it is what this one understands of it, which a :class:`CanvasWarning` says.

        Raises:
            BadInputError: No shot of the film has a take yet.
        """
        if newer := self.state.read_only:
            warnings.warn(f"{newer} The film may lack what is new in it.", CanvasWarning, stacklevel=2)
        made = self.cut(assembler)
        if made.cut is None:
            reason = made.problems[0].message if made.problems else "The sequence is empty."
            raise BadInputError(f"There is no edit list yet. {reason}", fix="Connect shots that have takes to the assembler.")
        return made.cut

    def takes_of(self, shot: Shot) -> TakeList:
        """Return the takes of a shot's present version, oldest first."""
        settings = shot.settings
        records = self.project.folder.takes.list(settings.renders, settings.version) if settings.renders else ()
        return TakeList(Take(self.project.folder, record) for record in records)

    def active_take_of(self, shot: Shot) -> Take | None:
        """Return the take that stands for a shot in the film."""
        from genstudio.graph.cut import active_take

        record = active_take(self.document_node(shot.id), [take.record for take in shot.takes])
        return Take(self.project.folder, record) if record else None

    # -- following

    def view(self) -> CanvasView:
        """Return the read-only live view: with ipyflow, the cells that read it run again when the canvas changes."""
        from genstudio.widget.view import CanvasView

        if self._view is None:
            self._view = self._following().attach(CanvasView(self))
        return self._view

    def on_change(self, callback: Callable[[CanvasChange], object]) -> Callable[[], None]:
        """Call ``callback`` after every change of nodes and wires, whoever made it; return a function that ends it.

        It is called on a background thread; an error in it is logged and ends nothing.
        """
        return self._following().subscribe(callback)

    def close(self) -> None:
        """End views, callbacks and the displayed widget. The canvas itself needs no closing."""
        if self._follower is not None:
            self._follower.close()
            self._follower = None
        if self._view is not None:
            self._view.close()
            self._view = None
        if self._widget is not None:
            self._widget.close()
            self._widget = None

    # -- displaying

    def widget(self, *, height: str = "640px") -> StudioWidget:
        """Return the live canvas as a widget, one for all displays of this object."""
        from genstudio.widget.studio import StudioWidget

        if self._widget is None:
            self._widget = StudioWidget(self.project.runtime, mode="canvas", project=self.project.uuid, canvas=self.path, height=height)
        return self._widget

    def __repr__(self) -> str:
        graph = self.graph
        shots = sum(node.type == "shot" for node in graph.nodes.values())
        held = f"{counted(shots, 'shot')}, {counted(len(graph.nodes), 'node')}"
        return f"<Canvas {self.project.title} {self.path} version {graph.version}, {held}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's display protocol
        from genstudio.widget.studio import display_bundle

        return display_bundle(self.widget, repr(self), kwargs)

    def _table(self) -> str:
        rows = [[shot.name, shot.renders, shot.prompt, shot.duration, str(len(shot.takes))] for shot in self.shots]
        return table(["shot", "folder", "prompt", "duration", "takes"], rows)

    # -- inside

    def _following(self) -> Follower:
        from genstudio.widget.follow import Follower

        if self._follower is None:
            self._follower = Follower(self._file)
        return self._follower

    def _tell(self) -> None:
        """Let own views see an own edit at once, without waiting for the follower's next look."""
        if self._follower is not None:
            self._follower.look()
