"""The order of the clips of a film, as the wires and the scenes give it (contracts: sequence)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from genstudio.graph.bypass import is_muted
from genstudio.graph.walk import each_after
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas

__all__ = ["repeated", "runs", "scene_shots", "sequence"]


def sequence(canvas: Canvas, node_id: str) -> tuple[str, ...]:
    """Return the ids of the nodes whose clips make the film of an assembler, in film order, each once.

    These are shots, and nodes that finish a shot where their output is wired in; one that is passed by gives what comes into it. What
    comes in at ``sequence_in`` of a shot stands before it; a scene gives its shots by their order, chains of shots together; an assembler
    joins its inputs in the order of their wires.
    """
    return tuple(_Walk(canvas).run(node_id).clips)


def repeated(canvas: Canvas, node_id: str) -> tuple[str, ...]:
    """Return the ids of the clips that come into an assembler again after they came in once."""
    return tuple(dict.fromkeys(_Walk(canvas).run(node_id).again))


def runs(canvas: Canvas, node_id: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the wires of an assembler in their order, each with the clips that it brings into the film and none before it did."""
    walk = _Walk(canvas)
    found = []
    for name, edge in walk.wires.sockets(node_id).get("sequence_in", ()):
        known = len(walk.clips)
        walk.enter([(edge.source, edge.source_handle)] if edge.source_handle else [])
        found.append((name, tuple(islice(walk.clips, known, None))))
    return found


def scene_shots(canvas: Canvas, scene: str) -> tuple[str, ...]:
    """Return the shots of a scene and of the scenes inside it: by order, each chain of shots where its first shot stands."""
    return _Walk(canvas).scene(scene)


class _Walk:
    """One walk from an assembler against the wires. Nothing is entered twice, so loops and meshes end; nothing recurses."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.wires = Wires(canvas)
        self.clips: dict[str, None] = {}
        self.again: list[str] = []
        self._entered: set[tuple[str, str]] = set()
        self._children: dict[str, list[str]] | None = None

    def run(self, assembler: str) -> _Walk:
        return self.enter(self._into(assembler))

    def enter(self, todo: list[tuple[str, str]]) -> _Walk:
        """Walk on from a stack of nodes and the outputs that are wired."""
        while todo:
            name, handle = todo.pop()
            if name not in self.canvas.nodes:
                continue
            if handle == "":
                self._emit(name)
            elif (name, handle) in self._entered:
                self.again.append(name)
            else:
                self._entered.add((name, handle))
                todo += self._inside(name, handle)
        return self

    def _emit(self, name: str) -> None:
        if name in self.clips:
            self.again.append(name)
        self.clips[name] = None

    def _into(self, name: str) -> list[tuple[str, str]]:
        """What is wired into ``sequence_in``, last first, as a stack wants it."""
        return [(edge.source, edge.source_handle) for edge in reversed(self.wires.into(name, "sequence_in")) if edge.source_handle]

    def _inside(self, name: str, handle: str) -> list[tuple[str, str]]:
        kind = self.canvas.nodes[name].type
        if kind == "shot" and handle == "sequence_out":
            return [(name, ""), *self._into(name)]
        if kind == "scene_group":
            return [(shot, "") for shot in reversed(self.scene(name))]
        if is_muted(self.canvas.nodes[name]):
            return [(edge.source, edge.source_handle) for edge in self.wires.into(name, "input")[:1]]
        return [(name, "")]

    def scene(self, scene: str) -> tuple[str, ...]:
        members = list(self._members(scene))
        place = {name: index for index, name in enumerate(members)}
        before = {
            name: [
                edge.source
                for edge in self.wires.into(name, "sequence_in")
                if edge.source in place and edge.source_handle == "sequence_out"
            ]
            for name in members
        }
        followed = {source for sources in before.values() for source in sources}
        chains = [each_after([name], before.__getitem__) for name in members if name not in followed]
        chains.sort(key=lambda chain: min(place[name] for name in chain))
        # Shots of a loop belong to no chain; they come last rather than get lost.
        return tuple(dict.fromkeys([*(name for chain in chains for name in chain), *members]))

    def _members(self, scene: str) -> Iterator[str]:
        todo, seen = [scene], set[str]()
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            kind = self.canvas.nodes[name].type if name in self.canvas.nodes else ""
            if kind == "shot":
                yield name
            elif kind == "scene_group":
                todo += reversed(self._inside_of(name))

    def _inside_of(self, scene: str) -> list[str]:
        if self._children is None:
            self._children = {}
            for name, node in sorted(self.canvas.nodes.items(), key=lambda item: (item[1].order, item[0])):
                if node.parent is not None:
                    self._children.setdefault(node.parent, []).append(name)
        return self._children.get(scene, [])
