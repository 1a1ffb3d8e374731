"""A canvas as text for people, one property a line: what Git compares line by line. Positions and versions are left out."""

from __future__ import annotations

from collections.abc import Iterator

from genstudio.graph.changes import MARKS
from genstudio.graph.draft import entry_json
from genstudio.graph.identity import label
from genstudio.graph.values import Json
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas

__all__ = ["as_text"]

_ENDS = ("source", "sourceHandle", "target", "targetHandle")


def as_text(canvas: Canvas) -> str:
    """Return the nodes and wires of a canvas in a fixed order, one property a line; a text of several lines is indented below its name."""
    lines: list[str] = []
    for name, node in sorted(canvas.nodes.items()):
        document = entry_json(node)
        lines.append(f"{label(name, node)} ({document.pop('type')} {name})")
        data = document.pop("data")
        lines += _properties({key: value for key, value in document.items() if key != MARKS}, "  ")
        lines += _properties(data, "  ")
        lines += _properties({MARKS: document[MARKS]} if MARKS in document else {}, "  ")
    for name, edge in sorted(canvas.edges.items()):
        ends = [label(end, canvas.nodes.get(end)) for end in (edge.source, edge.target)]
        lines.append(f"{ends[0]} {edge.source_handle} → {ends[1]} {edge.target_handle} (wire {name})")
        lines += _properties({key: value for key, value in entry_json(edge).items() if key not in _ENDS}, "  ")
    return "".join(f"{line}\n" for line in lines)


def _properties(values: JsonObject, indent: str) -> Iterator[str]:
    for key, value in sorted(values.items()):
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from _properties(value, indent + "  ")
        elif isinstance(value, str) and "\n" in value:
            yield f"{indent}{key}:"
            yield from (f"{indent}  {line}" for line in value.splitlines())
        elif value not in (None, "", {}, []):
            yield f"{indent}{key}: {_text(value)}"


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
