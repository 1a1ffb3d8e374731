"""Checking a canvas again after an edit: only what the edit can have changed is looked at (:func:`genstudio.graph.check.check`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from genstudio.graph.check import Checker
from genstudio.schema.canvas import Canvas
from genstudio.schema.nodes import NodeType, Problem
from genstudio.schema.pipeline import TaskDeclaration

__all__ = ["Recheck"]

_Found = tuple[Problem, ...]
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Recheck:
    """The problems of a canvas that is edited on and on; :meth:`problems` gives what ``check`` gives.

    Entries that two versions share are the same objects (:mod:`genstudio.graph.edit`), so what changed is found by identity. A canvas
    that shares nothing with the one before is checked whole.
    """

    def __init__(self) -> None:
        self._checker = Checker(Canvas(), {}, {}, {})
        self._nodes: dict[str, _Found] = {}
        self._edges: dict[str, _Found] = {}
        self._folders: _Found = ()
        self._loops: _Found = ()

    def problems(
        self, canvas: Canvas, types: Mapping[str, NodeType], tasks: Mapping[str, TaskDeclaration], pipelines: Mapping[str, str] = _NONE
    ) -> _Found:
        """Return all that is wrong with a canvas; the arguments are those of ``check``."""
        if (self._checker.types, self._checker.tasks, self._checker.pipelines) != (types, tasks, pipelines):
            self._checker, self._nodes, self._edges = Checker(Canvas(), {}, {}, {}), {}, {}
        old = self._checker
        nodes, wires = _changed(old.canvas.nodes, canvas.nodes), _changed(old.canvas.edges, canvas.edges)
        self._checker = Checker(canvas, types, tasks, pipelines, like=None if wires else old)
        if nodes or wires:
            self._look(old, nodes, wires)
        found = [problem for name in sorted(self._nodes) for problem in self._nodes[name]]
        found += self._folders
        found += [problem for name in sorted(self._edges) for problem in self._edges[name]]
        return (*found, *self._loops)

    def _look(self, old: Checker, nodes: set[str], wires: set[str]) -> None:
        new = self._checker
        both = (old.canvas, new.canvas)
        # What comes into a node decides its sockets, and the pipeline it comes from does; the sockets decide which wires fit.
        ends = nodes | {canvas.edges[name].target for canvas in both for name in wires if name in canvas.edges}
        ends |= {edge.target for edge in new.canvas.edges.values() if edge.source in nodes}
        wires |= {name for name, edge in new.canvas.edges.items() if edge.source in ends or edge.target in ends}
        wires |= old.twins ^ new.twins
        if old.canvas.edges is not new.canvas.edges or any(_shape(old.canvas, name) != _shape(new.canvas, name) for name in nodes):
            # Scenes hold what stands in them, assemblers what is wired to them from afar; folders and loops are of the whole canvas.
            ends |= {name for name, node in new.canvas.nodes.items() if node.parent is not None or node.type == "vse_assembler"}
            self._folders, self._loops = tuple(new.folders()), tuple(new.loops())
        self._nodes = {name: found for name, found in self._nodes.items() if name in new.canvas.nodes}
        self._nodes |= {name: tuple(new.node(name, new.canvas.nodes[name])) for name in ends if name in new.canvas.nodes}
        self._edges = {name: found for name, found in self._edges.items() if name in new.canvas.edges}
        self._edges |= {name: tuple(new.edge(name)) for name in wires if name in new.canvas.edges}


def _changed(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    """The names of what came, went or is another object."""
    if old is new:
        return set()
    return {name for name, entry in new.items() if old.get(name) is not entry} | (old.keys() - new.keys())


def _shape(canvas: Canvas, name: str) -> tuple[object, ...]:
    """What others see of a node: where it stands and what it is called."""
    node = canvas.nodes.get(name)
    return () if node is None else (node.type, node.parent, node.order, node.data.get("name"), node.data.get("renders"))
