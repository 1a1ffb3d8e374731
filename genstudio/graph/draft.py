"""A canvas while it is edited: only what is touched is copied, the rest is shared with the canvas it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from pydantic import ValidationError

from genstudio.graph.values import Json, Pointer, Section, pointer
from genstudio.schema.base import JsonObject, Open
from genstudio.schema.canvas import Canvas, Edge, Node, Position
from genstudio.schema.errors import BadInputError

__all__ = ["ABSENT", "Draft", "entry_json"]

_MODELS: Final[Mapping[Section, type[Open]]] = {"nodes": Node, "edges": Edge, "layout": Position}


class _Absent:
    """What is found where nothing is; JSON's null is a value."""


ABSENT: Final = _Absent()


def entry_json(entry: Open) -> JsonObject:
    """Return the JSON form of a node, an edge or a position. Values inside are shared, not copied: do not change them."""
    fields = type(entry).model_fields
    document: JsonObject = {field.alias or name: getattr(entry, name) for name, field in fields.items()}
    return document | (entry.model_extra or {})


class Draft:
    """The working copy. Writes are checked one by one, so that an error names the operation that caused it."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.nodes: dict[str, Node] = canvas.nodes
        self.edges: dict[str, Edge] = canvas.edges
        self.layout: dict[str, Position] = canvas.layout
        self._copied: set[Section] = set()

    def entries(self, section: Section) -> Mapping[str, Open]:
        """Return the entries of a section as they stand."""
        sections: dict[Section, Mapping[str, Open]] = {"nodes": self.nodes, "edges": self.edges, "layout": self.layout}
        return sections[section]

    def look(self, place: Pointer) -> Json:
        """Return the JSON value at a place, or :data:`ABSENT`."""
        section, name, keys = place
        entry = self.entries(section).get(name)
        if entry is None:
            return ABSENT
        value: Json = entry_json(entry)
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                return ABSENT
            value = value[key]
        return value

    def checked_node(self, name: str, document: Json) -> Node:
        """Return the node a document describes; errors as in :meth:`put`."""
        return cast("Node", _entry("nodes", document, ("nodes", name, ())))

    def checked_edge(self, name: str, document: Json) -> Edge:
        """Return the wire a document describes; errors as in :meth:`put`."""
        return cast("Edge", _entry("edges", document, ("edges", name, ())))

    def put(self, place: Pointer, value: Json) -> None:
        """Set a value; all objects on the way to it exist.

        Raises:
            BadInputError: The entry would no longer be valid.
        """
        section, name, keys = place
        if keys:
            old = self.entries(section).get(name)
            value = _with(entry_json(old) if old is not None else ABSENT, keys, value, place)
        self._store(section, name, _entry(section, value, place))

    def delete(self, place: Pointer) -> None:
        """Remove what is there.

        Raises:
            BadInputError: The entry cannot be without it.
        """
        self.put(place, ABSENT) if place[2] else self._store(place[0], place[1], None)

    def _store(self, section: Section, name: str, entry: Open | None) -> None:
        if section not in self._copied:
            self._copied.add(section)
            setattr(self, section, dict(self.entries(section)))
        entries: dict[str, Open] = getattr(self, section)
        if entry is None:
            entries.pop(name, None)
        else:
            entries[name] = entry

    def finish(self, version: int, layout_version: int) -> Canvas:
        """Return the canvas. Every entry in it was checked when it was written, so nothing is checked again."""
        return self.canvas.model_copy(
            update={
                "nodes": self.nodes,
                "edges": self.edges,
                "layout": self.layout,
                "version": version,
                "layout_version": layout_version,
            }
        )


def _with(value: Json, keys: tuple[str, ...], leaf: Json, place: Pointer) -> JsonObject:
    """Return a copy of an object with a leaf set (or removed) below it; what is not on the way is shared."""
    if not isinstance(value, dict):
        raise BadInputError(
            f"There is nothing at {pointer(place[0], place[1], *place[2])!r:.120} to change.", fix="Synchronise the canvas."
        )
    key, rest = keys[0], keys[1:]
    copy = dict(value)
    if rest:
        copy[key] = _with(value.get(key), rest, leaf, place)
    elif leaf is ABSENT:
        copy.pop(key, None)
    else:
        copy[key] = leaf
    return copy


def _entry(section: Section, document: Json, place: Pointer) -> Open:
    try:
        entry = _MODELS[section].model_validate(document, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = pointer(section, place[1], *(str(part) for part in first["loc"]))
        raise BadInputError(f"{where:.120} cannot be set like this: {first['msg']}.", fix="Check the value.") from error
    if not document.keys() <= entry_json(entry).keys():
        raise BadInputError(f"{pointer(section, place[1]):.120} holds a name that the studio keeps for itself.", fix="Use another name.")
    return entry
