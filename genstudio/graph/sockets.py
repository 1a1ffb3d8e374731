"""Which wires fit (contracts: sockets). ``tests/vectors/sockets.json`` binds this and its TypeScript twin to the same answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from genstudio.graph.identity import label
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas, Edge
from genstudio.schema.nodes import InputSocket, NodeType, SocketType
from genstudio.schema.pipeline import TaskDeclaration

__all__ = ["WIDENINGS", "Fit", "connection_problem", "fits", "leads_to", "replaced_wires", "socket_problem"]

WIDENINGS: Final[frozenset[tuple[SocketType, SocketType]]] = frozenset(
    {
        (SocketType.INTEGER, SocketType.FLOAT),
        (SocketType.IMAGE, SocketType.CONTROL_MAP),
        (SocketType.IMAGE, SocketType.MASK),
        (SocketType.VIDEO, SocketType.EDL),
        (SocketType.IMAGE, SocketType.EDL),
    }
)
"""What an output may become besides itself. A clip in place of a sequence is a sequence of one event."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether an output fits an input; ``widened`` marks a fit by a widening, ``reason`` says why not."""

    ok: bool
    reason: str = ""
    widened: bool = False


def fits(output: Sequence[SocketType], socket: InputSocket) -> Fit:
    """Say whether an output of these types may be wired to an input; of several types one that fits is enough."""
    if any(kind in socket.types for kind in output):
        return Fit(ok=True)
    if any((kind, target) in WIDENINGS for kind in output for target in socket.types):
        return Fit(ok=True, widened=True)
    made, taken = (" or ".join(kind.value for kind in kinds) for kinds in (output, socket.types))
    return Fit(ok=False, reason=f"{socket.title or socket.name} takes {taken}, not {made or 'nothing'}.")


def connection_problem(canvas: Canvas, edge: Edge, types: Mapping[str, NodeType], tasks: Mapping[str, TaskDeclaration]) -> str | None:
    """Say in a sentence why a new wire may not be drawn, or return None if it may.

    An input of one wire that is taken is no reason: the new wire takes the place of the old one (:func:`replaced_wires`).
    """
    problem = _end_problem(canvas, edge, types)
    if problem is not None:
        return problem
    wires = Wires(canvas)
    misfit = socket_problem(wires, edge, types, tasks)
    if misfit is not None:
        return misfit[1]
    if any(
        (other.source, other.source_handle) == (edge.source, edge.source_handle) for other in wires.into(edge.target, edge.target_handle)
    ):
        return "These are connected already."
    return "This would close a loop." if leads_to(canvas, edge.target, edge.source) else None


def replaced_wires(canvas: Canvas, edge: Edge, types: Mapping[str, NodeType], tasks: Mapping[str, TaskDeclaration]) -> tuple[str, ...]:
    """Return the ids of the wires that go when a new one is drawn: those at an input that takes one only. They go in the same edit."""
    wires = Wires(canvas)
    one = any(socket.name == edge.target_handle and not socket.many for socket in wires.inputs(edge.target, types, tasks))
    return tuple(name for name, _ in wires.sockets(edge.target).get(edge.target_handle, ())) if one else ()


def _end_problem(canvas: Canvas, edge: Edge, types: Mapping[str, NodeType]) -> str | None:
    for end in (edge.source, edge.target):
        if end not in canvas.nodes:
            return f"There is no node {end}."
        if canvas.nodes[end].type not in types:
            return f"{label(end, canvas.nodes[end])} is of a kind that this studio does not know."
    return "A node cannot be connected to itself." if edge.source == edge.target else None


def socket_problem(wires: Wires, edge: Edge, types: Mapping[str, NodeType], tasks: Mapping[str, TaskDeclaration]) -> tuple[str, str] | None:
    """Return code and message where the ends of a wire, both of known types, do not fit, or None."""
    source, target = wires.canvas.nodes[edge.source], wires.canvas.nodes[edge.target]
    output = next((socket for socket in types[source.type].outputs if socket.name == edge.source_handle), None)
    if output is None:
        return "unknown_socket", f"{label(edge.source, source)} has no output {edge.source_handle:.64}."
    socket = next((socket for socket in wires.inputs(edge.target, types, tasks) if socket.name == edge.target_handle), None)
    if socket is None:
        return "unknown_socket", f"{label(edge.target, target)} has no input {edge.target_handle:.64}."
    fit = fits(output.types, socket)
    return None if fit.ok else ("type_mismatch", fit.reason)


def leads_to(canvas: Canvas, start: str, goal: str) -> bool:
    """Say whether wires lead from one node to another, or whether both are one."""
    following: dict[str, list[str]] = {}
    for edge in canvas.edges.values():
        following.setdefault(edge.source, []).append(edge.target)
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        if node == goal:
            return True
        fresh = [other for other in following.get(node, ()) if other not in seen]
        seen.update(fresh)
        todo.extend(fresh)
    return False
