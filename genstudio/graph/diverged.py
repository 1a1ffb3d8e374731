"""Two sides that added different things under one id: told apart before they are merged."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Final, cast

from genstudio.graph.draft import entry_json
from genstudio.graph.values import Json, same
from genstudio.schema.base import JsonObject, Open
from genstudio.schema.canvas import Canvas, Edge, Node

__all__ = ["part_twins", "renamed_edges", "renamed_nodes"]

_LONGEST_STEM: Final = 56


def part_twins(base: Canvas, ours: Canvas, theirs: Canvas) -> tuple[Canvas, Canvas]:
    """Return both sides with new ids where they use one id for different new things.

    Nodes of one type and one folder of takes are the same thing, made on both sides. Which side keeps the id depends on the contents
    alone, so that both sides tell them apart in the same way.
    """
    used = {*base.nodes, *ours.nodes, *theirs.nodes}
    nodes = _names(_twins(base.nodes, ours.nodes, theirs.nodes), ours.nodes, theirs.nodes, used)
    ours, theirs = (renamed_nodes(side, names) for side, names in zip((ours, theirs), nodes, strict=True))
    used = {*base.edges, *ours.edges, *theirs.edges}
    edges = _names(_twins(base.edges, ours.edges, theirs.edges), ours.edges, theirs.edges, used)
    ours, theirs = (renamed_edges(side, names) for side, names in zip((ours, theirs), edges, strict=True))
    return ours, theirs


def _twins(base: Mapping[str, Open], ours: Mapping[str, Open], theirs: Mapping[str, Open]) -> list[str]:
    added = sorted((ours.keys() & theirs.keys()) - base.keys())
    return [name for name in added if not _one_thing(entry_json(ours[name]), entry_json(theirs[name]))]


def _one_thing(ours: JsonObject, theirs: JsonObject) -> bool:
    if same(ours, theirs):
        return True
    return "type" in ours and ours["type"] == theirs["type"] and _folder(ours) == _folder(theirs)


def _folder(node: JsonObject) -> Json:
    return cast("JsonObject", node["data"]).get("renders")


def _names(
    twins: list[str], ours: Mapping[str, Open], theirs: Mapping[str, Open], used: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the new ids of each side."""
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    taken = set(used)
    for name in twins:
        number = 2
        while (fresh := f"{name[:_LONGEST_STEM]}_{number}") in taken:
            number += 1
        taken.add(fresh)
        found[_text(ours[name]) < _text(theirs[name])][name] = fresh
    return found


def _text(entry: Open) -> str:
    return json.dumps(entry_json(entry), sort_keys=True)


def renamed_nodes(canvas: Canvas, names: Mapping[str, str]) -> Canvas:
    """Return a canvas in which nodes have other ids, and all that names them follows; ``names`` are new ids by old ones."""
    if not names:
        return canvas
    nodes = {names.get(name, name): _inside(node, names) for name, node in canvas.nodes.items()}
    layout = {names.get(name, name): position for name, position in canvas.layout.items()}
    edges = {name: _between(edge, names) for name, edge in canvas.edges.items()}
    return canvas.model_copy(update={"nodes": nodes, "edges": edges, "layout": layout})


def _inside(node: Node, names: Mapping[str, str]) -> Node:
    """Return the node in the renamed scene, and the events of an assembler under the renamed sources."""
    events = node.data.get("events")
    data = node.data
    if isinstance(events, dict) and not names.keys().isdisjoint(events):
        data = data | {"events": {names.get(key, key): value for key, value in events.items()}}
    parent = names.get(node.parent, node.parent) if node.parent is not None else None
    return node if parent == node.parent and data is node.data else node.model_copy(update={"parent": parent, "data": data})


def _between(edge: Edge, names: Mapping[str, str]) -> Edge:
    if edge.source not in names and edge.target not in names:
        return edge
    ends = {"source": names.get(edge.source, edge.source), "target": names.get(edge.target, edge.target)}
    return edge.model_copy(update=ends)


def renamed_edges(canvas: Canvas, names: Mapping[str, str]) -> Canvas:
    """Return a canvas in which wires have other ids."""
    if not names:
        return canvas
    return canvas.model_copy(update={"edges": {names.get(name, name): edge for name, edge in canvas.edges.items()}})
