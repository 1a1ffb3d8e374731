"""A canvas seen from its wires: what comes into a node, in order."""

from __future__ import annotations

from collections.abc import Mapping

from genstudio.graph.node_types import reference_at, shot_inputs_of
from genstudio.schema.canvas import Canvas, Edge
from genstudio.schema.nodes import InputSocket, NodeType
from genstudio.schema.pipeline import TaskDeclaration

__all__ = ["Wires"]


class Wires:
    """The wires of a canvas by the node they end at, built once; wires of one input are in their ``order``.

    Args:
        canvas: The canvas.
        like: The wires of a version of it that has the same ones, which are then not looked up again.
    """

    def __init__(self, canvas: Canvas, *, like: Wires | None = None) -> None:
        self.canvas = canvas
        self.by_target: dict[str, dict[str, list[tuple[str, Edge]]]] = like.by_target if like is not None else {}
        if like is not None:
            return
        for name, edge in sorted(canvas.edges.items(), key=lambda item: (item[1].order, item[0])):
            self.by_target.setdefault(edge.target, {}).setdefault(edge.target_handle, []).append((name, edge))

    def sockets(self, node_id: str) -> Mapping[str, list[tuple[str, Edge]]]:
        """Return the wires into a node by input socket, with their ids."""
        return self.by_target.get(node_id, {})

    def into(self, node_id: str, socket: str) -> list[Edge]:
        """Return the wires into one socket."""
        return [edge for _, edge in self.sockets(node_id).get(socket, ())]

    def reference(self, node_id: str) -> str:
        """Return what generates a shot (:func:`genstudio.graph.node_types.reference_of`)."""
        return reference_at(self.canvas, self.into(node_id, "pipeline"))

    def inputs(self, node_id: str, types: Mapping[str, NodeType], tasks: Mapping[str, TaskDeclaration]) -> tuple[InputSocket, ...]:
        """Return the input sockets that a node has now; none for a node of an unknown type."""
        node = self.canvas.nodes[node_id]
        if node.type == "shot":
            return shot_inputs_of(self.reference(node_id), tasks)
        kind = types.get(node.type)
        return kind.inputs if kind is not None else ()
