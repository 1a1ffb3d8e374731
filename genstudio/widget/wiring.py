"""Which operations an edit in Python is made of. Pure: canvas in, operations out."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from genstudio.graph.check import connection_problem, fits
from genstudio.graph.node_types import shot_inputs
from genstudio.graph.order import between
from genstudio.graph.sequence import film_order
from genstudio.graph.sockets import replaced_wires
from genstudio.schema.canvas import Canvas, Edge, Node, Operation, ShotData
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import InputSocket, NodeType, OutputSocket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from genstudio.schema.pipeline import TaskDeclaration

    Declarations = tuple[Mapping[str, NodeType], Mapping[str, TaskDeclaration]]

__all__ = ["Sockets", "assemble", "chain", "connect", "find", "new_node", "new_shot", "only_assembler", "use_pipeline"]

_Socket = TypeVar("_Socket", InputSocket, OutputSocket)
_FOLDER: Final = re.compile(r"^[A-Z0-9_]{1,32}$")
_STEP_X: Final = 360.0
_STEP_Y: Final = 300.0


class Sockets(NamedTuple):
    """The ends of a wire; None where the types are to decide."""

    output: str | None = None
    input: str | None = None


def find(canvas: Canvas, name: str, *, only_shots: bool = False) -> str | None:
    """Return the id of the node with that id, name, or folder of renders; None if there is none."""
    nodes = {key: node for key, node in sorted(canvas.nodes.items()) if node.type == "shot" or not only_shots}
    if name in nodes:
        return name
    for key, node in nodes.items():
        if node.data.get("name") == name:
            return key
    for key, node in nodes.items():
        renders = str(node.data.get("renders", ""))
        if renders and name in (renders, renders.partition("/")[2]):
            return key
    return None


def new_node(
    canvas: Canvas, node_type: str, data: Mapping[str, Any], *, position: tuple[float, float] | None = None, slug: str = ""
) -> tuple[str, list[Operation]]:
    """Return the id of a new node and the operations that add it; without ``position`` it stands below the last one of its type."""
    node_id = _new_id(slug or str(data.get("name") or node_type))
    x, y = position if position is not None else _free_place(canvas, node_type)
    node = Node(type=node_type, data=dict(data))
    return node_id, [
        Operation(op="add", path=f"/nodes/{node_id}", value=node.model_dump(mode="json", by_alias=True)),
        Operation(op="add", path=f"/layout/{node_id}", value={"x": x, "y": y}),
    ]


def new_shot(canvas: Canvas, name: str, data: Mapping[str, Any]) -> tuple[str, list[Operation]]:
    """Return the id of a new shot and the operations that add it. A name such as ``SHOT_040`` also names its folder.

    Raises:
        BadInputError: The data is not that of a shot.
    """
    renders = f"SCENE_01/{name}" if _FOLDER.match(name) else ""
    try:
        shot = ShotData.model_validate({"name": name, "renders": renders, **data})
    except ValueError as error:
        first = error.errors()[0] if hasattr(error, "errors") else {"loc": (), "msg": str(error)}
        field = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"{field}: {first['msg']}.", fix=f"Data of a shot: {', '.join(ShotData.model_fields)}.") from error
    return new_node(canvas, "shot", shot.model_dump(mode="json"), slug=name)


def use_pipeline(canvas: Canvas, shot: str, pipeline: str) -> list[Operation]:
    """Return the operations that wire a pipeline node to a shot: the node of that id or reference, or a new one."""
    existing = [key for key, node in sorted(canvas.nodes.items()) if node.type == "pipeline"]
    for key in existing:
        if pipeline in (key, canvas.nodes[key].data.get("reference")):
            return [_wire(canvas, key, "pipeline", shot, "pipeline")[1]]
    node_id, operations = new_node(canvas, "pipeline", {"reference": pipeline, "params": {}}, slug=pipeline)
    return [*operations, _wire(canvas, node_id, "pipeline", shot, "pipeline")[1]]


def chain(canvas: Canvas, before: str, shot: str) -> list[Operation]:
    """Return the operations that put a shot behind another in the film: what followed that one now follows the new shot."""
    following = [(key, edge) for key, edge in canvas.edges.items() if (edge.source, edge.source_handle) == (before, "sequence_out")]
    moved = [Operation(op="remove", path=f"/edges/{key}") for key, _ in following]
    onward = [_edge(shot, "sequence_out", edge.target, edge.target_handle, edge.order)[1] for _, edge in following]
    return [*moved, _edge(before, "sequence_out", shot, "sequence_in", "")[1], *onward]


def connect(canvas: Canvas, source: str, target: str, sockets: Sockets, declarations: Declarations) -> tuple[str, list[Operation]]:
    """Return a wire's id and the operations that draw it (none if it is there).

    Raises:
        BadInputError: No pair of sockets fits, several do, or the wire is not allowed (e.g. a cycle).
    """
    output, into = _choose(canvas, source, target, sockets, declarations)
    for key, edge in canvas.edges.items():
        if (edge.source, edge.source_handle, edge.target, edge.target_handle) == (source, output.name, target, into.name):
            return key, []
    edge_id, operation = _wire(canvas, source, output.name, target, into.name)
    types, tasks = declarations
    edge = Edge.model_validate(operation.value)
    problem = connection_problem(canvas, edge, types, tasks)
    if problem:
        raise BadInputError(problem, fix="canvas.check() lists all problems of the canvas.")
    replaced = replaced_wires(canvas, edge, types, tasks)
    return edge_id, [*(Operation(op="remove", path=f"/edges/{key}") for key in replaced), operation]


def assemble(canvas: Canvas) -> list[Operation]:
    """Return the operations that add an assembler of all shots, in the order of their folders; chains of shots stay as they are.

    Raises:
        BadInputError: The canvas has no shot.
    """
    shots = {key: str(node.data.get("renders", "")) for key, node in canvas.nodes.items() if node.type == "shot"}
    if not shots:
        raise BadInputError(
            "There is nothing to render: the canvas has no shot.", fix='Add one with canvas.add_shot("SHOT_010", prompt="…").'
        )
    followed = {edge.source for edge in canvas.edges.values() if edge.source_handle == "sequence_out"}
    node_id, operations = new_node(canvas, "vse_assembler", {"name": "Film", "events": {}})
    order = None
    for shot in sorted(shots.keys() - followed, key=shots.__getitem__):
        order = between(order, None)
        operations.append(_edge(shot, "sequence_out", node_id, "sequence_in", order)[1])
    return operations


def only_assembler(canvas: Canvas, node_id: str | None) -> str:
    """Return the assembler to render: the given node, or the only one there is whose film stands in no other.

    Raises:
        BadInputError: There is none, or there are several, or the given node is none.
    """
    assemblers = [key for key, node in sorted(canvas.nodes.items()) if node.type == "vse_assembler"]
    if node_id is not None and node_id in assemblers:
        return node_id
    if node_id is not None:
        raise BadInputError(f"{node_id} is no assembler.", fix=f"Assemblers there are: {', '.join(assemblers) or 'none yet'}.")
    inside = {film for name in assemblers for film in film_order(canvas, name).films}
    outermost = [name for name in assemblers if name not in inside]
    if len(outermost) == 1:
        return outermost[0]
    if not assemblers:
        raise BadInputError(
            "The canvas has no assembler to render.", fix='Add one with canvas.add("vse_assembler") and connect shots to it.'
        )
    raise BadInputError("The canvas has several assemblers.", fix=f"Name the one to render: {', '.join(assemblers)}.")


def _choose(canvas: Canvas, source: str, target: str, sockets: Sockets, declarations: Declarations) -> tuple[OutputSocket, InputSocket]:
    """Return the one pair of sockets that fits best: equal types before widened ones."""
    types, tasks = declarations
    outputs = _named(_type_of(canvas, source, types).outputs, sockets.output, f"{source} has no output")
    declared = shot_inputs(canvas, target, tasks) if canvas.nodes[target].type == "shot" else _type_of(canvas, target, types).inputs
    inputs = _named(declared, sockets.input, f"{target} has no input")
    tried = [(output, into, fits(output.types, into)) for output in outputs for into in inputs]
    fitting = [(output, into, fit.widened) for output, into, fit in tried if fit.ok]
    exact = [pair for pair in fitting if not pair[2]] or fitting
    if len(exact) == 1:
        return exact[0][0], exact[0][1]
    if not exact:
        reason = tried[0][2].reason if len(tried) == 1 else "no output fits an input"
        raise BadInputError(f"{source} cannot be connected to {target}: {reason}.", fix=_listing(outputs, inputs))
    pairs = ", ".join(f"{output.name} to {into.name}" for output, into, _ in exact)
    raise BadInputError(f"{source} can be connected to {target} in several ways.", fix=f"Name output= and input=: {pairs}.")


def _type_of(canvas: Canvas, node_id: str, types: Mapping[str, NodeType]) -> NodeType:
    kind = canvas.nodes[node_id].type
    if kind not in types:
        raise BadInputError(f"The node type {kind!r:.60} is not known here.", fix="It is kept as it is; it cannot be wired.")
    return types[kind]


def _named(sockets: Iterable[_Socket], name: str | None, missing: str) -> list[_Socket]:
    every = list(sockets)
    chosen = [socket for socket in every if name in (None, socket.name)]
    if name is not None and not chosen:
        raise BadInputError(f"{missing} {name!r:.60}.", fix=f"Those there are: {', '.join(socket.name for socket in every) or 'none'}.")
    return chosen


def _listing(outputs: list[OutputSocket], inputs: list[InputSocket]) -> str:
    out = ", ".join(f"{socket.name} ({'/'.join(socket.types)})" for socket in outputs) or "none"
    into = ", ".join(f"{socket.name} ({'/'.join(socket.types)})" for socket in inputs) or "none"
    return f"Outputs: {out}. Inputs: {into}."


def _wire(canvas: Canvas, source: str, output: str, target: str, into: str) -> tuple[str, Operation]:
    """Return a new wire that comes after those the input has."""
    orders = sorted(edge.order for edge in canvas.edges.values() if (edge.target, edge.target_handle) == (target, into) and edge.order)
    return _edge(source, output, target, into, between(orders[-1] if orders else None, None))


def _edge(source: str, output: str, target: str, into: str, order: str) -> tuple[str, Operation]:
    edge_id = f"e_{secrets.token_hex(5)}"
    edge = Edge(source=source, source_handle=output, target=target, target_handle=into, order=order)
    return edge_id, Operation(op="add", path=f"/edges/{edge_id}", value=edge.model_dump(mode="json", by_alias=True))


def _new_id(text: str) -> str:
    """Return a readable id that was never used before."""
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:48] or "node"
    return f"{slug}_{secrets.token_hex(3)}"


def _free_place(canvas: Canvas, node_type: str) -> tuple[float, float]:
    """Return a place right of the last node of the type, or below everything; what feeds shots stands left of them."""
    same = [canvas.layout[key] for key, node in canvas.nodes.items() if node.type == node_type and key in canvas.layout]
    if same:
        last = max(same, key=lambda place: (place.x, place.y))
        return last.x + _STEP_X, last.y
    left = -_STEP_X if node_type in ("asset", "pipeline", "text") else 0.0
    return left, max((place.y + _STEP_Y for place in canvas.layout.values()), default=0.0)
