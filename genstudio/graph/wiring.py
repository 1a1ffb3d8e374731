"""A canvas seen from its wires: what comes into a node, in order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from genstudio.graph.node_types import reference_at, shot_inputs_of
from genstudio.schema.canvas import Canvas, Edge
from genstudio.schema.nodes import InputSocket, NodeType
from genstudio.schema.pipeline import TaskDeclaration

__all__ = ["Wires"]


_ByTarget = dict[str, dict[str, list[tuple[str, Edge]]]]


class _Edges:
    """The wires of a canvas, equal to themselves alone: versions of a canvas that have the same ones share the object."""

    __slots__ = ("edges",)

    def __init__(self, edges: Mapping[str, Edge]) -> None:
        self.edges = edges

    def __hash__(self) -> int:
        return id(self.edges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Edges) and other.edges is self.edges


@lru_cache(maxsize=16)
def _by_target(of: _Edges) -> _ByTarget:
    """Sort wires once for all who ask: after each edit every film and every check of a canvas does."""
    found: _ByTarget = {}
    for name, edge in sorted(of.edges.items(), key=lambda item: (item[1].order, item[0])):
        found.setdefault(edge.target, {}).setdefault(edge.target_handle, []).append((name, edge))
    return found


class Wires:
    """The wires of a canvas by the node they end at; wires of one input are in their ``order``. To be read only.

    Args:
        canvas: The canvas.
        like: The wires of a version of it that has the same ones, which are then not looked up again.
    """

    def __init__(self, canvas: Canvas, *, like: Wires | None = None) -> None:
        self.canvas = canvas
        self.by_target: _ByTarget = like.by_target if like is not None else _by_target(_Edges(canvas.edges))

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
