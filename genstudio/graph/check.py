"""What is wrong with a canvas: problems told where they are; nothing is ever removed for them (contracts: sockets)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from genstudio.graph.conflicts import conflict_problems
from genstudio.graph.identity import label, makes_media
from genstudio.graph.sequence import repeated
from genstudio.graph.sockets import Fit, connection_problem, fits, socket_problem
from genstudio.graph.values import Json, pointer
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas, Node, ShotData
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import NodeType, Param, Problem, ProblemFix
from genstudio.schema.pipeline import TaskDeclaration
from genstudio.schema.rates import duration_frames

__all__ = ["Checker", "Fit", "check", "connection_problem", "fits", "wrong_shot"]

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {"string": str, "integer": int, "float": (int, float), "boolean": bool}


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def check(
    canvas: Canvas, types: Mapping[str, NodeType], tasks: Mapping[str, TaskDeclaration], pipelines: Mapping[str, str] = _NONE
) -> tuple[Problem, ...]:
    """Return all that is wrong with a canvas, node by node and then wire by wire.

    Args:
        canvas: The canvas.
        types: All node types (:func:`genstudio.graph.node_types.node_types`).
        tasks: The tasks of the catalogue by id; where there are none, references are not looked up.
        pipelines: The pipelines of the catalogue: what each is pinned by (``id@version``), by id and by each of its other names.
    """
    checker = Checker(canvas, types, tasks, pipelines)
    problems: list[Problem] = []
    for name, node in sorted(canvas.nodes.items()):
        problems += checker.node(name, node)
    problems += checker.folders()
    for name in sorted(canvas.edges):
        problems += checker.edge(name)
    problems += checker.loops()
    problems += conflict_problems(canvas)
    return tuple(problems)


def wrong_shot(data: Mapping[str, Json]) -> str | None:
    """Say in a sentence what is wrong with the data of a shot, or return None."""
    try:
        shot = ShotData.model_validate(data, strict=True)
        duration_frames(shot.duration, Fraction(24))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{' '.join(str(part) for part in first['loc'])[:80]}: {first['msg']}."
    except BadInputError as error:
        return error.message
    return None


class Checker:
    """Finds the problems of one canvas, part by part. ``like`` is the checker of a canvas with the same wires."""

    def __init__(
        self,
        canvas: Canvas,
        types: Mapping[str, NodeType],
        tasks: Mapping[str, TaskDeclaration],
        pipelines: Mapping[str, str] = _NONE,
        *,
        like: Checker | None = None,
    ) -> None:
        self.canvas, self.types, self.tasks, self.pipelines = canvas, types, tasks, pipelines
        self.wires: Wires = Wires(canvas, like=like.wires if like else None)
        self.twins: set[str] = like.twins if like else self._twins()

    def node(self, name: str, node: Node) -> Iterator[Problem]:
        """What is wrong with a node, its place, and what comes into it."""
        yield from self._parent(name, node)
        kind = self.types.get(node.type)
        if kind is None:
            message = f"This studio does not know nodes of the kind {node.type}; it is kept as it is."
            yield Problem(node=name, severity="warning", code="unknown_type", message=message)
            return
        wrong = wrong_shot(node.data) if node.type == "shot" else wrong_params(node, kind.params)
        if wrong is not None:
            yield Problem(node=name, code="wrong_data", message=f"{label(name, node)} has {wrong}")
        if node.type == "pipeline":
            yield from self._reference(name, node)
        if node.type == "vse_assembler":
            yield from self._repeated(name)
        yield from self._sockets(name, node)

    def _parent(self, name: str, node: Node) -> Iterator[Problem]:
        fix = ProblemFix(label="Move it out", operations=({"op": "replace", "path": pointer("nodes", name, "parent"), "value": None},))
        seen, parent = {name}, node.parent
        while parent is not None and parent in self.canvas.nodes and parent not in seen:
            seen.add(parent)
            parent = self.canvas.nodes[parent].parent
        if node.parent is not None and node.parent not in self.canvas.nodes:
            yield Problem(node=name, code="missing_parent", message=f"{label(name, node)} stands in a scene that is not there.", fix=fix)
        elif parent == name:
            yield Problem(node=name, code="parent_loop", message=f"{label(name, node)} stands inside itself.", fix=fix)
        elif node.parent is not None and self.canvas.nodes[node.parent].type != "scene_group":
            message = f"{label(name, node)} stands in a node that is no scene."
            yield Problem(node=name, severity="warning", code="parent_no_scene", message=message, fix=fix)

    def _reference(self, name: str, node: Node) -> Iterator[Problem]:
        reference = node.data.get("reference")
        if self.tasks and isinstance(reference, str) and reference not in self.tasks:
            yield from self._pinned(name, reference)

    def _pinned(self, name: str, reference: str) -> Iterator[Problem]:
        """What the catalogue answers to a reference that is no task (``Catalogue.get``), without asking for the take."""
        wanted, _, version = reference.partition("@")
        pinned = self.pipelines.get(wanted)
        if pinned is None:
            pipelines = dict.fromkeys(one.partition("@")[0] for one in self.pipelines.values())
            there = [name for name, task in self.tasks.items() if task.id == name] + list(pipelines)
            message = f"There is no pipeline {reference!r:.80}. There are: {', '.join(there)}."
            yield Problem(node=name, severity="warning", code="unknown_reference", message=message)
            return
        title, _, here = pinned.partition("@")
        if version and version != here:
            message = f"{title} is here in version {here}, not {version!r:.40}. Pin {pinned}, or install the version asked for."
            operation = {"op": "replace", "path": pointer("nodes", name, "data", "reference"), "value": pinned}
            fix = ProblemFix(label=f"Pin {pinned}", operations=(operation,))
            yield Problem(node=name, severity="warning", code="unknown_reference", message=message, fix=fix)

    def _repeated(self, name: str) -> Iterator[Problem]:
        for clip in repeated(self.canvas, name):
            message = f"{label(clip, self.canvas.nodes.get(clip))} comes into the film more than once; only the first counts."
            yield Problem(node=name, socket="sequence_in", severity="warning", code="repeated_clip", message=message)

    def _sockets(self, name: str, node: Node) -> Iterator[Problem]:
        wires = self.wires.sockets(name)
        for socket in self.wires.inputs(name, self.types, self.tasks):
            title = f"{socket.title or socket.name} of {label(name, node)}"
            count = len(wires.get(socket.name, ()))
            if socket.required and not count:
                message = f"{title} needs to be connected."
                yield Problem(node=name, socket=socket.name, severity="warning", code="not_connected", message=message)
            if count > 1 and not socket.many:
                yield Problem(node=name, socket=socket.name, code="too_many_wires", message=f"{title} takes one wire, not {count}.")

    def folders(self) -> Iterator[Problem]:
        """Nodes without a folder for their takes, and folders that several nodes have."""
        owners: dict[str, list[str]] = {}
        for name, node in sorted(self.canvas.nodes.items()):
            renders = node.data.get("renders")
            if makes_media(node.type) and isinstance(renders, str) and renders:
                owners.setdefault(renders.upper(), []).append(name)
            elif makes_media(node.type):
                fix = ProblemFix(label="Give it one", operations=(_new_folder(name),))
                yield Problem(node=name, code="no_folder", message=f"{label(name, node)} has no folder for its takes.", fix=fix)
        for renders, names in owners.items():
            for name in names[1:]:
                message = f"The folder {renders:.66} belongs to {names[0]} already; takes would mix."
                fix = ProblemFix(label="Give it its own", operations=(_new_folder(name),))
                yield Problem(node=name, code="duplicate_renders", message=message, fix=fix)

    def edge(self, name: str) -> Iterator[Problem]:
        """What is wrong with a wire."""
        edge = self.canvas.edges[name]
        fix = ProblemFix(label="Remove the wire", operations=({"op": "remove", "path": pointer("edges", name)},))
        ends = [self.canvas.nodes.get(end) for end in (edge.source, edge.target)]
        if None in ends:
            gone = edge.source if ends[0] is None else edge.target
            yield Problem(edge=name, code="missing_node", message=f"The wire leads to {gone}, which is not there.", fix=fix)
            return
        if any(node is not None and node.type not in self.types for node in ends):
            return
        problem = socket_problem(self.wires, edge, self.types, self.tasks)
        if problem is not None:
            yield Problem(edge=name, node=edge.target, code=problem[0], message=problem[1], fix=fix)
        elif name in self.twins:
            yield Problem(edge=name, severity="warning", code="duplicate_wire", message="The same two are connected twice.", fix=fix)

    def _twins(self) -> set[str]:
        """Wires that do what another one does already."""
        seen: set[tuple[str, str, str, str]] = set()
        twins: set[str] = set()
        for name, edge in sorted(self.canvas.edges.items(), key=lambda item: (item[1].order, item[0])):
            ends = edge.source, edge.source_handle, edge.target, edge.target_handle
            if ends in seen:
                twins.add(name)
            seen.add(ends)
        return twins

    def loops(self) -> Iterator[Problem]:
        """The nodes left when those without anything left before them, and then without anything after, are taken away."""
        for name in sorted(_in_loops([(edge.source, edge.target) for edge in self.canvas.edges.values()])):
            node = self.canvas.nodes.get(name)
            if node is not None:
                yield Problem(node=name, code="loop", message=f"{label(name, node)} depends on itself; remove a wire of the loop.")


def _in_loops(wires: Sequence[tuple[str, str]]) -> set[str]:
    forward = _without_starts(wires)
    return _without_starts([(target, source) for source, target in wires if source in forward and target in forward])


def _without_starts(wires: Sequence[tuple[str, str]]) -> set[str]:
    waiting: dict[str, int] = {}
    following: dict[str, list[str]] = {}
    for source, target in wires:
        waiting.setdefault(source, 0)
        waiting[target] = waiting.get(target, 0) + 1
        following.setdefault(source, []).append(target)
    ready = [name for name, count in waiting.items() if count == 0]
    while ready:
        name = ready.pop()
        del waiting[name]
        for other in following.get(name, ()):
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    return set(waiting)


def _new_folder(name: str) -> dict[str, Json]:
    """A shot that shares its folder and gives it up is given the next free one."""
    return {"op": "replace", "path": pointer("nodes", name, "data", "renders"), "value": ""}


def wrong_params(node: Node, params: Sequence[Param]) -> str | None:
    """Say what is wrong with the parameters of a node, as the end of a sentence; None if nothing is."""
    for param in params:
        value = node.data.get(param.name)
        if value is None:
            continue
        if not isinstance(value, _TYPES[param.type]) or (isinstance(value, bool) and param.type != "boolean"):
            return f"a {param.title or param.name} that is no {param.type}."
        if param.choices and value not in param.choices:
            return f"a {param.title or param.name} that is none of {', '.join(map(str, param.choices))}."
        if isinstance(value, int | float) and not _within(value, param):
            return f"a {param.title or param.name} out of bounds."
    return None


def _within(value: float, param: Param) -> bool:
    low = param.minimum if param.minimum is not None else value
    high = param.maximum if param.maximum is not None else value
    return low <= value <= high
