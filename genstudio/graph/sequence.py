"""The order of the clips of a film, as the wires and the scenes give it (contracts: sequence)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from genstudio.graph.bypass import is_muted
from genstudio.graph.walk import each_after
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas

__all__ = ["FilmOrder", "film_order", "repeated", "runs", "scene_shots", "sequence"]

_FILM: Final = "vse_assembler"


def sequence(canvas: Canvas, node_id: str) -> tuple[str, ...]:
    """Return the ids of the nodes whose clips make the film of an assembler, in film order, each once.

    These are shots, and nodes that finish a shot where their output is wired in; one that is passed by gives what comes into it. What
    comes in at ``sequence_in`` of a shot stands before it; a scene gives its shots by their order, chains of shots together; an assembler
    joins its inputs in the order of their wires, and gives its clips to one that it is wired into.
    """
    return tuple(film_order(canvas, node_id).clips)


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """What makes the film of an assembler, by the ids of the nodes.

    ``clips`` are those of :func:`sequence`, each with the assembler that cuts it: where films stand in one another, the innermost.
    ``films`` are the assemblers whose films stand in it, in the order they come in, each with the one that it is wired into.
    ``again`` comes in once more after it came in; ``loops`` are assemblers whose films would stand in themselves: both are left out.
    """

    clips: Mapping[str, str]
    films: Mapping[str, str]
    again: tuple[str, ...]
    loops: tuple[str, ...]

    def stands_in(self, film: str | None, other: str) -> bool:
        """Say whether a film is ``other`` or stands in it."""
        return _stands_in(self.films, film, other)


def film_order(canvas: Canvas, node_id: str) -> FilmOrder:
    """Return the clips and films that make the film of an assembler."""
    walk = _Walk(canvas, node_id).run()
    return FilmOrder(walk.clips, walk.films, tuple(dict.fromkeys(walk.again)), tuple(dict.fromkeys(walk.loops)))


def repeated(canvas: Canvas, node_id: str) -> tuple[str, ...]:
    """Return the ids of the clips that come into an assembler again after they came in once."""
    return film_order(canvas, node_id).again


def runs(canvas: Canvas, node_id: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the wires of an assembler in their order, each with the clips that it brings into the film and none before it did."""
    walk = _Walk(canvas, node_id)
    found = []
    for name, edge in walk.wires.sockets(node_id).get("sequence_in", ()):
        known = len(walk.clips)
        walk.enter([(edge.source, edge.source_handle, node_id)] if edge.source_handle else [])
        found.append((name, tuple(islice(walk.clips, known, None))))
    return found


def scene_shots(canvas: Canvas, scene: str) -> tuple[str, ...]:
    """Return the shots of a scene and of the scenes inside it: by order, each chain of shots where its first shot stands."""
    return _Walk(canvas, "").scene(scene)


def _stands_in(films: Mapping[str, str], film: str | None, other: str) -> bool:
    while film is not None and film != other:
        film = films.get(film)
    return film is not None


_Step = tuple[str, str, str]
"""A node, its output that is wired, and the assembler whose film it comes into; without an output the node is a clip."""


class _Walk:
    """One walk from an assembler against the wires. Nothing is entered twice, so loops and meshes end; nothing recurses."""

    def __init__(self, canvas: Canvas, assembler: str) -> None:
        self.canvas, self.assembler = canvas, assembler
        self.wires = Wires(canvas)
        self.clips: dict[str, str] = {}
        self.films: dict[str, str] = {}
        self.again: list[str] = []
        self.loops: list[str] = []
        self._entered: set[tuple[str, str]] = set()
        self._children: dict[str, list[str]] | None = None

    def run(self) -> _Walk:
        return self.enter(self._into(self.assembler, self.assembler))

    def enter(self, todo: list[_Step]) -> _Walk:
        """Walk on from a stack of nodes, the outputs that are wired, and the film they come into."""
        while todo:
            name, handle, film = todo.pop()
            if name not in self.canvas.nodes:
                continue
            if handle == "":
                self._emit(name, film)
            elif self.canvas.nodes[name].type == _FILM and _stands_in(self.films, film, name):
                self.loops.append(name)
            elif (name, handle) in self._entered:
                self.again.append(name)
            else:
                self._entered.add((name, handle))
                todo += self._inside(name, handle, film)
        return self

    def _emit(self, name: str, film: str) -> None:
        if name in self.clips:
            self.again.append(name)
        else:
            self.clips[name] = film

    def _into(self, name: str, film: str) -> list[_Step]:
        """What is wired into ``sequence_in``, last first, as a stack wants it."""
        return [(edge.source, edge.source_handle, film) for edge in reversed(self.wires.into(name, "sequence_in")) if edge.source_handle]

    def _inside(self, name: str, handle: str, film: str) -> list[_Step]:
        kind = self.canvas.nodes[name].type
        if kind == "shot" and handle == "sequence_out":
            return [(name, "", film), *self._into(name, film)]
        if kind == "scene_group":
            return [(shot, "", film) for shot in reversed(self.scene(name))]
        if kind == _FILM:
            self.films[name] = film
            return self._into(name, name)
        if is_muted(self.canvas.nodes[name]):
            return [(edge.source, edge.source_handle, film) for edge in self.wires.into(name, "input")[:1]]
        return [(name, "", film)]

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
