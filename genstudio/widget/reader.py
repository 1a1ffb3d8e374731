"""Reading a canvas from Python: its document, its nodes, its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from genstudio.schema.errors import NotFoundError
from genstudio.session.library import library
from genstudio.session.marks import marks
from genstudio.widget import wiring
from genstudio.widget.node import Node, Shot

if TYPE_CHECKING:
    from genstudio.graph.stale import StaleTake
    from genstudio.project.canvas_file import CanvasFile, CanvasState
    from genstudio.schema.canvas import Canvas as CanvasDocument
    from genstudio.schema.canvas import Node as NodeDocument
    from genstudio.schema.nodes import Problem
    from genstudio.widget.canvas import Canvas
    from genstudio.widget.project import Project
    from genstudio.widget.scene import Scene

__all__ = ["CanvasReader"]


class CanvasReader:
    """The reading half of :class:`~genstudio.widget.Canvas`; see there. Every read shows what is on disk now."""

    def __init__(self, project: Project, path: str | None) -> None:
        self.project = project
        self._file: CanvasFile = project.folder.canvas(path)
        self.path: str = self._file.path

    @property
    def key(self) -> tuple[str, str]:
        """What tells this canvas from all others: project uuid and path."""
        return (self.project.uuid, self.path)

    @property
    def state(self) -> CanvasState:
        """Document, journal sequence and whether it may be edited, as they are on disk now."""
        return self._file.read()

    @property
    def graph(self) -> CanvasDocument:
        """The document."""
        return self.state.canvas

    @property
    def value(self) -> dict[str, Any]:
        """The document as plain JSON values."""
        return self.graph.document()

    @property
    def version(self) -> int:
        """Rises with every change of nodes and wires, not of positions."""
        return self.graph.version

    @property
    def nodes(self) -> dict[str, Node]:
        """All nodes by id."""
        return {key: self._handle(key, node) for key, node in self.graph.nodes.items()}

    @property
    def shots(self) -> tuple[Shot, ...]:
        """The shots, by their folders' names."""
        shots = [node for node in self.nodes.values() if isinstance(node, Shot)]
        return tuple(sorted(shots, key=lambda shot: (shot.data.get("renders", ""), shot.id)))

    def node(self, name: str) -> Node:
        """Return the node of that id, name, or shot folder (``SHOT_010``).

        Raises:
            NotFoundError: There is none.
        """
        found = self._find(name)
        if found is None:
            names = ", ".join(sorted({node.name for node in self.nodes.values()})[:12]) or "none yet"
            raise NotFoundError(f"There is no node {name!r:.60} on {self.path}.", fix=f"Nodes there are: {names}.")
        return found

    def shot(self, name: str) -> Shot:
        """Return the shot of that name, id or folder.

        Raises:
            NotFoundError: There is none.
        """
        found = self._find(name, only_shots=True)
        if not isinstance(found, Shot):
            names = ", ".join(shot.name for shot in self.shots[:12]) or "none yet"
            raise NotFoundError(f"There is no shot {name!r:.60} on {self.path}.", fix=f"Shots there are: {names}. add_shot() makes one.")
        return found

    def scene(self, name: str) -> Scene:
        """Return the scene of that name, id or folder.

        Raises:
            NotFoundError: There is none.
        """
        from genstudio.widget.scene import Scene

        scenes = {key: node for key, node in self.nodes.items() if isinstance(node, Scene)}
        for key, node in scenes.items():
            if name in (key, node.name, node.data.get("scene")):
                return node
        names = ", ".join(node.name for node in list(scenes.values())[:12]) or "none yet"
        raise NotFoundError(f"There is no scene {name!r:.60} on {self.path}.", fix=f"Scenes there are: {names}.")

    def document_node(self, node_id: str) -> NodeDocument:
        """Return a node of the document by its exact id.

        Raises:
            NotFoundError: It was removed.
        """
        node = self.graph.nodes.get(node_id)
        if node is None:
            raise NotFoundError(f"The node {node_id} is no longer on {self.path}.", fix="canvas.undo() brings back what was removed last.")
        return node

    def check(self) -> tuple[Problem, ...]:
        """Return what is wrong with the canvas: wires that do not fit, inputs that are missing, takes and films that are out of date."""
        return marks(self.project.folder, self.path).problems(
            self.project.folder, self.graph, library(self.project.runtime.workspace).now()
        )

    def stale(self) -> dict[str, StaleTake]:
        """Return the takes that stand for their shots though the canvas asks for something else by now, by the id of the shot."""
        _, tasks = self.project.node_types()
        return marks(self.project.folder, self.path).stale(self.project.folder, self.graph, tasks)

    def _handle(self, node_id: str, node: NodeDocument) -> Node:
        canvas = cast("Canvas", self)
        if node.type == "scene_group":
            from genstudio.widget.scene import Scene

            return Scene(canvas, node_id)
        return Shot(canvas, node_id) if node.type == "shot" else Node(canvas, node_id)

    def _find(self, name: str, *, only_shots: bool = False) -> Node | None:
        node_id = wiring.find(self.graph, name, only_shots=only_shots)
        return None if node_id is None else self._handle(node_id, self.graph.nodes[node_id])

    def _id(self, node: Node | str) -> str:
        return node.id if isinstance(node, Node) else self.node(node).id
