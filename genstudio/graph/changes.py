"""What differs between two canvases: as operations for machines, in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from genstudio.graph.draft import entry_json
from genstudio.graph.identity import label
from genstudio.graph.values import Json, pointer, same
from genstudio.schema.base import JsonObject, Open
from genstudio.schema.canvas import Canvas, Edge, Node, Operation

__all__ = ["MARKS", "changes", "describe", "diff"]

_MAX_DEPTH: Final = 8
"""Below this depth of nesting a value is replaced as a whole."""
_TEXT: Final = 60
MARKS: Final = "conflicts"
"""Key of an entry under which the conflicts of a merge stand."""


def diff(old: Canvas, new: Canvas) -> tuple[Operation, ...]:
    """Return the operations, property by property, that turn the nodes, wires and positions of ``old`` into those of ``new``."""
    operations: list[Operation] = []
    removed = list(_gone(old, new))
    for section in ("edges", "layout", "nodes"):
        operations += [operation for operation in removed if operation.path.startswith(f"/{section}/")]
    for section in ("nodes", "layout", "edges"):
        operations += _entries(section, getattr(old, section), getattr(new, section))
    return tuple(operations)


def _gone(old: Canvas, new: Canvas) -> Iterator[Operation]:
    for section in ("edges", "layout", "nodes"):
        for name in sorted(getattr(old, section).keys() - getattr(new, section).keys()):
            yield Operation(op="remove", path=pointer(section, name))


def _entries(section: str, old: dict[str, Open], new: dict[str, Open]) -> Iterator[Operation]:
    for name, entry in sorted(new.items()):
        before = old.get(name)
        if before is None:
            yield Operation(op="add", path=pointer(section, name), value=entry_json(entry))
        elif before is not entry:
            yield from changes(entry_json(before), entry_json(entry), (section, name))


def changes(old: JsonObject, new: JsonObject, keys: tuple[str, ...], depth: int = _MAX_DEPTH) -> Iterator[Operation]:
    """Yield the operations that turn one object into another; ``keys`` is the path to it, ``depth`` how far to look inside."""
    for key in sorted(old.keys() - new.keys()):
        yield Operation(op="remove", path=pointer(*keys, key))
    for key in sorted(new):
        path, value = pointer(*keys, key), new[key]
        if key not in old:
            yield Operation(op="add", path=path, value=value)
        elif isinstance(old[key], dict) and isinstance(value, dict) and depth > 1:
            yield from changes(old[key], value, (*keys, key), depth - 1)
        elif not same(old[key], value):
            yield Operation(op="replace", path=path, value=value)


def describe(old: Canvas, new: Canvas) -> list[str]:
    """Say in sentences what changed, as in ``SHOT_010 prompt: … → …`` or ``added SHOT_030``. Moves are not told."""
    lines = [f"removed {label(name, old.nodes[name])}" for name in sorted(old.nodes.keys() - new.nodes.keys())]
    for name, node in sorted(new.nodes.items()):
        before = old.nodes.get(name)
        if before is None:
            lines.append(f"added {label(name, node)}")
        elif before is not node:
            lines += _node_lines(label(name, node), before, node)
    lines += [f"disconnected {_wire(old, edge)}" for name, edge in sorted(old.edges.items()) if name not in new.edges]
    lines += [f"connected {_wire(new, edge)}" for name, edge in sorted(new.edges.items()) if name not in old.edges]
    for name, edge in sorted(new.edges.items()):
        if name in old.edges and not same(entry_json(old.edges[name]), entry_json(edge)):
            lines.append(f"changed {_wire(new, edge)}")
    return lines


def _node_lines(name: str, old: Node, new: Node) -> Iterator[str]:
    before, after = entry_json(old), entry_json(new)
    if not same(before.get(MARKS), after.get(MARKS)):
        yield f"{name}: {'both sides changed it, choose' if MARKS in after else 'chosen'}"
    for operation in changes(before, after, ()):
        keys = [key.replace("~1", "/").replace("~0", "~") for key in operation.path.split("/")[1:]]
        if keys[0] == MARKS:
            continue
        shown = " ".join(keys[1:] if keys[0] == "data" and len(keys) > 1 else keys)
        if operation.op == "remove":
            yield f"{name} {shown}: removed"
        elif operation.op == "add":
            yield f"{name} {shown}: {_short(operation.value)}"
        else:
            yield f"{name} {shown}: {_short(_at(before, keys))} → {_short(operation.value)}"


def _at(value: JsonObject, keys: list[str]) -> Json:
    for key in keys[:-1]:
        value = cast("JsonObject", value[key])
    return value[keys[-1]]


def _short(value: Json) -> str:
    if isinstance(value, dict | list):
        return "(changed)"
    text = {None: "none", True: "yes", False: "no"}[value] if value is None or isinstance(value, bool) else " ".join(str(value).split())
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def _wire(canvas: Canvas, edge: Edge) -> str:
    ends = [label(end, canvas.nodes.get(end)) for end in (edge.source, edge.target)]
    return f"{ends[0]} {edge.source_handle} → {ends[1]} {edge.target_handle}"
